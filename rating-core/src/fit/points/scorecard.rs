//! A fitted card of measures of the catalogue as the parts of a model.

use super::PointsError;
use super::document::FittedCharacteristic;
use super::fitted::{FittedCard, sets_of_words};
use crate::calibration::CalibrationSpec;
use crate::fit::binning::LineOf;
use crate::measure::{Measure, Unit};
use crate::num::Points;
use crate::scorecard::{
    AttributesSpec, BandSpec, CategoriesSpec, CategorySpec, CharacteristicSpec, MissingPoints, ScorecardSpec,
    SpecialSpec,
};
use serde::Serialize;

/// What a fitted card gives a model.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CardOfMeasures {
    /// Points that every firm has.
    pub base_points: Points,
    /// The card, which checks.
    pub card: ScorecardSpec,
    /// What makes PDs of points.
    pub calibration: CalibrationSpec,
}

impl FittedCard {
    /// The card as an ordinary scorecard: the names of its variables are ids of measures.
    ///
    /// The sample does not tell reasons for a missing value apart, so all three have the points of its line. A measure
    /// of words may have been binned as words or as their numbers in the catalogue; where numbers were binned, every
    /// word has the points of the bin of its number, and a word that the catalogue does not have the fewest of the card.
    ///
    /// # Errors
    /// [`PointsError`]: a name that is no measure, words for a measure of numbers, or a card that does not check.
    ///
    /// ```
    /// use rating_core::fit::binning::{Binning, BinningOptions, Sample};
    /// use rating_core::fit::points::*;
    /// let sample = Sample::new(&[1.0, 1.0, 1.0, 5.0, 5.0, 5.0], &[true, true, false, true, false, false]);
    /// let binning = Binning::fit(&sample, &BinningOptions::default())?;
    /// let coefficient = Estimate { value: -1.0, standard_error: None };
    /// let options = CardOptions {
    ///     scaling: Scaling::Doubling { base_score: 600.0, base_odds: 1.0, pdo: 20.0 },
    ///     base: Base::Apart, default_rate: 0.5, pd_floor: 0.0,
    /// };
    /// let variable = FittedVariable { name: "registry.age".to_owned(), binning, coefficient };
    /// let card = FittedCard::new(Estimate { value: 0.0, standard_error: None }, vec![variable], options)?;
    /// let made = card.of_measures()?;
    /// let text = serde_json::to_string(&made.card)?;
    /// assert!(text.contains(r#"{"bands":[{"below":3.0,"points":-20},{"points":20}]}"#), "{text}");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of_measures(&self) -> Result<CardOfMeasures, PointsError> {
        let specs = self.characteristics().iter().map(spec);
        let card = ScorecardSpec {
            characteristics: specs.collect::<Result<_, _>>()?,
        };
        card.clone().check().map_err(PointsError::Card)?;
        Ok(CardOfMeasures {
            base_points: self.base_points(),
            card,
            calibration: self.calibration().clone(),
        })
    }
}

fn spec(characteristic: &FittedCharacteristic) -> Result<CharacteristicSpec, PointsError> {
    let measure = Measure::from_id(&characteristic.name).ok_or_else(|| PointsError::Variable {
        name: characteristic.name.clone(),
        wanted: "the id of a measure of the catalogue",
        got: "another name".to_owned(),
    })?;
    let lines = characteristic.binning.table();
    let lines = || lines.iter().zip(characteristic.points.iter().copied());
    let of = |wanted: LineOf| {
        lines()
            .find(|(line, _)| line.of == wanted)
            .map(|(_, points)| points)
    };
    let fewest = characteristic.points.iter().min().copied().unwrap_or_default();
    let attributes = match (measure.entry().unit, of(LineOf::Unseen)) {
        (Unit::Category(words), None) => by_number(characteristic, &words.list(), fewest),
        (_, Some(unseen)) => {
            let set = |(words, points)| CategorySpec { words, points };
            AttributesSpec::Categories(CategoriesSpec {
                sets: sets_of_words(characteristic).into_iter().map(set).collect(),
                unseen,
            })
        }
        (_, None) => {
            let band = |(line, points): (&crate::fit::binning::Line, Points)| match &line.of {
                LineOf::Band { to, .. } => Some(BandSpec { below: *to, points }),
                _ => None,
            };
            AttributesSpec::Bands(lines().filter_map(band).collect())
        }
    };
    let mut special = Vec::new();
    // Groups stand in the table as they stand in the options.
    let of_groups = lines().filter(|(line, _)| matches!(line.of, LineOf::Special(_)));
    for (group, (_, points)) in characteristic.binning.options().special.iter().zip(of_groups) {
        special.extend(group.numbers().iter().map(|value| SpecialSpec {
            value: *value,
            points,
        }));
    }
    let missing = of(LineOf::Missing).unwrap_or_default();
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

/// Words whose numbers were binned: a set for each bin that a number falls into.
fn by_number(characteristic: &FittedCharacteristic, words: &[&str], unseen: Points) -> AttributesSpec {
    let numbers: Vec<f64> = (0..words.len()).map(|number| number as f64).collect();
    let places = characteristic.binning.places(&numbers, None);
    let set = |(place, points): (usize, &Points)| {
        let of_set = words.iter().zip(&places).filter(|(_, at)| **at == place);
        let words: Vec<String> = of_set.map(|(word, _)| (*word).to_owned()).collect();
        (!words.is_empty()).then_some(CategorySpec {
            words,
            points: *points,
        })
    };
    AttributesSpec::Categories(CategoriesSpec {
        sets: characteristic.points.iter().enumerate().filter_map(set).collect(),
        unseen,
    })
}
