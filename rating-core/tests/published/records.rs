//! `docs/records.md`: every table and column.

use super::{codes, hold_page, table};
use rating_core::record::{Field, FieldKind, TABLES, Table};

#[test]
fn the_page_of_records_says_what_the_schema_says() {
    hold_page(
        "docs/records.md",
        &[("overview", overview()), ("tables", tables())],
    );
}

fn overview() -> String {
    let row = |t: &&Table| {
        vec![
            format!("[`{0}`](#{0})", t.name),
            t.zh.to_owned(),
            t.department.map_or(String::new(), |d| format!("`{}`", d.word())),
            t.doc.trim().to_owned(),
            key(t),
        ]
    };
    table(
        &[
            "table",
            "中文表名",
            "department",
            "one row is",
            "key within a firm",
        ],
        TABLES.iter().map(row),
    )
}

fn key(table: &Table) -> String {
    match table.key {
        [] => "none: one row a firm".to_owned(),
        key => codes(key.iter().copied()),
    }
}

fn tables() -> String {
    TABLES.iter().map(|t| section(t)).collect::<Vec<_>>().join("\n")
}

fn section(of: &Table) -> String {
    let mut text = format!(
        "## {}\n\n{}. {}\n\n- **Key** within a firm: {}.\n- **Known on**, if the column is empty: {}.\n\n",
        of.name,
        of.zh,
        of.doc.trim(),
        key(of),
        of.known_default
    );
    let headers = [
        "column",
        "other headers",
        "type",
        "unit",
        "required",
        "meaning",
        "if missing",
    ];
    text += &table(&headers, of.fields.iter().map(row));
    for field in of.fields {
        if let FieldKind::Code(words) = field.kind {
            let word = |w: &rating_core::record::CodeWord| {
                vec![
                    format!("`{}`", w.word),
                    w.aliases.join("、"),
                    w.doc.trim().to_owned(),
                ]
            };
            text += &format!("\nWords of `{}`:\n\n", field.name);
            text += &table(&["word", "also read", "meaning"], words.iter().map(word));
        }
    }
    text
}

fn row(field: &Field) -> Vec<String> {
    let (meaning, missing) = meaning(field);
    vec![
        format!("`{}`", field.name),
        field.aliases.join("、"),
        field.kind.word().to_owned(),
        field.kind.unit().to_owned(),
        if field.required { "yes" } else { "no" }.to_owned(),
        meaning,
        missing,
    ]
}

/// What a column means, and what follows if it is empty: the documentation says it behind the word "missing".
fn meaning(field: &Field) -> (String, String) {
    let doc = field.doc.trim();
    let split = doc
        .split_once("; missing")
        .or_else(|| doc.split_once("; if missing"));
    let (meaning, missing) = match split {
        Some((meaning, missing)) => (format!("{meaning}."), missing.trim_start_matches(':').trim()),
        None if field.required => (doc.to_owned(), "the row is rejected"),
        None => (doc.to_owned(), "not known"),
    };
    (meaning, missing.trim_end_matches('.').to_owned())
}

#[test]
fn the_documentation_of_a_column_says_what_its_absence_means() {
    let field = |name: &str, column: &str| {
        let table = TABLES.iter().find(|t| t.name == name).unwrap();
        meaning(table.field(column).unwrap().1)
    };
    assert_eq!(
        field("filings", "filed_on"),
        ("Day of filing.".to_owned(), "not filed".to_owned())
    );
    assert_eq!(field("filings", "kind").1, "the row is rejected");
    assert_eq!(field("filings", "known_on").1, "`due_on`");
    assert_eq!(field("registrations", "staff").1, "not known");
}
