//! Chinese patent application numbers.

use super::text::{shown, text_newtype};
use compact_str::CompactString;
use serde::{Deserialize, Serialize};

/// Number of a Chinese patent application, which is also the number of the patent granted on it.
///
/// ```text
/// from 1 October 2003: YYYY T NNNNNNN . C      before: YY T NNNNN . C
/// C = Σ dᵢ·wᵢ mod 11,  w = 2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5 (the first 8 for the old form);  10 is written X
/// ```
/// where `T` is the kind: 1 invention, 2 utility model, 3 design, 8 invention and 9 utility model entered
/// through the PCT. The check catches every single wrong digit.
///
/// A prefix `ZL` or `CN`, blanks and the dot may be there or not; the number is kept with its dot and without
/// prefix. The years are 1985 (the first patent law) to 2003 in the old form, 2003 to 2099 in the new one.
/// A publication number (`CN` with nine digits and a letter) is another thing and is refused.
///
/// ```
/// use rating_core::id::{PatentKind, PatentNumber};
/// let number = PatentNumber::new("ZL201710601862.3")?;
/// assert_eq!((number.kind(), number.filing_year()), (PatentKind::Invention, 2017));
/// assert_eq!(PatentNumber::new("95115608x")?.as_str(), "95115608.X");
/// # Ok::<(), rating_core::id::PatentNumberError>(())
/// ```
/// Source: ZC 0006-2003 (patent application numbers), in force from 2003-10-01.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PatentNumber {
    text: CompactString,
    kind: PatentKind,
    filing_year: i16,
}

/// What a patent protects; applications through the PCT count with the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PatentKind {
    /// 发明: digits 1 and 8.
    Invention,
    /// 实用新型: digits 2 and 9.
    UtilityModel,
    /// 外观设计: digit 3.
    Design,
}

/// Why a text is not a Chinese patent application number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatentNumberError {
    /// Neither 8 nor 12 digits with a check character.
    #[error(
        "expected a patent number of 8 or 12 digits and a check character, got {got} characters in `{text}`"
    )]
    Length {
        /// How many characters came, prefix, blanks and dot not counted.
        got: usize,
        /// What came, cut to 40 characters.
        text: String,
    },
    /// A character that cannot stand at its place.
    #[error("expected {expected} at character {position} of a patent number, got `{}` in `{text}`", got.escape_debug())]
    Character {
        /// Place of the character, from 1; prefix, blanks and dot not counted.
        position: usize,
        /// What may stand there.
        expected: &'static str,
        /// What stood there.
        got: char,
        /// What came, cut to 40 characters.
        text: String,
    },
    /// A filing year in which no such number was given.
    #[error(
        "expected a filing year from {first} to {last} in a patent number of {digits} digits, got {got} in `{text}`"
    )]
    Year {
        /// Digits of the form, 8 or 12.
        digits: usize,
        /// First year of the form.
        first: i16,
        /// Last year of the form.
        last: i16,
        /// The year that came.
        got: i16,
        /// What came, cut to 40 characters.
        text: String,
    },
    /// The last character does not follow from the others.
    #[error("check character of the patent number `{text}` should be `{expected}`, got `{got}`")]
    Check {
        /// The check character that the digits call for.
        expected: char,
        /// The check character that came.
        got: char,
        /// What came, cut to 40 characters.
        text: String,
    },
}

impl PatentNumber {
    /// Reads and checks a number, with or without prefix, blanks and dot.
    ///
    /// # Errors
    /// [`PatentNumberError`] for a wrong length, a wrong character (a digit that is no kind among them), a
    /// year out of range or a wrong check character; looked for in this order.
    pub fn new(text: &str) -> Result<Self, PatentNumberError> {
        let trimmed = text.trim();
        let core = core_characters(trimmed);
        let length = core.chars().count();
        if !matches!(length, 9 | 13) {
            return Err(PatentNumberError::Length {
                got: length,
                text: shown(trimmed),
            });
        }
        let (digits, kind) = read_characters(trimmed, &core)?;
        let filing_year = read_year(trimmed, &digits)?;
        let (expected, got) = (check_character(&digits), core.chars().next_back().unwrap_or('?'));
        if expected != got {
            return Err(PatentNumberError::Check {
                expected,
                got,
                text: shown(trimmed),
            });
        }
        let body = core.strip_suffix(got).unwrap_or(&core);
        Ok(Self {
            text: compact_str::format_compact!("{body}.{got}"),
            kind,
            filing_year,
        })
    }

    /// The number with its dot and without prefix: `201710601862.3`.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What the patent protects.
    pub const fn kind(&self) -> PatentKind {
        self.kind
    }

    /// Year of the application.
    pub const fn filing_year(&self) -> i16 {
        self.filing_year
    }
}

text_newtype!(PatentNumber, PatentNumberError);

/// The characters of the number itself: no prefix, no blanks, no dot before the check; capitals.
fn core_characters(trimmed: &str) -> String {
    let mut core = trimmed.replace(' ', "").to_ascii_uppercase();
    if core.starts_with("ZL") || core.starts_with("CN") {
        core.drain(..2);
    }
    let last = core.chars().next_back().map_or(0, char::len_utf8);
    if let Some(dot) = core
        .len()
        .checked_sub(last + 1)
        .filter(|at| core.get(*at..=*at) == Some("."))
    {
        core.remove(dot);
    }
    core
}

/// The digits before the check character, as numbers, and the kind that one of them names.
fn read_characters(trimmed: &str, core: &str) -> Result<(Vec<u32>, PatentKind), PatentNumberError> {
    let length = core.chars().count();
    let kind_at = if length == 9 { 3 } else { 5 };
    let mut digits = Vec::with_capacity(length);
    let mut kind = PatentKind::Invention;
    for (position, got) in (1..).zip(core.chars()) {
        let wrong = |expected| PatentNumberError::Character {
            position,
            expected,
            got,
            text: shown(trimmed),
        };
        if position == length {
            if !(got.is_ascii_digit() || got == 'X') {
                return Err(wrong("a digit or X"));
            }
        } else {
            digits.push(got.to_digit(10).ok_or_else(|| wrong("a digit"))?);
        }
        if position == kind_at {
            kind = match got {
                '1' | '8' => PatentKind::Invention,
                '2' | '9' => PatentKind::UtilityModel,
                '3' => PatentKind::Design,
                _ => return Err(wrong("a kind (1, 2, 3, 8 or 9)")),
            };
        }
    }
    Ok((digits, kind))
}

/// The filing year, in the range of the form.
fn read_year(trimmed: &str, digits: &[u32]) -> Result<i16, PatentNumberError> {
    let old = digits.len() == 8;
    let number = digits
        .iter()
        .take(if old { 2 } else { 4 })
        .fold(0, |sum, digit| sum * 10 + digit);
    let written = i16::try_from(number).unwrap_or(i16::MAX);
    // Two digits from 85 on are of the last century: the first patent law came into force in April 1985.
    let century = if !old {
        0
    } else if written >= 85 {
        1900
    } else {
        2000
    };
    let got = century + written;
    let (first, last) = if old { (1985, 2003) } else { (2003, 2099) };
    if (first..=last).contains(&got) {
        Ok(got)
    } else {
        Err(PatentNumberError::Year {
            digits: digits.len(),
            first,
            last,
            got,
            text: shown(trimmed),
        })
    }
}

/// The check character of 8 or 12 digits.
pub(super) fn check_character(digits: &[u32]) -> char {
    let weights = (2..=9).cycle();
    let sum: u32 = weights.zip(digits).map(|(weight, digit)| weight * digit).sum();
    char::from_digit(sum % 11, 10).unwrap_or('X')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 9·2 + 5·3 + 1·4 + 1·5 + 5·6 + 6·7 + 0·8 + 8·9 = 186 = 16·11 + 10, so the check is X.
    #[test]
    fn published_numbers_pass_in_every_spelling() {
        for (text, number) in [
            ("201710601862.3", "201710601862.3"),
            ("2017106018623", "201710601862.3"),
            ("CN 2017 1 0601862.3", "201710601862.3"),
            ("97101765.4", "97101765.4"),
            ("ZL95115608.X", "95115608.X"),
            ("zl 95115608x ", "95115608.X"),
        ] {
            assert_eq!(PatentNumber::new(text).unwrap().as_str(), number, "{text}");
        }
    }

    #[test]
    fn kinds_entered_through_the_pct_count_with_the_others() {
        for (digit, kind) in [
            ('1', PatentKind::Invention),
            ('2', PatentKind::UtilityModel),
            ('3', PatentKind::Design),
            ('8', PatentKind::Invention),
            ('9', PatentKind::UtilityModel),
        ] {
            let body = format!("2020{digit}0000001");
            let digits: Vec<u32> = body.chars().filter_map(|c| c.to_digit(10)).collect();
            let number = PatentNumber::new(&format!("{body}{}", check_character(&digits))).unwrap();
            assert_eq!((number.kind(), number.filing_year()), (kind, 2020));
        }
    }

    #[test]
    fn two_digits_of_year_are_read_in_their_century() {
        assert_eq!(PatentNumber::new("97101765.4").unwrap().filing_year(), 1997);
        // 0·2 + 2·3 + 1·4 + 1·9 = 19 = 11 + 8
        assert_eq!(PatentNumber::new("02100001.8").unwrap().filing_year(), 2002);
    }

    #[test]
    fn errors_say_what_was_wanted_and_what_came() {
        let message = |text: &str| PatentNumber::new(text).unwrap_err().to_string();
        insta::assert_snapshot!(message("ZL20171060186.3"), @"expected a patent number of 8 or 12 digits and a check character, got 12 characters in `ZL20171060186.3`");
        insta::assert_snapshot!(message("CN107123456A"), @"expected a patent number of 8 or 12 digits and a check character, got 10 characters in `CN107123456A`");
        insta::assert_snapshot!(message("2017106O1862.3"), @"expected a digit at character 8 of a patent number, got `O` in `2017106O1862.3`");
        insta::assert_snapshot!(message("201740601862.3"), @"expected a kind (1, 2, 3, 8 or 9) at character 5 of a patent number, got `4` in `201740601862.3`");
        insta::assert_snapshot!(message("201710601862.Y"), @"expected a digit or X at character 13 of a patent number, got `Y` in `201710601862.Y`");
        insta::assert_snapshot!(message("199710601862.3"), @"expected a filing year from 2003 to 2099 in a patent number of 12 digits, got 1997 in `199710601862.3`");
        insta::assert_snapshot!(message("10101765.4"), @"expected a filing year from 1985 to 2003 in a patent number of 8 digits, got 2010 in `10101765.4`");
        insta::assert_snapshot!(message("95115608.9"), @"check character of the patent number `95115608.9` should be `X`, got `9`");
    }
}
