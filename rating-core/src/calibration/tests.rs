use super::*;
use proptest::prelude::*;

const SPEC: LineSpec = LineSpec {
    base_score: 600.0,
    base_odds: 50.0,
    pdo: 20.0,
    central_tendency: 0.02,
    model_tendency: 0.02,
    pd_floor: 0.0003,
    conservatism: None,
};

/// PD 2 % stands at 599.417073087 points of the scale 600 @ 50:1, PDO 20: `domain` figure computed apart.
#[test]
fn the_scale_is_the_published_one() {
    let offset = 600.0 - 20.0 / std::f64::consts::LN_2 * 50.0_f64.ln();
    assert!((offset - 487.122_876_205).abs() < 1e-8);
    assert!((CalibrationSpec::from(SPEC).pd(599.417_073_087).get() - 0.02).abs() < 1e-11);
}

#[test]
fn the_anchor_moves_one_tendency_to_the_other() {
    let anchored = LineSpec {
        central_tendency: 0.05,
        ..SPEC
    };
    assert!((CalibrationSpec::from(anchored).pd(599.417_073_087).get() - 0.05).abs() < 1e-11);
}

#[test]
fn a_pd_falls_with_the_score_and_stops_at_the_floor() {
    let calibration = SPEC.check(300, 900).unwrap();
    assert!((301..=900).all(|s| calibration.pd(s).get() <= calibration.pd(s - 1).get()));
    assert_eq!(calibration.pd(5000), calibration.pd(900));
    assert_eq!(calibration.pd(-5000), calibration.pd(300));
    assert!((calibration.pd(900).get() - 0.0003).abs() < 1e-18);
}

#[test]
fn every_number_that_is_wrong_is_named() {
    let bad = LineSpec {
        base_score: f64::NAN,
        base_odds: 0.0,
        pdo: -1.0,
        central_tendency: 1.0,
        model_tendency: f64::NAN,
        pd_floor: 1.0,
        conservatism: None,
    };
    let text = bad
        .check(0, 1)
        .unwrap_err()
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n");
    insta::assert_snapshot!(text, @"
    base_score: expected a number from -1,000,000 to 1,000,000, got `NaN`
    base_odds: expected a positive, finite number (good : bad), got `0`
    pdo: points to double the odds must be positive and finite, got `-1`
    central_tendency: expected a default rate between 0 and 1, both excluded, got `1`
    model_tendency: expected a default rate between 0 and 1, both excluded, got `NaN`
    pd_floor: expected a fraction from 0 to below 1, got `1`
    ");
}

/// A score above the base score would have log-odds of plus infinity, and no PD.
#[test]
fn a_scale_that_leaves_floating_point_is_refused() {
    let refuse = |spec: LineSpec| spec.check(0, 1000).unwrap_err()[0].to_string();
    insta::assert_snapshot!(refuse(LineSpec { pdo: 1e-320, ..SPEC }), @"pdo: expected finite log-odds for scores from 0 to 1000 with this `base_score` and `base_odds`, got `-inf`");
}

#[test]
fn a_table_of_pds_has_a_bound() {
    let spec = LineSpec {
        base_score: 600.0,
        base_odds: 50.0,
        pdo: 20.0,
        central_tendency: 0.02,
        model_tendency: 0.02,
        pd_floor: 0.0,
        conservatism: None,
    };
    let told = |least, most| spec.check(least, most).unwrap_err()[0].to_string();
    assert_eq!(
        told(i32::MIN, i32::MAX),
        "expected scores that span 0 to 1,000,000 points, got `-2147483648` to `2147483647`"
    );
    assert_eq!(
        told(1, 0),
        "expected scores that span 0 to 1,000,000 points, got `1` to `0`"
    );
}

fn read(text: &str) -> Result<CalibrationSpec, String> {
    serde_json::from_str(text).map_err(|error: serde_json::Error| error.to_string())
}

const LINE: &str = r#"{"base_score":600.0,"base_odds":49.0,"pdo":20.0,"central_tendency":0.02,"model_tendency":0.02,"pd_floor":0.0003}"#;
/// The PD of the line at 600 points is 1 / 50, at any score.
fn beta(more: &str) -> String {
    format!(r#"{{"of":{LINE},"beta":{{"intercept":-0.1,"low":1.25,"high":0.5}},{more}"pd_floor":0.0003}}"#)
}
const TABLE: &str = r#"{"isotonic":[{"from":500,"pd":0.2},{"from":600,"pd":0.05},{"from":650,"pd":0.05},{"from":700,"pd":0.0}],"pd_floor":0.001}"#;
const MARGIN: &str = r#""conservatism":{"data_and_methods":0.002,"changes":0.001,"estimation":0.0005},"#;

fn near(got: Pd, wanted: f64) {
    assert!((got.get() - wanted).abs() < 1e-12, "got {got:?}, wanted {wanted}");
}

#[test]
fn every_shape_is_written_as_it_was_read() {
    let with_margin = LINE.replace(
        r#","pd_floor":0.0003"#,
        &format!(r#","pd_floor":0.0003,{MARGIN}"#),
    );
    let with_margin = with_margin.replace(",}", "}");
    let shifted = beta(r#""shift":0.5,"#);
    for text in [LINE, &with_margin, TABLE, &beta(""), &shifted] {
        let spec = read(text).unwrap();
        assert_eq!(serde_json::to_string(&spec).unwrap(), text);
    }
}

#[test]
fn a_step_holds_up_to_the_next_and_the_ends_beyond() {
    let calibration = read(TABLE).unwrap().check(300, 900).unwrap();
    for (score, pd) in [(300, 0.2), (500, 0.2), (599, 0.2), (600, 0.05), (699, 0.05)] {
        assert_eq!(calibration.pd(score), Pd::new(pd).unwrap(), "{score}");
    }
    // The last step has no default, and so the floor.
    assert_eq!(
        [700, 900, 2_000].map(|s| calibration.pd(s).get().to_bits()),
        [0.001_f64.to_bits(); 3]
    );
}

/// Computed apart, with Python's `math`: −0.1 + 1.25 · ln 0.02 − 0.5 · ln 0.98 = −4.979927403126422.
const BETA_AT_600: f64 = 0.006_827_624_684_510_48;

/// A shift of ln 2 doubles the odds.
#[test]
fn a_curve_bends_the_pd_of_its_line() {
    let pd = |text: &str| read(text).unwrap().check(500, 700).unwrap().pd(600);
    let odds = (-0.1 + 1.25 * 0.02_f64.ln() - 0.5 * 0.98_f64.ln()).exp();
    near(pd(&beta("")), odds / (1.0 + odds));
    near(pd(&beta("")), BETA_AT_600);
    let shifted = beta(&format!(r#""shift":{},"#, std::f64::consts::LN_2));
    near(pd(&shifted), 2.0 * odds / (1.0 + 2.0 * odds));
    // The curve that changes nothing.
    let same = beta("")
        .replace("-0.1", "0.0")
        .replace("1.25", "1.0")
        .replace("0.5}", "1.0}");
    near(pd(&same), 0.02);
}

/// By hand: 0.02 + 0.002 + 0.001 + 0.0005; a PD that the margin leaves below the floor is lifted by it.
#[test]
fn a_margin_is_added_and_the_floor_comes_last() {
    let line = LineSpec {
        base_odds: 49.0,
        pd_floor: 0.01,
        conservatism: Some(ConservatismSpec {
            data_and_methods: 0.002,
            changes: 0.001,
            estimation: 0.000_5,
        }),
        ..SPEC
    };
    let calibration = line.check(300, 900).unwrap();
    near(calibration.pd(600), 0.0235);
    near(calibration.pd_before_margin(600), 0.02);
    near(calibration.pd(900), 0.01);
    let odds = 49.0 * (-300.0_f64 / 20.0).exp2();
    near(calibration.pd(300), 1.0_f64.min(1.0 / (1.0 + odds) + 0.0035));
    assert!(calibration.pd(300).get() < 1.0 && calibration.pd(-9_000) == calibration.pd(300));
    let of = |text: &str| read(text).unwrap().check(300, 900).unwrap();
    let stairs = TABLE.replace(r#""pd_floor""#, &format!(r#"{MARGIN}"pd_floor""#));
    near(of(&stairs).pd(600), 0.0535);
    near(of(&stairs).pd(700), 0.0035);
    near(of(&beta(MARGIN)).pd(600), BETA_AT_600 + 0.0035);
}

#[test]
fn no_pd_of_a_table_or_a_margin_is_one() {
    let all = r#"{"isotonic":[{"from":0,"pd":1.0},{"from":10,"pd":0.5}],"pd_floor":0.0}"#;
    let calibration = read(all).unwrap().check(0, 20).unwrap();
    assert_eq!(
        calibration.pd(0).get().to_bits(),
        (1.0 - 2.0_f64.powi(-53)).to_bits()
    );
    near(calibration.pd(10), 0.5);
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let told = |text: &str| {
        let errors = read(text).unwrap().check(0, 1_000).unwrap_err();
        let texts: Vec<String> = errors.iter().map(ToString::to_string).collect();
        texts.join("\n")
    };
    insta::assert_snapshot!(told(r#"{"isotonic":[{"from":500,"pd":0.2},{"from":500,"pd":0.3},{"from":1,"pd":1.5}],"pd_floor":1.0}"#), @"
    isotonic[2].pd: expected a fraction from 0 to 1, got `1.5`
    isotonic[1].from: expected a score above `500`, that of the step before, got `500`
    isotonic[1].pd: expected at most `0.2`, the PD of the lower scores before, got `0.3`
    isotonic[2].from: expected a score above `500`, that of the step before, got `1`
    isotonic[2].pd: expected at most `0.3`, the PD of the lower scores before, got `1.5`
    pd_floor: expected a fraction from 0 to below 1, got `1`
    ");
    insta::assert_snapshot!(told(r#"{"isotonic":[],"pd_floor":0.0}"#), @"isotonic: expected at least one step, got none");
    insta::assert_snapshot!(told(r#"{"isotonic":[{"from":1,"pd":0.1},{"from":9,"pd":0.0}],"pd_floor":0.0}"#), @"pd_floor: expected a floor above 0, because the curve ends at a PD of 0 at `1000` points, got `0`");
    let wrong = beta(r#""conservatism":{"data_and_methods":-0.1,"changes":0.0,"estimation":2.0},"#);
    let wrong = wrong
        .replace(r#""pdo":20.0"#, r#""pdo":0.0"#)
        .replace("1.25", "-1.25");
    insta::assert_snapshot!(told(&wrong), @"
    of.pdo: points to double the odds must be positive and finite, got `0`
    beta.low: expected a finite factor, 0 or above, got `-1.25`
    conservatism.data_and_methods: expected a fraction from 0 to 1, got `-0.1`
    conservatism.estimation: expected a fraction from 0 to 1, got `2`
    ");
    insta::assert_snapshot!(told(&beta("").replace("1.25", "0.0").replace("0.5}", "0.0}")), @"beta.low: expected a factor above 0, here or of `high`, got `0` and `0`");
    insta::assert_snapshot!(told(&beta("").replace(r#""pdo":20.0"#, r#""pdo":1e-320"#)), @"of.pdo: expected finite log-odds for scores from 0 to 1000 with this `base_score` and `base_odds`, got `-inf`");
}

#[test]
fn fields_of_another_shape_are_refused() {
    let told = |text: &str| read(text).unwrap_err();
    insta::assert_snapshot!(told(r#"{"base_score":600.0}"#), @"missing field `base_odds`");
    insta::assert_snapshot!(told(&TABLE.replace(r#""pd_floor""#, r#""pdo":20.0,"pd_floor""#)), @"field `pdo` does not go with `isotonic`");
    insta::assert_snapshot!(told(&TABLE.replace(r#""pd_floor""#, r#""beta":{"intercept":0.0,"low":1.0,"high":1.0},"pd_floor""#)), @"field `beta` does not go with `isotonic`");
    insta::assert_snapshot!(told(&beta("").replace(r#""of""#, r#""base_odds":1.0,"of""#)), @"field `base_odds` does not go with `beta`");
    insta::assert_snapshot!(told(r#"{"beta":{"intercept":0.0,"low":1.0,"high":1.0},"pd_floor":0.0}"#), @"missing field `of`");
    insta::assert_snapshot!(told(&LINE.replace(r#""pdo""#, r#""shift":1.0,"pdo""#)), @"field `shift` does not go without `beta`");
    insta::assert_snapshot!(told(&TABLE.replace(r#""pd":0.2"#, r#""pd":0.2,"firms":3"#)), @"unknown field `firms`, expected `from` or `pd` at line 1 column 41");
    insta::assert_snapshot!(told(&TABLE.replace(r#","pd_floor":0.001"#, "")), @"missing field `pd_floor`");
}

proptest! {
    /// Any shape: PDs in (0, 1) that do not rise with the score, and the same bits after the way to JSON and back.
    #[test]
    fn a_pd_is_between_zero_and_one_and_does_not_rise(
        (low, high) in (0.0..3.0_f64, 0.1..3.0_f64),
        intercept in -3.0..3.0_f64,
        mut pds in prop::collection::vec(0.0..=1.0_f64, 1..12),
        parts in prop::option::of((0.0..0.1_f64, 0.0..0.1_f64, 0.0..0.1_f64)),
        pd_floor in 1e-6..0.01_f64,
    ) {
        let conservatism = parts.map(|(a, b, c)| ConservatismSpec { data_and_methods: a, changes: b, estimation: c });
        pds.sort_by(|a, b| b.total_cmp(a));
        let steps = pds.iter().zip(0..).map(|(pd, at)| PdStepSpec { from: 400 + 30 * at, pd: *pd });
        let line = LineSpec { pd_floor, conservatism, ..SPEC };
        for spec in [
            CalibrationSpec::Line(line),
            CalibrationSpec::Beta(BetaSpec {
                of: line, beta: BetaCurve { intercept, low, high }, shift: intercept, conservatism, pd_floor,
            }),
            CalibrationSpec::Isotonic(IsotonicSpec { isotonic: steps.collect(), conservatism, pd_floor }),
        ] {
            let calibration = spec.check(380, 800).unwrap();
            let again: CalibrationSpec = serde_json::from_str(&serde_json::to_string(&spec).unwrap()).unwrap();
            prop_assert_eq!(&again, &spec);
            let again = again.check(380, 800).unwrap();
            let mut before = 1.0;
            for score in 380..=800 {
                let pd = calibration.pd(score).get();
                prop_assert!(pd > 0.0 && pd < 1.0 && pd <= before, "{score}: {pd} after {before}");
                prop_assert_eq!(pd.to_bits(), again.pd(score).get().to_bits());
                before = pd;
            }
        }
    }
}
