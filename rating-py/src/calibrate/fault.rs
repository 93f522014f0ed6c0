//! Why no PDs can be made, by argument.

use crate::error::{FirmRatingError, refused};
use rating_core::fit::pd::{PdCurveError, PdError};

/// An argument that makes no PDs.
pub(super) fn no_pds(error: &PdError) -> FirmRatingError {
    let field = match error {
        PdError::Domain { field, .. } => Some(*field),
        PdError::Unreachable { .. } => Some("central_tendency"),
        PdError::LengthsDiffer { .. }
        | PdError::Counts { .. }
        | PdError::BeyondAccuracy { .. }
        | PdError::WrongDirection(_)
        | PdError::Fit(_) => None,
    };
    // Its argument in Python is `accuracy_ratio`.
    match field {
        Some("power") => refused(
            &error.to_string().replacen("power", "accuracy_ratio", 1),
            Some("accuracy_ratio"),
            None,
        ),
        field => refused(error, field, None),
    }
}

/// An argument that a curve does not take.
pub(super) fn no_curve(error: &PdCurveError) -> FirmRatingError {
    match error {
        PdCurveError::Pd(error) => no_pds(error),
        PdCurveError::UnknownGrade { row, .. } => refused(error, Some("x"), Some(*row)),
        PdCurveError::Document(_)
        | PdCurveError::Line(_)
        | PdCurveError::LineMargin
        | PdCurveError::Model(_)
        | PdCurveError::Step { .. }
        | PdCurveError::GradeSymbol { .. }
        | PdCurveError::Input { .. }
        | PdCurveError::NotForModel(_) => refused(error, part_of_curve(error).as_deref(), None),
    }
}

/// The part of the document that an error speaks of.
pub(super) fn part_of_curve(error: &PdCurveError) -> Option<String> {
    match error {
        PdCurveError::Line(_) => Some("curve.line".to_owned()),
        PdCurveError::LineMargin => Some("curve.line.conservatism".to_owned()),
        PdCurveError::Model(_) => Some("curve.model".to_owned()),
        PdCurveError::Step { at } => Some(format!("curve.steps[{at}]")),
        PdCurveError::GradeSymbol { at, .. } => Some(format!("curve.grades[{at}]")),
        PdCurveError::Pd(PdError::Domain { field, .. }) => Some((*field).to_owned()),
        PdCurveError::Document(_)
        | PdCurveError::UnknownGrade { .. }
        | PdCurveError::Input { .. }
        | PdCurveError::NotForModel(_)
        | PdCurveError::Pd(_) => None,
    }
}
