use super::*;
use crate::measure::{Measure, Measures};
use crate::num::Date;
use crate::rating::{ModelSpec, Rating};
use crate::record::Dossier;
use crate::rule::rulebook::{Declared, DeclaredValue, Rulebook, RulebookSpec, Truth, Verdict};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::OnceLock;

fn book() -> Rulebook {
    RulebookSpec::preset("china").unwrap().check().unwrap()
}

fn preset() -> &'static Catalogue {
    static PRESET: OnceLock<Catalogue> = OnceLock::new();
    PRESET.get_or_init(|| {
        let spec = CatalogueSpec::preset("shanxi-2018").unwrap();
        spec.check(&book()).unwrap()
    })
}

fn example() -> &'static (Dossier, Rating) {
    static EXAMPLE: OnceLock<(Dossier, Rating)> = OnceLock::new();
    EXAMPLE.get_or_init(|| {
        let text = include_str!("../../../../examples/data/one_firm.json");
        let firm: Dossier = text.parse().unwrap();
        let model = ModelSpec::preset("tech-firm").unwrap().check().unwrap();
        let rating = model.rate(&firm, day("2025-06-30"));
        (firm, rating)
    })
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn ids(found: &[ProductMatch], verdict: Verdict) -> Vec<&'static str> {
    let of = found.iter().filter(|m| m.verdict == verdict);
    of.map(|m| preset().spec().products[m.product].id.as_str())
        .collect()
}

#[test]
fn the_presets_hold_together_and_survive_json() {
    for id in CatalogueSpec::PRESETS {
        let spec = CatalogueSpec::preset(id).unwrap();
        assert_eq!(spec.id, *id);
        assert_eq!(CatalogueSpec::from_json(&spec.to_json()).unwrap(), spec);
        let catalogue = spec.check(&book()).unwrap_or_else(|faults| panic!("{faults:#?}"));
        assert_eq!(catalogue.rulebook_hash(), book().hash());
        assert_ne!(catalogue.rulebook_hash(), catalogue.rulebook().hash());
        let shared = catalogue
            .spec()
            .products
            .iter()
            .filter_map(|p| p.loss_sharing.as_deref());
        for id in shared {
            assert!(
                crate::lending::loss_sharing::LossSharingSpec::preset(id).is_some(),
                "{id}"
            );
        }
    }
    assert!(CatalogueSpec::preset("no such").is_none());
}

/// Articles 二 to 五 of 晋政办发〔2018〕67号, in their order: every instrument has a product.
#[test]
fn every_instrument_that_the_document_names_has_a_product() {
    const NAMED: &[&str] = &[
        "保单融资",
        "出口退税账户质押贷款",
        "仓单",
        "订单",
        "应收账款",
        "产业链融资",
        "股权质押贷款",
        "专利权",
        "商标权",
        "收益权及其他合规财产权利",
        "投贷联动",
        "政策性银行",
        "首台（套）重大技术装备保险",
        "出口信用保险",
        "专利执行保险",
        "侵犯专利权责任保险",
        "专利权质押贷款保险",
        "知识产权综合责任保险",
        "小额贷款保证保险",
        "股权、基金、债权、资产支持计划",
        "国内上市",
        "并购重组",
        "多层次资本市场",
        "挂牌",
        "企业债",
        "公司债",
        "短期融资券",
        "中期票据",
        "非公开定向融资工具",
        "中小企业集合债券",
        "小微企业增信集合债券",
        "中小企业私募债",
        "并购债",
        "可转债",
        "高收益债",
        "风险补偿金+银行+保险",
        "风险补偿金+银行+融资担保或创业投资基金",
        "风险补偿金+保险融资+保险+融资担保或创业投资基金",
        "科技成果转化子基金",
        "天使投资子基金",
    ];
    for named in NAMED {
        let has = |p: &ProductSpec| p.name.zh.contains(named);
        assert!(preset().spec().products.iter().any(has), "{named}");
    }
}

/// A grade stands in no document, so nothing that asks for one may look like a rule.
#[test]
fn what_asks_for_a_grade_is_marked_illustrative() {
    for product in &preset().spec().products {
        for condition in product.conditions.iter().chain(&product.fits) {
            let asks = serde_json::to_string(&condition.test)
                .unwrap()
                .contains("\"rated\"");
            assert!(
                !asks || condition.origin == Origin::Illustrative,
                "{} {}",
                product.id,
                condition.id
            );
        }
    }
}

#[test]
fn every_fault_of_a_catalogue_is_told() {
    let mut spec = CatalogueSpec::preset("shanxi-2018").unwrap();
    spec.version.clear();
    spec.rulebook = "shanghai".to_owned();
    spec.declared[1].id = "registry.age".to_owned();
    spec.products[1].id = spec.products[0].id.clone();
    spec.products[0].valid_to = Some(day("2017-01-01"));
    spec.products[0].basis.provenance.clear();
    spec.products[0].stages = vec![crate::lending::LifeStage::Growth; 2];
    spec.products[2].conditions[1].test =
        serde_json::from_str(r#"{"number": {"input": "genius", "above": 1}}"#).unwrap();
    spec.products[2].conditions[0].test = serde_json::from_str(r#"{"points": {"below": 1}}"#).unwrap();
    spec.products[2].fits[0].source.clear();
    spec.products[2].fits[0].test = serde_json::from_str(r#"{"passed": "no_such"}"#).unwrap();
    let faults = spec.check(&book()).unwrap_err();
    let texts: Vec<String> = faults.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(texts.join("\n"), @"
    version: expected text, got ``
    rulebook: expected the id of the rulebook that it is checked with, got `shanghai`
    products[1].id: expected text, each once, got `technology_loan`
    declared[1].id: expected an id that no measure has, got `registry.age`
    products[0].basis.provenance: expected text, got ``
    products[0].valid_to: expected a day not before `valid_from`, got `2017-01-01`
    products[0].stages[1]: expected each stage once, got `growth`
    products[2].conditions[0].test.points: expected no points but in a class, got `some`
    products[2].conditions[1].test.number.input: expected the id of a measure or of something declared, got `genius`
    products[2].fits[0].source: expected text, got ``
    products[2].fits[0].test.passed: expected the id of an evaluation that stands before this one, got `no_such`
    products[5].conditions[0].test.number.input: expected the id of a measure or of something declared, got `income_right`
    ");
    let unknown = CatalogueSpec::from_json(r#"{"colour": 1}"#).unwrap_err();
    insta::assert_snapshot!(unknown, @"not a lending document: unknown field `colour`, expected one of `id`, `version`, `name`, `notice`, `rulebook`, `declared`, `products` at line 1 column 9");
}

#[test]
fn products_are_ranked_for_a_firm_with_what_is_missing() {
    let (firm, rating) = example();
    let values: BTreeMap<String, DeclaredValue> = [
        ("orders", DeclaredValue::from(true)),
        ("exports", DeclaredValue::from(false)),
        ("conversions_per_year", DeclaredValue::from(2.0)),
    ]
    .map(|(id, value)| (id.to_owned(), value))
    .into();
    let declared = preset().declare(&values).unwrap();
    let found = preset().match_products(rating, firm, &declared);
    let named = |m: &ProductMatch| {
        let missing = m.missing();
        let missing: Vec<_> = missing.iter().map(|u| u.id(preset().rulebook().spec())).collect();
        let id = &preset().spec().products[m.product].id;
        if missing.is_empty() {
            id.clone()
        } else {
            format!("{id} ({})", missing.join(", "))
        }
    };
    let lines = found
        .chunk_by(|a, b| (a.verdict, a.stage) == (b.verdict, b.stage))
        .map(|of| {
            let ids: Vec<String> = of.iter().map(named).collect();
            format!(
                "{} {}: {}",
                of[0].verdict.word(),
                of[0].stage.word(),
                ids.join(" ")
            )
        });
    insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"), @"
    passed not_said: technology_loan patent_pledge_loan bank_tax_loan receivable_loan order_loan shared_with_insurer shared_with_guarantor shared_insured_financing financial_leasing multi_tier_market equity_with_loan patent_enforcement_insurance patent_infringement_insurance patent_loan_insurance ip_liability_insurance loan_guarantee_insurance merger
    passed other: angel_fund conversion_fund
    open not_said: domestic_listing (listing_rules_met) policy_bank_loan (national_project, goes_abroad) income_right_loan (income_right) equity_pledge_loan (equity_to_pledge) warehouse_receipt_loan (warehouse_receipts) export_refund_loan (export_refunds) policy_loan (insurance_policy) chain_finance (chain_partner) insurance_capital (strategic_field, national_project) technology_guarantee (guaranteed_amount) enterprise_bond (bond_rules_met) corporate_bond (bond_rules_met) short_term_bill (bond_rules_met) medium_term_note (bond_rules_met) private_placement_note (bond_rules_met) sme_collective_bond (bond_rules_met) small_enhanced_collective_bond (bond_rules_met) sme_private_bond (bond_rules_met) merger_bond (bond_rules_met) convertible_bond (bond_rules_met) high_yield_bond (bond_rules_met) first_set_insurance (first_set_equipment) public_bond_readiness (sound_organisation, distributable_profit_to_interest, reasonable_structure) beijing_exchange_readiness (sound_organisation, innovation_tier_months, going_concern, clean_audits_3y, lawful_operation)
    failed not_said: trademark_pledge_loan export_credit_insurance
    ");
    let order = found
        .iter()
        .find(|m| preset().spec().products[m.product].id == "order_loan")
        .unwrap();
    assert_eq!(order.verdict, Verdict::Passed);
    assert!(
        order
            .conditions
            .iter()
            .all(|c| c.truth == Truth::Yes && c.missing.is_empty())
    );
    assert!(ids(&found, Verdict::Failed).contains(&"export_credit_insurance"));
}

#[test]
fn what_neither_document_asks_for_cannot_be_declared() {
    let values = BTreeMap::from([("genius".to_owned(), DeclaredValue::from(true))]);
    let faults = preset().declare(&values).unwrap_err();
    assert_eq!(faults.len(), 1);
    assert!(
        faults[0]
            .to_string()
            .starts_with("declared `genius`: expected one of "),
        "{}",
        faults[0]
    );
}

/// A document as small as can be: one product a test.
fn small(products: &[(&str, &str)]) -> Catalogue {
    let both = |text: &str| crate::rule::Wording {
        en: text.to_owned(),
        zh: text.to_owned(),
    };
    let product = |(id, parts): &(&str, &str)| -> ProductSpec {
        let text = format!(
            r#"{{"id": "{id}", "name": {{"en": "n", "zh": "n"}}, "kind": "loan",
                "basis": {{"document": "d", "en": "e", "zh": "z", "provenance": "p"}}, {parts}}}"#
        );
        serde_json::from_str(&text).unwrap()
    };
    let spec = CatalogueSpec {
        id: "small".to_owned(),
        version: "1".to_owned(),
        name: both("n"),
        notice: both("n"),
        rulebook: "china".to_owned(),
        declared: Vec::new(),
        products: products.iter().map(product).collect(),
    };
    spec.check(&book()).unwrap()
}

#[test]
fn a_stage_of_life_ranks_and_does_not_exclude() {
    let catalogue = small(&[
        ("others", r#""valid_from": "2018-07-04", "stages": ["start_up"]"#),
        ("any", r#""valid_from": "2018-07-04""#),
        (
            "own",
            r#""valid_from": "2018-07-04", "stages": ["growth", "stable"]"#,
        ),
        (
            "ended",
            r#""valid_from": "2018-07-04", "valid_to": "2020-01-01", "stages": ["stable"]"#,
        ),
    ]);
    let (firm, rating) = example();
    assert_ne!(rating.assessment.stage.word(), "start_up");
    let found = catalogue.match_products(rating, firm, &Declared::default());
    let order: Vec<(usize, &str, &str)> = found
        .iter()
        .map(|m| (m.product, m.verdict.word(), m.stage.word()))
        .collect();
    assert_eq!(
        order,
        [
            (2, "passed", "meant"),
            (1, "passed", "not_said"),
            (0, "passed", "other"),
            (3, "not_in_force", "meant")
        ]
    );
}

#[test]
fn firms_for_a_product_come_in_an_order_of_their_own() {
    let catalogue = small(&[(
        "patents",
        r#""valid_from": "2018-07-04", "conditions": [{"id": "c", "name": {"en": "n", "zh": "n"}, "origin": "document",
            "source": "s", "test": {"number": {"input": "technology.trademarks", "at_least": 1}}}]"#,
    )]);
    let model = ModelSpec::preset("tech-firm").unwrap().check().unwrap();
    let as_of = day("2025-06-30");
    let texts = [
        r#"{"firm_id": "F-000003"}"#.to_owned(),
        r#"{"firm_id": "F-000002"}"#.to_owned(),
        r#"{"firm_id": "F-000001", "answers": [{"table": "intellectual_properties", "answered_on": "2025-06-01"}]}"#.to_owned(),
        include_str!("../../../../examples/data/one_firm.json").to_owned(),
    ];
    let firms: Vec<Dossier> = texts.iter().map(|text| text.parse().unwrap()).collect();
    let order = |order: &[usize]| -> Vec<(String, &'static str)> {
        let views: Vec<_> = order.iter().map(|at| firms[*at].view(as_of)).collect();
        let mut measures: Vec<Measures> = views.iter().map(Measures::of).collect();
        for (at, measures) in order.iter().zip(&mut measures) {
            if *at == 3 {
                measures.set(Measure::TechnologyTrademarks, 2.0);
            }
        }
        let ratings: Vec<Rating> = views
            .iter()
            .zip(&measures)
            .map(|(v, m)| model.explain(v, m))
            .collect();
        let declared = Declared::default();
        let prospects: Vec<Prospect<'_, '_>> = (0..views.len())
            .map(|at| Prospect {
                view: &views[at],
                measures: &measures[at],
                declared: &declared,
                rating: Some(&ratings[at]),
            })
            .collect();
        let found = catalogue.firms_for(0, &prospects);
        found
            .iter()
            .map(|m| (m.id.to_string(), m.found.verdict.word()))
            .collect()
    };
    let wanted = [
        ("91149900MAEXAMP14J", "passed"),
        ("F-000002", "open"),
        ("F-000003", "open"),
        ("F-000001", "failed"),
    ]
    .map(|(id, verdict)| (id.to_owned(), verdict));
    assert_eq!(order(&[0, 1, 2, 3]), wanted);
    assert_eq!(order(&[3, 1, 0, 2]), wanted);
    assert!(catalogue.firms_for(7, &[]).is_empty());
}

/// Measures that the conditions of the preset read, and evaluations below them.
const READ: &[Measure] = &[
    Measure::TechnologyInventions,
    Measure::TechnologyBreadth,
    Measure::TechnologyPledgedShare,
    Measure::TechnologyTrademarks,
    Measure::TechnologyClassOne,
    Measure::TechnologyClassTwo,
    Measure::TechnologyResearchIntensity,
    Measure::TechnologyResearchStaffShare,
    Measure::FinanceSales,
    Measure::FinanceAssets,
    Measure::FinanceReceivableDays,
    Measure::FinanceAudited,
    Measure::RegistryStaff,
    Measure::RegistryAge,
    Measure::TradeTopCustomerShare,
    Measure::CreditFacilities,
    Measure::CreditDaysOverdue,
];

const VALUES: [f64; 6] = [0.0, 0.3, 1.0, 12.0, 400.0, 3e8];

/// What is known of a firm: each fact known before and after, only after, or never, and which value it has.
type Facts = Vec<(u8, usize)>;

/// The matches with the facts that are known at a time, by the place of the product.
fn known(facts: &Facts, is_after: bool) -> Vec<ProductMatch> {
    let is_known = |when: u8| when == 2 || (is_after && when == 1);
    let mut facts = facts.iter().copied();
    let mut measures = Measures::NONE;
    for measure in READ {
        if let Some((when, value)) = facts.next()
            && is_known(when)
        {
            measures.set(*measure, VALUES[value]);
        }
    }
    let mut values = BTreeMap::new();
    for (declared, (when, value)) in preset().rulebook().spec().declared.iter().zip(&mut facts) {
        let word = declared.words.get(value % declared.words.len().max(1));
        let given = word.map_or(DeclaredValue::Number(VALUES[value]), |word| {
            DeclaredValue::from(word.word.as_str())
        });
        if is_known(when) {
            values.insert(declared.id.clone(), given);
        }
    }
    let (answered, rated) = (facts.next().unwrap(), facts.next().unwrap());
    let tables = match (is_known(answered.0), answered.1 % 2) {
        (false, _) => "",
        (true, 0) => {
            r#", "answers": [{"table": "listings", "answered_on": "2025-06-01"}, {"table": "certificates", "answered_on": "2025-06-01"}]"#
        }
        (true, _) => {
            r#", "listings": [{"list": "judgment_debtor", "started_on": "2025-01-01"}],
            "certificates": [{"kind": "technology_sme", "valid_from": "2025-01-01", "valid_to": "2026-12-31"}]"#
        }
    };
    let firm = format!(
        r#"{{"firm_id": "F-000001", "registrations": [{{"name": "n", "established_on": "2014-04-18", "status": "active", "industry": "C3490", "known_on": "2020-01-01"}}]{tables}}}"#
    );
    let firm: Dossier = firm.parse().unwrap();
    let view = firm.view(day("2025-06-30"));
    let declared = preset().declare(&values).unwrap();
    let mut found = preset().matches(&Prospect {
        view: &view,
        measures: &measures,
        declared: &declared,
        rating: is_known(rated.0).then_some(&example().1),
    });
    found.sort_by_key(|m| m.product);
    found
}

fn any_facts() -> impl Strategy<Value = Facts> {
    let count = READ.len() + preset().rulebook().spec().declared.len() + 2;
    prop::collection::vec((0..3_u8, 0..VALUES.len()), count)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn learning_what_was_not_known_never_turns_a_settled_answer(facts in any_facts()) {
        for (less, more) in known(&facts, false).iter().zip(&known(&facts, true)) {
            let is_settled = matches!(less.verdict, Verdict::Passed | Verdict::Failed);
            prop_assert!(!is_settled || less.verdict == more.verdict, "{less:?} {more:?}");
            let pairs = less.conditions.iter().chain(&less.fits).zip(more.conditions.iter().chain(&more.fits));
            for (before, after) in pairs {
                prop_assert!(before.truth == Truth::Open || before.truth == after.truth);
                prop_assert_eq!(before.truth == Truth::Open, !before.missing.is_empty());
            }
            prop_assert_eq!(less.verdict == Verdict::NotInForce, more.verdict == Verdict::NotInForce);
        }
    }

    #[test]
    fn a_product_out_of_force_never_matches(days in 12_000..30_000_i32) {
        let (firm, rating) = example();
        let as_of = Date::from_days(days).unwrap();
        let view = firm.view(as_of);
        let measures = Measures::of(&view);
        let found = preset().matches(&Prospect { view: &view, measures: &measures, declared: &Declared::default(), rating: Some(rating) });
        prop_assert_eq!(found.len(), preset().spec().products.len());
        for found in found {
            let product = &preset().spec().products[found.product];
            prop_assert_eq!(found.verdict == Verdict::NotInForce, as_of < product.valid_from);
        }
    }
}
