//! Ways in which the terms of a loan can be otherwise.

use super::change::Change;
use super::terms::Search;
use crate::lending::offer::application::GuaranteeFor;
use crate::lending::share::money;
use crate::lending::{ClientLiability, CollateralKind, LimitKind, longest_months};
use crate::num::{Money, Pd};

/// An asset is tried up to so many times the amount.
const MOST_TIMES: i64 = 100;

/// A way in which something can be otherwise.
pub(super) enum Way<'s> {
    /// By a number from 0, which changes nothing, to a furthest; the further, the more it helps.
    Far(i64, Box<dyn Fn(i64) -> Change + 's>),
    /// By one of these, the nearest first.
    OneOf(Vec<Change>),
    /// By another amount.
    Amount,
    /// By a rate above the ceiling.
    Rate,
}

impl Search<'_> {
    /// Every way that is open, what a firm can bring about first.
    pub(super) fn ways(&self) -> Vec<Way<'_>> {
        let mut ways = vec![Way::Amount];
        ways.extend(self.owes());
        ways.extend(self.assets());
        ways.push(Way::OneOf(self.months()));
        ways.push(Way::OneOf(self.guarantees()));
        ways.push(Way::OneOf(self.insurances()));
        ways.extend(self.facts());
        ways.push(Way::OneOf(self.grades()));
        ways.push(self.pd());
        ways.push(Way::Rate);
        ways
    }

    fn owes(&self) -> [Way<'_>; 2] {
        let (own, group) = self.application.owes;
        let less = |owes: Money, of: fn(Money) -> Change| {
            let owes = owes.fen();
            Way::Far(owes, Box::new(move |less| of(money(i128::from(owes - less)))))
        };
        [less(own, Change::Owes), less(group, Change::GroupOwes)]
    }

    /// A further asset, of each kind that the policy takes.
    fn assets(&self) -> Vec<Way<'_>> {
        let security = self.policy.spec().security.as_ref();
        let rules = security.map_or(&[][..], |security| &security.kinds);
        let mut kinds: Vec<CollateralKind> = rules.iter().map(|rule| rule.kind).collect();
        kinds.sort_unstable();
        kinds.dedup();
        let high = self
            .amount_of_loan()
            .fen()
            .saturating_mul(MOST_TIMES)
            .min(Money::MAX_FEN);
        let of_kind = |kind| {
            let change = move |fen: i64| Change::Asset(kind, money(i128::from(fen)));
            Way::Far(high, Box::new(change))
        };
        kinds.into_iter().map(of_kind).collect()
    }

    /// Another length, the nearest first, a shorter one before a longer one.
    fn months(&self) -> Vec<Change> {
        let (asked, now) = (self.application.months, self.offer.months);
        let longest = longest_months(self.application.purpose, self.application.on);
        let most = [self.policy.spec().months_most, longest]
            .into_iter()
            .flatten()
            .min();
        let most = most.unwrap_or(now.max(asked));
        let longer = now.saturating_add(1)..=most;
        let mut lengths: Vec<u16> = (1..=now.min(most))
            .chain(longer)
            .filter(|months| *months != asked)
            .collect();
        lengths.sort_by_key(|months| months.abs_diff(now));
        lengths.into_iter().map(Change::Months).collect()
    }

    /// The guarantors of the policy, where nobody stands for the loan.
    fn guarantees(&self) -> Vec<Change> {
        if self.offer.guarantee.is_some() {
            return Vec::new();
        }
        let partners = self.policy.spec().guarantors.iter();
        let each = partners.map(|of| {
            let guarantee = GuaranteeFor {
                guarantee: of.guarantee,
                guarantor: of.guarantor,
                stands_for: ClientLiability::default(),
            };
            Change::Guarantee(of.id.clone(), guarantee)
        });
        each.collect()
    }

    /// The insurers of the policy, where the loan is not insured.
    fn insurances(&self) -> Vec<Change> {
        let mut insured = self.application.insurance.iter();
        if insured.any(|insurance| insurance.line.protects_lender()) {
            return Vec::new();
        }
        let loan = self.amount_of_loan();
        let partners = self.policy.spec().insurers.iter();
        partners
            .map(|of| Change::Insurance(of.id.clone(), of.insures(loan)))
            .collect()
    }

    /// What the limits that apply are shares of.
    fn facts(&self) -> Vec<Way<'_>> {
        let each = self.offer.limits.all.iter().filter_map(|limit| {
            let (of, now): (fn(Money) -> Change, Option<Money>) = match limit.kind {
                LimitKind::Need => (Change::Need, self.application.need),
                LimitKind::Sales => (Change::Sales, self.firm.sales_12m),
                LimitKind::Tax => (Change::Tax, self.firm.tax_12m),
                LimitKind::Invoices => (Change::Invoices, self.firm.invoiced_12m),
                _ => return None,
            };
            let low = now.map_or(0, |now| now.fen().max(0));
            let change = move |more: i64| of(money(i128::from(low + more)));
            Some(Way::Far(Money::MAX_FEN - low, Box::new(change)))
        });
        each.collect()
    }

    /// Every other grade that the policy speaks of.
    fn grades(&self) -> Vec<Change> {
        let Some(now) = &self.firm.grade else {
            return Vec::new();
        };
        let policy = self.policy.spec();
        let Some(admission) = policy.admission(self.firm.stage) else {
            return Vec::new();
        };
        let symbols = admission.approve.iter().chain(&admission.refer);
        let limits = policy.limit.by_grade.iter();
        let mut grades: Vec<&String> = Vec::new();
        for symbol in symbols.chain(limits.filter_map(|limit| limit.grade.as_ref())) {
            if symbol != now && !grades.contains(&symbol) {
                grades.push(symbol);
            }
        }
        grades
            .into_iter()
            .map(|symbol| Change::Grade(vec![symbol.clone()]))
            .collect()
    }

    /// A lower PD, by its bits: from zero up they ascend with it.
    fn pd(&self) -> Way<'_> {
        let now = i64::try_from(self.firm.pd.get().to_bits()).unwrap_or_default();
        let before = self.firm.pd;
        let pd = move |less: i64| {
            let pd = f64::from_bits(u64::try_from(now - less).unwrap_or_default());
            Pd::new(pd).unwrap_or(before)
        };
        Way::Far(now, Box::new(move |less| Change::Pd(pd(less))))
    }

    /// The loan that is asked for, or the largest that can be had.
    fn amount_of_loan(&self) -> Money {
        let amount = self.application.amount.or(self.offer.limits.amount);
        amount.unwrap_or(Money::ZERO)
    }
}
