//! The standard normal distribution.

/// Standard normal distribution function, to about 1e-15 relative.
///
/// The crate `statrs` has it as well, but it is an optional dependency here (feature `statistics`): the corridor
/// compiles in seconds without it and shall need nothing else. What stands here is short, and a test holds it to that
/// crate where the feature is on.
///
/// ```text
/// Φ(x) = ½ + φ(x) · (x + x³/3 + x⁵/15 + x⁷/105 + …)                     for |x| < 3
/// Φ(-x) = φ(x) / (x + 1/(x + 2/(x + 3/(x + …))))                         for x ≥ 3
/// ```
/// No term of the series is negative for x > 0, so nothing cancels; in the tail the fraction gives the small side
/// itself and not one less a number near one.
///
/// Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 26.2.11 and 26.2.14.
pub(in crate::lending) fn normal_cdf(x: f64) -> f64 {
    if x.is_nan() {
        return x;
    }
    let distance = x.abs();
    if distance >= 40.0 {
        return if x > 0.0 { 1.0 } else { 0.0 };
    }
    let density = (-0.5 * distance * distance).exp() / (2.0 * std::f64::consts::PI).sqrt();
    if distance < 3.0 {
        let (mut term, mut sum, mut odd) = (distance, 0.0, 1.0);
        while term > sum * 1e-17 {
            sum += term;
            odd += 2.0;
            term *= distance * distance / odd;
        }
        let half = density * sum;
        return if x > 0.0 { 0.5 + half } else { 0.5 - half };
    }
    // From the inside out: at 3 the fraction needs about 100 levels for full accuracy, further out fewer.
    let fraction = (1..=100_u32)
        .rev()
        .fold(distance, |tail, k| distance + f64::from(k) / tail);
    let tail = density / fraction;
    if x > 0.0 { 1.0 - tail } else { tail }
}

/// Quantile of the standard normal distribution, to about 1e-14; infinite at 0 and 1, NaN outside.
///
/// A rational first guess, good to 1e-9, and a step of Halley's method on [`normal_cdf`], which cubes the error. Above one
/// half it is the negative of the quantile below, which keeps the step away from numbers near one.
///
/// Source of the first guess: P. J. Acklam's algorithm (2003).
pub(in crate::lending) fn normal_quantile(p: f64) -> f64 {
    if !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    if p > 0.5 {
        return -normal_quantile(1.0 - p);
    }
    if p <= 0.0 {
        return f64::NEG_INFINITY;
    }
    let x = first_guess(p);
    let density = (-0.5 * x * x).exp() / (2.0 * std::f64::consts::PI).sqrt();
    let step = (normal_cdf(x) - p) / density;
    x - step / (1.0 + 0.5 * x * step)
}

/// The quantile of a probability above 0 and up to one half, to about 1e-9.
fn first_guess(p: f64) -> f64 {
    const A: [f64; 6] = [
        -3.969_683_028_665_376e1,
        2.209_460_984_245_205e2,
        -2.759_285_104_469_687e2,
        1.383_577_518_672_69e2,
        -3.066_479_806_614_716e1,
        2.506_628_277_459_239,
    ];
    const B: [f64; 6] = [
        -5.447_609_879_822_406e1,
        1.615_858_368_580_409e2,
        -1.556_989_798_598_866e2,
        6.680_131_188_771_972e1,
        -1.328_068_155_288_572e1,
        1.0,
    ];
    const C: [f64; 6] = [
        -7.784_894_002_430_293e-3,
        -3.223_964_580_411_365e-1,
        -2.400_758_277_161_838,
        -2.549_732_539_343_734,
        4.374_664_141_464_968,
        2.938_163_982_698_783,
    ];
    const D: [f64; 5] = [
        7.784_695_709_041_462e-3,
        3.224_671_290_700_398e-1,
        2.445_134_137_142_996,
        3.754_408_661_907_416,
        1.0,
    ];
    let polynomial = |coefficients: &[f64], at: f64| coefficients.iter().fold(0.0, |sum, c| sum * at + c);
    if p < 0.024_25 {
        let q = (-2.0 * p.ln()).sqrt();
        return polynomial(&C, q) / polynomial(&D, q);
    }
    let q = p - 0.5;
    q * polynomial(&A, q * q) / polynomial(&B, q * q)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Abramowitz and Stegun, table 26.1, and the quantiles of `validation::Confidence`, which are correctly rounded.
    #[test]
    fn tabulated_values_are_met() {
        for (x, table) in [
            (0.0, 0.5),
            (1.0, 0.841_344_746_068_543),
            (2.0, 0.977_249_868_051_821),
            (3.0, 0.998_650_101_968_370),
        ] {
            assert!((normal_cdf(x) - table).abs() < 1e-15, "{x}");
            assert!((normal_cdf(-x) - (1.0 - table)).abs() < 1e-15, "{x}");
        }
        assert!((normal_cdf(-8.0) / 6.220_960_574_271_785e-16 - 1.0).abs() < 1e-14);
        for (p, quantile) in [
            (0.95, 1.644_853_626_951_472_6),
            (0.975, 1.959_963_984_540_054_3),
            (0.995, 2.575_829_303_548_901),
            (0.999, 3.090_232_306_167_813_5),
        ] {
            assert!((normal_quantile(p) - quantile).abs() < 1e-13, "{p}");
            assert!((normal_quantile(1.0 - p) + quantile).abs() < 1e-13, "{p}");
        }
    }

    #[test]
    fn both_are_defined_everywhere() {
        assert_eq!(normal_cdf(f64::INFINITY).to_bits(), 1.0_f64.to_bits());
        assert_eq!(normal_cdf(f64::NEG_INFINITY).to_bits(), 0.0_f64.to_bits());
        assert!(
            normal_cdf(f64::NAN).is_nan()
                && normal_quantile(-0.1).is_nan()
                && normal_quantile(f64::NAN).is_nan()
        );
        assert!(normal_quantile(0.0).is_infinite() && normal_quantile(1.0).is_infinite());
        assert!(normal_quantile(f64::MIN_POSITIVE).is_finite());
    }

    #[test]
    fn one_undoes_the_other() {
        for k in 1..2_000_u32 {
            let p = f64::from(k) / 2_000.0;
            assert!((normal_cdf(normal_quantile(p)) - p).abs() < 1e-15 + 4e-16, "{p}");
        }
        for k in 1..300_i32 {
            let p = 10_f64.powi(-k);
            assert!((normal_cdf(normal_quantile(p)) / p - 1.0).abs() < 1e-12, "1e-{k}");
        }
    }

    /// The other is itself off by 5e-11 at -8, where the true value is 6.220960574271785e-16.
    #[cfg(feature = "statistics")]
    #[test]
    fn a_second_implementation_agrees() {
        use statrs::distribution::{ContinuousCDF as _, Normal};
        let other = Normal::standard();
        for k in -800..=800_i32 {
            let x = f64::from(k) / 100.0;
            let (ours, theirs) = (normal_cdf(x), other.cdf(x));
            assert!((ours / theirs - 1.0).abs() < 1e-9, "{x}: {ours} {theirs}");
        }
        for k in 1..1_000_u32 {
            let p = f64::from(k) / 1_000.0;
            assert!((normal_quantile(p) - other.inverse_cdf(p)).abs() < 1e-9, "{p}");
        }
    }
}
