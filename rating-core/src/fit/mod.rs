//! Estimation from outcomes; every answer is a document that a model takes.
//!
//! Nothing else in the crate imports this module: a model does not know whether its numbers were fitted or chosen.

pub mod binning;
pub mod build;
mod calibration;
pub mod logistic;
pub mod master_scale;
pub mod pd;
pub mod points;
pub mod selection;

pub use calibration::{CalibrationOptions, FitError, FittedCalibration, calibration};
