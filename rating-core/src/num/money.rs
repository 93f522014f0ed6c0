//! Exact amounts of renminbi.

use serde::{Deserialize, Serialize};
use std::fmt;

/// An exact amount of renminbi in fen (1/100 yuan), at most a trillion yuan either way.
///
/// The bound makes sums safe: [`Money::sum`] runs in `i128` and cannot overflow. Records carry one currency;
/// an amount in another must be converted before it is delivered (docs/conventions.md).
///
/// ```
/// use rating_core::num::Money;
/// assert_eq!("1,234.5".parse::<Money>()?.fen(), 123_450);
/// assert_eq!(Money::from_fen(-94_340)?.to_string(), "-943.40");
/// # Ok::<(), rating_core::num::MoneyError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(
    feature = "schema",
    schemars(description = "An amount in yuan, as a text with at most two decimals.")
)]
#[serde(try_from = "String", into = "String")]
pub struct Money {
    fen: i64,
}

/// Why something is not an amount.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum MoneyError {
    /// Not a decimal number.
    #[error("expected an amount in yuan such as `1234.50`, got `{0}`")]
    Form(String),
    /// Finer than a fen: rounding is the sender's decision, not ours.
    #[error("expected an amount in whole fen (two decimals), got `{0}`")]
    Fraction(String),
    /// Over the bound.
    #[error("expected an amount of at most 1,000,000,000,000 yuan either way, got `{0}`")]
    Range(String),
}

impl Money {
    /// No money.
    pub const ZERO: Money = Money { fen: 0 };
    /// The bound on either side, in fen.
    pub const MAX_FEN: i64 = 100_000_000_000_000;

    /// An amount in fen.
    ///
    /// # Errors
    /// [`MoneyError::Range`] beyond a trillion yuan.
    pub fn from_fen(fen: i64) -> Result<Self, MoneyError> {
        if (-Self::MAX_FEN..=Self::MAX_FEN).contains(&fen) {
            Ok(Self { fen })
        } else {
            Err(MoneyError::Range(format!(
                "{}.{:02}",
                fen / 100,
                (fen % 100).abs()
            )))
        }
    }

    /// An amount in whole yuan.
    ///
    /// # Errors
    /// [`MoneyError::Range`] beyond a trillion yuan.
    pub fn from_yuan(yuan: i64) -> Result<Self, MoneyError> {
        let fen = yuan
            .checked_mul(100)
            .ok_or_else(|| MoneyError::Range(yuan.to_string()))?;
        Self::from_fen(fen)
    }

    /// The amount that a binary floating-point number of yuan stands for.
    ///
    /// `0.1 + 0.2` style noise (below a hundredth of a fen) is removed; a number that is not a whole fen
    /// within that is refused.
    ///
    /// # Errors
    /// [`MoneyError::Form`] for NaN and infinities, [`MoneyError::Fraction`], [`MoneyError::Range`].
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the range is checked on the line before"
    )]
    pub fn from_yuan_f64(yuan: f64) -> Result<Self, MoneyError> {
        if !yuan.is_finite() {
            return Err(MoneyError::Form(yuan.to_string()));
        }
        let fen = yuan * 100.0;
        if fen.abs() > Self::MAX_FEN as f64 {
            return Err(MoneyError::Range(format!("{yuan:e}")));
        }
        // An f64 of this size carries an error of up to |fen| · 2⁻⁵²; a hundredth of a fen covers the rest.
        let noise = 0.01 + fen.abs() * f64::EPSILON;
        if (fen - fen.round()).abs() > noise {
            return Err(MoneyError::Fraction(yuan.to_string()));
        }
        Self::from_fen(fen.round() as i64)
    }

    /// The amount `unscaled · 10^(−scale)` yuan, as a decimal column holds it.
    ///
    /// # Errors
    /// [`MoneyError::Fraction`] if it is no whole fen, [`MoneyError::Range`].
    pub fn from_decimal(unscaled: i128, scale: u8) -> Result<Self, MoneyError> {
        // Yuan with two decimals are fen.
        if scale == 2
            && let Ok(fen) = i64::try_from(unscaled)
            && (-Self::MAX_FEN..=Self::MAX_FEN).contains(&fen)
        {
            return Ok(Self { fen });
        }
        let shown = || match scale {
            0 => unscaled.to_string(),
            _ => format!("{unscaled}e-{scale}"),
        };
        let ten = |power: u8| 10_i128.checked_pow(u32::from(power));
        let fen = if scale <= 2 {
            ten(2 - scale).and_then(|factor| unscaled.checked_mul(factor))
        } else {
            match ten(scale - 2) {
                Some(divisor) if unscaled % divisor == 0 => Some(unscaled / divisor),
                _ => return Err(MoneyError::Fraction(shown())),
            }
        };
        let fen = fen
            .and_then(|f| i64::try_from(f).ok())
            .ok_or_else(|| MoneyError::Range(shown()))?;
        Self::from_fen(fen)
    }

    /// The amount in fen.
    pub const fn fen(self) -> i64 {
        self.fen
    }

    /// The amount in yuan as a floating-point number, for ratios and statistics.
    pub fn yuan(self) -> f64 {
        self.fen as f64 / 100.0
    }

    /// The exact sum of many amounts, in fen.
    pub fn sum(amounts: impl IntoIterator<Item = Money>) -> i128 {
        amounts.into_iter().map(|amount| i128::from(amount.fen)).sum()
    }
}

impl std::str::FromStr for Money {
    type Err = MoneyError;

    /// Reads a decimal number of yuan: an optional sign, digits with `,` between thousands, a decimal point;
    /// also `1.2e3`, as spreadsheets write.
    fn from_str(text: &str) -> Result<Self, MoneyError> {
        let shown = || super::shown(text, 40);
        let plain: String = text.trim().chars().filter(|c| *c != ',').collect();
        if plain.contains(['e', 'E']) {
            let value: f64 = plain.parse().map_err(|_| MoneyError::Form(shown()))?;
            return Self::from_yuan_f64(value);
        }
        let unsigned = plain.strip_prefix(['-', '+']).unwrap_or(&plain);
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let fraction = fraction.trim_end_matches('0');
        let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if (whole.is_empty() && fraction.is_empty()) || !digits(whole) || !digits(fraction) {
            return Err(MoneyError::Form(shown()));
        }
        if fraction.len() > 2 {
            return Err(MoneyError::Fraction(shown()));
        }
        let fen: i64 = format!("{whole}{fraction:0<2}")
            .parse()
            .map_err(|_| MoneyError::Range(shown()))?;
        let signed = if plain.starts_with('-') { -fen } else { fen };
        Self::from_fen(signed).map_err(|_| MoneyError::Range(shown()))
    }
}

impl TryFrom<String> for Money {
    type Error = MoneyError;

    fn try_from(text: String) -> Result<Self, MoneyError> {
        text.parse()
    }
}

impl From<Money> for String {
    fn from(money: Money) -> String {
        money.to_string()
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.fen < 0 { "-" } else { "" };
        let fen = self.fen.unsigned_abs();
        write!(f, "{sign}{}.{:02}", fen / 100, fen % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_float_and_decimal_agree() {
        for (text, fen) in [
            ("-943.4", -94_340),
            ("1,000", 100_000),
            (".5", 50),
            ("1.20e3", 120_000),
            ("+7.00", 700),
        ] {
            assert_eq!(text.parse::<Money>().unwrap().fen(), fen, "{text}");
        }
        assert_eq!(Money::from_yuan_f64(839_350.55).unwrap().fen(), 83_935_055);
        assert_eq!(Money::from_decimal(-12_300, 4).unwrap().fen(), -123);
        assert_eq!(Money::from_decimal(12, 0).unwrap().fen(), 1_200);
    }

    #[test]
    fn errors_say_what_was_wanted_and_what_came() {
        let message = |text: &str| text.parse::<Money>().unwrap_err().to_string();
        insta::assert_snapshot!(message("ten"), @"expected an amount in yuan such as `1234.50`, got `ten`");
        insta::assert_snapshot!(message("1.005"), @"expected an amount in whole fen (two decimals), got `1.005`");
        insta::assert_snapshot!(message("1000000000000.01"), @"expected an amount of at most 1,000,000,000,000 yuan either way, got `1000000000000.01`");
        insta::assert_snapshot!(Money::from_yuan_f64(f64::NAN).unwrap_err(), @"expected an amount in yuan such as `1234.50`, got `NaN`");
        insta::assert_snapshot!(Money::from_yuan_f64(f64::INFINITY).unwrap_err(), @"expected an amount in yuan such as `1234.50`, got `inf`");
        insta::assert_snapshot!(Money::from_yuan_f64(1e300).unwrap_err(), @"expected an amount of at most 1,000,000,000,000 yuan either way, got `1e300`");
    }

    proptest::proptest! {
        #[test]
        fn every_amount_survives_text_and_float(fen in -Money::MAX_FEN..=Money::MAX_FEN) {
            let money = Money::from_fen(fen).unwrap();
            proptest::prop_assert_eq!(money.to_string().parse::<Money>().unwrap(), money);
            proptest::prop_assert_eq!(Money::from_yuan_f64(money.yuan()).unwrap(), money);
        }
    }
}
