//! What is added to a PD because it may be too low.

use super::PdError;
use crate::num::Pd;

/// Margin of conservatism, by the reason for it; each a fraction that is added to the PD, 0 or above.
///
/// The parts stay apart, so that each can be removed when its reason is: they add up and do not compound.
///
/// ```
/// use rating_core::{fit::pd::Conservatism, num::Pd};
/// let margin = Conservatism::new(0.002, 0.001, 0.0005)?;
/// assert!((margin.pd(Pd::new(0.02)?).get() - 0.0235).abs() < 1e-15);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Source: EBA (2017), Guidelines on PD estimation, LGD estimation and the treatment of defaulted exposures
/// (EBA/GL/2017/16): categories A, B and C.
#[derive(Clone, Copy, Debug, PartialEq)]
#[doc(alias = "MoC")]
pub struct Conservatism {
    data_and_methods: f64,
    changes: f64,
    estimation: f64,
}

impl Conservatism {
    /// Parts A, B and C.
    ///
    /// # Errors
    /// [`PdError::Domain`]: a part that is not a fraction from 0 to 1.
    pub fn new(data_and_methods: f64, changes: f64, estimation: f64) -> Result<Self, PdError> {
        let parts = [
            ("data_and_methods", data_and_methods),
            ("changes", changes),
            ("estimation", estimation),
        ];
        for (field, got) in parts {
            if !(0.0..=1.0).contains(&got) {
                let wanted = "a fraction from 0 to 1";
                return Err(PdError::Domain { field, wanted, got });
            }
        }
        Ok(Self {
            data_and_methods,
            changes,
            estimation,
        })
    }

    /// A: deficiencies of data and methods.
    pub fn data_and_methods(self) -> f64 {
        self.data_and_methods
    }

    /// B: changes of underwriting, risk appetite, market or law since the data.
    pub fn changes(self) -> f64 {
        self.changes
    }

    /// C: the general error of an estimate from so many firms.
    pub fn estimation(self) -> f64 {
        self.estimation
    }

    /// All parts.
    pub fn total(self) -> f64 {
        self.data_and_methods + self.changes + self.estimation
    }

    /// The PD with its margin, at most 1.
    pub fn pd(self, pd: Pd) -> Pd {
        Pd::new((pd.get() + self.total()).min(1.0)).unwrap_or(pd)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_add_up_and_stop_at_one() {
        let margin = Conservatism::new(0.01, 0.02, 0.03).unwrap();
        assert!((margin.total() - 0.06).abs() < 1e-15);
        assert!((margin.pd(Pd::new(0.99).unwrap()).get() - 1.0).abs() < 1e-15);
        insta::assert_snapshot!(Conservatism::new(0.0, -0.1, 0.0).unwrap_err(), @"changes: expected a fraction from 0 to 1, got `-0.1`");
        assert!(Conservatism::new(f64::NAN, 0.0, 0.0).is_err());
    }
}
