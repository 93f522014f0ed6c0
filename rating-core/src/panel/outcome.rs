//! What became of a firm after an observation date.

use super::event::{Event, FRESH_MONTHS, Spell, objected, overdue_reports, registration_spells, spells};
use super::spec::PanelSpec;
use crate::num::Date;
use crate::record::{Dossier, TableName, View};

/// What became of a firm after an observation date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// No default in the window, and it was followed to its end.
    Good,
    /// A default in the window, and the first.
    Bad(Event),
    /// Neither.
    Indeterminate(Doubt),
    /// It is no part of the sample on that day.
    Excluded(Exclusion),
}

/// Why a row is neither good nor bad. The first that applies is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// The window ends after the day whose knowledge decides: of such a window only the bads would be complete.
    WindowNotOver,
    /// An entry on a list that would be a default, against which an objection is pending.
    Objected(Event),
    /// The firm left in the window without a default.
    Left(Event),
    /// Overdue in the window, but no default.
    Overdue(Event),
    /// A table was not answered up to the last three months of the window.
    NotFollowed(TableName),
}

/// Why a firm is no part of the sample on a day. The first that applies is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exclusion {
    /// It is in default, as known on the day.
    InDefault(Event),
    /// It is in default on the day, which became known later.
    InDefaultKnownLater(Event),
    /// It has left: moved out, deregistered, as known on the day or later.
    Left(Event),
    /// A table was not answered by the day.
    Unreported(TableName),
    /// No registration says how old it is.
    AgeUnknown,
    /// It is too young, or not yet established.
    TooYoung,
}

impl Outcome {
    /// One word for tables: `good`, `bad`, `indeterminate`, `excluded`.
    pub const fn word(self) -> &'static str {
        match self {
            Outcome::Good => "good",
            Outcome::Bad(_) => "bad",
            Outcome::Indeterminate(_) => "indeterminate",
            Outcome::Excluded(_) => "excluded",
        }
    }

    /// Whether it is bad; none if it is neither good nor bad.
    pub const fn is_bad(self) -> Option<bool> {
        match self {
            Outcome::Good => Some(false),
            Outcome::Bad(_) => Some(true),
            Outcome::Indeterminate(_) | Outcome::Excluded(_) => None,
        }
    }

    /// Why it is neither good nor bad, in one word for tables.
    ///
    /// Indeterminate: `window_not_over`, `objected`, `left`, `overdue`, `not_followed_TABLE`. Excluded: `in_default`,
    /// `in_default_known_later`, `left`, `unreported_TABLE`, `age_unknown`, `too_young`.
    pub fn reason(self) -> Option<String> {
        let word = match self {
            Outcome::Good | Outcome::Bad(_) => return None,
            Outcome::Indeterminate(Doubt::WindowNotOver) => "window_not_over",
            Outcome::Indeterminate(Doubt::Objected(_)) => "objected",
            Outcome::Indeterminate(Doubt::Left(_)) | Outcome::Excluded(Exclusion::Left(_)) => "left",
            Outcome::Indeterminate(Doubt::Overdue(_)) => "overdue",
            Outcome::Indeterminate(Doubt::NotFollowed(table)) => {
                return Some(format!("not_followed_{}", table.word()));
            }
            Outcome::Excluded(Exclusion::InDefault(_)) => "in_default",
            Outcome::Excluded(Exclusion::InDefaultKnownLater(_)) => "in_default_known_later",
            Outcome::Excluded(Exclusion::Unreported(table)) => {
                return Some(format!("unreported_{}", table.word()));
            }
            Outcome::Excluded(Exclusion::AgeUnknown) => "age_unknown",
            Outcome::Excluded(Exclusion::TooYoung) => "too_young",
        };
        Some(word.to_owned())
    }

    /// What happened that decided it; none where nothing did.
    pub const fn event(self) -> Option<Event> {
        match self {
            Outcome::Bad(event)
            | Outcome::Indeterminate(Doubt::Objected(event) | Doubt::Left(event) | Doubt::Overdue(event))
            | Outcome::Excluded(
                Exclusion::InDefault(event) | Exclusion::InDefaultKnownLater(event) | Exclusion::Left(event),
            ) => Some(event),
            Outcome::Good | Outcome::Indeterminate(_) | Outcome::Excluded(_) => None,
        }
    }
}

/// The days after an observation date up to and including the last day of the window.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    pub(super) observed_on: Date,
    pub(super) end: Date,
}

impl Window {
    fn holds(self, day: Date) -> bool {
        self.observed_on < day && day <= self.end
    }

    fn first(self, mut events: impl Iterator<Item = Event>) -> Option<Event> {
        events.find(|event| self.holds(event.on))
    }
}

/// What the records of one firm say, as known by the end, of all windows.
pub(super) struct Past<'a> {
    spec: &'a PanelSpec,
    end: View<'a>,
    defaults: Vec<Spell>,
    departures: Vec<Spell>,
    objected: Vec<Event>,
    overdue: Vec<Event>,
}

impl<'a> Past<'a> {
    pub(super) fn new(spec: &'a PanelSpec, dossier: &'a Dossier) -> Self {
        let end = dossier.view(spec.known_by);
        let overdue = spec.indeterminate.overdue.as_ref();
        let mut reports = overdue.map_or_else(Vec::new, |overdue| overdue_reports(&end, overdue));
        reports.sort_unstable();
        let kind = super::event::EventKind::Overdue;
        Self {
            spec,
            defaults: spells(&spec.default.events, &end),
            departures: registration_spells(&end, &spec.indeterminate.left),
            objected: objected(&spec.default.events, &end),
            overdue: reports.into_iter().map(|on| Event { kind, on }).collect(),
            end,
        }
    }

    /// The outcome in a window; `then` is the firm as it was known on the observation date.
    pub(super) fn outcome(&self, then: &View<'_>, window: Window) -> Outcome {
        if let Some(reason) = self.exclusion(then) {
            return Outcome::Excluded(reason);
        }
        if window.end > self.spec.known_by {
            return Outcome::Indeterminate(Doubt::WindowNotOver);
        }
        match window.first(self.defaults.iter().map(|spell| spell.event)) {
            Some(event) => Outcome::Bad(event),
            None => self.doubt(window).map_or(Outcome::Good, Outcome::Indeterminate),
        }
    }

    fn exclusion(&self, then: &View<'_>) -> Option<Exclusion> {
        let day = then.as_of();
        let (default, exclude) = (&self.spec.default, &self.spec.exclude);
        let cure = default.cure_months;
        if let Some(event) = holding(&spells(&default.events, then), day, cure) {
            return Some(Exclusion::InDefault(event));
        }
        if let Some(event) = holding(&self.defaults, day, cure) {
            return Some(Exclusion::InDefaultKnownLater(event));
        }
        let left = registration_spells(then, &self.spec.indeterminate.left);
        if let Some(event) = holding(&left, day, 0).or_else(|| holding(&self.departures, day, 0)) {
            return Some(Exclusion::Left(event));
        }
        let is_unreported = |table: &&TableName| then.answered_on(**table).is_none();
        if let Some(table) = exclude.reported.iter().find(is_unreported) {
            return Some(Exclusion::Unreported(*table));
        }
        let least = i32::from(exclude.min_age_months);
        match then.registration() {
            Some(r) if r.established_on.plus_months(least) > day => Some(Exclusion::TooYoung),
            None if least > 0 => Some(Exclusion::AgeUnknown),
            _ => None,
        }
    }

    fn doubt(&self, window: Window) -> Option<Doubt> {
        let first = |events: &[Event]| window.first(events.iter().copied());
        let departures = self.departures.iter().map(|spell| spell.event);
        first(&self.objected)
            .map(Doubt::Objected)
            .or_else(|| window.first(departures).map(Doubt::Left))
            .or_else(|| first(&self.overdue).map(Doubt::Overdue))
            .or_else(|| {
                let silent = window.end.plus_months(-FRESH_MONTHS);
                let is_silent = |table: &&TableName| self.end.answered_on(**table) <= Some(silent);
                let table = self.spec.indeterminate.followed.iter().find(is_silent);
                table.copied().map(Doubt::NotFollowed)
            })
    }
}

fn holding(spells: &[Spell], day: Date, cure_months: u16) -> Option<Event> {
    let held = spells.iter().find(|spell| spell.holds_on(day, cure_months));
    held.map(|spell| spell.event)
}
