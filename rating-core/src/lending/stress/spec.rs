//! The document of scenarios.

use crate::id::IndustryCode;
use crate::lending::LendingError;
use crate::lending::fault::Faults;
use crate::lending::share::money_at_most;
use crate::num::{LogOdds, Money, Pd};
use crate::rule::document::{content_hash, read};
use crate::rule::{Basis, Wording};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Scenarios as a document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct StressSpec {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// Its name.
    pub name: Wording,
    /// Where it comes from.
    pub basis: Basis,
    /// The scenarios.
    pub scenarios: Vec<ScenarioSpec>,
}

/// What happens to firms in one scenario.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ScenarioSpec {
    /// Its id, each once in a document.
    pub id: String,
    /// Its name.
    pub name: Wording,
    /// Shocks by industry. A firm takes the one with the longest code that its industry begins with.
    pub shocks: Vec<ShockSpec>,
}

/// What happens to the firms of some industries.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ShockSpec {
    /// Industries by GB/T 4754: section letters such as `I`, or codes such as `65`; none: every firm that no other shock
    /// of the scenario takes, those of unknown industry included.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub industries: Vec<String>,
    /// What happens to the PD; missing: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pd: Option<PdShift>,
    /// Change of sales as a fraction, -1 or more: -0.3 is minus 30 %. Tax paid follows sales.
    #[serde(default)]
    pub sales: f64,
}

/// How a PD moves.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PdShift {
    /// Added to the log-odds of good : bad; below zero is riskier. -0.693 halves the odds. A PD of 0 or 1 stays.
    LogOdds(f64),
    /// Multiplies the PD, which stays at most 1.
    Times(f64),
}

impl PdShift {
    /// The PD after the shift.
    ///
    /// ```text
    /// log_odds:  PD' = 1 / (1 + exp(ln((1 - PD) / PD) + shift))
    /// times:     PD' = min(1, PD · factor)
    /// ```
    ///
    /// ```
    /// use rating_core::lending::PdShift;
    /// use rating_core::num::Pd;
    /// let pd = Pd::new(0.2)?; // odds of 4 : 1; a quarter of them is evens
    /// assert!((PdShift::LogOdds(-(4.0_f64.ln())).of(pd).get() - 0.5).abs() < 1e-15);
    /// assert_eq!(PdShift::Times(1.5).of(pd).get(), 0.2 * 1.5);
    /// # Ok::<(), rating_core::num::ProbabilityError>(())
    /// ```
    pub fn of(self, pd: Pd) -> Pd {
        let value = pd.get();
        match self {
            // Outside (0, 1) the odds are no number, and the PD stays as it is.
            PdShift::LogOdds(shift) => {
                let odds = ((1.0 - value) / value).ln() + shift;
                LogOdds::new(odds).map_or(pd, Pd::from_log_odds)
            }
            PdShift::Times(factor) => Pd::new((value * factor).min(1.0)).unwrap_or(pd),
        }
    }
}

/// Scenarios that hold together; cheap to clone, safe to share between threads.
#[derive(Clone, Debug)]
pub struct Stress {
    parts: Arc<Parts>,
}

#[derive(Debug)]
struct Parts {
    spec: StressSpec,
    hash: String,
    /// Of each scenario, each code with the place of its shock.
    codes: Vec<Vec<(IndustryCode, usize)>>,
}

/// One scenario of a document that holds together.
#[derive(Clone, Copy, Debug)]
pub struct Scenario<'a> {
    spec: &'a ScenarioSpec,
    codes: &'a [(IndustryCode, usize)],
}

impl StressSpec {
    /// Illustrative scenarios, to read and to try things with; their numbers are made up.
    pub fn example() -> Option<Self> {
        // INVARIANT: shipped documents parse (a test holds it).
        serde_json::from_str(include_str!("../../../lending/stress-example.json")).ok()
    }

    /// Reads a document. It is not checked yet.
    ///
    /// # Errors
    /// The line and column of what is not JSON, is unknown, is missing, or stands twice.
    pub fn from_json(text: &str) -> Result<Self, LendingError> {
        read(text).map_err(LendingError::Document)
    }

    /// The document as JSON, two blanks a level.
    pub fn to_json(&self) -> String {
        // INVARIANT: the document serialises to objects with text keys, which cannot fail.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// Makes scenarios of the document.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with its place, what was expected and what came.
    pub fn check(self) -> Result<Stress, Vec<LendingError>> {
        let mut faults = Faults::default();
        faults.text("id", &self.id);
        faults.text("version", &self.version);
        faults.wording("name", &self.name);
        faults.basis(&self.basis);
        faults.ids("scenarios", self.scenarios.iter().map(|s| s.id.as_str()));
        if self.scenarios.is_empty() {
            faults.add("scenarios", "at least one", "none");
        }
        let mut codes = Vec::with_capacity(self.scenarios.len());
        for (at, scenario) in self.scenarios.iter().enumerate() {
            let place = format!("scenarios[{at}]");
            faults.wording(&format!("{place}.name"), &scenario.name);
            codes.push(shocks(&format!("{place}.shocks"), scenario, &mut faults));
        }
        faults.or(|| {
            let hash = content_hash(&self);
            let parts = Parts {
                spec: self,
                hash,
                codes,
            };
            Stress {
                parts: Arc::new(parts),
            }
        })
    }
}

/// The codes of a scenario with the places of their shocks.
fn shocks(place: &str, scenario: &ScenarioSpec, faults: &mut Faults) -> Vec<(IndustryCode, usize)> {
    let mut codes: Vec<(IndustryCode, usize)> = Vec::new();
    if scenario.shocks.is_empty() {
        faults.add(place, "at least one", "none");
    }
    for (at, shock) in scenario.shocks.iter().enumerate() {
        let place = format!("{place}[{at}]");
        for (number, text) in shock.industries.iter().enumerate() {
            let place = format!("{place}.industries[{number}]");
            match IndustryCode::new(text) {
                Ok(code) if codes.iter().all(|(other, _)| *other != code) => codes.push((code, at)),
                Ok(_) => faults.add(place, "each industry once in a scenario", text),
                Err(_) => faults.add(
                    place,
                    "an industry code such as `I`, `65`, `I651` or `6510`",
                    text,
                ),
            }
        }
        let is_twice = |other: &ShockSpec| other.industries.is_empty() && shock.industries.is_empty();
        if scenario.shocks.iter().take(at).any(is_twice) {
            faults.add(
                format!("{place}.industries"),
                "one shock without industries",
                "another",
            );
        }
        if !(shock.sales >= -1.0 && shock.sales <= 10.0) {
            let wanted = "a change from -1 to 10";
            faults.add(format!("{place}.sales"), wanted, &shock.sales.to_string());
        }
        match shock.pd {
            Some(PdShift::LogOdds(shift)) if !(-20.0..=20.0).contains(&shift) => {
                let wanted = "a shift from -20 to 20";
                faults.add(format!("{place}.pd.log_odds"), wanted, &shift.to_string());
            }
            Some(PdShift::Times(factor)) if !(0.0..=1_000.0).contains(&factor) => {
                let wanted = "a factor from 0 to 1000";
                faults.add(format!("{place}.pd.times"), wanted, &factor.to_string());
            }
            _ => {}
        }
    }
    codes
}

impl Stress {
    /// The document.
    pub fn spec(&self) -> &StressSpec {
        &self.parts.spec
    }

    /// Content hash of the document: SHA-256 of its compact JSON.
    pub fn hash(&self) -> &str {
        &self.parts.hash
    }

    /// A scenario by its id; none under another id.
    pub fn scenario(&self, id: &str) -> Option<Scenario<'_>> {
        let mut each = self.parts.spec.scenarios.iter().zip(&self.parts.codes);
        let (spec, codes) = each.find(|(spec, _)| spec.id == id)?;
        Some(Scenario { spec, codes })
    }
}

impl<'a> Scenario<'a> {
    /// Its document.
    pub fn spec(&self) -> &'a ScenarioSpec {
        self.spec
    }

    /// Place of the shock that a firm takes: the one with the longest code that its industry begins with, else the one
    /// without industries; none if there is neither.
    pub fn shock(&self, industry: Option<IndustryCode>) -> Option<usize> {
        let begins = |code: &IndustryCode| industry.is_some_and(|i| i.as_str().starts_with(code.as_str()));
        let longest = self
            .codes
            .iter()
            .filter(|(code, _)| begins(code))
            .max_by_key(|(code, _)| code.as_str().len());
        let rest = || self.spec.shocks.iter().position(|s| s.industries.is_empty());
        longest.map(|(_, at)| *at).or_else(rest)
    }

    /// The PD of a firm in the scenario.
    pub fn pd(&self, pd: Pd, industry: Option<IndustryCode>) -> Pd {
        let shift = self.of(industry).and_then(|shock| shock.pd);
        shift.map_or(pd, |shift| shift.of(pd))
    }

    /// Sales of a firm in the scenario, rounded down to the fen; they do not move from below zero.
    pub fn sales(&self, sales: Money, industry: Option<IndustryCode>) -> Money {
        let change = self.of(industry).map_or(0.0, |shock| shock.sales);
        if change == 0.0 || sales <= Money::ZERO {
            return sales;
        }
        money_at_most(sales.yuan() * (1.0 + change))
    }

    fn of(&self, industry: Option<IndustryCode>) -> Option<&'a ShockSpec> {
        self.spec.shocks.get(self.shock(industry)?)
    }
}
