//! Entries on lists as ground.

use super::answer::{Because, Question};
use super::ground::{Ground, Holds, latest};
use super::spec::ListedWhen;
use crate::num::Date;
use crate::record::{Listing, Severity, TableName};
use crate::rule::clock::{AnswerDue, ClockedRecord, RecordClock, Standing};
use crate::rule::rulebook::{Truth, Unknown};

/// An entry that may be ground, with its clock.
type Entry<'r, 'a> = (&'r RecordClock<'a>, &'a Listing);

/// Entries on lists: one that counts is enough; else one that may count leaves it open; else one that is objected to
/// suspends it.
pub(super) fn listed<'a>(
    when: &ListedWhen,
    records: &[RecordClock<'a>],
    question: &Question<'_, 'a>,
) -> Ground<'a> {
    let (mut counting, mut possible, mut objected) = (Vec::new(), Vec::new(), Vec::new());
    for clock in records {
        let ClockedRecord::Listing(entry) = clock.record else {
            continue;
        };
        let fits = if when.lists.contains(&entry.list) {
            is_as_grave(&when.severities, entry.severity)
        } else {
            Truth::No
        };
        match (fits, clock.standing) {
            (Truth::No, _) | (_, Standing::Repaired { .. } | Standing::Expired { .. }) => {}
            (_, Standing::Objected { .. }) => objected.push((clock, entry)),
            (Truth::Yes, Standing::Counts) => counting.push((clock, entry)),
            (Truth::Open, _) | (_, Standing::MayCount) => possible.push((clock, entry)),
        }
    }
    if !counting.is_empty() {
        return on_entries(Holds::Yes, &counting);
    }
    if !possible.is_empty() {
        let mut missing: Vec<Unknown> = possible.iter().map(|(clock, _)| unknown(clock)).collect();
        missing.sort_unstable();
        missing.dedup();
        return Ground {
            missing,
            ..on_entries(Holds::Open, &possible)
        };
    }
    let first = objected.iter().filter_map(|(clock, _)| objection(clock));
    match first.min_by_key(|(on, _)| *on) {
        Some((on, due)) => on_entries(Holds::Objected(on, due), &objected),
        None if question.view.answered_on(TableName::Listings).is_some() => Ground::bare(Holds::No),
        None => Ground::open(when.lists.iter().map(|list| Unknown::Listed(*list)).collect()),
    }
}

/// What leaves an entry open that may count: the term where one clock runs whatever the severity, else the severity.
fn unknown(clock: &RecordClock<'_>) -> Unknown {
    match (clock.standing, clock.clocks.as_slice()) {
        (Standing::MayCount, [_]) => Unknown::Term,
        _ => Unknown::Severity,
    }
}

fn is_as_grave(wanted: &[Severity], severity: Option<Severity>) -> Truth {
    let is_any = wanted.is_empty() || Severity::ALL.iter().all(|s| wanted.contains(s));
    match severity {
        _ if is_any => Truth::Yes,
        Some(severity) => wanted.contains(&severity).into(),
        None => Truth::Open,
    }
}

fn objection(clock: &RecordClock<'_>) -> Option<(Date, Option<AnswerDue>)> {
    match clock.standing {
        Standing::Objected { on, answer_due } => Some((on, answer_due)),
        _ => None,
    }
}

/// From the first of the entries to the last; ends early when the last of them can be removed.
fn on_entries<'a>(holds: Holds, entries: &[Entry<'_, 'a>]) -> Ground<'a> {
    let because = entries.iter().map(|(clock, _)| Because::Record(clock.record));
    Ground {
        because: because.collect(),
        start: entries.iter().map(|(_, entry)| entry.started_on).min(),
        end: latest(entries.iter().map(|(clock, _)| clock.last_to)),
        earliest_end: latest(entries.iter().map(|(clock, _)| clock.removable_from)),
        ..Ground::bare(holds)
    }
}
