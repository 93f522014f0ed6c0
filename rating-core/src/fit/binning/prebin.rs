//! Where the edges of pre-bins come from.

use super::classes::Classes;
use super::leaf::{FEW, Leaf, Least};
use super::options::PreBinning;
use super::order::Order;
use super::runs::Runs;
use super::sample::{Sample, Target};

/// The values of a sample in order, by what is known of the rows.
#[derive(Debug)]
pub(super) enum Sorted {
    /// Classes without weights.
    Classes(Classes),
    Runs(Runs),
}

impl Sorted {
    /// Of the numbers that may fall into a bin, with their rows. The order of the rows changes nothing.
    pub(super) fn new(numbers: impl Iterator<Item = (usize, f64)>, sample: &Sample<'_>) -> Self {
        match (sample.target, sample.weights) {
            (Target::Bad(bad), None) => Self::Classes(Classes::new(numbers, bad)),
            _ => Self::Runs(Runs::new(numbers, sample)),
        }
    }

    /// Edges of pre-bins, ascending. `rows` is the size of the whole sample, of which shares are taken.
    pub(super) fn edges(&self, how: &PreBinning, rows: usize) -> Vec<f64> {
        match self {
            Self::Classes(classes) => edges(classes, how, rows),
            Self::Runs(runs) => edges(runs, how, rows),
        }
    }
}

fn edges(order: &impl Order, how: &PreBinning, rows: usize) -> Vec<f64> {
    match how {
        PreBinning::Candidates(edges) => edges.clone(),
        PreBinning::EqualWidth { bins } => equal_width(order, *bins),
        PreBinning::Quantile { bins } => quantile(order, *bins),
        PreBinning::Tree { bins, min_share } => tree(order, *bins, least_rows(order, *min_share, rows)),
    }
}

fn equal_width(order: &impl Order, bins: usize) -> Vec<f64> {
    let Some((least, greatest)) = order.finite() else {
        return Vec::new();
    };
    let of = |at: usize| {
        let share = at as f64 / bins as f64;
        least * (1.0 - share) + greatest * share
    };
    let mut edges: Vec<f64> = (1..bins).map(of).filter(|edge| *edge > least).collect();
    edges.dedup_by(|a, b| *a <= *b);
    edges
}

fn quantile(order: &impl Order, bins: usize) -> Vec<f64> {
    let all = order.before(order.end()).weight;
    let at = |part: usize| order.of_weight(all * part as f64 / bins as f64);
    let mut places: Vec<_> = (1..bins).map(at).collect();
    places.dedup();
    places
        .into_iter()
        .filter_map(|place| edge(order, place))
        .collect()
}

/// The edge at a place.
fn edge<O: Order>(order: &O, place: O::Place) -> Option<f64> {
    let (lower, upper) = order.around(place)?;
    between(lower, upper)
}

/// Least rows of a leaf: a share of all rows; of those with a value, but not below [`FEW`], where so many are missing
/// that no edge leaves the share of all on both sides.
fn least_rows(order: &impl Order, min_share: f64, rows: usize) -> usize {
    // A share of whole rows is met by so many, whatever rounding makes of the product.
    let of_all = whole(min_share * rows as f64 * (1.0 - 1e-12));
    let valued = order.before(order.end()).rows;
    let left = order.before(order.first_of(of_all)).rows;
    if left >= of_all && valued - left >= of_all {
        of_all
    } else {
        of_all.min(whole(min_share * valued as f64).max(FEW))
    }
}

/// So many rows that a count of rows is not below.
fn whole(rows: f64) -> usize {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share of a number of rows"
    )]
    let whole = rows.ceil() as usize;
    whole
}

fn tree(order: &impl Order, bins: usize, min_rows: usize) -> Vec<f64> {
    let least = Least::new(order, min_rows);
    let whole = Leaf::new(order, (order.start(), order.end()), &least);
    let mut leaves = vec![whole];
    while leaves.len() < bins {
        // The first of the greatest: leaves stand from left to right.
        let best = leaves
            .iter()
            .enumerate()
            .fold(None, |best, (at, leaf)| match best {
                Some((_, gain)) if leaf.gain <= gain => best,
                _ if leaf.gain > 0.0 => Some((at, leaf.gain)),
                _ => best,
            });
        let Some((at, _)) = best else { break };
        let Leaf { from, to, split, .. } = leaves.remove(at);
        leaves.insert(at, Leaf::new(order, (split, to), &least));
        leaves.insert(at, Leaf::new(order, (from, split), &least));
    }
    leaves
        .iter()
        .skip(1)
        .filter_map(|leaf| edge(order, leaf.from))
        .collect()
}

/// An edge between neighbouring values, above the lower and not above the upper one.
fn between(lower: f64, upper: f64) -> Option<f64> {
    let edge = if lower.is_finite() && upper.is_finite() {
        let middle = f64::midpoint(lower, upper);
        if middle > lower { middle } else { upper }
    } else if upper.is_finite() {
        upper
    } else if lower.is_finite() {
        lower.next_up()
    } else {
        0.0
    };
    edge.is_finite().then_some(edge)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(values: &[f64], bad: &[bool]) -> Sorted {
        let sample = Sample::new(values, bad);
        Sorted::new(values.iter().copied().enumerate(), &sample)
    }

    #[test]
    fn an_edge_lies_above_the_lower_value_and_not_above_the_upper() {
        let close = 1.0_f64.next_up();
        for (lower, upper) in [
            (0.0, 1.0),
            (1.0, close),
            (f64::NEG_INFINITY, 5.0),
            (5.0, f64::INFINITY),
            (-f64::MAX, f64::MAX),
            (f64::NEG_INFINITY, f64::INFINITY),
        ] {
            let edge = between(lower, upper).unwrap();
            assert!(
                edge > lower && edge <= upper && edge.is_finite(),
                "{lower} {upper}"
            );
        }
        assert_eq!(between(f64::MAX, f64::INFINITY), None);
    }

    /// By hand: of 8 rows with bads at 1, 2, 3 and 7 the first split is after 3 (explains 9/3 + 1/5 of the 16/8), the
    /// second cuts 7 off from below: 4, 5, 6 hold no bad.
    #[test]
    fn the_tree_splits_the_leaf_that_gains_most() {
        let values = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0];
        let bad = [true, true, true, false, false, false, true, false];
        let sorted = sorted(&values, &bad);
        let tree = |bins| sorted.edges(&PreBinning::Tree { bins, min_share: 0.0 }, 8);
        assert_eq!(tree(1), [] as [f64; 0]);
        assert_eq!(tree(2), [3.5]);
        assert_eq!(tree(3), [3.5, 6.5]);
        assert_eq!(tree(256), [3.5, 6.5, 7.5]);
        let share = PreBinning::Tree {
            bins: 9,
            min_share: 0.375,
        };
        assert_eq!(sorted.edges(&share, 8), [3.5]);
    }

    #[test]
    fn quantiles_and_equal_widths_are_where_they_should_be() {
        let values: Vec<f64> = (0..100).map(f64::from).collect();
        let even = sorted(&values, &[false; 100]);
        assert_eq!(
            even.edges(&PreBinning::Quantile { bins: 4 }, 100),
            [24.5, 49.5, 74.5]
        );
        assert_eq!(even.edges(&PreBinning::EqualWidth { bins: 3 }, 100), [33.0, 66.0]);
        let tied = sorted(&[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 2.0], &[false; 8]);
        assert_eq!(tied.edges(&PreBinning::Quantile { bins: 4 }, 8), [0.5]);
        let constant = sorted(&[4.0; 5], &[true; 5]);
        for how in [
            PreBinning::Quantile { bins: 4 },
            PreBinning::EqualWidth { bins: 3 },
            PreBinning::default(),
        ] {
            assert_eq!(constant.edges(&how, 5), [] as [f64; 0], "{how:?}");
        }
    }

    /// Values in few or many steps, some infinite, and few or many bads, most of them at one end.
    fn rows() -> impl proptest::strategy::Strategy<Value = (Vec<f64>, Vec<bool>)> {
        use proptest::prelude::*;
        (1_u32..4_000, 1_u32..40, 1_usize..900).prop_flat_map(|(steps, luck, count)| {
            let row = (0..steps, 0..steps, 0_u32..40).prop_map(move |(at, other, lot)| {
                let value = match at {
                    0 => f64::NEG_INFINITY,
                    1 => f64::INFINITY,
                    at => f64::from(at) / 8.0 - 9.0,
                };
                (value, lot < luck && other >= at)
            });
            proptest::collection::vec(row, count).prop_map(|rows| rows.into_iter().unzip())
        })
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(400))]

        /// With weights every place is tried; without, only those where the mix of the classes can change.
        #[test]
        fn weights_of_one_change_no_edge((values, bad) in rows(), share in 0.0..0.3_f64, bins in 2_usize..40) {
            let ones = vec![1.0; values.len()];
            let plain = Sample::new(&values, &bad);
            let weighted = Sample { weights: Some(&ones), ..plain };
            let of = |sample: &Sample<'_>, how: &PreBinning| {
                Sorted::new(values.iter().copied().enumerate(), sample).edges(how, values.len())
            };
            for how in [
                PreBinning::Tree { bins, min_share: share },
                PreBinning::Tree { bins, min_share: 0.0 },
                PreBinning::Quantile { bins },
                PreBinning::EqualWidth { bins },
            ] {
                proptest::prop_assert_eq!(of(&plain, &how), of(&weighted, &how));
            }
        }

        #[test]
        fn counts_of_sorted_rows_are_those_of_the_rows((values, bad) in rows(), bins in 1_usize..20) {
            let sample = Sample::new(&values, &bad);
            let Sorted::Classes(classes) = Sorted::new(values.iter().copied().enumerate(), &sample) else {
                return Err(proptest::test_runner::TestCaseError::fail("expected classes"));
            };
            let edges = edges(&classes, &PreBinning::Quantile { bins }, values.len());
            let mut wanted = vec![(0, 0); edges.len() + 1];
            for (value, bad) in values.iter().zip(&bad) {
                let place = edges.iter().filter(|edge| *edge <= value).count();
                wanted[place].0 += 1;
                wanted[place].1 += u64::from(*bad);
            }
            proptest::prop_assert_eq!(classes.counts(&edges), wanted);
        }
    }
}
