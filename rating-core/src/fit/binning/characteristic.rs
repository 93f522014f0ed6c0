//! A binning as part of a scorecard, and as numbers for a regression.

use super::cell::TargetKind;
use super::error::BinningError;
use super::fitted::Binning;
use super::layout::PreBins;
use super::options::same;
use crate::measure::Measure;
use crate::num::Points;
use crate::scorecard::{
    AttributesSpec, BandSpec, CategoriesSpec, CategorySpec, CharacteristicSpec, MissingPoints, SpecialSpec,
};

/// Largest points of an attribute either way; a scorecard takes no more.
const MOST_POINTS: f64 = 10_000.0;

/// How weights of evidence become points.
///
/// ```text
/// points = round(offset + per_woe · weight of evidence)
/// ```
/// `per_woe` is the coefficient of the variable in log-odds good : bad times `pdo / ln 2`; above 0 it keeps higher
/// points safer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PointsOfWoe {
    /// Points for a weight of evidence of 1.
    pub per_woe: f64,
    /// Points for a weight of evidence of 0.
    pub offset: f64,
}

impl PointsOfWoe {
    fn of(self, woe: f64) -> Result<Points, BinningError> {
        let points = (self.offset + self.per_woe * woe).round();
        if points.is_nan() || points.abs() > MOST_POINTS {
            return Err(BinningError::Characteristic {
                expected: "points from -10000 to 10000",
                got: points.to_string(),
            });
        }
        #[expect(clippy::cast_possible_truncation, reason = "a whole number of at most 10,000")]
        Ok(points as Points)
    }
}

impl Binning {
    /// The points of each line of the [`table`](Self::table), as [`characteristic`](Self::characteristic) gives them.
    ///
    /// # Errors
    /// [`BinningError::Characteristic`], as there.
    pub fn points(&self, points: PointsOfWoe) -> Result<Vec<Points>, BinningError> {
        self.has_woe()?;
        self.table()
            .iter()
            .map(|line| points.of(line.counts_as))
            .collect()
    }

    fn has_woe(&self) -> Result<(), BinningError> {
        if self.kind == TargetKind::Classes {
            return Ok(());
        }
        Err(BinningError::Characteristic {
            expected: "weights of evidence, which classes have",
            got: "amounts".to_owned(),
        })
    }

    /// The binning as a characteristic of a scorecard: the same bins, and points for all that falls into none. A special
    /// group of words is a set of words like any other there.
    ///
    /// The sample does not tell reasons for a missing value apart, so all three get the points of its line. Words that
    /// the catalogue does not list are refused by the check of the card.
    ///
    /// # Errors
    /// [`BinningError::Characteristic`]: amounts, which have no weight of evidence, or points beyond ±10,000.
    ///
    /// ```
    /// use rating_core::fit::binning::{Binning, BinningOptions, PointsOfWoe, Sample};
    /// use rating_core::measure::Measure;
    /// let values = [1.0, 1.0, 1.0, 5.0, 5.0, 5.0];
    /// let bad = [true, true, false, true, false, false];
    /// let binning = Binning::fit(&Sample::new(&values, &bad), &BinningOptions::default())?;
    /// // ln(1/2) and ln(2), 20 points to double the odds: 20 points less and 20 more.
    /// let points = PointsOfWoe { per_woe: 20.0 / std::f64::consts::LN_2, offset: 0.0 };
    /// let spec = binning.characteristic(Measure::RegistryAge, points)?;
    /// let text = serde_json::to_string(&spec.attributes).unwrap_or_default();
    /// assert_eq!(text, r#"{"bands":[{"below":3.0,"points":-20},{"points":20}]}"#);
    /// # Ok::<(), rating_core::fit::binning::BinningError>(())
    /// ```
    pub fn characteristic(
        &self,
        measure: Measure,
        points: PointsOfWoe,
    ) -> Result<CharacteristicSpec, BinningError> {
        self.has_woe()?;
        let worth = self.worth();
        let bins = worth.bins.iter().map(|woe| points.of(*woe));
        let bins: Vec<Points> = bins.collect::<Result<_, _>>()?;
        let attributes = match &self.pre_bins {
            PreBins::Edges(_) => {
                let ends = self.splits().into_iter().map(Some).chain([None]);
                let band = |(below, points)| BandSpec { below, points };
                AttributesSpec::Bands(ends.zip(bins).map(band).collect())
            }
            PreBins::Words(_) => {
                let set = |(words, points)| CategorySpec { words, points };
                let mut sets: Vec<CategorySpec> = self.groups().into_iter().zip(bins).map(set).collect();
                for (group, woe) in self.options.special.iter().zip(&worth.special) {
                    sets.push(set((group.words().to_vec(), points.of(*woe)?)));
                }
                AttributesSpec::Categories(CategoriesSpec {
                    sets,
                    unseen: points.of(worth.unseen)?,
                })
            }
        };
        let missing = points.of(worth.missing)?;
        let mut special = Vec::new();
        for (group, woe) in self.options.special.iter().zip(&worth.special) {
            let points = points.of(*woe)?;
            special.extend(group.numbers().iter().map(|value| SpecialSpec {
                value: *value,
                points,
            }));
        }
        Ok(CharacteristicSpec {
            measure,
            attributes,
            missing: MissingPoints {
                not_reported: missing,
                not_applicable: missing,
                too_short: missing,
            },
            special,
        })
    }

    /// What each number counts as: weight of evidence, or mean of the amounts. NaN and what is not valid is missing.
    /// Of a binning of words every number is missing.
    pub fn transform(&self, values: &[f64], validity: Option<&[bool]>) -> Vec<f64> {
        let worth = self.worth();
        let splits = self.splits();
        let is_numbers = matches!(self.pre_bins, PreBins::Edges(_));
        let special: Vec<(f64, f64)> = self
            .options
            .special
            .iter()
            .zip(&worth.special)
            .flat_map(|(group, woe)| group.numbers().iter().map(|value| (*value, *woe)))
            .collect();
        let of = |(row, value): (usize, &f64)| {
            let is_valid = validity.is_none_or(|v| v.get(row).copied().unwrap_or_default());
            if !is_valid || value.is_nan() || !is_numbers {
                return worth.missing;
            }
            if let Some((_, woe)) = special.iter().find(|special| same(special.0, *value)) {
                return *woe;
            }
            let bin = splits.partition_point(|edge| edge <= value);
            worth.bins.get(bin).copied().unwrap_or(worth.missing)
        };
        values.iter().enumerate().map(of).collect()
    }

    /// What each word counts as. Of a binning of numbers every word is unseen, and unseen is missing.
    pub fn transform_words(&self, words: &[Option<&str>]) -> Vec<f64> {
        let worth = self.worth();
        let groups = self.groups();
        let mut known = std::collections::BTreeMap::new();
        for (group, woe) in groups.iter().zip(&worth.bins) {
            known.extend(group.iter().map(|word| (word.as_str(), *woe)));
        }
        for (group, woe) in self.options.special.iter().zip(&worth.special) {
            known.extend(group.words().iter().map(|word| (word.as_str(), *woe)));
        }
        let unseen = if groups.is_empty() {
            worth.missing
        } else {
            worth.unseen
        };
        let of = |word: Option<&str>| {
            word.map_or(worth.missing, |word| known.get(word).copied().unwrap_or(unseen))
        };
        words.iter().copied().map(of).collect()
    }
}
