//! Binnings that others computed.

use super::*;
use serde::Deserialize;

#[derive(Deserialize)]
struct Vectors {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    variable: String,
    monotonic_trend: Option<String>,
    trend_used: Option<Trend>,
    splits: Vec<f64>,
    iv: f64,
    dp_iv: f64,
    dp_same_splits: bool,
    prebin_splits: Vec<f64>,
    prebin_nonevent: Vec<usize>,
    prebin_event: Vec<usize>,
}

fn cases() -> Vec<Case> {
    let text = include_str!("../../../tests/data/binning_breast_cancer.json");
    serde_json::from_str::<Vectors>(text).unwrap().cases
}

impl Case {
    /// Rows with the counts of the case: one value in each pre-bin.
    fn rows(&self) -> (Vec<f64>, Vec<bool>) {
        let below = self.prebin_splits[0] - 1.0;
        let values = [below].into_iter().chain(self.prebin_splits.iter().copied());
        let counts = self.prebin_nonevent.iter().zip(&self.prebin_event);
        values
            .zip(counts)
            .flat_map(|(value, (goods, bads))| {
                std::iter::repeat_n((value, false), *goods).chain(std::iter::repeat_n((value, true), *bads))
            })
            .unzip()
    }

    fn fit(&self, trend: Trend) -> Binning {
        let (values, bad) = self.rows();
        let options = BinningOptions {
            pre_bins: PreBinning::Candidates(self.prebin_splits.clone()),
            trend,
            ..BinningOptions::default()
        };
        Binning::fit(&Sample::new(&values, &bad), &options).unwrap()
    }
}

fn is_near(got: f64, wanted: f64) -> bool {
    (got - wanted).abs() <= 1e-9 * wanted.abs().max(1e-12)
}

#[test]
fn ninety_binnings_have_the_information_value_that_was_published() {
    let cases = cases();
    assert_eq!(cases.len(), 90);
    for case in &cases {
        let name = format!("{} {:?}", case.variable, case.monotonic_trend);
        let binning = case.fit(case.trend_used.unwrap_or(Trend::None));
        assert!(
            is_near(binning.iv(), case.dp_iv),
            "{name}: {} {}",
            binning.iv(),
            case.dp_iv
        );
        assert!(
            is_near(binning.iv(), case.iv),
            "{name}: {} {}",
            binning.iv(),
            case.iv
        );
        let splits = binning.splits();
        if case.dp_same_splits {
            assert_eq!(splits, case.splits, "{name}");
        } else {
            // A tie: neighbours of equal rate, which the fewest bins merge.
            assert!(splits.iter().all(|split| case.splits.contains(split)), "{name}");
            assert!(splits.len() < case.splits.len(), "{name}");
        }
    }
}

/// The other side chooses by a decision tree of constants; here the choice is never below the best direction, and
/// what the other side chose is among the alternatives with its information value.
#[test]
fn the_automatic_trend_solves_what_others_chose() {
    for case in cases()
        .iter()
        .filter(|case| case.monotonic_trend.as_deref() == Some("auto"))
    {
        let binning = case.fit(Trend::Auto);
        let of = |trend: Trend| {
            binning
                .alternatives()
                .iter()
                .find(|a| a.trend == trend)
                .unwrap()
                .objective
                .unwrap()
        };
        assert!(
            is_near(of(case.trend_used.unwrap()), case.iv),
            "{}",
            case.variable
        );
        let best_direction = of(Trend::Ascending).max(of(Trend::Descending));
        assert!(binning.iv() >= best_direction * (1.0 - TIE), "{}", case.variable);
        let penalised = |a: &Alternative| a.penalised.unwrap();
        let best = binning.alternatives().iter().map(penalised).fold(0.0, f64::max);
        let chosen = binning
            .alternatives()
            .iter()
            .find(|a| a.trend == binning.trend())
            .unwrap();
        assert!(penalised(chosen) >= best * (1.0 - TIE), "{}", case.variable);
    }
}
