//! Any bytes as one firm's records: they are refused, or every row is used or rejected, the dossier is what its own
//! JSON reads as, and it can be rated on any day.

#![no_main]

use libfuzzer_sys::fuzz_target;
use rating_core::num::Date;
use rating_core::rating::{ModelSpec, RatingModel};
use rating_core::record::Dossier;
use std::sync::LazyLock;

static MODEL: LazyLock<RatingModel> = LazyLock::new(|| {
    let spec = ModelSpec::preset("tech-firm").expect("the shipped model");
    spec.check().expect("a model that holds together")
});

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let intake = match Dossier::read_json(text) {
        Ok(intake) => intake,
        Err(errors) => {
            assert!(!errors.is_empty());
            assert!(errors.iter().all(|error| !error.to_string().is_empty()));
            return;
        }
    };
    let used: u64 = intake.counts.iter().map(|count| count.used).sum();
    assert!(intake.counts.iter().all(|c| c.rows_in == c.used + c.rejected));
    assert!(intake.rejects.iter().all(|reject| !reject.faults.is_empty()));
    let [firm] = &intake.dossiers[..] else {
        panic!("one firm, got {}", intake.dossiers.len())
    };
    assert_eq!(firm.record_count() as u64, used);
    let again: Dossier = firm.to_json().parse().expect("what was written can be read");
    assert_eq!(again, *firm);
    // The length of the text picks the day, so that a longer text is tried on another one.
    let day = Date::MIN.plus_days(i32::try_from(data.len() * 97 % 109_573).unwrap_or(0));
    for day in [day, Date::new(2025, 6, 30).expect("a day"), Date::MAX] {
        let (rating, repeated) = (MODEL.rate(firm, day), MODEL.rate(&again, day));
        assert!((0.0..=1.0).contains(&rating.assessment.pd.get()));
        assert!(!rating.symbol().is_empty());
        assert_eq!(
            format!("{:?}", rating.contributions),
            format!("{:?}", repeated.contributions)
        );
        assert_eq!(rating.findings, repeated.findings);
    }
});
