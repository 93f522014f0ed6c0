//! Published evaluations as dated documents: conditions and points over what is known of a firm.
//!
//! A [`RulebookSpec`] holds evaluations (say, whether a firm is a technology SME), each with its issuing document, the
//! days on which it is in force, conditions that all must hold, blocks of points with a pass mark, admissions that
//! stand in for the points, and classes that it sorts firms into. Kinds of test and of points are Rust; bands, points,
//! thresholds and dates are data.
//!
//! What is not known stays open. A test is true, false or open ([`Truth`]), points are a [`Span`] from the fewest to
//! the most that the unknown can still give, and the [`Verdict`] is what follows for certain: an evaluation is open
//! if the unknown, each number taken by itself, could decide it, and then the answer names what is missing. Ranges of
//! points that a document leaves to experts stay ranges; beside them stands what the evaluation's policy makes of them.
//!
//! A rulebook also says what follows: [`Rulebook::apply`] tells incentives and discipline, dated and with their basis.

mod apply;
mod book;
mod check;
mod declared;
mod error;
mod evaluate;
mod evaluation;
mod evaluation_spec;
mod marks;
mod points;
mod posed;
mod span;
mod spec;
mod standing_level;
mod test_spec;
#[cfg(test)]
mod tests;
mod trial;
mod truth;
mod unknown;

pub use apply::{
    Application, ApplicationKind, ApplicationSpec, ApplicationState, Applied, Because, Decided, ListedWhen,
    PublishedAs, PublishedItemSpec, PublishedListSpec, Question, Refusal, TaxLevelWhen, When,
};
pub use book::Rulebook;
pub use declared::{Declared, DeclaredValue};
pub use error::RulebookError;
pub use evaluation::{Admitted, Evaluation, Verdict};
pub use evaluation_spec::{
    BandOfPoints, BlockSpec, ClassSpec, ConditionSpec, EvaluationSpec, InBand, ItemSpec, LeastSpec,
    MostByWord, MostSpec, PassSpec, PointsOf, PointsSpec, ReferencePoints, Take,
};
pub use marks::Marks;
pub use points::ItemPoints;
pub use posed::PosedTest;
pub use span::{Earned, Span};
pub use spec::{DeclaredSpec, RulebookSpec, WordSpec};
pub use test_spec::{ClassTest, NumberTest, PointsTest, TaxLevelTest, Test, WordTest};
pub use truth::Truth;
pub use unknown::Unknown;
