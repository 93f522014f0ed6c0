//! When a firm was in default, by what its records say as known on a day.

use super::spec::{EventSpec, OverdueSpec};
use crate::num::{Date, Money};
use crate::record::{FacilitySnapshot, FirmStatus, ListKind, Listing, View};

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// A facility was overdue for so many days.
    Overdue,
    /// A facility was classed as non-performing.
    NonPerforming,
    /// The registration came into this state.
    Registration(FirmStatus),
    /// The firm was put on this list.
    Listing(ListKind),
}

impl EventKind {
    /// One word for tables: `overdue`, `non_performing`, `registration_STATE`, `listing_LIST`.
    pub fn word(self) -> String {
        match self {
            EventKind::Overdue => "overdue".to_owned(),
            EventKind::NonPerforming => "non_performing".to_owned(),
            EventKind::Registration(status) => format!("registration_{}", status.word()),
            EventKind::Listing(list) => format!("listing_{}", list.word()),
        }
    }
}

/// What happened, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// What happened.
    pub kind: EventKind,
    /// On which day.
    pub on: Date,
}

/// Something that began with an event and held for a while.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spell {
    pub(super) event: Event,
    /// The day on which it was over; none: not yet.
    over_on: Option<Date>,
}

impl Spell {
    /// Whether it holds on a day, or ended less than so many months before.
    pub(super) fn holds_on(&self, day: Date, cure_months: u16) -> bool {
        let over_on = self.over_on.map(|over| over.plus_months(i32::from(cure_months)));
        self.event.on <= day && over_on.is_none_or(|over| day < over)
    }
}

/// The months for which a snapshot stands where there is no later one.
pub(super) const FRESH_MONTHS: i32 = 3;

/// All spells of these events as known on the day of the view, in order of their first days; of one day in the order
/// of the document.
pub(super) fn spells(events: &[EventSpec], view: &View<'_>) -> Vec<Spell> {
    let of_event = |event: &EventSpec| match event {
        EventSpec::Overdue(overdue) => overdue_spells(view, overdue),
        EventSpec::NonPerforming { from } => {
            let state = |s: &FacilitySnapshot| s.class.map(|class| class >= *from);
            facility_spells(view, EventKind::NonPerforming, state, |s| s.snapshot_on)
        }
        EventSpec::Registration { any_of } => registration_spells(view, any_of),
        EventSpec::Listing { list } => listing_spells(view, *list),
    };
    let mut all: Vec<Spell> = events.iter().flat_map(of_event).collect();
    all.sort_by_key(|spell| spell.event.on);
    all
}

/// The days of reports that show a facility overdue so long and so much.
pub(super) fn overdue_reports(view: &View<'_>, overdue: &OverdueSpec) -> Vec<Date> {
    told(view)
        .filter(|s| is_overdue(view, overdue, s) == Some(true))
        .map(|s| s.snapshot_on)
        .collect()
}

/// Entries on lists of these events that an objection holds up.
pub(super) fn objected(events: &[EventSpec], view: &View<'_>) -> Vec<Event> {
    let lists = |entry: &&Listing| {
        let is_meant =
            |event: &EventSpec| matches!(event, EventSpec::Listing { list } if *list == entry.list);
        events.iter().any(is_meant)
    };
    view.listings()
        .filter(lists)
        .filter(|entry| is_objected(view, entry) && entry.started_on <= view.as_of())
        .map(|entry| Event {
            kind: EventKind::Listing(entry.list),
            on: entry.started_on,
        })
        .collect()
}

/// Snapshots by the day of the view, in order of facility and day.
fn told<'a>(view: &View<'a>) -> impl Iterator<Item = &'a FacilitySnapshot> + use<'a> {
    let as_of = view.as_of();
    view.facilities().filter(move |s| s.snapshot_on <= as_of)
}

/// Spells of a state of facilities; a snapshot that does not tell the state changes nothing.
fn facility_spells(
    view: &View<'_>,
    kind: EventKind,
    state: impl Fn(&FacilitySnapshot) -> Option<bool>,
    onset: impl Fn(&FacilitySnapshot) -> Date,
) -> Vec<Spell> {
    let mut found = Vec::new();
    let mut before: Option<&FacilitySnapshot> = None;
    let mut open: Option<Event> = None;
    let spell = |over_on| move |event| Spell { event, over_on };
    for snapshot in told(view) {
        if before.is_some_and(|b| b.facility != snapshot.facility) {
            found.extend(open.take().map(spell(None)));
            before = None;
        }
        let Some(holds) = state(snapshot) else { continue };
        if !holds {
            found.extend(open.take().map(spell(Some(snapshot.snapshot_on))));
        } else if open.is_none() {
            // While the last report said that there was none, there was none.
            let earliest = before.map_or(Date::MIN, |b| b.snapshot_on.plus_days(1));
            let on = onset(snapshot).max(earliest);
            open = Some(Event { kind, on });
        }
        before = Some(snapshot);
    }
    found.extend(open.map(spell(None)));
    found
}

fn overdue_spells(view: &View<'_>, overdue: &OverdueSpec) -> Vec<Spell> {
    let onset = |s: &FacilitySnapshot| {
        let beyond = s.days_overdue.unwrap_or(0).saturating_sub(overdue.days);
        s.snapshot_on
            .plus_days(-i32::try_from(beyond).unwrap_or(i32::MAX))
    };
    let state = |s: &FacilitySnapshot| is_overdue(view, overdue, s);
    facility_spells(view, EventKind::Overdue, state, onset)
}

/// Whether a snapshot shows its facility overdue so long and so much; none if it does not say for how long.
fn is_overdue(view: &View<'_>, overdue: &OverdueSpec, snapshot: &FacilitySnapshot) -> Option<bool> {
    let is_long = snapshot.days_overdue? >= overdue.days;
    Some(is_long && is_material(view, overdue, snapshot.snapshot_on))
}

/// Whether what the facilities of the firm are overdue together on a day is enough, as an amount and as a share.
fn is_material(view: &View<'_>, overdue: &OverdueSpec, on: Date) -> bool {
    let (mut due, mut balance) = (0_i128, 0_i128);
    let mut add = |snapshot: Option<&FacilitySnapshot>| {
        let Some(snapshot) = snapshot else { return };
        due += amount_due(snapshot);
        balance += i128::from(snapshot.balance.fen());
    };
    let mut latest: Option<&FacilitySnapshot> = None;
    let fresh = on.plus_months(-FRESH_MONTHS);
    for snapshot in told(view).filter(|s| fresh < s.snapshot_on && s.snapshot_on <= on) {
        if latest.is_some_and(|l| l.facility != snapshot.facility) {
            add(latest);
        }
        latest = Some(snapshot);
    }
    add(latest);
    due >= i128::from(overdue.amount.fen()) && due as f64 >= overdue.share * balance as f64
}

/// What a facility is overdue, in fen; all of its balance where it is overdue and the amount is not reported.
fn amount_due(snapshot: &FacilitySnapshot) -> i128 {
    let is_overdue = snapshot.days_overdue.is_some_and(|days| days > 0);
    let unreported = if is_overdue { snapshot.balance } else { Money::ZERO };
    i128::from(snapshot.amount_overdue.unwrap_or(unreported).fen())
}

/// Spells in these states: a registration holds until the next one that became known, from the day that it names.
pub(super) fn registration_spells(view: &View<'_>, any_of: &[FirmStatus]) -> Vec<Spell> {
    let versions: Vec<_> = view.registration_versions().collect();
    let since = |at: usize| versions.get(at).map(|r| r.status_on.unwrap_or(r.known_on));
    let mut found: Vec<Spell> = Vec::new();
    for (at, version) in versions.iter().enumerate() {
        let Some(on) = since(at).filter(|on| any_of.contains(&version.status) && *on <= view.as_of()) else {
            continue;
        };
        let over_on = since(at + 1);
        if over_on.is_some_and(|over| over <= on) {
            continue; // Taken back, or dated anew.
        }
        let kind = EventKind::Registration(version.status);
        let event = Event { kind, on };
        found.push(Spell { event, over_on });
    }
    found
}

fn listing_spells(view: &View<'_>, list: ListKind) -> Vec<Spell> {
    let entries = view.listings();
    let counted = entries.filter(|l| l.list == list && l.started_on <= view.as_of() && !is_objected(view, l));
    counted
        .map(|entry| {
            let expired = entry.ends_on.map(|last| last.plus_days(1));
            let ends = [view.happened(entry.repaired_on), view.happened(expired)];
            let kind = EventKind::Listing(list);
            Spell {
                event: Event {
                    kind,
                    on: entry.started_on,
                },
                over_on: ends.into_iter().flatten().min(),
            }
        })
        .collect()
}

/// Whether an objection is pending against an entry that was not lifted.
fn is_objected(view: &View<'_>, entry: &Listing) -> bool {
    view.happened(entry.objection_on).is_some() && view.happened(entry.repaired_on).is_none()
}
