//! A scorecard in one call: from variables and outcomes to whole points.
//!
//! ```text
//! bins ─► weights of evidence ─► (screening) ─► (selection by steps) ─► regression with signs ─► whole points
//! ```
//! Nothing is computed here: each step is the one of its own module ([`binning`](super::binning),
//! [`selection`](super::selection), [`logistic`](super::logistic), [`points`](super::points)), and a card made by hand of
//! the same steps is the same card. What is kept here is which variables are left, and why the others are not.

mod builder;
mod candidate;
mod dropped;
mod error;
mod pool;
#[cfg(test)]
mod tests;
mod told;

pub use builder::{BuiltCard, CardBuilder};
pub use candidate::{Candidate, Rows};
pub use dropped::{DropReason, Dropped};
pub use error::{BuildError, CandidateFault};
