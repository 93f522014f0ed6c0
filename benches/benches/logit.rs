//! Logistic regression of 30 weights of evidence. An analyst waits for it after every change of a bin, and a stepwise
//! selection runs it hundreds of times.

use criterion::{BenchmarkId, Criterion, Throughput};
use ndarray::Array2;
use rating_benches::Fault;
use rating_core::fit::logistic::{Logit, Sample};
use std::hint::black_box;

const COLUMNS: usize = 30;

/// Rows of correlated columns in ten steps, as weights of evidence come, of which about one in fifteen is bad.
fn rows(count: usize) -> (Array2<f64>, Vec<bool>) {
    let mut state = 2_026_u64;
    let mut next = move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    let mut woe = Array2::zeros((count, COLUMNS));
    let mut bad = Vec::with_capacity(count);
    for mut row in woe.rows_mut() {
        let common = next() - 0.5;
        let mut log_odds = -3.0;
        for (at, cell) in row.iter_mut().enumerate() {
            *cell = ((next() - 0.5 + common) * 5.0).round() / 5.0;
            log_odds -= *cell * (0.1 + at as f64 / 60.0);
        }
        bad.push(next() < 1.0 / (1.0 + f64::exp(-log_odds)));
    }
    (woe, bad)
}

fn fits(criterion: &mut Criterion) -> Result<(), Fault> {
    let mut group = criterion.benchmark_group("fit/logit");
    group.sample_size(10);
    for (name, count) in [("100k", 100_000), ("1M", 1_000_000)] {
        let (woe, bad) = rows(count);
        let sample = Sample::new(woe.view(), &bad);
        // What cannot be fitted is said once, before it is timed.
        Logit::on_woe().fit_rows(&sample)?;
        group.throughput(Throughput::Elements(count as u64));
        group.bench_function(BenchmarkId::from_parameter(name), |b| {
            b.iter(|| Logit::on_woe().fit_rows(black_box(&sample)));
        });
    }
    group.finish();
    Ok(())
}

fn main() -> Result<(), Fault> {
    let mut criterion = Criterion::default().configure_from_args();
    fits(&mut criterion)?;
    criterion.final_summary();
    Ok(())
}
