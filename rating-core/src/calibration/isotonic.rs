//! A table of PDs that only fall as the score rises.

use super::CalibrationError;
use super::conservatism::{ConservatismSpec, lifted_faults};
use crate::num::Points;
use serde::{Deserialize, Serialize};

/// A staircase of PDs: table, margin, floor, in the order in which they are applied.
///
/// ```text
/// pd = max(pd_floor, min(1 − 2⁻⁵³, pd of the step + A + B + C))
/// ```
/// A step holds from its score up to the next step, whose score is not part of it; nothing is drawn between two steps.
/// Scores below the first step have the PD of the first, scores above the last that of the last.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct IsotonicSpec {
    /// The steps, lowest scores first; PDs do not rise from one to the next.
    pub isotonic: Vec<PdStepSpec>,
    /// Added to the PD because it may be too low; nothing unless it is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conservatism: Option<ConservatismSpec>,
    /// Least PD that is ever given, as a fraction; after the margin.
    pub pd_floor: f64,
}

/// Scores from `from` up to the next step, with one PD.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PdStepSpec {
    /// Least score of the step.
    pub from: Points,
    /// Its PD, as a fraction from 0 to 1; 0 asks for a margin or a floor above 0.
    pub pd: f64,
}

impl IsotonicSpec {
    pub(super) fn faults(&self, errors: &mut Vec<CalibrationError>) {
        if self.isotonic.is_empty() {
            errors.push(CalibrationError::NoSteps);
        }
        for (at, step) in self.isotonic.iter().enumerate() {
            if !(0.0..=1.0).contains(&step.pd) {
                errors.push(CalibrationError::StepPd { at, got: step.pd });
            }
        }
        for (at, [before, step]) in self.isotonic.array_windows::<2>().enumerate() {
            let at = at + 1;
            if step.from <= before.from {
                let (before, got) = (before.from, step.from);
                errors.push(CalibrationError::StepFrom { at, before, got });
            }
            if step.pd > before.pd {
                let (before, got) = (before.pd, step.pd);
                errors.push(CalibrationError::Rising { at, before, got });
            }
        }
        lifted_faults(self.conservatism, self.pd_floor, errors);
    }

    /// The PD of the step of a score.
    ///
    /// INVARIANT: called only on a checked table, which has a step.
    pub(super) fn bare(&self, score: f64) -> f64 {
        let after = self
            .isotonic
            .partition_point(|step| f64::from(step.from) <= score);
        let step = self.isotonic.get(after.saturating_sub(1));
        step.map_or(1.0, |step| step.pd)
    }
}
