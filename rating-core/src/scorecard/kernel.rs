//! Points of a column of outcomes: the hot path of a batch.
//!
//! ```text
//! points = missing[reason]              where there is no value
//!          points of the exact value    where the value is one that is looked up as it is
//!          first + Σ step · [value ≥ end]    otherwise: the bands
//! ```
//! Nothing here branches on what a firm's value is, so that the compiler can take several firms at once and the
//! processor has nothing to guess.

use crate::num::Points;
use std::hint::select_unpredictable as select;

/// Firms taken at once: their values and points fit the vector registers of every machine.
const LANES: usize = 8;

/// 2⁵² + 2⁵¹. The last bit of a double of this size is worth one, so once this is added to whole points the low
/// half of the bits is the points as an `i32`: exact, and without the range check of a cast.
const WHOLE: f64 = 6_755_399_441_055_744.0;

/// The points of a characteristic, as comparisons and additions.
///
/// Points of values are held as doubles, the type of the values, so that the mask of a comparison picks them; they
/// are whole and under 2⁵¹, so every sum of them is exact.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Kernel {
    /// Points of a value that passes no end and meets no exact value.
    pub(crate) first: f64,
    /// Ends of the bands, each with what the points change by from there on.
    pub(crate) steps: Vec<(f64, f64)>,
    /// Words and special values with their points; of equal ones the last counts.
    pub(crate) exact: Vec<(f64, f64)>,
    /// Points where there is no value, for the reasons 1, 2, 3 in the order of `Missing::ALL`.
    pub(crate) missing: [Points; 3],
}

impl Kernel {
    /// Adds the points of each row to its sum; slices of one length. A reason that does not exist is "not
    /// reported", and so is NaN without one.
    pub(crate) fn add(&self, values: &[f64], reasons: &[u8], sums: &mut [Points]) {
        let (values, last_values) = values.as_chunks();
        let (reasons, last_reasons) = reasons.as_chunks();
        let (sums, last_sums) = sums.as_chunks_mut();
        self.add_chunks::<LANES>(values, reasons, sums);
        let (last_values, last_reasons) = (last_values.as_chunks().0, last_reasons.as_chunks().0);
        self.add_chunks::<1>(last_values, last_reasons, last_sums.as_chunks_mut().0);
    }

    fn add_chunks<const N: usize>(&self, values: &[[f64; N]], reasons: &[[u8; N]], sums: &mut [[Points; N]]) {
        for ((values, reasons), sums) in values.iter().zip(reasons).zip(sums) {
            let points = self.points(values, reasons);
            for (sum, points) in sums.iter_mut().zip(points) {
                // Wrapping, because to check every sum costs more than the sum. INVARIANT: the points of a card
                // stay far inside the range of the type.
                *sum = sum.wrapping_add(points);
            }
        }
    }

    fn points<const N: usize>(&self, values: &[f64; N], reasons: &[u8; N]) -> [Points; N] {
        let [not_reported, not_applicable, too_short] = self.missing;
        let mut points = self.value_points(values);
        for (points, reason) in points.iter_mut().zip(reasons) {
            // As wide as the points, so that the mask of a comparison picks them.
            let reason = i32::from(*reason);
            let missing = select(reason == 2, not_applicable, not_reported);
            let missing = select(reason == 3, too_short, missing);
            *points = select(reason == 0, *points, missing);
        }
        points
    }

    /// Points as if every row had a value; of NaN those of "not reported".
    fn value_points<const N: usize>(&self, values: &[f64; N]) -> [Points; N] {
        let [not_reported, ..] = self.missing.map(f64::from);
        // NaN passes no end and meets no exact value, so its points stay what they are here.
        let mut points = values.map(|value| if value.is_nan() { not_reported } else { self.first });
        for &(end, step) in &self.steps {
            for (points, value) in points.iter_mut().zip(values) {
                *points += if *value >= end { step } else { 0.0 };
            }
        }
        for &(exact, instead) in &self.exact {
            for (points, value) in points.iter_mut().zip(values) {
                #[expect(clippy::float_cmp, reason = "exact is what is asked for")]
                let is_met = *value == exact;
                *points = if is_met { instead } else { *points };
            }
        }
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the low half is what is asked for"
        )]
        points.map(|points| (points + WHOLE).to_bits() as Points)
    }
}
