//! Score → PD.
//!
//! ```text
//! line      log_odds = (score − offset) / factor + shift        PD = 1 / (1 + exp(log_odds))
//!           factor = pdo / ln 2        offset = base_score − factor · ln(base_odds)
//!           shift  = logit(model_tendency) − logit(central_tendency),   logit(p) = ln(p / (1 − p))
//! beta      ln(bad : good) = intercept + low · ln p − high · ln(1 − p) + shift,   p the PD of a line
//! isotonic  the PD of the step that holds the score
//! all       PD = max(floor, PD + A + B + C)
//! ```
//! where `pdo` is the points that double the odds good : bad, and the shift of a line anchors the model to a central
//! tendency: it moves a population whose PDs average near `model_tendency` to `central_tendency` without
//! changing any order. A, B and C are a margin of conservatism. Source: Siddiqi (2006), scorecard scaling; the anchor is the
//! usual prior correction; of the others beside their types.
//!
//! What all have in common: a PD is a function of the score only, does not rise with it, and there is one for each whole
//! score, looked up in a table.

mod beta;
mod conservatism;
mod document;
mod error;
mod isotonic;
mod line;

pub use beta::{BetaCurve, BetaSpec};
pub use conservatism::ConservatismSpec;
pub use error::CalibrationError;
pub use isotonic::{IsotonicSpec, PdStepSpec};
pub use line::LineSpec;

use crate::num::{LogOdds, Pd, Points};
use serde::Serialize;

/// The document of a calibration; its fields say which of the three it is.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(untagged))]
#[serde(untagged)]
pub enum CalibrationSpec {
    /// A straight line of log-odds.
    Line(LineSpec),
    /// A curve over the PDs of a line.
    Beta(BetaSpec),
    /// A table of PDs.
    Isotonic(IsotonicSpec),
}

/// The greatest PD that a curve or a margin makes, 1 − 2⁻⁵³: the greatest number below 1, which is a default that has
/// happened.
pub(crate) const MOST_PD: f64 = 1.0 - f64::EPSILON / 2.0;

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
    /// Everything that is wrong with the document.
    ///
    /// ```
    /// use rating_core::calibration::LineSpec;
    /// let spec = LineSpec {
    ///     base_score: 600.0, base_odds: 50.0, pdo: 20.0,
    ///     central_tendency: 0.02, model_tendency: 0.02, pd_floor: 0.0, conservatism: None,
    /// };
    /// let calibration = spec.check(0, 1000).map_err(|errors| errors[0].clone())?;
    /// assert!((calibration.pd(600).get() - 1.0 / 51.0).abs() < 1e-15);
    /// assert!((calibration.pd(620).get() - 1.0 / 101.0).abs() < 1e-15); // one PDO up
    /// # Ok::<(), rating_core::calibration::CalibrationError>(())
    /// ```
    ///
    /// ```
    /// use rating_core::calibration::CalibrationSpec;
    /// let text = r#"{"isotonic": [{"from": 500, "pd": 0.2}, {"from": 600, "pd": 0.05}], "pd_floor": 0.0003,
    ///     "conservatism": {"data_and_methods": 0.002, "changes": 0.0, "estimation": 0.001}}"#;
    /// let spec: CalibrationSpec = serde_json::from_str(text)?;
    /// let calibration = spec.check(400, 700).map_err(|errors| errors[0].clone())?;
    /// // A step holds up to the next, the first also below, the last also above.
    /// let parts = [400, 599, 600, 700].map(|score| (1e4 * calibration.pd(score).get()).round());
    /// assert_eq!(parts, [2030.0, 2030.0, 530.0, 530.0]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn check(&self, least: Points, most: Points) -> Result<Calibration, Vec<CalibrationError>> {
        if !(0..=1_000_000).contains(&(i64::from(most) - i64::from(least))) {
            return Err(vec![CalibrationError::Scores { least, most }]);
        }
        let mut errors = Vec::new();
        match self {
            Self::Line(line) => line.faults(&mut errors),
            Self::Beta(curve) => curve.faults(&mut errors),
            Self::Isotonic(table) => table.faults(&mut errors),
        }
        if errors.is_empty() {
            self.end_faults((least, most), &mut errors);
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let pds: Vec<Pd> = (least..=most).map(|score| self.pd(f64::from(score))).collect();
        // PDs do not rise, so that one of 0 is the last.
        let ends_at_zero = pds.last().is_some_and(|pd| pd.get() <= 0.0);
        if ends_at_zero && !matches!(self, Self::Line(_)) {
            return Err(vec![CalibrationError::Zero(most)]);
        }
        Ok(Calibration {
            spec: self.clone(),
            least,
            pds,
        })
    }

    fn end_faults(&self, ends: (Points, Points), errors: &mut Vec<CalibrationError>) {
        match self {
            Self::Line(line) => line.end_faults(ends, errors),
            Self::Beta(curve) => {
                let mut of = Vec::new();
                curve.of.end_faults(ends, &mut of);
                errors.extend(of.into_iter().map(|fault| CalibrationError::Of(Box::new(fault))));
            }
            Self::Isotonic(_) => {}
        }
    }

    /// The line, if it is one.
    pub fn line(&self) -> Option<&LineSpec> {
        match self {
            Self::Line(line) => Some(line),
            Self::Beta(_) | Self::Isotonic(_) => None,
        }
    }

    /// The line, to be changed, if it is one.
    pub fn line_mut(&mut self) -> Option<&mut LineSpec> {
        match self {
            Self::Line(line) => Some(line),
            Self::Beta(_) | Self::Isotonic(_) => None,
        }
    }

    /// The margin that is added, if there is one.
    pub fn conservatism(&self) -> Option<ConservatismSpec> {
        match self {
            Self::Line(line) => line.conservatism,
            Self::Beta(curve) => curve.conservatism,
            Self::Isotonic(table) => table.conservatism,
        }
    }

    /// Least PD that is ever given, as a fraction.
    pub fn pd_floor(&self) -> f64 {
        match self {
            Self::Line(line) => line.pd_floor,
            Self::Beta(curve) => curve.pd_floor,
            Self::Isotonic(table) => table.pd_floor,
        }
    }

    /// The PD before margin and floor, in [0, 1].
    fn bare(&self, score: f64) -> f64 {
        match self {
            Self::Line(line) => line.bare(score),
            Self::Beta(curve) => {
                let of = Self::Line(curve.of).pd(score);
                moved(curve.beta.pd(of), curve.shift).get()
            }
            Self::Isotonic(table) => table.bare(score),
        }
    }

    /// INVARIANT: called only on checked numbers.
    fn pd(&self, score: f64) -> Pd {
        let bare = self.bare(score);
        let total = self.conservatism().map_or(0.0, |margin| margin.total());
        // A line alone is only held to its floor.
        let most = match self {
            Self::Line(_) if total <= 0.0 => 1.0,
            _ => MOST_PD,
        };
        let pd = with_margin(bare, total, most).max(self.pd_floor());
        Pd::new(pd).unwrap_or_else(|_| Pd::from_log_odds(LogOdds::ZERO))
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

    /// PD of a score before margin and floor. Beyond the card's bounds as [`pd`](Self::pd). Total.
    pub fn pd_before_margin(&self, score: Points) -> Pd {
        let above = Points::try_from(self.pds.len().saturating_sub(1)).unwrap_or(Points::MAX);
        let score = score.clamp(self.least, self.least.saturating_add(above));
        Pd::new(self.spec.bare(f64::from(score))).unwrap_or_else(|_| self.pd(score))
    }
}

/// A PD with a margin, at most `most`.
pub(crate) fn with_margin(pd: f64, total: f64, most: f64) -> f64 {
    (pd + total).min(most)
}

/// `p · e^a / (1 − p + p · e^a)`, which stays in [0, 1]: log-odds bad : good that rise by `a`.
pub(crate) fn moved(pd: Pd, shift: f64) -> Pd {
    if shift.abs() <= 0.0 {
        return pd;
    }
    let p = pd.get();
    let value = if shift > 0.0 {
        p / (p + (1.0 - p) * (-shift).exp())
    } else {
        p * shift.exp() / (1.0 - p + p * shift.exp())
    };
    Pd::new(value).unwrap_or(pd)
}

/// The PD of log-odds bad : good; 1 where they are no number.
pub(crate) fn of_log_odds(log_odds: f64) -> Pd {
    Pd::new(1.0 / (1.0 + (-log_odds).exp()))
        .or_else(|_| Pd::new(1.0))
        .unwrap_or_else(|_| Pd::from_log_odds(LogOdds::ZERO))
}

#[cfg(test)]
mod tests;
