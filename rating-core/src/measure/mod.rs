//! Records → measured properties as of a day.
//!
//! [`CATALOGUE`] lists every measure once, with unit, range, window, sources, direction, names and formula; one
//! file a family computes them. A measure has a value or a reason why there is none: its department did not
//! report, it has no meaning for this firm, or the history is too short. A department that answered with an
//! empty table reports "none", which is a value of zero where a count is asked for.
//!
//! Windows end on the day itself: "in the 12 months to the day" are the days after the same day twelve months
//! before, up to and including the day. Months are counted back from the day in the same way.

mod catalogue;
mod credit;
mod finance;
mod measured;
mod registry;
mod tax;
mod technology;
mod trade;

pub use catalogue::{CATALOGUE, COUNT, Direction, Entry, Family, Measure, Unit, Words};
pub use measured::{Measured, Measures, Missing};

use crate::record::View;

impl Measures {
    /// Measures one firm as known on a day. Total: every measure has a value or a reason.
    ///
    /// ```
    /// use rating_core::measure::{Measure, Measured, Measures, Missing};
    /// use rating_core::record::Dossier;
    /// let firm: Dossier = r#"{"firm_id": "F-000001", "registrations":
    ///     [{"name": "甲科技", "established_on": "2016-06-30", "status": "active"}]}"#.parse()?;
    /// let measures = Measures::of(&firm.view("2026-06-30".parse()?));
    /// let age = measures.get(Measure::RegistryAge).value().unwrap_or_default();
    /// assert_eq!((age * 10.0).round(), 100.0);
    /// assert_eq!(measures.get(Measure::CreditBalance), Measured::Missing(Missing::NotReported));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of(view: &View<'_>) -> Self {
        let mut measures = Measures::NONE;
        trade::measure(view, &mut measures);
        tax::measure(view, &mut measures);
        registry::measure(view, &mut measures);
        technology::measure(view, &mut measures);
        credit::measure(view, &mut measures);
        finance::measure(view, &mut measures);
        measures
    }
}
