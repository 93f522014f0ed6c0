use super::room::Room;
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
    assert_eq!(best.method, Method::Exact);
    assert!((best.value - 11.0).abs() < 1e-12 && best.gap() < 1e-12);
    // The next yuan under the cap would go to the second firm, at 0.09; the budget is not used up by what is left.
    assert!(
        (best.cap_prices[0] - 0.09).abs() < 1e-12 && best.price.abs() < 1e-12,
        "{best:?}"
    );
}

/// Two firms want 200 at 20 and 300 at 24. With 400 one of them is reached, and another 100 bring 20 more, 0.2 a yuan. If
/// loans could be divided, the first would have its 200 and the second, which brings 24 / 300 a yuan, the rest.
#[test]
fn the_price_is_that_of_loans_that_can_be_divided() {
    let firms = [firm(&[(200, 20.0)], &[]), firm(&[(300, 24.0)], &[])];
    let found = budget(400, &[]).allocate(&firms).unwrap();
    assert_eq!(
        (found.method, found.chosen.clone()),
        (Method::Exact, vec![None, Some(0)])
    );
    assert!((found.price - 0.08).abs() < 1e-12);
    assert!(budget(500, &[]).allocate(&firms).unwrap().price.abs() < 1e-12);
}

/// A cap that nothing reaches changes nothing. Values fall from yuan to yuan, so that of eight firms some get nothing.
#[test]
fn a_cap_that_cannot_bind_costs_nothing() {
    let choices = |at: usize| {
        let value = |yuan: i64| (1.0 + (at * 37 % 11) as f64) * (yuan as f64).powf(0.8);
        [300, 500, 700].map(|yuan| (yuan, value(yuan)))
    };
    let bare: Vec<FirmChoices> = (0..8).map(|at| firm(&choices(at), &[])).collect();
    let capped: Vec<FirmChoices> = (0..8).map(|at| firm(&choices(at), &[0, 1 + at % 2])).collect();
    let free = budget(1_700, &[]).allocate(&bare).unwrap();
    let bound = budget(1_700, &[1_000_000, 1_000_000, 1_000_000])
        .allocate(&capped)
        .unwrap();
    assert_eq!((bound.method, &bound.chosen), (Method::Exact, &free.chosen));
    assert!((free.value - brute_force(&budget(1_700, &[]), &bare)).abs() < 1e-9);
}

/// Where neither programme nor search comes to an end, the answer says how far it may be from the best. All loans are worth
/// their amounts, which are odd multiples of 2 and so never fill caps that are odd: nobody can prove it quickly.
#[test]
fn what_is_not_exact_says_so() {
    let amount = |at: i64| 2 * (100_000 + at * 7_919 % 50_021);
    let firms: Vec<FirmChoices> = (0..60_usize)
        .zip(0..)
        .map(|(at, number)| {
            let yuan = amount(number);
            let caps: &[usize] = if at % 3 == 0 { &[0, 1] } else { &[at % 3 - 1] };
            firm(&[(yuan, yuan as f64)], caps)
        })
        .collect();
    let budget = budget(5_000_001, &[2_000_001, 2_000_001]);
    let found = budget.allocate(&firms).unwrap();
    assert_eq!(found.method, Method::Priced);
    assert!(
        found.gap() > 0.0 && found.gap() < 0.01 * found.value,
        "{}",
        found.gap()
    );
}

/// 302 firms, ten amounts, two kinds of cap that all bind: within a thousandth of the bound.
#[test]
fn caps_of_two_kinds_leave_a_small_gap() {
    let value = |at: usize, k: usize| {
        let worth = 0.001 + (at * 7_919 % 1_009) as f64 / 1_009.0 * 0.05;
        worth * (k * 100_000) as f64 * (1.0 - k as f64 / 40.0)
    };
    let firms: Vec<FirmChoices> = (0..302)
        .map(|at| {
            let choices: Vec<(i64, f64)> = (1..=10_i64)
                .zip(1..=10)
                .map(|(hundreds, k)| (hundreds * 100_000, value(at, k)))
                .collect();
            firm(&choices, &[at % 3, 3 + at % 7])
        })
        .collect();
    let millions = [40, 30, 25, 9, 12, 15, 18, 21, 24, 7];
    let budget = budget(90_000_000, &millions.map(|m| m * 1_000_000));
    let found = budget.allocate(&firms).unwrap();
    assert!(
        found.gap() <= 1e-3 * found.value,
        "{} of {}",
        found.gap(),
        found.value
    );
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
    // Under none of three caps, under one, or under several.
    let caps = prop::collection::btree_set(0..3_usize, 0..3);
    let one = (prop::collection::vec(choice, 0..4), caps);
    let make = |(choices, caps): (Vec<(i64, f64)>, std::collections::BTreeSet<usize>)| {
        firm(&choices, &caps.into_iter().collect::<Vec<_>>())
    };
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
    }

    /// By programme and, apart from it, by search; prices give a bound, and filling at prices an allocation.
    #[test]
    fn with_caps_small_cases_are_the_best_of_all(
        firms in any_firms(), total in 0..25_i64, caps in prop::array::uniform3(0..15_i64),
    ) {
        let budget = budget(total, &caps);
        let found = budget.allocate(&firms).unwrap();
        let best = brute_force(&budget, &firms);
        prop_assert_eq!(found.method, Method::Exact);
        prop_assert!((found.value - best).abs() < 1e-9, "{} {best}", found.value);
        prop_assert!(found.gap() <= 0.0);

        let hulls: Vec<_> = firms.iter().map(super::dual::hull).collect();
        let prices = super::dual::prices(&budget, &firms, &hulls);
        let filled = super::fill::fill(Room::of(&budget), (&firms, &hulls), &prices);
        let worth = |chosen: &[Option<usize>]| -> f64 { firms.iter().zip(chosen).map(|(f, at)| f.taken(*at).1).sum() };
        prop_assert!(worth(&filled) <= best + 1e-9);
        prop_assert!(Room::after(&budget, &firms, &filled).is_kept());
        let nearer = prices.clone().nearer(&budget, &firms, worth(&filled));
        let bounds = [&prices, &nearer].map(|prices| super::dual::bound(&budget, &firms, prices));
        prop_assert!(bounds[0] >= bounds[1] && bounds[1] >= best - 1e-9, "{bounds:?} {best}");
        let search = super::search::Search::run(&firms, (&nearer, bounds[1]), Room::of(&budget), vec![None; firms.len()]);
        prop_assert!(search.is_complete && (worth(&search.chosen) - best).abs() < 1e-9);
        if let super::exact::Programme::Best(chosen) = super::exact::allocate(&budget, &firms) {
            prop_assert!((worth(&chosen) - best).abs() < 1e-9);
        }
        for (cap, limit) in budget.caps.iter().enumerate() {
            let own = firms.iter().zip(&found.chosen).filter(|(f, _)| f.caps.contains(&cap));
            let used = Money::sum(own.filter_map(|(f, at)| at.map(|at| f.choices[at].amount)));
            prop_assert!(used <= i128::from(limit.fen()));
        }
        prop_assert!(found.used <= budget.total);
    }
}
