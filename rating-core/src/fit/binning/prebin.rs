//! Where the edges of pre-bins come from.

use super::cell::Tally;
use super::keys::{key, number, sort};
use super::options::PreBinning;
use super::sample::{Sample, Target};

/// Least rows of a leaf that is smaller than the share that was asked for.
const FEW: f64 = 20.0;
/// Least χ² with one degree of freedom of a split that makes such a leaf: that of a p-value of 0.001.
const DECISIVE: f64 = 10.828;

/// The distinct values of a sample in order, with sums over all before each.
#[derive(Debug, Default)]
pub(super) struct Runs {
    values: Vec<f64>,
    /// One more than values: sums over the runs before.
    rows: Vec<f64>,
    weight: Vec<f64>,
    target: Vec<f64>,
    /// Of the squared target; empty for classes, whose target is its own square.
    squares: Vec<f64>,
}

impl Runs {
    /// Of the numbers that may fall into a bin, with their rows. The order of the rows changes nothing.
    pub(super) fn new(numbers: impl Iterator<Item = (usize, f64)>, sample: &Sample<'_>) -> Self {
        match (sample.target, sample.weights) {
            (Target::Bad(bad), None) => Self::of_counts(numbers, bad),
            _ => Self::of_sums(numbers, sample),
        }
    }

    fn of_counts(numbers: impl Iterator<Item = (usize, f64)>, bad: &[bool]) -> Self {
        let (mut goods, mut bads) = (Vec::with_capacity(bad.len()), Vec::new());
        for (row, number) in numbers {
            let is_bad = bad.get(row).copied().unwrap_or_default();
            if is_bad { &mut bads } else { &mut goods }.push(key(number));
        }
        let (goods, bads) = (sort(goods), sort(bads));
        let mut made = Self::with_capacity(goods.len() + bads.len());
        let (mut goods, mut bads) = (goods.as_slice(), bads.as_slice());
        let (mut rows, mut target) = (0.0, 0.0);
        loop {
            // The goods up to the next bad, then the value of that bad.
            let next = bads.first().copied();
            let end = next.and_then(|next| goods.iter().position(|key| *key >= next));
            let (stretch, behind) = goods.split_at(end.unwrap_or(goods.len()));
            goods = behind;
            for run in stretch.chunk_by(|a, b| a == b) {
                rows += run.len() as f64;
                made.push(
                    run.first().map_or(f64::NAN, |key| number(*key)),
                    rows,
                    (rows, target),
                );
            }
            let Some(next) = next else { return made };
            let (of_goods, of_bads) = (take(&mut goods, next), take(&mut bads, next));
            rows += (of_goods + of_bads) as f64;
            target += of_bads as f64;
            made.push(number(next), rows, (rows, target));
        }
    }

    fn of_sums(numbers: impl Iterator<Item = (usize, f64)>, sample: &Sample<'_>) -> Self {
        let mut keyed: Vec<(u64, usize)> = numbers.map(|(row, number)| (key(number), row)).collect();
        keyed.sort_unstable_by_key(|(key, _)| *key);
        let mut made = Self::with_capacity(keyed.len());
        let (mut rows, mut weight, mut target, mut squares) = (0.0, 0.0, 0.0, 0.0);
        let has_amounts = matches!(sample.target, Target::Amount(_));
        made.squares.extend(has_amounts.then_some(0.0));
        for run in keyed.chunk_by(|a, b| a.0 == b.0) {
            let mut tally = Tally::default();
            for (_, row) in run {
                let (amount, is_bad) = sample.outcome(*row);
                tally.add(amount, sample.weight(*row), is_bad);
            }
            let cell = tally.cell();
            rows += cell.rows as f64;
            weight += cell.weight;
            target += cell.target;
            let value = run.first().map_or(f64::NAN, |(key, _)| number(*key));
            made.push(value, rows, (weight, target));
            if has_amounts {
                squares += cell.target_squared;
                made.squares.push(squares);
            }
        }
        made
    }

    fn with_capacity(runs: usize) -> Self {
        let sums = || {
            let mut sums = Vec::with_capacity(runs + 1);
            sums.push(0.0);
            sums
        };
        Self {
            values: Vec::with_capacity(runs),
            rows: sums(),
            weight: sums(),
            target: sums(),
            squares: Vec::new(),
        }
    }

    fn push(&mut self, value: f64, rows: f64, (weight, target): (f64, f64)) {
        self.values.push(value);
        self.rows.push(rows);
        self.weight.push(weight);
        self.target.push(target);
    }

    /// Edges of pre-bins, ascending. `rows` is the size of the whole sample, of which shares are taken.
    pub(super) fn edges(&self, how: &PreBinning, rows: usize) -> Vec<f64> {
        match how {
            PreBinning::Candidates(edges) => edges.clone(),
            PreBinning::EqualWidth { bins } => self.equal_width(*bins),
            PreBinning::Quantile { bins } => self.quantile(*bins),
            PreBinning::Tree { bins, min_share } => self.tree(*bins, self.least_rows(*min_share, rows)),
        }
    }

    /// Rows and bad rows of each pre-bin. INVARIANT: made of classes without weights, whose sums are whole.
    pub(super) fn counts(&self, edges: &[f64]) -> Vec<(u64, u64)> {
        let below = |edge: &f64| self.values.partition_point(|value| value < edge);
        let ends = edges.iter().map(below).chain([self.values.len()]);
        let mut before = (0.0, 0.0);
        let of = |end: usize| {
            let sum = |sums: &[f64]| sums.get(end).copied().unwrap_or_default();
            let until = (sum(&self.rows), sum(&self.target));
            let (rows, bads) = (until.0 - before.0, until.1 - before.1);
            before = until;
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "differences of whole sums that do not fall"
            )]
            (rows as u64, bads as u64)
        };
        ends.map(of).collect()
    }

    fn equal_width(&self, bins: usize) -> Vec<f64> {
        let mut finite = self.values.iter().copied().filter(|value| value.is_finite());
        let (Some(least), Some(greatest)) = (finite.next(), finite.next_back()) else {
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

    fn quantile(&self, bins: usize) -> Vec<f64> {
        let all = self.weight.last().copied().unwrap_or_default();
        let at = |part: usize| {
            let wanted = all * part as f64 / bins as f64;
            self.weight.partition_point(|sum| *sum < wanted)
        };
        let mut places: Vec<usize> = (1..bins).map(at).collect();
        places.dedup();
        places.into_iter().filter_map(|at| self.edge(at)).collect()
    }

    /// The edge before a run.
    fn edge(&self, at: usize) -> Option<f64> {
        between(*self.values.get(at.checked_sub(1)?)?, *self.values.get(at)?)
    }

    /// Least rows of a leaf: a share of all rows; of those with a value, but not below [`FEW`], where so many are
    /// missing that no edge leaves the share of all on both sides.
    fn least_rows(&self, min_share: f64, rows: usize) -> f64 {
        // A share of whole rows is met by so many, whatever rounding makes of the product.
        let of_all = min_share * rows as f64 * (1.0 - 1e-12);
        let valued = self.rows.last().copied().unwrap_or_default();
        let below = self.rows.partition_point(|sum| *sum < of_all);
        let is_parted = self.rows.get(below).is_some_and(|sum| valued - sum >= of_all);
        if is_parted {
            of_all
        } else {
            of_all.min((min_share * valued).max(FEW))
        }
    }

    /// The runs that are a leaf's worth by themselves; none where a leaf may hold fewer than [`FEW`] rows.
    fn heavy(&self, min_rows: f64) -> Vec<usize> {
        if min_rows <= FEW {
            return Vec::new();
        }
        let all = self.rows.last().copied().unwrap_or_default();
        // Such a run holds at least one of the ranks that lie so many rows apart.
        let ranks = std::iter::successors(Some(min_rows), |rank| Some(rank + min_rows));
        let run = |rank: f64| self.rows.partition_point(|sum| *sum < rank).checked_sub(1);
        let runs = ranks.take_while(|rank| *rank <= all).filter_map(run);
        let rows = |at: usize| Some(self.rows.get(at + 1)? - self.rows.get(at)?);
        let mut heavy: Vec<usize> = runs.filter(|at| rows(*at) >= Some(min_rows)).collect();
        heavy.dedup();
        heavy
    }

    fn tree(&self, bins: usize, min_rows: f64) -> Vec<f64> {
        let least = Least {
            rows: min_rows,
            heavy: self.heavy(min_rows),
        };
        let whole = Leaf::new(self, (0, self.values.len()), &least);
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
            leaves.insert(at, Leaf::new(self, (split, to), &least));
            leaves.insert(at, Leaf::new(self, (from, split), &least));
        }
        leaves
            .iter()
            .skip(1)
            .filter_map(|leaf| self.edge(leaf.from))
            .collect()
    }
}

/// What a leaf has to hold.
struct Least {
    rows: f64,
    /// Runs that hold as much by themselves.
    heavy: Vec<usize>,
}

/// Runs of a leaf and its best split.
struct Leaf {
    from: usize,
    to: usize,
    /// First run of the right part.
    split: usize,
    /// What the split takes away from the squared error; 0 if there is none.
    gain: f64,
}

impl Leaf {
    /// With the leftmost of the best splits that leave enough rows on both sides.
    ///
    /// ```text
    /// gain = t₁² / w₁ + t₂² / w₂ − t² / w
    /// ```
    /// with `w` the weight and `t` the weighted sum of the target.
    fn new(runs: &Runs, (from, to): (usize, usize), asked: &Least) -> Self {
        let min_rows = asked.rows;
        let of = |sums: &[f64], at: usize| sums.get(at).copied().unwrap_or_default();
        let (w0, w1) = (of(&runs.weight, from), of(&runs.weight, to));
        let (t0, t1) = (of(&runs.target, from), of(&runs.target, to));
        // Rows do not decrease from run to run, so the splits that leave enough on both sides are one stretch.
        let rows = runs.rows.get(from + 1..to).unwrap_or_default();
        let (r0, r1) = (of(&runs.rows, from), of(&runs.rows, to));
        let first = from + 1 + rows.partition_point(|sum| sum - r0 < min_rows);
        let last = from + 1 + rows.partition_point(|sum| r1 - sum >= min_rows);
        let stretch = first..last.max(first);
        let weights = runs.weight.get(stretch.clone()).unwrap_or_default();
        let targets = runs.target.get(stretch).unwrap_or_default();
        let (mut best, mut split) = (f64::NEG_INFINITY, from);
        for (at, (weight, target)) in weights.iter().zip(targets).enumerate() {
            let (wl, wr) = (weight - w0, w1 - weight);
            let (tl, tr) = (target - t0, t1 - target);
            // No number without weight on both sides, and no comparison holds for that.
            let explained = (tl * tl * wr + tr * tr * wl) / (wl * wr);
            if explained > best {
                (best, split) = (explained, first + at);
            }
        }
        let before = (t1 - t0) * (t1 - t0) / (w1 - w0);
        let gain = best - before;
        // What is left of a difference of equals is no gain.
        let is_gain = gain > 1e-12 * before && best.is_finite();
        let made = Self {
            from,
            to,
            split,
            gain: if is_gain { gain } else { 0.0 },
        };
        if is_gain {
            made
        } else {
            made.beside_heavy(runs, &asked.heavy)
        }
    }

    /// With the leftmost of the best decisive splits beside a run that is a leaf's worth by itself, if there is one.
    fn beside_heavy(self, runs: &Runs, heavy: &[usize]) -> Self {
        let (from, to) = (self.from, self.to);
        let inside = heavy.iter().filter(|run| (from..to).contains(*run));
        let edges = inside.flat_map(|run| [*run, run + 1]);
        let splits = edges.filter(|at| (from + 1..to).contains(at));
        splits.fold(self, |best, split| {
            let gain = decisive_gain(runs, (from, split, to)).unwrap_or(0.0);
            if gain > best.gain {
                Self { split, gain, ..best }
            } else {
                best
            }
        })
    }
}

/// What a split takes away from the squared error, if both sides hold [`FEW`] rows and it is beyond chance.
///
/// ```text
/// χ² = rows · gain / (w · variance)      for classes Pearson's of the table of two rows
/// ```
fn decisive_gain(runs: &Runs, (from, split, to): (usize, usize, usize)) -> Option<f64> {
    let squares = if runs.squares.is_empty() {
        &runs.target
    } else {
        &runs.squares
    };
    let of = |sums: &[f64], a: usize, b: usize| Some(sums.get(b)? - sums.get(a)?);
    let (left, right) = (of(&runs.rows, from, split)?, of(&runs.rows, split, to)?);
    let (wl, wr) = (of(&runs.weight, from, split)?, of(&runs.weight, split, to)?);
    let (tl, tr) = (of(&runs.target, from, split)?, of(&runs.target, split, to)?);
    let (weight, target) = (wl + wr, tl + tr);
    let gain = tl * tl / wl + tr * tr / wr - target * target / weight;
    let around_mean = of(squares, from, to)? - target * target / weight;
    let is_decisive = (left + right) * gain >= DECISIVE * around_mean && gain > 0.0;
    (left.min(right) >= FEW && is_decisive).then_some(gain)
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

/// Takes a key off the front as often as it stands there.
fn take(keys: &mut &[u64], wanted: u64) -> usize {
    let count = keys.iter().take_while(|key| **key == wanted).count();
    *keys = keys.get(count..).unwrap_or_default();
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(values: &[f64], bad: &[bool]) -> Runs {
        let sample = Sample::new(values, bad);
        Runs::new(values.iter().copied().enumerate(), &sample)
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
        let runs = runs(&values, &bad);
        let tree = |bins| runs.edges(&PreBinning::Tree { bins, min_share: 0.0 }, 8);
        assert_eq!(tree(1), [] as [f64; 0]);
        assert_eq!(tree(2), [3.5]);
        assert_eq!(tree(3), [3.5, 6.5]);
        assert_eq!(tree(256), [3.5, 6.5, 7.5]);
        let share = PreBinning::Tree {
            bins: 9,
            min_share: 0.375,
        };
        assert_eq!(runs.edges(&share, 8), [3.5]);
    }

    #[test]
    fn quantiles_and_equal_widths_are_where_they_should_be() {
        let values: Vec<f64> = (0..100).map(f64::from).collect();
        let even = runs(&values, &[false; 100]);
        assert_eq!(
            even.edges(&PreBinning::Quantile { bins: 4 }, 100),
            [24.5, 49.5, 74.5]
        );
        assert_eq!(even.edges(&PreBinning::EqualWidth { bins: 3 }, 100), [33.0, 66.0]);
        let tied = runs(&[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 2.0], &[false; 8]);
        assert_eq!(tied.edges(&PreBinning::Quantile { bins: 4 }, 8), [0.5]);
        let constant = runs(&[4.0; 5], &[true; 5]);
        for how in [
            PreBinning::Quantile { bins: 4 },
            PreBinning::EqualWidth { bins: 3 },
            PreBinning::default(),
        ] {
            assert_eq!(constant.edges(&how, 5), [] as [f64; 0], "{how:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn weights_of_one_change_no_edge(
            rows in proptest::collection::vec((-5_i32..20, proptest::bool::ANY), 1..200)
        ) {
            let values: Vec<f64> = rows.iter().map(|row| f64::from(row.0) / 2.0).collect();
            let bad: Vec<bool> = rows.iter().map(|row| row.1).collect();
            let ones = vec![1.0; rows.len()];
            let plain = Sample::new(&values, &bad);
            let weighted = Sample { weights: Some(&ones), ..plain };
            let of = |sample: &Sample<'_>, how: &PreBinning| {
                Runs::new(values.iter().copied().enumerate(), sample).edges(how, rows.len())
            };
            for how in [PreBinning::Tree { bins: 9, min_share: 0.05 }, PreBinning::Quantile { bins: 7 }] {
                proptest::prop_assert_eq!(of(&plain, &how), of(&weighted, &how));
            }
        }
    }
}
