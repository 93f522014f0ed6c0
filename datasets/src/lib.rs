//! Synthetic portfolios of technology firms, for examples, tests and benchmarks.
//!
//! Nothing here is a real firm. [`Portfolio`] makes any number of firms from a seed, chunk by chunk in constant
//! memory; [`csv`] writes them as the tables that departments would send, with stated shares of faulty cells
//! ([`dirt`]); [`sample()`] is a portfolio of 2,000 firms embedded in the crate.
//!
//! The crate imports none of the other crates of this workspace: its tables are a client's view of the schema.
//!
//! ```
//! use rating_datasets::{Portfolio, Values};
//! let portfolio = Portfolio { firms: 10, ..Portfolio::default() };
//! let chunk = portfolio.chunk(0..10);
//! let registrations = chunk.table("registrations").ok_or("no such table")?;
//! assert!(registrations.rows() >= 9); // the registry answers for nearly every firm
//! assert!(matches!(registrations.column("name"), Some(Values::Text(_))));
//! # Ok::<(), &str>(())
//! ```

pub mod csv;
pub mod dirt;
mod sample;
mod synthetic;

pub use sample::{SAMPLE_FIRMS, SAMPLE_INVOICE_SCALE, SAMPLE_SEED, SampleFile, sample, sample_portfolio};
pub use synthetic::{
    Chunk, GeneratedTable, MAX_FIRMS, Population, Portfolio, TABLE_NAMES, Values, coverage, day_from_text,
};
