//! A curve of PDs that was checked, and the columns that it makes PDs of.

use super::{ConservatismSpec, CurveSpec, GradePdSpec, PdCurveError, PdCurveSpec};
use crate::calibration::CalibrationSpec;
use crate::fit::pd::anchor::moved;
use crate::fit::pd::{Conservatism, IsotonicCurve, anchor};
use crate::num::{Pd, Points};

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

/// A curve of PDs that holds together.
#[derive(Clone, Debug, PartialEq)]
pub struct PdCurve {
    pub(super) spec: PdCurveSpec,
    pub(super) margin: Conservatism,
    /// Of a curve of steps.
    pub(super) steps: Option<IsotonicCurve>,
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
