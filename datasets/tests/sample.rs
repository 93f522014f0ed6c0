//! The embedded sample is what its README says, and what the generator writes.

use flate2::read::GzDecoder;
use rating_datasets::csv::{CsvOptions, write_files};
use rating_datasets::{TABLE_NAMES, sample, sample_portfolio};
use sha2::{Digest, Sha256};
use std::io::Read;

/// Compares the tables, not the compressed bytes: another compressor in the build may write the latter otherwise.
#[test]
fn the_sample_is_what_the_generator_writes() {
    let files = write_files(&sample_portfolio(), &CsvOptions::default(), |_| Ok(Vec::new())).unwrap();
    assert_eq!(files.len(), sample().len());
    for ((file, bytes), embedded) in files.iter().zip(sample()) {
        assert_eq!(format!("{}.gz", file.path), embedded.name);
        let mut table = Vec::new();
        GzDecoder::new(embedded.gz).read_to_end(&mut table).unwrap();
        assert!(
            table == *bytes,
            "{} differs: write the sample anew",
            embedded.name
        );
    }
}

#[test]
fn the_sample_has_every_table_and_stays_small() {
    let names: Vec<&str> = sample().iter().map(|file| file.name).collect();
    let mut wanted: Vec<String> = TABLE_NAMES.iter().map(|name| format!("{name}.csv.gz")).collect();
    wanted.push("truth/outcomes.csv.gz".to_owned());
    assert_eq!(names, wanted);
    assert!(sample().iter().map(|file| file.gz.len()).sum::<usize>() <= 4_000_000);
}

#[test]
fn the_readme_names_each_file_with_its_hash() {
    let readme = include_str!("../data/sample/README.md");
    for file in sample() {
        let hex = Sha256::digest(file.gz)
            .iter()
            .fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
        let line = readme
            .lines()
            .find(|line| line.contains(&format!("`{}`", file.name)));
        assert!(
            line.is_some_and(|line| line.contains(&hex)),
            "{}: {hex}",
            file.name
        );
    }
}
