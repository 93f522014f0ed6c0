//! The tables of a portfolio, one function each.

use super::Table;
use crate::id::FirmId;
use crate::measure::{CATALOGUE, Measured, Measures};
use crate::rating::{Contribution, Rating, RatingModel, RuleFinding, Stage};
use crate::record::Department;
use crate::rule::{Finding, Outcome};
use crate::scorecard::{AttributeAt, Characteristic, Scorecard};
use std::borrow::Cow;

/// One row a firm: where it stands, scores and grades, pillars, coverage, model.
///
/// | column | what |
/// |---|---|
/// | `firm_id`, `as_of` | the firm and the day |
/// | `standing` | `rated`, `in_default`, `not_enough_information`, `withdrawn` |
/// | `grade` | government grade after rules; `D` in default, `NI` not enough information, `NR` withdrawn |
/// | `score`, `pd`, `credit_grade` | credit score (higher is safer), PD of twelve months (higher is riskier), its grade |
/// | `technology_score`, `technology_grade`, `stage` | 0 to 100 (higher is stronger), its grade, stage of life |
/// | `matrix_grade` | government grade before rules |
/// | `outcome`, `cap` | join of the rules: `unrestricted`, `cap`, `in_default`, `withdrawn`; the grade of a cap |
/// | `rules_no_data` | rules that no data could answer, by id, separated by blanks; empty if there is none |
/// | `measured` | characteristics of the credit pillars with a value |
/// | `points_FAMILY`, `measured_FAMILY` | a pillar: its points, its characteristics with a value |
/// | `answered_DEPARTMENT` | day of a department's latest answer, empty if it sent nothing |
/// | `model`, `model_version`, `model_hash` | what rated |
pub fn ratings<'a>(model: &'a RatingModel, ratings: &'a [Rating]) -> Table<'a> {
    let all = || ratings.iter();
    let matrix = model.matrix();
    let mut table = Table::default()
        .text("firm_id", all().map(|r| r.firm.as_str()))
        .days("as_of", all().map(|r| Some(r.as_of)))
        .text("standing", all().map(|r| r.standing.word()))
        .text("grade", all().map(Rating::symbol))
        .integers("score", all().map(|r| r.assessment.score))
        .numbers("pd", all().map(|r| Some(r.assessment.pd.get())))
        .text(
            "credit_grade",
            all().map(|r| model.master_scale().symbol(r.assessment.credit)),
        )
        .numbers(
            "technology_score",
            all().map(|r| Some(f64::from(r.assessment.technology_score) / 100.0)),
        )
        .text(
            "technology_grade",
            all().map(|r| model.technology_scale().symbol(r.assessment.technology)),
        )
        .text("stage", all().map(|r| r.assessment.stage.word()))
        .text(
            "matrix_grade",
            all().map(|r| matrix.symbol(r.assessment.government)),
        )
        .text("outcome", all().map(|r| r.outcome.word()))
        .some_text(
            "cap",
            all().map(|r| match r.outcome {
                Outcome::Cap(grade) => Some(matrix.symbol(grade)),
                _ => None,
            }),
        )
        .some_text("rules_no_data", all().map(|r| without_data(model, r)))
        .integers("measured", all().map(|r| r.assessment.measured));
    for (at, family) in model.families().enumerate() {
        let pillar = move |r: &Rating| r.pillars.get(at).copied();
        table = table
            .some_integers(
                format!("points_{}", family.word()),
                all().map(move |r| pillar(r).map(|p| p.points)),
            )
            .some_integers(
                format!("measured_{}", family.word()),
                all().map(move |r| pillar(r).map(|p| p.measured)),
            );
    }
    for (at, department) in Department::ALL.iter().enumerate() {
        let answered = all().map(move |r| r.coverage.get(at).and_then(|c| c.answered_on));
        table = table.days(format!("answered_{}", department.word()), answered);
    }
    table
        .text("model", all().map(|_| model.spec().id.as_str()))
        .text("model_version", all().map(|_| model.spec().version.as_str()))
        .text("model_hash", all().map(|_| model.hash()))
}

/// One row a firm and characteristic: what it was, which attribute it fell into, what it gave and what it lost.
///
/// | column | what |
/// |---|---|
/// | `firm_id`, `pillar`, `measure` | the firm, the family of the pillar, the measure |
/// | `value`, `missing` | the number in the unit of the catalogue, or why there is none |
/// | `attribute` | the bin, category or reason that the points belong to |
/// | `points`, `best_points`, `lost` | points, the most that any value gets, the difference |
/// | `lost_to_reference` | mean points of the reference population less the points; empty without a reference |
/// | `weight` | hundredths: 100 in a credit pillar, by stage of life in the technology pillar |
pub fn contributions<'a>(model: &'a RatingModel, ratings: &'a [Rating]) -> Table<'a> {
    let all = || {
        let of_firm = |r: &'a Rating| r.contributions.iter().map(move |c| (r, c));
        ratings.iter().flat_map(of_firm)
    };
    let each = || all().map(|(_, c)| c);
    let attributes = ratings
        .iter()
        .flat_map(|r| model.characteristics().zip(&r.contributions));
    Table::default()
        .text("firm_id", all().map(|(r, _)| r.firm.as_str()))
        .text("pillar", each().map(|c| c.family.word()))
        .text("measure", each().map(|c| c.measure.id()))
        .numbers("value", each().map(|c| c.outcome.value()))
        .some_text("missing", each().map(|c| reason(c.outcome)))
        .text(
            "attribute",
            attributes.map(|(characteristic, c)| characteristic.label(c.attribute)),
        )
        .integers("points", each().map(|c| c.points))
        .integers("best_points", each().map(|c| c.best_points))
        .integers("lost", each().map(|c| c.lost))
        .numbers(
            "lost_to_reference",
            each().map(|c: &Contribution| c.lost_to_reference),
        )
        .integers("weight", each().map(|c| c.weight))
}

/// The ids of the rules that no data could answer; none if there is no such rule.
fn without_data<'a>(model: &'a RatingModel, rating: &Rating) -> Option<Cow<'a, str>> {
    let unanswered = rating.findings.iter().filter(|f| f.finding == Finding::NoData);
    let mut ids = unanswered.filter_map(|f| Some(model.spec().rules.get(f.rule)?.id.as_str()));
    let first = ids.next()?;
    Some(ids.fold(first.into(), |all, id| all + " " + id))
}

/// One row a finding: what every rule of the model found in every firm.
///
/// | column | what |
/// |---|---|
/// | `firm_id`, `rule` | the firm, the rule's id |
/// | `finding` | `fired`, `frozen`, `lifted`, `expired`, `not_fired`, `no_data`, `not_in_force` |
/// | `since` | since when what was found stands or stood |
/// | `until` | last day, where one is fixed; day of the lifting or of the expiry |
/// | `objection_on` | when the objection that freezes the record was received |
/// | `document` | legal basis |
pub fn rules<'a>(model: &'a RatingModel, ratings: &'a [Rating]) -> Table<'a> {
    findings(model, ratings, |_| true)
}

/// The rows of [`rules`] that tell of a record: `fired`, `frozen`, `lifted`, `expired`.
///
/// In a population these are few, where [`rules`] has a row for each rule and firm. What it leaves out is known without
/// it: the rules without data stand in [`ratings()`], those not in force follow from the model and the day, all others have
/// not fired.
pub fn rules_found<'a>(model: &'a RatingModel, ratings: &'a [Rating]) -> Table<'a> {
    findings(model, ratings, |finding| finding.since().is_some())
}

fn findings<'a>(model: &'a RatingModel, ratings: &'a [Rating], shows: fn(Finding) -> bool) -> Table<'a> {
    let all = || {
        let of_firm = |r: &'a Rating| r.findings.iter().map(move |f| (r, f));
        ratings
            .iter()
            .flat_map(of_firm)
            .filter(move |(_, f)| shows(f.finding))
    };
    let found = || all().map(|(_, f)| f.finding);
    let rule = |f: &RuleFinding| model.spec().rules.get(f.rule);
    Table::default()
        .text("firm_id", all().map(|(r, _)| r.firm.as_str()))
        .some_text("rule", all().map(|(_, f)| rule(f).map(|r| r.id.as_str())))
        .text("finding", all().map(|(_, f)| f.finding.word()))
        .days("since", found().map(Finding::since))
        .days("until", found().map(Finding::until))
        .days("objection_on", found().map(Finding::objection_on))
        .some_text(
            "document",
            all().map(|(_, f)| rule(f).map(|r| r.basis.document.as_str())),
        )
}

/// One row a firm and department: until when it answered.
///
/// | column | what |
/// |---|---|
/// | `firm_id`, `department` | the firm, the department |
/// | `answered_on` | day of its latest answer, empty if it sent nothing |
/// | `age_days` | days from that answer to the day of the rating |
pub fn coverage<'a>(ratings: &'a [Rating]) -> Table<'a> {
    let all = || {
        let of_firm = |r: &'a Rating| r.coverage.iter().map(move |c| (r, c));
        ratings.iter().flat_map(of_firm)
    };
    Table::default()
        .text("firm_id", all().map(|(r, _)| r.firm.as_str()))
        .text("department", all().map(|(_, c)| c.department.word()))
        .days("answered_on", all().map(|(_, c)| c.answered_on))
        .some_integers("age_days", all().map(|(_, c)| c.age_days))
}

/// One row a firm, one column a measure of the catalogue: `firm_id`, then the measures by id, empty where
/// there is no value. With `reasons`, a column `ID__missing` follows each and says why.
pub fn measures<'a>(firms: &[(&'a FirmId, Measures)], reasons: bool) -> Table<'a> {
    let all = || firms.iter();
    let mut table = Table::default().text("firm_id", all().map(|(firm, _)| firm.as_str()));
    for entry in CATALOGUE {
        let outcomes = || all().map(|(_, measures)| measures.get(entry.measure));
        table = table.numbers(entry.id, outcomes().map(Measured::value));
        if reasons {
            table = table.some_text(format!("{}__missing", entry.id), outcomes().map(|o| reason(o)));
        }
    }
    table
}

/// The scorecards of a model, one row an attribute: what an analyst reads before trusting a rating.
///
/// | column | what |
/// |---|---|
/// | `pillar`, `measure` | the family of the pillar, the measure |
/// | `attribute` | bin, set of words, special value or reason for a missing one |
/// | `points` | its points; 0 to 100 in the technology pillar |
/// | `weight_start_up`, `weight_growth`, `weight_stable` | hundredths by stage of life, in the technology pillar |
pub fn card(model: &RatingModel) -> Table<'_> {
    let credit = model
        .pillars()
        .iter()
        .flat_map(Scorecard::characteristics)
        .map(|c| (c, None));
    let technology = model.technology().characteristics().iter().enumerate();
    let technology = technology.map(|(at, c)| (c, Some(at)));
    let lines: Vec<(&Characteristic, Option<usize>, AttributeAt)> = credit
        .chain(technology)
        .flat_map(|(c, at)| c.attributes().map(move |attribute| (c, at, attribute)))
        .collect();
    let all = || lines.iter();
    let mut table = Table::default()
        .text("pillar", all().map(|(c, ..)| c.measure().entry().family.word()))
        .text("measure", all().map(|(c, ..)| c.measure().id()))
        .text("attribute", all().map(|(c, _, attribute)| c.label(*attribute)))
        .integers("points", all().map(|(c, _, attribute)| c.points_of(*attribute)));
    for stage in [Stage::StartUp, Stage::Growth, Stage::Stable] {
        let weights = model.technology_weights(stage);
        let weight = all().map(|(_, at, _)| at.and_then(|at| weights.get(at).copied()));
        table = table.some_integers(format!("weight_{}", stage.word()), weight);
    }
    table
}

fn reason(outcome: Measured) -> Option<&'static str> {
    match outcome {
        Measured::Value(_) => None,
        Measured::Missing(reason) => Some(reason.word()),
    }
}
