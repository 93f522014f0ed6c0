//! Scoring allocates nothing: neither one firm nor a batch.

#![expect(clippy::unwrap_used, reason = "a test that builds its own input")]

use allocation_counter::{AllocationInfo, measure};
use rating_core::measure::Measures;
use rating_core::num::Date;
use rating_core::rating::{ModelSpec, RatingModel};
use rating_core::record::Dossier;
use rating_core::scorecard::{ColumnOfMeasures, Scorecard};
use std::hint::black_box;

fn model() -> RatingModel {
    ModelSpec::preset("tech-firm").unwrap().check().unwrap()
}

#[track_caller]
fn assert_nothing(info: AllocationInfo) {
    assert_eq!((info.count_total, info.bytes_total), (0, 0), "{info:?}");
}

#[test]
fn scoring_one_firm_allocates_nothing() {
    let model = model();
    let firm: Dossier = r#"{"firm_id": "F-000001",
        "registrations": [{"name": "甲科技", "established_on": "2016-03-01", "status": "active"}],
        "tax_credit_levels": [{"year": 2024, "level": "A"}],
        "invoices": [{"direction": "sale", "issued_on": "2025-03-01", "number": "1", "counterparty": "P1",
            "amount": 1000, "tax": 130, "status": "valid"}]}"#
        .parse()
        .unwrap();
    let as_of: Date = "2025-06-30".parse().unwrap();
    let measures = Measures::of(&firm.view(as_of));
    assert_nothing(measure(|| {
        black_box(model.assess(&measures));
    }));
}

#[test]
fn scoring_a_batch_allocates_nothing() {
    let model = model();
    let firms = 5_003; // two blocks and a part of one, the part with a rest of three
    let values: Vec<f64> = (0..firms).map(|firm| f64::from(firm % 17) * 0.25).collect();
    let reasons: Vec<u8> = (0..4).cycle().take(values.len()).collect();
    let characteristics = model.pillars().iter().flat_map(Scorecard::characteristics);
    let columns: Vec<ColumnOfMeasures<'_>> = characteristics
        .skip(1) // a measure without a column is part of the path
        .map(|c| ColumnOfMeasures {
            measure: c.measure(),
            values: &values,
            reasons: &reasons,
        })
        .collect();
    let mut scores = vec![0; values.len()];
    assert_nothing(measure(|| model.add_credit_scores(&columns, &mut scores)));
    assert!(scores.iter().any(|score| *score != scores[0]));
}

/// The counter counts: otherwise the tests above would say nothing.
#[test]
fn an_allocation_is_counted() {
    let info = measure(|| {
        black_box(vec![0_u8; 17]);
    });
    assert_eq!((info.count_total, info.bytes_total), (1, 17));
}
