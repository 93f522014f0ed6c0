//! Suffixes of binnings whose steps never grow, or never shrink.

use crate::fit::binning::problem::{MARGIN, Problem};

/// Suffixes of at least two bins by their first two.
pub(super) struct Curved<'a> {
    problem: &'a Problem,
    /// 1 for concave, −1 for convex.
    sign: f64,
    /// For each `j` the ends `k` of bins `(j, k)`, those first that bend a curve down most (up for convex): whatever went
    /// before, the ends that keep to the curve come first.
    orders: Vec<Vec<usize>>,
    /// One layer a number of bins from 2 on, by [`triple`].
    layers: Vec<Vec<f64>>,
}

/// Most memory of the layers, in bytes.
const MOST_BYTES: usize = 1 << 30;

/// The greatest number of bins whose layers over so many pre-bins stay within [`MOST_BYTES`].
pub(super) fn most_bins(pre_bins: usize) -> usize {
    let layer = size_of::<f64>() * triple(0, 0, pre_bins + 1).max(1);
    1 + MOST_BYTES / layer
}

/// The place of edges `h < i < j` among all such.
fn triple(h: usize, i: usize, j: usize) -> usize {
    j * j.saturating_sub(1) * j.saturating_sub(2) / 6 + i * i.saturating_sub(1) / 2 + h
}

/// The ends of bins that begin at `j`, by their rate. The step from one rate to another does not fall as the other rises,
/// rounded or not, so the order is that of the steps from any bin before.
fn order(problem: &Problem, sign: f64, j: usize) -> Vec<usize> {
    let mut ends: Vec<usize> = (j + 1..=problem.size).collect();
    let rate = |k: usize| sign * problem.rate(j, k);
    ends.sort_by(|a, b| rate(*a).total_cmp(&rate(*b)));
    ends
}

impl<'a> Curved<'a> {
    pub(super) fn new(problem: &'a Problem, sign: f64, most: usize) -> Self {
        let mut made = Self {
            problem,
            sign,
            orders: (0..problem.size).map(|j| order(problem, sign, j)).collect(),
            layers: Vec::new(),
        };
        for bins in 2..=most {
            let layer = made.layer(bins);
            if layer.iter().all(|sum| *sum <= f64::NEG_INFINITY) {
                break;
            }
            made.layers.push(layer);
        }
        made
    }

    fn layer(&self, bins: usize) -> Vec<f64> {
        let size = self.problem.size;
        let mut layer = vec![f64::NEG_INFINITY; triple(0, 0, size + 1)];
        let mut greatest = Vec::with_capacity(size);
        for i in 1..size {
            for j in i + 1..=size {
                self.greatest_so_far((i, j), bins - 1, &mut greatest);
                for h in 0..i {
                    if self.problem.links(h, i, j) == 0 {
                        continue;
                    }
                    let rest = match (bins, j == size) {
                        (2, true) => self.problem.value(i, j),
                        (2, false) | (_, true) => f64::NEG_INFINITY,
                        _ => self.greatest_after((h, i), j, &greatest),
                    };
                    if let Some(place) = layer.get_mut(triple(h, i, j)) {
                        *place = self.problem.value(h, i) + rest;
                    }
                }
            }
        }
        layer
    }

    /// The greatest sums of `bins` bins that begin with `(i, j)`, over the first ends of the next bin in their order.
    fn greatest_so_far(&self, (i, j): (usize, usize), bins: usize, greatest: &mut Vec<f64>) {
        greatest.clear();
        let mut best = f64::NEG_INFINITY;
        for k in self.order(j) {
            best = best.max(self.sum((i, j, *k), bins));
            greatest.push(best);
        }
    }

    /// The greatest of those whose next bin keeps to the curve of `(h, i)` and `(i, j)`.
    fn greatest_after(&self, before: (usize, usize), j: usize, greatest: &[f64]) -> f64 {
        let kept = self.order(j).partition_point(|k| self.bends(before, j, *k));
        let last = kept.checked_sub(1).and_then(|at| greatest.get(at));
        last.copied().unwrap_or(f64::NEG_INFINITY)
    }

    fn order(&self, j: usize) -> &[usize] {
        self.orders.get(j).map(Vec::as_slice).unwrap_or_default()
    }

    /// The greatest sum of `bins` bins, at least two, that begin with `(i, j)` after `(h, i)`.
    fn best_after(&self, (h, i, j): (usize, usize, usize), bins: usize) -> f64 {
        let mut best = f64::NEG_INFINITY;
        for k in j + 1..=self.problem.size {
            if self.bends((h, i), j, k) {
                best = best.max(self.sum((i, j, k), bins));
            }
        }
        best
    }

    /// Whether bin `(j, k)` keeps to the curve of `(h, i)` and `(i, j)`.
    fn bends(&self, (h, i): (usize, usize), j: usize, k: usize) -> bool {
        let middle = self.problem.rate(i, j);
        let before = middle - self.problem.rate(h, i);
        let after = self.problem.rate(j, k) - middle;
        self.sign * (after - before) <= MARGIN
    }

    fn sum(&self, (h, i, j): (usize, usize, usize), bins: usize) -> f64 {
        let layer = bins.checked_sub(2).and_then(|at| self.layers.get(at));
        let sum = layer.and_then(|layer| layer.get(triple(h, i, j)));
        sum.copied().unwrap_or(f64::NEG_INFINITY)
    }

    pub(super) fn completion(&self, path: &[usize], bins: usize) -> f64 {
        let size = self.problem.size;
        let none = f64::NEG_INFINITY;
        for step in path.windows(4) {
            if let [h, i, j, k] = step
                && !self.bends((*h, *i), *j, *k)
            {
                return none;
            }
        }
        let linked = |step: &[usize]| matches!(step, [h, i, j] if self.problem.links(*h, *i, *j) != 0);
        if !path.windows(3).all(linked) {
            return none;
        }
        match *path {
            [.., h, i, j] if bins == 1 => {
                let is_open = self.problem.links(i, j, size) != 0 && self.bends((h, i), j, size);
                if is_open {
                    self.problem.value(j, size)
                } else {
                    none
                }
            }
            [i, j] if bins == 1 && self.problem.links(i, j, size) == 0 => none,
            [.., j] if bins == 1 => self.problem.value(j, size),
            [.., h, i, j] => (j + 1..=size)
                .filter(|k| self.bends((h, i), j, *k))
                .map(|k| self.after_two((i, j), k, bins))
                .fold(none, f64::max),
            [i, j] => (j + 1..=size)
                .map(|k| self.after_two((i, j), k, bins))
                .fold(none, f64::max),
            [i] => (i + 1..size)
                .flat_map(|j| (j + 1..=size).map(move |k| (i, j, k)))
                .map(|at| self.sum(at, bins))
                .fold(none, f64::max),
            [] => none,
        }
    }

    /// The greatest sum of `bins` bins, at least two, of which the first is `(j, k)`, after `(i, j)`.
    fn after_two(&self, (i, j): (usize, usize), k: usize, bins: usize) -> f64 {
        if self.problem.links(i, j, k) == 0 {
            return f64::NEG_INFINITY;
        }
        self.best_after((i, j, k), bins)
    }
}
