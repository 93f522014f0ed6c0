//! One firm: what it is offered, how it pays back, what else there is for it, and what a shock would change.
//!
//! ```console
//! $ cargo run --bin lending
//! ```
//!
//! The policy and the scenario are illustrative; the catalogue names what 晋政办发〔2018〕67号 names.
#![expect(clippy::print_stdout, reason = "a program that prints")]

use rating_core::lending::{
    Applicant, CatalogueSpec, LendingPolicySpec, LoanApplication, Repayment, ScheduleTerms, StressFirm,
    StressSpec,
};
use rating_core::measure::Measures;
use rating_core::num::Money;
use rating_core::rating::ModelSpec;
use rating_core::record::Dossier;
use rating_core::rule::rulebook::{Declared, RulebookSpec, Verdict};
use rating_examples::lines;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    // Doors: five documents and the records of a firm.
    let model = ModelSpec::preset("tech-firm").ok_or("no such preset")?;
    let model = model.check().map_err(|errors| lines(&errors))?;
    let book = RulebookSpec::preset("china").ok_or("no such preset")?;
    let book = book.check().map_err(|errors| lines(&errors))?;
    let catalogue = CatalogueSpec::preset("shanxi-2018").ok_or("no such preset")?;
    let catalogue = catalogue.check(&book).map_err(|errors| lines(&errors))?;
    let policy = LendingPolicySpec::example().ok_or("no example")?;
    let policy = policy.check().map_err(|errors| lines(&errors))?;
    let stress = StressSpec::example().ok_or("no example")?;
    let stress = stress.check().map_err(|errors| lines(&errors))?;
    let firm: Dossier = include_str!("data/one_firm.json").parse()?;

    let view = firm.view("2025-06-30".parse()?);
    let measures = Measures::of(&view);
    let rating = model.explain(&view, &measures);
    let applicant = Applicant::of(&rating, &view, &measures);
    let asked = Some(Money::from_yuan(2_000_000)?);
    let application = LoanApplication::new(view.as_of(), asked, 12);

    let offer = policy.offer(&application, &applicant);
    println!(
        "{} ({}): {}, {} yuan",
        rating.firm,
        rating.symbol(),
        offer.decision.word(),
        offer.amount
    );
    let terms =
        ScheduleTerms::of_offer(&offer, view.as_of(), Repayment::EqualInstalment)?.ok_or("no price")?;
    println!(
        "{:.4} % a year, paid back in equal instalments:",
        100.0 * terms.rate.get()
    );
    for part in terms.schedule().map_err(|errors| lines(&errors))? {
        println!(
            "  {}  {:>12} principal {:>10} interest {:>12} left",
            part.due_on, part.principal, part.interest, part.balance,
        );
    }

    println!("products:");
    let found = catalogue.match_products(&rating, &firm, &Declared::default());
    for found in found.iter().filter(|found| found.verdict != Verdict::Failed) {
        let product = catalogue
            .spec()
            .products
            .get(found.product)
            .map_or("", |p| p.id.as_str());
        let names = catalogue.rulebook().spec();
        let missing: Vec<String> = found.missing().iter().map(|m| m.id(names).into_owned()).collect();
        println!("  {:<6} {product} {}", found.verdict.word(), missing.join(", "));
    }

    let scenario = stress.scenario("export_demand").ok_or("no such scenario")?;
    for found in scenario.stress(
        &policy,
        &[StressFirm::of(&application, &applicant, &rating, &view)],
    ) {
        println!(
            "{}: {} ({} to {} yuan), PD {:.2} % to {:.2} %",
            scenario.spec().id,
            found.change.word(),
            found.before.amount,
            found.after.amount,
            100.0 * applicant.pd.get(),
            100.0 * found.applicant.pd.get(),
        );
    }
    Ok(())
}
