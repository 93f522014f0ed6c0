//! A model of one's own: reads a model document and says everything that is wrong with it.
//!
//! ```console
//! $ cargo run --bin own_model -- rating-core/models/tech-firm.json
//! ```
#![expect(clippy::print_stdout, reason = "a program that prints")]

use rating_core::rating::ModelSpec;
use std::error::Error;
use std::fs::File;
use std::io::read_to_string;
use std::process::ExitCode;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("usage: own_model MODEL.json")?;
    let text = read_to_string(File::open(&path).map_err(|e| format!("`{path}`: {e}"))?)?;
    let checked = ModelSpec::from_json(&text)
        .map_err(|error| vec![error])
        .and_then(ModelSpec::check);
    match checked {
        Ok(model) => {
            println!("{} {} holds together", model.spec().id, model.spec().version);
            println!(
                "{} characteristics, {} rules",
                model.characteristics().count(),
                model.spec().rules.len()
            );
            println!("sha-256 {}", model.hash());
            Ok(ExitCode::SUCCESS)
        }
        Err(errors) => {
            for error in &errors {
                println!("{error}");
            }
            println!("{path}: {} faults", errors.len());
            Ok(ExitCode::FAILURE)
        }
    }
}
