//! Collateral beside applications.

use super::{Made, needed, once};
use crate::lending::sheet::{Form, Sheet, amount, word};
use rating_core::lending::{Asset, CollateralKind};
use rating_core::num::Date;
use rating_core::record::{CellValue as _, Text};
use std::collections::BTreeSet;

/// What a frame of collateral holds.
pub(super) static FORM: Form = Form {
    table: "assets",
    needs: &[
        "application_id",
        "asset_id",
        "kind",
        "value",
        "valued_on",
        "is_owned",
    ],
    may_have: &[
        "is_pledged",
        "is_frozen",
        "has_lapsed",
        "ends_on",
        "fees_paid_until",
        "registered_on",
        "acquired_on",
        "prior_claims",
    ],
};

pub(super) fn rows(sheet: &mut Sheet<'_>) -> impl FnMut(usize, &str) -> Made<Asset> + use<> {
    let mut id = sheet.need("asset_id", Text::from_cell);
    let mut kind = sheet.need("kind", word::<CollateralKind>);
    let mut value = sheet.need("value", amount);
    let mut valued_on = sheet.need("valued_on", Date::from_cell);
    let mut is_owned = sheet.need("is_owned", bool::from_cell);
    let mut flags = ["is_pledged", "is_frozen", "has_lapsed"].map(|name| sheet.some(name, bool::from_cell));
    let mut days = ["ends_on", "fees_paid_until", "registered_on", "acquired_on"]
        .map(|name| sheet.some(name, Date::from_cell));
    let mut prior_claims = sheet.some("prior_claims", amount);
    let mut seen = BTreeSet::new();
    move |row, application| {
        let id = needed(&mut id, row)?.as_str().to_owned();
        once(&mut seen, (application, id.clone()), ("asset_id", &id))?;
        let [is_pledged, is_frozen, has_lapsed] = flags.each_mut().map(|flag| flag.at(row).unwrap_or(false));
        let [ends_on, fees_paid_until, registered_on, acquired_on] = days.each_mut().map(|day| day.at(row));
        Ok(Asset {
            id,
            kind: needed(&mut kind, row)?,
            value: needed(&mut value, row)?,
            valued_on: needed(&mut valued_on, row)?,
            is_owned: needed(&mut is_owned, row)?,
            is_pledged,
            is_frozen,
            has_lapsed,
            ends_on,
            fees_paid_until,
            registered_on,
            acquired_on,
            prior_claims: prior_claims.at(row).unwrap_or_default(),
        })
    }
}
