//! Losses settled, offers made, a budget allocated.

use criterion::{Criterion, Throughput};
use rating_core::lending::loss_sharing::{Inputs, Loss, LossAmount, LossSharingSpec, Pool};
use rating_core::lending::{
    Applicant, Budget, FirmChoices, LendingPolicySpec, LifeStage, LoanApplication, LossCurve, Menu,
};
use rating_core::num::{Date, Money, Pd};
use rating_core::rating::Standing;
use rating_core::scale::Grade;
use std::hint::black_box;

/// What goes wrong before anything is measured.
type Fault = Box<dyn std::error::Error>;

fn first<E: std::error::Error + 'static>(mut faults: Vec<E>) -> Fault {
    match faults.pop() {
        Some(fault) => Box::new(fault),
        None => "a fault without a text".into(),
    }
}

fn yuan(amount: i64) -> Money {
    Money::from_yuan(amount).unwrap_or_default()
}

/// Losses of different firms over two years, made without chance.
fn losses(count: u32) -> Result<Vec<Loss>, Fault> {
    let start: Date = "2024-10-01".parse()?;
    let lent_on: Date = "2024-08-01".parse()?;
    let one = |at: u32| Loss {
        claimed_on: start.plus_days(i32::try_from(at % 700).unwrap_or_default()),
        loan: format!("L{at}"),
        firm: format!("F{}", at / 3),
        lent_on,
        recorded_on: Some(lent_on),
        defaulted_on: start,
        amount: LossAmount::principal(yuan(100_000 + i64::from(at % 977) * 1_000)),
        is_eligible: true,
        traits: Vec::new(),
    };
    Ok((0..count).map(one).collect())
}

fn settle(criterion: &mut Criterion) -> Result<(), Fault> {
    const LOSSES: u32 = 1_000_000;
    let losses = losses(LOSSES)?;
    let mut group = criterion.benchmark_group("lending/settle");
    group.throughput(Throughput::Elements(u64::from(LOSSES)));
    group.sample_size(10);
    let shandong = LossSharingSpec::preset("shandong-2023").ok_or("no such structure")?;
    let shandong = shandong.check(&Inputs::default()).map_err(first)?;
    group.bench_function("each_alone", |b| {
        b.iter(|| shandong.settle_all(black_box(&losses), &Pool::default()));
    });
    let shanxi = LossSharingSpec::preset("shanxi-2023-credit-loans").ok_or("no such structure")?;
    let half = rating_core::lending::Share::new(0.5)?;
    let inputs = Inputs {
        shares: [("fund_share".to_owned(), half)].into(),
        ..Inputs::default()
    };
    let shanxi = shanxi.check(&inputs).map_err(first)?;
    let pool = Pool {
        loans: (2024..=2026)
            .map(|year| (year, yuan(1_000_000_000_000)))
            .collect(),
        ..Pool::default()
    };
    group.bench_function("yearly_cap", |b| {
        b.iter(|| shanxi.settle_all(black_box(&losses), &pool));
    });
    group.finish();
    Ok(())
}

fn offer(criterion: &mut Criterion) -> Result<(), Fault> {
    let policy = LendingPolicySpec::example().ok_or("no example")?;
    let policy = policy.check().map_err(first)?;
    let application = LoanApplication::new("2025-06-30".parse()?, Some(yuan(1_000_000)), 12);
    let firm = Applicant {
        standing: Standing::Rated(Grade::at(2)),
        grade: Some("A".to_owned()),
        pd: Pd::new(0.01)?,
        stage: LifeStage::Growth,
        sales_12m: Some(yuan(5_000_000)),
        tax_12m: None,
        invoiced_12m: None,
    };
    let mut group = criterion.benchmark_group("lending/offer");
    group.throughput(Throughput::Elements(1));
    group.bench_function("credit", |b| {
        b.iter(|| policy.offer(black_box(&application), black_box(&firm)));
    });
    group.finish();
    Ok(())
}

/// Firms of rising risk with ten amounts and 29 rates each.
fn firms(count: u32, caps: usize) -> Result<Vec<FirmChoices>, Fault> {
    let rates: Vec<f64> = (0..29).map(|k| 0.04 + 0.11 * f64::from(k) / 28.0).collect();
    let observed: Vec<(f64, f64)> = rates.iter().map(|r| (*r, (r - 0.04) / 0.12)).collect();
    let curve = LossCurve::fit(&observed).map_err(first)?;
    let menu = Menu {
        amounts: (1..=10).map(|k| yuan(k * 100_000)).collect(),
        rates,
    };
    let one = |at: u32| {
        let pd = 0.005 + 0.1 * f64::from(at * 7_919 % 1_000) / 1_000.0;
        let mut firm = FirmChoices::of_menu(&menu, &curve, (1.0 - pd, 0.03 + 0.45 * pd));
        // A loan ten times as large is worth less than ten times as much.
        for choice in &mut firm.choices {
            choice.value *= 1.0 - choice.amount.yuan() / 4e6;
        }
        firm.caps = if caps > 0 {
            vec![at as usize % caps]
        } else {
            Vec::new()
        };
        firm
    };
    Ok((0..count).map(one).collect())
}

#[expect(clippy::print_stdout, reason = "the gap belongs to the figure")]
fn allocate(criterion: &mut Criterion) -> Result<(), Fault> {
    let mut group = criterion.benchmark_group("lending/allocate");
    group.sample_size(10);
    let small = firms(302, 0)?;
    let budget = Budget {
        total: yuan(100_000_000),
        caps: Vec::new(),
    };
    group.bench_function("302_firms", |b| b.iter(|| budget.allocate(black_box(&small))));
    let large = firms(100_000, 10)?;
    let budget = Budget {
        total: yuan(20_000_000_000),
        caps: vec![yuan(1_500_000_000); 10],
    };
    group.bench_function("100000_firms_10_caps", |b| {
        b.iter(|| budget.allocate(black_box(&large)));
    });
    group.finish();
    let found = budget.allocate(&large).map_err(first)?;
    println!(
        "100,000 firms: gap {:.2e} of the value",
        found.gap() / found.value
    );
    Ok(())
}

fn main() -> Result<(), Fault> {
    let mut criterion = Criterion::default().configure_from_args();
    settle(&mut criterion)?;
    offer(&mut criterion)?;
    allocate(&mut criterion)?;
    criterion.final_summary();
    Ok(())
}
