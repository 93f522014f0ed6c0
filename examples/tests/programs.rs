//! Each program runs and prints what it promises.
#![expect(clippy::unwrap_used, reason = "a test that fails says where")]

use std::path::Path;
use std::process::Command;

/// What the program printed, and whether it ended well.
fn run(program: &str, arguments: &[&str]) -> (String, bool) {
    let output = Command::new(program).args(arguments).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    (text, output.status.success())
}

#[test]
fn one_firm_is_rated_with_reasons() {
    let (text, well) = run(env!("CARGO_BIN_EXE_one_firm"), &[]);
    assert!(
        well && text.starts_with("91149900MAEXAMP14J as of 2025-06-30: "),
        "{text}"
    );
    let reasons = text.lines().skip_while(|line| *line != "points lost:");
    assert_eq!(reasons.count(), 1 + 5 + 1, "{text}");
}

#[test]
fn a_record_that_became_known_later_does_not_count() {
    let (text, well) = run(env!("CARGO_BIN_EXE_known_then"), &[]);
    let lines: Vec<&str> = text.lines().collect();
    assert!(well && lines.len() == 3, "{text}");
    assert!(lines[0].starts_with("as of 2025-06-30: ") && lines[0].ends_with(" (unrestricted)"));
    assert_eq!(lines[1], "as of 2025-07-31: CCC (cap)");
    assert!(lines[2].starts_with("  judgment_debtor, since 2025-06-12: "));
}

#[test]
fn a_loan_is_offered_paid_back_and_compared_with_products() {
    let (text, well) = run(env!("CARGO_BIN_EXE_lending"), &[]);
    assert!(well, "{text}");
    let (head, rest) = text.split_once("products:\n").unwrap();
    let offered = head.lines().next().unwrap();
    let amount: f64 = offered.split_whitespace().rev().nth(1).unwrap().parse().unwrap();
    assert!(offered.contains(": approve, "), "{text}");
    // Twelve parts of the principal, in fen, are the amount.
    let principal = |line: &str| -> i64 {
        line.split_whitespace()
            .nth(1)
            .unwrap()
            .replace('.', "")
            .parse()
            .unwrap()
    };
    let parts: Vec<i64> = head.lines().skip(2).map(principal).collect();
    assert_eq!(parts.len(), 12, "{text}");
    assert!(
        (parts.iter().sum::<i64>() as f64 - amount * 100.0).abs() < 0.5,
        "{text}"
    );
    assert!(rest.contains("\n  passed patent_pledge_loan"), "{text}");
    assert!(rest.contains("\n  open   order_loan orders\n"), "{text}");
    assert!(
        rest.lines().last().unwrap().starts_with("export_demand: "),
        "{text}"
    );
}

#[test]
fn a_model_holds_together_or_every_fault_is_printed() {
    let preset = Path::new(env!("CARGO_MANIFEST_DIR")).join("../rating-core/models/tech-firm.json");
    let program = env!("CARGO_BIN_EXE_own_model");
    let (text, well) = run(program, &[preset.to_str().unwrap()]);
    assert!(well && text.contains("holds together"), "{text}");

    let spec = rating_core::rating::ModelSpec::preset("tech-firm").unwrap();
    let mut broken = spec.clone();
    broken.id = String::new();
    broken.base_points = 20_000;
    broken.calibration.line_mut().unwrap().pdo = -40.0;
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("broken-model.json");
    std::fs::write(&path, broken.to_json()).unwrap();
    let (text, well) = run(program, &[path.to_str().unwrap()]);
    assert!(!well && text.contains("id: expected text, got nothing"), "{text}");
    assert!(text.contains("pdo: points to double the odds must be positive and finite, got `-40`"));
    assert!(text.contains("base_points: "), "{text}");

    let (text, well) = run(program, &["no-such-model.json"]);
    assert!(!well && text.contains("`no-such-model.json`: "), "{text}");
}

#[test]
fn the_counts_of_a_portfolio_reconcile() {
    let (text, well) = run(env!("CARGO_BIN_EXE_portfolio"), &[]);
    assert!(well, "{text}");
    let (tables, grades) = text.split_once("\ngrade ").unwrap();
    let numbers = |line: &str| -> Vec<u64> {
        line.split_whitespace()
            .filter_map(|word| word.parse().ok())
            .collect()
    };
    let tables: Vec<Vec<u64>> = tables.lines().map(numbers).filter(|row| row.len() == 3).collect();
    assert_eq!(tables.len(), rating_datasets::TABLE_NAMES.len());
    assert!(tables.iter().all(|row| row[0] == row[1] + row[2]), "{text}");
    let firms: Vec<u64> = grades.lines().skip(1).flat_map(numbers).collect();
    let (all, by_grade) = firms.split_last().unwrap();
    assert_eq!(by_grade.len(), 9 + 3, "{text}");
    assert_eq!((*all, by_grade.iter().sum()), (2_000, 2_000_u64), "{text}");
}

#[test]
fn every_row_of_the_panel_is_counted_and_the_page_shows_what_is_printed() {
    let (text, well) = run(env!("CARGO_BIN_EXE_panel"), &[]);
    assert!(well, "{text}");
    let page = include_str!("../../docs/panel.md");
    assert!(
        page.contains(&format!("```text\n{text}```\n")),
        "docs/panel.md does not show\n{text}"
    );
    let (counts, _) = text.split_once("\nall rows ").unwrap();
    let (_, lines) = counts.split_once("rows\n").unwrap();
    let rows: Vec<u64> = lines
        .lines()
        .filter_map(|line| line.split_whitespace().last()?.parse().ok())
        .collect();
    // Every firm with a usable row, on three days.
    assert_eq!(rows.iter().sum::<u64>() % 3, 0, "{text}");
    assert!(
        text.contains(&format!("\nall rows {:>49}\n", rows.iter().sum::<u64>())),
        "{text}"
    );
}

/// A score or PD that changed on the way through JSON would end the program.
#[cfg(feature = "fit")]
#[test]
fn a_scorecard_is_built_read_again_and_the_page_shows_what_is_printed() {
    let (text, well) = run(env!("CARGO_BIN_EXE_build_a_scorecard"), &[]);
    assert!(well, "{text}");
    let page = include_str!("../../docs/building.md");
    assert!(
        page.contains(&format!("```text\n{text}```\n")),
        "docs/building.md does not show\n{text}"
    );
    // The lines of each variable hold every row of the training part.
    let (card, parts) = text.split_once("\ntrain: ").unwrap();
    let train: u64 = parts.split(' ').next().unwrap().parse().unwrap();
    let rows =
        |line: &str| -> Option<u64> { line.strip_suffix(" rows")?.split(' ').next_back()?.parse().ok() };
    let sum: u64 = card.lines().filter_map(rows).sum();
    let variables = card
        .lines()
        .filter(|line| line.contains(", coefficient -"))
        .count() as u64;
    assert!(variables >= 2, "{text}");
    assert_eq!(sum, variables * train, "{text}");
}
