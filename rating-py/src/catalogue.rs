//! What there is: tables, columns and measures, as tables.

use crate::columns::Frame;
use crate::error::Result;
use pyo3::prelude::*;
use pyo3_arrow::PyTable;
use rating_core::measure::{CATALOGUE, Entry, Unit};
use rating_core::record::{Department, Field, FieldKind, TABLES, Table};

/// The catalogue of measures, a line a measure.
#[pyfunction]
pub(crate) fn measures() -> Result<PyTable> {
    let words = |entry: &Entry| match entry.unit {
        Unit::Category(words) => words.list(),
        _ => Vec::new(),
    };
    let sources = |entry: &'static Entry| entry.sources.iter().map(|source| source.word());
    let column = |of: fn(&'static Entry) -> &'static str| CATALOGUE.iter().map(of);
    Frame::default()
        .text("id", column(|e| e.id))
        .text("family", column(family))
        .text("unit", column(|e| e.unit.word()))
        .numbers("low", CATALOGUE.iter().map(|e| e.range.0))
        .numbers("high", CATALOGUE.iter().map(|e| e.range.1))
        .lists("words", CATALOGUE.iter().map(words))
        .text("window", column(|e| e.window))
        .lists("sources", CATALOGUE.iter().map(sources))
        .text("direction", column(|e| e.direction.word()))
        .text("en", column(|e| e.en))
        .text("zh", column(|e| e.zh))
        .text("formula", column(|e| e.formula))
        .finish()
}

/// The family of a measure in one word: an id is `family.name`.
fn family(entry: &'static Entry) -> &'static str {
    entry.id.split('.').next().unwrap_or_default()
}

/// The schema of the records, a line a column.
#[pyfunction]
pub(crate) fn tables() -> Result<PyTable> {
    let lines = || {
        let tables = TABLES.iter().copied();
        tables.flat_map(|table: &'static Table| table.fields.iter().map(move |field| (table, field)))
    };
    let fields = || lines().map(|(_, field)| field);
    Frame::default()
        .text("table", lines().map(|(table, _)| table.name))
        .text("zh", lines().map(|(table, _)| table.zh))
        .some_text(
            "department",
            lines().map(|(table, _)| table.department.map(Department::word)),
        )
        .text("column", fields().map(|field| field.name))
        .text("kind", fields().map(|field| field.kind.word()))
        .text("unit", fields().map(|field| field.kind.unit()))
        .flags("required", fields().map(|field| field.required))
        .lists("aliases", fields().map(|field| field.aliases))
        .lists("words", fields().map(words))
        .text("doc", fields().map(|field| field.doc.trim()))
        .finish()
}

/// The words that a coded column may hold.
fn words(field: &'static Field) -> Vec<&'static str> {
    match field.kind {
        FieldKind::Code(words) => words.iter().map(|word| word.word).collect(),
        _ => Vec::new(),
    }
}

/// The canonical name of a table, if the schema has it under this name.
#[pyfunction]
pub(crate) fn table_name(name: &str) -> Option<&'static str> {
    TABLES
        .iter()
        .find(|table| table.is_named(name))
        .map(|table| table.name)
}

/// The names of the tables, in order.
#[pyfunction]
pub(crate) fn table_names() -> Vec<&'static str> {
    TABLES.iter().map(|table| table.name).collect()
}
