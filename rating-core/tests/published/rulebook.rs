//! `docs/rules`: a page for each shipped rulebook, with its evaluations as the document has them.

use super::links::anchor;
use super::{hold_page, number, table};
use rating_core::measure::{Measure, Unit};
use rating_core::rule::Wording;
use rating_core::rule::rulebook::{
    BandOfPoints, BlockSpec, ClassSpec, ConditionSpec, EvaluationSpec, InBand, ItemSpec, Marks, MostSpec,
    NumberTest, PassSpec, PointsOf, PointsSpec, PointsTest, Rulebook, RulebookSpec, Take, TaxLevelTest, Test,
};

#[test]
fn the_pages_of_rules_say_what_the_rulebooks_say() {
    for id in RulebookSpec::PRESETS {
        let book = RulebookSpec::preset(id).unwrap().check().unwrap();
        let spec = book.spec();
        if spec.evaluations.is_empty() {
            continue; // what follows stands in `docs/rules/applying.md`
        }
        let sections: Vec<String> = spec.evaluations.iter().map(evaluation).collect();
        let blocks = [
            ("identity", identity(&book)),
            ("overview", overview(spec)),
            ("evaluations", sections.join("\n")),
            ("declared", declared(spec)),
        ];
        hold_page(&format!("docs/rules/{id}.md"), &blocks);
    }
}

fn facts<const N: usize>(rows: [(&str, String); N]) -> String {
    table(&["", ""], rows.map(|(name, value)| vec![name.to_owned(), value]))
}

fn identity(book: &Rulebook) -> String {
    let spec = book.spec();
    facts([
        ("id", format!("`{}`", spec.id)),
        ("version", spec.version.clone()),
        ("name", format!("{}<br>{}", spec.name.en, spec.name.zh)),
        ("notice", format!("{}<br>{}", spec.notice.en, spec.notice.zh)),
        ("content hash", format!("`{}`", book.hash())),
    ])
}

fn overview(spec: &RulebookSpec) -> String {
    let row = |e: &EvaluationSpec| {
        vec![
            format!("[{}](#{})", e.name.en, anchor(&e.name.en)),
            e.name.zh.clone(),
            format!("`{}`", e.id),
            e.basis.document.clone(),
            in_force(e),
        ]
    };
    let headers = ["evaluation", "名称", "id", "document", "evaluated"];
    table(&headers, spec.evaluations.iter().map(row))
}

fn in_force(e: &EvaluationSpec) -> String {
    let until = e.valid_to.map_or("further notice".to_owned(), |d| d.to_string());
    format!("from {} to {until}", e.valid_from)
}

fn evaluation(e: &EvaluationSpec) -> String {
    let mut text = format!("## {}\n\n{}\n\n", e.name.en, e.name.zh);
    text += &facts([
        ("id", format!("`{}`", e.id)),
        ("document", e.basis.document.clone()),
        ("says", format!("{}<br>{}", e.basis.en, e.basis.zh)),
        ("evaluated", in_force(e)),
        ("provenance", e.basis.provenance.clone()),
    ]);
    if !e.conditions.is_empty() {
        text += "\n**Conditions**, all of which must hold:\n\n";
        text += &conditions("condition", &e.conditions);
    } else if e.classes.is_empty() {
        text += "\n**Conditions**: none in this transcription.\n";
    }
    for block in &e.blocks {
        text += &points(block);
    }
    if let Some(policy) = e.in_band {
        text += &format!("\n**Ranges of points**: {}.\n", in_band(policy));
    }
    if let Some(full) = e.full {
        text += &format!("\n**Full marks**: {full}, without what stands beside them.\n");
    }
    if let Some(marks) = &e.pass {
        text += &format!("\n**Pass mark**: {}.\n", pass(marks, &e.blocks));
    }
    if !e.admissions.is_empty() {
        text += "\n**Admissions**, any one of which stands in for the points, not for the conditions:\n\n";
        text += &conditions("admission", &e.admissions);
    }
    if !e.classes.is_empty() {
        text += "\n**Classes**, the first of which that applies:\n\n";
        text += &classes(&e.classes);
    }
    text
}

fn in_band(policy: InBand) -> &'static str {
    match policy {
        InBand::Low => "the document leaves them to experts; by policy the fewest",
        InBand::Mid => "the document leaves them to experts; by policy half-way",
        InBand::High => "the document leaves them to experts; by policy the most",
        InBand::Linear => {
            "the document leaves them to experts; by policy according to where the number lies in its band, half-way \
             in a band without both ends"
        }
    }
}

fn classes(classes: &[ClassSpec]) -> String {
    let has_values = classes.iter().any(|c| c.value.is_some());
    let row = |c: &ClassSpec| {
        let applies = c.test.as_ref().map_or("every other firm".to_owned(), test);
        let mut row = vec![
            format!("`{}`", c.id),
            c.name.en.clone(),
            c.name.zh.clone(),
            applies,
        ];
        if has_values {
            row.push(c.value.map_or_else(String::new, number));
        }
        row
    };
    let mut headers = vec!["id", "class", "类别", "what is looked at"];
    headers.extend(has_values.then_some("value"));
    table(&headers, classes.iter().map(row))
}

fn conditions(what: &str, conditions: &[ConditionSpec]) -> String {
    let row = |c: &ConditionSpec| {
        vec![
            format!("`{}`", c.id),
            c.name.en.clone(),
            c.name.zh.clone(),
            test(&c.test),
        ]
    };
    table(
        &["id", what, "条件", "what is looked at"],
        conditions.iter().map(row),
    )
}

pub(super) fn test(of: &Test) -> String {
    // Many alternatives stand one below the other.
    let joined = |tests: &[Test], word: &str| {
        let parts: Vec<String> = tests.iter().map(test).collect();
        let space = if word == "or" && parts.len() > 3 {
            "<br>"
        } else {
            " "
        };
        parts.join(&format!("{space}{word} "))
    };
    match of {
        Test::All(tests) => format!("({})", joined(tests, "and")),
        Test::Any(tests) => format!("({})", joined(tests, "or")),
        Test::Not(test_) => format!("not {}", test(test_)),
        Test::Number(limits) => within(limits),
        Test::Word(word) => format!("{} is {}", source(&word.input), either(&word.one_of)),
        Test::Industry(codes) => format!("an industry {}", either(codes)),
        Test::Listed(list) => format!("an open entry on the list `{}`", list.word()),
        Test::Certificate(kind) => format!("a valid certificate `{}`", kind.word()),
        Test::TaxLevel(level) => tax_level(level),
        Test::Points(limits) => of_points(limits),
        Test::Passed(id) => format!("`{id}` is passed"),
        Test::Class(class) => format!("`{}` gives {}", class.evaluation, either(&class.one_of)),
        Test::Rated(symbols) => format!("rated {}", either(symbols)),
    }
}

fn either(words: &[String]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    quoted.join(" or ")
}

fn within(limits: &NumberTest) -> String {
    let least = limits.at_least.map(|v| format!("at least {}", number(v)));
    let above = limits.above.map(|v| format!("above {}", number(v)));
    let most = limits.at_most.map(|v| format!("at most {}", number(v)));
    let below = limits.below.map(|v| format!("below {}", number(v)));
    let told: Vec<String> = [least, above, most, below].into_iter().flatten().collect();
    format!("{} {}", source(&limits.input), told.join(" and "))
}

fn tax_level(test: &TaxLevelTest) -> String {
    let levels: Vec<String> = test.levels.iter().map(|l| l.word().to_owned()).collect();
    let years = match (test.from_year, test.to_year) {
        (None, None) => String::new(),
        (Some(from), None) => format!(" for a year from {from} on"),
        (None, Some(to)) => format!(" for a year up to {to}"),
        (Some(from), Some(to)) => format!(" for a year from {from} to {to}"),
    };
    format!(
        "the tax credit level that stands on the day is {}{years}",
        either(&levels)
    )
}

fn of_points(limits: &PointsTest) -> String {
    let least = limits
        .at_least
        .map(|points| format!("at least {}", signed(points)));
    let below = limits.below.map(|points| format!("below {}", signed(points)));
    let told: Vec<String> = [least, below].into_iter().flatten().collect();
    format!("points {}", told.join(" and "))
}

/// Where a number comes from.
fn source(input: &str) -> String {
    match Measure::from_id(input) {
        Some(_) => format!("`{input}`"),
        None => format!("`{input}` (declared)"),
    }
}

fn signed(points: Marks) -> String {
    number(points.to_f64())
}

fn points(block: &BlockSpec) -> String {
    let counts = match (block.items.len(), block.take) {
        (1, _) => "",
        (_, Take::Sum) => "; the items add up",
        (_, Take::Best) => "; the best item counts",
    };
    let beside = if block.extra {
        ", beside the full marks"
    } else {
        ""
    };
    let mut text = format!(
        "\n**{} · {}**: at most {} points{beside}{counts}.\n\n",
        block.name.en,
        block.name.zh,
        signed(block.most)
    );
    let row = |item: &ItemSpec| {
        vec![
            item.name.en.clone(),
            item.name.zh.clone(),
            format!("{}{}", source(&item.input), unit(&item.input)),
            worth(item),
        ]
    };
    text += &table(
        &["item", "指标", "number", "values: points"],
        block.items.iter().map(row),
    );
    text
}

/// How points follow, and whether the item counts once with others.
fn worth(item: &ItemSpec) -> String {
    let mut lines = match &item.points {
        PointsOf::Bands(given) => bands(given),
        PointsOf::Words(words) => {
            let words = words.iter();
            words
                .map(|(word, points)| format!("`{word}`: {}", given(*points)))
                .collect()
        }
        PointsOf::Each(points) => vec![format!("{} for each", signed(*points))],
        PointsOf::Reference(reference) => {
            let all = format!("in proportion, all from {}", number(reference.value));
            match &reference.most {
                MostSpec::Fixed(most) => vec![format!("{all}: {}", signed(*most))],
                MostSpec::ByWord(by_word) => {
                    let most = by_word.points.iter();
                    let most = most.map(|(word, most)| format!("`{word}`: {}", signed(*most)));
                    std::iter::once(format!("{all}, by {}", source(&by_word.by)))
                        .chain(most)
                        .collect()
                }
            }
        }
    };
    lines.extend(
        item.one_of
            .as_ref()
            .map(|word| format!("the best of `{word}` counts")),
    );
    lines.join("<br>")
}

fn given(points: PointsSpec) -> String {
    match points {
        PointsSpec::Fixed(points) => signed(points),
        PointsSpec::Range([fewest, most]) => format!("{} to {}", signed(fewest), signed(most)),
    }
}

fn unit(input: &str) -> String {
    match Measure::from_id(input).map(|m| m.entry().unit) {
        None | Some(Unit::Category(_)) => String::new(),
        Some(unit) => format!(", {}", unit.word()),
    }
}

/// Where a band begins: nowhere, at a value of its own, or behind the value of the band before.
#[derive(Clone, Copy)]
enum Start {
    Nowhere,
    At(f64),
    Above(f64),
}

fn bands(bands: &[BandOfPoints]) -> Vec<String> {
    let mut start = Start::Nowhere;
    let mut lines = Vec::new();
    for band in bands {
        let from = match start {
            Start::Nowhere => String::new(),
            Start::At(value) => number(value),
            Start::Above(value) => format!("above {}", number(value)),
        };
        let (range, next) = match (start, band.below, band.up_to) {
            (Start::Nowhere, Some(end), _) => (format!("below {}", number(end)), Start::At(end)),
            (Start::Nowhere, None, Some(end)) => (format!("up to {}", number(end)), Start::Above(end)),
            (_, Some(end), _) => (format!("{from} to below {}", number(end)), Start::At(end)),
            (_, None, Some(end)) => (format!("{from} to {}", number(end)), Start::Above(end)),
            (Start::Nowhere, None, None) => ("any value".to_owned(), start),
            (Start::At(_), None, None) => (format!("from {from}"), start),
            (Start::Above(_), None, None) => (from, start),
        };
        start = next;
        lines.push(format!("{range}: {}", given(band.points)));
    }
    lines
}

fn pass(pass: &PassSpec, blocks: &[BlockSpec]) -> String {
    let sum = |blocks: &mut dyn Iterator<Item = &BlockSpec>| {
        blocks.fold(Marks::ZERO, |sum, block| sum.plus(block.most))
    };
    let most = sum(&mut blocks.iter());
    let mut marks = vec![format!("at least {} of {most} points", pass.total)];
    for least in &pass.least {
        let of = blocks.iter().filter(|b| least.blocks.contains(&b.id));
        let most = sum(&mut of.clone());
        let names: Vec<String> = of.map(|b| format!("*{}*", b.name.en)).collect();
        marks.push(format!(
            "at least {} of {most} for {}",
            least.points,
            names.join(" and ")
        ));
    }
    marks.join("; ")
}

fn declared(spec: &RulebookSpec) -> String {
    let row = |d: &rating_core::rule::rulebook::DeclaredSpec| {
        let asks = |e: &&EvaluationSpec| {
            let conditions = e.conditions.iter().chain(&e.admissions).map(|c| &c.test);
            let mut tests = conditions.chain(e.classes.iter().filter_map(|c| c.test.as_ref()));
            let mut items = e.blocks.iter().flat_map(|b| &b.items);
            tests.any(|t| mentions(t, &d.id)) || items.any(|item| reads(item, &d.id))
        };
        let by = spec.evaluations.iter().filter(asks).map(|e| e.id.as_str());
        let words = |of: fn(&Wording) -> &str| {
            let words = d.words.iter();
            let words: Vec<String> = words
                .map(|w| format!("<br>`{}`: {}", w.word, of(&w.name)))
                .collect();
            words.concat()
        };
        vec![
            format!("`{}`", d.id),
            format!("{}{}", d.name.en, words(|name| &name.en)),
            format!("{}{}", d.name.zh, words(|name| &name.zh)),
            super::codes(by),
        ]
    };
    table(
        &["id", "meaning", "含义", "asked by"],
        spec.declared.iter().map(row),
    )
}

fn mentions(test: &Test, id: &str) -> bool {
    match test {
        Test::All(tests) | Test::Any(tests) => tests.iter().any(|t| mentions(t, id)),
        Test::Not(test) => mentions(test, id),
        Test::Number(limits) => limits.input == id,
        Test::Word(word) => word.input == id,
        _ => false,
    }
}

fn reads(item: &ItemSpec, id: &str) -> bool {
    let by = match &item.points {
        PointsOf::Reference(reference) => match &reference.most {
            MostSpec::ByWord(by_word) => Some(&by_word.by),
            MostSpec::Fixed(_) => None,
        },
        _ => None,
    };
    item.input == id || by.is_some_and(|by| by == id)
}

#[test]
fn the_ends_of_bands_are_told_as_they_are_held() {
    let band = |below, up_to, points| BandOfPoints { below, up_to, points };
    let points = |points| PointsSpec::Fixed(Marks::whole(points));
    let below = [band(Some(1.0), None, points(0)), band(None, None, points(-5))];
    assert_eq!(bands(&below), ["below 1: 0", "from 1: −5"]);
    let up_to = [
        band(None, Some(0.55), points(10)),
        band(None, Some(0.75), PointsSpec::Range([3, 5].map(Marks::whole))),
        band(Some(1.0), None, points(1)),
        band(None, None, points(0)),
    ];
    assert_eq!(
        bands(&up_to),
        [
            "up to 0.55: 10",
            "above 0.55 to 0.75: 3 to 5",
            "above 0.75 to below 1: 1",
            "from 1: 0"
        ]
    );
    assert_eq!(bands(&[band(None, None, points(7))]), ["any value: 7"]);
}
