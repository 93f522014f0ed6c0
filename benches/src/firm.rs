//! One firm with the records that the bars of the project speak of.

use serde_json::{Value, json};

/// The day of every rating here.
pub const AS_OF: &str = "2025-06-30";

/// A firm with 36 filings, 300 invoices, 10 patents, 24 credit snapshots, a registration, 2 statements and 2 tax
/// credit levels; every other table was answered with nothing in it.
pub fn firm_json() -> String {
    firm_json_of(|_| true)
}

/// The same firm with the tables that `keep` names.
pub fn firm_json_of(keep: impl Fn(&str) -> bool) -> String {
    let tables = [
        ("registrations", registration()),
        ("filings", rows(36, filing)),
        ("invoices", rows(300, invoice)),
        ("patents", rows(10, patent)),
        ("facilities", rows(24, snapshot)),
        ("statements", rows(2, statement)),
        ("tax_credit_levels", rows(2, level)),
    ];
    let empty = [
        "registry_changes",
        "annual_reports",
        "listings",
        "tax_arrears",
        "tax_penalties",
        "intellectual_properties",
        "research_years",
        "certificates",
        "guarantees",
        "enquiries",
        "responsible_persons",
    ];
    let mut firm = serde_json::Map::new();
    firm.insert("firm_id".to_owned(), "F-000001".into());
    let held = tables.into_iter().filter(|(name, _)| keep(name));
    firm.extend(held.map(|(name, rows)| (name.to_owned(), rows)));
    let answers: Vec<Value> = empty
        .iter()
        .filter(|name| keep(name))
        .map(|name| json!({"table": name, "answered_on": "2025-06-20"}))
        .collect();
    firm.insert("answers".to_owned(), answers.into());
    Value::Object(firm).to_string()
}

fn rows(count: u32, row: fn(u32) -> Value) -> Value {
    (0..count).map(row).collect()
}

/// The day `day` of the month `back` months before June 2025.
fn day(back: u32, day: u32) -> String {
    let month = 2025 * 12 + 5 - back;
    format!("{}-{:02}-{day:02}", month / 12, month % 12 + 1)
}

/// A number below `most`, scattered: the same at every call.
fn scattered(seed: u32, most: u32) -> u32 {
    let mixed = (u64::from(seed) + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 33;
    u32::try_from(mixed % u64::from(most.max(1))).unwrap_or(0)
}

fn registration() -> Value {
    json!([{"name": "甲科技有限公司", "established_on": "2016-03-01", "registered_capital": 10_000_000,
        "paid_in_capital": 6_000_000, "status": "active", "staff": 64, "industry": "I6510"}])
}

/// One VAT filing a month, every ninth a few days late.
fn filing(back: u32) -> Value {
    let filed = if back % 9 == 4 { 20 } else { 10 };
    let sales = 800_000 + 1_000 * scattered(back, 400);
    json!({"kind": "vat", "period_end": day(back + 1, 28), "due_on": day(back, 15), "filed_on": day(back, filed),
        "taxable_sales": sales, "payable": sales / 20, "paid": sales / 20, "paid_on": day(back, filed)})
}

/// Invoices over 27 months with 24 counterparties: two of three are sales, a few are void or red-letter.
fn invoice(number: u32) -> Value {
    let (direction, first_partner) = if number % 3 == 2 {
        ("purchase", 16)
    } else {
        ("sale", 0)
    };
    let amount = 10_000 + i64::from(scattered(number, 90_000));
    let amount = if number % 41 == 7 { -amount } else { amount };
    let partner = first_partner + scattered(number + 7, 16 - first_partner / 2);
    json!({"direction": direction, "issued_on": day(number % 27, 1 + scattered(number, 28)),
        "code": "3200211130", "number": format!("{number:08}"), "counterparty": format!("P{partner:05}"),
        "amount": amount, "tax": amount / 10, "status": if number % 29 == 3 { "void" } else { "valid" }})
}

fn patent(number: u32) -> Value {
    let (year, kind) = (2015 + number, 1 + number % 3);
    let body = format!("{year}{kind}{:07}", 1_000_000 + scattered(number, 900_000));
    let filed = format!("{year}-05-11");
    let granted = (number < 8).then(|| format!("{}-03-20", year + 1));
    json!({"number": format!("{body}.{}", check_character(&body)), "filed_on": filed, "granted_on": granted,
        "status": if number < 8 { "in_force" } else { "pending" }, "class": format!("G0{}F", number % 4)})
}

/// Check character of a Chinese application number: Σ dᵢ·wᵢ mod 11 with weights 2 to 9, then 2 to 5; X for ten.
fn check_character(body: &str) -> char {
    let weights = (2..=9).chain(2..=5);
    let digits = body.chars().filter_map(|c| c.to_digit(10));
    let sum: u32 = digits.zip(weights).map(|(digit, weight)| digit * weight).sum();
    char::from_digit(sum % 11, 10).unwrap_or('X')
}

/// Two facilities over twelve months.
fn snapshot(number: u32) -> Value {
    let (facility, back) = (number / 12, number % 12);
    let overdue = if (facility, back) == (1, 7) { 12 } else { 0 };
    json!({"facility": format!("L{facility}"), "lender": format!("B{facility}"), "snapshot_on": day(back, 28),
        "opened_on": "2023-01-10", "matures_on": "2026-01-10", "limit": 5_000_000,
        "balance": 2_000_000 + 100_000 * back, "collateral": if facility == 0 { "mortgage" } else { "unsecured" },
        "class": "pass", "days_overdue": overdue, "amount_overdue": overdue * 1_000, "restructured": false})
}

fn statement(back: u32) -> Value {
    let year = 2024 - back;
    let size = 10 - 2 * back;
    json!({"year": year, "received_on": format!("{}-04-20", year + 1), "audited": true, "assets": size * 2_000_000,
        "liabilities": size * 900_000, "current_assets": size * 1_200_000, "current_liabilities": size * 700_000,
        "cash": size * 200_000, "inventory": size * 250_000, "receivables": size * 400_000,
        "retained_earnings": size * 300_000, "sales": size * 1_100_000, "cost": size * 700_000,
        "profit_before_tax": size * 120_000, "net_profit": size * 100_000, "interest": size * 20_000})
}

fn level(back: u32) -> Value {
    json!({"year": 2024 - back, "level": if back == 0 { "A" } else { "B" }})
}

#[cfg(test)]
mod tests {
    use super::*;
    use rating_core::record::{Dossier, TableName};

    #[test]
    fn the_firm_has_the_records_that_the_bars_speak_of() {
        let firm: Dossier = firm_json().parse().unwrap();
        assert_eq!(firm.record_count(), 36 + 300 + 10 + 24 + 1 + 2 + 2 + 10);
        let view = firm.view(AS_OF.parse().unwrap());
        assert_eq!(view.invoices().count(), 300);
        assert_eq!(view.facilities().count(), 24);
        assert!(TableName::ALL.iter().all(|t| view.answered_on(*t).is_some()));
    }
}
