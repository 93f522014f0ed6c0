//! A frame as typed rows: what can be read is used, the rest is rejected with every fault.

use super::fault::LendingFault;
use crate::columns::{Delivered, Frame};
use crate::error::Result;
use pyo3_arrow::PyTable;
use rating_core::num::{Lgd, Money, Pd, ProbabilityError};
use rating_core::record::columns::TableInput;
use rating_core::record::{Cell, CellFault, CellValue as _, Fault, Reject};
use serde::de::DeserializeOwned;

/// What a frame may hold: columns that must be there, and columns that may.
pub(crate) struct Form {
    pub(super) table: &'static str,
    pub(super) needs: &'static [&'static str],
    pub(super) may_have: &'static [&'static str],
}

/// A frame on its way to rows.
pub(super) struct Sheet<'a> {
    form: &'static Form,
    table: TableInput<'a>,
    rows: usize,
    faults: Vec<(usize, Fault)>,
}

/// A column: what stands in each row, if it could be read.
pub(super) struct Cells<T>(Vec<Option<T>>);

impl<T> Cells<T> {
    /// Takes what stands in a row; nothing the second time.
    pub(super) fn at(&mut self, row: usize) -> Option<T> {
        self.0.get_mut(row).and_then(Option::take)
    }
}

/// Rows that could be read, each with its place in the frame, and the others.
pub(super) struct Rows<T> {
    pub(super) used: Vec<T>,
    pub(super) rejects: Vec<Reject>,
    pub(super) delivered: usize,
}

impl<'a> Sheet<'a> {
    /// Takes a frame of a form. Columns that the form does not have are refused: one that was misspelt would be missed
    /// in silence.
    pub(super) fn new(form: &'static Form, frame: &'a Delivered) -> Result<Self> {
        Self::with(form, frame, |unknown| unknown)
    }

    /// The same of a frame that may hold more, which is not read.
    pub(super) fn among(form: &'static Form, frame: &'a Delivered) -> Result<Self> {
        Self::with(form, frame, |_| Vec::new())
    }

    fn with(
        form: &'static Form,
        frame: &'a Delivered,
        refused: fn(Vec<String>) -> Vec<String>,
    ) -> Result<Self> {
        let has = |name: &String| [form.needs, form.may_have].concat().contains(&name.as_str());
        let unknown = refused(frame.columns().into_iter().filter(|name| !has(name)).collect());
        let missing: Vec<&'static str> = form
            .needs
            .iter()
            .copied()
            .filter(|name| !frame.has(name))
            .collect();
        if !(unknown.is_empty() && missing.is_empty()) {
            return Err(LendingFault::Columns {
                form,
                missing,
                unknown,
            }
            .into());
        }
        Ok(Self {
            form,
            table: frame.lend()?,
            rows: frame.rows(),
            faults: Vec::new(),
        })
    }

    /// A column that must hold something in every row.
    pub(super) fn need<T>(
        &mut self,
        name: &'static str,
        read: impl Fn(Cell<'_>) -> std::result::Result<T, CellFault>,
    ) -> Cells<T> {
        let required = || CellFault {
            rule: "required",
            message: "expected a value, got nothing".to_owned(),
        };
        self.column(name, |cell| {
            if cell.is_missing() {
                Err(required())
            } else {
                read(cell).map(Some)
            }
        })
    }

    /// A column that need not hold anything, nor be there.
    pub(super) fn some<T>(
        &mut self,
        name: &'static str,
        read: impl Fn(Cell<'_>) -> std::result::Result<T, CellFault>,
    ) -> Cells<T> {
        self.column(name, |cell| {
            if cell.is_missing() {
                Ok(None)
            } else {
                read(cell).map(Some)
            }
        })
    }

    fn column<T>(
        &mut self,
        name: &'static str,
        read: impl Fn(Cell<'_>) -> std::result::Result<Option<T>, CellFault>,
    ) -> Cells<T> {
        let mut values = Vec::with_capacity(self.rows);
        for chunk in &self.table.chunks {
            for (_, cells) in chunk.iter().filter(|(header, _)| *header == name) {
                for row in 0..cells.len() {
                    let cell = cells.cell(row);
                    match read(cell) {
                        Ok(value) => values.push(value),
                        Err(CellFault { rule, message }) => {
                            let value = cell.shown(60);
                            let fault = Fault {
                                field: name,
                                rule,
                                value,
                                message,
                            };
                            self.faults.push((values.len(), fault));
                            values.push(None);
                        }
                    }
                }
            }
        }
        Cells(values)
    }

    /// Makes something of every row without a fault; a row of which nothing can be made has one.
    pub(super) fn rows<T>(mut self, mut make: impl FnMut(usize) -> std::result::Result<T, Fault>) -> Rows<T> {
        let mut used = Vec::with_capacity(self.rows);
        let mut is_faulty = vec![false; self.rows];
        for (row, _) in &self.faults {
            if let Some(slot) = is_faulty.get_mut(*row) {
                *slot = true;
            }
        }
        for (row, is_faulty) in is_faulty.into_iter().enumerate() {
            match make(row) {
                Ok(value) if !is_faulty => used.push(value),
                Err(fault) if !is_faulty => self.refuse(row, fault),
                _ => {}
            }
        }
        Rows {
            used,
            rejects: self.rejects(),
            delivered: self.rows,
        }
    }

    /// Rows of a frame that could be read and are of no use all the same, as rejects.
    pub(super) fn refused(
        form: &'static Form,
        frame: &'a Delivered,
        rows: Vec<(usize, Fault)>,
    ) -> Result<Vec<Reject>> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let mut sheet = Self::among(form, frame)?;
        for (row, fault) in rows {
            sheet.refuse(row, fault);
        }
        Ok(sheet.rejects())
    }

    /// Notes the fault of a row, with what stands in its field.
    fn refuse(&mut self, row: usize, mut fault: Fault) {
        if fault.value.is_empty() {
            let cells = self.cells(row).find(|(header, _)| *header == fault.field);
            fault.value = cells.map(|(_, cell)| cell.shown(60)).unwrap_or_default();
        }
        self.faults.push((row, fault));
    }

    /// Makes something of every row, or refuses the frame with every fault.
    pub(super) fn all<T>(self, mut make: impl FnMut(usize) -> Option<T>) -> Result<Vec<T>> {
        let gap = || fault("", "required", &"expected a value, got nothing");
        self.all_of(|row| make(row).ok_or_else(gap))
    }

    /// The same where a row may have a fault of its own.
    pub(super) fn all_of<T>(
        self,
        make: impl FnMut(usize) -> std::result::Result<T, Fault>,
    ) -> Result<Vec<T>> {
        let rows = self.rows(make);
        if rows.rejects.is_empty() {
            Ok(rows.used)
        } else {
            Err(LendingFault::Rows(rows.rejects).into())
        }
    }

    fn rejects(&mut self) -> Vec<Reject> {
        self.faults.sort_by_key(|(row, _)| *row);
        let mut rejects: Vec<Reject> = Vec::new();
        for (row, fault) in std::mem::take(&mut self.faults) {
            let number = row as u64 + 1;
            match rejects.last_mut().filter(|last| last.row == number) {
                Some(last) => last.faults.push(fault),
                None => rejects.push(Reject {
                    table: self.form.table,
                    row: number,
                    faults: vec![fault],
                    content: self.content(row),
                }),
            }
        }
        rejects
    }

    /// A row as a JSON object of texts.
    fn content(&self, row: usize) -> String {
        let texts = self.cells(row).map(|(header, cell)| {
            let text = serde_json::Value::from(cell.shown(60));
            (header.to_owned(), text)
        });
        serde_json::Value::Object(texts.collect()).to_string()
    }

    /// The cells of a row, each with its column.
    fn cells(&self, row: usize) -> impl Iterator<Item = (&str, Cell<'_>)> {
        let mut first = 0;
        let chunk = self.table.chunks.iter().find_map(|chunk| {
            let rows = chunk.first().map_or(0, |(_, cells)| cells.len());
            let at = row.checked_sub(first).filter(|at| *at < rows);
            first += rows;
            at.map(|at| (chunk, at))
        });
        chunk
            .into_iter()
            .flat_map(|(chunk, at)| chunk.iter().map(move |(header, cells)| (*header, cells.cell(at))))
    }
}

/// The fault of a row whose value the core refused.
pub(super) fn fault(field: &'static str, rule: &'static str, message: &impl ToString) -> Fault {
    Fault {
        field,
        rule,
        value: String::new(),
        message: message.to_string(),
    }
}

/// Rejected rows, a line a fault, in the columns of the rejects of records.
pub(super) fn reject_frame(rejects: &[Reject]) -> Result<PyTable> {
    let lines = || {
        let rejects = rejects.iter();
        rejects.flat_map(|reject| reject.faults.iter().map(move |fault| (reject, fault)))
    };
    Frame::default()
        .text("table", lines().map(|(reject, _)| reject.table))
        .counts("row", lines().map(|(reject, _)| reject.row))
        .text("field", lines().map(|(_, fault)| fault.field))
        .text("rule", lines().map(|(_, fault)| fault.rule))
        .text("value", lines().map(|(_, fault)| &fault.value))
        .text("message", lines().map(|(_, fault)| &fault.message))
        .text("content", lines().map(|(reject, _)| &reject.content))
        .finish()
}

/// A finite number.
pub(super) fn number(cell: Cell<'_>) -> std::result::Result<f64, CellFault> {
    let value = match cell {
        Cell::Float(value) => Some(value),
        Cell::Integer(value) => Some(value as f64),
        Cell::Decimal { .. } => cell.shown(60).parse().ok(),
        Cell::Text(text) => text.trim().parse().ok(),
        _ => None,
    };
    let finite = value.filter(|value| value.is_finite());
    finite.ok_or_else(|| expected("number", "a finite number", cell))
}

/// A number of months or the like.
pub(super) fn count(cell: Cell<'_>) -> std::result::Result<u16, CellFault> {
    let count = number(cell).ok().filter(|value| value.fract().abs() <= 0.0);
    let count = count.and_then(|value| format!("{value}").parse().ok());
    count.ok_or_else(|| expected("count", "a whole number from 0 to 65,535", cell))
}

/// A number of months, at least one.
pub(super) fn months(cell: Cell<'_>) -> std::result::Result<u16, CellFault> {
    let months = count(cell)?;
    if months == 0 {
        return Err(expected("count", "at least one month", cell));
    }
    Ok(months)
}

/// An amount that is none or above.
pub(super) fn amount(cell: Cell<'_>) -> std::result::Result<Money, CellFault> {
    let amount = Money::from_cell(cell)?;
    if amount < Money::ZERO {
        return Err(expected("amount", "an amount from 0", cell));
    }
    Ok(amount)
}

/// A PD.
pub(super) fn pd(cell: Cell<'_>) -> std::result::Result<Pd, CellFault> {
    probability(cell, Pd::new)
}

/// Values separated by blanks.
pub(super) fn many<T>(
    read: impl Fn(Cell<'_>) -> std::result::Result<T, CellFault>,
) -> impl Fn(Cell<'_>) -> std::result::Result<Vec<T>, CellFault> {
    move |cell| match cell {
        Cell::Text(text) => text
            .split_whitespace()
            .map(|part| read(Cell::Text(part)))
            .collect(),
        one => Ok(vec![read(one)?]),
    }
}

/// An LGD.
pub(super) fn lgd(cell: Cell<'_>) -> std::result::Result<Lgd, CellFault> {
    probability(cell, Lgd::new)
}

fn probability<T>(
    cell: Cell<'_>,
    new: fn(f64) -> std::result::Result<T, ProbabilityError>,
) -> std::result::Result<T, CellFault> {
    new(number(cell)?).map_err(|error| CellFault {
        rule: "fraction",
        message: error.to_string(),
    })
}

/// A word of a list of words, as documents write it.
pub(super) fn word<T: DeserializeOwned>(cell: Cell<'_>) -> std::result::Result<T, CellFault> {
    let Cell::Text(text) = cell else {
        return Err(expected("code", "a word", cell));
    };
    of_word(text)
}

/// Words of a list of words, separated by blanks.
pub(super) fn words<T: DeserializeOwned>(cell: Cell<'_>) -> std::result::Result<Vec<T>, CellFault> {
    let Cell::Text(text) = cell else {
        return Err(expected("code", "words separated by blanks", cell));
    };
    text.split_whitespace().map(of_word).collect()
}

fn of_word<T: DeserializeOwned>(text: &str) -> std::result::Result<T, CellFault> {
    serde_json::from_value(text.trim().into()).map_err(|error| CellFault {
        rule: "code",
        message: error.to_string(),
    })
}

fn expected(rule: &'static str, wanted: &str, cell: Cell<'_>) -> CellFault {
    CellFault {
        rule,
        message: format!("expected {wanted}, got `{}`", cell.shown(60)),
    }
}
