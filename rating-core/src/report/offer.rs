//! An offer in words.

use super::language::Language::{self, En, Zh};
use super::lending_words as words;
use super::sheet::{Sheet, width};
use super::value::otherwise;
use crate::lending::loss_sharing::Settled;
use crate::lending::{
    Asset, Change, Counterfactual, LendingPolicy, LoanApplication, Offer, OfferedSharing, Price, Worth,
};
use crate::num::Money;

/// An offer with what it answers.
#[derive(Clone, Copy, Debug)]
pub struct OfferPage<'a> {
    /// The policy that made it.
    pub policy: &'a LendingPolicy,
    /// The application that it answers.
    pub application: &'a LoanApplication,
    /// The offer.
    pub offer: &'a Offer,
    /// What would change it, as [`LendingPolicy::nearest`] and [`LendingPolicy::nearest_measures`] give it; empty leaves
    /// that part out.
    pub nearest: &'a [Counterfactual],
}

/// Words an offer in plain text of at most 100 columns: the decision and who decides, amount, term and rate, why, every
/// limit and the one that binds, the parts of the price, collateral, who bears the loss, subsidies, what would change the
/// answer, and the documents to bring.
///
/// Amounts are exact. Rates and shares are rounded to a thousandth of a percent. English and Chinese state the same facts
/// in the same order.
///
/// ```
/// use rating_core::lending::{Applicant, LendingPolicySpec, LifeStage, LoanApplication};
/// use rating_core::report::{Language, OfferPage, offer};
/// use rating_core::{num::{Money, Pd}, rating::Standing, scale::Grade};
/// let policy = LendingPolicySpec::example().ok_or("an example")?.check().map_err(|e| e[0].clone())?;
/// let firm = Applicant {
///     standing: Standing::Rated(Grade::at(2)), grade: Some("A".into()), pd: Pd::new(0.01)?,
///     stage: LifeStage::Growth, sales_12m: Some(Money::from_yuan(5_000_000)?), tax_12m: None, invoiced_12m: None,
/// };
/// let application = LoanApplication::new("2025-06-30".parse()?, Some(Money::from_yuan(500_000)?), 12);
/// let made = policy.offer(&application, &firm);
/// let page = OfferPage { policy: &policy, application: &application, offer: &made, nearest: &[] };
/// assert!(offer(&page, Language::En).contains("CNY 500,000"));
/// assert!(offer(&page, Language::Zh).contains("500,000元"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn offer(page: &OfferPage<'_>, language: Language) -> String {
    let mut on = Writer {
        page: *page,
        language,
        sheet: Sheet::default(),
    };
    on.head();
    on.reasons();
    on.limits();
    on.price();
    on.security();
    on.loss();
    on.subsidies();
    on.nearest();
    on.documents();
    on.foot();
    on.sheet.into_text()
}

/// A page on its way.
struct Writer<'a> {
    page: OfferPage<'a>,
    language: Language,
    sheet: Sheet,
}

impl Writer<'_> {
    fn head(&mut self) {
        let (language, offer, application) = (self.language, self.page.offer, self.page.application);
        let name = language.of(&self.page.policy.spec().name);
        self.sheet.paragraph(0, name);
        let months = words::months(application.months, language);
        let asked = application.amount.map(|amount| words::yuan(amount, language));
        let asked =
            asked.unwrap_or_else(|| language.pick("as much as it can have", "可获最高额度").to_owned());
        let on = application.on;
        let asks = match language {
            En => format!("Application of {on}: {asked} for {months}"),
            Zh => format!("申请日{on}，申请金额{asked}，期限{months}"),
        };
        self.sheet.paragraph(0, &asks);
        self.sheet.blank();
        let decision = format!(
            "{}{}{}{}",
            words::decision(offer.decision, language),
            language.pick(" (", "（"),
            words::route(offer.route, language),
            language.pick(")", "）")
        );
        let mut lines = vec![
            (language.pick("Decision", "结论"), decision),
            (
                language.pick("Amount", "金额"),
                words::yuan(offer.amount, language),
            ),
            (
                language.pick("Term", "期限"),
                words::months(offer.months, language),
            ),
        ];
        if let Some(price) = offer.price {
            lines.push((language.pick("Rate", "利率"), words::percent(price.rate)));
        }
        if let Some(net) = offer.net_rate {
            let told = match language {
                En => format!(
                    "{} {}, after subsidies and with fees",
                    words::percent(net),
                    self.borne_in()
                ),
                Zh => format!("{}{}（计入贴息与费用）", self.borne_in(), words::percent(net)),
            };
            lines.push((language.pick("Cost to the firm", "企业综合成本"), told));
        }
        self.labelled(&lines);
    }

    fn reasons(&mut self) {
        let language = self.language;
        self.title("REASONS", "理由");
        let reasons = self.page.offer.reasons.iter();
        let lines: Vec<String> = reasons.map(|reason| words::reason(reason, language)).collect();
        self.lines(&lines);
    }

    fn limits(&mut self) {
        let language = self.language;
        self.title("LIMITS", "额度测算");
        let limits = &self.page.offer.limits;
        for limit in &limits.all {
            let most = limit.most.map_or_else(
                || language.pick("not known", "数据缺失").to_owned(),
                |most| words::yuan(most, language),
            );
            let binds = if limits.binding.is_some_and(|binding| binding.kind == limit.kind) {
                language.pick(" (binds)", "（约束）")
            } else {
                ""
            };
            let name = format!("{}{binds}", words::limit(limit.kind, language));
            self.cell(&name, most);
        }
        if limits.all.is_empty() {
            self.lines(&[]);
        }
    }

    fn price(&mut self) {
        let Some(price) = self.page.offer.price else {
            return;
        };
        let language = self.language;
        self.title("PRICE", "定价构成");
        let parts = price.parts;
        let rows = [
            (language.pick("funding", "资金成本"), parts.funding),
            (language.pick("expected loss", "预期损失"), parts.expected_loss),
            (
                language.pick("charge for capital", "资本成本"),
                parts.capital_charge,
            ),
            (language.pick("running the loan", "运营成本"), parts.cost),
            (
                language.pick("fees of guarantor and insurers", "担保费与保险费"),
                parts.fees,
            ),
            (language.pick("tilt by stage of life", "发展阶段调整"), parts.tilt),
            (language.pick("paid by others", "外部补贴"), -parts.subsidy),
        ];
        // Parts that are nothing only make the table long; the first four are always there.
        for (at, (name, part)) in rows.into_iter().enumerate() {
            if at < 4 || part.abs() > 0.0 {
                self.cell(name, words::percent(part));
            }
        }
        self.cell(language.pick("sum", "合计"), words::percent(parts.sum()));
        self.cell(&rate_name(&price, language), words::percent(price.rate));
        if let Some(raroc) = price.raroc {
            let name = language.pick(
                "return on capital, adjusted for risk",
                "风险调整后资本回报率（RAROC）",
            );
            self.cell(name, words::percent(raroc));
            // What a discount gives away is stated, since the test of the return leaves it aside.
            if parts.tilt < 0.0 && price.covers() {
                let name = language.pick(
                    "it shall earn, before the discount by stage",
                    "资本回报要求（发展阶段优惠前）",
                );
                self.cell(name, words::percent(self.page.policy.spec().price.hurdle));
            }
        }
    }

    fn security(&mut self) {
        let language = self.language;
        let Some(pool) = &self.page.offer.security else {
            return;
        };
        self.title("COLLATERAL", "押品");
        let assets = self
            .page
            .application
            .assets
            .iter()
            .zip(&pool.assets)
            .zip(&pool.counted);
        let lines: Vec<String> = assets
            .map(|((asset, worth), counted)| asset_line((asset, worth), *counted, language))
            .collect();
        self.lines(&lines);
        let (total, lendable) = (
            words::yuan(pool.total, language),
            words::yuan(pool.lendable, language),
        );
        let lgd = words::percent(self.page.offer.lgd.get());
        let sum = match language {
            En => format!("Together {total} count, {lendable} are lent against them; LGD {lgd}."),
            Zh => format!("合计认定价值{total}，可贷额{lendable}；违约损失率{lgd}。"),
        };
        self.sheet.paragraph(2, &sum);
    }

    fn loss(&mut self) {
        let language = self.language;
        let (offer, application) = (self.page.offer, self.page.application);
        self.title("WHO BEARS THE LOSS", "风险分担");
        let mut lines = Vec::new();
        if let Some(guarantee) = offer.guarantee {
            let (amount, share, fee) = (
                words::yuan(guarantee.amount, language),
                words::share(guarantee.share),
                words::yuan(guarantee.fee, language),
            );
            let bound = guarantee
                .bound
                .map(|bound| words::guarantee_bound(bound, language));
            let bound = bound.map_or_else(String::new, |bound| match language {
                En => format!(", bounded by {bound}"),
                Zh => format!("，受限于{bound}"),
            });
            lines.push(match language {
                En => format!(
                    "guarantor: {amount}, {share} of the loan{bound}; fee {fee} {}",
                    self.borne_in()
                ),
                Zh => format!(
                    "担保机构：担保{amount}，占贷款{share}{bound}；{}担保费{fee}",
                    self.borne_in()
                ),
            });
        } else if application.guarantee.is_some() {
            let none = language.pick("guarantor: has no room left", "担保机构：已无可用担保额度");
            lines.push(none.to_owned());
        }
        for (insurance, offered) in application.insurance.iter().zip(&offer.insurance) {
            let name = words::insurance(insurance.line, language);
            let [pays, premium, subsidised] = [offered.pays, offered.premium, offered.subsidised]
                .map(|amount| words::yuan(amount, language));
            lines.push(match language {
                En => format!(
                    "insurer, {name}: {pays} of the loss in default; premium {premium} {}, of which others pay \
                     {subsidised}",
                    self.borne_in()
                ),
                Zh => format!(
                    "保险公司，{name}：违约损失中赔付{pays}；{}保费{premium}，其中补贴{subsidised}",
                    self.borne_in()
                ),
            });
        }
        if let Some(sharing) = &offer.sharing {
            self.shared(sharing, &mut lines);
        }
        let own = words::percent(offer.own_share);
        lines.push(match language {
            _ if lines.is_empty() && offer.own_share >= 1.0 => language
                .pick("the lender bears all of it", "损失全部由贷款人承担")
                .to_owned(),
            En => format!("the lender bears {own} of the loss on what is not guaranteed"),
            Zh => format!("未担保部分的损失由贷款人自担{own}"),
        });
        self.lines(&lines);
    }

    fn shared(&self, sharing: &OfferedSharing, lines: &mut Vec<String>) {
        let language = self.language;
        let Some(structure) = self.page.policy.sharing() else {
            return;
        };
        let name = language.of(&structure.spec().name);
        let mut why: Vec<String> = sharing
            .refusals
            .iter()
            .map(|refusal| words::refusal(refusal, structure, language))
            .collect();
        if sharing.is_ineligible {
            why.push(
                language
                    .pick("its conditions are not met", "不符合其条件")
                    .to_owned(),
            );
        }
        if !why.is_empty() {
            let why = why.join(language.pick("; ", "；"));
            lines.push(match language {
                En => format!("{name}: does not take the loan: {why}"),
                Zh => format!("{name}：不纳入分担，{why}"),
            });
        }
        let Some(settlement) = &sharing.settlement else {
            return;
        };
        let paid: Vec<String> = settlement
            .payments
            .iter()
            .filter_map(|payment| {
                let party = structure.spec().parties.get(payment.party)?;
                let (party, amount) = (language.of(&party.name), words::yuan(payment.amount, language));
                Some(format!("{party} {amount}"))
            })
            .collect();
        let paid = language.list(&paid);
        let loss = words::yuan(settlement.counted, language);
        if let Settled::Excluded(why) = settlement.settled {
            let why = words::exclusion(why, language);
            lines.push(match language {
                En => format!("{name}: would not share the loss: {why}"),
                Zh => format!("{name}：不予分担，{why}"),
            });
            return;
        }
        lines.push(match language {
            En => format!("{name}: of a loss in default of {loss}: {paid}"),
            Zh => format!("{name}：违约损失{loss}中，{paid}"),
        });
    }

    /// When fees, premiums and subsidies are borne: in the first year, or in the months of a shorter loan.
    fn borne_in(&self) -> &'static str {
        match (self.page.offer.months < 12, self.language) {
            (false, En) => "in the first year",
            (false, Zh) => "首年",
            (true, En) => "in the months of the loan",
            (true, Zh) => "期内",
        }
    }

    fn subsidies(&mut self) {
        let language = self.language;
        if self.page.offer.months < 12 {
            self.title("SUBSIDIES OF THE MONTHS OF THE LOAN", "期内贴息");
        } else {
            self.title("SUBSIDIES OF THE FIRST YEAR", "首年贴息");
        }
        let subsidies = self.page.offer.subsidies.iter();
        let told = subsidies.filter_map(|subsidy| {
            let of = self.page.policy.spec().subsidies.get(subsidy.subsidy)?;
            let amount = words::yuan(subsidy.amount, language);
            let document = &of.basis.document;
            Some(match language {
                En => format!("{amount}; basis: {document}"),
                Zh => format!("{amount}；依据：{document}"),
            })
        });
        let lines: Vec<String> = told.collect();
        self.lines(&lines);
    }

    fn nearest(&mut self) {
        if self.page.nearest.is_empty() {
            return;
        }
        let language = self.language;
        self.title("WHAT WOULD CHANGE THE ANSWER", "如何改变结果");
        let parts = [
            (
                true,
                language.pick("What the firm can bring about:", "企业可作出的改变："),
            ),
            (
                false,
                language.pick(
                    "How far away the limits are:",
                    "与各项限制条件的差距（仅供参考）：",
                ),
            ),
        ];
        for (is_actionable, label) in parts {
            let own = self
                .page
                .nearest
                .iter()
                .filter(|found| found.is_actionable == is_actionable);
            let lines: Vec<String> = own.map(|found| counterfactual(found, language)).collect();
            if !lines.is_empty() {
                self.sheet.paragraph(0, label);
                self.lines(&lines);
            }
        }
    }

    fn documents(&mut self) {
        let language = self.language;
        let documents = &self.page.policy.spec().documents;
        if documents.is_empty() {
            return;
        }
        self.title("DOCUMENTS TO BRING", "所需材料");
        let needed = self
            .page
            .offer
            .documents
            .iter()
            .filter_map(|at| documents.get(*at));
        let lines: Vec<String> = needed
            .map(|document| language.of(&document.name).to_owned())
            .collect();
        self.lines(&lines);
    }

    fn foot(&mut self) {
        let policy = self.page.policy;
        let (id, version) = (&policy.spec().id, &policy.spec().version);
        let hash: String = policy.hash().chars().take(12).collect();
        self.sheet.blank();
        let foot = match self.language {
            En => format!(
                "Policy {id} {version}, content hash {hash}. What a stated policy says of what is known."
            ),
            Zh => format!("政策{id} {version}，内容哈希{hash}。本页仅为既定政策对已知信息的测算结果。"),
        };
        self.sheet.paragraph(0, &foot);
    }

    fn title(&mut self, en: &str, zh: &str) {
        self.sheet.blank();
        self.sheet.paragraph(0, self.language.pick(en, zh));
    }

    fn cell(&mut self, name: &str, cell: String) {
        self.sheet.row(2, name, &[cell]);
    }

    fn lines(&mut self, lines: &[String]) {
        if lines.is_empty() {
            self.sheet.paragraph(2, self.language.pick("none", "无"));
        }
        for line in lines {
            self.sheet.paragraph(2, line);
        }
    }

    fn labelled(&mut self, labelled: &[(&str, String)]) {
        let widest = labelled.iter().map(|(label, _)| width(label)).max().unwrap_or(0);
        for (label, text) in labelled {
            self.sheet.labelled(label, widest + 2, text);
        }
    }
}

fn rate_name(price: &Price, language: Language) -> String {
    let name = language.pick("rate", "执行利率");
    match price.bound {
        None => name.to_owned(),
        Some(bound) => {
            let bound = words::rate_bound(bound, language);
            format!("{name}{}{bound}", language.pick(", ", "，"))
        }
    }
}

fn asset_line((asset, worth): (&Asset, &Worth), counted: Money, language: Language) -> String {
    let (kind, id, value) = (
        words::collateral(asset.kind, language),
        &asset.id,
        words::yuan(asset.value, language),
    );
    let why: Vec<String> = worth
        .nothing
        .iter()
        .map(|why| words::nothing(*why, language))
        .collect();
    if why.is_empty() {
        let counted = words::yuan(counted, language);
        return match language {
            En => format!("{kind} {id}: valued at {value}, counts for {counted}"),
            Zh => format!("{kind}{id}：评估值{value}，认定价值{counted}"),
        };
    }
    let why = why.join(language.pick("; ", "；"));
    match language {
        En => format!("{kind} {id}: valued at {value}, counts for nothing: {why}"),
        Zh => format!("{kind}{id}：评估值{value}，不予认定：{why}"),
    }
}

/// What would have to be otherwise, and what the answer would be.
fn counterfactual(found: &Counterfactual, language: Language) -> String {
    let changes: Vec<String> = found
        .changes
        .iter()
        .map(|change| changed(change, language))
        .collect();
    let changes = changes.join(language.pick("; and ", "；且"));
    let (decision, amount) = (
        words::decision(found.decision, language),
        words::yuan(found.amount, language),
    );
    match language {
        En => format!("{changes}: {decision}, {amount}"),
        Zh => format!("{changes}：{decision}，{amount}"),
    }
}

fn changed(change: &Change, language: Language) -> String {
    let yuan = |amount: &Money| words::yuan(*amount, language);
    match (change, language) {
        (Change::Amount(amount), En) => format!("ask for {}", yuan(amount)),
        (Change::Amount(amount), Zh) => format!("申请金额改为{}", yuan(amount)),
        (Change::Months(months), En) => format!("ask for {}", words::months(*months, language)),
        (Change::Months(months), Zh) => format!("申请期限改为{}", words::months(*months, language)),
        (Change::Guarantee(id, of), En) => {
            format!(
                "a guarantee of {id} for {} of the loan",
                words::share(of.guarantee.share)
            )
        }
        (Change::Guarantee(id, of), Zh) => {
            format!("由{id}为贷款的{}提供担保", words::share(of.guarantee.share))
        }
        (Change::Insurance(id, of), En) => {
            let line = words::insurance(of.line, language);
            format!(
                "insurance of the loan by {id} ({line}), {} of a loss",
                words::share(of.share)
            )
        }
        (Change::Insurance(id, of), Zh) => {
            let line = words::insurance(of.line, language);
            format!("由{id}承保{line}，赔付损失的{}", words::share(of.share))
        }
        (Change::Owes(owes), En) => format!("owe the lender at most {}", yuan(owes)),
        (Change::Owes(owes), Zh) => format!("在本机构的存量贷款降至{}以内", yuan(owes)),
        (Change::GroupOwes(owes), En) => format!("the group owes the lender at most {}", yuan(owes)),
        (Change::GroupOwes(owes), Zh) => format!("集团其他成员存量贷款降至{}以内", yuan(owes)),
        (Change::Asset(kind, value), En) => {
            let kind = words::collateral(*kind, language);
            format!("further collateral ({kind}) worth at least {}", yuan(value))
        }
        (Change::Asset(kind, value), Zh) => {
            let kind = words::collateral(*kind, language);
            format!("增加{kind}质押，评估值不低于{}", yuan(value))
        }
        (Change::Need(need), En) => format!("a need of at least {}", yuan(need)),
        (Change::Need(need), Zh) => format!("资金需求不低于{}", yuan(need)),
        (Change::Sales(sales), En) => format!("sales of twelve months of at least {}", yuan(sales)),
        (Change::Sales(sales), Zh) => format!("近12个月销售收入不低于{}", yuan(sales)),
        (Change::Tax(tax), En) => format!("tax of twelve months of at least {}", yuan(tax)),
        (Change::Tax(tax), Zh) => format!("近12个月纳税额不低于{}", yuan(tax)),
        (Change::Invoices(sales), En) => {
            format!("invoiced sales of twelve months of at least {}", yuan(sales))
        }
        (Change::Invoices(sales), Zh) => format!("近12个月开票销售额不低于{}", yuan(sales)),
        (Change::Grade(grades), En) => format!("a grade of {}", grades.join(", ")),
        (Change::Grade(grades), Zh) => format!("等级为{}", grades.join("、")),
        // Rounded down: what is told is not above what would do.
        (Change::Pd(pd), En) => format!("a PD of at most {}", down(pd.get())),
        (Change::Pd(pd), Zh) => format!("违约概率不高于{}", down(pd.get())),
        (Change::Rate(rate), En) => format!("a rate of {}, above the ceiling", words::percent(*rate)),
        (Change::Rate(rate), Zh) => format!("利率达到{}（超出上限）", words::percent(*rate)),
        (Change::Score { to, by }, En) => format!("a credit score of {to}, {by} more"),
        (Change::Score { to, by }, Zh) => format!("信用得分达到{to}分（还差{by}分）"),
        (Change::Measure(of), En) => format!("{} (+{} points)", otherwise(of, language), of.points),
        (Change::Measure(of), Zh) => format!("{}（增加{}分）", otherwise(of, language), of.points),
    }
}

/// A fraction in percent with three decimals, rounded down.
fn down(fraction: f64) -> String {
    // What is off by less than a billionth is noise of the multiplication.
    words::percent((fraction * 1e5 + 1e-9).floor() / 1e5)
}
