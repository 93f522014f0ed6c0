//! How long records count: clocks of published lists and penalties, and when an objection must be answered.
//!
//! A clock ([`ClockSpec`]) says how long an entry counts if its decision names no last day, and how early it can be
//! removed; which clock runs follows from the list, the severity and the day of the entry. [`record_clocks`] says of
//! every record of a firm how it stands on a day: whether it counts, is frozen by an objection, was repaired, or has
//! expired. Where the severity is not known, the answer spans what each severity would give.

mod deadline;
mod record_clock;
mod spec;
#[cfg(test)]
mod tests;

pub use deadline::{AnswerDue, answer_due};
pub(in crate::rule) use record_clock::standing_on;
pub use record_clock::{ClockedRecord, RecordClock, Standing, record_clocks};
pub use spec::{ClockSpec, ClockedKind, DayCount, DeadlineSpec, ObjectedKind};
