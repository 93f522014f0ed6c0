//! A curve of PDs as a document: what is kept of a fit, and read again.

use super::anchor::moved;
use super::{BetaCurve, Conservatism, IsotonicCurve, IsotonicStep, PdError, anchor};
use crate::calibration::{CalibrationError, CalibrationSpec};
use crate::num::{Pd, Points, SHOWN, shown};
use crate::rule::document::read;
use serde::{Deserialize, Serialize};

/// The document of a curve of PDs: curve, shift, margin, floor, in the order in which they are applied.
///
/// ```text
/// pd = max(floor, min(1, moved(curve(x), shift) + A + B + C))        moved(p, s) = σ(logit p + s)
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PdCurveSpec {
    /// How it was made.
    pub method: PdMethod,
    /// What makes PDs of scores, PDs or grades.
    pub curve: CurveSpec,
    /// Added to the log-odds bad : good of each PD. A line takes its anchor in its own document and has 0 here.
    #[serde(default)]
    pub shift: f64,
    /// What is added because PDs may be too low, by the reason for it.
    #[serde(default)]
    pub conservatism: ConservatismSpec,
    /// Least PD that is ever given, as a fraction, after everything else.
    #[serde(default)]
    pub pd_floor: f64,
    /// What it was fitted to; nothing for a curve that was not fitted to outcomes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sample: Option<CurveSampleSpec>,
}

/// How a curve of PDs was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PdMethod {
    /// Given, not fitted.
    Given,
    /// Logistic regression on the score: [`crate::fit::calibration()`].
    Logistic,
    /// [`super::platt_curve`].
    Platt,
    /// [`super::isotonic_curve`].
    Isotonic,
    /// [`super::beta_curve`].
    Beta,
    /// [`super::anchor()`] alone.
    Anchor,
    /// [`super::prior_correction`].
    PriorCorrection,
    /// [`super::moment_curve`].
    Moments,
    /// [`super::pluto_tasche`].
    PlutoTasche,
    /// [`super::posterior_pd`].
    Bayes,
}

/// What makes a PD.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum CurveSpec {
    /// Of a score: a straight line of log-odds, the only curve that a model takes.
    Line(CalibrationSpec),
    /// Of a score: a staircase, lowest scores first.
    Steps(Vec<IsotonicStep>),
    /// Of a PD: a curve that bends at either end.
    Beta(BetaCurve),
    /// Of a PD: the PD itself, to be shifted.
    Identity,
    /// Of a grade: one PD each, least risk first.
    Grades(Vec<GradePdSpec>),
}

/// The PD of a grade.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GradePdSpec {
    /// Its symbol.
    pub grade: String,
    /// Its PD.
    pub pd: Pd,
}

/// The margin of a [`Conservatism`], as fractions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConservatismSpec {
    /// A: deficiencies of data and methods.
    pub data_and_methods: f64,
    /// B: changes since the data.
    pub changes: f64,
    /// C: the general error of the estimate.
    pub estimation: f64,
}

/// What a curve was fitted to.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CurveSampleSpec {
    /// Firms.
    pub firms: u64,
    /// Defaults among them.
    pub defaults: u64,
    /// Standard error of the log-odds that a point adds; nothing for a curve without that number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slope_standard_error: Option<f64>,
}

/// What a curve makes PDs of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CurveInput {
    /// Whole scores, higher is safer.
    Scores,
    /// PDs.
    Pds,
    /// Grades by their symbols.
    Grades,
}

impl CurveInput {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Scores => "scores",
            Self::Pds => "pds",
            Self::Grades => "grades",
        }
    }
}

/// A column to make PDs of.
#[derive(Clone, Copy, Debug)]
pub enum CurveColumn<'a> {
    /// Whole scores.
    Scores(&'a [Points]),
    /// PDs.
    Pds(&'a [Pd]),
    /// Symbols of grades.
    Grades(&'a [String]),
}

impl CurveColumn<'_> {
    fn input(self) -> CurveInput {
        match self {
            Self::Scores(_) => CurveInput::Scores,
            Self::Pds(_) => CurveInput::Pds,
            Self::Grades(_) => CurveInput::Grades,
        }
    }
}

/// Why a curve of PDs does not hold together, or makes no PDs of a column.
#[derive(Clone, Debug, thiserror::Error)]
pub enum PdCurveError {
    /// Not JSON of a curve.
    #[error("not a calibration document: {0}")]
    Document(String),
    /// A line that is no calibration.
    #[error("curve.line: {}", texts(.0))]
    Line(Vec<CalibrationError>),
    /// Steps that do not ascend in score and fall in default rate.
    #[error("curve.steps[{at}]: expected firms, and a greater score and a lower default rate than before")]
    Step {
        /// Place of the step, from 0.
        at: usize,
    },
    /// Grades without a symbol, or with that of another.
    #[error(
        "curve.grades[{at}]: expected a symbol, each once, got `{}`",
        shown(grade, SHOWN)
    )]
    GradeSymbol {
        /// Place of the grade, from 0.
        at: usize,
        /// Its symbol.
        grade: String,
    },
    /// A grade that the curve does not have.
    #[error(
        "expected a grade of the curve, got `{}` in row `{row}` (counted from 0)",
        shown(grade, SHOWN)
    )]
    UnknownGrade {
        /// Row, from 0.
        row: usize,
        /// What stood there.
        grade: String,
    },
    /// A column of another kind.
    #[error("expected `{}`, which this calibration makes PDs of, got `{}`", .wanted.word(), .got.word())]
    Input {
        /// What it takes.
        wanted: CurveInput,
        /// What it was given.
        got: CurveInput,
    },
    /// Something of the curve that a model's document has no place for.
    #[error("a model takes a line of log-odds over the score and a floor, got {0}")]
    NotForModel(&'static str),
    /// Numbers outside their domain, and everything else.
    #[error(transparent)]
    Pd(#[from] PdError),
}

fn texts(errors: &[CalibrationError]) -> String {
    let all: Vec<String> = errors.iter().map(ToString::to_string).collect();
    all.join("; ")
}

/// A curve of PDs that holds together.
#[derive(Clone, Debug, PartialEq)]
pub struct PdCurve {
    spec: PdCurveSpec,
    margin: Conservatism,
    /// Of a curve of steps.
    steps: Option<IsotonicCurve>,
}

impl PdCurveSpec {
    /// A curve without shift, margin and floor.
    pub fn new(method: PdMethod, curve: CurveSpec) -> Self {
        Self {
            method,
            curve,
            shift: 0.0,
            conservatism: ConservatismSpec::default(),
            pd_floor: 0.0,
            sample: None,
        }
    }

    /// Reads a document. It is not checked yet.
    ///
    /// # Errors
    /// The line and column of what is not JSON, is unknown, is missing, or stands twice.
    pub fn from_json(text: &str) -> Result<Self, PdCurveError> {
        read(text).map_err(PdCurveError::Document)
    }

    /// The document as JSON, two blanks a level.
    pub fn to_json(&self) -> String {
        // INVARIANT: the document serialises to objects with text keys, which cannot fail.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// Makes a curve of the document.
    ///
    /// # Errors
    /// [`PdCurveError`]: the first thing that is wrong.
    ///
    /// ```
    /// use rating_core::fit::pd::{CurveColumn, CurveSpec, PdCurveSpec, PdMethod};
    /// use rating_core::num::Pd;
    /// let mut spec = PdCurveSpec::new(PdMethod::Given, CurveSpec::Identity);
    /// spec.conservatism.estimation = 0.005;
    /// let pds = spec.check()?.pds(CurveColumn::Pds(&[Pd::new(0.02)?]))?;
    /// assert!((pds[0].get() - 0.025).abs() < 1e-15);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn check(self) -> Result<PdCurve, PdCurveError> {
        let ConservatismSpec {
            data_and_methods,
            changes,
            estimation,
        } = self.conservatism;
        let margin = Conservatism::new(data_and_methods, changes, estimation)?;
        let domain = |field, wanted, got| Err(PdCurveError::Pd(PdError::Domain { field, wanted, got }));
        if !(0.0..1.0).contains(&self.pd_floor) {
            return domain("pd_floor", "a fraction from 0 to below 1", self.pd_floor);
        }
        let is_line = matches!(self.curve, CurveSpec::Line(_));
        if !self.shift.is_finite() || (is_line && self.shift.abs() > 0.0) {
            return domain("shift", "a finite number, 0 for a line", self.shift);
        }
        let mut steps = None;
        match &self.curve {
            CurveSpec::Line(line) => {
                line.check(0, 0).map_err(PdCurveError::Line)?;
            }
            CurveSpec::Steps(given) => {
                let made = IsotonicCurve::new(given.clone());
                steps = Some(made.map_err(|at| PdCurveError::Step { at })?);
            }
            CurveSpec::Beta(BetaCurve { intercept, low, high }) => {
                for (field, got) in [("intercept", *intercept), ("low", *low), ("high", *high)] {
                    if !got.is_finite() || (field != "intercept" && got < 0.0) {
                        return domain(field, "a finite number, a factor not below 0", got);
                    }
                }
            }
            CurveSpec::Identity => {}
            CurveSpec::Grades(grades) => symbols(grades)?,
        }
        Ok(PdCurve {
            spec: self,
            margin,
            steps,
        })
    }
}

fn symbols(grades: &[GradePdSpec]) -> Result<(), PdCurveError> {
    if grades.is_empty() {
        let grade = String::new();
        return Err(PdCurveError::GradeSymbol { at: 0, grade });
    }
    for (at, GradePdSpec { grade, .. }) in grades.iter().enumerate() {
        if grade.trim().is_empty() || grades.iter().take(at).any(|before| before.grade == *grade) {
            let grade = grade.clone();
            return Err(PdCurveError::GradeSymbol { at, grade });
        }
    }
    Ok(())
}

impl PdCurve {
    /// The document.
    pub fn spec(&self) -> &PdCurveSpec {
        &self.spec
    }

    /// What it makes PDs of.
    pub fn input(&self) -> CurveInput {
        match self.spec.curve {
            CurveSpec::Line(_) | CurveSpec::Steps(_) => CurveInput::Scores,
            CurveSpec::Beta(_) | CurveSpec::Identity => CurveInput::Pds,
            CurveSpec::Grades(_) => CurveInput::Grades,
        }
    }

    /// The PD of each row of a column, shifted, with margin and floor.
    ///
    /// # Errors
    /// [`PdCurveError`]: a column of another kind than [`PdCurve::input`], a grade that the curve does not have, scores
    /// that a line has no table for (they span more than 1,000,000 points, or leave floating point).
    pub fn pds(&self, column: CurveColumn<'_>) -> Result<Vec<Pd>, PdCurveError> {
        let floor = self.spec.pd_floor;
        let shift = self.spec.shift;
        let raw = self.raw(column)?;
        let finished = raw.into_iter().map(|pd| {
            let pd = if shift.abs() > 0.0 { moved(pd, shift) } else { pd };
            let pd = self.margin.pd(pd);
            if pd.get() < floor {
                Pd::new(floor).unwrap_or(pd)
            } else {
                pd
            }
        });
        Ok(finished.collect())
    }

    /// What the curve itself says.
    fn raw(&self, column: CurveColumn<'_>) -> Result<Vec<Pd>, PdCurveError> {
        match (&self.spec.curve, column) {
            (CurveSpec::Line(line), CurveColumn::Scores(scores)) => of_line(*line, scores),
            (CurveSpec::Steps(_), CurveColumn::Scores(scores)) => {
                // INVARIANT: a curve of steps has its steps.
                let steps = self.steps.iter();
                Ok(steps
                    .flat_map(|curve| scores.iter().map(|score| curve.pd(*score)))
                    .collect())
            }
            (CurveSpec::Beta(curve), CurveColumn::Pds(pds)) => {
                Ok(pds.iter().map(|pd| curve.pd(*pd)).collect())
            }
            (CurveSpec::Identity, CurveColumn::Pds(pds)) => Ok(pds.to_vec()),
            (CurveSpec::Grades(grades), CurveColumn::Grades(symbols)) => of_grades(grades, symbols),
            (_, column) => Err(PdCurveError::Input {
                wanted: self.input(),
                got: column.input(),
            }),
        }
    }

    /// The same curve moved so that the mean of its PDs over a column, before margin and floor, is the central tendency.
    ///
    /// # Errors
    /// As [`PdCurve::pds`], and a tendency that no shift reaches.
    pub fn anchored(self, column: CurveColumn<'_>, central_tendency: f64) -> Result<Self, PdCurveError> {
        let mut spec = self.spec.clone();
        if let CurveSpec::Line(line) = &mut spec.curve {
            let plain = CalibrationSpec {
                central_tendency: line.model_tendency,
                pd_floor: 0.0,
                ..*line
            };
            let bare = PdCurveSpec::new(spec.method, CurveSpec::Line(plain)).check()?;
            let anchor = anchor(&bare.raw(column)?, central_tendency)?;
            line.central_tendency = central_tendency;
            line.model_tendency = anchor.model_tendency();
        } else {
            spec.shift = anchor(&self.raw(column)?, central_tendency)?.shift();
        }
        spec.check()
    }

    /// The same curve with another margin.
    #[must_use]
    pub fn with_margin(mut self, margin: Conservatism) -> Self {
        self.spec.conservatism = ConservatismSpec {
            data_and_methods: margin.data_and_methods(),
            changes: margin.changes(),
            estimation: margin.estimation(),
        };
        self.margin = margin;
        self
    }

    /// The document that a model takes: of a line without margin. The greater of both floors holds.
    ///
    /// # Errors
    /// [`PdCurveError::NotForModel`]: another curve, or a margin, for which a model's document has no place.
    pub fn for_model(&self) -> Result<CalibrationSpec, PdCurveError> {
        let CurveSpec::Line(line) = self.spec.curve else {
            return Err(PdCurveError::NotForModel(match self.spec.curve {
                CurveSpec::Steps(_) => "a staircase",
                CurveSpec::Grades(_) => "a PD a grade",
                _ => "a curve over PDs",
            }));
        };
        if self.margin.total() > 0.0 {
            return Err(PdCurveError::NotForModel("a margin of conservatism"));
        }
        let pd_floor = line.pd_floor.max(self.spec.pd_floor);
        Ok(CalibrationSpec { pd_floor, ..line })
    }
}

fn of_line(line: CalibrationSpec, scores: &[Points]) -> Result<Vec<Pd>, PdCurveError> {
    let least = scores.iter().copied().min().unwrap_or(0);
    let most = scores.iter().copied().max().unwrap_or(0);
    let table = line.check(least, most).map_err(PdCurveError::Line)?;
    Ok(scores.iter().map(|score| table.pd(*score)).collect())
}

fn of_grades(grades: &[GradePdSpec], symbols: &[String]) -> Result<Vec<Pd>, PdCurveError> {
    let pd = |(row, symbol): (usize, &String)| {
        let found = grades.iter().find(|grade| grade.grade == *symbol);
        found
            .map(|grade| grade.pd)
            .ok_or_else(|| PdCurveError::UnknownGrade {
                row,
                grade: symbol.clone(),
            })
    };
    symbols.iter().enumerate().map(pd).collect()
}

#[cfg(test)]
mod tests;
