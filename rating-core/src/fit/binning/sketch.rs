//! Quantiles of more numbers than memory holds.

use super::cell::MOST;
use super::error::BinningError;
use serde::{Deserialize, Serialize};

mod document;
mod weighted;

use weighted::Weighted;

/// A sketch of quantiles that merges, with a bound of its error that holds for certain.
///
/// Numbers gather in a buffer; a full buffer is sorted and handed to the first level. Two buffers on one level are
/// merged and every second number goes a level up, where it stands for twice as many: in turns the even and the odd
/// places, so that what one step counts too little the next counts too much. The sketch adds up how far ranks can be
/// off at most, so that the bound is what has happened, not what to expect:
///
/// ```text
/// too little ≤ Σ weight over the steps that kept the even places;  too much ≤ the same over the odd
/// rank error ≤ n · log₂(2n / capacity) / (2 · capacity) + 2n / capacity,  whatever the numbers and their order
/// ```
/// With a capacity of 4,096 that is 0.28 % of the rows after a billion. Up to the capacity it is exact.
///
/// Numbers may have weights ([`add_weighted`](Self::add_weighted)). Ranks are then sums of weight, and the bound holds
/// of them: in place of the first and the last `n` it has the sum of the weights, `n` in the logarithm stays the number
/// of rows. Sums of weights are rounded, which the bound leaves out: it is a 1e-12th of them or less.
///
/// A document: the sketches of parts of a cluster travel as JSON and go on afterwards as if they had not.
///
/// Of our own, because what a cluster needs at once is a sketch that merges, is deterministic, and bounds the rank for
/// certain; t-digests bound nothing, KLL sketches draw random numbers, and sketches of relative error bound the value.
///
/// ```
/// use rating_core::fit::binning::QuantileSketch;
/// let (mut left, mut right) = (QuantileSketch::new(1_000)?, QuantileSketch::new(1_000)?);
/// for number in 0..5_000 {
///     left.add(f64::from(number));
///     right.add(f64::from(9_999 - number));
/// }
/// left.merge(&right)?;
/// let edges = left.edges(4);
/// assert_eq!((edges.len(), left.rows()), (3, 10_000));
/// assert!((edges[1] - 5_000.0).abs() <= left.rank_error() + 1.0);
/// # Ok::<(), rating_core::fit::binning::BinningError>(())
/// ```
///
/// Source: Munro, Paterson (1980), Selection and sorting with limited storage; Manku, Rajagopalan, Lindsay (1998),
/// Approximate medians and other quantiles in one pass and with limited memory.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "document::Document", into = "document::Document")]
pub struct QuantileSketch {
    capacity: usize,
    rows: u64,
    /// Not sorted, fewer than the capacity.
    buffer: Vec<f64>,
    /// Level `l` holds at most one sorted buffer, whose numbers stand for `2^l` each.
    levels: Vec<Level>,
    /// By how many rows a rank can be too small and too large.
    too_little: u64,
    too_much: u64,
    /// What has another weight than 1.
    weighted: Weighted,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Level {
    numbers: Vec<f64>,
    /// Whether the next step keeps the odd places.
    keeps_odd: bool,
}

impl QuantileSketch {
    /// Without numbers so far, with a buffer of so many.
    ///
    /// # Errors
    /// [`BinningError::Option`] unless the capacity is even and from 2 to 1,000,000.
    pub fn new(capacity: usize) -> Result<Self, BinningError> {
        if !(2..=1_000_000).contains(&capacity) || capacity % 2 == 1 {
            return Err(BinningError::Option {
                field: "capacity",
                expected: "an even number from 2 to 1,000,000",
                got: capacity.to_string(),
            });
        }
        Ok(Self {
            capacity,
            rows: 0,
            buffer: Vec::new(),
            levels: Vec::new(),
            too_little: 0,
            too_much: 0,
            weighted: Weighted::default(),
        })
    }

    /// Adds a number; NaN, which is missing, is left out.
    pub fn add(&mut self, number: f64) {
        if number.is_nan() {
            return;
        }
        self.rows += 1;
        self.buffer.push(number);
        if self.buffer.len() >= self.capacity {
            let mut full = std::mem::take(&mut self.buffer);
            full.sort_unstable_by(f64::total_cmp);
            self.carry(0, full);
        }
    }

    /// Adds numbers with a weight each; NaN, which is missing, and what has no weight are left out. Weights of 1 change
    /// nothing: the sketch is, bit by bit, what it is without them.
    ///
    /// # Errors
    /// [`BinningError`]: slices of different lengths, or weights that are not finite or not from 0 to 1e12. Nothing is
    /// added then.
    ///
    /// ```
    /// use rating_core::fit::binning::QuantileSketch;
    /// let mut sketch = QuantileSketch::new(100)?;
    /// sketch.add_weighted(&[1.0, 2.0, 3.0, 4.0], &[5.0, 1.0, 1.0, 3.0])?;
    /// // Half of the weight of 10 is below 2.
    /// assert_eq!((sketch.edges(2), sketch.weight(), sketch.rank_error()), (vec![2.0], 10.0, 0.0));
    /// # Ok::<(), rating_core::fit::binning::BinningError>(())
    /// ```
    pub fn add_weighted(&mut self, numbers: &[f64], weights: &[f64]) -> Result<(), BinningError> {
        let (expected, got) = (numbers.len(), weights.len());
        if got != expected {
            let what = "weights";
            return Err(BinningError::LengthsDiffer { what, expected, got });
        }
        let unusable = |(_, weight): &(usize, &f64)| !(0.0..=MOST).contains(*weight);
        if let Some((row, value)) = weights.iter().enumerate().find(unusable) {
            return Err(BinningError::Number {
                what: "weights",
                expected: "finite, from 0 to 1e12",
                row,
                value: *value,
            });
        }
        for (number, weight) in numbers.iter().zip(weights) {
            if (weight - 1.0).abs() <= 0.0 {
                self.add(*number);
            } else if *weight > 0.0 && !number.is_nan() {
                self.weighted.add(self.capacity, (*number, *weight));
            }
        }
        Ok(())
    }

    /// Adds what another sketch of the same capacity has seen; the bounds add up.
    ///
    /// # Errors
    /// [`BinningError::CountsDiffer`] if the capacities differ.
    pub fn merge(&mut self, other: &Self) -> Result<(), BinningError> {
        if self.capacity != other.capacity {
            return Err(BinningError::CountsDiffer { what: "capacity" });
        }
        for (at, level) in other.levels.iter().enumerate() {
            if !level.numbers.is_empty() {
                self.carry(at, level.numbers.clone());
                self.rows += (level.numbers.len() as u64) << at;
            }
        }
        self.too_little += other.too_little;
        self.too_much += other.too_much;
        self.weighted.merge(self.capacity, &other.weighted);
        for number in &other.buffer {
            self.add(*number);
        }
        Ok(())
    }

    /// Puts a sorted buffer on a level; two of them become one on the next.
    fn carry(&mut self, from: usize, numbers: Vec<f64>) {
        let (mut at, mut carried) = (from, numbers);
        loop {
            while self.levels.len() <= at {
                self.levels.push(Level::default());
            }
            let Some(level) = self.levels.get_mut(at) else {
                return;
            };
            if level.numbers.is_empty() {
                level.numbers = carried;
                return;
            }
            carried.append(&mut level.numbers);
            carried.sort_unstable_by(f64::total_cmp);
            let skip = usize::from(!level.keeps_odd);
            let bound = if level.keeps_odd {
                &mut self.too_much
            } else {
                &mut self.too_little
            };
            *bound += 1 << at;
            level.keeps_odd = !level.keeps_odd;
            carried = carried.into_iter().skip(skip).step_by(2).collect();
            at += 1;
        }
    }

    /// Numbers seen.
    pub fn rows(&self) -> u64 {
        self.rows + self.weighted.rows
    }

    /// Weight of the numbers seen; without weights the number of them.
    pub fn weight(&self) -> f64 {
        self.rows as f64 + self.weighted.weight()
    }

    /// By how much weight (without weights: by how many rows) the rank of an edge can be off at most.
    pub fn rank_error(&self) -> f64 {
        let coarsest = self.levels.iter().rposition(|level| !level.numbers.is_empty());
        let step = coarsest.map_or(0, |at| 1_u64 << at);
        let off = self.too_little.max(self.too_much) as f64 + self.weighted.off;
        off + self.weighted.longest_stretch().max(step as f64)
    }

    /// Edges of so many pre-bins of about equal size by weight, ascending, each a number that was seen; fewer where many
    /// rows share a number. Candidates for [`PreBinCounts`](super::PreBinCounts). The weight below an edge is off by at
    /// most [`rank_error`](Self::rank_error) and the weight of the heaviest number, as rows have no parts.
    pub fn edges(&self, bins: usize) -> Vec<f64> {
        let mut weighed: Vec<(f64, f64)> = self.buffer.iter().map(|number| (*number, 1.0)).collect();
        for (at, level) in self.levels.iter().enumerate() {
            let stands_for = (1_u64 << at) as f64;
            weighed.extend(level.numbers.iter().map(|number| (*number, stands_for)));
        }
        weighed.extend(self.weighted.kept());
        let all = self.weight();
        weighed.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let mut edges: Vec<f64> = Vec::new();
        let (mut below, mut part) = (0.0, 1_usize);
        for (number, weight) in weighed {
            while part < bins && below >= all * part as f64 / bins as f64 {
                part += 1;
                if number.is_finite() && edges.last().is_none_or(|last| *last < number) {
                    edges.push(number);
                }
            }
            below += weight;
        }
        edges
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sketch(capacity: usize, numbers: &[f64]) -> QuantileSketch {
        let mut sketch = QuantileSketch::new(capacity).unwrap();
        for number in numbers {
            sketch.add(*number);
        }
        sketch
    }

    /// How far the rank of each edge is from the one that was meant, in rows.
    fn errors(sketch: &QuantileSketch, sorted: &[f64], bins: usize) -> Vec<f64> {
        let edges = sketch.edges(bins);
        assert_eq!(edges.len(), bins - 1);
        let meant = |part: usize| sorted.len() as f64 * part as f64 / bins as f64;
        let rank = |edge: &f64| sorted.partition_point(|number| number < edge) as f64;
        edges
            .iter()
            .enumerate()
            .map(|(at, edge)| (rank(edge) - meant(at + 1)).abs())
            .collect()
    }

    #[test]
    fn up_to_the_capacity_it_is_exact() {
        let numbers: Vec<f64> = (0..100).rev().map(f64::from).collect();
        let sketch = sketch(200, &numbers);
        assert_eq!(sketch.edges(4), [25.0, 50.0, 75.0]);
        assert!(sketch.rank_error() <= 0.0);
    }

    /// Ranks, the bound that was kept, and the bound that is promised whatever the order.
    #[test]
    fn no_order_of_the_numbers_breaks_the_bound() {
        let n = 200_000_u32;
        let capacity = 256_u32;
        let orders: [fn(u32, u32) -> u32; 4] = [
            |at, _| at,
            |at, n| n - 1 - at,
            |at, n| if at % 2 == 0 { at / 2 } else { n - 1 - at / 2 },
            // 48,271 and 200,000 share no factor.
            |at, n| u32::try_from(u64::from(at) * 48_271 % u64::from(n)).unwrap(),
        ];
        let sorted: Vec<f64> = (0..n).map(f64::from).collect();
        let (rows, buffer) = (f64::from(n), f64::from(capacity));
        let promised = rows * (2.0 * rows / buffer).log2() / (2.0 * buffer) + 2.0 * rows / buffer;
        for order in orders {
            let numbers: Vec<f64> = (0..n).map(|at| f64::from(order(at, n))).collect();
            let sketch = sketch(capacity as usize, &numbers);
            assert!(
                sketch.rank_error() <= promised,
                "{} {promised}",
                sketch.rank_error()
            );
            for error in errors(&sketch, &sorted, 50) {
                assert!(
                    error <= sketch.rank_error() + 1.0,
                    "{error} {}",
                    sketch.rank_error()
                );
            }
        }
    }

    /// By a sum over all rows, the slow way: the weight below a number.
    fn weight_below(rows: &[(f64, f64)], edge: f64) -> f64 {
        let below = rows.iter().filter(|row| row.0 < edge);
        below.map(|row| row.1).sum()
    }

    /// The heaviest number, all rows of it together.
    fn heaviest(rows: &[(f64, f64)]) -> f64 {
        let mut sorted = rows.to_vec();
        sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
        let numbers = sorted.chunk_by(|a, b| a.0 <= b.0);
        let sums = numbers.map(|rows| rows.iter().map(|row| row.1).sum::<f64>());
        sums.fold(0.0, f64::max)
    }

    fn weighted(capacity: usize, rows: &[(f64, f64)]) -> QuantileSketch {
        let (numbers, weights): (Vec<f64>, Vec<f64>) = rows.iter().copied().unzip();
        let mut sketch = QuantileSketch::new(capacity).unwrap();
        sketch.add_weighted(&numbers, &weights).unwrap();
        sketch
    }

    /// Up to the capacity: 10 of weight, of which 5 are below 2, 7 below 4; a quarter of it, 2.5, falls into 1.
    #[test]
    fn up_to_the_capacity_weighted_quantiles_are_exact() {
        let rows = [
            (4.0, 3.0),
            (1.0, 5.0),
            (f64::NAN, 9.0),
            (3.0, 1.0),
            (2.0, 1.0),
            (7.0, 0.0),
        ];
        let sketch = weighted(6, &rows);
        assert_eq!(sketch.edges(2), [2.0]);
        assert_eq!(sketch.edges(10), [2.0, 3.0, 4.0]);
        assert_eq!(
            (sketch.rows(), sketch.weight(), sketch.rank_error()),
            (4, 10.0, 0.0)
        );
    }

    #[test]
    fn weights_that_cannot_be_used_are_said_and_nothing_is_added() {
        let mut sketch = QuantileSketch::new(4).unwrap();
        let mut told = |weights: &[f64]| sketch.add_weighted(&[1.0, 2.0], weights).unwrap_err().to_string();
        insta::assert_snapshot!(told(&[1.0]), @"`weights` must be as long as the values, expected `2` rows, got `1`");
        insta::assert_snapshot!(told(&[1.0, -0.5]), @"`weights` must be finite, from 0 to 1e12, got `-0.5` in row `1` (counted from 0)");
        insta::assert_snapshot!(told(&[f64::NAN, 1.0]), @"`weights` must be finite, from 0 to 1e12, got `NaN` in row `0` (counted from 0)");
        assert_eq!(sketch, QuantileSketch::new(4).unwrap());
    }

    /// Exposures over three orders of magnitude, in an order that has nothing to do with the numbers.
    #[test]
    fn the_promised_bound_holds_of_weights() {
        let (n, capacity) = (50_000_u32, 128_u32);
        let row = |at: u32| {
            let number = f64::from(at * 48_271 % n);
            (number, 10.0_f64.powf(f64::from(at * 7_919 % 3_001) / 1_000.0))
        };
        let rows: Vec<(f64, f64)> = (0..n).map(row).collect();
        let sketch = weighted(capacity as usize, &rows);
        let weight: f64 = rows.iter().map(|row| row.1).sum();
        let buffer = f64::from(capacity);
        let promised = weight * (2.0 * f64::from(n) / buffer).log2() / (2.0 * buffer) + 2.0 * weight / buffer;
        assert!(
            sketch.rank_error() <= promised,
            "{} {promised}",
            sketch.rank_error()
        );
        assert!((sketch.weight() / weight - 1.0).abs() < 1e-12);
        let edges = sketch.edges(20);
        assert_eq!(edges.len(), 19);
        for (at, edge) in edges.iter().enumerate() {
            let meant = weight * (at as f64 + 1.0) / 20.0;
            let error = (weight_below(&rows, *edge) - meant).abs();
            assert!(
                error <= sketch.rank_error() + 1_000.0,
                "{error} {}",
                sketch.rank_error()
            );
        }
    }

    #[test]
    fn a_capacity_outside_its_domain_is_said() {
        insta::assert_snapshot!(QuantileSketch::new(3).unwrap_err(), @"capacity: expected an even number from 2 to 1,000,000, got `3`");
        let other = QuantileSketch::new(4).unwrap();
        insta::assert_snapshot!(QuantileSketch::new(2).unwrap().merge(&other).unwrap_err(), @"expected counts over the same `capacity`, got others");
    }

    fn weighted_row() -> impl Strategy<Value = (f64, f64)> {
        let number =
            prop_oneof![9 => -1e6..1e6_f64, 1 => Just(f64::NAN), 1 => (0..5_i32).prop_map(f64::from)];
        let weight = prop_oneof![4 => 0.0..3.0_f64, 2 => Just(1.0), 1 => Just(0.0), 1 => 10.0..500.0_f64];
        (number, weight)
    }

    proptest! {
        #[test]
        fn merged_sketches_keep_their_bound(
            parts in proptest::collection::vec(proptest::collection::vec(-1e6..1e6_f64, 0..400), 1..8),
        ) {
            let mut merged = QuantileSketch::new(16).unwrap();
            for part in &parts {
                merged.merge(&sketch(16, part)).unwrap();
            }
            let mut sorted = parts.concat();
            sorted.sort_by(f64::total_cmp);
            sorted.dedup();
            prop_assume!(sorted.len() > 50 && sorted.len() as u64 == merged.rows());
            prop_assume!(merged.edges(5).len() == 4);
            for error in errors(&merged, &sorted, 5) {
                prop_assert!(error <= merged.rank_error() + 1.0, "{} {}", error, merged.rank_error());
            }
        }

        /// Of all the weight, the weight below each edge and the one that was meant, whatever the parts, weights of 1, 0
        /// and missing numbers among them.
        #[test]
        fn merged_weighted_sketches_keep_their_bound(
            parts in proptest::collection::vec(proptest::collection::vec(weighted_row(), 0..300), 1..8),
            bins in 2..9_usize,
        ) {
            let mut merged = QuantileSketch::new(16).unwrap();
            for part in &parts {
                merged.merge(&weighted(16, part)).unwrap();
            }
            let mut rows = parts.concat();
            rows.retain(|row| !row.0.is_nan() && row.1 > 0.0);
            prop_assert_eq!(merged.rows(), rows.len() as u64);
            let weight: f64 = rows.iter().map(|row| row.1).sum();
            prop_assert!((merged.weight() - weight).abs() <= 1e-12 * weight);
            let edges = merged.edges(bins);
            // Fewer edges stand for several parts, and then nobody can tell which.
            prop_assume!(edges.len() == bins - 1);
            for (at, edge) in edges.iter().enumerate() {
                let meant = weight * (at as f64 + 1.0) / bins as f64;
                let error = (weight_below(&rows, *edge) - meant).abs();
                let most = merged.rank_error() + heaviest(&rows) + 1e-9 * weight;
                prop_assert!(error <= most, "{} {}", error, most);
            }
        }

        #[test]
        fn weights_of_one_change_nothing(numbers in proptest::collection::vec(-1e6..1e6_f64, 0..200)) {
            let rows: Vec<(f64, f64)> = numbers.iter().map(|number| (*number, 1.0)).collect();
            prop_assert_eq!(weighted(8, &rows), sketch(8, &numbers));
        }
    }
}
