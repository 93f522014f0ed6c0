//! PDs and outcomes → the bands of a master scale, and whether a scale holds up on them.

mod bands;
mod check;
mod document;
mod mapping;

pub use bands::{clustered_ends, geometric_ends};
pub use check::{GradeOutcome, ScaleFault, ScaleReport, ScaleRules, scale_report};
pub use document::MasterScaleSpec;
pub use mapping::{BENCHMARKS, GradeMapping, benchmark_scale, mapping};

use crate::scale::{MasterScale, PdBandSpec, ScaleError};

/// Why no scale can be made.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum MasterScaleError {
    /// A number outside its domain.
    #[error("{field}: expected {wanted}, got `{got}`")]
    Domain {
        /// Which number.
        field: &'static str,
        /// What it must be.
        wanted: &'static str,
        /// What it is.
        got: f64,
    },
    /// Fewer different PDs than grades.
    #[error("expected at least `{grades}` different PDs for as many grades, got `{distinct}`")]
    TooFewPds {
        /// Grades asked for.
        grades: usize,
        /// Different PDs.
        distinct: usize,
    },
    /// Not as many symbols as grades.
    #[error("expected `{grades}` symbols, one more than ends of bands, got `{symbols}`")]
    Symbols {
        /// Grades.
        grades: usize,
        /// Symbols.
        symbols: usize,
    },
    /// Two slices do not describe the same firms.
    #[error("`pds` and `bad` must have the same length, got `{pds}` and `{bad}`")]
    LengthsDiffer {
        /// Length of `pds`.
        pds: usize,
        /// Length of `bad`.
        bad: usize,
    },
    /// Not JSON of a scale.
    #[error("not a master scale document: {0}")]
    Document(String),
    /// A scale that does not check.
    #[error("expected a scale that checks, got {}", texts(.0))]
    Scale(Vec<ScaleError>),
}

fn texts(errors: &[ScaleError]) -> String {
    let all: Vec<String> = errors.iter().map(ToString::to_string).collect();
    all.join("; ")
}

/// A scale of given ends of bands, with a symbol for each grade, least risk first.
///
/// # Errors
/// [`MasterScaleError`]: not one symbol more than ends, ends that do not ascend between 0 and 1, symbols that a scale
/// does not take.
///
/// ```
/// use rating_core::{fit::master_scale::{geometric_ends, master_scale}, num::Pd};
/// let scale = master_scale(&geometric_ends(0.001, 0.1, 3)?, &["A", "B", "C"])?;
/// assert_eq!(scale.symbol(scale.grade_from_pd(Pd::new(0.02)?)), "B"); // from 0.1 % to 10 %
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn master_scale<S: AsRef<str>>(ends: &[f64], symbols: &[S]) -> Result<MasterScale, MasterScaleError> {
    if symbols.len() != ends.len() + 1 {
        return Err(MasterScaleError::Symbols {
            grades: ends.len() + 1,
            symbols: symbols.len(),
        });
    }
    let mut ends = ends.iter().copied();
    let bands = symbols.iter().map(|symbol| PdBandSpec {
        grade: symbol.as_ref().to_owned(),
        pd_below: ends.next(),
    });
    MasterScale::new(bands.collect()).map_err(MasterScaleError::Scale)
}
