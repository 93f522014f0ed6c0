//! What a card is built of: variables that may go into it, and rows with their outcomes.

use super::error::CandidateFault;
use crate::fit::binning::{Binning, BinningOptions, LineOf, Sample, Target, TargetKind, Values};
use crate::fit::logistic;
use ndarray::ArrayView2;

/// A variable that may go into a card.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
    /// Its name, which no other has; the id of a measure, if the card is to become one of a rating model.
    pub name: &'a str,
    /// Its values, one a row.
    pub values: Values<'a>,
    /// Bins that were made before, such as edited ones; none if bins are to be found.
    pub binning: Option<&'a Binning>,
}

/// The rows that a card learns from: what became of each, and what else is known of it.
#[derive(Clone, Copy, Debug)]
pub struct Rows<'a> {
    /// Whether the firm defaulted.
    pub bad: &'a [bool],
    /// How often each row counts, finite and not negative; none if each once. Screening does not use them.
    pub weights: Option<&'a [f64]>,
    /// Rows with one number belong together (a firm's years) in the standard errors; none if each stands for itself.
    pub clusters: Option<&'a [u64]>,
}

impl<'a> Candidate<'a> {
    /// A variable of numbers, NaN for a missing one, whose bins are to be found.
    pub const fn numbers(name: &'a str, values: &'a [f64]) -> Self {
        Self {
            name,
            values: Values::Numbers {
                values,
                validity: None,
            },
            binning: None,
        }
    }

    /// A variable of words, none for a missing one, whose bins are to be found.
    pub const fn words(name: &'a str, words: &'a [Option<&'a str>]) -> Self {
        Self {
            name,
            values: Values::Words(words),
            binning: None,
        }
    }

    /// The same variable with bins that were made before.
    #[must_use]
    pub const fn binned(mut self, binning: &'a Binning) -> Self {
        self.binning = Some(binning);
        self
    }

    /// What is to be binned, and how.
    pub(super) fn asked(&self, rows: Rows<'a>, options: &BinningOptions) -> (Sample<'a>, BinningOptions) {
        let sample = Sample {
            values: self.values,
            target: Target::Bad(rows.bad),
            weights: rows.weights,
            periods: None,
        };
        (sample, options.clone())
    }

    /// The weight of evidence of each row.
    pub(super) fn woe(&self, binning: &Binning) -> Vec<f64> {
        match self.values {
            Values::Numbers { values, validity } => binning.transform(values, validity),
            Values::Words(words) => binning.transform_words(words),
        }
    }

    /// Share of the rows without a value, as a fraction.
    pub(super) fn missing_share(&self) -> f64 {
        let (missing, rows) = match self.values {
            Values::Numbers { values, validity } => {
                let is_missing = |(row, value): (usize, &f64)| {
                    value.is_nan() || validity.is_some_and(|v| !v.get(row).copied().unwrap_or_default())
                };
                let missing = values.iter().enumerate().filter(|cell| is_missing(*cell));
                (missing.count(), values.len())
            }
            Values::Words(words) => (words.iter().filter(|word| word.is_none()).count(), words.len()),
        };
        missing as f64 / rows.max(1) as f64
    }

    /// What is wrong with the variable before anything is made of it.
    pub(super) fn faults(&self, rows: usize) -> Vec<CandidateFault> {
        let mut faults = Vec::new();
        let mut fault = |expected: String, got: String| {
            let name = self.name.to_owned();
            faults.push(CandidateFault { name, expected, got });
        };
        let (values, validity) = match self.values {
            Values::Numbers { values, validity } => (values.len(), validity.map_or(rows, <[bool]>::len)),
            Values::Words(words) => (words.len(), rows),
        };
        for (what, length) in [("values", values), ("values of `validity`", validity)] {
            if length != rows {
                fault(format!("`{rows}` {what}, one a row"), length.to_string());
            }
        }
        if let Some(binning) = self.binning {
            let kind = |is_words| if is_words { "words" } else { "numbers" };
            let bins = kind(binning.table().iter().any(|line| line.of == LineOf::Unseen));
            let own = kind(matches!(self.values, Values::Words(_)));
            if bins != own {
                fault(
                    format!("bins of {own}, as its values are"),
                    format!("bins of {bins}"),
                );
            }
            if binning.target() != TargetKind::Classes {
                fault("bins of goods and bads".to_owned(), "bins of amounts".to_owned());
            }
        }
        faults
    }
}

impl<'a> Rows<'a> {
    /// Rows that count once, each for itself; `bad` is `true` for a default.
    pub const fn new(bad: &'a [bool]) -> Self {
        Self {
            bad,
            weights: None,
            clusters: None,
        }
    }

    /// The sample of a regression on these columns.
    pub(super) fn sample<'x>(&self, x: ArrayView2<'x, f64>, names: &[&str]) -> logistic::Sample<'x>
    where
        'a: 'x,
    {
        let mut sample = logistic::Sample::new(x, self.bad).named(names);
        if let Some(weights) = self.weights {
            sample = sample.weighted(weights);
        }
        if let Some(clusters) = self.clusters {
            sample = sample.clustered(clusters);
        }
        sample
    }

    /// Share of the bads by weight, as a fraction.
    pub(super) fn default_rate(&self) -> f64 {
        let weight = |row: usize| self.weights.and_then(|w| w.get(row)).copied().unwrap_or(1.0);
        let sums = self
            .bad
            .iter()
            .enumerate()
            .fold((0.0, 0.0), |(bads, all), (row, bad)| {
                let weight = weight(row);
                (if *bad { bads + weight } else { bads }, all + weight)
            });
        sums.0 / sums.1
    }
}
