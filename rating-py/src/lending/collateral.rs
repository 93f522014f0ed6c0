//! What a patent is worth, and how loans against intellectual property do.

use super::fault::LendingFault;
use super::loss_sharing::money;
use crate::error::Result;
use pyo3::prelude::*;
use rating_core::lending::{PatentValuation, is_within_ip_tolerance as is_within};
use rating_core::num::Money;

/// What a valuation comes to, method by method and in all; amounts as text.
#[derive(IntoPyObject)]
pub(crate) struct Valued {
    income: Option<String>,
    cost: Option<String>,
    market: Option<String>,
    value: String,
}

/// What a patent is worth by a valuation, a JSON document.
#[pyfunction]
pub(crate) fn patent_value(valuation: &str) -> Result<Valued> {
    let read: PatentValuation = serde_json::from_str(valuation).map_err(|error| LendingFault::Argument {
        name: "valuation",
        wanted: "remaining_years and at least one of income, cost and market".to_owned(),
        got: error.to_string(),
    })?;
    let found = read.value().map_err(LendingFault::Arguments)?;
    let text = |amount: Option<Money>| amount.map(|amount| amount.to_string());
    Ok(Valued {
        income: text(found.income),
        cost: text(found.cost),
        market: text(found.market),
        value: found.value.to_string(),
    })
}

/// Whether loans against intellectual property fail to perform within the tolerance; each pair is what does not perform
/// and all of it.
#[pyfunction]
pub(crate) fn is_within_ip_tolerance(ip: (&str, &str), all: (&str, &str)) -> Result<bool> {
    let ip = (money("ip_non_performing", ip.0)?, money("ip_loans", ip.1)?);
    let all = (money("non_performing", all.0)?, money("loans", all.1)?);
    Ok(is_within(ip, all))
}
