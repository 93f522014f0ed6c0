//! The documentation that is drawn from the code: each page says what the code says, or this fails.
//!
//! A page is prose with blocks between `<!-- begin NAME -->` and `<!-- end NAME -->`; the blocks come from the schema
//! of records, the catalogue of measures, the shipped model and the shipped rulebook. `UPDATE_DOCS=1` rewrites them.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]
#![expect(clippy::format_push_string, reason = "pages are small")]
#![expect(
    clippy::disallowed_methods,
    reason = "this test reads the documentation; the crate does not"
)]

mod applications;
mod card;
mod lending;
mod links;
mod measures;
mod panel;
mod records;
mod rulebook;
#[cfg(feature = "schema")]
mod schema;

use std::path::{Path, PathBuf};

/// How to bring the pages up to date.
const HINT: &str = "run `UPDATE_DOCS=1 cargo test -p rating-core --features schema --test published`";

/// The folder of the project.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Compares the blocks of a page with what the code says, or rewrites them if `UPDATE_DOCS` is set.
fn hold_page(path: &str, blocks: &[(&str, String)]) {
    let page = std::fs::read_to_string(root().join(path)).unwrap();
    hold(path, &filled(&page, blocks));
}

/// Compares a whole file with what the code says, or rewrites it if `UPDATE_DOCS` is set.
fn hold(path: &str, wanted: &str) {
    let file = root().join(path);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&file, wanted).unwrap();
        return;
    }
    let found = std::fs::read_to_string(&file).unwrap_or_default();
    let lines = || wanted.lines().zip(found.lines());
    let first = lines()
        .position(|(a, b)| a != b)
        .unwrap_or_else(|| lines().count());
    let at = |text: &str| text.lines().nth(first).unwrap_or("nothing").to_owned();
    assert!(
        found == wanted,
        "{path}, line {}: the code says\n  {}\nthe page says\n  {}\n{HINT}",
        first + 1,
        at(wanted),
        at(&found),
    );
}

/// The page with every block replaced; every block must be there, and no other.
fn filled(page: &str, blocks: &[(&str, String)]) -> String {
    let mut text = page.to_owned();
    for (name, block) in blocks {
        let (begin, end) = (format!("<!-- begin {name} -->\n"), format!("<!-- end {name} -->"));
        let from = text
            .find(&begin)
            .unwrap_or_else(|| panic!("expected `{}` in the page", begin.trim()));
        let (head, rest) = text.split_at(from + begin.len());
        let to = rest
            .find(&end)
            .unwrap_or_else(|| panic!("expected `{end}` in the page"));
        text = format!("{head}\n{}\n\n{}", block.trim(), &rest[to..]);
    }
    let count = text.matches("<!-- begin ").count();
    assert_eq!(count, blocks.len(), "blocks of the page that nobody writes");
    text
}

/// A table in Markdown.
fn table(headers: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let mut text = line(&headers.iter().map(|h| (*h).to_owned()).collect::<Vec<_>>());
    text += &line(&vec!["---".to_owned(); headers.len()]);
    for row in rows {
        let escaped: Vec<String> = row.iter().map(|cell| cell.replace('|', "\\|")).collect();
        text += &line(&escaped);
    }
    text
}

/// Words as code, one behind the other.
fn codes<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    words
        .into_iter()
        .map(|w| format!("`{w}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

/// A number as people read it: a true minus sign, thousands apart.
fn number(value: f64) -> String {
    let plain = value.abs().to_string();
    let (whole, fraction) = plain
        .split_once('.')
        .map_or((plain.as_str(), ""), |(w, f)| (w, f));
    let mut digits = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            digits.push(',');
        }
        digits.push(digit);
    }
    let sign = if value < 0.0 { "−" } else { "" };
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{digits}{point}{fraction}")
}

#[test]
fn numbers_are_written_for_people() {
    assert_eq!(number(-1_234_567.5), "−1,234,567.5");
    assert_eq!(number(1e12), "1,000,000,000,000");
    assert_eq!(number(0.0003), "0.0003");
}

#[test]
#[should_panic(expected = "blocks of the page that nobody writes")]
fn a_block_that_nobody_writes_is_a_fault() {
    filled(
        "<!-- begin a -->\n<!-- end a -->\n<!-- begin b -->\n<!-- end b -->\n",
        &[("a", "x".to_owned())],
    );
}
