//! Every published table, cell by cell.

use super::{BOOKS, Firm, Table, find, spec_of};
use rating_core::measure::Measures;
use rating_core::record::Dossier;
use rating_core::rule::rulebook::{Evaluation, ItemSpec, Marks, PointsOf, Span, Verdict};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

macro_rules! tables {
    ($($file:literal),+ $(,)?) => {
        vec![$(Table::read($file, include_str!(concat!("../data/rules/", $file)))),+]
    };
}

/// Points of one item at one value: `evaluation, item, value, low, high`.
static POINTS: LazyLock<Vec<Table>> = LazyLock::new(|| {
    tables![
        "115-technology-sme.csv",
        "63-innovative-sme.csv",
        "195-high-tech.csv",
        "tax-2025.csv",
    ]
});

/// What an evaluation says of a firm: what is known in columns of its own or in `given`, then `verdict` and more.
static FIRMS: LazyLock<Vec<Table>> = LazyLock::new(|| {
    tables![
        "300-size.csv",
        "loan-class.csv",
        "guarantee.csv",
        "words.csv",
        "tax-levels.csv",
        "regional.csv",
        "whole-firms.csv",
    ]
});

/// Columns that say what is asked and what is expected; every other one is something known.
const ASKED: [&str; 11] = [
    "name",
    "like",
    "given",
    "evaluation",
    "as_of",
    "verdict",
    "by_policy",
    "class",
    "value",
    "low",
    "high",
];

fn marks(text: &str) -> Marks {
    Marks::exactly(text.parse().unwrap()).unwrap()
}

fn span(low: &str, high: &str) -> Span {
    Span {
        low: marks(low),
        high: marks(high),
    }
}

/// The items of an evaluation, in the order of the document.
fn items(evaluation: &str) -> Vec<&'static ItemSpec> {
    let blocks = spec_of(evaluation).blocks.iter();
    blocks.flat_map(|block| &block.items).collect()
}

/// An item by its id.
fn item(evaluation: &str, id: &str) -> (usize, &'static ItemSpec) {
    let all = items(evaluation);
    let place = all.iter().position(|i| i.id == id);
    let place = place.unwrap_or_else(|| panic!("`{evaluation}` has no item `{id}`"));
    (place, all[place])
}

/// A day on which an evaluation is in force.
fn in_force(evaluation: &str) -> String {
    spec_of(evaluation).valid_from.to_string()
}

#[test]
fn every_published_table_of_points_is_reproduced_cell_by_cell() {
    for table in POINTS.iter() {
        for row in &table.rows {
            let [evaluation, id, value, low, high] = row[..] else {
                panic!("{}: expected five cells", table.file);
            };
            let (place, item) = item(evaluation, id);
            let mut firm = Firm::default();
            firm.give(&item.input, value);
            let found = firm.evaluated(evaluation, &in_force(evaluation));
            let found = found.items[place].points.span;
            assert_eq!(
                found,
                span(low, high),
                "{}: {evaluation}, {id} at `{value}`",
                table.file
            );
        }
    }
}

/// The values at which a row must stand: each end of a band, each word, one unit.
fn edges(item: &ItemSpec) -> BTreeSet<String> {
    match &item.points {
        PointsOf::Bands(bands) => bands
            .iter()
            .filter_map(|b| b.below.or(b.up_to))
            .map(|end| end.to_string())
            .collect(),
        PointsOf::Words(words) => words.keys().cloned().collect(),
        PointsOf::Each(_) | PointsOf::Reference(_) => BTreeSet::new(),
    }
}

#[test]
fn every_item_of_the_shipped_evaluations_stands_in_a_table_with_every_edge() {
    let mut rows: BTreeMap<(&str, &str), BTreeSet<String>> = BTreeMap::new();
    for row in POINTS.iter().flat_map(|table| &table.rows) {
        rows.entry((row[0], row[1]))
            .or_default()
            .insert(row[2].to_owned());
    }
    let (china, _) = find("technology_sme");
    for evaluation in &china.spec().evaluations {
        for item in items(&evaluation.id) {
            let found = rows.get(&(evaluation.id.as_str(), item.id.as_str()));
            let found = found.unwrap_or_else(|| panic!("no row for {}, {}", evaluation.id, item.id));
            let missing: Vec<_> = edges(item).difference(found).cloned().collect();
            assert!(missing.is_empty(), "{}, {}: {missing:?}", evaluation.id, item.id);
        }
    }
}

/// Growth by the formula of 195号 from statements to points: the measure and the table together.
#[test]
fn growth_from_statements_gives_the_points_of_195() {
    let table = &tables!["195-growth-from-statements.csv"][0];
    for row in &table.rows {
        let statement = |(year, value): (i32, &&str)| {
            (!value.is_empty()).then(|| {
                format!(
                    r#"{{"year": {year}, "received_on": "{}-04-01", "assets": "{value}", "liabilities": "0",
                        "sales": "{value}"}}"#,
                    year + 1
                )
            })
        };
        let statements: Vec<String> = (2022..).zip(&row[..3]).filter_map(statement).collect();
        let established = table.cell(row, "established");
        let registration = if established.is_empty() {
            String::new()
        } else {
            format!(r#"{{"name": "甲", "status": "active", "established_on": "{established}"}}"#)
        };
        let json = format!(
            r#"{{"firm_id": "F-1", "registrations": [{registration}], "statements": [{}]}}"#,
            statements.join(", ")
        );
        let dossier: Dossier = json.parse().unwrap();
        let view = dossier.view("2025-06-30".parse().unwrap());
        let (book, place) = find("high_tech_enterprise");
        let declared = book.declare(&BTreeMap::new()).unwrap();
        let found = book
            .evaluate(&view, &Measures::of(&view), &declared)
            .swap_remove(place);
        for id in ["net_asset_growth", "sales_growth"] {
            let (at, _) = item("high_tech_enterprise", id);
            assert_eq!(
                found.items[at].points.span,
                span(table.cell(row, "low"), table.cell(row, "high")),
                "{id}: {}",
                row.join(",")
            );
        }
    }
}

/// What is known of the firm of a row: of the firm that it is like, then its own.
fn firm(table: &Table, row: &[&'static str]) -> Firm {
    let like = table.cell(row, "like");
    let mut firm = Firm::default();
    if !like.is_empty() {
        let base = table.rows.iter().find(|r| table.cell(r, "name") == like);
        firm = self::firm(table, base.unwrap_or_else(|| panic!("no firm `{like}`")));
    }
    for given in table.cell(row, "given").split(';').filter(|g| !g.is_empty()) {
        let (id, value) = given.trim().split_once('=').unwrap();
        firm.give(id, value);
    }
    let columns = table.headers.iter().zip(row);
    for (id, value) in columns.filter(|(id, _)| !ASKED.contains(id)) {
        firm.give(id, value);
    }
    firm
}

/// The result of a row, and the row for messages.
fn result(table: &Table, row: &[&'static str]) -> (Evaluation, String) {
    let as_of = table.cell(row, "as_of");
    let as_of = if as_of.is_empty() { "2025-06-30" } else { as_of };
    let found = firm(table, row).evaluated(table.cell(row, "evaluation"), as_of);
    (found, format!("{}: {}", table.file, row.join(",")))
}

#[test]
fn every_row_of_firms_is_evaluated_as_written() {
    for table in FIRMS.iter() {
        for row in &table.rows {
            let (found, told) = result(table, row);
            let classes = &spec_of(table.cell(row, "evaluation")).classes;
            let class = found.class().map(|at| &classes[at]);
            assert_eq!(found.verdict.word(), table.cell(row, "verdict"), "{told}");
            assert_eq!(class.map_or("", |c| &c.id), table.cell(row, "class"), "{told}");
            let by_policy = table.cell(row, "by_policy");
            if !by_policy.is_empty() {
                assert_eq!(found.by_policy.map_or("", Verdict::word), by_policy, "{told}");
            }
            if table.headers.contains(&"value") {
                let value = class.and_then(|c| c.value);
                assert_eq!(value, table.cell(row, "value").parse().ok(), "{told}");
            }
            let (low, high) = (table.cell(row, "low"), table.cell(row, "high"));
            if !low.is_empty() {
                assert_eq!(found.points.span, span(low, high), "{told}");
            }
        }
    }
}

/// The sections of one row of the table of sizes count alike, and so does each of their divisions.
#[test]
fn every_industry_of_a_row_has_the_sizes_of_that_row() {
    let lines = &tables!["300-industries.csv"][0].rows;
    let sizes = FIRMS.iter().find(|table| table.file == "300-size.csv").unwrap();
    let known = |row: &&Vec<&'static str>| !sizes.cell(row, "industry").is_empty();
    for row in sizes.rows.iter().filter(known) {
        let industry = sizes.cell(row, "industry");
        let of = |line: &&Vec<&'static str>| line[1].split(' ').any(|code| industry.starts_with(code));
        let line = lines.iter().find(of);
        let line = line.unwrap_or_else(|| panic!("no line for `{industry}`"));
        for code in line[1].split(' ') {
            let mut firm = firm(sizes, row);
            firm.give("industry", code);
            let found = firm.evaluated("sme_size", "2025-06-30");
            let class = found.class().map_or("", |at| &spec_of("sme_size").classes[at].id);
            let wanted = (sizes.cell(row, "verdict"), sizes.cell(row, "class"));
            assert_eq!(
                (found.verdict.word(), class),
                wanted,
                "{code} for {}",
                row.join(",")
            );
        }
    }
}

#[test]
fn every_class_is_reached_and_every_evaluation_fails_or_stays_open_for_some_firm() {
    let mut reached: BTreeSet<(&str, &str)> = BTreeSet::new();
    for table in FIRMS.iter() {
        for row in &table.rows {
            let evaluation = table.cell(row, "evaluation");
            reached.insert((evaluation, table.cell(row, "class")));
            reached.insert((evaluation, table.cell(row, "verdict")));
        }
    }
    for evaluation in BOOKS.iter().flat_map(|book| &book.spec().evaluations) {
        let id = evaluation.id.as_str();
        for class in &evaluation.classes {
            assert!(reached.contains(&(id, &class.id)), "{id}, {}", class.id);
        }
        assert!(reached.contains(&(id, "passed")), "{id}");
        // Without a pass mark, conditions and classes there is nothing to fail.
        let decides =
            evaluation.pass.is_some() || !evaluation.conditions.is_empty() || !evaluation.classes.is_empty();
        let other = ["failed", "open", "not_in_force"];
        let is_other = other.iter().any(|verdict| reached.contains(&(id, verdict)));
        assert!(is_other || !decides, "{id}");
    }
}
