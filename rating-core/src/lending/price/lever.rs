//! What moves a rate.

use super::priced::PricedLoan;
use super::rate::PricePolicy;
use crate::num::{Lgd, Pd};

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

    /// One word for tables: `reference`, `pd`, `lgd`, `own_share`, `hurdle`, `cost`.
    pub const fn word(self) -> &'static str {
        match self {
            Lever::Reference => "reference",
            Lever::Pd => "pd",
            Lever::Lgd => "lgd",
            Lever::OwnShare => "own_share",
            Lever::Hurdle => "hurdle",
            Lever::Cost => "cost",
        }
    }
}

impl PricePolicy {
    /// What moves the rate, and by how much if it grows by a hundredth of itself: the parts before floor and ceiling.
    ///
    /// A PD, an LGD and a share grow to 1 and no further: of one that is 1 already, the answer is 0.
    pub fn sensitivity(&self, loan: &PricedLoan) -> Vec<(Lever, f64)> {
        let base = self.parts(loan).0.sum();
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
            policy.parts(&loan).0.sum() - base
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
}
