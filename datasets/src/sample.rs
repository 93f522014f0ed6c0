//! The embedded sample.

use crate::synthetic::Portfolio;

/// How many firms the sample has.
pub const SAMPLE_FIRMS: u64 = 2_000;
/// The seed of the sample.
pub const SAMPLE_SEED: u64 = 20_250_630;
/// The scale of its invoices, under 1 so that the sample stays small.
pub const SAMPLE_INVOICE_SCALE: f64 = 0.33;

/// The portfolio that the sample was written from.
pub fn sample_portfolio() -> Portfolio {
    Portfolio {
        firms: SAMPLE_FIRMS,
        seed: SAMPLE_SEED,
        invoice_scale: SAMPLE_INVOICE_SCALE,
        ..Portfolio::default()
    }
}

/// One file of the sample.
#[derive(Clone, Copy, Debug)]
pub struct SampleFile {
    /// Path below the folder of the sample: `filings.csv.gz`.
    pub name: &'static str,
    /// Its content, CSV compressed with gzip.
    pub gz: &'static [u8],
}

macro_rules! sample_files {
    ($($name:literal,)+) => {
        &[$(SampleFile { name: $name, gz: include_bytes!(concat!("../data/sample/", $name)) },)+]
    };
}

/// A portfolio of 2,000 synthetic firms as of 2025-06-30: the record tables in schema order, then
/// `truth/outcomes.csv.gz`, which no model may see.
///
/// ```
/// let files = rating_datasets::sample();
/// assert_eq!(files.len(), rating_datasets::TABLE_NAMES.len() + 1);
/// assert!(files.iter().map(|f| f.gz.len()).sum::<usize>() <= 4_000_000);
/// ```
pub fn sample() -> &'static [SampleFile] {
    sample_files![
        "registrations.csv.gz",
        "registry_changes.csv.gz",
        "annual_reports.csv.gz",
        "listings.csv.gz",
        "filings.csv.gz",
        "invoices.csv.gz",
        "tax_credit_levels.csv.gz",
        "tax_arrears.csv.gz",
        "tax_penalties.csv.gz",
        "patents.csv.gz",
        "intellectual_properties.csv.gz",
        "research_years.csv.gz",
        "certificates.csv.gz",
        "facilities.csv.gz",
        "guarantees.csv.gz",
        "enquiries.csv.gz",
        "statements.csv.gz",
        "answers.csv.gz",
        "truth/outcomes.csv.gz",
    ]
}
