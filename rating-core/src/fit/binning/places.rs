//! Where values fall, line by line of the table, and how a line is written.

use super::cell::Cell;
use super::fitted::Binning;
use super::layout::PreBins;
use super::options::same;
use super::table::{Line, LineOf};
use std::borrow::Cow;
use std::collections::BTreeMap;

impl LineOf {
    /// The line in short: `[0.1, 0.5)` for a band closed below and open above, `< 0.1` and `>= 0.5` for the outer
    /// bands, `any` where there is only one, `A, B` for words, the name of a special group, `missing`, `unseen`.
    ///
    /// ```
    /// use rating_core::fit::binning::LineOf;
    /// assert_eq!(LineOf::Band { from: Some(0.1), to: Some(0.5) }.label(), "[0.1, 0.5)");
    /// assert_eq!(LineOf::Band { from: None, to: None }.label(), "any");
    /// assert_eq!(LineOf::Words(vec!["A".to_owned(), "B".to_owned()]).label(), "A, B");
    /// ```
    pub fn label(&self) -> Cow<'_, str> {
        match self {
            Self::Band { from, to } => match (from, to) {
                (Some(from), Some(to)) => format!("[{from}, {to})").into(),
                (Some(from), None) => format!(">= {from}").into(),
                (None, Some(to)) => format!("< {to}").into(),
                (None, None) => "any".into(),
            },
            Self::Words(words) => words.join(", ").into(),
            Self::Special(name) => name.as_str().into(),
            Self::Missing => "missing".into(),
            Self::Unseen => "unseen".into(),
        }
    }

    /// What kind of line it is, in one word: `band`, `words`, `special`, `missing`, `unseen`.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Band { .. } => "band",
            Self::Words(_) => "words",
            Self::Special(_) => "special",
            Self::Missing => "missing",
            Self::Unseen => "unseen",
        }
    }
}

impl Line {
    /// All lines together: their sums, and what they add up to in information value (squared error explained).
    pub fn total(lines: &[Self]) -> (Cell, f64) {
        let cell = Cell::sum(lines.iter().map(|line| &line.cell));
        (cell, lines.iter().map(|line| line.iv).sum())
    }
}

impl Binning {
    /// The line of the [`table`](Self::table) that each number falls into, counted from 0. NaN and what is not valid
    /// is missing. Of a binning of words every number is missing.
    ///
    /// ```
    /// use rating_core::fit::binning::{Binning, BinningOptions, Sample};
    /// let sample = Sample::new(&[1.0, 2.0, 3.0], &[true, false, true]);
    /// let binning = Binning::fit(&sample, &BinningOptions::given(vec![1.5, 2.5]))?;
    /// // Bands are closed below; behind three bands comes the line of missing values.
    /// assert_eq!(binning.places(&[f64::NEG_INFINITY, 1.5, 9.0, f64::NAN], None), [0, 1, 2, 3]);
    /// # Ok::<(), rating_core::fit::binning::BinningError>(())
    /// ```
    pub fn places(&self, values: &[f64], validity: Option<&[bool]>) -> Vec<usize> {
        let splits = self.splits();
        let is_numbers = matches!(self.pre_bins, PreBins::Edges(_));
        let bins = self.cuts.len() + 1;
        let missing = bins + self.special.len();
        let special: Vec<(f64, usize)> = self
            .options
            .special
            .iter()
            .enumerate()
            .flat_map(|(at, group)| group.numbers().iter().map(move |value| (*value, bins + at)))
            .collect();
        let of = |(row, value): (usize, &f64)| {
            let is_valid = validity.is_none_or(|v| v.get(row).copied().unwrap_or_default());
            if !is_valid || value.is_nan() || !is_numbers {
                return missing;
            }
            let met = special.iter().find(|special| same(special.0, *value));
            met.map_or_else(|| splits.partition_point(|edge| edge <= value), |(_, at)| *at)
        };
        values.iter().enumerate().map(of).collect()
    }

    /// The line of the [`table`](Self::table) that each word falls into, counted from 0. Of a binning of numbers every
    /// word is missing.
    pub fn places_of_words(&self, words: &[Option<&str>]) -> Vec<usize> {
        let groups = self.groups();
        let bins = self.cuts.len() + 1;
        let missing = bins + self.special.len();
        let mut known = BTreeMap::new();
        for (at, group) in groups.iter().enumerate() {
            known.extend(group.iter().map(|word| (word.as_str(), at)));
        }
        for (at, group) in self.options.special.iter().enumerate() {
            known.extend(group.words().iter().map(|word| (word.as_str(), bins + at)));
        }
        let unseen = if groups.is_empty() { missing } else { missing + 1 };
        let of = |word: Option<&str>| word.map_or(missing, |word| known.get(word).copied().unwrap_or(unseen));
        words.iter().copied().map(of).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::binning::{BinningOptions, Sample, SpecialGroup};
    use proptest::prelude::*;

    fn specials() -> Vec<SpecialGroup> {
        let group = |name: &str, values: &[f64]| SpecialGroup {
            name: name.to_owned(),
            values: values.to_vec().into(),
        };
        vec![group("refused", &[-1.0, -2.0]), group("none", &[0.0])]
    }

    proptest! {
        /// Two ways to the same number: the place of a value in the table, and its transform.
        #[test]
        fn a_value_counts_as_the_line_that_it_falls_into(
            rows in prop::collection::vec((prop_oneof![Just(f64::NAN), Just(-1.0), Just(0.0), Just(-0.0), -5.0..5.0_f64], any::<bool>()), 8..200),
            asked in prop::collection::vec(prop_oneof![Just(f64::NAN), Just(f64::INFINITY), Just(f64::NEG_INFINITY), Just(-2.0), Just(0.0), -9.0..9.0_f64], 0..50),
        ) {
            let (values, bad): (Vec<f64>, Vec<bool>) = rows.into_iter().unzip();
            let options = BinningOptions { special: specials(), ..BinningOptions::given(vec![-3.0, 0.5, 2.0]) };
            prop_assume!(bad.iter().any(|b| *b) && bad.iter().any(|b| !b));
            prop_assume!(values.iter().any(|v| !v.is_nan() && v.abs() > 0.0 && (v + 1.0).abs() > 0.0));
            let binning = Binning::fit(&Sample::new(&values, &bad), &options).unwrap();
            let table = binning.table();
            for (place, worth) in binning.places(&asked, None).iter().zip(binning.transform(&asked, None)) {
                prop_assert_eq!(table[*place].counts_as.to_bits(), worth.to_bits());
            }
            let (total, iv) = Line::total(&table);
            prop_assert_eq!(total.rows, values.len() as u64);
            prop_assert!((iv - binning.iv()).abs() <= 0.0);
        }
    }

    #[test]
    fn words_fall_into_their_group_or_are_missing_or_unseen() {
        let words = [Some("a"), Some("a"), Some("b"), Some("b"), None];
        let sample = Sample::of_words(&words, &[true, true, false, false, true]);
        let special = BinningOptions {
            special: specials(),
            ..BinningOptions::default()
        };
        insta::assert_snapshot!(Binning::fit(&sample, &special).unwrap_err(), @"special: expected groups of words for a variable of words, got `refused: [-1.0, -2.0]`");
        let binning = Binning::fit(&sample, &BinningOptions::default()).unwrap();
        // Ascending bad rate: b, a; then missing and unseen.
        let asked = [Some("a"), Some("b"), None, Some("c")];
        assert_eq!(binning.places_of_words(&asked), [1, 0, 2, 3]);
        assert_eq!(binning.places(&[1.0], None), [2]);
        let labels: Vec<String> = binning
            .table()
            .iter()
            .map(|l| l.of.label().into_owned())
            .collect();
        assert_eq!(labels, ["b", "a", "missing", "unseen"]);
        let kinds: Vec<&str> = binning.table().iter().map(|l| l.of.kind()).collect();
        assert_eq!(kinds, ["words", "words", "missing", "unseen"]);
    }
}
