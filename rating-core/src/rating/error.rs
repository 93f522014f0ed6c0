//! What is wrong with a model document.

use crate::calibration::CalibrationError;
use crate::measure::Family;
use crate::num::{SHOWN, shown};
use crate::scale::ScaleError;
use crate::scorecard::ScorecardError;

/// Why a model does not hold together: which part of the document, which rule, which value.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ModelError {
    /// Not JSON of the published schema.
    #[error("not a model document: {0}")]
    Document(String),
    /// A text that must not be blank.
    #[error("{0}: expected text, got nothing")]
    Blank(&'static str),
    /// A name that is longer than any name.
    #[error("{place}: expected at most {most} characters, got {got}")]
    Long {
        /// Place of the name.
        place: String,
        /// How many characters there may be.
        most: usize,
        /// How many there are.
        got: usize,
    },
    /// Two pillars of one family, or the technology family among the credit pillars.
    #[error(
        "pillars[{at}].family: expected each family once and `technology` not among them, got `{}`",
        family.word()
    )]
    Family {
        /// Place of the pillar.
        at: usize,
        /// Its family.
        family: Family,
    },
    /// No pillar at all.
    #[error("pillars: expected at least one, got none")]
    NoPillars,
    /// A measure of another family.
    #[error("{place}: expected measures of the family `{}`, got `{measure}`", family.word())]
    ForeignMeasure {
        /// Place of the card.
        place: String,
        /// Family of the card.
        family: Family,
        /// The measure.
        measure: &'static str,
    },
    /// Points that every firm starts with, beyond the bound.
    #[error("base_points: expected -10000 to 10000, got `{0}`")]
    BasePoints(i32),
    /// A fault of a scorecard.
    #[error("{place}: {error}")]
    Scorecard {
        /// Place of the card.
        place: String,
        /// The fault.
        error: ScorecardError,
    },
    /// A fault of the calibration.
    #[error("calibration.{0}")]
    Calibration(CalibrationError),
    /// A fault of a scale or of the matrix.
    #[error("{0}")]
    Scale(ScaleError),
    /// Technology points beyond 0 to 100.
    #[error("technology.card: `{measure}`: expected points from 0 to 100, got `{points}`")]
    TechnologyPoints {
        /// The measure.
        measure: &'static str,
        /// The points.
        points: i32,
    },
    /// Weights that are not one a characteristic or do not sum to 100.
    #[error(
        "technology.weights.{stage}: expected a weight for each characteristic of the card, 100 in sum, got {got}"
    )]
    Weights {
        /// The stage.
        stage: &'static str,
        /// What came.
        got: String,
    },
    /// A grade for firms without reports that the technology scale does not have.
    #[error("technology.unreported: expected a grade of technology.scale, got `{0}`")]
    Unreported(String),
    /// Ages that do not ascend.
    #[error(
        "technology.stages: expected finite numbers, 0 <= start_up_below_years <= stable_from_years, got `{0}` and `{1}`"
    )]
    Stages(f64, f64),
    /// More characteristics than the pillars have.
    #[error("minimum.characteristics: expected at most {most}, got `{got}`")]
    Minimum {
        /// How many there are.
        most: usize,
        /// How many are asked for.
        got: u16,
    },
    /// A rule without or with a repeated id.
    #[error("rules[{at}].id: expected text, each once, got `{}`", shown(id, SHOWN))]
    RuleId {
        /// Place of the rule.
        at: usize,
        /// Its id.
        id: String,
    },
    /// A rule that ends before it begins.
    #[error("rules[{at}].valid_to: must not be before `valid_from`")]
    RuleDates {
        /// Place of the rule.
        at: usize,
    },
    /// A rule that does not say where it comes from.
    #[error("rules[{at}].basis.document: expected a document and article, got nothing")]
    RuleBasis {
        /// Place of the rule.
        at: usize,
    },
    /// A rule on registrations that no state meets.
    #[error("rules[{at}].kind.registration.any_of: expected at least one state, got none")]
    RuleStates {
        /// Place of the rule.
        at: usize,
    },
    /// A cap at a grade that the government scale does not have.
    #[error(
        "rules[{at}].effect.cap: expected a grade of government.scale, got `{}`",
        shown(grade, SHOWN)
    )]
    RuleGrade {
        /// Place of the rule.
        at: usize,
        /// The grade.
        grade: String,
    },
    /// Mean points that are missing, left over or no number.
    #[error(
        "reference.points: expected a finite number for each characteristic of the pillars and no other, got {0}"
    )]
    Reference(String),
}
