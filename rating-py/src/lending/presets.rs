//! Parts of a lending policy that come with the package, as documents.

use super::fault::LendingFault;
use crate::error::Result;
use pyo3::prelude::*;
use rating_core::lending::{InterestSubsidy, KnowledgeValue, PremiumSubsidy};
use serde::Serialize;

/// The document of a part, as JSON: what it is, and its id.
#[pyfunction]
pub(crate) fn policy_part(kind: &str, id: &str) -> Result<String> {
    match kind {
        "interest_subsidy" => {
            let part = InterestSubsidy::preset(id);
            document(part, ("an interest subsidy", InterestSubsidy::PRESETS), id)
        }
        "premium_subsidy" => {
            let part = PremiumSubsidy::preset(id);
            document(part, ("a premium subsidy", PremiumSubsidy::PRESETS), id)
        }
        "knowledge_value" => {
            let part = KnowledgeValue::preset(id);
            document(part, ("a knowledge-value scheme", KnowledgeValue::PRESETS), id)
        }
        other => Err(LendingFault::Argument {
            name: "kind",
            wanted: "`interest_subsidy`, `premium_subsidy` or `knowledge_value`".to_owned(),
            got: other.to_owned(),
        }
        .into()),
    }
}

fn document<T: Serialize>(
    part: Option<T>,
    (what, known): (&'static str, &'static [&'static str]),
    id: &str,
) -> Result<String> {
    let absent = || LendingFault::Preset {
        what,
        known,
        id: id.to_owned(),
    };
    // INVARIANT: the documents serialise to objects with text keys, which cannot fail.
    Ok(serde_json::to_string(&part.ok_or_else(absent)?).unwrap_or_default())
}
