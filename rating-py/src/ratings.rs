//! Ratings of many firms.
//!
//! A rating is a function of records, model and day, all of which are immutable, so nothing of it is stored: each
//! table is laid out when it is asked for, in pieces, so that memory stays bounded and Ctrl-C is heard.

use crate::columns::{Batches, ROWS_A_PIECE};
use crate::error::{FirmRatingError, Result};
use crate::rating::PyRating;
use pyo3::prelude::*;
use pyo3_arrow::PyTable;
use rating_core::id::FirmId;
use rating_core::num::Date;
use rating_core::portfolio::{self, Table};
use rating_core::rating::{Rating, RatingModel, rate_many};
use rating_core::record::{Dossier, Intake};
use std::sync::Arc;

/// Ratings of all firms of records by one model as of one day.
#[pyclass(frozen, name = "Ratings", module = "firmrating._firmrating")]
pub(crate) struct PyRatings {
    intake: Arc<Intake>,
    model: RatingModel,
    as_of: Date,
}

impl PyRatings {
    pub(crate) fn new(intake: Arc<Intake>, model: RatingModel, as_of: Date) -> Self {
        Self { intake, model, as_of }
    }

    /// The records, the model and the day.
    pub(crate) fn parts(&self) -> (Arc<Intake>, RatingModel, Date) {
        (self.intake.clone(), self.model.clone(), self.as_of)
    }

    /// Rates piece by piece and lays each piece out; `progress` hears how many firms are done.
    fn sheet(&self, py: Python<'_>, progress: Option<&Bound<'_, PyAny>>, lay_out: LayOut) -> Result<PyTable> {
        let mut batches = Batches::default();
        let mut done = 0;
        // Without firms there is one piece without rows: the columns are the same.
        let none: &[Dossier] = &[];
        let pieces = self.intake.dossiers.chunks(ROWS_A_PIECE);
        for piece in pieces.chain(self.intake.dossiers.is_empty().then_some(none)) {
            py.check_signals()?;
            let batch = py.detach(|| {
                let ratings = rate_many(&self.model, piece, self.as_of);
                Batches::batch(&lay_out(&self.model, &ratings))
            })?;
            batches.push(batch);
            done += piece.len();
            if let Some(progress) = progress {
                progress.call1((done,))?;
            }
        }
        batches.finish()
    }

    fn dossier(&self, firm_id: &str) -> Result<&Dossier> {
        find(&self.intake, firm_id)
    }
}

/// How one piece of ratings becomes a table.
type LayOut = for<'a> fn(&'a RatingModel, &'a [Rating]) -> Table<'a>;

/// The dossier of a firm, by any spelling that records may use.
pub(crate) fn find<'a>(intake: &'a Intake, firm_id: &str) -> Result<&'a Dossier> {
    let id = FirmId::new(firm_id).map_err(|_| FirmRatingError::NoFirm(firm_id.to_owned()))?;
    // INVARIANT: the firms of an intake stand in order of their ids.
    let found = intake
        .dossiers
        .binary_search_by(|dossier| dossier.firm().cmp(&id));
    let dossier = found.ok().and_then(|at| intake.dossiers.get(at));
    dossier.ok_or_else(|| FirmRatingError::NoFirm(firm_id.to_owned()))
}

#[pymethods]
impl PyRatings {
    fn __len__(&self) -> usize {
        self.intake.dossiers.len()
    }

    /// A row a firm.
    #[pyo3(signature = (progress = None))]
    fn frame(&self, py: Python<'_>, progress: Option<&Bound<'_, PyAny>>) -> Result<PyTable> {
        self.sheet(py, progress, portfolio::ratings)
    }

    /// A row a firm and characteristic.
    #[pyo3(signature = (progress = None))]
    fn contributions(&self, py: Python<'_>, progress: Option<&Bound<'_, PyAny>>) -> Result<PyTable> {
        self.sheet(py, progress, portfolio::contributions)
    }

    /// A row a finding.
    #[pyo3(signature = (progress = None))]
    fn rules(&self, py: Python<'_>, progress: Option<&Bound<'_, PyAny>>) -> Result<PyTable> {
        self.sheet(py, progress, portfolio::rules)
    }

    /// A row a firm and department.
    #[pyo3(signature = (progress = None))]
    fn coverage(&self, py: Python<'_>, progress: Option<&Bound<'_, PyAny>>) -> Result<PyTable> {
        self.sheet(py, progress, |_, ratings| portfolio::coverage(ratings))
    }

    /// The rating of one firm.
    fn rating(&self, firm_id: &str) -> Result<PyRating> {
        let dossier = self.dossier(firm_id)?;
        Ok(PyRating::new(self.model.rate(dossier, self.as_of)))
    }
}
