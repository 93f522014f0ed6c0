//! When an objection must be answered.

use super::spec::{DayCount, DeadlineSpec};
use super::{ClockedRecord, ObjectedKind};
use crate::num::Date;
use crate::record::View;

/// When an objection must be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AnswerDue {
    /// Place of the deadline in the document.
    pub deadline: usize,
    /// Last day for the answer; with [`DayCount::WorkingDays`] the earliest that it can be, holidays being unknown.
    pub on: Date,
}

/// When an objection against a record must be answered: by the first of the deadlines that run for it; none if none
/// does. A deadline of a region runs for firms that are registered there; of a firm whose region is not known only
/// those that run everywhere do.
///
/// ```text
/// calendar days: objection + days                      (the day of the objection itself is not counted)
/// working days:  so many Mondays to Fridays after the objection
/// ```
pub fn answer_due(
    deadlines: &[DeadlineSpec],
    record: ClockedRecord<'_>,
    objection_on: Date,
    view: &View<'_>,
) -> Option<AnswerDue> {
    let kind = match record {
        ClockedRecord::Listing(entry) => ObjectedKind::Listing(entry.list),
        ClockedRecord::Person(person) => ObjectedKind::ResponsiblePerson(person.kind),
    };
    let region = view.registration().and_then(|r| r.region.as_ref());
    let is_in = |regions: &[String]| {
        let lies = |code: &String| region.is_some_and(|r| r.as_str().starts_with(code.as_str()));
        regions.is_empty() || regions.iter().any(lies)
    };
    let runs = |d: &DeadlineSpec| {
        let is_in_force = d.valid_from <= objection_on && d.valid_to.is_none_or(|last| objection_on <= last);
        is_in_force && d.records.contains(&kind) && is_in(&d.regions)
    };
    let due = deadlines
        .iter()
        .enumerate()
        .filter(|(_, d)| runs(d))
        .map(|(deadline, d)| AnswerDue {
            deadline,
            on: counted(objection_on, d.days, d.count),
        });
    due.min_by_key(|due| due.on)
}

fn counted(from: Date, days: u16, count: DayCount) -> Date {
    match count {
        DayCount::CalendarDays => from.plus_days(i32::from(days)),
        DayCount::WorkingDays => (0..days).fold(from, |day, _| next_working_day(day)),
    }
}

/// The first Monday to Friday after a day.
fn next_working_day(day: Date) -> Date {
    // 1970-01-01 was a Thursday: 0 is Monday.
    match (day.days() + 3).rem_euclid(7) {
        4 => day.plus_days(3),
        5 => day.plus_days(2),
        _ => day.plus_days(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{self, Weekday};

    #[test]
    fn the_next_working_day_is_the_calendars_next_monday_to_friday() {
        for start in 20_000..20_020 {
            let day = Date::from_days(start).unwrap();
            let mut wanted: civil::Date = day.to_string().parse().unwrap();
            loop {
                wanted = wanted.tomorrow().unwrap();
                if !matches!(wanted.weekday(), Weekday::Saturday | Weekday::Sunday) {
                    break;
                }
            }
            assert_eq!(next_working_day(day).to_string(), wanted.to_string());
        }
    }

    #[test]
    fn five_working_days_from_a_thursday_end_on_the_next_thursday() {
        // 2026-06-25 is a Thursday: 26, 29, 30, 1, 2 July.
        let day = "2026-06-25".parse().unwrap();
        assert_eq!(counted(day, 5, DayCount::WorkingDays).to_string(), "2026-07-02");
        assert_eq!(counted(day, 20, DayCount::CalendarDays).to_string(), "2026-07-15");
    }
}
