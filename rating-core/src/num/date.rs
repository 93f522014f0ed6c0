//! Calendar dates.

use chrono::{Datelike as _, Months, NaiveDate};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A day of the Gregorian calendar between 1900-01-01 and 2199-12-31.
///
/// Held as days since 1970-01-01, the layout of Arrow's `Date32`, so that a column of dates is taken as it
/// is. Calendar arithmetic is chrono's; tests hold every day of the range to jiff, an independent calendar.
///
/// ```
/// use rating_core::num::Date;
/// let filed: Date = "2026-01-31".parse()?;
/// assert_eq!(filed.plus_months(1).to_string(), "2026-02-28");
/// assert_eq!("2018/5/1".parse::<Date>()?.to_string(), "2018-05-01");
/// # Ok::<(), rating_core::num::DateError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(description = "A day such as `2025-06-30`.", extend("format" = "date")))]
#[serde(try_from = "String", into = "String")]
pub struct Date {
    days: i32,
}

/// Why something is not a date of this crate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    /// Not written as year, month, day.
    #[error("expected a date such as `2026-06-30`, `2026/6/30`, `20260630` or `2026年6月30日`, got `{0}`")]
    Form(String),
    /// No such day in the calendar.
    #[error("no such day in the calendar: `{0}`")]
    Calendar(String),
    /// Outside the years that records may speak of.
    #[error("expected a date from 1900-01-01 to 2199-12-31, got `{0}`")]
    Range(String),
}

impl Date {
    /// The first day that a record may name.
    pub const MIN: Date = Date { days: -25_567 };
    /// The last day that a record may name; also "not ended".
    pub const MAX: Date = Date { days: 84_005 };

    /// A day by year, month (1 to 12) and day of month.
    ///
    /// # Errors
    /// [`DateError::Calendar`] if the day does not exist, [`DateError::Range`] outside 1900 to 2199.
    pub fn new(year: i16, month: i8, day: i8) -> Result<Self, DateError> {
        let text = || format!("{year}-{month:02}-{day:02}");
        // What no calendar counts becomes 0, which no calendar has.
        let [month, day] = [month, day].map(|n| u32::try_from(n).unwrap_or_default());
        let civil = NaiveDate::from_ymd_opt(i32::from(year), month, day);
        let civil = civil.ok_or_else(|| DateError::Calendar(text()))?;
        Self::from_days(days_of(civil)).map_err(|_| DateError::Range(text()))
    }

    /// A day by its count since 1970-01-01 (Arrow `Date32`).
    ///
    /// # Errors
    /// [`DateError::Range`] outside 1900 to 2199.
    pub fn from_days(days: i32) -> Result<Self, DateError> {
        if (Self::MIN.days..=Self::MAX.days).contains(&days) {
            Ok(Self { days })
        } else {
            Err(DateError::Range(format!("day {days} since 1970-01-01")))
        }
    }

    /// Days since 1970-01-01.
    pub const fn days(self) -> i32 {
        self.days
    }

    /// Year of the calendar.
    pub fn year(self) -> i16 {
        // INVARIANT: 1900 to 2199; below, 1 to 12 and 1 to 31. The fallbacks are never taken.
        i16::try_from(self.civil().year()).unwrap_or_default()
    }

    /// Month of the year, 1 to 12.
    pub fn month(self) -> i8 {
        i8::try_from(self.civil().month()).unwrap_or_default()
    }

    /// Day of the month, 1 to 31.
    pub fn day(self) -> i8 {
        i8::try_from(self.civil().day()).unwrap_or_default()
    }

    /// Months since January of year 0: one number a calendar month, so that months can be subtracted.
    pub fn month_index(self) -> i32 {
        let civil = self.civil();
        i32::from(self.year()) * 12 + i32::try_from(civil.month0()).unwrap_or_default()
    }

    /// The day `months` later (earlier if negative), held to the last day of a shorter month and to
    /// [`Date::MIN`] and [`Date::MAX`].
    #[must_use]
    pub fn plus_months(self, months: i32) -> Self {
        let (civil, count) = (self.civil(), Months::new(months.unsigned_abs()));
        let (moved, limit) = if months < 0 {
            (civil.checked_sub_months(count), Self::MIN)
        } else {
            (civil.checked_add_months(count), Self::MAX)
        };
        moved.map_or(limit, |civil| Self {
            days: days_of(civil).clamp(Self::MIN.days, Self::MAX.days),
        })
    }

    /// The day `days` later (earlier if negative), held to [`Date::MIN`] and [`Date::MAX`].
    #[must_use]
    pub fn plus_days(self, days: i32) -> Self {
        Self {
            days: self
                .days
                .saturating_add(days)
                .clamp(Self::MIN.days, Self::MAX.days),
        }
    }

    /// Days from `earlier` to this day; negative if `earlier` is later.
    pub const fn days_since(self, earlier: Date) -> i32 {
        self.days - earlier.days
    }

    /// Years from `earlier` to this day, as days / 365.25.
    pub fn years_since(self, earlier: Date) -> f64 {
        f64::from(self.days_since(earlier)) / 365.25
    }

    fn civil(self) -> NaiveDate {
        // INVARIANT: `days` lies in 1900..=2199, well inside chrono's range, so the fallback is never taken.
        NaiveDate::from_num_days_from_ce_opt(self.days + EPOCH).unwrap_or_default()
    }
}

/// Day number of 1970-01-01 where 0001-01-01 is day 1.
const EPOCH: i32 = 719_163;

/// Days since 1970-01-01.
fn days_of(civil: NaiveDate) -> i32 {
    civil.num_days_from_ce() - EPOCH
}

impl std::str::FromStr for Date {
    type Err = DateError;

    /// Reads `2026-06-30`, `2026/6/30`, `2026.6.30`, `20260630`, `2026年6月30日`, padded or not; a time of day
    /// behind a `T` or a blank is dropped.
    fn from_str(text: &str) -> Result<Self, DateError> {
        let trimmed = text.trim();
        let day_part = trimmed.split(['T', ' ']).next().unwrap_or(trimmed);
        let form = || DateError::Form(super::shown(text, 40));
        let (year, month, day) = if day_part.len() == 8 && day_part.bytes().all(|b| b.is_ascii_digit()) {
            // INVARIANT: eight ASCII digits, so these byte positions are character borders.
            (day_part.get(..4), day_part.get(4..6), day_part.get(6..))
        } else {
            let mut parts = day_part.trim_end_matches('日').split(['-', '/', '.', '年', '月']);
            let found = (parts.next(), parts.next(), parts.next());
            if parts.next().is_some() {
                return Err(form());
            }
            found
        };
        let number = |part: Option<&str>| -> Result<i16, DateError> {
            let digits = part.filter(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit()));
            digits.and_then(|p| p.parse().ok()).ok_or_else(form)
        };
        // The day or the month first, as elsewhere in the world: which of the two is not guessed.
        let year = year.filter(|year| year.len() >= 4);
        let (year, month, day) = (number(year)?, number(month)?, number(day)?);
        let small = |n: i16| i8::try_from(n).map_err(|_| DateError::Calendar(super::shown(trimmed, 40)));
        Self::new(year, small(month)?, small(day)?)
    }
}

impl TryFrom<String> for Date {
    type Error = DateError;

    fn try_from(text: String) -> Result<Self, DateError> {
        text.parse()
    }
}

impl From<Date> for String {
    fn from(date: Date) -> String {
        date.to_string()
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.civil())
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::ToSpan as _;
    use jiff::civil;

    #[test]
    fn the_limits_are_the_days_they_claim_to_be() {
        assert_eq!(Date::MIN.to_string(), "1900-01-01");
        assert_eq!(Date::MAX.to_string(), "2199-12-31");
        assert_eq!(Date::new(1970, 1, 1).unwrap().days(), 0);
    }

    #[test]
    fn every_spelling_is_one_day() {
        for text in [
            "2026-06-03",
            "2026/6/3",
            "2026.06.3",
            "20260603",
            "2026年6月3日",
            " 2026-06-03T10:00:00 ",
        ] {
            assert_eq!(
                text.parse::<Date>().unwrap(),
                Date::new(2026, 6, 3).unwrap(),
                "{text}"
            );
        }
    }

    #[test]
    fn errors_say_what_was_wanted_and_what_came() {
        let message = |text: &str| text.parse::<Date>().unwrap_err().to_string();
        insta::assert_snapshot!(message("soon"), @"expected a date such as `2026-06-30`, `2026/6/30`, `20260630` or `2026年6月30日`, got `soon`");
        insta::assert_snapshot!(message("30.06.2026"), @"expected a date such as `2026-06-30`, `2026/6/30`, `20260630` or `2026年6月30日`, got `30.06.2026`");
        insta::assert_snapshot!(message("26-06-30"), @"expected a date such as `2026-06-30`, `2026/6/30`, `20260630` or `2026年6月30日`, got `26-06-30`");
        insta::assert_snapshot!(message("2026-02-30"), @"no such day in the calendar: `2026-02-30`");
        insta::assert_snapshot!(message("1899-12-31"), @"expected a date from 1900-01-01 to 2199-12-31, got `1899-12-31`");
    }

    #[test]
    fn months_stop_at_the_end_of_a_shorter_month_and_at_the_limits() {
        assert_eq!(
            Date::new(2024, 2, 29).unwrap().plus_months(-12),
            Date::new(2023, 2, 28).unwrap()
        );
        assert_eq!(Date::MAX.plus_months(1), Date::MAX);
        assert_eq!(Date::MIN.plus_months(-1), Date::MIN);
        assert_eq!(Date::MAX.plus_days(i32::MAX), Date::MAX);
    }

    #[test]
    fn every_day_is_the_one_that_jiff_names() {
        let epoch = civil::Date::constant(1970, 1, 1);
        for days in Date::MIN.days..=Date::MAX.days {
            let ours = Date::from_days(days).unwrap();
            let theirs = epoch.checked_add(days.days()).unwrap();
            assert_eq!(
                (ours.year(), ours.month(), ours.day()),
                (theirs.year(), theirs.month(), theirs.day())
            );
            assert_eq!(Date::new(theirs.year(), theirs.month(), theirs.day()), Ok(ours));
            assert_eq!(ours.to_string(), theirs.to_string());
        }
    }

    proptest::proptest! {
        #[test]
        fn months_are_added_as_jiff_adds_them(days in Date::MIN.days..=Date::MAX.days, months in -4_000..4_000_i32) {
            let day = Date::from_days(days).unwrap();
            let theirs = civil::Date::constant(1970, 1, 1) + days.days() + months.months();
            let limits = (Date::MIN.to_string(), Date::MAX.to_string());
            proptest::prop_assert_eq!(
                day.plus_months(months).to_string(),
                theirs.to_string().clamp(limits.0, limits.1)
            );
        }

        #[test]
        fn a_day_exists_where_jiff_knows_it(year in -9_999..=9_999_i16, month in -1..15_i8, day in -1..34_i8) {
            let is_known = civil::Date::new(year, month, day).is_ok();
            proptest::prop_assert_eq!(!matches!(Date::new(year, month, day), Err(DateError::Calendar(_))), is_known);
        }
    }

    #[test]
    fn months_beyond_every_calendar_are_held_to_the_limits() {
        assert_eq!(Date::MIN.plus_months(i32::MAX), Date::MAX);
        assert_eq!(Date::MAX.plus_months(i32::MIN), Date::MIN);
    }
}
