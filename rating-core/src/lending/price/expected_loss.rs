//! Expected loss by year, and the expected credit loss of IFRS 9.

use crate::lending::LendingError;
use crate::lending::fault::Faults;
use crate::lending::share::money_from_yuan;
use crate::num::{Lgd, Money, Pd};
use serde::{Deserialize, Serialize};

/// When in a year a loss is taken to happen, for discounting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Timing {
    /// In the middle.
    Middle,
    /// At the end.
    End,
}

/// A loan by years.
#[derive(Clone, Debug, PartialEq)]
pub struct LoanYears {
    /// PD of each year for a firm that has not defaulted before, the first year first: that of twelve months, also in a last
    /// year of fewer.
    pub pds: Vec<Pd>,
    /// What is owed at default in each year.
    pub exposures: Vec<Money>,
    /// Its length in months: as many years as there are PDs, the last of them begun.
    pub months: u16,
    /// LGD.
    pub lgd: Lgd,
    /// Effective interest rate, as an annual fraction above -1.
    pub rate: f64,
    /// When in a year a loss happens.
    pub timing: Timing,
}

/// What a year of a loan costs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LossYear {
    /// Probability that the firm has not defaulted before the year.
    pub survival: f64,
    /// Probability that it defaults in the year, as seen today.
    pub default: f64,
    /// Discount factor of a loss in the year.
    pub discount: f64,
    /// Expected loss of the year, discounted, in yuan.
    pub loss: f64,
}

/// Hundred years of months.
const MOST_MONTHS: u16 = 1_200;

/// Expected credit loss of a loan.
#[derive(Clone, Debug, PartialEq)]
pub struct ExpectedCreditLoss {
    /// Each year.
    pub years: Vec<LossYear>,
    /// From defaults of the next twelve months (stage 1).
    pub twelve_month: Money,
    /// From defaults of all years (stages 2 and 3).
    pub lifetime: Money,
    /// The rate that makes up for the lifetime loss: what must be earned a year, on what is still owed by firms that
    /// have not defaulted, discounted alike. For a constant PD and one exposure it is PD · LGD.
    pub annual_rate: f64,
}

impl LoanYears {
    /// A loan that is repaid at its end and of one PD. A loan of no month is one of a month.
    pub fn bullet(pd: Pd, lgd: Lgd, (amount, months): (Money, u16), rate: f64) -> Self {
        let months = months.max(1);
        let years = usize::from(months).div_ceil(12);
        Self {
            pds: vec![pd; years],
            exposures: vec![amount; years],
            months,
            lgd,
            rate,
            timing: Timing::End,
        }
    }

    /// Expected credit loss.
    ///
    /// ```text
    /// Sₜ = Π(1 - PDₛ), s < t        survival to the beginning of year t
    /// qₜ = 1 - (1 - PDₜ)^fₜ         default in the part fₜ of year t that the loan runs: 1, in the last year months / 12
    /// Dₜ = (1 + rate)^-(t - 1 + fₜ)            or -(t - 1 + fₜ / 2) for losses in the middle of a year
    /// ECL = Σ Sₜ · qₜ · LGD · EADₜ · Dₜ        over the first year, or over all
    /// annual rate = ECL / Σ Sₜ · wₜ · EADₜ · Dₜ,   wₜ = qₜ / PDₜ, or fₜ at a PD of 0
    /// ```
    /// The hazard is even within a year. `wₜ` is the time that those who survived to year `t` are expected to go on
    /// paying in it, a whole year as 1.
    ///
    /// # Errors
    /// No year, more than 100 of them, other months than as many years have, as many exposures as PDs missing, an exposure
    /// below zero, a rate that is not finite or not above -1.
    ///
    /// Source: IFRS 9, 5.5 and B5.5.44 (discounting at the effective interest rate); the split into years is the usual
    /// one and not prescribed.
    ///
    /// ```
    /// use rating_core::lending::LoanYears;
    /// use rating_core::num::{Lgd, Money, Pd};
    /// let loan = LoanYears::bullet(Pd::new(0.02)?, Lgd::new(0.5)?, (Money::from_yuan(1_000)?, 24), 0.0);
    /// let loss = loan.expected_credit_loss().map_err(|faults| faults[0].clone())?;
    /// assert_eq!(loss.twelve_month.to_string(), "10.00");
    /// assert_eq!(loss.lifetime.to_string(), "19.80"); // 10 and 98 % of 10
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn expected_credit_loss(&self) -> Result<ExpectedCreditLoss, Vec<LendingError>> {
        let mut faults = Faults::default();
        if self.pds.is_empty() || self.pds.len() > 100 {
            faults.add("pds", "1 to 100 years", &self.pds.len().to_string());
        }
        if usize::from(self.months.clamp(1, MOST_MONTHS)).div_ceil(12) != self.pds.len() || self.months == 0 {
            let got = format!("{} months and {} PDs", self.months, self.pds.len());
            faults.add("months", "a PD for each year, the last of them begun", &got);
        }
        if self.pds.len() != self.exposures.len() {
            let got = self.exposures.len().to_string();
            faults.add("exposures", "one for each year", &got);
        }
        for amount in self.exposures.iter().filter(|amount| **amount < Money::ZERO) {
            faults.add("exposures", "amounts from 0", &amount.to_string());
        }
        if !(self.rate > -1.0 && self.rate.is_finite()) {
            faults.add("rate", "a finite fraction above -1", &self.rate.to_string());
        }
        faults.or(|| self.of_checked())
    }

    /// The same for a loan that is known to be whole.
    pub(in crate::lending) fn of_checked(&self) -> ExpectedCreditLoss {
        let early = match self.timing {
            Timing::Middle => 0.5,
            Timing::End => 1.0,
        };
        let (mut survival, mut owed, mut start) = (1.0, 0.0, 0.0);
        let mut years = Vec::with_capacity(self.pds.len());
        let mut months = self.months.max(1);
        for (pd, exposure) in self.pds.iter().zip(&self.exposures) {
            let part = f64::from(months.min(12)) / 12.0;
            months = months.saturating_sub(12);
            let (pd, is_whole) = (pd.get(), part >= 1.0);
            // Not by the power where it is not needed: whole years stay exact.
            let in_part = if is_whole { pd } else { 1.0 - (1.0 - pd).powf(part) };
            let weight = match (is_whole, pd > 0.0) {
                (true, _) => 1.0,
                (false, true) => in_part / pd,
                (false, false) => part,
            };
            let discount = (1.0 + self.rate).powf(-(start + early * part));
            let default = survival * in_part;
            let loss = default * self.lgd.get() * exposure.yuan() * discount;
            owed += survival * weight * exposure.yuan() * discount;
            years.push(LossYear {
                survival,
                default,
                discount,
                loss,
            });
            survival *= 1.0 - in_part;
            start += part;
        }
        let lifetime: f64 = years.iter().map(|year| year.loss).sum();
        ExpectedCreditLoss {
            twelve_month: money_from_yuan(years.first().map_or(0.0, |year| year.loss)),
            lifetime: money_from_yuan(lifetime),
            annual_rate: if owed > 0.0 { lifetime / owed } else { 0.0 },
            years,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pd(x: f64) -> Pd {
        Pd::new(x).unwrap()
    }

    fn yuan(amount: i64) -> Money {
        Money::from_yuan(amount).unwrap()
    }

    /// By hand: 1,000 then 600 owed, PDs 2 % and 3 %, LGD 50 %, 10 %.
    /// Year 1: 0.02 · 0.5 · 1000 / 1.1 = 9.0909…; year 2: 0.98 · 0.03 · 0.5 · 600 / 1.21 = 7.2893…
    #[test]
    fn two_years_by_hand() {
        let mut loan = LoanYears {
            pds: vec![pd(0.02), pd(0.03)],
            exposures: vec![yuan(1_000), yuan(600)],
            months: 24,
            lgd: Lgd::new(0.5).unwrap(),
            rate: 0.1,
            timing: Timing::End,
        };
        let loss = loan.expected_credit_loss().unwrap();
        assert_eq!(loss.twelve_month.to_string(), "9.09");
        assert_eq!(loss.lifetime.to_string(), "16.38");
        assert!((loss.years[1].default - 0.0294).abs() < 1e-15);
        loan.timing = Timing::Middle;
        // Half a year less of discounting: times the root of 1.1.
        assert_eq!(
            loan.expected_credit_loss().unwrap().twelve_month.to_string(),
            "9.53"
        );
    }

    /// By hand, PD 2 %, LGD 50 %, a million, not discounted: 500,000 · (1 - 0.98^t). Six months 5,025.25 and not the 10,000
    /// of a year, eighteen 14,924.75 and not the 19,800 of two.
    #[test]
    fn a_part_of_a_year_costs_a_part_of_its_loss() {
        let loss = |months| {
            let loan = LoanYears::bullet(pd(0.02), Lgd::new(0.5).unwrap(), (yuan(1_000_000), months), 0.0);
            let loss = loan.expected_credit_loss().unwrap();
            [loss.twelve_month, loss.lifetime].map(|amount| amount.to_string())
        };
        assert_eq!(loss(6), ["5025.25", "5025.25"]);
        assert_eq!(loss(12), ["10000.00", "10000.00"]);
        assert_eq!(loss(18), ["10000.00", "14924.75"]);
        assert_eq!(loss(24), ["10000.00", "19800.00"]);
    }

    /// A loss in the middle of half a year is a quarter of a year away: by hand 1,000 · 0.5 · (1 - 0.98^½) / 1.1^¼.
    #[test]
    fn a_part_of_a_year_is_discounted_by_its_part() {
        let mut loan = LoanYears::bullet(pd(0.02), Lgd::new(0.5).unwrap(), (yuan(1_000), 6), 0.1);
        let discount = |loan: &LoanYears| loan.expected_credit_loss().unwrap().years[0].discount;
        assert!((discount(&loan) - 1.1_f64.powf(-0.5)).abs() < 1e-15);
        loan.timing = Timing::Middle;
        assert!((discount(&loan) - 1.1_f64.powf(-0.25)).abs() < 1e-15);
    }

    #[test]
    fn a_loan_without_years_or_with_a_rate_that_is_none_is_refused() {
        let mut loan = LoanYears::bullet(pd(0.01), Lgd::new(0.4).unwrap(), (yuan(1), 0), f64::NAN);
        assert_eq!(loan.pds.len(), 1, "a loan has at least one year");
        loan.pds.clear();
        let texts: Vec<String> = loan
            .expected_credit_loss()
            .unwrap_err()
            .iter()
            .map(ToString::to_string)
            .collect();
        insta::assert_snapshot!(texts.join("\n"), @"
        pds: expected 1 to 100 years, got `0`
        months: expected a PD for each year, the last of them begun, got `1 months and 0 PDs`
        exposures: expected one for each year, got `1`
        rate: expected a finite fraction above -1, got `NaN`
        ");
    }

    proptest! {
        #[test]
        fn a_constant_pd_costs_pd_times_lgd_a_year(p in 0.0..1.0_f64, lgd in 0.0..1.0_f64, months in 1..120_u16, rate in 0.0..0.3_f64) {
            let loan = LoanYears::bullet(pd(p), Lgd::new(lgd).unwrap(), (yuan(1_000_000), months), rate);
            let loss = loan.expected_credit_loss().unwrap();
            prop_assert!((loss.annual_rate - p * lgd).abs() < 1e-12);
            prop_assert!(loss.lifetime >= loss.twelve_month);
            let defaults: f64 = loss.years.iter().map(|y| y.default).sum();
            let last = loss.years.last().unwrap();
            let survive = (1.0 - p).powf(f64::from(months) / 12.0);
            prop_assert!((defaults + survive - 1.0).abs() < 1e-12, "all either default or survive");
            prop_assert!(last.survival >= survive);
        }
    }
}
