//! What follows in the shipped rulebooks at its edge days, and what must hold of any answer.
//!
//! Expected days are reckoned by hand: a level counts to 30 April of the second year after its own (of the third if D
//! was set directly), an entry for as many months as its clock names, the last day included.

use super::*;
use crate::measure::Measures;
use crate::num::Date;
use crate::record::Dossier;
use crate::rule::clock::Standing;
use crate::rule::rulebook::{Declared, Rulebook, RulebookSpec};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::LazyLock;

fn book(id: &str) -> Rulebook {
    RulebookSpec::preset(id).unwrap().check().unwrap()
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn firm(tables: &Value) -> Dossier {
    let mut document = tables.clone();
    document["firm_id"] = "F-1".into();
    document.to_string().parse().unwrap()
}

/// Lists and tax levels were answered for on a day.
fn answered(on: &str) -> Value {
    let of = |table: &str| json!({"table": table, "answered_on": on});
    json!([of("listings"), of("tax_credit_levels"), of("certificates")])
}

/// Lines of an answer, each with the id of the application in front.
fn told(book: &Rulebook, firm: &Dossier, as_of: &str, rating: Option<&str>) -> Vec<String> {
    let view = firm.view(day(as_of));
    let (measures, declared) = (Measures::of(&view), Declared::default());
    let evaluations = book.evaluate(&view, &measures, &declared);
    let question = Question {
        view: &view,
        measures: &measures,
        declared: &declared,
        evaluations: &evaluations,
        rating,
    };
    let applied = book.apply(&question);
    let line = |a: &Application<'_>| {
        let on = |day: Option<Date>| day.map_or("?".to_owned(), |d| d.to_string());
        let state = match a.state {
            ApplicationState::Suspended {
                objection_on,
                answer_due,
            } => format!(
                "suspended {objection_on}, due {}",
                on(answer_due.map(|due| due.on))
            ),
            ApplicationState::Refused(why) => format!("refused {}", why.word()),
            other => other.word().to_owned(),
        };
        let missing: Vec<_> = a.missing.iter().map(|m| m.id(book.spec())).collect();
        let missing = if missing.is_empty() {
            String::new()
        } else {
            format!("; missing {}", missing.join(" "))
        };
        format!(
            "{}: {state}, {} to {}, removable {}{missing}",
            book.spec().applications[a.application].id,
            on(a.start),
            on(a.end),
            on(a.earliest_end)
        )
    };
    applied.applications.iter().map(line).collect()
}

/// The lines whose id begins with a word.
fn of(lines: Vec<String>, prefix: &str) -> Vec<String> {
    lines
        .into_iter()
        .filter(|line| line.starts_with(prefix))
        .collect()
}

fn china(tables: &Value, as_of: &str, prefix: &str) -> Vec<String> {
    of(told(&book("china"), &firm(tables), as_of, None), prefix)
}

const DEBTOR: &str = "2024-06-10";

fn debtor(more: &Value) -> Value {
    let mut entry = json!({"list": "judgment_debtor", "started_on": DEBTOR, "reference": "1"});
    entry
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    json!({"listings": [entry], "answers": answered("2024-01-01")})
}

#[test]
fn a_judgment_debtor_is_disciplined_in_the_fields_that_the_courts_name() {
    let lines = china(&debtor(&json!({})), "2026-06-10", "debtor_");
    let fields = [
        "procurement",
        "tendering",
        "approvals",
        "support",
        "credit",
        "entry",
        "qualification",
        "recorded",
    ];
    // Two years from 10 June 2024, the last day included, then it may count; no last day is certain. It can be removed
    // as soon as the debt is paid.
    let wanted = fields.map(|f| format!("debtor_{f}: applies, 2024-06-10 to ?, removable 2024-06-10"));
    assert_eq!(lines, wanted);
    let later = china(&debtor(&json!({})), "2026-06-11", "debtor_");
    let wanted =
        fields.map(|f| format!("debtor_{f}: open, 2024-06-10 to ?, removable 2024-06-10; missing term"));
    assert_eq!(later, wanted);
    // Two years that the decision fixes are over for certain.
    let fixed = debtor(&json!({"ends_on": "2026-06-10"}));
    let wanted =
        fields.map(|f| format!("debtor_{f}: applies, 2024-06-10 to 2026-06-10, removable 2024-06-10"));
    assert_eq!(china(&fixed, "2026-06-10", "debtor_"), wanted);
    assert_eq!(china(&fixed, "2026-06-11", "debtor_"), [""; 0]);
    assert_eq!(china(&debtor(&json!({})), "2024-06-09", "debtor_"), [""; 0]);
    let repaired = debtor(&json!({"repaired_on": "2025-01-07"}));
    assert_eq!(china(&repaired, "2025-01-06", "debtor_").len(), 8);
    assert_eq!(china(&repaired, "2025-01-07", "debtor_"), [""; 0]);
}

#[test]
fn an_objection_suspends_until_it_is_answered() {
    let objected = debtor(&json!({"objection_on": "2025-02-03"}));
    assert_eq!(
        china(&objected, "2025-02-03", "debtor_credit"),
        ["debtor_credit: suspended 2025-02-03, due ?, 2024-06-10 to ?, removable 2024-06-10"]
    );
    // A second entry, against which nobody objects, goes on.
    let mut two = objected;
    let other = json!({"list": "judgment_debtor", "started_on": "2025-01-02", "reference": "2"});
    two["listings"].as_array_mut().unwrap().push(other);
    assert_eq!(
        china(&two, "2025-02-03", "debtor_credit"),
        ["debtor_credit: applies, 2025-01-02 to ?, removable 2025-01-02"]
    );
    let in_shanghai = json!({
        "registrations": [{"name": "N", "status": "active", "established_on": "2018-01-01", "region": "310115"}],
        "listings": [{"list": "serious_violation", "started_on": "2025-01-06", "objection_on": "2026-06-25"}],
        "answers": answered("2024-01-01"),
    });
    // Seven working days after Thursday, 25 June 2026.
    assert_eq!(
        of(
            told(&book("shanghai"), &firm(&in_shanghai), "2026-06-30", None),
            "shanghai_office"
        ),
        ["shanghai_office: suspended 2026-06-25, due 2026-07-06, 2025-01-06 to 2028-01-06, removable ?"]
    );
}

#[test]
fn without_an_answer_for_lists_discipline_is_open() {
    let nothing = json!({});
    assert_eq!(
        china(&nothing, "2025-06-30", "debtor_credit"),
        ["debtor_credit: open, ? to ?, removable ?; missing listed:judgment_debtor"]
    );
    assert_eq!(
        china(&json!({"answers": answered("2025-06-01")}), "2025-06-30", ""),
        [""; 0]
    );
}

fn levels(levels: &[(i32, &str, bool)], answered_on: &str) -> Value {
    let level =
        |(year, level, direct): &(i32, &str, bool)| json!({"year": year, "level": level, "direct": direct});
    let levels: Vec<Value> = levels.iter().map(level).collect();
    json!({"tax_credit_levels": levels, "answers": answered(answered_on)})
}

#[test]
fn a_level_counts_until_the_next_is_out() {
    let a = levels(&[(2024, "A", false)], "2025-05-01");
    let list = "tax_a_list: applies, 2025-07-01 to 2026-04-30, removable ?";
    // The rule is in force from 1 July 2025.
    assert_eq!(china(&a, "2025-06-30", "tax_a_list"), [""; 0]);
    assert_eq!(china(&a, "2025-07-01", "tax_a_list"), [list]);
    assert_eq!(china(&a, "2026-04-30", "tax_a_list"), [list]);
    let open = "tax_a_list: open, ? to ?, removable ?; missing tax_level";
    assert_eq!(china(&a, "2026-05-01", "tax_a_list"), [open]);
    // Answered for the April in between, there is none.
    let answered = levels(&[(2024, "A", false)], "2026-04-30");
    assert_eq!(china(&answered, "2026-05-01", "tax_a_list"), [""; 0]);
    let bank = "bank_tax_loan: applies, 2026-04-30 to 2027-04-30, removable ?";
    assert_eq!(
        china(&levels(&[(2025, "M", false)], "2026-05-01"), "2026-06-30", "bank"),
        [bank]
    );
    assert_eq!(
        china(&levels(&[(2025, "C", false)], "2026-05-01"), "2026-06-30", "bank"),
        [""; 0]
    );
}

/// Every history of three years: none, or one of the levels, D set directly or not.
fn histories() -> impl Iterator<Item = Vec<Value>> {
    let kinds = [
        None,
        Some(("A", false)),
        Some(("M", false)),
        Some(("C", false)),
        Some(("D", false)),
        Some(("D", true)),
    ];
    (0..kinds.len().pow(3)).map(move |at| {
        let of_year = |(year, place): (i32, usize)| {
            let (level, direct) = kinds[at / place % kinds.len()]?;
            Some(json!({"year": year, "level": level, "direct": direct}))
        };
        [(2022, 1), (2023, 6), (2024, 36)]
            .into_iter()
            .filter_map(of_year)
            .collect()
    })
}

#[test]
fn a_test_of_the_level_and_what_follows_from_it_agree_on_every_history_and_day() {
    let shipped = book("china");
    let mut spec = RulebookSpec::preset("china").unwrap();
    let bank = spec
        .applications
        .iter_mut()
        .find(|a| a.id == "bank_tax_loan")
        .unwrap();
    bank.when =
        When::Test(serde_json::from_value(json!({"tax_level": {"levels": ["A", "B", "M"]}})).unwrap());
    let by_test = spec.clone().check().unwrap();
    let at = spec
        .evaluations
        .iter()
        .position(|e| e.id == "bank_tax_loan")
        .unwrap();
    let days = [
        "2024-04-30",
        "2024-05-01",
        "2025-04-30",
        "2025-05-01",
        "2026-04-30",
        "2026-05-01",
        "2027-04-30",
        "2027-05-01",
    ];
    for (levels, answer) in histories().flat_map(|h| [(h.clone(), None), (h, Some("2026-04-30"))]) {
        let answers = answer.map_or(json!([]), answered);
        let firm = firm(&json!({"tax_credit_levels": levels, "answers": answers}));
        for as_of in days {
            let lines = of(told(&shipped, &firm, as_of, None), "bank_tax_loan");
            assert_eq!(
                of(told(&by_test, &firm, as_of, None), "bank_tax_loan"),
                lines,
                "{levels:?}, {as_of}"
            );
            let view = firm.view(day(as_of));
            let verdict = shipped.evaluate(&view, &Measures::of(&view), &Declared::default())[at].verdict;
            let wanted = match lines.first() {
                None => "failed",
                Some(line) if line.starts_with("bank_tax_loan: applies") => "passed",
                Some(_) => "open",
            };
            assert_eq!(verdict.word(), wanted, "{levels:?}, {as_of}");
        }
    }
}

#[test]
fn a_level_d_never_brings_an_incentive_by_a_test() {
    let mut spec = RulebookSpec::preset("china").unwrap();
    let asking = |test: Value| When::Test(serde_json::from_value(test).unwrap());
    let of_kind = |spec: &RulebookSpec, id: &str| spec.applications.iter().position(|a| a.id == id).unwrap();
    let (incentive, discipline) = (of_kind(&spec, "bank_tax_loan"), of_kind(&spec, "tax_d_kept"));
    let mut faults = |at: usize, test: Value| {
        spec.applications[at].when = asking(test);
        spec.clone()
            .check()
            .err()
            .map(|faults| faults[0].to_string())
            .unwrap_or_default()
    };
    insta::assert_snapshot!(faults(incentive, json!({"tax_level": {"levels": ["A", "D"]}})), @"applications[18].when.test.tax_level: expected an incentive that asks not to be D, or discipline that asks to be D, without a last year, got `A, D`");
    insta::assert_snapshot!(faults(incentive, json!({"not": {"tax_level": {"levels": ["C"]}}})), @"applications[18].when.test.not.tax_level: expected an incentive that asks not to be D, or discipline that asks to be D, without a last year, got `C`");
    assert_eq!(
        faults(incentive, json!({"not": {"tax_level": {"levels": ["D"]}}})),
        ""
    );
    insta::assert_snapshot!(faults(discipline, json!({"tax_level": {"levels": ["C"]}})), @"applications[16].when.test.tax_level: expected an incentive that asks not to be D, or discipline that asks to be D, without a last year, got `C`");
    insta::assert_snapshot!(faults(discipline, json!({"tax_level": {"levels": ["D"], "to_year": 2024}})), @"applications[16].when.test.tax_level: expected an incentive that asks not to be D, or discipline that asks to be D, without a last year, got `D up to 2024`");
    assert_eq!(
        faults(
            discipline,
            json!({"tax_level": {"levels": ["D"], "from_year": 2024}})
        ),
        ""
    );
}

#[test]
fn the_green_channel_takes_three_years_on_end() {
    let channel =
        |given: &[(i32, &str, bool)]| china(&levels(given, "2026-05-01"), "2026-06-30", "tax_a_green");
    let (a, b, c) = ((2023, "A", false), (2024, "A", false), (2025, "A", false));
    assert_eq!(
        channel(&[a, b, c]),
        ["tax_a_green_channel: applies, 2026-04-30 to 2027-04-30, removable ?"]
    );
    assert_eq!(channel(&[a, (2024, "B", false), c]), [""; 0]);
    assert_eq!(channel(&[a, b, (2025, "B", false)]), [""; 0]);
    assert_eq!(
        channel(&[b, c]),
        ["tax_a_green_channel: open, 2026-04-30 to 2027-04-30, removable ?; missing tax_level"]
    );
}

#[test]
fn a_direct_d_is_kept_for_a_second_year() {
    let d = |as_of: &str, given: &[(i32, &str, bool)]| china(&levels(given, as_of), as_of, "tax_d_");
    let direct = [(2024, "D", true)];
    let ids = ["persons_firms", "invoices", "monitoring", "shared", "kept"];
    let until = |end: &str| ids.map(|id| format!("tax_d_{id}: applies, 2025-07-01 to {end}, removable ?"));
    assert_eq!(d("2027-04-30", &direct), until("2027-04-30"));
    assert_eq!(d("2027-05-01", &direct), [""; 0]);
    let by_points = d("2026-04-30", &[(2024, "D", false)]);
    assert_eq!(by_points.len(), 5);
    assert_eq!(
        by_points[4],
        "tax_d_points: applies, 2025-07-01 to 2026-04-30, removable ?"
    );
    assert_eq!(d("2026-05-01", &[(2024, "D", false)]), [""; 0]);
    // A further D takes nothing away, a better level ends it.
    let both = d("2026-06-30", &[(2024, "D", true), (2025, "D", false)]);
    assert_eq!(both.len(), 6);
    assert_eq!(d("2026-06-30", &[(2024, "D", true), (2025, "C", false)]), [""; 0]);
}

#[test]
fn certificates_bring_the_highest_share_of_the_guarantee_alone() {
    let held = |kinds: &[&str]| {
        let certificate =
            |kind: &&str| json!({"kind": kind, "valid_from": "2024-01-15", "valid_to": "2027-01-14"});
        let all: Vec<Value> = kinds.iter().map(certificate).collect();
        let tables = json!({"certificates": all, "answers": answered("2025-01-01")});
        china(&tables, "2025-06-30", "guarantee")
    };
    let share = |share: u8, start: &str, end: &str| {
        [format!(
            "guarantee_share_{share}: applies, {start} to {end}, removable ?"
        )]
    };
    // The programme begins on 24 July 2024. Since when a lower tier holds depends on certificates not held.
    assert_eq!(
        held(&["little_giant", "high_tech_enterprise"]),
        share(40, "2024-07-24", "2027-01-14")
    );
    assert_eq!(
        held(&["high_tech_enterprise", "technology_sme"]),
        share(35, "?", "2027-01-14")
    );
    assert_eq!(held(&["technology_sme"]), share(30, "?", "2027-01-14"));
    assert_eq!(held(&[]), [""; 0]);
}

#[test]
fn a_measure_that_is_not_published_is_refused() {
    let example = book("shanxi-example");
    let rated = |symbol| told(&example, &firm(&json!({})), "2025-06-30", symbol);
    insta::assert_snapshot!(rated(Some("AAA")).join("\n"), @r"
    example_green_channel: applies, ? to ?, removable ?
    example_fiscal_priority: applies, ? to ?, removable ?
    example_interest_subsidy: applies, ? to ?, removable ?
    example_guarantee_share: applies, ? to ?, removable ?
    example_inspections: applies, ? to ?, removable ?
    ");
    insta::assert_snapshot!(rated(Some("C")).join("\n"), @r"
    example_fiscal_limits: refused not_published, ? to ?, removable ?
    example_key_supervision: refused not_published, ? to ?, removable ?
    example_financing_limits: refused not_published, ? to ?, removable ?
    ");
    assert_eq!(rated(Some("BB")), [""; 0]);
    let open = rated(None);
    assert_eq!(open.len(), 8);
    assert_eq!(
        open[0],
        "example_green_channel: open, ? to ?, removable ?; missing rating"
    );
}

#[test]
fn a_measure_is_refused_when_its_list_is_not_in_force() {
    let mut spec = RulebookSpec::preset("china").unwrap();
    spec.published_lists[0].valid_to = Some(day("2025-01-31"));
    let book = spec.check().unwrap();
    let credit = |as_of: &str| {
        of(
            told(&book, &firm(&debtor(&json!({}))), as_of, None),
            "debtor_credit",
        )
    };
    assert_eq!(
        credit("2025-01-31"),
        ["debtor_credit: applies, 2024-06-10 to ?, removable 2024-06-10"]
    );
    assert_eq!(
        credit("2025-02-01"),
        ["debtor_credit: refused list_not_in_force, 2024-06-10 to ?, removable 2024-06-10"]
    );
}

#[test]
fn an_entry_that_has_ended_by_its_clock_bars_no_incentive() {
    let shanghai = |more: &Value, as_of: &str| {
        of(
            told(&book("shanghai"), &firm(&debtor(more)), as_of, None),
            "shanghai_lic",
        )
    };
    let fixed = json!({"ends_on": "2026-06-10"});
    assert_eq!(shanghai(&fixed, "2026-06-10"), [""; 0]);
    assert_eq!(
        shanghai(&fixed, "2026-06-11"),
        ["shanghai_licensing: applies, ? to ?, removable ?"]
    );
    // Without a last day of its own: two years from 10 June 2024, then it may still count.
    assert_eq!(shanghai(&json!({}), "2026-06-10"), [""; 0]);
    assert_eq!(
        shanghai(&json!({}), "2026-06-11"),
        ["shanghai_licensing: open, ? to ?, removable ?; missing term"]
    );
}

#[test]
fn what_was_dropped_is_in_the_answer() {
    let tables = json!({
        "listings": [
            {"list": "judgment_debtor", "started_on": "2022-03-01", "ends_on": "2024-03-01", "reference": "1"},
            {"list": "abnormal_operation", "started_on": "2024-03-01", "repaired_on": "2024-05-06"},
        ],
        "responsible_persons": [{"person": "P1", "role": "manager", "kind": "credit", "started_on": "2017-01-01",
            "ended_on": "2020-06-29"}],
    });
    let (firm, book) = (firm(&tables), book("china"));
    let view = firm.view(day("2025-06-30"));
    let question = Question {
        view: &view,
        measures: &Measures::of(&view),
        declared: &Declared::default(),
        evaluations: &[],
        rating: None,
    };
    let dropped: Vec<Standing> = book.apply(&question).records.iter().map(|r| r.standing).collect();
    let expired = |last| Standing::Expired { last: day(last) };
    let repaired = Standing::Repaired {
        on: day("2024-05-06"),
    };
    assert_eq!(dropped, [repaired, expired("2024-03-01"), expired("2025-06-29")]);
}

#[test]
fn faults_of_applications_name_the_place() {
    let mut spec = RulebookSpec::preset("china").unwrap();
    spec.clocks[1].severities = vec![crate::record::Severity::Minor];
    spec.clocks[2].least_months = Some(40);
    spec.clocks[6].open_ended = true;
    spec.deadlines[0].days = 0;
    spec.deadlines[0].regions = vec!["310".to_owned()];
    spec.published_lists[0].items.clear();
    spec.published_lists[1].valid_to = Some(day("2000-01-01"));
    let applications = &mut spec.applications;
    applications[8].published.as_mut().unwrap().list = "nowhere".to_owned();
    applications[9].when = When::Listed(ListedWhen {
        lists: Vec::new(),
        severities: Vec::new(),
    });
    applications[10].when = When::TaxLevel(TaxLevelWhen {
        levels: vec![crate::record::TaxLevel::D],
        direct: None,
        years: Some(0),
    });
    applications[12].when =
        When::Test(serde_json::from_value(json!({"not": {"listed": "judgment_debtor"}})).unwrap());
    applications[19].when =
        When::Test(serde_json::from_value(json!({"any": [{"listed": "judgment_debtor"}]})).unwrap());
    let faults = spec.check().unwrap_err();
    let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(told.join("\n"), @r"
    clocks[1]: expected one clock for each record, severity and day, got `penalty_minor`
    clocks[2].least_months: expected no more than `most_months`, got `40`
    clocks[6].open_ended: expected only beside `most_months`, got `true`
    deadlines[0].days: expected 1 to 366, got `0`
    deadlines[0].regions[0]: expected two, four or six digits of a region code, got `310`
    published_lists[0].items: expected at least one, got `none`
    published_lists[1].valid_to: expected a day not before `valid_from`, got `2000-01-01`
    applications[8].published.list: expected the id of a published list, got `nowhere`
    applications[9].when.listed: expected no list: an incentive does not follow from one, got `a list`
    applications[9].when.listed.lists: expected at least one, got `none`
    applications[10].when.tax_level.levels: expected levels without D for an incentive, got `D`
    applications[10].when.tax_level.years: expected 1 to 10, got `0`
    applications[12].when.test.not.listed: expected an incentive that asks to be on no list, or discipline that asks to be on one, got `judgment_debtor`
    applications[19].when.test.any[0].listed: expected an incentive that asks to be on no list, or discipline that asks to be on one, got `judgment_debtor`
    ");
}

// ---- laws ----

/// A record of a firm as JSON, with its table; references tell records apart.
fn record(reference: usize) -> impl Strategy<Value = (&'static str, Value)> {
    let lists = prop::sample::select(vec![
        "abnormal_operation",
        "serious_violation",
        "judgment_debtor",
        "major_tax_violation",
        "administrative_penalty",
    ]);
    let severity = prop::sample::select(vec![
        json!(null),
        json!("minor"),
        json!("ordinary"),
        json!("serious"),
    ]);
    let span = (18_000..21_000_i32, prop::option::of(0..1_500_i32));
    let listing = (lists, severity, span.clone(), prop::option::of(0..900_i32)).prop_map(
        move |(list, severity, (start, length), objection)| {
            let on = |days: i32| Date::from_days(days).unwrap().to_string();
            let entry = json!({"list": list, "severity": severity, "started_on": on(start), "reference": reference.to_string(),
                "ends_on": length.map(|d| on(start + d)), "objection_on": objection.map(|d| on(start + d))});
            ("listings", entry)
        },
    );
    let person = span.prop_map(move |(start, length)| {
        let on = |days: i32| Date::from_days(days).unwrap().to_string();
        let record = json!({"person": "P1", "role": "director", "kind": "credit", "reference": reference.to_string(),
            "started_on": on(start), "ended_on": length.map(|d| on(start + d))});
        ("responsible_persons", record)
    });
    prop_oneof![3 => listing, 1 => person]
}

type Rows = Vec<(&'static str, Value)>;

fn levels_of_years() -> impl Strategy<Value = Vec<(i32, &'static str, bool)>> {
    let level = prop::sample::select(vec!["A", "B", "M", "C", "D"]);
    let of_year = (level, any::<bool>(), any::<bool>());
    prop::collection::vec(of_year, 6).prop_map(|years| {
        let years = years.into_iter().zip(2019..);
        let held = years.filter(|((_, _, is_held), _)| *is_held);
        held.map(|((level, direct, _), year)| (year, level, direct))
            .collect()
    })
}

fn rows() -> impl Strategy<Value = Rows> {
    let records: Vec<_> = (0..5).map(|at| record(at).boxed()).collect();
    (records, 0..=5_usize).prop_map(|(mut records, keep)| {
        records.truncate(keep);
        records
    })
}

/// The firm with these records, lists and levels answered for on the day itself.
fn with(rows: &Rows, levels: &[(i32, &str, bool)], as_of: Date) -> Dossier {
    let mut tables = super::tests::levels(levels, &as_of.to_string());
    for (table, row) in rows {
        if tables[*table].is_null() {
            tables[*table] = json!([]);
        }
        tables[*table].as_array_mut().unwrap().push(row.clone());
    }
    firm(&tables)
}

/// How far every application of a book goes for a firm; what does not apply is left out. A refused measure stands for
/// what would be applied.
fn reach(book: &Rulebook, firm: &Dossier, as_of: Date) -> BTreeMap<String, (ApplicationKind, u8)> {
    let view = firm.view(as_of);
    let (measures, declared) = (Measures::of(&view), Declared::default());
    let evaluations = book.evaluate(&view, &measures, &declared);
    let question = Question {
        view: &view,
        measures: &measures,
        declared: &declared,
        evaluations: &evaluations,
        rating: None,
    };
    let of = |a: &Application<'_>| {
        let spec = &book.spec().applications[a.application];
        let reach = match a.state {
            ApplicationState::Suspended { .. } => 1,
            ApplicationState::Open => 2,
            ApplicationState::Applies | ApplicationState::Refused(_) => 3,
        };
        (spec.id.clone(), (spec.kind, reach))
    };
    book.apply(&question).applications.iter().map(of).collect()
}

/// Whether one answer is nowhere better for the firm than another: no further incentive, no less discipline.
fn is_no_better(
    worse: &BTreeMap<String, (ApplicationKind, u8)>,
    than: &BTreeMap<String, (ApplicationKind, u8)>,
) -> bool {
    let of = |answer: &BTreeMap<String, (ApplicationKind, u8)>, id: &String| {
        answer.get(id).map_or(0, |(_, reach)| *reach)
    };
    let all = worse.iter().chain(than);
    all.into_iter().all(|(id, (kind, _))| match kind {
        ApplicationKind::Incentive => of(worse, id) <= of(than, id),
        ApplicationKind::Discipline => of(worse, id) >= of(than, id),
    })
}

/// Read once: a law looks at many firms.
static BOOKS: LazyLock<[Rulebook; 2]> = LazyLock::new(|| [book("china"), book("shanghai")]);

fn books() -> impl Iterator<Item = &'static Rulebook> {
    BOOKS.iter()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_further_negative_record_never_helps(rows in rows(), levels in levels_of_years(), more in record(9),
        d in (2018..2026_i32, any::<bool>()), wait in 19_000..21_000_i32) {
        let as_of = Date::from_days(wait).unwrap();
        let before = with(&rows, &levels, as_of);
        let mut more_rows = rows.clone();
        let mut entry = more;
        entry.1["objection_on"] = json!(null);
        more_rows.push(entry);
        let mut more_levels = levels.clone();
        if levels.iter().all(|(year, _, _)| *year != d.0) {
            more_levels.push((d.0, "D", d.1));
        }
        for book in books() {
            let answer = reach(book, &before, as_of);
            prop_assert!(is_no_better(&reach(book, &with(&more_rows, &levels, as_of), as_of), &answer));
            prop_assert!(is_no_better(&reach(book, &with(&rows, &more_levels, as_of), as_of), &answer));
        }
    }

    #[test]
    fn repair_expiry_and_objection_never_harm(rows in rows(), levels in levels_of_years(), which in 0..5_usize,
        wait in 19_000..21_000_i32, back in 0..900_i32) {
        let as_of = Date::from_days(wait).unwrap();
        let before = with(&rows, &levels, as_of);
        for field in ["repaired_on", "ends_on", "objection_on"] {
            let mut changed = rows.clone();
            if let Some((table, row)) = changed.get_mut(which) {
                let start: Date = row["started_on"].as_str().unwrap().parse().unwrap();
                let field = if *table == "responsible_persons" && field == "ends_on" { "ended_on" } else { field };
                let on = start.max(as_of.plus_days(-back));
                // An earlier end only; an objection that was there before stays.
                let is_later = row[field].as_str().is_some_and(|day| day.parse::<Date>().unwrap() < on);
                if !is_later {
                    row[field] = on.to_string().into();
                }
            }
            for book in books() {
                let answer = reach(book, &with(&changed, &levels, as_of), as_of);
                prop_assert!(is_no_better(&reach(book, &before, as_of), &answer), "{field}");
            }
        }
    }

    #[test]
    fn later_records_and_later_rules_are_not_seen(rows in rows(), levels in levels_of_years(), more in record(9),
        wait in 19_000..21_000_i32) {
        let as_of = Date::from_days(wait).unwrap();
        let mut later = rows.clone();
        let mut entry = more;
        entry.1["known_on"] = as_of.plus_days(1).to_string().into();
        later.push(entry);
        for book in books() {
            let mut spec = book.spec().clone();
            let mut tomorrow = spec.applications.clone();
            for rule in &mut tomorrow {
                rule.id += "_later";
                rule.valid_from = as_of.plus_days(1);
                rule.valid_to = None;
            }
            spec.applications.extend(tomorrow);
            let answer = reach(book, &with(&rows, &levels, as_of), as_of);
            prop_assert_eq!(&reach(&spec.check().unwrap(), &with(&later, &levels, as_of), as_of), &answer);
        }
    }

    #[test]
    fn the_order_of_records_and_rules_is_immaterial(rows in rows(), levels in levels_of_years(), wait in 19_000..21_000_i32) {
        let as_of = Date::from_days(wait).unwrap();
        let reversed: Rows = rows.iter().rev().cloned().collect();
        for book in books() {
            let mut spec = book.spec().clone();
            spec.applications.reverse();
            spec.published_lists.reverse();
            spec.clocks.reverse();
            spec.deadlines.reverse();
            let other = spec.check().unwrap();
            let sorted = |book: &Rulebook, rows: &Rows| {
                let mut lines = told(book, &with(rows, &levels, as_of), &as_of.to_string(), None);
                lines.sort();
                lines
            };
            prop_assert_eq!(sorted(&other, &reversed), sorted(book, &rows));
        }
    }

    #[test]
    fn what_is_not_published_on_the_day_is_never_applied(rows in rows(), levels in levels_of_years(),
        wait in 19_000..21_000_i32, begins in 19_000..21_000_i32) {
        let as_of = Date::from_days(wait).unwrap();
        let begins = Date::from_days(begins).unwrap();
        for book in books() {
            let mut spec = book.spec().clone();
            for list in &mut spec.published_lists {
                list.valid_from = begins;
            }
            for rule in spec.applications.iter_mut().step_by(2) {
                rule.published = None;
            }
            let book = spec.check().unwrap();
            let firm = with(&rows, &levels, as_of);
            for line in told(&book, &firm, &as_of.to_string(), None) {
                let (id, state) = line.split_once(": ").unwrap();
                let rule = book.spec().applications.iter().find(|a| a.id == id).unwrap();
                let is_published = rule.published.is_some() && begins <= as_of;
                if rule.kind == ApplicationKind::Discipline {
                    prop_assert_eq!(is_published, !state.starts_with("refused"), "{}", line);
                }
            }
        }
    }
}
