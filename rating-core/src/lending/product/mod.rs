//! What there is to finance a firm with, and what of it fits a firm.
//!
//! A [`CatalogueSpec`] is a document: products with their basis, the stage of life they are meant for, conditions and
//! what they ask for. Conditions are tests of a [rulebook](crate::rule::rulebook), so they read measures, lists,
//! certificates, what is declared, published evaluations and the rating, and what is not known leaves them open.
//! [`CatalogueSpec::check`] makes a [`Catalogue`] of it, which finds products for a firm
//! ([`Catalogue::match_products`]) and firms for a product ([`Catalogue::firms_for`]).
//!
//! What is not here: an approval. A match says what a published document and a catalogue say of what is known.

mod catalogue;
mod check;
mod matching;
mod spec;
#[cfg(test)]
mod tests;

pub use catalogue::Catalogue;
pub use matching::{FirmMatch, ProductAnswer, ProductMatch, Prospect, StageFit};
pub use spec::{AliasSpec, CatalogueSpec, Origin, ProductConditionSpec, ProductKind, ProductSpec};
