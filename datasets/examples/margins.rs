//! Prints the margins of a synthetic portfolio and how fast it is made.
//!
//! `cargo run --release -p rating-datasets --example margins -- 20000`

use rating_datasets::{Portfolio, Values};
use std::collections::BTreeMap;
use std::io::Write as _;
use std::time::Instant;

#[expect(clippy::disallowed_methods, reason = "an example may measure time")]
fn main() -> std::io::Result<()> {
    let firms = std::env::args()
        .nth(1)
        .and_then(|text| text.parse().ok())
        .unwrap_or(5_000);
    let portfolio = Portfolio {
        firms,
        ..Portfolio::default()
    };
    let start = Instant::now();
    let (mut rows, mut words) = (BTreeMap::new(), BTreeMap::new());
    let (mut at_risk, mut defaults) = (0, 0);
    let mut spent = start.elapsed();
    for first in (0..firms).step_by(200) {
        let begin = Instant::now();
        let chunk = portfolio.chunk(first..first + 200);
        spent += begin.elapsed();
        for table in &chunk.tables {
            *rows.entry(table.name).or_insert(0) += table.rows();
            for (column, values) in &table.columns {
                if let Values::Word(cells) = values {
                    for word in cells.iter().flatten() {
                        *words.entry((table.name, *column, *word)).or_insert(0_u64) += 1;
                    }
                }
            }
        }
        if let Some(Values::Flag(flags)) = chunk.outcomes.column("at_risk") {
            at_risk += flags.iter().flatten().filter(|flag| **flag).count();
        }
        if let Some(Values::Whole(flags)) = chunk.outcomes.column("defaulted") {
            defaults += flags.iter().flatten().sum::<i64>();
        }
    }
    let mut out = std::io::stdout().lock();
    let speed = firms as f64 / spent.as_secs_f64();
    writeln!(
        out,
        "{firms} firms, {at_risk} at risk, {defaults} defaults; {speed:.0} firms a second"
    )?;
    for (table, count) in rows {
        writeln!(
            out,
            "{table:<28} {count:>10} rows {:>8.2} a firm",
            count as f64 / firms as f64
        )?;
        for ((_, column, word), share) in words.iter().filter(|((t, _, _), _)| *t == table) {
            writeln!(
                out,
                "    {column:<12} {word:<24} {:>6.2} %",
                100.0 * *share as f64 / count as f64
            )?;
        }
    }
    Ok(())
}
