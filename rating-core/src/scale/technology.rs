//! The technology scale: technology score → grade.

use super::{Grade, ScaleError, grade_at, symbol_faults};
use serde::{Deserialize, Serialize};

/// One grade of the technology scale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TechnologyBandSpec {
    /// Its symbol, such as `T1`.
    pub grade: String,
    /// Least score of the grade, whole points of 100; 0 for the last.
    pub at_least: i32,
}

/// Technology score (0 to 100) → grade: strongest first.
#[derive(Clone, Debug, PartialEq)]
pub struct TechnologyScale {
    bands: Vec<TechnologyBandSpec>,
}

impl TechnologyScale {
    /// Checks a list of grades, strongest first.
    ///
    /// # Errors
    /// Everything that is wrong: symbols, or starts that do not descend to 0.
    pub fn new(bands: Vec<TechnologyBandSpec>) -> Result<Self, Vec<ScaleError>> {
        let mut errors = symbol_faults("technology.scale", bands.iter().map(|b| b.grade.as_str()));
        let mut before = 101;
        for (at, band) in bands.iter().enumerate() {
            let got = band.at_least;
            let is_last = at + 1 == bands.len();
            if got >= before || got < 0 || (is_last && got != 0) {
                errors.push(ScaleError::TechnologyOrder { at, got });
            }
            before = got;
        }
        if errors.is_empty() {
            Ok(Self { bands })
        } else {
            Err(errors)
        }
    }

    /// The grade of a score in hundredths of a point (0 to 10,000). Total.
    pub fn grade_from_score(&self, hundredths: i32) -> Grade {
        grade_at(
            self.bands
                .partition_point(|b| b.at_least * 100 > hundredths)
                .min(self.bands.len().saturating_sub(1)),
        )
    }

    /// The grade with this symbol.
    pub fn grade_from_symbol(&self, symbol: &str) -> Option<Grade> {
        self.bands.iter().position(|b| b.grade == symbol).map(grade_at)
    }

    /// The symbol of a grade.
    pub fn symbol(&self, grade: Grade) -> &str {
        self.bands
            .get(grade.place())
            .or(self.bands.last())
            .map_or("", |b| b.grade.as_str())
    }

    /// The grades, strongest first.
    pub fn bands(&self) -> &[TechnologyBandSpec] {
        &self.bands
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn band(grade: &str, at_least: i32) -> TechnologyBandSpec {
        TechnologyBandSpec {
            grade: grade.to_owned(),
            at_least,
        }
    }

    #[test]
    fn grades_start_at_their_least_score() {
        let scale = TechnologyScale::new(vec![band("T1", 80), band("T2", 50), band("T3", 0)]).unwrap();
        let symbol = |s: i32| scale.symbol(scale.grade_from_score(s)).to_owned();
        assert_eq!(
            [10_000, 8_000, 7_999, 5_000, 4_999, 0, -5].map(symbol),
            ["T1", "T1", "T2", "T2", "T3", "T3", "T3"]
        );
    }

    #[test]
    fn starts_descend_to_zero() {
        let errors = TechnologyScale::new(vec![band("T1", 80), band("T1", 80), band("T3", 10)]).unwrap_err();
        insta::assert_snapshot!(errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"), @"
        technology.scale[1].grade: expected a symbol of at most 20 characters, each once, got `T1`
        technology.scale[1].at_least: expected whole points that descend from 100 to 0, got `80`
        technology.scale[2].at_least: expected whole points that descend from 100 to 0, got `10`
        ");
    }
}
