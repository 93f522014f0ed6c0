//! From records, from measures and from columns of measures to ratings.

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput};
use rating_benches::{AS_OF, Fault, MeasureColumns, firm_json, model, model_of_thirty};
use rating_core::measure::Measures;
use rating_core::record::Dossier;
use std::hint::black_box;

fn rows(criterion: &mut Criterion) -> Result<(), Fault> {
    let model = model()?;
    let firm: Dossier = firm_json().parse()?;
    let as_of = AS_OF.parse()?;
    let measures = Measures::of(&firm.view(as_of));
    criterion.bench_function("rate/row", |b| {
        b.iter(|| model.rate(black_box(&firm), as_of));
    });
    criterion.bench_function("rate/row/assess", |b| {
        b.iter(|| model.assess(&Measures::of(&black_box(&firm).view(as_of))));
    });
    criterion.bench_function("rate/measured_row", |b| {
        b.iter(|| model.assess(black_box(&measures)));
    });
    Ok(())
}

fn batches(criterion: &mut Criterion) -> Result<(), Fault> {
    let model = model_of_thirty()?;
    for (name, firms) in [("1k", 1_000), ("100k", 100_000), ("1M", 1_000_000)] {
        let columns = MeasureColumns::of(&model, firms)?;
        let columns = columns.lend();
        let mut group = criterion.benchmark_group("rate/batch");
        group.throughput(Throughput::Elements(firms as u64));
        group.bench_function(BenchmarkId::new("scores", name), |b| {
            b.iter_batched_ref(
                || vec![0; firms],
                |scores| model.add_credit_scores(black_box(&columns), scores),
                BatchSize::LargeInput,
            );
        });
        group.bench_function(name, |b| {
            b.iter(|| model.rate_columns(black_box(&columns), firms));
        });
        group.finish();
    }
    Ok(())
}

fn main() -> Result<(), Fault> {
    let mut criterion = Criterion::default().configure_from_args();
    rows(&mut criterion)?;
    batches(&mut criterion)?;
    criterion.final_summary();
    Ok(())
}
