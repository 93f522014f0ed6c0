//! Statistics that judge a score, a PD or a population.

use crate::columns::{Delivered, Frame};
use crate::error::{Result, ValidationError};
use pyo3::prelude::*;
use pyo3::types::PyBool;
use pyo3_arrow::PyTable;
use rating_core::num::{LogOdds, Pd};
use rating_core::record::Cell;
use rating_core::validation::{
    self, AucComparison, CalibrationGroup, Confidence, Interval, JeffreysError, PdsFrom, SampleError,
    ZeroCells,
};

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
    let (scores, bad) = scored(sample)?;
    py.detach(|| {
        let core = validation::auc(&scores, &bad).map_err(ValidationError::Sample)?;
        let ks = validation::ks(&scores, &bad).map_err(ValidationError::Sample)?;
        Ok(PyAuc { core, ks })
    })
}

/// The Brier score of a frame with the columns `pd` and `bad`.
#[pyfunction]
pub(crate) fn brier(py: Python<'_>, sample: &Bound<'_, PyAny>) -> Result<f64> {
    let (pds, bad) = predicted(sample)?;
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

/// The log-loss of a frame with the columns `pd` and `bad`.
#[pyfunction]
pub(crate) fn log_loss(py: Python<'_>, sample: &Bound<'_, PyAny>) -> Result<f64> {
    let (pds, bad) = predicted(sample)?;
    let loss = py.detach(|| validation::log_loss(&pds, &bad));
    Ok(loss.map_err(ValidationError::Brier)?)
}

/// Compares two scores of a frame with the columns `first`, `second` and `bad`.
#[pyfunction]
pub(crate) fn compare_auc(py: Python<'_>, sample: &Bound<'_, PyAny>) -> Result<PyAucComparison> {
    let sample = Delivered::take("sample".to_owned(), sample)?;
    let first = whole("first", sample.numbers("first")?)?;
    let second = whole("second", sample.numbers("second")?)?;
    let bad = outcomes(&sample)?;
    let core = py.detach(|| validation::compare_auc(&first, &second, &bad));
    let core = core.map_err(ValidationError::Comparison)?;
    Ok(PyAucComparison { core })
}

/// Compares the reasons of two models: firms, those of the same first reason, of the same reasons, and the mean overlap.
#[pyfunction]
#[expect(
    clippy::needless_pass_by_value,
    reason = "lists of Python are made lists of Rust"
)]
pub(crate) fn reason_agreement(
    first: Vec<Vec<String>>,
    second: Vec<Vec<String>>,
    most: usize,
) -> Result<(u64, f64, f64, f64)> {
    let agreed = validation::reason_agreement(&first, &second, most).map_err(ValidationError::Reasons)?;
    Ok((
        agreed.firms,
        agreed.first_share(),
        agreed.set_share(),
        agreed.mean_overlap,
    ))
}

/// Points of the ROC curve of a frame with the columns `scores` and `bad`.
#[pyfunction]
pub(crate) fn roc_points(py: Python<'_>, sample: &Bound<'_, PyAny>) -> Result<PyTable> {
    let (scores, bad) = scored(sample)?;
    let points = py.detach(|| validation::roc_points(&scores, &bad));
    let points = points.map_err(ValidationError::Sample)?;
    Frame::default()
        .numbers("score", points.iter().map(|p| p.score))
        .numbers("false_alarm_rate", points.iter().map(|p| p.false_alarm_rate))
        .numbers("hit_rate", points.iter().map(|p| p.hit_rate))
        .finish()
}

/// Points of the cumulative accuracy profile of a frame with the columns `scores` and `bad`.
#[pyfunction]
pub(crate) fn cap_points(py: Python<'_>, sample: &Bound<'_, PyAny>) -> Result<PyTable> {
    let (scores, bad) = scored(sample)?;
    let points = py.detach(|| validation::cap_points(&scores, &bad));
    let points = points.map_err(ValidationError::Sample)?;
    Frame::default()
        .numbers("score", points.iter().map(|p| p.score))
        .numbers("firms", points.iter().map(|p| p.firms))
        .numbers("bads", points.iter().map(|p| p.bads))
        .finish()
}

/// Lift of the riskiest `shares` of a frame with the columns `scores` and `bad`.
#[pyfunction]
#[expect(
    clippy::needless_pass_by_value,
    reason = "a list of Python is made a list of Rust"
)]
pub(crate) fn lift(py: Python<'_>, sample: &Bound<'_, PyAny>, shares: Vec<f64>) -> Result<Vec<f64>> {
    let (scores, bad) = scored(sample)?;
    let lifts = shares.iter().map(|share| validation::lift(&scores, &bad, *share));
    let lifts = py.detach(|| lifts.collect::<std::result::Result<_, SampleError>>());
    Ok(lifts.map_err(ValidationError::Sample)?)
}

/// What cut-offs do to a frame with the columns `scores` and `bad`, a row each.
#[pyfunction]
#[expect(
    clippy::needless_pass_by_value,
    reason = "a list of Python is made a list of Rust"
)]
pub(crate) fn confusion(py: Python<'_>, sample: &Bound<'_, PyAny>, cut_offs: Vec<f64>) -> Result<PyTable> {
    let (scores, bad) = scored(sample)?;
    let made = cut_offs
        .iter()
        .map(|cut_off| validation::confusion(&scores, &bad, *cut_off));
    let made = py.detach(|| made.collect::<std::result::Result<Vec<_>, SampleError>>());
    let made = made.map_err(ValidationError::Sample)?;
    Frame::default()
        .numbers("cut_off", cut_offs.iter().copied())
        .counts("refused_bads", made.iter().map(|c| c.refused_bads))
        .counts("refused_goods", made.iter().map(|c| c.refused_goods))
        .counts("passed_bads", made.iter().map(|c| c.passed_bads))
        .counts("passed_goods", made.iter().map(|c| c.passed_goods))
        .numbers("hit_rate", made.iter().map(|c| c.hit_rate()))
        .numbers("false_alarm_rate", made.iter().map(|c| c.false_alarm_rate()))
        .numbers("accuracy", made.iter().map(|c| c.accuracy()))
        .some_numbers("precision", made.iter().map(|c| c.precision()))
        .some_numbers(
            "passed_default_rate",
            made.iter().map(|c| c.passed_default_rate()),
        )
        .finish()
}

/// Predicted and observed default rates by group of a frame with the columns `pd` and `bad`.
#[pyfunction]
pub(crate) fn calibration_table(
    py: Python<'_>,
    sample: &Bound<'_, PyAny>,
    groups: usize,
    level: u8,
) -> Result<PyTable> {
    let confidence = confidence(level)?;
    let (pds, bad) = predicted(sample)?;
    let made = py.detach(|| validation::calibration_groups(&pds, &bad, groups));
    let made = made.map_err(ValidationError::Groups)?;
    let intervals: Vec<_> = made.iter().map(|group| group.interval(confidence)).collect();
    let p_value = |group: &CalibrationGroup| {
        let pd = Pd::new(group.mean_pd).ok()?;
        validation::jeffreys(pd, group.defaults, group.firms).ok()
    };
    Frame::default()
        .counts("firms", made.iter().map(|group| group.firms))
        .counts("defaults", made.iter().map(|group| group.defaults))
        .numbers("mean_pd", made.iter().map(|group| group.mean_pd))
        .numbers("default_rate", made.iter().map(|group| group.default_rate()))
        .some_numbers("rate_lower", intervals.iter().map(|i| i.map(|i| i.lower)))
        .some_numbers("rate_upper", intervals.iter().map(|i| i.map(|i| i.upper)))
        .some_numbers("p_value", made.iter().map(p_value))
        .finish()
}

/// The Hosmer–Lemeshow statistic of a frame with the columns `pd` and `bad`, its degrees of freedom and p-value.
#[pyfunction]
pub(crate) fn hosmer_lemeshow(
    py: Python<'_>,
    sample: &Bound<'_, PyAny>,
    groups: usize,
    pds_from: &str,
) -> Result<(f64, usize, f64)> {
    let from = match pds_from {
        "elsewhere" => PdsFrom::Elsewhere,
        "this_sample" => PdsFrom::ThisSample,
        other => {
            return Err(ValidationError::Word {
                argument: "pds_from",
                words: &["elsewhere", "this_sample"],
                value: other.to_owned(),
            }
            .into());
        }
    };
    let (pds, bad) = predicted(sample)?;
    let test = py.detach(|| {
        let groups = validation::calibration_groups(&pds, &bad, groups)?;
        validation::hosmer_lemeshow(&groups, from)
    });
    let test = test.map_err(ValidationError::Groups)?;
    Ok((test.statistic, test.degrees, test.p_value()))
}

/// Critical values of the stability index of so many bands and firms: chi-squared and normal.
#[pyfunction]
pub(crate) fn psi_bound(bands: usize, firms: (u64, u64), level: f64) -> Result<(f64, f64)> {
    let bound = validation::psi_bound(bands, firms, level).map_err(ValidationError::PsiBound)?;
    Ok((bound.chi_squared, bound.normal))
}

/// The Jeffreys interval of a default rate; none beyond the accuracy of the distribution.
#[pyfunction]
pub(crate) fn jeffreys_interval(
    defaults: &Bound<'_, PyAny>,
    obligors: &Bound<'_, PyAny>,
    level: u8,
) -> Result<Option<(f64, f64)>> {
    let confidence = confidence(level)?;
    let defaults = count("defaults", None, number("defaults", defaults)?)?;
    let obligors = count("obligors", None, number("obligors", obligors)?)?;
    // The test refuses what has no interval, in the same words.
    if let Err(error) = validation::jeffreys(Pd::from_log_odds(LogOdds::ZERO), defaults, obligors)
        && !matches!(error, JeffreysError::BeyondAccuracy { .. })
    {
        return Err(ValidationError::Jeffreys(error).into());
    }
    let group = CalibrationGroup {
        firms: obligors,
        defaults,
        mean_pd: 0.0,
    };
    Ok(pair(group.interval(confidence)))
}

fn pair(interval: Option<Interval>) -> Option<(f64, f64)> {
    interval.map(|Interval { lower, upper }| (lower, upper))
}

fn confidence(level: u8) -> Result<Confidence> {
    match level {
        90 => Ok(Confidence::Percent90),
        95 => Ok(Confidence::Percent95),
        99 => Ok(Confidence::Percent99),
        _ => Err(ValidationError::Level(level).into()),
    }
}

/// The columns `scores` and `bad`.
fn scored(sample: &Bound<'_, PyAny>) -> Result<(Vec<f64>, Vec<bool>)> {
    let sample = Delivered::take("sample".to_owned(), sample)?;
    let scores = whole("scores", sample.numbers("scores")?)?;
    Ok((scores, outcomes(&sample)?))
}

/// The columns `pd` and `bad`.
fn predicted(sample: &Bound<'_, PyAny>) -> Result<(Vec<Pd>, Vec<bool>)> {
    let sample = Delivered::take("sample".to_owned(), sample)?;
    Ok((probabilities(&sample, "pd")?, outcomes(&sample)?))
}

/// A column of PDs.
pub(crate) fn probabilities(sample: &Delivered, column: &'static str) -> Result<Vec<Pd>> {
    let cells = whole(column, sample.numbers(column)?)?.into_iter().enumerate();
    cells.map(|(row, value)| probability(Some(row), value)).collect()
}

/// A column without gaps, of numbers.
pub(crate) fn whole(
    argument: &'static str,
    cells: Vec<std::result::Result<f64, String>>,
) -> Result<Vec<f64>> {
    let cells = cells.into_iter().enumerate();
    cells
        .map(|(row, cell)| {
            let row = Some(row);
            cell.map_err(|value| ValidationError::NoNumber { argument, row, value }.into())
        })
        .collect()
}

/// The column `bad`.
pub(crate) fn outcomes(sample: &Delivered) -> Result<Vec<bool>> {
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

/// A column of counts.
pub(crate) fn counts(bands: &Delivered, argument: &'static str) -> Result<Vec<u64>> {
    let numbers = whole(argument, bands.numbers(argument)?)?;
    let numbers = numbers.into_iter().enumerate();
    numbers
        .map(|(row, value)| count(argument, Some(row), value))
        .collect()
}

pub(crate) fn count(argument: &'static str, row: Option<usize>, value: f64) -> Result<u64> {
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
pub(crate) fn number(argument: &'static str, value: &Bound<'_, PyAny>) -> Result<f64> {
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
        let confidence = confidence(level)?;
        let interval = match scale {
            "plain" => self.core.interval(confidence),
            "logit" => self.core.interval_on_logit_scale(confidence),
            _ => return Err(ValidationError::Scale(scale.to_owned()).into()),
        };
        Ok(pair(interval))
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

/// How far the areas of two scores of the same firms are apart.
#[pyclass(frozen, eq, name = "AucComparison", module = "firmrating._firmrating")]
#[derive(PartialEq)]
pub(crate) struct PyAucComparison {
    core: AucComparison,
}

#[pymethods]
impl PyAucComparison {
    /// The area of the first score.
    #[getter]
    fn first(&self) -> f64 {
        self.core.first().value()
    }

    /// The area of the second score.
    #[getter]
    fn second(&self) -> f64 {
        self.core.second().value()
    }

    /// The first area less the second.
    #[getter]
    fn difference(&self) -> f64 {
        self.core.difference()
    }

    /// Standard error of the difference by the method of `DeLong`; none with a single good or a single bad.
    #[getter]
    fn standard_error(&self) -> Option<f64> {
        self.core.standard_error()
    }

    /// The difference in standard errors; none where that is none or 0.
    #[getter]
    fn z(&self) -> Option<f64> {
        self.core.z()
    }

    /// Two-sided p-value of equal areas.
    #[getter]
    fn p_value(&self) -> Option<f64> {
        self.core.p_value()
    }

    /// Two-sided confidence interval of the difference.
    #[pyo3(signature = (level = 95))]
    fn interval(&self, level: u8) -> Result<Option<(f64, f64)>> {
        Ok(pair(self.core.interval(confidence(level)?)))
    }

    fn __repr__(&self) -> String {
        let p_value = self.core.p_value();
        let p_value = p_value.map_or("no test".to_owned(), |p| format!("p {p:.4}"));
        format!(
            "AucComparison({:.4} - {:.4} = {:+.4}, {p_value})",
            self.core.first().value(),
            self.core.second().value(),
            self.core.difference()
        )
    }
}
