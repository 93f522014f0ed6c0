//! One firm and its rating.

use crate::error::{FirmRatingError, Result};
use pyo3::prelude::*;
use rating_core::rating::Rating;
use rating_core::record::Dossier;
use rating_core::report::{self, Language};

/// The records of one firm.
#[pyclass(frozen, name = "Dossier", module = "firmrating._firmrating")]
pub(crate) struct PyDossier {
    core: Dossier,
}

impl PyDossier {
    pub(crate) fn new(core: Dossier) -> Self {
        Self { core }
    }

    pub(crate) fn core(&self) -> &Dossier {
        &self.core
    }
}

#[pymethods]
impl PyDossier {
    /// Reads one firm from JSON; any fault is an error.
    #[new]
    fn from_text(text: &str) -> Result<Self> {
        Ok(Self::new(text.parse()?))
    }

    /// The firm.
    #[getter]
    fn firm_id(&self) -> &str {
        self.core.firm().as_str()
    }

    /// The records as JSON, as they were read: types checked, in order.
    fn to_json(&self) -> String {
        self.core.to_json()
    }

    fn __repr__(&self) -> String {
        format!(
            "Dossier({}, {} records)",
            self.core.firm(),
            self.core.record_count()
        )
    }
}

/// A rating of one firm with everything that explains it.
#[pyclass(frozen, name = "Rating", module = "firmrating._firmrating")]
pub(crate) struct PyRating {
    core: Rating,
}

impl PyRating {
    pub(crate) fn new(core: Rating) -> Self {
        Self { core }
    }
}

#[pymethods]
impl PyRating {
    /// The firm.
    #[getter]
    fn firm_id(&self) -> &str {
        self.core.firm.as_str()
    }

    /// The day as a `datetime.date`.
    #[getter]
    fn as_of<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let date = py.import("datetime")?.getattr("date")?;
        date.call_method1("fromisoformat", (self.core.as_of.to_string(),))
    }

    /// Where the firm stands: `rated`, `in_default`, `not_enough_information` or `withdrawn`.
    #[getter]
    fn standing(&self) -> &'static str {
        self.core.standing.word()
    }

    /// Government grade after rules; `D` in default, `NI` not enough information, `NR` withdrawn.
    #[getter]
    fn grade(&self) -> &str {
        self.core.symbol()
    }

    /// Credit score. Higher is safer.
    #[getter]
    fn score(&self) -> i32 {
        self.core.assessment.score
    }

    /// Probability of default within twelve months. Higher is riskier.
    #[getter]
    fn pd(&self) -> f64 {
        self.core.assessment.pd.get()
    }

    /// Grade of the PD on the master scale.
    #[getter]
    fn credit_grade(&self) -> &str {
        let model = &self.core.model;
        model.master_scale().symbol(self.core.assessment.credit)
    }

    /// Technology grade.
    #[getter]
    fn technology_grade(&self) -> &str {
        let model = &self.core.model;
        model.technology_scale().symbol(self.core.assessment.technology)
    }

    /// The rating as one page of words.
    #[pyo3(signature = (lang = "en"))]
    fn explain(&self, lang: &str) -> Result<String> {
        Ok(report::page(&self.core, language(lang)?))
    }

    /// Everything in it, for machines.
    fn to_json(&self) -> String {
        self.core.to_json()
    }

    fn __repr__(&self) -> String {
        let (firm, grade, as_of) = (&self.core.firm, self.core.symbol(), self.core.as_of);
        format!("Rating({firm}, {grade}, as of {as_of})")
    }
}

/// A language given as text.
pub(crate) fn language(text: &str) -> Result<Language> {
    text.parse()
        .map_err(|_| FirmRatingError::Language(text.to_owned()))
}
