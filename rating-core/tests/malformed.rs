//! Malformed input at the doors (one firm as JSON, columns, the model document, the rulebook), each with the exact words
//! that a user reads. Nothing here is accepted in silence: it is an error of the whole, or a rejected row.
//!
//! The single identifiers, cells, cards, scales and calibrations have such tests beside their code.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that builds its own input"
)]

mod support;

use insta::assert_snapshot;
use rating_core::num::Date;
use rating_core::rating::ModelSpec;
use rating_core::record::columns::{Chunk, Column, ExtraColumns, TableInput};
use rating_core::record::{Cell, Dossier, Intake, RecordError, read_tables};
use rating_core::rule::rulebook::RulebookSpec;
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
    assert_snapshot!(from_json(""), @"expected a JSON object of tables, got EOF while parsing a value at line 1 column 0");
    assert_snapshot!(from_json(" \n"), @"expected a JSON object of tables, got EOF while parsing a value at line 2 column 0");
    assert_snapshot!(from_json("null"), @"expected a JSON object of tables, got null");
    assert_snapshot!(from_json("[]"), @"expected a JSON object of tables, got a list");
    assert_snapshot!(from_json("3"), @"expected a JSON object of tables, got a number");
    assert_snapshot!(from_json("\u{feff}{}"), @"expected a JSON object of tables, got expected value at line 1 column 1");
    assert_snapshot!(from_json(r#"{"firm_id": "F-1""#), @"expected a JSON object of tables, got EOF while parsing an object at line 1 column 17");
    assert_snapshot!(from_json(r#"{"firm_id": "F-1"} x"#), @"expected a JSON object of tables, got trailing characters at line 1 column 20");
    assert_snapshot!(from_json(r#"{"firm_id": "F-1", "tax_arrears": [{"amount": NaN}]}"#), @"expected a JSON object of tables, got expected value at line 1 column 47");
    assert_snapshot!(from_json(r#"{"firm_id": "F-1", "tax_arrears": [{"amount": -Infinity}]}"#), @"expected a JSON object of tables, got invalid number at line 1 column 48");
    assert_snapshot!(from_json(r#"{"firm_id": "F-1", "tax_arrears": [{"amount": 1e400}]}"#), @"expected a JSON object of tables, got number out of range at line 1 column 51");
    assert_snapshot!(from_json(&"[".repeat(10_000)), @"expected a JSON object of tables, got recursion limit exceeded at line 1 column 128");
}

#[test]
fn a_text_that_does_not_name_one_firm_is_refused() {
    assert_snapshot!(from_json("{}"), @"expected the records of one firm, got no text under `firm_id`");
    assert_snapshot!(from_json(r#"{"firm_id": 17}"#), @"expected the records of one firm, got no text under `firm_id`");
    assert_snapshot!(from_json(r#"{"firm_id": ""}"#), @"expected the records of one firm, got `firm_id`: expected a firm identifier of 1 to 64 characters, got 0 in ``");
    assert_snapshot!(from_json(&json!({"firm_id": "F".repeat(10_000)}).to_string()), @"expected the records of one firm, got `firm_id`: expected a firm identifier of 1 to 64 characters, got 10000 in `FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF…`");
    let other = json!({"firm_id": "F-1", "tax_arrears": [{"firm_id": "F-2", "kind": "vat", "since": "2025-01-15", "amount": 1}]});
    assert_snapshot!(from_json(&other.to_string()), @"expected the records of one firm, got `F-1` and a row of `F-2`");
}

#[test]
fn nothing_is_said_twice() {
    assert_snapshot!(from_json(r#"{"firm_id": "F-1", "firm_id": "F-2"}"#), @"expected a JSON object of tables, got the key `firm_id` twice at line 1 column 28");
    assert_snapshot!(from_json(r#"{"firm_id": "F-1", "patents": [], "patents": []}"#), @"expected a JSON object of tables, got the key `patents` twice at line 1 column 43");
    assert_snapshot!(from_json(r#"{"firm_id": "F-1", "tax_arrears": [{"amount": 1, "amount": 2}]}"#), @"expected a JSON object of tables, got the key `amount` twice at line 1 column 57");
    assert_snapshot!(from_json(r#"{"firm_id": "F-1", "patents": [], "专利": []}"#), @"table `patents` was delivered twice");
    assert_snapshot!(arrear(&json!({"欠税余额": 3})), @"table `tax_arrears` has two columns for `amount`: `amount`, `欠税余额`");
}

#[test]
fn an_empty_table_is_a_table_without_rows_and_anything_else_is_none() {
    assert_snapshot!(from_json(r#"{"firm_id": "F-1"}"#), @"1 firms");
    assert_snapshot!(from_json(r#"{"firm_id": "F-1", "patents": [], "filings": []}"#), @"1 firms; 0 of 0 rows used in filings; 0 of 0 rows used in patents");
    assert_snapshot!(from_json(r#"{"firm_id": "F-1", "patents": null, "filings": {}, "invoices": "none"}"#), @"
    expected a JSON object of tables, got an object under `filings`
    expected a JSON object of tables, got a text under `invoices`
    expected a JSON object of tables, got null under `patents`
    ");
    assert_snapshot!(from_json(r#"{"firm_id": "F-1", "patents": [null]}"#), @"expected a JSON object of tables, got null in the array `patents`");
    assert_snapshot!(row("tax_arrears", &json!({})), @"table `tax_arrears` lacks the required columns `kind`, `since`, `amount`");
    assert_snapshot!(row("tax_arrears", &json!({"kind": null, "since": "", "amount": "  "})), @"table `tax_arrears`, row 1: `kind`: expected a value, got nothing; `since`: expected a value, got nothing; `amount`: expected a value, got nothing");
}

#[test]
fn a_value_of_the_wrong_type_rejects_its_row() {
    assert_snapshot!(registration(&json!({"name": true})), @"table `registrations`, row 1: `name`: expected text, got `true`");
    assert_snapshot!(registration(&json!({"name": 3.5})), @"table `registrations`, row 1: `name`: expected text, got `3.5`");
    assert_snapshot!(registration(&json!({"name": ["甲"]})), @"expected a JSON object of tables, got a list within row 1 of the array `registrations`");
    assert_snapshot!(registration(&json!({"name": {"zh": "甲"}})), @"expected a JSON object of tables, got an object within row 1 of the array `registrations`");
    assert_snapshot!(registration(&json!({"established_on": false, "status": 1, "staff": "many"})), @"table `registrations`, row 1: `established_on`: expected a date such as `2026-06-30`, `2026/6/30`, `20260630` or `2026年6月30日`, got `false`; `status`: expected one of `active`, `dormant`, `suspended`, `liquidation`, `moved_out`, `ordered_closed`, `cancelled`, `revoked`, `deregistered`, got `1`; `staff`: expected a whole number from 0 to 10,000,000, got `many`");
    assert_snapshot!(registration(&json!({"staff": 1.5})), @"table `registrations`, row 1: `staff`: expected a whole number from 0 to 10,000,000, got `1.5`");
    assert_snapshot!(registration(&json!({"registered_capital": "a lot"})), @"table `registrations`, row 1: `registered_capital`: expected an amount in yuan such as `1234.50`, got `a lot`");
    assert_snapshot!(row("patents", &json!({"number": 2017, "filed_on": "2017-07-21", "status": "pending"})), @"table `patents`, row 1: `number`: expected a patent number of 8 or 12 digits and a check character, got 4 characters in `2017`");
    assert_snapshot!(row("tax_credit_levels", &json!({"year": "last", "level": "E", "direct": "perhaps"})), @"table `tax_credit_levels`, row 1: `year`: expected a year from 1900 to 2199, got `last`; `level`: expected one of `A`, `B`, `M`, `C`, `D`, got `E`; `direct`: expected `true` or `false` (`是` or `否`), got `perhaps`");
}

#[test]
fn numbers_beyond_their_bounds_reject_their_row() {
    assert_snapshot!(arrear(&json!({"amount": 1e300})), @"table `tax_arrears`, row 1: `amount`: expected an amount of at most 1,000,000,000,000 yuan either way, got `1e300`");
    assert_snapshot!(arrear(&json!({"amount": -1e300})), @"table `tax_arrears`, row 1: `amount`: expected an amount of at most 1,000,000,000,000 yuan either way, got `-1e300`");
    assert_snapshot!(arrear(&json!({"amount": u64::MAX})), @"table `tax_arrears`, row 1: `amount`: expected an amount of at most 1,000,000,000,000 yuan either way, got `1.8446744073709552e19`");
    assert_snapshot!(arrear(&json!({"amount": i64::MIN})), @"table `tax_arrears`, row 1: `amount`: expected an amount of at most 1,000,000,000,000 yuan either way, got `-9223372036854775808`");
    assert_snapshot!(arrear(&json!({"amount": "9".repeat(10_000)})), @"table `tax_arrears`, row 1: `amount`: expected an amount of at most 1,000,000,000,000 yuan either way, got `9999999999999999999999999999999999999999…`");
    assert_snapshot!(arrear(&json!({"amount": "1000000000000.01"})), @"table `tax_arrears`, row 1: `amount`: expected an amount of at most 1,000,000,000,000 yuan either way, got `1000000000000.01`");
    assert_snapshot!(arrear(&json!({"amount": 0.001})), @"table `tax_arrears`, row 1: `amount`: expected an amount in whole fen (two decimals), got `0.001`");
    assert_snapshot!(arrear(&json!({"amount": "NaN"})), @"table `tax_arrears`, row 1: `amount`: expected an amount in yuan such as `1234.50`, got `NaN`");
    assert_snapshot!(arrear(&json!({"amount": "inf"})), @"table `tax_arrears`, row 1: `amount`: expected an amount in yuan such as `1234.50`, got `inf`");
    assert_snapshot!(registration(&json!({"staff": 10_000_001})), @"table `registrations`, row 1: `staff`: expected a whole number from 0 to 10,000,000, got `10000001`");
    assert_snapshot!(registration(&json!({"staff": -1})), @"table `registrations`, row 1: `staff`: expected a whole number from 0 to 10,000,000, got `-1`");
    assert_snapshot!(registration(&json!({"staff": 1e18})), @"table `registrations`, row 1: `staff`: expected a whole number from 0 to 10,000,000, got `1e18`");
    assert_snapshot!(row("tax_credit_levels", &json!({"year": 1899, "level": "A"})), @"table `tax_credit_levels`, row 1: `year`: expected a year from 1900 to 2199, got `1899`");
    assert_snapshot!(row("tax_credit_levels", &json!({"year": i64::MAX, "level": "A"})), @"table `tax_credit_levels`, row 1: `year`: expected a year from 1900 to 2199, got `9223372036854775807`");
}

#[test]
fn days_outside_the_calendar_or_the_centuries_reject_their_row() {
    assert_snapshot!(arrear(&json!({"since": "1899-12-31"})), @"table `tax_arrears`, row 1: `since`: expected a date from 1900-01-01 to 2199-12-31, got `1899-12-31`");
    assert_snapshot!(arrear(&json!({"since": 18_991_231})), @"table `tax_arrears`, row 1: `since`: expected a date from 1900-01-01 to 2199-12-31, got `1899-12-31`");
    assert_snapshot!(arrear(&json!({"since": "2200-01-01"})), @"table `tax_arrears`, row 1: `since`: expected a date from 1900-01-01 to 2199-12-31, got `2200-01-01`");
    assert_snapshot!(arrear(&json!({"since": "2025-02-29"})), @"table `tax_arrears`, row 1: `since`: no such day in the calendar: `2025-02-29`");
    assert_snapshot!(arrear(&json!({"since": "0000-00-00"})), @"table `tax_arrears`, row 1: `since`: no such day in the calendar: `0-00-00`");
    assert_snapshot!(arrear(&json!({"since": "99999-01-01"})), @"table `tax_arrears`, row 1: `since`: expected a date such as `2026-06-30`, `2026/6/30`, `20260630` or `2026年6月30日`, got `99999-01-01`");
    assert_snapshot!(arrear(&json!({"since": 45_000})), @"table `tax_arrears`, row 1: `since`: expected a date such as `2026-06-30`, `2026/6/30`, `20260630` or `2026年6月30日`, got `45000`");
    assert_snapshot!(arrear(&json!({"since": "2025-01-15", "known_on": "1066-10-14"})), @"table `tax_arrears`, row 1: `known_on`: expected a date from 1900-01-01 to 2199-12-31, got `1066-10-14`");
    assert_snapshot!(arrear(&json!({"since": "1900-01-01"})), @"1 firms; 1 of 1 rows used in tax_arrears");
}

#[test]
fn ten_thousand_characters_are_refused_and_shown_in_part() {
    let long = "科".repeat(10_000);
    assert_snapshot!(registration(&json!({"name": long})), @"table `registrations`, row 1: `name`: expected text of at most 200 characters, got 10000 characters");
    assert_snapshot!(arrear(&json!({"kind": long})), @"table `tax_arrears`, row 1: `kind`: expected one of `vat`, `corporate_income`, `withheld_income`, `other`, got `科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科…`");
    assert_snapshot!(arrear(&json!({"since": long})), @"table `tax_arrears`, row 1: `since`: expected a date such as `2026-06-30`, `2026/6/30`, `20260630` or `2026年6月30日`, got `科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科…`");
    assert_snapshot!(arrear(&json!({"amount": long})), @"table `tax_arrears`, row 1: `amount`: expected an amount in yuan such as `1234.50`, got `科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科…`");
    assert_snapshot!(row("patents", &json!({"number": long, "filed_on": "2017-07-21", "status": "pending"})), @"table `patents`, row 1: `number`: expected a patent number of 8 or 12 digits and a check character, got 10000 characters in `科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科…`");
    assert_snapshot!(arrear(&json!({long.as_str(): 1})), @"table `tax_arrears` has unknown columns `科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科…`; its columns are `firm_id`, `kind`, `since`, `amount`, `cleared_on`, `known_on`");
    assert_snapshot!(row(&long, &json!({"x": 1})), @"unknown table `科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科…`; the tables are `registrations`, `registry_changes`, `annual_reports`, `listings`, `filings`, `invoices`, `tax_credit_levels`, `tax_arrears`, `tax_penalties`, `patents`, `intellectual_properties`, `research_years`, `certificates`, `facilities`, `guarantees`, `enquiries`, `statements`, `responsible_persons`, `answers`");
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
    assert_snapshot!(row("tax_arrears", &whole), @"table `tax_arrears` has unknown columns `x0000`, `x0001`, `x0002`, `x0003`, `x0004`, `x0005`, `x0006`, `x0007`, `x0008`, `x0009`, `x0010`, `x0011`, `x0012`, `x0013`, `x0014`, `x0015`, `x0016`, `x0017`, `x0018`, `x0019` and 9980 more; its columns are `firm_id`, `kind`, `since`, `amount`, `cleared_on`, `known_on`");
}

#[test]
fn unknown_tables_and_columns_are_refused_by_name() {
    assert_snapshot!(row("cats", &json!({"name": "Tom"})), @"unknown table `cats`; the tables are `registrations`, `registry_changes`, `annual_reports`, `listings`, `filings`, `invoices`, `tax_credit_levels`, `tax_arrears`, `tax_penalties`, `patents`, `intellectual_properties`, `research_years`, `certificates`, `facilities`, `guarantees`, `enquiries`, `statements`, `responsible_persons`, `answers`");
    assert_snapshot!(row("outcomes", &json!({"defaulted": 1})), @"unknown table `outcomes`; the tables are `registrations`, `registry_changes`, `annual_reports`, `listings`, `filings`, `invoices`, `tax_credit_levels`, `tax_arrears`, `tax_penalties`, `patents`, `intellectual_properties`, `research_years`, `certificates`, `facilities`, `guarantees`, `enquiries`, `statements`, `responsible_persons`, `answers`");
    assert_snapshot!(arrear(&json!({"Amount ": 3, "note": "x", "": 1})), @"
    table `tax_arrears` has two columns for `amount`: `Amount `, `amount`
    table `tax_arrears` has unknown columns ``, `note`; its columns are `firm_id`, `kind`, `since`, `amount`, `cleared_on`, `known_on`
    ");
    let all = from_json(r#"{"firm_id": "F-1", "cats": [], "patents": [{"number": "1"}], "tax_arrears": 3}"#);
    assert_snapshot!(all, @"
    expected a JSON object of tables, got a number under `tax_arrears`
    unknown table `cats`; the tables are `registrations`, `registry_changes`, `annual_reports`, `listings`, `filings`, `invoices`, `tax_credit_levels`, `tax_arrears`, `tax_penalties`, `patents`, `intellectual_properties`, `research_years`, `certificates`, `facilities`, `guarantees`, `enquiries`, `statements`, `responsible_persons`, `answers`
    table `patents` lacks the required columns `filed_on`, `status`
    ");
}

#[test]
fn characters_that_cannot_be_printed_reject_their_row() {
    assert_snapshot!(registration(&json!({"name": "甲\u{0}乙"})), @"table `registrations`, row 1: `name`: expected printable text, got the control character U+0000 at position 2");
    assert_snapshot!(registration(&json!({"name": "甲\n乙"})), @"table `registrations`, row 1: `name`: expected printable text, got the control character U+000A at position 2");
}

#[test]
fn a_firm_that_stands_twice_is_kept_once_and_told() {
    let first = json!({"name": "甲科技", "established_on": "2016-03-01", "status": "active"});
    let second = json!({"name": "乙科技", "established_on": "2016-03-01", "status": "active"});
    let twice =
        |other: &Value| from_json(&json!({"firm_id": "F-1", "registrations": [first, other]}).to_string());
    assert_snapshot!(twice(&first), @"table `registrations`, row 2: `firm_id`: the same as row 1, which is kept");
    assert_snapshot!(twice(&second), @"table `registrations`, row 2: `firm_id`: contradicted by row 1, which is kept");
}

/// Every reject names the row that stands in the dossier, not another reject.
#[test]
fn of_many_rows_that_say_the_same_one_is_kept_and_named() {
    let row = |amount: u32| json!({"kind": "vat", "since": "2025-01-15", "amount": amount});
    let told = |amounts: &[u32]| {
        let rows: Vec<Value> = amounts.iter().map(|amount| row(*amount)).collect();
        from_json(&json!({"firm_id": "F-1", "tax_arrears": rows}).to_string())
    };
    assert_snapshot!(told(&[1, 1, 1]), @"
    table `tax_arrears`, row 2: `firm_id`: the same as row 1, which is kept
    table `tax_arrears`, row 3: `firm_id`: the same as row 1, which is kept
    ");
    assert_snapshot!(told(&[1, 2, 1, 2]), @"
    table `tax_arrears`, row 1: `firm_id`: contradicted by row 2, which is kept
    table `tax_arrears`, row 3: `firm_id`: the same as row 1, which is not kept either
    table `tax_arrears`, row 4: `firm_id`: the same as row 2, which is kept
    ");
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
    assert_snapshot!(head, @"25 rows cannot be used: table `tax_arrears`, row 1: `since`: expected a date such as `2026-06-30`, `2026/6/30`, `20260630` or `2026年6月30日`, got `soon`");
    assert_snapshot!(tail, @"and 5 more");
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
    assert_snapshot!(told(read_tables(&[], ExtraColumns::Refuse)), @"0 firms");
    assert_snapshot!(arrears(vec![], ExtraColumns::Refuse), @"table `tax_arrears` lacks the required columns `firm_id`, `kind`, `since`, `amount`");
    assert_snapshot!(arrears(vec![vec![]], ExtraColumns::Refuse), @"table `tax_arrears` lacks the required columns `firm_id`, `kind`, `since`, `amount`");
    assert_snapshot!(with("amount", &[]), @"0 firms; 0 of 0 rows used in tax_arrears");
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
    assert_snapshot!(with("amount", &cells), @"
    table `tax_arrears`, row 1: `amount`: expected an amount in yuan such as `1234.50`, got `NaN`
    table `tax_arrears`, row 2: `amount`: expected an amount in yuan such as `1234.50`, got `inf`
    table `tax_arrears`, row 3: `amount`: expected an amount in yuan such as `1234.50`, got `-inf`
    table `tax_arrears`, row 4: `amount`: expected an amount of at most 1,000,000,000,000 yuan either way, got `1.7976931348623157e308`
    table `tax_arrears`, row 6: `amount`: expected an amount of at most 1,000,000,000,000 yuan either way, got `9223372036854775807`
    table `tax_arrears`, row 7: `amount`: expected an amount of at most 1,000,000,000,000 yuan either way, got `-9223372036854775808`
    table `tax_arrears`, row 8: `amount`: expected an amount of at most 1,000,000,000,000 yuan either way, got `170141183460469231731687303715884105727`
    table `tax_arrears`, row 9: `amount`: expected an amount in whole fen (two decimals), got `1e-255`
    table `tax_arrears`, row 10: `amount`: expected an amount in yuan such as `1234.50`, got `true`
    table `tax_arrears`, row 11: `amount`: expected an amount in yuan such as `1234.50`, got `1970-01-01`
    table `tax_arrears`, row 13: `amount`: expected an amount in yuan such as `1234.50`, got `１２３`
    table `tax_arrears`, row 14: `amount`: expected a value, got nothing
    ");
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
    assert_snapshot!(with("since", &cells), @"
    table `tax_arrears`, row 1: `since`: expected a date from 1900-01-01 to 2199-12-31, got `day -2147483648 since 1970-01-01`
    table `tax_arrears`, row 2: `since`: expected a date from 1900-01-01 to 2199-12-31, got `day -25568 since 1970-01-01`
    table `tax_arrears`, row 3: `since`: expected a date from 1900-01-01 to 2199-12-31, got `day 84006 since 1970-01-01`
    table `tax_arrears`, row 4: `since`: expected a date such as `2026-06-30`, `2026/6/30`, `20260630` or `2026年6月30日`, got `NaN`
    table `tax_arrears`, row 5: `since`: expected a date such as `2026-06-30`, `2026/6/30`, `20260630` or `2026年6月30日`, got `20250115`
    table `tax_arrears`, row 6: `since`: expected a date such as `2026-06-30`, `2026/6/30`, `20260630` or `2026年6月30日`, got `9223372036854775807`
    table `tax_arrears`, row 7: `since`: expected a date such as `2026-06-30`, `2026/6/30`, `20260630` or `2026年6月30日`, got `false`
    table `tax_arrears`, row 8: `since`: expected a date such as `2026-06-30`, `2026/6/30`, `20260630` or `2026年6月30日`, got `20250115`
    table `tax_arrears`, row 9: `since`: expected a date such as `2026-06-30`, `2026/6/30`, `20260630` or `2026年6月30日`, got `2025-1-`
    table `tax_arrears`, row 10: `since`: expected a date such as `2026-06-30`, `2026/6/30`, `20260630` or `2026年6月30日`, got `2025-01-15-01`
    table `tax_arrears`, row 11: `since`: expected a date such as `2026-06-30`, `2026/6/30`, `20260630` or `2026年6月30日`, got `١٥`
    ");
}

#[test]
fn cells_that_are_no_firm_or_word_reject_their_row() {
    assert_snapshot!(with("firm_id", &[Cell::Null, Cell::Float(1.0), Cell::Boolean(true), Cell::Text("甲"), Cell::Text("91350100M000100Y40")]), @"
    table `tax_arrears`, row 1: `firm_id`: expected a value, got nothing
    table `tax_arrears`, row 2: `firm_id`: expected text, got `1`
    table `tax_arrears`, row 3: `firm_id`: expected text, got `true`
    table `tax_arrears`, row 4: `firm_id`: expected a letter, a digit, `_`, `.` or `-` at character 1 of a firm identifier, got `甲` in `甲`
    table `tax_arrears`, row 5: `firm_id`: check character of the unified social credit code `91350100M000100Y40` should be `3`, got `0`; a local code of 18 characters needs a `_`, `.` or `-`
    ");
    assert_snapshot!(with("kind", &[Cell::Null, Cell::Float(f64::NAN), Cell::Integer(0), Cell::Date(0)]), @"
    table `tax_arrears`, row 1: `kind`: expected a value, got nothing
    table `tax_arrears`, row 2: `kind`: expected one of `vat`, `corporate_income`, `withheld_income`, `other`, got `NaN`
    table `tax_arrears`, row 3: `kind`: expected one of `vat`, `corporate_income`, `withheld_income`, `other`, got `0`
    table `tax_arrears`, row 4: `kind`: expected one of `vat`, `corporate_income`, `withheld_income`, `other`, got `1970-01-01`
    ");
}

/// A number that is shown like a text is still no identifier, and does not spoil the text.
#[test]
fn what_one_cell_was_read_as_says_nothing_of_a_cell_of_another_type() {
    assert_snapshot!(with("firm_id", &[Cell::Float(17.0), Cell::Text("17"), Cell::Float(17.0), Cell::Integer(17)]), @"
    table `tax_arrears`, row 1: `firm_id`: expected text, got `17`
    table `tax_arrears`, row 3: `firm_id`: expected text, got `17`
    ");
}

#[test]
fn every_chunk_is_held_to_the_schema_and_one_fault_is_said_once() {
    let chunk = |rows: usize, headers: &[&'static str]| -> Chunk<'_> {
        let column = |header: &&'static str| (*header, boxed(Cells(&[Cell::Null][..rows])));
        headers.iter().map(column).collect()
    };
    let whole = ["firm_id", "kind", "since", "amount"];
    let chunks = vec![
        chunk(0, &whole),
        chunk(1, &["firm_id", "kind", "since"]),
        chunk(1, &["firm_id", "kind", "since"]),
        chunk(1, &["firm_id", "kind", "税种", "since", "amount"]),
    ];
    assert_snapshot!(arrears(chunks, ExtraColumns::Refuse), @"
    table `tax_arrears` lacks the required columns `amount`
    table `tax_arrears` has two columns for `kind`: `kind`, `税种`
    ");
}

#[test]
fn columns_of_different_lengths_are_refused() {
    let (firms, amounts) = (["F-1", "F-2"], [1_i64]);
    let chunk: Chunk<'_> = vec![("firm_id", boxed(&firms[..])), ("amount", boxed(&amounts[..]))];
    assert_snapshot!(arrears(vec![chunk], ExtraColumns::Refuse), @"
    table `tax_arrears` has columns of different lengths: `firm_id` 2, `amount` 1
    table `tax_arrears` lacks the required columns `kind`, `since`
    ");
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
    assert_snapshot!(arrears(vec![chunk()], ExtraColumns::Refuse), @"table `tax_arrears` has unknown columns `memo`, ``; its columns are `firm_id`, `kind`, `since`, `amount`, `cleared_on`, `known_on`");
    let input = TableInput {
        name: "欠税信息",
        chunks: vec![chunk()],
    };
    let intake = read_tables(&[input], ExtraColumns::Ignore).unwrap();
    let named = [("tax_arrears", "memo".to_owned()), ("tax_arrears", String::new())];
    assert_eq!(intake.ignored, named);
    assert_snapshot!(told(Ok(intake)), @"1 firms; 1 of 1 rows used in tax_arrears");
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
    assert_snapshot!(arrears(vec![chunk("since"), chunk("until")], ExtraColumns::Refuse), @"
    table `tax_arrears` lacks the required columns `since`
    table `tax_arrears` has unknown columns `until`; its columns are `firm_id`, `kind`, `since`, `amount`, `cleared_on`, `known_on`
    ");
    assert_snapshot!(arrears(vec![chunk("since"), chunk("until")], ExtraColumns::Ignore), @"table `tax_arrears` lacks the required columns `since`");
}

// ---- door 1, the model document ----

fn model(text: &str) -> String {
    match ModelSpec::from_json(text).map(ModelSpec::check) {
        Err(error) => error.to_string(),
        Ok(Err(errors)) => lines(&errors),
        Ok(Ok(_)) => "accepted".to_owned(),
    }
}

/// A small model with the value at a JSON pointer replaced or, where there is none, added; without places in the text,
/// which change with the model.
fn changed(pointer: &str, value: Value) -> String {
    let mut document: Value = serde_json::from_str(&support::small_model().to_json()).unwrap();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    match document.pointer_mut(pointer) {
        Some(place) => *place = value,
        None => document.pointer_mut(parent).unwrap()[key] = value,
    }
    let told = model(&document.to_string());
    told.split(" at line ").next().unwrap().to_owned()
}

/// A small model with a piece of its text replaced.
fn rewritten(from: &str, to: &str) -> String {
    let document = support::small_model().to_json();
    assert!(document.contains(from), "the model has no `{from}`");
    let told = model(&document.replacen(from, to, 1));
    told.split(" at line ").next().unwrap().to_owned()
}

#[test]
fn a_text_that_is_no_model_document_is_refused() {
    assert_snapshot!(model(""), @"not a model document: EOF while parsing a value at line 1 column 0");
    assert_snapshot!(model("null"), @"not a model document: expected an object, got null");
    assert_snapshot!(model("[]"), @"not a model document: expected an object, got a list");
    assert_snapshot!(model("{}"), @"not a model document: missing field `id` at line 1 column 2");
    assert_snapshot!(model(r#"{"id": 3}"#), @"not a model document: invalid type: integer `3`, expected a string at line 1 column 8");
    assert_snapshot!(model(r#"{"id": "m", "id": "n"}"#), @"not a model document: the key `id` twice at line 1 column 16");
    assert_snapshot!(model(&"[".repeat(10_000)), @"not a model document: recursion limit exceeded at line 1 column 128");
}

#[test]
fn numbers_that_are_none_are_refused_in_a_model() {
    assert_snapshot!(rewritten("\"pdo\": 40.0", "\"pdo\": NaN"), @"not a model document: expected value");
    assert_snapshot!(rewritten("\"pdo\": 40.0", "\"pdo\": Infinity"), @"not a model document: expected value");
    assert_snapshot!(rewritten("\"pdo\": 40.0", "\"pdo\": 1e400"), @"not a model document: number out of range");
    assert_snapshot!(changed("/calibration/pdo", json!("40")), @r#"not a model document: invalid type: string "40", expected f64"#);
    assert_snapshot!(changed("/calibration/pdo", json!(1e-320)), @"calibration.pdo: expected finite log-odds for scores from 519 to 638 with this `base_score` and `base_odds`, got `-inf`");
    let table = |second: f64| json!({"isotonic": [{"from": 560, "pd": 0.1}, {"from": 600, "pd": second}], "pd_floor": 0.001});
    assert_snapshot!(changed("/calibration", table(0.2)), @"calibration.isotonic[1].pd: expected at most `0.1`, the PD of the lower scores before, got `0.2`");
    assert_snapshot!(changed("/calibration/conservatism", json!({"data_and_methods": 0.0, "changes": 2.0, "estimation": 0.0})), @"calibration.conservatism.changes: expected a fraction from 0 to 1, got `2`");
    assert_snapshot!(changed("/calibration/conservatism", json!({"changes": 0.1})), @"not a model document: missing field `data_and_methods`");
    assert_snapshot!(changed("/calibration/isotonic", json!([])), @"not a model document: field `base_score` does not go with `isotonic`");
    assert_snapshot!(changed("/calibration/base_score", json!(1e308)), @"calibration.base_score: expected a number from -1,000,000 to 1,000,000, got `100000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000`");
    assert_snapshot!(changed("/base_points", json!(600.5)), @"not a model document: invalid type: floating point `600.5`, expected i32");
    assert_snapshot!(changed("/base_points", json!(10_000_000_000_i64)), @"not a model document: invalid value: integer `10000000000`, expected i32");
    assert_snapshot!(changed("/base_points", json!(i32::MIN)), @"base_points: expected -10000 to 10000, got `-2147483648`");
    assert_snapshot!(changed("/pillars/0/card/0/missing/not_reported", json!(i32::MAX)), @"pillars[0].card: `trade.sales_12m`: expected points from -10000 to 10000, got `2147483647`");
    assert_snapshot!(changed("/technology/weights/growth/technology.inventions", json!(256)), @"not a model document: invalid value: integer `256`, expected u8");
    assert_snapshot!(changed("/technology/weights/growth/technology.inventions", json!(-1)), @"not a model document: invalid value: integer `-1`, expected u8");
    assert_snapshot!(changed("/technology/stages/start_up_below_years", json!(-1.0)), @"technology.stages: expected finite numbers, 0 <= start_up_below_years <= stable_from_years, got `-1` and `10`");
    assert_snapshot!(changed("/minimum/characteristics", json!(65_535)), @"minimum.characteristics: expected at most 4, got `65535`");
}

#[test]
fn values_of_the_wrong_type_are_refused_in_a_model() {
    assert_snapshot!(changed("/id", json!(["x"])), @"not a model document: invalid type: sequence, expected a string");
    assert_snapshot!(changed("/pillars", json!({})), @"not a model document: invalid type: map, expected a sequence");
    assert_snapshot!(changed("/pillars/0/family", json!("weather")), @"not a model document: unknown variant `weather`, expected one of `trade`, `tax`, `registry`, `technology`, `credit`, `finance`");
    assert_snapshot!(changed("/pillars/0/card/0/measure", json!("trade.weather")), @"not a model document: unknown measure `trade.weather`; docs/measures.md lists them");
    assert_snapshot!(changed("/pillars/0/card/0/attributes", json!({"bands": [], "x": 1})), @"not a model document: expected value");
    assert_snapshot!(changed("/rules/0/kind", json!("weather")), @"not a model document: unknown variant `weather`, expected one of `registration`, `listing`, `direct_tax_level_d`, `loan_in_default`");
    assert_snapshot!(changed("/rules/0/kind", json!({"listing": {"list": "weather"}})), @"not a model document: unknown variant `weather`, expected one of `abnormal_operation`, `serious_violation`, `judgment_debtor`, `major_tax_violation`, `administrative_penalty`");
    assert_snapshot!(changed("/rules/0/kind", json!({"registration": {"any_of": []}})), @"rules[0].kind.registration.any_of: expected at least one state, got none");
    assert_snapshot!(changed("/rules/0/effect", json!({"cap": 3})), @"not a model document: invalid type: integer `3`, expected a string");
    assert_snapshot!(changed("/rules/0/effect", json!({"cap": "ZZZ"})), @"rules[0].effect.cap: expected a grade of government.scale, got `ZZZ`");
}

#[test]
fn what_is_empty_is_refused_in_a_model() {
    assert_snapshot!(changed("/id", json!(" ")), @"id: expected text, got nothing");
    assert_snapshot!(changed("/pillars", json!([])), @"
    pillars: expected at least one, got none
    minimum.characteristics: expected at most 0, got `2`
    ");
    assert_snapshot!(changed("/pillars/0/card", json!([])), @"pillars[0].card: expected at least one characteristic, got none");
    assert_snapshot!(changed("/pillars/0/card/0/attributes", json!({"bands": []})), @"pillars[0].card: `trade.sales_12m`: expected at least one band, got none");
    assert_snapshot!(changed("/master_scale", json!([])), @"master_scale: expected 1 to 100 grades, got 0");
    assert_snapshot!(changed("/technology/scale", json!([])), @"technology.scale: expected 1 to 100 grades, got 0");
    assert_snapshot!(changed("/technology/weights/growth", json!({})), @"technology.weights.growth: expected a weight for each characteristic of the card, 100 in sum, got 0 weights for 2 characteristics, 0 in sum");
    assert_snapshot!(changed("/rules/0/id", json!("")), @"rules[0].id: expected text, each once, got ``");
    assert_snapshot!(changed("/rules/0/basis/document", json!(" ")), @"rules[0].basis.document: expected a document and article, got nothing");
    assert_snapshot!(changed("/rules", json!([])), @"accepted");
}

#[test]
fn what_stands_twice_is_refused_in_a_model() {
    assert_snapshot!(changed("/pillars/1/family", json!("trade")), @"
    pillars[1].family: expected each family once and `technology` not among them, got `trade`
    pillars[1].card: expected measures of the family `trade`, got `tax.declared_growth`
    pillars[1].card: expected measures of the family `trade`, got `tax.late_filings_12m`
    ");
    let card = support::small_model().pillars[0].card.characteristics[0].clone();
    assert_snapshot!(changed("/pillars/0/card", json!([card, card])), @"pillars[0].card: measure `trade.sales_12m` stands twice, in characteristics[0] and characteristics[1]");
    assert_snapshot!(changed("/rules/1/id", json!("ended")), @"rules[1].id: expected text, each once, got `ended`");
    let weight = "\"technology.inventions\": 60";
    assert_snapshot!(rewritten(weight, &format!("{weight}, {weight}")), @"not a model document: the key `technology.inventions` twice");
    assert_snapshot!(rewritten("\"base_points\": 600,", "\"base_points\": 600, \"base_points\": 700,"), @"not a model document: the key `base_points` twice");
}

#[test]
fn days_outside_the_centuries_are_refused_in_a_model() {
    assert_snapshot!(changed("/rules/0/valid_from", json!("1899-12-31")), @"not a model document: expected a date from 1900-01-01 to 2199-12-31, got `1899-12-31`");
    assert_snapshot!(changed("/rules/0/valid_from", json!(20_250_101)), @"not a model document: invalid type: integer `20250101`, expected a string");
    assert_snapshot!(changed("/rules/0/valid_to", json!("2200-01-01")), @"not a model document: expected a date from 1900-01-01 to 2199-12-31, got `2200-01-01`");
    assert_snapshot!(changed("/rules/0/valid_to", json!("1900-01-01")), @"rules[0].valid_to: must not be before `valid_from`");
}

#[test]
fn unknown_fields_are_refused_by_name_in_a_model() {
    assert_snapshot!(changed("/wether", json!(1)), @"not a model document: unknown field `wether`, expected one of `id`, `version`, `name`, `notice`, `base_points`, `pillars`, `calibration`, `master_scale`, `technology`, `government`, `minimum`, `rules`, `reference`");
    assert_snapshot!(changed("/calibration/weather", json!(1)), @"not a model document: unknown field `weather`, expected one of `base_score`, `base_odds`, `pdo`, `central_tendency`, `model_tendency`, `pd_floor`, `conservatism`, `beta`, `of`, `shift`, `isotonic`");
    assert_snapshot!(changed("/rules/0/basis/weather", json!(1)), @"not a model document: unknown field `weather`, expected one of `document`, `en`, `zh`, `provenance`");
    assert_snapshot!(changed("/technology/weights/growth/weather", json!(1)), @"technology.weights.growth: expected a weight for each characteristic of the card, 100 in sum, got 3 weights for 2 characteristics, 101 in sum");
    assert_snapshot!(changed("/government/matrix/weather", json!([])), @"government.matrix.weather: expected a row for a grade of master_scale, got `weather`");
    assert_snapshot!(changed("/reference", json!({"name": {"en": "e", "zh": "z"}, "points": {"weather": 1}})), @"
    reference.points: expected a finite number for each characteristic of the pillars and no other, got none for `trade.sales_12m`
    reference.points: expected a finite number for each characteristic of the pillars and no other, got none for `trade.sales_growth`
    reference.points: expected a finite number for each characteristic of the pillars and no other, got none for `tax.declared_growth`
    reference.points: expected a finite number for each characteristic of the pillars and no other, got none for `tax.late_filings_12m`
    reference.points: expected a finite number for each characteristic of the pillars and no other, got one for `weather`
    ");
}

#[test]
fn a_faulty_band_is_not_told_again_for_each_mean_of_its_card() {
    let preset = ModelSpec::preset("tech-firm").unwrap().to_json();
    let mut document: Value = serde_json::from_str(&preset).unwrap();
    document["pillars"][0]["card"][0]["attributes"]["bands"][0]["below"] = json!(2e6);
    assert_snapshot!(model(&document.to_string()), @"pillars[0].card: `trade.sales_12m`.bands[1].below: expected a finite number above `2000000`, got `1000000`");
}

#[test]
fn ten_thousand_characters_are_refused_and_shown_in_part_in_a_model() {
    let long = "科".repeat(10_000);
    assert_snapshot!(changed("/id", json!(long)), @"id: expected at most 200 characters, got 10000");
    assert_snapshot!(changed("/rules/0/id", json!(long)), @"rules[0].id: expected at most 200 characters, got 10000");
    assert_snapshot!(changed("/rules/0/effect", json!({"cap": long})), @"rules[0].effect.cap: expected a grade of government.scale, got `科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科…`");
    assert_snapshot!(changed("/pillars/0/card/0/measure", json!(long)), @"not a model document: unknown measure `科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科…科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科`; docs/measures.md lists them");
    assert_snapshot!(changed(&format!("/{long}"), json!(1)), @"not a model document: unknown field `科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科…, `master_scale`, `technology`, `government`, `minimum`, `rules`, `reference`");
    assert_snapshot!(changed("/master_scale/0/grade", json!(long)), @"master_scale[0].grade: expected a symbol of at most 20 characters, each once, got `科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科科…`");
}

// ---- door 1, the rulebook ----

/// A rulebook with every kind of points, test and class.
const RULEBOOK: &str = include_str!("../fuzz/seeds/rulebook_document/every_kind.json");

fn rulebook(text: &str) -> String {
    match RulebookSpec::from_json(text).map(RulebookSpec::check) {
        Err(error) => error.to_string(),
        Ok(Err(errors)) => lines(&errors),
        Ok(Ok(_)) => "accepted".to_owned(),
    }
}

/// The rulebook with the value at a JSON pointer replaced or, where there is none, added; without places in the text.
fn altered(pointer: &str, value: Value) -> String {
    let mut document: Value = serde_json::from_str(RULEBOOK).unwrap();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    match document.pointer_mut(pointer) {
        Some(place) => *place = value,
        None => document.pointer_mut(parent).unwrap()[key] = value,
    }
    let told = rulebook(&document.to_string());
    told.split(" at line ").next().unwrap().to_owned()
}

/// The points of an item of the first block replaced.
fn worth(item: usize, points: Value) -> String {
    altered(&format!("/evaluations/0/blocks/0/items/{item}/points"), points)
}

/// The test of a condition of the second evaluation replaced.
fn tested(test: Value) -> String {
    altered("/evaluations/1/conditions/0/test", test)
}

#[test]
fn a_text_that_is_no_rulebook_is_refused() {
    assert_snapshot!(rulebook(RULEBOOK), @"accepted");
    assert_snapshot!(rulebook(""), @"not a rulebook: EOF while parsing a value at line 1 column 0");
    assert_snapshot!(rulebook("[]"), @"not a rulebook: expected an object, got a list");
    assert_snapshot!(rulebook("{}"), @"not a rulebook: missing field `id` at line 1 column 2");
    let twice = RULEBOOK.replacen(r#""version": "1""#, r#""version": "1", "version": "2""#, 1);
    assert_snapshot!(rulebook(&twice).split(" at line ").next().unwrap(), @"not a rulebook: the key `version` twice");
    assert_snapshot!(altered("/colour", json!("red")), @"not a rulebook: unknown field `colour`, expected one of `id`, `version`, `name`, `notice`, `declared`, `evaluations`, `clocks`, `deadlines`, `published_lists`, `applications`");
    assert_snapshot!(altered("/evaluations/0/in_band", json!("best")), @"not a rulebook: unknown variant `best`, expected one of `low`, `mid`, `high`, `linear`");
    assert_snapshot!(altered("/evaluations/0/valid_from", json!("2025-02-30")), @"not a rulebook: no such day in the calendar: `2025-02-30`");
    assert_snapshot!(altered("/evaluations", json!([])), @"evaluations: expected at least one, or an application, got `none`");
}

#[test]
fn points_of_a_rulebook_are_numbers_of_two_decimals_in_a_known_shape() {
    assert_snapshot!(worth(1, json!({"each": 0.125})), @"not a rulebook: expected points with at most two decimals, got `0.125`");
    assert_snapshot!(worth(1, json!({"each": 1e12})), @"not a rulebook: expected points with at most two decimals, got `1000000000000`");
    assert_snapshot!(worth(1, json!({"each": "many"})), @r#"not a rulebook: invalid type: string "many", expected f64"#);
    assert_snapshot!(worth(1, json!({"every": 1})), @"not a rulebook: unknown variant `every`, expected one of `bands`, `words`, `each`, `reference`");
    assert_snapshot!(worth(1, json!([1, 2])), @"not a rulebook: expected value");
    assert_snapshot!(worth(0, json!({"bands": [{"points": [1, 2, 3]}]})), @"not a rulebook: expected points with at most two decimals, or a list of the fewest and the most");
    assert_snapshot!(worth(0, json!({"bands": [{"points": [-2_000_000, 20_000_000]}]})), @"evaluations[0].blocks[0].items[0].points.bands[0].points: expected points from -10000 to 10000, the fewest first, got `-2000000, 20000000`");
    assert_snapshot!(worth(0, json!({"bands": [{"points": [2, 1]}]})), @"
    evaluations[0].blocks[0].items[0].points.bands[0].points: expected points from -10000 to 10000, the fewest first, got `2, 1`
    evaluations[0].in_band: expected none without ranges of points, got `some`
    ");
    assert_snapshot!(worth(0, json!({"bands": [{"below": 2, "points": 1}, {"below": 1, "points": 2}, {"points": 3}]})), @"
    evaluations[0].blocks[0].items[0].points.bands[1]: expected finite ends that ascend, got `1`
    evaluations[0].in_band: expected none without ranges of points, got `some`
    ");
    assert_snapshot!(worth(2, json!({"reference": {"value": 8, "most": "all"}})), @"not a rulebook: expected points with at most two decimals, or `by` a word with its `points`");
    assert_snapshot!(worth(2, json!({"reference": {"value": 8, "most": {"by": "stage", "points": {"start_up": 1}}}})), @"evaluations[0].blocks[0].items[2].points.reference.most.points: expected points for `stable`, got `none`");
    assert_snapshot!(worth(2, json!({"reference": {"value": -8, "most": 15}})), @"evaluations[0].blocks[0].items[2].points.reference.value: expected a finite number above 0, got `-8`");
}

#[test]
fn tests_of_a_rulebook_read_what_is_there() {
    assert_snapshot!(tested(json!({"number": {"input": "height", "at_least": 1}})), @"evaluations[1].conditions[0].test.number.input: expected the id of a measure or of something declared, got `height`");
    assert_snapshot!(tested(json!({"number": {"input": "x", "at_least": "1"}})), @r#"not a rulebook: invalid type: string "1", expected f64"#);
    assert_snapshot!(tested(json!({"number": {"input": "x", "least": 1}})), @"not a rulebook: unknown field `least`, expected one of `input`, `at_least`, `above`, `at_most`, `below`");
    assert_snapshot!(tested(json!({"word": {"input": "stage", "one_of": ["growth"]}})), @"evaluations[1].conditions[0].test.word.one_of: expected one of `start_up`, `stable`, got `growth`");
    assert_snapshot!(tested(json!({"industry": "I65"})), @r#"not a rulebook: invalid type: string "I65", expected a sequence"#);
    assert_snapshot!(tested(json!({"industry": ["六五"]})), @"evaluations[1].conditions[0].test.industry[0]: expected an industry code such as `I`, `65`, `I651` or `6510`, got `六五`");
    assert_snapshot!(tested(json!({"listed": "naughty"})), @"not a rulebook: unknown variant `naughty`, expected one of `abnormal_operation`, `serious_violation`, `judgment_debtor`, `major_tax_violation`, `administrative_penalty`");
    assert_snapshot!(tested(json!({"passed": "after"})), @"evaluations[1].conditions[0].test.passed: expected the id of an evaluation that stands before this one, got `after`");
    assert_snapshot!(tested(json!({"class": {"evaluation": "scored", "one_of": ["bad"]}})), @"evaluations[1].conditions[0].test.class.one_of: expected one of `good`, `fair`, got `bad`");
    assert_snapshot!(tested(json!({"rated": ["AAA"]})), @"evaluations[1].conditions[0].test.rated: expected no rating but in an application, got `one`");
    assert_snapshot!(tested(json!({"points": {"at_least": 5}})), @"evaluations[1].conditions[0].test.points: expected no points but in a class, got `some`");
    let deep = (0..9).fold(
        json!({"listed": "serious_violation"}),
        |test, _| json!({"not": test}),
    );
    assert_snapshot!(tested(deep), @"evaluations[1].conditions[0].test.not.not.not.not.not.not.not.not: expected tests nested at most 8 deep, got `more`");
}

#[test]
fn parts_of_a_rulebook_that_do_not_fit_together_are_told_with_their_place() {
    assert_snapshot!(altered("/evaluations/0/full", json!(100)), @"
    evaluations[0].full: expected what the blocks give at most for `start_up`, 20, got `100`
    evaluations[0].full: expected what the blocks give at most for `stable`, 20, got `100`
    ");
    assert_snapshot!(altered("/evaluations/0/in_band", Value::Null), @"evaluations[0].in_band: expected `low`, `mid`, `high` or `linear`, for the ranges of points, got `none`");
    assert_snapshot!(altered("/evaluations/0/pass", Value::Null), @"evaluations[0].admissions: expected none without a pass mark that they stand in for, got `some`");
    assert_snapshot!(altered("/evaluations/0/pass/total", json!(23)), @"evaluations[0].pass.total: expected no more than the blocks can give, got `23`");
    assert_snapshot!(altered("/evaluations/0/classes/1/id", json!("good")), @"evaluations[0].classes[1].id: expected text, each once, got `good`");
    assert_snapshot!(altered("/evaluations/0/blocks/0/items/1/one_of", json!("other")), @"
    evaluations[0].blocks[0].items[0].one_of: expected a word that another item of the block has too, where the items add up, got `either`
    evaluations[0].blocks[0].items[1].one_of: expected a word that another item of the block has too, where the items add up, got `other`
    ");
    assert_snapshot!(altered("/evaluations/1/id", json!("scored")), @"evaluations[1].id: expected text, each once, got `scored`");
    assert_snapshot!(altered("/declared/1/words/1/word", json!("start_up")), @"
    declared[1].words[1].word: expected at most 40 lower case letters, digits and `_`, each word once, got `start_up`
    evaluations[0].blocks[0].items[2].points.reference.most.points: expected one of `start_up`, `start_up`, got `stable`
    ");
    assert_snapshot!(altered("/declared/0/id", json!("tax.level")), @"
    declared[0].id: expected an id that no measure has, got `tax.level`
    evaluations[0].blocks[0].items[2].input: expected the id of a measure or of something declared, got `x`
    evaluations[0].blocks[1].items[1].input: expected the id of a measure or of something declared, got `x`
    evaluations[1].conditions[2].test.all[1].number.input: expected the id of a measure or of something declared, got `x`
    ");
}

#[test]
fn ten_thousand_characters_are_shown_in_part_in_a_rulebook() {
    let long = "科".repeat(10_000);
    for (pointer, value) in [
        ("/evaluations/1/conditions/0/test", json!({"passed": long})),
        (
            "/evaluations/1/conditions/0/test",
            json!({"word": {"input": "stage", "one_of": [long]}}),
        ),
        ("/evaluations/1/conditions/0/test", json!({"industry": [long]})),
        ("/evaluations/0/blocks/0/items/2/input", json!(long)),
        ("/declared/1/words/0/word", json!(long)),
        (
            "/evaluations/0/blocks/1/items/0/points",
            json!({"words": {long.as_str(): 1}}),
        ),
    ] {
        let told = altered(pointer, value);
        assert!(
            told.contains('…') && told.chars().count() < 3_000,
            "{pointer}: {told}"
        );
    }
}
