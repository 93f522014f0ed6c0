//! Malformed input at the three doors (one firm as JSON, columns, the model document), each with the exact words
//! that a user reads. Nothing here is accepted in silence: it is an error of the whole, or a rejected row.
//!
//! The single identifiers, cells, cards, scales and calibrations have such tests beside their code.

#![expect(clippy::unwrap_used, reason = "a test that builds its own input")]

use insta::assert_snapshot;
use rating_core::num::Date;
use rating_core::rating::ModelSpec;
use rating_core::record::columns::{Chunk, Column, ExtraColumns, TableInput};
use rating_core::record::{Cell, Dossier, Intake, RecordError, read_tables};
use serde_json::{Value, json};

fn lines<T: ToString>(items: &[T]) -> String {
    items
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n")
}

fn told(read: Result<Intake, Vec<RecordError>>) -> String {
    match read {
        Err(errors) => lines(&errors),
        Ok(intake) if intake.rejects.is_empty() => {
            let counts = intake
                .counts
                .iter()
                .map(|c| format!("{} of {} rows used in {}", c.used, c.rows_in, c.table));
            let firms = format!("{} firms", intake.dossiers.len());
            std::iter::once(firms)
                .chain(counts)
                .collect::<Vec<_>>()
                .join("; ")
        }
        Ok(intake) => lines(&intake.rejects),
    }
}

// ---- door 2, one firm as JSON ----

fn from_json(text: &str) -> String {
    told(Dossier::read_json(text))
}

/// A firm with one row in one table.
fn row(table: &str, row: &Value) -> String {
    from_json(&json!({"firm_id": "F-1", table: [row]}).to_string())
}

fn registration(changed: &Value) -> String {
    let mut whole = json!({"name": "甲科技", "established_on": "2016-03-01", "status": "active"});
    for (key, value) in changed.as_object().unwrap() {
        whole[key] = value.clone();
    }
    row("registrations", &whole)
}

fn arrear(changed: &Value) -> String {
    let mut whole = json!({"kind": "vat", "since": "2025-01-15", "amount": 100});
    for (key, value) in changed.as_object().unwrap() {
        whole[key] = value.clone();
    }
    row("tax_arrears", &whole)
}

#[test]
fn a_text_that_is_no_json_object_is_refused() {
    assert_snapshot!(from_json(""), @"");
    assert_snapshot!(from_json(" \n"), @"");
    assert_snapshot!(from_json("null"), @"");
    assert_snapshot!(from_json("[]"), @"");
    assert_snapshot!(from_json("3"), @"");
    assert_snapshot!(from_json("\u{feff}{}"), @"");
    assert_snapshot!(from_json(r#"{"firm_id": "F-1""#), @"");
    assert_snapshot!(from_json(r#"{"firm_id": "F-1"} x"#), @"");
    assert_snapshot!(from_json(r#"{"firm_id": "F-1", "tax_arrears": [{"amount": NaN}]}"#), @"");
    assert_snapshot!(from_json(r#"{"firm_id": "F-1", "tax_arrears": [{"amount": -Infinity}]}"#), @"");
    assert_snapshot!(from_json(r#"{"firm_id": "F-1", "tax_arrears": [{"amount": 1e400}]}"#), @"");
    assert_snapshot!(from_json(&"[".repeat(10_000)), @"");
}

#[test]
fn a_text_that_does_not_name_one_firm_is_refused() {
    assert_snapshot!(from_json("{}"), @"");
    assert_snapshot!(from_json(r#"{"firm_id": 17}"#), @"");
    assert_snapshot!(from_json(r#"{"firm_id": ""}"#), @"");
    assert_snapshot!(from_json(&json!({"firm_id": "F".repeat(10_000)}).to_string()), @"");
    let other = json!({"firm_id": "F-1", "tax_arrears": [{"firm_id": "F-2", "kind": "vat", "since": "2025-01-15", "amount": 1}]});
    assert_snapshot!(from_json(&other.to_string()), @"");
}

#[test]
fn nothing_is_said_twice() {
    assert_snapshot!(from_json(r#"{"firm_id": "F-1", "firm_id": "F-2"}"#), @"");
    assert_snapshot!(from_json(r#"{"firm_id": "F-1", "patents": [], "patents": []}"#), @"");
    assert_snapshot!(from_json(r#"{"firm_id": "F-1", "tax_arrears": [{"amount": 1, "amount": 2}]}"#), @"");
    assert_snapshot!(from_json(r#"{"firm_id": "F-1", "patents": [], "专利": []}"#), @"");
    assert_snapshot!(arrear(&json!({"欠税余额": 3})), @"");
}

#[test]
fn an_empty_table_is_a_table_without_rows_and_anything_else_is_none() {
    assert_snapshot!(from_json(r#"{"firm_id": "F-1"}"#), @"");
    assert_snapshot!(from_json(r#"{"firm_id": "F-1", "patents": [], "filings": []}"#), @"");
    assert_snapshot!(from_json(r#"{"firm_id": "F-1", "patents": null, "filings": {}, "invoices": "none"}"#), @"");
    assert_snapshot!(from_json(r#"{"firm_id": "F-1", "patents": [null]}"#), @"");
    assert_snapshot!(row("tax_arrears", &json!({})), @"");
    assert_snapshot!(row("tax_arrears", &json!({"kind": null, "since": "", "amount": "  "})), @"");
}

#[test]
fn a_value_of_the_wrong_type_rejects_its_row() {
    assert_snapshot!(registration(&json!({"name": true})), @"");
    assert_snapshot!(registration(&json!({"name": 3.5})), @"");
    assert_snapshot!(registration(&json!({"name": ["甲"]})), @"");
    assert_snapshot!(registration(&json!({"name": {"zh": "甲"}})), @"");
    assert_snapshot!(registration(&json!({"established_on": false, "status": 1, "staff": "many"})), @"");
    assert_snapshot!(registration(&json!({"staff": 1.5})), @"");
    assert_snapshot!(registration(&json!({"registered_capital": "a lot"})), @"");
    assert_snapshot!(row("patents", &json!({"number": 2017, "filed_on": "2017-07-21", "status": "pending"})), @"");
    assert_snapshot!(row("tax_credit_levels", &json!({"year": "last", "level": "E", "direct": "perhaps"})), @"");
}

#[test]
fn numbers_beyond_their_bounds_reject_their_row() {
    assert_snapshot!(arrear(&json!({"amount": 1e300})), @"");
    assert_snapshot!(arrear(&json!({"amount": -1e300})), @"");
    assert_snapshot!(arrear(&json!({"amount": u64::MAX})), @"");
    assert_snapshot!(arrear(&json!({"amount": i64::MIN})), @"");
    assert_snapshot!(arrear(&json!({"amount": "9".repeat(10_000)})), @"");
    assert_snapshot!(arrear(&json!({"amount": "1000000000000.01"})), @"");
    assert_snapshot!(arrear(&json!({"amount": 0.001})), @"");
    assert_snapshot!(arrear(&json!({"amount": "NaN"})), @"");
    assert_snapshot!(arrear(&json!({"amount": "inf"})), @"");
    assert_snapshot!(registration(&json!({"staff": 10_000_001})), @"");
    assert_snapshot!(registration(&json!({"staff": -1})), @"");
    assert_snapshot!(registration(&json!({"staff": 1e18})), @"");
    assert_snapshot!(row("tax_credit_levels", &json!({"year": 1899, "level": "A"})), @"");
    assert_snapshot!(row("tax_credit_levels", &json!({"year": i64::MAX, "level": "A"})), @"");
}

#[test]
fn days_outside_the_calendar_or_the_centuries_reject_their_row() {
    assert_snapshot!(arrear(&json!({"since": "1899-12-31"})), @"");
    assert_snapshot!(arrear(&json!({"since": 18_991_231})), @"");
    assert_snapshot!(arrear(&json!({"since": "2200-01-01"})), @"");
    assert_snapshot!(arrear(&json!({"since": "2025-02-29"})), @"");
    assert_snapshot!(arrear(&json!({"since": "0000-00-00"})), @"");
    assert_snapshot!(arrear(&json!({"since": "99999-01-01"})), @"");
    assert_snapshot!(arrear(&json!({"since": 45_000})), @"");
    assert_snapshot!(arrear(&json!({"since": "2025-01-15", "known_on": "1066-10-14"})), @"");
    assert_snapshot!(arrear(&json!({"since": "1900-01-01"})), @"");
}

#[test]
fn ten_thousand_characters_are_refused_and_shown_in_part() {
    let long = "科".repeat(10_000);
    assert_snapshot!(registration(&json!({"name": long})), @"");
    assert_snapshot!(arrear(&json!({"kind": long})), @"");
    assert_snapshot!(arrear(&json!({"since": long})), @"");
    assert_snapshot!(arrear(&json!({"amount": long})), @"");
    assert_snapshot!(row("patents", &json!({"number": long, "filed_on": "2017-07-21", "status": "pending"})), @"");
    assert_snapshot!(arrear(&json!({long.as_str(): 1})), @"");
    assert_snapshot!(row(&long, &json!({"x": 1})), @"");
    let intake = Dossier::read_json(&json!({"firm_id": "F-1", "registrations": [{"name": long, "established_on": "2016-03-01", "status": "active"}]}).to_string()).unwrap();
    assert_eq!(intake.rejects[0].faults[0].value.chars().count(), 61);
    assert_eq!(intake.rejects[0].content.matches('科').count(), 1000);
}

#[test]
fn ten_thousand_unknown_columns_are_counted_and_the_first_are_named() {
    let mut whole = json!({"kind": "vat", "since": "2025-01-15", "amount": 100});
    for number in 0..10_000 {
        whole[format!("x{number:04}")] = 1.into();
    }
    assert_snapshot!(row("tax_arrears", &whole), @"");
}

#[test]
fn unknown_tables_and_columns_are_refused_by_name() {
    assert_snapshot!(row("cats", &json!({"name": "Tom"})), @"");
    assert_snapshot!(row("outcomes", &json!({"defaulted": 1})), @"");
    assert_snapshot!(arrear(&json!({"Amount ": 3, "note": "x", "": 1})), @"");
    let all = from_json(r#"{"firm_id": "F-1", "cats": [], "patents": [{"number": "1"}], "tax_arrears": 3}"#);
    assert_snapshot!(all, @"");
}

#[test]
fn characters_that_cannot_be_printed_reject_their_row() {
    assert_snapshot!(registration(&json!({"name": "甲\u{0}乙"})), @"");
    assert_snapshot!(registration(&json!({"name": "甲\n乙"})), @"");
}

#[test]
fn a_firm_that_stands_twice_is_kept_once_and_told() {
    let first = json!({"name": "甲科技", "established_on": "2016-03-01", "status": "active"});
    let second = json!({"name": "乙科技", "established_on": "2016-03-01", "status": "active"});
    let twice =
        |other: &Value| from_json(&json!({"firm_id": "F-1", "registrations": [first, other]}).to_string());
    assert_snapshot!(twice(&first), @"");
    assert_snapshot!(twice(&second), @"");
}

/// `parse` takes all or nothing.
#[test]
fn a_strict_reader_refuses_a_firm_with_a_rejected_row() {
    let rows: Vec<Value> = (0..25)
        .map(|n| json!({"kind": "vat", "since": "soon", "amount": n}))
        .collect();
    let text = json!({"firm_id": "F-1", "tax_arrears": rows}).to_string();
    let error = text.parse::<Dossier>().unwrap_err().to_string();
    let (head, tail) = (
        error.split(" | ").next().unwrap(),
        error.rsplit(" | ").next().unwrap(),
    );
    assert_snapshot!(head, @"");
    assert_snapshot!(tail, @"");
}

// ---- door 2, columns ----

fn boxed<'a, C: Column + 'a>(column: C) -> Box<dyn Column + 'a> {
    Box::new(column)
}

/// A column of whatever cells.
struct Cells<'a>(&'a [Cell<'a>]);

impl Column for Cells<'_> {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn cell(&self, row: usize) -> Cell<'_> {
        self.0.get(row).copied().unwrap_or(Cell::Null)
    }
}

fn arrears(chunks: Vec<Chunk<'_>>, extra: ExtraColumns) -> String {
    told(read_tables(
        &[TableInput {
            name: "tax_arrears",
            chunks,
        }],
        extra,
    ))
}

/// One arrear a cell, with the cells as one of its columns.
fn with(header: &'static str, cells: &[Cell<'static>]) -> String {
    let rows = cells.len();
    let (firms, kinds) = (vec!["F-1"; rows], vec!["vat"; rows]);
    let days: Vec<Date> = (0..).map(|n| Date::MIN.plus_days(n)).take(rows).collect();
    let amounts: Vec<i64> = vec![1; rows];
    let mut chunk: Chunk<'_> = vec![
        ("firm_id", boxed(&firms[..])),
        ("kind", boxed(&kinds[..])),
        ("since", boxed(&days[..])),
        ("amount", boxed(&amounts[..])),
    ];
    chunk.retain(|(name, _)| *name != header);
    chunk.push((header, boxed(Cells(cells))));
    arrears(vec![chunk], ExtraColumns::Refuse)
}

#[test]
fn a_table_without_columns_is_refused_and_one_without_rows_is_not() {
    assert_snapshot!(told(read_tables(&[], ExtraColumns::Refuse)), @"");
    assert_snapshot!(arrears(vec![], ExtraColumns::Refuse), @"");
    assert_snapshot!(arrears(vec![vec![]], ExtraColumns::Refuse), @"");
    assert_snapshot!(with("amount", &[]), @"");
}

#[test]
fn cells_that_are_no_amount_reject_their_row() {
    let huge = Cell::Decimal {
        unscaled: i128::MAX,
        scale: 0,
    };
    let tiny = Cell::Decimal {
        unscaled: 1,
        scale: u8::MAX,
    };
    let cells = [
        Cell::Float(f64::NAN),
        Cell::Float(f64::INFINITY),
        Cell::Float(f64::NEG_INFINITY),
        Cell::Float(f64::MAX),
        Cell::Float(f64::MIN_POSITIVE),
        Cell::Integer(i64::MAX),
        Cell::Integer(i64::MIN),
        huge,
        tiny,
        Cell::Boolean(true),
        Cell::Date(0),
        Cell::Text("1e5"),
        Cell::Text("１２３"),
        Cell::Null,
    ];
    assert_snapshot!(with("amount", &cells), @"");
}

#[test]
fn cells_that_are_no_day_reject_their_row() {
    let cells = [
        Cell::Date(i32::MIN),
        Cell::Date(Date::MIN.days() - 1),
        Cell::Date(Date::MAX.days() + 1),
        Cell::Float(f64::NAN),
        Cell::Float(20_250_115.0),
        Cell::Integer(i64::MAX),
        Cell::Boolean(false),
        Cell::Decimal {
            unscaled: 20_250_115,
            scale: 0,
        },
        Cell::Text("2025-1-"),
        Cell::Text("2025-01-15-01"),
        Cell::Text("١٥"),
    ];
    assert_snapshot!(with("since", &cells), @"");
}

#[test]
fn cells_that_are_no_firm_or_word_reject_their_row() {
    assert_snapshot!(with("firm_id", &[Cell::Null, Cell::Float(1.0), Cell::Boolean(true), Cell::Text("甲"), Cell::Text("91350100M000100Y40")]), @"");
    assert_snapshot!(with("kind", &[Cell::Null, Cell::Float(f64::NAN), Cell::Integer(0), Cell::Date(0)]), @"");
}

#[test]
fn columns_of_different_lengths_are_refused() {
    let (firms, amounts) = (["F-1", "F-2"], [1_i64]);
    let chunk: Chunk<'_> = vec![("firm_id", boxed(&firms[..])), ("amount", boxed(&amounts[..]))];
    assert_snapshot!(arrears(vec![chunk], ExtraColumns::Refuse), @"");
}

#[test]
fn unknown_columns_are_refused_or_named() {
    let chunk = || -> Chunk<'_> {
        vec![
            ("firm_id", boxed(&["F-1"][..])),
            ("税种", boxed(&["增值税"][..])),
            ("since", boxed(&["2025-01-15"][..])),
            ("amount", boxed(&["1"][..])),
            ("memo", boxed(&["?"][..])),
            ("", boxed(&["?"][..])),
        ]
    };
    assert_snapshot!(arrears(vec![chunk()], ExtraColumns::Refuse), @"");
    let input = TableInput {
        name: "欠税信息",
        chunks: vec![chunk()],
    };
    let intake = read_tables(&[input], ExtraColumns::Ignore).unwrap();
    let named = [("tax_arrears", "memo".to_owned()), ("tax_arrears", String::new())];
    assert_eq!(intake.ignored, named);
    assert_snapshot!(told(Ok(intake)), @"");
}

/// A later part of a table that lacks a column is refused as the first is.
#[test]
fn every_chunk_needs_the_required_columns() {
    let chunk = |header| -> Chunk<'_> {
        vec![
            ("firm_id", boxed(&["F-1"][..])),
            ("kind", boxed(&["vat"][..])),
            (header, boxed(&["2025-01-15"][..])),
            ("amount", boxed(&["1"][..])),
        ]
    };
    assert_snapshot!(arrears(vec![chunk("since"), chunk("until")], ExtraColumns::Refuse), @"");
    assert_snapshot!(arrears(vec![chunk("since"), chunk("until")], ExtraColumns::Ignore), @"");
}

// ---- door 1, the model document ----

fn model(text: &str) -> String {
    match ModelSpec::from_json(text).map(ModelSpec::check) {
        Err(error) => error.to_string(),
        Ok(Err(errors)) => lines(&errors),
        Ok(Ok(_)) => "accepted".to_owned(),
    }
}

/// The preset with the value at a JSON pointer replaced or, where there is none, added; without places in the text,
/// which change with the preset.
fn changed(pointer: &str, value: Value) -> String {
    let preset = ModelSpec::preset("tech-firm").unwrap();
    let mut document: Value = serde_json::from_str(&preset.to_json()).unwrap();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    match document.pointer_mut(pointer) {
        Some(place) => *place = value,
        None => document.pointer_mut(parent).unwrap()[key] = value,
    }
    let told = model(&document.to_string());
    told.split(" at line ").next().unwrap().to_owned()
}

/// The preset with a piece of its text replaced.
fn rewritten(from: &str, to: &str) -> String {
    let preset = ModelSpec::preset("tech-firm").unwrap().to_json();
    assert!(preset.contains(from), "the preset has no `{from}`");
    let told = model(&preset.replacen(from, to, 1));
    told.split(" at line ").next().unwrap().to_owned()
}

#[test]
fn a_text_that_is_no_model_document_is_refused() {
    assert_snapshot!(model(""), @"");
    assert_snapshot!(model("null"), @"");
    assert_snapshot!(model("[]"), @"");
    assert_snapshot!(model("{}"), @"");
    assert_snapshot!(model(r#"{"id": 3}"#), @"");
    assert_snapshot!(model(r#"{"id": "m", "id": "n"}"#), @"");
    assert_snapshot!(model(&"[".repeat(10_000)), @"");
}

#[test]
fn numbers_that_are_none_are_refused_in_a_model() {
    assert_snapshot!(rewritten("\"pdo\": 40.0", "\"pdo\": NaN"), @"");
    assert_snapshot!(rewritten("\"pdo\": 40.0", "\"pdo\": Infinity"), @"");
    assert_snapshot!(rewritten("\"pdo\": 40.0", "\"pdo\": 1e400"), @"");
    assert_snapshot!(changed("/calibration/pdo", json!("40")), @"");
    assert_snapshot!(changed("/calibration/pdo", json!(1e-320)), @"");
    assert_snapshot!(changed("/calibration/base_score", json!(1e308)), @"");
    assert_snapshot!(changed("/base_points", json!(600.5)), @"");
    assert_snapshot!(changed("/base_points", json!(10_000_000_000_i64)), @"");
    assert_snapshot!(changed("/base_points", json!(i32::MIN)), @"");
    assert_snapshot!(changed("/pillars/0/card/0/missing/not_reported", json!(i32::MAX)), @"");
    assert_snapshot!(changed("/technology/weights/growth/technology.breadth", json!(256)), @"");
    assert_snapshot!(changed("/technology/weights/growth/technology.breadth", json!(-1)), @"");
    assert_snapshot!(changed("/technology/stages/start_up_below_years", json!(-1.0)), @"");
    assert_snapshot!(changed("/minimum/characteristics", json!(65_535)), @"");
}

#[test]
fn values_of_the_wrong_type_are_refused_in_a_model() {
    assert_snapshot!(changed("/id", json!(["x"])), @"");
    assert_snapshot!(changed("/pillars", json!({})), @"");
    assert_snapshot!(changed("/pillars/0/family", json!("weather")), @"");
    assert_snapshot!(changed("/pillars/0/card/0/measure", json!("trade.weather")), @"");
    assert_snapshot!(changed("/pillars/0/card/0/attributes", json!({"bands": [], "x": 1})), @"");
    assert_snapshot!(changed("/rules/0/kind", json!("weather")), @"");
    assert_snapshot!(changed("/rules/0/kind", json!({"listing": {"list": "weather"}})), @"");
    assert_snapshot!(changed("/rules/0/effect", json!({"cap": 3})), @"");
    assert_snapshot!(changed("/rules/0/effect", json!({"cap": "ZZZ"})), @"");
}

#[test]
fn what_is_empty_is_refused_in_a_model() {
    assert_snapshot!(changed("/id", json!(" ")), @"");
    assert_snapshot!(changed("/pillars", json!([])), @"");
    assert_snapshot!(changed("/pillars/0/card", json!([])), @"");
    assert_snapshot!(changed("/pillars/0/card/0/attributes", json!({"bands": []})), @"");
    assert_snapshot!(changed("/master_scale", json!([])), @"");
    assert_snapshot!(changed("/technology/scale", json!([])), @"");
    assert_snapshot!(changed("/technology/weights/growth", json!({})), @"");
    assert_snapshot!(changed("/government/scale", json!([])), @"");
    assert_snapshot!(changed("/rules/0/id", json!("")), @"");
    assert_snapshot!(changed("/rules", json!([])), @"");
}

#[test]
fn what_stands_twice_is_refused_in_a_model() {
    assert_snapshot!(changed("/pillars/1/family", json!("trade")), @"");
    assert_snapshot!(changed("/rules/1/id", json!("ended")), @"");
    let weight = "\"technology.breadth\": 6,";
    assert_snapshot!(rewritten(weight, &weight.repeat(2)), @"");
    assert_snapshot!(rewritten("\"base_points\": 600,", "\"base_points\": 600, \"base_points\": 700,"), @"");
}

#[test]
fn days_outside_the_centuries_are_refused_in_a_model() {
    assert_snapshot!(changed("/rules/0/valid_from", json!("1899-12-31")), @"");
    assert_snapshot!(changed("/rules/0/valid_from", json!(20_250_101)), @"");
    assert_snapshot!(changed("/rules/0/valid_to", json!("2200-01-01")), @"");
    assert_snapshot!(changed("/rules/0/valid_to", json!("1900-01-01")), @"");
}

#[test]
fn unknown_fields_are_refused_by_name_in_a_model() {
    assert_snapshot!(changed("/wether", json!(1)), @"");
    assert_snapshot!(changed("/calibration/weather", json!(1)), @"");
    assert_snapshot!(changed("/rules/0/basis/weather", json!(1)), @"");
    assert_snapshot!(changed("/technology/weights/growth/weather", json!(1)), @"");
    assert_snapshot!(changed("/government/matrix/weather", json!([])), @"");
    assert_snapshot!(changed("/reference", json!({"name": {"en": "e", "zh": "z"}, "points": {"weather": 1}})), @"");
}

#[test]
fn ten_thousand_characters_are_refused_and_shown_in_part_in_a_model() {
    let long = "科".repeat(10_000);
    assert_snapshot!(changed("/id", json!(long)), @"");
    assert_snapshot!(changed("/rules/0/id", json!(long)), @"");
    assert_snapshot!(changed("/rules/0/effect", json!({"cap": long})), @"");
    assert_snapshot!(changed("/pillars/0/card/0/measure", json!(long)), @"");
    assert_snapshot!(changed(&format!("/{long}"), json!(1)), @"");
    assert_snapshot!(changed("/master_scale/0/grade", json!(long)), @"");
}
