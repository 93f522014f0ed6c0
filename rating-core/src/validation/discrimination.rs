//! How well a score tells firms that default from firms that do not.

use super::interval::{Confidence, Interval};
use super::sample::{Ranked, SampleError};

/// Area under the ROC curve, with its sampling error.
///
/// Made by [`auc`].
#[doc(alias = "c-statistic")]
#[doc(alias = "AUROC")]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Auc {
    value: f64,
    variance: Option<f64>,
}

impl Auc {
    /// The area, in [0, 1]: 1 when every bad scores below every good, one half when the score tells nothing.
    pub const fn value(self) -> f64 {
        self.value
    }

    /// Gini coefficient, in [-1, 1]: `2 · AUC - 1`.
    #[doc(alias = "accuracy ratio")]
    #[doc(alias = "Somers")]
    pub fn gini(self) -> f64 {
        2.0 * self.value - 1.0
    }

    /// `DeLong`'s estimate of the variance of the area; `None` with a single good or a single bad, where it is
    /// undefined.
    ///
    /// ```text
    /// variance = s²(V₁₀) / bads + s²(V₀₁) / goods
    /// ```
    /// where `V₁₀` holds for each bad the share of goods that score above it (ties half), `V₀₁` for each good
    /// the share of bads below it, and `s²` is the unbiased sample variance.
    ///
    /// It is zero with perfect separation. That is a limit of the estimate, not certainty: see [`Auc::interval`].
    ///
    /// Source: `DeLong` et al. (1988), Biometrics 44, 837–845; the ECB's Instructions for reporting the validation
    /// results of internal models (2019) ask for the same estimate. Computed from ranks, which was proposed by Sun
    /// and Xu (2014), IEEE Signal Processing Letters 21, 1389–1393.
    pub const fn variance(self) -> Option<f64> {
        self.variance
    }

    /// Square root of [`Auc::variance`].
    pub fn standard_error(self) -> Option<f64> {
        self.variance.map(f64::sqrt)
    }

    /// Two-sided interval on the plain scale: `value ± z · standard error`, clipped to [0, 1].
    ///
    /// `None` where there is no standard error, and where the value is exactly 0 or 1 or all scores are equal: the
    /// estimated error is then zero, and an interval of no width would claim a certainty that the sample does not give.
    ///
    /// ```
    /// use rating_core::validation::{Confidence, auc};
    /// let auc = auc(&[1.0, 2.0, 2.0, 3.0, 4.0], &[true, true, false, false, false])?;
    /// let interval = auc.interval(Confidence::Percent95).ok_or("too few firms")?;
    /// assert!(interval.lower < auc.value() && interval.upper == 1.0); // clipped
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn interval(self, confidence: Confidence) -> Option<Interval> {
        let half = confidence.z() * self.error_between_bounds()?;
        Some(Interval {
            lower: (self.value - half).max(0.0),
            upper: (self.value + half).min(1.0),
        })
    }

    /// Two-sided interval on the logit scale, which stays inside (0, 1) without clipping and is the better of
    /// the two for areas near 1.
    ///
    /// ```text
    /// logit(bound) = logit(value) ± z · standard error / (value · (1 - value))
    /// ```
    /// where the divisor is the derivative of the logit (the delta method).
    ///
    /// `None` in the same cases as [`Auc::interval`].
    ///
    /// ```
    /// use rating_core::validation::{Confidence, auc};
    /// let auc = auc(&[1.0, 2.0, 2.0, 3.0, 4.0], &[true, true, false, false, false])?;
    /// let interval = auc.interval_on_logit_scale(Confidence::Percent95).ok_or("too few firms")?;
    /// assert!(interval.lower < auc.value() && interval.upper < 1.0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn interval_on_logit_scale(self, confidence: Confidence) -> Option<Interval> {
        let odds = self.value / (1.0 - self.value);
        let half = confidence.z() * self.error_between_bounds()? / (self.value * (1.0 - self.value));
        // The form `1 / (1 + 1 / odds)` stays right when the factor overflows to infinity.
        let bound = |shift: f64| 1.0 / (1.0 + (-shift).exp() / odds);
        Some(Interval {
            lower: bound(-half),
            upper: bound(half),
        })
    }

    fn error_between_bounds(self) -> Option<f64> {
        self.standard_error()
            .filter(|error| *error > 0.0 && 0.0 < self.value && self.value < 1.0)
    }
}

/// Area under the ROC curve of a score that is higher for safer firms.
///
/// ```text
/// AUC = (pairs with the bad below the good + ½ · pairs with equal scores) / (bads · goods)
/// ```
/// over all pairs of one bad and one good. Counted in whole numbers; time O(n log n).
///
/// # Errors
/// [`SampleError`]: lengths differ, a score is NaN, or one class is empty.
///
/// ```
/// use rating_core::validation::auc;
/// // Bads score 1 and 2, goods 2 and 3: of four pairs three are in order and one is a tie.
/// let auc = auc(&[1.0, 2.0, 2.0, 3.0], &[true, true, false, false])?;
/// assert_eq!(auc.value(), 3.5 / 4.0);
/// # Ok::<(), rating_core::validation::SampleError>(())
/// ```
///
/// Source: Hanley and `McNeil` (1982), Radiology 143, 29–36; ECB instructions (2019) as in [`Auc::variance`].
pub fn auc(scores: &[f64], bad: &[bool]) -> Result<Auc, SampleError> {
    let sample = Ranked::new(scores, bad)?;
    let pairs = sample.goods * sample.bads;
    let twice_in_order: u128 = placements(&sample)
        .map(|p| p.tied_bads * p.twice_goods_above)
        .sum();
    let value = twice_in_order as f64 / (2 * pairs) as f64;
    Ok(Auc {
        value,
        variance: delong_variance(&sample, value),
    })
}

/// Gini coefficient of a score that is higher for safer firms, in [-1, 1]; see [`Auc::gini`].
///
/// # Errors
/// As [`auc`].
///
/// ```
/// use rating_core::validation::gini;
/// assert_eq!(gini(&[1.0, 2.0, 2.0, 3.0], &[true, true, false, false])?, 0.75);
/// # Ok::<(), rating_core::validation::SampleError>(())
/// ```
///
/// Source: BCBS Working Paper 14 (2005), Studies on the Validation of Internal Rating Systems.
#[doc(alias = "accuracy ratio")]
pub fn gini(scores: &[f64], bad: &[bool]) -> Result<f64, SampleError> {
    Ok(auc(scores, bad)?.gini())
}

/// Kolmogorov–Smirnov distance between the scores of bads and of goods, in [0, 1].
///
/// ```text
/// KS = max over s of |share of bads with score ≤ s - share of goods with score ≤ s|
/// ```
/// Firms with equal scores count together. Two-sided: a score that ranks the wrong way round has a KS too.
///
/// # Errors
/// As [`auc`].
///
/// ```
/// use rating_core::validation::ks;
/// // At 1 the shares are 1/2 and 0, at 2 they are 1 and 1/2.
/// assert_eq!(ks(&[1.0, 2.0, 2.0, 3.0], &[true, true, false, false])?, 0.5);
/// # Ok::<(), rating_core::validation::SampleError>(())
/// ```
///
/// Source: BCBS Working Paper 14 (2005), as the Pietra index times 2√2.
#[doc(alias = "Kolmogorov-Smirnov")]
pub fn ks(scores: &[f64], bad: &[bool]) -> Result<f64, SampleError> {
    let sample = Ranked::new(scores, bad)?;
    let (mut goods, mut bads, mut widest) = (0, 0, 0);
    for tie in &sample.ties {
        goods += tie.goods;
        bads += tie.bads;
        // Both shares over the common denominator goods · bads, in whole numbers.
        widest = widest.max((bads * sample.goods).abs_diff(goods * sample.bads));
    }
    Ok(widest as f64 / (sample.goods * sample.bads) as f64)
}

/// Where the firms of one score stand among the firms of the other class; doubled, so that a tie is whole.
struct Placement {
    tied_goods: u128,
    tied_bads: u128,
    twice_goods_above: u128,
    twice_bads_below: u128,
}

fn placements(sample: &Ranked) -> impl Iterator<Item = Placement> {
    let (mut goods_above, mut bads_below) = (sample.goods, 0);
    sample.ties.iter().map(move |tie| {
        goods_above -= tie.goods;
        let placement = Placement {
            tied_goods: tie.goods,
            tied_bads: tie.bads,
            twice_goods_above: 2 * goods_above + tie.goods,
            twice_bads_below: 2 * bads_below + tie.bads,
        };
        bads_below += tie.bads;
        placement
    })
}

fn delong_variance(sample: &Ranked, mean: f64) -> Option<f64> {
    if sample.goods < 2 || sample.bads < 2 {
        return None;
    }
    let (goods, bads) = (sample.goods as f64, sample.bads as f64);
    // Around the mean in a second pass, since sums of squares less a square would cancel. Both means are the AUC.
    let (mut squares_of_bads, mut squares_of_goods) = (0.0, 0.0);
    for p in placements(sample) {
        let of_a_bad = p.twice_goods_above as f64 / (2.0 * goods) - mean;
        let of_a_good = p.twice_bads_below as f64 / (2.0 * bads) - mean;
        squares_of_bads += p.tied_bads as f64 * of_a_bad * of_a_bad;
        squares_of_goods += p.tied_goods as f64 * of_a_good * of_a_good;
    }
    Some(squares_of_bads / (bads - 1.0) / bads + squares_of_goods / (goods - 1.0) / goods)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn close(got: f64, expected: f64, tolerance: f64) {
        assert!(
            (got - expected).abs() <= tolerance,
            "got {got}, expected {expected}"
        );
    }

    /// Hanley and `McNeil` (1982), table 1: a reader's ratings 1 to 5 of 58 normal and 51 abnormal images. A high
    /// rating is the bad sign there, so the score is its negative.
    fn hanley_mcneil() -> (Vec<f64>, Vec<bool>) {
        let counts = [(33, 3), (6, 2), (6, 2), (11, 11), (2, 33)];
        let mut sample = (Vec::new(), Vec::new());
        for (rating, (normal, abnormal)) in (1_i32..).zip(counts) {
            for (count, bad) in [(normal, false), (abnormal, true)] {
                sample.0.extend(std::iter::repeat_n(-f64::from(rating), count));
                sample.1.extend(std::iter::repeat_n(bad, count));
            }
        }
        sample
    }

    /// A score that tells nothing claims nothing: no interval of no width.
    #[test]
    fn equal_scores_have_no_interval() {
        let bad: Vec<bool> = (0..40).map(|row| row % 4 == 0).collect();
        let constant = auc(&[3.0; 40], &bad).unwrap();
        assert!((constant.value() - 0.5).abs() <= 0.0);
        assert_eq!(constant.interval(Confidence::Percent95), None);
        assert_eq!(constant.interval_on_logit_scale(Confidence::Percent95), None);
    }

    #[test]
    fn auc_and_its_variance_agree_with_hanley_and_mcneil() {
        let (scores, bad) = hanley_mcneil();
        let auc = auc(&scores, &bad).unwrap();
        close(auc.value(), 1321.0 / 1479.0, 1e-16);
        close(auc.variance().unwrap(), 0.000_943_989_270, 5e-13); // nine printed digits
        close(auc.standard_error().unwrap(), 0.030_724_408, 5e-10);
        // ECB (2019): S = (initial AUC - current AUC) / s with an initial AUC of 0.92.
        close(
            (0.92 - auc.value()) / auc.standard_error().unwrap(),
            0.873_212_533,
            5e-9,
        );
    }

    /// By hand, with se = 0.030724408: 0.893171062 ± 1.959963985 · se; and on the logit scale
    /// ln(1321/158) = 2.123549 ± 1.959963985 · se / 0.095416516 = ± 0.631114.
    #[test]
    fn both_intervals_of_hanley_and_mcneil_agree_with_arithmetic_by_hand() {
        let (scores, bad) = hanley_mcneil();
        let auc = auc(&scores, &bad).unwrap();
        let plain = auc.interval(Confidence::Percent95).unwrap();
        close(plain.lower, 0.832_952_3, 1e-6);
        close(plain.upper, 0.953_389_8, 1e-6);
        let logit = auc.interval_on_logit_scale(Confidence::Percent95).unwrap();
        close(
            (logit.lower / (1.0 - logit.lower)).ln(),
            2.123_549 - 0.631_114,
            5e-6,
        );
        close(
            (logit.upper / (1.0 - logit.upper)).ln(),
            2.123_549 + 0.631_114,
            5e-6,
        );
    }

    #[test]
    fn a_single_bad_has_an_area_but_no_variance() {
        let auc = auc(&[1.0, 1.0, 2.0], &[true, false, false]).unwrap();
        close(auc.value(), 0.75, 0.0);
        assert_eq!(auc.variance(), None);
        assert_eq!(auc.interval(Confidence::Percent90), None);
    }

    #[test]
    fn perfect_separation_claims_no_interval() {
        let auc = auc(&[1.0, 2.0, 3.0, 4.0], &[true, true, false, false]).unwrap();
        close(auc.value(), 1.0, 0.0);
        assert_eq!(auc.variance(), Some(0.0));
        assert_eq!(auc.interval(Confidence::Percent99), None);
        assert_eq!(auc.interval_on_logit_scale(Confidence::Percent99), None);
    }

    #[test]
    fn a_constant_score_tells_nothing() {
        let (scores, bad) = ([7.0; 5], [true, false, true, false, false]);
        close(auc(&scores, &bad).unwrap().value(), 0.5, 0.0);
        close(ks(&scores, &bad).unwrap(), 0.0, 0.0);
        close(gini(&scores, &bad).unwrap(), 0.0, 0.0);
    }

    /// One entry a pair: 1 when the bad is below the good, ½ when tied.
    fn pairs(scores: &[f64], bad: &[bool]) -> Vec<Vec<f64>> {
        let of = |class| {
            scores
                .iter()
                .zip(bad)
                .filter(move |(_, b)| **b == class)
                .map(|(s, _)| *s)
        };
        let entry = |b: f64, g: f64| f64::midpoint(f64::from(u8::from(b < g)), f64::from(u8::from(b <= g)));
        of(true)
            .map(|b| of(false).map(|g| entry(b, g)).collect())
            .collect()
    }

    fn mean(values: &[f64]) -> f64 {
        values.iter().sum::<f64>() / values.len() as f64
    }

    fn variance_of_mean(values: &[f64]) -> f64 {
        let (n, mean) = (values.len() as f64, mean(values));
        values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0) / n
    }

    prop_compose! {
        /// Few distinct scores, so that ties abound.
        fn sample()(rows in prop::collection::vec((-4_i32..5, any::<bool>()), 0..40),
                    both in Just([(0, true), (1, true), (0, false), (2, false)])) -> (Vec<f64>, Vec<bool>) {
            rows.into_iter().chain(both).map(|(score, bad)| (f64::from(score), bad)).unzip()
        }
    }

    proptest! {
        #[test]
        fn auc_and_variance_agree_with_brute_force((scores, bad) in sample()) {
            let matrix = pairs(&scores, &bad);
            let of_bads: Vec<f64> = matrix.iter().map(|row| mean(row)).collect();
            let of_goods: Vec<f64> =
                (0..matrix[0].len()).map(|g| mean(&matrix.iter().map(|row| row[g]).collect::<Vec<_>>())).collect();
            let auc = auc(&scores, &bad).unwrap();
            close(auc.value(), mean(&of_bads), 1e-14);
            close(auc.variance().unwrap(), variance_of_mean(&of_bads) + variance_of_mean(&of_goods), 1e-14);
        }

        #[test]
        fn ks_agrees_with_brute_force((scores, bad) in sample()) {
            let share = |class: bool, at: f64| {
                let all: Vec<f64> = scores.iter().zip(&bad).filter(|(_, b)| **b == class).map(|(s, _)| *s).collect();
                all.iter().filter(|s| **s <= at).count() as f64 / all.len() as f64
            };
            let widest = scores.iter().map(|s| (share(true, *s) - share(false, *s)).abs()).fold(0.0, f64::max);
            close(ks(&scores, &bad).unwrap(), widest, 1e-14);
        }

        #[test]
        fn only_the_ranks_count_and_rows_may_stand_in_any_order((scores, bad) in sample(), turn in 0_usize..40) {
            let before = auc(&scores, &bad).unwrap();
            let stretched: Vec<f64> = scores.iter().map(|s| (s * 2.0).exp()).collect();
            prop_assert_eq!(auc(&stretched, &bad).unwrap(), before);
            let turn = turn % scores.len();
            let (mut turned, mut with) = (scores.clone(), bad.clone());
            turned.rotate_left(turn);
            with.rotate_left(turn);
            prop_assert_eq!(auc(&turned, &with).unwrap(), before);
        }

        #[test]
        fn turning_the_score_round_mirrors_the_area((scores, bad) in sample()) {
            let (forth, back) = (auc(&scores, &bad).unwrap(), {
                let negative: Vec<f64> = scores.iter().map(|s| -s).collect();
                auc(&negative, &bad).unwrap()
            });
            close(forth.value() + back.value(), 1.0, 1e-15);
            close(forth.variance().unwrap(), back.variance().unwrap(), 1e-15);
        }

        #[test]
        fn intervals_hold_the_value_and_stay_within_bounds((scores, bad) in sample()) {
            let auc = auc(&scores, &bad).unwrap();
            for confidence in [Confidence::Percent90, Confidence::Percent95, Confidence::Percent99] {
                for interval in [auc.interval(confidence), auc.interval_on_logit_scale(confidence)].into_iter().flatten() {
                    let Interval { lower, upper } = interval;
                    prop_assert!(0.0 <= lower && lower <= auc.value() + 1e-15, "{lower}");
                    prop_assert!(auc.value() - 1e-15 <= upper && upper <= 1.0, "{upper}");
                }
            }
        }
    }
}
