//! The unified social credit code.

use super::text::{Misfit, fixed, shown, text_newtype};
use super::{Department, OrganisationCode, RegionCode};
use serde::{Deserialize, Serialize};

/// The 31 characters of the code in order of their value: no I, O, S, V, Z.
pub(super) const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// Powers of three modulo 31.
const WEIGHTS: [usize; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

/// The unified social credit code (统一社会信用代码): 18 characters, the key of a Chinese legal person since 2015.
///
/// ```text
/// 1 department | 2 class | 3-8 region | 9-17 organisation code | 18 check
/// check = alphabet[(31 − Σ value(cᵢ)·3^(i−1) mod 31) mod 31],  i = 1..17
/// ```
/// where `alphabet` has 31 characters (digits and capitals without I, O, S, V, Z) and `value` is the place
/// in it. The weights are units modulo the prime 31, so the check catches every single wrong character.
///
/// Lower case is taken as upper case and blanks around the code are dropped. The department and class are
/// not checked against a list, because amendments add to it. The nine inner characters have a check of their
/// own, which is offered ([`CreditCode::inner_organisation_code_is_valid`]) but not required.
///
/// ```
/// use rating_core::id::{CreditCode, Department};
/// let code = CreditCode::new("91130600738737199K")?;
/// assert_eq!(code.department(), Some(Department::IndustryAndCommerce));
/// assert_eq!(code.region().as_str(), "130600");
/// assert_eq!(code.organisation_code(), "738737199");
/// # Ok::<(), rating_core::id::CreditCodeError>(())
/// ```
/// Source: GB 32100-2015.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[doc(alias = "USCC")]
pub struct CreditCode([u8; 18]);

/// Why a text is not a unified social credit code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CreditCodeError {
    /// Not 18 characters.
    #[error("expected a unified social credit code of 18 characters, got {got} in `{text}`")]
    Length {
        /// How many characters came.
        got: usize,
        /// What came, cut to 40 characters.
        text: String,
    },
    /// A character that cannot stand at its place.
    #[error("expected {expected} at character {position} of a unified social credit code, got `{}` in `{text}`", got.escape_debug())]
    Character {
        /// Place of the character, from 1.
        position: usize,
        /// What may stand there.
        expected: &'static str,
        /// What stood there.
        got: char,
        /// What came, cut to 40 characters.
        text: String,
    },
    /// The last character does not follow from the others.
    #[error("check character of the unified social credit code `{text}` should be `{expected}`, got `{got}`")]
    Check {
        /// The check character that the first 17 characters call for.
        expected: char,
        /// The check character that came.
        got: char,
        /// What came.
        text: String,
    },
}

impl CreditCode {
    /// Reads and checks a code; trims, and takes lower case as upper case.
    ///
    /// # Errors
    /// [`CreditCodeError`] for a wrong length, a character outside the alphabet (or a letter in the region,
    /// characters 3 to 8), or a wrong check character; looked for in this order.
    pub fn new(text: &str) -> Result<Self, CreditCodeError> {
        let trimmed = text.trim();
        let bytes = fixed::<18>(trimmed, |position, byte| {
            if is_region(position) {
                byte.is_ascii_digit()
            } else {
                ALPHABET.contains(&byte)
            }
        })
        .map_err(|misfit| match misfit {
            Misfit::Length(got) => CreditCodeError::Length {
                got,
                text: shown(trimmed),
            },
            Misfit::Character(position, got) => CreditCodeError::Character {
                position,
                expected: if is_region(position) {
                    "a digit"
                } else {
                    "a digit or a letter but I, O, S, V, Z"
                },
                got,
                text: shown(trimmed),
            },
        })?;
        let (expected, got) = (check_character(&bytes), bytes.last().copied().unwrap_or_default());
        if expected == got {
            Ok(Self(bytes))
        } else {
            Err(CreditCodeError::Check {
                expected: char::from(expected),
                got: char::from(got),
                text: shown(trimmed),
            })
        }
    }

    /// The code: 18 ASCII capitals and digits.
    pub fn as_str(&self) -> &str {
        // INVARIANT: the constructor lets only ASCII in, so the fallback is never taken.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The department that keeps the register, character 1; `None` if it is not in the published list.
    pub fn department(&self) -> Option<Department> {
        let [first, ..] = self.0;
        Department::from_code(char::from(first))
    }

    /// The region of the registering authority, characters 3 to 8.
    pub fn region(&self) -> RegionCode {
        // INVARIANT: the constructor let only digits stand here.
        RegionCode::from_digits(self.0.get(2..8).unwrap_or_default())
    }

    /// The organisation code inside, characters 9 to 17. Its own check is not required: see
    /// [`CreditCode::inner_organisation_code_is_valid`].
    pub fn organisation_code(&self) -> &str {
        self.as_str().get(8..17).unwrap_or_default()
    }

    /// Whether characters 9 to 17 also pass the check of GB 11714.
    pub fn inner_organisation_code_is_valid(&self) -> bool {
        OrganisationCode::new(self.organisation_code()).is_ok()
    }
}

text_newtype!(CreditCode, CreditCodeError);

const fn is_region(position: usize) -> bool {
    matches!(position, 3..=8)
}

/// The check character of the first 17 characters; a character outside the alphabet counts as zero.
pub(super) fn check_character(code: &[u8; 18]) -> u8 {
    let value = |byte: u8| ALPHABET.iter().position(|a| *a == byte).unwrap_or(0);
    let sum: usize = WEIGHTS
        .iter()
        .zip(code)
        .map(|(weight, byte)| weight * value(*byte))
        .sum();
    // INVARIANT: the index is below 31, so the fallback is never taken.
    ALPHABET.get((31 - sum % 31) % 31).copied().unwrap_or(b'0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_codes_pass_with_their_inner_codes() {
        for text in [
            "91130600738737199K",
            "11210000001099719Y",
            " 91130600738737199k\t",
        ] {
            let code = CreditCode::new(text).unwrap();
            assert!(code.inner_organisation_code_is_valid(), "{text}");
        }
    }

    #[test]
    fn the_parts_stand_where_the_standard_puts_them() {
        let code = CreditCode::new("11210000001099719Y").unwrap();
        assert_eq!(code.department(), Some(Department::Establishment));
        assert_eq!(code.region().to_string(), "210000");
        assert_eq!(code.organisation_code(), "001099719");
    }

    #[test]
    fn weights_are_the_powers_of_three() {
        let mut power = 1;
        for weight in WEIGHTS {
            assert_eq!(weight, power);
            power = power * 3 % 31;
        }
    }

    #[test]
    fn errors_say_what_was_wanted_and_what_came() {
        let message = |text: &str| CreditCode::new(text).unwrap_err().to_string();
        insta::assert_snapshot!(message("9113060073873719"), @"expected a unified social credit code of 18 characters, got 16 in `9113060073873719`");
        insta::assert_snapshot!(message("9113060O738737199K"), @"expected a digit at character 8 of a unified social credit code, got `O` in `9113060O738737199K`");
        insta::assert_snapshot!(message("911306007387371I9K"), @"expected a digit or a letter but I, O, S, V, Z at character 16 of a unified social credit code, got `I` in `911306007387371I9K`");
        insta::assert_snapshot!(message("911306007387371９9K"), @"expected a digit or a letter but I, O, S, V, Z at character 16 of a unified social credit code, got `９` in `911306007387371９9K`");
        insta::assert_snapshot!(message("911306007387371998"), @"check character of the unified social credit code `911306007387371998` should be `K`, got `8`");
        insta::assert_snapshot!(message("110105717776658000"), @"check character of the unified social credit code `110105717776658000` should be `D`, got `0`");
    }
}
