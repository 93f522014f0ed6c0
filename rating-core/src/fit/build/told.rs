//! How a card came about, as its document tells it.

use super::dropped::Dropped;
use crate::fit::points::{
    DroppedVariable, InfiniteWord, Magnitude, Provenance, RefusedVariable, ScreenedVariable,
    SelectedVariable, SelectionTold,
};
use crate::fit::selection::{Refusal, Screened, Selection, SelectionStep, Verdict};

pub(super) fn provenance(
    dropped: &[Dropped],
    screening: Option<&[Screened]>,
    selection: Option<&Selection>,
) -> Provenance {
    let dropped = dropped.iter().map(|of| DroppedVariable {
        variable: of.name.clone(),
        reason: of.reason.to_string(),
    });
    Provenance {
        dropped: dropped.collect(),
        screening: screening.map(|lines| lines.iter().map(screened).collect()),
        selection: selection.map(|selection| SelectionTold {
            steps: selection.steps.iter().map(step).collect(),
            refused: selection.refused.iter().map(refused).collect(),
        }),
    }
}

fn screened(line: &Screened) -> ScreenedVariable {
    let with = line.verdict.correlated_with();
    ScreenedVariable {
        variable: line.name.clone(),
        stays: line.verdict == Verdict::Stays,
        verdict: line.verdict.word().to_owned(),
        iv: line.iv,
        gini: line.gini,
        missing_share: line.missing,
        psi: line.psi,
        period_psi: line.period_psi.map(|(psi, _)| psi),
        period: line.period_psi.map(|(_, period)| i64::from(period)),
        vif: line.vif.map(magnitude),
        correlated_with: with.map(|(name, _)| name.to_owned()),
        correlation: with.map(|(_, correlation)| correlation),
        one_bin: line.one_bin,
    }
}

fn step(step: &SelectionStep) -> SelectedVariable {
    SelectedVariable {
        variable: step.name.clone(),
        entered: step.entered,
        reason: step.reason.word().to_owned(),
        value: step.reason.value().map(magnitude),
        because_of: step.reason.because_of().map(str::to_owned),
        lr: step.test.statistic,
        p_value: step.test.p_value(),
        aic: step.aic,
        bic: step.bic,
    }
}

fn refused((name, refusal): &(String, Refusal)) -> RefusedVariable {
    RefusedVariable {
        variable: name.clone(),
        reason: refusal.word().to_owned(),
        value: refusal.value().map(magnitude),
        because_of: refusal.because_of().map(str::to_owned),
    }
}

fn magnitude(number: f64) -> Magnitude {
    if number.is_infinite() {
        Magnitude::Infinite(InfiniteWord::Infinite)
    } else {
        Magnitude::Finite(number)
    }
}
