//! Newton's method on the penalised log-likelihood.

use super::LogisticError;
use super::cholesky::{Cholesky, Dependent, part};
use super::pass::{Reading, Sums, read, sums};
use super::quadratic::{Quadratic, Rule, Step};
use super::sample::Design;
use super::separation;

/// Newton steps before the search is given up; an ordinary fit needs five to ten.
const MOST_STEPS: usize = 60;
/// The same for a search on a part of the rows, which only saves time.
const MOST_STEPS_OF_PART: usize = 15;
/// A step this short, in standard errors squared, is the last: the next would be its square.
const LAST: f64 = 1e-12;
/// So is one that moves the log-odds of the rows by this little, root mean square by information. The information,
/// and with it a standard error, is off by about as little.
const LAST_MOVE: f64 = 1e-6;
/// The same for a search on a part of the rows, whose optimum is off by much more than that.
const LAST_MOVE_OF_PART: f64 = 0.1;
/// Steps that shrink less than this near an optimum are those of a separation, which shrink by 1/e.
const SLOW: f64 = 0.1;
/// Log-odds by which a step may move a row at first, and after one that went too far; each that goes well as far as it
/// may lets the next go twice as far. Where a row is all but certain its information is gone, and a step that took it
/// there is followed by one that comes back as blindly.
const FARTHEST: f64 = 5.0;
/// Log-odds by which the last step may move a row at most. On the way to a separation each step moves the rows that
/// are parted by 1, however little of the likelihood is left to gain there.
const STILL: f64 = 0.1;
/// Steps before slowness means anything.
const FAR: usize = 4;
/// Violation of the optimum's conditions that is let pass, in standard errors.
const RESIDUAL: f64 = 1e-6;
/// Each search starts where one on a quarter of its rows ended, down to this many rows.
const LEAST_ROWS: usize = 4_096;
const QUARTER: usize = 4;

/// Where the search ended, on the scale of the design.
pub(super) struct Optimum {
    /// The intercept, then the coefficients.
    pub(super) coefficients: Vec<f64>,
    /// At the coefficients.
    pub(super) log_likelihood: f64,
    /// At the coefficients.
    pub(super) gradient: Vec<f64>,
    /// One step of at most `LAST_MOVE` before; lower triangle by rows.
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
    let mut start = start_of(design);
    let mut every = 1;
    while design.rows() / (every * QUARTER) >= LEAST_ROWS {
        every *= QUARTER;
    }
    while every > 1 {
        let share = 1.0 / every as f64;
        let rules: Vec<Rule> = rules.iter().map(|rule| rule.times(share)).collect();
        let part = Search {
            design,
            rules: &rules,
            every,
            most_steps: MOST_STEPS_OF_PART,
            last_move: LAST_MOVE_OF_PART,
        };
        // A part of the rows may be separated where all are not: then the next starts where this one did.
        if let Ok(near) = part.run(start.clone()) {
            start = near.at;
        }
        every /= QUARTER;
    }
    let whole = Search {
        design,
        rules,
        every,
        most_steps: MOST_STEPS,
        last_move: LAST_MOVE,
    };
    whole.checked(whole.run(start)?)
}

/// The best intercept without columns.
fn start_of(design: &Design<'_>) -> Vec<f64> {
    let mut start = vec![0.0; design.terms()];
    if let Some(intercept) = start.first_mut() {
        *intercept = (design.bads / design.goods).ln();
    }
    start
}

struct Search<'a, 'd> {
    design: &'a Design<'d>,
    rules: &'a [Rule],
    /// One block of so many is read.
    every: usize,
    most_steps: usize,
    /// The last step moves log-odds by no more.
    last_move: f64,
}

/// Where a search ended.
struct End {
    at: Vec<f64>,
    /// One step before; lower triangle by rows.
    information: Vec<Vec<f64>>,
    steps: usize,
}

impl Search<'_, '_> {
    fn run(&self, start: Vec<f64>) -> Result<End, LogisticError> {
        let mut at = start;
        let mut made: Option<Made> = None;
        let mut radius = FARTHEST;
        for steps in 1..=self.most_steps {
            let here = self.sums(&at, true);
            let value = self.value(&here, &at);
            let information = here.information();
            let quadratic = Quadratic {
                at: &at,
                slope: &here.gradient,
                information: &information,
            };
            // Beyond rounding a step may not lead down. Shortened again and again it ends at its start, where the slope
            // leads up.
            let is_down = |made: &Made| value < made.value - 1e-10 * made.value.abs();
            let step = match made.as_ref() {
                Some(made) if is_down(made) => None,
                made => match quadratic.step(self.rules) {
                    Ok(step) => Some(step),
                    Err(dependent) => {
                        self.not_collinear(&dependent, made)?;
                        None
                    }
                },
            };
            let Some(mut step) = step else {
                radius = FARTHEST;
                at = match &mut made {
                    Some(made) => {
                        self.shorten(&mut made.by);
                        sum(&made.from, &made.by)
                    }
                    None => start_of(self.design),
                };
                continue;
            };
            let is_slow = made
                .as_ref()
                .is_some_and(|made| step.decrement > SLOW * made.decrement);
            if is_slow && steps > FAR {
                self.not_separated(&step.by)?;
            }
            let is_last = self.is_last(&step, &information);
            let far = self.farthest(&step.by, if is_last { STILL } else { radius });
            let is_still = is_last && (self.every > 1 || far <= STILL);
            if is_last && !is_still {
                self.not_separated(&step.by)?;
            }
            if far > radius {
                step.by.iter_mut().for_each(|by| *by *= radius / far);
                radius *= 2.0;
            }
            let next = sum(&at, &step.by);
            if is_still {
                return Ok(End {
                    at: next,
                    information,
                    steps,
                });
            }
            made = Some(Made {
                from: std::mem::replace(&mut at, next),
                by: step.by,
                value,
                decrement: step.decrement,
            });
        }
        Err(LogisticError::NotConverged {
            steps: self.most_steps,
            residual: made.map_or(f64::NAN, |made| made.decrement.sqrt()),
        })
    }

    /// Information adds up to the decrement over rows, each times the square of what its log-odds are moved by.
    fn is_last(&self, step: &Step, information: &[Vec<f64>]) -> bool {
        let all = information.first().and_then(|row| row.first());
        let mean = step.decrement / all.copied().unwrap_or(f64::NAN);
        step.decrement <= LAST || mean <= self.last_move * self.last_move
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

    /// The optimum, if its conditions hold at the end of a search.
    fn checked(&self, end: End) -> Result<Optimum, LogisticError> {
        let End {
            at: coefficients,
            information,
            steps,
        } = end;
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

    /// Halves a step that went too far, or cuts it to [`FARTHEST`].
    fn shorten(&self, by: &mut [f64]) {
        let factor = (FARTHEST / self.farthest(by, FARTHEST)).min(0.5);
        for by in by {
            *by *= factor;
        }
    }

    /// The greatest change of log-odds of a row with weight, or a bound of it that is within `enough`.
    fn farthest(&self, by: &[f64], enough: f64) -> f64 {
        let bound: f64 = by
            .iter()
            .zip(&self.design.reach)
            .map(|(by, r)| by.abs() * r)
            .sum();
        if bound <= enough {
            return bound;
        }
        let parts = read(
            self.design,
            self.every,
            || 0.0_f64,
            |most, block| {
                let weights = self
                    .design
                    .sample
                    .weights
                    .map(|all| block.of(all))
                    .unwrap_or_default();
                for (at, moved) in block.combined(by).iter().take(block.rows).enumerate() {
                    if weights.get(at).is_none_or(|w| *w > 0.0) {
                        *most = most.max(moved.abs());
                    }
                }
            },
        );
        parts.into_iter().fold(0.0, f64::max)
    }

    /// An equation that follows from others is a column that follows from others, if it does so by itself; else rows
    /// have lost all weight, because a step went too far or a separation lies ahead.
    fn not_collinear(&self, dependent: &Dependent, made: Option<&Made>) -> Result<(), LogisticError> {
        if let Some(made) = made {
            self.not_separated(&made.by)?;
        }
        let with = || {
            dependent
                .on
                .iter()
                .enumerate()
                .filter(|(_, share)| share.abs() > 1e-4)
        };
        let kept: Vec<usize> = with().map(|(at, _)| at).chain([dependent.at]).collect();
        let weightless = self.sums(&start_of(self.design), true).information();
        if Cholesky::new(&part(&weightless, &kept)).is_ok() {
            return Ok(());
        }
        let name = |at: usize| at.checked_sub(1).map(|at| self.name(at));
        Err(LogisticError::Collinear {
            column: name(dependent.at).unwrap_or_default(),
            with: with().filter_map(|(at, _)| name(at)).collect(),
        })
    }

    fn name(&self, column: usize) -> String {
        self.design.sample.names.get(column).cloned().unwrap_or_default()
    }
}

fn sum(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a + b).collect()
}
