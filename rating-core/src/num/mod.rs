//! Quantities that cannot be wrong: private fields, one checked constructor each, and deserialising goes
//! through that constructor too.
//!
//! What the types do not protect against: a [`Pd`] does not know its horizon (twelve months throughout this
//! crate) and a [`Money`] does not know its price level (amounts are nominal).

mod date;
mod money;
mod probability;
mod score;
mod shown;

pub use date::{Date, DateError};
pub use money::{Money, MoneyError};
pub use probability::{Lgd, Pd, ProbabilityError};
pub use score::{LogOdds, LogOddsError, Points};
pub(crate) use shown::{SHOWN, listed, shown};
