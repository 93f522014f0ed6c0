//! Applying the result: which incentives and which discipline follow from lists, tax levels, evaluations and a rating.
//!
//! An [`ApplicationSpec`] says what follows when, by whom, since which rule, and how it ends. [`Rulebook::apply`]
//! answers for a firm and a day what applies, what an objection suspends, what is not known to decide, and what is
//! refused: a measure of discipline that stands on no published list in force on the day is never applied. How every
//! record stands, and why it was dropped, is in the same answer.
//!
//! A further negative record never brings an incentive and never takes discipline away, as far as the documents' own
//! tests can say it: an incentive cannot ask for a list or for level D, and discipline cannot ask to be on none.
//!
//! [`Rulebook::apply`]: super::Rulebook::apply

mod answer;
mod engine;
mod ground;
mod listed;
mod spec;
mod tax_level;
mod tested;
#[cfg(test)]
mod tests;

pub use answer::{Application, ApplicationState, Applied, Because, Question, Refusal};
pub use spec::{
    ApplicationKind, ApplicationSpec, Decided, ListedWhen, PublishedAs, PublishedItemSpec, PublishedListSpec,
    TaxLevelWhen, When,
};

pub(super) use engine::Rule;
