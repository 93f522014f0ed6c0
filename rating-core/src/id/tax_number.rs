//! The tax number used before the unified social credit code.

use super::text::{Misfit, fixed, shown, text_newtype};
use super::{OrganisationCode, OrganisationCodeError, RegionCode};
use serde::{Deserialize, Serialize};

/// The taxpayer number (纳税人识别号) of an organisation before October 2015: 15 characters.
///
/// ```text
/// 1-6 region, digits | 7-15 organisation code (GB 11714) with its check
/// ```
///
/// **Layout unverified.** It is told from second-hand copies of the tax administration's circular
/// 国税函〔2006〕820号; the circular itself was not at hand. The region is the one of first registration and is
/// only known to be digits. Numbers made before that layout, and those of sole traders (from an identity
/// card), hold no organisation code and are refused; the error says which part failed.
///
/// ```
/// use rating_core::id::TaxNumber15;
/// let number = TaxNumber15::new("130600738737199")?;
/// assert_eq!(number.organisation_code().as_str(), "738737199");
/// # Ok::<(), rating_core::id::TaxNumber15Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TaxNumber15 {
    text: [u8; 15],
    organisation: OrganisationCode,
}

/// Why a text is not a 15-character tax number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TaxNumber15Error {
    /// Not 15 characters.
    #[error("expected a tax number of 15 characters, got {got} in `{text}`")]
    Length {
        /// How many characters came.
        got: usize,
        /// What came, cut to 40 characters.
        text: String,
    },
    /// The region part, characters 1 to 6, is not all digits.
    #[error("expected a digit at character {position} of a 15-character tax number (its region), got `{}` in `{text}`", got.escape_debug())]
    Region {
        /// Place of the character, from 1.
        position: usize,
        /// What stood there.
        got: char,
        /// What came, cut to 40 characters.
        text: String,
    },
    /// The organisation code, characters 7 to 15, is not one; its positions count from character 7.
    #[error("in characters 7 to 15 of the 15-character tax number `{text}`: {source}")]
    OrganisationCode {
        /// What is wrong with it.
        source: OrganisationCodeError,
        /// What came, cut to 40 characters.
        text: String,
    },
}

impl TaxNumber15 {
    /// Reads and checks a number; trims, and takes lower case as upper case.
    ///
    /// # Errors
    /// [`TaxNumber15Error`] for a wrong length, a region that is not digits or an organisation code that
    /// fails its check, in this order.
    pub fn new(text: &str) -> Result<Self, TaxNumber15Error> {
        let trimmed = text.trim();
        let got = trimmed.chars().count();
        if got != 15 {
            return Err(TaxNumber15Error::Length {
                got,
                text: shown(trimmed),
            });
        }
        let [head, tail]: [String; 2] = [
            trimmed.chars().take(6).collect(),
            trimmed.chars().skip(6).collect(),
        ];
        let region = fixed::<6>(&head, |_, byte| byte.is_ascii_digit()).map_err(|misfit| match misfit {
            Misfit::Length(got) => TaxNumber15Error::Length {
                got,
                text: shown(trimmed),
            },
            Misfit::Character(position, got) => TaxNumber15Error::Region {
                position,
                got,
                text: shown(trimmed),
            },
        })?;
        let organisation =
            OrganisationCode::new(&tail).map_err(|source| TaxNumber15Error::OrganisationCode {
                source,
                text: shown(trimmed),
            })?;
        let mut text = [0; 15];
        for (slot, byte) in text
            .iter_mut()
            .zip(region.iter().chain(organisation.as_str().as_bytes()))
        {
            *slot = *byte;
        }
        Ok(Self { text, organisation })
    }

    /// The number: 15 ASCII capitals and digits.
    pub fn as_str(&self) -> &str {
        // INVARIANT: the constructor lets only ASCII in, so the fallback is never taken.
        std::str::from_utf8(&self.text).unwrap_or_default()
    }

    /// The region of first registration, characters 1 to 6.
    pub fn region(&self) -> RegionCode {
        // INVARIANT: the constructor let only digits stand here.
        RegionCode::from_digits(self.text.get(..6).unwrap_or_default())
    }

    /// The organisation code, characters 7 to 15.
    pub const fn organisation_code(&self) -> OrganisationCode {
        self.organisation
    }
}

text_newtype!(TaxNumber15, TaxNumber15Error);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_and_a_published_organisation_code_make_a_tax_number() {
        let number = TaxNumber15::new("210000001099719").unwrap();
        assert_eq!(number.region().as_str(), "210000");
        assert_eq!(number.organisation_code().as_str(), "001099719");
    }

    #[test]
    fn errors_say_what_was_wanted_and_what_came() {
        let message = |text: &str| TaxNumber15::new(text).unwrap_err().to_string();
        insta::assert_snapshot!(message("1306007387371991"), @"expected a tax number of 15 characters, got 16 in `1306007387371991`");
        insta::assert_snapshot!(message("13O600738737199"), @"expected a digit at character 3 of a 15-character tax number (its region), got `O` in `13O600738737199`");
        insta::assert_snapshot!(message("130600738737190"), @"in characters 7 to 15 of the 15-character tax number `130600738737190`: check character of the organisation code `738737190` should be `9`, got `0`");
        insta::assert_snapshot!(message("130600中38737199"), @"in characters 7 to 15 of the 15-character tax number `130600中38737199`: expected a digit or a letter at character 1 of an organisation code, got `中` in `中38737199`");
        insta::assert_snapshot!(message("1306007387371-9"), @"in characters 7 to 15 of the 15-character tax number `1306007387371-9`: expected an organisation code of 9 characters (a hyphen before the last not counted), got 8 in `7387371-9`");
    }
}
