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
fn a_plain_offer() {
    let [en, zh] = shown(&example().check().unwrap(), &asks(2_000_000), &firm("A", 0.01));
    insta::assert_snapshot!(en, @"");
    insta::assert_snapshot!(zh, @"");
}

/// Collateral, a guarantor with little room, insurance and a structure of loss sharing, on a grade for the committee.
#[test]
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
    insta::assert_snapshot!(en, @"");
    insta::assert_snapshot!(zh, @"");
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
    insta::assert_snapshot!(page(&loss, Language::En), @"");
    insta::assert_snapshot!(page(&loss, Language::Zh), @"");
    loss.is_eligible = false;
    insta::assert_snapshot!(page(&loss, Language::Zh), @"");
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
    insta::assert_snapshot!(page(Language::En), @"");
    insta::assert_snapshot!(page(Language::Zh), @"");
}
