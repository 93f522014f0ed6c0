//! The distribution function of the beta distribution, for counts of any size.

use statrs::function::beta::checked_beta_reg;

/// Largest parameter of whichever is smaller, and largest sum, for which the library's continued fraction ends: it
/// takes at most 140 terms of it, and the need grows with the root of the smaller.
const OF_LIBRARY: (f64, f64) = (10_001.0, 10_000_002.0);
/// Terms after which a fraction is given up; a thousand million rows need some 100,000.
const MOST_TERMS: u32 = 10_000_000;
/// Instead of a denominator of 0.
const TINY: f64 = 1e-300;

/// `I(x; a, b)` for parameters above 0; none where it has no value.
///
/// ```text
/// I(x; a, b) = xᵃ · (1 − x)ᵇ / (a · B(a, b)) · continued fraction       for x below the mean, else 1 − I(1 − x; b, a)
/// ```
/// Large parameters by Stirling's series around the mean, so that powers of them do not cancel: relative error below 1e-7
/// up to a sum of 10⁹.
///
/// Source: Press et al. (2007), Numerical Recipes, 6.4; Loader (2000), Fast and accurate computation of binomial
/// probabilities.
pub(super) fn beta_reg(a: f64, b: f64, x: f64) -> Option<f64> {
    if a.min(b) <= OF_LIBRARY.0 && a + b <= OF_LIBRARY.1 {
        return checked_beta_reg(a, b, x).ok();
    }
    if x <= 0.0 || x >= 1.0 {
        return (0.0..=1.0).contains(&x).then_some(x);
    }
    if x <= (a + 1.0) / (a + b + 2.0) {
        below_mean(a, b, x)
    } else {
        Some(1.0 - below_mean(b, a, 1.0 - x)?)
    }
}

fn below_mean(a: f64, b: f64, x: f64) -> Option<f64> {
    let n = a + b;
    let beside = a * ((x * n - a) / a).ln_1p() + b * ((a - x * n) / b).ln_1p();
    let root = (a * (b / n) / std::f64::consts::TAU).sqrt();
    let front = root * (beside + rest(n) - rest(a) - rest(b)).exp();
    Some(front * fraction(a, b, x)? / a)
}

/// `ln Γ(z)` less `(z − ½) · ln z − z + ½ · ln 2π`.
fn rest(z: f64) -> f64 {
    if z < 16.0 {
        let stirling = (z - 0.5) * z.ln() - z + 0.5 * std::f64::consts::TAU.ln();
        return statrs::function::gamma::ln_gamma(z) - stirling;
    }
    let square = z * z;
    (1.0 / 12.0 - (1.0 / 360.0 - (1.0 / 1_260.0 - 1.0 / (1_680.0 * square)) / square) / square) / z
}

/// By the modified method of Lentz.
fn fraction(a: f64, b: f64, x: f64) -> Option<f64> {
    let safe = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut above = 1.0;
    let mut below = 1.0 / safe(1.0 - (a + b) * x / (a + 1.0));
    let mut value = below;
    for term in 1..MOST_TERMS {
        let m = f64::from(term);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let mut last = 0.0;
        for by in [even, odd] {
            below = 1.0 / safe(1.0 + by * below);
            above = safe(1.0 + by / above);
            last = above * below;
            value *= last;
        }
        if (last - 1.0_f64).abs() < 1e-15 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// scipy 1.17.1, `scipy.special.betainc(defaults + 0.5, firms - defaults + 0.5, pd)`.
    #[test]
    fn large_counts_agree_with_scipy() {
        for (x, defaults, firms, wanted) in [
            (0.02, 20_000.0, 1e6, 0.499_544_063_318_547_4),
            (0.0205, 20_000.0, 1e6, 0.999_801_117_196_789),
            (0.5, 5e6, 1e7, 0.500_000_000_000_001_2),
            (0.0201, 2e6, 1e8, 0.999_999_999_999_502_2),
            (0.3, 30_500.0, 1e5, 0.000_285_146_422_922_730_16),
        ] {
            let got = beta_reg(defaults + 0.5, firms - defaults + 0.5, x).unwrap();
            assert!((got / wanted - 1.0).abs() < 1e-7, "{x} {defaults} {firms}: {got}");
        }
        assert_eq!(beta_reg(30_000.0, 30_000.0, 0.0), Some(0.0));
        assert_eq!(beta_reg(30_000.0, 30_000.0, f64::NAN), None);
    }

    /// Where the library still holds, the two ways agree.
    #[test]
    fn both_ways_agree_where_both_hold() {
        for (a, b, x) in [
            (0.5, 9_999.5, 1e-4),
            (3.5, 97.5, 0.02),
            (9_000.5, 9_100.5, 0.5),
            (5_000.5, 2e6, 0.0025),
        ] {
            let wanted = checked_beta_reg(a, b, x).unwrap();
            let got = if x <= (a + 1.0) / (a + b + 2.0) {
                below_mean(a, b, x).unwrap()
            } else {
                1.0 - below_mean(b, a, 1.0 - x).unwrap()
            };
            assert!((got / wanted - 1.0).abs() < 1e-7, "{a} {b} {x}: {got} {wanted}");
        }
    }
}
