use super::*;
use crate::lending::{
    Applicant, CollateralKind, LendingPolicy, LendingPolicySpec, LifeStage, LoanApplication, Reason,
};
use crate::measure::{Measure, Measures};
use crate::num::{Date, Pd};
use crate::rating::{ModelSpec, RatingModel, Standing};
use crate::record::Dossier;
use crate::scale::Grade;
use crate::scorecard::{AttributesSpec, Characteristic};
use proptest::prelude::*;

fn policy() -> LendingPolicy {
    LendingPolicySpec::example().unwrap().check().unwrap()
}

fn yuan(amount: i64) -> Money {
    Money::from_yuan(amount).unwrap()
}

fn day() -> Date {
    "2025-06-30".parse().unwrap()
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
    LoanApplication::new(day(), Some(yuan(amount)), 12)
}

/// A change that falls a fen, or a bit, short.
fn just_short(change: &Change) -> Option<Change> {
    let fen = |amount: &Money, by: i64| Money::from_fen(amount.fen() + by).unwrap();
    Some(match change {
        Change::Owes(owes) => Change::Owes(fen(owes, 1)),
        Change::GroupOwes(owes) => Change::GroupOwes(fen(owes, 1)),
        Change::Asset(kind, value) => Change::Asset(*kind, fen(value, -1)),
        Change::Need(need) => Change::Need(fen(need, -1)),
        Change::Sales(sales) => Change::Sales(fen(sales, -1)),
        Change::Tax(tax) => Change::Tax(fen(tax, -1)),
        Change::Invoices(sales) => Change::Invoices(fen(sales, -1)),
        Change::Pd(pd) => Change::Pd(Pd::new(pd.get().next_up()).unwrap()),
        _ => return None,
    })
}

/// The offer made again with all changes; a rate is a ceiling that does not hold it back.
fn made_again(
    policy: &LendingPolicy,
    asked: (&LoanApplication, &Applicant),
    changes: &[Change],
) -> super::super::Offer {
    let (mut application, mut firm) = (asked.0.clone(), asked.1.clone());
    let mut spec = policy.spec().clone();
    for change in changes {
        (application, firm) = change.applied((&application, &firm));
        if let Change::Rate(rate) = change {
            (spec.price.ceiling, spec.price.ceiling_spread) = (Some(*rate), None);
        }
    }
    spec.check().unwrap().offer(&application, &firm)
}

/// A pair really brings what it says, neither of it does alone, and a fen less of either does not.
#[track_caller]
fn verify_pair(policy: &LendingPolicy, asked: (&LoanApplication, &Applicant), found: &Counterfactual) {
    let base = policy.offer(asked.0, asked.1);
    let goals = Goal::of(&base, asked.0.amount);
    let met = |offer: &super::super::Offer| goals.iter().filter(|goal| goal.is_met(offer)).count();
    let offer = made_again(policy, asked, &found.changes);
    assert_eq!(
        (offer.decision, offer.amount),
        (found.decision, found.amount),
        "{found:?}"
    );
    for at in 0..2 {
        let alone = made_again(policy, asked, &found.changes[at..=at]);
        assert!(met(&alone) < met(&offer), "{found:?}");
        let Some(short) = just_short(&found.changes[at]) else {
            continue;
        };
        let mut nearly = found.changes.clone();
        nearly[at] = short;
        assert!(
            met(&made_again(policy, asked, &nearly)) < met(&offer),
            "{found:?}"
        );
    }
}

/// The offer really is what the counterfactual says, better than before, and not so just short of it.
#[track_caller]
fn verify(
    policy: &LendingPolicy,
    (application, firm): (&LoanApplication, &Applicant),
    found: &Counterfactual,
) {
    let base = policy.offer(application, firm);
    let [change] = &found.changes[..] else {
        return verify_pair(policy, (application, firm), found);
    };
    let is_better = (found.decision, std::cmp::Reverse(found.amount))
        < (base.decision, std::cmp::Reverse(base.amount))
        || matches!(change, Change::Amount(_)) && found.decision < base.decision;
    assert!(is_better, "{found:?} {:?} {}", base.decision, base.amount);
    if let Change::Rate(rate) = change {
        let offer = made_again(policy, (application, firm), std::slice::from_ref(change));
        assert_eq!(
            (offer.decision, offer.amount),
            (found.decision, found.amount),
            "{found:?}"
        );
        let short = made_again(policy, (application, firm), &[Change::Rate(rate - 1e-9)]);
        assert!(short.decision > offer.decision, "{found:?}");
        return;
    }
    let with = |change: &Change| {
        let (application, firm) = change.applied((application, firm));
        policy.offer(&application, &firm)
    };
    let changed = with(change);
    assert_eq!(
        (changed.decision, changed.amount),
        (found.decision, found.amount),
        "{found:?}"
    );
    if let Some(short) = just_short(change) {
        let goals = Goal::of(&base, application.amount);
        let met = |offer: &Offer| goals.iter().filter(|goal| goal.is_met(offer)).count();
        assert!(met(&with(&short)) < met(&changed), "{found:?}");
    }
}

fn changes(application: &LoanApplication, firm: &Applicant) -> Vec<(Vec<Change>, Decision, Money)> {
    let policy = policy();
    let found = policy.nearest(application, firm);
    for one in &found {
        verify(&policy, (application, firm), one);
    }
    found
        .into_iter()
        .map(|c| (c.changes, c.decision, c.amount))
        .collect()
}

/// By hand: 30 % of sales are lent, so two million ask for sales of 6,666,666.67 yuan.
#[test]
fn a_cut_by_sales_says_which_sales_would_do() {
    let found = changes(&asks(2_000_000), &firm());
    let sales = Money::from_fen(666_666_667).unwrap();
    assert_eq!(
        found,
        [(vec![Change::Sales(sales)], Decision::Approve, yuan(2_000_000))]
    );
}

/// By hand: of 30 % of sales, 1,500,000, a debt of 1,450,000 leaves 50,000, and the least loan is 100,000; or 1,550,000
/// are 30 % of sales of 5,166,666.67.
#[test]
fn a_debt_in_the_way_says_how_much_of_it() {
    let mut application = asks(500_000);
    application.owes.0 = yuan(1_450_000);
    let found = changes(&application, &firm());
    assert_eq!(
        found,
        [
            (
                vec![Change::Owes(yuan(1_400_000))],
                Decision::Approve,
                yuan(100_000)
            ),
            (
                vec![Change::Sales(Money::from_fen(516_666_667).unwrap())],
                Decision::Approve,
                yuan(100_000)
            ),
        ]
    );
}

/// By hand: 80 % of a receivable count and 80 % of that is lent, so 500,000 ask for one of 781,250; a patent would have to
/// be worth 1,666,666.67.
#[test]
fn a_secured_loan_says_what_the_security_must_be_worth() {
    let mut application = asks(500_000);
    application.is_secured = true;
    let found = changes(&application, &firm());
    let asset = |value: Money| vec![Change::Asset(CollateralKind::Receivable, value)];
    // 100,000, the least loan, are lent against 156,250.
    assert_eq!(found, [(asset(yuan(156_250)), Decision::Approve, yuan(100_000))]);
    application.assets.push(
        Change::Asset(CollateralKind::Receivable, yuan(200_000))
            .applied((&application, &firm()))
            .0
            .assets[0]
            .clone(),
    );
    let found = changes(&application, &firm());
    assert_eq!(found[0].0, asset(yuan(581_250)), "781,250 in all");
}

#[test]
fn a_grade_and_a_pd_in_the_way_say_which_would_do() {
    let referred = Applicant {
        grade: Some("BB".to_owned()),
        ..firm()
    };
    let admitted = ["AAA", "AA", "A", "BBB"].map(str::to_owned).to_vec();
    let found = changes(&asks(500_000), &referred);
    assert_eq!(
        found,
        [(vec![Change::Grade(admitted)], Decision::Approve, yuan(500_000))]
    );
    let risky = Applicant {
        pd: Pd::new(0.16).unwrap(),
        ..firm()
    };
    let found = changes(&asks(500_000), &risky);
    let (first, decision) = (&found[0].0, found[0].1);
    assert_eq!(first[..], [Change::Pd(Pd::new(0.15).unwrap())]);
    assert_eq!(decision, Decision::Refer, "the nearest comes first");
    // A default, and the end of a firm, are nothing to be changed.
    for standing in [Standing::InDefault, Standing::Withdrawn] {
        assert_eq!(changes(&asks(500_000), &Applicant { standing, ..firm() }), []);
    }
    assert_eq!(changes(&asks(1_000_000), &firm()), [], "nothing to be had");
}

#[test]
fn a_rate_that_earns_too_little_says_which_amount_security_or_rate_would_do() {
    let mut spec = LendingPolicySpec::example().unwrap();
    spec.price.ceiling_spread = Some(0.013);
    spec.price.fixed_cost = yuan(2_000);
    let policy = spec.check().unwrap();
    let application = asks(300_000);
    let base = policy.offer(&application, &firm());
    assert!(matches!(base.reasons[..], [Reason::ReturnTooLow(_)]), "{base:?}");
    let found = policy.nearest(&application, &firm());
    for one in &found {
        verify(&policy, (&application, &firm()), one);
    }
    let has = |wanted: fn(&Change) -> bool| found.iter().any(|c| c.changes.iter().any(wanted));
    assert!(has(
        |c| matches!(c, Change::Amount(more) if *more > yuan(300_000))
    ));
    assert!(has(|c| matches!(c, Change::Asset(CollateralKind::Receivable, _))));
    assert!(has(|c| matches!(c, Change::Rate(_))) && has(|c| matches!(c, Change::Pd(_))));
    let mut is_actionable = found.iter().map(|c| c.is_actionable);
    assert!(
        is_actionable.by_ref().skip_while(|is| *is).all(|is| !is),
        "what a firm can do comes first"
    );
}

/// Hubei takes no loan above the reference rate and 150 basis points. What the return asks for with its share of the loss is
/// above that, and without it higher still: only that rate is told, since at the lower one the structure is gone.
#[test]
fn a_rate_that_ends_the_structure_is_reckoned_without_it() {
    use crate::lending::Share;
    use crate::lending::loss_sharing::{Inputs, LossSharingSpec};
    let mut spec = LendingPolicySpec::example().unwrap();
    spec.price.ceiling_spread = Some(0.015);
    spec.sharing = Some(super::super::PolicySharing {
        structure: LossSharingSpec::preset("hubei-2025").unwrap(),
        inputs: Inputs {
            shares: [("pool_share".to_owned(), Share::new(0.5).unwrap())].into(),
            amounts: [("pool_balance".to_owned(), yuan(100_000_000))].into(),
        },
    });
    let policy = spec.check().unwrap();
    let risky = Applicant {
        pd: Pd::new(0.03).unwrap(),
        ..firm()
    };
    let base = policy.offer(&asks(500_000), &risky);
    assert!(matches!(base.reasons[..], [Reason::ReturnTooLow(_)]) && base.own_share < 1.0);
    let found = policy.nearest(&asks(500_000), &risky);
    let rates: Vec<f64> = found
        .iter()
        .filter_map(|one| match one.changes[..] {
            [Change::Rate(rate)] => Some(rate),
            _ => None,
        })
        .collect();
    // By hand: EL of 45 % of 3 %, all borne by the lender.
    let price = base.price.unwrap();
    let alone = price.parts.sum() - price.parts.expected_loss + 0.45 * 0.03;
    assert!(
        rates.len() == 1 && (rates[0] - alone).abs() < 1e-12,
        "{rates:?} {alone}"
    );
    for one in &found {
        verify(&policy, (&asks(500_000), &risky), one);
    }
}

/// The least loan is 100,000: 50,000 do not do and 100,000 do, with steps of 10,000 and without, to the fen.
#[test]
fn an_amount_is_found_without_steps() {
    let firm = firm();
    for step in [Some(yuan(10_000)), Some(yuan(30_000)), None] {
        let mut spec = LendingPolicySpec::example().unwrap();
        spec.limit.step = step;
        let policy = spec.check().unwrap();
        let found = policy.nearest(&asks(50_000), &firm);
        let least = if step == Some(yuan(30_000)) {
            120_000
        } else {
            100_000
        };
        assert_eq!(found[0].changes, [Change::Amount(yuan(least))]);
        assert_eq!(found[0].decision, Decision::Approve);
    }
}

/// By hand: two million ask for 6,666,666.67 of sales at 30 %, and, with a limit of a million for a start-up of any grade, are
/// not to be had; of a limit by tax of eight times, for 250,000 of tax.
#[test]
fn two_limits_in_the_way_are_told_together() {
    let mut spec = LendingPolicySpec::example().unwrap();
    spec.limit.times_of_tax = Some(8.0);
    let policy = spec.check().unwrap();
    let firm = Applicant {
        tax_12m: Some(yuan(100_000)),
        ..firm()
    };
    let found = policy.nearest(&asks(2_000_000), &firm);
    let sales = Change::Sales(Money::from_fen(666_666_667).unwrap());
    let pairs: Vec<&[Change]> = found.iter().map(|one| &one.changes[..]).collect();
    assert_eq!(pairs, [[sales, Change::Tax(yuan(250_000))]]);
    verify(&policy, (&asks(2_000_000), &firm), &found[0]);
}

/// A debt and a grade in the way of one loan: the firm owes 50,000 too much, and on its grade a person decides.
#[test]
fn a_debt_and_a_grade_are_told_together() {
    let mut application = asks(500_000);
    application.owes.0 = yuan(1_450_000);
    let referred = Applicant {
        grade: Some("BB".to_owned()),
        ..firm()
    };
    let found = changes(&application, &referred);
    let wanted = vec![
        Change::Owes(yuan(1_400_000)),
        Change::Grade(vec!["AAA".to_owned()]),
    ];
    assert!(
        found.contains(&(wanted, Decision::Approve, yuan(100_000))),
        "{found:?}"
    );
}

/// A shorter loan ends before the receivable does, and goes without the head office.
#[test]
fn another_length_is_tried() {
    let mut application = asks(250_000);
    application.is_secured = true;
    application.months = 24;
    let receivable = Change::Asset(CollateralKind::Receivable, yuan(400_000));
    application.assets = receivable.applied((&application, &firm())).0.assets;
    application.assets[0].ends_on = Some("2026-12-31".parse().unwrap());
    let found = changes(&application, &firm());
    // 80 % of 80 % of 400,000 are 256,000; 2025-06-30 and 18 months are 2026-12-30.
    let shorter = (vec![Change::Months(18)], Decision::Approve, yuan(250_000));
    assert!(found.contains(&shorter), "{found:?}");
    let mut spec = LendingPolicySpec::example().unwrap();
    spec.months_most = None;
    let policy = spec.check().unwrap();
    let mut long = asks(500_000);
    (long.purpose, long.months) = (crate::lending::Purpose::FixedAssets, 180);
    let found = policy.nearest(&long, &firm());
    assert_eq!(found[0].changes, [Change::Months(120)]);
}

/// A guarantor and an insurer of the policy are proposed where the price with them earns enough.
#[test]
fn guarantors_and_insurers_of_the_policy_are_tried() {
    let mut spec = LendingPolicySpec::example().unwrap();
    spec.price.ceiling_spread = Some(0.015);
    let risky = Applicant {
        pd: Pd::new(0.03).unwrap(),
        ..firm()
    };
    let application = asks(500_000);
    let tried = |spec: &LendingPolicySpec| {
        let policy = spec.clone().check().unwrap();
        let found = policy.nearest(&application, &risky);
        for one in &found {
            verify(&policy, (&application, &risky), one);
        }
        let words = |change: &Change| match change {
            Change::Guarantee(id, _) | Change::Insurance(id, _) => Some(id.clone()),
            _ => None,
        };
        found
            .iter()
            .filter(|one| one.changes.len() == 1)
            .filter_map(|one| words(&one.changes[0]))
            .collect::<Vec<_>>()
    };
    assert_eq!(tried(&spec), Vec::<String>::new());
    spec.guarantors = serde_json::from_str(
        r#"[{"id": "small", "name": {"en": "Small", "zh": "小"}, "guarantee": {"share": 0.1, "pd": 0.001, "fee": 0.01},
             "guarantor": {"net_assets": "100000000", "liability": "0", "serves_small_firms": true}},
            {"id": "full", "name": {"en": "Full", "zh": "满"}, "guarantee": {"share": 0.8, "pd": 0.001, "fee": 0.01},
             "guarantor": {"net_assets": "100000000", "liability": "1500000000", "serves_small_firms": true}},
            {"id": "large", "name": {"en": "Large", "zh": "大"}, "guarantee": {"share": 0.8, "pd": 0.001, "fee": 0.01},
             "guarantor": {"net_assets": "100000000", "liability": "0", "serves_small_firms": true}}]"#,
    )
    .unwrap();
    assert_eq!(tried(&spec), ["large"], "what is too small or full does not do");
    spec.guarantors.clear();
    spec.price.ceiling_spread = Some(0.013);
    let insurer = r#"[{"id": "insurer", "name": {"en": "Insurer", "zh": "保险公司"}, "line": "loan_guarantee", "share": 0.9,
                       "premium_rate": 0.02}]"#;
    spec.insurers = serde_json::from_str(insurer).unwrap();
    spec.price.capital_relief = crate::lending::CapitalRelief::Lgd;
    assert_eq!(tried(&spec), ["insurer"]);
    spec.insurers[0].line = crate::lending::InsuranceLine::ExportCredit;
    let errors = spec.check().unwrap_err();
    insta::assert_snapshot!(errors[0], @"insurers[0].line: expected a line that pays the lender: `patent_pledge_loan` or `loan_guarantee`, got `export_credit`");
}

fn preset() -> RatingModel {
    ModelSpec::preset("tech-firm").unwrap().check().unwrap()
}

/// A firm in the middle, of whose characteristics so many are better: by points, in the bin half and two thirds of the way
/// up from the worst.
fn measures_with(model: &RatingModel, better: usize) -> Measures {
    let mut measures = Measures::NONE;
    for (at, characteristic) in model.characteristics().enumerate() {
        let percent = if at < better { 65 } else { 50 };
        if let Some(value) = value_at(characteristic, percent) {
            measures.set(characteristic.measure(), value);
        }
    }
    measures.set(Measure::FinanceSales, 50_000_000.0);
    measures
}

fn value_at(characteristic: &Characteristic, percent: usize) -> Option<f64> {
    let AttributesSpec::Bands(bands) = &characteristic.spec().attributes else {
        return None;
    };
    let mut by_points: Vec<usize> = (0..bands.len()).collect();
    by_points.sort_by_key(|at| bands[*at].points);
    let at = by_points[((bands.len() - 1) * percent + 50) / 100];
    let low = if at == 0 { None } else { bands[at - 1].below };
    Some(match (low, bands[at].below) {
        (Some(low), Some(below)) => f64::midpoint(low, below),
        (Some(low), None) => low,
        (None, below) => below? - 0.01 * below?.abs().max(0.01),
    })
}

/// The example policy with other measures as something that a firm can change.
fn with_actionable(wanted: &[Measure]) -> LendingPolicy {
    let mut spec = LendingPolicySpec::example().unwrap();
    spec.actionable = wanted.to_vec();
    spec.check().unwrap()
}

#[test]
fn measures_are_proposed_up_to_the_edge_of_a_bin_and_no_further() {
    let (model, dossier) = (preset(), r#"{"firm_id": "F-000001"}"#.parse::<Dossier>().unwrap());
    let view = dossier.view(day());
    let actionable: Vec<Measure> = model
        .characteristics()
        .map(Characteristic::measure)
        .filter(|measure| measure.id().starts_with("trade.") || measure.id().starts_with("finance."))
        .collect();
    let policy = with_actionable(&actionable);
    let application = asks(500_000);
    let mut told = 0;
    for better in (0..40).step_by(3) {
        let measures = measures_with(&model, better);
        let firm = RatedFirm {
            model: &model,
            view: &view,
            measures: &measures,
        };
        let offer = |set: &[(Measure, f64)]| {
            let mut changed = measures.clone();
            for (measure, value) in set {
                changed.set(*measure, *value);
            }
            let applicant = Applicant::of(&model.explain(&view, &changed), &view, &changed);
            policy.offer(&application, &applicant)
        };
        let base = offer(&[]);
        for found in policy.nearest_measures(&application, &firm) {
            let set: Vec<(Measure, f64, f64)> = found
                .changes
                .iter()
                .filter_map(|change| match change {
                    Change::Measure(of) => {
                        assert!(actionable.contains(&of.measure) && of.points > 0);
                        let (at, short) = match &of.to {
                            MeasureTarget::AtLeast(edge) => (*edge, edge.next_down()),
                            MeasureTarget::Below(edge) => (edge.next_down(), *edge),
                            MeasureTarget::Words(_) => panic!("no categories among these"),
                        };
                        Some((of.measure, at, short))
                    }
                    _ => None,
                })
                .collect();
            if set.is_empty() {
                continue;
            }
            let exactly: Vec<(Measure, f64)> = set.iter().map(|(m, at, _)| (*m, *at)).collect();
            let changed = offer(&exactly);
            assert_eq!((changed.decision, changed.amount), (found.decision, found.amount));
            assert!(
                changed.decision < base.decision || changed.amount > base.amount,
                "{found:?}"
            );
            told += 1;
            if let [(measure, _, short)] = set[..] {
                let nearly = offer(&[(measure, short)]);
                assert!(
                    (nearly.decision, nearly.amount) != (changed.decision, changed.amount),
                    "{found:?}: short of the edge it is not so"
                );
            }
        }
    }
    assert!(told > 0);
}

/// The score that is told is the least: one point less has not the effect.
#[test]
fn a_score_is_told_to_the_point() {
    let (model, dossier) = (preset(), r#"{"firm_id": "F-000001"}"#.parse::<Dossier>().unwrap());
    let view = dossier.view(day());
    let policy = with_actionable(&[]);
    let mut told = 0;
    for better in (0..40).step_by(3) {
        let measures = measures_with(&model, better);
        let firm = RatedFirm {
            model: &model,
            view: &view,
            measures: &measures,
        };
        let rating = model.explain(&view, &measures);
        for found in policy.nearest_measures(&asks(500_000), &firm) {
            let [Change::Score { to, by }] = found.changes[..] else {
                panic!("no measure is actionable: {found:?}")
            };
            assert_eq!(to - by, rating.assessment.score);
            let decision = |score| {
                let (pd, credit) = model.credit_of_score(score);
                let government = model.matrix().grade(credit, rating.assessment.technology);
                let applicant = Applicant {
                    pd,
                    grade: Some(model.matrix().symbol(government).to_owned()),
                    ..Applicant::of(&rating, &view, &measures)
                };
                policy.offer(&asks(500_000), &applicant).decision
            };
            assert_eq!(decision(to), found.decision);
            assert!(decision(to - 1) > found.decision);
            told += 1;
        }
    }
    assert!(told > 0);
}

#[test]
fn what_has_happened_cannot_be_called_actionable() {
    let mut spec = LendingPolicySpec::example().unwrap();
    spec.actionable = vec![Measure::RegistryAge, Measure::CreditDaysOverdue24m];
    let texts: Vec<String> = spec
        .check()
        .unwrap_err()
        .iter()
        .map(ToString::to_string)
        .collect();
    insta::assert_snapshot!(texts.join("\n"), @"
    actionable[0]: expected a measure of what a firm can still change, got `registry.age`
    actionable[1]: expected a measure of what a firm can still change, got `credit.days_overdue_24m`
    ");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn every_counterfactual_holds_and_is_the_nearest(
        amount in 50_000..6_000_000_i64, owes in 0..6_000_000_i64, pd in 0.001..0.3_f64, sales in 0..20_000_000_i64,
        grade in prop::sample::select(vec!["A", "BB", "CCC"]), is_secured in any::<bool>(),
    ) {
        let mut application = asks(amount);
        application.owes.0 = yuan(owes);
        application.is_secured = is_secured;
        let firm = Applicant {
            grade: Some(grade.to_owned()), pd: Pd::new(pd).unwrap(), sales_12m: Some(yuan(sales)), ..firm()
        };
        let policy = policy();
        for found in policy.nearest(&application, &firm) {
            verify(&policy, (&application, &firm), &found);
        }
    }
}
