//! Applications and their collateral, as frames.

use super::applicants::Applicants;
use super::sheet::{Form, Rows, Sheet, count, fault, number, word, words};
use crate::columns::Delivered;
use crate::error::Result;
use rating_core::id::FirmId;
use rating_core::lending::{Applicant, Asset, CollateralKind, LoanApplication, Purpose};
use rating_core::num::{Date, Money};
use rating_core::record::{CellValue as _, Fault, Reject, Text};
use std::collections::{BTreeMap, BTreeSet};

/// What a frame of applications holds.
pub(super) static APPLICATIONS: Form = Form {
    table: "applications",
    needs: &["application_id", "firm_id", "on", "months"],
    may_have: &[
        "amount",
        "purpose",
        "product",
        "need",
        "is_secured",
        "own_share",
        "traits",
        "knowledge_grade",
        "owes",
        "group_owes",
    ],
};

/// What a frame of collateral holds.
pub(super) static ASSETS: Form = Form {
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

/// An application with what is known of its firm.
pub(super) struct Posed {
    pub(super) id: String,
    pub(super) firm: FirmId,
    pub(super) application: LoanApplication,
    pub(super) applicant: Applicant,
}

/// Collateral by application, and the applications of which some could not be read.
pub(super) struct Assets {
    by_application: BTreeMap<String, Vec<Asset>>,
    spoilt: BTreeSet<String>,
}

impl Assets {
    pub(super) const NONE: Assets = Assets {
        by_application: BTreeMap::new(),
        spoilt: BTreeSet::new(),
    };

    /// The rows of a frame by application.
    fn of(rows: Vec<(String, Asset)>, spoilt: BTreeSet<String>) -> Self {
        let mut by_application: BTreeMap<String, Vec<Asset>> = BTreeMap::new();
        for (application, asset) in rows {
            by_application.entry(application).or_default().push(asset);
        }
        Self {
            by_application,
            spoilt,
        }
    }
}

/// The collateral of a frame, and the rows that could not be read.
pub(super) fn assets(frame: &Delivered) -> Result<(Assets, Vec<Reject>)> {
    let mut sheet = Sheet::new(&ASSETS, frame)?;
    let mut application = sheet.need("application_id", Text::from_cell);
    let mut id = sheet.need("asset_id", Text::from_cell);
    let mut kind = sheet.need("kind", word::<CollateralKind>);
    let mut value = sheet.need("value", Money::from_cell);
    let mut valued_on = sheet.need("valued_on", Date::from_cell);
    let mut is_owned = sheet.need("is_owned", bool::from_cell);
    let mut flags = ["is_pledged", "is_frozen", "has_lapsed"].map(|name| sheet.some(name, bool::from_cell));
    let mut days = ["ends_on", "fees_paid_until", "registered_on", "acquired_on"]
        .map(|name| sheet.some(name, Date::from_cell));
    let mut prior_claims = sheet.some("prior_claims", Money::from_cell);
    let mut of_row: Vec<String> = Vec::new();
    let rows = sheet.rows(|row| {
        let gap = || fault("asset_id", "required", &"expected a value, got nothing");
        let of = application
            .at(row)
            .map(|text| text.as_str().to_owned())
            .unwrap_or_default();
        of_row.push(of.clone());
        let [is_pledged, is_frozen, has_lapsed] = flags.each_mut().map(|flag| flag.at(row).unwrap_or(false));
        let [ends_on, fees_paid_until, registered_on, acquired_on] = days.each_mut().map(|day| day.at(row));
        let asset = Asset {
            id: id.at(row).ok_or_else(gap)?.as_str().to_owned(),
            kind: kind.at(row).ok_or_else(gap)?,
            value: value.at(row).ok_or_else(gap)?,
            valued_on: valued_on.at(row).ok_or_else(gap)?,
            is_owned: is_owned.at(row).ok_or_else(gap)?,
            is_pledged,
            is_frozen,
            has_lapsed,
            ends_on,
            fees_paid_until,
            registered_on,
            acquired_on,
            prior_claims: prior_claims.at(row).unwrap_or_default(),
        };
        Ok((of, asset))
    });
    let spoilt = |row: u64| {
        usize::try_from(row)
            .ok()
            .and_then(|row| of_row.get(row - 1))
            .cloned()
    };
    let spoilt = rows
        .rejects
        .iter()
        .filter_map(|reject| spoilt(reject.row))
        .collect();
    Ok((Assets::of(rows.used, spoilt), rows.rejects))
}

/// The applications of a frame, each with its firm and its collateral.
pub(super) fn applications(
    frame: &Delivered,
    applicants: &Applicants,
    mut assets: Assets,
) -> Result<Rows<Posed>> {
    let mut sheet = Sheet::new(&APPLICATIONS, frame)?;
    let mut id = sheet.need("application_id", Text::from_cell);
    let mut firm = sheet.need("firm_id", FirmId::from_cell);
    let mut on = sheet.need("on", Date::from_cell);
    let mut months = sheet.need("months", count);
    let mut amount = sheet.some("amount", Money::from_cell);
    let mut purpose = sheet.some("purpose", word::<Purpose>);
    let mut product = sheet.some("product", Text::from_cell);
    let mut need = sheet.some("need", Money::from_cell);
    let mut is_secured = sheet.some("is_secured", bool::from_cell);
    let mut own_share = sheet.some("own_share", number);
    let mut traits = sheet.some("traits", words);
    let mut knowledge_grade = sheet.some("knowledge_grade", Text::from_cell);
    let mut owes = ["owes", "group_owes"].map(|name| sheet.some(name, Money::from_cell));
    let mut seen = BTreeSet::new();
    let rows = sheet.rows(|row| {
        let gap = || fault("application_id", "required", &"expected a value, got nothing");
        let id = id.at(row).ok_or_else(gap)?.as_str().to_owned();
        let (firm, on) = (firm.at(row).ok_or_else(gap)?, on.at(row).ok_or_else(gap)?);
        let months = months.at(row).ok_or_else(gap)?;
        let own_share = own_share.at(row).unwrap_or(1.0);
        consistent(&id, (&mut seen, &assets), (on, own_share), applicants)?;
        let mut application = LoanApplication::new(on, amount.at(row), months);
        application.purpose = purpose.at(row).unwrap_or(application.purpose);
        application.product = product.at(row).map(|text| text.as_str().to_owned());
        application.need = need.at(row);
        application.assets = assets.by_application.remove(&id).unwrap_or_default();
        application.is_secured = is_secured.at(row).unwrap_or(false);
        application.own_share = own_share;
        application.traits = traits.at(row).unwrap_or_default();
        application.knowledge_grade = knowledge_grade.at(row).map(|text| text.as_str().to_owned());
        let [own, group] = owes.each_mut().map(|owed| owed.at(row).unwrap_or_default());
        application.owes = (own, group);
        let applicant = applicants.applicant(&firm).ok_or_else(|| {
            let message = format!("expected a firm that is rated, got `{firm}`");
            fault("firm_id", "consistency", &message)
        })?;
        Ok(Posed {
            id,
            firm,
            application,
            applicant,
        })
    });
    Ok(rows)
}

/// What must hold between the parts of an application and what stands beside it.
fn consistent(
    id: &str,
    (seen, assets): (&mut BTreeSet<String>, &Assets),
    (on, own_share): (Date, f64),
    applicants: &Applicants,
) -> std::result::Result<(), Fault> {
    if !seen.insert(id.to_owned()) {
        let message = format!("expected each application once, got `{id}` again");
        return Err(fault("application_id", "repeated", &message));
    }
    if assets.spoilt.contains(id) {
        let message = "expected collateral that can be read; see the rejects of `assets`";
        return Err(fault("application_id", "consistency", &message));
    }
    if let Some(as_of) = applicants.as_of().filter(|as_of| on < *as_of) {
        let message = format!("expected a day not before that of the ratings, `{as_of}`, got `{on}`");
        return Err(fault("on", "consistency", &message));
    }
    if !(0.0..=1.0).contains(&own_share) {
        let message = format!("expected a fraction from 0 to 1, got `{own_share}`");
        return Err(fault("own_share", "fraction", &message));
    }
    Ok(())
}
