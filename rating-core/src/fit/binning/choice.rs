//! What is solved, and which of the solutions is taken.

use super::cell::TargetKind;
use super::counts::Cut;
use super::diagnose::Asked;
use super::error::{BinningError, Constraint, Infeasible};
use super::fitted::Alternative;
use super::options::{BinningOptions, Objective, Trend};
use super::problem::Problem;
use super::solve::{GaveUp, Solution, TIE, solve};

/// What is made as large as possible, if the target has it.
pub(super) fn objective(options: &BinningOptions, kind: TargetKind) -> Result<Objective, BinningError> {
    let fault = |field, expected, got| Err(BinningError::Option { field, expected, got });
    match (kind, options.objective) {
        (TargetKind::Classes, objective) => Ok(objective.unwrap_or(Objective::InformationValue)),
        (TargetKind::Amounts, None | Some(Objective::SquaredError)) => {
            if options.limits.min_goods.is_some() || options.limits.min_bads.is_some() {
                return fault(
                    "limits.min_goods",
                    "no limit of goods or bads for amounts",
                    "one".to_owned(),
                );
            }
            Ok(Objective::SquaredError)
        }
        (TargetKind::Amounts, Some(other)) => {
            fault("objective", "`squared_error` for amounts", format!("{other:?}"))
        }
    }
}

/// The trends to solve. Words stand in the order of their rates, which is ascending.
pub(super) fn shapes(options: &BinningOptions, cut: &Cut) -> Vec<Trend> {
    match (cut, options.trend) {
        (_, Trend::None) => vec![Trend::None],
        (Cut::Words { .. }, _) => vec![Trend::Ascending],
        (_, Trend::Auto) => options.auto.shapes.clone(),
        (_, trend) => vec![trend],
    }
}

/// Solves every trend and takes the best, by the rule of [`AutoTrend`](super::AutoTrend).
pub(super) fn choose(
    asked: &Asked<'_>,
    penalty: f64,
) -> Result<(Solution, Trend, Vec<Alternative>), BinningError> {
    let gave_up = |GaveUp| BinningError::GaveUp;
    let problem = Problem::new(&asked.input, &asked.limits);
    let mut solved = Vec::new();
    for trend in &asked.shapes {
        let solution = if asked.empty_bins_are_within() {
            solve(&problem, *trend, asked.bins()).map_err(gave_up)?
        } else {
            None
        };
        let penalised = |s: &Solution| s.objective * (1.0 - penalty * f64::from(trend.turns()));
        let alternative = Alternative {
            trend: *trend,
            bins: solution.as_ref().map(|s| s.cuts.len() + 1 + asked.empty_bins),
            objective: solution.as_ref().map(|s| s.objective),
            penalised: solution.as_ref().map(penalised),
        };
        solved.push((alternative, solution));
    }
    let alternatives = solved.iter().map(|(alternative, _)| *alternative).collect();
    // Stable: fewest turns first, then in the order of the shapes; only what is clearly greater comes before.
    solved.sort_by_key(|(alternative, _)| alternative.trend.turns());
    let best = solved.into_iter().reduce(|best, next| {
        let of = |alternative: &Alternative| alternative.penalised.unwrap_or(f64::NEG_INFINITY);
        let (was, is) = (of(&best.0), of(&next.0));
        let is_greater = is > was && (was.is_infinite() || is > was + TIE * was.abs());
        if is_greater { next } else { best }
    });
    match best {
        Some((alternative, Some(solution))) => Ok((solution, alternative.trend, alternatives)),
        _ => Err(BinningError::Infeasible(asked.diagnose().map_err(gave_up)?)),
    }
}

/// Why more than one bin is not possible, if it is not and could be.
pub(super) fn remark(asked: &Asked<'_>, solution: &Solution) -> Result<Option<Infeasible>, BinningError> {
    if !solution.cuts.is_empty() || asked.empty_bins > 0 {
        return Ok(None);
    }
    let mut more = asked.clone();
    more.limits.min_bins = Some(2);
    let gave_up = |GaveUp| BinningError::GaveUp;
    if more.is_feasible().map_err(gave_up)? {
        return Ok(None);
    }
    let mut why = more.diagnose().map_err(gave_up)?;
    why.relaxations.retain(|r| r.constraint != Constraint::MinBins);
    why.together.retain(|c| *c != Constraint::MinBins);
    let says_something = !why.relaxations.is_empty() || !why.together.is_empty();
    Ok(says_something.then_some(why))
}
