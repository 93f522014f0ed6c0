//! A measure with its attributes and points.

use super::kernel::Kernel;
use super::spec::{AttributesSpec, CategoriesSpec, CharacteristicSpec};
use crate::measure::{Measure, Measured, Missing, Unit};
use crate::num::Points;

/// Which attribute a value fell into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttributeAt {
    /// The band with this place.
    Band(usize),
    /// The category with this place.
    Category(usize),
    /// The special value with this place.
    Special(usize),
    /// No value, for this reason.
    Missing(Missing),
    /// A word that no category names.
    Unseen,
}

/// A measure with its attributes, checked: every outcome of the measure has points.
#[derive(Clone, Debug, PartialEq)]
pub struct Characteristic {
    spec: CharacteristicSpec,
    /// Ends of the bands, ascending, without the last.
    ends: Vec<f64>,
    /// Points of the bands, or by number of the word.
    points: Vec<Points>,
    /// For a category: the place of the set that names each word.
    set_of_word: Vec<Option<usize>>,
    unseen: Points,
    /// The most points that any value can get.
    best_points: Points,
    /// The same points for a column.
    kernel: Kernel,
}

impl Characteristic {
    /// INVARIANT: `spec` has passed the check of its card.
    pub(super) fn new(spec: CharacteristicSpec) -> Self {
        let mut made = Self {
            spec,
            ends: Vec::new(),
            points: Vec::new(),
            set_of_word: Vec::new(),
            unseen: 0,
            best_points: 0,
            kernel: Kernel::default(),
        };
        match &made.spec.attributes {
            AttributesSpec::Bands(bands) => {
                made.ends = bands.iter().filter_map(|b| b.below).collect();
                made.points = bands.iter().map(|b| b.points).collect();
            }
            AttributesSpec::Categories(CategoriesSpec { sets, unseen }) => {
                let words = match made.spec.measure.entry().unit {
                    Unit::Category(words) => words.list(),
                    _ => Vec::new(),
                };
                let set_of = |word: &&str| sets.iter().position(|c| c.words.iter().any(|w| w == word));
                made.set_of_word = words.iter().map(set_of).collect();
                let points_of =
                    |set: &Option<usize>| set.and_then(|at| sets.get(at)).map_or(*unseen, |c| c.points);
                made.points = made.set_of_word.iter().map(points_of).collect();
                made.unseen = *unseen;
            }
        }
        made.best_points = made.value_points().max().unwrap_or_default();
        made.kernel = made.kernel();
        made
    }

    /// The measure.
    pub fn measure(&self) -> Measure {
        self.spec.measure
    }

    /// The document that it was made of.
    pub fn spec(&self) -> &CharacteristicSpec {
        &self.spec
    }

    /// Points of an outcome. Total: whatever the outcome, there are points.
    pub fn points(&self, outcome: Measured) -> Points {
        self.points_of(self.attribute(outcome))
    }

    /// Points of an attribute.
    pub fn points_of(&self, attribute: AttributeAt) -> Points {
        match attribute {
            AttributeAt::Band(at) => self.points.get(at).copied().unwrap_or(self.unseen),
            AttributeAt::Category(at) => self.set_points(at),
            AttributeAt::Special(at) => self.spec.special.get(at).map_or(self.unseen, |s| s.points),
            AttributeAt::Missing(reason) => self.missing_points(reason),
            AttributeAt::Unseen => self.unseen,
        }
    }

    /// Every attribute, in the order of the document: bands or sets of words, then unseen words, special values,
    /// reasons for a missing value.
    pub fn attributes(&self) -> impl Iterator<Item = AttributeAt> + use<> {
        let (bands, sets) = match &self.spec.attributes {
            AttributesSpec::Bands(bands) => (bands.len(), None),
            AttributesSpec::Categories(categories) => (0, Some(categories.sets.len())),
        };
        (0..bands)
            .map(AttributeAt::Band)
            .chain((0..sets.unwrap_or(0)).map(AttributeAt::Category))
            .chain(sets.map(|_| AttributeAt::Unseen))
            .chain((0..self.spec.special.len()).map(AttributeAt::Special))
            .chain(Missing::ALL.map(AttributeAt::Missing))
    }

    /// The attribute that an outcome falls into. Total; NaN, which is no value, counts as not reported.
    pub fn attribute(&self, outcome: Measured) -> AttributeAt {
        let value = match outcome {
            Measured::Missing(reason) => return AttributeAt::Missing(reason),
            Measured::Value(value) if value.is_nan() => return AttributeAt::Missing(Missing::NotReported),
            Measured::Value(value) => value,
        };
        if let Some(at) = self.spec.special.iter().position(|s| same(s.value, value)) {
            return AttributeAt::Special(at);
        }
        if self.set_of_word.is_empty() {
            AttributeAt::Band(self.ends.partition_point(|end| *end <= value))
        } else {
            let set = word_number(value).and_then(|n| self.set_of_word.get(n).copied().flatten());
            set.map_or(AttributeAt::Unseen, AttributeAt::Category)
        }
    }

    /// The most points that any value can get: reasons for missing values do not count.
    pub fn best_points(&self) -> Points {
        self.best_points
    }

    /// The fewest and the most points that any outcome can get.
    pub fn bounds(&self) -> (Points, Points) {
        let missing = Missing::ALL.map(|reason| self.missing_points(reason));
        let all = || {
            self.value_points()
                .chain(missing)
                .chain((!self.set_of_word.is_empty()).then_some(self.unseen))
        };
        (all().min().unwrap_or_default(), all().max().unwrap_or_default())
    }

    fn value_points(&self) -> impl Iterator<Item = Points> {
        self.points
            .iter()
            .copied()
            .chain(self.spec.special.iter().map(|s| s.points))
    }

    fn set_points(&self, at: usize) -> Points {
        match &self.spec.attributes {
            AttributesSpec::Categories(categories) => {
                categories.sets.get(at).map_or(self.unseen, |set| set.points)
            }
            AttributesSpec::Bands(_) => self.unseen,
        }
    }

    fn missing_points(&self, reason: Missing) -> Points {
        match reason {
            Missing::NotReported => self.spec.missing.not_reported,
            Missing::NotApplicable => self.spec.missing.not_applicable,
            Missing::TooShort => self.spec.missing.too_short,
        }
    }

    /// Adds the points of a column of outcomes to sums, one a row.
    ///
    /// `values` holds the numbers, `reasons` 0 for a value and 1, 2, 3 for the reasons in the order of
    /// [`Missing::ALL`]; slices of one length. The same points as [`points`](Self::points), row by row.
    pub(super) fn add_points(&self, values: &[f64], reasons: &[u8], sums: &mut [Points]) {
        self.kernel.add(values, reasons, sums);
    }

    /// The same points as comparisons and additions.
    fn kernel(&self) -> Kernel {
        let step = |(end, pair): (&f64, &[Points])| match pair {
            [before, after] => Some((*end, f64::from(after - before))),
            _ => None,
        };
        let is_category = !self.set_of_word.is_empty();
        let first_band = self.points.first().filter(|_| !is_category);
        let special = self.spec.special.iter().map(|s| (s.value, f64::from(s.points)));
        let words = self.points.iter().enumerate().filter(|_| is_category);
        let words = words.map(|(word, points)| (word as f64, f64::from(*points)));
        Kernel {
            first: f64::from(*first_band.unwrap_or(&self.unseen)),
            steps: self
                .ends
                .iter()
                .zip(self.points.windows(2))
                .filter_map(step)
                .collect(),
            // A special value counts before a word, the first before another: the last of equals is kept.
            exact: words.chain(special.rev()).collect(),
            missing: Missing::ALL.map(|reason| self.missing_points(reason)),
        }
    }
}

/// The outcome that a number and a reason stand for; NaN without a reason is "not reported".
pub(super) fn outcome(value: f64, reason: u8) -> Measured {
    match reason {
        0 if !value.is_nan() => Measured::Value(value),
        2 => Measured::Missing(Missing::NotApplicable),
        3 => Measured::Missing(Missing::TooShort),
        _ => Measured::Missing(Missing::NotReported),
    }
}

/// Equal as numbers; a special value is finite, so NaN cannot meet one.
fn same(special: f64, value: f64) -> bool {
    special.total_cmp(&value).is_eq() || (special - value).abs() <= 0.0
}

/// The word that the number of a category names.
fn word_number(value: f64) -> Option<usize> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the guard bounds the value"
    )]
    ((0.0..256.0).contains(&value) && value.fract() <= 0.0).then_some(value as usize)
}
