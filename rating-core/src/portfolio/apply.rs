//! What follows for many firms: incentives, discipline, and how their records stand.

use super::Table;
use crate::id::FirmId;
use crate::measure::Measures;
use crate::num::Date;
use crate::parallel;
use crate::record::Dossier;
use crate::rule::Wording;
use crate::rule::clock::{AnswerDue, ClockedRecord, RecordClock, Standing};
use crate::rule::rulebook::{
    Application, ApplicationKind, ApplicationSpec, ApplicationState, Applied, Because, Decided, Declared,
    Question, Refusal, Rulebook,
};

/// A firm and what follows for it.
pub type AppliedFirm<'a> = (&'a FirmId, Applied<'a>);

/// What is known of a firm beside its records; by default nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Beside {
    /// What is declared of it.
    pub declared: Declared,
    /// Symbol of its rating.
    pub rating: Option<String>,
}

/// Applies a rulebook to many firms as of a day, in parallel with the feature `parallel`; in the order of the firms, the
/// same for any number of threads. Each firm is measured and evaluated on the way.
pub fn apply_many<'a>(
    book: &Rulebook,
    dossiers: &'a [Dossier],
    as_of: Date,
    beside: impl Fn(&FirmId) -> Beside + Sync + Send,
) -> Vec<AppliedFirm<'a>> {
    parallel::map(dossiers.iter().collect(), |dossier: &'a Dossier| {
        let view = dossier.view(as_of);
        let (measures, beside) = (Measures::of(&view), beside(dossier.firm()));
        let evaluations = book.evaluate(&view, &measures, &beside.declared);
        let question = Question {
            view: &view,
            measures: &measures,
            declared: &beside.declared,
            evaluations: &evaluations,
            rating: beside.rating.as_deref(),
        };
        (dossier.firm(), book.apply(&question))
    })
}

/// One row a firm and application that is not out of the question.
///
/// | column | what |
/// |---|---|
/// | `firm_id`, `application` | the firm, the application's id |
/// | `kind`, `decided` | `incentive` or `discipline`; `automatic` or `discretionary` |
/// | `state` | `applies`, `suspended` (an objection is pending), `refused`, `open` (what is not known decides) |
/// | `refused` | why: `not_published`, `list_not_in_force` |
/// | `because` | what it follows from, separated by blanks: `listings:LIST:DAY`, `tax_credit_levels:YEAR:LEVEL`, `certificates:KIND:DAY`, `evaluation:ID`, `rating` |
/// | `start`, `end`, `earliest_end` | since when, last day, earliest end by repair; empty where not fixed or not stated |
/// | `objection_on`, `answer_due` | of what is suspended: when the objection came, when it must be answered |
/// | `missing` | of what is open: what is not known, separated by blanks |
/// | `list`, `item` | where it is published |
/// | `list_owner_en`, `list_owner_zh` | who publishes that list |
/// | `owner_en`, `owner_zh` | who applies it |
/// | `ends_en`, `ends_zh` | how it ends |
/// | `document` | where it comes from |
/// | `rulebook`, `rulebook_version`, `rulebook_hash` | what said so |
pub fn applications<'a>(book: &'a Rulebook, firms: &[AppliedFirm<'a>]) -> Table<'a> {
    let rows: Vec<Row<'a, '_>> = firms
        .iter()
        .flat_map(|(firm, applied)| rows(book, firm, applied))
        .collect();
    let all = || rows.iter();
    let published = || all().map(|row| row.spec.published.as_ref());
    let table = Table::default()
        .text("firm_id", all().map(|row| row.firm.as_str()))
        .text("application", all().map(|row| row.spec.id.as_str()))
        .text("kind", all().map(|row| ApplicationKind::word(row.spec.kind)))
        .text("decided", all().map(|row| Decided::word(row.spec.decided)))
        .text("state", all().map(|row| row.found.state.word()))
        .some_text("refused", all().map(|row| refused(row.found).map(Refusal::word)))
        .some_text("because", all().map(|row| because(book, row.found)))
        .days("start", all().map(|row| row.found.start))
        .days("end", all().map(|row| row.found.end))
        .days("earliest_end", all().map(|row| row.found.earliest_end))
        .days(
            "objection_on",
            all().map(|row| suspended(row.found).map(|(on, _)| on)),
        )
        .days(
            "answer_due",
            all().map(|row| suspended(row.found)?.1.map(|due| due.on)),
        )
        .some_text("missing", all().map(|row| missing(book, row.found)))
        .some_text("list", published().map(|on| on.map(|on| on.list.as_str())))
        .some_text("item", published().map(|on| on.map(|on| on.item.as_str())))
        .some_text(
            "list_owner_en",
            all().map(|row| Some(list_owner(book, row.spec)?.en.as_str())),
        )
        .some_text(
            "list_owner_zh",
            all().map(|row| Some(list_owner(book, row.spec)?.zh.as_str())),
        )
        .text("owner_en", all().map(|row| row.spec.owner.en.as_str()))
        .text("owner_zh", all().map(|row| row.spec.owner.zh.as_str()))
        .text("ends_en", all().map(|row| row.spec.ends.en.as_str()))
        .text("ends_zh", all().map(|row| row.spec.ends.zh.as_str()))
        .text("document", all().map(|row| row.spec.basis.document.as_str()));
    said_by(table, book, rows.len())
}

fn list_owner<'a>(book: &'a Rulebook, of: &ApplicationSpec) -> Option<&'a Wording> {
    let id = &of.published.as_ref()?.list;
    let list = book.spec().published_lists.iter().find(|l| l.id == *id);
    Some(&list?.owner)
}

/// One row a firm and record that a clock may run for.
///
/// | column | what |
/// |---|---|
/// | `firm_id`, `table` | the firm; `listings` or `responsible_persons` |
/// | `kind`, `reference`, `started_on` | which list or what the record is about; number of the decision; its first day |
/// | `person`, `role` | of records of persons: the code, and what the person is in the firm |
/// | `standing` | `counts`, `may_count` (the severity or the term is not known and decides), `objected`, `repaired`, `expired` |
/// | `since` | of what is objected, repaired or expired: the day of the objection or the repair, or the last day |
/// | `answer_due`, `deadline` | of an objection: when it must be answered, and the id of the deadline |
/// | `last_from`, `last_to` | earliest and latest day that may be its last; empty: until it is removed |
/// | `removable_from` | earliest day of an early removal; empty if none is stated |
/// | `clocks` | ids of the clocks that run or may run, separated by blanks |
/// | `rulebook`, `rulebook_version`, `rulebook_hash` | what said so |
pub fn record_clocks<'a>(book: &'a Rulebook, firms: &[AppliedFirm<'a>]) -> Table<'a> {
    let rows: Vec<(&'a FirmId, &RecordClock<'a>)> = firms
        .iter()
        .flat_map(|(firm, applied)| applied.records.iter().map(|record| (*firm, record)))
        .collect();
    let all = || rows.iter();
    let person = || {
        all().map(|(_, clock)| match clock.record {
            ClockedRecord::Person(person) => Some(person),
            ClockedRecord::Listing(_) => None,
        })
    };
    let deadline = |due: AnswerDue| book.spec().deadlines.get(due.deadline).map(|d| d.id.as_str());
    let table = Table::default()
        .text("firm_id", all().map(|(firm, _)| firm.as_str()))
        .text("table", all().map(|(_, clock)| clock.record.table()))
        .text("kind", all().map(|(_, clock)| clock.record.kind()))
        .some_text("reference", all().map(|(_, clock)| clock.record.reference()))
        .days(
            "started_on",
            all().map(|(_, clock)| Some(clock.record.started_on())),
        )
        .some_text("person", person().map(|p| p.map(|p| p.person.as_str())))
        .some_text("role", person().map(|p| p.map(|p| p.role.word())))
        .text("standing", all().map(|(_, clock)| clock.standing.word()))
        .days("since", all().map(|(_, clock)| since(clock.standing)))
        .days(
            "answer_due",
            all().map(|(_, clock)| due(clock.standing).map(|due| due.on)),
        )
        .some_text(
            "deadline",
            all().map(|(_, clock)| due(clock.standing).and_then(deadline)),
        )
        .days("last_from", all().map(|(_, clock)| clock.last_from))
        .days("last_to", all().map(|(_, clock)| clock.last_to))
        .days("removable_from", all().map(|(_, clock)| clock.removable_from))
        .some_text("clocks", all().map(|(_, clock)| clocks(book, clock)));
    said_by(table, book, rows.len())
}

/// An application of a firm with its document.
struct Row<'a, 'r> {
    firm: &'a FirmId,
    spec: &'a ApplicationSpec,
    found: &'r Application<'a>,
}

fn rows<'a, 'r>(
    book: &'a Rulebook,
    firm: &'a FirmId,
    applied: &'r Applied<'a>,
) -> impl Iterator<Item = Row<'a, 'r>> {
    let each = applied.applications.iter();
    each.filter_map(move |found| {
        let spec = book.spec().applications.get(found.application)?;
        Some(Row { firm, spec, found })
    })
}

fn said_by<'a>(table: Table<'a>, book: &'a Rulebook, rows: usize) -> Table<'a> {
    let repeated = |text: &'a str| std::iter::repeat_n(text, rows);
    table
        .text("rulebook", repeated(&book.spec().id))
        .text("rulebook_version", repeated(&book.spec().version))
        .text("rulebook_hash", repeated(book.hash()))
}

fn refused(found: &Application<'_>) -> Option<Refusal> {
    match found.state {
        ApplicationState::Refused(why) => Some(why),
        _ => None,
    }
}

fn suspended(found: &Application<'_>) -> Option<(Date, Option<AnswerDue>)> {
    match found.state {
        ApplicationState::Suspended {
            objection_on,
            answer_due,
        } => Some((objection_on, answer_due)),
        _ => None,
    }
}

fn because(book: &Rulebook, found: &Application<'_>) -> Option<String> {
    let told = |because: &Because<'_>| match because {
        Because::Record(record) => format!("{}:{}:{}", record.table(), record.kind(), record.started_on()),
        Because::TaxLevel(level) => format!("tax_credit_levels:{}:{}", level.year, level.level.word()),
        Because::Certificate(held) => format!("certificates:{}:{}", held.kind.word(), held.valid_from),
        Because::Evaluation(at) => {
            let id = book.spec().evaluations.get(*at).map_or("", |e| e.id.as_str());
            format!("evaluation:{id}")
        }
        Because::Rating => "rating".to_owned(),
    };
    joined(found.because.iter().map(told))
}

fn missing(book: &Rulebook, found: &Application<'_>) -> Option<String> {
    joined(found.missing.iter().map(|m| m.id(book.spec()).into_owned()))
}

fn clocks(book: &Rulebook, clock: &RecordClock<'_>) -> Option<String> {
    let running = clock.clocks.iter().filter_map(|at| book.spec().clocks.get(*at));
    joined(running.map(|clock| clock.id.clone()))
}

fn since(standing: Standing) -> Option<Date> {
    match standing {
        Standing::Objected { on, .. } | Standing::Repaired { on } => Some(on),
        Standing::Expired { last } => Some(last),
        Standing::Counts | Standing::MayCount => None,
    }
}

fn due(standing: Standing) -> Option<AnswerDue> {
    match standing {
        Standing::Objected { answer_due, .. } => answer_due,
        _ => None,
    }
}

/// Parts separated by blanks; none without parts.
fn joined(parts: impl Iterator<Item = String>) -> Option<String> {
    let parts: Vec<String> = parts.collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::portfolio::Cells;
    use crate::rule::rulebook::RulebookSpec;

    fn texts(table: &Table<'_>, column: &str) -> Vec<String> {
        match table.column(column) {
            Some(Cells::Text(cells)) => cells
                .iter()
                .map(|c| c.as_deref().unwrap_or("-").to_owned())
                .collect(),
            Some(Cells::Days(cells)) => cells
                .iter()
                .map(|c| c.map_or("-".to_owned(), |d| d.to_string()))
                .collect(),
            other => panic!("{column}: {other:?}"),
        }
    }

    fn firms() -> Vec<Dossier> {
        let listed = r#", "listings": [
            {"list": "abnormal_operation", "started_on": "2024-03-01"},
            {"list": "judgment_debtor", "started_on": "2022-03-01", "ends_on": "2024-03-01", "reference": "2"}],
            "tax_credit_levels": [{"year": 2024, "level": "B"}],
            "responsible_persons": [{"person": "P1", "role": "manager", "kind": "credit", "started_on": "2017-01-01",
                "objection_on": "2025-06-20"}],
            "answers": [{"table": "certificates", "answered_on": "2025-06-01"}]"#;
        let firm = |(at, more): (usize, &str)| format!(r#"{{"firm_id": "F-{at}"{more}}}"#).parse().unwrap();
        ["", listed].into_iter().enumerate().map(firm).collect()
    }

    #[test]
    fn every_application_and_every_record_has_a_row_that_explains_it() {
        let book = RulebookSpec::preset("china").unwrap().check().unwrap();
        let firms = firms();
        let found = apply_many(&book, &firms, "2025-07-01".parse().unwrap(), |_| {
            Beside::default()
        });
        let table = applications(&book, &found[1..]);
        assert_eq!(
            texts(&table, "application"),
            ["no_simplified_deregistration", "bank_tax_loan"]
        );
        assert_eq!(texts(&table, "kind"), ["discipline", "incentive"]);
        assert_eq!(texts(&table, "state"), ["applies", "applies"]);
        assert_eq!(
            texts(&table, "because"),
            [
                "listings:abnormal_operation:2024-03-01",
                "tax_credit_levels:2024:B"
            ]
        );
        assert_eq!(texts(&table, "start"), ["2024-03-01", "2025-04-30"]);
        assert_eq!(texts(&table, "end"), ["-", "2026-04-30"]);
        assert_eq!(texts(&table, "list"), ["registration_regulation", "-"]);
        // Nothing was reported of the first firm: everything is open and says what is missing.
        let open = applications(&book, &found[..1]);
        assert!(texts(&open, "state").iter().all(|state| state == "open"));
        assert!(texts(&open, "missing").iter().all(|missing| missing != "-"));

        let table = record_clocks(&book, &found);
        assert_eq!(
            texts(&table, "kind"),
            ["abnormal_operation", "judgment_debtor", "credit"]
        );
        assert_eq!(texts(&table, "standing"), ["counts", "expired", "objected"]);
        assert_eq!(texts(&table, "since"), ["-", "2024-03-01", "2025-06-20"]);
        assert_eq!(texts(&table, "answer_due"), ["-", "-", "2025-07-10"]);
        assert_eq!(texts(&table, "deadline"), ["-", "-", "credit_objection"]);
        assert_eq!(texts(&table, "person"), ["-", "-", "P1"]);
        assert_eq!(
            texts(&table, "clocks"),
            ["abnormal_operation", "judgment_debtor", "responsible_person"]
        );
    }

    #[test]
    fn the_rating_is_asked_for_by_firm() {
        let book = RulebookSpec::preset("shanxi-example").unwrap().check().unwrap();
        let firms = firms();
        let rating = |firm: &FirmId| Beside {
            rating: (firm.as_str() == "F-1").then(|| "C".to_owned()),
            ..Beside::default()
        };
        let found = apply_many(&book, &firms, "2025-07-01".parse().unwrap(), rating);
        // Incentives stay open without a rating; what is not published is refused either way.
        let states = texts(&applications(&book, &found[..1]), "state");
        assert_eq!(
            states.concat(),
            format!("{}{}", "open".repeat(5), "refused".repeat(3))
        );
        let refused = applications(&book, &found[1..]);
        assert_eq!(texts(&refused, "refused"), ["not_published"; 3]);
        assert_eq!(texts(&refused, "because"), ["rating"; 3]);
        // Columns are the same without firms.
        let names = |table: &Table<'_>| {
            table
                .columns()
                .iter()
                .map(|c| c.name.to_string())
                .collect::<Vec<_>>()
        };
        assert_eq!(names(&applications(&book, &[])), names(&refused));
    }
}
