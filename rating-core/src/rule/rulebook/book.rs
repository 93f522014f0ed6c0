//! The checked rulebook.

use super::check::RulebookError;
use super::evaluate::{Asked, Evaluation};
use super::spec::{RulebookSpec, Take};
use super::truth::Span;
use crate::measure::{Measure, Measures};
use crate::num::{Date, Points};
use crate::record::{CertificateKind, ListKind, View};
use std::collections::BTreeMap;
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
}

/// An evaluation whose inputs have been found.
#[derive(Debug)]
pub(super) struct Checked {
    pub(super) valid_from: Date,
    pub(super) valid_to: Option<Date>,
    pub(super) conditions: Vec<Trial>,
    pub(super) blocks: Vec<Block>,
    /// Least sum of all blocks.
    pub(super) total: Points,
    /// Least points of blocks, by their places.
    pub(super) least: Vec<(Vec<usize>, Points)>,
    pub(super) admissions: Vec<Trial>,
}

#[derive(Debug)]
pub(super) struct Block {
    pub(super) most: Points,
    pub(super) take: Take,
    pub(super) items: Vec<Item>,
}

#[derive(Debug)]
pub(super) struct Item {
    pub(super) source: Source,
    pub(super) bands: Vec<Band>,
}

#[derive(Debug)]
pub(super) struct Band {
    pub(super) end: f64,
    /// Whether the end is part of the band.
    pub(super) is_part: bool,
    pub(super) span: Span,
}

/// Where a number comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Source {
    Measure(Measure),
    /// Place among what is declared.
    Declared(usize),
}

/// A test whose inputs have been found.
#[derive(Debug)]
pub(super) enum Trial {
    All(Vec<Trial>),
    Any(Vec<Trial>),
    Not(Box<Trial>),
    Number {
        source: Source,
        at_least: f64,
        at_most: f64,
    },
    Listed(ListKind),
    Certificate(CertificateKind),
}

/// What is declared of one firm. Made by [`Rulebook::declare`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Declared {
    pub(super) values: Vec<Option<f64>>,
}

impl Rulebook {
    pub(super) fn new(spec: RulebookSpec, hash: String, evaluations: Vec<Checked>) -> Self {
        let parts = Parts {
            spec,
            hash,
            evaluations,
        };
        Self {
            parts: Arc::new(parts),
        }
    }

    /// The document.
    pub fn spec(&self) -> &RulebookSpec {
        &self.parts.spec
    }

    /// Content hash of the document: SHA-256 of its compact JSON.
    pub fn hash(&self) -> &str {
        &self.parts.hash
    }

    /// What is declared of a firm, by id; the rest stays open.
    ///
    /// # Errors
    /// Every id that the rulebook does not ask for, and every value that is not finite.
    pub fn declare(&self, values: &BTreeMap<String, f64>) -> Result<Declared, Vec<RulebookError>> {
        let ids: Vec<&str> = self.parts.spec.declared.iter().map(|d| d.id.as_str()).collect();
        let wrong = |(id, value): (&String, &f64)| {
            let wanted = if ids.contains(&id.as_str()) {
                "a finite number".to_owned()
            } else {
                format!("one of {}", ids.join(", "))
            };
            let (id, got) = (id.clone(), value.to_string());
            RulebookError::Declared { id, wanted, got }
        };
        let is_right = |(id, value): &(&String, &f64)| ids.contains(&id.as_str()) && value.is_finite();
        let faults: Vec<RulebookError> = values
            .iter()
            .filter(|entry| !is_right(entry))
            .map(wrong)
            .collect();
        if !faults.is_empty() {
            return Err(faults);
        }
        let values = ids.iter().map(|id| values.get(*id).copied()).collect();
        Ok(Declared { values })
    }

    /// Evaluates a firm as of the day of a view, in the order of the rulebook. Total: any firm, any day.
    pub fn evaluate(&self, view: &View<'_>, measures: &Measures, declared: &Declared) -> Vec<Evaluation> {
        let asked = Asked {
            view,
            measures,
            declared,
            spec: &self.parts.spec,
        };
        let evaluations = self.parts.evaluations.iter().enumerate();
        evaluations
            .map(|(at, checked)| asked.evaluation(at, checked))
            .collect()
    }
}

impl Item {
    pub(super) fn points(&self, value: Option<f64>) -> Span {
        let any = || {
            self.bands
                .iter()
                .map(|b| b.span)
                .reduce(Span::hull)
                .unwrap_or(Span::ZERO)
        };
        let holds = |band: &&Band, value: f64| value < band.end || (band.is_part && value <= band.end);
        value.map_or_else(any, |value| {
            self.bands
                .iter()
                .find(|b| holds(b, value))
                .map_or_else(any, |b| b.span)
        })
    }
}
