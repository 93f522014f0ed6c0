//! Capital by the internal-ratings formula.

use super::normal::{normal_cdf, normal_quantile};
use crate::lending::LendingError;
use crate::lending::fault::Faults;
use crate::num::{Lgd, Money, Pd};
use serde::{Deserialize, Serialize};

/// Parameters of the internal-ratings formula for corporates.
///
/// The curve itself (correlations 12 % and 24 %, decay 50, confidence 99.9 %, the maturity adjustment) is fixed; what
/// differs between rulebooks and currencies is here.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct IrbRule {
    /// Least PD, 0.0001 to 1.
    pub pd_floor: f64,
    /// Least LGD, 0 to 1.
    pub lgd_floor: f64,
    /// Sales between which a firm's size lowers the correlation; missing: size does not count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<SizeAdjustment>,
    /// Factor on the requirement: 1, or 1.06 where a rulebook has it.
    pub scaling: f64,
}

/// Sales between which a firm's size counts, in the currency of the sales. In the Basel text 5 and 50 million euros; a
/// rulebook in another currency has its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SizeAdjustment {
    /// Smaller sales count as this.
    pub low: Money,
    /// From these sales on there is no adjustment.
    pub high: Money,
}

/// A loan that asks for capital.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exposure {
    /// Its PD, twelve months.
    pub pd: Pd,
    /// Its LGD.
    pub lgd: Lgd,
    /// Sales of the firm, or of its group; none: no size adjustment.
    pub sales: Option<Money>,
    /// Its effective maturity in years, held to 1 and 5; a number that is none counts as 5.
    pub maturity_years: f64,
}

/// What capital a loan asks for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Capital {
    /// Correlation with the one factor.
    pub correlation: f64,
    /// Factor for the maturity; 1 at two and a half years times what is in the denominator.
    pub maturity_factor: f64,
    /// Capital for each yuan of exposure.
    pub requirement: f64,
    /// Risk-weighted assets for each yuan of exposure: 12.5 times the requirement. 1 is 100 %.
    pub risk_weight: f64,
}

impl IrbRule {
    /// Whether the parameters lie in their domains.
    ///
    /// # Errors
    /// Every one that does not. A PD floor below 0.0001 is refused, since far below it the maturity adjustment turns
    /// negative.
    pub fn check(&self) -> Result<(), Vec<LendingError>> {
        let mut faults = Faults::default();
        self.faults("", &mut faults);
        faults.or(|| ())
    }

    pub(in crate::lending) fn faults(&self, place: &str, faults: &mut Faults) {
        if !(1e-4..=1.0).contains(&self.pd_floor) {
            let wanted = "a fraction from 0.0001 to 1";
            faults.add(format!("{place}pd_floor"), wanted, &self.pd_floor.to_string());
        }
        faults.number(&format!("{place}lgd_floor"), self.lgd_floor, (0.0, 1.0));
        faults.number(&format!("{place}scaling"), self.scaling, (0.0, 10.0));
        if let Some(size) = self.size.filter(|s| !(s.low >= Money::ZERO && s.low < s.high)) {
            let got = format!("{} and {}", size.low, size.high);
            faults.add(format!("{place}size"), "amounts from 0 that ascend", &got);
        }
    }

    /// The capital for a loan that is not in default. Total; at a PD of 1 there is nothing left to be surprised by, and
    /// it is 0.
    ///
    /// ```text
    /// w = (1 - e^(-50·PD)) / (1 - e^(-50))
    /// R = 0.12·w + 0.24·(1 - w) - 0.04·(1 - (S - low) / (high - low))     S held to low and high
    /// b = (0.11852 - 0.05478·ln PD)²
    /// K = LGD·(Φ((G(PD) + √R·G(0.999)) / √(1 - R)) - PD) · (1 + (M - 2.5)·b) / (1 - 1.5·b) · scaling
    /// ```
    /// where `Φ` is the standard normal distribution function and `G` its inverse, `M` the maturity in years.
    ///
    /// Source: BCBS, International Convergence of Capital Measurement, June 2006, paragraph 272 and the firm-size
    /// adjustment after it; CRE31.
    ///
    /// ```
    /// use rating_core::lending::{Exposure, IrbRule};
    /// use rating_core::num::{Lgd, Pd};
    /// let rule = IrbRule { pd_floor: 0.0003, lgd_floor: 0.0, size: None, scaling: 1.0 };
    /// let loan = Exposure { pd: Pd::new(0.01)?, lgd: Lgd::new(0.45)?, sales: None, maturity_years: 2.5 };
    /// // Annex 5 of the Basel text prints 92.32 %.
    /// assert_eq!((rule.capital(&loan).risk_weight * 1e4).round(), 9232.0);
    /// # Ok::<(), rating_core::num::ProbabilityError>(())
    /// ```
    pub fn capital(&self, loan: &Exposure) -> Capital {
        let pd = loan.pd.get().max(self.pd_floor).clamp(1e-4, 1.0);
        let lgd = loan.lgd.get().max(self.lgd_floor);
        let weight = (1.0 - (-50.0 * pd).exp()) / (1.0 - (-50.0_f64).exp());
        let small = match (self.size, loan.sales) {
            (Some(size), Some(sales)) => {
                let sales = sales.max(size.low).min(size.high).yuan();
                1.0 - (sales - size.low.yuan()) / (size.high.yuan() - size.low.yuan())
            }
            _ => 0.0,
        };
        let correlation = 0.12 * weight + 0.24 * (1.0 - weight) - 0.04 * small;
        // `min` takes the number where the other is NaN.
        let years = 5.0_f64.min(loan.maturity_years).max(1.0);
        let b = (0.118_52 - 0.054_78 * pd.ln()).powi(2);
        let maturity_factor = (1.0 + (years - 2.5) * b) / (1.0 - 1.5 * b);
        let surprise = stressed(pd, correlation, G_999) - pd;
        let requirement = (lgd * surprise * maturity_factor * self.scaling).max(0.0);
        Capital {
            correlation,
            maturity_factor,
            requirement,
            risk_weight: 12.5 * requirement,
        }
    }

    /// The capital for each yuan of a loan in default: what the LGD exceeds the best estimate of the loss by.
    ///
    /// Source: BCBS 2006, paragraph 272.
    pub fn capital_in_default(&self, lgd: Lgd, best_estimate: Lgd) -> f64 {
        (lgd.get().max(self.lgd_floor) - best_estimate.get()).max(0.0) * self.scaling
    }
}

/// G(0.999), correctly rounded; a test compares it with the quantile.
const G_999: f64 = 3.090_232_306_167_813_5;

/// The default rate that a large pool of alike loans has where the one factor stands at so many standard deviations of
/// its bad side: G(0.999) for the rate that is exceeded once in a thousand years.
///
/// ```text
/// Φ((G(PD) + √R·factor) / √(1 - R))
/// ```
/// Source: O. Vasicek, Loan portfolio value, Risk, December 2002.
pub(in crate::lending) fn stressed(pd: f64, correlation: f64, factor: f64) -> f64 {
    if pd >= 1.0 {
        return 1.0;
    }
    normal_cdf((normal_quantile(pd) + correlation.sqrt() * factor) / (1.0 - correlation).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rule(lgd_floor: f64) -> IrbRule {
        let million = |m: i64| Money::from_yuan(m * 1_000_000).unwrap();
        IrbRule {
            pd_floor: 0.000_3,
            lgd_floor,
            size: Some(SizeAdjustment {
                low: million(5),
                high: million(50),
            }),
            scaling: 1.0,
        }
    }

    fn exposure(pd: f64, lgd: f64, sales: Option<i64>) -> Exposure {
        Exposure {
            pd: Pd::new(pd).unwrap(),
            lgd: Lgd::new(lgd).unwrap(),
            sales: sales.map(|m| Money::from_yuan(m * 1_000_000).unwrap()),
            maturity_years: 2.5,
        }
    }

    /// BCBS 2006, annex 5 (92.32 is printed there; the other cells were computed independently of this code).
    #[test]
    fn the_published_risk_weights_are_met() {
        let table = [
            (0.000_3, [14.4436, 11.2991, 12.8387, 10.0437]),
            (0.002_5, [49.4716, 39.0105, 43.9748, 34.6760]),
            (0.01, [92.3168, 72.3947, 82.0594, 64.3509]),
            (0.05, [149.8544, 112.2644, 133.2039, 99.7906]),
            (0.20, [238.2316, 188.4158, 211.7614, 167.4807]),
        ];
        for (pd, row) in table {
            let columns = [(0.45, None), (0.45, Some(5)), (0.40, None), (0.40, Some(5))];
            for ((lgd, sales), printed) in columns.into_iter().zip(row) {
                let weight = 100.0 * rule(0.0).capital(&exposure(pd, lgd, sales)).risk_weight;
                assert!(
                    (weight - printed).abs() < 5.1e-5,
                    "{pd} {lgd} {sales:?}: {weight}"
                );
            }
        }
    }

    /// The same number by another way: the expected shortfall of the factor is not needed, the quantile of the loss of
    /// a large pool is found by bisection on its distribution function P(L ≤ x) = Φ((√(1-R)·G(x) - G(PD)) / √R).
    #[test]
    fn the_requirement_is_the_quantile_of_a_large_pool() {
        let loan = exposure(0.01, 0.45, None);
        let capital = rule(0.0).capital(&loan);
        let r = capital.correlation;
        let below =
            |x: f64| normal_cdf(((1.0 - r).sqrt() * normal_quantile(x) - normal_quantile(0.01)) / r.sqrt());
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..200 {
            let middle = 0.5 * (low + high);
            if below(middle) < 0.999 {
                low = middle;
            } else {
                high = middle;
            }
        }
        let k = 0.45 * (low - 0.01) * capital.maturity_factor;
        assert!((k - capital.requirement).abs() < 1e-12);
        // validation vector: PD 2 %, correlation 15 %.
        assert!((stressed(0.02, 0.15, G_999) - 0.176_328_939).abs() < 5e-10);
        assert!((normal_quantile(0.999) - G_999).abs() < 1e-13);
    }

    /// Φ by Simpson's rule on the density, and its inverse by bisection: no code in common with what is tested.
    fn phi(x: f64) -> f64 {
        let density = |t: f64| (-0.5 * t * t).exp() / (2.0 * std::f64::consts::PI).sqrt();
        let (parts, width) = (2_000, x / 2_000.0);
        let weight = |k: u32| {
            if k == 0 || k == parts {
                1.0
            } else {
                f64::from(2 + 2 * (k % 2))
            }
        };
        0.5 + width / 3.0
            * (0..=parts)
                .map(|k| weight(k) * density(f64::from(k) * width))
                .sum::<f64>()
    }

    fn inverse_phi(p: f64) -> f64 {
        let (mut low, mut high) = (-9.0, 9.0);
        for _ in 0..100 {
            let middle = 0.5 * (low + high);
            if phi(middle) < p {
                low = middle;
            } else {
                high = middle;
            }
        }
        low
    }

    /// All cells of the table again, with another Φ and the correlation as 0.24 less what the PD takes off it.
    #[test]
    fn every_published_cell_is_met_by_an_independent_reckoning() {
        for pd in [0.000_3_f64, 0.002_5, 0.01, 0.05, 0.20] {
            for (lgd, sales) in [(0.45, None), (0.45, Some(5)), (0.40, None), (0.40, Some(5))] {
                let decay = -(-50.0 * pd).exp_m1() / -(-50.0_f64).exp_m1();
                let r = 0.24 - 0.12 * decay - if sales.is_some() { 0.04 } else { 0.0 };
                let tail = phi((inverse_phi(pd) - r.sqrt() * inverse_phi(0.001)) / (1.0 - r).sqrt());
                let b = (0.118_52 - 0.054_78 * pd.ln()).powi(2);
                let weight = 12.5 * lgd * (tail - pd) / (1.0 - 1.5 * b);
                let ours = rule(0.0).capital(&exposure(pd, lgd, sales)).risk_weight;
                assert!(
                    (ours - weight).abs() < 1e-9,
                    "{pd} {lgd} {sales:?}: {ours} {weight}"
                );
            }
        }
    }

    /// A mortgage of PD 1 % and LGD 45 % has the correlation 15 % and no maturity: 56.40 %.
    #[test]
    fn the_published_weight_of_a_mortgage_is_met() {
        let weight = 1_250.0 * 0.45 * (stressed(0.01, 0.15, G_999) - 0.01);
        assert!((weight - 56.40).abs() < 5e-3);
    }

    #[test]
    fn floors_bind_and_a_default_asks_for_what_is_not_provided_for() {
        let floored = rule(0.4).capital(&exposure(0.0, 0.1, None));
        let at_floor = rule(0.0).capital(&exposure(0.000_3, 0.4, None));
        assert_eq!(floored, at_floor);
        let lgd = |x| Lgd::new(x).unwrap();
        assert!((rule(0.0).capital_in_default(lgd(0.45), lgd(0.4)) - 0.05).abs() < 1e-15);
        assert!(rule(0.0).capital_in_default(lgd(0.4), lgd(0.45)).abs() < 1e-300);
        assert!(rule(0.0).capital(&exposure(1.0, 0.45, None)).requirement.abs() < 1e-300);
    }

    #[test]
    fn parameters_outside_their_domains_are_refused() {
        let mut rule = rule(f64::NAN);
        rule.pd_floor = 0.0;
        rule.size = Some(SizeAdjustment {
            low: Money::ZERO,
            high: Money::ZERO,
        });
        let texts: Vec<String> = rule
            .check()
            .unwrap_err()
            .iter()
            .map(ToString::to_string)
            .collect();
        insta::assert_snapshot!(texts.join("\n"), @"
        pd_floor: expected a fraction from 0.0001 to 1, got `0`
        lgd_floor: expected a fraction from 0 to 1, got `NaN`
        size: expected amounts from 0 that ascend, got `0.00 and 0.00`
        ");
    }

    proptest! {
        #[test]
        fn capital_is_finite_not_negative_and_rises_with_lgd_maturity_and_size(
            pd in 0.0..=1.0_f64, lgd in 0.0..=1.0_f64, sales in 0..80_i64, years in -1.0..9.0_f64,
        ) {
            let loan = Exposure { maturity_years: years, ..exposure(pd, lgd, Some(sales)) };
            let k = |loan: &Exposure| rule(0.0).capital(loan).requirement;
            let base = k(&loan);
            prop_assert!(base.is_finite() && (0.0..=3.0).contains(&base));
            let dearer = Exposure { lgd: Lgd::new((lgd + 0.1).min(1.0)).unwrap(), ..loan };
            prop_assert!(k(&dearer) >= base);
            let longer = Exposure { maturity_years: years + 0.5, ..loan };
            prop_assert!(k(&longer) >= base - 1e-15);
            prop_assert!(k(&exposure(pd, lgd, Some(sales + 5))) >= k(&exposure(pd, lgd, Some(sales))) - 1e-15);
        }
    }
}
