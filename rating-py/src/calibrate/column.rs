//! The columns that PDs are made of.

use crate::columns::Delivered;
use crate::error::{Result, refused};
use crate::validation::{counts, whole};
use rating_core::fit::pd::{CurveColumn, GradeCounts};
use rating_core::num::{Pd, Points};

/// A column that a curve makes PDs of.
pub(super) enum Column {
    Scores(Vec<Points>),
    Pds(Vec<Pd>),
    Grades(Vec<String>),
}

impl Column {
    pub(super) fn lend(&self) -> CurveColumn<'_> {
        match self {
            Self::Scores(scores) => CurveColumn::Scores(scores),
            Self::Pds(pds) => CurveColumn::Pds(pds),
            Self::Grades(grades) => CurveColumn::Grades(grades),
        }
    }
}

/// A column of whole points.
pub(super) fn points(sample: &Delivered, column: &'static str) -> Result<Vec<Points>> {
    let numbers = whole(column, sample.numbers(column)?)?.into_iter();
    let bounds = f64::from(Points::MIN)..=f64::from(Points::MAX);
    let point = |(row, value): (usize, f64)| {
        if bounds.contains(&value) && value.fract() == 0.0 {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "the number is whole and within the range of the type"
            )]
            return Ok(value as Points);
        }
        let message = format!(
            "`x` must be whole points, as a model's are, got `{value}` in row `{row}` (counted from 0)"
        );
        Err(refused(&message, Some("x"), Some(row)))
    };
    numbers.enumerate().map(point).collect()
}

pub(super) fn texts(sample: &Delivered, column: &'static str) -> Result<Vec<String>> {
    let cells = sample.texts(column)?.into_iter().enumerate();
    let text = |(row, cell): (usize, std::result::Result<String, String>)| {
        cell.map_err(|value| {
            let message =
                format!("`x` must be symbols of grades, got `{value}` in row `{row}` (counted from 0)");
            refused(&message, Some("x"), Some(row))
        })
    };
    cells.map(text).collect()
}

pub(super) fn symbols(grades: &Delivered) -> Result<Vec<String>> {
    texts(grades, "grade")
}

pub(super) fn pools(grades: &Delivered) -> Result<Vec<GradeCounts>> {
    let obligors = counts(grades, "obligors")?;
    let defaults = counts(grades, "defaults")?;
    let pairs = obligors.into_iter().zip(defaults);
    Ok(pairs
        .map(|(obligors, defaults)| GradeCounts { obligors, defaults })
        .collect())
}
