//! Sums of weighted products of columns, pair by pair: what an information matrix is made of.

use super::block::Lane;

/// As many rows as a register holds; a sum runs in as many parts, so that its bits do not depend on the processor.
type Four = [f64; 4];

/// Sums of the products of four weighted columns with two others: eight registers.
type Tile = [[Four; 2]; 4];

/// Σ weight · column · column, for every pair.
#[derive(Clone, Debug)]
pub(super) struct Squares {
    terms: usize,
    /// The lower triangle, and what lies above it within four rows; by rows of tiles.
    tiles: Vec<Tile>,
}

impl Squares {
    pub(super) fn new(terms: usize) -> Self {
        let rows = terms.div_ceil(4);
        Self {
            terms,
            tiles: vec![[[[0.0; 4]; 2]; 4]; rows * (rows + 1)],
        }
    }

    /// Adds the rows of a block, whose columns are filled up to a multiple of four.
    #[inline(always)]
    pub(super) fn add(&mut self, columns: &[Lane], weights: &Lane) {
        let mut tiles = self.tiles.iter_mut();
        for (at, four) in columns.as_chunks::<4>().0.iter().enumerate() {
            let weighted = weighted(four, weights);
            let others = columns.as_chunks::<2>().0.iter().take(2 * at + 2);
            for (others, tile) in others.zip(&mut tiles) {
                add_to(tile, &weighted, others);
            }
        }
    }

    /// Adds other rows.
    pub(super) fn and(&mut self, other: &Self) {
        let cells = self
            .tiles
            .as_flattened_mut()
            .as_flattened_mut()
            .as_flattened_mut();
        let others = other.tiles.as_flattened().as_flattened().as_flattened();
        for (cell, other) in cells.iter_mut().zip(others) {
            *cell += other;
        }
    }

    /// The lower triangle by rows.
    pub(super) fn rows(&self) -> Vec<Vec<f64>> {
        let mut tiles = self.tiles.iter();
        let mut rows = Vec::with_capacity(self.terms);
        for first in (0..self.terms).step_by(4) {
            let across: Vec<&Tile> = tiles.by_ref().take(first / 2 + 2).collect();
            for (within, at) in (first..self.terms).take(4).enumerate() {
                let cells = across.iter().filter_map(|tile| tile.get(within)).flatten();
                rows.push(cells.take(at + 1).map(total).collect());
            }
        }
        rows
    }
}

/// Four columns times the weights, four rows of each at a time.
#[inline(always)]
fn weighted(columns: &[Lane; 4], weights: &Lane) -> [[Four; 4]; Lane::FOURS] {
    let mut all = [[[0.0; 4]; 4]; Lane::FOURS];
    for (at, column) in columns.iter().enumerate() {
        let cells = column.fours().iter().zip(weights.fours());
        for (four, (cells, weights)) in all.iter_mut().zip(cells) {
            if let Some(four) = four.get_mut(at) {
                for ((product, cell), weight) in four.iter_mut().zip(cells).zip(weights) {
                    *product = cell * weight;
                }
            }
        }
    }
    all
}

#[inline(always)]
fn add_to(tile: &mut Tile, weighted: &[[Four; 4]; Lane::FOURS], others: &[Lane; 2]) {
    let mut sums = *tile;
    let [one, two] = others;
    for ((weighted, one), two) in weighted.iter().zip(one.fours()).zip(two.fours()) {
        for ([with_one, with_two], weighted) in sums.iter_mut().zip(weighted) {
            add_products(with_one, weighted, one);
            add_products(with_two, weighted, two);
        }
    }
    *tile = sums;
}

#[inline(always)]
fn add_products(sums: &mut Four, a: &Four, b: &Four) {
    for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
        *sum += a * b;
    }
}

pub(super) fn total(parts: &Four) -> f64 {
    let [a, b, c, d] = parts;
    (a + b) + (c + d)
}
