//! Who pays what.

use super::ledger::Ledger;
use super::settlement::{Bound, Exclusion, Payment, Scope, Settled, Settlement};
use super::spec::{Counts, LoanTrait};
use super::structure::LossSharing;
use crate::lending::share::{Split, money};
use crate::lending::{LendingError, Share};
use crate::num::{Date, Money};
use std::collections::BTreeMap;
use std::ops::Range;

/// What was lost on a loan: principal and interest, neither below zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct LossAmount {
    principal: Money,
    interest: Money,
}

impl LossAmount {
    /// A loss of principal and interest.
    ///
    /// # Errors
    /// [`LendingError::Fault`] if one of them is below zero, or both together exceed the bound of [`Money`].
    pub fn new(principal: Money, interest: Money) -> Result<Self, LendingError> {
        for (place, amount) in [("principal", principal), ("interest", interest)] {
            if amount < Money::ZERO {
                return Err(LendingError::at(place, "an amount from 0", &amount.to_string()));
            }
        }
        if Money::sum([principal, interest]) > i128::from(Money::MAX_FEN) {
            let wanted = "with the principal at most 1,000,000,000,000 yuan";
            return Err(LendingError::at("interest", wanted, &interest.to_string()));
        }
        Ok(Self { principal, interest })
    }

    /// A loss of principal alone; an amount below zero is none.
    pub fn principal(principal: Money) -> Self {
        Self {
            principal: principal.max(Money::ZERO),
            interest: Money::ZERO,
        }
    }

    /// Both together.
    pub fn total(self) -> Money {
        money(Money::sum([self.principal, self.interest]))
    }
}

/// A loss on a loan.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Loss {
    /// The day of the claim, which settles it; yearly caps count by it.
    pub claimed_on: Date,
    /// Id of the loan.
    pub loan: String,
    /// Id of the firm.
    pub firm: String,
    /// The day of lending.
    pub lent_on: Date,
    /// The day on which the loan was recorded under the structure; none: never.
    pub recorded_on: Option<Date>,
    /// The day of default.
    pub defaulted_on: Date,
    /// What was lost.
    pub amount: LossAmount,
    /// Whether the firm and the loan met the conditions of the structure when it was lent.
    pub is_eligible: bool,
    /// What may be said of the loan.
    pub traits: Vec<LoanTrait>,
}

/// What is known of the pool of loans under the structure.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pool {
    /// Loans of the pool by calendar year, for caps that are a share of them.
    pub loans: BTreeMap<i16, Money>,
    /// The last day on which loans were taken before the breaker opened; none: it did not.
    pub open_until: Option<Date>,
}

impl LossSharing {
    /// Settles one loss as if it were the only one. Total.
    ///
    /// A loss runs through the layers in order. What comes into a layer, up to its size, is divided by the shares of
    /// its takers; each pays its part up to its caps and its balance; everything else runs on. What leaves the last
    /// layer, and what does not count, nobody pays.
    pub fn settle(&self, loss: &Loss, pool: &Pool) -> Settlement {
        self.settled(loss, pool, (&mut Ledger::new(self, 1), 0))
    }

    /// Settles many losses that share yearly caps, caps of firms and balances; the answers stand in the order of
    /// the losses. Shared caps are used up in the order of the days of the claims, losses of one day in the order
    /// of the ids of their loans, so that the order of delivery never matters.
    pub fn settle_all(&self, losses: &[Loss], pool: &Pool) -> Vec<Settlement> {
        let (firm_of, firms) = self.firms(losses);
        let mut ledger = Ledger::new(self, firms);
        if !self.parts.needs.others {
            return losses
                .iter()
                .map(|loss| self.settled(loss, pool, (&mut ledger, 0)))
                .collect();
        }
        let mut settlements: Vec<Settlement> = losses.iter().map(|loss| self.before(loss, pool)).collect();
        // All payments in one list in the order of the claims, and where those of each loss stand in it: only small
        // numbers are touched out of the order of delivery, and what is handed out lies in that order.
        let mut paid = Paid::default();
        let mut places = vec![Place::default(); losses.len()];
        for claim in in_order(losses, &settlements) {
            let firm = firm_of.get(claim.at).copied().unwrap_or_default();
            let year = claim.on.year();
            ledger.turn(firm, year, pool.loans.get(&year).copied());
            let Some((loss, place)) = losses.get(claim.at).zip(places.get_mut(claim.at)) else {
                continue;
            };
            let from = (paid.payments.len(), paid.bound.len());
            let left = self.run(claim.counted, (loss, &mut ledger, &mut paid));
            *place = Place {
                payments: from.0..paid.payments.len(),
                bound: from.1..paid.bound.len(),
                run: claim.counted - left,
            };
        }
        for (settlement, place) in settlements.iter_mut().zip(places) {
            settlement.payments = paid.payments.get(place.payments).unwrap_or_default().to_vec();
            settlement.bound = paid.bound.get(place.bound).unwrap_or_default().to_vec();
            settlement.unpaid = money(i128::from(settlement.unpaid.fen() - place.run));
        }
        settlements
    }

    /// A number for each firm, from 0, and how many there are; one for all if no cap is a firm's own.
    fn firms(&self, losses: &[Loss]) -> (Vec<usize>, usize) {
        if !self.parts.needs.firm {
            return (Vec::new(), 1);
        }
        let mut by_name: BTreeMap<&str, usize> = BTreeMap::new();
        let mut numbers = Vec::with_capacity(losses.len());
        for loss in losses {
            let next = by_name.len();
            numbers.push(*by_name.entry(loss.firm.as_str()).or_insert(next));
        }
        (numbers, by_name.len().max(1))
    }

    fn settled(&self, loss: &Loss, pool: &Pool, (ledger, firm): (&mut Ledger, usize)) -> Settlement {
        let mut settlement = self.before(loss, pool);
        if settlement.settled != Settled::Paid {
            return settlement;
        }
        let year = loss.claimed_on.year();
        ledger.turn(firm, year, pool.loans.get(&year).copied());
        let (counted, mut paid) = (settlement.counted.fen(), Paid::default());
        let left = self.run(counted, (loss, ledger, &mut paid));
        settlement.unpaid = money(i128::from(settlement.unpaid.fen() - (counted - left)));
        settlement.payments = paid.payments;
        settlement.bound = paid.bound;
        settlement
    }

    /// A loss of which nothing has been paid yet: whether and what of it counts.
    fn before(&self, loss: &Loss, pool: &Pool) -> Settlement {
        let is_known = || pool.loans.contains_key(&loss.claimed_on.year());
        Settlement {
            settled: self.standing(loss, pool, !self.parts.needs.pool || is_known()),
            counted: match self.parts.spec.counts {
                Counts::Principal => loss.amount.principal,
                Counts::PrincipalAndInterest => loss.amount.total(),
            },
            payments: Vec::new(),
            bound: Vec::new(),
            unpaid: loss.amount.total(),
        }
    }

    /// Runs what counts of a loss through all layers; what is left of it.
    fn run(&self, counted: i64, (loss, ledger, to): (&Loss, &mut Ledger, &mut Paid)) -> i64 {
        let layers = 0..self.parts.layers.len();
        layers.fold(counted, |left, at| {
            left - self.through(at, left, (loss, ledger, to))
        })
    }

    /// Whether a loss is shared at all, and when.
    fn standing(&self, loss: &Loss, pool: &Pool, pool_is_known: bool) -> Settled {
        let spec = &self.parts.spec;
        let recorded_by = spec
            .record_within_months
            .map(|months| loss.lent_on.plus_months(i32::from(months)));
        let is_late = |last: Date| loss.recorded_on.is_none_or(|on| on > last);
        let payable_on = loss.defaulted_on.plus_days(i32::from(spec.waiting_days));
        if !loss.is_eligible {
            Settled::Excluded(Exclusion::NotEligible)
        } else if !self.is_in_force(loss.lent_on) {
            Settled::Excluded(Exclusion::NotInForce)
        } else if pool.open_until.is_some_and(|last| loss.lent_on > last) {
            Settled::Excluded(Exclusion::AfterBreaker)
        } else if recorded_by.is_some_and(is_late) {
            Settled::Excluded(Exclusion::RecordedLate)
        } else if !pool_is_known {
            Settled::Excluded(Exclusion::PoolUnknown)
        } else if loss.claimed_on < payable_on {
            Settled::Waits(payable_on)
        } else {
            Settled::Paid
        }
    }

    /// Runs what is left of a loss through a layer; what the layer pays.
    fn through(&self, at: usize, left: i64, (loss, ledger, to): (&Loss, &mut Ledger, &mut Paid)) -> i64 {
        let Some(layer) = self.parts.layers.get(at).filter(|_| left > 0) else {
            return 0;
        };
        let mut inside = left;
        if let Some((room, scope)) = ledger
            .room(&layer.size, Share::ALL)
            .filter(|(room, _)| *room < left)
        {
            inside = room;
            to.bound.push(bound((at, None), scope, left - room));
        }
        ledger.take(&layer.size, inside);
        let mut split = Split::new(inside, i128::from(Share::ALL.millionths()));
        let mut paid = 0;
        for taker in &layer.takers {
            let share = taker.share_for(loss);
            let part = split.next(i128::from(share.millionths()));
            let balance = self
                .parts
                .parties
                .get(taker.party)
                .and_then(|party| party.balance);
            let caps = [
                ledger.room(&taker.cap, share),
                ledger.balance(taker.party, balance),
            ];
            let least = caps.into_iter().flatten().min_by_key(|(room, _)| *room);
            let amount = least.map_or(part, |(room, _)| part.min(room));
            if let Some((_, scope)) = least.filter(|_| amount < part) {
                to.bound
                    .push(bound((at, Some(taker.party)), scope, part - amount));
            }
            if amount > 0 {
                ledger.take(&taker.cap, amount);
                ledger.pay(taker.party, balance, amount);
                to.payments.push(Payment {
                    layer: at,
                    party: taker.party,
                    amount: money(i128::from(amount)),
                });
            }
            paid += amount;
        }
        paid
    }
}

/// Payments of losses and bounds that were reached, one loss after another.
#[derive(Default)]
struct Paid {
    payments: Vec<Payment>,
    bound: Vec<Bound>,
}

/// Where those of one loss stand, and what of it was paid, in fen.
#[derive(Clone, Default)]
struct Place {
    payments: Range<usize>,
    bound: Range<usize>,
    run: i64,
}

/// A loss that is shared.
struct Claim {
    on: Date,
    /// The first bytes of the loan's id.
    head: u64,
    at: usize,
    counted: i64,
}

/// The losses that are shared in their order; equal ones as they were delivered.
fn in_order(losses: &[Loss], settlements: &[Settlement]) -> Vec<Claim> {
    // The day and the first bytes of the loan's id stand beside: most comparisons need no more. They order as the losses
    // do, since the day and the id come first in them and an id that ends is filled up with the least byte.
    let head = |loan: &str| {
        let mut bytes = [0; 8];
        for (to, from) in bytes.iter_mut().zip(loan.bytes()) {
            *to = from;
        }
        u64::from_be_bytes(bytes)
    };
    let shared = losses
        .iter()
        .zip(settlements)
        .zip(0..)
        .filter(|((_, settlement), _)| settlement.settled == Settled::Paid);
    let mut claims: Vec<Claim> = shared
        .map(|((loss, settlement), at)| Claim {
            on: loss.claimed_on,
            head: head(&loss.loan),
            at,
            counted: settlement.counted.fen(),
        })
        .collect();
    claims.sort_unstable_by(|a, b| {
        let whole = || losses.get(a.at).cmp(&losses.get(b.at));
        (a.on, a.head)
            .cmp(&(b.on, b.head))
            .then_with(whole)
            .then(a.at.cmp(&b.at))
    });
    claims
}

fn bound((layer, party): (usize, Option<usize>), scope: Scope, cut: i64) -> Bound {
    Bound {
        layer,
        party,
        scope,
        cut: money(i128::from(cut)),
    }
}
