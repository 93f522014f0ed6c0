//! Building a model: bins, regression, points.

mod binning;
mod card;
mod counts;
mod error;
mod logit;
mod sample;
mod screening;
mod table;

use pyo3::prelude::*;

/// Adds what is here to the module.
pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    error::register(module)?;
    module.add_class::<binning::PyBinning>()?;
    module.add_class::<counts::PyPreBinCounts>()?;
    module.add_class::<counts::PyQuantileSketch>()?;
    module.add_class::<logit::PyLogit>()?;
    module.add_class::<card::PyCard>()?;
    module.add_function(wrap_pyfunction!(logit::select, module)?)?;
    module.add_function(wrap_pyfunction!(screening::screened, module)?)?;
    module.add_function(wrap_pyfunction!(binning::fit_all, module)?)
}
