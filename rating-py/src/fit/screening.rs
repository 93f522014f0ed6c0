//! Each variable by itself and beside the others.

use super::error::FitFault;
use super::logit::matrix;
use super::sample::{bad, numbers};
use crate::columns::{Delivered, Frame};
use crate::error::Result;
use crate::long_work;
use pyo3::prelude::*;
use pyo3_arrow::PyTable;
use rating_core::fit::selection::{Screened, Screening, ScreeningLimits, Verdict, screen};

/// What a variable must keep to.
#[derive(Clone, Copy, FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Limits {
    least_iv: f64,
    least_gini: f64,
    most_missing: f64,
    most_psi: f64,
    most_period_psi: f64,
    most_correlation: f64,
    most_vif: f64,
}

/// What is looked at beside the rows.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Beside<'py> {
    names: Vec<String>,
    missing: Vec<f64>,
    one_bin: Vec<bool>,
    other: Option<Bound<'py, PyAny>>,
}

/// Screens weights of evidence: the columns `v0`, `v1`, … of a frame with `y`, and `periods` if there are any.
#[pyfunction(name = "screen")]
pub(crate) fn screened(
    py: Python<'_>,
    rows: &Bound<'_, PyAny>,
    beside: Beside<'_>,
    limits: Limits,
) -> Result<PyTable> {
    let Beside {
        names,
        missing,
        one_bin,
        other,
    } = beside;
    let frame = Delivered::take("rows".to_owned(), rows)?;
    let woe = matrix(&frame, names.len())?;
    let bad = bad(&numbers(&frame, "y")?)?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "periods are numbered from 1 by Python"
    )]
    let periods: Vec<u32> = frame
        .doubles("periods")
        .map_or_else(Vec::new, |periods| periods.iter().map(|p| *p as u32).collect());
    let other = match other {
        Some(other) => Some(matrix(
            &Delivered::take("other".to_owned(), &other)?,
            names.len(),
        )?),
        None => None,
    };
    let limits = ScreeningLimits {
        least_iv: limits.least_iv,
        least_gini: limits.least_gini,
        most_missing: limits.most_missing,
        most_psi: limits.most_psi,
        most_period_psi: limits.most_period_psi,
        most_correlation: limits.most_correlation,
        most_vif: limits.most_vif,
    };
    let lines = long_work::listening(py, move || {
        let screening = Screening {
            names: &names,
            woe: woe.view(),
            bad: &bad,
            missing: &missing,
            one_bin: &one_bin,
            other: other.as_ref().map(ndarray::Array2::view),
            periods: &periods,
        };
        Ok(screen(&screening, limits).map_err(FitFault::from)?)
    })?;
    table(&lines)
}

fn table(lines: &[Screened]) -> Result<PyTable> {
    let all = || lines.iter();
    let with = |verdict: &Verdict| verdict.correlated_with().map(|(name, r)| (name.to_owned(), r));
    Frame::default()
        .text("variable", all().map(|line| &line.name))
        .flags("stays", all().map(|line| line.verdict == Verdict::Stays))
        .text("verdict", all().map(|line| line.verdict.word()))
        .numbers("iv", all().map(|line| line.iv))
        .numbers("gini", all().map(|line| line.gini))
        .some_numbers("missing_share", all().map(|line| line.missing))
        .some_numbers("psi", all().map(|line| line.psi))
        .some_numbers(
            "period_psi",
            all().map(|line| line.period_psi.map(|(psi, _)| psi)),
        )
        .some_integers(
            "period",
            all().map(|line| line.period_psi.map(|(_, period)| i64::from(period))),
        )
        .some_numbers("vif", all().map(|line| line.vif))
        .some_text(
            "correlated_with",
            all().map(|line| with(&line.verdict).map(|w| w.0)),
        )
        .some_numbers("correlation", all().map(|line| with(&line.verdict).map(|w| w.1)))
        .some_flags("one_bin", all().map(|line| line.one_bin))
        .finish()
}
