//! Tests: what they read, and where they may stand.

use super::{Check, one_of};
use crate::id::IndustryCode;
use crate::rule::rulebook::test_spec::{ClassTest, NumberTest, PointsTest, TaxLevelTest, Test, WordTest};
use crate::rule::rulebook::trial::{Limits, Trial};

/// Where a test stands.
#[derive(Clone, Copy)]
pub(in crate::rule::rulebook) struct Scope {
    /// How many evaluations stand before it: those may be read.
    before: usize,
    /// Whether points may be read: in a class.
    has_points: bool,
    /// Whether the rating may be read: in an application.
    has_rating: bool,
    /// How deep tests may still nest.
    depth: usize,
}

impl Scope {
    const DEEPEST: usize = 8;

    /// In the evaluation with this place.
    pub(super) const fn evaluation(at: usize) -> Self {
        Self {
            before: at,
            has_points: false,
            has_rating: false,
            depth: Self::DEEPEST,
        }
    }

    /// In an application.
    pub(super) const fn application() -> Self {
        Self {
            before: usize::MAX,
            has_points: false,
            has_rating: true,
            depth: Self::DEEPEST,
        }
    }

    /// In a class of the evaluation.
    pub(super) const fn in_class(self) -> Self {
        Self {
            has_points: true,
            ..self
        }
    }

    fn deeper(self) -> Option<Self> {
        let depth = self.depth.checked_sub(1)?;
        Some(Self { depth, ..self })
    }
}

impl Check<'_> {
    pub(super) fn test(&mut self, place: &str, test: &Test, scope: Scope) -> Trial {
        let Some(scope) = scope.deeper() else {
            self.fault(place, "tests nested at most 8 deep", "more");
            return Trial::ALWAYS;
        };
        match test {
            Test::All(tests) => Trial::All(self.tests(&format!("{place}.all"), tests, scope)),
            Test::Any(tests) => Trial::Any(self.tests(&format!("{place}.any"), tests, scope)),
            Test::Not(test) => Trial::Not(Box::new(self.test(&format!("{place}.not"), test, scope))),
            Test::Number(test) => self.limits(&format!("{place}.number"), test),
            Test::Word(test) => self.among(&format!("{place}.word"), test),
            Test::Industry(codes) => self.industries(&format!("{place}.industry"), codes),
            Test::Listed(list) => Trial::Listed(*list),
            Test::Certificate(kind) => Trial::Certificate(*kind),
            Test::TaxLevel(test) => self.tax_level_test(&format!("{place}.tax_level"), test),
            Test::Points(test) => self.points(&format!("{place}.points"), *test, scope),
            Test::Passed(id) => Trial::Passed(self.earlier(&format!("{place}.passed"), id, scope)),
            Test::Class(test) => self.class(&format!("{place}.class"), test, scope),
            Test::Rated(symbols) => {
                if !scope.has_rating {
                    self.fault(format!("{place}.rated"), "no rating but in an application", "one");
                }
                if symbols.is_empty() {
                    self.fault(format!("{place}.rated"), "at least one symbol", "none");
                }
                Trial::Rated(symbols.clone())
            }
        }
    }

    fn tests(&mut self, place: &str, tests: &[Test], scope: Scope) -> Vec<Trial> {
        if tests.is_empty() {
            self.fault(place, "at least one test", "none");
        }
        let each = tests.iter().enumerate();
        each.map(|(at, test)| self.test(&format!("{place}[{at}]"), test, scope))
            .collect()
    }

    fn limits(&mut self, place: &str, test: &NumberTest) -> Trial {
        let source = self.number(&format!("{place}.input"), &test.input);
        let given = [test.at_least, test.above, test.at_most, test.below];
        let limits = Limits {
            at_least: test.at_least.unwrap_or(f64::NEG_INFINITY),
            above: test.above.unwrap_or(f64::NEG_INFINITY),
            at_most: test.at_most.unwrap_or(f64::INFINITY),
            below: test.below.unwrap_or(f64::INFINITY),
        };
        let is_twice = test.at_least.and(test.above).is_some() || test.at_most.and(test.below).is_some();
        let is_finite = given.iter().flatten().all(|limit| limit.is_finite());
        if !is_finite || is_twice || given == [None; 4] || !limits.leave_room() {
            let wanted = "a least value, `at_least` or `above`, a greatest, `at_most` or `below`, or both, finite, \
                          with room between them";
            let named = ["at_least", "above", "at_most", "below"].into_iter().zip(given);
            let got = super::given(&named.collect::<Vec<_>>());
            self.fault(place, wanted, &got);
        }
        Trial::Number(source, limits)
    }

    fn among(&mut self, place: &str, test: &WordTest) -> Trial {
        let (source, words) = self.word(&format!("{place}.input"), &test.input);
        Trial::Word(
            source,
            self.some_of(&format!("{place}.one_of"), &test.one_of, &words),
        )
    }

    /// Whether each word is one of those given, all of which must be words.
    fn some_of(&mut self, place: &str, given: &[String], words: &[&str]) -> Vec<bool> {
        if given.is_empty() {
            self.fault(place, "at least one", "none");
        }
        if !words.is_empty() {
            for other in given.iter().filter(|word| !words.contains(&word.as_str())) {
                self.fault(place, one_of(words), other);
            }
        }
        words.iter().map(|word| given.iter().any(|g| g == word)).collect()
    }

    fn industries(&mut self, place: &str, codes: &[String]) -> Trial {
        if codes.is_empty() {
            self.fault(place, "at least one code", "none");
        }
        let mut prefixes = Vec::with_capacity(codes.len());
        for (at, code) in codes.iter().enumerate() {
            if let Ok(code) = IndustryCode::new(code) {
                prefixes.push(code.as_str().to_owned());
            } else {
                let wanted = "an industry code such as `I`, `65`, `I651` or `6510`";
                self.fault(format!("{place}[{at}]"), wanted, code);
            }
        }
        Trial::Industry(prefixes)
    }

    fn tax_level_test(&mut self, place: &str, test: &TaxLevelTest) -> Trial {
        if test.levels.is_empty() {
            self.fault(format!("{place}.levels"), "at least one", "none");
        }
        let years = test.from_year.zip(test.to_year);
        if let Some((_, to)) = years.filter(|(from, to)| to < from) {
            let wanted = "a year not before `from_year`";
            self.fault(format!("{place}.to_year"), wanted, &to.to_string());
        }
        Trial::TaxLevel(test.clone())
    }

    fn points(&mut self, place: &str, test: PointsTest, scope: Scope) -> Trial {
        if !scope.has_points {
            self.fault(place, "no points but in a class", "some");
        }
        let is_empty = test
            .at_least
            .zip(test.below)
            .is_some_and(|(least, end)| least >= end);
        if test.at_least.or(test.below).is_none() || is_empty {
            let wanted = "`at_least`, `below` or both, the lesser first";
            let got = super::given(&[("at_least", test.at_least), ("below", test.below)]);
            self.fault(place, wanted, &got);
        }
        Trial::Points(test)
    }

    /// Place of an evaluation that stands before.
    fn earlier(&mut self, place: &str, id: &str, scope: Scope) -> usize {
        let mut before = self.spec.evaluations.iter().take(scope.before);
        let found = before.position(|e| e.id == id);
        if found.is_none() {
            self.fault(place, "the id of an evaluation that stands before this one", id);
        }
        found.unwrap_or(usize::MAX)
    }

    fn class(&mut self, place: &str, test: &ClassTest, scope: Scope) -> Trial {
        let at = self.earlier(&format!("{place}.evaluation"), &test.evaluation, scope);
        let Some(evaluation) = self.spec.evaluations.get(at) else {
            return Trial::ALWAYS;
        };
        let classes: Vec<&str> = evaluation.classes.iter().map(|c| c.id.as_str()).collect();
        if classes.is_empty() {
            let wanted = "an evaluation with classes";
            self.fault(format!("{place}.evaluation"), wanted, &test.evaluation);
        }
        Trial::Class(
            at,
            self.some_of(&format!("{place}.one_of"), &test.one_of, &classes),
        )
    }
}
