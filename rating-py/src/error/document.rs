//! Documents that do not hold together.

use super::{Place, python};
use pyo3::prelude::*;
use pyo3::types::PyList;
use rating_core::panel::PanelError;
use rating_core::rating::ModelError;
use rating_core::scale::ScaleError;

/// One exception for a document: its message names every error, its `errors` hold them one by one.
pub(crate) fn document<E: std::fmt::Display>(
    py: Python<'_>,
    errors: &[E],
    part: fn(&E) -> Option<String>,
) -> PyErr {
    let texts: Vec<String> = errors.iter().map(ToString::to_string).collect();
    let whole = python::ModelError::new_err(texts.join(" | "));
    let parts = texts.into_iter().zip(errors).map(|(text, error)| {
        let raised = python::ModelError::new_err(text);
        in_document(py, &raised, part(error).as_deref());
        raised.into_value(py).into_any()
    });
    if let [only] = errors {
        in_document(py, &whole, part(only).as_deref());
    }
    if let Ok(parts) = PyList::new(py, parts.collect::<Vec<_>>()) {
        let _ = whole.value(py).setattr("errors", parts);
    }
    whole
}

/// Writes the part of the document as the attribute `field`.
fn in_document(py: Python<'_>, raised: &PyErr, part: Option<&str>) {
    let place = Place {
        field: part,
        ..Place::default()
    };
    place.write(py, raised);
}

/// The part of a model document that an error speaks of, as its message begins; none for what is no document.
pub(super) fn part_of_document(error: &ModelError) -> Option<String> {
    Some(match error {
        ModelError::Document(_) => return None,
        ModelError::Blank(name) => (*name).to_owned(),
        ModelError::Long { place, .. }
        | ModelError::ForeignMeasure { place, .. }
        | ModelError::Scorecard { place, .. } => place.clone(),
        ModelError::Family { at, .. } => format!("pillars[{at}].family"),
        ModelError::NoPillars => "pillars".to_owned(),
        ModelError::BasePoints(_) => "base_points".to_owned(),
        ModelError::Calibration(_) => "calibration".to_owned(),
        ModelError::Scale(error) => part_of_scale(error),
        ModelError::TechnologyPoints { .. } => "technology.card".to_owned(),
        ModelError::Weights { stage, .. } => format!("technology.weights.{stage}"),
        ModelError::Unreported(_) => "technology.unreported".to_owned(),
        ModelError::Stages(..) => "technology.stages".to_owned(),
        ModelError::Minimum { .. } => "minimum.characteristics".to_owned(),
        ModelError::RuleId { at, .. } => format!("rules[{at}].id"),
        ModelError::RuleDates { at } => format!("rules[{at}].valid_to"),
        ModelError::RuleBasis { at } => format!("rules[{at}].basis.document"),
        ModelError::RuleStates { at } => format!("rules[{at}].kind.registration.any_of"),
        ModelError::RuleGrade { at, .. } => format!("rules[{at}].effect.cap"),
        ModelError::Reference(_) => "reference.points".to_owned(),
    })
}

pub(crate) fn part_of_scale(error: &ScaleError) -> String {
    match error {
        ScaleError::Count { scale, .. } => (*scale).to_owned(),
        ScaleError::Symbol { scale, at, .. } => format!("{scale}[{at}].grade"),
        ScaleError::PdOrder { at, .. } | ScaleError::PdEnd { at } => format!("master_scale[{at}].pd_below"),
        ScaleError::TechnologyOrder { at, .. } => format!("technology.scale[{at}].at_least"),
        ScaleError::Matrix { row, .. } => format!("government.matrix.{row}"),
        ScaleError::Monotone { .. } => "government.matrix".to_owned(),
    }
}

pub(super) fn part_of_panel(error: &PanelError) -> Option<String> {
    match error {
        PanelError::Document(_) => None,
        PanelError::Fault { place, .. } => Some(place.clone()),
    }
}
