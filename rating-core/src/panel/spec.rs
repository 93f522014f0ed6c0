//! The document of a panel.

use super::PanelError;
use crate::num::{Date, Money};
use crate::record::{FirmStatus, ListKind, LoanClass, TableName};
use crate::rule::document::read;
use serde::{Deserialize, Serialize};

/// A panel as a document: which days, which outcome, what is left out and why.
///
/// Only the days, the window and `known_by` must be given; what is left out stands as its `Default` says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PanelSpec {
    /// The days as of which every firm is measured.
    pub observed_on: ObservationDates,
    /// Months after an observation date within which a default counts; the last day of the window is part of it.
    pub outcome_months: u16,
    /// The day whose knowledge decides the outcomes: a record that became known later does not exist.
    #[cfg_attr(feature = "schema", schemars(with = "String", extend("format" = "date")))]
    pub known_by: Date,
    /// What a default is.
    #[serde(default)]
    pub default: DefaultSpec,
    /// What is neither good nor bad.
    #[serde(default)]
    pub indeterminate: IndeterminateSpec,
    /// Which firms are left out on a day, beside those in default.
    #[serde(default)]
    pub exclude: ExclusionSpec,
    /// How the rows are split for development and test.
    #[serde(default)]
    pub splits: SplitSpec,
    /// From where on a measure is suspicious.
    #[serde(default)]
    pub leaks: LeakSpec,
}

/// Observation dates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ObservationDates {
    /// These days, ascending, each once.
    Days(#[cfg_attr(feature = "schema", schemars(with = "Vec<String>"))] Vec<Date>),
    /// The first day and every so many months after it, up to the last day; the last day of a month is followed by last
    /// days of months.
    Every {
        /// First day.
        #[cfg_attr(feature = "schema", schemars(with = "String", extend("format" = "date")))]
        first: Date,
        /// No day after this one.
        #[cfg_attr(feature = "schema", schemars(with = "String", extend("format" = "date")))]
        last: Date,
        /// Months from one day to the next, at least 1.
        months: u16,
    },
}

/// What a default is: the first of these events.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct DefaultSpec {
    /// The events, any one of which is a default.
    pub events: Vec<EventSpec>,
    /// Months that a firm still counts as in default after the default was over; 0: none.
    #[serde(default)]
    pub cure_months: u16,
}

/// One kind of event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum EventSpec {
    /// A facility so many days overdue, and what is overdue is material. It happens on the day on which the count of
    /// days reaches the number, but not before the last report that said otherwise.
    Overdue(OverdueSpec),
    /// A facility of this class or a worse one. It happens on the day of the first report that says so.
    NonPerforming {
        /// The least bad class that counts.
        from: LoanClass,
    },
    /// The registration is in one of these states. It happens on the day since which the state holds.
    Registration {
        /// The states.
        any_of: Vec<FirmStatus>,
    },
    /// The firm is put on a list. It happens on the day of the entry.
    Listing {
        /// Which list.
        list: ListKind,
    },
}

/// Overdue for how long, and how much.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OverdueSpec {
    /// Days overdue from which it counts, at least 1.
    pub days: u32,
    /// Least amount that all facilities of the firm are overdue together, in yuan; missing: any.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub amount: Money,
    /// Least share of it in the balance of all facilities of the firm, in [0, 1]; missing: any.
    #[serde(default)]
    pub share: f64,
}

/// What is neither good nor bad.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct IndeterminateSpec {
    /// Overdue in the window without a default; none: such a firm is good.
    pub overdue: Option<OverdueSpec>,
    /// States of the registration that end what can be seen of a firm without being a default.
    pub left: Vec<FirmStatus>,
    /// Tables that must have been answered for up to the last three months of the window, or a firm without a default
    /// is not followed to its end.
    pub followed: Vec<TableName>,
}

/// Which firms are left out on a day, beside those in default and those that have left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct ExclusionSpec {
    /// Least age in months; 0: established by the day.
    pub min_age_months: u16,
    /// Tables that must have been answered by the day.
    pub reported: Vec<TableName>,
}

/// How the rows are split; each part that is given is a column.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct SplitSpec {
    /// Any text; another one gives other halves and folds of firms.
    pub seed: String,
    /// First day of the test by time.
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>", extend("format" = "date")))]
    pub test_from: Option<Date>,
    /// Share of the firms that are kept for the test by firm, strictly between 0 and 1.
    pub test_share: Option<f64>,
    /// Number of folds for cross-validation by firm, at least 2.
    pub folds: Option<u16>,
}

/// From where on a measure is suspicious.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct LeakSpec {
    /// Area under the ROC curve of one measure, in [0.5, 1], from which on it is too good to be true.
    pub auc: f64,
    /// Share of the rows, in [0, 1], of which no more may differ when made of what became known later.
    pub changed_share: f64,
    /// Share of the firms, in [0, 1], from which on values of their own that they keep are identifiers.
    pub unique_share: f64,
}

/// An area of 0.9, 5 % of rows that differ, 95 % of firms with a value of their own: this project's choice.
impl Default for LeakSpec {
    fn default() -> Self {
        Self {
            auc: 0.9,
            changed_share: 0.05,
            unique_share: 0.95,
        }
    }
}

/// 90 days overdue with 1,000 yuan and 1 % of the balance, a non-performing class, a registration revoked, cancelled or
/// ordered closed, an entry as a dishonest judgment debtor; over when it is over.
///
/// The amounts are this project's choice and rest on no regulation. The rule of the shipped model asks for *more than*
/// 90 days: that is 91 here.
impl Default for DefaultSpec {
    fn default() -> Self {
        Self {
            events: vec![
                EventSpec::Overdue(OverdueSpec::material(90)),
                EventSpec::NonPerforming {
                    from: LoanClass::Substandard,
                },
                EventSpec::Registration {
                    any_of: vec![
                        FirmStatus::Revoked,
                        FirmStatus::Cancelled,
                        FirmStatus::OrderedClosed,
                    ],
                },
                EventSpec::Listing {
                    list: ListKind::JudgmentDebtor,
                },
            ],
            cure_months: 0,
        }
    }
}

impl OverdueSpec {
    /// So many days overdue with what the shipped definitions take for material: 1,000 yuan and 1 % of the balance.
    pub fn material(days: u32) -> Self {
        Self {
            days,
            amount: Money::from_yuan(1_000).unwrap_or_default(),
            share: 0.01,
        }
    }
}

/// 30 days overdue with the same materiality; moved out, deregistered or in liquidation; a credit register that fell
/// silent.
impl Default for IndeterminateSpec {
    fn default() -> Self {
        Self {
            overdue: Some(OverdueSpec::material(30)),
            left: vec![
                FirmStatus::MovedOut,
                FirmStatus::Deregistered,
                FirmStatus::Liquidation,
            ],
            followed: vec![TableName::Facilities],
        }
    }
}

/// Established by the day and known to the registry.
impl Default for ExclusionSpec {
    fn default() -> Self {
        Self {
            min_age_months: 0,
            reported: vec![TableName::Registrations],
        }
    }
}

impl PanelSpec {
    /// A panel of these days with all else as shipped, to be changed where it must be.
    pub fn new(observed_on: Vec<Date>, outcome_months: u16, known_by: Date) -> Self {
        Self {
            observed_on: ObservationDates::Days(observed_on),
            outcome_months,
            known_by,
            default: DefaultSpec::default(),
            indeterminate: IndeterminateSpec::default(),
            exclude: ExclusionSpec::default(),
            splits: SplitSpec::default(),
            leaks: LeakSpec::default(),
        }
    }

    /// Reads a document. It is not checked yet.
    ///
    /// # Errors
    /// The line and column of what is not JSON, is unknown, is missing, or stands twice.
    pub fn from_json(text: &str) -> Result<Self, PanelError> {
        read(text).map_err(PanelError::Document)
    }

    /// The document as JSON, two blanks a level.
    pub fn to_json(&self) -> String {
        // INVARIANT: the document serialises to objects with text keys, which cannot fail.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}
