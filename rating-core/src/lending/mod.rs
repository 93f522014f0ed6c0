//! A rating and an application → an offer: how much, at what price, against what, and who bears the loss.
//!
//! Documents (a structure of loss sharing, a lending policy, a catalogue) are checked once, at the door, and every
//! fault is told; behind it every function is total and money is exact to the fen. No number that the sources do not
//! give is presented as a rule: such numbers are inputs, and the documents that come with the crate name their
//! issuing document, its number and its day.
//!
//! What is not here: a decision of any bank or authority. An offer is what a stated policy says of what is known.

mod allocate;
mod fault;
mod guarantee;
mod insurance;
mod limit;
pub mod loss_sharing;
mod need;
mod need_figures;
mod offer;
mod price;
mod product;
mod schedule;
mod security;
mod share;
mod stress;

pub use allocate::{Allocation, Budget, Choice, FirmChoices, Menu, Method};
pub use fault::LendingError;
pub use guarantee::{
    ClientLiability, Guarantee, GuaranteeBound, GuaranteeRoom, Guaranteed, Guarantor, most_re_guarantee_fee,
};
pub use insurance::{Insurance, InsuranceLine, LineSubsidy, PremiumSubsidy};
pub use limit::{
    Borrower, GradeLimit, KnowledgeGrade, KnowledgeValue, LifeStage, LimitKind, LimitPolicy, LimitReached,
    Limits, PerLoan, Purpose, longest_months,
};
pub use need::{CashCycle, Need, NeedInput};
pub use need_figures::NeedFigures;
pub use offer::{
    Admission, Applicant, Change, ComesWith, Counterfactual, Decision, DocumentSpec, GuaranteeFor,
    LendingPolicy, LendingPolicySpec, LoanApplication, MeasureChange, MeasureTarget, Offer, OfferedGuarantee,
    OfferedInsurance, OfferedSharing, OfferedSubsidy, PartnerGuarantor, PartnerInsurer, PolicySharing,
    RatedFirm, Reason, Route, Routes, SharedPool,
};
pub use price::{
    BestRate, Capital, CapitalRelief, ExpectedCreditLoss, Exposure, FeePayer, InterestSubsidy, IrbRule,
    Lever, LoanYears, LossCurve, LossYear, Price, PricePolicy, PricedLoan, RateBound, RateParts,
    ReferenceRate, SizeAdjustment, StageTilt, SubsidisedYear, Timing, raroc_from_rate, rate_from_raroc,
};
pub use product::{
    AliasSpec, Catalogue, CatalogueSpec, FirmMatch, Origin, ProductAnswer, ProductConditionSpec, ProductKind,
    ProductMatch, ProductSpec, Prospect, StageFit,
};
pub use schedule::{DayCount, Instalment, Repayment, ScheduleTerms, contract_rate};
pub use security::{
    Asset, CollateralKind, Comparison, KindRule, PatentValuation, PatentValue, PoolWorth, RemakingCost,
    RoyaltyRelief, SecurityPolicy, Worth, WorthNothing, is_within_ip_tolerance, lgd_from_coverage,
};
pub use share::Share;
pub use stress::{
    BudgetChange, BudgetStress, PdShift, Scenario, ScenarioSpec, ShockSpec, Stress, StressChange, StressFirm,
    StressSpec, StressTotals, StressedOffer, stress_budget,
};
