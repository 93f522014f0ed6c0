//! Probabilities and shares of credit risk.

use serde::{Deserialize, Serialize};

/// Why a number is not a probability.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error("probability must lie in [0, 1], got `{0}`")]
pub struct ProbabilityError(pub f64);

macro_rules! fraction {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(try_from = "f64", into = "f64")]
        pub struct $name(f64);

        impl $name {
            /// Checks that the value lies in [0, 1].
            ///
            /// # Errors
            /// [`ProbabilityError`] outside [0, 1], for NaN and for infinities.
            pub fn new(value: f64) -> Result<Self, ProbabilityError> {
                // Stated positively, so that NaN fails by itself.
                if (0.0..=1.0).contains(&value) { Ok(Self(value)) } else { Err(ProbabilityError(value)) }
            }

            /// The value as a fraction in [0, 1].
            pub const fn get(self) -> f64 {
                self.0
            }
        }

        impl TryFrom<f64> for $name {
            type Error = ProbabilityError;

            fn try_from(value: f64) -> Result<Self, ProbabilityError> {
                Self::new(value)
            }
        }

        impl From<$name> for f64 {
            fn from(value: $name) -> f64 {
                value.0
            }
        }
    };
}

fraction! {
    /// Calibrated probability that the obligor defaults within twelve months, as a fraction. Higher is riskier.
    ///
    /// ```
    /// use rating_core::num::Pd;
    /// assert_eq!(Pd::new(0.02)?.get(), 0.02);
    /// assert!(Pd::new(f64::NAN).is_err());
    /// # Ok::<(), rating_core::num::ProbabilityError>(())
    /// ```
    #[doc(alias = "probability of default")]
    Pd
}

fraction! {
    /// Loss given default: the share of the exposure that is lost, as a fraction.
    #[doc(alias = "loss given default")]
    Lgd
}

impl Pd {
    /// The PD of given log-odds: `1 / (1 + exp(log_odds))`.
    ///
    /// Total: log-odds are finite, so the result lies in [0, 1].
    ///
    /// ```
    /// use rating_core::num::{LogOdds, Pd};
    /// let evens = Pd::from_log_odds(LogOdds::new(0.0)?);
    /// assert_eq!(evens.get(), 0.5);
    /// # Ok::<(), rating_core::num::LogOddsError>(())
    /// ```
    pub fn from_log_odds(log_odds: super::LogOdds) -> Self {
        Self(1.0 / (1.0 + log_odds.get().exp()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_numbers_from_zero_to_one_are_probabilities() {
        for bad in [-1e-300, 1.0 + 1e-12, f64::NAN, f64::INFINITY] {
            assert!(Pd::new(bad).is_err(), "{bad}");
        }
        insta::assert_snapshot!(Pd::new(1.5).unwrap_err(), @"probability must lie in [0, 1], got `1.5`");
    }

    #[test]
    fn deserialising_is_a_constructor_too() {
        assert!(serde_json::from_str::<Pd>("1.5").is_err());
    }
}
