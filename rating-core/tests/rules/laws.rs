//! What holds of every firm and every shipped rulebook: a negative record never helps, repairing or outliving one never
//! harms, what comes later does not matter, and neither does the order of rules and records.

use super::{BOOKS, spec_of};
use proptest::prelude::*;
use proptest::sample::select;
use rating_core::measure::Measures;
use rating_core::num::Date;
use rating_core::record::Dossier;
use rating_core::rule::rulebook::{
    Declared, DeclaredSpec, DeclaredValue, Evaluation, Rulebook, RulebookSpec, Verdict,
};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Rows by table, and what is declared, by id; some of it no rulebook asks for.
#[derive(Clone, Debug)]
struct Firm {
    tables: BTreeMap<&'static str, Vec<Value>>,
    declared: BTreeMap<String, DeclaredValue>,
    as_of: Date,
}

const LISTS: [&str; 5] = [
    "abnormal_operation",
    "serious_violation",
    "judgment_debtor",
    "major_tax_violation",
    "administrative_penalty",
];
/// Tables that every firm's departments answered long ago, if only with nothing.
const ANSWERED: [&str; 5] = [
    "listings",
    "certificates",
    "patents",
    "facilities",
    "intellectual_properties",
];

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn days() -> impl Strategy<Value = Date> {
    (day("2019-01-01").days()..day("2027-01-01").days()).prop_map(|days| Date::from_days(days).unwrap())
}

fn listing() -> impl Strategy<Value = Value> {
    let ends = proptest::option::of(0..900_i32);
    let later = || proptest::option::weighted(0.3, 0..900_i32);
    (select(&LISTS[..]), days(), ends, later(), later(), 0..1000_u32).prop_map(
        |(list, started, ends, repaired, objected, reference)| {
            let after = |days: Option<i32>| days.map(|d| started.plus_days(d).to_string());
            json!({"list": list, "reference": format!("R{reference}"), "started_on": started.to_string(),
                "ends_on": after(ends), "repaired_on": after(repaired), "objection_on": after(objected)})
        },
    )
}

fn facility() -> impl Strategy<Value = Value> {
    (days(), 0..400_u32, "[A-C]").prop_map(|(on, overdue, facility)| {
        json!({"facility": facility, "lender": "B", "snapshot_on": on.to_string(), "opened_on": "2018-01-01",
            "balance": "1000", "days_overdue": overdue})
    })
}

fn certificate() -> impl Strategy<Value = Value> {
    let kinds = [
        "high_tech_enterprise",
        "technology_sme",
        "innovative_sme",
        "specialised_new",
    ];
    (select(kinds.to_vec()), days()).prop_map(|(kind, from)| {
        json!({"kind": kind, "valid_from": from.to_string(), "valid_to": from.plus_days(1000).to_string()})
    })
}

fn statement() -> impl Strategy<Value = Value> {
    let amounts = select(vec![
        0_u64,
        400_000,
        9_000_000,
        60_000_000,
        210_000_000,
        900_000_000,
    ]);
    (2017..2026_i32, amounts.clone(), amounts).prop_map(|(year, assets, sales)| {
        json!({"year": year, "received_on": format!("{}-04-20", year + 1), "assets": assets.to_string(),
            "liabilities": (assets / 2).to_string(), "sales": sales.to_string()})
    })
}

fn research() -> impl Strategy<Value = Value> {
    (2017..2026_i32, 0..30_000_000_u64, 0..40_u32).prop_map(|(year, expense, staff)| {
        json!({"year": year, "expense": expense.to_string(), "research_staff": staff, "staff": 100})
    })
}

fn registration() -> impl Strategy<Value = Value> {
    let industries = vec!["I6513", "C39", "M73", "F", "J66", "K7010"];
    (select(industries), 0..1200_u32, days()).prop_map(|(industry, staff, since)| {
        json!({"name": "甲", "status": "active", "established_on": since.plus_days(-1500).to_string(),
            "industry": industry, "staff": staff})
    })
}

fn tax_level() -> impl Strategy<Value = Value> {
    (2017..2026_i32, select(vec!["A", "B", "M", "C", "D"]))
        .prop_map(|(year, level)| json!({"year": year, "level": level}))
}

/// What a die says of something declared: one time in ten nothing, else a small number or one of the words.
fn value(spec: &DeclaredSpec, die: usize) -> Option<DeclaredValue> {
    const NUMBERS: [f64; 9] = [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 2.0, 0.6];
    let word = |words: usize| spec.words[die % words].word.as_str().into();
    match spec.words.len() {
        0 => NUMBERS.get(die).map(|number| (*number).into()),
        words => (die < NUMBERS.len()).then(|| word(words)),
    }
}

fn declared() -> impl Strategy<Value = BTreeMap<String, DeclaredValue>> {
    let asked: Vec<&DeclaredSpec> = BOOKS.iter().flat_map(|book| &book.spec().declared).collect();
    proptest::collection::vec(0..10_usize, asked.len()).prop_map(move |dice| {
        let known = asked.iter().zip(dice).map(|(spec, die)| (spec, value(spec, die)));
        known
            .filter_map(|(spec, value)| Some((spec.id.clone(), value?)))
            .collect()
    })
}

fn firms() -> impl Strategy<Value = Firm> {
    fn many(row: impl Strategy<Value = Value>) -> impl Strategy<Value = Vec<Value>> {
        proptest::collection::vec(row, 0..4)
    }
    let rows = (
        many(listing()),
        many(facility()),
        many(certificate()),
        many(statement()),
        many(research()),
        many(tax_level()),
        proptest::collection::vec(registration(), 1),
    );
    (rows, declared(), days()).prop_map(|(rows, declared, as_of)| {
        let tables = [
            ("listings", rows.0),
            ("facilities", rows.1),
            ("certificates", rows.2),
            ("statements", rows.3),
            ("research_years", rows.4),
            ("tax_credit_levels", rows.5),
            ("registrations", rows.6),
        ];
        // A key stands once in a table.
        let once = |(name, rows): (&'static str, Vec<Value>)| {
            let key = |row: &Value| match name {
                "statements" | "research_years" | "tax_credit_levels" => row["year"].to_string(),
                "facilities" => format!("{}{}", row["facility"], row["snapshot_on"]),
                _ => row.to_string(),
            };
            let rows: BTreeMap<String, Value> = rows.into_iter().map(|row| (key(&row), row)).collect();
            (name, rows.into_values().collect())
        };
        Firm {
            tables: tables.into_iter().map(once).collect(),
            declared,
            as_of,
        }
    })
}

impl Firm {
    fn with(&self, table: &'static str, row: Value) -> Self {
        let mut firm = self.clone();
        firm.tables.entry(table).or_default().push(row);
        firm
    }

    fn dossier(&self) -> Dossier {
        let mut document = Map::new();
        document.insert("firm_id".to_owned(), "F-1".into());
        let answer = |table: &&str| json!({"table": table, "answered_on": "2018-12-31"});
        let answers: Vec<Value> = ANSWERED.iter().map(answer).collect();
        document.insert("answers".to_owned(), answers.into());
        for (table, rows) in &self.tables {
            document.insert((*table).to_owned(), rows.clone().into());
        }
        Value::Object(document).to_string().parse().unwrap()
    }

    fn declared_in(&self, book: &Rulebook) -> Declared {
        let asked = |id: &str| book.spec().declared.iter().any(|d| d.id == id);
        let values = self.declared.iter().filter(|(id, _)| asked(id));
        book.declare(&values.map(|(id, v)| (id.clone(), v.clone())).collect())
            .unwrap()
    }

    fn evaluated_by(&self, book: &Rulebook) -> Vec<Evaluation> {
        let dossier = self.dossier();
        let view = dossier.view(self.as_of);
        book.evaluate(&view, &Measures::of(&view), &self.declared_in(book))
    }

    /// Every evaluation of every shipped rulebook, by id.
    fn evaluated(&self) -> BTreeMap<&'static str, Evaluation> {
        let by_book = |book: &'static Rulebook| {
            let ids = book.spec().evaluations.iter().map(|e| e.id.as_str());
            ids.zip(self.evaluated_by(book))
        };
        BOOKS.iter().flat_map(by_book).collect()
    }
}

/// The place of a verdict, the better the higher.
fn rank(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::NotInForce => 0,
        Verdict::Failed => 1,
        Verdict::Open => 2,
        Verdict::Passed => 3,
    }
}

/// The best and the worst class that is possible; behind all of them if none is.
fn possible(evaluation: &Evaluation) -> (usize, usize) {
    let none = evaluation.classes.len();
    let best = evaluation.possible_classes().min().unwrap_or(none);
    let worst = evaluation.possible_classes().max().unwrap_or(none);
    (best, worst)
}

/// Classes of these are no better or worse than each other.
const WITHOUT_ORDER: [&str; 1] = ["sme_size"];

/// Whether what is possible at best did not become better: points, then the class, or without classes the verdict.
fn never_better(id: &str, before: &Evaluation, after: &Evaluation) -> Result<(), TestCaseError> {
    prop_assert!(after.points.span.high <= before.points.span.high, "{}", id);
    if spec_of(id).classes.is_empty() {
        prop_assert!(rank(after.verdict) <= rank(before.verdict), "{}", id);
    } else if !WITHOUT_ORDER.contains(&id) {
        prop_assert!(possible(after).0 >= possible(before).0, "{}", id);
    }
    Ok(())
}

/// Whether neither the best nor the worst that is possible became worse.
fn never_worse(id: &str, before: &Evaluation, after: &Evaluation) -> Result<(), TestCaseError> {
    let (b, a) = (before.points.span, after.points.span);
    prop_assert!(a.low >= b.low && a.high >= b.high, "{}", id);
    if spec_of(id).classes.is_empty() {
        prop_assert!(rank(after.verdict) >= rank(before.verdict), "{}", id);
    } else if !WITHOUT_ORDER.contains(&id) {
        let (before, after) = (possible(before), possible(after));
        prop_assert!(after.0 <= before.0 && after.1 <= before.1, "{}", id);
    }
    Ok(())
}

fn all(
    before: &Firm,
    after: &Firm,
    law: fn(&str, &Evaluation, &Evaluation) -> Result<(), TestCaseError>,
) -> Result<(), TestCaseError> {
    let (before, after) = (before.evaluated(), after.evaluated());
    before.iter().try_for_each(|(id, e)| law(id, e, &after[id]))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_further_entry_on_a_list_never_helps(firm in firms(), list in select(&LISTS[..]), ago in 0..2000_i32) {
        let since = firm.as_of.plus_days(-ago).to_string();
        let entry = json!({"list": list, "reference": "NEW", "started_on": since});
        all(&firm, &firm.with("listings", entry), never_better)?;
    }

    #[test]
    fn a_further_facility_that_is_overdue_never_helps(firm in firms(), overdue in 1..800_u32) {
        let on = firm.as_of.to_string();
        let snapshot = json!({"facility": "NEW", "lender": "B", "snapshot_on": on, "opened_on": "2018-01-01",
            "balance": "1000", "days_overdue": overdue});
        all(&firm, &firm.with("facilities", snapshot), never_better)?;
    }

    #[test]
    fn a_level_d_of_a_later_year_never_helps(mut firm in firms()) {
        let last = i32::from(firm.as_of.year()) - 2;
        let levels = firm.tables.entry("tax_credit_levels").or_default();
        levels.retain(|row| row["year"].as_i64().is_some_and(|year| year < i64::from(last)));
        let d = json!({"year": last, "level": "D"});
        all(&firm, &firm.with("tax_credit_levels", d), never_better)?;
    }

    #[test]
    fn an_entry_that_is_repaired_or_has_ended_never_harms(firm in firms(), ago in 1..1000_i32, how in 0..2_u8) {
        let since = firm.as_of.plus_days(-ago);
        for list in LISTS {
            let mut entry = json!({"list": list, "reference": "NEW", "started_on": since.to_string()});
            let open = firm.with("listings", entry.clone());
            let over = firm.as_of.plus_days(-i32::from(how));
            let field = if how == 0 { "repaired_on" } else { "ends_on" };
            entry[field] = over.max(since).to_string().into();
            all(&open, &firm.with("listings", entry), never_worse)?;
        }
    }

    #[test]
    fn a_deduction_that_is_repaired_never_harms(firm in firms(), at in 0..9_usize) {
        let repaired: Vec<&String> =
            firm.declared.keys().filter(|id| id.starts_with("repaired_")).collect();
        prop_assume!(!repaired.is_empty());
        let id = repaired[at % repaired.len()].clone();
        let mut after = firm.clone();
        if let Some(DeclaredValue::Number(times)) = after.declared.get_mut(&id) {
            *times += 1.0;
        }
        all(&firm, &after, never_worse)?;
    }

    #[test]
    fn records_that_become_known_later_do_not_matter(
        firm in firms(), later in 1..900_i32, overdue in 0..800_u32, list in select(&LISTS[..]),
    ) {
        let on = firm.as_of.plus_days(later).to_string();
        let year = firm.as_of.year() + 1;
        let more = firm
            .with("listings", json!({"list": list, "reference": "NEW", "started_on": on}))
            .with("facilities", json!({"facility": "NEW", "lender": "B", "snapshot_on": on,
                "opened_on": "2018-01-01", "balance": "1000", "days_overdue": overdue}))
            .with("certificates", json!({"kind": "little_giant", "valid_from": on, "valid_to": "2031-01-01"}))
            .with("tax_credit_levels", json!({"year": year + 10, "level": "D"}))
            .with("statements", json!({"year": year + 10, "received_on": format!("{}-04-20", year + 11),
                "assets": "1", "liabilities": "0", "sales": "1"}));
        prop_assert_eq!(firm.evaluated(), more.evaluated());
    }
}

proptest! {
    // Checking a whole rulebook anew costs far more than an evaluation.
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn rules_that_come_later_do_not_matter(firm in firms()) {
        for book in BOOKS.iter() {
            let whole = firm.evaluated_by(book);
            let mut spec = book.spec().clone();
            let known: Vec<usize> = (0..whole.len()).filter(|at| spec.evaluations[*at].valid_from <= firm.as_of).collect();
            for (at, found) in whole.iter().enumerate().filter(|(at, _)| !known.contains(at)) {
                prop_assert_eq!(found.verdict, Verdict::NotInForce, "{}", spec.evaluations[at].id);
            }
            prop_assume!(!known.is_empty());
            spec.evaluations.retain(|e| e.valid_from <= firm.as_of);
            // What follows may name an evaluation that is gone now; no evaluation reads what follows.
            spec.applications.clear();
            let then = firm.evaluated_by(&spec.check().unwrap());
            for (mut found, at) in then.into_iter().zip(known) {
                found.evaluation = at;
                prop_assert_eq!(&found, &whole[at]);
            }
        }
    }

    #[test]
    fn the_order_of_rules_and_records_does_not_matter(firm in firms(), order in order()) {
        let mut turned = firm.clone();
        turned.tables.values_mut().for_each(|rows| rows.reverse());
        prop_assert_eq!(firm.evaluated(), turned.evaluated());
        let (book, mut spec) = (&BOOKS[0], RulebookSpec::preset("china").unwrap());
        spec.evaluations = order.iter().map(|at| book.spec().evaluations[*at].clone()).collect();
        let whole = firm.evaluated_by(book);
        for (mut found, at) in firm.evaluated_by(&spec.check().unwrap()).into_iter().zip(order) {
            found.evaluation = at;
            prop_assert_eq!(&found, &whole[at]);
        }
    }
}

/// Any order of the evaluations of `china`, none of which asks for another.
fn order() -> impl Strategy<Value = Vec<usize>> {
    let all: Vec<usize> = (0..BOOKS[0].spec().evaluations.len()).collect();
    Just(all).prop_shuffle()
}
