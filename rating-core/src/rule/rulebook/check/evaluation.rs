//! One evaluation of a rulebook.

use super::Check;
use super::test::Scope;
use crate::num::{SHOWN, shown};
use crate::rule::rulebook::book::{Block, Checked, Item, Pass};
use crate::rule::rulebook::evaluation_spec::{ClassSpec, ConditionSpec, EvaluationSpec, PassSpec};
use crate::rule::rulebook::marks::Marks;
use crate::rule::rulebook::points::Source;
use crate::rule::rulebook::trial::Trial;

impl Check<'_> {
    pub(super) fn evaluation(&mut self, at: usize, evaluation: &EvaluationSpec) -> Checked {
        let place = format!("evaluations[{at}]");
        self.dates(&place, evaluation);
        self.parts(&place, evaluation);
        let blocks = self.blocks(&place, evaluation);
        self.full(&place, evaluation, &blocks);
        let scope = Scope::evaluation(at);
        let pass = evaluation.pass.as_ref();
        Checked {
            valid_from: evaluation.valid_from,
            valid_to: evaluation.valid_to,
            conditions: self.conditions(&format!("{place}.conditions"), &evaluation.conditions, scope),
            blocks,
            in_band: evaluation.in_band,
            pass: pass.map(|pass| self.pass(&place, evaluation, pass)),
            admissions: self.conditions(&format!("{place}.admissions"), &evaluation.admissions, scope),
            classes: self.classes(&format!("{place}.classes"), &evaluation.classes, scope),
        }
    }

    fn dates(&mut self, place: &str, evaluation: &EvaluationSpec) {
        if let Some(last) = evaluation.valid_to
            && last < evaluation.valid_from
        {
            let wanted = "a day not before `valid_from`";
            self.fault(format!("{place}.valid_to"), wanted, &last.to_string());
        }
    }

    /// That there is something to evaluate, that parts which need another part have it, and that ids stand once.
    fn parts(&mut self, place: &str, evaluation: &EvaluationSpec) {
        let e = evaluation;
        if e.conditions.is_empty() && e.blocks.is_empty() && e.classes.is_empty() {
            self.fault(place, "conditions, blocks or classes", "none of them");
        }
        let needs = [
            (
                "pass",
                e.pass.is_some() && e.blocks.is_empty(),
                "none without blocks",
            ),
            (
                "full",
                e.full.is_some() && e.blocks.is_empty(),
                "none without blocks",
            ),
            (
                "admissions",
                !e.admissions.is_empty() && e.pass.is_none(),
                "none without a pass mark that they stand in for",
            ),
        ];
        for (part, _, wanted) in needs.into_iter().filter(|(_, lacks, _)| *lacks) {
            self.fault(format!("{place}.{part}"), wanted, "some");
        }
        let ids = |part: &str| format!("{place}.{part}");
        self.ids(&ids("conditions"), e.conditions.iter().map(|c| c.id.as_str()));
        self.ids(&ids("admissions"), e.admissions.iter().map(|c| c.id.as_str()));
        self.ids(&ids("blocks"), e.blocks.iter().map(|b| b.id.as_str()));
        let items = e.blocks.iter().flat_map(|b| &b.items);
        self.ids(&ids("items"), items.map(|i| i.id.as_str()));
        self.ids(&ids("classes"), e.classes.iter().map(|c| c.id.as_str()));
    }

    /// That the blocks, but for extra ones, give the full marks, for every word that weights depend on.
    fn full(&mut self, place: &str, evaluation: &EvaluationSpec, blocks: &[Block]) {
        let Some(full) = evaluation.full else { return };
        let items = || blocks.iter().flat_map(|block| &block.items);
        let mut depends: Vec<Source> = items().filter_map(Item::by).collect();
        depends.sort_unstable();
        depends.dedup();
        let words: Vec<Option<usize>> = match depends.as_slice() {
            [] => vec![None],
            [by] => (0..self.words(*by).len()).map(Some).collect(),
            _ => {
                let wanted = "weights by one declared word, where there are full marks";
                self.fault(format!("{place}.full"), wanted, "several");
                return;
            }
        };
        for word in words {
            let counted = blocks.iter().zip(&evaluation.blocks).filter(|(_, b)| !b.extra);
            let most = counted.fold(Marks::ZERO, |sum, (block, _)| sum.plus(most(block, word)));
            if most != full {
                let words = depends.first().map(|by| self.words(*by)).unwrap_or_default();
                let named = word.and_then(|word| words.get(word));
                let of = named.map_or_else(String::new, |word| format!(" for `{}`", shown(word, SHOWN)));
                let wanted = format!("what the blocks give at most{of}, {most}");
                self.fault(format!("{place}.full"), wanted, &full.to_string());
            }
        }
    }

    fn pass(&mut self, place: &str, evaluation: &EvaluationSpec, pass: &PassSpec) -> Pass {
        let all = || evaluation.blocks.iter().map(|b| &b.id);
        self.reachable(
            format!("{place}.pass.total"),
            evaluation,
            (pass.total, all().collect()),
        );
        let mut least = Vec::new();
        for (at, group) in pass.least.iter().enumerate() {
            let place = format!("{place}.pass.least[{at}]");
            let mut places = Vec::new();
            for id in &group.blocks {
                match all().position(|block| block == id) {
                    Some(block) if !places.contains(&block) => places.push(block),
                    _ => self.fault(format!("{place}.blocks"), "ids of blocks, each once", id),
                }
            }
            if places.len() == group.blocks.len() {
                let of = group.blocks.iter().collect();
                self.reachable(format!("{place}.points"), evaluation, (group.points, of));
            }
            least.push((places, group.points));
        }
        let total = pass.total;
        Pass { total, least }
    }

    /// That some blocks can give what is asked of them.
    fn reachable(&mut self, place: String, evaluation: &EvaluationSpec, (least, of): (Marks, Vec<&String>)) {
        let of = evaluation.blocks.iter().filter(|b| of.contains(&&b.id));
        let most = of.fold(Marks::ZERO, |sum, block| sum.plus(block.most));
        if least > most {
            self.fault(place, "no more than the blocks can give", &least.to_string());
        }
    }

    pub(super) fn conditions(
        &mut self,
        place: &str,
        conditions: &[ConditionSpec],
        scope: Scope,
    ) -> Vec<Trial> {
        let each = conditions.iter().enumerate();
        each.map(|(at, c)| self.test(&format!("{place}[{at}].test"), &c.test, scope))
            .collect()
    }

    fn classes(&mut self, place: &str, classes: &[ClassSpec], scope: Scope) -> Vec<Trial> {
        let mut trials = Vec::with_capacity(classes.len());
        for (at, class) in classes.iter().enumerate() {
            let place = format!("{place}[{at}]");
            if class.value.is_some_and(|value| !value.is_finite()) {
                self.fault(format!("{place}.value"), "a finite number", "another");
            }
            if class.test.is_none() && at + 1 < classes.len() {
                self.fault(format!("{place}.test"), "a test, but for the last class", "none");
            }
            let test = class.test.as_ref();
            let trial = test.map(|test| self.test(&format!("{place}.test"), test, scope.in_class()));
            trials.push(trial.unwrap_or(Trial::ALWAYS));
        }
        trials
    }
}

/// What a block gives at most, with the word in this place.
fn most(block: &Block, word: Option<usize>) -> Marks {
    let word = word.map(|place| place as f64);
    let items = block.items.iter().map(|item| item.earned(None, word));
    block.earned(items).span.high
}
