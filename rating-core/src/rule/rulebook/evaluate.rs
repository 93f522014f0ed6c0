//! What follows for a firm.

use super::book::{Block, Checked, Pass};
use super::evaluation::{Admitted, Evaluation, Verdict};
use super::points::{ItemPoints, Source};
use super::span::{Earned, Span};
use super::trial::{Asked, Found, Trial, all, any};
use super::truth::Truth;
use super::unknown::Unknown;

/// An evaluation of a firm on its way.
pub(super) struct Case<'a> {
    pub(super) asked: Asked<'a>,
    pub(super) checked: &'a Checked,
    /// What was found before it.
    pub(super) earlier: &'a [Evaluation],
}

/// How points are read: as far as they are certain, or by policy.
type Reading = fn(&Earned) -> Span;

/// How far an evaluation is met.
struct Standing {
    by_points: Truth,
    /// Points or an admission.
    admitted: Truth,
    /// Conditions, and points or an admission.
    met: Truth,
    classes: Vec<Truth>,
}

impl Standing {
    fn verdict(&self) -> Verdict {
        let met = if self.classes.is_empty() {
            self.met
        } else {
            any(self.classes.iter().copied())
        };
        match met {
            Truth::Yes => Verdict::Passed,
            Truth::Open => Verdict::Open,
            Truth::No => Verdict::Failed,
        }
    }
}

impl Case<'_> {
    /// The evaluation, which stands in this place of the rulebook.
    pub(super) fn evaluation(&self, at: usize) -> Evaluation {
        let mut evaluation = self.known(at);
        if !self.checked.is_in_force(self.asked.view.as_of()) {
            evaluation.by_policy = self.checked.in_band.map(|_| Verdict::NotInForce);
            evaluation.classes = vec![Truth::No; self.checked.classes.len()];
            return evaluation;
        }
        let by_policy = |_| self.standing(&evaluation, |e| e.by_policy).verdict();
        evaluation.by_policy = self.checked.in_band.map(by_policy);
        let standing = self.standing(&evaluation, |e| e.span);
        evaluation.verdict = standing.verdict();
        match evaluation.verdict {
            Verdict::Open => evaluation.missing = self.missing(&evaluation, &standing),
            Verdict::Passed if self.checked.pass.is_some() => {
                evaluation.admitted = admitted(standing.by_points, &evaluation.admissions);
            }
            _ => {}
        }
        evaluation.classes = standing.classes;
        evaluation
    }

    /// Points, conditions and admissions; what follows from them is still to be said.
    fn known(&self, at: usize) -> Evaluation {
        let (items, blocks) = self.points();
        let points = blocks.iter().fold(Earned::ZERO, |sum, block| sum.plus(*block));
        // Neither conditions nor admissions read the points.
        let found = self.found(Span::ZERO);
        let each = |trials: &[Trial]| trials.iter().map(|t| self.asked.holds(t, found)).collect();
        Evaluation {
            evaluation: at,
            verdict: Verdict::NotInForce,
            by_policy: None,
            admitted: None,
            points,
            blocks,
            items,
            conditions: each(&self.checked.conditions),
            admissions: each(&self.checked.admissions),
            classes: Vec::new(),
            missing: Vec::new(),
        }
    }

    fn found(&self, points: Span) -> Found<'_> {
        Found {
            earlier: self.earlier,
            points,
        }
    }

    fn points(&self) -> (Vec<ItemPoints>, Vec<Earned>) {
        let given = &self.checked.blocks;
        let count = given.iter().map(|block| block.items.len()).sum();
        let mut items: Vec<ItemPoints> = Vec::with_capacity(count);
        let mut blocks = Vec::with_capacity(given.len());
        for (at, block) in given.iter().enumerate() {
            let first = items.len();
            items.extend(self.items(at, block));
            let of_block = items.iter().skip(first).map(|item| item.points);
            blocks.push(block.earned(of_block));
        }
        (items, blocks)
    }

    fn items(&self, at: usize, block: &Block) -> impl Iterator<Item = ItemPoints> {
        block.items.iter().enumerate().map(move |(place, item)| {
            let value = self.asked.number(item.source);
            let by = item.by().and_then(|by| self.asked.number(by));
            ItemPoints {
                block: at,
                item: place,
                value,
                points: item.earned(value, by),
            }
        })
    }

    fn standing(&self, known: &Evaluation, read: Reading) -> Standing {
        let pass = self.checked.pass.as_ref();
        let by_points = pass.map_or(Truth::Yes, |pass| pass.reached(&known.blocks, read));
        let admitted = by_points.or(any(known.admissions.iter().copied()));
        let met = admitted.and(all(known.conditions.iter().copied()));
        let found = self.found(read(&known.points));
        // What is left for a class: that the firm is in none before it.
        let mut left = met;
        let classes = self.checked.classes.iter().map(|trial| {
            let holds = self.asked.holds(trial, found);
            let is_in = left.and(holds);
            left = left.and(holds.not());
            is_in
        });
        Standing {
            classes: classes.collect(),
            by_points,
            admitted,
            met,
        }
    }

    /// What may decide an evaluation that is open.
    fn missing(&self, known: &Evaluation, standing: &Standing) -> Vec<Unknown> {
        let found = self.found(known.points.span);
        let mut missing = Vec::new();
        let mut note = |trials: &[Trial]| {
            let noted = trials.iter().map(|t| self.asked.note(t, found, &mut missing));
            noted.fold(false, |any, points| any | points)
        };
        note(&self.checked.conditions);
        let mut needs_points = false;
        if standing.admitted == Truth::Open {
            needs_points = standing.by_points == Truth::Open;
            note(&self.checked.admissions);
        }
        let classes = &self.checked.classes;
        let certain = classes
            .iter()
            .position(|t| self.asked.holds(t, found) == Truth::Yes);
        needs_points |= note(
            classes
                .get(..certain.unwrap_or(classes.len()))
                .unwrap_or_default(),
        );
        if needs_points {
            self.note_points(known, &mut missing);
        }
        missing.sort_unstable();
        missing.dedup();
        missing
    }

    /// Notes what keeps points open.
    fn note_points(&self, known: &Evaluation, missing: &mut Vec<Unknown>) {
        let items = self.checked.blocks.iter().flat_map(|block| &block.items);
        let open = items
            .zip(&known.items)
            .filter(|(_, earned)| earned.points.span.point().is_none());
        for (item, earned) in open {
            let by = item.by().filter(|by| self.asked.number(*by).is_none());
            missing.extend(by.map(Source::unknown));
            match earned.value {
                None => missing.push(item.source.unknown()),
                Some(_) if by.is_none() => missing.push(Unknown::Experts),
                Some(_) => {}
            }
        }
    }
}

impl Pass {
    /// Whether the points pass: in sum, and where blocks have a mark of their own.
    fn reached(&self, blocks: &[Earned], read: Reading) -> Truth {
        let together = |sum: Span, block: &Earned| sum.plus(read(block));
        let total = blocks.iter().fold(Span::ZERO, together).reaches(self.total);
        let least = self.least.iter().map(|(places, least)| {
            let of = places.iter().filter_map(|at| blocks.get(*at));
            of.fold(Span::ZERO, together).reaches(*least)
        });
        total.and(all(least))
    }
}

fn admitted(by_points: Truth, admissions: &[Truth]) -> Option<Admitted> {
    if by_points == Truth::Yes {
        return Some(Admitted::Points);
    }
    let direct = admissions.iter().position(|a| *a == Truth::Yes);
    direct.map(Admitted::Directly)
}
