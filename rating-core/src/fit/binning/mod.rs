//! Bins of a variable, chosen exactly.
//!
//! ```text
//! sample ─► pre-bins (≤ 256) ─► counts, which merge ─► exact programme ─► Binning ─► table, characteristic
//! ```
//!
//! Bins are `[a, b)`, the bad rate is that of the target (1 is bad), and the weight of evidence is
//! `ln(share of goods / share of bads)`: positive is safer than all together. A cell without goods or without bads
//! counts as half a row of mean weight, and only such a cell, so that without one the information value is the one of
//! the textbook. Shares are of the whole sample, missing and special values included.
//!
//! Rows and weight are kept apart: limits say which they mean, and tests count effective rows.

mod cell;
mod characteristic;
mod choice;
mod classes;
mod counts;
mod diagnose;
mod document;
mod edit;
mod error;
mod fitted;
mod keys;
#[cfg(test)]
mod laws;
mod layout;
mod leaf;
mod limits;
mod options;
mod order;
mod places;
mod prebin;
mod problem;
mod recount;
#[cfg(test)]
mod referee;
mod runs;
mod sample;
mod sketch;
mod solve;
mod source;
mod special;
mod table;
#[cfg(test)]
mod vectors;

pub use cell::{Cell, TargetKind};
pub use characteristic::PointsOfWoe;
pub use counts::{Cut, PreBinCounts};
pub use edit::{Change, Edit, Revision};
pub use error::{BinningError, Constraint, Infeasible, Nearest, Relaxation};
pub use fitted::{Alternative, Binning};
pub use layout::PreBins;
pub use limits::{Limits, Pairs};
pub use options::{
    AutoTrend, BinningOptions, MOST_PRE_BINS, Objective, Policy, PreBinning, Trend, UnseenPolicy,
};
pub use sample::{Sample, Target, Values};
pub use sketch::QuantileSketch;
pub use solve::TIE;
pub use special::{SpecialGroup, SpecialValues};
pub use table::{Beside, Line, LineOf};
