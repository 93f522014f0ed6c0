//! The nightly run: a folder of Parquet tables in; ratings, published evaluations, what follows from both, and everything
//! that explains them out, as Parquet.
//!
//! ```console
//! $ cargo run --release --features polars --bin nightly -- RECORDS OUT 2025-06-30
//! ```
//!
//! `RECORDS` holds a file a table: `registrations.parquet`, `filings.parquet` and so on; the word `sample` stands for
//! the embedded sample. A file in `OUT` that bears its final name is complete, and a second run writes the same bytes.
//!
//! The tables are those of `firmrating nightly`, which does more: it splits what is larger than memory, goes on where it was
//! killed, compares with an earlier run and fills a database. Applications for loans are read and answered table by table in Python alone (`firmrating nightly`); from Rust,
//! `LendingPolicy::offer` answers one, as the example `lending` shows.
#![expect(clippy::print_stdout, reason = "a program that prints")]

use polars::prelude::{DataFrame, ParquetReader, ParquetWriter, SerReader as _};
use rating_core::frames;
use rating_core::portfolio::{self, Beside};
use rating_core::rating::{ModelSpec, rate_many};
use rating_core::record::columns::ExtraColumns;
use rating_core::rule::rulebook::{Declared, RulebookSpec};
use rating_examples::{CsvTable, lines, sample_tables};
use std::collections::HashMap;
use std::error::Error;
use std::fs::{self, File};
use std::path::Path;

type Failure = Box<dyn Error>;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [records, out, day] = arguments.as_slice() else {
        return Err("usage: nightly RECORDS OUT DAY".into());
    };
    let (out, as_of) = (Path::new(out), day.parse()?);
    let spec = ModelSpec::preset("tech-firm").ok_or("no such preset")?;
    let model = spec.check().map_err(|errors| lines(&errors))?;
    let spec = RulebookSpec::preset("china").ok_or("no such preset")?;
    let book = spec.check().map_err(|errors| lines(&errors))?;

    let tables = match records.as_str() {
        "sample" => sample_frames()?,
        folder => folder_frames(Path::new(folder))?,
    };
    let named: Vec<(&str, DataFrame)> = tables.iter().map(|(n, f)| (n.as_str(), f.clone())).collect();
    let intake = frames::read_records(&named, ExtraColumns::Ignore).map_err(|errors| lines(&errors))?;
    for (table, header) in &intake.ignored {
        println!("not read: column `{header}` of table `{table}`");
    }
    let ratings = rate_many(&model, &intake.dossiers, as_of);
    let evaluated = portfolio::evaluate_many(&book, &intake.dossiers, as_of, |_| Declared::default());
    let symbols: HashMap<_, _> = ratings.iter().map(|r| (&r.firm, r.symbol())).collect();
    let applied = portfolio::apply_many(&book, &intake.dossiers, as_of, |firm| Beside {
        rating: symbols.get(firm).map(ToString::to_string),
        ..Beside::default()
    });

    fs::create_dir_all(out)?;
    write(out, "counts", frames::counts(&intake)?)?;
    write(out, "rejects", frames::rejects(&intake)?)?;
    for (name, table) in [
        ("contributions", portfolio::contributions(&model, &ratings)),
        ("rules", portfolio::rules(&model, &ratings)),
        ("coverage", portfolio::coverage(&ratings)),
        ("evaluations", portfolio::evaluations(&book, &evaluated)),
        ("evaluation_parts", portfolio::parts(&book, &evaluated)),
        ("rule_applications", portfolio::applications(&book, &applied)),
        ("record_clocks", portfolio::record_clocks(&book, &applied)),
        ("ratings", portfolio::ratings(&model, &ratings)),
    ] {
        write(out, name, frames::frame(&table)?)?;
    }
    let (rows, used) = intake
        .counts
        .iter()
        .fold((0, 0), |(rows, used), c| (rows + c.rows_in, used + c.used));
    println!("{rows} rows in = {used} used + {} rejected", rows - used);
    println!("{} firms rated as of {as_of} by {}", ratings.len(), model.hash());
    Ok(())
}

fn sample_frames() -> Result<Vec<(String, DataFrame)>, Failure> {
    let frame = |table: &CsvTable| Ok((table.name().to_owned(), table.frame()?));
    sample_tables()?.iter().map(frame).collect()
}

/// Every Parquet file of a folder, in the order of their names.
fn folder_frames(folder: &Path) -> Result<Vec<(String, DataFrame)>, Failure> {
    let mut tables = Vec::new();
    for entry in fs::read_dir(folder).map_err(|e| format!("`{}`: {e}", folder.display()))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "parquet") {
            let name = path
                .file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            let frame = ParquetReader::new(File::open(&path)?).finish();
            tables.push((name, frame.map_err(|e| format!("`{}`: {e}", path.display()))?));
        }
    }
    tables.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(tables)
}

/// Writes a table under another name first: one that was cut short is never taken for the whole.
fn write(folder: &Path, name: &str, mut frame: DataFrame) -> Result<(), Failure> {
    let partial = folder.join(format!("{name}.parquet.partial"));
    ParquetWriter::new(File::create(&partial)?).finish(&mut frame)?;
    fs::rename(partial, folder.join(format!("{name}.parquet")))?;
    Ok(())
}
