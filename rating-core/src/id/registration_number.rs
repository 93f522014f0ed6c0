//! The registration number used before the unified social credit code.

use super::text::{Misfit, fixed, shown, text_newtype};
use serde::{Deserialize, Serialize};

/// The registration number of the business register (注册号) as issued before October 2015: 15 digits.
///
/// ```text
/// 1-6 authority of first registration | 7-14 sequence | 15 check (ISO 7064 mod 11,10)
/// p = 10;  for each of the 14 digits: s = (p + digit) mod 10, with 0 read as 10;  p = 2·s mod 11
/// check = (11 − p) mod 10
/// ```
/// The check catches every single wrong digit.
///
/// ```
/// use rating_core::id::RegistrationNumber;
/// assert_eq!(RegistrationNumber::new("130600000036195")?.authority(), "130600");
/// # Ok::<(), rating_core::id::RegistrationNumberError>(())
/// ```
/// Source: GS 15-2006; ISO/IEC 7064.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RegistrationNumber([u8; 15]);

/// Why a text is not a registration number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegistrationNumberError {
    /// Not 15 characters.
    #[error("expected a registration number of 15 digits, got {got} characters in `{text}`")]
    Length {
        /// How many characters came.
        got: usize,
        /// What came, cut to 40 characters.
        text: String,
    },
    /// Not a digit.
    #[error("expected a digit at character {position} of a registration number, got `{}` in `{text}`", got.escape_debug())]
    Character {
        /// Place of the character, from 1.
        position: usize,
        /// What stood there.
        got: char,
        /// What came, cut to 40 characters.
        text: String,
    },
    /// The last digit does not follow from the others.
    #[error("check digit of the registration number `{text}` should be `{expected}`, got `{got}`")]
    Check {
        /// The check digit that the first 14 digits call for.
        expected: char,
        /// The check digit that came.
        got: char,
        /// What came.
        text: String,
    },
}

impl RegistrationNumber {
    /// Reads and checks a number; trims.
    ///
    /// # Errors
    /// [`RegistrationNumberError`] for a wrong length, a character that is no digit or a wrong check digit,
    /// in this order.
    pub fn new(text: &str) -> Result<Self, RegistrationNumberError> {
        let trimmed = text.trim();
        let digits =
            fixed::<15>(trimmed, |_, byte| byte.is_ascii_digit()).map_err(|misfit| match misfit {
                Misfit::Length(got) => RegistrationNumberError::Length {
                    got,
                    text: shown(trimmed),
                },
                Misfit::Character(position, got) => RegistrationNumberError::Character {
                    position,
                    got,
                    text: shown(trimmed),
                },
            })?;
        let (expected, got) = (check_digit(&digits), digits.last().copied().unwrap_or_default());
        if expected == got {
            Ok(Self(digits))
        } else {
            Err(RegistrationNumberError::Check {
                expected: char::from(expected),
                got: char::from(got),
                text: shown(trimmed),
            })
        }
    }

    /// The number: 15 ASCII digits.
    pub fn as_str(&self) -> &str {
        // INVARIANT: the constructor lets only ASCII in, so the fallback is never taken.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The authority of first registration, digits 1 to 6.
    pub fn authority(&self) -> &str {
        self.as_str().get(..6).unwrap_or_default()
    }
}

text_newtype!(RegistrationNumber, RegistrationNumberError);

/// The check digit of the first 14 digits.
pub(super) fn check_digit(number: &[u8; 15]) -> u8 {
    let product = number.iter().take(14).fold(10, |product, digit| {
        let sum = (product + digit.saturating_sub(b'0')) % 10;
        if sum == 0 { 10 * 2 % 11 } else { sum * 2 % 11 }
    });
    b'0' + (11 - product) % 10
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_published_number_passes() {
        assert_eq!(
            RegistrationNumber::new(" 130600000036195 ").unwrap().to_string(),
            "130600000036195"
        );
    }

    #[test]
    fn errors_say_what_was_wanted_and_what_came() {
        let message = |text: &str| RegistrationNumber::new(text).unwrap_err().to_string();
        insta::assert_snapshot!(message("1306000000361"), @"expected a registration number of 15 digits, got 13 characters in `1306000000361`");
        insta::assert_snapshot!(message("13060000003619X"), @"expected a digit at character 15 of a registration number, got `X` in `13060000003619X`");
        insta::assert_snapshot!(message("130600000036190"), @"check digit of the registration number `130600000036190` should be `5`, got `0`");
    }
}
