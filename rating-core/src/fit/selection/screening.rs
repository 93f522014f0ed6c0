//! Each variable by itself and beside the others.

use super::{SelectionError, correlations, inflations};
use crate::validation::{ZeroCells, gini, psi};
use ndarray::ArrayView2;
use std::collections::BTreeMap;

/// What a variable must keep to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScreeningLimits {
    /// Least information value.
    pub least_iv: f64,
    /// Least Gini coefficient alone, as a fraction.
    pub least_gini: f64,
    /// Greatest share of missing values, as a fraction.
    pub most_missing: f64,
    /// Greatest stability index between the sample and the other sample.
    pub most_psi: f64,
    /// Greatest stability index of a period against all rows.
    pub most_period_psi: f64,
    /// Greatest correlation, either sign, with a variable of higher information value.
    pub most_correlation: f64,
    /// Greatest variance inflation beside all that are left.
    pub most_vif: f64,
}

impl Default for ScreeningLimits {
    /// Customary limits: information value from 0.02, PSI up to 0.25, correlation up to 0.7, variance inflation up to 5.
    fn default() -> Self {
        Self {
            least_iv: 0.02,
            least_gini: 0.0,
            most_missing: 0.95,
            most_psi: 0.25,
            most_period_psi: 0.25,
            most_correlation: 0.7,
            most_vif: 5.0,
        }
    }
}

/// What is looked at: weights of evidence of all variables, outcomes, and what else is known.
#[derive(Clone, Debug)]
pub struct Screening<'a> {
    /// Names of the columns.
    pub names: &'a [String],
    /// One row a firm, one column a variable.
    pub woe: ArrayView2<'a, f64>,
    /// Whether the firm defaulted.
    pub bad: &'a [bool],
    /// Share of missing values of each column; empty if not known.
    pub missing: &'a [f64],
    /// Whether the values of each column fall into one bin, so that only missing and special ones tell it apart; empty if
    /// not known.
    pub one_bin: &'a [bool],
    /// The same columns of another sample, for its stability.
    pub other: Option<ArrayView2<'a, f64>>,
    /// Period of each row; empty for one period.
    pub periods: &'a [u32],
}

/// Why a variable stayed or left: the first limit that it broke, in this order.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// It keeps to all limits.
    Stays,
    /// Too many missing values.
    Missing,
    /// Too little information value.
    Iv,
    /// Too small a Gini coefficient.
    Gini,
    /// Distributed otherwise in the other sample.
    Psi,
    /// Distributed otherwise in a period.
    PeriodPsi,
    /// Says what a variable of higher information value says.
    Correlated {
        /// That variable, the head of its cluster.
        with: String,
        /// Their correlation.
        correlation: f64,
    },
    /// Follows nearly from all that were left.
    Vif,
}

impl Verdict {
    /// One word for tables: `stays`, `missing`, `iv`, `gini`, `psi`, `period_psi`, `correlated`, `vif`.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Stays => "stays",
            Self::Missing => "missing",
            Self::Iv => "iv",
            Self::Gini => "gini",
            Self::Psi => "psi",
            Self::PeriodPsi => "period_psi",
            Self::Correlated { .. } => "correlated",
            Self::Vif => "vif",
        }
    }

    /// The variable whose say it repeats, and their correlation.
    pub fn correlated_with(&self) -> Option<(&str, f64)> {
        match self {
            Self::Correlated { with, correlation } => Some((with, *correlation)),
            _ => None,
        }
    }
}

/// One line of the table.
#[derive(Clone, Debug, PartialEq)]
pub struct Screened {
    /// Name of the variable.
    pub name: String,
    /// Information value: mean weight of evidence of the goods less that of the bads.
    pub iv: f64,
    /// Gini coefficient alone.
    pub gini: f64,
    /// Share of missing values; none if not known.
    pub missing: Option<f64>,
    /// Stability index against the other sample; none without.
    pub psi: Option<f64>,
    /// The largest stability index of a period against all rows, and the period; none with one period.
    pub period_psi: Option<(f64, u32)>,
    /// Variance inflation beside all that were left when it was judged; none if it left before.
    pub vif: Option<f64>,
    /// Whether its values fall into one bin, so that all it tells is which are missing or special; none if not known. No
    /// reason to leave: that a value is missing can be information, and its weight of evidence is judged as any other.
    pub one_bin: Option<bool>,
    /// Why it stayed or left.
    pub verdict: Verdict,
}

/// Screens variables. One line for each, in order of the columns.
///
/// Bands are told apart by their weights of evidence. The stability index adds half a firm to each band, so that an
/// empty one is finite. Clusters form around the variable of highest information value; variance inflation takes the
/// variable with the highest away, one at a time.
///
/// # Errors
/// [`SelectionError`]: lists of wrong length, one class only, a weight of evidence that is NaN.
///
/// ```
/// use ndarray::array;
/// use rating_core::fit::selection::*;
/// let woe = array![[-0.7, 0.1], [-0.7, -0.1], [0.7, 0.1], [0.7, -0.1]];
/// let names = ["tax.level".to_owned(), "registry.age".to_owned()];
/// let screening = Screening { names: &names, woe: woe.view(), bad: &[true, true, false, false], missing: &[], one_bin: &[], other: None, periods: &[] };
/// let table = screen(&screening, ScreeningLimits::default())?;
/// assert_eq!(table[0].verdict, Verdict::Stays);
/// assert_eq!(table[1].verdict, Verdict::Iv); // tells goods and bads not apart
/// # Ok::<(), SelectionError>(())
/// ```
///
/// Source: Siddiqi (2006), Credit Risk Scorecards, chapter 6.
pub fn screen(screening: &Screening<'_>, limits: ScreeningLimits) -> Result<Vec<Screened>, SelectionError> {
    lengths(screening)?;
    let columns: Vec<Vec<f64>> = screening.woe.columns().into_iter().map(|c| c.to_vec()).collect();
    let mut table = Vec::with_capacity(columns.len());
    for (at, column) in columns.iter().enumerate() {
        table.push(alone(screening, (at, column), limits)?);
    }
    cluster(&mut table, &columns, limits);
    inflate(&mut table, &columns, limits);
    Ok(table)
}

fn lengths(screening: &Screening<'_>) -> Result<(), SelectionError> {
    let (rows, columns) = screening.woe.dim();
    let check = |what, expected, got, may_be_empty: bool| {
        if got == expected || (may_be_empty && got == 0) {
            Ok(())
        } else {
            Err(SelectionError::LengthsDiffer { what, expected, got })
        }
    };
    check("names", columns, screening.names.len(), false)?;
    check("missing", columns, screening.missing.len(), true)?;
    check("one_bin", columns, screening.one_bin.len(), true)?;
    check("periods", rows, screening.periods.len(), true)?;
    check(
        "columns of `other`",
        columns,
        screening.other.map_or(columns, |o| o.ncols()),
        false,
    )
}

/// What is known of a variable alone, and whether that is enough.
fn alone(
    screening: &Screening<'_>,
    (at, column): (usize, &[f64]),
    limits: ScreeningLimits,
) -> Result<Screened, SelectionError> {
    let gini = gini(column, screening.bad)?;
    let mean = |wanted: bool| {
        let of = column
            .iter()
            .zip(screening.bad)
            .filter(|(_, bad)| **bad == wanted);
        let (sum, count) = of.fold((0.0, 0.0), |s, (woe, _)| (s.0 + woe, s.1 + 1.0));
        sum / count
    };
    let iv = mean(false) - mean(true);
    let all = counts(column.iter().copied());
    let psi = match screening.other {
        Some(other) => Some(index(&all, &counts(other.column(at).iter().copied()))?),
        None => None,
    };
    let mut period_psi: Option<(f64, u32)> = None;
    let mut of_periods: BTreeMap<u32, Vec<f64>> = BTreeMap::new();
    for (woe, period) in column.iter().zip(screening.periods) {
        of_periods.entry(*period).or_default().push(*woe);
    }
    for (period, woe) in of_periods.into_iter().filter(|(_, woe)| woe.len() < column.len()) {
        let moved = index(&all, &counts(woe.into_iter()))?;
        if period_psi.is_none_or(|(most, _)| moved > most) {
            period_psi = Some((moved, period));
        }
    }
    let missing = screening.missing.get(at).copied();
    let verdict = if missing.is_some_and(|share| share > limits.most_missing) {
        Verdict::Missing
    } else if iv < limits.least_iv {
        Verdict::Iv
    } else if gini < limits.least_gini {
        Verdict::Gini
    } else if psi.is_some_and(|psi| psi > limits.most_psi) {
        Verdict::Psi
    } else if period_psi.is_some_and(|(psi, _)| psi > limits.most_period_psi) {
        Verdict::PeriodPsi
    } else {
        Verdict::Stays
    };
    Ok(Screened {
        name: screening.names.get(at).cloned().unwrap_or_default(),
        iv,
        gini,
        missing,
        psi,
        period_psi,
        vif: None,
        one_bin: screening.one_bin.get(at).copied(),
        verdict,
    })
}

/// Rows by weight of evidence, both zeros being one.
fn counts(values: impl Iterator<Item = f64>) -> BTreeMap<u64, u64> {
    let mut counts = BTreeMap::new();
    for value in values {
        *counts.entry((value + 0.0).to_bits()).or_insert(0) += 1;
    }
    counts
}

fn index(expected: &BTreeMap<u64, u64>, actual: &BTreeMap<u64, u64>) -> Result<f64, SelectionError> {
    let mut both: BTreeMap<u64, (u64, u64)> = expected.iter().map(|(band, n)| (*band, (*n, 0))).collect();
    for (band, count) in actual {
        both.entry(*band).or_insert((0, 0)).1 = *count;
    }
    let (expected, actual): (Vec<u64>, Vec<u64>) = both.into_values().unzip();
    Ok(psi(&expected, &actual, ZeroCells::Add(0.5))?)
}

/// Places of the variables that stay.
fn staying(table: &[Screened]) -> Vec<usize> {
    let stays = table
        .iter()
        .enumerate()
        .filter(|(_, line)| line.verdict == Verdict::Stays);
    stays.map(|(at, _)| at).collect()
}

/// Those that say what a variable of higher information value says leave.
fn cluster(table: &mut [Screened], columns: &[Vec<f64>], limits: ScreeningLimits) {
    let mut order = staying(table);
    let iv = |at: usize| table.get(at).map_or(0.0, |line| line.iv);
    order.sort_by(|a, b| iv(*b).total_cmp(&iv(*a)).then(a.cmp(b)));
    let picked: Vec<Vec<f64>> = order.iter().filter_map(|at| columns.get(*at).cloned()).collect();
    let mut heads: Vec<(usize, usize)> = Vec::new();
    for (place, (at, row)) in order.iter().zip(correlations(&picked, None)).enumerate() {
        let near = heads.iter().find_map(|(head, column)| {
            let correlation = row.get(*head).copied()?;
            (correlation.abs() > limits.most_correlation).then_some((*column, correlation))
        });
        let Some((head, correlation)) = near else {
            heads.push((place, *at));
            continue;
        };
        let with = table.get(head).map(|line| line.name.clone()).unwrap_or_default();
        if let Some(line) = table.get_mut(*at) {
            line.verdict = Verdict::Correlated { with, correlation };
        }
    }
}

/// The variable that follows most nearly from the others leaves, until none does.
fn inflate(table: &mut [Screened], columns: &[Vec<f64>], limits: ScreeningLimits) {
    let left = staying(table);
    let picked: Vec<Vec<f64>> = left.iter().filter_map(|at| columns.get(*at).cloned()).collect();
    let all = correlations(&picked, None);
    let mut kept: Vec<usize> = (0..left.len()).collect();
    loop {
        let inflations = inflations(&crate::fit::logistic::part(&all, &kept));
        let mut worst: Option<(f64, usize)> = None;
        for (place, vif) in kept.iter().zip(&inflations) {
            let line = left.get(*place).and_then(|at| table.get_mut(*at));
            if let Some(line) = line {
                line.vif = Some(*vif);
            }
            // Of equal ones the later leaves.
            if *vif > limits.most_vif && worst.is_none_or(|(most, _)| *vif >= most) {
                worst = Some((*vif, *place));
            }
        }
        let Some((_, worst)) = worst else { return };
        kept.retain(|place| *place != worst);
        if let Some(line) = left.get(worst).and_then(|at| table.get_mut(*at)) {
            line.verdict = Verdict::Vif;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array2;

    /// Eight rows: `clear` parts goods from bads but for two, `copy` repeats it, `idle` says nothing.
    #[test]
    fn every_variable_has_its_reason() {
        let clear = [-1.0, -1.0, -1.0, 1.0, 1.0, 1.0, 1.0, -1.0];
        let bad = [true, true, true, true, false, false, false, false];
        let woe = Array2::from_shape_fn((8, 4), |(row, column)| match column {
            0 => clear[row],
            1 => 0.9 * clear[row],
            2 => {
                if row % 2 == 0 {
                    0.1
                } else {
                    -0.1
                }
            }
            _ => clear[7 - row] * -0.5,
        });
        let names = ["clear", "copy", "idle", "gone"].map(str::to_owned);
        let moved = Array2::from_elem((8, 4), 1.0);
        let missing = [0.0, 0.0, 0.0, 0.99];
        let mut screening = Screening {
            names: &names,
            woe: woe.view(),
            bad: &bad,
            missing: &missing,
            one_bin: &[],
            other: None,
            periods: &[],
        };
        let limits = ScreeningLimits::default();
        let table = screen(&screening, limits).unwrap();
        // Goods have a mean of 1/2, bads of −1/2.
        assert!((table[0].iv - 1.0).abs() < 1e-15 && (table[0].gini - 0.5).abs() < 1e-15);
        let correlated = Verdict::Correlated {
            with: "clear".to_owned(),
            correlation: 1.0,
        };
        assert_eq!(table[0].verdict, Verdict::Stays);
        assert!(
            matches!(&table[1].verdict, Verdict::Correlated { with, correlation } if with == "clear" && (correlation - 1.0).abs() < 1e-12),
            "{correlated:?}"
        );
        assert_eq!(
            (&table[2].verdict, &table[3].verdict),
            (&Verdict::Iv, &Verdict::Missing)
        );
        assert!((table[0].vif.unwrap() - 1.0).abs() < 1e-12 && table[1].vif.is_none());
        screening.other = Some(moved.view());
        assert_eq!(screen(&screening, limits).unwrap()[0].verdict, Verdict::Psi);
        screening.other = None;
        screening.periods = &[1, 1, 1, 2, 2, 2, 2, 1];
        let table = screen(&screening, limits).unwrap();
        assert_eq!(table[0].verdict, Verdict::PeriodPsi);
        assert_eq!(table[0].period_psi.unwrap().1, 1);
        screening.periods = &[1];
        insta::assert_snapshot!(screen(&screening, limits).unwrap_err(), @"`periods` must have `8` values, got `1`");
    }

    /// Three columns of which one is nearly the sum of the others, none much correlated with another.
    #[test]
    fn a_sum_of_others_leaves_by_its_inflation() {
        let woe = Array2::from_shape_fn((64, 3), |(row, column)| {
            let bit = |at: u32| f64::from(u8::from(row >> at & 1 == 1)) - 0.5;
            match column {
                0 => bit(0) + 0.2 * bit(3),
                1 => bit(1) + 0.2 * bit(3),
                _ => bit(0) + bit(1) + 0.2 * bit(2) + 0.3 * bit(3),
            }
        });
        let bad: Vec<bool> = (0..64).map(|row| row % 4 == 0 || row % 9 == 4).collect();
        let names = ["a", "b", "sum"].map(str::to_owned);
        let screening = Screening {
            names: &names,
            woe: woe.view(),
            bad: &bad,
            missing: &[],
            one_bin: &[],
            other: None,
            periods: &[],
        };
        let limits = ScreeningLimits {
            most_correlation: 0.9,
            ..ScreeningLimits::default()
        };
        let table = screen(&screening, limits).unwrap();
        let verdicts: Vec<&Verdict> = table.iter().map(|line| &line.verdict).collect();
        assert_eq!(verdicts, [&Verdict::Stays, &Verdict::Stays, &Verdict::Vif]);
        assert!(table[2].vif.unwrap() > 5.0 && table[0].vif.unwrap() < 1.1);
    }
}
