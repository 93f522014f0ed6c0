//! Statistics that judge a rating model against what happened, on plain slices.
//!
//! Throughout: a score is higher for a safer firm; `bad` says whether the firm defaulted within the horizon
//! of the PD; a row is one firm and both slices stand in the same order. Missing scores are the caller's
//! affair: NaN is refused with its row, never dropped, because a statistic over the firms that happened to
//! have a score is a different statistic. The order of the rows changes no bit of any answer.
//!
//! What these numbers do not say: a good AUC on the sample that the points were chosen on is no evidence of
//! a good model, and none of them knows whether the sample stands for the population.

#[cfg(feature = "statistics")]
mod beta;
mod calibration;
#[cfg(feature = "statistics")]
mod comparison;
mod curve;
mod cut_off;
mod discrimination;
#[cfg(feature = "statistics")]
mod groups;
mod interval;
#[cfg(feature = "statistics")]
mod jeffreys;
mod reasons;
mod sample;
mod stability;
#[cfg(feature = "statistics")]
mod stability_bound;

pub use calibration::{BrierError, brier, log_loss};
#[cfg(feature = "statistics")]
pub use comparison::{AucComparison, ComparisonError, compare_auc};
pub use curve::{CapPoint, RocPoint, cap_points, lift, roc_points};
pub use cut_off::{Confusion, confusion};
pub use discrimination::{Auc, auc, gini, ks};
#[cfg(feature = "statistics")]
pub use groups::{
    CalibrationGroup, GroupsError, HosmerLemeshow, PdsFrom, calibration_groups, hosmer_lemeshow,
};
pub use interval::{Confidence, Interval};
#[cfg(feature = "statistics")]
pub use jeffreys::{JeffreysError, jeffreys};
pub use reasons::{ReasonAgreement, ReasonsError, reason_agreement};
pub use sample::{Class, SampleError};
pub use stability::{Population, PsiError, ZeroCells, psi};
#[cfg(feature = "statistics")]
pub use stability_bound::{PsiBound, PsiBoundError, psi_bound};
