//! Records in, counts, rejects and measures out.

use crate::columns::{Batches, Delivered, Frame, ROWS_A_PIECE};
use crate::error::{FirmRatingError, Result};
use crate::long_work;
use crate::rating::PyDossier;
use crate::ratings::find;
use pyo3::prelude::*;
use pyo3_arrow::PyTable;
use rating_core::num::Date;
use rating_core::portfolio::{self, measure_many};
use rating_core::record::columns::{ExtraColumns, TableInput};
use rating_core::record::{Dossier, Intake, TableCount, read_tables};
use std::sync::Arc;

/// From so many rows on, reading takes long enough to listen for Ctrl-C.
const LONG_ROWS: usize = 50_000;

/// Records as they were read.
#[pyclass(frozen, name = "Records", module = "firmrating._firmrating")]
pub(crate) struct PyRecords {
    intake: Arc<Intake>,
}

#[pymethods]
impl PyRecords {
    /// Reads tables: pairs of a name and a frame.
    #[new]
    #[pyo3(signature = (tables, *, ignore_extra = false))]
    fn new(py: Python<'_>, tables: Vec<(String, Bound<'_, PyAny>)>, ignore_extra: bool) -> Result<Self> {
        let extra = if ignore_extra {
            ExtraColumns::Ignore
        } else {
            ExtraColumns::Refuse
        };
        let tables = tables
            .into_iter()
            .map(|(name, frame)| Delivered::take(name, &frame))
            .collect::<Result<Vec<_>>>()?;
        let rows: usize = tables.iter().map(Delivered::rows).sum();
        let intake = if rows < LONG_ROWS {
            py.detach(|| read(&tables, extra))
        } else {
            long_work::listening(py, move || read(&tables, extra))
        }?;
        Ok(Self {
            intake: Arc::new(intake),
        })
    }

    fn __len__(&self) -> usize {
        self.intake.dossiers.len()
    }

    /// Rows in, used and rejected, a line a table.
    fn counts(&self) -> Result<PyTable> {
        let counts = &self.intake.counts;
        let column = |of: fn(&TableCount) -> u64| counts.iter().map(of);
        Frame::default()
            .text("table", counts.iter().map(|c| c.table))
            .counts("rows_in", column(|c| c.rows_in))
            .counts("used", column(|c| c.used))
            .counts("rejected", column(|c| c.rejected))
            .finish()
    }

    /// What could not be used, a line a fault.
    fn rejects(&self) -> Result<PyTable> {
        let lines = || {
            let rejects = self.intake.rejects.iter();
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

    /// Columns that were not read, as table and header.
    fn ignored(&self) -> Result<PyTable> {
        let ignored = &self.intake.ignored;
        Frame::default()
            .text("table", ignored.iter().map(|(table, _)| table))
            .text("column", ignored.iter().map(|(_, header)| header))
            .finish()
    }

    /// The firms, in the order of every answer.
    fn firms(&self) -> Result<PyTable> {
        self.with_firms().finish()
    }

    /// Every measure of every firm as known on a day.
    #[pyo3(signature = (as_of, *, reasons = false))]
    fn measure(&self, py: Python<'_>, as_of: &str, reasons: bool) -> Result<PyTable> {
        let as_of = day("as_of", as_of)?;
        let mut batches = Batches::default();
        let none: &[Dossier] = &[];
        let pieces = self.intake.dossiers.chunks(ROWS_A_PIECE);
        for piece in pieces.chain(self.intake.dossiers.is_empty().then_some(none)) {
            py.check_signals()?;
            batches.push(py.detach(|| {
                let measured = measure_many(piece, as_of);
                Batches::batch(&portfolio::measures(&measured, reasons))
            })?);
        }
        batches.finish()
    }

    /// The records of one firm.
    fn dossier(&self, firm_id: &str) -> Result<PyDossier> {
        Ok(PyDossier::new(find(&self.intake, firm_id)?.clone()))
    }
}

impl PyRecords {
    /// What was read, shared.
    pub(crate) fn intake(&self) -> Arc<Intake> {
        self.intake.clone()
    }

    fn with_firms(&self) -> Frame {
        let firms = self
            .intake
            .dossiers
            .iter()
            .map(|dossier| dossier.firm().to_string());
        Frame::default().text("firm_id", firms)
    }
}

fn read(tables: &[Delivered], extra: ExtraColumns) -> Result<Intake> {
    let lent = tables
        .iter()
        .map(Delivered::lend)
        .collect::<Result<Vec<TableInput<'_>>>>()?;
    Ok(read_tables(&lent, extra)?)
}

/// A day given as text.
pub(crate) fn day(argument: &'static str, text: &str) -> Result<Date> {
    text.parse().map_err(|error| FirmRatingError::Day {
        argument,
        value: text.to_owned(),
        error,
    })
}
