//! What an application stands on.

use super::answer::Because;
use crate::num::Date;
use crate::rule::clock::AnswerDue;
use crate::rule::rulebook::Unknown;

/// Whether there is ground for an application, and what it is.
#[derive(Debug)]
pub(super) struct Ground<'a> {
    pub(super) holds: Holds,
    pub(super) because: Vec<Because<'a>>,
    pub(super) start: Option<Date>,
    pub(super) end: Option<Date>,
    pub(super) earliest_end: Option<Date>,
    pub(super) missing: Vec<Unknown>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    Yes,
    No,
    Open,
    /// All of it is objected to.
    Objected(Date, Option<AnswerDue>),
}

impl Ground<'_> {
    pub(super) fn bare(holds: Holds) -> Self {
        Self {
            holds,
            because: Vec::new(),
            start: None,
            end: None,
            earliest_end: None,
            missing: Vec::new(),
        }
    }

    pub(super) fn open(missing: Vec<Unknown>) -> Self {
        Self {
            missing,
            ..Self::bare(Holds::Open)
        }
    }
}

/// The latest day; none if one of them is not known, or there are none.
pub(super) fn latest(days: impl Iterator<Item = Option<Date>>) -> Option<Date> {
    let known: Option<Vec<Date>> = days.collect();
    known?.into_iter().max()
}

/// The earliest day; none if one of them is not known, or there are none.
pub(super) fn earliest(days: impl Iterator<Item = Option<Date>>) -> Option<Date> {
    let known: Option<Vec<Date>> = days.collect();
    known?.into_iter().min()
}
