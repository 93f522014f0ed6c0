//! A block of rows, turned so that columns lie together.

use super::sample::Design;
use ndarray::{Axis, Slice};
use std::ops::{Deref, DerefMut};

/// Rows of a block: 32 columns of it lie in a first-level cache beside the sums that are made of them.
pub(super) const ROWS: usize = 64;

/// One number for each row of a block.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub(super) struct Lane([f64; ROWS]);

impl Lane {
    /// Steps of four rows.
    pub(super) const FOURS: usize = ROWS / 4;
    pub(super) const ZERO: Self = Self([0.0; ROWS]);

    #[inline(always)]
    pub(super) fn fours(&self) -> &[[f64; 4]] {
        self.0.as_chunks::<4>().0
    }

    #[inline(always)]
    pub(super) fn fours_mut(&mut self) -> &mut [[f64; 4]] {
        self.0.as_chunks_mut::<4>().0
    }
}

impl Deref for Lane {
    type Target = [f64; ROWS];

    #[inline(always)]
    fn deref(&self) -> &[f64; ROWS] {
        &self.0
    }
}

impl DerefMut for Lane {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut [f64; ROWS] {
        &mut self.0
    }
}

/// A block of rows by columns, on the scale of the design.
pub(super) struct Block {
    /// The constant, then the columns, then empty ones up to a multiple of four; 0 beyond the last row.
    pub(super) columns: Vec<Lane>,
    pub(super) rows: usize,
    first: usize,
}

impl Block {
    pub(super) fn new(terms: usize) -> Self {
        Self {
            columns: vec![Lane::ZERO; terms.next_multiple_of(4)],
            rows: 0,
            first: 0,
        }
    }

    /// Takes the rows from `first` on.
    #[inline(always)]
    pub(super) fn load(&mut self, design: &Design<'_>, first: usize) {
        let x = &design.sample.x;
        self.first = first;
        self.rows = ROWS.min(design.rows() - first);
        if self.rows < ROWS {
            self.columns.fill(Lane::ZERO);
        }
        let Some((constant, columns)) = self.columns.split_first_mut() else {
            return;
        };
        constant.iter_mut().take(self.rows).for_each(|one| *one = 1.0);
        let part = x.slice_axis(Axis(0), Slice::from(first..first + self.rows));
        let scale = &design.scale;
        if let Some(values) = part.as_slice().filter(|_| !scale.is_empty()) {
            turn(values, columns, scale);
            return;
        }
        for ((column, values), (centre, factor)) in columns.iter_mut().zip(part.columns()).zip(scale) {
            let scaled = |(cell, value): (&mut f64, &f64)| *cell = (value - centre) * factor;
            match values.as_slice() {
                Some(values) => column.iter_mut().zip(values).for_each(scaled),
                None => column.iter_mut().zip(values).for_each(scaled),
            }
        }
    }

    /// Values of a slice with one value a row, for the rows of the block.
    #[inline(always)]
    pub(super) fn of<'s, T>(&self, values: &'s [T]) -> &'s [T] {
        values.get(self.first..self.first + self.rows).unwrap_or_default()
    }

    /// Σ coefficient · column, for each row.
    #[inline(always)]
    pub(super) fn combined(&self, coefficients: &[f64]) -> Lane {
        let mut all = Lane::ZERO;
        for (coefficient, column) in coefficients.iter().zip(&self.columns) {
            for (sum, cell) in all.iter_mut().zip(column.iter()) {
                *sum += coefficient * cell;
            }
        }
        all
    }
}

/// Brings rows that lie one after the other to columns: one run over the memory serves all of them, four rows at a time.
#[inline(always)]
fn turn(values: &[f64], columns: &mut [Lane], scale: &[(f64, f64)]) {
    let width = scale.len();
    let mut rows = values.chunks_exact(4 * width);
    let mut first = 0;
    for four in &mut rows {
        let (upper, lower) = four.split_at(2 * width);
        let ((a, b), (c, d)) = (upper.split_at(width), lower.split_at(width));
        let cells = a.iter().zip(b).zip(c).zip(d);
        for ((column, (centre, factor)), (((a, b), c), d)) in columns.iter_mut().zip(scale).zip(cells) {
            if let Some(to) = column.fours_mut().get_mut(first) {
                *to = [*a, *b, *c, *d].map(|value| (value - centre) * factor);
            }
        }
        first += 1;
    }
    for (at, row) in rows.remainder().chunks_exact(width).enumerate() {
        for ((column, (centre, factor)), value) in columns.iter_mut().zip(scale).zip(row) {
            if let Some(cell) = column.get_mut(4 * first + at) {
                *cell = (value - centre) * factor;
            }
        }
    }
}
