//! Identifiers of firms, patents, regions and industries: each a newtype with one checked constructor.
//!
//! | type | standard | checked |
//! |---|---|---|
//! | [`CreditCode`] | GB 32100-2015, 18 characters | alphabet, region digits, check character |
//! | [`OrganisationCode`] | GB 11714, 9 characters | alphabet, check character |
//! | [`RegistrationNumber`] | GS 15-2006, 15 digits | digits, ISO 7064 mod 11,10 |
//! | [`TaxNumber15`] | 6 digits of region and an organisation code | digits, check of the organisation code |
//! | [`PatentNumber`] | ZC 0006-2003 and its predecessor | kind, year, check character |
//! | [`RegionCode`] | GB/T 2260, six digits | digits only |
//! | [`IndustryCode`] | GB/T 4754-2017 | division exists and belongs to the section |
//! | [`FirmId`] | any of the four firm codes, or a local code | by shape |
//!
//! Every constructor trims blanks, takes lower-case letters as capitals (local codes keep their case), never
//! panics, and says what is wrong: the length, the character and its position (1-based, in characters of the
//! trimmed text), or the check character expected and got. Deserialising goes through the constructor.
//! Messages show at most 40 characters of what was delivered.
//!
//! What the types do not protect against: a well-formed code need not have been issued, and a code may have
//! been issued to another firm than the one that uses it.
//!
//! ```
//! use rating_core::id::{FirmId, FirmIdKind};
//! let firm: FirmId = "91130600738737199k".parse()?;
//! assert_eq!(firm.kind(), FirmIdKind::CreditCode);
//! assert_eq!(firm.as_str(), "91130600738737199K");
//!
//! // A 15-character tax number that a spreadsheet has rounded and padded is not taken for a credit code.
//! assert!("110105717776658000".parse::<FirmId>().is_err());
//! # Ok::<(), rating_core::id::FirmIdError>(())
//! ```

mod credit_code;
mod department;
mod firm_id;
mod industry_code;
mod industry_section;
mod organisation_code;
mod patent_number;
mod province;
mod region_code;
mod registration_number;
mod tax_number;
mod text;

#[cfg(test)]
mod laws;

pub use credit_code::{CreditCode, CreditCodeError};
pub use department::Department;
pub use firm_id::{FirmId, FirmIdError, FirmIdKind};
pub use industry_code::{IndustryCode, IndustryCodeError};
pub use industry_section::IndustrySection;
pub use organisation_code::{OrganisationCode, OrganisationCodeError};
pub use patent_number::{PatentKind, PatentNumber, PatentNumberError};
pub use province::Province;
pub use region_code::{RegionCode, RegionCodeError};
pub use registration_number::{RegistrationNumber, RegistrationNumberError};
pub use tax_number::{TaxNumber15, TaxNumber15Error};
