//! Clocks of records, and deadlines of objections.

use super::Check;
use crate::num::Date;
use crate::record::Severity;
use crate::rule::clock::{ClockSpec, ClockedKind, DeadlineSpec};

/// The longest clock, in months: a hundred years.
const MOST_MONTHS: u16 = 1_200;
/// The longest deadline, in days.
const MOST_DAYS: u16 = 366;

impl Check<'_> {
    pub(super) fn clocks(&mut self) {
        let clocks = &self.spec.clocks;
        self.ids("clocks", clocks.iter().map(|c| c.id.as_str()));
        for (at, clock) in clocks.iter().enumerate() {
            self.clock(&format!("clocks[{at}]"), clock);
            let before = clocks.iter().take(at).find(|other| overlap(clock, other));
            if let Some(other) = before {
                let wanted = "one clock for each record, severity and day";
                self.fault(format!("clocks[{at}]"), wanted, &other.id);
            }
        }
    }

    fn clock(&mut self, place: &str, clock: &ClockSpec) {
        if let Some(last) = clock.decided_to.filter(|last| first_day(clock) > *last) {
            let wanted = "a day not before `decided_from`";
            self.fault(format!("{place}.decided_to"), wanted, &last.to_string());
        }
        if clock.record == ClockedKind::ResponsiblePerson && !clock.severities.is_empty() {
            self.fault(
                format!("{place}.severities"),
                "none for records of persons",
                "some",
            );
        }
        if clock.open_ended && clock.most_months.is_none() {
            self.fault(format!("{place}.open_ended"), "only beside `most_months`", "true");
        }
        let most = clock.most_months.unwrap_or(MOST_MONTHS);
        if !(1..=MOST_MONTHS).contains(&most) {
            self.fault(format!("{place}.most_months"), "1 to 1200", &most.to_string());
        }
        if let Some(least) = clock.least_months.filter(|least| *least > most) {
            let wanted = "no more than `most_months`";
            self.fault(format!("{place}.least_months"), wanted, &least.to_string());
        }
    }

    pub(super) fn deadlines(&mut self) {
        let deadlines = &self.spec.deadlines;
        self.ids("deadlines", deadlines.iter().map(|d| d.id.as_str()));
        for (at, deadline) in deadlines.iter().enumerate() {
            self.deadline(&format!("deadlines[{at}]"), deadline);
        }
    }

    fn deadline(&mut self, place: &str, deadline: &DeadlineSpec) {
        self.period(place, deadline.valid_from, deadline.valid_to);
        if deadline.records.is_empty() {
            self.fault(format!("{place}.records"), "at least one", "none");
        }
        if !(1..=MOST_DAYS).contains(&deadline.days) {
            self.fault(format!("{place}.days"), "1 to 366", &deadline.days.to_string());
        }
        for (at, region) in deadline.regions.iter().enumerate() {
            let is_beginning =
                matches!(region.len(), 2 | 4 | 6) && region.bytes().all(|b| b.is_ascii_digit());
            if !is_beginning {
                let wanted = "two, four or six digits of a region code";
                self.fault(format!("{place}.regions[{at}]"), wanted, region);
            }
        }
    }
}

/// Whether two clocks run for one record.
fn overlap(a: &ClockSpec, b: &ClockSpec) -> bool {
    let has = |clock: &ClockSpec, s: &Severity| clock.severities.is_empty() || clock.severities.contains(s);
    let share = Severity::ALL.iter().any(|s| has(a, s) && has(b, s));
    let meet = first_day(a) <= last_day(b) && first_day(b) <= last_day(a);
    a.record == b.record && share && meet
}

fn first_day(clock: &ClockSpec) -> Date {
    clock.decided_from.unwrap_or(Date::MIN)
}

fn last_day(clock: &ClockSpec) -> Date {
    clock.decided_to.unwrap_or(Date::MAX)
}
