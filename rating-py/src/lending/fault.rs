//! What is wrong with a lending document or with what is given beside it, as Python hears it.

use super::sheet::Form;
use crate::error::{FirmRatingError, Place, document, input, quoted, reject_dicts};
use pyo3::prelude::*;
use rating_core::lending::LendingError;
use rating_core::record::Reject;

/// Rows that a message names; the exception holds all of them.
const SHOWN_ROWS: usize = 3;

/// Why something about lending cannot be done.
#[derive(Debug)]
pub(crate) enum LendingFault {
    /// A document that does not hold together; at least one error.
    Document(Vec<LendingError>),
    /// Arguments outside their domain; at least one error.
    Arguments(Vec<LendingError>),
    /// A document that does not come with the package.
    Preset {
        what: &'static str,
        known: &'static [&'static str],
        id: String,
    },
    /// A frame with columns that are not known, or without some that are needed.
    Columns {
        form: &'static Form,
        missing: Vec<&'static str>,
        unknown: Vec<String>,
    },
    /// Rows of a frame that cannot be read, where every one counts; at least one.
    Rows(Vec<Reject>),
    /// An argument that is not what it should be.
    Argument {
        name: &'static str,
        wanted: String,
        got: String,
    },
}

impl std::fmt::Debug for Form {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Form")
            .field("table", &self.table)
            .finish_non_exhaustive()
    }
}

impl From<LendingFault> for FirmRatingError {
    fn from(fault: LendingFault) -> Self {
        Self::Lending(fault)
    }
}

/// The part of a document that an error speaks of.
fn part(error: &LendingError) -> Option<String> {
    match error {
        LendingError::Document(_) => None,
        LendingError::Fault { place, .. } => Some(place.clone()),
    }
}

impl LendingFault {
    /// The exception.
    pub(crate) fn raised(&self, py: Python<'_>) -> PyErr {
        match self {
            LendingFault::Document(errors) => document(py, errors, part),
            LendingFault::Arguments(errors) => {
                let texts: Vec<String> = errors.iter().map(ToString::to_string).collect();
                let field = errors.first().and_then(part);
                let place = field.as_deref().map(Place::field).unwrap_or_default();
                input(py, &texts.join(" | "), &place)
            }
            LendingFault::Preset { what, known, id } => {
                let message = format!("expected {what}, one of {}, got `{id}`", quoted(known));
                input(py, &message, &Place::argument("preset", id))
            }
            LendingFault::Columns {
                form,
                missing,
                unknown,
            } => columns(py, form, (missing, unknown)),
            LendingFault::Rows(rejects) => {
                let texts: Vec<String> = rejects.iter().map(ToString::to_string).collect();
                let table = rejects.first().map_or("", |reject| reject.table);
                let more = texts.len().saturating_sub(SHOWN_ROWS);
                let rest = if more == 0 {
                    String::new()
                } else {
                    format!(" | and {more} more rows")
                };
                let shown: Vec<String> = texts.into_iter().take(SHOWN_ROWS).collect();
                let raised = input(py, &(shown.join(" | ") + &rest), &Place::table(table, None));
                if let Ok(list) = reject_dicts(py, rejects) {
                    let _ = raised.value(py).setattr("rejects", list);
                }
                raised
            }
            LendingFault::Argument { name, wanted, got } => {
                let message = format!("`{name}` must be {wanted}, got `{got}`");
                input(py, &message, &Place::argument(name, got))
            }
        }
    }
}

fn columns(py: Python<'_>, form: &Form, (missing, unknown): (&[&'static str], &[String])) -> PyErr {
    let table = form.table;
    let mut parts = Vec::new();
    if !missing.is_empty() {
        parts.push(format!("needs the columns {}", quoted(missing)));
    }
    if !unknown.is_empty() {
        let names: Vec<&str> = unknown.iter().map(String::as_str).collect();
        let known = quoted(&[form.needs, form.may_have].concat());
        parts.push(format!(
            "has the columns {}, which are not known; known are {known}",
            quoted(&names)
        ));
    }
    let message = format!("table `{table}` {}", parts.join(" and "));
    let field = missing.first().copied().or(unknown.first().map(String::as_str));
    input(py, &message, &Place::table(table, field))
}
