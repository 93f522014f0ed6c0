//! Who pays what.

use super::ledger::Ledger;
use super::order;
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
    /// Settles one loss as if it were the only one, and the only claim of its loan. Total.
    ///
    /// A loss runs through the layers in order. What comes into a layer, up to its size, is divided by the shares of
    /// its takers; each pays its part up to its caps and its balance; everything else runs on. What leaves the last
    /// layer, and what does not count, nobody pays.
    pub fn settle(&self, loss: &Loss, pool: &Pool) -> Settlement {
        let mut settlement = self.before(loss, pool);
        if settlement.settled == Settled::Paid {
            let year = loss.claimed_on.year();
            let (mut ledger, mut paid) = (Ledger::new(self, (1, 0)), Paid::default());
            ledger.turn(year, pool.loans.get(&year).copied());
            self.run(settlement.counted.fen(), (loss, &mut ledger, &mut paid));
            settlement.fill((&paid.payments, &paid.bound));
        }
        settlement
    }

    /// Settles many losses that share yearly caps, caps of firms and balances; the answers stand in the order of
    /// the losses. Shared caps are used up in the order of the days of the claims, losses of one day in the order
    /// of the ids of their loans, so that the order of delivery never matters.
    ///
    /// Losses of one loan are claims for parts of what was lost on it: what bounds a loan bounds them together, an
    /// earlier one first. A claim that came before its day is not shared and uses nothing up; on its day it is delivered
    /// in place of the first, not beside it.
    pub fn settle_all(&self, losses: &[Loss], pool: &Pool) -> Vec<Settlement> {
        let (loan_of, loans) = if self.parts.needs.loan {
            order::of_loans(losses)
        } else {
            (Vec::new(), 0)
        };
        if self.parts.needs.others || loans > 0 {
            return self.settle_in_order(losses, pool, (&loan_of, loans));
        }
        let (mut ledger, mut paid) = (Ledger::new(self, (1, 0)), Paid::default());
        let mut settlements: Vec<Settlement> = losses.iter().map(|loss| self.before(loss, pool)).collect();
        for (settlement, loss) in settlements.iter_mut().zip(losses) {
            if settlement.settled == Settled::Paid {
                self.run(settlement.counted.fen(), (loss, &mut ledger, &mut paid));
                settlement.fill((&paid.payments, &paid.bound));
                paid.clear();
            }
        }
        settlements
    }

    /// Settles losses that share limits; with numbers for loans of several claims.
    fn settle_in_order(
        &self,
        losses: &[Loss],
        pool: &Pool,
        (loan_of, loans): (&[Option<usize>], usize),
    ) -> Vec<Settlement> {
        let mut settlements: Vec<Settlement> = losses.iter().map(|loss| self.before(loss, pool)).collect();
        let (firm_of, firms) = if self.parts.needs.firm {
            order::of_firms(losses)
        } else {
            (Vec::new(), 1)
        };
        let mut ledger = Ledger::new(self, (firms, loans));
        let is_shared = |at: usize| {
            let settlement = settlements.get(at);
            settlement.is_some_and(|settlement| settlement.settled == Settled::Paid)
        };
        let claims = order::of_claims(losses, is_shared);
        // All payments in one list in the order of the claims, and the claim of each loss: only small numbers are
        // touched out of the order of delivery, and what is handed out lies in that order.
        let counted: Vec<i64> = settlements.iter().map(|s| s.counted.fen()).collect();
        let (mut paid, mut claim_of) = (Paid::default(), vec![usize::MAX; losses.len()]);
        let mut today = None;
        for (claim, (day, at)) in claims.enumerate() {
            let of = (losses.get(at), counted.get(at), claim_of.get_mut(at));
            let (Some(loss), Some(counted), Some(slot)) = of else {
                continue;
            };
            if today != Some(day) {
                let year = loss.claimed_on.year();
                ledger.turn(year, pool.loans.get(&year).copied());
                today = Some(day);
            }
            let loan = loan_of.get(at).copied().flatten();
            ledger.of(firm_of.get(at).copied().unwrap_or_default(), loan);
            self.run(*counted, (loss, &mut ledger, &mut paid));
            paid.close();
            *slot = claim;
        }
        for (settlement, claim) in settlements.iter_mut().zip(claim_of) {
            settlement.fill(paid.of(claim));
        }
        settlements
    }

    /// A loss of which nothing has been paid yet: whether and what of it counts.
    fn before(&self, loss: &Loss, pool: &Pool) -> Settlement {
        let is_known = || pool.loans.contains_key(&loss.claimed_on.year());
        Settlement {
            settled: self.standing(loss, pool, !self.parts.needs.pool || is_known()),
            counted: self.counted(loss),
            payments: Vec::new(),
            bound: Vec::new(),
            unpaid: loss.amount.total(),
        }
    }

    /// What of a loss counts.
    fn counted(&self, loss: &Loss) -> Money {
        match self.parts.spec.counts {
            Counts::Principal => loss.amount.principal,
            Counts::PrincipalAndInterest => loss.amount.total(),
        }
    }

    /// Runs what counts of a loss through all layers.
    fn run(&self, counted: i64, (loss, ledger, to): (&Loss, &mut Ledger, &mut Paid)) {
        let mut left = counted;
        for at in 0..self.parts.layers.len() {
            left -= self.through(at, left, (loss, ledger, to));
        }
    }

    /// Whether a loss is shared at all, and when.
    fn standing(&self, loss: &Loss, pool: &Pool, pool_is_known: bool) -> Settled {
        let spec = &self.parts.spec;
        let is_late = |months: u16| {
            let last = loss.lent_on.plus_months(i32::from(months));
            loss.recorded_on.is_none_or(|on| on > last)
        };
        let payable_on = loss.defaulted_on.plus_days(i32::from(spec.waiting_days));
        if !loss.is_eligible {
            Settled::Excluded(Exclusion::NotEligible)
        } else if !self.is_in_force(loss.lent_on) {
            Settled::Excluded(Exclusion::NotInForce)
        } else if pool.open_until.is_some_and(|last| loss.lent_on > last) {
            Settled::Excluded(Exclusion::AfterBreaker)
        } else if spec.record_within_months.is_some_and(is_late) {
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

impl Settlement {
    /// Fills in what is paid of a loss that was shared.
    fn fill(&mut self, (payments, bound): (&[Payment], &[Bound])) {
        let paid: i64 = payments.iter().map(|payment| payment.amount.fen()).sum();
        // INVARIANT: parts of the loss, so within the bound of `Money`.
        self.unpaid = money(i128::from(self.unpaid.fen() - paid));
        self.payments = payments.to_vec();
        self.bound = bound.to_vec();
    }
}

/// Payments of losses and bounds that were reached, one loss after another.
#[derive(Default)]
struct Paid {
    payments: Vec<Payment>,
    bound: Vec<Bound>,
    /// Where those of each loss end.
    ends: Vec<(usize, usize)>,
}

impl Paid {
    /// Ends what belongs to a loss.
    fn close(&mut self) {
        self.ends.push((self.payments.len(), self.bound.len()));
    }

    /// What belongs to a loss by its number; nothing to none.
    fn of(&self, number: usize) -> (&[Payment], &[Bound]) {
        let Some(to) = self.ends.get(number) else {
            return (&[], &[]);
        };
        let before = number.checked_sub(1).and_then(|before| self.ends.get(before));
        let from = before.copied().unwrap_or_default();
        let payments = self.payments.get(from.0..to.0).unwrap_or_default();
        (payments, self.bound.get(from.1..to.1).unwrap_or_default())
    }

    fn clear(&mut self) {
        self.payments.clear();
        self.bound.clear();
    }
}

fn bound((layer, party): (usize, Option<usize>), scope: Scope, cut: i64) -> Bound {
    Bound {
        layer,
        party,
        scope,
        cut: money(i128::from(cut)),
    }
}
