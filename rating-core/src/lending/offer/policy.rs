//! The document of a lending policy.

use super::documents::DocumentSpec;
use super::partner::{PartnerGuarantor, PartnerInsurer};
use crate::lending::fault::Faults;
use crate::lending::loss_sharing::{Inputs, LossSharing, LossSharingSpec};
use crate::lending::{
    InterestSubsidy, LendingError, LifeStage, LimitPolicy, PremiumSubsidy, PricePolicy, ReferenceRate,
    SecurityPolicy,
};
use crate::measure::Measure;
use crate::num::{Money, Pd};
use crate::rule::document::{content_hash, read};
use crate::rule::{Basis, Wording};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Facts that no firm can change by what it does from here on: its age, and what has gone wrong.
const NEVER_ACTIONABLE: &[Measure] = &[
    Measure::RegistryAge,
    Measure::RegistryDays,
    Measure::RegistryListingsClosed36m,
    Measure::RegistryPenalties36m,
    Measure::RegistryRepresentativeChanges24m,
    Measure::CreditDaysOverdue12m,
    Measure::CreditDaysOverdue24m,
    Measure::CreditMonthsSinceOverdue,
    Measure::CreditWorstClass12m,
    Measure::CreditWorstClass24m,
    Measure::CreditRestructured24m,
    Measure::TaxLateFilings12m,
    Measure::TaxLateFilings24m,
    Measure::TaxLatePayments12m,
    Measure::TaxLatePayments24m,
    Measure::TaxPenalties24m,
];

/// Symbols of the government grades of a policy that names none, best first.
const GRADES: [&str; 9] = ["AAA", "AA", "A", "BBB", "BB", "B", "CCC", "CC", "C"];

/// How a lender answers applications, as a document. It is the lender's own: what of it follows a rule says so in its
/// basis.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LendingPolicySpec {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// Its name.
    pub name: Wording,
    /// Where it comes from.
    pub basis: Basis,
    /// Symbols of the government grades that there are, best first; empty: AAA, AA, A, BBB, BB, B, CCC, CC, C. Another symbol
    /// in admission or limits is refused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grades: Vec<String>,
    /// Which grades are admitted, for all stages or for one. The one of the stage counts where there is one.
    pub admission: Vec<Admission>,
    /// Above this PD a person decides; missing: no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refer_above: Option<Pd>,
    /// Above this PD the answer is no; missing: no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decline_above: Option<Pd>,
    /// How much.
    pub limit: LimitPolicy,
    /// At what price.
    pub price: PricePolicy,
    /// Reference rates; the caller keeps them up to date.
    pub reference: Vec<ReferenceRate>,
    /// Against what; missing: no collateral is taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub security: Option<SecurityPolicy>,
    /// What others pay towards the interest; together no more than the interest, the first of them first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subsidies: Vec<InterestSubsidy>,
    /// What others pay towards premiums.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub premium_subsidies: Vec<PremiumSubsidy>,
    /// Who shares losses with the lender; missing: nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sharing: Option<PolicySharing>,
    /// Guarantors that a firm can be pointed to; missing: none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub guarantors: Vec<PartnerGuarantor>,
    /// Insurers that a firm can be pointed to; missing: none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub insurers: Vec<PartnerInsurer>,
    /// The longest loan in months, besides the rules of 2024; missing: these alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub months_most: Option<u16>,
    /// Who decides.
    #[serde(default)]
    pub routes: Routes,
    /// What the firm has to bring.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<DocumentSpec>,
    /// Measures that a firm can change by what it does from here on. Only these are ever proposed as something to
    /// change; age, past defaults and whatever else has happened do not belong here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actionable: Vec<Measure>,
}

/// Who shares losses with the lender: a structure, and what its issuing document leaves open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PolicySharing {
    /// The structure.
    pub structure: LossSharingSpec,
    /// What it leaves open.
    #[serde(default)]
    pub inputs: Inputs,
}

/// Which grades are admitted. A grade that is in neither list is declined.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Admission {
    /// The stage; missing: all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<LifeStage>,
    /// Symbols of government grades that are approved.
    pub approve: Vec<String>,
    /// Symbols of government grades on which a person decides.
    #[serde(default)]
    pub refer: Vec<String>,
}

/// Who decides on a loan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Routes {
    /// Approved loans up to this amount go by the green channel; missing: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub green_most: Option<Money>,
    /// Loans from this amount on go to the committee; missing: only those that are referred.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub committee_from: Option<Money>,
}

/// A lending policy that holds together; cheap to clone, safe to share between threads.
#[derive(Clone, Debug)]
pub struct LendingPolicy {
    parts: Arc<Parts>,
}

#[derive(Debug)]
struct Parts {
    spec: LendingPolicySpec,
    hash: String,
    sharing: Option<LossSharing>,
}

impl LendingPolicy {
    /// The document.
    pub fn spec(&self) -> &LendingPolicySpec {
        &self.parts.spec
    }

    /// Content hash of the document: SHA-256 of its compact JSON.
    pub fn hash(&self) -> &str {
        &self.parts.hash
    }

    /// The structure of loss sharing, if there is one.
    pub fn sharing(&self) -> Option<&LossSharing> {
        self.parts.sharing.as_ref()
    }

    /// The same policy with another largest rate and no largest distance above the reference rate, to see what it would
    /// answer; it keeps the hash of the document that it comes from.
    pub(super) fn with_ceiling(&self, ceiling: f64) -> LendingPolicy {
        let mut spec = self.parts.spec.clone();
        (spec.price.ceiling, spec.price.ceiling_spread) = (Some(ceiling), None);
        LendingPolicy {
            parts: Arc::new(Parts {
                spec,
                hash: self.parts.hash.clone(),
                sharing: self.parts.sharing.clone(),
            }),
        }
    }
}

impl LendingPolicySpec {
    /// An illustrative policy, to read and to try things with; its numbers are made up.
    pub fn example() -> Option<Self> {
        // INVARIANT: shipped documents parse (a test holds it).
        serde_json::from_str(include_str!("../../../lending/policy-example.json")).ok()
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

    /// Makes a policy of the document.
    ///
    /// # Errors
    /// Everything that is wrong with the document, each with its place, what was expected and what came.
    pub fn check(self) -> Result<LendingPolicy, Vec<LendingError>> {
        let mut faults = Faults::default();
        faults.text("id", &self.id);
        faults.text("version", &self.version);
        faults.wording("name", &self.name);
        faults.basis(&self.basis);
        self.admission_faults(&mut faults);
        self.grade_faults(&mut faults);
        self.partner_faults(&mut faults);
        if let (Some(refer), Some(decline)) = (self.refer_above, self.decline_above)
            && refer > decline
        {
            let wanted = "a PD not above `decline_above`";
            faults.add("refer_above", wanted, &refer.get().to_string());
        }
        self.limit.faults("limit.", &mut faults);
        self.price.faults("price.", &mut faults);
        self.reference_faults(&mut faults);
        if let Some(security) = &self.security {
            security.faults("security.", &mut faults);
        }
        self.subsidy_faults(&mut faults);
        if self.months_most == Some(0) {
            faults.add("months_most", "at least one month", "0");
        }
        self.document_faults(&mut faults);
        for (at, measure) in self.actionable.iter().enumerate() {
            if self.actionable.iter().take(at).any(|other| other == measure) {
                faults.add(format!("actionable[{at}]"), "each measure once", measure.id());
            }
            if NEVER_ACTIONABLE.contains(measure) {
                let wanted = "a measure of what a firm can still change";
                faults.add(format!("actionable[{at}]"), wanted, measure.id());
            }
        }
        let sharing = self.sharing.clone().map(|of| of.structure.check(&of.inputs));
        let sharing = match sharing {
            Some(Ok(structure)) => Some(structure),
            Some(Err(errors)) => {
                faults.within("sharing.", errors);
                None
            }
            None => None,
        };
        faults.or(|| {
            let hash = content_hash(&self);
            LendingPolicy {
                parts: Arc::new(Parts {
                    spec: self,
                    hash,
                    sharing,
                }),
            }
        })
    }

    fn reference_faults(&self, faults: &mut Faults) {
        for (at, rate) in self.reference.iter().enumerate() {
            for (name, rate) in [("one_year", rate.one_year), ("five_year", rate.five_year)] {
                faults.number(&format!("reference[{at}].{name}"), rate, (-1.0, 1.0));
            }
            if self
                .reference
                .iter()
                .take(at)
                .any(|other| other.from == rate.from)
            {
                faults.add(
                    format!("reference[{at}].from"),
                    "each day once",
                    &rate.from.to_string(),
                );
            }
        }
        if self.reference.is_empty() {
            faults.add("reference", "at least one reference rate", "none");
        }
    }

    fn subsidy_faults(&self, faults: &mut Faults) {
        for (at, subsidy) in self.subsidies.iter().enumerate() {
            subsidy.faults(&format!("subsidies[{at}]."), faults);
        }
        for (at, subsidy) in self.premium_subsidies.iter().enumerate() {
            subsidy.faults(&format!("premium_subsidies[{at}]."), faults);
        }
        // What a firm has had is told by the id alone, so one id stands for one subsidy of either list.
        let interest = self.subsidies.iter().map(|subsidy| &subsidy.id).enumerate();
        let premium = self
            .premium_subsidies
            .iter()
            .map(|subsidy| &subsidy.id)
            .enumerate();
        let each = interest
            .map(|(at, id)| ("subsidies", at, id))
            .chain(premium.map(|(at, id)| ("premium_subsidies", at, id)));
        let mut seen = BTreeSet::new();
        for (list, at, id) in each {
            if !seen.insert(id) {
                let wanted = "each id once among the subsidies on interest and on premiums";
                faults.add(format!("{list}[{at}].id"), wanted, id);
            }
        }
    }

    fn document_faults(&self, faults: &mut Faults) {
        faults.ids("documents", self.documents.iter().map(|d| d.id.as_str()));
        for (at, document) in self.documents.iter().enumerate() {
            faults.wording(&format!("documents[{at}].name"), &document.name);
            faults.text(&format!("documents[{at}].source"), &document.source);
            for (subsidy, id) in document.subsidies.iter().enumerate() {
                if !self.subsidies.iter().any(|of| of.id == *id) {
                    let place = format!("documents[{at}].subsidies[{subsidy}]");
                    faults.add(place, "the id of an interest subsidy of the policy", id);
                }
            }
        }
    }

    /// Whether a grade is one of the policy's.
    fn has_grade(&self, symbol: &str) -> bool {
        if self.grades.is_empty() {
            GRADES.contains(&symbol)
        } else {
            self.grades.iter().any(|grade| grade == symbol)
        }
    }

    /// A symbol that is none of the policy's grades fits no firm, so it can only be a mistake.
    fn grade_faults(&self, faults: &mut Faults) {
        for (at, grade) in self.grades.iter().enumerate() {
            if grade.trim().is_empty() || self.grades.iter().take(at).any(|other| other == grade) {
                faults.add(format!("grades[{at}]"), "text, each once", grade);
            }
        }
        let wanted = "a grade of the policy (`grades`, or AAA to C)";
        for (at, admission) in self.admission.iter().enumerate() {
            for (list, grades) in [("approve", &admission.approve), ("refer", &admission.refer)] {
                for (place, grade) in grades
                    .iter()
                    .enumerate()
                    .filter(|(_, grade)| !self.has_grade(grade))
                {
                    faults.add(format!("admission[{at}].{list}[{place}]"), wanted, grade);
                }
            }
        }
        for (at, limit) in self.limit.by_grade.iter().enumerate() {
            if let Some(grade) = limit.grade.as_deref().filter(|grade| !self.has_grade(grade)) {
                faults.add(format!("limit.by_grade[{at}].grade"), wanted, grade);
            }
        }
    }

    fn partner_faults(&self, faults: &mut Faults) {
        faults.ids("guarantors", self.guarantors.iter().map(|of| of.id.as_str()));
        faults.ids("insurers", self.insurers.iter().map(|of| of.id.as_str()));
        for (at, of) in self.guarantors.iter().enumerate() {
            of.faults(&format!("guarantors[{at}]"), faults);
        }
        for (at, of) in self.insurers.iter().enumerate() {
            of.faults(&format!("insurers[{at}]"), faults);
        }
    }

    fn admission_faults(&self, faults: &mut Faults) {
        if self.admission.is_empty() {
            faults.add("admission", "at least one", "none");
        }
        for (at, admission) in self.admission.iter().enumerate() {
            let place = format!("admission[{at}]");
            if self
                .admission
                .iter()
                .take(at)
                .any(|other| other.stage == admission.stage)
            {
                faults.add(
                    format!("{place}.stage"),
                    "each stage once",
                    &format!("{:?}", admission.stage),
                );
            }
            for grade in admission
                .refer
                .iter()
                .filter(|grade| admission.approve.contains(grade))
            {
                faults.add(
                    format!("{place}.refer"),
                    "grades that are not in `approve`",
                    grade,
                );
            }
        }
    }

    /// Which grades are admitted at a stage.
    pub(super) fn admission(&self, stage: LifeStage) -> Option<&Admission> {
        let own = self.admission.iter().find(|a| a.stage == Some(stage));
        own.or_else(|| self.admission.iter().find(|a| a.stage.is_none()))
    }
}
