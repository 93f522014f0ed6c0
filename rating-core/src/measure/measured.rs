//! The outcome of measuring: a number, or the reason why there is none.

use super::{COUNT, Measure};
use serde::{Deserialize, Serialize};

/// Why a measure has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// The department sent nothing, or left the field empty.
    NotReported,
    /// It has no meaning for this firm (a share of nothing).
    NotApplicable,
    /// The history is too short or too old.
    TooShort,
}

impl Missing {
    /// Every reason.
    pub const ALL: [Missing; 3] = [Missing::NotReported, Missing::NotApplicable, Missing::TooShort];

    /// One word for tables: `not_reported`, `not_applicable`, `too_short`.
    pub const fn word(self) -> &'static str {
        match self {
            Missing::NotReported => "not_reported",
            Missing::NotApplicable => "not_applicable",
            Missing::TooShort => "too_short",
        }
    }

    /// The reason that a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|m| m.word() == word)
    }
}

/// A number or the reason why there is none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Measured {
    /// A finite number in the unit and range of its measure.
    Value(f64),
    /// No number.
    Missing(Missing),
}

impl Measured {
    /// The number, if there is one.
    pub fn value(self) -> Option<f64> {
        match self {
            Measured::Value(value) => Some(value),
            Measured::Missing(_) => None,
        }
    }

    /// `numerator / denominator`, not applicable unless the denominator is positive.
    pub(crate) fn ratio(numerator: f64, denominator: f64) -> Self {
        if denominator > 0.0 {
            Measured::Value(numerator / denominator)
        } else {
            Measured::Missing(Missing::NotApplicable)
        }
    }
}

impl From<f64> for Measured {
    fn from(value: f64) -> Self {
        Measured::Value(value)
    }
}

impl From<Missing> for Measured {
    fn from(reason: Missing) -> Self {
        Measured::Missing(reason)
    }
}

/// All measures of one firm as of a day. Starts with every measure not reported.
#[derive(Clone, Debug, PartialEq)]
pub struct Measures {
    values: [Measured; COUNT],
}

impl Measures {
    /// Every measure not reported.
    pub const NONE: Measures = Measures {
        values: [Measured::Missing(Missing::NotReported); COUNT],
    };

    /// The outcome of one measure.
    pub fn get(&self, measure: Measure) -> Measured {
        // INVARIANT: `index` lies below `COUNT`, so the fallback is never taken.
        self.values
            .get(measure.index())
            .copied()
            .unwrap_or(Measured::Missing(Missing::NotReported))
    }

    /// Sets one measure: a number is held to the range of the catalogue, one that is not finite becomes "not
    /// applicable".
    pub fn set(&mut self, measure: Measure, outcome: impl Into<Measured>) {
        let outcome = match outcome.into() {
            Measured::Value(value) if value.is_finite() => {
                let (low, high) = measure.entry().range;
                Measured::Value(value.clamp(low, high))
            }
            Measured::Value(_) => Measured::Missing(Missing::NotApplicable),
            missing @ Measured::Missing(_) => missing,
        };
        if let Some(slot) = self.values.get_mut(measure.index()) {
            *slot = outcome;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_held_to_their_range_and_never_nan() {
        let mut measures = Measures::NONE;
        measures.set(Measure::TradeVoidRate, 1.5);
        assert_eq!(measures.get(Measure::TradeVoidRate), Measured::Value(1.0));
        measures.set(Measure::TradeVoidRate, f64::NAN);
        assert_eq!(
            measures.get(Measure::TradeVoidRate),
            Measured::Missing(Missing::NotApplicable)
        );
    }
}
