//! How large a stability index is by chance alone.

use statrs::function::erf::erfc_inv;
use statrs::function::gamma::checked_gamma_ur;

/// Why no bound can be given.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum PsiBoundError {
    /// One band cannot move.
    #[error("expected at least `2` bands, got `{0}`")]
    Bands(usize),
    /// A population without firms.
    #[error("expected firms on both sides, got `{expected}` and `{actual}`")]
    NoFirms {
        /// Firms of the reference.
        expected: u64,
        /// Firms under watch.
        actual: u64,
    },
    /// A level that is no probability.
    #[error("expected a level between 0 and 1, both excluded, got `{0}`")]
    Level(f64),
}

/// Bounds that the index of two samples of one population stays below with the probability of the level.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PsiBound {
    /// From the chi-squared distribution.
    pub chi_squared: f64,
    /// From the normal distribution of the same mean and variance: simpler, and lower for few bands.
    pub normal: f64,
}

/// Critical values of the population stability index for so many bands and firms, in place of the customary 0.10 and
/// 0.25, which small populations pass by chance and large ones never do.
///
/// ```text
/// chi-squared = χ²(level; B − 1) · (1/n + 1/m)
/// normal      = (B − 1) · (1/n + 1/m) + z(level) · √(2 · (B − 1)) · (1/n + 1/m)
/// ```
/// with `B` bands, `n` and `m` firms, and the one-sided normal quantile `z`.
///
/// # Errors
/// [`PsiBoundError`].
///
/// ```
/// use rating_core::validation::psi_bound;
/// // The tabled 95 % point of chi-squared with nine degrees is 16.919.
/// let bound = psi_bound(10, (1_000, 1_000), 0.95)?;
/// assert!((bound.chi_squared - 0.002 * 16.919).abs() < 1e-6);
/// # Ok::<(), rating_core::validation::PsiBoundError>(())
/// ```
///
/// Source: Yurdakul, Naranjo (2020), Statistical properties of the population stability index, Journal of Risk Model
/// Validation 14(4).
pub fn psi_bound(
    bands: usize,
    (expected, actual): (u64, u64),
    level: f64,
) -> Result<PsiBound, PsiBoundError> {
    if bands < 2 {
        return Err(PsiBoundError::Bands(bands));
    }
    if expected == 0 || actual == 0 {
        return Err(PsiBoundError::NoFirms { expected, actual });
    }
    if !(level > 0.0 && level < 1.0) {
        return Err(PsiBoundError::Level(level));
    }
    let degrees = (bands - 1) as f64;
    let scale = 1.0 / expected as f64 + 1.0 / actual as f64;
    let z = -std::f64::consts::SQRT_2 * erfc_inv(2.0 * level);
    Ok(PsiBound {
        chi_squared: chi_squared_quantile(degrees, level) * scale,
        normal: (degrees + z * (2.0 * degrees).sqrt()) * scale,
    })
}

fn chi_squared_quantile(degrees: f64, level: f64) -> f64 {
    let above = |x: f64| checked_gamma_ur(degrees / 2.0, x / 2.0).unwrap_or(0.0);
    let (mut low, mut high) = (0.0, 1.0);
    while above(high) > 1.0 - level && high < 1e9 {
        high *= 2.0;
    }
    for _ in 0..100 {
        let middle = f64::midpoint(low, high);
        *(if above(middle) > 1.0 - level {
            &mut low
        } else {
            &mut high
        }) = middle;
    }
    f64::midpoint(low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: 0.002 · (9 + 1.644853627 · √18); and two degrees of freedom have the quantile −2 · ln(1 − level).
    #[test]
    fn bounds_are_those_by_hand() {
        let ten = psi_bound(10, (1_000, 1_000), 0.95).unwrap();
        assert!((ten.normal - 0.031_957).abs() < 1e-6, "{ten:?}");
        let three = psi_bound(3, (100, 50), 0.9).unwrap();
        assert!((three.chi_squared + 2.0 * 0.1_f64.ln() * 0.03).abs() < 1e-12);
    }

    #[test]
    fn what_has_no_bound_is_said() {
        insta::assert_snapshot!(psi_bound(1, (1, 1), 0.9).unwrap_err(), @"expected at least `2` bands, got `1`");
        insta::assert_snapshot!(psi_bound(2, (0, 1), 0.9).unwrap_err(), @"expected firms on both sides, got `0` and `1`");
        insta::assert_snapshot!(psi_bound(2, (1, 1), 1.0).unwrap_err(), @"expected a level between 0 and 1, both excluded, got `1`");
    }
}
