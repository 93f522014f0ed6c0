//! What the firm asks for, owes and offers; and how far away each limit is.

use super::change::{Change, Counterfactual};
use super::way::Way;
use super::{Goal, least};
use crate::lending::LimitKind;
use crate::lending::offer::answer::{Offer, Reason};
use crate::lending::offer::application::{Applicant, LoanApplication};
use crate::lending::offer::policy::LendingPolicy;
use crate::lending::share::money;
use crate::num::Money;
use std::cmp::Reverse;

/// Most pairs that are told for a goal.
const MOST_PAIRS: usize = 3;
/// Distances between which an amount is looked for, besides those that double and the limits.
const EVEN_STEPS: i64 = 32;

impl LendingPolicy {
    /// What would change the answer to an application: the nearest change of each kind, for each better decision and for the
    /// whole of what was asked; where no single one helps, at most three pairs. Empty where nothing is to be had, or no pair
    /// helps. What a firm can bring about stands first, and of that what is nearest; nothing that has happened is among it.
    /// Where single changes help, but none that the firm can bring about, pairs of such are told as well.
    ///
    /// Of a pair the second is the least that helps with the first taken as far as it goes, and the first then the least that
    /// helps with it.
    ///
    /// ```
    /// use rating_core::lending::{Applicant, Change, LendingPolicySpec, LifeStage, LoanApplication};
    /// use rating_core::{num::{Money, Pd}, rating::Standing, scale::Grade};
    /// let policy = LendingPolicySpec::example().ok_or("an example")?.check().map_err(|e| e[0].clone())?;
    /// let firm = Applicant {
    ///     standing: Standing::Rated(Grade::at(2)), grade: Some("A".into()), pd: Pd::new(0.01)?,
    ///     stage: LifeStage::Growth, sales_12m: Some(Money::from_yuan(5_000_000)?), tax_12m: None, invoiced_12m: None,
    /// };
    /// let mut application = LoanApplication::new("2025-06-30".parse()?, Some(Money::from_yuan(500_000)?), 12);
    /// application.owes.0 = Money::from_yuan(1_450_000)?; // of at most 30 % of sales, and 100,000 is the least loan
    /// let nearest = policy.nearest(&application, &firm);
    /// assert_eq!(nearest[0].changes, [Change::Owes(Money::from_yuan(1_400_000)?)]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn nearest(&self, application: &LoanApplication, firm: &Applicant) -> Vec<Counterfactual> {
        let search = Search {
            policy: self,
            application,
            firm,
            offer: self.offer(application, firm),
        };
        let mut found: Vec<Counterfactual> = Vec::new();
        for goal in Goal::of(&search.offer, application.amount) {
            for counterfactual in search.all(goal) {
                if found.iter().all(|other| other.changes != counterfactual.changes) {
                    found.push(counterfactual);
                }
            }
        }
        found.sort_by_key(|found| (!found.is_actionable, Reverse(found.decision)));
        found
    }
}

/// A search for changes.
pub(super) struct Search<'a> {
    pub(super) policy: &'a LendingPolicy,
    pub(super) application: &'a LoanApplication,
    pub(super) firm: &'a Applicant,
    pub(super) offer: Offer,
}

impl Search<'_> {
    fn all(&self, goal: Goal) -> Vec<Counterfactual> {
        let ways = self.ways();
        let mut found: Vec<Vec<Change>> = Vec::new();
        let mut asset: Option<(Money, Change)> = None;
        for way in &ways {
            match self.nearest_of(way, (goal, &[])) {
                // Of assets the kind that needs the least value.
                Some(Change::Asset(kind, value)) => {
                    let this = (value, Change::Asset(kind, value));
                    asset = Some(asset.take().filter(|(least, _)| *least <= value).unwrap_or(this));
                }
                Some(Change::Grade(_)) => found.push(vec![self.every_grade(way, goal)]),
                Some(change) => found.push(vec![change]),
                None => {}
            }
        }
        found.extend(asset.map(|(_, change)| vec![change]));
        let is_actionable = |changes: &Vec<Change>| changes.iter().all(Change::is_actionable);
        if !found.iter().any(is_actionable) {
            let is_first = found.is_empty();
            let mut pairs = self.pairs(&ways, goal);
            pairs.retain(|pair| is_first || is_actionable(pair));
            pairs.sort_by_key(|pair| !is_actionable(pair));
            found.extend(pairs.into_iter().take(MOST_PAIRS));
        }
        found.into_iter().map(|changes| self.told(changes)).collect()
    }

    /// The offer with changes, made again.
    fn with(&self, changes: &[&Change]) -> Offer {
        let (mut application, mut firm) = (self.application.clone(), self.firm.clone());
        let mut policy = self.policy.clone();
        for change in changes {
            (application, firm) = change.applied((&application, &firm));
            if let Change::Rate(rate) = change {
                policy = policy.with_ceiling(*rate);
            }
        }
        policy.offer(&application, &firm)
    }

    fn meets(&self, goal: Goal, (others, change): (&[Change], &Change)) -> bool {
        let changes: Vec<&Change> = others.iter().chain([change]).collect();
        goal.is_met(&self.with(&changes))
    }

    fn told(&self, changes: Vec<Change>) -> Counterfactual {
        let offer = self.with(&changes.iter().collect::<Vec<_>>());
        Counterfactual {
            is_actionable: changes.iter().all(Change::is_actionable),
            changes,
            decision: offer.decision,
            amount: offer.amount,
        }
    }

    /// The nearest change of a way that does, together with others.
    fn nearest_of(&self, way: &Way<'_>, (goal, others): (Goal, &[Change])) -> Option<Change> {
        match way {
            Way::Far(furthest, change) => {
                let does = |far: i64| self.meets(goal, (others, &change(far)));
                least(0, *furthest, does).map(change)
            }
            Way::OneOf(changes) => {
                let mut does = changes.iter().filter(|change| self.meets(goal, (others, change)));
                does.next().cloned()
            }
            Way::Amount => self.amount(goal, others),
            Way::Rate => self.rate(goal, others),
        }
    }

    /// Every grade of a way that does alone.
    fn every_grade(&self, way: &Way<'_>, goal: Goal) -> Change {
        let Way::OneOf(changes) = way else {
            return Change::Grade(Vec::new());
        };
        let does = changes.iter().filter(|change| self.meets(goal, (&[], change)));
        let grades = does.filter_map(|change| match change {
            Change::Grade(grades) => grades.first().cloned(),
            _ => None,
        });
        Change::Grade(grades.collect())
    }

    /// Pairs of ways that do together and not alone.
    fn pairs(&self, ways: &[Way<'_>], goal: Goal) -> Vec<Vec<Change>> {
        let mut found = Vec::new();
        for (at, one) in ways.iter().enumerate() {
            for other in ways.iter().skip(at + 1) {
                // What is looked for beside the other comes second: an amount and a rate depend on it.
                let pair = match (one, other) {
                    (Way::Amount | Way::Rate, Way::Amount | Way::Rate) => None,
                    (Way::Amount | Way::Rate, _) => self.pair((other, one), goal),
                    _ => self.pair((one, other), goal),
                };
                found.extend(pair);
            }
        }
        found
    }

    fn pair(&self, (one, other): (&Way<'_>, &Way<'_>), goal: Goal) -> Option<Vec<Change>> {
        let second = |first: &Change| self.nearest_of(other, (goal, std::slice::from_ref(first)));
        match one {
            Way::Far(furthest, change) => {
                let second = second(&change(*furthest))?;
                let first = self.nearest_of(one, (goal, std::slice::from_ref(&second)))?;
                Some(vec![first, second])
            }
            Way::OneOf(changes) => {
                let mut pairs = changes
                    .iter()
                    .filter_map(|first| Some(vec![first.clone(), second(first)?]));
                pairs.next()
            }
            Way::Amount | Way::Rate => None,
        }
    }

    /// Another amount: the nearest to what is asked for, or to what is offered, of all whole steps.
    fn amount(&self, goal: Goal, others: &[Change]) -> Option<Change> {
        if goal.amount > Money::ZERO {
            return None;
        }
        let limit = &self.policy.spec().limit;
        let step = limit.step.map_or(1, Money::fen).max(1);
        let offer = self.with(&others.iter().collect::<Vec<_>>());
        let from = self.application.amount.or(offer.limits.amount)?.fen() / step;
        // Further limits are not looked beyond: past the largest of them no amount can be had.
        let set = offer
            .limits
            .all
            .iter()
            .filter(|limit| limit.kind != LimitKind::Asked);
        let mut marks: Vec<i64> = set.map(|limit| limit.amount().fen() / step).collect();
        let most = marks.iter().copied().min().unwrap_or(from);
        marks.extend(
            limit
                .least
                .map(|least| least.fen().saturating_add(step - 1) / step),
        );
        let change = |at: i64| Change::Amount(money(i128::from(at) * i128::from(step)));
        let does = |at: i64| self.meets(goal, (others, &change(at)));
        let far = |base: i64, (sign, range): (i64, i64)| {
            let marks: Vec<i64> = marks.iter().map(|mark| (mark - base).abs()).collect();
            let far = nearest_far((range, &marks), |far| does(base + sign * far));
            far.map(|far| base + sign * far)
        };
        // More than the limits is cut to them, so it was tried with what is asked for.
        let base = from.min(most + 1);
        let (less, more) = (far(base, (-1, base - 1)), far(from, (1, most - from)));
        let nearest = less.into_iter().chain(more).min_by_key(|at| from.abs_diff(*at));
        nearest.map(change)
    }

    /// The rate that passes the test of the return, where a ceiling keeps it from doing so. A structure of loss sharing may
    /// refuse that rate, and then a still higher one may do without it.
    fn rate(&self, goal: Goal, others: &[Change]) -> Option<Change> {
        let offer = self.with(&others.iter().collect::<Vec<_>>());
        let too_low = |reason: &Reason| matches!(reason, Reason::ReturnTooLow(_));
        let price = offer.price.filter(|_| offer.reasons.iter().any(too_low))?;
        let free = Change::Rate(1.0);
        let without = self
            .with(&others.iter().chain([&free]).collect::<Vec<_>>())
            .price?;
        let rates = [price.least, without.least].map(Change::Rate);
        rates.into_iter().find(|rate| self.meets(goal, (others, rate)))
    }
}

/// The least distance up to a range at which something holds, where it does not hold at 0. It is looked for at marks and at
/// distances that double and that are even, and then between the last that does not do and the first that does.
fn nearest_far((range, marks): (i64, &[i64]), holds: impl Fn(i64) -> bool) -> Option<i64> {
    let doubled = (0..62).map(|power| 1_i64 << power);
    let even = (1..=EVEN_STEPS).map(|part| range / EVEN_STEPS * part);
    let mut far: Vec<i64> = doubled
        .chain(even)
        .chain(marks.iter().copied())
        .chain([range])
        .collect();
    far.retain(|far| (1..=range).contains(far));
    far.sort_unstable();
    far.dedup();
    let mut before = 0;
    for far in far {
        if holds(far) {
            return least(before, far, &holds);
        }
        before = far;
    }
    None
}
