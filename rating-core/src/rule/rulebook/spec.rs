//! The document of a rulebook.

use super::RulebookError;
use super::apply::{ApplicationSpec, PublishedListSpec};
use super::evaluation_spec::EvaluationSpec;
use crate::rule::Wording;
use crate::rule::clock::{ClockSpec, DeadlineSpec};
use crate::rule::document::read;
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
    /// How long records count.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clocks: Vec<ClockSpec>,
    /// When objections must be answered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deadlines: Vec<DeadlineSpec>,
    /// Lists of measures that were published.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub published_lists: Vec<PublishedListSpec>,
    /// What follows: incentives and discipline.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub applications: Vec<ApplicationSpec>,
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
    /// The words it is declared in; without them it is a number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<WordSpec>,
}

/// A word that may be declared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct WordSpec {
    /// The word: lower case letters, digits and `_`, each once.
    pub word: String,
    /// What it means.
    pub name: Wording,
}

impl RulebookSpec {
    /// Ids of the rulebooks that come with the crate.
    pub const PRESETS: &'static [&'static str] = &[
        "china",
        "innovation-points-example",
        "regional-templates",
        "shanghai",
        "shanxi-example",
    ];

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
            "innovation-points-example" => include_str!("../../../rulebooks/innovation-points-example.json"),
            "regional-templates" => include_str!("../../../rulebooks/regional-templates.json"),
            "shanghai" => include_str!("../../../rulebooks/shanghai.json"),
            "shanxi-example" => include_str!("../../../rulebooks/shanxi-example.json"),
            _ => return None,
        };
        // INVARIANT: shipped documents parse (a test holds it).
        serde_json::from_str(text).ok()
    }
}
