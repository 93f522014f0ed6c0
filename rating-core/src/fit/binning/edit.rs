//! Manual edits: a new binning beside the old one, with author, time and reason.

use super::error::BinningError;
use super::fitted::Binning;
use super::layout::PreBins;
use super::options::{Policy, Trend, UnseenPolicy, same};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// What an edit changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Change {
    /// These edges, each of them an edge of a pre-bin, unless the data are given again.
    Splits(Vec<f64>),
    /// These groups of words: every word of the sample once, rare words together, unless the data are given again.
    Groups(Vec<Vec<String>>),
    /// What a missing value counts as.
    Missing(Policy),
    /// What a special value counts as.
    Special(Policy),
    /// What a word counts as that the sample does not hold.
    Unseen(UnseenPolicy),
}

/// An edit that was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revision {
    /// [`Binning::stamp`] of what was edited.
    pub before: String,
    /// Who made it.
    pub author: String,
    /// When, as the caller writes it: there is no clock here.
    pub time: String,
    /// Why.
    pub reason: String,
    /// What was changed.
    pub change: Change,
    /// Whether the data were counted anew for it ([`Binning::edited_from`]).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub recounted: bool,
}

/// An edit to make.
#[derive(Clone, Debug, PartialEq)]
pub struct Edit<'a> {
    /// Who makes it; not empty.
    pub author: &'a str,
    /// When; not empty.
    pub time: &'a str,
    /// Why; not empty.
    pub reason: &'a str,
    /// What is changed.
    pub change: Change,
}

impl Binning {
    /// SHA-256 of the document, in hexadecimal digits. What was fitted on a binning keeps its stamp, and
    /// [`is_stale`](Self::is_stale) tells when that binning is no longer the one.
    pub fn stamp(&self) -> String {
        use std::fmt::Write as _;
        // A document without maps of other keys than text always becomes JSON.
        let text = serde_json::to_string(self).unwrap_or_default();
        Sha256::digest(text).iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    }

    /// Whether something that was fitted on the binning with this stamp no longer belongs to this one.
    pub fn is_stale(&self, fitted_on: &str) -> bool {
        self.stamp() != fitted_on
    }

    /// The edits that led here, the first first.
    pub fn revisions(&self) -> &[Revision] {
        &self.revisions
    }

    /// A new binning with a change, which is honoured as given: no limit is checked. This one stays as it is, and what
    /// was fitted on it is stale for the new one.
    ///
    /// # Errors
    /// [`BinningError::Edit`]: no author, time or reason; edges or words that the pre-bins do not have;
    /// [`BinningError::Option`]: a policy that names a bin that is not there.
    pub fn edited(&self, edit: Edit<'_>) -> Result<Self, BinningError> {
        self.changed(self.clone(), edit, false)
    }

    /// The change made to `made`, this binning or the same with finer pre-bins.
    pub(super) fn changed(
        &self,
        mut made: Self,
        edit: Edit<'_>,
        recounted: bool,
    ) -> Result<Self, BinningError> {
        for (expected, text) in [
            ("an author", edit.author),
            ("a time", edit.time),
            ("a reason", edit.reason),
        ] {
            if text.trim().is_empty() {
                return Err(fault(expected, text));
            }
        }
        match &edit.change {
            Change::Splits(splits) => made.cuts = made.cuts_of(splits)?,
            Change::Groups(groups) => made.regroup(groups)?,
            Change::Missing(policy) => made.options.missing = policy.clone(),
            Change::Special(policy) => made.options.special_policy = policy.clone(),
            Change::Unseen(policy) => made.options.unseen = *policy,
        }
        if matches!(edit.change, Change::Splits(_) | Change::Groups(_)) {
            made.trend = made.shown_trend();
            made.remark = None;
        }
        made.revisions.push(Revision {
            before: self.stamp(),
            author: edit.author.to_owned(),
            time: edit.time.to_owned(),
            reason: edit.reason.to_owned(),
            change: edit.change,
            recounted,
        });
        made.check_policies()?;
        Ok(made)
    }

    fn cuts_of(&self, splits: &[f64]) -> Result<Vec<usize>, BinningError> {
        super::options::ascending("splits", splits)?;
        let PreBins::Edges(edges) = &self.pre_bins else {
            return Err(fault("groups of words", "edges"));
        };
        let place = |split: &f64| {
            let at = edges.iter().position(|edge| same(*edge, *split));
            let unknown = || {
                fault(
                    "edges of pre-bins, unless the data are given again",
                    &split.to_string(),
                )
            };
            at.map(|at| at + 1).ok_or_else(unknown)
        };
        splits.iter().map(place).collect()
    }

    fn regroup(&mut self, wanted: &[Vec<String>]) -> Result<(), BinningError> {
        let PreBins::Words(words) = &self.pre_bins else {
            return Err(fault("edges", "groups of words"));
        };
        let (mut order, mut cuts) = (Vec::new(), Vec::new());
        for group in wanted {
            let whole = |at: &usize| {
                words
                    .get(*at)
                    .is_some_and(|w| w.iter().all(|word| group.contains(word)))
            };
            let members: Vec<usize> = (0..words.len()).filter(whole).collect();
            let held: usize = members.iter().filter_map(|at| words.get(*at)).map(Vec::len).sum();
            if held != group.len() || held == 0 {
                return Err(fault(
                    "groups of words of the sample, rare words together",
                    &group.join(", "),
                ));
            }
            order.extend(members);
            cuts.push(order.len());
        }
        cuts.pop();
        let mut once = order.clone();
        once.sort_unstable();
        if once != (0..words.len()).collect::<Vec<usize>>() {
            let got = format!("{} of {} pre-bins", order.len(), words.len());
            return Err(fault("every word of the sample once", &got));
        }
        let cells = order
            .iter()
            .filter_map(|at| self.cells.get(*at).copied())
            .collect();
        let reordered = order.iter().filter_map(|at| words.get(*at).cloned()).collect();
        self.pre_bins = PreBins::Words(reordered);
        self.cells = cells;
        self.cuts = cuts;
        Ok(())
    }

    /// The first trend that the rates show.
    fn shown_trend(&self) -> Trend {
        let rates: Vec<f64> = self.bins().iter().filter_map(super::Cell::rate).collect();
        let up = |pair: &[f64]| matches!(pair, [a, b] if a <= b);
        let down = |pair: &[f64]| matches!(pair, [a, b] if a >= b);
        let steps = || rates.windows(2);
        if steps().all(down) {
            Trend::Descending
        } else if steps().all(up) {
            Trend::Ascending
        } else if steps().skip_while(|pair| up(pair)).all(down) {
            Trend::Peak
        } else if steps().skip_while(|pair| down(pair)).all(up) {
            Trend::Valley
        } else {
            Trend::None
        }
    }
}

pub(super) fn fault(expected: &'static str, got: &str) -> BinningError {
    BinningError::Edit {
        expected,
        got: got.to_owned(),
    }
}
