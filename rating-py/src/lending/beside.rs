//! What stands beside applications, in frames of its own: collateral, guarantees, insurance, what parties of loss sharing
//! cover, and subsidies had.

use super::sheet::{Cells, Form, Sheet, fault, number, pd, word};
use crate::columns::Delivered;
use crate::error::Result;
use pyo3::prelude::*;
use rating_core::lending::{
    Asset, ClientLiability, CollateralKind, Guarantee, GuaranteeFor, Guarantor, Insurance, InsuranceLine,
    LendingPolicy, LoanApplication, Share,
};
use rating_core::num::{Date, Money};
use rating_core::record::{Cell, CellFault, CellValue as _, Fault, Reject, Text};
use std::collections::{BTreeMap, BTreeSet};

type Made<T> = std::result::Result<T, Fault>;

/// What a frame of collateral holds.
static ASSETS: Form = Form {
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

/// What a frame of guarantees holds.
static GUARANTEES: Form = Form {
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

/// What a frame of contracts of insurance holds.
static INSURANCE: Form = Form {
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

/// What a frame of what parties cover holds.
static COVERED: Form = Form {
    table: "covered",
    needs: &["application_id", "party", "covered"],
    may_have: &[],
};

/// What a frame of subsidies had holds.
static SUBSIDISED: Form = Form {
    table: "subsidised",
    needs: &["application_id", "subsidy", "had"],
    may_have: &[],
};

/// Frames beside applications, as Python gives them.
#[derive(FromPyObject)]
pub(super) struct Given<'py> {
    #[pyo3(item)]
    assets: Option<Bound<'py, PyAny>>,
    #[pyo3(item)]
    guarantees: Option<Bound<'py, PyAny>>,
    #[pyo3(item)]
    insurance: Option<Bound<'py, PyAny>>,
    #[pyo3(item)]
    covered: Option<Bound<'py, PyAny>>,
    #[pyo3(item)]
    subsidised: Option<Bound<'py, PyAny>>,
}

/// The same frames as they came over the border.
pub(super) struct Frames([Option<Delivered>; 5]);

impl Given<'_> {
    /// Takes the frames.
    pub(super) fn take(self) -> Result<Frames> {
        let take = |form: &Form, frame: Option<Bound<'_, PyAny>>| {
            frame
                .map(|frame| Delivered::take(form.table.to_owned(), &frame))
                .transpose()
        };
        Ok(Frames([
            take(&ASSETS, self.assets)?,
            take(&GUARANTEES, self.guarantees)?,
            take(&INSURANCE, self.insurance)?,
            take(&COVERED, self.covered)?,
            take(&SUBSIDISED, self.subsidised)?,
        ]))
    }
}

/// Rows of one frame by application, and the applications of which some could not be read.
struct ByApplication<T> {
    rows: BTreeMap<String, Vec<T>>,
    spoilt: BTreeSet<String>,
}

impl<T> Default for ByApplication<T> {
    fn default() -> Self {
        Self {
            rows: BTreeMap::new(),
            spoilt: BTreeSet::new(),
        }
    }
}

impl<T> ByApplication<T> {
    fn take(&mut self, id: &str) -> Vec<T> {
        self.rows.remove(id).unwrap_or_default()
    }
}

/// A guarantee with the name of the guarantor.
struct Guaranteed {
    guarantor: String,
    terms: GuaranteeFor,
}

/// A subsidy of a policy.
enum Had {
    /// Its place among the interest subsidies, and the amount.
    Interest(usize, Money),
    /// Its place among the premium subsidies, and the amount.
    Premium(usize, Money),
}

/// What stands beside applications.
#[derive(Default)]
pub(super) struct Beside {
    assets: ByApplication<Asset>,
    guarantees: ByApplication<Guaranteed>,
    insurance: ByApplication<Insurance>,
    covered: ByApplication<(usize, Money)>,
    subsidised: ByApplication<Had>,
}

impl Beside {
    /// Reads the frames for the applications of these ids; also the rows that could not be read or stand beside no
    /// application.
    pub(super) fn read(
        frames: &Frames,
        policy: &LendingPolicy,
        ids: &BTreeSet<String>,
    ) -> Result<(Self, Vec<Reject>)> {
        let Frames([pledged, guaranteed, contracts, parties, had]) = frames;
        let mut rejects = Vec::new();
        let reader = Reader { ids };
        let beside = Self {
            assets: reader.read(&ASSETS, pledged.as_ref(), (&mut rejects, assets))?,
            guarantees: reader.read(&GUARANTEES, guaranteed.as_ref(), (&mut rejects, guarantees))?,
            insurance: reader.read(&INSURANCE, contracts.as_ref(), (&mut rejects, insurance))?,
            covered: reader.read(
                &COVERED,
                parties.as_ref(),
                (&mut rejects, |sheet| covered(sheet, policy)),
            )?,
            subsidised: reader.read(
                &SUBSIDISED,
                had.as_ref(),
                (&mut rejects, |sheet| subsidised(sheet, policy)),
            )?,
        };
        Ok((beside, rejects))
    }

    /// The frame of which a row of an application could not be read.
    pub(super) fn spoilt(&self, id: &str) -> Option<&'static str> {
        let tables = [
            (&ASSETS, &self.assets.spoilt),
            (&GUARANTEES, &self.guarantees.spoilt),
            (&INSURANCE, &self.insurance.spoilt),
            (&COVERED, &self.covered.spoilt),
            (&SUBSIDISED, &self.subsidised.spoilt),
        ];
        let spoilt = tables.into_iter().find(|(_, spoilt)| spoilt.contains(id));
        spoilt.map(|(form, _)| form.table)
    }

    /// Puts all of an application into it; the name of its guarantor.
    pub(super) fn join(&mut self, id: &str, application: &mut LoanApplication) -> Option<String> {
        application.assets = self.assets.take(id);
        application.insurance = self.insurance.take(id);
        for (party, amount) in self.covered.take(id) {
            put(&mut application.pool.covered, party, amount);
        }
        for had in self.subsidised.take(id) {
            match had {
                Had::Interest(at, amount) => put(&mut application.subsidised, at, amount),
                Had::Premium(at, amount) => put(&mut application.premiums_subsidised, at, amount),
            }
        }
        let guaranteed = self.guarantees.take(id).pop()?;
        application.guarantee = Some(guaranteed.terms);
        Some(guaranteed.guarantor)
    }
}

/// Puts an amount into its place; places before it that nothing is said of hold nothing.
fn put(amounts: &mut Vec<Money>, at: usize, amount: Money) {
    if amounts.len() <= at {
        amounts.resize(at + 1, Money::ZERO);
    }
    if let Some(slot) = amounts.get_mut(at) {
        *slot = amount;
    }
}

/// Reads frames beside the applications of some ids.
struct Reader<'a> {
    ids: &'a BTreeSet<String>,
}

impl Reader<'_> {
    /// The rows of a frame by application; without a frame, none.
    fn read<T, R>(
        &self,
        form: &'static Form,
        frame: Option<&Delivered>,
        (rejects, rows): (&mut Vec<Reject>, impl FnOnce(&mut Sheet<'_>) -> R),
    ) -> Result<ByApplication<T>>
    where
        R: FnMut(usize, &str) -> Made<T>,
    {
        let Some(frame) = frame else {
            return Ok(ByApplication::default());
        };
        let mut sheet = Sheet::new(form, frame)?;
        let mut application = sheet.need("application_id", Text::from_cell);
        let mut value_of = rows(&mut sheet);
        let mut of_row: Vec<String> = Vec::new();
        let made = sheet.rows(|row| {
            let id = application
                .at(row)
                .map(|text| text.as_str().to_owned())
                .unwrap_or_default();
            of_row.push(id.clone());
            self.known(&id)?;
            Ok((value_of(row, &id)?, id))
        });
        let mut by_application = ByApplication::default();
        for (value, id) in made.used {
            by_application.rows.entry(id).or_insert_with(Vec::new).push(value);
        }
        let of = |reject: &Reject| {
            let row = usize::try_from(reject.row).ok()?.checked_sub(1)?;
            of_row.get(row).cloned()
        };
        by_application.spoilt = made.rejects.iter().filter_map(of).collect();
        rejects.extend(made.rejects);
        Ok(by_application)
    }

    /// Refuses what stands beside no application: collateral of a misspelt one would be missed in silence.
    fn known(&self, id: &str) -> Made<()> {
        if self.ids.contains(id) {
            return Ok(());
        }
        let message = format!("expected the id of an application, got `{id}`");
        Err(fault("application_id", "consistency", &message))
    }
}

/// What stands in a cell that must hold something.
fn needed<T>(cells: &mut Cells<T>, row: usize) -> Made<T> {
    let gap = || fault("application_id", "required", &"expected a value, got nothing");
    cells.at(row).ok_or_else(gap)
}

fn assets(sheet: &mut Sheet<'_>) -> impl FnMut(usize, &str) -> Made<Asset> + use<> {
    let mut id = sheet.need("asset_id", Text::from_cell);
    let mut kind = sheet.need("kind", word::<CollateralKind>);
    let mut value = sheet.need("value", Money::from_cell);
    let mut valued_on = sheet.need("valued_on", Date::from_cell);
    let mut is_owned = sheet.need("is_owned", bool::from_cell);
    let mut flags = ["is_pledged", "is_frozen", "has_lapsed"].map(|name| sheet.some(name, bool::from_cell));
    let mut days = ["ends_on", "fees_paid_until", "registered_on", "acquired_on"]
        .map(|name| sheet.some(name, Date::from_cell));
    let mut prior_claims = sheet.some("prior_claims", Money::from_cell);
    move |row, _| {
        let [is_pledged, is_frozen, has_lapsed] = flags.each_mut().map(|flag| flag.at(row).unwrap_or(false));
        let [ends_on, fees_paid_until, registered_on, acquired_on] = days.each_mut().map(|day| day.at(row));
        Ok(Asset {
            id: needed(&mut id, row)?.as_str().to_owned(),
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

fn guarantees(sheet: &mut Sheet<'_>) -> impl FnMut(usize, &str) -> Made<Guaranteed> + use<> {
    let mut guarantor = sheet.need("guarantor", Text::from_cell);
    let mut share = sheet.need("share", share);
    let mut pd = sheet.need("pd", pd);
    let mut fee = sheet.need("fee", number);
    let mut needs = ["net_assets", "liability"].map(|name| sheet.need(name, Money::from_cell));
    let mut serves = sheet.some("serves_small_firms", bool::from_cell);
    let mut stands =
        ["client_liability", "affiliate_liability"].map(|name| sheet.some(name, Money::from_cell));
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
        let [net_assets, liability] = &mut needs;
        let [client, affiliates] = stands.each_mut().map(|cells| cells.at(row).unwrap_or_default());
        Ok(Guaranteed {
            guarantor: needed(&mut guarantor, row)?.as_str().to_owned(),
            terms: GuaranteeFor {
                guarantee,
                guarantor: Guarantor {
                    net_assets: needed(net_assets, row)?,
                    liability: needed(liability, row)?,
                    serves_small_firms: serves.at(row).unwrap_or(false),
                },
                stands_for: ClientLiability { client, affiliates },
            },
        })
    }
}

fn insurance(sheet: &mut Sheet<'_>) -> impl FnMut(usize, &str) -> Made<Insurance> + use<> {
    let mut line = sheet.need("line", word::<InsuranceLine>);
    let mut amounts = ["insured", "limit"].map(|name| sheet.need(name, Money::from_cell));
    let mut shares = ["share", "premium_rate"].map(|name| sheet.need(name, share));
    let mut deductible = sheet.some("deductible", Money::from_cell);
    move |row, _| {
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
        Ok(contract)
    }
}

fn covered(
    sheet: &mut Sheet<'_>,
    policy: &LendingPolicy,
) -> impl FnMut(usize, &str) -> Made<(usize, Money)> + use<> {
    let structure = policy.sharing().cloned();
    let mut party = sheet.need("party", Text::from_cell);
    let mut amount = sheet.need("covered", Money::from_cell);
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
        Ok((at, needed(&mut amount, row)?))
    }
}

fn subsidised(sheet: &mut Sheet<'_>, policy: &LendingPolicy) -> impl FnMut(usize, &str) -> Made<Had> + use<> {
    let spec = policy.spec();
    let interest: Vec<String> = spec.subsidies.iter().map(|subsidy| subsidy.id.clone()).collect();
    let premium: Vec<String> = spec
        .premium_subsidies
        .iter()
        .map(|subsidy| subsidy.id.clone())
        .collect();
    let mut subsidy = sheet.need("subsidy", Text::from_cell);
    let mut had = sheet.need("had", Money::from_cell);
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

/// Refuses what stands twice for one application.
fn once(
    seen: &mut BTreeSet<(String, usize)>,
    (id, at): (&str, usize),
    (field, got): (&'static str, &str),
) -> Made<()> {
    if seen.insert((id.to_owned(), at)) {
        return Ok(());
    }
    let message = format!("expected each {field} of an application once, got `{got}` again");
    Err(fault(field, "repeated", &message))
}

/// The fault of a row that the core refused.
fn refused(field: &'static str, errors: &[rating_core::lending::LendingError]) -> Fault {
    let texts: Vec<String> = errors.iter().map(ToString::to_string).collect();
    fault(field, "consistency", &texts.join(" | "))
}

/// A fraction in whole millionths.
fn share(cell: Cell<'_>) -> std::result::Result<Share, CellFault> {
    let value = number(cell)?;
    Share::new(value).map_err(|error| CellFault {
        rule: "fraction",
        message: error.to_string(),
    })
}
