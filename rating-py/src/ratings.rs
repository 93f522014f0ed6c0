//! Ratings of many firms.
//!
//! A rating is a function of records, model and day, all of which are immutable, so nothing of it is stored: each
//! table is laid out when it is asked for, in pieces, so that memory stays bounded and Ctrl-C is heard.

use crate::columns::Batches;
use crate::error::{FirmRatingError, Result};
use crate::rating::PyRating;
use arrow_array::RecordBatch;
use pyo3::prelude::*;
use pyo3_arrow::PyTable;
use rating_core::id::FirmId;
use rating_core::num::Date;
use rating_core::portfolio::{self, Table};
use rating_core::rating::{Rating, RatingModel, rate_pieces, rate_pieces_briefly};
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

    /// Rates every firm once and lays the ratings out; `progress` hears how many firms are done.
    fn sheets(
        &self,
        py: Python<'_>,
        progress: Option<&Bound<'_, PyAny>>,
        sheets: &[Sheet],
    ) -> Result<Vec<PyTable>> {
        let shows_contributions = sheets.iter().any(|sheet| sheet.shows_contributions);
        let mut tables: Vec<Batches> = sheets.iter().map(|_| Batches::default()).collect();
        let mut done = 0;
        for firms in self.intake.dossiers.chunks(FIRMS_A_LOOK) {
            py.check_signals()?;
            let pieces = py.detach(|| {
                let make = |ratings: &[Rating]| self.lay_out(sheets, ratings);
                if shows_contributions {
                    rate_pieces(&self.model, firms, self.as_of, make)
                } else {
                    rate_pieces_briefly(&self.model, firms, self.as_of, make)
                }
            });
            for piece in pieces {
                tables
                    .iter_mut()
                    .zip(piece?)
                    .for_each(|(table, batch)| table.push(batch));
            }
            done += firms.len();
            if let Some(progress) = progress {
                progress.call1((done,))?;
            }
        }
        if self.intake.dossiers.is_empty() {
            // The columns are the same.
            let none = self.lay_out(sheets, &[])?;
            tables
                .iter_mut()
                .zip(none)
                .for_each(|(table, batch)| table.push(batch));
        }
        tables.into_iter().map(Batches::finish).collect()
    }

    fn lay_out(&self, sheets: &[Sheet], ratings: &[Rating]) -> Result<Vec<RecordBatch>> {
        sheets
            .iter()
            .map(|sheet| Batches::batch(&(sheet.lay_out)(&self.model, ratings)))
            .collect()
    }

    fn sheet(&self, py: Python<'_>, progress: Option<&Bound<'_, PyAny>>, sheet: Sheet) -> Result<PyTable> {
        let table = self.sheets(py, progress, &[sheet])?.pop();
        // INVARIANT: as many tables as sheets.
        table.ok_or(FirmRatingError::Lost)
    }

    fn dossier(&self, firm_id: &str) -> Result<&Dossier> {
        find(&self.intake, firm_id)
    }
}

/// Firms that are rated between two looks at Ctrl-C.
const FIRMS_A_LOOK: usize = 65_536;

fn coverage<'a>(_model: &'a RatingModel, ratings: &'a [Rating]) -> Table<'a> {
    portfolio::coverage(ratings)
}

/// How one piece of ratings becomes a table.
type LayOut = for<'a> fn(&'a RatingModel, &'a [Rating]) -> Table<'a>;

/// One of the tables of a portfolio.
#[derive(Clone, Copy)]
struct Sheet {
    lay_out: LayOut,
    /// Whether it shows contributions: ratings are made without them where no table does.
    shows_contributions: bool,
}

impl Sheet {
    const fn new(lay_out: LayOut) -> Self {
        Self {
            lay_out,
            shows_contributions: false,
        }
    }
}

const RATINGS: Sheet = Sheet::new(portfolio::ratings);
const RULES: Sheet = Sheet::new(portfolio::rules);
const RULES_FOUND: Sheet = Sheet::new(portfolio::rules_found);
const COVERAGE: Sheet = Sheet::new(coverage);
const CONTRIBUTIONS: Sheet = Sheet {
    lay_out: portfolio::contributions,
    shows_contributions: true,
};

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
        self.sheet(py, progress, RATINGS)
    }

    /// A row a firm and characteristic.
    #[pyo3(signature = (progress = None))]
    fn contributions(&self, py: Python<'_>, progress: Option<&Bound<'_, PyAny>>) -> Result<PyTable> {
        self.sheet(py, progress, CONTRIBUTIONS)
    }

    /// A row a finding.
    #[pyo3(signature = (progress = None))]
    fn rules(&self, py: Python<'_>, progress: Option<&Bound<'_, PyAny>>) -> Result<PyTable> {
        self.sheet(py, progress, RULES)
    }

    /// A row a firm and department.
    #[pyo3(signature = (progress = None))]
    fn coverage(&self, py: Python<'_>, progress: Option<&Bound<'_, PyAny>>) -> Result<PyTable> {
        self.sheet(py, progress, COVERAGE)
    }

    /// What a run publishes, by name, contributions if asked for, from one rating of each firm: of rules what they found,
    /// and no coverage, whose days stand in the ratings.
    #[pyo3(signature = (*, contributions))]
    fn tables(&self, py: Python<'_>, contributions: bool) -> Result<Vec<(&'static str, PyTable)>> {
        let sheets = [
            ("ratings", RATINGS),
            ("contributions", CONTRIBUTIONS),
            ("rules", RULES_FOUND),
        ];
        let asked = sheets
            .into_iter()
            .filter(|(_, sheet)| contributions || !sheet.shows_contributions);
        let (names, sheets): (Vec<_>, Vec<_>) = asked.unzip();
        Ok(names.into_iter().zip(self.sheets(py, None, &sheets)?).collect())
    }

    /// The rating of one firm.
    fn rating(&self, firm_id: &str) -> Result<PyRating> {
        let dossier = self.dossier(firm_id)?;
        Ok(PyRating::new(self.model.rate(dossier, self.as_of)))
    }
}
