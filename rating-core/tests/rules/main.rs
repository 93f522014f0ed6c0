//! The shipped rulebooks against tables written from the published documents, and laws that hold of any firm.
//!
//! The tables stand in `tests/data/rules`, one file for each published table, to be read and corrected by whoever knows
//! the document. A row says what is known of a firm and what the document makes of it.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that builds its own input"
)]

mod follows;
mod golden;
mod laws;

use rating_core::measure::{Measure, Measures, Unit};
use rating_core::record::Dossier;
use rating_core::rule::rulebook::{DeclaredValue, Evaluation, EvaluationSpec, Rulebook, RulebookSpec};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Every shipped rulebook that evaluates.
static BOOKS: LazyLock<Vec<Rulebook>> = LazyLock::new(|| {
    let specs = RulebookSpec::PRESETS
        .iter()
        .filter_map(|id| RulebookSpec::preset(id));
    let evaluating = specs.filter(|spec| !spec.evaluations.is_empty());
    evaluating.map(|spec| spec.check().unwrap()).collect()
});

/// The rulebook that has an evaluation, and its place there.
fn find(evaluation: &str) -> (&'static Rulebook, usize) {
    let place = |book: &'static Rulebook| {
        let place = book.spec().evaluations.iter().position(|e| e.id == evaluation);
        place.map(|place| (book, place))
    };
    let found = BOOKS.iter().find_map(place);
    found.unwrap_or_else(|| panic!("no rulebook has `{evaluation}`"))
}

fn spec_of(evaluation: &str) -> &'static EvaluationSpec {
    let (book, place) = find(evaluation);
    &book.spec().evaluations[place]
}

/// A table of `tests/data/rules`: lines that begin with `#` say where it comes from.
struct Table {
    file: &'static str,
    headers: Vec<&'static str>,
    rows: Vec<Vec<&'static str>>,
}

impl Table {
    fn read(file: &'static str, text: &'static str) -> Self {
        let mut lines = text.lines().filter(|line| !line.starts_with('#'));
        let cells = |line: &'static str| line.split(',').map(str::trim).collect::<Vec<_>>();
        let headers = cells(lines.next().unwrap());
        let rows: Vec<_> = lines.map(cells).collect();
        for row in &rows {
            assert_eq!(row.len(), headers.len(), "{file}: {}", row.join(","));
        }
        Self { file, headers, rows }
    }

    /// A cell by the name of its column, empty where there is no such column.
    fn cell(&self, row: &[&'static str], header: &str) -> &'static str {
        let place = self.headers.iter().position(|h| *h == header);
        place.map_or("", |place| row[place])
    }
}

/// A tax credit level as a row: `2024 A`, `2024 D direct`, `2025 A known 2026-04-10`.
fn tax_level(cell: &&str) -> String {
    let words: Vec<&str> = cell.split_whitespace().collect();
    let (direct, known) = match words[2..] {
        [] => ("", String::new()),
        ["direct"] => (r#", "direct": true"#, String::new()),
        ["known", day] => ("", format!(r#", "known_on": "{day}""#)),
        _ => panic!("not a level: `{cell}`"),
    };
    format!(
        r#"{{"year": {}, "level": "{}"{direct}{known}}}"#,
        words[0], words[1]
    )
}

/// What is known of a firm. Lists and certificates have been asked for.
#[derive(Clone, Debug, Default)]
struct Firm {
    measures: BTreeMap<&'static str, &'static str>,
    declared: BTreeMap<&'static str, &'static str>,
    industry: Option<&'static str>,
    listed: Vec<&'static str>,
    certificates: Vec<&'static str>,
    tax_levels: Vec<&'static str>,
    tax_answered_on: Option<&'static str>,
}

impl Firm {
    /// Takes in a cell: the id of a measure or of something declared, `industry`, `listed`, `certificate`,
    /// `tax_levels` or `tax_answered_on`. Nothing
    /// is known of an empty one; `?` takes back what was known.
    fn give(&mut self, id: &'static str, value: &'static str) {
        let known = if Measure::from_id(id).is_some() {
            &mut self.measures
        } else {
            &mut self.declared
        };
        match (id, value) {
            (_, "") => {}
            (_, "?") => drop(known.remove(id)),
            ("industry", code) => self.industry = Some(code),
            ("listed", list) => self.listed.push(list),
            ("certificate", kind) => self.certificates.push(kind),
            ("tax_levels", levels) => self.tax_levels.extend(levels.split(';')),
            ("tax_answered_on", day) => self.tax_answered_on = Some(day),
            (id, value) => drop(known.insert(id, value)),
        }
    }

    fn measured(&self) -> Measures {
        let mut measures = Measures::NONE;
        for (id, value) in &self.measures {
            let measure = Measure::from_id(id).unwrap();
            let number = match measure.entry().unit {
                Unit::Category(words) => {
                    let place = words.list().iter().position(|word| word == value);
                    f64::from(u8::try_from(place.unwrap()).unwrap())
                }
                _ => value.parse().unwrap(),
            };
            measures.set(measure, number);
        }
        measures
    }

    fn dossier(&self) -> Dossier {
        let rows = |rows: Vec<String>| rows.join(", ");
        let listing = |l: &&str| format!(r#"{{"list": "{l}", "started_on": "2018-01-01"}}"#);
        let certificate =
            |k: &&str| format!(r#"{{"kind": "{k}", "valid_from": "2018-01-01", "valid_to": "2030-12-31"}}"#);
        let tax_answered = self.tax_answered_on.map_or(String::new(), |day| {
            format!(r#", {{"table": "tax_credit_levels", "answered_on": "{day}"}}"#)
        });
        let registration = self.industry.map_or(String::new(), |code| {
            format!(
                r#""registrations": [{{"name": "甲", "status": "active", "established_on": "2010-01-01",
                    "industry": "{code}"}}],"#
            )
        });
        let json = format!(
            r#"{{"firm_id": "F-1", {registration} "listings": [{}], "certificates": [{}],
                "tax_credit_levels": [{}],
                "answers": [{{"table": "listings", "answered_on": "2017-01-01"}},
                    {{"table": "certificates", "answered_on": "2017-01-01"}}{tax_answered}]}}"#,
            rows(self.listed.iter().map(listing).collect()),
            rows(self.certificates.iter().map(certificate).collect()),
            rows(self.tax_levels.iter().map(tax_level).collect()),
        );
        json.parse().unwrap()
    }

    fn evaluated(&self, evaluation: &str, as_of: &str) -> Evaluation {
        let (book, place) = find(evaluation);
        let value = |text: &str| {
            text.parse::<f64>()
                .map_or_else(|_| text.into(), DeclaredValue::from)
        };
        let declared = self.declared.iter();
        let declared = declared.map(|(id, text)| ((*id).to_owned(), value(text)));
        let declared = book.declare(&declared.collect()).unwrap();
        let dossier = self.dossier();
        let view = dossier.view(as_of.parse().unwrap());
        book.evaluate(&view, &self.measured(), &declared)
            .swap_remove(place)
    }
}
