use super::*;
use crate::record::Dossier;

const AS_OF: &str = "2026-06-30";
const NOT_REPORTED: Measured = Measured::Missing(Missing::NotReported);
const NOT_APPLICABLE: Measured = Measured::Missing(Missing::NotApplicable);
const TOO_SHORT: Measured = Measured::Missing(Missing::TooShort);

const OF_THE_PAST: [Measure; 6] = [
    Measure::CreditWorstClass12m,
    Measure::CreditWorstClass24m,
    Measure::CreditDaysOverdue12m,
    Measure::CreditDaysOverdue24m,
    Measure::CreditMonthsSinceOverdue,
    Measure::CreditRestructured24m,
];

fn measured_on(tables: &str, as_of: &str) -> Measures {
    let firm: Dossier = format!(r#"{{"firm_id": "F-000001", {tables}}}"#).parse().unwrap();
    let mut out = Measures::NONE;
    measure(&firm.view(as_of.parse().unwrap()), &mut out);
    out
}

fn measured(tables: &str) -> Measures {
    measured_on(tables, AS_OF)
}

/// Snapshots, each given as facility, reporting day and further fields; opened in 2019, lender `B1` and
/// balance zero unless they say otherwise.
fn snapshots(rows: &[(&str, &str, &str)]) -> String {
    let row = |(facility, day, fields): &(&str, &str, &str)| {
        let with = |name: &str, default: &str| {
            if fields.contains(&format!("\"{name}\"")) {
                String::new()
            } else {
                format!(r#""{name}": "{default}", "#)
            }
        };
        let rest = if fields.is_empty() {
            String::new()
        } else {
            format!(", {fields}")
        };
        format!(
            r#"{{{}{}"opened_on": "2019-01-01", "facility": "{facility}", "snapshot_on": "{day}"{rest}}}"#,
            with("lender", "B1"),
            with("balance", "0"),
        )
    };
    let rows: Vec<String> = rows.iter().map(row).collect();
    format!(r#""facilities": [{}]"#, rows.join(", "))
}

fn facilities(rows: &[(&str, &str, &str)]) -> Measures {
    measured(&snapshots(rows))
}

fn value(measures: &Measures, measure: Measure) -> f64 {
    measures.get(measure).value().unwrap()
}

#[track_caller]
fn close(got: f64, expected: f64) {
    assert!((got - expected).abs() < 1e-12, "got {got}, expected {expected}");
}

#[track_caller]
fn all(measures: &Measures, which: &[Measure], expected: Measured) {
    for measure in which {
        assert_eq!(measures.get(*measure), expected, "{}", measure.id());
    }
}

#[test]
fn a_register_that_sent_nothing_leaves_every_measure_not_reported() {
    assert_eq!(measured(r#""statements": []"#), Measures::NONE);
}

#[test]
fn empty_answers_are_sums_of_zero_and_shares_of_nothing() {
    let measures = measured(
        r#""answers": [{"table": "facilities", "answered_on": "2026-06-01"},
            {"table": "guarantees", "answered_on": "2026-06-01"},
            {"table": "enquiries", "answered_on": "2026-06-01"}]"#,
    );
    let zero = [
        Measure::CreditFacilities,
        Measure::CreditLenders,
        Measure::CreditBalance,
        Measure::CreditGuaranteesToEquity,
        Measure::CreditEnquiries6m,
    ];
    all(&measures, &zero, Measured::Value(0.0));
    all(&measures, &OF_OPEN[3..], NOT_APPLICABLE);
    all(&measures, &OF_THE_PAST, NOT_APPLICABLE);
}

#[test]
fn a_register_silent_for_longer_than_a_window_says_nothing_of_it() {
    // Last answer on 2025-06-30: before the 3 and the 12 months to 2026-06-30, within 24 and 60.
    let answer = r#""answers": [{"table": "facilities", "answered_on": "2025-06-30"}]"#;
    let measures = measured(answer);
    all(&measures, &OF_OPEN, TOO_SHORT);
    assert_eq!(measures.get(Measure::CreditWorstClass12m), TOO_SHORT);
    assert_eq!(measures.get(Measure::CreditDaysOverdue12m), TOO_SHORT);
    assert_eq!(measures.get(Measure::CreditWorstClass24m), NOT_APPLICABLE);
    assert_eq!(measures.get(Measure::CreditMonthsSinceOverdue), NOT_APPLICABLE);
    // Six years on, all is over.
    let measures = measured_on(answer, "2032-01-01");
    all(&measures, &OF_THE_PAST, TOO_SHORT);
}

#[test]
fn an_old_snapshot_with_a_fresh_answer_means_no_open_facility() {
    // Three months to 2026-06-30 begin after 2026-03-30.
    let old = snapshots(&[("A", "2026-03-30", r#""balance": "100""#)]);
    let answer = r#""answers": [{"table": "facilities", "answered_on": "2026-06-30"}]"#;
    let measures = measured(&format!("{old}, {answer}"));
    all(&measures, &OF_OPEN[..3], Measured::Value(0.0));
    let measures = facilities(&[("A", "2026-03-31", r#""balance": "100""#)]);
    close(value(&measures, Measure::CreditBalance), 100.0);
}

#[test]
fn open_facilities_are_counted_with_their_lenders_and_balances() {
    // A (balance), B (no balance, matures after the day), C (no maturity) are open; D (no balance, matured on
    // the day) and E (latest snapshot repaid and matured, an older one not) are not. Lenders B1, B2: 2.
    // Balance: 100.10 + 0 + 50.25 = 150.35. The snapshot of A on 2026-07-01 has not happened.
    let measures = facilities(&[
        (
            "A",
            "2026-05-31",
            r#""balance": "900", "matures_on": "2026-05-01""#,
        ),
        (
            "A",
            "2026-06-30",
            r#""balance": "100.10", "matures_on": "2026-05-01""#,
        ),
        ("A", "2026-07-01", r#""balance": "7", "known_on": "2026-06-30""#),
        ("B", "2026-05-31", r#""lender": "B2", "matures_on": "2026-07-01""#),
        ("C", "2026-06-30", r#""balance": "50.25""#),
        ("D", "2026-06-30", r#""lender": "B3", "matures_on": "2026-06-30""#),
        (
            "E",
            "2026-04-30",
            r#""lender": "B4", "balance": "10", "matures_on": "2026-06-01""#,
        ),
        ("E", "2026-06-30", r#""lender": "B4", "matures_on": "2026-06-01""#),
    ]);
    close(value(&measures, Measure::CreditFacilities), 3.0);
    close(value(&measures, Measure::CreditLenders), 2.0);
    close(value(&measures, Measure::CreditBalance), 150.35);
}

#[test]
fn shares_are_taken_over_the_facilities_that_state_what_is_asked() {
    // Utilisation: A 60 of 100, B 20 of 300: 80 / 400 = 0.2. Overdue: A 15, B 0 over 60 + 20: 15 / 80 = 0.1875.
    // Short-term: A matures 2027-06-30 (in), B 2027-07-01 (out), C was due (in): (60 + 40) / 120 = 0.8333...
    // Unsecured: B 20 over A 60, B 20, C 40 = 20 / 120 = 0.1666... D states nothing and counts in none.
    let measures = facilities(&[
        (
            "A",
            "2026-06-30",
            r#""balance": "60", "limit": "100", "matures_on": "2027-06-30",
            "collateral": "mortgage", "amount_overdue": "15""#,
        ),
        (
            "B",
            "2026-06-30",
            r#""balance": "20", "limit": "300", "matures_on": "2027-07-01",
            "collateral": "unsecured", "amount_overdue": "0""#,
        ),
        (
            "C",
            "2026-06-30",
            r#""balance": "40", "matures_on": "2026-06-01", "collateral": "ip_pledge""#,
        ),
        ("D", "2026-06-30", r#""balance": "1000""#),
    ]);
    close(value(&measures, Measure::CreditUtilisation), 0.2);
    close(value(&measures, Measure::CreditOverdueShare), 0.1875);
    close(value(&measures, Measure::CreditShortTermShare), 5.0 / 6.0);
    close(value(&measures, Measure::CreditUnsecuredShare), 1.0 / 6.0);
}

#[test]
fn shares_of_what_no_facility_states_have_a_reason() {
    let measures = facilities(&[("A", "2026-06-30", r#""balance": "60""#)]);
    for measure in [
        Measure::CreditUtilisation,
        Measure::CreditShortTermShare,
        Measure::CreditUnsecuredShare,
    ] {
        assert_eq!(measures.get(measure), NOT_APPLICABLE, "{}", measure.id());
    }
    assert_eq!(measures.get(Measure::CreditOverdueShare), NOT_REPORTED);
    let unused = r#""limit": "0", "amount_overdue": "0""#;
    let measures = facilities(&[("A", "2026-06-30", unused)]);
    assert_eq!(measures.get(Measure::CreditUtilisation), NOT_APPLICABLE);
    assert_eq!(measures.get(Measure::CreditOverdueShare), NOT_APPLICABLE);
}

#[test]
fn sums_of_money_are_exact_before_they_become_a_number() {
    // Ten balances of 0.10 yuan: 100 fen, 1.00 yuan exactly; ten times 0.1 as binary numbers is not 1.
    let names: Vec<String> = (0..10).map(|n| format!("A{n}")).collect();
    let rows: Vec<(&str, &str, &str)> = names
        .iter()
        .map(|name| (name.as_str(), AS_OF, r#""balance": "0.10""#))
        .collect();
    let measures = facilities(&rows);
    assert_eq!(measures.get(Measure::CreditBalance), Measured::Value(1.0));
}

#[test]
fn the_worst_class_counts_now_and_in_each_window() {
    // Now: A pass, B special mention: 1. 12 months (after 2025-06-30): substandard of 2025-07-31: 2; the
    // doubtful one on the border is out. 24 months (after 2024-06-30): doubtful: 3; the loss is out.
    let measures = facilities(&[
        ("A", "2024-06-30", r#""class": "loss", "balance": "1""#),
        ("A", "2024-07-01", r#""class": "doubtful", "balance": "1""#),
        ("A", "2025-06-30", r#""class": "doubtful", "balance": "1""#),
        ("A", "2025-07-31", r#""class": "substandard", "balance": "1""#),
        ("A", "2026-06-30", r#""class": "pass", "balance": "1""#),
        ("B", "2026-06-30", r#""class": "special_mention", "balance": "1""#),
    ]);
    close(value(&measures, Measure::CreditClass), 1.0);
    close(value(&measures, Measure::CreditWorstClass12m), 2.0);
    close(value(&measures, Measure::CreditWorstClass24m), 3.0);
}

#[test]
fn days_overdue_now_are_the_worst_of_the_latest_snapshots_of_open_facilities() {
    // A: 91 days a month ago, 30 now. B: 45 now. C: 400 days, but repaid and matured. D: 300 days, stale.
    let measures = facilities(&[
        ("A", "2026-05-31", r#""balance": "1", "days_overdue": 91"#),
        ("A", "2026-06-30", r#""balance": "1", "days_overdue": 30"#),
        ("B", "2026-06-30", r#""balance": "1", "days_overdue": 45"#),
        (
            "C",
            "2026-06-30",
            r#""matures_on": "2026-06-01", "days_overdue": 400"#,
        ),
        ("D", "2026-03-30", r#""balance": "1", "days_overdue": 300"#),
    ]);
    close(value(&measures, Measure::CreditDaysOverdue), 45.0);
    close(value(&measures, Measure::CreditDaysOverdue12m), 400.0);
    let silent = facilities(&[("A", "2026-06-30", r#""balance": "1""#)]);
    assert_eq!(silent.get(Measure::CreditDaysOverdue), NOT_REPORTED);
    let closed = facilities(&[(
        "C",
        "2026-06-30",
        r#""matures_on": "2026-06-01", "days_overdue": 400"#,
    )]);
    assert_eq!(closed.get(Measure::CreditDaysOverdue), NOT_APPLICABLE);
}

#[test]
fn classes_and_days_that_no_snapshot_states_are_not_reported() {
    let measures = facilities(&[("A", "2026-06-30", r#""balance": "1""#)]);
    assert_eq!(measures.get(Measure::CreditClass), NOT_REPORTED);
    all(&measures, &OF_THE_PAST[..5], NOT_REPORTED);
    close(value(&measures, Measure::CreditRestructured24m), 0.0);
}

#[test]
fn the_worst_days_overdue_count_in_each_window() {
    // 12 months: 5 on 2025-07-01. 24 months: 40 on 2025-06-30. Not 95 on 2024-06-30.
    // Last overdue on 2025-07-01: eleven months on is 2026-06-01, twelve would be 2026-07-01: 11.
    let measures = facilities(&[
        ("A", "2024-06-30", r#""days_overdue": 95"#),
        ("A", "2025-06-30", r#""days_overdue": 40"#),
        ("B", "2025-07-01", r#""days_overdue": 5"#),
        ("A", "2026-06-30", r#""days_overdue": 0"#),
    ]);
    close(value(&measures, Measure::CreditDaysOverdue12m), 5.0);
    close(value(&measures, Measure::CreditDaysOverdue24m), 40.0);
    close(value(&measures, Measure::CreditMonthsSinceOverdue), 11.0);
}

#[test]
fn months_since_overdue_are_whole_ones_also_at_the_ends_of_months() {
    let months = |day: &str, as_of: &str| {
        let tables = snapshots(&[("A", day, r#""days_overdue": 1"#)]);
        value(&measured_on(&tables, as_of), Measure::CreditMonthsSinceOverdue)
    };
    // 31 May + 1 month is held to 30 June; 31 January + 1 month to 28 February.
    close(months("2026-06-30", "2026-06-30"), 0.0);
    close(months("2026-05-31", "2026-06-30"), 1.0);
    close(months("2026-05-31", "2026-06-29"), 0.0);
    close(months("2026-01-31", "2026-02-28"), 1.0);
    close(months("2021-07-01", "2026-06-30"), 59.0);
}

#[test]
fn without_an_overdue_snapshot_in_60_months_there_have_been_60() {
    let measures = facilities(&[
        ("A", "2021-06-30", r#""days_overdue": 1"#),
        ("A", "2026-06-30", r#""days_overdue": 0"#),
    ]);
    close(value(&measures, Measure::CreditMonthsSinceOverdue), 60.0);
}

#[test]
fn a_restructuring_counts_for_24_months() {
    let flag = |day: &str| {
        let measures = facilities(&[
            ("A", day, r#""restructured": true"#),
            ("A", "2026-06-30", r#""restructured": false"#),
        ]);
        value(&measures, Measure::CreditRestructured24m)
    };
    close(flag("2024-07-01"), 1.0);
    close(flag("2024-06-30"), 0.0);
}

const GUARANTEES: &str = r#""guarantees": [
    {"reference": "G1", "amount": "100", "given_on": "2025-01-01", "ends_on": "2026-06-30"},
    {"reference": "G2", "amount": "50", "given_on": "2026-06-30"},
    {"reference": "G3", "amount": "800", "given_on": "2025-01-01", "ends_on": "2026-06-29"},
    {"reference": "G4", "amount": "800", "given_on": "2026-07-01", "known_on": "2026-06-01"}]"#;

fn with_statement(year: i16, assets: i32, liabilities: i32) -> Measured {
    let statement = format!(
        r#""statements": [{{"year": {year}, "received_on": "2026-04-30", "assets": "{assets}",
            "liabilities": "{liabilities}"}}]"#
    );
    measured(&format!("{GUARANTEES}, {statement}")).get(Measure::CreditGuaranteesToEquity)
}

#[test]
fn guarantees_open_on_the_day_are_set_against_net_assets() {
    // G1 (its last day is the day) 100 + G2 (given on the day) 50 = 150; net assets 1000 − 400 = 600: 0.25.
    assert_eq!(with_statement(2025, 1000, 400), Measured::Value(0.25));
    assert_eq!(with_statement(2024, 1000, 400), Measured::Value(0.25));
}

#[test]
fn guarantees_without_usable_net_assets_have_a_reason() {
    assert_eq!(
        measured(GUARANTEES).get(Measure::CreditGuaranteesToEquity),
        NOT_REPORTED
    );
    // The year 2026 has not ended on the day; 2023 ended more than 24 months before it.
    assert_eq!(with_statement(2026, 1000, 400), NOT_REPORTED);
    assert_eq!(with_statement(2023, 1000, 400), TOO_SHORT);
    assert_eq!(with_statement(2025, 400, 400), NOT_APPLICABLE);
    assert_eq!(with_statement(2025, 400, 1000), NOT_APPLICABLE);
}

#[test]
fn enquiries_for_a_new_loan_count_for_six_months() {
    // 2025-12-31 and 2026-06-30 lie in the 6 months to 2026-06-30; 2025-12-30 does not. Reviews do not count.
    let measures = measured(
        r#""enquiries": [
            {"lender": "B1", "enquired_on": "2025-12-30", "reason": "application"},
            {"lender": "B1", "enquired_on": "2025-12-31", "reason": "application"},
            {"lender": "B2", "enquired_on": "2026-06-30", "reason": "application"},
            {"lender": "B2", "enquired_on": "2026-06-30", "reason": "review"},
            {"lender": "B2", "enquired_on": "2026-07-01", "reason": "application", "known_on": "2026-06-01"}]"#,
    );
    close(value(&measures, Measure::CreditEnquiries6m), 2.0);
}

#[test]
fn the_order_of_delivery_does_not_matter() {
    let mut rows = [
        (
            "A",
            "2025-06-30",
            r#""days_overdue": 40, "balance": "3", "class": "substandard""#,
        ),
        (
            "A",
            "2026-06-30",
            r#""days_overdue": 0, "balance": "5", "limit": "9""#,
        ),
        (
            "B",
            "2026-05-31",
            r#""lender": "B2", "balance": "7", "amount_overdue": "2""#,
        ),
        (
            "C",
            "2026-06-30",
            r#""lender": "B0", "balance": "1", "collateral": "unsecured""#,
        ),
    ];
    let first = facilities(&rows);
    for turn in 0..rows.len() {
        rows.rotate_left(1);
        assert_eq!(facilities(&rows), first, "turn {turn}");
        rows.swap(0, 2);
        assert_eq!(facilities(&rows), first, "turn {turn}, swapped");
    }
}
