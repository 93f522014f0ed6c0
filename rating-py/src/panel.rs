//! Panels: firms on observation dates, and what became of them.

use crate::columns::{Batches, ROWS_A_PIECE};
use crate::error::{FirmRatingError, Result};
use crate::long_work;
use crate::records::PyRecords;
use pyo3::prelude::*;
use pyo3_arrow::PyTable;
use rating_core::panel::{self, Counts, PanelDesign, PanelSpec};
use rating_core::record::Dossier;

/// A panel document that holds together.
#[pyclass(frozen, name = "PanelDesign", module = "firmrating._firmrating")]
pub(crate) struct PyPanelDesign {
    core: PanelDesign,
}

#[pymethods]
impl PyPanelDesign {
    /// Reads and checks a document.
    #[new]
    fn new(text: &str) -> Result<Self> {
        let spec = PanelSpec::from_json(text).map_err(|error| FirmRatingError::Panel(vec![error]))?;
        let core = spec.check().map_err(FirmRatingError::Panel)?;
        Ok(Self { core })
    }

    #[getter]
    fn hash(&self) -> &str {
        self.core.hash()
    }

    /// The document as JSON.
    fn to_json(&self) -> String {
        self.core.spec().to_json()
    }

    /// Every firm of records on every observation date: a row each, and the counts.
    #[pyo3(signature = (records, *, reasons = false))]
    fn observe(&self, py: Python<'_>, records: &PyRecords, reasons: bool) -> Result<(PyTable, PyTable)> {
        let intake = records.intake();
        let (mut rows, mut counts) = (Batches::default(), Counts::default());
        // Without firms there is one piece without rows: the columns are the same.
        let none: &[Dossier] = &[];
        let firms = (ROWS_A_PIECE / self.core.dates().len().max(1)).max(1);
        let pieces = intake.dossiers.chunks(firms);
        for piece in pieces.chain(intake.dossiers.is_empty().then_some(none)) {
            py.check_signals()?;
            let (batch, of_piece) = py.detach(|| {
                let observed = self.core.observe(piece);
                let batch = Batches::batch(&panel::rows(&self.core, &observed, reasons));
                batch.map(|batch| (batch, Counts::of(&observed)))
            })?;
            rows.push(batch);
            counts.add(&of_piece);
        }
        let mut told = Batches::default();
        told.push(Batches::batch(&counts.table())?);
        Ok((rows.finish()?, told.finish()?))
    }

    /// What the leak check finds, a row a measure.
    fn leaks(&self, py: Python<'_>, records: &PyRecords) -> Result<PyTable> {
        let (design, intake) = (self.core.clone(), records.intake());
        let found = long_work::listening(py, move || {
            let observed = design.observe(&intake.dossiers);
            Ok(design.leaks(&intake.dossiers, &observed))
        })?;
        let mut rows = Batches::default();
        rows.push(Batches::batch(&panel::leaks(&found))?);
        rows.finish()
    }
}
