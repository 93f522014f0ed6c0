//! Exact shares of exact amounts.

use super::LendingError;
use crate::num::Money;
use serde::{Deserialize, Serialize};

/// A share of a whole from 0 to 1, in whole millionths.
///
/// Documents give shares in per cent with at most a few decimals, so millionths hold every one of them exactly, and a
/// part of an amount is an exact fraction that can be rounded once.
///
/// ```
/// use rating_core::lending::Share;
/// assert_eq!(Share::new(0.35)?.millionths(), 350_000);
/// assert!(Share::new(1.05).is_err());
/// # Ok::<(), rating_core::lending::LendingError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(
    feature = "schema",
    schemars(description = "A share from 0 to 1 with at most six decimals.")
)]
#[serde(try_from = "f64", into = "f64")]
pub struct Share {
    millionths: u32,
}

impl Share {
    /// Nothing.
    pub const ZERO: Share = Share { millionths: 0 };
    /// All of it.
    pub const ALL: Share = Share {
        millionths: 1_000_000,
    };

    /// A share as a fraction: 0.35 is 35 %.
    ///
    /// # Errors
    /// [`LendingError::Fault`] outside 0 to 1, for NaN, and for a share finer than a millionth.
    pub fn new(fraction: f64) -> Result<Self, LendingError> {
        let millionths = fraction * 1e6;
        // A decimal such as 0.35 is no binary number: what is off by less than a thousandth of a millionth is meant.
        if (0.0..=1.0).contains(&fraction) && (millionths - millionths.round()).abs() <= 1e-3 {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "from 0 to a million by the line before"
            )]
            let millionths = millionths.round() as u32;
            return Ok(Self { millionths });
        }
        let wanted = "a fraction from 0 to 1 with at most six decimals";
        Err(LendingError::at("share", wanted, &fraction.to_string()))
    }

    /// So many millionths, at most all of it.
    pub(super) fn from_millionths(millionths: u32) -> Self {
        Self {
            millionths: millionths.min(Self::ALL.millionths),
        }
    }

    /// Whole millionths, 0 to 1,000,000.
    pub const fn millionths(self) -> u32 {
        self.millionths
    }

    /// The share as a fraction.
    pub fn get(self) -> f64 {
        f64::from(self.millionths) / 1e6
    }

    /// Both shares together, at most all of it.
    #[must_use]
    pub fn plus(self, other: Share) -> Share {
        Share {
            millionths: (self.millionths + other.millionths).min(Self::ALL.millionths),
        }
    }

    /// The share of an amount, rounded down to the fen. An amount below zero has a share of nothing.
    ///
    /// ```
    /// use rating_core::{lending::Share, num::Money};
    /// assert_eq!(Share::new(0.03)?.of(Money::from_yuan(5)?).to_string(), "0.15");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of(self, amount: Money) -> Money {
        let fen = amount.fen().max(0);
        // Below 92 billion yuan 64 bits hold it, and their division is far the faster.
        match fen.checked_mul(i64::from(self.millionths)) {
            Some(scaled) => money(i128::from(scaled / 1_000_000)),
            None => money(i128::from(fen) * i128::from(self.millionths) / 1_000_000),
        }
    }
}

impl TryFrom<f64> for Share {
    type Error = LendingError;

    fn try_from(fraction: f64) -> Result<Self, LendingError> {
        Self::new(fraction)
    }
}

impl From<Share> for f64 {
    fn from(share: Share) -> f64 {
        share.get()
    }
}

/// An amount of so many fen, held to the bound of [`Money`].
pub(super) fn money(fen: i128) -> Money {
    let bound = i128::from(Money::MAX_FEN);
    // INVARIANT: within the bound, so both conversions succeed.
    let fen = i64::try_from(fen.clamp(-bound, bound)).unwrap_or_default();
    Money::from_fen(fen).unwrap_or_default()
}

/// An amount in yuan that was reckoned in floating point, rounded to the nearest fen and held to the bound of
/// [`Money`]; NaN is no money.
#[expect(
    clippy::cast_possible_truncation,
    reason = "held to the bound first, and NaN becomes 0"
)]
pub(super) fn money_from_yuan(yuan: f64) -> Money {
    let bound = Money::MAX_FEN as f64;
    money(i128::from((yuan * 100.0).round().clamp(-bound, bound) as i64))
}

/// A number of yuan rounded down to the fen, for limits: a limit is never rounded up.
#[expect(
    clippy::cast_possible_truncation,
    reason = "held to the bound first, and NaN becomes 0"
)]
pub(super) fn money_at_most(yuan: f64) -> Money {
    let bound = Money::MAX_FEN as f64;
    // What is off by less than a hundredth of a fen is noise of the multiplication.
    money(i128::from(
        (yuan * 100.0 + 0.01).floor().clamp(-bound, bound) as i64
    ))
}

/// Divides an amount by weights, part by part, so that the parts sum to the whole.
///
/// Each part is the weight's share of what is left, rounded to the nearest fen, and the last takes the rest:
///
/// ```text
/// partᵢ = ⌊ leftᵢ · wᵢ / (wᵢ + wᵢ₊₁ + …) + ½ ⌋,   leftᵢ₊₁ = leftᵢ - partᵢ
/// ```
///
/// Why not by largest remainders, which also sum to the whole: with three or more parts one fen more of the whole can
/// take a fen from a part (the Alabama paradox), and a payer whose payment falls because the loss rose has reason to
/// object. Here both the part and the rest grow by 0 or 1 with every fen, so every part is monotone in the whole. A
/// part of three is less than a fen from its exact share.
#[derive(Clone, Copy, Debug)]
pub(super) struct Split {
    left: i128,
    weights: i128,
}

impl Split {
    /// Divides an amount that is not negative by weights of this sum.
    pub(super) fn new(amount: i64, weights: i128) -> Self {
        Self {
            left: i128::from(amount.max(0)),
            weights,
        }
    }

    /// The part of the next weight.
    pub(super) fn next(&mut self, weight: i128) -> i64 {
        let part = if self.weights <= 0 {
            0
        } else {
            rounded(self.left, weight, self.weights).clamp(0, self.left)
        };
        self.left -= part;
        self.weights -= weight;
        i64::try_from(part).unwrap_or_default()
    }
}

/// `left · weight / weights`, rounded to the nearest, halves up; weights above zero.
fn rounded(left: i128, weight: i128, weights: i128) -> i128 {
    let narrow = |x: i128| u64::try_from(x).ok();
    // 64 bits hold most amounts, and their division is far the faster; the answer is the same.
    let fast = || {
        let (left, weight, weights) = (narrow(left)?, narrow(weight)?, narrow(weights)?);
        let doubled = left.checked_mul(weight)?.checked_mul(2)?.checked_add(weights)?;
        Some(i128::from(doubled / weights.checked_mul(2)?))
    };
    fast().unwrap_or_else(|| (2 * left * weight + weights) / (2 * weights))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn narrow_and_wide_division_agree() {
        for left in [
            0,
            1,
            99,
            9_223_372_036_854,
            9_223_372_036_855,
            100_000_000_000_000_i128,
        ] {
            for weight in [0, 1, 333_333, 999_999_i128] {
                let wide = (2 * left * weight + 1_000_000) / 2_000_000;
                assert_eq!(rounded(left, weight, 1_000_000), wide, "{left} {weight}");
            }
        }
        let share = Share::new(0.999_999).unwrap();
        let all = Money::from_fen(Money::MAX_FEN).unwrap();
        assert_eq!(share.of(all).fen(), 99_999_900_000_000);
    }

    fn parts(amount: i64, weights: &[u32]) -> Vec<i64> {
        let mut split = Split::new(amount, weights.iter().map(|w| i128::from(*w)).sum());
        weights.iter().map(|w| split.next(i128::from(*w))).collect()
    }

    #[test]
    fn a_share_says_what_it_is() {
        insta::assert_snapshot!(Share::new(1.05).unwrap_err(), @"share: expected a fraction from 0 to 1 with at most six decimals, got `1.05`");
        assert!(Share::new(f64::NAN).is_err() && Share::new(0.000_000_5).is_err());
        for percent in 0..=100_u32 {
            let share = Share::new(f64::from(percent) / 100.0).unwrap();
            assert_eq!(share.millionths(), percent * 10_000);
        }
        assert!(serde_json::from_str::<Share>("-0.1").is_err());
    }

    /// Shares 6 : 6 : 2 are the textbook case: by largest remainders ten fen go 4, 4, 2 and eleven go 5, 5, 1.
    #[test]
    fn a_fen_more_takes_from_nobody() {
        assert_eq!(parts(10, &[6, 6, 2]), [4, 5, 1]);
        assert_eq!(parts(11, &[6, 6, 2]), [5, 5, 1]);
    }

    #[test]
    fn noise_of_a_multiplication_does_not_lower_a_limit() {
        assert_eq!(money_at_most(0.29 * 100.0).fen(), 2_900);
        assert_eq!(money_at_most(1.999).fen(), 199);
        assert_eq!(money_from_yuan(f64::NAN), Money::ZERO);
    }

    proptest! {
        #[test]
        fn parts_sum_to_the_whole_are_monotone_and_near_their_share(
            amount in 0..10_000_000_000_i64,
            weights in prop::collection::vec(1..1_000_000_u32, 1..4),
        ) {
            let (now, more) = (parts(amount, &weights), parts(amount + 1, &weights));
            prop_assert_eq!(now.iter().sum::<i64>(), amount);
            let total: f64 = weights.iter().map(|w| f64::from(*w)).sum();
            for (at, part) in now.iter().enumerate() {
                prop_assert!(*part >= 0 && more[at] >= *part);
                let exact = amount as f64 * f64::from(weights[at]) / total;
                prop_assert!((*part as f64 - exact).abs() < 1.0 + 1e-5, "{part} {exact}");
            }
        }
    }
}
