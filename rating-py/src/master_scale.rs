//! Master scales: bands of PDs, made, checked on outcomes and laid beside another.

use crate::columns::{Delivered, Frame};
use crate::error::{FirmRatingError, Result, document, part_of_scale, refused};
use crate::validation::{outcomes, probabilities};
use pyo3::prelude::*;
use pyo3_arrow::PyTable;
use rating_core::fit::master_scale::{
    self, GradeOutcome, MasterScaleError, MasterScaleSpec, ScaleFault, ScaleRules,
};
use rating_core::num::Pd;
use rating_core::scale::MasterScale;
use rating_core::validation::{self as statistics, CalibrationGroup, Confidence};

/// PD to grade.
#[pyclass(frozen, eq, name = "MasterScale", module = "firmrating._firmrating")]
#[derive(PartialEq)]
pub(crate) struct PyMasterScale {
    core: MasterScale,
}

/// What a scale is asked for.
#[derive(Clone, Copy, FromPyObject)]
struct Rules {
    #[pyo3(item)]
    min_defaults: u64,
    #[pyo3(item)]
    max_share: f64,
    #[pyo3(item)]
    max_concentration: f64,
}

#[pymethods]
impl PyMasterScale {
    /// Reads and checks a document.
    #[new]
    fn new(text: &str) -> Result<Self> {
        let read = MasterScaleSpec::from_json(text).and_then(MasterScaleSpec::check);
        let core = read.map_err(|error| {
            Python::attach(|py| {
                FirmRatingError::Python(match &error {
                    MasterScaleError::Scale(errors) => {
                        document(py, errors, |error| Some(part_of_scale(error)))
                    }
                    other => document(py, std::slice::from_ref(other), |_| None),
                })
            })
        })?;
        Ok(Self { core })
    }

    /// A scale of bands whose widths are equal in ln PD.
    #[staticmethod]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a list of Python is made a list of Rust"
    )]
    fn geometric(least: f64, most: f64, symbols: Vec<String>) -> Result<Self> {
        let ends = master_scale::geometric_ends(least, most, symbols.len());
        Self::given(ends, &symbols)
    }

    /// A scale of bands that keep log-odds together, of a frame with the column `pd`.
    #[staticmethod]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a list of Python is made a list of Rust"
    )]
    fn clustered(py: Python<'_>, sample: &Bound<'_, PyAny>, symbols: Vec<String>) -> Result<Self> {
        let sample = Delivered::take("sample".to_owned(), sample)?;
        let pds = probabilities(&sample, "pd")?;
        let ends = py.detach(|| master_scale::clustered_ends(&pds, symbols.len()));
        Self::given(ends, &symbols)
    }

    /// The scale of the benchmark PDs.
    #[staticmethod]
    fn benchmark() -> Result<Self> {
        let core = master_scale::benchmark_scale().map_err(|error| no_scale(&error))?;
        Ok(Self { core })
    }

    /// Symbols and ends of bands, least risk first.
    #[getter]
    fn bands(&self) -> Vec<(String, Option<f64>)> {
        let bands = self.core.bands().iter();
        bands.map(|band| (band.grade.clone(), band.pd_below)).collect()
    }

    /// The document as JSON.
    fn to_json(&self) -> String {
        MasterScaleSpec::of(&self.core).to_json()
    }

    /// Grade and rank of each PD of a frame with the column `pd`.
    fn grade(&self, py: Python<'_>, sample: &Bound<'_, PyAny>) -> Result<PyTable> {
        let sample = Delivered::take("sample".to_owned(), sample)?;
        let pds = probabilities(&sample, "pd")?;
        let grades: Vec<_> = py.detach(|| pds.iter().map(|pd| self.core.grade_from_pd(*pd)).collect());
        Frame::default()
            .text("grade", grades.iter().map(|grade| self.core.symbol(*grade)))
            .integers("rank", grades.iter().map(|grade| i64::from(grade.rank())))
            .finish()
    }

    /// What outcomes say of it: a row a grade, a row a fault, and the concentration; of a frame with the columns `pd`
    /// and `bad`.
    fn check(
        &self,
        py: Python<'_>,
        sample: &Bound<'_, PyAny>,
        rules: Rules,
    ) -> Result<(PyTable, PyTable, Option<f64>)> {
        let sample = Delivered::take("sample".to_owned(), sample)?;
        let (pds, bad) = (probabilities(&sample, "pd")?, outcomes(&sample)?);
        let rules = ScaleRules {
            least_defaults: rules.min_defaults,
            most_share: rules.max_share,
            most_concentration: rules.max_concentration,
        };
        let report = py.detach(|| master_scale::scale_report(&self.core, (&pds, &bad), rules));
        let report = report.map_err(|error| no_scale(&error))?;
        let rows = &report.grades;
        let groups: Vec<_> = rows
            .iter()
            .map(|row| CalibrationGroup {
                firms: row.firms,
                defaults: row.defaults,
                mean_pd: row.mean_pd.unwrap_or_default(),
            })
            .collect();
        let intervals: Vec<_> = groups
            .iter()
            .map(|g| g.interval(Confidence::Percent95).filter(|_| g.firms > 0))
            .collect();
        let p_value = |g: &CalibrationGroup| {
            let pd = Pd::new(g.mean_pd).ok()?;
            statistics::jeffreys(pd, g.defaults, g.firms).ok()
        };
        let grades = Frame::default()
            .text("grade", rows.iter().map(|row| row.grade.as_str()))
            .counts("firms", rows.iter().map(|row| row.firms))
            .counts("defaults", rows.iter().map(|row| row.defaults))
            .some_numbers("mean_pd", rows.iter().map(|row| row.mean_pd))
            .some_numbers("default_rate", rows.iter().map(GradeOutcome::default_rate))
            .some_numbers("rate_lower", intervals.iter().map(|i| i.map(|i| i.lower)))
            .some_numbers("rate_upper", intervals.iter().map(|i| i.map(|i| i.upper)))
            .some_numbers("p_value", groups.iter().map(p_value))
            .finish()?;
        Ok((grades, faults(&report.faults)?, report.concentration))
    }

    /// Its grades by the grades of another scale, a row a grade.
    fn mapping(&self, onto: &Self) -> Result<PyTable> {
        let rows = master_scale::mapping(&self.core, &onto.core);
        Frame::default()
            .text("grade", rows.iter().map(|row| row.grade.as_str()))
            .numbers("pd_from", rows.iter().map(|row| row.pd_from))
            .some_numbers("pd_below", rows.iter().map(|row| row.pd_below))
            .text("safest", rows.iter().map(|row| row.safest.as_str()))
            .text("riskiest", rows.iter().map(|row| row.riskiest.as_str()))
            .finish()
    }
}

impl PyMasterScale {
    fn given(ends: std::result::Result<Vec<f64>, MasterScaleError>, symbols: &[String]) -> Result<Self> {
        let made = ends.and_then(|ends| master_scale::master_scale(&ends, symbols));
        let core = made.map_err(|error| no_scale(&error))?;
        Ok(Self { core })
    }
}

/// One fault as cells: word, grade, the grade it is compared with, defaults, number.
type FaultCells<'a> = (
    &'static str,
    Option<&'a str>,
    Option<&'a str>,
    Option<u64>,
    Option<f64>,
);

fn cells(fault: &ScaleFault) -> FaultCells<'_> {
    match fault {
        ScaleFault::NotMonotone { safer, riskier } => {
            ("not_monotone", Some(riskier), Some(safer), None, None)
        }
        ScaleFault::FewDefaults { grade, defaults } => {
            ("few_defaults", Some(grade), None, Some(*defaults), None)
        }
        ScaleFault::LargeShare { grade, share } => ("large_share", Some(grade), None, None, Some(*share)),
        ScaleFault::Concentrated { index } => ("concentrated", None, None, None, Some(*index)),
    }
}

fn faults(faults: &[ScaleFault]) -> Result<PyTable> {
    let rows: Vec<_> = faults.iter().map(cells).collect();
    let whole = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    Frame::default()
        .text("fault", rows.iter().map(|row| row.0))
        .some_text("grade", rows.iter().map(|row| row.1))
        .some_text("safer_grade", rows.iter().map(|row| row.2))
        .some_integers("defaults", rows.iter().map(|row| row.3.map(whole)))
        .some_numbers("value", rows.iter().map(|row| row.4))
        .finish()
}

fn no_scale(error: &MasterScaleError) -> FirmRatingError {
    match error {
        MasterScaleError::LengthsDiffer { pds, bad } => {
            let message = format!("`pd` and `bad` must have the same length, got `{pds}` and `{bad}`");
            refused(&message, None, None)
        }
        MasterScaleError::Domain { field, .. } => refused(error, Some(field), None),
        MasterScaleError::TooFewPds { .. } => refused(error, Some("pd"), None),
        MasterScaleError::Symbols { .. } => refused(error, Some("grades"), None),
        MasterScaleError::Document(_) | MasterScaleError::Scale(_) => refused(error, None, None),
    }
}
