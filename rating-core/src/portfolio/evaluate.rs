//! Published evaluations of many firms.

use super::Table;
use crate::id::FirmId;
use crate::measure::Measures;
use crate::num::Date;
use crate::parallel;
use crate::record::Dossier;
use crate::rule::rulebook::{
    Admitted, ConditionSpec, Declared, Evaluation, EvaluationSpec, Rulebook, Span, Truth,
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
        let view = dossier.view(as_of);
        let evaluations = book.evaluate(&view, &Measures::of(&view), &declared(dossier.firm()));
        (dossier.firm(), evaluations)
    })
}

/// One row a firm and evaluation.
///
/// | column | what |
/// |---|---|
/// | `firm_id`, `evaluation` | the firm, the evaluation's id |
/// | `verdict` | `passed`, `failed`, `open` (what is not known decides), `not_in_force` |
/// | `admitted` | of a firm that passed: `points`, or the id of the admission that stands in for them |
/// | `points_low`, `points_high` | the fewest and the most points that are possible; one number if all is known |
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
    Table::default()
        .text("firm_id", all().map(|(firm, _)| firm.as_str()))
        .some_text("evaluation", all().map(|(_, e)| spec(e).map(|s| s.id.as_str())))
        .text("verdict", all().map(|(_, e)| e.verdict.word()))
        .some_text("admitted", all().map(|(_, e)| admitted(spec(e), e.admitted)))
        .integers("points_low", all().map(|(_, e)| e.points.low))
        .integers("points_high", all().map(|(_, e)| e.points.high))
        .some_text(
            "missing",
            all().map(|(_, e)| (!e.missing.is_empty()).then(|| e.missing.join(" "))),
        )
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

/// One row a part of an evaluation of a firm: conditions, blocks, items and admissions, in the order of the document.
///
/// | column | what |
/// |---|---|
/// | `firm_id`, `evaluation` | the firm, the evaluation's id |
/// | `part`, `id` | `condition`, `block`, `item` or `admission`; its id |
/// | `holds` | of conditions and admissions: `yes`, `no`, `open` |
/// | `value` | of items: the number, empty if it is not known |
/// | `points_low`, `points_high` | of blocks and items: the fewest and the most points that are possible |
pub fn parts<'a>(book: &'a Rulebook, firms: &[EvaluatedFirm<'a>]) -> Table<'a> {
    let lines: Vec<Line<'a>> = firms
        .iter()
        .flat_map(|(firm, found)| found.iter().map(move |e| (*firm, e)))
        .filter_map(|(firm, e)| {
            book.spec()
                .evaluations
                .get(e.evaluation)
                .map(|spec| lines(firm, spec, e))
        })
        .flatten()
        .collect();
    let all = || lines.iter();
    let points = |of: fn(Span) -> i32| all().map(move |line| line.points.map(of));
    Table::default()
        .text("firm_id", all().map(|line| line.firm.as_str()))
        .text("evaluation", all().map(|line| line.evaluation))
        .text("part", all().map(|line| line.part))
        .text("id", all().map(|line| line.id))
        .some_text("holds", all().map(|line| line.holds.map(Truth::word)))
        .numbers("value", all().map(|line| line.value))
        .some_integers("points_low", points(|span| span.low))
        .some_integers("points_high", points(|span| span.high))
}

/// One part of an evaluation of a firm.
struct Line<'a> {
    firm: &'a FirmId,
    evaluation: &'a str,
    part: &'static str,
    id: &'a str,
    holds: Option<Truth>,
    value: Option<f64>,
    points: Option<Span>,
}

fn lines<'a>(firm: &'a FirmId, spec: &'a EvaluationSpec, found: &Evaluation) -> Vec<Line<'a>> {
    let line = |part, id| Line {
        firm,
        evaluation: &spec.id,
        part,
        id,
        holds: None,
        value: None,
        points: None,
    };
    let tests = |part, conditions: &'a [ConditionSpec], truths: &[Truth]| {
        let each = conditions.iter().zip(truths);
        let told = each.map(|(c, truth)| Line {
            holds: Some(*truth),
            ..line(part, c.id.as_str())
        });
        told.collect::<Vec<_>>()
    };
    let mut all = tests("condition", &spec.conditions, &found.conditions);
    for (at, (block, points)) in spec.blocks.iter().zip(&found.blocks).enumerate() {
        all.push(Line {
            points: Some(*points),
            ..line("block", block.id.as_str())
        });
        for item in found.items.iter().filter(|item| item.block == at) {
            let id = block.items.get(item.item).map_or("", |i| i.id.as_str());
            all.push(Line {
                value: item.value,
                points: Some(item.points),
                ..line("item", id)
            });
        }
    }
    all.extend(tests("admission", &spec.admissions, &found.admissions));
    all
}
