//! What has been used of limits that losses share.

use super::settlement::Scope;
use super::structure::{Limit, LossSharing};
use crate::lending::Share;
use crate::num::Money;

/// What has been used of every shared limit, in fen. Losses come to it in order of their dates.
#[derive(Debug)]
pub(super) struct Ledger {
    meters: usize,
    /// Used by each firm over all years, and in the year, a meter each; empty if no limit asks for it.
    by_firm: Vec<i64>,
    by_firm_year: Vec<(i16, i64)>,
    /// Used by each loan of several claims, a meter each.
    by_loan: Vec<i64>,
    by_year: Vec<i64>,
    /// Paid by each party.
    by_party: Vec<i64>,
    year: i16,
    /// Loans of the pool in the year.
    pool: Option<Money>,
    /// Place of the firm whose loss is at hand.
    firm: usize,
    /// Place of its loan among those of several claims; none: no other claim has used what it may.
    loan: Option<usize>,
}

impl Ledger {
    /// A ledger for so many firms, and so many loans of several claims.
    pub(super) fn new(structure: &LossSharing, (firms, loans): (usize, usize)) -> Self {
        let parts = &structure.parts;
        let meters = parts.meters;
        Self {
            meters,
            by_firm: vec![0; firms * meters],
            by_firm_year: vec![(0, 0); firms * meters],
            by_loan: vec![0; loans * meters],
            by_year: vec![0; meters],
            by_party: vec![0; parts.parties.len()],
            year: i16::MIN,
            pool: None,
            firm: 0,
            loan: None,
        }
    }

    /// Turns to a year with the loans of its pool. Years never go back.
    pub(super) fn turn(&mut self, year: i16, pool: Option<Money>) {
        if year != self.year {
            self.by_year.fill(0);
            self.year = year;
        }
        self.pool = pool;
    }

    /// Turns to a firm, and to one of its loans if that has several claims.
    pub(super) fn of(&mut self, firm: usize, loan: Option<usize>) {
        self.firm = firm;
        self.loan = loan;
    }

    /// Where a loan's use of a limit is held.
    fn loan_meter(&self, limit: &Limit) -> Option<usize> {
        self.loan.map(|loan| loan * self.meters + limit.meter)
    }

    /// What is left under a limit, and which of its bounds is the least. `share` is the part of the pool that the
    /// limit is a share of.
    pub(super) fn room(&self, limit: &Limit, share: Share) -> Option<(i64, Scope)> {
        let mut least: Option<(i64, Scope)> = None;
        let mut hold = |bound: i64, used: i64, scope: Scope| {
            let room = (bound - used).max(0);
            if least.is_none_or(|(so_far, _)| room < so_far) {
                least = Some((room, scope));
            }
        };
        let used = |meters: &[i64], at: usize| meters.get(at).copied().unwrap_or_default();
        let firm = self.firm * self.meters + limit.meter;
        if let Some(bound) = limit.loan {
            let at = self.loan_meter(limit);
            hold(bound, at.map_or(0, |at| used(&self.by_loan, at)), Scope::Loan);
        }
        if let Some(bound) = limit.firm {
            hold(bound, used(&self.by_firm, firm), Scope::Firm);
        }
        if let Some(bound) = limit.firm_year {
            let in_year = self.by_firm_year.get(firm).filter(|(year, _)| *year == self.year);
            hold(bound, in_year.map_or(0, |(_, used)| *used), Scope::FirmYear);
        }
        if let Some(bound) = limit.year {
            hold(bound, used(&self.by_year, limit.meter), Scope::Year);
        }
        if let Some(of_pool) = limit.pool_share {
            let bound = of_pool.of(share.of(self.pool.unwrap_or_default())).fen();
            hold(bound, used(&self.by_year, limit.meter), Scope::PoolShare);
        }
        least
    }

    /// What is left of a party's balance.
    pub(super) fn balance(&self, party: usize, balance: Option<Money>) -> Option<(i64, Scope)> {
        let paid = self.by_party.get(party).copied().unwrap_or_default();
        balance.map(|balance| ((balance.fen() - paid).max(0), Scope::Balance))
    }

    /// Takes an amount from a limit. Meters are kept only where a bound keeps them below it.
    pub(super) fn take(&mut self, limit: &Limit, amount: i64) {
        let loan = self.loan_meter(limit).filter(|_| limit.loan.is_some());
        if let Some(used) = loan.and_then(|at| self.by_loan.get_mut(at)) {
            *used += amount;
        }
        let firm = self.firm * self.meters + limit.meter;
        if let Some(used) = self.by_firm.get_mut(firm).filter(|_| limit.firm.is_some()) {
            *used += amount;
        }
        let year = self.year;
        if let Some(used) = self
            .by_firm_year
            .get_mut(firm)
            .filter(|_| limit.firm_year.is_some())
        {
            *used = if used.0 == year {
                (year, used.1 + amount)
            } else {
                (year, amount)
            };
        }
        let by_year = limit.year.is_some() || limit.pool_share.is_some();
        if let Some(used) = self.by_year.get_mut(limit.meter).filter(|_| by_year) {
            *used += amount;
        }
    }

    /// Takes an amount from a party's balance.
    pub(super) fn pay(&mut self, party: usize, balance: Option<Money>, amount: i64) {
        if let Some(paid) = self.by_party.get_mut(party).filter(|_| balance.is_some()) {
            *paid += amount;
        }
    }
}
