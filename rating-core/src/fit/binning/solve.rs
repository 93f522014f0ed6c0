//! The exact programme: the greatest objective over every binning that meets every limit.
//!
//! A suffix of a binning is solved for each bin that it can begin with, each number of bins, and what the trend has to
//! remember:
//!
//! | trend | remembered beside the first bin | work with `k` pre-bins and `b` bins |
//! |---|---|---|
//! | none, ascending, descending | nothing | `b · k³ / 6` |
//! | peak, valley | whether it has turned | `2 · b · k³ / 6` |
//! | concave, convex | the second bin | `b · k⁴ / 24` |
//!
//! Limits of a bin leave it out, limits of neighbours leave out the step from one to the other; both are exact. Only a
//! p-value of *all* pairs looks beyond neighbours: there the programme without it bounds a depth-first search, which is
//! exact as well, and says so if it has to give up.
//!
//! The objective of a binning is summed from its last bin to its first. Rounding is monotone, so the greatest of the
//! rounded sums is what the programme finds, bit by bit.

use super::options::Trend;
use super::problem::{DOWN, MARGIN, Problem, UP};

/// Objectives that differ by no more than this, relative to the greatest, count as equal.
pub const TIE: f64 = 1e-12;
/// Steps after which the search over all pairs gives up.
const MOST_STEPS: u64 = 20_000_000;
/// Most pre-bins of a concave or convex binning.
pub(super) const MOST_CURVED: usize = 128;

/// The best binning: the pre-bins before which an edge stands, and the objective.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Solution {
    pub(super) cuts: Vec<usize>,
    pub(super) objective: f64,
}

/// The search over all pairs ended before it was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct GaveUp;

/// The best binning with `least` to `most` bins, if there is one.
///
/// Ties: of the binnings whose objective is within [`TIE`] of the greatest, those with the fewest bins; of these the
/// one whose first edge is leftmost, then the second, and so on.
pub(super) fn solve(
    problem: &Problem,
    trend: Trend,
    (least, most): (usize, usize),
) -> Result<Option<Solution>, GaveUp> {
    let most = most.min(problem.size);
    let table = Table::new(problem, trend, most);
    let mut search = Search {
        problem,
        table: &table,
        steps: 0,
    };
    let mut greatest = f64::NEG_INFINITY;
    if problem.all_pairs.is_none() {
        for bins in least.max(1)..=most {
            greatest = greatest.max(table.completion(&[0], bins));
        }
    } else {
        let mut order: Vec<usize> = (least.max(1)..=most).collect();
        order.sort_by(|a, b| {
            let of = |bins: &usize| table.completion(&[0], *bins);
            of(b).total_cmp(&of(a)).then(a.cmp(b))
        });
        for bins in order {
            search.improve(&mut vec![0], bins, &mut greatest)?;
        }
    }
    if greatest <= f64::NEG_INFINITY {
        return Ok(None);
    }
    let enough = greatest - TIE * greatest.abs();
    for bins in least.max(1)..=most {
        let mut path = vec![0];
        if search.first(&mut path, bins, enough)? {
            let objective = search.worth(&path, 0.0);
            path.remove(0);
            path.pop();
            return Ok(Some(Solution {
                cuts: path,
                objective,
            }));
        }
    }
    Ok(None)
}

/// Greatest sums over suffixes, by number of bins.
enum Table<'a> {
    Staged(Staged<'a>),
    Curved(Curved<'a>),
}

impl<'a> Table<'a> {
    fn new(problem: &'a Problem, trend: Trend, most: usize) -> Self {
        match trend {
            Trend::Concave => Self::Curved(Curved::new(problem, 1.0, most)),
            Trend::Convex => Self::Curved(Curved::new(problem, -1.0, most)),
            _ => Self::Staged(Staged::new(problem, Stage::of(trend), most)),
        }
    }

    /// The greatest sum of exactly `bins` bins behind the last edge of a path; minus infinity if there are none that
    /// the path may go on with. A path is the edges from 0 on.
    fn completion(&self, path: &[usize], bins: usize) -> f64 {
        match self {
            Self::Staged(table) => table.completion(path, bins),
            Self::Curved(table) => table.completion(path, bins),
        }
    }
}

/// What a trend still allows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Free,
    Up,
    Down,
    UpThenDown,
    DownThenUp,
}

impl Stage {
    fn of(trend: Trend) -> Self {
        match trend {
            Trend::Ascending => Self::Up,
            Trend::Descending => Self::Down,
            Trend::Peak => Self::UpThenDown,
            Trend::Valley => Self::DownThenUp,
            _ => Self::Free,
        }
    }

    /// What is allowed after a step. Equal rates keep the more liberal stage, which holds all of the other.
    fn after(self, links: u8) -> Option<Self> {
        let (up, down) = (links & UP != 0, links & DOWN != 0);
        match self {
            Self::Free => (up || down).then_some(Self::Free),
            Self::UpThenDown if up => Some(self),
            Self::DownThenUp if down => Some(self),
            Self::Up | Self::DownThenUp => up.then_some(Self::Up),
            Self::Down | Self::UpThenDown => down.then_some(Self::Down),
        }
    }

    /// The stage that follows once the trend has turned.
    fn turned(self) -> Self {
        match self {
            Self::UpThenDown => Self::Down,
            Self::DownThenUp => Self::Up,
            other => other,
        }
    }
}

/// Suffixes by their first bin and by whether the trend has turned.
struct Staged<'a> {
    problem: &'a Problem,
    start: Stage,
    /// One layer a number of bins from 1 on; before and, if it can turn, after the turn.
    layers: Vec<Vec<f64>>,
}

impl<'a> Staged<'a> {
    fn new(problem: &'a Problem, start: Stage, most: usize) -> Self {
        let mut made = Self {
            problem,
            start,
            layers: Vec::new(),
        };
        for bins in 1..=most {
            // So many bins are only asked for from the first pre-bin on.
            let firsts = if bins == most { 0..1 } else { 0..problem.size };
            let layer = made.layer(bins, &firsts);
            if layer.iter().all(|sum| *sum <= f64::NEG_INFINITY) {
                break;
            }
            made.layers.push(layer);
        }
        made
    }

    fn layer(&self, bins: usize, firsts: &std::ops::Range<usize>) -> Vec<f64> {
        let size = self.problem.size;
        let turned = self.start.turned();
        let stages = if turned == self.start {
            vec![turned]
        } else {
            vec![self.start, turned]
        };
        let mut layer = vec![f64::NEG_INFINITY; stages.len() * (size + 1) * (size + 1)];
        for (half, stage) in stages.into_iter().enumerate() {
            for i in firsts.clone() {
                for j in i + 1..=size {
                    if !self.problem.is_bin(i, j) {
                        continue;
                    }
                    let rest = match (bins, j == size) {
                        (1, true) => 0.0,
                        (1, false) | (_, true) => f64::NEG_INFINITY,
                        _ => self.best_after((i, j), stage, bins - 1),
                    };
                    if let Some(place) = layer.get_mut(self.place(half, i, j)) {
                        *place = self.problem.value(i, j) + rest;
                    }
                }
            }
        }
        layer
    }

    /// The greatest sum of `bins` bins behind bin `(i, j)`.
    fn best_after(&self, (i, j): (usize, usize), stage: Stage, bins: usize) -> f64 {
        let half = usize::from(stage != self.start);
        let (stays, turns) = (self.row(half, j, bins), self.row(1, j, bins));
        let mut best = f64::NEG_INFINITY;
        for (k, how) in self.problem.links_of(i, j).iter().enumerate().skip(j + 1) {
            let row = match stage.after(*how) {
                Some(next) if next == stage => stays,
                Some(_) => turns,
                None => continue,
            };
            best = best.max(row.get(k).copied().unwrap_or(f64::NEG_INFINITY));
        }
        best
    }

    /// The greatest sums of `bins` bins that begin with bin `(j, k)`, by `k`.
    fn row(&self, half: usize, j: usize, bins: usize) -> &[f64] {
        let layer = bins.checked_sub(1).and_then(|at| self.layers.get(at));
        let start = self.place(half, j, 0);
        let row = layer.and_then(|layer| layer.get(start..=start + self.problem.size));
        row.unwrap_or_default()
    }

    fn sum(&self, stage: Stage, (i, j): (usize, usize), bins: usize) -> f64 {
        let half = usize::from(stage != self.start);
        let layer = bins.checked_sub(1).and_then(|at| self.layers.get(at));
        let sum = layer.and_then(|layer| layer.get(self.place(half, i, j)));
        sum.copied().unwrap_or(f64::NEG_INFINITY)
    }

    fn place(&self, half: usize, i: usize, j: usize) -> usize {
        let side = self.problem.size + 1;
        (half * side + i) * side + j
    }

    fn completion(&self, path: &[usize], bins: usize) -> f64 {
        let mut stage = self.start;
        for step in path.windows(3) {
            let [i, j, k] = step else { continue };
            match stage.after(self.problem.links(*i, *j, *k)) {
                Some(next) => stage = next,
                None => return f64::NEG_INFINITY,
            }
        }
        match path {
            [.., i, j] => self.best_after((*i, *j), stage, bins),
            [start] => (start + 1..=self.problem.size)
                .map(|j| self.sum(stage, (*start, j), bins))
                .fold(f64::NEG_INFINITY, f64::max),
            [] => f64::NEG_INFINITY,
        }
    }
}

/// Suffixes of at least two bins by their first two.
struct Curved<'a> {
    problem: &'a Problem,
    /// 1 for concave, −1 for convex.
    sign: f64,
    /// One layer a number of bins from 2 on, by [`triple`].
    layers: Vec<Vec<f64>>,
}

/// The place of edges `h < i < j` among all such.
fn triple(h: usize, i: usize, j: usize) -> usize {
    j * j.saturating_sub(1) * j.saturating_sub(2) / 6 + i * i.saturating_sub(1) / 2 + h
}

impl<'a> Curved<'a> {
    fn new(problem: &'a Problem, sign: f64, most: usize) -> Self {
        let mut made = Self {
            problem,
            sign,
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
        for i in 1..size {
            for j in i + 1..=size {
                for h in 0..i {
                    if self.problem.links(h, i, j) == 0 {
                        continue;
                    }
                    let rest = match (bins, j == size) {
                        (2, true) => self.problem.value(i, j),
                        (2, false) | (_, true) => f64::NEG_INFINITY,
                        _ => self.best_after((h, i, j), bins - 1),
                    };
                    if let Some(place) = layer.get_mut(triple(h, i, j)) {
                        *place = self.problem.value(h, i) + rest;
                    }
                }
            }
        }
        layer
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

    fn completion(&self, path: &[usize], bins: usize) -> f64 {
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

/// Depth first through the edges from left to right.
struct Search<'a> {
    problem: &'a Problem,
    table: &'a Table<'a>,
    steps: u64,
}

impl Search<'_> {
    /// The objective of the bins of a path and of what follows, summed from the right.
    fn worth(&self, path: &[usize], rest: f64) -> f64 {
        path.windows(2).rev().fold(rest, |sum, bin| match bin {
            [i, j] => self.problem.value(*i, *j) + sum,
            _ => sum,
        })
    }

    /// Whether the last bin of a path differs enough from every other.
    fn is_apart(&self, path: &[usize]) -> bool {
        let (Some(least), [.., i, j]) = (self.problem.all_pairs, path) else {
            return true;
        };
        let others = path.len() - 2;
        path.windows(2).take(others).all(|other| match other {
            [a, b] => self.problem.statistic((*a, *b), (*i, *j)) >= least,
            _ => true,
        })
    }

    /// What the path can become at most with `bins` more bins; minus infinity if it holds what it may not.
    fn bound(&mut self, path: &[usize], bins: usize) -> Result<f64, GaveUp> {
        self.steps += 1;
        if self.steps > MOST_STEPS {
            return Err(GaveUp);
        }
        let rest = match bins {
            0 => 0.0,
            _ => self.table.completion(path, bins),
        };
        if rest > f64::NEG_INFINITY && self.is_apart(path) {
            Ok(self.worth(path, rest))
        } else {
            Ok(f64::NEG_INFINITY)
        }
    }

    /// Every end of the next bin, so that `bins` are left behind it.
    fn ends(&self, path: &[usize], bins: usize) -> std::ops::RangeInclusive<usize> {
        let size = self.problem.size;
        let last = path.last().copied().unwrap_or(size);
        if bins == 0 {
            size..=size
        } else {
            last + 1..=size.saturating_sub(bins)
        }
    }

    /// Completes the path by `bins` bins to the leftmost binning that is worth `enough`.
    fn first(&mut self, path: &mut Vec<usize>, bins: usize, enough: f64) -> Result<bool, GaveUp> {
        let Some(left) = bins.checked_sub(1) else {
            return Ok(true);
        };
        for end in self.ends(path, left) {
            path.push(end);
            if self.bound(path, left)? >= enough && self.first(path, left, enough)? {
                return Ok(true);
            }
            path.pop();
        }
        Ok(false)
    }

    /// Raises `best` to the greatest worth of any completion by `bins` bins.
    fn improve(&mut self, path: &mut Vec<usize>, bins: usize, best: &mut f64) -> Result<(), GaveUp> {
        let Some(left) = bins.checked_sub(1) else {
            *best = best.max(self.worth(path, 0.0));
            return Ok(());
        };
        let mut ends = Vec::new();
        for end in self.ends(path, left) {
            path.push(end);
            let bound = self.bound(path, left)?;
            if bound > *best {
                ends.push((bound, end));
            }
            path.pop();
        }
        ends.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        for (bound, end) in ends {
            if bound > *best {
                path.push(end);
                self.improve(path, left, best)?;
                path.pop();
            }
        }
        Ok(())
    }
}
