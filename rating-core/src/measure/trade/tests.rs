//! Numbers worked out by hand in the comments.

use crate::measure::{Measure, Measured, Measures, Missing};
use crate::record::Dossier;

const AS_OF: &str = "2025-06-30";

fn invoice([direction, on, partner, amount, status]: [&str; 5]) -> String {
    let tax: f64 = amount.parse::<f64>().unwrap() * 0.1;
    format!(
        r#"{{"direction": "{direction}", "issued_on": "{on}", "number": "{on}{partner}{amount}",
            "counterparty": "{partner}", "amount": "{amount}", "tax": "{tax:.2}", "status": "{status}"}}"#
    )
}

fn measured(invoices: &[String]) -> Measures {
    let text = format!(r#"{{"firm_id": "F-1", "invoices": [{}]}}"#, invoices.join(","));
    let firm: Dossier = text.parse().unwrap();
    Measures::of(&firm.view(AS_OF.parse().unwrap()))
}

fn close(measures: &Measures, measure: Measure, expected: f64) {
    let value = measures.get(measure).value();
    assert!(
        value.is_some_and(|v| (v - expected).abs() < 1e-12),
        "{}: {value:?}, not {expected}",
        measure.id()
    );
}

/// Two years: sales of 100 to X in July 2023, 300 to X in January 2024; then 400 to X in July 2024 with 100 of it
/// taken back in August, 200 to Y in June 2025, one void invoice, and purchases of 150 and 50.
fn two_years() -> Vec<String> {
    vec![
        invoice(["sale", "2023-07-15", "X", "100", "valid"]),
        invoice(["sale", "2024-01-15", "X", "300", "valid"]),
        invoice(["sale", "2024-07-15", "X", "400", "valid"]),
        invoice(["sale", "2024-08-15", "X", "-100", "valid"]),
        invoice(["sale", "2025-06-30", "Y", "200", "valid"]),
        invoice(["sale", "2025-06-29", "Z", "900", "void"]),
        invoice(["purchase", "2024-07-01", "P", "150", "valid"]),
        invoice(["purchase", "2025-01-01", "Q", "50", "valid"]),
    ]
}

#[test]
fn levels_and_growth() {
    let m = measured(&two_years());
    close(&m, Measure::TradeSales12m, 500.0); // 400 − 100 + 200
    close(&m, Measure::TradePurchases12m, 200.0);
    close(&m, Measure::TradeSalesGrowth, 0.25); // 500 / 400 − 1
    close(&m, Measure::TradeInputOutputRatio, 0.4);
    close(&m, Measure::TradeMargin, 0.6);
    close(&m, Measure::TradeTaxBurden, 0.06); // (50 − 20) / 500
}

#[test]
fn the_course_of_the_months() {
    let m = measured(&two_years());
    close(&m, Measure::TradeActiveMonths, 2.0); // July 2024 and June 2025
    close(&m, Measure::TradeLongestGap, 10.0); // August 2024 to May 2025
    // Months in hundreds: 4, −1, nine zeros, 2; mean 5/12; Σx² = 21; variance 21/12 − 25/144 = 227/144.
    close(&m, Measure::TradeSalesVolatility, (227.0_f64).sqrt() / 5.0);
    // Changes in hundreds: July 4 − 1 = 3, August −1, January −3, June 2, eight zeros: the median is 0.
    close(&m, Measure::TradeSalesTrend, 0.0);
}

#[test]
fn the_trend_is_the_median_change_over_the_mean_month() {
    // 10 a month in the first year, 15 in the second: changes of 5, mean month (120 + 180) / 24 = 12.5.
    let month = |k: usize| {
        if k % 12 < 6 {
            (k / 12, k % 12 + 7)
        } else {
            (k / 12 + 1, k % 12 - 5)
        }
    };
    let sales: Vec<String> = (0..24)
        .map(|k| {
            let (year, month) = month(k);
            let amount = if k < 12 { "10" } else { "15" };
            invoice([
                "sale",
                &format!("{}-{month:02}-10", 2023 + year),
                "X",
                amount,
                "valid",
            ])
        })
        .collect();
    close(&measured(&sales), Measure::TradeSalesTrend, 0.4);
}

#[test]
fn void_and_red_letter_rates() {
    let m = measured(&two_years());
    close(&m, Measure::TradeVoidRate, 0.25); // 1 of 4
    close(&m, Measure::TradePurchaseVoidRate, 0.0);
    close(&m, Measure::TradeRedLetterRate, 100.0 / 600.0);
}

#[test]
fn counterparties() {
    let m = measured(&two_years());
    close(&m, Measure::TradeCustomers, 2.0); // X 300, Y 200; Z is void
    close(&m, Measure::TradeCustomerConcentration, 0.52); // 0.6² + 0.4²
    close(&m, Measure::TradeTopCustomerShare, 0.6);
    close(&m, Measure::TradeSuppliers, 2.0);
    close(&m, Measure::TradeSupplierConcentration, 0.625); // 0.75² + 0.25²
    close(&m, Measure::TradeTopSupplierShare, 0.75);
    close(&m, Measure::TradeReturningShare, 0.6); // X bought in the year before
}

#[test]
fn a_month_ends_on_the_day_itself() {
    // 30 June 2024 is the day twelve months before: not within the last twelve months.
    let m = measured(&[
        invoice(["sale", "2024-06-30", "X", "7", "valid"]),
        invoice(["sale", "2024-07-01", "X", "5", "valid"]),
    ]);
    close(&m, Measure::TradeSales12m, 5.0);
}

/// As of 30 June the first of twelve months is July: 1 July to 30 July, the day eleven months before.
#[test]
fn a_history_is_long_enough_if_it_reaches_the_first_month() {
    let of =
        |first: &str, measure: Measure| measured(&[invoice(["sale", first, "X", "5", "valid"])]).get(measure);
    let too_short = Measured::Missing(Missing::TooShort);
    assert_ne!(of("2024-07-30", Measure::TradeSalesVolatility), too_short);
    assert_eq!(of("2024-07-31", Measure::TradeSalesVolatility), too_short);
    assert_ne!(of("2023-07-30", Measure::TradeReturningShare), too_short);
    assert_eq!(of("2023-07-31", Measure::TradeReturningShare), too_short);
}

#[test]
fn what_cannot_be_said_has_a_reason() {
    let not_reported = measured(&[]);
    assert_eq!(
        not_reported.get(Measure::TradeSales12m),
        Measured::Missing(Missing::NotReported)
    );
    let young = measured(&[invoice(["sale", "2025-05-15", "X", "10", "valid"])]);
    for measure in [
        Measure::TradeSalesGrowth,
        Measure::TradeSalesVolatility,
        Measure::TradeReturningShare,
    ] {
        assert_eq!(
            young.get(measure),
            Measured::Missing(Missing::TooShort),
            "{}",
            measure.id()
        );
    }
    let buys_only = measured(&[invoice(["purchase", "2025-05-15", "P", "10", "valid"])]);
    for measure in [
        Measure::TradeMargin,
        Measure::TradeVoidRate,
        Measure::TradeTopCustomerShare,
    ] {
        assert_eq!(
            buys_only.get(measure),
            Measured::Missing(Missing::NotApplicable),
            "{}",
            measure.id()
        );
    }
    let text = r#"{"firm_id": "F-1", "answers": [{"table": "invoices", "answered_on": "2025-06-30"}]}"#;
    let none: Dossier = text.parse().unwrap();
    let none = Measures::of(&none.view(AS_OF.parse().unwrap()));
    close(&none, Measure::TradeSales12m, 0.0);
    close(&none, Measure::TradeLongestGap, 12.0);
}
