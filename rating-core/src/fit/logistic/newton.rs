//! Newton's method on the penalised log-likelihood.

use super::LogisticError;
use super::cholesky::{Dependent, unpacked};
use super::pass::{Reading, Sums, sums};
use super::quadratic::{Quadratic, Rule};
use super::sample::Design;
use super::separation;

/// Newton steps before the search is given up; an ordinary fit needs five to ten.
const MOST_STEPS: usize = 60;
/// A step this short, in standard errors squared, is the last: the next would be its square.
const LAST: f64 = 1e-12;
/// Steps that shrink less than this near an optimum are those of a separation, which shrink by 1/e.
const SLOW: f64 = 0.1;
/// Steps before slowness means anything.
const FAR: usize = 4;
/// Violation of the optimum's conditions that is let pass, in standard errors.
const RESIDUAL: f64 = 1e-6;
/// From this many rows on, a first search runs on one block in sixteen.
const MANY_ROWS: usize = 65_536;
const COARSE: usize = 16;

/// Where the search ended, on the scale of the design.
pub(super) struct Optimum {
    /// The intercept, then the coefficients.
    pub(super) coefficients: Vec<f64>,
    /// At the coefficients.
    pub(super) log_likelihood: f64,
    /// At the coefficients.
    pub(super) gradient: Vec<f64>,
    /// One step of less than a millionth of a standard error before; lower triangle by rows.
    pub(super) information: Vec<Vec<f64>>,
    /// Steps over all rows.
    pub(super) steps: usize,
    /// The largest violation of the optimum's conditions, in standard errors.
    pub(super) residual: f64,
}

/// A step that was made, and what it started from.
struct Made {
    from: Vec<f64>,
    by: Vec<f64>,
    value: f64,
    decrement: f64,
}

/// The coefficients of greatest penalised likelihood.
pub(super) fn climb(design: &Design<'_>, rules: &[Rule]) -> Result<Optimum, LogisticError> {
    let mut start = vec![0.0; design.terms()];
    if let Some(intercept) = start.first_mut() {
        *intercept = (design.bads / design.goods).ln();
    }
    if design.rows() >= MANY_ROWS {
        let coarse = Search {
            design,
            rules,
            every: COARSE,
        };
        // A part of the rows may be separated where all are not: then the search starts from nothing.
        if let Ok(near) = coarse.run(start.clone()) {
            start = near.coefficients;
        }
    }
    Search {
        design,
        rules,
        every: 1,
    }
    .run(start)
}

struct Search<'a, 'd> {
    design: &'a Design<'d>,
    rules: &'a [Rule],
    every: usize,
}

impl Search<'_, '_> {
    fn run(&self, start: Vec<f64>) -> Result<Optimum, LogisticError> {
        let mut at = start;
        let mut made: Option<Made> = None;
        for steps in 1..=MOST_STEPS {
            let here = self.sums(&at, true);
            let value = self.value(&here, &at);
            // Beyond rounding a step may not lead down. Halving it ends at its start, where the slope leads up.
            if let Some(made) = made
                .as_mut()
                .filter(|made| value < made.value - 1e-10 * made.value.abs())
            {
                made.by.iter_mut().for_each(|by| *by *= 0.5);
                at = sum(&made.from, &made.by);
                continue;
            }
            let information = unpacked(&here.information);
            let quadratic = Quadratic {
                at: &at,
                slope: &here.gradient,
                information: &information,
            };
            let step = match quadratic.step(self.rules) {
                Ok(step) => step,
                Err(dependent) => return Err(self.dependent(&dependent, made.as_ref())),
            };
            let is_slow = made
                .as_ref()
                .is_some_and(|made| step.decrement > SLOW * made.decrement);
            if is_slow && steps > FAR {
                self.not_separated(&step.by)?;
            }
            let next = sum(&at, &step.by);
            if step.decrement <= LAST {
                return self.end(next, information, steps);
            }
            made = Some(Made {
                from: std::mem::replace(&mut at, next),
                by: step.by,
                value,
                decrement: step.decrement,
            });
        }
        Err(LogisticError::NotConverged {
            steps: MOST_STEPS,
            residual: made.map_or(f64::NAN, |made| made.decrement.sqrt()),
        })
    }

    fn sums(&self, at: &[f64], information: bool) -> Sums {
        let reading = Reading {
            every: self.every,
            information,
        };
        sums(self.design, at, reading)
    }

    fn value(&self, sums: &Sums, at: &[f64]) -> f64 {
        let penalties = self.rules.iter().zip(at).map(|(rule, c)| rule.penalty(*c));
        sums.log_likelihood - penalties.sum::<f64>()
    }

    /// The optimum at `coefficients`, if its conditions hold there.
    fn end(
        &self,
        coefficients: Vec<f64>,
        information: Vec<Vec<f64>>,
        steps: usize,
    ) -> Result<Optimum, LogisticError> {
        let here = self.sums(&coefficients, false);
        let violations = coefficients
            .iter()
            .zip(&here.gradient)
            .zip(self.rules)
            .zip(&information);
        let residual = violations.fold(0.0_f64, |most, (((c, slope), rule), row)| {
            let size = row.last().copied().unwrap_or(1.0).sqrt();
            let violation = rule.violation(*c, *slope) / size;
            // The greater of a number and NaN is the number, which would hide that a step left floating point.
            if violation.is_nan() {
                f64::INFINITY
            } else {
                most.max(violation)
            }
        });
        if residual > RESIDUAL {
            return Err(LogisticError::NotConverged { steps, residual });
        }
        Ok(Optimum {
            coefficients,
            log_likelihood: here.log_likelihood,
            gradient: here.gradient,
            information,
            steps,
            residual,
        })
    }

    fn not_separated(&self, direction: &[f64]) -> Result<(), LogisticError> {
        // The constant has no penalty and parts nothing by itself.
        let can_run_away = self.every == 1 && self.rules.iter().skip(1).any(|rule| rule.is_unpenalised());
        let proof = can_run_away
            .then(|| separation::proven(self.design, direction, self.rules))
            .flatten();
        proof.map_or(Ok(()), |(separation, columns)| {
            let columns = columns.into_iter().map(|at| self.name(at)).collect();
            Err(LogisticError::Separated { separation, columns })
        })
    }

    /// An equation that follows from others: a column that follows from others, or rows that have lost all weight on
    /// the way to a separation.
    fn dependent(&self, dependent: &Dependent, made: Option<&Made>) -> LogisticError {
        if let Some(Err(separated)) = made.map(|made| self.not_separated(&made.by)) {
            return separated;
        }
        let with = dependent.on.iter().enumerate().skip(1);
        LogisticError::Collinear {
            column: dependent
                .at
                .checked_sub(1)
                .map_or_else(String::new, |at| self.name(at)),
            with: with
                .filter(|(_, share)| share.abs() > 1e-4)
                .map(|(at, _)| self.name(at - 1))
                .collect(),
        }
    }

    fn name(&self, column: usize) -> String {
        self.design.sample.names.get(column).cloned().unwrap_or_default()
    }
}

fn sum(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a + b).collect()
}
