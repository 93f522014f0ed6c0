//! A budget before and after.

use crate::lending::fault::Faults;
use crate::lending::{Allocation, Budget, FirmChoices, LendingError};
use crate::num::Money;

/// What becomes of a firm that a budget reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BudgetChange {
    /// It got something and gets nothing: nothing that may be lent to it is worth anything any more.
    NoValue,
    /// It got something and gets nothing: it would still be worth something, and others are worth more.
    Displaced,
    /// It gets less.
    Less,
    /// It gets the same, or nothing either way.
    Same,
    /// It gets more.
    More,
    /// It got nothing and gets something.
    Joins,
}

impl BudgetChange {
    /// One word for tables: `no_value`, `displaced`, `less`, `same`, `more`, `joins`.
    pub const fn word(self) -> &'static str {
        match self {
            BudgetChange::NoValue => "no_value",
            BudgetChange::Displaced => "displaced",
            BudgetChange::Less => "less",
            BudgetChange::Same => "same",
            BudgetChange::More => "more",
            BudgetChange::Joins => "joins",
        }
    }

    /// Whether the firm drops out.
    pub const fn drops_out(self) -> bool {
        matches!(self, BudgetChange::NoValue | BudgetChange::Displaced)
    }
}

/// A budget lent before and after.
#[derive(Clone, Debug, PartialEq)]
pub struct BudgetStress {
    /// Before.
    pub before: Allocation,
    /// After.
    pub after: Allocation,
    /// What becomes of each firm.
    pub changes: Vec<BudgetChange>,
}

/// Lends a budget to the same firms before and after, and says what becomes of each. What each firm may be lent, and
/// what that is worth, is the caller's to reckon, say with [`Scenario::pd`](super::Scenario::pd) and
/// [`FirmChoices::of_menu`].
///
/// # Errors
/// Those of [`Budget::allocate`], and lists of different lengths.
pub fn stress_budget(
    budget: &Budget,
    before: &[FirmChoices],
    after: &[FirmChoices],
) -> Result<BudgetStress, Vec<LendingError>> {
    let mut faults = Faults::default();
    if before.len() != after.len() {
        let wanted = "as many firms as before";
        faults.add("after", wanted, &after.len().to_string());
    }
    faults.or(|| ())?;
    let (lent, lent_after) = (budget.allocate(before)?, budget.allocate(after)?);
    let amounts = |firms: &[FirmChoices], of: &Allocation| -> Vec<Money> {
        let each = firms.iter().zip(&of.chosen);
        let amount = |(firm, at): (&FirmChoices, &Option<usize>)| {
            at.and_then(|at| firm.choices.get(at))
                .map_or(Money::ZERO, |choice| choice.amount)
        };
        each.map(amount).collect()
    };
    let (had, has) = (amounts(before, &lent), amounts(after, &lent_after));
    let changes = had.iter().zip(&has).zip(after);
    Ok(BudgetStress {
        changes: changes
            .map(|((had, has), firm)| change(*had, *has, firm))
            .collect(),
        before: lent,
        after: lent_after,
    })
}

fn change(had: Money, has: Money, firm: &FirmChoices) -> BudgetChange {
    let is_worth = firm.choices.iter().any(|choice| choice.value > 0.0);
    match (had > Money::ZERO, has > Money::ZERO) {
        (true, false) if is_worth => BudgetChange::Displaced,
        (true, false) => BudgetChange::NoValue,
        (false, true) => BudgetChange::Joins,
        _ if has < had => BudgetChange::Less,
        _ if has > had => BudgetChange::More,
        _ => BudgetChange::Same,
    }
}
