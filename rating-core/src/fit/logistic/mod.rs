//! Logistic regression of default on weights of evidence or measures.
//!
//! ```text
//! ln(bad : good) = intercept + offset + Σ coefficient · column
//! ```
//! The positive class is named and never counted: it is *bad*, `true`, however few or many there are. So a coefficient
//! above 0 means that more is riskier, and one of a weight of evidence, `ln(share of goods / share of bads)`, must not
//! be above 0: [`Logit::on_woe`] holds it there.
//!
//! Maximum likelihood by Newton's method, unpenalised unless asked otherwise. The optimum is checked by its own
//! conditions, separation is proved and named by column, and the sums are made in an order that depends on the number
//! of rows alone, so any number of threads gives the same bits.

#![expect(
    clippy::inline_always,
    reason = "what is compiled for wide registers must stand in the function that is compiled for them"
)]

mod block;
mod cholesky;
mod error;
mod explain;
mod fitted;
mod newton;
mod options;
mod pass;
mod quadratic;
mod robust;
mod rows;
mod sample;
mod separation;
mod squares;
#[cfg(test)]
mod tests;

pub(crate) use cholesky::{inverse_diagonal, part};
pub use error::LogisticError;
pub use explain::SignExplanation;
pub use fitted::{FittedLogit, LikelihoodRatio, Term};
pub use options::{Penalty, Sign};
pub use sample::Sample;
pub use separation::Separation;

use linfa::dataset::{AsSingleTargets, DatasetBase};
use linfa::traits::Fit;
use ndarray::{ArrayBase, Data, Ix2};
use quadratic::Rule;
use sample::Design;

/// A logistic regression that is not fitted yet: which signs and which penalty.
///
/// ```
/// use linfa::{Dataset, traits::{Fit, Predict}};
/// use ndarray::{Array1, array};
/// use rating_core::fit::logistic::Logit;
/// // Of four firms with little cash two default, of four with much cash one.
/// let cash = array![[1.0], [1.0], [1.0], [1.0], [3.0], [3.0], [3.0], [3.0]];
/// let bad: Array1<bool> = array![true, true, false, false, true, false, false, false];
/// let firms = Dataset::new(cash, bad).with_feature_names(vec!["cash"]);
/// let fitted = Logit::on_measures().fit(&firms)?;
/// // Odds bad : good are 1 at 1 and 1/3 at 3.
/// assert!((fitted.coefficients()[0] + 3.0_f64.ln() / 2.0).abs() < 1e-9);
/// let pds: Array1<f64> = fitted.predict(firms.records());
/// assert!((pds[0] - 0.5).abs() < 1e-9 && (pds[7] - 0.25).abs() < 1e-9);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Logit {
    penalty: Penalty,
    all: Sign,
    each: Vec<Sign>,
}

impl Logit {
    /// Columns are weights of evidence, `ln(share of goods / share of bads)`: no coefficient may be above 0, because
    /// points must not contradict the risk that a bin shows by itself.
    pub fn on_woe() -> Self {
        Self {
            penalty: Penalty::None,
            all: Sign::NotPositive,
            each: Vec::new(),
        }
    }

    /// Columns are whatever they are: coefficients of either sign.
    pub fn on_measures() -> Self {
        Self {
            all: Sign::Any,
            ..Self::on_woe()
        }
    }

    /// A sign for each column, in order.
    #[must_use]
    pub fn with_signs(mut self, signs: &[Sign]) -> Self {
        self.each = signs.to_vec();
        self
    }

    /// What is taken off the log-likelihood.
    #[must_use]
    pub fn penalised(mut self, penalty: Penalty) -> Self {
        self.penalty = penalty;
        self
    }

    /// Fits to rows that may have weights, an offset and clusters.
    ///
    /// Time is that of some six readings of the rows, if they are many; the matrix is read where it lies, in either order.
    ///
    /// # Errors
    /// [`LogisticError`]: slices that do not fit the matrix, cells that are no finite numbers, one class only, a
    /// column that is constant or follows from others, bads and goods that columns part from each other.
    ///
    /// ```
    /// use ndarray::array;
    /// use rating_core::fit::logistic::{Logit, Sample};
    /// // Two rows that count for 30 goods and 10 bads, and two for 20 and 20.
    /// let x = array![[0.0], [0.0], [1.0], [1.0]];
    /// let sample = Sample::new(x.view(), &[false, true, false, true]).weighted(&[30.0, 10.0, 20.0, 20.0]);
    /// let fitted = Logit::on_measures().fit_rows(&sample)?;
    /// assert!((fitted.coefficients()[0] - 3.0_f64.ln()).abs() < 1e-9); // odds of 1 to 3 become evens
    /// # Ok::<(), rating_core::fit::logistic::LogisticError>(())
    /// ```
    ///
    /// Source: Hosmer, Lemeshow, Sturdivant (2013), Applied Logistic Regression; conditions of an optimum under signs,
    /// those of Karush, Kuhn and Tucker: Nocedal, Wright (2006), Numerical Optimization.
    pub fn fit_rows(&self, sample: &Sample<'_>) -> Result<FittedLogit, LogisticError> {
        let design = Design::new(sample.clone())?;
        let rules = self.rules(&design)?;
        let optimum = newton::climb(&design, &rules)?;
        FittedLogit::new(&design, &rules, optimum)
    }

    /// Likelihood-ratio test of each column, in order: the fit against the one without the column. One fit a column.
    ///
    /// Unlike Wald's test it holds up where a coefficient is large, because it does not rest on a curvature far from 0.
    ///
    /// # Errors
    /// As [`fit_rows`](Self::fit_rows).
    ///
    /// ```
    /// use ndarray::array;
    /// use rating_core::fit::logistic::{Logit, Sample};
    /// let x = array![[0.0], [0.0], [1.0], [1.0]];
    /// let sample = Sample::new(x.view(), &[false, true, false, true]).weighted(&[30.0, 10.0, 20.0, 20.0]);
    /// let logit = Logit::on_measures();
    /// let fitted = logit.fit_rows(&sample)?;
    /// // The only column: the model without it is the one of the intercept alone.
    /// let of_column = logit.test_each(&sample, &fitted)?.remove(0);
    /// assert!((of_column.statistic - fitted.against_null().statistic).abs() < 1e-12);
    /// # Ok::<(), rating_core::fit::logistic::LogisticError>(())
    /// ```
    pub fn test_each(
        &self,
        sample: &Sample<'_>,
        fitted: &FittedLogit,
    ) -> Result<Vec<LikelihoodRatio>, LogisticError> {
        let without = |column: usize| {
            let others: Vec<usize> = (0..sample.columns()).filter(|at| *at != column).collect();
            let x = sample.x.select(ndarray::Axis(1), &others);
            let names: Vec<&str> = others.iter().map(|at| sample.name(*at)).collect();
            let smaller = self.of(&others).fit_rows(&sample.over(x.view()).named(&names))?;
            Ok(fitted.against(&smaller))
        };
        (0..sample.columns()).map(without).collect()
    }

    /// The same for some of the columns.
    pub(crate) fn of(&self, columns: &[usize]) -> Self {
        let sign = |at: &usize| self.each.get(*at).copied();
        Self {
            each: columns.iter().filter_map(sign).collect(),
            ..*self
        }
    }

    /// Whether there is a sign for each of so many columns, or one for all.
    pub(crate) fn check_signs(&self, columns: usize) -> Result<(), LogisticError> {
        if self.each.is_empty() || self.each.len() == columns {
            return Ok(());
        }
        Err(LogisticError::ColumnsDiffer {
            what: "signs",
            columns,
            got: self.each.len(),
        })
    }

    /// The sign that the coefficient of a column must have.
    pub(crate) fn sign(&self, column: usize) -> Sign {
        self.each.get(column).copied().unwrap_or(self.all)
    }

    /// Whether the penalty makes coefficients 0.
    pub(crate) fn is_lasso(&self) -> bool {
        self.penalty.factors().0 > 0.0
    }

    /// What holds for the intercept and each coefficient, on the scale of the design.
    fn rules(&self, design: &Design<'_>) -> Result<Vec<Rule>, LogisticError> {
        self.check_signs(design.scale.len())?;
        let (lasso, ridge) = self.penalty.factors();
        if let Some(wrong) = [lasso, ridge].into_iter().find(|p| !(*p >= 0.0 && p.is_finite())) {
            return Err(LogisticError::Penalty(wrong));
        }
        let mut rules = vec![Rule::FREE];
        let mut each = self.each.iter();
        rules.extend(design.scale.iter().map(|(_, factor)| Rule {
            lasso: lasso * factor,
            ridge: ridge * factor * factor,
            sign: each.next().copied().unwrap_or(self.all),
        }));
        Ok(rules)
    }
}

/// linfa's door: the columns' names and the rows' weights are those of the data set, a target `true` is bad.
impl<D, T> Fit<ArrayBase<D, Ix2>, T, LogisticError> for Logit
where
    D: Data<Elem = f64>,
    T: AsSingleTargets<Elem = bool>,
{
    type Object = FittedLogit;

    fn fit(&self, dataset: &DatasetBase<ArrayBase<D, Ix2>, T>) -> Result<FittedLogit, LogisticError> {
        let bad = dataset.targets.as_single_targets().to_vec();
        let weights: Option<Vec<f64>> = dataset
            .weights()
            .map(|all| all.iter().map(|w| f64::from(*w)).collect());
        let mut sample = Sample::new(dataset.records.view(), &bad);
        if !dataset.feature_names().is_empty() {
            sample = sample.named(dataset.feature_names());
        }
        if let Some(weights) = &weights {
            sample = sample.weighted(weights);
        }
        self.fit_rows(&sample)
    }
}
