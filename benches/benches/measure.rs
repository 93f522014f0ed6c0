//! From records to measures: all of them, and family by family.
//!
//! A family is timed on a firm that has only its tables: the others see that their department did not report and
//! return at once.

use criterion::Criterion;
use rating_benches::{AS_OF, Fault, firm_json, firm_json_of};
use rating_core::measure::Measures;
use rating_core::record::Dossier;
use std::hint::black_box;

const FAMILIES: [(&str, &[&str]); 6] = [
    ("trade", &["invoices"]),
    (
        "tax",
        &["filings", "tax_credit_levels", "tax_arrears", "tax_penalties"],
    ),
    (
        "registry",
        &["registrations", "registry_changes", "annual_reports", "listings"],
    ),
    (
        "technology",
        &[
            "patents",
            "intellectual_properties",
            "research_years",
            "certificates",
        ],
    ),
    ("credit", &["facilities", "guarantees", "enquiries"]),
    ("finance", &["statements"]),
];

fn measure(criterion: &mut Criterion, name: &str, json: &str) -> Result<(), Fault> {
    let firm: Dossier = json.parse()?;
    let as_of = AS_OF.parse()?;
    criterion.bench_function(&format!("measure/{name}"), |b| {
        b.iter(|| Measures::of(&black_box(&firm).view(as_of)));
    });
    Ok(())
}

fn main() -> Result<(), Fault> {
    let mut criterion = Criterion::default().configure_from_args();
    measure(&mut criterion, "all", &firm_json())?;
    measure(&mut criterion, "none", &firm_json_of(|_| false))?;
    for (family, tables) in FAMILIES {
        measure(
            &mut criterion,
            family,
            &firm_json_of(|name| tables.contains(&name)),
        )?;
    }
    criterion.final_summary();
    Ok(())
}
