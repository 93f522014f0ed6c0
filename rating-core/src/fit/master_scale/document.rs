//! A master scale as a document of its own, before it is part of a model.

use super::MasterScaleError;
use crate::rule::document::read;
use crate::scale::{MasterScale, PdBandSpec};
use serde::{Deserialize, Serialize};

/// The document of a master scale: the part `master_scale` of a model's, by the same name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MasterScaleSpec {
    /// Its bands, least risk first.
    pub master_scale: Vec<PdBandSpec>,
}

impl MasterScaleSpec {
    /// The document of a scale.
    pub fn of(scale: &MasterScale) -> Self {
        Self {
            master_scale: scale.bands().to_vec(),
        }
    }

    /// Reads a document. It is not checked yet.
    ///
    /// # Errors
    /// [`MasterScaleError::Document`]: the line and column of what is not JSON, is unknown, is missing, or stands twice.
    pub fn from_json(text: &str) -> Result<Self, MasterScaleError> {
        read(text).map_err(MasterScaleError::Document)
    }

    /// The document as JSON, two blanks a level.
    pub fn to_json(&self) -> String {
        // INVARIANT: the document serialises to objects with text keys, which cannot fail.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// Makes a scale of the document.
    ///
    /// # Errors
    /// [`MasterScaleError::Scale`]: everything that is wrong.
    ///
    /// ```
    /// use rating_core::fit::master_scale::MasterScaleSpec;
    /// let spec = MasterScaleSpec::from_json(r#"{"master_scale": [{"grade": "A", "pd_below": 0.01}, {"grade": "B"}]}"#)?;
    /// assert_eq!(spec.check()?.bands().len(), 2);
    /// # Ok::<(), rating_core::fit::master_scale::MasterScaleError>(())
    /// ```
    pub fn check(self) -> Result<MasterScale, MasterScaleError> {
        MasterScale::new(self.master_scale).map_err(MasterScaleError::Scale)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::master_scale::{geometric_ends, master_scale};

    #[test]
    fn a_scale_survives_its_document() {
        let scale = master_scale(&geometric_ends(0.001, 0.1, 4).unwrap(), &["AA", "A", "B", "C"]).unwrap();
        let text = MasterScaleSpec::of(&scale).to_json();
        assert_eq!(MasterScaleSpec::from_json(&text).unwrap().check().unwrap(), scale);
    }

    #[test]
    fn what_is_no_scale_is_said() {
        let told = |text: &str| match MasterScaleSpec::from_json(text).map(MasterScaleSpec::check) {
            Err(error) | Ok(Err(error)) => error.to_string(),
            Ok(Ok(_)) => String::new(),
        };
        insta::assert_snapshot!(told("[]"), @"not a master scale document: expected an object, got a list");
        insta::assert_snapshot!(told(r#"{"master_scale": [{"grade": "A", "pd_below": 0.1}]}"#), @"expected a scale that checks, got master_scale[0].pd_below: the last grade and only the last is open above");
    }
}
