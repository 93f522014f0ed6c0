//! How a card came about: which variables left on the way, and why.

use serde::{Deserialize, Serialize};

/// How a card came about: what was screened, selected and left out. It is told and read back; no score depends on it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Provenance {
    /// Variables that are not on the card, each with the reason.
    pub dropped: Vec<DroppedVariable>,
    /// Every variable that was screened; none without screening.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub screening: Option<Vec<ScreenedVariable>>,
    /// What a selection by steps did; none without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selection: Option<SelectionTold>,
}

/// What a selection by steps did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SelectionTold {
    /// Its steps, in order.
    pub steps: Vec<SelectedVariable>,
    /// Every variable that it left out.
    pub refused: Vec<RefusedVariable>,
}

/// A variable that is not on the card.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DroppedVariable {
    /// Its name.
    pub variable: String,
    /// Why it is not on the card.
    pub reason: String,
}

/// What screening said of a variable: see [`crate::fit::selection::Screened`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    missing_docs,
    reason = "the columns of the table of screening, which says what they are"
)]
pub struct ScreenedVariable {
    pub variable: String,
    pub stays: bool,
    pub verdict: String,
    pub iv: f64,
    pub gini: f64,
    pub missing_share: Option<f64>,
    pub psi: Option<f64>,
    pub period_psi: Option<f64>,
    pub period: Option<i64>,
    pub vif: Option<Magnitude>,
    pub correlated_with: Option<String>,
    pub correlation: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub one_bin: Option<bool>,
}

/// A step of a selection: see [`crate::fit::selection::SelectionStep`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    missing_docs,
    reason = "the columns of the table of steps, which says what they are"
)]
pub struct SelectedVariable {
    pub variable: String,
    pub entered: bool,
    pub reason: String,
    pub value: Option<Magnitude>,
    pub because_of: Option<String>,
    pub lr: f64,
    pub p_value: f64,
    pub aic: f64,
    pub bic: f64,
}

/// A variable that a selection left out: see [`crate::fit::selection::Refusal`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    missing_docs,
    reason = "the columns of the table of refusals, which says what they are"
)]
pub struct RefusedVariable {
    pub variable: String,
    pub reason: String,
    pub value: Option<Magnitude>,
    pub because_of: Option<String>,
}

/// A number that may be infinite, as variance inflation is, which JSON has no number for.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Magnitude {
    /// A finite number.
    Finite(f64),
    /// The word `infinite`.
    Infinite(InfiniteWord),
}

/// The word for a number without end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InfiniteWord {
    /// `infinite`.
    Infinite,
}
