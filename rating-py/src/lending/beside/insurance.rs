//! Contracts of insurance beside applications.

use super::{Made, needed, refused, share};
use crate::lending::sheet::{Form, Sheet, fault, word};
use rating_core::lending::{Insurance, InsuranceLine};
use rating_core::num::Money;
use rating_core::record::CellValue as _;
use std::collections::BTreeMap;

/// What a frame of contracts of insurance holds.
pub(super) static FORM: Form = Form {
    table: "insurance",
    needs: &[
        "application_id",
        "line",
        "insured",
        "share",
        "limit",
        "premium_rate",
    ],
    may_have: &["deductible"],
};

pub(super) fn rows(sheet: &mut Sheet<'_>) -> impl FnMut(usize, &str) -> Made<Insurance> + use<> {
    let mut line = sheet.need("line", word::<InsuranceLine>);
    let mut amounts = ["insured", "limit"].map(|name| sheet.need(name, Money::from_cell));
    let mut shares = ["share", "premium_rate"].map(|name| sheet.need(name, share));
    let mut deductible = sheet.some("deductible", Money::from_cell);
    let mut seen: BTreeMap<String, Vec<Insurance>> = BTreeMap::new();
    move |row, id| {
        let ([insured, limit], [share, premium_rate]) = (&mut amounts, &mut shares);
        let contract = Insurance {
            line: needed(&mut line, row)?,
            insured: needed(insured, row)?,
            deductible: deductible.at(row).unwrap_or_default(),
            share: needed(share, row)?,
            limit: needed(limit, row)?,
            premium_rate: needed(premium_rate, row)?,
        };
        contract.check().map_err(|errors| refused("insured", &errors))?;
        // A contract has no id, so one with the same terms is the same contract.
        let before = seen.entry(id.to_owned()).or_default();
        if before.contains(&contract) {
            let message = format!("expected each contract of an application once, got one of `{id}` again");
            return Err(fault("application_id", "repeated", &message));
        }
        before.push(contract);
        Ok(contract)
    }
}
