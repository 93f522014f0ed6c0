//! Guarantees beside applications.

use super::{Made, needed, refused, share};
use crate::lending::sheet::{Form, Sheet, amount, fault, number, pd};
use rating_core::lending::{ClientLiability, Guarantee, GuaranteeFor, Guarantor};
use rating_core::num::Money;
use rating_core::record::{CellValue as _, Text};
use std::collections::BTreeSet;

/// What a frame of guarantees holds.
pub(super) static FORM: Form = Form {
    table: "guarantees",
    needs: &[
        "application_id",
        "guarantor",
        "share",
        "pd",
        "fee",
        "net_assets",
        "liability",
    ],
    may_have: &["serves_small_firms", "client_liability", "affiliate_liability"],
};

/// A guarantee with the name of the guarantor.
pub(super) struct Guaranteed {
    pub(super) guarantor: String,
    pub(super) terms: GuaranteeFor,
}

pub(super) fn rows(sheet: &mut Sheet<'_>) -> impl FnMut(usize, &str) -> Made<Guaranteed> + use<> {
    let mut guarantor = sheet.need("guarantor", Text::from_cell);
    let mut share = sheet.need("share", share);
    let mut pd = sheet.need("pd", pd);
    let mut fee = sheet.need("fee", number);
    let mut net_assets = sheet.need("net_assets", Money::from_cell);
    let mut liability = sheet.need("liability", amount);
    let mut serves = sheet.some("serves_small_firms", bool::from_cell);
    let mut stands = ["client_liability", "affiliate_liability"].map(|name| sheet.some(name, amount));
    let mut seen = BTreeSet::new();
    move |row, id| {
        if !seen.insert(id.to_owned()) {
            let message = format!("expected one guarantee of each application, got another of `{id}`");
            return Err(fault("application_id", "repeated", &message));
        }
        let guarantee = Guarantee {
            share: needed(&mut share, row)?,
            pd: needed(&mut pd, row)?,
            fee: needed(&mut fee, row)?,
        };
        let refused = |errors: Vec<_>| refused("fee", &errors);
        guarantee.check().map_err(refused)?;
        let [client, affiliates] = stands.each_mut().map(|cells| cells.at(row).unwrap_or_default());
        Ok(Guaranteed {
            guarantor: needed(&mut guarantor, row)?.as_str().to_owned(),
            terms: GuaranteeFor {
                guarantee,
                guarantor: Guarantor {
                    net_assets: needed(&mut net_assets, row)?,
                    liability: needed(&mut liability, row)?,
                    serves_small_firms: serves.at(row).unwrap_or(false),
                },
                stands_for: ClientLiability { client, affiliates },
            },
        })
    }
}
