//! What of a binning is chosen and not found.

use super::error::BinningError;
use super::limits::{Limits, Pairs};
use super::special::SpecialGroup;
use serde::{Deserialize, Serialize};

/// Largest number of pre-bins that a binning is chosen from.
pub const MOST_PRE_BINS: usize = 256;

/// What of a binning is chosen and not found.
///
/// The default: a tree of at most 20 pre-bins of 5 % each, automatic trend, no limit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BinningOptions {
    /// Where the edges come from among which the best are chosen. Words are their own pre-bins.
    pub pre_bins: PreBinning,
    /// Edges that are kept whatever happens, finite and ascending; none for words.
    pub fixed: Vec<f64>,
    /// What is made as large as possible; none: information value for classes, squared error for amounts.
    pub objective: Option<Objective>,
    /// How the bad rate (or the mean of the amounts) runs from bin to bin. Words are put into ascending order of it,
    /// so that for them only `None` is another answer than ascending, and that one is the same.
    pub trend: Trend,
    /// What an automatic trend chooses among, and by which rule.
    pub auto: AutoTrend,
    /// What every bin and every pair of neighbours has to meet.
    pub limits: Limits,
    /// Values with a meaning of their own, each group a line beside the bins: numbers of a variable of numbers, words
    /// of a variable of words.
    pub special: Vec<SpecialGroup>,
    /// What a special value counts as.
    pub special_policy: Policy,
    /// What a missing value counts as.
    pub missing: Policy,
    /// What a word counts as that the sample does not hold.
    pub unseen: UnseenPolicy,
    /// Words with less than this share of the rows are one pre-bin together; a fraction.
    pub rare_share: f64,
}

/// Where the edges come from among which the best are chosen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum PreBinning {
    /// Regression tree: the leaf whose best split takes away most squared error is split next (for classes that is
    /// the Gini index); of equals the leftmost. Edges lie midway between neighbouring values.
    ///
    /// No value hides what is beside it: where one value holds the least share by itself and a leaf cannot be split
    /// otherwise, the values beside it may be a leaf below that share, of at least 20 rows, if their bad rate (mean) is
    /// another one beyond chance (χ² with a p-value of 0.001). Where so many values are missing that no edge leaves the
    /// share of all rows on both sides, it is taken of the rows that have one, from 20 rows on. What stays together for
    /// its share alone is said by [`Binning::remark`](super::Binning::remark).
    Tree {
        /// Most leaves.
        bins: usize,
        /// Least share of the rows in a leaf, as a fraction. No limit of the bins: ask for that by
        /// [`Limits::min_share`].
        min_share: f64,
    },
    /// Edges at equal steps of weight.
    Quantile {
        /// Most pre-bins; fewer where many rows share a value.
        bins: usize,
    },
    /// Edges at equal steps between the least and the greatest finite value.
    EqualWidth {
        /// Number of pre-bins.
        bins: usize,
    },
    /// These edges, finite and ascending.
    Candidates(Vec<f64>),
}

impl PreBinning {
    /// With no more pre-bins than this, unless their edges are given.
    pub(super) fn at_most(mut self, most: usize) -> Self {
        match &mut self {
            Self::Tree { bins, .. } | Self::Quantile { bins } | Self::EqualWidth { bins } => {
                *bins = most.min(*bins);
            }
            Self::Candidates(_) => {}
        }
        self
    }
}

impl Default for PreBinning {
    fn default() -> Self {
        Self::Tree {
            bins: 20,
            min_share: 0.05,
        }
    }
}

/// What is made as large as possible, summed over the bins.
///
/// With `p` and `q` the shares of all goods and of all bads that fall into the bin, `W` its weight and `m` its mean:
/// ```text
/// information value   (p − q) · ln(p / q)            a zero cell counts as half a row
/// Jensen–Shannon      ½ p ln(2p / (p + q)) + ½ q ln(2q / (p + q))
/// Hellinger           ½ (√p − √q)²
/// squared error       W · (m − mean of all)²          what the bins take away from the squared error
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Objective {
    /// Information value, the symmetric divergence of Kullback and Leibler.
    InformationValue,
    /// Jensen–Shannon divergence, in nats.
    JensenShannon,
    /// Squared Hellinger distance.
    Hellinger,
    /// Squared error that the bins explain.
    SquaredError,
}

/// How the bad rate (or the mean of the amounts) runs as the value rises. Equal neighbours agree with every trend.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trend {
    /// As it likes.
    None,
    /// Never falls.
    Ascending,
    /// Never rises.
    Descending,
    /// Never rises again after it fell; ascending and descending are peaks.
    Peak,
    /// Never falls again after it rose; ascending and descending are valleys.
    Valley,
    /// Steps from bin to bin never grow: `r₃ − r₂ ≤ r₂ − r₁`. Its table may take 1 GiB: with more than 168 pre-bins that
    /// asks for a [`max_bins`](super::Limits::max_bins), of at most 49 with 256.
    Concave,
    /// Steps from bin to bin never shrink: `r₃ − r₂ ≥ r₂ − r₁`. The same table as for concave.
    Convex,
    /// One of the trends of [`AutoTrend`], by its rule.
    #[default]
    Auto,
}

impl Trend {
    /// The name as it stands in a document.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Ascending => "ascending",
            Self::Descending => "descending",
            Self::Peak => "peak",
            Self::Valley => "valley",
            Self::Concave => "concave",
            Self::Convex => "convex",
            Self::Auto => "auto",
        }
    }

    /// Turns that the trend leaves to the data: 0 for a direction, 1 for a bend, 2 for anything.
    pub const fn turns(self) -> u32 {
        match self {
            Self::Ascending | Self::Descending => 0,
            Self::Peak | Self::Valley | Self::Concave | Self::Convex => 1,
            Self::None | Self::Auto => 2,
        }
    }
}

/// The rule of an automatic trend: every shape is solved, and the greatest penalised objective is taken; of equals
/// the one with the fewest turns, then the one that stands first.
///
/// ```text
/// penalised = objective · (1 − penalty · turns)
/// ```
/// so that with the default of 0.05 a bend has to bring a twentieth more than a plain direction. The figure is a
/// convention of this library, not a statistic.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AutoTrend {
    /// The shapes, in order of preference among equals.
    pub shapes: Vec<Trend>,
    /// What a turn costs, as a fraction of the objective from 0 to 0.5.
    pub penalty: f64,
}

impl Default for AutoTrend {
    fn default() -> Self {
        Self {
            shapes: vec![Trend::Descending, Trend::Ascending, Trend::Peak, Trend::Valley],
            penalty: 0.05,
        }
    }
}

/// What a value counts as that falls into no bin. The statistics of its line are kept apart in any case: no bin
/// changes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Policy {
    /// What its own line shows; neutral if the sample holds no such row.
    #[default]
    Own,
    /// The riskiest bin.
    Worst,
    /// The safest bin.
    Best,
    /// Weight of evidence 0 (the mean of all amounts).
    Neutral,
    /// The bin whose bad rate (mean) is nearest to its own, the leftmost of equals; neutral without a row.
    Nearest,
    /// The bin at this place, counted from 0.
    Into(usize),
    /// The bin with this label, as [`LineOf::label`](super::LineOf::label) writes it. An edit of the edges must leave that
    /// bin, or change the policy before.
    Named(String),
}

/// What a word counts as that the sample does not hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnseenPolicy {
    /// The riskiest bin.
    #[default]
    Worst,
    /// The safest bin.
    Best,
    /// Weight of evidence 0 (the mean of all amounts).
    Neutral,
    /// What a missing value counts as.
    Missing,
}

impl BinningOptions {
    /// These edges and no others, whatever the rates: a binning that was decided elsewhere.
    ///
    /// ```
    /// use rating_core::fit::binning::{Binning, BinningOptions, Sample};
    /// let sample = Sample::new(&[1.0, 2.0, 3.0], &[true, false, true]);
    /// let binning = Binning::fit(&sample, &BinningOptions::given(vec![1.5, 2.5, 9.0]))?;
    /// assert_eq!(binning.splits(), [1.5, 2.5, 9.0]);
    /// # Ok::<(), rating_core::fit::binning::BinningError>(())
    /// ```
    pub fn given(splits: Vec<f64>) -> Self {
        Self {
            pre_bins: PreBinning::Candidates(Vec::new()),
            fixed: splits,
            trend: Trend::None,
            ..Self::default()
        }
    }

    /// Refuses options outside their domain, and one that would change nothing. A document of before may hold that.
    pub(super) fn check_asked(&self, is_words: bool) -> Result<(), BinningError> {
        self.check(is_words)?;
        if self.limits.p_value_of == Pairs::All && self.limits.max_p_value.is_none() {
            return Err(BinningError::Option {
                field: "limits.p_value_of",
                expected: "`consecutive` without a `max_p_value`, as there is no test of any pair",
                got: "all".to_owned(),
            });
        }
        Ok(())
    }

    /// Refuses options outside their domain.
    pub(super) fn check(&self, is_words: bool) -> Result<(), BinningError> {
        let fault = |field: &'static str, expected: &'static str, got: String| {
            Err(BinningError::Option { field, expected, got })
        };
        let bins = match &self.pre_bins {
            PreBinning::Tree { bins, .. }
            | PreBinning::Quantile { bins }
            | PreBinning::EqualWidth { bins } => *bins,
            PreBinning::Candidates(edges) => {
                ascending("pre_bins", edges)?;
                1
            }
        };
        if !(1..=MOST_PRE_BINS).contains(&bins) {
            return fault("pre_bins", "1 to 256 pre-bins", bins.to_string());
        }
        ascending("fixed", &self.fixed)?;
        if is_words && !self.fixed.is_empty() {
            return fault("fixed", "no fixed edges for words", format!("{:?}", self.fixed));
        }
        super::special::check(&self.special, is_words)?;
        let shapes = &self.auto.shapes;
        if shapes.is_empty() || shapes.contains(&Trend::Auto) {
            return fault(
                "auto.shapes",
                "one or more trends, `auto` not among them",
                format!("{shapes:?}"),
            );
        }
        for (field, share, most) in [
            ("auto.penalty", self.auto.penalty, 0.5),
            ("rare_share", self.rare_share, 1.0),
            ("pre_bins.min_share", self.leaf_share(), 1.0),
        ] {
            if !(0.0..=most).contains(&share) {
                return fault(
                    field,
                    "a fraction from 0, at most 1 (0.5 for the penalty)",
                    share.to_string(),
                );
            }
        }
        self.limits.check()
    }

    fn leaf_share(&self) -> f64 {
        match self.pre_bins {
            PreBinning::Tree { min_share, .. } => min_share,
            _ => 0.0,
        }
    }
}

/// Equal as finite numbers; both zeros are.
pub(super) fn same(one: f64, other: f64) -> bool {
    (one - other).abs() <= 0.0
}

/// Edges are finite and each above the one before.
pub(super) fn ascending(field: &'static str, edges: &[f64]) -> Result<(), BinningError> {
    let in_order = edges.windows(2).all(|pair| matches!(pair, [a, b] if a < b));
    if in_order && edges.iter().all(|edge| edge.is_finite()) {
        return Ok(());
    }
    Err(BinningError::Option {
        field,
        expected: "finite edges, each above the one before",
        got: format!("{edges:?}"),
    })
}
