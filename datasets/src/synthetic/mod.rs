//! A seeded portfolio of technology firms.
//!
//! Each firm has a latent quality, a technology strength that goes with it (correlation 0.4), a size and a
//! stage of life. They drive all tables, each with noise of its own, and the probability of default in the
//! twelve months after the day of observation.

mod credit;
mod day;
mod draw;
mod finance;
mod firm;
mod identifier;
mod invoices;
mod listing;
mod patent;
mod registry;
mod research;
mod table;
mod tax;

pub(crate) use day::Day;
pub(crate) use draw::{Draw, mix};
pub use firm::Population;
#[cfg(test)]
pub(crate) use identifier::firm_id;
pub(crate) use identifier::{credit_check, patent_check};
pub use table::{GeneratedTable, TABLE_NAMES, Values};

use firm::{Firm, Source};
use std::ops::Range;
use table::{Answer, Outcome, Tables};

/// How many firms a portfolio can have.
pub const MAX_FIRMS: u64 = identifier::MAX_FIRMS;

/// A portfolio: what its firms depend on.
///
/// ```
/// use rating_datasets::Portfolio;
/// let portfolio = Portfolio { firms: 100, seed: 7, ..Portfolio::default() };
/// let whole = portfolio.chunk(0..100);
/// let later = portfolio.chunk(60..100);
/// assert!(later.table("patents") != whole.table("patents"));
/// assert_eq!(later.outcomes.rows(), 40);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Portfolio {
    /// How many firms, numbered from 0; at most [`MAX_FIRMS`].
    pub firms: u64,
    /// The seed: the same seed gives the same firms.
    pub seed: u64,
    /// The day of observation, as days since 1970-01-01. Records go on for up to twelve months after it.
    pub as_of: i32,
    /// Multiplies the number of invoices a firm; 1 gives a median near 45.
    pub invoice_scale: f64,
    /// Which firms they are.
    pub population: Population,
    /// So many invoices for the first firm, which then answers for them; 0 leaves it like any other.
    pub giant_invoices: u32,
}

impl Default for Portfolio {
    /// 2,000 firms as of 2025-06-30.
    fn default() -> Self {
        Self {
            firms: 2_000,
            seed: 20_250_630,
            as_of: Day::new(2025, 6, 30).0,
            invoice_scale: 1.0,
            population: Population::TechFirms,
            giant_invoices: 0,
        }
    }
}

/// All tables for a range of firms.
#[derive(Clone, Debug, PartialEq)]
pub struct Chunk {
    /// The record tables, in the order of [`TABLE_NAMES`].
    pub tables: Vec<GeneratedTable>,
    /// The truth about each firm, which no department knows: whether it was at risk on the day of observation
    /// (in business and not in default), whether it defaulted in the twelve months after, the day of its
    /// default if any, the latent variables and the probability with which the default was drawn.
    pub outcomes: GeneratedTable,
}

impl Chunk {
    /// A record table by its name.
    pub fn table(&self, name: &str) -> Option<&GeneratedTable> {
        self.tables.iter().find(|t| t.name == name)
    }
}

impl Portfolio {
    /// The firms of a range of numbers; numbers from [`Portfolio::firms`] on do not exist and are left out.
    ///
    /// A firm's rows depend on the seed, the day, the scale, the population and its number only, so any cut into chunks gives
    /// the same rows.
    pub fn chunk(&self, numbers: Range<u64>) -> Chunk {
        let mut out = Tables::default();
        for number in numbers.start..numbers.end.min(self.firms).min(MAX_FIRMS) {
            let firm = Firm::new(self, number);
            registry::write(&firm, &mut out);
            listing::write(&firm, &mut out);
            tax::write(&firm, &mut out);
            invoices::write(&firm, &mut out);
            patent::write(&firm, &mut out);
            research::write(&firm, &mut out);
            credit::write(&firm, &mut out);
            finance::write(&firm, &mut out);
            write_answers(&firm, &mut out);
            write_outcome(&firm, &mut out);
        }
        let mut tables = out.finish();
        let outcomes = tables.pop();
        Chunk {
            tables,
            // INVARIANT: the declaration of the tables ends with the outcomes.
            outcomes: outcomes.unwrap_or(GeneratedTable {
                name: "outcomes",
                columns: Vec::new(),
            }),
        }
    }

    /// Chunks of so many firms, in order, from the firm of a number up to the end.
    pub fn chunks(&self, first: u64, size: u64) -> impl Iterator<Item = Chunk> + '_ {
        let size = size.max(1);
        let starts = (first..self.firms.min(MAX_FIRMS)).step_by(usize::try_from(size).unwrap_or(usize::MAX));
        starts.map(move |start| self.chunk(start..start.saturating_add(size)))
    }
}

/// Days since 1970-01-01 of a text `YYYY-MM-DD` from 2010 to 2090; none if it is not such a day.
///
/// ```
/// assert_eq!(rating_datasets::day_from_text("2025-06-30"), Some(20_269));
/// assert_eq!(rating_datasets::day_from_text("2025-02-29"), None);
/// ```
pub fn day_from_text(text: &str) -> Option<i32> {
    let mut parts = text.split('-').map(|part| part.parse::<i32>().ok());
    let (year, month, of_month) = (parts.next()??, parts.next()??, parts.next()??);
    let in_range = (2010..=2090).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&of_month);
    let day = in_range.then(|| Day::new(year, month, of_month))?;
    (parts.next().is_none() && day.civil() == (year, month, of_month)).then_some(day.0)
}

/// For each record table the share of firms for which its department answers. Assumptions, all of them.
pub fn coverage() -> impl Iterator<Item = (&'static str, f64)> {
    Source::ALL
        .iter()
        .map(|source| (source.name(), source.coverage()))
}

/// One answer a table within three weeks before the day of observation, and for some a second a year later.
fn write_answers(firm: &Firm, out: &mut Tables) {
    let mut draw = firm.draw("answers");
    let lag = draw.after(Day(0), 0, 20).0;
    let again = draw.chance(0.1);
    for source in Source::ALL.iter().filter(|s| firm.answers(**s)) {
        let answered_on = firm.as_of.plus(-lag);
        // INVARIANT: nobody answers before the firm exists.
        let answered_on = answered_on.max(firm.established);
        let row = |answered_on| Answer {
            table: source.name(),
            answered_on,
            known_on: None,
        };
        out.answers.push(&firm.id, row(answered_on));
        if again {
            out.answers.push(&firm.id, row(firm.as_of.plus(365 - lag)));
        }
    }
}

fn write_outcome(firm: &Firm, out: &mut Tables) {
    let fate = &firm.fate;
    let row = Outcome {
        at_risk: fate.at_risk,
        defaulted: i64::from(fate.at_risk && fate.default_on.is_some()),
        default_on: fate.default_on,
        latent_quality: firm.quality,
        latent_technology: firm.technology,
        probability: fate.probability,
    };
    out.outcomes.push(&firm.id, row);
}
