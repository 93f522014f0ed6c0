//! What must hold for a document to be a panel.

use super::design::PanelDesign;
use super::spec::{EventSpec, ObservationDates, OverdueSpec, PanelSpec};
use crate::num::{Date, Money, SHOWN, shown};
use crate::record::FirmStatus;

/// Why a panel document does not hold together: which part, what was expected, what came.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PanelError {
    /// Not JSON of the published schema.
    #[error("not a panel: {0}")]
    Document(String),
    /// A part that does not fit.
    #[error("{place}: expected {wanted}, got `{got}`")]
    Fault {
        /// Where in the document.
        place: String,
        /// What must stand there.
        wanted: &'static str,
        /// What stands there.
        got: String,
    },
}

/// More observation dates than a panel of months over half a century has.
const MOST_DATES: usize = 1_000;
/// Longest window and longest wait, in months.
const MOST_MONTHS: u16 = 240;
/// Most folds.
const MOST_FOLDS: u16 = 1_000;

impl PanelSpec {
    /// Makes a design of the document.
    ///
    /// # Errors
    /// Everything that is wrong with the document, each with its place, what was expected and what came.
    ///
    /// ```
    /// use rating_core::panel::PanelSpec;
    /// let spec = PanelSpec::from_json(r#"{"observed_on": {"days": ["2024-06-30"]}, "outcome_months": 0,
    ///     "known_by": "2024-01-31"}"#)?;
    /// let faults: Vec<String> = spec.check().err().into_iter().flatten().map(|f| f.to_string()).collect();
    /// assert_eq!(faults, [
    ///     "observed_on.days[0]: expected days not after `known_by`, got `2024-06-30`",
    ///     "outcome_months: expected 1 to 240, got `0`",
    /// ]);
    /// # Ok::<(), rating_core::panel::PanelError>(())
    /// ```
    pub fn check(self) -> Result<PanelDesign, Vec<PanelError>> {
        let mut check = Check {
            spec: &self,
            faults: Vec::new(),
        };
        let dates = check.dates();
        check.months("outcome_months", self.outcome_months, 1);
        check.events();
        check.doubts();
        check.months("exclude.min_age_months", self.exclude.min_age_months, 0);
        check.splits();
        check.leaks();
        let faults = check.faults;
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok(PanelDesign::new(self, dates))
    }
}

/// The same day of a later month; the last day of a month is followed by last days of months.
fn months_after(first: Date, months: i32) -> Date {
    let next = first.plus_days(1);
    if next.day() == 1 {
        next.plus_months(months).plus_days(-1)
    } else {
        first.plus_months(months)
    }
}

/// A check on its way: the document, and what was found so far.
struct Check<'a> {
    spec: &'a PanelSpec,
    faults: Vec<PanelError>,
}

impl Check<'_> {
    fn fault(&mut self, place: &str, wanted: &'static str, got: &impl ToString) {
        self.faults.push(PanelError::Fault {
            place: place.to_owned(),
            wanted,
            got: shown(&got.to_string(), SHOWN),
        });
    }

    /// The observation dates, as many as hold.
    fn dates(&mut self) -> Vec<Date> {
        let (place, dates) = match &self.spec.observed_on {
            ObservationDates::Days(days) => ("observed_on.days", days.clone()),
            ObservationDates::Every { first, last, months } => {
                if *months == 0 {
                    self.fault("observed_on.every.months", "at least 1", &months);
                    return Vec::new();
                }
                let days = (0..=i32::try_from(MOST_DATES).unwrap_or_default())
                    .map(|n| months_after(*first, n * i32::from(*months)))
                    .take_while(|day| day <= last && *day < Date::MAX);
                ("observed_on.every", days.collect())
            }
        };
        if dates.is_empty() {
            self.fault(place, "at least one day", &"none");
        }
        if dates.len() > MOST_DATES {
            self.fault(place, "at most 1000 days", &"more");
        }
        let mut before = None;
        for (at, day) in dates.iter().enumerate() {
            if before.is_some_and(|before| *day <= before) {
                self.fault(&format!("{place}[{at}]"), "days that ascend, each once", &day);
            } else if *day > self.spec.known_by {
                self.fault(&format!("{place}[{at}]"), "days not after `known_by`", &day);
            }
            before = Some(*day);
        }
        dates
    }

    fn months(&mut self, place: &str, months: u16, least: u16) {
        if !(least..=MOST_MONTHS).contains(&months) {
            let wanted = if least == 0 { "0 to 240" } else { "1 to 240" };
            self.fault(place, wanted, &months);
        }
    }

    fn events(&mut self) {
        let default = &self.spec.default;
        if default.events.is_empty() {
            self.fault("default.events", "at least one", &"none");
        }
        for (at, event) in default.events.iter().enumerate() {
            let place = format!("default.events[{at}]");
            match event {
                EventSpec::Overdue(overdue) => self.overdue(&format!("{place}.overdue"), overdue),
                EventSpec::Registration { any_of } => {
                    let place = format!("{place}.registration.any_of");
                    if any_of.is_empty() {
                        self.fault(&place, "at least one state", &"none");
                    }
                    self.not_active(&place, any_of);
                }
                EventSpec::NonPerforming { .. } | EventSpec::Listing { .. } => {}
            }
        }
        self.months("default.cure_months", default.cure_months, 0);
    }

    fn overdue(&mut self, place: &str, overdue: &OverdueSpec) {
        if overdue.days == 0 {
            self.fault(&format!("{place}.days"), "at least 1", &overdue.days);
        }
        if overdue.amount < Money::ZERO {
            self.fault(&format!("{place}.amount"), "0 or more", &overdue.amount);
        }
        if !(0.0..=1.0).contains(&overdue.share) {
            self.fault(&format!("{place}.share"), "0 to 1", &overdue.share);
        }
    }

    /// A firm in business is what the panel is about.
    fn not_active(&mut self, place: &str, states: &[FirmStatus]) {
        if states.contains(&FirmStatus::Active) {
            self.fault(place, "states other than `active`", &FirmStatus::Active.word());
        }
    }

    fn doubts(&mut self) {
        let doubts = &self.spec.indeterminate;
        if let Some(overdue) = &doubts.overdue {
            self.overdue("indeterminate.overdue", overdue);
        }
        self.not_active("indeterminate.left", &doubts.left);
        let is_default = |status: &FirmStatus| {
            self.spec.default.events.iter().any(|event| match event {
                EventSpec::Registration { any_of } => any_of.contains(status),
                _ => false,
            })
        };
        if let Some(both) = doubts.left.iter().find(|status| is_default(status)) {
            let wanted = "states that are no default";
            self.fault("indeterminate.left", wanted, &both.word());
        }
    }

    fn splits(&mut self) {
        let splits = &self.spec.splits;
        if let Some(share) = splits.test_share.filter(|share| !(*share > 0.0 && *share < 1.0)) {
            self.fault("splits.test_share", "strictly between 0 and 1", &share);
        }
        if let Some(folds) = splits.folds.filter(|folds| !(2..=MOST_FOLDS).contains(folds)) {
            self.fault("splits.folds", "2 to 1000", &folds);
        }
    }

    fn leaks(&mut self) {
        let leaks = &self.spec.leaks;
        if !(0.5..=1.0).contains(&leaks.auc) {
            self.fault("leaks.auc", "0.5 to 1", &leaks.auc);
        }
        let shares = [
            ("leaks.changed_share", leaks.changed_share),
            ("leaks.unique_share", leaks.unique_share),
        ];
        for (place, share) in shares {
            if !(0.0..=1.0).contains(&share) {
                self.fault(place, "0 to 1", &share);
            }
        }
    }
}
