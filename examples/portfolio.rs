//! A portfolio: tables of many firms in, the distribution of their grades out; no row and no firm is lost.
//!
//! ```console
//! $ cargo run --release --bin portfolio
//! ```
#![expect(clippy::print_stdout, reason = "a program that prints")]

use rating_core::rating::{ModelSpec, Rating, rate_many};
use rating_examples::{lines, read_records, sample_tables};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let spec = ModelSpec::preset("tech-firm").ok_or("no such preset")?;
    let model = spec.check().map_err(|errors| lines(&errors))?;

    // The embedded sample: 2,000 synthetic firms, CSV with the faults that real deliveries have.
    let tables = sample_tables()?;
    let intake = read_records(&tables).map_err(|errors| lines(&errors))?;
    println!("{:<24}{:>9}{:>9}{:>9}", "table", "rows in", "used", "rejected");
    for count in &intake.counts {
        println!(
            "{:<24}{:>9}{:>9}{:>9}",
            count.table, count.rows_in, count.used, count.rejected
        );
    }
    for reject in intake.rejects.iter().take(3) {
        println!("rejected, for example: {reject}");
    }

    let ratings = rate_many(&model, &intake.dossiers, "2025-06-30".parse()?);
    let scale = model.matrix().spec().scale.iter().map(String::as_str);
    println!("\n{:<24}{:>9}", "grade", "firms");
    for symbol in scale.chain(["D", "NI", "NR"]) {
        let firms = ratings.iter().filter(|r| r.symbol() == symbol).count();
        println!("{symbol:<24}{firms:>9}");
    }
    println!("{:<24}{:>9}", "all", ratings.len());
    let pd = |rating: &Rating| rating.assessment.pd.get();
    let mean = ratings.iter().map(pd).sum::<f64>() / ratings.len() as f64;
    println!("mean PD {:.2} %", 100.0 * mean);
    Ok(())
}
