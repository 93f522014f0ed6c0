//! Ratings in words, for people: the only place where sentences are made.
//!
//! Below this floor reasons are data; [`page`] words a whole [`Rating`](crate::rating::Rating) on one page of plain
//! text, in English or Chinese. Both languages state the same facts in the same order. For machines there is
//! [`Rating::to_json`](crate::rating::Rating::to_json). [`evaluations`] words what a rulebook says of a firm,
//! and [`applications`] what follows from it. [`offer`], [`settlement`], [`outlook`] and [`allocation`] word what lending
//! answers.

mod applications;
mod evaluations;
mod language;
#[cfg(test)]
mod lending_tests;
mod lending_words;
mod offer;
mod outlook;
mod page;
mod rule_words;
mod sentence;
mod settlement;
mod sheet;
#[cfg(test)]
mod tests;
mod value;

pub use applications::applications;
pub use evaluations::evaluations;
pub use language::{Language, LanguageError};
pub use offer::{OfferPage, offer};
pub use outlook::outlook;
pub use page::page;
pub use settlement::{allocation, settlement};
