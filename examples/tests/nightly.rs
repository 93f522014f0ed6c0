//! The nightly run: Parquet in, Parquet out, the same as from any other door and the same bytes twice.
#![cfg(feature = "polars")]
#![expect(clippy::unwrap_used, reason = "a test that fails says where")]
#![expect(
    clippy::disallowed_methods,
    reason = "the core does not read files; a test may"
)]

use polars::prelude::{DataFrame, ParquetReader, ParquetWriter, SerReader as _};
use rating_core::rating::{ModelSpec, Rating, rate_many};
use rating_examples::{read_records, sample_tables};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).unwrap();
    path
}

fn run(records: &str, out: &Path) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nightly"));
    let output = command.arg(records).arg(out).arg("2025-06-30").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.success(),
        "{text}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    text
}

fn read(path: &Path) -> DataFrame {
    ParquetReader::new(File::open(path).unwrap()).finish().unwrap()
}

#[test]
fn parquet_csv_and_a_second_run_give_the_same_ratings() {
    let (records, first, second, third) = (
        folder("records"),
        folder("first"),
        folder("second"),
        folder("third"),
    );
    let tables = sample_tables().unwrap();
    for table in &tables {
        let file = File::create(records.join(format!("{}.parquet", table.name()))).unwrap();
        ParquetWriter::new(file)
            .finish(&mut table.frame().unwrap())
            .unwrap();
    }
    let text = run("sample", &first);
    assert!(text.contains("2000 firms rated as of 2025-06-30"), "{text}");
    assert_eq!(run(records.to_str().unwrap(), &second), text);
    run(records.to_str().unwrap(), &third);
    for name in [
        "counts",
        "rejects",
        "contributions",
        "rules",
        "coverage",
        "evaluations",
        "evaluation_parts",
        "rule_applications",
        "record_clocks",
        "ratings",
    ] {
        let bytes = |folder: &Path| fs::read(folder.join(format!("{name}.parquet"))).unwrap();
        assert!(bytes(&second) == bytes(&third), "{name} differs between two runs");
        let frame = |folder: &Path| read(&folder.join(format!("{name}.parquet")));
        assert!(frame(&first).equals_missing(&frame(&second)), "{name}");
    }

    let model = ModelSpec::preset("tech-firm").unwrap().check().unwrap();
    let intake = read_records(&tables).unwrap();
    let ratings = rate_many(&model, &intake.dossiers, "2025-06-30".parse().unwrap());
    let frame = read(&second.join("ratings.parquet"));
    let grades = frame.column("grade").unwrap().str().unwrap();
    assert!(grades.iter().eq(ratings.iter().map(|r| Some(r.symbol()))));
    let bits = |r: &Rating| Some(r.assessment.pd.get().to_bits());
    let pds = frame.column("pd").unwrap().f64().unwrap().iter();
    assert!(pds.map(|pd| pd.map(f64::to_bits)).eq(ratings.iter().map(bits)));
    let rejects = read(&second.join("rejects.parquet"));
    assert_eq!(
        rejects.height(),
        intake.rejects.iter().map(|r| r.faults.len()).sum::<usize>()
    );
}
