//! What holds of every selection, whichever way its steps go.

use super::*;
use crate::fit::logistic::{Logit, Sample};
use ndarray::Array2;
use proptest::prelude::*;

const DIRECTIONS: [Direction; 3] = [Direction::Forward, Direction::Backward, Direction::Both];

/// Four cells of firms with two columns of correlation 0.96, which inflate each other's variance to 1 / (1 − 0.96²), and a
/// third one beside them. Both of the first two improve the fit; the second alone does so more than the first alone.
fn collinear() -> (Array2<f64>, Vec<bool>) {
    let (mut cells, mut bad) = (Vec::new(), Vec::new());
    for (a, c, bads) in [
        (1.0, 1.0, 100),
        (1.0, -1.0, 142),
        (-1.0, 1.0, 450),
        (-1.0, -1.0, 550),
    ] {
        for firm in 0..1_000 {
            let apart = if firm % 2 == 0 { 1.0 } else { -1.0 };
            cells.extend([a, 0.96 * a + 0.28 * c, apart]);
            bad.push(firm < bads);
        }
    }
    (Array2::from_shape_vec((4_000, 3), cells).unwrap(), bad)
}

#[test]
fn a_backward_selection_takes_away_what_is_inflated() {
    let (x, bad) = collinear();
    let names = ["first", "second", "apart"];
    let sample = Sample::new(x.view(), &bad).named(&names);
    let alone = |column: usize| {
        let x = x.select(ndarray::Axis(1), &[column]);
        Logit::on_woe()
            .fit_rows(&Sample::new(x.view(), &bad))
            .unwrap()
            .aic()
            .unwrap()
    };
    assert!(alone(1) < alone(0));
    let mut rules = StepwiseRules {
        direction: Direction::Backward,
        most_vif: 12.8,
        ..StepwiseRules::default()
    };
    let chosen = stepwise(&Logit::on_woe(), &sample, &rules).unwrap();
    assert!(chosen.columns.starts_with(&[0, 1]));
    rules.most_vif = 12.7;
    let chosen = stepwise(&Logit::on_woe(), &sample, &rules).unwrap();
    assert!(chosen.columns.contains(&1) && !chosen.columns.contains(&0));
    let left = chosen.steps.iter().find(|step| step.name == "first").unwrap();
    assert!(matches!(left.reason, StepReason::Vif(vif) if (vif - 1.0 / 0.0784).abs() < 1e-9));
    assert!(!left.entered && left.test.statistic > 4.0);
    assert!(matches!(&chosen.refused[0], (name, Refusal::Vif(_)) if name == "first"));
}

#[test]
fn a_backward_selection_leaves_a_source_no_more_than_it_may() {
    let (x, bad) = collinear();
    let sample = Sample::new(x.view(), &bad).named(&["first", "second", "apart"]);
    let rules = StepwiseRules {
        direction: Direction::Backward,
        most_vif: 100.0,
        sources: ["tax", "tax", "credit"].map(str::to_owned).to_vec(),
        most_of_source: 1,
        ..StepwiseRules::default()
    };
    let chosen = stepwise(&Logit::on_woe(), &sample, &rules).unwrap();
    assert!(chosen.columns.contains(&1) && !chosen.columns.contains(&0));
    let left = chosen.steps.iter().find(|step| step.name == "first").unwrap();
    assert_eq!(left.reason, StepReason::Source("tax".to_owned()));
    assert_eq!(chosen.refused[0].1, Refusal::Source("tax".to_owned()));
}

/// Variance inflation by its definition: 1 / (1 − R²) of least squares of a column on the others and a constant.
fn inflation(x: &Array2<f64>, columns: &[usize], of: usize) -> f64 {
    let others: Vec<usize> = columns.iter().copied().filter(|at| *at != of).collect();
    let (y, rows) = (x.column(of), x.nrows() as f64);
    let value = |row: usize, at: usize| if at == 0 { 1.0 } else { x[[row, others[at - 1]]] };
    let size = others.len() + 1;
    let mut system = vec![vec![0.0; size + 1]; size];
    for row in 0..x.nrows() {
        for (i, equation) in system.iter_mut().enumerate() {
            (0..size).for_each(|j| equation[j] += value(row, i) * value(row, j));
            equation[size] += value(row, i) * y[row];
        }
    }
    for pivot in 0..size {
        let by = system[pivot].clone();
        for (i, equation) in system.iter_mut().enumerate().filter(|(i, _)| *i != pivot) {
            let factor = equation[pivot] / by[pivot];
            assert!(factor.is_finite(), "row {i} beside a pivot of 0");
            (0..=size).for_each(|j| equation[j] -= factor * by[j]);
        }
    }
    let fitted = |row: usize| {
        (0..size)
            .map(|i| system[i][size] / system[i][i] * value(row, i))
            .sum::<f64>()
    };
    let mean = y.sum() / rows;
    let left: f64 = (0..x.nrows()).map(|row| (y[row] - fitted(row)).powi(2)).sum();
    y.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / left
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Columns that are mixtures of each other, of three sources: the end breaks no rule, and its path leads to it.
    #[test]
    fn no_selection_ends_with_a_rule_broken(
        cells in proptest::collection::vec(-1.0..1.0_f64, 300 * 6),
        mix in proptest::collection::vec((0..5_usize, 0.0..0.99_f64), 5),
        effects in proptest::collection::vec(-2.0..1.0_f64, 5),
        sources in proptest::collection::vec(0..3_u8, 5),
        (most_vif, most_of_source, criterion) in (1.05..20.0_f64, 1..3_usize, 0..3_u8),
    ) {
        let mut x = Array2::from_shape_fn((300, 5), |(row, at)| cells[row * 6 + at]);
        for (at, (with, share)) in mix.iter().enumerate().filter(|(at, (with, _))| at != with) {
            let mixed = &x.column(*with) * *share + &x.column(at) * (1.0 - share);
            x.column_mut(at).assign(&mixed);
        }
        let log_odds = |row: usize| (0..5).map(|at| effects[at] * x[[row, at]]).sum::<f64>();
        let bad: Vec<bool> = (0..300).map(|row| cells[row * 6 + 5].atanh() < log_odds(row)).collect();
        let sample = Sample::new(x.view(), &bad);
        for direction in DIRECTIONS {
            let rules = StepwiseRules {
                criterion: match criterion {
                    0 => Criterion::Aic,
                    1 => Criterion::Bic,
                    _ => Criterion::PValue { enter: 0.05, leave: 0.1 },
                },
                direction,
                most_vif,
                sources: sources.iter().map(u8::to_string).collect(),
                most_of_source,
            };
            // A sample that cannot be fitted is told so; it has no end to look at.
            let Ok(chosen) = stepwise(&Logit::on_woe(), &sample, &rules) else { continue };
            for column in &chosen.columns {
                prop_assert!(inflation(&x, &chosen.columns, *column) <= most_vif * (1.0 + 1e-6));
                let same = chosen.columns.iter().filter(|at| sources[**at] == sources[*column]);
                prop_assert!(same.count() <= most_of_source);
            }
            prop_assert!(chosen.fitted.terms().iter().all(|term| !term.is_held && (term.name == "intercept" || term.coefficient < 0.0)));
            let mut walked: Vec<String> = match direction {
                Direction::Backward => (0..5).map(|at| sample.name(at).to_owned()).collect(),
                _ => Vec::new(),
            };
            for step in &chosen.steps {
                let before = walked.len();
                walked.retain(|name| *name != step.name);
                prop_assert_eq!(walked.len() < before, !step.entered);
                if step.entered { walked.push(step.name.clone()); }
            }
            walked.sort();
            let mut names = chosen.fitted.names().to_vec();
            names.sort();
            prop_assert_eq!(walked, names);
            prop_assert_eq!(chosen.columns.len() + chosen.refused.len(), 5);
        }
    }
}
