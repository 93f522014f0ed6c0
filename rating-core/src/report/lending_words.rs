//! Words of lending: amounts, rates, limits, reasons.

use super::language::Language::{self, En, Zh};
use super::value::number;
use crate::lending::loss_sharing::{Exclusion, LossSharing, Refusal, Scope};
use crate::lending::{
    CollateralKind, Decision, GuaranteeBound, InsuranceLine, LimitKind, RateBound, Reason, Route, Share,
    WorthNothing,
};
use crate::num::Money;

/// An exact amount in yuan, with separators; fen only where there are some.
pub(super) fn yuan(amount: Money, language: Language) -> String {
    let fen = amount.fen().unsigned_abs();
    let (whole, rest) = ((fen / 100).to_string(), fen % 100);
    let mut text = String::from(if amount < Money::ZERO { "-" } else { "" });
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    let fraction = if rest > 0 {
        format!(".{rest:02}")
    } else {
        String::new()
    };
    text.push_str(&fraction);
    match language {
        En => format!("CNY {text}"),
        Zh => format!("{text}元"),
    }
}

/// A number of yuan that is no exact amount, to the nearest fen.
pub(super) fn about(yuan: f64, language: Language) -> String {
    let text = number((yuan * 100.0).round() / 100.0);
    match language {
        En => format!("CNY {text}"),
        Zh => format!("{text}元"),
    }
}

/// A fraction in percent with three decimals.
pub(super) fn percent(fraction: f64) -> String {
    // Not -0.000%.
    format!("{:.3}%", fraction * 100.0 + 0.0)
}

/// A share in percent, without idle decimals.
pub(super) fn share(share: Share) -> String {
    let text = format!("{:.4}", share.get() * 100.0);
    format!("{}%", text.trim_end_matches('0').trim_end_matches('.'))
}

pub(super) fn months(months: u16, language: Language) -> String {
    match language {
        En if months == 1 => "1 month".to_owned(),
        En => format!("{months} months"),
        Zh => format!("{months}个月"),
    }
}

pub(super) fn decision(decision: Decision, language: Language) -> &'static str {
    match decision {
        Decision::Approve => language.pick("approve", "同意"),
        Decision::Refer => language.pick("refer: a person decides", "转人工审批"),
        Decision::Decline => language.pick("decline", "不同意"),
    }
}

pub(super) fn route(route: Route, language: Language) -> &'static str {
    match route {
        Route::Green => language.pick("green channel", "绿色审批通道"),
        Route::Standard => language.pick("the usual way", "常规审批"),
        Route::Committee => language.pick("credit committee", "提交审贷会"),
    }
}

pub(super) fn limit(kind: LimitKind, language: Language) -> &'static str {
    match kind {
        LimitKind::Asked => language.pick("amount asked for", "申请金额"),
        LimitKind::Need => language.pick("amount needed", "资金需求"),
        LimitKind::Sales => language.pick("share of sales", "销售收入比例限额"),
        LimitKind::Tax => language.pick("multiple of tax paid", "纳税额倍数限额"),
        LimitKind::Invoices => language.pick("share of invoiced sales", "开票销售额比例限额"),
        LimitKind::Grade => language.pick("grade and stage of life", "等级与发展阶段限额"),
        LimitKind::KnowledgeValue => language.pick("knowledge value", "知识价值授信限额"),
        LimitKind::Collateral => language.pick("lent against collateral", "押品可贷额"),
        LimitKind::Firm => language.pick("one firm, less what it owes", "单户限额（扣除存量）"),
        LimitKind::Group => language.pick("one group, less what it owes", "集团限额（扣除存量）"),
    }
}

/// A reason as a clause.
pub(super) fn reason(reason: &Reason, language: Language) -> String {
    let by = |kind: LimitKind| limit(kind, language);
    match (reason, language) {
        (Reason::InDefault, _) => language
            .pick("the firm is in default", "企业处于违约状态")
            .to_owned(),
        (Reason::Withdrawn, _) => language.pick("the firm has ended", "企业已终止").to_owned(),
        (Reason::NotEnoughInformation, _) => language
            .pick("not enough is known for a rating", "信息不足，无法评级")
            .to_owned(),
        (Reason::GradeReferred(grade), En) => format!("on grade {grade} a person decides"),
        (Reason::GradeReferred(grade), Zh) => format!("等级{grade}须人工审批"),
        (Reason::GradeDeclined(grade), En) => format!("grade {grade} is not admitted"),
        (Reason::GradeDeclined(grade), Zh) => format!("等级{grade}不在准入范围"),
        (Reason::PdReferred(most), En) => format!("the PD is above {}", percent(most.get())),
        (Reason::PdReferred(most), Zh) => format!("违约概率高于{}，须人工审批", percent(most.get())),
        (Reason::PdDeclined(most), En) => format!("the PD is above the highest, {}", percent(most.get())),
        (Reason::PdDeclined(most), Zh) => format!("违约概率高于上限{}", percent(most.get())),
        (Reason::NothingLeft(kind), En) => format!("nothing may be lent under a limit: {}", by(*kind)),
        (Reason::NothingLeft(kind), Zh) => format!("{}下无可贷额度", by(*kind)),
        (Reason::NotKnown(kind), En) => format!("what a limit needs is not known: {}", by(*kind)),
        (Reason::NotKnown(kind), Zh) => format!("{}所需数据缺失", by(*kind)),
        (Reason::NoReferenceRate, _) => language
            .pick("no reference rate is known for the day", "当日无可用的参考利率")
            .to_owned(),
        (Reason::ReturnTooLow(Some(raroc)), En) => {
            format!(
                "the rate earns {} on capital, less than it shall",
                percent(*raroc)
            )
        }
        (Reason::ReturnTooLow(Some(raroc)), Zh) => {
            format!(
                "按可执行利率，风险调整后资本回报率为{}，低于要求",
                percent(*raroc)
            )
        }
        (Reason::ReturnTooLow(None), _) => language
            .pick(
                "the rate does not cover its parts",
                "可执行利率不足以覆盖各项成本",
            )
            .to_owned(),
        (Reason::AmountCut(kind), En) => format!("less than asked for, by a limit: {}", by(*kind)),
        (Reason::AmountCut(kind), Zh) => format!("低于申请金额，受限于{}", by(*kind)),
        (Reason::MonthsCut(months), En) => format!("shorter than asked for: at most {months} months"),
        (Reason::MonthsCut(months), Zh) => format!("期限短于申请，最长{months}个月"),
        (Reason::NoMonths, _) => language
            .pick("the loan was asked for no month", "申请期限为零")
            .to_owned(),
        (Reason::HeadOffice(most), En) => {
            format!("longer than {most} months: a matter of the head office")
        }
        (Reason::HeadOffice(most), Zh) => format!("期限超过{most}个月，须报总行审批"),
        (Reason::GuarantorFull(bound), En) => {
            format!(
                "the guarantor has no room left: {}",
                guarantee_bound(*bound, language)
            )
        }
        (Reason::GuarantorFull(bound), Zh) => {
            format!(
                "担保机构已无可用担保额度，受限于{}",
                guarantee_bound(*bound, language)
            )
        }
    }
}

pub(super) fn rate_bound(bound: RateBound, language: Language) -> &'static str {
    match bound {
        RateBound::Floor => language.pick("held to the least rate", "按利率下限执行"),
        RateBound::Ceiling => language.pick("held to the largest rate", "按利率上限执行"),
        RateBound::CeilingSpread => language.pick(
            "held to the largest distance above the reference rate",
            "按参考利率加点上限执行",
        ),
    }
}

pub(super) fn collateral(kind: CollateralKind, language: Language) -> &'static str {
    match kind {
        CollateralKind::Patent => language.pick("patent", "专利权"),
        CollateralKind::Trademark => language.pick("trademark", "商标权"),
        CollateralKind::Equity => language.pick("equity", "股权"),
        CollateralKind::Receivable => language.pick("receivable", "应收账款"),
        CollateralKind::Order => language.pick("order", "订单"),
        CollateralKind::WarehouseReceipt => language.pick("warehouse receipt", "仓单"),
        CollateralKind::ExportRefundAccount => language.pick("export tax-refund account", "出口退税账户"),
        CollateralKind::InsurancePolicy => language.pick("insurance policy", "保单"),
        CollateralKind::IncomeRight => language.pick("right to income", "收益权"),
    }
}

pub(super) fn nothing(reason: WorthNothing, language: Language) -> String {
    let plain = |en: &str, zh: &str| language.pick(en, zh).to_owned();
    match (reason, language) {
        (WorthNothing::KindNotTaken, _) => plain("its kind is not taken", "不接受该类押品"),
        (WorthNothing::NotOwned, _) => plain("the firm does not own it", "非借款人所有"),
        (WorthNothing::Pledged, _) => plain("pledged to somebody else", "已质押给他人"),
        (WorthNothing::Frozen, _) => plain("frozen", "已被查封、冻结或保全"),
        (WorthNothing::Lapsed, _) => plain("the right has ended", "权利已终止"),
        (WorthNothing::Ended(on), En) => format!("ended on {on}"),
        (WorthNothing::Ended(on), Zh) => format!("已于{on}到期"),
        (WorthNothing::FeesUnpaid(on), En) => format!("fees paid until {on} only"),
        (WorthNothing::FeesUnpaid(on), Zh) => format!("年费仅缴至{on}，已过补缴期"),
        (WorthNothing::NotRegistered, _) => plain("the pledge is not registered", "未办理质押登记"),
        (WorthNothing::ValuationNotCurrent(on), En) => format!("the valuation of {on} is not current"),
        (WorthNothing::ValuationNotCurrent(on), Zh) => format!("评估基准日{on}不在有效期内"),
        (WorthNothing::AcquiredRecently(on), En) => format!("acquired on {on}, too recently"),
        (WorthNothing::AcquiredRecently(on), Zh) => format!("{on}取得，持有时间不足"),
        (WorthNothing::PriorClaims, _) => {
            plain("earlier claims can take all of it", "在先受偿权已占用全部价值")
        }
        (WorthNothing::EndsTooSoon(on), En) => format!("ends on {on}, too soon for the loan"),
        (WorthNothing::EndsTooSoon(on), Zh) => format!("{on}到期，不能覆盖贷款期限"),
        (WorthNothing::Repeated, _) => plain("it stands before", "重复提供，前已计入"),
    }
}

pub(super) fn insurance(line: InsuranceLine, language: Language) -> &'static str {
    match line {
        InsuranceLine::FirstSetEquipment => {
            language.pick("first set of major equipment", "首台（套）重大技术装备保险")
        }
        InsuranceLine::ExportCredit => language.pick("export credit", "出口信用保险"),
        InsuranceLine::PatentEnforcement => language.pick("patent enforcement", "专利执行保险"),
        InsuranceLine::PatentInfringementLiability => {
            language.pick("liability for infringing patents", "侵犯专利权责任保险")
        }
        InsuranceLine::PatentPledgeLoan => language.pick("loan against patents", "专利权质押贷款保险"),
        InsuranceLine::IpComprehensiveLiability => language.pick(
            "comprehensive liability for intellectual property",
            "知识产权综合责任保险",
        ),
        InsuranceLine::LoanGuarantee => language.pick("guarantee of small loans", "小额贷款保证保险"),
    }
}

pub(super) fn guarantee_bound(bound: GuaranteeBound, language: Language) -> &'static str {
    match bound {
        GuaranteeBound::Leverage => language.pick(
            "the multiple of the guarantor's net assets",
            "担保责任余额放大倍数",
        ),
        GuaranteeBound::Client => language.pick("what it may stand for one client", "单一被担保人集中度"),
        GuaranteeBound::Group => language.pick(
            "what it may stand for one client with affiliates",
            "被担保人及关联方集中度",
        ),
    }
}

pub(super) fn scope(scope: Scope, language: Language) -> &'static str {
    match scope {
        Scope::Loan => language.pick("cap of a loan", "单笔上限"),
        Scope::Firm => language.pick("cap of a firm", "单户上限"),
        Scope::FirmYear => language.pick("cap of a firm in the year", "单户年度上限"),
        Scope::Year => language.pick("cap of the year", "年度上限"),
        Scope::PoolShare => language.pick("cap by the loans of the year", "按当年贷款规模计算的上限"),
        Scope::Balance => language.pick("what the party holds", "出资方余额"),
    }
}

pub(super) fn exclusion(exclusion: Exclusion, language: Language) -> &'static str {
    match exclusion {
        Exclusion::NotEligible => language.pick("the loan did not meet the conditions", "贷款不符合条件"),
        Exclusion::NotInForce => language.pick(
            "lent when the structure was not in force",
            "放款日不在机制施行期内",
        ),
        Exclusion::AfterBreaker => language.pick("lent after the breaker had opened", "叫停后发放"),
        Exclusion::RecordedLate => language.pick("not recorded in time", "未在期限内备案"),
        Exclusion::PoolUnknown => language.pick(
            "the loans of the pool in the year are not known",
            "当年贷款规模未知",
        ),
    }
}

pub(super) fn refusal(refusal: &Refusal, structure: &LossSharing, language: Language) -> String {
    let plain = |en: &str, zh: &str| language.pick(en, zh).to_owned();
    match (refusal, language) {
        (Refusal::NotInForce, _) => plain("not in force on the day", "当日不在施行期内"),
        (Refusal::BreakerOpen, _) => plain("stopped for non-performing loans", "不良率已触发叫停"),
        (Refusal::FirmLoans(most), En) => format!("more than {} for one firm", yuan(*most, language)),
        (Refusal::FirmLoans(most), Zh) => format!("单户超过{}", yuan(*most, language)),
        (Refusal::Months(most), En) => format!("longer than {most} months"),
        (Refusal::Months(most), Zh) => format!("期限超过{most}个月"),
        (Refusal::Spread(most), En) => {
            format!("the rate is more than {} above the reference rate", share(*most))
        }
        (Refusal::Spread(most), Zh) => format!("利率高于参考利率{}以上", share(*most)),
        (Refusal::Leverage(party, room), _) => {
            let party = structure.spec().parties.get(*party);
            let name = party.map_or("", |party| language.of(&party.name));
            match language {
                En => format!("{name} may stand for {} more", yuan(*room, language)),
                Zh => format!("{name}剩余可承保额度{}", yuan(*room, language)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_exact_and_have_separators() {
        let shown = |fen| yuan(Money::from_fen(fen).unwrap(), En);
        assert_eq!(
            [0, 99, 100_000, -123_456_789, 150_000_000].map(shown),
            [
                "CNY 0",
                "CNY 0.99",
                "CNY 1,000",
                "CNY -1,234,567.89",
                "CNY 1,500,000"
            ]
        );
        assert_eq!(yuan(Money::from_fen(123_450).unwrap(), Zh), "1,234.50元");
        assert_eq!([percent(0.047_432), percent(-0.0)], ["4.743%", "0.000%"]);
        assert_eq!(share(Share::new(0.35).unwrap()), "35%");
    }
}
