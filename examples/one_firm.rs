//! One firm: JSON in, a grade with its reasons out.
//!
//! ```console
//! $ cargo run --bin one_firm
//! ```
#![expect(clippy::print_stdout, reason = "a program that prints")]

use rating_core::rating::ModelSpec;
use rating_core::record::Dossier;
use rating_examples::lines;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    // Two doors: a model document that holds together, and records that can be read. What fails, fails here.
    let spec = ModelSpec::preset("tech-firm").ok_or("no such preset")?;
    let model = spec.check().map_err(|errors| lines(&errors))?;
    let firm: Dossier = include_str!("data/one_firm.json").parse()?;

    // Behind the doors nothing fails.
    let rating = model.rate(&firm, "2025-06-30".parse()?);
    let assessment = &rating.assessment;
    println!("{} as of {}: {}", rating.firm, rating.as_of, rating.symbol());
    println!(
        "credit {} (score {}, PD {:.2} %), technology {} ({}), {} by the matrix",
        model.master_scale().symbol(assessment.credit),
        assessment.score,
        100.0 * assessment.pd.get(),
        model.technology_scale().symbol(assessment.technology),
        assessment.stage.word(),
        model.matrix().symbol(assessment.government),
    );
    for pillar in &rating.pillars {
        println!(
            "  {:<10} {:>4} of {:>3} points, {} of {} measures known",
            pillar.family.word(),
            pillar.points,
            pillar.best_points,
            pillar.measured,
            pillar.characteristics,
        );
    }
    println!("points lost:");
    for reason in rating.reasons(5) {
        println!("  {:>4}  {}", reason.lost, reason.measure.entry().en);
    }
    println!(
        "model {} {}, {}",
        model.spec().id,
        model.spec().version,
        model.hash()
    );
    Ok(())
}
