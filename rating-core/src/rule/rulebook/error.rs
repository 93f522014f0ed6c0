//! What is wrong with a rulebook, or with what is declared for it.

use std::borrow::Cow;

/// Why a rulebook does not hold together: which part of the document, what was expected, what came.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RulebookError {
    /// Not JSON of the published schema.
    #[error("not a rulebook: {0}")]
    Document(String),
    /// A part that does not fit.
    #[error("{place}: expected {wanted}, got `{got}`")]
    Fault {
        /// Where in the document.
        place: String,
        /// What must stand there.
        wanted: Cow<'static, str>,
        /// What stands there.
        got: String,
    },
    /// A value for something that the rulebook does not ask to be declared, or one that it cannot have.
    #[error("declared `{id}`: expected {wanted}, got `{got}`")]
    Declared {
        /// What was declared.
        id: String,
        /// What must be declared.
        wanted: String,
        /// What was declared of it.
        got: String,
    },
}
