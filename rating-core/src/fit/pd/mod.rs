//! PDs from scores, from other PDs and from few defaults.
//!
//! A model takes a [`CalibrationSpec`](crate::calibration::CalibrationSpec): a line with an anchor, a curve over the PDs of
//! a line, or a table, each with a margin ([`PdCurve::for_model`]). What is here fits these, chooses their numbers
//! ([`Anchor::model_tendency`]), and bounds them where defaults are too few to fit anything ([`pluto_tasche`]). Grades
//! stand least risk first. Whatever was made is kept and read again as a [`PdCurveSpec`].

mod anchor;
mod conservatism;
mod curve;
mod document;
mod isotonic;
mod low_default;
mod moments;
mod normal;

pub use anchor::{Anchor, anchor, prior_correction, prior_shift};
pub use conservatism::Conservatism;
pub use curve::{PlattCurve, beta_curve, platt_curve};
pub use document::{
    CurveColumn, CurveInput, CurveSampleSpec, CurveSpec, GradePdSpec, PdCurve, PdCurveError, PdCurveSpec,
    PdMethod,
};
pub use isotonic::{IsotonicCurve, IsotonicStep, isotonic_curve};
pub use low_default::{GradeCounts, PosteriorOf, pluto_tasche, posterior_pd};
pub use moments::{MomentCurve, accuracy_ratio, moment_curve};

pub use crate::calibration::{BetaCurve, ConservatismSpec};

use super::logistic::LogisticError;

/// Why no PDs can be made.
#[derive(Clone, Debug, thiserror::Error)]
pub enum PdError {
    /// Two slices do not describe the same firms.
    #[error("`{what}` must have the same length as `{of}`, expected `{expected}`, got `{got}`")]
    LengthsDiffer {
        /// Which slice.
        what: &'static str,
        /// The slice that it should go with.
        of: &'static str,
        /// Length of that slice.
        expected: usize,
        /// Its length.
        got: usize,
    },
    /// A number outside its domain.
    #[error("{field}: expected {wanted}, got `{got}`")]
    Domain {
        /// Which number.
        field: &'static str,
        /// What it must be.
        wanted: &'static str,
        /// What it is.
        got: f64,
    },
    /// No shift brings the mean of the PDs there, because some of them are 0 or 1.
    #[error(
        "expected a central tendency between `{least}` and `{most}`, which shifted PDs can reach, got `{got}`"
    )]
    Unreachable {
        /// The mean if every PD between 0 and 1 went to 0.
        least: f64,
        /// The mean if every PD between 0 and 1 went to 1.
        most: f64,
        /// What was asked for.
        got: f64,
    },
    /// A grade or a portfolio with more defaults than obligors, or without obligors.
    #[error("expected obligors, and at most as many defaults, got `{defaults}` defaults of `{obligors}`")]
    Counts {
        /// Obligors.
        obligors: u64,
        /// Defaults.
        defaults: u64,
    },
    /// Counts beyond those for which the accuracy of the beta distribution is known.
    #[error(
        "expected at most 10,000 of the fewer of defaults and survivors, got `{defaults}` defaults of `{obligors}`"
    )]
    BeyondAccuracy {
        /// Obligors.
        obligors: u64,
        /// Defaults.
        defaults: u64,
    },
    /// A higher score is not safer.
    #[error(
        "expected PDs that fall as the score rises, got log-odds bad : good that rise by `{0:e}` a point"
    )]
    WrongDirection(f64),
    /// The regression behind a curve.
    #[error(transparent)]
    Fit(#[from] LogisticError),
}

/// A fraction between 0 and 1, both excluded.
fn open_fraction(field: &'static str, got: f64) -> Result<(), PdError> {
    if got > 0.0 && got < 1.0 {
        Ok(())
    } else {
        let wanted = "a fraction between 0 and 1, both excluded";
        Err(PdError::Domain { field, wanted, got })
    }
}

/// The place where a function that rises goes through 0, to the last bit that halving gives.
fn root(mut low: f64, mut high: f64, rises: impl Fn(f64) -> f64) -> f64 {
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            break;
        }
        if rises(middle) < 0.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}
