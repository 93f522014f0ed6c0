//! A model document in, a model that rates out: door 1 for Python.

use crate::columns::{Batches, Delivered};
use crate::error::{FirmRatingError, Result};
use crate::measured::{Wanted, scored, wanted_measures};
use crate::rating::{PyDossier, PyRating};
use crate::ratings::PyRatings;
use crate::records::{PyRecords, day};
use pyo3::prelude::*;
use pyo3_arrow::PyTable;
use rating_core::measure::Measure;
use rating_core::portfolio;
use rating_core::rating::{ModelSpec, RatingModel};

/// A rating model that holds together.
#[pyclass(frozen, name = "Model", module = "firmrating._firmrating")]
pub(crate) struct PyModel {
    core: RatingModel,
}

#[pymethods]
impl PyModel {
    /// Reads and checks a document.
    #[new]
    fn new(text: &str) -> Result<Self> {
        let spec = ModelSpec::from_json(text).map_err(|error| FirmRatingError::Model(vec![error]))?;
        Self::checked(spec)
    }

    /// A model that comes with the package.
    #[staticmethod]
    fn preset(id: &str) -> Result<Self> {
        Self::checked(ModelSpec::preset(id).ok_or_else(|| FirmRatingError::Preset(id.to_owned()))?)
    }

    #[getter]
    fn hash(&self) -> &str {
        self.core.hash()
    }

    /// The document as JSON.
    fn to_json(&self) -> String {
        self.core.spec().to_json()
    }

    /// Rates every firm of records.
    fn rate(&self, records: &PyRecords, as_of: &str) -> Result<PyRatings> {
        Ok(PyRatings::new(
            records.intake(),
            self.core.clone(),
            day("as_of", as_of)?,
        ))
    }

    /// Rates one firm.
    fn rate_firm(&self, py: Python<'_>, dossier: &PyDossier, as_of: &str) -> Result<PyRating> {
        let as_of = day("as_of", as_of)?;
        Ok(PyRating::new(py.detach(|| self.core.rate(dossier.core(), as_of))))
    }

    /// Credit score, PD and credit grade of measured firms, by column.
    fn score(&self, py: Python<'_>, measured: &Bound<'_, PyAny>) -> Result<PyTable> {
        let frame = Delivered::take("measured".to_owned(), measured)?;
        py.detach(|| scored(&self.core, &frame, Wanted::All))?.finish()
    }

    /// The measures that a measured frame must have.
    fn wanted(&self) -> Vec<&'static str> {
        wanted_measures(&self.core).into_iter().map(Measure::id).collect()
    }

    /// The scorecards, a line an attribute.
    fn card(&self) -> Result<PyTable> {
        let mut batches = Batches::default();
        batches.push(Batches::batch(&portfolio::card(&self.core))?);
        batches.finish()
    }
}

impl PyModel {
    fn checked(spec: ModelSpec) -> Result<Self> {
        let core = spec.check().map_err(FirmRatingError::Model)?;
        Ok(Self { core })
    }
}
