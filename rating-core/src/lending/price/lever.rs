//! What moves a rate.

use super::priced::PricedLoan;
use super::rate::{PricePolicy, StageTilt};
use crate::num::{Lgd, Money, Pd};

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
    /// What funding costs above the reference rate.
    FundingSpread,
    /// Guarantors and insurers.
    Fees,
    /// What others pay the lender.
    Subsidy,
    /// Addition by stage of life.
    Tilt,
    /// The length of the loan, as the formula of capital counts it.
    Maturity,
    /// Sales of the firm, where its size counts for capital.
    Size,
}

impl Lever {
    /// All of them.
    pub const ALL: [Lever; 12] = [
        Lever::Reference,
        Lever::Pd,
        Lever::Lgd,
        Lever::OwnShare,
        Lever::Hurdle,
        Lever::Cost,
        Lever::FundingSpread,
        Lever::Fees,
        Lever::Subsidy,
        Lever::Tilt,
        Lever::Maturity,
        Lever::Size,
    ];

    /// One word for tables: `reference`, `pd`, `lgd`, `own_share`, `hurdle`, `cost`, `funding_spread`, `fees`,
    /// `subsidy`, `tilt`, `maturity`, `size`.
    pub const fn word(self) -> &'static str {
        match self {
            Lever::Reference => "reference",
            Lever::Pd => "pd",
            Lever::Lgd => "lgd",
            Lever::OwnShare => "own_share",
            Lever::Hurdle => "hurdle",
            Lever::Cost => "cost",
            Lever::FundingSpread => "funding_spread",
            Lever::Fees => "fees",
            Lever::Subsidy => "subsidy",
            Lever::Tilt => "tilt",
            Lever::Maturity => "maturity",
            Lever::Size => "size",
        }
    }
}

impl PricePolicy {
    /// What moves the rate, and by how much if it grows by a hundredth of itself: the parts before floor and ceiling.
    ///
    /// A PD, an LGD and a share grow to 1 and no further: of one that is 1 already, the answer is 0. With PDs by year all of
    /// them grow. What grows keeps its sign: a spread or a tilt below zero becomes the lower. What a policy or a loan does not
    /// have (a tilt, a subsidy, fees that the lender pays, an adjustment for size) moves nothing, and so does a maturity
    /// outside one to five years, which the formula of capital holds to them.
    pub fn sensitivity(&self, loan: &PricedLoan<'_>) -> Vec<(Lever, f64)> {
        let base = self.parts(loan).0.sum();
        let more = |pd: Pd| Pd::new((pd.get() * 1.01).min(1.0)).unwrap_or(pd);
        let later: Vec<Pd> = loan.later_pds.iter().copied().map(more).collect();
        let with = |lever: Lever| {
            let (mut policy, mut loan) = (self.clone(), *loan);
            let mut maturity = f64::from(loan.months) / 12.0;
            let lgd = loan.lgd.unwrap_or(self.lgd).get();
            match lever {
                Lever::Reference => loan.reference *= 1.01,
                Lever::Pd => (loan.pd, loan.later_pds) = (more(loan.pd), &later),
                Lever::Lgd => loan.lgd = Lgd::new((lgd * 1.01).min(1.0)).ok(),
                Lever::OwnShare => loan.own_share *= 1.01,
                Lever::Hurdle => policy.hurdle *= 1.01,
                Lever::Cost => {
                    policy.operating_cost *= 1.01;
                    policy.fixed_cost =
                        crate::lending::share::money_from_yuan(policy.fixed_cost.yuan() * 1.01);
                }
                Lever::FundingSpread => policy.funding_spread *= 1.01,
                Lever::Fees => loan.fees *= 1.01,
                Lever::Subsidy => policy.subsidy *= 1.01,
                Lever::Tilt => {
                    let tilt = policy.tilt.of(loan.stage) * 1.01;
                    policy.tilt = StageTilt {
                        start_up: tilt,
                        growth: tilt,
                        stable: tilt,
                    };
                }
                Lever::Maturity => maturity *= 1.01,
                Lever::Size => {
                    let grown = |sales: Money| crate::lending::share::money_at_most(sales.yuan() * 1.01);
                    loan.sales = loan.sales.map(grown);
                }
            }
            policy.parts_for(&loan, maturity).0.sum() - base
        };
        Lever::ALL.into_iter().map(|lever| (lever, with(lever))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::priced::tests::loan;
    use super::super::rate::tests::policy;
    use super::*;

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

    /// By hand: a hundredth of -0.8 %, of 1 %, of 0.4 % and of -0.3 %. For a loan of 30 months capital is
    /// K(2.5 years) = k / (1 - 1.5·b), so a hundredth more, 0.025 years, adds K·0.025·b with
    /// b = (0.11852 - 0.05478·ln 0.01)² = 0.137493.
    #[test]
    fn every_component_has_its_lever() {
        let mut policy = policy();
        policy.subsidy = 0.004;
        policy.fees = super::super::rate::FeePayer::Lender;
        let loan = PricedLoan {
            fees: 0.01,
            stage: crate::lending::LifeStage::StartUp,
            ..loan()
        };
        let moved = policy.sensitivity(&loan);
        let of = |lever| moved.iter().find(|(l, _)| *l == lever).unwrap().1;
        assert!((of(Lever::FundingSpread) - -0.000_08).abs() < 1e-12);
        assert!((of(Lever::Fees) - 0.000_1).abs() < 1e-12);
        assert!((of(Lever::Subsidy) - -0.000_04).abs() < 1e-12);
        assert!((of(Lever::Tilt) - -0.000_03).abs() < 1e-12);
        let charge = policy.price(&loan).parts.capital_charge;
        let b = (0.118_52 - 0.054_78 * 0.01_f64.ln()).powi(2);
        assert!((of(Lever::Maturity) - charge * 0.025 * b).abs() < 1e-9 && of(Lever::Maturity) > 0.0);
        assert!(
            of(Lever::Size).abs() < 1e-15,
            "the policy does not adjust for size"
        );
        policy.capital.size = Some(crate::lending::SizeAdjustment {
            low: Money::from_yuan(40_000_000).unwrap(),
            high: Money::from_yuan(400_000_000).unwrap(),
        });
        let sized = PricedLoan {
            sales: Money::from_yuan(100_000_000).ok(),
            ..loan
        };
        let moved = policy.sensitivity(&sized);
        let size = moved.iter().find(|(l, _)| *l == Lever::Size).unwrap().1;
        let grown = PricedLoan {
            sales: Money::from_yuan(101_000_000).ok(),
            ..sized
        };
        let by = policy.price(&grown).parts.capital_charge - policy.price(&sized).parts.capital_charge;
        assert!(
            (size - by).abs() < 1e-15 && by > 0.0,
            "the larger firm asks for more capital"
        );
    }
}
