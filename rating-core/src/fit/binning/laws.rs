//! Laws and refusals of binnings made from rows.

use super::*;
use crate::measure::{Measure, Measured, Missing};
use crate::scorecard::ScorecardSpec;
use proptest::prelude::*;

type Row = (i32, bool, u8, u8);

/// Values in halves, every seventh kind missing or special, an outcome that leans on the value, a weight, a period.
fn rows() -> impl Strategy<Value = Vec<Row>> {
    let row = (-4_i32..20, 0_i32..24, 1_u8..5, 0_u8..3);
    let row = row.prop_map(|(value, luck, weight, period)| (value, luck > value, weight, period));
    proptest::collection::vec(row, 20..300).prop_filter("both classes", |rows| {
        rows.iter().any(|r| r.1) && rows.iter().any(|r| !r.1)
    })
}

fn number(row: Row) -> f64 {
    match row.0 {
        -4 => f64::NAN,
        -3 => -99.0,
        -2 => f64::NEG_INFINITY,
        -1 => f64::INFINITY,
        value => f64::from(value) / 2.0,
    }
}

fn options(trend: Trend) -> BinningOptions {
    BinningOptions {
        trend,
        special: vec![SpecialGroup {
            name: "no account".to_owned(),
            values: vec![-99.0].into(),
        }],
        limits: Limits {
            max_bins: Some(6),
            ..Limits::default()
        },
        ..BinningOptions::default()
    }
}

struct Columns {
    values: Vec<f64>,
    bad: Vec<bool>,
    weights: Vec<f64>,
    periods: Vec<i64>,
}

impl Columns {
    fn new(rows: &[Row]) -> Self {
        Self {
            values: rows.iter().map(|row| number(*row)).collect(),
            bad: rows.iter().map(|row| row.1).collect(),
            weights: rows.iter().map(|row| f64::from(row.2) / 3.0).collect(),
            periods: rows.iter().map(|row| i64::from(row.3)).collect(),
        }
    }

    fn sample(&self) -> Sample<'_> {
        Sample {
            weights: Some(&self.weights),
            periods: Some(&self.periods),
            ..Sample::new(&self.values, &self.bad)
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_order_of_the_rows_changes_no_bit(rows in rows(), turn in 0_usize..300) {
        let mut other = rows.clone();
        other.rotate_left(turn % rows.len());
        other.reverse();
        let (one, other) = (Columns::new(&rows), Columns::new(&other));
        for trend in [Trend::Auto, Trend::Descending] {
            let fitted = Binning::fit(&one.sample(), &options(trend));
            prop_assert_eq!(&fitted, &Binning::fit(&other.sample(), &options(trend)));
        }
    }

    #[test]
    fn chunks_merge_to_the_same_bits_in_any_order(rows in rows(), chunk in 1_usize..60) {
        let columns = Columns::new(&rows);
        let cut = Cut::Numbers { edges: vec![0.0, 1.5, 3.0, 4.0, 7.5], special: options(Trend::None).special };
        let count = |rows: &[Row]| {
            let columns = Columns::new(rows);
            let mut counts = PreBinCounts::new(cut.clone()).unwrap();
            counts.add(&columns.sample()).unwrap();
            counts
        };
        let whole = count(&rows);
        let mut merged = PreBinCounts::new(cut.clone()).unwrap();
        for part in rows.chunks(chunk).rev() {
            merged.merge(&count(part)).unwrap();
        }
        prop_assert_eq!(&whole, &merged);
        let edges = PreBinning::Candidates(vec![0.0, 1.5, 3.0, 4.0, 7.5]);
        let options = BinningOptions { pre_bins: edges, ..options(Trend::Auto) };
        let counted = Binning::from_counts(&merged, &options);
        prop_assert_eq!(counted, Binning::fit(&columns.sample(), &options));
    }

    #[test]
    fn weights_of_one_and_a_validity_change_nothing(rows in rows()) {
        let columns = Columns::new(&rows);
        let ones = vec![1.0; rows.len()];
        let plain = Sample::new(&columns.values, &columns.bad);
        let valid: Vec<bool> = columns.values.iter().map(|v| !v.is_nan()).collect();
        let filled: Vec<f64> = columns.values.iter().map(|v| if v.is_nan() { 3.0 } else { *v }).collect();
        let marked = Sample {
            values: Values::Numbers { values: &filled, validity: Some(&valid) },
            weights: Some(&ones),
            ..plain
        };
        let plain_options = BinningOptions { special: Vec::new(), ..options(Trend::Auto) };
        prop_assert_eq!(Binning::fit(&plain, &plain_options), Binning::fit(&marked, &plain_options));
    }

    #[test]
    fn a_document_comes_back_with_the_same_bits(rows in rows()) {
        let columns = Columns::new(&rows);
        let Ok(binning) = Binning::fit(&columns.sample(), &options(Trend::Auto)) else { return Ok(()) };
        let text = serde_json::to_string(&binning).unwrap();
        let back: Binning = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(&back, &binning);
        prop_assert_eq!(serde_json::to_string(&back).unwrap(), text);
        prop_assert_eq!(back.stamp(), binning.stamp());
        prop_assert_eq!(back.table(), binning.table());
        let bits = |binning: &Binning| -> Vec<u64> {
            binning.transform(&columns.values, None).iter().map(|woe| woe.to_bits()).collect()
        };
        prop_assert_eq!(bits(&back), bits(&binning));
    }

    /// Every line of the table counts as what the rows in it are transformed to, and what the card gives them.
    #[test]
    fn table_transform_and_characteristic_say_the_same(rows in rows()) {
        let columns = Columns::new(&rows);
        let Ok(binning) = Binning::fit(&columns.sample(), &options(Trend::Auto)) else { return Ok(()) };
        let points = PointsOfWoe { per_woe: 20.0 / std::f64::consts::LN_2, offset: 7.0 };
        let spec = binning.characteristic(Measure::RegistryAge, points).unwrap();
        let card = ScorecardSpec { characteristics: vec![spec] }.check().unwrap();
        let characteristic = &card.characteristics()[0];
        let (splits, table) = (binning.splits(), binning.table());
        for (value, woe) in columns.values.iter().zip(binning.transform(&columns.values, None)) {
            let line = match *value {
                value if value.is_nan() => &table[splits.len() + 2],
                -99.0 => &table[splits.len() + 1],
                value => &table[splits.iter().filter(|edge| **edge <= value).count()],
            };
            prop_assert_eq!(line.counts_as.to_bits(), woe.to_bits());
            prop_assert!(binning.points(points).unwrap().contains(&characteristic.points(Measured::Value(*value))));
            let outcome = if value.is_nan() { Measured::Missing(Missing::TooShort) } else { Measured::Value(*value) };
            let wanted = (7.0 + woe * 20.0 / std::f64::consts::LN_2).round();
            prop_assert!((f64::from(characteristic.points(outcome)) - wanted).abs() < 0.5);
        }
        let rows_of_lines: u64 = table.iter().map(|line| line.cell.rows).sum();
        prop_assert_eq!(rows_of_lines, rows.len() as u64);
    }

    /// What is asked is met: sizes, order of the rates, and every fixed edge.
    #[test]
    fn limits_hold_and_fixed_edges_stay(rows in rows(), share in 0.0..0.2_f64) {
        let columns = Columns::new(&rows);
        let options = BinningOptions {
            fixed: vec![2.25, 100.0, 200.0],
            limits: Limits { min_share: None, min_weight_share: Some(share), ..Limits::default() },
            ..options(Trend::Descending)
        };
        let sample = Sample { periods: None, ..columns.sample() };
        match Binning::fit(&sample, &options) {
            Ok(binning) => {
                let splits = binning.splits();
                prop_assert!([2.25, 100.0, 200.0].iter().all(|fixed| splits.contains(fixed)));
                let rates: Vec<f64> = binning.bins().iter().filter_map(Cell::rate).collect();
                prop_assert!(rates.windows(2).all(|pair| pair[0] >= pair[1]));
                let total = binning.total().weight;
                prop_assert!(binning.bins().iter().all(|bin| bin.weight / total >= share - 1e-12));
            }
            Err(BinningError::Infeasible(why)) => {
                prop_assert!(!why.relaxations.is_empty() || why.together.len() > 1);
            }
            Err(other) => return Err(TestCaseError::fail(other.to_string())),
        }
    }
}

/// Five bands of a published table of goods and bads with a zero cell nowhere: weights of evidence by hand.
#[test]
fn weights_of_evidence_are_the_textbooks() {
    // Goods 10, 20, 30 and bads 30, 20, 10 of 60 each: ln(1/3), 0, ln 3.
    let values: Vec<f64> = [(1.0, 40), (2.0, 40), (3.0, 40)]
        .iter()
        .flat_map(|(value, rows)| std::iter::repeat_n(*value, *rows))
        .collect();
    let bad: Vec<bool> = [30, 20, 10]
        .iter()
        .flat_map(|bads| (0..40).map(move |at| at < *bads))
        .collect();
    let binning = Binning::fit(&Sample::new(&values, &bad), &BinningOptions::default()).unwrap();
    assert_eq!(binning.splits(), [1.5, 2.5]);
    assert_eq!(binning.trend(), Trend::Descending);
    let table = binning.table();
    for (line, woe) in table.iter().zip([-(3.0_f64.ln()), 0.0, 3.0_f64.ln()]) {
        assert!((line.woe.unwrap() - woe).abs() < 1e-12, "{line:?}");
    }
    // 2 · (1/2 − 1/6) · ln 3
    assert!((binning.iv() - 2.0 / 3.0 * 3.0_f64.ln()).abs() < 1e-12);
    // Jeffreys' interval of 10 in 40: mpmath, roots of betainc(10.5, 30.5, 0, x, regularized=True).
    let (lower, upper) = table[2].interval.unwrap();
    assert!(
        (lower - 0.136_393_454_547_266).abs() < 1e-9 && (upper - 0.398_306_044_275_246).abs() < 1e-9,
        "{lower} {upper}"
    );
}

/// A pure bin counts as half a row, and only there: one of 5 goods below, 4 bads of 4 below.
#[test]
fn a_zero_cell_counts_as_half_a_row_and_nothing_else_does() {
    let values = [1.0, 1.0, 1.0, 1.0, 1.0, 2.0, 2.0, 2.0, 2.0];
    let bad = [true, true, true, true, false, false, false, false, false];
    let table = Binning::fit(&Sample::new(&values, &bad), &BinningOptions::default())
        .unwrap()
        .table();
    assert!((table[0].woe.unwrap() - (0.2_f64 / 1.0).ln()).abs() < 1e-12);
    assert!((table[1].woe.unwrap() - (0.8_f64 / (0.5 / 4.0)).ln()).abs() < 1e-12);
    // With all weights threefold nothing changes.
    let weights = [3.0; 9];
    let weighted = Sample {
        weights: Some(&weights),
        ..Sample::new(&values, &bad)
    };
    let weighted = Binning::fit(&weighted, &BinningOptions::default())
        .unwrap()
        .table();
    assert!((table[1].woe.unwrap() - weighted[1].woe.unwrap()).abs() < 1e-12);
}

fn with_missing(policy: Policy) -> Vec<Line> {
    let values = [
        1.0,
        1.0,
        1.0,
        1.0,
        2.0,
        2.0,
        2.0,
        2.0,
        f64::NAN,
        f64::NAN,
        f64::NAN,
    ];
    let bad = [
        true, true, true, false, true, false, false, false, true, true, false,
    ];
    let options = BinningOptions {
        missing: policy,
        ..BinningOptions::default()
    };
    Binning::fit(&Sample::new(&values, &bad), &options)
        .unwrap()
        .table()
}

/// 3 of 4 bad, 1 of 4 bad, and 2 of 3 bad without a value, in a sample of 5 goods and 6 bads.
#[test]
fn a_missing_value_counts_as_its_policy_says_and_keeps_its_statistics() {
    let first = (0.2_f64 / 0.5).ln();
    let second = (0.6_f64 / (1.0 / 6.0)).ln();
    let own = (0.2_f64 / (2.0 / 6.0)).ln();
    for (policy, wanted) in [
        (Policy::Own, own),
        (Policy::Worst, first),
        (Policy::Best, second),
        (Policy::Neutral, 0.0),
        (Policy::Nearest, first),
        (Policy::Into(1), second),
    ] {
        let table = with_missing(policy.clone());
        assert!((table[2].counts_as - wanted).abs() < 1e-12, "{policy:?}");
        assert_eq!((table[2].cell.rows, &table[2].policy), (3, &Some(policy)));
        assert!((table[2].woe.unwrap() - own).abs() < 1e-12);
        assert!((table[0].counts_as - first).abs() < 1e-12);
    }
}

#[test]
fn words_are_ordered_by_risk_and_rare_ones_stand_together() {
    // Bad: a 3 of 4, b 1 of 4, c 0 of 4; d and e once each, one of them bad.
    let words: Vec<Option<&str>> = "aaaabbbbccccde"
        .split("")
        .filter(|w| !w.is_empty())
        .map(Some)
        .chain([None])
        .collect();
    let bad: Vec<bool> = "111010000000100".chars().map(|c| c == '1').collect();
    let sample = Sample::of_words(&words, &bad);
    let options = BinningOptions {
        rare_share: 0.1,
        unseen: UnseenPolicy::Worst,
        ..BinningOptions::default()
    };
    let binning = Binning::fit(&sample, &options).unwrap();
    assert_eq!(binning.groups(), [vec!["c", "b"], vec!["d", "e"], vec!["a"]]);
    assert_eq!(binning.trend(), Trend::Ascending);
    let worth = binning.transform_words(&[Some("a"), Some("zebra"), Some("c"), None]);
    assert!((worth[0] - worth[1]).abs() < 1e-15 && worth[2] > worth[0]);
    let groups = vec![
        vec!["a".to_owned(), "c".to_owned()],
        vec!["d".to_owned(), "b".to_owned(), "e".to_owned()],
    ];
    let edit = |change| Edit {
        author: "analyst",
        time: "2026-01-05",
        reason: "policy",
        change,
    };
    let edited = binning.edited(edit(Change::Groups(groups))).unwrap();
    assert_eq!(edited.groups(), [vec!["c", "a"], vec!["b", "d", "e"]]);
    let apart = vec![
        vec!["a".to_owned(), "d".to_owned()],
        vec!["b".to_owned(), "c".to_owned(), "e".to_owned()],
    ];
    insta::assert_snapshot!(binning.edited(edit(Change::Groups(apart))).unwrap_err(), @"cannot edit: expected groups of words of the sample, rare words together, got `a, d`");
}

#[test]
fn an_edit_is_a_new_binning_and_what_hangs_on_the_old_one_is_stale() {
    let values: Vec<f64> = (0..40).map(f64::from).collect();
    let bad: Vec<bool> = (0..40).map(|at| at % 4 == 0 || at < 10).collect();
    let options = BinningOptions {
        pre_bins: PreBinning::Candidates(vec![10.0, 20.0, 30.0]),
        limits: Limits {
            max_bins: Some(2),
            ..Limits::default()
        },
        ..BinningOptions::default()
    };
    let binning = Binning::fit(&Sample::new(&values, &bad), &options).unwrap();
    assert_eq!(binning.splits(), [10.0]);
    let edit = |change| Edit {
        author: "A. Nalyst",
        time: "2026-02-03T10:00",
        reason: "two are not enough",
        change,
    };
    let stamp = binning.stamp();
    let edited = binning.edited(edit(Change::Splits(vec![10.0, 30.0]))).unwrap();
    assert_eq!(
        (edited.splits(), binning.splits()),
        (vec![10.0, 30.0], vec![10.0])
    );
    assert!(edited.is_stale(&stamp) && !binning.is_stale(&stamp));
    assert_eq!(
        (edited.revisions().len(), &edited.revisions()[0].before),
        (1, &stamp)
    );
    let text = serde_json::to_string(&edited).unwrap();
    assert_eq!(serde_json::from_str::<Binning>(&text).unwrap(), edited);
    let refuse = |edit: Edit<'_>| binning.edited(edit).unwrap_err();
    insta::assert_snapshot!(refuse(edit(Change::Splits(vec![11.0]))), @"cannot edit: expected edges of pre-bins, unless the data are given again, got `11`");
    insta::assert_snapshot!(refuse(edit(Change::Groups(vec![]))), @"cannot edit: expected edges, got `groups of words`");
    insta::assert_snapshot!(refuse(edit(Change::Missing(Policy::Into(2)))), @"missing: expected the place of a bin, counted from 0, got `2, with 2 bins`");
    insta::assert_snapshot!(refuse(Edit { reason: " ", ..edit(Change::Splits(vec![])) }), @"cannot edit: expected a reason, got ` `");
}

/// Referee: the same bin by its place.
#[test]
fn a_policy_may_name_a_bin_by_its_label() {
    let (values, bad, _) = weighted();
    let sample = Sample::new(&values, &bad);
    let fit = |missing: Policy| {
        let options = BinningOptions {
            missing,
            ..BinningOptions::given(vec![20.0, 50.5])
        };
        Binning::fit(&sample, &options)
    };
    let label = || Policy::Named("[20, 50.5)".to_owned());
    let (named, placed) = (fit(label()).unwrap(), fit(Policy::Into(1)).unwrap());
    let asked = [f64::NAN, 0.0, 30.0, 99.0];
    assert_eq!(named.transform(&asked, None), placed.transform(&asked, None));
    assert_eq!(named.table()[3].policy, Some(label()));
    let text = serde_json::to_string(&named).unwrap();
    assert!(text.contains(r#""missing":{"named":"[20, 50.5)"}"#), "{text}");
    assert_eq!(serde_json::from_str::<Binning>(&text).unwrap(), named);
    let edited = named
        .edited(by_analyst(Change::Special(Policy::Named("< 20".to_owned()))))
        .unwrap();
    assert_eq!(edited.options().special_policy, Policy::Named("< 20".to_owned()));
    insta::assert_snapshot!(fit(Policy::Named("20".to_owned())).unwrap_err(), @"missing: expected the label of a bin, got `20`, with the bins `< 20`, `[20, 50.5)`, `>= 50.5`");
    // An edit of the edges that takes the bin away is refused.
    insta::assert_snapshot!(named.edited(by_analyst(Change::Splits(vec![20.0]))).unwrap_err(), @"missing: expected the label of a bin, got `[20, 50.5)`, with the bins `< 20`, `>= 20`");
    assert!(placed.edited(by_analyst(Change::Splits(vec![20.0]))).is_ok());
}

#[test]
fn a_setting_that_would_change_nothing_is_refused() {
    let (values, bad, _) = weighted();
    let sample = Sample::new(&values, &bad);
    let all = |max_p_value| BinningOptions {
        limits: Limits {
            p_value_of: Pairs::All,
            max_p_value,
            ..Limits::default()
        },
        ..BinningOptions::given(vec![50.0])
    };
    insta::assert_snapshot!(Binning::fit(&sample, &all(None)).unwrap_err(), @"limits.p_value_of: expected `consecutive` without a `max_p_value`, as there is no test of any pair, got `all`");
    let binning = Binning::fit(&sample, &all(Some(1.0))).unwrap();
    // A document of before that holds it is read.
    let text = serde_json::to_string(&binning)
        .unwrap()
        .replace(r#""max_p_value":1.0"#, r#""max_p_value":null"#);
    assert_eq!(
        serde_json::from_str::<Binning>(&text).unwrap().splits(),
        binning.splits()
    );
    let mut empty = BinningOptions::given(vec![50.0]);
    let group = |name: &str, values: &[f64]| SpecialGroup {
        name: name.to_owned(),
        values: values.to_vec().into(),
    };
    empty.special = vec![group("none", &[-9.0]), group("refused", &[])];
    insta::assert_snapshot!(Binning::fit(&sample, &empty).unwrap_err(), @"special: expected values in every group (places counted from 0), got `refused: []` as group `1`");
}

/// Rows of a variable with gaps, a special value and weights.
fn weighted() -> (Vec<f64>, Vec<bool>, Vec<f64>) {
    let row = |at: u32| {
        let value = match at % 11 {
            0 => f64::NAN,
            1 => -9.0,
            _ => f64::from(at * 37 % 101),
        };
        (value, at * at % 7 < 3, f64::from(1 + at % 4) * 0.3)
    };
    let rows: Vec<_> = (0..400).map(row).collect();
    (
        rows.iter().map(|row| row.0).collect(),
        rows.iter().map(|row| row.1).collect(),
        rows.iter().map(|row| row.2).collect(),
    )
}

fn by_analyst<'a>(change: Change) -> Edit<'a> {
    Edit {
        author: "analyst",
        time: "2026-01-05",
        reason: "as the contract has it",
        change,
    }
}

/// Referee: the same edges given to a fit of the same data, whatever the weights.
#[test]
fn edges_of_an_edit_with_its_data_are_counted_as_by_a_fit() {
    let (values, bad, weights) = weighted();
    for weights in [None, Some(weights.as_slice())] {
        let sample = Sample {
            weights,
            ..Sample::new(&values, &bad)
        };
        let options = |splits| BinningOptions {
            special: vec![SpecialGroup {
                name: "none".to_owned(),
                values: vec![-9.0].into(),
            }],
            ..BinningOptions::given(splits)
        };
        let mut tree = options(vec![]);
        (tree.fixed, tree.pre_bins) = (vec![], PreBinning::default());
        let binning = Binning::fit(&sample, &tree).unwrap();
        let splits = vec![-3.0, 12.5, 13.0, 77.7, 500.0];
        let edited = binning
            .edited_from(by_analyst(Change::Splits(splits.clone())), &sample)
            .unwrap();
        let wanted = Binning::fit(&sample, &options(splits.clone())).unwrap();
        assert_eq!(edited.splits(), splits);
        for (edited, wanted) in edited.table().iter().zip(wanted.table()) {
            assert_eq!(
                (&edited.of, edited.cell.rows, edited.cell.bad_rows),
                (&wanted.of, wanted.cell.rows, wanted.cell.bad_rows)
            );
            assert!((edited.cell.weight - wanted.cell.weight).abs() < 1e-9);
            assert!((edited.counts_as - wanted.counts_as).abs() < 1e-9);
        }
        assert!(edited.revisions()[0].recounted && edited.revisions()[0].before == binning.stamp());
        let text = serde_json::to_string(&edited).unwrap();
        assert_eq!(serde_json::from_str::<Binning>(&text).unwrap(), edited);
        // The edges of before are still there to go back to, without the data.
        let back = edited
            .edited(by_analyst(Change::Splits(binning.splits())))
            .unwrap();
        for (back, was) in back.bins().iter().zip(binning.bins()) {
            assert_eq!((back.rows, back.bad_rows), (was.rows, was.bad_rows));
        }
    }
}

#[test]
fn data_of_an_edit_must_be_those_of_the_binning() {
    let (values, bad, weights) = weighted();
    let sample = Sample {
        weights: Some(&weights),
        ..Sample::new(&values, &bad)
    };
    let options = BinningOptions {
        special: vec![SpecialGroup {
            name: "none".to_owned(),
            values: vec![-9.0].into(),
        }],
        ..BinningOptions::given(vec![20.0, 50.0])
    };
    let binning = Binning::fit(&sample, &options).unwrap();
    let told = |sample: &Sample<'_>, change| {
        binning
            .edited_from(by_analyst(change), sample)
            .unwrap_err()
            .to_string()
    };
    let splits = || Change::Splits(vec![30.0]);
    let (mut other, at) = (values.clone(), values.iter().position(|v| *v > 50.0).unwrap());
    other[at] = 21.0;
    let moved = Sample {
        values: Values::Numbers {
            values: &other,
            validity: None,
        },
        ..sample
    };
    insta::assert_snapshot!(told(&moved, splits()), @"cannot edit: expected the data that the binning was made from, `95` rows in `[20, 50)`, got `96`");
    other[at] = f64::NAN;
    let moved = Sample {
        values: Values::Numbers {
            values: &other,
            validity: None,
        },
        ..sample
    };
    insta::assert_snapshot!(told(&moved, splits()), @"cannot edit: expected the data that the binning was made from, `37` rows in `missing`, got `38`");
    let mut turned = bad.clone();
    turned[at] = !turned[at];
    insta::assert_snapshot!(told(&Sample { target: Target::Bad(&turned), ..sample }, splits()), @"cannot edit: expected the data that the binning was made from, `119` bad rows in `>= 50`, got `120`");
    let mut heavier = weights.clone();
    heavier[at] += 1.0;
    insta::assert_snapshot!(told(&Sample { weights: Some(&heavier), ..sample }, splits()), @"cannot edit: expected the data that the binning was made from, `125.39999999999999` weight in `>= 50`, got `126.39999999999999`");
    let amounts = vec![0.5; values.len()];
    insta::assert_snapshot!(told(&Sample { target: Target::Amount(&amounts), ..sample }, splits()), @"expected counts over the same `kind of target`, got others");
    insta::assert_snapshot!(told(&sample, Change::Missing(Policy::Worst)), @"cannot edit: expected splits or groups, for which data are counted, got `another change`");
    insta::assert_snapshot!(told(&sample, Change::Groups(vec![])), @"cannot edit: expected edges, got `groups of words`");
    insta::assert_snapshot!(told(&sample, Change::Splits(vec![2.0, 1.0])), @"splits: expected finite edges, each above the one before, got `[2.0, 1.0]`");
    insta::assert_snapshot!(told(&sample, Change::Splits((0..300).map(f64::from).collect())), @"cannot edit: expected at most 256 pre-bins, those before among them, got `301`");
    let few = Sample::new(&values[1..], &bad);
    insta::assert_snapshot!(told(&few, splits()), @"`target` must be as long as the values, expected `399` rows, got `400`");
}

/// `d` and `e` are rare, and so one pre-bin; by hand from the rows: d 1 of 1 bad, e 0 of 1.
#[test]
fn groups_of_an_edit_with_its_data_may_part_rare_words() {
    let text = "aaaabbbbcccccde";
    let words: Vec<String> = text.chars().map(String::from).collect();
    let words: Vec<Option<&str>> = words.iter().map(|word| Some(word.as_str())).collect();
    let bad: Vec<bool> = "111010000000110".chars().map(|c| c == '1').collect();
    let sample = Sample::of_words(&words, &bad);
    let options = BinningOptions {
        rare_share: 0.1,
        ..BinningOptions::default()
    };
    let binning = Binning::fit(&sample, &options).unwrap();
    let groups = |of: &[&str]| {
        of.iter()
            .map(|group| group.chars().map(String::from).collect())
            .collect()
    };
    let apart = || Change::Groups(groups(&["ad", "bce"]));
    assert!(binning.edited(by_analyst(apart())).is_err());
    let edited = binning.edited_from(by_analyst(apart()), &sample).unwrap();
    let bins: Vec<(u64, u64)> = edited.bins().iter().map(|bin| (bin.rows, bin.bad_rows)).collect();
    assert_eq!(bins, [(5, 4), (10, 2)]);
    let mut sorted = edited.groups();
    for group in &mut sorted {
        group.sort_unstable();
    }
    assert_eq!(sorted, [vec!["a", "d"], vec!["b", "c", "e"]]);
    let told = |change, sample: &Sample<'_>| {
        binning
            .edited_from(by_analyst(change), sample)
            .unwrap_err()
            .to_string()
    };
    insta::assert_snapshot!(told(Change::Groups(groups(&["ad", "bc"])), &sample), @"cannot edit: expected every word of the sample once, got `4 of 5 pre-bins`");
    let mut other = words.clone();
    other[14] = Some("d");
    insta::assert_snapshot!(told(apart(), &Sample { values: Values::Words(&other[..]), target: Target::Bad(&bad), ..sample }), @"cannot edit: expected data with the words of the binning and no other, got `e`");
    other[14] = Some("x");
    insta::assert_snapshot!(told(apart(), &Sample { values: Values::Words(&other[..]), ..sample }), @"cannot edit: expected data with the words of the binning and no other, got `x`");
}

#[test]
fn another_sample_stands_beside_the_fit() {
    let values = [1.0, 1.0, 1.0, 2.0, 2.0, 2.0];
    let bad = [true, true, false, true, false, false];
    let binning = Binning::fit(&Sample::new(&values, &bad), &BinningOptions::default()).unwrap();
    let later = [1.0, 2.0, 2.0, 2.0, f64::NAN];
    let beside = binning
        .beside(&Sample::new(&later, &[true, false, false, true, false]))
        .unwrap();
    let rows: Vec<(u64, u64)> = beside
        .iter()
        .map(|line| (line.fitted.cell.rows, line.other.cell.rows))
        .collect();
    assert_eq!(rows, [(3, 1), (3, 3), (0, 1)]);
    // (0.2 − 0.5) ln(0.2 / 0.5)
    assert!((beside[0].psi - 0.3 * 2.5_f64.ln()).abs() < 1e-12);
    assert!((beside[0].other.counts_as - beside[0].fitted.counts_as).abs() < 1e-15);
}

#[test]
fn a_single_bin_is_never_silent() {
    let values = [1.0, 1.0, 1.0, 1.0, 2.0, 2.0, 2.0, 2.0];
    let bad = [true, true, true, false, true, false, false, false];
    let sample = Sample::new(&values, &bad);
    let fit = |limits: Limits| {
        Binning::fit(
            &sample,
            &BinningOptions {
                trend: Trend::Ascending,
                limits,
                ..BinningOptions::default()
            },
        )
    };
    let single = fit(Limits::default()).unwrap();
    assert_eq!(single.splits(), [] as [f64; 0]);
    insta::assert_snapshot!(single.remark().unwrap(), @"expected a binning that meets every constraint, got none: `trend` binds, nearest feasible: `descending`");
    insta::assert_snapshot!(fit(Limits { min_bins: Some(2), ..Limits::default() }).unwrap_err(), @"expected a binning that meets every constraint, got none: `min_bins` of `2` binds, nearest feasible: `1`; or `trend`, nearest feasible: `descending`");
    insta::assert_snapshot!(fit(Limits { min_rows: Some(9), ..Limits::default() }).unwrap_err(), @"expected a binning that meets every constraint, got none: `min_rows` of `9` binds, nearest feasible: `8`");
    insta::assert_snapshot!(fit(Limits { min_rows: Some(9), min_goods: Some(7), ..Limits::default() }).unwrap_err(), @"expected a binning that meets every constraint, got none: these exclude each other: `min_rows`, `min_goods`");
}

/// Rows as (value, goods, bads).
fn told(groups: &[(f64, usize, usize)]) -> (Vec<f64>, Vec<bool>) {
    let rows = groups.iter().flat_map(|(value, goods, bads)| {
        let bad = std::iter::repeat_n(true, *bads);
        let good = std::iter::repeat_n(false, *goods);
        bad.chain(good).map(|bad| (*value, bad))
    });
    rows.unzip()
}

fn fit_told(groups: &[(f64, usize, usize)], options: &BinningOptions) -> Result<Binning, BinningError> {
    let (values, bad) = told(groups);
    Binning::fit(&Sample::new(&values, &bad), options)
}

/// By hand: a flag on 400 of 10,000 rows, of which 160 are bad, and 288 of the others. Of 9,552 goods 240 and of 448
/// bads 160 have the flag.
#[test]
fn a_rare_decisive_value_is_a_bin_of_its_own() {
    let flagged = [(0.0, 9312, 288), (1.0, 240, 160)];
    let binning = fit_told(&flagged, &BinningOptions::default()).unwrap();
    assert_eq!(binning.splits(), [0.5]);
    let (p, q) = (240.0 / 9552.0, 160.0 / 448.0_f64);
    let iv = (p - q) * (p / q).ln() + (q - p) * ((1.0 - p) / (1.0 - q)).ln();
    assert!(
        (binning.objective() - iv).abs() < 1e-12,
        "{}",
        binning.objective()
    );
    assert_eq!(binning.remark(), None);
    // The flag the other way round, between two values, and beside a value that a first split parts off.
    let splits = |groups: &[(f64, usize, usize)]| {
        let options = BinningOptions {
            trend: Trend::None,
            ..BinningOptions::default()
        };
        fit_told(groups, &options).unwrap().splits()
    };
    assert_eq!(splits(&[(0.0, 240, 160), (1.0, 9312, 288)]), [0.5]);
    assert_eq!(
        splits(&[(-1.0, 120, 80), (0.0, 9312, 288), (1.0, 120, 80)]),
        [-0.5, 0.5]
    );
    assert_eq!(
        splits(&[(0.0, 4900, 100), (1.0, 4412, 188), (9.0, 240, 160)]),
        [0.5, 5.0]
    );
    // The same by weight, and for amounts.
    let (values, bad) = told(&flagged);
    let amounts: Vec<f64> = bad.iter().map(|bad| if *bad { 0.9 } else { 0.1 }).collect();
    let halves = vec![0.5; bad.len()];
    let plain = Sample::new(&values, &bad);
    for sample in [
        Sample {
            weights: Some(&halves),
            ..plain
        },
        Sample {
            target: Target::Amount(&amounts),
            ..plain
        },
    ] {
        assert_eq!(
            Binning::fit(&sample, &BinningOptions::default())
                .unwrap()
                .splits(),
            [0.5]
        );
    }
}

/// By hand: of 10,000 rows 9,500 are missing, the others rise from 10 % to 50 % bad at 250.
#[test]
fn missing_values_do_not_hide_the_others() {
    let mut groups = vec![(f64::NAN, 9000, 500)];
    groups.extend((0..500).map(|at| {
        (
            f64::from(at),
            usize::from(at % 10 != 0),
            usize::from(at % 10 == 0),
        )
    }));
    for group in groups.iter_mut().skip(251) {
        *group = (
            group.0,
            usize::from(group.0 % 2.0 < 1.0),
            usize::from(group.0 % 2.0 >= 1.0),
        );
    }
    let binning = fit_told(&groups, &BinningOptions::default()).unwrap();
    assert!(
        binning.splits().iter().any(|split| (split - 250.0).abs() <= 20.0),
        "{:?}",
        binning.splits()
    );
}

/// Distinct values in one bin: the remark says what keeps them together, and that number is enough.
#[test]
fn pre_bins_that_keep_values_together_are_named() {
    // 15 rows are too few to be told apart by themselves.
    let few = [(0.0, 9700, 285), (1.0, 9, 6)];
    let single = fit_told(&few, &BinningOptions::default()).unwrap();
    assert_eq!(single.splits(), [] as [f64; 0]);
    insta::assert_snapshot!(single.remark().unwrap(), @"expected a binning that meets every constraint, got none: `min_pre_bin_share` of `0.05` binds, nearest feasible: `0.0015`");
    let two = |options: BinningOptions| {
        let limits = Limits {
            min_bins: Some(2),
            ..options.limits.clone()
        };
        fit_told(&few, &BinningOptions { limits, ..options })
    };
    insta::assert_snapshot!(two(BinningOptions::default()).unwrap_err(), @"expected a binning that meets every constraint, got none: `min_bins` of `2` binds, nearest feasible: `1`; or `min_pre_bin_share` of `0.05`, nearest feasible: `0.0015`");
    let tree = |min_share| BinningOptions {
        pre_bins: PreBinning::Tree { bins: 20, min_share },
        ..BinningOptions::default()
    };
    assert_eq!(two(tree(0.0015)).unwrap().splits(), [0.5]);
    let both = Limits {
        min_share: Some(0.01),
        ..Limits::default()
    };
    insta::assert_snapshot!(two(BinningOptions { limits: both, ..BinningOptions::default() }).unwrap_err(), @"expected a binning that meets every constraint, got none: `min_bins` of `2` binds, nearest feasible: `1`");
    // One leaf, edges beside the values, steps of weight that end within a value.
    for pre_bins in [
        PreBinning::Tree {
            bins: 1,
            min_share: 0.05,
        },
        PreBinning::Candidates(vec![7.0]),
        PreBinning::Quantile { bins: 2 },
    ] {
        let options = BinningOptions {
            pre_bins,
            ..BinningOptions::default()
        };
        let single = fit_told(&[(0.0, 240, 160), (1.0, 9312, 288)], &options).unwrap();
        assert_eq!(single.splits(), [] as [f64; 0]);
        insta::allow_duplicates!(
            insta::assert_snapshot!(single.remark().unwrap(), @"expected a binning that meets every constraint, got none: `pre_bins` binds, nearest feasible: without it")
        );
    }
    let words: Vec<Option<&str>> = (0..100).map(|at| Some(if at < 50 { "a" } else { "b" })).collect();
    let bad: Vec<bool> = (0..100).map(|at| at % 5 == 0 || at < 20).collect();
    let sample = Sample::of_words(&words, &bad);
    let rare = BinningOptions {
        rare_share: 0.6,
        ..BinningOptions::default()
    };
    insta::assert_snapshot!(Binning::fit(&sample, &rare).unwrap().remark().unwrap(), @"expected a binning that meets every constraint, got none: `rare_share` of `0.6` binds, nearest feasible: `0.49999980926513665`");
    // Nothing to tell apart: one value, or one rate.
    assert_eq!(
        fit_told(&[(3.0, 9, 6)], &BinningOptions::default())
            .unwrap()
            .remark(),
        None
    );
    assert_eq!(
        fit_told(&[(3.0, 9, 6), (4.0, 9, 6)], &BinningOptions::default())
            .unwrap()
            .remark(),
        None
    );
}

#[test]
fn fixed_edges_take_their_places_among_the_pre_bins() {
    let values: Vec<f64> = (0..600).map(f64::from).collect();
    let bad: Vec<bool> = (0..600).map(|row| row % 5 == 0 || row < 100).collect();
    let options = BinningOptions {
        pre_bins: PreBinning::Quantile { bins: MOST_PRE_BINS },
        fixed: vec![250.25, 400.25],
        limits: Limits {
            max_bins: Some(4),
            ..Limits::default()
        },
        ..BinningOptions::default()
    };
    let splits = Binning::fit(&Sample::new(&values, &bad), &options)
        .unwrap()
        .splits();
    assert!(splits.contains(&250.25) && splits.contains(&400.25), "{splits:?}");
}

/// Exposures in yuan and shares of a portfolio: a common factor of the weights changes nothing but the weights.
#[test]
fn weights_may_be_of_any_size() {
    let (values, bad) = told(&[(1.0, 300, 90), (2.0, 300, 40), (3.0, 300, 10)]);
    let weights: Vec<f64> = (0..bad.len()).map(|row| 0.5 + (row % 7) as f64).collect();
    let table = |factor: f64| {
        let weights: Vec<f64> = weights.iter().map(|weight| weight * factor).collect();
        let sample = Sample {
            weights: Some(&weights),
            ..Sample::new(&values, &bad)
        };
        let limits = Limits {
            max_p_value: Some(0.05),
            ..Limits::default()
        };
        Binning::fit(
            &sample,
            &BinningOptions {
                limits,
                ..BinningOptions::default()
            },
        )
        .unwrap()
        .table()
    };
    let one = table(1.0);
    assert!(one.len() == 4 && one[1].p_value.unwrap() > 0.0, "{one:?}");
    for factor in [5e6, 1e15, 1e-10, 1e-30] {
        for (line, plain) in table(factor).iter().zip(&one) {
            let near = |got: f64, wanted: f64| (got - wanted).abs() <= 1e-9 * wanted.abs();
            assert!(near(line.cell.weight, plain.cell.weight * factor), "{factor}");
            assert!(
                near(line.iv, plain.iv) && near(line.counts_as, plain.counts_as),
                "{factor}"
            );
            let (got, wanted) = (line.p_value, plain.p_value);
            assert!(
                got.is_some() == wanted.is_some() && near(got.unwrap_or(0.0), wanted.unwrap_or(0.0)),
                "{factor}"
            );
        }
    }
    let cut = Cut::Numbers {
        edges: vec![1.5],
        special: vec![],
    };
    let sample = Sample {
        weights: Some(&[1.0, 5e6]),
        ..Sample::new(&[1.0, 2.0], &[true, false])
    };
    insta::assert_snapshot!(PreBinCounts::new(cut).unwrap().add(&sample).unwrap_err(), @"`weights` must be at most 1,000,000 where counts are gathered: divide all by one number, got `5000000` in row `1` (counted from 0)");
}

#[test]
fn amounts_are_binned_by_squared_error() {
    let values = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
    let losses = [0.1, 0.1, 0.4, 0.4, 0.9, 0.9];
    let sample = Sample {
        target: Target::Amount(&losses),
        ..Sample::new(&values, &[])
    };
    let options = BinningOptions {
        limits: Limits {
            max_bins: Some(3),
            ..Limits::default()
        },
        pre_bins: PreBinning::Quantile { bins: 6 },
        missing: Policy::Worst,
        ..BinningOptions::default()
    };
    let binning = Binning::fit(&sample, &options).unwrap();
    assert_eq!(binning.splits(), [2.5, 4.5]);
    assert_eq!(
        (binning.trend(), binning.target()),
        (Trend::Ascending, TargetKind::Amounts)
    );
    // All of the squared error: mean 7/15, so 2 · ((11/30)² + (2/30)² + (13/30)²) = 2 · 294/900.
    assert!((binning.objective() - 2.0 * 294.0 / 900.0).abs() < 1e-12);
    let worth = binning.transform(&[0.0, f64::NAN], None);
    assert!((worth[0] - 0.1).abs() < 1e-15 && (worth[1] - 0.9).abs() < 1e-15);
}

#[test]
fn the_least_p_value_is_that_of_a_table() {
    // 8 of 10 and 3 of 10: Pearson's χ² is 20 · (8 · 7 − 2 · 3)² / (10 · 10 · 11 · 9) = 5.0505, p = 0.0246.
    let values: Vec<f64> = (0..20).map(|at| f64::from(at / 10)).collect();
    let bad: Vec<bool> = (0..20).map(|at| if at < 10 { at < 8 } else { at < 13 }).collect();
    let fit = |p: f64| {
        let limits = Limits {
            min_bins: Some(2),
            max_p_value: Some(p),
            ..Limits::default()
        };
        Binning::fit(
            &Sample::new(&values, &bad),
            &BinningOptions {
                limits,
                ..BinningOptions::default()
            },
        )
    };
    let p_value = fit(0.0247).unwrap().table()[1].p_value.unwrap();
    assert!((p_value - 0.024_6).abs() < 1e-4, "{p_value}");
    let BinningError::Infeasible(why) = fit(0.0245).unwrap_err() else {
        panic!("expected no binning")
    };
    let named: Vec<Constraint> = why.relaxations.iter().map(|r| r.constraint).collect();
    assert_eq!(named, [Constraint::MaxPValue, Constraint::MinBins]);
}

#[test]
fn what_cannot_be_binned_is_said() {
    let refuse = |sample: &Sample<'_>, options: &BinningOptions| Binning::fit(sample, options).unwrap_err();
    let plain = BinningOptions::default();
    let (values, bad) = ([1.0, 2.0, 3.0], [true, false, false]);
    let sample = Sample::new(&values, &bad);
    insta::assert_snapshot!(refuse(&Sample::new(&values, &[true]), &plain), @"`target` must be as long as the values, expected `3` rows, got `1`");
    insta::assert_snapshot!(refuse(&Sample { weights: Some(&[1.0, f64::NAN, 1.0]), ..sample }, &plain), @"`weights` must be finite and not negative, got `NaN` in row `1` (counted from 0)");
    insta::assert_snapshot!(refuse(&Sample { target: Target::Amount(&[0.0, 1e7, 0.0]), ..sample }, &plain), @"`target` must be finite, at most 1e12, and at most that by its square and its weight, got `10000000` in row `1` (counted from 0)");
    insta::assert_snapshot!(refuse(&Sample::new(&values, &[false; 3]), &plain), @"expected weight on goods and on bads, got `3` and `0`");
    insta::assert_snapshot!(refuse(&Sample::new(&[f64::NAN; 3], &bad), &plain), @"expected rows with a value, got `3` rows, all of them missing, special or without weight");
    insta::assert_snapshot!(refuse(&Sample::new(&[], &[]), &plain), @"expected weight on goods and on bads, got `0` and `0`");
    let with = |change: &dyn Fn(&mut BinningOptions)| {
        let mut options = BinningOptions::default();
        change(&mut options);
        refuse(&sample, &options)
    };
    insta::assert_snapshot!(with(&|o| o.pre_bins = PreBinning::Quantile { bins: 257 }), @"pre_bins: expected 1 to 256 pre-bins, got `257`");
    insta::assert_snapshot!(with(&|o| o.pre_bins = PreBinning::Candidates(vec![2.0, 1.0])), @"pre_bins: expected finite edges, each above the one before, got `[2.0, 1.0]`");
    insta::assert_snapshot!(with(&|o| o.pre_bins = PreBinning::Candidates((0..256).map(f64::from).collect())), @"expected at most `256` pre-bins, got `257`: ask for fewer pre-bins, or give fewer edges");
    insta::assert_snapshot!(with(&|o| { o.trend = Trend::Concave; o.pre_bins = PreBinning::Candidates((0..168).map(f64::from).collect()); }), @"expected a `max_bins` of at most `167` for the trend `concave` over `169` pre-bins, got `none`: ask for fewer bins, or for fewer pre-bins");
    insta::assert_snapshot!(with(&|o| { o.trend = Trend::Convex; o.limits.max_bins = Some(50); o.pre_bins = PreBinning::Candidates((0..255).map(f64::from).collect()); }), @"expected a `max_bins` of at most `49` for the trend `convex` over `256` pre-bins, got `50`: ask for fewer bins, or for fewer pre-bins");
    insta::assert_snapshot!(with(&|o| o.fixed = vec![f64::INFINITY]), @"fixed: expected finite edges, each above the one before, got `[inf]`");
    insta::assert_snapshot!(with(&|o| o.auto.shapes = vec![]), @"auto.shapes: expected one or more trends, `auto` not among them, got `[]`");
    insta::assert_snapshot!(with(&|o| o.auto.penalty = 0.7), @"auto.penalty: expected a fraction from 0, at most 1 (0.5 for the penalty), got `0.7`");
    insta::assert_snapshot!(with(&|o| o.limits.min_share = Some(1.5)), @"limits.min_share: expected a fraction from 0 to 1, got `1.5`");
    insta::assert_snapshot!(with(&|o| o.limits.min_rate_gap = -1.0), @"limits.min_rate_gap: expected a finite number from 0, got `-1`");
    insta::assert_snapshot!(with(&|o| { o.limits.min_bins = Some(3); o.limits.max_bins = Some(2); }), @"limits.min_bins: expected at most `max_bins`, got `3 above 2`");
    insta::assert_snapshot!(with(&|o| o.missing = Policy::Into(9)), @"missing: expected the place of a bin, counted from 0, got `9, with 2 bins`");
    insta::assert_snapshot!(with(&|o| o.special = vec![SpecialGroup { name: "x".to_owned(), values: vec![1.0, 1.0].into() }]), @"special: expected finite numbers, each once, got `[1.0, 1.0]`");
    let amounts = Sample {
        target: Target::Amount(&[0.0, 0.5, 1.0]),
        ..sample
    };
    let divergence = BinningOptions {
        objective: Some(Objective::Hellinger),
        ..BinningOptions::default()
    };
    insta::assert_snapshot!(refuse(&amounts, &divergence), @"objective: expected `squared_error` for amounts, got `Hellinger`");
    let losses = Binning::fit(&amounts, &plain).unwrap();
    let points = PointsOfWoe {
        per_woe: 1.0,
        offset: 0.0,
    };
    insta::assert_snapshot!(losses.characteristic(Measure::RegistryAge, points).unwrap_err(), @"cannot become a characteristic: expected weights of evidence, which classes have, got `amounts`");
    let many = PointsOfWoe {
        per_woe: 1e6,
        offset: 0.0,
    };
    insta::assert_snapshot!(Binning::fit(&sample, &plain).unwrap().characteristic(Measure::RegistryAge, many).unwrap_err(), @"cannot become a characteristic: expected points from -10000 to 10000, got `-1386294`");
}

#[test]
fn a_document_that_does_not_hold_together_is_refused() {
    let values = [1.0, 1.0, 2.0, 2.0];
    let binning = Binning::fit(
        &Sample::new(&values, &[true, false, false, false]),
        &BinningOptions::default(),
    )
    .unwrap();
    let document = serde_json::to_value(&binning).unwrap();
    let refuse = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut changed = document.clone();
        change(&mut changed);
        serde_json::from_value::<Binning>(changed)
            .unwrap_err()
            .to_string()
    };
    insta::assert_snapshot!(refuse(&|d| d["format"] = 2.into()), @"binning document: expected format 1, got `2`");
    insta::assert_snapshot!(refuse(&|d| d["cuts"] = serde_json::json!([0])), @"binning document: expected ascending cuts between pre-bins, got `[0]`");
    insta::assert_snapshot!(refuse(&|d| d["cells"] = serde_json::json!([])), @"binning document: expected a cell for each pre-bin, at most 256, got `0`");
    insta::assert_snapshot!(refuse(&|d| d["cells"][0]["target"] = 3.0.into()), @"binning document: expected sums over rows, got `target 3 of weight 2`");
    insta::assert_snapshot!(refuse(&|d| d["trend"] = "auto".into()), @"binning document: expected the trend that was chosen, got `auto`");
    insta::assert_snapshot!(refuse(&|d| d["extra"] = 1.into()), @"unknown field `extra`, expected one of `format`, `target`, `trend`, `alternatives`, `pre_bins`, `cells`, `cuts`, `special`, `missing`, `revisions`, `remark`, `options`");
}

/// Many variables, of numbers and of words, with weights and periods: more than there are threads, so that threads
/// take turns.
#[cfg(feature = "parallel")]
#[test]
fn any_number_of_threads_gives_the_same_binnings() {
    let least = |number: i32| u8::try_from(number).unwrap();
    let row = |at: i32| {
        let value = at * 37 % 24 - 4;
        (value, at * 71 % 24 > value, least(at % 4) + 1, least(at % 3))
    };
    let columns: Vec<Columns> = (0..40)
        .map(|start| Columns::new(&(start..start + 400).map(row).collect::<Vec<Row>>()))
        .collect();
    let words: Vec<Option<&str>> = (0..400)
        .map(|at| ["tax", "patent", "credit"].get(at * 7 % 4).copied())
        .collect();
    let fit = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        let plain = BinningOptions::default();
        let number = columns.iter().map(|c| (c.sample(), options(Trend::Auto)));
        let word = columns.iter().map(|c| {
            let values = Values::Words(&words);
            (Sample { values, ..c.sample() }, plain.clone())
        });
        let variables = number.chain(word).collect();
        let fitted = pool.install(|| Binning::fit_all(variables));
        let text = |binning: Result<Binning, BinningError>| {
            binning.map_or_else(|error| error.to_string(), |b| serde_json::to_string(&b).unwrap())
        };
        fitted.into_iter().map(text).collect::<Vec<String>>()
    };
    let one = fit(1);
    assert!(
        one.iter().filter(|text| text.starts_with('{')).count() > 40,
        "{one:?}"
    );
    for threads in [2, 8] {
        assert_eq!(fit(threads), one);
    }
}
