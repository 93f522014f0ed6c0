//! Any bytes as a rulebook: they are refused, or they make a rulebook whose answers keep their promises for a firm of
//! which nothing is known and for one of which much is known, with nothing declared and with everything.

#![no_main]

use libfuzzer_sys::fuzz_target;
use rating_core::measure::Measures;
use rating_core::num::Date;
use rating_core::record::Dossier;
use rating_core::rule::rulebook::{Declared, DeclaredValue, Evaluation, Rulebook, RulebookSpec, Truth, Verdict};
use std::sync::LazyLock;

static FIRMS: LazyLock<[Dossier; 2]> = LazyLock::new(|| {
    let empty = r#"{"firm_id": "F-1"}"#.parse().expect("a firm without records");
    let rich = include_str!("../seeds/record_json/firm-0.json")
        .parse()
        .expect("a generated firm");
    [empty, rich]
});

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let Ok(spec) = RulebookSpec::from_json(text) else {
        return;
    };
    let again = RulebookSpec::from_json(&spec.to_json()).expect("what was written can be read");
    assert_eq!(again, spec);
    match spec.check() {
        Err(errors) => {
            assert!(!errors.is_empty());
            assert!(errors.iter().all(|error| !error.to_string().is_empty()));
        }
        Ok(book) => {
            assert_eq!(*book.spec(), again);
            let day = Date::new(2025, 6, 30).expect("a day");
            let all = everything(&book);
            for firm in FIRMS.iter() {
                for day in [day, Date::MIN, Date::MAX] {
                    let view = firm.view(day);
                    let measures = Measures::of(&view);
                    let open = book.evaluate(&view, &measures, &Declared::default());
                    let declared = book.evaluate(&view, &measures, &all);
                    assert_eq!(open.len(), book.spec().evaluations.len());
                    for (less, more) in open.iter().zip(&declared) {
                        keeps_its_promises(less);
                        keeps_its_promises(more);
                        leaves_room(less, more);
                    }
                }
            }
        }
    }
});

/// Something declared for everything that the rulebook asks for.
fn everything(book: &Rulebook) -> Declared {
    let values = book.spec().declared.iter().map(|asked| {
        let word = asked.words.last().map(|word| DeclaredValue::Word(word.word.clone()));
        (asked.id.clone(), word.unwrap_or(DeclaredValue::Number(3.5)))
    });
    book.declare(&values.collect()).expect("what is asked for can be declared")
}

fn keeps_its_promises(found: &Evaluation) {
    let items = found.items.iter().map(|item| item.points);
    for earned in items.chain(found.blocks.iter().copied()).chain([found.points]) {
        assert!(earned.span.low <= earned.by_policy.low);
        assert!(earned.by_policy.low <= earned.by_policy.high);
        assert!(earned.by_policy.high <= earned.span.high);
    }
    assert!(found.classes.iter().filter(|truth| **truth == Truth::Yes).count() <= 1);
    assert_eq!(found.verdict == Verdict::Open, !found.missing.is_empty());
    assert!(found.admitted.is_none() || found.verdict == Verdict::Passed);
}

fn leaves_room(less: &Evaluation, more: &Evaluation) {
    assert!(less.points.span.low <= more.points.span.low);
    assert!(more.points.span.high <= less.points.span.high);
    assert!(less.verdict == Verdict::Open || less.verdict == more.verdict);
    assert!(less.class().is_none() || less.class() == more.class());
}
