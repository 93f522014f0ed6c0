//! Inputs of the benchmarks, the same on every run: one firm, a portfolio of tables, columns of measures.

mod columns;
mod firm;
mod portfolio;

pub use columns::MeasureColumns;
pub use firm::{AS_OF, firm_json, firm_json_of};
pub use portfolio::Portfolio;

use rating_core::rating::{ModelSpec, RatingModel};

/// What keeps an input from being made: a defect of this crate.
pub type Fault = Box<dyn std::error::Error>;

/// The model `tech-firm` as shipped.
///
/// # Errors
/// If it does not hold together.
pub fn model() -> Result<RatingModel, Fault> {
    checked(ModelSpec::preset("tech-firm").ok_or("no preset `tech-firm`")?)
}

/// The model `tech-firm` with the first six characteristics of each of its five credit pillars: thirty, two of
/// them categories.
///
/// # Errors
/// If it does not hold together or has another number of them.
pub fn model_of_thirty() -> Result<RatingModel, Fault> {
    let mut spec = ModelSpec::preset("tech-firm").ok_or("no preset `tech-firm`")?;
    spec.reference = None;
    for pillar in &mut spec.pillars {
        pillar.card.characteristics.truncate(6);
    }
    let model = checked(spec)?;
    match model.pillars().iter().map(|p| p.characteristics().len()).sum() {
        30_usize => Ok(model),
        other => Err(format!("expected 30 characteristics, got {other}").into()),
    }
}

fn checked(spec: ModelSpec) -> Result<RatingModel, Fault> {
    spec.check().map_err(|errors| format!("{errors:?}").into())
}
