//! Published evaluations of many firms, and of one in words.

use crate::columns::{Batches, Delivered, ROWS_A_PIECE};
use crate::error::{Result, RulebookFault};
use crate::rating::{PyDossier, language};
use crate::ratings::find;
use crate::records::{PyRecords, day};
use arrow_array::RecordBatch;
use pyo3::prelude::*;
use pyo3_arrow::PyTable;
use rating_core::id::FirmId;
use rating_core::measure::Measures;
use rating_core::portfolio::{self, EvaluatedFirm};
use rating_core::record::{Dossier, Intake};
use rating_core::report;
use rating_core::rule::rulebook::{Declared, DeclaredValue, Question, Rulebook, RulebookSpec};
use std::collections::BTreeMap;

/// A rulebook that holds together.
#[pyclass(frozen, name = "Rulebook", module = "firmrating._firmrating")]
pub(crate) struct PyRulebook {
    core: Rulebook,
}

#[pymethods]
impl PyRulebook {
    /// Reads and checks a document.
    #[new]
    fn new(text: &str) -> Result<Self> {
        let spec = RulebookSpec::from_json(text).map_err(|error| RulebookFault::Document(vec![error]))?;
        Self::checked(spec)
    }

    /// A rulebook that comes with the package.
    #[staticmethod]
    fn preset(id: &str) -> Result<Self> {
        Self::checked(RulebookSpec::preset(id).ok_or_else(|| RulebookFault::Preset(id.to_owned()))?)
    }

    #[getter]
    fn hash(&self) -> &str {
        self.core.hash()
    }

    /// The document as JSON.
    fn to_json(&self) -> String {
        self.core.spec().to_json()
    }

    /// Evaluates every firm of records: a row a firm and evaluation, and a row a part of one.
    fn evaluate(
        &self,
        py: Python<'_>,
        records: &PyRecords,
        as_of: &str,
        declared: Option<&Bound<'_, PyAny>>,
    ) -> Result<(PyTable, PyTable)> {
        let (as_of, intake) = (day("as_of", as_of)?, records.intake());
        let declared = declared.map_or_else(|| Ok(BTreeMap::new()), |frame| self.declared(&intake, frame))?;
        let of_firm = |firm: &FirmId| declared.get(firm).cloned().unwrap_or_default();
        two_tables(py, &intake, |firms| {
            self.lay_out(&portfolio::evaluate_many(&self.core, firms, as_of, of_firm))
        })
    }

    /// What it says of one firm and what follows, in words; `rating` is the symbol of the firm's rating.
    fn explain(&self, py: Python<'_>, dossier: &PyDossier, as_of: &str, told: Told) -> Result<String> {
        let (as_of, language) = (day("as_of", as_of)?, language(&told.lang)?);
        let values = told.declared.into_iter().map(|(id, value)| (id, value.into()));
        let declared = self
            .core
            .declare(&values.collect())
            .map_err(RulebookFault::Declared)?;
        Ok(py.detach(|| {
            let view = dossier.core().view(as_of);
            let measures = Measures::of(&view);
            let evaluations = self.core.evaluate(&view, &measures, &declared);
            let question = Question {
                view: &view,
                measures: &measures,
                declared: &declared,
                evaluations: &evaluations,
                rating: told.rating.as_deref(),
            };
            let applied = self.core.apply(&question);
            let mut text = report::evaluations(&self.core, &evaluations, language);
            if !self.core.spec().applications.is_empty() || !applied.records.is_empty() {
                text.push('\n');
                text += &report::applications(&self.core, &applied, language);
            }
            text
        }))
    }
}

/// A piece of two tables.
pub(crate) type TwoBatches = (RecordBatch, RecordBatch);

/// Two tables, made of some firms after the others, so that Ctrl-C is heard.
pub(crate) fn two_tables(
    py: Python<'_>,
    intake: &Intake,
    make: impl Fn(&[Dossier]) -> Result<TwoBatches> + Sync + Send,
) -> Result<(PyTable, PyTable)> {
    let (mut ones, mut others) = (Batches::default(), Batches::default());
    // Without firms the columns are the same.
    let none = make(&[])?;
    ones.push(none.0);
    others.push(none.1);
    for firms in intake.dossiers.chunks(ROWS_A_PIECE) {
        py.check_signals()?;
        for piece in py.detach(|| portfolio::in_pieces(firms, &make)) {
            let (one, other) = piece?;
            ones.push(one);
            others.push(other);
        }
    }
    Ok((ones.finish()?, others.finish()?))
}

/// How one firm is told: in which language, with what is declared of it, and with the symbol of its rating.
#[derive(FromPyObject)]
struct Told {
    #[pyo3(item)]
    lang: String,
    #[pyo3(item)]
    declared: BTreeMap<String, Stated>,
    #[pyo3(item)]
    rating: Option<String>,
}

/// A value that is declared of one firm.
#[derive(FromPyObject)]
enum Stated {
    Number(f64),
    Word(String),
}

impl From<Stated> for DeclaredValue {
    fn from(stated: Stated) -> Self {
        match stated {
            Stated::Number(number) => Self::Number(number),
            Stated::Word(word) => Self::Word(word),
        }
    }
}

impl PyRulebook {
    /// A rulebook that has been checked.
    pub(crate) const fn of(core: Rulebook) -> Self {
        Self { core }
    }

    /// The checked rulebook.
    pub(crate) fn core(&self) -> &Rulebook {
        &self.core
    }

    fn checked(spec: RulebookSpec) -> Result<Self> {
        let core = spec.check().map_err(RulebookFault::Document)?;
        Ok(Self { core })
    }

    fn lay_out(&self, firms: &[EvaluatedFirm<'_>]) -> Result<TwoBatches> {
        let rows = Batches::batch(&portfolio::evaluations(&self.core, firms))?;
        Ok((rows, Batches::batch(&portfolio::parts(&self.core, firms))?))
    }

    /// A column of what is declared: words where the rulebook asks for words, else numbers.
    fn cells(&self, frame: &Delivered, column: &str) -> Result<Vec<Option<DeclaredValue>>> {
        let mut asked = self.core.spec().declared.iter();
        let in_words = asked.any(|d| d.id == column && !d.words.is_empty());
        let (cells, wanted): (Vec<_>, _) = if in_words {
            let words = frame.some_texts(column)?.into_iter();
            let values = words.map(|cell| cell.map(|word| word.map(DeclaredValue::Word)));
            (values.collect(), "a word or nothing")
        } else {
            let numbers = frame.some_numbers(column)?.into_iter();
            let values = numbers.map(|cell| cell.map(|number| number.map(DeclaredValue::Number)));
            (values.collect(), "a number, true or false, or nothing")
        };
        let each = cells.into_iter().enumerate();
        each.map(|(row, cell)| {
            cell.map_err(|value| {
                let column = column.to_owned();
                RulebookFault::NoValue {
                    column,
                    wanted,
                    row,
                    value,
                }
                .into()
            })
        })
        .collect()
    }

    /// What a frame declares: `firm_id`, and a column each of what the rulebook asks for.
    pub(crate) fn declared(
        &self,
        intake: &Intake,
        frame: &Bound<'_, PyAny>,
    ) -> Result<BTreeMap<FirmId, Declared>> {
        let frame = Delivered::take("declared".to_owned(), frame)?;
        if !frame.has("firm_id") {
            return Err(RulebookFault::NoFirms.into());
        }
        let firms = frame.texts("firm_id")?;
        let mut values: Vec<BTreeMap<String, DeclaredValue>> = vec![BTreeMap::new(); firms.len()];
        for column in frame.columns().into_iter().filter(|name| name != "firm_id") {
            let cells = self.cells(&frame, &column)?.into_iter();
            for (cell, of_firm) in cells.zip(&mut values) {
                of_firm.extend(cell.map(|value| (column.clone(), value)));
            }
        }
        let mut declared = BTreeMap::new();
        for (row, (firm, values)) in firms.into_iter().zip(values).enumerate() {
            let firm = firm.map_err(|value| RulebookFault::NoFirm { row, value })?;
            let dossier = find(intake, &firm)?;
            let of_firm = self.core.declare(&values).map_err(RulebookFault::Declared)?;
            if declared.insert(dossier.firm().clone(), of_firm).is_some() {
                return Err(RulebookFault::Twice { firm, row }.into());
            }
        }
        Ok(declared)
    }
}
