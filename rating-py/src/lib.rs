//! Python extension of `firmrating`: conversion and error mapping only.
//!
//! Every function takes Arrow memory in, releases the interpreter, calls the core once and hands Arrow memory
//! out. The package in `python/` gives it its face.

// What is reckoned is reckoned in the core.
#![deny(clippy::float_arithmetic)]
#![expect(
    clippy::too_many_arguments,
    reason = "pyo3's macros make functions of five arguments; ours have four at most"
)]

mod applications;
mod calibrate;
mod catalogue;
mod columns;
mod error;
mod fingerprint;
mod fit;
mod lending;
mod long_work;
mod master_scale;
mod measured;
mod model;
mod panel;
mod plugin;
mod rating;
mod ratings;
mod records;
mod rulebook;
mod validation;

use mimalloc::MiMalloc;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// The files of the embedded sample: name and content, CSV compressed with gzip.
#[pyfunction]
fn sample_files(py: Python<'_>) -> Vec<(&'static str, Bound<'_, PyBytes>)> {
    let file = |file: &rating_datasets::SampleFile| (file.name, PyBytes::new(py, file.gz));
    rating_datasets::sample().iter().map(file).collect()
}

#[pymodule]
fn _firmrating(module: &Bound<'_, PyModule>) -> PyResult<()> {
    error::register(module)?;
    fit::register(module)?;
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_class::<records::PyRecords>()?;
    module.add_class::<rating::PyDossier>()?;
    module.add_class::<model::PyModel>()?;
    module.add_class::<ratings::PyRatings>()?;
    module.add_class::<rating::PyRating>()?;
    module.add_class::<rulebook::PyRulebook>()?;
    module.add_class::<panel::PyPanelDesign>()?;
    module.add_class::<validation::PyAuc>()?;
    module.add_class::<validation::PyAucComparison>()?;
    module.add_class::<calibrate::PyCalibration>()?;
    module.add_class::<master_scale::PyMasterScale>()?;
    module.add_function(wrap_pyfunction!(applications::apply, module)?)?;
    module.add_function(wrap_pyfunction!(catalogue::measures, module)?)?;
    module.add_function(wrap_pyfunction!(catalogue::tables, module)?)?;
    module.add_function(wrap_pyfunction!(catalogue::table_name, module)?)?;
    module.add_function(wrap_pyfunction!(catalogue::table_names, module)?)?;
    module.add_function(wrap_pyfunction!(fingerprint::fingerprints, module)?)?;
    module.add_function(wrap_pyfunction!(validation::auc, module)?)?;
    module.add_function(wrap_pyfunction!(validation::brier, module)?)?;
    module.add_function(wrap_pyfunction!(validation::psi, module)?)?;
    module.add_function(wrap_pyfunction!(validation::jeffreys, module)?)?;
    module.add_function(wrap_pyfunction!(validation::compare_auc, module)?)?;
    module.add_function(wrap_pyfunction!(validation::reason_agreement, module)?)?;
    module.add_function(wrap_pyfunction!(validation::roc_points, module)?)?;
    module.add_function(wrap_pyfunction!(validation::cap_points, module)?)?;
    module.add_function(wrap_pyfunction!(validation::lift, module)?)?;
    module.add_function(wrap_pyfunction!(validation::confusion, module)?)?;
    module.add_function(wrap_pyfunction!(validation::log_loss, module)?)?;
    module.add_function(wrap_pyfunction!(validation::calibration_table, module)?)?;
    module.add_function(wrap_pyfunction!(validation::hosmer_lemeshow, module)?)?;
    module.add_function(wrap_pyfunction!(validation::psi_bound, module)?)?;
    module.add_function(wrap_pyfunction!(validation::jeffreys_interval, module)?)?;
    module.add_function(wrap_pyfunction!(calibrate::pluto_tasche, module)?)?;
    module.add_function(wrap_pyfunction!(calibrate::posterior_pd, module)?)?;
    module.add_function(wrap_pyfunction!(calibrate::accuracy_ratio, module)?)?;
    lending::register(module)?;
    module.add_function(wrap_pyfunction!(sample_files, module)?)
}
