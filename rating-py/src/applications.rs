//! What follows for many firms by a rulebook.

use crate::columns::Batches;
use crate::error::Result;
use crate::ratings::find;
use crate::records::{PyRecords, day};
use crate::rulebook::{PyRulebook, TwoBatches, two_tables};
use pyo3::prelude::*;
use pyo3_arrow::PyTable;
use rating_core::id::FirmId;
use rating_core::portfolio::{self, AppliedFirm, Beside};
use rating_core::record::Intake;
use rating_core::rule::rulebook::Rulebook;
use std::collections::BTreeMap;

/// Applies a rulebook to every firm of records: a row a firm and application, and a row a firm and record with a clock.
/// `ratings` gives symbols of ratings by firm.
#[pyfunction]
pub(crate) fn apply(
    py: Python<'_>,
    rulebook: &PyRulebook,
    records: &PyRecords,
    as_of: &str,
    declared: Option<&Bound<'_, PyAny>>,
    ratings: BTreeMap<String, String>,
) -> Result<(PyTable, PyTable)> {
    let (as_of, intake) = (day("as_of", as_of)?, records.intake());
    let mut beside = with_ratings(&intake, ratings)?;
    if let Some(frame) = declared {
        for (firm, declared) in rulebook.declared(&intake, frame)? {
            beside.entry(firm).or_default().declared = declared;
        }
    }
    let book = rulebook.core();
    let of_firm = |firm: &FirmId| beside.get(firm).cloned().unwrap_or_default();
    two_tables(py, &intake, |firms| {
        lay_out(book, &portfolio::apply_many(book, firms, as_of, of_firm))
    })
}

fn lay_out(book: &Rulebook, firms: &[AppliedFirm<'_>]) -> Result<TwoBatches> {
    let rows = Batches::batch(&portfolio::applications(book, firms))?;
    Ok((rows, Batches::batch(&portfolio::record_clocks(book, firms))?))
}

/// The symbol of each firm's rating; every firm must be among the records.
fn with_ratings(intake: &Intake, ratings: BTreeMap<String, String>) -> Result<BTreeMap<FirmId, Beside>> {
    let each = ratings.into_iter().map(|(firm, symbol)| {
        let beside = Beside {
            rating: Some(symbol),
            ..Beside::default()
        };
        Ok((find(intake, &firm)?.firm().clone(), beside))
    });
    each.collect()
}
