//! What is wrong with the document of a scorecard.

use super::spec::{AttributesSpec, CategoriesSpec, CharacteristicSpec, ScorecardSpec};
use crate::measure::{Measure, Unit};

/// Why a scorecard does not hold together.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ScorecardError {
    /// No characteristic at all.
    #[error("expected at least one characteristic, got none")]
    Empty,
    /// A measure twice.
    #[error("measure `{measure}` stands twice, in characteristics[{first}] and characteristics[{second}]", measure = measure.id())]
    RepeatedMeasure {
        /// The measure.
        measure: Measure,
        /// Place of the first.
        first: usize,
        /// Place of the second.
        second: usize,
    },
    /// A numeric characteristic without a band.
    #[error("`{measure}`: expected at least one band, got none", measure = .0.id())]
    NoBands(Measure),
    /// Ends of bands that do not ascend.
    #[error("`{measure}`.bands[{at}].below: expected a finite number above `{before}`, got `{below}`", measure = measure.id())]
    BandOrder {
        /// The measure.
        measure: Measure,
        /// Place of the band.
        at: usize,
        /// End of the band before.
        before: f64,
        /// Its end.
        below: f64,
    },
    /// The last band has an end, or one before it has none.
    #[error("`{measure}`.bands[{at}].below: the last band and only the last is open above", measure = measure.id())]
    BandEnd {
        /// The measure.
        measure: Measure,
        /// Place of the band.
        at: usize,
    },
    /// Bands for a categorical measure, or categories for a numeric one.
    #[error("`{measure}` is {is}: expected {wanted}", measure = measure.id())]
    Shape {
        /// The measure.
        measure: Measure,
        /// What it is.
        is: &'static str,
        /// What it needs.
        wanted: &'static str,
    },
    /// A word that the catalogue does not know, or one that stands twice.
    #[error("`{measure}`.categories.sets[{at}]: expected words of the catalogue, each once ({words}), got `{}`", crate::num::shown(word, crate::num::SHOWN), measure = measure.id())]
    Word {
        /// The measure.
        measure: Measure,
        /// Place of the category.
        at: usize,
        /// The words of the catalogue.
        words: String,
        /// The word.
        word: String,
    },
    /// A special value that is no number, or stands twice.
    #[error("`{measure}`.special[{at}].value: expected a finite number, each once, got `{value}`", measure = measure.id())]
    Special {
        /// The measure.
        measure: Measure,
        /// Place in the list.
        at: usize,
        /// The value.
        value: f64,
    },
    /// Points beyond the bound.
    #[error("`{measure}`: expected points from -10000 to 10000, got `{points}`", measure = measure.id())]
    Points {
        /// The measure.
        measure: Measure,
        /// The points.
        points: i32,
    },
}

/// The bound on points either way: keeps every sum far inside `i32`.
const MOST_POINTS: i32 = 10_000;

/// Collects everything that is wrong.
pub(super) fn faults(spec: &ScorecardSpec) -> Vec<ScorecardError> {
    let mut errors = Vec::new();
    if spec.characteristics.is_empty() {
        errors.push(ScorecardError::Empty);
    }
    for (second, characteristic) in spec.characteristics.iter().enumerate() {
        let measure = characteristic.measure;
        if let Some(first) = spec
            .characteristics
            .iter()
            .take(second)
            .position(|c| c.measure == measure)
        {
            errors.push(ScorecardError::RepeatedMeasure {
                measure,
                first,
                second,
            });
        }
        characteristic_faults(characteristic, &mut errors);
    }
    errors
}

fn characteristic_faults(spec: &CharacteristicSpec, errors: &mut Vec<ScorecardError>) {
    let measure = spec.measure;
    let mut points = vec![
        spec.missing.not_reported,
        spec.missing.not_applicable,
        spec.missing.too_short,
    ];
    points.extend(spec.special.iter().map(|s| s.points));
    match (&spec.attributes, measure.entry().unit) {
        (AttributesSpec::Bands(_), Unit::Category(_)) => {
            errors.push(ScorecardError::Shape {
                measure,
                is: "a category",
                wanted: "`categories`",
            });
        }
        (AttributesSpec::Bands(bands), _) => {
            points.extend(bands.iter().map(|b| b.points));
            band_faults(measure, bands, errors);
        }
        (AttributesSpec::Categories(CategoriesSpec { sets, unseen }), Unit::Category(words)) => {
            points.push(*unseen);
            points.extend(sets.iter().map(|c| c.points));
            let known = words.list();
            let mut seen: Vec<&str> = Vec::new();
            for (at, word) in sets
                .iter()
                .enumerate()
                .flat_map(|(at, c)| c.words.iter().map(move |w| (at, w)))
            {
                if !known.contains(&word.as_str()) || seen.contains(&word.as_str()) {
                    let words = known.join(", ");
                    errors.push(ScorecardError::Word {
                        measure,
                        at,
                        words,
                        word: word.clone(),
                    });
                }
                seen.push(word);
            }
        }
        (AttributesSpec::Categories(_), _) => {
            errors.push(ScorecardError::Shape {
                measure,
                is: "a number",
                wanted: "`bands`",
            });
        }
    }
    for (at, special) in spec.special.iter().enumerate() {
        let value = special.value;
        let same = |s: &super::SpecialSpec| s.value.total_cmp(&value).is_eq();
        if !value.is_finite() || spec.special.iter().take(at).any(same) {
            errors.push(ScorecardError::Special { measure, at, value });
        }
    }
    let beyond = |p: &&i32| !(-MOST_POINTS..=MOST_POINTS).contains(*p);
    errors.extend(points.iter().filter(beyond).map(|points| ScorecardError::Points {
        measure,
        points: *points,
    }));
}

fn band_faults(measure: Measure, bands: &[super::BandSpec], errors: &mut Vec<ScorecardError>) {
    if bands.is_empty() {
        errors.push(ScorecardError::NoBands(measure));
    }
    let mut before = f64::NEG_INFINITY;
    for (at, band) in bands.iter().enumerate() {
        if band.below.is_none() != (at + 1 == bands.len()) {
            errors.push(ScorecardError::BandEnd { measure, at });
        }
        let Some(below) = band.below else { continue };
        if below.is_finite() && below > before {
            before = below;
        } else {
            errors.push(ScorecardError::BandOrder {
                measure,
                at,
                before,
                below,
            });
        }
    }
}
