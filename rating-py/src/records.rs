//! Records in, counts, rejects and measures out.

use crate::columns::{Delivered, Frame, Numbers, Words};
use crate::error::{FirmRatingError, Result};
use crate::long_work;
use pyo3::prelude::*;
use pyo3_arrow::PyTable;
use rating_core::measure::{CATALOGUE, Measured, Measures};
use rating_core::num::Date;
use rating_core::record::columns::{ExtraColumns, TableInput};
use rating_core::record::{Intake, TableCount, read_tables};
use rayon::prelude::*;
use std::sync::Arc;

/// From so many rows on, reading takes long enough to listen for Ctrl-C.
const LONG_ROWS: usize = 50_000;
/// Firms that are measured between two looks at Ctrl-C.
const FIRMS_A_STEP: usize = 8_192;

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
        let dossiers = &self.intake.dossiers;
        let mut columns = MeasureColumns::new(dossiers.len(), reasons);
        for step in dossiers.chunks(FIRMS_A_STEP) {
            py.check_signals()?;
            py.detach(|| {
                let firms = step.par_iter().map(|dossier| Measures::of(&dossier.view(as_of)));
                columns.push(&firms.collect::<Vec<_>>());
            });
        }
        columns.finish(self.with_firms())
    }
}

impl PyRecords {
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

/// The measures of many firms, one column a measure, in order of the catalogue.
struct MeasureColumns {
    values: Vec<Numbers>,
    reasons: Option<Vec<Words>>,
}

impl MeasureColumns {
    fn new(firms: usize, reasons: bool) -> Self {
        let values = CATALOGUE.iter().map(|_| Numbers::with_capacity(firms)).collect();
        let reasons = reasons.then(|| CATALOGUE.iter().map(|_| Words::default()).collect());
        Self { values, reasons }
    }

    fn push(&mut self, firms: &[Measures]) {
        for (entry, column) in CATALOGUE.iter().zip(&mut self.values) {
            for measures in firms {
                column.push(measures.get(entry.measure).value());
            }
        }
        for (entry, column) in CATALOGUE.iter().zip(self.reasons.iter_mut().flatten()) {
            for measures in firms {
                column.push(match measures.get(entry.measure) {
                    Measured::Value(_) => None,
                    Measured::Missing(reason) => Some(reason.word()),
                });
            }
        }
    }

    fn finish(self, mut frame: Frame) -> Result<PyTable> {
        let mut reasons = self.reasons.map(Vec::into_iter);
        for (entry, values) in CATALOGUE.iter().zip(self.values) {
            frame = frame.built_numbers(entry.id, values);
            if let Some(words) = reasons.as_mut().and_then(Iterator::next) {
                frame = frame.built_words(&format!("{}__missing", entry.id), words);
            }
        }
        frame.finish()
    }
}
