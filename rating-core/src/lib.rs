//! Explained government credit ratings of technology firms.
//!
//! Public records of one firm (tax, business registry, patents, credit) go in; a rating that can be
//! explained and audited comes out. There are two doors, [`record`] for a firm and `rating` for a model;
//! all that can fail fails there, and nothing between the doors returns an error or panics.

pub mod calibration;
#[cfg(feature = "fit")]
pub mod fit;
#[cfg(feature = "polars")]
pub mod frames;
pub mod id;
pub mod lending;
pub mod measure;
pub mod num;
pub mod panel;
mod parallel;
pub mod portfolio;
pub mod rating;
pub mod record;
pub mod report;
pub mod rule;
pub mod scale;
pub mod scorecard;
pub mod validation;

/// The examples of both READMEs run.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
#[doc = include_str!("../../README.zh-CN.md")]
#[derive(Debug)]
pub struct Readme;
