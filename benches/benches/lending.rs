//! Losses settled, offers made, a budget allocated.

use criterion::{Criterion, Throughput};
use rating_core::lending::loss_sharing::{Given, Inputs, LimitSpec, Loss, LossAmount, LossSharingSpec, Pool};
use rating_core::lending::{
    Applicant, Asset, Budget, ClientLiability, FirmChoices, Guarantee, GuaranteeFor, Guarantor,
    LendingPolicySpec, LifeStage, LoanApplication, LossCurve, Menu, PolicySharing, Share,
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
    let half = Share::new(0.5)?;
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
    for (name, cap) in [
        ("caps_of_firms", cap_of_firms()),
        ("caps_of_loans", cap_of_loans()),
    ] {
        let mut spec = LossSharingSpec::preset("shandong-2023").ok_or("no such structure")?;
        let takers = spec.layers.iter_mut().flat_map(|layer| &mut layer.takers);
        takers.for_each(|taker| taker.cap = Some(cap.clone()));
        let capped = spec.check(&Inputs::default()).map_err(first)?;
        group.bench_function(name, |b| {
            b.iter(|| capped.settle_all(black_box(&losses), &Pool::default()));
        });
    }
    group.finish();
    Ok(())
}

/// What one firm gets over all years and in a year; three losses share it.
fn cap_of_firms() -> LimitSpec {
    LimitSpec {
        firm: Some(Given::Is(yuan(400_000))),
        firm_year: Some(Given::Is(yuan(300_000))),
        ..LimitSpec::default()
    }
}

/// What one loan gets; each has one claim, which has to be found out.
fn cap_of_loans() -> LimitSpec {
    LimitSpec {
        loan: Some(Given::Is(yuan(200_000))),
        ..LimitSpec::default()
    }
}

/// A loan against two pieces of collateral, with a guarantor, under a limit by tax paid and a structure of loss sharing.
fn with_everything() -> Result<(LendingPolicySpec, LoanApplication), Fault> {
    let mut spec = LendingPolicySpec::example().ok_or("no example")?;
    spec.limit.times_of_tax = Some(10.0);
    spec.sharing = Some(PolicySharing {
        structure: LossSharingSpec::preset("shandong-2023").ok_or("no such structure")?,
        inputs: Inputs::default(),
    });
    let mut application = LoanApplication::new("2025-06-30".parse()?, Some(yuan(1_000_000)), 12);
    for kind in ["patent", "receivable"] {
        let text = format!(
            r#"{{"id": "{kind}", "kind": "{kind}", "value": "2000000", "valued_on": "2025-06-01", "is_owned": true,
                "registered_on": "2025-06-15", "ends_on": "2030-01-01", "fees_paid_until": "2026-06-01"}}"#
        );
        application.assets.push(serde_json::from_str::<Asset>(&text)?);
    }
    application.guarantee = Some(GuaranteeFor {
        guarantee: Guarantee {
            share: Share::new(0.5)?,
            pd: Pd::new(0.001)?,
            fee: 0.01,
        },
        guarantor: Guarantor {
            net_assets: yuan(100_000_000),
            liability: yuan(200_000_000),
            serves_small_firms: true,
        },
        stands_for: ClientLiability::default(),
    });
    Ok((spec, application))
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
    let (spec, application) = with_everything()?;
    let policy = spec.check().map_err(first)?;
    let firm = Applicant {
        tax_12m: Some(yuan(300_000)),
        ..firm
    };
    let offer = policy.offer(&application, &firm);
    if offer.security.is_none() || offer.guarantee.is_none() || offer.sharing.is_none() {
        return Err("collateral, guarantee or sharing did not count".into());
    }
    group.bench_function("secured_guaranteed_shared", |b| {
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
    let capped = Budget {
        total: yuan(100_000_000),
        caps: vec![yuan(9_000_000); 10],
    };
    let grouped = firms(302, 10)?;
    group.bench_function("302_firms_10_caps", |b| {
        b.iter(|| capped.allocate(black_box(&grouped)));
    });
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
