//! Whole pages.

use super::sheet::{WIDTH, width};
use super::{Language, page};
use crate::calibration::ConservatismSpec;
use crate::measure::CATALOGUE;
use crate::rating::{ModelSpec, Rating, RatingModel, ReferenceSpec, Standing, Wording};
use crate::record::Dossier;
use std::fmt::Write as _;

/// A page has about sixty lines; a firm that stands on every list takes the most.
const MOST_LINES: usize = 66;

fn spec() -> ModelSpec {
    ModelSpec::preset("tech-firm").unwrap()
}

/// The preset without its reference population.
fn model() -> RatingModel {
    let mut spec = spec();
    spec.reference = None;
    spec.check().unwrap()
}

/// The preset with a reference population whose mean is 2.5 points in every characteristic.
fn model_with_reference() -> RatingModel {
    let mut spec = spec();
    let measures = spec.pillars.iter().flat_map(|p| &p.card.characteristics);
    let points = measures.map(|c| (c.measure.id().to_owned(), 2.5)).collect();
    let name = Wording {
        en: "invented firms".to_owned(),
        zh: "虚构企业".to_owned(),
    };
    spec.reference = Some(ReferenceSpec { name, points });
    spec.check().unwrap()
}

/// The page, without the hash that every change of the preset changes.
fn shown(rating: &Rating, language: Language) -> String {
    page(rating, language).replace(&rating.model.hash()[..12], "(hash)")
}

fn rate(model: &RatingModel, firm: &str) -> Rating {
    let firm: Dossier = firm.parse().unwrap();
    model.rate(&firm, "2025-06-30".parse().unwrap())
}

/// A firm of nine years with statements, filings, a loan and patents; `listings` are its entries on lists.
fn firm(listings: &str) -> String {
    let mut filings = String::new();
    for (year, month) in (1..=24).map(|n| (2023 + (n + 5) / 12, (n + 5) % 12 + 1)) {
        let separator = if filings.is_empty() { "" } else { "," };
        let (due_year, due_month) = if month == 12 {
            (year + 1, 1)
        } else {
            (year, month + 1)
        };
        let filed = if month == 3 { 20 } else { 10 };
        let _ = write!(
            filings,
            r#"{separator}{{"kind": "vat", "period_end": "{year}-{month:02}-28", "due_on": "{due_year}-{due_month:02}-15",
                "filed_on": "{due_year}-{due_month:02}-{filed}", "taxable_sales": 820000, "payable": 24600, "paid": 24600,
                "paid_on": "{due_year}-{due_month:02}-12"}}"#
        );
    }
    format!(
        r#"{{"firm_id": "F-000001",
        "registrations": [{{"name": "甲科技", "established_on": "2016-06-30", "status": "active", "staff": 62,
            "registered_capital": 5000000, "paid_in_capital": 2500000}}],
        "annual_reports": [{{"year": 2024, "due_on": "2025-06-30", "filed_on": "2025-05-20"}},
            {{"year": 2023, "due_on": "2024-06-30", "filed_on": "2024-07-05"}}],
        "listings": [{listings}],
        "filings": [{filings}],
        "tax_credit_levels": [{{"year": 2023, "level": "B"}}, {{"year": 2024, "level": "C"}}],
        "facilities": [{{"facility": "a", "lender": "L", "snapshot_on": "2025-05-31", "opened_on": "2024-09-01",
            "matures_on": "2025-08-31", "limit": 3000000, "balance": 2400000, "class": "special_mention",
            "days_overdue": 12, "amount_overdue": 100000, "collateral": "ip_pledge"}}],
        "statements": [
            {{"year": 2024, "received_on": "2025-04-20", "audited": true, "assets": 12345678.90, "liabilities": 7000000,
              "current_assets": 6000000, "current_liabilities": 5000000, "inventory": 900000, "receivables": 2100000,
              "retained_earnings": 1500000, "sales": 9800000, "cost": 6900000, "profit_before_tax": 610000,
              "net_profit": 520000, "interest": 130000}},
            {{"year": 2023, "received_on": "2024-04-20", "assets": 11000000, "liabilities": 6500000, "sales": 8000000}},
            {{"year": 2022, "received_on": "2023-04-20", "assets": 9788110, "liabilities": 6000000, "sales": 6530612}}],
        "patents": [{{"number": "201710601862.3", "filed_on": "2017-07-21", "granted_on": "2019-09-03",
            "status": "in_force"}}],
        "research_years": [{{"year": 2024, "expense": 640000, "staff": 14}}]}}"#
    )
}

const OBJECTED: &str =
    r#"{"list": "serious_violation", "started_on": "2025-02-14", "objection_on": "2025-03-03"}"#;
const CAPPED: &str = r#"{"list": "major_tax_violation", "started_on": "2025-01-10", "ends_on": "2028-01-09"},
    {"list": "abnormal_operation", "started_on": "2022-07-08", "repaired_on": "2023-01-31"},
    {"list": "serious_violation", "started_on": "2021-11-01", "ends_on": "2024-10-31"}"#;

#[test]
fn a_rated_firm_in_english() {
    insta::assert_snapshot!(shown(&rate(&model(), &firm("")), Language::En), @"
    Government credit rating of technology firms
    Firm F-000001, as of 2025-06-30

    Grade       B: grade 6 of 9, 1 being the least risk; the symbol reads, after JR/T 0030: ability to
                repay depends heavily on good conditions, risk of default very high
    Standing    rated; 21 of 41 credit characteristics have a value; the model asks for at least 8.
    Credit      B; PD 8.74% within 12 months; score 552, from 600 base points
    Technology  T7; score 38.8 of 100; weighted for the stage of life: growth
    Matrix      credit B with technology T7 gives B before rules; no rule restricts it

    PILLARS                                                                     points     best measured
      Trade by invoices                                                              0       89     0/11
      Tax                                                                          -23       53      4/7
      Business registry                                                             -4       33      3/7
      Credit register                                                              -49       54      6/8
      Financial statements                                                          28       67      8/8
      Technology                                                                    38      100     7/10

    AGAINST THE FIRM                                                            points     best     lost
    Points lost against the best attribute of a credit characteristic, most first:
      tax credit level: C                                                          -15       18       33
      worst days overdue in 12 months: 12 days (1 day to below 31 days)            -12       14       26
      worst loan class in 24 months: special mention                               -12        8       20
      overdue share of the balance: 4.2% (0.01% to below 10%)                      -15        4       19
      sales invoiced in 12 months: not reported                                      0       16       16
    Points lost against a reference population: not told, the model holds none.
    Weighted points of the technology score lost, most first:
      patent applications in 3 years: 0, weight 12%                                  0      100       12
      class II rights in force: 0, weight 10%                                        0      100       10
      share of research staff: not reported, weight 10%                              0      100       10

    FOR THE FIRM                                                                points     best     lost
    Credit characteristics at their best attribute:
      interest coverage: 5.69 (5 or more)                                           10       10        0
      late payments in 24 months: 0                                                  8        8        0
      audited statement: yes                                                         4        4        0

    RULES
    Nothing on record: registration revoked, deregistered, cancelled or ordered closed; loan in
      default
    Not judged for want of data: serious-violation list; dishonest judgment debtor; major tax
      violation; abnormal-operation list
    Not in force on the day: tax credit level D set directly

    SOURCES
    Answered      business registry 2025-06-30 (0 days), tax authority 2025-06-15 (15 days),
                  intellectual property 2017-07-21 (2901 days), science and technology 2025-05-31 (30
                  days), credit register 2025-05-31 (30 days), financial statements 2025-04-20 (71 days)
    Sent nothing  lists and penalties
    Model         tech-firm, version 0.1.0, hash (hash)
    Notice        Expert points chosen by the authors of this software; not fitted to data, not issued
                  by any authority.
    ");
}

#[test]
fn a_rated_firm_in_chinese() {
    insta::assert_snapshot!(shown(&rate(&model(), &firm("")), Language::Zh), @"
    科技型企业政府信用评级
    企业F-000001，截至2025-06-30

    等级  B：第6等（共9等，1等风险最低）；参照JR/T 0030：偿债能力较大依赖良好环境，违约风险很高
    状态  已评级；41项信用指标中21项有值，模型要求至少8项。
    信用  B；12个月违约概率（PD）8.74%；评分552，基础分600
    科技  T7；得分38.8，满分100；按生命周期加权：成长期
    矩阵  信用B与科技T7，规则前为B；无规则限制

    分项得分                                                                      得分     满分     有值
      发票经营                                                                       0       89     0/11
      纳税                                                                         -23       53      4/7
      工商登记                                                                      -4       33      3/7
      征信                                                                         -49       54      6/8
      财务                                                                          28       67      8/8
      科技创新                                                                      38      100     7/10

    主要扣分项                                                                    得分     满分     失分
    与信用指标最佳档相比失分最多：
      纳税信用等级：C级                                                            -15       18       33
      近12个月最长逾期天数：12天（不低于1天且低于31天）                            -12       14       26
      近24个月最差五级分类：关注                                                   -12        8       20
      逾期余额占比：4.2%（不低于0.01%且低于10%）                                   -15        4       19
      近12个月开票销售额：未报送                                                     0       16       16
    与参照总体相比的失分：模型未设参照总体，不列示。
    科技得分加权失分最多：
      近3年专利申请数：0，权重12%                                                    0      100       12
      Ⅱ类知识产权数：0，权重10%                                                      0      100       10
      科技人员占比：未报送，权重10%                                                  0      100       10

    主要优势                                                                      得分     满分     失分
    信用指标达到最佳档：
      利息保障倍数：5.69（不低于5）                                                 10       10        0
      近24个月逾期缴税次数：0                                                        8        8        0
      是否审计：是                                                                   4        4        0

    规则
    无记录：登记状态为吊销、注销、撤销或责令关闭；贷款违约
    缺少数据，未判断：严重违法失信名单；失信被执行人；重大税收违法失信主体；经营异常名录
    当日不在施行期内：直接判为纳税信用D级

    数据与模型
    已报送  工商登记2025-06-30（0天前）、税务2025-06-15（15天前）、知识产权2017-07-21（2901天前）、科技
            2025-05-31（30天前）、征信2025-05-31（30天前）、财务报表2025-04-20（71天前）
    未报送  名单与处罚
    模型    tech-firm，版本0.1.0，哈希(hash)
    说明    评分为本软件作者的专家判断，未经数据拟合，也非任何主管部门发布。
    ");
}

#[test]
fn a_margin_of_conservatism_is_told_in_both_languages() {
    let mut spec = spec();
    spec.calibration.line_mut().unwrap().conservatism = Some(ConservatismSpec {
        data_and_methods: 0.002,
        changes: 0.0,
        estimation: 0.000_55,
    });
    let rating = rate(&spec.check().unwrap(), &firm(""));
    let told = |language| {
        let page = shown(&rating, language);
        let mut lines = page.lines().skip_while(|line| !line.contains("PD"));
        let of: Vec<&str> = lines.by_ref().take(2).map(str::trim).collect();
        of.join(" ")
    };
    // 8.74 % without the margin, as on the page above.
    insta::assert_snapshot!(told(Language::En), @"Credit      B; PD 8.99% within 12 months, with a margin of 0.2% for data and methods, 0% for changes and 0.055% for estimation; score 552, from 600 base points");
    insta::assert_snapshot!(told(Language::Zh), @"信用  B；12个月违约概率（PD）8.99%，含保守边际：数据与方法0.2%、变化0%、估计误差0.055%；评分552，基 础分600");
    assert_eq!(
        numbers(&page(&rating, Language::En)),
        numbers(&page(&rating, Language::Zh))
    );
}

#[test]
fn a_capped_firm_against_a_reference_population_in_english() {
    insta::assert_snapshot!(shown(&rate(&model_with_reference(), &firm(CAPPED)), Language::En), @"
    Government credit rating of technology firms
    Firm F-000001, as of 2025-06-30

    Grade       CC: grade 8 of 9, 1 being the least risk; the symbol reads, after JR/T 0030: little
                protection in bankruptcy, repayment basically not to be expected
    Standing    rated; 23 of 41 credit characteristics have a value; the model asks for at least 8.
    Credit      CCC; PD 12.29% within 12 months; score 530, from 600 base points
    Technology  T7; score 38.8 of 100; weighted for the stage of life: growth
    Matrix      credit CCC with technology T7 gives CCC before rules; a cap lowers it to CC (major tax
                violation)

    PILLARS                                                                     points     best measured
      Trade by invoices                                                              0       89     0/11
      Tax                                                                          -23       53      4/7
      Business registry                                                            -26       33      5/7
      Credit register                                                              -49       54      6/8
      Financial statements                                                          28       67      8/8
      Technology                                                                    38      100     7/10

    AGAINST THE FIRM                                                            points     best     lost
    Points lost against the best attribute of a credit characteristic, most first:
      tax credit level: C                                                          -15       18       33
      open listings: 1                                                             -25        4       29
      worst days overdue in 12 months: 12 days (1 day to below 31 days)            -12       14       26
      worst loan class in 24 months: special mention                               -12        8       20
      overdue share of the balance: 4.2% (0.01% to below 10%)                      -15        4       19
    Points lost against the mean of the reference population (invented firms), most first:
      open listings: 1                                                             -25        4     27.5
      tax credit level: C                                                          -15       18     17.5
      overdue share of the balance: 4.2% (0.01% to below 10%)                      -15        4     17.5
    Weighted points of the technology score lost, most first:
      patent applications in 3 years: 0, weight 12%                                  0      100       12
      class II rights in force: 0, weight 10%                                        0      100       10
      share of research staff: not reported, weight 10%                              0      100       10

    FOR THE FIRM                                                                points     best     over
    Credit characteristics with most points over the mean of the reference population:
      interest coverage: 5.69 (5 or more)                                           10       10      7.5
      late payments in 24 months: 0                                                  8        8      5.5
      return on assets: 4.2% (3% to below 8%)                                        6        9      3.5

    RULES
    In force: major tax violation (caps the grade at CC), since 2025-01-10, until 2028-01-09. Basis:
      重大税收违法失信主体信息公布管理办法 (税务总局令第54号). Published as a major tax violator.
    Lifted or repaired, no longer counts: abnormal-operation list, since 2022-07-08, lifted or
      repaired 2023-01-31.
    Expired, no longer counts: serious-violation list, since 2021-11-01, expired 2024-10-31.
    What follows for the grade is the choice of the model, not of the documents named.
    Nothing on record: registration revoked, deregistered, cancelled or ordered closed; loan in
      default; dishonest judgment debtor
    Not in force on the day: tax credit level D set directly

    SOURCES
    Answered      business registry 2025-06-30 (0 days), lists and penalties 2025-01-10 (171 days), tax
                  authority 2025-06-15 (15 days), intellectual property 2017-07-21 (2901 days), science
                  and technology 2025-05-31 (30 days), credit register 2025-05-31 (30 days), financial
                  statements 2025-04-20 (71 days)
    Sent nothing  none
    Model         tech-firm, version 0.1.0, hash (hash)
    Notice        Expert points chosen by the authors of this software; not fitted to data, not issued
                  by any authority.
    ");
}

#[test]
fn a_capped_firm_against_a_reference_population_in_chinese() {
    insta::assert_snapshot!(shown(&rate(&model_with_reference(), &firm(CAPPED)), Language::Zh), @"
    科技型企业政府信用评级
    企业F-000001，截至2025-06-30

    等级  CC：第8等（共9等，1等风险最低）；参照JR/T 0030：破产时保障较小，基本不能偿还债务
    状态  已评级；41项信用指标中23项有值，模型要求至少8项。
    信用  CCC；12个月违约概率（PD）12.29%；评分530，基础分600
    科技  T7；得分38.8，满分100；按生命周期加权：成长期
    矩阵  信用CCC与科技T7，规则前为CCC；因规则上限降为CC（重大税收违法失信主体）

    分项得分                                                                      得分     满分     有值
      发票经营                                                                       0       89     0/11
      纳税                                                                         -23       53      4/7
      工商登记                                                                     -26       33      5/7
      征信                                                                         -49       54      6/8
      财务                                                                          28       67      8/8
      科技创新                                                                      38      100     7/10

    主要扣分项                                                                    得分     满分     失分
    与信用指标最佳档相比失分最多：
      纳税信用等级：C级                                                            -15       18       33
      在列异常及失信名单数：1                                                      -25        4       29
      近12个月最长逾期天数：12天（不低于1天且低于31天）                            -12       14       26
      近24个月最差五级分类：关注                                                   -12        8       20
      逾期余额占比：4.2%（不低于0.01%且低于10%）                                   -15        4       19
    与参照总体（虚构企业）平均得分相比失分最多：
      在列异常及失信名单数：1                                                      -25        4     27.5
      纳税信用等级：C级                                                            -15       18     17.5
      逾期余额占比：4.2%（不低于0.01%且低于10%）                                   -15        4     17.5
    科技得分加权失分最多：
      近3年专利申请数：0，权重12%                                                    0      100       12
      Ⅱ类知识产权数：0，权重10%                                                      0      100       10
      科技人员占比：未报送，权重10%                                                  0      100       10

    主要优势                                                                      得分     满分     高出
    信用指标得分高出参照总体平均最多：
      利息保障倍数：5.69（不低于5）                                                 10       10      7.5
      近24个月逾期缴税次数：0                                                        8        8      5.5
      总资产收益率：4.2%（不低于3%且低于8%）                                         6        9      3.5

    规则
    生效：重大税收违法失信主体（等级上限CC），自2025-01-10起，至2028-01-09止。依据：重大税收违法失信主
      体信息公布管理办法 (税务总局令第54号)。被公布为重大税收违法失信主体。
    已移出或修复，不再计入：经营异常名录，自2022-07-08起，2023-01-31移出或修复。
    已到期，不再计入：严重违法失信名单，自2021-11-01起，2024-10-31到期。
    规则对等级的影响由模型设定，并非所列文件规定。
    无记录：登记状态为吊销、注销、撤销或责令关闭；贷款违约；失信被执行人
    当日不在施行期内：直接判为纳税信用D级

    数据与模型
    已报送  工商登记2025-06-30（0天前）、名单与处罚2025-01-10（171天前）、税务2025-06-15（15天前）、知识
            产权2017-07-21（2901天前）、科技2025-05-31（30天前）、征信2025-05-31（30天前）、财务报表
            2025-04-20（71天前）
    未报送  无
    模型    tech-firm，版本0.1.0，哈希(hash)
    说明    评分为本软件作者的专家判断，未经数据拟合，也非任何主管部门发布。
    ");
}

#[test]
fn a_firm_whose_listing_is_frozen_by_an_objection_in_english() {
    insta::assert_snapshot!(rules_of(&page(&rate(&model(), &firm(OBJECTED)), Language::En), "RULES"), @"
    Grade       B: grade 6 of 9, 1 being the least risk; the symbol reads, after JR/T 0030: ability to
                repay depends heavily on good conditions, risk of default very high
    Standing    rated; 23 of 41 credit characteristics have a value; the model asks for at least 8.
    Credit      B; PD 7.82% within 12 months; score 559, from 600 base points
    Technology  T7; score 38.8 of 100; weighted for the stage of life: growth
    Matrix      credit B with technology T7 gives B before rules; no rule restricts it

    RULES
    Frozen by a pending objection, has no effect meanwhile: serious-violation list (caps the grade at
      CC), since 2025-02-14, objection received 2025-03-03. Basis: 市场监督管理严重违法失信名单管理办法
      (市场监管总局令第44号). On the serious-violation list for three years.
    What follows for the grade is the choice of the model, not of the documents named.
    Nothing on record: registration revoked, deregistered, cancelled or ordered closed; loan in
      default; dishonest judgment debtor; major tax violation; abnormal-operation list
    Not in force on the day: tax credit level D set directly
    ");
}

#[test]
fn a_firm_whose_listing_is_frozen_by_an_objection_in_chinese() {
    insta::assert_snapshot!(rules_of(&page(&rate(&model(), &firm(OBJECTED)), Language::Zh), "规则"), @"
    等级  B：第6等（共9等，1等风险最低）；参照JR/T 0030：偿债能力较大依赖良好环境，违约风险很高
    状态  已评级；41项信用指标中23项有值，模型要求至少8项。
    信用  B；12个月违约概率（PD）7.82%；评分559，基础分600
    科技  T7；得分38.8，满分100；按生命周期加权：成长期
    矩阵  信用B与科技T7，规则前为B；无规则限制

    规则
    异议处理中，暂停适用：严重违法失信名单（等级上限CC），自2025-02-14起，2025-03-03受理异议。依据：市
      场监督管理严重违法失信名单管理办法 (市场监管总局令第44号)。列入严重违法失信名单，期限三年。
    规则对等级的影响由模型设定，并非所列文件规定。
    无记录：登记状态为吊销、注销、撤销或责令关闭；贷款违约；失信被执行人；重大税收违法失信主体；经营异
      常名录
    当日不在施行期内：直接判为纳税信用D级
    ");
}

#[test]
fn a_firm_with_not_enough_information_in_english() {
    insta::assert_snapshot!(shown(&rate(&model(), LITTLE), Language::En), @"
    Government credit rating of technology firms
    Firm F-000002, as of 2025-06-30

    Grade       NI: not enough information for a rating
    Standing    not enough information; 1 of 41 credit characteristics have a value; the model asks for
                at least 8. What follows is what the scorecards say, not a rating.
    Credit      BB; PD 4.42% within 12 months; score 594, from 600 base points
    Technology  T6, which the model gives a firm of which nothing was reported here
    Matrix      credit BB with technology T6 gives BB before rules; no rule restricts it

    PILLARS                                                                     points     best measured
      Trade by invoices                                                              0       89     0/11
      Tax                                                                            0       53      0/7
      Business registry                                                             -6       33      1/7
      Credit register                                                                0       54      0/8
      Financial statements                                                           0       67      0/8
      Technology                                                                     0      100     0/10

    AGAINST THE FIRM                                                            points     best     lost
    Points lost against the best attribute of a credit characteristic, most first:
      tax credit level: not reported                                                 0       18       18
      age of the firm: 1.3 years (1 year to below 3 years)                          -6       11       17
      sales invoiced in 12 months: not reported                                      0       16       16
      worst days overdue in 12 months: not reported                                  0       14       14
      debt to assets: not reported                                                   0       14       14
    Points lost against a reference population: not told, the model holds none.

    FOR THE FIRM                                                                points     best     lost
    Credit characteristics at their best attribute:
      none

    RULES
    Nothing on record: registration revoked, deregistered, cancelled or ordered closed
    Not judged for want of data: loan in default; serious-violation list; dishonest judgment debtor;
      major tax violation; abnormal-operation list
    Not in force on the day: tax credit level D set directly

    SOURCES
    Answered      business registry 2024-03-01 (486 days)
    Sent nothing  lists and penalties, tax authority, intellectual property, science and technology,
                  credit register, financial statements
    Model         tech-firm, version 0.1.0, hash (hash)
    Notice        Expert points chosen by the authors of this software; not fitted to data, not issued
                  by any authority.
    ");
}

#[test]
fn a_firm_with_not_enough_information_in_chinese() {
    insta::assert_snapshot!(shown(&rate(&model(), LITTLE), Language::Zh), @"
    科技型企业政府信用评级
    企业F-000002，截至2025-06-30

    等级  NI：信息不足，不予评级
    状态  信息不足；41项信用指标中1项有值，模型要求至少8项。以下为评分卡结果，不构成评级。
    信用  BB；12个月违约概率（PD）4.42%；评分594，基础分600
    科技  T6（本维度无任何报送，按模型规定取此等级）
    矩阵  信用BB与科技T6，规则前为BB；无规则限制

    分项得分                                                                      得分     满分     有值
      发票经营                                                                       0       89     0/11
      纳税                                                                           0       53      0/7
      工商登记                                                                      -6       33      1/7
      征信                                                                           0       54      0/8
      财务                                                                           0       67      0/8
      科技创新                                                                       0      100     0/10

    主要扣分项                                                                    得分     满分     失分
    与信用指标最佳档相比失分最多：
      纳税信用等级：未报送                                                           0       18       18
      企业年龄：1.3年（不低于1年且低于3年）                                         -6       11       17
      近12个月开票销售额：未报送                                                     0       16       16
      近12个月最长逾期天数：未报送                                                   0       14       14
      资产负债率：未报送                                                             0       14       14
    与参照总体相比的失分：模型未设参照总体，不列示。

    主要优势                                                                      得分     满分     失分
    信用指标达到最佳档：
      无

    规则
    无记录：登记状态为吊销、注销、撤销或责令关闭
    缺少数据，未判断：贷款违约；严重违法失信名单；失信被执行人；重大税收违法失信主体；经营异常名录
    当日不在施行期内：直接判为纳税信用D级

    数据与模型
    已报送  工商登记2024-03-01（486天前）
    未报送  名单与处罚、税务、知识产权、科技、征信、财务报表
    模型    tech-firm，版本0.1.0，哈希(hash)
    说明    评分为本软件作者的专家判断，未经数据拟合，也非任何主管部门发布。
    ");
}

const LITTLE: &str = r#"{"firm_id": "F-000002", "registrations": [{"name": "乙科技",
    "established_on": "2024-03-01", "status": "active"}]}"#;
const IN_DEFAULT: &str = r#"{"firm_id": "F-000003", "facilities": [{"facility": "a", "lender": "L",
    "snapshot_on": "2025-05-31", "opened_on": "2023-01-01", "balance": 900000, "class": "doubtful",
    "days_overdue": 300}]}"#;
const ENDED: &str = r#"{"firm_id": "F-000004", "registrations": [{"name": "丁科技",
    "established_on": "2014-03-01", "status": "revoked", "status_on": "2024-12-02"}]}"#;

#[test]
fn every_standing_is_told() {
    let standing = |rating: &Rating, language| {
        let page = page(rating, language);
        page.lines().skip(3).take(3).collect::<Vec<_>>().join("\n")
    };
    let (in_default, ended) = (rate(&model(), IN_DEFAULT), rate(&model(), ENDED));
    assert_eq!(
        (in_default.standing, ended.standing),
        (Standing::InDefault, Standing::Withdrawn)
    );
    insta::assert_snapshot!(standing(&in_default, Language::En), @"
    Grade       D: in default
    Standing    in default by rule (loan in default); 3 of 41 credit characteristics have a value; the
                model asks for at least 8. What follows is what the scorecards say, not a rating.
    ");
    insta::assert_snapshot!(standing(&in_default, Language::Zh), @"
    等级  D：违约
    状态  按规则认定为违约（贷款违约）；41项信用指标中3项有值，模型要求至少8项。以下为评分卡结果，不构成
          评级。
    ");
    insta::assert_snapshot!(standing(&ended, Language::En), @"
    Grade       NR: withdrawn, not rated
    Standing    withdrawn by rule (registration revoked, deregistered, cancelled or ordered closed); 1
                of 41 credit characteristics have a value; the model asks for at least 8. What follows
    ");
    insta::assert_snapshot!(standing(&ended, Language::Zh), @"
    等级  NR：撤销评级，不再评级
    状态  按规则撤销评级（登记状态为吊销、注销、撤销或责令关闭）；41项信用指标中1项有值，模型要求至少
          8项。以下为评分卡结果，不构成评级。
    ");
}

/// The first lines, and the section of the rules.
fn rules_of(page: &str, title: &str) -> String {
    let sections: Vec<&str> = page.split("\n\n").collect();
    let rules = sections.iter().find(|s| s.lines().next() == Some(title));
    format!("{}\n\n{}", sections[1], rules.unwrap())
}

/// Firms of every kind that the tests above look at, and some that are extreme.
fn firms() -> Vec<String> {
    let many = |list: &str| {
        let entries = (1..=9).map(|day| format!(r#"{{"list": "{list}", "started_on": "2025-01-0{day}"}}"#));
        entries.collect::<Vec<_>>().join(",")
    };
    let lists = [
        "judgment_debtor",
        "serious_violation",
        "major_tax_violation",
        "abnormal_operation",
    ];
    let all = lists.map(many).join(",");
    let mut firms = vec![firm(""), firm(OBJECTED), firm(CAPPED), firm(&all)];
    firms.extend([LITTLE, IN_DEFAULT, ENDED].map(str::to_owned));
    firms.push(r#"{"firm_id": "F-000005"}"#.to_owned());
    firms.push(
        firm("")
            .replace("9800000", "999999999999.99")
            .replace("640000", "0.01"),
    );
    firms.push(firm("").replace("820000", "0").replace("7000000", "99000000"));
    firms.push(firm("").replace(
        "F-000001",
        &"a-firm-whose-identifier-is-as-long-as-it-may-be.".repeat(2)[..64],
    ));
    firms
}

/// Numbers in order of size; 万 and million are multiplied out.
fn numbers(page: &str) -> Vec<String> {
    // Two English names of measures carry the number of the document that defines them.
    let text = page
        .replace("(195号)", "")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    let mut found = Vec::new();
    let mut rest = text.as_str();
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let from = &rest[start..];
        let end = from
            .find(|c: char| !(c.is_ascii_digit() || c == '.' || c == ','))
            .unwrap_or(from.len());
        let digits = from[..end].trim_end_matches(['.', ',']).replace(',', "");
        rest = &from[end..];
        let factor = match rest {
            more if more.starts_with('万') => 1e4,
            more if more.starts_with(" million") => 1e6,
            _ => 1.0,
        };
        found.push(
            digits
                .parse::<f64>()
                .map_or(digits, |n| format!("{:.6}", n * factor)),
        );
    }
    found.sort();
    found
}

#[test]
fn names_of_measures_carry_the_same_numbers_in_both_languages() {
    for entry in CATALOGUE {
        assert_eq!(numbers(entry.en), numbers(entry.zh), "{}", entry.id);
    }
}

#[test]
fn both_languages_state_the_same_numbers() {
    for model in [model(), model_with_reference()] {
        for firm in firms() {
            let rating = rate(&model, &firm);
            let [en, zh] = Language::ALL.map(|language| page(&rating, language));
            assert_eq!(numbers(&en), numbers(&zh), "{en}\n{zh}");
        }
    }
}

#[test]
fn every_page_fits_and_has_no_gaps() {
    for model in [model(), model_with_reference()] {
        for firm in firms() {
            let rating = rate(&model, &firm);
            for language in Language::ALL {
                fits(&page(&rating, language));
            }
        }
    }
}

fn fits(page: &str) {
    for line in page.lines() {
        assert!(width(line) <= WIDTH, "{} columns: {line}", width(line));
        assert_eq!(line.trim_end(), line);
    }
    assert!(
        page.lines().count() <= MOST_LINES,
        "{} lines\n{page}",
        page.lines().count()
    );
    for gap in [
        "{", "}", "NaN", " inf ", "None", "Some(", "TODO", "  :", "：：", "。。",
    ] {
        assert!(!page.contains(gap), "{gap}\n{page}");
    }
    assert!(!page.contains("\n\n\n"), "{page}");
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(48))]

    #[test]
    fn generated_firms_fit_too(
        assets in 1_u64..100_000_000_000,
        sales in 0_u64..100_000_000_000,
        profit in -1_000_000_000_i64..1_000_000_000,
        overdue in 0_u32..400,
        balance in 0_u64..10_000_000,
        level in 0_usize..5,
        established in 1990_u32..2025,
    ) {
        let level = ["A", "B", "M", "C", "D"][level];
        let firm = format!(
            r#"{{"firm_id": "F-000006", "registrations": [{{"name": "己科技", "established_on": "{established}-03-01",
                "status": "active"}}], "tax_credit_levels": [{{"year": 2024, "level": "{level}", "direct": true}}],
                "facilities": [{{"facility": "a", "lender": "L", "snapshot_on": "2025-05-31", "opened_on": "2023-01-01",
                "balance": {balance}, "limit": 5000000, "days_overdue": {overdue}}}],
                "statements": [{{"year": 2024, "received_on": "2025-04-20", "assets": {assets}, "liabilities": 5000000,
                "sales": {sales}, "cost": 7000, "net_profit": {profit}, "profit_before_tax": {profit}, "interest": 10000}}]}}"#
        );
        let rating = rate(&model_with_reference(), &firm);
        let [en, zh] = Language::ALL.map(|language| page(&rating, language));
        fits(&en);
        fits(&zh);
        assert_eq!(numbers(&en), numbers(&zh), "{en}\n{zh}");
    }
}
