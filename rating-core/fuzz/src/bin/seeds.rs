//! Writes the seeds of the fuzz targets into `seeds/`: the shipped model whole and cut down, and generated firms
//! with a few rows of each table.
//!
//! Run in this folder: `cargo run --bin seeds`.

#[path = "../../../tests/support/mod.rs"]
#[allow(dead_code, reason = "shared with the tests")]
mod support;

use rating_core::rating::ModelSpec;
use rating_datasets::{GeneratedTable, Portfolio};
use std::collections::BTreeMap;
use std::fs;

/// Rows of a table that a seed keeps: fuzzing is fast on short texts.
const ROWS: usize = 3;

fn main() -> std::io::Result<()> {
    let seeds = concat!(env!("CARGO_MANIFEST_DIR"), "/seeds");
    fs::create_dir_all(format!("{seeds}/model_document"))?;
    fs::create_dir_all(format!("{seeds}/record_json"))?;
    let spec = ModelSpec::preset("tech-firm").expect("the shipped model");
    fs::write(format!("{seeds}/model_document/small.json"), cut_down(spec).to_json())?;
    fs::write(format!("{seeds}/record_json/empty.json"), r#"{"firm_id":"F-1"}"#)?;
    for number in 0..4 {
        fs::write(format!("{seeds}/record_json/firm-{number}.json"), firm(number))?;
    }
    Ok(())
}

/// A model with two small pillars, two technology characteristics and every kind of rule.
fn cut_down(mut spec: ModelSpec) -> ModelSpec {
    spec.pillars.truncate(2);
    for pillar in &mut spec.pillars {
        pillar.card.characteristics.truncate(2);
    }
    spec.technology.card.characteristics.truncate(2);
    let ids: Vec<&str> = spec.technology.card.characteristics.iter().map(|c| c.measure.id()).collect();
    let weights: BTreeMap<String, u8> = ids.iter().zip([60, 40]).map(|(id, w)| ((*id).to_owned(), w)).collect();
    spec.technology.weights.start_up = weights.clone();
    spec.technology.weights.growth = weights.clone();
    spec.technology.weights.stable = weights;
    let kind = |rule: &rating_core::rule::RuleSpec| std::mem::discriminant(&rule.kind);
    let rules = std::mem::take(&mut spec.rules);
    for rule in rules {
        if !spec.rules.iter().any(|r| kind(r) == kind(&rule)) {
            spec.rules.push(rule);
        }
    }
    for rule in &mut spec.rules {
        rule.basis.en = "e".to_owned();
        rule.basis.zh = "z".to_owned();
        rule.basis.provenance = "p".to_owned();
    }
    spec.minimum.characteristics = 2;
    spec.reference = None;
    assert!(spec.clone().check().is_ok());
    spec
}

/// A generated firm with a few rows of each table, as JSON.
fn firm(number: u64) -> String {
    let portfolio = Portfolio { invoice_scale: 0.1, ..Portfolio::default() };
    let few = |table: &GeneratedTable| (0..table.rows().min(ROWS)).collect();
    let intake = support::read(&portfolio.chunk(number..number + 1).tables, few);
    intake.dossiers.first().expect("one firm").to_json()
}
