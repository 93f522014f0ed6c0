//! What the firm asks for, owes and offers; and how far away each limit is.

use super::change::{Change, Counterfactual};
use super::{Goal, least};
use crate::lending::offer::answer::{Decision, Offer, Reason};
use crate::lending::offer::application::{Applicant, LoanApplication};
use crate::lending::offer::policy::LendingPolicy;
use crate::lending::share::money;
use crate::lending::{CollateralKind, LimitKind};
use crate::num::{Money, Pd};
use std::cmp::Reverse;

/// Most amounts that are tried.
const MOST_AMOUNTS: i64 = 2_000;
/// An asset is tried up to so many times the amount.
const MOST_TIMES: i64 = 100;

impl LendingPolicy {
    /// What would change the answer to an application, one change at a time: the nearest of each kind, for each better
    /// decision and for the whole of what was asked. Empty where nothing is to be had, or no single change helps. What a
    /// firm can bring about stands first, and of that what is nearest; nothing that has happened is among it.
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
    /// application.owes.0 = Money::from_yuan(4_950_000)?; // of at most five million, and 100,000 is the least loan
    /// let nearest = policy.nearest(&application, &firm);
    /// assert_eq!(nearest[0].changes, [Change::Owes(Money::from_yuan(4_900_000)?)]);
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
struct Search<'a> {
    policy: &'a LendingPolicy,
    application: &'a LoanApplication,
    firm: &'a Applicant,
    offer: Offer,
}

impl Search<'_> {
    fn all(&self, goal: Goal) -> Vec<Counterfactual> {
        let levers = [
            self.amount(goal),
            self.owes(goal),
            self.group_owes(goal),
            self.asset(goal),
            self.fact(goal),
            self.grade(goal),
            self.pd(goal),
        ];
        let mut found: Vec<Counterfactual> = levers
            .into_iter()
            .flatten()
            .map(|change| self.told(change))
            .collect();
        found.extend(self.rate(goal));
        found
    }

    fn with(&self, change: &Change) -> Offer {
        let (application, firm) = change.applied((self.application, self.firm));
        self.policy.offer(&application, &firm)
    }

    fn meets(&self, goal: Goal, change: &Change) -> bool {
        goal.is_met(&self.with(change))
    }

    fn told(&self, change: Change) -> Counterfactual {
        let offer = self.with(&change);
        Counterfactual {
            is_actionable: change.is_actionable(),
            changes: vec![change],
            decision: offer.decision,
            amount: offer.amount,
        }
    }

    /// Another amount: the nearest to what is asked for, or to what is offered, of all whole steps.
    fn amount(&self, goal: Goal) -> Option<Change> {
        if goal.amount > Money::ZERO {
            return None;
        }
        let step = self.policy.spec().limit.step.map_or(100, Money::fen).max(1);
        let from = self.application.amount.or(self.offer.limits.amount)?.fen() / step;
        // Further limits are not looked beyond: past the largest of them no amount can be had.
        let limits = self.offer.limits.all.iter();
        let others = limits.filter(|limit| limit.kind != LimitKind::Asked);
        let most = others
            .map(|limit| limit.amount().fen())
            .min()
            .map_or(from, |most| most / step);
        let nearest = (1..=MOST_AMOUNTS).flat_map(|far| [from - far, from + far]);
        let mut amounts = nearest.filter(|at| *at > 0 && *at <= most);
        let change = |at: i64| Change::Amount(money(i128::from(at) * i128::from(step)));
        amounts.find(|at| self.meets(goal, &change(*at))).map(change)
    }

    fn owes(&self, goal: Goal) -> Option<Change> {
        let owes = self.application.owes.0.fen();
        let change = |less: i64| Change::Owes(money(i128::from(owes - less)));
        least(0, owes, |less| self.meets(goal, &change(less))).map(change)
    }

    fn group_owes(&self, goal: Goal) -> Option<Change> {
        let owes = self.application.owes.1.fen();
        let change = |less: i64| Change::GroupOwes(money(i128::from(owes - less)));
        least(0, owes, |less| self.meets(goal, &change(less))).map(change)
    }

    /// A further asset, of the kind that needs the least value.
    fn asset(&self, goal: Goal) -> Option<Change> {
        let security = self.policy.spec().security.as_ref()?;
        let mut kinds: Vec<CollateralKind> = security.kinds.iter().map(|rule| rule.kind).collect();
        kinds.sort_unstable();
        kinds.dedup();
        let amount = self.application.amount.or(self.offer.limits.amount)?.fen();
        let high = amount.saturating_mul(MOST_TIMES).min(Money::MAX_FEN);
        let of_kind = |kind: CollateralKind| {
            let change = |fen: i64| Change::Asset(kind, money(i128::from(fen)));
            least(0, high, |fen| self.meets(goal, &change(fen))).map(|fen| (fen, change(fen)))
        };
        let found = kinds.into_iter().filter_map(of_kind);
        found.min_by_key(|(fen, _)| *fen).map(|(_, change)| change)
    }

    /// What the binding limit is a share of.
    fn fact(&self, goal: Goal) -> Option<Change> {
        let (of, now): (fn(Money) -> Change, Option<Money>) = match self.offer.limits.binding?.kind {
            LimitKind::Need => (Change::Need, self.application.need),
            LimitKind::Sales => (Change::Sales, self.firm.sales_12m),
            LimitKind::Tax => (Change::Tax, self.firm.tax_12m),
            LimitKind::Invoices => (Change::Invoices, self.firm.invoiced_12m),
            _ => return None,
        };
        let low = now.map_or(0, |now| now.fen().max(0));
        let change = |fen: i64| of(money(i128::from(fen)));
        least(low, Money::MAX_FEN, |fen| self.meets(goal, &change(fen))).map(change)
    }

    /// Every grade that would do.
    fn grade(&self, goal: Goal) -> Option<Change> {
        let now = self.firm.grade.as_ref()?;
        let admission = self.policy.spec().admission(self.firm.stage)?;
        let limits = self.policy.spec().limit.by_grade.iter();
        let symbols = admission.approve.iter().chain(&admission.refer);
        let mut grades: Vec<String> = Vec::new();
        for symbol in symbols.chain(limits.filter_map(|limit| limit.grade.as_ref())) {
            let is_new = symbol != now && !grades.contains(symbol);
            if is_new && self.meets(goal, &Change::Grade(vec![symbol.clone()])) {
                grades.push(symbol.clone());
            }
        }
        (!grades.is_empty()).then_some(Change::Grade(grades))
    }

    /// The largest PD that would do, to the last bit.
    fn pd(&self, goal: Goal) -> Option<Change> {
        // From zero up the bits of a number ascend with it.
        let bits = |x: f64| i64::try_from(x.to_bits()).unwrap_or(i64::MAX);
        let now = bits(self.firm.pd.get());
        let pd = |less: i64| {
            let pd = f64::from_bits(u64::try_from(now - less).unwrap_or_default());
            Pd::new(pd).unwrap_or(self.firm.pd)
        };
        let change = |less: i64| Change::Pd(pd(less));
        least(0, now, |less| self.meets(goal, &change(less))).map(change)
    }

    /// The rate that earns what capital shall earn, where a ceiling keeps it from doing so.
    fn rate(&self, goal: Goal) -> Option<Counterfactual> {
        let price = self.offer.price?;
        let too_low = |reason: &&Reason| matches!(reason, Reason::ReturnTooLow(_));
        self.offer.reasons.iter().find(too_low)?;
        let others = self.offer.reasons.iter().filter(|reason| !too_low(reason));
        let decision = others.fold(Decision::Approve, |all, reason| all.join(reason.decision()));
        let is_met = decision <= goal.decision && goal.amount == Money::ZERO;
        is_met.then(|| Counterfactual {
            changes: vec![Change::Rate(price.parts.sum())],
            decision,
            amount: self.offer.amount,
            is_actionable: false,
        })
    }
}
