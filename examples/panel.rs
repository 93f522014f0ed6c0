//! A point-in-time panel of the embedded sample: who was good, who bad, who was left out and why; what leaks.
//!
//! ```console
//! $ cargo run --release --bin panel
//! ```
#![expect(clippy::print_stdout, reason = "a program that prints")]

use rating_core::panel::{Counts, Leak, PanelSpec, TimeSide};
use rating_core::portfolio::Cells;
use rating_examples::{lines, read_records, sample_tables};
use std::error::Error;

const DOCUMENT: &str = r#"{
    "observed_on": {"every": {"first": "2024-06-30", "last": "2025-06-30", "months": 6}},
    "outcome_months": 12,
    "known_by": "2026-06-30",
    "splits": {"test_from": "2025-06-30", "test_share": 0.3, "folds": 5}
}"#;

fn main() -> Result<(), Box<dyn Error>> {
    let spec = PanelSpec::from_json(DOCUMENT)?;
    let design = spec.check().map_err(|faults| lines(&faults))?;
    let tables = sample_tables()?;
    let intake = read_records(&tables).map_err(|errors| lines(&errors))?;
    let rows = design.observe(&intake.dossiers);
    print_counts(&Counts::of(&rows));

    let sides: Vec<_> = rows.iter().filter_map(|row| design.time_side(row)).collect();
    let of = |side: TimeSide| sides.iter().filter(|s| **s == side).count();
    let [train, gap, test] = [TimeSide::Train, TimeSide::Gap, TimeSide::Test].map(of);
    println!("\nby time: train {train}, gap {gap}, test {test}");
    let are_test = rows.iter().filter_map(|row| design.is_test_firm(row.firm));
    let test = are_test.filter(|is_test| *is_test).count();
    println!("by firm: train {}, test {test}", rows.len() - test);

    print_leaks(design.leaks(&intake.dossiers, &rows));
    Ok(())
}

fn print_counts(counts: &Counts) {
    println!(
        "{:<12}{:<14}{:<26}{:>6}",
        "observed on", "outcome", "reason", "rows"
    );
    let table = counts.table();
    let text = |column: &str, at: usize| match table.column(column) {
        Some(Cells::Days(days)) => days.get(at).copied().flatten().map(|day| day.to_string()),
        Some(Cells::Text(words)) => words.get(at).cloned().flatten().map(String::from),
        Some(Cells::Integers(numbers)) => numbers.get(at).copied().flatten().map(|n| n.to_string()),
        _ => None,
    };
    for at in 0..table.rows() {
        let [day, outcome, reason, rows] =
            ["observed_on", "outcome", "reason", "rows"].map(|column| text(column, at).unwrap_or_default());
        println!("{day:<12}{outcome:<14}{reason:<26}{rows:>6}");
    }
    println!("all rows {:>49}", counts.total());
}

/// The five strongest measures by themselves, and the five that change most in hindsight.
fn print_leaks(mut leaks: Vec<Leak>) {
    let auc = |leak: &Leak| leak.power.map_or(0.5, |power| power.auc);
    let print = |title: &str, leaks: &[Leak]| {
        println!("\n{title:<30}{:>6}{:>16}{:>9}  signs", "auc", "95 %", "changed");
        for leak in leaks.iter().take(5) {
            let interval = leak.power.and_then(|power| power.interval);
            let interval = interval.map_or("-".to_owned(), |(lower, upper)| {
                format!("{lower:.3} to {upper:.3}")
            });
            let signs: Vec<&str> = leak.signs.iter().map(|sign| sign.word()).collect();
            let (name, area, changed) = (leak.measure.id(), auc(leak), leak.changed);
            let line = format!(
                "{name:<30}{area:>6.3}{interval:>16}{changed:>9}  {}",
                signs.join(" ")
            );
            println!("{}", line.trim_end());
        }
    };
    leaks.sort_by(|a, b| auc(b).total_cmp(&auc(a)));
    print("strongest alone", &leaks);
    leaks.sort_by_key(|leak| std::cmp::Reverse(leak.changed));
    print("most changed in hindsight", &leaks);
}
