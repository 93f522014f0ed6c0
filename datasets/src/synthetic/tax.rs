//! Filings with what follows from them (arrears), tax credit levels and penalties.
//!
//! Filings cover three years before the day of observation and six months after it.

use super::day::{Day, Month};
use super::draw::{Draw, logistic};
use super::firm::{Firm, Source};
use super::table::{Fen, Filing, Tables, TaxArrear, TaxCreditLevel, TaxPenalty, Word};

/// A firm that files: probabilities for one period.
struct Payer<'a> {
    firm: &'a Firm,
    draw: Draw,
    late: f64,
    unpaid: f64,
}

/// A duty to file: what, for the period that ends with which month, on what base, how much tax, in yuan.
struct Duty {
    kind: Word,
    month: Month,
    base: f64,
    tax: f64,
}

pub(super) fn write(firm: &Firm, out: &mut Tables) {
    let mut draw = firm.draw("filings");
    let mood = 0.5 * draw.normal();
    // Net VAT to sales: the rate on the value added, without what a firm keeps.
    let burden = firm.vat_percent as f64 / 100.0 * (0.25 + 0.5 * firm.gross_margin) * draw.factor(0.25);
    let mut payer = Payer {
        firm,
        draw,
        late: logistic(-4.0 - 0.9 * firm.quality + mood),
        unpaid: logistic(-5.2 - 1.0 * firm.quality + mood),
    };
    let last = firm.last_month();
    for month in (last.0 + 1 - 12 * firm.years_back..=last.0 + 6).map(Month) {
        let is_period = firm.general_taxpayer || month.ends_quarter();
        if is_period && Month(month.0 + 1).day(15) <= firm.horizon() && firm.trades_on(month.end()) {
            payer.file_all(month, burden, out);
        }
    }
    write_levels(firm, out);
    write_penalties(firm, out);
}

impl Payer<'_> {
    /// Files what is due for a month.
    fn file_all(&mut self, month: Month, burden: f64, out: &mut Tables) {
        let firm = self.firm;
        let spans = if firm.general_taxpayer { 1 } else { 3 };
        let sales_of =
            |months: i32| -> f64 { (0..months).map(|back| firm.sales(Month(month.0 - back))).sum() };
        let base = sales_of(spans) * self.draw.factor(0.02);
        let tax = base * if firm.general_taxpayer { burden } else { 0.01 };
        self.file(
            &Duty {
                kind: "vat",
                month,
                base,
                tax,
            },
            out,
        );
        if !month.ends_quarter() || firm.is_small() {
            return;
        }
        let base = sales_of(3);
        let profit = base * (firm.gross_margin - 0.26 - 0.5 * firm.research_intensity);
        let rate = if firm.high_tech { 0.15 } else { 0.05 };
        let tax = profit.max(0.0) * rate * self.draw.factor(0.2);
        self.file(
            &Duty {
                kind: "corporate_income",
                month,
                base,
                tax,
            },
            out,
        );
        // Small firms withhold next to nothing; their returns are left out to keep the tables small.
        if firm.general_taxpayer && firm.staff >= 20 {
            let base = firm.staff as f64 * 24_000.0;
            self.file(
                &Duty {
                    kind: "withheld_income",
                    month,
                    base,
                    tax: base * 0.02,
                },
                out,
            );
        }
    }

    /// Files one return, or does not. Draws the same whatever is answered.
    fn file(&mut self, duty: &Duty, out: &mut Tables) {
        let due_on = Month(duty.month.0 + 1).day(15);
        let ill = self.firm.overdue_since().is_some_and(|day| due_on >= day);
        let draw = &mut self.draw;
        let worse = if ill { 6.0 } else { 1.0 };
        let is_late = draw.chance((self.late * worse).min(0.7));
        let is_unpaid = draw.chance((self.unpaid * worse).min(0.7));
        let filed_on = match (is_late, draw.chance(if ill { 0.25 } else { 0.05 })) {
            (false, _) => Some(draw.after(due_on, -13, 0)),
            (true, false) => Some(draw.after(due_on, 1, 75)),
            (true, true) => None,
        };
        let delayed = draw.after(due_on, 1, 260);
        let never = draw.chance(if ill { 0.6 } else { 0.15 });
        let payable = Fen::whole_yuan(duty.tax);
        let paid_on = match (is_unpaid && payable.0 > 0, filed_on) {
            (_, None) => None,
            (true, Some(_)) => (!never).then_some(delayed),
            (false, Some(filed)) => Some(filed.plus(2).min(due_on.max(filed))),
        };
        let told = !draw.chance(0.004);
        let firm = self.firm;
        if firm.answers(Source::Filings) {
            let paid = if paid_on.is_some() { payable } else { Fen(0) };
            let row = Filing {
                kind: duty.kind,
                period_end: duty.month.end(),
                due_on,
                filed_on,
                taxable_sales: filed_on.filter(|_| told).map(|_| Fen::whole_yuan(duty.base)),
                payable: filed_on.map(|_| payable),
                paid: filed_on.map(|_| paid),
                paid_on,
                known_on: None,
            };
            out.filings.push(&firm.id, row);
        }
        let grace_ends = due_on.plus(30);
        let is_arrear = payable.0 > 0 && filed_on.is_some() && paid_on.is_none_or(|day| day > grace_ends);
        if is_arrear && firm.answers(Source::TaxArrears) {
            let (kind, since) = (duty.kind, due_on.plus(1));
            let known_on = Some(grace_ends);
            out.tax_arrears.push(
                &firm.id,
                TaxArrear {
                    kind,
                    since,
                    amount: payable,
                    cleared_on: paid_on,
                    known_on,
                },
            );
        }
    }
}

/// Levels of four years; shares of the levels are an assumption. A firm in its first year gets M.
fn write_levels(firm: &Firm, out: &mut Tables) {
    let mut draw = firm.draw("levels");
    let standing = 0.85 * firm.quality + 0.5 * draw.normal();
    for year in firm.last_year() - firm.years_back..=firm.last_year() + 1 {
        let yearly = standing + 0.35 * draw.normal();
        let corrected = draw.chance(0.03);
        let published = Day::new(year + 1, 4, 30);
        let born = firm.established.civil().0;
        let exists = born <= year && published <= firm.horizon() && firm.trades_on(Day::new(year, 12, 31));
        if !exists || !firm.answers(Source::TaxCreditLevels) {
            continue;
        }
        let direct = yearly < -2.6;
        let level = match yearly {
            _ if direct => "D",
            _ if born == year || firm.sales_of_year(year) <= 0.0 => "M",
            score if score < -1.9 => "D",
            score if score < -1.1 => "C",
            // Level A needs three years in business. Source: 国家税务总局公告2025年第12号, article 17.
            score if score > 0.7 && born + 3 <= year => "A",
            _ => "B",
        };
        let row = |level: Word, known_on: Option<Day>| TaxCreditLevel {
            year: i64::from(year),
            level,
            direct: (level == "D").then_some(direct),
            known_on,
        };
        out.tax_credit_levels.push(&firm.id, row(level, None));
        // A review after repair raises a low level; the new one is known later.
        let raised = if level == "C" { "B" } else { "C" };
        if corrected && !direct && matches!(level, "C" | "D") {
            let known_on = draw.after(published, 60, 240);
            out.tax_credit_levels.push(&firm.id, row(raised, Some(known_on)));
        }
    }
}

fn write_penalties(firm: &Firm, out: &mut Tables) {
    let mut draw = firm.draw("penalties");
    let from = firm.established.max(firm.as_of.plus(-1_460));
    let years = f64::from(firm.horizon().since(from)) / 365.25;
    for _ in 0..draw.count(0.03 * years * libm::exp(-0.6 * firm.quality)) {
        let decided_on = draw.after(from, 0, firm.horizon().since(from));
        let amount = Fen::whole_yuan(100.0 * libm::round(20.0 * draw.factor(1.4)).max(1.0));
        let year = decided_on.civil().0;
        let row = TaxPenalty {
            reference: Some(format!("合成税罚〔{year}〕{}号", draw.whole(1, 99_999))),
            decided_on,
            amount,
            paid_on: (!draw.chance(logistic(-2.0 - firm.quality))).then(|| draw.after(decided_on, 1, 40)),
            known_on: None,
        };
        if firm.answers(Source::TaxPenalties) && firm.trades_on(decided_on) {
            out.tax_penalties.push(&firm.id, row);
        }
    }
}
