//! The organisation code.

use super::text::{Misfit, fixed, shown, text_newtype};
use serde::{Deserialize, Serialize};

const WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];

/// The organisation code (组织机构代码): 8 digits or capitals and a check character.
///
/// The key of an organisation before 2015, and characters 9 to 17 of its [`CreditCode`](super::CreditCode).
///
/// ```text
/// c = 11 − Σ value(cᵢ)·Wᵢ mod 11,  W = 3, 7, 9, 10, 5, 8, 4, 2;   10 is written X, 11 is written 0
/// ```
/// where `value` is 0 to 9 for digits and 10 to 35 for A to Z. Every wrong digit is caught; a wrong letter is
/// not if the values differ by a multiple of 11 (0 and B, for one).
///
/// A hyphen before the check character may be left out; the code is kept without it. Lower case is taken as
/// upper case and blanks around the code are dropped.
///
/// ```
/// use rating_core::id::OrganisationCode;
/// assert_eq!(OrganisationCode::new("73873719-9")?.as_str(), "738737199");
/// # Ok::<(), rating_core::id::OrganisationCodeError>(())
/// ```
/// Source: GB 11714.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OrganisationCode([u8; 9]);

/// Why a text is not an organisation code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OrganisationCodeError {
    /// Not 9 characters, a hyphen before the last not counted.
    #[error(
        "expected an organisation code of 9 characters (a hyphen before the last not counted), got {got} in `{text}`"
    )]
    Length {
        /// How many characters came.
        got: usize,
        /// What came, cut to 40 characters.
        text: String,
    },
    /// A character that cannot stand at its place.
    #[error("expected {expected} at character {position} of an organisation code, got `{}` in `{text}`", got.escape_debug())]
    Character {
        /// Place of the character, from 1, the hyphen not counted.
        position: usize,
        /// What may stand there.
        expected: &'static str,
        /// What stood there.
        got: char,
        /// What came, cut to 40 characters.
        text: String,
    },
    /// The last character does not follow from the others.
    #[error("check character of the organisation code `{text}` should be `{expected}`, got `{got}`")]
    Check {
        /// The check character that the first 8 characters call for.
        expected: char,
        /// The check character that came.
        got: char,
        /// What came.
        text: String,
    },
}

impl OrganisationCode {
    /// Reads and checks a code; trims, takes lower case as upper case, drops a hyphen before the check.
    ///
    /// # Errors
    /// [`OrganisationCodeError`] for a wrong length, a wrong character or a wrong check, in this order.
    pub fn new(text: &str) -> Result<Self, OrganisationCodeError> {
        let trimmed = text.trim();
        let bytes = fixed::<9>(&without_hyphen(trimmed), |position, byte| match position {
            9 => byte.is_ascii_digit() || byte == b'X',
            _ => byte.is_ascii_digit() || byte.is_ascii_uppercase(),
        })
        .map_err(|misfit| match misfit {
            Misfit::Length(got) => OrganisationCodeError::Length {
                got,
                text: shown(trimmed),
            },
            Misfit::Character(position, got) => OrganisationCodeError::Character {
                position,
                expected: if position == 9 {
                    "a digit or X"
                } else {
                    "a digit or a letter"
                },
                got,
                text: shown(trimmed),
            },
        })?;
        let (expected, got) = (check_character(&bytes), bytes.last().copied().unwrap_or_default());
        if expected == got {
            Ok(Self(bytes))
        } else {
            Err(OrganisationCodeError::Check {
                expected: char::from(expected),
                got: char::from(got),
                text: shown(trimmed),
            })
        }
    }

    /// The code without hyphen: 9 ASCII capitals and digits.
    pub fn as_str(&self) -> &str {
        // INVARIANT: the constructor lets only ASCII in, so the fallback is never taken.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

text_newtype!(OrganisationCode, OrganisationCodeError);

/// The text without a hyphen that stands before its last character.
fn without_hyphen(text: &str) -> std::borrow::Cow<'_, str> {
    let mut backwards = text.chars();
    match (backwards.next_back(), backwards.next_back()) {
        (Some(last), Some('-')) => format!("{}{last}", backwards.as_str()).into(),
        _ => text.into(),
    }
}

/// The check character of the first 8 characters.
pub(super) fn check_character(code: &[u8; 9]) -> u8 {
    // INVARIANT: only digits and capitals come here, which are digits in base 36.
    let value = |byte: u8| char::from(byte).to_digit(36).unwrap_or(0);
    let sum: u32 = WEIGHTS
        .iter()
        .zip(code)
        .map(|(weight, byte)| weight * value(*byte))
        .sum();
    match 11 - sum % 11 {
        10 => b'X',
        11 => b'0',
        digit => u8::try_from(digit).map_or(b'0', |d| b'0' + d),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 0·3 + 0·7 + 1·9 + 0·10 + 9·5 + 9·8 + 7·4 + 1·2 = 156 = 14·11 + 2, so the check is 9.
    #[test]
    fn codes_inside_published_credit_codes_pass() {
        for text in ["738737199", "73873719-9", "001099719", " 00109971-9 "] {
            assert!(OrganisationCode::new(text).is_ok(), "{text}");
        }
    }

    /// 4·3 = 12 = 11 + 1: 10 is written X. All zero: 11 is written 0.
    #[test]
    fn ten_is_written_x_and_eleven_is_written_zero() {
        assert_eq!(OrganisationCode::new("40000000x").unwrap().as_str(), "40000000X");
        assert!(OrganisationCode::new("000000000").is_ok());
    }

    #[test]
    fn errors_say_what_was_wanted_and_what_came() {
        let message = |text: &str| OrganisationCode::new(text).unwrap_err().to_string();
        insta::assert_snapshot!(message("73873719"), @"expected an organisation code of 9 characters (a hyphen before the last not counted), got 8 in `73873719`");
        insta::assert_snapshot!(message("7387371-9"), @"expected an organisation code of 9 characters (a hyphen before the last not counted), got 8 in `7387371-9`");
        insta::assert_snapshot!(message("7387 719-9"), @"expected a digit or a letter at character 5 of an organisation code, got ` ` in `7387 719-9`");
        insta::assert_snapshot!(message("73873719Y"), @"expected a digit or X at character 9 of an organisation code, got `Y` in `73873719Y`");
        insta::assert_snapshot!(message("73873719-8"), @"check character of the organisation code `73873719-8` should be `9`, got `8`");
    }
}
