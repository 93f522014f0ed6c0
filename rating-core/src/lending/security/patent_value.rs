//! What a patent is worth: by royalties saved, by cost, by comparison.

use crate::lending::LendingError;
use crate::lending::fault::Faults;
use crate::lending::share::money_at_most;
use crate::num::Money;
use serde::{Deserialize, Serialize};

/// What is known for a valuation. Every part is an assumption of the valuer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PatentValuation {
    /// Years until it ends, above 0 if it is worth anything.
    pub remaining_years: f64,
    /// Royalties that the owner does not have to pay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub income: Option<RoyaltyRelief>,
    /// What it would cost to make again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<RemakingCost>,
    /// Prices of others like it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub market: Option<Comparison>,
}

/// Royalties that the owner does not have to pay.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RoyaltyRelief {
    /// Sales that the patent protects, year by year from the day on; the last stands for the years after it.
    pub sales: Vec<Money>,
    /// Royalty on them, 0 to 1.
    pub royalty: f64,
    /// Tax on what is saved, 0 to 1.
    pub tax: f64,
    /// Discount rate, above 0 and at most 1.
    pub discount: f64,
    /// Annual fees, year by year; missing ones are none.
    #[serde(default)]
    pub fees: Vec<Money>,
    /// Weight among the methods.
    pub weight: f64,
}

/// What it would cost to make again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RemakingCost {
    /// Research and registration at the prices of the day.
    pub cost: Money,
    /// What is lost of it because technology has moved on, 0 to 1.
    pub obsolescence: f64,
    /// Its longest life in years, above 0.
    pub life_years: f64,
    /// Weight among the methods.
    pub weight: f64,
}

/// Prices of others like it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Comparison {
    /// Prices paid.
    pub prices: Vec<Money>,
    /// Factor for what is different.
    pub adjustment: f64,
    /// Weight among the methods.
    pub weight: f64,
}

/// What a patent is worth, method by method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PatentValue {
    /// By royalties saved.
    pub income: Option<Money>,
    /// By cost.
    pub cost: Option<Money>,
    /// By comparison: the median of the prices.
    pub market: Option<Money>,
    /// The weighted mean of the methods.
    pub value: Money,
}

impl PatentValuation {
    /// What the patent is worth.
    ///
    /// ```text
    /// income = Σ (salesₜ · royalty · (1 - tax) - feeₜ) · part of the year · (1 + discount)^-(t - ½)
    /// cost   = cost · (1 - obsolescence) · min(1, remaining / life)
    /// market = median of prices · adjustment
    /// value  = Σ weight · method / Σ weight
    /// ```
    /// No method gives less than nothing; amounts are rounded down to the fen. A patent without remaining life is
    /// worth nothing.
    ///
    /// # Errors
    /// No method, weights that are not finite, below 0 or all 0, and every number outside its domain.
    ///
    /// Source: the three customary ways of valuing an intangible asset; no source of this project gives parameters, so
    /// all of them are the valuer's.
    ///
    /// ```
    /// use rating_core::lending::{PatentValuation, RoyaltyRelief};
    /// use rating_core::num::Money;
    /// let income = RoyaltyRelief {
    ///     sales: vec![Money::from_yuan(1_000_000)?], royalty: 0.05, tax: 0.25, discount: 0.21, fees: vec![], weight: 1.0,
    /// };
    /// let valuation = PatentValuation { remaining_years: 1.0, income: Some(income), cost: None, market: None };
    /// // 37,500 a year, half a year away: divided by 1.1.
    /// let value = valuation.value().map_err(|faults| faults[0].clone())?;
    /// assert_eq!(value.value.to_string(), "34090.90");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn value(&self) -> Result<PatentValue, Vec<LendingError>> {
        let mut faults = Faults::default();
        faults.number("remaining_years", self.remaining_years, (0.0, 100.0));
        if let Some(income) = &self.income {
            income.faults(&mut faults);
        }
        if let Some(cost) = &self.cost {
            faults.number("cost.obsolescence", cost.obsolescence, (0.0, 1.0));
            if !(cost.life_years > 0.0 && cost.life_years <= 100.0) {
                faults.add(
                    "cost.life_years",
                    "years above 0 and up to 100",
                    &cost.life_years.to_string(),
                );
            }
            not_negative(&mut faults, "cost.cost", &[cost.cost]);
        }
        if let Some(market) = &self.market {
            faults.number("market.adjustment", market.adjustment, (0.0, 100.0));
            not_negative(&mut faults, "market.prices", &market.prices);
            if market.prices.is_empty() {
                faults.add("market.prices", "at least one", "none");
            }
        }
        let weights = self.weights();
        for (place, weight) in ["income.weight", "cost.weight", "market.weight"]
            .into_iter()
            .zip(weights)
        {
            faults.number(place, weight, (0.0, f64::MAX));
        }
        if weights.iter().sum::<f64>() <= 0.0 {
            faults.add("weight", "at least one method with a weight above 0", "none");
        }
        faults.or(|| self.of_checked())
    }

    fn weights(&self) -> [f64; 3] {
        [
            self.income.as_ref().map_or(0.0, |m| m.weight),
            self.cost.as_ref().map_or(0.0, |m| m.weight),
            self.market.as_ref().map_or(0.0, |m| m.weight),
        ]
    }

    fn of_checked(&self) -> PatentValue {
        let methods = [
            self.income.as_ref().map(|m| m.worth(self.remaining_years)),
            self.cost.as_ref().map(|m| {
                let left = (self.remaining_years / m.life_years).min(1.0);
                m.cost.yuan() * (1.0 - m.obsolescence) * left
            }),
            self.market.as_ref().map(|m| median(&m.prices) * m.adjustment),
        ];
        let lives = self.remaining_years > 0.0;
        let methods = methods.map(|m| m.map(|m| if lives { m.max(0.0) } else { 0.0 }));
        let weights = self.weights();
        let sum: f64 = methods
            .iter()
            .zip(weights)
            .map(|(m, w)| m.unwrap_or(0.0) * w)
            .sum();
        let [income, cost, market] = methods.map(|m| m.map(money_at_most));
        PatentValue {
            income,
            cost,
            market,
            value: money_at_most(sum / weights.iter().sum::<f64>()),
        }
    }
}

impl RoyaltyRelief {
    fn faults(&self, faults: &mut Faults) {
        if self.sales.is_empty() {
            faults.add("income.sales", "at least one year", "none");
        }
        not_negative(faults, "income.sales", &self.sales);
        not_negative(faults, "income.fees", &self.fees);
        faults.number("income.royalty", self.royalty, (0.0, 1.0));
        faults.number("income.tax", self.tax, (0.0, 1.0));
        if !(self.discount > 0.0 && self.discount <= 1.0) {
            faults.add(
                "income.discount",
                "a fraction above 0 and up to 1",
                &self.discount.to_string(),
            );
        }
    }

    fn worth(&self, remaining_years: f64) -> f64 {
        let last = self.sales.last().copied().unwrap_or_default();
        let (mut worth, mut begun, mut year) = (0.0, 0.0, 0);
        while begun < remaining_years {
            let part = (remaining_years - begun).min(1.0);
            let sales = self.sales.get(year).copied().unwrap_or(last);
            let fee = self.fees.get(year).copied().unwrap_or_default();
            let saved = sales.yuan() * self.royalty * (1.0 - self.tax) - fee.yuan();
            worth += saved * part * (1.0 + self.discount).powf(-(begun + 0.5 * part));
            begun += 1.0;
            year += 1;
        }
        worth
    }
}

fn not_negative(faults: &mut Faults, place: &str, amounts: &[Money]) {
    for amount in amounts.iter().filter(|amount| **amount < Money::ZERO) {
        faults.add(place, "an amount from 0", &amount.to_string());
    }
}

fn median(prices: &[Money]) -> f64 {
    let mut sorted: Vec<Money> = prices.to_vec();
    sorted.sort_unstable();
    let at = |place: usize| sorted.get(place).map_or(0.0, |price| price.yuan());
    let middle = sorted.len() / 2;
    if sorted.len() % 2 == 1 {
        at(middle)
    } else {
        0.5 * (at(middle.saturating_sub(1)) + at(middle))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn yuan(amount: i64) -> Money {
        Money::from_yuan(amount).unwrap()
    }

    fn valuation() -> PatentValuation {
        PatentValuation {
            remaining_years: 5.0,
            income: None,
            cost: Some(RemakingCost {
                cost: yuan(1_000_000),
                obsolescence: 0.2,
                life_years: 20.0,
                weight: 1.0,
            }),
            market: Some(Comparison {
                prices: vec![yuan(900_000), yuan(100_000), yuan(500_000)],
                adjustment: 0.8,
                weight: 3.0,
            }),
        }
    }

    /// By hand: cost 1,000,000 · 0.8 · 5 / 20 = 200,000; market 500,000 · 0.8 = 400,000; (1 · 200 + 3 · 400) / 4.
    #[test]
    fn methods_are_weighted() {
        let value = valuation().value().unwrap();
        assert_eq!(
            (value.cost, value.market),
            (Some(yuan(200_000)), Some(yuan(400_000)))
        );
        assert_eq!(value.value, yuan(350_000));
        let ended = PatentValuation {
            remaining_years: 0.0,
            ..valuation()
        };
        assert_eq!(ended.value().unwrap().value, Money::ZERO);
    }

    /// A constant royalty for n whole years is an annuity paid in the middle of the years.
    #[test]
    fn a_constant_royalty_is_an_annuity() {
        let income = RoyaltyRelief {
            sales: vec![yuan(2_000_000)],
            royalty: 0.04,
            tax: 0.25,
            discount: 0.15,
            fees: vec![yuan(1_200); 20],
            weight: 1.0,
        };
        let valuation = PatentValuation {
            remaining_years: 8.0,
            income: Some(income),
            cost: None,
            market: None,
        };
        let annuity = (60_000.0 - 1_200.0) * (1.0 - 1.15_f64.powi(-8)) / 0.15 * 1.15_f64.sqrt();
        assert!((valuation.value().unwrap().value.yuan() - annuity).abs() < 0.011);
    }

    #[test]
    fn a_valuation_outside_its_domain_is_refused() {
        let mut wrong = valuation();
        wrong.remaining_years = f64::NAN;
        wrong.market = None;
        let cost = wrong.cost.as_mut().unwrap();
        (cost.life_years, cost.weight) = (0.0, 0.0);
        let texts: Vec<String> = wrong
            .value()
            .unwrap_err()
            .iter()
            .map(ToString::to_string)
            .collect();
        insta::assert_snapshot!(texts.join("\n"), @"
        remaining_years: expected a number from 0 to 100, got `NaN`
        cost.life_years: expected years above 0 and up to 100, got `0`
        weight: expected at least one method with a weight above 0, got `none`
        ");
    }
}
