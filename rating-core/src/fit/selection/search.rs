//! The steps from one regression to the next.

use super::stepwise::{Criterion, Refusal, SelectionStep, StepReason, StepwiseRules};
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

    /// Columns of a model that are of one source.
    fn of_source(&self, columns: &[usize], source: &str) -> usize {
        let same = |at: &&usize| self.rules.sources.get(**at).is_some_and(|own| own == source);
        columns.iter().filter(same).count()
    }

    /// Variance inflation of each column of a model.
    fn inflations(&self, columns: &[usize]) -> Vec<f64> {
        let of = |at: &usize| self.sample.matrix().column(*at).to_vec();
        let picked: Vec<Vec<f64>> = columns.iter().map(of).collect();
        inflations(&correlations(&picked, self.sample.weights()))
    }

    /// The model with a column more.
    fn with(&self, (columns, _): &Model, column: usize) -> Result<Model, Refusal> {
        if let Some(source) = self.rules.sources.get(column)
            && self.of_source(columns, source) >= self.rules.most_of_source
        {
            return Err(Refusal::Source(source.clone()));
        }
        let mut columns: Vec<usize> = columns.iter().copied().chain([column]).collect();
        columns.sort_unstable();
        let vif = self.inflations(&columns).into_iter().fold(1.0, f64::max);
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

    /// The rule that each column of a model breaks, of the first kind that is broken: its sign, its source, its
    /// variance. All none where the model keeps to them all.
    fn faults(&self, (columns, fitted): &Model) -> Vec<Option<StepReason>> {
        let terms = fitted.terms();
        let signs = terms
            .iter()
            .skip(1)
            .map(|term| term.is_held.then_some(StepReason::Sign));
        let signs: Vec<Option<StepReason>> = signs.collect();
        if signs.iter().any(Option::is_some) {
            return signs;
        }
        let too_many = |at: &usize| {
            let source = self.rules.sources.get(*at)?;
            let is_full = self.of_source(columns, source) > self.rules.most_of_source;
            is_full.then(|| StepReason::Source(source.clone()))
        };
        let sources: Vec<Option<StepReason>> = columns.iter().map(too_many).collect();
        if sources.iter().any(Option::is_some) {
            return sources;
        }
        let vifs = self.inflations(columns).into_iter();
        vifs.map(|vif| (vif > self.rules.most_vif).then_some(StepReason::Vif(vif)))
            .collect()
    }

    /// Whether some column of a model breaks a rule.
    pub(super) fn is_broken(&self, now: &Model) -> bool {
        self.faults(now).iter().any(Option::is_some)
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
                let step = self.step(column, &next.1, (test, true, StepReason::Criterion));
                best = Some((gain, step, next));
            }
        }
        best.map(|(_, step, next)| (step, next))
    }

    /// The removal that costs least: of the columns that break a rule, if some do; else of all, if one costs nothing.
    ///
    /// # Errors
    /// Why no regression without a column that breaks a rule can be fitted.
    pub(super) fn removal(&self, now: &Model) -> Result<Option<(SelectionStep, Model)>, LogisticError> {
        let faults = self.faults(now);
        let is_broken = faults.iter().any(Option::is_some);
        let mut best: Option<(f64, SelectionStep, Model)> = None;
        let mut failed = None;
        for (column, fault) in now.0.iter().zip(faults) {
            if is_broken && fault.is_none() {
                continue;
            }
            let columns: Vec<usize> = now.0.iter().copied().filter(|at| at != column).collect();
            let fitted = match self.fit(&columns) {
                Ok(fitted) => fitted,
                Err(error) => {
                    failed = Some(error);
                    continue;
                }
            };
            let gain = self.gain(&now.1, &fitted, false);
            // Far out p-values are all 0: of equal ones the smaller statistic leaves.
            let test = now.1.against(&fitted);
            let is_better = best.as_ref().is_none_or(|(least, step, _)| {
                gain < *least || (gain <= *least && test.statistic < step.test.statistic)
            });
            if (is_broken || gain < 0.0) && is_better {
                let reason = fault.unwrap_or(StepReason::Criterion);
                let step = self.step(*column, &fitted, (test, false, reason));
                best = Some((gain, step, (columns, fitted)));
            }
        }
        match (best, failed) {
            (None, Some(error)) if is_broken => Err(error),
            (best, _) => Ok(best.map(|(_, step, next)| (step, next))),
        }
    }

    fn step(
        &self,
        column: usize,
        after: &FittedLogit,
        (test, entered, reason): (LikelihoodRatio, bool, StepReason),
    ) -> SelectionStep {
        SelectionStep {
            name: self.name(column),
            entered,
            reason,
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
