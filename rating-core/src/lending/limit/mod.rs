//! How much may be lent to a firm, and which limit binds.

mod bind;
mod spec;
mod tenor;

pub use bind::{Borrower, LimitKind, LimitReached, Limits};
pub use spec::{GradeLimit, KnowledgeGrade, KnowledgeValue, LifeStage, LimitPolicy, PerLoan};
pub use tenor::{Purpose, longest_months};
