//! What a rule finds in a firm's records.

use super::spec::{RuleKind, RuleSpec};
use crate::num::Date;
use crate::record::{FacilitySnapshot, Listing, ListingState, TableName, TaxCreditLevel, TaxLevel, View};

/// What a rule found. Only [`Finding::Fired`] has an effect; the others say why there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// It applies.
    Fired {
        /// Since when.
        since: Date,
        /// Last day, where one is fixed.
        until: Option<Date>,
    },
    /// It would apply, but an objection against the record is pending.
    Frozen {
        /// Since when what is objected to stands.
        since: Date,
        /// When the objection was received.
        objection_on: Date,
    },
    /// It applied until the record was lifted or repaired.
    Lifted {
        /// Since when it applied.
        since: Date,
        /// When it was lifted.
        on: Date,
    },
    /// It applied until its time ran out.
    Expired {
        /// Since when it applied.
        since: Date,
        /// Its last day.
        on: Date,
    },
    /// Nothing of the kind is on record.
    NotFired,
    /// The department did not report, or reported too long ago for the rule to tell.
    NoData,
    /// The rule does not apply on this day.
    NotInForce,
}

impl Finding {
    /// One word for tables: `fired`, `frozen`, `lifted`, `expired`, `not_fired`, `no_data`, `not_in_force`.
    pub const fn word(self) -> &'static str {
        match self {
            Finding::Fired { .. } => "fired",
            Finding::Frozen { .. } => "frozen",
            Finding::Lifted { .. } => "lifted",
            Finding::Expired { .. } => "expired",
            Finding::NotFired => "not_fired",
            Finding::NoData => "no_data",
            Finding::NotInForce => "not_in_force",
        }
    }

    /// Since when what was found stands or stood.
    pub const fn since(self) -> Option<Date> {
        match self {
            Finding::Fired { since, .. }
            | Finding::Frozen { since, .. }
            | Finding::Lifted { since, .. }
            | Finding::Expired { since, .. } => Some(since),
            Finding::NotFired | Finding::NoData | Finding::NotInForce => None,
        }
    }

    /// Until when it stands or stood: a last day fixed beforehand, or the day on which it was lifted or expired.
    pub const fn until(self) -> Option<Date> {
        match self {
            Finding::Fired { until, .. } => until,
            Finding::Lifted { on, .. } | Finding::Expired { on, .. } => Some(on),
            Finding::Frozen { .. } | Finding::NotFired | Finding::NoData | Finding::NotInForce => None,
        }
    }

    /// When the objection was received that freezes the record.
    pub const fn objection_on(self) -> Option<Date> {
        match self {
            Finding::Frozen { objection_on, .. } => Some(objection_on),
            _ => None,
        }
    }
}

/// What a rule finds as of the day of a view: one finding a record it looks at, or a single one.
pub fn findings(rule: &RuleSpec, view: &View<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    note_findings(rule, view, |finding| found.push(finding));
    found
}

/// Calls `note` with each of the [`findings`].
pub(crate) fn note_findings(rule: &RuleSpec, view: &View<'_>, mut note: impl FnMut(Finding)) {
    let as_of = view.as_of();
    if as_of < rule.valid_from || rule.valid_to.is_some_and(|last| as_of > last) {
        note(Finding::NotInForce);
        return;
    }
    let mut is_silent = true;
    let found = |finding| {
        is_silent = false;
        note(finding);
    };
    let source = match &rule.kind {
        RuleKind::Registration { any_of } => {
            let met = view.registration().filter(|r| any_of.contains(&r.status));
            let since = met.map(|r| r.status_on.unwrap_or(r.known_on));
            let fired = since
                .filter(|d| *d <= as_of)
                .map(|since| Finding::Fired { since, until: None });
            fired.into_iter().for_each(found);
            TableName::Registrations
        }
        RuleKind::Listing { list, longest_months } => {
            let entries = view
                .listings()
                .filter(|l| l.list == *list && l.started_on <= as_of);
            entries
                .map(|l| listing_finding(l, *longest_months, as_of))
                .for_each(found);
            TableName::Listings
        }
        RuleKind::DirectTaxLevelD => {
            let latest = view.tax_credit_levels().last();
            let met = latest.filter(|l| l.level == TaxLevel::D && l.direct == Some(true));
            met.map(|l| level_finding(l, as_of)).into_iter().for_each(found);
            TableName::TaxCreditLevels
        }
        RuleKind::LoanInDefault => {
            default_findings(view).into_iter().for_each(found);
            TableName::Facilities
        }
    };
    if !is_silent {
        return;
    }
    // A credit register that has been silent for three months does not say that there is no default.
    let is_fresh = |day: &Date| rule.kind != RuleKind::LoanInDefault || *day > earliest_snapshot(as_of);
    note(match view.answered_on(source).filter(is_fresh) {
        Some(_) => Finding::NotFired,
        None => Finding::NoData,
    });
}

/// A direct D: kept for the two years that it is known for, until the levels of the year after next come out.
///
/// Source: 国家税务总局公告2025年第12号, article 34.
fn level_finding(level: &TaxCreditLevel, as_of: Date) -> Finding {
    let since = level.known_on;
    let until = Date::new(level.year.saturating_add(3), 4, 30).unwrap_or(Date::MAX);
    if as_of > until {
        Finding::Expired { since, on: until }
    } else {
        let until = Some(until);
        Finding::Fired { since, until }
    }
}

fn listing_finding(entry: &Listing, longest_months: Option<u16>, as_of: Date) -> Finding {
    let since = entry.started_on;
    let longest = longest_months.map(|months| since.plus_months(i32::from(months)));
    let until = entry.ends_on.or(longest);
    match (
        entry.state_with_last_day(until, as_of),
        entry.repaired_on,
        until,
        entry.objection_on,
    ) {
        (ListingState::Repaired, Some(on), _, _) => Finding::Lifted { since, on },
        (ListingState::Expired, _, Some(on), _) => Finding::Expired { since, on },
        (ListingState::Objected, _, _, Some(objection_on)) => Finding::Frozen { since, objection_on },
        _ => Finding::Fired { since, until },
    }
}

/// The day after which a snapshot speaks of a day.
fn earliest_snapshot(as_of: Date) -> Date {
    as_of.plus_months(-3)
}

/// Facilities in default in their latest snapshot of the three months to the day.
fn default_findings(view: &View<'_>) -> Vec<Finding> {
    let earliest = earliest_snapshot(view.as_of());
    let mut found = Vec::new();
    let mut latest: Option<&FacilitySnapshot> = None;
    let mut note = |snapshot: Option<&FacilitySnapshot>| {
        let Some(snapshot) = snapshot.filter(|s| s.snapshot_on > earliest && s.is_in_default()) else {
            return;
        };
        let days = i32::try_from(snapshot.days_overdue.unwrap_or(0)).unwrap_or(i32::MAX);
        found.push(Finding::Fired {
            since: snapshot.snapshot_on.plus_days(-days),
            until: None,
        });
    };
    // Snapshots stand in order of facility and day, so the last of a run is the latest of its facility.
    for snapshot in view.facilities().filter(|s| s.snapshot_on <= view.as_of()) {
        if latest.is_some_and(|l| l.facility != snapshot.facility) {
            note(latest);
        }
        latest = Some(snapshot);
    }
    note(latest);
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Dossier;

    fn rule(kind: &str) -> RuleSpec {
        let text = format!(
            r#"{{"id": "r", "kind": {kind}, "effect": {{"cap": "CCC"}}, "valid_from": "2020-01-01",
                "basis": {{"document": "d", "en": "e", "zh": "z", "provenance": "p"}}}}"#
        );
        serde_json::from_str(&text).unwrap()
    }

    fn find(kind: &str, tables: &str, as_of: &str) -> Vec<Finding> {
        let firm: Dossier = format!(r#"{{"firm_id": "F-1"{tables}}}"#).parse().unwrap();
        findings(&rule(kind), &firm.view(as_of.parse().unwrap()))
    }

    const LISTED: &str = r#"{"listing": {"list": "judgment_debtor", "longest_months": 24}}"#;

    #[test]
    fn a_listing_counts_until_it_is_repaired_expires_or_is_objected_to() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        let since = day("2024-01-10");
        let entry = |more: &str| {
            format!(r#", "listings": [{{"list": "失信被执行人", "started_on": "2024-01-10"{more}}}]"#)
        };
        let until = Some(day("2026-01-10"));
        assert_eq!(
            find(LISTED, &entry(""), "2025-06-30"),
            [Finding::Fired { since, until }]
        );
        assert_eq!(find(LISTED, &entry(""), "2024-01-09"), [Finding::NoData]);
        assert_eq!(
            find(LISTED, &entry(""), "2026-01-11"),
            [Finding::Expired {
                since,
                on: day("2026-01-10")
            }]
        );
        let repaired = entry(r#", "repaired_on": "2025-03-01""#);
        assert_eq!(
            find(LISTED, &repaired, "2025-02-28"),
            [Finding::Fired { since, until }]
        );
        assert_eq!(
            find(LISTED, &repaired, "2025-03-01"),
            [Finding::Lifted {
                since,
                on: day("2025-03-01")
            }]
        );
        let objected = entry(r#", "objection_on": "2025-03-01""#);
        let frozen = Finding::Frozen {
            since,
            objection_on: day("2025-03-01"),
        };
        assert_eq!(find(LISTED, &objected, "2025-03-02"), [frozen]);
    }

    #[test]
    fn a_department_that_answered_none_differs_from_one_that_did_not_answer() {
        let answered = r#", "answers": [{"table": "listings", "answered_on": "2025-01-31"}]"#;
        assert_eq!(find(LISTED, answered, "2025-06-30"), [Finding::NotFired]);
        assert_eq!(find(LISTED, "", "2025-06-30"), [Finding::NoData]);
        assert_eq!(find(LISTED, answered, "2019-12-31"), [Finding::NotInForce]);
    }

    #[test]
    fn the_latest_snapshot_of_a_facility_decides_on_default() {
        let snapshot = |facility: &str, on: &str, days: u32| {
            format!(
                r#"{{"facility": "{facility}", "lender": "L", "snapshot_on": "{on}", "opened_on": "2023-01-01",
                    "balance": 10, "days_overdue": {days}}}"#
            )
        };
        let table = |rows: &[String]| format!(r#", "facilities": [{}]"#, rows.join(","));
        let kind = r#""loan_in_default""#;
        let cured = table(&[snapshot("a", "2025-05-31", 120), snapshot("a", "2025-06-30", 0)]);
        assert_eq!(find(kind, &cured, "2025-06-30"), [Finding::NotFired]);
        let since = "2025-03-02".parse().unwrap(); // 30 June less 120 days
        let fallen = table(&[snapshot("a", "2025-06-30", 120), snapshot("b", "2025-06-30", 90)]);
        assert_eq!(
            find(kind, &fallen, "2025-06-30"),
            [Finding::Fired { since, until: None }]
        );
        assert_eq!(
            find(kind, &fallen, "2025-09-29"),
            [Finding::Fired { since, until: None }]
        );
        assert_eq!(find(kind, &fallen, "2025-09-30"), [Finding::NoData]); // the snapshots are too old to say
        let answer = r#", "answers": [{"table": "facilities", "answered_on": "2025-09-01"}]"#;
        assert_eq!(find(kind, &(fallen + answer), "2025-09-30"), [Finding::NotFired]);
    }

    /// Evaluated in April 2025 for 2024, kept in April 2026 for 2025, gone with the levels of 2026 in April 2027.
    #[test]
    fn a_direct_level_d_counts_for_two_years_and_only_as_the_latest_level() {
        let kind = r#""direct_tax_level_d""#;
        let level = |year: i16, level: &str, direct: bool| {
            format!(r#"{{"year": {year}, "level": "{level}", "direct": {direct}}}"#)
        };
        let table = |rows: &[String]| format!(r#", "tax_credit_levels": [{}]"#, rows.join(","));
        let direct = table(&[level(2024, "D", true)]);
        let [since, until] = ["2025-04-30", "2027-04-30"].map(|day| day.parse().unwrap());
        let fired = Finding::Fired {
            since,
            until: Some(until),
        };
        assert_eq!(find(kind, &direct, "2025-04-29"), [Finding::NoData]);
        assert_eq!(find(kind, &direct, "2025-04-30"), [fired]);
        assert_eq!(find(kind, &direct, "2027-04-30"), [fired]);
        assert_eq!(
            find(kind, &direct, "2027-05-01"),
            [Finding::Expired { since, on: until }]
        );
        let better = table(&[level(2024, "D", true), level(2025, "C", false)]);
        assert_eq!(find(kind, &better, "2026-05-01"), [Finding::NotFired]);
        let scored = table(&[level(2024, "D", false)]);
        assert_eq!(find(kind, &scored, "2025-06-30"), [Finding::NotFired]);
    }
}
