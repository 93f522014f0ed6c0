//! How much working capital a firm needs.

use super::LendingError;
use super::share::money_from_yuan;
use crate::num::Money;

/// What the need is reckoned from: the figures of a year and the averages of its balance sheets.
///
/// An average is half the sum of the amounts at the beginning and at the end of the year. Zero stands for "has none".
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NeedInput {
    /// Sales of the last year, above zero.
    pub sales: Money,
    /// Cost of these sales, above zero.
    pub cost: Money,
    /// Profit on these sales; below zero is a loss.
    pub profit: Money,
    /// Expected growth of sales, as a fraction above -1: 0.2 is plus 20 %.
    pub expected_growth: f64,
    /// Average receivables.
    pub receivables: Money,
    /// Average stock.
    pub inventory: Money,
    /// Average payables.
    pub payables: Money,
    /// Average prepayments to suppliers.
    pub prepaid: Money,
    /// Average advances from customers.
    pub advances: Money,
    /// The firm's own money for working capital.
    pub own_funds: Money,
    /// Working-capital loans that it has.
    pub existing_loans: Money,
    /// Working capital from elsewhere.
    pub other_channels: Money,
}

/// Days that money is bound in each item; the year has 360.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CashCycle {
    /// In stock.
    pub inventory_days: f64,
    /// In receivables.
    pub receivable_days: f64,
    /// In payables, which suppliers lend.
    pub payable_days: f64,
    /// In prepayments.
    pub prepaid_days: f64,
    /// In advances, which customers lend.
    pub advance_days: f64,
}

impl CashCycle {
    /// Days from paying suppliers to being paid by customers. Zero or less: the others lend the firm its working
    /// capital.
    pub fn days(self) -> f64 {
        self.inventory_days + self.receivable_days - self.payable_days + self.prepaid_days - self.advance_days
    }
}

/// How much working capital a firm needs, and how much of it is still missing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Need {
    /// Days by item.
    pub cycle: CashCycle,
    /// Turns of working capital a year; none if the cycle has no days.
    pub turns: Option<f64>,
    /// Working capital for the expected sales; zero if the others lend it.
    pub working_capital: Money,
    /// What a new loan may be for: the working capital less what the firm has of it, never below zero.
    pub new_loan: Money,
}

impl NeedInput {
    /// The need by the annex of the rules on working-capital loans.
    ///
    /// ```text
    /// days     = 360 · average / turnover;  turnover is sales for receivables and advances,
    ///            cost for stock, payables and prepayments
    /// turns    = 360 / (stock + receivable - payable + prepaid - advance days)
    /// capital  = sales · (1 - profit / sales) · (1 + growth) / turns
    /// new loan = capital - own funds - existing loans - other channels, at least 0
    /// ```
    /// Days are not rounded. A cycle of no days or fewer needs no capital: there are no turns, and the loan is zero.
    /// Both amounts are rounded to the nearest fen.
    ///
    /// # Errors
    /// Every figure outside its domain: sales or cost not above zero, another amount but the profit below zero, a
    /// growth that is not finite or not above -1.
    ///
    /// Source: 流动资金贷款管理办法, annex, with the same formula in the 暂行办法 before it; the worked example in the test is
    /// a published one.
    ///
    /// ```
    /// use rating_core::{lending::NeedInput, num::Money};
    /// let yuan = |amount| Money::from_yuan(amount);
    /// let need = NeedInput {
    ///     sales: yuan(3_600)?, cost: yuan(1_800)?, profit: yuan(360)?, expected_growth: 0.0,
    ///     receivables: yuan(600)?, inventory: yuan(300)?, payables: yuan(300)?, prepaid: yuan(0)?, advances: yuan(0)?,
    ///     own_funds: yuan(100)?, existing_loans: yuan(40)?, other_channels: yuan(0)?,
    /// }.need().map_err(|faults| faults[0].clone())?;
    /// assert_eq!(need.turns, Some(6.0)); // 60 days of stock and 60 of receivables, 60 of payables
    /// assert_eq!(need.working_capital, yuan(540)?); // 3,240 of costs turn six times
    /// assert_eq!(need.new_loan, yuan(400)?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn need(&self) -> Result<Need, Vec<LendingError>> {
        self.faults().or(|| self.of_checked())
    }

    fn faults(&self) -> super::fault::Faults {
        let mut faults = super::fault::Faults::default();
        for (place, amount) in [("sales", self.sales), ("cost", self.cost)] {
            if amount <= Money::ZERO {
                faults.add(place, "an amount above zero", &amount.to_string());
            }
        }
        let not_negative = [
            ("receivables", self.receivables),
            ("inventory", self.inventory),
            ("payables", self.payables),
            ("prepaid", self.prepaid),
            ("advances", self.advances),
            ("own_funds", self.own_funds),
            ("existing_loans", self.existing_loans),
            ("other_channels", self.other_channels),
        ];
        for (place, amount) in not_negative.into_iter().filter(|(_, a)| *a < Money::ZERO) {
            faults.add(place, "an amount from 0", &amount.to_string());
        }
        if !(self.expected_growth > -1.0 && self.expected_growth.is_finite()) {
            let got = self.expected_growth.to_string();
            faults.add("expected_growth", "a finite fraction above -1", &got);
        }
        faults
    }

    fn of_checked(&self) -> Need {
        let (sales, cost) = (self.sales.yuan(), self.cost.yuan());
        let days = |average: Money, turnover: f64| 360.0 * average.yuan() / turnover;
        let cycle = CashCycle {
            inventory_days: days(self.inventory, cost),
            receivable_days: days(self.receivables, sales),
            payable_days: days(self.payables, cost),
            prepaid_days: days(self.prepaid, cost),
            advance_days: days(self.advances, sales),
        };
        let net = cycle.days();
        let spent = (sales - self.profit.yuan()) * (1.0 + self.expected_growth);
        let working_capital = if net > 0.0 {
            money_from_yuan((spent * net / 360.0).max(0.0))
        } else {
            Money::ZERO
        };
        let has = Money::sum([self.own_funds, self.existing_loans, self.other_channels]);
        Need {
            cycle,
            turns: (net > 0.0).then(|| 360.0 / net),
            working_capital,
            new_loan: super::share::money((i128::from(working_capital.fen()) - has).max(0)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn yuan(amount: &str) -> Money {
        amount.parse().unwrap()
    }

    /// The published example, in units of 10,000 yuan there and of yuan here. Growth is printed as 79.66 %; what it
    /// rounds is an expected turnover of 36,500, and only with that the printed result follows.
    fn published() -> NeedInput {
        NeedInput {
            sales: yuan("20315.74"),
            cost: yuan("19178.09"),
            profit: yuan("903.12"),
            expected_growth: 36_500.0 / 20_315.74 - 1.0,
            receivables: yuan("1222.43"),
            inventory: yuan("1029.66"),
            payables: yuan("1.00"),
            prepaid: yuan("1845.39"),
            advances: yuan("79.55"),
            own_funds: yuan("3001.22"),
            existing_loans: Money::ZERO,
            other_channels: Money::ZERO,
        }
    }

    /// The source prints 7,188.82 and 4,187.60 from rounded turns; unrounded it is a hundredth more.
    #[test]
    fn the_published_example_is_met() {
        let need = published().need().unwrap();
        assert_eq!(need.working_capital, yuan("7188.83"));
        assert_eq!(need.new_loan, yuan("4187.61"));
        let near = |value: f64, printed: f64| (value - printed).abs() < 5.1e-4;
        let cycle = need.cycle;
        assert!(near(cycle.inventory_days, 19.328) && near(cycle.receivable_days, 21.662));
        assert!(near(cycle.payable_days, 0.019) && near(cycle.prepaid_days, 34.641));
        assert!(near(cycle.advance_days, 1.410) && near(need.turns.unwrap(), 4.8516));
    }

    /// First trap: a denominator of three terms leaves out prepayments and advances.
    #[test]
    fn prepayments_and_advances_count() {
        let mut input = published();
        input.prepaid = Money::ZERO;
        input.advances = Money::ZERO;
        let short = input.need().unwrap();
        // 40.971 days instead of 74.202.
        assert!(short.working_capital < yuan("3970") && short.working_capital > yuan("3969"));
    }

    /// Second trap: advances are what customers pay, so they turn with sales and not with cost.
    #[test]
    fn advances_turn_with_sales() {
        let cycle = published().need().unwrap().cycle;
        assert!((cycle.advance_days - 360.0 * 79.55 / 20_315.74).abs() < 1e-12);
        assert!((cycle.advance_days - 360.0 * 79.55 / 19_178.09).abs() > 0.08);
    }

    /// Third trap: days cut to whole numbers (19 + 21 - 0 + 34 - 1 = 73) lose 1.6 % of the need.
    #[test]
    fn days_are_not_cut_to_whole_numbers() {
        let need = published().need().unwrap();
        assert!((need.cycle.days() - 74.202).abs() < 1e-3);
        assert!((73.0 / need.cycle.days() - 1.0).abs() > 0.016);
    }

    /// Fourth trap: a cycle of no days divides by zero, a negative one turns the need negative.
    #[test]
    fn a_cycle_without_days_needs_no_capital() {
        let mut input = published();
        input.payables = yuan("10000");
        let need = input.need().unwrap();
        assert!(need.cycle.days() < 0.0);
        assert_eq!(
            (need.turns, need.working_capital, need.new_loan),
            (None, Money::ZERO, Money::ZERO)
        );
        for item in [&mut input.receivables, &mut input.inventory, &mut input.payables] {
            *item = Money::ZERO;
        }
        (input.prepaid, input.advances) = (Money::ZERO, Money::ZERO);
        assert_eq!(input.need().unwrap().turns, None);
    }

    /// Fifth trap: a firm that has more than it needs does not need a negative loan.
    #[test]
    fn a_loan_is_never_below_zero() {
        let mut input = published();
        input.existing_loans = yuan("4187.62");
        assert_eq!(input.need().unwrap().new_loan, Money::ZERO);
        input.existing_loans = yuan("4187.60");
        assert_eq!(input.need().unwrap().new_loan, yuan("0.01"));
    }

    #[test]
    fn figures_outside_their_domain_are_refused_all_at_once() {
        let mut input = published();
        input.sales = Money::ZERO;
        input.inventory = yuan("-1");
        input.expected_growth = f64::NAN;
        let texts: Vec<String> = input
            .need()
            .unwrap_err()
            .iter()
            .map(ToString::to_string)
            .collect();
        insta::assert_snapshot!(texts.join("\n"), @"
        sales: expected an amount above zero, got `0.00`
        inventory: expected an amount from 0, got `-1.00`
        expected_growth: expected a finite fraction above -1, got `NaN`
        ");
    }
}
