//! Ends of bands, by rule and from data.

use super::MasterScaleError;
use crate::num::Pd;

/// Ends of bands whose widths are equal in ln PD: `grades − 1` ends, the first `least` and the last `most`.
///
/// ```text
/// endᵢ = least · (most / least)^(i / (grades − 2))        i = 0 … grades − 2
/// ```
///
/// # Errors
/// [`MasterScaleError::Domain`]: ends that do not ascend between 0 and 1, fewer than three grades.
///
/// ```
/// use rating_core::fit::master_scale::geometric_ends;
/// let ends = geometric_ends(0.001, 0.1, 4)?;
/// assert!((ends[1] - 0.01).abs() < 1e-15 && ends.len() == 3);
/// # Ok::<(), rating_core::fit::master_scale::MasterScaleError>(())
/// ```
pub fn geometric_ends(least: f64, most: f64, grades: usize) -> Result<Vec<f64>, MasterScaleError> {
    let refuse = |field, wanted, got| Err(MasterScaleError::Domain { field, wanted, got });
    let inside = |p: f64| p > 0.0 && p < 1.0;
    if !inside(least) {
        return refuse("least", "a PD between 0 and 1, both excluded", least);
    }
    if !(inside(most) && most > least) {
        return refuse("most", "a PD above `least` and below 1", most);
    }
    if grades < 3 {
        return refuse("grades", "at least 3", grades as f64);
    }
    let steps = grades - 2;
    let ends = (0..=steps).map(|at| match at {
        0 => least,
        at if at == steps => most,
        at => least * (most / least).powf(at as f64 / steps as f64),
    });
    Ok(ends.collect())
}

/// Ends of bands that keep the log-odds within each grade as near to their mean as any bands can: the exact solution
/// of k-means in one dimension, by dynamic programming over the different PDs. An end lies in the middle, by
/// log-odds, between the neighbours that it parts. Of equal solutions the one with the lowest ends is taken.
///
/// Time O(grades · n · ln n) for `n` different PDs.
///
/// # Errors
/// [`MasterScaleError`]: a PD of 0 or 1, no grade, fewer different PDs than grades.
///
/// ```
/// use rating_core::{fit::master_scale::clustered_ends, num::Pd};
/// let pds = [0.001, 0.0012, 0.02, 0.021, 0.3].map(|p| Pd::new(p)).into_iter().collect::<Result<Vec<_>, _>>()?;
/// let ends = clustered_ends(&pds, 3)?;
/// assert!(0.0012 < ends[0] && ends[0] < 0.02 && 0.021 < ends[1] && ends[1] < 0.3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Source: Wang, Song (2011), Ckmeans.1d.dp: optimal k-means clustering in one dimension, The R Journal 3(2).
pub fn clustered_ends(pds: &[Pd], grades: usize) -> Result<Vec<f64>, MasterScaleError> {
    let logit = |p: f64| (p / (1.0 - p)).ln();
    let mut sorted: Vec<f64> = pds.iter().map(|pd| logit(pd.get())).collect();
    if let Some(at) = sorted.iter().position(|l| !l.is_finite()) {
        return Err(MasterScaleError::Domain {
            field: "pds",
            wanted: "PDs between 0 and 1, both excluded",
            got: pds.get(at).map_or(f64::NAN, |pd| pd.get()),
        });
    }
    sorted.sort_unstable_by(f64::total_cmp);
    let values = Values::new(&sorted);
    if grades == 0 || values.distinct.len() < grades {
        return Err(MasterScaleError::TooFewPds {
            grades: grades.max(1),
            distinct: values.distinct.len(),
        });
    }
    let ends = values.starts(grades).into_iter().filter_map(|start| {
        let pair = values.distinct.get(start - 1).zip(values.distinct.get(start));
        pair.map(|(below, above)| 1.0 / (1.0 + (-f64::midpoint(*below, *above)).exp()))
    });
    Ok(ends.collect())
}

/// Different values in ascending order, with running counts, sums and squares.
struct Values {
    distinct: Vec<f64>,
    /// Before each value, and after the last.
    running: Vec<(f64, f64, f64)>,
}

impl Values {
    fn new(sorted: &[f64]) -> Self {
        // Around the middle, so that squares of large numbers do not cancel.
        let middle = sorted.get(sorted.len() / 2).copied().unwrap_or(0.0);
        let (mut distinct, mut running) = (Vec::new(), vec![(0.0, 0.0, 0.0)]);
        let mut sums = (0.0, 0.0, 0.0);
        for tied in sorted.chunk_by(|a, b| a.total_cmp(b).is_eq()) {
            let value = tied.first().copied().unwrap_or(0.0);
            let (count, apart) = (tied.len() as f64, value - middle);
            sums = (
                sums.0 + count,
                sums.1 + count * apart,
                sums.2 + count * apart * apart,
            );
            distinct.push(value);
            running.push(sums);
        }
        Self { distinct, running }
    }

    /// Squares around the mean of the values from one place to before another.
    fn cost(&self, from: usize, to: usize) -> f64 {
        let get = |at: usize| self.running.get(at).copied().unwrap_or_default();
        let (a, b) = (get(from), get(to));
        let (count, sum, squares) = (b.0 - a.0, b.1 - a.1, b.2 - a.2);
        if count > 0.0 {
            (squares - sum * sum / count).max(0.0)
        } else {
            0.0
        }
    }

    /// Where the second and each further cluster starts.
    fn starts(&self, clusters: usize) -> Vec<usize> {
        let n = self.distinct.len();
        let mut best: Vec<f64> = (0..=n).map(|to| self.cost(0, to)).collect();
        let mut choices: Vec<Vec<usize>> = Vec::new();
        for count in 2..=clusters {
            let mut layer = Layer {
                values: self,
                before: &best,
                best: vec![f64::INFINITY; n + 1],
                start: vec![0; n + 1],
            };
            layer.fill((count, n), (count - 1, n - 1));
            let Layer {
                best: made, start, ..
            } = layer;
            choices.push(start);
            best = made;
        }
        let mut to = n;
        let mut starts: Vec<usize> = choices
            .iter()
            .rev()
            .map(|start| {
                to = start.get(to).copied().unwrap_or(0);
                to
            })
            .collect();
        starts.reverse();
        starts
    }
}

/// One more cluster for every number of values.
struct Layer<'a> {
    values: &'a Values,
    before: &'a [f64],
    best: Vec<f64>,
    start: Vec<usize>,
}

impl Layer<'_> {
    /// Divide and conquer: the best start does not fall as the end moves up.
    fn fill(&mut self, (low, high): (usize, usize), (first, last): (usize, usize)) {
        if low > high {
            return;
        }
        let middle = usize::midpoint(low, high);
        let mut found = (f64::INFINITY, first);
        for start in first..=last.min(middle - 1) {
            let before = self.before.get(start).copied().unwrap_or(f64::INFINITY);
            let cost = before + self.values.cost(start, middle);
            if cost < found.0 {
                found = (cost, start);
            }
        }
        if let (Some(best), Some(start)) = (self.best.get_mut(middle), self.start.get_mut(middle)) {
            (*best, *start) = found;
        }
        self.fill((low, middle - 1), (first, found.1));
        self.fill((middle + 1, high), (found.1, last));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Every way of cutting the sorted log-odds, with squares by their definition.
    fn least_by_force(values: &[f64], grades: usize) -> f64 {
        let squares = |part: &[f64]| {
            let mean = part.iter().sum::<f64>() / part.len() as f64;
            part.iter().map(|v| (v - mean).powi(2)).sum::<f64>()
        };
        if grades == 1 {
            return squares(values);
        }
        (1..=values.len() + 1 - grades)
            .map(|cut| squares(&values[..cut]) + least_by_force(&values[cut..], grades - 1))
            .fold(f64::INFINITY, f64::min)
    }

    #[test]
    fn what_makes_no_bands_is_said() {
        insta::assert_snapshot!(geometric_ends(0.0, 0.1, 3).unwrap_err(), @"least: expected a PD between 0 and 1, both excluded, got `0`");
        insta::assert_snapshot!(geometric_ends(0.2, 0.1, 3).unwrap_err(), @"most: expected a PD above `least` and below 1, got `0.1`");
        insta::assert_snapshot!(geometric_ends(0.1, 0.2, 2).unwrap_err(), @"grades: expected at least 3, got `2`");
        let pds = [0.1, 0.1, 0.2].map(|p| Pd::new(p).unwrap());
        insta::assert_snapshot!(clustered_ends(&pds, 3).unwrap_err(), @"expected at least `3` different PDs for as many grades, got `2`");
        insta::assert_snapshot!(clustered_ends(&[Pd::new(1.0).unwrap()], 1).unwrap_err(), @"pds: expected PDs between 0 and 1, both excluded, got `1`");
    }

    proptest! {
        #[test]
        fn no_other_bands_have_smaller_squares(raw in prop::collection::vec(1..400_u32, 4..14), grades in 1..5_usize) {
            let pds: Vec<Pd> = raw.iter().map(|r| Pd::new(f64::from(*r) / 1000.0).unwrap()).collect();
            let Ok(ends) = clustered_ends(&pds, grades) else { return Ok(()) };
            prop_assert_eq!(ends.len(), grades - 1);
            let mut logits: Vec<f64> = pds.iter().map(|p| (p.get() / (1.0 - p.get())).ln()).collect();
            logits.sort_unstable_by(f64::total_cmp);
            let ends: Vec<f64> = ends.iter().map(|e| (e / (1.0 - e)).ln()).collect();
            let mut sum = 0.0;
            for at in 0..grades {
                let inside: Vec<f64> = logits.iter().copied().filter(|l| {
                    (at == 0 || *l >= ends[at - 1]) && (at + 1 == grades || *l < ends[at])
                }).collect();
                prop_assert!(!inside.is_empty());
                let mean = inside.iter().sum::<f64>() / inside.len() as f64;
                sum += inside.iter().map(|l| (l - mean).powi(2)).sum::<f64>();
            }
            prop_assert!((sum - least_by_force(&logits, grades)).abs() < 1e-9);
        }
    }
}
