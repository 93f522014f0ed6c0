//! What an offer says, in words for tables.

use super::settlement::because;
use rating_core::lending::loss_sharing::Refusal;
use rating_core::lending::{
    GuaranteeBound, OfferedGuarantee, OfferedSharing, Price, RateBound, Reason, Worth, WorthNothing,
};

/// Why the structure of loss sharing does not take a loan, or would not share its loss; empty where it does.
pub(super) fn refusals(sharing: &OfferedSharing) -> Vec<&'static str> {
    let told = sharing.refusals.iter().map(refusal);
    let ineligible = sharing.is_ineligible.then_some("not_eligible");
    let settled = sharing.settlement.as_ref().map(|settlement| settlement.settled);
    told.chain(ineligible).chain(settled.and_then(because)).collect()
}

/// Why the structure does not take a loan.
pub(super) const fn refusal(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::NotInForce => "not_in_force",
        Refusal::BreakerOpen => "breaker_open",
        Refusal::FirmLoans(_) => "firm_loans",
        Refusal::Months(_) => "months",
        Refusal::Spread(_) => "spread",
        Refusal::Leverage(..) => "leverage",
    }
}

/// What bounds what a guarantor stands for.
pub(super) fn guarantee_bound(guarantee: OfferedGuarantee) -> Option<&'static str> {
    guarantee.bound.map(bound_word)
}

const fn bound_word(bound: GuaranteeBound) -> &'static str {
    match bound {
        GuaranteeBound::Leverage => "leverage",
        GuaranteeBound::Client => "client",
        GuaranteeBound::Group => "group",
    }
}

/// What bounds a rate.
pub(super) fn bound(price: Price) -> Option<&'static str> {
    price.bound.map(|bound| match bound {
        RateBound::Floor => "floor",
        RateBound::Ceiling => "ceiling",
        RateBound::CeilingSpread => "ceiling_spread",
    })
}

/// A reason.
pub(super) const fn reason(reason: &Reason) -> &'static str {
    match reason {
        Reason::InDefault => "in_default",
        Reason::Withdrawn => "withdrawn",
        Reason::NotEnoughInformation => "not_enough_information",
        Reason::GradeReferred(_) => "grade_referred",
        Reason::GradeDeclined(_) => "grade_declined",
        Reason::PdReferred(_) => "pd_referred",
        Reason::PdDeclined(_) => "pd_declined",
        Reason::NothingLeft(_) => "nothing_left",
        Reason::NotKnown(_) => "not_known",
        Reason::NoReferenceRate => "no_reference_rate",
        Reason::ReturnTooLow(_) => "return_too_low",
        Reason::AmountCut(_) => "amount_cut",
        Reason::MonthsCut(_) => "months_cut",
        Reason::NoMonths => "no_months",
        Reason::HeadOffice(_) => "head_office",
        Reason::GuarantorFull(_) => "guarantor_full",
    }
}

/// What a reason speaks of: the grade, the PD up to which, the limit, the return, the months, what bounds a guarantor.
pub(super) fn detail(reason: &Reason) -> Option<String> {
    match reason {
        Reason::GradeReferred(grade) | Reason::GradeDeclined(grade) => Some(grade.clone()),
        Reason::PdReferred(most) | Reason::PdDeclined(most) => Some(most.get().to_string()),
        Reason::NothingLeft(limit) | Reason::NotKnown(limit) | Reason::AmountCut(limit) => {
            Some(limit.word().to_owned())
        }
        Reason::ReturnTooLow(raroc) => raroc.map(|raroc| raroc.to_string()),
        Reason::MonthsCut(months) | Reason::HeadOffice(months) => Some(months.to_string()),
        Reason::GuarantorFull(bound) => Some(bound_word(*bound).to_owned()),
        Reason::InDefault
        | Reason::Withdrawn
        | Reason::NotEnoughInformation
        | Reason::NoReferenceRate
        | Reason::NoMonths => None,
    }
}

/// Why a piece of collateral is worth nothing.
pub(super) fn nothing(worth: &Worth) -> impl Iterator<Item = &'static str> {
    worth.nothing.iter().map(|why| match why {
        WorthNothing::KindNotTaken => "kind_not_taken",
        WorthNothing::NotOwned => "not_owned",
        WorthNothing::Pledged => "pledged",
        WorthNothing::Frozen => "frozen",
        WorthNothing::Lapsed => "lapsed",
        WorthNothing::Ended(_) => "ended",
        WorthNothing::FeesUnpaid(_) => "fees_unpaid",
        WorthNothing::NotRegistered => "not_registered",
        WorthNothing::ValuationNotCurrent(_) => "valuation_not_current",
        WorthNothing::AcquiredRecently(_) => "acquired_recently",
        WorthNothing::PriorClaims => "prior_claims",
        WorthNothing::Repeated => "repeated",
        WorthNothing::EndsTooSoon(_) => "ends_too_soon",
    })
}
