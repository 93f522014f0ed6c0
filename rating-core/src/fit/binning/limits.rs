//! What every bin and every pair of neighbours has to meet.

use super::error::BinningError;
use serde::{Deserialize, Serialize};

/// What every bin and every pair of neighbours has to meet. All hard; nothing is limited by default.
///
/// Shares are fractions of the whole sample, lines for missing and special values included; those lines are not held
/// to any limit. Bins without weight, which fixed edges can force, are held to the limits of size and count as bins, but
/// have no rate and so no neighbour. Limits of shares, weights and rates are met with a margin of 1e-12, so that
/// 0.3 − 0.2 is a gap of 0.1.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Least number of bins; none is 1.
    pub min_bins: Option<usize>,
    /// Greatest number of bins.
    pub max_bins: Option<usize>,
    /// Least share of the rows in a bin.
    pub min_share: Option<f64>,
    /// Greatest share of the rows in a bin.
    pub max_share: Option<f64>,
    /// Least number of rows in a bin.
    pub min_rows: Option<u64>,
    /// Greatest number of rows in a bin.
    pub max_rows: Option<u64>,
    /// Least share of the weight in a bin.
    pub min_weight_share: Option<f64>,
    /// Greatest share of the weight in a bin.
    pub max_weight_share: Option<f64>,
    /// Least weight in a bin.
    pub min_weight: Option<f64>,
    /// Greatest weight in a bin.
    pub max_weight: Option<f64>,
    /// Least number of good rows in a bin; classes only.
    pub min_goods: Option<u64>,
    /// Least number of bad rows in a bin; classes only.
    pub min_bads: Option<u64>,
    /// Least difference of the bad rates (means) of neighbours.
    pub min_rate_gap: f64,
    /// Greatest p-value of the test that two bins have one bad rate (mean).
    ///
    /// Two proportions with a pooled variance (Pearson's χ² with one degree of freedom, no correction), for amounts
    /// two means with variances of their own; normal approximation. Weights count by the effective number of rows
    /// `(Σw)² / Σw²`: they add no evidence.
    pub max_p_value: Option<f64>,
    /// Which bins are tested; all only beside a `max_p_value`.
    pub p_value_of: Pairs,
}

/// Which pairs of bins are tested for one bad rate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pairs {
    /// Each bin and the next.
    #[default]
    Consecutive,
    /// Each bin and every other.
    All,
}

impl Limits {
    pub(super) fn check(&self) -> Result<(), BinningError> {
        let fault = |field: &'static str, expected: &'static str, got: String| {
            Err(BinningError::Option { field, expected, got })
        };
        for (field, value) in [
            ("limits.min_share", self.min_share),
            ("limits.max_share", self.max_share),
            ("limits.min_weight_share", self.min_weight_share),
            ("limits.max_weight_share", self.max_weight_share),
            ("limits.max_p_value", self.max_p_value),
        ] {
            if let Some(got) = value.filter(|v| !(0.0..=1.0).contains(v)) {
                return fault(field, "a fraction from 0 to 1", got.to_string());
            }
        }
        for (field, value) in [
            ("limits.min_weight", self.min_weight),
            ("limits.max_weight", self.max_weight),
            ("limits.min_rate_gap", Some(self.min_rate_gap)),
        ] {
            if let Some(got) = value.filter(|v| !(v.is_finite() && *v >= 0.0)) {
                return fault(field, "a finite number from 0", got.to_string());
            }
        }
        match (self.min_bins, self.max_bins) {
            (_, Some(0)) => fault("limits.max_bins", "at least one bin", "0".to_owned()),
            (Some(least), Some(most)) if least > most => fault(
                "limits.min_bins",
                "at most `max_bins`",
                format!("{least} above {most}"),
            ),
            _ => Ok(()),
        }
    }
}
