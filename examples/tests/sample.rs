//! The embedded sample through the core: nothing is lost, and the preset tells good firms from bad ones.
#![expect(clippy::unwrap_used, reason = "a test that fails says where")]

use flate2::read::GzDecoder;
use rating_core::rating::{ModelSpec, Rating, rate_many};
use rating_core::record::columns::Intake;
use rating_core::validation::{Confidence, auc};
use rating_examples::{CsvTable, read_records, sample_tables};
use std::collections::HashMap;
use std::sync::LazyLock;

static INTAKE: LazyLock<Intake> = LazyLock::new(|| read_records(&sample_tables().unwrap()).unwrap());

static RATINGS: LazyLock<Vec<Rating>> = LazyLock::new(|| {
    let model = ModelSpec::preset("tech-firm").unwrap().check().unwrap();
    rate_many(&model, &INTAKE.dossiers, "2025-06-30".parse().unwrap())
});

fn truth() -> CsvTable {
    let files = rating_datasets::sample();
    let file = files.iter().find(|f| f.name.starts_with("truth/")).unwrap();
    CsvTable::read("outcomes", GzDecoder::new(file.gz)).unwrap()
}

/// The ratings of the firms at risk on the day of observation, with whether they defaulted in the year after.
fn judged() -> Vec<(&'static Rating, bool)> {
    let truth = truth();
    let at_risk = truth.rows().iter().filter(|row| &row[1] == "true");
    let outcomes: HashMap<&str, bool> = at_risk.map(|row| (&row[0], &row[2] == "1")).collect();
    let outcome = |rating: &'static Rating| Some((rating, *outcomes.get(rating.firm.as_str())?));
    RATINGS.iter().filter_map(outcome).collect()
}

/// The README of the sample lists the rows of each table and the dirt in them, as the generator counted it.
#[test]
fn every_row_is_used_or_rejected_and_the_rejects_are_the_dirt_that_was_put_in() {
    let readme = include_str!("../../datasets/data/sample/README.md");
    for count in &INTAKE.counts {
        let start = format!("| `{}.csv.gz` |", count.table);
        let line = readme.lines().find(|line| line.starts_with(&start)).unwrap();
        let number = |cell: &str| cell.trim().replace(',', "").parse::<u64>().ok();
        let [rows, repeated, unusable] = line.split('|').filter_map(number).collect::<Vec<_>>()[..] else {
            panic!("{line}")
        };
        assert_eq!(count.rows_in, rows, "{}", count.table);
        assert_eq!(count.rows_in, count.used + count.rejected, "{}", count.table);
        assert_eq!(count.rejected, repeated + unusable, "{}", count.table);
    }
    assert_eq!(INTAKE.counts.len(), rating_datasets::TABLE_NAMES.len());
    let rejected: u64 = INTAKE.counts.iter().map(|count| count.rejected).sum();
    assert_eq!(INTAKE.rejects.len() as u64, rejected);
}

#[test]
fn no_firm_is_lost_and_none_is_made() {
    let truth = truth();
    let mut firms: Vec<&str> = truth.rows().iter().map(|row| &row[0]).collect();
    firms.sort_unstable();
    let read: Vec<&str> = INTAKE.dossiers.iter().map(|d| d.firm().as_str()).collect();
    assert_eq!(read, firms);
    assert_eq!(RATINGS.len(), firms.len());
}

/// Well above a coin's 0.5 even at the lower end of the interval. No evidence of a good model: the firms are synthetic.
#[test]
fn the_preset_ranks_defaults_below_the_others() {
    let score = |(rating, bad): (&Rating, bool)| (f64::from(rating.assessment.score), bad);
    let (scores, bad): (Vec<f64>, Vec<bool>) = judged().into_iter().map(score).unzip();
    assert_eq!((bad.len(), bad.iter().filter(|b| **b).count()), (1_958, 86));
    let auc = auc(&scores, &bad).unwrap();
    let interval = auc.interval(Confidence::Percent95).unwrap();
    assert!(
        auc.value() > 0.7 && interval.lower > 0.6,
        "{} in {interval:?}",
        auc.value()
    );
}

#[test]
fn default_rates_rise_as_credit_grades_get_worse() {
    let bands = [
        &["AAA", "AA", "A"][..],
        &["BBB", "BB"][..],
        &["B"][..],
        &["CCC", "CC", "C"][..],
    ];
    let judged = judged();
    let rates = bands.map(|symbols| {
        let symbol = |r: &Rating| r.model.master_scale().symbol(r.assessment.credit).to_owned();
        let of: Vec<bool> = judged
            .iter()
            .filter(|(r, _)| symbols.contains(&symbol(r).as_str()))
            .map(|(_, bad)| *bad)
            .collect();
        of.iter().filter(|bad| **bad).count() as f64 / of.len() as f64
    });
    assert!(rates.is_sorted_by(|better, worse| better < worse), "{rates:?}");
}

/// The preset says which score stands for its central tendency; on this portfolio the mean PD must be of that order.
#[test]
fn the_mean_pd_is_of_the_order_of_the_default_rate() {
    let judged = judged();
    let mean_pd = judged.iter().map(|(r, _)| r.assessment.pd.get()).sum::<f64>() / judged.len() as f64;
    let rate = judged.iter().filter(|(_, bad)| *bad).count() as f64 / judged.len() as f64;
    assert!((0.5..2.0).contains(&(mean_pd / rate)), "{mean_pd} and {rate}");
}

/// The reference population of the preset is this sample: its means are what the rated firms got here.
#[test]
fn the_reference_of_the_preset_is_the_mean_of_the_sample() {
    let model = &RATINGS[0].model;
    let reference = &model.spec().reference.as_ref().unwrap().points;
    let credit: usize = model.pillars().iter().map(|p| p.characteristics().len()).sum();
    assert_eq!(reference.len(), credit);
    for (at, characteristic) in model.characteristics().take(credit).enumerate() {
        let sum: i64 = RATINGS
            .iter()
            .map(|r| i64::from(r.contributions[at].points))
            .sum();
        let (mean, id) = (sum as f64 / RATINGS.len() as f64, characteristic.measure().id());
        assert!(
            (mean - reference[id]).abs() < 1e-4,
            "{id}: {mean} and {}",
            reference[id]
        );
    }
}
