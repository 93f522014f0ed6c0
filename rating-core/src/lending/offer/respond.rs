//! Application and rating → offer.

use super::answer::{Decision, Offer, OfferedSubsidy, Reason, Route};
use super::application::{Applicant, LoanApplication};
use super::documents::Terms;
use super::policy::{LendingPolicy, LendingPolicySpec};
use super::protect::{Loan, Protection, first_year, no_room, priced_guarantee, stands_for_loans};
use crate::lending::loss_sharing::LoanTrait;
use crate::lending::share::{money, money_at_most};
use crate::lending::{
    Borrower, CollateralKind, DayCount, FeePayer, Lever, LimitKind, Limits, PoolWorth, Price, PricedLoan,
    Purpose, ReferenceRate, ScheduleTerms, SubsidisedYear, contract_rate, lgd_from_coverage, longest_months,
};
use crate::num::{Lgd, Money};
use crate::rating::Standing;

impl LendingPolicy {
    /// Answers an application. Total: any firm, any application.
    ///
    /// The amount is the least of all limits, the price is that of the amount, and the decision is the join of the
    /// reasons. Where the decision is to decline, limits, price and security are still told for the loan that it would
    /// have been, and the amount is nothing.
    ///
    /// A loss in default is LGD times the amount. The guarantor bears its share of it; of the rest, insurance pays
    /// first, and what is left then runs through the policy's structure of loss sharing, as if it were the only loss.
    /// A structure that does not take the loan shares nothing, and the offer says why.
    ///
    /// Interest, fees and subsidies are those of the first year, as if the loan were repaid at its end; of a shorter loan,
    /// those of its months. An application is answered as it stands: another to the same firm or against the same
    /// collateral is not seen. What [`LoanApplication::check`] refuses is passed over here, but for a loan of no month,
    /// which is declined.
    pub fn offer(&self, application: &LoanApplication, firm: &Applicant) -> Offer {
        let policy = self.spec();
        let mut reasons = standing_reasons(policy, firm);
        let (months, of_months) = months(policy, application);
        let ends_on = application.on.plus_months(i32::from(months));
        let security = policy
            .security
            .as_ref()
            .filter(|_| !application.assets.is_empty())
            .map(|security| security.pool_until(&application.assets, (application.on, Some(ends_on))));
        let limits = limits(policy, application, (firm, security.as_ref()));
        let amount = limits.amount.unwrap_or(Money::ZERO);
        let full = no_room(application, amount);
        reasons.extend(limit_reason(&limits, application));
        reasons.extend(of_months);
        reasons.extend(full.map(Reason::GuarantorFull));
        let traits = traits(application, (security.as_ref(), full.is_some()));
        let mut loan = Loan {
            amount,
            months,
            lgd: lgd(policy, amount, security.as_ref()),
            traits: &traits,
        };
        let mut protection = self.protection(application, &loan);
        let price = self.price(application, firm, (&loan, &mut protection));
        let traits = self.traits_under(&protection, &traits);
        loan.traits = &traits;
        if ReferenceRate::on(&policy.reference, application.on).is_none() {
            reasons.push(Reason::NoReferenceRate);
        }
        if let Some(price) = price.filter(|price| !price.covers()) {
            reasons.push(Reason::ReturnTooLow(price.raroc));
        }
        let decision = reasons
            .iter()
            .fold(Decision::Approve, |all, reason| all.join(reason.decision()));
        let subsidies = price.map_or_else(Vec::new, |price| {
            subsidies(policy, application, (&loan, price.rate))
        });
        let route = route(policy, decision, amount);
        let terms = Terms {
            application,
            route,
            subsidies: &subsidies,
            is_guaranteed: application.guarantee.is_some() && full.is_none(),
            is_shared: protection.is_shared(),
        };
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
            net_rate: price.map(|price| net_rate(policy, price, (&loan, &subsidies, protection.fees))),
            documents: documents(policy, &terms),
            security,
            lgd: loan.lgd,
            guarantee: protection.guarantee,
            insurance: protection.insurance,
            sharing: protection.sharing,
            own_share: protection.own_share,
            subsidies,
            fees: protection.fees,
            route,
        }
    }

    /// What moves the rate of an offer of this policy to a firm, and by how much if it grows by a hundredth of itself,
    /// before floor and ceiling; nothing without a price.
    pub fn sensitivity(
        &self,
        (application, firm): (&LoanApplication, &Applicant),
        offer: &Offer,
    ) -> Vec<(Lever, f64)> {
        let policy = self.spec();
        let reference = ReferenceRate::on(&policy.reference, application.on);
        let (Some(reference), Some(amount), Some(_)) = (reference, offer.limits.amount, offer.price) else {
            return Vec::new();
        };
        let reference = reference.for_months(offer.months);
        let owed = owed_by_year(application, (amount, offer.months), reference);
        policy.price.sensitivity(&PricedLoan {
            amount,
            months: offer.months,
            pd: firm.pd,
            later_pds: &application.later_pds,
            owed: &owed,
            lgd: Some(offer.lgd),
            own_share: offer.own_share,
            guarantee: priced_guarantee(offer.guarantee, application),
            fees: offer.fees.yuan() / first_year(offer.months) / amount.yuan(),
            sales: firm.sales_12m,
            stage: firm.stage,
            reference,
        })
    }

    /// What may be said of a loan once it is known whether the structure takes it: under a guarantor or an insurer of the
    /// structure it is no pure credit loan.
    fn traits_under(&self, protection: &Protection, traits: &[LoanTrait]) -> Vec<LoanTrait> {
        let stands = protection.is_shared() && self.sharing().is_some_and(stands_for_loans);
        let is_left = |told: &&LoanTrait| !(stands && **told == LoanTrait::PureCredit);
        traits.iter().filter(is_left).copied().collect()
    }

    /// The price; none without a reference rate or an amount. Where the rate is too high for the structure of loss
    /// sharing, it is that without it.
    fn price(
        &self,
        application: &LoanApplication,
        firm: &Applicant,
        (loan, protection): (&Loan<'_>, &mut Protection),
    ) -> Option<Price> {
        let policy = self.spec();
        let reference = ReferenceRate::on(&policy.reference, application.on)?.for_months(loan.months);
        if loan.amount <= Money::ZERO {
            return None;
        }
        let owed = owed_by_year(application, (loan.amount, loan.months), reference);
        let of = |protection: &Protection| {
            policy.price.price(&PricedLoan {
                amount: loan.amount,
                months: loan.months,
                pd: firm.pd,
                later_pds: &application.later_pds,
                owed: &owed,
                lgd: Some(loan.lgd),
                own_share: protection.own_share,
                guarantee: priced_guarantee(protection.guarantee, application),
                fees: protection.fees.yuan() / first_year(loan.months) / loan.amount.yuan(),
                sales: firm.sales_12m,
                stage: firm.stage,
                reference,
            })
        };
        let price = of(protection);
        let is_refused = self
            .sharing()
            .is_some_and(|structure| protection.refuse_spread(structure, price.rate - reference));
        Some(if is_refused {
            protection.own_share = protection.own_share_alone;
            of(protection)
        } else {
            price
        })
    }
}

/// What is owed in each year, where that can matter and is known: a PD that holds in every year costs the same however the
/// loan is paid back. The rate of the loan is not known yet; that of reference stands in for it.
fn owed_by_year(application: &LoanApplication, (amount, months): (Money, u16), reference: f64) -> Vec<Money> {
    let Some(repayment) = application
        .repayment
        .filter(|_| !application.later_pds.is_empty())
    else {
        return Vec::new();
    };
    let terms = contract_rate(reference).map(|rate| ScheduleTerms {
        principal: amount,
        rate,
        drawn_on: application.on,
        months,
        every_months: 1,
        repayment,
        day_count: DayCount::Months,
    });
    // Of a loan that no schedule is made for, all is owed to its end.
    terms.map_or_else(|_| Vec::new(), |terms| terms.owed_by_year().unwrap_or_default())
}

/// LGD with what the collateral counts for.
fn lgd(policy: &LendingPolicySpec, amount: Money, security: Option<&PoolWorth>) -> Lgd {
    let counted = security.map_or(Money::ZERO, |pool| pool.total);
    let floor = Lgd::new(policy.price.capital.lgd_floor).unwrap_or(policy.price.lgd);
    lgd_from_coverage((policy.price.lgd, floor), counted, amount)
}

/// What the firm pays for each yuan of the loan in the first year, as an annual rate: of a shorter loan, what it pays in
/// its months over their part of the year.
fn net_rate(
    policy: &LendingPolicySpec,
    price: Price,
    (loan, subsidies, fees): (&Loan<'_>, &[OfferedSubsidy], Money),
) -> f64 {
    let paid_by_others = Money::sum(subsidies.iter().map(|s| s.amount)) as f64 / 100.0;
    let fees = match policy.price.fees {
        FeePayer::Firm => fees.yuan(),
        FeePayer::Lender => 0.0,
    };
    price.rate + (fees - paid_by_others) / first_year(loan.months) / loan.amount.yuan()
}

/// What the rating alone says.
fn standing_reasons(policy: &LendingPolicySpec, firm: &Applicant) -> Vec<Reason> {
    let mut reasons = Vec::new();
    match firm.standing {
        Standing::InDefault => reasons.push(Reason::InDefault),
        Standing::Withdrawn => reasons.push(Reason::Withdrawn),
        Standing::NotEnoughInformation => reasons.push(Reason::NotEnoughInformation),
        Standing::Rated(_) => {
            let grade = firm.grade.as_deref().unwrap_or_default();
            let admission = policy.admission(firm.stage);
            let is_in = |grades: &[String]| grades.iter().any(|symbol| symbol == grade);
            if admission.is_some_and(|a| is_in(&a.refer)) {
                reasons.push(Reason::GradeReferred(grade.to_owned()));
            } else if !admission.is_some_and(|a| is_in(&a.approve)) {
                reasons.push(Reason::GradeDeclined(grade.to_owned()));
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

/// How long the loan runs, at least a month, and what is to be said of it: as asked, but no longer than the policy and the
/// rules of the day allow. A longer loan for fixed assets is left as it is, to the head office.
fn months(policy: &LendingPolicySpec, application: &LoanApplication) -> (u16, Vec<Reason>) {
    let asked = application.months;
    let mut months = policy.months_most.map_or(asked, |most| most.min(asked));
    let mut reasons = Vec::new();
    let longest = longest_months(application.purpose, application.on);
    if let Some(longest) = longest.filter(|longest| months > *longest) {
        if application.purpose == Purpose::FixedAssets {
            reasons.push(Reason::HeadOffice(longest));
        } else {
            months = longest;
        }
    }
    if asked == 0 {
        reasons.push(Reason::NoMonths);
    } else if months < asked {
        reasons.push(Reason::MonthsCut(months));
    }
    (months.max(1), reasons)
}

/// What may be said of the loan, with what follows from collateral and protection.
fn traits(
    application: &LoanApplication,
    (security, is_guarantor_full): (Option<&PoolWorth>, bool),
) -> Vec<LoanTrait> {
    let mut traits = application.traits.clone();
    traits.retain(|stated| !stated.follows_from_collateral());
    let is_insured = application.insurance.iter().any(|i| i.line.protects_lender());
    let is_guaranteed = application.guarantee.is_some() && !is_guarantor_full;
    if application.assets.is_empty() && !is_guaranteed && !is_insured {
        traits.push(LoanTrait::PureCredit);
    }
    let counted = security.map_or(&[][..], |pool| &pool.counted);
    for (asset, counted) in application.assets.iter().zip(counted) {
        let of_kind = match asset.kind {
            CollateralKind::Patent | CollateralKind::Trademark => Some(LoanTrait::IpPledge),
            CollateralKind::Receivable => Some(LoanTrait::ReceivablePledge),
            CollateralKind::WarehouseReceipt => Some(LoanTrait::InventoryPledge),
            _ => None,
        };
        let is_new = |of_kind: &LoanTrait| *counted > Money::ZERO && !traits.contains(of_kind);
        if let Some(of_kind) = of_kind.filter(is_new) {
            traits.push(of_kind);
        }
    }
    traits
}

/// What others pay towards the interest of the first year: each its part, and all of them no more than the interest.
fn subsidies(
    policy: &LendingPolicySpec,
    application: &LoanApplication,
    (loan, rate): (&Loan<'_>, f64),
) -> Vec<OfferedSubsidy> {
    let interest = money_at_most(loan.amount.yuan() * rate * first_year(loan.months));
    let mut unpaid = interest;
    let mut offered = Vec::new();
    for (at, subsidy) in policy.subsidies.iter().enumerate() {
        let year = SubsidisedYear {
            lent_on: application.on,
            traits: loan.traits,
            loan: loan.amount,
            interest,
            had: application.subsidised.get(at).copied().unwrap_or_default(),
        };
        let amount = subsidy.amount(&year).min(unpaid);
        unpaid = money(i128::from(unpaid.fen() - amount.fen()));
        if amount > Money::ZERO {
            offered.push(OfferedSubsidy { subsidy: at, amount });
        }
    }
    offered
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

/// Places of the documents that are needed.
fn documents(policy: &LendingPolicySpec, terms: &Terms<'_>) -> Vec<usize> {
    let each = policy.documents.iter().zip(0..);
    let needed = each.filter(|(document, _)| document.is_needed(&policy.subsidies, terms));
    needed.map(|(_, at)| at).collect()
}
