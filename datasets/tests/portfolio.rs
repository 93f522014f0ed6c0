//! What a generated portfolio promises.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests may panic as tests do"
)]

use rating_datasets::csv::{CsvOptions, write_files, write_folder};
use rating_datasets::{Chunk, GeneratedTable, Population, Portfolio, TABLE_NAMES, Values, coverage, dirt};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

const FIRMS: u64 = 8_000;

fn population() -> &'static Chunk {
    static CHUNK: OnceLock<Chunk> = OnceLock::new();
    CHUNK.get_or_init(|| {
        Portfolio {
            firms: FIRMS,
            seed: 11,
            ..Portfolio::default()
        }
        .chunk(0..FIRMS)
    })
}

fn table(name: &str) -> &'static GeneratedTable {
    population().table(name).unwrap()
}

fn text(table: &GeneratedTable, column: &str) -> Vec<Option<String>> {
    match table.column(column).unwrap() {
        Values::Text(cells) => cells.clone(),
        Values::Word(cells) => cells.iter().map(|cell| cell.map(str::to_owned)).collect(),
        other => panic!("{column}: {other:?}"),
    }
}

fn numbers(table: &GeneratedTable, column: &str) -> Vec<Option<i64>> {
    match table.column(column).unwrap() {
        Values::Whole(cells) | Values::Fen(cells) => cells.clone(),
        Values::Day(cells) => cells.iter().map(|cell| cell.map(i64::from)).collect(),
        Values::Flag(cells) => cells.iter().map(|cell| cell.map(i64::from)).collect(),
        other => panic!("{column}: {other:?}"),
    }
}

fn reals(table: &GeneratedTable, column: &str) -> Vec<f64> {
    match table.column(column).unwrap() {
        Values::Real(cells) => cells.iter().map(|cell| cell.unwrap()).collect(),
        other => panic!("{column}: {other:?}"),
    }
}

struct HexOf<'a>(&'a [u8]);

impl std::fmt::LowerHex for HexOf<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn rendered(portfolio: &Portfolio, options: &CsvOptions) -> Vec<(String, Vec<u8>)> {
    let files = write_files(portfolio, options, |_| Ok(Vec::new())).unwrap();
    files
        .into_iter()
        .map(|(file, bytes)| (file.path, bytes))
        .collect()
}

#[test]
fn any_cut_into_chunks_writes_the_same_bytes() {
    let portfolio = Portfolio {
        firms: 40,
        seed: 5,
        ..Portfolio::default()
    };
    let whole = rendered(&portfolio, &CsvOptions::default());
    for chunk in [1, 7, 39] {
        assert_eq!(
            rendered(
                &portfolio,
                &CsvOptions {
                    chunk,
                    ..CsvOptions::default()
                }
            ),
            whole
        );
    }
    let zipped = |chunk| {
        rendered(
            &portfolio,
            &CsvOptions {
                gzip: true,
                chunk,
                ..CsvOptions::default()
            },
        )
    };
    assert_eq!(zipped(3), zipped(1_000));
}

/// Every enterprise of a region, the first of them with many invoices.
fn all_firms(firms: u64) -> Portfolio {
    Portfolio {
        firms,
        population: Population::AllFirms,
        giant_invoices: 3_000,
        ..Portfolio::default()
    }
}

#[test]
fn pieces_that_are_written_apart_have_the_rows_of_the_whole() {
    let piece = |first, firms| {
        let options = CsvOptions {
            first,
            ..CsvOptions::default()
        };
        rendered(&all_firms(firms), &options)
    };
    let (one, two) = (piece(0, 25), piece(25, 60));
    for ((path, whole), (one, two)) in piece(0, 60).into_iter().zip(one.into_iter().zip(two)) {
        let behind_header = two.1.iter().position(|byte| *byte == b'\n').unwrap() + 1;
        assert_eq!(whole, [&one.1[..], &two.1[behind_header..]].concat(), "{path}");
    }
}

#[test]
fn all_firms_have_the_records_that_their_population_says() {
    let chunk = all_firms(FIRMS).chunk(1..FIRMS);
    let rows: usize = chunk.tables.iter().map(GeneratedTable::rows).sum();
    let mean = rows as f64 / FIRMS as f64;
    assert!((16.5..18.0).contains(&mean), "{mean}");
    let mut each = BTreeMap::new();
    for firm in chunk.tables.iter().flat_map(|t| text(t, "firm_id")) {
        *each.entry(firm.unwrap()).or_insert(0) += 1;
    }
    let none = FIRMS as usize - 1 - each.len();
    assert!(
        (1..FIRMS as usize / 50).contains(&none),
        "{none} firms without a record"
    );
    let few = each.values().filter(|count| **count <= 16).count();
    assert!(few * 4 > each.len() * 3, "{few} of {}", each.len());
}

#[test]
fn the_first_firm_is_as_large_as_asked() {
    let chunk = all_firms(10).chunk(0..1);
    let invoices = chunk.table("invoices").unwrap().rows();
    // Red-letter invoices come on top.
    assert!((3_000..3_300).contains(&invoices), "{invoices}");
}

#[test]
fn a_firm_does_not_depend_on_how_many_there_are() {
    let few = Portfolio {
        firms: 12,
        ..Portfolio::default()
    };
    let many = Portfolio {
        firms: 1_000_000,
        ..Portfolio::default()
    };
    assert_eq!(few.chunk(5..12), many.chunk(5..12));
    assert_eq!(few.chunk(10..50).outcomes.rows(), 2);
}

#[test]
fn another_seed_gives_another_portfolio() {
    let one = Portfolio {
        firms: 5,
        seed: 1,
        ..Portfolio::default()
    };
    let two = Portfolio {
        seed: 2,
        ..one.clone()
    };
    assert_ne!(one.chunk(0..5), two.chunk(0..5));
}

/// The hash stands for the bytes on every machine. A change of the generator changes it on purpose: then the
/// sample is written anew too (`data/sample/README.md`).
#[test]
fn fifty_firms_have_the_bytes_they_had() {
    let portfolio = Portfolio {
        firms: 50,
        seed: 42,
        ..Portfolio::default()
    };
    let mut hash = Sha256::new();
    for (path, bytes) in rendered(&portfolio, &CsvOptions::default()) {
        hash.update(path.as_bytes());
        hash.update(bytes);
    }
    assert_eq!(
        format!("{:x}", HexOf(&hash.finalize())),
        "0459fdff5e5050095991cd1bac5769a33c43dc02fda769d0d8df161379d1d1b9"
    );
}

#[test]
fn statements_add_up() {
    let statements = table("statements");
    let column = |name| numbers(statements, name);
    let (assets, liabilities, equity) = (column("assets"), column("liabilities"), column("equity"));
    let (current, cash) = (column("current_assets"), column("cash"));
    let (inventory, receivables) = (column("inventory"), column("receivables"));
    let (short, payables) = (column("current_liabilities"), column("payables"));
    let (before_tax, net) = (column("profit_before_tax"), column("net_profit"));
    for row in 0..statements.rows() {
        let (assets, liabilities) = (assets[row].unwrap(), liabilities[row].unwrap());
        assert!(assets > 0 && liabilities >= 0);
        assert!(equity[row].is_none_or(|equity| equity == assets - liabilities));
        assert!(current[row].is_none_or(|current| (0..=assets).contains(&current)));
        assert!(short[row].is_none_or(|short| (0..=liabilities).contains(&short)));
        if let (Some(c), Some(i), Some(r), Some(all)) =
            (cash[row], inventory[row], receivables[row], current[row])
        {
            assert!(c >= 0 && i >= 0 && r >= 0 && c + i + r <= all, "row {row}");
        }
        assert!(payables[row].zip(short[row]).is_none_or(|(p, s)| p <= s));
        assert!(
            before_tax[row]
                .zip(net[row])
                .is_none_or(|(b, n)| n == b || (0 < n && n < b))
        );
    }
}

#[test]
fn sales_invoices_agree_with_filings() {
    let within = |day: Option<i64>| (19_358..=20_088).contains(&day.unwrap());
    let sums = |name, day, amount, counts: fn(&GeneratedTable) -> Vec<bool>| {
        let table = table(name);
        let (firms, days) = (text(table, "firm_id"), numbers(table, day));
        let (amounts, counts) = (numbers(table, amount), counts(table));
        let mut sums: BTreeMap<Option<String>, (f64, u32)> = BTreeMap::new();
        for row in (0..table.rows()).filter(|row| counts[*row] && within(days[*row])) {
            let sum = sums.entry(firms[row].clone()).or_default();
            sum.0 += amounts[row].unwrap_or(0) as f64;
            sum.1 += 1;
        }
        sums
    };
    let filed = sums("filings", "period_end", "taxable_sales", |t| {
        text(t, "kind")
            .iter()
            .map(|cell| cell.as_deref() == Some("vat"))
            .collect()
    });
    let billed = sums("invoices", "issued_on", "amount", |t| {
        let sales = text(t, "direction")
            .into_iter()
            .map(|cell| cell.as_deref() == Some("sale"));
        let valid = text(t, "status")
            .into_iter()
            .map(|cell| cell.as_deref() == Some("valid"));
        sales.zip(valid).map(|(sale, valid)| sale && valid).collect()
    });
    let ratios: Vec<f64> = billed
        .iter()
        .filter(|(_, (_, count))| *count >= 20)
        .filter_map(|(firm, (sum, _))| Some(sum / filed.get(firm)?.0))
        .filter(|ratio| ratio.is_finite())
        .collect();
    assert!(ratios.len() > 1_500, "{}", ratios.len());
    let apart: Vec<f64> = ratios.iter().map(|ratio| (ratio - 1.0).abs()).collect();
    let (middle, spread) = (median(ratios), median(apart));
    assert!((0.93..1.07).contains(&middle), "{middle}");
    assert!(spread < 0.20, "{spread}");
}

#[test]
fn sales_in_statements_agree_with_filings() {
    let mut filed: BTreeMap<(String, i64), f64> = BTreeMap::new();
    let filings = table("filings");
    let (firms, kinds) = (text(filings, "firm_id"), text(filings, "kind"));
    let (ends, sales) = (numbers(filings, "period_end"), numbers(filings, "taxable_sales"));
    // Days 19,358 to 20,088 are 2023-01-01 to 2024-12-31.
    for row in (0..filings.rows()).filter(|row| kinds[*row].as_deref() == Some("vat")) {
        if (19_358..=20_088).contains(&ends[row].unwrap()) {
            let year = 2_023 + ((ends[row].unwrap() - 19_358) / 365).min(1);
            *filed.entry((firms[row].clone().unwrap(), year)).or_default() += sales[row].unwrap_or(0) as f64;
        }
    }
    let statements = table("statements");
    let (firms, years) = (text(statements, "firm_id"), numbers(statements, "year"));
    let sales = numbers(statements, "sales");
    let mut ratios = Vec::new();
    for row in 0..statements.rows() {
        let key = (firms[row].clone().unwrap(), years[row].unwrap());
        if let (Some(tax), Some(sales)) = (filed.get(&key), sales[row]) {
            ratios.push(tax / sales as f64);
        }
    }
    assert!(ratios.len() > 4_000);
    let apart: Vec<f64> = ratios.iter().map(|ratio| (ratio - 1.0).abs()).collect();
    assert!((0.98..1.02).contains(&median(ratios)));
    assert!(median(apart) < 0.05);
}

#[test]
fn invoices_have_the_published_shares_of_void_and_red_letter() {
    let invoices = table("invoices");
    let (directions, states) = (text(invoices, "direction"), text(invoices, "status"));
    let (amounts, taxes) = (numbers(invoices, "amount"), numbers(invoices, "tax"));
    // Counts of `cumcm2020c`: rows, void with and without a leading blank, negative; sales then purchases.
    for (direction, rows, void, red) in [
        (
            "sale",
            162_484 + 330_835,
            11_159 + 47 + 27_507 + 48,
            8_556 + 5_697,
        ),
        ("purchase", 210_947 + 395_175, 7_608 + 17_236, 1_881 + 3_630),
    ] {
        let (mut all, mut voids, mut reds) = (0.0, 0.0, 0.0);
        for row in (0..invoices.rows()).filter(|row| directions[*row].as_deref() == Some(direction)) {
            all += 1.0;
            voids += f64::from(u8::from(states[row].as_deref() == Some("void")));
            reds += f64::from(u8::from(amounts[row].unwrap() < 0));
            assert!(taxes[row].unwrap().signum() * amounts[row].unwrap().signum() >= 0);
        }
        assert!(
            (voids / all - f64::from(void) / f64::from(rows)).abs() < 0.004,
            "{direction}: {}",
            voids / all
        );
        assert!(
            (reds / all - f64::from(red) / f64::from(rows)).abs() < 0.003,
            "{direction}: {}",
            reds / all
        );
    }
}

#[test]
fn firms_have_some_forty_five_invoices_and_a_heavy_tail() {
    let mut counts: BTreeMap<Option<String>, f64> = BTreeMap::new();
    for firm in text(table("invoices"), "firm_id") {
        *counts.entry(firm).or_default() += 1.0;
    }
    let counts: Vec<f64> = counts.into_values().collect();
    let most = counts.iter().copied().fold(0.0, f64::max);
    assert!((300.0..=750.0).contains(&most), "{most}");
    let middle = median(counts);
    assert!((38.0..=55.0).contains(&middle), "{middle}");
}

#[test]
fn about_four_in_a_hundred_default_and_the_better_the_seldomer() {
    let outcomes = &population().outcomes;
    let (at_risk, defaulted) = (numbers(outcomes, "at_risk"), numbers(outcomes, "defaulted"));
    let (quality, probability) = (reals(outcomes, "latent_quality"), reals(outcomes, "probability"));
    let days = numbers(outcomes, "default_on");
    let mut firms: Vec<(f64, f64, i64)> = Vec::new();
    for row in 0..outcomes.rows() {
        if at_risk[row] == Some(1) {
            firms.push((quality[row], probability[row], defaulted[row].unwrap()));
            let in_window = days[row].is_some_and(|day| (20_270..=20_634).contains(&day));
            assert_eq!(in_window, defaulted[row] == Some(1));
        } else {
            assert_eq!(defaulted[row], Some(0));
        }
    }
    let all = firms.len() as f64;
    let rate = firms.iter().map(|f| f.2).sum::<i64>() as f64 / all;
    let expected = firms.iter().map(|f| f.1).sum::<f64>() / all;
    // 0.0022 is the standard error of a rate of 4 % among 8,000.
    assert!((rate - expected).abs() < 3.0 * 0.0022, "{rate} {expected}");
    assert!((0.036..=0.044).contains(&expected), "{expected}");
    assert!((0.005..0.04).contains(&(1.0 - all / FIRMS as f64)));
    firms.sort_by(|a, b| a.0.total_cmp(&b.0));
    let by_fifth: Vec<i64> = firms
        .chunks(firms.len().div_ceil(5))
        .map(|fifth| fifth.iter().map(|f| f.2).sum())
        .collect();
    assert!(by_fifth.is_sorted_by(|a, b| a > b), "{by_fifth:?}");
}

#[test]
fn quality_and_technology_correlate_at_four_tenths() {
    let outcomes = &population().outcomes;
    let (x, y) = (
        reals(outcomes, "latent_quality"),
        reals(outcomes, "latent_technology"),
    );
    let rows = x.len() as f64;
    let product = x.iter().zip(&y).map(|(x, y)| x * y).sum::<f64>() / rows;
    // Both are standard normal; the standard error is 0.012.
    assert!((product - 0.4).abs() < 0.036, "{product}");
}

#[test]
fn firms_in_default_are_more_than_ninety_days_overdue() {
    let outcomes = &population().outcomes;
    let day_of: BTreeMap<Option<String>, i64> = text(outcomes, "firm_id")
        .into_iter()
        .zip(numbers(outcomes, "default_on"))
        .filter_map(|(firm, day)| Some((firm, day?)))
        .collect();
    let facilities = table("facilities");
    let (firms, days) = (text(facilities, "firm_id"), numbers(facilities, "snapshot_on"));
    let (overdue, classes) = (numbers(facilities, "days_overdue"), text(facilities, "class"));
    let mut seen = BTreeSet::new();
    for row in 0..facilities.rows() {
        if overdue[row].is_some_and(|days| days > 90) {
            assert!(day_of[&firms[row]] <= days[row].unwrap());
            assert!(matches!(
                classes[row].as_deref(),
                Some("substandard" | "doubtful" | "loss")
            ));
            seen.insert(firms[row].clone());
        }
    }
    assert!(seen.len() > 80, "{}", seen.len());
}

#[test]
fn some_records_lie_after_the_day_and_none_beyond_a_year() {
    let as_of = i64::from(Portfolio::default().as_of);
    for (name, column) in [
        ("filings", "due_on"),
        ("invoices", "issued_on"),
        ("facilities", "snapshot_on"),
        ("listings", "started_on"),
        ("patents", "filed_on"),
        ("statements", "received_on"),
        ("enquiries", "enquired_on"),
        ("registry_changes", "changed_on"),
    ] {
        let days = numbers(table(name), column);
        let after = days.iter().flatten().filter(|day| **day > as_of).count();
        assert!(after > 0 && after < days.len() / 2, "{name}");
        assert!(days.iter().flatten().all(|day| *day <= as_of + 365), "{name}");
    }
}

#[test]
fn departments_answer_for_the_share_of_firms_they_state() {
    let answers = table("answers");
    let mut firms: BTreeMap<String, BTreeSet<Option<String>>> = BTreeMap::new();
    for (firm, name) in text(answers, "firm_id").into_iter().zip(text(answers, "table")) {
        firms.entry(name.unwrap()).or_default().insert(firm);
    }
    assert_eq!(coverage().count() + 1, TABLE_NAMES.len());
    for (name, share) in coverage() {
        assert!(share < 1.0);
        let answered = firms[name].len() as f64 / FIRMS as f64;
        // Three standard errors of a half among 8,000.
        assert!((answered - share).abs() < 0.017, "{name}: {answered}");
        let with_rows: BTreeSet<_> = text(table(name), "firm_id").into_iter().collect();
        assert!(
            with_rows.is_subset(&firms[name]),
            "{name}: rows without an answer"
        );
    }
}

#[test]
fn dirt_comes_at_its_stated_rates() {
    let portfolio = Portfolio {
        firms: 1_500,
        seed: 3,
        ..Portfolio::default()
    };
    let files = write_files(&portfolio, &CsvOptions::default(), |_| Ok(std::io::sink())).unwrap();
    let total =
        |count: fn(&dirt::DirtCount) -> u64| files.iter().map(|(f, _)| count(&f.dirt)).sum::<u64>() as f64;
    let records = || files.iter().filter(|(f, _)| f.path != "truth/outcomes.csv");
    let rows = records().map(|(f, _)| f.rows - f.dirt.duplicates).sum::<u64>() as f64;
    assert!(rows > 150_000.0);
    let near = |found: f64, rate: f64| (found / rows / rate - 1.0).abs() < 0.25;
    assert!(near(total(|d| d.duplicates), dirt::DUPLICATE_ROWS));
    assert!(
        near(total(|d| d.bad_words), dirt::BAD_WORDS * 0.95),
        "some tables have no words"
    );
    assert!(near(total(|d| d.bad_dates), dirt::BAD_DATES));
    assert!(near(total(|d| d.missing), dirt::MISSING_REQUIRED));
    assert!(near(total(|d| d.firm_checks), dirt::WRONG_FIRM_CHECKS));
    let patents = files.iter().find(|(f, _)| f.path == "patents.csv").unwrap();
    let share = patents.0.dirt.patent_checks as f64 / patents.0.rows as f64;
    assert!((0.001..0.006).contains(&share), "{share}");
    let truth = files
        .iter()
        .find(|(f, _)| f.path == "truth/outcomes.csv")
        .unwrap();
    assert_eq!(truth.0.dirt, dirt::DirtCount::default());
}

#[test]
fn a_clean_portfolio_has_no_dirt() {
    let portfolio = Portfolio {
        firms: 30,
        ..Portfolio::default()
    };
    let options = CsvOptions {
        dirty: false,
        ..CsvOptions::default()
    };
    let files = write_files(&portfolio, &options, |_| Ok(Vec::new())).unwrap();
    for (file, bytes) in files {
        assert_eq!(file.dirt, dirt::DirtCount::default());
        let lines = String::from_utf8(bytes).unwrap().lines().count() as u64;
        assert_eq!(lines, file.rows + 1, "{}", file.path);
    }
}

#[test]
fn a_folder_that_exists_is_left_alone() {
    let folder = std::env::temp_dir().join(format!("rating-datasets-{}", std::process::id()));
    let portfolio = Portfolio {
        firms: 3,
        ..Portfolio::default()
    };
    let files = write_folder(&portfolio, &CsvOptions::default(), &folder).unwrap();
    assert_eq!(files.len(), TABLE_NAMES.len() + 1);
    assert!(folder.join("truth/outcomes.csv").is_file());
    let error = write_folder(&portfolio, &CsvOptions::default(), &folder).unwrap_err();
    let wanted = format!(
        "expected a folder that does not exist, got `{}`",
        folder.display()
    );
    assert_eq!(error.to_string(), wanted);
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_portfolio_without_firms_has_headers() {
    let portfolio = Portfolio {
        firms: 0,
        ..Portfolio::default()
    };
    let files = rendered(&portfolio, &CsvOptions::default());
    assert_eq!(files.len(), TABLE_NAMES.len() + 1);
    assert!(files.iter().all(|(_, bytes)| bytes.starts_with(b"firm_id,")));
}
