//! What a policy answers to many applications, laid out.

use super::answers::Answers;
use super::offer_words::{bound, detail, guarantee_bound, nothing, reason, refusals};
use super::sheet::reject_frame;
use super::{nearest, schedule};
use crate::columns::Frame;
use crate::error::Result;
use crate::rating::language;
use pyo3::prelude::*;
use pyo3_arrow::PyTable;
use rating_core::lending::loss_sharing::{Payment, Settled, Settlement};
use rating_core::lending::{
    LendingPolicy, Lever, LimitReached, Need, Offer, OfferedInsurance, OfferedSharing, PoolWorth, Price,
};
use rating_core::num::Money;
use rating_core::report::{self, OfferPage};
use std::sync::Arc;

/// Answers to applications.
#[pyclass(frozen, name = "Offers", module = "firmrating._firmrating")]
pub(crate) struct PyOffers {
    answers: Arc<Answers>,
}

impl PyOffers {
    pub(super) fn new(answers: Answers) -> Self {
        Self {
            answers: Arc::new(answers),
        }
    }

    /// The answers, to be read on another thread.
    pub(super) fn answers(&self) -> Arc<Answers> {
        self.answers.clone()
    }
}

#[pymethods]
impl PyOffers {
    fn __len__(&self) -> usize {
        self.answers.len()
    }

    /// Applications in, answered and rejected.
    fn counts(&self) -> (usize, usize, usize) {
        self.answers.counts
    }

    /// A row an application.
    fn frame(&self) -> Result<PyTable> {
        let each = || self.answers.each();
        let spec = self.answers.policy.spec();
        let documents = |offer: &Offer| {
            let ids = offer.documents.iter().filter_map(|at| spec.documents.get(*at));
            ids.map(|document| document.id.clone()).collect::<Vec<_>>()
        };
        let subsidy = |offer: &Offer| total(offer.subsidies.iter().map(|s| s.amount));
        let worth = |offer: &Offer, of: fn(&PoolWorth) -> Money| offer.security.as_ref().map(of);
        let frame = Frame::default()
            .text("application_id", each().map(|(posed, _)| &posed.id))
            .text("firm_id", each().map(|(posed, _)| posed.firm.to_string()))
            .days("on", each().map(|(posed, _)| Some(posed.application.on)))
            .text("decision", each().map(|(_, offer)| offer.decision.word()))
            .text("route", each().map(|(_, offer)| offer.route.word()))
            .money("asked", each().map(|(posed, _)| posed.application.amount))
            .money("amount", each().map(|(_, offer)| Some(offer.amount)))
            .integers("months", each().map(|(_, offer)| i64::from(offer.months)))
            .some_numbers("rate", self.answers.priced(|price| Some(price.rate)))
            .some_numbers("net_rate", each().map(|(_, offer)| offer.net_rate))
            .some_text(
                "limit",
                each().map(|(_, offer)| offer.limits.binding.map(|limit| limit.kind.word())),
            )
            .some_text("rate_bound", each().map(|(_, offer)| offer.price.and_then(bound)))
            .some_numbers("funding", self.answers.priced(|price| Some(price.parts.funding)))
            .some_numbers(
                "expected_loss",
                self.answers.priced(|price| Some(price.parts.expected_loss)),
            )
            .some_numbers(
                "capital_charge",
                self.answers.priced(|price| Some(price.parts.capital_charge)),
            )
            .some_numbers("cost", self.answers.priced(|price| Some(price.parts.cost)))
            .some_numbers("fee_charge", self.answers.priced(|price| Some(price.parts.fees)))
            .some_numbers("tilt", self.answers.priced(|price| Some(price.parts.tilt)))
            .some_numbers(
                "lender_subsidy",
                self.answers.priced(|price| Some(price.parts.subsidy)),
            )
            .some_numbers("capital", self.answers.priced(|price| Some(price.capital)))
            .some_numbers("raroc", self.answers.priced(|price| price.raroc))
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
        self.answers
            .protection(frame)
            .money("fees", each().map(|(_, offer)| Some(offer.fees)))
            .lists("documents", each().map(|(_, offer)| documents(offer)))
            .lists(
                "reasons",
                each().map(|(_, offer)| offer.reasons.iter().map(reason)),
            )
            .text("policy", each().map(|_| &spec.id))
            .text("policy_version", each().map(|_| &spec.version))
            .text("policy_hash", each().map(|_| self.answers.policy.hash()))
            .finish()
    }

    /// A row a reason.
    fn reasons(&self) -> Result<PyTable> {
        let each = || {
            self.answers
                .each()
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
            self.answers
                .each()
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
            self.answers.each().flat_map(|(posed, offer)| {
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
            self.answers.each().flat_map(|(posed, offer)| {
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

    /// A row a party of the structure of loss sharing, and one without a party where the structure refuses the loan or
    /// would not share its loss.
    fn sharing(&self) -> Result<PyTable> {
        let parties = self
            .answers
            .policy
            .sharing()
            .map_or(&[][..], |structure| &structure.spec().parties);
        let mut rows: Vec<SharingRow<'_>> = Vec::new();
        for (posed, offer) in self.answers.each() {
            let Some(sharing) = &offer.sharing else { continue };
            match paid(sharing) {
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
            self.answers
                .policy
                .spec()
                .subsidies
                .get(at)
                .map_or("", |subsidy| subsidy.id.as_str())
        };
        let each = || {
            self.answers
                .each()
                .flat_map(|(posed, offer)| offer.subsidies.iter().map(move |subsidy| (posed, subsidy)))
        };
        Frame::default()
            .text("application_id", each().map(|(posed, _)| &posed.id))
            .text("subsidy", each().map(|(_, subsidy)| id(subsidy.subsidy)))
            .money("amount", each().map(|(_, subsidy)| Some(subsidy.amount)))
            .finish()
    }

    /// A row a lever of every rate.
    fn sensitivity(&self) -> Result<PyTable> {
        let policy = &self.answers.policy;
        let each = self.answers.each().map(|(posed, offer)| {
            let asked = (&posed.application, &posed.applicant);
            (&posed.id, policy.sensitivity(asked, offer))
        });
        let all: Vec<(&String, Vec<(Lever, f64)>)> = each.collect();
        let rows = || {
            all.iter()
                .flat_map(|(id, moved)| moved.iter().map(move |(lever, by)| (id, *lever, *by)))
        };
        Frame::default()
            .text("application_id", rows().map(|(id, _, _)| id))
            .text("lever", rows().map(|(_, lever, _)| lever.word()))
            .numbers("change", rows().map(|(_, _, by)| by))
            .finish()
    }

    /// What would change the answer to one application, a row a change.
    fn nearest(&self, py: Python<'_>, application_id: &str) -> Result<PyTable> {
        let (posed, _) = self.answers.one(application_id)?;
        nearest::frame(&py.detach(|| self.answers.counterfactuals(posed)))
    }

    /// A row an application whose need was reckoned, or could not be.
    fn need(&self) -> Result<PyTable> {
        let each = || {
            let all = self.answers.each();
            all.filter_map(|(posed, _)| Some((&posed.id, posed.need.as_ref()?)))
        };
        let money = |of: fn(&Need) -> Money| each().map(move |(_, need)| need.as_ref().ok().map(of));
        let missing = each().map(|(_, need)| need.as_ref().err().cloned().unwrap_or_default());
        Frame::default()
            .text("application_id", each().map(|(id, _)| id))
            .some_numbers("turns", each().map(|(_, need)| need.as_ref().ok()?.turns))
            .money("working_capital", money(|need| need.working_capital))
            .money("new_loan", money(|need| need.new_loan))
            .lists("missing", missing)
            .finish()
    }

    /// What is owed in each year of every offer, a row a year.
    fn owed_by_year(&self, repayment: &str) -> Result<PyTable> {
        schedule::owed_by_year(&self.answers, repayment)
    }

    /// A row an instalment of every offer.
    fn schedule(&self, repayment: &str) -> Result<PyTable> {
        schedule::of_offers(&self.answers, repayment)
    }

    /// The answer to one application in words.
    fn explain(&self, py: Python<'_>, application_id: &str, lang: &str) -> Result<String> {
        let language = language(lang)?;
        let (posed, offer) = self.answers.one(application_id)?;
        Ok(py.detach(|| {
            let nearest = self.answers.counterfactuals(posed);
            let page = OfferPage {
                policy: &self.answers.policy,
                application: &posed.application,
                offer,
                nearest: &nearest,
            };
            report::offer(&page, language)
        }))
    }

    fn rejects(&self) -> Result<PyTable> {
        reject_frame(&self.answers.rejects)
    }
}

impl Answers {
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

/// The settlement of a loss that is shared; none where the structure refuses the loan or would not share its loss.
fn paid(sharing: &OfferedSharing) -> Option<&Settlement> {
    let settlement = sharing.settlement.as_ref();
    settlement.filter(|settlement| settlement.settled == Settled::Paid)
}

/// What others than the lender pay of the loss in default by the structure; none where no structure shares it.
fn shared(policy: &LendingPolicy, offer: &Offer) -> Option<Money> {
    let settlement = paid(offer.sharing.as_ref()?)?;
    let parties = &policy.sharing()?.spec().parties;
    let is_other = |payment: &&Payment| {
        let party = parties.get(payment.party);
        party.is_some_and(|party| !party.role.is_lender())
    };
    Some(total(
        settlement.payments.iter().filter(is_other).map(|p| p.amount),
    ))
}
