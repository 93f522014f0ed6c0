//! Tests whose inputs have been found, and what they say of a firm.

use super::declared::Declared;
use super::evaluation::{Evaluation, Verdict};
use super::points::Source;
use super::span::Span;
use super::standing_level::is_one;
use super::test_spec::{PointsTest, TaxLevelTest};
use super::truth::Truth;
use super::unknown::Unknown;
use crate::measure::Measures;
use crate::record::{CertificateKind, ListKind, TableName, View};
use crate::rule::clock::{ClockSpec, ClockedKind, ClockedRecord, Standing, standing_on};

/// A test whose inputs have been found.
#[derive(Debug)]
pub(super) enum Trial {
    All(Vec<Trial>),
    Any(Vec<Trial>),
    Not(Box<Trial>),
    Number(Source, Limits),
    /// Whether each word, by its place, is one of those.
    Word(Source, Vec<bool>),
    /// Codes that an industry may begin with, each with its section.
    Industry(Vec<String>),
    Listed(ListKind),
    Certificate(CertificateKind),
    TaxLevel(TaxLevelTest),
    Points(PointsTest),
    /// Place of the evaluation.
    Passed(usize),
    /// Place of the evaluation, and whether each of its classes is one of those.
    Class(usize, Vec<bool>),
    /// Symbols of ratings.
    Rated(Vec<String>),
}

impl Trial {
    /// Holds for every firm.
    pub(super) const ALWAYS: Trial = Trial::All(Vec::new());
}

/// Limits of a number, infinite where there are none.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) at_least: f64,
    pub(super) above: f64,
    pub(super) at_most: f64,
    pub(super) below: f64,
}

impl Limits {
    /// Whether a number can lie within.
    pub(super) fn leave_room(&self) -> bool {
        let (low, high) = (self.at_least.max(self.above), self.at_most.min(self.below));
        low < high || self.hold(low)
    }

    fn hold(&self, value: f64) -> bool {
        self.at_least <= value && self.above < value && value <= self.at_most && value < self.below
    }
}

/// What is known of a firm.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) view: &'a View<'a>,
    pub(super) measures: &'a Measures,
    pub(super) declared: &'a Declared,
    /// How long entries on lists count.
    pub(super) clocks: &'a [ClockSpec],
    /// Symbol of its rating, if one was given.
    pub(super) rating: Option<&'a str>,
}

/// What an evaluation knows beside the firm: what was found before it, and its own points.
#[derive(Clone, Copy)]
pub(super) struct Found<'a> {
    pub(super) earlier: &'a [Evaluation],
    pub(super) points: Span,
}

impl Asked<'_> {
    pub(super) fn number(&self, source: Source) -> Option<f64> {
        match source {
            Source::Measure(measure) => self.measures.get(measure).value(),
            Source::Declared(at) => self.declared.get(at),
        }
    }

    pub(super) fn holds(&self, trial: &Trial, found: Found<'_>) -> Truth {
        match trial {
            Trial::All(trials) => all(trials.iter().map(|t| self.holds(t, found))),
            Trial::Any(trials) => any(trials.iter().map(|t| self.holds(t, found))),
            Trial::Not(trial) => self.holds(trial, found).not(),
            Trial::Number(source, limits) => {
                let value = self.number(*source);
                value.map_or(Truth::Open, |value| limits.hold(value).into())
            }
            Trial::Word(source, wanted) => {
                let place = self.number(*source);
                place.map_or(Truth::Open, |place| is_wanted(wanted, place).into())
            }
            Trial::Industry(prefixes) => self.is_in(prefixes),
            Trial::Listed(list) => self.is_listed(*list),
            Trial::Certificate(kind) => self.is_certified(*kind),
            Trial::TaxLevel(test) => is_one(test, self.view),
            Trial::Points(test) => within(found.points, *test),
            Trial::Passed(at) => found.earlier.get(*at).map_or(Truth::No, |e| is_passed(e.verdict)),
            Trial::Class(at, wanted) => {
                let classes = found.earlier.get(*at).map_or(&[][..], |e| &e.classes);
                let of_wanted = classes.iter().zip(wanted).filter(|(_, wanted)| **wanted);
                any(of_wanted.map(|(truth, _)| *truth))
            }
            Trial::Rated(symbols) => {
                let is_one = |symbol: &str| symbols.iter().any(|s| s == symbol).into();
                self.rating.map_or(Truth::Open, is_one)
            }
        }
    }

    /// Whether the industry begins with one of these; open if its code is too short to tell.
    fn is_in(&self, prefixes: &[String]) -> Truth {
        let Some(industry) = self.view.registration().and_then(|r| r.industry) else {
            return Truth::Open;
        };
        let code = industry.as_str();
        any(prefixes.iter().map(|prefix| {
            if code.starts_with(prefix.as_str()) {
                Truth::Yes
            } else if prefix.starts_with(code) {
                Truth::Open
            } else {
                Truth::No
            }
        }))
    }

    /// Whether an entry counts by the clocks of the rulebook; open if only an unknown severity decides.
    fn is_listed(&self, list: ListKind) -> Truth {
        let as_of = self.view.as_of();
        let mut entries = self
            .view
            .listings()
            .filter(|l| l.list == list && l.started_on <= as_of)
            .peekable();
        if entries.peek().is_none() {
            return self.reported(false, TableName::Listings);
        }
        any(entries.map(
            |entry| match standing_on(ClockedRecord::Listing(entry), self.clocks, as_of) {
                Standing::Counts => Truth::Yes,
                Standing::MayCount => Truth::Open,
                Standing::Objected { .. } | Standing::Repaired { .. } | Standing::Expired { .. } => Truth::No,
            },
        ))
    }

    /// What leaves open whether an entry counts: that nobody answered, or of an entry that is there how grave it is, where
    /// its clocks ask for that, and else its term.
    fn unknown_listing(&self, list: ListKind) -> Unknown {
        let as_of = self.view.as_of();
        let is_there = self
            .view
            .listings()
            .any(|l| l.list == list && l.started_on <= as_of);
        let mut clocks = self
            .clocks
            .iter()
            .filter(|c| c.record == ClockedKind::Listing(list));
        match (is_there, clocks.any(|c| !c.severities.is_empty())) {
            (false, _) => Unknown::Listed(list),
            (true, true) => Unknown::Severity,
            (true, false) => Unknown::Term,
        }
    }

    fn is_certified(&self, kind: CertificateKind) -> Truth {
        let as_of = self.view.as_of();
        let mut held = self.view.certificates().filter(|c| c.kind == kind);
        self.reported(held.any(|c| c.is_valid(as_of)), TableName::Certificates)
    }

    /// Found, not found where somebody answered, open where nobody did.
    fn reported(&self, is_found: bool, table: TableName) -> Truth {
        match (is_found, self.view.answered_on(table)) {
            (true, _) => Truth::Yes,
            (false, Some(_)) => Truth::No,
            (false, None) => Truth::Open,
        }
    }

    /// Notes what is not known in a test that is open; says whether points that are not certain are among it.
    pub(super) fn note(&self, trial: &Trial, found: Found<'_>, missing: &mut Vec<Unknown>) -> bool {
        if self.holds(trial, found) != Truth::Open {
            return false;
        }
        match trial {
            Trial::All(trials) | Trial::Any(trials) => {
                let noted = trials.iter().map(|t| self.note(t, found, missing));
                noted.fold(false, |any, points| any | points)
            }
            Trial::Not(trial) => self.note(trial, found, missing),
            Trial::Points(_) => true,
            Trial::Passed(at) | Trial::Class(at, _) => {
                missing.extend(found.earlier.get(*at).into_iter().flat_map(|e| &e.missing));
                false
            }
            Trial::Number(source, _) | Trial::Word(source, _) => {
                missing.push(source.unknown());
                false
            }
            Trial::Industry(_) => {
                missing.push(Unknown::Industry);
                false
            }
            Trial::Listed(list) => {
                missing.push(self.unknown_listing(*list));
                false
            }
            Trial::Certificate(kind) => {
                missing.push(Unknown::Certificate(*kind));
                false
            }
            Trial::TaxLevel(_) => {
                missing.push(Unknown::TaxLevel);
                false
            }
            Trial::Rated(_) => {
                missing.push(Unknown::Rating);
                false
            }
        }
    }
}

/// All of them hold; nothing is asked behind one that does not.
pub(super) fn all(truths: impl Iterator<Item = Truth>) -> Truth {
    any(truths.map(Truth::not)).not()
}

/// At least one of them holds; nothing is asked behind one that does.
pub(super) fn any(truths: impl Iterator<Item = Truth>) -> Truth {
    let mut found = Truth::No;
    for truth in truths {
        found = found.or(truth);
        if found == Truth::Yes {
            break;
        }
    }
    found
}

fn is_wanted(wanted: &[bool], place: f64) -> bool {
    let mut places = wanted.iter().enumerate().filter(|(_, wanted)| **wanted);
    places.any(|(at, _)| (at as f64 - place).abs() < 0.5)
}

/// An evaluation that is not in force is not passed.
fn is_passed(verdict: Verdict) -> Truth {
    match verdict {
        Verdict::Passed => Truth::Yes,
        Verdict::Open => Truth::Open,
        Verdict::Failed | Verdict::NotInForce => Truth::No,
    }
}

fn within(points: Span, test: PointsTest) -> Truth {
    let reached = test.at_least.map_or(Truth::Yes, |least| points.reaches(least));
    let is_below = test.below.map_or(Truth::Yes, |end| points.reaches(end).not());
    reached.and(is_below)
}
