//! The checked catalogue.

use super::spec::{CatalogueSpec, ProductSpec};
use crate::lending::LendingError;
use crate::lending::fault::Faults;
use crate::num::Date;
use crate::rule::rulebook::{Declared, DeclaredValue, PosedTest, Rulebook};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A catalogue that holds together; cheap to clone, safe to share between threads.
#[derive(Clone, Debug)]
pub struct Catalogue {
    pub(super) parts: Arc<Parts>,
}

#[derive(Debug)]
pub(super) struct Parts {
    pub(super) spec: CatalogueSpec,
    pub(super) hash: String,
    /// Hash of the rulebook as it was given.
    pub(super) rulebook_hash: String,
    /// The rulebook, which asks for what the catalogue asks for as well.
    pub(super) rulebook: Rulebook,
    pub(super) products: Vec<Product>,
}

/// The tests of a product.
#[derive(Debug)]
pub(super) struct Product {
    pub(super) conditions: Vec<PosedTest>,
    pub(super) fits: Vec<PosedTest>,
}

impl Catalogue {
    /// The document.
    pub fn spec(&self) -> &CatalogueSpec {
        &self.parts.spec
    }

    /// Content hash of the document: SHA-256 of its compact JSON. The rulebook has its own.
    pub fn hash(&self) -> &str {
        &self.parts.hash
    }

    /// Content hash of the rulebook that the conditions read.
    pub fn rulebook_hash(&self) -> &str {
        &self.parts.rulebook_hash
    }

    /// The rulebook that the conditions read; it asks for what the catalogue declares as well, behind what it asks for
    /// itself. Names what is missing in an answer: [`Unknown::id`](crate::rule::rulebook::Unknown::id) takes its
    /// document.
    pub fn rulebook(&self) -> &Rulebook {
        &self.parts.rulebook
    }

    /// Place of a product in the document.
    pub fn product(&self, id: &str) -> Option<usize> {
        self.spec().products.iter().position(|p| p.id == id)
    }

    /// What is declared of a firm, by id, of the rulebook and of the catalogue; the rest stays open.
    ///
    /// # Errors
    /// Every id that neither asks for, and every value that is not of its kind.
    pub fn declare(&self, values: &BTreeMap<String, DeclaredValue>) -> Result<Declared, Vec<LendingError>> {
        let mut faults = Faults::default();
        match self.parts.rulebook.declare(values) {
            Ok(declared) => return Ok(declared),
            Err(found) => faults.of_rulebook(found),
        }
        faults.or(Declared::default)
    }
}

impl ProductSpec {
    /// Whether it is in force on a day.
    pub fn is_in_force(&self, day: Date) -> bool {
        self.valid_from <= day && self.valid_to.is_none_or(|last| day <= last)
    }
}
