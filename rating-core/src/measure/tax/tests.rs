//! Numbers worked out by hand in the comments.

use crate::measure::{Measure, Measured, Measures, Missing};
use crate::record::Dossier;

fn measured(tables: &str, as_of: &str) -> Measures {
    let firm: Dossier = format!(r#"{{"firm_id": "F-1", {tables}}}"#).parse().unwrap();
    Measures::of(&firm.view(as_of.parse().unwrap()))
}

fn close(measures: &Measures, measure: Measure, expected: f64) {
    let value = measures.get(measure).value();
    assert!(
        value.is_some_and(|v| (v - expected).abs() < 1e-12),
        "{}: {value:?}, not {expected}",
        measure.id()
    );
}

fn missing(measures: &Measures, measure: Measure, reason: Missing) {
    assert_eq!(
        measures.get(measure),
        Measured::Missing(reason),
        "{}",
        measure.id()
    );
}

/// Period ends, due, filed, taxable sales, payable, paid, paid on.
fn filing(row: [&str; 6]) -> String {
    let [end, due, filed, sales, payable, paid_on] = row;
    let paid = if paid_on.is_empty() { "" } else { payable };
    format!(
        r#"{{"kind": "vat", "period_end": "{end}", "due_on": "{due}", "filed_on": "{filed}", "taxable_sales": "{sales}",
            "payable": "{payable}", "paid": "{paid}", "paid_on": "{paid_on}"}}"#
    )
}

fn filings() -> String {
    let rows = [
        filing(["2023-06-30", "2023-07-15", "2023-07-10", "100", "3", "2023-07-10"]), // two years before, 24-month edge
        filing(["2023-12-31", "2024-01-15", "2024-01-20", "200", "6", "2024-01-20"]), // late, year before
        filing(["2024-09-30", "2024-10-15", "2024-10-15", "300", "9", "2024-10-16"]), // in time, paid late
        filing(["2024-12-31", "2025-01-15", "2025-02-01", "0", "0", ""]),             // late, nothing to pay
        filing(["2025-03-31", "2025-04-15", "2025-07-01", "500", "15", ""]),          // not filed by 30 June
        filing(["2025-06-30", "2025-07-15", "", "", "", ""]),                         // not due yet
    ];
    format!(r#""filings": [{}]"#, rows.join(","))
}

#[test]
fn declared_sales_and_tax() {
    let m = measured(&filings(), "2025-06-30");
    // The last period due is March 2025, so the 12 months begin after March 2024: 300 + 0, March itself is not filed.
    close(&m, Measure::TaxDeclaredSales12m, 300.0);
    // The 12 before begin after March 2023: 100 + 200. The first period, taken to be as long as the time to the second,
    // June to December, starts before.
    close(&m, Measure::TaxDeclaredGrowth, 0.0);
    close(&m, Measure::TaxPaid12m, 9.0);
    close(&m, Measure::TaxBurden, 0.03);
}

/// A year of monthly filings at 10, the year before at 8: 12 · 10 / (12 · 8) − 1 = 1/4, though the last month is not due yet.
#[test]
fn a_month_that_is_not_due_yet_does_not_count_as_a_month_without_sales() {
    let last_day = |year: i32, month: i32| format!("{year}-{month:02}-{}", if month == 2 { 28 } else { 30 });
    let rows = (0..24).map(|back| {
        // Back from May 2025; June is not due before 15 July.
        let index = 2025 * 12 + 4 - back;
        let (end, due) = (
            last_day(index / 12, index % 12 + 1),
            last_day((index + 1) / 12, (index + 1) % 12 + 1),
        );
        filing([&end, &due, &due, if back < 12 { "10" } else { "8" }, "0", ""])
    });
    let tables = format!(r#""filings": [{}]"#, rows.collect::<Vec<_>>().join(","));
    let m = measured(&tables, "2025-07-01");
    close(&m, Measure::TaxDeclaredSales12m, 120.0);
    close(&m, Measure::TaxDeclaredGrowth, 0.25);
}

#[test]
fn lateness() {
    let m = measured(&filings(), "2025-06-30");
    close(&m, Measure::TaxLateFilings12m, 2.0); // December and March
    close(&m, Measure::TaxLateFilings24m, 3.0); // and December of the year before
    close(&m, Measure::TaxLatePayments12m, 2.0); // September a day late, March unpaid
    close(&m, Measure::TaxLatePayments24m, 3.0);
    close(&m, Measure::TaxUnfiled, 1.0);
    let on_the_due_day = measured(&filings(), "2025-04-15");
    close(&on_the_due_day, Measure::TaxUnfiled, 0.0);
}

#[test]
fn a_short_history_has_no_growth() {
    let m = measured(
        &format!(
            r#""filings": [{}]"#,
            filing(["2025-03-31", "2025-04-15", "2025-04-10", "5", "1", ""])
        ),
        "2025-06-30",
    );
    missing(&m, Measure::TaxDeclaredGrowth, Missing::TooShort);
    missing(&m, Measure::TaxInvoiceCoverage, Missing::NotReported);
    missing(&m, Measure::TaxArrears, Missing::NotReported);
}

#[test]
fn arrears_count_until_they_are_cleared() {
    let arrears = r#""tax_arrears": [{"kind": "vat", "since": "2025-01-16", "amount": "30", "cleared_on": "2025-05-31"},
        {"kind": "other", "since": "2025-02-16", "amount": "12"}]"#;
    let m = measured(&format!("{}, {arrears}", filings()), "2025-06-30");
    close(&m, Measure::TaxArrears, 12.0);
    close(&m, Measure::TaxArrearsToSales, 0.04); // 12 / 300
    let before = measured(&format!("{}, {arrears}", filings()), "2025-05-30");
    close(&before, Measure::TaxArrears, 42.0);
    missing(
        &measured(arrears, "2025-06-30"),
        Measure::TaxArrearsToSales,
        Missing::NotApplicable,
    );
    let none = r#""answers": [{"table": "tax_arrears", "answered_on": "2025-06-30"}]"#;
    close(&measured(none, "2025-06-30"), Measure::TaxArrearsToSales, 0.0);
}

#[test]
fn invoiced_to_declared_sales() {
    let invoices = r#""invoices": [{"direction": "sale", "issued_on": "2025-01-05", "number": "1", "counterparty": "X",
        "amount": "270", "tax": "8", "status": "valid"}]"#;
    close(
        &measured(&format!("{}, {invoices}", filings()), "2025-06-30"),
        Measure::TaxInvoiceCoverage,
        0.9,
    );
}

#[test]
fn levels_and_their_trend() {
    let levels = r#""tax_credit_levels": [{"year": 2022, "level": "A"}, {"year": 2023, "level": "C"}, {"year": 2024, "level": "B"}]"#;
    let m = measured(levels, "2025-06-30");
    close(&m, Measure::TaxLevel, 1.0); // B
    close(&m, Measure::TaxLevelTrend, 2.0); // C to B: two steps up over M
    let before_april = measured(levels, "2025-04-29"); // 2024 is published on 30 April 2025
    close(&before_april, Measure::TaxLevel, 3.0);
    close(&before_april, Measure::TaxLevelTrend, -3.0); // A to C
    let later = measured(levels, "2027-06-30"); // 2024 ended more than 24 months before
    missing(&later, Measure::TaxLevel, Missing::TooShort);
    missing(&later, Measure::TaxLevelTrend, Missing::TooShort);
}

#[test]
fn penalties_of_two_years() {
    let penalties = r#""tax_penalties": [{"decided_on": "2023-06-30", "amount": "1"}, {"decided_on": "2023-07-01", "amount": "1"}]"#;
    close(&measured(penalties, "2025-06-30"), Measure::TaxPenalties24m, 1.0);
}
