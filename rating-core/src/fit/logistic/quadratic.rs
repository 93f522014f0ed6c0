//! One Newton step under penalties and signs: a quadratic problem in a few variables.

use super::cholesky::{Cholesky, Dependent, part, product};
use super::options::Sign;

/// What holds for a coefficient.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rule {
    pub(super) lasso: f64,
    pub(super) ridge: f64,
    pub(super) sign: Sign,
}

impl Rule {
    /// Neither penalty nor sign.
    pub(super) const FREE: Self = Self {
        lasso: 0.0,
        ridge: 0.0,
        sign: Sign::Any,
    };

    /// The rule for so large a share of the rows.
    pub(super) fn times(self, share: f64) -> Self {
        Self {
            lasso: self.lasso * share,
            ridge: self.ridge * share,
            ..self
        }
    }

    pub(super) fn is_smooth(self) -> bool {
        self.lasso <= 0.0 && self.sign == Sign::Any
    }

    /// Whether nothing but the data bounds the coefficient.
    pub(super) fn is_unpenalised(self) -> bool {
        self.lasso <= 0.0 && self.ridge <= 0.0
    }

    /// What is taken off the log-likelihood.
    pub(super) fn penalty(self, coefficient: f64) -> f64 {
        self.lasso * coefficient.abs() + 0.5 * self.ridge * coefficient * coefficient
    }

    fn allowed(self, coefficient: f64) -> f64 {
        match self.sign {
            Sign::Any => coefficient,
            Sign::NotPositive => coefficient.min(0.0),
            Sign::NotNegative => coefficient.max(0.0),
        }
    }

    /// How far a coefficient is from the best that its rule allows, given the slope of the log-likelihood there.
    pub(super) fn violation(self, coefficient: f64, slope: f64) -> f64 {
        let slope = slope - self.ridge * coefficient;
        if self.is_smooth() {
            slope.abs()
        } else if coefficient > 0.0 {
            (slope - self.lasso).abs()
        } else if coefficient < 0.0 {
            (slope + self.lasso).abs()
        } else {
            let up = if self.sign == Sign::NotPositive {
                0.0
            } else {
                slope
            };
            let down = if self.sign == Sign::NotNegative {
                0.0
            } else {
                -slope
            };
            (up.max(down) - self.lasso).max(0.0)
        }
    }
}

/// A step, and its length in standard errors, squared.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) by: Vec<f64>,
    pub(super) decrement: f64,
}

/// The log-likelihood near a point, to second order.
pub(super) struct Quadratic<'a> {
    /// Where.
    pub(super) at: &'a [f64],
    /// First derivative.
    pub(super) slope: &'a [f64],
    /// Second derivative, its sign turned: lower triangle by rows.
    pub(super) information: &'a [Vec<f64>],
}

impl Quadratic<'_> {
    /// The step to the greatest value of the quadratic less the penalties, among the coefficients that are allowed.
    pub(super) fn step(&self, rules: &[Rule]) -> Result<Step, Dependent> {
        let mut matrix = self.information.to_vec();
        for (row, rule) in matrix.iter_mut().zip(rules) {
            if let Some(diagonal) = row.last_mut() {
                *diagonal += rule.ridge;
            }
        }
        let at = self.slope.iter().zip(self.at).zip(rules);
        let slope: Vec<f64> = at.map(|((slope, at), rule)| slope - rule.ridge * at).collect();
        let by = if rules.iter().all(|rule| rule.is_smooth()) {
            Cholesky::new(&matrix)?.solve(&slope)
        } else {
            let end = self.descend(&matrix, &slope, rules);
            self.polish(&matrix, &slope, (rules, end))?
        };
        let decrement = by.iter().zip(product(&matrix, &by)).map(|(a, b)| a * b).sum();
        Ok(Step { by, decrement })
    }

    /// Coordinate descent: finds which coefficients are 0. Exact only in the limit; `polish` makes it exact.
    fn descend(&self, matrix: &[Vec<f64>], slope: &[f64], rules: &[Rule]) -> Vec<f64> {
        const SWEEPS: usize = 2_000;
        const ENOUGH: f64 = 1e-10;
        let whole = whole(matrix);
        let mut end = self.at.to_vec();
        let mut left = slope.to_vec();
        for _ in 0..SWEEPS {
            let mut longest = 0.0_f64;
            for (at, (row, rule)) in whole.iter().zip(rules).enumerate() {
                let (Some(own), Some(slope), Some(now)) =
                    (row.get(at), left.get(at).copied(), end.get_mut(at))
                else {
                    continue;
                };
                let free = own * *now + slope;
                let shrunk = free.signum() * (free.abs() - rule.lasso).max(0.0) / own;
                let step = rule.allowed(shrunk) - *now;
                if step.abs() > 0.0 && step.is_finite() {
                    *now += step;
                    longest = longest.max(step.abs() * own.sqrt());
                    for (cell, entry) in left.iter_mut().zip(row) {
                        *cell -= entry * step;
                    }
                }
            }
            if longest <= ENOUGH {
                break;
            }
        }
        end
    }

    /// Solves for the coefficients that `descend` left off 0, exactly; one that would cross 0 is held there.
    fn polish(
        &self,
        matrix: &[Vec<f64>],
        slope: &[f64],
        (rules, end): (&[Rule], Vec<f64>),
    ) -> Result<Vec<f64>, Dependent> {
        let mut kept: Vec<usize> = (0..end.len())
            .filter(|at| {
                let rule = rules.get(*at).copied().unwrap_or(Rule::FREE);
                rule.is_smooth() || end.get(*at).is_some_and(|e| e.abs() > 0.0)
            })
            .collect();
        loop {
            // Where a coefficient is held at 0 the step leads there.
            let mut by: Vec<f64> = self.at.iter().map(|at| -at).collect();
            for at in &kept {
                if let Some(by) = by.get_mut(*at) {
                    *by = 0.0;
                }
            }
            let moved = product(matrix, &by);
            let wanted: Vec<f64> = kept
                .iter()
                .map(|at| {
                    let get = |all: &[f64]| all.get(*at).copied().unwrap_or(0.0);
                    let lasso = rules.get(*at).map_or(0.0, |r| r.lasso);
                    let side = if lasso > 0.0 { get(&end).signum() } else { 0.0 };
                    get(slope) - lasso * side - get(&moved)
                })
                .collect();
            let solved = Cholesky::new(&part(matrix, &kept))
                .map_err(|dependent| in_whole(&dependent, &kept))?
                .solve(&wanted);
            let mut crossed = None;
            for (at, step) in kept.iter().zip(&solved) {
                if let Some(by) = by.get_mut(*at) {
                    *by = *step;
                }
                let get = |all: &[f64]| all.get(*at).copied().unwrap_or(0.0);
                let is_smooth = rules.get(*at).is_none_or(|r| r.is_smooth());
                if !is_smooth && (get(self.at) + step) * get(&end) < 0.0 {
                    crossed = crossed.or(Some(*at));
                }
            }
            let Some(crossed) = crossed else { return Ok(by) };
            kept.retain(|at| *at != crossed);
        }
    }
}

/// The dependence in terms of all equations, not of the kept ones.
fn in_whole(dependent: &Dependent, kept: &[usize]) -> Dependent {
    let at = kept.get(dependent.at).copied().unwrap_or(0);
    let mut on = vec![0.0; at];
    for (place, share) in kept.iter().zip(&dependent.on) {
        if let Some(cell) = on.get_mut(*place) {
            *cell = *share;
        }
    }
    Dependent { at, on }
}

/// Both triangles.
fn whole(lower: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let mut rows: Vec<Vec<f64>> = lower.to_vec();
    for (at, row) in lower.iter().enumerate() {
        for (before, cell) in rows.iter_mut().zip(row).take(at) {
            before.push(*cell);
        }
    }
    rows
}
