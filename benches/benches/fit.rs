//! From rows to bins: one variable, a tree of 64 pre-bins, automatic trend, at most 6 bins.

use criterion::Criterion;
use rating_benches::Fault;
use rating_core::fit::binning::{Binning, BinningOptions, Limits, PreBinning, Sample};
use std::hint::black_box;

/// Values in (0, 1) and outcomes whose odds rise and then fall with the value, one in six bad.
fn rows(count: usize) -> (Vec<f64>, Vec<bool>) {
    let mut state = 88_172_645_463_325_252_u64;
    let mut next = move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    let mut row = move || {
        let value = next();
        let risk = 0.05 + 0.6 * value * (1.0 - value) * (1.0 - value);
        (value, next() < 1.2 * risk)
    };
    (0..count).map(|_| row()).unzip()
}

fn bin(criterion: &mut Criterion, name: &str, count: usize) -> Result<(), Fault> {
    let (values, bad) = rows(count);
    let options = BinningOptions {
        pre_bins: PreBinning::Tree {
            bins: 64,
            min_share: 0.005,
        },
        limits: Limits {
            max_bins: Some(6),
            ..Limits::default()
        },
        ..BinningOptions::default()
    };
    Binning::fit(&Sample::new(&values, &bad), &options)?;
    criterion.bench_function(&format!("fit/bin/{name}"), |b| {
        b.iter(|| Binning::fit(&Sample::new(black_box(&values), black_box(&bad)), &options));
    });
    Ok(())
}

fn main() -> Result<(), Fault> {
    let mut criterion = Criterion::default().configure_from_args();
    bin(&mut criterion, "100k", 100_000)?;
    bin(&mut criterion, "1M", 1_000_000)?;
    criterion.final_summary();
    Ok(())
}
