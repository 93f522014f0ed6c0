//! A rating as a document for machines: ids, symbols and words, no sentences.

use super::{Contribution, PillarScore, Rating, RuleFinding, Stage};
use crate::id::FirmId;
use crate::measure::{Family, Measured, Missing, Unit, Words};
use crate::num::{Date, Points};
use crate::record::Department;
use crate::rule::{Effect, Outcome};
use crate::scorecard::Characteristic;
use serde::Serialize;

/// Months that a PD looks ahead.
const HORIZON_MONTHS: u8 = 12;

/// Everything in a [`Rating`], to be serialised. Every key is always there; what is missing is null.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RatingDocument<'a> {
    /// The firm.
    pub firm_id: &'a FirmId,
    /// The day.
    pub as_of: Date,
    /// `rated`, `in_default`, `not_enough_information`, `withdrawn`.
    pub standing: &'static str,
    /// Government grade after rules; `D` in default, `NI` not enough information, `NR` withdrawn.
    pub grade: &'a str,
    /// What the credit pillars say, before rules.
    pub credit: CreditDocument<'a>,
    /// What the technology pillar says.
    pub technology: TechnologyDocument<'a>,
    /// Government grade by the matrix, before rules.
    pub government_before_rules: &'a str,
    /// Join of the rules.
    pub outcome: OutcomeDocument<'a>,
    /// Pillars: the credit pillars in the order of the model, then technology.
    pub pillars: Vec<PillarDocument>,
    /// Every characteristic, in the order of the model.
    pub contributions: Vec<ContributionDocument>,
    /// What every rule found, in the order of the model.
    pub rules: Vec<FindingDocument<'a>>,
    /// Every department.
    pub coverage: Vec<AnswerDocument>,
    /// What rated.
    pub model: ModelDocument<'a>,
}

/// Credit score, PD and grade.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct CreditDocument<'a> {
    /// Credit grade on the master scale.
    pub grade: &'a str,
    /// Credit score. Higher is safer.
    pub score: Points,
    /// PD as a fraction. Higher is riskier.
    pub pd: f64,
    /// What of the PD is a margin of conservatism; null if the model adds none.
    pub conservatism: Option<MarginDocument>,
    /// Months that the PD looks ahead.
    pub horizon_months: u8,
    /// Characteristics of the credit pillars with a value …
    pub measured: u16,
    /// … and how many of them the model asks for.
    pub least_measured: u16,
}

/// The margin of conservatism of a PD, part by part, each a fraction that is added.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct MarginDocument {
    /// The PD before margin and floor.
    pub pd_before: f64,
    /// A: deficiencies of data and methods.
    pub data_and_methods: f64,
    /// B: changes since the data.
    pub changes: f64,
    /// C: the general error of the estimate.
    pub estimation: f64,
}

/// Technology score, grade and stage of life.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct TechnologyDocument<'a> {
    /// Technology grade; of a firm without reports the one that the model gives to such firms.
    pub grade: &'a str,
    /// Whether any department reported something for it.
    pub is_reported: bool,
    /// Technology score, 0 to 100. Higher is stronger.
    pub score: f64,
    /// Stage of life that chose the weights.
    pub stage: Stage,
}

/// What the rules decide together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct OutcomeDocument<'a> {
    /// `unrestricted`, `cap`, `in_default`, `withdrawn`.
    pub outcome: &'static str,
    /// The grade of a cap.
    pub cap: Option<&'a str>,
}

/// Points of one pillar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct PillarDocument {
    /// Its family.
    pub family: Family,
    /// Its points; of the technology pillar whole points of 100, rounded down.
    pub points: Points,
    /// The most it can give.
    pub best_points: Points,
    /// Its characteristics with a value …
    pub measured: u16,
    /// … of so many.
    pub characteristics: u16,
}

/// What one characteristic gave.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ContributionDocument {
    /// Family of the pillar.
    pub pillar: Family,
    /// Id of the measure.
    pub measure: &'static str,
    /// Unit of the number, as the catalogue words it.
    pub unit: &'static str,
    /// The number.
    pub value: Option<f64>,
    /// The word that the number of a category stands for.
    pub word: Option<&'static str>,
    /// Why there is no number.
    pub missing: Option<Missing>,
    /// The attribute that the points belong to, as [`Characteristic::label`] writes it.
    pub attribute: String,
    /// Points of the attribute.
    pub points: Points,
    /// The most that any value can get.
    pub best_points: Points,
    /// Points lost against the best attribute.
    pub lost: Points,
    /// Mean points of the reference population less the points; null without a reference.
    pub lost_to_reference: Option<f64>,
    /// Hundredths: 100 in a credit pillar, by stage of life in the technology pillar.
    pub weight: u8,
}

/// What one rule found.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct FindingDocument<'a> {
    /// Id of the rule.
    pub id: &'a str,
    /// What follows if it fires.
    pub effect: &'a Effect,
    /// `fired`, `frozen`, `lifted`, `expired`, `not_fired`, `no_data`, `not_in_force`.
    pub finding: &'static str,
    /// Since when what was found stands or stood.
    pub since: Option<Date>,
    /// Last day, where one is fixed; day of the lifting or of the expiry.
    pub until: Option<Date>,
    /// When the objection was received that freezes the record.
    pub objection_on: Option<Date>,
    /// Issuing document and article of the rule.
    pub document: &'a str,
}

/// Until when a department answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct AnswerDocument {
    /// The department.
    pub department: Department,
    /// Its latest answer; null if it sent nothing.
    pub answered_on: Option<Date>,
    /// Days from that answer to the day of the rating.
    pub age_days: Option<i32>,
}

/// Which model rated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ModelDocument<'a> {
    /// Its id.
    pub id: &'a str,
    /// Its version.
    pub version: &'a str,
    /// Its content hash.
    pub hash: &'a str,
}

impl Rating {
    /// The rating as compact JSON, one line: see [`RatingDocument`] for its keys.
    ///
    /// ```
    /// use rating_core::rating::ModelSpec;
    /// use rating_core::record::Dossier;
    /// let model = ModelSpec::preset("tech-firm").and_then(|spec| spec.check().ok()).ok_or("no such model")?;
    /// let firm: Dossier = r#"{"firm_id": "F-000001"}"#.parse()?;
    /// let json = model.rate(&firm, "2025-06-30".parse()?).to_json();
    /// assert!(json.starts_with(r#"{"firm_id":"F-000001","as_of":"2025-06-30","standing":"not_enough_information""#));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn to_json(&self) -> String {
        // INVARIANT: the document serialises to structs with fixed keys and finite numbers, which cannot fail.
        serde_json::to_string(&self.document()).unwrap_or_default()
    }

    /// The rating as a document that any serde format can write.
    pub fn document(&self) -> RatingDocument<'_> {
        let model = &self.model;
        let characteristics = model.characteristics().zip(&self.contributions);
        RatingDocument {
            firm_id: &self.firm,
            as_of: self.as_of,
            standing: self.standing.word(),
            grade: self.symbol(),
            credit: self.credit_document(),
            technology: TechnologyDocument {
                grade: model.technology_scale().symbol(self.assessment.technology),
                is_reported: self.assessment.technology_is_reported,
                score: f64::from(self.assessment.technology_score) / 100.0,
                stage: self.assessment.stage,
            },
            government_before_rules: model.matrix().symbol(self.assessment.government),
            outcome: OutcomeDocument {
                outcome: self.outcome.word(),
                cap: match self.outcome {
                    Outcome::Cap(grade) => Some(model.matrix().symbol(grade)),
                    _ => None,
                },
            },
            pillars: self.pillars.iter().map(PillarDocument::from).collect(),
            contributions: characteristics.map(|(at, c)| contribution(at, c)).collect(),
            rules: self.findings.iter().filter_map(|f| self.finding(f)).collect(),
            coverage: self.coverage.iter().map(AnswerDocument::from).collect(),
            model: ModelDocument {
                id: &model.spec().id,
                version: &model.spec().version,
                hash: model.hash(),
            },
        }
    }

    fn credit_document(&self) -> CreditDocument<'_> {
        CreditDocument {
            grade: self.model.master_scale().symbol(self.assessment.credit),
            score: self.assessment.score,
            pd: self.assessment.pd.get(),
            conservatism: self.margin(),
            horizon_months: HORIZON_MONTHS,
            measured: self.assessment.measured,
            least_measured: self.model.spec().minimum.characteristics,
        }
    }

    fn margin(&self) -> Option<MarginDocument> {
        let parts = self.model.spec().calibration.conservatism()?;
        Some(MarginDocument {
            pd_before: self.model.pd_before_margin(self.assessment.score).get(),
            data_and_methods: parts.data_and_methods,
            changes: parts.changes,
            estimation: parts.estimation,
        })
    }

    /// INVARIANT: findings name rules of their own model, so none is left out.
    fn finding(&self, found: &RuleFinding) -> Option<FindingDocument<'_>> {
        let rule = self.model.spec().rules.get(found.rule)?;
        Some(FindingDocument {
            id: &rule.id,
            effect: &rule.effect,
            finding: found.finding.word(),
            since: found.finding.since(),
            until: found.finding.until(),
            objection_on: found.finding.objection_on(),
            document: &rule.basis.document,
        })
    }
}

impl From<&PillarScore> for PillarDocument {
    fn from(pillar: &PillarScore) -> Self {
        Self {
            family: pillar.family,
            points: pillar.points,
            best_points: pillar.best_points,
            measured: pillar.measured,
            characteristics: pillar.characteristics,
        }
    }
}

impl From<&super::DepartmentAnswer> for AnswerDocument {
    fn from(answer: &super::DepartmentAnswer) -> Self {
        Self {
            department: answer.department,
            answered_on: answer.answered_on,
            age_days: answer.age_days,
        }
    }
}

fn contribution(characteristic: &Characteristic, c: &Contribution) -> ContributionDocument {
    let entry = c.measure.entry();
    let (value, missing) = match c.outcome {
        Measured::Value(value) => (Some(value), None),
        Measured::Missing(reason) => (None, Some(reason)),
    };
    ContributionDocument {
        pillar: c.family,
        measure: entry.id,
        unit: entry.unit.word(),
        value,
        word: match entry.unit {
            Unit::Category(words) => value.and_then(|number| word(words, number)),
            _ => None,
        },
        missing,
        attribute: characteristic.label(c.attribute).into_owned(),
        points: c.points,
        best_points: c.best_points,
        lost: c.lost,
        lost_to_reference: c.lost_to_reference,
        weight: c.weight,
    }
}

/// The word whose place is the number.
fn word(words: Words, number: f64) -> Option<&'static str> {
    let mut places = words.list().into_iter().enumerate();
    places.find_map(|(at, word)| ((at as f64 - number).abs() <= 0.0).then_some(word))
}

#[cfg(test)]
mod tests {
    use crate::calibration::ConservatismSpec;
    use crate::rating::ModelSpec;
    use crate::record::Dossier;
    use serde_json::Value;

    fn json(firm: &str) -> Value {
        let mut spec = ModelSpec::preset("tech-firm").unwrap();
        spec.reference = None;
        let model = spec.check().unwrap();
        let firm: Dossier = firm.parse().unwrap();
        let text = model.rate(&firm, "2025-06-30".parse().unwrap()).to_json();
        serde_json::from_str(&text).unwrap()
    }

    /// Registered 2016-06-30, so 3,287 days and 9 years of age by days / 365.25 = 8.9993; level B is number 1.
    const FIRM: &str = r#"{"firm_id": "F-000001",
        "registrations": [{"name": "甲科技", "established_on": "2016-06-30", "status": "active"}],
        "tax_credit_levels": [{"year": 2024, "level": "B"}],
        "listings": [{"list": "judgment_debtor", "started_on": "2025-01-10"}]}"#;

    #[test]
    fn every_contribution_says_what_it_was_and_what_it_gave() {
        let rating = json(FIRM);
        let of = |id: &str| {
            let all = rating["contributions"].as_array().unwrap();
            all.iter().find(|c| c["measure"] == id).unwrap().to_string()
        };
        insta::assert_snapshot!(of("tax.level"), @r#"{"attribute":"B","best_points":18,"lost":10,"lost_to_reference":null,"measure":"tax.level","missing":null,"pillar":"tax","points":8,"unit":"category","value":1.0,"weight":100,"word":"B"}"#);
        insta::assert_snapshot!(of("registry.age"), @r#"{"attribute":"[5, 10)","best_points":11,"lost":6,"lost_to_reference":null,"measure":"registry.age","missing":null,"pillar":"registry","points":5,"unit":"years","value":8.999315537303216,"weight":100,"word":null}"#);
        insta::assert_snapshot!(of("credit.utilisation"), @r#"{"attribute":"not_reported","best_points":9,"lost":9,"lost_to_reference":null,"measure":"credit.utilisation","missing":"not_reported","pillar":"credit","points":0,"unit":"ratio","value":null,"weight":100,"word":null}"#);
    }

    #[test]
    fn rules_coverage_and_model_are_told_by_ids_and_words() {
        let rating = json(FIRM);
        let rule = rating["rules"]
            .as_array()
            .unwrap()
            .iter()
            .find(|r| r["id"] == "judgment_debtor");
        insta::assert_snapshot!(rule.unwrap(), @r#"{"document":"最高人民法院关于公布失信被执行人名单信息的若干规定","effect":{"cap":"CCC"},"finding":"fired","id":"judgment_debtor","objection_on":null,"since":"2025-01-10","until":"2028-01-10"}"#);
        insta::assert_snapshot!(rating["outcome"], @r#"{"cap":"CCC","outcome":"cap"}"#);
        insta::assert_snapshot!(rating["coverage"][0], @r#"{"age_days":3287,"answered_on":"2016-06-30","department":"registry"}"#);
        insta::assert_snapshot!(rating["coverage"][2], @r#"{"age_days":61,"answered_on":"2025-04-30","department":"tax"}"#);
        let technology = &rating["technology"]; // nothing reported: the model's grade for that; nine years: growing
        insta::assert_snapshot!(technology, @r#"{"grade":"T6","is_reported":false,"score":0.0,"stage":"growth"}"#);
        let hash = rating["model"]["hash"].as_str().unwrap();
        assert_eq!((hash.len(), &rating["model"]["id"]), (64, &"tech-firm".into()));
    }

    #[test]
    fn a_number_is_written_to_its_last_bit() {
        let model = ModelSpec::preset("tech-firm").unwrap().check().unwrap();
        let rating = model.rate(&FIRM.parse().unwrap(), "2025-06-30".parse().unwrap());
        let document: Value = serde_json::from_str(&rating.to_json()).unwrap();
        let pd = document["credit"]["pd"].as_f64().unwrap();
        assert_eq!(pd.to_bits(), rating.assessment.pd.get().to_bits());
        assert_eq!(document["credit"]["horizon_months"], 12);
        assert_eq!(
            document["contributions"].as_array().unwrap().len(),
            rating.contributions.len()
        );
    }

    /// By hand: the parts are those of the document, and the PD is theirs on top of the one before.
    #[test]
    fn a_margin_of_conservatism_is_told_part_by_part() {
        let rating = json(FIRM);
        assert_eq!(rating["credit"]["conservatism"], Value::Null);
        let before = rating["credit"]["pd"].as_f64().unwrap();
        let mut spec = ModelSpec::preset("tech-firm").unwrap();
        spec.calibration.line_mut().unwrap().conservatism = Some(ConservatismSpec {
            data_and_methods: 0.002,
            changes: 0.001,
            estimation: 0.000_5,
        });
        let model = spec.check().unwrap();
        let rating = model.rate(&FIRM.parse().unwrap(), "2025-06-30".parse().unwrap());
        let told: Value = serde_json::from_str(&rating.to_json()).unwrap();
        let margin = &told["credit"]["conservatism"];
        insta::assert_snapshot!(margin, @r#"{"changes":0.001,"data_and_methods":0.002,"estimation":0.0005,"pd_before":0.04643758562518401}"#);
        assert_eq!(margin["pd_before"].as_f64().unwrap().to_bits(), before.to_bits());
        assert!((told["credit"]["pd"].as_f64().unwrap() - before - 0.0035).abs() < 1e-15);
    }

    #[test]
    fn points_of_the_contributions_add_up_to_the_score() {
        let rating = json(FIRM);
        let contributions = rating["contributions"].as_array().unwrap().iter();
        let credit = contributions.filter(|c| c["pillar"] != "technology");
        let sum: i64 = credit.map(|c| c["points"].as_i64().unwrap()).sum();
        assert_eq!(rating["credit"]["score"], 600 + sum); // 600: base points of the model
        let contributions = rating["contributions"].as_array().unwrap().iter();
        let technology = contributions.filter(|c| c["pillar"] == "technology");
        let number = |c: &Value, key: &str| c[key].as_i64().unwrap();
        let sum: i64 = technology
            .map(|c| number(c, "points") * number(c, "weight"))
            .sum();
        assert_eq!(rating["technology"]["score"], sum as f64 / 100.0);
    }
}
