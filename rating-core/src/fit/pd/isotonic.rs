//! PDs that only fall as the score rises, and nothing else.

use super::{PdError, curve::same_length};
use crate::num::{Pd, Points};
use serde::{Deserialize, Serialize};

/// Scores from `from` up to the next step, with one PD.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IsotonicStep {
    /// Least score of the step.
    pub from: Points,
    /// Firms.
    pub firms: u64,
    /// Defaults among them; their share is the PD.
    pub defaults: u64,
}

/// A staircase of PDs.
#[derive(Clone, Debug, PartialEq)]
pub struct IsotonicCurve {
    /// INVARIANT: not empty, ascending in score, falling in default rate.
    steps: Vec<IsotonicStep>,
}

impl IsotonicCurve {
    /// A staircase of steps that were kept; else the place of the first that is out of order, or has no firms, or more
    /// defaults than firms. No step is out of order at place 0.
    pub(super) fn new(steps: Vec<IsotonicStep>) -> Result<Self, usize> {
        let alone = |step: &IsotonicStep| step.firms > 0 && step.defaults <= step.firms;
        if steps.is_empty() {
            return Err(0);
        }
        if let Some(at) = steps.iter().position(|step| !alone(step)) {
            return Err(at);
        }
        let pairs = steps.array_windows::<2>();
        let disordered =
            |[before, after]: &[IsotonicStep; 2]| before.from >= after.from || !falls(before, after);
        match pairs.enumerate().find(|(_, pair)| disordered(pair)) {
            Some((at, _)) => Err(at + 1),
            None => Ok(Self { steps }),
        }
    }

    /// The steps, lowest scores first.
    pub fn steps(&self) -> &[IsotonicStep] {
        &self.steps
    }

    /// The PD of a score; below the first step that of the first.
    pub fn pd(&self, score: Points) -> Pd {
        let after = self.steps.partition_point(|step| step.from <= score);
        let step = self.steps.get(after.saturating_sub(1));
        let rate = step.map_or(0.0, |s| s.defaults as f64 / s.firms as f64);
        Pd::new(rate).unwrap_or_else(|_| Pd::from_log_odds(crate::num::LogOdds::ZERO))
    }
}

/// The default rates of greatest likelihood that do not rise with the score: neighbours that stand the wrong way round
/// are pooled. Counted in whole numbers.
///
/// A step may have no default, and then a PD of 0: give it a floor, or a bound from [`super::pluto_tasche`].
///
/// # Errors
/// [`PdError`]: slices of different lengths, or no firm.
///
/// ```
/// use rating_core::fit::pd::isotonic_curve;
/// // Default rates by score: 1, 0, 1/2, 0; the second and third stand the wrong way round and become 1/3.
/// let curve = isotonic_curve(&[1, 2, 3, 3, 4], &[true, false, true, false, false])?;
/// assert_eq!([1, 2, 3, 4].map(|s| (3.0 * curve.pd(s).get()).round()), [3.0, 1.0, 1.0, 0.0]);
/// # Ok::<(), rating_core::fit::pd::PdError>(())
/// ```
///
/// Source: Ayer, Brunk, Ewing, Reid, Silverman (1955), Annals of Mathematical Statistics 26, 641–647.
#[doc(alias = "PAVA")]
pub fn isotonic_curve(scores: &[Points], bad: &[bool]) -> Result<IsotonicCurve, PdError> {
    same_length(("bad", bad.len()), ("scores", scores.len()))?;
    let mut rows: Vec<(Points, bool)> = scores.iter().copied().zip(bad.iter().copied()).collect();
    if rows.is_empty() {
        return Err(PdError::Counts {
            obligors: 0,
            defaults: 0,
        });
    }
    rows.sort_unstable();
    let mut steps: Vec<IsotonicStep> = Vec::new();
    for tied in rows.chunk_by(|a, b| a.0 == b.0) {
        let mut step = IsotonicStep {
            from: tied.first().map_or(0, |row| row.0),
            firms: tied.len() as u64,
            defaults: tied.iter().filter(|row| row.1).count() as u64,
        };
        while let Some(before) = steps.last().filter(|before| !falls(before, &step)) {
            step = IsotonicStep {
                from: before.from,
                firms: before.firms + step.firms,
                defaults: before.defaults + step.defaults,
            };
            steps.pop();
        }
        steps.push(step);
    }
    Ok(IsotonicCurve { steps })
}

/// Whether the default rate falls from one step to the next, in whole numbers.
fn falls(before: &IsotonicStep, after: &IsotonicStep) -> bool {
    let product = |a: u64, b: u64| u128::from(a) * u128::from(b);
    product(before.defaults, after.firms) > product(after.defaults, before.firms)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The min-max formula of isotonic regression, by brute force: for rates that fall, the least over starts of the
    /// greatest over ends of the pooled rate.
    fn by_formula(rates: &[(f64, f64)], at: usize) -> f64 {
        let pooled = |from: usize, to: usize| {
            let (bads, all) = rates[from..=to]
                .iter()
                .fold((0.0, 0.0), |s, r| (s.0 + r.0, s.1 + r.1));
            bads / all
        };
        (0..=at)
            .map(|from| {
                (at..rates.len())
                    .map(|to| pooled(from, to))
                    .fold(f64::NEG_INFINITY, f64::max)
            })
            .fold(f64::INFINITY, f64::min)
    }

    #[test]
    fn no_firm_makes_no_curve() {
        insta::assert_snapshot!(isotonic_curve(&[], &[]).unwrap_err(), @"expected obligors, and at most as many defaults, got `0` defaults of `0`");
    }

    proptest! {
        #[test]
        fn pooling_agrees_with_the_min_max_formula(rows in prop::collection::vec((0..8_i32, any::<bool>()), 1..40)) {
            let (scores, bad): (Vec<i32>, Vec<bool>) = rows.iter().copied().unzip();
            let curve = isotonic_curve(&scores, &bad).unwrap();
            let present: Vec<i32> = (0..8).filter(|s| scores.contains(s)).collect();
            let rates: Vec<(f64, f64)> = present.iter().map(|s| {
                let of: Vec<bool> = rows.iter().filter(|r| r.0 == *s).map(|r| r.1).collect();
                (of.iter().filter(|b| **b).count() as f64, of.len() as f64)
            }).collect();
            for (at, score) in present.iter().enumerate() {
                prop_assert!((curve.pd(*score).get() - by_formula(&rates, at)).abs() < 1e-12);
            }
            prop_assert_eq!(curve.steps().iter().map(|s| s.firms).sum::<u64>(), rows.len() as u64);
        }
    }
}
