//! Covariance of coefficients whose rows belong together.

use super::LogisticError;
use super::cholesky::{product, unpacked};
use super::pass::read;
use super::rows::Rows;
use super::sample::Design;
use std::collections::BTreeMap;

/// The bread of the sandwich, `A⁻¹ · M · A⁻¹`, where `M` sums the squares of the clusters' scores.
///
/// ```text
/// M = G / (G − 1) · Σ over clusters of s · sᵀ        s = Σ over rows of weight · (outcome − PD) · row
/// ```
/// with `G` clusters. Source: Liang and Zeger (1986), Biometrika 73, 13–22; the factor is the usual one for few
/// clusters in maximum likelihood.
pub(super) fn covariance(
    design: &Design<'_>,
    coefficients: &[f64],
    inverse: &[Vec<f64>],
    clusters: &[u64],
) -> Result<Vec<Vec<f64>>, LogisticError> {
    let terms = design.terms();
    let parts = read(
        design,
        1,
        BTreeMap::new,
        |scores: &mut BTreeMap<u64, Vec<f64>>, block| {
            let rows = Rows::at(design, block, coefficients);
            for (at, (cluster, residual)) in block.of(clusters).iter().zip(rows.residuals.iter()).enumerate()
            {
                let score = scores.entry(*cluster).or_insert_with(|| vec![0.0; terms]);
                for (sum, column) in score.iter_mut().zip(&block.columns) {
                    *sum += residual * column.get(at).copied().unwrap_or(0.0);
                }
            }
        },
    );
    let mut scores: BTreeMap<u64, Vec<f64>> = BTreeMap::new();
    for (cluster, part) in parts.into_iter().flatten() {
        let score = scores.entry(cluster).or_insert_with(|| vec![0.0; terms]);
        score.iter_mut().zip(part).for_each(|(sum, more)| *sum += more);
    }
    if scores.len() < 2 {
        return Err(LogisticError::TooFewClusters(scores.len()));
    }
    let groups = scores.len() as f64;
    let factor = groups / (groups - 1.0);
    let lower: Vec<f64> = inverse
        .iter()
        .enumerate()
        .flat_map(|(at, row)| row.iter().take(at + 1).copied())
        .collect();
    let lower = unpacked(&lower);
    let mut covariance = vec![vec![0.0; terms]; terms];
    for score in scores.values() {
        let moved = product(&lower, score);
        for (row, a) in covariance.iter_mut().zip(&moved) {
            for (cell, b) in row.iter_mut().zip(&moved) {
                *cell += factor * a * b;
            }
        }
    }
    Ok(covariance)
}
