//! The document of a test.

use super::marks::Marks;
use crate::record::{CertificateKind, ListKind, TaxLevel};
use serde::{Deserialize, Serialize};

/// Something that is true, false or open of a firm.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Test {
    /// All of these.
    All(Vec<Test>),
    /// At least one of these.
    Any(Vec<Test>),
    /// Not this.
    Not(Box<Test>),
    /// A number lies within limits.
    Number(NumberTest),
    /// A word is one of these.
    Word(WordTest),
    /// The registered industry (GB/T 4754) begins with one of these: a section letter such as `I`, or the digits of a
    /// division, group or class such as `65` or `6510`, with or without the letter. Open if no industry is registered, or
    /// one with too few digits to tell.
    Industry(Vec<String>),
    /// The firm stands on a list: an entry counts that is open on the day, not one that was repaired, has ended by its
    /// decision or by the clocks of the rulebook, or is frozen by an objection. Open if nobody answered for lists, or
    /// if only the severity of an entry, which is not known, decides whether it has ended.
    Listed(ListKind),
    /// The firm holds a valid certificate. Open if nobody answered for certificates.
    Certificate(CertificateKind),
    /// The tax credit level that stands on the day is one of these.
    TaxLevel(TaxLevelTest),
    /// The points of this evaluation lie within limits; only in a class.
    Points(PointsTest),
    /// Another evaluation, which stands before this one in the rulebook, is passed. One that is not in force on the
    /// day is not.
    Passed(String),
    /// Another evaluation, which stands before this one in the rulebook, gives one of these classes. One that is not
    /// in force on the day gives none.
    Class(ClassTest),
    /// The symbol of the firm's rating is one of these. Open if no rating was given. Only in an application.
    Rated(Vec<String>),
}

/// A number within limits; at least one of them is set. Open if the number is not known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NumberTest {
    /// Id of a measure, or of something declared.
    pub input: String,
    /// Least value, itself enough.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<f64>,
    /// Value that must be exceeded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub above: Option<f64>,
    /// Greatest value, itself allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<f64>,
    /// Value that must not be reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub below: Option<f64>,
}

/// A word among words. Open if the word is not known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct WordTest {
    /// Id of a measure that is a word (`tax.level`), or of something declared in words.
    pub input: String,
    /// The words.
    pub one_of: Vec<String>,
}

/// The tax credit level that stands on the day: the latest known, until 30 April of the second year after the year
/// evaluated, or of the third if it is a D that was set directly. Open if it is not known and one of the years asked
/// for can still be its year; not met if the firm was answered for since the last April and has none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TaxLevelTest {
    /// The levels, any of them.
    pub levels: Vec<TaxLevel>,
    /// First year evaluated that counts; missing: from the first on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_year: Option<i16>,
    /// Last year evaluated that counts; missing: up to the latest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_year: Option<i16>,
}

/// Points within limits; at least one of them is set. Open where the span of points reaches over a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PointsTest {
    /// Fewest points, themselves enough.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<Marks>,
    /// Points that must not be reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub below: Option<Marks>,
}

/// The class that another evaluation gives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ClassTest {
    /// Id of the evaluation.
    pub evaluation: String,
    /// Ids of its classes.
    pub one_of: Vec<String>,
}
