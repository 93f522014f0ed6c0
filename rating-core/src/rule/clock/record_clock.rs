//! How the records of a firm stand on a day.

use super::deadline::{AnswerDue, answer_due};
use super::spec::{ClockSpec, ClockedKind, DeadlineSpec};
use crate::num::Date;
use crate::record::{Listing, PersonRecord, Severity, Text, View};

/// A record that a clock runs for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ClockedRecord<'a> {
    /// An entry on a list of the firm's own.
    Listing(&'a Listing),
    /// A record of a responsible person.
    Person(&'a PersonRecord),
}

impl<'a> ClockedRecord<'a> {
    /// The day on which it started.
    pub const fn started_on(self) -> Date {
        match self {
            ClockedRecord::Listing(entry) => entry.started_on,
            ClockedRecord::Person(person) => person.started_on,
        }
    }

    /// The table it stands in: `listings` or `responsible_persons`.
    pub const fn table(self) -> &'static str {
        match self {
            ClockedRecord::Listing(_) => "listings",
            ClockedRecord::Person(_) => "responsible_persons",
        }
    }

    /// Which list, or what the record of a person is about.
    pub const fn kind(self) -> &'static str {
        match self {
            ClockedRecord::Listing(entry) => entry.list.word(),
            ClockedRecord::Person(person) => person.kind.word(),
        }
    }

    /// Number of the decision or of the account.
    pub fn reference(self) -> Option<&'a str> {
        let reference = match self {
            ClockedRecord::Listing(entry) => &entry.reference,
            ClockedRecord::Person(person) => &person.reference,
        };
        reference.as_ref().map(Text::as_str)
    }

    const fn repaired_on(self) -> Option<Date> {
        match self {
            ClockedRecord::Listing(entry) => entry.repaired_on,
            ClockedRecord::Person(person) => person.repaired_on,
        }
    }

    const fn objection_on(self) -> Option<Date> {
        match self {
            ClockedRecord::Listing(entry) => entry.objection_on,
            ClockedRecord::Person(person) => person.objection_on,
        }
    }

    /// The last day that its decision fixes.
    const fn fixed_last_day(self) -> Option<Date> {
        match self {
            ClockedRecord::Listing(entry) => entry.ends_on,
            ClockedRecord::Person(_) => None,
        }
    }

    /// The day from which the months of its clock are counted; none before the event of a person has ended.
    fn counted_from(self, as_of: Date) -> Option<Date> {
        match self {
            ClockedRecord::Listing(entry) => Some(entry.started_on),
            ClockedRecord::Person(person) => person.ended_on.filter(|day| *day <= as_of),
        }
    }

    const fn clocked_kind(self) -> ClockedKind {
        match self {
            ClockedRecord::Listing(entry) => ClockedKind::Listing(entry.list),
            ClockedRecord::Person(_) => ClockedKind::ResponsiblePerson,
        }
    }

    /// The severities that it may have; of a person one that stands for none.
    fn severities(self) -> &'static [Severity] {
        match self {
            ClockedRecord::Person(_) => &[Severity::Ordinary],
            ClockedRecord::Listing(entry) => match entry.severity {
                Some(Severity::Minor) => &[Severity::Minor],
                Some(Severity::Ordinary) => &[Severity::Ordinary],
                Some(Severity::Serious) => &[Severity::Serious],
                None => Severity::ALL,
            },
        }
    }
}

/// How a record stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It counts.
    Counts,
    /// It counts by the clock of one severity and has expired by that of another, and the severity is not known; or
    /// its clock is open-ended and the most months are over.
    MayCount,
    /// An objection against it is pending: its effect is frozen.
    Objected {
        /// When the objection was received.
        on: Date,
        /// When it must be answered; none if no deadline is known.
        answer_due: Option<AnswerDue>,
    },
    /// It was repaired: publication, sharing and use ended on that day.
    Repaired {
        /// When.
        on: Date,
    },
    /// Its time is over.
    Expired {
        /// Its last day.
        last: Date,
    },
}

impl Standing {
    /// One word for tables: `counts`, `may_count`, `objected`, `repaired`, `expired`.
    pub const fn word(self) -> &'static str {
        match self {
            Standing::Counts => "counts",
            Standing::MayCount => "may_count",
            Standing::Objected { .. } => "objected",
            Standing::Repaired { .. } => "repaired",
            Standing::Expired { .. } => "expired",
        }
    }

    /// Whether it is dropped: repaired or expired.
    pub const fn is_dropped(self) -> bool {
        matches!(self, Standing::Repaired { .. } | Standing::Expired { .. })
    }
}

/// The clock of one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordClock<'a> {
    /// The record.
    pub record: ClockedRecord<'a>,
    /// Places of the clocks that run for it, or may where the severity is not known; none if no clock does.
    pub clocks: Vec<usize>,
    /// Earliest day that may be the last on which it counts; none: it counts until it is removed.
    pub last_from: Option<Date>,
    /// Latest such day; the same unless the severity is not known. None: it may count until it is removed, as by an
    /// open-ended clock.
    pub last_to: Option<Date>,
    /// Earliest day of an early removal; none if no clock, or not every clock that may run, states one.
    pub removable_from: Option<Date>,
    /// How it stands.
    pub standing: Standing,
}

/// How every record of a firm stands on the day of a view: entries on lists, then records of responsible persons,
/// each in key order. A record that starts after the day is left out.
///
/// ```text
/// last day        = the one that the decision fixes, else start + most months (of a person: end of the event + months)
///                   an open-ended clock gives the earliest last day only
/// early removal   = start + least months
/// repaired by the day                -> repaired
/// latest last day before the day     -> expired
/// objection by the day               -> objected
/// earliest last day before the day   -> may count
/// otherwise                          -> counts
/// ```
/// The first line that holds decides. The last day itself still counts.
pub fn record_clocks<'a>(
    clocks: &[ClockSpec],
    deadlines: &[DeadlineSpec],
    view: &View<'a>,
) -> Vec<RecordClock<'a>> {
    let listings = view.listings().map(ClockedRecord::Listing);
    let persons = view.responsible_persons().map(ClockedRecord::Person);
    let all = listings.chain(persons).filter(|r| r.started_on() <= view.as_of());
    all.map(|record| clock(record, clocks, deadlines, view)).collect()
}

fn clock<'a>(
    record: ClockedRecord<'a>,
    clocks: &[ClockSpec],
    deadlines: &[DeadlineSpec],
    view: &View<'_>,
) -> RecordClock<'a> {
    let running = running(record, clocks);
    let removable = |found: &Running<'_>| {
        let months = found.and_then(|(_, c)| c.least_months)?;
        Some(record.started_on().plus_months(i32::from(months)))
    };
    let removables: Option<Vec<Date>> = running.iter().map(removable).collect();
    let (last_from, last_to) = last_days(record, &running, view.as_of());
    let mut places: Vec<usize> = running.iter().flatten().map(|(at, _)| *at).collect();
    places.dedup();
    let answer = |on| answer_due(deadlines, record, on, view);
    RecordClock {
        record,
        clocks: places,
        last_from,
        last_to,
        removable_from: removables.and_then(|days| days.into_iter().min()),
        standing: standing(record, (last_from, last_to), view.as_of(), answer),
    }
}

/// How one record stands on a day by its clocks; when an objection must be answered is not told.
pub(in crate::rule) fn standing_on(record: ClockedRecord<'_>, clocks: &[ClockSpec], as_of: Date) -> Standing {
    let last_days = last_days(record, &running(record, clocks), as_of);
    standing(record, last_days, as_of, |_| None)
}

/// The clock that runs for one severity, with its place; none if no clock does.
type Running<'c> = Option<(usize, &'c ClockSpec)>;

/// The clock of each severity that a record may have.
fn running<'c>(record: ClockedRecord<'_>, clocks: &'c [ClockSpec]) -> Vec<Running<'c>> {
    let of_severity = |severity: &Severity| {
        clocks
            .iter()
            .enumerate()
            .find(|(_, c)| runs(c, record, *severity))
    };
    record.severities().iter().map(of_severity).collect()
}

/// The earliest and the latest day that may be the last; none: until it is removed.
fn last_days(
    record: ClockedRecord<'_>,
    running: &[Running<'_>],
    as_of: Date,
) -> (Option<Date>, Option<Date>) {
    let from = record.counted_from(as_of);
    let first = |found: &Running<'_>| {
        let months = found.and_then(|(_, c)| c.most_months);
        let by_clock = || Some(from?.plus_months(i32::from(months?)));
        record.fixed_last_day().or_else(by_clock)
    };
    let last = |found: &Running<'_>| {
        let is_open_ended = found.is_some_and(|(_, c)| c.open_ended);
        if is_open_ended {
            record.fixed_last_day()
        } else {
            first(found)
        }
    };
    let earliest = running.iter().filter_map(first).min();
    let lasts: Vec<Option<Date>> = running.iter().map(last).collect();
    (earliest, latest(&lasts))
}

/// Whether a clock runs for a record of a severity.
fn runs(clock: &ClockSpec, record: ClockedRecord<'_>, severity: Severity) -> bool {
    let start = record.started_on();
    clock.record == record.clocked_kind()
        && (clock.severities.is_empty() || clock.severities.contains(&severity))
        && clock.decided_from.is_none_or(|first| first <= start)
        && clock.decided_to.is_none_or(|last| start <= last)
}

/// The latest of the days; none if one of them is "until it is removed".
fn latest(days: &[Option<Date>]) -> Option<Date> {
    let known: Option<Vec<Date>> = days.iter().copied().collect();
    known?.into_iter().max()
}

fn standing(
    record: ClockedRecord<'_>,
    (last_from, last_to): (Option<Date>, Option<Date>),
    as_of: Date,
    answer: impl Fn(Date) -> Option<AnswerDue>,
) -> Standing {
    let has_happened = |day: &Date| *day <= as_of;
    if let Some(on) = record.repaired_on().filter(has_happened) {
        return Standing::Repaired { on };
    }
    if let Some(last) = last_to.filter(|last| *last < as_of) {
        return Standing::Expired { last };
    }
    if let Some(on) = record.objection_on().filter(has_happened) {
        let answer_due = answer(on);
        return Standing::Objected { on, answer_due };
    }
    match last_from {
        Some(last) if last < as_of => Standing::MayCount,
        _ => Standing::Counts,
    }
}
