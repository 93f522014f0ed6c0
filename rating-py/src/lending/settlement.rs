//! Who pays what of many losses, and who gets what of recoveries.

use super::fault::LendingFault;
use super::sheet::{Form, Rows, Sheet, fault, reject_frame, words};
use crate::columns::{Delivered, Frame};
use crate::error::Result;
use crate::long_work;
use crate::rating::language;
use pyo3::prelude::*;
use pyo3_arrow::PyTable;
use rating_core::lending::loss_sharing::{
    Exclusion, Loss, LossAmount, LossSharing, Pool, Recovery, Settled, Settlement, recover_claims, repeated,
};
use rating_core::num::{Date, Money};
use rating_core::record::{CellValue as _, Reject, Text};
use rating_core::report;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a frame of losses holds.
pub(super) static LOSSES: Form = Form {
    table: "losses",
    needs: &[
        "loan_id",
        "firm_id",
        "lent_on",
        "defaulted_on",
        "claimed_on",
        "principal",
    ],
    may_have: &["interest", "recorded_on", "is_eligible", "traits"],
};

/// What a frame of recoveries holds.
static RECOVERIES: Form = Form {
    table: "recoveries",
    needs: &["loan_id", "recovered"],
    may_have: &["cost"],
};

/// How losses were settled.
#[pyclass(frozen, name = "Settlement", module = "firmrating._firmrating")]
pub(crate) struct PySettlement {
    settled: Arc<SettledLosses>,
}

/// Losses of a frame with their settlements, in the order of the frame.
struct SettledLosses {
    structure: LossSharing,
    losses: Vec<Loss>,
    settlements: Vec<Settlement>,
    rejects: Vec<Reject>,
    rows_in: usize,
}

/// The losses of a frame. Rows of one loan are several claims; one that is the same in everything as a row before it was
/// delivered twice, and is rejected.
pub(super) fn losses(frame: &Delivered) -> Result<Rows<Loss>> {
    let read = read(frame)?;
    let (numbers, mut losses): (Vec<usize>, Vec<Loss>) = read.used.into_iter().unzip();
    let again = repeated(&losses);
    let message = "expected each claim of a loan once, got all of a row before it again";
    let refused = again.iter().filter_map(|at| numbers.get(*at));
    let refused = refused
        .map(|row| (*row, fault("loan_id", "consistency", &message)))
        .collect();
    let mut rejects = read.rejects;
    rejects.extend(Sheet::refused(&LOSSES, frame, refused)?);
    rejects.sort_by_key(|reject| reject.row);
    let mut again = again.into_iter().peekable();
    let mut at = 0..;
    losses.retain(|_| again.next_if_eq(&at.next().unwrap_or_default()).is_none());
    Ok(Rows {
        used: losses,
        rejects,
        delivered: read.delivered,
    })
}

/// The losses of the rows that can be read, each with its place in the frame.
fn read(frame: &Delivered) -> Result<Rows<(usize, Loss)>> {
    let mut sheet = Sheet::new(&LOSSES, frame)?;
    let text = |text: Text| text.as_str().to_owned();
    let mut loan = sheet.need("loan_id", |cell| Text::from_cell(cell).map(text));
    let mut firm = sheet.need("firm_id", |cell| Text::from_cell(cell).map(text));
    let mut lent_on = sheet.need("lent_on", Date::from_cell);
    let mut defaulted_on = sheet.need("defaulted_on", Date::from_cell);
    let mut claimed_on = sheet.need("claimed_on", Date::from_cell);
    let mut principal = sheet.need("principal", Money::from_cell);
    let mut interest = sheet.some("interest", Money::from_cell);
    let mut recorded_on = sheet.some("recorded_on", Date::from_cell);
    let mut is_eligible = sheet.some("is_eligible", bool::from_cell);
    let mut traits = sheet.some("traits", words);
    Ok(sheet.rows(|row| {
        let principal = principal.at(row).unwrap_or_default();
        let amount = LossAmount::new(principal, interest.at(row).unwrap_or_default())
            .map_err(|error| fault("principal", "amount", &error))?;
        let gap = || fault("loan_id", "required", &"expected a value, got nothing");
        let loss = Loss {
            claimed_on: claimed_on.at(row).ok_or_else(gap)?,
            loan: loan.at(row).ok_or_else(gap)?,
            firm: firm.at(row).ok_or_else(gap)?,
            lent_on: lent_on.at(row).ok_or_else(gap)?,
            recorded_on: recorded_on.at(row),
            defaulted_on: defaulted_on.at(row).ok_or_else(gap)?,
            amount,
            is_eligible: is_eligible.at(row).unwrap_or(true),
            traits: traits.at(row).unwrap_or_default(),
        };
        Ok((row, loss))
    }))
}

impl PySettlement {
    pub(super) fn new(structure: LossSharing, losses: Rows<Loss>, pool: &Pool) -> Self {
        let settlements = structure.settle_all(&losses.used, pool);
        let settled = SettledLosses {
            structure,
            losses: losses.used,
            settlements,
            rejects: losses.rejects,
            rows_in: losses.delivered,
        };
        Self {
            settled: Arc::new(settled),
        }
    }
}

#[pymethods]
impl PySettlement {
    /// Rows in, used and rejected.
    fn counts(&self) -> (usize, usize, usize) {
        let all = &self.settled;
        (all.rows_in, all.losses.len(), all.rejects.len())
    }

    /// A row a loss.
    fn frame(&self) -> Result<PyTable> {
        self.settled.frame()
    }

    /// A row a payment.
    fn payments(&self) -> Result<PyTable> {
        self.settled.payments()
    }

    /// A row a bound that was reached.
    fn bounds(&self) -> Result<PyTable> {
        self.settled.bounds()
    }

    fn rejects(&self) -> Result<PyTable> {
        reject_frame(&self.settled.rejects)
    }

    /// How the loss on one loan was settled, in words; every loss of the loan.
    fn explain(&self, loan_id: &str, lang: &str) -> Result<String> {
        let language = language(lang)?;
        let of_loan = self.settled.each().filter(|(loss, _)| loss.loan == loan_id);
        let pages: Vec<String> = of_loan
            .map(|of| report::settlement(&self.settled.structure, of, language))
            .collect();
        if pages.is_empty() {
            let fault = LendingFault::Argument {
                name: "loan_id",
                wanted: "a loan with a settled loss".to_owned(),
                got: loan_id.to_owned(),
            };
            return Err(fault.into());
        }
        Ok(pages.join("\n"))
    }

    /// Gives recoveries back: a row a loan, and rejects.
    fn recover(&self, py: Python<'_>, recoveries: &Bound<'_, PyAny>) -> Result<(PyTable, PyTable)> {
        let frame = Delivered::take(RECOVERIES.table.to_owned(), recoveries)?;
        let settled = self.settled.clone();
        long_work::listening(py, move || settled.recover(&frame))
    }
}

/// Ids of the parties of a structure, in its order.
fn parties(structure: &LossSharing) -> impl Iterator<Item = (usize, &str)> {
    structure.spec().parties.iter().map(|p| p.id.as_str()).enumerate()
}

impl SettledLosses {
    fn each(&self) -> impl Iterator<Item = (&Loss, &Settlement)> {
        self.losses.iter().zip(&self.settlements)
    }

    fn party(&self, at: usize) -> &str {
        self.structure
            .spec()
            .parties
            .get(at)
            .map_or("", |p| p.id.as_str())
    }

    fn frame(&self) -> Result<PyTable> {
        let each = || self.each();
        let mut frame = Frame::default()
            .text("loan_id", each().map(|(loss, _)| &loss.loan))
            .text("firm_id", each().map(|(loss, _)| &loss.firm))
            .days("claimed_on", each().map(|(loss, _)| Some(loss.claimed_on)))
            .text("settled", each().map(|(_, s)| word(s.settled)))
            .some_text("because", each().map(|(_, s)| because(s.settled)))
            .days("payable_on", each().map(|(_, s)| payable_on(s.settled)))
            .money("loss", each().map(|(loss, _)| Some(loss.amount.total())))
            .money("counted", each().map(|(_, s)| Some(s.counted)))
            .money("paid", each().map(|(_, s)| Some(s.paid())))
            .money("unpaid", each().map(|(_, s)| Some(s.unpaid)));
        for (at, party) in parties(&self.structure) {
            frame = frame.money(&format!("paid_{party}"), each().map(|(_, s)| Some(s.paid_by(at))));
        }
        frame.finish()
    }

    fn payments(&self) -> Result<PyTable> {
        let each = || {
            self.each()
                .flat_map(|(loss, s)| s.payments.iter().map(move |p| (loss, p)))
        };
        Frame::default()
            .text("loan_id", each().map(|(loss, _)| &loss.loan))
            .text("firm_id", each().map(|(loss, _)| &loss.firm))
            .days("claimed_on", each().map(|(loss, _)| Some(loss.claimed_on)))
            .counts("layer", each().map(|(_, p)| p.layer as u64))
            .text("party", each().map(|(_, p)| self.party(p.party)))
            .money("amount", each().map(|(_, p)| Some(p.amount)))
            .finish()
    }

    fn bounds(&self) -> Result<PyTable> {
        let each = || {
            self.each()
                .flat_map(|(loss, s)| s.bound.iter().map(move |bound| (loss, bound)))
        };
        Frame::default()
            .text("loan_id", each().map(|(loss, _)| &loss.loan))
            .text("firm_id", each().map(|(loss, _)| &loss.firm))
            .days("claimed_on", each().map(|(loss, _)| Some(loss.claimed_on)))
            .counts("layer", each().map(|(_, b)| b.layer as u64))
            .some_text("party", each().map(|(_, b)| b.party.map(|at| self.party(at))))
            .text("scope", each().map(|(_, b)| b.scope.word()))
            .money("cut", each().map(|(_, b)| Some(b.cut)))
            .finish()
    }

    fn recover(&self, frame: &Delivered) -> Result<(PyTable, PyTable)> {
        let mut by_loan: BTreeMap<&str, Vec<&Settlement>> = BTreeMap::new();
        for (loss, settlement) in self.each() {
            by_loan.entry(&loss.loan).or_default().push(settlement);
        }
        let rows = recoveries(frame, &by_loan)?;
        let each = || rows.used.iter();
        let mut table = Frame::default()
            .text("loan_id", each().map(|back| &back.loan))
            .money("recovered", each().map(|back| Some(back.recovered)))
            .money("cost", each().map(|back| Some(back.cost)))
            .money("net", each().map(|back| Some(back.recovery.net)));
        for (at, party) in parties(&self.structure) {
            table = table.money(&format!("returned_{party}"), each().map(|back| Some(back.to(at))));
        }
        let table = table
            .money("to_lender", each().map(|back| Some(back.recovery.to_lender)))
            .money("surplus", each().map(|back| Some(back.recovery.surplus)));
        Ok((table.finish()?, reject_frame(&rows.rejects)?))
    }
}

/// A recovery of a loan, given back.
struct Back<'a> {
    loan: String,
    recovered: Money,
    cost: Money,
    /// The settled claims of the loan.
    claims: &'a [&'a Settlement],
    recovery: Recovery,
}

impl Back<'_> {
    /// What comes back to a party.
    fn to(&self, party: usize) -> Money {
        let payments = self.claims.iter().flat_map(|claim| &claim.payments);
        let returned = payments.zip(&self.recovery.returned);
        let own = returned.filter(|(payment, _)| payment.party == party);
        // INVARIANT: parts of an amount, so within the bound of `Money`.
        let fen = i64::try_from(Money::sum(own.map(|(_, back)| *back))).unwrap_or_default();
        Money::from_fen(fen).unwrap_or_default()
    }
}

fn recoveries<'a>(
    frame: &Delivered,
    by_loan: &'a BTreeMap<&str, Vec<&'a Settlement>>,
) -> Result<Rows<Back<'a>>> {
    let mut sheet = Sheet::new(&RECOVERIES, frame)?;
    let mut loan = sheet.need("loan_id", Text::from_cell);
    let mut recovered = sheet.need("recovered", Money::from_cell);
    let mut cost = sheet.some("cost", Money::from_cell);
    let mut seen: std::collections::BTreeSet<String> = std::collections::BTreeSet::new();
    Ok(sheet.rows(|row| {
        let loan = loan
            .at(row)
            .map(|text| text.as_str().to_owned())
            .unwrap_or_default();
        let wanted = "a loan with a settled loss, each once";
        let wrong = |got: &str| fault("loan_id", "consistency", &format!("expected {wanted}, got {got}"));
        let Some(claims) = by_loan.get(loan.as_str()) else {
            return Err(wrong(&format!("no loss of `{loan}`")));
        };
        if !seen.insert(loan.clone()) {
            return Err(wrong(&format!("`{loan}` again")));
        }
        let (recovered, cost) = (
            recovered.at(row).unwrap_or_default(),
            cost.at(row).unwrap_or_default(),
        );
        Ok(Back {
            recovery: recover_claims(claims, recovered, cost),
            loan,
            recovered,
            cost,
            claims,
        })
    }))
}

const fn word(settled: Settled) -> &'static str {
    match settled {
        Settled::Paid => "paid",
        Settled::Waits(_) => "waits",
        Settled::Excluded(_) => "excluded",
    }
}

/// Why a loss is not shared, or not yet.
pub(super) const fn because(settled: Settled) -> Option<&'static str> {
    match settled {
        Settled::Paid => None,
        Settled::Waits(_) => Some("waiting_days"),
        Settled::Excluded(Exclusion::NotEligible) => Some("not_eligible"),
        Settled::Excluded(Exclusion::NotInForce) => Some("not_in_force"),
        Settled::Excluded(Exclusion::AfterBreaker) => Some("after_breaker"),
        Settled::Excluded(Exclusion::RecordedLate) => Some("recorded_late"),
        Settled::Excluded(Exclusion::PoolUnknown) => Some("pool_unknown"),
    }
}

const fn payable_on(settled: Settled) -> Option<Date> {
    match settled {
        Settled::Waits(day) => Some(day),
        Settled::Paid | Settled::Excluded(_) => None,
    }
}
