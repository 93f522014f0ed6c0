//! Pages of lending.

use super::sheet::{WIDTH, width};
use super::{Language, OfferPage, allocation, offer, settlement};
use crate::lending::loss_sharing::{Inputs, Loss, LossAmount, LossSharing, LossSharingSpec, Pool};
use crate::lending::{
    Applicant, Budget, Choice, ClientLiability, FirmChoices, Guarantee, GuaranteeFor, Guarantor, Insurance,
    InsuranceLine, LendingPolicy, LendingPolicySpec, LifeStage, LoanApplication, PolicySharing, Share,
};
use crate::num::{Money, Pd};
use crate::rating::Standing;
use crate::scale::Grade;

fn yuan(amount: i64) -> Money {
    Money::from_yuan(amount).unwrap()
}

fn share(fraction: f64) -> Share {
    Share::new(fraction).unwrap()
}

fn firm(grade: &str, pd: f64) -> Applicant {
    Applicant {
        standing: Standing::Rated(Grade::at(2)),
        grade: Some(grade.to_owned()),
        pd: Pd::new(pd).unwrap(),
        stage: LifeStage::Growth,
        sales_12m: Some(yuan(5_000_000)),
        tax_12m: None,
        invoiced_12m: None,
    }
}

/// The page, without the hash that every change of the example changes.
fn shown(policy: &LendingPolicy, application: &LoanApplication, firm: &Applicant) -> [String; 2] {
    let made = policy.offer(application, firm);
    let nearest = policy.nearest(application, firm);
    let page = OfferPage {
        policy,
        application,
        offer: &made,
        nearest: &nearest,
    };
    Language::ALL.map(|language| {
        let text = offer(&page, language);
        assert!(text.lines().all(|line| width(line) <= WIDTH), "{text}");
        text.replace(&policy.hash()[..12], "(hash)")
    })
}

fn example() -> LendingPolicySpec {
    LendingPolicySpec::example().unwrap()
}

fn asks(amount: i64) -> LoanApplication {
    LoanApplication::new("2025-06-30".parse().unwrap(), Some(yuan(amount)), 12)
}

#[test]
#[expect(clippy::too_many_lines, reason = "two whole pages")]
fn a_plain_offer() {
    let [en, zh] = shown(&example().check().unwrap(), &asks(2_000_000), &firm("A", 0.01));
    insta::assert_snapshot!(en, @"
    Illustrative lending policy
    Application of 2025-06-30: CNY 2,000,000 for 12 months
    
    Decision          approve (the usual way)
    Amount            CNY 1,500,000
    Term              12 months
    Rate              4.662%
    Cost to the firm  2.331% in the first year, after subsidies and with fees
    
    REASONS
      less than asked for, by a limit: share of sales
    
    LIMITS
      amount asked for                                                                     CNY 2,000,000
      share of sales (binds)                                                               CNY 1,500,000
      grade and stage of life                                                              CNY 3,000,000
      one firm, less what it owes                                                          CNY 5,000,000
    
    PRICE
      funding                                                                                     2.700%
      expected loss                                                                               0.450%
      charge for capital                                                                          0.645%
      running the loan                                                                            0.867%
      sum                                                                                         4.662%
      rate                                                                                        4.662%
      return on capital, adjusted for risk                                                       11.000%
    
    WHO BEARS THE LOSS
      the lender bears all of it
    
    SUBSIDIES OF THE FIRST YEAR
      CNY 34,961.37; basis: 《科技金融专项项目及资金管理办法》（2022，山西省科技厅、财政厅、地方金融监
        管局），2023年申报通知
    
    WHAT WOULD CHANGE THE ANSWER
    How far away the limits are:
      sales of twelve months of at least CNY 6,666,666.67: approve, CNY 2,000,000
    
    DOCUMENTS TO BRING
      Loan application, signed and sealed
      Business licence and articles of association
      Written authorisation to query the credit database, for the firm and its legal representative
      Authorisation to use tax and invoice data
      Financial statements of the last year and the latest month
      Proof of what the loan is for: contracts or orders
      Application for the interest subsidy, with proof of interest paid
    
    Policy example 0.1.0, content hash (hash). What a stated policy says of what is known.
    ");
    insta::assert_snapshot!(zh, @"
    示例信贷政策
    申请日2025-06-30，申请金额2,000,000元，期限12个月
    
    结论          同意（常规审批）
    金额          1,500,000元
    期限          12个月
    利率          4.662%
    企业综合成本  首年2.331%（计入贴息与费用）
    
    理由
      低于申请金额，受限于销售收入比例限额
    
    额度测算
      申请金额                                                                               2,000,000元
      销售收入比例限额（约束）                                                               1,500,000元
      等级与发展阶段限额                                                                     3,000,000元
      单户限额（扣除存量）                                                                   5,000,000元
    
    定价构成
      资金成本                                                                                    2.700%
      预期损失                                                                                    0.450%
      资本成本                                                                                    0.645%
      运营成本                                                                                    0.867%
      合计                                                                                        4.662%
      执行利率                                                                                    4.662%
      风险调整后资本回报率（RAROC）                                                              11.000%
    
    风险分担
      损失全部由贷款人承担
    
    首年贴息
      34,961.37元；依据：《科技金融专项项目及资金管理办法》（2022，山西省科技厅、财政厅、地方金融监管
        局），2023年申报通知
    
    如何改变结果
    与各项限制条件的差距（仅供参考）：
      近12个月销售收入不低于6,666,666.67元：同意，2,000,000元
    
    所需材料
      贷款申请书（签字盖章）
      营业执照、公司章程
      企业及法定代表人征信查询授权书
      涉税及发票数据查询授权书
      上年度及最近一期财务报表
      贷款用途证明材料（合同或订单）
      贷款贴息申报书及付息凭证
    
    政策example 0.1.0，内容哈希(hash)。本页仅为既定政策对已知信息的测算结果。
    ");
}

/// Collateral, a guarantor with little room, insurance and a structure of loss sharing, on a grade for the committee.
/// A loan of three months has no first year.
#[test]
fn a_short_loan_is_told_by_its_months() {
    let mut application = asks(1_000_000);
    application.months = 3;
    let [en, zh] = shown(&example().check().unwrap(), &application, &firm("A", 0.01));
    assert!(en.contains("in the months of the loan, after subsidies") && !en.contains("first year"));
    assert!(en.contains("SUBSIDIES OF THE MONTHS OF THE LOAN"), "{en}");
    assert!(zh.contains("期内贴息") && !zh.contains("首年"), "{zh}");
}

#[test]
#[expect(clippy::too_many_lines, reason = "two whole pages")]
fn an_offer_with_everything() {
    let mut spec = example();
    spec.sharing = Some(PolicySharing {
        structure: LossSharingSpec::preset("shandong-2023").unwrap(),
        inputs: Inputs::default(),
    });
    let mut application = asks(1_500_000);
    let asset = |id: &str, kind: &str, more: &str| {
        serde_json::from_str(&format!(
            r#"{{"id": "{id}", "kind": "{kind}", "value": "800000", "valued_on": "2025-05-01", "is_owned": true,
                 "registered_on": "2025-06-01"{more}}}"#
        ))
        .unwrap()
    };
    application.assets = vec![
        asset("P-1", "patent", ""),
        asset(
            "P-2",
            "patent",
            r#", "is_frozen": true, "fees_paid_until": "2024-10-31""#,
        ),
    ];
    application.guarantee = Some(GuaranteeFor {
        guarantee: Guarantee {
            share: share(0.8),
            pd: Pd::new(0.002).unwrap(),
            fee: 0.008,
        },
        guarantor: Guarantor {
            net_assets: yuan(9_000_000),
            liability: yuan(20_000_000),
            serves_small_firms: true,
        },
        stands_for: ClientLiability::default(),
    });
    application.insurance = vec![Insurance {
        line: InsuranceLine::PatentPledgeLoan,
        insured: yuan(500_000),
        deductible: yuan(10_000),
        share: share(0.5),
        limit: yuan(250_000),
        premium_rate: share(0.015),
    }];
    let [en, zh] = shown(&spec.check().unwrap(), &application, &firm("BB", 0.04));
    insta::assert_snapshot!(en, @"
    Illustrative lending policy
    Application of 2025-06-30: CNY 1,500,000 for 12 months
    
    Decision          refer: a person decides (credit committee)
    Amount            CNY 1,500,000
    Term              12 months
    Rate              4.119%
    Cost to the firm  5.099% in the first year, after subsidies and with fees
    
    REASONS
      on grade BB a person decides
    
    LIMITS
      amount asked for (binds)                                                             CNY 1,500,000
      share of sales                                                                       CNY 1,500,000
      grade and stage of life                                                              CNY 3,000,000
      one firm, less what it owes                                                          CNY 5,000,000
    
    PRICE
      funding                                                                                     2.700%
      expected loss                                                                               0.123%
      charge for capital                                                                          0.430%
      running the loan                                                                            0.867%
      sum                                                                                         4.119%
      rate                                                                                        4.119%
      return on capital, adjusted for risk                                                       11.000%
    
    COLLATERAL
      patent P-1: valued at CNY 800,000, counts for CNY 400,000
      patent P-2: valued at CNY 800,000, counts for nothing: frozen; fees paid until 2024-10-31 only
      Together CNY 400,000 count, CNY 240,000 are lent against them; LGD 33.000%.
    
    WHO BEARS THE LOSS
      guarantor: CNY 900,000, 60% of the loan, bounded by what it may stand for one client; fee CNY
        7,200 in the first year
      insurer, loan against patents: CNY 94,000 of the loss in default; premium CNY 7,500 in the first
        year, of which others pay CNY 0
      Shandong: Lu Ke Dai: of a loss in default of CNY 104,000: Province CNY 36,400, City CNY 36,400,
        Bank CNY 31,200
      the lender bears 15.758% of the loss on what is not guaranteed
    
    SUBSIDIES OF THE FIRST YEAR
      none
    
    WHAT WOULD CHANGE THE ANSWER
    How far away the limits are:
      a grade of AAA, AA, A, BBB: approve, CNY 1,500,000
    
    DOCUMENTS TO BRING
      Loan application, signed and sealed
      Business licence and articles of association
      Written authorisation to query the credit database, for the firm and its legal representative
      Authorisation to use tax and invoice data
      Financial statements of the last year and the latest month
      Proof of what the loan is for: contracts or orders
      Title to the collateral
      Valuation of the collateral
      Receipt of the latest annual fee and a copy of the patent register
      Pledge contract and registration of the pledge
      Guarantee contract, licence and statements of the guarantor
      Insurance policy with the lender as beneficiary
      Recording of the loan under the structure of loss sharing
      Description of the technology for the experts on the credit committee
    
    Policy example 0.1.0, content hash (hash). What a stated policy says of what is known.
    ");
    insta::assert_snapshot!(zh, @"
    示例信贷政策
    申请日2025-06-30，申请金额1,500,000元，期限12个月
    
    结论          转人工审批（提交审贷会）
    金额          1,500,000元
    期限          12个月
    利率          4.119%
    企业综合成本  首年5.099%（计入贴息与费用）
    
    理由
      等级BB须人工审批
    
    额度测算
      申请金额（约束）                                                                       1,500,000元
      销售收入比例限额                                                                       1,500,000元
      等级与发展阶段限额                                                                     3,000,000元
      单户限额（扣除存量）                                                                   5,000,000元
    
    定价构成
      资金成本                                                                                    2.700%
      预期损失                                                                                    0.123%
      资本成本                                                                                    0.430%
      运营成本                                                                                    0.867%
      合计                                                                                        4.119%
      执行利率                                                                                    4.119%
      风险调整后资本回报率（RAROC）                                                              11.000%
    
    押品
      专利权P-1：评估值800,000元，认定价值400,000元
      专利权P-2：评估值800,000元，不予认定：已被查封、冻结或保全；年费仅缴至2024-10-31，已过补缴期
      合计认定价值400,000元，可贷额240,000元；违约损失率33.000%。
    
    风险分担
      担保机构：担保900,000元，占贷款60%，受限于单一被担保人集中度；首年担保费7,200元
      保险公司，专利权质押贷款保险：违约损失中赔付94,000元；首年保费7,500元，其中补贴0元
      山东：鲁科贷：违约损失104,000元中，省级财政 36,400元、市级财政 36,400元、银行 31,200元
      未担保部分的损失由贷款人自担15.758%
    
    首年贴息
      无
    
    如何改变结果
    与各项限制条件的差距（仅供参考）：
      等级为AAA、AA、A、BBB：同意，1,500,000元
    
    所需材料
      贷款申请书（签字盖章）
      营业执照、公司章程
      企业及法定代表人征信查询授权书
      涉税及发票数据查询授权书
      上年度及最近一期财务报表
      贷款用途证明材料（合同或订单）
      押品权属证明
      押品价值评估报告
      最近一次年费缴纳凭证、专利登记簿副本
      质押合同及质权登记材料
      保证合同，担保机构经营许可证及财务报表
      保险单（贷款人为受益人）
      风险补偿业务备案材料
      技术情况说明（供审贷会科技专家评议）
    
    政策example 0.1.0，内容哈希(hash)。本页仅为既定政策对已知信息的测算结果。
    ");
}

/// A pool of 100, the lender bears the first 2, the guarantor 80 % of the rest but at most 5.
fn waterfall() -> LossSharing {
    let text = r#"{"id": "waterfall", "version": "1", "name": {"en": "First loss and guarantor", "zh": "先损与担保分担"},
        "basis": {"document": "none", "en": "-", "zh": "-", "provenance": "a textbook case"}, "valid_from": "2020-01-01",
        "parties": [{"id": "bank", "role": "bank", "name": {"en": "Bank", "zh": "银行"}},
                    {"id": "guarantor", "role": "guarantor", "name": {"en": "Guarantor", "zh": "担保机构"}}],
        "layers": [{"size": {"loan": "2"}, "takers": [{"party": "bank", "share": 1}]},
                   {"takers": [{"party": "guarantor", "share": 0.8, "cap": {"loan": "5"}}]}],
        "counts": "principal"}"#;
    LossSharingSpec::from_json(text)
        .unwrap()
        .check(&Inputs::default())
        .unwrap()
}

#[test]
fn a_settlement_and_one_that_is_not_shared() {
    let structure = waterfall();
    let mut loss = Loss {
        claimed_on: "2025-06-30".parse().unwrap(),
        loan: "L-1".to_owned(),
        firm: "F-1".to_owned(),
        lent_on: "2024-06-30".parse().unwrap(),
        recorded_on: None,
        defaulted_on: "2025-03-31".parse().unwrap(),
        amount: LossAmount::new(yuan(12), yuan(1)).unwrap(),
        is_eligible: true,
        traits: Vec::new(),
    };
    let page = |loss: &Loss, language| {
        let settled = structure.settle(loss, &Pool::default());
        settlement(&structure, (loss, &settled), language)
    };
    insta::assert_snapshot!(page(&loss, Language::En), @"
    First loss and guarantor
    Loan L-1 of firm F-1, claimed 2025-06-30: loss CNY 13, of which CNY 12 counts
    
      Bank (layer 1)                                                                               CNY 2
      Guarantor (layer 2)                                                                          CNY 5
      left with the lender                                                                         CNY 6
      Reached: layer 1, cap of a loan; CNY 10 beyond it run on
      Reached: Guarantor, cap of a loan; CNY 3 beyond it run on
    ");
    insta::assert_snapshot!(page(&loss, Language::Zh), @"
    先损与担保分担
    贷款L-1（企业F-1），2025-06-30申请代偿：损失13元，其中12元计入分担
    
      银行（第1层）                                                                                  2元
      担保机构（第2层）                                                                              5元
      未获分担，由贷款人承担                                                                         6元
      触及上限：第1层，单笔上限；超出的10元由后续层级或贷款人承担
      触及上限：担保机构，单笔上限；超出的3元由后续层级或贷款人承担
    ");
    loss.is_eligible = false;
    insta::assert_snapshot!(page(&loss, Language::Zh), @"
    先损与担保分担
    贷款L-1（企业F-1），2025-06-30申请代偿：损失13元，其中12元计入分担
    
    不予分担：贷款不符合条件。
      未获分担，由贷款人承担                                                                        13元
    ");
}

#[test]
fn an_allocation() {
    let choice = |amount, rate, value| Choice {
        amount: yuan(amount),
        rate,
        value,
    };
    let firms = [
        FirmChoices {
            choices: vec![choice(100_000, 0.0465, 1_500.0), choice(300_000, 0.0465, 3_900.5)],
            caps: vec![],
        },
        FirmChoices {
            choices: vec![choice(200_000, 0.0585, 2_000.0)],
            caps: vec![],
        },
        FirmChoices::default(),
    ];
    let budget = Budget {
        total: yuan(400_000),
        caps: vec![],
    };
    let found = budget.allocate(&firms).unwrap();
    let page = |language| allocation(&budget, (&firms, &["F-1", "F-2", "F-3"]), &found, language);
    insta::assert_snapshot!(page(Language::En), @"
    Budget CNY 400,000: CNY 300,000 lent to 1 of 3 firms, worth CNY 3,900.5
    There is no better one for the choices as given.
    If loans could be divided, a further yuan of budget would be worth 1.000% of itself.
    
      F-1                                                                           CNY 300,000   4.650%
    ");
    insta::assert_snapshot!(page(Language::Zh), @"
    预算400,000元：向3家企业中的1家放款300,000元，预期价值3,900.5元
    在给定选项下为最优。
    若额度可任意分割，预算每增加1元，预期价值增加1.000%。
    
      F-1                                                                             300,000元   4.650%
    ");
}
