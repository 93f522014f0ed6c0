//! Registration, registered changes, annual reports, published lists.

use super::{Measure, Measured, Measures, Missing};
use crate::num::{Date, Money};
use crate::record::{ChangeItem, ListKind, ListingState, TableName, View};

pub(super) fn measure(view: &View<'_>, out: &mut Measures) {
    measure_registration(view, out);
    measure_changes(view, out);
    measure_reports(view, out);
    measure_listings(view, out);
}

/// A value, or "not reported".
fn reported(value: Option<f64>) -> Measured {
    value.map_or(Missing::NotReported.into(), Measured::Value)
}

fn measure_registration(view: &View<'_>, out: &mut Measures) {
    if view.answered_on(TableName::Registrations).is_none() {
        return;
    }
    let Some(firm) = view.registration() else {
        // The registry answered, and knows no such firm.
        for measure in [
            Measure::RegistryAge,
            Measure::RegistryCapital,
            Measure::RegistryPaidInShare,
            Measure::RegistryStaff,
            Measure::RegistryDays,
        ] {
            out.set(measure, Missing::NotApplicable);
        }
        return;
    };
    let established = view.happened(Some(firm.established_on));
    let since = |count: fn(Date, Date) -> f64| {
        established.map_or(Missing::NotApplicable.into(), |day| {
            Measured::Value(count(view.as_of(), day))
        })
    };
    let paid_in_share = match firm.paid_in_capital.zip(firm.registered_capital) {
        Some((paid_in, registered)) => Measured::ratio(paid_in.fen() as f64, registered.fen() as f64),
        None => Missing::NotReported.into(),
    };
    out.set(Measure::RegistryAge, since(Date::years_since));
    out.set(
        Measure::RegistryDays,
        since(|as_of, day| f64::from(as_of.days_since(day))),
    );
    out.set(
        Measure::RegistryCapital,
        reported(firm.registered_capital.map(Money::yuan)),
    );
    out.set(Measure::RegistryPaidInShare, paid_in_share);
    out.set(Measure::RegistryStaff, reported(firm.staff.map(f64::from)));
}

fn measure_changes(view: &View<'_>, out: &mut Measures) {
    if view.answered_on(TableName::RegistryChanges).is_none() {
        return;
    }
    let as_of = view.as_of();
    let (after_12m, after_24m) = (as_of.plus_months(-12), as_of.plus_months(-24));
    let (mut changes, mut representatives, mut shareholders) = (0_u32, 0_u32, 0_u32);
    for change in view
        .registry_changes()
        .filter(|c| c.changed_on <= as_of && c.changed_on > after_24m)
    {
        changes += u32::from(change.changed_on > after_12m);
        representatives += u32::from(change.item == ChangeItem::LegalRepresentative);
        shareholders += u32::from(change.item == ChangeItem::Shareholder);
    }
    out.set(Measure::RegistryChanges12m, f64::from(changes));
    out.set(
        Measure::RegistryRepresentativeChanges24m,
        f64::from(representatives),
    );
    out.set(Measure::RegistryShareholderChanges24m, f64::from(shareholders));
}

fn measure_reports(view: &View<'_>, out: &mut Measures) {
    if view.answered_on(TableName::AnnualReports).is_none() {
        return;
    }
    let as_of = view.as_of();
    let from_36m = as_of.plus_months(-36);
    let (mut due, mut on_time, mut missing) = (0_u32, 0_u32, 0_u32);
    for report in view
        .annual_reports()
        .filter(|r| r.due_on < as_of && r.due_on >= from_36m)
    {
        let filed = view.happened(report.filed_on);
        due += 1;
        on_time += u32::from(filed.is_some_and(|day| day <= report.due_on));
        missing += u32::from(filed.is_none());
    }
    out.set(
        Measure::RegistryReportsOnTime,
        Measured::ratio(f64::from(on_time), f64::from(due)),
    );
    out.set(Measure::RegistryReportsMissing, f64::from(missing));
}

fn measure_listings(view: &View<'_>, out: &mut Measures) {
    if view.answered_on(TableName::Listings).is_none() {
        return;
    }
    let as_of = view.as_of();
    let from_36m = as_of.plus_months(-36);
    let (mut open, mut closed, mut penalties) = (0_u32, 0_u32, 0_u32);
    for entry in view.listings() {
        let is_penalty = entry.list == ListKind::AdministrativePenalty;
        match entry.state(as_of) {
            ListingState::Open | ListingState::Expired if is_penalty => {
                penalties += u32::from(entry.started_on > from_36m);
            }
            ListingState::Open => open += 1,
            // The entry expires on the day after its last day, so a last day on the border lies in the window.
            ListingState::Expired => {
                closed += u32::from(entry.ends_on.is_some_and(|last| last >= from_36m));
            }
            ListingState::Future | ListingState::Objected | ListingState::Repaired => {}
        }
    }
    out.set(Measure::RegistryListingsOpen, f64::from(open));
    out.set(Measure::RegistryListingsClosed36m, f64::from(closed));
    out.set(Measure::RegistryPenalties36m, f64::from(penalties));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Dossier;

    const AS_OF: &str = "2026-06-30";
    const NOT_REPORTED: Measured = Measured::Missing(Missing::NotReported);
    const NOT_APPLICABLE: Measured = Measured::Missing(Missing::NotApplicable);

    /// One firm's tables, without the outer braces, measured on 2026-06-30.
    fn measured(tables: &str) -> Measures {
        let firm: Dossier = format!(r#"{{"firm_id": "F-000001", {tables}}}"#).parse().unwrap();
        let mut out = Measures::NONE;
        measure(&firm.view(AS_OF.parse().unwrap()), &mut out);
        out
    }

    fn registered(fields: &str) -> Measures {
        measured(&format!(
            r#""registrations": [{{"name": "甲", "status": "active", {fields}}}]"#
        ))
    }

    fn value(measures: &Measures, measure: Measure) -> f64 {
        measures.get(measure).value().unwrap()
    }

    #[track_caller]
    fn close(got: f64, expected: f64) {
        assert!((got - expected).abs() < 1e-12, "got {got}, expected {expected}");
    }

    #[test]
    fn a_department_that_sent_nothing_leaves_every_measure_not_reported() {
        let measures = measured(r#""statements": []"#);
        assert_eq!(measures, Measures::NONE);
    }

    #[test]
    fn empty_answers_are_counts_of_zero_and_shares_of_nothing() {
        let measures = measured(
            r#""answers": [{"table": "registrations", "answered_on": "2026-06-01"},
                {"table": "registry_changes", "answered_on": "2026-06-01"},
                {"table": "annual_reports", "answered_on": "2026-06-01"},
                {"table": "listings", "answered_on": "2026-06-01"}]"#,
        );
        for measure in [
            Measure::RegistryChanges12m,
            Measure::RegistryRepresentativeChanges24m,
            Measure::RegistryShareholderChanges24m,
            Measure::RegistryReportsMissing,
            Measure::RegistryListingsOpen,
            Measure::RegistryListingsClosed36m,
            Measure::RegistryPenalties36m,
        ] {
            assert_eq!(measures.get(measure), Measured::Value(0.0), "{}", measure.id());
        }
        for measure in [
            Measure::RegistryAge,
            Measure::RegistryCapital,
            Measure::RegistryPaidInShare,
            Measure::RegistryStaff,
            Measure::RegistryDays,
            Measure::RegistryReportsOnTime,
        ] {
            assert_eq!(measures.get(measure), NOT_APPLICABLE, "{}", measure.id());
        }
    }

    #[test]
    fn one_answered_table_leaves_the_others_not_reported() {
        let measures = measured(r#""answers": [{"table": "listings", "answered_on": "2026-06-01"}]"#);
        assert_eq!(measures.get(Measure::RegistryListingsOpen), Measured::Value(0.0));
        assert_eq!(measures.get(Measure::RegistryChanges12m), NOT_REPORTED);
        assert_eq!(measures.get(Measure::RegistryReportsMissing), NOT_REPORTED);
    }

    #[test]
    fn the_registration_gives_age_capital_paid_in_share_and_staff() {
        // 2022-06-30 to 2026-06-30: 4 years with one 29 February (2024), 4 · 365 + 1 = 1461 days; / 365.25 = 4.
        // Paid in: 2,500,000.50 of 10,000,002 yuan, one quarter exactly.
        let measures = registered(
            r#""established_on": "2022-06-30", "registered_capital": "10000002", "paid_in_capital": "2500000.50",
               "staff": 37"#,
        );
        close(value(&measures, Measure::RegistryAge), 4.0);
        close(value(&measures, Measure::RegistryDays), 1461.0);
        close(value(&measures, Measure::RegistryCapital), 10_000_002.0);
        close(value(&measures, Measure::RegistryPaidInShare), 0.25);
        close(value(&measures, Measure::RegistryStaff), 37.0);
    }

    #[test]
    fn days_since_establishment_are_told_from_one_year_of_365() {
        // 2025-06-30 to 2026-06-30 holds no 29 February: 365 days; a day later 364.
        let days = |day: &str| {
            let measures = registered(&format!(r#""established_on": "{day}""#));
            value(&measures, Measure::RegistryDays)
        };
        close(days("2025-06-30"), 365.0);
        close(days("2025-07-01"), 364.0);
        close(days("2026-06-30"), 0.0);
    }

    #[test]
    fn empty_fields_of_the_registration_are_not_reported() {
        let measures = registered(r#""established_on": "2022-06-30", "paid_in_capital": "5""#);
        assert_eq!(measures.get(Measure::RegistryCapital), NOT_REPORTED);
        assert_eq!(measures.get(Measure::RegistryPaidInShare), NOT_REPORTED);
        assert_eq!(measures.get(Measure::RegistryStaff), NOT_REPORTED);
    }

    #[test]
    fn a_share_of_no_capital_and_an_age_before_establishment_do_not_apply() {
        let measures = registered(
            r#""established_on": "2026-07-01", "known_on": "2026-06-15", "registered_capital": "0",
               "paid_in_capital": "5""#,
        );
        assert_eq!(measures.get(Measure::RegistryAge), NOT_APPLICABLE);
        assert_eq!(measures.get(Measure::RegistryDays), NOT_APPLICABLE);
        assert_eq!(measures.get(Measure::RegistryPaidInShare), NOT_APPLICABLE);
        close(value(&measures, Measure::RegistryCapital), 0.0);
    }

    #[test]
    fn more_paid_in_than_registered_is_held_to_all_of_it() {
        let measures = registered(
            r#""established_on": "2020-01-01", "registered_capital": "100", "paid_in_capital": "150""#,
        );
        close(value(&measures, Measure::RegistryPaidInShare), 1.0);
    }

    #[test]
    fn changes_are_counted_in_windows_that_end_on_the_day() {
        // 12 months: 2025-07-01 and 2026-06-30 lie in it, 2025-06-30 does not: 2 changes. 24 months: 2024-07-01,
        // 2025-06-30 (representative) lie in it, 2024-06-30 does not: 2. Shareholders: 2025-07-01: 1.
        // The change of 2026-07-01 was announced before the day but has not happened.
        let measures = measured(
            r#""registry_changes": [
                {"item": "legal_representative", "changed_on": "2024-06-30"},
                {"item": "legal_representative", "changed_on": "2024-07-01"},
                {"item": "legal_representative", "changed_on": "2025-06-30"},
                {"item": "shareholder", "changed_on": "2025-07-01"},
                {"item": "address", "changed_on": "2026-06-30"},
                {"item": "legal_representative", "changed_on": "2026-07-01", "known_on": "2026-06-20"}]"#,
        );
        close(value(&measures, Measure::RegistryChanges12m), 2.0);
        close(value(&measures, Measure::RegistryRepresentativeChanges24m), 2.0);
        close(value(&measures, Measure::RegistryShareholderChanges24m), 1.0);
    }

    #[test]
    fn reports_due_in_the_window_are_on_time_late_or_missing() {
        // Due from 2023-06-30 to 2026-06-29: 2022 (on time, on its last day), 2023 (a day late), 2024 (never). Due
        // before the window: 2021. Due on the day itself: 2025, still in time. On time 1 / 3, missing 1.
        let measures = measured(
            r#""annual_reports": [
                {"year": 2021, "due_on": "2022-06-30"},
                {"year": 2022, "due_on": "2023-06-30", "filed_on": "2023-06-30"},
                {"year": 2023, "due_on": "2024-06-30", "filed_on": "2024-07-01"},
                {"year": 2024, "due_on": "2025-06-30"},
                {"year": 2025, "due_on": "2026-06-30"}]"#,
        );
        close(value(&measures, Measure::RegistryReportsOnTime), 1.0 / 3.0);
        close(value(&measures, Measure::RegistryReportsMissing), 1.0);
    }

    #[test]
    fn a_report_filed_after_the_day_is_still_missing() {
        let measures = measured(
            r#""annual_reports": [{"year": 2024, "due_on": "2025-06-30", "filed_on": "2026-07-01"}]"#,
        );
        close(value(&measures, Measure::RegistryReportsOnTime), 0.0);
        close(value(&measures, Measure::RegistryReportsMissing), 1.0);
    }

    #[test]
    fn reports_due_before_the_window_make_no_share() {
        let measures = measured(r#""annual_reports": [{"year": 2021, "due_on": "2022-06-30"}]"#);
        assert_eq!(measures.get(Measure::RegistryReportsOnTime), NOT_APPLICABLE);
        assert_eq!(
            measures.get(Measure::RegistryReportsMissing),
            Measured::Value(0.0)
        );
    }

    #[test]
    fn listings_are_open_until_they_end_are_repaired_or_objected_to() {
        // Open: L1 (no end), L2 (its last day is the day), L6 (repaired only after the day): 3.
        // Closed: L3 (expired on 2026-06-30), L4 (expired on 2023-07-01): 2; L5 expired on 2023-06-30, too early.
        // Neither: L7 repaired, L8 objected, L9 objected and ended, L10 starts after the day.
        let measures = measured(
            r#""listings": [
                {"list": "judgment_debtor", "reference": "L1", "started_on": "2020-01-01"},
                {"list": "abnormal_operation", "reference": "L2", "started_on": "2024-01-01", "ends_on": "2026-06-30"},
                {"list": "abnormal_operation", "reference": "L3", "started_on": "2024-01-01", "ends_on": "2026-06-29"},
                {"list": "serious_violation", "reference": "L4", "started_on": "2020-07-01", "ends_on": "2023-06-30"},
                {"list": "serious_violation", "reference": "L5", "started_on": "2020-07-01", "ends_on": "2023-06-29"},
                {"list": "abnormal_operation", "reference": "L6", "started_on": "2026-01-01", "repaired_on": "2026-07-01"},
                {"list": "abnormal_operation", "reference": "L7", "started_on": "2026-01-01", "repaired_on": "2026-06-30"},
                {"list": "judgment_debtor", "reference": "L8", "started_on": "2026-01-01", "objection_on": "2026-05-01"},
                {"list": "judgment_debtor", "reference": "L9", "started_on": "2024-01-01", "ends_on": "2025-01-01",
                    "objection_on": "2024-12-01"},
                {"list": "judgment_debtor", "reference": "L10", "started_on": "2026-07-01", "known_on": "2026-06-30"}]"#,
        );
        close(value(&measures, Measure::RegistryListingsOpen), 3.0);
        close(value(&measures, Measure::RegistryListingsClosed36m), 2.0);
        close(value(&measures, Measure::RegistryPenalties36m), 0.0);
    }

    #[test]
    fn penalties_count_for_36_months_unless_repaired_or_objected_to() {
        // In: P1 (2023-07-01), P2 (published until 2025, over). Out: P3 (2023-06-30), P4 repaired, P5 objected.
        let measures = measured(
            r#""listings": [
                {"list": "administrative_penalty", "reference": "P1", "started_on": "2023-07-01"},
                {"list": "administrative_penalty", "reference": "P2", "started_on": "2024-03-01", "ends_on": "2025-02-28"},
                {"list": "administrative_penalty", "reference": "P3", "started_on": "2023-06-30"},
                {"list": "administrative_penalty", "reference": "P4", "started_on": "2025-01-01", "repaired_on": "2026-01-01"},
                {"list": "administrative_penalty", "reference": "P5", "started_on": "2025-01-01", "objection_on": "2025-02-01"}]"#,
        );
        close(value(&measures, Measure::RegistryPenalties36m), 2.0);
        close(value(&measures, Measure::RegistryListingsOpen), 0.0);
        close(value(&measures, Measure::RegistryListingsClosed36m), 0.0);
    }
}
