//! What the business registry sends.

use super::Text;
use super::cell::Year;
use super::code::code_words;
use super::schema::record_table;
use crate::id::{IndustryCode, RegionCode};
use crate::num::{Date, Money};

code_words! {
    /// Legal form of a firm.
    FirmKind {
        /// Limited liability company.
        LimitedCompany = "limited_company" | "有限责任公司";
        /// Company limited by shares.
        JointStockCompany = "joint_stock_company" | "股份有限公司";
        /// Partnership.
        Partnership = "partnership" | "合伙企业";
        /// Sole proprietorship.
        SoleProprietorship = "sole_proprietorship" | "个人独资企业";
        /// Self-employed household.
        IndividualBusiness = "individual_business" | "个体工商户";
        /// Farmers' cooperative.
        Cooperative = "cooperative" | "农民专业合作社";
        /// Branch without a legal person of its own.
        Branch = "branch" | "分公司";
        /// Any other form.
        Other = "other" | "其他";
    }
}

code_words! {
    /// State of a registration.
    FirmStatus {
        /// In business.
        Active = "active" | "存续" | "在业" | "开业" | "在营";
        /// Business paused, registration kept.
        Dormant = "dormant" | "歇业";
        /// Business stopped.
        Suspended = "suspended" | "停业";
        /// In liquidation.
        Liquidation = "liquidation" | "清算";
        /// Moved to another registry.
        MovedOut = "moved_out" | "迁出";
        /// Ordered to close.
        OrderedClosed = "ordered_closed" | "责令关闭";
        /// Registration cancelled as unlawfully obtained.
        Cancelled = "cancelled" | "撤销";
        /// Business licence revoked.
        Revoked = "revoked" | "吊销";
        /// Deregistered.
        Deregistered = "deregistered" | "注销";
    }
}

record_table! {
    /// The registration of a firm as it stands; a later row replaces it.
    Registration in "registrations" ("企业登记", Registry),
    key [],
    known "`established_on`" = |r| r.established_on;
    /// Name of the firm.
    name: Text = ["企业名称", "名称"];
    /// Former names, separated by `;`.
    former_names: Option<Text> = ["曾用名"];
    /// Day of establishment.
    established_on: Date = ["成立日期", "成立时间"];
    /// Registered (subscribed) capital.
    registered_capital: Option<Money> = ["注册资本"];
    /// Capital paid in so far.
    paid_in_capital: Option<Money> = ["实缴资本"];
    /// Legal form.
    kind: Option<FirmKind> = ["企业类型", "市场主体类型"];
    /// Industry, GB/T 4754.
    industry: Option<IndustryCode> = ["行业代码", "所属行业"];
    /// Region of registration, GB/T 2260.
    region: Option<RegionCode> = ["行政区划", "行政区划代码"];
    /// State of the registration.
    status: FirmStatus = ["登记状态", "经营状态"];
    /// Since when the state holds; missing counts as known with the row.
    status_on: Option<Date> = ["状态日期"];
    /// Persons employed.
    staff: Option<u32> = ["从业人数", "职工总数"];
    check {
        registered_capital "must not be negative": |r| r.registered_capital.is_none_or(|m| m >= Money::ZERO);
        paid_in_capital "must not be negative": |r| r.paid_in_capital.is_none_or(|m| m >= Money::ZERO);
    }
}

code_words! {
    /// What was changed in the registry.
    ChangeItem {
        /// Legal representative.
        LegalRepresentative = "legal_representative" | "法定代表人";
        /// Registered capital.
        Capital = "capital" | "注册资本";
        /// Shareholders or their shares.
        Shareholder = "shareholder" | "股东";
        /// Address.
        Address = "address" | "住所" | "地址";
        /// Business scope.
        Scope = "scope" | "经营范围";
        /// Name.
        Name = "name" | "名称";
        /// Anything else.
        Other = "other" | "其他";
    }
}

record_table! {
    /// One registered change.
    RegistryChange in "registry_changes" ("变更登记", Registry),
    key [item, changed_on],
    known "`changed_on`" = |r| r.changed_on;
    /// What was changed.
    item: ChangeItem = ["变更事项"];
    /// Day of the change.
    changed_on: Date = ["变更日期"];
    check {}
}

record_table! {
    /// The duty to publish an annual report for one year, and when it was met.
    AnnualReport in "annual_reports" ("企业年报", Registry),
    key [year],
    known "`due_on`" = |r| r.due_on;
    /// The year reported on.
    year: Year = ["年报年度", "年度"];
    /// Last day to publish in time.
    due_on: Date = ["截止日期"];
    /// Day of publication; missing: not published.
    filed_on: Option<Date> = ["公示日期", "填报日期"];
    check {}
}
