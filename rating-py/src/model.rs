//! A model document in, a model that rates out: door 1 for Python.

use crate::columns::{Batches, Delivered, Frame};
use crate::error::{FirmRatingError, Result};
use crate::rating::{PyDossier, PyRating};
use crate::ratings::PyRatings;
use crate::records::{PyRecords, day};
use pyo3::prelude::*;
use pyo3_arrow::PyTable;
use rating_core::measure::Measure;
use rating_core::portfolio;
use rating_core::rating::{ModelSpec, RatingModel};
use rating_core::scale::Grade;
use rating_core::scorecard::{Characteristic, ColumnOfMeasures, Scorecard};

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
        let columns = self.columns(&frame)?;
        let lent: Vec<_> = columns.iter().map(MeasuredColumn::lend).collect();
        let scored = py.detach(|| self.core.rate_columns(&lent, frame.rows()));
        let grade = |place: &u8| self.core.master_scale().symbol(Grade::at(*place));
        Frame::default()
            .integers("score", scored.scores.iter().map(|score| i64::from(*score)))
            .numbers("pd", scored.pds.iter().copied())
            .text("credit_grade", scored.grades.iter().map(grade))
            .finish()
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

    /// The columns that the credit pillars ask for, all of which a measured frame must have.
    fn columns(&self, frame: &Delivered) -> Result<Vec<MeasuredColumn>> {
        let wanted = self.core.pillars().iter().flat_map(Scorecard::characteristics);
        let (present, absent): (Vec<_>, Vec<_>) = wanted
            .map(Characteristic::measure)
            .partition(|measure| frame.has(measure.id()));
        if !absent.is_empty() {
            let absent = absent.into_iter().map(Measure::id).collect();
            return Err(FirmRatingError::AbsentMeasures(absent));
        }
        let take = |measure: Measure| {
            let (values, reasons) = frame.outcomes(measure.id())?;
            Ok(MeasuredColumn {
                measure,
                values,
                reasons,
            })
        };
        present.into_iter().map(take).collect()
    }
}

/// One measure of many firms.
struct MeasuredColumn {
    measure: Measure,
    values: Vec<f64>,
    reasons: Vec<u8>,
}

impl MeasuredColumn {
    fn lend(&self) -> ColumnOfMeasures<'_> {
        ColumnOfMeasures {
            measure: self.measure,
            values: &self.values,
            reasons: &self.reasons,
        }
    }
}
