//! Points and log-odds.

use serde::{Deserialize, Serialize};

/// Whole score points. Higher is safer. Exact, so that a score is the sum of its printed parts.
pub type Points = i32;

/// Why a number is not log-odds.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error("log-odds must be finite, got `{0}`")]
pub struct LogOddsError(pub f64);

/// Natural logarithm of good : bad. Higher is safer (the negative of the logit of the PD).
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct LogOdds(f64);

impl LogOdds {
    /// Evens.
    pub const ZERO: LogOdds = LogOdds(0.0);

    /// Checks that the value is finite.
    ///
    /// # Errors
    /// [`LogOddsError`] for NaN and infinities.
    pub fn new(value: f64) -> Result<Self, LogOddsError> {
        if value.is_finite() {
            Ok(Self(value))
        } else {
            Err(LogOddsError(value))
        }
    }

    /// The value, natural logarithm of good : bad.
    pub const fn get(self) -> f64 {
        self.0
    }
}

impl TryFrom<f64> for LogOdds {
    type Error = LogOddsError;

    fn try_from(value: f64) -> Result<Self, LogOddsError> {
        Self::new(value)
    }
}

impl From<LogOdds> for f64 {
    fn from(value: LogOdds) -> f64 {
        value.0
    }
}
