//! What is declared of a firm by whoever asks.

use super::book::Rulebook;
use super::error::RulebookError;
use super::spec::DeclaredSpec;
use crate::num::{SHOWN, listed, shown};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A value that is declared: a number, or one of the words that the rulebook has for it. Read from JSON, true is 1 and
/// false is 0.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged, from = "Given")]
pub enum DeclaredValue {
    /// A number; 1 is yes and 0 is no.
    Number(f64),
    /// A word.
    Word(String),
}

/// A value as it is written.
#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a number, true or false, or a word")]
enum Given {
    Flag(bool),
    Number(f64),
    Word(String),
}

impl From<Given> for DeclaredValue {
    fn from(given: Given) -> Self {
        match given {
            Given::Flag(holds) => Self::from(holds),
            Given::Number(number) => Self::Number(number),
            Given::Word(word) => Self::Word(word),
        }
    }
}

impl From<bool> for DeclaredValue {
    fn from(holds: bool) -> Self {
        Self::Number(f64::from(u8::from(holds)))
    }
}

impl From<f64> for DeclaredValue {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<&str> for DeclaredValue {
    fn from(word: &str) -> Self {
        Self::Word(word.to_owned())
    }
}

impl DeclaredValue {
    fn shown(&self) -> String {
        match self {
            DeclaredValue::Number(number) => number.to_string(),
            DeclaredValue::Word(word) => shown(word, SHOWN),
        }
    }
}

/// What is declared of one firm. Made by [`Rulebook::declare`]; the default declares nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Declared {
    /// By place in the rulebook; a word as its place among the words.
    values: Vec<Option<f64>>,
}

impl Declared {
    pub(super) fn get(&self, place: usize) -> Option<f64> {
        self.values.get(place).copied().flatten()
    }
}

impl DeclaredSpec {
    /// The number that stands for a value; none for what it does not take.
    fn number(&self, value: &DeclaredValue) -> Option<f64> {
        match value {
            DeclaredValue::Number(number) => (self.words.is_empty() && number.is_finite()).then_some(*number),
            DeclaredValue::Word(word) => {
                let place = self.words.iter().position(|w| w.word == *word);
                place.map(|place| place as f64)
            }
        }
    }

    fn wanted(&self) -> String {
        if self.words.is_empty() {
            return "a finite number".to_owned();
        }
        format!("one of {}", listed(self.words.iter().map(|w| w.word.as_str())))
    }
}

impl Rulebook {
    /// What is declared of a firm, by id; the rest stays open.
    ///
    /// # Errors
    /// Every id that the rulebook does not ask for, every value that is not finite, a word where a number is asked
    /// for, and whatever is not one of the words where words are.
    pub fn declare(&self, values: &BTreeMap<String, DeclaredValue>) -> Result<Declared, Vec<RulebookError>> {
        let asked = &self.spec().declared;
        let mut declared = Declared {
            values: vec![None; asked.len()],
        };
        let mut faults = Vec::new();
        for (id, value) in values {
            let place = asked.iter().position(|d| d.id == *id);
            let spec = place.and_then(|place| asked.get(place));
            let number = spec.and_then(|spec| spec.number(value));
            match place.and_then(|place| declared.values.get_mut(place)) {
                Some(slot) if number.is_some() => *slot = number,
                _ => faults.push(RulebookError::Declared {
                    id: shown(id, SHOWN),
                    wanted: spec.map_or_else(|| one_of(asked), DeclaredSpec::wanted),
                    got: value.shown(),
                }),
            }
        }
        if faults.is_empty() {
            Ok(declared)
        } else {
            Err(faults)
        }
    }
}

fn one_of(asked: &[DeclaredSpec]) -> String {
    format!("one of {}", listed(asked.iter().map(|d| d.id.as_str())))
}
