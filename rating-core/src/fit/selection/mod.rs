//! Which variables stay: each by itself, then together.
//!
//! [`screen`] looks at each variable alone and beside the others and says of every one why it stayed or left;
//! [`stepwise`] builds a regression of those that stayed, one variable at a time, under the same rules that the card will
//! be held to. Columns are weights of evidence, `ln(share of goods / share of bads)`.

#[cfg(test)]
mod laws;
mod screening;
mod search;
mod stepwise;

pub use screening::{Screened, Screening, ScreeningLimits, Verdict, screen};
pub use stepwise::{
    Criterion, Direction, Refusal, Selection, SelectionStep, StepReason, StepwiseRules, stepwise,
    stepwise_heard,
};

use super::logistic::LogisticError;
use crate::validation::{PsiError, SampleError};

/// Why nothing can be selected.
#[derive(Clone, Debug, thiserror::Error)]
pub enum SelectionError {
    /// A list does not go with the columns or the rows.
    #[error("`{what}` must have `{expected}` values, got `{got}`")]
    LengthsDiffer {
        /// Which list.
        what: &'static str,
        /// As many as there should be.
        expected: usize,
        /// As many as there are.
        got: usize,
    },
    /// The rows are no sample that can be judged.
    #[error(transparent)]
    Sample(#[from] SampleError),
    /// The bands of a column cannot be compared.
    #[error(transparent)]
    Stability(#[from] PsiError),
    /// The regression with the intercept alone.
    #[error(transparent)]
    Fit(#[from] LogisticError),
}

/// Correlations of columns over rows of these weights, lower triangle by rows; 0 beside a constant column.
fn correlations(columns: &[Vec<f64>], weights: Option<&[f64]>) -> Vec<Vec<f64>> {
    let centred: Vec<Vec<f64>> = columns
        .iter()
        .map(|column| {
            let apart = match weights {
                None => {
                    let mean = column.iter().sum::<f64>() / column.len() as f64;
                    column.iter().map(|v| v - mean).collect::<Vec<f64>>()
                }
                Some(weights) => {
                    let sum = column.iter().zip(weights).map(|(v, w)| v * w).sum::<f64>();
                    let mean = sum / weights.iter().sum::<f64>();
                    column
                        .iter()
                        .zip(weights)
                        .map(|(v, w)| (v - mean) * w.sqrt())
                        .collect()
                }
            };
            let length = apart.iter().map(|v| v * v).sum::<f64>().sqrt();
            let factor = if length > 0.0 { 1.0 / length } else { 0.0 };
            apart.iter().map(|v| v * factor).collect()
        })
        .collect();
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let row = |(at, own): (usize, &Vec<f64>)| {
        let before = centred.iter().take(at).map(|other| product(own, other));
        before.chain([1.0]).collect()
    };
    centred.iter().enumerate().map(row).collect()
}

/// Variance inflation of each column beside the others: the diagonal of the inverse of their correlations. Infinite for
/// all if a column follows from others.
fn inflations(correlations: &[Vec<f64>]) -> Vec<f64> {
    match super::logistic::inverse_diagonal(correlations) {
        Some(diagonal) => diagonal,
        None => vec![f64::INFINITY; correlations.len()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two columns of correlation r inflate each other's variance to 1 / (1 − r²): here r = 0.8.
    #[test]
    fn inflation_of_two_columns_is_that_of_their_correlation() {
        let (a, b) = (vec![1.0, -1.0, 1.0, -1.0], vec![1.0, 1.0, -1.0, -1.0]);
        let mixed: Vec<f64> = a.iter().zip(&b).map(|(a, b)| 0.8 * a + 0.6 * b).collect();
        let correlations = correlations(&[a.clone(), mixed], None);
        assert!((correlations[1][0] - 0.8).abs() < 1e-15);
        for vif in inflations(&correlations) {
            assert!((vif - 1.0 / 0.36).abs() < 1e-12);
        }
        let twice = super::correlations(&[a.clone(), a], None);
        assert!(inflations(&twice).iter().all(|v| v.is_infinite()));
    }

    /// A weight is the row so many times.
    #[test]
    fn correlations_count_a_row_as_often_as_its_weight() {
        let columns = [vec![1.0, 4.0, 2.0, 8.0], vec![3.0, 1.0, 5.0, 2.0]];
        let times = [1, 3, 0, 2];
        let repeated = columns.clone().map(|column| {
            let rows = column.iter().zip(times);
            rows.flat_map(|(v, times)| std::iter::repeat_n(*v, times))
                .collect::<Vec<f64>>()
        });
        let weighted = correlations(&columns, Some(&[1.0, 3.0, 0.0, 2.0]));
        assert!((weighted[1][0] - correlations(&repeated, None)[1][0]).abs() < 1e-15);
        assert!((weighted[1][0] - correlations(&columns, None)[1][0]).abs() > 0.01);
    }
}
