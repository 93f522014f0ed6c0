//! Published lists of dishonest conduct, and administrative penalties.

use super::Text;
use super::code::code_words;
use super::schema::record_table;
use crate::num::Date;

code_words! {
    /// Which list a firm was put on.
    ListKind {
        /// Abnormal-operation list of the registry.
        AbnormalOperation = "abnormal_operation" | "经营异常名录";
        /// Serious-violation and dishonesty list.
        SeriousViolation = "serious_violation" | "严重违法失信名单";
        /// Dishonest judgment debtor.
        JudgmentDebtor = "judgment_debtor" | "失信被执行人";
        /// Major tax violation.
        MajorTaxViolation = "major_tax_violation" | "重大税收违法失信主体";
        /// Administrative penalty.
        AdministrativePenalty = "administrative_penalty" | "行政处罚";
    }
}

code_words! {
    /// How grave the dishonest conduct is, which decides how long it is published.
    Severity {
        /// Minor: warning, summary procedure.
        Minor = "minor" | "轻微";
        /// Ordinary: larger fine, confiscation.
        Ordinary = "ordinary" | "一般";
        /// Serious: very large fine, licence revoked, occupation ban.
        Serious = "serious" | "严重";
    }
}

record_table! {
    /// One entry on a list, or one penalty.
    Listing in "listings" ("失信名单", Listing),
    key [list, authority, reference, started_on],
    known "`started_on`" = |r| r.started_on;
    /// Which list.
    list: ListKind = ["名单类型", "名单"];
    /// The body that decided.
    authority: Option<Text> = ["认定部门", "作出机关"];
    /// Number of the decision.
    reference: Option<Text> = ["文号", "案号", "决定书文号"];
    /// Legal basis as the decision names it.
    basis: Option<Text> = ["依据", "法律依据"];
    /// How grave; missing where the list does not say.
    severity: Option<Severity> = ["失信程度"];
    /// Day of the entry or decision.
    started_on: Date = ["列入日期", "处罚日期", "决定日期"];
    /// Last day, as the decision fixes it; missing: until fulfilled or repaired.
    ends_on: Option<Date> = ["截止日期", "公示截止期"];
    /// Day on which it was lifted or the credit repaired.
    repaired_on: Option<Date> = ["移出日期", "修复日期"];
    /// Day on which an objection was received that is still pending; missing: none.
    objection_on: Option<Date> = ["异议受理日期"];
    check {
        ends_on "must not be before `started_on`": |r| r.ends_on.is_none_or(|d| d >= r.started_on);
        repaired_on "must not be before `started_on`": |r| r.repaired_on.is_none_or(|d| d >= r.started_on);
    }
}

/// How an entry on a list stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ListingState {
    /// It starts after the day.
    Future,
    /// It counts.
    Open,
    /// An objection against it is pending: it is shown, but its effect is frozen, whether its time is over or not.
    Objected,
    /// It was lifted or the credit repaired: it is not used (国办发〔2025〕22号).
    Repaired,
    /// Its last day is over.
    Expired,
}

impl Listing {
    /// How the entry stands on a day; dates after the day have not happened.
    ///
    /// ```text
    /// starts after the day              -> future
    /// repaired by the day               -> repaired
    /// objection received by the day     -> objected
    /// last day before the day           -> expired
    /// otherwise                         -> open
    /// ```
    /// The first line that holds decides. `ends_on` is the last day on which the entry counts; without it the
    /// entry counts until it is repaired.
    ///
    /// ```
    /// use rating_core::record::{Dossier, ListingState};
    /// let firm: Dossier = r#"{"firm_id": "F-000001", "listings": [{"list": "administrative_penalty",
    ///     "started_on": "2025-01-15", "ends_on": "2026-01-14", "objection_on": "2025-02-01",
    ///     "repaired_on": "2025-03-01", "known_on": "2025-01-01"}]}"#.parse()?;
    /// let day = "2026-06-30".parse()?;
    /// let listing = firm.view(day).listings().next().ok_or("no listing")?;
    /// assert_eq!(listing.state("2025-01-14".parse()?), ListingState::Future);
    /// assert_eq!(listing.state("2025-01-15".parse()?), ListingState::Open);
    /// assert_eq!(listing.state("2025-02-01".parse()?), ListingState::Objected);
    /// assert_eq!(listing.state(day), ListingState::Repaired);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn state(&self, as_of: Date) -> ListingState {
        self.state_with_last_day(self.ends_on, as_of)
    }

    /// The same with another last day: a rule may limit how long an entry without an end of its own counts.
    pub fn state_with_last_day(&self, last: Option<Date>, as_of: Date) -> ListingState {
        let has_happened = |date: Option<Date>| date.is_some_and(|day| day <= as_of);
        if self.started_on > as_of {
            ListingState::Future
        } else if has_happened(self.repaired_on) {
            ListingState::Repaired
        } else if has_happened(self.objection_on) {
            ListingState::Objected
        } else if last.is_some_and(|last| last < as_of) {
            ListingState::Expired
        } else {
            ListingState::Open
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Dossier;

    fn state(fields: &str, as_of: &str) -> ListingState {
        let json = format!(
            r#"{{"firm_id": "F-000001", "listings": [{{"list": "judgment_debtor", "started_on": "2024-01-10",
                "known_on": "2024-01-01", {fields}}}]}}"#
        );
        let firm: Dossier = json.parse().unwrap();
        let view = firm.view("2030-01-01".parse().unwrap());
        view.listings().next().unwrap().state(as_of.parse().unwrap())
    }

    #[test]
    fn the_last_day_still_counts() {
        let ends = r#""ends_on": "2025-01-09""#;
        assert_eq!(state(ends, "2024-01-09"), ListingState::Future);
        assert_eq!(state(ends, "2024-01-10"), ListingState::Open);
        assert_eq!(state(ends, "2025-01-09"), ListingState::Open);
        assert_eq!(state(ends, "2025-01-10"), ListingState::Expired);
    }

    #[test]
    fn without_a_last_day_it_counts_until_repaired() {
        let repaired = r#""ends_on": null, "repaired_on": "2026-05-01""#;
        assert_eq!(state(repaired, "2026-04-30"), ListingState::Open);
        assert_eq!(state(repaired, "2026-05-01"), ListingState::Repaired);
    }

    #[test]
    fn an_objection_freezes_an_open_and_an_ended_entry_alike() {
        let objected = r#""ends_on": "2025-01-09", "objection_on": "2024-06-01""#;
        assert_eq!(state(objected, "2024-05-31"), ListingState::Open);
        assert_eq!(state(objected, "2024-06-01"), ListingState::Objected);
        assert_eq!(state(objected, "2025-01-10"), ListingState::Objected);
    }

    #[test]
    fn a_repair_settles_an_objection_and_outlasts_the_last_day() {
        let both = r#""ends_on": "2025-01-09", "objection_on": "2024-06-01", "repaired_on": "2024-07-01""#;
        assert_eq!(state(both, "2024-07-01"), ListingState::Repaired);
        assert_eq!(state(both, "2026-01-01"), ListingState::Repaired);
    }
}
