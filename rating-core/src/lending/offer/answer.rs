//! What a policy answers.

use super::protect::{OfferedGuarantee, OfferedInsurance, OfferedSharing};
use crate::lending::{GuaranteeBound, LimitKind, Limits, PoolWorth, Price};
use crate::num::{Lgd, Money, Pd};
use serde::{Deserialize, Serialize};

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
    /// The rate earns less on capital than it shall, a discount by stage left aside; what it earns.
    ReturnTooLow(Option<f64>),
    /// Less is offered than was asked for, by this limit.
    AmountCut(LimitKind),
    /// The loan is shorter than was asked for.
    MonthsCut(u16),
    /// The loan was asked for no month.
    NoMonths,
    /// A loan for fixed assets that is longer than this many months is a matter of the head office.
    HeadOffice(u16),
    /// The guarantor has no room left under this bound: nobody stands for the loan.
    GuarantorFull(GuaranteeBound),
}

impl Reason {
    /// What follows from it alone.
    pub const fn decision(&self) -> Decision {
        match self {
            Reason::InDefault
            | Reason::Withdrawn
            | Reason::GradeDeclined(_)
            | Reason::PdDeclined(_)
            | Reason::NothingLeft(_)
            | Reason::NoMonths => Decision::Decline,
            Reason::NotEnoughInformation
            | Reason::GradeReferred(_)
            | Reason::PdReferred(_)
            | Reason::NotKnown(_)
            | Reason::NoReferenceRate
            | Reason::ReturnTooLow(_)
            | Reason::HeadOffice(_) => Decision::Refer,
            Reason::AmountCut(_) | Reason::MonthsCut(_) | Reason::GuarantorFull(_) => Decision::Approve,
        }
    }
}

/// Who decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Route {
    /// The green channel.
    Green,
    /// The usual way.
    Standard,
    /// The committee.
    Committee,
}

impl Route {
    /// One word for tables: `green`, `standard`, `committee`.
    pub const fn word(self) -> &'static str {
        match self {
            Route::Green => "green",
            Route::Standard => "standard",
            Route::Committee => "committee",
        }
    }
}

/// A subsidy of an offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfferedSubsidy {
    /// Its place in the policy.
    pub subsidy: usize,
    /// What it pays in the first year; of a shorter loan, in its months.
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
    /// LGD with the collateral, before those who bear a part of the loss.
    pub lgd: Lgd,
    /// What the guarantor stands for; none if nobody does, or it has no room left.
    pub guarantee: Option<OfferedGuarantee>,
    /// Contracts of insurance, in the order of the application.
    pub insurance: Vec<OfferedInsurance>,
    /// Who shares the loss; none if the policy names no structure.
    pub sharing: Option<OfferedSharing>,
    /// The share of a loss on what is not guaranteed that the lender bears.
    pub own_share: f64,
    /// What others pay towards the interest of the first year, together no more than the interest; those that pay
    /// nothing are left out.
    pub subsidies: Vec<OfferedSubsidy>,
    /// Fees and premiums of the first year (of a shorter loan, of its months), less what others pay towards premiums; by
    /// whom they are paid says the price policy.
    pub fees: Money,
    /// What the firm pays in the first year for each yuan of the loan, as an annual rate: interest less subsidies, and
    /// fees where it pays them; none without a price.
    pub net_rate: Option<f64>,
    /// Who decides.
    pub route: Route,
    /// Places in the policy of the documents that the firm has to bring.
    pub documents: Vec<usize>,
}
