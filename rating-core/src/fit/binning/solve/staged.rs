//! Suffixes of binnings whose trend is none, one direction, or one turn.

use crate::fit::binning::options::Trend;
use crate::fit::binning::problem::{DOWN, Problem, UP};

/// What a trend still allows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Free,
    Up,
    Down,
    UpThenDown,
    DownThenUp,
}

impl Stage {
    pub(super) fn of(trend: Trend) -> Self {
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
pub(super) struct Staged<'a> {
    problem: &'a Problem,
    start: Stage,
    /// One layer a number of bins from 1 on; before and, if it can turn, after the turn.
    layers: Vec<Vec<f64>>,
}

impl<'a> Staged<'a> {
    pub(super) fn new(problem: &'a Problem, start: Stage, most: usize) -> Self {
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

    pub(super) fn completion(&self, path: &[usize], bins: usize) -> f64 {
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
