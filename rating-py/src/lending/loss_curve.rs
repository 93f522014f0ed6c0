//! How many customers a rate keeps.

use super::fault::LendingFault;
use crate::columns::Frame;
use crate::error::Result;
use pyo3::prelude::*;
use pyo3_arrow::PyTable;
use rating_core::lending::LossCurve;

/// The share of customers that is lost at a rate.
#[pyclass(frozen, name = "LossCurve", module = "firmrating._firmrating")]
pub(crate) struct PyLossCurve {
    core: LossCurve,
}

impl PyLossCurve {
    /// The curve.
    pub(super) const fn core(&self) -> &LossCurve {
        &self.core
    }
}

#[pymethods]
impl PyLossCurve {
    /// Smooths observed pairs of rate and share of customers lost.
    #[new]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "arguments come over the border as values"
    )]
    fn new(observed: Vec<(f64, f64)>) -> Result<Self> {
        let core = LossCurve::fit(&observed).map_err(LendingFault::Arguments)?;
        Ok(Self { core })
    }

    /// A row a knot: rate and smoothed share of customers lost.
    fn knots(&self) -> Result<PyTable> {
        Frame::default()
            .numbers("rate", self.core.knots().map(|(rate, _)| rate))
            .numbers("lost", self.core.knots().map(|(_, lost)| lost))
            .finish()
    }

    /// The share of customers lost at a rate.
    fn lost(&self, rate: f64) -> f64 {
        self.core.lost(rate)
    }

    /// The rate within a range that earns the most, and what it earns for each yuan offered.
    fn best_rate(&self, margin: (f64, f64), range: (f64, f64)) -> (f64, f64) {
        let best = self.core.best_rate(margin, range);
        (best.rate, best.profit)
    }
}
