//! A scorecard in one call, on the embedded synthetic sample; written as JSON and read again, it gives the same bits.
//!
//! ```console
//! $ cargo run --release --features fit --bin build_a_scorecard
//! ```
#![expect(clippy::print_stdout, reason = "a program that prints")]

use rating_core::fit::binning::Trend;
use rating_core::fit::build::{Candidate, CardBuilder, Rows};
use rating_core::fit::points::{FittedCard, Scaling};
use rating_core::fit::selection::{ScreeningLimits, StepwiseRules};
use rating_core::panel::PanelSpec;
use rating_core::validation::auc;
use rating_examples::{lines, outcomes, read_records, sample_tables, values};
use std::error::Error;

const PANEL: &str = r#"{"observed_on": {"every": {"first": "2023-06-30", "last": "2024-12-31", "months": 6}},
    "outcome_months": 12, "known_by": "2026-06-30", "splits": {"test_share": 0.4}}"#;
const MEASURES: &str =
    "finance.cash_ratio finance.net_margin registry.age tax.burden tax.level trade.void_rate";

fn main() -> Result<(), Box<dyn Error>> {
    let design = PanelSpec::from_json(PANEL)?.check().map_err(|f| lines(&f))?;
    let intake = read_records(&sample_tables()?).map_err(|errors| lines(&errors))?;
    let observed = design.observe(&intake.dossiers);
    let used = observed.iter().filter(|row| row.outcome.is_bad().is_some());
    // Firms are split, not rows.
    let (test, train): (Vec<_>, Vec<_>) = used.partition(|row| design.is_test_firm(row.firm) == Some(true));

    let names: Vec<&str> = MEASURES.split(' ').collect();
    let columns: Vec<Vec<f64>> = names.iter().map(|id| values(&train, id)).collect();
    let candidates = names.iter().zip(&columns);
    let candidates: Vec<_> = candidates.map(|(id, of)| Candidate::numbers(id, of)).collect();
    let (base_score, base_odds, pdo) = (600.0, 50.0, 20.0);
    let mut builder = CardBuilder::new(Scaling::Doubling {
        base_score,
        base_odds,
        pdo,
    });
    builder.binning.limits.max_bins = Some(4);
    builder.binning.limits.min_bads = Some(3);
    builder.binning.auto.shapes = vec![Trend::Ascending, Trend::Descending];
    builder.screening = Some(ScreeningLimits::default());
    builder.selection = Some(StepwiseRules::default());
    let built = builder.build(&candidates, Rows::new(&outcomes(&train)))?;

    println!("synthetic firms: the figures show the way, nothing about firms");
    println!("{:<32}{:>5} points", "every firm", built.card.base_points());
    for of in built.card.characteristics() {
        println!("{}, coefficient {:.3}", of.name, of.coefficient.value);
        for (line, points) in of.binning.table().iter().zip(&of.points) {
            println!(
                "  {:<30}{points:>5} points, {:>4} rows",
                line.of.label(),
                line.cell.rows
            );
        }
    }
    for dropped in &built.dropped {
        println!("not on the card: {}, {}", dropped.name, dropped.reason);
    }

    let read: FittedCard = serde_json::from_str(&serde_json::to_string(&built.card)?)?;
    for (part, rows) in [("train", &train), ("test", &test)] {
        let [made, again] = [&built.card, &read].map(|card| {
            let mut scores = vec![card.base_points(); rows.len()];
            for (at, of) in card.characteristics().iter().enumerate() {
                card.add_points(at, &values(rows, &of.name), &mut scores);
            }
            let pd_bits = scores.iter().map(|score| card.pd(*score).get().to_bits());
            (pd_bits.collect::<Vec<u64>>(), scores)
        });
        assert_eq!(made, again, "scores and PDs survive the way through JSON");
        let scores: Vec<f64> = made.1.into_iter().map(f64::from).collect();
        let area = auc(&scores, &outcomes(rows))?.value();
        println!("{part}: {} rows, auc {area:.3}, the same from JSON", rows.len());
    }
    Ok(())
}
