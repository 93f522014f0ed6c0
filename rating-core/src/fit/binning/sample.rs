//! The rows that a binning learns from: borrowed slices of one length.

use super::cell::{MOST, TargetKind};
use super::error::BinningError;

/// Rows: a value each, and what became of it.
#[derive(Clone, Copy, Debug)]
pub struct Sample<'a> {
    /// The variable.
    pub values: Values<'a>,
    /// What became of each row.
    pub target: Target<'a>,
    /// Weight of each row, finite and not negative, of any size (an exposure in yuan); none is 1 for every row. Where
    /// counts are gathered chunk by chunk, at most 1,000,000, and not all far below 0.001.
    pub weights: Option<&'a [f64]>,
    /// Period of each row, any number: within each the rates have to run in one direction.
    pub periods: Option<&'a [i64]>,
}

/// The variable.
#[derive(Clone, Copy, Debug)]
pub enum Values<'a> {
    /// Numbers; NaN is missing, infinities fall into the outer bins.
    Numbers {
        /// One number a row.
        values: &'a [f64],
        /// Whether there is one; none where all are.
        validity: Option<&'a [bool]>,
    },
    /// Words; none is missing.
    Words(&'a [Option<&'a str>]),
}

/// What became of each row.
#[derive(Clone, Copy, Debug)]
pub enum Target<'a> {
    /// Whether the firm defaulted.
    Bad(&'a [bool]),
    /// An amount, such as a loss given default; higher is riskier.
    Amount(&'a [f64]),
}

impl<'a> Sample<'a> {
    /// Numbers and outcomes without weights, periods or a validity.
    pub const fn new(values: &'a [f64], bad: &'a [bool]) -> Self {
        Self {
            values: Values::Numbers {
                values,
                validity: None,
            },
            target: Target::Bad(bad),
            weights: None,
            periods: None,
        }
    }

    /// Words and outcomes without weights or periods.
    ///
    /// ```
    /// use rating_core::fit::binning::{Binning, BinningOptions, Sample};
    /// let words: Vec<Option<&str>> = [Some("rented"), Some("owned"), None].into_iter().cycle().take(300).collect();
    /// let bad: Vec<bool> = (0..300).map(|row| row % 3 == 0 && row % 2 == 0).collect();
    /// let binning = Binning::fit(&Sample::of_words(&words, &bad), &BinningOptions::default())?;
    /// assert_eq!(binning.bins().len(), 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn of_words(words: &'a [Option<&'a str>], bad: &'a [bool]) -> Self {
        Self {
            values: Values::Words(words),
            target: Target::Bad(bad),
            weights: None,
            periods: None,
        }
    }

    /// Number of rows.
    pub const fn rows(&self) -> usize {
        match self.values {
            Values::Numbers { values, .. } => values.len(),
            Values::Words(words) => words.len(),
        }
    }

    pub(super) const fn kind(&self) -> TargetKind {
        match self.target {
            Target::Bad(_) => TargetKind::Classes,
            Target::Amount(_) => TargetKind::Amounts,
        }
    }

    pub(super) const fn is_words(&self) -> bool {
        matches!(self.values, Values::Words(_))
    }

    /// Lengths agree, weights and amounts can be summed as they are.
    pub(super) fn check(&self) -> Result<(), BinningError> {
        self.check_weights()?;
        let summed = "at most 1,000,000 where counts are gathered: divide all by one number";
        find(
            ("weights", summed),
            self.weights.unwrap_or_default(),
            |_, weight| weight * weight <= MOST,
        )?;
        self.check_amounts()
    }

    /// Amounts can be summed.
    pub(super) fn check_amounts(&self) -> Result<(), BinningError> {
        let Target::Amount(amounts) = self.target else {
            return Ok(());
        };
        let summed = "finite, at most 1e12, and at most that by its square and its weight";
        find(("target", summed), amounts, |row, amount| {
            amount.abs() <= MOST && self.weight(row) * amount * amount <= MOST
        })
    }

    /// Lengths agree, and weights are weights.
    pub(super) fn check_weights(&self) -> Result<(), BinningError> {
        let expected = self.rows();
        let target = match self.target {
            Target::Bad(bad) => bad.len(),
            Target::Amount(amounts) => amounts.len(),
        };
        let validity = match self.values {
            Values::Numbers { validity, .. } => validity.map_or(expected, <[bool]>::len),
            Values::Words(_) => expected,
        };
        for (what, got) in [
            ("target", target),
            ("validity", validity),
            ("weights", self.weights.map_or(expected, <[f64]>::len)),
            ("periods", self.periods.map_or(expected, <[i64]>::len)),
        ] {
            if got != expected {
                return Err(BinningError::LengthsDiffer { what, expected, got });
            }
        }
        let weights = self.weights.unwrap_or_default();
        find(("weights", "finite and not negative"), weights, |_, weight| {
            weight >= 0.0 && weight.is_finite()
        })
    }

    /// INVARIANT: the row exists.
    pub(super) fn weight(&self, row: usize) -> f64 {
        let weight = self.weights.and_then(|weights| weights.get(row));
        weight.copied().unwrap_or(1.0)
    }

    /// The target as a number, 1 for bad, and whether it is bad.
    pub(super) fn outcome(&self, row: usize) -> (f64, bool) {
        match self.target {
            Target::Bad(bad) => {
                let is_bad = bad.get(row).copied().unwrap_or_default();
                (f64::from(u8::from(is_bad)), is_bad)
            }
            Target::Amount(amounts) => (amounts.get(row).copied().unwrap_or_default(), false),
        }
    }
}

/// The first number that is not usable.
fn find(
    (what, expected): (&'static str, &'static str),
    numbers: &[f64],
    is_usable: impl Fn(usize, f64) -> bool,
) -> Result<(), BinningError> {
    match numbers
        .iter()
        .enumerate()
        .find(|(row, value)| !is_usable(*row, **value))
    {
        Some((row, value)) => Err(BinningError::Number {
            what,
            expected,
            row,
            value: *value,
        }),
        None => Ok(()),
    }
}

/// Weights outside this range are brought to a scale on which their squares can be summed.
const AS_THEY_ARE: std::ops::RangeInclusive<f64> = 1e-3..=1e6;

/// Weights on a scale on which they can be summed: divided by a power of two, which changes no digit.
#[derive(Debug)]
pub(super) struct Scaled {
    weights: Option<Vec<f64>>,
    /// What a weight of 1 stands for.
    pub(super) unit: f64,
}

impl Scaled {
    /// The unit is that of the greatest weight, which does not depend on the order of the rows.
    pub(super) fn new(sample: &Sample<'_>) -> Self {
        let given = sample.weights.unwrap_or_default();
        let greatest = given.iter().fold(0.0_f64, |most, weight| most.max(*weight));
        // The exponent alone.
        let unit = f64::from_bits(greatest.to_bits() & 0x7ff0_0000_0000_0000);
        if greatest <= 0.0 || AS_THEY_ARE.contains(&greatest) || !unit.is_normal() {
            return Self {
                weights: None,
                unit: 1.0,
            };
        }
        Self {
            weights: Some(given.iter().map(|weight| weight / unit).collect()),
            unit,
        }
    }

    /// The sample with these weights.
    pub(super) fn of<'s>(&'s self, sample: &Sample<'s>) -> Sample<'s> {
        Sample {
            weights: self.weights.as_deref().or(sample.weights),
            ..*sample
        }
    }
}
