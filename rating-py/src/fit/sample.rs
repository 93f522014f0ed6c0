//! Rows of a frame as the core takes them.

use super::error::FitFault;
use crate::columns::{Delivered, Doubles};
use crate::error::Result;
use rating_core::fit::binning::{Sample, Target, Values};

/// A variable.
pub(super) enum Variable {
    /// NaN is missing.
    Numbers(Doubles),
    Words(Vec<Option<String>>),
}

/// What became of the rows, and what else is known of them: the columns `y`, `weights` and `periods`.
pub(super) struct Outcomes {
    target: Owned,
    weights: Option<Doubles>,
    periods: Option<Vec<i64>>,
}

enum Owned {
    Bad(Vec<bool>),
    Amounts(Doubles),
}

/// A variable with its words borrowed.
pub(super) enum Borrowed<'a> {
    Numbers(&'a [f64]),
    Words(Vec<Option<&'a str>>),
}

impl Variable {
    /// A column of doubles or of text.
    pub(super) fn take(frame: &Delivered, column: &str) -> Result<Self> {
        if let Some(numbers) = frame.doubles(column) {
            return Ok(Self::Numbers(numbers));
        }
        let fault = |(row, value)| FitFault::Word {
            column: column.to_owned(),
            row,
            value,
        };
        let words = frame.some_texts(column)?.into_iter().enumerate();
        let words = words.map(|(row, word)| word.map_err(|value| fault((row, value)).into()));
        Ok(Self::Words(words.collect::<Result<_>>()?))
    }

    pub(super) fn borrowed(&self) -> Borrowed<'_> {
        match self {
            Self::Numbers(numbers) => Borrowed::Numbers(numbers),
            Self::Words(words) => Borrowed::Words(words.iter().map(Option::as_deref).collect()),
        }
    }
}

/// A column of doubles that has to be there.
pub(super) fn numbers(frame: &Delivered, column: &str) -> Result<Doubles> {
    let absent = || FitFault::Column {
        column: column.to_owned(),
        wanted: "numbers",
    };
    Ok(frame.doubles(column).ok_or_else(absent)?)
}

/// Outcomes, `true` for bad.
pub(super) fn bad(outcomes: &[f64]) -> Result<Vec<bool>> {
    let outcome = |(row, value): (usize, &f64)| match *value {
        0.0 => Ok(false),
        1.0 => Ok(true),
        value => Err(FitFault::Outcome { row, value }.into()),
    };
    outcomes.iter().enumerate().map(outcome).collect()
}

impl Outcomes {
    /// From the columns `y`, `weights` and `periods`; the last two may be missing.
    pub(super) fn take(frame: &Delivered, are_amounts: bool) -> Result<Self> {
        let target = numbers(frame, "y")?;
        #[expect(
            clippy::cast_possible_truncation,
            reason = "periods are whole numbers that Python has checked"
        )]
        let periods = frame
            .doubles("periods")
            .map(|periods| periods.iter().map(|period| *period as i64).collect());
        Ok(Self {
            target: if are_amounts {
                Owned::Amounts(target)
            } else {
                Owned::Bad(bad(&target)?)
            },
            weights: frame.doubles("weights"),
            periods,
        })
    }

    /// The rows of a variable.
    pub(super) fn sample<'a>(&'a self, variable: &'a Borrowed<'a>) -> Sample<'a> {
        Sample {
            values: match variable {
                Borrowed::Numbers(values) => Values::Numbers {
                    values,
                    validity: None,
                },
                Borrowed::Words(words) => Values::Words(words),
            },
            target: match &self.target {
                Owned::Bad(bad) => Target::Bad(bad),
                Owned::Amounts(amounts) => Target::Amount(amounts),
            },
            weights: self.weights.as_deref(),
            periods: self.periods.as_deref(),
        }
    }
}
