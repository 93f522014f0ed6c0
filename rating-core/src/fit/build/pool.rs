//! The variables that are still in play, with their weights of evidence.

use super::candidate::{Candidate, Rows};
use super::dropped::{DropReason, Dropped};
use crate::fit::binning::{Binning, BinningOptions};
use ndarray::{Array2, ArrayView1, Axis, ShapeBuilder as _};

/// The variables that are still in play; each that leaves says why.
pub(super) struct Pool<'a> {
    /// In order of the candidates.
    pub(super) left: Vec<Member<'a>>,
    /// In the order in which they left.
    pub(super) dropped: Vec<Dropped>,
    /// The bins of every variable that has some.
    pub(super) binnings: Vec<(String, Binning)>,
}

/// A variable with its bins.
pub(super) struct Member<'a> {
    /// Its place among the candidates.
    pub(super) at: usize,
    pub(super) candidate: Candidate<'a>,
    pub(super) binning: Binning,
    woe: Vec<f64>,
}

impl<'a> Pool<'a> {
    /// Bins every variable that has no bins; what cannot be binned, or does not differ from row to row, leaves.
    pub(super) fn new(candidates: &[Candidate<'a>], rows: Rows<'a>, options: &BinningOptions) -> Self {
        let unbinned = candidates.iter().filter(|of| of.binning.is_none());
        let made = Binning::fit_all(unbinned.map(|of| of.asked(rows, options)).collect());
        let mut made = made.into_iter();
        let (mut left, mut dropped) = (Vec::new(), Vec::new());
        for (at, candidate) in candidates.iter().copied().enumerate() {
            let binning = match candidate.binning {
                Some(binning) => Some(Ok(binning.clone())),
                None => made.next(),
            };
            match binning {
                Some(Ok(binning)) => left.push(Member {
                    at,
                    candidate,
                    woe: candidate.woe(&binning),
                    binning,
                }),
                Some(Err(error)) => dropped.push(Dropped {
                    name: candidate.name.to_owned(),
                    reason: DropReason::Binning(error),
                }),
                // INVARIANT: there is an answer for each variable that was asked about.
                None => {}
            }
        }
        let named = |member: &Member<'_>| (member.candidate.name.to_owned(), member.binning.clone());
        let binnings = left.iter().map(named).collect();
        let mut pool = Self {
            left,
            dropped,
            binnings,
        };
        pool.drop_where(|member| {
            let first = member.woe.first().copied().unwrap_or_default();
            let is_constant = member.woe.iter().all(|woe| (woe - first).abs() <= 0.0);
            is_constant.then(|| DropReason::Constant(member.binning.remark().cloned()))
        });
        pool
    }

    /// Those for which there is a reason leave.
    pub(super) fn drop_where(&mut self, reason: impl Fn(&Member<'a>) -> Option<DropReason>) {
        let dropped = &mut self.dropped;
        self.left.retain(|member| {
            let Some(reason) = reason(member) else { return true };
            let name = member.candidate.name.to_owned();
            dropped.push(Dropped { name, reason });
            false
        });
    }

    pub(super) fn names(&self) -> Vec<&'a str> {
        self.left.iter().map(|member| member.candidate.name).collect()
    }

    /// Places among the candidates.
    pub(super) fn places(&self) -> Vec<usize> {
        self.left.iter().map(|member| member.at).collect()
    }

    /// Weights of evidence, one row a firm, one column a variable that is left.
    pub(super) fn woe(&self, rows: usize) -> Array2<f64> {
        let mut all = Array2::zeros((rows, self.left.len()).f());
        for (mut column, member) in all.axis_iter_mut(Axis(1)).zip(&self.left) {
            column.assign(&ArrayView1::from(&member.woe));
        }
        all
    }
}
