//! Why a calibration does not hold together.

use crate::num::Points;

/// Why a calibration does not hold together: which part of its document, what was expected, which value.
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
    /// A PD of 0 that no floor lifts.
    #[error(
        "pd_floor: expected a floor above 0, because the curve ends at a PD of 0 at `{0}` points, got `0`"
    )]
    Zero(Points),
    /// A part of a margin outside [0, 1].
    #[error("conservatism.{field}: expected a fraction from 0 to 1, got `{value}`")]
    Margin {
        /// Which part.
        field: &'static str,
        /// The value.
        value: f64,
    },
    /// A fault of the line that a curve bends.
    #[error("of.{0}")]
    Of(Box<CalibrationError>),
    /// An intercept that is no number.
    #[error("beta.intercept: expected a finite number, got `{0}`")]
    Intercept(f64),
    /// A factor that would let PDs rise with the score.
    #[error("beta.{field}: expected a finite factor, 0 or above, got `{value}`")]
    Factor {
        /// Which factor.
        field: &'static str,
        /// The value.
        value: f64,
    },
    /// A curve that gives every score one PD.
    #[error("beta.low: expected a factor above 0, here or of `high`, got `0` and `0`")]
    Flat,
    /// A shift that is no number.
    #[error("shift: expected a finite number, got `{0}`")]
    Shift(f64),
    /// A table without steps.
    #[error("isotonic: expected at least one step, got none")]
    NoSteps,
    /// A step that does not lie above the one before.
    #[error("isotonic[{at}].from: expected a score above `{before}`, that of the step before, got `{got}`")]
    StepFrom {
        /// Place of the step, from 0.
        at: usize,
        /// Score of the step before.
        before: Points,
        /// Its score.
        got: Points,
    },
    /// A PD outside [0, 1].
    #[error("isotonic[{at}].pd: expected a fraction from 0 to 1, got `{got}`")]
    StepPd {
        /// Place of the step, from 0.
        at: usize,
        /// Its PD.
        got: f64,
    },
    /// A PD that rises with the score.
    #[error("isotonic[{at}].pd: expected at most `{before}`, the PD of the lower scores before, got `{got}`")]
    Rising {
        /// Place of the step, from 0.
        at: usize,
        /// PD of the step before.
        before: f64,
        /// Its PD.
        got: f64,
    },
}
