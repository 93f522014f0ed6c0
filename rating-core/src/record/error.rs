//! What is wrong with a delivery as a whole, so that no row of it can be read.

use super::Reject;
use crate::num::{SHOWN, listed, shown};
use std::fmt::Write as _;

/// Why a delivery cannot be read. Faults of single rows are [`Reject`]s instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// A table that the schema does not have.
    #[error("unknown table `{}`; the tables are {}", shown(table, SHOWN), listed(super::TABLES.iter().map(|t| t.name)))]
    UnknownTable {
        /// The name as delivered.
        table: String,
    },
    /// The same table twice.
    #[error("table `{table}` was delivered twice")]
    RepeatedTable {
        /// The canonical name.
        table: &'static str,
    },
    /// Required columns are not there.
    #[error("table `{table}` lacks the required columns {}", listed(missing.iter().copied()))]
    MissingColumns {
        /// The canonical name.
        table: &'static str,
        /// The canonical column names.
        missing: Vec<&'static str>,
    },
    /// Columns that the schema does not have.
    #[error(
        "table `{table}` has unknown columns {}; its columns are {}",
        listed(unknown.iter().map(String::as_str)),
        listed(super::TABLES.iter().filter(|t| t.name == *table).flat_map(|t| t.fields).map(|f| f.name))
    )]
    UnknownColumns {
        /// The canonical name.
        table: &'static str,
        /// The headers as delivered.
        unknown: Vec<String>,
    },
    /// Two headers name one column.
    #[error("table `{table}` has two columns for `{field}`: {}", listed(headers.iter().map(String::as_str)))]
    RepeatedColumn {
        /// The canonical name.
        table: &'static str,
        /// The canonical column name.
        field: &'static str,
        /// The headers as delivered.
        headers: Vec<String>,
    },
    /// Columns of one chunk differ in length.
    #[error(
        "table `{table}` has columns of different lengths: {}",
        lengths_listed(lengths)
    )]
    UnevenColumns {
        /// The canonical name.
        table: &'static str,
        /// Header and length of each.
        lengths: Vec<(String, usize)>,
    },
    /// The JSON text cannot be parsed.
    #[error("expected a JSON object of tables, got {0}")]
    Json(String),
    /// One firm was asked for and the text holds another number of firms.
    #[error("expected the records of one firm, got {0}")]
    NotOneFirm(String),
    /// A strict reader met rows that it cannot use.
    #[error("{} rows cannot be used: {}", .0.len(), rejects_listed(.0))]
    Rejected(Vec<Reject>),
}

fn lengths_listed(lengths: &[(String, usize)]) -> String {
    lengths
        .iter()
        .map(|(name, length)| format!("`{name}` {length}"))
        .collect::<Vec<_>>()
        .join(", ")
}

fn rejects_listed(rejects: &[Reject]) -> String {
    const MOST: usize = 20;
    let mut text = rejects
        .iter()
        .take(MOST)
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(" | ");
    if rejects.len() > MOST {
        let _ = write!(text, " | and {} more", rejects.len() - MOST);
    }
    text
}
