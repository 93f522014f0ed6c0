//! Frames of measures, and what a model says of each row: the one way of Python frames and of expressions.

use crate::columns::{Delivered, Frame, Outcomes};
use crate::error::{FirmRatingError, Result};
use rating_core::measure::Measure;
use rating_core::rating::RatingModel;
use rating_core::scale::Grade;
use rating_core::scorecard::{Characteristic, ColumnOfMeasures, Scorecard};

/// What is asked of a row.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Score, PD and grade.
    All,
    /// The credit score.
    Score,
    /// The PD.
    Pd,
    /// The credit grade.
    Grade,
}

impl Wanted {
    /// What a column is called in an answer; `all` for every one.
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            "all" => Some(Self::All),
            "score" => Some(Self::Score),
            "pd" => Some(Self::Pd),
            "credit_grade" => Some(Self::Grade),
            _ => None,
        }
    }

    /// Whether one of them is among what is asked.
    pub(crate) fn has(self, one: Self) -> bool {
        self == Self::All || self == one
    }
}

/// Credit score, PD and credit grade of measured firms, by column.
pub(crate) fn scored(model: &RatingModel, frame: &Delivered, wanted: Wanted) -> Result<Frame> {
    let columns = columns(model, frame)?;
    let lent: Vec<_> = columns.iter().map(MeasuredColumn::lend).collect();
    let integers =
        |frame: Frame, scores: &[i32]| frame.integers("score", scores.iter().map(|score| i64::from(*score)));
    if wanted == Wanted::Score {
        let mut scores = vec![0; frame.rows()];
        model.add_credit_scores(&lent, &mut scores);
        return Ok(integers(Frame::default(), &scores));
    }
    let rated = model.rate_columns(&lent, frame.rows());
    let symbol = |place: &u8| model.master_scale().symbol(Grade::at(*place));
    let mut answer = Frame::default();
    if wanted.has(Wanted::Score) {
        answer = integers(answer, &rated.scores);
    }
    if wanted.has(Wanted::Pd) {
        answer = answer.numbers("pd", rated.pds.iter().copied());
    }
    if wanted.has(Wanted::Grade) {
        answer = answer.text("credit_grade", rated.grades.iter().map(symbol));
    }
    Ok(answer)
}

/// The measures that the credit pillars ask for, each once and in their order.
pub(crate) fn wanted_measures(model: &RatingModel) -> Vec<Measure> {
    let characteristics = model.pillars().iter().flat_map(Scorecard::characteristics);
    characteristics.map(Characteristic::measure).collect()
}

/// The columns that the credit pillars ask for, all of which a measured frame must have.
fn columns<'a>(model: &RatingModel, frame: &'a Delivered) -> Result<Vec<MeasuredColumn<'a>>> {
    let wanted = wanted_measures(model).into_iter();
    let (present, absent): (Vec<_>, Vec<_>) = wanted.partition(|measure| frame.has(measure.id()));
    if !absent.is_empty() {
        let absent = absent.into_iter().map(Measure::id).collect();
        return Err(FirmRatingError::AbsentMeasures(absent));
    }
    let take = |measure: Measure| {
        let outcomes = frame.outcomes(measure.id())?;
        Ok(MeasuredColumn { measure, outcomes })
    };
    present.into_iter().map(take).collect()
}

/// One measure of many firms.
struct MeasuredColumn<'a> {
    measure: Measure,
    outcomes: Outcomes<'a>,
}

impl MeasuredColumn<'_> {
    fn lend(&self) -> ColumnOfMeasures<'_> {
        ColumnOfMeasures {
            measure: self.measure,
            values: &self.outcomes.values,
            reasons: &self.outcomes.reasons,
        }
    }
}
