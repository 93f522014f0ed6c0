//! The sample that a binning is chosen from, kept as long as finer pre-bins of it may be asked for.

use super::counts::{Cut, PreBinCounts};
use super::error::BinningError;
use super::options::{BinningOptions, MOST_PRE_BINS, PreBinning, same};
use super::prebin::Sorted;
use super::sample::{Sample, Target, Values};
use super::special::SpecialGroup;
use std::cell::OnceCell;

/// Leaves of the tree that stands for finer pre-bins where the options ask for no tree.
const LEAVES: usize = 20;

/// A sample with the options that say how to part it.
#[derive(Debug)]
pub(super) struct Source<'a> {
    sample: &'a Sample<'a>,
    options: &'a BinningOptions,
    /// What a weight of 1 stands for.
    unit: f64,
    /// Sorted once, and only if something asks for it.
    sorted: OnceCell<Sorted>,
}

impl<'a> Source<'a> {
    pub(super) fn new(sample: &'a Sample<'a>, options: &'a BinningOptions, unit: f64) -> Self {
        Self {
            sample,
            options,
            unit,
            sorted: OnceCell::new(),
        }
    }

    pub(super) fn options(&self) -> &'a BinningOptions {
        self.options
    }

    pub(super) fn is_of_words(&self) -> bool {
        self.sample.is_words()
    }

    /// The counts by the pre-bins that the options ask for.
    pub(super) fn counts(&self) -> Result<PreBinCounts, BinningError> {
        self.counts_by(&self.options.pre_bins)
    }

    /// The pre-bins of a tree with leaves as small as this share.
    pub(super) fn finer(&self, min_share: f64) -> PreBinning {
        let bins = match self.options.pre_bins {
            PreBinning::Tree { bins, .. } if bins > 1 => bins,
            _ => LEAVES,
        };
        PreBinning::Tree { bins, min_share }
    }

    /// The counts by pre-bins that are made in another way.
    pub(super) fn counts_by(&self, how: &PreBinning) -> Result<PreBinCounts, BinningError> {
        let options = self.options;
        let count = |cut: Cut| {
            let mut counts = PreBinCounts::new(cut)?.in_units_of(self.unit);
            counts.add(self.sample)?;
            Ok(counts)
        };
        let Values::Numbers { .. } = self.sample.values else {
            return count(Cut::Words {
                special: options.special.clone(),
            });
        };
        let cut = |edges: Vec<f64>| Cut::Numbers {
            edges: united(edges, &options.fixed),
            special: options.special.clone(),
        };
        if let PreBinning::Candidates(edges) = how {
            return count(cut(edges.clone()));
        }
        let sorted = self.sorted.get_or_init(|| self.in_order());
        // Fixed edges take their places among the pre-bins.
        let room = MOST_PRE_BINS.saturating_sub(options.fixed.len()).max(1);
        let cut = cut(sorted.edges(&how.clone().at_most(room), self.sample.rows()));
        match (sorted, self.sample.target) {
            (Sorted::Classes(classes), Target::Bad(bad))
                if self.sample.periods.is_none() && options.special.is_empty() =>
            {
                PreBinCounts::of_classes(cut, classes, bad)
            }
            _ => count(cut),
        }
    }

    fn in_order(&self) -> Sorted {
        let Values::Numbers { values, validity } = self.sample.values else {
            return Sorted::new(std::iter::empty(), self.sample);
        };
        let numbers = values.iter().copied().enumerate();
        if validity.is_none() && self.options.special.is_empty() {
            return Sorted::new(numbers.filter(|(_, value)| !value.is_nan()), self.sample);
        }
        let is_special = |value: f64| {
            let mut all = self.options.special.iter().flat_map(SpecialGroup::numbers);
            all.any(|special| same(*special, value))
        };
        let is_valid = |row: usize| validity.is_none_or(|v| v.get(row).copied().unwrap_or_default());
        let usable = |(row, value): &(usize, f64)| !value.is_nan() && is_valid(*row) && !is_special(*value);
        Sorted::new(numbers.filter(usable), self.sample)
    }
}

/// Both lists of edges as one, ascending, each edge once.
fn united(mut edges: Vec<f64>, fixed: &[f64]) -> Vec<f64> {
    edges.extend(fixed);
    edges.sort_by(f64::total_cmp);
    edges.dedup_by(|a, b| *a <= *b);
    edges
}
