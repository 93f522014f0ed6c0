//! The master scale: PD → grade.

use super::{Grade, ScaleError, grade_at, symbol_faults};
use crate::num::Pd;
use serde::{Deserialize, Serialize};

/// One grade of a master scale: PDs from the end of the grade before (inclusive) to `pd_below` (exclusive).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PdBandSpec {
    /// Its symbol, such as `AAA`.
    pub grade: String,
    /// End of its band as a fraction; missing for the last grade.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pd_below: Option<f64>,
}

/// PD → grade: bands that cover [0, 1], closed below and open above, the last one closed at 1.
#[derive(Clone, Debug, PartialEq)]
pub struct MasterScale {
    bands: Vec<PdBandSpec>,
    ends: Vec<f64>,
}

impl MasterScale {
    /// Checks a list of bands, least risk first.
    ///
    /// # Errors
    /// Everything that is wrong: symbols, order, the open end.
    pub fn new(bands: Vec<PdBandSpec>) -> Result<Self, Vec<ScaleError>> {
        let mut errors = symbol_faults("master_scale", bands.iter().map(|b| b.grade.as_str()));
        let mut before = 0.0;
        for (at, band) in bands.iter().enumerate() {
            if band.pd_below.is_none() != (at + 1 == bands.len()) {
                errors.push(ScaleError::PdEnd { at });
            }
            match band.pd_below {
                Some(end) if end > before && end < 1.0 => before = end,
                Some(got) => errors.push(ScaleError::PdOrder { at, before, got }),
                None => {}
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let ends = bands.iter().filter_map(|b| b.pd_below).collect();
        Ok(Self { bands, ends })
    }

    /// The grade of a PD. Total: the bands cover [0, 1].
    pub fn grade_from_pd(&self, pd: Pd) -> Grade {
        grade_at(self.ends.partition_point(|end| *end <= pd.get()))
    }

    /// The symbol of a grade.
    pub fn symbol(&self, grade: Grade) -> &str {
        self.bands
            .get(grade.place())
            .or(self.bands.last())
            .map_or("", |b| b.grade.as_str())
    }

    /// The bands, least risk first.
    pub fn bands(&self) -> &[PdBandSpec] {
        &self.bands
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scale(ends: &[Option<f64>]) -> Result<MasterScale, Vec<ScaleError>> {
        let grades = ["AAA", "AA", "A"];
        let bands = grades.iter().zip(ends).map(|(g, e)| PdBandSpec {
            grade: (*g).to_owned(),
            pd_below: *e,
        });
        MasterScale::new(bands.collect())
    }

    #[test]
    fn bands_are_closed_below_and_cover_everything() {
        let scale = scale(&[Some(0.01), Some(0.1), None]).unwrap();
        let symbol = |pd: f64| scale.symbol(scale.grade_from_pd(Pd::new(pd).unwrap())).to_owned();
        assert_eq!(
            [0.0, 0.00999, 0.01, 0.0999, 0.1, 1.0].map(symbol),
            ["AAA", "AAA", "AA", "AA", "A", "A"]
        );
    }

    #[test]
    fn everything_that_is_wrong_is_named() {
        let text = scale(&[Some(0.1), Some(0.1), Some(0.5)]).unwrap_err();
        insta::assert_snapshot!(text.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"), @"
        master_scale[1].pd_below: expected a fraction above `0.1` and below 1, got `0.1`
        master_scale[2].pd_below: the last grade and only the last is open above
        ");
        assert!(scale(&[Some(f64::NAN), Some(0.1), None]).is_err());
        assert!(MasterScale::new(Vec::new()).is_err());
    }
}
