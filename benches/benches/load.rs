//! From text and from columns to records.

use criterion::{Criterion, Throughput};
use rating_benches::{Fault, Portfolio, firm_json};
use rating_core::record::Dossier;
use rating_core::record::columns::ExtraColumns;
use rating_core::record::read_tables;
use std::hint::black_box;

fn json(criterion: &mut Criterion) {
    let text = firm_json();
    let mut group = criterion.benchmark_group("load");
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("json", |b| b.iter(|| Dossier::read_json(black_box(&text))));
    group.finish();
}

fn columns(criterion: &mut Criterion) -> Result<(), Fault> {
    let portfolio = Portfolio::new(1_000);
    portfolio.read()?;
    let tables = portfolio.lend();
    let mut group = criterion.benchmark_group("load");
    group.sample_size(20);
    group.throughput(Throughput::Elements(portfolio.rows() as u64));
    group.bench_function("columns", |b| {
        b.iter(|| read_tables(black_box(&tables), ExtraColumns::Refuse));
    });
    group.finish();
    Ok(())
}

fn main() -> Result<(), Fault> {
    let mut criterion = Criterion::default().configure_from_args();
    json(&mut criterion);
    columns(&mut criterion)?;
    criterion.final_summary();
    Ok(())
}
