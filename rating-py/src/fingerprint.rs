//! A hash of all that was delivered about each firm, by table.
//!
//! A row is hashed by its cells in the order of the schema, seeded with the names of the table and of the columns that
//! it has; the hashes of the rows of a firm are added up, so that their order does not matter and each repetition
//! counts. Neither headers, their order, record batches nor the layout of text show in it. The hash is XXH3 of 64 bits,
//! which is specified: it keeps accidents apart, not somebody who looks for two deliveries of one hash.

use crate::columns::{Delivered, Frame};
use crate::error::{FirmRatingError, Result};
use pyo3::prelude::*;
use pyo3_arrow::PyTable;
use rating_core::id::FirmId;
use rating_core::record::columns::{Chunk, Column};
use rating_core::record::{Cell, RecordError, TABLES, Table};
use std::borrow::Cow;
use std::collections::HashMap;
use xxhash_rust::xxh3::{Xxh3DefaultBuilder, xxh3_64, xxh3_64_with_seed};

/// A row a firm, in order: its identifier and, for each table of the schema, the hash of its rows; null without any.
/// Takes pairs of a name and a frame. Rows without an identifier are not seen.
#[pyfunction]
pub(crate) fn fingerprints(py: Python<'_>, tables: Vec<(String, Bound<'_, PyAny>)>) -> Result<PyTable> {
    let tables = tables
        .into_iter()
        .map(|(name, frame)| Delivered::take(name, &frame))
        .collect::<Result<Vec<_>>>()?;
    py.detach(|| {
        let mut found = Fingerprints::default();
        for delivered in &tables {
            let input = delivered.lend()?;
            let Some(at) = TABLES.iter().position(|table| table.is_named(input.name)) else {
                let table = input.name.to_owned();
                return Err(FirmRatingError::Records(vec![RecordError::UnknownTable {
                    table,
                }]));
            };
            for chunk in &input.chunks {
                found.add(at, chunk);
            }
        }
        Ok(found.frame())
    })?
    .finish()
}

/// Firms as they are met, and what was added up of each.
#[derive(Default)]
struct Fingerprints {
    places: HashMap<Box<str>, usize, Xxh3DefaultBuilder>,
    /// By table and firm.
    sums: [Vec<Option<u64>>; TABLES.len()],
}

impl Fingerprints {
    /// Adds some rows of a table.
    fn add(&mut self, at: usize, chunk: &Chunk<'_>) {
        let Some(table) = TABLES.get(at) else { return };
        let (seed, columns) = in_order(table, chunk);
        // INVARIANT: the first field of every table names the firm.
        let Some((firm, columns)) = columns.split_first() else {
            return;
        };
        let mut row_bytes = Vec::new();
        let mut run: Option<(Cow<'_, str>, u64)> = None;
        for row in 0..firm.len() {
            let named = firm.cell(row);
            let Some(spelling) = text(named) else {
                continue;
            };
            // An identifier of a type that is refused may be spelt like one that is read.
            let seed = match named {
                Cell::Text(_) | Cell::Integer(_) => seed,
                _ => !seed,
            };
            row_bytes.clear();
            for column in columns {
                append(column.cell(row), &mut row_bytes);
            }
            let hash = xxh3_64_with_seed(&row_bytes, seed);
            match &mut run {
                // Rows of one firm mostly stand together.
                Some((of, sum)) if *of == spelling => *sum = sum.wrapping_add(hash),
                _ => {
                    if let Some((of, sum)) = run.replace((spelling, hash)) {
                        self.add_run(at, &of, sum);
                    }
                }
            }
        }
        if let Some((of, sum)) = run {
            self.add_run(at, &of, sum);
        }
    }

    fn add_run(&mut self, table: usize, spelling: &str, sum: u64) {
        let key = FirmId::normal_form(spelling);
        let next = self.places.len();
        let place = self.places.get(&*key).copied().unwrap_or_else(|| {
            self.places.insert(key.into(), next);
            next
        });
        let Some(sums) = self.sums.get_mut(table) else {
            return;
        };
        if sums.len() <= place {
            sums.resize(place + 1, None);
        }
        if let Some(so_far) = sums.get_mut(place) {
            *so_far = Some(so_far.unwrap_or(0).wrapping_add(sum));
        }
    }

    fn frame(self) -> Frame {
        let mut firms: Vec<(Box<str>, usize)> = self.places.into_iter().collect();
        firms.sort_unstable();
        let frame = Frame::default().text("firm_id", firms.iter().map(|(firm, _)| firm));
        TABLES.iter().zip(&self.sums).fold(frame, |frame, (table, sums)| {
            let sum = |place: usize| sums.get(place).copied().flatten().map(u64::cast_signed);
            frame.some_integers(table.name, firms.iter().map(|(_, place)| sum(*place)))
        })
    }
}

/// The columns of a table in the order of the schema, that of the firm first, and the seed of the rows that have them.
fn in_order<'c>(table: &Table, chunk: &'c Chunk<'_>) -> (u64, Vec<&'c dyn Column>) {
    let field = |header| table.field(header).map(|(at, field)| (at, field.name));
    let mut found: Vec<((usize, &str), &dyn Column)> = chunk
        .iter()
        .filter_map(|(header, column)| Some((field(header)?, &**column as &dyn Column)))
        .collect();
    found.sort_by_key(|(place, _)| *place);
    let mut names = table.name.to_owned();
    for ((_, name), _) in &found {
        names.push(' ');
        names.push_str(name);
    }
    let columns = found.into_iter().map(|(_, column)| column).collect();
    (xxh3_64(names.as_bytes()), columns)
}

/// An identifier as text.
pub(crate) fn text(cell: Cell<'_>) -> Option<Cow<'_, str>> {
    match cell {
        Cell::Null => None,
        Cell::Text(text) => Some(text.into()),
        other => Some(other.shown(FirmId::MAX_LENGTH).into()),
    }
}

/// A cell as bytes from which it could be read again: its kind, then its value, the lowest byte first.
fn append(cell: Cell<'_>, bytes: &mut Vec<u8>) {
    match cell {
        Cell::Null => bytes.push(0),
        Cell::Text(text) => {
            bytes.push(1);
            bytes.extend_from_slice(&(text.len() as u64).to_le_bytes());
            bytes.extend_from_slice(text.as_bytes());
        }
        Cell::Integer(value) => {
            bytes.push(2);
            bytes.extend_from_slice(&value.to_le_bytes());
        }
        Cell::Float(value) => {
            bytes.push(3);
            bytes.extend_from_slice(&value.to_bits().to_le_bytes());
        }
        Cell::Boolean(value) => bytes.extend_from_slice(&[4, u8::from(value)]),
        Cell::Date(days) => {
            bytes.push(5);
            bytes.extend_from_slice(&days.to_le_bytes());
        }
        Cell::Decimal { unscaled, scale } => {
            bytes.extend_from_slice(&[6, scale]);
            bytes.extend_from_slice(&unscaled.to_le_bytes());
        }
    }
}
