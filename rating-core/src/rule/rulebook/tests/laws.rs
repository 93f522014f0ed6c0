//! What holds of any rulebook, and a referee that tries everything.

use super::super::*;
use super::small::*;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// A rulebook with every kind of points and test, over inputs of few values.
fn every_kind() -> Rulebook {
    let ranges = json!({"bands": [
        {"below": 1, "points": 0}, {"up_to": 2, "points": [1, 6]}, {"points": [7, 12]},
    ]});
    let most = json!({"by": "stage", "points": {"start_up": 4, "growth": 8, "stable": 6}});
    let mut either = item("d", "y", json!({"each": -2}));
    either["one_of"] = json!("either");
    let mut or = item(
        "e",
        "stage",
        json!({"words": {"start_up": 1, "growth": [2, 5], "stable": 0}}),
    );
    or["one_of"] = json!("either");
    let blocks = json!([
        block("ranges", 10.0, json!([item("a", "x", ranges)])),
        block(
            "others",
            12.0,
            json!([
                item("b", "y", json!({"reference": {"value": 3, "most": most}})),
                either,
                or
            ])
        ),
    ]);
    let listed = json!({"not": {"listed": "abnormal_operation"}});
    let scored = json!({
        "conditions": [when("lists", listed)],
        "blocks": blocks, "in_band": "linear",
        "pass": {"total": 6, "least": [{"blocks": ["others"], "points": 1}]},
        "admissions": [when("direct", json!({"number": {"input": "y", "above": 2}}))],
    });
    let mut sorted = scored.clone();
    sorted["classes"] = json!([
        when(
            "best",
            json!({"all": [
                {"points": {"at_least": 12}}, {"word": {"input": "stage", "one_of": ["growth", "stable"]}},
            ]})
        ),
        when(
            "next",
            json!({"any": [{"points": {"at_least": 9}}, {"number": {"input": "x", "at_most": 1, "above": 0}}]})
        ),
        when("last", json!({"points": {"below": 8}})),
    ]);
    let after = json!({"classes": [
        when("both", json!({"all": [{"passed": "scored"}, {"class": {"evaluation": "sorted", "one_of": ["best", "next"]}}]})),
        when("one", json!({"any": [{"passed": "scored"}, {"passed": "sorted"}]})),
        otherwise("none"),
    ]});
    let named = [("scored", scored), ("sorted", sorted), ("after", after)];
    book(&named.map(|(id, parts)| evaluation(id, parts)))
}

/// What is known of a firm: each input by its place among what it may be, or not at all.
type Inputs = [Option<usize>; 4];

/// What may be declared as `x`, `y` and `stage`, and whether the firm stands on the list.
fn domains() -> [Vec<Value>; 4] {
    let numbers = |numbers: &[f64]| numbers.iter().map(|n| json!(n)).collect::<Vec<_>>();
    let stages = ["start_up", "growth", "stable"].map(|word| json!(word)).to_vec();
    [
        numbers(&[0.0, 1.0, 1.5, 2.0, 3.0]),
        numbers(&[-1.0, 0.5, 1.9, 2.0, 4.0]),
        stages,
        vec![json!(false), json!(true)],
    ]
}

fn asked(book: &Rulebook, inputs: Inputs) -> Vec<Evaluation> {
    let domains = domains();
    let mut declared = Map::new();
    for (at, id) in ["x", "y", "stage"].into_iter().enumerate() {
        if let Some(place) = inputs[at] {
            declared.insert(id.to_owned(), domains[at][place].clone());
        }
    }
    let records = match inputs[3] {
        None => json!({}),
        Some(0) => json!({"answers": [{"table": "listings", "answered_on": "2025-06-01"}]}),
        Some(_) => json!({"listings": [{"list": "abnormal_operation", "started_on": "2025-01-01"}]}),
    };
    ask(book, &records, &Value::Object(declared))
}

/// All ways to fill in what is not known.
fn completions(inputs: Inputs) -> Vec<Inputs> {
    let domains = domains();
    let Some(at) = inputs.iter().position(Option::is_none) else {
        return vec![inputs];
    };
    let fill = |place: usize| {
        let mut filled = inputs;
        filled[at] = Some(place);
        completions(filled)
    };
    (0..domains[at].len()).flat_map(fill).collect()
}

/// Everything that may be known, or not.
fn all_inputs() -> Vec<Inputs> {
    let mut all: Vec<Inputs> = vec![[None; 4]];
    for (at, domain) in domains().iter().enumerate() {
        let known = all.clone().into_iter().flat_map(|inputs| {
            let fill = move |place: usize| {
                let mut filled = inputs;
                filled[at] = Some(place);
                filled
            };
            (0..domain.len()).map(fill).collect::<Vec<_>>()
        });
        all.extend(known.collect::<Vec<_>>());
    }
    all
}

fn lies_in(inner: Span, outer: Span) -> bool {
    outer.low <= inner.low && inner.high <= outer.high
}

fn all_spans(of: &Evaluation) -> Vec<Earned> {
    let items = of.items.iter().map(|item| item.points);
    items
        .chain(of.blocks.iter().copied())
        .chain([of.points])
        .collect()
}

/// That an answer with less known leaves room for one with more known.
fn leaves_room(less: &Evaluation, more: &Evaluation) -> Result<(), String> {
    for (outer, inner) in all_spans(less).into_iter().zip(all_spans(more)) {
        if !lies_in(inner.span, outer.span) || !lies_in(inner.by_policy, outer.by_policy) {
            return Err(format!("{inner:?} is not within {outer:?}"));
        }
    }
    let turned = |less: Option<Verdict>, more: Option<Verdict>| less != Some(Verdict::Open) && less != more;
    if turned(Some(less.verdict), Some(more.verdict)) || turned(less.by_policy, more.by_policy) {
        return Err(format!("a verdict turned: {less:?}, {more:?}"));
    }
    let truths = |of: &Evaluation| [&of.conditions[..], &of.admissions, &of.classes].concat();
    for (before, after) in truths(less).into_iter().zip(truths(more)) {
        if before != Truth::Open && before != after {
            return Err(format!("a truth turned: {less:?}, {more:?}"));
        }
    }
    Ok(())
}

/// What every answer holds to by itself.
fn holds_together(found: &Evaluation) -> Result<(), String> {
    for earned in all_spans(found) {
        let in_order = earned.span.low <= earned.span.high && earned.by_policy.low <= earned.by_policy.high;
        let is_chosen = earned.span.point().is_none() || earned.chosen() == earned.span.point();
        if !in_order || !is_chosen || !lies_in(earned.by_policy, earned.span) {
            return Err(format!("{earned:?}"));
        }
    }
    let certain = found.classes.iter().filter(|truth| **truth == Truth::Yes).count();
    if certain > 1 || (certain == 1 && found.possible_classes().count() > 1) {
        return Err(format!("more than one class: {:?}", found.classes));
    }
    let is_open = found.verdict == Verdict::Open;
    if is_open == found.missing.is_empty() {
        return Err(format!("{:?}, missing {:?}", found.verdict, found.missing));
    }
    Ok(())
}

#[test]
fn every_completion_of_what_is_not_known_fits_what_was_said() {
    let book = every_kind();
    let answers: BTreeMap<Inputs, Vec<Evaluation>> = all_inputs()
        .into_iter()
        .map(|inputs| (inputs, asked(&book, inputs)))
        .collect();
    for (inputs, less) in &answers {
        for found in less {
            holds_together(found).unwrap();
        }
        for completion in completions(*inputs) {
            for (less, more) in less.iter().zip(&answers[&completion]) {
                leaves_room(less, more).unwrap_or_else(|told| panic!("{inputs:?} {completion:?}: {told}"));
            }
        }
    }
}

/// The referee of classes: a second reckoning of `classes` below, one firm of which everything is known at a time.
fn referee(inputs: Inputs) -> Option<usize> {
    let number = |at: usize| domains()[at][inputs[at].unwrap()].as_f64().unwrap();
    let (x, y) = (number(0), number(1));
    if inputs[3] == Some(1) {
        None
    } else if x >= 2.0 && y > 1.0 {
        Some(0)
    } else if x >= 1.5 {
        Some(1)
    } else if inputs[2] == Some(0) {
        Some(2)
    } else {
        Some(3)
    }
}

#[test]
fn classes_are_those_that_some_completion_gives() {
    let number = |input: &str, limit: &str, value: f64| json!({"number": {"input": input, (limit): value}});
    let parts = json!({
        "conditions": [when("lists", json!({"not": {"listed": "abnormal_operation"}}))],
        "classes": [
            when("a", json!({"all": [number("x", "at_least", 2.0), number("y", "above", 1.0)]})),
            when("b", number("x", "at_least", 1.5)),
            when("c", json!({"word": {"input": "stage", "one_of": ["start_up"]}})),
            otherwise("d"),
        ],
    });
    let book = book(&[evaluation("e", parts)]);
    for inputs in all_inputs() {
        let found = asked(&book, inputs).swap_remove(0);
        let mut given: Vec<Option<usize>> = completions(inputs).into_iter().map(referee).collect();
        given.sort_unstable();
        given.dedup();
        let certain = if let [only] = given[..] { only } else { None };
        assert_eq!(found.class(), certain, "{inputs:?}");
        let possible: Vec<Option<usize>> = found.possible_classes().map(Some).collect();
        given.retain(Option::is_some);
        assert_eq!(possible, given, "{inputs:?}");
    }
}

/// Bands of points, ranges among them, that rise.
fn any_bands() -> impl Strategy<Value = Value> {
    let steps = prop::collection::vec((1..40_i32, 0..300_i32, 0..200_i32, any::<bool>()), 1..5);
    steps.prop_map(|steps| {
        let (mut end, mut points) = (0, 0);
        let count = steps.len();
        let bands: Vec<Value> = steps
            .into_iter()
            .enumerate()
            .map(|(at, (width, rise, wide, takes_end))| {
                end += width;
                points += rise;
                let low = f64::from(points) / 100.0;
                points += wide;
                let mut band = json!({"points": [low, f64::from(points) / 100.0]});
                if at + 1 < count {
                    band[if takes_end { "up_to" } else { "below" }] = json!(end);
                }
                band
            })
            .collect();
        json!({"bands": bands})
    })
}

/// Bands, a policy and a pass mark, in two blocks of which the first is held to a few points.
fn any_book() -> impl Strategy<Value = Rulebook> {
    let policy = prop::sample::select(vec!["low", "mid", "high", "linear"]);
    (any_bands(), any_bands(), any_bands(), policy, 0..8_i32).prop_map(|(a, b, c, policy, pass)| {
        // One range at least, that a policy is asked for.
        let ranges = json!({"bands": [{"points": [0, 1]}]});
        let blocks = json!([
            block("one", 5.0, json!([item("a", "x", a), item("b", "y", b)])),
            block("two", 9.0, json!([item("c", "z", c), item("d", "x", ranges)])),
        ]);
        let parts = json!({"blocks": blocks, "in_band": policy, "pass": {"total": pass}});
        book(&[evaluation("e", parts)])
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Learning a number narrows what is said, and never turns it; a greater one never gives fewer points by policy.
    #[test]
    fn learning_narrows_and_more_is_never_worth_less(
        book in any_book(), x in -5.0..160.0_f64, y in -5.0..160.0_f64, z in -5.0..160.0_f64, more in 0.0..40.0_f64,
    ) {
        let known = [json!({}), json!({"x": x}), json!({"x": x, "z": z}), json!({"x": x, "y": y, "z": z})];
        let found = known.map(|declared| one(&book, &declared));
        for pair in found.windows(2) {
            prop_assert_eq!(leaves_room(&pair[0], &pair[1]), Ok(()));
        }
        for one in &found {
            prop_assert_eq!(holds_together(one), Ok(()));
        }
        let better = one(&book, &json!({"x": x + more, "y": y, "z": z}));
        prop_assert!(better.points.chosen() >= found[3].points.chosen());
    }

    /// The order of records says nothing.
    #[test]
    fn records_in_any_order_give_the_same(order in Just(vec![0, 1, 2, 3]).prop_shuffle()) {
        let listings = [
            json!({"list": "abnormal_operation", "started_on": "2024-07-01", "repaired_on": "2025-03-01"}),
            json!({"list": "abnormal_operation", "started_on": "2025-05-01"}),
            json!({"list": "serious_violation", "started_on": "2023-01-01"}),
            json!({"list": "abnormal_operation", "started_on": "2021-01-01", "repaired_on": "2022-01-01"}),
        ];
        let book = every_kind();
        let declared = json!({"x": 3, "y": 2, "stage": "growth"});
        let shuffled: Vec<&Value> = order.iter().map(|at| &listings[*at]).collect();
        let plain = ask(&book, &json!({"listings": listings.to_vec()}), &declared);
        prop_assert_eq!(ask(&book, &json!({"listings": shuffled}), &declared), plain);
    }
}
