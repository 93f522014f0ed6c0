//! What cannot be fitted, as Python exceptions.

use crate::error::{FirmRatingError, python};
use pyo3::create_exception;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyTuple};
use rating_core::fit::binning::{BinningError, Constraint, Infeasible, Nearest, Relaxation};
use rating_core::fit::logistic::{LogisticError, Separation};
use rating_core::fit::points::PointsError;
use rating_core::fit::selection::SelectionError;

create_exception!(
    firmrating,
    InfeasibleError,
    python::FirmRatingError,
    "No binning meets every constraint. `binding` names the one that has to give way least."
);

create_exception!(
    firmrating,
    SeparationError,
    python::FirmRatingError,
    "Columns part the bads from the goods, so that no finite coefficients fit best. `columns` names them."
);

/// Why something cannot be fitted.
#[derive(Debug)]
pub(crate) enum FitFault {
    /// No binning.
    Binning(BinningError),
    /// No regression.
    Logistic(LogisticError),
    /// No selection.
    Selection(SelectionError),
    /// No card.
    Points(PointsError),
    /// Options that cannot be read.
    Options(serde_json::Error),
    /// A document that cannot be read or does not hold together.
    Document {
        what: &'static str,
        error: serde_json::Error,
    },
    /// A column that the frame does not have as it should.
    Column { column: String, wanted: &'static str },
    /// An outcome that is neither good nor bad.
    Outcome { row: usize, value: f64 },
    /// A cell that is no text.
    Word {
        column: String,
        row: usize,
        value: String,
    },
}

impl From<BinningError> for FitFault {
    fn from(error: BinningError) -> Self {
        Self::Binning(error)
    }
}

impl From<LogisticError> for FitFault {
    fn from(error: LogisticError) -> Self {
        Self::Logistic(error)
    }
}

impl From<SelectionError> for FitFault {
    fn from(error: SelectionError) -> Self {
        Self::Selection(error)
    }
}

impl From<PointsError> for FitFault {
    fn from(error: PointsError) -> Self {
        Self::Points(error)
    }
}

impl From<BinningError> for FirmRatingError {
    fn from(error: BinningError) -> Self {
        FitFault::from(error).into()
    }
}

impl From<FitFault> for FirmRatingError {
    fn from(fault: FitFault) -> Self {
        Self::Python(fault.raised())
    }
}

impl FitFault {
    fn raised(&self) -> PyErr {
        Python::attach(|py| match self {
            Self::Binning(error) => binning(py, error),
            Self::Logistic(error) => logistic(py, error),
            Self::Selection(error) => selection(py, error),
            Self::Points(error) => points(py, error),
            Self::Options(error) => input(py, &format!("options: {error}"), &Told::default()),
            Self::Document { what, error } => python::ModelError::new_err(format!("not a {what}: {error}")),
            Self::Column { column, wanted } => {
                let message = format!("expected a column `{column}` of {wanted}, got none");
                input(py, &message, &Told::field(column))
            }
            Self::Outcome { row, value } => {
                let message = format!(
                    "`y` must be 1 (bad) or 0 (good), got `{}` in row `{row}` (counted from 0)",
                    if value.is_nan() {
                        "nothing".to_owned()
                    } else {
                        value.to_string()
                    }
                );
                let value = value.to_string();
                input(
                    py,
                    &message,
                    &Told {
                        row: Some(*row),
                        value: Some(&value),
                        ..Told::field("y")
                    },
                )
            }
            Self::Word { column, row, value } => {
                let message =
                    format!("`{column}` must be text, got `{value}` in row `{row}` (counted from 0)");
                input(
                    py,
                    &message,
                    &Told {
                        row: Some(*row),
                        value: Some(value),
                        ..Told::field(column)
                    },
                )
            }
        })
    }
}

/// Where something is wrong, as the attributes of an exception say it.
#[derive(Default)]
pub(super) struct Told<'a> {
    pub(super) field: Option<&'a str>,
    pub(super) row: Option<usize>,
    pub(super) value: Option<&'a str>,
}

impl<'a> Told<'a> {
    pub(super) fn field(field: &'a str) -> Self {
        Self {
            field: Some(field),
            ..Self::default()
        }
    }
}

/// An argument that is not what a function asks for.
pub(super) fn input(py: Python<'_>, message: &str, told: &Told<'_>) -> PyErr {
    let error = python::InputError::new_err(message.to_owned());
    // Setting an attribute of a fresh exception cannot fail short of exhausted memory.
    let value = error.value(py);
    let _ = value.setattr("field", told.field);
    let _ = value.setattr("row", told.row);
    let _ = value.setattr("value", told.value);
    error
}

fn binning(py: Python<'_>, error: &BinningError) -> PyErr {
    let message = error.to_string();
    let said = |told: &Told<'_>| input(py, &message, told);
    match error {
        BinningError::Infeasible(why) => infeasible(py, &message, why),
        BinningError::LengthsDiffer { what, .. } | BinningError::CountsDiffer { what } => {
            said(&Told::field(argument(what)))
        }
        BinningError::Number { what, row, value, .. } => {
            let value = value.to_string();
            said(&Told {
                row: Some(*row),
                value: Some(&value),
                ..Told::field(argument(what))
            })
        }
        BinningError::OneClass { .. } => said(&Told::field("y")),
        BinningError::NoValues { .. } => said(&Told::field("x")),
        BinningError::Option { field, got, .. } => {
            let field = field.rsplit('.').next().unwrap_or(field);
            said(&Told {
                value: Some(got),
                ..Told::field(argument(field))
            })
        }
        BinningError::TooManyPreBins { .. } => said(&Told::field("candidates")),
        BinningError::TooManyBins { .. } => said(&Told::field("max_bins")),
        BinningError::TooManyWords { .. } => said(&Told::field("rare_share")),
        BinningError::GaveUp => said(&Told::field("p_value_of")),
        BinningError::Recounted { got, .. } => {
            let got = got.to_string();
            said(&Told {
                value: Some(&got),
                ..Told::field("x")
            })
        }
        BinningError::Edit { got, .. } | BinningError::Characteristic { got, .. } => said(&Told {
            value: Some(got),
            ..Told::default()
        }),
        BinningError::Document { .. }
        | BinningError::CountsDocument { .. }
        | BinningError::SketchDocument { .. } => python::ModelError::new_err(message.clone()),
    }
}

fn logistic(py: Python<'_>, error: &LogisticError) -> PyErr {
    let message = error.to_string();
    let said = |told: &Told<'_>| input(py, &message, told);
    let cell = |field, row: usize, value: f64| {
        let value = value.to_string();
        said(&Told {
            row: Some(row),
            value: Some(&value),
            ..Told::field(field)
        })
    };
    match error {
        LogisticError::Separated { separation, columns } => {
            let raised = SeparationError::new_err(message.clone());
            let value = raised.value(py);
            let _ = value.setattr("columns", columns);
            let _ = value.setattr("complete", *separation == Separation::Complete);
            raised
        }
        LogisticError::LengthsDiffer { what, .. } | LogisticError::ColumnsDiffer { what, .. } => {
            said(&Told::field(if *what == "bad" { "y" } else { what }))
        }
        LogisticError::NotFinite { column, row, value } => cell(column.as_str(), *row, *value),
        LogisticError::Weight { row, value } => cell("weights", *row, *value),
        LogisticError::Offset { row, value } => cell("offset", *row, *value),
        LogisticError::OneClass { .. } => said(&Told::field("y")),
        LogisticError::Constant { column, .. }
        | LogisticError::Collinear { column, .. }
        | LogisticError::UnknownColumn(column) => said(&Told::field(column)),
        LogisticError::Penalty(_) => said(&Told::field("penalty")),
        LogisticError::TooFewClusters(_) => said(&Told::field("clusters")),
        LogisticError::Document { .. } => python::ModelError::new_err(message.clone()),
        LogisticError::NotConverged { .. } | LogisticError::Linfa(_) => {
            python::FirmRatingError::new_err(message.clone())
        }
    }
}

fn selection(py: Python<'_>, error: &SelectionError) -> PyErr {
    let message = error.to_string();
    match error {
        SelectionError::Fit(error) => logistic(py, error),
        SelectionError::LengthsDiffer { what, .. } => input(py, &message, &Told::field(what)),
        SelectionError::Sample(_) => input(py, &message, &Told::field("y")),
        SelectionError::Stability(_) => input(py, &message, &Told::default()),
    }
}

fn points(py: Python<'_>, error: &PointsError) -> PyErr {
    let message = error.to_string();
    match error {
        PointsError::Scale { field, .. } => input(py, &message, &Told::field(field)),
        PointsError::Variable { name, got, .. } => input(
            py,
            &message,
            &Told {
                value: Some(got),
                ..Told::field(name)
            },
        ),
        PointsError::OneScore | PointsError::Points(_) => input(py, &message, &Told::default()),
        PointsError::Reference(got) => input(
            py,
            &message,
            &Told {
                value: Some(got),
                ..Told::field("against")
            },
        ),
        PointsError::Calibration(_) => input(py, &message, &Told::field("calibration")),
        PointsError::Card(_) | PointsError::Document { .. } => python::ModelError::new_err(message),
    }
}

/// The argument of Python that a slice or an option of the core is.
fn argument(name: &str) -> &str {
    match name {
        "target" | "kind of target" => "y",
        "pre_bins" | "edges" => "candidates",
        "special groups" => "special",
        "kind of values" => "x",
        other => other,
    }
}

fn infeasible(py: Python<'_>, message: &str, why: &Infeasible) -> PyErr {
    let error = InfeasibleError::new_err(message.to_owned());
    let value = error.value(py);
    let told = || -> PyResult<()> {
        let relaxations = PyList::empty(py);
        for relaxation in &why.relaxations {
            relaxations.append(relaxed(py, relaxation)?)?;
        }
        if let Some(first) = why.relaxations.first() {
            value.setattr("binding", first.constraint.name())?;
            value.setattr("field", first.constraint.name())?;
            value.setattr("asked", first.asked)?;
            value.setattr("nearest", nearest(py, first.nearest)?)?;
        }
        value.setattr("relaxations", relaxations)?;
        let together = why
            .together
            .iter()
            .map(|constraint| Constraint::name(*constraint));
        value.setattr("together", PyTuple::new(py, together.collect::<Vec<_>>())?)
    };
    match told() {
        Ok(()) => error,
        Err(other) => other,
    }
}

/// A relaxation as a dictionary.
pub(super) fn relaxed<'py>(py: Python<'py>, relaxation: &Relaxation) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    dict.set_item("constraint", relaxation.constraint.name())?;
    dict.set_item("asked", relaxation.asked)?;
    dict.set_item("nearest", nearest(py, relaxation.nearest)?)?;
    Ok(dict)
}

/// A number, the name of a trend, or nothing where the constraint would have to go.
fn nearest(py: Python<'_>, nearest: Nearest) -> PyResult<Py<PyAny>> {
    Ok(match nearest {
        Nearest::Number(number) => number.into_pyobject(py)?.into_any().unbind(),
        Nearest::Trend(trend) => trend.name().into_pyobject(py)?.into_any().unbind(),
        Nearest::Without => py.None(),
    })
}

/// Puts the exceptions into the module, their attributes with what they are when there is nothing to say.
pub(super) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    let class = py.get_type::<InfeasibleError>();
    for attribute in ["binding", "asked", "nearest"] {
        class.setattr(attribute, py.None())?;
    }
    class.setattr("relaxations", PyTuple::empty(py))?;
    class.setattr("together", PyTuple::empty(py))?;
    module.add("InfeasibleError", class)?;
    let class = py.get_type::<SeparationError>();
    class.setattr("columns", PyTuple::empty(py))?;
    class.setattr("complete", py.None())?;
    module.add("SeparationError", class)
}
