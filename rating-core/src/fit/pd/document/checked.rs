//! A curve of PDs that was checked, and the columns that it makes PDs of.

use super::{CurveSpec, GradePdSpec, PdCurveError, PdCurveSpec};
use crate::calibration::{
    BetaSpec, CalibrationError, CalibrationSpec, ConservatismSpec, IsotonicSpec, LineSpec, MOST_PD,
    PdStepSpec, moved, with_margin,
};
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
            CurveSpec::Line(_) | CurveSpec::Steps(_) | CurveSpec::Model(_) => CurveInput::Scores,
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
        let (total, floor) = (self.margin.total(), self.floor());
        let is_fitted = matches!(self.spec.curve, CurveSpec::Steps(_) | CurveSpec::Beta(_));
        let most = if is_fitted || total > 0.0 { MOST_PD } else { 1.0 };
        let finished = |pd: Pd| {
            let value = with_margin(moved(pd, self.spec.shift).get(), total, most);
            Pd::new(value.max(floor)).unwrap_or(pd)
        };
        Ok(self.raw(column)?.into_iter().map(finished).collect())
    }

    /// Least PD that is ever given.
    fn floor(&self) -> f64 {
        match &self.spec.curve {
            CurveSpec::Line(line) => line.pd_floor.max(self.spec.pd_floor),
            _ => self.spec.pd_floor,
        }
    }

    /// What the curve itself says, a line without its floor.
    fn raw(&self, column: CurveColumn<'_>) -> Result<Vec<Pd>, PdCurveError> {
        match (&self.spec.curve, column) {
            (CurveSpec::Line(line), CurveColumn::Scores(scores)) => {
                let bare = LineSpec {
                    pd_floor: 0.0,
                    ..*line
                };
                of_scores(&bare.into(), scores).map_err(PdCurveError::Line)
            }
            (CurveSpec::Model(spec), CurveColumn::Scores(scores)) => {
                of_scores(spec, scores).map_err(PdCurveError::Model)
            }
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
            let plain = LineSpec {
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

    /// The calibration that a model's document takes: the same PDs to the last bit, margin and floor included. Of a line the
    /// greater of both floors holds; a shift of a staircase goes into its PDs.
    ///
    /// # Errors
    /// [`PdCurveError::NotForModel`]: a PD a grade; a curve over PDs, which needs the line whose PDs they are
    /// ([`for_model_over`](Self::for_model_over)); a shift, margin or floor upon the calibration of a model.
    pub fn for_model(&self) -> Result<CalibrationSpec, PdCurveError> {
        let (conservatism, pd_floor) = (self.conservatism(), self.floor());
        let refused = |what| Err(PdCurveError::NotForModel(what));
        match &self.spec.curve {
            CurveSpec::Line(line) => Ok(CalibrationSpec::Line(LineSpec {
                pd_floor,
                conservatism,
                ..*line
            })),
            CurveSpec::Steps(_) => Ok(CalibrationSpec::Isotonic(IsotonicSpec {
                isotonic: self.steps.iter().flat_map(|curve| self.table(curve)).collect(),
                conservatism,
                pd_floor,
            })),
            CurveSpec::Model(spec) if self.is_bare() => Ok(spec.clone()),
            CurveSpec::Model(_) => refused("a shift, margin or floor upon the calibration of a model"),
            CurveSpec::Beta(_) | CurveSpec::Identity => {
                refused("a curve over PDs without the line whose PDs they are")
            }
            CurveSpec::Grades(_) => refused("a PD a grade"),
        }
    }

    /// The calibration of a model for whose PDs this curve was made: `of` bent and moved by it, in one document. Of a curve
    /// that bends the same PDs to the last bit; a shift alone moves the tendency of the line, and then a margin or floor
    /// of its own holds unless the curve has one. Curves over scores as [`for_model`](Self::for_model), without `of`.
    ///
    /// # Errors
    /// [`PdCurveError::NotForModel`]: as `for_model`, and PDs that are not those of a line.
    ///
    /// ```
    /// use rating_core::calibration::{CalibrationSpec, LineSpec};
    /// use rating_core::fit::pd::{BetaCurve, CurveSpec, PdCurveSpec, PdMethod};
    /// let line = LineSpec {
    ///     base_score: 600.0, base_odds: 49.0, pdo: 20.0,
    ///     central_tendency: 0.02, model_tendency: 0.02, pd_floor: 0.0, conservatism: None,
    /// };
    /// // Odds bad : good twice as great: 1 : 49 becomes 2 : 49.
    /// let twice = BetaCurve { intercept: 2.0_f64.ln(), low: 1.0, high: 1.0 };
    /// let curve = PdCurveSpec::new(PdMethod::Beta, CurveSpec::Beta(twice)).check()?;
    /// let calibration = curve.for_model_over(&line.into())?.check(500, 700).map_err(|e| e[0].clone())?;
    /// assert!((calibration.pd(600).get() - 2.0 / 51.0).abs() < 1e-15);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn for_model_over(&self, of: &CalibrationSpec) -> Result<CalibrationSpec, PdCurveError> {
        if self.input() != CurveInput::Pds {
            return self.for_model();
        }
        let CalibrationSpec::Line(of) = *of else {
            let what = "a curve over PDs that are not those of a line";
            return Err(PdCurveError::NotForModel(what));
        };
        let (conservatism, pd_floor) = (self.conservatism(), self.floor());
        if let CurveSpec::Beta(beta) = self.spec.curve {
            return Ok(CalibrationSpec::Beta(BetaSpec {
                of,
                beta,
                shift: self.spec.shift,
                conservatism,
                pd_floor,
            }));
        }
        let tendency = Pd::new(of.central_tendency).map(|pd| moved(pd, self.spec.shift).get());
        Ok(CalibrationSpec::Line(LineSpec {
            central_tendency: tendency.unwrap_or(of.central_tendency),
            conservatism: conservatism.or(of.conservatism),
            pd_floor: pd_floor.max(of.pd_floor),
            ..of
        }))
    }

    /// The margin, unless it adds nothing.
    fn conservatism(&self) -> Option<ConservatismSpec> {
        (self.margin.total() > 0.0).then_some(self.spec.conservatism)
    }

    fn is_bare(&self) -> bool {
        self.spec.shift.abs() <= 0.0 && self.margin.total() <= 0.0 && self.spec.pd_floor <= 0.0
    }

    /// The steps with their PDs, moved.
    fn table(&self, curve: &IsotonicCurve) -> Vec<PdStepSpec> {
        let step = |from| PdStepSpec {
            from,
            pd: moved(curve.pd(from), self.spec.shift).get(),
        };
        curve.steps().iter().map(|of| step(of.from)).collect()
    }
}

fn of_scores(spec: &CalibrationSpec, scores: &[Points]) -> Result<Vec<Pd>, Vec<CalibrationError>> {
    let least = scores.iter().copied().min().unwrap_or(0);
    let most = scores.iter().copied().max().unwrap_or(0);
    let table = spec.check(least, most)?;
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
