//! Why there is no binning.

use super::options::Trend;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Why there is no binning.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum BinningError {
    /// Slices do not describe the same rows.
    #[error("`{what}` must be as long as the values, expected `{expected}` rows, got `{got}`")]
    LengthsDiffer {
        /// Which slice.
        what: &'static str,
        /// Length of the values.
        expected: usize,
        /// Its length.
        got: usize,
    },
    /// A weight or an amount is not usable.
    #[error("`{what}` must be {expected}, got `{value}` in row `{row}` (counted from 0)")]
    Number {
        /// Weight or target.
        what: &'static str,
        /// What may stand there.
        expected: &'static str,
        /// Position, counted from 0.
        row: usize,
        /// What stood there.
        value: f64,
    },
    /// There is nothing to tell apart.
    #[error("expected weight on goods and on bads, got `{goods}` and `{bads}`")]
    OneClass {
        /// Weight of the goods.
        goods: f64,
        /// Weight of the bads.
        bads: f64,
    },
    /// No row has a value that could fall into a bin.
    #[error("expected rows with a value, got `{rows}` rows, all of them missing, special or without weight")]
    NoValues {
        /// Rows in all.
        rows: u64,
    },
    /// An option outside its domain.
    #[error("{field}: expected {expected}, got `{got}`")]
    Option {
        /// Which option.
        field: &'static str,
        /// What it may be.
        expected: &'static str,
        /// What it was.
        got: String,
    },
    /// More pre-bins than the programme takes.
    #[error("expected at most `{most}` pre-bins, got `{got}`: ask for fewer pre-bins, or give fewer edges")]
    TooManyPreBins {
        /// How many it takes.
        most: usize,
        /// Pre-bins.
        got: usize,
    },
    /// More bins than the programme takes over so many pre-bins.
    #[error(
        "expected a `max_bins` of at most `{most}` for the trend `{}` over `{pre_bins}` pre-bins, got `{}`: ask for fewer bins, or for fewer pre-bins",
        .trend.name(),
        .got.map_or_else(|| "none".to_owned(), |got| got.to_string())
    )]
    TooManyBins {
        /// The trend.
        trend: Trend,
        /// Pre-bins.
        pre_bins: usize,
        /// How many bins it takes.
        most: usize,
        /// Greatest number of bins that was asked for.
        got: Option<usize>,
    },
    /// More words than the programme takes.
    #[error(
        "expected at most `{most}` words that are not rare, got `{got}`: a `rare_share` puts words of fewer rows together"
    )]
    TooManyWords {
        /// How many it takes.
        most: usize,
        /// Words that are not rare.
        got: usize,
    },
    /// No binning meets every limit.
    #[error("{0}")]
    Infeasible(Infeasible),
    /// The search over all pairs ended before it was done.
    #[error(
        "expected an end of the search over all pairs of bins, got none after 20 million steps: take fewer pre-bins, fewer bins, or `consecutive`"
    )]
    GaveUp,
    /// Two sets of counts, or counts and a sample, do not belong together.
    #[error("expected counts over the same `{what}`, got others")]
    CountsDiffer {
        /// What differs.
        what: &'static str,
    },
    /// What a manual edit asks for cannot be made of the pre-bins.
    #[error("cannot edit: expected {expected}, got `{got}`")]
    Edit {
        /// What may be asked for.
        expected: &'static str,
        /// What was asked for.
        got: String,
    },
    /// Data that are counted for an edit are not those that the binning was made from.
    #[error(
        "cannot edit: expected the data that the binning was made from, `{expected}` {what} in `{line}`, got `{got}`"
    )]
    Recounted {
        /// The pre-bin, special group or missing value.
        line: String,
        /// Which of its sums.
        what: &'static str,
        /// What the binning has there.
        expected: f64,
        /// What the data have.
        got: f64,
    },
    /// Nothing that a scorecard holds can be made of the binning.
    #[error("cannot become a characteristic: expected {expected}, got `{got}`")]
    Characteristic {
        /// What may become one.
        expected: &'static str,
        /// What it is.
        got: String,
    },
    /// A document does not hold together.
    #[error("binning document: expected {expected}, got `{got}`")]
    Document {
        /// What should stand there.
        expected: &'static str,
        /// What stands there.
        got: String,
    },
    /// A document of counts does not hold together.
    #[error("document of counts: expected {expected}, got `{got}`")]
    CountsDocument {
        /// What should stand there.
        expected: &'static str,
        /// What stands there.
        got: String,
    },
    /// A document of a sketch does not hold together.
    #[error("document of a sketch: expected {expected}, got `{got}`")]
    SketchDocument {
        /// What should stand there.
        expected: &'static str,
        /// What stands there.
        got: String,
    },
}

/// What a binning has to meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Constraint {
    /// Least number of bins.
    MinBins,
    /// Greatest number of bins.
    MaxBins,
    /// Least share of rows.
    MinShare,
    /// Greatest share of rows.
    MaxShare,
    /// Least number of rows.
    MinRows,
    /// Greatest number of rows.
    MaxRows,
    /// Least share of weight.
    MinWeightShare,
    /// Greatest share of weight.
    MaxWeightShare,
    /// Least weight.
    MinWeight,
    /// Greatest weight.
    MaxWeight,
    /// Least number of goods.
    MinGoods,
    /// Least number of bads.
    MinBads,
    /// Least gap of neighbouring rates.
    MinRateGap,
    /// Greatest p-value.
    MaxPValue,
    /// The trend.
    Trend,
    /// One direction in every period.
    Periods,
    /// The fixed edges.
    Fixed,
    /// Least share of rows in a leaf of the tree that makes the pre-bins.
    MinPreBinShare,
    /// How the pre-bins were made, or the edges that were given for them.
    PreBins,
    /// Share of rows below which words are one pre-bin together.
    RareShare,
}

impl Constraint {
    /// The name of the option.
    pub const fn name(self) -> &'static str {
        match self {
            Self::MinBins => "min_bins",
            Self::MaxBins => "max_bins",
            Self::MinShare => "min_share",
            Self::MaxShare => "max_share",
            Self::MinRows => "min_rows",
            Self::MaxRows => "max_rows",
            Self::MinWeightShare => "min_weight_share",
            Self::MaxWeightShare => "max_weight_share",
            Self::MinWeight => "min_weight",
            Self::MaxWeight => "max_weight",
            Self::MinGoods => "min_goods",
            Self::MinBads => "min_bads",
            Self::MinRateGap => "min_rate_gap",
            Self::MaxPValue => "max_p_value",
            Self::Trend => "trend",
            Self::Periods => "periods",
            Self::Fixed => "fixed",
            Self::MinPreBinShare => "min_pre_bin_share",
            Self::PreBins => "pre_bins",
            Self::RareShare => "rare_share",
        }
    }
}

/// What a constraint would have to be, all others as they are.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Nearest {
    /// This number. Counts are whole; the other limits are exact to a millionth of the way from what was asked to no limit.
    Number(f64),
    /// This trend, the first that can be met of descending, ascending, peak, valley, none.
    Trend(Trend),
    /// It would have to go.
    Without,
}

impl fmt::Display for Nearest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "`{number}`"),
            Self::Trend(trend) => write!(f, "`{}`", trend.name()),
            Self::Without => f.write_str("without it"),
        }
    }
}

/// A constraint without which, or with a weaker one, there is a binning.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Relaxation {
    /// Which.
    pub constraint: Constraint,
    /// What was asked, for those that are numbers.
    pub asked: Option<f64>,
    /// The nearest that can be met.
    pub nearest: Nearest,
}

/// Which constraints leave no binning, and what would.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Infeasible {
    /// Constraints of which relaxing a single one is enough: the binding one, which has to give way least in relation
    /// to what was asked, comes first.
    pub relaxations: Vec<Relaxation>,
    /// If no single one is enough: a set that is, all of them taken away.
    pub together: Vec<Constraint>,
}

impl fmt::Display for Infeasible {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected a binning that meets every constraint, got none: ")?;
        if self.relaxations.is_empty() {
            let names: Vec<&str> = self.together.iter().map(|c| c.name()).collect();
            return write!(f, "these exclude each other: `{}`", names.join("`, `"));
        }
        for (at, relaxation) in self.relaxations.iter().enumerate() {
            let name = relaxation.constraint.name();
            f.write_str(if at == 0 { "" } else { "; or " })?;
            write!(f, "`{name}`")?;
            if let Some(asked) = relaxation.asked {
                write!(f, " of `{asked}`")?;
            }
            if at == 0 {
                f.write_str(" binds")?;
            }
            write!(f, ", nearest feasible: {}", relaxation.nearest)?;
        }
        Ok(())
    }
}
