//! What would change an answer, and how far.
//!
//! Every counterfactual is an offer that was made again with something changed, and really came out better; no
//! counterfactual is inferred from a reason. Single changes are searched exactly: the change is the smallest of its kind
//! that has the effect, to the fen, to the step of the policy, to the point of the score, to the edge of the bin. A debt, a
//! value of collateral is taken to help the more the further it goes; where it does not, the change found has the effect
//! and a fen less has not, but a smaller one may exist. So it is with an amount, which is looked for at every limit and at
//! distances that double, and then halved down to the step. Where no single change has the effect, two are tried
//! together: of terms each with each, of measures all pairs of the bins of actionable measures. More than two are not
//! tried, nor a measure together with a term.

mod change;
mod measures;
mod terms;
#[cfg(test)]
mod tests;
mod way;

pub use change::{Change, Counterfactual, MeasureChange, MeasureTarget};
pub use measures::RatedFirm;

use super::answer::{Decision, Offer};
use crate::num::Money;

/// What a change shall bring about.
#[derive(Clone, Copy, Debug)]
struct Goal {
    decision: Decision,
    amount: Money,
}

impl Goal {
    /// Goals of an offer: each better decision, the nearest first, and all that was asked for where less is offered.
    fn of(offer: &Offer, asked: Option<Money>) -> Vec<Goal> {
        let better = [Decision::Refer, Decision::Approve].into_iter();
        let mut goals: Vec<Goal> = better
            .filter(|decision| *decision < offer.decision)
            .map(|decision| Goal {
                decision,
                amount: Money::ZERO,
            })
            .collect();
        let cut = asked.filter(|asked| offer.decision != Decision::Decline && offer.amount < *asked);
        goals.extend(cut.map(|amount| Goal {
            decision: offer.decision,
            amount,
        }));
        goals
    }

    fn is_met(self, offer: &Offer) -> bool {
        offer.decision <= self.decision && offer.amount >= self.amount
    }
}

/// The least number from `low` up to `high` for which something holds, which does not hold at `low`; none if it does not
/// hold at `high`.
fn least(mut low: i64, mut high: i64, holds: impl Fn(i64) -> bool) -> Option<i64> {
    if low >= high || !holds(high) {
        return None;
    }
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    Some(high)
}
