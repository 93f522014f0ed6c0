//! Published evaluations of many firms.

use super::Table;
use crate::id::FirmId;
use crate::num::Date;
use crate::parallel;
use crate::record::Dossier;
use crate::rule::rulebook::{
    Admitted, Declared, Earned, Evaluation, EvaluationSpec, Marks, Rulebook, Truth, Verdict,
};

/// A firm and its evaluations, in the order of the rulebook.
pub type EvaluatedFirm<'a> = (&'a FirmId, Vec<Evaluation>);

/// Evaluates many firms as of a day, in parallel with the feature `parallel`; in the order of the firms, the same for
/// any number of threads. `declared` gives what is declared of a firm; [`Declared::default`] leaves all of it open.
pub fn evaluate_many<'a>(
    book: &Rulebook,
    dossiers: &'a [Dossier],
    as_of: Date,
    declared: impl Fn(&FirmId) -> Declared + Sync + Send,
) -> Vec<EvaluatedFirm<'a>> {
    parallel::map(dossiers.iter().collect(), |dossier: &Dossier| {
        let declared = declared(dossier.firm());
        (dossier.firm(), book.evaluate_firm(dossier, as_of, &declared))
    })
}

/// One row a firm and evaluation.
///
/// | column | what |
/// |---|---|
/// | `firm_id`, `evaluation` | the firm, the evaluation's id |
/// | `verdict` | `passed`, `failed`, `open` (what is not known decides), `not_in_force` |
/// | `by_policy` | the same if ranges that the document leaves to experts are narrowed by policy; empty without such ranges |
/// | `admitted` | of a firm that passed: `points`, or the id of the admission that stands in for them |
/// | `class`, `class_value` | the class that the firm is in for certain, and what the document gives it |
/// | `possible_classes` | the classes that it may be in, the best first, separated by blanks |
/// | `points_low`, `points_high` | the fewest and the most points that are possible; one number if all is known; empty without points |
/// | `points` | the points by policy, if all is known that they depend on |
/// | `missing` | of an open evaluation: what is not known and may decide, separated by blanks |
/// | `document` | where the evaluation comes from |
/// | `rulebook`, `rulebook_version`, `rulebook_hash` | what evaluated |
pub fn evaluations<'a>(book: &'a Rulebook, firms: &[EvaluatedFirm<'a>]) -> Table<'a> {
    let all = || {
        let evaluated = firms.iter();
        evaluated.flat_map(|(firm, found)| found.iter().map(move |e| (*firm, e)))
    };
    let specs = &book.spec().evaluations;
    let spec = |e: &Evaluation| specs.get(e.evaluation);
    let class = |e: &Evaluation| spec(e).zip(e.class()).and_then(|(s, at)| s.classes.get(at));
    let points = |of: fn(Earned) -> Option<Marks>| {
        let points = move |e: &Evaluation| (!e.blocks.is_empty()).then_some(e.points).and_then(of);
        all().map(move |(_, e)| points(e).map(Marks::to_f64))
    };
    Table::default()
        .text("firm_id", all().map(|(firm, _)| firm.as_str()))
        .some_text("evaluation", all().map(|(_, e)| spec(e).map(|s| s.id.as_str())))
        .text("verdict", all().map(|(_, e)| e.verdict.word()))
        .some_text("by_policy", all().map(|(_, e)| e.by_policy.map(Verdict::word)))
        .some_text("admitted", all().map(|(_, e)| admitted(spec(e), e.admitted)))
        .some_text("class", all().map(|(_, e)| class(e).map(|c| c.id.as_str())))
        .numbers("class_value", all().map(|(_, e)| class(e).and_then(|c| c.value)))
        .some_text(
            "possible_classes",
            all().map(|(_, e)| possible_classes(spec(e), e)),
        )
        .numbers("points_low", points(|earned| Some(earned.span.low)))
        .numbers("points_high", points(|earned| Some(earned.span.high)))
        .numbers("points", points(Earned::chosen))
        .some_text("missing", all().map(|(_, e)| missing(book, e)))
        .some_text(
            "document",
            all().map(|(_, e)| spec(e).map(|s| s.basis.document.as_str())),
        )
        .text("rulebook", all().map(|_| book.spec().id.as_str()))
        .text("rulebook_version", all().map(|_| book.spec().version.as_str()))
        .text("rulebook_hash", all().map(|_| book.hash()))
}

fn admitted(spec: Option<&EvaluationSpec>, by: Option<Admitted>) -> Option<&str> {
    match by? {
        Admitted::Points => Some("points"),
        Admitted::Directly(at) => spec?.admissions.get(at).map(|a| a.id.as_str()),
    }
}

fn possible_classes(spec: Option<&EvaluationSpec>, found: &Evaluation) -> Option<String> {
    let classes = found.possible_classes().filter_map(|at| spec?.classes.get(at));
    let ids: Vec<&str> = classes.map(|class| class.id.as_str()).collect();
    (!ids.is_empty()).then(|| ids.join(" "))
}

fn missing(book: &Rulebook, found: &Evaluation) -> Option<String> {
    let ids: Vec<_> = found.missing.iter().map(|m| m.id(book.spec())).collect();
    (!ids.is_empty()).then(|| ids.join(" "))
}

/// One row a part of an evaluation of a firm: conditions, blocks, items, admissions and classes, in the order of the
/// document.
///
/// | column | what |
/// |---|---|
/// | `firm_id`, `evaluation` | the firm, the evaluation's id |
/// | `part`, `id` | `condition`, `block`, `item`, `admission` or `class`; its id |
/// | `holds` | of conditions and admissions, and of classes whether the firm is in them: `yes`, `no`, `open` |
/// | `value`, `word` | of items: the number or the word, both empty if it is not known |
/// | `points_low`, `points_high` | of blocks and items: the fewest and the most points that are possible |
/// | `points` | of blocks and items: the points by policy, if all is known that they depend on |
pub fn parts<'a>(book: &'a Rulebook, firms: &[EvaluatedFirm<'a>]) -> Table<'a> {
    let lines: Vec<Line<'a>> = firms
        .iter()
        .flat_map(|(firm, found)| found.iter().map(move |e| (*firm, e)))
        .filter_map(|(firm, e)| {
            let spec = book.spec().evaluations.get(e.evaluation)?;
            Some(lines(book, (firm, spec), e))
        })
        .flatten()
        .collect();
    let all = || lines.iter();
    let points =
        |of: fn(Earned) -> Option<Marks>| all().map(move |line| line.points.and_then(of).map(Marks::to_f64));
    Table::default()
        .text("firm_id", all().map(|line| line.firm.as_str()))
        .text("evaluation", all().map(|line| line.evaluation))
        .text("part", all().map(|line| line.part))
        .text("id", all().map(|line| line.id))
        .some_text("holds", all().map(|line| line.holds.map(Truth::word)))
        .numbers("value", all().map(|line| line.value))
        .some_text("word", all().map(|line| line.word))
        .numbers("points_low", points(|earned| Some(earned.span.low)))
        .numbers("points_high", points(|earned| Some(earned.span.high)))
        .numbers("points", points(Earned::chosen))
}

/// One part of an evaluation of a firm.
struct Line<'a> {
    firm: &'a FirmId,
    evaluation: &'a str,
    part: &'static str,
    id: &'a str,
    holds: Option<Truth>,
    value: Option<f64>,
    word: Option<&'a str>,
    points: Option<Earned>,
}

fn lines<'a>(
    book: &'a Rulebook,
    (firm, spec): (&'a FirmId, &'a EvaluationSpec),
    found: &Evaluation,
) -> Vec<Line<'a>> {
    let line = |part, id| Line {
        firm,
        evaluation: &spec.id,
        part,
        id,
        holds: None,
        value: None,
        word: None,
        points: None,
    };
    let held = |part, id: &'a str, truth: &Truth| Line {
        holds: Some(*truth),
        ..line(part, id)
    };
    let mut all = Vec::new();
    let conditions = spec.conditions.iter().zip(&found.conditions);
    all.extend(conditions.map(|(c, truth)| held("condition", &c.id, truth)));
    for (at, (block, points)) in spec.blocks.iter().zip(&found.blocks).enumerate() {
        all.push(Line {
            points: Some(*points),
            ..line("block", &block.id)
        });
        for earned in found.items.iter().filter(|item| item.block == at) {
            let Some(item) = block.items.get(earned.item) else {
                continue;
            };
            let word = earned.value.and_then(|place| book.word(&item.input, place));
            all.push(Line {
                value: earned.value.filter(|_| word.is_none()),
                word,
                points: Some(earned.points),
                ..line("item", &item.id)
            });
        }
    }
    let admissions = spec.admissions.iter().zip(&found.admissions);
    all.extend(admissions.map(|(c, truth)| held("admission", &c.id, truth)));
    let classes = spec.classes.iter().zip(&found.classes);
    all.extend(classes.map(|(c, truth)| held("class", &c.id, truth)));
    all
}
