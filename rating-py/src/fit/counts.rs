//! Counts and quantiles that are gathered chunk by chunk, and merge.

use super::error::FitFault;
use super::sample::{Outcomes, Variable, numbers};
use crate::columns::Delivered;
use crate::error::Result;
use pyo3::prelude::*;
use rating_core::fit::binning::{Cut, PreBinCounts, QuantileSketch, TargetKind};

/// Counts of rows by pre-bin.
#[pyclass(eq, name = "PreBinCounts", module = "firmrating._firmrating")]
#[derive(PartialEq)]
pub(crate) struct PyPreBinCounts {
    core: PreBinCounts,
}

impl PyPreBinCounts {
    pub(super) fn core(&self) -> &PreBinCounts {
        &self.core
    }
}

#[pymethods]
impl PyPreBinCounts {
    /// By the edges of pre-bins, with special groups as JSON; without edges by word.
    #[new]
    fn new(edges: Option<Vec<f64>>, special: &str, are_amounts: bool) -> Result<Self> {
        let special = serde_json::from_str(special).map_err(FitFault::Options)?;
        let cut = match edges {
            Some(edges) => Cut::Numbers { edges, special },
            None => Cut::Words { special },
        };
        let kind = if are_amounts {
            TargetKind::Amounts
        } else {
            TargetKind::Classes
        };
        Ok(Self {
            core: PreBinCounts::new(cut)?.expecting(kind),
        })
    }

    /// Reads and checks a document.
    #[staticmethod]
    fn from_json(text: &str) -> Result<Self> {
        let core = serde_json::from_str(text).map_err(|error| FitFault::Document {
            what: "document of counts",
            error,
        })?;
        Ok(Self { core })
    }

    /// The document as JSON.
    fn to_json(&self) -> String {
        serde_json::to_string(&self.core).unwrap_or_default()
    }

    /// Counts further rows: a frame with the columns `x`, `y`, and `weights` and `periods` if there are any.
    fn add(&mut self, py: Python<'_>, rows: &Bound<'_, PyAny>) -> Result<()> {
        let frame = Delivered::take("rows".to_owned(), rows)?;
        let variable = Variable::take(&frame, "x")?;
        let are_amounts = self.core.target() == Some(TargetKind::Amounts);
        let outcomes = Outcomes::take(&frame, are_amounts)?;
        Ok(py.detach(|| self.core.add(&outcomes.sample(&variable.borrowed())))?)
    }

    /// Adds the counts of another part.
    fn merge(&mut self, other: &Self) -> Result<()> {
        Ok(self.core.merge(&other.core)?)
    }

    /// The edges; none for words.
    #[getter]
    fn edges(&self) -> Option<Vec<f64>> {
        match self.core.cut() {
            Cut::Numbers { edges, .. } => Some(edges.clone()),
            Cut::Words { .. } => None,
        }
    }

    /// The special groups as JSON.
    #[getter]
    fn special(&self) -> String {
        serde_json::to_string(self.core.cut().special()).unwrap_or_default()
    }
}

/// Quantiles of more numbers than memory holds.
#[pyclass(eq, name = "QuantileSketch", module = "firmrating._firmrating")]
#[derive(PartialEq)]
pub(crate) struct PyQuantileSketch {
    core: QuantileSketch,
}

#[pymethods]
impl PyQuantileSketch {
    #[new]
    fn new(capacity: usize) -> Result<Self> {
        Ok(Self {
            core: QuantileSketch::new(capacity)?,
        })
    }

    /// Reads and checks a document.
    #[staticmethod]
    fn from_json(text: &str) -> Result<Self> {
        let core = serde_json::from_str(text).map_err(|error| FitFault::Document {
            what: "document of a sketch",
            error,
        })?;
        Ok(Self { core })
    }

    /// The document as JSON.
    fn to_json(&self) -> String {
        serde_json::to_string(&self.core).unwrap_or_default()
    }

    /// Adds the column `x` of a frame, with the weights of the column `weights` if there is one.
    fn add(&mut self, py: Python<'_>, rows: &Bound<'_, PyAny>) -> Result<()> {
        let frame = Delivered::take("rows".to_owned(), rows)?;
        let numbers = numbers(&frame, "x")?;
        py.detach(|| {
            if let Some(weights) = frame.doubles("weights") {
                return Ok(self.core.add_weighted(&numbers, &weights)?);
            }
            numbers.iter().for_each(|number| self.core.add(*number));
            Ok(())
        })
    }

    /// Adds what another sketch has seen.
    fn merge(&mut self, other: &Self) -> Result<()> {
        Ok(self.core.merge(&other.core)?)
    }

    /// Edges of so many pre-bins of about equal size.
    fn edges(&self, bins: usize) -> Vec<f64> {
        self.core.edges(bins)
    }

    /// Numbers seen.
    #[getter]
    fn rows(&self) -> u64 {
        self.core.rows()
    }

    /// Weight of the numbers seen.
    #[getter]
    fn weight(&self) -> f64 {
        self.core.weight()
    }

    /// By how much weight the rank of an edge can be off at most.
    #[getter]
    fn rank_error(&self) -> f64 {
        self.core.rank_error()
    }
}
