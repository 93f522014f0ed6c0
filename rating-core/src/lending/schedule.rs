//! How a loan is paid back: instalments with their days, exact to the fen.

use super::fault::Faults;
use super::share::money;
use super::{LendingError, Offer, Share};
use crate::num::{Date, Money};
use serde::{Deserialize, Serialize};

/// The longest loan that a schedule is made for, in months.
const LONGEST_MONTHS: u16 = 600;

/// How a loan is paid back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Repayment {
    /// The same payment each time, interest first (等额本息).
    EqualInstalment,
    /// The same part of the principal each time, and the interest (等额本金).
    EqualPrincipal,
    /// Interest each time, the principal at the end (先息后本).
    InterestOnly,
    /// Principal and simple interest at the end (利随本清).
    SinglePayment,
}

impl Repayment {
    /// One word for tables: `equal_instalment`, `equal_principal`, `interest_only`, `single_payment`.
    pub const fn word(self) -> &'static str {
        match self {
            Repayment::EqualInstalment => "equal_instalment",
            Repayment::EqualPrincipal => "equal_principal",
            Repayment::InterestOnly => "interest_only",
            Repayment::SinglePayment => "single_payment",
        }
    }
}

/// Which part of a year lies between two due days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum DayCount {
    /// Calendar months over twelve: every month counts the same.
    Months,
    /// Calendar days over 360.
    Actual360,
    /// Calendar days over 365, in a leap year too.
    Actual365,
}

impl DayCount {
    /// Of a period: how many units it has, and how many of these a year has.
    fn units(self, days: i32, months: u16) -> (i64, i64) {
        match self {
            DayCount::Months => (i64::from(months), 12),
            DayCount::Actual360 => (i64::from(days), 360),
            DayCount::Actual365 => (i64::from(days), 365),
        }
    }
}

/// What a schedule is made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ScheduleTerms {
    /// The amount, above zero.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub principal: Money,
    /// The rate of the contract, as an annual fraction in whole millionths.
    pub rate: Share,
    /// The day of lending; interest runs from it.
    #[cfg_attr(feature = "schema", schemars(with = "String", extend("format" = "date")))]
    pub drawn_on: Date,
    /// Length in months, 1 to 600.
    pub months: u16,
    /// Months between two due days, 1 to `months`; if they do not go into it evenly, the last period is shorter. A
    /// single payment has one due day whatever stands here.
    pub every_months: u16,
    /// How it is paid back.
    pub repayment: Repayment,
    /// How interest counts days.
    pub day_count: DayCount,
}

/// One payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Instalment {
    /// The day on which it is due.
    pub due_on: Date,
    /// Days since the due day before, or since the day of lending.
    pub days: i32,
    /// What of it is principal.
    pub principal: Money,
    /// What of it is interest.
    pub interest: Money,
    /// Principal that is still owed after it.
    pub balance: Money,
}

impl Instalment {
    /// What is paid: principal and interest.
    pub fn payment(&self) -> Money {
        money(Money::sum([self.principal, self.interest]))
    }
}

/// A period of a schedule.
#[derive(Clone, Copy)]
struct Period {
    due_on: Date,
    days: i32,
    months: u16,
}

/// The rate of a contract for a price that was reckoned: the nearest millionth (a ten-thousandth of a per cent).
///
/// # Errors
/// A rate below 0 or above 1 (100 %), or none: no contract is made for another rate than that of the offer.
///
/// ```
/// use rating_core::lending::contract_rate;
/// assert_eq!(contract_rate(0.048_624_13)?.get(), 0.048_624);
/// assert!(contract_rate(1.2).is_err());
/// # Ok::<(), rating_core::lending::LendingError>(())
/// ```
pub fn contract_rate(rate: f64) -> Result<Share, LendingError> {
    let nearest = (rate * 1e6).round() / 1e6;
    Share::new(nearest)
        .map_err(|_| LendingError::at("rate", "an annual fraction from 0 to 1", &rate.to_string()))
}

impl ScheduleTerms {
    /// The terms of an offer: its amount, length and rate, paid every month by calendar months. None where nothing is
    /// offered or there is no price.
    ///
    /// # Errors
    /// A rate that no contract has, as of [`contract_rate`].
    pub fn of_offer(
        offer: &Offer,
        drawn_on: Date,
        repayment: Repayment,
    ) -> Result<Option<Self>, LendingError> {
        let Some(price) = offer.price.filter(|_| offer.amount > Money::ZERO) else {
            return Ok(None);
        };
        Ok(Some(Self {
            principal: offer.amount,
            rate: contract_rate(price.rate)?,
            drawn_on,
            months: offer.months,
            every_months: 1,
            repayment,
            day_count: DayCount::Months,
        }))
    }

    /// The instalments, in order.
    ///
    /// ```text
    /// due day k    = day of lending + k periods: the same day of the month, or the last day of a shorter month
    ///                (counted from the day of lending: 31 January, 28 February, 31 March)
    /// interest     = balance · rate · part of the year, rounded to the nearest fen, half a fen up
    /// instalment   = principal / Σₖ Πⱼ≤ₖ 1 / (1 + rate · part of the year j), rounded to the nearest fen;
    ///                of equal periods i this is principal · i / (1 - (1 + i)^-n)
    /// equal part   = principal / number of payments, rounded to the nearest fen
    /// ```
    /// The last payment takes what is left of the principal, so the parts sum to the principal to the fen, and it may
    /// differ from the others by a few fen. Interest of a period before the last is not lent on: where the interest is
    /// more than an equal instalment (a loan of a few fen), the interest is paid and no principal.
    ///
    /// Conventions differ between lenders; none of those here is a rule of any authority, and each is named in the terms.
    ///
    /// # Errors
    /// Every term outside its domain; a loan that ends after the last day of the calendar or whose payments could be
    /// more than the bound of [`Money`].
    ///
    /// # Examples
    /// 120,000 yuan at 12 % in twelve equal instalments: 1 % a month, and the published table gives 8.884879 % of the loan.
    ///
    /// ```
    /// use rating_core::lending::{DayCount, Repayment, ScheduleTerms, Share};
    /// use rating_core::num::Money;
    /// let terms = ScheduleTerms {
    ///     principal: Money::from_yuan(120_000)?, rate: Share::new(0.12)?, drawn_on: "2025-01-31".parse()?, months: 12,
    ///     every_months: 1, repayment: Repayment::EqualInstalment, day_count: DayCount::Months,
    /// };
    /// let instalments = terms.schedule().map_err(|faults| faults[0].clone())?;
    /// assert_eq!(instalments[0].payment().to_string(), "10661.85");
    /// assert_eq!(instalments[0].due_on.to_string(), "2025-02-28");
    /// assert_eq!(instalments[11].balance, Money::ZERO);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn schedule(&self) -> Result<Vec<Instalment>, Vec<LendingError>> {
        self.faults().or(|| self.instalments())
    }

    /// What is owed in each year of the loan on average: the mean of what is owed in its months, to the nearest fen. It is
    /// the exposure at a default that may come at any time of the year.
    ///
    /// # Errors
    /// As of [`schedule`](Self::schedule).
    ///
    /// ```
    /// use rating_core::lending::{DayCount, Repayment, ScheduleTerms, Share};
    /// use rating_core::num::Money;
    /// let terms = ScheduleTerms {
    ///     principal: Money::from_yuan(240_000)?, rate: Share::new(0.06)?, drawn_on: "2025-01-31".parse()?, months: 24,
    ///     every_months: 1, repayment: Repayment::EqualPrincipal, day_count: DayCount::Months,
    /// };
    /// let owed = terms.owed_by_year().map_err(|faults| faults[0].clone())?;
    /// // 240,000 down to 130,000 in the first year, 120,000 down to 10,000 in the second.
    /// assert_eq!(owed, [Money::from_yuan(185_000)?, Money::from_yuan(65_000)?]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn owed_by_year(&self) -> Result<Vec<Money>, Vec<LendingError>> {
        self.faults().or(|| {
            let (periods, instalments) = (self.periods(), self.instalments());
            let mut months: Vec<i64> = Vec::with_capacity(usize::from(self.months));
            let mut owed = self.principal.fen();
            for (period, instalment) in periods.iter().zip(&instalments) {
                months.extend(std::iter::repeat_n(owed, usize::from(period.months)));
                owed = instalment.balance.fen();
            }
            let mean = |year: &[i64]| {
                let sum: i128 = year.iter().map(|fen| i128::from(*fen)).sum();
                money(i128::from(nearest(sum, year.len() as i128)))
            };
            months.chunks(12).map(mean).collect()
        })
    }

    fn faults(&self) -> Faults {
        let mut faults = Faults::default();
        if self.principal <= Money::ZERO {
            faults.add("principal", "an amount above zero", &self.principal.to_string());
        }
        if !(1..=LONGEST_MONTHS).contains(&self.months) {
            faults.add("months", "1 to 600 months", &self.months.to_string());
        } else if !(1..=self.months).contains(&self.every_months) {
            let wanted = "at least a month, and not more than `months`";
            faults.add("every_months", wanted, &self.every_months.to_string());
        }
        let last = self.drawn_on.plus_months(i32::from(self.months));
        if last.month_index() - self.drawn_on.month_index() != i32::from(self.months) {
            let wanted = "a day from which the loan ends before 2200";
            faults.add("drawn_on", wanted, &self.drawn_on.to_string());
        }
        // Twice the months are more than any day count makes of them.
        let years = i128::from(self.months / 6) + 1;
        let most = i128::from(self.principal.fen())
            * (1_000_000 + years * i128::from(self.rate.millionths()))
            / 1_000_000;
        if most > i128::from(Money::MAX_FEN) {
            let wanted = "a loan whose payments stay below a trillion yuan";
            faults.add("principal", wanted, &self.principal.to_string());
        }
        faults
    }

    fn instalments(&self) -> Vec<Instalment> {
        let periods = self.periods();
        let mut left = self.principal.fen();
        let level = match self.repayment {
            Repayment::EqualInstalment => self.level(&periods),
            Repayment::EqualPrincipal => nearest(i128::from(left), periods.len() as i128),
            Repayment::InterestOnly | Repayment::SinglePayment => 0,
        };
        let mut instalments = Vec::with_capacity(periods.len());
        for (at, period) in periods.iter().enumerate() {
            let interest = self.interest(left, *period);
            let part = match self.repayment {
                _ if at + 1 == periods.len() => left,
                Repayment::EqualInstalment => (level - interest).clamp(0, left),
                Repayment::EqualPrincipal => level.min(left),
                Repayment::InterestOnly | Repayment::SinglePayment => 0,
            };
            left -= part;
            instalments.push(Instalment {
                due_on: period.due_on,
                days: period.days,
                principal: money(i128::from(part)),
                interest: money(i128::from(interest)),
                balance: money(i128::from(left)),
            });
        }
        instalments
    }

    fn periods(&self) -> Vec<Period> {
        let step = match self.repayment {
            Repayment::SinglePayment => self.months,
            _ => self.every_months,
        };
        let mut periods = Vec::with_capacity(usize::from(self.months.div_ceil(step.max(1))));
        let (mut passed, mut before) = (0, self.drawn_on);
        while passed < self.months {
            let months = step.max(1).min(self.months - passed);
            passed += months;
            let due_on = self.drawn_on.plus_months(i32::from(passed));
            let days = due_on.days_since(before);
            periods.push(Period { due_on, days, months });
            before = due_on;
        }
        periods
    }

    /// Interest of a period in fen.
    fn interest(&self, balance: i64, period: Period) -> i64 {
        let (units, year) = self.day_count.units(period.days, period.months);
        let over = i128::from(balance) * i128::from(self.rate.millionths()) * i128::from(units);
        nearest(over, 1_000_000 * i128::from(year))
    }

    /// The equal instalment in fen.
    fn level(&self, periods: &[Period]) -> i64 {
        let (mut discount, mut annuity) = (1.0, 0.0);
        for period in periods {
            let (units, year) = self.day_count.units(period.days, period.months);
            // Whole numbers of this size are exact, so each step is off by no more than two roundings.
            discount /= 1.0 + self.rate.get() * units as f64 / year as f64;
            annuity += discount;
        }
        #[expect(
            clippy::cast_possible_truncation,
            reason = "not above the principal and its interest, which are bounded"
        )]
        let level = (self.principal.fen() as f64 / annuity).round() as i64;
        level
    }
}

/// A quotient of numbers that are not negative, to the nearest whole number, halves up.
fn nearest(over: i128, under: i128) -> i64 {
    i64::try_from((2 * over + under) / (2 * under).max(1)).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn yuan(amount: &str) -> Money {
        amount.parse().unwrap()
    }

    fn terms(repayment: Repayment) -> ScheduleTerms {
        ScheduleTerms {
            principal: yuan("120000"),
            rate: Share::new(0.12).unwrap(),
            drawn_on: "2025-01-31".parse().unwrap(),
            months: 12,
            every_months: 1,
            repayment,
            day_count: DayCount::Months,
        }
    }

    fn made(terms: ScheduleTerms) -> Vec<Instalment> {
        terms.schedule().unwrap()
    }

    fn interest(of: &[Instalment]) -> String {
        money(Money::sum(of.iter().map(|i| i.interest))).to_string()
    }

    /// By hand: 1.01¹² = 1.126825030; 120,000 · 0.01 · 1.126825030 / 0.126825030 = 10,661.8546, and the first month
    /// bears 1,200.00 of interest. What is left before the last payment follows from the future value of the loan less
    /// that of the payments made.
    #[test]
    fn equal_instalments_follow_the_annuity_formula() {
        let all = made(terms(Repayment::EqualInstalment));
        assert!(all[..11].iter().all(|i| i.payment() == yuan("10661.85")));
        assert_eq!(
            (all[0].interest, all[0].principal),
            (yuan("1200"), yuan("9461.85"))
        );
        // 120,000 · 1.01¹¹ - 10,661.85 · (1.01¹¹ - 1) / 0.01, each interest rounded by half a fen at most.
        let growth = 1.01_f64.powi(11);
        let left = 120_000.0 * growth - 10_661.85 * (growth - 1.0) / 0.01;
        assert!((all[10].balance.yuan() - left).abs() < 0.06, "{left}");
        assert!((all[11].payment().yuan() - 10_661.85).abs() < 0.12);
    }

    /// A published example of Chinese mortgages by the month: one million at 4.9 % over 360 months is 5,307.27 a month.
    /// By hand: i = 0.049 / 12 = 0.00408333…, (1 + i)³⁶⁰ = 4.3365…, 10⁶ · i / (1 - 1 / 4.3365…) = 5,307.27.
    #[test]
    fn a_long_loan_follows_the_same_formula() {
        let all = made(ScheduleTerms {
            principal: yuan("1000000"),
            rate: Share::new(0.049).unwrap(),
            months: 360,
            ..terms(Repayment::EqualInstalment)
        });
        assert_eq!(all[0].payment(), yuan("5307.27"));
        assert_eq!(all.len(), 360);
    }

    /// By hand: 10,000 a month; interest 1,200 + 1,100 + … + 100 = 100 · 12 · 13 / 2 = 7,800.
    #[test]
    fn equal_parts_of_the_principal_bear_falling_interest() {
        let all = made(terms(Repayment::EqualPrincipal));
        assert!(all.iter().all(|i| i.principal == yuan("10000")));
        assert_eq!(
            (all[0].payment(), all[11].payment()),
            (yuan("11200"), yuan("10100"))
        );
        assert_eq!(interest(&all), "7800.00");
    }

    /// By hand: 1,200 each month, 14,400 in all.
    #[test]
    fn interest_alone_is_paid_before_the_principal() {
        let all = made(terms(Repayment::InterestOnly));
        assert!(
            all[..11]
                .iter()
                .all(|i| i.payment() == yuan("1200") && i.balance == yuan("120000"))
        );
        assert_eq!(all[11].payment(), yuan("121200"));
    }

    /// By hand: 365 days from 2025-01-31 to 2026-01-31; 100,000 · 3.6 % · 365 / 360 = 3,650.00, over 365 days 3,600.00;
    /// the year to 2024-07-31 has 366 days: 3,660.00 and 3,609.86.
    #[test]
    fn days_count_as_the_terms_say() {
        let of = |drawn_on: &str, day_count| {
            let all = made(ScheduleTerms {
                principal: yuan("100000"),
                rate: Share::new(0.036).unwrap(),
                drawn_on: drawn_on.parse().unwrap(),
                day_count,
                ..terms(Repayment::SinglePayment)
            });
            assert_eq!(all.len(), 1);
            interest(&all)
        };
        assert_eq!(of("2025-01-31", DayCount::Actual360), "3650.00");
        assert_eq!(of("2025-01-31", DayCount::Actual365), "3600.00");
        assert_eq!(of("2023-07-31", DayCount::Actual360), "3660.00");
        assert_eq!(of("2023-07-31", DayCount::Actual365), "3609.86");
        assert_eq!(of("2023-07-31", DayCount::Months), "3600.00");
    }

    #[test]
    fn due_days_keep_the_day_of_lending_where_the_month_has_it() {
        let all = made(ScheduleTerms {
            months: 10,
            every_months: 3,
            ..terms(Repayment::InterestOnly)
        });
        let days: Vec<String> = all.iter().map(|i| i.due_on.to_string()).collect();
        assert_eq!(days, ["2025-04-30", "2025-07-31", "2025-10-31", "2025-11-30"]);
        // Three months at 1 % a month, then one.
        let paid: Vec<Money> = all.iter().map(|i| i.interest).collect();
        assert_eq!(paid, [yuan("3600"), yuan("3600"), yuan("3600"), yuan("1200")]);
    }

    /// Three payments of 100.00 cannot be equal: 33.33, 33.33, 33.34.
    #[test]
    fn the_last_payment_takes_the_rest() {
        let all = made(ScheduleTerms {
            principal: yuan("100"),
            rate: Share::ZERO,
            months: 3,
            ..terms(Repayment::EqualPrincipal)
        });
        let parts: Vec<Money> = all.iter().map(|i| i.principal).collect();
        assert_eq!(parts, [yuan("33.33"), yuan("33.33"), yuan("33.34")]);
    }

    #[test]
    fn terms_outside_their_domain_are_refused_all_at_once() {
        let told = |terms: ScheduleTerms| {
            let faults = terms.schedule().unwrap_err();
            let texts: Vec<String> = faults.iter().map(ToString::to_string).collect();
            texts.join("\n")
        };
        let bad = ScheduleTerms {
            principal: yuan("0"),
            months: 0,
            ..terms(Repayment::EqualPrincipal)
        };
        insta::assert_snapshot!(told(bad), @"
        principal: expected an amount above zero, got `0.00`
        months: expected 1 to 600 months, got `0`
        ");
        let far = ScheduleTerms {
            principal: yuan("900000000000"),
            drawn_on: "2199-06-30".parse().unwrap(),
            every_months: 13,
            ..terms(Repayment::EqualPrincipal)
        };
        insta::assert_snapshot!(told(far), @"
        every_months: expected at least a month, and not more than `months`, got `13`
        drawn_on: expected a day from which the loan ends before 2200, got `2199-06-30`
        principal: expected a loan whose payments stay below a trillion yuan, got `900000000000.00`
        ");
    }

    const REPAYMENTS: &[Repayment] = &[
        Repayment::EqualInstalment,
        Repayment::EqualPrincipal,
        Repayment::InterestOnly,
        Repayment::SinglePayment,
    ];
    const COUNTS: &[DayCount] = &[DayCount::Months, DayCount::Actual360, DayCount::Actual365];

    fn any_terms() -> impl Strategy<Value = ScheduleTerms> {
        (
            (1..1_000_000_000_i64, 0..=240_000_u32, 0..60_000_i32),
            (1..120_u16, 1..24_u16),
            (prop::sample::select(REPAYMENTS), prop::sample::select(COUNTS)),
        )
            .prop_map(
                |((fen, rate, day), (months, every), (repayment, day_count))| ScheduleTerms {
                    principal: Money::from_fen(fen).unwrap(),
                    rate: Share::new(f64::from(rate) / 1e6).unwrap(),
                    drawn_on: Date::from_days(day).unwrap(),
                    months,
                    every_months: every.min(months),
                    repayment,
                    day_count,
                },
            )
    }

    proptest! {
        #[test]
        fn the_parts_sum_to_the_principal_and_none_is_negative(terms in any_terms()) {
            let all = made(terms);
            prop_assert_eq!(Money::sum(all.iter().map(|i| i.principal)), i128::from(terms.principal.fen()));
            prop_assert!(all.iter().all(|i| i.principal >= Money::ZERO && i.interest >= Money::ZERO));
            prop_assert_eq!(all.last().unwrap().balance, Money::ZERO);
            prop_assert_eq!(all.last().unwrap().due_on, terms.drawn_on.plus_months(i32::from(terms.months)));
            prop_assert!(all.windows(2).all(|pair| pair[0].due_on < pair[1].due_on));
        }

        /// Each interest against exact arithmetic of its own, in the smallest units: the rounding is half a fen.
        #[test]
        fn interest_is_within_half_a_fen_of_the_exact_one(terms in any_terms()) {
            let mut owed = i128::from(terms.principal.fen());
            let mut before = terms.drawn_on;
            for instalment in made(terms) {
                let months = i128::from(instalment.due_on.month_index() - before.month_index());
                let (over, year) = match terms.day_count {
                    DayCount::Months => (months, 12),
                    DayCount::Actual360 => (i128::from(instalment.due_on.days_since(before)), 360),
                    DayCount::Actual365 => (i128::from(instalment.due_on.days_since(before)), 365),
                };
                let exact = owed * i128::from(terms.rate.millionths()) * over;
                let rounded = i128::from(instalment.interest.fen()) * 1_000_000 * year;
                prop_assert!(2 * (exact - rounded).abs() <= 1_000_000 * year);
                owed -= i128::from(instalment.principal.fen());
                before = instalment.due_on;
            }
        }

        /// Discounted at the rate of the loan, the payments are worth the principal: each rounding moves that by at
        /// most half a fen.
        #[test]
        fn payments_are_worth_the_principal(terms in any_terms()) {
            let all = made(terms);
            let (mut discount, mut worth) = (1.0, 0.0);
            let mut before = terms.drawn_on;
            for instalment in &all {
                let months = f64::from(instalment.due_on.month_index() - before.month_index());
                let part = match terms.day_count {
                    DayCount::Months => months / 12.0,
                    DayCount::Actual360 => f64::from(instalment.days) / 360.0,
                    DayCount::Actual365 => f64::from(instalment.days) / 365.0,
                };
                discount /= 1.0 + terms.rate.get() * part;
                worth += discount * instalment.payment().fen() as f64;
                before = instalment.due_on;
            }
            let off = (worth - terms.principal.fen() as f64).abs();
            prop_assert!(off <= 0.5 * all.len() as f64 + 1e-6 * worth.max(1.0) * 1e-6, "{off}");
        }

        /// Equal instalments differ only in the last, and that by no more than the roundings before it can add up to.
        #[test]
        fn equal_instalments_are_equal(mut terms in any_terms()) {
            terms.repayment = Repayment::EqualInstalment;
            terms.principal = Money::from_fen(terms.principal.fen() + 1_000_000).unwrap();
            let all = made(terms);
            let (last, others) = all.split_last().unwrap();
            prop_assert!(others.windows(2).all(|pair| pair[0].payment() == pair[1].payment()));
            if let Some(first) = others.first() {
                let part = f64::from(all[0].days + 3) / 360.0;
                let growth = (1.0 + terms.rate.get() * part).powi(i32::try_from(all.len()).unwrap());
                let most = all.len() as f64 * growth + 1.0;
                let off = (last.payment().fen() - first.payment().fen()) as f64;
                prop_assert!(off.abs() <= most, "{off} {most}");
            }
        }

        #[test]
        fn paying_back_sooner_costs_less_interest(terms in any_terms()) {
            let cost = |repayment| Money::sum(made(ScheduleTerms { repayment, ..terms }).iter().map(|i| i.interest));
            let [parts, level, bullet] =
                [Repayment::EqualPrincipal, Repayment::EqualInstalment, Repayment::InterestOnly].map(cost);
            // Each payment may be rounded by half a fen, and so may the parts.
            let slack = i128::from(terms.months) * 2 + 2;
            prop_assert!(parts <= level + slack && level <= bullet + slack, "{parts} {level} {bullet}");
        }
    }
}
