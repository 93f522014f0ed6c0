//! Columns of measures of many firms.

use crate::{Fault, Portfolio};
use rating_core::measure::{Measure, Measured, Measures, Missing};
use rating_core::rating::RatingModel;
use rating_core::scorecard::{ColumnOfMeasures, Scorecard};

/// The credit measures of a model for many firms, as a batch lends them to the core.
#[derive(Debug)]
pub struct MeasureColumns {
    columns: Vec<(Measure, Vec<f64>, Vec<u8>)>,
}

impl MeasureColumns {
    /// So many firms, drawn from the measured firms of a synthetic portfolio in a scattered order: values, ties
    /// and missing values in the shares in which firms have them.
    ///
    /// # Errors
    /// If the portfolio does not load.
    pub fn of(model: &RatingModel, firms: usize) -> Result<Self, Fault> {
        let measured = Portfolio::new(2_000).measures()?;
        let mut state = 0_u64;
        let drawn: Vec<&Measures> =
            std::iter::repeat_with(|| measured.get(below(&mut state, measured.len())))
                .flatten()
                .take(firms)
                .collect();
        let column = |measure: Measure| {
            let (values, reasons) = drawn.iter().map(|m| cell(m.get(measure))).unzip();
            (measure, values, reasons)
        };
        let characteristics = model.pillars().iter().flat_map(Scorecard::characteristics);
        Ok(Self {
            columns: characteristics.map(|c| column(c.measure())).collect(),
        })
    }

    /// The columns, lent.
    pub fn lend(&self) -> Vec<ColumnOfMeasures<'_>> {
        self.columns
            .iter()
            .map(|(measure, values, reasons)| ColumnOfMeasures {
                measure: *measure,
                values,
                reasons,
            })
            .collect()
    }
}

fn cell(outcome: Measured) -> (f64, u8) {
    match outcome {
        Measured::Value(value) => (value, 0),
        Measured::Missing(Missing::NotReported) => (f64::NAN, 1),
        Measured::Missing(Missing::NotApplicable) => (f64::NAN, 2),
        Measured::Missing(Missing::TooShort) => (f64::NAN, 3),
    }
}

/// The next number below `most` of a `SplitMix64` sequence.
fn below(state: &mut u64, most: usize) -> usize {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    usize::try_from((mixed ^ (mixed >> 31)) >> 32).unwrap_or(0) % most.max(1)
}
