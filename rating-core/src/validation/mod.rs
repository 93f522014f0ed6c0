//! Statistics that judge a rating model against what happened, on plain slices.
//!
//! Throughout: a score is higher for a safer firm; `bad` says whether the firm defaulted within the horizon
//! of the PD; a row is one firm and both slices stand in the same order. Missing scores are the caller's
//! affair: NaN is refused with its row, never dropped, because a statistic over the firms that happened to
//! have a score is a different statistic. The order of the rows changes no bit of any answer.
//!
//! What these numbers do not say: a good AUC on the sample that the points were chosen on is no evidence of
//! a good model, and none of them knows whether the sample stands for the population.

mod calibration;
mod discrimination;
mod interval;
#[cfg(feature = "statistics")]
mod jeffreys;
mod sample;
mod stability;

pub use calibration::{BrierError, brier};
pub use discrimination::{Auc, auc, gini, ks};
pub use interval::{Confidence, Interval};
#[cfg(feature = "statistics")]
pub use jeffreys::{JeffreysError, jeffreys};
pub use sample::{Class, SampleError};
pub use stability::{Population, PsiError, ZeroCells, psi};
