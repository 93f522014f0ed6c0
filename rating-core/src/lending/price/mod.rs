//! What a loan must earn: capital, expected loss, the rate and its parts, what customers accept, what others pay.

mod acceptance;
mod capital;
mod expected_loss;
mod lever;
mod normal;
mod priced;
mod rate;
mod subsidy;

pub use acceptance::{BestRate, LossCurve};
#[cfg(test)]
pub(super) use capital::stressed;
pub use capital::{Capital, Exposure, IrbRule, SizeAdjustment};
pub use expected_loss::{ExpectedCreditLoss, LoanYears, LossYear, Timing};
pub use lever::Lever;
pub(super) use normal::{normal_cdf, normal_quantile};
pub use priced::{Price, PricedLoan, RateBound, RateParts, raroc_from_rate, rate_from_raroc};
pub use rate::{CapitalRelief, FeePayer, PricePolicy, ReferenceRate, StageTilt};
pub use subsidy::{InterestSubsidy, SubsidisedYear};
