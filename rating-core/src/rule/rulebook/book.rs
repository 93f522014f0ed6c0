//! The checked rulebook.

use super::apply::Rule;
use super::declared::Declared;
use super::evaluate::Case;
use super::evaluation::Evaluation;
use super::evaluation_spec::{InBand, Take};
use super::marks::Marks;
use super::points::{Source, Worth};
use super::spec::RulebookSpec;
use super::trial::{Asked, Trial};
use crate::measure::{Measure, Measures, Unit};
use crate::num::Date;
use crate::record::{Dossier, View};
use std::sync::Arc;

/// Published evaluations that hold together; cheap to clone, safe to share between threads.
#[derive(Clone, Debug)]
pub struct Rulebook {
    parts: Arc<Parts>,
}

#[derive(Debug)]
struct Parts {
    spec: RulebookSpec,
    hash: String,
    evaluations: Vec<Checked>,
    rules: Vec<Rule>,
}

/// An evaluation whose inputs have been found.
#[derive(Debug)]
pub(super) struct Checked {
    pub(super) valid_from: Date,
    pub(super) valid_to: Option<Date>,
    pub(super) conditions: Vec<Trial>,
    pub(super) blocks: Vec<Block>,
    pub(super) in_band: Option<InBand>,
    pub(super) pass: Option<Pass>,
    pub(super) admissions: Vec<Trial>,
    /// The best first; a class without a test holds for every firm.
    pub(super) classes: Vec<Trial>,
}

/// What the points must reach.
#[derive(Debug)]
pub(super) struct Pass {
    /// Least sum of all blocks.
    pub(super) total: Marks,
    /// Least points of blocks, by their places.
    pub(super) least: Vec<(Vec<usize>, Marks)>,
}

#[derive(Debug)]
pub(super) struct Block {
    pub(super) most: Marks,
    pub(super) take: Take,
    pub(super) items: Vec<Item>,
}

#[derive(Debug)]
pub(super) struct Item {
    pub(super) source: Source,
    /// Place of the first item of the block that counts once together with this one; its own if it stands alone.
    pub(super) counts_with: usize,
    pub(super) worth: Worth,
}

impl Rulebook {
    pub(super) fn new(spec: RulebookSpec, hash: String, evaluations: Vec<Checked>, rules: Vec<Rule>) -> Self {
        let parts = Parts {
            spec,
            hash,
            evaluations,
            rules,
        };
        Self {
            parts: Arc::new(parts),
        }
    }

    /// One rule an application, in their order.
    pub(super) fn rules(&self) -> &[Rule] {
        &self.parts.rules
    }

    /// The document.
    pub fn spec(&self) -> &RulebookSpec {
        &self.parts.spec
    }

    /// Content hash of the document: SHA-256 of its compact JSON.
    pub fn hash(&self) -> &str {
        &self.parts.hash
    }

    /// The word with a place among the words of an input, the id of a measure or of something declared; none if the
    /// input is a number.
    pub fn word(&self, input: &str, place: f64) -> Option<&str> {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "places are small whole numbers"
        )]
        let place = place as usize;
        if let Some(measure) = Measure::from_id(input) {
            return match measure.entry().unit {
                Unit::Category(words) => words.list().get(place).copied(),
                _ => None,
            };
        }
        let declared = self.spec().declared.iter().find(|d| d.id == input);
        Some(declared?.words.get(place)?.word.as_str())
    }

    /// Evaluates a firm as of a day, in the order of the rulebook. Total: any firm, any day.
    ///
    /// ```
    /// use rating_core::record::Dossier;
    /// use rating_core::rule::rulebook::{Declared, RulebookSpec, Verdict};
    /// let book = RulebookSpec::preset("china").and_then(|spec| spec.check().ok()).ok_or("no such rulebook")?;
    /// let firm: Dossier = r#"{"firm_id": "F-000001"}"#.parse()?;
    /// let found = book.evaluate_firm(&firm, "2025-06-30".parse()?, &Declared::default());
    /// assert_eq!(found[0].verdict, Verdict::Open); // nobody reported anything
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn evaluate_firm(&self, firm: &Dossier, as_of: Date, declared: &Declared) -> Vec<Evaluation> {
        let view = firm.view(as_of);
        self.evaluate(&view, &Measures::of(&view), declared)
    }

    /// The same of a view and measures that are at hand.
    pub fn evaluate(&self, view: &View<'_>, measures: &Measures, declared: &Declared) -> Vec<Evaluation> {
        let asked = Asked {
            view,
            measures,
            declared,
            clocks: &self.spec().clocks,
            rating: None,
        };
        let mut found = Vec::with_capacity(self.parts.evaluations.len());
        for (at, checked) in self.parts.evaluations.iter().enumerate() {
            let case = Case {
                asked,
                checked,
                earlier: &found,
            };
            let evaluation = case.evaluation(at);
            found.push(evaluation);
        }
        found
    }
}

impl Checked {
    pub(super) fn is_in_force(&self, day: Date) -> bool {
        self.valid_from <= day && self.valid_to.is_none_or(|last| day <= last)
    }
}
