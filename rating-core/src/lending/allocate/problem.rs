//! The problem and its answer.

use super::dual::{Prices, bound, hull, prices};
use super::exact::{self, Programme};
use super::fill::fill;
use super::room::Room;
use super::search::Search;
use crate::lending::fault::Faults;
use crate::lending::{LendingError, LossCurve};
use crate::num::{Lgd, Money, Pd};

/// Something that may be lent to a firm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Choice {
    /// The amount, above zero.
    pub amount: Money,
    /// The rate, which is only carried along.
    pub rate: f64,
    /// What it is worth: expected profit in yuan, or 1 where firms reached are to be counted.
    pub value: f64,
}

/// What may be lent to one firm: one of the choices, or nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FirmChoices {
    /// The choices, at most 255.
    pub choices: Vec<Choice>,
    /// Places of the caps that the firm falls under, say those of its grade and of its industry.
    pub caps: Vec<usize>,
}

/// What may be lent in all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Budget {
    /// To all firms.
    pub total: Money,
    /// To the firms that fall under a cap.
    pub caps: Vec<Money>,
}

/// Amounts and rates that are on offer.
#[derive(Clone, Debug, PartialEq)]
pub struct Menu {
    /// Amounts.
    pub amounts: Vec<Money>,
    /// Rates.
    pub rates: Vec<f64>,
}

/// How an allocation was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// By dynamic programming, or by a search that left nothing out: there is no better one.
    Exact,
    /// By the prices of budget and caps and by exchanges: no better one is worth more than the bound.
    Priced,
}

/// Who gets what.
#[derive(Clone, Debug, PartialEq)]
pub struct Allocation {
    /// Place of the choice of each firm; none: it gets nothing.
    pub chosen: Vec<Option<usize>>,
    /// What is lent.
    pub used: Money,
    /// What it is worth.
    pub value: f64,
    /// What no allocation is worth more than; the value itself if the method is exact.
    pub bound: f64,
    /// What a further yuan of budget would be worth if every step from a choice to the next could be divided: the
    /// Lagrange price of the budget. A further loan, which cannot be divided, may bring more or less for each yuan.
    pub price: f64,
    /// The same of each cap: what a further yuan under it would be worth, beside that of the budget.
    pub cap_prices: Vec<f64>,
    /// How it was found.
    pub method: Method,
}

impl Allocation {
    /// What may be missing to the best allocation.
    pub fn gap(&self) -> f64 {
        (self.bound - self.value).max(0.0)
    }
}

impl FirmChoices {
    /// Amount in fen and value of a choice; nothing of none.
    pub(super) fn taken(&self, choice: Option<usize>) -> (i64, f64) {
        let choice = choice.and_then(|choice| self.choices.get(choice));
        choice.map_or((0, 0.0), |choice| (choice.amount.fen(), choice.value))
    }

    /// What is left of the value of its best choice at a price for each yuan; nothing if it takes none. Over all its
    /// choices, so that a bound does not hang on the hull.
    pub(super) fn kept(&self, price: f64) -> f64 {
        let left = self
            .choices
            .iter()
            .map(|choice| choice.value - price * choice.amount.yuan());
        left.fold(0.0, f64::max)
    }

    /// The choices of a menu for a firm, at each amount the rate that is worth the most; amounts at which no rate is
    /// worth anything are left out.
    ///
    /// ```text
    /// value = amount · max over rates r of (1 - lost(r)) · (r · keeps - cost)
    /// ```
    /// where `keeps` is the share of the interest that is expected to be paid and `cost` what a yuan lent costs. Of
    /// equals the first rate.
    pub fn of_menu(menu: &Menu, curve: &LossCurve, (keeps, cost): (f64, f64)) -> Self {
        let mut best: Option<(f64, f64)> = None;
        for rate in &menu.rates {
            let margin = (1.0 - curve.lost(*rate)) * (rate * keeps - cost);
            if margin > best.map_or(0.0, |(_, most)| most) {
                best = Some((*rate, margin));
            }
        }
        let choice = |(amount, (rate, margin)): (&Money, (f64, f64))| Choice {
            amount: *amount,
            rate,
            value: amount.yuan() * margin,
        };
        let amounts = menu.amounts.iter();
        Self {
            choices: amounts.filter_map(|a| best.map(|b| choice((a, b)))).collect(),
            caps: Vec::new(),
        }
    }
}

impl FirmChoices {
    /// The choices of a menu for a firm with a PD and an LGD, where a yuan lent costs so much a year besides.
    ///
    /// ```text
    /// keeps = 1 - PD,   cost = running + PD · LGD       as of [`FirmChoices::of_menu`]
    /// ```
    pub fn of_risk(menu: &Menu, curve: &LossCurve, ((pd, lgd), running): ((Pd, Lgd), f64)) -> Self {
        let loss = pd.get() * lgd.get();
        Self::of_menu(menu, curve, (1.0 - pd.get(), running + loss))
    }
}

impl Budget {
    /// Lends to firms so that the sum of values is the largest, within the budget and its caps.
    ///
    /// Exact for the choices as given, first by dynamic programming over the budget: where the amounts have a common step
    /// that divides the budget into few enough parts, and no firm falls under two of the caps that bind. A cap that does
    /// not bind costs nothing. Then by branch and bound with Lagrange prices, which decides small cases of any caps and
    /// amounts. Where neither comes to an end, each firm takes what is worth the most after its prices, what is left is
    /// filled in the order of value for money, what two firms have is exchanged where that is worth more, and prices
    /// and programme give a bound that no allocation exceeds.
    ///
    /// ```text
    /// maximise Σ value(i, choice of i)   subject to   Σ amount ≤ total,   Σ over the firms of a cap ≤ cap
    /// bound = min over λ, μ ≥ 0 of   Σᵢ max(0, maxⱼ valueᵢⱼ - (λ + Σμ)·amountᵢⱼ) + λ·total + Σ μ·cap
    /// ```
    /// The answer is the same on every machine and does not depend on threads; of equal choices the first is taken.
    ///
    /// # Errors
    /// Amounts that are not above zero, values that are not finite, a firm with more than 255 choices, caps that do not
    /// exist or stand twice, a budget or cap below zero.
    ///
    /// Source: the multiple-choice knapsack problem; H. Kellerer, U. Pferschy, D. Pisinger, Knapsack Problems (2004),
    /// chapter 11.
    ///
    /// ```
    /// use rating_core::lending::{Budget, Choice, FirmChoices};
    /// use rating_core::num::Money;
    /// let choice = |amount, value| Choice { amount: Money::from_yuan(amount).unwrap_or_default(), rate: 0.05, value };
    /// let firm = |choices: &[Choice]| FirmChoices { choices: choices.to_vec(), caps: vec![] };
    /// let firms = [firm(&[choice(100, 9.0), choice(200, 12.0)]), firm(&[choice(200, 14.0)])];
    /// let budget = Budget { total: Money::from_yuan(300)?, caps: vec![] };
    /// let best = budget.allocate(&firms).map_err(|faults| faults[0].clone())?;
    /// assert_eq!(best.chosen, [Some(0), Some(0)]);
    /// assert_eq!((best.value, best.gap()), (23.0, 0.0));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn allocate(&self, firms: &[FirmChoices]) -> Result<Allocation, Vec<LendingError>> {
        let mut faults = Faults::default();
        for amount in [self.total]
            .iter()
            .chain(&self.caps)
            .filter(|a| **a < Money::ZERO)
        {
            faults.add("budget", "amounts from 0", &amount.to_string());
        }
        for (at, firm) in firms.iter().enumerate() {
            if firm.choices.len() > 255 {
                let got = firm.choices.len().to_string();
                faults.add(format!("firms[{at}].choices"), "at most 255", &got);
            }
            for choice in &firm.choices {
                if choice.amount <= Money::ZERO || !choice.value.is_finite() {
                    let got = format!("{} for {}", choice.value, choice.amount);
                    faults.add(
                        format!("firms[{at}].choices"),
                        "amounts above zero and finite values",
                        &got,
                    );
                }
            }
            for (place, cap) in firm.caps.iter().enumerate() {
                if *cap >= self.caps.len() || firm.caps.iter().take(place).any(|other| other == cap) {
                    let wanted = "places of caps of the budget, each once";
                    faults.add(format!("firms[{at}].caps"), wanted, &cap.to_string());
                }
            }
        }
        faults.or(|| self.best(firms))
    }

    fn best(&self, firms: &[FirmChoices]) -> Allocation {
        let hulls: Vec<_> = firms.iter().map(hull).collect();
        let prices = prices(self, firms, &hulls);
        let (mut found, prices) = match exact::allocate(self, firms) {
            Programme::Best(chosen) => (answer(firms, chosen, Method::Exact), prices),
            Programme::Bound(most) => {
                let chosen = fill(Room::of(self), (firms, &hulls), &prices);
                self.near(firms, (prices, most), answer(firms, chosen, Method::Priced))
            }
        };
        found.price = prices.budget;
        found.cap_prices = prices.caps;
        found
    }

    /// The best allocation if a search finds it, else one near the bound; `most` is a bound besides that of the prices.
    fn near(
        &self,
        firms: &[FirmChoices],
        (prices, most): (Prices, f64),
        known: Allocation,
    ) -> (Allocation, Prices) {
        let prices = prices.nearer(self, firms, known.value);
        let hulls: Vec<_> = firms.iter().map(hull).collect();
        let again = fill(Room::of(self), (firms, &hulls), &prices);
        let again = answer(firms, again, Method::Priced);
        let best = if again.value > known.value { again } else { known };
        let bound = bound(self, firms, &prices);
        let search = Search::run(firms, (&prices, bound), Room::of(self), best.chosen);
        let mut found = answer(firms, search.chosen, Method::Priced);
        found.bound = bound.min(most).max(found.value);
        if search.is_complete || found.gap() <= 1e-12 * found.bound.abs() {
            found.method = Method::Exact;
            found.bound = found.value;
        }
        (found, prices)
    }
}

/// The answer for choices, with what they use and are worth.
pub(super) fn answer(firms: &[FirmChoices], chosen: Vec<Option<usize>>, method: Method) -> Allocation {
    let picked = || {
        let pairs = firms.iter().zip(&chosen);
        pairs.filter_map(|(firm, at)| at.and_then(|at| firm.choices.get(at)))
    };
    // From +0: the sum of nothing is -0 otherwise.
    let value = picked().fold(0.0, |sum, choice| sum + choice.value);
    Allocation {
        used: crate::lending::share::money(Money::sum(picked().map(|choice| choice.amount))),
        value,
        bound: value,
        price: 0.0,
        cap_prices: Vec::new(),
        method,
        chosen,
    }
}
