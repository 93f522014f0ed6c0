//! How a loan is paid back, laid out.

use super::answers::Answers;
use super::fault::LendingFault;
use super::loss_sharing::money;
use crate::columns::Frame;
use crate::error::Result;
use crate::records::day;
use pyo3::prelude::*;
use pyo3_arrow::PyTable;
use rating_core::lending::{DayCount, Instalment, LendingError, Repayment, ScheduleTerms, Share};
use rating_core::num::Money;
use serde::de::DeserializeOwned;

/// Terms of a loan, as Python gives them.
#[derive(FromPyObject)]
pub(crate) struct Terms {
    #[pyo3(item)]
    principal: String,
    #[pyo3(item)]
    rate: f64,
    #[pyo3(item)]
    drawn_on: String,
    #[pyo3(item)]
    months: u16,
    #[pyo3(item)]
    every_months: u16,
    #[pyo3(item)]
    repayment: String,
    #[pyo3(item)]
    day_count: String,
}

impl Terms {
    fn read(self) -> Result<ScheduleTerms> {
        let rate = Share::new(self.rate).map_err(|_| LendingFault::Argument {
            name: "rate",
            wanted: "an annual fraction from 0 to 1 with at most six decimals".to_owned(),
            got: self.rate.to_string(),
        })?;
        Ok(ScheduleTerms {
            principal: money("principal", &self.principal)?,
            rate,
            drawn_on: day("drawn_on", &self.drawn_on)?,
            months: self.months,
            every_months: self.every_months,
            repayment: repayment(&self.repayment)?,
            day_count: word::<DayCount>(
                ("day_count", &self.day_count),
                "`months`, `actual360` or `actual365`",
            )?,
        })
    }
}

fn repayment(text: &str) -> Result<Repayment> {
    let wanted = "`equal_instalment`, `equal_principal`, `interest_only` or `single_payment`";
    word(("repayment", text), wanted)
}

fn word<T: DeserializeOwned>((name, text): (&'static str, &str), wanted: &str) -> Result<T> {
    let fault = |_| LendingFault::Argument {
        name,
        wanted: wanted.to_owned(),
        got: text.to_owned(),
    };
    Ok(serde_json::from_value(text.into()).map_err(fault)?)
}

/// The instalments of a loan.
#[pyfunction]
pub(crate) fn schedule(terms: Terms) -> Result<PyTable> {
    let instalments = terms.read()?.schedule().map_err(LendingFault::Arguments)?;
    laid_out(Frame::default(), &instalments.iter().collect::<Vec<_>>())
}

/// The instalments of every offer with an amount and a price, paid every month from the day of lending.
pub(super) fn of_offers(offers: &Answers, repaid: &str) -> Result<PyTable> {
    let made: Vec<(&str, Instalment)> = of_terms(offers, repaid, ScheduleTerms::schedule)?;
    let ids = Frame::default().text("application_id", made.iter().map(|(id, _)| id));
    laid_out(
        ids,
        &made.iter().map(|(_, instalment)| instalment).collect::<Vec<_>>(),
    )
}

/// What is owed in each year of every offer with an amount and a price.
pub(super) fn owed_by_year(offers: &Answers, repaid: &str) -> Result<PyTable> {
    let years = |terms: &ScheduleTerms| Ok((1_i64..).zip(terms.owed_by_year()?).collect());
    let made: Vec<(&str, (i64, Money))> = of_terms(offers, repaid, years)?;
    Frame::default()
        .text("application_id", made.iter().map(|(id, _)| id))
        .integers("year", made.iter().map(|(_, (year, _))| *year))
        .money("owed", made.iter().map(|(_, (_, owed))| Some(*owed)))
        .finish()
}

/// What the terms of every offer make, each with its application; or every fault.
fn of_terms<'a, T>(
    offers: &'a Answers,
    way: &str,
    make: impl Fn(&ScheduleTerms) -> std::result::Result<Vec<T>, Vec<LendingError>>,
) -> Result<Vec<(&'a str, T)>> {
    let repaid = repayment(way)?;
    let mut rows: Vec<(&str, T)> = Vec::new();
    let mut faults: Vec<LendingError> = Vec::new();
    for (posed, offer) in offers.each() {
        let terms = ScheduleTerms::of_offer(offer, posed.application.on, repaid);
        let parts = terms
            .map_err(|error| vec![error])
            .and_then(|terms| terms.map_or_else(|| Ok(Vec::new()), |terms| make(&terms)));
        match parts {
            Ok(parts) => rows.extend(parts.into_iter().map(|part| (posed.id.as_str(), part))),
            Err(errors) => faults.extend(errors.into_iter().map(|error| of(error, &posed.id))),
        }
    }
    if faults.is_empty() {
        Ok(rows)
    } else {
        Err(LendingFault::Arguments(faults).into())
    }
}

/// An error that names its application.
fn of(error: LendingError, application: &str) -> LendingError {
    match error {
        LendingError::Fault { place, wanted, got } => LendingError::Fault {
            place: format!("application `{application}`: {place}"),
            wanted,
            got,
        },
        document @ LendingError::Document(_) => document,
    }
}

fn laid_out(frame: Frame, instalments: &[&Instalment]) -> Result<PyTable> {
    let each = || instalments.iter();
    frame
        .days("due_on", each().map(|i| Some(i.due_on)))
        .integers("days", each().map(|i| i64::from(i.days)))
        .money("payment", each().map(|i| Some(i.payment())))
        .money("principal", each().map(|i| Some(i.principal)))
        .money("interest", each().map(|i| Some(i.interest)))
        .money("balance", each().map(|i| Some(i.balance)))
        .finish()
}
