//! One tree of exceptions. Every failure of the core has its place in it, without a wildcard: a new variant of a
//! core error does not compile until it is mapped here.

use crate::lending::LendingFault;
use arrow_schema::ArrowError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use pyo3::{create_exception, exceptions::PyValueError};
use rating_core::num::{DateError, ProbabilityError};
use rating_core::panel::PanelError;
use rating_core::rating::{ModelError, ModelSpec};
use rating_core::record::{RecordError, Reject};
use rating_core::rule::rulebook::{RulebookError, RulebookSpec};
use rating_core::scale::ScaleError;
use rating_core::validation::{
    BrierError, ComparisonError, GroupsError, JeffreysError, PsiBoundError, PsiError, ReasonsError,
    SampleError,
};

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

/// Why a statistic of `validation` cannot be had. A row is counted from 0; none for an argument that is no column.
#[derive(Debug)]
pub(crate) enum ValidationError {
    /// Scores and outcomes that cannot be judged.
    Sample(SampleError),
    /// PDs and outcomes that cannot be compared.
    Brier(BrierError),
    /// Counts of two populations that cannot be compared.
    Psi(PsiError),
    /// A grade that cannot be tested.
    Jeffreys(JeffreysError),
    /// Two scores that cannot be compared.
    Comparison(ComparisonError),
    /// Reasons that cannot be compared.
    Reasons(ReasonsError),
    /// Firms that cannot be compared by group.
    Groups(GroupsError),
    /// A stability index without bound.
    PsiBound(PsiBoundError),
    /// An argument that is not one of its words.
    Word {
        argument: &'static str,
        words: &'static [&'static str],
        value: String,
    },
    /// What should be a number and is none.
    NoNumber {
        argument: &'static str,
        row: Option<usize>,
        value: String,
    },
    /// A number that is no probability.
    NoPd {
        row: Option<usize>,
        error: ProbabilityError,
    },
    /// A number that is no count.
    NoCount {
        argument: &'static str,
        row: Option<usize>,
        value: String,
    },
    /// An outcome that is neither good nor bad.
    NoOutcome { row: usize, value: f64 },
    /// A treatment of empty bands that is not offered.
    ZeroCells(String),
    /// A confidence level that is not offered.
    Level(u8),
    /// A scale that is not offered.
    Scale(String),
}

/// What is wrong with a rulebook, or with what is declared for it.
#[derive(Debug)]
pub(crate) enum RulebookFault {
    /// The document does not hold together; at least one error.
    Document(Vec<RulebookError>),
    /// A rulebook that does not come with the package.
    Preset(String),
    /// Declared values that the rulebook does not take; at least one error.
    Declared(Vec<RulebookError>),
    /// Something declared that is no number, or no word where words are asked for.
    NoValue {
        column: String,
        wanted: &'static str,
        row: usize,
        value: String,
    },
    /// A firm of which something is declared in two rows.
    Twice { firm: String, row: usize },
    /// The frame does not say of which firms.
    NoFirms,
    /// A firm that is no text.
    NoFirm { row: usize, value: String },
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

fn validation(py: Python<'_>, error: &ValidationError) -> PyErr {
    match error {
        ValidationError::Sample(error) => sample(py, error),
        ValidationError::Brier(error) => brier(py, *error),
        ValidationError::Psi(error) => psi(py, error),
        ValidationError::Jeffreys(error) => jeffreys(py, error),
        ValidationError::Comparison(error) => comparison(py, error),
        ValidationError::Reasons(error) => reasons(py, *error),
        ValidationError::Groups(error) => groups(py, error),
        ValidationError::PsiBound(error) => psi_bound(py, error),
        ValidationError::Word {
            argument,
            words,
            value,
        } => {
            let message = format!("`{argument}` must be one of {}, got `{value}`", quoted(words));
            input(py, &message, &Place::argument(argument, value))
        }
        ValidationError::NoNumber { argument, row, value } => {
            let wanted = row.map_or("a number", |_| "numbers");
            let message = format!("`{argument}` must be {wanted}, got `{value}`{}", in_row(*row));
            input(py, &message, &Place::cell(argument, *row, value))
        }
        ValidationError::NoPd { row, error } => {
            let message = format!("`pd`: {error}{}", in_row(*row));
            input(py, &message, &Place::cell("pd", *row, &error.0.to_string()))
        }
        ValidationError::NoCount { argument, row, value } => {
            let wanted = "count must be a whole number in [0, 2^53)";
            let message = format!("`{argument}`: {wanted}, got `{value}`{}", in_row(*row));
            input(py, &message, &Place::cell(argument, *row, value))
        }
        ValidationError::NoOutcome { row, value } => {
            let place = in_row(Some(*row));
            let message = format!("`bad` must be true or false, 1 or 0, got `{value}`{place}");
            input(py, &message, &Place::row("bad", *row, &value.to_string()))
        }
        ValidationError::ZeroCells(got) => {
            let wanted = "`refuse` or the number of firms to add to each band";
            let message = format!("`zero_cells` must be {wanted}, got `{got}`");
            input(py, &message, &Place::argument("zero_cells", got))
        }
        ValidationError::Level(level) => {
            let message = format!("`level` must be 90, 95 or 99 (percent), got `{level}`");
            input(py, &message, &Place::argument("level", &level.to_string()))
        }
        ValidationError::Scale(scale) => {
            let message = format!("`scale` must be `plain` or `logit`, got `{scale}`");
            input(py, &message, &Place::argument("scale", scale))
        }
    }
}

fn in_row(row: Option<usize>) -> String {
    row.map_or_else(String::new, |row| format!(" in row `{row}` (counted from 0)"))
}

fn sample(py: Python<'_>, error: &SampleError) -> PyErr {
    let place = match error {
        SampleError::LengthsDiffer { .. } | SampleError::OneClass { .. } => Place::default(),
        SampleError::NotANumber { row, .. } => Place::row("scores", *row, "NaN"),
    };
    input(py, &error.to_string(), &place)
}

/// Worded here: the core calls the column `pds`, its argument in Python is `pd`.
fn brier(py: Python<'_>, error: BrierError) -> PyErr {
    match error {
        BrierError::LengthsDiffer { pds, bad } => {
            let message = format!("`pd` and `bad` must have the same length, got `{pds}` and `{bad}`");
            input(py, &message, &Place::default())
        }
        BrierError::NoFirms => {
            let message = "`pd` must hold at least one firm, got none";
            input(py, message, &Place::field("pd"))
        }
    }
}

fn psi(py: Python<'_>, error: &PsiError) -> PyErr {
    let message = error.to_string();
    match error {
        PsiError::LengthsDiffer { .. } => input(py, &message, &Place::default()),
        PsiError::NoFirms(population) => input(py, &message, &Place::field(&population.to_string())),
        PsiError::EmptyBand { population, band, .. } => {
            input(py, &message, &Place::row(&population.to_string(), *band, "0"))
        }
        PsiError::Added(firms) => input(
            py,
            &format!("`zero_cells`: {message}"),
            &Place::argument("zero_cells", &firms.to_string()),
        ),
    }
}

fn jeffreys(py: Python<'_>, error: &JeffreysError) -> PyErr {
    let message = error.to_string();
    match error {
        JeffreysError::NoObligors => input(py, &message, &Place::argument("obligors", "0")),
        JeffreysError::TooManyDefaults { defaults, .. } => {
            input(py, &message, &Place::argument("defaults", &defaults.to_string()))
        }
        // The bound is one of the two counts together.
        JeffreysError::BeyondAccuracy { .. } => input(py, &message, &Place::default()),
    }
}

fn comparison(py: Python<'_>, error: &ComparisonError) -> PyErr {
    let place = match error {
        ComparisonError::LengthsDiffer { .. } | ComparisonError::OneClass { .. } => Place::default(),
        ComparisonError::NotANumber { scores, row, .. } => Place::row(scores, *row, "NaN"),
    };
    input(py, &error.to_string(), &place)
}

fn reasons(py: Python<'_>, error: ReasonsError) -> PyErr {
    let place = match error {
        ReasonsError::LengthsDiffer { .. } => Place::default(),
        ReasonsError::NoFirms => Place::field("first"),
        ReasonsError::NoReasons => Place::argument("most", "0"),
    };
    input(py, &error.to_string(), &place)
}

/// Worded here where the core speaks of `pds`.
fn groups(py: Python<'_>, error: &GroupsError) -> PyErr {
    match error {
        GroupsError::LengthsDiffer { pds, bad } => {
            let message = format!("`pd` and `bad` must have the same length, got `{pds}` and `{bad}`");
            input(py, &message, &Place::default())
        }
        GroupsError::NoGroups | GroupsError::TooFew(_) => {
            input(py, &error.to_string(), &Place::field("groups"))
        }
        GroupsError::Certain(_) => input(py, &error.to_string(), &Place::field("pd")),
    }
}

fn psi_bound(py: Python<'_>, error: &PsiBoundError) -> PyErr {
    let place = match error {
        PsiBoundError::Bands(_) => Place::field("bands"),
        PsiBoundError::NoFirms { .. } => Place::default(),
        PsiBoundError::Level(_) => Place::field("level"),
    };
    input(py, &error.to_string(), &place)
}

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
fn part_of_document(error: &ModelError) -> Option<String> {
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

fn part_of_panel(error: &PanelError) -> Option<String> {
    match error {
        PanelError::Document(_) => None,
        PanelError::Fault { place, .. } => Some(place.clone()),
    }
}

fn rulebook(py: Python<'_>, fault: &RulebookFault) -> PyErr {
    match fault {
        RulebookFault::Document(errors) => document(py, errors, |_| None),
        RulebookFault::Preset(id) => {
            let message = format!(
                "expected a rulebook, one of {}, got `{id}`",
                quoted(RulebookSpec::PRESETS)
            );
            input(py, &message, &Place::argument("preset", id))
        }
        RulebookFault::Declared(errors) => {
            let texts: Vec<String> = errors.iter().map(ToString::to_string).collect();
            input(py, &texts.join(" | "), &Place::table("declared", None))
        }
        RulebookFault::NoValue {
            column,
            wanted,
            row,
            value,
        } => {
            let message = format!(
                "declared `{column}`: expected {wanted}, got `{value}` in row `{row}` (counted from 0)"
            );
            input(py, &message, &Place::row(column, *row, value))
        }
        RulebookFault::Twice { firm, row } => {
            let message =
                format!("declared twice for firm `{firm}`, the second time in row `{row}` (counted from 0)");
            input(py, &message, &Place::row("firm_id", *row, firm))
        }
        RulebookFault::NoFirms => {
            let message = "what is declared needs the column `firm_id`";
            input(py, message, &Place::table("declared", Some("firm_id")))
        }
        RulebookFault::NoFirm { row, value } => {
            let message = format!("`firm_id` must be text, got `{value}` in row `{row}` (counted from 0)");
            input(py, &message, &Place::row("firm_id", *row, value))
        }
    }
}

pub(crate) fn quoted(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

/// One exception for a delivery: its message names every error, its `errors` hold them one by one.
fn records(py: Python<'_>, errors: &[RecordError]) -> PyErr {
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
