//! `docs/measures.md`: every entry of the catalogue.

use super::{codes, hold_page, number, table};
use rating_core::measure::{CATALOGUE, COUNT, Direction, Entry, Family, Unit};

const FAMILIES: [(Family, &str, &str); 6] = [
    (Family::Trade, "Trade by invoices", "发票经营"),
    (Family::Tax, "Tax", "纳税"),
    (Family::Registry, "Business registry", "工商登记"),
    (Family::Technology, "Technology", "科技创新"),
    (Family::Credit, "Credit register", "征信"),
    (Family::Finance, "Financial statements", "财务"),
];

#[test]
fn the_page_of_measures_says_what_the_catalogue_says() {
    let counted: usize = FAMILIES.iter().map(|(family, _, _)| of(*family).count()).sum();
    assert_eq!(counted, COUNT, "every family has a section");
    let sections: Vec<String> = FAMILIES.iter().map(section).collect();
    hold_page(
        "docs/measures.md",
        &[("overview", overview()), ("families", sections.join("\n"))],
    );
}

fn of(family: Family) -> impl Iterator<Item = &'static Entry> {
    CATALOGUE.iter().filter(move |e| e.family == family)
}

fn overview() -> String {
    let row = |(family, en, zh): &(Family, &str, &str)| {
        let anchor = en.to_lowercase().replace(' ', "-");
        vec![
            format!("[{en}](#{anchor})"),
            (*zh).to_owned(),
            of(*family).count().to_string(),
        ]
    };
    let mut rows: Vec<Vec<String>> = FAMILIES.iter().map(row).collect();
    rows.push(vec!["all".to_owned(), "合计".to_owned(), COUNT.to_string()]);
    table(&["family", "类别", "measures"], rows)
}

fn section((family, en, zh): &(Family, &str, &str)) -> String {
    let mut text = format!("## {en}\n\n{zh}\n\n");
    let headers = [
        "id",
        "name",
        "名称",
        "unit",
        "range",
        "window",
        "sources",
        "more of it is",
    ];
    text += &table(&headers, of(*family).map(row));
    text += "\nDefinitions:\n\n";
    text += &table(
        &["id", "definition"],
        of(*family).map(|e| vec![format!("`{}`", e.id), e.formula.to_owned()]),
    );
    text
}

fn row(e: &Entry) -> Vec<String> {
    let unit = match e.unit {
        Unit::Category(words) => format!("one of {}", codes(words.list())),
        unit => unit.word().to_owned(),
    };
    let range = match e.unit {
        Unit::Category(_) => String::new(),
        _ => format!("{} to {}", number(e.range.0), number(e.range.1)),
    };
    let direction = match e.direction {
        Direction::Safer => "safer",
        Direction::Riskier => "riskier",
        Direction::Unordered => "neither",
    };
    vec![
        format!("`{}`", e.id),
        e.en.to_owned(),
        e.zh.to_owned(),
        unit,
        range,
        e.window.to_owned(),
        codes(e.sources.iter().map(|s| s.word())),
        direction.to_owned(),
    ]
}
