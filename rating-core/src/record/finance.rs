//! Financial statements.

use super::cell::Year;
use super::schema::record_table;
use crate::num::{Date, Money};

record_table! {
    /// The statements of one financial year. Balances stand at the year's end, flows run over the year.
    Statement in "statements" ("财务报表", Finance),
    key [year],
    known "`received_on`" = |r| r.received_on;
    /// Financial year (ends on 31 December).
    year: Year = ["年度", "报表年度"];
    /// Day on which the statements were received.
    received_on: Date = ["收到日期", "报送日期"];
    /// Whether they were audited; missing: not known, so the measure is not reported.
    audited: Option<bool> = ["是否审计"];
    /// Total assets.
    assets: Money = ["资产总计", "资产总额"];
    /// Total liabilities.
    liabilities: Money = ["负债合计", "负债总额"];
    /// Owners' equity; missing: assets less liabilities.
    equity: Option<Money> = ["所有者权益合计", "净资产"];
    /// Current assets.
    current_assets: Option<Money> = ["流动资产合计"];
    /// Current liabilities.
    current_liabilities: Option<Money> = ["流动负债合计"];
    /// Cash and equivalents.
    cash: Option<Money> = ["货币资金"];
    /// Inventory.
    inventory: Option<Money> = ["存货"];
    /// Trade receivables.
    receivables: Option<Money> = ["应收账款"];
    /// Trade payables.
    payables: Option<Money> = ["应付账款"];
    /// Retained earnings: undistributed profit and surplus reserve.
    retained_earnings: Option<Money> = ["留存收益", "未分配利润"];
    /// Sales.
    sales: Option<Money> = ["营业收入"];
    /// Cost of sales.
    cost: Option<Money> = ["营业成本"];
    /// Profit before tax.
    profit_before_tax: Option<Money> = ["利润总额"];
    /// Net profit.
    net_profit: Option<Money> = ["净利润"];
    /// Interest expense, a positive amount.
    interest: Option<Money> = ["利息支出", "利息费用"];
    check {
        assets "must not be negative": |r| r.assets >= Money::ZERO;
        liabilities "must not be negative": |r| r.liabilities >= Money::ZERO;
        interest "must not be negative": |r| r.interest.is_none_or(|m| m >= Money::ZERO);
        equity "must be `assets` less `liabilities`":
            |r| r.equity.is_none_or(|e| e.fen().abs_diff(r.assets.fen() - r.liabilities.fen()) <= 100);
    }
}

impl Statement {
    /// Owners' equity in yuan: assets less liabilities.
    pub fn net_assets_yuan(&self) -> f64 {
        self.assets.yuan() - self.liabilities.yuan()
    }

    /// Last day of the financial year.
    pub fn period_end(&self) -> Date {
        Date::new(self.year, 12, 31).unwrap_or(Date::MAX)
    }
}
