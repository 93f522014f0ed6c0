//! What would change an answer, laid out.

use crate::columns::Frame;
use crate::error::Result;
use pyo3_arrow::PyTable;
use rating_core::lending::{Change, CollateralKind, Counterfactual, MeasureTarget};
use rating_core::num::Money;

/// A change in columns.
struct Row {
    change: &'static str,
    of: Option<String>,
    to: &'static str,
    value: Option<f64>,
    words: Vec<String>,
}

/// A row a change; changes with one number are needed together.
pub(super) fn frame(found: &[Counterfactual]) -> Result<PyTable> {
    let numbered = found.iter().zip(1_u64..);
    let rows: Vec<(u64, &Counterfactual, Row)> = numbered
        .flat_map(|(one, number)| one.changes.iter().map(move |change| (number, one, row(change))))
        .collect();
    let each = || rows.iter();
    Frame::default()
        .counts("nearest", each().map(|(number, _, _)| *number))
        .text("change", each().map(|(_, _, row)| row.change))
        .some_text("of", each().map(|(_, _, row)| row.of.as_ref()))
        .text("to", each().map(|(_, _, row)| row.to))
        .some_numbers("value", each().map(|(_, _, row)| row.value))
        .lists("words", each().map(|(_, _, row)| row.words.iter()))
        .text("decision", each().map(|(_, one, _)| one.decision.word()))
        .money("amount", each().map(|(_, one, _)| Some(one.amount)))
        .flags("is_actionable", each().map(|(_, one, _)| one.is_actionable))
        .finish()
}

fn row(change: &Change) -> Row {
    let of = |change: &'static str, to: &'static str, value: f64| Row {
        change,
        of: None,
        to,
        value: Some(value),
        words: Vec::new(),
    };
    let yuan = |change, to, amount: &Money| of(change, to, amount.yuan());
    match change {
        Change::Amount(amount) => yuan("amount", "is", amount),
        Change::Months(months) => of("months", "is", f64::from(*months)),
        Change::Guarantee(id, guarantee) => Row {
            of: Some(id.clone()),
            ..of("guarantee", "is", guarantee.guarantee.share.get())
        },
        Change::Insurance(id, insurance) => Row {
            of: Some(id.clone()),
            ..of("insurance", "is", insurance.share.get())
        },
        Change::Owes(amount) => yuan("owes", "at_most", amount),
        Change::GroupOwes(amount) => yuan("group_owes", "at_most", amount),
        Change::Asset(kind, value) => Row {
            of: Some(kind_word(*kind)),
            ..yuan("asset", "at_least", value)
        },
        Change::Need(amount) => yuan("need", "at_least", amount),
        Change::Sales(amount) => yuan("sales_12m", "at_least", amount),
        Change::Tax(amount) => yuan("tax_12m", "at_least", amount),
        Change::Invoices(amount) => yuan("invoiced_12m", "at_least", amount),
        Change::Grade(grades) => Row {
            change: "grade",
            of: None,
            to: "one_of",
            value: None,
            words: grades.clone(),
        },
        Change::Pd(pd) => of("pd", "at_most", pd.get()),
        Change::Rate(rate) => of("rate", "is", *rate),
        Change::Score { to, .. } => of("score", "at_least", f64::from(*to)),
        Change::Measure(change) => {
            let (to, value, words) = match &change.to {
                MeasureTarget::AtLeast(value) => ("at_least", Some(*value), Vec::new()),
                MeasureTarget::Below(value) => ("below", Some(*value), Vec::new()),
                MeasureTarget::Words(words) => ("one_of", None, words.clone()),
            };
            Row {
                change: "measure",
                of: Some(change.measure.id().to_owned()),
                to,
                value,
                words,
            }
        }
    }
}

/// A kind of collateral, as documents write it.
fn kind_word(kind: CollateralKind) -> String {
    let word = serde_json::to_value(kind).ok();
    word.and_then(|word| word.as_str().map(str::to_owned))
        .unwrap_or_default()
}
