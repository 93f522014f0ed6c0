//! The shipped clocks at their edge days. Days are reckoned by hand from the months that the documents name: the last
//! day is the same day so many months on, or the last of a shorter month, and still counts.

use super::*;
use crate::num::Date;
use crate::record::Dossier;
use serde_json::Value;

/// A section of a shipped rulebook.
fn section<T: serde::de::DeserializeOwned>(book: &str, name: &str) -> Vec<T> {
    let document: Value = serde_json::from_str(book).unwrap();
    serde_json::from_value(document[name].clone()).unwrap()
}

const CHINA: &str = include_str!("../../../rulebooks/china.json");
const SHANGHAI: &str = include_str!("../../../rulebooks/shanghai.json");

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// The clock of the only record of a firm, in words.
fn told(book: &str, records: &str, as_of: &str) -> String {
    let firm: Dossier = format!(r#"{{"firm_id": "F-1", {records}}}"#).parse().unwrap();
    let (clocks, deadlines) = (section(book, "clocks"), section(book, "deadlines"));
    let found = record_clocks(&clocks, &deadlines, &firm.view(day(as_of)));
    let [clock] = found.as_slice() else {
        return format!("{} records", found.len());
    };
    let ids: Vec<&str> = clock.clocks.iter().map(|at| clocks[*at].id.as_str()).collect();
    let on = |day: Option<Date>| day.map_or("never".to_owned(), |d| d.to_string());
    let last = if clock.last_from == clock.last_to {
        on(clock.last_to)
    } else {
        format!("{} to {}", on(clock.last_from), on(clock.last_to))
    };
    let standing = match clock.standing {
        Standing::Objected {
            on: since,
            answer_due,
        } => {
            format!("objected {since}, due {}", on(answer_due.map(|due| due.on)))
        }
        Standing::Repaired { on } => format!("repaired {on}"),
        Standing::Expired { last } => format!("expired {last}"),
        other => other.word().to_owned(),
    };
    format!(
        "{standing}; last {last}; removable {}; {}",
        on(clock.removable_from),
        ids.join(" ")
    )
}

fn listed(fields: &str, as_of: &str) -> String {
    told(
        CHINA,
        &format!(r#""listings": [{{"known_on": "2010-01-01", {fields}}}]"#),
        as_of,
    )
}

fn person(fields: &str, as_of: &str) -> String {
    let record = format!(
        r#""responsible_persons": [{{"person": "P1", "role": "director", "started_on": "2018-03-01",
            "known_on": "2018-03-01", {fields}}}]"#
    );
    told(CHINA, &record, as_of)
}

const PENALTY: &str = r#""list": "administrative_penalty""#;

#[test]
fn a_minor_penalty_counts_for_three_months() {
    let minor = format!(r#"{PENALTY}, "severity": "minor", "started_on": "2026-04-01""#);
    let clock = "last 2026-07-01; removable 2026-04-01; penalty_minor";
    assert_eq!(listed(&minor, "2026-03-31"), "0 records");
    assert_eq!(listed(&minor, "2026-04-01"), format!("counts; {clock}"));
    assert_eq!(listed(&minor, "2026-07-01"), format!("counts; {clock}"));
    assert_eq!(
        listed(&minor, "2026-07-02"),
        format!("expired 2026-07-01; {clock}")
    );
}

#[test]
fn an_ordinary_penalty_counts_from_three_months_to_a_year() {
    let ordinary = format!(r#"{PENALTY}, "severity": "ordinary", "started_on": "2026-11-30""#);
    // Three months after 30 November is the last of February.
    let clock = "last 2027-11-30; removable 2027-02-28; penalty_ordinary";
    assert_eq!(listed(&ordinary, "2027-11-30"), format!("counts; {clock}"));
    assert_eq!(
        listed(&ordinary, "2027-12-01"),
        format!("expired 2027-11-30; {clock}")
    );
}

#[test]
fn a_serious_penalty_counts_from_one_to_three_years() {
    let serious = format!(r#"{PENALTY}, "severity": "serious", "started_on": "2026-04-15""#);
    let clock = "last 2029-04-15; removable 2027-04-15; penalty_serious";
    assert_eq!(listed(&serious, "2029-04-15"), format!("counts; {clock}"));
    assert_eq!(
        listed(&serious, "2029-04-16"),
        format!("expired 2029-04-15; {clock}")
    );
}

#[test]
fn the_day_of_the_decision_says_which_regime_counts() {
    let ordinary = |start: &str| format!(r#"{PENALTY}, "severity": "ordinary", "started_on": "{start}""#);
    let at = |start: &str| listed(&ordinary(start), "2026-06-30");
    assert_eq!(
        at("2026-04-01"),
        "counts; last 2027-04-01; removable 2026-07-01; penalty_ordinary"
    );
    assert_eq!(
        at("2026-03-31"),
        "counts; last 2029-03-31; removable never; penalty_other_2021"
    );
    assert_eq!(
        at("2021-09-01"),
        "expired 2024-09-01; last 2024-09-01; removable never; penalty_other_2021"
    );
    // Nothing is known of the time before: it counts until it is removed.
    assert_eq!(at("2021-08-31"), "counts; last never; removable never; ");
    let minor = format!(r#"{PENALTY}, "severity": "minor", "started_on": "2026-03-31""#);
    assert_eq!(
        listed(&minor, "2026-06-30"),
        "counts; last 2026-06-30; removable never; penalty_small_2021"
    );
}

#[test]
fn an_unknown_severity_spans_what_each_would_give() {
    let unknown = format!(r#"{PENALTY}, "started_on": "2026-04-01""#);
    let clock =
        "last 2026-07-01 to 2029-04-01; removable 2026-04-01; penalty_minor penalty_ordinary penalty_serious";
    assert_eq!(listed(&unknown, "2026-07-01"), format!("counts; {clock}"));
    assert_eq!(listed(&unknown, "2026-07-02"), format!("may_count; {clock}"));
    assert_eq!(listed(&unknown, "2029-04-01"), format!("may_count; {clock}"));
    assert_eq!(
        listed(&unknown, "2029-04-02"),
        format!("expired 2029-04-01; {clock}")
    );
}

#[test]
fn the_last_day_of_the_decision_stands_above_the_clock() {
    let fixed = r#""list": "judgment_debtor", "started_on": "2024-02-29", "ends_on": "2029-02-28""#;
    let clock = "last 2029-02-28; removable 2024-02-29; judgment_debtor";
    assert_eq!(listed(fixed, "2029-02-28"), format!("counts; {clock}"));
    assert_eq!(
        listed(fixed, "2029-03-01"),
        format!("expired 2029-02-28; {clock}")
    );
}

#[test]
fn a_judgment_debtor_counts_for_two_years_and_may_count_until_removed() {
    // Items 2 to 6 of article 1 last two years, item 1 has no fixed term, and the record does not name its item.
    let debtor = r#""list": "judgment_debtor", "started_on": "2024-02-29""#;
    let clock = "last 2026-02-28 to never; removable 2024-02-29; judgment_debtor";
    assert_eq!(listed(debtor, "2026-02-28"), format!("counts; {clock}"));
    assert_eq!(listed(debtor, "2026-03-01"), format!("may_count; {clock}"));
    assert_eq!(listed(debtor, "2046-03-01"), format!("may_count; {clock}"));
    let repaired = format!(r#"{debtor}, "repaired_on": "2026-05-06""#);
    assert_eq!(
        listed(&repaired, "2026-05-06"),
        format!("repaired 2026-05-06; {clock}")
    );
    let objected = format!(r#"{debtor}, "objection_on": "2026-05-06""#);
    assert_eq!(
        listed(&objected, "2026-05-06"),
        format!("objected 2026-05-06, due never; {clock}")
    );
}

#[test]
fn the_abnormal_list_lasts_until_fulfilled_and_the_serious_one_three_years() {
    let abnormal = r#""list": "abnormal_operation", "started_on": "2015-07-10""#;
    assert_eq!(
        listed(abnormal, "2035-01-01"),
        "counts; last never; removable 2015-07-10; abnormal_operation"
    );
    let repaired = format!(r#"{abnormal}, "repaired_on": "2026-05-06""#);
    let clock = "last never; removable 2015-07-10; abnormal_operation";
    assert_eq!(listed(&repaired, "2026-05-05"), format!("counts; {clock}"));
    assert_eq!(
        listed(&repaired, "2026-05-06"),
        format!("repaired 2026-05-06; {clock}")
    );
    let serious = |start: &str| format!(r#""list": "serious_violation", "started_on": "{start}""#);
    assert_eq!(
        listed(&serious("2021-09-01"), "2024-09-02"),
        "expired 2024-09-01; last 2024-09-01; removable never; serious_violation"
    );
    assert_eq!(
        listed(&serious("2021-08-31"), "2030-01-01"),
        "counts; last never; removable never; "
    );
    // No source gives the time of this list.
    let tax = r#""list": "major_tax_violation", "started_on": "2020-01-01""#;
    assert_eq!(listed(tax, "2030-01-01"), "counts; last never; removable never; ");
}

#[test]
fn a_persons_record_is_dropped_five_years_after_the_end_of_the_event() {
    let ended = r#""kind": "credit", "ended_on": "2020-06-30""#;
    let clock = "last 2025-06-30; removable never; responsible_person";
    assert_eq!(person(ended, "2025-06-30"), format!("counts; {clock}"));
    assert_eq!(
        person(ended, "2025-07-01"),
        format!("expired 2025-06-30; {clock}")
    );
    let not_yet = "counts; last never; removable never; responsible_person";
    assert_eq!(person(r#""kind": "credit""#, "2035-01-01"), not_yet);
    // On the day before its end the event goes on.
    assert_eq!(person(ended, "2020-06-29"), not_yet);
}

#[test]
fn an_objection_to_a_credit_record_is_answered_within_twenty_days() {
    let clock = "last never; removable never; responsible_person";
    let objected = r#""kind": "credit", "objection_on": "2025-06-10""#;
    assert_eq!(person(objected, "2025-06-09"), format!("counts; {clock}"));
    assert_eq!(
        person(objected, "2025-06-10"),
        format!("objected 2025-06-10, due 2025-06-30; {clock}")
    );
    let tax = r#""kind": "tax", "objection_on": "2025-06-10""#;
    assert_eq!(
        person(tax, "2025-06-10"),
        format!("objected 2025-06-10, due never; {clock}")
    );
}

#[test]
fn a_deadline_of_a_region_runs_for_its_firms() {
    let objected = |region: &str| {
        let records = format!(
            r#""registrations": [{{"name": "N", "status": "active", "established_on": "2018-01-01", "region": {region}, "known_on": "2018-01-01"}}],
               "listings": [{{"list": "abnormal_operation", "started_on": "2025-01-06", "objection_on": "2026-06-25"}}]"#
        );
        told(SHANGHAI, &records, "2026-06-30")
    };
    let clock = "last never; removable 2025-01-06; abnormal_operation";
    // Seven working days after Thursday, 25 June 2026: 26, 29, 30, 1, 2, 3, 6 July.
    assert_eq!(
        objected(r#""310115""#),
        format!("objected 2026-06-25, due 2026-07-06; {clock}")
    );
    assert_eq!(
        objected(r#""140100""#),
        format!("objected 2026-06-25, due never; {clock}")
    );
    assert_eq!(
        objected("null"),
        format!("objected 2026-06-25, due never; {clock}")
    );
}
