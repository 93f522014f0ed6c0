//! What is wrong with a lending document or an argument.

use crate::num::{Date, SHOWN, shown};
use crate::rule::rulebook::RulebookError;
use crate::rule::{Basis, Wording};
use std::borrow::Cow;

/// Why a lending document does not hold together: which part of it, what was expected, what came.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LendingError {
    /// Not JSON of the shape of the document.
    #[error("not a lending document: {0}")]
    Document(String),
    /// A part that does not fit.
    #[error("{place}: expected {wanted}, got `{got}`")]
    Fault {
        /// Where.
        place: String,
        /// What must stand there.
        wanted: Cow<'static, str>,
        /// What stands there.
        got: String,
    },
}

impl LendingError {
    /// A part that does not fit.
    pub(super) fn at(place: impl Into<String>, wanted: &'static str, got: &str) -> Self {
        LendingError::Fault {
            place: place.into(),
            wanted: wanted.into(),
            got: shown(got, SHOWN),
        }
    }
}

/// Every fault met so far.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<LendingError>);

impl Faults {
    pub(super) fn add(&mut self, place: impl Into<String>, wanted: &'static str, got: &str) {
        self.0.push(LendingError::at(place, wanted, got));
    }

    /// What is wrong with a part that a rulebook checks.
    pub(super) fn of_rulebook(&mut self, faults: Vec<RulebookError>) {
        let told = faults.into_iter().map(|fault| match fault {
            RulebookError::Fault { place, wanted, got } => LendingError::Fault { place, wanted, got },
            RulebookError::Document(text) => LendingError::Document(text),
            RulebookError::Declared { id, wanted, got } => LendingError::Fault {
                place: format!("declared `{id}`"),
                wanted: wanted.into(),
                got,
            },
        });
        self.0.extend(told);
    }

    pub(super) fn text(&mut self, place: &str, text: &str) {
        if text.trim().is_empty() {
            self.add(place, "text", text);
        }
    }

    pub(super) fn wording(&mut self, place: &str, wording: &Wording) {
        self.text(&format!("{place}.en"), &wording.en);
        self.text(&format!("{place}.zh"), &wording.zh);
    }

    pub(super) fn basis(&mut self, basis: &Basis) {
        self.text("basis.document", &basis.document);
        self.text("basis.provenance", &basis.provenance);
    }

    /// The faults of a part, each below a place.
    pub(super) fn within(&mut self, place: &str, errors: Vec<LendingError>) {
        self.0.extend(errors.into_iter().map(|error| match error {
            LendingError::Fault {
                place: below,
                wanted,
                got,
            } => LendingError::Fault {
                place: format!("{place}{below}"),
                wanted,
                got,
            },
            document @ LendingError::Document(_) => document,
        }));
    }

    /// Ids that must be there, and each once.
    pub(super) fn ids<'i>(&mut self, place: &str, ids: impl Iterator<Item = &'i str>) {
        let mut seen: Vec<&str> = Vec::new();
        for (at, id) in ids.enumerate() {
            if id.trim().is_empty() || seen.contains(&id) {
                self.add(format!("{place}[{at}].id"), "text, each once", id);
            }
            seen.push(id);
        }
    }

    /// A last day that is not before the first.
    pub(super) fn days(&mut self, place: &str, from: Date, to: Option<Date>) {
        if let Some(to) = to.filter(|to| *to < from) {
            self.add(place, "a day not before `valid_from`", &to.to_string());
        }
    }

    /// A finite number within limits, both part of them.
    pub(super) fn number(&mut self, place: &str, value: f64, limits: (f64, f64)) {
        if !(value >= limits.0 && value <= limits.1) {
            let wanted = match limits {
                (0.0, 1.0) => "a fraction from 0 to 1",
                (-1.0, 1.0) => "a fraction from -1 to 1",
                (0.0, 10.0) => "a number from 0 to 10",
                (0.0, 100.0) => "a number from 0 to 100",
                _ => "a finite number from 0",
            };
            self.add(place, wanted, &value.to_string());
        }
    }

    /// The value, if nothing was wrong.
    ///
    /// # Errors
    /// Every fault met.
    pub(super) fn or<T>(self, value: impl FnOnce() -> T) -> Result<T, Vec<LendingError>> {
        if self.0.is_empty() {
            Ok(value())
        } else {
            Err(self.0)
        }
    }
}
