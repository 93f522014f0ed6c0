//! What must hold for a document to be a rulebook.

use super::book::{Band, Block, Checked, Item, Rulebook, Source, Trial};
use super::spec::{
    BandOfPoints, BlockSpec, ConditionSpec, EvaluationSpec, ItemSpec, NumberTest, PointsSpec, RulebookSpec,
    Test,
};
use super::truth::Span;
use crate::measure::Measure;
use crate::num::{Points, SHOWN, shown};
use crate::rule::document::content_hash;

/// Why a rulebook does not hold together: which part of the document, what was expected, what came.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RulebookError {
    /// Not JSON of the published schema.
    #[error("not a rulebook: {0}")]
    Document(String),
    /// A part that does not fit.
    #[error("{place}: expected {wanted}, got `{got}`")]
    Fault {
        /// Where in the document.
        place: String,
        /// What must stand there.
        wanted: &'static str,
        /// What stands there.
        got: String,
    },
    /// A value for something that the rulebook does not ask to be declared, or one that is no number.
    #[error("declared `{id}`: expected {wanted}, got `{got}`")]
    Declared {
        /// What was declared.
        id: String,
        /// What must be declared.
        wanted: String,
        /// What was declared of it.
        got: String,
    },
}

/// The bound on points either way: keeps every sum far inside the type.
const MOST_POINTS: Points = 10_000;
/// How deep tests may nest.
const DEEPEST: usize = 8;

impl RulebookSpec {
    /// Makes a rulebook of the document.
    ///
    /// # Errors
    /// Everything that is wrong with the document, each with its place, what was expected and what came.
    pub fn check(self) -> Result<Rulebook, Vec<RulebookError>> {
        let mut check = Check {
            spec: &self,
            faults: Vec::new(),
        };
        check.texts();
        let evaluations: Vec<Checked> = self
            .evaluations
            .iter()
            .enumerate()
            .map(|(at, e)| check.evaluation(at, e))
            .collect();
        let faults = check.faults;
        if !faults.is_empty() {
            return Err(faults);
        }
        let hash = content_hash(&self);
        Ok(Rulebook::new(self, hash, evaluations))
    }
}

/// A check on its way: the document, and what was found so far.
struct Check<'a> {
    spec: &'a RulebookSpec,
    faults: Vec<RulebookError>,
}

impl Check<'_> {
    fn fault(&mut self, place: String, wanted: &'static str, got: &str) {
        let got = shown(got, SHOWN);
        self.faults.push(RulebookError::Fault { place, wanted, got });
    }

    /// Ids that must be there, and each once.
    fn ids<'i>(&mut self, place: &str, ids: impl Iterator<Item = &'i str>) {
        let mut seen: Vec<&str> = Vec::new();
        for (at, id) in ids.enumerate() {
            if id.trim().is_empty() || seen.contains(&id) {
                self.fault(format!("{place}[{at}].id"), "text, each once", id);
            }
            seen.push(id);
        }
    }

    fn texts(&mut self) {
        let spec = self.spec;
        let texts = [
            ("id", &spec.id),
            ("version", &spec.version),
            ("notice.en", &spec.notice.en),
            ("notice.zh", &spec.notice.zh),
        ];
        for (place, text) in texts {
            if text.trim().is_empty() {
                self.fault(place.to_owned(), "text", text);
            }
        }
        self.ids("declared", spec.declared.iter().map(|d| d.id.as_str()));
        self.ids("evaluations", spec.evaluations.iter().map(|e| e.id.as_str()));
        for (at, declared) in spec.declared.iter().enumerate() {
            if Measure::from_id(&declared.id).is_some() {
                self.fault(
                    format!("declared[{at}].id"),
                    "an id that no measure has",
                    &declared.id,
                );
            }
        }
        if spec.evaluations.is_empty() {
            self.fault("evaluations".to_owned(), "at least one", "none");
        }
    }

    fn evaluation(&mut self, at: usize, evaluation: &EvaluationSpec) -> Checked {
        let place = format!("evaluations[{at}]");
        if evaluation
            .valid_to
            .is_some_and(|last| last < evaluation.valid_from)
        {
            let last = evaluation.valid_to.map(|d| d.to_string()).unwrap_or_default();
            self.fault(
                format!("{place}.valid_to"),
                "a day not before `valid_from`",
                &last,
            );
        }
        self.ids(
            &format!("{place}.conditions"),
            evaluation.conditions.iter().map(|c| c.id.as_str()),
        );
        self.ids(
            &format!("{place}.admissions"),
            evaluation.admissions.iter().map(|c| c.id.as_str()),
        );
        self.ids(
            &format!("{place}.blocks"),
            evaluation.blocks.iter().map(|b| b.id.as_str()),
        );
        let items = evaluation.blocks.iter().flat_map(|b| &b.items);
        self.ids(&format!("{place}.items"), items.map(|i| i.id.as_str()));
        let blocks = evaluation.blocks.iter().enumerate();
        let blocks = blocks
            .map(|(at, b)| self.block(&format!("{place}.blocks[{at}]"), b))
            .collect();
        Checked {
            valid_from: evaluation.valid_from,
            valid_to: evaluation.valid_to,
            total: evaluation.pass.total,
            conditions: self.conditions(&format!("{place}.conditions"), &evaluation.conditions),
            blocks,
            least: self.least(&place, evaluation),
            admissions: self.conditions(&format!("{place}.admissions"), &evaluation.admissions),
        }
    }

    /// Least points of blocks, by their places.
    fn least(&mut self, place: &str, evaluation: &EvaluationSpec) -> Vec<(Vec<usize>, Points)> {
        let most: i64 = evaluation.blocks.iter().map(|b| i64::from(b.most)).sum();
        if i64::from(evaluation.pass.total) > most {
            let wanted = "no more than the blocks can give";
            self.fault(
                format!("{place}.pass.total"),
                wanted,
                &evaluation.pass.total.to_string(),
            );
        }
        let mut least = Vec::new();
        for (at, group) in evaluation.pass.least.iter().enumerate() {
            let mut places = Vec::new();
            for id in &group.blocks {
                match evaluation.blocks.iter().position(|b| b.id == *id) {
                    Some(block) => places.push(block),
                    None => self.fault(format!("{place}.pass.least[{at}].blocks"), "ids of blocks", id),
                }
            }
            least.push((places, group.points));
        }
        least
    }

    fn block(&mut self, place: &str, block: &BlockSpec) -> Block {
        if !(0..=MOST_POINTS).contains(&block.most) {
            self.fault(format!("{place}.most"), "0 to 10000", &block.most.to_string());
        }
        if block.items.is_empty() {
            self.fault(format!("{place}.items"), "at least one", "none");
        }
        let items = block.items.iter().enumerate();
        Block {
            most: block.most,
            take: block.take,
            items: items
                .map(|(at, item)| self.item(&format!("{place}.items[{at}]"), item))
                .collect(),
        }
    }

    fn item(&mut self, place: &str, item: &ItemSpec) -> Item {
        let source = self.source(&format!("{place}.input"), &item.input);
        if item.bands.is_empty() {
            self.fault(format!("{place}.bands"), "at least one", "none");
        }
        let mut before = f64::NEG_INFINITY;
        let mut bands = Vec::new();
        for (at, band) in item.bands.iter().enumerate() {
            let place = format!("{place}.bands[{at}]");
            let is_last = at + 1 == item.bands.len();
            let band = self.band(&place, band, is_last);
            if !(is_last || band.end > before && band.end.is_finite()) {
                self.fault(place, "finite ends that ascend", &band.end.to_string());
            }
            before = band.end;
            bands.push(band);
        }
        Item { source, bands }
    }

    fn band(&mut self, place: &str, band: &BandOfPoints, is_last: bool) -> Band {
        let (end, is_part) = match (band.below, band.up_to, is_last) {
            (Some(end), None, false) => (end, false),
            (None, Some(end), false) => (end, true),
            (None, None, true) => (f64::INFINITY, true),
            _ => {
                let wanted = "one end, `below` or `up_to`, and none for the last band";
                self.fault(
                    place.to_owned(),
                    wanted,
                    &format!("{:?}, {:?}", band.below, band.up_to),
                );
                (f64::INFINITY, true)
            }
        };
        let span = match band.points {
            PointsSpec::Fixed(points) => Span {
                low: points,
                high: points,
            },
            PointsSpec::Range([low, high]) => Span { low, high },
        };
        let bound = -MOST_POINTS..=MOST_POINTS;
        if span.low > span.high || !bound.contains(&span.low) || !bound.contains(&span.high) {
            let wanted = "points from -10000 to 10000, the fewest first";
            self.fault(
                format!("{place}.points"),
                wanted,
                &format!("{}, {}", span.low, span.high),
            );
        }
        Band { end, is_part, span }
    }

    fn conditions(&mut self, place: &str, conditions: &[ConditionSpec]) -> Vec<Trial> {
        let each = conditions.iter().enumerate();
        each.map(|(at, c)| self.test(&format!("{place}[{at}].test"), &c.test, DEEPEST))
            .collect()
    }

    fn test(&mut self, place: &str, test: &Test, depth: usize) -> Trial {
        if depth == 0 {
            self.fault(place.to_owned(), "tests nested at most 8 deep", "more");
            return Trial::All(Vec::new());
        }
        let mut within = |tests: &[Test], name: &str| {
            let each = tests.iter().enumerate();
            each.map(|(at, t)| self.test(&format!("{place}.{name}[{at}]"), t, depth - 1))
                .collect()
        };
        match test {
            Test::All(tests) => Trial::All(within(tests, "all")),
            Test::Any(tests) => Trial::Any(within(tests, "any")),
            Test::Not(test) => Trial::Not(Box::new(self.test(&format!("{place}.not"), test, depth - 1))),
            Test::Number(number) => self.number(place, number),
            Test::Listed(list) => Trial::Listed(*list),
            Test::Certificate(kind) => Trial::Certificate(*kind),
        }
    }

    fn number(&mut self, place: &str, test: &NumberTest) -> Trial {
        let limits = [test.at_least, test.at_most];
        if limits.iter().flatten().any(|limit| !limit.is_finite()) || limits == [None, None] {
            let wanted = "`at_least`, `at_most` or both, finite";
            self.fault(
                place.to_owned(),
                wanted,
                &format!("{:?}, {:?}", test.at_least, test.at_most),
            );
        }
        Trial::Number {
            source: self.source(&format!("{place}.input"), &test.input),
            at_least: test.at_least.unwrap_or(f64::NEG_INFINITY),
            at_most: test.at_most.unwrap_or(f64::INFINITY),
        }
    }

    fn source(&mut self, place: &str, input: &str) -> Source {
        if let Some(measure) = Measure::from_id(input) {
            return Source::Measure(measure);
        }
        let declared = self.spec.declared.iter().position(|d| d.id == input);
        if declared.is_none() {
            self.fault(
                place.to_owned(),
                "the id of a measure or of something declared",
                input,
            );
        }
        Source::Declared(declared.unwrap_or_default())
    }
}
