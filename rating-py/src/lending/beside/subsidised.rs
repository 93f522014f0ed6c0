//! Subsidies had beside applications.

use super::{Made, needed, once};
use crate::lending::sheet::{Form, Sheet, amount, fault};
use rating_core::lending::LendingPolicy;
use rating_core::num::Money;
use rating_core::record::{CellValue as _, Text};
use std::collections::BTreeSet;

/// What a frame of subsidies had holds.
pub(super) static FORM: Form = Form {
    table: "subsidised",
    needs: &["application_id", "subsidy", "had"],
    may_have: &[],
};

/// A subsidy of a policy.
pub(super) enum Had {
    /// Its place among the interest subsidies, and the amount.
    Interest(usize, Money),
    /// Its place among the premium subsidies, and the amount.
    Premium(usize, Money),
}

pub(super) fn rows(
    sheet: &mut Sheet<'_>,
    policy: &LendingPolicy,
) -> impl FnMut(usize, &str) -> Made<Had> + use<> {
    let spec = policy.spec();
    let interest: Vec<String> = spec.subsidies.iter().map(|subsidy| subsidy.id.clone()).collect();
    let premium: Vec<String> = spec
        .premium_subsidies
        .iter()
        .map(|subsidy| subsidy.id.clone())
        .collect();
    let mut subsidy = sheet.need("subsidy", Text::from_cell);
    let mut had = sheet.need("had", amount);
    let mut seen = BTreeSet::new();
    move |row, id| {
        let subsidy = needed(&mut subsidy, row)?;
        let subsidy = subsidy.as_str();
        let place = |ids: &[String]| ids.iter().position(|of| of == subsidy);
        let (at, is_premium) = match (place(&interest), place(&premium)) {
            (Some(at), _) => (at, false),
            (None, Some(at)) => (at, true),
            (None, None) => {
                let message =
                    format!("expected an interest or premium subsidy of the policy, got `{subsidy}`");
                return Err(fault("subsidy", "code", &message));
            }
        };
        once(
            &mut seen,
            (id, 2 * at + usize::from(is_premium)),
            ("subsidy", subsidy),
        )?;
        let amount = needed(&mut had, row)?;
        Ok(if is_premium {
            Had::Premium(at, amount)
        } else {
            Had::Interest(at, amount)
        })
    }
}
