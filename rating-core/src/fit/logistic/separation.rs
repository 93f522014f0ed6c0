//! Whether a combination of columns parts the bads from the goods.
//!
//! Then no finite coefficients fit best: the likelihood rises for ever along that combination. Newton's steps turn
//! into its direction. A direction that looks like it is not believed: it is cleared of what the rows that it does
//! not part say against it, and must then part every row that it moves to the right side, each measured on the row's
//! own scale. So a separation is reported only with a proof, and one far outlier is no proof.

use super::block::{Block, Lane};
use super::cholesky::{Cholesky, part, product};
use super::options::Sign;
use super::pass::read;
use super::quadratic::Rule;
use super::sample::Design;
use super::squares::Squares;

/// How far bads and goods are parted.
///
/// Source: Albert and Anderson (1984), Biometrika 71, 1–10.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Separation {
    /// Every row lies on the side of its outcome.
    Complete,
    /// Some rows lie on the border, the others on the side of their outcome.
    Quasi,
}

impl std::fmt::Display for Separation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Complete => "complete",
            Self::Quasi => "quasi-complete",
        })
    }
}

/// A direction moves a row that it moves by more than this share of the direction's length. Rows that it moves less
/// are asked what they say against it.
const MOVED_AT_FIRST: f64 = 1e-3;
/// A direction that has been cleared moves a row by more than this share of what its parts add up to …
const MOVED: f64 = 1e-9;
/// … and more than this share of its length, which rounding leaves of a direction where a row stands at the mean.
const ROUNDING: f64 = 1e-12;

/// How many rows a direction moves, and where to.
#[derive(Clone, Copy, Default)]
struct Sides {
    right: usize,
    wrong: usize,
    border: usize,
}

/// The separation that a direction (the constant first) proves, with the columns that part, counted from 0.
pub(super) fn proven(
    design: &Design<'_>,
    direction: &[f64],
    rules: &[Rule],
) -> Option<(Separation, Vec<usize>)> {
    let direction = cleared(design, direction)?;
    let longest = direction.iter().fold(0.0_f64, |most, d| most.max(d.abs()));
    let is_allowed = direction.iter().zip(rules).all(|(d, rule)| match rule.sign {
        Sign::Any => true,
        Sign::NotPositive => *d <= MOVED * longest,
        Sign::NotNegative => *d >= -MOVED * longest,
    });
    let sides = sides(design, &direction);
    if !is_allowed || sides.wrong > 0 || sides.right == 0 {
        return None;
    }
    let kind = if sides.border == 0 {
        Separation::Complete
    } else {
        Separation::Quasi
    };
    let slopes = direction.iter().skip(1);
    let steepest = slopes.clone().fold(0.0_f64, |most, d| most.max(d.abs()));
    let columns: Vec<usize> = slopes
        .enumerate()
        .filter(|(_, d)| d.abs() > 1e-6 * steepest)
        .map(|(at, _)| at)
        .collect();
    let alone: Vec<usize> = columns
        .iter()
        .copied()
        .filter(|at| parts_alone(design, *at, kind))
        .collect();
    Some((kind, if alone.is_empty() { columns } else { alone }))
}

/// The direction without what moves the rows on its border.
fn cleared(design: &Design<'_>, direction: &[f64]) -> Option<Vec<f64>> {
    let terms = design.terms();
    let length: f64 = direction.iter().map(|d| d.abs()).sum();
    let start = || (Squares::new(terms), false);
    let parts = read(design, 1, start, |(squares, is_wrong), block| {
        let moved = block.combined(direction);
        let mut border = Lane::ZERO;
        for ((at, cell), side) in border
            .iter_mut()
            .enumerate()
            .zip(block_sides(design, block, &moved))
        {
            let least = MOVED_AT_FIRST * (size(block, direction, at) + length);
            match side {
                None => {}
                Some(moved) if moved.abs() <= least => *cell = 1.0,
                Some(moved) => *is_wrong |= moved < 0.0,
            }
        }
        squares.add(&block.columns, &border);
    });
    let mut squares = Squares::new(terms);
    for (part, is_wrong) in &parts {
        if *is_wrong {
            return None;
        }
        squares.and(part);
    }
    let rows = squares.rows();
    let mut kept: Vec<usize> = Vec::new();
    let mut factor = None;
    for at in 0..terms {
        kept.push(at);
        match Cholesky::new(&part(&rows, &kept)) {
            Ok(made) => factor = Some(made),
            Err(_) => {
                kept.pop();
            }
        }
    }
    let mut cleared = direction.to_vec();
    if let Some(factor) = factor {
        let against = product(&rows, direction);
        let against: Vec<f64> = kept.iter().filter_map(|at| against.get(*at).copied()).collect();
        for (at, by) in kept.iter().zip(factor.solve(&against)) {
            if let Some(cell) = cleared.get_mut(*at) {
                *cell -= by;
            }
        }
    }
    Some(cleared)
}

/// For each row of a block how far it is moved towards its outcome; none for a row without weight.
fn block_sides<'b>(
    design: &'b Design<'_>,
    block: &'b Block,
    moved: &'b Lane,
) -> impl Iterator<Item = Option<f64>> + 'b {
    let weights = design.sample.weights.map(|all| block.of(all)).unwrap_or_default();
    let bad = block.of(design.sample.bad);
    moved.iter().zip(bad).enumerate().map(move |(at, (moved, bad))| {
        let counts = weights.get(at).is_none_or(|w| *w > 0.0);
        counts.then_some(if *bad { *moved } else { -*moved })
    })
}

/// Σ |coefficient · cell| of a row.
fn size(block: &Block, direction: &[f64], at: usize) -> f64 {
    let cells = block.columns.iter().zip(direction);
    cells
        .map(|(column, d)| column.get(at).map_or(0.0, |cell| (cell * d).abs()))
        .sum()
}

fn sides(design: &Design<'_>, direction: &[f64]) -> Sides {
    let rounding = ROUNDING * direction.iter().map(|d| d.abs()).sum::<f64>();
    let parts = read(design, 1, Sides::default, |sides, block| {
        let moved = block.combined(direction);
        for (at, side) in block_sides(design, block, &moved).enumerate() {
            let least = MOVED * size(block, direction, at) + rounding;
            match side {
                None => {}
                Some(side) if side > least => sides.right += 1,
                Some(side) if side < -least => sides.wrong += 1,
                Some(_) => sides.border += 1,
            }
        }
    });
    parts.into_iter().fold(Sides::default(), |all, part| Sides {
        right: all.right + part.right,
        wrong: all.wrong + part.wrong,
        border: all.border + part.border,
    })
}

/// Whether one column parts bads from goods as far as all together do.
fn parts_alone(design: &Design<'_>, column: usize, kind: Separation) -> bool {
    let sample = &design.sample;
    let nothing = (f64::INFINITY, f64::NEG_INFINITY);
    let (mut bads, mut goods) = (nothing, nothing);
    let mut weights = sample.weights.unwrap_or_default().iter();
    for (value, bad) in sample.x.column(column).iter().zip(sample.bad) {
        if weights.next().is_none_or(|w| *w > 0.0) {
            let range = if *bad { &mut bads } else { &mut goods };
            *range = (range.0.min(*value), range.1.max(*value));
        }
    }
    match kind {
        Separation::Complete => bads.1 < goods.0 || goods.1 < bads.0,
        Separation::Quasi => bads.1 <= goods.0 || goods.1 <= bads.0,
    }
}
