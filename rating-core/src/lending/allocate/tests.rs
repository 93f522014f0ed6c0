use super::*;
use crate::lending::LossCurve;
use crate::num::Money;
use proptest::prelude::*;

fn yuan(amount: i64) -> Money {
    Money::from_yuan(amount).unwrap()
}

fn choice(amount: i64, value: f64) -> Choice {
    Choice {
        amount: yuan(amount),
        rate: 0.05,
        value,
    }
}

fn firm(choices: &[(i64, f64)], caps: &[usize]) -> FirmChoices {
    FirmChoices {
        choices: choices
            .iter()
            .map(|(amount, value)| choice(*amount, *value))
            .collect(),
        caps: caps.to_vec(),
    }
}

fn budget(total: i64, caps: &[i64]) -> Budget {
    Budget {
        total: yuan(total),
        caps: caps.iter().map(|cap| yuan(*cap)).collect(),
    }
}

/// The best allocation by trying all.
fn brute_force(budget: &Budget, firms: &[FirmChoices]) -> f64 {
    fn go(firms: &[FirmChoices], total: i64, caps: &mut Vec<i64>) -> f64 {
        let Some((first, rest)) = firms.split_first() else {
            return 0.0;
        };
        let mut best = go(rest, total, caps);
        for choice in &first.choices {
            let fen = choice.amount.fen();
            if fen > total || first.caps.iter().any(|cap| fen > caps[*cap]) {
                continue;
            }
            first.caps.iter().for_each(|cap| caps[*cap] -= fen);
            best = best.max(choice.value + go(rest, total - fen, caps));
            first.caps.iter().for_each(|cap| caps[*cap] += fen);
        }
        best
    }
    let mut caps: Vec<i64> = budget.caps.iter().map(|cap| cap.fen()).collect();
    go(firms, budget.total.fen(), &mut caps)
}

#[test]
fn a_budget_goes_where_it_is_worth_the_most() {
    let firms = [
        firm(&[(100, 10.0), (200, 15.0)], &[]),
        firm(&[(100, 8.0), (300, 30.0)], &[]),
        firm(&[(100, -1.0)], &[]),
    ];
    let best = budget(400, &[]).allocate(&firms).unwrap();
    assert_eq!(best.chosen, [Some(0), Some(1), None]);
    assert_eq!((best.used, best.method), (yuan(400), Method::Exact));
    assert!((best.value - 40.0).abs() < 1e-12 && best.gap() < 1e-12);
    let ample = budget(1_000_000, &[]).allocate(&firms).unwrap();
    assert!((ample.value - 45.0).abs() < 1e-12 && ample.price.abs() < 1e-12);
    assert_eq!(budget(0, &[]).allocate(&firms).unwrap().used, Money::ZERO);
    assert_eq!(
        budget(100, &[]).allocate(&[]).unwrap().value.to_bits(),
        0.0_f64.to_bits()
    );
}

#[test]
fn a_cap_keeps_a_group_small() {
    let firms = [
        firm(&[(100, 10.0)], &[0]),
        firm(&[(100, 9.0)], &[0]),
        firm(&[(100, 1.0)], &[]),
    ];
    let best = budget(200, &[100]).allocate(&firms).unwrap();
    assert_eq!(best.chosen, [Some(0), None, Some(0)]);
    assert_eq!(best.method, Method::Priced);
    assert!((best.value - 11.0).abs() < 1e-12 && best.gap() < 1e-9);
}

/// A menu by hand: at 4 % all accept and earn 1 %, at 6 % half accept and earn 3 %, at 8 % nobody is left.
#[test]
fn a_menu_takes_the_best_rate() {
    let curve = LossCurve::fit(&[(0.04, 0.0), (0.06, 0.5), (0.08, 1.0)]).unwrap();
    let menu = Menu {
        amounts: vec![yuan(100), yuan(200)],
        rates: vec![0.04, 0.06, 0.08],
    };
    let firm = FirmChoices::of_menu(&menu, &curve, (1.0, 0.03));
    let found: Vec<_> = firm
        .choices
        .iter()
        .map(|c| (c.amount, c.rate, (c.value * 1e9).round()))
        .collect();
    assert_eq!(found, [(yuan(100), 0.06, 1.5e9), (yuan(200), 0.06, 3e9)]);
    assert!(
        FirmChoices::of_menu(&menu, &curve, (1.0, 0.2)).choices.is_empty(),
        "no rate is worth anything"
    );
}

#[test]
fn choices_outside_their_domain_are_refused() {
    let firms = [firm(&[(0, 1.0), (1, f64::NAN)], &[2])];
    let errors = budget(-1, &[1]).allocate(&firms).unwrap_err();
    let texts: Vec<String> = errors.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(texts.join("\n"), @"
    budget: expected amounts from 0, got `-1.00`
    firms[0].choices: expected amounts above zero and finite values, got `1 for 0.00`
    firms[0].choices: expected amounts above zero and finite values, got `NaN for 1.00`
    firms[0].caps: expected places of caps of the budget, each once, got `2`
    ");
}

fn any_firms() -> impl Strategy<Value = Vec<FirmChoices>> {
    let choice = (1..6_i64, -2.0..10.0_f64);
    let one = (
        prop::collection::vec(choice, 0..4),
        prop::collection::vec(0..2_usize, 0..2),
    );
    let make = |(choices, caps): (Vec<(i64, f64)>, Vec<usize>)| firm(&choices, &caps);
    prop::collection::vec(one.prop_map(make), 0..7)
}

proptest! {
    #[test]
    fn the_exact_way_is_the_best_of_all(firms in any_firms(), total in 0..25_i64) {
        let firms: Vec<FirmChoices> = firms.into_iter().map(|f| FirmChoices { caps: vec![], ..f }).collect();
        let budget = budget(total, &[]);
        let found = budget.allocate(&firms).unwrap();
        prop_assert_eq!(found.method, Method::Exact);
        prop_assert!((found.value - brute_force(&budget, &firms)).abs() < 1e-9);
        prop_assert!(found.used <= budget.total);
        let priced = super::dual::allocate(&budget, &firms);
        prop_assert!(priced.value <= found.value + 1e-9 && priced.bound >= found.value - 1e-9);
    }

    #[test]
    fn with_caps_the_best_lies_between_value_and_bound(
        firms in any_firms(), total in 0..25_i64, first in 0..15_i64, second in 0..15_i64,
    ) {
        let budget = budget(total, &[first, second]);
        let found = budget.allocate(&firms).unwrap();
        let best = brute_force(&budget, &firms);
        prop_assert!(found.value <= best + 1e-9 && best <= found.bound + 1e-9, "{} {best} {}", found.value, found.bound);
        for (cap, limit) in budget.caps.iter().enumerate() {
            let own = firms.iter().zip(&found.chosen).filter(|(f, _)| f.caps.contains(&cap));
            let used = Money::sum(own.filter_map(|(f, at)| at.map(|at| f.choices[at].amount)));
            prop_assert!(used <= i128::from(limit.fen()));
        }
        prop_assert!(found.used <= budget.total);
    }
}
