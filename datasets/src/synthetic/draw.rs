//! Random draws that give the same bits on every machine.
//!
//! Only integers of the generator, IEEE arithmetic and `libm` in pure Rust are used: the standard library's
//! `exp` and `ln` may differ in the last bit between platforms.

use super::day::Day;
use rand_core::Rng;
use rand_pcg::Pcg64Mcg;

/// A stream of draws of its own: one for each firm and family, so that a change in one family leaves the
/// others as they were.
#[derive(Clone, Debug)]
pub(crate) struct Draw(Pcg64Mcg);

/// One step of `SplitMix64`: spreads neighbouring numbers over all bits. Source: Steele, Lea, Flood (2014).
pub(crate) const fn mix(number: u64) -> u64 {
    let z = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

impl Draw {
    /// The stream of one firm and family.
    pub(crate) fn new(seed: u64, firm: u64, family: u64) -> Self {
        let high = mix(mix(seed) ^ firm);
        let low = mix(high ^ mix(family));
        Self(Pcg64Mcg::new((u128::from(high) << 64) | u128::from(low)))
    }

    /// Uniform in [0, 1), a multiple of 2⁻⁵³.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / 9_007_199_254_740_992.0
    }

    /// True with a probability.
    pub(crate) fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// Uniform from 0 up to below a bound; 0 where the bound is 0.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        let wide = u128::from(self.0.next_u64()) * u128::from(bound);
        // The upper half of a product of two 64-bit numbers fits 64 bits.
        u64::try_from(wide >> 64).unwrap_or(0)
    }

    /// Uniform from `low` to `high`, both included; `low` where `high` is not above it.
    pub(crate) fn whole(&mut self, low: i64, high: i64) -> i64 {
        let span = u64::try_from(high.saturating_sub(low)).unwrap_or(0);
        low + i64::try_from(self.below(span + 1)).unwrap_or(0)
    }

    /// A day that lies `low` to `high` days after another.
    pub(crate) fn after(&mut self, day: Day, low: i32, high: i32) -> Day {
        let days = self.whole(i64::from(low), i64::from(high));
        day.plus(i32::try_from(days).unwrap_or(low))
    }

    /// Standard normal.
    pub(crate) fn normal(&mut self) -> f64 {
        // Half a step up: 0 has no quantile.
        normal_quantile(self.unit() + 0.5 / 9_007_199_254_740_992.0)
    }

    /// Lognormal with mean 1.
    pub(crate) fn factor(&mut self, sigma: f64) -> f64 {
        libm::exp(sigma * self.normal() - sigma * sigma / 2.0)
    }

    /// Number of events with a mean, at most 400.
    pub(crate) fn count(&mut self, mean: f64) -> i64 {
        if mean > 30.0 {
            let near = mean + libm::sqrt(mean) * self.normal();
            return whole_from(near.clamp(0.0, 400.0));
        }
        let (mut count, mut left) = (0, self.unit());
        let mut share = libm::exp(-mean);
        while left >= share && count < 400 {
            left -= share;
            count += 1;
            share *= mean / count as f64;
        }
        count
    }

    /// One of some items, each as likely; the fallback where there is none.
    pub(crate) fn one_of<T: Copy>(&mut self, items: &[T], fallback: T) -> T {
        let at = usize::try_from(self.below(items.len() as u64)).unwrap_or(0);
        items.get(at).copied().unwrap_or(fallback)
    }

    /// One of some items by their shares; the fallback takes what is left to 1.
    pub(crate) fn by_share<T: Copy>(&mut self, items: &[(T, f64)], fallback: T) -> T {
        let mut left = self.unit();
        for (item, share) in items {
            if left < *share {
                return *item;
            }
            left -= share;
        }
        fallback
    }
}

/// The probability that belongs to log-odds.
pub(crate) fn logistic(log_odds: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-log_odds))
}

/// A float as the whole number next to it; what does not fit is cut to the ends.
#[expect(
    clippy::cast_possible_truncation,
    reason = "`as` cuts to the ends of the range, which is what is promised"
)]
pub(crate) fn whole_from(number: f64) -> i64 {
    libm::round(number) as i64
}

/// Quantile of the standard normal, with about seven digits.
///
/// Source: Wichura (1988), algorithm AS 241, PPND7.
fn normal_quantile(p: f64) -> f64 {
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180_625 - q * q;
        let above = ((59.109_374_720 * r + 159.291_132_02) * r + 50.434_271_938) * r + 3.387_132_717_9;
        let below = ((67.187_563_600 * r + 78.757_757_664) * r + 17.895_169_469) * r + 1.0;
        return q * above / below;
    }
    let tail = if q < 0.0 { p } else { 1.0 - p };
    let r = libm::sqrt(-libm::log(tail));
    let size = if r <= 5.0 {
        let r = r - 1.6;
        let above = ((0.170_238_211_03 * r + 1.306_728_481_6) * r + 2.756_815_390_0) * r + 1.423_437_277_7;
        above / ((0.120_211_329_75 * r + 0.737_001_642_50) * r + 1.0)
    } else {
        let r = r - 5.0;
        let above = ((0.017_337_203_997 * r + 0.428_682_943_37) * r + 3.081_226_386_0) * r + 6.657_905_115_0;
        above / ((0.012_258_202_635 * r + 0.241_978_942_25) * r + 1.0)
    };
    if q < 0.0 { -size } else { size }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_a_normal_table() {
        // Abramowitz and Stegun, table 26.5 and 26.6.
        for (p, wanted) in [
            (0.5, 0.0),
            (0.9, 1.281_55),
            (0.975, 1.959_96),
            (0.99, 2.326_35),
            (0.001, -3.090_23),
        ] {
            assert!((normal_quantile(p) - wanted).abs() < 1e-5, "{p}");
        }
    }

    #[test]
    fn draws_have_the_moments_they_promise() {
        let mut draw = Draw::new(1, 2, 3);
        let (mut sum, mut squares, mut count) = (0.0, 0.0, 0);
        for _ in 0..100_000 {
            let x = draw.normal();
            sum += x;
            squares += x * x;
            count += draw.count(2.5);
        }
        // Standard errors: 0.003, 0.0045, 0.005.
        assert!(f64::abs(sum / 1e5) < 0.012);
        assert!(f64::abs(squares / 1e5 - 1.0) < 0.018);
        assert!((count as f64 / 1e5 - 2.5).abs() < 0.02);
    }
}
