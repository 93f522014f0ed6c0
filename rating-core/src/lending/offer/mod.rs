//! Policy, application and rating → offer.

mod answer;
mod application;
mod policy;
#[cfg(test)]
mod tests;

pub use answer::{Decision, Offer, OfferedSubsidy, Reason, Route};
pub use application::{Applicant, LoanApplication};
pub use policy::{Admission, LendingPolicy, LendingPolicySpec, Routes};
