//! Why no card can be built.

use super::dropped::Dropped;
use crate::fit::logistic::LogisticError;
use crate::fit::points::PointsError;
use crate::fit::selection::SelectionError;
use crate::num::{SHOWN, shown};
use std::fmt;

/// Why no card can be built. Where a variable is at fault, the text names it.
#[derive(Clone, Debug, thiserror::Error)]
pub enum BuildError {
    /// Variables that are none: every fault of every one.
    #[error("{}", joined(.0))]
    Candidates(Vec<CandidateFault>),
    /// No variable is left: each with the reason.
    #[error("expected a variable that stays on the card, got none{}", told(.0))]
    NoVariable(Vec<Dropped>),
    /// What screening or selection refuses.
    #[error(transparent)]
    Selection(#[from] SelectionError),
    /// Rows that nothing can be learnt from, or what regression refuses: columns that part bads from goods among it.
    #[error(transparent)]
    Regression(#[from] LogisticError),
    /// Points that cannot be.
    #[error(transparent)]
    Points(#[from] PointsError),
}

/// What is wrong with a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CandidateFault {
    /// Its name.
    pub name: String,
    /// What was expected of it.
    pub expected: String,
    /// What it is.
    pub got: String,
}

impl fmt::Display for CandidateFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = shown(&self.name, SHOWN);
        write!(f, "`{name}`: expected {}, got `{}`", self.expected, self.got)
    }
}

fn joined<T: fmt::Display>(all: &[T]) -> String {
    let all: Vec<String> = all.iter().map(ToString::to_string).collect();
    all.join("; ")
}

/// The first twenty, and how many more there are.
fn told(dropped: &[Dropped]) -> String {
    const MOST: usize = 20;
    let one = |of: &Dropped| format!("`{}`: {}", shown(&of.name, SHOWN), of.reason);
    let first: Vec<String> = dropped.iter().take(MOST).map(one).collect();
    match (first.is_empty(), dropped.len().saturating_sub(MOST)) {
        (true, _) => String::new(),
        (false, 0) => format!(": {}", first.join("; ")),
        (false, more) => format!(": {} and {more} more", first.join("; ")),
    }
}
