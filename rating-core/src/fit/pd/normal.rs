//! The standard normal distribution.

use statrs::function::erf::{erfc, erfc_inv};
use std::f64::consts::{PI, SQRT_2};

/// Φ.
pub(super) fn distribution(x: f64) -> f64 {
    0.5 * erfc(-x / SQRT_2)
}

/// φ.
pub(super) fn density(x: f64) -> f64 {
    (-0.5 * x * x).exp() / (2.0 * PI).sqrt()
}

/// Φ⁻¹; infinite at 0 and 1.
pub(super) fn quantile(p: f64) -> f64 {
    -SQRT_2 * erfc_inv(2.0 * p)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The 97.5 % point of every table of the normal distribution.
    #[test]
    fn the_quantile_is_the_tabled_one() {
        assert!((quantile(0.975) - 1.959_963_984_540_054).abs() < 1e-13);
        // The library holds its error function to 1e-11.
        assert!((distribution(1.959_963_984_540_054) - 0.975).abs() < 1e-11);
        assert!((quantile(0.001) + 3.090_232_306_167_814).abs() < 1e-12);
        assert!((density(0.0) - 0.398_942_280_401_432_7).abs() < 1e-15);
    }
}
