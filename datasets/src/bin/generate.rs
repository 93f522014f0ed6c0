//! Writes a synthetic portfolio as CSV tables.

use clap::Parser;
use rating_datasets::csv::{CsvOptions, WrittenFile, write_folder};
use rating_datasets::{Population, Portfolio};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

/// Writes a synthetic portfolio of technology firms as CSV tables; none of the firms is real.
#[derive(Debug, Parser)]
struct Arguments {
    /// How many firms.
    #[arg(long, default_value_t = 2_000, value_parser = clap::value_parser!(u64).range(..=rating_datasets::MAX_FIRMS))]
    firms: u64,
    /// The same seed gives the same bytes.
    #[arg(long, default_value_t = rating_datasets::SAMPLE_SEED)]
    seed: u64,
    /// Day of observation; defaults lie in the twelve months after it.
    #[arg(long, value_name = "YYYY-MM-DD", default_value = "2025-06-30", value_parser = day)]
    as_of: i32,
    /// Multiplies the number of invoices; 1 gives a median near 45 a firm.
    #[arg(long, default_value_t = 1.0, value_parser = scale)]
    invoice_scale: f64,
    /// Every enterprise of a region, most of them small, about 17 records a firm, in place of technology firms.
    #[arg(long)]
    all_firms: bool,
    /// So many invoices for the first firm.
    #[arg(long, default_value_t = 0)]
    giant_invoices: u32,
    /// Number of the first firm to write, from 0: a large portfolio can be written piece by piece.
    #[arg(long, default_value_t = 0)]
    first: u64,
    /// Folder to make; it must not exist yet.
    #[arg(long)]
    out: PathBuf,
    /// Compress the tables.
    #[arg(long)]
    gzip: bool,
    /// Leave the faults out.
    #[arg(long)]
    clean: bool,
}

fn day(text: &str) -> Result<i32, String> {
    let wanted = || format!("expected a day from 2010-01-01 to 2090-12-31, got `{text}`");
    rating_datasets::day_from_text(text).ok_or_else(wanted)
}

fn scale(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|n| (0.01..=20.0).contains(n));
    number.ok_or_else(|| format!("expected a number from 0.01 to 20, got `{text}`"))
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let portfolio = Portfolio {
        firms: arguments.firms,
        seed: arguments.seed,
        as_of: arguments.as_of,
        invoice_scale: arguments.invoice_scale,
        population: if arguments.all_firms {
            Population::AllFirms
        } else {
            Population::TechFirms
        },
        giant_invoices: arguments.giant_invoices,
    };
    let options = CsvOptions {
        gzip: arguments.gzip,
        dirty: !arguments.clean,
        first: arguments.first,
        ..CsvOptions::default()
    };
    let done = write_folder(&portfolio, &options, &arguments.out).and_then(|files| report(&files));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing is left to do if the terminal is gone too.
            let _ = writeln!(std::io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn report(files: &[WrittenFile]) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "{:<34} {:>12} {:>10} {:>10}",
        "file", "rows", "repeated", "unusable"
    )?;
    for WrittenFile { path, rows, dirt } in files {
        writeln!(
            out,
            "{path:<34} {rows:>12} {:>10} {:>10}",
            dirt.duplicates,
            dirt.unusable()
        )?;
    }
    Ok(())
}
