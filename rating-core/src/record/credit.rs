//! What the credit register of the central bank sends.

use super::Text;
use super::code::code_words;
use super::schema::record_table;
use crate::num::{Date, Money};

code_words! {
    /// What secures a facility.
    CollateralKind {
        /// Nothing: pure credit.
        Unsecured = "unsecured" | "信用";
        /// A guarantor.
        Guarantee = "guarantee" | "保证";
        /// Real estate or equipment.
        Mortgage = "mortgage" | "抵押";
        /// A pledge other than of intellectual property.
        Pledge = "pledge" | "质押";
        /// A pledge of intellectual property.
        PropertyPledge = "ip_pledge" | "知识产权质押";
        /// Anything else, or several.
        Other = "other" | "其他" | "组合";
    }
}

code_words! {
    /// Five-class loan classification, best first. Source: 中国银行保险监督管理委员会 中国人民银行令〔2023〕第1号.
    LoanClass {
        /// Pass.
        Pass = "pass" | "正常";
        /// Special mention.
        SpecialMention = "special_mention" | "关注";
        /// Substandard: the first non-performing class.
        Substandard = "substandard" | "次级";
        /// Doubtful.
        Doubtful = "doubtful" | "可疑";
        /// Loss.
        Loss = "loss" | "损失";
    }
}

impl LoanClass {
    /// Whether a loan of this class is non-performing: substandard, doubtful or loss.
    pub fn is_non_performing(self) -> bool {
        self >= LoanClass::Substandard
    }
}

record_table! {
    /// One facility on one reporting day.
    FacilitySnapshot in "facilities" ("信贷账户", Credit),
    key [facility, snapshot_on],
    known "`snapshot_on`" = |r| r.snapshot_on;
    /// Code of the facility, the same on every reporting day.
    facility: Text = ["账户编号", "账户标识码"];
    /// Code of the lender.
    lender: Text = ["机构代码", "授信机构"];
    /// Reporting day.
    snapshot_on: Date = ["报告日期", "信息报告日期"];
    /// Day of opening.
    opened_on: Date = ["开户日期", "开立日期"];
    /// Day of maturity; missing: revolving.
    matures_on: Option<Date> = ["到期日期", "到期日"];
    /// Limit or amount granted.
    limit: Option<Money> = ["授信额度", "借款金额"];
    /// Balance owed.
    balance: Money = ["余额"];
    /// What secures it.
    collateral: Option<CollateralKind> = ["担保方式"];
    /// Five-class classification.
    class: Option<LoanClass> = ["五级分类"];
    /// Days overdue.
    days_overdue: Option<u32> = ["逾期天数"];
    /// Amount overdue.
    amount_overdue: Option<Money> = ["逾期总额", "逾期金额"];
    /// Whether it was restructured; missing: no.
    restructured: Option<bool> = ["是否重组"];
    check {
        balance "must not be negative": |r| r.balance >= Money::ZERO;
        limit "must not be negative": |r| r.limit.is_none_or(|m| m >= Money::ZERO);
        amount_overdue "must not be negative": |r| r.amount_overdue.is_none_or(|m| m >= Money::ZERO);
        matures_on "must not be before `opened_on`": |r| r.matures_on.is_none_or(|d| d >= r.opened_on);
        snapshot_on "must not be before `opened_on`": |r| r.snapshot_on >= r.opened_on;
    }
}

impl FacilitySnapshot {
    /// Whether it is in default on its reporting day: a non-performing class, or more than 90 days overdue.
    /// Source: 中国银行保险监督管理委员会 中国人民银行令〔2023〕第1号 (over 90 days: at least substandard).
    pub fn is_in_default(&self) -> bool {
        self.class.is_some_and(LoanClass::is_non_performing)
            || self.days_overdue.is_some_and(|days| days > 90)
    }
}

record_table! {
    /// A guarantee that the firm gave for another's debt.
    GuaranteeGiven in "guarantees" ("对外担保", Credit),
    key [reference],
    known "`given_on`" = |r| r.given_on;
    /// Number of the contract.
    reference: Text = ["担保合同编号"];
    /// Whose debt is guaranteed.
    beneficiary: Option<Text> = ["被担保人"];
    /// Amount guaranteed.
    amount: Money = ["担保金额"];
    /// First day.
    given_on: Date = ["担保起始日"];
    /// Last day; missing: open.
    ends_on: Option<Date> = ["担保到期日"];
    check {
        amount "must not be negative": |r| r.amount >= Money::ZERO;
        ends_on "must not be before `given_on`": |r| r.ends_on.is_none_or(|d| d >= r.given_on);
    }
}

code_words! {
    /// Why a credit report was asked for.
    EnquiryReason {
        /// A new loan was applied for.
        Application = "application" | "贷款审批";
        /// A lender looks after an existing loan.
        Review = "review" | "贷后管理";
        /// Anything else.
        Other = "other" | "其他";
    }
}

record_table! {
    /// One enquiry into the firm's credit report.
    Enquiry in "enquiries" ("查询记录", Credit),
    key [lender, enquired_on, reason],
    known "`enquired_on`" = |r| r.enquired_on;
    /// Code of the institution that asked.
    lender: Text = ["查询机构"];
    /// Day of the enquiry.
    enquired_on: Date = ["查询日期"];
    /// Why it asked.
    reason: EnquiryReason = ["查询原因"];
    check {}
}
