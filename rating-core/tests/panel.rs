//! Panels: outcomes of hand-made firms reckoned by hand at every edge, a referee that asks day by day, the laws.
//!
//! All hand-made firms are observed on 2024-06-30 with a window of twelve months, whose last day is 2025-06-30, and
//! judged by what is known on 2025-12-31, unless a test says otherwise.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::needless_pass_by_value,
    reason = "a test that builds its own input"
)]

mod support;

use proptest::prelude::*;
use rating_core::measure::{CATALOGUE, Measures};
use rating_core::num::{Date, Money};
use rating_core::panel::{
    Counts, EventSpec, Observation, Outcome, OverdueSpec, PanelDesign, PanelSpec, TimeSide, leaks, rows,
};
use rating_core::portfolio::Cells;
use rating_core::record::{Dossier, FirmStatus};
use rating_datasets::{GeneratedTable, Portfolio, Values};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn spec() -> PanelSpec {
    PanelSpec::new(vec![day("2024-06-30")], 12, day("2025-12-31"))
}

/// A firm in business since 2015 whose credit register answered on 2025-12-31, with further tables.
fn firm(tables: Value) -> Dossier {
    let mut all = Map::new();
    all.insert("firm_id".into(), "F-000001".into());
    all.insert(
        "registrations".into(),
        json!([{"name": "N", "established_on": "2015-01-05", "status": "active"}]),
    );
    all.insert(
        "answers".into(),
        json!([{"table": "facilities", "answered_on": "2025-12-31"}]),
    );
    all.extend(tables.as_object().unwrap().clone());
    Value::Object(all).to_string().parse().unwrap()
}

/// A report of facility 1: day, days overdue, amount overdue of a balance of 100,000 yuan.
fn report(on: &str, days: u32, amount: &str) -> Value {
    json!({"facility": "1", "lender": "A", "snapshot_on": on, "opened_on": "2020-01-01", "balance": "100000",
           "days_overdue": days, "amount_overdue": amount, "class": "pass"})
}

/// The outcome as text: word, reason, event and its day, as far as there are.
fn told_by(spec: PanelSpec, tables: Value) -> String {
    let design = spec.check().unwrap();
    let firms = [firm(tables)];
    let outcome = design.observe(&firms)[0].outcome;
    let event = outcome.event().map(|e| format!("{} {}", e.kind.word(), e.on));
    let parts = [Some(outcome.word().to_owned()), outcome.reason(), event];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn told(tables: Value) -> String {
    told_by(spec(), tables)
}

fn of_report(on: &str, days: u32) -> String {
    told(json!({"facilities": [report(on, days, "5000")]}))
}

// ---- by hand ----

#[test]
fn ninety_days_are_a_default_and_eighty_nine_are_neither_good_nor_bad() {
    assert_eq!(of_report("2024-12-31", 29), "good");
    assert_eq!(
        of_report("2024-12-31", 30),
        "indeterminate overdue overdue 2024-12-31"
    );
    assert_eq!(
        of_report("2024-12-31", 89),
        "indeterminate overdue overdue 2024-12-31"
    );
    assert_eq!(of_report("2024-12-31", 90), "bad overdue 2024-12-31");
    // The ninetieth day was the day before the report.
    assert_eq!(of_report("2024-12-31", 91), "bad overdue 2024-12-30");
}

/// 2025-07-31 less 31 days is 2025-06-30, the last day of the window; less 30 days 2025-07-01.
#[test]
fn the_last_day_of_the_window_counts_and_the_next_does_not() {
    assert_eq!(of_report("2025-07-31", 90 + 31), "bad overdue 2025-06-30");
    assert_eq!(of_report("2025-07-31", 90 + 30), "good");
    assert_eq!(
        of_report("2025-06-30", 89),
        "indeterminate overdue overdue 2025-06-30"
    );
    assert_eq!(of_report("2025-07-01", 89), "good");
}

#[test]
fn a_report_of_the_observation_date_is_no_part_of_the_window() {
    assert_eq!(of_report("2024-06-30", 89), "good");
    assert_eq!(
        of_report("2024-07-01", 89),
        "indeterminate overdue overdue 2024-07-01"
    );
}

/// 2024-07-31 less 31 days is 2024-06-30, the observation date; less 30 days the first day after.
#[test]
fn a_default_on_the_observation_date_takes_the_firm_out_and_one_on_the_next_day_is_bad() {
    assert_eq!(
        of_report("2024-07-31", 90 + 31),
        "excluded in_default_known_later overdue 2024-06-30"
    );
    assert_eq!(of_report("2024-07-31", 90 + 30), "bad overdue 2024-07-01");
    assert_eq!(
        of_report("2024-06-30", 90),
        "excluded in_default overdue 2024-06-30"
    );
    let mut late = report("2024-06-30", 90, "5000");
    late["known_on"] = "2024-07-05".into();
    assert_eq!(
        told(json!({"facilities": [late]})),
        "excluded in_default_known_later overdue 2024-06-30"
    );
}

#[test]
fn what_became_known_by_the_end_counts_and_what_did_not_does_not() {
    let known = |on: &str| {
        let mut late = report("2025-01-31", 90, "5000");
        late["known_on"] = on.into();
        told(json!({"facilities": [late]}))
    };
    assert_eq!(known("2025-12-31"), "bad overdue 2025-01-31");
    assert_eq!(known("2026-01-01"), "good");
}

#[test]
fn a_corrected_report_counts_as_corrected() {
    let mut corrected = report("2025-01-31", 0, "0");
    corrected["known_on"] = "2025-03-01".into();
    let both = json!({"facilities": [report("2025-01-31", 90, "5000"), corrected]});
    assert_eq!(told(both.clone()), "good");
    let by_february = PanelSpec::new(vec![day("2024-06-30")], 8, day("2025-02-28"));
    assert_eq!(told_by(by_february, both), "bad overdue 2025-01-31");
}

/// 125 days on 2024-12-31 would put the ninetieth day on 2024-11-26, but on 2024-11-30 nothing was overdue.
#[test]
fn a_default_does_not_begin_before_a_report_that_says_otherwise() {
    let reports = json!({"facilities": [report("2024-11-30", 0, "0"), report("2024-12-31", 125, "5000")]});
    assert_eq!(told(reports), "bad overdue 2024-12-01");
}

#[test]
fn a_default_that_is_over_before_the_date_is_over_unless_the_firm_waits() {
    let reports = json!({"facilities": [report("2024-02-29", 120, "5000"), report("2024-04-30", 0, "0")]});
    assert_eq!(told(reports.clone()), "good");
    let mut waiting = spec();
    // Over on 2024-04-30: two months on, 2024-06-30 is no longer part of the wait; three months on it is.
    waiting.default.cure_months = 2;
    assert_eq!(told_by(waiting.clone(), reports.clone()), "good");
    waiting.default.cure_months = 3;
    assert_eq!(
        told_by(waiting, reports),
        "excluded in_default overdue 2024-01-30"
    );
}

#[test]
fn a_report_without_days_changes_nothing() {
    let mut silent = report("2024-05-31", 0, "0");
    silent["days_overdue"] = Value::Null;
    let reports = json!({"facilities": [report("2024-04-30", 100, "5000"), silent]});
    assert_eq!(told(reports), "excluded in_default overdue 2024-04-20");
}

#[test]
fn a_class_is_a_default_from_the_report_on_that_says_so() {
    let classed = |class: &str| {
        let mut one = report("2025-01-31", 0, "0");
        one["class"] = class.into();
        told(json!({"facilities": [one]}))
    };
    assert_eq!(classed("special_mention"), "good");
    assert_eq!(classed("substandard"), "bad non_performing 2025-01-31");
    assert_eq!(classed("loss"), "bad non_performing 2025-01-31");
}

/// 1 % of a balance of 100,000 yuan is 1,000 yuan.
#[test]
fn what_is_overdue_must_be_material_as_an_amount_and_as_a_share() {
    let due = |amount: &str| told(json!({"facilities": [report("2024-12-31", 90, amount)]}));
    assert_eq!(due("999.99"), "good");
    assert_eq!(due("1000"), "bad overdue 2024-12-31");
    let mut larger = report("2024-12-31", 90, "1000");
    larger["balance"] = "100000.01".into();
    assert_eq!(told(json!({"facilities": [larger]})), "good");
    let mut unreported = report("2024-12-31", 90, "0");
    unreported["amount_overdue"] = Value::Null;
    assert_eq!(
        told(json!({"facilities": [unreported]})),
        "bad overdue 2024-12-31"
    );
}

/// 600 + 600 yuan of 60,000 + 60,000 yuan are 1 %; a report of the other facility counts for three months.
#[test]
fn facilities_of_a_firm_are_material_together() {
    let of = |facility: &str, on: &str, days: u32| {
        let mut one = report(on, days, "600");
        one["facility"] = facility.into();
        one["balance"] = "60000".into();
        one
    };
    let both =
        |other_on: &str| told(json!({"facilities": [of("1", "2024-12-31", 90), of("2", other_on, 1)]}));
    assert_eq!(both("2024-12-31"), "bad overdue 2024-12-31");
    assert_eq!(both("2024-10-01"), "bad overdue 2024-12-31");
    assert_eq!(both("2024-09-30"), "good");
}

fn registered(status: &str, on: &str, known_on: &str) -> Value {
    json!({"registrations": [
        {"name": "N", "established_on": "2015-01-05", "status": "active"},
        {"name": "N", "established_on": "2015-01-05", "status": status, "status_on": on, "known_on": known_on}]})
}

#[test]
fn a_legal_end_is_a_default_and_leaving_is_not() {
    let revoked = |on, known| told(registered("revoked", on, known));
    assert_eq!(
        revoked("2025-03-01", "2025-03-10"),
        "bad registration_revoked 2025-03-01"
    );
    assert_eq!(revoked("2025-07-01", "2025-07-01"), "good");
    assert_eq!(
        revoked("2024-06-30", "2024-07-01"),
        "excluded in_default_known_later registration_revoked 2024-06-30"
    );
    let left = |on| told(registered("deregistered", on, on));
    assert_eq!(
        left("2025-03-01"),
        "indeterminate left registration_deregistered 2025-03-01"
    );
    assert_eq!(
        left("2024-06-30"),
        "excluded left registration_deregistered 2024-06-30"
    );
    assert_eq!(left("2025-07-01"), "good");
}

#[test]
fn a_firm_that_was_revoked_and_then_deregistered_is_bad() {
    let mut tables = registered("revoked", "2025-03-01", "2025-03-01");
    tables["registrations"].as_array_mut().unwrap().push(json!(
        {"name": "N", "established_on": "2015-01-05", "status": "deregistered", "status_on": "2025-05-01",
         "known_on": "2025-05-01"}));
    assert_eq!(told(tables), "bad registration_revoked 2025-03-01");
}

/// The registry says later that the firm was in business since the day on which it was said to be revoked.
#[test]
fn a_revocation_that_was_taken_back_from_its_first_day_is_none() {
    let mut tables = registered("revoked", "2025-03-01", "2025-03-01");
    tables["registrations"].as_array_mut().unwrap().push(json!(
        {"name": "N", "established_on": "2015-01-05", "status": "active", "status_on": "2025-03-01",
         "known_on": "2025-05-01"}));
    assert_eq!(told(tables), "good");
}

#[test]
fn an_entry_on_the_list_is_a_default_unless_an_objection_is_pending() {
    let listed = |list: &str, on: &str, more: Value| {
        let mut entry = json!({"list": list, "started_on": on});
        entry
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        told(json!({"listings": [entry]}))
    };
    let debtor = |on, more| listed("judgment_debtor", on, more);
    assert_eq!(
        debtor("2025-01-10", json!({})),
        "bad listing_judgment_debtor 2025-01-10"
    );
    assert_eq!(
        debtor("2025-01-10", json!({"repaired_on": "2025-02-01"})),
        "bad listing_judgment_debtor 2025-01-10"
    );
    assert_eq!(
        debtor("2025-01-10", json!({"objection_on": "2025-02-01"})),
        "indeterminate objected listing_judgment_debtor 2025-01-10"
    );
    assert_eq!(listed("abnormal_operation", "2025-01-10", json!({})), "good");
    assert_eq!(
        debtor("2023-01-10", json!({})),
        "excluded in_default listing_judgment_debtor 2023-01-10"
    );
    // The last day of an entry still counts, the day of a repair does not.
    assert_eq!(
        debtor("2023-01-10", json!({"ends_on": "2024-06-30"})),
        "excluded in_default listing_judgment_debtor 2023-01-10"
    );
    assert_eq!(debtor("2023-01-10", json!({"ends_on": "2024-06-29"})), "good");
    assert_eq!(debtor("2023-01-10", json!({"repaired_on": "2024-06-30"})), "good");
}

/// Three months before the last day of the window is 2025-03-30.
#[test]
fn a_firm_is_good_only_if_it_was_followed() {
    let answered = |on: &str| told(json!({"answers": [{"table": "facilities", "answered_on": on}]}));
    assert_eq!(answered("2025-03-30"), "indeterminate not_followed_facilities");
    assert_eq!(answered("2025-03-31"), "good");
    assert_eq!(
        told(json!({"answers": []})),
        "indeterminate not_followed_facilities"
    );
}

#[test]
fn a_window_that_is_not_over_gives_no_bads_either() {
    let bad = json!({"facilities": [report("2024-12-31", 90, "5000")]});
    let known_by = |by: &str| PanelSpec::new(vec![day("2024-06-30")], 12, day(by));
    assert_eq!(
        told_by(known_by("2025-06-29"), bad.clone()),
        "indeterminate window_not_over"
    );
    assert_eq!(told_by(known_by("2025-06-30"), bad), "bad overdue 2024-12-31");
}

#[test]
fn firms_that_are_too_young_or_unknown_are_left_out() {
    let established = |on: &str| json!({"registrations": [{"name": "N", "established_on": on, "status": "active", "known_on": "2023-01-01"}]});
    assert_eq!(told(established("2024-06-30")), "good");
    assert_eq!(told(established("2024-07-01")), "excluded too_young");
    let mut grown = spec();
    grown.exclude.min_age_months = 12;
    assert_eq!(told_by(grown.clone(), established("2023-06-30")), "good");
    assert_eq!(
        told_by(grown.clone(), established("2023-07-01")),
        "excluded too_young"
    );
    let nobody = json!({"registrations": []});
    assert_eq!(told(nobody.clone()), "excluded unreported_registrations");
    grown.exclude.reported.clear();
    assert_eq!(told_by(grown, nobody), "excluded age_unknown");
}

// ---- documents ----

#[test]
fn every_fault_of_a_document_is_told() {
    let document = json!({
        "observed_on": {"days": ["2024-06-30", "2024-06-30", "2026-01-31"]}, "outcome_months": 0, "known_by": "2025-12-31",
        "default": {"events": [
            {"overdue": {"days": 0, "amount": "-1", "share": 1.5}},
            {"registration": {"any_of": []}},
            {"registration": {"any_of": ["deregistered", "active"]}}], "cure_months": 241},
        "indeterminate": {"overdue": {"days": 0}},
        "splits": {"test_share": 1.0, "folds": 1},
        "leaks": {"auc": 0.4, "unique_share": 2.0}
    });
    let faults = PanelSpec::from_json(&document.to_string())
        .unwrap()
        .check()
        .unwrap_err();
    let text: Vec<String> = faults.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(text.join("\n"), @r"
    observed_on.days[1]: expected days that ascend, each once, got `2024-06-30`
    observed_on.days[2]: expected days not after `known_by`, got `2026-01-31`
    outcome_months: expected 1 to 240, got `0`
    default.events[0].overdue.days: expected at least 1, got `0`
    default.events[0].overdue.amount: expected 0 or more, got `-1.00`
    default.events[0].overdue.share: expected 0 to 1, got `1.5`
    default.events[1].registration.any_of: expected at least one state, got `none`
    default.events[2].registration.any_of: expected states other than `active`, got `active`
    default.cure_months: expected 0 to 240, got `241`
    indeterminate.overdue.days: expected at least 1, got `0`
    indeterminate.left: expected states that are no default, got `deregistered`
    splits.test_share: expected strictly between 0 and 1, got `1`
    splits.folds: expected 2 to 1000, got `1`
    leaks.auc: expected 0.5 to 1, got `0.4`
    leaks.unique_share: expected 0 to 1, got `2`
    ");
}

#[test]
fn no_event_no_day_and_endless_days_are_faults() {
    let faults = |observed_on: Value| {
        let document = json!({"observed_on": observed_on, "outcome_months": 12, "known_by": "2025-12-31",
                              "default": {"events": []}});
        let faults = PanelSpec::from_json(&document.to_string())
            .unwrap()
            .check()
            .unwrap_err();
        faults
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("\n")
    };
    insta::assert_snapshot!(faults(json!({"days": []})), @r"
    observed_on.days: expected at least one day, got `none`
    default.events: expected at least one, got `none`
    ");
    insta::assert_snapshot!(faults(json!({"every": {"first": "2024-01-31", "last": "2024-12-31", "months": 0}})), @r"
    observed_on.every.months: expected at least 1, got `0`
    default.events: expected at least one, got `none`
    ");
    insta::assert_snapshot!(faults(json!({"every": {"first": "1900-01-31", "last": "2024-12-31", "months": 1}})), @r"
    observed_on.every: expected at most 1000 days, got `more`
    default.events: expected at least one, got `none`
    ");
}

#[test]
fn what_is_not_a_panel_document_is_told() {
    let error = |text: &str| PanelSpec::from_json(text).unwrap_err().to_string();
    insta::assert_snapshot!(error("[]"), @"not a panel: expected an object, got a list");
    insta::assert_snapshot!(error(r#"{"observed_on": {"days": []}, "outcome_months": 12}"#), @"not a panel: missing field `known_by` at line 1 column 51");
    insta::assert_snapshot!(error(r#"{"colour": "red"}"#), @"not a panel: unknown field `colour`, expected one of `observed_on`, `outcome_months`, `known_by`, `default`, `indeterminate`, `exclude`, `splits`, `leaks` at line 1 column 9");
}

#[test]
fn a_document_survives_the_way_through_a_design() {
    let mut document = spec();
    document.splits.test_from = Some(day("2024-01-31"));
    document.splits.test_share = Some(0.3);
    document.splits.folds = Some(5);
    let design = document.clone().check().unwrap();
    assert_eq!(PanelSpec::from_json(&design.spec().to_json()).unwrap(), document);
    assert_ne!(design.hash(), spec().check().unwrap().hash());
}

#[test]
fn month_ends_stay_month_ends() {
    let days = |first: &str, months: u16| -> Vec<String> {
        let document = json!({"observed_on": {"every": {"first": first, "last": "2024-12-31", "months": months}},
                              "outcome_months": 12, "known_by": "2025-12-31"});
        let design = PanelSpec::from_json(&document.to_string())
            .unwrap()
            .check()
            .unwrap();
        design.dates().iter().map(ToString::to_string).collect()
    };
    assert_eq!(days("2024-02-29", 4), ["2024-02-29", "2024-06-30", "2024-10-31"]);
    assert_eq!(days("2023-12-31", 6), ["2023-12-31", "2024-06-30", "2024-12-31"]);
    assert_eq!(
        days("2023-12-30", 2)[..3],
        ["2023-12-30", "2024-02-29", "2024-04-30"]
    );
    // Twelve months after the last of February is the last of February.
    assert_eq!(
        spec().check().unwrap().window_end(day("2024-02-29")),
        day("2025-02-28")
    );
}

// ---- random firms and a referee ----

/// The last day of knowledge of random firms, in days, and the days on which they are observed.
const KNOWN_BY: &str = "2025-12-31";
const OBSERVED: [&str; 2] = ["2024-03-31", "2024-06-30"];

#[derive(Clone, Debug)]
struct Facility {
    name: u8,
    on: Date,
    known: Date,
    days: Option<u32>,
    amount: Option<i64>,
    balance: i64,
    class: u8,
}

#[derive(Clone, Debug)]
struct Status {
    state: FirmStatus,
    on: Option<Date>,
    known: Date,
}

#[derive(Clone, Debug)]
struct Entry {
    on: Date,
    ends: Option<Date>,
    repaired: Option<Date>,
    objection: Option<Date>,
    known: Date,
}

#[derive(Clone, Debug)]
struct Random {
    facilities: Vec<Facility>,
    statuses: Vec<Status>,
    entries: Vec<Entry>,
    answered: Option<Date>,
}

const CLASSES: [&str; 5] = ["pass", "special_mention", "substandard", "doubtful", "loss"];

impl Random {
    /// The firm; rows that became known after a day are left out, and the rows stand turned by so many.
    fn dossier(&self, until: Date, turn: usize) -> Dossier {
        let turned = |mut all: Vec<Value>| {
            let by = turn % all.len().max(1);
            all.rotate_left(by);
            all
        };
        let text = |date: Date| Value::from(date.to_string());
        let facility = |f: &Facility| {
            json!({"facility": f.name.to_string(), "lender": "A", "snapshot_on": text(f.on), "opened_on": "2020-01-01",
                   "balance": f.balance.to_string(), "days_overdue": f.days, "class": CLASSES[usize::from(f.class)],
                   "amount_overdue": f.amount.map(|a| a.to_string()), "known_on": text(f.known)})
        };
        let status = |s: &Status| {
            json!({"name": "N", "established_on": "2015-01-05", "status": s.state.word(), "status_on": s.on.map(text),
                   "known_on": text(s.known)})
        };
        let entry = |(at, e): (usize, &Entry)| {
            json!({"list": "judgment_debtor", "reference": at.to_string(), "started_on": text(e.on),
                   "ends_on": e.ends.map(text), "repaired_on": e.repaired.map(text),
                   "objection_on": e.objection.map(text), "known_on": text(e.known)})
        };
        let facilities = self.facilities.iter().filter(|f| f.known <= until).map(facility);
        let statuses = self.statuses.iter().filter(|s| s.known <= until).map(status);
        let entries = self
            .entries
            .iter()
            .enumerate()
            .filter(|(_, e)| e.known <= until)
            .map(entry);
        let answered = self.answered.filter(|a| *a <= until);
        let answers = answered.map(|a| json!({"table": "facilities", "answered_on": text(a)}));
        json!({"firm_id": "F-000001", "facilities": turned(facilities.collect()),
               "registrations": turned(statuses.collect()), "listings": turned(entries.collect()),
               "answers": answers.into_iter().collect::<Vec<_>>()})
        .to_string()
        .parse()
        .unwrap()
    }
}

fn days_between(first: &str, last: &str) -> impl Strategy<Value = Date> + use<> {
    (day(first).days()..=day(last).days()).prop_map(|days| Date::from_days(days).unwrap())
}

fn some_day() -> impl Strategy<Value = Option<Date>> {
    prop::option::of(days_between("2024-01-01", "2026-03-31"))
}

prop_compose! {
    fn facilities()(rows in prop::collection::vec(
        (0..2_u8, 0..24_i32, prop::sample::select(vec![None, Some(0), Some(29), Some(30), Some(89), Some(90), Some(91), Some(150)]),
         prop::sample::select(vec![None, Some(0), Some(900), Some(1000), Some(5000)]), 0..12_u8, 0..3_i32), 0..12)) -> Vec<Facility> {
        let mut seen = BTreeSet::new();
        let made = rows.into_iter().map(|(name, month, days, amount, class, late)| {
            let on = day("2024-01-31").plus_months(month);
            let known = on.plus_days(100 * late);
            // One report in six is of a bad class.
            let class = class.saturating_sub(7).min(4);
            Facility { name, on, known, days, amount, balance: 100_000, class }
        });
        made.filter(|f| seen.insert((f.name, f.on, f.known))).collect()
    }
}

prop_compose! {
    fn statuses()(rows in prop::collection::vec(
        (0..6_usize, prop::option::of(-60..60_i32), days_between("2024-01-01", "2026-03-31")), 0..4)) -> Vec<Status> {
        let words = [FirmStatus::Active, FirmStatus::Active, FirmStatus::Suspended, FirmStatus::Revoked,
                     FirmStatus::Deregistered, FirmStatus::MovedOut];
        let first = Status { state: FirmStatus::Active, on: None, known: day("2015-01-05") };
        let mut seen = BTreeSet::new();
        let later = rows.into_iter().map(|(word, before, known)| {
            Status { state: words[word], on: before.map(|b| known.plus_days(-b)), known }
        });
        let mut all: Vec<Status> = later.filter(|s| seen.insert(s.known)).collect();
        all.sort_by_key(|s| s.known);
        all.insert(0, first);
        all
    }
}

prop_compose! {
    fn entries()(rows in prop::collection::vec(
        (days_between("2023-06-30", "2026-03-31"), prop::option::of(0..400_i32), prop::option::of(0..400_i32),
         prop::option::weighted(0.2, 0..400_i32), 0..200_i32), 0..2)) -> Vec<Entry> {
        let make = |(on, ends, repaired, objection, late): (Date, Option<i32>, Option<i32>, Option<i32>, i32)| {
            let after = |days: Option<i32>| days.map(|d| on.plus_days(d));
            Entry { on, ends: after(ends), repaired: after(repaired), objection: after(objection), known: on.plus_days(late) }
        };
        rows.into_iter().map(make).collect()
    }
}

prop_compose! {
    fn firms()(facilities in facilities(), statuses in statuses(), entries in entries(), answered in some_day()) -> Random {
        Random { facilities, statuses, entries, answered }
    }
}

/// Asks of every single day whether something holds, by what is known on a day. Shares no code with the crate.
struct Referee<'a> {
    firm: &'a Random,
    known: Date,
}

impl Referee<'_> {
    /// Reports of a facility in the version known, in order.
    fn reports(&self, name: u8) -> Vec<&Facility> {
        let mut latest: BTreeMap<Date, &Facility> = BTreeMap::new();
        for f in self
            .firm
            .facilities
            .iter()
            .filter(|f| f.name == name && f.known <= self.known)
        {
            let held = latest.entry(f.on).or_insert(f);
            if f.known > held.known {
                *held = f;
            }
        }
        latest.into_values().collect()
    }

    /// Whether a report shows enough overdue; thresholds of the shipped definition.
    fn overdue(&self, report: &Facility, days: u32) -> Option<bool> {
        let at_least = report.days?;
        let recent = |name: u8| {
            let all = self.reports(name);
            all.into_iter()
                .rfind(|r| r.on <= report.on && r.on > report.on.plus_months(-3))
                .cloned()
        };
        let stand: Vec<Facility> = (0..2).filter_map(recent).collect();
        let due: i64 = stand
            .iter()
            .map(|r| {
                r.amount
                    .unwrap_or(if r.days.unwrap_or(0) > 0 { r.balance } else { 0 })
            })
            .sum();
        let balance: i64 = stand.iter().map(|r| r.balance).sum();
        Some(at_least >= days && due >= 1000 && 100 * due >= balance)
    }

    /// Whether a state of a facility holds on a day, given what reports tell and how long before one it began.
    fn facility_holds(on: Date, told: &[(Date, bool, i32)]) -> bool {
        told.iter().enumerate().any(|(at, (reported, holds, before))| {
            let is_first = at == 0 || !told[at - 1].1;
            let after_last = at == 0 || told[at - 1].0 < on;
            let next_off = told[at..].iter().find(|(_, holds, _)| !holds);
            *holds
                && is_first
                && after_last
                && reported.plus_days(-before) <= on
                && next_off.is_none_or(|n| on < n.0)
        })
    }

    /// What holds on a day, each with its name.
    fn defaults(&self, on: Date) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for name in 0..2 {
            let all = self.reports(name);
            let overdue: Vec<_> = all
                .iter()
                .filter_map(|r| {
                    let before = i32::try_from(r.days?).unwrap() - 90;
                    Some((r.on, self.overdue(r, 90)?, before))
                })
                .collect();
            let classed: Vec<_> = all.iter().map(|r| (r.on, r.class >= 2, 0)).collect();
            for (what, told) in [("overdue", overdue), ("class", classed)] {
                if Self::facility_holds(on, &told) {
                    found.insert(format!("{what} {name}"));
                }
            }
        }
        found.extend(self.states(on, &[FirmStatus::Revoked]));
        for (at, e) in self.firm.entries.iter().enumerate() {
            let happened = |d: Option<Date>| d.is_some_and(|d| d <= self.known);
            let is_objected = happened(e.objection) && !happened(e.repaired);
            let is_over = |d: Option<Date>| d.is_some_and(|d| d <= on && d <= self.known);
            let is_past = e.ends.is_some_and(|d| d < on && d < self.known);
            let is_known = e.known <= self.known && !is_objected;
            if is_known && e.on <= on && !is_over(e.repaired) && !is_past {
                found.insert(format!("entry {at}"));
            }
        }
        found
    }

    /// The registrations that hold on a day in one of these states.
    fn states(&self, on: Date, states: &[FirmStatus]) -> BTreeSet<String> {
        let known: Vec<&Status> = self
            .firm
            .statuses
            .iter()
            .filter(|s| s.known <= self.known)
            .collect();
        let since = |s: &Status| s.on.unwrap_or(s.known);
        let holds = |at: &usize| {
            let next = known.get(at + 1).map(|n| since(n));
            let is_since = since(known[*at]) <= on.min(self.known);
            states.contains(&known[*at].state) && is_since && next.is_none_or(|n| on < n)
        };
        (0..known.len())
            .filter(holds)
            .map(|at| format!("state {at}"))
            .collect()
    }

    /// The outcome of a window, in words, with the day of a default.
    fn outcome(&self, observed: Date, months: i32) -> String {
        let end = observed.plus_months(months);
        let then = Referee {
            firm: self.firm,
            known: observed,
        };
        let left = [FirmStatus::Deregistered, FirmStatus::MovedOut];
        if !then.defaults(observed).is_empty() {
            return "excluded in_default".into();
        }
        if !self.defaults(observed).is_empty() {
            return "excluded in_default_known_later".into();
        }
        if !then.states(observed, &left).is_empty() || !self.states(observed, &left).is_empty() {
            return "excluded left".into();
        }
        if end > self.known {
            return "indeterminate window_not_over".into();
        }
        let window = || (observed.days() + 1..=end.days()).map(|d| Date::from_days(d).unwrap());
        let begins = |on: &Date| !self.defaults(*on).is_subset(&self.defaults(on.plus_days(-1)));
        if let Some(on) = window().find(begins) {
            return format!("bad {on}");
        }
        let objected = |e: &&Entry| {
            let happened = |d: Option<Date>| d.is_some_and(|d| d <= self.known);
            e.known <= self.known
                && happened(e.objection)
                && !happened(e.repaired)
                && observed < e.on
                && e.on <= end
        };
        if self.firm.entries.iter().any(|e| objected(&e)) {
            return "indeterminate objected".into();
        }
        if window().any(|on| {
            !self
                .states(on, &left)
                .is_subset(&self.states(on.plus_days(-1), &left))
        }) {
            return "indeterminate left".into();
        }
        let is_late = |r: &&Facility| observed < r.on && r.on <= end && self.overdue(r, 30) == Some(true);
        if (0..2).any(|name| self.reports(name).iter().any(is_late)) {
            return "indeterminate overdue".into();
        }
        let reports = self
            .firm
            .facilities
            .iter()
            .map(|f| f.known)
            .filter(|k| *k <= self.known)
            .max();
        let answered = reports.max(self.firm.answered.filter(|a| *a <= self.known));
        if answered.is_none_or(|a| a <= end.plus_months(-3)) {
            return "indeterminate not_followed_facilities".into();
        }
        "good".into()
    }
}

fn design(months: u16) -> PanelDesign {
    let days = OBSERVED.into_iter().map(day).collect();
    PanelSpec::new(days, months, day(KNOWN_BY)).check().unwrap()
}

fn in_words(row: &Observation<'_>) -> String {
    match row.outcome {
        Outcome::Bad(event) => format!("bad {}", event.on),
        outcome => [Some(outcome.word().to_owned()), outcome.reason()]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" "),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn outcomes_are_those_of_the_referee(firm in firms(), months in 1..25_u16) {
        let dossiers = [firm.dossier(Date::MAX, 0)];
        let referee = Referee { firm: &firm, known: day(KNOWN_BY) };
        for row in design(months).observe(&dossiers) {
            prop_assert_eq!(in_words(&row), referee.outcome(row.observed_on, i32::from(months)), "{}", row.observed_on);
        }
    }

    #[test]
    fn what_became_known_after_the_date_changes_no_measure(firm in firms()) {
        let design = design(12);
        let all = [firm.dossier(Date::MAX, 0)];
        for (row, observed) in design.observe(&all).iter().zip(OBSERVED) {
            let then = firm.dossier(day(observed), 0);
            prop_assert_eq!(&row.measures, &Measures::of(&then.view(day(observed))));
        }
    }

    #[test]
    fn what_became_known_after_the_end_changes_nothing(firm in firms()) {
        let (all, by_the_end) = ([firm.dossier(Date::MAX, 0)], [firm.dossier(day(KNOWN_BY), 0)]);
        prop_assert_eq!(design(12).observe(&all), design(12).observe(&by_the_end));
    }

    #[test]
    fn a_longer_window_never_turns_bad_into_good(firm in firms()) {
        let dossiers = [firm.dossier(Date::MAX, 0)];
        let mut was_bad = [None; OBSERVED.len()];
        for months in 1..25_u16 {
            for (row, was_bad) in design(months).observe(&dossiers).iter().zip(&mut was_bad) {
                if let (Some(first), Some(is_bad)) = (*was_bad, row.outcome.is_bad()) {
                    prop_assert!(is_bad, "{} months", months);
                    prop_assert_eq!(row.outcome.event(), Some(first));
                }
                if row.outcome.is_bad() == Some(true) {
                    *was_bad = row.outcome.event();
                }
            }
        }
    }

    #[test]
    fn the_order_of_records_changes_nothing(firm in firms(), turn in 0..12_usize) {
        let (straight, turned) = ([firm.dossier(Date::MAX, 0)], [firm.dossier(Date::MAX, turn)]);
        prop_assert_eq!(design(12).observe(&straight), design(12).observe(&turned));
    }

    /// More events, or lower bars, find no fewer defaults.
    #[test]
    fn a_wider_definition_never_turns_bad_into_good(firm in firms(), days in 1..90_u32) {
        let dossiers = [firm.dossier(Date::MAX, 0)];
        let narrow = design(12);
        let mut wide = narrow.spec().clone();
        wide.default.events.push(EventSpec::Overdue(OverdueSpec { days, amount: Money::ZERO, share: 0.0 }));
        let wide = wide.check().unwrap();
        for (before, after) in narrow.observe(&dossiers).iter().zip(&wide.observe(&dossiers)) {
            prop_assert!(!(before.outcome.is_bad() == Some(true) && after.outcome.is_bad() == Some(false)));
        }
    }
}

// ---- portfolios ----

/// 600 generated firms, and what became of them by the generator: the day of a default in the twelve months after
/// 2025-06-30, of firms at risk.
fn generated() -> (Vec<Dossier>, BTreeMap<String, Option<Date>>) {
    let portfolio = Portfolio {
        firms: 600,
        seed: 20_250_630,
        invoice_scale: 0.1,
        ..Portfolio::default()
    };
    let chunk = portfolio.chunk(0..600);
    let truth = &chunk.outcomes;
    let (ids, days) = (column(truth, "firm_id"), column(truth, "default_on"));
    let (Values::Text(ids), Values::Day(days)) = (ids, days) else {
        panic!("columns of another type")
    };
    let default_on = |day: &Option<i32>| day.map(|days| Date::from_days(days).unwrap());
    let truth = ids
        .iter()
        .zip(days)
        .map(|(id, day)| (id.clone().unwrap(), default_on(day)))
        .collect();
    (
        support::read(&chunk.tables, support::as_generated).dossiers,
        truth,
    )
}

fn column<'a>(table: &'a GeneratedTable, name: &str) -> &'a Values {
    table
        .columns
        .iter()
        .find(|(header, _)| *header == name)
        .map(|(_, values)| values)
        .unwrap()
}

/// The generator's default is the day on which the days overdue pass 90, so 91 days are asked for.
#[test]
fn defaults_of_generated_firms_are_found_on_their_days() {
    let (firms, truth) = generated();
    let mut document = PanelSpec::new(vec![day("2025-06-30")], 12, day("2026-06-30"));
    document.default.events = vec![EventSpec::Overdue(OverdueSpec {
        days: 91,
        amount: Money::ZERO,
        share: 0.0,
    })];
    let design = document.check().unwrap();
    let rows = design.observe(&firms);
    let bads: Vec<_> = rows
        .iter()
        .filter(|row| row.outcome.is_bad() == Some(true))
        .collect();
    let days: Vec<_> = bads
        .iter()
        .map(|row| (row.outcome.event().map(|e| e.on), truth[row.firm.as_str()]))
        .collect();
    assert!(bads.len() >= 5, "{}", bads.len());
    assert!(days.iter().all(|(found, drawn)| found == drawn), "{days:?}");
}

#[test]
fn every_firm_and_date_is_counted_and_pieces_are_the_whole() {
    let (firms, _) = generated();
    let every = json!({"observed_on": {"every": {"first": "2024-06-30", "last": "2025-06-30", "months": 6}},
                       "outcome_months": 12, "known_by": "2026-06-30",
                       "splits": {"test_from": "2025-06-30", "test_share": 0.3, "folds": 5, "seed": "s"}});
    let design = PanelSpec::from_json(&every.to_string()).unwrap().check().unwrap();
    let whole = design.observe(&firms);
    assert_eq!(whole.len(), firms.len() * 3);
    let mut counts = Counts::default();
    let mut pieces = Vec::new();
    for piece in firms.chunks(70) {
        let rows = design.observe(piece);
        counts.add(&Counts::of(&rows));
        pieces.extend(rows);
    }
    assert_eq!(pieces, whole);
    assert_eq!(counts, Counts::of(&whole));
    let words = ["good", "bad", "indeterminate", "excluded"];
    assert_eq!(
        words.iter().map(|word| counts.of_outcome(word)).sum::<u64>(),
        counts.total()
    );
    assert_eq!(counts.total(), whole.len() as u64);

    let table = rows(&design, &whole, true);
    assert_eq!(table.rows(), whole.len());
    assert_eq!(table.columns().len(), 7 + 3 + 2 * CATALOGUE.len());
    // Reasons stand where there is neither good nor bad, events of bads within their windows.
    for row in &whole {
        assert_eq!(row.outcome.is_bad().is_none(), row.outcome.reason().is_some());
        if let Outcome::Bad(event) = row.outcome {
            assert!(row.observed_on < event.on && event.on <= row.window_end);
        }
    }
    splits_hold(&design, &whole);
}

/// No firm on both sides, in two folds, and no window of the training side beyond the first day of the test.
fn splits_hold(design: &PanelDesign, rows: &[Observation<'_>]) {
    let side = |row: &Observation<'_>| design.time_side(row).unwrap();
    let of = |wanted: TimeSide| rows.iter().filter(move |row| side(row) == wanted);
    let last = of(TimeSide::Train).map(|row| row.window_end).max().unwrap();
    assert!(last <= of(TimeSide::Test).map(|row| row.observed_on).min().unwrap());
    assert!(
        of(TimeSide::Gap)
            .all(|row| row.window_end > day("2025-06-30") && row.observed_on < day("2025-06-30"))
    );
    assert!(of(TimeSide::Gap).count() > 0);

    let mut folds: BTreeMap<&str, BTreeSet<Option<u16>>> = BTreeMap::new();
    let mut sizes: BTreeMap<u16, usize> = BTreeMap::new();
    let mut tests = 0;
    for row in rows {
        folds
            .entry(row.firm.as_str())
            .or_default()
            .insert(design.fold(row.firm));
        *sizes.entry(design.fold(row.firm).unwrap()).or_default() += 1;
        tests += usize::from(design.is_test_firm(row.firm).unwrap());
    }
    assert!(folds.values().all(|of_firm| of_firm.len() == 1));
    assert_eq!(sizes.keys().copied().collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    // Five standard deviations of a binomial share: of 600 firms 0.2 ± 0.082 and 0.3 ± 0.094.
    let share = |count: usize| count as f64 / rows.len() as f64;
    assert!(
        sizes.values().all(|size| (share(*size) - 0.2).abs() < 0.082),
        "{sizes:?}"
    );
    assert!((share(tests) - 0.3).abs() < 0.094, "{tests}");
}

/// SHA-256 of "fold\ns\nF-000001", "half\ns\nF-000001" by another implementation (hashlib of Python 3): the first eight
/// bytes as a number.
#[test]
fn a_firm_stays_where_it_is_from_release_to_release() {
    let mut document = spec();
    document.splits.seed = "s".into();
    document.splits.folds = Some(7);
    let firm = firm(json!({}));
    assert_eq!(document.clone().check().unwrap().fold(firm.firm()), Some(1));
    document.splits.test_share = Some(0.966_163_249 + 1e-6);
    assert_eq!(
        document.clone().check().unwrap().is_test_firm(firm.firm()),
        Some(true)
    );
    document.splits.test_share = Some(0.966_163_249 - 1e-6);
    assert_eq!(document.check().unwrap().is_test_firm(firm.firm()), Some(false));
}

/// The random firms are no idle ones: every outcome comes up, and every reason but those of missing or young registrations.
#[test]
fn random_firms_meet_every_outcome() {
    use proptest::strategy::ValueTree as _;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut met = BTreeSet::new();
    for months in (1..25).cycle().take(600) {
        let firm = firms().new_tree(&mut runner).unwrap().current();
        let dossiers = [firm.dossier(Date::MAX, 0)];
        for row in design(months).observe(&dossiers) {
            let event = row.outcome.event().map(|e| e.kind.word()).unwrap_or_default();
            let word = row.outcome.reason().unwrap_or(row.outcome.word().to_owned());
            met.insert(format!("{word} {event}").trim_end().to_owned());
        }
    }
    let met: Vec<String> = met.into_iter().collect();
    insta::assert_snapshot!(met.join("\n"), @r"
    bad listing_judgment_debtor
    bad non_performing
    bad overdue
    bad registration_revoked
    good
    in_default listing_judgment_debtor
    in_default non_performing
    in_default overdue
    in_default registration_revoked
    in_default_known_later listing_judgment_debtor
    in_default_known_later non_performing
    in_default_known_later overdue
    in_default_known_later registration_revoked
    left registration_deregistered
    left registration_moved_out
    not_followed_facilities
    objected listing_judgment_debtor
    overdue overdue
    window_not_over
    ");
}

/// Firms of which nothing becomes known after the day are the same in hindsight.
#[test]
fn without_late_knowledge_nothing_changes_in_hindsight() {
    let settled = [firm(json!({"facilities": [report("2024-06-30", 10, "5000")],
        "answers": [{"table": "facilities", "answered_on": "2025-12-31"}, {"table": "patents", "answered_on": "2024-01-31"}]}))];
    let design = spec().check().unwrap();
    let found = design.leaks(&settled, &design.observe(&settled));
    assert!(found.iter().all(|leak| leak.rows == 1 && leak.changed == 0));
}

/// Nobody is good or bad before the window is over, so there is nothing to look at.
#[test]
fn without_goods_and_bads_the_leak_check_says_nothing() {
    let firms = [firm(json!({}))];
    let design = PanelSpec::new(vec![day("2025-12-31")], 12, day("2025-12-31"))
        .check()
        .unwrap();
    let found = design.leaks(&firms, &design.observe(&firms));
    assert!(
        found
            .iter()
            .all(|leak| leak.rows == 0 && leak.power.is_none() && leak.signs.is_empty())
    );
}

#[test]
fn the_leak_check_finds_what_was_known_later() {
    let (firms, _) = generated();
    let design = PanelSpec::new(vec![day("2024-12-31"), day("2025-06-30")], 12, day("2026-06-30"))
        .check()
        .unwrap();
    let rows = design.observe(&firms);
    let found = design.leaks(&firms, &rows);
    assert_eq!(found.len(), CATALOGUE.len());
    let mut turned = rows.clone();
    turned.reverse();
    assert_eq!(design.leaks(&firms, &turned), found);
    assert!(
        design
            .leaks(&firms[..100], &rows)
            .iter()
            .all(|leak| leak.rows <= 200)
    );
    let used = Counts::of(&rows);
    let used = used.of_outcome("good") + used.of_outcome("bad");
    assert!(
        found
            .iter()
            .all(|leak| leak.rows as u64 == used && leak.values <= leak.rows && leak.changed <= leak.rows)
    );
    for leak in &found {
        if let Some(power) = leak.power {
            assert!((0.5..=1.0).contains(&power.auc), "{}", leak.measure.id());
        }
    }
    let Some(Cells::Text(signs)) = leaks(&found).column("signs").cloned() else {
        panic!("no signs")
    };
    assert_eq!(signs.len(), found.len());
}

/// The capital on the day was 1,000,000 yuan; the registry as it stands at the end says 5,000,000.
#[test]
fn a_registration_as_it_stands_today_is_known_later() {
    let firms = [firm(json!({
        "registrations": [
        {"name": "N", "established_on": "2015-01-05", "status": "active", "registered_capital": "1000000"},
        {"name": "N", "established_on": "2015-01-05", "status": "active", "registered_capital": "5000000",
         "known_on": "2025-01-31"}]}))];
    let design = spec().check().unwrap();
    let found = design.leaks(&firms, &design.observe(&firms));
    let changed: Vec<_> = found
        .iter()
        .filter(|leak| leak.changed > 0)
        .map(|leak| leak.measure.id())
        .collect();
    assert_eq!(changed, ["registry.capital"]);
    let capital = found.iter().find(|leak| leak.changed > 0).unwrap();
    assert_eq!((capital.rows, capital.values, capital.changed), (1, 1, 1));
    assert_eq!(
        capital.signs.iter().map(|sign| sign.word()).collect::<Vec<_>>(),
        ["known_later"]
    );
}
