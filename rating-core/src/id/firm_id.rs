//! What joins the records of a firm.

use super::text::{shown, text_newtype};
use super::{
    CreditCode, CreditCodeError, OrganisationCode, OrganisationCodeError, RegistrationNumber,
    RegistrationNumberError, TaxNumber15, TaxNumber15Error,
};
use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use std::borrow::{Borrow, Cow};

/// What joins the records of one firm: a published code, or a code that the deliverer made up.
///
/// The shape decides, on the text without blanks around it:
///
/// | shape | read as |
/// |---|---|
/// | 18 letters and digits | [`CreditCode`], or an error |
/// | 15 digits | [`RegistrationNumber`], else [`TaxNumber15`], else an error |
/// | 15 letters and digits | [`TaxNumber15`], or an error |
/// | 9 letters and digits, or 8, a hyphen and a digit or X | [`OrganisationCode`], or an error |
/// | any other 1 to 64 of `A-Z a-z 0-9 _ . -` | local code (anonymised or internal) |
///
/// A local code of exactly 9, 15 or 18 characters therefore needs a `_`, `.` or `-` in it: a published code
/// that was ruined on its way (by a spreadsheet, say) must not pass for somebody's internal code.
/// Published codes are kept in capitals and without hyphen; local codes keep their case, `e1` is not `E1`.
///
/// Two identifiers are equal if their texts are: the credit code and the organisation code of one firm are
/// two. One 15-digit tax number in ten also passes the check of a registration number and is then told by
/// [`FirmId::kind`] to be one; this does not touch equality. Hash and order are those of the text, so a map
/// by `FirmId` can be asked with a `&str` that is already normal.
///
/// ```
/// use rating_core::id::{FirmId, FirmIdKind};
/// assert_eq!("E1".parse::<FirmId>()?.kind(), FirmIdKind::Local);
/// assert_eq!("73873719-9".parse::<FirmId>()?.as_str(), "738737199");
/// assert!("F00000123".parse::<FirmId>().is_err()); // nine characters: write `F-0000123`
/// # Ok::<(), rating_core::id::FirmIdError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FirmId(CompactString);

/// What a [`FirmId`] was read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FirmIdKind {
    /// Unified social credit code.
    CreditCode,
    /// Organisation code.
    OrganisationCode,
    /// Registration number of 15 digits.
    RegistrationNumber,
    /// Tax number of 15 characters.
    TaxNumber15,
    /// A code of the deliverer's own.
    Local,
}

/// Why a text does not identify a firm.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FirmIdError {
    /// Empty or too long.
    #[error("expected a firm identifier of 1 to 64 characters, got {got} in `{text}`")]
    Length {
        /// How many characters came.
        got: usize,
        /// What came, cut to 40 characters.
        text: String,
    },
    /// A character that no identifier has.
    #[error("expected a letter, a digit, `_`, `.` or `-` at character {position} of a firm identifier, got `{}` in `{text}`", got.escape_debug())]
    Character {
        /// Place of the character, from 1.
        position: usize,
        /// What stood there.
        got: char,
        /// What came, cut to 40 characters.
        text: String,
    },
    /// 18 letters and digits that are no credit code.
    #[error("{0}; a local code of 18 characters needs a `_`, `.` or `-`")]
    CreditCode(#[source] CreditCodeError),
    /// 9 letters and digits, or 8, a hyphen and one, that are no organisation code.
    #[error("{0}; a local code of 9 characters needs a `_` or `.`, or a `-` that is not before its last")]
    OrganisationCode(#[source] OrganisationCodeError),
    /// 15 digits that are neither a registration number nor a tax number.
    #[error("{registration}; nor a tax number: {tax}; a local code of 15 characters needs a `_`, `.` or `-`")]
    FifteenDigits {
        /// Why they are no registration number.
        registration: RegistrationNumberError,
        /// Why they are no tax number.
        tax: TaxNumber15Error,
    },
    /// 15 letters and digits that are no tax number.
    #[error("{0}; a local code of 15 characters needs a `_`, `.` or `-`")]
    TaxNumber15(#[source] TaxNumber15Error),
}

impl FirmId {
    /// Longest local code, in characters.
    pub const MAX_LENGTH: usize = 64;

    /// Reads and checks an identifier; trims, and writes published codes in capitals without hyphen.
    ///
    /// # Errors
    /// [`FirmIdError`] for an empty or too long text, a character no identifier has, or a text that has the
    /// shape of a published code and fails its check.
    pub fn new(text: &str) -> Result<Self, FirmIdError> {
        let trimmed = text.trim();
        let got = trimmed.chars().count();
        if !(1..=Self::MAX_LENGTH).contains(&got) {
            return Err(FirmIdError::Length {
                got,
                text: shown(trimmed),
            });
        }
        let foreign = |c: &char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'));
        if let Some((position, got)) = (1..).zip(trimmed.chars()).find(|(_, c)| foreign(c)) {
            return Err(FirmIdError::Character {
                position,
                got,
                text: shown(trimmed),
            });
        }
        let normal = match Shape::of(trimmed) {
            Shape::Eighteen => CreditCode::new(trimmed)
                .map_err(FirmIdError::CreditCode)?
                .as_str()
                .into(),
            Shape::FifteenDigits => {
                fifteen_digits(trimmed)?;
                trimmed.into()
            }
            Shape::Fifteen => TaxNumber15::new(trimmed)
                .map_err(FirmIdError::TaxNumber15)?
                .as_str()
                .into(),
            Shape::Nine => OrganisationCode::new(trimmed)
                .map_err(FirmIdError::OrganisationCode)?
                .as_str()
                .into(),
            Shape::Other => trimmed.into(),
        };
        Ok(Self(normal))
    }

    /// The normal form of any text, read or not: what [`FirmId::new`] keeps of a text that it accepts.
    ///
    /// Brings rows of one firm together before anything is checked: equal identifiers have equal normal forms. The
    /// form of a text that is no identifier says nothing.
    ///
    /// ```
    /// use rating_core::id::FirmId;
    /// assert_eq!(FirmId::normal_form(" 73873719-9 "), FirmId::new("738737199")?.as_str());
    /// assert_eq!(FirmId::normal_form("some firm"), "some firm");
    /// # Ok::<(), rating_core::id::FirmIdError>(())
    /// ```
    pub fn normal_form(text: &str) -> Cow<'_, str> {
        let trimmed = text.trim();
        match Shape::of(trimmed) {
            Shape::Other | Shape::FifteenDigits => trimmed.into(),
            Shape::Nine if trimmed.contains('-') => trimmed.replace('-', "").to_ascii_uppercase().into(),
            _ if trimmed.bytes().any(|byte| byte.is_ascii_lowercase()) => trimmed.to_ascii_uppercase().into(),
            _ => trimmed.into(),
        }
    }

    /// The identifier, normalised.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the identifier was read as.
    pub fn kind(&self) -> FirmIdKind {
        match Shape::of(&self.0) {
            Shape::Eighteen => FirmIdKind::CreditCode,
            Shape::FifteenDigits if RegistrationNumber::new(&self.0).is_ok() => {
                FirmIdKind::RegistrationNumber
            }
            Shape::FifteenDigits | Shape::Fifteen => FirmIdKind::TaxNumber15,
            Shape::Nine => FirmIdKind::OrganisationCode,
            Shape::Other => FirmIdKind::Local,
        }
    }
}

text_newtype!(FirmId, FirmIdError);

// Hash, order and equality are derived from the text alone, as `Borrow` demands.
impl Borrow<str> for FirmId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl From<CreditCode> for FirmId {
    fn from(code: CreditCode) -> FirmId {
        FirmId(code.as_str().into())
    }
}

/// What the length and the kinds of characters say.
enum Shape {
    Eighteen,
    FifteenDigits,
    Fifteen,
    Nine,
    Other,
}

impl Shape {
    fn of(text: &str) -> Self {
        let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        match text.len() {
            18 if plain => Self::Eighteen,
            15 if text.bytes().all(|byte| byte.is_ascii_digit()) => Self::FifteenDigits,
            15 if plain => Self::Fifteen,
            9 if plain => Self::Nine,
            10 if is_hyphenated(text) => Self::Nine,
            _ => Self::Other,
        }
    }
}

/// Eight letters and digits, a hyphen, and a digit or X.
fn is_hyphenated(text: &str) -> bool {
    text.split_once('-').is_some_and(|(body, check)| {
        body.len() == 8
            && body.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && matches!(check.as_bytes(), [b'0'..=b'9' | b'X' | b'x'])
    })
}

fn fifteen_digits(text: &str) -> Result<(), FirmIdError> {
    let Err(registration) = RegistrationNumber::new(text) else {
        return Ok(());
    };
    match TaxNumber15::new(text) {
        Ok(_) => Ok(()),
        Err(tax) => Err(FirmIdError::FifteenDigits { registration, tax }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, HashMap};

    #[test]
    fn the_shape_decides_the_kind() {
        for (text, normal, kind) in [
            ("91130600738737199k", "91130600738737199K", FirmIdKind::CreditCode),
            ("738737199", "738737199", FirmIdKind::OrganisationCode),
            ("73873719-9", "738737199", FirmIdKind::OrganisationCode),
            (
                "130600000036195",
                "130600000036195",
                FirmIdKind::RegistrationNumber,
            ),
            ("140100738737199", "140100738737199", FirmIdKind::TaxNumber15),
            ("13060040000000x", "13060040000000X", FirmIdKind::TaxNumber15),
            ("E1", "E1", FirmIdKind::Local),
            (" F000123 ", "F000123", FirmIdKind::Local),
            ("F-0000123", "F-0000123", FirmIdKind::Local),
            ("FIRM_0000000001", "FIRM_0000000001", FirmIdKind::Local),
            ("firm.0000000000001", "firm.0000000000001", FirmIdKind::Local),
        ] {
            let id = FirmId::new(text).unwrap();
            assert_eq!((id.as_str(), id.kind()), (normal, kind), "{text}");
            assert_eq!(FirmId::normal_form(text), normal);
        }
    }

    #[test]
    fn a_map_by_firm_is_asked_with_a_str() {
        let id = FirmId::new("E1").unwrap();
        assert_eq!(HashMap::from([(id.clone(), 1)]).get("E1"), Some(&1));
        assert_eq!(BTreeMap::from([(id, 1)]).get("E1"), Some(&1));
        let code = CreditCode::new("91130600738737199K").unwrap();
        assert_eq!(FirmId::from(code), FirmId::new("91130600738737199K").unwrap());
    }

    /// The number passes as a registration number by chance (one in ten does).
    #[test]
    fn a_tax_number_that_passes_as_a_registration_number_keeps_its_text() {
        let id = FirmId::new("130600738737199").unwrap();
        assert_eq!(
            (id.as_str(), id.kind()),
            ("130600738737199", FirmIdKind::RegistrationNumber)
        );
    }

    #[test]
    fn local_codes_keep_their_case() {
        assert_ne!(FirmId::new("e1").unwrap(), FirmId::new("E1").unwrap());
    }

    #[test]
    fn errors_say_what_was_wanted_and_what_came() {
        let message = |text: &str| FirmId::new(text).unwrap_err().to_string();
        insta::assert_snapshot!(message("  "), @"expected a firm identifier of 1 to 64 characters, got 0 in ``");
        insta::assert_snapshot!(message(&"F".repeat(65)), @"expected a firm identifier of 1 to 64 characters, got 65 in `FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF…`");
        insta::assert_snapshot!(message("某某公司"), @"expected a letter, a digit, `_`, `.` or `-` at character 1 of a firm identifier, got `某` in `某某公司`");
        insta::assert_snapshot!(message("E1\n2"), @r#"expected a letter, a digit, `_`, `.` or `-` at character 3 of a firm identifier, got `\n` in `E1\n2`"#);
        insta::assert_snapshot!(message("110105717776658000"), @"check character of the unified social credit code `110105717776658000` should be `D`, got `0`; a local code of 18 characters needs a `_`, `.` or `-`");
        insta::assert_snapshot!(message("F00000123"), @"check character of the organisation code `F00000123` should be `2`, got `3`; a local code of 9 characters needs a `_` or `.`, or a `-` that is not before its last");
        insta::assert_snapshot!(message("FIRM0001-3"), @"check character of the organisation code `FIRM0001-3` should be `2`, got `3`; a local code of 9 characters needs a `_` or `.`, or a `-` that is not before its last");
        insta::assert_snapshot!(message("130600000036190"), @"check digit of the registration number `130600000036190` should be `5`, got `0`; nor a tax number: in characters 7 to 15 of the 15-character tax number `130600000036190`: check character of the organisation code `000036190` should be `3`, got `0`; a local code of 15 characters needs a `_`, `.` or `-`");
        insta::assert_snapshot!(message("FIRM00000000001"), @"expected a digit at character 1 of a 15-character tax number (its region), got `F` in `FIRM00000000001`; a local code of 15 characters needs a `_`, `.` or `-`");
    }
}
