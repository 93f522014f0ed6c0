//! Days and months of the Gregorian calendar.

/// A day, counted from 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Day(pub(crate) i32);

impl Day {
    /// The day of a valid year, month and day of the month.
    ///
    /// Source: Hinnant, chrono-compatible low-level date algorithms (`days_from_civil`).
    pub(crate) const fn new(year: i32, month: i32, day: i32) -> Self {
        let shifted = if month <= 2 { year - 1 } else { year };
        let era = shifted.div_euclid(400);
        let year_of_era = shifted.rem_euclid(400);
        let month_from_march = (month + 9) % 12;
        let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Self(era * 146_097 + day_of_era - 719_468)
    }

    /// Year, month and day of the month.
    pub(crate) const fn civil(self) -> (i32, i32, i32) {
        let shifted = self.0 + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 {
            month_from_march + 3
        } else {
            month_from_march - 9
        };
        let year = year_of_era + era * 400;
        (if month <= 2 { year + 1 } else { year }, month, day)
    }

    /// The day so many days later.
    pub(crate) const fn plus(self, days: i32) -> Self {
        Self(self.0 + days)
    }

    /// The month it lies in.
    pub(crate) const fn month(self) -> Month {
        let (year, month, _) = self.civil();
        Month(year * 12 + month - 1)
    }

    /// How many days it lies after another.
    pub(crate) const fn since(self, other: Day) -> i32 {
        self.0 - other.0
    }
}

/// A month: `12 · year + month − 1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Month(pub(crate) i32);

impl Month {
    /// A month of a year, 1 to 12.
    pub(crate) const fn new(year: i32, month: i32) -> Self {
        Self(year * 12 + month - 1)
    }

    /// Its year.
    pub(crate) const fn year(self) -> i32 {
        self.0.div_euclid(12)
    }

    /// Its number in the year, 1 to 12.
    pub(crate) const fn number(self) -> i32 {
        self.0.rem_euclid(12) + 1
    }

    /// A day of it.
    pub(crate) const fn day(self, day: i32) -> Day {
        Day::new(self.year(), self.number(), day)
    }

    /// Its last day.
    pub(crate) const fn end(self) -> Day {
        Month(self.0 + 1).day(1).plus(-1)
    }

    /// Whether a quarter ends with it.
    pub(crate) const fn ends_quarter(self) -> bool {
        self.number() % 3 == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_civil_dates_are_each_others_inverse() {
        assert_eq!(Day::new(1970, 1, 1), Day(0));
        assert_eq!(Day::new(2000, 3, 1), Day(11_017)); // 30 years of 365 days, 7 leap days, 31 + 29 days
        for day in -30_000..60_000 {
            let (year, month, of_month) = Day(day).civil();
            assert_eq!(Day::new(year, month, of_month), Day(day));
        }
    }

    #[test]
    fn months_end_where_the_calendar_says() {
        assert_eq!(Month::new(2024, 2).end(), Day::new(2024, 2, 29));
        assert_eq!(Month::new(2025, 12).end(), Day::new(2025, 12, 31));
        assert_eq!(Day::new(2025, 6, 30).month(), Month::new(2025, 6));
    }
}
