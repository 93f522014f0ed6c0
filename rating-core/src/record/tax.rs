//! What the tax authority sends.

use super::Text;
use super::cell::Year;
use super::code::code_words;
use super::schema::record_table;
use crate::num::{Date, Money};

code_words! {
    /// Kind of tax.
    TaxKind {
        /// Value-added tax.
        Vat = "vat" | "增值税";
        /// Corporate income tax.
        CorporateIncome = "corporate_income" | "企业所得税";
        /// Individual income tax withheld for staff.
        WithheldIncome = "withheld_income" | "个人所得税";
        /// Any other tax or fee.
        Other = "other" | "其他";
    }
}

record_table! {
    /// The duty to file and pay one tax for one period, and how it was met.
    Filing in "filings" ("纳税申报", Tax),
    key [kind, period_end],
    known "`due_on`" = |r| r.due_on;
    /// Kind of tax.
    kind: TaxKind = ["税种"];
    /// Last day of the period.
    period_end: Date = ["所属期止", "税款所属期止"];
    /// Last day to file and pay in time.
    due_on: Date = ["申报期限"];
    /// Day of filing; missing: not filed.
    filed_on: Option<Date> = ["申报日期"];
    /// Taxable sales of the period, declared with the filing.
    taxable_sales: Option<Money> = ["计税依据", "应税销售额"];
    /// Tax payable, declared with the filing.
    payable: Option<Money> = ["应纳税额"];
    /// Tax paid so far.
    paid: Option<Money> = ["已缴税额"];
    /// Day on which the tax was paid in full; missing: not yet.
    paid_on: Option<Date> = ["缴款日期", "入库日期"];
    check {
        due_on "must not be before `period_end`": |r| r.due_on >= r.period_end;
    }
}

code_words! {
    /// Which way an invoice went.
    Direction {
        /// Issued by the firm for what it sold.
        Sale = "sale" | "销项" | "output";
        /// Received by the firm for what it bought.
        Purchase = "purchase" | "进项" | "input";
    }
}

code_words! {
    /// State of an invoice.
    InvoiceStatus {
        /// Valid.
        Valid = "valid" | "有效发票" | "有效" | "正常";
        /// Cancelled in its month; it never took effect.
        Void = "void" | "作废发票" | "作废";
    }
}

record_table! {
    /// One VAT invoice. Amounts below zero are red-letter invoices: they take back an earlier one.
    Invoice in "invoices" ("增值税发票", Tax),
    key [direction, issued_on, code, number, counterparty, amount, tax],
    known "`issued_on`" = |r| r.issued_on;
    /// Sale or purchase.
    direction: Direction = ["方向", "进销项"];
    /// Day of issue.
    issued_on: Date = ["开票日期"];
    /// Invoice code, where it is delivered.
    code: Option<Text> = ["发票代码"];
    /// Invoice number.
    number: Text = ["发票号码"];
    /// Who bought or sold: a code of the other side.
    counterparty: Text = ["对方代号", "销方单位代号", "购方单位代号", "对方纳税人识别号"];
    /// Amount without tax; negative on a red-letter invoice.
    amount: Money = ["金额"];
    /// Tax; of the same sign as the amount.
    tax: Money = ["税额"];
    /// Valid or void.
    status: InvoiceStatus = ["发票状态"];
    check {}
}

impl Invoice {
    /// Whether it takes back an earlier invoice: its amount is below zero.
    pub fn is_red_letter(&self) -> bool {
        self.amount < Money::ZERO
    }

    /// Whether it took effect: not cancelled.
    pub fn is_valid(&self) -> bool {
        self.status == InvoiceStatus::Valid
    }
}

code_words! {
    /// Yearly tax credit level, from best to worst. M stands for a newly established firm, or one without
    /// business income in the year. Source: 国家税务总局公告2025年第12号, articles 16 to 18.
    TaxLevel {
        /// 90 points and more.
        A = "A" | "A级";
        /// 70 to 90 points.
        B = "B" | "B级";
        /// New, or no business income in the year.
        M = "M" | "M级";
        /// 40 to 70 points.
        C = "C" | "C级";
        /// Under 40 points, or set directly for serious dishonesty.
        D = "D" | "D级";
    }
}

record_table! {
    /// The tax credit level of one year.
    TaxCreditLevel in "tax_credit_levels" ("纳税信用等级", Tax),
    key [year],
    known "30 April of the following year (levels are evaluated in April)" = |r| following_april(r.year);
    /// The year evaluated.
    year: Year = ["评价年度"];
    /// The level.
    level: TaxLevel = ["纳税信用级别", "信用级别"];
    /// Whether level D was set directly for serious dishonesty; missing: no.
    direct: Option<bool> = ["是否直接判级"];
    check {}
}

/// 30 April after the evaluated year. Source: 国家税务总局公告2025年第12号 (evaluation in April).
fn following_april(year: Year) -> Date {
    Date::new(year.saturating_add(1), 4, 30).unwrap_or(Date::MAX)
}

record_table! {
    /// Tax owed past its time limit.
    TaxArrear in "tax_arrears" ("欠税信息", Tax),
    key [kind, since],
    known "`since`" = |r| r.since;
    /// Kind of tax.
    kind: TaxKind = ["欠税税种", "税种"];
    /// Since when it is owed.
    since: Date = ["欠税日期", "欠税起始日期"];
    /// Amount owed.
    amount: Money = ["欠税余额", "欠税金额"];
    /// Day on which it was paid; missing: still owed.
    cleared_on: Option<Date> = ["清欠日期"];
    check {
        amount "must not be negative": |r| r.amount >= Money::ZERO;
        cleared_on "must not be before `since`": |r| r.cleared_on.is_none_or(|d| d >= r.since);
    }
}

record_table! {
    /// A penalty decided by the tax authority.
    TaxPenalty in "tax_penalties" ("税务处罚", Tax),
    key [reference, decided_on],
    known "`decided_on`" = |r| r.decided_on;
    /// Number of the decision.
    reference: Option<Text> = ["文号", "决定书文号"];
    /// Day of the decision.
    decided_on: Date = ["处罚日期", "决定日期"];
    /// Fine.
    amount: Money = ["罚款金额"];
    /// Day on which it was paid; missing: not yet.
    paid_on: Option<Date> = ["缴纳日期"];
    check {
        amount "must not be negative": |r| r.amount >= Money::ZERO;
    }
}
