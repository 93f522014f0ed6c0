//! A curve of PDs as a document: what is kept of a fit, and read again.

mod checked;
mod error;

pub use checked::{CurveColumn, CurveInput, PdCurve};
pub use error::PdCurveError;

use super::{BetaCurve, Conservatism, IsotonicCurve, IsotonicStep, PdError};
use crate::calibration::{CalibrationSpec, ConservatismSpec, LineSpec};
use crate::num::Pd;
use crate::rule::document::read;
use serde::{Deserialize, Serialize};

/// The document of a curve of PDs: curve, shift, margin, floor, in the order in which they are applied.
///
/// ```text
/// pd = max(floor, min(1, moved(curve(x), shift) + A + B + C))        moved(p, s) = σ(logit p + s)
/// ```
/// The floor of a line is applied here too, after the margin: the greater of both holds. What a margin or a fitted curve
/// makes stops at 1 − 2⁻⁵³, the greatest number below 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PdCurveSpec {
    /// How it was made.
    pub method: PdMethod,
    /// What makes PDs of scores, PDs or grades.
    pub curve: CurveSpec,
    /// Added to the log-odds bad : good of each PD. A line takes its anchor in its own document and has 0 here.
    #[serde(default)]
    pub shift: f64,
    /// What is added because PDs may be too low, by the reason for it.
    #[serde(default)]
    pub conservatism: ConservatismSpec,
    /// Least PD that is ever given, as a fraction, after everything else.
    #[serde(default)]
    pub pd_floor: f64,
    /// What it was fitted to; nothing for a curve that was not fitted to outcomes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sample: Option<CurveSampleSpec>,
    /// [Stamp](crate::fit::points::FittedCard::stamp) of the card whose scores it was fitted to, if that was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<String>,
}

/// How a curve of PDs was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PdMethod {
    /// Given, not fitted.
    Given,
    /// Logistic regression on the score: [`crate::fit::calibration()`].
    Logistic,
    /// [`super::platt_curve`].
    Platt,
    /// [`super::isotonic_curve`].
    Isotonic,
    /// [`super::beta_curve`].
    Beta,
    /// [`super::anchor()`] alone.
    Anchor,
    /// [`super::prior_correction`].
    PriorCorrection,
    /// [`super::moment_curve`].
    Moments,
    /// [`super::pluto_tasche`].
    PlutoTasche,
    /// [`super::posterior_pd`].
    Bayes,
}

/// What makes a PD.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum CurveSpec {
    /// Of a score: a straight line of log-odds.
    Line(LineSpec),
    /// Of a score: a staircase, lowest scores first.
    Steps(Vec<IsotonicStep>),
    /// Of a score: the calibration of a model that is more than a line.
    Model(CalibrationSpec),
    /// Of a PD: a curve that bends at either end.
    Beta(BetaCurve),
    /// Of a PD: the PD itself, to be shifted.
    Identity,
    /// Of a grade: one PD each, least risk first.
    Grades(Vec<GradePdSpec>),
}

/// The PD of a grade.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GradePdSpec {
    /// Its symbol.
    pub grade: String,
    /// Its PD.
    pub pd: Pd,
}

/// What a curve was fitted to.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CurveSampleSpec {
    /// Firms.
    pub firms: u64,
    /// Defaults among them.
    pub defaults: u64,
    /// Standard error of the log-odds that a point adds; nothing for a curve without that number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slope_standard_error: Option<f64>,
}

impl PdCurveSpec {
    /// A curve without shift, margin and floor.
    pub fn new(method: PdMethod, curve: CurveSpec) -> Self {
        Self {
            method,
            curve,
            shift: 0.0,
            conservatism: ConservatismSpec::default(),
            pd_floor: 0.0,
            sample: None,
            card: None,
        }
    }

    /// Reads a document. It is not checked yet.
    ///
    /// # Errors
    /// The line and column of what is not JSON, is unknown, is missing, or stands twice.
    pub fn from_json(text: &str) -> Result<Self, PdCurveError> {
        read(text).map_err(PdCurveError::Document)
    }

    /// The document as JSON, two blanks a level.
    pub fn to_json(&self) -> String {
        // INVARIANT: the document serialises to objects with text keys, which cannot fail.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// Makes a curve of the document.
    ///
    /// # Errors
    /// [`PdCurveError`]: the first thing that is wrong.
    ///
    /// ```
    /// use rating_core::fit::pd::{CurveColumn, CurveSpec, PdCurveSpec, PdMethod};
    /// use rating_core::num::Pd;
    /// let mut spec = PdCurveSpec::new(PdMethod::Given, CurveSpec::Identity);
    /// spec.conservatism.estimation = 0.005;
    /// let pds = spec.check()?.pds(CurveColumn::Pds(&[Pd::new(0.02)?]))?;
    /// assert!((pds[0].get() - 0.025).abs() < 1e-15);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn check(self) -> Result<PdCurve, PdCurveError> {
        let ConservatismSpec {
            data_and_methods,
            changes,
            estimation,
        } = self.conservatism;
        let margin = Conservatism::new(data_and_methods, changes, estimation)?;
        let domain = |field, wanted, got| Err(PdCurveError::Pd(PdError::Domain { field, wanted, got }));
        if !(0.0..1.0).contains(&self.pd_floor) {
            return domain("pd_floor", "a fraction from 0 to below 1", self.pd_floor);
        }
        let is_line = matches!(self.curve, CurveSpec::Line(_));
        if !self.shift.is_finite() || (is_line && self.shift.abs() > 0.0) {
            return domain("shift", "a finite number, 0 for a line", self.shift);
        }
        let mut steps = None;
        match &self.curve {
            CurveSpec::Line(LineSpec {
                conservatism: Some(_),
                ..
            }) => return Err(PdCurveError::LineMargin),
            CurveSpec::Line(line) => {
                line.check(0, 0).map_err(PdCurveError::Line)?;
            }
            CurveSpec::Model(spec) => {
                spec.check(0, 0).map_err(PdCurveError::Model)?;
            }
            CurveSpec::Steps(given) => {
                let made = IsotonicCurve::new(given.clone());
                steps = Some(made.map_err(|at| PdCurveError::Step { at })?);
            }
            CurveSpec::Beta(BetaCurve { intercept, low, high }) => {
                for (field, got) in [("intercept", *intercept), ("low", *low), ("high", *high)] {
                    if !got.is_finite() || (field != "intercept" && got < 0.0) {
                        return domain(field, "a finite number, a factor not below 0", got);
                    }
                }
            }
            CurveSpec::Identity => {}
            CurveSpec::Grades(grades) => symbols(grades)?,
        }
        Ok(PdCurve {
            spec: self,
            margin,
            steps,
        })
    }
}

fn symbols(grades: &[GradePdSpec]) -> Result<(), PdCurveError> {
    if grades.is_empty() {
        let grade = String::new();
        return Err(PdCurveError::GradeSymbol { at: 0, grade });
    }
    for (at, GradePdSpec { grade, .. }) in grades.iter().enumerate() {
        if grade.trim().is_empty() || grades.iter().take(at).any(|before| before.grade == *grade) {
            let grade = grade.clone();
            return Err(PdCurveError::GradeSymbol { at, grade });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
