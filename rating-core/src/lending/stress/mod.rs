//! What becomes of offers and allocations if PDs rise and sales fall, by industry.
//!
//! A [`StressSpec`] is a document of scenarios; each shifts PDs and sales of the firms of some industries (GB/T 4754).
//! [`Scenario::stress`] answers applications before and after, [`stress_budget`] lends a budget before and after, and
//! both say who drops out and why. The numbers of a scenario are assumptions of whoever writes it.

mod budget;
mod offers;
mod spec;
#[cfg(test)]
mod tests;

pub use budget::{BudgetChange, BudgetStress, stress_budget};
pub use offers::{StressChange, StressFirm, StressTotals, StressedOffer};
pub use spec::{PdShift, Scenario, ScenarioSpec, ShockSpec, Stress, StressSpec};
