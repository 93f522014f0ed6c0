//! Why a coefficient was held at 0, or stands the wrong way round.

use super::LogisticError;
use super::cholesky::{Cholesky, part};
use super::fitted::FittedLogit;

/// Why a column has not the sign that it has by itself.
#[derive(Clone, Debug, PartialEq)]
pub struct SignExplanation {
    /// The column.
    pub column: String,
    /// Its coefficient if it stood alone beside the intercept.
    pub alone: f64,
    /// The columns that turn it, the strongest first, each with its correlation with the column where the model
    /// decides (rows weighted by PD · (1 − PD)). Empty if the column does not turn: then it has its sign by itself.
    pub because_of: Vec<(String, f64)>,
    /// Its coefficient beside those columns.
    pub beside: f64,
}

impl FittedLogit {
    /// Names the columns because of which a column turns its sign, or would turn it if it were not held at 0.
    ///
    /// Starting from the column alone, the column is added that moves its coefficient farthest towards the other
    /// sign, until it turns. Coefficients here are those of the weighted least squares that Newton's last step
    /// solves, so no data are read; far from the optimum they are approximate, their signs seldom are.
    ///
    /// # Errors
    /// [`LogisticError::UnknownColumn`].
    ///
    /// ```
    /// use ndarray::Array2;
    /// use rating_core::fit::logistic::{Logit, Sample};
    /// // `sales` repeats `assets` with noise; only assets matter.
    /// let x = Array2::from_shape_fn((400, 2), |(row, column)| {
    ///     let assets = (row * 37 % 100) as f64 / 100.0;
    ///     assets + if column == 1 { (row * 13 % 7) as f64 / 50.0 } else { 0.0 }
    /// });
    /// let bad: Vec<bool> = (0..400).map(|row| (row * 37 % 100) + (row * 71 % 60) + 3 * (row * 13 % 7) > 90).collect();
    /// let fitted = Logit::on_measures().fit_rows(&Sample::new(x.view(), &bad).named(&["assets", "sales"]))?;
    /// let told = fitted.explain_sign("assets")?;
    /// assert!(told.alone > 0.0);
    /// # Ok::<(), rating_core::fit::logistic::LogisticError>(())
    /// ```
    pub fn explain_sign(&self, column: &str) -> Result<SignExplanation, LogisticError> {
        let names = self.names();
        let Some(at) = names.iter().position(|name| name == column) else {
            return Err(LogisticError::UnknownColumn(column.to_owned()));
        };
        let factor = self.factors.get(at).copied().unwrap_or(1.0);
        let own = at + 1;
        let alone = self.working_coefficient(own, &[]);
        let mut with: Vec<usize> = Vec::new();
        let mut beside = alone;
        // A coefficient that keeps its sign beside all others has not turned.
        let all: Vec<usize> = (1..=names.len()).filter(|other| *other != own).collect();
        if self.working_coefficient(own, &all) * alone < 0.0 {
            while beside * alone > 0.0 && with.len() < all.len() {
                let left = all.iter().filter(|other| !with.contains(other));
                let tried = left.map(|other| {
                    let so_far: Vec<usize> = with.iter().copied().chain([*other]).collect();
                    (*other, self.working_coefficient(own, &so_far))
                });
                let towards = |value: f64| value * alone.signum();
                let best = tried.fold(None, |best: Option<(usize, f64)>, new| match best {
                    Some(old) if towards(old.1) <= towards(new.1) => Some(old),
                    _ => Some(new),
                });
                let Some((other, value)) = best else { break };
                with.push(other);
                beside = value;
            }
        }
        let because_of = with.iter().map(|other| {
            let name = names.get(other - 1).cloned().unwrap_or_default();
            (name, self.working_correlation(own, *other))
        });
        Ok(SignExplanation {
            column: column.to_owned(),
            alone: alone * factor,
            because_of: because_of.collect(),
            beside: beside * factor,
        })
    }

    /// The coefficient of a term beside others, from the equations of Newton's last step.
    fn working_coefficient(&self, own: usize, others: &[usize]) -> f64 {
        let mut kept: Vec<usize> = others.iter().copied().chain([0, own]).collect();
        kept.sort_unstable();
        let wanted: Vec<f64> = kept
            .iter()
            .filter_map(|at| self.working.get(*at).copied())
            .collect();
        let place = kept.iter().position(|at| *at == own);
        match (Cholesky::new(&part(&self.information, &kept)), place) {
            (Ok(factor), Some(place)) => factor.solve(&wanted).get(place).copied().unwrap_or(0.0),
            // Not defined beside these: they add up to the column.
            _ => 0.0,
        }
    }

    /// Correlation of two columns, rows weighted by PD · (1 − PD).
    fn working_correlation(&self, a: usize, b: usize) -> f64 {
        let cell = |i: usize, j: usize| {
            let row = self.information.get(i.max(j));
            row.and_then(|row| row.get(i.min(j))).copied().unwrap_or(0.0)
        };
        let centred = |i: usize, j: usize| cell(i, j) - cell(i, 0) * cell(j, 0) / cell(0, 0);
        centred(a, b) / (centred(a, a) * centred(b, b)).sqrt()
    }
}
