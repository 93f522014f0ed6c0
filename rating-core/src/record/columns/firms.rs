//! Which firm each row speaks of.

use super::super::cell::SHOWN_CHARS;
use super::super::{Cell, Fault, FieldValue as _};
use super::Column;
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
    /// The text of the row before: rows of one firm mostly stand together.
    last: Option<(String, Known)>,
}

/// The firms of some rows of a chunk.
pub(super) struct NumberedRows {
    /// The rows.
    pub(super) rows: Range<usize>,
    /// The number of the firm of each; any number where it has a fault.
    pub(super) firms: Vec<u32>,
    /// Rows whose firm cannot be read, in order.
    pub(super) faults: Vec<(usize, Arc<Fault>)>,
}

impl Firms {
    /// Numbers the firms of some rows.
    pub(super) fn number(&mut self, column: Option<&dyn Column>, rows: Range<usize>) -> NumberedRows {
        let mut faults = Vec::new();
        let mut number = |row: usize| match self.known(column.map_or(Cell::Null, |c| c.cell(row))) {
            Ok(number) => number,
            Err(fault) => {
                faults.push((row, fault));
                0
            }
        };
        let firms = rows.clone().map(&mut number).collect();
        NumberedRows { rows, firms, faults }
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
        if let Some((last, known)) = &self.last
            && last == spelling
        {
            return known.clone();
        }
        let known = if let Some(known) = self.by_spelling.get(spelling) {
            known.clone()
        } else {
            let known = self.read(cell);
            if !self.by_spelling.contains_key(spelling) {
                self.by_spelling.insert(spelling.into(), known.clone());
            }
            known
        };
        let (last, held) = self.last.get_or_insert_with(|| (String::new(), Ok(0)));
        spelling.clone_into(last);
        held.clone_from(&known);
        known
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
        Ok(next)
    }
}
