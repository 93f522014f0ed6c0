use super::*;
use crate::lending::loss_sharing::{Inputs, LossSharingSpec};
use crate::lending::{
    Applicant, CapitalRelief, ClientLiability, FeePayer, Guarantor, Insurance, InsuranceLine,
    LendingPolicySpec, LifeStage, Offer, PolicySharing, PremiumSubsidy,
};
use crate::num::Pd;
use crate::rating::Standing;
use crate::scale::Grade;
use proptest::prelude::*;

fn yuan(amount: i64) -> Money {
    Money::from_yuan(amount).unwrap()
}

fn firm(pd: f64) -> Applicant {
    Applicant {
        standing: Standing::Rated(Grade::at(2)),
        grade: Some("A".to_owned()),
        pd: Pd::new(pd).unwrap(),
        stage: LifeStage::Growth,
        sales_12m: Some(yuan(5_000_000)),
        tax_12m: None,
        invoiced_12m: None,
    }
}

fn asks() -> LoanApplication {
    LoanApplication::new("2025-06-30".parse().unwrap(), Some(yuan(1_000_000)), 12)
}

fn guarantee(net_assets: i64, pd: f64) -> GuaranteeFor {
    GuaranteeFor {
        guarantee: Guarantee {
            share: Share::new(0.8).unwrap(),
            pd: Pd::new(pd).unwrap(),
            fee: 0.01,
        },
        guarantor: Guarantor {
            net_assets: yuan(net_assets),
            liability: Money::ZERO,
            serves_small_firms: false,
        },
        stands_for: ClientLiability::default(),
    }
}

fn insurance(line: InsuranceLine) -> Insurance {
    Insurance {
        line,
        insured: yuan(1_000_000),
        deductible: Money::ZERO,
        share: Share::new(0.7).unwrap(),
        limit: yuan(600_000),
        premium_rate: Share::new(0.018).unwrap(),
    }
}

fn answer(change: &dyn Fn(&mut LendingPolicySpec), application: &LoanApplication, pd: f64) -> Offer {
    let mut spec = LendingPolicySpec::example().unwrap();
    change(&mut spec);
    spec.check().unwrap().offer(application, &firm(pd))
}

fn is_near(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-12
}

/// By hand: 800,000 guaranteed at 1 % are 8,000 a year; EL = 45 % · (80 % · 0.1 % + 20 % · 5 %) = 0.486 %.
#[test]
fn a_guarantor_stands_in_for_the_firm_in_its_part() {
    let mut application = asks();
    let without = answer(&|_| {}, &application, 0.05);
    application.guarantee = Some(guarantee(100_000_000, 0.001));
    let with = answer(&|_| {}, &application, 0.05);
    let offered = with.guarantee.unwrap();
    assert_eq!((offered.amount, offered.bound), (yuan(800_000), None));
    assert_eq!((offered.fee, with.fees), (yuan(8_000), yuan(8_000)));
    let (price, before) = (with.price.unwrap(), without.price.unwrap());
    assert!(is_near(price.parts.expected_loss, 0.004_86));
    let policy = LendingPolicySpec::example().unwrap().price;
    let exposure = |pd| crate::lending::Exposure {
        pd: Pd::new(pd).unwrap(),
        lgd: Lgd::new(0.45).unwrap(),
        sales: None,
        maturity_years: 1.0,
    };
    let k = |pd| policy.capital.capital(&exposure(pd)).requirement;
    assert!(is_near(price.capital, 0.8 * k(0.001) + 0.2 * k(0.05)));
    assert!(price.rate < before.rate);
    assert!(
        is_near(with.net_rate.unwrap(), price.rate + 0.008),
        "the firm pays the fee"
    );
    assert_eq!(
        (without.subsidies.len(), with.subsidies.len()),
        (1, 0),
        "no pure credit loan"
    );
    let charged = answer(&|spec| spec.price.fees = FeePayer::Lender, &application, 0.05);
    assert!(is_near(charged.price.unwrap().parts.fees, 0.008));
    assert!(is_near(charged.net_rate.unwrap(), charged.price.unwrap().rate));
}

/// By hand: half a year of 8,000 and of 18,000; a year's rate of what the lender pays is that of the year's loan.
#[test]
fn fees_of_half_a_year_are_half_of_a_years_and_the_rate_is_a_years() {
    let mut application = asks();
    application.months = 6;
    application.guarantee = Some(guarantee(100_000_000, 0.001));
    application.insurance = vec![insurance(InsuranceLine::LoanGuarantee)];
    let offer = answer(&|_| {}, &application, 0.05);
    assert_eq!(offer.guarantee.unwrap().fee, yuan(4_000));
    assert_eq!(
        (offer.insurance[0].premium, offer.fees),
        (yuan(9_000), yuan(13_000))
    );
    assert!(is_near(
        offer.net_rate.unwrap(),
        offer.price.unwrap().rate + 0.026
    ));
    let charged = answer(&|spec| spec.price.fees = FeePayer::Lender, &application, 0.05);
    assert!(is_near(charged.price.unwrap().parts.fees, 0.026));
}

/// By hand: one client may be 10 % of net assets of five million.
#[test]
fn a_guarantor_stands_for_no_more_than_it_may() {
    let mut application = asks();
    application.guarantee = Some(guarantee(5_000_000, 0.001));
    let offered = answer(&|_| {}, &application, 0.05).guarantee.unwrap();
    assert_eq!(
        (offered.amount, offered.share.millionths()),
        (yuan(500_000), 500_000)
    );
    assert_eq!(offered.bound, Some(GuaranteeBound::Client));
    let mut full = guarantee(5_000_000, 0.001);
    full.guarantor.liability = yuan(50_000_000);
    application.guarantee = Some(full);
    assert_eq!(
        answer(&|_| {}, &application, 0.05).guarantee,
        None,
        "ten times its net assets"
    );
}

/// A guarantor without room stands for nothing: the offer says why, asks for no contract, and the loan is one of pure credit.
#[test]
fn a_guarantor_without_room_is_a_reason_and_no_guarantee() {
    let mut application = asks();
    let mut full = guarantee(5_000_000, 0.001);
    full.guarantor.liability = yuan(50_000_000);
    application.guarantee = Some(full);
    let (offer, alone) = (
        answer(&|_| {}, &application, 0.02),
        answer(&|_| {}, &asks(), 0.02),
    );
    let reason = crate::lending::Reason::GuarantorFull(GuaranteeBound::Leverage);
    assert_eq!(offer.reasons, [reason]);
    assert_eq!(
        (offer.documents, offer.subsidies),
        (alone.documents.clone(), alone.subsidies)
    );
    assert_eq!(offer.price, alone.price);
    application.guarantee = Some(guarantee(100_000_000, 0.001));
    let with = answer(&|_| {}, &application, 0.02);
    assert!(with.reasons.is_empty() && with.documents.len() > alone.documents.len() - 1);
    assert!(with.documents != alone.documents);
}

/// Under a structure with a guarantor or an insurer a loan is no pure credit loan; under a fund alone it is. Where the
/// structure does not take the loan, nobody stands for it.
#[test]
fn a_loan_that_a_structure_guarantees_gets_no_subsidy_for_pure_credit() {
    let national = |spec: &mut LendingPolicySpec| {
        let part = |id: &str, share| (id.to_owned(), Share::new(share).unwrap());
        let mut structure = LossSharingSpec::preset("national-2024-guarantee").unwrap();
        structure.kind = Some("little_giant".to_owned());
        spec.sharing = Some(PolicySharing {
            structure,
            inputs: Inputs {
                shares: [
                    part("bank_share", 0.2),
                    part("national_share", 0.4),
                    part("re_guarantor_share", 0.2),
                ]
                .into(),
                ..Inputs::default()
            },
        });
    };
    let mut application = asks();
    application.pool.of_year = Some(yuan(1_000_000_000));
    let guaranteed = answer(&national, &application, 0.01);
    let settlement = guaranteed.sharing.unwrap().settlement.unwrap();
    assert_eq!(settlement.settled, Settled::Paid);
    assert!(is_near(guaranteed.own_share, 0.2));
    assert_eq!(guaranteed.subsidies, []);
    application.pool.is_ineligible = true;
    assert_eq!(answer(&national, &application, 0.01).subsidies.len(), 1);
    let fund = |spec: &mut LendingPolicySpec| spec.sharing = Some(shared("shandong-2023"));
    assert_eq!(answer(&fund, &asks(), 0.01).subsidies.len(), 1);
}

/// By hand: LGD 45 % of a million; 70 % of it are 315,000 and 30 % stay. The premium is 18,000, half of it subsidised.
#[test]
fn insurance_of_the_loan_lowers_the_loss_and_other_lines_only_cost() {
    let mut application = asks();
    application.insurance = vec![
        insurance(InsuranceLine::LoanGuarantee),
        insurance(InsuranceLine::PatentEnforcement),
    ];
    let shaanxi = |spec: &mut LendingPolicySpec| {
        spec.premium_subsidies = vec![PremiumSubsidy::preset("shaanxi-2012").unwrap()];
    };
    let offer = answer(&shaanxi, &application, 0.02);
    let told: Vec<[String; 3]> = offer
        .insurance
        .iter()
        .map(|i| [i.pays, i.premium, i.subsidised].map(|amount| amount.to_string()))
        .collect();
    assert_eq!(
        told,
        [
            ["315000.00", "18000.00", "9000.00"].map(str::to_owned),
            ["0.00", "18000.00", "0.00"].map(str::to_owned)
        ]
    );
    assert!(is_near(offer.own_share, 0.3));
    assert!(is_near(
        offer.price.unwrap().parts.expected_loss,
        0.45 * 0.3 * 0.02
    ));
    assert_eq!(offer.fees, yuan(27_000));
}

fn shared(id: &str) -> PolicySharing {
    PolicySharing {
        structure: LossSharingSpec::preset(id).unwrap(),
        inputs: match id {
            "hubei-2025" => Inputs {
                shares: [("pool_share".to_owned(), Share::new(0.4).unwrap())].into(),
                amounts: [("pool_balance".to_owned(), yuan(100_000_000))].into(),
            },
            _ => Inputs::default(),
        },
    }
}

/// Shandong: 35 % province, 35 % city, 30 % bank.
#[test]
fn a_structure_lowers_the_expected_loss_and_capital_only_where_the_policy_says_so() {
    let with = |relief| {
        let change = move |spec: &mut LendingPolicySpec| {
            spec.sharing = Some(shared("shandong-2023"));
            spec.price.capital_relief = relief;
        };
        answer(&change, &asks(), 0.02)
    };
    let alone = answer(&|_| {}, &asks(), 0.02).price.unwrap();
    let offer = with(CapitalRelief::None);
    let price = offer.price.unwrap();
    assert!(is_near(offer.own_share, 0.3) && is_near(price.parts.expected_loss, 0.45 * 0.3 * 0.02));
    assert!(
        is_near(price.capital, alone.capital),
        "capital is that of the whole loss"
    );
    let settlement = offer.sharing.unwrap().settlement.unwrap();
    let paid: Vec<String> = settlement.payments.iter().map(|p| p.amount.to_string()).collect();
    assert_eq!(paid, ["157500.00", "157500.00", "135000.00"]);
    let lgd = with(CapitalRelief::Lgd).price.unwrap();
    assert!(is_near(lgd.capital, 0.3 * alone.capital));
    let government = Pd::new(0.000_5).unwrap();
    let substituted = with(CapitalRelief::Substitution(government)).price.unwrap();
    let theirs = answer(&|_| {}, &asks(), 0.000_5).price.unwrap().capital;
    assert!(is_near(substituted.capital, 0.3 * alone.capital + 0.7 * theirs));
    let worse = with(CapitalRelief::Substitution(Pd::new(0.1).unwrap()))
        .price
        .unwrap();
    assert!(is_near(worse.capital, alone.capital), "the better of both stands");
}

/// By hand: the guarantor bears 80 % of 450,000; of the other 90,000 insurance pays 70 %, and Shandong 70 % of the
/// 27,000 that are left: the bank bears 8,100 of 90,000.
#[test]
fn guarantee_insurance_and_sharing_follow_one_another() {
    let mut application = asks();
    application.guarantee = Some(guarantee(100_000_000, 0.001));
    application.insurance = vec![insurance(InsuranceLine::LoanGuarantee)];
    let offer = answer(
        &|spec| spec.sharing = Some(shared("shandong-2023")),
        &application,
        0.02,
    );
    assert_eq!(offer.insurance[0].pays, yuan(63_000));
    assert!(is_near(offer.own_share, 0.09));
    let loss = 0.45 * (0.8 * 0.001 + 0.2 * 0.09 * 0.02);
    assert!(is_near(offer.price.unwrap().parts.expected_loss, loss));
    assert_eq!(offer.fees, yuan(26_000));
}

/// Hubei takes no loan above LPR + 150 basis points: the price is then that without it.
#[test]
fn a_structure_that_refuses_the_rate_shares_nothing() {
    let hubei = |spec: &mut LendingPolicySpec| spec.sharing = Some(shared("hubei-2025"));
    let good = answer(&hubei, &asks(), 0.005);
    let sharing = good.sharing.unwrap();
    assert!(sharing.refusals.is_empty(), "{:?}", sharing.refusals);
    assert!(good.own_share < 1.0);
    let risky = answer(&hubei, &asks(), 0.05);
    let alone = answer(&|_| {}, &asks(), 0.05);
    let sharing = risky.sharing.unwrap();
    assert!(matches!(sharing.refusals[..], [Refusal::Spread(_)]) && sharing.settlement.is_none());
    assert!(is_near(risky.own_share, 1.0) && risky.price == alone.price);
}

#[test]
fn a_structure_that_does_not_hold_together_is_told_below_its_place() {
    let mut spec = LendingPolicySpec::example().unwrap();
    let mut sharing = shared("shanxi-2018-guarantee");
    sharing.structure.id.clear();
    spec.sharing = Some(sharing);
    let texts: Vec<String> = spec
        .check()
        .unwrap_err()
        .iter()
        .map(ToString::to_string)
        .collect();
    insta::assert_snapshot!(texts.join("\n"), @"
    sharing.id: expected text, got ``
    sharing.parties[0].balance: expected a value for the input, which the issuing document leaves open, got `none for fund_balance`
    sharing.layers[0].takers[0].share: expected a value for the input, which the issuing document leaves open, got `none for fund_share`
    sharing.layers[0].takers[1].share: expected a value for the input, which the issuing document leaves open, got `none for guarantor_share`
    ");
}

proptest! {
    #[test]
    fn protection_never_raises_the_rate_nor_leaves_its_bounds(
        pd in 0.0..0.3_f64, guarantor in 0.0..0.3_f64, net_assets in 0..20_000_000_i64, insured in 0..2_000_000_i64,
        share in 0..=100_u32,
    ) {
        let mut application = asks();
        let alone = answer(&|_| {}, &application, pd);
        application.guarantee = Some(guarantee(net_assets, guarantor));
        let part = Share::new(f64::from(share) / 100.0).unwrap();
        application.insurance = vec![Insurance {
            insured: yuan(insured), limit: yuan(insured / 2), share: part, ..insurance(InsuranceLine::PatentPledgeLoan)
        }];
        let with = answer(&|spec| spec.sharing = Some(shared("shandong-2023")), &application, pd);
        prop_assert!((0.0..=1.0).contains(&with.own_share));
        let rate = |offer: &Offer| offer.price.unwrap().rate;
        prop_assert!(rate(&with) <= rate(&alone) + 1e-12);
        let guaranteed = with.guarantee.map_or(Money::ZERO, |g| g.amount);
        prop_assert!(guaranteed.fen() <= net_assets * 10 && guaranteed <= yuan(800_000));
    }
}
