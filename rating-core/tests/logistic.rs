//! Logistic regression and points against published figures. The rows themselves are not part of the project: without
//! the folder that holds them these tests say so and pass.

#![cfg(feature = "fit")]
#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "tests that read files beside the project"
)]

use ndarray::Array2;
use rating_core::fit::logistic::{FittedLogit, Logit, Sample};
use rating_core::fit::points::Scale;
use rating_core::validation::{auc, ks};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The text of a file of real data, or none with a word about it.
fn text(path: &str) -> Option<String> {
    let whole = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../shared/data")
        .join(path);
    let read = fs::read(&whole).ok();
    if read.is_none() {
        eprintln!("skipped: `{path}` is not there");
    }
    read.map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

/// Cells of a line of comma-separated values; a quoted cell may hold commas.
fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut is_quoted = false;
    for sign in line.trim_end().chars() {
        match sign {
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => cells.push(String::new()),
            other => cells.last_mut().unwrap().push(other),
        }
    }
    cells
}

fn table(text: &str) -> Vec<BTreeMap<String, String>> {
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    let names = cells(lines.next().unwrap());
    let row = |line: &str| names.iter().cloned().zip(cells(line)).collect();
    lines.map(row).collect()
}

/// Li, Mickel, Taylor (2018), "Should This Loan be Approved or Denied?", Journal of Statistics Education 26(1), table 8
/// and the classification of the other half of the loans.
#[test]
fn the_sba_case_gives_table_8_of_its_paper() {
    let Some(text) = text("sba/SBAcase.11.13.17.csv") else {
        return;
    };
    let loans = table(&text);
    let names = ["RealEstate", "Portion", "Recession"];
    let of = |selected: &str| {
        let rows: Vec<_> = loans.iter().filter(|l| l["Selected"] == selected).collect();
        let x = Array2::from_shape_fn((rows.len(), 3), |(r, c)| rows[r][names[c]].parse().unwrap());
        let bad: Vec<bool> = rows.iter().map(|l| l["Default"] == "1").collect();
        (x, bad)
    };
    let (x, bad) = of("1");
    let fitted = Logit::on_measures()
        .fit_rows(&Sample::new(x.view(), &bad).named(&names))
        .unwrap();
    let printed = [
        (1.3931, 0.3216),
        (-2.1282, 0.3450),
        (-2.9875, 0.5393),
        (0.5041, 0.2412),
    ];
    for (term, (coefficient, error)) in fitted.terms().iter().zip(printed) {
        assert!((term.coefficient - coefficient).abs() < 0.000_05, "{term:?}");
        assert!(
            (term.standard_error.unwrap() - error).abs() < 0.000_05,
            "{term:?}"
        );
    }
    // Two applicants: with real estate and 75 % guaranteed, and without real estate and 40 %.
    let two = Array2::from_shape_vec((2, 3), vec![1.0, 0.75, 0.0, 0.0, 0.4, 0.0]).unwrap();
    let pds = fitted.pds(two.view());
    assert!(
        (pds[0] - 0.05).abs() < 0.005 && (pds[1] - 0.55).abs() < 0.005,
        "{pds}"
    );
    // Of the other loans, at a cut-off of 0.5: paid and passed, paid and refused, default and passed, default and refused.
    let (x, bad) = of("0");
    let mut counts = [0; 4];
    for (pd, bad) in fitted.pds(x.view()).iter().zip(bad) {
        counts[2 * usize::from(bad) + usize::from(*pd > 0.5)] += 1;
    }
    assert_eq!(counts, [681, 14, 324, 31]);
}

/// What scorecardpy and statsmodels made of the German credit data.
struct German {
    told: Value,
    /// The columns of the regression.
    names: Vec<String>,
    /// For each column the bins: whether a value is of it, and its weight of evidence as ln(good / bad).
    bins: Vec<Vec<(String, f64)>>,
    rows: Vec<BTreeMap<String, String>>,
}

impl German {
    fn read() -> Option<Self> {
        let rows = table(&text("german/germancredit.csv")?);
        let vector = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/germancredit_scorecardpy.json");
        let told: Value = serde_json::from_str(&fs::read_to_string(vector).unwrap()).unwrap();
        let coefficients = told["glm_woe_coef"].as_object().unwrap();
        let names = coefficients.keys().filter_map(|name| name.strip_suffix("_woe"));
        let names: Vec<String> = names.map(str::to_owned).collect();
        let bins = names
            .iter()
            .map(|name| bins(&told["woebin_tree"][name]))
            .collect();
        Some(Self {
            told,
            names,
            bins,
            rows,
        })
    }

    /// The bin of each row for a column.
    fn places(&self, column: usize) -> Vec<usize> {
        let place = |row: &BTreeMap<String, String>| {
            let value = &row[&self.names[column]];
            self.bins[column]
                .iter()
                .position(|(bin, _)| holds(bin, value))
                .unwrap()
        };
        self.rows.iter().map(place).collect()
    }

    fn fit(&self) -> (Array2<f64>, Vec<bool>, FittedLogit) {
        let mut woe = Array2::zeros((self.rows.len(), self.names.len()));
        for (column, mut cells) in woe.columns_mut().into_iter().enumerate() {
            for (cell, place) in cells.iter_mut().zip(self.places(column)) {
                *cell = self.bins[column][place].1;
            }
        }
        let bad: Vec<bool> = self
            .rows
            .iter()
            .map(|row| row["creditability"] == "bad")
            .collect();
        let fitted = Logit::on_woe()
            .fit_rows(&Sample::new(woe.view(), &bad).named(&self.names))
            .unwrap();
        (woe, bad, fitted)
    }
}

/// Bins with their weights of evidence, reckoned from the counts and held against those that are told. scorecardpy
/// takes bads over goods.
fn bins(told: &Value) -> Vec<(String, f64)> {
    let count = |bin: &Value, kind: &str| bin[kind].as_f64().unwrap();
    let all = told.as_array().unwrap();
    all.iter()
        .map(|bin| {
            let woe = ((count(bin, "good") / 700.0) / (count(bin, "bad") / 300.0)).ln();
            assert!((woe + count(bin, "woe")).abs() < 1e-12, "{bin}");
            (bin["bin"].as_str().unwrap().to_owned(), woe)
        })
        .collect()
}

/// `[a,b)` for a number, words joined by `%,%` for a category.
fn holds(bin: &str, value: &str) -> bool {
    let ends = bin
        .strip_prefix('[')
        .and_then(|b| b.strip_suffix(')'))
        .and_then(|b| b.split_once(','));
    match (ends, value.parse::<f64>()) {
        (Some((from, below)), Ok(value)) => {
            let end = |text: &str| text.parse::<f64>().unwrap();
            end(from) <= value && value < end(below)
        }
        _ => bin.split("%,%").any(|word| word == value),
    }
}

/// Whole points, which are written as `449.0`.
#[expect(
    clippy::cast_possible_truncation,
    reason = "whole numbers of at most seven digits"
)]
fn points_of(told: &Value) -> i32 {
    told.as_f64().unwrap().round() as i32
}

#[test]
fn german_credit_gives_the_coefficients_and_errors_of_statsmodels() {
    let Some(german) = German::read() else { return };
    let (_, _, fitted) = german.fit();
    let told = |table: &str, name: &str| german.told[table][name].as_f64().unwrap();
    for (term, name) in fitted
        .terms()
        .iter()
        .zip(std::iter::once("const").chain(german.names.iter().map(String::as_str)))
    {
        // Bads over goods there, goods over bads here: slopes turn, the intercept does not.
        let (key, sign) = if name == "const" {
            (name.to_owned(), 1.0)
        } else {
            (format!("{name}_woe"), -1.0)
        };
        assert!(
            (term.coefficient - sign * told("glm_woe_coef", &key)).abs() < 1e-8,
            "{term:?}"
        );
        // statsmodels takes the information of the step before its last, which ends at a deviance that moves by 1e-8.
        let error = told("glm_woe_bse", &key);
        assert!(
            (term.standard_error.unwrap() / error - 1.0).abs() < 1e-5,
            "{term:?}"
        );
    }
    let log_likelihood = german.told["glm_llf"].as_f64().unwrap();
    assert!((fitted.log_likelihood() - log_likelihood).abs() < 1e-9);
}

#[test]
fn german_credit_gives_the_points_scores_ks_and_auc_of_scorecardpy() {
    let Some(german) = German::read() else { return };
    let (woe, bad, fitted) = german.fit();
    // 600 points at odds of 19 : 1 good : bad, 50 to double.
    let scale = Scale::doubling(600.0, 19.0, 50.0).unwrap();
    let base = scale.base_points(fitted.intercept()).unwrap();
    assert_eq!(base, points_of(&german.told["card_points"]["basepoints"][0][1]));
    let mut scores = vec![base; german.rows.len()];
    for (column, coefficient) in fitted.coefficients().iter().enumerate() {
        let points: Vec<i32> = german.bins[column]
            .iter()
            .map(|(_, woe)| scale.points(*coefficient, *woe).unwrap())
            .collect();
        let told = german.told["card_points"][&german.names[column]]
            .as_array()
            .unwrap();
        for (points, told) in points.iter().zip(told) {
            assert_eq!(*points, points_of(&told[1]), "{}", german.names[column]);
        }
        for (score, place) in scores.iter_mut().zip(german.places(column)) {
            *score += points[place];
        }
    }
    let whole = |name: &str| german.told[name].as_f64().unwrap();
    let first = german.told["score_first10"].as_array().unwrap();
    for (score, told) in scores.iter().zip(first) {
        assert_eq!(*score, points_of(told));
    }
    let told = |name: &str| points_of(&german.told[name]);
    assert_eq!(scores.iter().sum::<i32>(), told("score_sum"));
    assert_eq!(*scores.iter().min().unwrap(), told("score_min"));
    assert_eq!(*scores.iter().max().unwrap(), told("score_max"));
    // scorecardpy takes AUC and KS of the PDs.
    let safe: Vec<f64> = fitted.log_odds(woe.view()).iter().map(|l| -l).collect();
    assert!((auc(&safe, &bad).unwrap().value() - whole("auc_full_sample")).abs() < 1e-12);
    assert!((ks(&safe, &bad).unwrap() - whole("ks_full_sample")).abs() < 1e-12);
    // Whole points rank nearly as the log-odds that they round.
    let whole_scores: Vec<f64> = scores.iter().map(|s| f64::from(*s)).collect();
    assert!((auc(&whole_scores, &bad).unwrap().value() - whole("auc_full_sample")).abs() < 0.001);
}
