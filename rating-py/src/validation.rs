//! Statistics that judge a score.

use crate::columns::Delivered;
use crate::error::{FirmRatingError, Result};
use pyo3::prelude::*;
use rating_core::validation::{self, Confidence, Interval};

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
    let outcomes = whole("bad", sample.numbers("bad")?)?;
    let bad = outcomes
        .into_iter()
        .enumerate()
        .map(outcome)
        .collect::<Result<Vec<_>>>()?;
    py.detach(|| {
        let core = validation::auc(&scores, &bad)?;
        let ks = validation::ks(&scores, &bad)?;
        Ok(PyAuc { core, ks })
    })
}

fn whole(argument: &'static str, cells: Vec<std::result::Result<f64, String>>) -> Result<Vec<f64>> {
    let refuse = |row, value| FirmRatingError::NoNumber { argument, row, value };
    let cells = cells.into_iter().enumerate();
    cells
        .map(|(row, cell)| cell.map_err(|value| refuse(row, value)))
        .collect()
}

fn outcome((row, value): (usize, f64)) -> Result<bool> {
    match value {
        0.0 => Ok(false),
        1.0 => Ok(true),
        _ => Err(FirmRatingError::NoOutcome { row, value }),
    }
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
            _ => return Err(FirmRatingError::Level(level)),
        };
        let interval = match scale {
            "plain" => self.core.interval(confidence),
            "logit" => self.core.interval_on_logit_scale(confidence),
            _ => return Err(FirmRatingError::Scale(scale.to_owned())),
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
