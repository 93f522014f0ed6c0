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
