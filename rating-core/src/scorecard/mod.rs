//! Measures → points.
//!
//! A [`Characteristic`] is a measure with its attributes (bins), each with whole points; a [`Scorecard`] is a
//! list of characteristics. Numeric attributes are intervals closed below and open above. Every reason for a
//! missing value, every special value and every unseen category has points of its own: a card that leaves one
//! out does not pass [`ScorecardSpec::check`]. Points live in the bin, so a score is the sum of printed points,
//! and because they are whole the order of adding cannot matter: a row and a column give the same bits.

mod card;
mod characteristic;
mod error;
mod kernel;
mod label;
mod spec;

pub use card::{ColumnOfMeasures, Scorecard};
pub use characteristic::{AttributeAt, Characteristic};
pub use error::ScorecardError;
#[cfg(feature = "fit")]
pub(crate) use kernel::Kernel;
pub use spec::{
    AttributesSpec, BandSpec, CategoriesSpec, CategorySpec, CharacteristicSpec, MissingPoints, ScorecardSpec,
    SpecialSpec,
};
