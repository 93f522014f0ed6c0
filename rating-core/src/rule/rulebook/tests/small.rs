//! Small rulebooks, written for one test each.

#![expect(
    clippy::needless_pass_by_value,
    reason = "documents are written where they are used"
)]

use super::super::*;
use crate::measure::Measures;
use crate::record::Dossier;
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn name() -> Value {
    json!({"en": "name", "zh": "名称"})
}

/// A document with these evaluations. Declared: numbers `x`, `y` and `z`, words `stage`.
pub(super) fn spec(evaluations: &[Value]) -> RulebookSpec {
    let words = ["start_up", "growth", "stable"].map(|word| json!({"word": word, "name": name()}));
    let document = json!({
        "id": "small", "version": "1", "name": name(), "notice": name(),
        "declared": [
            {"id": "x", "name": name()},
            {"id": "y", "name": name()},
            {"id": "z", "name": name()},
            {"id": "stage", "name": name(), "words": words},
        ],
        "evaluations": evaluations,
    });
    RulebookSpec::from_json(&document.to_string()).unwrap()
}

pub(super) fn book(evaluations: &[Value]) -> Rulebook {
    spec(evaluations).check().unwrap()
}

/// An evaluation of these parts, in force from 2020 on.
pub(super) fn evaluation(id: &str, parts: Value) -> Value {
    let mut whole = json!({
        "id": id, "name": name(), "valid_from": "2020-01-01",
        "basis": {"document": "none", "en": "says", "zh": "文字", "provenance": "made for a test"},
    });
    for (key, part) in parts.as_object().unwrap() {
        whole[key] = part.clone();
    }
    whole
}

pub(super) fn item(id: &str, input: &str, points: Value) -> Value {
    json!({"id": id, "name": name(), "input": input, "points": points})
}

pub(super) fn block(id: &str, most: f64, items: Value) -> Value {
    json!({"id": id, "name": name(), "most": most, "take": "sum", "items": items})
}

/// A condition, or a class.
pub(super) fn when(id: &str, test: Value) -> Value {
    json!({"id": id, "name": name(), "test": test})
}

/// A class for every other firm.
pub(super) fn otherwise(id: &str) -> Value {
    json!({"id": id, "name": name()})
}

/// A firm with these records and declared values, in the middle of 2025.
pub(super) fn ask(book: &Rulebook, records: &Value, declared: &Value) -> Vec<Evaluation> {
    ask_on(book, "2025-06-30", records, declared)
}

pub(super) fn ask_on(book: &Rulebook, day: &str, records: &Value, declared: &Value) -> Vec<Evaluation> {
    let mut firm = json!({"firm_id": "F-1"});
    for (table, rows) in records.as_object().unwrap() {
        firm[table] = rows.clone();
    }
    let firm: Dossier = firm.to_string().parse().unwrap();
    let view = firm.view(day.parse().unwrap());
    let values: BTreeMap<String, DeclaredValue> = serde_json::from_value(declared.clone()).unwrap();
    let declared = book.declare(&values).unwrap();
    book.evaluate(&view, &Measures::of(&view), &declared)
}

/// The only evaluation of a firm without records.
pub(super) fn one(book: &Rulebook, declared: &Value) -> Evaluation {
    ask(book, &json!({}), declared).swap_remove(0)
}

/// Points in hundredths, from the fewest to the most.
pub(super) fn cents(span: Span) -> (i32, i32) {
    (span.low.in_hundredths(), span.high.in_hundredths())
}
