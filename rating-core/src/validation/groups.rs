//! Predicted and observed default rates by group.

use super::beta::beta_reg;
use super::interval::{Confidence, Interval};
use super::jeffreys::MOST_OBLIGORS;
use crate::num::Pd;
use statrs::function::gamma::checked_gamma_ur;

/// Why firms cannot be compared by group.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum GroupsError {
    /// The two slices do not describe the same firms.
    #[error("`pds` and `bad` must have the same length, got `{pds}` and `{bad}`")]
    LengthsDiffer {
        /// Length of `pds`.
        pds: usize,
        /// Length of `bad`.
        bad: usize,
    },
    /// No group at all, or none left with firms.
    #[error("expected at least one group with firms, got none")]
    NoGroups,
    /// A group whose PD leaves nothing to chance.
    #[error("expected groups with a mean PD between 0 and 1, both excluded, got `{0}`")]
    Certain(f64),
    /// PDs that were fitted to the sample take two degrees of freedom.
    #[error("expected at least `3` groups for PDs that were fitted to the sample, got `{0}`")]
    TooFew(usize),
}

/// Firms of similar PD.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CalibrationGroup {
    /// Firms, at least 1.
    pub firms: u64,
    /// Defaults among them.
    pub defaults: u64,
    /// Mean of their PDs.
    pub mean_pd: f64,
}

impl CalibrationGroup {
    /// Share of the firms that defaulted.
    pub fn default_rate(self) -> f64 {
        self.defaults as f64 / self.firms as f64
    }

    /// Two-sided Jeffreys interval of the default rate: quantiles of the beta distribution `B(D + ½, N − D + ½)`, 0 below
    /// if there is no default and 1 above if all default.
    ///
    /// None beyond a thousand million firms, where the accuracy of the distribution is not known.
    ///
    /// Source: Brown, Cai, `DasGupta` (2001), Interval estimation for a binomial proportion, Statistical Science 16(2).
    pub fn interval(self, confidence: Confidence) -> Option<Interval> {
        let survivors = self.firms.saturating_sub(self.defaults);
        if self.firms > MOST_OBLIGORS {
            return None;
        }
        let (a, b) = (self.defaults as f64 + 0.5, survivors as f64 + 0.5);
        let left_out = match confidence {
            Confidence::Percent90 => 0.05,
            Confidence::Percent95 => 0.025,
            Confidence::Percent99 => 0.005,
        };
        let quantile = |q: f64| {
            let (mut low, mut high) = (0.0, 1.0);
            for _ in 0..80 {
                let middle = f64::midpoint(low, high);
                let below = beta_reg(a, b, middle)?;
                *(if below < q { &mut low } else { &mut high }) = middle;
            }
            Some(f64::midpoint(low, high))
        };
        Some(Interval {
            lower: if self.defaults == 0 {
                0.0
            } else {
                quantile(left_out)?
            },
            upper: if survivors == 0 {
                1.0
            } else {
                quantile(1.0 - left_out)?
            },
        })
    }
}

/// Parts firms into at most `groups` groups of about one size by their PDs, least PDs first. Firms of one PD stay together,
/// so there may be fewer groups.
///
/// # Errors
/// [`GroupsError`]: lengths differ, no group asked for, or no firm.
///
/// ```
/// use rating_core::{num::Pd, validation::calibration_groups};
/// let pds = [0.1, 0.1, 0.2, 0.4].map(Pd::new).into_iter().collect::<Result<Vec<_>, _>>()?;
/// let groups = calibration_groups(&pds, &[false, false, true, false], 2)?;
/// assert_eq!((groups[0].firms, groups[1].defaults), (2, 1));
/// assert!((groups[1].mean_pd - 0.3).abs() < 1e-15);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn calibration_groups(
    pds: &[Pd],
    bad: &[bool],
    groups: usize,
) -> Result<Vec<CalibrationGroup>, GroupsError> {
    if pds.len() != bad.len() {
        return Err(GroupsError::LengthsDiffer {
            pds: pds.len(),
            bad: bad.len(),
        });
    }
    if pds.is_empty() || groups == 0 {
        return Err(GroupsError::NoGroups);
    }
    let mut rows: Vec<(f64, bool)> = pds.iter().map(|pd| pd.get()).zip(bad.iter().copied()).collect();
    rows.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut made: Vec<Vec<(f64, bool)>> = vec![Vec::new(); groups];
    let mut before = 0;
    for tied in rows.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq()) {
        // The group in which the middle of the tied firms falls.
        let at = ((2 * before + tied.len()) * groups / (2 * rows.len())).min(groups - 1);
        before += tied.len();
        if let Some(group) = made.get_mut(at) {
            group.extend_from_slice(tied);
        }
    }
    let group = |rows: &Vec<(f64, bool)>| CalibrationGroup {
        firms: rows.len() as u64,
        defaults: rows.iter().filter(|row| row.1).count() as u64,
        mean_pd: rows.iter().map(|row| row.0).sum::<f64>() / rows.len() as f64,
    };
    Ok(made.iter().filter(|rows| !rows.is_empty()).map(group).collect())
}

/// Where the PDs under test come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PdsFrom {
    /// They were given before the outcomes were known: one degree of freedom a group.
    Elsewhere,
    /// They were fitted to these outcomes: two degrees fewer.
    ThisSample,
}

/// The Hosmer–Lemeshow statistic with its degrees of freedom.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HosmerLemeshow {
    /// Sum of squared deviations over their variances.
    pub statistic: f64,
    /// Degrees of freedom of the chi-squared distribution.
    pub degrees: usize,
}

impl HosmerLemeshow {
    /// Probability of so large a statistic if the PDs are right.
    pub fn p_value(self) -> f64 {
        checked_gamma_ur(self.degrees as f64 / 2.0, self.statistic / 2.0).unwrap_or(1.0)
    }
}

/// Tests whether the default rates of all groups agree with their PDs.
///
/// ```text
/// T = Σ (N · pd − D)² / (N · pd · (1 − pd))
/// ```
/// Chi-squared with as many degrees of freedom as groups, or two fewer where the PDs were fitted to the sample. Taking
/// the smaller number for PDs from elsewhere refuses right PDs too often. Defaults are taken for independent.
///
/// # Errors
/// [`GroupsError`]: no group, a mean PD of 0 or 1, fewer than three groups for fitted PDs.
///
/// ```
/// use rating_core::validation::{CalibrationGroup, PdsFrom, hosmer_lemeshow};
/// let groups = [
///     CalibrationGroup { firms: 100, defaults: 4, mean_pd: 0.02 },
///     CalibrationGroup { firms: 100, defaults: 10, mean_pd: 0.1 },
/// ];
/// let test = hosmer_lemeshow(&groups, PdsFrom::Elsewhere)?;
/// assert!((test.statistic - 4.0 / 1.96).abs() < 1e-12);
/// assert!((test.p_value() - (-2.0_f64 / 1.96).exp()).abs() < 1e-12); // two degrees: exp(−T/2)
/// # Ok::<(), rating_core::validation::GroupsError>(())
/// ```
///
/// Source: Hosmer, Lemeshow (1980), Communications in Statistics A9; degrees: BCBS Working Paper 14 (2005).
pub fn hosmer_lemeshow(groups: &[CalibrationGroup], from: PdsFrom) -> Result<HosmerLemeshow, GroupsError> {
    let held: Vec<&CalibrationGroup> = groups.iter().filter(|group| group.firms > 0).collect();
    if held.is_empty() {
        return Err(GroupsError::NoGroups);
    }
    if let Some(group) = held.iter().find(|g| !(g.mean_pd > 0.0 && g.mean_pd < 1.0)) {
        return Err(GroupsError::Certain(group.mean_pd));
    }
    let degrees = match from {
        PdsFrom::Elsewhere => held.len(),
        PdsFrom::ThisSample if held.len() < 3 => return Err(GroupsError::TooFew(held.len())),
        PdsFrom::ThisSample => held.len() - 2,
    };
    let term = |g: &&CalibrationGroup| {
        let expected = g.firms as f64 * g.mean_pd;
        (expected - g.defaults as f64).powi(2) / (expected * (1.0 - g.mean_pd))
    };
    Ok(HosmerLemeshow {
        statistic: held.iter().map(term).sum(),
        degrees,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One firm without default: the distribution of B(½, 3/2) is (2/π)(asin √x + √(x(1 − x))).
    #[test]
    fn a_jeffreys_interval_agrees_with_the_closed_form() {
        let one = CalibrationGroup {
            firms: 1,
            defaults: 0,
            mean_pd: 0.1,
        };
        let interval = one.interval(Confidence::Percent95).unwrap();
        let x = interval.upper;
        let mass = (x.sqrt().asin() + (x * (1.0 - x)).sqrt()) / std::f64::consts::FRAC_PI_2;
        assert!((mass - 0.975).abs() < 1e-9 && interval.lower.abs() < 1e-300);
        let all = CalibrationGroup {
            firms: 1,
            defaults: 1,
            mean_pd: 0.1,
        };
        let mirrored = all.interval(Confidence::Percent95).unwrap();
        assert!((mirrored.lower - (1.0 - x)).abs() < 1e-9 && (mirrored.upper - 1.0).abs() < 1e-15);
    }

    #[test]
    fn fitted_pds_take_two_degrees() {
        let group = CalibrationGroup {
            firms: 50,
            defaults: 5,
            mean_pd: 0.08,
        };
        let of = |from| hosmer_lemeshow(&[group; 10], from).unwrap();
        assert_eq!(
            (of(PdsFrom::Elsewhere).degrees, of(PdsFrom::ThisSample).degrees),
            (10, 8)
        );
        assert!(of(PdsFrom::Elsewhere).p_value() > of(PdsFrom::ThisSample).p_value());
        // By hand: ten terms of 1 / 3.68.
        assert!((of(PdsFrom::Elsewhere).statistic - 10.0 / 3.68).abs() < 1e-12);
        // Tabled: the 5 % point of chi-squared with 8 degrees is 15.507.
        let edge = HosmerLemeshow {
            statistic: 15.507_313_055_865_453,
            degrees: 8,
        };
        assert!((edge.p_value() - 0.05).abs() < 1e-10);
    }

    #[test]
    fn firms_of_one_pd_stay_together() {
        let pds: Vec<Pd> = [0.1; 6]
            .iter()
            .chain(&[0.2; 2])
            .map(|p| Pd::new(*p).unwrap())
            .collect();
        let groups = calibration_groups(&pds, &[false; 8], 4).unwrap();
        assert_eq!(groups.iter().map(|g| g.firms).collect::<Vec<_>>(), [6, 2]);
    }

    #[test]
    fn what_cannot_be_compared_is_said() {
        let pd = Pd::new(0.1).unwrap();
        insta::assert_snapshot!(calibration_groups(&[pd], &[], 1).unwrap_err(), @"`pds` and `bad` must have the same length, got `1` and `0`");
        insta::assert_snapshot!(calibration_groups(&[], &[], 1).unwrap_err(), @"expected at least one group with firms, got none");
        let group = CalibrationGroup {
            firms: 5,
            defaults: 0,
            mean_pd: 0.0,
        };
        insta::assert_snapshot!(hosmer_lemeshow(&[group], PdsFrom::Elsewhere).unwrap_err(), @"expected groups with a mean PD between 0 and 1, both excluded, got `0`");
        let group = CalibrationGroup {
            mean_pd: 0.1,
            ..group
        };
        insta::assert_snapshot!(hosmer_lemeshow(&[group; 2], PdsFrom::ThisSample).unwrap_err(), @"expected at least `3` groups for PDs that were fitted to the sample, got `2`");
    }
}
