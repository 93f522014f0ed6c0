//! Input for the tests and the fuzz targets: generated portfolios as the tables of the record door, a small model.
#![allow(dead_code, reason = "each test uses a part of it")]

use rating_core::rating::ModelSpec;
use rating_core::record::columns::{Chunk, Column, ExtraColumns, TableInput};
use rating_core::record::{Cell, Dossier, Intake, read_tables};
use rating_core::rule::RuleSpec;
use rating_datasets::{GeneratedTable, Portfolio, Values};
use std::collections::BTreeMap;

/// A generated column whose rows are lent in another order.
struct Reordered<'a> {
    values: &'a Values,
    order: Vec<usize>,
}

impl Column for Reordered<'_> {
    fn len(&self) -> usize {
        self.order.len()
    }

    fn cell(&self, row: usize) -> Cell<'_> {
        self.order
            .get(row)
            .map_or(Cell::Null, |at| cell(self.values, *at))
    }
}

fn cell(values: &Values, at: usize) -> Cell<'_> {
    fn held<T>(cells: &[Option<T>], at: usize) -> Option<&T> {
        cells.get(at).and_then(Option::as_ref)
    }
    let found = match values {
        Values::Text(cells) => held(cells, at).map(|text| Cell::Text(text)),
        Values::Word(cells) => held(cells, at).map(|word| Cell::Text(word)),
        Values::Whole(cells) => held(cells, at).map(|number| Cell::Integer(*number)),
        Values::Day(cells) => held(cells, at).map(|day| Cell::Date(*day)),
        Values::Fen(cells) => held(cells, at).map(|fen| Cell::Decimal {
            unscaled: i128::from(*fen),
            scale: 2,
        }),
        Values::Flag(cells) => held(cells, at).map(|flag| Cell::Boolean(*flag)),
        Values::Real(cells) => held(cells, at).map(|number| Cell::Float(*number)),
    };
    found.unwrap_or(Cell::Null)
}

/// The columns of a generated table, its rows in an order.
pub(crate) fn columns<'a>(table: &'a GeneratedTable, order: &[usize]) -> Chunk<'a> {
    let mut chunk: Chunk<'_> = Vec::new();
    for (name, values) in &table.columns {
        let order = order.to_vec();
        chunk.push((name, Box::new(Reordered { values, order })));
    }
    chunk
}

/// Reads generated tables, each with its rows in the order that `order` gives for it.
pub(crate) fn read(tables: &[GeneratedTable], order: impl Fn(&GeneratedTable) -> Vec<usize>) -> Intake {
    let mut inputs: Vec<TableInput<'_>> = Vec::new();
    for table in tables {
        inputs.push(TableInput {
            name: table.name,
            chunks: vec![columns(table, &order(table))],
        });
    }
    read_tables(&inputs, ExtraColumns::Refuse).unwrap()
}

/// The rows of a table as they were generated.
pub(crate) fn as_generated(table: &GeneratedTable) -> Vec<usize> {
    (0..table.rows()).collect()
}

/// Dossiers of the first firms of a portfolio as of 2025-06-30, with fewer invoices than usual.
pub(crate) fn dossiers(firms: u64, seed: u64) -> Vec<Dossier> {
    let portfolio = Portfolio {
        firms,
        seed,
        invoice_scale: 0.5,
        ..Portfolio::default()
    };
    read(&portfolio.chunk(0..firms).tables, as_generated).dossiers
}

/// The shipped model cut down to two small pillars, two technology characteristics and a rule of each kind.
pub(crate) fn small_model() -> ModelSpec {
    let mut spec = ModelSpec::preset("tech-firm").unwrap();
    spec.pillars.truncate(2);
    for pillar in &mut spec.pillars {
        pillar.card.characteristics.truncate(2);
    }
    spec.technology.card.characteristics.truncate(2);
    let ids: Vec<&str> = spec
        .technology
        .card
        .characteristics
        .iter()
        .map(|c| c.measure.id())
        .collect();
    let weights: BTreeMap<String, u8> = ids
        .iter()
        .zip([60, 40])
        .map(|(id, w)| ((*id).to_owned(), w))
        .collect();
    spec.technology.weights.start_up = weights.clone();
    spec.technology.weights.growth = weights.clone();
    spec.technology.weights.stable = weights;
    let kind = |rule: &RuleSpec| std::mem::discriminant(&rule.kind);
    let rules = std::mem::take(&mut spec.rules);
    for rule in rules {
        if !spec.rules.iter().any(|r| kind(r) == kind(&rule)) {
            spec.rules.push(rule);
        }
    }
    for rule in &mut spec.rules {
        "e".clone_into(&mut rule.basis.en);
        "z".clone_into(&mut rule.basis.zh);
        "p".clone_into(&mut rule.basis.provenance);
    }
    spec.minimum.characteristics = 2;
    spec.reference = None;
    assert!(spec.clone().check().is_ok());
    spec
}
