//! Upper bounds of PDs where defaults are few or none.

use super::{PdError, normal, open_fraction, root};
use statrs::function::beta::checked_beta_reg;

/// Obligors of a grade at the start, and how many of them defaulted within the horizon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GradeCounts {
    /// Obligors.
    pub obligors: u64,
    /// Defaults.
    pub defaults: u64,
}

/// The most-prudent bound for the PD of each grade; grades least risk first.
///
/// A grade is not riskier than the grades after it, so its PD is bounded by what the pool of itself and all riskier
/// grades allows: the PD at which so few defaults as were seen have a probability of `1 − confidence`.
///
/// ```text
/// ∫ P(at most k of n | Φ((Φ⁻¹(p) − √ρ · y) / √(1 − ρ))) φ(y) dy = 1 − confidence
/// ```
/// with `k` defaults of the pool's `n` obligors and correlation `ρ` of their assets; without correlation the integral
/// is the binomial probability itself. The bound of a pool in which all default is 1.
///
/// # Errors
/// [`PdError`]: a confidence outside (0, 1), a correlation outside [0, 1), a pool without obligors, more defaults than
/// obligors, more than 10,000 of both defaults and survivors.
///
/// ```
/// use rating_core::fit::pd::{GradeCounts, pluto_tasche};
/// let none = |obligors| GradeCounts { obligors, defaults: 0 };
/// let bounds = pluto_tasche(&[none(100), none(400), none(300)], 0.95, 0.0)?;
/// // 1 − 0.05^(1/800) and so on, in percent to two digits.
/// assert_eq!(bounds.iter().map(|p| (p * 1e4).round()).collect::<Vec<_>>(), [37.0, 43.0, 99.0]);
/// # Ok::<(), rating_core::fit::pd::PdError>(())
/// ```
///
/// Source: Pluto, Tasche (2005), Estimating probabilities of default for low default portfolios.
pub fn pluto_tasche(grades: &[GradeCounts], confidence: f64, correlation: f64) -> Result<Vec<f64>, PdError> {
    open_fraction("confidence", confidence)?;
    if !(0.0..1.0).contains(&correlation) {
        let wanted = "a fraction from 0 to below 1";
        return Err(PdError::Domain {
            field: "correlation",
            wanted,
            got: correlation,
        });
    }
    let mut pool = GradeCounts {
        obligors: 0,
        defaults: 0,
    };
    let mut bounds = Vec::with_capacity(grades.len());
    for grade in grades.iter().rev() {
        checked(*grade, grade.obligors == 0)?;
        pool.obligors += grade.obligors;
        pool.defaults += grade.defaults;
        checked(pool, false)?;
        let few = |p: f64| {
            if correlation > 0.0 {
                correlated(pool, p, correlation)
            } else {
                at_most(pool, p)
            }
        };
        bounds.push(if pool.defaults == pool.obligors {
            1.0
        } else {
            root(0.0, 1.0, |p| (1.0 - confidence) - few(p))
        });
    }
    bounds.reverse();
    Ok(bounds)
}

/// What is wanted of the distribution of a PD, given its defaults.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PosteriorOf {
    /// Its mean, if every PD was equally likely before: `(k + 1) / (n + 2)`.
    NeutralMean,
    /// Its quantile, if every PD was equally likely before.
    NeutralQuantile(f64),
    /// Its quantile with the prior `1 / (1 − p)`, which favours high PDs: the bound of [`pluto_tasche`] for one pool.
    ConservativeQuantile(f64),
}

/// A Bayesian PD of one pool of obligors that default independently.
///
/// # Errors
/// [`PdError`]: a quantile outside (0, 1), counts as in [`pluto_tasche`].
///
/// ```
/// use rating_core::fit::pd::{GradeCounts, PosteriorOf, posterior_pd};
/// let pool = GradeCounts { obligors: 98, defaults: 0 };
/// assert_eq!(posterior_pd(pool, PosteriorOf::NeutralMean)?, 0.01);
/// # Ok::<(), rating_core::fit::pd::PdError>(())
/// ```
///
/// Source: Tasche (2013), Bayesian estimation of probabilities of default for low default portfolios, Journal of Risk
/// Management in Financial Institutions; arXiv 1112.5550.
pub fn posterior_pd(pool: GradeCounts, wanted: PosteriorOf) -> Result<f64, PdError> {
    checked(pool, false)?;
    let GradeCounts { obligors, defaults } = pool;
    let (quantile, survivors) = match wanted {
        PosteriorOf::NeutralMean => return Ok((defaults as f64 + 1.0) / (obligors as f64 + 2.0)),
        PosteriorOf::NeutralQuantile(q) => (q, obligors - defaults + 1),
        PosteriorOf::ConservativeQuantile(q) => (q, obligors - defaults),
    };
    open_fraction("quantile", quantile)?;
    if survivors == 0 {
        return Ok(1.0);
    }
    // A beta distribution is that of the number of defaults with the sides changed.
    let pool = GradeCounts {
        obligors: defaults + survivors,
        defaults,
    };
    Ok(root(0.0, 1.0, |p| (1.0 - quantile) - at_most(pool, p)))
}

fn checked(pool: GradeCounts, may_be_empty: bool) -> Result<(), PdError> {
    let GradeCounts { obligors, defaults } = pool;
    if defaults > obligors || (obligors == 0 && !may_be_empty) {
        return Err(PdError::Counts { obligors, defaults });
    }
    if defaults.min(obligors - defaults) > 10_000 || obligors > 10_000_000 {
        return Err(PdError::BeyondAccuracy { obligors, defaults });
    }
    Ok(())
}

/// Probability of at most the defaults seen, each obligor defaulting with probability `p`.
///
/// INVARIANT: fewer defaults than obligors, counts within the accuracy of the beta distribution.
fn at_most(pool: GradeCounts, p: f64) -> f64 {
    let GradeCounts { obligors, defaults } = pool;
    if defaults == 0 {
        return ((-p).ln_1p() * obligors as f64).exp();
    }
    let (k, n) = (defaults as f64, obligors as f64);
    if p <= 0.0 {
        return 1.0;
    }
    checked_beta_reg(n - k, k + 1.0, 1.0 - p).unwrap_or(0.0)
}

/// The same with assets that move together, by Simpson's rule over the common factor.
fn correlated(pool: GradeCounts, p: f64, correlation: f64) -> f64 {
    const STEPS: u32 = 2_000;
    const FARTHEST: f64 = 9.0;
    let threshold = normal::quantile(p);
    if threshold.is_infinite() {
        return if p <= 0.0 { 1.0 } else { 0.0 };
    }
    let given = |y: f64| {
        let pd = normal::distribution((threshold - correlation.sqrt() * y) / (1.0 - correlation).sqrt());
        at_most(pool, pd) * normal::density(y)
    };
    let step = 2.0 * FARTHEST / f64::from(STEPS);
    let weight = |at: u32| match at {
        0 | STEPS => 1.0,
        at if at % 2 == 1 => 4.0,
        _ => 2.0,
    };
    let sum: f64 = (0..=STEPS)
        .map(|at| weight(at) * given(step * f64::from(at) - FARTHEST))
        .sum();
    sum * step / 3.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grades(counts: &[(u64, u64)]) -> Vec<GradeCounts> {
        counts
            .iter()
            .map(|(obligors, defaults)| GradeCounts {
                obligors: *obligors,
                defaults: *defaults,
            })
            .collect()
    }

    /// In percent, to the two digits that are printed.
    fn percent(bounds: &[f64]) -> Vec<f64> {
        bounds.iter().map(|p| (p * 1e4).round() / 100.0).collect()
    }

    /// Pluto and Tasche's example of 100, 400 and 300 obligors without default, computed apart from this code.
    #[test]
    fn no_default_gives_the_tables_of_pluto_and_tasche() {
        let none = grades(&[(100, 0), (400, 0), (300, 0)]);
        for (confidence, wanted) in [
            (0.50, [0.09, 0.10, 0.23]),
            (0.75, [0.17, 0.20, 0.46]),
            (0.90, [0.29, 0.33, 0.76]),
            (0.95, [0.37, 0.43, 0.99]),
            (0.99, [0.57, 0.66, 1.52]),
            (0.999, [0.86, 0.98, 2.28]),
        ] {
            assert_eq!(
                percent(&pluto_tasche(&none, confidence, 0.0).unwrap()),
                wanted,
                "{confidence}"
            );
        }
        for (confidence, wanted) in [
            (0.50, [0.15, 0.17, 0.37]),
            (0.75, [0.40, 0.45, 0.93]),
            (0.90, [0.86, 0.96, 1.89]),
            (0.95, [1.31, 1.45, 2.78]),
            (0.99, [2.66, 2.92, 5.30]),
            (0.999, [5.29, 5.76, 9.84]),
        ] {
            let got = pluto_tasche(&none, confidence, 0.12).unwrap();
            for (got, wanted) in got.iter().zip(wanted) {
                // The last printed digit may be off by one.
                assert!(
                    (got * 100.0 - wanted).abs() < 0.015,
                    "{confidence}: {got}, {wanted}"
                );
            }
        }
    }

    /// The portfolio that the R package LDPD documents, riskiest grade first there; exact roots, since the printed
    /// ones carry its root finder's error in the fifth digit.
    #[test]
    fn defaults_give_the_roots_of_the_documented_portfolio() {
        let portfolio = grades(&[(10, 0), (40, 0), (30, 0), (20, 2), (10, 1)]);
        let bounds = pluto_tasche(&portfolio, 0.5, 0.0).unwrap();
        let wanted = [
            0.033_280_59,
            0.036_597_48,
            0.060_859_48,
            0.121_040_61,
            0.162_262_73,
        ];
        for (got, wanted) in bounds.iter().zip(wanted) {
            assert!((got - wanted).abs() < 5e-9, "{got} {wanted}");
        }
    }

    /// Closed forms without default: 1 − (1 − q)^(1/n), with one obligor more under the neutral prior.
    #[test]
    fn posterior_quantiles_have_their_closed_forms() {
        let pool = GradeCounts {
            obligors: 50,
            defaults: 0,
        };
        let closed = |n: f64| 1.0 - 0.1_f64.powf(1.0 / n);
        let neutral = posterior_pd(pool, PosteriorOf::NeutralQuantile(0.9)).unwrap();
        let careful = posterior_pd(pool, PosteriorOf::ConservativeQuantile(0.9)).unwrap();
        assert!((neutral - closed(51.0)).abs() < 1e-14 && (careful - closed(50.0)).abs() < 1e-14);
        let some = GradeCounts {
            obligors: 60,
            defaults: 3,
        };
        let bound = pluto_tasche(&[some], 0.75, 0.0).unwrap()[0];
        assert!((posterior_pd(some, PosteriorOf::ConservativeQuantile(0.75)).unwrap() - bound).abs() < 1e-12);
    }

    #[test]
    fn what_has_no_bound_is_said() {
        let told = |counts: &[(u64, u64)], confidence, correlation| {
            pluto_tasche(&grades(counts), confidence, correlation)
                .unwrap_err()
                .to_string()
        };
        insta::assert_snapshot!(told(&[(10, 0)], 1.0, 0.0), @"confidence: expected a fraction between 0 and 1, both excluded, got `1`");
        insta::assert_snapshot!(told(&[(10, 0)], 0.5, 1.0), @"correlation: expected a fraction from 0 to below 1, got `1`");
        insta::assert_snapshot!(told(&[(10, 11)], 0.5, 0.0), @"expected obligors, and at most as many defaults, got `11` defaults of `10`");
        insta::assert_snapshot!(told(&[(10, 0), (0, 0)], 0.5, 0.0), @"expected obligors, and at most as many defaults, got `0` defaults of `0`");
        insta::assert_snapshot!(told(&[(90_000, 20_000)], 0.5, 0.0), @"expected at most 10,000 of the fewer of defaults and survivors, got `20000` defaults of `90000`");
        assert_eq!(pluto_tasche(&grades(&[(3, 3)]), 0.5, 0.0).unwrap(), [1.0]);
    }
}
