use super::*;
use crate::fit::pd::{isotonic_curve, platt_curve, prior_correction};
use proptest::prelude::*;

fn pds(values: &[f64]) -> Vec<Pd> {
    values.iter().map(|v| Pd::new(*v).unwrap()).collect()
}

fn line() -> CurveSpec {
    CurveSpec::Line(LineSpec {
        base_score: 600.0,
        base_odds: 24.0,
        pdo: 40.0,
        central_tendency: 0.04,
        model_tendency: 0.04,
        pd_floor: 0.000_3,
        conservatism: None,
    })
}

fn curves() -> Vec<PdCurveSpec> {
    let steps = isotonic_curve(&[1, 2, 3, 3, 4], &[true, false, true, false, false]).unwrap();
    let grade = |grade: &str, pd| GradePdSpec {
        grade: grade.to_owned(),
        pd: Pd::new(pd).unwrap(),
    };
    vec![
        PdCurveSpec::new(PdMethod::Logistic, line()),
        PdCurveSpec::new(PdMethod::Isotonic, CurveSpec::Steps(steps.steps().to_vec())),
        PdCurveSpec::new(
            PdMethod::Beta,
            CurveSpec::Beta(BetaCurve {
                intercept: -0.1,
                low: 1.25,
                high: 0.0,
            }),
        ),
        PdCurveSpec::new(PdMethod::PriorCorrection, CurveSpec::Identity),
        PdCurveSpec::new(
            PdMethod::Moments,
            CurveSpec::Grades(vec![grade("A", 0.01), grade("B", 0.03)]),
        ),
    ]
}

#[test]
fn every_kind_of_curve_survives_its_document() {
    for mut spec in curves() {
        spec.sample = Some(CurveSampleSpec {
            firms: 100,
            defaults: 7,
            slope_standard_error: Some(0.1),
        });
        spec.conservatism.changes = 0.001;
        let read = PdCurveSpec::from_json(&spec.to_json()).unwrap();
        assert_eq!(read, spec);
        assert_eq!(read.check().unwrap(), spec.check().unwrap());
    }
    insta::assert_snapshot!(curves().swap_remove(4).to_json(), @r#"
    {
      "method": "moments",
      "curve": {
        "grades": [
          {
            "grade": "A",
            "pd": 0.01
          },
          {
            "grade": "B",
            "pd": 0.03
          }
        ]
      },
      "shift": 0.0,
      "conservatism": {
        "data_and_methods": 0.0,
        "changes": 0.0,
        "estimation": 0.0
      },
      "pd_floor": 0.0
    }
    "#);
}

#[test]
fn what_is_no_document_is_said() {
    let told = |text: &str| PdCurveSpec::from_json(text).unwrap_err().to_string();
    insta::assert_snapshot!(told("[]"), @"not a calibration document: expected an object, got a list");
    insta::assert_snapshot!(told(r#"{"method": "given", "curve": "identity", "more": 1}"#), @"not a calibration document: unknown field `more`, expected one of `method`, `curve`, `shift`, `conservatism`, `pd_floor`, `sample`, `card` at line 1 column 47");
    insta::assert_snapshot!(told(r#"{"method": "given", "curve": {"grades": [{"grade": "A", "pd": 2}]}}"#), @"not a calibration document: probability must lie in [0, 1], got `2` at line 1 column 64");
}

#[test]
fn what_does_not_hold_together_is_said() {
    let told = |change: &dyn Fn(&mut PdCurveSpec), at: usize| {
        let mut spec = curves().swap_remove(at);
        change(&mut spec);
        spec.check().unwrap_err().to_string()
    };
    insta::assert_snapshot!(told(&|s| s.shift = 0.5, 0), @"shift: expected a finite number, 0 for a line, got `0.5`");
    insta::assert_snapshot!(told(&|s| s.shift = f64::NAN, 3), @"shift: expected a finite number, 0 for a line, got `NaN`");
    insta::assert_snapshot!(told(&|s| s.pd_floor = 1.0, 3), @"pd_floor: expected a fraction from 0 to below 1, got `1`");
    insta::assert_snapshot!(told(&|s| s.conservatism.changes = -0.1, 3), @"changes: expected a fraction from 0 to 1, got `-0.1`");
    insta::assert_snapshot!(told(&|s| s.curve = CurveSpec::Grades(Vec::new()), 4), @"curve.grades[0]: expected a symbol, each once, got ``");
    insta::assert_snapshot!(told(&|s| if let CurveSpec::Line(line) = &mut s.curve { line.pdo = 0.0 }, 0), @"curve.line: pdo: points to double the odds must be positive and finite, got `0`");
    insta::assert_snapshot!(told(&|s| if let CurveSpec::Steps(steps) = &mut s.curve { steps.reverse() }, 1), @"curve.steps[1]: expected firms, and a greater score and a lower default rate than before");
    insta::assert_snapshot!(told(&|s| if let CurveSpec::Beta(beta) = &mut s.curve { beta.high = -1.0 }, 2), @"high: expected a finite number, a factor not below 0, got `-1`");
    insta::assert_snapshot!(told(&|s| if let CurveSpec::Grades(g) = &mut s.curve { g[1].grade = "A".to_owned() }, 4), @"curve.grades[1]: expected a symbol, each once, got `A`");
}

#[test]
fn columns_of_another_kind_and_unknown_grades_are_refused() {
    let grades = curves().swap_remove(4).check().unwrap();
    insta::assert_snapshot!(grades.pds(CurveColumn::Scores(&[600])).unwrap_err(), @"expected `grades`, which this calibration makes PDs of, got `scores`");
    let column = ["A", "C"].map(ToOwned::to_owned);
    insta::assert_snapshot!(grades.pds(CurveColumn::Grades(&column)).unwrap_err(), @"expected a grade of the curve, got `C` in row `1` (counted from 0)");
}

/// By hand: 0.02 and a margin of 0.005; 0.001 and the same is 0.006, which the floor lifts to 0.01.
#[test]
fn margin_comes_before_floor() {
    let mut spec = PdCurveSpec::new(PdMethod::Given, CurveSpec::Identity);
    spec.pd_floor = 0.01;
    let margin = Conservatism::new(0.002, 0.002, 0.001).unwrap();
    let curve = spec.check().unwrap().with_margin(margin);
    let got = curve.pds(CurveColumn::Pds(&pds(&[0.02, 0.001]))).unwrap();
    assert!((got[0].get() - 0.025).abs() < 1e-15 && (got[1].get() - 0.01).abs() < 1e-18);
}

#[test]
fn a_shift_of_the_prior_is_the_prior_correction() {
    let mut spec = PdCurveSpec::new(PdMethod::PriorCorrection, CurveSpec::Identity);
    spec.shift = crate::fit::pd::prior_shift(0.2, 0.05).unwrap();
    let given = pds(&[0.0, 0.001, 0.3, 1.0]);
    let got = spec.check().unwrap().pds(CurveColumn::Pds(&given)).unwrap();
    let wanted: Vec<Pd> = given
        .iter()
        .map(|pd| prior_correction(*pd, 0.2, 0.05).unwrap())
        .collect();
    assert_eq!(got, wanted);
}

fn bits(pds: &[Pd]) -> Vec<u64> {
    pds.iter().map(|pd| pd.get().to_bits()).collect()
}

/// What a model has of a curve over scores, read from its document, gives the bits of the curve.
#[test]
fn a_model_takes_lines_and_staircases_with_their_margins() {
    let margin = Conservatism::new(0.002, 0.0, 0.001).unwrap();
    let scores: Vec<i32> = (-10..=700).collect();
    for at in [0, 1] {
        for shift in [0.0, 0.3] {
            let mut spec = curves().swap_remove(at);
            spec.pd_floor = 0.002;
            spec.shift = if at == 0 { 0.0 } else { shift };
            let curve = spec.check().unwrap();
            for curve in [curve.clone(), curve.with_margin(margin)] {
                let text = serde_json::to_string(&curve.for_model().unwrap()).unwrap();
                let read: CalibrationSpec = serde_json::from_str(&text).unwrap();
                assert!((read.pd_floor() - 0.002).abs() < 1e-18);
                assert_eq!(read.conservatism().is_some(), curve.margin.total() > 0.0);
                let table = read.check(-10, 700).unwrap();
                let wanted = curve.pds(CurveColumn::Scores(&scores)).unwrap();
                let got: Vec<Pd> = scores.iter().map(|score| table.pd(*score)).collect();
                assert_eq!(bits(&got), bits(&wanted), "{text}");
            }
        }
    }
}

/// By hand: a line of PD 0.0001 at 900 points and a margin of 0.001 is 0.0011, below the floor of 0.002 of the line.
#[test]
fn the_floor_of_a_line_comes_after_the_margin() {
    let mut spec = curves().swap_remove(0);
    spec.conservatism.changes = 0.001;
    if let CurveSpec::Line(line) = &mut spec.curve {
        line.pd_floor = 0.002;
    }
    let got = spec.check().unwrap().pds(CurveColumn::Scores(&[900])).unwrap();
    assert_eq!(bits(&got), [0.002_f64.to_bits()]);
}

#[test]
fn a_curve_over_the_pds_of_a_line_becomes_one_document() {
    let of = CalibrationSpec::Line(LineSpec {
        base_score: 600.0,
        base_odds: 24.0,
        pdo: 40.0,
        central_tendency: 0.04,
        model_tendency: 0.03,
        pd_floor: 0.01,
        conservatism: None,
    });
    let scores: Vec<i32> = (300..=900).collect();
    let before = of.check(300, 900).unwrap();
    let pds: Vec<Pd> = scores.iter().map(|score| before.pd(*score)).collect();
    let mut spec = curves().swap_remove(2);
    (spec.shift, spec.pd_floor, spec.conservatism.estimation) = (0.3, 0.000_5, 0.001);
    let curve = spec.check().unwrap();
    let made = curve.for_model_over(&of).unwrap();
    let table = made.check(300, 900).unwrap();
    let got: Vec<Pd> = scores.iter().map(|score| table.pd(*score)).collect();
    assert_eq!(bits(&got), bits(&curve.pds(CurveColumn::Pds(&pds)).unwrap()));
    // A shift alone is a line again, whose tendency is moved: from 4 % to 1 : 6 by odds four times as great.
    let mut spec = curves().swap_remove(3);
    spec.shift = 4.0_f64.ln();
    let moved = spec.check().unwrap().for_model_over(&of).unwrap();
    let line = moved.line().unwrap();
    assert!((line.central_tendency - 1.0 / 7.0).abs() < 1e-15 && line.pd_floor > 0.009);
    let told = |of: &CalibrationSpec| curve.for_model_over(of).unwrap_err().to_string();
    insta::assert_snapshot!(told(&made), @"a model takes a line, a staircase, or a curve over the PDs of a line, got a curve over PDs that are not those of a line");
}

#[test]
fn what_a_model_has_no_place_for_is_said() {
    let told = |curve: &PdCurve| curve.for_model().unwrap_err().to_string();
    let others: Vec<String> = curves()
        .into_iter()
        .skip(2)
        .map(|spec| told(&spec.check().unwrap()))
        .collect();
    insta::assert_snapshot!(others.join("\n"), @"
    a model takes a line, a staircase, or a curve over the PDs of a line, got a curve over PDs without the line whose PDs they are
    a model takes a line, a staircase, or a curve over the PDs of a line, got a curve over PDs without the line whose PDs they are
    a model takes a line, a staircase, or a curve over the PDs of a line, got a PD a grade
    ");
    let staircase = curves().swap_remove(1).check().unwrap();
    let mut spec = PdCurveSpec::new(PdMethod::Given, CurveSpec::Model(staircase.for_model().unwrap()));
    // Its last step has no default, and there is no floor.
    let told = |spec: &PdCurveSpec| {
        let pds = spec
            .clone()
            .check()
            .and_then(|curve| curve.pds(CurveColumn::Scores(&[4])));
        pds.unwrap_err().to_string()
    };
    insta::assert_snapshot!(told(&spec), @"curve.model: pd_floor: expected a floor above 0, because the curve ends at a PD of 0 at `4` points, got `0`");
    if let CurveSpec::Model(CalibrationSpec::Isotonic(table)) = &mut spec.curve {
        table.pd_floor = 0.001;
    }
    let curve = spec.clone().check().unwrap();
    assert!(matches!(curve.for_model(), Ok(CalibrationSpec::Isotonic(_))));
    spec.shift = 0.5;
    insta::assert_snapshot!(spec.check().unwrap().for_model().unwrap_err(), @"a model takes a line, a staircase, or a curve over the PDs of a line, got a shift, margin or floor upon the calibration of a model");
    let mut spec = curves().swap_remove(0);
    if let CurveSpec::Line(line) = &mut spec.curve {
        line.conservatism = Some(ConservatismSpec::default());
    }
    insta::assert_snapshot!(spec.check().unwrap_err(), @"curve.line.conservatism: expected none, because the margin stands beside the curve");
}

/// Platt's line and the line of a model are one.
#[test]
fn platts_line_is_the_line_of_a_model() {
    let bad = [true, false, true, false];
    let curve = platt_curve(&[500.0, 510.0, 520.0, 530.0], &bad).unwrap();
    let table = curve.line(600.0, &bad).check(500, 530).unwrap();
    for score in 500..=530 {
        let wanted = curve.pd(f64::from(score)).get();
        assert!((table.pd(score).get() - wanted).abs() < 1e-14);
    }
}

proptest! {
    #[test]
    fn anchored_curves_have_the_tendency_as_their_mean(scores in prop::collection::vec(450..700_i32, 2..60), to in 0.005..0.2_f64) {
        let curve = curves().swap_remove(0).check().unwrap();
        let mut anchored = curve.anchored(CurveColumn::Scores(&scores), to).unwrap();
        if let CurveSpec::Line(line) = &mut anchored.spec.curve { line.pd_floor = 0.0; }
        let pds = anchored.pds(CurveColumn::Scores(&scores)).unwrap();
        let mean = pds.iter().map(|pd| pd.get()).sum::<f64>() / pds.len() as f64;
        prop_assert!((mean / to - 1.0).abs() < 1e-9);
        let beta = curves().swap_remove(2).check().unwrap();
        let column: Vec<Pd> = scores.iter().map(|s| Pd::new(f64::from(*s) / 1000.0).unwrap()).collect();
        let moved = beta.anchored(CurveColumn::Pds(&column), to).unwrap().pds(CurveColumn::Pds(&column)).unwrap();
        let mean = moved.iter().map(|pd| pd.get()).sum::<f64>() / moved.len() as f64;
        prop_assert!((mean / to - 1.0).abs() < 1e-9);
    }
}
