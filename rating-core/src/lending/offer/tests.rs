use super::*;
use crate::lending::loss_sharing::LoanTrait;
use crate::lending::{Asset, LendingError, LifeStage, LimitKind, LimitPolicy, Purpose};
use crate::measure::Measures;
use crate::num::{Date, Money, Pd};
use crate::rating::{ModelSpec, Standing};
use crate::record::Dossier;
use crate::scale::Grade;
use proptest::prelude::*;

fn policy() -> LendingPolicy {
    LendingPolicySpec::example().unwrap().check().unwrap()
}

fn yuan(amount: i64) -> Money {
    Money::from_yuan(amount).unwrap()
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn firm() -> Applicant {
    Applicant {
        standing: Standing::Rated(Grade::at(2)),
        grade: Some("A".to_owned()),
        pd: Pd::new(0.01).unwrap(),
        stage: LifeStage::Growth,
        sales_12m: Some(yuan(5_000_000)),
        tax_12m: None,
        invoiced_12m: None,
    }
}

fn asks(amount: i64) -> LoanApplication {
    LoanApplication::new(day("2025-06-30"), Some(yuan(amount)), 12)
}

fn receivable(value: i64) -> Asset {
    serde_json::from_str(&format!(
        r#"{{"id": "R1", "kind": "receivable", "value": "{value}", "valued_on": "2025-06-01", "is_owned": true,
             "registered_on": "2025-06-15"}}"#
    ))
    .unwrap()
}

#[test]
fn the_example_holds_together_and_survives_json() {
    let spec = LendingPolicySpec::example().unwrap();
    assert_eq!(LendingPolicySpec::from_json(&spec.to_json()).unwrap(), spec);
    assert_eq!(policy().hash().len(), 64);
    assert!(matches!(
        LendingPolicySpec::from_json("[]"),
        Err(LendingError::Document(_))
    ));
}

#[test]
fn every_fault_of_a_policy_is_told() {
    let mut spec = LendingPolicySpec::example().unwrap();
    spec.admission[1].stage = None;
    spec.admission[0].refer.push("AAA".to_owned());
    spec.refer_above = Some(Pd::new(0.2).unwrap());
    spec.reference.clear();
    spec.limit.step = Some(Money::ZERO);
    spec.price.hurdle = f64::NAN;
    spec.subsidies[0].id.clear();
    spec.months_most = Some(0);
    let texts: Vec<String> = spec
        .check()
        .unwrap_err()
        .iter()
        .map(ToString::to_string)
        .collect();
    insta::assert_snapshot!(texts.join("\n"), @"
    admission[0].refer: expected grades that are not in `approve`, got `AAA`
    admission[1].stage: expected each stage once, got `None`
    refer_above: expected a PD not above `decline_above`, got `0.2`
    limit.step: expected an amount above zero, got `0.00`
    price.hurdle: expected a fraction from 0 to 1, got `NaN`
    reference: expected at least one reference rate, got `none`
    subsidies[0].id: expected text, got ``
    months_most: expected at least one month, got `0`
    documents[14].subsidies[0]: expected the id of an interest subsidy of the policy, got `shanxi-2023`
    ");
}

/// What a firm has had of a subsidy is told by its id, so an id stands for one of either list.
#[test]
fn an_id_stands_for_one_subsidy() {
    let mut spec = LendingPolicySpec::example().unwrap();
    spec.subsidies.push(spec.subsidies[0].clone());
    let mut premiums = crate::lending::PremiumSubsidy::preset("shaanxi-2012").unwrap();
    premiums.id.clone_from(&spec.subsidies[0].id);
    spec.premium_subsidies = vec![premiums];
    let errors = spec.check().unwrap_err();
    let texts: Vec<String> = errors.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(texts.join("\n"), @"
    subsidies[1].id: expected each id once among the subsidies on interest and on premiums, got `shanxi-2023`
    premium_subsidies[0].id: expected each id once among the subsidies on interest and on premiums, got `shanxi-2023`
    ");
}

/// By hand: of six months half a year's interest is borne, and half of that is subsidised; a year's rate is still half.
#[test]
fn a_loan_of_half_a_year_bears_half_a_years_interest() {
    let mut application = asks(1_000_000);
    application.months = 6;
    let offer = policy().offer(&application, &firm());
    let rate = offer.price.unwrap().rate;
    assert!((offer.subsidies[0].amount.yuan() - rate * 250_000.0).abs() < 0.011);
    assert!((offer.net_rate.unwrap() - rate / 2.0).abs() < 1e-7);
    application.months = 24;
    let longer = policy().offer(&application, &firm());
    let rate = longer.price.unwrap().rate;
    assert!((longer.subsidies[0].amount.yuan() - (rate * 500_000.0).min(30_000.0)).abs() < 0.011);
}

/// Two subsidies of 60 % of the interest are 100 % of it: the first its 60 %, the second what is left.
#[test]
fn subsidies_pay_no_more_than_the_interest() {
    let mut spec = LendingPolicySpec::example().unwrap();
    let subsidy = &mut spec.subsidies[0];
    subsidy.share_of_interest = crate::lending::Share::new(0.6).unwrap();
    (subsidy.share_of_loan_most, subsidy.firm_most) = (None, None);
    let second = crate::lending::InterestSubsidy {
        id: "second".to_owned(),
        ..subsidy.clone()
    };
    spec.subsidies.push(second);
    let offer = spec.check().unwrap().offer(&asks(1_000_000), &firm());
    let [first, second] = [0, 1].map(|at| offer.subsidies[at].amount.yuan());
    assert!((first / second - 1.5).abs() < 1e-5);
    assert!(offer.net_rate.unwrap().abs() < 1e-7);
}

/// A patent that is frozen counts for nothing, so there is no loan against it whatever is said.
#[test]
fn what_collateral_tells_is_not_taken_from_what_is_said() {
    let mut spec = LendingPolicySpec::example().unwrap();
    spec.subsidies[0].only = vec![LoanTrait::IpPledge];
    let policy = spec.check().unwrap();
    let mut application = asks(500_000);
    let mut patent = receivable(400_000);
    patent.kind = crate::lending::CollateralKind::Patent;
    application.assets = vec![patent];
    application.traits = vec![LoanTrait::IpPledge];
    assert_eq!(policy.offer(&application, &firm()).subsidies.len(), 1);
    application.assets[0].is_frozen = true;
    assert_eq!(policy.offer(&application, &firm()).subsidies, []);
    assert!(application.check().is_err());
}

#[test]
fn a_loan_of_no_month_is_declined() {
    let mut application = asks(500_000);
    application.months = 0;
    let offer = policy().offer(&application, &firm());
    assert_eq!(
        (offer.decision, offer.reasons, offer.amount),
        (Decision::Decline, vec![Reason::NoMonths], Money::ZERO)
    );
}

#[test]
fn every_fault_of_an_application_is_told() {
    let mut application = asks(-1);
    application.assets = vec![receivable(-2), receivable(3)];
    application.owes.1 = yuan(-4);
    application.subsidised = vec![yuan(-5)];
    application.own_share = f64::NAN;
    let errors = application.check().unwrap_err();
    let texts: Vec<String> = errors.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(texts.join("\n"), @"
    amount: expected an amount from 0, got `-1.00`
    owes.1: expected an amount from 0, got `-4.00`
    subsidised[0]: expected an amount from 0, got `-5.00`
    assets[0].value: expected an amount from 0, got `-2.00`
    own_share: expected a fraction from 0 to 1, got `NaN`
    assets[1].id: expected text, each once, got `R1`
    ");
    assert!(asks(500_000).check().is_ok());
}

/// By hand: 30 % of sales are 1.5 million; the firm asks for one; the subsidy is the least of half the interest, 3 %
/// of the loan and 200,000.
#[test]
fn a_good_firm_gets_what_it_asks_for() {
    let offer = policy().offer(&asks(1_000_000), &firm());
    assert_eq!(
        (offer.decision, offer.amount, offer.months),
        (Decision::Approve, yuan(1_000_000), 12)
    );
    assert_eq!((offer.reasons.len(), offer.route), (0, Route::Green));
    let price = offer.price.unwrap();
    assert!((price.raroc.unwrap() - 0.11).abs() < 1e-10);
    let half = (price.rate * 1e6 / 2.0 * 100.0).floor() / 100.0;
    assert!((offer.subsidies[0].amount.yuan() - half).abs() < 0.011 && half < 30_000.0);
    assert!((offer.net_rate.unwrap() - price.rate / 2.0).abs() < 1e-7);
}

#[test]
fn a_firm_that_asks_for_too_much_is_offered_less_and_told_why() {
    let offer = policy().offer(&asks(2_000_000), &firm());
    assert_eq!(
        (offer.amount, offer.reasons),
        (yuan(1_500_000), vec![Reason::AmountCut(LimitKind::Sales)])
    );
    assert_eq!(
        (offer.decision, offer.route),
        (Decision::Approve, Route::Standard)
    );
    let start_up = Applicant {
        stage: LifeStage::StartUp,
        grade: Some("BB".to_owned()),
        ..firm()
    };
    let offer = policy().offer(&asks(2_000_000), &start_up);
    assert_eq!(
        offer.reasons,
        [Reason::AmountCut(LimitKind::Grade)],
        "a start-up with BB is admitted"
    );
}

#[test]
fn the_strictest_reason_decides() {
    let answer = |change: &dyn Fn(&mut Applicant, &mut LoanApplication)| {
        let (mut firm, mut application) = (firm(), asks(500_000));
        change(&mut firm, &mut application);
        let offer = policy().offer(&application, &firm);
        assert_eq!(offer.amount == Money::ZERO, offer.decision == Decision::Decline);
        (offer.decision.word(), offer.reasons)
    };
    let pd = |p| Pd::new(p).unwrap();
    let grade = |symbol: &str| Some(symbol.to_owned());
    assert_eq!(
        answer(&|f, _| f.standing = Standing::InDefault),
        ("decline", vec![Reason::InDefault])
    );
    assert_eq!(
        answer(&|f, _| f.standing = Standing::Withdrawn),
        ("decline", vec![Reason::Withdrawn])
    );
    assert_eq!(
        answer(&|f, _| f.grade = grade("BB")),
        ("refer", vec![Reason::GradeReferred("BB".into())])
    );
    assert_eq!(
        answer(&|f, _| f.grade = grade("CCC")),
        ("decline", vec![Reason::GradeDeclined("CCC".into())])
    );
    assert_eq!(answer(&|f, _| f.pd = pd(0.16)).0, "decline");
    let (decision, reasons) = answer(&|f, _| f.pd = pd(0.07));
    assert_eq!((decision, &reasons[0]), ("refer", &Reason::PdReferred(pd(0.06))));
    // 30 % of sales are 1,500,000; the 50,000 that are left are less than the least loan.
    let nothing = Reason::NothingLeft(LimitKind::Sales);
    assert_eq!(
        answer(&|_, a| a.owes.0 = yuan(1_450_000)),
        ("decline", vec![nothing])
    );
    let (decision, reasons) = answer(&|f, a| (f.grade, a.owes.0) = (grade("BB"), yuan(5_000_000)));
    assert_eq!((decision, reasons.len()), ("decline", 2));
    assert_eq!(
        answer(&|_, a| a.months = 60),
        ("approve", vec![Reason::MonthsCut(36)])
    );
    assert_eq!(
        answer(&|_, a| a.on = day("2019-06-30")).1,
        [Reason::NoReferenceRate]
    );
}

/// By hand: a firm of grade A may owe a million, owes it, and asks for a million more.
#[test]
fn what_a_firm_owes_is_taken_off_the_limit_of_its_grade() {
    let mut spec = LendingPolicySpec::example().unwrap();
    spec.limit = LimitPolicy::from_json(r#"{"by_grade": [{"grade": "A", "most": "1000000"}]}"#).unwrap();
    let mut application = asks(1_000_000);
    application.owes.0 = yuan(1_000_000);
    let answer = |spec: &LendingPolicySpec| {
        let offer = spec.clone().check().unwrap().offer(&application, &firm());
        (offer.decision, offer.amount, offer.reasons)
    };
    let nothing = vec![Reason::NothingLeft(LimitKind::Grade)];
    assert_eq!(answer(&spec), (Decision::Decline, Money::ZERO, nothing));
    spec.limit.per_loan = vec![crate::lending::PerLoan::Grade];
    assert_eq!(answer(&spec), (Decision::Approve, yuan(1_000_000), vec![]));
}

/// A discount of 2 % by stage is not silent: the return is what it is, the loan passes, and a policy can say how far.
#[test]
fn a_discount_shows_in_the_return_and_does_not_fail_the_loan() {
    let mut spec = LendingPolicySpec::example().unwrap();
    let start_up = Applicant {
        stage: LifeStage::StartUp,
        ..firm()
    };
    let answer = |spec: &LendingPolicySpec| {
        let offer = spec.clone().check().unwrap().offer(&asks(500_000), &start_up);
        (offer.decision, offer.price.unwrap())
    };
    spec.price.tilt.start_up = -0.02;
    let (decision, price) = answer(&spec);
    assert_eq!(decision, Decision::Approve);
    let by_formula = (price.rate - price.parts.outlay()) / price.capital;
    assert!((price.raroc.unwrap() - by_formula).abs() < 1e-12 && by_formula < -0.2);
    spec.price.least_return = Some(0.0);
    assert_eq!(answer(&spec).0, Decision::Refer);
    spec.price.tilt.start_up = 0.01;
    let (decision, price) = answer(&spec);
    assert_eq!(decision, Decision::Approve);
    assert!(price.raroc.unwrap() > 0.2, "an addition is earned");
}

/// A loan for fixed assets above ten years is not cut: it goes to the head office as it stands.
#[test]
fn a_longer_loan_for_fixed_assets_goes_to_the_head_office() {
    let mut spec = LendingPolicySpec::example().unwrap();
    spec.months_most = None;
    let policy = spec.check().unwrap();
    let mut application = asks(500_000);
    application.purpose = Purpose::FixedAssets;
    application.months = 121;
    let offer = policy.offer(&application, &firm());
    assert_eq!(
        (offer.decision, offer.months, offer.reasons),
        (Decision::Refer, 121, vec![Reason::HeadOffice(120)])
    );
    application.months = 120;
    assert_eq!(policy.offer(&application, &firm()).decision, Decision::Approve);
    application.purpose = Purpose::WorkingCapital;
    let offer = policy.offer(&application, &firm());
    assert_eq!((offer.months, offer.reasons), (36, vec![Reason::MonthsCut(36)]));
}

/// A receivable that is paid in a month does not secure a loan of three years; one that is paid after it does.
#[test]
fn collateral_that_ends_before_the_loan_counts_for_nothing() {
    let mut application = asks(500_000);
    application.months = 36;
    application.assets = vec![receivable(2_000_000)];
    application.assets[0].ends_on = Some(day("2025-07-31"));
    let offer = policy().offer(&application, &firm());
    let worth = &offer.security.unwrap().assets[0];
    let too_soon = crate::lending::WorthNothing::EndsTooSoon(day("2025-07-31"));
    assert_eq!(worth.nothing, [too_soon]);
    assert!((offer.lgd.get() - 0.45).abs() < 1e-12);
    application.assets[0].ends_on = Some(day("2028-06-30"));
    assert!(policy().offer(&application, &firm()).lgd.get() < 0.2);
}

/// A PD that rises by year is in the price, and repayment takes the weight off the later years. By hand for two years at a
/// cost of funding of 3.5 % - 0.8 %.
#[test]
fn pds_by_year_and_repayment_are_in_the_price() {
    let pd = |p| Pd::new(p).unwrap();
    let mut application = asks(1_200_000);
    application.months = 24;
    let loss = |application: &LoanApplication| {
        policy()
            .offer(application, &firm())
            .price
            .unwrap()
            .parts
            .expected_loss
            / 0.45
    };
    assert!((loss(&application) - 0.01).abs() < 1e-12);
    application.repayment = Some(crate::lending::Repayment::EqualPrincipal);
    assert!(
        (loss(&application) - 0.01).abs() < 1e-12,
        "one PD costs the same however it is repaid"
    );
    application.later_pds = vec![pd(0.05)];
    // 1,200,000 down to 650,000 by 50,000 is 925,000 on average, 600,000 down to 50,000 is 325,000.
    let (owed, discount) = ([925_000.0, 325_000.0], [1.0 / 1.027, 1.0 / 1.027_f64.powi(2)]);
    let weight = [owed[0] * discount[0], 0.99 * owed[1] * discount[1]];
    let by_hand = (0.01 * weight[0] + 0.05 * weight[1]) / (weight[0] + weight[1]);
    assert!((loss(&application) - by_hand).abs() < 1e-12);
    application.repayment = None;
    let weight = [discount[0], 0.99 * discount[1]];
    let bullet = (0.01 * weight[0] + 0.05 * weight[1]) / (weight[0] + weight[1]);
    assert!((loss(&application) - bullet).abs() < 1e-12);
}

/// A misspelt grade would fit no firm and limit nothing.
#[test]
fn a_grade_that_is_none_of_the_scale_is_refused() {
    let mut spec = LendingPolicySpec::example().unwrap();
    spec.admission[0].approve.push("Aaa".to_owned());
    spec.admission[1].refer.push("D".to_owned());
    spec.limit.by_grade[0].grade = Some("BBB+".to_owned());
    let texts = |spec: LendingPolicySpec| -> Vec<String> {
        let errors = spec.check().unwrap_err();
        errors.iter().map(ToString::to_string).collect()
    };
    insta::assert_snapshot!(texts(spec.clone()).join("\n"), @"
    admission[0].approve[4]: expected a grade of the policy (`grades`, or AAA to C), got `Aaa`
    admission[1].refer[1]: expected a grade of the policy (`grades`, or AAA to C), got `D`
    limit.by_grade[0].grade: expected a grade of the policy (`grades`, or AAA to C), got `BBB+`
    ");
    spec.grades = ["AAA", "AA", "A", "BBB", "BB", "B", "Aaa", "D", "BBB+"]
        .map(str::to_owned)
        .to_vec();
    assert!(spec.clone().check().is_ok(), "another scale has other symbols");
    spec.grades.push("AAA".to_owned());
    assert_eq!(texts(spec), ["grades[9]: expected text, each once, got `AAA`"]);
}

#[test]
fn what_is_not_known_is_for_a_person_to_decide() {
    let unknown = Applicant {
        sales_12m: None,
        ..firm()
    };
    let mut offer = policy().offer(&asks(500_000), &unknown);
    assert_eq!((offer.decision, offer.route), (Decision::Refer, Route::Committee));
    assert_eq!(
        (offer.reasons, offer.price),
        (vec![Reason::NotKnown(LimitKind::Sales)], None)
    );
    let silent = Applicant {
        standing: Standing::NotEnoughInformation,
        grade: None,
        ..firm()
    };
    offer = policy().offer(&asks(500_000), &silent);
    assert_eq!(
        (offer.decision, offer.reasons),
        (Decision::Refer, vec![Reason::NotEnoughInformation])
    );
    let mut spec = LendingPolicySpec::example().unwrap();
    spec.limit = LimitPolicy::default();
    let unlimited = spec.check().unwrap().offer(
        &LoanApplication {
            amount: None,
            ..asks(1)
        },
        &firm(),
    );
    assert_eq!(unlimited.reasons, [Reason::NotKnown(LimitKind::Asked)]);
}

/// 80 % of 400,000 count and cover 320,000 of 500,000: LGD 45 % · 36 % = 16.2 %. A pledged loan gets no subsidy for pure
/// credit loans.
#[test]
fn collateral_lowers_the_price_and_ends_the_subsidy() {
    let mut application = asks(500_000);
    let credit = policy().offer(&application, &firm());
    application.assets.push(receivable(400_000));
    let secured = policy().offer(&application, &firm());
    assert!((secured.lgd.get() - 0.162).abs() < 1e-12 && (credit.lgd.get() - 0.45).abs() < 1e-12);
    assert!(secured.price.unwrap().rate < credit.price.unwrap().rate);
    assert_eq!((secured.subsidies.len(), credit.subsidies.len()), (0, 1));
    application.is_secured = true;
    let bound = policy().offer(&application, &firm());
    assert_eq!(bound.amount, yuan(250_000), "80 % of 320,000 in whole steps");
    assert_eq!(bound.reasons, [Reason::AmountCut(LimitKind::Collateral)]);
    application.assets[0].is_frozen = true;
    assert_eq!(
        policy().offer(&application, &firm()).reasons,
        [Reason::NothingLeft(LimitKind::Collateral)]
    );
}

#[test]
fn a_rate_that_earns_too_little_is_for_a_person_to_decide() {
    let mut spec = LendingPolicySpec::example().unwrap();
    spec.price.ceiling_spread = Some(0.0);
    let offer = spec.check().unwrap().offer(&asks(500_000), &firm());
    assert!(matches!(offer.reasons[..], [Reason::ReturnTooLow(Some(raroc))] if raroc < 0.11));
    // Those who share the loss make the same rate earn more.
    let mut spec = LendingPolicySpec::example().unwrap();
    spec.price.ceiling_spread = Some(0.0);
    spec.price.fixed_cost = Money::ZERO;
    spec.price.operating_cost = 0.004;
    spec.price.capital_relief = crate::lending::CapitalRelief::Lgd;
    let shared = LoanApplication {
        own_share: 0.2,
        ..asks(500_000)
    };
    assert_eq!(
        spec.check().unwrap().offer(&shared, &firm()).decision,
        Decision::Approve
    );
}

#[test]
fn a_rating_and_its_records_make_an_applicant() {
    let dossier: Dossier = r#"{"firm_id": "F-000001",
        "registrations": [{"name": "甲科技", "established_on": "2016-03-01", "status": "active"}],
        "filings": [
            {"kind": "vat", "period_end": "2025-03-31", "due_on": "2025-04-15", "filed_on": "2025-04-10",
             "paid": 1000.5, "paid_on": "2025-04-10"},
            {"kind": "vat", "period_end": "2024-03-31", "due_on": "2024-04-15", "filed_on": "2024-04-10",
             "paid": 900, "paid_on": "2024-04-10"}],
        "invoices": [{"direction": "sale", "issued_on": "2025-03-01", "number": "1", "counterparty": "P1",
            "amount": 1000, "tax": 130, "status": "valid"}]}"#
        .parse()
        .unwrap();
    let model = ModelSpec::preset("tech-firm").unwrap().check().unwrap();
    let view = dossier.view(day("2025-06-30"));
    let measures = Measures::of(&view);
    let applicant = Applicant::of(&model.explain(&view, &measures), &view, &measures);
    assert_eq!(applicant.tax_12m.unwrap().to_string(), "1000.50");
    assert_eq!(
        (applicant.sales_12m, applicant.invoiced_12m),
        (Some(yuan(1_000)), Some(yuan(1_000)))
    );
    assert_eq!(applicant.stage, LifeStage::Growth);
    let empty: Dossier = r#"{"firm_id": "F-000002"}"#.parse().unwrap();
    let view = empty.view(day("2025-06-30"));
    let measures = Measures::of(&view);
    let applicant = Applicant::of(&model.explain(&view, &measures), &view, &measures);
    assert_eq!(
        (applicant.sales_12m, applicant.tax_12m, applicant.grade),
        (None, None, None)
    );
}

#[test]
fn decisions_are_joined() {
    let all = [Decision::Approve, Decision::Refer, Decision::Decline];
    for a in all {
        assert_eq!(a.join(a), a);
        for b in all {
            assert_eq!(a.join(b), b.join(a));
            for c in all {
                assert_eq!(a.join(b).join(c), a.join(b.join(c)));
            }
        }
    }
}

proptest! {
    #[test]
    fn an_offer_is_within_its_limits_whatever_is_asked(
        amount in prop::option::of(-10..20_000_000_i64), months in 0..400_u16, pd in 0.0..=1.0_f64,
        owes in 0..6_000_000_i64, own_share in prop_oneof![0.0..1.0_f64, Just(f64::NAN)], value in 0..3_000_000_i64,
        is_secured in any::<bool>(),
    ) {
        let mut application = LoanApplication::new(day("2025-06-30"), amount.map(yuan), months);
        application.assets = vec![receivable(value)];
        application.owes.0 = yuan(owes);
        application.own_share = own_share;
        application.is_secured = is_secured;
        application.purpose = Purpose::FixedAssets;
        application.traits = vec![LoanTrait::PureCredit];
        let firm = Applicant { pd: Pd::new(pd).unwrap(), ..firm() };
        let offer = policy().offer(&application, &firm);
        prop_assert!(offer.amount >= Money::ZERO && offer.amount.fen() + owes * 100 <= 500_000_000.max(owes * 100));
        prop_assert!(amount.is_none_or(|asked| offer.amount <= yuan(asked.max(0))));
        prop_assert!((1..=36).contains(&offer.months));
        let strictest = offer.reasons.iter().map(Reason::decision).max().unwrap_or(Decision::Approve);
        prop_assert_eq!(offer.decision, strictest);
        prop_assert!(offer.price.is_none_or(|p| p.rate.is_finite() && (0.0..=0.085 + 1e-12).contains(&p.rate)));
        prop_assert!(offer.subsidies.is_empty(), "collateral was offered, so it is no pure credit loan");
    }
}

/// A hundredth more of a part that stands alone is a hundredth of it more rate, and a declined loan is told of as well.
#[test]
fn what_moves_the_rate_of_an_offer_follows_its_parts() {
    for (grade, decision) in [("A", Decision::Approve), ("C", Decision::Decline)] {
        let firm = Applicant {
            grade: Some(grade.to_owned()),
            ..firm()
        };
        let asked = asks(500_000);
        let offer = policy().offer(&asked, &firm);
        assert_eq!(offer.decision, decision);
        let moved = policy().sensitivity((&asked, &firm), &offer);
        let parts = offer.price.unwrap().parts;
        let of = |word: &str| moved.iter().find(|(lever, _)| lever.word() == word).unwrap().1;
        assert!((of("hurdle") - 0.01 * parts.capital_charge).abs() < 1e-12);
        assert!((of("lgd") - 0.01 * (parts.expected_loss + parts.capital_charge)).abs() < 1e-12);
        assert_eq!(moved.len(), 12);
    }
    let nothing = policy().offer(&asks(0), &firm());
    assert!(policy().sensitivity((&asks(0), &firm()), &nothing).is_empty());
}
