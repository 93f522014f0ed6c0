//! Documents of what follows from a rating, a list or a level: incentives and discipline.

use crate::num::Date;
use crate::record::{ListKind, Severity, TaxLevel};
use crate::rule::rulebook::Test;
use crate::rule::{Basis, Wording};
use serde::{Deserialize, Serialize};

/// A list of measures that its owner has published. A measure of discipline that stands on no list in force is not
/// applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PublishedListSpec {
    /// Its id, each once in a rulebook.
    pub id: String,
    /// Its name.
    pub name: Wording,
    /// Who publishes it.
    pub owner: Wording,
    /// First day on which it is in force.
    #[cfg_attr(feature = "schema", schemars(with = "String", extend("format" = "date")))]
    pub valid_from: Date,
    /// Last such day; missing: until further notice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>", extend("format" = "date")))]
    pub valid_to: Option<Date>,
    /// The measures on it.
    pub items: Vec<PublishedItemSpec>,
    /// Where it comes from.
    pub basis: Basis,
}

/// A measure on a published list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PublishedItemSpec {
    /// Its id, each once in its list.
    pub id: String,
    /// What it says.
    pub name: Wording,
}

/// What follows for a firm: one incentive, or one measure of discipline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ApplicationSpec {
    /// Its id, each once in a rulebook.
    pub id: String,
    /// Its name.
    pub name: Wording,
    /// Incentive or discipline.
    pub kind: ApplicationKind,
    /// Who applies it.
    pub owner: Wording,
    /// Whether it follows by itself or its owner decides.
    pub decided: Decided,
    /// When it follows.
    pub when: When,
    /// Where it is published; a measure of discipline without it is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<PublishedAs>,
    /// First day on which it is in force.
    #[cfg_attr(feature = "schema", schemars(with = "String", extend("format" = "date")))]
    pub valid_from: Date,
    /// Last such day; missing: until further notice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>", extend("format" = "date")))]
    pub valid_to: Option<Date>,
    /// How it ends.
    pub ends: Wording,
    /// Where it comes from.
    pub basis: Basis,
}

/// Which way an application works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ApplicationKind {
    /// To the firm's advantage.
    Incentive,
    /// To its disadvantage.
    Discipline,
}

impl ApplicationKind {
    /// One word for tables: `incentive`, `discipline`.
    pub const fn word(self) -> &'static str {
        match self {
            ApplicationKind::Incentive => "incentive",
            ApplicationKind::Discipline => "discipline",
        }
    }
}

/// Whether an application follows by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Decided {
    /// It follows by itself.
    Automatic,
    /// Its owner decides from case to case.
    Discretionary,
}

impl Decided {
    /// One word for tables: `automatic`, `discretionary`.
    pub const fn word(self) -> &'static str {
        match self {
            Decided::Automatic => "automatic",
            Decided::Discretionary => "discretionary",
        }
    }
}

/// When an application follows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// An entry on a list counts; for discipline only.
    Listed(ListedWhen),
    /// The tax credit level is one of these.
    TaxLevel(TaxLevelWhen),
    /// A test is true; `rated` asks for the rating.
    Test(Test),
}

/// Entries on lists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ListedWhen {
    /// The lists, any of them.
    pub lists: Vec<ListKind>,
    /// How grave an entry must be; missing: however grave. Open of an entry whose severity is not known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub severities: Vec<Severity>,
}

/// Tax credit levels. An incentive does not name D, discipline does: a worse level never brings an incentive and never
/// takes discipline away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TaxLevelWhen {
    /// The levels, any of them.
    pub levels: Vec<TaxLevel>,
    /// Whether level D was set directly; missing: either.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direct: Option<bool>,
    /// In how many years on end, the latest included; missing: one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub years: Option<u8>,
}

/// Where a measure is published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PublishedAs {
    /// Id of the list.
    pub list: String,
    /// Id of its item.
    pub item: String,
}
