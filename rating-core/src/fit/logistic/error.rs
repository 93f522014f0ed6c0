//! Why no logistic regression can be fitted.

use crate::fit::logistic::separation::Separation;
use crate::num::{SHOWN, listed, shown};

/// Why no logistic regression can be fitted.
#[derive(Clone, Debug, thiserror::Error)]
pub enum LogisticError {
    /// A slice does not describe the same rows as the matrix.
    #[error("`{what}` must have one value a row, expected `{rows}`, got `{got}`")]
    LengthsDiffer {
        /// Which slice.
        what: &'static str,
        /// Rows of the matrix.
        rows: usize,
        /// Length of the slice.
        got: usize,
    },
    /// A list does not describe the same columns as the matrix.
    #[error("`{what}` must have one value a column, expected `{columns}`, got `{got}`")]
    ColumnsDiffer {
        /// Which list.
        what: &'static str,
        /// Columns of the matrix.
        columns: usize,
        /// Length of the list.
        got: usize,
    },
    /// A cell is NaN or infinite. A missing value needs a value of its own (a bin) before it comes here.
    #[error(
        "column `{}`: expected finite numbers, got `{value}` in row `{row}` (counted from 0)",
        shown(column, SHOWN)
    )]
    NotFinite {
        /// Name of the column.
        column: String,
        /// Row, counted from 0.
        row: usize,
        /// What stood there.
        value: f64,
    },
    /// A weight that is no weight.
    #[error("`weights` must be finite and not negative, got `{value}` in row `{row}` (counted from 0)")]
    Weight {
        /// Row, counted from 0.
        row: usize,
        /// What stood there.
        value: f64,
    },
    /// An offset that is no number.
    #[error("`offset` must be finite, got `{value}` in row `{row}` (counted from 0)")]
    Offset {
        /// Row, counted from 0.
        row: usize,
        /// What stood there.
        value: f64,
    },
    /// Only bads or only goods have weight: the best intercept is infinite.
    #[error(
        "`bad` must hold at least one good and one bad row with weight, got no {missing} one in `{rows}` rows"
    )]
    OneClass {
        /// The class without weight.
        missing: &'static str,
        /// Rows in all.
        rows: usize,
    },
    /// A column with one value says nothing beside the intercept.
    #[error(
        "column `{}`: expected values that differ, got `{value}` in every row",
        shown(column, SHOWN)
    )]
    Constant {
        /// Name of the column.
        column: String,
        /// Its value.
        value: f64,
    },
    /// A column is a sum of others, so that its coefficient is not defined.
    #[error(
        "column `{}`: expected a column that the others do not add up to, got a combination of {}",
        shown(column, SHOWN),
        names(with)
    )]
    Collinear {
        /// Name of the column.
        column: String,
        /// The columns that it is a combination of; empty if the intercept alone is enough.
        with: Vec<String>,
    },
    /// A combination of columns parts the bads from the goods, so that no finite coefficients fit best.
    #[error(
        "expected columns along which some rows are bad and some good, got {separation} separation by {}",
        names(columns)
    )]
    Separated {
        /// Whether all rows are parted, or some.
        separation: Separation,
        /// The columns that part them.
        columns: Vec<String>,
    },
    /// A penalty that is no penalty.
    #[error("a penalty must be finite and not negative, got `{0}`")]
    Penalty(f64),
    /// Errors grouped by cluster need several clusters.
    #[error("`clusters` must tell at least two groups of rows apart, got `{0}`")]
    TooFewClusters(usize),
    /// A question about a column that is not in the model.
    #[error("expected the name of a column of the model, got `{}`", shown(.0, SHOWN))]
    UnknownColumn(String),
    /// The search ended without an optimum.
    #[error(
        "expected the fit to converge, got a score residual of `{residual:e}` standard errors after `{steps}` steps"
    )]
    NotConverged {
        /// Newton steps that were made.
        steps: usize,
        /// The largest violation of the optimum's conditions.
        residual: f64,
    },
    /// A document does not hold together.
    #[error("document of a regression: expected {expected}, got `{got}`")]
    Document {
        /// What should stand there.
        expected: &'static str,
        /// What stands there.
        got: String,
    },
    /// What the linfa traits can raise.
    #[error(transparent)]
    Linfa(#[from] linfa::Error),
}

/// Names in backticks, joined.
fn names(of: &[String]) -> String {
    if of.is_empty() {
        return "the intercept".to_owned();
    }
    listed(of.iter().map(String::as_str))
}
