//! What the example programs share: tables in CSV lent to the one door of the core.

use flate2::read::GzDecoder;
use rating_core::measure::Measure;
use rating_core::panel::Observation;
use rating_core::record::columns::{Column, ExtraColumns, Intake, TableInput};
use rating_core::record::{Cell, RecordError, read_tables};
use std::io::Read;

/// A table in CSV as it was delivered: nothing is typed here, so that every fault is found in one place.
#[derive(Debug)]
pub struct CsvTable {
    name: String,
    headers: csv::StringRecord,
    rows: Vec<csv::StringRecord>,
}

impl CsvTable {
    /// Reads a table with one header line.
    ///
    /// # Errors
    /// If the text is not UTF-8 or a row has another number of cells than the headers.
    pub fn read(name: &str, text: impl Read) -> csv::Result<Self> {
        let mut reader = csv::Reader::from_reader(text);
        let headers = reader.headers()?.clone();
        let rows = reader.records().collect::<Result<_, _>>()?;
        Ok(Self {
            name: name.to_owned(),
            headers,
            rows,
        })
    }

    /// Its rows behind the header.
    pub fn rows(&self) -> &[csv::StringRecord] {
        &self.rows
    }

    /// The table as a polars frame of texts; an empty cell is null.
    ///
    /// # Errors
    /// If two headers are the same.
    #[cfg(feature = "polars")]
    pub fn frame(&self) -> polars::prelude::PolarsResult<polars::prelude::DataFrame> {
        use polars::prelude::{DataFrame, IntoColumn as _, NewChunkedArray as _, StringChunked};
        let column = |(at, header): (usize, &str)| {
            let cells = self
                .rows
                .iter()
                .map(|row| row.get(at).filter(|cell| !cell.is_empty()));
            StringChunked::from_iter_options(header.into(), cells).into_column()
        };
        DataFrame::new(
            self.rows.len(),
            self.headers.iter().enumerate().map(column).collect(),
        )
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Lends the table to [`read_tables`]: no cell is copied.
    pub fn input(&self) -> TableInput<'_> {
        let column = |at| -> Box<dyn Column + '_> { Box::new(CsvColumn { rows: &self.rows, at }) };
        TableInput {
            name: &self.name,
            chunks: vec![
                self.headers
                    .iter()
                    .enumerate()
                    .map(|(at, header)| (header, column(at)))
                    .collect(),
            ],
        }
    }
}

/// The cells of one column.
struct CsvColumn<'a> {
    rows: &'a [csv::StringRecord],
    at: usize,
}

impl Column for CsvColumn<'_> {
    fn len(&self) -> usize {
        self.rows.len()
    }

    fn cell(&self, row: usize) -> Cell<'_> {
        self.rows
            .get(row)
            .and_then(|r| r.get(self.at))
            .map_or(Cell::Null, Cell::Text)
    }
}

/// The tables of the embedded sample of 2,000 synthetic firms; without the truth, which no model may see.
///
/// # Errors
/// If an embedded file is damaged.
pub fn sample_tables() -> csv::Result<Vec<CsvTable>> {
    rating_datasets::sample()
        .iter()
        .filter(|file| !file.name.starts_with("truth/"))
        .map(|file| CsvTable::read(file.name.trim_end_matches(".csv.gz"), GzDecoder::new(file.gz)))
        .collect()
}

/// Reads tables into dossiers.
///
/// # Errors
/// Everything that is wrong with the delivery as a whole; rows that cannot be used are in the intake.
pub fn read_records(tables: &[CsvTable]) -> Result<Intake, Vec<RecordError>> {
    let inputs: Vec<TableInput<'_>> = tables.iter().map(CsvTable::input).collect();
    read_tables(&inputs, ExtraColumns::Refuse)
}

/// Whether each row of a panel is bad.
pub fn outcomes(rows: &[&Observation<'_>]) -> Vec<bool> {
    rows.iter()
        .map(|row| row.outcome.is_bad() == Some(true))
        .collect()
}

/// A measure of each row of a panel, NaN where it has no value.
pub fn values(rows: &[&Observation<'_>], id: &str) -> Vec<f64> {
    let value = |row: &&Observation<'_>| row.measures.get(Measure::from_id(id)?).value();
    rows.iter().map(|row| value(row).unwrap_or(f64::NAN)).collect()
}

/// Several errors as one text, a line each.
pub fn lines(errors: &[impl std::fmt::Display]) -> String {
    let all: Vec<String> = errors.iter().map(ToString::to_string).collect();
    all.join("\n")
}
