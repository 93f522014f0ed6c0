//! Financial statements.
//!
//! Differences are taken in whole fen before anything is divided; net assets are assets less liabilities.

use super::{Measure, Measured, Measures, Missing};
use crate::num::{Date, Money};
use crate::record::{Statement, TableName, View};

/// Every measure of the family.
const FAMILY: [Measure; 18] = [
    Measure::FinanceAssets,
    Measure::FinanceNetAssets,
    Measure::FinanceSales,
    Measure::FinanceLeverage,
    Measure::FinanceCurrentRatio,
    Measure::FinanceQuickRatio,
    Measure::FinanceCashRatio,
    Measure::FinanceInterestCoverage,
    Measure::FinanceReturnOnAssets,
    Measure::FinanceNetMargin,
    Measure::FinanceGrossMargin,
    Measure::FinanceAssetTurnover,
    Measure::FinanceReceivableDays,
    Measure::FinanceInventoryDays,
    Measure::FinanceSalesGrowth,
    Measure::FinanceNetAssetGrowth,
    Measure::FinanceAltmanZ,
    Measure::FinanceAudited,
];

pub(super) fn measure(view: &View<'_>, out: &mut Measures) {
    if view.answered_on(TableName::Statements).is_none() {
        return;
    }
    let last_ended = last_year_ended(view.as_of());
    let latest = view
        .statements()
        .filter(|s| s.year == last_ended || s.year == last_ended - 1)
        .max_by_key(|s| s.year);
    let Some(latest) = latest else {
        for measure in FAMILY {
            out.set(measure, Missing::TooShort);
        }
        return;
    };
    measure_balance(latest, out);
    measure_result(latest, out);
    measure_growth(view, latest, out);
    out.set(Measure::FinanceAltmanZ, altman(latest));
    if let Some(audited) = latest.audited {
        out.set(Measure::FinanceAudited, f64::from(u8::from(audited)));
    }
}

/// The last calendar year that ended by the day.
///
/// A year that ended in the 24 months to the day is this one or the one before it, whatever the day: so one
/// look at the calendar serves all years of a firm.
pub(super) fn last_year_ended(as_of: Date) -> i16 {
    as_of.plus_days(1).year() - 1
}

fn fen(amount: Option<Money>) -> Option<i64> {
    amount.map(Money::fen)
}

fn net_assets(statement: &Statement) -> i64 {
    statement.assets.fen() - statement.liabilities.fen()
}

/// A ratio of two amounts in fen, not reported if one is missing.
fn over(numerator: Option<i64>, denominator: Option<i64>) -> Measured {
    match numerator.zip(denominator) {
        Some((numerator, denominator)) => Measured::ratio(numerator as f64, denominator as f64),
        None => Missing::NotReported.into(),
    }
}

/// Days that an amount takes to turn over, at 360 days a year.
fn days(amount: Option<Money>, flow: Option<Money>) -> Measured {
    match amount.zip(flow) {
        Some((amount, flow)) => Measured::ratio(360.0 * amount.fen() as f64, flow.fen() as f64),
        None => Missing::NotReported.into(),
    }
}

fn measure_balance(latest: &Statement, out: &mut Measures) {
    out.set(Measure::FinanceAssets, latest.assets.yuan());
    out.set(Measure::FinanceNetAssets, net_assets(latest) as f64 / 100.0);
    out.set(
        Measure::FinanceLeverage,
        over(Some(latest.liabilities.fen()), Some(latest.assets.fen())),
    );
    let current = fen(latest.current_assets);
    let due = fen(latest.current_liabilities);
    let quick = current
        .zip(fen(latest.inventory))
        .map(|(current, inventory)| current - inventory);
    out.set(Measure::FinanceCurrentRatio, over(current, due));
    out.set(Measure::FinanceQuickRatio, over(quick, due));
    out.set(Measure::FinanceCashRatio, over(fen(latest.cash), due));
}

fn measure_result(latest: &Statement, out: &mut Measures) {
    let assets = Some(latest.assets.fen());
    let sales = fen(latest.sales);
    let net_profit = fen(latest.net_profit);
    let gross_profit = sales.zip(fen(latest.cost)).map(|(sales, cost)| sales - cost);
    if let Some(sales) = latest.sales {
        out.set(Measure::FinanceSales, sales.yuan());
    }
    out.set(
        Measure::FinanceInterestCoverage,
        over(before_interest(latest), fen(latest.interest)),
    );
    out.set(Measure::FinanceReturnOnAssets, over(net_profit, assets));
    out.set(Measure::FinanceNetMargin, over(net_profit, sales));
    out.set(Measure::FinanceGrossMargin, over(gross_profit, sales));
    out.set(Measure::FinanceAssetTurnover, over(sales, assets));
    out.set(
        Measure::FinanceReceivableDays,
        days(latest.receivables, latest.sales),
    );
    out.set(Measure::FinanceInventoryDays, days(latest.inventory, latest.cost));
}

/// Profit before tax and interest, in fen.
fn before_interest(statement: &Statement) -> Option<i64> {
    let profit = fen(statement.profit_before_tax);
    profit
        .zip(fen(statement.interest))
        .map(|(profit, interest)| profit + interest)
}

fn altman(latest: &Statement) -> Measured {
    let working_capital = fen(latest.current_assets)
        .zip(fen(latest.current_liabilities))
        .map(|(current, due)| current - due);
    let parts = working_capital
        .zip(fen(latest.retained_earnings))
        .zip(before_interest(latest));
    let Some(((working_capital, retained), profit)) = parts else {
        return Missing::NotReported.into();
    };
    if latest.assets <= Money::ZERO || latest.liabilities <= Money::ZERO {
        return Missing::NotApplicable.into();
    }
    let on_assets = 6.56 * working_capital as f64 + 3.26 * retained as f64 + 6.72 * profit as f64;
    let on_debt = 1.05 * net_assets(latest) as f64;
    Measured::Value(on_assets / latest.assets.fen() as f64 + on_debt / latest.liabilities.fen() as f64)
}

fn measure_growth(view: &View<'_>, latest: &Statement, out: &mut Measures) {
    let earlier = |years: i16| view.statements().find(|s| s.year == latest.year - years);
    let (before, first) = (earlier(1), earlier(2));
    // The source reckons a firm of less than three years on the years there are: a year that was merely not reported
    // does not make a firm young.
    let founded = view.registration().map(|r| r.established_on.year());
    let is_young = founded.is_some_and(|year| year > latest.year - 2);
    let first_of = |value: Option<i64>| match value {
        Some(value) => First::Stated(value),
        None if is_young => First::BeforeFounding,
        None => First::Unknown,
    };
    if let Some(sales) = latest.sales {
        let of = |statement: Option<&Statement>| statement.and_then(|s| fen(s.sales));
        out.set(
            Measure::FinanceSalesGrowth,
            growth(first_of(of(first)), of(before), sales.fen()),
        );
    }
    let first = first_of(first.map(net_assets));
    out.set(
        Measure::FinanceNetAssetGrowth,
        growth(first, before.map(net_assets), net_assets(latest)),
    );
}

/// The value of the first of three years.
#[derive(Clone, Copy)]
enum First {
    Stated(i64),
    /// There is none: the firm was registered after that year.
    BeforeFounding,
    /// It is not known, and the firm was registered by the end of that year or nobody knows when.
    Unknown,
}

/// Growth over the values of three consecutive year ends, or of two if the first is zero or before the founding.
///
/// Source: 国科发火〔2016〕195号, annex, part three (two), growth.
fn growth(first: First, before: Option<i64>, latest: i64) -> Measured {
    let Some(before) = before else {
        return Missing::TooShort.into();
    };
    // A zero in the middle earns no points in the source; minus one, a total loss, is its number.
    if before == 0 {
        return Measured::Value(-1.0);
    }
    if before < 0 || matches!(first, First::Stated(..0)) {
        return Missing::NotApplicable.into();
    }
    let (before, latest) = (i128::from(before), i128::from(latest));
    match first {
        First::Unknown => Missing::TooShort.into(),
        First::BeforeFounding | First::Stated(0) => quotient(latest - before, before),
        First::Stated(first) => {
            let first = i128::from(first);
            let both = 2 * first * before;
            quotient(before * before + first * latest - both, both)
        }
    }
}

/// One whole number over another. What is a whole number of ten-thousandths is exactly that: the tables that read
/// growth have their edges there, and floats of the same fraction miss them (a half of 1.1 + 1.2, less one, is less
/// than 0.15).
fn quotient(numerator: i128, denominator: i128) -> Measured {
    let quotient = numerator as f64 / denominator as f64;
    let parts = (quotient * 1e4).round();
    // INVARIANT: amounts are below 10^15 fen, so no product here reaches 10^35.
    #[expect(clippy::cast_possible_truncation, reason = "whole, and far inside the type")]
    let is_exact = numerator * 10_000 == parts as i128 * denominator;
    Measured::Value(if is_exact { parts / 1e4 } else { quotient })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Dossier;

    const NOT_REPORTED: Measured = Measured::Missing(Missing::NotReported);
    const NOT_APPLICABLE: Measured = Measured::Missing(Missing::NotApplicable);
    const TOO_SHORT: Measured = Measured::Missing(Missing::TooShort);

    fn measured_on(tables: &str, day: &str) -> Measures {
        let json = format!(r#"{{"firm_id": "F-000001", {tables}}}"#);
        let firm: Dossier = json.parse().unwrap();
        let mut measures = Measures::NONE;
        measure(&firm.view(day.parse().unwrap()), &mut measures);
        measures
    }

    /// Measures of a firm with these statements, as of 30 June 2026.
    fn measured(statements: &[String]) -> Measures {
        measured_on(
            &format!(r#""statements": [{}]"#, statements.join(", ")),
            "2026-06-30",
        )
    }

    /// A statement received in April after its year; further fields follow as JSON.
    fn statement(year: i16, assets: i64, liabilities: i64, rest: &str) -> String {
        let comma = if rest.is_empty() { "" } else { ", " };
        format!(
            r#"{{"year": {year}, "received_on": "{}-04-20", "assets": {assets}, "liabilities": {liabilities}{comma}{rest}}}"#,
            year + 1
        )
    }

    #[track_caller]
    fn assert_near(measures: &Measures, measure: Measure, expected: f64) {
        let got = measures.get(measure);
        let is_near = got.value().is_some_and(|v| (v - expected).abs() < 1e-12);
        assert!(is_near, "{}: expected {expected}, got {got:?}", measure.id());
    }

    /// Sales growth of years given from the latest back to the earliest, starting with 2025, of a firm founded on a
    /// day.
    fn sales_growth_since(founded: &str, sales: &[i64]) -> Measured {
        let statements: Vec<String> = (0_i16..)
            .zip(sales)
            .map(|(back, sales)| statement(2025 - back, 1, 0, &format!(r#""sales": {sales}"#)))
            .collect();
        measured_since(founded, &statements).get(Measure::FinanceSalesGrowth)
    }

    /// Net asset growth, likewise.
    fn net_asset_growth_since(founded: &str, values: &[i64]) -> Measured {
        let statements: Vec<String> = (0_i16..)
            .zip(values)
            .map(|(back, value)| statement(2025 - back, 1000 + value, 1000, ""))
            .collect();
        measured_since(founded, &statements).get(Measure::FinanceNetAssetGrowth)
    }

    /// Measures of a firm that was founded on a day, with these statements.
    fn measured_since(founded: &str, statements: &[String]) -> Measures {
        let tables = format!(
            r#""registrations": [{{"name": "N", "status": "active", "established_on": "{founded}", "known_on": "2024-12-31"}}],
               "statements": [{}]"#,
            statements.join(", ")
        );
        measured_on(&tables, "2026-06-30")
    }

    fn sales_growth(sales: &[i64]) -> Measured {
        sales_growth_since("2010-01-01", sales)
    }

    fn net_asset_growth(values: &[i64]) -> Measured {
        net_asset_growth_since("2010-01-01", values)
    }

    const FULL: &str = r#""current_assets": 6000000, "current_liabilities": 2500000, "cash": 1000000,
        "inventory": 2000000, "receivables": 1500000, "retained_earnings": 3000000, "sales": 12000000,
        "cost": 9000000, "profit_before_tax": 700000, "net_profit": 600000, "interest": 100000, "audited": true"#;

    #[test]
    fn a_statement_is_measured_by_hand() {
        let got = measured(&[statement(2025, 10_000_000, 4_000_000, FULL)]);
        assert_near(&got, Measure::FinanceAssets, 10_000_000.0);
        assert_near(&got, Measure::FinanceNetAssets, 6_000_000.0);
        assert_near(&got, Measure::FinanceSales, 12_000_000.0);
        assert_near(&got, Measure::FinanceLeverage, 0.4); // 4 / 10
        assert_near(&got, Measure::FinanceCurrentRatio, 2.4); // 6 / 2.5
        assert_near(&got, Measure::FinanceQuickRatio, 1.6); // (6 − 2) / 2.5
        assert_near(&got, Measure::FinanceCashRatio, 0.4); // 1 / 2.5
        assert_near(&got, Measure::FinanceInterestCoverage, 8.0); // (0.7 + 0.1) / 0.1
        assert_near(&got, Measure::FinanceReturnOnAssets, 0.06); // 0.6 / 10
        assert_near(&got, Measure::FinanceNetMargin, 0.05); // 0.6 / 12
        assert_near(&got, Measure::FinanceGrossMargin, 0.25); // (12 − 9) / 12
        assert_near(&got, Measure::FinanceAssetTurnover, 1.2); // 12 / 10
        assert_near(&got, Measure::FinanceReceivableDays, 45.0); // 360 · 1.5 / 12
        assert_near(&got, Measure::FinanceInventoryDays, 80.0); // 360 · 2 / 9
        // 6.56 · 0.35 + 3.26 · 0.3 + 6.72 · 0.08 + 1.05 · 1.5 = 2.296 + 0.978 + 0.5376 + 1.575
        assert_near(&got, Measure::FinanceAltmanZ, 5.3866);
        assert_near(&got, Measure::FinanceAudited, 1.0);
    }

    #[test]
    fn growth_of_three_years_is_the_mean_of_two_steps() {
        // ½ · (120/100 + 150/120) − 1 = ½ · (1.2 + 1.25) − 1 = 0.225
        let mean = 0.5 * (1.2 + 1.25) - 1.0;
        for got in [sales_growth(&[150, 120, 100]), net_asset_growth(&[150, 120, 100])] {
            assert!((got.value().unwrap() - mean).abs() < 1e-15, "{got:?}");
        }
        // An older fourth year changes nothing.
        assert_eq!(sales_growth(&[150, 120, 100, 1]), sales_growth(&[150, 120, 100]));
    }

    #[test]
    fn growth_has_the_edges_of_the_source() {
        for growth in [sales_growth, net_asset_growth] {
            // The first is zero: the last two, 150/120 − 1.
            assert_eq!(growth(&[150, 120, 0]), Measured::Value(0.25));
            // The one in the middle is zero, alone, with the first, or with two years only.
            assert_eq!(growth(&[150, 0, 100]), Measured::Value(-1.0));
            assert_eq!(growth(&[150, 0, 0]), Measured::Value(-1.0));
            assert_eq!(growth(&[150, 0]), Measured::Value(-1.0));
            assert_eq!(growth(&[150]), TOO_SHORT);
            assert_eq!(growth(&[0, 100, 100]), Measured::Value(-0.5)); // ½ · (1 + 0) − 1
            assert_eq!(growth(&[150, 120, -100]), NOT_APPLICABLE);
            assert_eq!(growth(&[150, -120, 100]), NOT_APPLICABLE);
            assert_eq!(growth(&[150, -120]), NOT_APPLICABLE);
        }
        // The latest is not divided by: ½ · (100/100 − 50/100) − 1 = −0.75; two years: −50/100 − 1 = −1.5.
        assert_eq!(net_asset_growth(&[-50, 100, 100]), Measured::Value(-0.75));
        assert_eq!(
            net_asset_growth_since("2024-01-01", &[-50, 100]),
            Measured::Value(-1.5)
        );
    }

    #[test]
    fn a_third_year_that_was_not_reported_makes_no_young_firm() {
        for growth in [sales_growth_since, net_asset_growth_since] {
            // Founded after 2023: less than three years, so the two there are, 150/120 − 1.
            assert_eq!(growth("2024-01-01", &[150, 120]), Measured::Value(0.25));
            assert_eq!(growth("2024-11-30", &[150, 120]), Measured::Value(0.25));
            // It existed at the end of 2023: the year is lacking.
            assert_eq!(growth("2023-12-31", &[150, 120]), TOO_SHORT);
            assert_eq!(growth("2010-01-01", &[150, 120]), TOO_SHORT);
            // What the two years say by themselves is said all the same.
            assert_eq!(growth("2010-01-01", &[150, -120]), NOT_APPLICABLE);
            assert_eq!(growth("2010-01-01", &[150, 0]), Measured::Value(-1.0));
        }
        // Nobody knows when it was founded.
        let unknown = measured(&[statement(2025, 150, 0, ""), statement(2024, 120, 0, "")]);
        assert_eq!(unknown.get(Measure::FinanceNetAssetGrowth), TOO_SHORT);
    }

    #[test]
    fn growth_at_an_edge_of_a_table_is_on_the_edge() {
        // ½ · (110/100 + 132/110) − 1 = ½ · (1.1 + 1.2) − 1 = 0.15; 2/3 stays what it is.
        assert_eq!(net_asset_growth(&[132, 110, 100]), Measured::Value(0.15));
        assert_eq!(
            net_asset_growth_since("2024-01-01", &[500, 300]),
            Measured::Value(2.0 / 3.0)
        );
    }

    #[test]
    fn growth_needs_consecutive_years_that_state_the_value() {
        let year = |year: i16, sales: &str| statement(year, 1, 0, sales);
        let growth =
            |statements: &[String]| measured_since("2010-01-01", statements).get(Measure::FinanceSalesGrowth);
        let (now, old) = (year(2025, r#""sales": 150"#), year(2023, r#""sales": 100"#));
        assert_eq!(growth(&[now.clone(), old.clone()]), TOO_SHORT);
        assert_eq!(growth(&[now.clone(), year(2024, ""), old.clone()]), TOO_SHORT);
        let before = year(2024, r#""sales": 120"#);
        assert_eq!(growth(&[now, before.clone(), year(2023, "")]), TOO_SHORT);
        assert_eq!(growth(&[year(2025, ""), before, old]), NOT_REPORTED);
    }

    #[test]
    fn no_answer_is_not_reported_and_no_usable_year_too_short() {
        let empty = measured(&[]);
        let old = measured(&[statement(2023, 10, 5, FULL)]);
        let answer = r#""answers": [{"table": "statements", "answered_on": "2026-06-01"}]"#;
        let answered = measured_on(answer, "2026-06-30");
        let family = super::super::CATALOGUE
            .iter()
            .filter(|e| e.id.starts_with("finance."));
        assert_eq!(family.clone().count(), FAMILY.len());
        for entry in family {
            assert_eq!(empty.get(entry.measure), NOT_REPORTED, "{}", entry.id);
            assert_eq!(old.get(entry.measure), TOO_SHORT, "{}", entry.id);
            assert_eq!(answered.get(entry.measure), TOO_SHORT, "{}", entry.id);
        }
    }

    #[test]
    fn fields_left_empty_are_not_reported() {
        let got = measured(&[statement(2025, 10, 4, "")]);
        let stated = [
            Measure::FinanceAssets,
            Measure::FinanceNetAssets,
            Measure::FinanceLeverage,
            Measure::FinanceNetAssetGrowth,
        ];
        for measure in FAMILY.iter().filter(|m| !stated.contains(m)) {
            assert_eq!(got.get(*measure), NOT_REPORTED, "{}", measure.id());
        }
    }

    #[test]
    fn ratios_of_nothing_are_not_applicable() {
        let zeros = r#""current_assets": 1, "current_liabilities": 0, "cash": 1, "inventory": 1, "receivables": 1,
            "retained_earnings": 1, "sales": 0, "cost": 0, "profit_before_tax": 1, "net_profit": 1, "interest": 0,
            "audited": false"#;
        let got = measured(&[statement(2025, 0, 0, zeros)]);
        let numbers = [
            Measure::FinanceAssets,
            Measure::FinanceNetAssets,
            Measure::FinanceSales,
            Measure::FinanceAudited,
        ];
        let growths = [Measure::FinanceSalesGrowth, Measure::FinanceNetAssetGrowth];
        for measure in FAMILY {
            let expected = match measure {
                m if numbers.contains(&m) => Measured::Value(0.0),
                m if growths.contains(&m) => TOO_SHORT,
                _ => NOT_APPLICABLE,
            };
            assert_eq!(got.get(measure), expected, "{}", measure.id());
        }
        let no_debt = measured(&[statement(2025, 10, 0, FULL)]);
        assert_eq!(no_debt.get(Measure::FinanceAltmanZ), NOT_APPLICABLE);
    }

    #[test]
    fn the_latest_year_that_ended_and_was_received_by_the_day_is_used() {
        // 2024 is received on 2025-04-20, 2025 on 2026-04-20; 2024 ended more than 24 months before 2026-12-31.
        // A statement received before its year ended is not used until then.
        let both = [statement(2024, 7, 0, ""), statement(2025, 8, 0, "")];
        let tables = format!(r#""statements": [{}]"#, both.join(", "));
        let assets = |tables: &str, day: &str| measured_on(tables, day).get(Measure::FinanceAssets);
        assert_eq!(assets(&tables, "2026-04-19"), Measured::Value(7.0));
        assert_eq!(assets(&tables, "2026-04-20"), Measured::Value(8.0));
        let one = format!(r#""statements": [{}]"#, both[0]);
        assert_eq!(assets(&one, "2026-12-30"), Measured::Value(7.0));
        assert_eq!(assets(&one, "2026-12-31"), TOO_SHORT);
        let early =
            r#""statements": [{"year": 2025, "received_on": "2025-11-01", "assets": 9, "liabilities": 0}]"#;
        assert_eq!(assets(early, "2025-12-30"), TOO_SHORT);
        assert_eq!(assets(early, "2025-12-31"), Measured::Value(9.0));
    }

    #[test]
    fn a_correction_counts_from_its_receipt_in_any_order_of_delivery() {
        let first = statement(2025, 7, 0, "");
        let corrected = first
            .replace("2026-04-20", "2026-06-01")
            .replace(r#""assets": 7"#, r#""assets": 9"#);
        for rows in [[&first, &corrected], [&corrected, &first]] {
            let tables = format!(r#""statements": [{}, {}]"#, rows[0], rows[1]);
            let assets = |day: &str| measured_on(&tables, day).get(Measure::FinanceAssets);
            assert_eq!(assets("2026-05-31"), Measured::Value(7.0));
            assert_eq!(assets("2026-06-01"), Measured::Value(9.0));
        }
    }

    #[test]
    fn the_last_year_that_ended_agrees_with_the_window_of_24_months() {
        for text in [
            "2024-02-29",
            "2026-01-01",
            "2026-06-30",
            "2026-12-30",
            "2026-12-31",
        ] {
            let day: Date = text.parse().unwrap();
            for year in 2020..2028 {
                let ends = Date::new(year, 12, 31).unwrap();
                let last = last_year_ended(day);
                let is_usable = year == last || year == last - 1;
                assert_eq!(
                    ends <= day && ends > day.plus_months(-24),
                    is_usable,
                    "{year} as of {text}"
                );
            }
        }
    }
}
