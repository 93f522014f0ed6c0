//! The document of a regression, and its check.

use super::super::LogisticError;
use super::FittedLogit;
use ndarray::Array2;
use serde::{Deserialize, Serialize};

/// Format of the document.
const FORMAT: u32 = 1;

/// A regression as it is written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Document {
    format: u32,
    names: Vec<String>,
    intercept: f64,
    coefficients: Vec<f64>,
    held: Vec<bool>,
    covariance: Option<Vec<Vec<f64>>>,
    clusters: bool,
    penalised: bool,
    log_likelihood: f64,
    null_log_likelihood: f64,
    rows: f64,
    steps: usize,
    residual: f64,
    last_step: LastStep,
}

/// The equations of Newton's last step, on the scale of the design.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LastStep {
    information: Vec<Vec<f64>>,
    working: Vec<f64>,
    factors: Vec<f64>,
}

impl From<FittedLogit> for Document {
    fn from(fitted: FittedLogit) -> Self {
        let by_rows = |all: Array2<f64>| all.rows().into_iter().map(|row| row.to_vec()).collect();
        Self {
            format: FORMAT,
            intercept: fitted.intercept(),
            coefficients: fitted.coefficients().to_vec(),
            names: fitted.names,
            held: fitted.held,
            covariance: fitted.covariance.map(by_rows),
            clusters: fitted.clusters,
            penalised: fitted.penalised,
            log_likelihood: fitted.log_likelihood,
            null_log_likelihood: fitted.null_log_likelihood,
            rows: fitted.rows,
            steps: fitted.steps,
            residual: fitted.residual,
            last_step: LastStep {
                information: fitted.information,
                working: fitted.working,
                factors: fitted.factors,
            },
        }
    }
}

impl TryFrom<Document> for FittedLogit {
    type Error = LogisticError;

    fn try_from(document: Document) -> Result<Self, LogisticError> {
        document.check()?;
        let terms = document.names.len() + 1;
        let whole = |rows: Vec<Vec<f64>>| {
            // INVARIANT: checked to be square.
            Array2::from_shape_vec((terms, terms), rows.concat()).unwrap_or_default()
        };
        let intercept = std::iter::once(document.intercept);
        Ok(Self {
            coefficients: intercept.chain(document.coefficients).collect(),
            names: document.names,
            covariance: document.covariance.map(whole),
            held: document.held,
            clusters: document.clusters,
            log_likelihood: document.log_likelihood,
            null_log_likelihood: document.null_log_likelihood,
            penalised: document.penalised,
            rows: document.rows,
            steps: document.steps,
            residual: document.residual,
            information: document.last_step.information,
            working: document.last_step.working,
            factors: document.last_step.factors,
        })
    }
}

impl Document {
    fn check(&self) -> Result<(), LogisticError> {
        if self.format != FORMAT {
            return fault("format 1", &self.format);
        }
        let columns = self.names.len();
        let terms = columns + 1;
        for (expected, length, wanted) in [
            ("a coefficient for each name", self.coefficients.len(), columns),
            ("a scale for each name", self.last_step.factors.len(), columns),
            ("`held` for each term", self.held.len(), terms),
            ("`working` for each term", self.last_step.working.len(), terms),
            (
                "`information` for each term",
                self.last_step.information.len(),
                terms,
            ),
        ] {
            if length != wanted {
                return fault(expected, &length);
            }
        }
        if let Some(covariance) = &self.covariance {
            let is_square = covariance.len() == terms && covariance.iter().all(|row| row.len() == terms);
            if !is_square || self.penalised {
                return fault("a square covariance, and none with a penalty", &covariance.len());
            }
        } else if !self.penalised {
            return fault("a covariance without a penalty", &"none");
        }
        let rows = self.last_step.information.iter().enumerate();
        if let Some((at, _)) = rows.clone().find(|(at, row)| row.len() <= *at) {
            return fault("`information` up to the diagonal", &format!("row {at}"));
        }
        if self.rows <= 0.0 {
            return fault("weight", &self.rows);
        }
        if self.held.first() == Some(&true) {
            return fault("an intercept that is free", &"one held at 0");
        }
        Ok(())
    }
}

fn fault(expected: &'static str, got: &dyn std::fmt::Display) -> Result<(), LogisticError> {
    Err(LogisticError::Document {
        expected,
        got: got.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::logistic::{Logit, Penalty, Sample};
    use ndarray::Array2;

    /// `noise` follows `sales`, so that its sign turns beside it and is held.
    fn rows() -> (Array2<f64>, Vec<bool>) {
        let x = Array2::from_shape_fn((600, 2), |(row, column)| {
            let sales = (row * 37 % 100) as f64 / 100.0;
            sales
                + if column == 1 {
                    (row * 13 % 7) as f64 / 20.0
                } else {
                    0.0
                }
        });
        let bad = (0..600)
            .map(|row| (row * 37 % 100) + (row * 71 % 60) < 60 + 4 * (row * 13 % 7))
            .collect();
        (x, bad)
    }

    fn travelled(fitted: &FittedLogit) -> FittedLogit {
        serde_json::from_str(&serde_json::to_string(fitted).unwrap()).unwrap()
    }

    #[test]
    fn a_regression_that_travelled_says_the_same_to_the_bit() {
        let (x, bad) = rows();
        let clusters: Vec<u64> = (0..600).map(|row| row / 3).collect();
        let sample = Sample::new(x.view(), &bad).named(&["sales", "noise"]);
        let plain = Logit::on_woe().fit_rows(&sample).unwrap();
        assert!(
            plain.terms().iter().any(|term| term.is_held),
            "{:?}",
            plain.terms()
        );
        let free = Logit::on_measures()
            .fit_rows(&sample.clone().clustered(&clusters))
            .unwrap();
        let ridge = Logit::on_measures()
            .penalised(Penalty::Ridge(2.0))
            .fit_rows(&sample)
            .unwrap();
        for fitted in [plain, free, ridge] {
            let moved = travelled(&fitted);
            assert_eq!(
                serde_json::to_string(&moved).unwrap(),
                serde_json::to_string(&fitted).unwrap()
            );
            assert_eq!(
                (moved.terms(), moved.aic(), moved.bic()),
                (fitted.terms(), fitted.aic(), fitted.bic())
            );
            assert_eq!(moved.covariance(), fitted.covariance());
            assert_eq!(moved.pds(x.view()), fitted.pds(x.view()));
            assert_eq!(
                moved.explain_sign("noise").unwrap(),
                fitted.explain_sign("noise").unwrap()
            );
        }
    }

    #[test]
    fn a_document_that_does_not_hold_together_is_refused() {
        let (x, bad) = rows();
        let fitted = Logit::on_measures()
            .fit_rows(&Sample::new(x.view(), &bad).named(&["sales", "noise"]))
            .unwrap();
        let good = serde_json::to_value(&fitted).unwrap();
        let told = |place: &str, value: serde_json::Value| {
            let mut changed = good.clone();
            *changed.pointer_mut(place).unwrap() = value;
            serde_json::from_value::<FittedLogit>(changed)
                .unwrap_err()
                .to_string()
        };
        insta::assert_snapshot!(told("/format", 2.into()), @"document of a regression: expected format 1, got `2`");
        insta::assert_snapshot!(told("/coefficients", vec![0.5].into()), @"document of a regression: expected a coefficient for each name, got `1`");
        insta::assert_snapshot!(told("/held/0", true.into()), @"document of a regression: expected an intercept that is free, got `one held at 0`");
        insta::assert_snapshot!(told("/covariance", serde_json::Value::Null), @"document of a regression: expected a covariance without a penalty, got `none`");
        insta::assert_snapshot!(told("/covariance/1", vec![0.5].into()), @"document of a regression: expected a square covariance, and none with a penalty, got `3`");
        insta::assert_snapshot!(told("/penalised", true.into()), @"document of a regression: expected a square covariance, and none with a penalty, got `3`");
        insta::assert_snapshot!(told("/last_step/information/2", vec![0.5].into()), @"document of a regression: expected `information` up to the diagonal, got `row 2`");
        insta::assert_snapshot!(told("/rows", 0.into()), @"document of a regression: expected weight, got `0`");
    }
}
