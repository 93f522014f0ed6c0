//! What follows for a firm.

use super::book::{Block, Checked, Declared, Source, Trial};
use super::spec::{RulebookSpec, Take};
use super::truth::{Span, Truth};
use crate::measure::Measures;
use crate::num::Points;
use crate::record::{ListingState, TableName, View};
use std::collections::BTreeSet;

/// What an evaluation says of a firm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// It is met, whatever is not known.
    Passed,
    /// It is not met, whatever is not known.
    Failed,
    /// What is not known decides.
    Open,
    /// It is not in force on the day.
    NotInForce,
}

impl Verdict {
    /// One word for tables: `passed`, `failed`, `open`, `not_in_force`.
    pub const fn word(self) -> &'static str {
        match self {
            Verdict::Passed => "passed",
            Verdict::Failed => "failed",
            Verdict::Open => "open",
            Verdict::NotInForce => "not_in_force",
        }
    }
}

/// What a firm that passed was admitted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admitted {
    /// Its points.
    Points,
    /// The admission with this place, in place of points.
    Directly(usize),
}

/// Points of one item.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ItemPoints {
    /// Place of the block.
    pub block: usize,
    /// Place of the item in its block.
    pub item: usize,
    /// Its number; none if it is not known.
    pub value: Option<f64>,
    /// Its points; of an unknown number whatever its bands can give.
    pub points: Span,
}

/// One evaluation of one firm, with everything that explains it.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluation {
    /// Place of the evaluation in the rulebook.
    pub evaluation: usize,
    /// What it says.
    pub verdict: Verdict,
    /// What a firm that passed was admitted by: its points before an admission, the first admission that holds.
    pub admitted: Option<Admitted>,
    /// Sum of the blocks.
    pub points: Span,
    /// Each block.
    pub blocks: Vec<Span>,
    /// Each item, in the order of the document.
    pub items: Vec<ItemPoints>,
    /// Each condition.
    pub conditions: Vec<Truth>,
    /// Each admission.
    pub admissions: Vec<Truth>,
    /// Of an open evaluation, what is not known and may decide it: ids of measures and of what is declared,
    /// `listed:LIST`, `certificate:KIND`; in alphabetical order.
    pub missing: Vec<String>,
}

/// What is known of a firm.
pub(super) struct Asked<'a> {
    pub(super) view: &'a View<'a>,
    pub(super) measures: &'a Measures,
    pub(super) declared: &'a Declared,
    pub(super) spec: &'a RulebookSpec,
}

impl Asked<'_> {
    pub(super) fn evaluation(&self, at: usize, checked: &Checked) -> Evaluation {
        let items: Vec<ItemPoints> = self.items(checked);
        let blocks: Vec<Span> = checked
            .blocks
            .iter()
            .enumerate()
            .map(|(at, block)| sum(at, block, &items))
            .collect();
        let points = together(&blocks);
        let conditions: Vec<Truth> = checked.conditions.iter().map(|c| self.holds(c)).collect();
        let admissions: Vec<Truth> = checked.admissions.iter().map(|c| self.holds(c)).collect();
        let by_points = checked.passes(&blocks);
        let admitted = admissions.iter().fold(by_points, |any, a| any.or(*a));
        let met = conditions.iter().fold(admitted, |all, c| all.and(*c));
        let verdict = self.verdict(checked, met);
        let direct = admissions
            .iter()
            .position(|a| *a == Truth::Yes)
            .map(Admitted::Directly);
        let by = if by_points == Truth::Yes {
            Some(Admitted::Points)
        } else {
            direct
        };
        let missing = if verdict == Verdict::Open {
            self.missing(checked, &conditions, &items)
        } else {
            Vec::new()
        };
        Evaluation {
            evaluation: at,
            verdict,
            admitted: by.filter(|_| verdict == Verdict::Passed),
            points,
            blocks,
            items,
            conditions,
            admissions,
            missing,
        }
    }

    fn verdict(&self, checked: &Checked, met: Truth) -> Verdict {
        let as_of = self.view.as_of();
        match met {
            _ if as_of < checked.valid_from || checked.valid_to.is_some_and(|last| as_of > last) => {
                Verdict::NotInForce
            }
            Truth::Yes => Verdict::Passed,
            Truth::Open => Verdict::Open,
            Truth::No => Verdict::Failed,
        }
    }

    fn items(&self, checked: &Checked) -> Vec<ItemPoints> {
        let blocks = checked.blocks.iter().enumerate();
        let each =
            blocks.flat_map(|(block, b)| b.items.iter().enumerate().map(move |(item, i)| (block, item, i)));
        each.map(|(block, item, checked)| {
            let value = self.number(checked.source);
            ItemPoints {
                block,
                item,
                value,
                points: checked.points(value),
            }
        })
        .collect()
    }

    fn number(&self, source: Source) -> Option<f64> {
        match source {
            Source::Measure(measure) => self.measures.get(measure).value(),
            Source::Declared(at) => self.declared.values.get(at).copied().flatten(),
        }
    }

    fn holds(&self, trial: &Trial) -> Truth {
        match trial {
            Trial::All(trials) => trials.iter().fold(Truth::Yes, |all, t| all.and(self.holds(t))),
            Trial::Any(trials) => trials.iter().fold(Truth::No, |any, t| any.or(self.holds(t))),
            Trial::Not(trial) => self.holds(trial).not(),
            Trial::Number {
                source,
                at_least,
                at_most,
            } => {
                let within = |value: f64| Truth::from(*at_least <= value && value <= *at_most);
                self.number(*source).map_or(Truth::Open, within)
            }
            Trial::Listed(list) => {
                let as_of = self.view.as_of();
                let mut entries = self.view.listings().filter(|l| l.list == *list);
                let is_open = entries.any(|l| l.state(as_of) == ListingState::Open);
                self.found(is_open, TableName::Listings)
            }
            Trial::Certificate(kind) => {
                let as_of = self.view.as_of();
                let is_held = self
                    .view
                    .certificates()
                    .any(|c| c.kind == *kind && c.is_valid(as_of));
                self.found(is_held, TableName::Certificates)
            }
        }
    }

    /// Found, not found where somebody answered, open where nobody did.
    fn found(&self, is_found: bool, table: TableName) -> Truth {
        match (is_found, self.view.answered_on(table)) {
            (true, _) => Truth::Yes,
            (false, Some(_)) => Truth::No,
            (false, None) => Truth::Open,
        }
    }

    fn missing(&self, checked: &Checked, conditions: &[Truth], items: &[ItemPoints]) -> Vec<String> {
        let mut missing = BTreeSet::new();
        let open = checked
            .conditions
            .iter()
            .zip(conditions)
            .filter(|(_, truth)| **truth == Truth::Open);
        for trial in open.map(|(trial, _)| trial).chain(&checked.admissions) {
            self.note(trial, &mut missing);
        }
        for item in items.iter().filter(|item| item.value.is_none()) {
            let block = checked.blocks.get(item.block);
            if let Some(unknown) = block.and_then(|b| b.items.get(item.item)) {
                missing.insert(self.name(unknown.source));
            }
        }
        missing.into_iter().collect()
    }

    /// Notes what is not known in a test that is open.
    fn note(&self, trial: &Trial, missing: &mut BTreeSet<String>) {
        if self.holds(trial) != Truth::Open {
            return;
        }
        match trial {
            Trial::All(trials) | Trial::Any(trials) => trials.iter().for_each(|t| self.note(t, missing)),
            Trial::Not(trial) => self.note(trial, missing),
            Trial::Number { source, .. } => {
                missing.insert(self.name(*source));
            }
            Trial::Listed(list) => {
                missing.insert(format!("listed:{}", list.word()));
            }
            Trial::Certificate(kind) => {
                missing.insert(format!("certificate:{}", kind.word()));
            }
        }
    }

    fn name(&self, source: Source) -> String {
        match source {
            Source::Measure(measure) => measure.id().to_owned(),
            Source::Declared(at) => self
                .spec
                .declared
                .get(at)
                .map(|d| d.id.clone())
                .unwrap_or_default(),
        }
    }
}

/// Points of a block: of its items, held to the most that it gives.
fn sum(at: usize, block: &Block, items: &[ItemPoints]) -> Span {
    let mut points = items
        .iter()
        .filter(|item| item.block == at)
        .map(|item| item.points);
    let taken = match block.take {
        Take::Sum => points.fold(Span::ZERO, Span::plus),
        Take::Best => points
            .next()
            .map_or(Span::ZERO, |first| points.fold(first, Span::best)),
    };
    taken.at_most(block.most)
}

fn together<'a>(blocks: impl IntoIterator<Item = &'a Span>) -> Span {
    blocks.into_iter().fold(Span::ZERO, |sum, block| sum.plus(*block))
}

impl Checked {
    /// Whether the points pass: in sum, and where blocks have a mark of their own.
    fn passes(&self, blocks: &[Span]) -> Truth {
        let reached = |(places, least): &(Vec<usize>, Points)| {
            together(places.iter().filter_map(|at| blocks.get(*at))).reaches(*least)
        };
        let marks = self.least.iter().map(reached);
        marks.fold(together(blocks).reaches(self.total), Truth::and)
    }
}
