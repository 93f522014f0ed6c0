//! Whether one score tells bads from goods better than another, on the same firms.

use super::discrimination::{Auc, auc};
use super::interval::{Confidence, Interval};
use super::sample::{Class, SampleError};
use statrs::function::erf::erfc;

/// The areas under the ROC curves of two scores of the same firms, and how far apart they are.
///
/// Made by [`compare_auc`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AucComparison {
    first: Auc,
    second: Auc,
    variance: Option<f64>,
}

impl AucComparison {
    /// The first area, as of a sample of its own.
    pub const fn first(self) -> Auc {
        self.first
    }

    /// The second area.
    pub const fn second(self) -> Auc {
        self.second
    }

    /// The first area less the second, in [-1, 1]: above 0 where the first score tells more.
    pub fn difference(self) -> f64 {
        self.first.value() - self.second.value()
    }

    /// `DeLong`'s estimate of the standard error of the difference; none with a single good or a single bad.
    ///
    /// ```text
    /// variance = s²(V₁₀ − W₁₀) / bads + s²(V₀₁ − W₀₁) / goods
    /// ```
    /// with the components `V` of the first area and `W` of the second, as in [`Auc::variance`]. It takes account of what
    /// the two scores have in common, so it is less than that of two samples where they rank alike.
    pub fn standard_error(self) -> Option<f64> {
        self.variance.map(f64::sqrt)
    }

    /// The difference in standard errors.
    ///
    /// None where there is no standard error, and where it is 0: if both scores rank all firms alike there is nothing to
    /// test, and if each component differs by the same the sample does not tell the error.
    pub fn z(self) -> Option<f64> {
        let error = self.standard_error().filter(|error| *error > 0.0)?;
        Some(self.difference() / error)
    }

    /// Two-sided p-value of the test that both areas are the same: the probability of so great a difference either way
    /// if they are. None where [`AucComparison::z`] is none. Absolute error below 1e-10.
    pub fn p_value(self) -> Option<f64> {
        self.z().map(|z| erfc(z.abs() / std::f64::consts::SQRT_2))
    }

    /// Two-sided interval of the difference: `difference ± z · standard error`, clipped to [-1, 1]. None where
    /// [`AucComparison::z`] is none.
    pub fn interval(self, confidence: Confidence) -> Option<Interval> {
        let error = self.standard_error().filter(|error| *error > 0.0)?;
        let half = confidence.z() * error;
        Some(Interval {
            lower: (self.difference() - half).max(-1.0),
            upper: (self.difference() + half).min(1.0),
        })
    }
}

/// Why two scores cannot be compared.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum ComparisonError {
    /// A score does not describe the same firms.
    #[error("`{scores}` and `bad` must have the same length, got `{got}` and `{bad}`")]
    LengthsDiffer {
        /// Which scores.
        scores: &'static str,
        /// How many.
        got: usize,
        /// Length of `bad`.
        bad: usize,
    },
    /// A score is not a number.
    #[error("`{scores}` must be numbers, got `{value}` in row `{row}` (counted from 0)")]
    NotANumber {
        /// Which scores.
        scores: &'static str,
        /// Position, counted from 0.
        row: usize,
        /// What stood there.
        value: f64,
    },
    /// Nothing to tell apart.
    #[error("`bad` must hold at least one good and one bad firm, got no {missing} firm in `{rows}` rows")]
    OneClass {
        /// The class without a firm.
        missing: Class,
        /// Rows in all.
        rows: usize,
    },
}

/// Compares the areas under the ROC curves of two scores of the same firms, a champion and a challenger: the test of
/// `DeLong`. Both scores are higher for safer firms, on scales of their own; ties count half. Time O(n log n).
///
/// Every firm counts once. The estimate is of firms drawn alike, so there are no weights here, and firms that share
/// their fate (years of one firm, a group) make the test too sure.
///
/// # Errors
/// [`ComparisonError`]: lengths differ, a score is NaN, or one class is empty.
///
/// ```
/// use rating_core::validation::compare_auc;
/// let bad = [true, true, false, false, false];
/// let compared = compare_auc(&[1.0, 2.0, 2.0, 3.0, 4.0], &[2.0, 3.0, 1.0, 4.0, 5.0], &bad)?;
/// assert!((compared.difference() - (5.5 - 4.0) / 6.0).abs() < 1e-15);
/// assert!(compared.p_value().is_some_and(|p| p > 0.05)); // five firms tell little
/// # Ok::<(), rating_core::validation::ComparisonError>(())
/// ```
///
/// Source: `DeLong` et al. (1988), Comparing the areas under two or more correlated receiver operating characteristic
/// curves, Biometrics 44, 837–845; from ranks as in Sun and Xu (2014), IEEE Signal Processing Letters 21, 1389–1393.
pub fn compare_auc(first: &[f64], second: &[f64], bad: &[bool]) -> Result<AucComparison, ComparisonError> {
    let area = |name, scores: &[f64]| auc(scores, bad).map_err(|error| told(name, error));
    let areas = (area("first", first)?, area("second", second)?);
    let (of_first, of_second) = (placements(first, bad), placements(second, bad));
    let apart = |wanted: bool| {
        let pairs = of_first.iter().zip(&of_second).zip(bad);
        let chosen = pairs.filter(move |(_, bad)| **bad == wanted);
        chosen.map(|((a, b), _)| i128::from(*a) - i128::from(*b))
    };
    let bads = bad.iter().filter(|bad| **bad).count();
    let goods = bad.len() - bads;
    let of_bads = variance_of_mean(apart(true), goods);
    let of_goods = variance_of_mean(apart(false), bads);
    Ok(AucComparison {
        first: areas.0,
        second: areas.1,
        variance: of_bads.zip(of_goods).map(|(bads, goods)| bads + goods),
    })
}

fn told(scores: &'static str, error: SampleError) -> ComparisonError {
    match error {
        SampleError::LengthsDiffer { scores: got, bad } => {
            ComparisonError::LengthsDiffer { scores, got, bad }
        }
        SampleError::NotANumber { row, value } => ComparisonError::NotANumber { scores, row, value },
        SampleError::OneClass { missing, rows } => ComparisonError::OneClass { missing, rows },
    }
}

/// For each bad twice the number of goods above it, for each good twice the bads below it; a tie is half of two.
fn placements(scores: &[f64], bad: &[bool]) -> Vec<u64> {
    let mut rows: Vec<(f64, bool, usize)> = scores
        .iter()
        .zip(bad)
        .enumerate()
        .map(|(row, (score, bad))| (*score, *bad, row))
        .collect();
    rows.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let mut goods_above = rows.iter().filter(|row| !row.1).count() as u64;
    let mut bads_below = 0;
    let mut placed = vec![0; rows.len()];
    // `>=` in ascending order is equality, and it holds -0.0 and 0.0 for one score.
    for tied in rows.chunk_by(|a, b| a.0 >= b.0) {
        let bads = tied.iter().filter(|row| row.1).count() as u64;
        let goods = tied.len() as u64 - bads;
        goods_above -= goods;
        for (_, bad, row) in tied {
            if let Some(place) = placed.get_mut(*row) {
                *place = if *bad {
                    2 * goods_above + goods
                } else {
                    2 * bads_below + bads
                };
            }
        }
        bads_below += bads;
    }
    placed
}

/// Unbiased variance of the mean of `doubled / (2 · others)`; none for fewer than two. In whole numbers until the last
/// division, so that the order of the firms changes no bit.
fn variance_of_mean(doubled: impl Iterator<Item = i128>, others: usize) -> Option<f64> {
    let (count, sum, squares) = doubled.fold((0_i128, 0_i128, 0_i128), |(count, sum, squares), d| {
        (count + 1, sum + d, squares + d * d)
    });
    if count < 2 {
        return None;
    }
    // n · Σd² − (Σd)² stays below 2 · n² · (2 · others)², which overflows no sample that fits into memory.
    let spread = (count * squares - sum * sum) as f64;
    let (n, others) = (count as f64, 2.0 * others as f64);
    Some(spread / (n * n * (n - 1.0)) / (others * others))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Three tests of 43 patients, of whom 12 had the outcome: albumin and total protein in tenths, and the K-G score.
    const ALBUMIN: [u8; 43] = [
        30, 32, 39, 28, 32, 9, 25, 16, 38, 37, 32, 38, 41, 36, 43, 36, 23, 42, 40, 35, 38, 30, 45, 37, 31,
        41, 43, 43, 32, 26, 33, 17, 37, 33, 42, 35, 29, 21, 28, 40, 33, 37, 36,
    ];
    const PROTEIN: [u8; 43] = [
        58, 63, 68, 48, 58, 40, 57, 56, 57, 67, 54, 66, 66, 57, 70, 67, 44, 76, 66, 58, 68, 47, 74, 74, 66,
        82, 70, 65, 51, 47, 68, 40, 61, 63, 77, 62, 57, 48, 62, 70, 57, 69, 66,
    ];
    const KG: [u8; 43] = [
        0, 5, 7, 4, 7, 5, 2, 5, 5, 4, 6, 4, 5, 5, 6, 6, 4, 6, 4, 4, 3, 2, 5, 5, 4, 4, 5, 6, 5, 4, 4, 3, 5, 3,
        4, 5, 1, 3, 2, 3, 4, 5, 5,
    ];
    const OUTCOME: &str = "1001011000000001011001000000001100001010000";

    fn patients(test: [u8; 43]) -> (Vec<f64>, Vec<bool>) {
        (
            test.into_iter().map(f64::from).collect(),
            OUTCOME.chars().map(|c| c == '1').collect(),
        )
    }

    fn near(got: f64, printed: f64) {
        assert!(
            (got - printed).abs() <= 0.000_050_000_1,
            "got {got}, printed {printed}"
        );
    }

    /// The data of `DeLong` et al. (1988) as the SAS/STAT User's Guide prints them (The LOGISTIC Procedure, example
    /// "Comparing Receiver Operating Characteristic Curves"), with its four printed digits of areas and contrasts.
    #[test]
    fn areas_and_contrasts_agree_with_the_published_example() {
        let ((kg, bad), (albumin, _), (protein, _)) = (patients(KG), patients(ALBUMIN), patients(PROTEIN));
        let compared = compare_auc(&albumin, &kg, &bad).unwrap();
        near(compared.first().value(), 0.7366);
        near(compared.second().value(), 0.7258);
        near(compared.difference(), 0.0108);
        near(compared.standard_error().unwrap(), 0.0953);
        near(compared.z().unwrap().powi(2), 0.0127);
        near(compared.p_value().unwrap(), 0.9102);
        let interval = compared.interval(Confidence::Percent95).unwrap();
        near(interval.lower, -0.1761);
        near(interval.upper, 0.1976);
        let compared = compare_auc(&protein, &kg, &bad).unwrap();
        near(compared.difference(), -0.0780);
        near(compared.standard_error().unwrap(), 0.1046);
        near(compared.z().unwrap().powi(2), 0.5554);
        near(compared.p_value().unwrap(), 0.4561);
        let interval = compared.interval(Confidence::Percent95).unwrap();
        near(interval.lower, -0.2830);
        near(interval.upper, 0.1271);
    }

    #[test]
    fn scores_that_rank_alike_do_not_differ_and_leave_nothing_to_test() {
        let (kg, bad) = patients(KG);
        let stretched: Vec<f64> = kg.iter().map(|score| 100.0 + 7.0 * score).collect();
        let compared = compare_auc(&kg, &stretched, &bad).unwrap();
        assert_eq!(compared.standard_error(), Some(0.0));
        assert_eq!((compared.z(), compared.p_value()), (None, None));
        assert_eq!(compared.interval(Confidence::Percent95), None);
    }

    #[test]
    fn a_single_bad_has_a_difference_but_no_error() {
        let compared = compare_auc(&[1.0, 2.0, 3.0], &[2.0, 1.0, 3.0], &[true, false, false]).unwrap();
        assert!((compared.difference() - 0.5).abs() < 1e-16);
        assert_eq!((compared.standard_error(), compared.z()), (None, None));
    }

    /// All of one score, none of the other: every component differs by one half, so the estimate of the error is 0.
    #[test]
    fn perfect_separation_against_no_information_claims_no_certainty() {
        let compared = compare_auc(&[1.0, 2.0, 3.0, 4.0], &[5.0; 4], &[true, true, false, false]).unwrap();
        assert!((compared.difference() - 0.5).abs() < 1e-16);
        assert_eq!((compared.standard_error(), compared.p_value()), (Some(0.0), None));
    }

    #[test]
    fn what_cannot_be_compared_is_said_with_its_place() {
        let refuse = |a: &[f64], b: &[f64], bad: &[bool]| compare_auc(a, b, bad).unwrap_err();
        insta::assert_snapshot!(refuse(&[1.0, 2.0], &[1.0], &[true, false]), @"`second` and `bad` must have the same length, got `1` and `2`");
        insta::assert_snapshot!(refuse(&[1.0, f64::NAN], &[1.0, 2.0], &[true, false]), @"`first` must be numbers, got `NaN` in row `1` (counted from 0)");
        insta::assert_snapshot!(refuse(&[1.0, 2.0], &[1.0, 2.0], &[true, true]), @"`bad` must hold at least one good and one bad firm, got no good firm in `2` rows");
    }

    /// The components by their definition, over all pairs.
    fn by_force(scores: &[f64], bad: &[bool]) -> (Vec<f64>, Vec<f64>) {
        let of = |wanted: bool| -> Vec<f64> {
            let rows = scores.iter().zip(bad).filter(|(_, bad)| **bad == wanted);
            rows.map(|(score, _)| *score).collect()
        };
        let psi = |bad: f64, good: f64| match bad.partial_cmp(&good).unwrap() {
            std::cmp::Ordering::Less => 1.0,
            std::cmp::Ordering::Equal => 0.5,
            std::cmp::Ordering::Greater => 0.0,
        };
        let (bads, goods) = (of(true), of(false));
        (
            bads.iter()
                .map(|b| goods.iter().map(|g| psi(*b, *g)).sum::<f64>() / goods.len() as f64)
                .collect(),
            goods
                .iter()
                .map(|g| bads.iter().map(|b| psi(*b, *g)).sum::<f64>() / bads.len() as f64)
                .collect(),
        )
    }

    fn covariance(a: &[f64], b: &[f64]) -> f64 {
        let mean = |v: &[f64]| v.iter().sum::<f64>() / v.len() as f64;
        let (ma, mb) = (mean(a), mean(b));
        a.iter().zip(b).map(|(x, y)| (x - ma) * (y - mb)).sum::<f64>() / (a.len() as f64 - 1.0)
    }

    proptest! {
        /// Against variances and covariance of all pairs: var₁ + var₂ − 2 · cov.
        #[test]
        fn the_error_is_that_of_the_definition(rows in prop::collection::vec((0..8_u8, 0..8_u8, any::<bool>()), 4..40)) {
            let bad: Vec<bool> = rows.iter().map(|row| row.2).collect();
            let (first, second): (Vec<f64>, Vec<f64>) = rows.iter().map(|r| (f64::from(r.0), f64::from(r.1))).unzip();
            let bads = bad.iter().filter(|b| **b).count();
            prop_assume!(bads >= 2 && bad.len() - bads >= 2);
            let compared = compare_auc(&first, &second, &bad).unwrap();
            let ((v10, v01), (w10, w01)) = (by_force(&first, &bad), by_force(&second, &bad));
            let of = |a: &[f64], b: &[f64]| covariance(a, a) + covariance(b, b) - 2.0 * covariance(a, b);
            let variance = of(&v10, &w10) / v10.len() as f64 + of(&v01, &w01) / v01.len() as f64;
            prop_assert!((compared.standard_error().unwrap().powi(2) - variance).abs() < 1e-13);
            // The other way round everything but the sign is the same; so are the bits in any order of the firms.
            let back = compare_auc(&second, &first, &bad).unwrap();
            prop_assert_eq!(back.standard_error(), compared.standard_error());
            let turned = |v: &[f64]| v.iter().rev().copied().collect::<Vec<_>>();
            let unbad: Vec<bool> = bad.iter().rev().copied().collect();
            prop_assert_eq!(compare_auc(&turned(&first), &turned(&second), &unbad).unwrap(), compared);
        }
    }
}
