//! Score → PD.
//!
//! ```text
//! log_odds = (score − offset) / factor + shift        PD = max(floor, 1 / (1 + exp(log_odds)))
//! factor = pdo / ln 2        offset = base_score − factor · ln(base_odds)
//! shift  = logit(model_tendency) − logit(central_tendency),   logit(p) = ln(p / (1 − p))
//! ```
//! where `pdo` is the points that double the odds good : bad, and the shift anchors the model to a central
//! tendency: it moves a population whose PDs average near `model_tendency` to `central_tendency` without
//! changing any order. Source: Siddiqi (2006), scorecard scaling; the anchor is the usual prior correction.

use crate::num::{LogOdds, Pd, Points};
use serde::{Deserialize, Serialize};

/// The document of a calibration.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CalibrationSpec {
    /// A score …
    pub base_score: f64,
    /// … whose odds good : bad are these, before the anchor.
    pub base_odds: f64,
    /// Points that double the odds.
    pub pdo: f64,
    /// Long-run default rate that the model is anchored to, as a fraction.
    pub central_tendency: f64,
    /// Default rate that the unanchored scale implies for the reference population, as a fraction.
    pub model_tendency: f64,
    /// Least PD that is ever given, as a fraction.
    pub pd_floor: f64,
}

/// Why a calibration does not hold together.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum CalibrationError {
    /// A base score that is no score.
    #[error("base_score: expected a number from -1,000,000 to 1,000,000, got `{0}`")]
    BaseScore(f64),
    /// Odds that are not positive.
    #[error("base_odds: expected a positive, finite number (good : bad), got `{0}`")]
    BaseOdds(f64),
    /// Points that do not double the odds.
    #[error("pdo: points to double the odds must be positive and finite, got `{0}`")]
    Pdo(f64),
    /// A tendency outside (0, 1).
    #[error("{field}: expected a default rate between 0 and 1, both excluded, got `{value}`")]
    Tendency {
        /// Which of the two.
        field: &'static str,
        /// The value.
        value: f64,
    },
    /// Numbers so extreme that the formula leaves the range of floating point.
    #[error(
        "pdo: expected finite log-odds for scores from {least} to {most} with this `base_score` and `base_odds`, got `{got}`"
    )]
    LogOdds {
        /// The fewest points.
        least: Points,
        /// The most points.
        most: Points,
        /// What one of them gives.
        got: f64,
    },
    /// More scores than a table of PDs should hold.
    #[error("expected scores that span 0 to 1,000,000 points, got `{least}` to `{most}`")]
    Scores {
        /// The fewest points.
        least: Points,
        /// The most points.
        most: Points,
    },
    /// A floor outside [0, 1).
    #[error("pd_floor: expected a fraction from 0 to below 1, got `{0}`")]
    Floor(f64),
}

/// Score → PD, one PD for each whole score. A function of the score only.
#[derive(Clone, Debug, PartialEq)]
pub struct Calibration {
    spec: CalibrationSpec,
    least: Points,
    pds: Vec<Pd>,
}

impl CalibrationSpec {
    /// Makes a calibration for scores from `least` to `most` points.
    ///
    /// # Errors
    /// Everything that is wrong with the numbers.
    ///
    /// ```
    /// use rating_core::calibration::CalibrationSpec;
    /// let spec = CalibrationSpec {
    ///     base_score: 600.0, base_odds: 50.0, pdo: 20.0,
    ///     central_tendency: 0.02, model_tendency: 0.02, pd_floor: 0.0,
    /// };
    /// let calibration = spec.check(0, 1000).map_err(|errors| errors[0].clone())?;
    /// assert!((calibration.pd(600).get() - 1.0 / 51.0).abs() < 1e-15);
    /// assert!((calibration.pd(620).get() - 1.0 / 101.0).abs() < 1e-15); // one PDO up
    /// # Ok::<(), rating_core::calibration::CalibrationError>(())
    /// ```
    pub fn check(self, least: Points, most: Points) -> Result<Calibration, Vec<CalibrationError>> {
        let mut errors = Vec::new();
        if !(0..=1_000_000).contains(&(i64::from(most) - i64::from(least))) {
            return Err(vec![CalibrationError::Scores { least, most }]);
        }
        let positive = |value: f64| value > 0.0 && value.is_finite();
        if !(-1e6..=1e6).contains(&self.base_score) {
            errors.push(CalibrationError::BaseScore(self.base_score));
        }
        if !positive(self.base_odds) {
            errors.push(CalibrationError::BaseOdds(self.base_odds));
        }
        if !positive(self.pdo) {
            errors.push(CalibrationError::Pdo(self.pdo));
        }
        for (field, value) in [
            ("central_tendency", self.central_tendency),
            ("model_tendency", self.model_tendency),
        ] {
            if !(value > 0.0 && value < 1.0) {
                errors.push(CalibrationError::Tendency { field, value });
            }
        }
        if !(0.0..1.0).contains(&self.pd_floor) {
            errors.push(CalibrationError::Floor(self.pd_floor));
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        // Log-odds are a straight line of the score, so finite at both ends is finite in between.
        let ends = [least, most.max(least)].map(|score| self.log_odds(f64::from(score)));
        if let Some(got) = ends.into_iter().find(|l| !l.is_finite()) {
            return Err(vec![CalibrationError::LogOdds { least, most, got }]);
        }
        let pds = (least..=most.max(least))
            .map(|score| self.pd(f64::from(score)))
            .collect();
        Ok(Calibration {
            spec: self,
            least,
            pds,
        })
    }

    /// Finite for every score between the bounds of a checked calibration.
    fn log_odds(&self, score: f64) -> f64 {
        let factor = self.pdo / std::f64::consts::LN_2;
        let offset = self.base_score - factor * self.base_odds.ln();
        let logit = |p: f64| (p / (1.0 - p)).ln();
        let shift = logit(self.model_tendency) - logit(self.central_tendency);
        (score - offset) / factor + shift
    }

    /// INVARIANT: called only on checked numbers, so the log-odds are finite and the PD lies in [0, 1].
    fn pd(&self, score: f64) -> Pd {
        let pd = LogOdds::new(self.log_odds(score)).map_or(1.0, |l| Pd::from_log_odds(l).get());
        Pd::new(pd.max(self.pd_floor)).unwrap_or_else(|_| Pd::from_log_odds(LogOdds::ZERO))
    }
}

impl Calibration {
    /// The document.
    pub fn spec(&self) -> &CalibrationSpec {
        &self.spec
    }

    /// PD of a score, twelve months. Scores beyond the card's bounds take the PD of the nearest bound. Total.
    pub fn pd(&self, score: Points) -> Pd {
        let at = usize::try_from(score.saturating_sub(self.least)).unwrap_or(0);
        // INVARIANT: `pds` is not empty.
        let last = self.pds.last().copied();
        self.pds
            .get(at)
            .copied()
            .or(last)
            .unwrap_or_else(|| self.spec.pd(f64::from(score)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPEC: CalibrationSpec = CalibrationSpec {
        base_score: 600.0,
        base_odds: 50.0,
        pdo: 20.0,
        central_tendency: 0.02,
        model_tendency: 0.02,
        pd_floor: 0.0003,
    };

    /// PD 2 % stands at 599.417073087 points of the scale 600 @ 50:1, PDO 20: `domain` figure computed apart.
    #[test]
    fn the_scale_is_the_published_one() {
        let offset = 600.0 - 20.0 / std::f64::consts::LN_2 * 50.0_f64.ln();
        assert!((offset - 487.122_876_205).abs() < 1e-8);
        assert!((SPEC.pd(599.417_073_087).get() - 0.02).abs() < 1e-11);
    }

    #[test]
    fn the_anchor_moves_one_tendency_to_the_other() {
        let anchored = CalibrationSpec {
            central_tendency: 0.05,
            ..SPEC
        };
        assert!((anchored.pd(599.417_073_087).get() - 0.05).abs() < 1e-11);
    }

    #[test]
    fn a_pd_falls_with_the_score_and_stops_at_the_floor() {
        let calibration = SPEC.check(300, 900).unwrap();
        assert!((301..=900).all(|s| calibration.pd(s).get() <= calibration.pd(s - 1).get()));
        assert_eq!(calibration.pd(5000), calibration.pd(900));
        assert_eq!(calibration.pd(-5000), calibration.pd(300));
        assert!((calibration.pd(900).get() - 0.0003).abs() < 1e-18);
    }

    #[test]
    fn every_number_that_is_wrong_is_named() {
        let bad = CalibrationSpec {
            base_score: f64::NAN,
            base_odds: 0.0,
            pdo: -1.0,
            central_tendency: 1.0,
            model_tendency: f64::NAN,
            pd_floor: 1.0,
        };
        let text = bad
            .check(0, 1)
            .unwrap_err()
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("\n");
        insta::assert_snapshot!(text, @"
        base_score: expected a number from -1,000,000 to 1,000,000, got `NaN`
        base_odds: expected a positive, finite number (good : bad), got `0`
        pdo: points to double the odds must be positive and finite, got `-1`
        central_tendency: expected a default rate between 0 and 1, both excluded, got `1`
        model_tendency: expected a default rate between 0 and 1, both excluded, got `NaN`
        pd_floor: expected a fraction from 0 to below 1, got `1`
        ");
    }

    /// A score above the base score would have log-odds of plus infinity, and no PD.
    #[test]
    fn a_scale_that_leaves_floating_point_is_refused() {
        let refuse = |spec: CalibrationSpec| spec.check(0, 1000).unwrap_err()[0].to_string();
        insta::assert_snapshot!(refuse(CalibrationSpec { pdo: 1e-320, ..SPEC }), @"pdo: expected finite log-odds for scores from 0 to 1000 with this `base_score` and `base_odds`, got `-inf`");
    }

    #[test]
    fn a_table_of_pds_has_a_bound() {
        let spec = CalibrationSpec {
            base_score: 600.0,
            base_odds: 50.0,
            pdo: 20.0,
            central_tendency: 0.02,
            model_tendency: 0.02,
            pd_floor: 0.0,
        };
        let told = |least, most| spec.check(least, most).unwrap_err()[0].to_string();
        assert_eq!(
            told(i32::MIN, i32::MAX),
            "expected scores that span 0 to 1,000,000 points, got `-2147483648` to `2147483647`"
        );
        assert_eq!(
            told(1, 0),
            "expected scores that span 0 to 1,000,000 points, got `1` to `0`"
        );
    }
}
