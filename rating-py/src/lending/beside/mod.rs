//! What stands beside applications, in frames of its own: collateral, guarantees, insurance, what parties of loss sharing
//! cover, subsidies had, and figures of the need.

mod asset;
mod covered;
mod figures;
mod guarantee;
mod insurance;
mod subsidised;

use super::sheet::{Cells, Form, Sheet, fault, number};
use crate::columns::Delivered;
use crate::error::Result;
use guarantee::Guaranteed;
use pyo3::prelude::*;
use rating_core::lending::{
    Asset, Insurance, LendingError, LendingPolicy, LoanApplication, NeedFigures, Share,
};
use rating_core::num::Money;
use rating_core::record::{Cell, CellFault, CellValue as _, Fault, Reject, Text};
use std::collections::{BTreeMap, BTreeSet};
use subsidised::Had;

type Made<T> = std::result::Result<T, Fault>;

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
    #[pyo3(item, default)]
    figures: Option<Bound<'py, PyAny>>,
}

/// The same frames as they came over the border.
pub(super) struct Frames([Option<Delivered>; 6]);

impl Given<'_> {
    /// Takes the frames.
    pub(super) fn take(self) -> Result<Frames> {
        let take = |form: &Form, frame: Option<Bound<'_, PyAny>>| {
            frame
                .map(|frame| Delivered::take(form.table.to_owned(), &frame))
                .transpose()
        };
        Ok(Frames([
            take(&asset::FORM, self.assets)?,
            take(&guarantee::FORM, self.guarantees)?,
            take(&insurance::FORM, self.insurance)?,
            take(&covered::FORM, self.covered)?,
            take(&subsidised::FORM, self.subsidised)?,
            take(&figures::FORM, self.figures)?,
        ]))
    }
}

/// Rows of one frame by application.
struct ByApplication<T> {
    rows: BTreeMap<String, Vec<T>>,
    told: Told,
}

/// What is to be told of the rows of a frame.
struct Told {
    form: &'static Form,
    /// The application of each row, as far as it says one.
    application: Vec<String>,
    /// Rows that could not be read …
    rejects: Vec<Reject>,
    /// … and their applications.
    spoilt: BTreeSet<String>,
}

impl<T> ByApplication<T> {
    fn take(&mut self, id: &str) -> Vec<T> {
        self.rows.remove(id).unwrap_or_default()
    }
}

/// What stands beside applications.
pub(super) struct Beside {
    assets: ByApplication<Asset>,
    guarantees: ByApplication<Guaranteed>,
    insurance: ByApplication<Insurance>,
    covered: ByApplication<(usize, Money)>,
    subsidised: ByApplication<Had>,
    figures: ByApplication<NeedFigures>,
}

impl Beside {
    /// Reads the frames.
    pub(super) fn read(frames: &Frames, policy: &LendingPolicy) -> Result<Self> {
        let Frames([assets, guarantees, insurance, covered, subsidised, figures]) = frames;
        Ok(Self {
            assets: read(&asset::FORM, assets.as_ref(), asset::rows)?,
            guarantees: read(&guarantee::FORM, guarantees.as_ref(), guarantee::rows)?,
            insurance: read(&insurance::FORM, insurance.as_ref(), insurance::rows)?,
            covered: read(&covered::FORM, covered.as_ref(), |sheet| {
                covered::rows(sheet, policy)
            })?,
            subsidised: read(&subsidised::FORM, subsidised.as_ref(), |sheet| {
                subsidised::rows(sheet, policy)
            })?,
            figures: read(&figures::FORM, figures.as_ref(), figures::rows)?,
        })
    }

    fn told(&self) -> [&Told; 6] {
        [
            &self.assets.told,
            &self.guarantees.told,
            &self.insurance.told,
            &self.covered.told,
            &self.subsidised.told,
            &self.figures.told,
        ]
    }

    /// The frame of which a row of an application could not be read.
    pub(super) fn spoilt(&self, id: &str) -> Option<&'static str> {
        let spoilt = self.told().into_iter().find(|told| told.spoilt.contains(id));
        spoilt.map(|told| told.form.table)
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

    /// What is said of the need of an application.
    pub(super) fn figures(&mut self, id: &str) -> Option<NeedFigures> {
        self.figures.take(id).pop()
    }

    /// Rows that no answer makes use of: those that could not be read, and those of no application that is answered.
    pub(super) fn left_over(self, frames: &Frames, answered: &BTreeSet<&str>) -> Result<Vec<Reject>> {
        let mut all = Vec::new();
        for (told, frame) in self.told().into_iter().zip(&frames.0) {
            let Some(frame) = frame else { continue };
            let mut of_frame = told.rejects.clone();
            of_frame.extend(Sheet::refused(told.form, frame, told.of_nobody(answered))?);
            of_frame.sort_by_key(|reject| reject.row);
            all.extend(of_frame);
        }
        Ok(all)
    }
}

impl Told {
    /// Rows that could be read, of an application that is not answered.
    fn of_nobody(&self, answered: &BTreeSet<&str>) -> Vec<(usize, Fault)> {
        let rejected: BTreeSet<u64> = self.rejects.iter().map(|reject| reject.row).collect();
        let each = self.application.iter().enumerate();
        let unused = each
            .filter(|(row, id)| !rejected.contains(&(*row as u64 + 1)) && !answered.contains(id.as_str()));
        let told = unused.map(|(row, id)| {
            let message = format!("expected the id of an application that is answered, got `{id}`");
            (row, fault("application_id", "consistency", &message))
        });
        told.collect()
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

/// The rows of a frame by application; without a frame, none.
fn read<T, R>(
    form: &'static Form,
    frame: Option<&Delivered>,
    rows: impl FnOnce(&mut Sheet<'_>) -> R,
) -> Result<ByApplication<T>>
where
    R: FnMut(usize, &str) -> Made<T>,
{
    let mut by_application = ByApplication {
        rows: BTreeMap::new(),
        told: Told {
            form,
            application: Vec::new(),
            rejects: Vec::new(),
            spoilt: BTreeSet::new(),
        },
    };
    let Some(frame) = frame else {
        return Ok(by_application);
    };
    let told = &mut by_application.told;
    let mut sheet = Sheet::new(form, frame)?;
    let mut application = sheet.need("application_id", Text::from_cell);
    let mut value_of = rows(&mut sheet);
    let made = sheet.rows(|row| {
        let id = application
            .at(row)
            .map(|text| text.as_str().to_owned())
            .unwrap_or_default();
        told.application.push(id.clone());
        Ok((value_of(row, &id)?, id))
    });
    for (value, id) in made.used {
        by_application.rows.entry(id).or_insert_with(Vec::new).push(value);
    }
    let of = |reject: &Reject| {
        let row = usize::try_from(reject.row).ok()?.checked_sub(1)?;
        told.application.get(row).cloned()
    };
    told.spoilt = made.rejects.iter().filter_map(of).collect();
    told.rejects = made.rejects;
    Ok(by_application)
}

/// What stands in a cell that must hold something.
fn needed<T>(cells: &mut Cells<T>, row: usize) -> Made<T> {
    let gap = || fault("application_id", "required", &"expected a value, got nothing");
    cells.at(row).ok_or_else(gap)
}

/// Refuses what stands twice for one application.
fn once<K: Ord>(
    seen: &mut BTreeSet<(String, K)>,
    (id, at): (&str, K),
    (field, got): (&'static str, &str),
) -> Made<()> {
    if seen.insert((id.to_owned(), at)) {
        return Ok(());
    }
    let message = format!("expected each {field} of an application once, got `{got}` again");
    Err(fault(field, "repeated", &message))
}

/// The fault of a row that the core refused.
fn refused(field: &'static str, errors: &[LendingError]) -> Fault {
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
