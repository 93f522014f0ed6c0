//! Estimation from outcomes; every answer is a document that a model takes.
//!
//! Nothing else in the crate imports this module: a model does not know whether its numbers were fitted or chosen.

mod calibration;
pub mod logistic;
pub mod points;

pub use calibration::{CalibrationOptions, FitError, FittedCalibration, calibration};
