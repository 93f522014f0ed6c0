//! Yearly statements that add up.

use super::day::{Day, Month};
use super::draw::Draw;
use super::firm::{Firm, Source};
use super::table::{Fen, Statement, Tables};

pub(super) fn write(firm: &Firm, out: &mut Tables) {
    if !firm.answers(Source::Statements) {
        return;
    }
    let mut draw = firm.draw("statements");
    let leverage = 0.48 - 0.09 * firm.quality + 0.13 * draw.normal();
    let turnover = 0.85 * draw.factor(0.35);
    for year in firm.last_year() - 3..=firm.last_year() + 1 {
        let sales = firm.sales_of_year(year);
        let row = statement(firm, (year, sales), (leverage, turnover), &mut draw);
        let exists = sales > 0.0 && firm.trades_on(Month::new(year, 12).end());
        if exists && row.received_on <= firm.horizon() {
            out.statements.push(&firm.id, row);
        }
    }
}

/// One year: what must add up is computed in whole yuan from its parts, so it adds up exactly.
fn statement(
    firm: &Firm,
    (year, sales): (i32, f64),
    (leverage, turnover): (f64, f64),
    draw: &mut Draw,
) -> Statement {
    let yuan = Fen::whole_yuan;
    let is_ill = firm
        .overdue_since()
        .is_some_and(|day| day <= Month::new(year, 12).end());
    let illness = if is_ill { 0.25 } else { 0.0 };
    let sales = sales * draw.factor(0.03);
    let assets = yuan((sales / turnover + 0.3 * firm.capital_yuan * firm.paid_in_share).max(20_000.0));
    let ratio = (leverage + illness + 0.04 * draw.normal()).clamp(0.03, 1.4);
    let liabilities = yuan(assets.0 as f64 / 100.0 * ratio);
    let equity = Fen(assets.0 - liabilities.0);
    let of = |whole: Fen, share: f64| yuan(whole.0 as f64 / 100.0 * share);
    let current_share = (if firm.makes_goods { 0.58 } else { 0.72 }) + 0.10 * draw.normal();
    let current_assets = of(assets, current_share.clamp(0.2, 0.95));
    let current_liabilities = of(liabilities, (0.85 + 0.08 * draw.normal()).clamp(0.4, 1.0));
    let cash = of(
        current_assets,
        (0.24 + 0.05 * firm.quality + 0.07 * draw.normal()).clamp(0.02, 0.6),
    );
    let stock_share = if firm.makes_goods { 0.26 } else { 0.08 };
    let inventory = of(current_assets, stock_share * draw.unit() * 1.3);
    let rest = Fen(current_assets.0 - cash.0 - inventory.0);
    let receivables = of(rest, 0.55 + 0.35 * draw.unit());
    let payables = of(current_liabilities, 0.2 + 0.4 * draw.unit());
    let sales = yuan(sales);
    let cost = of(
        sales,
        (1.0 - firm.gross_margin + 0.02 * draw.normal()).clamp(0.1, 1.0),
    );
    let interest = of(liabilities, 0.35 * 0.045 * draw.unit() * 1.6);
    let overhead = of(sales, (0.20 + illness + 0.03 * draw.normal()).max(0.04));
    let research = of(sales, 0.6 * firm.research_intensity);
    let profit_before_tax = Fen(sales.0 - cost.0 - overhead.0 - research.0 - interest.0);
    let rate = if firm.high_tech { 0.15 } else { 0.20 };
    let tax = of(Fen(profit_before_tax.0.max(0)), rate);
    let paid_in = yuan(firm.capital_yuan * firm.paid_in_share);
    let audited = draw.chance(0.35 + 0.12 * firm.size);
    // Most come by the end of May; some after the day of observation, if that is the end of June.
    let late = draw.chance(0.10);
    let received_on = draw.after(
        Day::new(year + 1, if late { 6 } else { 3 }, 1),
        0,
        if late { 120 } else { 90 },
    );
    let mut told = |amount: Fen| (!draw.chance(0.015)).then_some(amount);
    Statement {
        year: i64::from(year),
        received_on,
        audited: Some(audited),
        assets,
        liabilities,
        equity: told(equity),
        current_assets: told(current_assets),
        current_liabilities: told(current_liabilities),
        cash: told(cash),
        inventory: told(inventory),
        receivables: told(receivables),
        payables: told(payables),
        retained_earnings: told(Fen(equity.0 - paid_in.0)),
        sales: told(sales),
        cost: told(cost),
        profit_before_tax: told(profit_before_tax),
        net_profit: told(Fen(profit_before_tax.0 - tax.0)),
        interest: told(interest),
        known_on: None,
    }
}
