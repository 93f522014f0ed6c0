//! A binning of a variable.

use super::counts::PyPreBinCounts;
use super::error::{FitFault, relaxed};
use super::sample::{Outcomes, Variable};
use super::table;
use crate::columns::{Delivered, Frame};
use crate::error::{FirmRatingError, Result};
use crate::long_work;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use pyo3_arrow::PyTable;
use rating_core::fit::binning::{Binning, BinningError, BinningOptions, Change, Edit, TargetKind};
use std::sync::Arc;

/// Bins of a variable, with all that its table is made of.
#[pyclass(frozen, eq, name = "Binning", module = "firmrating._firmrating")]
#[derive(PartialEq)]
pub(crate) struct PyBinning {
    core: Binning,
}

impl From<Binning> for PyBinning {
    fn from(core: Binning) -> Self {
        Self { core }
    }
}

impl PyBinning {
    pub(super) fn core(&self) -> &Binning {
        &self.core
    }
}

fn options(text: &str) -> Result<BinningOptions> {
    Ok(serde_json::from_str(text).map_err(FitFault::Options)?)
}

#[pymethods]
impl PyBinning {
    /// The best binning of the column `x` of a frame; `y`, `weights`, `periods` as in [`Outcomes`].
    #[staticmethod]
    fn fit(py: Python<'_>, rows: &Bound<'_, PyAny>, asked: &str, are_amounts: bool) -> Result<Self> {
        let options = options(asked)?;
        let frame = Delivered::take("rows".to_owned(), rows)?;
        let variable = Variable::take(&frame, "x")?;
        let outcomes = Outcomes::take(&frame, are_amounts)?;
        let core = long_work::listening(py, move || {
            Ok(Binning::fit(&outcomes.sample(&variable.borrowed()), &options)?)
        })?;
        Ok(Self { core })
    }

    /// The best binning of counts.
    #[staticmethod]
    fn from_counts(py: Python<'_>, counts: &PyPreBinCounts, asked: &str) -> Result<Self> {
        let (counts, options) = (counts.core().clone(), options(asked)?);
        let core = long_work::listening(py, move || Ok(Binning::from_counts(&counts, &options)?))?;
        Ok(Self { core })
    }

    /// Reads and checks a document.
    #[staticmethod]
    fn from_json(text: &str) -> Result<Self> {
        let core = serde_json::from_str(text).map_err(|error| FitFault::Document {
            what: "binning",
            error,
        })?;
        Ok(Self { core })
    }

    /// The document as JSON.
    fn to_json(&self) -> String {
        serde_json::to_string(&self.core).unwrap_or_default()
    }

    /// SHA-256 of the document.
    #[getter]
    fn stamp(&self) -> String {
        self.core.stamp()
    }

    #[getter]
    fn splits(&self) -> Vec<f64> {
        self.core.splits()
    }

    #[getter]
    fn groups(&self) -> Vec<Vec<String>> {
        self.core.groups()
    }

    #[getter]
    fn iv(&self) -> f64 {
        self.core.iv()
    }

    #[getter]
    fn objective(&self) -> f64 {
        self.core.objective()
    }

    #[getter]
    fn trend(&self) -> &'static str {
        self.core.trend().name()
    }

    /// Whether it is of words.
    #[getter]
    fn is_words(&self) -> bool {
        !self.core.groups().is_empty()
    }

    /// Whether it is of amounts.
    #[getter]
    fn is_amounts(&self) -> bool {
        self.core.target() == TargetKind::Amounts
    }

    /// Every trend that was solved.
    fn alternatives(&self) -> Result<PyTable> {
        let all = || self.core.alternatives().iter();
        let bins = |bins: Option<usize>| bins.and_then(|bins| i64::try_from(bins).ok());
        Frame::default()
            .text("trend", all().map(|a| a.trend.name()))
            .some_integers("bins", all().map(|a| bins(a.bins)))
            .some_numbers("objective", all().map(|a| a.objective))
            .some_numbers("penalised", all().map(|a| a.penalised))
            .flags("chosen", all().map(|a| a.trend == self.core.trend()))
            .finish()
    }

    /// Why there is a single bin, where a weaker constraint would allow more.
    fn remark<'py>(&self, py: Python<'py>) -> Result<Option<(String, Vec<Bound<'py, PyDict>>)>> {
        let told = |why: &rating_core::fit::binning::Infeasible| {
            let relaxations = why.relaxations.iter().map(|r| relaxed(py, r));
            Ok((why.to_string(), relaxations.collect::<PyResult<Vec<_>>>()?))
        };
        self.core.remark().map(told).transpose()
    }

    /// The edits that led here, as JSON.
    fn revisions(&self) -> String {
        serde_json::to_string(self.core.revisions()).unwrap_or_default()
    }

    /// The lines.
    fn table(&self) -> Result<PyTable> {
        let lines = self.core.table();
        let frame = table::named(Frame::default(), &lines);
        let frame = table::counted(frame, (&lines, self.core.target()), "");
        table::worth(frame, &lines).finish()
    }

    /// The lines, with those of another sample beside them.
    fn beside(&self, py: Python<'_>, rows: &Bound<'_, PyAny>) -> Result<PyTable> {
        let frame = Delivered::take("beside".to_owned(), rows)?;
        let variable = Variable::take(&frame, "x")?;
        let outcomes = Outcomes::take(&frame, self.is_amounts())?;
        let beside = py.detach(|| self.core.beside(&outcomes.sample(&variable.borrowed())))?;
        let psi: Vec<f64> = beside.iter().map(|pair| pair.psi).collect();
        let (lines, other): (Vec<_>, Vec<_>) =
            beside.into_iter().map(|pair| (pair.fitted, pair.other)).unzip();
        let frame = table::named(Frame::default(), &lines);
        let frame = table::counted(frame, (&lines, self.core.target()), "");
        let frame = table::worth(frame, &lines);
        let frame = table::counted(frame, (&other, self.core.target()), "_beside");
        let whole: f64 = psi.iter().sum();
        frame.numbers("psi", psi.into_iter().chain([whole])).finish()
    }

    /// What the column `x` of a frame counts as.
    fn transform(&self, py: Python<'_>, rows: &Bound<'_, PyAny>) -> Result<PyTable> {
        let variable = Variable::take(&Delivered::take("rows".to_owned(), rows)?, "x")?;
        let worth = py.detach(|| match &variable {
            Variable::Numbers(numbers) => self.core.transform(numbers, None),
            Variable::Words(words) => {
                let words: Vec<Option<&str>> = words.iter().map(Option::as_deref).collect();
                self.core.transform_words(&words)
            }
        });
        Frame::default().numbers("x", worth.into_iter()).finish()
    }

    /// The line of the table that the column `x` of a frame falls into.
    fn places(&self, py: Python<'_>, rows: &Bound<'_, PyAny>) -> Result<PyTable> {
        let variable = Variable::take(&Delivered::take("rows".to_owned(), rows)?, "x")?;
        let places = py.detach(|| match &variable {
            Variable::Numbers(numbers) => self.core.places(numbers, None),
            Variable::Words(words) => {
                let words: Vec<Option<&str>> = words.iter().map(Option::as_deref).collect();
                self.core.places_of_words(&words)
            }
        });
        let places = places.into_iter().map(|at| at as u64);
        Frame::default().counts("x", places).finish()
    }

    /// A new binning with a change, given as JSON: author, time, reason and change.
    fn edited(&self, author: &str, time: &str, reason: &str, change: &str) -> Result<Self> {
        let edit = edit((author, time, reason), change)?;
        Ok(Self {
            core: self.core.edited(edit)?,
        })
    }

    /// The same, with the data that the binning was made from as in [`fit`](Self::fit).
    fn edited_from(
        &self,
        rows: &Bound<'_, PyAny>,
        author: &str,
        time: &str,
        reason: &str,
        change: &str,
    ) -> Result<Self> {
        let edit = edit((author, time, reason), change)?;
        let frame = Delivered::take("rows".to_owned(), rows)?;
        let variable = Variable::take(&frame, "x")?;
        let outcomes = Outcomes::take(&frame, self.is_amounts())?;
        let made = rows.py().detach(|| {
            let borrowed = variable.borrowed();
            self.core.edited_from(edit, &outcomes.sample(&borrowed))
        });
        Ok(Self { core: made? })
    }
}

fn edit<'a>((author, time, reason): (&'a str, &'a str, &'a str), change: &str) -> Result<Edit<'a>> {
    let change: Change = serde_json::from_str(change).map_err(FitFault::Options)?;
    Ok(Edit {
        author,
        time,
        reason,
        change,
    })
}

/// Variables that are binned between two reports of progress.
const VARIABLES_A_PIECE: usize = 8;

/// The best binning of each named column of a frame, each with options of its own; an exception in the place of one
/// that cannot be had.
#[pyfunction]
#[pyo3(signature = (rows, asked, are_amounts, progress = None))]
#[expect(
    clippy::needless_pass_by_value,
    reason = "a list of Python is handed over owned"
)]
pub(crate) fn fit_all<'py>(
    py: Python<'py>,
    rows: &Bound<'py, PyAny>,
    asked: Vec<(String, String)>,
    are_amounts: bool,
    progress: Option<&Bound<'py, PyAny>>,
) -> Result<Vec<Bound<'py, PyAny>>> {
    let frame = Delivered::take("rows".to_owned(), rows)?;
    let outcomes = Arc::new(Outcomes::take(&frame, are_amounts)?);
    let mut made = Vec::with_capacity(asked.len());
    for piece in asked.chunks(VARIABLES_A_PIECE) {
        py.check_signals()?;
        let take =
            |(column, asked): &(String, String)| Ok((Variable::take(&frame, column)?, options(asked)?));
        let variables = piece.iter().map(take).collect::<Result<Vec<_>>>()?;
        let outcomes = Arc::clone(&outcomes);
        let fitted = long_work::listening(py, move || Ok(fit_piece(&outcomes, variables)))?;
        for binning in fitted {
            made.push(match binning {
                Ok(core) => Bound::new(py, PyBinning { core })?.into_any(),
                Err(error) => PyErr::from(FirmRatingError::from(error))
                    .into_value(py)
                    .into_bound(py)
                    .into_any(),
            });
        }
        if let Some(progress) = progress {
            progress.call1((made.len(),))?;
        }
    }
    Ok(made)
}

fn fit_piece(
    outcomes: &Outcomes,
    variables: Vec<(Variable, BinningOptions)>,
) -> Vec<std::result::Result<Binning, BinningError>> {
    let (variables, options): (Vec<_>, Vec<_>) = variables.into_iter().unzip();
    let borrowed: Vec<_> = variables.iter().map(Variable::borrowed).collect();
    let samples = borrowed.iter().map(|variable| outcomes.sample(variable));
    Binning::fit_all(samples.zip(options).collect())
}
