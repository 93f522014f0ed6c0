//! One reading of all rows: log-likelihood, its gradient and, if wanted, its information matrix.
//!
//! Rows are read in blocks that stay in the first-level cache, blocks in tasks whose bounds depend on the number of
//! rows alone. Sums of tasks are added in order of the tasks, so that any number of threads gives the same bits.

use super::block::{Block, Lane, ROWS};
use super::rows::Rows;
use super::sample::Design;
use super::squares::{Squares, total};
use crate::parallel;
use pulp::{Arch, Simd, WithSimd};

/// Blocks of a task.
const BLOCKS: usize = 128;

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
    /// If wanted.
    information: Option<Squares>,
}

impl Sums {
    fn new(terms: usize, reading: Reading) -> Self {
        Self {
            log_likelihood: 0.0,
            gradient: vec![0.0; terms],
            information: reading.information.then(|| Squares::new(terms)),
        }
    }

    fn and(mut self, other: &Self) -> Self {
        self.log_likelihood += other.log_likelihood;
        for (sum, more) in self.gradient.iter_mut().zip(&other.gradient) {
            *sum += more;
        }
        if let (Some(all), Some(part)) = (&mut self.information, &other.information) {
            all.and(part);
        }
        self
    }

    /// Lower triangle by rows; empty if it was not wanted.
    pub(super) fn information(&self) -> Vec<Vec<f64>> {
        self.information.as_ref().map_or_else(Vec::new, Squares::rows)
    }
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
        let mut block = Block::new(design.terms());
        for at in task * BLOCKS..blocks.min((task + 1) * BLOCKS) {
            Arch::new().dispatch(Load(&mut block, design, at * every * ROWS));
            of_block(&mut sums, &block);
        }
        sums
    })
}

/// Log-likelihood, gradient and information at `coefficients`.
pub(super) fn sums(design: &Design<'_>, coefficients: &[f64], reading: Reading) -> Sums {
    let empty = || Sums::new(design.terms(), reading);
    let machine = Arch::new();
    let parts = read(design, reading.every, empty, |sums, block| {
        machine.dispatch(Add {
            sums,
            block,
            design,
            coefficients,
        });
    });
    parts.iter().fold(empty(), Sums::and)
}

struct Load<'a, 'd>(&'a mut Block, &'a Design<'d>, usize);

impl WithSimd for Load<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        self.0.load(self.1, self.2);
    }
}

/// Adds a block to sums, compiled once more for processors that take four numbers at a time. Multiplications and additions
/// stay apart, so that the bits are those of every other processor.
struct Add<'a, 'd> {
    sums: &'a mut Sums,
    block: &'a Block,
    design: &'a Design<'d>,
    coefficients: &'a [f64],
}

impl WithSimd for Add<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let rows = Rows::at(self.design, self.block, self.coefficients);
        self.sums.log_likelihood += rows.log_likelihood;
        for (sum, column) in self.sums.gradient.iter_mut().zip(&self.block.columns) {
            *sum += dot(&rows.residuals, column);
        }
        if let Some(squares) = &mut self.sums.information {
            squares.add(&self.block.columns, &rows.weights);
        }
    }
}

/// Four running sums, so that the processor need not wait for one addition before the next.
#[inline(always)]
fn dot(a: &Lane, b: &Lane) -> f64 {
    let mut sums = [0.0; 4];
    for (a, b) in a.fours().iter().zip(b.fours()) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += a * b;
        }
    }
    total(&sums)
}
