//! Deliveries of records that cannot be read as a whole.

use super::{Place, python};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use rating_core::record::{RecordError, Reject};

/// One exception for a delivery: its message names every error, its `errors` hold them one by one.
pub(super) fn records(py: Python<'_>, errors: &[RecordError]) -> PyErr {
    let message = errors
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(" | ");
    let whole = python::RecordError::new_err(message);
    let parts: Vec<Py<PyAny>> = errors
        .iter()
        .map(|error| {
            let part = python::RecordError::new_err(error.to_string());
            describe(py, &part, error);
            part.into_value(py).into_any()
        })
        .collect();
    if let [only] = errors {
        describe(py, &whole, only);
    } else {
        Place::default().write(py, &whole);
    }
    if let Ok(parts) = PyList::new(py, parts) {
        let _ = whole.value(py).setattr("errors", parts);
    }
    whole
}

fn describe(py: Python<'_>, raised: &PyErr, error: &RecordError) {
    let first = |names: &[String]| names.first().cloned();
    let (table, field, value): (Option<&str>, Option<String>, Option<String>) = match error {
        RecordError::UnknownTable { table } => (Some(table), None, None),
        RecordError::RepeatedTable { table } => (Some(table), None, None),
        RecordError::MissingColumns { table, missing } => {
            (Some(table), missing.first().map(|name| (*name).to_owned()), None)
        }
        RecordError::UnknownColumns { table, unknown } => (Some(table), first(unknown), None),
        RecordError::RepeatedColumn {
            table,
            field,
            headers,
        } => (Some(table), Some((*field).to_owned()), first(headers)),
        RecordError::UnevenColumns { table, lengths } => {
            (Some(table), lengths.first().map(|(name, _)| name.clone()), None)
        }
        RecordError::Json(_) | RecordError::NotOneFirm(_) => (None, None, None),
        RecordError::Rejected(rejects) => {
            if let Ok(list) = reject_dicts(py, rejects) {
                let _ = raised.value(py).setattr("rejects", list);
            }
            (None, None, None)
        }
    };
    let place = Place {
        table,
        field: field.as_deref(),
        row: None,
        value: value.as_deref(),
    };
    place.write(py, raised);
}

pub(crate) fn reject_dicts<'py>(py: Python<'py>, rejects: &[Reject]) -> PyResult<Bound<'py, PyList>> {
    let list = PyList::empty(py);
    for reject in rejects {
        for fault in &reject.faults {
            let dict = PyDict::new(py);
            dict.set_item("table", reject.table)?;
            dict.set_item("row", reject.row)?;
            dict.set_item("field", fault.field)?;
            dict.set_item("rule", fault.rule)?;
            dict.set_item("value", &fault.value)?;
            dict.set_item("message", &fault.message)?;
            dict.set_item("content", &reject.content)?;
            list.append(dict)?;
        }
    }
    Ok(list)
}
