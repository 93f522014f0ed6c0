//! What the numbers say, before any rule: plain values, no allocation.

use crate::num::{Pd, Points};
use crate::scale::Grade;
use serde::Serialize;

/// Stage of a firm's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Start-up.
    StartUp,
    /// Growing, or of unknown age.
    Growth,
    /// Stable.
    Stable,
}

impl Stage {
    /// One word for tables: `start_up`, `growth`, `stable`.
    pub const fn word(self) -> &'static str {
        match self {
            Stage::StartUp => "start_up",
            Stage::Growth => "growth",
            Stage::Stable => "stable",
        }
    }
}

/// What the scorecards say of one firm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Assessment {
    /// Credit score: base points and the points of every credit pillar. Higher is safer.
    pub score: Points,
    /// PD of the score, twelve months.
    pub pd: Pd,
    /// Credit grade of the PD.
    pub credit: Grade,
    /// Technology score in hundredths of a point, 0 to 10,000.
    pub technology_score: i32,
    /// Technology grade: that of the score, or the model's grade for firms without reports.
    pub technology: Grade,
    /// Whether any department reported something for the technology pillar.
    pub technology_is_reported: bool,
    /// Stage of life that chose the technology weights.
    pub stage: Stage,
    /// Government grade by the matrix, before rules.
    pub government: Grade,
    /// Characteristics of the credit pillars with a value.
    pub measured: u16,
    /// Whether these are as many as the model asks for.
    pub is_enough: bool,
}
