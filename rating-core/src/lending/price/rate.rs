//! The document of a price, and the reference rates.

use super::capital::IrbRule;
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
    /// What those who share a loss do to the capital of the loan; missing: nothing.
    #[serde(default, skip_serializing_if = "CapitalRelief::is_none")]
    pub capital_relief: CapitalRelief,
    /// Who pays guarantors and insurers; missing: the firm, beside the rate.
    #[serde(default, skip_serializing_if = "FeePayer::is_firm")]
    pub fees: FeePayer,
    /// What is added for a firm of a stage, below zero for a discount. A discount is the lender's own choice: it is given
    /// away from what capital earns, and the return is tested before it.
    #[serde(default)]
    pub tilt: StageTilt,
    /// What capital shall still earn after a discount by stage, from -1 to 1; missing: whatever the discount leaves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub least_return: Option<f64>,
    /// What others pay the lender a year towards a loan, such as a reward for lending; it lowers the rate. Missing:
    /// nothing.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub subsidy: f64,
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

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature that `skip_serializing_if` calls"
)]
fn is_nothing(rate: &f64) -> bool {
    rate.abs() <= 0.0
}

/// What those who share a loss (a fund, a budget, an insurer) do to the capital of a loan. They lower the loss that is
/// expected in any case.
///
/// Under the internal-ratings approach a promise to bear a loss is unfunded protection. It counts by the PD of who gives
/// it standing in place of the firm's (substitution), and only if it is direct, explicit, irrevocable and unconditional;
/// a fund with a pool, yearly caps and a breaker is conditional. An LGD that is lower for it is for lenders whose
/// supervisor allows their own estimates. So nothing is the default, and a lender that takes more says so here.
///
/// Source: BCBS, International Convergence of Capital Measurement, June 2006, the parts on guarantees.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum CapitalRelief {
    /// Nothing: capital is that of the whole loss.
    #[default]
    None,
    /// In the part that they bear this PD, theirs, stands in place of the firm's where it asks for less.
    Substitution(Pd),
    /// The LGD is that of the part that the lender bears.
    Lgd,
}

impl CapitalRelief {
    fn is_none(&self) -> bool {
        *self == CapitalRelief::None
    }
}

/// Who pays guarantors and insurers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum FeePayer {
    /// The firm, beside the rate.
    #[default]
    Firm,
    /// The lender, who charges it in the rate.
    Lender,
}

impl FeePayer {
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "the signature that `skip_serializing_if` calls"
    )]
    fn is_firm(&self) -> bool {
        *self == FeePayer::Firm
    }
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
            ("least_return", self.least_return, wide),
            ("subsidy", Some(self.subsidy), positive),
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

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    fn yuan(amount: i64) -> Money {
        Money::from_yuan(amount).unwrap()
    }

    /// Illustrative numbers.
    pub(in crate::lending::price) fn policy() -> PricePolicy {
        serde_json::from_str(
            r#"{"funding_spread": -0.008, "operating_cost": 0.009, "fixed_cost": "2000", "hurdle": 0.12, "lgd": 0.45,
                "capital": {"pd_floor": 0.0005, "lgd_floor": 0.0, "scaling": 1.0},
                "tilt": {"start_up": -0.003, "growth": 0.0, "stable": 0.0}}"#,
        )
        .unwrap()
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
}
