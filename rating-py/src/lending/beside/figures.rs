//! Figures of the need of working capital beside applications.

use super::{Made, once};
use crate::lending::sheet::{Form, Sheet, amount, number};
use rating_core::lending::NeedFigures;
use rating_core::num::Money;
use rating_core::record::CellValue as _;
use std::collections::BTreeSet;

/// What a frame of figures holds.
pub(super) static FORM: Form = Form {
    table: "figures",
    needs: &["application_id"],
    may_have: &[
        "sales",
        "cost",
        "profit",
        "expected_growth",
        "receivables",
        "inventory",
        "payables",
        "prepaid",
        "advances",
        "own_funds",
        "existing_loans",
        "other_channels",
    ],
};

pub(super) fn rows(sheet: &mut Sheet<'_>) -> impl FnMut(usize, &str) -> Made<NeedFigures> + use<> {
    let mut growth = sheet.some("expected_growth", number);
    let mut profit = sheet.some("profit", Money::from_cell);
    let mut stocks = [
        "sales",
        "cost",
        "receivables",
        "inventory",
        "payables",
        "prepaid",
        "advances",
        "own_funds",
        "existing_loans",
        "other_channels",
    ]
    .map(|name| sheet.some(name, amount));
    let mut seen = BTreeSet::new();
    move |row, id| {
        once(&mut seen, (id, ()), ("application_id", id))?;
        let [
            sales,
            cost,
            receivables,
            inventory,
            payables,
            prepaid,
            advances,
            own_funds,
            existing_loans,
            other_channels,
        ] = stocks.each_mut().map(|cells| cells.at(row));
        Ok(NeedFigures {
            year: None,
            sales,
            cost,
            profit: profit.at(row),
            expected_growth: growth.at(row),
            receivables,
            inventory,
            payables,
            prepaid,
            advances,
            own_funds,
            existing_loans,
            other_channels,
        })
    }
}
