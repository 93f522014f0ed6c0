//! The programme against every partition of few pre-bins, one by one.

#![expect(
    clippy::float_cmp,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "sums of whole counts are exact, and numbers of bins and rows are small"
)]

use super::cell::{Cell, Tally, TargetKind};
use super::diagnose::Asked;
use super::error::{Constraint, Nearest};
use super::limits::{Limits, Pairs};
use super::options::{Objective, Trend};
use super::problem::{Input, Problem};
use super::solve::{Solution, TIE, solve};
use proptest::prelude::*;

const TRENDS: [Trend; 7] = [
    Trend::None,
    Trend::Ascending,
    Trend::Descending,
    Trend::Peak,
    Trend::Valley,
    Trend::Concave,
    Trend::Convex,
];

/// Quantiles of χ² with one degree of freedom as tables print them: p-value, least statistic.
const CHI_SQUARED: [(f64, f64); 3] = [
    (0.05, 3.841_458_820_694_124),
    (0.2, 1.642_374_415_149_818),
    (0.5, 0.454_936_423_119_573),
];

/// The bins of a partition: the mask says before which pre-bins an edge stands.
fn partition(size: usize, mask: u32) -> Vec<(usize, usize)> {
    let mut edges = vec![0];
    edges.extend((1..size).filter(|at| mask >> (at - 1) & 1 == 1));
    edges.push(size);
    edges.windows(2).map(|pair| (pair[0], pair[1])).collect()
}

fn sum(cells: &[Cell], (from, to): (usize, usize)) -> Cell {
    cells[from..to]
        .iter()
        .fold(Cell::default(), |sum, cell| sum.and(cell))
}

/// Pearson's statistic of a table of two rows from its four fields; unit weights.
fn pearson(one: &Cell, other: &Cell) -> f64 {
    let (a, b) = (one.goods(), one.bads());
    let (c, d) = (other.goods(), other.bads());
    let cross = a * d - b * c;
    if cross == 0.0 {
        return 0.0;
    }
    (a + b + c + d) * cross * cross / ((a + b) * (c + d) * (a + c) * (b + d))
}

/// Welch's statistic of two means, squared; unit weights.
fn welch(one: &Cell, other: &Cell) -> f64 {
    let of = |cell: &Cell| {
        let n = cell.rows as f64;
        let mean = cell.target / n;
        (mean, (cell.target_squared / n - mean * mean).max(0.0) / n)
    };
    let ((m1, v1), (m2, v2)) = (of(one), of(other));
    if m1 == m2 {
        0.0
    } else {
        (m1 - m2) * (m1 - m2) / (v1 + v2)
    }
}

/// Which ways the steps from bin to bin may count: up if the rate does not fall, altogether and in every period in
/// which both bins have rows; down likewise.
fn steps(input: &Input, bins: &[(usize, usize)]) -> Vec<(bool, bool)> {
    let all = [&input.cells].into_iter().chain(&input.periods);
    let samples: Vec<&Vec<Cell>> = all.collect();
    bins.windows(2)
        .map(|pair| {
            let both = samples
                .iter()
                .map(|cells| (sum(cells, pair[0]), sum(cells, pair[1])));
            let told: Vec<(Cell, Cell)> = both.filter(|(a, b)| a.rows > 0 && b.rows > 0).collect();
            let cross = |(a, b): &(Cell, Cell)| (a.target * b.weight, b.target * a.weight);
            let up = told.iter().map(cross).all(|(a, b)| a <= b);
            let down = told.iter().map(cross).all(|(a, b)| a >= b);
            (up, down)
        })
        .collect()
}

fn follows(rates: &[f64], steps: &[(bool, bool)], trend: Trend) -> bool {
    let up = |steps: &[(bool, bool)]| steps.iter().all(|step| step.0);
    let down = |steps: &[(bool, bool)]| steps.iter().all(|step| step.1);
    let either = steps.iter().all(|step| step.0 || step.1);
    let n = steps.len();
    let step = |at: usize| rates[at] - rates[at - 1];
    match trend {
        Trend::Ascending => up(steps),
        Trend::Descending => down(steps),
        Trend::Peak => (0..=n).any(|top| up(&steps[..top]) && down(&steps[top..])),
        Trend::Valley => (0..=n).any(|low| down(&steps[..low]) && up(&steps[low..])),
        Trend::Concave => either && (2..=n).all(|at| step(at) <= step(at - 1) + 1e-12),
        Trend::Convex => either && (2..=n).all(|at| step(at) >= step(at - 1) - 1e-12),
        Trend::None | Trend::Auto => either,
    }
}

fn is_allowed(input: &Input, limits: &Limits, trend: Trend, bins: &[(usize, usize)]) -> bool {
    let cells: Vec<Cell> = bins.iter().map(|bin| sum(&input.cells, *bin)).collect();
    let rates: Vec<f64> = cells.iter().map(|cell| cell.target / cell.weight).collect();
    let (rows, weight) = (input.total.rows as f64, input.total.weight);
    let fits = |cell: &Cell| {
        let (share, heavy) = (cell.rows as f64 / rows, cell.weight / weight);
        limits.min_share.is_none_or(|l| share >= l - 1e-12)
            && limits.max_share.is_none_or(|l| share <= l + 1e-12)
            && limits.min_weight_share.is_none_or(|l| heavy >= l - 1e-12)
            && limits.max_weight_share.is_none_or(|l| heavy <= l + 1e-12)
            && limits.min_rows.is_none_or(|l| cell.rows >= l)
            && limits.max_rows.is_none_or(|l| cell.rows <= l)
            && limits.min_goods.is_none_or(|l| cell.rows - cell.bad_rows >= l)
            && limits.min_bads.is_none_or(|l| cell.bad_rows >= l)
    };
    let edges_stay = (1..input.cells.len()).all(|at| !input.fixed[at] || bins.iter().any(|bin| bin.0 == at));
    let gaps = rates
        .windows(2)
        .all(|pair| (pair[1] - pair[0]).abs() >= limits.min_rate_gap - 1e-12);
    let statistic = |a: usize, b: usize| match input.kind {
        TargetKind::Classes => pearson(&cells[a], &cells[b]),
        TargetKind::Amounts => welch(&cells[a], &cells[b]),
    };
    let tested = limits.max_p_value.is_none_or(|p| {
        let least = CHI_SQUARED.iter().find(|(of, _)| *of == p).unwrap().1;
        (0..cells.len()).all(|a| {
            let end = if limits.p_value_of == Pairs::All {
                cells.len()
            } else {
                cells.len().min(a + 2)
            };
            (a + 1..end).all(|b| statistic(a, b) >= least)
        })
    });
    edges_stay && cells.iter().all(fits) && gaps && tested && follows(&rates, &steps(input, bins), trend)
}

fn brute(input: &Input, limits: &Limits, trend: Trend, (least, most): (usize, usize)) -> Option<Solution> {
    let size = input.cells.len();
    let all: Vec<Solution> = (0..1_u32 << (size - 1))
        .map(|mask| partition(size, mask))
        .filter(|bins| (least..=most).contains(&bins.len()) && is_allowed(input, limits, trend, bins))
        .map(|bins| Solution {
            objective: bins
                .iter()
                .rev()
                .fold(0.0, |total, bin| input.value(&sum(&input.cells, *bin)) + total),
            cuts: bins.iter().skip(1).map(|bin| bin.0).collect(),
        })
        .collect();
    let greatest = all.iter().map(|s| s.objective).fold(f64::NEG_INFINITY, f64::max);
    let mut best: Vec<Solution> = all
        .into_iter()
        .filter(|s| s.objective >= greatest - TIE * greatest.abs())
        .collect();
    best.sort_by(|a, b| a.cuts.len().cmp(&b.cuts.len()).then(a.cuts.cmp(&b.cuts)));
    best.into_iter().next()
}

fn cell(goods: u64, bads: u64) -> Cell {
    Tally::plain(goods + bads, bads).cell()
}

fn input(cells: Vec<Cell>, periods: Vec<Vec<Cell>>, fixed: &[bool], objective: Objective) -> Input {
    let kind = match objective {
        Objective::SquaredError => TargetKind::Amounts,
        _ => TargetKind::Classes,
    };
    let mut fixed = fixed.to_vec();
    fixed.resize(cells.len(), false);
    fixed[0] = false;
    Input {
        // As if one good and one bad were missing: both classes are there.
        total: Cell::sum(&cells).and(&cell(1, 1)),
        cells,
        periods,
        fixed,
        kind,
        objective,
    }
}

fn classes() -> impl Strategy<Value = Vec<Cell>> {
    let one = (0_u64..12, 0_u64..12).prop_filter("a row", |c| c.0 + c.1 > 0);
    proptest::collection::vec(one.prop_map(|(goods, bads)| cell(goods, bads)), 1..9)
}

/// Rows with amounts in eighths, so that every sum is exact.
fn amounts() -> impl Strategy<Value = Vec<Cell>> {
    let rows = proptest::collection::vec(0_u8..9, 1..5);
    let one = rows.prop_map(|rows| {
        let mut tally = Tally::default();
        for amount in rows {
            tally.add(f64::from(amount) / 8.0, 1.0, false);
        }
        tally.cell()
    });
    proptest::collection::vec(one, 1..9)
}

fn periods() -> impl Strategy<Value = Vec<Vec<Cell>>> {
    let one = (0_u64..9, 0_u64..9).prop_map(|(goods, bads)| cell(goods, bads));
    (2_usize..7, 1_usize..4).prop_flat_map(move |(size, count)| {
        proptest::collection::vec(proptest::collection::vec(one.clone(), size), count)
    })
}

prop_compose! {
    fn sizes()(
        which in 0_u8..9,
        low in 0_u64..16,
        share in 0.0..0.4_f64,
        more in 0_u8..9,
    ) -> Limits {
        let mut limits = Limits::default();
        for choice in [which, more] {
            match choice {
                1 => limits.min_share = Some(share),
                2 => limits.max_share = Some(share + 0.3),
                3 => limits.min_rows = Some(low),
                4 => limits.max_rows = Some(low + 20),
                5 => limits.min_weight_share = Some(share),
                6 => limits.max_weight_share = Some(share + 0.3),
                7 => limits.min_goods = Some(low / 2),
                8 => limits.min_bads = Some(low / 2),
                _ => {}
            }
        }
        limits
    }
}

prop_compose! {
    fn any_limits()(
        limits in sizes(),
        gap in prop_oneof![2 => Just(0.0), 1 => 0.0..0.3_f64],
        p_value in 0_usize..6,
        all in proptest::bool::ANY,
    ) -> Limits {
        Limits {
            min_rate_gap: gap,
            max_p_value: CHI_SQUARED.get(p_value).map(|(p, _)| *p),
            p_value_of: if all { Pairs::All } else { Pairs::Consecutive },
            ..limits
        }
    }
}

fn bins() -> impl Strategy<Value = (usize, usize)> {
    (1_usize..5, 0_usize..8).prop_map(|(least, more)| (least, least + more))
}

fn agree(input: &Input, limits: &Limits, bins: (usize, usize)) -> Result<(), TestCaseError> {
    let problem = Problem::new(input, limits);
    for trend in TRENDS {
        let got = solve(&problem, trend, bins).unwrap();
        prop_assert_eq!(got, brute(input, limits, trend, bins), "{:?} {:?}", trend, limits);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn classes_are_binned_as_by_trying_everything(
        cells in classes(),
        limits in any_limits(),
        bins in bins(),
        fixed in proptest::collection::vec(proptest::bool::weighted(0.1), 9),
        objective in 0_usize..3,
    ) {
        let objective = [Objective::InformationValue, Objective::JensenShannon, Objective::Hellinger][objective];
        agree(&input(cells, Vec::new(), &fixed, objective), &limits, bins)?;
    }

    #[test]
    fn amounts_are_binned_as_by_trying_everything(
        cells in amounts(),
        limits in any_limits(),
        bins in bins(),
    ) {
        let limits = Limits { min_goods: None, min_bads: None, ..limits };
        agree(&input(cells, Vec::new(), &[], Objective::SquaredError), &limits, bins)?;
    }

    #[test]
    fn periods_are_held_to_one_direction_as_by_trying_everything(
        periods in periods(),
        limits in any_limits(),
        bins in bins(),
    ) {
        let size = periods[0].len();
        let cells: Vec<Cell> = (0..size).map(|at| Cell::sum(periods.iter().map(|cells| &cells[at]))).collect();
        prop_assume!(cells.iter().all(|cell| cell.rows > 0));
        let input = input(cells, periods, &[], Objective::InformationValue);
        agree(&input, &limits, bins)?;
    }

    /// Of whatever leaves no binning, the relaxation that is named leaves one, and nothing short of it does.
    #[test]
    fn what_is_named_as_nearest_feasible_is_feasible_and_nearest(
        cells in classes(),
        limits in any_limits(),
        least in 2_usize..5,
        trend in 1_usize..7,
    ) {
        let limits = Limits { min_bins: Some(least), ..limits };
        let asked = Asked {
            input: input(cells, Vec::new(), &[], Objective::InformationValue),
            limits: limits.clone(),
            shapes: vec![TRENDS[trend]],
            empty_bins: 0,
            source: None,
        };
        prop_assume!(!asked.is_feasible().unwrap());
        let why = asked.diagnose().unwrap();
        prop_assert!(!why.relaxations.is_empty() || why.together.len() > 1);
        for relaxation in &why.relaxations {
            let mut other = asked.clone();
            match (relaxation.constraint, relaxation.nearest) {
                (Constraint::MinBins, Nearest::Number(bins)) => {
                    other.limits.min_bins = Some(bins as usize);
                    let mut short = asked.clone();
                    short.limits.min_bins = Some(bins as usize + 1);
                    prop_assert!(!short.is_feasible().unwrap());
                }
                (Constraint::MinRows, Nearest::Number(rows)) => {
                    other.limits.min_rows = Some(rows as u64);
                    let mut short = asked.clone();
                    short.limits.min_rows = Some(rows as u64 + 1);
                    prop_assert!(!short.is_feasible().unwrap());
                }
                (Constraint::MinShare, Nearest::Number(share)) => other.limits.min_share = Some(share),
                (Constraint::MinRateGap, Nearest::Number(gap)) => {
                    other.limits.min_rate_gap = gap;
                    let mut short = asked.clone();
                    short.limits.min_rate_gap = gap + 1e-6;
                    prop_assert!(!short.is_feasible().unwrap());
                }
                (Constraint::Trend, Nearest::Trend(trend)) => other.shapes = vec![trend],
                _ => continue,
            }
            prop_assert!(other.is_feasible().unwrap(), "{:?}", relaxation);
        }
    }
}
