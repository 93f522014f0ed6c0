//! Points of items and blocks, from what is known.

use super::book::{Block, Item};
use super::evaluation_spec::Take;
use super::marks::Marks;
use super::span::{Earned, Span};
use super::unknown::Unknown;
use crate::measure::Measure;

/// Points of one item.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ItemPoints {
    /// Place of the block.
    pub block: usize,
    /// Place of the item in its block.
    pub item: usize,
    /// Its number, of a word the place among its words; none if it is not known.
    pub value: Option<f64>,
    /// Its points; of an unknown number or word whatever they can be.
    pub points: Earned,
}

/// Where a number comes from, or a word as its place among its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Source {
    Measure(Measure),
    /// Place among what is declared.
    Declared(usize),
}

impl Source {
    pub(super) fn unknown(self) -> Unknown {
        match self {
            Source::Measure(measure) => Unknown::Measure(measure),
            Source::Declared(at) => Unknown::Declared(at),
        }
    }
}

/// How points follow.
#[derive(Debug)]
pub(super) enum Worth {
    Bands(Bands),
    Words(Words),
    Each(Each),
    Reference(Reference),
}

#[derive(Debug)]
pub(super) struct Bands {
    pub(super) bands: Vec<Band>,
    /// Of a number that is not known: whatever the bands can give.
    pub(super) any: Earned,
}

#[derive(Debug)]
pub(super) struct Band {
    /// Beginning and end; infinite where there is none.
    pub(super) start: f64,
    pub(super) end: f64,
    /// Whether the end is part of the band.
    pub(super) is_part: bool,
    /// By policy one number, or all of the span where the number's place between the ends decides.
    pub(super) earned: Earned,
    /// Whether more of the number is worth less.
    pub(super) falls: bool,
}

#[derive(Debug)]
pub(super) struct Words {
    /// By place of the word.
    pub(super) words: Vec<Earned>,
    pub(super) any: Earned,
}

#[derive(Debug)]
pub(super) struct Each {
    pub(super) marks: Marks,
    /// Of a number that is not known; bounds the points of a known one too.
    pub(super) any: Span,
}

#[derive(Debug)]
pub(super) struct Reference {
    pub(super) value: f64,
    pub(super) most: Most,
}

#[derive(Debug)]
pub(super) enum Most {
    Fixed(Marks),
    /// By a word: where it comes from, and the most by place of the word.
    ByWord(Source, Vec<Marks>),
}

impl Item {
    /// Where the word comes from that the weight depends on, if it does.
    pub(super) fn by(&self) -> Option<Source> {
        match &self.worth {
            Worth::Reference(Reference {
                most: Most::ByWord(by, _),
                ..
            }) => Some(*by),
            _ => None,
        }
    }

    /// Points for a number or the place of a word, with the place of the word that the weight depends on.
    pub(super) fn earned(&self, value: Option<f64>, by: Option<f64>) -> Earned {
        match &self.worth {
            Worth::Bands(bands) => bands.earned(value),
            Worth::Words(words) => {
                let earned = value.and_then(|place| at(&words.words, place));
                earned.copied().unwrap_or(words.any)
            }
            Worth::Each(each) => Earned::certain(each.span(value)),
            Worth::Reference(reference) => Earned::certain(reference.span(value, by)),
        }
    }
}

/// What stands at the place that a number names.
fn at<T>(list: &[T], place: f64) -> Option<&T> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "places are small whole numbers"
    )]
    list.get(place as usize)
}

impl Bands {
    fn earned(&self, value: Option<f64>) -> Earned {
        let found = value.and_then(|value| {
            let band = self.bands.iter().find(|band| band.ends_behind(value));
            band.map(|band| band.narrowed(value))
        });
        found.unwrap_or(self.any)
    }
}

impl Band {
    fn ends_behind(&self, value: f64) -> bool {
        value < self.end || (self.is_part && value <= self.end)
    }

    /// Its points, by policy according to where the number lies between the ends, if that is the policy.
    fn narrowed(&self, value: f64) -> Earned {
        let Earned { span, by_policy } = self.earned;
        if by_policy.low == by_policy.high {
            return self.earned;
        }
        let share = ((value - self.start) / (self.end - self.start)).clamp(0.0, 1.0);
        let share = if self.falls { 1.0 - share } else { share };
        let wide = span.high.in_hundredths().saturating_sub(span.low.in_hundredths());
        let chosen = span.low.plus(share_of(Marks::hundredths(wide), share));
        Earned {
            span,
            by_policy: Span::fixed(chosen),
        }
    }
}

/// What a product of floats may fall short of a whole hundredth of a point by.
const HUNDREDTH_OF_GRACE: f64 = 1e-6;

/// A share, from 0 to 1, of so many points, rounded down to a hundredth. What lies less than a millionth of a hundredth
/// below one is taken as the hundredth: 0.29 of 100 points are 29, though the product of floats falls short of it.
fn share_of(points: Marks, share: f64) -> Marks {
    let all = points.in_hundredths();
    let hundredths = (f64::from(all) * share + HUNDREDTH_OF_GRACE).floor();
    #[expect(
        clippy::cast_possible_truncation,
        reason = "not above what is a whole number already"
    )]
    Marks::hundredths((hundredths as i32).min(all))
}

impl Each {
    fn span(&self, value: Option<f64>) -> Span {
        let Some(value) = value else { return self.any };
        let hundredths =
            (value.max(0.0) * f64::from(self.marks.in_hundredths()) + HUNDREDTH_OF_GRACE).floor();
        let (low, high) = (self.any.low.in_hundredths(), self.any.high.in_hundredths());
        #[expect(clippy::cast_possible_truncation, reason = "held to whole bounds of the type")]
        let points = hundredths.clamp(f64::from(low), f64::from(high)) as i32;
        Span::fixed(Marks::hundredths(points))
    }
}

impl Reference {
    fn span(&self, value: Option<f64>, by: Option<f64>) -> Span {
        let of = |most: Marks| match value {
            Some(value) => Span::fixed(share_of(most, (value / self.value).clamp(0.0, 1.0))),
            None => Span::ZERO.hull(Span::fixed(most)),
        };
        match (&self.most, by) {
            (Most::Fixed(most), _) => of(*most),
            (Most::ByWord(_, by_word), Some(place)) => {
                at(by_word, place).map_or(Span::ZERO, |most| of(*most))
            }
            (Most::ByWord(_, by_word), None) => {
                let any = by_word.iter().map(|most| of(*most)).reduce(Span::hull);
                any.unwrap_or(Span::ZERO)
            }
        }
    }
}

impl Block {
    /// Points of the block from those of its items, in their order, held to the most that it gives.
    pub(super) fn earned(&self, items: impl Iterator<Item = Earned> + Clone) -> Earned {
        let taken = match self.take {
            Take::Best => items.reduce(Earned::best).unwrap_or(Earned::ZERO),
            Take::Sum => {
                // The best of those that count once stands at the place of their first.
                let counted = |place: usize, earned: Earned| {
                    let others = items.clone().zip(&self.items).skip(place + 1);
                    let others = others.filter(|(_, item)| item.counts_with == place);
                    others.fold(earned, |best, (other, _)| best.best(other))
                };
                let firsts = self.items.iter().enumerate().zip(items.clone());
                let firsts = firsts.filter(|((place, item), _)| item.counts_with == *place);
                firsts.fold(Earned::ZERO, |sum, ((place, _), earned)| {
                    sum.plus(counted(place, earned))
                })
            }
        };
        taken.at_most(self.most)
    }
}
