//! What the records of a firm say of its need of working capital.

use super::need::NeedInput;
use super::share::money;
use crate::num::Money;
use crate::record::{Statement, View};

/// The figures of [`NeedInput`] as far as they are known.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct NeedFigures {
    /// The year of the statement that they are of; none: no statement is at hand.
    pub year: Option<i16>,
    /// Sales of the year.
    pub sales: Option<Money>,
    /// Cost of these sales.
    pub cost: Option<Money>,
    /// Profit on these sales, before tax.
    pub profit: Option<Money>,
    /// Expected growth of sales.
    pub expected_growth: Option<f64>,
    /// Average receivables.
    pub receivables: Option<Money>,
    /// Average stock.
    pub inventory: Option<Money>,
    /// Average payables.
    pub payables: Option<Money>,
    /// Average prepayments to suppliers.
    pub prepaid: Option<Money>,
    /// Average advances from customers.
    pub advances: Option<Money>,
    /// The firm's own money for working capital.
    pub own_funds: Option<Money>,
    /// Working-capital loans that it has.
    pub existing_loans: Option<Money>,
    /// Working capital from elsewhere.
    pub other_channels: Option<Money>,
}

impl NeedFigures {
    /// What the latest statement of a firm and the one of the year before say.
    ///
    /// Sales, cost and profit before tax are those of the latest year; receivables, stock and payables are averages, half
    /// the sum of both balance sheets, and not known without the earlier one. What the formula asks for and no department
    /// reports stays unknown: expected growth, prepayments, advances from customers, own funds, working-capital loans (a
    /// credit report does not say what for a loan is) and other channels. The lender asks the firm for them.
    ///
    /// ```
    /// use rating_core::{lending::NeedFigures, num::Money, record::Dossier};
    /// let dossier: Dossier = r#"{"firm_id": "F-1", "statements": [
    ///     {"year": 2024, "received_on": "2025-04-01", "assets": 900, "liabilities": 300, "sales": 500, "receivables": 60},
    ///     {"year": 2023, "received_on": "2024-04-01", "assets": 800, "liabilities": 300, "receivables": 40}]}"#.parse()?;
    /// let known = NeedFigures::of(&dossier.view("2025-06-30".parse()?));
    /// assert_eq!((known.sales, known.receivables), (Money::from_yuan(500).ok(), Money::from_yuan(50).ok()));
    /// assert_eq!(known.missing()[..3], ["cost", "profit", "expected_growth"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of(view: &View<'_>) -> Self {
        let Some(latest) = view.statements().max_by_key(|statement| statement.year) else {
            return Self::default();
        };
        let before = view
            .statements()
            .find(|statement| statement.year == latest.year - 1);
        let average = |of: fn(&Statement) -> Option<Money>| {
            let (begin, end) = (before.and_then(of)?, of(latest)?);
            Some(money(i128::midpoint(
                i128::from(begin.fen()),
                i128::from(end.fen()),
            )))
        };
        Self {
            year: Some(latest.year),
            sales: latest.sales,
            cost: latest.cost,
            profit: latest.profit_before_tax,
            receivables: average(|statement| statement.receivables),
            inventory: average(|statement| statement.inventory),
            payables: average(|statement| statement.payables),
            ..Self::default()
        }
    }

    /// The same with what is not known taken from others.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            year: self.year.or(other.year),
            sales: self.sales.or(other.sales),
            cost: self.cost.or(other.cost),
            profit: self.profit.or(other.profit),
            expected_growth: self.expected_growth.or(other.expected_growth),
            receivables: self.receivables.or(other.receivables),
            inventory: self.inventory.or(other.inventory),
            payables: self.payables.or(other.payables),
            prepaid: self.prepaid.or(other.prepaid),
            advances: self.advances.or(other.advances),
            own_funds: self.own_funds.or(other.own_funds),
            existing_loans: self.existing_loans.or(other.existing_loans),
            other_channels: self.other_channels.or(other.other_channels),
        }
    }

    /// Names of the figures that are not known, in the order of [`NeedInput`].
    pub fn missing(&self) -> Vec<&'static str> {
        let figures = [
            ("sales", self.sales.is_none()),
            ("cost", self.cost.is_none()),
            ("profit", self.profit.is_none()),
            ("expected_growth", self.expected_growth.is_none()),
            ("receivables", self.receivables.is_none()),
            ("inventory", self.inventory.is_none()),
            ("payables", self.payables.is_none()),
            ("prepaid", self.prepaid.is_none()),
            ("advances", self.advances.is_none()),
            ("own_funds", self.own_funds.is_none()),
            ("existing_loans", self.existing_loans.is_none()),
            ("other_channels", self.other_channels.is_none()),
        ];
        figures
            .into_iter()
            .filter(|(_, is_missing)| *is_missing)
            .map(|(name, _)| name)
            .collect()
    }

    /// The figures of the formula; none unless all of them are known.
    pub fn input(&self) -> Option<NeedInput> {
        Some(NeedInput {
            sales: self.sales?,
            cost: self.cost?,
            profit: self.profit?,
            expected_growth: self.expected_growth?,
            receivables: self.receivables?,
            inventory: self.inventory?,
            payables: self.payables?,
            prepaid: self.prepaid?,
            advances: self.advances?,
            own_funds: self.own_funds?,
            existing_loans: self.existing_loans?,
            other_channels: self.other_channels?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Dossier;

    fn yuan(amount: i64) -> Option<Money> {
        Money::from_yuan(amount).ok()
    }

    fn firm(statements: &str) -> NeedFigures {
        let dossier: Dossier = format!(r#"{{"firm_id": "F-000001", "statements": [{statements}]}}"#)
            .parse()
            .unwrap();
        NeedFigures::of(&dossier.view("2025-06-30".parse().unwrap()))
    }

    const LATEST: &str = r#"{"year": 2024, "received_on": "2025-04-01", "assets": 9000, "liabilities": 3000, "sales": 3600,
        "cost": 1800, "profit_before_tax": 360, "receivables": 700, "inventory": 400, "payables": 200}"#;
    const BEFORE: &str = r#"{"year": 2023, "received_on": "2024-04-01", "assets": 8000, "liabilities": 3000, "sales": 1,
        "receivables": 500, "inventory": 200, "payables": 400}"#;

    /// The example of [`NeedInput::need`] from two statements: averages 600, 300 and 300; with no prepayments and advances,
    /// own funds of 100 and loans of 40 the new loan is 400.
    #[test]
    fn two_statements_and_what_the_firm_says_make_the_need() {
        let known = firm(&format!("{LATEST}, {BEFORE}"));
        assert_eq!((known.year, known.sales), (Some(2024), yuan(3_600)));
        assert_eq!(
            (known.receivables, known.inventory, known.payables),
            (yuan(600), yuan(300), yuan(300))
        );
        let unknown = [
            "expected_growth",
            "prepaid",
            "advances",
            "own_funds",
            "existing_loans",
            "other_channels",
        ];
        assert_eq!(known.missing(), unknown);
        assert_eq!(known.input(), None);
        let said = NeedFigures {
            sales: yuan(1),
            expected_growth: Some(0.0),
            prepaid: yuan(0),
            advances: yuan(0),
            own_funds: yuan(100),
            existing_loans: yuan(40),
            other_channels: yuan(0),
            ..NeedFigures::default()
        };
        let input = known.or(said).input().unwrap();
        assert_eq!(Some(input.sales), yuan(3_600), "records go before what is said");
        assert_eq!(Some(input.need().unwrap().new_loan), yuan(400));
    }

    #[test]
    fn one_balance_sheet_makes_no_average() {
        let known = firm(LATEST);
        assert_eq!((known.cost, known.receivables), (yuan(1_800), None));
        assert_eq!(known.missing()[1..4], ["receivables", "inventory", "payables"]);
        assert_eq!(firm("").missing().len(), 12);
    }
}
