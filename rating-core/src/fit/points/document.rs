//! The document of a fitted card, and its check.

use super::{PointsError, Provenance};
use crate::calibration::{Calibration, CalibrationSpec};
use crate::fit::binning::{Binning, TargetKind};
use crate::num::Points;
use serde::{Deserialize, Serialize};

/// Format of the document.
pub(super) const FORMAT: u32 = 1;
/// Largest points of a line either way, as in every scorecard.
const MOST_POINTS: Points = 10_000;
/// Largest base points either way.
const MOST_BASE: Points = 1_000_000;

/// A number that was estimated, one of log-odds bad : good.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Estimate {
    /// The number.
    pub value: f64,
    /// Its standard error, if it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standard_error: Option<f64>,
}

/// A variable of a fitted card: its bins and the points of each line of their table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FittedCharacteristic {
    /// Name of the column.
    pub name: String,
    /// Log-odds bad : good for one unit of weight of evidence.
    pub coefficient: Estimate,
    /// Points of each line of the table of its bins, in order.
    pub points: Vec<Points>,
    /// Its bins.
    pub binning: Binning,
}

/// A fitted card as it is written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Document {
    pub(super) format: u32,
    pub(super) base_points: Points,
    pub(super) intercept: Estimate,
    /// No score lies farther from the unrounded one than this, in points.
    pub(super) rounding: f64,
    pub(super) calibration: CalibrationSpec,
    pub(super) characteristics: Vec<FittedCharacteristic>,
    /// How it came about, if that is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) provenance: Option<Provenance>,
}

impl Document {
    /// The fewest and the most points that any row can get.
    pub(super) fn bounds(&self) -> (Points, Points) {
        let of = |c: &FittedCharacteristic| {
            let least = c.points.iter().min().copied().unwrap_or_default();
            (least, c.points.iter().max().copied().unwrap_or_default())
        };
        self.characteristics
            .iter()
            .map(of)
            .fold((self.base_points, self.base_points), |sum, b| {
                (sum.0.saturating_add(b.0), sum.1.saturating_add(b.1))
            })
    }

    /// Refuses what does not hold together; the calibration of all scores of what does.
    pub(super) fn check(&self) -> Result<Calibration, PointsError> {
        let fault = |wanted, got: String| Err(PointsError::Document { wanted, got });
        if self.format != FORMAT {
            return fault("format 1", self.format.to_string());
        }
        if !(-MOST_BASE..=MOST_BASE).contains(&self.base_points) {
            return fault(
                "base points from -1,000,000 to 1,000,000",
                self.base_points.to_string(),
            );
        }
        if !(self.rounding >= 0.0 && self.rounding.is_finite()) {
            return fault("a bound of rounding from 0", self.rounding.to_string());
        }
        let mut names: Vec<&str> = self.characteristics.iter().map(|c| c.name.as_str()).collect();
        names.sort_unstable();
        if let Some([twice, _]) = names.windows(2).find(|pair| matches!(pair, [a, b] if a == b)) {
            return fault("each variable once", (*twice).to_owned());
        }
        if names.is_empty() {
            return fault("at least one variable", "none".to_owned());
        }
        let dropped = self.provenance.iter().flat_map(|told| &told.dropped);
        if let Some(both) = dropped
            .map(|d| &d.variable)
            .find(|name| names.contains(&name.as_str()))
        {
            return fault("a variable on the card or dropped, not both", both.clone());
        }
        estimated("intercept", self.intercept)?;
        for characteristic in &self.characteristics {
            characteristic.check()?;
        }
        let (least, most) = self.bounds();
        self.calibration
            .check(least, most)
            .map_err(PointsError::Calibration)
    }
}

impl FittedCharacteristic {
    fn check(&self) -> Result<(), PointsError> {
        estimated(&self.name, self.coefficient)?;
        with_woe(&self.name, &self.binning)?;
        let lines = self.binning.table().len();
        if self.points.len() != lines {
            return Err(PointsError::Variable {
                name: self.name.clone(),
                wanted: "points for each line of the table of its bins",
                got: format!("{} for {lines}", self.points.len()),
            });
        }
        let is_beyond = |points: &&Points| !(-MOST_POINTS..=MOST_POINTS).contains(*points);
        if let Some(beyond) = self.points.iter().find(is_beyond) {
            return Err(PointsError::Variable {
                name: self.name.clone(),
                wanted: "points from -10000 to 10000",
                got: beyond.to_string(),
            });
        }
        Ok(())
    }
}

/// A card is made of classes.
pub(super) fn with_woe(name: &str, binning: &Binning) -> Result<(), PointsError> {
    if binning.target() == TargetKind::Classes {
        return Ok(());
    }
    Err(PointsError::Variable {
        name: name.to_owned(),
        wanted: "bins of goods and bads",
        got: "bins of amounts".to_owned(),
    })
}

fn estimated(name: &str, estimate: Estimate) -> Result<(), PointsError> {
    let numbers = [Some(estimate.value), estimate.standard_error];
    match numbers.into_iter().flatten().find(|number| !number.is_finite()) {
        Some(number) => Err(PointsError::Variable {
            name: name.to_owned(),
            wanted: "a finite coefficient",
            got: number.to_string(),
        }),
        None => Ok(()),
    }
}
