//! Policy, application and rating → offer.

mod answer;
mod application;
mod counterfactual;
mod documents;
mod partner;
mod policy;
mod protect;
mod respond;
#[cfg(test)]
mod tests;

pub use answer::{Decision, Offer, OfferedSubsidy, Reason, Route};
pub use application::{Applicant, GuaranteeFor, LoanApplication, SharedPool};
pub use counterfactual::{Change, Counterfactual, MeasureChange, MeasureTarget, RatedFirm};
pub use documents::{ComesWith, DocumentSpec};
pub use partner::{PartnerGuarantor, PartnerInsurer};
pub use policy::{Admission, LendingPolicy, LendingPolicySpec, PolicySharing, Routes};
pub use protect::{OfferedGuarantee, OfferedInsurance, OfferedSharing};
