//! Who gets what of a recovery.

use super::settlement::Settlement;
use crate::lending::share::{Split, money};
use crate::num::Money;

/// What comes back to whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recovery {
    /// What was recovered, less the cost of it; never below zero.
    pub net: Money,
    /// What each payment gets back, in the order of the payments of the settlement.
    pub returned: Vec<Money>,
    /// What comes back to the lender for what nobody paid.
    pub to_lender: Money,
    /// What is left once every loss is made good; it is the debtor's, or goes by the contract.
    pub surplus: Money,
}

/// Gives what has been recovered so far, less its cost, back in the proportions in which the loss was borne. What
/// nobody paid was borne by the lender.
///
/// ```text
/// net = max(recovered - cost, 0),   returnedᵢ = paidᵢ · min(net, loss) / loss,   rounded to the fen
/// ```
/// Both amounts are sums to the day; what a further recovery adds is the difference of two answers, and never
/// negative while `net` does not fall. Parts sum to `net` to the fen, and nobody gets back more than it paid. An amount
/// below zero is none.
///
/// Source: the practice of the Shandong rule of 2016, as a secondary source gives it: recoveries, after costs, return
/// in the original proportion.
pub fn recover(settlement: &Settlement, recovered: Money, cost: Money) -> Recovery {
    recover_claims(&[settlement], recovered, cost)
}

/// The same for a loan of several claims: what was recovered on it goes back in the proportions in which all of them were
/// borne together. What each payment gets back stands in the order of the settlements and of their payments.
pub fn recover_claims(claims: &[&Settlement], recovered: Money, cost: Money) -> Recovery {
    let none = Money::ZERO;
    let net = i128::from((recovered.max(none).fen() - cost.max(none).fen()).max(0));
    let payments = || claims.iter().flat_map(|claim| &claim.payments);
    let unpaid = Money::sum(claims.iter().map(|claim| claim.unpaid));
    let loss = Money::sum(payments().map(|payment| payment.amount)) + unpaid;
    // INVARIANT: what was recovered is an amount, so the least of both is one.
    let mut split = Split::new(i64::try_from(net.min(loss)).unwrap_or(i64::MAX), loss);
    let mut back = |amount: i128| money(i128::from(split.next(amount)));
    let returned = payments()
        .map(|payment| back(i128::from(payment.amount.fen())))
        .collect();
    Recovery {
        net: money(net),
        returned,
        to_lender: back(unpaid),
        surplus: money((net - loss).max(0)),
    }
}
