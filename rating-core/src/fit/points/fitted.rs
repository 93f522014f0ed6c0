//! A card of any variables, by their names, with the bins that it was made of.

use super::card::{Base, CardOptions, calibration, line};
use super::document::{Document, Estimate, FORMAT, FittedCharacteristic, with_woe};
use super::{PointsError, Provenance, whole};
use crate::calibration::{Calibration, CalibrationSpec};
use crate::fit::binning::{Binning, Line, LineOf, SpecialGroup};
use crate::num::{Pd, Points};
use crate::scorecard::Kernel;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

/// A variable that goes into a card.
#[derive(Clone, Debug, PartialEq)]
pub struct FittedVariable {
    /// Name of the column.
    pub name: String,
    /// Its bins.
    pub binning: Binning,
    /// Log-odds bad : good for one unit of weight of evidence.
    pub coefficient: Estimate,
}

/// A card of any variables: bins, coefficients, whole points and the calibration from points to PDs, in one document.
///
/// It survives the way to JSON and back, and gives the same bits afterwards: points are kept, not made again. Every
/// value has points: what is missing, special or unseen those of its own line. Points are looked up by the kernel of
/// every scorecard; a card of measures of the catalogue becomes one by
/// [`of_measures`](Self::of_measures).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "Document", into = "Document")]
pub struct FittedCard {
    document: Document,
    lookups: Vec<Lookup>,
    calibration: Calibration,
}

/// Points of the values of a variable.
#[derive(Clone, Debug)]
enum Lookup {
    Numbers(Kernel),
    Words {
        points: BTreeMap<String, Points>,
        missing: Points,
        unseen: Points,
    },
}

impl PartialEq for FittedCard {
    fn eq(&self, other: &Self) -> bool {
        self.document == other.document
    }
}

impl From<FittedCard> for Document {
    fn from(card: FittedCard) -> Self {
        card.document
    }
}

impl TryFrom<Document> for FittedCard {
    type Error = PointsError;

    fn try_from(document: Document) -> Result<Self, PointsError> {
        let calibration = document.check()?;
        let lookups = document.characteristics.iter().map(Lookup::new).collect();
        Ok(Self {
            document,
            lookups,
            calibration,
        })
    }
}

impl FittedCard {
    /// Makes a card of bins and coefficients.
    ///
    /// ```text
    /// points of a line = round(−factor · coefficient · what the line counts as)    halves away from 0
    /// ```
    /// and with [`Base::Spread`] an equal share of the base before rounding.
    ///
    /// # Errors
    /// [`PointsError`]: no variable or one twice, bins of amounts, a scale that is none, points beyond bounds, a
    /// calibration that does not check.
    ///
    /// ```
    /// use rating_core::fit::binning::{Binning, BinningOptions, Sample};
    /// use rating_core::fit::points::*;
    /// let values = [1.0, 1.0, 1.0, 5.0, 5.0, 5.0];
    /// let bad = [true, true, false, true, false, false];
    /// let binning = Binning::fit(&Sample::new(&values, &bad), &BinningOptions::default())?;
    /// // Odds of 2 to 1 either way, 20 points to double them.
    /// let coefficient = Estimate { value: -1.0, standard_error: None };
    /// let options = CardOptions {
    ///     scaling: Scaling::Doubling { base_score: 600.0, base_odds: 1.0, pdo: 20.0 },
    ///     base: Base::Apart, default_rate: 0.5, pd_floor: 0.0,
    /// };
    /// let intercept = Estimate { value: 0.0, standard_error: None };
    /// let card = FittedCard::new(intercept, vec![FittedVariable { name: "age".to_owned(), binning, coefficient }], options)?;
    /// let mut scores = [card.base_points(); 3];
    /// card.add_points(0, &[1.0, 5.0, f64::NAN], &mut scores);
    /// assert_eq!(scores, [580, 620, 600]); // nothing is known of missing values: neutral
    /// assert!((card.pd(580).get() - 2.0 / 3.0).abs() < 1e-12);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(
        intercept: Estimate,
        variables: Vec<FittedVariable>,
        options: CardOptions,
    ) -> Result<Self, PointsError> {
        let mut worth = Vec::with_capacity(variables.len());
        for variable in &variables {
            with_woe(&variable.name, &variable.binning)?;
            let lines = variable.binning.table();
            let log_odds = lines
                .iter()
                .map(|line| -variable.coefficient.value * line.counts_as);
            worth.push(log_odds.collect::<Vec<f64>>());
        }
        let bounds = worth.iter().map(|all| {
            all.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |b, l| {
                (b.0.min(*l), b.1.max(*l))
            })
        });
        let scale = line(options.scaling, intercept.value, bounds)?;
        let count = variables.len();
        let base = scale.score(-intercept.value);
        let (base_points, share) = match options.base {
            Base::Spread if count > 0 => (0, base / count as f64),
            _ => (whole(base)?, 0.0),
        };
        let characteristic = |(variable, worth): (FittedVariable, Vec<f64>)| {
            let points = worth.iter().map(|l| whole(share + scale.factor() * l));
            Ok(FittedCharacteristic {
                points: points.collect::<Result<_, PointsError>>()?,
                name: variable.name,
                coefficient: variable.coefficient,
                binning: variable.binning,
            })
        };
        let apart = usize::from(options.base == Base::Apart || count == 0);
        let document = Document {
            format: FORMAT,
            base_points,
            intercept,
            rounding: (count + apart) as f64 / 2.0,
            calibration: calibration(scale, options).into(),
            characteristics: variables
                .into_iter()
                .zip(worth)
                .map(characteristic)
                .collect::<Result<_, PointsError>>()?,
            provenance: None,
        };
        Self::try_from(document)
    }

    /// The same card with what is told of how it came about.
    ///
    /// # Errors
    /// [`PointsError::Document`] if a variable of the card is among those that were dropped.
    pub fn with_provenance(self, provenance: Provenance) -> Result<Self, PointsError> {
        Self::try_from(Document {
            provenance: Some(provenance),
            ..self.document
        })
    }

    /// How it came about, if that was told.
    pub fn provenance(&self) -> Option<&Provenance> {
        self.document.provenance.as_ref()
    }

    /// SHA-256 of all that makes a score, in hexadecimal digits: base points, and bins and points of each variable. What
    /// was fitted to scores keeps it, and is stale for a card that has another. A calibration does not change it.
    pub fn stamp(&self) -> String {
        use std::fmt::Write as _;
        let mut hash = Sha256::new();
        hash.update(self.document.base_points.to_le_bytes());
        for of in &self.document.characteristics {
            // Lengths keep two names from running into each other.
            hash.update((of.name.len() as u64).to_le_bytes());
            hash.update(&of.name);
            hash.update(of.binning.stamp());
            for points in &of.points {
                hash.update(points.to_le_bytes());
            }
        }
        hash.finalize().iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    }

    /// The same card with another calibration, such as one that is anchored to a central tendency.
    ///
    /// # Errors
    /// [`PointsError::Calibration`] if it does not check for the scores of the card.
    pub fn calibrated(&self, calibration: impl Into<CalibrationSpec>) -> Result<Self, PointsError> {
        Self::try_from(Document {
            calibration: calibration.into(),
            ..self.document.clone()
        })
    }

    /// Points that every row has.
    pub fn base_points(&self) -> Points {
        self.document.base_points
    }

    /// Log-odds bad : good where every weight of evidence is 0.
    pub fn intercept(&self) -> Estimate {
        self.document.intercept
    }

    /// The variables, in card order.
    pub fn characteristics(&self) -> &[FittedCharacteristic] {
        &self.document.characteristics
    }

    /// No score lies farther from the unrounded one than this, in points: half a point for each rounded number.
    pub fn rounding(&self) -> f64 {
        self.document.rounding
    }

    /// What makes PDs of its scores.
    pub fn calibration(&self) -> &CalibrationSpec {
        &self.document.calibration
    }

    /// The fewest and the most points that any row can get, base points included.
    pub fn bounds(&self) -> (Points, Points) {
        self.document.bounds()
    }

    /// PD of a score, as the calibration has it; beyond the bounds that of the nearest bound.
    pub fn pd(&self, score: Points) -> Pd {
        self.calibration.pd(score)
    }

    /// Whether a variable is one of words; none if it is not there.
    pub fn is_words(&self, at: usize) -> Option<bool> {
        let lookup = self.lookups.get(at)?;
        Some(matches!(lookup, Lookup::Words { .. }))
    }

    /// Adds the points of the numbers of a variable to sums; slices of one length. NaN is missing. A variable of words
    /// takes every number for missing.
    pub fn add_points(&self, at: usize, values: &[f64], sums: &mut [Points]) {
        const BLOCK: usize = 4_096;
        match self.lookups.get(at) {
            Some(Lookup::Numbers(kernel)) => {
                // Reasons are told apart by records, not by columns of numbers: 0 leaves NaN to the kernel.
                let reasons = [0_u8; BLOCK];
                for (values, sums) in values.chunks(BLOCK).zip(sums.chunks_mut(BLOCK)) {
                    kernel.add(values, reasons.get(..values.len()).unwrap_or_default(), sums);
                }
            }
            Some(Lookup::Words { missing, .. }) => {
                for (sum, _) in sums.iter_mut().zip(values) {
                    *sum = sum.saturating_add(*missing);
                }
            }
            None => {}
        }
    }

    /// Adds the points of the words of a variable to sums. A variable of numbers takes every word for missing.
    pub fn add_points_of_words(&self, at: usize, words: &[Option<&str>], sums: &mut [Points]) {
        let of = |word: Option<&str>| match self.lookups.get(at) {
            Some(Lookup::Words {
                points,
                missing,
                unseen,
            }) => word.map_or(*missing, |word| points.get(word).copied().unwrap_or(*unseen)),
            Some(Lookup::Numbers(kernel)) => kernel.missing.first().copied().unwrap_or_default(),
            None => 0,
        };
        for (sum, word) in sums.iter_mut().zip(words) {
            *sum = sum.saturating_add(of(*word));
        }
    }
}

/// The words of each line of a table with its points: bins, and special groups of words.
pub(super) fn sets_of_words(characteristic: &FittedCharacteristic) -> Vec<(Vec<String>, Points)> {
    // Groups stand in the table as they stand in the options.
    let mut groups = characteristic.binning.options().special.iter();
    let lines = characteristic.binning.table().into_iter();
    let set = |(line, points): (Line, Points)| match line.of {
        LineOf::Words(words) => Some((words, points)),
        LineOf::Special(_) => groups.next().map(|group| (group.words().to_vec(), points)),
        _ => None,
    };
    lines
        .zip(characteristic.points.iter().copied())
        .filter_map(set)
        .collect()
}

impl Lookup {
    /// INVARIANT: the characteristic has passed its check, so that every line has points.
    fn new(characteristic: &FittedCharacteristic) -> Self {
        let lines = characteristic.binning.table();
        let lines = || lines.iter().zip(characteristic.points.iter().copied());
        let of = |wanted: LineOf| {
            lines()
                .find(|(line, _)| line.of == wanted)
                .map(|(_, points)| points)
        };
        let missing = of(LineOf::Missing).unwrap_or_default();
        if let Some(unseen) = of(LineOf::Unseen) {
            let mut points = BTreeMap::new();
            for (words, worth) in sets_of_words(characteristic) {
                points.extend(words.into_iter().map(|word| (word, worth)));
            }
            return Self::Words {
                points,
                missing,
                unseen,
            };
        }
        let mut kernel = Kernel {
            missing: [missing; 3],
            ..Kernel::default()
        };
        let mut before = None;
        // Groups stand in the table as they stand in the options.
        let mut groups = characteristic.binning.options().special.iter();
        for (line, points) in lines() {
            match (&line.of, before) {
                (LineOf::Band { .. }, None) => kernel.first = f64::from(points),
                (LineOf::Band { from, .. }, Some(before)) => {
                    let step = f64::from(points) - f64::from(before);
                    kernel.steps.extend(from.map(|end| (end, step)));
                }
                (LineOf::Special(_), _) => {
                    let values = groups.next().into_iter().flat_map(SpecialGroup::numbers);
                    kernel
                        .exact
                        .extend(values.map(|value| (*value, f64::from(points))));
                }
                _ => {}
            }
            before = Some(points);
        }
        Self::Numbers(kernel)
    }
}
