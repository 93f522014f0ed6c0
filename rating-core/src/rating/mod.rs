//! A model document → a model that rates: door 1.
//!
//! [`ModelSpec`] is the document (JSON, versioned, unknown fields refused); [`ModelSpec::check`] makes a
//! [`RatingModel`] of it or says everything that is wrong. Behind the door nothing fails:
//! [`RatingModel::rate`] gives a [`Rating`] for any firm on any day.

mod applied;
mod assessment;
mod check;
mod columns;
mod document;
mod error;
mod explained;
mod model;
mod spec;

pub use crate::rule::Wording;
pub use assessment::{Assessment, Stage};
pub use columns::{CreditColumns, rate_many, rate_pieces, rate_pieces_briefly};
pub use document::{
    AnswerDocument, ContributionDocument, CreditDocument, FindingDocument, MarginDocument, ModelDocument,
    OutcomeDocument, PillarDocument, RatingDocument, TechnologyDocument,
};
pub use error::ModelError;
pub use explained::{Contribution, DepartmentAnswer, PillarScore, Rating, RuleFinding, Standing};
pub use model::RatingModel;
pub use spec::{
    MinimumSpec, ModelSpec, PillarSpec, ReferenceSpec, StageSpec, TechnologySpec, TechnologyWeights,
};
