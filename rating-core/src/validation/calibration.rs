//! How near predicted probabilities of default come to what happened.

use crate::num::Pd;

/// Why predictions and outcomes cannot be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BrierError {
    /// The two slices do not describe the same firms.
    #[error("`pds` and `bad` must have the same length, got `{pds}` and `{bad}`")]
    LengthsDiffer {
        /// Length of `pds`.
        pds: usize,
        /// Length of `bad`.
        bad: usize,
    },
    /// A mean over no firms is undefined.
    #[error("`pds` must hold at least one firm, got none")]
    NoFirms,
}

/// Brier score: the mean squared distance of PD and outcome, in [0, 1]. Lower is better.
///
/// ```text
/// Brier = (1/n) · Σ (pdᵢ - yᵢ)²
/// ```
/// where `yᵢ` is 1 for a bad and 0 for a good. Giving every firm the default rate `p` scores `p · (1 - p)`: compare
/// with that, never across portfolios of different default rates.
///
/// # Errors
/// [`BrierError`]: lengths differ, or no firm.
///
/// ```
/// use rating_core::{num::Pd, validation::brier};
/// // (0.25² + 0.5²) / 2
/// let score = brier(&[Pd::new(0.25)?, Pd::new(0.5)?], &[false, true])?;
/// assert_eq!(score, 0.15625);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Source: Brier (1950), Monthly Weather Review 78, 1–3; BCBS Working Paper 14 (2005).
pub fn brier(pds: &[Pd], bad: &[bool]) -> Result<f64, BrierError> {
    if pds.len() != bad.len() {
        return Err(BrierError::LengthsDiffer {
            pds: pds.len(),
            bad: bad.len(),
        });
    }
    if pds.is_empty() {
        return Err(BrierError::NoFirms);
    }
    let mut misses: Vec<f64> = pds
        .iter()
        .zip(bad)
        .map(|(pd, &bad)| pd.get() - f64::from(u8::from(bad)))
        .collect();
    for miss in &mut misses {
        *miss *= *miss;
    }
    // Smallest first: small terms are not lost, and the order of the rows changes no bit.
    misses.sort_unstable_by(f64::total_cmp);
    Ok(misses.iter().sum::<f64>() / pds.len() as f64)
}

/// Mean of minus the logarithm of the probability that was given to what happened, 0 or above. Lower is better;
/// infinite if a firm defaulted whose PD was 0, or did not whose PD was 1.
///
/// ```text
/// log-loss = −(1/n) · Σ [yᵢ · ln pdᵢ + (1 − yᵢ) · ln(1 − pdᵢ)]
/// ```
/// where `yᵢ` is 1 for a bad and 0 for a good.
///
/// # Errors
/// [`BrierError`]: lengths differ, or no firm.
///
/// ```
/// use rating_core::{num::Pd, validation::log_loss};
/// // Evens twice: ln 2.
/// let loss = log_loss(&[Pd::new(0.5)?, Pd::new(0.5)?], &[false, true])?;
/// assert!((loss - 2.0_f64.ln()).abs() < 1e-15);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Source: Good (1952), Rational decisions, Journal of the Royal Statistical Society B 14, 107–114.
#[doc(alias = "cross-entropy")]
pub fn log_loss(pds: &[Pd], bad: &[bool]) -> Result<f64, BrierError> {
    if pds.len() != bad.len() {
        return Err(BrierError::LengthsDiffer {
            pds: pds.len(),
            bad: bad.len(),
        });
    }
    if pds.is_empty() {
        return Err(BrierError::NoFirms);
    }
    let loss = |(pd, bad): (&Pd, &bool)| {
        if *bad {
            -pd.get().ln()
        } else {
            -(-pd.get()).ln_1p()
        }
    };
    let mut losses: Vec<f64> = pds.iter().zip(bad).map(loss).collect();
    // Smallest first, as above.
    losses.sort_unstable_by(f64::total_cmp);
    Ok(losses.iter().sum::<f64>() / pds.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pds(values: &[f64]) -> Vec<Pd> {
        values.iter().map(|v| Pd::new(*v).unwrap()).collect()
    }

    /// BCBS Working Paper 14: the trivial forecast scores p · (1 - p); here p = 1/4.
    #[test]
    fn the_default_rate_for_everyone_scores_its_own_variance() {
        let score = brier(&pds(&[0.25; 4]), &[true, false, false, false]).unwrap();
        assert!((score - 0.25 * 0.75).abs() < 1e-16, "{score}");
    }

    #[test]
    fn the_order_of_rows_changes_no_bit() {
        let forth = brier(&pds(&[0.9, 0.01, 0.3, 1e-9]), &[true, false, true, false]).unwrap();
        let back = brier(&pds(&[1e-9, 0.3, 0.01, 0.9]), &[false, true, false, true]).unwrap();
        assert_eq!(forth.to_bits(), back.to_bits());
    }

    /// By hand: (ln 4 + ln(4/3)) / 2; certainty that fails costs everything, certainty that holds nothing.
    #[test]
    fn log_loss_is_that_by_hand() {
        let loss = log_loss(&pds(&[0.25, 0.25]), &[true, false]).unwrap();
        assert!((loss - f64::midpoint(4.0_f64.ln(), (4.0_f64 / 3.0).ln())).abs() < 1e-15);
        assert!(log_loss(&pds(&[0.0]), &[true]).unwrap().is_infinite());
        assert!(log_loss(&pds(&[0.0]), &[false]).unwrap().abs() < 1e-300);
    }

    #[test]
    fn what_cannot_be_compared_is_said() {
        insta::assert_snapshot!(brier(&pds(&[0.1]), &[]).unwrap_err(), @"`pds` and `bad` must have the same length, got `1` and `0`");
        insta::assert_snapshot!(brier(&[], &[]).unwrap_err(), @"`pds` must hold at least one firm, got none");
    }
}
