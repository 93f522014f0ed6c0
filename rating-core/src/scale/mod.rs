//! PD → grade, technology score → grade, and both → government grade.
//!
//! A [`Grade`] is a place on a scale, 0 for the least risk. It has no `Ord`, because "higher grade" is
//! ambiguous: ask [`Grade::is_riskier_than`].

mod master;
mod matrix;
mod technology;

pub use master::{MasterScale, PdBandSpec};
pub use matrix::{GovernmentSpec, Matrix};
pub use technology::{TechnologyBandSpec, TechnologyScale};

use crate::num::{SHOWN, shown};

/// A place on a scale: 0 for the least risk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Grade {
    place: u8,
}

impl Grade {
    /// The longest symbol of a grade, in characters.
    pub const SYMBOL_CHARS: usize = 20;

    /// The grade at a place, 0 for the least risk.
    pub const fn at(place: u8) -> Self {
        Self { place }
    }

    /// Rank on its scale: 1 for the least risk.
    pub fn rank(self) -> u8 {
        self.place.saturating_add(1)
    }

    /// Its place, from 0.
    pub fn place(self) -> usize {
        usize::from(self.place)
    }

    /// Whether it stands for more risk than another grade of the same scale.
    pub fn is_riskier_than(self, other: Grade) -> bool {
        self.place > other.place
    }
}

/// Why a scale does not hold together.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ScaleError {
    /// No band, or too many to number.
    #[error("{scale}: expected 1 to 100 grades, got {got}")]
    Count {
        /// Which scale.
        scale: &'static str,
        /// How many there are.
        got: usize,
    },
    /// A symbol that is blank or stands twice.
    #[error(
        "{scale}[{at}].grade: expected a symbol of at most {} characters, each once, got `{}`",
        Grade::SYMBOL_CHARS,
        shown(grade, SHOWN)
    )]
    Symbol {
        /// Which scale.
        scale: &'static str,
        /// Place of the grade.
        at: usize,
        /// The symbol.
        grade: String,
    },
    /// Ends of bands that do not ascend within (0, 1).
    #[error("master_scale[{at}].pd_below: expected a fraction above `{before}` and below 1, got `{got}`")]
    PdOrder {
        /// Place of the grade.
        at: usize,
        /// End of the band before.
        before: f64,
        /// Its end.
        got: f64,
    },
    /// The last band has an end, or one before it has none.
    #[error("master_scale[{at}].pd_below: the last grade and only the last is open above")]
    PdEnd {
        /// Place of the grade.
        at: usize,
    },
    /// Starts of bands that do not descend to 0.
    #[error("technology.scale[{at}].at_least: expected whole points that descend from 100 to 0, got `{got}`")]
    TechnologyOrder {
        /// Place of the grade.
        at: usize,
        /// Its start.
        got: i32,
    },
    /// A row or cell of the matrix that is missing, left over, or names no grade.
    #[error("government.matrix.{}: expected {wanted}, got {got}", shown(row, SHOWN))]
    Matrix {
        /// The row.
        row: String,
        /// What was wanted.
        wanted: String,
        /// What came.
        got: String,
    },
    /// A better firm would get a worse grade.
    #[error("government.matrix: {better} gets the riskier grade than {worse}")]
    Monotone {
        /// The cell of the better firm.
        better: String,
        /// The cell of the other.
        worse: String,
    },
}

/// Checks the symbols of a scale.
fn symbol_faults<'a>(scale: &'static str, symbols: impl Iterator<Item = &'a str>) -> Vec<ScaleError> {
    let symbols: Vec<&str> = symbols.collect();
    let mut errors = Vec::new();
    if !(1..=100).contains(&symbols.len()) {
        errors.push(ScaleError::Count {
            scale,
            got: symbols.len(),
        });
    }
    for (at, grade) in symbols.iter().enumerate() {
        let is_long = grade.chars().count() > Grade::SYMBOL_CHARS;
        if grade.trim().is_empty() || is_long || symbols.iter().take(at).any(|s| s == grade) {
            errors.push(ScaleError::Symbol {
                scale,
                at,
                grade: (*grade).to_owned(),
            });
        }
    }
    errors
}

/// The grade at a place counted in `usize`; places of checked scales stay below 100.
fn grade_at(place: usize) -> Grade {
    Grade::at(u8::try_from(place).unwrap_or(u8::MAX))
}
