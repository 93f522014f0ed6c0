//! Who bears which part of a loss.
//!
//! A [`LossSharingSpec`] is a document: parties, layers that a loss runs through, caps, what counts, which loans are
//! taken. [`LossSharingSpec::check`] makes a [`LossSharing`] of it and of what the issuing document leaves open
//! ([`Inputs`]). [`LossSharing::settle`] says who pays what for one loss, [`LossSharing::settle_all`] for many that
//! share yearly caps and balances, [`recover`] who gets what of a recovery.
//!
//! Every settlement keeps these laws: payments and what nobody pays sum to the loss to the fen; none is negative; no
//! cap is exceeded; for one loss every party's payment is monotone in the loss; a recovery never gives a party more
//! than it paid; the order in which losses are delivered never matters, and their dates only where a cap is shared.

mod check;
mod ledger;
mod order;
mod recovery;
mod settle;
mod settlement;
mod simulate;
mod spec;
mod structure;
#[cfg(test)]
mod tests;

pub use order::repeated;
pub use recovery::{Recovery, recover, recover_claims};
pub use settle::{Loss, LossAmount, Pool};
pub use settlement::{Bound, Exclusion, Payment, Scope, Settled, Settlement};
pub use simulate::{FundLoan, FundOutlook, FundPortfolio, simulate};
pub use spec::{
    BreakerSpec, Counts, Given, InputSpec, Inputs, KindSpec, LayerSpec, LimitSpec, LoanTrait,
    LossSharingSpec, PartySpec, PlusSpec, Role, TakerSpec, TermsSpec,
};
pub use structure::{BreakerState, Candidate, LossSharing, Refusal};
