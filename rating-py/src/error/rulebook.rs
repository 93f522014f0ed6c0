//! Rulebooks that do not hold together, and what is declared for them.

use super::{Place, document, input, quoted};
use pyo3::prelude::*;
use rating_core::rule::rulebook::{RulebookError, RulebookSpec};

/// What is wrong with a rulebook, or with what is declared for it.
#[derive(Debug)]
pub(crate) enum RulebookFault {
    /// The document does not hold together; at least one error.
    Document(Vec<RulebookError>),
    /// A rulebook that does not come with the package.
    Preset(String),
    /// Declared values that the rulebook does not take; at least one error.
    Declared(Vec<RulebookError>),
    /// Something declared that is no number, or no word where words are asked for.
    NoValue {
        column: String,
        wanted: &'static str,
        row: usize,
        value: String,
    },
    /// A firm of which something is declared in two rows.
    Twice { firm: String, row: usize },
    /// The frame does not say of which firms.
    NoFirms,
    /// A firm that is no text.
    NoFirm { row: usize, value: String },
}

pub(super) fn rulebook(py: Python<'_>, fault: &RulebookFault) -> PyErr {
    match fault {
        RulebookFault::Document(errors) => document(py, errors, |_| None),
        RulebookFault::Preset(id) => {
            let message = format!(
                "expected a rulebook, one of {}, got `{id}`",
                quoted(RulebookSpec::PRESETS)
            );
            input(py, &message, &Place::argument("preset", id))
        }
        RulebookFault::Declared(errors) => {
            let texts: Vec<String> = errors.iter().map(ToString::to_string).collect();
            input(py, &texts.join(" | "), &Place::table("declared", None))
        }
        RulebookFault::NoValue {
            column,
            wanted,
            row,
            value,
        } => {
            let message = format!(
                "declared `{column}`: expected {wanted}, got `{value}` in row `{row}` (counted from 0)"
            );
            input(py, &message, &Place::row(column, *row, value))
        }
        RulebookFault::Twice { firm, row } => {
            let message =
                format!("declared twice for firm `{firm}`, the second time in row `{row}` (counted from 0)");
            input(py, &message, &Place::row("firm_id", *row, firm))
        }
        RulebookFault::NoFirms => {
            let message = "what is declared needs the column `firm_id`";
            input(py, message, &Place::table("declared", Some("firm_id")))
        }
        RulebookFault::NoFirm { row, value } => {
            let message = format!("`firm_id` must be text, got `{value}` in row `{row}` (counted from 0)");
            input(py, &message, &Place::row("firm_id", *row, value))
        }
    }
}
