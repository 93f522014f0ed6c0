//! Measures of the catalogue with a weight of evidence for each outcome.

use super::{PointsError, Scale, whole};
use crate::measure::Measure;
use crate::scorecard::{
    AttributesSpec, BandSpec, CategoriesSpec, CategorySpec, CharacteristicSpec, MissingPoints, SpecialSpec,
};

/// A measure with the weight of evidence of each outcome, `ln(share of goods / share of bads)`, and its coefficient.
#[derive(Clone, Debug, PartialEq)]
pub struct WoeCharacteristic {
    /// The measure.
    pub measure: Measure,
    /// Log-odds bad : good for one unit of weight of evidence; 0 or below where points follow risk.
    pub coefficient: f64,
    /// Its bins.
    pub attributes: WoeAttributes,
    /// Weight of evidence by reason for a missing value.
    pub missing: WoeMissing,
    /// Values with a meaning of their own.
    pub special: Vec<WoeSpecial>,
}

/// Bins with weights of evidence.
#[derive(Clone, Debug, PartialEq)]
pub enum WoeAttributes {
    /// Intervals in ascending order, the last open above.
    Bands(Vec<WoeBand>),
    /// Sets of words.
    Categories(WoeCategories),
}

/// Values from the end of the band before (inclusive) to `below` (exclusive).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WoeBand {
    /// End of the band, not part of it; none for the last band.
    pub below: Option<f64>,
    /// Its weight of evidence.
    pub woe: f64,
}

/// Sets of words, and the weight of evidence of a word that no set names.
#[derive(Clone, Debug, PartialEq)]
pub struct WoeCategories {
    /// Each set.
    pub sets: Vec<WoeSet>,
    /// Weight of evidence of a word that no set names.
    pub unseen: f64,
}

/// A set of words with one weight of evidence.
#[derive(Clone, Debug, PartialEq)]
pub struct WoeSet {
    /// The words, as the catalogue lists them.
    pub words: Vec<String>,
    /// Their weight of evidence.
    pub woe: f64,
}

/// A value with a meaning of its own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WoeSpecial {
    /// The value.
    pub value: f64,
    /// Its weight of evidence.
    pub woe: f64,
}

/// Weight of evidence for each reason why a measure has no value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WoeMissing {
    /// The department sent nothing.
    pub not_reported: f64,
    /// It has no meaning for this firm.
    pub not_applicable: f64,
    /// The history is too short.
    pub too_short: f64,
}

impl WoeCharacteristic {
    fn woes(&self) -> Vec<f64> {
        let mut all = vec![
            self.missing.not_reported,
            self.missing.not_applicable,
            self.missing.too_short,
        ];
        all.extend(self.special.iter().map(|s| s.woe));
        match &self.attributes {
            WoeAttributes::Bands(bands) => all.extend(bands.iter().map(|b| b.woe)),
            WoeAttributes::Categories(categories) => {
                all.push(categories.unseen);
                all.extend(categories.sets.iter().map(|s| s.woe));
            }
        }
        all
    }

    /// The least and the most log-odds good : bad that the characteristic adds.
    pub(super) fn log_odds_bounds(&self) -> (f64, f64) {
        let all = self.woes().into_iter().map(|woe| -self.coefficient * woe);
        all.fold((f64::INFINITY, f64::NEG_INFINITY), |b, l| {
            (b.0.min(l), b.1.max(l))
        })
    }

    /// The characteristic in points, each with a share of the base before it is rounded.
    pub(super) fn spec(&self, scale: Scale, share: f64) -> Result<CharacteristicSpec, PointsError> {
        let points = |woe: f64| whole(share - scale.factor() * self.coefficient * woe);
        let attributes = match &self.attributes {
            WoeAttributes::Bands(bands) => {
                let band = |b: &WoeBand| {
                    Ok(BandSpec {
                        below: b.below,
                        points: points(b.woe)?,
                    })
                };
                AttributesSpec::Bands(bands.iter().map(band).collect::<Result<_, PointsError>>()?)
            }
            WoeAttributes::Categories(categories) => {
                let set = |s: &WoeSet| {
                    Ok(CategorySpec {
                        words: s.words.clone(),
                        points: points(s.woe)?,
                    })
                };
                AttributesSpec::Categories(CategoriesSpec {
                    sets: categories
                        .sets
                        .iter()
                        .map(set)
                        .collect::<Result<_, PointsError>>()?,
                    unseen: points(categories.unseen)?,
                })
            }
        };
        let special = |s: &WoeSpecial| {
            Ok(SpecialSpec {
                value: s.value,
                points: points(s.woe)?,
            })
        };
        Ok(CharacteristicSpec {
            measure: self.measure,
            attributes,
            missing: MissingPoints {
                not_reported: points(self.missing.not_reported)?,
                not_applicable: points(self.missing.not_applicable)?,
                too_short: points(self.missing.too_short)?,
            },
            special: self
                .special
                .iter()
                .map(special)
                .collect::<Result<_, PointsError>>()?,
        })
    }
}
