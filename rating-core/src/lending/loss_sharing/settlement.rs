//! Who pays what of a loss: the answer.

use crate::lending::share::money;
use crate::num::{Date, Money};

/// How a loss was settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// Through the layers.
    Paid,
    /// Not yet: a claim is paid from this day on.
    Waits(Date),
    /// Not at all.
    Excluded(Exclusion),
}

/// Why a loss is not shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exclusion {
    /// The loan did not meet the conditions.
    NotEligible,
    /// It was lent when the structure was not in force.
    NotInForce,
    /// It was lent after the breaker had opened.
    AfterBreaker,
    /// It was not recorded within the months after lending.
    RecordedLate,
    /// The structure needs the loans of the pool in the year, and they are not known.
    PoolUnknown,
}

/// What a bound is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// One loan.
    Loan,
    /// All loans of a firm.
    Firm,
    /// All loans of a firm in a year.
    FirmYear,
    /// All loans in a year.
    Year,
    /// All loans in a year, as a share of the pool.
    PoolShare,
    /// All that a party can pay.
    Balance,
}

impl Scope {
    /// One word for tables: `loan`, `firm`, `firm_year`, `year`, `pool_share`, `balance`.
    pub const fn word(self) -> &'static str {
        match self {
            Scope::Loan => "loan",
            Scope::Firm => "firm",
            Scope::FirmYear => "firm_year",
            Scope::Year => "year",
            Scope::PoolShare => "pool_share",
            Scope::Balance => "balance",
        }
    }
}

/// What a party pays out of a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payment {
    /// Place of the layer.
    pub layer: usize,
    /// Place of the party.
    pub party: usize,
    /// The amount, above zero.
    pub amount: Money,
}

/// A bound that was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bound {
    /// Place of the layer.
    pub layer: usize,
    /// Place of the party whose payment it bounds; none: it bounds what comes into the layer.
    pub party: Option<usize>,
    /// What it is for.
    pub scope: Scope,
    /// What it cut off, which runs on to the next layer.
    pub cut: Money,
}

/// Who pays what of a loss.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settlement {
    /// How it was settled.
    pub settled: Settled,
    /// What of the loss counts.
    pub counted: Money,
    /// Payments, in the order of layers and takers.
    pub payments: Vec<Payment>,
    /// Bounds that were reached.
    pub bound: Vec<Bound>,
    /// What nobody pays, so that it stays with the lender: the loss less all payments.
    pub unpaid: Money,
}

impl Settlement {
    /// What a party pays over all layers.
    pub fn paid_by(&self, party: usize) -> Money {
        let own = self.payments.iter().filter(|p| p.party == party);
        money(Money::sum(own.map(|p| p.amount)))
    }

    /// What all parties pay.
    pub fn paid(&self) -> Money {
        money(Money::sum(self.payments.iter().map(|p| p.amount)))
    }
}
