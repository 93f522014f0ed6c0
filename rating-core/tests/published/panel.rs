//! `docs/panel.md`: what stands where the document says nothing, and every word of a row.

use super::{hold_page, table};
use rating_core::measure::COUNT;
use rating_core::num::Date;
use rating_core::panel::{Doubt, Event, EventKind, Exclusion, Outcome, PanelSpec};
use rating_core::record::{FirmStatus, ListKind, TableName};

#[test]
fn the_page_of_panels_says_what_the_code_says() {
    hold_page(
        "docs/panel.md",
        &[("defaults", defaults()), ("reasons", reasons())],
    );
}

/// The parts that stand as shipped if they are left out.
fn defaults() -> String {
    let spec = PanelSpec::new(vec![Date::MIN], 12, Date::MIN);
    let mut document = serde_json::to_value(spec).unwrap();
    for given in ["observed_on", "outcome_months", "known_by"] {
        document.as_object_mut().unwrap().remove(given);
    }
    let text = serde_json::to_string_pretty(&document).unwrap();
    format!("```json\n{text}\n```")
}

fn reasons() -> String {
    let event = |kind| Event { kind, on: Date::MIN };
    let left = event(EventKind::Registration(FirmStatus::Deregistered));
    let listed = event(EventKind::Listing(ListKind::JudgmentDebtor));
    let overdue = event(EventKind::Overdue);
    let excluded = Outcome::Excluded;
    let doubted = Outcome::Indeterminate;
    let (registry, credit) = (TableName::Registrations, TableName::Facilities);
    let outcomes = [
        (
            excluded(Exclusion::InDefault(overdue)),
            "in default on the date, as known then",
        ),
        (
            excluded(Exclusion::InDefaultKnownLater(overdue)),
            "in default on the date, which became known later",
        ),
        (
            excluded(Exclusion::Left(left)),
            "on the date in a state of `indeterminate.left`",
        ),
        (
            excluded(Exclusion::Unreported(registry)),
            "a table of `exclude.reported` was not answered by the date",
        ),
        (
            excluded(Exclusion::TooYoung),
            "established later, or younger than asked for",
        ),
        (
            excluded(Exclusion::AgeUnknown),
            "a least age is asked for and no registration is known",
        ),
        (doubted(Doubt::WindowNotOver), "the window ends after `known_by`"),
        (Outcome::Bad(overdue), "a default in the window: the first"),
        (
            doubted(Doubt::Objected(listed)),
            "an entry on a list in the window, against which an objection is pending",
        ),
        (doubted(Doubt::Left(left)), "came into such a state in the window"),
        (
            doubted(Doubt::Overdue(overdue)),
            "a report in the window shows what `indeterminate.overdue` says",
        ),
        (
            doubted(Doubt::NotFollowed(credit)),
            "a table of `indeterminate.followed` has no answer for the last three months of the window",
        ),
        (Outcome::Good, "none of these"),
    ];
    let code = |text: String| format!("`{text}`");
    let rows = outcomes.into_iter().map(|(outcome, meaning)| {
        let event = outcome.event().map(|event| code(event.kind.word()));
        vec![
            code(outcome.word().to_owned()),
            outcome.reason().map(code).unwrap_or_default(),
            event.unwrap_or_default(),
            meaning.to_owned(),
        ]
    });
    let mut text = table(&["outcome", "reason", "event, for example", "when"], rows);
    text += &format!("\nBeside these a row has the {COUNT} measures of the [catalogue](measures.md).");
    text
}
