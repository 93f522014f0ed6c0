//! Scores and defaults → the calibration of a model.

use crate::calibration::{CalibrationError, LineSpec};
use crate::fit::logistic::{Logit, Sample as Rows};
use crate::num::Points;
use ndarray::ArrayView2;

/// What of a calibration is chosen and not fitted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CalibrationOptions {
    /// The score at which the odds of the document are stated. Changes the words of the document, not a PD.
    pub base_score: f64,
    /// Long-run default rate to anchor the PDs to, as a fraction; none keeps the default rate of the sample.
    pub central_tendency: Option<f64>,
    /// Least PD that is ever given, as a fraction.
    pub pd_floor: f64,
    /// Least number of defaults, and of firms without default, that a fit is made from.
    pub least_of_each: usize,
}

impl Default for CalibrationOptions {
    /// Odds stated at 600 points, no anchor but the sample, floor 0.03 % as in the preset, at least 20 firms of each
    /// kind: ten for each of the two numbers that are fitted. Source of the ten: Peduzzi et al. (1996), Journal of
    /// Clinical Epidemiology 49(12).
    fn default() -> Self {
        Self {
            base_score: 600.0,
            central_tendency: None,
            pd_floor: 0.000_3,
            least_of_each: 20,
        }
    }
}

/// A calibration fitted to outcomes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FittedCalibration {
    /// The document, which checks for every score of the sample.
    pub spec: LineSpec,
    /// Log-odds good : bad that a point adds; above 0.
    pub slope: f64,
    /// Standard error of the slope, from the expected information.
    pub slope_standard_error: f64,
    /// Log-odds good : bad at a score of 0, before the anchor.
    pub intercept: f64,
    /// Firms in the sample.
    pub firms: usize,
    /// Defaults in the sample.
    pub defaults: usize,
}

/// Why no calibration can be fitted.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum FitError {
    /// The two slices do not describe the same firms.
    #[error("`scores` and `defaulted` must have the same length, got `{scores}` and `{defaulted}`")]
    LengthsDiffer {
        /// Length of `scores`.
        scores: usize,
        /// Length of `defaulted`.
        defaulted: usize,
    },
    /// Too little to learn from.
    #[error("expected at least `{least}` firms with and without default, got `{defaults}` and `{others}`")]
    TooFew {
        /// How many of each are asked for.
        least: usize,
        /// Firms with default.
        defaults: usize,
        /// Firms without.
        others: usize,
    },
    /// Every firm has one score.
    #[error("expected scores that differ, got `{0}` for every firm")]
    ConstantScore(Points),
    /// A score parts the firms with default from the others, so that no finite slope fits best.
    #[error(
        "expected scores at which some firms default and some do not, got a score that parts them: {below} firms lie at or below `{at}`, {above} at or above"
    )]
    Separated {
        /// The score.
        at: Points,
        /// Which firms lie below.
        below: &'static str,
        /// Which firms lie above.
        above: &'static str,
    },
    /// A higher score is not safer.
    #[error(
        "expected log-odds good : bad that rise with the score, got a slope of `{slope:e}` a point: is the score one of risk, or `defaulted` inverted"
    )]
    WrongSign {
        /// Log-odds good : bad that a point adds.
        slope: f64,
    },
    /// The search for the best slope ended elsewhere.
    #[error("expected the fit to converge, got {0}")]
    NotConverged(String),
    /// The chosen numbers and the fitted ones make no document that holds together.
    #[error("expected a calibration that checks, got {}", texts(.0))]
    Calibration(Vec<CalibrationError>),
}

fn texts(errors: &[CalibrationError]) -> String {
    let all: Vec<String> = errors.iter().map(ToString::to_string).collect();
    all.join("; ")
}

/// Fits PDs to outcomes: logistic regression of default on the score, without regularisation.
///
/// ```text
/// ln(good : bad) = intercept + slope · score
/// pdo = ln 2 / slope        base_odds = exp(intercept + slope · base_score)
/// model_tendency = defaults / firms
/// ```
/// so PDs fall as the score rises, the mean of the fitted PDs is the default rate of the sample, and the anchor moves
/// that rate to the central tendency. Firms in default on the day of the score do not belong into the sample, and a
/// sample that was drawn by outcome needs the central tendency of the population.
///
/// # Errors
/// [`FitError`]: slices of different lengths, too few firms of a kind, one score for all, scores that part the
/// defaults from the others, a slope of the wrong sign, options outside their domain.
///
/// ```
/// use rating_core::fit::{CalibrationOptions, calibration};
/// // At 500 points 60 of 100 firms default, at 600 points 20 of 100: the odds go from 2 : 3 to 4 : 1, sixfold.
/// let scores: Vec<i32> = [500; 100].into_iter().chain([600; 100]).collect();
/// let defaulted: Vec<bool> = (0..200).map(|firm| if firm < 100 { firm < 60 } else { firm < 120 }).collect();
/// let fitted = calibration(&scores, &defaulted, CalibrationOptions::default())?;
/// assert!((fitted.spec.base_odds - 4.0).abs() < 1e-6);
/// assert!((fitted.spec.pdo - 100.0 * 2.0_f64.ln() / 6.0_f64.ln()).abs() < 1e-4); // 38.7 points
/// let pds = fitted.spec.check(500, 600).map_err(|errors| errors[0].clone())?;
/// assert!((pds.pd(600).get() - 0.2).abs() < 1e-7);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Source: Hosmer, Lemeshow, Sturdivant (2013), Applied Logistic Regression; the scaling is [`crate::calibration`]'s.
pub fn calibration(
    scores: &[Points],
    defaulted: &[bool],
    options: CalibrationOptions,
) -> Result<FittedCalibration, FitError> {
    let sample = Sample::new(scores, defaulted, options.least_of_each)?;
    let line = sample.line()?;
    let Line { slope, intercept, .. } = line;
    if slope.is_nan() || slope <= 0.0 {
        return Err(FitError::WrongSign { slope });
    }
    let default_rate = sample.defaults as f64 / scores.len() as f64;
    let spec = LineSpec {
        base_score: options.base_score,
        base_odds: (intercept + slope * options.base_score).exp(),
        pdo: std::f64::consts::LN_2 / slope,
        central_tendency: options.central_tendency.unwrap_or(default_rate),
        model_tendency: default_rate,
        pd_floor: options.pd_floor,
        conservatism: None,
    };
    spec.check(sample.least, sample.most)
        .map_err(FitError::Calibration)?;
    Ok(FittedCalibration {
        spec,
        slope,
        slope_standard_error: line.slope_standard_error,
        intercept,
        firms: scores.len(),
        defaults: sample.defaults,
    })
}

/// Checked scores and outcomes.
struct Sample<'a> {
    scores: Vec<f64>,
    defaulted: &'a [bool],
    /// INVARIANT: at least 1, and below the number of firms.
    defaults: usize,
    least: Points,
    most: Points,
}

/// Log-odds good : bad over the score.
struct Line {
    slope: f64,
    slope_standard_error: f64,
    intercept: f64,
}

impl<'a> Sample<'a> {
    fn new(scores: &[Points], defaulted: &'a [bool], least_of_each: usize) -> Result<Self, FitError> {
        if scores.len() != defaulted.len() {
            return Err(FitError::LengthsDiffer {
                scores: scores.len(),
                defaulted: defaulted.len(),
            });
        }
        let range = |wanted: bool| range(scores, defaulted, wanted);
        let defaults = defaulted.iter().filter(|bad| **bad).count();
        let others = scores.len() - defaults;
        let (Some(bads), Some(goods), true) =
            (range(true), range(false), defaults.min(others) >= least_of_each)
        else {
            return Err(FitError::TooFew {
                least: least_of_each.max(1),
                defaults,
                others,
            });
        };
        let (least, most) = (bads.0.min(goods.0), bads.1.max(goods.1));
        if least == most {
            return Err(FitError::ConstantScore(least));
        }
        not_separated(bads, goods)?;
        Ok(Self {
            scores: scores.iter().map(|s| f64::from(*s)).collect(),
            defaulted,
            defaults,
            least,
            most,
        })
    }

    /// The line of greatest likelihood. The regression speaks of bad : good, this line of good : bad.
    fn line(&self) -> Result<Line, FitError> {
        let column = ArrayView2::from_shape((self.scores.len(), 1), &self.scores)
            .map_err(|e| FitError::NotConverged(e.to_string()))?;
        let fitted = Logit::on_measures()
            .fit_rows(&Rows::new(column, self.defaulted).named(&["score"]))
            .map_err(|e| FitError::NotConverged(e.to_string()))?;
        let of_score = fitted.terms().into_iter().nth(1);
        let (slope, error) =
            of_score.map_or((f64::NAN, None), |term| (term.coefficient, term.standard_error));
        Ok(Line {
            slope: -slope,
            slope_standard_error: error.unwrap_or(f64::NAN),
            intercept: -fitted.intercept(),
        })
    }
}

/// Least and greatest score of the firms with or without default.
fn range(scores: &[Points], defaulted: &[bool], wanted: bool) -> Option<(Points, Points)> {
    let of = scores.iter().zip(defaulted).filter(|(_, bad)| **bad == wanted);
    of.fold(None, |range, (score, _)| {
        let (least, most) = range.unwrap_or((*score, *score));
        Some((least.min(*score), most.max(*score)))
    })
}

/// With one score the likelihood has no greatest value exactly if a score parts the two kinds, itself included.
fn not_separated(bads: (Points, Points), goods: (Points, Points)) -> Result<(), FitError> {
    let (with, without) = ("the defaulted", "the other");
    let separated = |at, below, above| Err(FitError::Separated { at, below, above });
    if bads.1 <= goods.0 {
        separated(bads.1, with, without)
    } else if goods.1 <= bads.0 {
        separated(goods.1, without, with)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Independent referee: Newton's method on the score as it is, two parameters, log-odds of bad.
    fn newton(scores: &[Points], defaulted: &[bool]) -> (f64, f64) {
        let (mut a, mut b) = (0.0_f64, 0.0_f64);
        for _ in 0..100 {
            let (mut g0, mut g1, mut h00, mut h01, mut h11) = (0.0, 0.0, 0.0, 0.0, 0.0);
            for (s, bad) in scores.iter().zip(defaulted) {
                let x = f64::from(*s) / 100.0;
                let pd = 1.0 / (1.0 + (-(a + b * x)).exp());
                let (left, w) = (f64::from(u8::from(*bad)) - pd, pd * (1.0 - pd));
                g0 += left;
                g1 += left * x;
                h00 += w;
                h01 += w * x;
                h11 += w * x * x;
            }
            let det = h00 * h11 - h01 * h01;
            a += (h11 * g0 - h01 * g1) / det;
            b += (h00 * g1 - h01 * g0) / det;
        }
        // Log-odds of good and one point.
        (-b / 100.0, -a)
    }

    /// Scores from a plain congruential sequence; the odds of default are those of a score of `middle`, doubling in 30.
    fn sample(firms: u64, middle: f64) -> (Vec<Points>, Vec<bool>) {
        let mut state = 88_172_645_463_325_252_u64;
        let mut next = move || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1_u64 << 53) as f64
        };
        (0..firms)
            .map(|_| {
                #[expect(clippy::cast_possible_truncation, reason = "300 to 900")]
                let score = (300.0 + 600.0 * (next() + next() + next()) / 3.0) as Points;
                let odds = ((f64::from(score) - middle) / 30.0).exp2();
                (score, next() < 1.0 / (1.0 + odds))
            })
            .unzip()
    }

    fn near(got: f64, wanted: f64) {
        assert!(
            ((got - wanted) / wanted).abs() < 1e-6,
            "got {got}, wanted {wanted}"
        );
    }

    /// Few and many defaults.
    #[test]
    fn the_fit_is_newtons_whichever_kind_is_the_larger() {
        for (middle, defaults_are_fewer) in [(480.0, true), (600.0, true), (700.0, false), (560.0, true)] {
            let (scores, defaulted) = sample(3_000, middle);
            let defaults = defaulted.iter().filter(|bad| **bad).count();
            assert_eq!(2 * defaults < 3_000, defaults_are_fewer, "{defaults}");
            let fitted = calibration(&scores, &defaulted, CalibrationOptions::default()).unwrap();
            let (slope, intercept) = newton(&scores, &defaulted);
            near(fitted.slope, slope);
            near(fitted.intercept, intercept);
            near(fitted.spec.pdo, std::f64::consts::LN_2 / slope);
            assert!((fitted.spec.pdo - 30.0).abs() < 5.0, "{}", fitted.spec.pdo);
        }
    }

    #[test]
    fn the_mean_of_the_fitted_pds_is_the_default_rate() {
        for middle in [480.0, 700.0] {
            let (scores, defaulted) = sample(3_000, middle);
            let options = CalibrationOptions {
                pd_floor: 0.0,
                ..CalibrationOptions::default()
            };
            let fitted = calibration(&scores, &defaulted, options).unwrap();
            let pds = fitted.spec.check(300, 900).unwrap();
            let mean = scores.iter().map(|s| pds.pd(*s).get()).sum::<f64>() / 3_000.0;
            near(mean, fitted.defaults as f64 / fitted.firms as f64);
        }
    }

    /// By hand: 60 and 20 of 100 default at two scores, so the line goes through ln(40/60) and ln(80/20), and the
    /// variance of the slope is (1/40 + 1/60 + 1/80 + 1/20) / 100².
    #[test]
    fn the_standard_error_is_that_of_a_two_by_two_table() {
        let scores: Vec<Points> = [500; 100].into_iter().chain([600; 100]).collect();
        let defaulted: Vec<bool> = (0..200).map(|i| if i < 100 { i < 60 } else { i < 120 }).collect();
        let fitted = calibration(&scores, &defaulted, CalibrationOptions::default()).unwrap();
        near(fitted.slope, 6.0_f64.ln() / 100.0);
        let variance = 1.0 / 40.0 + 1.0 / 60.0 + 1.0 / 80.0 + 1.0 / 20.0_f64;
        near(fitted.slope_standard_error, variance.sqrt() / 100.0);
    }

    #[test]
    fn the_base_score_changes_the_words_and_the_anchor_the_pds() {
        let (scores, defaulted) = sample(3_000, 560.0);
        let fit = |options| {
            let fitted = calibration(&scores, &defaulted, options).unwrap();
            fitted.spec.check(300, 900).unwrap()
        };
        let plain = fit(CalibrationOptions::default());
        let moved = fit(CalibrationOptions {
            base_score: 500.0,
            ..CalibrationOptions::default()
        });
        let anchored = fit(CalibrationOptions {
            central_tendency: Some(0.04),
            ..CalibrationOptions::default()
        });
        for score in 300..=900 {
            near(moved.pd(score).get(), plain.pd(score).get());
            assert!(anchored.pd(score).get() <= plain.pd(score).get());
        }
    }

    #[test]
    fn what_cannot_be_fitted_is_said() {
        let refuse = |scores: &[Points], defaulted: &[bool], least_of_each: usize| {
            let options = CalibrationOptions {
                least_of_each,
                ..CalibrationOptions::default()
            };
            calibration(scores, defaulted, options).unwrap_err()
        };
        let (scores, defaulted) = sample(3_000, 560.0);
        let inverted: Vec<bool> = defaulted.iter().map(|bad| !bad).collect();
        let slope = match refuse(&scores, &inverted, 20) {
            FitError::WrongSign { slope } => slope,
            other => panic!("{other}"),
        };
        near(slope, -newton(&scores, &defaulted).0);
        insta::assert_snapshot!(FitError::WrongSign { slope: -0.02 }, @"expected log-odds good : bad that rise with the score, got a slope of `-2e-2` a point: is the score one of risk, or `defaulted` inverted");
        insta::assert_snapshot!(refuse(&[1, 2], &[true], 1), @"`scores` and `defaulted` must have the same length, got `2` and `1`");
        insta::assert_snapshot!(refuse(&scores, &vec![false; 3_000], 0), @"expected at least `1` firms with and without default, got `0` and `3000`");
        insta::assert_snapshot!(refuse(&[], &[], 0), @"expected at least `1` firms with and without default, got `0` and `0`");
        insta::assert_snapshot!(refuse(&[1, 2, 3], &[true, false, true], 2), @"expected at least `2` firms with and without default, got `2` and `1`");
        insta::assert_snapshot!(refuse(&[7, 7, 7], &[true, false, true], 1), @"expected scores that differ, got `7` for every firm");
        insta::assert_snapshot!(refuse(&[1, 2, 2, 3], &[true, true, false, false], 1), @"expected scores at which some firms default and some do not, got a score that parts them: the defaulted firms lie at or below `2`, the other at or above");
        insta::assert_snapshot!(refuse(&[1, 2, 2, 3], &[false, true, false, true], 1), @"expected scores at which some firms default and some do not, got a score that parts them: the other firms lie at or below `2`, the defaulted at or above");
        let options = CalibrationOptions {
            base_score: f64::NAN,
            central_tendency: Some(0.0),
            ..CalibrationOptions::default()
        };
        insta::assert_snapshot!(calibration(&scores, &defaulted, options).unwrap_err(), @"expected a calibration that checks, got base_score: expected a number from -1,000,000 to 1,000,000, got `NaN`; base_odds: expected a positive, finite number (good : bad), got `NaN`; central_tendency: expected a default rate between 0 and 1, both excluded, got `0`");
    }
}
