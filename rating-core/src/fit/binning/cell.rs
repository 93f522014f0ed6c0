//! Sums over rows: exact while they are gathered, numbers afterwards.

use serde::{Deserialize, Serialize};

/// 2^60, the units of a [`Sum`] in 1.
const UNITS: f64 = 1_152_921_504_606_846_976.0;

/// Largest magnitude of anything that is summed. Two to the 27 rows of it stay within a [`Sum`].
pub(super) const MOST: f64 = 1.0e12;

/// A sum in whole units of 2⁻⁶⁰, so that no order of the rows and no division into chunks changes a bit of it. Written
/// as text, because no number of JSON holds so many digits everywhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(super) struct Sum(i128);

impl From<Sum> for String {
    fn from(sum: Sum) -> Self {
        sum.0.to_string()
    }
}

impl TryFrom<String> for Sum {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let sum = text.parse().map(Self);
        sum.map_err(|_| format!("expected a sum as a whole number of 2^-60, got `{text}`"))
    }
}

impl Sum {
    pub(super) fn whole(count: u64) -> Self {
        Self(i128::from(count) << 60)
    }

    /// Adds a number of at most [`MOST`]; what is finer than a unit is cut off.
    pub(super) fn add(&mut self, number: f64) {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "bounded by MOST, and whole units are meant"
        )]
        let units = (number * UNITS) as i128;
        self.0 = self.0.saturating_add(units);
    }

    fn merge(&mut self, other: Self) {
        self.0 = self.0.saturating_add(other.0);
    }

    fn get(self) -> f64 {
        self.0 as f64 / UNITS
    }
}

/// Rows of a pre-bin, gathered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Tally {
    pub(super) rows: u64,
    pub(super) bad_rows: u64,
    pub(super) weight: Sum,
    pub(super) weight_squared: Sum,
    pub(super) target: Sum,
    pub(super) target_squared: Sum,
}

impl Tally {
    /// Rows of weight 1 with an outcome of 1 (bad) or 0.
    pub(super) fn plain(rows: u64, bad_rows: u64) -> Self {
        Self {
            rows,
            bad_rows,
            weight: Sum::whole(rows),
            weight_squared: Sum::whole(rows),
            target: Sum::whole(bad_rows),
            target_squared: Sum::whole(bad_rows),
        }
    }

    /// A row with its target (1 for bad, or an amount) and its weight.
    pub(super) fn add(&mut self, target: f64, weight: f64, is_bad: bool) {
        self.rows += 1;
        self.bad_rows += u64::from(is_bad);
        self.weight.add(weight);
        self.weight_squared.add(weight * weight);
        self.target.add(weight * target);
        self.target_squared.add(weight * target * target);
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.rows += other.rows;
        self.bad_rows += other.bad_rows;
        self.weight.merge(other.weight);
        self.weight_squared.merge(other.weight_squared);
        self.target.merge(other.target);
        self.target_squared.merge(other.target_squared);
    }

    pub(super) fn cell(&self) -> Cell {
        Cell {
            rows: self.rows,
            bad_rows: self.bad_rows,
            weight: self.weight.get(),
            weight_squared: self.weight_squared.get(),
            target: self.target.get(),
            target_squared: self.target_squared.get(),
        }
    }
}

/// Sums over the rows of a bin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cell {
    /// Rows.
    pub rows: u64,
    /// Bad rows; 0 for amounts.
    pub bad_rows: u64,
    /// Sum of the weights; without weights the number of rows.
    pub weight: f64,
    /// Sum of the squared weights.
    pub weight_squared: f64,
    /// Weighted sum of the target: the weight of the bad rows, or of the amounts.
    pub target: f64,
    /// Weighted sum of the squared target.
    pub target_squared: f64,
}

impl Cell {
    /// Both together.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        Self {
            rows: self.rows + other.rows,
            bad_rows: self.bad_rows + other.bad_rows,
            weight: self.weight + other.weight,
            weight_squared: self.weight_squared + other.weight_squared,
            target: self.target + other.target,
            target_squared: self.target_squared + other.target_squared,
        }
    }

    /// With every weight so many times.
    pub(super) fn times(&self, factor: f64) -> Self {
        Self {
            weight: self.weight * factor,
            weight_squared: self.weight_squared * factor * factor,
            target: self.target * factor,
            target_squared: self.target_squared * factor,
            ..*self
        }
    }

    /// All together, added in their order.
    pub(super) fn sum<'a>(cells: impl IntoIterator<Item = &'a Self>) -> Self {
        cells.into_iter().fold(Self::default(), |sum, cell| sum.and(cell))
    }

    /// Weight of the good rows.
    pub fn goods(&self) -> f64 {
        (self.weight - self.target).max(0.0)
    }

    /// Weight of the bad rows.
    pub fn bads(&self) -> f64 {
        self.target
    }

    /// Bad rate, or mean of the amounts, by weight; none without weight.
    pub fn rate(&self) -> Option<f64> {
        (self.weight > 0.0).then(|| self.target / self.weight)
    }

    /// Effective number of rows, `(Σw)² / Σw²`: the number of rows where all weights are equal.
    pub fn effective_rows(&self) -> f64 {
        if self.weight_squared > 0.0 {
            self.weight * self.weight / self.weight_squared
        } else {
            0.0
        }
    }

    /// Variance of the amounts within the cell.
    fn variance(&self, mean: f64) -> f64 {
        (self.target_squared / self.weight - mean * mean).max(0.0)
    }
}

/// What the rows say about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TargetKind {
    /// Good or bad.
    Classes,
    /// An amount, such as a loss given default.
    Amounts,
}

/// The statistic of the test that two cells have one rate, to be held against χ² with one degree of freedom.
///
/// ```text
/// classes   (r₁ − r₂)² / (r (1 − r) (1/n₁ + 1/n₂)),  r the rate of both together
/// amounts   (m₁ − m₂)² / (s₁²/n₁ + s₂²/n₂)
/// ```
/// with `n` the effective rows. No variance at all: 0 for equal rates, else infinite.
pub(super) fn test_statistic(kind: TargetKind, one: &Cell, other: &Cell) -> f64 {
    let (Some(r1), Some(r2)) = (one.rate(), other.rate()) else {
        return 0.0;
    };
    let (n1, n2) = (one.effective_rows(), other.effective_rows());
    let variance = match kind {
        TargetKind::Classes => {
            let pooled = (r1 * n1 + r2 * n2) / (n1 + n2);
            pooled * (1.0 - pooled) * (1.0 / n1 + 1.0 / n2)
        }
        TargetKind::Amounts => one.variance(r1) / n1 + other.variance(r2) / n2,
    };
    let difference = (r1 - r2) * (r1 - r2);
    if difference <= 0.0 {
        0.0
    } else if variance > 0.0 {
        difference / variance
    } else {
        f64::INFINITY
    }
}

/// The p-value of a [`test_statistic`].
pub(super) fn p_value(statistic: f64) -> f64 {
    statrs::function::erf::erfc((statistic / 2.0).sqrt())
}

/// The interval that holds a rate at 95 %: Jeffreys' for classes, the normal one for amounts and for more than 10,000
/// effective rows of both kinds, where the two agree to four digits.
///
/// ```text
/// lower = I⁻¹(0.025; d + ½, n − d + ½)    upper = I⁻¹(0.975; …)    d = rate · n
/// ```
/// with `n` the effective rows; the lower end is 0 without bads, the upper 1 without goods.
///
/// Source: Brown, Cai, `DasGupta` (2001), Interval estimation for a binomial proportion, Statistical Science 16(2).
pub(super) fn interval(kind: TargetKind, cell: &Cell) -> Option<(f64, f64)> {
    const Z: f64 = 1.959_963_984_540_054_3;
    let rate = cell.rate()?;
    let n = cell.effective_rows();
    let normal = |variance: f64| {
        let half = Z * (variance / n).sqrt();
        (rate - half, rate + half)
    };
    let bads = rate * n;
    match kind {
        TargetKind::Amounts => Some(normal(cell.variance(rate))),
        TargetKind::Classes if bads.min(n - bads) > 10_000.0 => Some(normal(rate * (1.0 - rate))),
        TargetKind::Classes => {
            let (a, b) = (bads + 0.5, (n - bads).max(0.0) + 0.5);
            let lower = if bads <= 0.0 {
                0.0
            } else {
                beta_quantile(a, b, 0.025)
            };
            let upper = if bads >= n {
                1.0
            } else {
                beta_quantile(a, b, 0.975)
            };
            Some((lower, upper))
        }
    }
}

/// By halving: a quantile is where the distribution function passes the level.
fn beta_quantile(a: f64, b: f64, level: f64) -> f64 {
    let (mut below, mut above) = (0.0_f64, 1.0_f64);
    for _ in 0..60 {
        let middle = f64::midpoint(below, above);
        match statrs::function::beta::checked_beta_reg(a, b, middle) {
            Ok(mass) if mass < level => below = middle,
            _ => above = middle,
        }
    }
    f64::midpoint(below, above)
}
