//! PDs moved to a central tendency.

use super::{PdError, open_fraction, root};
use crate::calibration::moved;
use crate::num::Pd;

/// A shift of log-odds bad : good that moves PDs without changing any order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Anchor {
    shift: f64,
    central_tendency: f64,
}

impl Anchor {
    /// What is added to the log-odds bad : good of each PD.
    pub fn shift(self) -> f64 {
        self.shift
    }

    /// The moved PD. PDs of 0 and 1 stay.
    pub fn pd(self, pd: Pd) -> Pd {
        moved(pd, self.shift)
    }

    /// The `model_tendency` that makes the anchor of a [`LineSpec`](crate::calibration::LineSpec) this
    /// very shift, so that the mean of the PDs of the sample is the central tendency exactly and not nearly.
    pub fn model_tendency(self) -> f64 {
        let odds = self.central_tendency / (1.0 - self.central_tendency) * (-self.shift).exp();
        odds / (1.0 + odds)
    }
}

/// The shift that moves the mean of PDs to a central tendency.
///
/// ```text
/// mean of σ(a + logit pd) = central tendency
/// ```
/// solved for the shift `a`; σ is the logistic function.
///
/// # Errors
/// [`PdError`]: a tendency outside (0, 1), or one that no shift reaches because too many PDs are 0 or 1.
///
/// ```
/// use rating_core::{fit::pd::anchor, num::Pd};
/// let pds = [Pd::new(0.01)?, Pd::new(0.04)?];
/// let anchor = anchor(&pds, 0.05)?;
/// let mean = (anchor.pd(pds[0]).get() + anchor.pd(pds[1]).get()) / 2.0;
/// assert!((mean - 0.05).abs() < 1e-14);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Source: Tasche (2013), The art of probability-of-default curve calibration, Journal of Credit Risk 9(4).
pub fn anchor(pds: &[Pd], central_tendency: f64) -> Result<Anchor, PdError> {
    open_fraction("central_tendency", central_tendency)?;
    let share = |wanted: fn(f64) -> bool| {
        pds.iter().filter(|pd| wanted(pd.get())).count() as f64 / pds.len().max(1) as f64
    };
    let (least, most) = (share(|p| p >= 1.0), share(|p| p > 0.0));
    if !(least..most).contains(&central_tendency) || central_tendency <= least {
        return Err(PdError::Unreachable {
            least,
            most,
            got: central_tendency,
        });
    }
    let mean = |shift: f64| pds.iter().map(|pd| moved(*pd, shift).get()).sum::<f64>() / pds.len() as f64;
    Ok(Anchor {
        shift: root(-800.0, 800.0, |shift| mean(shift) - central_tendency),
        central_tendency,
    })
}

/// The PD in the population of one that was fitted to a sample drawn by outcome (case-control).
///
/// ```text
/// pd' = pd · π/ρ ÷ (pd · π/ρ + (1 − pd) · (1 − π)/(1 − ρ))
/// ```
/// with the default rates `ρ` of the sample and `π` of the population.
///
/// # Errors
/// [`PdError::Domain`]: a rate outside (0, 1).
///
/// ```
/// use rating_core::{fit::pd::prior_correction, num::Pd};
/// let pd = prior_correction(Pd::new(0.30)?, 0.20, 0.05)?;
/// assert!((pd.get() - 0.082_758_621).abs() < 5e-10); // 0.075 / (0.075 + 0.83125)
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Source: King, Zeng (2001), Logistic regression in rare events data, Political Analysis 9(2).
pub fn prior_correction(pd: Pd, sample_rate: f64, population_rate: f64) -> Result<Pd, PdError> {
    Ok(moved(pd, prior_shift(sample_rate, population_rate)?))
}

/// The shift of log-odds bad : good that [`prior_correction`] is.
///
/// # Errors
/// [`PdError::Domain`]: a rate outside (0, 1).
///
/// ```
/// use rating_core::fit::pd::prior_shift;
/// let shift = prior_shift(0.5, 0.2)?; // from evens to 1 : 4
/// assert!((shift + 4.0_f64.ln()).abs() < 1e-15);
/// # Ok::<(), rating_core::fit::pd::PdError>(())
/// ```
pub fn prior_shift(sample_rate: f64, population_rate: f64) -> Result<f64, PdError> {
    open_fraction("sample_rate", sample_rate)?;
    open_fraction("population_rate", population_rate)?;
    let logit = |p: f64| (p / (1.0 - p)).ln();
    Ok(logit(population_rate) - logit(sample_rate))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pds(values: &[f64]) -> Vec<Pd> {
        values.iter().map(|v| Pd::new(*v).unwrap()).collect()
    }

    #[test]
    fn a_tendency_that_no_shift_reaches_is_refused() {
        insta::assert_snapshot!(anchor(&pds(&[0.0, 0.0, 0.1, 1.0]), 0.6).unwrap_err(), @"expected a central tendency between `0.25` and `0.5`, which shifted PDs can reach, got `0.6`");
        insta::assert_snapshot!(anchor(&[], 0.5).unwrap_err(), @"expected a central tendency between `0` and `0`, which shifted PDs can reach, got `0.5`");
        insta::assert_snapshot!(anchor(&pds(&[0.1]), 1.0).unwrap_err(), @"central_tendency: expected a fraction between 0 and 1, both excluded, got `1`");
    }

    proptest! {
        #[test]
        fn the_mean_is_the_tendency_and_the_order_stays(values in prop::collection::vec(1e-6..0.9_f64, 1..50), to in 0.001..0.9_f64) {
            let pds = pds(&values);
            let anchor = anchor(&pds, to).unwrap();
            let moved: Vec<f64> = pds.iter().map(|p| anchor.pd(*p).get()).collect();
            prop_assert!((moved.iter().sum::<f64>() / moved.len() as f64 - to).abs() < 1e-12);
            for (a, b) in values.iter().zip(&moved) {
                for (c, d) in values.iter().zip(&moved) {
                    prop_assert!((a <= c) == (b <= d) || (b - d).abs() < 1e-15);
                }
            }
            // The document's anchor is this shift.
            let logit = |p: f64| (p / (1.0 - p)).ln();
            prop_assert!((logit(to) - logit(anchor.model_tendency()) - anchor.shift()).abs() < 1e-9);
        }
    }
}
