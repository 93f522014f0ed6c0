//! Why a variable is not on a card.

use crate::fit::binning::{BinningError, Infeasible};
use crate::fit::selection::{Refusal, Verdict};
use std::fmt;

/// A variable that is not on the card.
#[derive(Clone, Debug, PartialEq)]
pub struct Dropped {
    /// Its name.
    pub name: String,
    /// Why it is not on the card.
    pub reason: DropReason,
}

/// Why a variable is not on the card, by the step at which it left. In words as the document of a card has them.
#[derive(Clone, Debug, PartialEq)]
pub enum DropReason {
    /// It could not be binned.
    Binning(BinningError),
    /// Every row has one weight of evidence; with the constraint that left a single bin, if there was one.
    Constant(Option<Infeasible>),
    /// Screening.
    Screened(Verdict),
    /// Selection by steps.
    Refused(Refusal),
    /// Its coefficient had the wrong sign, because of these variables; none if it has that by itself.
    Sign(Vec<String>),
    /// The lasso holds its coefficient at 0.
    Lasso,
}

impl fmt::Display for DropReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Binning(error) => error.fmt(f),
            Self::Constant(None) => f.write_str("constant"),
            Self::Constant(Some(remark)) => {
                // What a remark begins with is about binnings that are refused; here one was made.
                let told = remark.to_string();
                let because = told
                    .split_once("got none: ")
                    .map_or(told.as_str(), |(_, because)| because);
                write!(f, "constant, one bin: {because}")
            }
            Self::Screened(verdict) => write!(f, "screened: {}", verdict.word()),
            Self::Refused(refusal) => write!(f, "selection: {}", refusal.word()),
            Self::Sign(others) if others.is_empty() => f.write_str("sign"),
            Self::Sign(others) => write!(f, "sign, because of `{}`", others.join("`, `")),
            Self::Lasso => f.write_str("lasso"),
        }
    }
}
