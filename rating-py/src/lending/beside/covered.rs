//! What parties of loss sharing cover beside applications.

use super::{Made, needed, once};
use crate::lending::sheet::{Form, Sheet, amount, fault};
use rating_core::lending::LendingPolicy;
use rating_core::num::Money;
use rating_core::record::{CellValue as _, Text};
use std::collections::BTreeSet;

/// What a frame of what parties cover holds.
pub(super) static FORM: Form = Form {
    table: "covered",
    needs: &["application_id", "party", "covered"],
    may_have: &[],
};

pub(super) fn rows(
    sheet: &mut Sheet<'_>,
    policy: &LendingPolicy,
) -> impl FnMut(usize, &str) -> Made<(usize, Money)> + use<> {
    let structure = policy.sharing().cloned();
    let mut party = sheet.need("party", Text::from_cell);
    let mut covered = sheet.need("covered", amount);
    let mut seen = BTreeSet::new();
    move |row, id| {
        let party = needed(&mut party, row)?;
        let party = party.as_str();
        let at = structure.as_ref().and_then(|structure| structure.party(party));
        let at = at.ok_or_else(|| {
            let message =
                format!("expected a party of the policy's structure of loss sharing, got `{party}`");
            fault("party", "code", &message)
        })?;
        once(&mut seen, (id, at), ("party", party))?;
        Ok((at, needed(&mut covered, row)?))
    }
}
