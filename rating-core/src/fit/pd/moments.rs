//! A PD for each grade from a central tendency and an accuracy ratio.

use super::{PdError, normal, open_fraction, root};
use crate::num::Pd;

/// A slope at which PDs of neighbouring grades differ by all that they can.
const STEEPEST: f64 = 100.0;

/// PDs by grade whose mean and accuracy ratio are given. Grades stand least risk first.
#[derive(Clone, Debug, PartialEq)]
pub struct MomentCurve {
    /// Log-odds bad : good in the middle of the portfolio.
    pub intercept: f64,
    /// Log-odds that one standard deviation of rank adds.
    pub slope: f64,
    /// One PD a grade.
    pub pds: Vec<Pd>,
}

/// Accuracy ratio that PDs by grade imply, grades least risk first, with `shares` of obligors.
///
/// ```text
/// AR = [2 · Σᵢ (1 − pᵢ) · wᵢ · Σ over riskier j of pⱼ · wⱼ + Σᵢ pᵢ · (1 − pᵢ) · wᵢ²] / (u · (1 − u)) − 1
/// ```
/// with shares `w`, PDs `p` and their mean `u`; firms of one grade count half. NaN where `u` is 0 or 1.
///
/// ```
/// use rating_core::fit::pd::accuracy_ratio;
/// assert_eq!(accuracy_ratio(&[0.5, 0.5], &[0.0, 1.0]), 1.0); // all defaults in the riskier half
/// assert_eq!(accuracy_ratio(&[0.5, 0.5], &[0.1, 0.1]), 0.0);
/// ```
///
/// Source: Tasche (2009), Estimating discriminatory power and PD curves when the number of defaults is small.
pub fn accuracy_ratio(shares: &[f64], pds: &[f64]) -> f64 {
    let mean: f64 = shares.iter().zip(pds).map(|(w, p)| w * p).sum();
    let (mut sum, mut riskier) = (0.0, 0.0);
    for (w, p) in shares.iter().zip(pds).rev() {
        sum += 2.0 * (1.0 - p) * w * riskier + p * (1.0 - p) * w * w;
        riskier += p * w;
    }
    sum / (mean * (1.0 - mean)) - 1.0
}

/// Quasi-moment matching: the logistic curve over the normal rank of a grade whose mean is the central tendency and
/// whose accuracy ratio is the given one.
///
/// ```text
/// pᵢ = σ(α + β · Φ⁻¹(Fᵢ))        Fᵢ = (cumᵢ + cumᵢ₋₁) / (2 · n)
/// ```
/// with counts cumulated from the least risk. Grades without obligors take the rank of their place.
///
/// # Errors
/// [`PdError`]: no obligors, a tendency outside (0, 1), an accuracy ratio outside [0, 1), or one that so few grades
/// cannot reach.
///
/// ```
/// use rating_core::fit::pd::{accuracy_ratio, moment_curve};
/// let curve = moment_curve(&[100, 400, 300, 200], 0.02, 0.5)?;
/// let pds: Vec<f64> = curve.pds.iter().map(|pd| pd.get()).collect();
/// let shares = [0.1, 0.4, 0.3, 0.2];
/// assert!((shares.iter().zip(&pds).map(|(w, p)| w * p).sum::<f64>() - 0.02).abs() < 1e-12);
/// assert!((accuracy_ratio(&shares, &pds) - 0.5).abs() < 1e-9);
/// # Ok::<(), rating_core::fit::pd::PdError>(())
/// ```
///
/// Source: Tasche (2013), The art of probability-of-default curve calibration, Journal of Credit Risk 9(4); with the robust
/// logit.
#[doc(alias = "QMM")]
pub fn moment_curve(obligors: &[u64], central_tendency: f64, power: f64) -> Result<MomentCurve, PdError> {
    open_fraction("central_tendency", central_tendency)?;
    if !(0.0..1.0).contains(&power) {
        let wanted = "an accuracy ratio from 0 to below 1";
        return Err(PdError::Domain {
            field: "power",
            wanted,
            got: power,
        });
    }
    let all: u64 = obligors.iter().sum();
    if all == 0 {
        return Err(PdError::Counts {
            obligors: 0,
            defaults: 0,
        });
    }
    let total = all as f64;
    let shares: Vec<f64> = obligors.iter().map(|n| *n as f64 / total).collect();
    let mut before = 0.0;
    let ranks: Vec<f64> = obligors
        .iter()
        .map(|n| {
            let middle = (2.0 * before + *n as f64) / (2.0 * total);
            before += *n as f64;
            // A grade without obligors at either end has no middle of its own: half an obligor from the end.
            normal::quantile(middle.clamp(0.5 / total, 1.0 - 0.5 / total))
        })
        .collect();
    let pds = |intercept: f64, slope: f64| -> Vec<f64> {
        ranks
            .iter()
            .map(|z| 1.0 / (1.0 + (-intercept - slope * z).exp()))
            .collect()
    };
    let mean = |pds: &[f64]| shares.iter().zip(pds).map(|(w, p)| w * p).sum::<f64>();
    let level = |slope: f64| root(-700.0, 700.0, |a| mean(&pds(a, slope)) - central_tendency);
    let reached = |slope: f64| accuracy_ratio(&shares, &pds(level(slope), slope));
    if reached(STEEPEST) < power {
        let wanted = "an accuracy ratio that grades so coarse can reach";
        return Err(PdError::Domain {
            field: "power",
            wanted,
            got: power,
        });
    }
    let slope = root(0.0, STEEPEST, |slope| reached(slope) - power);
    let intercept = level(slope);
    let made = pds(intercept, slope)
        .into_iter()
        .map(Pd::new)
        .collect::<Result<Vec<_>, _>>();
    let pds = made.map_err(|e| PdError::Domain {
        field: "pd",
        wanted: "a probability",
        got: e.0,
    })?;
    Ok(MomentCurve {
        intercept,
        slope,
        pds,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_makes_no_curve_is_said() {
        let told = |n: &[u64], u, power| moment_curve(n, u, power).unwrap_err().to_string();
        insta::assert_snapshot!(told(&[1, 2], 0.0, 0.5), @"central_tendency: expected a fraction between 0 and 1, both excluded, got `0`");
        insta::assert_snapshot!(told(&[1, 2], 0.1, 1.0), @"power: expected an accuracy ratio from 0 to below 1, got `1`");
        insta::assert_snapshot!(told(&[0, 0], 0.1, 0.5), @"expected obligors, and at most as many defaults, got `0` defaults of `0`");
        insta::assert_snapshot!(told(&[500, 500], 0.01, 0.6), @"power: expected an accuracy ratio that grades so coarse can reach, got `0.6`");
    }

    proptest! {
        /// Against all pairs of firms, one default and one survivor drawn by their chances.
        #[test]
        fn the_accuracy_ratio_is_that_of_all_pairs(grades in prop::collection::vec((1..50_u32, 0.001..0.5_f64), 2..8)) {
            let total: f64 = grades.iter().map(|g| f64::from(g.0)).sum();
            let shares: Vec<f64> = grades.iter().map(|g| f64::from(g.0) / total).collect();
            let pds: Vec<f64> = grades.iter().map(|g| g.1).collect();
            let (mut right, mut all) = (0.0, 0.0);
            for (i, (wi, pi)) in shares.iter().zip(&pds).enumerate() {
                for (j, (wj, pj)) in shares.iter().zip(&pds).enumerate() {
                    let pairs = wi * pi * wj * (1.0 - pj);
                    all += pairs;
                    right += pairs * match i.cmp(&j) { std::cmp::Ordering::Greater => 1.0, std::cmp::Ordering::Equal => 0.5, std::cmp::Ordering::Less => 0.0 };
                }
            }
            prop_assert!((accuracy_ratio(&shares, &pds) - (2.0 * right / all - 1.0)).abs() < 1e-12);
        }

        #[test]
        fn both_moments_are_met_and_pds_rise(counts in prop::collection::vec(0..500_u64, 6..12), u in 0.001..0.2_f64, power in 0.05..0.6_f64) {
            prop_assume!(counts.iter().filter(|n| **n > 0).count() >= 4);
            let Ok(curve) = moment_curve(&counts, u, power) else { return Ok(()) };
            let total: u64 = counts.iter().sum();
            let shares: Vec<f64> = counts.iter().map(|n| *n as f64 / total as f64).collect();
            let pds: Vec<f64> = curve.pds.iter().map(|p| p.get()).collect();
            let mean: f64 = shares.iter().zip(&pds).map(|(w, p)| w * p).sum();
            prop_assert!((mean / u - 1.0).abs() < 1e-9);
            prop_assert!((accuracy_ratio(&shares, &pds) - power).abs() < 1e-8);
            prop_assert!(pds.windows(2).all(|p| p[0] <= p[1]));
        }
    }
}
