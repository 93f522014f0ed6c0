//! The document of a scorecard.

use crate::measure::Measure;
use crate::num::Points;
use serde::{Deserialize, Serialize};

/// A scorecard as a document; [`check`](Self::check) makes a [`Scorecard`](super::Scorecard) of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct ScorecardSpec {
    /// The characteristics, each of another measure.
    pub characteristics: Vec<CharacteristicSpec>,
}

/// A measure with its attributes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CharacteristicSpec {
    /// Id of the measure.
    pub measure: Measure,
    /// Its attributes.
    pub attributes: AttributesSpec,
    /// Points by reason for a missing value.
    pub missing: MissingPoints,
    /// Values that mean something of their own, looked up before the attributes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub special: Vec<SpecialSpec>,
}

/// The attributes of a characteristic: intervals, or sets of words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum AttributesSpec {
    /// Intervals in ascending order, the last open above.
    Bands(Vec<BandSpec>),
    /// Sets of words.
    Categories(CategoriesSpec),
}

/// Sets of words, and the points of a word that no set names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CategoriesSpec {
    /// Each set with its points.
    pub sets: Vec<CategorySpec>,
    /// Points of a word that no set names.
    pub unseen: Points,
}

/// Values from the end of the band before (inclusive) to `below` (exclusive).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct BandSpec {
    /// End of the band, not part of it; missing for the last band.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub below: Option<f64>,
    /// Its points.
    pub points: Points,
}

/// A set of words with one number of points.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CategorySpec {
    /// The words, as the catalogue lists them.
    pub words: Vec<String>,
    /// Their points.
    pub points: Points,
}

/// A value with a meaning of its own.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SpecialSpec {
    /// The value.
    pub value: f64,
    /// Its points.
    pub points: Points,
}

/// Points for each reason why a measure has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct MissingPoints {
    /// The department sent nothing.
    pub not_reported: Points,
    /// It has no meaning for this firm.
    pub not_applicable: Points,
    /// The history is too short.
    pub too_short: Points,
}
