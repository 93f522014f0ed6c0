//! `docs/rules/china.md`: the published evaluations, as the shipped rulebook has them.

use super::{hold_page, number, table};
use rating_core::measure::{Measure, Unit};
use rating_core::num::Points;
use rating_core::rule::rulebook::{
    BandOfPoints, BlockSpec, ConditionSpec, EvaluationSpec, ItemSpec, NumberTest, PassSpec, PointsSpec,
    Rulebook, RulebookSpec, Take, Test,
};

#[test]
fn the_page_of_rules_says_what_the_rulebook_says() {
    let book = RulebookSpec::preset("china").unwrap().check().unwrap();
    let spec = book.spec();
    let sections: Vec<String> = spec.evaluations.iter().map(evaluation).collect();
    let blocks = [
        ("identity", identity(&book)),
        ("overview", overview(spec)),
        ("evaluations", sections.join("\n")),
        ("declared", declared(spec)),
    ];
    hold_page("docs/rules/china.md", &blocks);
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
        let anchor = e.name.en.to_lowercase().replace(' ', "-");
        vec![
            format!("[{}](#{anchor})", e.name.en),
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
    if e.conditions.is_empty() {
        text += "\n**Conditions**: none in this transcription.\n";
    } else {
        text += "\n**Conditions**, all of which must hold:\n\n";
        text += &conditions("condition", &e.conditions);
    }
    for block in &e.blocks {
        text += &points(block);
    }
    text += &format!("\n**Pass mark**: {}.\n", pass(&e.pass, &e.blocks));
    if !e.admissions.is_empty() {
        text += "\n**Admissions**, any one of which stands in for the points, not for the conditions:\n\n";
        text += &conditions("admission", &e.admissions);
    }
    text
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

fn test(of: &Test) -> String {
    let joined = |tests: &[Test], word: &str| {
        let parts: Vec<String> = tests.iter().map(test).collect();
        parts.join(word)
    };
    match of {
        Test::All(tests) => format!("({})", joined(tests, " and ")),
        Test::Any(tests) => format!("({})", joined(tests, " or ")),
        Test::Not(test_) => format!("not {}", test(test_)),
        Test::Number(limits) => within(limits),
        Test::Listed(list) => format!("an open entry on the list `{}`", list.word()),
        Test::Certificate(kind) => format!("a valid certificate `{}`", kind.word()),
    }
}

fn within(limits: &NumberTest) -> String {
    let source = source(&limits.input);
    match (limits.at_least, limits.at_most) {
        (Some(least), Some(most)) => format!("{source} from {} to {}", number(least), number(most)),
        (Some(least), None) => format!("{source} at least {}", number(least)),
        (None, Some(most)) => format!("{source} at most {}", number(most)),
        (None, None) => source,
    }
}

/// Where a number comes from.
fn source(input: &str) -> String {
    match Measure::from_id(input) {
        Some(_) => format!("`{input}`"),
        None => format!("`{input}` (declared)"),
    }
}

fn signed(points: Points) -> String {
    number(f64::from(points))
}

fn points(block: &BlockSpec) -> String {
    let counts = match (block.items.len(), block.take) {
        (1, _) => "",
        (_, Take::Sum) => "; the items add up",
        (_, Take::Best) => "; the best item counts",
    };
    let mut text = format!(
        "\n**{} · {}**: at most {} points{counts}.\n\n",
        block.name.en,
        block.name.zh,
        signed(block.most)
    );
    let row = |item: &ItemSpec| {
        vec![
            item.name.en.clone(),
            item.name.zh.clone(),
            format!("{}{}", source(&item.input), unit(&item.input)),
            bands(&item.bands).join("<br>"),
        ]
    };
    text += &table(
        &["item", "指标", "number", "values: points"],
        block.items.iter().map(row),
    );
    text
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
        let points = match band.points {
            PointsSpec::Fixed(points) => signed(points),
            PointsSpec::Range([fewest, most]) => format!("{} to {}", signed(fewest), signed(most)),
        };
        lines.push(format!("{range}: {points}"));
    }
    lines
}

fn pass(pass: &PassSpec, blocks: &[BlockSpec]) -> String {
    let most: Points = blocks.iter().map(|b| b.most).sum();
    let mut marks = vec![format!("at least {} of {} points", pass.total, most)];
    for least in &pass.least {
        let of = blocks.iter().filter(|b| least.blocks.contains(&b.id));
        let most: Points = of.clone().map(|b| b.most).sum();
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
            let mut tests = e.conditions.iter().chain(&e.admissions).map(|c| &c.test);
            let items = e.blocks.iter().flat_map(|b| &b.items);
            tests.any(|t| mentions(t, &d.id)) || items.map(|i| &i.input).any(|i| *i == d.id)
        };
        let by = spec.evaluations.iter().filter(asks).map(|e| e.id.as_str());
        vec![
            format!("`{}`", d.id),
            d.name.en.clone(),
            d.name.zh.clone(),
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
        Test::Listed(_) | Test::Certificate(_) => false,
    }
}

#[test]
fn the_ends_of_bands_are_told_as_they_are_held() {
    let band = |below, up_to, points| BandOfPoints { below, up_to, points };
    let points = PointsSpec::Fixed;
    let below = [band(Some(1.0), None, points(0)), band(None, None, points(-5))];
    assert_eq!(bands(&below), ["below 1: 0", "from 1: −5"]);
    let up_to = [
        band(None, Some(0.55), points(10)),
        band(None, Some(0.75), PointsSpec::Range([3, 5])),
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
