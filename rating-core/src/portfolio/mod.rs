//! Ratings of many firms as columns: what analysts, nightly runs and frames of any kind receive.
//!
//! [`rate_many`](crate::rating::rate_many) rates; the functions here lay ratings out as [`Table`]s, one a
//! question: [`ratings`] (a row a firm), [`contributions`] (a row a firm and characteristic), [`rules`] (a row a
//! finding; [`rules_found`] those of a record alone), [`coverage`] (a row a firm and department), [`measures`] (a row a firm, a column a measure); [`card`] lays
//! out a model (a row an attribute), [`evaluations`] and [`parts`] what a rulebook says (a row a firm and evaluation, a
//! row a part of one), [`applications`] and [`record_clocks`] what follows (a row a firm and application, a row a firm and
//! record). Each column is a plain vector, so that Arrow, polars or a CSV writer takes it without knowing what a rating is. Firms
//! stand in the order in which they came, and a portfolio may be laid out piece by piece: the pieces put
//! together are the same table.

use crate::parallel;
use crate::record::Dossier;

mod apply;
mod evaluate;
mod measure;
mod sheets;
mod table;

pub use apply::{AppliedFirm, Beside, applications, apply_many, record_clocks};
pub use evaluate::{EvaluatedFirm, evaluate_many, evaluations, parts};
pub use measure::measure_many;
pub use sheets::{card, contributions, coverage, measures, ratings, rules, rules_found};
pub use table::{Cells, Column, Table};

/// Firms of which something is made at a time: few enough for what it takes to stay in the cache of a core.
const FIRMS_A_PIECE: usize = 256;

/// Makes something of neighbouring firms, such as a piece of a table, in parallel with the feature `parallel`. Pieces stand in
/// the order of the firms and have the same firms for any number of threads.
///
/// Only what is made stays in memory: the parts of the evaluations of a firm are a hundred rows and more. Without firms,
/// nothing is made.
///
/// ```
/// use rating_core::portfolio::{evaluate_many, in_pieces, parts};
/// use rating_core::rule::rulebook::{Declared, RulebookSpec};
/// let book = RulebookSpec::preset("china").and_then(|spec| spec.check().ok()).ok_or("no such rulebook")?;
/// let (firms, day) = ([r#"{"firm_id": "F-1"}"#.parse()?, r#"{"firm_id": "F-2"}"#.parse()?], "2025-06-30".parse()?);
/// let rows = in_pieces(&firms, |piece| {
///     parts(&book, &evaluate_many(&book, piece, day, |_| Declared::default())).rows()
/// });
/// assert!(rows.iter().sum::<usize>() > 100);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn in_pieces<'a, R: Send>(
    dossiers: &'a [Dossier],
    make: impl Fn(&'a [Dossier]) -> R + Sync + Send,
) -> Vec<R> {
    parallel::map(dossiers.chunks(FIRMS_A_PIECE).collect(), make)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::Measures;
    use crate::rating::{ModelSpec, Rating, RatingModel, rate_many};
    use crate::record::Dossier;

    fn model() -> RatingModel {
        ModelSpec::preset("tech-firm").unwrap().check().unwrap()
    }

    fn firms() -> Vec<Dossier> {
        let listed = r#", "registrations": [{"name": "N", "status": "active", "established_on": "2015-01-05"}], "listings":
            [{"list": "失信被执行人", "started_on": "2024-01-10"}]"#;
        let texts = [
            "",
            listed,
            r#", "answers": [{"table": "patents", "answered_on": "2025-01-31"}]"#,
        ];
        let firm = |(at, more): (usize, &str)| format!(r#"{{"firm_id": "F-{at}"{more}}}"#).parse().unwrap();
        texts.into_iter().enumerate().map(firm).collect()
    }

    fn rated() -> (RatingModel, Vec<Rating>) {
        let model = model();
        let ratings = rate_many(&model, &firms(), "2025-06-30".parse().unwrap());
        (model, ratings)
    }

    fn texts<'a>(table: &'a Table<'_>, column: &str) -> Vec<Option<&'a str>> {
        match table.column(column) {
            Some(Cells::Text(cells)) => cells.iter().map(Option::as_deref).collect(),
            other => panic!("{column}: {other:?}"),
        }
    }

    #[test]
    fn every_firm_has_a_row_and_every_part_of_it_in_its_table() {
        let (model, all) = rated();
        let characteristics = model.characteristics().count();
        let findings: usize = all.iter().map(|r| r.findings.len()).sum();
        let table = ratings(&model, &all);
        assert_eq!(texts(&table, "firm_id"), [Some("F-0"), Some("F-1"), Some("F-2")]);
        assert_eq!(texts(&table, "grade"), [Some("NI"); 3]);
        assert_eq!(
            texts(&table, "outcome"),
            ["unrestricted", "cap", "unrestricted"].map(Some)
        );
        let answered = [None, None, "2025-01-31".parse().ok()];
        assert_eq!(
            table.column("answered_patent"),
            Some(&Cells::Days(answered.to_vec()))
        );
        assert_eq!(contributions(&model, &all).rows(), 3 * characteristics);
        assert_eq!(rules(&model, &all).rows(), findings);
        assert!(texts(&rules(&model, &all), "finding").contains(&Some("fired")));
        let (whole, found) = (rules(&model, &all), rules_found(&model, &all));
        assert_eq!(texts(&found, "finding"), [Some("fired")]);
        let unanswered = |firm: &str| {
            let cells = ["firm_id", "rule", "finding"].map(|column| texts(&whole, column));
            let [firms, rules, findings] = &cells;
            let rows = firms.iter().zip(rules).zip(findings);
            rows.filter(|((f, _), finding)| **f == Some(firm) && **finding == Some("no_data"))
                .filter_map(|((_, rule), _)| *rule)
                .collect::<Vec<_>>()
                .join(" ")
        };
        let told = ["F-0", "F-1", "F-2"].map(unanswered);
        assert!(told.iter().any(|rules| rules.contains(' ')), "{told:?}");
        let told: Vec<_> = told
            .iter()
            .map(|rules| (!rules.is_empty()).then_some(rules.as_str()))
            .collect();
        assert_eq!(texts(&table, "rules_no_data"), told);
        assert_eq!(coverage(&all).rows(), 3 * all[0].coverage.len());
    }

    #[test]
    fn a_brief_rating_lacks_contributions_and_nothing_else() {
        let (model, day) = (model(), "2025-06-30".parse().unwrap());
        for firm in firms() {
            let (full, mut brief) = (model.rate(&firm, day), model.rate_briefly(&firm, day));
            assert!(brief.contributions.is_empty());
            brief.contributions.clone_from(&full.contributions);
            assert_eq!(format!("{brief:?}"), format!("{full:?}"));
        }
    }

    #[test]
    fn a_table_laid_out_in_pieces_is_the_whole_table() {
        let (model, all) = rated();
        let whole = contributions(&model, &all);
        let pieces = all.chunks(2).map(|piece| contributions(&model, piece));
        let points = |table: &Table<'_>| match table.column("points") {
            Some(Cells::Integers(cells)) => cells.clone(),
            other => panic!("{other:?}"),
        };
        assert_eq!(
            points(&whole),
            pieces.flat_map(|piece| points(&piece)).collect::<Vec<_>>()
        );
    }

    #[test]
    fn no_firm_gives_the_same_columns_without_rows() {
        let (model, all) = rated();
        let names = |table: Table<'_>| {
            table
                .columns()
                .iter()
                .map(|c| c.name.to_string())
                .collect::<Vec<_>>()
        };
        assert_eq!(names(ratings(&model, &all)), names(ratings(&model, &[])));
        assert_eq!(ratings(&model, &[]).rows(), 0);
    }

    #[test]
    fn a_measure_is_empty_with_a_reason_or_full_without_one() {
        let day = "2025-06-30".parse().unwrap();
        let firms = firms();
        let measured: Vec<_> = firms
            .iter()
            .map(|f| (f.firm(), Measures::of(&f.view(day))))
            .collect();
        let table = measures(&measured, true);
        assert_eq!(table.columns().len(), 1 + 2 * crate::measure::CATALOGUE.len());
        assert_eq!(
            texts(&table, "registry.age__missing"),
            [Some("not_reported"), None, Some("not_reported")]
        );
        let Some(Cells::Numbers(ages)) = table.column("registry.age") else {
            panic!("no ages")
        };
        assert!(ages[0].is_none() && ages[1].is_some_and(|years| (years - 10.48).abs() < 0.01));
    }

    #[test]
    fn the_card_of_a_model_names_every_attribute_with_its_points() {
        let model = model();
        let table = card(&model);
        let attributes: usize = model.characteristics().map(|c| c.attributes().count()).sum();
        assert_eq!(table.rows(), attributes);
        let weights = match table.column("weight_growth") {
            Some(Cells::Integers(cells)) => cells.iter().flatten().sum::<i64>(),
            other => panic!("{other:?}"),
        };
        // Every attribute shows the weight of its characteristic; each set of weights sums to 100.
        assert!(weights >= 100 * 4);
    }
}
