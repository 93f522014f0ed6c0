//! The shipped evaluations at every edge of their tables, and what must hold of any.
//!
//! Expected points are those of the published tables (国科发政〔2017〕115号 article 7; 工信部企业〔2022〕63号 annex), written here
//! a second time, band by band.

#[cfg(test)]
mod faults;
#[cfg(test)]
mod kinds;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod small;

use super::*;
use crate::measure::{Measure, Measures};
use crate::record::{Dossier, ListKind};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn book() -> Rulebook {
    RulebookSpec::preset("china").unwrap().check().unwrap()
}

/// What a test says of a firm: measures, things declared, records.
#[derive(Clone, Debug, Default)]
struct Firm {
    measures: Vec<(Measure, f64)>,
    declared: Vec<(&'static str, DeclaredValue)>,
    records: &'static str,
}

/// Somebody answered for lists and certificates, and there is nothing.
const CLEAN: &str = r#", "answers": [{"table": "listings", "answered_on": "2025-06-01"},
    {"table": "certificates", "answered_on": "2025-06-01"}]"#;

/// A technology SME with 20 + 50 + 30 points and nothing left open.
fn technology_sme() -> Firm {
    Firm {
        measures: vec![
            (Measure::RegistryAge, 5.0),
            (Measure::RegistryStaff, 100.0),
            (Measure::FinanceSales, 5e7),
            (Measure::FinanceAssets, 5e7),
            (Measure::TechnologyResearchStaffShare, 0.3),
            (Measure::TechnologyResearchIntensity, 0.06),
            (Measure::TechnologyClassOne, 1.0),
            (Measure::TechnologyClassTwo, 0.0),
        ],
        declared: vec![
            ("prohibited_business", 0.0.into()),
            ("major_incident", 0.0.into()),
            ("research_to_cost", 0.0.into()),
            ("national_award_5y", 0.0.into()),
            ("research_body", 0.0.into()),
            ("led_standard_5y", 0.0.into()),
        ],
        records: CLEAN,
    }
}

impl Firm {
    fn with(mut self, measure: Measure, value: f64) -> Self {
        self.measures.retain(|(m, _)| *m != measure);
        self.measures.push((measure, value));
        self
    }

    fn without(mut self, measure: Measure) -> Self {
        self.measures.retain(|(m, _)| *m != measure);
        self
    }

    fn declaring(mut self, id: &'static str, value: impl Into<DeclaredValue>) -> Self {
        self.declared.retain(|(d, _)| *d != id);
        self.declared.push((id, value.into()));
        self
    }

    fn recorded(mut self, records: &'static str) -> Self {
        self.records = records;
        self
    }

    fn evaluated_on(&self, evaluation: &str, day: &str) -> Evaluation {
        let book = book();
        let mut measures = Measures::NONE;
        for (measure, value) in &self.measures {
            measures.set(*measure, *value);
        }
        let declared = self.declared.iter();
        let declared: BTreeMap<String, DeclaredValue> =
            declared.map(|(id, v)| ((*id).to_owned(), v.clone())).collect();
        let declared = book.declare(&declared).unwrap();
        let dossier: Dossier = format!(r#"{{"firm_id": "F-1"{}}}"#, self.records)
            .parse()
            .unwrap();
        let place = book
            .spec()
            .evaluations
            .iter()
            .position(|e| e.id == evaluation)
            .unwrap();
        book.evaluate(&dossier.view(day.parse().unwrap()), &measures, &declared)
            .swap_remove(place)
    }

    fn evaluated(&self, evaluation: &str) -> Evaluation {
        self.evaluated_on(evaluation, "2025-06-30")
    }
}

/// Points of one item at a value.
fn points(evaluation: &str, item: &str, firm: &Firm) -> Span {
    let spec = RulebookSpec::preset("china").unwrap();
    let spec = spec.evaluations.iter().find(|e| e.id == evaluation).unwrap();
    let items = spec.blocks.iter().flat_map(|b| &b.items);
    let place = items.into_iter().position(|i| i.id == item).unwrap();
    firm.evaluated(evaluation).items[place].points.span
}

fn fixed(points: i32) -> Span {
    Span::fixed(Marks::whole(points))
}

#[test]
fn the_table_of_115_is_reproduced_at_every_edge() {
    let staff = [
        (0.0999, 0),
        (0.1, 4),
        (0.1499, 4),
        (0.15, 8),
        (0.1999, 8),
        (0.2, 12),
        (0.2499, 12),
        (0.25, 16),
        (0.2999, 16),
        (0.3, 20),
    ];
    for (share, wanted) in staff {
        let firm = technology_sme().with(Measure::TechnologyResearchStaffShare, share);
        assert_eq!(
            points("technology_sme", "research_staff_share", &firm),
            fixed(wanted),
            "{share}"
        );
    }
    let sales = [
        (0.0199, 0),
        (0.02, 10),
        (0.0299, 10),
        (0.03, 20),
        (0.0399, 20),
        (0.04, 30),
        (0.0499, 30),
        (0.05, 40),
        (0.0599, 40),
        (0.06, 50),
    ];
    for (share, wanted) in sales {
        let firm = technology_sme().with(Measure::TechnologyResearchIntensity, share);
        assert_eq!(
            points("technology_sme", "research_to_sales", &firm),
            fixed(wanted),
            "{share}"
        );
    }
    let cost = [
        (0.0999, 0),
        (0.1, 10),
        (0.15, 20),
        (0.2, 30),
        (0.25, 40),
        (0.2999, 40),
        (0.3, 50),
    ];
    for (share, wanted) in cost {
        let firm = technology_sme().declaring("research_to_cost", share);
        assert_eq!(
            points("technology_sme", "research_to_cost", &firm),
            fixed(wanted),
            "{share}"
        );
    }
}

#[test]
fn rights_of_class_one_and_two_give_the_points_of_115() {
    for (count, wanted) in [(0.0, 0), (1.0, 30), (9.0, 30)] {
        let firm = technology_sme().with(Measure::TechnologyClassOne, count);
        assert_eq!(
            points("technology_sme", "class_one", &firm),
            fixed(wanted),
            "{count}"
        );
    }
    for (count, wanted) in [(0.0, 0), (1.0, 6), (2.0, 12), (3.0, 18), (4.0, 24), (40.0, 24)] {
        let firm = technology_sme().with(Measure::TechnologyClassTwo, count);
        assert_eq!(
            points("technology_sme", "class_two", &firm),
            fixed(wanted),
            "{count}"
        );
    }
}

#[test]
fn the_annex_of_63_is_reproduced_at_every_edge() {
    let research = [
        (0.0099, 0),
        (0.01, 5),
        (0.02, 10),
        (0.03, 15),
        (0.0499, 15),
        (0.05, 20),
    ];
    for (share, wanted) in research {
        let firm = Firm::default().with(Measure::TechnologyResearchIntensity, share);
        assert_eq!(
            points("innovative_sme", "research_to_sales", &firm),
            fixed(wanted),
            "{share}"
        );
    }
    for (growth, wanted) in [
        (-0.01, 0),
        (0.0, 5),
        (0.05, 10),
        (0.1, 15),
        (0.1499, 15),
        (0.15, 20),
    ] {
        let firm = Firm::default().declaring("main_income_growth", growth);
        assert_eq!(
            points("innovative_sme", "main_income_growth", &firm),
            fixed(wanted),
            "{growth}"
        );
    }
    for (leverage, wanted) in [(0.55, 10), (0.5501, 5), (0.75, 5), (0.7501, 0)] {
        let firm = Firm::default().with(Measure::FinanceLeverage, leverage);
        assert_eq!(
            points("innovative_sme", "leverage", &firm),
            fixed(wanted),
            "{leverage}"
        );
    }
    for (share, wanted) in [
        (0.4999, 0),
        (0.5, 5),
        (0.55, 10),
        (0.6, 15),
        (0.6999, 15),
        (0.7, 20),
    ] {
        let firm = Firm::default().declaring("main_income_share", share);
        assert_eq!(
            points("innovative_sme", "main_income_share", &firm),
            fixed(wanted),
            "{share}"
        );
    }
}

#[test]
fn rights_and_field_give_the_points_of_63() {
    let none = Firm::default()
        .declaring("class_one_high_value", 0.0)
        .declaring("class_one_own", 0.0)
        .with(Measure::TechnologyClassOne, 0.0)
        .with(Measure::TechnologyClassTwo, 0.0);
    let block = |firm: &Firm| firm.evaluated("innovative_sme").blocks[0].span;
    let two = none.clone().with(Measure::TechnologyClassTwo, 3.0);
    let one = two.clone().with(Measure::TechnologyClassOne, 1.0);
    let own = one.clone().declaring("class_one_own", 1.0);
    let high = own.clone().declaring("class_one_high_value", 1.0);
    let found = [none, two, one, own, high].map(|firm| block(&firm));
    assert_eq!(found, [0, 5, 10, 15, 20].map(fixed));
    for (field, wanted) in [(0.0, 5), (1.0, 10)] {
        let firm = Firm::default().declaring("strategic_field", field);
        assert_eq!(points("innovative_sme", "field", &firm), fixed(wanted), "{field}");
    }
}

#[test]
fn a_firm_with_every_point_passes_by_points() {
    let found = technology_sme().evaluated("technology_sme");
    assert_eq!(
        (found.verdict, found.admitted, found.points.span),
        (Verdict::Passed, Some(Admitted::Points), fixed(100))
    );
    assert!(found.missing.is_empty());
}

#[test]
fn exactly_60_passes_and_no_points_for_staff_fail() {
    // 20 + 40 + 0 = 60; one step less of research: 50.
    let sixty = technology_sme()
        .with(Measure::TechnologyResearchIntensity, 0.05)
        .with(Measure::TechnologyClassOne, 0.0);
    assert_eq!(sixty.evaluated("technology_sme").points.span, fixed(60));
    assert_eq!(sixty.evaluated("technology_sme").verdict, Verdict::Passed);
    let fifty = sixty.with(Measure::TechnologyResearchIntensity, 0.0499);
    assert_eq!(fifty.evaluated("technology_sme").verdict, Verdict::Failed);
    // 0 + 50 + 30 = 80, but nobody in research.
    let nobody = technology_sme().with(Measure::TechnologyResearchStaffShare, 0.09);
    assert_eq!(nobody.evaluated("technology_sme").points.span, fixed(80));
    assert_eq!(nobody.evaluated("technology_sme").verdict, Verdict::Failed);
}

#[test]
fn a_certificate_stands_in_for_points_but_not_for_conditions() {
    let certified = technology_sme().with(Measure::TechnologyResearchStaffShare, 0.0).recorded(
        r#", "answers": [{"table": "listings", "answered_on": "2025-06-01"}],
           "certificates": [{"kind": "high_tech_enterprise", "valid_from": "2023-10-01", "valid_to": "2026-09-30"}]"#,
    );
    let found = certified.evaluated("technology_sme");
    assert_eq!(
        (found.verdict, found.admitted),
        (Verdict::Passed, Some(Admitted::Directly(0)))
    );
    let large = certified.with(Measure::RegistryStaff, 501.0);
    assert_eq!(large.evaluated("technology_sme").verdict, Verdict::Failed);
    assert_eq!(
        large
            .with(Measure::RegistryStaff, 500.0)
            .evaluated("technology_sme")
            .verdict,
        Verdict::Passed
    );
}

#[test]
fn a_listing_fails_until_it_is_repaired() {
    let listed = technology_sme().recorded(
        r#", "answers": [{"table": "certificates", "answered_on": "2025-06-01"}],
           "listings": [{"list": "abnormal_operation", "started_on": "2024-07-01", "repaired_on": "2025-03-01"}]"#,
    );
    assert_eq!(
        listed.evaluated_on("technology_sme", "2025-02-28").verdict,
        Verdict::Failed
    );
    assert_eq!(
        listed.evaluated_on("technology_sme", "2025-03-01").verdict,
        Verdict::Passed
    );
}

#[test]
fn what_is_not_known_stays_open_and_is_named() {
    let silent = Firm::default().evaluated("technology_sme");
    assert_eq!(silent.verdict, Verdict::Open);
    assert_eq!(silent.points.span, fixed(0).hull(fixed(100)));
    assert!(
        silent
            .missing
            .contains(&Unknown::Listed(ListKind::AbnormalOperation)),
        "{:?}",
        silent.missing
    );
    let one = technology_sme()
        .without(Measure::FinanceSales)
        .evaluated("technology_sme");
    assert_eq!(
        (one.verdict, one.missing),
        (Verdict::Open, vec![Unknown::Measure(Measure::FinanceSales)])
    );
    // What is not known cannot decide any more: 0 points for staff are enough to fail.
    let failed = technology_sme()
        .with(Measure::TechnologyResearchStaffShare, 0.0)
        .without(Measure::TechnologyClassOne);
    assert_eq!(failed.evaluated("technology_sme").verdict, Verdict::Failed);
}

#[test]
fn an_evaluation_says_nothing_before_it_is_in_force() {
    assert_eq!(
        technology_sme()
            .evaluated_on("technology_sme", "2018-07-03")
            .verdict,
        Verdict::NotInForce
    );
    assert_eq!(
        technology_sme()
            .evaluated_on("innovative_sme", "2022-12-31")
            .verdict,
        Verdict::NotInForce
    );
}

/// Growth 30, specialisation 30, nothing left open; innovation by what is given.
fn innovative_sme(research: f64, class_one: f64) -> Firm {
    Firm::default()
        .with(Measure::TechnologyResearchIntensity, research)
        .with(Measure::TechnologyClassOne, class_one)
        .with(Measure::TechnologyClassTwo, 0.0)
        .with(Measure::FinanceLeverage, 0.5)
        .declaring("class_one_high_value", 0.0)
        .declaring("class_one_own", 0.0)
        .declaring("main_income_growth", 0.2)
        .declaring("main_income_share", 0.8)
        .declaring("strategic_field", 1.0)
        .declaring("award_3y", 0.0)
        .declaring("national_demonstration", 0.0)
        .declaring("research_body", 0.0)
        .declaring("equity_financing_3y", 0.0)
        .recorded(CLEAN)
}

#[test]
fn innovation_needs_20_of_its_two_blocks_together() {
    let firm = |research: f64, class_one: f64| {
        let found = innovative_sme(research, class_one).evaluated("innovative_sme");
        (found.verdict, found.points.span)
    };
    // 10 + 10 + 30 + 30 = 80 with exactly 20 for innovation; 10 + 5 is too little, whatever the sum.
    assert_eq!(firm(0.02, 1.0), (Verdict::Passed, fixed(80)));
    assert_eq!(firm(0.01, 1.0), (Verdict::Failed, fixed(75)));
}

#[test]
fn growth_and_specialisation_need_15_each() {
    let verdict = |firm: Firm| firm.evaluated("innovative_sme").verdict;
    let whole = innovative_sme(0.05, 1.0);
    // Growth 5 + 10 = 15, and 5 + 5 = 10 with more leverage; the sum stays far above 60.
    let slow = whole.clone().declaring("main_income_growth", 0.04);
    assert_eq!(verdict(slow.clone()), Verdict::Passed);
    assert_eq!(verdict(slow.with(Measure::FinanceLeverage, 0.6)), Verdict::Failed);
    // Specialisation 5 + 10 = 15, and 5 + 5 = 10 with less of main income.
    let other = whole
        .declaring("strategic_field", 0.0)
        .declaring("main_income_share", 0.55);
    assert_eq!(verdict(other.clone()), Verdict::Passed);
    assert_eq!(
        verdict(other.declaring("main_income_share", 0.54)),
        Verdict::Failed
    );
}

#[test]
fn each_direct_admission_stands_in_for_points() {
    for (evaluation, id, enough, too_little) in [
        ("technology_sme", "national_award_5y", 1.0, 0.0),
        ("technology_sme", "research_body", 1.0, 0.0),
        ("technology_sme", "led_standard_5y", 1.0, 0.0),
        ("innovative_sme", "award_3y", 1.0, 0.0),
        ("innovative_sme", "national_demonstration", 1.0, 0.0),
        ("innovative_sme", "research_body", 1.0, 0.0),
        ("innovative_sme", "equity_financing_3y", 5_000_000.0, 4_999_999.0),
    ] {
        let firm = match evaluation {
            "technology_sme" => technology_sme().with(Measure::TechnologyResearchStaffShare, 0.0),
            _ => innovative_sme(0.0, 0.0),
        };
        let verdict = |value| firm.clone().declaring(id, value).evaluated(evaluation).verdict;
        assert_eq!(
            (verdict(enough), verdict(too_little)),
            (Verdict::Passed, Verdict::Failed),
            "{id}"
        );
    }
}

#[test]
fn a_rulebook_is_its_document_again() {
    let spec = RulebookSpec::preset("china").unwrap();
    assert_eq!(RulebookSpec::from_json(&spec.to_json()).unwrap(), spec);
    assert_eq!(spec.clone().check().unwrap().spec(), &spec);
    for id in RulebookSpec::PRESETS {
        assert!(RulebookSpec::preset(id).unwrap().check().is_ok(), "{id}");
    }
    assert!(RulebookSpec::preset("none").is_none());
}

/// The bands of an item.
fn bands(item: &mut ItemSpec) -> &mut Vec<BandOfPoints> {
    match &mut item.points {
        PointsOf::Bands(bands) => bands,
        other => panic!("expected bands, got {other:?}"),
    }
}

fn within(inner: Span, outer: Span) -> bool {
    outer.low <= inner.low && inner.high <= outer.high
}

#[test]
fn everything_that_is_wrong_is_told() {
    let mut spec = RulebookSpec::preset("china").unwrap();
    spec.declared[0].id = "registry.age".to_owned();
    let first = &mut spec.evaluations[0];
    first.valid_to = "2000-01-01".parse().ok();
    let pass = first.pass.as_mut().unwrap();
    pass.total = Marks::whole(101);
    pass.least[0].blocks[0] = "staffs".to_owned();
    bands(&mut first.blocks[0].items[0])[1].below = Some(0.05);
    first.blocks[1].items[0].input = "technology.intensity".to_owned();
    bands(&mut first.blocks[2].items[0])[1].points = PointsSpec::Range([3, 1].map(Marks::whole));
    let errors = spec.check().unwrap_err();
    let told: Vec<String> = errors.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(told.join("\n"), @"
    declared[0].id: expected an id that no measure has, got `registry.age`
    evaluations[0].valid_to: expected a day not before `valid_from`, got `2000-01-01`
    evaluations[0].blocks[0].items[0].points.bands[1]: expected finite ends that ascend, got `0.05`
    evaluations[0].blocks[1].items[0].input: expected the id of a measure or of something declared, got `technology.intensity`
    evaluations[0].blocks[2].items[0].points.bands[1].points: expected points from -10000 to 10000, the fewest first, got `3, 1`
    evaluations[0].conditions[4].test.not.number.input: expected the id of a measure or of something declared, got `prohibited_business`
    evaluations[0].pass.total: expected no more than the blocks can give, got `101`
    evaluations[0].pass.least[0].blocks: expected ids of blocks, each once, got `staffs`
    ");
}

#[test]
fn what_is_declared_must_be_asked_for_and_finite() {
    let values = BTreeMap::from([
        ("research_body".to_owned(), f64::NAN.into()),
        ("height".to_owned(), 1.0.into()),
    ]);
    let errors = book().declare(&values).unwrap_err();
    let told: Vec<String> = errors
        .iter()
        .map(|e| e.to_string().chars().take(70).collect())
        .collect();
    assert_eq!(
        told,
        [
            "declared `height`: expected one of `prohibited_business`, `major_incid",
            "declared `research_body`: expected a finite number, got `NaN`"
        ]
    );
}

/// A firm of which something is known.
fn any_firm() -> impl Strategy<Value = Firm> {
    let known = prop::collection::vec(any::<bool>(), 14);
    let numbers = prop::collection::vec(0.0..1.2_f64, 14);
    (known, numbers).prop_map(|(known, numbers)| {
        let whole = technology_sme();
        let keep = |at: usize| known[at % known.len()];
        let scaled =
            |at: usize, value: f64| (value * 2.0 * numbers[at % numbers.len()] * 100.0).round() / 100.0;
        let measures = whole.measures.iter().enumerate().filter(|(at, _)| keep(*at));
        let measures = measures.map(|(at, (m, v))| (*m, scaled(at, *v))).collect();
        let declared = whole.declared.iter().enumerate().filter(|(at, _)| keep(at + 8));
        let declared = declared
            .map(|(at, (id, _))| (*id, numbers[at].round().into()))
            .collect();
        let records = if known[0] { CLEAN } else { "" };
        Firm {
            measures,
            declared,
            records,
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Learning something never turns a verdict that stood for certain, and never widens the points.
    #[test]
    fn what_becomes_known_decides_only_what_was_open(firm in any_firm(), share in 0.0..0.5_f64, body in 0..=1_u8) {
        for evaluation in ["technology_sme", "innovative_sme"] {
            let before = firm.evaluated(evaluation);
            let mut after = firm.clone();
            if !firm.measures.iter().any(|(m, _)| *m == Measure::TechnologyResearchStaffShare) {
                after = after.with(Measure::TechnologyResearchStaffShare, share);
            }
            if !firm.declared.iter().any(|(id, _)| *id == "research_body") {
                after = after.declaring("research_body", f64::from(body));
            }
            let after = after.evaluated(evaluation);
            prop_assert!(within(after.points.span, before.points.span));
            prop_assert!(before.verdict == Verdict::Open || before.verdict == after.verdict);
        }
    }

    /// A further entry on a list never improves a result.
    #[test]
    fn a_listing_never_helps(firm in any_firm()) {
        let listed = r#", "listings": [{"list": "serious_violation", "started_on": "2025-01-01"}],
            "answers": [{"table": "certificates", "answered_on": "2025-06-01"}]"#;
        let before = firm.clone().recorded(CLEAN).evaluated("technology_sme");
        let after = firm.recorded(listed).evaluated("technology_sme");
        prop_assert_eq!(after.verdict, Verdict::Failed);
        prop_assert_eq!(after.points, before.points);
    }
}
