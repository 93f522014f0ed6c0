//! The document of one evaluation.

use super::marks::Marks;
use super::test_spec::Test;
use crate::num::Date;
use crate::rule::{Basis, Wording};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One published evaluation: conditions, points with a pass mark, admissions in place of the points, and classes. Each
/// part may be absent, not all of them.
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
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<ConditionSpec>,
    /// Blocks of points; their sum is the result.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blocks: Vec<BlockSpec>,
    /// Which points are taken where the document leaves a range to experts; needed where it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_band: Option<InBand>,
    /// What all blocks give at most, those marked `extra` left out; checked, for every word that weights depend on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub full: Option<Marks>,
    /// What the points must reach; missing: they pass whatever they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pass: Option<PassSpec>,
    /// Any one of these stands in for the points.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub admissions: Vec<ConditionSpec>,
    /// Classes, the best first: a firm that meets the conditions and the pass mark is in the first whose test holds.
    /// With classes, an evaluation is passed if the firm is in one of them for certain.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<ClassSpec>,
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

/// A class that an evaluation sorts firms into.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ClassSpec {
    /// Its id, each once in an evaluation.
    pub id: String,
    /// Its name; says the unit of its value.
    pub name: Wording,
    /// What must be true; missing, in the last class only: whatever is in no other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test: Option<Test>,
    /// What the document gives the class: a share, a limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
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
    pub most: Marks,
    /// What counts of its items.
    pub take: Take,
    /// Whether it stands beside the full marks: a bonus, or a deduction.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub extra: bool,
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

/// An item: points for a number or a word.
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
    /// Items of one block with the same word here count once, the best of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub one_of: Option<String>,
    /// Its points.
    pub points: PointsOf,
}

/// How points follow from a number or a word.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum PointsOf {
    /// By bands of a number in ascending order, the last without an end.
    Bands(Vec<BandOfPoints>),
    /// By word; every word of the input stands here once.
    Words(BTreeMap<String, PointsSpec>),
    /// So many for each unit of a number, less than nothing for a deduction: the number times these, rounded
    /// down to a hundredth and held to 10 000 either way. Nothing for a number below zero.
    Each(Marks),
    /// In proportion to a reference value: nothing at zero and below, all at the reference and above, rounded down to
    /// a hundredth.
    Reference(ReferencePoints),
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
#[serde(
    untagged,
    expecting = "expected points with at most two decimals, or a list of the fewest and the most"
)]
pub enum PointsSpec {
    /// A number.
    Fixed(Marks),
    /// The fewest and the most.
    Range([Marks; 2]),
}

/// Points in proportion to a reference value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ReferencePoints {
    /// The value that gives all points; above zero.
    pub value: f64,
    /// The most points.
    pub most: MostSpec,
}

/// The most points of an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(
    untagged,
    expecting = "expected points with at most two decimals, or `by` a word with its `points`"
)]
pub enum MostSpec {
    /// The same for every firm.
    Fixed(Marks),
    /// By a word, say the stage of life.
    ByWord(MostByWord),
}

/// The most points by a word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct MostByWord {
    /// Id of something declared in words, or of a measure that is a word.
    pub by: String,
    /// Points by word; every word stands here once.
    pub points: BTreeMap<String, Marks>,
}

/// Which points are taken of a range that a document leaves to experts. The range itself stays in the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum InBand {
    /// The fewest.
    Low,
    /// Half-way, rounded down to a hundredth.
    Mid,
    /// The most.
    High,
    /// By where the number lies between the ends of its band, rounded down to a hundredth: from the fewest to the
    /// most, or from the most to the fewest if the last band gives less than the first. Half-way in a band without
    /// both ends and of a word.
    Linear,
}

/// What the points must reach.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PassSpec {
    /// Least sum of all blocks.
    pub total: Marks,
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
    pub points: Marks,
}
