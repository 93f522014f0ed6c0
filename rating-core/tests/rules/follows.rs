//! Clocks of records and what follows from them, row by row of their tables.

use super::Table;
use rating_core::measure::Measures;
use rating_core::num::Date;
use rating_core::record::Dossier;
use rating_core::rule::clock::RecordClock;
use rating_core::rule::rulebook::{
    Application, ApplicationState, Applied, Declared, Question, Rulebook, RulebookSpec,
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn book(id: &str) -> Rulebook {
    RulebookSpec::preset(id).unwrap().check().unwrap()
}

/// What a rulebook says of a firm on a day.
fn asked<T>(book: &Rulebook, firm: &Value, as_of: &str, read: impl Fn(&Applied<'_>) -> T) -> T {
    let dossier: Dossier = firm.to_string().parse().unwrap();
    let view = dossier.view(as_of.parse().unwrap());
    let (measures, declared) = (Measures::of(&view), Declared::default());
    let evaluations = book.evaluate(&view, &measures, &declared);
    read(&book.apply(&Question {
        view: &view,
        measures: &measures,
        declared: &declared,
        evaluations: &evaluations,
        rating: None,
    }))
}

/// A cell, or none where it is blank.
fn stated(cell: &str) -> Option<&str> {
    (!cell.is_empty()).then_some(cell)
}

/// The firm of a row of clocks: one record.
fn recorded(cell: &impl Fn(&str) -> &'static str) -> Value {
    let (record, started) = (cell("record"), cell("started"));
    if record == "person" {
        return json!({"firm_id": "F-1", "responsible_persons": [{"person": "P1", "role": "director", "kind": "credit",
            "started_on": started, "ended_on": stated(cell("ended")), "known_on": started}]});
    }
    json!({"firm_id": "F-1", "listings": [{"list": record, "severity": stated(cell("severity")),
        "started_on": started, "ends_on": stated(cell("named")), "known_on": started}]})
}

fn told(clock: &RecordClock<'_>) -> [String; 4] {
    let on = |day: Option<Date>| day.map_or_else(String::new, |d| d.to_string());
    let standing = clock.standing.word().to_owned();
    [
        standing,
        on(clock.last_from),
        on(clock.last_to),
        on(clock.removable_from),
    ]
}

#[test]
fn every_record_counts_as_long_as_its_source_says() {
    let table = Table::read("clocks.csv", include_str!("../data/rules/clocks.csv"));
    for id in ["china", "shanghai"] {
        let book = book(id);
        for row in &table.rows {
            let cell = |header: &str| table.cell(row, header);
            let wanted = ["standing", "last_from", "last_to", "removable_from"].map(cell);
            let found = asked(&book, &recorded(&cell), cell("as_of"), |applied| {
                applied.records.iter().map(told).collect::<Vec<_>>()
            });
            assert_eq!(found, [wanted], "{id}: {}", row.join(","));
        }
    }
}

#[test]
fn every_shipped_clock_stands_in_the_table() {
    let table = Table::read("clocks.csv", include_str!("../data/rules/clocks.csv"));
    for id in ["china", "shanghai"] {
        let book = book(id);
        let ids = |row: &Vec<&'static str>| {
            let cell = |header: &str| table.cell(row, header);
            asked(&book, &recorded(&cell), cell("as_of"), |applied| {
                let clocks = applied.records.iter().flat_map(|record| &record.clocks);
                clocks.copied().collect::<Vec<usize>>()
            })
        };
        let reached: BTreeSet<usize> = table.rows.iter().flat_map(ids).collect();
        assert_eq!(reached, (0..book.spec().clocks.len()).collect(), "{id}");
    }
}

/// The firm of a row of consequences.
fn known(text: &str, as_of: &str) -> Value {
    let (mut listings, mut levels, mut certificates) = (Vec::new(), Vec::new(), Vec::new());
    for (kind, what) in text.split(';').filter_map(|known| known.split_once('=')) {
        match kind {
            "listed" => listings.push(json!({"list": what, "started_on": "2025-01-10"})),
            "certificate" => {
                certificates
                    .push(json!({"kind": what, "valid_from": "2024-01-10", "valid_to": "2026-12-31"}));
            }
            "level" => {
                let parts: Vec<&str> = what.split(':').collect();
                let year: i32 = parts[1].parse().unwrap();
                let direct = parts.get(2).map(|how| *how == "direct");
                levels.push(json!({"year": year, "level": parts[0], "direct": direct}));
            }
            other => panic!("`{other}` is nothing that is known"),
        }
    }
    let tables = ["listings", "tax_credit_levels", "certificates"];
    let answers = tables.map(|table| json!({"table": table, "answered_on": as_of}));
    json!({"firm_id": "F-1", "listings": listings, "tax_credit_levels": levels, "certificates": certificates,
        "answers": answers})
}

#[test]
fn what_follows_is_what_the_published_lists_say() {
    let table = Table::read("consequences.csv", include_str!("../data/rules/consequences.csv"));
    for row in &table.rows {
        let cell = |header: &str| table.cell(row, header);
        let book = book(cell("book"));
        let firm = known(cell("known"), cell("as_of"));
        let found: BTreeSet<String> = asked(&book, &firm, cell("as_of"), |applied| {
            let applies = |a: &&Application<'_>| a.state == ApplicationState::Applies;
            let name = |a: &Application<'_>| {
                let spec = &book.spec().applications[a.application];
                let item = spec.published.as_ref().map(|p| format!("{}:{}", p.list, p.item));
                item.unwrap_or_else(|| spec.id.clone())
            };
            applied.applications.iter().filter(applies).map(name).collect()
        });
        let wanted = cell("applies").split(' ').filter(|w| !w.is_empty());
        assert_eq!(found, wanted.map(str::to_owned).collect(), "{}", row.join(","));
    }
}
