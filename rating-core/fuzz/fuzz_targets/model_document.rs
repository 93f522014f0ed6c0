//! Any bytes as a model document: they are refused, or they make a model that keeps its promises on a firm of
//! which nothing is known and on one of which much is known.

#![no_main]

use libfuzzer_sys::fuzz_target;
use rating_core::num::Date;
use rating_core::rating::{ModelSpec, Rating};
use rating_core::record::Dossier;
use std::sync::LazyLock;

static FIRMS: LazyLock<[Dossier; 2]> = LazyLock::new(|| {
    let empty = r#"{"firm_id": "F-1"}"#.parse().expect("a firm without records");
    let rich = include_str!("../seeds/record_json/firm-0.json")
        .parse()
        .expect("a generated firm");
    [empty, rich]
});

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let Ok(spec) = ModelSpec::from_json(text) else {
        return;
    };
    let again = ModelSpec::from_json(&spec.to_json()).expect("what was written can be read");
    assert_eq!(again, spec);
    assert_eq!(again.hash(), spec.hash());
    match spec.check() {
        Err(errors) => {
            assert!(!errors.is_empty());
            assert!(errors.iter().all(|error| !error.to_string().is_empty()));
        }
        Ok(model) => {
            assert_eq!(*model.spec(), again);
            let day = Date::new(2025, 6, 30).expect("a day");
            for firm in FIRMS.iter() {
                for day in [day, Date::MIN, Date::MAX] {
                    keeps_its_promises(&model.rate(firm, day));
                }
            }
        }
    }
});

fn keeps_its_promises(rating: &Rating) {
    let assessment = &rating.assessment;
    assert!((0.0..=1.0).contains(&assessment.pd.get()));
    assert!((0..=10_000).contains(&assessment.technology_score));
    assert!(!rating.symbol().is_empty());
    let base = rating.model.spec().base_points;
    let credit = rating.pillars.iter().rev().skip(1).map(|p| p.points).sum::<i32>();
    assert_eq!(base + credit, assessment.score);
    assert!(rating.contributions.iter().all(|c| c.lost >= 0));
    assert!(rating.reasons(4).len() <= 4 && rating.reasons_against_reference(4).len() <= 4);
    assert_eq!(rating.findings.is_empty(), rating.model.spec().rules.is_empty());
}
