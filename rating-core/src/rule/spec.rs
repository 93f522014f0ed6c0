//! The document of a rule.

use crate::num::Date;
use crate::record::{FirmStatus, ListKind};
use serde::{Deserialize, Serialize};

/// A text in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Wording {
    /// English.
    pub en: String,
    /// Chinese.
    pub zh: String,
}

/// A rule as data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RuleSpec {
    /// Its id, each once in a model.
    pub id: String,
    /// What it looks at.
    pub kind: RuleKind,
    /// What follows.
    pub effect: Effect,
    /// First day on which it applies.
    #[cfg_attr(feature = "schema", schemars(with = "String", extend("format" = "date")))]
    pub valid_from: Date,
    /// Last day on which it applies; missing: until further notice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>", extend("format" = "date")))]
    pub valid_to: Option<Date>,
    /// Where it comes from.
    pub basis: Basis,
}

/// Where a rule comes from, and what of it is the model's own choice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Basis {
    /// Issuing document and article.
    pub document: String,
    /// What it says, in English.
    pub en: String,
    /// What it says, in Chinese.
    pub zh: String,
    /// What has been compared with what, and what the model's authors chose themselves.
    pub provenance: String,
}

/// What a rule looks at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum RuleKind {
    /// The registration is in one of these states.
    Registration {
        /// The states.
        any_of: Vec<FirmStatus>,
    },
    /// The firm stands on a list.
    Listing {
        /// Which list.
        list: ListKind,
        /// Months after which an entry without an end date of its own counts no more; missing: never.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        longest_months: Option<u16>,
    },
    /// The latest tax credit level is a D that was set directly; it counts until 30 April of the third year after the
    /// one evaluated, when the levels of the year after next are out (国家税务总局公告2025年第12号, article 34: a direct D
    /// is kept for two years).
    DirectTaxLevelD,
    /// A facility is in default: a non-performing class, or more than 90 days overdue, in its latest snapshot of
    /// the three months to the day.
    LoanInDefault,
}

/// What follows if a rule fires.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// The government grade is not better than this one.
    Cap(String),
    /// The firm is in default.
    Default,
    /// The firm is not rated.
    Withdraw,
}
