//! How long a loan may run.

use crate::num::Date;
use serde::{Deserialize, Serialize};

/// What a loan is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Working capital.
    WorkingCapital,
    /// Working capital of a firm whose cash comes back slowly.
    SlowWorkingCapital,
    /// Fixed assets.
    FixedAssets,
}

/// The longest a loan may run in principle, in months, if it is lent on a day; none before the rules were in force.
///
/// ```text
/// working capital 36, with slow cash 60, fixed assets 120
/// ```
/// A longer loan for fixed assets is a matter of the head office.
///
/// Source: 流动资金贷款管理办法 and 固定资产贷款管理办法 of 2024-02-02, in force from 2024-07-01, as a secondary source gives
/// them.
///
/// ```
/// use rating_core::lending::{Purpose, longest_months};
/// assert_eq!(longest_months(Purpose::WorkingCapital, "2024-07-01".parse()?), Some(36));
/// assert_eq!(longest_months(Purpose::WorkingCapital, "2024-06-30".parse()?), None);
/// # Ok::<(), rating_core::num::DateError>(())
/// ```
pub fn longest_months(purpose: Purpose, on: Date) -> Option<u16> {
    /// 2024-07-01 as days since 1970-01-01.
    const IN_FORCE: i32 = 19_905;
    let months = match purpose {
        Purpose::WorkingCapital => 36,
        Purpose::SlowWorkingCapital => 60,
        Purpose::FixedAssets => 120,
    };
    (on.days() >= IN_FORCE).then_some(months)
}
