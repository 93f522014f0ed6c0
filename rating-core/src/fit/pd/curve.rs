//! Curves of two and three numbers, fitted to outcomes.

use super::{PdError, open_fraction};
use crate::calibration::{BetaCurve, LineSpec, of_log_odds};
use crate::fit::logistic::{Logit, Sample, Sign};
use crate::num::Pd;
use ndarray::Array2;

/// Log-odds bad : good as a line of the score, from smoothed outcomes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlattCurve {
    /// Log-odds bad : good at a score of 0.
    pub intercept: f64,
    /// Log-odds bad : good that a point adds; below 0.
    pub slope: f64,
}

impl PlattCurve {
    /// The PD of a score; NaN counts as the riskiest.
    pub fn pd(&self, score: f64) -> Pd {
        of_log_odds(self.intercept + self.slope * score)
    }

    /// The same line as the calibration of a model, whose odds are stated at a base score and whose tendency is that of
    /// the outcomes. No anchor and no floor.
    pub fn line(&self, base_score: f64, bad: &[bool]) -> LineSpec {
        let rate = bad.iter().filter(|b| **b).count() as f64 / bad.len() as f64;
        LineSpec {
            base_score,
            base_odds: (-self.intercept - self.slope * base_score).exp(),
            pdo: -std::f64::consts::LN_2 / self.slope,
            central_tendency: rate,
            model_tendency: rate,
            pd_floor: 0.0,
            conservatism: None,
        }
    }
}

/// Platt's scaling: logistic regression on the score, with outcomes drawn in from 0 and 1 so that scores that part the
/// bads from the goods still have finite PDs.
///
/// ```text
/// ln(bad : good) = intercept + slope · score
/// outcome of a bad = (bads + 1) / (bads + 2)        of a good = 1 / (goods + 2)
/// ```
///
/// # Errors
/// [`PdError`]: slices of different lengths, what logistic regression refuses, a score that is not safer when higher.
///
/// ```
/// use rating_core::fit::pd::platt_curve;
/// let curve = platt_curve(&[1.0, 2.0, 3.0, 4.0], &[true, true, false, false])?; // parted at 2.5
/// assert!(curve.pd(1.0) > curve.pd(4.0) && (curve.pd(2.5).get() - 0.5).abs() < 1e-9);
/// # Ok::<(), rating_core::fit::pd::PdError>(())
/// ```
///
/// Source: Platt (1999), Probabilistic outputs for support vector machines, in Advances in Large Margin Classifiers.
pub fn platt_curve(scores: &[f64], bad: &[bool]) -> Result<PlattCurve, PdError> {
    same_length(("bad", bad.len()), ("scores", scores.len()))?;
    let bads = bad.iter().filter(|b| **b).count() as f64;
    let goods = scores.len() as f64 - bads;
    let outcome = |bad: &bool| {
        if *bad {
            (bads + 1.0) / (bads + 2.0)
        } else {
            1.0 / (goods + 2.0)
        }
    };
    // A row that is bad by a share is a bad of that weight and a good of the rest.
    let rows = scores.len();
    let x = Array2::from_shape_fn((2 * rows, 1), |(row, _)| {
        scores.get(row % rows.max(1)).copied().unwrap_or(f64::NAN)
    });
    let is_bad: Vec<bool> = (0..2 * rows).map(|row| row < rows).collect();
    let shares = bad.iter().map(outcome);
    let weights: Vec<f64> = shares.clone().chain(shares.map(|s| 1.0 - s)).collect();
    let sample = Sample::new(x.view(), &is_bad)
        .named(&["scores"])
        .weighted(&weights);
    let fitted = Logit::on_measures().fit_rows(&sample)?;
    let slope = fitted.coefficients().first().copied().unwrap_or(0.0);
    if slope >= 0.0 {
        return Err(PdError::WrongDirection(slope));
    }
    Ok(PlattCurve {
        intercept: fitted.intercept(),
        slope,
    })
}

/// Beta calibration: logistic regression on `ln pd` and `−ln(1 − pd)`, neither factor below 0. The curve of factors 1
/// and an intercept of 0 changes nothing, which no curve of Platt's family does.
///
/// ```text
/// ln(bad : good) = intercept + low · ln pd − high · ln(1 − pd)
/// ```
///
/// # Errors
/// [`PdError`]: slices of different lengths, PDs of 0 or 1, what logistic regression refuses.
///
/// ```
/// use rating_core::{fit::pd::beta_curve, num::Pd};
/// // Three PDs that are met by the outcomes: 1, 2 and 5 of 10.
/// let pds: Vec<Pd> = (0..30).map(|i| Pd::new([0.1, 0.2, 0.5][i / 10])).collect::<Result<_, _>>()?;
/// let bad: Vec<bool> = (0..30).map(|i| i % 10 < [1, 2, 5][i / 10]).collect();
/// let curve = beta_curve(&pds, &bad)?;
/// assert!((curve.low - 1.0).abs() < 1e-6 && (curve.high - 1.0).abs() < 1e-6);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Source: Kull, Silva Filho, Flach (2017), Beta calibration, Proceedings of Machine Learning Research 54.
pub fn beta_curve(pds: &[Pd], bad: &[bool]) -> Result<BetaCurve, PdError> {
    same_length(("bad", bad.len()), ("pds", pds.len()))?;
    for pd in pds {
        open_fraction("pds", pd.get())?;
    }
    let x = Array2::from_shape_fn((pds.len(), 2), |(row, column)| {
        let p = pds.get(row).map_or(f64::NAN, |pd| pd.get());
        if column == 0 { p.ln() } else { -(-p).ln_1p() }
    });
    let sample = Sample::new(x.view(), bad).named(&["ln pd", "-ln(1 - pd)"]);
    let logit = Logit::on_measures().with_signs(&[Sign::NotNegative; 2]);
    let fitted = logit.fit_rows(&sample)?;
    let mut factors = fitted.coefficients().iter().copied();
    Ok(BetaCurve {
        intercept: fitted.intercept(),
        low: factors.next().unwrap_or(0.0),
        high: factors.next().unwrap_or(0.0),
    })
}

pub(super) fn same_length(
    (what, got): (&'static str, usize),
    (of, expected): (&'static str, usize),
) -> Result<(), PdError> {
    if got == expected {
        Ok(())
    } else {
        Err(PdError::LengthsDiffer {
            what,
            of,
            expected,
            got,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: four scores at two values, smoothed outcomes 3/4 and 1/4, so the line runs through ln 3 and −ln 3.
    #[test]
    fn platts_line_runs_through_the_smoothed_outcomes() {
        let curve = platt_curve(&[0.0, 0.0, 1.0, 1.0], &[true, true, false, false]).unwrap();
        assert!((curve.intercept - 3.0_f64.ln()).abs() < 1e-9);
        assert!((curve.slope + 2.0 * 3.0_f64.ln()).abs() < 1e-9);
        assert!((curve.pd(f64::NAN).get() - 1.0).abs() < 1e-15);
    }

    #[test]
    fn what_makes_no_curve_is_said() {
        insta::assert_snapshot!(platt_curve(&[1.0], &[]).unwrap_err(), @"`bad` must have the same length as `scores`, expected `1`, got `0`");
        assert!(matches!(
            platt_curve(&[1.0, 2.0], &[false, true]),
            Err(PdError::WrongDirection(_))
        ));
        insta::assert_snapshot!(PdError::WrongDirection(0.5), @"expected PDs that fall as the score rises, got log-odds bad : good that rise by `5e-1` a point");
        let pds = [Pd::new(0.0).unwrap(), Pd::new(0.5).unwrap()];
        insta::assert_snapshot!(beta_curve(&pds, &[true, false]).unwrap_err(), @"pds: expected a fraction between 0 and 1, both excluded, got `0`");
    }
}
