//! Confidence levels and the intervals they give.

/// How often, in repeated samples, a two-sided interval should hold the true value.
///
/// Three customary levels and no others, so that this crate needs no approximation of the normal quantile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confidence {
    /// 90 %: 5 % left out on either side.
    Percent90,
    /// 95 %: 2.5 % left out on either side.
    Percent95,
    /// 99 %: 0.5 % left out on either side.
    Percent99,
}

impl Confidence {
    /// Half the width of the interval in standard errors, correctly rounded.
    ///
    /// ```text
    /// z = Φ⁻¹((1 + level) / 2)
    /// ```
    /// where `Φ` is the standard normal distribution function.
    ///
    /// ```
    /// use rating_core::validation::Confidence;
    /// assert_eq!((Confidence::Percent95.z() * 1000.0).round(), 1960.0);
    /// ```
    pub const fn z(self) -> f64 {
        match self {
            Self::Percent90 => 1.644_853_626_951_472_6,
            Self::Percent95 => 1.959_963_984_540_054_3,
            Self::Percent99 => 2.575_829_303_548_901,
        }
    }
}

/// A closed interval of values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Smallest value.
    pub lower: f64,
    /// Largest value, not below `lower`.
    pub upper: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [(Confidence, f64); 3] = [
        (Confidence::Percent90, 0.90),
        (Confidence::Percent95, 0.95),
        (Confidence::Percent99, 0.99),
    ];

    /// Simpson's rule with 2,000 steps: error below 1e-12 for a density this smooth.
    fn mass_within(z: f64) -> f64 {
        let steps = 2_000_u32;
        let step = 2.0 * z / f64::from(steps);
        let density = |x: f64| (-x * x / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
        let weight = |i: u32| match i {
            0 => 1.0,
            i if i == steps => 1.0,
            i if i % 2 == 1 => 4.0,
            _ => 2.0,
        };
        (0..=steps)
            .map(|i| weight(i) * density(-z + step * f64::from(i)))
            .sum::<f64>()
            * step
            / 3.0
    }

    #[test]
    fn the_normal_mass_within_z_is_the_level() {
        for (confidence, level) in ALL {
            assert!(
                (mass_within(confidence.z()) - level).abs() < 1e-12,
                "{confidence:?}"
            );
        }
    }

    /// BCBS Working Paper 14 (2005), table 2: widest interval of an AUC of 0.75 with 10 defaulters.
    #[test]
    fn widths_agree_with_the_published_table() {
        let one_error = (0.75_f64 * 0.25 / 10.0).sqrt();
        for ((confidence, _), printed) in ALL.into_iter().zip([0.4505, 0.5368, 0.7054]) {
            assert!(
                (2.0 * confidence.z() * one_error - printed).abs() < 0.000_05,
                "{confidence:?}"
            );
        }
    }
}
