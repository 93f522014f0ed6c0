//! A fitted card.

use super::binning::PyBinning;
use super::error::FitFault;
use super::sample::Variable;
use crate::columns::{Delivered, Frame};
use crate::error::Result;
use pyo3::prelude::*;
use pyo3_arrow::PyTable;
use rating_core::calibration::CalibrationSpec;
use rating_core::fit::points::{
    Base, CardOptions, Estimate, FittedCard, FittedCharacteristic, FittedVariable, ModelHead, Reason,
    Reference, Scaling,
};
use rating_core::num::Points;

/// What of a card is chosen.
#[derive(Clone, Copy, FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Scaled {
    /// Base score, base odds, points to double the odds.
    doubling: Option<(f64, f64, f64)>,
    /// The fewest and the most points, without the other.
    between: Option<(Points, Points)>,
    spread: bool,
    /// That of the bins unless it is given.
    default_rate: Option<f64>,
    pd_floor: f64,
}

/// A number with its standard error.
type Estimated = (f64, Option<f64>);

/// What reasons are given against.
#[derive(FromPyObject)]
enum Against {
    /// Points of each variable, in card order.
    Given(Vec<f64>),
    /// Whether the mean of the sample, else the best line.
    IsMean(bool),
}

/// Name, bins and coefficient.
type Of<'py> = (String, PyRef<'py, PyBinning>, Estimated);

fn estimate((value, standard_error): Estimated) -> Estimate {
    Estimate {
        value,
        standard_error,
    }
}

/// A card of any variables, with its bins.
#[pyclass(frozen, eq, name = "Card", module = "firmrating._firmrating")]
#[derive(PartialEq)]
pub(crate) struct PyCard {
    core: FittedCard,
}

#[pymethods]
impl PyCard {
    /// Points of bins and coefficients.
    #[new]
    fn new(intercept: Estimated, variables: Vec<Of<'_>>, scaled: Scaled) -> Result<Self> {
        let rate = variables
            .first()
            .and_then(|(_, binning, _)| binning.core().total().rate());
        let scaling = match (scaled.doubling, scaled.between) {
            (Some((base_score, base_odds, pdo)), _) => Scaling::Doubling {
                base_score,
                base_odds,
                pdo,
            },
            (None, between) => {
                let (least, most) = between.unwrap_or_default();
                Scaling::Between { least, most }
            }
        };
        let options = CardOptions {
            scaling,
            base: if scaled.spread { Base::Spread } else { Base::Apart },
            default_rate: scaled.default_rate.or(rate).unwrap_or_default(),
            pd_floor: scaled.pd_floor,
        };
        let variable = |(name, binning, coefficient): Of<'_>| FittedVariable {
            name,
            binning: binning.core().clone(),
            coefficient: estimate(coefficient),
        };
        let variables = variables.into_iter().map(variable).collect();
        let core = FittedCard::new(estimate(intercept), variables, options).map_err(FitFault::from)?;
        Ok(Self { core })
    }

    /// Reads and checks a document.
    #[staticmethod]
    fn from_json(text: &str) -> Result<Self> {
        let core = serde_json::from_str(text).map_err(|error| FitFault::Document {
            what: "scorecard",
            error,
        })?;
        Ok(Self { core })
    }

    /// The document as JSON.
    fn to_json(&self) -> String {
        serde_json::to_string(&self.core).unwrap_or_default()
    }

    /// The same card with another calibration, as JSON.
    fn calibrated(&self, calibration: &str) -> Result<Self> {
        let calibration: CalibrationSpec = serde_json::from_str(calibration).map_err(FitFault::Options)?;
        let core = self.core.calibrated(calibration).map_err(FitFault::from)?;
        Ok(Self { core })
    }

    /// The same card with what is told of how it came about, as JSON.
    fn with_provenance(&self, provenance: &str) -> Result<Self> {
        let provenance = serde_json::from_str(provenance).map_err(FitFault::Options)?;
        let core = self.core.clone().with_provenance(provenance);
        Ok(Self {
            core: core.map_err(FitFault::from)?,
        })
    }

    /// What was told of how it came about, as JSON.
    fn provenance(&self) -> Option<String> {
        let told = self.core.provenance()?;
        Some(serde_json::to_string(told).unwrap_or_default())
    }

    /// SHA-256 of all that makes a score.
    #[getter]
    fn stamp(&self) -> String {
        self.core.stamp()
    }

    /// What makes PDs of its scores, as JSON.
    fn calibration(&self) -> String {
        serde_json::to_string(self.core.calibration()).unwrap_or_default()
    }

    /// The document of a model of measures of the catalogue, as JSON, not checked yet; what it says of itself is JSON too.
    fn model_document(&self, template: &str, head: &str) -> Result<String> {
        let error = |error| FitFault::Document {
            what: "model document",
            error,
        };
        let template = serde_json::from_str(template).map_err(error)?;
        let head: ModelHead = serde_json::from_str(head).map_err(error)?;
        let made = self.core.model(&template, head).map_err(FitFault::from)?;
        Ok(made.to_json())
    }

    #[getter]
    fn base_points(&self) -> Points {
        self.core.base_points()
    }

    #[getter]
    fn intercept(&self) -> Estimated {
        let intercept = self.core.intercept();
        (intercept.value, intercept.standard_error)
    }

    #[getter]
    fn rounding(&self) -> f64 {
        self.core.rounding()
    }

    #[getter]
    fn bounds(&self) -> (Points, Points) {
        self.core.bounds()
    }

    #[getter]
    fn names(&self) -> Vec<String> {
        let all = self.core.characteristics().iter();
        all.map(|characteristic| characteristic.name.clone()).collect()
    }

    /// Of each variable its bins, its coefficient, and the points of the lines of their table.
    fn characteristics(&self) -> Vec<(PyBinning, Estimated, Vec<Points>)> {
        let told = |characteristic: &FittedCharacteristic| {
            let coefficient = characteristic.coefficient;
            (
                PyBinning::from(characteristic.binning.clone()),
                (coefficient.value, coefficient.standard_error),
                characteristic.points.clone(),
            )
        };
        self.core.characteristics().iter().map(told).collect()
    }

    /// Scores and PDs of the rows of a frame. Here and in what follows: nothing if a column is not there, or is not of
    /// doubles where the card bins numbers.
    fn score(&self, py: Python<'_>, rows: &Bound<'_, PyAny>) -> Result<Option<PyTable>> {
        let frame = Delivered::take("rows".to_owned(), rows)?;
        let Some(variables) = self.variables(&frame)? else {
            return Ok(None);
        };
        let scores = py.detach(|| {
            let mut scores = vec![self.core.base_points(); frame.rows()];
            for (at, variable) in variables.iter().enumerate() {
                self.add(at, variable, &mut scores);
            }
            scores
        });
        let pds = scores.iter().map(|score| self.core.pd(*score).get());
        Frame::default()
            .integers("score", scores.iter().map(|score| i64::from(*score)))
            .numbers("pd", pds)
            .finish()
            .map(Some)
    }

    /// Points of each variable, the columns under their names.
    fn points(&self, py: Python<'_>, rows: &Bound<'_, PyAny>) -> Result<Option<PyTable>> {
        let Some(points) = self.points_of(py, rows)? else {
            return Ok(None);
        };
        let mut out = Frame::default();
        for (points, of) in points.into_iter().zip(self.core.characteristics()) {
            out = out.integers(&of.name, points.into_iter().map(i64::from));
        }
        out.finish().map(Some)
    }

    /// The variables, by their places, that cost each row the most points.
    fn reasons(&self, rows: &Bound<'_, PyAny>, most: usize, against: Against) -> Result<Option<PyTable>> {
        let py = rows.py();
        let reference = match against {
            Against::Given(points) => Reference::Given(points),
            Against::IsMean(true) => Reference::Mean,
            Against::IsMean(false) => Reference::Best,
        };
        let reference = self.core.reference_points(&reference).map_err(FitFault::from)?;
        let Some(points) = self.points_of(py, rows)? else {
            return Ok(None);
        };
        let reasons = py.detach(|| {
            let points: Vec<&[Points]> = points.iter().map(Vec::as_slice).collect();
            self.core.reasons(&points, &reference, most)
        });
        let counts = |of: fn(&Reason) -> usize| {
            reasons
                .iter()
                .map(move |r| i64::try_from(of(r)).unwrap_or(i64::MAX))
        };
        Frame::default()
            .integers("row", counts(|r| r.row))
            .integers("place", counts(|r| r.place))
            .integers("variable", counts(|r| r.variable))
            .integers("points", reasons.iter().map(|r| i64::from(r.points)))
            .numbers("reference_points", reasons.iter().map(|r| r.reference))
            .numbers("lost", reasons.iter().map(|r| r.lost))
            .finish()
            .map(Some)
    }
}

impl PyCard {
    /// The columns of its variables; nothing if one is not there, or not of doubles where numbers are binned.
    fn variables(&self, frame: &Delivered) -> Result<Option<Vec<Variable>>> {
        let of = |(at, characteristic): (usize, &FittedCharacteristic)| {
            let name = &characteristic.name;
            if self.core.is_words(at) == Some(true) && frame.has(name) {
                return Variable::take(frame, name).map(Some);
            }
            Ok(frame.doubles(name).map(Variable::Numbers))
        };
        self.core.characteristics().iter().enumerate().map(of).collect()
    }

    /// Points of each row, a list a variable.
    fn points_of(&self, py: Python<'_>, rows: &Bound<'_, PyAny>) -> Result<Option<Vec<Vec<Points>>>> {
        let frame = Delivered::take("rows".to_owned(), rows)?;
        let Some(variables) = self.variables(&frame)? else {
            return Ok(None);
        };
        let points = |(at, variable): (usize, &Variable)| {
            let mut points = vec![0; frame.rows()];
            self.add(at, variable, &mut points);
            points
        };
        Ok(Some(
            py.detach(|| variables.iter().enumerate().map(points).collect()),
        ))
    }

    fn add(&self, at: usize, variable: &Variable, sums: &mut [Points]) {
        match variable {
            Variable::Numbers(values) => self.core.add_points(at, values, sums),
            Variable::Words(words) => {
                let words: Vec<Option<&str>> = words.iter().map(Option::as_deref).collect();
                self.core.add_points_of_words(at, &words, sums);
            }
        }
    }
}
