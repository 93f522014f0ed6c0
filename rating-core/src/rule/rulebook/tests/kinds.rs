//! Every kind of points, test and class, against values reckoned by hand.

#![expect(
    clippy::needless_pass_by_value,
    reason = "documents are written where they are used"
)]

use super::super::*;
use super::small::*;
use crate::measure::Measure;
use serde_json::{Value, json};

/// A block of one item, and no pass mark.
fn of_points(input: &str, points: Value) -> Rulebook {
    let blocks = json!([block("b", 100.0, json!([item("i", input, points)]))]);
    book(&[evaluation("e", json!({"blocks": blocks}))])
}

fn points_of(book: &Rulebook, declared: Value) -> (i32, i32) {
    cents(one(book, &declared).points.span)
}

#[test]
fn words_give_the_points_beside_them() {
    let words = json!({"words": {"start_up": 2.4, "growth": -1, "stable": 0}});
    let book = of_points("stage", words);
    assert_eq!(points_of(&book, json!({"stage": "start_up"})), (240, 240));
    assert_eq!(points_of(&book, json!({"stage": "growth"})), (-100, -100));
    assert_eq!(points_of(&book, json!({})), (-100, 240));
}

#[test]
fn a_measure_that_is_a_word_gives_points_by_its_words() {
    let words = json!({"words": {"A": 5, "B": 4, "M": 3, "C": 2, "D": 1}});
    let book = of_points("tax.level", words);
    let of = |level: &str| {
        let levels = json!([{"year": 2024, "level": level}]);
        let found = ask(&book, &json!({"tax_credit_levels": levels}), &json!({}));
        cents(found[0].points.span)
    };
    assert_eq!(
        ["A", "B", "M", "C", "D"].map(of),
        [500, 400, 300, 200, 100].map(|c| (c, c))
    );
}

#[test]
fn units_count_in_proportion_rounded_down_to_a_hundredth() {
    let book = of_points("x", json!({"each": 1.5}));
    for (x, wanted) in [
        (0.0, 0),
        (0.99, 148),
        (1.0, 150),
        (2.4, 360),
        (2.99, 448),
        (-4.0, 0),
    ] {
        assert_eq!(points_of(&book, json!({"x": x})), (wanted, wanted), "{x}");
    }
    // Of a number that is not known the block bounds the most; a deduction has no such bound but that of the type.
    assert_eq!(points_of(&book, json!({})), (0, 10_000));
    let deduction = of_points("x", json!({"each": -5}));
    assert_eq!(points_of(&deduction, json!({"x": 3})), (-1_500, -1_500));
    // Rounded down, a deduction takes no less than it says.
    assert_eq!(points_of(&deduction, json!({"x": 2.4})), (-1_200, -1_200));
    assert_eq!(points_of(&deduction, json!({"x": 0.001})), (-1, -1));
    assert_eq!(points_of(&deduction, json!({})), (-1_000_000, 0));
}

#[test]
fn a_reference_gives_its_share_rounded_down_to_a_hundredth() {
    let book = of_points("x", json!({"reference": {"value": 200, "most": 12}}));
    // 33.33 / 200 of 12 is 1.9998; 50 / 200 of 12 is 3.
    for (x, wanted) in [
        (-1.0, 0),
        (0.0, 0),
        (33.33, 199),
        (50.0, 300),
        (200.0, 1_200),
        (1e9, 1_200),
    ] {
        assert_eq!(points_of(&book, json!({"x": x})), (wanted, wanted), "{x}");
    }
    assert_eq!(points_of(&book, json!({})), (0, 1_200));
    // 0.29 of 100 points: 28.999… as floats multiply.
    let hundred = of_points("x", json!({"reference": {"value": 1, "most": 100}}));
    assert_eq!(points_of(&hundred, json!({"x": 0.29})), (2_900, 2_900));
}

#[test]
fn a_weight_by_stage_is_open_while_the_stage_is() {
    let most = json!({"by": "stage", "points": {"start_up": 10, "growth": 20, "stable": 30}});
    let book = of_points("x", json!({"reference": {"value": 8, "most": most}}));
    assert_eq!(points_of(&book, json!({"x": 2, "stage": "growth"})), (500, 500));
    assert_eq!(points_of(&book, json!({"x": 2})), (250, 750));
    assert_eq!(points_of(&book, json!({"stage": "growth"})), (0, 2_000));
    assert_eq!(points_of(&book, json!({})), (0, 3_000));
}

#[test]
fn items_with_one_word_count_once() {
    let mut items = json!([
        item("a", "x", json!({"each": 1})),
        item("b", "y", json!({"each": 1})),
        item("c", "z", json!({"each": 1})),
    ]);
    for at in [0, 2] {
        items[at]["one_of"] = json!("either");
    }
    let book = book(&[evaluation("e", json!({"blocks": [block("b", 100.0, items)]}))]);
    assert_eq!(points_of(&book, json!({"x": 5, "y": 4, "z": 3})), (900, 900));
    assert_eq!(points_of(&book, json!({"x": 2, "y": 4, "z": 3})), (700, 700));
    assert_eq!(
        points_of(&book, json!({"x": 2, "y": 98, "z": 3})),
        (10_000, 10_000)
    );
    assert_eq!(points_of(&book, json!({"x": 2, "y": 4})), (600, 10_000));
}

/// Points of ranges under a policy: [1, 6] from 1 to below 2, [7, 12] above, nothing below; pass at 4.
fn ranges(policy: &str) -> Rulebook {
    let bands = json!({"bands": [
        {"below": 1, "points": 0}, {"below": 2, "points": [1, 6]}, {"points": [7, 12]},
    ]});
    let blocks = json!([block("b", 20.0, json!([item("i", "x", bands)]))]);
    book(&[evaluation(
        "e",
        json!({"blocks": blocks, "in_band": policy, "pass": {"total": 4}}),
    )])
}

#[test]
fn a_range_stays_in_the_answer_and_a_policy_narrows_it() {
    for (policy, x, chosen, verdict) in [
        ("low", 1.5, 100, Verdict::Failed),
        ("mid", 1.5, 350, Verdict::Failed),
        ("high", 1.5, 600, Verdict::Passed),
        // A quarter, a half and nine tenths of the way from 1 to 6.
        ("linear", 1.25, 225, Verdict::Failed),
        ("linear", 1.6, 400, Verdict::Passed),
        ("linear", 1.9, 550, Verdict::Passed),
        ("linear", 1.0, 100, Verdict::Failed),
    ] {
        let found = one(&ranges(policy), &json!({"x": x}));
        assert_eq!(cents(found.points.span), (100, 600), "{policy}");
        assert_eq!(
            found.points.chosen(),
            Some(Marks::hundredths(chosen)),
            "{policy} {x}"
        );
        assert_eq!(
            (found.verdict, found.by_policy),
            (Verdict::Open, Some(verdict)),
            "{policy} {x}"
        );
        assert_eq!(found.missing, [Unknown::Experts]);
    }
}

#[test]
fn a_band_without_both_ends_is_taken_half_way_and_no_number_gives_no_choice() {
    let open = one(&ranges("linear"), &json!({"x": 50}));
    assert_eq!(open.points.chosen(), Some(Marks::hundredths(950)));
    assert_eq!(
        (open.verdict, open.by_policy),
        (Verdict::Passed, Some(Verdict::Passed))
    );
    let unknown = one(&ranges("low"), &json!({}));
    assert_eq!(
        (cents(unknown.points.span), cents(unknown.points.by_policy)),
        ((0, 1_200), (0, 700))
    );
    assert_eq!(
        (unknown.points.chosen(), unknown.by_policy),
        (None, Some(Verdict::Open))
    );
    assert_eq!(unknown.missing, [Unknown::Declared(0)]);
}

#[test]
fn where_more_is_worth_less_a_linear_policy_falls_too() {
    let bands = json!({"bands": [
        {"up_to": 0.5, "points": 9}, {"up_to": 0.9, "points": [3, 7]}, {"points": 0},
    ]});
    let blocks = json!([block("b", 20.0, json!([item("i", "x", bands)]))]);
    let book = book(&[evaluation("e", json!({"blocks": blocks, "in_band": "linear"}))]);
    let chosen = |x: f64| {
        one(&book, &json!({"x": x}))
            .points
            .chosen()
            .map(Marks::in_hundredths)
    };
    // 0.6 is a quarter of the way from 0.5 to 0.9: 7 less a quarter of 4.
    assert_eq!([0.5, 0.6, 0.7, 0.9].map(chosen), [900, 600, 500, 300].map(Some));
}

/// Whether a condition holds.
fn holds(test: &Value, records: &Value, declared: &Value) -> Truth {
    let book = book(&[evaluation("e", json!({"conditions": [when("c", test.clone())]}))]);
    ask(&book, records, declared)[0].conditions[0]
}

#[test]
fn limits_take_in_or_leave_out_their_ends() {
    for (limit, below, at, above) in [
        ("at_least", Truth::No, Truth::Yes, Truth::Yes),
        ("above", Truth::No, Truth::No, Truth::Yes),
        ("at_most", Truth::Yes, Truth::Yes, Truth::No),
        ("below", Truth::Yes, Truth::No, Truth::No),
    ] {
        let mut number = json!({"input": "x"});
        number[limit] = json!(70);
        let test = json!({"number": number});
        let found = [69.99, 70.0, 70.01].map(|x| holds(&test, &json!({}), &json!({"x": x})));
        assert_eq!(found, [below, at, above], "{limit}");
        assert_eq!(holds(&test, &json!({}), &json!({})), Truth::Open);
    }
}

#[test]
fn a_word_is_one_of_some() {
    let test = json!({"word": {"input": "stage", "one_of": ["growth", "stable"]}});
    let of = |declared: &Value| holds(&test, &json!({}), declared);
    assert_eq!(of(&json!({"stage": "growth"})), Truth::Yes);
    assert_eq!(of(&json!({"stage": "start_up"})), Truth::No);
    assert_eq!(of(&json!({})), Truth::Open);
    let level = json!({"word": {"input": "tax.level", "one_of": ["A", "B", "M"]}});
    let with = |level_: &str| {
        let levels = json!([{"year": 2024, "level": level_}]);
        holds(&level, &json!({"tax_credit_levels": levels}), &json!({}))
    };
    assert_eq!(["A", "M", "C"].map(with), [Truth::Yes, Truth::Yes, Truth::No]);
}

#[test]
fn an_industry_begins_with_a_code_or_is_too_short_to_tell() {
    let of = |codes: &[&str], industry: Option<&str>| {
        let mut registration = json!({"name": "甲", "established_on": "2016-03-01", "status": "active"});
        if let Some(industry) = industry {
            registration["industry"] = json!(industry);
        }
        holds(
            &json!({"industry": codes}),
            &json!({"registrations": [registration]}),
            &json!({}),
        )
    };
    for (codes, industry, wanted) in [
        (&["I"][..], "I6510", Truth::Yes),
        (&["65"], "6510", Truth::Yes),
        (&["I65"], "6510", Truth::Yes),
        (&["6511"], "6510", Truth::No),
        (&["C", "64"], "6510", Truth::No),
        (&["65"], "I", Truth::Open),
        (&["6510"], "651", Truth::Open),
        (&["6510", "I"], "I", Truth::Yes),
        (&["64"], "I65", Truth::No),
    ] {
        assert_eq!(of(codes, Some(industry)), wanted, "{codes:?} {industry}");
    }
    assert_eq!(of(&["I"], None), Truth::Open);
    assert_eq!(
        holds(&json!({"industry": ["I"]}), &json!({}), &json!({})),
        Truth::Open
    );
}

/// Classes of points as those of tax credit: A from 90 unless `y` is 1, B from 70, C from 40, else D.
fn classes() -> Rulebook {
    let points = |limits: Value| json!({"points": limits});
    let not_a = json!({"not": {"number": {"input": "y", "at_least": 1}}});
    let blocks = json!([block("b", 100.0, json!([item("i", "x", json!({"each": 1}))]))]);
    let classes = json!([
        when("a", json!({"all": [points(json!({"at_least": 90})), not_a]})),
        when("b", points(json!({"at_least": 70}))),
        when("c", points(json!({"at_least": 40, "below": 70}))),
        otherwise("d"),
    ]);
    let conditions = json!([when("z", json!({"number": {"input": "z", "above": 0}}))]);
    let parts = json!({"conditions": conditions, "blocks": blocks, "classes": classes});
    let after = json!({"conditions": [
        when("passed", json!({"passed": "e"})),
        when("good", json!({"class": {"evaluation": "e", "one_of": ["a", "b"]}})),
    ]});
    book(&[evaluation("e", parts), evaluation("after", after)])
}

#[test]
fn a_firm_is_in_the_first_class_that_holds() {
    let class = |x: f64, y: f64| one(&classes(), &json!({"x": x, "y": y, "z": 1})).class();
    let found = [
        (100.0, 0.0),
        (90.0, 0.0),
        (90.0, 1.0),
        (89.9, 0.0),
        (70.0, 0.0),
        (69.0, 0.0),
        (40.0, 1.0),
        (39.0, 0.0),
    ];
    assert_eq!(
        found.map(|(x, y)| class(x, y)),
        [0, 0, 1, 1, 1, 2, 2, 3].map(Some)
    );
}

#[test]
fn what_is_not_known_leaves_the_classes_that_it_may_decide() {
    let book = classes();
    let possible = |declared: Value| one(&book, &declared).possible_classes().collect::<Vec<_>>();
    assert_eq!(possible(json!({"z": 1})), [0, 1, 2, 3]);
    assert_eq!(possible(json!({"x": 95, "z": 1})), [0, 1]);
    assert_eq!(possible(json!({"y": 1, "z": 1})), [1, 2, 3]);
    assert_eq!(possible(json!({"x": 50, "z": 1})), [2]);
    assert_eq!(possible(json!({"x": 50})), [2]);
    assert!(possible(json!({"x": 50, "z": 0})).is_empty());
    let open = one(&book, &json!({"x": 95, "z": 1}));
    assert_eq!(
        (open.verdict, open.class(), open.missing),
        (Verdict::Open, None, vec![Unknown::Declared(1)])
    );
    let unmet = one(&book, &json!({"x": 50}));
    assert_eq!(
        (unmet.verdict, unmet.class(), unmet.missing),
        (Verdict::Open, None, vec![Unknown::Declared(2)])
    );
    // Points that are not known are named where a class asks for them.
    assert_eq!(
        one(&book, &json!({"y": 1, "z": 1})).missing,
        [Unknown::Declared(0)]
    );
}

#[test]
fn a_later_evaluation_reads_an_earlier_one() {
    let book = classes();
    let after = |declared: Value| ask(&book, &json!({}), &declared).swap_remove(1);
    let conditions = |declared: Value| after(declared).conditions;
    assert_eq!(
        conditions(json!({"x": 95, "y": 0, "z": 1})),
        [Truth::Yes, Truth::Yes]
    );
    assert_eq!(
        conditions(json!({"x": 50, "y": 0, "z": 1})),
        [Truth::Yes, Truth::No]
    );
    assert_eq!(conditions(json!({"x": 95, "z": 0})), [Truth::No, Truth::No]);
    let open = after(json!({"x": 95, "z": 1}));
    // In A or in B, and passed only with one of them for certain: open, by what keeps the class open.
    assert_eq!(
        (open.verdict, open.missing),
        (Verdict::Open, vec![Unknown::Declared(1)])
    );
}

#[test]
fn an_evaluation_that_is_not_in_force_is_not_passed_and_gives_no_class() {
    let mut first = evaluation("e", json!({"classes": [otherwise("a")]}));
    first["valid_to"] = json!("2024-12-31");
    let after = json!({"conditions": [
        when("passed", json!({"passed": "e"})),
        when("class", json!({"class": {"evaluation": "e", "one_of": ["a"]}})),
    ]});
    let book = book(&[first, evaluation("after", after)]);
    let on = |day: &str| ask_on(&book, day, &json!({}), &json!({}));
    let last = on("2024-12-31");
    assert_eq!((last[0].class(), last[1].verdict), (Some(0), Verdict::Passed));
    let next = on("2025-01-01");
    assert_eq!((next[0].verdict, next[0].class()), (Verdict::NotInForce, None));
    assert_eq!(
        (next[1].verdict, next[1].conditions.as_slice()),
        (Verdict::Failed, &[Truth::No; 2][..])
    );
}

#[test]
fn points_that_cannot_decide_are_not_called_missing() {
    let blocks = json!([
        block("b", 9.0, json!([item("i", "x", json!({"each": 1}))])),
        block("c", 9.0, json!([item("j", "y", json!({"each": 1}))])),
    ]);
    let conditions = json!([when("c", json!({"number": {"input": "z", "above": 0}}))]);
    let book = book(&[evaluation(
        "e",
        json!({"conditions": conditions, "blocks": blocks, "pass": {"total": 5}}),
    )]);
    assert_eq!(one(&book, &json!({"x": 5})).missing, [Unknown::Declared(2)]);
    assert_eq!(
        one(&book, &json!({"x": 4})).missing,
        [Unknown::Declared(1), Unknown::Declared(2)]
    );
}

#[test]
fn what_is_unknown_has_a_name() {
    let spec = spec(&[]);
    let named = [
        Unknown::Measure(Measure::TaxLevel),
        Unknown::Declared(3),
        Unknown::Listed(crate::record::ListKind::AbnormalOperation),
        Unknown::Certificate(crate::record::CertificateKind::HighTechEnterprise),
        Unknown::Industry,
        Unknown::Rating,
        Unknown::Experts,
    ];
    assert_eq!(
        named.map(|unknown| unknown.id(&spec).into_owned()),
        [
            "tax.level",
            "stage",
            "listed:abnormal_operation",
            "certificate:high_tech_enterprise",
            "industry",
            "rating",
            "experts"
        ]
    );
}

#[test]
fn a_level_that_is_not_known_and_can_decide_is_missing() {
    let level = |years: Value| {
        let mut test = json!({"levels": ["A"]});
        test.as_object_mut()
            .unwrap()
            .extend(years.as_object().unwrap().clone());
        let book = book(&[evaluation(
            "e",
            json!({"conditions": [when("c", json!({"tax_level": test}))]}),
        )]);
        let found = one(&book, &json!({}));
        (found.verdict, found.missing)
    };
    // In the middle of 2025 a level of 2024 can stand, and a direct D of 2023, but none of 2022.
    let open = (Verdict::Open, vec![Unknown::TaxLevel]);
    assert_eq!(level(json!({})), open);
    assert_eq!(level(json!({"to_year": 2023})), open);
    assert_eq!(level(json!({"from_year": 2024})), open);
    assert_eq!(level(json!({"to_year": 2022})), (Verdict::Failed, vec![]));
    assert_eq!(level(json!({"from_year": 2025})), (Verdict::Failed, vec![]));
}

#[test]
fn words_and_numbers_are_declared_as_they_are_asked_for() {
    let book = classes();
    let declare = |declared: Value| {
        let values = serde_json::from_value(declared).unwrap();
        match book.declare(&values) {
            Ok(_) => "taken".to_owned(),
            Err(errors) => errors
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join("\n"),
        }
    };
    assert_eq!(declare(json!({"stage": "growth", "x": true, "y": 0.5})), "taken");
    insta::assert_snapshot!(declare(json!({"stage": 1, "x": "many"})), @"
    declared `stage`: expected one of `start_up`, `growth`, `stable`, got `1`
    declared `x`: expected a finite number, got `many`
    ");
    insta::assert_snapshot!(declare(json!({"stage": "Growth", "height": 1})), @"
    declared `height`: expected one of `x`, `y`, `z`, `stage`, got `1`
    declared `stage`: expected one of `start_up`, `growth`, `stable`, got `Growth`
    ");
}
