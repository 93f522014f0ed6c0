//! Application and rating → offer.

use super::application::{Applicant, LoanApplication};
use super::policy::{LendingPolicy, LendingPolicySpec};
use crate::lending::loss_sharing::LoanTrait;
use crate::lending::{
    Borrower, LimitKind, Limits, PoolWorth, Price, PricedLoan, ReferenceRate, SubsidisedYear,
    lgd_from_coverage, longest_months,
};
use crate::num::{Lgd, Money, Pd};
use crate::rating::Standing;

/// What a policy answers, least strict first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Decision {
    /// Yes.
    Approve,
    /// A person decides.
    Refer,
    /// No.
    Decline,
}

impl Decision {
    /// The stricter of two. Associative, commutative, idempotent: the order of reasons cannot matter, and a further
    /// reason can only make the answer stricter.
    #[must_use]
    pub fn join(self, other: Decision) -> Decision {
        self.max(other)
    }

    /// One word for tables: `approve`, `refer`, `decline`.
    pub const fn word(self) -> &'static str {
        match self {
            Decision::Approve => "approve",
            Decision::Refer => "refer",
            Decision::Decline => "decline",
        }
    }
}

/// Why an answer is as it is, with what would have to be otherwise.
#[derive(Clone, Debug, PartialEq)]
pub enum Reason {
    /// The firm is in default.
    InDefault,
    /// The firm has ended.
    Withdrawn,
    /// Too little is known for a rating.
    NotEnoughInformation,
    /// On this grade a person decides.
    GradeReferred(String),
    /// This grade is not admitted.
    GradeDeclined(String),
    /// The PD is above the one up to which no person decides.
    PdReferred(Pd),
    /// The PD is above the highest one.
    PdDeclined(Pd),
    /// Nothing may be lent under this limit.
    NothingLeft(LimitKind),
    /// What this limit needs is not known.
    NotKnown(LimitKind),
    /// No reference rate is known for the day.
    NoReferenceRate,
    /// The rate earns less on capital than it shall; what it earns.
    ReturnTooLow(Option<f64>),
    /// Less is offered than was asked for, by this limit.
    AmountCut(LimitKind),
    /// The loan is shorter than was asked for.
    MonthsCut(u16),
}

impl Reason {
    /// What follows from it alone.
    pub const fn decision(&self) -> Decision {
        match self {
            Reason::InDefault
            | Reason::Withdrawn
            | Reason::GradeDeclined(_)
            | Reason::PdDeclined(_)
            | Reason::NothingLeft(_) => Decision::Decline,
            Reason::NotEnoughInformation
            | Reason::GradeReferred(_)
            | Reason::PdReferred(_)
            | Reason::NotKnown(_)
            | Reason::NoReferenceRate
            | Reason::ReturnTooLow(_) => Decision::Refer,
            Reason::AmountCut(_) | Reason::MonthsCut(_) => Decision::Approve,
        }
    }
}

/// Who decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// The green channel.
    Green,
    /// The usual way.
    Standard,
    /// The committee.
    Committee,
}

/// A subsidy of an offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfferedSubsidy {
    /// Its place in the policy.
    pub subsidy: usize,
    /// What it pays in the first year.
    pub amount: Money,
}

/// What a policy answers to an application.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// The join of all reasons.
    pub decision: Decision,
    /// Every reason, in a fixed order; those of the decision are the strictest among them.
    pub reasons: Vec<Reason>,
    /// The amount; nothing if the decision is to decline.
    pub amount: Money,
    /// Length in months.
    pub months: u16,
    /// The price; none without a reference rate, or without an amount.
    pub price: Option<Price>,
    /// Every limit.
    pub limits: Limits,
    /// What the collateral is worth; none if none was offered or none is taken.
    pub security: Option<PoolWorth>,
    /// LGD with the collateral.
    pub lgd: Lgd,
    /// What others pay towards the interest of the first year; those that pay nothing are left out.
    pub subsidies: Vec<OfferedSubsidy>,
    /// What the firm pays in the first year for each yuan of the loan, after subsidies; none without a price.
    pub net_rate: Option<f64>,
    /// Who decides.
    pub route: Route,
}

impl LendingPolicy {
    /// Answers an application. Total: any firm, any application.
    ///
    /// The amount is the least of all limits, the price is that of the amount, and the decision is the join of the
    /// reasons. Where the decision is to decline, limits, price and security are still told for the loan that it would
    /// have been, and the amount is nothing.
    pub fn offer(&self, application: &LoanApplication, firm: &Applicant) -> Offer {
        let policy = self.spec();
        let mut reasons = standing_reasons(policy, firm);
        let security = policy
            .security
            .as_ref()
            .filter(|_| !application.assets.is_empty())
            .map(|security| security.pool(&application.assets, application.on));
        let limits = limits(policy, application, (firm, security.as_ref()));
        let amount = limits.amount.unwrap_or(Money::ZERO);
        reasons.extend(limit_reason(&limits, application));
        let months = months(policy, application);
        if months < application.months {
            reasons.push(Reason::MonthsCut(months));
        }
        let counted = security.as_ref().map_or(Money::ZERO, |pool| pool.total);
        let floor = Lgd::new(policy.price.capital.lgd_floor).unwrap_or(policy.price.lgd);
        let lgd = lgd_from_coverage((policy.price.lgd, floor), counted, amount);
        let reference = ReferenceRate::on(&policy.reference, application.on);
        if reference.is_none() {
            reasons.push(Reason::NoReferenceRate);
        }
        let price = reference.filter(|_| amount > Money::ZERO).map(|reference| {
            policy.price.price(&PricedLoan {
                amount,
                months,
                pd: firm.pd,
                lgd: Some(lgd),
                own_share: application.own_share,
                sales: firm.sales_12m,
                stage: firm.stage,
                reference: reference.for_months(months),
                subsidy: 0.0,
            })
        });
        if let Some(price) = price.filter(|price| !price.covers(policy.price.hurdle)) {
            reasons.push(Reason::ReturnTooLow(price.raroc));
        }
        let decision = reasons
            .iter()
            .fold(Decision::Approve, |all, reason| all.join(reason.decision()));
        let subsidies = price.map_or_else(Vec::new, |price| {
            subsidies(policy, application, (amount, price.rate, counted))
        });
        let net_rate = price.map(|price| {
            let paid = Money::sum(subsidies.iter().map(|s| s.amount)) as f64 / 100.0;
            price.rate - paid / amount.yuan()
        });
        Offer {
            decision,
            reasons,
            amount: if decision == Decision::Decline {
                Money::ZERO
            } else {
                amount
            },
            months,
            price,
            limits,
            security,
            lgd,
            subsidies,
            net_rate,
            route: route(policy, decision, amount),
        }
    }
}

/// What the rating alone says.
fn standing_reasons(policy: &LendingPolicySpec, firm: &Applicant) -> Vec<Reason> {
    let mut reasons = Vec::new();
    match firm.standing {
        Standing::InDefault => reasons.push(Reason::InDefault),
        Standing::Withdrawn => reasons.push(Reason::Withdrawn),
        Standing::NotEnoughInformation => reasons.push(Reason::NotEnoughInformation),
        Standing::Rated(_) => {
            let grade = firm.grade.clone().unwrap_or_default();
            let admission = policy.admission(firm.stage);
            if admission.is_some_and(|a| a.refer.contains(&grade)) {
                reasons.push(Reason::GradeReferred(grade));
            } else if !admission.is_some_and(|a| a.approve.contains(&grade)) {
                reasons.push(Reason::GradeDeclined(grade));
            }
        }
    }
    if let Some(most) = policy.decline_above.filter(|most| firm.pd > *most) {
        reasons.push(Reason::PdDeclined(most));
    } else if let Some(most) = policy.refer_above.filter(|most| firm.pd > *most) {
        reasons.push(Reason::PdReferred(most));
    }
    reasons
}

fn limits(
    policy: &LendingPolicySpec,
    application: &LoanApplication,
    (firm, security): (&Applicant, Option<&PoolWorth>),
) -> Limits {
    let lendable = security.map_or(Money::ZERO, |pool| pool.lendable);
    policy.limit.limits(&Borrower {
        asked: application.amount,
        need: application.need,
        sales_12m: firm.sales_12m,
        tax_12m: firm.tax_12m,
        invoiced_12m: firm.invoiced_12m,
        grade: firm.grade.as_deref(),
        stage: Some(firm.stage),
        knowledge_grade: application.knowledge_grade.as_deref(),
        lendable: application.is_secured.then_some(lendable),
        owes: application.owes.0,
        group_owes: application.owes.1,
    })
}

/// What the binding limit says.
fn limit_reason(limits: &Limits, application: &LoanApplication) -> Option<Reason> {
    let amount = limits.amount.unwrap_or(Money::ZERO);
    let Some(binding) = limits.binding else {
        // Nothing limits and nothing was asked for: there is no amount to offer.
        return Some(Reason::NotKnown(LimitKind::Asked));
    };
    if binding.most.is_none() {
        return Some(Reason::NotKnown(binding.kind));
    }
    if amount == Money::ZERO {
        return Some(Reason::NothingLeft(binding.kind));
    }
    let is_cut = application.amount.is_some_and(|asked| amount < asked);
    is_cut.then_some(Reason::AmountCut(binding.kind))
}

/// How long the loan runs: as asked, but no longer than the policy and the rules of the day allow, and at least a
/// month.
fn months(policy: &LendingPolicySpec, application: &LoanApplication) -> u16 {
    let most = [
        policy.months_most,
        longest_months(application.purpose, application.on),
    ];
    let months = most.into_iter().flatten().fold(application.months, u16::min);
    months.max(1)
}

fn subsidies(
    policy: &LendingPolicySpec,
    application: &LoanApplication,
    (amount, rate, counted): (Money, f64, Money),
) -> Vec<OfferedSubsidy> {
    let mut traits = application.traits.clone();
    traits.retain(|t| *t != LoanTrait::PureCredit);
    if application.assets.is_empty() && counted == Money::ZERO {
        traits.push(LoanTrait::PureCredit);
    }
    let interest = crate::lending::share::money_at_most(amount.yuan() * rate);
    let each = policy.subsidies.iter().enumerate().map(|(at, subsidy)| {
        let year = SubsidisedYear {
            lent_on: application.on,
            traits: &traits,
            loan: amount,
            interest,
            had: application.subsidised.get(at).copied().unwrap_or_default(),
        };
        OfferedSubsidy {
            subsidy: at,
            amount: subsidy.amount(&year),
        }
    });
    each.filter(|subsidy| subsidy.amount > Money::ZERO).collect()
}

fn route(policy: &LendingPolicySpec, decision: Decision, amount: Money) -> Route {
    let routes = policy.routes;
    if decision == Decision::Refer || routes.committee_from.is_some_and(|from| amount >= from) {
        Route::Committee
    } else if decision == Decision::Approve && routes.green_most.is_some_and(|most| amount <= most) {
        Route::Green
    } else {
        Route::Standard
    }
}
