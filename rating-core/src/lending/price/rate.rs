//! The rate of a loan, part by part, and what it earns on capital.

use super::capital::{Exposure, IrbRule};
use crate::lending::fault::Faults;
use crate::lending::{LendingError, LifeStage};
use crate::num::{Date, Lgd, Money, Pd};
use serde::{Deserialize, Serialize};

/// Reference rates from a day on, as annual fractions. The caller gives them: they change every month, and none comes
/// with the crate.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ReferenceRate {
    /// The first day.
    pub from: Date,
    /// The loan prime rate for one year.
    pub one_year: f64,
    /// The loan prime rate for more than five years.
    pub five_year: f64,
}

impl ReferenceRate {
    /// The rates in force on a day: those of the latest first day that is not after it, in whatever order they stand.
    pub fn on(rates: &[ReferenceRate], day: Date) -> Option<ReferenceRate> {
        rates
            .iter()
            .filter(|rate| rate.from <= day)
            .max_by_key(|rate| rate.from)
            .copied()
    }

    /// The rate for a loan of so many months: the one-year rate up to five years, above that the other.
    pub fn for_months(self, months: u16) -> f64 {
        if months > 60 {
            self.five_year
        } else {
            self.one_year
        }
    }
}

/// How a rate is made, as a document. Rates and shares are annual fractions of the loan; none of them is a rule of any
/// authority.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PricePolicy {
    /// What funding costs above the reference rate; below zero if it costs less.
    pub funding_spread: f64,
    /// What the loan costs to run.
    pub operating_cost: f64,
    /// What a loan costs to run whatever its amount, a year.
    #[serde(default)]
    pub fixed_cost: Money,
    /// What capital shall earn.
    pub hurdle: f64,
    /// Loss given default without collateral.
    pub lgd: Lgd,
    /// Capital.
    pub capital: IrbRule,
    /// What is added for a firm of a stage, below zero for a discount.
    #[serde(default)]
    pub tilt: StageTilt,
    /// Largest distance above the reference rate; missing: no ceiling.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ceiling_spread: Option<f64>,
    /// Largest rate; missing: no ceiling.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ceiling: Option<f64>,
    /// Least rate; missing: none. A ceiling goes before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub floor: Option<f64>,
}

/// What is added to the rate by stage of life.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct StageTilt {
    /// For a start-up.
    pub start_up: f64,
    /// For a growing firm.
    pub growth: f64,
    /// For a stable firm.
    pub stable: f64,
}

impl StageTilt {
    /// What is added for a stage.
    pub fn of(self, stage: LifeStage) -> f64 {
        match stage {
            LifeStage::StartUp => self.start_up,
            LifeStage::Growth => self.growth,
            LifeStage::Stable => self.stable,
        }
    }
}

impl PricePolicy {
    /// Whether the document holds together.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with its place, what was expected and what came.
    pub fn check(&self) -> Result<(), Vec<LendingError>> {
        let mut faults = Faults::default();
        self.faults("", &mut faults);
        faults.or(|| ())
    }

    pub(in crate::lending) fn faults(&self, place: &str, faults: &mut Faults) {
        let wide = (-1.0, 1.0);
        let positive = (0.0, 1.0);
        let numbers = [
            ("funding_spread", Some(self.funding_spread), wide),
            ("operating_cost", Some(self.operating_cost), positive),
            ("hurdle", Some(self.hurdle), positive),
            ("tilt.start_up", Some(self.tilt.start_up), wide),
            ("tilt.growth", Some(self.tilt.growth), wide),
            ("tilt.stable", Some(self.tilt.stable), wide),
            ("ceiling_spread", self.ceiling_spread, positive),
            ("ceiling", self.ceiling, positive),
            ("floor", self.floor, positive),
        ];
        for (name, value, limits) in numbers {
            if let Some(value) = value {
                faults.number(&format!("{place}{name}"), value, limits);
            }
        }
        if self.fixed_cost < Money::ZERO {
            let got = self.fixed_cost.to_string();
            faults.add(format!("{place}fixed_cost"), "an amount from 0", &got);
        }
        if self.floor > self.ceiling && self.ceiling.is_some() {
            let got = self.floor.unwrap_or_default().to_string();
            faults.add(format!("{place}floor"), "a rate not above `ceiling`", &got);
        }
        self.capital.faults(&format!("{place}capital."), faults);
    }
}

/// A loan to be priced.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PricedLoan {
    /// Its amount, above zero for its fixed cost to count.
    pub amount: Money,
    /// Its length in months.
    pub months: u16,
    /// PD of the firm, or of a guarantor that stands in its place, in each year.
    pub pd: Pd,
    /// Loss given default with its collateral; none: that of the policy.
    pub lgd: Option<Lgd>,
    /// The share of a loss that the lender bears itself, after those who share it; 1 is all.
    pub own_share: f64,
    /// Sales of the firm, for the size adjustment.
    pub sales: Option<Money>,
    /// Stage of life.
    pub stage: LifeStage,
    /// The reference rate.
    pub reference: f64,
    /// What others pay the lender a year towards the loan, as a fraction of it.
    pub subsidy: f64,
}

/// The parts of a rate, as annual fractions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RateParts {
    /// Funding: the reference rate and the spread on it.
    pub funding: f64,
    /// Expected loss that the lender bears.
    pub expected_loss: f64,
    /// Capital at the hurdle rate.
    pub capital_charge: f64,
    /// Cost of running the loan.
    pub cost: f64,
    /// Addition by stage of life.
    pub tilt: f64,
    /// What others pay; it lowers the rate.
    pub subsidy: f64,
}

impl RateParts {
    /// The rate that covers them.
    ///
    /// ```text
    /// funding + expected loss + capital charge + cost + tilt - subsidy
    /// ```
    pub fn sum(self) -> f64 {
        self.funding + self.expected_loss + self.capital_charge + self.cost + self.tilt - self.subsidy
    }
}

/// What bounded a rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RateBound {
    /// The least rate.
    Floor,
    /// The largest rate.
    Ceiling,
    /// The largest distance above the reference rate.
    CeilingSpread,
}

/// A price.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Price {
    /// Its parts.
    pub parts: RateParts,
    /// The rate, within floor and ceiling; never below zero.
    pub rate: f64,
    /// What bounded it; none: nothing.
    pub bound: Option<RateBound>,
    /// Capital for each yuan of the loan.
    pub capital: f64,
    /// What the rate earns on capital; none if there is no capital.
    pub raroc: Option<f64>,
}

impl Price {
    /// Whether the rate earns what capital shall earn. Without capital, whether it covers its parts.
    pub fn covers(&self, hurdle: f64) -> bool {
        self.raroc.map_or(self.rate + 1e-12 >= self.parts.sum(), |raroc| {
            raroc + 1e-12 >= hurdle
        })
    }
}

impl PricePolicy {
    /// The price of a loan. Total.
    ///
    /// ```text
    /// rate = reference + spread + EL + K·hurdle + cost + tilt - subsidy,   within floor and ceilings
    /// EL = annual rate of the lifetime loss (for one PD: PD · LGD) · own share
    /// K  = capital of PD, LGD · own share and maturity
    /// ```
    /// That those who share a loss lower the LGD of the lender, and so its capital, is a choice made here; where a
    /// rulebook wants a guarantor's PD in place of the firm's, give that as `pd`.
    pub fn price(&self, loan: &PricedLoan) -> Price {
        let parts = self.parts(loan);
        let capital = self.capital_of(loan);
        let bounds = [
            (self.ceiling, RateBound::Ceiling),
            (
                self.ceiling_spread.map(|s| loan.reference + s),
                RateBound::CeilingSpread,
            ),
        ];
        let bounds = bounds
            .into_iter()
            .filter_map(|(rate, bound)| rate.map(|rate| (rate, bound)));
        let ceiling = bounds.min_by(|a, b| a.0.total_cmp(&b.0));
        let wanted = parts.sum().max(0.0);
        let (rate, bound) = match (self.floor, ceiling) {
            (_, Some((most, bound))) if wanted > most => (most, Some(bound)),
            (Some(least), None) if wanted < least => (least, Some(RateBound::Floor)),
            (Some(least), Some((most, bound))) if wanted < least => {
                if least > most {
                    (most, Some(bound))
                } else {
                    (least, Some(RateBound::Floor))
                }
            }
            _ => (wanted, None),
        };
        let without_capital = parts.sum() - parts.capital_charge;
        Price {
            parts,
            rate,
            bound,
            capital,
            raroc: raroc_from_rate(rate, without_capital, capital),
        }
    }

    /// What moves the rate, and by how much if it grows by a hundredth of itself: the parts before floor and ceiling.
    pub fn sensitivity(&self, loan: &PricedLoan) -> Vec<(Lever, f64)> {
        let base = self.parts(loan).sum();
        let with = |lever: Lever| {
            let (mut policy, mut loan) = (self.clone(), *loan);
            let lgd = loan.lgd.unwrap_or(self.lgd).get();
            match lever {
                Lever::Reference => loan.reference *= 1.01,
                Lever::Pd => loan.pd = Pd::new((loan.pd.get() * 1.01).min(1.0)).unwrap_or(loan.pd),
                Lever::Lgd => loan.lgd = Lgd::new((lgd * 1.01).min(1.0)).ok(),
                Lever::OwnShare => loan.own_share *= 1.01,
                Lever::Hurdle => policy.hurdle *= 1.01,
                Lever::Cost => {
                    policy.operating_cost *= 1.01;
                    policy.fixed_cost =
                        crate::lending::share::money_from_yuan(policy.fixed_cost.yuan() * 1.01);
                }
            }
            policy.parts(&loan).sum() - base
        };
        Lever::ALL.into_iter().map(|lever| (lever, with(lever))).collect()
    }

    fn own_lgd(&self, loan: &PricedLoan) -> Lgd {
        let lgd = loan.lgd.unwrap_or(self.lgd);
        // `clamp` keeps NaN, which a `Lgd` then refuses: the lender bears all.
        Lgd::new(lgd.get() * loan.own_share.clamp(0.0, 1.0)).unwrap_or(lgd)
    }

    fn capital_of(&self, loan: &PricedLoan) -> f64 {
        let exposure = Exposure {
            pd: loan.pd,
            lgd: self.own_lgd(loan),
            sales: loan.sales,
            maturity_years: f64::from(loan.months) / 12.0,
        };
        self.capital.capital(&exposure).requirement
    }

    fn parts(&self, loan: &PricedLoan) -> RateParts {
        let fixed = if loan.amount > Money::ZERO {
            self.fixed_cost.yuan() / loan.amount.yuan()
        } else {
            0.0
        };
        RateParts {
            funding: loan.reference + self.funding_spread,
            // The annual rate of the lifetime loss for one PD; a test of `LoanYears` holds that it is this.
            expected_loss: loan.pd.get() * self.own_lgd(loan).get(),
            capital_charge: self.capital_of(loan) * self.hurdle,
            cost: self.operating_cost + fixed,
            tilt: self.tilt.of(loan.stage),
            subsidy: loan.subsidy,
        }
    }
}

/// What moves a rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lever {
    /// The reference rate.
    Reference,
    /// The PD.
    Pd,
    /// The LGD.
    Lgd,
    /// The share of the loss that the lender bears.
    OwnShare,
    /// What capital shall earn.
    Hurdle,
    /// Cost.
    Cost,
}

impl Lever {
    /// All of them.
    pub const ALL: [Lever; 6] = [
        Lever::Reference,
        Lever::Pd,
        Lever::Lgd,
        Lever::OwnShare,
        Lever::Hurdle,
        Lever::Cost,
    ];
}

/// What a rate earns on capital: risk-adjusted return. None without capital.
///
/// ```text
/// RAROC = (rate - other) / capital
/// ```
/// where `other` is everything the rate has to cover but the charge for capital (funding, expected loss, cost, less
/// subsidies), all as fractions of the loan.
///
/// ```
/// use rating_core::lending::{raroc_from_rate, rate_from_raroc};
/// // 50 of revenue and 9 of expected loss on a loan of 1,000 with a capital of 80.
/// assert!((raroc_from_rate(0.05, 0.009, 0.08).unwrap_or(0.0) - 0.5125).abs() < 1e-12);
/// assert!((rate_from_raroc(0.12, 0.009, 0.08) - 0.0186).abs() < 1e-12);
/// ```
pub fn raroc_from_rate(rate: f64, other: f64, capital: f64) -> Option<f64> {
    (capital > 0.0).then(|| (rate - other) / capital)
}

/// The rate that earns a return on capital: the inverse of [`raroc_from_rate`].
///
/// ```text
/// rate = other + RAROC · capital
/// ```
pub fn rate_from_raroc(raroc: f64, other: f64, capital: f64) -> f64 {
    other + raroc * capital
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn yuan(amount: i64) -> Money {
        Money::from_yuan(amount).unwrap()
    }

    /// Illustrative numbers.
    fn policy() -> PricePolicy {
        serde_json::from_str(
            r#"{"funding_spread": -0.008, "operating_cost": 0.009, "fixed_cost": "2000", "hurdle": 0.12, "lgd": 0.45,
                "capital": {"pd_floor": 0.0005, "lgd_floor": 0.0, "scaling": 1.0},
                "tilt": {"start_up": -0.003, "growth": 0.0, "stable": 0.0}}"#,
        )
        .unwrap()
    }

    fn loan() -> PricedLoan {
        PricedLoan {
            amount: yuan(1_000_000),
            months: 30,
            pd: Pd::new(0.01).unwrap(),
            lgd: None,
            own_share: 1.0,
            sales: None,
            stage: LifeStage::Growth,
            reference: 0.031,
            subsidy: 0.0,
        }
    }

    /// By hand: 2.3 % funding, 0.45 % expected loss, 12 % of a capital of 7.38534 % (92.3168 % / 12.5), 0.9 % + 0.2 %.
    #[test]
    fn a_rate_is_the_sum_of_its_parts() {
        let price = policy().price(&loan());
        let parts = price.parts;
        assert!((parts.funding - 0.023).abs() < 1e-15 && (parts.expected_loss - 0.0045).abs() < 1e-15);
        assert!((parts.capital_charge - 0.12 * 0.923_168 / 12.5).abs() < 1e-8);
        assert!((parts.cost - 0.011).abs() < 1e-15);
        assert!((price.rate - (0.023 + 0.0045 + 0.008_862_41 + 0.011)).abs() < 1e-7);
        assert!(
            (price.raroc.unwrap() - 0.12).abs() < 1e-10,
            "the rate earns the hurdle"
        );
        assert!(price.covers(0.12) && price.bound.is_none());
        let start_up = policy().price(&PricedLoan {
            stage: LifeStage::StartUp,
            ..loan()
        });
        assert!((price.rate - start_up.rate - 0.003).abs() < 1e-15);
        let shared = policy().price(&PricedLoan {
            own_share: 0.3,
            ..loan()
        });
        assert!((shared.parts.expected_loss - 0.00135).abs() < 1e-15);
        assert!((shared.capital - 0.3 * price.capital).abs() < 1e-15);
    }

    #[test]
    fn ceilings_bind_before_floors_and_are_named() {
        let bounded = |floor, ceiling, spread| {
            let policy = PricePolicy {
                floor,
                ceiling,
                ceiling_spread: spread,
                ..policy()
            };
            let price = policy.price(&loan());
            ((price.rate * 1e4).round(), price.bound, price.covers(0.12))
        };
        assert_eq!(
            bounded(None, Some(0.04), Some(0.015)),
            (400.0, Some(RateBound::Ceiling), false)
        );
        assert_eq!(
            bounded(None, Some(0.15), Some(0.015)),
            (460.0, Some(RateBound::CeilingSpread), false)
        );
        assert_eq!(
            bounded(Some(0.06), None, None),
            (600.0, Some(RateBound::Floor), true)
        );
        assert_eq!(
            bounded(Some(0.06), Some(0.055), None),
            (550.0, Some(RateBound::Ceiling), true)
        );
        assert_eq!(bounded(Some(0.04), Some(0.15), None).1, None);
    }

    #[test]
    fn reference_rates_are_those_of_the_day() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        // Made-up rates.
        let rate = |from, one_year| ReferenceRate {
            from: day(from),
            one_year,
            five_year: one_year + 0.005,
        };
        let rates = [rate("2025-05-20", 0.03), rate("2024-10-21", 0.031)];
        assert_eq!(ReferenceRate::on(&rates, day("2024-10-20")), None);
        assert_eq!(ReferenceRate::on(&rates, day("2025-05-19")), Some(rates[1]));
        assert_eq!(ReferenceRate::on(&rates, day("2025-05-20")), Some(rates[0]));
        assert!(
            (rates[0].for_months(60) - 0.03).abs() < 1e-15 && (rates[0].for_months(61) - 0.035).abs() < 1e-15
        );
    }

    #[test]
    fn what_moves_the_rate_is_told() {
        let moved = policy().sensitivity(&loan());
        let of = |lever| moved.iter().find(|(l, _)| *l == lever).unwrap().1;
        assert!((of(Lever::Reference) - 0.000_31).abs() < 1e-12);
        // A hundredth more of the LGD is a hundredth more of expected loss and capital charge.
        let parts = policy().price(&loan()).parts;
        assert!((of(Lever::Lgd) - 0.01 * (parts.expected_loss + parts.capital_charge)).abs() < 1e-12);
        assert!((of(Lever::Cost) - 0.01 * parts.cost).abs() < 1e-12);
        assert!(of(Lever::Pd) > 0.01 * parts.expected_loss);
    }

    #[test]
    fn a_document_outside_its_domain_is_refused() {
        let mut policy = policy();
        policy.hurdle = f64::INFINITY;
        policy.fixed_cost = yuan(-1);
        (policy.floor, policy.ceiling) = (Some(0.2), Some(0.1));
        let texts: Vec<String> = policy
            .check()
            .unwrap_err()
            .iter()
            .map(ToString::to_string)
            .collect();
        insta::assert_snapshot!(texts.join("\n"), @"
        hurdle: expected a fraction from 0 to 1, got `inf`
        fixed_cost: expected an amount from 0, got `-1.00`
        floor: expected a rate not above `ceiling`, got `0.2`
        ");
    }

    proptest! {
        #[test]
        fn rate_and_raroc_undo_each_other(rate in -0.1..1.0_f64, other in -0.1..1.0_f64, capital in 0.001..0.5_f64) {
            let raroc = raroc_from_rate(rate, other, capital).unwrap();
            prop_assert!((rate_from_raroc(raroc, other, capital) - rate).abs() < 1e-10);
            let back = raroc_from_rate(rate_from_raroc(raroc, other, capital), other, capital).unwrap();
            prop_assert!((back - raroc).abs() < 1e-10 * (1.0 + raroc.abs()) / capital.min(1.0) * 0.01);
        }

        #[test]
        fn a_riskier_firm_never_pays_less(pd in 0.0..0.3_f64, more in 0.0..0.1_f64, own_share in 0.0..1.0_f64) {
            let rate = |pd: f64| policy().price(&PricedLoan { pd: Pd::new(pd).unwrap(), own_share, ..loan() });
            let (now, then) = (rate(pd), rate(pd + more));
            prop_assert!(then.parts.expected_loss >= now.parts.expected_loss - 1e-15);
            prop_assert!(then.rate >= now.rate - 1e-3 * more, "capital may fall where a PD is very high");
        }
    }
}
