//! Premiums, what insurers pay, who pays part of a premium, and the fee of a re-guarantor.

use super::fault::LendingFault;
use super::loss_sharing::money;
use crate::error::Result;
use crate::records::day;
use pyo3::prelude::*;
use rating_core::lending::{
    Insurance, InsuranceLine, LendingError, PremiumSubsidy, most_re_guarantee_fee as most_fee,
};

/// The contract of a JSON document.
fn contract(text: &str) -> Result<Insurance> {
    let read: Insurance = read(text)?;
    read.check().map_err(LendingFault::Arguments)?;
    Ok(read)
}

fn read<T: serde::de::DeserializeOwned>(text: &str) -> Result<T> {
    let wrong =
        |error: serde_json::Error| LendingFault::Document(vec![LendingError::Document(error.to_string())]);
    Ok(serde_json::from_str(text).map_err(wrong)?)
}

/// The premium of a year of a contract, a JSON document.
#[pyfunction(name = "insurance_premium")]
pub(crate) fn premium(insurance: &str) -> Result<String> {
    Ok(contract(insurance)?.premium().to_string())
}

/// What the insurer of a contract pays for a loss, after what it has paid in the year.
#[pyfunction(name = "insurance_pays")]
pub(crate) fn pays(insurance: &str, loss: &str, paid_in_year: &str) -> Result<String> {
    let (loss, paid) = (money("loss", loss)?, money("paid_in_year", paid_in_year)?);
    Ok(contract(insurance)?.pays(loss, paid).to_string())
}

/// What a subsidy, a JSON document, pays of a premium on a day, after what the firm has had in the year.
#[pyfunction]
pub(crate) fn premium_subsidy(
    subsidy: &str,
    line: &str,
    premium: &str,
    so_far: (String, String),
) -> Result<String> {
    let (on, had) = so_far;
    let subsidy: PremiumSubsidy = read(subsidy)?;
    subsidy.check().map_err(LendingFault::Document)?;
    let line: InsuranceLine =
        serde_json::from_value(line.into()).map_err(|error| LendingFault::Argument {
            name: "line",
            wanted: "a line of insurance".to_owned(),
            got: error.to_string(),
        })?;
    let premium = money("premium", premium)?;
    let amount = subsidy.amount(line, premium, (day("on", &on)?, money("had", &had)?));
    Ok(amount.to_string())
}

/// The highest re-guarantee fee a year on a loan.
#[pyfunction]
pub(crate) fn most_re_guarantee_fee(loan: &str) -> Result<String> {
    Ok(most_fee(money("loan", loan)?).to_string())
}
