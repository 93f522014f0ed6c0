//! The document of a model.

use crate::calibration::CalibrationSpec;
use crate::measure::Family;
use crate::num::Points;
use crate::rule::document::{content_hash, read};
use crate::rule::{RuleSpec, Wording};
use crate::scale::{GovernmentSpec, PdBandSpec, TechnologyBandSpec};
use crate::scorecard::ScorecardSpec;
use serde::{Deserialize, Serialize};

use std::collections::BTreeMap;

/// A rating model as a document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ModelSpec {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// Its name.
    pub name: Wording,
    /// Where its numbers come from; shown with every rating.
    pub notice: Wording,
    /// Points that every firm starts with.
    pub base_points: Points,
    /// The pillars that make the credit score, each a scorecard over one family of measures.
    pub pillars: Vec<PillarSpec>,
    /// Credit score → PD.
    pub calibration: CalibrationSpec,
    /// PD → credit grade, least risk first.
    pub master_scale: Vec<PdBandSpec>,
    /// The technology pillar.
    pub technology: TechnologySpec,
    /// Credit and technology grade → government grade.
    pub government: GovernmentSpec,
    /// How much must be known for a rating.
    pub minimum: MinimumSpec,
    /// Rules that cap or withdraw a rating.
    pub rules: Vec<RuleSpec>,
    /// Mean points of a reference population, for reasons against it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<ReferenceSpec>,
}

/// One pillar: a scorecard over one family.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PillarSpec {
    /// The family of its measures.
    pub family: Family,
    /// Its name.
    pub name: Wording,
    /// Its scorecard.
    pub card: ScorecardSpec,
}

/// The technology pillar: points from 0 to 100 a characteristic, weighted by stage of life.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TechnologySpec {
    /// Its name.
    pub name: Wording,
    /// Its scorecard; points lie in 0 to 100.
    pub card: ScorecardSpec,
    /// Which stage a firm is in.
    pub stages: StageSpec,
    /// Weights in hundredths by measure, a set for each stage; each sums to 100.
    pub weights: TechnologyWeights,
    /// Score → technology grade, strongest first.
    pub scale: Vec<TechnologyBandSpec>,
    /// Grade of a firm of which no department reported anything for this pillar: silence says neither strong nor
    /// weak.
    pub unreported: String,
}

/// Which stage of life a firm is in, by its age in years. A firm of unknown age counts as growing.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct StageSpec {
    /// Younger than this: a start-up.
    pub start_up_below_years: f64,
    /// As old as this: stable.
    pub stable_from_years: f64,
}

/// Weights of the technology characteristics, hundredths by measure id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TechnologyWeights {
    /// For a start-up.
    pub start_up: BTreeMap<String, u8>,
    /// For a growing firm.
    pub growth: BTreeMap<String, u8>,
    /// For a stable firm.
    pub stable: BTreeMap<String, u8>,
}

/// How much must be known for a rating; with less the answer is "not enough information".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct MinimumSpec {
    /// Least number of characteristics of the credit pillars with a value.
    pub characteristics: u16,
}

/// Mean points of a population by measure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ReferenceSpec {
    /// Which population, in words.
    pub name: Wording,
    /// Mean points by measure id.
    pub points: BTreeMap<String, f64>,
}

impl ModelSpec {
    /// Reads a document. It is not checked yet.
    ///
    /// # Errors
    /// The line and column of what is not JSON, is unknown, is missing, or stands twice.
    pub fn from_json(text: &str) -> Result<Self, super::ModelError> {
        read(text).map_err(super::ModelError::Document)
    }

    /// The document as JSON, two blanks a level.
    pub fn to_json(&self) -> String {
        // INVARIANT: the document serialises to objects with text keys, which cannot fail.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// Content hash: SHA-256, in hexadecimal, of the document as compact JSON in field order. Layout and the
    /// order of keys in a file do not change it.
    pub fn hash(&self) -> String {
        content_hash(self)
    }

    /// Ids of the models that come with the crate.
    pub const PRESETS: &'static [&'static str] = &["tech-firm"];

    /// The models that come with the crate, by id; none under another id.
    pub fn preset(id: &str) -> Option<Self> {
        let text = match id {
            "tech-firm" => include_str!("../../models/tech-firm.json"),
            _ => return None,
        };
        // INVARIANT: shipped documents parse (a test holds it).
        serde_json::from_str(text).ok()
    }
}
