//! Filings, credit levels, arrears and penalties.
//!
//! A filing's amounts are known once it was filed; its duty is known from its due day. "Due in the 12 months
//! before the day" leaves the day itself out: a filing due today is not late yet.

use super::{Measure, Measured, Measures, Missing};
use crate::num::{Date, Money};
use crate::record::{Direction, Filing, TableName, TaxCreditLevel, TaxKind, View};

pub(super) fn measure(view: &View<'_>, out: &mut Measures) {
    let declared = view.answered_on(TableName::Filings).map(|_| Declared::new(view));
    if let Some(declared) = &declared {
        filings(declared, view, out);
    }
    let sales = declared
        .as_ref()
        .map(|d| d.sales[0] as f64)
        .or_else(|| invoiced_sales(view));
    arrears(sales, view, out);
    levels(view, out);
    if view.answered_on(TableName::TaxPenalties).is_some() {
        let start = view.as_of().plus_months(-24);
        let recent = view
            .tax_penalties()
            .filter(|p| p.decided_on > start && p.decided_on <= view.as_of());
        out.set(Measure::TaxPenalties24m, recent.count() as f64);
    }
}

/// Sums over filings, money in fen; of the last 12 months and of the 12 before.
struct Declared {
    sales: [i128; 2],
    vat: i128,
    paid: i128,
    late_filings: [u32; 2],
    late_payments: [u32; 2],
    unfiled: u32,
    /// Whether the first VAT period on record reaches back to the 12 months before.
    is_long: bool,
}

/// The VAT periods of a firm as far as they could have been filed by the day, counted in months.
struct Periods {
    /// Month of the last period that was due before the day or was filed by it: where the last 12 months end. A period
    /// that is not due yet would leave them a month short.
    last: i32,
    /// First month of the first period, taking it to be as long as the time to the next.
    first: Option<i32>,
}

impl Periods {
    fn new(view: &View<'_>) -> Self {
        let as_of = view.as_of();
        let is_expected = |f: &&Filing| f.due_on < as_of || view.happened(f.filed_on).is_some();
        let vat = view
            .filings()
            .filter(|f| f.kind == TaxKind::Vat && f.period_end <= as_of);
        let mut months: Vec<i32> = vat
            .filter(is_expected)
            .map(|f| f.period_end.month_index())
            .collect();
        months.sort_unstable();
        months.dedup();
        // A quarter ends, and its filing is due in the month after: an older last period says that none came since.
        let oldest = as_of.month_index() - 4;
        Self {
            last: months
                .last()
                .map_or(as_of.month_index(), |last| oldest.max(*last)),
            first: match months.as_slice() {
                [first, second, ..] => Some(first - (second - first) + 1),
                _ => None,
            },
        }
    }

    /// How many months before the last one a period ended.
    fn months_before(&self, filing: &Filing) -> i32 {
        self.last - filing.period_end.month_index()
    }
}

impl Declared {
    fn new(view: &View<'_>) -> Self {
        let as_of = view.as_of();
        let starts = [12, 24, 36].map(|months| as_of.plus_months(-months));
        let periods = Periods::new(view);
        let mut sums = Self {
            sales: [0; 2],
            vat: 0,
            paid: 0,
            late_filings: [0; 2],
            late_payments: [0; 2],
            unfiled: 0,
            is_long: periods.first.is_some_and(|first| first <= periods.last - 23),
        };
        for filing in view.filings() {
            sums.add_paid(filing, view, starts[0]);
            sums.add_amounts(filing, view, &periods);
            sums.add_lateness(filing, view, starts);
        }
        sums
    }

    /// `year` is the same day a year before the day of the view.
    fn add_paid(&mut self, filing: &Filing, view: &View<'_>, year: Date) {
        if view.happened(filing.paid_on).is_some_and(|paid| paid > year) {
            self.paid += fen(filing.paid);
        }
    }

    fn add_amounts(&mut self, filing: &Filing, view: &View<'_>, periods: &Periods) {
        if filing.kind != TaxKind::Vat || view.happened(filing.filed_on).is_none() {
            return;
        }
        let [recent, before] = &mut self.sales;
        match periods.months_before(filing) {
            0..12 => {
                *recent += fen(filing.taxable_sales);
                self.vat += fen(filing.payable);
            }
            12..24 => *before += fen(filing.taxable_sales),
            _ => {}
        }
    }

    /// Counts of the last 12 and of the last 24 months.
    fn add_lateness(&mut self, filing: &Filing, view: &View<'_>, [year, two_years, three_years]: [Date; 3]) {
        let due = filing.due_on;
        if due >= view.as_of() || due < three_years {
            return;
        }
        let (filed, paid) = (view.happened(filing.filed_on), view.happened(filing.paid_on));
        let is_late = filed.is_none_or(|on| on > due);
        let owes = filing.payable.is_some_and(|payable| payable > Money::ZERO);
        let is_paid_late = owes && paid.is_none_or(|on| on > due);
        self.unfiled += u32::from(filed.is_none());
        let counts = self.late_filings.iter_mut().zip(&mut self.late_payments);
        for (start, (count, paid_count)) in [year, two_years].into_iter().zip(counts) {
            if due >= start {
                *count += u32::from(is_late);
                *paid_count += u32::from(is_paid_late);
            }
        }
    }
}

fn fen(money: Option<Money>) -> i128 {
    i128::from(money.unwrap_or_default().fen())
}

fn filings(declared: &Declared, view: &View<'_>, out: &mut Measures) {
    let [sales, before] = declared.sales.map(|fen| fen as f64);
    out.set(Measure::TaxDeclaredSales12m, sales / 100.0);
    let growth = if declared.is_long {
        Measured::ratio(sales - before, before)
    } else {
        Missing::TooShort.into()
    };
    out.set(Measure::TaxDeclaredGrowth, growth);
    out.set(Measure::TaxPaid12m, declared.paid as f64 / 100.0);
    out.set(Measure::TaxBurden, Measured::ratio(declared.vat as f64, sales));
    out.set(Measure::TaxLateFilings12m, f64::from(declared.late_filings[0]));
    out.set(Measure::TaxLateFilings24m, f64::from(declared.late_filings[1]));
    out.set(Measure::TaxLatePayments12m, f64::from(declared.late_payments[0]));
    out.set(Measure::TaxLatePayments24m, f64::from(declared.late_payments[1]));
    out.set(Measure::TaxUnfiled, f64::from(declared.unfiled));
    if let Some(invoiced) = invoiced_sales(view) {
        let coverage = if invoiced < 0.0 {
            Missing::NotApplicable.into()
        } else {
            Measured::ratio(invoiced, sales)
        };
        out.set(Measure::TaxInvoiceCoverage, coverage);
    }
}

/// Valid sales invoices of the last 12 months, net, in fen; none if invoices were not reported.
fn invoiced_sales(view: &View<'_>) -> Option<f64> {
    view.answered_on(TableName::Invoices)?;
    let (start, as_of) = (view.as_of().plus_months(-12), view.as_of());
    let is_recent_sale = |i: &&crate::record::Invoice| {
        i.direction == Direction::Sale && i.is_valid() && i.issued_on > start && i.issued_on <= as_of
    };
    Some(Money::sum(view.invoices().filter(is_recent_sale).map(|i| i.amount)) as f64)
}

fn arrears(sales: Option<f64>, view: &View<'_>, out: &mut Measures) {
    if view.answered_on(TableName::TaxArrears).is_none() {
        return;
    }
    let owed = view
        .tax_arrears()
        .filter(|a| a.since <= view.as_of() && view.happened(a.cleared_on).is_none());
    let owed = Money::sum(owed.map(|a| a.amount)) as f64;
    out.set(Measure::TaxArrears, owed / 100.0);
    let to_sales = if owed <= 0.0 {
        Measured::Value(0.0)
    } else {
        Measured::ratio(owed, sales.unwrap_or(0.0))
    };
    out.set(Measure::TaxArrearsToSales, to_sales);
}

/// Place of a level in the order A, B, M, C, D.
fn place(level: &TaxCreditLevel) -> i32 {
    i32::try_from(level.level as usize).unwrap_or(0)
}

fn levels(view: &View<'_>, out: &mut Measures) {
    if view.answered_on(TableName::TaxCreditLevels).is_none() {
        return;
    }
    let year = super::finance::last_year_ended(view.as_of());
    let mut known: Vec<&TaxCreditLevel> = view.tax_credit_levels().filter(|l| l.year <= year).collect();
    known.sort_by_key(|l| std::cmp::Reverse(l.year));
    let mut known = known.into_iter();
    let (latest, before) = (known.next(), known.next());
    let level = latest
        .filter(|l| l.year > year.saturating_sub(2))
        .map(|l| Measured::Value(f64::from(place(l))));
    out.set(Measure::TaxLevel, level.unwrap_or(Missing::TooShort.into()));
    let pair = latest
        .zip(before)
        .filter(|(now, then)| level.is_some() && now.year - 1 == then.year);
    let trend = pair.map(|(now, then)| Measured::Value(f64::from(place(then) - place(now))));
    out.set(Measure::TaxLevelTrend, trend.unwrap_or(Missing::TooShort.into()));
}

#[cfg(test)]
mod tests;
