//! The document of a binning, and its check.

use super::cell::{Cell, TargetKind};
use super::choice::objective;
use super::edit::Revision;
use super::error::{BinningError, Infeasible};
use super::fitted::{Alternative, Binning};
use super::layout::PreBins;
use super::options::{BinningOptions, MOST_PRE_BINS, Trend, ascending};
use super::special::SpecialGroup;
use serde::{Deserialize, Serialize};

/// Format of the document.
const FORMAT: u32 = 1;

/// A binning as it is written.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Document {
    format: u32,
    target: TargetKind,
    trend: Trend,
    alternatives: Vec<Alternative>,
    pre_bins: PreBins,
    cells: Vec<Cell>,
    cuts: Vec<usize>,
    special: Vec<Cell>,
    missing: Cell,
    revisions: Vec<Revision>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    remark: Option<Infeasible>,
    options: BinningOptions,
}

impl From<Binning> for Document {
    fn from(binning: Binning) -> Self {
        Self {
            format: FORMAT,
            target: binning.kind,
            trend: binning.trend,
            alternatives: binning.alternatives,
            pre_bins: binning.pre_bins,
            cells: binning.cells,
            cuts: binning.cuts,
            special: binning.special,
            missing: binning.missing,
            revisions: binning.revisions,
            remark: binning.remark,
            options: binning.options,
        }
    }
}

impl TryFrom<Document> for Binning {
    type Error = BinningError;

    fn try_from(document: Document) -> Result<Self, BinningError> {
        document.check()?;
        let made = Self {
            options: document.options,
            kind: document.target,
            trend: document.trend,
            alternatives: document.alternatives,
            pre_bins: document.pre_bins,
            cells: document.cells,
            cuts: document.cuts,
            special: document.special,
            missing: document.missing,
            revisions: document.revisions,
            remark: document.remark,
        };
        let total = made.total();
        let is_empty = total.weight <= 0.0;
        let one_class = total.goods() <= 0.0 || total.bads() <= 0.0;
        if is_empty || (made.kind == TargetKind::Classes && one_class) {
            return fault("weight, on goods and on bads", &total.weight);
        }
        made.check_policies()?;
        Ok(made)
    }
}

impl Document {
    fn check(&self) -> Result<(), BinningError> {
        if self.format != FORMAT {
            return fault("format 1", &self.format);
        }
        self.options.check(matches!(self.pre_bins, PreBins::Words(_)))?;
        objective(&self.options, self.target)?;
        if self.trend == Trend::Auto {
            return fault("the trend that was chosen", &"auto");
        }
        let pre_bins = self.pre_bins.count();
        if pre_bins != self.cells.len() || !(1..=MOST_PRE_BINS).contains(&pre_bins) {
            return fault("a cell for each pre-bin, at most 256", &self.cells.len());
        }
        match &self.pre_bins {
            PreBins::Edges(edges) => ascending("pre_bins.edges", edges)?,
            PreBins::Words(words) => {
                let special = self.options.special.iter().flat_map(SpecialGroup::words);
                let mut all: Vec<&String> = words.iter().flatten().chain(special).collect();
                let count = all.len();
                all.sort_unstable();
                all.dedup();
                if all.len() != count || words.iter().any(Vec::is_empty) {
                    return fault(
                        "words in every pre-bin, each once and none of them special",
                        &count,
                    );
                }
            }
        }
        let in_order = self.cuts.windows(2).all(|pair| matches!(pair, [a, b] if a < b));
        if !in_order || self.cuts.iter().any(|cut| !(1..pre_bins).contains(cut)) {
            return fault("ascending cuts between pre-bins", &format!("{:?}", self.cuts));
        }
        if self.special.len() != self.options.special.len() {
            return fault("a cell for each special group", &self.special.len());
        }
        let cells = self.cells.iter().chain(&self.special).chain([&self.missing]);
        match cells.clone().find(|cell| !self.is_cell(cell)) {
            Some(cell) => fault(
                "sums over rows",
                &format!("target {} of weight {}", cell.target, cell.weight),
            ),
            None => Ok(()),
        }
    }

    fn is_cell(&self, cell: &Cell) -> bool {
        let is_sum = |sum: f64| sum.is_finite() && sum >= 0.0;
        let is_target = match self.target {
            TargetKind::Classes => is_sum(cell.target) && cell.target <= cell.weight,
            TargetKind::Amounts => cell.target.is_finite(),
        };
        cell.bad_rows <= cell.rows
            && is_target
            && [cell.weight, cell.weight_squared, cell.target_squared]
                .into_iter()
                .all(is_sum)
    }
}

fn fault<T>(expected: &'static str, got: &dyn std::fmt::Display) -> Result<T, BinningError> {
    Err(BinningError::Document {
        expected,
        got: got.to_string(),
    })
}
