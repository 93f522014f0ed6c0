//! How many rows there are, and why.

use super::design::Observation;
use crate::num::Date;
use crate::portfolio::Table;
use std::collections::BTreeMap;

/// Rows by observation date, outcome and reason: goods + bads + indeterminate + excluded = firms × dates.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    rows: BTreeMap<Line, u64>,
}

/// Goods first, as their words do not stand in order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Line {
    observed_on: Date,
    rank: u8,
    outcome: &'static str,
    reason: Option<String>,
}

impl Counts {
    /// Counts rows.
    pub fn of(observations: &[Observation<'_>]) -> Self {
        let mut counts = Self::default();
        for row in observations {
            let outcome = row.outcome.word();
            let rank = match outcome {
                "good" => 0,
                "bad" => 1,
                "indeterminate" => 2,
                _ => 3,
            };
            let line = Line {
                observed_on: row.observed_on,
                rank,
                outcome,
                reason: row.outcome.reason(),
            };
            *counts.rows.entry(line).or_default() += 1;
        }
        counts
    }

    /// Adds the counts of other rows.
    pub fn add(&mut self, other: &Counts) {
        for (line, rows) in &other.rows {
            *self.rows.entry(line.clone()).or_default() += rows;
        }
    }

    /// All rows.
    pub fn total(&self) -> u64 {
        self.rows.values().sum()
    }

    /// Rows of one outcome: `good`, `bad`, `indeterminate`, `excluded`.
    pub fn of_outcome(&self, word: &str) -> u64 {
        let of_word = self.rows.iter().filter(|(line, _)| line.outcome == word);
        of_word.map(|(_, rows)| rows).sum()
    }

    /// Rows left out for one reason.
    pub fn of_reason(&self, reason: &str) -> u64 {
        let of_reason = |line: &Line| line.reason.as_deref() == Some(reason);
        let lines = self.rows.iter().filter(|(line, _)| of_reason(line));
        lines.map(|(_, rows)| rows).sum()
    }

    /// One row a date, outcome and reason: `observed_on`, `outcome`, `reason` (empty for goods and bads), `rows`.
    pub fn table(&self) -> Table<'_> {
        let all = || self.rows.iter();
        Table::default()
            .days("observed_on", all().map(|(line, _)| Some(line.observed_on)))
            .text("outcome", all().map(|(line, _)| line.outcome))
            .some_text("reason", all().map(|(line, _)| line.reason.as_deref()))
            .integers(
                "rows",
                all().map(|(_, rows)| i64::try_from(*rows).unwrap_or(i64::MAX)),
            )
    }
}
