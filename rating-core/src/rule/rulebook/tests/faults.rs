//! What is wrong with a document, in the words that its author reads.

use super::small::*;
use insta::assert_snapshot;
use serde_json::{Value, json};

fn told(evaluations: &[Value]) -> String {
    match spec(evaluations).check() {
        Ok(_) => "accepted".to_owned(),
        Err(errors) => {
            let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
            lines.join("\n")
        }
    }
}

fn of(parts: Value) -> String {
    told(&[evaluation("e", parts)])
}

fn points(input: &str, points: Value) -> String {
    of(json!({"blocks": [block("b", 10.0, json!([item("i", input, points)]))]}))
}

fn test(test: Value) -> String {
    of(json!({"conditions": [when("c", test)]}))
}

#[test]
fn a_range_asks_for_a_policy_and_a_policy_for_a_range() {
    let blocks = |points: Value| json!([block("b", 10.0, json!([item("i", "x", points)]))]);
    let ranges = json!({"bands": [{"points": [1, 2]}]});
    assert_snapshot!(of(json!({"blocks": blocks(ranges)})), @"evaluations[0].in_band: expected `low`, `mid`, `high` or `linear`, for the ranges of points, got `none`");
    let fixed = json!({"bands": [{"points": [2, 2]}]});
    assert_snapshot!(of(json!({"blocks": blocks(fixed.clone()), "in_band": "low"})), @"evaluations[0].in_band: expected none without ranges of points, got `some`");
    assert_snapshot!(of(json!({"blocks": blocks(fixed)})), @"accepted");
}

#[test]
fn full_marks_are_what_the_blocks_give_for_every_word() {
    let most =
        |stable: i32| json!({"by": "stage", "points": {"start_up": 60, "growth": 60, "stable": stable}});
    let weighted = |stable: i32| json!({"reference": {"value": 1, "most": most(stable)}});
    let full = |stable: i32, full: i32| {
        let mut extra = block("c", 5.0, json!([item("k", "z", json!({"each": 1}))]));
        extra["extra"] = json!(true);
        let items = json!([
            item("i", "x", weighted(stable)),
            item("j", "y", json!({"bands": [{"points": 40}]}))
        ]);
        of(json!({"full": full, "blocks": [block("b", 200.0, items), extra]}))
    };
    assert_snapshot!(full(60, 100), @"accepted");
    assert_snapshot!(full(50, 100), @"evaluations[0].full: expected what the blocks give at most for `stable`, 90, got `100`");
    assert_snapshot!(full(60, 90), @"
    evaluations[0].full: expected what the blocks give at most for `start_up`, 100, got `90`
    evaluations[0].full: expected what the blocks give at most for `growth`, 100, got `90`
    evaluations[0].full: expected what the blocks give at most for `stable`, 100, got `90`
    ");
}

#[test]
fn points_are_asked_of_what_can_give_them() {
    assert_snapshot!(points("stage", json!({"each": 1})), @"evaluations[0].blocks[0].items[0].input: expected a number, not words, got `stage`");
    assert_snapshot!(points("x", json!({"words": {"start_up": 1}})), @"evaluations[0].blocks[0].items[0].input: expected an input of words, not a number, got `x`");
    assert_snapshot!(points("stage", json!({"words": {"start_up": 1, "growth": 2, "old": 3}})), @"
    evaluations[0].blocks[0].items[0].points.words: expected one of `start_up`, `growth`, `stable`, got `old`
    evaluations[0].blocks[0].items[0].points.words: expected points for `stable`, got `none`
    ");
    assert_snapshot!(points("x", json!({"each": 20000})), @"evaluations[0].blocks[0].items[0].points.each: expected -10000 to 10000, got `20000`");
    assert_snapshot!(points("x", json!({"reference": {"value": 0, "most": -1}})), @"
    evaluations[0].blocks[0].items[0].points.reference.value: expected a finite number above 0, got `0`
    evaluations[0].blocks[0].items[0].points.reference.most: expected 0 to 10000, got `-1`
    ");
    let by = json!({"by": "x", "points": {"start_up": 1}});
    assert_snapshot!(points("x", json!({"reference": {"value": 1, "most": by}})), @"evaluations[0].blocks[0].items[0].points.reference.most.by: expected an input of words, not a number, got `x`");
    let by = json!({"by": "stage", "points": {"start_up": 1, "old": 2}});
    assert_snapshot!(points("x", json!({"reference": {"value": 1, "most": by}})), @"
    evaluations[0].blocks[0].items[0].points.reference.most.points: expected one of `start_up`, `growth`, `stable`, got `old`
    evaluations[0].blocks[0].items[0].points.reference.most.points: expected points for `growth`, got `none`
    evaluations[0].blocks[0].items[0].points.reference.most.points: expected points for `stable`, got `none`
    ");
    assert_snapshot!(points("x", json!({"bands": [{"below": 1, "up_to": 2, "points": 1}, {"points": 2}]})), @"
    evaluations[0].blocks[0].items[0].points.bands[0]: expected one end, `below` or `up_to`, and none for the last band, got `below 1, up_to 2`
    evaluations[0].blocks[0].items[0].points.bands[0]: expected finite ends that ascend, got `inf`
    ");
    assert_snapshot!(points("x", json!({"bands": []})), @"evaluations[0].blocks[0].items[0].points.bands: expected at least one, got `none`");
}

#[test]
fn a_word_of_items_that_count_once_stands_twice_in_a_block_that_adds_up() {
    let mut single = item("i", "x", json!({"each": 1}));
    single["one_of"] = json!("either");
    let mut other = item("j", "y", json!({"each": 1}));
    assert_snapshot!(of(json!({"blocks": [block("b", 10.0, json!([single, other]))]})), @"evaluations[0].blocks[0].items[0].one_of: expected a word that another item of the block has too, where the items add up, got `either`");
    other["one_of"] = json!("either");
    let mut best = block("b", 10.0, json!([single, other]));
    assert_snapshot!(of(json!({"blocks": [best]})), @"accepted");
    best["take"] = json!("best");
    assert_snapshot!(of(json!({"blocks": [best]})), @"
    evaluations[0].blocks[0].items[0].one_of: expected a word that another item of the block has too, where the items add up, got `either`
    evaluations[0].blocks[0].items[1].one_of: expected a word that another item of the block has too, where the items add up, got `either`
    ");
}

#[test]
fn limits_leave_room_and_name_a_number() {
    assert_snapshot!(test(json!({"number": {"input": "x"}})), @"evaluations[0].conditions[0].test.number: expected a least value, `at_least` or `above`, a greatest, `at_most` or `below`, or both, finite, with room between them, got `none`");
    assert_snapshot!(test(json!({"number": {"input": "x", "at_least": 2, "above": 2}})), @"evaluations[0].conditions[0].test.number: expected a least value, `at_least` or `above`, a greatest, `at_most` or `below`, or both, finite, with room between them, got `at_least 2, above 2`");
    assert_snapshot!(test(json!({"number": {"input": "x", "above": 2, "at_most": 2}})), @"evaluations[0].conditions[0].test.number: expected a least value, `at_least` or `above`, a greatest, `at_most` or `below`, or both, finite, with room between them, got `above 2, at_most 2`");
    assert_snapshot!(test(json!({"number": {"input": "x", "at_least": 2, "at_most": 2}})), @"accepted");
    assert_snapshot!(test(json!({"number": {"input": "tax.level", "at_least": 2}})), @"evaluations[0].conditions[0].test.number.input: expected a number, not words, got `tax.level`");
    assert_snapshot!(test(json!({"word": {"input": "x", "one_of": ["a"]}})), @"evaluations[0].conditions[0].test.word.input: expected an input of words, not a number, got `x`");
    assert_snapshot!(test(json!({"word": {"input": "tax.level", "one_of": ["E"]}})), @"evaluations[0].conditions[0].test.word.one_of: expected one of `A`, `B`, `M`, `C`, `D`, got `E`");
    assert_snapshot!(test(json!({"word": {"input": "stage", "one_of": []}})), @"evaluations[0].conditions[0].test.word.one_of: expected at least one, got `none`");
    assert_snapshot!(test(json!({"industry": ["I65", "6", "99"]})), @"
    evaluations[0].conditions[0].test.industry[1]: expected an industry code such as `I`, `65`, `I651` or `6510`, got `6`
    evaluations[0].conditions[0].test.industry[2]: expected an industry code such as `I`, `65`, `I651` or `6510`, got `99`
    ");
    assert_snapshot!(test(json!({"tax_level": {"levels": []}})), @"evaluations[0].conditions[0].test.tax_level.levels: expected at least one, got `none`");
    assert_snapshot!(test(json!({"tax_level": {"levels": ["A"], "from_year": 2025, "to_year": 2024}})), @"evaluations[0].conditions[0].test.tax_level.to_year: expected a year not before `from_year`, got `2024`");
    assert_snapshot!(test(json!({"tax_level": {"levels": ["A"], "from_year": 2024, "to_year": 2024}})), @"accepted");
    assert_snapshot!(test(json!({"all": []})), @"evaluations[0].conditions[0].test.all: expected at least one test, got `none`");
}

#[test]
fn tests_stand_where_they_can_be_answered() {
    assert_snapshot!(test(json!({"points": {"at_least": 1}})), @"evaluations[0].conditions[0].test.points: expected no points but in a class, got `some`");
    assert_snapshot!(test(json!({"rated": ["A"]})), @"evaluations[0].conditions[0].test.rated: expected no rating but in an application, got `one`");
    assert_snapshot!(test(json!({"passed": "e"})), @"evaluations[0].conditions[0].test.passed: expected the id of an evaluation that stands before this one, got `e`");
    let first = evaluation("first", json!({"classes": [otherwise("a")]}));
    let second = |test: Value| evaluation("second", json!({"conditions": [when("c", test)]}));
    let class = |of: &str, class: &str| second(json!({"class": {"evaluation": of, "one_of": [class]}}));
    assert_snapshot!(told(&[first.clone(), class("first", "a")]), @"accepted");
    assert_snapshot!(told(&[class("first", "a"), first.clone()]), @"evaluations[0].conditions[0].test.class.evaluation: expected the id of an evaluation that stands before this one, got `first`");
    assert_snapshot!(told(&[first.clone(), class("first", "b")]), @"evaluations[1].conditions[0].test.class.one_of: expected one of `a`, got `b`");
    let plain = evaluation(
        "plain",
        json!({"conditions": [when("c", json!({"listed": "serious_violation"}))]}),
    );
    assert_snapshot!(told(&[plain, class("plain", "b")]), @"evaluations[1].conditions[0].test.class.evaluation: expected an evaluation with classes, got `plain`");
    let empty =
        json!({"classes": [when("a", json!({"points": {"at_least": 5, "below": 5}})), otherwise("b")]});
    assert_snapshot!(of(empty), @"evaluations[0].classes[0].test.points: expected `at_least`, `below` or both, the lesser first, got `at_least 5, below 5`");
    assert_snapshot!(of(json!({"classes": [otherwise("a"), otherwise("b")]})), @"evaluations[0].classes[0].test: expected a test, but for the last class, got `none`");
}

#[test]
fn parts_stand_with_the_parts_that_they_need() {
    assert_snapshot!(of(json!({})), @"evaluations[0]: expected conditions, blocks or classes, got `none of them`");
    let conditions = json!([when("c", json!({"listed": "serious_violation"}))]);
    assert_snapshot!(of(json!({"conditions": conditions, "pass": {"total": 0}, "full": 0})), @"
    evaluations[0].pass: expected none without blocks, got `some`
    evaluations[0].full: expected none without blocks, got `some`
    ");
    assert_snapshot!(of(json!({"conditions": conditions, "admissions": conditions})), @"evaluations[0].admissions: expected none without a pass mark that they stand in for, got `some`");
}

#[test]
fn declared_words_are_plain_and_stand_once() {
    let mut document = spec(&[evaluation("e", json!({"classes": [otherwise("a")]}))]);
    let words = &mut document.declared[3].words;
    words[0].word = "Start-up".to_owned();
    words[1].word = "stable".to_owned();
    words.push(words[2].clone());
    words[3].word = "a".repeat(41);
    let errors = document.check().unwrap_err();
    let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert_snapshot!(lines.join("\n"), @"
    declared[3].words[0].word: expected at most 40 lower case letters, digits and `_`, each word once, got `Start-up`
    declared[3].words[2].word: expected at most 40 lower case letters, digits and `_`, each word once, got `stable`
    declared[3].words[3].word: expected at most 40 lower case letters, digits and `_`, each word once, got `aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa`
    ");
}
