//! Why a row has no more points than it has.

use super::{FittedCard, FittedCharacteristic, PointsError};
use crate::fit::binning::LineOf;
use crate::num::Points;

/// What the points of a row are compared with, for each variable.
#[derive(Clone, Debug, PartialEq)]
pub enum Reference {
    /// The most points that any value of the variable can get; missing values and unseen words do not count.
    Best,
    /// The mean points of the sample that the bins were fitted to, by weight.
    Mean,
    /// Given points, in card order: such as the means of another population.
    Given(Vec<f64>),
}

/// What a variable cost a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reason {
    /// The row, counted from 0.
    pub row: usize,
    /// Its place among the reasons of the row: 1 cost most.
    pub place: usize,
    /// The variable, counted from 0 in card order.
    pub variable: usize,
    /// Points of the row.
    pub points: Points,
    /// Points of the reference.
    pub reference: f64,
    /// Points of the reference less those of the row; above 0.
    pub lost: f64,
}

impl FittedCard {
    /// Points of a reference for each variable, in card order.
    ///
    /// # Errors
    /// [`PointsError::Reference`] if given points are not one finite number for each variable.
    pub fn reference_points(&self, reference: &Reference) -> Result<Vec<f64>, PointsError> {
        let of =
            |points: fn(&FittedCharacteristic) -> f64| self.characteristics().iter().map(points).collect();
        match reference {
            Reference::Best => Ok(of(best)),
            Reference::Mean => Ok(of(mean)),
            Reference::Given(points) => {
                let is_whole = points.len() == self.characteristics().len();
                match points.iter().find(|points| !points.is_finite()) {
                    None if is_whole => Ok(points.clone()),
                    None => Err(PointsError::Reference(format!("{} numbers", points.len()))),
                    Some(wrong) => Err(PointsError::Reference(wrong.to_string())),
                }
            }
        }
    }

    /// The variables that cost each row the most points against a reference, most first, at most so many; of equals
    /// the one that stands first on the card. A variable that cost nothing is no reason.
    ///
    /// `points` are those of the rows, a slice a variable in card order, as [`add_points`](Self::add_points) makes them
    /// of zeros; `reference` is [`reference_points`](Self::reference_points).
    ///
    /// ```
    /// use rating_core::fit::binning::{Binning, BinningOptions, Sample};
    /// use rating_core::fit::points::*;
    /// let bad = [true, true, false, true, false, false];
    /// let binning = Binning::fit(&Sample::new(&[1.0, 1.0, 1.0, 5.0, 5.0, 5.0], &bad), &BinningOptions::default())?;
    /// let estimate = |value| Estimate { value, standard_error: None };
    /// let of = |name: &str, value| FittedVariable {
    ///     name: name.to_owned(), binning: binning.clone(), coefficient: estimate(value),
    /// };
    /// let options = CardOptions {
    ///     scaling: Scaling::Doubling { base_score: 600.0, base_odds: 1.0, pdo: 20.0 },
    ///     base: Base::Apart, default_rate: 0.5, pd_floor: 0.0,
    /// };
    /// let card = FittedCard::new(estimate(0.0), vec![of("age", -1.0), of("sales", -0.5)], options)?;
    /// let best = card.reference_points(&Reference::Best)?;
    /// assert_eq!(best, [20.0, 10.0]);
    /// let (mut age, mut sales) = ([0], [0]);
    /// card.add_points(0, &[1.0], &mut age); // 20 points below even odds
    /// card.add_points(1, &[1.0], &mut sales); // and 10
    /// let reasons = card.reasons(&[&age, &sales], &best, 4);
    /// assert_eq!((reasons[0].variable, reasons[0].lost), (0, 40.0));
    /// assert_eq!((reasons[1].variable, reasons[1].lost), (1, 20.0));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn reasons(&self, points: &[&[Points]], reference: &[f64], most: usize) -> Vec<Reason> {
        let variables = self.characteristics().len();
        let rows = points.iter().map(|of| of.len()).min().unwrap_or_default();
        let mut all = Vec::new();
        let mut costly: Vec<Reason> = Vec::with_capacity(variables);
        for row in 0..rows {
            let each = points.iter().zip(reference).take(variables).enumerate();
            costly.extend(each.filter_map(|(variable, (points, reference))| {
                let points = points.get(row).copied()?;
                let lost = reference - f64::from(points);
                (lost > 0.0).then_some(Reason {
                    row,
                    place: 0,
                    variable,
                    points,
                    reference: *reference,
                    lost,
                })
            }));
            // The sort is stable: equals stay in card order.
            costly.sort_by(|a, b| b.lost.total_cmp(&a.lost));
            let first = costly.drain(..).take(most).enumerate();
            all.extend(first.map(|(at, reason)| Reason {
                place: at + 1,
                ..reason
            }));
        }
        all
    }
}

/// The convention of [`Characteristic::best_points`](crate::scorecard::Characteristic::best_points).
fn best(characteristic: &FittedCharacteristic) -> f64 {
    let lines = characteristic.binning.table();
    let of_values = lines
        .iter()
        .zip(&characteristic.points)
        .filter(|(line, _)| !matches!(line.of, LineOf::Missing | LineOf::Unseen));
    f64::from(of_values.map(|(_, points)| *points).max().unwrap_or_default())
}

fn mean(characteristic: &FittedCharacteristic) -> f64 {
    let lines = characteristic.binning.table();
    let lines = lines.iter().zip(&characteristic.points);
    lines
        .map(|(line, points)| line.weight_share * f64::from(*points))
        .sum()
}
