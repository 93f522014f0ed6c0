//! The steps from one regression to the next.

use super::stepwise::{Criterion, Refusal, SelectionStep, StepwiseRules};
use super::{correlations, inflations};
use crate::fit::logistic::{FittedLogit, LikelihoodRatio, LogisticError, Logit, Sample};
use ndarray::Axis;

/// Columns and their regression.
pub(super) type Model = (Vec<usize>, FittedLogit);

pub(super) struct Search<'a, 'd> {
    pub(super) logit: &'a Logit,
    pub(super) sample: &'a Sample<'d>,
    pub(super) rules: &'a StepwiseRules,
}

impl Search<'_, '_> {
    pub(super) fn name(&self, column: usize) -> String {
        self.sample.name(column).to_owned()
    }

    pub(super) fn fit(&self, columns: &[usize]) -> Result<FittedLogit, LogisticError> {
        let x = self.sample.matrix().select(Axis(1), columns);
        let names: Vec<String> = columns.iter().map(|at| self.name(*at)).collect();
        let logit = self.logit.of(columns);
        logit.fit_rows(&self.sample.over(x.view()).named(&names))
    }

    /// The model with a column more.
    fn with(&self, (columns, _): &Model, column: usize) -> Result<Model, Refusal> {
        if let Some(source) = self.rules.sources.get(column) {
            let same = columns
                .iter()
                .filter(|at| self.rules.sources.get(**at) == Some(source));
            if same.count() >= self.rules.most_of_source {
                return Err(Refusal::Source(source.clone()));
            }
        }
        let mut columns: Vec<usize> = columns.iter().copied().chain([column]).collect();
        columns.sort_unstable();
        let picked: Vec<Vec<f64>> = columns
            .iter()
            .map(|at| self.sample.matrix().column(*at).to_vec())
            .collect();
        let vif = inflations(&correlations(&picked)).into_iter().fold(1.0, f64::max);
        if vif > self.rules.most_vif {
            return Err(Refusal::Vif(vif));
        }
        let fitted = self
            .fit(&columns)
            .map_err(|error| Refusal::NotFitted(error.to_string()))?;
        match fitted.terms().into_iter().find(|term| term.is_held) {
            Some(held) => Err(Refusal::Sign(held.name)),
            None => Ok((columns, fitted)),
        }
    }

    /// How much better the larger model is by the criterion; above 0 where it is wanted.
    fn gain(&self, larger: &FittedLogit, smaller: &FittedLogit, enters: bool) -> f64 {
        let fall = |before: Option<f64>, after: Option<f64>| before.unwrap_or(0.0) - after.unwrap_or(0.0);
        match self.rules.criterion {
            Criterion::Aic => fall(smaller.aic(), larger.aic()),
            Criterion::Bic => fall(smaller.bic(), larger.bic()),
            Criterion::PValue { enter, leave } => {
                let bound = if enters { enter } else { leave.max(enter) };
                bound - larger.against(smaller).p_value()
            }
        }
    }

    /// The addition that gains most, if one gains.
    pub(super) fn addition(&self, now: &Model) -> Option<(SelectionStep, Model)> {
        let mut best: Option<(f64, SelectionStep, Model)> = None;
        for column in (0..self.sample.columns()).filter(|at| !now.0.contains(at)) {
            let Ok(next) = self.with(now, column) else {
                continue;
            };
            let gain = self.gain(&next.1, &now.1, true);
            // Far out p-values are all 0: of equal ones the larger statistic enters.
            let test = next.1.against(&now.1);
            let is_better = best.as_ref().is_none_or(|(most, step, _)| {
                gain > *most || (gain >= *most && test.statistic > step.test.statistic)
            });
            if gain > 0.0 && is_better {
                best = Some((gain, self.step(column, &next.1, (test, true)), next));
            }
        }
        best.map(|(_, step, next)| (step, next))
    }

    /// The removal that costs least, if one costs nothing; a coefficient that its sign holds at 0 costs nothing.
    pub(super) fn removal(&self, now: &Model) -> Option<(SelectionStep, Model)> {
        let mut best: Option<(f64, SelectionStep, Model)> = None;
        for column in &now.0 {
            let columns: Vec<usize> = now.0.iter().copied().filter(|at| at != column).collect();
            let Ok(fitted) = self.fit(&columns) else { continue };
            let held = now
                .1
                .terms()
                .iter()
                .any(|t| t.is_held && t.name == self.name(*column));
            let gain = if held {
                f64::NEG_INFINITY
            } else {
                self.gain(&now.1, &fitted, false)
            };
            let is_better = best.as_ref().is_none_or(|(least, _, _)| gain < *least);
            if gain < 0.0 && is_better {
                let test = now.1.against(&fitted);
                best = Some((
                    gain,
                    self.step(*column, &fitted, (test, false)),
                    (columns, fitted),
                ));
            }
        }
        best.map(|(_, step, next)| (step, next))
    }

    fn step(
        &self,
        column: usize,
        after: &FittedLogit,
        (test, entered): (LikelihoodRatio, bool),
    ) -> SelectionStep {
        SelectionStep {
            name: self.name(column),
            entered,
            test,
            aic: after.aic().unwrap_or(f64::NAN),
            bic: after.bic().unwrap_or(f64::NAN),
        }
    }

    /// Why a column is not in the model.
    pub(super) fn refusal(&self, now: &Model, column: usize) -> Refusal {
        match self.with(now, column) {
            Ok((_, fitted)) => Refusal::NotWanted(fitted.against(&now.1).p_value()),
            Err(refusal) => refusal,
        }
    }
}
