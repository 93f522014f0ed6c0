//! Who pays what.

use super::ledger::Ledger;
use super::settlement::{Bound, Exclusion, Payment, Scope, Settled, Settlement};
use super::spec::{Counts, LoanTrait};
use super::structure::LossSharing;
use crate::lending::share::{Split, money};
use crate::lending::{LendingError, Share};
use crate::num::{Date, Money};
use std::collections::BTreeMap;

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
        let firm = |at: usize| firm_of.get(at).copied().unwrap_or_default();
        if !self.parts.needs.others {
            return losses
                .iter()
                .map(|loss| self.settled(loss, pool, (&mut ledger, 0)))
                .collect();
        }
        let mut settlements: Vec<Option<Settlement>> = vec![None; losses.len()];
        for at in in_order(losses) {
            if let Some((loss, slot)) = losses.get(at).zip(settlements.get_mut(at)) {
                *slot = Some(self.settled(loss, pool, (&mut ledger, firm(at))));
            }
        }
        // INVARIANT: each loss stands in the order once.
        settlements.into_iter().flatten().collect()
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
        let year = loss.claimed_on.year();
        let loans = pool.loans.get(&year).copied();
        let counted = match self.parts.spec.counts {
            Counts::Principal => loss.amount.principal,
            Counts::PrincipalAndInterest => loss.amount.total(),
        };
        let total = loss.amount.total().fen();
        let settled = self.standing(loss, pool, loans.is_some());
        let mut settlement = Settlement {
            settled,
            counted,
            payments: Vec::new(),
            bound: Vec::new(),
            unpaid: loss.amount.total(),
        };
        if settled != Settled::Paid {
            return settlement;
        }
        ledger.turn(firm, year, loans);
        let mut left = counted.fen();
        for at in 0..self.parts.layers.len() {
            left -= self.through(at, left, (loss, ledger, &mut settlement));
        }
        settlement.unpaid = money(i128::from(total - counted.fen() + left));
        settlement
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
        } else if !pool_is_known && self.parts.needs.pool {
            Settled::Excluded(Exclusion::PoolUnknown)
        } else if loss.claimed_on < payable_on {
            Settled::Waits(payable_on)
        } else {
            Settled::Paid
        }
    }

    /// Runs what is left of a loss through a layer; what the layer pays.
    fn through(
        &self,
        at: usize,
        left: i64,
        (loss, ledger, to): (&Loss, &mut Ledger, &mut Settlement),
    ) -> i64 {
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
            let share = taker.share_for(&loss.traits);
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

/// Places of the losses in their order; equal ones as they were delivered.
fn in_order(losses: &[Loss]) -> Vec<usize> {
    // The day and the first bytes of the loan's id stand beside: most comparisons need no more. They order as the losses
    // do, since the day and the id come first in them and an id that ends is filled up with the least byte.
    let head = |loan: &str| {
        let mut bytes = [0; 8];
        for (to, from) in bytes.iter_mut().zip(loan.bytes()) {
            *to = from;
        }
        u64::from_be_bytes(bytes)
    };
    let keys = losses.iter().zip(0..);
    let mut keys: Vec<(Date, u64, usize)> = keys
        .map(|(loss, at)| (loss.claimed_on, head(&loss.loan), at))
        .collect();
    keys.sort_unstable_by(|a, b| {
        let whole = || losses.get(a.2).cmp(&losses.get(b.2));
        (a.0, a.1).cmp(&(b.0, b.1)).then_with(whole).then(a.2.cmp(&b.2))
    });
    keys.into_iter().map(|(_, _, at)| at).collect()
}

fn bound((layer, party): (usize, Option<usize>), scope: Scope, cut: i64) -> Bound {
    Bound {
        layer,
        party,
        scope,
        cut: money(i128::from(cut)),
    }
}
