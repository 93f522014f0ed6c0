//! Statistics that judge a score, a PD or a population.

use crate::columns::Delivered;
use crate::error::{Result, ValidationError};
use pyo3::prelude::*;
use pyo3::types::PyBool;
use rating_core::num::Pd;
use rating_core::record::Cell;
use rating_core::validation::{self, Confidence, Interval, ZeroCells};

/// Counts stay below 2⁵³: up to there a column of any type carries them exactly.
const COUNTS_END: f64 = 9_007_199_254_740_992.0;
/// The longest piece of an argument that a message repeats, in characters.
const SHOWN: usize = 40;

/// How well a score tells firms that default from firms that do not.
#[pyclass(frozen, eq, name = "Auc", module = "firmrating._firmrating")]
#[derive(PartialEq)]
pub(crate) struct PyAuc {
    core: validation::Auc,
    ks: f64,
}

/// The area under the ROC curve of a frame with the columns `scores` and `bad`.
#[pyfunction]
pub(crate) fn auc(py: Python<'_>, sample: &Bound<'_, PyAny>) -> Result<PyAuc> {
    let sample = Delivered::take("sample".to_owned(), sample)?;
    let scores = whole("scores", sample.numbers("scores")?)?;
    let bad = outcomes(&sample)?;
    py.detach(|| {
        let core = validation::auc(&scores, &bad).map_err(ValidationError::Sample)?;
        let ks = validation::ks(&scores, &bad).map_err(ValidationError::Sample)?;
        Ok(PyAuc { core, ks })
    })
}

/// The Brier score of a frame with the columns `pd` and `bad`.
#[pyfunction]
pub(crate) fn brier(py: Python<'_>, sample: &Bound<'_, PyAny>) -> Result<f64> {
    let sample = Delivered::take("sample".to_owned(), sample)?;
    let pds = whole("pd", sample.numbers("pd")?)?.into_iter().enumerate();
    let pds = pds
        .map(|(row, value)| probability(Some(row), value))
        .collect::<Result<Vec<_>>>()?;
    let bad = outcomes(&sample)?;
    let score = py.detach(|| validation::brier(&pds, &bad));
    Ok(score.map_err(ValidationError::Brier)?)
}

/// The population stability index of a frame with the columns `expected_counts` and `actual_counts`.
#[pyfunction]
pub(crate) fn psi(py: Python<'_>, bands: &Bound<'_, PyAny>, zero_cells: &Bound<'_, PyAny>) -> Result<f64> {
    let zero_cells = treatment(zero_cells)?;
    let bands = Delivered::take("bands".to_owned(), bands)?;
    let expected = counts(&bands, "expected_counts")?;
    let actual = counts(&bands, "actual_counts")?;
    let index = py.detach(|| validation::psi(&expected, &actual, zero_cells));
    Ok(index.map_err(ValidationError::Psi)?)
}

/// The p-value of the Jeffreys test of one grade.
#[pyfunction]
pub(crate) fn jeffreys(
    pd: &Bound<'_, PyAny>,
    defaults: &Bound<'_, PyAny>,
    obligors: &Bound<'_, PyAny>,
) -> Result<f64> {
    let pd = probability(None, number("pd", pd)?)?;
    let defaults = count("defaults", None, number("defaults", defaults)?)?;
    let obligors = count("obligors", None, number("obligors", obligors)?)?;
    Ok(validation::jeffreys(pd, defaults, obligors).map_err(ValidationError::Jeffreys)?)
}

fn whole(argument: &'static str, cells: Vec<std::result::Result<f64, String>>) -> Result<Vec<f64>> {
    let cells = cells.into_iter().enumerate();
    cells
        .map(|(row, cell)| {
            let row = Some(row);
            cell.map_err(|value| ValidationError::NoNumber { argument, row, value }.into())
        })
        .collect()
}

fn outcomes(sample: &Delivered) -> Result<Vec<bool>> {
    let outcomes = whole("bad", sample.numbers("bad")?)?;
    outcomes.into_iter().enumerate().map(outcome).collect()
}

fn outcome((row, value): (usize, f64)) -> Result<bool> {
    match value {
        0.0 => Ok(false),
        1.0 => Ok(true),
        _ => Err(ValidationError::NoOutcome { row, value }.into()),
    }
}

fn counts(bands: &Delivered, argument: &'static str) -> Result<Vec<u64>> {
    let numbers = whole(argument, bands.numbers(argument)?)?;
    let numbers = numbers.into_iter().enumerate();
    numbers
        .map(|(row, value)| count(argument, Some(row), value))
        .collect()
}

fn count(argument: &'static str, row: Option<usize>, value: f64) -> Result<u64> {
    if (0.0..COUNTS_END).contains(&value) && value.fract() == 0.0 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the number is whole and within the range of the type"
        )]
        return Ok(value as u64);
    }
    let value = Cell::Float(value).shown(SHOWN);
    Err(ValidationError::NoCount { argument, row, value }.into())
}

fn probability(row: Option<usize>, value: f64) -> Result<Pd> {
    let pd = Pd::new(value);
    Ok(pd.map_err(|error| ValidationError::NoPd { row, error })?)
}

/// An argument that is one number of any library.
fn number(argument: &'static str, value: &Bound<'_, PyAny>) -> Result<f64> {
    let refuse = |_| ValidationError::NoNumber {
        argument,
        row: None,
        value: shown(value),
    };
    Ok(value.extract().map_err(refuse)?)
}

fn treatment(zero_cells: &Bound<'_, PyAny>) -> Result<ZeroCells> {
    if zero_cells.extract::<String>().is_ok_and(|word| word == "refuse") {
        return Ok(ZeroCells::Refuse);
    }
    // Python takes `True` for the number 1: one firm a band was hardly meant.
    match zero_cells.extract() {
        Ok(firms) if !zero_cells.is_instance_of::<PyBool>() => Ok(ZeroCells::Add(firms)),
        _ => Err(ValidationError::ZeroCells(shown(zero_cells)).into()),
    }
}

/// An argument as a message repeats it, on one line.
fn shown(value: &Bound<'_, PyAny>) -> String {
    let text = value.to_string();
    Cell::Text(text.lines().next().unwrap_or_default()).shown(SHOWN)
}

#[pymethods]
impl PyAuc {
    /// The area, in [0, 1]: 1 when every bad scores below every good, one half when the score tells nothing.
    #[getter]
    fn value(&self) -> f64 {
        self.core.value()
    }

    /// Gini coefficient, 2 · AUC − 1.
    #[getter]
    fn gini(&self) -> f64 {
        self.core.gini()
    }

    /// Kolmogorov–Smirnov: the widest gap between the shares of bads and of goods up to a score.
    #[getter]
    fn ks(&self) -> f64 {
        self.ks
    }

    /// Standard error by the method of `DeLong`; none with a single good or a single bad.
    #[getter]
    fn standard_error(&self) -> Option<f64> {
        self.core.standard_error()
    }

    /// Two-sided confidence interval.
    #[pyo3(signature = (level = 95, *, scale = "plain"))]
    fn interval(&self, level: u8, scale: &str) -> Result<Option<(f64, f64)>> {
        let confidence = match level {
            90 => Confidence::Percent90,
            95 => Confidence::Percent95,
            99 => Confidence::Percent99,
            _ => return Err(ValidationError::Level(level).into()),
        };
        let interval = match scale {
            "plain" => self.core.interval(confidence),
            "logit" => self.core.interval_on_logit_scale(confidence),
            _ => return Err(ValidationError::Scale(scale.to_owned()).into()),
        };
        Ok(interval.map(|Interval { lower, upper }| (lower, upper)))
    }

    fn __repr__(&self) -> String {
        let interval = self.core.interval(Confidence::Percent95);
        let interval = interval.map_or("no interval".to_owned(), |i| {
            format!("95 % interval {:.4} to {:.4}", i.lower, i.upper)
        });
        format!(
            "Auc({:.4}, {interval}, gini {:.4}, ks {:.4})",
            self.core.value(),
            self.core.gini(),
            self.ks
        )
    }
}
