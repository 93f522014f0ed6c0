//! Building a model: bins, regression, points.

mod binning;
mod counts;
mod error;
mod sample;
mod table;

use pyo3::prelude::*;

/// Adds what is here to the module.
pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    error::register(module)?;
    module.add_class::<binning::PyBinning>()?;
    module.add_class::<counts::PyPreBinCounts>()?;
    module.add_class::<counts::PyQuantileSketch>()?;
    module.add_function(wrap_pyfunction!(binning::fit_all, module)?)
}
