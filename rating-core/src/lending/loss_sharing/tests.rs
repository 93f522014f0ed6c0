use super::*;
use crate::lending::{LendingError, Share};
use crate::num::{Date, Money};
use proptest::prelude::*;

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn yuan(amount: &str) -> Money {
    amount.parse().unwrap()
}

fn share(fraction: f64) -> Share {
    Share::new(fraction).unwrap()
}

/// A loss of principal on a loan of 2024.
fn loss(principal: Money) -> Loss {
    Loss {
        claimed_on: date("2025-03-01"),
        loan: "L1".to_owned(),
        firm: "F1".to_owned(),
        lent_on: date("2024-08-01"),
        recorded_on: Some(date("2024-08-15")),
        defaulted_on: date("2025-01-01"),
        amount: LossAmount::principal(principal),
        is_eligible: true,
        traits: Vec::new(),
    }
}

fn inputs(shares: &[(&str, f64)], amounts: &[(&str, &str)]) -> Inputs {
    Inputs {
        shares: shares
            .iter()
            .map(|(id, s)| ((*id).to_owned(), share(*s)))
            .collect(),
        amounts: amounts
            .iter()
            .map(|(id, a)| ((*id).to_owned(), yuan(a)))
            .collect(),
    }
}

fn preset(id: &str, given: &Inputs) -> LossSharing {
    LossSharingSpec::preset(id).unwrap().check(given).unwrap()
}

/// A document of bare layers between `a`, `b` and `c`.
fn document(layers: &str, more: &str) -> LossSharingSpec {
    let party = |id: &str, role: &str| {
        format!(r#"{{"id": "{id}", "role": "{role}", "name": {{"en": "{id}", "zh": "{id}"}}}}"#)
    };
    let parties = [
        party("a", "bank"),
        party("b", "guarantor"),
        party("c", "compensation_fund"),
    ]
    .join(",");
    let text = format!(
        r#"{{"id": "test", "version": "1", "name": {{"en": "Test", "zh": "测试"}}, "valid_from": "2024-01-01",
            "basis": {{"document": "none", "en": "", "zh": "", "provenance": "made up for a test"}},
            "parties": [{parties}], "layers": [{layers}], "counts": "principal" {more}}}"#
    );
    LossSharingSpec::from_json(&text).unwrap()
}

fn structure(layers: &str, more: &str) -> LossSharing {
    document(layers, more).check(&Inputs::default()).unwrap()
}

/// What each party pays, in yuan, and what nobody pays.
fn paid(structure: &LossSharing, loss: &Loss) -> Vec<String> {
    let settlement = structure.settle(loss, &Pool::default());
    let parties = 0..structure.spec().parties.len();
    let mut amounts: Vec<String> = parties.map(|p| settlement.paid_by(p).to_string()).collect();
    amounts.push(settlement.unpaid.to_string());
    amounts
}

/// The cells of a waterfall computed by hand: a pool of 100, the lender bears the first 2, the guarantor 80 % of the
/// rest but at most 5, the lender what is left.
fn hand_computed() -> LossSharing {
    structure(
        r#"{"size": {"loan": "2"}, "takers": [{"party": "a", "share": 1.0}]},
           {"takers": [{"party": "b", "share": 0.8, "cap": {"loan": "5"}}]},
           {"takers": [{"party": "a", "share": 1.0}]}"#,
        "",
    )
}

#[test]
fn the_waterfall_computed_by_hand_is_met() {
    let structure = hand_computed();
    let of = |amount: &str| {
        let settlement = structure.settle(&loss(yuan(amount)), &Pool::default());
        let first: Vec<_> = settlement.payments.iter().map(|p| p.amount.to_string()).collect();
        first.join(" ")
    };
    assert_eq!(of("3"), "2.00 0.80 0.20");
    assert_eq!(of("8"), "2.00 4.80 1.20");
    assert_eq!(of("12"), "2.00 5.00 5.00");
    assert_eq!(of("1"), "1.00");
    let capped = structure.settle(&loss(yuan("12")), &Pool::default());
    let bound = capped.bound.last().unwrap();
    assert_eq!(
        (bound.party, bound.scope, bound.cut),
        (Some(1), Scope::Loan, yuan("3"))
    );
}

/// Pari passu is a first loss of nothing and no cap.
#[test]
fn shandong_shares_from_the_first_yuan() {
    let structure = preset("shandong-2023", &Inputs::default());
    assert_eq!(
        paid(&structure, &loss(yuan("1000000"))),
        ["350000.00", "350000.00", "300000.00", "0.00"]
    );
    // Three fen: 1.05, 1.05 and 0.9.
    assert_eq!(
        paid(&structure, &loss(yuan("0.03"))),
        ["0.01", "0.01", "0.01", "0.00"]
    );
}

#[test]
fn anhui_adds_five_points_once_for_favoured_loans() {
    let structure = preset("anhui-direct", &Inputs::default());
    let mut one = loss(yuan("1000000"));
    assert_eq!(paid(&structure, &one), ["300000.00", "700000.00", "0.00"]);
    one.traits = vec![LoanTrait::FirstLoan, LoanTrait::IpPledge];
    assert_eq!(paid(&structure, &one), ["350000.00", "650000.00", "0.00"]);
    let guaranteed = preset("anhui-guaranteed", &inputs(&[("guarantor_share", 0.5)], &[]));
    assert_eq!(
        paid(&guaranteed, &one),
        ["250000.00", "500000.00", "250000.00", "0.00"]
    );
}

fn national_plan(kind: Option<&str>) -> LossSharingSpec {
    let mut spec = LossSharingSpec::preset("national-2024-guarantee").unwrap();
    spec.kind = kind.map(str::to_owned);
    spec
}

/// 财金〔2024〕60号: at most 40 % for little giants, specialised firms and firms of national projects; 35 % for high-tech
/// firms and those chosen by innovation points; 30 % for technology and innovative small firms.
#[test]
fn the_share_of_the_national_fund_goes_by_the_kind_of_firm() {
    let fault = |kind: Option<&str>, share: f64| {
        let given = [
            ("bank_share", 0.2),
            ("national_share", share),
            ("re_guarantor_share", 0.2),
        ];
        let checked = national_plan(kind).check(&inputs(&given, &[]));
        checked.err().map(|errors| errors[0].to_string())
    };
    let tiers = [
        ("little_giant", 0.4),
        ("specialised_new", 0.4),
        ("national_project", 0.4),
        ("high_tech_enterprise", 0.35),
        ("innovation_points", 0.35),
        ("technology_sme", 0.3),
        ("innovative_sme", 0.3),
    ];
    for (kind, most) in tiers {
        assert_eq!(fault(Some(kind), most), None, "{kind}");
        assert!(fault(Some(kind), most + 0.01).is_some(), "{kind}");
    }
    assert_eq!(fault(None, 0.3), None);
    insta::assert_snapshot!(fault(Some("technology_sme"), 0.4).unwrap(), @"input `national_share`: expected a share that the document allows for the kind of firm, got `0.4, at most 0.3`");
    insta::assert_snapshot!(fault(None, 0.35).unwrap(), @"input `national_share`: expected a share that the document allows for every kind of firm, or a `kind` for which it allows it, got `0.35, at most 0.3`");
    insta::assert_snapshot!(fault(Some("bank"), 0.3).unwrap(), @"kind: expected a kind of firm by which an input has a limit, got `bank`");
}

#[test]
fn the_national_plan_has_three_tiers_and_a_guarantor_who_bears_the_rest() {
    let tier = |(kind, national): (&str, f64)| {
        let given = [
            ("bank_share", 0.2),
            ("national_share", national),
            ("re_guarantor_share", 0.2),
        ];
        let structure = national_plan(Some(kind)).check(&inputs(&given, &[])).unwrap();
        let pool = Pool {
            loans: [(2025, yuan("1000000000"))].into(),
            ..Pool::default()
        };
        let settlement = structure.settle(&loss(yuan("1000000")), &pool);
        (0..4)
            .map(|party| settlement.paid_by(party).to_string())
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(
        tier(("little_giant", 0.4)),
        "200000.00 400000.00 200000.00 200000.00"
    );
    assert_eq!(
        tier(("high_tech_enterprise", 0.35)),
        "200000.00 350000.00 200000.00 250000.00"
    );
    assert_eq!(
        tier(("technology_sme", 0.3)),
        "200000.00 300000.00 200000.00 300000.00"
    );
    let given = inputs(
        &[
            ("bank_share", 0.1),
            ("national_share", 0.45),
            ("re_guarantor_share", 0.2),
        ],
        &[],
    );
    let errors = LossSharingSpec::preset("national-2024-guarantee")
        .unwrap()
        .check(&given)
        .unwrap_err();
    insta::assert_snapshot!(errors[0], @"input `bank_share`: expected a share within the limits that the document gives, got `0.1`");
    insta::assert_snapshot!(errors[1], @"input `national_share`: expected a share within the limits that the document gives, got `0.45`");
}

/// 5 % of a pool of ten million, of which the national fund stands for 40 %: it pays 200,000 in the year and no more.
#[test]
fn the_national_fund_stops_at_five_per_cent_of_what_it_stands_for() {
    let given = [
        ("bank_share", 0.2),
        ("national_share", 0.4),
        ("re_guarantor_share", 0.2),
    ];
    let structure = national_plan(Some("little_giant"))
        .check(&inputs(&given, &[]))
        .unwrap();
    let pool = Pool {
        loans: [(2025, yuan("10000000"))].into(),
        ..Pool::default()
    };
    let settlements = structure.settle_all(&[loss(yuan("400000")), loss(yuan("400000"))], &pool);
    assert_eq!(settlements[0].paid_by(1), yuan("160000"));
    assert_eq!(settlements[1].paid_by(1), yuan("40000"));
    assert_eq!(
        settlements[1].paid_by(3),
        yuan("200000"),
        "80,000 of its own and 120,000 that were cut"
    );
    assert_eq!(settlements[1].bound[0].scope, Scope::PoolShare);
    let unknown = structure.settle(&loss(yuan("1")), &Pool::default());
    assert_eq!(unknown.settled, Settled::Excluded(Exclusion::PoolUnknown));
    assert_eq!(unknown.unpaid, yuan("1"));
}

/// Shanxi 2023: of a pool of 100 million the bank bears the first million in the year; above it the fund shares.
#[test]
fn shanxi_compensates_the_part_above_one_per_cent() {
    // A share of one half is illustrative: the sources do not give it.
    let structure = preset("shanxi-2023-credit-loans", &inputs(&[("fund_share", 0.5)], &[]));
    let pool = Pool {
        loans: [(2025, yuan("100000000")), (2026, yuan("100000000"))].into(),
        ..Pool::default()
    };
    let mut second = loss(yuan("800000"));
    second.claimed_on = date("2025-04-01");
    let mut next_year = second.clone();
    next_year.claimed_on = date("2026-01-02");
    // Delivered in another order than they happened.
    let settlements = structure.settle_all(&[second, next_year, loss(yuan("800000"))], &pool);
    assert_eq!(settlements[2].paid_by(1), Money::ZERO);
    assert_eq!(
        (settlements[0].paid_by(0), settlements[0].paid_by(1)),
        (yuan("500000"), yuan("300000"))
    );
    assert_eq!(settlements[1].paid_by(1), Money::ZERO, "a new year begins anew");
}

#[test]
fn the_structures_of_the_province_pay_by_the_shares_that_the_caller_gives() {
    // Illustrative shares.
    let given = [
        ("fund_share", 0.3),
        ("insurer_share", 0.4),
        ("guarantor_share", 0.1),
    ];
    let balance = [("fund_balance", "1000000")];
    let one = loss(yuan("1000000"));
    let insurance = preset("shanxi-2018-insurance", &inputs(&given[..2], &balance));
    assert_eq!(
        paid(&insurance, &one),
        ["300000.00", "300000.00", "400000.00", "0.00"]
    );
    let guarantee = preset("shanxi-2018-guarantee", &inputs(&[given[0], given[2]], &balance));
    assert_eq!(
        paid(&guarantee, &one),
        ["300000.00", "600000.00", "100000.00", "0.00"]
    );
    let venture = inputs(&[given[0], ("venture_fund_share", 0.1)], &balance);
    let venture = preset("shanxi-2018-venture-fund", &venture);
    assert_eq!(
        paid(&venture, &one),
        ["300000.00", "600000.00", "100000.00", "0.00"]
    );
    assert_eq!(venture.spec().parties[2].role, Role::VentureFund);
    let financing = preset("shanxi-2018-insured-financing", &inputs(&given, &balance));
    assert_eq!(
        paid(&financing, &one),
        ["300000.00", "200000.00", "400000.00", "100000.00", "0.00"]
    );
    // The fund holds a million and no more.
    assert_eq!(paid(&insurance, &loss(yuan("5000000")))[0], "1000000.00");
}

#[test]
fn an_input_that_nobody_gave_and_one_that_nobody_asked_for_are_faults() {
    let spec = LossSharingSpec::preset("shanxi-2018-insurance").unwrap();
    let errors = spec
        .check(&inputs(&[("fund_share", 0.3), ("city_share", 0.1)], &[]))
        .unwrap_err();
    let texts: Vec<String> = errors.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(texts.join("\n"), @"
    input `city_share`: expected an input of the document, got `none of this id`
    parties[0].balance: expected a value for the input, which the issuing document leaves open, got `none for fund_balance`
    layers[0].takers[1].share: expected a value for the input, which the issuing document leaves open, got `none for insurer_share`
    ");
}

#[test]
fn every_fault_of_a_document_is_told() {
    let spec = document(
        r#"{"takers": [{"party": "x", "share": 0.8}, {"party": "c", "share": 0.7, "cap": {"loan": "-1"}}]},
           {"takers": []}"#,
        r#", "valid_to": "2023-12-31", "breaker": {"warn": 0.1, "stop": 0.05}, "public_most": 0.5"#,
    );
    let texts: Vec<String> = spec
        .check(&Inputs::default())
        .unwrap_err()
        .iter()
        .map(ToString::to_string)
        .collect();
    insta::assert_snapshot!(texts.join("\n"), @"
    valid_to: expected a day not before `valid_from`, got `2023-12-31`
    breaker.warn: expected a share not above `breaker.stop`, got `0.1`
    layers[0].takers[0].party: expected the id of a party, got `x`
    layers[0].takers[1].cap.loan: expected an amount from 0, got `-1.00`
    layers[0].takers: expected shares, with what may come on top, of 1 in sum or less, got `1.5`
    layers[1].takers: expected at least one, got `none`
    layers: expected layers by which public parties bear `public_most` of every loss or less, got `0.700000 of a loss`
    ");
    let unknown = LossSharingSpec::from_json(r#"{"colour": "red"}"#).unwrap_err();
    assert!(matches!(unknown, LendingError::Document(_)));
}

/// A fund of 60 % and behind it one of 80 % bear 60 + 0.8 · 40 = 92 % of a loss. A bank that is bound by a cap may pay
/// nothing of a large one; one without bears its half. What a size keeps out of a layer runs on.
#[test]
fn public_money_bears_no_more_over_all_layers_than_the_document_allows() {
    let fault = |layers: &str, most: &str| {
        let checked = document(layers, &format!(r#", "public_most": {most}"#)).check(&Inputs::default());
        checked.err().map(|errors| errors[0].to_string())
    };
    let taker = |party: &str, share: f64| format!(r#"{{"party": "{party}", "share": {share}}}"#);
    let layer = |takers: &[String]| format!(r#"{{"takers": [{}]}}"#, takers.join(","));
    let two = [
        layer(&[taker("c", 0.6)]),
        layer(&[taker("c", 0.8), taker("a", 0.2)]),
    ]
    .join(",");
    insta::assert_snapshot!(fault(&two, "0.8").unwrap(), @"layers: expected layers by which public parties bear `public_most` of every loss or less, got `0.920000 of a loss`");
    assert_eq!(fault(&two, "0.92"), None);
    // A second layer of 90 % sees half of the loss: 45 %.
    let half = [layer(&[taker("a", 0.5)]), layer(&[taker("c", 0.9)])].join(",");
    assert_eq!(fault(&half, "0.45"), None);
    assert!(fault(&half, "0.44").is_some());
    let capped = half.replace(r#""share": 0.5}"#, r#""share": 0.5, "cap": {"year": "5"}}"#);
    assert!(fault(&capped, "0.89").is_some() && fault(&capped, "0.9").is_none());
    let sized = half.replacen(r#"{"takers""#, r#"{"size": {"loan": "5"}, "takers""#, 1);
    assert!(fault(&sized, "0.89").is_some() && fault(&sized, "0.9").is_none());
    let favoured = layer(&[
        r#"{"party": "c", "share": 0.7, "plus": {"any_of": ["ip_pledge"], "share": 0.1}}"#.to_owned(),
    ]);
    assert!(fault(&favoured, "0.79").is_some() && fault(&favoured, "0.8").is_none());
}

#[test]
fn what_does_not_count_and_what_comes_too_soon_or_too_late_is_not_shared() {
    let layers = r#"{"takers": [{"party": "c", "share": 0.5}]}"#;
    let strict = structure(layers, r#", "waiting_days": 90, "record_within_months": 3"#);
    let settled = |change: &dyn Fn(&mut Loss)| {
        let mut one = loss(yuan("100"));
        change(&mut one);
        strict.settle(&one, &Pool::default()).settled
    };
    assert_eq!(
        settled(&|l| l.claimed_on = date("2025-03-31")),
        Settled::Waits(date("2025-04-01"))
    );
    assert_eq!(settled(&|l| l.claimed_on = date("2025-04-01")), Settled::Paid);
    let late = Settled::Excluded(Exclusion::RecordedLate);
    assert_eq!(settled(&|l| l.recorded_on = Some(date("2024-11-02"))), late);
    assert_eq!(settled(&|l| l.recorded_on = None), late);
    assert_eq!(
        settled(&|l| l.is_eligible = false),
        Settled::Excluded(Exclusion::NotEligible)
    );
    assert_eq!(
        settled(&|l| l.lent_on = date("2023-12-31")),
        Settled::Excluded(Exclusion::NotInForce)
    );
    let mut with_interest = loss(yuan("100"));
    with_interest.claimed_on = date("2025-06-01");
    with_interest.amount = LossAmount::new(yuan("100"), yuan("7")).unwrap();
    let principal = strict.settle(&with_interest, &Pool::default());
    assert_eq!((principal.counted, principal.unpaid), (yuan("100"), yuan("57")));
    let mut spec = document(layers, "");
    spec.counts = Counts::PrincipalAndInterest;
    let both = spec
        .check(&Inputs::default())
        .unwrap()
        .settle(&with_interest, &Pool::default());
    assert_eq!((both.counted, both.unpaid), (yuan("107"), yuan("53.50")));
    let until = Pool {
        open_until: Some(date("2024-07-31")),
        ..Pool::default()
    };
    let after = strict.settle(&with_interest, &until);
    assert_eq!(
        (after.settled, after.unpaid),
        (Settled::Excluded(Exclusion::AfterBreaker), yuan("107"))
    );
}

/// Hubei: a warning from 5 %, a stop from 8 %; at most ten million a firm, three years, LPR + 150 basis points.
#[test]
fn hubei_warns_stops_and_refuses() {
    let structure = preset(
        "hubei-2025",
        &inputs(&[("pool_share", 0.4)], &[("pool_balance", "200000000")]),
    );
    let state = |bad: &str| structure.breaker(yuan(bad), yuan("1000"));
    assert_eq!(state("49.99"), BreakerState::Closed);
    assert_eq!(state("50"), BreakerState::Warned);
    assert_eq!(state("79.99"), BreakerState::Warned);
    assert_eq!(state("80"), BreakerState::Open);
    assert_eq!(structure.breaker(yuan("1"), Money::ZERO), BreakerState::Closed);
    let mut loan = Candidate {
        on: date("2025-07-01"),
        principal: yuan("10000000"),
        firm_loans: Money::ZERO,
        months: 36,
        spread: 0.015,
        covered: &[],
        non_performing: Money::ZERO,
        pool: yuan("1000"),
    };
    assert_eq!(structure.refusals(&loan), []);
    loan.firm_loans = yuan("0.01");
    loan.months = 37;
    loan.spread = f64::NAN;
    loan.non_performing = yuan("80");
    assert_eq!(structure.refusals(&loan).len(), 4);
}

#[test]
fn a_party_stands_for_no_more_than_its_balance_allows() {
    let mut spec = document(r#"{"takers": [{"party": "c", "share": 0.5}]}"#, "");
    spec.parties[2].balance = Some(Given::Is(yuan("100")));
    spec.parties[2].leverage = Some(10);
    let structure = spec.check(&Inputs::default()).unwrap();
    assert_eq!(structure.room(2, yuan("999")), Some(yuan("1")));
    assert_eq!(structure.room(2, yuan("1001")), Some(Money::ZERO));
    assert_eq!(structure.room(0, Money::ZERO), None);
}

#[test]
fn every_shipped_structure_says_where_it_comes_from_and_survives_json() {
    for id in LossSharingSpec::PRESETS {
        let spec = LossSharingSpec::preset(id).unwrap();
        assert_eq!(spec.id, *id);
        assert!(
            spec.basis.provenance.contains("primary text") || spec.basis.provenance.contains("inputs"),
            "{id}"
        );
        assert_eq!(LossSharingSpec::from_json(&spec.to_json()).unwrap(), spec);
        let shares = spec.inputs.iter().filter(|i| i.id.ends_with("share"));
        let given = Inputs {
            shares: shares
                .map(|i| (i.id.clone(), i.at_least.unwrap_or(share(0.1))))
                .collect(),
            amounts: spec
                .inputs
                .iter()
                .filter(|i| i.id.ends_with("balance"))
                .map(|i| (i.id.clone(), yuan("1")))
                .collect(),
        };
        assert!(spec.check(&given).is_ok(), "{id}");
    }
    assert_eq!(LossSharingSpec::preset("none"), None);
}

#[test]
fn a_loss_is_no_gain() {
    let below = LossAmount::new(yuan("-1"), Money::ZERO).unwrap_err();
    insta::assert_snapshot!(below, @"principal: expected an amount from 0, got `-1.00`");
    let most = Money::from_fen(Money::MAX_FEN).unwrap();
    assert!(LossAmount::new(most, yuan("0.01")).is_err() && LossAmount::new(most, Money::ZERO).is_ok());
}

#[test]
fn a_recovery_goes_back_as_the_loss_was_borne() {
    let structure = preset("shandong-2023", &Inputs::default());
    let settlement = structure.settle(&loss(yuan("1000")), &Pool::default());
    let back = recover(&settlement, yuan("220"), yuan("20"));
    let returned: Vec<_> = back.returned.iter().map(ToString::to_string).collect();
    assert_eq!(returned, ["70.00", "70.00", "60.00"]);
    assert_eq!((back.to_lender, back.surplus), (Money::ZERO, Money::ZERO));
    let all = recover(&settlement, yuan("1500"), Money::ZERO);
    assert_eq!(all.surplus, yuan("500"));
    assert_eq!(recover(&settlement, yuan("5"), yuan("6")).net, Money::ZERO);
}

/// Two claims of 8 on one loan, of which a guarantor pays at most 5: the first uses it up, wherever it stands.
#[test]
fn a_cap_of_a_loan_holds_over_all_its_claims() {
    let structure = structure(
        r#"{"takers": [{"party": "b", "share": 1.0, "cap": {"loan": "5"}}]}, {"takers": [{"party": "a", "share": 1.0}]}"#,
        "",
    );
    let first = loss(yuan("8"));
    let second = Loss {
        claimed_on: date("2025-04-01"),
        ..first.clone()
    };
    let other = Loss {
        loan: "L2".to_owned(),
        ..second.clone()
    };
    let settlements = structure.settle_all(&[second, other, first], &Pool::default());
    let guarantor: Vec<String> = settlements.iter().map(|s| s.paid_by(1).to_string()).collect();
    assert_eq!(guarantor, ["0.00", "5.00", "5.00"]);
    let bound = settlements[0].bound[0];
    assert_eq!((bound.scope, bound.cut), (Scope::Loan, yuan("8")));
    // What a layer holds for one loan is used up by its first claim as well: 2 first, then 0.
    let first_loss = hand_computed();
    let claims = [
        loss(yuan("3")),
        Loss {
            claimed_on: date("2025-04-01"),
            ..loss(yuan("1"))
        },
    ];
    let settlements = first_loss.settle_all(&claims, &Pool::default());
    // The lender: 2 + 0.20 of the first, 20 % of the second.
    assert_eq!(
        [0, 1].map(|at: usize| settlements[at].paid_by(0)),
        [yuan("2.20"), yuan("0.20")]
    );
}

/// Claims of 100 and 300 on one loan, 70 % public: 40 of 400 come back, a tenth of every payment.
#[test]
fn a_recovery_of_several_claims_goes_back_as_all_of_them_were_borne() {
    let structure = preset("shandong-2023", &Inputs::default());
    let claims = [
        loss(yuan("100")),
        Loss {
            claimed_on: date("2025-04-01"),
            ..loss(yuan("300"))
        },
    ];
    let settlements = structure.settle_all(&claims, &Pool::default());
    let both: Vec<&Settlement> = settlements.iter().collect();
    let back = recover_claims(&both, yuan("45"), yuan("5"));
    let returned: Vec<_> = back.returned.iter().map(ToString::to_string).collect();
    assert_eq!(returned, ["3.50", "3.50", "3.00", "10.50", "10.50", "9.00"]);
    assert_eq!(
        (back.net, back.to_lender, back.surplus),
        (yuan("40"), Money::ZERO, Money::ZERO)
    );
    assert_eq!(recover_claims(&both, yuan("401"), Money::ZERO).surplus, yuan("1"));
    assert_eq!(recover_claims(&[], yuan("7"), Money::ZERO).surplus, yuan("7"));
}

/// Loans of ten million in each year.
fn pool() -> Pool {
    Pool {
        loans: (2024..=2028).map(|year| (year, yuan("10000000"))).collect(),
        ..Pool::default()
    }
}

fn any_limit() -> impl Strategy<Value = LimitSpec> {
    let bound = || prop::option::weighted(0.3, 0..2_000_000_i64);
    // Of ten million yuan up to 0.2 %, which is 20,000 yuan.
    let of_pool = prop::option::weighted(0.2, 0..2_000_u32);
    (bound(), bound(), bound(), bound(), of_pool).prop_map(|(loan, firm, firm_year, year, of_pool)| {
        let given = |fen: Option<i64>| fen.map(|fen| Given::Is(Money::from_fen(fen).unwrap()));
        LimitSpec {
            loan: given(loan),
            firm: given(firm),
            firm_year: given(firm_year),
            year: given(year),
            year_share_of_pool: of_pool.map(|millionths| Given::Is(share(f64::from(millionths) / 1e6))),
        }
    })
}

/// Layers, sizes, caps, shares of any shape; points on top for some loans; a party may stand twice in a layer.
fn any_structure() -> impl Strategy<Value = LossSharing> {
    let plus = prop::option::weighted(0.3, 0..=100_000_u32);
    let taker = (0..3_usize, 0..=233_333_u32, plus, any_limit());
    let layer = (prop::option::of(any_limit()), prop::collection::vec(taker, 1..4));
    let layers = prop::collection::vec(layer, 1..4);
    (layers, prop::option::of(0..5_000_000_i64)).prop_map(|(layers, balance)| {
        let part = |millionths: u32| Given::Is(share(f64::from(millionths) / 1e6));
        let mut spec = document("", "");
        spec.parties[2].balance = balance.map(|fen| Given::Is(Money::from_fen(fen).unwrap()));
        spec.layers = layers
            .into_iter()
            .map(|(size, takers)| LayerSpec {
                size,
                takers: takers
                    .into_iter()
                    .map(|(party, millionths, plus, cap)| TakerSpec {
                        party: ["a", "b", "c"][party].to_owned(),
                        share: part(millionths),
                        plus: plus.map(|plus| PlusSpec {
                            any_of: vec![LoanTrait::FirstLoan, LoanTrait::IpPledge],
                            share: part(plus),
                        }),
                        cap: Some(cap),
                    })
                    .collect(),
            })
            .collect();
        spec.check(&Inputs::default()).unwrap()
    })
}

fn any_losses() -> impl Strategy<Value = Vec<Loss>> {
    let one = (0..3_000_000_i64, 0..4_u8, 0..700_i32);
    prop::collection::vec(one, 1..12).prop_map(|losses| {
        let make = |(at, (fen, firm, days)): (usize, (i64, u8, i32))| Loss {
            // Several claims of one loan, which is one firm's, are among them.
            loan: format!("L{firm}-{}", at / 2),
            firm: format!("F{firm}"),
            claimed_on: date("2025-03-01").plus_days(days),
            traits: if fen % 2 == 0 {
                Vec::new()
            } else {
                vec![LoanTrait::IpPledge]
            },
            ..loss(Money::from_fen(fen).unwrap())
        };
        losses.into_iter().enumerate().map(make).collect()
    })
}

proptest! {
    #[test]
    fn payments_sum_to_the_loss_and_are_monotone_in_it(
        structure in any_structure(),
        fen in 0..5_000_000_i64,
        more in 1..3_i64,
    ) {
        let settle = |fen: i64| structure.settle(&loss(Money::from_fen(fen).unwrap()), &pool());
        let (now, then) = (settle(fen), settle(fen + more));
        prop_assert_eq!(now.paid().fen() + now.unpaid.fen(), fen);
        prop_assert!(now.payments.iter().all(|p| p.amount > Money::ZERO) && now.unpaid >= Money::ZERO);
        for party in 0..3 {
            prop_assert!(now.paid_by(party) <= then.paid_by(party), "{now:?}\n{then:?}");
        }
        prop_assert!(now.unpaid <= then.unpaid);
    }

    #[test]
    fn no_cap_is_exceeded_over_many_losses_and_their_order_does_not_matter(
        structure in any_structure(),
        losses in any_losses(),
        turn in 0..12_usize,
    ) {
        let settlements = structure.settle_all(&losses, &pool());
        let mut turned = losses.clone();
        turned.rotate_left(turn % losses.len());
        let mut again = structure.settle_all(&turned, &pool());
        again.rotate_right(turn % losses.len());
        prop_assert_eq!(&settlements, &again);

        let spec = structure.spec();
        let is = |given: &Option<Given<Money>>| match given {
            Some(Given::Is(amount)) => i128::from(amount.fen()),
            _ => i128::MAX,
        };
        // A share of the ten million of the year, and for a taker of its share of them.
        let of_pool = |limit: &LimitSpec, part: Share| match &limit.year_share_of_pool {
            Some(Given::Is(of_pool)) => i128::from(of_pool.of(part.of(yuan("10000000"))).fen()),
            _ => i128::MAX,
        };
        for (l, layer) in spec.layers.iter().enumerate() {
            let inside = |keep: &dyn Fn(&Loss) -> bool| -> i128 {
                let pairs = losses.iter().zip(&settlements).filter(|(loss, _)| keep(loss));
                Money::sum(pairs.flat_map(|(_, s)| s.payments.iter().filter(|p| p.layer == l)).map(|p| p.amount))
            };
            for one in &losses {
                let year = one.claimed_on.year();
                let Some(size) = &layer.size else { continue };
                prop_assert!(inside(&|l| l.loan == one.loan) <= is(&size.loan));
                prop_assert!(inside(&|l| l.firm == one.firm) <= is(&size.firm));
                prop_assert!(inside(&|l| l.firm == one.firm && l.claimed_on.year() == year) <= is(&size.firm_year));
                prop_assert!(inside(&|l| l.claimed_on.year() == year) <= is(&size.year));
                prop_assert!(inside(&|l| l.claimed_on.year() == year) <= of_pool(size, Share::ALL));
            }
            for taker in &layer.takers {
                let party = structure.party(&taker.party).unwrap();
                // Takers of one party in one layer have caps of their own, so that together they pay no more than these.
                let caps = |of: &dyn Fn(&LimitSpec, Share) -> i128| -> i128 {
                    let own = layer.takers.iter().filter(|own| own.party == taker.party);
                    own.map(|own| {
                        let (Given::Is(part), plus) = (&own.share, own.plus.as_ref()) else { return i128::MAX };
                        let plus = plus.map_or(Share::ZERO, |plus| match &plus.share {
                            Given::Is(plus) => *plus,
                            Given::Input { .. } => Share::ZERO,
                        });
                        of(own.cap.as_ref().unwrap(), part.plus(plus))
                    })
                    .fold(0, i128::saturating_add)
                };
                let total = |keep: &dyn Fn(&Loss) -> bool| -> i128 {
                    let pairs = losses.iter().zip(&settlements).filter(|(loss, _)| keep(loss));
                    let payments = pairs.flat_map(|(_, s)| s.payments.iter().filter(|p| p.layer == l && p.party == party));
                    Money::sum(payments.map(|p| p.amount))
                };
                for one in &losses {
                    let year = one.claimed_on.year();
                    prop_assert!(total(&|l| l.loan == one.loan) <= caps(&|cap, _| is(&cap.loan)));
                    prop_assert!(total(&|l| l.firm == one.firm) <= caps(&|cap, _| is(&cap.firm)));
                    let of_firm = |l: &Loss| l.firm == one.firm && l.claimed_on.year() == year;
                    prop_assert!(total(&of_firm) <= caps(&|cap, _| is(&cap.firm_year)));
                    prop_assert!(total(&|l| l.claimed_on.year() == year) <= caps(&|cap, _| is(&cap.year)));
                    prop_assert!(total(&|l| l.claimed_on.year() == year) <= caps(&of_pool));
                }
            }
        }
        let fund: i128 = settlements.iter().map(|s| i128::from(s.paid_by(2).fen())).sum();
        prop_assert!(fund <= is(&spec.parties[2].balance));
    }

    #[test]
    fn without_a_shared_cap_each_loan_is_settled_as_if_it_were_alone(
        structure in any_structure(),
        losses in any_losses(),
    ) {
        let mut spec = structure.spec().clone();
        spec.parties[2].balance = None;
        for layer in &mut spec.layers {
            let caps = layer.takers.iter_mut().filter_map(|taker| taker.cap.as_mut());
            for limit in caps.chain(&mut layer.size) {
                *limit = LimitSpec { loan: limit.loan.take(), ..LimitSpec::default() };
            }
        }
        let structure = spec.check(&Inputs::default()).unwrap();
        let mut losses = losses;
        for (at, loss) in losses.iter_mut().enumerate() {
            loss.loan = format!("L{at}");
        }
        let all = structure.settle_all(&losses, &Pool::default());
        let alone: Vec<_> = losses.iter().map(|l| structure.settle(l, &Pool::default())).collect();
        prop_assert_eq!(all, alone);
    }

    /// What comes later takes nothing from what came before, and which claims are settled at all is no matter of others.
    #[test]
    fn an_earlier_claim_is_served_first(structure in any_structure(), losses in any_losses(), until in 0..700_i32) {
        let last = date("2025-03-01").plus_days(until);
        let early: Vec<Loss> = losses.iter().filter(|l| l.claimed_on <= last).cloned().collect();
        let alone = structure.settle_all(&early, &pool());
        let all = structure.settle_all(&losses, &pool());
        let of_all = losses.iter().zip(all).filter(|(l, _)| l.claimed_on <= last).map(|(_, s)| s);
        prop_assert_eq!(alone, of_all.collect::<Vec<_>>());
    }

    /// With caps of the year and balances alone, more lost on one loan leaves no less unpaid over all of them, but for the fen by
    /// which each part of each claim is rounded. Caps of different kinds that meet have no such law: what one firm uses up of
    /// a layer may keep another payer from its cap.
    #[test]
    fn more_lost_leaves_no_less_unpaid(
        structure in any_structure(), losses in any_losses(), at in 0..12_usize, more in 0..1_000_000_i64,
    ) {
        let mut spec = structure.spec().clone();
        for layer in &mut spec.layers {
            layer.size = None;
            for limit in layer.takers.iter_mut().filter_map(|taker| taker.cap.as_mut()) {
                *limit = LimitSpec { year: limit.year.take(), ..LimitSpec::default() };
            }
        }
        let structure = spec.check(&Inputs::default()).unwrap();
        let mut worse = losses.clone();
        let at = at % worse.len();
        worse[at].amount = LossAmount::principal(Money::from_fen(losses[at].amount.total().fen() + more).unwrap());
        let unpaid = |losses: &[Loss]| Money::sum(structure.settle_all(losses, &pool()).iter().map(|s| s.unpaid));
        let slack = (losses.len() * 9) as i128;
        prop_assert!(unpaid(&losses) <= unpaid(&worse) + slack, "{} {}", unpaid(&losses), unpaid(&worse));
    }

    /// No public party bears more of a loss than the checked bound, whatever others have used.
    #[test]
    fn the_public_bound_holds_for_every_loss(structure in any_structure(), losses in any_losses(), most in 0..=1_000_000_u32) {
        let mut spec = structure.spec().clone();
        let most = share(f64::from(most) / 1e6);
        spec.public_most = Some(most);
        if let Ok(structure) = spec.check(&Inputs::default()) {
            for (loss, settled) in losses.iter().zip(structure.settle_all(&losses, &pool())) {
                // Party 2 is the fund; parts are rounded by a fen each.
                let fund = settled.paid_by(2).fen() as f64;
                prop_assert!(fund <= most.get() * loss.amount.total().fen() as f64 + 12.0);
            }
        }
    }

    #[test]
    fn nobody_gets_back_more_than_it_paid(
        structure in any_structure(),
        fen in 0..5_000_000_i64,
        recovered in 0..6_000_000_i64,
        cost in 0..1_000_000_i64,
        more in 0..1_000_i64,
    ) {
        let settlement = structure.settle(&loss(Money::from_fen(fen).unwrap()), &pool());
        let money = |fen: i64| Money::from_fen(fen).unwrap();
        let now = recover(&settlement, money(recovered), money(cost));
        let later = recover(&settlement, money(recovered + more), money(cost));
        let sum = Money::sum(now.returned.iter().copied().chain([now.to_lender, now.surplus]));
        prop_assert_eq!(sum, i128::from(now.net.fen()));
        for ((back, after), payment) in now.returned.iter().zip(&later.returned).zip(&settlement.payments) {
            prop_assert!(*back <= payment.amount && *back >= Money::ZERO && back <= after);
        }
        prop_assert!(now.to_lender <= settlement.unpaid && now.to_lender <= later.to_lender);
    }
}
