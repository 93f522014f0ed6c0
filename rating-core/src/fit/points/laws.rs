//! What holds of every fitted card.

use super::*;
use crate::calibration::{
    BetaCurve, BetaSpec, CalibrationSpec, ConservatismSpec, IsotonicSpec, LineSpec, PdStepSpec,
};
use crate::fit::binning::{Binning, BinningOptions, Policy, Sample, SpecialGroup};
use crate::measure::{Measure, Measures};
use crate::rating::{ModelSpec, RatingModel};
use crate::scorecard::ColumnOfMeasures;
use proptest::prelude::*;

const OPTIONS: CardOptions = CardOptions {
    scaling: Scaling::Doubling {
        base_score: 600.0,
        base_odds: 30.0,
        pdo: 20.0,
    },
    base: Base::Apart,
    default_rate: 0.1,
    pd_floor: 0.0,
};

fn estimate(value: f64) -> Estimate {
    Estimate {
        value,
        standard_error: Some(0.25),
    }
}

fn numbers(rows: &[(f64, bool)], missing: Policy) -> Binning {
    let (values, bad): (Vec<f64>, Vec<bool>) = rows.iter().copied().unzip();
    let options = BinningOptions {
        missing,
        special: vec![
            SpecialGroup {
                name: "same".to_owned(),
                values: vec![-1.0, 7.5].into(),
            },
            SpecialGroup {
                name: "same".to_owned(),
                values: vec![0.0].into(),
            },
        ],
        ..BinningOptions::given(vec![-0.5, 1.0, 3.25])
    };
    Binning::fit(&Sample::new(&values, &bad), &options).unwrap()
}

fn words() -> Binning {
    let words: Vec<Option<&str>> = [
        ("A", 6),
        ("B", 5),
        ("M", 4),
        ("C", 3),
        ("D", 2),
        ("A", 1),
        ("D", 1),
    ]
    .iter()
    .flat_map(|(word, count)| std::iter::repeat_n(Some(*word), *count))
    .collect();
    let bad: Vec<bool> = (0..words.len()).map(|row| row % 3 == 0 || row > 18).collect();
    let sample = Sample::of_words(&words, &bad);
    let options = BinningOptions {
        special: vec![SpecialGroup {
            name: "new".to_owned(),
            values: vec!["M".to_owned()].into(),
        }],
        ..BinningOptions::default()
    };
    Binning::fit(&sample, &options).unwrap()
}

fn value() -> impl Strategy<Value = f64> {
    prop_oneof![
        Just(f64::NAN),
        Just(f64::INFINITY),
        Just(f64::NEG_INFINITY),
        Just(-1.0),
        Just(0.0),
        Just(-0.0),
        Just(7.5),
        Just(1.0),
        Just(3.25),
        -4.0..5.0_f64
    ]
}

fn rows() -> impl Strategy<Value = Vec<(f64, bool)>> {
    prop::collection::vec((value(), any::<bool>()), 10..80).prop_filter("both kinds with a value", |rows| {
        let has = |bad: bool| rows.iter().any(|r| r.1 == bad && (0.1..0.9).contains(&r.0.abs()));
        has(true) && has(false)
    })
}

proptest! {
    // A table has intervals of quantiles, which are slow without optimisation.
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Missing, special, unseen, edge and infinite values: the sum of the printed points, the same after the way to
    /// JSON and back, and the same from the scorecard of a model.
    #[test]
    fn a_score_is_the_sum_of_its_printed_points_before_and_after_saving(
        (first, second) in (rows(), rows()),
        asked in prop::collection::vec((value(), value(), 0_usize..7), 1..40),
        coefficients in (-1.5..-0.1_f64, -1.5..-0.1_f64, -1.5..-0.1_f64),
        spread in any::<bool>(),
    ) {
        let variable = |(name, binning, coefficient): (&str, Binning, f64)| FittedVariable {
            name: name.to_owned(), binning, coefficient: estimate(coefficient),
        };
        let variables = [
            ("registry.age", numbers(&first, Policy::Own), coefficients.0),
            ("trade.void_rate", numbers(&second, Policy::Worst), coefficients.1),
            ("tax.level", words(), coefficients.2),
        ].map(variable).to_vec();
        let options = CardOptions { base: if spread { Base::Spread } else { Base::Apart }, ..OPTIONS };
        let card = FittedCard::new(estimate(-2.0), variables, options).unwrap();
        let text = serde_json::to_string(&card).unwrap();
        let loaded: FittedCard = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(&card, &loaded);
        let known = [Some("A"), Some("B"), Some("M"), Some("C"), Some("D"), None, Some("E")];
        let (one, two): (Vec<f64>, Vec<f64>) = asked.iter().map(|r| (r.0, r.1)).unzip();
        let three: Vec<Option<&str>> = asked.iter().map(|r| known[r.2]).collect();
        let scores = |card: &FittedCard| {
            let mut sums = vec![card.base_points(); asked.len()];
            card.add_points(0, &one, &mut sums);
            card.add_points(1, &two, &mut sums);
            card.add_points_of_words(2, &three, &mut sums);
            sums
        };
        let scored = scores(&card);
        prop_assert_eq!(&scored, &scores(&loaded));
        let [a, b, c] = card.characteristics() else { panic!("three") };
        let places = (a.binning.places(&one, None), b.binning.places(&two, None), c.binning.places_of_words(&three));
        let (least, most) = card.bounds();
        for (at, score) in scored.iter().enumerate() {
            let sum = card.base_points() + a.points[places.0[at]] + b.points[places.1[at]] + c.points[places.2[at]];
            prop_assert_eq!(*score, sum);
            prop_assert!((least..=most).contains(score));
            prop_assert_eq!(card.pd(*score).get().to_bits(), loaded.pd(*score).get().to_bits());
        }
        // The catalogue knows the words A to D by numbers from 0; 9 is none of them.
        let numbered: Vec<f64> = asked.iter().map(|r| [0.0, 1.0, 2.0, 3.0, 4.0, f64::NAN, 9.0][r.2]).collect();
        let of_measures = card.of_measures().unwrap();
        let model = of_measures.card.check().unwrap();
        let reasons = |values: &[f64]| values.iter().map(|v| u8::from(v.is_nan())).collect::<Vec<u8>>();
        let reasons = (reasons(&one), reasons(&two), reasons(&numbered));
        let columns = [(0, &one, &reasons.0), (1, &two, &reasons.1), (2, &numbered, &reasons.2)].map(|(at, values, reasons)| {
            ColumnOfMeasures { measure: model.characteristics()[at].measure(), values, reasons }
        });
        let mut sums = vec![of_measures.base_points; asked.len()];
        model.add_scores(&columns, &mut sums);
        prop_assert_eq!(sums, scored);
    }
}

#[test]
fn what_makes_no_card_is_said() {
    let rows: Vec<(f64, bool)> = (0..40).map(|at| (f64::from(at % 5), at % 3 == 0)).collect();
    let variable = |name: &str| FittedVariable {
        name: name.to_owned(),
        binning: numbers(&rows, Policy::Own),
        coefficient: estimate(-1.0),
    };
    let refused = |variables| {
        FittedCard::new(estimate(-2.0), variables, OPTIONS)
            .unwrap_err()
            .to_string()
    };
    insta::assert_snapshot!(refused(vec![]), @"card: expected at least one variable, got `none`");
    insta::assert_snapshot!(refused(vec![variable("a"), variable("a")]), @"card: expected each variable once, got `a`");
    let mut infinite = variable("a");
    infinite.coefficient.value = f64::INFINITY;
    insta::assert_snapshot!(refused(vec![infinite]), @"expected points from -1,000,000 to 1,000,000, got `NaN`");
    let card = FittedCard::new(estimate(-2.0), vec![variable("a")], OPTIONS).unwrap();
    // Twice the odds of default at every score; a tendency of 0 is none.
    let mut anchored = *card.calibration().line().unwrap();
    anchored.base_odds /= 2.0;
    let doubled = card.calibrated(anchored).unwrap();
    let odds = |card: &FittedCard| card.pd(600).get() / (1.0 - card.pd(600).get());
    assert!((odds(&doubled) / odds(&card) - 2.0).abs() < 1e-12);
    anchored.central_tendency = 0.0;
    insta::assert_snapshot!(card.calibrated(anchored).unwrap_err(), @"expected a calibration that checks, got central_tendency: expected a default rate between 0 and 1, both excluded, got `0`");
    insta::assert_snapshot!(card.of_measures().unwrap_err(), @"`a`: expected the id of a measure of the catalogue, got `another name`");
    let text = serde_json::to_string(&card).unwrap();
    let read = |text: String| serde_json::from_str::<FittedCard>(&text).unwrap_err().to_string();
    let points = text.split("\"points\":").nth(1).unwrap();
    let points = points.split(']').next().unwrap();
    insta::assert_snapshot!(read(text.replace(points, "[1,2")), @"`a`: expected points for each line of the table of its bins, got `2 for 7`");
    insta::assert_snapshot!(read(text.replace("\"format\":1,\"base_points\"", "\"format\":2,\"base_points\"")), @"card: expected format 1, got `2`");
}

#[test]
fn numbers_of_the_catalogue_become_its_words() {
    let rows: Vec<(f64, bool)> = (0..50).map(|at| (f64::from(at % 5), at % 5 > 2)).collect();
    let (values, bad): (Vec<f64>, Vec<bool>) = rows.into_iter().unzip();
    let binning = Binning::fit(
        &Sample::new(&values, &bad),
        &BinningOptions::given(vec![1.0, 3.0]),
    )
    .unwrap();
    let variable = FittedVariable {
        name: "tax.level".to_owned(),
        binning,
        coefficient: estimate(-1.0),
    };
    let card = FittedCard::new(estimate(0.0), vec![variable], OPTIONS).unwrap();
    let text = serde_json::to_string(&card.of_measures().unwrap().card).unwrap();
    let points: &[i32] = &card.characteristics()[0].points;
    let wanted = format!(
        r#""sets":[{{"words":["A"],"points":{}}},{{"words":["B","M"],"points":{}}},{{"words":["C","D"],"points":{}}}],"unseen":{}"#,
        points[0], points[1], points[2], points[2]
    );
    assert!(text.contains(&wanted), "{text}\n{wanted}");
}

#[test]
fn what_is_told_of_a_card_is_read_back_and_changes_no_score() {
    let rows: Vec<(f64, bool)> = (0..60).map(|at| (f64::from(at % 6) - 1.0, at % 5 == 0)).collect();
    let made = |missing| {
        let variable = FittedVariable {
            name: "a".to_owned(),
            binning: numbers(&rows, missing),
            coefficient: estimate(-1.0),
        };
        FittedCard::new(estimate(-2.0), vec![variable], OPTIONS).unwrap()
    };
    let card = made(Policy::Own);
    let told = |dropped: &str| Provenance {
        dropped: vec![DroppedVariable {
            variable: dropped.to_owned(),
            reason: "screened: vif".to_owned(),
        }],
        screening: Some(vec![ScreenedVariable {
            variable: "b".to_owned(),
            stays: false,
            verdict: "vif".to_owned(),
            iv: 0.25,
            gini: 0.5,
            missing_share: Some(0.0),
            psi: None,
            period_psi: None,
            period: None,
            vif: Some(Magnitude::Infinite(InfiniteWord::Infinite)),
            correlated_with: None,
            correlation: None,
            one_bin: None,
        }]),
        selection: Some(SelectionTold {
            steps: vec![],
            refused: vec![RefusedVariable {
                variable: "c".to_owned(),
                reason: "vif".to_owned(),
                value: Some(Magnitude::Finite(7.5)),
                because_of: None,
            }],
        }),
    };
    let with = card.clone().with_provenance(told("b")).unwrap();
    let text = serde_json::to_string(&with).unwrap();
    let read: FittedCard = serde_json::from_str(&text).unwrap();
    assert_eq!((&read, read.provenance()), (&with, Some(&told("b"))));
    assert!(text.contains(r#""vif":"infinite""#) && text.contains(r#""value":7.5"#));
    // A document of before has none, and its stamp is the same: nothing that makes a score changed.
    assert!(!serde_json::to_string(&card).unwrap().contains("provenance"));
    assert_eq!(with.stamp(), card.stamp());
    let mut anchored = *card.calibration().line().unwrap();
    anchored.base_odds /= 2.0;
    let anchored = with.calibrated(anchored).unwrap();
    assert_eq!(
        (anchored.stamp(), anchored.provenance()),
        (card.stamp(), Some(&told("b")))
    );
    assert_ne!(made(Policy::Worst).stamp(), card.stamp());
    insta::assert_snapshot!(card.with_provenance(told("a")).unwrap_err(), @"card: expected a variable on the card or dropped, not both, got `a`");
}

/// A card of two measures of different families, and the model of it.
fn of_two_families(calibration: Option<CalibrationSpec>) -> (FittedCard, RatingModel) {
    let variable = |name: &str| FittedVariable {
        name: name.to_owned(),
        binning: numbers(
            &(0..20)
                .map(|i| (f64::from(i) / 4.0, i % 3 == 0))
                .collect::<Vec<_>>(),
            Policy::Own,
        ),
        coefficient: estimate(-1.5),
    };
    let of = vec![variable("tax.arrears"), variable("registry.age")];
    let mut card = FittedCard::new(estimate(-2.0), of, OPTIONS).unwrap();
    if let Some(calibration) = calibration {
        card = card.calibrated(calibration).unwrap();
    }
    let template = ModelSpec::preset("tech-firm").unwrap();
    let head = ModelHead {
        id: "two".to_owned(),
        version: "1".to_owned(),
        name: template.name.clone(),
        notice: template.notice.clone(),
        minimum: None,
    };
    let spec = card.model(&template, head).unwrap();
    assert_eq!(
        (spec.minimum.characteristics, spec.reference.is_none()),
        (2, true)
    );
    let model = spec.check().unwrap();
    (card, model)
}

/// A line, a curve over it and a table for the scores of a card, with a margin each.
fn calibrations(card: &FittedCard) -> [CalibrationSpec; 3] {
    let mut line = *card.calibration().line().unwrap();
    line.pd_floor = 0.001;
    let conservatism = Some(ConservatismSpec {
        data_and_methods: 0.01,
        changes: 0.0,
        estimation: 0.005,
    });
    let (least, most) = card.bounds();
    let step = |from, pd| PdStepSpec { from, pd };
    let isotonic = vec![
        step(least - 10, 0.4),
        step(least + 3, 0.25),
        step(least + (most - least) / 2, 0.01),
    ];
    let beta = BetaCurve {
        intercept: -0.2,
        low: 1.3,
        high: 0.4,
    };
    let curve = BetaSpec {
        of: line,
        beta,
        shift: 0.1,
        conservatism,
        pd_floor: 0.001,
    };
    [
        CalibrationSpec::Line(LineSpec { conservatism, ..line }),
        CalibrationSpec::Beta(curve),
        CalibrationSpec::Isotonic(IsotonicSpec {
            isotonic,
            conservatism,
            pd_floor: 0.001,
        }),
    ]
}

/// Lines, curves and tables with a margin each: card and model, before and after their documents, give one PD.
#[test]
fn a_card_and_its_model_give_the_same_bits_by_any_calibration() {
    let (card, _) = of_two_families(None);
    let (least, most) = card.bounds();
    for calibration in calibrations(&card) {
        let (card, model) = of_two_families(Some(calibration.clone()));
        let read: FittedCard = serde_json::from_str(&serde_json::to_string(&card).unwrap()).unwrap();
        let again = ModelSpec::from_json(&model.spec().to_json())
            .unwrap()
            .check()
            .unwrap();
        assert_eq!(
            (read.calibration(), &again.spec().calibration),
            (&calibration, &calibration)
        );
        assert_eq!(again.hash(), model.hash());
        // A measure is never infinite nor below its range, so that only these can be of both.
        let values = [f64::NAN, 0.0, 0.9, 1.0, 3.25, 7.5, 50.0];
        for (a, b) in values.iter().flat_map(|a| values.map(|b| (*a, b))) {
            let mut scores = [card.base_points()];
            let mut measures = Measures::NONE;
            let of_card = [("tax.arrears", a), ("registry.age", b)];
            for (at, (name, value)) in of_card.into_iter().enumerate() {
                read.add_points(at, &[value], &mut scores);
                if !value.is_nan() {
                    measures.set(Measure::from_id(name).unwrap(), value);
                }
            }
            let told = again.assess(&measures);
            let wanted = calibration.check(least, most).unwrap().pd(scores[0]);
            assert_eq!(told.score, scores[0]);
            for pd in [
                told.pd,
                read.pd(scores[0]),
                card.pd(scores[0]),
                model.assess(&measures).pd,
            ] {
                assert_eq!(pd.get().to_bits(), wanted.get().to_bits());
            }
            assert_eq!(told.credit, again.master_scale().grade_from_pd(wanted));
        }
    }
}
