//! What the programme is solved over: every bin that pre-bins can make, and which bins may follow each other.

use super::cell::{Cell, TargetKind, test_statistic};
use super::limits::{Limits, Pairs};
use super::options::Objective;

/// Limits of shares, weights, rates and steps are met with this margin.
pub(super) const MARGIN: f64 = 1e-12;

/// A bin may be followed by one whose rate is not lower, in every period.
pub(super) const UP: u8 = 1;
/// A bin may be followed by one whose rate is not higher, in every period.
pub(super) const DOWN: u8 = 2;

/// What a binning is chosen from.
#[derive(Clone, Debug)]
pub(super) struct Input {
    /// Pre-bins in order, each with weight.
    pub(super) cells: Vec<Cell>,
    /// The same by period: one list of pre-bins a period.
    pub(super) periods: Vec<Vec<Cell>>,
    /// Whether the edge before each pre-bin has to stay; as many as pre-bins, the first without meaning.
    pub(super) fixed: Vec<bool>,
    /// The whole sample, missing and special values included.
    pub(super) total: Cell,
    pub(super) kind: TargetKind,
    pub(super) objective: Objective,
}

impl Input {
    /// What a bin adds to the objective. See [`Objective`].
    pub(super) fn value(&self, cell: &Cell) -> f64 {
        value(self.objective, cell, &self.total)
    }
}

/// What a bin adds to an objective.
pub(super) fn value(objective: Objective, cell: &Cell, total: &Cell) -> f64 {
    let p = cell.goods() / total.goods();
    let q = cell.bads() / total.bads();
    match objective {
        Objective::InformationValue => {
            let (goods, bads) = smoothed(cell, total);
            let (p, q) = (goods / total.goods(), bads / total.bads());
            (p - q) * woe(cell, total).unwrap_or(0.0)
        }
        Objective::JensenShannon => {
            let middle = f64::midpoint(p, q);
            let part = |share: f64| {
                if share > 0.0 {
                    share * (share / middle).ln()
                } else {
                    0.0
                }
            };
            0.5 * part(p) + 0.5 * part(q)
        }
        Objective::Hellinger => 0.5 * (p.sqrt() - q.sqrt()).powi(2),
        Objective::SquaredError => match (cell.rate(), total.rate()) {
            (Some(mean), Some(all)) => cell.weight * (mean - all) * (mean - all),
            _ => 0.0,
        },
    }
}

/// Weight of evidence, `ln((goods / all goods) / (bads / all bads))`; a zero cell counts as half a row. None without
/// weight.
pub(super) fn woe(cell: &Cell, total: &Cell) -> Option<f64> {
    cell.rate()?;
    let (goods, bads) = smoothed(cell, total);
    Some(((goods / total.goods()) / (bads / total.bads())).ln())
}

/// Goods and bads by weight, of which at most one is 0 and then counts as half a row of mean weight.
fn smoothed(cell: &Cell, total: &Cell) -> (f64, f64) {
    let half = 0.5 * total.weight / total.rows as f64;
    let of = |weight: f64| if weight > 0.0 { weight } else { half };
    (of(cell.goods()), of(cell.bads()))
}

/// One item for every bin, which runs from pre-bin `i` to before pre-bin `j`.
#[derive(Clone, Debug)]
pub(super) struct Square<T> {
    side: usize,
    items: Vec<T>,
}

impl<T: Copy> Square<T> {
    fn new(pre_bins: usize, nothing: T) -> Self {
        let side = pre_bins + 1;
        Self {
            side,
            items: vec![nothing; side * side],
        }
    }

    fn set(&mut self, i: usize, j: usize, item: T) {
        if let Some(place) = self.items.get_mut(i * self.side + j) {
            *place = item;
        }
    }

    pub(super) fn at(&self, i: usize, j: usize) -> Option<T> {
        self.items.get(i * self.side + j).copied()
    }
}

/// Every bin with what it is worth, and every pair of neighbours with how they may follow.
#[derive(Debug)]
pub(super) struct Problem {
    /// Number of pre-bins.
    pub(super) size: usize,
    cells: Square<Cell>,
    /// Minus infinity for a bin that a limit refuses.
    values: Square<f64>,
    rates: Square<f64>,
    /// [`UP`] and [`DOWN`] of bins `(i, j)` and `(j, k)`, at `(i · side + j) · side + k`.
    links: Vec<u8>,
    /// Least test statistic of any two bins, if all pairs are tested.
    pub(super) all_pairs: Option<f64>,
    kind: TargetKind,
}

impl Problem {
    pub(super) fn new(input: &Input, limits: &Limits) -> Self {
        let size = input.cells.len();
        let critical = limits.max_p_value.map(critical);
        let mut made = Self {
            size,
            cells: bins(&input.cells),
            values: Square::new(size, f64::NEG_INFINITY),
            rates: Square::new(size, f64::NAN),
            links: vec![0; (size + 1).pow(3)],
            all_pairs: critical.filter(|_| limits.p_value_of == Pairs::All),
            kind: input.kind,
        };
        for i in 0..size {
            for j in i + 1..=size {
                let Some(cell) = made.cells.at(i, j) else { continue };
                made.rates.set(i, j, cell.rate().unwrap_or(f64::NAN));
                let straddles = input.fixed.iter().take(j).skip(i + 1).any(|fixed| *fixed);
                if !straddles && is_within(&cell, &input.total, limits) {
                    made.values.set(i, j, input.value(&cell));
                }
            }
        }
        let by_period: Vec<Square<f64>> = input.periods.iter().map(|cells| rates(cells)).collect();
        made.link(limits.min_rate_gap, critical, &by_period);
        made
    }

    fn link(&mut self, gap: f64, critical: Option<f64>, periods: &[Square<f64>]) {
        let side = self.size + 1;
        for i in 0..self.size {
            for j in i + 1..self.size {
                if !self.is_bin(i, j) {
                    continue;
                }
                for k in j + 1..=self.size {
                    let how = if self.is_bin(j, k) && self.is_apart((i, j, k), gap, critical) {
                        self.directions((i, j, k), periods)
                    } else {
                        0
                    };
                    if let Some(place) = self.links.get_mut((i * side + j) * side + k) {
                        *place = how;
                    }
                }
            }
        }
    }

    fn is_apart(&self, (i, j, k): (usize, usize, usize), gap: f64, critical: Option<f64>) -> bool {
        let difference = self.rate(j, k) - self.rate(i, j);
        difference.abs() >= gap - MARGIN
            && critical.is_none_or(|least| self.statistic((i, j), (j, k)) >= least)
    }

    /// A period in which one of the two bins has no weight says nothing.
    fn directions(&self, (i, j, k): (usize, usize, usize), periods: &[Square<f64>]) -> u8 {
        let (first, second) = (self.rate(i, j), self.rate(j, k));
        let mut how = 0;
        let rates_of = |rates: &Square<f64>| {
            let of = |i, j| rates.at(i, j).unwrap_or(f64::NAN);
            (of(i, j), of(j, k))
        };
        let falls = |(a, b): (f64, f64)| a > b;
        let rises = |(a, b): (f64, f64)| a < b;
        if first <= second && !periods.iter().any(|rates| falls(rates_of(rates))) {
            how |= UP;
        }
        if first >= second && !periods.iter().any(|rates| rises(rates_of(rates))) {
            how |= DOWN;
        }
        how
    }

    /// What bin `(i, j)` is worth; minus infinity if a limit refuses it.
    pub(super) fn value(&self, i: usize, j: usize) -> f64 {
        self.values.at(i, j).unwrap_or(f64::NEG_INFINITY)
    }

    pub(super) fn is_bin(&self, i: usize, j: usize) -> bool {
        self.value(i, j) > f64::NEG_INFINITY
    }

    pub(super) fn rate(&self, i: usize, j: usize) -> f64 {
        self.rates.at(i, j).unwrap_or(f64::NAN)
    }

    /// How bin `(j, k)` may follow bin `(i, j)`: [`UP`], [`DOWN`], both or 0.
    pub(super) fn links(&self, i: usize, j: usize, k: usize) -> u8 {
        let side = self.size + 1;
        self.links.get((i * side + j) * side + k).copied().unwrap_or(0)
    }

    /// How any bin `(j, k)` may follow bin `(i, j)`, by `k`.
    pub(super) fn links_of(&self, i: usize, j: usize) -> &[u8] {
        let side = self.size + 1;
        let start = (i * side + j) * side;
        self.links.get(start..start + side).unwrap_or_default()
    }

    /// The statistic of the test that two bins have one rate.
    pub(super) fn statistic(&self, one: (usize, usize), other: (usize, usize)) -> f64 {
        match (self.cells.at(one.0, one.1), self.cells.at(other.0, other.1)) {
            (Some(a), Some(b)) => test_statistic(self.kind, &a, &b),
            _ => 0.0,
        }
    }
}

/// The least test statistic that a p-value allows.
pub(super) fn critical(p_value: f64) -> f64 {
    if p_value >= 1.0 {
        return 0.0;
    }
    let z = statrs::function::erf::erfc_inv(p_value);
    2.0 * z * z
}

/// The cell of every bin, its pre-bins added from left to right.
fn bins(cells: &[Cell]) -> Square<Cell> {
    let mut square = Square::new(cells.len(), Cell::default());
    for i in 0..cells.len() {
        let mut sum = Cell::default();
        for (j, cell) in cells.iter().enumerate().skip(i) {
            sum = sum.and(cell);
            square.set(i, j + 1, sum);
        }
    }
    square
}

fn rates(cells: &[Cell]) -> Square<f64> {
    let sums = bins(cells);
    let mut square = Square::new(cells.len(), f64::NAN);
    for i in 0..cells.len() {
        for j in i + 1..=cells.len() {
            let rate = sums.at(i, j).and_then(|cell| cell.rate());
            square.set(i, j, rate.unwrap_or(f64::NAN));
        }
    }
    square
}

/// Whether a bin meets the limits of its size.
pub(super) fn is_within(cell: &Cell, total: &Cell, limits: &Limits) -> bool {
    let least = |limit: Option<f64>, got: f64| limit.is_none_or(|limit| got >= limit - MARGIN);
    let most = |limit: Option<f64>, got: f64| limit.is_none_or(|limit| got <= limit + MARGIN);
    let count = |limit: Option<u64>, got: u64| limit.is_none_or(|limit| got >= limit);
    let share = cell.rows as f64 / total.rows as f64;
    let weight_share = cell.weight / total.weight;
    least(limits.min_share, share)
        && most(limits.max_share, share)
        && count(limits.min_rows, cell.rows)
        && limits.max_rows.is_none_or(|limit| cell.rows <= limit)
        && least(limits.min_weight_share, weight_share)
        && most(limits.max_weight_share, weight_share)
        && least(limits.min_weight, cell.weight)
        && most(limits.max_weight, cell.weight)
        && count(limits.min_goods, cell.rows - cell.bad_rows)
        && count(limits.min_bads, cell.bad_rows)
}
