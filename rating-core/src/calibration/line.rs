//! A straight line of log-odds over the score.

use super::conservatism::{ConservatismSpec, lifted_faults};
use super::{Calibration, CalibrationError, CalibrationSpec};
use crate::num::{LogOdds, Pd, Points};
use serde::{Deserialize, Serialize};

/// A straight line of log-odds good : bad over the score, with its anchor.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LineSpec {
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
    /// Least PD that is ever given, as a fraction; after the margin.
    pub pd_floor: f64,
    /// Added to the PD of the line because it may be too low; nothing unless it is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conservatism: Option<ConservatismSpec>,
}

impl From<LineSpec> for CalibrationSpec {
    fn from(line: LineSpec) -> Self {
        Self::Line(line)
    }
}

impl LineSpec {
    /// Makes a calibration for scores from `least` to `most` points: [`CalibrationSpec::check`] of this line.
    ///
    /// # Errors
    /// Everything that is wrong with the numbers.
    pub fn check(self, least: Points, most: Points) -> Result<Calibration, Vec<CalibrationError>> {
        CalibrationSpec::Line(self).check(least, most)
    }

    pub(super) fn faults(&self, errors: &mut Vec<CalibrationError>) {
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
        lifted_faults(self.conservatism, self.pd_floor, errors);
    }

    /// Log-odds are a straight line of the score, so finite at both ends is finite in between.
    pub(super) fn end_faults(&self, (least, most): (Points, Points), errors: &mut Vec<CalibrationError>) {
        let ends = [least, most].map(|score| self.log_odds(f64::from(score)));
        if let Some(got) = ends.into_iter().find(|l| !l.is_finite()) {
            errors.push(CalibrationError::LogOdds { least, most, got });
        }
    }

    /// Finite for every score between the bounds of a checked calibration.
    fn log_odds(&self, score: f64) -> f64 {
        let factor = self.pdo / std::f64::consts::LN_2;
        let offset = self.base_score - factor * self.base_odds.ln();
        let logit = |p: f64| (p / (1.0 - p)).ln();
        let shift = logit(self.model_tendency) - logit(self.central_tendency);
        (score - offset) / factor + shift
    }

    /// The PD of the line itself, before margin and floor.
    ///
    /// INVARIANT: called only on checked numbers, so the log-odds are finite and the PD lies in [0, 1].
    pub(super) fn bare(&self, score: f64) -> f64 {
        LogOdds::new(self.log_odds(score)).map_or(1.0, |l| Pd::from_log_odds(l).get())
    }
}
