//! PDs of a line, bent at either end.

use super::conservatism::{ConservatismSpec, lifted_faults};
use super::line::LineSpec;
use super::{CalibrationError, of_log_odds};
use crate::num::Pd;
use serde::{Deserialize, Serialize};

/// A curve over the PDs of a line of scores: line, curve, shift, margin, floor, in the order in which they are applied.
///
/// ```text
/// pd = max(pd_floor, min(1 − 2⁻⁵³, σ(logit beta(of) + shift) + A + B + C))
/// ```
/// where `of` is the PD of the line with its own margin and floor.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct BetaSpec {
    /// The line whose PDs are bent.
    pub of: LineSpec,
    /// What bends them.
    pub beta: BetaCurve,
    /// Added to the log-odds bad : good of each bent PD, to anchor it; 0 unless it is given.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub shift: f64,
    /// Added to the PD because it may be too low; nothing unless it is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conservatism: Option<ConservatismSpec>,
    /// Least PD that is ever given, as a fraction; after the margin.
    pub pd_floor: f64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde lends the field")]
fn is_zero(shift: &f64) -> bool {
    shift.abs() <= 0.0
}

/// PDs made of PDs by a curve that bends at either end.
///
/// ```text
/// ln(bad : good) = intercept + low · ln pd − high · ln(1 − pd)
/// ```
///
/// Source: Kull, Silva Filho, Flach (2017), Beta calibration, Proceedings of Machine Learning Research 54.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct BetaCurve {
    /// Log-odds where both other terms vanish.
    pub intercept: f64,
    /// Factor of `ln pd`; 0 or above.
    pub low: f64,
    /// Factor of `−ln(1 − pd)`; 0 or above.
    pub high: f64,
}

impl BetaCurve {
    /// The PD made of a PD. 0 and 1 are taken at the nearest number that has a logarithm.
    pub fn pd(&self, pd: Pd) -> Pd {
        let p = pd.get().clamp(f64::MIN_POSITIVE, 1.0 - f64::EPSILON);
        of_log_odds(self.intercept + self.low * p.ln() - self.high * (-p).ln_1p())
    }
}

impl BetaSpec {
    pub(super) fn faults(&self, errors: &mut Vec<CalibrationError>) {
        let mut of = Vec::new();
        self.of.faults(&mut of);
        errors.extend(of.into_iter().map(|fault| CalibrationError::Of(Box::new(fault))));
        let BetaCurve { intercept, low, high } = self.beta;
        if !intercept.is_finite() {
            errors.push(CalibrationError::Intercept(intercept));
        }
        for (field, value) in [("low", low), ("high", high)] {
            if !(value >= 0.0 && value.is_finite()) {
                errors.push(CalibrationError::Factor { field, value });
            }
        }
        // Without a factor every score would have one PD.
        if low.abs() <= 0.0 && high.abs() <= 0.0 {
            errors.push(CalibrationError::Flat);
        }
        if !self.shift.is_finite() {
            errors.push(CalibrationError::Shift(self.shift));
        }
        lifted_faults(self.conservatism, self.pd_floor, errors);
    }
}
