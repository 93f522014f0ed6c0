//! What a binning shows: a line for each bin, special group, missing value and unseen word.

use super::cell::{Cell, TargetKind, interval, p_value, test_statistic};
use super::counts::{Cut, PreBinCounts};
use super::error::BinningError;
use super::fitted::Binning;
use super::layout::PreBins;
use super::options::{Objective, Policy, UnseenPolicy};
use super::problem::{value, woe};
use super::sample::Sample;

/// What a line is about.
#[derive(Clone, Debug, PartialEq)]
pub enum LineOf {
    /// Numbers from (inclusive) to (exclusive).
    Band {
        /// Lower edge; none for the first bin.
        from: Option<f64>,
        /// Upper edge; none for the last bin.
        to: Option<f64>,
    },
    /// Words.
    Words(Vec<String>),
    /// A special group, by its name.
    Special(String),
    /// No value.
    Missing,
    /// A word that the sample of the fit does not hold; only where words are binned.
    Unseen,
}

/// A line of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// What it is about.
    pub of: LineOf,
    /// Sums over its rows.
    pub cell: Cell,
    /// Its share of all rows, as a fraction.
    pub share: f64,
    /// Its share of all weight, as a fraction.
    pub weight_share: f64,
    /// Bad rate, or mean of the amounts; none without weight.
    pub rate: Option<f64>,
    /// Where the rate lies, at 95 %: Jeffreys' interval over effective rows for classes, the normal one for amounts.
    pub interval: Option<(f64, f64)>,
    /// For a bin the p-value of the test that it and the bin before have one rate, as
    /// [`Limits::max_p_value`](super::Limits::max_p_value) has it.
    pub p_value: Option<f64>,
    /// Weight of evidence of its own rows; none for amounts, without weight, or without both classes in the sample.
    pub woe: Option<f64>,
    /// What its own rows add to the information value; for amounts, to the squared error explained.
    pub iv: f64,
    /// What its policy is; none for a bin.
    pub policy: Option<Policy>,
    /// What a value of the line counts as: weight of evidence, or mean of the amounts. For a bin its own; a bin
    /// without weight is neutral.
    pub counts_as: f64,
}

/// A line of two samples.
#[derive(Clone, Debug, PartialEq)]
pub struct Beside {
    /// In the sample of the fit.
    pub fitted: Line,
    /// In the other sample; `counts_as` is that of the fit.
    pub other: Line,
    /// What the line adds to the population stability index, `(other − fitted) · ln(other / fitted)` of the shares of
    /// rows. An empty line counts as half a row.
    pub psi: f64,
}

impl Binning {
    /// The lines, bins first, then special groups, missing values and unseen words.
    ///
    /// ```
    /// use rating_core::fit::binning::{Binning, BinningOptions, Sample};
    /// let values = [1.0, 1.0, 1.0, 2.0, 2.0, 2.0, 2.0, f64::NAN];
    /// let bad = [true, true, false, true, false, false, false, false];
    /// let table = Binning::fit(&Sample::new(&values, &bad), &BinningOptions::default())?.table();
    /// assert_eq!(table.len(), 3);
    /// // One of five goods and two of three bads.
    /// assert!((table[0].woe.unwrap_or_default() - (0.2_f64 / (2.0 / 3.0)).ln()).abs() < 1e-12);
    /// # Ok::<(), rating_core::fit::binning::BinningError>(())
    /// ```
    pub fn table(&self) -> Vec<Line> {
        let cells = Cells {
            bins: self.bins(),
            special: self.special.clone(),
            missing: self.missing,
            unseen: Cell::default(),
        };
        self.lines(&cells)
    }

    /// The lines of the fit and those of another sample, side by side.
    ///
    /// # Errors
    /// [`BinningError`]: slices of different lengths, numbers that cannot be summed, or a sample of another kind.
    pub fn beside(&self, sample: &Sample<'_>) -> Result<Vec<Beside>, BinningError> {
        if sample.kind() != self.kind {
            return Err(BinningError::CountsDiffer {
                what: "kind of target",
            });
        }
        let (fitted, other) = (self.table(), self.lines(&self.count(sample)?));
        let rows = |lines: &[Line]| lines.iter().map(|line| line.cell.rows).sum::<u64>().max(1) as f64;
        let (all_fitted, all_other) = (rows(&fitted), rows(&other));
        let share = |line: &Line, all: f64| (line.cell.rows as f64).max(0.5) / all;
        let pair = |(fitted, other): (Line, Line)| {
            let (expected, actual) = (share(&fitted, all_fitted), share(&other, all_other));
            let is_empty = fitted.cell.rows == 0 && other.cell.rows == 0;
            let psi = if is_empty {
                0.0
            } else {
                (actual - expected) * (actual / expected).ln()
            };
            Beside { fitted, other, psi }
        };
        Ok(fitted.into_iter().zip(other).map(pair).collect())
    }

    /// Information value: the sum over all lines of the table, missing and special values included by what their own
    /// rows show. For amounts the squared error explained.
    pub fn iv(&self) -> f64 {
        self.table().iter().map(|line| line.iv).sum()
    }

    fn count(&self, sample: &Sample<'_>) -> Result<Cells, BinningError> {
        let cut = match &self.pre_bins {
            PreBins::Edges(_) => Cut::Numbers {
                edges: self.splits(),
                special: self.options.special.clone(),
            },
            PreBins::Words(_) => Cut::Words {
                special: self.options.special.clone(),
            },
        };
        let mut counts = PreBinCounts::new(cut)?;
        counts.add(&Sample {
            periods: None,
            ..*sample
        })?;
        let frozen = counts.freeze();
        let mut cells = Cells {
            bins: frozen.regular,
            special: frozen.special,
            missing: frozen.missing,
            unseen: Cell::default(),
        };
        if let PreBins::Words(_) = self.pre_bins {
            let groups = self.groups();
            let mut bins = vec![Cell::default(); groups.len()];
            for (word, cell) in frozen.words.iter().zip(&cells.bins) {
                let at = groups.iter().position(|group| group.contains(word));
                let sum = at.and_then(|at| bins.get_mut(at)).unwrap_or(&mut cells.unseen);
                *sum = sum.and(cell);
            }
            cells.bins = bins;
        }
        Ok(cells)
    }

    fn lines(&self, cells: &Cells) -> Vec<Line> {
        let beside = [&cells.missing, &cells.unseen];
        let total = Cell::sum(cells.bins.iter().chain(&cells.special).chain(beside));
        let worth = self.worth();
        let mut lines = Vec::new();
        let bins = self.names().into_iter().zip(&cells.bins).zip(&worth.bins);
        let before = [None].into_iter().chain(cells.bins.iter().map(Some));
        for (((of, cell), counts_as), before) in bins.zip(before) {
            let mut line = self.line(of, cell, &total);
            line.counts_as = *counts_as;
            line.p_value = before.map(|before| p_value(test_statistic(self.kind, before, cell)));
            lines.push(line);
        }
        let mut add = |of, cell, policy, counts_as| {
            let line = self.line(of, cell, &total);
            lines.push(Line {
                policy: Some(policy),
                counts_as,
                ..line
            });
        };
        let special = self
            .options
            .special
            .iter()
            .zip(&cells.special)
            .zip(&worth.special);
        for ((group, cell), counts_as) in special {
            let of = LineOf::Special(group.name.clone());
            add(of, cell, self.options.special_policy.clone(), *counts_as);
        }
        add(
            LineOf::Missing,
            &cells.missing,
            self.options.missing.clone(),
            worth.missing,
        );
        if matches!(self.pre_bins, PreBins::Words(_)) {
            let policy = match self.options.unseen {
                UnseenPolicy::Worst => Policy::Worst,
                UnseenPolicy::Best => Policy::Best,
                UnseenPolicy::Neutral => Policy::Neutral,
                UnseenPolicy::Missing => self.options.missing.clone(),
            };
            add(LineOf::Unseen, &cells.unseen, policy, worth.unseen);
        }
        lines
    }

    /// The statistics of a line, without what it counts as.
    fn line(&self, of: LineOf, cell: &Cell, total: &Cell) -> Line {
        let has_both = self.kind == TargetKind::Classes && total.goods() > 0.0 && total.bads() > 0.0;
        let iv = match (cell.rate(), self.kind) {
            (Some(_), TargetKind::Classes) if has_both => value(Objective::InformationValue, cell, total),
            (Some(_), TargetKind::Amounts) => value(Objective::SquaredError, cell, total),
            _ => 0.0,
        };
        Line {
            of,
            cell: *cell,
            share: cell.rows as f64 / total.rows.max(1) as f64,
            weight_share: if total.weight > 0.0 {
                cell.weight / total.weight
            } else {
                0.0
            },
            rate: cell.rate(),
            interval: interval(self.kind, cell),
            p_value: None,
            woe: woe(cell, total).filter(|_| has_both),
            iv,
            policy: None,
            counts_as: 0.0,
        }
    }

    pub(super) fn names(&self) -> Vec<LineOf> {
        if let PreBins::Words(_) = self.pre_bins {
            return self.groups().into_iter().map(LineOf::Words).collect();
        }
        let splits = self.splits();
        let edge = |at: usize| splits.get(at).copied();
        let band = |at: usize| LineOf::Band {
            from: at.checked_sub(1).and_then(edge),
            to: edge(at),
        };
        (0..=splits.len()).map(band).collect()
    }

    /// What every line counts as.
    pub(super) fn worth(&self) -> Worth {
        let total = self.total();
        let bins = self.bins();
        let own = |cell: &Cell| match self.kind {
            TargetKind::Classes => woe(cell, &total),
            TargetKind::Amounts => cell.rate(),
        };
        let neutral = match self.kind {
            TargetKind::Classes => 0.0,
            TargetKind::Amounts => total.rate().unwrap_or_default(),
        };
        let known: Vec<(f64, f64)> = bins
            .iter()
            .filter_map(|bin| Some((bin.rate()?, own(bin)?)))
            .collect();
        // A weight of evidence falls with risk, a mean rises.
        let least = known.iter().map(|bin| bin.1).fold(f64::INFINITY, f64::min);
        let greatest = known.iter().map(|bin| bin.1).fold(f64::NEG_INFINITY, f64::max);
        let (worst, best) = match self.kind {
            TargetKind::Classes => (least, greatest),
            TargetKind::Amounts => (greatest, least),
        };
        let of_bin = |at: usize| bins.get(at).and_then(own).unwrap_or(neutral);
        let resolve = |policy: &Policy, cell: &Cell| match policy {
            Policy::Own => own(cell).unwrap_or(neutral),
            Policy::Worst => worst,
            Policy::Best => best,
            Policy::Neutral => neutral,
            Policy::Into(at) => of_bin(*at),
            Policy::Named(label) => self.bin_named(label).map_or(neutral, of_bin),
            Policy::Nearest => cell
                .rate()
                .map_or(neutral, |rate| nearest(&known, rate).unwrap_or(neutral)),
        };
        let missing = resolve(&self.options.missing, &self.missing);
        Worth {
            bins: bins.iter().map(|bin| own(bin).unwrap_or(neutral)).collect(),
            special: self
                .special
                .iter()
                .map(|cell| resolve(&self.options.special_policy, cell))
                .collect(),
            missing,
            unseen: match self.options.unseen {
                UnseenPolicy::Worst => worst,
                UnseenPolicy::Best => best,
                UnseenPolicy::Neutral => neutral,
                UnseenPolicy::Missing => missing,
            },
        }
    }
}

/// What every line counts as: weights of evidence, or means.
#[derive(Clone, Debug)]
pub(super) struct Worth {
    pub(super) bins: Vec<f64>,
    pub(super) special: Vec<f64>,
    pub(super) missing: f64,
    pub(super) unseen: f64,
}

/// Sums of a sample by line.
struct Cells {
    bins: Vec<Cell>,
    special: Vec<Cell>,
    missing: Cell,
    unseen: Cell,
}

/// What the bin with the nearest rate counts as; of equals the first.
fn nearest(known: &[(f64, f64)], rate: f64) -> Option<f64> {
    let distance = |bin: &(f64, f64)| (bin.0 - rate).abs();
    let first = known.iter().min_by(|a, b| distance(a).total_cmp(&distance(b)));
    first.map(|bin| bin.1)
}
