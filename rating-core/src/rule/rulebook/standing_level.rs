//! Which tax credit level of a firm stands on a day: one notion for tests and for what follows.
//!
//! ```text
//! a level stands    from the day it became known to 30 April of the second year after the year evaluated, when the
//!                   next is out; a D that was set directly to 30 April of the third (it is kept for two years)
//! the standing one  the latest known, if it stands
//! none is known     there is none if the answer is complete up to the last 30 April; else it is not known
//! ```
//!
//! Levels are evaluated in April for the year before; that the old one counts up to and including 30 April, and no
//! longer, is a choice where the documents name the month. Source: 国家税务总局公告2025年第12号, articles 16 to 18 and 34.

use super::test_spec::TaxLevelTest;
use super::truth::Truth;
use crate::num::Date;
use crate::record::{TableName, TaxCreditLevel, TaxLevel, View};

/// The level that stands on the day of a view.
pub(super) fn standing<'a>(view: &View<'a>) -> Option<&'a TaxCreditLevel> {
    latest(view).filter(|level| view.as_of() <= last_day(level))
}

/// Whether the level that stands on the day is one of those asked for. Open if it is not known and one of the years
/// asked for can still be its year.
pub(super) fn is_one(test: &TaxLevelTest, view: &View<'_>) -> Truth {
    let first = test.from_year.unwrap_or(i16::MIN);
    let last = test.to_year.unwrap_or(i16::MAX);
    if let Some(level) = standing(view) {
        return (test.levels.contains(&level.level) && (first..=last).contains(&level.year)).into();
    }
    let known = latest(view).map_or(i16::MIN, |level| level.year.saturating_add(1));
    let earliest = last_april(view.as_of()).year().saturating_sub(2).max(known);
    let newest = view.as_of().year().saturating_sub(1);
    let is_possible = first.max(earliest) <= last.min(newest);
    if is_complete(view) || !is_possible {
        Truth::No
    } else {
        Truth::Open
    }
}

/// The last day on which a level stands.
pub(super) fn last_day(level: &TaxCreditLevel) -> Date {
    let is_kept = level.level == TaxLevel::D && level.direct == Some(true);
    let years = if is_kept { 3 } else { 2 };
    Date::new(level.year.saturating_add(years), 4, 30).unwrap_or(Date::MAX)
}

/// Whether an answer says that there is no later level: it is complete up to the last April.
pub(super) fn is_complete(view: &View<'_>) -> bool {
    view.answered_on(TableName::TaxCreditLevels)
        .is_some_and(|day| day >= last_april(view.as_of()))
}

fn latest<'a>(view: &View<'a>) -> Option<&'a TaxCreditLevel> {
    view.tax_credit_levels().max_by_key(|level| level.year)
}

/// The latest 30 April before a day: levels are out by then.
fn last_april(day: Date) -> Date {
    let of = |year: i16| Date::new(year, 4, 30).unwrap_or(Date::MIN);
    let of_year = of(day.year());
    if of_year < day {
        of_year
    } else {
        of(day.year().saturating_sub(1))
    }
}
