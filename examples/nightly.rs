//! The nightly run: a folder of Parquet tables in; ratings, published evaluations, what follows from both, and everything
//! that explains them out, as Parquet.
//!
//! ```console
//! $ cargo run --release --features polars --bin nightly -- RECORDS OUT 2025-06-30 [model.json [shanghai]]
//! ```
//!
//! `RECORDS` holds a file a table: `registrations.parquet`, `filings.parquet` and so on; the word `sample` stands for
//! the embedded sample. After the day come a model and a rulebook, each the id of a preset or a JSON file, `tech-firm` and
//! `china` without them; `none` for no rulebook. A file in `OUT` that bears its final name is complete, and a second run
//! writes the same bytes. `manifest.json` comes last: what was read, by what it was rated, and every file with its SHA-256.
//!
//! The tables are those of `firmrating nightly`, row by row (`examples/tests/nightly_parity.py`; of `rejects` all but the
//! firm). That does more: it splits what is larger than memory, goes on where it was killed, compares, reports and fills a
//! database. It alone answers applications for loans; here, the example `lending` shows one.
#![expect(clippy::print_stdout, reason = "a program that prints")]

use polars::prelude::{DataFrame, ParquetReader, ParquetWriter, SerReader as _};
use rating_core::frames;
use rating_core::num::Date;
use rating_core::portfolio::{self, Beside, Table};
use rating_core::rating::{ModelSpec, Rating, RatingModel, rate_many};
use rating_core::record::Intake;
use rating_core::record::columns::ExtraColumns;
use rating_core::rule::rulebook::{Declared, Rulebook, RulebookSpec};
use rating_examples::{CsvTable, lines, sample_tables};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File};
use std::io::{Read as _, read_to_string};
use std::path::Path;

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (records, out, day, rest) = match arguments.as_slice() {
        [records, out, day, rest @ ..] if rest.len() < 3 => (records, Path::new(out), day, rest),
        _ => return Err("usage: nightly RECORDS OUT DAY [MODEL [RULEBOOK | none]]".into()),
    };
    let as_of = day.parse()?;
    let model = model_of(rest.first().map_or("tech-firm", String::as_str))?;
    let book = match rest.get(1).map_or("china", String::as_str) {
        "none" => None,
        given => Some(rulebook_of(given)?),
    };
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
    let mut answers = vec![
        ("contributions", portfolio::contributions(&model, &ratings)),
        ("rules", portfolio::rules_found(&model, &ratings)),
        ("ratings", portfolio::ratings(&model, &ratings)),
    ];
    if let Some(book) = &book {
        answers.extend(by_rulebook(book, &intake, &ratings, as_of));
    }
    fs::create_dir_all(out)?;
    let mut outputs = vec![
        write(out, "counts", frames::counts(&intake)?)?,
        write(out, "rejects", frames::rejects(&intake)?)?,
    ];
    for (name, table) in answers {
        outputs.push(write(out, name, frames::frame(&table)?)?);
    }
    let mut manifest = manifest(&model, book.as_ref(), &intake, &ratings);
    manifest["as_of"] = json!(day);
    manifest["inputs"] = inputs(records, &tables)?;
    manifest["outputs"] = outputs.into();
    let partial = out.join("manifest.json.partial");
    fs::write(&partial, format!("{manifest:#}\n"))?;
    fs::rename(partial, out.join("manifest.json"))?;
    let rows: u64 = intake.counts.iter().map(|c| c.rows_in).sum();
    let used: u64 = intake.counts.iter().map(|c| c.used).sum();
    println!("{rows} rows in = {used} used + {} rejected", rows - used);
    println!("{} firms rated as of {as_of} by {}", ratings.len(), model.hash());
    Ok(())
}

/// By what was rated, and what came of the rows and of the firms.
fn manifest(model: &RatingModel, book: Option<&Rulebook>, intake: &Intake, ratings: &[Rating]) -> Value {
    let counts = intake
        .counts
        .iter()
        .map(|c| json!({"table": c.table, "rows_in": c.rows_in, "used": c.used, "rejected": c.rejected}));
    let mut firms: BTreeMap<&str, usize> = BTreeMap::new();
    for rating in ratings {
        *firms.entry(rating.standing.word()).or_default() += 1;
    }
    json!({
        "model": {"id": model.spec().id, "version": model.spec().version, "hash": model.hash()},
        "rulebook": book.map(|b| json!({"id": b.spec().id, "version": b.spec().version, "hash": b.hash()})),
        "counts": counts.collect::<Vec<_>>(),
        "firms": firms,
    })
}

fn model_of(given: &str) -> Result<RatingModel, Failure> {
    let spec = match ModelSpec::preset(given) {
        Some(spec) => spec,
        None => ModelSpec::from_json(&text(given)?)?,
    };
    Ok(spec.check().map_err(|errors| lines(&errors))?)
}

fn rulebook_of(given: &str) -> Result<Rulebook, Failure> {
    let spec = match RulebookSpec::preset(given) {
        Some(spec) => spec,
        None => RulebookSpec::from_json(&text(given)?)?,
    };
    Ok(spec.check().map_err(|errors| lines(&errors))?)
}

fn text(path: &str) -> Result<String, Failure> {
    let told = |e| format!("`{path}` is no preset, nor a file: {e}");
    Ok(read_to_string(File::open(path).map_err(told)?)?)
}

/// Published evaluations, and what follows from lists, levels, evaluations and ratings.
fn by_rulebook<'a>(
    book: &'a Rulebook,
    intake: &'a Intake,
    ratings: &[Rating],
    as_of: Date,
) -> Vec<(&'static str, Table<'a>)> {
    let evaluated = portfolio::evaluate_many(book, &intake.dossiers, as_of, |_| Declared::default());
    let symbols: HashMap<_, _> = ratings.iter().map(|r| (&r.firm, r.symbol())).collect();
    let applied = portfolio::apply_many(book, &intake.dossiers, as_of, |firm| Beside {
        rating: symbols.get(firm).map(ToString::to_string),
        ..Beside::default()
    });
    vec![
        ("evaluations", portfolio::evaluations(book, &evaluated)),
        ("evaluation_parts", portfolio::parts(book, &evaluated)),
        ("rule_applications", portfolio::applications(book, &applied)),
        ("record_clocks", portfolio::record_clocks(book, &applied)),
    ]
}

/// The files that were read, with their hashes; the embedded sample has none.
fn inputs(records: &str, tables: &[(String, DataFrame)]) -> Result<Value, Failure> {
    let told = |(name, frame): &(String, DataFrame)| match records {
        "sample" => Ok(json!({"table": name, "rows": frame.height()})),
        folder => described(Path::new(folder), name, frame),
    };
    tables.iter().map(told).collect()
}

/// A file of a table, with its size and hash.
fn described(folder: &Path, name: &str, frame: &DataFrame) -> Result<Value, Failure> {
    let (file, mut content) = (format!("{name}.parquet"), Vec::new());
    File::open(folder.join(&file))?.read_to_end(&mut content)?;
    let hash: String = Sha256::digest(&content)
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    let (rows, bytes) = (frame.height(), content.len());
    Ok(json!({"table": name, "file": file, "rows": rows, "bytes": bytes, "sha256": hash}))
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

/// Writes a table under another name first: one that was cut short is never taken for the whole. Says what was written.
fn write(folder: &Path, name: &str, mut frame: DataFrame) -> Result<Value, Failure> {
    let partial = folder.join(format!("{name}.parquet.partial"));
    ParquetWriter::new(File::create(&partial)?).finish(&mut frame)?;
    fs::rename(partial, folder.join(format!("{name}.parquet")))?;
    described(folder, name, &frame)
}
