//! Counts by pre-bin: gathered chunk by chunk, and merged.

use super::cell::{Cell, Tally, TargetKind};
use super::classes::Classes;
use super::error::BinningError;
use super::options::{ascending, same};
use super::sample::{Sample, Target, Values};
use super::special::{self, SpecialGroup};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

mod document;

/// Counts of a sample by pre-bin, special group, missing value and period.
///
/// Counts of two parts of a sample merge to the counts of the whole, bit by bit, in whatever order and however the
/// sample was parted: sums are exact. A document: counts of parts of a cluster travel as JSON, without losing a bit.
///
/// ```
/// use rating_core::fit::binning::{Binning, BinningOptions, Cut, PreBinCounts, Sample};
/// let (values, bad) = ([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [true, false, true, false, false, false]);
/// let cut = Cut::Numbers { edges: vec![2.5, 3.5, 4.5], special: vec![] };
/// let mut counts = PreBinCounts::new(cut)?;
/// for chunk in 0..3 {
///     let rows = 2 * chunk..2 * chunk + 2;
///     let mut part = PreBinCounts::new(counts.cut().clone())?;
///     part.add(&Sample::new(&values[rows.clone()], &bad[rows]))?;
///     counts.merge(&part)?;
/// }
/// let binning = Binning::from_counts(&counts, &BinningOptions::default())?;
/// assert_eq!(binning.splits(), [3.5]);
/// # Ok::<(), rating_core::fit::binning::BinningError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "document::Document", into = "document::Document")]
pub struct PreBinCounts {
    cut: Cut,
    kind: Option<TargetKind>,
    all: Slots,
    periods: BTreeMap<i64, Slots>,
    /// Special values with the number of their group.
    special: Vec<(f64, usize)>,
    /// Special words with the number of their group.
    special_words: BTreeMap<String, usize>,
    /// What a weight of 1 stands for: 1, but for a sample that is counted as a whole.
    unit: f64,
}

/// Into what a sample is counted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "document::WrittenCut", into = "document::WrittenCut")]
pub enum Cut {
    /// Numbers, by the edges of pre-bins: `[a, b)`.
    Numbers {
        /// Finite edges, ascending.
        edges: Vec<f64>,
        /// Values that are counted on their own.
        special: Vec<SpecialGroup>,
    },
    /// Words, each on its own.
    Words {
        /// Words that are counted by their group.
        special: Vec<SpecialGroup>,
    },
}

impl Cut {
    /// Values that are counted by their group.
    pub fn special(&self) -> &[SpecialGroup] {
        match self {
            Self::Numbers { special, .. } | Self::Words { special } => special,
        }
    }

    /// Whether words are counted.
    pub const fn is_words(&self) -> bool {
        matches!(self, Self::Words { .. })
    }
}

/// Tallies of one period, or of all.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Slots {
    missing: Tally,
    special: Vec<Tally>,
    regular: Vec<Tally>,
    words: BTreeMap<String, Tally>,
}

/// Counts as numbers, with the pre-bins that they are of.
#[derive(Clone, Debug)]
pub(super) struct Frozen {
    pub(super) kind: TargetKind,
    pub(super) missing: Cell,
    pub(super) special: Vec<Cell>,
    pub(super) regular: Vec<Cell>,
    /// The words of the regular cells, for words.
    pub(super) words: Vec<String>,
    /// The regular cells by period.
    pub(super) periods: Vec<Vec<Cell>>,
}

impl PreBinCounts {
    /// Without rows so far.
    ///
    /// # Errors
    /// [`BinningError::Option`] if the edges are not finite and ascending, or special groups are not of the kind of the
    /// values, each value once.
    pub fn new(cut: Cut) -> Result<Self, BinningError> {
        if let Cut::Numbers { edges, .. } = &cut {
            ascending("edges", edges)?;
        }
        special::check(cut.special(), cut.is_words())?;
        let (mut special, mut special_words) = (Vec::new(), BTreeMap::new());
        for (at, group) in cut.special().iter().enumerate() {
            special.extend(group.numbers().iter().map(|number| (*number, at)));
            special_words.extend(group.words().iter().map(|word| (word.clone(), at)));
        }
        Ok(Self {
            all: Slots::new(&cut),
            cut,
            kind: None,
            periods: BTreeMap::new(),
            special,
            special_words,
            unit: 1.0,
        })
    }

    /// Counts rows whose weights were divided by this.
    pub(super) fn in_units_of(mut self, unit: f64) -> Self {
        self.unit = unit;
        self
    }

    /// Says what the target will be, which otherwise the first rows say.
    ///
    /// ```
    /// use rating_core::fit::binning::{Cut, PreBinCounts, Sample, TargetKind};
    /// let cut = Cut::Numbers { edges: vec![0.5], special: vec![] };
    /// let mut losses = PreBinCounts::new(cut)?.expecting(TargetKind::Amounts);
    /// let refused = losses.add(&Sample::new(&[0.7], &[true]));
    /// assert_eq!(refused.unwrap_err().to_string(), "expected counts over the same `kind of target`, got others");
    /// # Ok::<(), rating_core::fit::binning::BinningError>(())
    /// ```
    #[must_use]
    pub fn expecting(mut self, kind: TargetKind) -> Self {
        self.kind = Some(kind);
        self
    }

    /// What the target is; none before any rows unless it was said.
    pub fn target(&self) -> Option<TargetKind> {
        self.kind
    }

    /// The counts of a whole sample of classes without weights, periods and special groups, from its sorted values:
    /// the same as by [`add`](Self::add), without a search for every row.
    pub(super) fn of_classes(cut: Cut, classes: &Classes, bad: &[bool]) -> Result<Self, BinningError> {
        let mut made = Self::new(cut)?;
        made.kind = Some(TargetKind::Classes);
        let Cut::Numbers { edges, .. } = &made.cut else {
            return Ok(made);
        };
        let bads = bad.iter().map(|bad| u64::from(*bad)).sum();
        let (mut rows, mut bad_rows) = (bad.len() as u64, bads);
        let counts = classes.counts(edges);
        for (tally, (of_bin, of_bads)) in made.all.regular.iter_mut().zip(counts) {
            *tally = Tally::plain(of_bin, of_bads);
            rows -= of_bin;
            bad_rows -= of_bads;
        }
        made.all.missing = Tally::plain(rows, bad_rows);
        Ok(made)
    }

    /// Into what is counted.
    pub fn cut(&self) -> &Cut {
        &self.cut
    }

    /// Counts further rows.
    ///
    /// # Errors
    /// [`BinningError`]: slices of different lengths, weights or amounts that cannot be summed, words where numbers
    /// are counted, amounts where classes are. Nothing is counted then.
    pub fn add(&mut self, sample: &Sample<'_>) -> Result<(), BinningError> {
        sample.check()?;
        if sample.is_words() != self.cut.is_words() {
            return Err(BinningError::CountsDiffer {
                what: "kind of values",
            });
        }
        self.take_kind(Some(sample.kind()))?;
        match (sample.values, sample.target) {
            (
                Values::Numbers {
                    values,
                    validity: None,
                },
                Target::Bad(bad),
            ) if sample.weights.is_none() && sample.periods.is_none() && self.special.is_empty() => {
                self.add_plain(values, bad);
            }
            (Values::Numbers { values, validity }, _) => {
                for (row, value) in values.iter().enumerate() {
                    let is_valid = validity.is_none_or(|v| v.get(row).copied().unwrap_or_default());
                    let slot = self.slot(if is_valid { *value } else { f64::NAN });
                    self.add_row(sample, row, &slot);
                }
            }
            (Values::Words(words), _) => {
                for (row, word) in words.iter().enumerate() {
                    let slot = word.map_or(Slot::Missing, |word| self.slot_of_word(word));
                    self.add_row(sample, row, &slot);
                }
            }
        }
        Ok(())
    }

    /// Adds the counts of another part of the sample.
    ///
    /// # Errors
    /// [`BinningError::CountsDiffer`] if they are not over the same pre-bins, special groups and kind of target.
    pub fn merge(&mut self, other: &Self) -> Result<(), BinningError> {
        if self.cut != other.cut {
            return Err(BinningError::CountsDiffer { what: "pre-bins" });
        }
        self.take_kind(other.kind)?;
        self.all.merge(&other.all);
        for (period, slots) in &other.periods {
            let empty = || Slots::new(&self.cut);
            self.periods.entry(*period).or_insert_with(empty).merge(slots);
        }
        Ok(())
    }

    fn take_kind(&mut self, kind: Option<TargetKind>) -> Result<(), BinningError> {
        match (self.kind, kind) {
            (Some(own), Some(other)) if own != other => Err(BinningError::CountsDiffer {
                what: "kind of target",
            }),
            (own, other) => {
                self.kind = own.or(other);
                Ok(())
            }
        }
    }

    fn slot(&self, value: f64) -> Slot<'static> {
        if value.is_nan() {
            return Slot::Missing;
        }
        if let Some((_, group)) = self.special.iter().find(|special| same(special.0, value)) {
            return Slot::Special(*group);
        }
        match &self.cut {
            Cut::Numbers { edges, .. } => Slot::Regular(edges.partition_point(|edge| *edge <= value)),
            Cut::Words { .. } => Slot::Missing,
        }
    }

    fn slot_of_word<'w>(&self, word: &'w str) -> Slot<'w> {
        let special = self.special_words.get(word);
        special.map_or(Slot::Word(word), |group| Slot::Special(*group))
    }

    fn add_row(&mut self, sample: &Sample<'_>, row: usize, slot: &Slot<'_>) {
        let (target, is_bad) = sample.outcome(row);
        let weight = sample.weight(row);
        self.all.tally(slot).add(target, weight, is_bad);
        if let Some(period) = sample.periods.and_then(|periods| periods.get(row)) {
            let empty = || Slots::new(&self.cut);
            let slots = self.periods.entry(*period).or_insert_with(empty);
            slots.tally(slot).add(target, weight, is_bad);
        }
    }

    /// Classes without weights and periods: two counters a pre-bin.
    fn add_plain(&mut self, values: &[f64], bad: &[bool]) {
        let Cut::Numbers { edges, .. } = &self.cut else {
            return;
        };
        let bins = edges.len() + 1;
        // The slot behind the last pre-bin is for NaN.
        let mut counts = vec![[0_u64; 2]; bins + 1];
        for (value, bad) in values.iter().zip(bad) {
            let at = if value.is_nan() {
                bins
            } else {
                edges.partition_point(|edge| *edge <= *value)
            };
            if let Some([goods, bads]) = counts.get_mut(at) {
                *goods += u64::from(!bad);
                *bads += u64::from(*bad);
            }
        }
        for (at, [goods, bads]) in counts.into_iter().enumerate() {
            let slot = if at == bins {
                Slot::Missing
            } else {
                Slot::Regular(at)
            };
            self.all.tally(&slot).merge(&Tally::plain(goods + bads, bads));
        }
    }

    pub(super) fn freeze(&self) -> Frozen {
        let cell = |tally: &Tally| tally.cell().times(self.unit);
        let cells = |tallies: &[Tally]| tallies.iter().map(cell).collect();
        let words: Vec<String> = self.all.words.keys().cloned().collect();
        let regular = |slots: &Slots| -> Vec<Cell> {
            if self.cut.is_words() {
                let of = |word: &String| slots.words.get(word).map(cell).unwrap_or_default();
                words.iter().map(of).collect()
            } else {
                cells(&slots.regular)
            }
        };
        Frozen {
            kind: self.kind.unwrap_or(TargetKind::Classes),
            missing: cell(&self.all.missing),
            special: cells(&self.all.special),
            regular: regular(&self.all),
            periods: self.periods.values().map(regular).collect(),
            words,
        }
    }
}

/// Where a row is counted.
enum Slot<'a> {
    Missing,
    Special(usize),
    Regular(usize),
    Word(&'a str),
}

impl Slots {
    fn new(cut: &Cut) -> Self {
        let (special, regular) = match cut {
            Cut::Numbers { edges, special } => (special.len(), edges.len() + 1),
            Cut::Words { special } => (special.len(), 0),
        };
        Self {
            missing: Tally::default(),
            special: vec![Tally::default(); special],
            regular: vec![Tally::default(); regular],
            words: BTreeMap::new(),
        }
    }

    /// INVARIANT: special groups and pre-bins exist; what does not would count as missing.
    fn tally(&mut self, slot: &Slot<'_>) -> &mut Tally {
        match slot {
            Slot::Missing => &mut self.missing,
            Slot::Special(at) => self.special.get_mut(*at).unwrap_or(&mut self.missing),
            Slot::Regular(at) => self.regular.get_mut(*at).unwrap_or(&mut self.missing),
            Slot::Word(word) => {
                if !self.words.contains_key(*word) {
                    self.words.insert((*word).to_owned(), Tally::default());
                }
                self.words.get_mut(*word).unwrap_or(&mut self.missing)
            }
        }
    }

    fn tallies(&self) -> impl Iterator<Item = &Tally> {
        let lists = self.special.iter().chain(&self.regular);
        lists.chain(self.words.values()).chain([&self.missing])
    }

    fn merge(&mut self, other: &Self) {
        self.missing.merge(&other.missing);
        for (own, other) in self.special.iter_mut().zip(&other.special) {
            own.merge(other);
        }
        for (own, other) in self.regular.iter_mut().zip(&other.regular) {
            own.merge(other);
        }
        for (word, tally) in &other.words {
            self.words.entry(word.clone()).or_default().merge(tally);
        }
    }
}
