//! Dated rules with a legal basis that cap or withdraw a rating.
//!
//! Outcomes form a chain, `Unrestricted < Cap(AAA) < … < Cap(C) < InDefault < Withdrawn`, and what the rules
//! decide is the join of what each yields: the order of rules cannot matter, and a further rule can only make
//! the decision stricter. Kinds of rule are Rust; dates, grades and words are data.
//!
//! Published evaluations (say, of technology SMEs) are documents of their own: [`rulebook`]. How long records count is
//! told by [`clock`].

pub mod clock;
pub(crate) mod document;
mod finding;
mod outcome;
pub mod rulebook;
mod spec;

pub(crate) use finding::note_findings;
pub use finding::{Finding, findings};
pub use outcome::Outcome;
pub use spec::{Basis, Effect, RuleKind, RuleSpec, Wording};
