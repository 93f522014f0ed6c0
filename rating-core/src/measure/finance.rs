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
    if let Some(sales) = latest.sales {
        let of = |statement: Option<&Statement>| statement.and_then(|s| fen(s.sales));
        out.set(
            Measure::FinanceSalesGrowth,
            growth(of(first), of(before), sales.fen()),
        );
    }
    out.set(
        Measure::FinanceNetAssetGrowth,
        growth(first.map(net_assets), before.map(net_assets), net_assets(latest)),
    );
}

/// Growth over the values of three consecutive year ends, or two if the first is missing or zero.
///
/// Source: 国科发火〔2016〕195号, annex, part three (two), growth.
fn growth(first: Option<i64>, before: Option<i64>, latest: i64) -> Measured {
    let Some(before) = before else {
        return Missing::TooShort.into();
    };
    // A zero in the middle earns no points in the source; minus one, a total loss, is its number.
    if before == 0 {
        return Measured::Value(-1.0);
    }
    if before < 0 || first.is_some_and(|first| first < 0) {
        return Missing::NotApplicable.into();
    }
    let second_step = latest as f64 / before as f64;
    match first {
        None | Some(0) => Measured::Value(second_step - 1.0),
        Some(first) => Measured::Value(0.5 * (before as f64 / first as f64 + second_step) - 1.0),
    }
}
