//! Records of persons who carry responsibility in a firm: kept apart from the firm's own, and read by no measure.

use super::Text;
use super::code::code_words;
use super::schema::record_table;
use crate::num::Date;

code_words! {
    /// What a person is in the firm.
    PersonRole {
        /// Legal representative.
        LegalRepresentative = "legal_representative" | "法定代表人";
        /// Director.
        Director = "director" | "董事";
        /// Supervisor.
        Supervisor = "supervisor" | "监事";
        /// Senior manager, finance officers included.
        Manager = "manager" | "高级管理人员" | "高管";
        /// Whoever controls the firm.
        Controller = "controller" | "实际控制人";
    }
}

code_words! {
    /// What a record of a person is about.
    PersonRecordKind {
        /// A loan, card or guarantee that was not honoured, in the credit register.
        Credit = "credit" | "信贷";
        /// Dishonest judgment debtor.
        JudgmentDebtor = "judgment_debtor" | "失信被执行人";
        /// Tax of the person's own.
        Tax = "tax" | "涉税";
        /// Any other.
        Other = "other" | "其他";
    }
}

record_table! {
    /// One negative record of a person who carries responsibility in the firm: of the person, not of the firm. The
    /// person is a code, never a name. It is used for five years from the end of the event
    /// (征信业管理条例, article 16), and not at all once it was repaired.
    PersonRecord in "responsible_persons" ("责任人不良记录"),
    key [person, kind, reference, started_on],
    known "`started_on`" = |r| r.started_on;
    /// Code of the person, the same in all of the firm's records; no name and no identity number.
    person: Text = ["人员代号"];
    /// What the person is in the firm.
    role: PersonRole = ["职务", "人员类别"];
    /// What the record is about.
    kind: PersonRecordKind = ["记录类型"];
    /// Number of the decision or of the account.
    reference: Option<Text> = ["文号", "案号"];
    /// Day on which the event began.
    started_on: Date = ["发生日期", "列入日期"];
    /// Day on which the event ended: repaid, fulfilled, removed; missing: not ended.
    ended_on: Option<Date> = ["终止日期"];
    /// Day on which it was repaired or withdrawn as wrong.
    repaired_on: Option<Date> = ["修复日期"];
    /// Day on which an objection was received that is still pending; missing: none.
    objection_on: Option<Date> = ["异议受理日期"];
    check {
        ended_on "must not be before `started_on`": |r| r.ended_on.is_none_or(|d| d >= r.started_on);
        repaired_on "must not be before `started_on`": |r| r.repaired_on.is_none_or(|d| d >= r.started_on);
    }
}
