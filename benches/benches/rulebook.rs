//! From records and from measures to every evaluation of the shipped rulebook.

use criterion::Criterion;
use rating_benches::{AS_OF, Fault, firm_json};
use rating_core::measure::Measures;
use rating_core::record::Dossier;
use rating_core::rule::rulebook::{Declared, DeclaredValue, Rulebook, RulebookSpec};
use std::collections::BTreeMap;
use std::hint::black_box;

/// Everything that the rulebook asks for: the first of its words, else no.
fn all_declared(book: &Rulebook) -> Result<Declared, Fault> {
    let values = book.spec().declared.iter().map(|asked| {
        let word = asked
            .words
            .first()
            .map(|word| DeclaredValue::Word(word.word.clone()));
        (asked.id.clone(), word.unwrap_or(DeclaredValue::Number(0.0)))
    });
    let values: BTreeMap<String, DeclaredValue> = values.collect();
    book.declare(&values).map_err(|errors| {
        errors
            .into_iter()
            .map(|e| e.to_string())
            .collect::<String>()
            .into()
    })
}

fn main() -> Result<(), Fault> {
    let mut criterion = Criterion::default().configure_from_args();
    let spec = RulebookSpec::preset("china").ok_or("no preset")?;
    let book = spec.check().map_err(|_| "the preset does not hold together")?;
    let firm: Dossier = firm_json().parse()?;
    let as_of = AS_OF.parse()?;
    let measures = Measures::of(&firm.view(as_of));
    // Nothing declared leaves most of it open, and then what is missing is gathered too.
    for (name, declared) in [("open", Declared::default()), ("declared", all_declared(&book)?)] {
        criterion.bench_function(&format!("rulebook/evaluate/{name}"), |b| {
            let view = firm.view(as_of);
            b.iter(|| book.evaluate(black_box(&view), &measures, &declared));
        });
        criterion.bench_function(&format!("rulebook/evaluate/{name}/with_measures"), |b| {
            b.iter(|| {
                let view = black_box(&firm).view(as_of);
                book.evaluate(&view, &Measures::of(&view), &declared)
            });
        });
    }
    criterion.final_summary();
    Ok(())
}
