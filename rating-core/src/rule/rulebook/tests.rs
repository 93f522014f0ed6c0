//! What an evaluation says of a firm, told on those of the shipped rulebook. Their tables are held cell by cell by
//! `tests/rules`, from files written from the documents.

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
use std::sync::LazyLock;

fn book() -> Rulebook {
    static BOOK: LazyLock<Rulebook> =
        LazyLock::new(|| RulebookSpec::preset("china").unwrap().check().unwrap());
    BOOK.clone()
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

fn fixed(points: i32) -> Span {
    Span::fixed(Marks::whole(points))
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
    first.full = None;
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
