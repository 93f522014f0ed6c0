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
use sha2::{Digest as _, Sha256};
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

/// The value of a key of one file in the manifest, such as its hash.
fn listed<'a>(manifest: &'a serde_json::Value, table: &str, key: &str) -> &'a serde_json::Value {
    let files = manifest["outputs"].as_array().unwrap();
    &files.iter().find(|file| file["table"] == table).unwrap()[key]
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

    let manifest = |folder: &Path| fs::read_to_string(folder.join("manifest.json")).unwrap();
    assert_eq!(manifest(&second), manifest(&third));
    let told: serde_json::Value = serde_json::from_str(&manifest(&second)).unwrap();
    for name in ["ratings", "rejects"] {
        let content = fs::read(second.join(format!("{name}.parquet"))).unwrap();
        let hash: String = Sha256::digest(&content)
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect();
        assert_eq!(listed(&told, name, "sha256"), &hash);
        assert_eq!(listed(&told, name, "bytes"), content.len());
    }
    assert_eq!(told["inputs"].as_array().unwrap().len(), tables.len());
    let sum = |key: &str| -> u64 {
        let counts = told["counts"].as_array().unwrap();
        counts.iter().map(|one| one[key].as_u64().unwrap()).sum()
    };
    assert_eq!(sum("rows_in"), sum("used") + sum("rejected"));

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

#[test]
fn a_model_and_a_rulebook_may_be_named_and_what_is_neither_is_told() {
    let (out, bare) = (folder("named"), folder("bare"));
    let path = folder("documents").join("model.json");
    let mut spec = ModelSpec::preset("tech-firm").unwrap();
    spec.version = "9.9.9".to_owned();
    fs::write(&path, spec.to_json()).unwrap();
    let call = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nightly"));
        command.args(arguments).output().unwrap()
    };
    let (out, bare) = (out.to_str().unwrap(), bare.to_str().unwrap());
    let done = call(&["sample", out, "2025-06-30", path.to_str().unwrap(), "none"]);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let text = fs::read_to_string(Path::new(out).join("manifest.json")).unwrap();
    let told: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(told["model"]["version"], "9.9.9");
    assert_eq!(told["model"]["hash"], spec.hash());
    assert!(told["rulebook"].is_null());
    assert!(!Path::new(out).join("evaluations.parquet").exists());
    let refused = call(&["sample", bare, "2025-06-30", "tech-frim"]);
    assert!(!refused.status.success());
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains("`tech-frim` is no preset, nor a file"), "{said}");
    assert!(!Path::new(bare).join("ratings.parquet").exists());
}
