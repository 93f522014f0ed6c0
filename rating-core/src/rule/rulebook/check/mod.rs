//! What must hold for a document to be a rulebook.

mod application;
mod clock;
mod evaluation;
mod points;
mod test;

use super::book::{Checked, Rulebook};
use super::error::RulebookError;
use super::points::Source;
use super::spec::RulebookSpec;
use super::test_spec::Test;
use super::trial::Trial;
use crate::measure::{Measure, Unit};
use crate::num::{SHOWN, listed, shown};
use crate::rule::document::content_hash;
use std::borrow::Cow;
use std::fmt::Display;
use test::Scope;

/// The longest word that may be declared, in characters.
const LONGEST_WORD: usize = 40;

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
        check.clocks();
        check.deadlines();
        check.published_lists();
        let rules = check.applications();
        let faults = check.faults;
        if !faults.is_empty() {
            return Err(faults);
        }
        let hash = content_hash(&self);
        Ok(Rulebook::new(self, hash, evaluations, rules))
    }
}

/// A test of another document, with what this one declares and evaluates.
pub(super) fn checked_test(
    spec: &RulebookSpec,
    place: &str,
    test: &Test,
) -> Result<Trial, Vec<RulebookError>> {
    let mut check = Check {
        spec,
        faults: Vec::new(),
    };
    let trial = check.test(place, test, Scope::application());
    if check.faults.is_empty() {
        Ok(trial)
    } else {
        Err(check.faults)
    }
}

/// A check on its way: the document, and what was found so far.
pub(super) struct Check<'a> {
    spec: &'a RulebookSpec,
    faults: Vec<RulebookError>,
}

impl<'a> Check<'a> {
    fn fault(&mut self, place: impl Into<String>, wanted: impl Into<Cow<'static, str>>, got: &str) {
        self.faults.push(RulebookError::Fault {
            place: place.into(),
            wanted: wanted.into(),
            got: shown(got, SHOWN),
        });
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
                self.fault(place, "text", text);
            }
        }
        self.declared();
        self.ids("evaluations", spec.evaluations.iter().map(|e| e.id.as_str()));
        if spec.evaluations.is_empty() && spec.applications.is_empty() {
            self.fault("evaluations", "at least one, or an application", "none");
        }
    }

    fn declared(&mut self) {
        let spec = self.spec;
        self.ids("declared", spec.declared.iter().map(|d| d.id.as_str()));
        for (at, declared) in spec.declared.iter().enumerate() {
            if Measure::from_id(&declared.id).is_some() {
                let wanted = "an id that no measure has";
                self.fault(format!("declared[{at}].id"), wanted, &declared.id);
            }
            let mut seen: Vec<&str> = Vec::new();
            for (place, word) in declared.words.iter().enumerate() {
                if !is_word(&word.word) || seen.contains(&word.word.as_str()) {
                    let wanted = "at most 40 lower case letters, digits and `_`, each word once";
                    let place = format!("declared[{at}].words[{place}].word");
                    self.fault(place, wanted, &word.word);
                }
                seen.push(&word.word);
            }
        }
    }

    fn source(&mut self, place: &str, input: &str) -> Source {
        if let Some(measure) = Measure::from_id(input) {
            return Source::Measure(measure);
        }
        let declared = self.spec.declared.iter().position(|d| d.id == input);
        if declared.is_none() {
            self.fault(place, "the id of a measure or of something declared", input);
        }
        // A place that is not there has no words and is never known; with a fault nobody gets to see it.
        Source::Declared(declared.unwrap_or(usize::MAX))
    }

    /// The words that an input is one of; none of a number.
    fn words(&self, source: Source) -> Vec<&'a str> {
        match source {
            Source::Measure(measure) => match measure.entry().unit {
                Unit::Category(words) => words.list(),
                _ => Vec::new(),
            },
            Source::Declared(at) => {
                let declared = self.spec.declared.get(at);
                let words = declared.into_iter().flat_map(|d| &d.words);
                words.map(|word| word.word.as_str()).collect()
            }
        }
    }

    /// An input that must be a number.
    fn number(&mut self, place: &str, input: &str) -> Source {
        let source = self.source(place, input);
        if !self.words(source).is_empty() {
            self.fault(place, "a number, not words", input);
        }
        source
    }

    /// An input that must be words.
    fn word(&mut self, place: &str, input: &str) -> (Source, Vec<&'a str>) {
        let source = self.source(place, input);
        let words = self.words(source);
        if words.is_empty() && source != Source::Declared(usize::MAX) {
            self.fault(place, "an input of words, not a number", input);
        }
        (source, words)
    }
}

fn is_word(word: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    (1..=LONGEST_WORD).contains(&word.len()) && word.chars().all(is_plain)
}

fn one_of(words: &[&str]) -> String {
    format!("one of {}", listed(words.iter().copied()))
}

/// Those of some named values that are given.
fn given<T: Display>(values: &[(&str, Option<T>)]) -> String {
    let told = values.iter();
    let told = told.filter_map(|(name, value)| Some(format!("{name} {}", value.as_ref()?)));
    let told: Vec<String> = told.collect();
    if told.is_empty() {
        return "none".to_owned();
    }
    told.join(", ")
}
