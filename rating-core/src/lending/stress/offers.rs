//! Offers before and after.

use super::spec::Scenario;
use crate::id::IndustryCode;
use crate::lending::{Applicant, Decision, LendingPolicy, LimitKind, LoanApplication, Offer, Reason};
use crate::num::Money;
use crate::rating::{Rating, Standing};
use crate::record::View;
use crate::rule::Outcome;
use std::mem::discriminant;

/// A firm with its application.
#[derive(Clone, Copy, Debug)]
pub struct StressFirm<'a> {
    /// What it asks for.
    pub application: &'a LoanApplication,
    /// What is known of it.
    pub applicant: &'a Applicant,
    /// Its rating, from which a PD that moves makes another grade; none: the grade stays.
    pub rating: Option<&'a Rating>,
    /// Its industry; none: not known.
    pub industry: Option<IndustryCode>,
}

impl<'a> StressFirm<'a> {
    /// A firm with the industry that is registered on the day of a view.
    pub fn of(
        application: &'a LoanApplication,
        applicant: &'a Applicant,
        rating: &'a Rating,
        view: &View<'_>,
    ) -> Self {
        Self {
            application,
            applicant,
            rating: Some(rating),
            industry: view.registration().and_then(|r| r.industry),
        }
    }
}

/// What a scenario changes for a firm, gravest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StressChange {
    /// It was approved or referred and is declined.
    DropsOut,
    /// It was approved and is referred.
    Referred,
    /// It gets less.
    Cut,
    /// It gets as much, at a higher rate.
    Dearer,
    /// Nothing that it sees.
    Unchanged,
    /// It gets more, at a lower rate, or a better answer.
    Eased,
}

impl StressChange {
    /// One word for tables: `drops_out`, `referred`, `cut`, `dearer`, `unchanged`, `eased`.
    pub const fn word(self) -> &'static str {
        match self {
            StressChange::DropsOut => "drops_out",
            StressChange::Referred => "referred",
            StressChange::Cut => "cut",
            StressChange::Dearer => "dearer",
            StressChange::Unchanged => "unchanged",
            StressChange::Eased => "eased",
        }
    }

    fn between(before: &Offer, after: &Offer) -> Self {
        let rate = |offer: &Offer| offer.price.map(|price| price.rate);
        match (before.decision, after.decision) {
            (was, Decision::Decline) if was != Decision::Decline => StressChange::DropsOut,
            (Decision::Approve, Decision::Refer) => StressChange::Referred,
            (was, is) if is < was => StressChange::Eased,
            // A rate of an offer that is declined either way is nobody's.
            (_, Decision::Decline) => StressChange::Unchanged,
            _ if after.amount < before.amount => StressChange::Cut,
            _ if after.amount > before.amount => StressChange::Eased,
            _ if rate(after) > rate(before) => StressChange::Dearer,
            _ if rate(after) < rate(before) => StressChange::Eased,
            _ => StressChange::Unchanged,
        }
    }
}

/// What a policy answers to a firm before and after.
#[derive(Clone, Debug, PartialEq)]
pub struct StressedOffer {
    /// Before.
    pub before: Offer,
    /// After.
    pub after: Offer,
    /// What the firm looks like after.
    pub applicant: Applicant,
    /// Place of the shock that it took; none: none.
    pub shock: Option<usize>,
    /// What changes.
    pub change: StressChange,
    /// Why it changes, in the order of the offer: reasons of a kind that was not there before, reasons that speak of another
    /// limit than before, and what cuts the amount of an offer that is cut.
    pub because: Vec<Reason>,
}

/// What a scenario changes in all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StressTotals {
    /// Firms.
    pub firms: usize,
    /// Firms that are not declined before.
    pub offered_before: usize,
    /// Firms that are not declined after.
    pub offered_after: usize,
    /// Firms that drop out.
    pub drop_out: usize,
    /// Amounts offered before, in fen: the sum may be more than one amount can be.
    pub amount_before: i128,
    /// Amounts offered after, in fen.
    pub amount_after: i128,
}

impl StressTotals {
    /// The totals of many firms.
    pub fn of(offers: &[StressedOffer]) -> Self {
        let is_offered = |offer: &Offer| offer.decision != Decision::Decline;
        let count = |is: &dyn Fn(&StressedOffer) -> bool| offers.iter().filter(|o| is(o)).count();
        Self {
            firms: offers.len(),
            offered_before: count(&|o| is_offered(&o.before)),
            offered_after: count(&|o| is_offered(&o.after)),
            drop_out: count(&|o| o.change == StressChange::DropsOut),
            amount_before: Money::sum(offers.iter().map(|o| o.before.amount)),
            amount_after: Money::sum(offers.iter().map(|o| o.after.amount)),
        }
    }
}

/// Whether two reasons are of one kind and speak of the same limit.
fn is_like(one: &Reason, other: &Reason) -> bool {
    let limit = |reason: &Reason| match reason {
        Reason::NothingLeft(limit) | Reason::NotKnown(limit) | Reason::AmountCut(limit) => Some(*limit),
        _ => None,
    };
    discriminant(one) == discriminant(other) && limit(one) == limit(other)
}

impl StressedOffer {
    /// The limit that binds before, and the one that binds after; none where none does.
    pub fn limits(&self) -> (Option<LimitKind>, Option<LimitKind>) {
        let kind = |offer: &Offer| offer.limits.binding.map(|limit| limit.kind);
        (kind(&self.before), kind(&self.after))
    }
}

impl Scenario<'_> {
    /// What is known of a firm in the scenario.
    ///
    /// The PD moves; where there is a rating, the credit grade is that of the new PD, the government grade that of the
    /// matrix with the technology grade as it was, and a cap of a rule still holds. Sales, invoiced sales and tax paid
    /// move together. The application, collateral and everything else stay.
    pub fn applicant(&self, firm: &StressFirm<'_>) -> Applicant {
        let before = firm.applicant;
        let pd = self.pd(before.pd, firm.industry);
        let sales = |amount: Option<Money>| amount.map(|amount| self.sales(amount, firm.industry));
        let mut after = Applicant {
            pd,
            sales_12m: sales(before.sales_12m),
            tax_12m: sales(before.tax_12m),
            invoiced_12m: sales(before.invoiced_12m),
            ..before.clone()
        };
        if let (Some(rating), Standing::Rated(_)) = (firm.rating, before.standing)
            && pd != before.pd
        {
            let (model, assessment) = (&rating.model, &rating.assessment);
            let credit = model.master_scale().grade_from_pd(pd);
            let government = model.matrix().grade(credit, assessment.technology);
            let grade = match rating.outcome {
                Outcome::Cap(cap) if cap.is_riskier_than(government) => cap,
                _ => government,
            };
            after.standing = Standing::Rated(grade);
            after.grade = Some(model.matrix().symbol(grade).to_owned());
        }
        after
    }

    /// What a policy answers to every firm before and after, in their order. Total.
    pub fn stress(&self, policy: &LendingPolicy, firms: &[StressFirm<'_>]) -> Vec<StressedOffer> {
        let each = firms.iter().map(|firm| {
            let applicant = self.applicant(firm);
            let before = policy.offer(firm.application, firm.applicant);
            let after = policy.offer(firm.application, &applicant);
            let change = StressChange::between(&before, &after);
            let is_new = |reason: &&Reason| {
                let cuts = change == StressChange::Cut && matches!(reason, Reason::AmountCut(_));
                cuts || !before.reasons.iter().any(|other| is_like(other, reason))
            };
            StressedOffer {
                change,
                because: after.reasons.iter().filter(is_new).cloned().collect(),
                shock: self.shock(firm.industry),
                applicant,
                before,
                after,
            }
        });
        each.collect()
    }
}
