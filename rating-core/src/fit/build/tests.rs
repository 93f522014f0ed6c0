//! The card in one call against the same steps made by hand, and every way in which a variable or a card fails.

use super::*;
use crate::fit::binning::{Binning, BinningError, BinningOptions, Limits, Sample as Column, Target, Values};
use crate::fit::logistic::{LogisticError, Logit, Penalty, Sample, Sign};
use crate::fit::points::{Base, CardOptions, Estimate, FittedCard, FittedVariable, Provenance, Scaling};
use crate::fit::selection::{
    Criterion, Refusal, Screening, ScreeningLimits, StepwiseRules, Verdict, screen, stepwise,
};
use ndarray::{Array2, Axis};

const DOUBLING: Scaling = Scaling::Doubling {
    base_score: 600.0,
    base_odds: 30.0,
    pdo: 20.0,
};

/// Numbers in [0, 1) from a plain congruential sequence.
fn chance(seed: u64) -> impl FnMut() -> f64 {
    let mut state = seed;
    move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    }
}

const NAMES: [&str; 4] = ["strong", "weak", "idle", "copy"];

/// `strong` and `weak` are safer the higher they are, `idle` says nothing, `copy` is `strong` with noise.
fn firms() -> ([Vec<f64>; 4], Vec<bool>, Vec<f64>) {
    let mut next = chance(2_026);
    let (mut columns, mut bad, mut weights) = ([const { Vec::new() }; 4], Vec::new(), Vec::new());
    for row in 0..2_000 {
        let [strong, weak, idle, noise] = [0; 4].map(|_| 2.0 * next() - 1.0);
        let copy = if row % 7 == 0 {
            f64::NAN
        } else {
            strong + 0.1 * noise
        };
        for (column, value) in columns.iter_mut().zip([strong, weak, idle, copy]) {
            column.push(value);
        }
        bad.push(next() < 1.0 / (1.0 + (1.5 + 2.0 * strong + 0.8 * weak).exp()));
        weights.push(f64::from(row % 3 + 1));
    }
    (columns, bad, weights)
}

fn candidates(columns: &[Vec<f64>]) -> Vec<Candidate<'_>> {
    let named = NAMES.iter().zip(columns);
    named
        .map(|(name, values)| Candidate::numbers(name, values))
        .collect()
}

/// The card of these columns of weights of evidence, by the steps themselves.
fn by_hand(chosen: &[(&str, &Binning)], woe: &Array2<f64>, sample: (&[bool], &[f64])) -> FittedCard {
    let names: Vec<&str> = chosen.iter().map(|(name, _)| *name).collect();
    let rows = Sample::new(woe.view(), sample.0).named(&names).weighted(sample.1);
    let terms = Logit::on_woe().fit_rows(&rows).unwrap().terms();
    let estimates: Vec<Estimate> = terms
        .iter()
        .map(|term| Estimate {
            value: term.coefficient,
            standard_error: term.standard_error,
        })
        .collect();
    let variables = chosen.iter().zip(&estimates[1..]);
    let variables = variables.map(|((name, binning), coefficient)| FittedVariable {
        name: (*name).to_owned(),
        binning: (*binning).clone(),
        coefficient: *coefficient,
    });
    // Whole weights add up without rounding.
    let all: f64 = sample.1.iter().sum();
    let bads: f64 = sample
        .0
        .iter()
        .zip(sample.1)
        .filter(|(bad, _)| **bad)
        .map(|(_, w)| w)
        .sum();
    let options = CardOptions {
        scaling: DOUBLING,
        base: Base::Apart,
        default_rate: bads / all,
        pd_floor: 0.0,
    };
    FittedCard::new(estimates[0], variables.collect(), options).unwrap()
}

fn bins(columns: &[Vec<f64>], bad: &[bool], weights: &[f64]) -> (Vec<Binning>, Array2<f64>) {
    let mut woe = Array2::zeros((bad.len(), columns.len()));
    let mut binnings = Vec::new();
    for (mut column, values) in woe.columns_mut().into_iter().zip(columns) {
        let sample = Column {
            weights: Some(weights),
            ..Column::new(values, bad)
        };
        let binning = Binning::fit(&sample, &options()).unwrap();
        column.assign(&ndarray::Array1::from(binning.transform(values, None)));
        binnings.push(binning);
    }
    (binnings, woe)
}

fn options() -> BinningOptions {
    BinningOptions {
        limits: Limits {
            max_bins: Some(4),
            ..Limits::default()
        },
        ..BinningOptions::default()
    }
}

#[test]
fn one_call_makes_the_card_that_the_steps_make_by_hand() {
    let (columns, bad, weights) = firms();
    let (binnings, woe) = bins(&columns, &bad, &weights);

    let names = NAMES.map(str::to_owned);
    let limits = ScreeningLimits {
        least_iv: 0.1,
        most_correlation: 0.99,
        most_vif: 100.0,
        ..ScreeningLimits::default()
    };
    let screening = Screening {
        names: &names,
        woe: woe.view(),
        bad: &bad,
        // Every seventh value of `copy` is missing: rows 0, 7, …, 1995 are 286 of 2000.
        missing: &[0.0, 0.0, 0.0, 0.143],
        one_bin: &[false; 4],
        other: None,
        periods: &[],
    };
    let table = screen(&screening, limits).unwrap();
    let stays: Vec<usize> = (0..4).filter(|at| table[*at].verdict == Verdict::Stays).collect();
    assert_eq!(stays, [0, 1, 3]);

    let rules = StepwiseRules {
        criterion: Criterion::Bic,
        most_vif: 2.0,
        ..StepwiseRules::default()
    };
    let x = woe.select(Axis(1), &stays);
    let sample = Sample::new(x.view(), &bad)
        .named(&["strong", "weak", "copy"])
        .weighted(&weights);
    let selection = stepwise(&Logit::on_woe(), &sample, &rules).unwrap();
    assert_eq!(selection.columns, [0, 1]);
    let chosen = [("strong", &binnings[0]), ("weak", &binnings[1])];
    let wanted = by_hand(&chosen, &woe.select(Axis(1), &[0, 1]), (&bad, &weights));

    let builder = CardBuilder {
        binning: options(),
        screening: Some(limits),
        selection: Some(rules),
        ..CardBuilder::new(DOUBLING)
    };
    let rows = Rows {
        weights: Some(&weights),
        ..Rows::new(&bad)
    };
    let built = builder.build(&candidates(&columns), rows).unwrap();
    assert_eq!((built.screening, &built.steps), (table, &selection.steps));
    assert_eq!(built.fitted.names(), ["strong", "weak"]);
    let every: Vec<(String, Binning)> = names.into_iter().zip(binnings).collect();
    assert_eq!(built.binnings, every);
    let dropped: Vec<(&str, &DropReason)> = built
        .dropped
        .iter()
        .map(|d| (d.name.as_str(), &d.reason))
        .collect();
    assert_eq!(dropped[0], ("idle", &DropReason::Screened(Verdict::Iv)));
    assert!(matches!(dropped[1], ("copy", DropReason::Refused(Refusal::Vif(vif))) if *vif > 2.0));
    assert_eq!(dropped.len(), 2);

    let told = built.card.provenance().unwrap();
    let reasons: Vec<&str> = told.dropped.iter().map(|d| d.reason.as_str()).collect();
    assert_eq!(reasons, ["screened: iv", "selection: vif"]);
    assert_eq!(told.screening.as_ref().unwrap().len(), 4);
    let of_steps = told.selection.as_ref().unwrap();
    assert_eq!(
        (of_steps.steps.len(), of_steps.refused.len()),
        (built.steps.len(), 1)
    );
    let read: FittedCard = serde_json::from_str(&serde_json::to_string(&built.card).unwrap()).unwrap();
    assert_eq!(read, built.card);
    // But for what is told, it is the card made by hand.
    let untold = |card: &FittedCard| card.clone().with_provenance(Provenance::default()).unwrap();
    assert_eq!(untold(&built.card), untold(&wanted));
}

/// Age has odds of 2 to 1 either way, so that 20 points double them: 600 less 20 and more 20, as computed by hand.
const AGE: [f64; 6] = [1.0, 1.0, 1.0, 5.0, 5.0, 5.0];
const BAD: [bool; 6] = [true, true, false, true, false, false];
const EVEN: Scaling = Scaling::Doubling {
    base_score: 600.0,
    base_odds: 1.0,
    pdo: 20.0,
};

#[test]
fn what_is_constant_or_has_no_value_or_no_bins_is_dropped_and_told() {
    let idle = [1.0; 6];
    let nothing = [f64::NAN; 6];
    let held = Binning::fit(
        &Column::new(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], &BAD),
        &BinningOptions {
            limits: Limits {
                max_bins: Some(1),
                ..Limits::default()
            },
            ..BinningOptions::default()
        },
    )
    .unwrap();
    let variables = [
        Candidate::numbers("idle", &idle),
        Candidate::numbers("age", &AGE),
        Candidate::numbers("nothing", &nothing),
        Candidate::numbers("one bin", &AGE).binned(&held),
    ];
    let built = CardBuilder::new(EVEN).build(&variables, Rows::new(&BAD)).unwrap();
    let mut scores = [built.card.base_points(); 3];
    built.card.add_points(0, &[1.0, 5.0, f64::NAN], &mut scores);
    assert_eq!(scores, [580, 620, 600]);
    let told: Vec<String> = built
        .dropped
        .iter()
        .map(|d| format!("{}: {}", d.name, d.reason))
        .collect();
    insta::assert_snapshot!(told.join("\n"), @r"
    nothing: expected rows with a value, got `6` rows, all of them missing, special or without weight
    idle: constant
    one bin: constant, one bin: `max_bins` of `1` binds, nearest feasible: `2`
    ");
    assert_eq!(
        built.dropped[0].reason,
        DropReason::Binning(BinningError::NoValues { rows: 6 })
    );
    assert_eq!(built.dropped[1].reason, DropReason::Constant(None));
    assert!(built.screening.is_empty() && built.steps.is_empty());

    let none = CardBuilder::new(EVEN).build(&[variables[0], variables[2]], Rows::new(&BAD));
    insta::assert_snapshot!(none.unwrap_err(), @"expected a variable that stays on the card, got none: `nothing`: expected rows with a value, got `6` rows, all of them missing, special or without weight; `idle`: constant");
    insta::assert_snapshot!(CardBuilder::new(EVEN).build(&[], Rows::new(&BAD)).unwrap_err(), @"expected a variable that stays on the card, got none");
}

#[test]
fn a_variable_that_parts_bads_from_goods_is_named_and_a_selection_refuses_it() {
    let (columns, bad, _) = firms();
    let parts: Vec<f64> = bad.iter().map(|bad| if *bad { 1.0 } else { 2.0 }).collect();
    let mut variables = candidates(&columns[..2]);
    variables.push(Candidate::numbers("days overdue", &parts));
    let mut builder = CardBuilder::new(DOUBLING);
    let failed = builder.build(&variables, Rows::new(&bad)).unwrap_err();
    assert!(matches!(
        &failed,
        BuildError::Regression(LogisticError::Separated { columns, .. }) if columns == &["days overdue"]
    ));
    insta::assert_snapshot!(failed, @"expected columns along which some rows are bad and some good, got complete separation by `days overdue`");

    builder.selection = Some(StepwiseRules::default());
    let built = builder.build(&variables, Rows::new(&bad)).unwrap();
    assert_eq!(built.fitted.names(), ["strong", "weak"]);
    assert_eq!(built.dropped[0].name, "days overdue");
    assert!(
        matches!(&built.dropped[0].reason, DropReason::Refused(Refusal::NotFitted(why)) if why.contains("`days overdue`"))
    );
}

/// Risk by the cells of two variables. Alone, `b` is safer when high; beside `a`, of which it is nearly a copy, it is
/// riskier: within `a` low 60 of 90 with `b` low are bad and 9 of 10 with `b` high; within `a` high 1 of 10 and 20 of 90.
fn turned() -> (Vec<f64>, Vec<f64>, Vec<bool>) {
    let (mut a, mut b, mut bad) = (Vec::new(), Vec::new(), Vec::new());
    for (of_a, of_b, rows, bads) in [
        (0.0, 0.0, 90, 60),
        (0.0, 1.0, 10, 9),
        (1.0, 0.0, 10, 1),
        (1.0, 1.0, 90, 20),
    ] {
        for row in 0..rows {
            a.push(of_a);
            b.push(of_b);
            bad.push(row < bads);
        }
    }
    (a, b, bad)
}

#[test]
fn a_variable_whose_sign_turns_leaves_the_card_and_the_rest_is_the_card_without_it() {
    let (a, b, bad) = turned();
    let [of_a, of_b] = [Candidate::numbers("a", &a), Candidate::numbers("b", &b)];
    let mut builder = CardBuilder::new(DOUBLING);
    let built = builder.build(&[of_b, of_a], Rows::new(&bad)).unwrap();
    assert_eq!(built.dropped.len(), 1);
    assert_eq!(built.dropped[0].reason, DropReason::Sign(vec!["a".to_owned()]));
    insta::assert_snapshot!(built.dropped[0].reason, @"sign, because of `a`");
    let alone = builder.build(&[of_a], Rows::new(&bad)).unwrap();
    assert_eq!(built.card.stamp(), alone.card.stamp());
    // The one coefficient of a card of one variable: the weights of evidence are those of the sample itself.
    assert!((alone.fitted.coefficients()[0] + 1.0).abs() < 1e-9);

    // Free to turn, it stays.
    builder.regression = Logit::on_woe().with_signs(&[Sign::Any, Sign::NotPositive]);
    let free = builder.build(&[of_b, of_a], Rows::new(&bad)).unwrap();
    assert!(free.dropped.is_empty() && free.fitted.coefficients()[0] > 0.0);
}

#[test]
fn a_lasso_that_holds_a_variable_at_0_is_told_as_such() {
    let (columns, bad, _) = firms();
    let builder = CardBuilder {
        regression: Logit::on_woe().penalised(Penalty::Lasso(60.0)),
        ..CardBuilder::new(DOUBLING)
    };
    let built = builder
        .build(&candidates(&columns[..3]), Rows::new(&bad))
        .unwrap();
    assert_eq!(
        built.dropped.last().map(|d| (d.name.as_str(), &d.reason)),
        Some(("idle", &DropReason::Lasso))
    );
}

#[test]
fn signs_and_sources_keep_to_their_variables_when_others_leave() {
    let (a, b, bad) = turned();
    let idle = vec![1.0; bad.len()];
    let variables = [
        Candidate::numbers("idle", &idle),
        Candidate::numbers("b", &b),
        Candidate::numbers("a", &a),
    ];
    let sources = ["x", "tax", "tax"].map(str::to_owned).to_vec();
    let mut builder = CardBuilder {
        regression: Logit::on_woe().with_signs(&[Sign::NotPositive, Sign::Any, Sign::NotPositive]),
        ..CardBuilder::new(DOUBLING)
    };
    let built = builder.build(&variables, Rows::new(&bad)).unwrap();
    assert_eq!(built.fitted.names(), ["b", "a"]);
    builder.selection = Some(StepwiseRules {
        sources,
        most_of_source: 1,
        ..StepwiseRules::default()
    });
    let built = builder.build(&variables, Rows::new(&bad)).unwrap();
    assert_eq!(built.fitted.names(), ["a"]);
    assert_eq!(
        built.dropped[1].reason,
        DropReason::Refused(Refusal::Source("tax".to_owned()))
    );

    builder.selection = Some(StepwiseRules {
        sources: vec!["tax".to_owned()],
        ..StepwiseRules::default()
    });
    let refused = builder.build(&variables, Rows::new(&bad)).unwrap_err();
    insta::assert_snapshot!(refused, @"`sources` must have `3` values, got `1`");
    builder.regression = Logit::on_woe().with_signs(&[Sign::Any]);
    let refused = builder.build(&variables, Rows::new(&bad)).unwrap_err();
    insta::assert_snapshot!(refused, @"`signs` must have one value a column, expected `3`, got `1`");
}

#[test]
fn every_fault_of_every_variable_is_told_by_its_name() {
    let words: Vec<Option<&str>> = ["x", "x", "x", "y", "y", "y"].map(Some).to_vec();
    let of_words = Column {
        values: Values::Words(&words),
        ..Column::new(&[], &BAD)
    };
    let of_words = Binning::fit(&of_words, &BinningOptions::default()).unwrap();
    let of_amounts = Column {
        target: Target::Amount(&AGE),
        ..Column::new(&AGE, &BAD)
    };
    let of_amounts = Binning::fit(&of_amounts, &BinningOptions::default()).unwrap();
    let partly = Candidate {
        values: Values::Numbers {
            values: &AGE,
            validity: Some(&[true; 2]),
        },
        ..Candidate::numbers("partly", &AGE)
    };
    let variables = [
        Candidate::numbers("short", &AGE[..4]),
        partly,
        Candidate::numbers("age", &AGE).binned(&of_words),
        Candidate::words("age", &words),
        Candidate::numbers("loss", &AGE).binned(&of_amounts),
    ];
    let builder = CardBuilder::new(EVEN);
    let refused = builder.build(&variables, Rows::new(&BAD)).unwrap_err();
    insta::assert_snapshot!(refused.to_string().replace("; ", "\n"), @r"
    `short`: expected `6` values, one a row, got `4`
    `partly`: expected `6` values of `validity`, one a row, got `2`
    `age`: expected bins of numbers, as its values are, got `bins of words`
    `loss`: expected bins of goods and bads, got `bins of amounts`
    `age`: expected a name that no other variable has, got `it twice`
    ");

    let fine = [Candidate::words("industry", &words)];
    let refused = |rows: Rows<'_>| builder.build(&fine, rows).unwrap_err().to_string();
    insta::assert_snapshot!(refused(Rows::new(&[true; 6])), @"`bad` must hold at least one good and one bad row with weight, got no good one in `6` rows");
    insta::assert_snapshot!(refused(Rows { weights: Some(&[1.0; 3]), ..Rows::new(&BAD) }), @"`weights` must have one value a row, expected `6`, got `3`");
    insta::assert_snapshot!(refused(Rows { weights: Some(&[1.0, 1.0, -1.0, 1.0, 1.0, 1.0]), ..Rows::new(&BAD) }), @"`weights` must be finite and not negative, got `-1` in row `2` (counted from 0)");
    insta::assert_snapshot!(refused(Rows { clusters: Some(&[7; 6]), ..Rows::new(&BAD) }), @"`clusters` must tell at least two groups of rows apart, got `1`");
    let beyond = CardBuilder::new(Scaling::Doubling {
        base_score: 600.0,
        base_odds: 1.0,
        pdo: -20.0,
    });
    insta::assert_snapshot!(beyond.build(&fine, Rows::new(&BAD)).unwrap_err(), @"pdo: expected positive, finite points, got `-20`");
}

#[test]
fn words_are_binned_and_scored_as_words() {
    let words: Vec<Option<&str>> = ["x", "x", "x", "y", "y", "y"].map(Some).to_vec();
    let built = CardBuilder::new(EVEN)
        .build(&[Candidate::words("industry", &words)], Rows::new(&BAD))
        .unwrap();
    let mut scores = [built.card.base_points(); 2];
    built
        .card
        .add_points_of_words(0, &[Some("x"), Some("y")], &mut scores);
    assert_eq!(scores, [580, 620]);
}

/// 400 firms whose value never tells anything, and of which those without a value default far more often.
#[test]
fn a_variable_that_tells_only_by_what_is_missing_stays_and_is_told_of() {
    let gaps: Vec<f64> = (0..400)
        .map(|at| if at % 4 == 0 { f64::NAN } else { 1.0 })
        .collect();
    let bad: Vec<bool> = (0..400)
        .map(|at| at % 3 == 0 || (at % 4 == 0 && at % 5 != 0))
        .collect();
    let builder = CardBuilder {
        screening: Some(ScreeningLimits::default()),
        ..CardBuilder::new(DOUBLING)
    };
    let built = builder
        .build(&[Candidate::numbers("gaps", &gaps)], Rows::new(&bad))
        .unwrap();
    assert_eq!(built.binnings[0].1.bins().len(), 1);
    assert!(built.dropped.is_empty());
    let line = &built.screening[0];
    assert_eq!((line.one_bin, &line.verdict), (Some(true), &Verdict::Stays));
    assert!(line.iv > 0.02);
    let told = built.card.provenance().unwrap().screening.as_ref().unwrap();
    assert_eq!(told[0].one_bin, Some(true));
    let (mut known, mut gap) = ([0], [0]);
    built.card.add_points(0, &[1.0], &mut known);
    built.card.add_points(0, &[f64::NAN], &mut gap);
    assert!(gap[0] < known[0]);
}
