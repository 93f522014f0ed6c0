//! One reading of all rows: log-likelihood, its gradient and, if wanted, its information matrix.
//!
//! Rows are read in blocks that stay in the first-level cache, blocks in tasks whose bounds depend on the number of
//! rows alone. Sums of tasks are added in order of the tasks, so that any number of threads gives the same bits.

use super::sample::Design;
use crate::parallel;
use ndarray::{Axis, Slice};

/// Rows of a block: 31 columns of it fill the 32 kB of a first-level cache.
const ROWS: usize = 128;
/// Blocks of a task.
const BLOCKS: usize = 64;

type Lane = [f64; ROWS];

/// Which blocks are read, and what is made of them.
#[derive(Clone, Copy)]
pub(super) struct Reading {
    /// Every block, or one of so many.
    pub(super) every: usize,
    /// Whether the information matrix is wanted.
    pub(super) information: bool,
}

/// What a reading gives. Coefficients and gradient stand on the scale of the design, the constant first.
#[derive(Clone, Debug)]
pub(super) struct Sums {
    pub(super) log_likelihood: f64,
    pub(super) gradient: Vec<f64>,
    /// Lower triangle by rows; empty if not wanted.
    pub(super) information: Vec<f64>,
}

/// A block of rows by columns, and what is known of the rows.
pub(super) struct Block {
    /// The constant, then the columns; 0 beyond the last row.
    pub(super) columns: Vec<Lane>,
    pub(super) rows: usize,
    first: usize,
}

/// Calls `of_block` for each block and adds what it gives, in a fixed order.
pub(super) fn read<R: Send>(
    design: &Design<'_>,
    every: usize,
    start: impl Fn() -> R + Sync + Send,
    of_block: impl Fn(&mut R, &Block) + Sync + Send,
) -> Vec<R> {
    let blocks = design.rows().div_ceil(ROWS).div_ceil(every);
    let tasks: Vec<usize> = (0..blocks.div_ceil(BLOCKS)).collect();
    parallel::map(tasks, |task| {
        let mut sums = start();
        let mut block = Block {
            columns: vec![[0.0; ROWS]; design.terms()],
            rows: 0,
            first: 0,
        };
        for at in task * BLOCKS..blocks.min((task + 1) * BLOCKS) {
            block.load(design, at * every * ROWS);
            of_block(&mut sums, &block);
        }
        sums
    })
}

/// Log-likelihood, gradient and information at `coefficients`.
pub(super) fn sums(design: &Design<'_>, coefficients: &[f64], reading: Reading) -> Sums {
    let terms = design.terms();
    let empty = || Sums {
        log_likelihood: 0.0,
        gradient: vec![0.0; terms],
        information: if reading.information {
            vec![0.0; terms * (terms + 1) / 2]
        } else {
            Vec::new()
        },
    };
    let parts = read(design, reading.every, empty, |sums, block| {
        let rows = Rows::at(design, block, coefficients);
        sums.log_likelihood += rows.log_likelihood;
        for (sum, column) in sums.gradient.iter_mut().zip(&block.columns) {
            *sum += dot(&rows.residuals, column);
        }
        if reading.information {
            add_squares(&block.columns, &rows.weights, &mut sums.information);
        }
    });
    parts.into_iter().fold(empty(), |mut all, part| {
        all.log_likelihood += part.log_likelihood;
        add(&mut all.gradient, &part.gradient);
        add(&mut all.information, &part.information);
        all
    })
}

fn add(all: &mut [f64], part: &[f64]) {
    for (sum, more) in all.iter_mut().zip(part) {
        *sum += more;
    }
}

impl Block {
    fn load(&mut self, design: &Design<'_>, first: usize) {
        let x = &design.sample.x;
        self.first = first;
        self.rows = ROWS.min(design.rows() - first);
        let Some((constant, columns)) = self.columns.split_first_mut() else {
            return;
        };
        *constant = [0.0; ROWS];
        constant.iter_mut().take(self.rows).for_each(|one| *one = 1.0);
        let part = x.slice_axis(Axis(0), Slice::from(first..first + self.rows));
        if let Some(values) = part.as_slice().filter(|_| !columns.is_empty()) {
            // Rows lie one after the other: one run over the memory serves all columns.
            for (at, row) in values.chunks_exact(columns.len()).enumerate() {
                for ((column, value), (centre, factor)) in columns.iter_mut().zip(row).zip(&design.scale) {
                    if let Some(cell) = column.get_mut(at) {
                        *cell = (value - centre) * factor;
                    }
                }
            }
        } else {
            for ((column, values), (centre, factor)) in
                columns.iter_mut().zip(part.columns()).zip(&design.scale)
            {
                if let Some(values) = values.as_slice() {
                    for (cell, value) in column.iter_mut().zip(values) {
                        *cell = (value - centre) * factor;
                    }
                } else {
                    for (cell, value) in column.iter_mut().zip(values) {
                        *cell = (value - centre) * factor;
                    }
                }
            }
        }
        if self.rows < ROWS {
            for column in columns {
                column.iter_mut().skip(self.rows).for_each(|cell| *cell = 0.0);
            }
        }
    }

    /// Values of a slice with one value a row, for the rows of the block.
    pub(super) fn of<'s, T>(&self, values: &'s [T]) -> &'s [T] {
        values.get(self.first..self.first + self.rows).unwrap_or_default()
    }

    /// Σ coefficient · column, for each row.
    pub(super) fn combined(&self, coefficients: &[f64]) -> Lane {
        let mut all = [0.0; ROWS];
        for (coefficient, column) in coefficients.iter().zip(&self.columns) {
            for (sum, cell) in all.iter_mut().zip(column) {
                *sum += coefficient * cell;
            }
        }
        all
    }
}

/// What the likelihood makes of the rows of a block.
pub(super) struct Rows {
    /// Weight · (outcome − PD).
    pub(super) residuals: Lane,
    /// Weight · PD · (1 − PD).
    pub(super) weights: Lane,
    log_likelihood: f64,
}

impl Rows {
    pub(super) fn at(design: &Design<'_>, block: &Block, coefficients: &[f64]) -> Self {
        let mut log_odds = block.combined(coefficients);
        if let Some(offset) = design.sample.offset {
            add(&mut log_odds, block.of(offset));
        }
        let (mut residuals, mut weights) = ([0.0; ROWS], [0.0; ROWS]);
        let mut log_likelihood = 0.0;
        // A product of at most 128 factors between 1 and 2, so that one logarithm serves a block.
        let mut product = 1.0_f64;
        let mut given = design
            .sample
            .weights
            .map(|all| block.of(all))
            .unwrap_or_default()
            .iter();
        let bad = block.of(design.sample.bad);
        let lanes = residuals.iter_mut().zip(&mut weights).zip(&log_odds).zip(bad);
        for (((residual, weight), log_odds), bad) in lanes {
            let small = (-log_odds.abs()).exp();
            let near = 1.0 / (1.0 + small);
            let far = small * near;
            let is_right = *bad == (*log_odds >= 0.0);
            // 1 − PD is never made by subtracting: where PD is near 1 nothing would be left of it.
            let miss = if is_right { far } else { near };
            let count = given.next().copied();
            let times = count.unwrap_or(1.0);
            *residual = times * if *bad { miss } else { -miss };
            *weight = times * near * far;
            if !is_right {
                log_likelihood -= times * log_odds.abs();
            }
            if count.is_some() {
                log_likelihood -= times * small.ln_1p();
            } else {
                product *= 1.0 + small;
            }
        }
        Self {
            residuals,
            weights,
            log_likelihood: log_likelihood - product.ln(),
        }
    }
}

/// Adds Σ weight · column · column to a lower triangle by rows.
pub(super) fn add_squares(columns: &[Lane], weights: &Lane, triangle: &mut [f64]) {
    let mut rest = triangle;
    for (at, column) in columns.iter().enumerate() {
        let mut weighted = [0.0; ROWS];
        for ((cell, value), weight) in weighted.iter_mut().zip(column).zip(weights) {
            *cell = value * weight;
        }
        let Some((row, after)) = rest.split_at_mut_checked(at + 1) else {
            return;
        };
        rest = after;
        for (sums, others) in row.chunks_mut(4).zip(columns.chunks(4)) {
            if let [a, b, c, d] = others {
                for (sum, more) in sums.iter_mut().zip(four_dots(&weighted, [a, b, c, d])) {
                    *sum += more;
                }
            } else {
                for (sum, other) in sums.iter_mut().zip(others) {
                    *sum += dot(&weighted, other);
                }
            }
        }
    }
}

/// Four running sums, so that the processor need not wait for one addition before the next.
fn dot(a: &Lane, b: &Lane) -> f64 {
    let mut sums = [0.0; 4];
    for (a, b) in a.as_chunks::<4>().0.iter().zip(b.as_chunks::<4>().0) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += a * b;
        }
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3])
}

/// The same for four columns at once: each cell of `a` is read once. Two running sums a column, because eight numbers and
/// what they are made of stay in the sixteen registers of the baseline processor; with four the sums were twice as slow.
fn four_dots(a: &Lane, others: [&Lane; 4]) -> [f64; 4] {
    let [mut first, mut second, mut third, mut fourth] = [[0.0; 2]; 4];
    let [one, two, three, four] = others.map(|lane| lane.as_chunks::<2>().0.iter());
    let cells = a.as_chunks::<2>().0.iter();
    for ((((a, one), two), three), four) in cells.zip(one).zip(two).zip(three).zip(four) {
        add_products(&mut first, a, one);
        add_products(&mut second, a, two);
        add_products(&mut third, a, three);
        add_products(&mut fourth, a, four);
    }
    [first, second, third, fourth].map(|s| s[0] + s[1])
}

fn add_products(sums: &mut [f64; 2], a: &[f64; 2], b: &[f64; 2]) {
    sums[0] += a[0] * b[0];
    sums[1] += a[1] * b[1];
}
