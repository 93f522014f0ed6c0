//! Why a document of a curve makes no curve, or a curve no PDs.

use super::CurveInput;
use crate::calibration::CalibrationError;
use crate::fit::pd::PdError;
use crate::num::{SHOWN, shown};

/// Why a curve of PDs does not hold together, or makes no PDs of a column.
#[derive(Clone, Debug, thiserror::Error)]
pub enum PdCurveError {
    /// Not JSON of a curve.
    #[error("not a calibration document: {0}")]
    Document(String),
    /// A line that is no calibration.
    #[error("curve.line: {}", texts(.0))]
    Line(Vec<CalibrationError>),
    /// A margin within a line, which has its place beside the curve.
    #[error("curve.line.conservatism: expected none, because the margin stands beside the curve")]
    LineMargin,
    /// The calibration of a model that is none.
    #[error("curve.model: {}", texts(.0))]
    Model(Vec<CalibrationError>),
    /// Steps that do not ascend in score and fall in default rate.
    #[error("curve.steps[{at}]: expected firms, and a greater score and a lower default rate than before")]
    Step {
        /// Place of the step, from 0.
        at: usize,
    },
    /// Grades without a symbol, or with that of another.
    #[error(
        "curve.grades[{at}]: expected a symbol, each once, got `{}`",
        shown(grade, SHOWN)
    )]
    GradeSymbol {
        /// Place of the grade, from 0.
        at: usize,
        /// Its symbol.
        grade: String,
    },
    /// A grade that the curve does not have.
    #[error(
        "expected a grade of the curve, got `{}` in row `{row}` (counted from 0)",
        shown(grade, SHOWN)
    )]
    UnknownGrade {
        /// Row, from 0.
        row: usize,
        /// What stood there.
        grade: String,
    },
    /// A column of another kind.
    #[error("expected `{}`, which this calibration makes PDs of, got `{}`", .wanted.word(), .got.word())]
    Input {
        /// What it takes.
        wanted: CurveInput,
        /// What it was given.
        got: CurveInput,
    },
    /// Something that a model's document has no place for.
    #[error("a model takes a line, a staircase, or a curve over the PDs of a line, got {0}")]
    NotForModel(&'static str),
    /// Numbers outside their domain, and everything else.
    #[error(transparent)]
    Pd(#[from] PdError),
}

fn texts(errors: &[CalibrationError]) -> String {
    let all: Vec<String> = errors.iter().map(ToString::to_string).collect();
    all.join("; ")
}
