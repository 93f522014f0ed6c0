//! Codes of administrative regions.

use super::Province;
use super::text::{Misfit, fixed, shown, text_newtype};
use serde::{Deserialize, Serialize};

/// Code of an administrative region: six digits, province, prefecture and county by two.
///
/// Only the shape is checked. Codes come and go every year, and lists in use hold codes of statistical zones
/// that the standard does not know, so whether a region exists is a question to a list with dates.
///
/// ```
/// use rating_core::id::RegionCode;
/// let taiyuan = RegionCode::new("140100")?;
/// assert_eq!(taiyuan.province().map(|province| province.zh()), Some("山西省"));
/// # Ok::<(), rating_core::id::RegionCodeError>(())
/// ```
/// Source: GB/T 2260.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RegionCode([u8; 6]);

/// Why a text is not a region code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegionCodeError {
    /// Not six characters.
    #[error("expected a region code of 6 digits, got {got} characters in `{text}`")]
    Length {
        /// How many characters came.
        got: usize,
        /// What came, cut to 40 characters.
        text: String,
    },
    /// Not a digit.
    #[error("expected a digit at character {position} of a region code, got `{}` in `{text}`", got.escape_debug())]
    Character {
        /// Place of the character, from 1.
        position: usize,
        /// What stood there.
        got: char,
        /// What came, cut to 40 characters.
        text: String,
    },
}

impl RegionCode {
    /// Reads a code of six digits; trims.
    ///
    /// # Errors
    /// [`RegionCodeError`] for a wrong length or a character that is no digit, in this order.
    pub fn new(text: &str) -> Result<Self, RegionCodeError> {
        let trimmed = text.trim();
        fixed::<6>(trimmed, |_, byte| byte.is_ascii_digit())
            .map(Self)
            .map_err(|misfit| match misfit {
                Misfit::Length(got) => RegionCodeError::Length {
                    got,
                    text: shown(trimmed),
                },
                Misfit::Character(position, got) => RegionCodeError::Character {
                    position,
                    got,
                    text: shown(trimmed),
                },
            })
    }

    /// The code of the first six of these bytes.
    // INVARIANT: the caller has seen that they are six ASCII digits.
    pub(super) fn from_digits(digits: &[u8]) -> Self {
        let mut code = [b'0'; 6];
        for (slot, digit) in code.iter_mut().zip(digits) {
            *slot = *digit;
        }
        Self(code)
    }

    /// The code: six ASCII digits.
    pub fn as_str(&self) -> &str {
        // INVARIANT: the constructors let only ASCII in, so the fallback is never taken.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The province, by the first two digits; `None` if no province has them.
    pub fn province(&self) -> Option<&'static Province> {
        self.as_str().get(..2).and_then(Province::from_code)
    }
}

text_newtype!(RegionCode, RegionCodeError);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_shape_is_checked() {
        assert_eq!(
            RegionCode::new("140171").unwrap().province().unwrap().en(),
            "Shanxi"
        );
        assert_eq!(RegionCode::new("990000").unwrap().province(), None);
    }

    #[test]
    fn errors_say_what_was_wanted_and_what_came() {
        let message = |text: &str| RegionCode::new(text).unwrap_err().to_string();
        insta::assert_snapshot!(message("1401"), @"expected a region code of 6 digits, got 4 characters in `1401`");
        insta::assert_snapshot!(message("14O100"), @"expected a digit at character 3 of a region code, got `O` in `14O100`");
    }
}
