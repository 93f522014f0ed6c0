//! VAT invoices of the three years before the day of observation and three months after it.
//!
//! Each firm has a sample of its invoices: amounts are scaled so that their sum agrees with its sales and
//! purchases.

use super::day::{Day, Month};
use super::draw::{Draw, whole_from};
use super::firm::{Firm, Source};
use super::identifier::firm_id;
use super::table::{Fen, Invoice, Tables, Word};

/// Share of void invoices among sales: (11,159 + 47 + 27,507 + 48) of 493,319, `cumcm2020c`.
const VOID_SALES: f64 = 0.079;
/// Share of void invoices among purchases: (7,608 + 17,236) of 606,122, `cumcm2020c`.
const VOID_PURCHASES: f64 = 0.041;
/// Share of red-letter invoices among sales: (8,556 + 5,697) of 493,319, `cumcm2020c`.
const RED_SALES: f64 = 0.029;
/// Share of red-letter invoices among purchases: (1,881 + 3,630) of 606,122, `cumcm2020c`.
const RED_PURCHASES: f64 = 0.009;
/// Most invoices of one direction, before the scale.
const MOST: f64 = 320.0;

/// One side of the trade of a firm.
struct Side {
    direction: Word,
    /// Invoices to spread over the months.
    count: i64,
    /// What the invoices stand for, to the firm's sales.
    share_of_sales: f64,
    void: f64,
    red: f64,
    partners: u64,
}

pub(super) fn write(firm: &Firm, out: &mut Tables) {
    if !firm.answers(Source::Invoices) {
        return;
    }
    let mut draw = firm.draw("invoices");
    let last = firm.last_month();
    let months: Vec<(Month, f64)> = (last.0 - 35..=last.0 + 3)
        .map(Month)
        .map(|month| (month, firm.sales(month)))
        .collect();
    let active = months.iter().filter(|(_, sales)| *sales > 0.0).count() as f64 / months.len() as f64;
    let usual = 27.0 * libm::exp(0.85 * draw.normal() + 0.35 * firm.size) * active * firm.invoice_scale;
    // Weak firms cancel and take back more.
    let slips = libm::exp(-0.2 * firm.quality - 0.02);
    let mut side = |direction, share_of_sales: f64, void: f64, red: f64| {
        let most = MOST * firm.invoice_scale.max(1.0);
        let mean = (usual * draw.factor(0.3)).min(most);
        let count = match draw.count(mean).max(1) {
            _ if firm.giant_invoices > 0 => i64::from(firm.giant_invoices / 2),
            count => count,
        };
        let spread = 2.0 + 0.3 * count as f64 * draw.factor(0.5);
        let partners = u64::try_from(whole_from(spread)).unwrap_or(2);
        Side {
            direction,
            count,
            share_of_sales,
            void: void * slips,
            red: red * slips,
            partners,
        }
    };
    let sales = side("sale", 1.0, VOID_SALES, RED_SALES);
    let bought = (1.0 - firm.gross_margin) * if firm.makes_goods { 0.85 } else { 0.55 };
    let purchases = side("purchase", bought, VOID_PURCHASES, RED_PURCHASES);
    for side in [sales, purchases] {
        write_side(firm, &side, &months, out);
    }
}

/// Walks along the sales of the months and sets an invoice at equal steps of them.
fn write_side(firm: &Firm, side: &Side, months: &[(Month, f64)], out: &mut Tables) {
    let mut book = Book::new(firm, side);
    let total: f64 = months.iter().map(|(_, sales)| sales).sum();
    if total <= 0.0 {
        return;
    }
    let step = total / side.count as f64;
    // What is void or taken back must be sold once more for the sum to agree.
    let mean_yuan = step * side.share_of_sales / (1.0 - side.void - side.red).max(0.5);
    let mut passed = 0.0;
    let mut next = step * book.draw.unit();
    for (month, sales) in months {
        passed += sales;
        while next <= passed {
            next += step;
            book.write_sale(*month, mean_yuan, out);
        }
    }
}

/// The invoices of one direction in the making.
struct Book<'a> {
    firm: &'a Firm,
    side: &'a Side,
    draw: Draw,
    code: Option<String>,
    partners: Partners,
    number: i64,
}

/// One invoice before it is written.
struct Slip {
    issued_on: Day,
    counterparty: String,
    yuan: f64,
    is_void: bool,
}

impl<'a> Book<'a> {
    fn new(firm: &'a Firm, side: &'a Side) -> Self {
        let mut draw = firm.draw(side.direction);
        let has_code = draw.chance(0.55);
        let code = format!("1400{:02}{}130", draw.whole(20, 24), draw.whole(1, 3));
        let partners = Partners::new(firm, side.partners, &mut draw);
        let number = draw.whole(1_000_000, 80_000_000);
        Self {
            firm,
            side,
            draw,
            code: has_code.then_some(code),
            partners,
            number,
        }
    }

    /// One invoice of a month and, for some, the red-letter invoice that takes it back.
    fn write_sale(&mut self, month: Month, mean_yuan: f64, out: &mut Tables) {
        let draw = &mut self.draw;
        let issued_on = draw.after(month.day(1), 0, month.end().since(month.day(1)));
        let yuan = mean_yuan * draw.factor(0.7);
        let slip = Slip {
            issued_on,
            counterparty: self.partners.one(draw),
            yuan: round_amount(yuan, draw),
            is_void: draw.chance(self.side.void),
        };
        // The red-letter invoice comes on top: r / (1 − r) of the others make a share r of all.
        if !slip.is_void && draw.chance(self.side.red / (1.0 - self.side.red)) {
            let part = if draw.chance(0.7) { 1.0 } else { 0.25 };
            let back = Slip {
                issued_on: draw.after(issued_on, 1, 60),
                counterparty: slip.counterparty.clone(),
                yuan: -slip.yuan * part,
                is_void: draw.chance(0.012),
            };
            self.push(back, out);
        }
        self.push(slip, out);
    }

    fn push(&mut self, slip: Slip, out: &mut Tables) {
        let draw = &mut self.draw;
        let is_sale = self.side.direction == "sale";
        // What a firm buys has numbers of many sellers.
        self.number = if is_sale {
            self.number + draw.whole(1, 9)
        } else {
            draw.whole(1_000_000, 99_999_999)
        };
        let percent = if !is_sale {
            draw.by_share(&[(13, 0.6), (6, 0.25), (3, 0.1)], 1)
        } else if self.firm.general_taxpayer {
            self.firm.vat_percent
        } else {
            1
        };
        let amount = Fen::from_yuan(slip.yuan);
        let row = Invoice {
            direction: self.side.direction,
            issued_on: slip.issued_on,
            code: self.code.clone(),
            number: format!("{:08}", self.number),
            counterparty: slip.counterparty,
            amount,
            tax: Fen((amount.0 * percent + 50 * amount.0.signum()) / 100),
            status: if slip.is_void { "void" } else { "valid" },
            known_on: draw.chance(0.03).then(|| draw.after(slip.issued_on, 5, 90)),
        };
        out.invoices.push(&self.firm.id, row);
    }
}

/// Half of the amounts are agreed in round hundreds of yuan.
fn round_amount(yuan: f64, draw: &mut Draw) -> f64 {
    let yuan = yuan.max(20.0);
    if yuan >= 1_000.0 && draw.chance(0.6) {
        libm::round(yuan / 100.0) * 100.0
    } else {
        yuan
    }
}

/// Whom a firm trades with: few of them often, many of them seldom.
struct Partners {
    codes: Vec<String>,
}

impl Partners {
    fn new(firm: &Firm, count: u64, draw: &mut Draw) -> Self {
        let codes = (0..count.clamp(1, 120)).map(|_| {
            // Some are firms of the portfolio; only lower numbers, so that it may grow.
            if firm.number > 0 && draw.chance(0.08) {
                firm_id(firm.seed(), draw.below(firm.number))
            } else {
                format!("P{:05}", draw.whole(1, 99_999))
            }
        });
        Self {
            codes: codes.collect(),
        }
    }

    fn one(&self, draw: &mut Draw) -> String {
        let unit = draw.unit();
        let at = whole_from(unit * unit * (self.codes.len() as f64 - 1.0));
        let code = usize::try_from(at).ok().and_then(|at| self.codes.get(at));
        code.cloned().unwrap_or_default()
    }
}
