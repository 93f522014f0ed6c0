//! The exact programme: the greatest objective over every binning that meets every limit.
//!
//! A suffix of a binning is solved for each bin that it can begin with, each number of bins, and what the trend has to
//! remember:
//!
//! | trend | remembered beside the first bin | work with `k` pre-bins and `b` bins |
//! |---|---|---|
//! | none, ascending, descending | nothing | `b · k³ / 6` |
//! | peak, valley | whether it has turned | `2 · b · k³ / 6` |
//! | concave, convex | the second bin | `b · k³ · log k / 6` |
//!
//! Limits of a bin leave it out, limits of neighbours leave out the step from one to the other; both are exact. Only a
//! p-value of *all* pairs looks beyond neighbours: there the programme without it bounds a depth-first search, which is
//! exact as well, and says so if it has to give up.
//!
//! The objective of a binning is summed from its last bin to its first. Rounding is monotone, so the greatest of the
//! rounded sums is what the programme finds, bit by bit.

mod curved;
mod staged;

use super::options::Trend;
use super::problem::Problem;
use curved::Curved;
use staged::{Stage, Staged};

/// Objectives that differ by no more than this, relative to the greatest, count as equal.
pub const TIE: f64 = 1e-12;
/// Steps after which the search over all pairs gives up.
const MOST_STEPS: u64 = 20_000_000;
/// The greatest number of bins that a trend can be solved for over so many pre-bins.
///
/// The table of a concave or convex binning has a number for each three edges and each number of bins: 22 MB a number of
/// bins with 256 pre-bins. It may take 1 GiB: 49 bins then, and any number of bins up to 168 pre-bins.
///
/// Measured on one core, 50,000 rows in 256 pre-bins: at most 6 bins 1.5 s and 0.2 GiB, at most 20 (13 are the best) 4.3 s and
/// 0.5 GiB, finding why a binning is infeasible 12.5 s.
pub(super) fn most_bins(trend: Trend, pre_bins: usize) -> usize {
    match trend {
        Trend::Concave | Trend::Convex => curved::most_bins(pre_bins),
        _ => usize::MAX,
    }
}

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
