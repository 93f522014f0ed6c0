//! Codes of industries.

use super::IndustrySection;
use super::text::{shown, text_newtype};
use serde::{Deserialize, Serialize};

/// Code of an industry: section letter, and where known the division (2 digits), group (3) or class (4).
///
/// Written `I`, `I65`, `I651` or `I6510`. Bare digits are taken too, and the section is added from the
/// division: `6510` becomes `I6510`. That the division exists and belongs to the section is checked; whether
/// the standard has the group or class is not. A class that lost its leading zero in a spreadsheet (`111` for
/// `0111`) cannot be told from a group: deliver text, or put the letter before it.
///
/// ```
/// use rating_core::id::IndustryCode;
/// let software = IndustryCode::new("6510")?;
/// assert_eq!(software.as_str(), "I6510");
/// assert_eq!(software.section().letter(), 'I');
/// assert_eq!(software.division(), Some(65));
/// # Ok::<(), rating_core::id::IndustryCodeError>(())
/// ```
/// Source: GB/T 4754-2017.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct IndustryCode {
    // INVARIANT: a section letter, then 0, 2, 3 or 4 digits, then blanks up to the end.
    padded: [u8; 5],
}

/// Why a text is not an industry code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IndustryCodeError {
    /// Not a letter, 2 to 4 digits or both.
    #[error(
        "expected an industry code such as `I`, `65`, `I651` or `6510`, got {got} characters in `{text}`"
    )]
    Length {
        /// How many characters came.
        got: usize,
        /// What came, cut to 40 characters.
        text: String,
    },
    /// A character that cannot stand at its place.
    #[error("expected {expected} at character {position} of an industry code, got `{}` in `{text}`", got.escape_debug())]
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
    /// No such division.
    #[error("expected a division from 01 to 97 in an industry code, got `{got:02}` in `{text}`")]
    Division {
        /// The division that came.
        got: u8,
        /// What came.
        text: String,
    },
    /// The division belongs to another section.
    #[error("division {division:02} belongs to section `{expected}`, got section `{got}` in `{text}`")]
    Section {
        /// The division that came.
        division: u8,
        /// The section it belongs to.
        expected: char,
        /// The section that came.
        got: char,
        /// What came.
        text: String,
    },
}

impl IndustryCode {
    /// Reads and checks a code; trims, takes lower case as upper case, adds the section to bare digits.
    ///
    /// # Errors
    /// [`IndustryCodeError`] for a wrong length, a wrong character, a division that does not exist or one
    /// that belongs to another section; looked for in this order.
    pub fn new(text: &str) -> Result<Self, IndustryCodeError> {
        let trimmed = text.trim();
        let first = trimmed.chars().next().map(|c| c.to_ascii_uppercase());
        let letter = first.filter(char::is_ascii_alphabetic);
        let digits = trimmed.get(usize::from(letter.is_some())..).unwrap_or_default();
        let number = read_digits(trimmed, digits, letter.is_some())?;

        let named = match letter {
            Some(got) => {
                Some(
                    IndustrySection::from_letter(got).ok_or_else(|| IndustryCodeError::Character {
                        position: 1,
                        expected: "a section letter from A to T",
                        got,
                        text: shown(trimmed),
                    })?,
                )
            }
            None => None,
        };
        let section = match (named, number) {
            (Some(named), None) => named,
            (_, number) => {
                // INVARIANT: without a letter there are digits, so the fallback is never taken.
                let got = number.unwrap_or(0);
                let owner =
                    IndustrySection::from_division(got).ok_or_else(|| IndustryCodeError::Division {
                        got,
                        text: shown(trimmed),
                    })?;
                if let Some(named) = named.filter(|named| *named != owner) {
                    return Err(IndustryCodeError::Section {
                        division: got,
                        expected: owner.letter(),
                        got: named.letter(),
                        text: shown(trimmed),
                    });
                }
                owner
            }
        };
        let mut padded = [b' '; 5];
        let letter = u8::try_from(section.letter()).unwrap_or(b'A');
        for (slot, byte) in padded
            .iter_mut()
            .zip(std::iter::once(letter).chain(digits.bytes()))
        {
            *slot = byte;
        }
        Ok(Self { padded })
    }

    /// The code with its section: `I`, `I65`, `I651` or `I6510`.
    pub fn as_str(&self) -> &str {
        // INVARIANT: the constructor lets only ASCII in, so the fallback is never taken.
        std::str::from_utf8(&self.padded)
            .unwrap_or_default()
            .trim_ascii_end()
    }

    /// The section.
    pub fn section(&self) -> &'static IndustrySection {
        let [letter, ..] = self.padded;
        // INVARIANT: the constructor let only letters of sections stand here, so the fallback is never taken.
        IndustrySection::from_letter(char::from(letter)).unwrap_or(&IndustrySection::FIRST)
    }

    /// The division, 1 to 97; `None` if only the section is known.
    pub fn division(&self) -> Option<u8> {
        self.as_str().get(1..3).and_then(|digits| digits.parse().ok())
    }
}

text_newtype!(IndustryCode, IndustryCodeError);

/// The division that 2 to 4 digits begin with; none for no digits behind a letter.
fn read_digits(trimmed: &str, digits: &str, has_letter: bool) -> Result<Option<u8>, IndustryCodeError> {
    match digits.chars().count() {
        0 if has_letter => return Ok(None),
        2..=4 => {}
        _ => {
            return Err(IndustryCodeError::Length {
                got: trimmed.chars().count(),
                text: shown(trimmed),
            });
        }
    }
    if let Some((at, got)) = digits.chars().enumerate().find(|(_, c)| !c.is_ascii_digit()) {
        let position = at + 1 + usize::from(has_letter);
        let expected = if position == 1 {
            "a section letter or a digit"
        } else {
            "a digit"
        };
        return Err(IndustryCodeError::Character {
            position,
            expected,
            got,
            text: shown(trimmed),
        });
    }
    Ok(digits.get(..2).and_then(|division| division.parse().ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_depth_is_read_with_and_without_its_letter() {
        for (text, code, division) in [
            ("I", "I", None),
            ("i65", "I65", Some(65)),
            ("I651", "I651", Some(65)),
            ("6510", "I6510", Some(65)),
            (" 01 ", "A01", Some(1)),
            ("97", "T97", Some(97)),
            ("M7320", "M7320", Some(73)),
        ] {
            let read = IndustryCode::new(text).unwrap();
            assert_eq!((read.as_str(), read.division()), (code, division), "{text}");
        }
    }

    #[test]
    fn a_section_comes_before_its_divisions_in_order() {
        let code = |text: &str| IndustryCode::new(text).unwrap();
        assert!(code("I") < code("I65") && code("I65") < code("I651") && code("I651") < code("J66"));
    }

    #[test]
    fn errors_say_what_was_wanted_and_what_came() {
        let message = |text: &str| IndustryCode::new(text).unwrap_err().to_string();
        insta::assert_snapshot!(message(""), @"expected an industry code such as `I`, `65`, `I651` or `6510`, got 0 characters in ``");
        insta::assert_snapshot!(message("I6"), @"expected an industry code such as `I`, `65`, `I651` or `6510`, got 2 characters in `I6`");
        insta::assert_snapshot!(message("软件"), @"expected a section letter or a digit at character 1 of an industry code, got `软` in `软件`");
        insta::assert_snapshot!(message("I65X0"), @"expected a digit at character 4 of an industry code, got `X` in `I65X0`");
        insta::assert_snapshot!(message("U65"), @"expected a section letter from A to T at character 1 of an industry code, got `U` in `U65`");
        insta::assert_snapshot!(message("0098"), @"expected a division from 01 to 97 in an industry code, got `00` in `0098`");
        insta::assert_snapshot!(message("C6510"), @"division 65 belongs to section `I`, got section `C` in `C6510`");
    }
}
