//! Trade by VAT invoices.
//!
//! One pass over the invoices fills sums by month and by counterparty; every measure is closed-form in them.
//! Void invoices count in the void rates and nowhere else; red-letter invoices count with their sign in their own
//! month.

use super::{Measure, Measured, Measures, Missing};
use crate::num::Date;
use crate::record::{Direction, Invoice, TableName, View};

/// Months that are looked at: this year's twelve and the twelve before.
const MONTHS: usize = 24;

pub(super) fn measure(view: &View<'_>, out: &mut Measures) {
    if view.answered_on(TableName::Invoices).is_none() {
        return;
    }
    let ledger = Ledger::new(view);
    levels(&ledger, out);
    course(&ledger, out);
    quality(&ledger, out);
    partners(&ledger, out);
}

/// Sums of the valid invoices of one direction; money in fen.
struct Side {
    /// Net amounts by month, 0 for the latest.
    months: [i64; MONTHS],
    /// Whether a month has an invoice above zero.
    active: [bool; MONTHS],
    /// Tax of the last 12 months.
    tax: i64,
    /// Amounts above zero, and unsigned amounts below, of the last 12 months.
    above: i64,
    below: i64,
    /// Invoices and void invoices of the last 12 months.
    count: u32,
    void: u32,
    /// Net amounts by counterparty: of the last 12 months, and of the 12 before.
    partners: Vec<[i64; 2]>,
}

impl Side {
    fn new(partners: usize) -> Self {
        Self {
            months: [0; MONTHS],
            active: [false; MONTHS],
            tax: 0,
            above: 0,
            below: 0,
            count: 0,
            void: 0,
            partners: vec![[0; 2]; partners],
        }
    }

    fn add(&mut self, invoice: &Invoice, month: usize, partner: usize) {
        let (is_recent, fen) = (month < 12, invoice.amount.fen());
        if is_recent {
            self.count += 1;
            self.void += u32::from(!invoice.is_valid());
        }
        if !invoice.is_valid() {
            return;
        }
        if let (Some(sum), Some(active)) = (self.months.get_mut(month), self.active.get_mut(month)) {
            *sum = sum.saturating_add(fen);
            *active |= fen > 0;
        }
        if let Some([recent, before]) = self.partners.get_mut(partner) {
            let sum = if is_recent { recent } else { before };
            *sum = sum.saturating_add(fen);
        }
        if is_recent {
            self.tax = self.tax.saturating_add(invoice.tax.fen());
            let part = if fen < 0 { &mut self.below } else { &mut self.above };
            *part = part.saturating_add(fen.saturating_abs());
        }
    }

    fn recent(&self) -> f64 {
        sum_fen(self.months.iter().take(12))
    }

    fn before(&self) -> f64 {
        sum_fen(self.months.iter().skip(12))
    }

    /// Counterparties with positive net amounts in the last 12 months, with both years' amounts in fen.
    fn positive(&self) -> impl Iterator<Item = (f64, i64)> + Clone {
        self.partners
            .iter()
            .filter(|p| p[0] > 0)
            .map(|[recent, before]| (*recent as f64, *before))
    }
}

/// Both sides of the invoices, and how long they go back.
struct Ledger {
    sales: Side,
    purchases: Side,
    /// Whether the first invoice is of the first of the 12 and of the 24 months, or older.
    has_year: bool,
    has_two_years: bool,
}

impl Ledger {
    fn new(view: &View<'_>) -> Self {
        let as_of = view.as_of();
        // INVARIANT: `starts` descends; month k holds the days after starts[k] up to the start of month k − 1.
        let starts: [Date; MONTHS] =
            std::array::from_fn(|k| as_of.plus_months(-(i32::try_from(k).unwrap_or(0) + 1)));
        let partners = view.partner_count();
        let (mut sales, mut purchases) = (Side::new(partners), Side::new(partners));
        let mut first = as_of;
        for (invoice, partner) in view.trades().filter(|(i, _)| i.issued_on <= as_of) {
            first = first.min(invoice.issued_on);
            let month = month_of(invoice.issued_on, as_of, &starts);
            if month < MONTHS {
                let side = if invoice.direction == Direction::Sale {
                    &mut sales
                } else {
                    &mut purchases
                };
                side.add(invoice, month, partner);
            }
        }
        // A month ends on the day on which the one after it starts.
        let reaches = |month: usize| starts.get(month - 1).is_some_and(|end| first <= *end);
        Self {
            sales,
            purchases,
            has_year: reaches(11),
            has_two_years: reaches(23),
        }
    }

    fn two_years(&self, outcome: Measured) -> Measured {
        if self.has_two_years {
            outcome
        } else {
            Missing::TooShort.into()
        }
    }
}

/// The month that a day up to the day of the view lies in; at least [`MONTHS`] beyond them all.
fn month_of(day: Date, as_of: Date, starts: &[Date; MONTHS]) -> usize {
    // No month is longer than 31 days, so the search starts at the month or, within two years, one before it.
    let mut month = usize::try_from(as_of.days_since(day) / 31).unwrap_or(0);
    while starts.get(month).is_some_and(|start| day <= *start) {
        month += 1;
    }
    month
}

fn sum_fen<'a>(fen: impl Iterator<Item = &'a i64>) -> f64 {
    fen.map(|f| i128::from(*f)).sum::<i128>() as f64
}

/// Levels and growth.
fn levels(ledger: &Ledger, out: &mut Measures) {
    let (sales, purchases) = (ledger.sales.recent(), ledger.purchases.recent());
    out.set(Measure::TradeSales12m, sales / 100.0);
    out.set(Measure::TradePurchases12m, purchases / 100.0);
    let before = ledger.sales.before();
    out.set(
        Measure::TradeSalesGrowth,
        ledger.two_years(Measured::ratio(sales - before, before)),
    );
    out.set(Measure::TradeInputOutputRatio, Measured::ratio(purchases, sales));
    out.set(Measure::TradeMargin, Measured::ratio(sales - purchases, sales));
    let tax = ledger.sales.tax as f64 - ledger.purchases.tax as f64;
    out.set(Measure::TradeTaxBurden, Measured::ratio(tax, sales));
}

/// The course of the months.
fn course(ledger: &Ledger, out: &mut Measures) {
    let recent: Vec<f64> = ledger
        .sales
        .months
        .iter()
        .take(12)
        .map(|fen| *fen as f64)
        .collect();
    let mean = recent.iter().sum::<f64>() / 12.0;
    let variance = recent.iter().map(|m| (m - mean) * (m - mean)).sum::<f64>() / 12.0;
    let volatility = Measured::ratio(variance.sqrt(), mean);
    let volatility = if ledger.has_year {
        volatility
    } else {
        Missing::TooShort.into()
    };
    out.set(Measure::TradeSalesVolatility, volatility);
    let active = ledger.sales.active.iter().take(12);
    out.set(
        Measure::TradeActiveMonths,
        active.clone().filter(|a| **a).count() as f64,
    );
    let mut longest = 0_u32;
    active.fold(0_u32, |run, is_active| {
        let run = if *is_active { 0 } else { run + 1 };
        longest = longest.max(run);
        run
    });
    out.set(Measure::TradeLongestGap, f64::from(longest));
    let changes = ledger
        .sales
        .months
        .iter()
        .zip(ledger.sales.months.iter().skip(12));
    let mut changes: Vec<f64> = changes.map(|(now, then)| *now as f64 - *then as f64).collect();
    changes.sort_unstable_by(f64::total_cmp);
    // INVARIANT: twelve changes, so the median is the mean of the sixth and the seventh.
    let median = changes.iter().skip(5).take(2).sum::<f64>() / 2.0;
    let mean = sum_fen(ledger.sales.months.iter()) / MONTHS as f64;
    out.set(
        Measure::TradeSalesTrend,
        ledger.two_years(Measured::ratio(median, mean)),
    );
}

/// Void and red-letter invoices.
fn quality(ledger: &Ledger, out: &mut Measures) {
    let void = |side: &Side| Measured::ratio(f64::from(side.void), f64::from(side.count));
    out.set(Measure::TradeVoidRate, void(&ledger.sales));
    out.set(Measure::TradePurchaseVoidRate, void(&ledger.purchases));
    out.set(
        Measure::TradeRedLetterRate,
        Measured::ratio(ledger.sales.below as f64, ledger.sales.above as f64),
    );
}

/// Counterparties on both sides.
fn partners(ledger: &Ledger, out: &mut Measures) {
    let total = |side: &Side| side.positive().map(|(recent, _)| recent).sum::<f64>();
    let squares = |side: &Side| side.positive().map(|(recent, _)| recent * recent).sum::<f64>();
    let top = |side: &Side| side.positive().map(|(recent, _)| recent).fold(0.0, f64::max);
    let count = |side: &Side| side.positive().count() as f64;
    let (sales, purchases) = (&ledger.sales, &ledger.purchases);
    let concentration = |side: &Side| Measured::ratio(squares(side), total(side) * total(side));
    out.set(Measure::TradeCustomerConcentration, concentration(sales));
    out.set(
        Measure::TradeTopCustomerShare,
        Measured::ratio(top(sales), total(sales)),
    );
    out.set(Measure::TradeSupplierConcentration, concentration(purchases));
    out.set(
        Measure::TradeTopSupplierShare,
        Measured::ratio(top(purchases), total(purchases)),
    );
    out.set(Measure::TradeCustomers, count(sales));
    out.set(Measure::TradeSuppliers, count(purchases));
    let returning: f64 = sales
        .positive()
        .filter(|(_, before)| *before > 0)
        .map(|(recent, _)| recent)
        .sum();
    out.set(
        Measure::TradeReturningShare,
        ledger.two_years(Measured::ratio(returning, total(sales))),
    );
}

#[cfg(test)]
mod tests;
