//! The grades of one scale on another.

use super::{MasterScaleError, master_scale};
use crate::num::Pd;
use crate::scale::MasterScale;

/// Marks of [`benchmark_scale`], as fractions.
///
/// 0.10 % and 0.40 % are the benchmark PDs of the Eurosystem's credit quality steps 2 and 3, over one year, as its
/// guideline states them. 1.0 % and 1.5 % are known as those of steps 4 and 5 in its temporary frameworks; they were not
/// checked against a published text.
pub const BENCHMARKS: [f64; 4] = [0.001, 0.004, 0.01, 0.015];

/// The scale of five bands whose ends are the [`BENCHMARKS`]. As with every scale a PD that is a mark belongs to the
/// riskier band.
///
/// # Errors
/// None in fact: the bands ascend.
pub fn benchmark_scale() -> Result<MasterScale, MasterScaleError> {
    master_scale(&BENCHMARKS, &["<0.10%", "<0.40%", "<1.0%", "<1.5%", ">=1.5%"])
}

/// Where the band of a grade lies on another scale.
#[derive(Clone, Debug, PartialEq)]
pub struct GradeMapping {
    /// Its symbol.
    pub grade: String,
    /// Least PD of the band.
    pub pd_from: f64,
    /// End of the band, not part of it; none for the last.
    pub pd_below: Option<f64>,
    /// Grade of the least PD of the band on the other scale.
    pub safest: String,
    /// Grade of the greatest PD of the band on the other scale: what to take where prudence is asked for.
    pub riskiest: String,
}

/// The grades of a scale by the grades of another that their bands lie in, least risk first.
///
/// ```
/// use rating_core::fit::master_scale::{benchmark_scale, mapping, master_scale};
/// let scale = master_scale(&[0.001, 0.006], &["A", "B", "C"])?;
/// let lines = mapping(&scale, &benchmark_scale()?);
/// assert_eq!((lines[0].safest.as_str(), lines[0].riskiest.as_str()), ("<0.10%", "<0.10%"));
/// assert_eq!((lines[1].safest.as_str(), lines[1].riskiest.as_str()), ("<0.40%", "<1.0%"));
/// # Ok::<(), rating_core::fit::master_scale::MasterScaleError>(())
/// ```
///
/// Source of the first two benchmarks: Guideline of the European Central Bank on the monetary policy framework, on the
/// default rate thresholds of credit quality steps.
pub fn mapping(scale: &MasterScale, onto: &MasterScale) -> Vec<GradeMapping> {
    let symbol = |pd: f64| match Pd::new(pd) {
        Ok(pd) => onto.symbol(onto.grade_from_pd(pd)).to_owned(),
        Err(_) => String::new(),
    };
    let mut pd_from = 0.0;
    let line = |band: &crate::scale::PdBandSpec| {
        let made = GradeMapping {
            grade: band.grade.clone(),
            pd_from,
            pd_below: band.pd_below,
            safest: symbol(pd_from),
            riskiest: symbol(band.pd_below.map_or(1.0, f64::next_down)),
        };
        pd_from = band.pd_below.unwrap_or(1.0);
        made
    };
    scale.bands().iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_band_that_ends_at_a_mark_does_not_reach_beyond_it() {
        let scale = master_scale(&BENCHMARKS, &["a", "b", "c", "d", "e"]).unwrap();
        let benchmark = benchmark_scale().unwrap();
        for (line, band) in mapping(&scale, &benchmark).iter().zip(benchmark.bands()) {
            assert_eq!((&line.safest, &line.riskiest), (&band.grade, &band.grade));
        }
    }
}
