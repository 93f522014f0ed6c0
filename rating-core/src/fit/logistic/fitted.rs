//! A logistic regression that is fitted, and what is known of its coefficients.

use super::LogisticError;
use super::cholesky::{Cholesky, Dependent, part, product};
use super::newton::Optimum;
use super::quadratic::Rule;
use super::robust;
use super::sample::Design;
use linfa::traits::PredictInplace;
use ndarray::{Array1, Array2, ArrayBase, ArrayView2, Data, Ix2};
use serde::{Deserialize, Serialize};
use statrs::function::erf::erfc;
use statrs::function::gamma::checked_gamma_ur;

mod document;

/// A logistic regression that is fitted. Log-odds are bad : good.
///
/// A document: it survives the way to JSON and back to the bit, and scores without the sample it was made from.
///
/// ```
/// use ndarray::array;
/// use rating_core::fit::logistic::{FittedLogit, Logit, Sample};
/// let x = array![[0.0], [0.0], [1.0], [1.0]];
/// let sample = Sample::new(x.view(), &[false, true, false, true]).weighted(&[30.0, 10.0, 20.0, 20.0]);
/// let fitted = Logit::on_measures().fit_rows(&sample)?;
/// let read: FittedLogit = serde_json::from_str(&serde_json::to_string(&fitted)?)?;
/// assert_eq!(read, fitted);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "document::Document", into = "document::Document")]
pub struct FittedLogit {
    names: Vec<String>,
    /// The intercept, then the coefficients, on the scale of the columns as they came.
    coefficients: Vec<f64>,
    /// Of the same; rows and columns of coefficients that are held at 0 hold 0.
    covariance: Option<Array2<f64>>,
    held: Vec<bool>,
    clusters: bool,
    log_likelihood: f64,
    null_log_likelihood: f64,
    penalised: bool,
    rows: f64,
    steps: usize,
    residual: f64,
    /// On the scale of the design, for questions about signs: the equations of Newton's last step.
    pub(super) information: Vec<Vec<f64>>,
    pub(super) working: Vec<f64>,
    pub(super) factors: Vec<f64>,
}

/// One line of the table of coefficients.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// Name of the column; `intercept` for the first.
    pub name: String,
    /// Log-odds bad : good that one unit of the column adds.
    pub coefficient: f64,
    /// Its standard error; none in a penalised fit, where the spread of an estimate does not say how far it is from
    /// the truth, and none for a coefficient that its sign holds at 0.
    pub standard_error: Option<f64>,
    /// Whether its sign, or a lasso, holds it at 0.
    pub is_held: bool,
}

impl Term {
    /// Coefficient over standard error.
    pub fn z(&self) -> Option<f64> {
        self.standard_error.map(|error| self.coefficient / error)
    }

    /// Two-sided p-value of the Wald test that the coefficient is 0.
    ///
    /// ```text
    /// p = 2 · (1 − Φ(|z|))
    /// ```
    pub fn p_value(&self) -> Option<f64> {
        self.z().map(|z| erfc(z.abs() / std::f64::consts::SQRT_2))
    }
}

/// A likelihood-ratio test between a model and one with fewer coefficients.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LikelihoodRatio {
    /// Twice the difference of the log-likelihoods.
    pub statistic: f64,
    /// Coefficients that the smaller model lacks.
    pub degrees: usize,
}

impl LikelihoodRatio {
    /// Probability of so large a statistic if the coefficients are 0: that of a chi-squared distribution.
    ///
    /// ```
    /// use rating_core::fit::logistic::LikelihoodRatio;
    /// // The tabled 5 % point with one degree of freedom is 3.841.
    /// let test = LikelihoodRatio { statistic: 3.841_458_820_694_124, degrees: 1 };
    /// assert!((test.p_value() - 0.05).abs() < 1e-12);
    /// ```
    pub fn p_value(self) -> f64 {
        if self.degrees == 0 || self.statistic <= 0.0 {
            return 1.0;
        }
        checked_gamma_ur(self.degrees as f64 / 2.0, self.statistic / 2.0).unwrap_or(f64::NAN)
    }
}

impl FittedLogit {
    pub(super) fn new(design: &Design<'_>, rules: &[Rule], optimum: Optimum) -> Result<Self, LogisticError> {
        let standard = &optimum.coefficients;
        let held: Vec<bool> = standard
            .iter()
            .zip(rules)
            .enumerate()
            .map(|(at, (c, rule))| at > 0 && !rule.is_smooth() && c.abs() <= 0.0)
            .collect();
        let penalised = rules.iter().skip(1).any(|rule| !rule.is_unpenalised());
        let covariance = if penalised {
            None
        } else {
            Some(covariance(design, &optimum, &held)?)
        };
        let mut working = product(&optimum.information, standard);
        for (sum, slope) in working.iter_mut().zip(&optimum.gradient) {
            *sum += slope;
        }
        Ok(Self {
            names: design.sample.names.clone(),
            coefficients: design.as_given(standard),
            covariance,
            held,
            clusters: design.sample.clusters.is_some(),
            log_likelihood: optimum.log_likelihood,
            null_log_likelihood: null_log_likelihood(design)?,
            penalised,
            rows: design.bads + design.goods,
            steps: optimum.steps,
            residual: optimum.residual,
            information: optimum.information,
            working,
            factors: design.scale.iter().map(|(_, factor)| *factor).collect(),
        })
    }

    /// Names of the columns.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Log-odds bad : good where every column is 0.
    pub fn intercept(&self) -> f64 {
        self.coefficients.first().copied().unwrap_or(0.0)
    }

    /// Log-odds bad : good that one unit of each column adds, in order of the columns.
    pub fn coefficients(&self) -> &[f64] {
        self.coefficients.get(1..).unwrap_or_default()
    }

    /// The table of coefficients, the intercept first.
    pub fn terms(&self) -> Vec<Term> {
        let names = std::iter::once("intercept").chain(self.names.iter().map(String::as_str));
        let all = names.zip(&self.coefficients).zip(&self.held).enumerate();
        all.map(|(at, ((name, coefficient), held))| {
            let variance = self.covariance.as_ref().and_then(|c| c.get((at, at)));
            Term {
                name: name.to_owned(),
                coefficient: *coefficient,
                standard_error: variance.filter(|_| !held).map(|v| v.sqrt()),
                is_held: *held,
            }
        })
        .collect()
    }

    /// Covariance of intercept and coefficients; none in a penalised fit. A coefficient that is held at 0 counts as
    /// known. With clusters the covariance between rows of one cluster is allowed for.
    pub fn covariance(&self) -> Option<&Array2<f64>> {
        self.covariance.as_ref()
    }

    /// Whether the standard errors allow for clusters.
    pub fn is_clustered(&self) -> bool {
        self.clusters
    }

    /// Log-likelihood of the sample, without penalty.
    pub fn log_likelihood(&self) -> f64 {
        self.log_likelihood
    }

    /// Log-likelihood with the intercept (and the offset) alone.
    pub fn null_log_likelihood(&self) -> f64 {
        self.null_log_likelihood
    }

    /// Estimated numbers: intercept and coefficients that are not held at 0.
    pub fn degrees(&self) -> usize {
        self.held.iter().filter(|held| !**held).count()
    }

    /// Akaike's criterion, `2 · degrees − 2 · log-likelihood`; lower is better. None in a penalised fit.
    pub fn aic(&self) -> Option<f64> {
        let aic = 2.0 * self.degrees() as f64 - 2.0 * self.log_likelihood;
        (!self.penalised).then_some(aic)
    }

    /// Schwarz's criterion, `ln(rows) · degrees − 2 · log-likelihood`; rows count by weight. None in a penalised fit.
    pub fn bic(&self) -> Option<f64> {
        let bic = self.rows.ln() * self.degrees() as f64 - 2.0 * self.log_likelihood;
        (!self.penalised).then_some(bic)
    }

    /// Test that all coefficients are 0.
    pub fn against_null(&self) -> LikelihoodRatio {
        LikelihoodRatio {
            statistic: (2.0 * (self.log_likelihood - self.null_log_likelihood)).max(0.0),
            degrees: self.degrees() - 1,
        }
    }

    /// Test against a fit to the same rows that lacks some of the columns.
    pub fn against(&self, smaller: &Self) -> LikelihoodRatio {
        LikelihoodRatio {
            statistic: (2.0 * (self.log_likelihood - smaller.log_likelihood)).max(0.0),
            degrees: self.degrees().saturating_sub(smaller.degrees()),
        }
    }

    /// Newton steps over all rows.
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// The largest violation of the optimum's conditions, in standard errors; at most a millionth.
    pub fn residual(&self) -> f64 {
        self.residual
    }

    /// Log-odds bad : good of rows; a column too many or too few is left alone. Without offset.
    pub fn log_odds(&self, x: ArrayView2<'_, f64>) -> Array1<f64> {
        let mut all = Array1::from_elem(x.nrows(), self.intercept());
        for (column, coefficient) in x.columns().into_iter().zip(self.coefficients()) {
            all.scaled_add(*coefficient, &column);
        }
        all
    }

    /// Probabilities of default of rows, as fractions. Without offset.
    pub fn pds(&self, x: ArrayView2<'_, f64>) -> Array1<f64> {
        self.log_odds(x)
            .mapv_into(|log_odds| 1.0 / (1.0 + (-log_odds).exp()))
    }
}

/// Covariance on the scale of the columns as they came.
fn covariance(design: &Design<'_>, optimum: &Optimum, held: &[bool]) -> Result<Array2<f64>, LogisticError> {
    let kept: Vec<usize> = held
        .iter()
        .enumerate()
        .filter(|(_, held)| !**held)
        .map(|(at, _)| at)
        .collect();
    let free = Cholesky::new(&part(&optimum.information, &kept)).map_err(|Dependent { at, .. }| {
        let column = kept
            .get(at)
            .and_then(|at| design.sample.names.get(at.checked_sub(1)?));
        LogisticError::Collinear {
            column: column.cloned().unwrap_or_default(),
            with: Vec::new(),
        }
    })?;
    let terms = held.len();
    let mut inverse = vec![vec![0.0; terms]; terms];
    for (at, row) in kept.iter().zip(free.inverse()) {
        for (column, value) in kept.iter().zip(row) {
            if let Some(cell) = inverse.get_mut(*at).and_then(|row| row.get_mut(*column)) {
                *cell = value;
            }
        }
    }
    if let Some(clusters) = design.sample.clusters {
        inverse = robust::covariance(design, &optimum.coefficients, &inverse, clusters)?;
    }
    // The coefficients as given are a linear map of those on the scale of the design, column by column of the map.
    let unit = |at: usize| {
        (0..terms)
            .map(|i| f64::from(u8::from(i == at)))
            .collect::<Vec<f64>>()
    };
    let map: Vec<Vec<f64>> = (0..terms).map(|at| design.as_given(&unit(at))).collect();
    let map = Array2::from_shape_fn((terms, terms), |(to, from)| cell(&map, from, to));
    let inverse = Array2::from_shape_fn((terms, terms), |(row, column)| cell(&inverse, row, column));
    Ok(map.dot(&inverse).dot(&map.t()))
}

fn cell(rows: &[Vec<f64>], row: usize, column: usize) -> f64 {
    rows.get(row).and_then(|r| r.get(column)).copied().unwrap_or(0.0)
}

/// Without offset the default rate is everyone's PD; with one the intercept is fitted.
fn null_log_likelihood(design: &Design<'_>) -> Result<f64, LogisticError> {
    let (bads, goods) = (design.bads, design.goods);
    if design.sample.offset.is_none() {
        let all = bads + goods;
        return Ok(bads * (bads / all).ln() + goods * (goods / all).ln());
    }
    let nothing = Array2::zeros((design.rows(), 0));
    let mut sample = design.sample.over(nothing.view());
    sample.clusters = None;
    let design = Design::new(sample)?;
    Ok(super::newton::climb(&design, &[Rule::FREE])?.log_likelihood)
}

/// PDs of rows, for linfa's `predict`.
impl<D: Data<Elem = f64>> PredictInplace<ArrayBase<D, Ix2>, Array1<f64>> for FittedLogit {
    fn predict_inplace<'a>(&'a self, x: &'a ArrayBase<D, Ix2>, y: &mut Array1<f64>) {
        *y = self.pds(x.view());
    }

    fn default_target(&self, x: &ArrayBase<D, Ix2>) -> Array1<f64> {
        Array1::zeros(x.nrows())
    }
}
