//! What must hold for a document to be a catalogue.

use super::catalogue::{Catalogue, Parts, Product};
use super::spec::{CatalogueSpec, ProductConditionSpec, ProductSpec};
use crate::lending::fault::Faults;
use crate::lending::{LendingError, LifeStage};
use crate::rule::document::content_hash;
use crate::rule::rulebook::{DeclaredSpec, PosedTest, Rulebook};
use std::sync::Arc;

impl CatalogueSpec {
    /// Makes a catalogue of the document, with the rulebook that it names.
    ///
    /// # Errors
    /// Everything that is wrong with the document, each with its place, what was expected and what came; a rulebook
    /// of another id.
    ///
    /// ```
    /// use rating_core::lending::CatalogueSpec;
    /// use rating_core::rule::rulebook::RulebookSpec;
    /// let book = RulebookSpec::preset("china").ok_or("no rulebook")?.check().map_err(|faults| faults[0].clone())?;
    /// let spec = CatalogueSpec::preset("shanxi-2018").ok_or("no catalogue")?;
    /// let catalogue = spec.check(&book).map_err(|faults| faults[0].clone())?;
    /// assert!(catalogue.product("patent_pledge_loan").is_some());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn check(self, rulebook: &Rulebook) -> Result<Catalogue, Vec<LendingError>> {
        let mut faults = Faults::default();
        faults.text("id", &self.id);
        faults.text("version", &self.version);
        faults.wording("name", &self.name);
        faults.wording("notice", &self.notice);
        if self.rulebook != rulebook.spec().id {
            let wanted = "the id of the rulebook that it is checked with";
            faults.add("rulebook", wanted, &self.rulebook);
        }
        faults.ids("products", self.products.iter().map(|p| p.id.as_str()));
        if self.products.is_empty() {
            faults.add("products", "at least one", "none");
        }
        let asking = rulebook.with_declared(&self.declared).unwrap_or_else(|found| {
            faults.of_rulebook(found);
            with_usable(rulebook, &self.declared)
        });
        let mut products = Vec::with_capacity(self.products.len());
        for (at, product) in self.products.iter().enumerate() {
            let place = format!("products[{at}]");
            texts(&place, product, &mut faults);
            products.push(Product {
                conditions: posed(
                    &format!("{place}.conditions"),
                    &product.conditions,
                    (&asking, &mut faults),
                ),
                fits: posed(&format!("{place}.fits"), &product.fits, (&asking, &mut faults)),
            });
        }
        faults.or(|| {
            let parts = Parts {
                hash: content_hash(&self),
                rulebook_hash: rulebook.hash().to_owned(),
                rulebook: asking,
                products,
                spec: self,
            };
            Catalogue {
                parts: Arc::new(parts),
            }
        })
    }
}

/// The rulebook with those of the declared inputs that hold together, so that what reads them is no fault as well.
fn with_usable(rulebook: &Rulebook, declared: &[DeclaredSpec]) -> Rulebook {
    declared.iter().fold(rulebook.clone(), |asking, one| {
        asking.with_declared(std::slice::from_ref(one)).unwrap_or(asking)
    })
}

/// What of a product needs no rulebook.
fn texts(place: &str, product: &ProductSpec, faults: &mut Faults) {
    faults.wording(&format!("{place}.name"), &product.name);
    for (at, also) in product.also.iter().enumerate() {
        faults.wording(&format!("{place}.also[{at}].name"), &also.name);
        faults.text(&format!("{place}.also[{at}].source"), &also.source);
    }
    let texts = [
        ("document", &product.basis.document),
        ("en", &product.basis.en),
        ("zh", &product.basis.zh),
        ("provenance", &product.basis.provenance),
    ];
    for (name, text) in texts {
        faults.text(&format!("{place}.basis.{name}"), text);
    }
    faults.days(&format!("{place}.valid_to"), product.valid_from, product.valid_to);
    for (at, stage) in product.stages.iter().enumerate() {
        if product.stages.iter().take(at).any(|other| other == stage) {
            faults.add(format!("{place}.stages[{at}]"), "each stage once", word(*stage));
        }
    }
    if let Some(id) = &product.loss_sharing {
        faults.text(&format!("{place}.loss_sharing"), id);
    }
    for (at, paper) in product.papers.iter().enumerate() {
        faults.wording(&format!("{place}.papers[{at}]"), paper);
    }
}

fn word(stage: LifeStage) -> &'static str {
    match stage {
        LifeStage::StartUp => "start_up",
        LifeStage::Growth => "growth",
        LifeStage::Stable => "stable",
    }
}

/// The tests of conditions; with a fault nobody gets to see those that are left.
fn posed(
    place: &str,
    conditions: &[ProductConditionSpec],
    (rulebook, faults): (&Rulebook, &mut Faults),
) -> Vec<PosedTest> {
    faults.ids(place, conditions.iter().map(|c| c.id.as_str()));
    let mut tests = Vec::with_capacity(conditions.len());
    for (at, condition) in conditions.iter().enumerate() {
        let place = format!("{place}[{at}]");
        faults.wording(&format!("{place}.name"), &condition.name);
        faults.text(&format!("{place}.source"), &condition.source);
        match rulebook.pose(&format!("{place}.test"), &condition.test) {
            Ok(test) => tests.push(test),
            Err(found) => faults.of_rulebook(found),
        }
    }
    tests
}
