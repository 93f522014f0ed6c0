//! The checked structure.

use super::settle::Loss;
use super::settlement::Settlement;
use super::spec::{LoanTrait, LossSharingSpec};
use crate::lending::Share;
use crate::lending::share::money;
use crate::num::{Date, Money};
use std::sync::Arc;

/// A structure that holds together; cheap to clone, safe to share between threads.
#[derive(Clone, Debug)]
pub struct LossSharing {
    pub(super) parts: Arc<Parts>,
}

#[derive(Debug)]
pub(super) struct Parts {
    pub(super) spec: LossSharingSpec,
    pub(super) hash: String,
    pub(super) parties: Vec<Party>,
    pub(super) layers: Vec<Layer>,
    /// How many limits there are.
    pub(super) meters: usize,
    /// What the limits need to know.
    pub(super) needs: Needs,
}

/// What the limits of a structure need to know besides the loss at hand.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "independent needs, each named")]
pub(super) struct Needs {
    /// The loans of the pool in the year.
    pub(super) pool: bool,
    /// Whose loss it is.
    pub(super) firm: bool,
    /// Of which loan it is: what other claims of the loan have used.
    pub(super) loan: bool,
    /// What other losses have used.
    pub(super) others: bool,
}

impl Needs {
    fn of(parties: &[Party], layers: &[Layer]) -> Self {
        let any = |wanted: fn(&Limit) -> bool| layers.iter().flat_map(Layer::limits).any(wanted);
        Self {
            pool: any(|limit| limit.pool_share.is_some()),
            firm: any(|limit| limit.firm.is_some() || limit.firm_year.is_some()),
            loan: any(|limit| limit.loan.is_some()),
            others: any(Limit::is_shared) || parties.iter().any(|party| party.balance.is_some()),
        }
    }
}

#[derive(Debug)]
pub(super) struct Party {
    pub(super) balance: Option<Money>,
    pub(super) leverage: Option<u32>,
}

#[derive(Debug)]
pub(super) struct Layer {
    pub(super) size: Limit,
    pub(super) takers: Vec<Taker>,
}

impl Layer {
    /// Its size and the caps of its takers.
    fn limits(&self) -> impl Iterator<Item = &Limit> {
        [&self.size].into_iter().chain(self.takers.iter().map(|t| &t.cap))
    }
}

#[derive(Debug)]
pub(super) struct Taker {
    pub(super) party: usize,
    pub(super) share: Share,
    pub(super) plus: Option<Plus>,
    pub(super) cap: Limit,
}

#[derive(Debug)]
pub(super) struct Plus {
    pub(super) any_of: Vec<LoanTrait>,
    pub(super) share: Share,
}

impl Taker {
    /// Its share of a loss, by the traits of the loan, which are looked at only where they matter.
    pub(super) fn share_for(&self, loss: &Loss) -> Share {
        self.share_with(&loss.traits)
    }

    /// Its share of a loss on a loan with some traits.
    pub(super) fn share_with(&self, traits: &[LoanTrait]) -> Share {
        let adds = |plus: &&Plus| plus.any_of.iter().any(|t| traits.contains(t));
        let plus = self.plus.as_ref().filter(adds);
        plus.map_or(self.share, |plus| self.share.plus(plus.share))
    }
}

/// Upper bounds in fen.
#[derive(Debug, Default)]
pub(super) struct Limit {
    pub(super) loan: Option<i64>,
    pub(super) firm: Option<i64>,
    pub(super) firm_year: Option<i64>,
    pub(super) year: Option<i64>,
    pub(super) pool_share: Option<Share>,
    /// Where what has been used of it is held.
    pub(super) meter: usize,
}

impl Limit {
    /// Whether it bounds anything.
    pub(super) fn bounds(&self) -> bool {
        self.loan.is_some() || self.is_shared()
    }

    /// Whether what is used by one loan is missing to another. What bounds one loan is shared by its claims alone.
    fn is_shared(&self) -> bool {
        self.firm.is_some() || self.firm_year.is_some() || self.year.is_some() || self.pool_share.is_some()
    }
}

/// Whether a structure takes loans.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BreakerState {
    /// It does.
    Closed,
    /// It does, and the share of loans that do not perform has reached the warning.
    Warned,
    /// It does not.
    Open,
}

impl BreakerState {
    /// One word for tables: `closed`, `warned`, `open`.
    pub const fn word(self) -> &'static str {
        match self {
            BreakerState::Closed => "closed",
            BreakerState::Warned => "warned",
            BreakerState::Open => "open",
        }
    }
}

/// Why a structure does not take a loan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It is not in force on the day.
    NotInForce,
    /// The share of loans that do not perform has reached the stop.
    BreakerOpen,
    /// The firm would have more of its loans than this.
    FirmLoans(Money),
    /// The loan is longer than so many months.
    Months(u16),
    /// The rate is further above the reference rate than this.
    Spread(Share),
    /// A party would stand for more than its balance allows; the place of the party, and what is left.
    Leverage(usize, Money),
}

/// A loan that asks to be taken.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate<'a> {
    /// The day of lending.
    pub on: Date,
    /// Its principal.
    pub principal: Money,
    /// What the firm already has of loans under the structure.
    pub firm_loans: Money,
    /// Its length in months.
    pub months: u16,
    /// Its rate above the reference rate, as a fraction.
    pub spread: f64,
    /// Loans that each party already stands for, in the order of the document; missing ones stand for none.
    pub covered: &'a [Money],
    /// Loans of the pool that do not perform …
    pub non_performing: Money,
    /// … of these.
    pub pool: Money,
}

impl LossSharing {
    pub(super) fn new(
        spec: LossSharingSpec,
        hash: String,
        (parties, layers): (Vec<Party>, Vec<Layer>),
        meters: usize,
    ) -> Self {
        let parts = Parts {
            needs: Needs::of(&parties, &layers),
            spec,
            hash,
            parties,
            layers,
            meters,
        };
        Self {
            parts: Arc::new(parts),
        }
    }

    /// The document.
    pub fn spec(&self) -> &LossSharingSpec {
        &self.parts.spec
    }

    /// Content hash of the document: SHA-256 of its compact JSON. Inputs are not part of it.
    pub fn hash(&self) -> &str {
        &self.parts.hash
    }

    /// Place of a party in the document.
    pub fn party(&self, id: &str) -> Option<usize> {
        self.parts.spec.parties.iter().position(|p| p.id == id)
    }

    /// Whether the structure still takes loans, when so much of a pool does not perform. Without a breaker it always
    /// does; of an empty pool nothing fails to perform.
    ///
    /// ```text
    /// open    if  non_performing ≥ stop · pool
    /// warned  if  non_performing ≥ warn · pool
    /// ```
    pub fn breaker(&self, non_performing: Money, pool: Money) -> BreakerState {
        let reached = |share: Share| {
            // Exact: both sides in millionths of a fen.
            let part = i128::from(non_performing.fen()) * i128::from(Share::ALL.millionths());
            pool > Money::ZERO && part >= i128::from(pool.fen()) * i128::from(share.millionths())
        };
        match self.parts.spec.breaker {
            Some(breaker) if reached(breaker.stop) => BreakerState::Open,
            Some(breaker) if reached(breaker.warn) => BreakerState::Warned,
            _ => BreakerState::Closed,
        }
    }

    /// What a party may still stand for, which already stands for `covered`: its balance times its leverage, less
    /// that. None without a bound, or for a place that no party has.
    pub fn room(&self, party: usize, covered: Money) -> Option<Money> {
        let party = self.parts.parties.get(party)?;
        let (balance, leverage) = (party.balance?, party.leverage?);
        let most = i128::from(balance.fen()) * i128::from(leverage);
        Some(money((most - i128::from(covered.fen())).max(0)))
    }

    /// Every reason why the structure does not take a loan; none if it does.
    pub fn refusals(&self, loan: &Candidate<'_>) -> Vec<Refusal> {
        let spec = &self.parts.spec;
        let mut found = Vec::new();
        if !self.is_in_force(loan.on) {
            found.push(Refusal::NotInForce);
        }
        if self.breaker(loan.non_performing, loan.pool) == BreakerState::Open {
            found.push(Refusal::BreakerOpen);
        }
        if let Some(terms) = &spec.terms {
            let firm = i128::from(loan.firm_loans.fen()) + i128::from(loan.principal.fen());
            let over = |most: &Money| firm > i128::from(most.fen());
            found.extend(terms.firm_most.filter(over).map(Refusal::FirmLoans));
            found.extend(
                terms
                    .months_most
                    .filter(|most| loan.months > *most)
                    .map(Refusal::Months),
            );
            found.extend(self.refused_spread(loan.spread));
        }
        for at in 0..self.parts.parties.len() {
            let covered = loan.covered.get(at).copied().unwrap_or_default();
            let room = self.room(at, covered).filter(|room| loan.principal > *room);
            found.extend(room.map(|room| Refusal::Leverage(at, room)));
        }
        found
    }

    /// Whether a rate is further above the reference rate than the structure allows.
    pub(in crate::lending) fn refused_spread(&self, spread: f64) -> Option<Refusal> {
        let most = self.parts.spec.terms.as_ref()?.spread_most?;
        // Not `>`: a rate that is no number is too high as well.
        let is_within = spread <= most.get() + 1e-12;
        (!is_within).then_some(Refusal::Spread(most))
    }

    /// What of a loss stays with the lender: what parties that lend pay, and what nobody pays.
    ///
    /// Some structures name no lender, and what the others leave is the lender's.
    pub fn borne_by_lender(&self, settlement: &Settlement) -> Money {
        let is_lender = |party: usize| {
            let party = self.parts.spec.parties.get(party);
            party.is_some_and(|party| party.role.is_lender())
        };
        let own = settlement.payments.iter().filter(|p| is_lender(p.party));
        money(Money::sum(own.map(|p| p.amount)) + i128::from(settlement.unpaid.fen()))
    }

    /// Whether a loan can be lent under it on a day.
    pub(super) fn is_in_force(&self, on: Date) -> bool {
        let spec = &self.parts.spec;
        on >= spec.valid_from && spec.valid_to.is_none_or(|last| on <= last)
    }
}
