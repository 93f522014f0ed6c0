//! A catalogue of products in, products for firms and firms for products out.

use super::fault::LendingFault;
use crate::columns::Frame;
use crate::error::Result;
use crate::long_work;
use crate::ratings::PyRatings;
use crate::rulebook::PyRulebook;
use pyo3::prelude::*;
use pyo3_arrow::PyTable;
use rating_core::id::FirmId;
use rating_core::lending::{Catalogue, CatalogueSpec, FirmMatch, ProductMatch, ProductSpec, Prospect};
use rating_core::measure::Measures;
use rating_core::num::{Date, Pd};
use rating_core::rating::{Rating, RatingModel};
use rating_core::record::{Intake, View};
use rating_core::rule::rulebook::{Declared, Truth};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A catalogue that holds together.
#[pyclass(frozen, name = "Catalogue", module = "firmrating._firmrating")]
pub(crate) struct PyCatalogue {
    core: Catalogue,
}

/// What the products of a catalogue say of firms.
#[pyclass(frozen, name = "Matches", module = "firmrating._firmrating")]
pub(crate) struct PyMatches {
    catalogue: Catalogue,
    question: Question,
    found: Vec<(FirmId, Vec<ProductMatch>)>,
}

/// Firms as of a day, with what is declared of them.
#[derive(Clone)]
struct Question {
    intake: Arc<Intake>,
    model: RatingModel,
    as_of: Date,
    declared: Arc<BTreeMap<FirmId, Declared>>,
}

#[pymethods]
impl PyCatalogue {
    /// Reads a document and checks it against the rulebook that its conditions read.
    #[new]
    fn new(text: &str, rulebook: &PyRulebook) -> Result<Self> {
        let spec = CatalogueSpec::from_json(text).map_err(|error| LendingFault::Document(vec![error]))?;
        let core = spec.check(rulebook.core()).map_err(LendingFault::Document)?;
        Ok(Self { core })
    }

    /// The document of a catalogue that comes with the package, as JSON.
    #[staticmethod]
    fn template(id: &str) -> Result<String> {
        let absent = || LendingFault::Preset {
            what: "a catalogue of products",
            known: CatalogueSpec::PRESETS,
            id: id.to_owned(),
        };
        Ok(CatalogueSpec::preset(id).ok_or_else(absent)?.to_json())
    }

    #[getter]
    fn hash(&self) -> &str {
        self.core.hash()
    }

    /// The document as JSON.
    fn to_json(&self) -> String {
        self.core.spec().to_json()
    }

    /// What every product says of every firm of ratings.
    #[pyo3(name = "match")]
    fn matches(
        &self,
        py: Python<'_>,
        ratings: &PyRatings,
        declared: Option<&Bound<'_, PyAny>>,
    ) -> Result<PyMatches> {
        let (intake, model, as_of) = ratings.parts();
        let book = PyRulebook::of(self.core.rulebook().clone());
        let declared = declared.map_or_else(|| Ok(BTreeMap::new()), |frame| book.declared(&intake, frame))?;
        let (catalogue, declared) = (self.core.clone(), Arc::new(declared));
        let question = Question {
            intake,
            model,
            as_of,
            declared,
        };
        long_work::listening(py, move || {
            let found =
                question.firms(|prospect| (prospect.view.firm().clone(), catalogue.matches(prospect)));
            Ok(PyMatches {
                catalogue,
                question,
                found,
            })
        })
    }
}

impl Question {
    /// Asks something of each firm.
    fn firms<T>(&self, ask: impl Fn(&Prospect<'_, '_>) -> T) -> Vec<T> {
        let none = Declared::default();
        let each = self.intake.dossiers.iter().map(|dossier| {
            let view = dossier.view(self.as_of);
            let measures = Measures::of(&view);
            let rating = self.model.explain(&view, &measures);
            ask(&Prospect {
                view: &view,
                measures: &measures,
                declared: self.declared.get(dossier.firm()).unwrap_or(&none),
                rating: Some(&rating),
            })
        });
        each.collect()
    }

    /// Which firms a product fits, the best first.
    fn firms_for(&self, catalogue: &Catalogue, product: usize) -> Vec<FirmMatch> {
        let none = Declared::default();
        let known: Vec<(View<'_>, Measures, Rating)> = self
            .intake
            .dossiers
            .iter()
            .map(|dossier| {
                let view = dossier.view(self.as_of);
                let measures = Measures::of(&view);
                let rating = self.model.explain(&view, &measures);
                (view, measures, rating)
            })
            .collect();
        let prospects: Vec<Prospect<'_, '_>> = known
            .iter()
            .map(|(view, measures, rating)| Prospect {
                view,
                measures,
                declared: self.declared.get(view.firm()).unwrap_or(&none),
                rating: Some(rating),
            })
            .collect();
        catalogue.firms_for(product, &prospects)
    }
}

#[pymethods]
impl PyMatches {
    fn __len__(&self) -> usize {
        self.found.len()
    }

    /// A row a firm and product, for each firm the best first.
    fn frame(&self) -> Result<PyTable> {
        let each = || {
            self.found.iter().flat_map(|(firm, found)| {
                found
                    .iter()
                    .zip(1..)
                    .map(move |(found, rank)| (firm, rank, found))
            })
        };
        let frame = Frame::default()
            .text("firm_id", each().map(|(firm, _, _)| firm.to_string()))
            .counts("rank", each().map(|(_, rank, _)| rank));
        self.told(frame, || each().map(|(_, _, found)| found)).finish()
    }

    /// A row a firm for a product, the best first.
    fn firms_for(&self, py: Python<'_>, product: String) -> Result<PyTable> {
        let place = self.catalogue.product(&product);
        let at = place.ok_or_else(|| LendingFault::Argument {
            name: "product",
            wanted: "the id of a product of the catalogue".to_owned(),
            got: product,
        })?;
        let (catalogue, question) = (self.catalogue.clone(), self.question.clone());
        let found = long_work::listening(py, move || Ok(question.firms_for(&catalogue, at)))?;
        let frame = Frame::default()
            .text("firm_id", found.iter().map(|found| found.id.to_string()))
            .counts("rank", (1..).take(found.len()))
            .some_numbers("pd", found.iter().map(|found| found.pd.map(Pd::get)));
        self.told(frame, || found.iter().map(|found| &found.found))
            .finish()
    }
}

impl PyMatches {
    fn told<'a, I: Iterator<Item = &'a ProductMatch>>(&self, frame: Frame, each: impl Fn() -> I) -> Frame {
        let spec = self.catalogue.spec();
        let product = |found: &ProductMatch| spec.products.get(found.product);
        let rulebook = self.catalogue.rulebook().spec();
        frame
            .text(
                "product",
                each().map(|found| product(found).map_or("", |p| p.id.as_str())),
            )
            .text(
                "kind",
                each().map(|found| product(found).map_or("", |p| p.kind.word())),
            )
            .text("verdict", each().map(|found| found.verdict.word()))
            .text("stage", each().map(|found| found.stage.word()))
            .lists(
                "not_met",
                each().map(|found| conditions(product(found), found, Truth::No)),
            )
            .lists(
                "open",
                each().map(|found| conditions(product(found), found, Truth::Open)),
            )
            .lists("speaks_for", each().map(|found| fits(product(found), found)))
            .lists(
                "missing",
                each().map(|found| found.missing().into_iter().map(|one| one.id(rulebook))),
            )
            .text("catalogue", each().map(|_| &spec.id))
            .text("catalogue_version", each().map(|_| &spec.version))
            .text("catalogue_hash", each().map(|_| self.catalogue.hash()))
    }
}

/// Ids of the conditions that are answered so.
fn conditions<'a>(product: Option<&'a ProductSpec>, found: &'a ProductMatch, truth: Truth) -> Vec<&'a str> {
    let asked = product.into_iter().flat_map(|product| &product.conditions);
    let answered = asked
        .zip(&found.conditions)
        .filter(|(_, answer)| answer.truth == truth);
    answered.map(|(condition, _)| condition.id.as_str()).collect()
}

/// Ids of what speaks for a product.
fn fits<'a>(product: Option<&'a ProductSpec>, found: &'a ProductMatch) -> Vec<&'a str> {
    let asked = product.into_iter().flat_map(|product| &product.fits);
    let answered = asked
        .zip(&found.fits)
        .filter(|(_, answer)| answer.truth == Truth::Yes);
    answered.map(|(fit, _)| fit.id.as_str()).collect()
}
