//! What stands against a loan: collateral on a day, what it counts for, and what is lost in spite of it.

mod asset;
mod patent_value;
mod pool;
mod register;
mod worth;

pub use asset::{Asset, CollateralKind, KindRule, SecurityPolicy};
pub use patent_value::{Comparison, PatentValuation, PatentValue, RemakingCost, RoyaltyRelief};
pub use pool::{PoolWorth, is_within_ip_tolerance, lgd_from_coverage};
pub use worth::{Worth, WorthNothing};
