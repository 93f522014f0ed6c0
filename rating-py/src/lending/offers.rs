//! What a policy answers to many applications, laid out.

use super::applicants::Applicants;
use super::applications::Posed;
use super::fault::LendingFault;
use super::sheet::{Rows, reject_frame};
use super::{nearest, schedule};
use crate::columns::Frame;
use crate::error::Result;
use crate::rating::language;
use pyo3::prelude::*;
use pyo3_arrow::PyTable;
use rating_core::lending::loss_sharing::{Payment, Refusal};
use rating_core::lending::{
    Counterfactual, GuaranteeBound, LendingPolicy, LimitReached, Offer, OfferedGuarantee, OfferedInsurance,
    OfferedSharing, Price, RateBound, Reason, Worth, WorthNothing,
};
use rating_core::num::Money;
use rating_core::record::Reject;
use rating_core::report::{self, OfferPage};

/// Answers to applications.
#[pyclass(frozen, name = "Offers", module = "firmrating._firmrating")]
pub(crate) struct PyOffers {
    policy: LendingPolicy,
    answers: Vec<(Posed, Offer)>,
    applicants: Applicants,
    rejects: Vec<Reject>,
    counts: (usize, usize, usize),
}

impl PyOffers {
    /// Answers each application; `rejects` are rows of what stands beside them.
    pub(super) fn new(
        policy: LendingPolicy,
        posed: Rows<Posed>,
        (applicants, mut rejects): (Applicants, Vec<Reject>),
    ) -> Self {
        let counts = (posed.delivered, posed.used.len(), posed.rejects.len());
        let answers = posed.used.into_iter().map(|posed| {
            let offer = policy.offer(&posed.application, &posed.applicant);
            (posed, offer)
        });
        let answers = answers.collect();
        rejects.extend(posed.rejects);
        Self {
            policy,
            answers,
            applicants,
            rejects,
            counts,
        }
    }

    /// The applications that were answered, with their answers.
    pub(super) fn each(&self) -> impl Iterator<Item = (&Posed, &Offer)> {
        self.answers.iter().map(|(posed, offer)| (posed, offer))
    }

    pub(super) const fn policy(&self) -> &LendingPolicy {
        &self.policy
    }

    pub(super) const fn applicants(&self) -> &Applicants {
        &self.applicants
    }

    /// One application by its id.
    fn one(&self, application_id: &str) -> Result<&(Posed, Offer)> {
        let found = self.answers.iter().find(|(posed, _)| posed.id == application_id);
        let absent = || LendingFault::Argument {
            name: "application_id",
            wanted: "an application that was answered".to_owned(),
            got: application_id.to_owned(),
        };
        Ok(found.ok_or_else(absent)?)
    }

    /// What would change an answer: the terms first, then the measures.
    fn counterfactuals(&self, posed: &Posed) -> Vec<Counterfactual> {
        let mut nearest = self.policy.nearest(&posed.application, &posed.applicant);
        nearest.extend(self.applicants.nearest(&self.policy, posed));
        nearest
    }

    /// Columns of who bears a part of the loss beside the lender.
    fn protection(&self, frame: Frame) -> Frame {
        let each = || self.each();
        frame
            .some_text(
                "guarantor",
                each().map(|(posed, offer)| offer.guarantee.and(posed.guarantor.as_ref())),
            )
            .money(
                "guaranteed",
                each().map(|(_, offer)| offer.guarantee.map(|g| g.amount)),
            )
            .some_text(
                "guarantee_bound",
                each().map(|(_, offer)| offer.guarantee.and_then(guarantee_bound)),
            )
            .money(
                "guarantee_fee",
                each().map(|(_, offer)| offer.guarantee.map(|g| g.fee)),
            )
            .money(
                "insured",
                each().map(|(_, offer)| insured(offer, |insurance| insurance.pays)),
            )
            .money(
                "premium",
                each().map(|(_, offer)| insured(offer, |insurance| insurance.premium)),
            )
            .money("shared", each().map(|(_, offer)| shared(&self.policy, offer)))
    }

    /// Each price, or none.
    fn priced(&self, of: fn(&Price) -> Option<f64>) -> impl Iterator<Item = Option<f64>> {
        self.each()
            .map(move |(_, offer)| offer.price.as_ref().and_then(of))
    }
}

#[pymethods]
impl PyOffers {
    fn __len__(&self) -> usize {
        self.answers.len()
    }

    /// Applications in, answered and rejected.
    fn counts(&self) -> (usize, usize, usize) {
        self.counts
    }

    /// A row an application.
    fn frame(&self) -> Result<PyTable> {
        let each = || self.each();
        let spec = self.policy.spec();
        let documents = |offer: &Offer| {
            let ids = offer.documents.iter().filter_map(|at| spec.documents.get(*at));
            ids.map(|document| document.id.clone()).collect::<Vec<_>>()
        };
        let subsidy = |offer: &Offer| total(offer.subsidies.iter().map(|s| s.amount));
        let worth = |offer: &Offer, of: fn(&rating_core::lending::PoolWorth) -> Money| {
            offer.security.as_ref().map(of)
        };
        let frame = Frame::default()
            .text("application_id", each().map(|(posed, _)| &posed.id))
            .text("firm_id", each().map(|(posed, _)| posed.firm.to_string()))
            .days("on", each().map(|(posed, _)| Some(posed.application.on)))
            .text("decision", each().map(|(_, offer)| offer.decision.word()))
            .text("route", each().map(|(_, offer)| offer.route.word()))
            .money("asked", each().map(|(posed, _)| posed.application.amount))
            .money("amount", each().map(|(_, offer)| Some(offer.amount)))
            .integers("months", each().map(|(_, offer)| i64::from(offer.months)))
            .some_numbers("rate", self.priced(|price| Some(price.rate)))
            .some_numbers("net_rate", each().map(|(_, offer)| offer.net_rate))
            .some_text(
                "limit",
                each().map(|(_, offer)| offer.limits.binding.map(|limit| limit.kind.word())),
            )
            .some_text("rate_bound", each().map(|(_, offer)| offer.price.and_then(bound)))
            .some_numbers("funding", self.priced(|price| Some(price.parts.funding)))
            .some_numbers(
                "expected_loss",
                self.priced(|price| Some(price.parts.expected_loss)),
            )
            .some_numbers(
                "capital_charge",
                self.priced(|price| Some(price.parts.capital_charge)),
            )
            .some_numbers("cost", self.priced(|price| Some(price.parts.cost)))
            .some_numbers("tilt", self.priced(|price| Some(price.parts.tilt)))
            .some_numbers("capital", self.priced(|price| Some(price.capital)))
            .some_numbers("raroc", self.priced(|price| price.raroc))
            .numbers("pd", each().map(|(posed, _)| posed.applicant.pd.get()))
            .numbers("lgd", each().map(|(_, offer)| offer.lgd.get()))
            .money(
                "collateral",
                each().map(|(_, offer)| worth(offer, |pool| pool.total)),
            )
            .money(
                "lendable",
                each().map(|(_, offer)| worth(offer, |pool| pool.lendable)),
            )
            .money("subsidy", each().map(|(_, offer)| Some(subsidy(offer))))
            .numbers("own_share", each().map(|(_, offer)| offer.own_share));
        self.protection(frame)
            .money("fees", each().map(|(_, offer)| Some(offer.fees)))
            .lists("documents", each().map(|(_, offer)| documents(offer)))
            .lists(
                "reasons",
                each().map(|(_, offer)| offer.reasons.iter().map(reason)),
            )
            .text("policy", each().map(|_| &spec.id))
            .text("policy_version", each().map(|_| &spec.version))
            .text("policy_hash", each().map(|_| self.policy.hash()))
            .finish()
    }

    /// A row a reason.
    fn reasons(&self) -> Result<PyTable> {
        let each = || {
            self.each()
                .flat_map(|(posed, offer)| offer.reasons.iter().map(move |reason| (posed, reason)))
        };
        Frame::default()
            .text("application_id", each().map(|(posed, _)| &posed.id))
            .text("reason", each().map(|(_, of)| reason(of)))
            .text("decision", each().map(|(_, of)| of.decision().word()))
            .some_text("detail", each().map(|(_, of)| detail(of)))
            .finish()
    }

    /// A row a limit.
    fn limits(&self) -> Result<PyTable> {
        let each = || {
            self.each()
                .flat_map(|(posed, offer)| offer.limits.all.iter().map(move |limit| (posed, offer, limit)))
        };
        let binds = |offer: &Offer, limit: &LimitReached| {
            offer
                .limits
                .binding
                .is_some_and(|binding| binding.kind == limit.kind)
        };
        Frame::default()
            .text("application_id", each().map(|(posed, _, _)| &posed.id))
            .text("limit", each().map(|(_, _, limit)| limit.kind.word()))
            .money("most", each().map(|(_, _, limit)| limit.most))
            .flags("binds", each().map(|(_, offer, limit)| binds(offer, limit)))
            .finish()
    }

    /// A row a piece of collateral.
    fn assets(&self) -> Result<PyTable> {
        let each = || {
            self.each().flat_map(|(posed, offer)| {
                let worth = offer.security.iter().flat_map(|pool| &pool.assets);
                posed
                    .application
                    .assets
                    .iter()
                    .zip(worth)
                    .map(move |(asset, worth)| (posed, asset, worth))
            })
        };
        Frame::default()
            .text("application_id", each().map(|(posed, _, _)| &posed.id))
            .text("asset_id", each().map(|(_, asset, _)| &asset.id))
            .money("value", each().map(|(_, asset, _)| Some(asset.value)))
            .money("counted", each().map(|(_, _, worth)| Some(worth.counted)))
            .money("lendable", each().map(|(_, _, worth)| Some(worth.lendable)))
            .lists("nothing", each().map(|(_, _, worth)| nothing(worth)))
            .finish()
    }

    /// A row a contract of insurance.
    fn insurance(&self) -> Result<PyTable> {
        let each = || {
            self.each().flat_map(|(posed, offer)| {
                let contracts = posed.application.insurance.iter().zip(&offer.insurance);
                contracts.map(move |(contract, offered)| (posed, contract, offered))
            })
        };
        Frame::default()
            .text("application_id", each().map(|(posed, _, _)| &posed.id))
            .text("line", each().map(|(_, contract, _)| contract.line.word()))
            .money("pays", each().map(|(_, _, offered)| Some(offered.pays)))
            .money("premium", each().map(|(_, _, offered)| Some(offered.premium)))
            .money(
                "subsidised",
                each().map(|(_, _, offered)| Some(offered.subsidised)),
            )
            .finish()
    }

    /// A row a party of the structure of loss sharing, and one without a party where the structure refuses the loan.
    fn sharing(&self) -> Result<PyTable> {
        let parties = self
            .policy
            .sharing()
            .map_or(&[][..], |structure| &structure.spec().parties);
        let mut rows: Vec<SharingRow<'_>> = Vec::new();
        for (posed, offer) in self.each() {
            let Some(sharing) = &offer.sharing else { continue };
            match &sharing.settlement {
                Some(settlement) => rows.extend(parties.iter().enumerate().map(|(at, party)| {
                    let paid = Some(settlement.paid_by(at));
                    (posed.id.as_str(), Some(party.id.as_str()), paid, Vec::new())
                })),
                None => rows.push((&posed.id, None, None, refusals(sharing))),
            }
        }
        Frame::default()
            .text("application_id", rows.iter().map(|row| row.0))
            .some_text("party", rows.iter().map(|row| row.1))
            .money("pays", rows.iter().map(|row| row.2))
            .lists("refusals", rows.iter().map(|row| row.3.iter().copied()))
            .finish()
    }

    /// A row a subsidy.
    fn subsidies(&self) -> Result<PyTable> {
        let id = |at: usize| {
            self.policy
                .spec()
                .subsidies
                .get(at)
                .map_or("", |subsidy| subsidy.id.as_str())
        };
        let each = || {
            self.each()
                .flat_map(|(posed, offer)| offer.subsidies.iter().map(move |subsidy| (posed, subsidy)))
        };
        Frame::default()
            .text("application_id", each().map(|(posed, _)| &posed.id))
            .text("subsidy", each().map(|(_, subsidy)| id(subsidy.subsidy)))
            .money("amount", each().map(|(_, subsidy)| Some(subsidy.amount)))
            .finish()
    }

    /// What would change the answer to one application, a row a change.
    fn nearest(&self, py: Python<'_>, application_id: &str) -> Result<PyTable> {
        let (posed, _) = self.one(application_id)?;
        nearest::frame(&py.detach(|| self.counterfactuals(posed)))
    }

    /// A row an instalment of every offer.
    fn schedule(&self, repayment: &str) -> Result<PyTable> {
        schedule::of_offers(self, repayment)
    }

    /// The answer to one application in words.
    fn explain(&self, py: Python<'_>, application_id: &str, lang: &str) -> Result<String> {
        let language = language(lang)?;
        let (posed, offer) = self.one(application_id)?;
        Ok(py.detach(|| {
            let nearest = self.counterfactuals(posed);
            let page = OfferPage {
                policy: &self.policy,
                application: &posed.application,
                offer,
                nearest: &nearest,
            };
            report::offer(&page, language)
        }))
    }

    fn rejects(&self) -> Result<PyTable> {
        reject_frame(&self.rejects)
    }
}

/// The sum of amounts of one loan, which is within the bound of [`Money`].
fn total(amounts: impl Iterator<Item = Money>) -> Money {
    let fen = i64::try_from(Money::sum(amounts)).unwrap_or(Money::MAX_FEN);
    Money::from_fen(fen).unwrap_or_default()
}

/// An application, a party and what it pays; or no party, and why the structure does not take the loan.
type SharingRow<'a> = (&'a str, Option<&'a str>, Option<Money>, Vec<&'static str>);

/// The sum over contracts of insurance; none without any.
fn insured(offer: &Offer, of: fn(&OfferedInsurance) -> Money) -> Option<Money> {
    (!offer.insurance.is_empty()).then(|| total(offer.insurance.iter().map(of)))
}

/// What others than the lender pay of the loss in default by the structure; none where no structure takes the loan.
fn shared(policy: &LendingPolicy, offer: &Offer) -> Option<Money> {
    let settlement = offer.sharing.as_ref()?.settlement.as_ref()?;
    let parties = &policy.sharing()?.spec().parties;
    let is_other = |payment: &&Payment| {
        let party = parties.get(payment.party);
        party.is_some_and(|party| !party.role.is_lender())
    };
    Some(total(
        settlement.payments.iter().filter(is_other).map(|p| p.amount),
    ))
}

fn refusals(sharing: &OfferedSharing) -> Vec<&'static str> {
    let told = sharing.refusals.iter().map(|refusal| match refusal {
        Refusal::NotInForce => "not_in_force",
        Refusal::BreakerOpen => "breaker_open",
        Refusal::FirmLoans(_) => "firm_loans",
        Refusal::Months(_) => "months",
        Refusal::Spread(_) => "spread",
        Refusal::Leverage(..) => "leverage",
    });
    let ineligible = sharing.is_ineligible.then_some("not_eligible");
    told.chain(ineligible).collect()
}

fn guarantee_bound(guarantee: OfferedGuarantee) -> Option<&'static str> {
    guarantee.bound.map(|bound| match bound {
        GuaranteeBound::Leverage => "leverage",
        GuaranteeBound::Client => "client",
        GuaranteeBound::Group => "group",
    })
}

fn bound(price: Price) -> Option<&'static str> {
    price.bound.map(|bound| match bound {
        RateBound::Floor => "floor",
        RateBound::Ceiling => "ceiling",
        RateBound::CeilingSpread => "ceiling_spread",
    })
}

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
    }
}

/// What a reason speaks of: the grade, the PD up to which, the limit, the return, the months.
fn detail(reason: &Reason) -> Option<String> {
    match reason {
        Reason::GradeReferred(grade) | Reason::GradeDeclined(grade) => Some(grade.clone()),
        Reason::PdReferred(most) | Reason::PdDeclined(most) => Some(most.get().to_string()),
        Reason::NothingLeft(limit) | Reason::NotKnown(limit) | Reason::AmountCut(limit) => {
            Some(limit.word().to_owned())
        }
        Reason::ReturnTooLow(raroc) => raroc.map(|raroc| raroc.to_string()),
        Reason::MonthsCut(months) => Some(months.to_string()),
        Reason::InDefault | Reason::Withdrawn | Reason::NotEnoughInformation | Reason::NoReferenceRate => {
            None
        }
    }
}

fn nothing(worth: &Worth) -> impl Iterator<Item = &'static str> {
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
    })
}
