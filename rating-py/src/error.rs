//! One tree of exceptions. Every failure of the core has its place in it, without a wildcard: a new variant of a
//! core error does not compile until it is mapped here.

mod document;
mod record;
mod rulebook;
mod validation;

pub(crate) use document::{document, part_of_scale};
pub(crate) use record::reject_dicts;
pub(crate) use rulebook::RulebookFault;
pub(crate) use validation::ValidationError;

use crate::lending::LendingFault;
use arrow_schema::ArrowError;
use document::{part_of_document, part_of_panel};
use pyo3::prelude::*;
use pyo3::{create_exception, exceptions::PyValueError};
use rating_core::num::DateError;
use rating_core::panel::PanelError;
use rating_core::rating::{ModelError, ModelSpec};
use rating_core::record::RecordError;
use record::records;
use rulebook::rulebook;
use validation::validation;

/// The exceptions as Python sees them.
pub(crate) mod python {
    use super::{PyValueError, create_exception};

    create_exception!(
        firmrating,
        FirmRatingError,
        PyValueError,
        "Anything that `firmrating` cannot do. The base of the tree; itself a `ValueError`."
    );
    create_exception!(
        firmrating,
        ModelError,
        FirmRatingError,
        "A document (a model, a rulebook) does not hold together."
    );
    create_exception!(
        firmrating,
        RecordError,
        FirmRatingError,
        "A delivery of records cannot be read as a whole. Faults of single rows are in `Records.rejects` instead."
    );
    create_exception!(
        firmrating,
        InputError,
        FirmRatingError,
        "An argument is not what a function asks for."
    );
}

/// The attributes that every exception of the tree has; `None` (an empty list) where there is nothing to say.
const ATTRIBUTES: [&str; 4] = ["table", "field", "row", "value"];

/// What a function of the extension returns.
pub(crate) type Result<T> = std::result::Result<T, FirmRatingError>;

/// Every way in which a function of the extension fails.
#[derive(Debug)]
pub(crate) enum FirmRatingError {
    /// The delivery as a whole; at least one error.
    Records(Vec<RecordError>),
    /// Not a day, with the name of the argument.
    Day {
        argument: &'static str,
        value: String,
        error: DateError,
    },
    /// A statistic that cannot be had.
    Validation(ValidationError),
    /// No frame and no path.
    NoFrame { table: String, got: String },
    /// A library could not hand over its own frame.
    Unreadable { table: String, cause: PyErr },
    /// A column of a type that no record holds.
    ColumnType {
        table: String,
        column: String,
        kind: String,
    },
    /// A model document that does not hold together; at least one error.
    Model(Vec<ModelError>),
    /// A preset that does not exist.
    Preset(String),
    /// A rulebook, or what is declared for it.
    Rulebook(RulebookFault),
    /// A panel document that does not hold together; at least one error.
    Panel(Vec<PanelError>),
    /// A lending document, or what is given beside it.
    Lending(LendingFault),
    /// A language that is not offered.
    Language(String),
    /// A firm that is not among the records.
    NoFirm(String),
    /// Measures that a model asks for and a frame does not have.
    AbsentMeasures(Vec<&'static str>),
    /// A cell of a measured frame that is neither a number nor a reason.
    NoMeasure {
        column: String,
        row: usize,
        value: String,
    },
    /// Arrow itself refused.
    Arrow(ArrowError),
    /// The worker ended without an answer.
    Lost,
    /// Raised by Python: passes through.
    Python(PyErr),
}

impl From<RulebookFault> for FirmRatingError {
    fn from(fault: RulebookFault) -> Self {
        Self::Rulebook(fault)
    }
}

impl From<Vec<RecordError>> for FirmRatingError {
    fn from(errors: Vec<RecordError>) -> Self {
        Self::Records(errors)
    }
}

impl From<RecordError> for FirmRatingError {
    fn from(error: RecordError) -> Self {
        Self::Records(vec![error])
    }
}

impl From<ValidationError> for FirmRatingError {
    fn from(error: ValidationError) -> Self {
        Self::Validation(error)
    }
}

impl From<ArrowError> for FirmRatingError {
    fn from(error: ArrowError) -> Self {
        Self::Arrow(error)
    }
}

impl From<PyErr> for FirmRatingError {
    fn from(error: PyErr) -> Self {
        Self::Python(error)
    }
}

impl From<FirmRatingError> for PyErr {
    fn from(error: FirmRatingError) -> PyErr {
        Python::attach(|py| match error {
            FirmRatingError::Records(errors) => records(py, &errors),
            FirmRatingError::Day {
                argument,
                value,
                error,
            } => input(
                py,
                &format!("`{argument}`: {error}"),
                &Place::argument(argument, &value),
            ),
            FirmRatingError::Validation(error) => validation(py, &error),
            FirmRatingError::NoFrame { table, got } => {
                let message = format!(
                    "table `{table}`: expected a frame (polars, pandas, pyarrow, DuckDB) or a path, got `{got}`"
                );
                input(py, &message, &Place::table(&table, None))
            }
            FirmRatingError::Unreadable { table, cause } => unreadable(py, &table, cause),
            FirmRatingError::ColumnType { table, column, kind } => {
                let message = column_type_text(&table, &column, &kind);
                input(py, &message, &Place::table(&table, Some(&column)))
            }
            FirmRatingError::Model(errors) => document(py, &errors, part_of_document),
            FirmRatingError::Rulebook(fault) => rulebook(py, &fault),
            FirmRatingError::Panel(errors) => document(py, &errors, part_of_panel),
            FirmRatingError::Lending(fault) => fault.raised(py),
            FirmRatingError::Preset(id) => {
                let message = format!(
                    "expected a preset, one of {}, got `{id}`",
                    quoted(ModelSpec::PRESETS)
                );
                input(py, &message, &Place::argument("preset", &id))
            }
            FirmRatingError::Language(lang) => {
                let message = format!("`lang` must be `en` or `zh`, got `{lang}`");
                input(py, &message, &Place::argument("lang", &lang))
            }
            FirmRatingError::NoFirm(firm) => {
                let message = format!("no firm `{firm}` among the records");
                input(py, &message, &Place::argument("firm_id", &firm))
            }
            FirmRatingError::AbsentMeasures(absent) => {
                let message = absent_measures_text(&absent);
                input(py, &message, &Place::table("measured", absent.first().copied()))
            }
            FirmRatingError::NoMeasure { column, row, value } => no_measure(py, &column, row, &value),
            FirmRatingError::Arrow(error) => input(py, &arrow_text(&error), &Place::default()),
            FirmRatingError::Lost => python::FirmRatingError::new_err(
                "the work ended without an answer; this is a fault of firmrating",
            ),
            FirmRatingError::Python(error) => error,
        })
    }
}

/// Where something is wrong, as the attributes of an exception say it.
#[derive(Default)]
pub(crate) struct Place<'a> {
    table: Option<&'a str>,
    field: Option<&'a str>,
    row: Option<usize>,
    value: Option<&'a str>,
}

impl<'a> Place<'a> {
    pub(crate) fn table(table: &'a str, field: Option<&'a str>) -> Self {
        Self {
            table: Some(table),
            field,
            ..Self::default()
        }
    }

    pub(crate) fn field(field: &'a str) -> Self {
        Self {
            field: Some(field),
            ..Self::default()
        }
    }

    pub(crate) fn argument(field: &'a str, value: &'a str) -> Self {
        Self::cell(field, None, value)
    }

    fn row(field: &'a str, row: usize, value: &'a str) -> Self {
        Self::cell(field, Some(row), value)
    }

    fn cell(field: &'a str, row: Option<usize>, value: &'a str) -> Self {
        Self {
            row,
            value: Some(value),
            ..Self::field(field)
        }
    }

    /// Writes the attributes. Setting an attribute of a fresh exception cannot fail short of exhausted memory,
    /// and then the exception itself still tells what is wrong.
    fn write(&self, py: Python<'_>, error: &PyErr) {
        let value = error.value(py);
        let _ = value.setattr("table", self.table);
        let _ = value.setattr("field", self.field);
        let _ = value.setattr("row", self.row);
        let _ = value.setattr("value", self.value);
    }
}

/// An argument that the core refuses, with its name where the core tells it.
pub(crate) fn refused(
    error: &dyn std::fmt::Display,
    field: Option<&str>,
    row: Option<usize>,
) -> FirmRatingError {
    let place = Place {
        field,
        row,
        ..Place::default()
    };
    Python::attach(|py| FirmRatingError::Python(input(py, &error.to_string(), &place)))
}

pub(crate) fn input(py: Python<'_>, message: &str, place: &Place<'_>) -> PyErr {
    let error = python::InputError::new_err(message.to_owned());
    place.write(py, &error);
    error
}

/// What an exception of another library says, on one line.
fn said(py: Python<'_>, error: &PyErr) -> String {
    let parts = error
        .value(py)
        .getattr("args")
        .and_then(|args| args.extract::<Vec<String>>());
    let text = parts.map_or_else(|_| error.value(py).to_string(), |parts| parts.join("; "));
    text.lines().next().unwrap_or_default().to_owned()
}

fn unreadable(py: Python<'_>, table: &str, cause: PyErr) -> PyErr {
    let message = format!(
        "table `{table}`: the frame cannot be handed over as Arrow: {}",
        said(py, &cause)
    );
    let raised = input(py, &message, &Place::table(table, None));
    raised.set_cause(py, Some(cause));
    raised
}

/// What went wrong where Python does not hear of it: while a measured frame is scored in an expression. Rows are not
/// told, because an expression sees a piece of the frame only.
pub(crate) fn told(error: &FirmRatingError) -> String {
    match error {
        FirmRatingError::ColumnType { table, column, kind } => column_type_text(table, column, kind),
        FirmRatingError::AbsentMeasures(absent) => absent_measures_text(absent),
        FirmRatingError::NoMeasure { column, value, .. } => no_measure_text(column, value),
        FirmRatingError::Model(errors) => {
            let texts: Vec<_> = errors.iter().map(ToString::to_string).collect();
            texts.join(" | ")
        }
        FirmRatingError::Arrow(error) => arrow_text(error),
        other => format!("this is a fault of firmrating: {other:?}"),
    }
}

fn column_type_text(table: &str, column: &str, kind: &str) -> String {
    format!(
        "table `{table}`: column `{column}` has the type `{kind}`; expected text, numbers, truth values or dates without a time zone"
    )
}

fn absent_measures_text(absent: &[&str]) -> String {
    let absent = quoted(absent);
    format!("the model asks for the columns {absent}, which the frame does not have")
}

fn no_measure_text(column: &str, value: &str) -> String {
    format!("column `{column}`: expected a finite number, or nothing and a reason beside it, got `{value}`")
}

fn arrow_text(error: &ArrowError) -> String {
    format!("Arrow data cannot be read: {error}")
}

fn no_measure(py: Python<'_>, column: &str, row: usize, value: &str) -> PyErr {
    let message = format!(
        "{} in row `{row}` (counted from 0)",
        no_measure_text(column, value)
    );
    let place = Place {
        table: Some("measured"),
        ..Place::row(column, row, value)
    };
    input(py, &message, &place)
}

pub(crate) fn quoted(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

/// Puts the exceptions into the module and gives the base class its attributes, so that every exception of the
/// tree has them, raised from here or from Python.
pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    let base = py.get_type::<python::FirmRatingError>();
    for attribute in ATTRIBUTES {
        base.setattr(attribute, py.None())?;
    }
    base.setattr("errors", pyo3::types::PyTuple::empty(py))?;
    base.setattr("rejects", pyo3::types::PyTuple::empty(py))?;
    module.add("FirmRatingError", base)?;
    module.add("ModelError", py.get_type::<python::ModelError>())?;
    module.add("RecordError", py.get_type::<python::RecordError>())?;
    module.add("InputError", py.get_type::<python::InputError>())
}
