//! Which firm each row speaks of.

use super::super::cell::SHOWN_CHARS;
use super::super::{Cell, Fault, FieldValue as _};
use super::BoundTable;
use crate::id::FirmId;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

/// The number of a firm, or what is wrong with its identifier.
type Known = Result<u32, Arc<Fault>>;

/// Firms met so far.
#[derive(Default)]
pub(super) struct Firms {
    /// Every identifier in its normal form, and every other text that was met.
    by_spelling: HashMap<Box<str>, Known>,
    /// By number.
    ids: Vec<FirmId>,
    /// The firm of the row before.
    last: u32,
}

/// The rows of a table by firm.
pub(super) struct NumberedRows {
    /// Rows from 0, in order of the numbers of their firms; those of one firm as delivered.
    rows: Vec<usize>,
    /// By number of a firm: where its rows begin. One more says where the last end; firms beyond have no row.
    starts: Vec<usize>,
    /// Rows whose firm cannot be read, in order.
    pub(super) faults: Vec<(usize, Arc<Fault>)>,
}

impl NumberedRows {
    /// The rows of a firm, from 0, as delivered.
    pub(super) fn of(&self, firm: u32) -> &[usize] {
        let at = firm as usize;
        let ends = self.starts.get(at).zip(self.starts.get(at + 1));
        ends.and_then(|(start, end)| self.rows.get(*start..*end))
            .unwrap_or_default()
    }

    /// Sorts rows by firm; `firms` holds the number of each, none where it cannot be read.
    fn by_firm(firms: &[Option<u32>], met: usize, faults: Vec<(usize, Arc<Fault>)>) -> Self {
        // First how many rows each firm has, from the second place on; then where they begin.
        let mut starts = vec![0_usize; met + 1];
        for firm in firms.iter().flatten() {
            if let Some(count) = starts.get_mut(*firm as usize + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let mut next = starts.clone();
        let mut rows = vec![0_usize; sum];
        for (row, firm) in firms.iter().enumerate() {
            let place = firm.and_then(|firm| next.get_mut(firm as usize));
            if let Some(place) = place {
                if let Some(slot) = rows.get_mut(*place) {
                    *slot = row;
                }
                *place += 1;
            }
        }
        Self { rows, starts, faults }
    }
}

impl Firms {
    /// Numbers the firms of a table.
    pub(super) fn number(&mut self, table: &BoundTable<'_, '_>) -> NumberedRows {
        let mut faults = Vec::new();
        let mut firms: Vec<Option<u32>> = Vec::with_capacity(table.rows());
        for chunk in &table.chunks {
            let mut number = |cell: Cell<'_>| {
                firms.push(match self.known(cell) {
                    Ok(number) => Some(number),
                    Err(fault) => {
                        faults.push((firms.len(), fault));
                        None
                    }
                });
            };
            match chunk.fields.first().copied().flatten() {
                Some(column) => column.each(&mut number),
                None => (0..chunk.rows).for_each(|_| number(Cell::Null)),
            }
        }
        NumberedRows::by_firm(&firms, self.ids.len(), faults)
    }

    /// The firms by number.
    pub(super) fn into_ids(self) -> Vec<FirmId> {
        self.ids
    }

    fn known(&mut self, cell: Cell<'_>) -> Known {
        // Text only: a number that is shown like a text need not be read like it.
        let Cell::Text(spelling) = cell else {
            return self.read(cell);
        };
        if let Some(number) = self.near(spelling) {
            self.last = number;
            return Ok(number);
        }
        if let Some(known) = self.by_spelling.get(spelling) {
            let known = known.clone();
            self.last = known.as_ref().map_or(self.last, |number| *number);
            return known;
        }
        let known = self.read(cell);
        if !self.by_spelling.contains_key(spelling) {
            self.by_spelling.insert(spelling.into(), known.clone());
        }
        known
    }

    /// The firm of the row before, or one of the next that were met: rows of a firm mostly stand together, and the firms of
    /// every table in one order. A look at a few identifiers side by side is cheaper than one into the map.
    fn near(&self, spelling: &str) -> Option<u32> {
        /// Firms that are looked at: most have rows in a table that half of the firms are in.
        const LOOKED_AT: Range<u32> = 0..4;
        let is_named = |number: &u32| {
            let id = self.ids.get(*number as usize);
            id.is_some_and(|id| id.as_str() == spelling)
        };
        LOOKED_AT
            .map(|ahead| self.last.saturating_add(ahead))
            .find(is_named)
    }

    /// Reads an identifier; a firm that was not met gets the next number.
    fn read(&mut self, cell: Cell<'_>) -> Known {
        let id = FirmId::read(cell).map_err(|fault| {
            Arc::new(Fault {
                field: "firm_id",
                rule: fault.rule,
                value: cell.shown(SHOWN_CHARS),
                message: fault.message,
            })
        })?;
        if let Some(known) = self.by_spelling.get(id.as_str()) {
            return known.clone();
        }
        let next = u32::try_from(self.ids.len()).unwrap_or(u32::MAX);
        self.by_spelling.insert(id.as_str().into(), Ok(next));
        self.ids.push(id);
        self.last = next;
        Ok(next)
    }
}
