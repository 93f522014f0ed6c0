//! A point-in-time panel: firms × observation dates, measures as known then, and what became of the firms.
//!
//! What a model is built from. A [`PanelSpec`] says on which days firms are observed, how long the window of the outcome
//! is, what a default is, what is neither good nor bad and which firms are left out; [`PanelSpec::check`] makes a
//! [`PanelDesign`] of it, and [`PanelDesign::observe`] a row a firm and day.
//!
//! Measures see what was known on the observation date and nothing else. Outcomes see what is known by
//! [`PanelSpec::known_by`], and a default counts if it lies after the observation date and not after the last day of
//! the window. Nothing is lost: firms × dates = goods + bads + indeterminate + excluded, by reason, in [`Counts`].
//!
//! ```
//! use rating_core::panel::{Counts, Outcome, PanelSpec};
//! use rating_core::record::Dossier;
//! // 60 days overdue on 31 August means 90 days on 30 September, which the report of 31 October confirms.
//! let firm: Dossier = r#"{"firm_id": "F-000001",
//!     "registrations": [{"name": "甲科技", "established_on": "2016-03-01", "status": "active"}],
//!     "facilities": [
//!         {"facility": "1", "lender": "A", "snapshot_on": "2024-08-31", "opened_on": "2024-01-31",
//!          "balance": "100000", "days_overdue": 60, "amount_overdue": "5000"},
//!         {"facility": "1", "lender": "A", "snapshot_on": "2024-10-31", "opened_on": "2024-01-31",
//!          "balance": "100000", "days_overdue": 121, "amount_overdue": "9000"}]}"#.parse()?;
//! let days = vec!["2024-06-30".parse()?, "2024-09-30".parse()?];
//! let spec = PanelSpec::new(days, 12, "2025-12-31".parse()?);
//! let design = spec.check().map_err(|faults| format!("{faults:?}"))?;
//! let firms = [firm];
//! let rows = design.observe(&firms);
//! let Outcome::Bad(event) = rows[0].outcome else { return Err("no default".into()) };
//! assert_eq!((event.kind.word(), event.on.to_string()), ("overdue".into(), "2024-09-30".into()));
//! // On the day of the default the firm is no longer at risk.
//! assert_eq!(rows[1].outcome.reason().as_deref(), Some("in_default_known_later"));
//! assert_eq!(Counts::of(&rows).total(), 2);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod check;
mod counts;
mod design;
mod event;
mod leak;
mod outcome;
mod sheets;
mod spec;
mod split;

pub use check::PanelError;
pub use counts::Counts;
pub use design::{Observation, PanelDesign};
pub use event::{Event, EventKind};
pub use leak::{Leak, LeakSign, SeparatingPower};
pub use outcome::{Doubt, Exclusion, Outcome};
pub use sheets::{leaks, rows};
pub use spec::{
    DefaultSpec, EventSpec, ExclusionSpec, IndeterminateSpec, LeakSpec, ObservationDates, OverdueSpec,
    PanelSpec, SplitSpec,
};
pub use split::TimeSide;
