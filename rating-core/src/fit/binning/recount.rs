//! Manual edits by edges and groups that no pre-bin has: counted anew from the data that the binning was made from.

use super::cell::Cell;
use super::counts::{Cut, Frozen, PreBinCounts};
use super::edit::{Change, Edit, fault};
use super::error::BinningError;
use super::fitted::Binning;
use super::layout::PreBins;
use super::options::{MOST_PRE_BINS, ascending};
use super::sample::{Sample, Scaled};
use super::table::LineOf;
use std::collections::BTreeMap;

impl Binning {
    /// As [`edited`](Self::edited), but `splits` may be any finite edges and `groups` may part rare words: they are counted
    /// from the sample, which must be the one that the binning was made from. Its pre-bins become finer and stay as they
    /// were otherwise. Periods of the sample are not used.
    ///
    /// # Errors
    /// [`BinningError`]: as `edited`, and as [`fit`](Self::fit) for a sample that cannot be counted;
    /// [`BinningError::Recounted`] for the first pre-bin, special group or missing value of which the sample has other
    /// rows, bad rows, weight or bads by weight; [`BinningError::Edit`] for a change that no data are counted for, and for
    /// more than 256 pre-bins.
    ///
    /// ```
    /// use rating_core::fit::binning::{Binning, BinningOptions, Change, Edit, Sample};
    /// let (values, bad) = ([1.0, 2.0, 3.0, 4.0], [true, true, false, false]);
    /// let sample = Sample::new(&values, &bad);
    /// let binning = Binning::fit(&sample, &BinningOptions::given(vec![2.5]))?;
    /// let edit = Edit {
    ///     author: "analyst", time: "2026-01-05", reason: "as the contract has it",
    ///     change: Change::Splits(vec![1.5, 3.5]),
    /// };
    /// let edited = binning.edited_from(edit, &sample)?;
    /// assert_eq!(edited.bins().iter().map(|bin| (bin.rows, bin.bad_rows)).collect::<Vec<_>>(), [(1, 1), (2, 1), (1, 0)]);
    /// # Ok::<(), rating_core::fit::binning::BinningError>(())
    /// ```
    pub fn edited_from(&self, edit: Edit<'_>, sample: &Sample<'_>) -> Result<Self, BinningError> {
        let mut finer = self.clone();
        (finer.pre_bins, finer.cells) = match (&edit.change, &self.pre_bins) {
            (Change::Splits(splits), PreBins::Edges(edges)) => self.by_edges(edges, splits, sample)?,
            (Change::Groups(groups), PreBins::Words(words)) => self.by_words(words, groups, sample)?,
            // What does not go with the kind of values is refused there.
            (Change::Splits(_) | Change::Groups(_), _) => return self.edited(edit),
            _ => {
                return Err(fault(
                    "splits or groups, for which data are counted",
                    "another change",
                ));
            }
        };
        let starts = self.pre_bins.starts_in(&finer.pre_bins);
        finer.cuts = self
            .cuts
            .iter()
            .filter_map(|cut| starts.get(*cut).copied())
            .collect();
        self.changed(finer, edit, true)
    }

    /// Counts of the sample, whose special and missing values are those of the binning.
    fn recounted(&self, cut: Cut, sample: &Sample<'_>) -> Result<Frozen, BinningError> {
        let sample = Sample {
            periods: None,
            ..*sample
        };
        sample.check_weights()?;
        let scaled = Scaled::new(&sample);
        let sample = scaled.of(&sample);
        sample.check_amounts()?;
        let counts = PreBinCounts::new(cut)?.in_units_of(scaled.unit);
        let mut counts = counts.expecting(self.kind);
        counts.add(&sample)?;
        let frozen = counts.freeze();
        let groups = self
            .options
            .special
            .iter()
            .zip(&self.special)
            .zip(&frozen.special);
        for ((group, cell), got) in groups {
            agrees(&LineOf::Special(group.name.clone()), cell, got)?;
        }
        agrees(&LineOf::Missing, &self.missing, &frozen.missing)?;
        Ok(frozen)
    }

    fn by_edges(
        &self,
        edges: &[f64],
        splits: &[f64],
        sample: &Sample<'_>,
    ) -> Result<(PreBins, Vec<Cell>), BinningError> {
        ascending("splits", splits)?;
        let mut all: Vec<f64> = edges.iter().chain(splits).copied().collect();
        all.sort_by(f64::total_cmp);
        all.dedup_by(|a, b| *a <= *b);
        few(all.len() + 1)?;
        let special = self.options.special.clone();
        let cut = Cut::Numbers {
            edges: all.clone(),
            special,
        };
        let counted = self.recounted(cut, sample)?.regular;
        let ends = edges.iter().map(Some).chain([None]);
        let (mut cells, mut from, mut low) = (Vec::new(), 0, None);
        for (end, old) in ends.zip(&self.cells) {
            let to = end.map_or(counted.len(), |end| all.partition_point(|edge| edge < end) + 1);
            let within = counted.get(from..to).unwrap_or_default();
            let band = LineOf::Band {
                from: low,
                to: end.copied(),
            };
            agrees(&band, old, &Cell::sum(within))?;
            cells.extend(if within.len() == 1 {
                std::slice::from_ref(old)
            } else {
                within
            });
            (from, low) = (to, end.copied());
        }
        Ok((PreBins::Edges(all), cells))
    }

    fn by_words(
        &self,
        words: &[Vec<String>],
        groups: &[Vec<String>],
        sample: &Sample<'_>,
    ) -> Result<(PreBins, Vec<Cell>), BinningError> {
        let special = self.options.special.clone();
        let counted = self.recounted(Cut::Words { special }, sample)?;
        let by_word: BTreeMap<&String, &Cell> = counted.words.iter().zip(&counted.regular).collect();
        let sum = |of: &[String]| Cell::sum(of.iter().filter_map(|word| by_word.get(word).copied()));
        // Every word of the binning is one of its data, so both have the same.
        let mut known: Vec<&String> = words.iter().flatten().collect();
        known.sort_unstable();
        let other = |(word, got): &(&String, &&String)| word != *got;
        let differ = counted.words.iter().zip(&known).find(other).map(|(word, _)| word);
        let more = counted
            .words
            .get(known.len())
            .or_else(|| known.get(counted.words.len()).copied());
        if let Some(word) = differ.or(more) {
            return Err(fault("data with the words of the binning and no other", word));
        }
        let wanted = |word: &String| groups.iter().position(|group| group.contains(word));
        let (mut finer, mut cells) = (Vec::new(), Vec::new());
        for (of, old) in words.iter().zip(&self.cells) {
            agrees(&LineOf::Words(of.clone()), old, &sum(of))?;
            let mut parts: BTreeMap<Option<usize>, Vec<String>> = BTreeMap::new();
            for word in of {
                parts.entry(wanted(word)).or_default().push(word.clone());
            }
            let is_whole = parts.len() == 1;
            for part in parts.into_values() {
                cells.push(if is_whole { *old } else { sum(&part) });
                finer.push(part);
            }
        }
        few(finer.len())?;
        Ok((PreBins::Words(finer), cells))
    }
}

impl PreBins {
    /// Where each of these pre-bins begins in finer ones.
    fn starts_in(&self, finer: &Self) -> Vec<usize> {
        match (self, finer) {
            (Self::Edges(edges), Self::Edges(all)) => {
                let start = |edge: &f64| all.partition_point(|other| other < edge) + 1;
                [0].into_iter().chain(edges.iter().map(start)).collect()
            }
            (Self::Words(words), Self::Words(all)) => {
                let start = |of: &Vec<String>| {
                    all.iter()
                        .position(|part| part.iter().any(|word| of.contains(word)))
                };
                words.iter().filter_map(start).collect()
            }
            _ => Vec::new(),
        }
    }
}

fn few(pre_bins: usize) -> Result<(), BinningError> {
    if pre_bins <= MOST_PRE_BINS {
        return Ok(());
    }
    Err(fault(
        "at most 256 pre-bins, those before among them",
        &pre_bins.to_string(),
    ))
}

/// The sums of a line are those of the data; sums of weights but for rounding.
fn agrees(line: &LineOf, binned: &Cell, got: &Cell) -> Result<(), BinningError> {
    let counts = [
        ("rows", binned.rows, got.rows),
        ("bad rows", binned.bad_rows, got.bad_rows),
    ];
    let counts = counts.map(|(what, before, now)| (what, before as f64, now as f64, 0.0));
    let near = |sum: f64| 1e-9 * sum.abs().max(f64::MIN_POSITIVE);
    let weights = [
        ("weight", binned.weight, got.weight, near(binned.weight)),
        (
            "bads by weight",
            binned.target,
            got.target,
            near(binned.target_squared.max(binned.target.abs())),
        ),
    ];
    let mut all = counts.into_iter().chain(weights);
    match all.find(|(_, before, now, tolerance)| (before - now).abs() > *tolerance) {
        Some((what, before, now, _)) => Err(BinningError::Recounted {
            line: line.label().into_owned(),
            what,
            expected: before,
            got: now,
        }),
        None => Ok(()),
    }
}
