//! Weights of evidence and coefficients → whole points.
//!
//! ```text
//! score = offset + factor · ln(good : bad)          ln(good : bad) = −(intercept + Σ coefficient · WoE)
//! factor = pdo / ln 2          offset = base_score − factor · ln(base_odds)
//! ```
//! Points are whole and live in the bin, so a printed score is the sum of its printed parts. A score is a sum of `n`
//! rounded numbers, each at most half a point off, so it lies within `n / 2` points of the unrounded score: `n` counts
//! the characteristics, and the base points if they stand apart. The PD is a function of the whole score, so score and
//! PD cannot disagree; what rounding costs is `n / 2` points of log-odds, which the card states.
//!
//! Source: Siddiqi (2006), Credit Risk Scorecards, chapter 6.

mod card;
mod document;
mod fitted;
#[cfg(test)]
mod laws;
mod model;
mod provenance;
mod reasons;
mod scorecard;
mod woe;

pub use document::{Estimate, FittedCharacteristic};
pub use fitted::{FittedCard, FittedVariable};
pub use model::ModelHead;
pub use provenance::{
    DroppedVariable, InfiniteWord, Magnitude, Provenance, RefusedVariable, ScreenedVariable,
    SelectedVariable, SelectionTold,
};
pub use reasons::{Reason, Reference};
pub use scorecard::CardOfMeasures;

pub use card::{Base, CardOptions, ScaledCard, Scaling, scale_card};
pub use woe::{WoeAttributes, WoeBand, WoeCategories, WoeCharacteristic, WoeMissing, WoeSet, WoeSpecial};

use crate::calibration::CalibrationError;
use crate::num::Points;
use crate::scorecard::ScorecardError;

/// Why no card can be made.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum PointsError {
    /// A scale that is none.
    #[error("{field}: expected {wanted}, got `{got}`")]
    Scale {
        /// Which number.
        field: &'static str,
        /// What it must be.
        wanted: &'static str,
        /// What it is.
        got: f64,
    },
    /// A card on which every firm has one score cannot be stretched from a least to a most.
    #[error(
        "expected weights of evidence that differ and a coefficient other than 0, got one score for every firm"
    )]
    OneScore,
    /// Points beyond what a whole number of points can hold.
    #[error("expected points from -1,000,000 to 1,000,000, got `{0}`")]
    Points(f64),
    /// A card that does not check.
    #[error("expected a card that checks, got {}", texts(.0))]
    Card(Vec<ScorecardError>),
    /// Nothing that a card holds can be made of a variable.
    #[error(
        "`{}`: expected {wanted}, got `{got}`",
        crate::num::shown(name, crate::num::SHOWN)
    )]
    Variable {
        /// The variable.
        name: String,
        /// What it must be.
        wanted: &'static str,
        /// What it is.
        got: String,
    },
    /// A document of a card that does not hold together.
    #[error("card: expected {wanted}, got `{got}`")]
    Document {
        /// What should stand there.
        wanted: &'static str,
        /// What stands there.
        got: String,
    },
    /// A reference for reasons that is none.
    #[error("reference: expected a finite number of points for each variable, got `{0}`")]
    Reference(String),
    /// A calibration that does not check.
    #[error("expected a calibration that checks, got {}", texts(.0))]
    Calibration(Vec<CalibrationError>),
}

fn texts<T: std::fmt::Display>(errors: &[T]) -> String {
    let all: Vec<String> = errors.iter().map(ToString::to_string).collect();
    all.join("; ")
}

/// The straight line from log-odds good : bad to a score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// Points for one unit of log-odds good : bad; above 0.
    factor: f64,
    /// Points at even odds.
    offset: f64,
}

impl Scale {
    /// `base_score` points at odds of `base_odds` good : bad, and `pdo` more for odds twice as good.
    ///
    /// # Errors
    /// [`PointsError::Scale`]: a base score that is not finite, odds or points to double that are not positive.
    ///
    /// ```
    /// use rating_core::fit::points::Scale;
    /// let scale = Scale::doubling(600.0, 50.0, 20.0)?;
    /// assert!((scale.factor() - 28.853900818).abs() < 1e-9);
    /// assert!((scale.offset() - 487.122876205).abs() < 1e-9);
    /// # Ok::<(), rating_core::fit::points::PointsError>(())
    /// ```
    pub fn doubling(base_score: f64, base_odds: f64, pdo: f64) -> Result<Self, PointsError> {
        let refuse = |field, wanted, got| Err(PointsError::Scale { field, wanted, got });
        let positive = |value: f64| value > 0.0 && value.is_finite();
        if !base_score.is_finite() {
            return refuse("base_score", "a finite number", base_score);
        }
        if !positive(base_odds) {
            return refuse("base_odds", "a positive, finite number (good : bad)", base_odds);
        }
        if !positive(pdo) {
            return refuse("pdo", "positive, finite points", pdo);
        }
        let factor = pdo / std::f64::consts::LN_2;
        Ok(Self {
            factor,
            offset: base_score - factor * base_odds.ln(),
        })
    }

    /// `least` points at log-odds `from`, `most` at log-odds `to`.
    pub(crate) fn between(
        (least, most): (Points, Points),
        (from, to): (f64, f64),
    ) -> Result<Self, PointsError> {
        if least >= most {
            let (field, wanted) = ("most", "points above `least`");
            return Err(PointsError::Scale {
                field,
                wanted,
                got: f64::from(most),
            });
        }
        let factor = (f64::from(most) - f64::from(least)) / (to - from);
        if !(factor.is_finite() && factor > 0.0) {
            return Err(PointsError::OneScore);
        }
        Ok(Self {
            factor,
            offset: f64::from(least) - factor * from,
        })
    }

    /// Points for one unit of log-odds good : bad.
    pub fn factor(self) -> f64 {
        self.factor
    }

    /// Points at even odds.
    pub fn offset(self) -> f64 {
        self.offset
    }

    /// The unrounded score of log-odds good : bad.
    pub fn score(self, log_odds: f64) -> f64 {
        self.offset + self.factor * log_odds
    }

    /// Whole points of a bin: `round(−factor · coefficient · WoE)`, the coefficient being one of log-odds bad : good.
    /// Halves go away from 0.
    ///
    /// # Errors
    /// [`PointsError::Points`] beyond a million either way, or if a factor is not finite.
    pub fn points(self, coefficient: f64, woe: f64) -> Result<Points, PointsError> {
        whole(-self.factor * coefficient * woe)
    }

    /// Whole points that every firm has: `round(offset − factor · intercept)`, the intercept being one of log-odds
    /// bad : good.
    ///
    /// # Errors
    /// As [`points`](Self::points).
    pub fn base_points(self, intercept: f64) -> Result<Points, PointsError> {
        whole(self.score(-intercept))
    }
}

fn whole(points: f64) -> Result<Points, PointsError> {
    let rounded = points.round();
    if rounded.abs() <= 1e6 {
        #[expect(clippy::cast_possible_truncation, reason = "the guard bounds the value")]
        let points = rounded as Points;
        Ok(points)
    } else {
        Err(PointsError::Points(points))
    }
}
