//! Capital, expected credit loss and need, by column: so that what an offer says can be checked.

use super::fault::LendingFault;
use super::sheet::{Form, Sheet, count, fault, lgd, many, number, pd, pd as pd_of_cell, reject_frame};
use crate::columns::{Delivered, Frame};
use crate::error::Result;
use pyo3::prelude::*;
use pyo3_arrow::PyTable;
use rating_core::lending::{
    Exposure, IrbRule, LendingError, LoanYears, Need, NeedInput, SizeAdjustment, Timing, raroc_from_rate,
    rate_from_raroc,
};
use rating_core::num::Money;
use rating_core::record::{CellValue as _, Text};

static EXPOSURES: Form = Form {
    table: "exposures",
    needs: &["pd", "lgd", "maturity_years"],
    may_have: &["sales"],
};
static LOANS: Form = Form {
    table: "loans",
    needs: &["pd", "lgd", "amount", "months", "rate"],
    may_have: &["later_pds", "later_amounts"],
};
static RETURNS: Form = Form {
    table: "returns",
    needs: &["given", "other", "capital"],
    may_have: &[],
};
static NEEDS: Form = Form {
    table: "needs",
    needs: &["firm_id", "sales", "cost", "profit"],
    may_have: &[
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

/// Parameters of the internal-ratings formula.
#[derive(FromPyObject)]
pub(crate) struct Rule {
    #[pyo3(item)]
    pd_floor: f64,
    #[pyo3(item)]
    lgd_floor: f64,
    #[pyo3(item)]
    scaling: f64,
    #[pyo3(item)]
    size: Option<(String, String)>,
}

impl Rule {
    fn checked(self) -> Result<IrbRule> {
        let amount = |text: &str| super::loss_sharing::money("size", text);
        let size = self.size.map(|(low, high)| {
            Ok::<_, crate::error::FirmRatingError>(SizeAdjustment {
                low: amount(&low)?,
                high: amount(&high)?,
            })
        });
        let rule = IrbRule {
            pd_floor: self.pd_floor,
            lgd_floor: self.lgd_floor,
            size: size.transpose()?,
            scaling: self.scaling,
        };
        rule.check().map_err(LendingFault::Arguments)?;
        Ok(rule)
    }
}

/// Capital by the internal-ratings formula, a row a loan.
#[pyfunction]
pub(crate) fn capital(py: Python<'_>, exposures: &Bound<'_, PyAny>, rule: Rule) -> Result<PyTable> {
    let frame = Delivered::take(EXPOSURES.table.to_owned(), exposures)?;
    let rule = rule.checked()?;
    py.detach(|| {
        let mut sheet = Sheet::new(&EXPOSURES, &frame)?;
        let (mut pd, mut lgd) = (sheet.need("pd", pd), sheet.need("lgd", lgd));
        let mut years = sheet.need("maturity_years", number);
        let mut sales = sheet.some("sales", Money::from_cell);
        let capital = sheet.all(|row| {
            Some(rule.capital(&Exposure {
                pd: pd.at(row)?,
                lgd: lgd.at(row)?,
                sales: sales.at(row),
                maturity_years: years.at(row)?,
            }))
        })?;
        let each = || capital.iter();
        Frame::default()
            .numbers("correlation", each().map(|c| c.correlation))
            .numbers("maturity_factor", each().map(|c| c.maturity_factor))
            .numbers("requirement", each().map(|c| c.requirement))
            .numbers("risk_weight", each().map(|c| c.risk_weight))
            .finish()
    })
}

/// Expected credit loss of loans, a row a loan; what is said of later years is separated by blanks.
#[pyfunction]
pub(crate) fn expected_credit_loss(
    py: Python<'_>,
    loans: &Bound<'_, PyAny>,
    timing: &str,
) -> Result<PyTable> {
    let frame = Delivered::take(LOANS.table.to_owned(), loans)?;
    let timing = match timing {
        "middle" => Timing::Middle,
        "end" => Timing::End,
        other => {
            return Err(LendingFault::Argument {
                name: "timing",
                wanted: "`middle` or `end`".to_owned(),
                got: other.to_owned(),
            }
            .into());
        }
    };
    py.detach(|| {
        let mut sheet = Sheet::new(&LOANS, &frame)?;
        let (mut pd, mut lgd) = (sheet.need("pd", pd), sheet.need("lgd", lgd));
        let mut amount = sheet.need("amount", Money::from_cell);
        let mut months = sheet.need("months", count);
        let mut rate = sheet.need("rate", number);
        let mut later_pds = sheet.some("later_pds", many(pd_of_cell));
        let mut later_amounts = sheet.some("later_amounts", many(Money::from_cell));
        let loans = sheet.all(|row| {
            let size = (amount.at(row)?, months.at(row)?);
            let mut loan = LoanYears::bullet(pd.at(row)?, lgd.at(row)?, size, rate.at(row)?);
            loan.timing = timing;
            if let Some(later) = later_pds.at(row) {
                loan.pds.truncate(1);
                loan.pds.extend(later);
            }
            if let Some(later) = later_amounts.at(row) {
                loan.exposures.truncate(1);
                loan.exposures.extend(later);
            }
            Some(loan)
        })?;
        let losses = loans.iter().enumerate().map(|(row, loan)| {
            loan.expected_credit_loss()
                .map_err(|errors| LendingFault::Arguments(in_row(errors, row)))
        });
        let losses = losses.collect::<std::result::Result<Vec<_>, _>>()?;
        let each = || losses.iter();
        Frame::default()
            .money("twelve_month", each().map(|loss| Some(loss.twelve_month)))
            .money("lifetime", each().map(|loss| Some(loss.lifetime)))
            .numbers("annual_rate", each().map(|loss| loss.annual_rate))
            .finish()
    })
}

/// Errors of a row, counted from 1.
fn in_row(errors: Vec<LendingError>, row: usize) -> Vec<LendingError> {
    let each = errors.into_iter().map(|error| match error {
        LendingError::Fault { place, wanted, got } => LendingError::Fault {
            place: format!("row {}: {place}", row + 1),
            wanted,
            got,
        },
        document @ LendingError::Document(_) => document,
    });
    each.collect()
}

/// What a rate earns on capital, or with `back` the rate that earns so much.
#[pyfunction]
pub(crate) fn returns(py: Python<'_>, given: &Bound<'_, PyAny>, back: bool) -> Result<PyTable> {
    let frame = Delivered::take(RETURNS.table.to_owned(), given)?;
    py.detach(|| {
        let mut sheet = Sheet::new(&RETURNS, &frame)?;
        let mut given = sheet.need("given", number);
        let (mut other, mut capital) = (sheet.need("other", number), sheet.need("capital", number));
        let found = sheet.all(|row| {
            let (given, other, capital) = (given.at(row)?, other.at(row)?, capital.at(row)?);
            Some(if back {
                Some(rate_from_raroc(given, other, capital))
            } else {
                raroc_from_rate(given, other, capital)
            })
        })?;
        Frame::default()
            .some_numbers(if back { "rate" } else { "raroc" }, found.into_iter())
            .finish()
    })
}

/// Need of working capital by the annex of the rules, a row a firm, and rejects.
#[pyfunction]
pub(crate) fn working_capital_need(py: Python<'_>, figures: &Bound<'_, PyAny>) -> Result<(PyTable, PyTable)> {
    let frame = Delivered::take(NEEDS.table.to_owned(), figures)?;
    py.detach(|| needs(&frame))
}

fn needs(frame: &Delivered) -> Result<(PyTable, PyTable)> {
    let mut sheet = Sheet::new(&NEEDS, frame)?;
    let mut firm = sheet.need("firm_id", Text::from_cell);
    let mut figures = ["sales", "cost", "profit"].map(|name| sheet.need(name, Money::from_cell));
    let mut growth = sheet.some("expected_growth", number);
    let mut stocks = [
        "receivables",
        "inventory",
        "payables",
        "prepaid",
        "advances",
        "own_funds",
        "existing_loans",
        "other_channels",
    ]
    .map(|name| sheet.some(name, Money::from_cell));
    let rows = sheet.rows(|row| {
        let gap = || fault("firm_id", "required", &"expected a value, got nothing");
        let firm = firm.at(row).ok_or_else(gap)?.as_str().to_owned();
        let [sales, cost, profit] = figures.each_mut().map(|cells| cells.at(row).unwrap_or_default());
        let [
            receivables,
            inventory,
            payables,
            prepaid,
            advances,
            own_funds,
            existing_loans,
            other_channels,
        ] = stocks.each_mut().map(|cells| cells.at(row).unwrap_or_default());
        let input = NeedInput {
            sales,
            cost,
            profit,
            expected_growth: growth.at(row).unwrap_or(0.0),
            receivables,
            inventory,
            payables,
            prepaid,
            advances,
            own_funds,
            existing_loans,
            other_channels,
        };
        let texts = |errors: Vec<LendingError>| {
            errors
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join("; ")
        };
        let need = input
            .need()
            .map_err(|errors| fault("sales", "domain", &texts(errors)))?;
        Ok((firm, need))
    });
    Ok((needs_frame(&rows.used)?, reject_frame(&rows.rejects)?))
}

fn needs_frame(rows: &[(String, Need)]) -> Result<PyTable> {
    let each = || rows.iter();
    Frame::default()
        .text("firm_id", each().map(|(firm, _)| firm))
        .numbers(
            "inventory_days",
            each().map(|(_, need)| need.cycle.inventory_days),
        )
        .numbers(
            "receivable_days",
            each().map(|(_, need)| need.cycle.receivable_days),
        )
        .numbers("payable_days", each().map(|(_, need)| need.cycle.payable_days))
        .numbers("prepaid_days", each().map(|(_, need)| need.cycle.prepaid_days))
        .numbers("advance_days", each().map(|(_, need)| need.cycle.advance_days))
        .some_numbers("turns", each().map(|(_, need)| need.turns))
        .money(
            "working_capital",
            each().map(|(_, need)| Some(need.working_capital)),
        )
        .money("new_loan", each().map(|(_, need)| Some(need.new_loan)))
        .finish()
}
