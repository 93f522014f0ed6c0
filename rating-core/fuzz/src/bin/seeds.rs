//! Writes the seeds of the fuzz targets into `seeds/`: the shipped model cut down, and generated firms
//! with a few rows of each table.
//!
//! Run in this folder: `cargo run --bin seeds`.

#[path = "../../../tests/support/mod.rs"]
#[allow(dead_code, reason = "shared with the tests")]
mod support;

use rating_datasets::{GeneratedTable, Portfolio};
use std::fs;

/// Rows of a table that a seed keeps: fuzzing is fast on short texts.
const ROWS: usize = 3;

fn main() -> std::io::Result<()> {
    let seeds = concat!(env!("CARGO_MANIFEST_DIR"), "/seeds");
    fs::create_dir_all(format!("{seeds}/model_document"))?;
    fs::create_dir_all(format!("{seeds}/record_json"))?;
    fs::write(
        format!("{seeds}/model_document/small.json"),
        support::small_model().to_json(),
    )?;
    fs::write(format!("{seeds}/record_json/empty.json"), r#"{"firm_id":"F-1"}"#)?;
    for number in 0..4 {
        fs::write(format!("{seeds}/record_json/firm-{number}.json"), firm(number))?;
    }
    Ok(())
}

/// A generated firm with a few rows of each table, as JSON.
fn firm(number: u64) -> String {
    let portfolio = Portfolio {
        invoice_scale: 0.1,
        ..Portfolio::default()
    };
    let few = |table: &GeneratedTable| (0..table.rows().min(ROWS)).collect();
    let intake = support::read(&portfolio.chunk(number..number + 1).tables, few);
    intake.dossiers.first().expect("one firm").to_json()
}
