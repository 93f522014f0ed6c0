//! From counts to what the programme is solved over, and back.

use super::cell::Cell;
use super::counts::Frozen;
use super::error::BinningError;
use serde::{Deserialize, Serialize};

/// The pre-bins that a binning was chosen from, in order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum PreBins {
    /// Edges between them, one fewer than pre-bins.
    Edges(Vec<f64>),
    /// Words of each, in the order of the bad rate (mean), from low to high.
    Words(Vec<Vec<String>>),
}

impl PreBins {
    /// Number of pre-bins.
    pub(super) fn count(&self) -> usize {
        match self {
            Self::Edges(edges) => edges.len() + 1,
            Self::Words(words) => words.len(),
        }
    }
}

/// Pre-bins with their sums, in order.
#[derive(Clone, Debug)]
pub(super) struct Ordered {
    pub(super) pre_bins: PreBins,
    pub(super) cells: Vec<Cell>,
    pub(super) periods: Vec<Vec<Cell>>,
}

/// Words in the order of their rate; those with less than `rare_share` of the `rows` are one pre-bin. Equal rates in
/// the order of the words.
pub(super) fn order_words(frozen: &Frozen, rare_share: f64, rows: u64) -> Result<Ordered, BinningError> {
    let (mut common, mut rare) = (Vec::new(), Vec::new());
    for (at, cell) in frozen.regular.iter().enumerate() {
        let is_rare = (cell.rows as f64) < rare_share * rows as f64 || cell.weight <= 0.0;
        if is_rare {
            rare.push(at);
        } else {
            common.push(vec![at]);
        }
    }
    let sum = |cells: &[Cell], group: &[usize]| Cell::sum(group.iter().filter_map(|at| cells.get(*at)));
    let risk = |group: &[usize]| sum(&frozen.regular, group).rate();
    if risk(&rare).is_some() {
        common.push(rare);
        rare = Vec::new();
    }
    // Stable, and words come in their own order.
    common.sort_by(|a, b| {
        let of = |group: &[usize]| risk(group).unwrap_or_default();
        of(a).total_cmp(&of(b))
    });
    // Words without weight say nothing: they stand with the riskiest.
    if let Some(last) = common.last_mut() {
        last.append(&mut rare);
    }
    let most = super::options::MOST_PRE_BINS;
    if common.len() > most {
        return Err(BinningError::TooManyWords {
            most,
            got: common.len(),
        });
    }
    let words = |group: &Vec<usize>| {
        group
            .iter()
            .filter_map(|at| frozen.words.get(*at).cloned())
            .collect()
    };
    let cells = |all: &[Cell]| common.iter().map(|group| sum(all, group)).collect();
    Ok(Ordered {
        pre_bins: PreBins::Words(common.iter().map(words).collect()),
        cells: cells(&frozen.regular),
        periods: frozen.periods.iter().map(|all| cells(all)).collect(),
    })
}

/// Pre-bins without those that hold no weight, of which the programme could know no rate.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    /// The pre-bin at which each one of the programme begins.
    starts: Vec<usize>,
    /// Whether the edge at which each begins is fixed.
    pub(super) fixed: Vec<bool>,
    /// Further fixed edges: they part off bins without weight.
    pub(super) extra: Vec<usize>,
}

impl Layout {
    /// `fixed` says of each pre-bin whether the edge before it is fixed. Of the edges between two pre-bins with weight
    /// the first fixed one stays, else the leftmost.
    pub(super) fn new(cells: &[Cell], fixed: &[bool]) -> Self {
        let mut made = Self {
            starts: Vec::new(),
            fixed: Vec::new(),
            extra: Vec::new(),
        };
        let is_fixed = |at: &usize| fixed.get(*at).copied().unwrap_or_default();
        let mut before = None;
        for (at, _) in cells.iter().enumerate().filter(|(_, cell)| cell.weight > 0.0) {
            match before {
                None => {
                    made.starts.push(0);
                    made.fixed.push(false);
                    made.extra.extend((1..=at).filter(is_fixed));
                }
                Some(before) => {
                    let mut kept = (before + 1..=at).filter(is_fixed);
                    let first = kept.next();
                    made.starts.push(first.unwrap_or(before + 1));
                    made.fixed.push(first.is_some());
                    made.extra.extend(kept);
                }
            }
            before = Some(at);
        }
        let behind = before.map_or(0, |before| before + 1);
        made.extra.extend((behind.max(1)..cells.len()).filter(is_fixed));
        made
    }

    /// The sums of the programme's pre-bins.
    pub(super) fn cells(&self, all: &[Cell]) -> Vec<Cell> {
        groups(&self.starts, all.len())
            .map(|(from, to)| Cell::sum(all.get(from..to).unwrap_or_default()))
            .collect()
    }

    /// The edges that the programme's cuts stand for, with those that part off bins without weight.
    pub(super) fn cuts(&self, cuts: &[usize]) -> Vec<usize> {
        let mut all: Vec<usize> = cuts
            .iter()
            .filter_map(|at| self.starts.get(*at).copied())
            .collect();
        all.extend(&self.extra);
        all.sort_unstable();
        all
    }
}

/// Stretches from each start to the next, the last to the end.
pub(super) fn groups(starts: &[usize], end: usize) -> impl Iterator<Item = (usize, usize)> + '_ {
    let ends = starts.iter().skip(1).copied().chain([end]);
    starts.iter().copied().zip(ends)
}
