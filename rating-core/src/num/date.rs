//! Calendar dates.

use jiff::ToSpan as _;
use jiff::civil;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A day of the Gregorian calendar between 1900-01-01 and 2199-12-31.
///
/// Held as days since 1970-01-01, the layout of Arrow's `Date32`, so that a column of dates is taken as it
/// is. Calendar arithmetic is jiff's.
///
/// ```
/// use rating_core::num::Date;
/// let filed: Date = "2026-01-31".parse()?;
/// assert_eq!(filed.plus_months(1).to_string(), "2026-02-28");
/// assert_eq!("2018/5/1".parse::<Date>()?.to_string(), "2018-05-01");
/// # Ok::<(), rating_core::num::DateError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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
        let civil = civil::Date::new(year, month, day).map_err(|_| DateError::Calendar(text()))?;
        Self::from_civil(civil).ok_or_else(|| DateError::Range(text()))
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
        self.civil().year()
    }

    /// Month of the year, 1 to 12.
    pub fn month(self) -> i8 {
        self.civil().month()
    }

    /// Day of the month, 1 to 31.
    pub fn day(self) -> i8 {
        self.civil().day()
    }

    /// Months since January of year 0: one number a calendar month, so that months can be subtracted.
    pub fn month_index(self) -> i32 {
        let civil = self.civil();
        i32::from(civil.year()) * 12 + i32::from(civil.month()) - 1
    }

    /// The day `months` later (earlier if negative), held to the last day of a shorter month and to
    /// [`Date::MIN`] and [`Date::MAX`].
    #[must_use]
    pub fn plus_months(self, months: i32) -> Self {
        let limit = if months < 0 { Self::MIN } else { Self::MAX };
        self.civil()
            .checked_add(months.months())
            .ok()
            .and_then(Self::from_civil)
            .unwrap_or(limit)
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

    fn from_civil(civil: civil::Date) -> Option<Self> {
        let since = civil::Date::constant(1970, 1, 1).until(civil).ok()?;
        Self::from_days(since.get_days()).ok()
    }

    fn civil(self) -> civil::Date {
        // INVARIANT: `days` lies in 1900..=2199, well inside jiff's range, so the fallback is never taken.
        civil::Date::constant(1970, 1, 1)
            .checked_add(self.days.days())
            .unwrap_or(civil::Date::ZERO)
    }
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
        fmt::Display::fmt(&self.civil(), f)
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
}
