//! What is added to a PD because it may be too low.

use super::CalibrationError;
use serde::{Deserialize, Serialize};

/// A margin of conservatism by the reason for it: each part a fraction from 0 to 1 that is added to the PD.
///
/// The parts stay apart, so that each can be removed when its reason is: they add up and do not compound.
///
/// Source: EBA (2017), Guidelines on PD estimation, LGD estimation and the treatment of defaulted exposures
/// (EBA/GL/2017/16): categories A, B and C.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[doc(alias = "MoC")]
pub struct ConservatismSpec {
    /// A: deficiencies of data and methods.
    pub data_and_methods: f64,
    /// B: changes since the data.
    pub changes: f64,
    /// C: the general error of the estimate.
    pub estimation: f64,
}

impl ConservatismSpec {
    /// All parts.
    pub fn total(&self) -> f64 {
        self.data_and_methods + self.changes + self.estimation
    }

    /// The parts with their names, A to C.
    pub fn parts(&self) -> [(&'static str, f64); 3] {
        [
            ("data_and_methods", self.data_and_methods),
            ("changes", self.changes),
            ("estimation", self.estimation),
        ]
    }

    fn faults(&self, errors: &mut Vec<CalibrationError>) {
        let parts = self.parts().into_iter();
        let wrong = parts.filter(|(_, value)| !(0.0..=1.0).contains(value));
        errors.extend(wrong.map(|(field, value)| CalibrationError::Margin { field, value }));
    }
}

/// What is wrong with what lifts a PD: its margin and its floor.
pub(super) fn lifted_faults(
    conservatism: Option<ConservatismSpec>,
    pd_floor: f64,
    errors: &mut Vec<CalibrationError>,
) {
    if let Some(margin) = conservatism {
        margin.faults(errors);
    }
    if !(0.0..1.0).contains(&pd_floor) {
        errors.push(CalibrationError::Floor(pd_floor));
    }
}
