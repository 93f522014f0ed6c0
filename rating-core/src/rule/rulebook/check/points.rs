//! Blocks, items and their points.

use super::{Check, given, one_of};
use crate::num::{SHOWN, shown};
use crate::rule::rulebook::book::{Block, Item};
use crate::rule::rulebook::evaluation_spec::{
    BandOfPoints, BlockSpec, EvaluationSpec, InBand, ItemSpec, MostSpec, PointsOf, PointsSpec,
    ReferencePoints, Take,
};
use crate::rule::rulebook::marks::Marks;
use crate::rule::rulebook::points::{Band, Bands, Each, Most, Reference, Source, Words, Worth};
use crate::rule::rulebook::span::{Earned, Span};
use std::collections::BTreeMap;

/// The bound on points either way: keeps every sum far inside the type.
const MOST: Marks = Marks::whole(10_000);
const FEWEST: Marks = Marks::whole(-10_000);

impl Check<'_> {
    pub(super) fn blocks(&mut self, place: &str, evaluation: &EvaluationSpec) -> Vec<Block> {
        let policy = evaluation.in_band;
        let blocks = evaluation.blocks.iter().enumerate();
        let blocks: Vec<Block> = blocks
            .map(|(at, block)| self.block(&format!("{place}.blocks[{at}]"), block, policy))
            .collect();
        let items = evaluation.blocks.iter().flat_map(|b| &b.items);
        let has_ranges = items
            .flat_map(|item| item.points.given())
            .any(PointsSpec::is_range);
        match policy {
            None if has_ranges => {
                let wanted = "`low`, `mid`, `high` or `linear`, for the ranges of points";
                self.fault(format!("{place}.in_band"), wanted, "none");
            }
            Some(_) if !has_ranges => {
                self.fault(
                    format!("{place}.in_band"),
                    "none without ranges of points",
                    "some",
                );
            }
            _ => {}
        }
        blocks
    }

    fn block(&mut self, place: &str, block: &BlockSpec, policy: Option<InBand>) -> Block {
        if !(Marks::ZERO..=MOST).contains(&block.most) {
            self.fault(format!("{place}.most"), "0 to 10000", &block.most.to_string());
        }
        if block.items.is_empty() {
            self.fault(format!("{place}.items"), "at least one", "none");
        }
        let mut items = Vec::with_capacity(block.items.len());
        for (at, item) in block.items.iter().enumerate() {
            let place = format!("{place}.items[{at}]");
            let source = self.input(&place, item);
            items.push(Item {
                source,
                counts_with: self.counts_with(&place, block, at),
                worth: self.worth(&place, item, (source, policy.unwrap_or(InBand::Mid))),
            });
        }
        Block {
            most: block.most,
            take: block.take,
            items,
        }
    }

    fn input(&mut self, place: &str, item: &ItemSpec) -> Source {
        let place = format!("{place}.input");
        match item.points {
            PointsOf::Words(_) => self.word(&place, &item.input).0,
            _ => self.number(&place, &item.input),
        }
    }

    /// Place of the first item of the block that counts once together with this one.
    fn counts_with(&mut self, place: &str, block: &BlockSpec, at: usize) -> usize {
        let Some(word) = block.items.get(at).and_then(|item| item.one_of.as_ref()) else {
            return at;
        };
        let alike = block.items.iter().enumerate();
        let mut alike = alike
            .filter(|(_, item)| item.one_of.as_ref() == Some(word))
            .map(|(at, _)| at);
        let (first, second) = (alike.next(), alike.next());
        if second.is_none() || block.take == Take::Best {
            let wanted = "a word that another item of the block has too, where the items add up";
            self.fault(format!("{place}.one_of"), wanted, word);
        }
        first.unwrap_or(at)
    }

    fn worth(&mut self, place: &str, item: &ItemSpec, (source, policy): (Source, InBand)) -> Worth {
        match &item.points {
            PointsOf::Bands(bands) => {
                Worth::Bands(self.bands(&format!("{place}.points.bands"), bands, policy))
            }
            PointsOf::Words(words) => {
                let given = self.words(source);
                Worth::Words(self.of_words(&format!("{place}.points.words"), words, (&given, policy)))
            }
            PointsOf::Each(marks) => {
                if !(FEWEST..=MOST).contains(marks) {
                    self.fault(
                        format!("{place}.points.each"),
                        "-10000 to 10000",
                        &marks.to_string(),
                    );
                }
                Worth::Each(each(*marks, source))
            }
            PointsOf::Reference(reference) => {
                Worth::Reference(self.reference(&format!("{place}.points.reference"), reference))
            }
        }
    }

    fn bands(&mut self, place: &str, bands: &[BandOfPoints], policy: InBand) -> Bands {
        if bands.is_empty() {
            self.fault(place, "at least one", "none");
        }
        let falls = match (bands.first(), bands.last()) {
            (Some(first), Some(last)) => last.points.span().high < first.points.span().high,
            _ => false,
        };
        let mut start = f64::NEG_INFINITY;
        let mut checked: Vec<Band> = Vec::with_capacity(bands.len());
        for (at, band) in bands.iter().enumerate() {
            let place = format!("{place}[{at}]");
            let is_last = at + 1 == bands.len();
            let (end, is_part) = self.end(&place, band, is_last);
            if !(is_last || end > start && end.is_finite()) {
                self.fault(place.clone(), "finite ends that ascend", &end.to_string());
            }
            let span = self.span(&format!("{place}.points"), band.points);
            let has_ends = start.is_finite() && end.is_finite();
            let policy = if has_ends { policy } else { policy.without_ends() };
            checked.push(Band {
                start,
                end,
                is_part,
                earned: policy.narrowed(span),
                falls,
            });
            start = end;
        }
        let any = checked.iter().map(|band| band.earned).reduce(Earned::hull);
        Bands {
            bands: checked,
            any: any.unwrap_or(Earned::ZERO),
        }
    }

    fn end(&mut self, place: &str, band: &BandOfPoints, is_last: bool) -> (f64, bool) {
        match (band.below, band.up_to, is_last) {
            (Some(end), None, false) => (end, false),
            (None, Some(end), false) => (end, true),
            (None, None, true) => (f64::INFINITY, true),
            _ => {
                let wanted = "one end, `below` or `up_to`, and none for the last band";
                let got = given(&[("below", band.below), ("up_to", band.up_to)]);
                self.fault(place, wanted, &got);
                (f64::INFINITY, true)
            }
        }
    }

    fn span(&mut self, place: &str, points: PointsSpec) -> Span {
        let span = points.span();
        let bound = FEWEST..=MOST;
        if span.low > span.high || !bound.contains(&span.low) || !bound.contains(&span.high) {
            let wanted = "points from -10000 to 10000, the fewest first";
            self.fault(place, wanted, &format!("{}, {}", span.low, span.high));
            return Span::ZERO;
        }
        span
    }

    fn of_words(
        &mut self,
        place: &str,
        words: &BTreeMap<String, PointsSpec>,
        (of, policy): (&[&str], InBand),
    ) -> Words {
        self.every_word(place, words, of);
        let mut earned = Vec::with_capacity(of.len());
        for word in of {
            let points = words
                .get(*word)
                .copied()
                .unwrap_or(PointsSpec::Fixed(Marks::ZERO));
            let span = self.span(&format!("{place}.{}", shown(word, SHOWN)), points);
            earned.push(policy.without_ends().narrowed(span));
        }
        let any = earned.iter().copied().reduce(Earned::hull);
        Words {
            words: earned,
            any: any.unwrap_or(Earned::ZERO),
        }
    }

    /// That every word stands there, and no other.
    fn every_word<T>(&mut self, place: &str, given: &BTreeMap<String, T>, of: &[&str]) {
        // An input without words has been told already.
        if of.is_empty() {
            return;
        }
        for key in given.keys().filter(|key| !of.contains(&key.as_str())) {
            self.fault(place, one_of(of), key);
        }
        for word in of.iter().filter(|word| !given.contains_key(**word)) {
            self.fault(place, format!("points for `{}`", shown(word, SHOWN)), "none");
        }
    }

    fn reference(&mut self, place: &str, reference: &ReferencePoints) -> Reference {
        if !(reference.value.is_finite() && reference.value > 0.0) {
            let wanted = "a finite number above 0";
            self.fault(format!("{place}.value"), wanted, &reference.value.to_string());
        }
        let most = match &reference.most {
            MostSpec::Fixed(most) => {
                self.weight(&format!("{place}.most"), *most);
                Most::Fixed(*most)
            }
            MostSpec::ByWord(by_word) => {
                let (source, words) = self.word(&format!("{place}.most.by"), &by_word.by);
                let place = format!("{place}.most.points");
                self.every_word(&place, &by_word.points, &words);
                for (word, most) in &by_word.points {
                    self.weight(&format!("{place}.{}", shown(word, SHOWN)), *most);
                }
                let most = words
                    .iter()
                    .map(|word| by_word.points.get(*word).copied().unwrap_or_default());
                Most::ByWord(source, most.collect())
            }
        };
        Reference {
            value: reference.value,
            most,
        }
    }

    fn weight(&mut self, place: &str, most: Marks) {
        if !(Marks::ZERO..=MOST).contains(&most) {
            self.fault(place, "0 to 10000", &most.to_string());
        }
    }
}

/// Points for each unit of a number. Of one that is not known they lie between none and what the greatest number of
/// the measure gives, held to the bound on points as those of a known one are.
fn each(marks: Marks, source: Source) -> Each {
    let units = match source {
        Source::Measure(measure) => measure.entry().range.1.floor(),
        Source::Declared(_) => f64::INFINITY,
    };
    let bound =
        (f64::from(marks.in_hundredths()) * units).clamp(FEWEST.to_f64() * 100.0, MOST.to_f64() * 100.0);
    let none = Span::ZERO;
    // NaN, the product of no points and no bound, casts to nothing.
    #[expect(clippy::cast_possible_truncation, reason = "held to the bound on points")]
    let end = Span::fixed(Marks::hundredths(bound as i32));
    Each {
        marks,
        any: none.hull(end),
    }
}

impl PointsSpec {
    fn span(self) -> Span {
        match self {
            PointsSpec::Fixed(points) => Span::fixed(points),
            PointsSpec::Range([low, high]) => Span { low, high },
        }
    }

    fn is_range(self) -> bool {
        let span = self.span();
        span.low < span.high
    }
}

impl PointsOf {
    /// The points that stand in the document.
    fn given(&self) -> Vec<PointsSpec> {
        match self {
            PointsOf::Bands(bands) => bands.iter().map(|band| band.points).collect(),
            PointsOf::Words(words) => words.values().copied().collect(),
            PointsOf::Each(_) | PointsOf::Reference(_) => Vec::new(),
        }
    }
}

impl InBand {
    /// What is taken where no number lies between two ends.
    fn without_ends(self) -> Self {
        match self {
            InBand::Linear => InBand::Mid,
            other => other,
        }
    }

    /// A range as the policy narrows it; where the number decides, not at all yet.
    fn narrowed(self, span: Span) -> Earned {
        let (low, high) = (span.low.in_hundredths(), span.high.in_hundredths());
        let mid = Marks::hundredths(low + (high - low).div_euclid(2));
        let by_policy = match self {
            InBand::Low => Span::fixed(span.low),
            InBand::Mid => Span::fixed(mid),
            InBand::High => Span::fixed(span.high),
            InBand::Linear => span,
        };
        Earned { span, by_policy }
    }
}
