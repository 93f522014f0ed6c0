//! The document of limits.

use crate::lending::fault::Faults;
use crate::lending::{LendingError, Share};
use crate::num::Money;
use crate::rating::Stage;
use crate::rule::{Basis, document::read};
use serde::{Deserialize, Serialize};

/// How much may be lent to a firm, as a document. A part that is left out limits nothing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LimitPolicy {
    /// What a firm owes is at most this share of the sales of twelve months.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share_of_sales: Option<Share>,
    /// What a firm owes is at most so many times the tax paid in twelve months.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times_of_tax: Option<f64>,
    /// What a firm owes is at most this share of the sales invoiced in twelve months, red-letter invoices taken off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share_of_invoices: Option<Share>,
    /// Limits by government grade, stage of life, or both. The most specific that fits a firm counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub by_grade: Vec<GradeLimit>,
    /// Limits by the grade of a knowledge-value scheme.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub knowledge_value: Option<KnowledgeValue>,
    /// Limits of one loan, from which what the firm owes the lender already is not taken off. The limits by sales, tax,
    /// invoices, grade and knowledge value that are not named here are limits of all that the firm owes, the loan included.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub per_loan: Vec<PerLoan>,
    /// The most that one firm may owe to the lender.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub firm_most: Option<Money>,
    /// The most that a firm and those it belongs with may owe to the lender.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_most: Option<Money>,
    /// The least loan that is made: a smaller limit is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub least: Option<Money>,
    /// Loans are made in multiples of this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<Money>,
}

/// A limit that can be one of a single loan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PerLoan {
    /// The share of sales.
    Sales,
    /// The multiple of tax.
    Tax,
    /// The share of invoiced sales.
    Invoices,
    /// Grade and stage.
    Grade,
    /// The knowledge-value scheme.
    KnowledgeValue,
}

/// A limit for firms of a grade or a stage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct GradeLimit {
    /// Symbol of the government grade; missing: any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grade: Option<String>,
    /// Stage of life; missing: any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<LifeStage>,
    /// The most that may be lent.
    pub most: Money,
}

/// Stage of a firm's life, as documents write it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum LifeStage {
    /// Start-up.
    StartUp,
    /// Growing.
    Growth,
    /// Stable.
    Stable,
}

impl From<Stage> for LifeStage {
    fn from(stage: Stage) -> Self {
        match stage {
            Stage::StartUp => LifeStage::StartUp,
            Stage::Growth => LifeStage::Growth,
            Stage::Stable => LifeStage::Stable,
        }
    }
}

/// A knowledge-value scheme: the amount that each of its grades may borrow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct KnowledgeValue {
    /// Where it comes from.
    pub basis: Basis,
    /// Its grades, best first. An amount that the issuing document does not publish is missing until the caller
    /// fills it in.
    pub grades: Vec<KnowledgeGrade>,
}

/// A grade of a knowledge-value scheme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct KnowledgeGrade {
    /// Its symbol.
    pub grade: String,
    /// The most that it may borrow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most: Option<Money>,
}

impl KnowledgeValue {
    /// Ids of the schemes that come with the crate.
    pub const PRESETS: &'static [&'static str] = &["hubei-2025"];

    /// The schemes that come with the crate, by id; none under another id. Amounts that were not published are
    /// missing: a scheme passes a check only when they are filled in.
    pub fn preset(id: &str) -> Option<Self> {
        let text = match id {
            "hubei-2025" => include_str!("../../../lending/knowledge-value/hubei-2025.json"),
            _ => return None,
        };
        // INVARIANT: shipped documents parse (a test holds it).
        serde_json::from_str(text).ok()
    }
}

impl LimitPolicy {
    /// Reads a document. It is not checked yet.
    ///
    /// # Errors
    /// The line and column of what is not JSON, is unknown, is missing, or stands twice.
    pub fn from_json(text: &str) -> Result<Self, LendingError> {
        read(text).map_err(LendingError::Document)
    }

    /// Whether the document holds together. Limits of one that does not are still defined, but need not mean
    /// anything.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with its place, what was expected and what came.
    pub fn check(&self) -> Result<(), Vec<LendingError>> {
        let mut faults = Faults::default();
        self.faults("", &mut faults);
        faults.or(|| ())
    }

    pub(in crate::lending) fn faults(&self, place: &str, faults: &mut Faults) {
        if let Some(times) = self.times_of_tax {
            faults.number(&format!("{place}times_of_tax"), times, (0.0, f64::MAX));
        }
        let amounts = [
            ("firm_most", self.firm_most),
            ("group_most", self.group_most),
            ("least", self.least),
        ];
        let by_grade = self
            .by_grade
            .iter()
            .map(|limit| ("by_grade.most", Some(limit.most)));
        for (name, amount) in amounts.into_iter().chain(by_grade) {
            if let Some(amount) = amount.filter(|a| *a < Money::ZERO) {
                faults.add(format!("{place}{name}"), "an amount from 0", &amount.to_string());
            }
        }
        if let Some(step) = self.step.filter(|step| *step <= Money::ZERO) {
            faults.add(format!("{place}step"), "an amount above zero", &step.to_string());
        }
        for (at, limit) in self.by_grade.iter().enumerate() {
            let same = |other: &GradeLimit| other.grade == limit.grade && other.stage == limit.stage;
            if self.by_grade.iter().take(at).any(same) {
                let got = limit.grade.as_deref().unwrap_or("any grade");
                faults.add(format!("{place}by_grade[{at}]"), "each grade and stage once", got);
            }
        }
        self.per_loan_faults(place, faults);
        self.knowledge_faults(place, faults);
    }

    /// Each limit once, and only those that there are.
    fn per_loan_faults(&self, place: &str, faults: &mut Faults) {
        for (at, limit) in self.per_loan.iter().enumerate() {
            let (word, is_there) = match limit {
                PerLoan::Sales => ("sales", self.share_of_sales.is_some()),
                PerLoan::Tax => ("tax", self.times_of_tax.is_some()),
                PerLoan::Invoices => ("invoices", self.share_of_invoices.is_some()),
                PerLoan::Grade => ("grade", !self.by_grade.is_empty()),
                PerLoan::KnowledgeValue => ("knowledge_value", self.knowledge_value.is_some()),
            };
            if !is_there || self.per_loan.iter().take(at).any(|other| other == limit) {
                faults.add(
                    format!("{place}per_loan[{at}]"),
                    "a limit of the policy, each once",
                    word,
                );
            }
        }
    }

    fn knowledge_faults(&self, place: &str, faults: &mut Faults) {
        let Some(scheme) = &self.knowledge_value else {
            return;
        };
        let place = format!("{place}knowledge_value.grades");
        faults.ids(&place, scheme.grades.iter().map(|g| g.grade.as_str()));
        let mut before: Option<Money> = None;
        for (at, grade) in scheme.grades.iter().enumerate() {
            let place = format!("{place}[{at}].most");
            match grade.most {
                None => faults.add(
                    place,
                    "an amount, which the issuing document does not publish",
                    "none",
                ),
                Some(most) if most < Money::ZERO || before.is_some_and(|before| most > before) => {
                    faults.add(
                        place,
                        "an amount from 0, not above that of the better grade",
                        &most.to_string(),
                    );
                }
                most => before = most,
            }
        }
    }
}
