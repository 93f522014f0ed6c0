//! Known then, not now: a record that became known later does not count on an earlier day.
//!
//! A court lists the firm on 2025-06-12; the list reaches the credit department on 2025-07-15.
//!
//! ```console
//! $ cargo run --bin known_then
//! ```
#![expect(clippy::print_stdout, reason = "a program that prints")]

use rating_core::rating::ModelSpec;
use rating_core::record::Dossier;
use rating_core::rule::Finding;
use rating_examples::lines;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let spec = ModelSpec::preset("tech-firm").ok_or("no such preset")?;
    let model = spec.check().map_err(|errors| lines(&errors))?;
    let firm: Dossier = include_str!("data/one_firm.json").parse()?;
    for day in ["2025-06-30", "2025-07-31"] {
        let rating = model.rate(&firm, day.parse()?);
        println!("as of {day}: {} ({})", rating.symbol(), rating.outcome.word());
        for finding in &rating.findings {
            let rule = model.spec().rules.get(finding.rule);
            if let (Finding::Fired { since, .. }, Some(rule)) = (finding.finding, rule) {
                println!("  {}, since {since}: {}", rule.id, rule.basis.en);
            }
        }
    }
    Ok(())
}
