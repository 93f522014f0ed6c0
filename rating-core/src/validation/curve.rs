//! The curves behind the area: what a cut-off at each score would catch.

use super::sample::{Ranked, SampleError};

/// What refusing all firms up to a score does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RocPoint {
    /// The greatest score that is refused; minus infinity where nobody is.
    pub score: f64,
    /// Share of the goods that are refused.
    pub false_alarm_rate: f64,
    /// Share of the bads that are refused.
    pub hit_rate: f64,
}

/// Points of the ROC curve, from nobody refused to everybody, one for each distinct score. Straight lines between them
/// enclose the [area](super::auc).
///
/// # Errors
/// [`SampleError`]: lengths differ, a score is NaN, or one class is empty.
///
/// ```
/// use rating_core::validation::roc_points;
/// let points = roc_points(&[1.0, 2.0, 2.0, 3.0], &[true, true, false, false])?;
/// let rates: Vec<_> = points.iter().map(|p| (p.false_alarm_rate, p.hit_rate)).collect();
/// assert_eq!(rates, [(0.0, 0.0), (0.0, 0.5), (0.5, 1.0), (1.0, 1.0)]);
/// # Ok::<(), rating_core::validation::SampleError>(())
/// ```
///
/// Source: BCBS Working Paper 14 (2005), Studies on the Validation of Internal Rating Systems.
pub fn roc_points(scores: &[f64], bad: &[bool]) -> Result<Vec<RocPoint>, SampleError> {
    let sample = Ranked::new(scores, bad)?;
    let (mut goods, mut bads) = (0, 0);
    let mut points = vec![RocPoint {
        score: f64::NEG_INFINITY,
        false_alarm_rate: 0.0,
        hit_rate: 0.0,
    }];
    points.extend(sample.ties.iter().map(|tie| {
        goods += tie.goods;
        bads += tie.bads;
        RocPoint {
            score: tie.score,
            false_alarm_rate: goods as f64 / sample.goods as f64,
            hit_rate: bads as f64 / sample.bads as f64,
        }
    }));
    Ok(points)
}

/// How many of the bads lie among so many of the riskiest firms.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CapPoint {
    /// The greatest score among them; minus infinity for no firm.
    pub score: f64,
    /// Share of all firms.
    pub firms: f64,
    /// Share of the bads.
    pub bads: f64,
}

/// Points of the cumulative accuracy profile, riskiest firms first, one for each distinct score.
///
/// # Errors
/// As [`roc_points`].
///
/// ```
/// use rating_core::validation::cap_points;
/// let points = cap_points(&[1.0, 2.0, 2.0, 3.0], &[true, true, false, false])?;
/// assert_eq!(points.iter().map(|p| (p.firms, p.bads)).collect::<Vec<_>>(),
///            [(0.0, 0.0), (0.25, 0.5), (0.75, 1.0), (1.0, 1.0)]);
/// # Ok::<(), rating_core::validation::SampleError>(())
/// ```
///
/// Source: BCBS Working Paper 14 (2005).
#[doc(alias = "Lorenz")]
#[doc(alias = "gains")]
pub fn cap_points(scores: &[f64], bad: &[bool]) -> Result<Vec<CapPoint>, SampleError> {
    let sample = Ranked::new(scores, bad)?;
    let all = (sample.goods + sample.bads) as f64;
    let (mut firms, mut bads) = (0, 0);
    let mut points = vec![CapPoint {
        score: f64::NEG_INFINITY,
        firms: 0.0,
        bads: 0.0,
    }];
    points.extend(sample.ties.iter().map(|tie| {
        firms += tie.goods + tie.bads;
        bads += tie.bads;
        CapPoint {
            score: tie.score,
            firms: firms as f64 / all,
            bads: bads as f64 / sample.bads as f64,
        }
    }));
    Ok(points)
}

/// Default rate of the riskiest `share` of the firms over that of all. Where the share parts firms of one score, it
/// takes of their bads as many as of them. 1 for a share of 1; the default rate of the riskiest score over that of all
/// where the share tends to 0, and for shares that are not above 0.
///
/// # Errors
/// As [`roc_points`].
///
/// ```
/// use rating_core::validation::lift;
/// let (scores, bad) = ([1.0, 2.0, 2.0, 3.0], [true, true, false, false]);
/// assert_eq!(lift(&scores, &bad, 0.25)?, 2.0); // 1 of 1 against 2 of 4
/// assert_eq!(lift(&scores, &bad, 0.5)?, 1.5); // and half of the tie
/// # Ok::<(), rating_core::validation::SampleError>(())
/// ```
pub fn lift(scores: &[f64], bad: &[bool], share: f64) -> Result<f64, SampleError> {
    let points = cap_points(scores, bad)?;
    let share = share.clamp(f64::MIN_POSITIVE, 1.0);
    let caught = points.array_windows::<2>().find(|[_, to]| to.firms >= share);
    Ok(caught.map_or(1.0, |[from, to]| {
        let slope = (to.bads - from.bads) / (to.firms - from.firms);
        if from.firms <= 0.0 {
            return slope;
        }
        (from.bads + slope * (share - from.firms)) / share
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validation::{auc, ks};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_area_under_the_points_is_the_auc_and_the_widest_gap_the_ks(
            rows in prop::collection::vec((0..20_i32, any::<bool>()), 2..80)
        ) {
            let scores: Vec<f64> = rows.iter().map(|r| f64::from(r.0)).collect();
            let bad: Vec<bool> = rows.iter().map(|r| r.1).collect();
            let Ok(points) = roc_points(&scores, &bad) else { return Ok(()) };
            let area: f64 = points.windows(2).map(|p| {
                (p[1].false_alarm_rate - p[0].false_alarm_rate) * (p[1].hit_rate + p[0].hit_rate) / 2.0
            }).sum();
            prop_assert!((area - auc(&scores, &bad).unwrap().value()).abs() < 1e-12);
            let gap = points.iter().map(|p| (p.hit_rate - p.false_alarm_rate).abs()).fold(0.0, f64::max);
            prop_assert!((gap - ks(&scores, &bad).unwrap()).abs() < 1e-12);
            // The accuracy ratio by its areas: that between curve and diagonal over that of a perfect score.
            let cap = cap_points(&scores, &bad).unwrap();
            let under: f64 = cap.windows(2).map(|p| (p[1].firms - p[0].firms) * (p[1].bads + p[0].bads) / 2.0).sum();
            let rate = bad.iter().filter(|b| **b).count() as f64 / bad.len() as f64;
            prop_assert!(((under - 0.5) / (0.5 * (1.0 - rate)) - auc(&scores, &bad).unwrap().gini()).abs() < 1e-12);
            prop_assert!((lift(&scores, &bad, 1.0).unwrap() - 1.0).abs() < 1e-12);
        }
    }
}
