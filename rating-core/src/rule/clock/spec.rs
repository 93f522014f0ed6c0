//! Documents of clocks.

use crate::num::Date;
use crate::record::{ListKind, PersonRecordKind, Severity};
use crate::rule::{Basis, Wording};
use serde::{Deserialize, Serialize};

/// How long records of one kind count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ClockSpec {
    /// Its id, each once in a rulebook.
    pub id: String,
    /// Its name.
    pub name: Wording,
    /// Which records it runs for.
    pub record: ClockedKind,
    /// How grave the records are that it runs for; missing: any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub severities: Vec<Severity>,
    /// It runs for records that started on this day or later; missing: however early.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>", extend("format" = "date")))]
    pub decided_from: Option<Date>,
    /// It runs for records that started on this day or earlier; missing: however late.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>", extend("format" = "date")))]
    pub decided_to: Option<Date>,
    /// Months from the start before which a record is not removed early; 0: as soon as what was neglected is done;
    /// missing: not stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub least_months: Option<u16>,
    /// Months after which a record counts no more if its decision names no last day: of a list from the start, of a
    /// person from the end of the event. Missing: it counts until it is removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most_months: Option<u16>,
    /// Whether some of its records have no fixed term, and a record does not say whether it is one of them. Without
    /// a last day of its own it counts for `most_months`, and may count from then until it is removed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub open_ended: bool,
    /// How it ends: by time, and by repair.
    pub ends: Wording,
    /// Where it comes from.
    pub basis: Basis,
}

/// Which records a clock runs for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ClockedKind {
    /// Entries on a list of the firm's own.
    Listing(ListKind),
    /// Records of persons who carry responsibility in the firm.
    ResponsiblePerson,
}

/// Within how many days an objection must be answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct DeadlineSpec {
    /// Its id, each once in a rulebook.
    pub id: String,
    /// Its name.
    pub name: Wording,
    /// Which records may be objected to.
    pub records: Vec<ObjectedKind>,
    /// Beginnings of the codes of regions (GB/T 2260) where it runs, such as `31` or `4403`; missing: everywhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub regions: Vec<String>,
    /// Days from the day after the objection was received.
    pub days: u16,
    /// What days are counted.
    pub count: DayCount,
    /// First day on which an objection is received that it runs for.
    #[cfg_attr(feature = "schema", schemars(with = "String", extend("format" = "date")))]
    pub valid_from: Date,
    /// Last such day; missing: until further notice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>", extend("format" = "date")))]
    pub valid_to: Option<Date>,
    /// Where it comes from.
    pub basis: Basis,
}

/// Records that may be objected to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ObjectedKind {
    /// Entries on a list of the firm's own.
    Listing(ListKind),
    /// Records of responsible persons of one kind.
    ResponsiblePerson(PersonRecordKind),
}

/// What days a deadline counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum DayCount {
    /// Every day.
    CalendarDays,
    /// Monday to Friday. Public holidays and the weekends worked for them are not known here, so the day that comes
    /// out is the earliest that it can be, but for such a weekend.
    WorkingDays,
}
