//! Tables of a synthetic portfolio, lent to the core.

use crate::{AS_OF, Fault};
use rating_core::measure::Measures;
use rating_core::record::columns::{Chunk, Column, ExtraColumns, Intake, TableInput};
use rating_core::record::{Cell, read_tables};
use rating_datasets::Values;

/// The generated tables of some firms.
#[derive(Debug)]
pub struct Portfolio {
    tables: Vec<rating_datasets::GeneratedTable>,
}

impl Portfolio {
    /// The first `firms` firms of the default portfolio.
    pub fn new(firms: u64) -> Self {
        let portfolio = rating_datasets::Portfolio {
            firms,
            ..rating_datasets::Portfolio::default()
        };
        Self {
            tables: portfolio.chunk(0..firms).tables,
        }
    }

    /// Rows over all tables.
    pub fn rows(&self) -> usize {
        self.tables
            .iter()
            .map(rating_datasets::GeneratedTable::rows)
            .sum()
    }

    /// The tables, lent without a copy.
    pub fn lend(&self) -> Vec<TableInput<'_>> {
        let lend = |table| TableInput {
            name: name(table),
            chunks: vec![chunk(table)],
        };
        self.tables.iter().map(lend).collect()
    }

    /// Reads the tables.
    ///
    /// # Errors
    /// If a table does not fit the schema.
    pub fn read(&self) -> Result<Intake, Fault> {
        read_tables(&self.lend(), ExtraColumns::Refuse).map_err(|errors| format!("{errors:?}").into())
    }

    /// The measures of the firms on the day of the benchmarks.
    ///
    /// # Errors
    /// If a table does not fit the schema.
    pub fn measures(&self) -> Result<Vec<Measures>, Fault> {
        let as_of = AS_OF.parse()?;
        let intake = self.read()?;
        Ok(intake
            .dossiers
            .iter()
            .map(|d| Measures::of(&d.view(as_of)))
            .collect())
    }
}

fn name(table: &rating_datasets::GeneratedTable) -> &str {
    table.name
}

fn chunk(table: &rating_datasets::GeneratedTable) -> Chunk<'_> {
    table
        .columns
        .iter()
        .map(|(name, values)| (*name, Box::new(Lent(values)) as Box<dyn Column + '_>))
        .collect()
}

/// A generated column as the core asks for it.
struct Lent<'a>(&'a Values);

impl Column for Lent<'_> {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn cell(&self, row: usize) -> Cell<'_> {
        let cell = match self.0 {
            Values::Text(cells) => at(cells, row).map(|text| Cell::Text(text)),
            Values::Word(cells) => at(cells, row).map(|word| Cell::Text(word)),
            Values::Whole(cells) => at(cells, row).map(|number| Cell::Integer(*number)),
            Values::Day(cells) => at(cells, row).map(|days| Cell::Date(*days)),
            Values::Fen(cells) => at(cells, row).map(|fen| Cell::Decimal {
                unscaled: i128::from(*fen),
                scale: 2,
            }),
            Values::Flag(cells) => at(cells, row).map(|flag| Cell::Boolean(*flag)),
            Values::Real(cells) => at(cells, row).map(|number| Cell::Float(*number)),
        };
        cell.unwrap_or(Cell::Null)
    }
}

fn at<T>(cells: &[Option<T>], row: usize) -> Option<&T> {
    cells.get(row).and_then(Option::as_ref)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_generated_row_is_used() {
        let portfolio = Portfolio::new(50);
        let intake = portfolio.read().unwrap();
        assert_eq!(intake.rejects.len(), 0);
        assert_eq!(
            intake.counts.iter().map(|c| c.used).sum::<u64>(),
            portfolio.rows() as u64
        );
    }
}
