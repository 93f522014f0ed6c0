//! The checked panel and its rows.

use super::outcome::{Outcome, Past, Window};
use super::spec::PanelSpec;
use crate::id::FirmId;
use crate::measure::Measures;
use crate::num::Date;
use crate::parallel;
use crate::record::Dossier;
use crate::rule::document::content_hash;

/// A panel document that holds together.
#[derive(Clone, Debug, PartialEq)]
pub struct PanelDesign {
    spec: PanelSpec,
    dates: Vec<Date>,
    hash: String,
}

/// One firm on one observation date.
#[derive(Clone, Debug, PartialEq)]
pub struct Observation<'a> {
    /// The firm.
    pub firm: &'a FirmId,
    /// The day as of which it is measured.
    pub observed_on: Date,
    /// The last day of the window of the outcome.
    pub window_end: Date,
    /// What became of it.
    pub outcome: Outcome,
    /// Its measures, as known on the day.
    pub measures: Measures,
}

impl PanelDesign {
    pub(super) fn new(spec: PanelSpec, dates: Vec<Date>) -> Self {
        let hash = content_hash(&spec);
        Self { spec, dates, hash }
    }

    /// The document.
    pub fn spec(&self) -> &PanelSpec {
        &self.spec
    }

    /// The content hash of the document.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// The observation dates, ascending.
    pub fn dates(&self) -> &[Date] {
        &self.dates
    }

    /// The last day of the window of an observation date.
    pub fn window_end(&self, observed_on: Date) -> Date {
        observed_on.plus_months(i32::from(self.spec.outcome_months))
    }

    /// Every firm on every observation date: in the order of the firms, and of the dates within a firm.
    ///
    /// In parallel with the feature `parallel`, with the same answer for any number of threads. A panel of many firms
    /// may be made piece by piece: the pieces put together are the same panel.
    pub fn observe<'a>(&self, dossiers: &'a [Dossier]) -> Vec<Observation<'a>> {
        let of_firm = |dossier: &'a Dossier| {
            let past = Past::new(&self.spec, dossier);
            let row = |day: &Date| self.row(dossier, &past, *day);
            self.dates.iter().map(row).collect::<Vec<_>>()
        };
        let rows = parallel::map(dossiers.iter().collect(), of_firm);
        rows.into_iter().flatten().collect()
    }

    fn row<'a>(&self, dossier: &'a Dossier, past: &Past<'_>, observed_on: Date) -> Observation<'a> {
        let then = dossier.view(observed_on);
        let end = self.window_end(observed_on);
        Observation {
            firm: dossier.firm(),
            observed_on,
            window_end: end,
            outcome: past.outcome(&then, Window { observed_on, end }),
            measures: Measures::of(&then),
        }
    }
}
