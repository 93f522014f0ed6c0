//! A logistic regression.

use super::error::FitFault;
use super::sample::{bad, numbers};
use crate::columns::{Delivered, Doubles, Frame};
use crate::error::{FirmRatingError, Result};
use crate::long_work;
use ndarray::{Array2, ShapeBuilder as _};
use pyo3::prelude::*;
use pyo3_arrow::PyTable;
use rating_core::fit::logistic::{FittedLogit, LikelihoodRatio, Logit, Penalty, Sample, Sign};
use rating_core::fit::selection::{
    Criterion, Direction, Selection, SelectionStep, StepwiseRules, stepwise_heard,
};
use serde::de::Error as _;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashSet};

/// Rows of a regression, owned.
pub(super) struct Rows {
    names: Vec<String>,
    pub(super) x: Array2<f64>,
    bad: Vec<bool>,
    weights: Option<Doubles>,
    offset: Option<Doubles>,
    clusters: Option<Vec<u64>>,
}

/// The columns `v0`, `v1`, … of a frame as a matrix.
pub(super) fn matrix(frame: &Delivered, columns: usize) -> Result<Array2<f64>> {
    let mut values = Vec::with_capacity(frame.rows().saturating_mul(columns));
    for at in 0..columns {
        values.extend_from_slice(&numbers(frame, &format!("v{at}"))?);
    }
    // Column by column, as they came; every column has as many rows as the frame.
    Ok(Array2::from_shape_vec((frame.rows(), columns).f(), values).unwrap_or_default())
}

impl Rows {
    /// The columns `v0`, `v1`, … under their names, `y`, and `weights`, `offset`, `clusters` if there are any.
    fn take(rows: &Bound<'_, PyAny>, names: Vec<String>) -> Result<Self> {
        let frame = Delivered::take("rows".to_owned(), rows)?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "clusters are numbered from 1 by Python"
        )]
        let clusters = frame
            .doubles("clusters")
            .map(|clusters| clusters.iter().map(|cluster| *cluster as u64).collect());
        Ok(Self {
            x: matrix(&frame, names.len())?,
            bad: bad(&numbers(&frame, "y")?)?,
            weights: frame.doubles("weights"),
            offset: frame.doubles("offset"),
            clusters,
            names,
        })
    }

    fn sample(&self) -> Sample<'_> {
        let mut sample = Sample::new(self.x.view(), &self.bad).named(&self.names);
        if let Some(weights) = &self.weights {
            sample = sample.weighted(weights);
        }
        if let Some(offset) = &self.offset {
            sample = sample.with_offset(offset);
        }
        if let Some(clusters) = &self.clusters {
            sample = sample.clustered(clusters);
        }
        sample
    }
}

/// What is asked of a regression.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Asked {
    /// One a column: −1 not positive, 1 not negative, 0 either.
    signs: Vec<i8>,
    lasso: f64,
    ridge: f64,
    /// Stamps of the bins whose weights of evidence the columns are, by column.
    stamps: BTreeMap<String, String>,
}

impl Asked {
    fn logit(&self) -> Logit {
        let sign = |sign: &i8| match sign {
            -1 => Sign::NotPositive,
            1 => Sign::NotNegative,
            _ => Sign::Any,
        };
        let signs: Vec<Sign> = self.signs.iter().map(sign).collect();
        let is_none = |factor: f64| matches!(factor.total_cmp(&0.0), std::cmp::Ordering::Equal);
        let penalty = match (is_none(self.lasso), is_none(self.ridge)) {
            (true, true) => Penalty::None,
            (true, false) => Penalty::Ridge(self.ridge),
            (false, true) => Penalty::Lasso(self.lasso),
            (false, false) => Penalty::ElasticNet {
                lasso: self.lasso,
                ridge: self.ridge,
            },
        };
        Logit::on_measures().with_signs(&signs).penalised(penalty)
    }
}

/// Statistic, degrees of freedom, p-value.
type Test = (f64, usize, f64);

/// Coefficient alone, beside others, and those with their correlations.
type Explained = (f64, f64, Vec<(String, f64)>);

fn test(ratio: LikelihoodRatio) -> Test {
    (ratio.statistic, ratio.degrees, ratio.p_value())
}

/// A logistic regression that is fitted.
#[pyclass(frozen, eq, name = "Logit", module = "firmrating._firmrating")]
#[derive(PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    clippy::unsafe_derive_deserialize,
    reason = "the unsafe code is what the class is made of for Python, and relies on no field"
)]
pub(crate) struct PyLogit {
    #[serde(rename = "fitted")]
    core: FittedLogit,
    /// A test of each column by a fit without it.
    #[serde(rename = "likelihood_ratios")]
    each: Option<Vec<LikelihoodRatio>>,
    /// Stamps of the bins whose weights of evidence the columns are, by column, as far as that was said.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    stamps: BTreeMap<String, String>,
}

#[pymethods]
impl PyLogit {
    /// Fits to rows; with `each`, tests every column by a fit without it.
    #[staticmethod]
    fn fit(
        py: Python<'_>,
        rows: &Bound<'_, PyAny>,
        names: Vec<String>,
        asked: Asked,
        each: bool,
    ) -> Result<Self> {
        let rows = Rows::take(rows, names)?;
        long_work::listening(py, move || {
            let (logit, sample) = (asked.logit(), rows.sample());
            let core = logit.fit_rows(&sample).map_err(FitFault::from)?;
            let tested = || logit.test_each(&sample, &core).map_err(FitFault::from);
            let each = each.then(tested).transpose()?;
            Ok(Self {
                core,
                each,
                stamps: asked.stamps,
            })
        })
    }

    /// Reads and checks a document.
    #[staticmethod]
    fn from_json(text: &str) -> Result<Self> {
        let fault = |error| FitFault::Document {
            what: "document of a regression",
            error,
        };
        let read: Self = serde_json::from_str(text).map_err(fault)?;
        let names = read.core.names();
        if let Some(odd) = read.stamps.keys().find(|name| !names.contains(name)) {
            let told = format!("expected `stamps` of columns of the regression, got `{odd}`");
            return Err(fault(serde_json::Error::custom(told)).into());
        }
        let columns = names.len();
        match read.each.as_ref().map(Vec::len).filter(|tests| *tests != columns) {
            Some(tests) => {
                let told = format!("expected `likelihood_ratios` of `{columns}` columns, got `{tests}`");
                Err(fault(serde_json::Error::custom(told)).into())
            }
            None => Ok(read),
        }
    }

    /// The document as JSON.
    fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    #[getter]
    fn names(&self) -> Vec<String> {
        self.core.names().to_vec()
    }

    /// Stamps of the bins whose weights of evidence the columns are, by column.
    #[getter]
    fn stamps(&self) -> BTreeMap<String, String> {
        self.stamps.clone()
    }

    #[getter]
    fn intercept(&self) -> f64 {
        self.core.intercept()
    }

    #[getter]
    fn coefficients(&self) -> Vec<f64> {
        self.core.coefficients().to_vec()
    }

    #[getter]
    fn log_likelihood(&self) -> f64 {
        self.core.log_likelihood()
    }

    #[getter]
    fn null_log_likelihood(&self) -> f64 {
        self.core.null_log_likelihood()
    }

    #[getter]
    fn aic(&self) -> Option<f64> {
        self.core.aic()
    }

    #[getter]
    fn bic(&self) -> Option<f64> {
        self.core.bic()
    }

    #[getter]
    fn steps(&self) -> usize {
        self.core.steps()
    }

    #[getter]
    fn residual(&self) -> f64 {
        self.core.residual()
    }

    #[getter]
    fn is_clustered(&self) -> bool {
        self.core.is_clustered()
    }

    /// Covariance of intercept and coefficients, by rows.
    fn covariance(&self) -> Option<Vec<Vec<f64>>> {
        let rows = |all: &Array2<f64>| all.rows().into_iter().map(|row| row.to_vec()).collect();
        self.core.covariance().map(rows)
    }

    /// The table of coefficients.
    fn terms(&self) -> Result<PyTable> {
        let terms = self.core.terms();
        let all = || terms.iter();
        let frame = Frame::default()
            .text("term", all().map(|term| &term.name))
            .numbers("coefficient", all().map(|term| term.coefficient))
            .some_numbers("standard_error", all().map(|term| term.standard_error))
            .some_numbers("z", all().map(rating_core::fit::logistic::Term::z))
            .some_numbers("p_value", all().map(rating_core::fit::logistic::Term::p_value))
            .flags("held", all().map(|term| term.is_held));
        let Some(each) = &self.each else {
            return frame.finish();
        };
        let tests = || [None].into_iter().chain(each.iter().map(|ratio| Some(*ratio)));
        frame
            .some_numbers("lr", tests().map(|t| t.map(|t| t.statistic)))
            .some_numbers("lr_p_value", tests().map(|t| t.map(LikelihoodRatio::p_value)))
            .finish()
    }

    /// Test that all coefficients are 0.
    fn against_null(&self) -> Test {
        test(self.core.against_null())
    }

    /// Test against a fit to the same rows with fewer columns.
    fn against(&self, smaller: &Self) -> Test {
        test(self.core.against(&smaller.core))
    }

    /// Why a column has not the sign that it has by itself: coefficient alone, beside, and because of which columns.
    fn explain_sign(&self, column: &str) -> Result<Explained> {
        let told = self.core.explain_sign(column).map_err(FitFault::from)?;
        Ok((told.alone, told.beside, told.because_of))
    }

    /// PDs of rows, or log-odds bad : good.
    fn predict(&self, py: Python<'_>, rows: &Bound<'_, PyAny>, log_odds: bool) -> Result<PyTable> {
        let frame = Delivered::take("rows".to_owned(), rows)?;
        let x = matrix(&frame, self.core.names().len())?;
        let made = py.detach(|| {
            if log_odds {
                self.core.log_odds(x.view())
            } else {
                self.core.pds(x.view())
            }
        });
        Frame::default().numbers("x", made.into_iter()).finish()
    }
}

/// Rules of a selection by steps.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Rules {
    /// `aic`, `bic`, or two p-values.
    criterion: Option<(f64, f64)>,
    schwarz: bool,
    direction: String,
    most_vif: f64,
    sources: Vec<String>,
    most_of_source: usize,
}

impl Rules {
    fn core(self) -> StepwiseRules {
        StepwiseRules {
            criterion: match self.criterion {
                Some((enter, leave)) => Criterion::PValue { enter, leave },
                None if self.schwarz => Criterion::Bic,
                None => Criterion::Aic,
            },
            direction: match self.direction.as_str() {
                "forward" => Direction::Forward,
                "backward" => Direction::Backward,
                _ => Direction::Both,
            },
            most_vif: self.most_vif,
            sources: self.sources,
            most_of_source: self.most_of_source,
        }
    }
}

/// A regression built one variable at a time: it, its steps, and what was refused. `progress` hears after each step how
/// many columns have entered or left.
#[pyfunction(name = "stepwise", signature = (rows, names, asked, rules, progress=None))]
pub(crate) fn select(
    py: Python<'_>,
    rows: &Bound<'_, PyAny>,
    names: Vec<String>,
    asked: Asked,
    rules: Rules,
    progress: Option<&Bound<'_, PyAny>>,
) -> Result<(PyLogit, PyTable, PyTable)> {
    let rows = Rows::take(rows, names)?;
    let (chosen, mut stamps) = long_work::telling(py, progress, move |teller| {
        let mut decided = HashSet::new();
        let mut hear = |step: &SelectionStep| {
            decided.insert(step.name.clone());
            teller.done(decided.len());
        };
        let chosen = stepwise_heard(&asked.logit(), &rows.sample(), &rules.core(), &mut hear);
        let chosen = chosen.map_err(|error| FirmRatingError::from(FitFault::from(error)))?;
        Ok((chosen, asked.stamps))
    })?;
    stamps.retain(|name, _| chosen.fitted.names().contains(name));
    let (steps, refused) = (steps(&chosen)?, refused(&chosen)?);
    let logit = PyLogit {
        core: chosen.fitted,
        each: None,
        stamps,
    };
    Ok((logit, steps, refused))
}

fn steps(chosen: &Selection) -> Result<PyTable> {
    let all = || chosen.steps.iter();
    Frame::default()
        .text("variable", all().map(|step| &step.name))
        .flags("entered", all().map(|step| step.entered))
        .text("reason", all().map(|step| step.reason.word()))
        .some_numbers("value", all().map(|step| step.reason.value()))
        .some_text(
            "because_of",
            all().map(|step| step.reason.because_of().map(str::to_owned)),
        )
        .numbers("lr", all().map(|step| step.test.statistic))
        .numbers("p_value", all().map(|step| step.test.p_value()))
        .numbers("aic", all().map(|step| step.aic))
        .numbers("bic", all().map(|step| step.bic))
        .finish()
}

fn refused(chosen: &Selection) -> Result<PyTable> {
    let all = || chosen.refused.iter();
    Frame::default()
        .text("variable", all().map(|(name, _)| name))
        .text("reason", all().map(|(_, refusal)| refusal.word()))
        .some_numbers("value", all().map(|(_, refusal)| refusal.value()))
        .some_text(
            "because_of",
            all().map(|(_, refusal)| refusal.because_of().map(str::to_owned)),
        )
        .finish()
}
