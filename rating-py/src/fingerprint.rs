//! A hash of all that was delivered about each firm, by table.
//!
//! A row is hashed cell by cell in the order of the schema, seeded with the names of the table and of the columns that
//! it has; the hashes of the rows of a firm are added up, so that their order does not matter and each repetition
//! counts. Neither headers, their order, record batches nor the layout of text show in it. The hash is XXH3 of 64 bits,
//! which is specified: it keeps accidents apart, not somebody who looks for two deliveries of one hash.

use crate::columns::{Delivered, Frame};
use crate::error::{FirmRatingError, Result};
use indexmap::IndexSet;
use pyo3::prelude::*;
use pyo3_arrow::PyTable;
use rating_core::id::FirmId;
use rating_core::record::columns::{Chunk, Column};
use rating_core::record::{Cell, RecordError, TABLES, Table};
use std::borrow::Cow;
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
    /// The normal forms of their identifiers; a place here is the number of a firm.
    firms: IndexSet<Box<str>, Xxh3DefaultBuilder>,
    /// The firm of the row before.
    last: usize,
    /// By table and firm.
    sums: [Vec<Option<u64>>; TABLES.len()],
}

impl Fingerprints {
    /// Adds some rows of a table, column by column.
    fn add(&mut self, at: usize, chunk: &Chunk<'_>) {
        let Some(table) = TABLES.get(at) else { return };
        let (seed, columns) = in_order(table, chunk);
        // INVARIANT: the first field of every table names the firm.
        let Some((firm, columns)) = columns.split_first() else {
            return;
        };
        let mut rows = Vec::with_capacity(firm.len());
        firm.each(&mut |named| rows.push((self.firm(named), seeded(named, seed))));
        for column in columns {
            let mut hashes = rows.iter_mut();
            column.each(&mut |cell| {
                if let Some((_, hash)) = hashes.next() {
                    *hash = hashed(cell, *hash);
                }
            });
        }
        let Some(sums) = self.sums.get_mut(at) else { return };
        sums.resize(self.firms.len(), None);
        for (firm, hash) in rows {
            if let Some(sum) = firm.and_then(|firm| sums.get_mut(firm)) {
                *sum = Some(sum.unwrap_or(0).wrapping_add(hash));
            }
        }
    }

    /// The number of the firm that a cell names.
    fn firm(&mut self, named: Cell<'_>) -> Option<usize> {
        /// Rows of one firm mostly stand together, and the firms of every table in one order: a look at a few
        /// identifiers side by side is cheaper than one into the set.
        const LOOKED_AT: usize = 4;
        let spelling = text(named)?;
        let is_named = |at: &usize| self.firms.get_index(*at).is_some_and(|key| **key == *spelling);
        let near = (self.last..self.last.saturating_add(LOOKED_AT)).find(is_named);
        self.last = near.unwrap_or_else(|| {
            let key = FirmId::normal_form(&spelling);
            match self.firms.get_index_of(&*key) {
                Some(at) => at,
                None => self.firms.insert_full(key.into()).0,
            }
        });
        Some(self.last)
    }

    fn frame(self) -> Frame {
        let mut firms: Vec<(Box<str>, usize)> = self.firms.into_iter().zip(0..).collect();
        firms.sort_unstable();
        let frame = Frame::default().text("firm_id", firms.iter().map(|(firm, _)| firm));
        TABLES.iter().zip(&self.sums).fold(frame, |frame, (table, sums)| {
            let sum = |place: usize| sums.get(place).copied().flatten().map(u64::cast_signed);
            frame.some_integers(table.name, firms.iter().map(|(_, place)| sum(*place)))
        })
    }
}

/// What the hash of a row begins with. An identifier of a type that is refused may be spelt like one that is read.
fn seeded(named: Cell<'_>, seed: u64) -> u64 {
    match named {
        Cell::Text(_) | Cell::Integer(_) => seed,
        _ => !seed,
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

/// The hash of a row with one more cell: XXH3 of the bytes of its value, the lowest first, seeded with the hash so far
/// plus the number of its kind.
fn hashed(cell: Cell<'_>, so_far: u64) -> u64 {
    let of = |bytes: &[u8], kind: u64| xxh3_64_with_seed(bytes, so_far.wrapping_add(kind));
    match cell {
        Cell::Null => of(&[], 0),
        Cell::Text(text) => of(text.as_bytes(), 1),
        Cell::Integer(value) => of(&value.to_le_bytes(), 2),
        Cell::Float(value) => of(&value.to_bits().to_le_bytes(), 3),
        Cell::Boolean(value) => of(&[u8::from(value)], 4),
        Cell::Date(days) => of(&days.to_le_bytes(), 5),
        Cell::Decimal { unscaled, scale } => of(&unscaled.to_le_bytes(), 6 + u64::from(scale)),
    }
}
