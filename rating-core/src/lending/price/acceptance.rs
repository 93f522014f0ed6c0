//! How many customers a rate keeps, and the rate that earns the most.

use crate::lending::LendingError;
use crate::lending::fault::Faults;

/// The share of customers that is lost at a rate: monotone, linear between its knots, flat outside them.
#[derive(Clone, Debug, PartialEq)]
pub struct LossCurve {
    /// Rates, ascending.
    rates: Vec<f64>,
    /// Lost customers, never falling.
    lost: Vec<f64>,
}

impl LossCurve {
    /// Smooths observed pairs of rate and share of customers lost, so that a higher rate never loses fewer.
    ///
    /// The smoothed values are the nearest monotone ones by least squares, each observation counted once: neighbours
    /// that fall are pooled to their mean until none falls.
    ///
    /// ```text
    /// minimise Σ(sᵢ - yᵢ)²   subject to   s₁ ≤ s₂ ≤ … ≤ sₙ
    /// ```
    ///
    /// # Errors
    /// No observation, rates that are not finite or do not ascend, a share outside 0 to 1.
    ///
    /// Source: M. Ayer et al., An empirical distribution function for sampling with incomplete information, Annals of
    /// Mathematical Statistics 26 (1955).
    ///
    /// ```
    /// use rating_core::lending::LossCurve;
    /// let curve = LossCurve::fit(&[(0.04, 0.0), (0.05, 0.3), (0.06, 0.1)]).map_err(|faults| faults[0].clone())?;
    /// assert_eq!(curve.lost(0.05), 0.2); // 0.3 and 0.1 are pooled
    /// assert_eq!(curve.lost(0.15), 0.2);
    /// # Ok::<(), rating_core::lending::LendingError>(())
    /// ```
    pub fn fit(observed: &[(f64, f64)]) -> Result<Self, Vec<LendingError>> {
        let mut faults = Faults::default();
        if observed.is_empty() {
            faults.add("loss curve", "at least one observation", "none");
        }
        let mut before = f64::NEG_INFINITY;
        for (at, (rate, lost)) in observed.iter().enumerate() {
            if !(rate.is_finite() && *rate > before) {
                faults.add(
                    format!("[{at}].rate"),
                    "finite rates that ascend",
                    &rate.to_string(),
                );
            }
            faults.number(&format!("[{at}].lost"), *lost, (0.0, 1.0));
            before = *rate;
        }
        faults.or(|| Self {
            rates: observed.iter().map(|(rate, _)| *rate).collect(),
            lost: isotonic(observed.iter().map(|(_, lost)| *lost)),
        })
    }

    /// The knots: rate and smoothed share of customers lost.
    pub fn knots(&self) -> impl Iterator<Item = (f64, f64)> {
        self.rates.iter().copied().zip(self.lost.iter().copied())
    }

    /// The share of customers lost at a rate, 0 to 1. A rate that is no number loses all.
    pub fn lost(&self, rate: f64) -> f64 {
        if rate.is_nan() {
            return 1.0;
        }
        let right = self.rates.partition_point(|knot| *knot < rate);
        let knot = |at: usize| self.rates.get(at).copied().zip(self.lost.get(at).copied());
        match (right.checked_sub(1).and_then(knot), knot(right)) {
            (Some((r0, l0)), Some((r1, l1))) => l0 + (l1 - l0) * (rate - r0) / (r1 - r0),
            (None, Some((_, lost))) | (Some((_, lost)), None) => lost,
            (None, None) => 1.0,
        }
    }

    /// The rate that earns the most, exactly: between two knots the profit is a parabola.
    ///
    /// ```text
    /// profit(r) = (1 - lost(r)) · (r · keeps - cost)
    /// ```
    /// where `keeps` is the share of the interest that is expected to be paid (1 - PD) and `cost` what a yuan lent
    /// costs (funding, expected loss, running it, capital). The least rate of equals. A range that is empty or no
    /// number gives its lower end.
    pub fn best_rate(&self, (keeps, cost): (f64, f64), (lowest, highest): (f64, f64)) -> BestRate {
        let profit = |rate: f64| (1.0 - self.lost(rate)) * (rate * keeps - cost);
        let mut rates = vec![lowest];
        rates.extend(self.rates.iter().copied().filter(|r| *r > lowest && *r < highest));
        rates.push(highest);
        let mut best = BestRate {
            rate: lowest,
            profit: profit(lowest),
        };
        let mut consider = |rate: f64| {
            let profit = profit(rate);
            if profit > best.profit {
                best = BestRate { rate, profit };
            }
        };
        for pair in rates.windows(2) {
            let &[from, to] = pair else { continue };
            let slope = (self.lost(to) - self.lost(from)) / (to - from);
            // (a - s·r)·(k·r - c) with a = 1 - lost(from) + s·from has its top at (a·k + s·c) / (2·s·k).
            let kept = 1.0 - self.lost(from) + slope * from;
            let top = (kept * keeps + slope * cost) / (2.0 * slope * keeps);
            if top > from && top < to {
                consider(top);
            }
            if to > from {
                consider(to);
            }
        }
        best
    }
}

/// The rate that earns the most.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BestRate {
    /// The rate.
    pub rate: f64,
    /// What it is expected to earn for each yuan offered; below zero: nothing earns.
    pub profit: f64,
}

/// The nearest never-falling values by least squares: pool adjacent violators.
fn isotonic(values: impl Iterator<Item = f64>) -> Vec<f64> {
    // Blocks of a mean and a count; a new value that falls below the last block joins it, as often as needed.
    let mut blocks: Vec<(f64, usize)> = Vec::new();
    for value in values {
        let (mut mean, mut count) = (value, 1);
        while let Some((before, members)) = blocks.pop_if(|(before, _)| *before > mean) {
            let all = members + count;
            mean = (before * members as f64 + mean * count as f64) / all as f64;
            count = all;
        }
        blocks.push((mean, count));
    }
    blocks
        .into_iter()
        .flat_map(|(mean, count)| std::iter::repeat_n(mean, count))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The example of R's `isoreg`: c(1, 0, 4, 3, 3, 5, 4, 2, 0) gives 0.5 twice and 3 seven times.
    #[test]
    fn the_example_of_another_implementation_is_met() {
        let smoothed = isotonic([1.0, 0.0, 4.0, 3.0, 3.0, 5.0, 4.0, 2.0, 0.0].into_iter());
        assert_eq!(smoothed, [0.5, 0.5, 3.0, 3.0, 3.0, 3.0, 3.0, 3.0, 3.0]);
    }

    #[test]
    fn observations_that_make_no_curve_are_refused() {
        let texts = |observed: &[(f64, f64)]| {
            let errors = LossCurve::fit(observed).unwrap_err();
            errors
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join("\n")
        };
        insta::assert_snapshot!(texts(&[]), @"loss curve: expected at least one observation, got `none`");
        insta::assert_snapshot!(texts(&[(0.05, 1.2), (0.05, f64::NAN)]), @"
        [0].lost: expected a fraction from 0 to 1, got `1.2`
        [1].rate: expected finite rates that ascend, got `0.05`
        [1].lost: expected a fraction from 0 to 1, got `NaN`
        ");
    }

    /// By hand: nobody is lost at 4 %, all at 8 %. profit = (2 - 25r)(r - 0.03) has its top at (2 + 0.75) / 50 = 5.5 %.
    #[test]
    fn the_best_rate_by_hand() {
        let curve = LossCurve::fit(&[(0.04, 0.0), (0.08, 1.0)]).unwrap();
        let best = curve.best_rate((1.0, 0.03), (0.0, 1.0));
        assert!((best.rate - 0.055).abs() < 1e-12 && (best.profit - 0.625 * 0.025).abs() < 1e-12);
        let held = curve.best_rate((1.0, 0.03), (0.0, 0.05));
        assert!((held.rate - 0.05).abs() < 1e-12, "the ceiling binds");
        assert!(curve.best_rate((1.0, 0.2), (0.03, 0.07)).profit < 0.0);
    }

    fn observations() -> impl Strategy<Value = Vec<(f64, f64)>> {
        prop::collection::vec(0.0..1.0_f64, 1..12).prop_map(|lost| {
            (0..lost.len())
                .map(|at| 0.04 + 0.01 * at as f64)
                .zip(lost)
                .collect()
        })
    }

    proptest! {
        /// The same values by the formula max over a ≤ i of min over b ≥ i of mean(a..=b).
        #[test]
        fn pooling_gives_the_max_min_of_means(observed in observations()) {
            let values: Vec<f64> = observed.iter().map(|(_, lost)| *lost).collect();
            let mean = |a: usize, b: usize| values[a..=b].iter().sum::<f64>() / (b - a + 1) as f64;
            for (i, smoothed) in isotonic(values.iter().copied()).into_iter().enumerate() {
                let least = |a: usize| (i..values.len()).map(|b| mean(a, b)).fold(f64::INFINITY, f64::min);
                let wanted = (0..=i).map(least).fold(f64::NEG_INFINITY, f64::max);
                prop_assert!((smoothed - wanted).abs() < 1e-12);
            }
        }

        #[test]
        fn no_rate_on_a_grid_earns_more_than_the_best(
            observed in observations(), keeps in 0.5..1.0_f64, cost in 0.0..0.1_f64, highest in 0.05..0.2_f64,
        ) {
            let curve = LossCurve::fit(&observed).unwrap();
            let best = curve.best_rate((keeps, cost), (0.04, highest));
            prop_assert!(best.rate >= 0.04 && best.rate <= highest);
            for k in 0..=1_000_u32 {
                let rate = 0.04 + (highest - 0.04) * f64::from(k) / 1_000.0;
                let profit = (1.0 - curve.lost(rate)) * (rate * keeps - cost);
                prop_assert!(profit <= best.profit + 1e-12);
            }
        }
    }
}
