//! Curves of PDs: fitted, given, moved, and what they make of columns.

mod column;
mod fault;

use crate::columns::{Delivered, Frame};
use crate::error::{FirmRatingError, Result, ValidationError, document, refused};
use crate::validation::{count, counts, number, outcomes, probabilities, whole};
use column::{Column, points, pools, symbols, texts};
use fault::{no_curve, no_pds, part_of_curve};
use pyo3::prelude::*;
use pyo3_arrow::PyTable;
use rating_core::calibration::CalibrationSpec;
use rating_core::fit::pd::{
    self, BetaCurve, Conservatism, CurveInput, CurveSampleSpec, CurveSpec, GradeCounts, GradePdSpec, PdCurve,
    PdCurveSpec, PdMethod, PosteriorOf,
};
use rating_core::fit::{CalibrationOptions, FitError, calibration};
use rating_core::num::Pd;

/// Scores, PDs or grades to PDs.
#[pyclass(frozen, eq, name = "Calibration", module = "firmrating._firmrating")]
#[derive(PartialEq)]
pub(crate) struct PyCalibration {
    core: PdCurve,
}

/// What of a fit is chosen.
#[derive(Clone, FromPyObject)]
struct Chosen {
    #[pyo3(item)]
    base_score: f64,
    #[pyo3(item)]
    central_tendency: Option<f64>,
    #[pyo3(item)]
    pd_floor: f64,
    #[pyo3(item)]
    least_of_each: usize,
    /// Stamp of the card whose scores they are.
    #[pyo3(item)]
    card: Option<String>,
}

#[pymethods]
impl PyCalibration {
    /// Reads and checks a document.
    #[new]
    fn new(text: &str) -> Result<Self> {
        let read = PdCurveSpec::from_json(text).and_then(PdCurveSpec::check);
        let core = read.map_err(|error| {
            Python::attach(|py| FirmRatingError::Python(document(py, &[error], part_of_curve)))
        })?;
        Ok(Self { core })
    }

    /// Fits a curve to a frame with the columns `x` and `bad`.
    #[staticmethod]
    fn fit(py: Python<'_>, sample: &Bound<'_, PyAny>, method: &str, chosen: Chosen) -> Result<Self> {
        let sample = Delivered::take("sample".to_owned(), sample)?;
        let bad = outcomes(&sample)?;
        let column = match method {
            "logistic" | "platt" | "isotonic" => Column::Scores(points(&sample, "x")?),
            "beta" => Column::Pds(probabilities(&sample, "x")?),
            other => {
                let words = &["logistic", "platt", "isotonic", "beta"];
                let value = other.to_owned();
                return Err(ValidationError::Word {
                    argument: "method",
                    words,
                    value,
                }
                .into());
            }
        };
        enough(&bad, chosen.least_of_each)?;
        let core = py.detach(move || {
            let fitted = fitted(method, &column, &bad, &chosen)?.check();
            let fitted = fitted.map_err(|error| no_curve(&error))?;
            match chosen.central_tendency {
                Some(tendency) => fitted
                    .anchored(column.lend(), tendency)
                    .map_err(|error| no_curve(&error)),
                None => Ok(fitted),
            }
        })?;
        Ok(Self { core })
    }

    /// PDs as they are, moved to a population of another default rate.
    #[staticmethod]
    fn prior_correction(sample_rate: f64, population_rate: f64) -> Result<Self> {
        let shift = pd::prior_shift(sample_rate, population_rate).map_err(|error| no_pds(&error))?;
        let mut spec = PdCurveSpec::new(PdMethod::PriorCorrection, CurveSpec::Identity);
        spec.shift = shift;
        Self::checked(spec)
    }

    /// PDs of a frame with the column `pd`, moved so that their mean is the central tendency.
    #[staticmethod]
    fn anchor(sample: &Bound<'_, PyAny>, central_tendency: f64) -> Result<Self> {
        let sample = Delivered::take("sample".to_owned(), sample)?;
        let pds = probabilities(&sample, "pd")?;
        let mut spec = PdCurveSpec::new(PdMethod::Anchor, CurveSpec::Identity);
        let anchor = pd::anchor(&pds, central_tendency).map_err(|error| no_pds(&error))?;
        spec.shift = anchor.shift();
        Self::checked(spec)
    }

    /// A PD a grade by quasi-moment matching, of a frame with the columns `grade` and `obligors`.
    #[staticmethod]
    fn moments(grades: &Bound<'_, PyAny>, central_tendency: f64, accuracy_ratio: f64) -> Result<Self> {
        let grades = Delivered::take("grades".to_owned(), grades)?;
        let obligors = counts(&grades, "obligors")?;
        let curve = pd::moment_curve(&obligors, central_tendency, accuracy_ratio);
        let curve = curve.map_err(|error| no_pds(&error))?;
        Self::by_grade(PdMethod::Moments, symbols(&grades)?, curve.pds)
    }

    /// The bounds of Pluto and Tasche, of a frame with the columns `grade`, `obligors` and `defaults`.
    #[staticmethod]
    fn pluto_tasche(
        py: Python<'_>,
        grades: &Bound<'_, PyAny>,
        confidence: f64,
        correlation: f64,
    ) -> Result<Self> {
        let grades = Delivered::take("grades".to_owned(), grades)?;
        let counted = pools(&grades)?;
        let bounds = py.detach(|| pd::pluto_tasche(&counted, confidence, correlation));
        let bounds = bounds.map_err(|error| no_pds(&error))?;
        Self::by_grade(PdMethod::PlutoTasche, symbols(&grades)?, made(bounds)?)
    }

    /// Bayesian PDs, of a frame with the columns `grade`, `obligors` and `defaults`.
    #[staticmethod]
    fn bayes(grades: &Bound<'_, PyAny>, prior: &str, quantile: Option<f64>) -> Result<Self> {
        let grades = Delivered::take("grades".to_owned(), grades)?;
        let wanted = posterior(prior, quantile)?;
        let pds = pools(&grades)?
            .into_iter()
            .map(|pool| pd::posterior_pd(pool, wanted));
        let pds: Vec<f64> = pds
            .collect::<std::result::Result<_, _>>()
            .map_err(|error| no_pds(&error))?;
        Self::by_grade(PdMethod::Bayes, symbols(&grades)?, made(pds)?)
    }

    /// What it makes PDs of: `scores`, `pds` or `grades`.
    #[getter]
    fn input(&self) -> &'static str {
        self.core.input().word()
    }

    /// The document as JSON.
    fn to_json(&self) -> String {
        self.core.spec().to_json()
    }

    /// The PDs of a frame with the column `x`.
    fn pd(&self, py: Python<'_>, sample: &Bound<'_, PyAny>) -> Result<PyTable> {
        let column = self.column(sample)?;
        let pds = py.detach(|| self.core.pds(column.lend()));
        let pds = pds.map_err(|error| no_curve(&error))?;
        Frame::default()
            .numbers("pd", pds.into_iter().map(Pd::get))
            .finish()
    }

    /// The same curve moved so that the mean of the PDs of a frame with the column `x` is the central tendency.
    fn anchored(&self, sample: &Bound<'_, PyAny>, central_tendency: f64) -> Result<Self> {
        let column = self.column(sample)?;
        let core = self.core.clone().anchored(column.lend(), central_tendency);
        Ok(Self {
            core: core.map_err(|error| no_curve(&error))?,
        })
    }

    /// The same curve with another margin.
    fn with_margin(&self, data_and_methods: f64, changes: f64, estimation: f64) -> Result<Self> {
        let margin = Conservatism::new(data_and_methods, changes, estimation);
        let margin = margin.map_err(|error| no_pds(&error))?;
        Ok(Self {
            core: self.core.clone().with_margin(margin),
        })
    }

    /// The same curve with another floor.
    fn with_floor(&self, pd_floor: f64) -> Result<Self> {
        let mut spec = self.core.spec().clone();
        spec.pd_floor = pd_floor;
        Self::checked(spec)
    }

    /// What a model takes of it, as JSON; a curve over PDs with the calibration of the card or model whose PDs they are.
    #[pyo3(signature = (of=None))]
    fn for_model(&self, of: Option<&str>) -> Result<String> {
        let made = match of {
            Some(text) => {
                let of: CalibrationSpec = serde_json::from_str(text)
                    .map_err(|error| refused(&format!("`of`: {error}"), Some("of"), None))?;
                self.core.for_model_over(&of)
            }
            None => self.core.for_model(),
        };
        let made = made.map_err(|error| no_curve(&error))?;
        Ok(serde_json::to_string(&made).unwrap_or_default())
    }
}

impl PyCalibration {
    fn checked(spec: PdCurveSpec) -> Result<Self> {
        let core = spec.check().map_err(|error| no_curve(&error))?;
        Ok(Self { core })
    }

    fn by_grade(method: PdMethod, symbols: Vec<String>, pds: Vec<Pd>) -> Result<Self> {
        let grades = symbols.into_iter().zip(pds);
        let grades = grades.map(|(grade, pd)| GradePdSpec { grade, pd });
        Self::checked(PdCurveSpec::new(method, CurveSpec::Grades(grades.collect())))
    }

    fn column(&self, sample: &Bound<'_, PyAny>) -> Result<Column> {
        let sample = Delivered::take("sample".to_owned(), sample)?;
        Ok(match self.core.input() {
            CurveInput::Scores => Column::Scores(points(&sample, "x")?),
            CurveInput::Pds => Column::Pds(probabilities(&sample, "x")?),
            CurveInput::Grades => Column::Grades(texts(&sample, "x")?),
        })
    }
}

/// INVARIANT: the column is of the kind that the method takes.
fn fitted(method: &str, column: &Column, bad: &[bool], chosen: &Chosen) -> Result<PdCurveSpec> {
    let mut error = None;
    let mut spec = match (method, column) {
        ("logistic", Column::Scores(scores)) => {
            let options = CalibrationOptions {
                base_score: chosen.base_score,
                pd_floor: chosen.pd_floor,
                least_of_each: chosen.least_of_each,
                central_tendency: None,
            };
            let fitted = calibration(scores, bad, options).map_err(|e| refused(&e, None, None))?;
            error = Some(fitted.slope_standard_error);
            PdCurveSpec::new(PdMethod::Logistic, CurveSpec::Line(fitted.spec))
        }
        ("platt", Column::Scores(scores)) => {
            let numbers: Vec<f64> = scores.iter().map(|score| f64::from(*score)).collect();
            let curve = pd::platt_curve(&numbers, bad).map_err(|e| no_pds(&e))?;
            let mut line = curve.line(chosen.base_score, bad);
            line.pd_floor = chosen.pd_floor;
            PdCurveSpec::new(PdMethod::Platt, CurveSpec::Line(line))
        }
        (_, Column::Scores(scores)) => {
            let curve = pd::isotonic_curve(scores, bad).map_err(|e| no_pds(&e))?;
            PdCurveSpec::new(PdMethod::Isotonic, CurveSpec::Steps(curve.steps().to_vec()))
        }
        (_, Column::Pds(pds)) => {
            let curve: BetaCurve = pd::beta_curve(pds, bad).map_err(|e| no_pds(&e))?;
            PdCurveSpec::new(PdMethod::Beta, CurveSpec::Beta(curve))
        }
        (_, Column::Grades(_)) => PdCurveSpec::new(PdMethod::Given, CurveSpec::Grades(Vec::new())),
    };
    if !matches!(spec.curve, CurveSpec::Line(_)) {
        spec.pd_floor = chosen.pd_floor;
    }
    spec.sample = Some(CurveSampleSpec {
        firms: bad.len() as u64,
        defaults: bad.iter().filter(|bad| **bad).count() as u64,
        slope_standard_error: error,
    });
    spec.card.clone_from(&chosen.card);
    Ok(spec)
}

/// What the regression of every method asks for.
fn enough(bad: &[bool], least: usize) -> Result<()> {
    let defaults = bad.iter().filter(|bad| **bad).count();
    let others = bad.len() - defaults;
    if defaults.min(others) >= least.max(1) {
        return Ok(());
    }
    let error = FitError::TooFew {
        least: least.max(1),
        defaults,
        others,
    };
    Err(refused(&error, Some("bad"), None))
}

fn posterior(prior: &str, quantile: Option<f64>) -> Result<PosteriorOf> {
    match (prior, quantile) {
        ("neutral", None) => Ok(PosteriorOf::NeutralMean),
        ("neutral", Some(quantile)) => Ok(PosteriorOf::NeutralQuantile(quantile)),
        ("conservative", Some(quantile)) => Ok(PosteriorOf::ConservativeQuantile(quantile)),
        ("conservative", None) => {
            let message = "the `conservative` prior needs a `quantile`";
            Err(refused(&message, Some("quantile"), None))
        }
        _ => Err(ValidationError::Word {
            argument: "prior",
            words: &["neutral", "conservative"],
            value: prior.to_owned(),
        }
        .into()),
    }
}

/// Numbers of the core as PDs, which they are.
fn made(values: Vec<f64>) -> Result<Vec<Pd>> {
    let pds = values.into_iter().map(Pd::new);
    pds.collect::<std::result::Result<_, _>>()
        .map_err(|error| refused(&error, None, None))
}

/// The most-prudent bound of each grade of a frame with the columns `obligors` and `defaults`.
#[pyfunction]
pub(crate) fn pluto_tasche(
    py: Python<'_>,
    grades: &Bound<'_, PyAny>,
    confidence: f64,
    correlation: f64,
) -> Result<Vec<f64>> {
    let counted = pools(&Delivered::take("grades".to_owned(), grades)?)?;
    let bounds = py.detach(|| pd::pluto_tasche(&counted, confidence, correlation));
    bounds.map_err(|error| no_pds(&error))
}

/// A Bayesian PD of one pool.
#[pyfunction]
pub(crate) fn posterior_pd(
    obligors: &Bound<'_, PyAny>,
    defaults: &Bound<'_, PyAny>,
    prior: &str,
    quantile: Option<f64>,
) -> Result<f64> {
    let pool = GradeCounts {
        obligors: count("obligors", None, number("obligors", obligors)?)?,
        defaults: count("defaults", None, number("defaults", defaults)?)?,
    };
    pd::posterior_pd(pool, posterior(prior, quantile)?).map_err(|error| no_pds(&error))
}

/// The accuracy ratio that PDs by grade imply, of a frame with the columns `shares` and `pd`.
#[pyfunction]
pub(crate) fn accuracy_ratio(grades: &Bound<'_, PyAny>) -> Result<f64> {
    let grades = Delivered::take("grades".to_owned(), grades)?;
    let shares = whole("shares", grades.numbers("shares")?)?;
    let pds = probabilities(&grades, "pd")?;
    let pds: Vec<f64> = pds.into_iter().map(Pd::get).collect();
    Ok(pd::accuracy_ratio(&shares, &pds))
}
