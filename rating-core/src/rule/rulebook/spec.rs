//! The document of a rulebook.

use super::RulebookError;
use crate::num::{Date, Points};
use crate::record::{CertificateKind, ListKind};
use crate::rule::document::read;
use crate::rule::{Basis, Wording};
use serde::{Deserialize, Serialize};

/// Published evaluations as a document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RulebookSpec {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// Its name.
    pub name: Wording,
    /// Where it comes from and what has been compared with what; shown with every answer.
    pub notice: Wording,
    /// What no department reports: whoever asks may declare it, else it stays open.
    pub declared: Vec<DeclaredSpec>,
    /// The evaluations.
    pub evaluations: Vec<EvaluationSpec>,
}

/// Something that is declared by whoever asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct DeclaredSpec {
    /// Its id, each once, none of them the id of a measure.
    pub id: String,
    /// Its name; says the unit where it is not "1 yes, 0 no".
    pub name: Wording,
}

/// One published evaluation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct EvaluationSpec {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: Wording,
    /// Where it comes from.
    pub basis: Basis,
    /// First day on which it is in force.
    #[cfg_attr(feature = "schema", schemars(with = "String", extend("format" = "date")))]
    pub valid_from: Date,
    /// Last day on which it is in force; missing: until further notice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>", extend("format" = "date")))]
    pub valid_to: Option<Date>,
    /// Conditions, all of which must hold.
    pub conditions: Vec<ConditionSpec>,
    /// Blocks of points; their sum is the result.
    pub blocks: Vec<BlockSpec>,
    /// What the points must reach.
    pub pass: PassSpec,
    /// Any one of these stands in for the points.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub admissions: Vec<ConditionSpec>,
}

/// A condition with a name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ConditionSpec {
    /// Its id, each once in an evaluation.
    pub id: String,
    /// Its name.
    pub name: Wording,
    /// What must be true.
    pub test: Test,
}

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
    /// The firm stands on a list: an entry counts that is open on the day, not one that was repaired, has ended, or
    /// is frozen by an objection. Open if nobody answered for lists.
    Listed(ListKind),
    /// The firm holds a valid certificate. Open if nobody answered for certificates.
    Certificate(CertificateKind),
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
    /// Greatest value, itself allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<f64>,
}

/// A block of points.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct BlockSpec {
    /// Its id, each once in an evaluation.
    pub id: String,
    /// Its name.
    pub name: Wording,
    /// The most that the block gives.
    pub most: Points,
    /// What counts of its items.
    pub take: Take,
    /// Its items.
    pub items: Vec<ItemSpec>,
}

/// What counts of the items of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Take {
    /// All of them together.
    Sum,
    /// The best of them: the firm chooses.
    Best,
}

/// An item: points by bands of a number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ItemSpec {
    /// Its id, each once in an evaluation.
    pub id: String,
    /// Its name.
    pub name: Wording,
    /// Id of a measure, or of something declared.
    pub input: String,
    /// Its bands in ascending order, the last without an end.
    pub bands: Vec<BandOfPoints>,
}

/// Values from the end of the band before to an end of its own.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct BandOfPoints {
    /// End of the band, not part of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub below: Option<f64>,
    /// End of the band, part of it. At most one of both ends is set; the last band has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub up_to: Option<f64>,
    /// Its points: a number, or the fewest and the most where the document leaves a range to experts.
    pub points: PointsSpec,
}

/// Points as a document gives them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum PointsSpec {
    /// A number.
    Fixed(Points),
    /// The fewest and the most.
    Range([Points; 2]),
}

/// What the points must reach.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PassSpec {
    /// Least sum of all blocks.
    pub total: Points,
    /// Least points of blocks, alone or together.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub least: Vec<LeastSpec>,
}

/// Least points of blocks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LeastSpec {
    /// Ids of the blocks, whose points add up.
    pub blocks: Vec<String>,
    /// What they must reach.
    pub points: Points,
}

impl RulebookSpec {
    /// Ids of the rulebooks that come with the crate.
    pub const PRESETS: &'static [&'static str] = &["china"];

    /// Reads a document. It is not checked yet.
    ///
    /// # Errors
    /// The line and column of what is not JSON, is unknown, is missing, or stands twice.
    pub fn from_json(text: &str) -> Result<Self, RulebookError> {
        read(text).map_err(RulebookError::Document)
    }

    /// The document as JSON, two blanks a level.
    pub fn to_json(&self) -> String {
        // INVARIANT: the document serialises to objects with text keys, which cannot fail.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// The rulebooks that come with the crate, by id; none under another id.
    pub fn preset(id: &str) -> Option<Self> {
        let text = match id {
            "china" => include_str!("../../../rulebooks/china.json"),
            _ => return None,
        };
        // INVARIANT: shipped documents parse (a test holds it).
        serde_json::from_str(text).ok()
    }
}
