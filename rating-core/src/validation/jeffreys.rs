//! Whether the defaults of a grade are too many for its PD.

use super::beta::beta_reg;
use crate::num::Pd;

/// Largest count of obligors that [`jeffreys`] takes: for more the accuracy is not known.
pub(super) const MOST_OBLIGORS: u64 = 1_000_000_000;

/// Why a grade cannot be tested.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JeffreysError {
    /// A grade without obligors tells nothing.
    #[error("a grade must hold at least one obligor, got none")]
    NoObligors,
    /// More defaults than obligors.
    #[error("defaults must not exceed the `{obligors}` obligors of the grade, got `{defaults}`")]
    TooManyDefaults {
        /// Defaults given.
        defaults: u64,
        /// Obligors given.
        obligors: u64,
    },
    /// Beyond the counts for which the accuracy is known.
    #[error("counts must not exceed `{MOST_OBLIGORS}` obligors, got `{defaults}` defaults of `{obligors}`")]
    BeyondAccuracy {
        /// Defaults given.
        defaults: u64,
        /// Obligors given.
        obligors: u64,
    },
}

/// One-sided p-value of the Jeffreys test that the PD of a grade is not too low. Small means: too low.
///
/// ```text
/// p = I(PD; D + ½, N - D + ½)
/// ```
/// where `D` of `N` obligors defaulted within the horizon of the PD and `I` is the distribution function of the
/// beta distribution. Defaults are taken for independent, so a common bad year makes the test too strict.
/// Relative error below 1e-7.
///
/// # Errors
/// [`JeffreysError`]: no obligors, more defaults than obligors, or more than a thousand million obligors, beyond which
/// the accuracy is not known.
///
/// ```
/// use rating_core::{num::Pd, validation::jeffreys};
/// let p = jeffreys(Pd::new(0.01)?, 3, 100)?; // three defaults where one was expected
/// assert!((p - 0.0393).abs() < 0.0001);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Source: ECB, Instructions for reporting the validation results of internal models (2019).
pub fn jeffreys(pd: Pd, defaults: u64, obligors: u64) -> Result<f64, JeffreysError> {
    if obligors == 0 {
        return Err(JeffreysError::NoObligors);
    }
    let Some(survivors) = obligors.checked_sub(defaults) else {
        return Err(JeffreysError::TooManyDefaults { defaults, obligors });
    };
    let beyond = JeffreysError::BeyondAccuracy { defaults, obligors };
    if obligors > MOST_OBLIGORS {
        return Err(beyond);
    }
    beta_reg(defaults as f64 + 0.5, survivors as f64 + 0.5, pd.get()).ok_or(beyond)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn p_value(pd: f64, defaults: u64, obligors: u64) -> f64 {
        jeffreys(Pd::new(pd).unwrap(), defaults, obligors).unwrap()
    }

    /// One survivor: with x = sin²θ the integral of √((1-x)/x) is θ + sin θ · cos θ, over its total π/2.
    #[test]
    fn a_single_survivor_agrees_with_the_closed_form() {
        for pd in [0.001_f64, 0.03, 0.4, 0.75, 0.999] {
            let expected = (pd.sqrt().asin() + (pd * (1.0 - pd)).sqrt()) / std::f64::consts::FRAC_PI_2;
            assert!((p_value(pd, 0, 1) - expected).abs() < 1e-14, "{pd}");
        }
    }

    /// Computed with mpmath (`betainc`, and `quad` for the large grades) at 40 digits.
    #[test]
    fn p_values_agree_with_forty_digit_arithmetic() {
        let cases = [
            (0.01, 0, 100, 0.844_259_279_835_693_9),
            (0.01, 1, 100, 0.428_636_074_261_297_8),
            (0.01, 3, 100, 0.039_324_504_739_555_51),
            (0.005, 5, 1_000, 0.469_838_210_727_158_2),
            (0.005, 11, 1_000, 0.008_553_858_388_526_308),
            (0.001, 25, 10_000, 0.000_028_607_288_973_486_55),
            (0.02, 7_400, 370_000, 0.499_250_437_304_322_4),
            (0.02, 7_600, 370_000, 0.009_637_238_206_406_505),
            (0.001, 1_000, 1_000_000, 0.497_900_305_504_349_8),
            (0.001, 10_000, 10_000_000, 0.499_336_086_402_666_4),
            (0.000_98, 10_000, 10_000_000, 0.021_891_593_843_755_18),
            (0.000_94, 10_000, 10_000_000, 4.421_000_347_193_729e-10),
        ];
        for (pd, defaults, obligors, expected) in cases {
            let got = p_value(pd, defaults, obligors);
            assert!(
                (got / expected - 1.0).abs() < 1e-7,
                "{defaults} of {obligors}: got {got}, expected {expected}"
            );
        }
    }

    #[test]
    fn what_cannot_be_tested_is_said() {
        let pd = Pd::new(0.02).unwrap();
        insta::assert_snapshot!(jeffreys(pd, 0, 0).unwrap_err(), @"a grade must hold at least one obligor, got none");
        insta::assert_snapshot!(jeffreys(pd, 3, 2).unwrap_err(), @"defaults must not exceed the `2` obligors of the grade, got `3`");
        insta::assert_snapshot!(jeffreys(pd, 20_000, 1_000_000_001).unwrap_err(), @"counts must not exceed `1000000000` obligors, got `20000` defaults of `1000000001`");
    }
}
