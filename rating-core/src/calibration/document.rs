//! A calibration as it is written: which of its shapes, by the fields that are there.

use super::{BetaCurve, BetaSpec, CalibrationSpec, ConservatismSpec, IsotonicSpec, LineSpec, PdStepSpec};
use serde::de::{Deserialize, Deserializer, Error};

/// Every field of any shape. One struct for all tells unknown, repeated and missing fields by their names, where a list of
/// shapes to try would only say that none fits.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    base_score: Option<f64>,
    base_odds: Option<f64>,
    pdo: Option<f64>,
    central_tendency: Option<f64>,
    model_tendency: Option<f64>,
    pd_floor: Option<f64>,
    conservatism: Option<ConservatismSpec>,
    beta: Option<BetaCurve>,
    of: Option<LineSpec>,
    shift: Option<f64>,
    isotonic: Option<Vec<PdStepSpec>>,
}

impl<'de> Deserialize<'de> for CalibrationSpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut written = Written::deserialize(deserializer)?;
        match (written.isotonic.take(), written.beta.take()) {
            (Some(isotonic), beta) => {
                written.refuse::<D::Error>("isotonic", &[("beta", beta.is_some())])?;
                Ok(Self::Isotonic(IsotonicSpec {
                    isotonic,
                    conservatism: written.conservatism,
                    pd_floor: present("pd_floor", written.pd_floor)?,
                }))
            }
            (None, Some(beta)) => {
                let (of, shift) = (written.of.take(), written.shift.take());
                written.refuse::<D::Error>("beta", &[])?;
                Ok(Self::Beta(BetaSpec {
                    of: present("of", of)?,
                    beta,
                    shift: shift.unwrap_or_default(),
                    conservatism: written.conservatism,
                    pd_floor: present("pd_floor", written.pd_floor)?,
                }))
            }
            (None, None) => written.line().map(Self::Line),
        }
    }
}

impl Written {
    /// Refuses fields that another shape has.
    fn refuse<E: Error>(&self, shape: &str, further: &[(&str, bool)]) -> Result<(), E> {
        let others = [
            ("base_score", self.base_score.is_some()),
            ("base_odds", self.base_odds.is_some()),
            ("pdo", self.pdo.is_some()),
            ("central_tendency", self.central_tendency.is_some()),
            ("model_tendency", self.model_tendency.is_some()),
            ("of", self.of.is_some()),
            ("shift", self.shift.is_some()),
        ];
        match others.iter().chain(further).find(|(_, is_there)| *is_there) {
            Some((field, _)) => Err(E::custom(format!("field `{field}` does not go with `{shape}`"))),
            None => Ok(()),
        }
    }

    fn line<E: Error>(self) -> Result<LineSpec, E> {
        for (field, is_there) in [("of", self.of.is_some()), ("shift", self.shift.is_some())] {
            if is_there {
                return Err(E::custom(format!("field `{field}` does not go without `beta`")));
            }
        }
        Ok(LineSpec {
            base_score: present("base_score", self.base_score)?,
            base_odds: present("base_odds", self.base_odds)?,
            pdo: present("pdo", self.pdo)?,
            central_tendency: present("central_tendency", self.central_tendency)?,
            model_tendency: present("model_tendency", self.model_tendency)?,
            pd_floor: present("pd_floor", self.pd_floor)?,
            conservatism: self.conservatism,
        })
    }
}

fn present<T, E: Error>(field: &'static str, value: Option<T>) -> Result<T, E> {
    value.ok_or_else(|| E::missing_field(field))
}
