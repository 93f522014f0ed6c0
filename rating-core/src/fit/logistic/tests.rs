use super::*;
use linfa::Dataset;
use linfa::traits::Predict;
use ndarray::{Array1, Array2, array};
use proptest::prelude::*;

fn near(got: f64, wanted: f64, tolerance: f64) {
    assert!(
        (got - wanted).abs() <= tolerance * wanted.abs().max(1.0),
        "got {got}, wanted {wanted}"
    );
}

/// Numbers in [0, 1) from a plain congruential sequence.
fn chance(seed: u64) -> impl FnMut() -> f64 {
    let mut state = seed.wrapping_mul(2).wrapping_add(88_172_645_463_325_253);
    move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// Rows whose log-odds bad : good are `intercept + Σ slope · column`, columns correlated by a common part.
fn drawn(rows: usize, intercept: f64, slopes: &[f64], seed: u64) -> (Array2<f64>, Vec<bool>) {
    let mut next = chance(seed);
    let mut x = Array2::zeros((rows, slopes.len()));
    let mut bad = Vec::with_capacity(rows);
    for mut row in x.rows_mut() {
        let common = next() - 0.5;
        let mut log_odds = intercept;
        for (cell, slope) in row.iter_mut().zip(slopes) {
            *cell = 2.0 * (next() + next() - 1.0) + common;
            log_odds += slope * *cell;
        }
        bad.push(next() < 1.0 / (1.0 + (-log_odds).exp()));
    }
    (x, bad)
}

/// Independent of the code under test: log-likelihood by its definition.
fn log_likelihood(x: &Array2<f64>, bad: &[bool], coefficients: &[f64]) -> f64 {
    let rows = x.rows().into_iter().zip(bad);
    rows.map(|(row, bad)| {
        let slopes = row.iter().zip(&coefficients[1..]);
        let log_odds = coefficients[0] + slopes.map(|(x, c)| x * c).sum::<f64>();
        let p = 1.0 / (1.0 + (-log_odds).exp());
        if *bad { p.ln() } else { (1.0 - p).ln() }
    })
    .sum()
}

fn all_of(fitted: &FittedLogit) -> Vec<f64> {
    std::iter::once(fitted.intercept())
        .chain(fitted.coefficients().iter().copied())
        .collect()
}

/// By hand: 60 of 100 default at 0 and 20 of 100 at 1, so the log-odds are ln(60/40) and ln(20/80); the variance of
/// their difference is that of a two-by-two table.
#[test]
fn two_groups_give_the_two_by_two_table() {
    let x = Array2::from_shape_fn((200, 1), |(row, _)| if row < 100 { 0.0 } else { 1.0 });
    let bad: Vec<bool> = (0..200).map(|i| if i < 100 { i < 60 } else { i < 120 }).collect();
    let fitted = Logit::on_woe().fit_rows(&Sample::new(x.view(), &bad)).unwrap();
    near(fitted.intercept(), 1.5_f64.ln(), 1e-12);
    near(fitted.coefficients()[0], 0.25_f64.ln() - 1.5_f64.ln(), 1e-12);
    let terms = fitted.terms();
    near(
        terms[0].standard_error.unwrap(),
        (1.0 / 60.0 + 1.0 / 40.0_f64).sqrt(),
        1e-9,
    );
    let variance = 1.0 / 60.0 + 1.0 / 40.0 + 1.0 / 20.0 + 1.0 / 80.0_f64;
    near(terms[1].standard_error.unwrap(), variance.sqrt(), 1e-9);
    let hand = 60.0 * 0.6_f64.ln() + 40.0 * 0.4_f64.ln() + 20.0 * 0.2_f64.ln() + 80.0 * 0.8_f64.ln();
    near(fitted.log_likelihood(), hand, 1e-13);
    near(
        fitted.null_log_likelihood(),
        80.0 * 0.4_f64.ln() + 120.0 * 0.6_f64.ln(),
        1e-13,
    );
    near(fitted.aic().unwrap(), 4.0 - 2.0 * hand, 1e-13);
    near(fitted.bic().unwrap(), 2.0 * 200.0_f64.ln() - 2.0 * hand, 1e-13);
    assert_eq!(fitted.against_null().degrees, 1);
    // z = −5.7: far beyond 1e-6.
    assert!(terms[1].p_value().unwrap() < 1e-7 && terms[1].z().unwrap() < 0.0);
}

/// The same data with bads in the majority: linfa's own learner turns its signs there, this one must not.
#[test]
fn the_positive_class_is_bad_however_many_there_are() {
    let (x, bad) = drawn(2_000, -1.0, &[0.8, -0.5], 1);
    let good: Vec<bool> = bad.iter().map(|b| !b).collect();
    let fit = |bad: &[bool]| {
        all_of(
            &Logit::on_measures()
                .fit_rows(&Sample::new(x.view(), bad))
                .unwrap(),
        )
    };
    for (one, other) in fit(&bad).iter().zip(fit(&good)) {
        near(*one, -other, 1e-10);
    }
}

#[test]
fn linfas_traits_give_the_same_as_rows() {
    let (x, bad) = drawn(500, -1.0, &[0.8, -0.5], 2);
    let by_rows = Logit::on_measures()
        .fit_rows(&Sample::new(x.view(), &bad))
        .unwrap();
    let set = Dataset::new(x.clone(), Array1::from(bad.clone())).with_feature_names(vec!["a", "b"]);
    let by_set = Logit::on_measures().fit(&set).unwrap();
    assert_eq!(all_of(&by_rows), all_of(&by_set));
    assert_eq!(by_set.names(), ["a", "b"]);
    let pds: Array1<f64> = by_set.predict(&x);
    near(pds.sum(), bad.iter().filter(|b| **b).count() as f64, 1e-9);
    let weights = Array1::from_elem(500, 2.0_f32);
    let twice = Logit::on_measures().fit(&set.with_weights(weights)).unwrap();
    near(twice.log_likelihood(), 2.0 * by_set.log_likelihood(), 1e-12);
}

/// Finite differences of the log-likelihood by its definition: zero slope, and the curvature is the inverse of the
/// covariance.
#[test]
fn the_optimum_agrees_with_finite_differences() {
    let (x, bad) = drawn(300, -0.5, &[1.2, -0.7, 0.3], 3);
    let fitted = Logit::on_measures()
        .fit_rows(&Sample::new(x.view(), &bad))
        .unwrap();
    let best = all_of(&fitted);
    near(fitted.log_likelihood(), log_likelihood(&x, &bad, &best), 1e-12);
    let at = |moves: &[(usize, f64)]| {
        let mut moved = best.clone();
        for (which, by) in moves {
            moved[*which] += by;
        }
        log_likelihood(&x, &bad, &moved)
    };
    let step = 1e-4;
    let curvature = Array2::from_shape_fn((4, 4), |(i, j)| {
        let four = [(1.0, 1.0), (1.0, -1.0), (-1.0, 1.0), (-1.0, -1.0)];
        let sum: f64 = four
            .iter()
            .map(|(a, b)| a * b * at(&[(i, a * step), (j, b * step)]))
            .sum();
        -sum / (4.0 * step * step)
    });
    for which in 0..4 {
        let slope = (at(&[(which, step)]) - at(&[(which, -step)])) / (2.0 * step);
        assert!(slope.abs() < 1e-5, "{slope}");
    }
    let one = curvature.dot(fitted.covariance().unwrap());
    for ((i, j), cell) in one.indexed_iter() {
        assert!((cell - f64::from(u8::from(i == j))).abs() < 1e-4, "{one}");
    }
}

/// By hand: a rise of the likelihood with no end along a column, along a sum of two, along a rare word.
#[test]
fn separation_is_named_with_its_columns() {
    let told = |x: Array2<f64>, bad: &[bool]| {
        let names: Vec<String> = (0..x.ncols())
            .map(|at| ["cash", "debt", "word"][at].to_owned())
            .collect();
        let sample = Sample::new(x.view(), bad).named(&names);
        Logit::on_measures().fit_rows(&sample).unwrap_err().to_string()
    };
    let bad = [true, true, true, false, false, false];
    let by_one = array![
        [1.0, 3.0],
        [2.0, 1.0],
        [3.0, 2.0],
        [4.0, 3.0],
        [5.0, 1.0],
        [6.0, 2.0]
    ];
    insta::assert_snapshot!(told(by_one, &bad), @"expected columns along which some rows are bad and some good, got complete separation by `cash`");
    let by_sum = array![
        [1.0, 3.0],
        [3.0, 1.0],
        [2.0, 2.0],
        [4.0, 3.0],
        [3.0, 4.0],
        [6.0, 2.0]
    ];
    insta::assert_snapshot!(told(by_sum, &bad), @"expected columns along which some rows are bad and some good, got complete separation by `cash`, `debt`");
    // Every firm with the word is bad, the others are mixed in both columns.
    let (x, mut bad) = drawn(200, 0.0, &[0.5, -0.5], 4);
    let word = |row: usize| if row.is_multiple_of(20) { 1.0 } else { 0.0 };
    bad.iter_mut().step_by(20).for_each(|b| *b = true);
    let x = Array2::from_shape_fn(
        (200, 3),
        |(row, column)| if column == 2 { word(row) } else { x[[row, column]] },
    );
    insta::assert_snapshot!(told(x, &bad), @"expected columns along which some rows are bad and some good, got quasi-complete separation by `word`");
}

/// A flag on the first rows, `bads` of them bad; then so many bads among the others.
fn flagged(rows: usize, (flags, bads): (usize, usize), others: usize) -> (Array2<f64>, Vec<bool>) {
    let x = Array2::from_shape_fn((rows, 1), |(row, _)| f64::from(u8::from(row < flags)));
    let bad = (0..rows).map(|row| row < bads || (flags..flags + others).contains(&row));
    (x, bad.collect())
}

/// By hand: the coefficient of a flag is the difference of two log-odds, however rare and however bad it is. The rows
/// also stand in turns, so that a search on a part of them sees other shares than all.
#[test]
fn a_rare_flag_has_the_coefficient_of_its_table() {
    for (rows, (flags, bads), others) in [
        (1_000, (10, 9), 10),
        (2_000, (10, 9), 10),
        (3_000, (20, 19), 10),
        (5_000, (8, 7), 10),
        (20_000, (20, 18), 200),
        (20_000, (200, 199), 1_000),
        (20_000, (1_000, 999), 1_900),
        (100_000, (20, 1), 200),
        (40_000, (20, 10), 12_000),
    ] {
        let (x, bad) = flagged(rows, (flags, bads), others);
        // 7,919 is a prime that divides none of the numbers of rows.
        let order: Vec<usize> = (0..rows).map(|row| row * 7_919 % rows).collect();
        let turned: Vec<bool> = order.iter().map(|row| bad[*row]).collect();
        let ratio = |bads: usize, of: usize| (bads as f64 / (of - bads) as f64).ln();
        let wanted = ratio(bads, flags) - ratio(others, rows - flags);
        for (x, bad) in [(x.clone(), bad), (x.select(ndarray::Axis(0), &order), turned)] {
            let fitted = Logit::on_measures().fit_rows(&Sample::new(x.view(), &bad));
            let fitted = fitted.unwrap_or_else(|error| panic!("{rows} {flags} {bads} {others}: {error}"));
            near(fitted.coefficients()[0], wanted, 1e-7);
        }
    }
}

#[test]
fn a_rare_flag_of_bads_alone_is_a_separation() {
    for (rows, flags, others) in [
        (2_000, 20, 100),
        (5_000, 20, 100),
        (20_000, 5, 600),
        (20_000, 20, 600),
        (20_000, 100, 2_000),
        (20_000, 20, 6_000),
        (100_000, 20, 5_000),
    ] {
        let (x, bad) = flagged(rows, (flags, flags), others);
        let mut next = chance(rows as u64);
        let two = Array2::from_shape_fn(
            (rows, 2),
            |(row, column)| if column == 0 { x[[row, 0]] } else { next() },
        );
        let good: Vec<bool> = bad.iter().map(|bad| !bad).collect();
        for (x, bad) in [(&x, &bad), (&two, &bad), (&two, &good)] {
            let fitted = Logit::on_measures().fit_rows(&Sample::new(x.view(), bad));
            assert_eq!(
                fitted.unwrap_err().to_string(),
                "expected columns along which some rows are bad and some good, got quasi-complete separation by `column-0`",
                "{rows} {flags} {others}"
            );
        }
    }
}

/// One firm a hundred thousand away on the right side is an outlier and no separation: the others overlap.
#[test]
fn a_far_outlier_is_no_separation() {
    let (mut x, mut bad) = drawn(400, 0.0, &[1.0], 5);
    let without = Logit::on_measures()
        .fit_rows(&Sample::new(x.view(), &bad))
        .unwrap();
    x[[0, 0]] = 1e5;
    bad[0] = true;
    let with = Logit::on_measures()
        .fit_rows(&Sample::new(x.view(), &bad))
        .unwrap();
    near(with.coefficients()[0], without.coefficients()[0], 0.05);
}

#[test]
fn a_sign_holds_a_coefficient_and_the_column_behind_it_is_named() {
    // `noisy` is `clear` with noise: beside it, it turns.
    let (base, _) = drawn(4_000, 0.0, &[0.0, 0.0, 0.0], 6);
    let mut next = chance(7);
    let mut bad = Vec::new();
    let mut x = Array2::zeros((4_000, 3));
    for (mut row, from) in x.rows_mut().into_iter().zip(base.rows()) {
        let noise = next() - 0.5;
        row[0] = from[0];
        row[1] = from[0] + 0.6 * noise;
        row[2] = from[2];
        let log_odds = -1.0 - 1.2 * from[0] + 1.5 * noise - 0.4 * from[2];
        bad.push(next() < 1.0 / (1.0 + (-log_odds).exp()));
    }
    let sample = Sample::new(x.view(), &bad).named(&["clear", "noisy", "other"]);
    let free = Logit::on_measures().fit_rows(&sample).unwrap();
    assert!(free.coefficients()[1] > 0.0);
    let held = Logit::on_woe().fit_rows(&sample).unwrap();
    assert!(held.terms()[2].is_held && held.terms()[2].standard_error.is_none());
    assert!(held.coefficients().iter().all(|c| *c <= 0.0) && held.degrees() == 3);
    assert!(held.log_likelihood() < free.log_likelihood() && held.residual() < 1e-6);
    for fitted in [&free, &held] {
        let told = fitted.explain_sign("noisy").unwrap();
        assert!(told.alone < 0.0 && told.beside > 0.0, "{told:?}");
        assert_eq!(told.because_of.len(), 1);
        assert_eq!(told.because_of[0].0, "clear");
        // Variance of a column: two uniforms of width 2 and one of width 1, 9/12; the noise adds 0.36/12.
        near(told.because_of[0].1, (9.0 / 9.36_f64).sqrt(), 0.02);
    }
    assert_eq!(free.explain_sign("clear").unwrap().because_of, []);
    insta::assert_snapshot!(free.explain_sign("cash").unwrap_err(), @"expected the name of a column of the model, got `cash`");
}

/// The fit without the held column is the constrained optimum, if no other sign turns.
#[test]
fn a_held_column_is_as_good_as_absent() {
    let (x, bad) = drawn(1_000, -1.0, &[-0.8, 0.5], 8);
    let held = Logit::on_woe().fit_rows(&Sample::new(x.view(), &bad)).unwrap();
    let first = x.slice_axis(ndarray::Axis(1), ndarray::Slice::from(0..1));
    let alone = Logit::on_measures().fit_rows(&Sample::new(first, &bad)).unwrap();
    near(held.coefficients()[0], alone.coefficients()[0], 1e-9);
    near(held.log_likelihood(), alone.log_likelihood(), 1e-12);
    near(
        held.terms()[1].standard_error.unwrap(),
        alone.terms()[1].standard_error.unwrap(),
        1e-7,
    );
}

/// Ridge and lasso against their optimality conditions, reckoned from the definition.
#[test]
fn penalties_meet_their_conditions() {
    let (x, bad) = drawn(800, -1.0, &[0.9, -0.4, 0.02, 0.0], 9);
    let sample = Sample::new(x.view(), &bad);
    for (lasso, ridge) in [(0.0, 5.0), (8.0, 0.0), (8.0, 5.0)] {
        let penalty = Penalty::ElasticNet { lasso, ridge };
        let fitted = Logit::on_measures().penalised(penalty).fit_rows(&sample).unwrap();
        let pds = fitted.pds(x.view());
        let left: Vec<f64> = pds
            .iter()
            .zip(&bad)
            .map(|(p, b)| f64::from(u8::from(*b)) - p)
            .collect();
        near(left.iter().sum::<f64>(), 0.0, 1e-6);
        for (column, c) in x.columns().into_iter().zip(fitted.coefficients()) {
            let slope: f64 = column.iter().zip(&left).map(|(x, r)| x * r).sum::<f64>() - ridge * c;
            if c.abs() > 0.0 {
                near(slope, lasso * c.signum(), 1e-6);
            } else {
                assert!(slope.abs() <= lasso + 1e-6, "{slope}");
            }
        }
        assert!(fitted.aic().is_none() && fitted.terms()[1].standard_error.is_none());
        assert_eq!(fitted.coefficients().iter().any(|c| c.abs() <= 0.0), lasso > 0.0);
    }
    // A penalty has an answer where likelihood has none.
    let parted = array![[1.0], [2.0], [3.0], [4.0]];
    let sample = Sample::new(parted.view(), &[true, true, false, false]);
    assert!(
        Logit::on_measures()
            .penalised(Penalty::Ridge(1.0))
            .fit_rows(&sample)
            .is_ok()
    );
    // However far the sides are: by symmetry the coefficient solves 100 · 5 / (1 + exp(5 b)) = b.
    let far = Array2::from_shape_fn((100, 1), |(row, _)| if row < 50 { -5.0 } else { 5.0 });
    let bad: Vec<bool> = (0..100).map(|row| row >= 50).collect();
    let penalised = Logit::on_measures().penalised(Penalty::Ridge(1.0));
    let fitted = penalised.fit_rows(&Sample::new(far.view(), &bad)).unwrap();
    let b = fitted.coefficients()[0];
    assert!((500.0 / (1.0 + (5.0 * b).exp()) - b).abs() < 1e-6, "{b}");
}

/// Clusters of one row each: the factor and White's sandwich, by its definition. Rows doubled within clusters leave it.
#[test]
fn clusters_give_the_sandwich_of_its_definition() {
    let (x, bad) = drawn(150, -0.3, &[0.7], 10);
    let own: Vec<u64> = (0..150).collect();
    let fitted = Logit::on_measures()
        .fit_rows(&Sample::new(x.view(), &bad).clustered(&own))
        .unwrap();
    let plain = Logit::on_measures()
        .fit_rows(&Sample::new(x.view(), &bad))
        .unwrap();
    let bread = plain.covariance().unwrap();
    let mut meat = Array2::<f64>::zeros((2, 2));
    for ((row, bad), p) in x.rows().into_iter().zip(&bad).zip(plain.pds(x.view())) {
        let left = f64::from(u8::from(*bad)) - p;
        let score = array![left, left * row[0]];
        for i in 0..2 {
            for j in 0..2 {
                meat[[i, j]] += 150.0 / 149.0 * score[i] * score[j];
            }
        }
    }
    let wanted = bread.dot(&meat).dot(bread);
    for (got, wanted) in fitted.covariance().unwrap().iter().zip(&wanted) {
        near(*got, *wanted, 1e-9);
    }
    let twice = ndarray::concatenate![ndarray::Axis(0), x, x];
    let (bad, own) = ([bad.clone(), bad].concat(), [own.clone(), own].concat());
    let doubled = Logit::on_measures()
        .fit_rows(&Sample::new(twice.view(), &bad).clustered(&own))
        .unwrap();
    for (got, wanted) in doubled.covariance().unwrap().iter().zip(&wanted) {
        near(*got, *wanted, 1e-9);
    }
}

#[test]
fn what_cannot_be_fitted_is_said() {
    let told = |x: Array2<f64>, bad: &[bool]| {
        Logit::on_measures()
            .fit_rows(&Sample::new(x.view(), bad))
            .unwrap_err()
            .to_string()
    };
    let mixed = [true, false, true, false];
    insta::assert_snapshot!(told(array![[1.0], [2.0]], &[true]), @"`bad` must have one value a row, expected `2`, got `1`");
    insta::assert_snapshot!(told(array![[1.0], [2.0]], &[true, true]), @"`bad` must hold at least one good and one bad row with weight, got no good one in `2` rows");
    insta::assert_snapshot!(told(array![[1.0], [f64::NAN]], &[true, false]), @"column `column-0`: expected finite numbers, got `NaN` in row `1` (counted from 0)");
    insta::assert_snapshot!(told(array![[7.0], [7.0]], &[true, false]), @"column `column-0`: expected values that differ, got `7` in every row");
    insta::assert_snapshot!(told(array![[1.0, 5.0, 6.0], [1.0, 7.0, 8.0], [2.0, 5.0, 7.0], [2.0, 8.0, 10.0]], &mixed), @"column `column-2`: expected a column that the others do not add up to, got a combination of `column-0`, `column-1`");
    let same = Array2::from_shape_fn((40, 2), |(row, _)| (row % 7) as f64);
    let bad: Vec<bool> = (0..40).map(|row| (row % 7 < 3) != (row % 5 == 0)).collect();
    insta::assert_snapshot!(Logit::on_woe().fit_rows(&Sample::new(same.view(), &bad).named(&["a", "b"])).unwrap_err(), @"column `b`: expected a column that the others do not add up to, got a combination of `a`");
    let x = array![[1.0], [1.0], [2.0], [2.0]];
    let refused = |sample: &Sample<'_>, logit: &Logit| logit.fit_rows(sample).unwrap_err().to_string();
    let (free, sample) = (Logit::on_measures(), Sample::new(x.view(), &mixed));
    insta::assert_snapshot!(refused(&sample.clone().weighted(&[1.0, 1.0, -1.0, 1.0]), &free), @"`weights` must be finite and not negative, got `-1` in row `2` (counted from 0)");
    insta::assert_snapshot!(refused(&sample.clone().weighted(&[1.0, 0.0, 1.0, 0.0]), &free), @"`bad` must hold at least one good and one bad row with weight, got no good one in `4` rows");
    insta::assert_snapshot!(refused(&sample.clone().weighted(&[1.0]), &free), @"`weights` must have one value a row, expected `4`, got `1`");
    insta::assert_snapshot!(refused(&sample.clone().with_offset(&[0.0, f64::INFINITY, 0.0, 0.0]), &free), @"`offset` must be finite, got `inf` in row `1` (counted from 0)");
    insta::assert_snapshot!(refused(&sample.clone().named(&["a", "b"]), &free), @"`names` must have one value a column, expected `1`, got `2`");
    insta::assert_snapshot!(refused(&sample.clone().clustered(&[7; 4]), &free), @"`clusters` must tell at least two groups of rows apart, got `1`");
    insta::assert_snapshot!(refused(&sample, &free.clone().with_signs(&[Sign::Any, Sign::Any])), @"`signs` must have one value a column, expected `1`, got `2`");
    insta::assert_snapshot!(refused(&sample, &free.penalised(Penalty::Ridge(f64::NAN))), @"a penalty must be finite and not negative, got `NaN`");
}

/// More rows than a task and than the coarse search begins at, in both orders of memory.
#[test]
fn many_rows_end_at_the_same_optimum_in_either_order_of_memory() {
    let (x, bad) = drawn(70_001, -2.0, &[0.8, -0.5, 0.1, 0.0, 0.3], 11);
    let fitted = Logit::on_measures()
        .fit_rows(&Sample::new(x.view(), &bad))
        .unwrap();
    let mut columns = Array2::zeros(ndarray::ShapeBuilder::f(x.dim()));
    columns.assign(&x);
    let by_column = Logit::on_measures()
        .fit_rows(&Sample::new(columns.view(), &bad))
        .unwrap();
    for (a, b) in all_of(&fitted).iter().zip(all_of(&by_column)) {
        near(*a, b, 1e-11);
    }
    let pds = fitted.pds(x.view());
    for column in x.columns() {
        let slope: f64 = column
            .iter()
            .zip(&pds)
            .zip(&bad)
            .map(|((x, p), b)| x * (f64::from(u8::from(*b)) - p))
            .sum();
        assert!(slope.abs() < 1e-6, "{slope}");
    }
}

/// By hand: without `a` the model is the intercept and `b`, fitted by itself.
#[test]
fn each_column_is_tested_against_the_fit_without_it() {
    let (x, bad) = drawn(600, -1.0, &[0.8, -0.2], 12);
    let sample = Sample::new(x.view(), &bad);
    let logit = Logit::on_measures().with_signs(&[Sign::NotNegative, Sign::NotPositive]);
    let fitted = logit.fit_rows(&sample).unwrap();
    let tests = logit.test_each(&sample, &fitted).unwrap();
    for (column, test) in tests.iter().enumerate() {
        let other = x.select(ndarray::Axis(1), &[1 - column]);
        let smaller = Logit::on_measures()
            .fit_rows(&Sample::new(other.view(), &bad))
            .unwrap();
        near(
            test.statistic,
            2.0 * (fitted.log_likelihood() - smaller.log_likelihood()),
            1e-9,
        );
        assert_eq!(test.degrees, 1);
    }
}

#[cfg(feature = "parallel")]
#[test]
fn any_number_of_threads_gives_the_same_bits() {
    let (x, bad) = drawn(70_001, -2.0, &[0.8, -0.5, 0.1], 13);
    let fit = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        let fitted = pool.install(|| {
            Logit::on_measures()
                .fit_rows(&Sample::new(x.view(), &bad))
                .unwrap()
        });
        let covariance = fitted.covariance().unwrap().iter().map(|c| c.to_bits());
        let all = all_of(&fitted).into_iter().map(f64::to_bits);
        all.chain(covariance)
            .chain([fitted.log_likelihood().to_bits()])
            .collect::<Vec<u64>>()
    };
    let one = fit(1);
    for threads in [2, 3, 8] {
        assert_eq!(fit(threads), one);
    }
}

/// Every direction in a small grid that could part rows of whole numbers: independent and slow.
fn is_separated(x: &Array2<f64>, bad: &[bool]) -> bool {
    // Rows lie in {0, 1, 2}²; a border runs through two of these points, or none is needed.
    let span = -2..=2_i32;
    span.clone().any(|a| {
        span.clone().any(|b| {
            (-8..=8_i32).any(|twice_c| {
                let mut strict = false;
                let parted = x.rows().into_iter().zip(bad).all(|(row, bad)| {
                    let side = f64::from(a) * row[0] + f64::from(b) * row[1] - f64::from(twice_c) / 2.0;
                    let side = if *bad { side } else { -side };
                    strict |= side > 0.0;
                    side >= 0.0
                });
                parted && strict
            })
        })
    })
}

/// Whether a column follows from the constant and the other: the determinant of their products, in whole numbers.
fn is_collinear(x: &Array2<f64>) -> bool {
    let rows: Vec<[i64; 3]> = x
        .rows()
        .into_iter()
        .map(|row| [1, whole(row[0]), whole(row[1])])
        .collect();
    let g = |i: usize, j: usize| rows.iter().map(|row| row[i] * row[j]).sum::<i64>();
    let minor = |i: usize, j: usize| g(1, i) * g(2, j) - g(1, j) * g(2, i);
    g(0, 0) * minor(1, 2) - g(0, 1) * minor(0, 2) + g(0, 2) * minor(0, 1) == 0
}

fn whole(cell: f64) -> i64 {
    if cell > 1.5 { 2 } else { i64::from(cell > 0.5) }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Weights from 1 to 30,000: rare rows beside common ones, as in a portfolio of few defaults.
    #[test]
    fn separation_is_found_however_unbalanced_the_rows_are(
        rows in prop::collection::vec((0..3_i32, 0..3_i32, any::<bool>(), 0..4_usize), 4..14)
    ) {
        let x = Array2::from_shape_fn((rows.len(), 2), |(r, c)| f64::from(if c == 0 { rows[r].0 } else { rows[r].1 }));
        let bad: Vec<bool> = rows.iter().map(|r| r.2).collect();
        let weights: Vec<f64> = rows.iter().map(|r| [1.0, 30.0, 1_000.0, 30_000.0][r.3]).collect();
        match Logit::on_measures().fit_rows(&Sample::new(x.view(), &bad).weighted(&weights)) {
            Err(LogisticError::Separated { .. }) => prop_assert!(is_separated(&x, &bad)),
            Err(LogisticError::Collinear { .. }) => prop_assert!(is_collinear(&x)),
            Err(LogisticError::OneClass { .. } | LogisticError::Constant { .. }) => {}
            Err(other) => prop_assert!(false, "{}", other),
            Ok(fitted) => {
                prop_assert!(!is_separated(&x, &bad) && !is_collinear(&x));
                let left: Vec<f64> = fitted.pds(x.view()).iter().zip(&bad).zip(&weights)
                    .map(|((p, bad), w)| w * (f64::from(u8::from(*bad)) - p)).collect();
                let most = weights.iter().sum::<f64>();
                prop_assert!(left.iter().sum::<f64>().abs() < 1e-6 * most.sqrt());
            }
        }
    }

    #[test]
    fn separation_is_found_exactly_where_a_search_of_all_borders_finds_it(
        rows in prop::collection::vec((0..3_i32, 0..3_i32, any::<bool>()), 4..14)
    ) {
        let x = Array2::from_shape_fn((rows.len(), 2), |(r, c)| f64::from(if c == 0 { rows[r].0 } else { rows[r].1 }));
        let bad: Vec<bool> = rows.iter().map(|r| r.2).collect();
        match Logit::on_measures().fit_rows(&Sample::new(x.view(), &bad)) {
            Err(LogisticError::Separated { .. }) => prop_assert!(is_separated(&x, &bad)),
            Err(LogisticError::Collinear { .. }) => prop_assert!(is_collinear(&x)),
            Err(LogisticError::OneClass { .. } | LogisticError::Constant { .. }) => {}
            Err(other) => prop_assert!(false, "{}", other),
            Ok(_) => prop_assert!(!is_separated(&x, &bad)),
        }
    }

    #[test]
    fn the_slope_is_zero_at_the_optimum_and_signs_meet_their_conditions(seed in any::<u32>(), a in -1.0..1.0, b in -1.0..1.0) {
        let (x, bad) = drawn(250, -0.4, &[a, b, -0.5], u64::from(seed));
        for logit in [Logit::on_measures(), Logit::on_woe()] {
            let fitted = logit.fit_rows(&Sample::new(x.view(), &bad)).unwrap();
            let pds = fitted.pds(x.view());
            for (column, term) in x.columns().into_iter().zip(&fitted.terms()[1..]) {
                let slope: f64 = column.iter().zip(&pds).zip(&bad).map(|((x, p), b)| x * (f64::from(u8::from(*b)) - p)).sum();
                if term.is_held {
                    prop_assert!(slope >= -1e-6); // only a coefficient above 0 would fit better
                } else {
                    prop_assert!(slope.abs() < 1e-6, "{}", slope);
                }
            }
        }
    }

    #[test]
    fn a_weight_is_the_row_so_many_times(seed in any::<u32>(), counts in prop::collection::vec(0..4_usize, 120)) {
        let (x, bad) = drawn(120, 0.2, &[0.5, -0.5], u64::from(seed));
        let weights: Vec<f64> = counts.iter().map(|c| *c as f64).collect();
        let picked: Vec<usize> = counts.iter().enumerate().flat_map(|(at, c)| std::iter::repeat_n(at, *c)).collect();
        let repeated = x.select(ndarray::Axis(0), &picked);
        let of_repeated: Vec<bool> = picked.iter().map(|at| bad[*at]).collect();
        let weighted = Logit::on_measures().fit_rows(&Sample::new(x.view(), &bad).weighted(&weights));
        let plain = Logit::on_measures().fit_rows(&Sample::new(repeated.view(), &of_repeated));
        let (Ok(weighted), Ok(plain)) = (weighted, plain) else { return Ok(()) };
        for (a, b) in all_of(&weighted).iter().zip(all_of(&plain)) {
            near(*a, b, 1e-9);
        }
        near(weighted.log_likelihood(), plain.log_likelihood(), 1e-11);
        near(weighted.bic().unwrap(), plain.bic().unwrap(), 1e-11);
        for (a, b) in weighted.covariance().unwrap().iter().zip(plain.covariance().unwrap()) {
            near(*a, *b, 1e-8);
        }
    }

    #[test]
    fn an_offset_moves_the_intercept_and_the_order_of_rows_nothing(seed in any::<u32>(), shift in -3.0..3.0) {
        let (x, bad) = drawn(200, 0.2, &[0.5, -0.5], u64::from(seed));
        let plain = Logit::on_measures().fit_rows(&Sample::new(x.view(), &bad)).unwrap();
        let offset = vec![shift; 200];
        let moved = Logit::on_measures().fit_rows(&Sample::new(x.view(), &bad).with_offset(&offset)).unwrap();
        near(moved.intercept(), plain.intercept() - shift, 1e-9);
        near(moved.coefficients()[0], plain.coefficients()[0], 1e-9);
        near(moved.null_log_likelihood(), plain.null_log_likelihood(), 1e-11);
        let order: Vec<usize> = (0..200).rev().collect();
        let turned = x.select(ndarray::Axis(0), &order);
        let bad: Vec<bool> = bad.iter().rev().copied().collect();
        let turned = Logit::on_measures().fit_rows(&Sample::new(turned.view(), &bad)).unwrap();
        for (a, b) in all_of(&turned).iter().zip(all_of(&plain)) {
            near(*a, b, 1e-10);
        }
    }
}
