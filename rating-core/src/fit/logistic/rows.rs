//! What the likelihood makes of the rows of a block.

use super::block::{Block, Lane};
use super::sample::Design;
use super::squares::total;

/// What the likelihood makes of the rows of a block; 0 beyond the last row.
pub(super) struct Rows {
    /// Weight · (outcome − PD).
    pub(super) residuals: Lane,
    /// Weight · PD · (1 − PD).
    pub(super) weights: Lane,
    pub(super) log_likelihood: f64,
}

impl Rows {
    #[inline(always)]
    pub(super) fn at(design: &Design<'_>, block: &Block, coefficients: &[f64]) -> Self {
        let mut log_odds = block.combined(coefficients);
        if let Some(offset) = design.sample.offset {
            for (sum, offset) in log_odds.iter_mut().zip(block.of(offset)) {
                *sum += offset;
            }
        }
        // 1 for a bad, −1 for a good.
        let mut sides = Lane::ZERO;
        for (side, bad) in sides.iter_mut().zip(block.of(design.sample.bad)) {
            *side = if *bad { 1.0 } else { -1.0 };
        }
        let mut times = Lane::ZERO;
        match design.sample.weights.map(|all| block.of(all)) {
            Some(given) => times
                .iter_mut()
                .zip(given)
                .for_each(|(time, given)| *time = *given),
            None => times.iter_mut().take(block.rows).for_each(|time| *time = 1.0),
        }
        let mut made = Self {
            residuals: Lane::ZERO,
            weights: Lane::ZERO,
            log_likelihood: 0.0,
        };
        let small = made.derive(&log_odds, &sides, &times);
        made.log_likelihood -= if design.sample.weights.is_some() {
            small
                .iter()
                .zip(times.iter())
                .map(|(small, times)| times * small.ln_1p())
                .sum::<f64>()
        } else {
            logarithms(&small, &times)
        };
        made
    }

    /// Fills in residuals, weights and the part of the log-likelihood that is linear in the log-odds; gives
    /// `e^(−|log-odds|)`.
    #[inline(always)]
    fn derive(&mut self, log_odds: &Lane, sides: &Lane, times: &Lane) -> Lane {
        let mut all = Lane::ZERO;
        for (small, log_odds) in all.iter_mut().zip(log_odds.iter()) {
            *small = exp_minus(log_odds.abs());
        }
        let mut against = [0.0; 4];
        let given = log_odds
            .fours()
            .iter()
            .zip(sides.fours())
            .zip(times.fours())
            .zip(all.fours());
        let made = self
            .residuals
            .fours_mut()
            .iter_mut()
            .zip(self.weights.fours_mut());
        for ((residuals, weights), (((log_odds, sides), times), small)) in made.zip(given) {
            let given = log_odds.iter().zip(sides).zip(times).zip(small);
            let made = residuals.iter_mut().zip(weights).zip(&mut against);
            for (((residual, weight), against), (((log_odds, side), times), small)) in made.zip(given) {
                let near = 1.0 / (1.0 + small);
                let far = small * near;
                let agreement = side * log_odds;
                // 1 − PD is never made by subtracting: where PD is near 1 nothing would be left of it.
                let miss = if agreement >= 0.0 { far } else { near };
                *residual = times * side * miss;
                *weight = times * near * far;
                *against += times * if agreement < 0.0 { agreement } else { 0.0 };
            }
        }
        self.log_likelihood = total(&against);
        all
    }
}

/// Σ ln(1 + small) of the rows that are there, by one logarithm: the product of at most 64 factors of at most 2 does not
/// overflow.
#[inline(always)]
fn logarithms(small: &Lane, times: &Lane) -> f64 {
    let mut products = [1.0_f64; 4];
    for (small, times) in small.fours().iter().zip(times.fours()) {
        for ((product, small), times) in products.iter_mut().zip(small).zip(times) {
            *product *= 1.0 + small * times;
        }
    }
    let [a, b, c, d] = products;
    ((a * b) * (c * d)).ln()
}

/// `e^(−x)` for `x` of 0 and above, within two units of the last place; beyond 708 as at 708.
///
/// `−x` is split in whole multiples of ln 2 and a rest of at most ½ · ln 2, whose series is broken off where it no longer
/// counts. Additions and multiplications alone, so that it takes several rows at once and gives the same bits everywhere.
#[inline(always)]
fn exp_minus(x: f64) -> f64 {
    /// Adding it rounds to a whole number and leaves that in the last bits.
    const ROUND: f64 = 6_755_399_441_055_744.0;
    /// ln 2 in two parts; the first has so few digits that its multiples are exact.
    const LN_2: (f64, f64) = (
        f64::from_bits(0x3fe6_2e42_fee0_0000),
        f64::from_bits(0x3dea_39ef_3579_3c76),
    );
    const FACTORIALS: [f64; 12] = [
        479_001_600.0,
        39_916_800.0,
        3_628_800.0,
        362_880.0,
        40_320.0,
        5_040.0,
        720.0,
        120.0,
        24.0,
        6.0,
        2.0,
        1.0,
    ];
    // Written so that what is no number stays none.
    let x = if x > 708.0 { 708.0 } else { x };
    let rounded = ROUND - x * std::f64::consts::LOG2_E;
    let whole = rounded - ROUND;
    let rest = (-x - whole * LN_2.0) - whole * LN_2.1;
    let mut series = 1.0 / 6_227_020_800.0;
    for factorial in FACTORIALS {
        series = series * rest + 1.0 / factorial;
    }
    let power = f64::from_bits((rounded.to_bits() << 52).wrapping_add(1_023 << 52));
    (series * rest + 1.0) * power
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_no_number_stays_none() {
        assert!(exp_minus(f64::NAN).is_nan());
        assert_eq!(exp_minus(0.0).to_bits(), 1.0_f64.to_bits());
        assert_eq!(exp_minus(f64::INFINITY).to_bits(), exp_minus(708.0).to_bits());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn the_exponential_is_that_of_the_platform_but_for_the_last_places(x in prop_oneof![0.0..1.0_f64, 0.0..708.0_f64]) {
            let wanted = (-x).exp();
            prop_assert!((exp_minus(x) - wanted).abs() <= 4.0 * f64::EPSILON * wanted, "{}", x);
        }
    }
}
