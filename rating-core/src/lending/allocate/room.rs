//! What is left of a budget and its caps.

use super::problem::{Budget, FirmChoices};

/// What is left, in fen.
#[derive(Clone, Debug)]
pub(super) struct Room {
    total: i64,
    caps: Vec<i64>,
}

impl Room {
    /// All of a budget.
    pub(super) fn of(budget: &Budget) -> Self {
        Self {
            total: budget.total.fen(),
            caps: budget.caps.iter().map(|cap| cap.fen()).collect(),
        }
    }

    /// What choices leave; below zero where they take too much.
    pub(super) fn after(budget: &Budget, firms: &[FirmChoices], chosen: &[Option<usize>]) -> Self {
        let mut room = Self::of(budget);
        for (firm, at) in firms.iter().zip(chosen) {
            room.take(firm, firm.taken(*at).0);
        }
        room
    }

    /// Whether so much more fits for a firm.
    pub(super) fn holds(&self, firm: &FirmChoices, more: i64) -> bool {
        let mut caps = firm.caps.iter().filter_map(|cap| self.caps.get(*cap));
        more <= self.total && caps.all(|left| more <= *left)
    }

    /// Whether so much more fits for two firms together.
    pub(super) fn holds_both(
        &self,
        (one, more): (&FirmChoices, i64),
        (other, most): (&FirmChoices, i64),
    ) -> bool {
        let fits = |firm: &FirmChoices, own: i64, beside: &FirmChoices, others: i64| {
            firm.caps.iter().all(|cap| {
                let shared = if beside.caps.contains(cap) { others } else { 0 };
                self.caps.get(*cap).is_none_or(|left| own + shared <= *left)
            })
        };
        more + most <= self.total && fits(one, more, other, most) && fits(other, most, one, more)
    }

    /// Takes so much for a firm; gives it back if it is below zero.
    pub(super) fn take(&mut self, firm: &FirmChoices, more: i64) {
        self.total -= more;
        for cap in &firm.caps {
            if let Some(left) = self.caps.get_mut(*cap) {
                *left -= more;
            }
        }
    }

    /// Whether no more is taken than there is.
    pub(super) fn is_kept(&self) -> bool {
        self.total >= 0 && self.caps.iter().all(|left| *left >= 0)
    }

    /// Places of caps of which too much is taken.
    pub(super) fn exceeded(&self) -> Vec<usize> {
        let caps = self.caps.iter().enumerate();
        caps.filter(|(_, left)| **left < 0).map(|(at, _)| at).collect()
    }
}
