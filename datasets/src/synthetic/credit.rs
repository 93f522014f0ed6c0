//! Facilities by reporting day, guarantees given and enquiries.
//!
//! Months are reported for two years before the day of observation, quarters for the year after it.

use super::day::{Day, Month};
use super::draw::{Draw, logistic};
use super::firm::{Firm, Source};
use super::table::{Enquiry, Facility, Fen, Guarantee, Tables, Word};

pub(super) fn write(firm: &Firm, out: &mut Tables) {
    write_facilities(firm, out);
    write_guarantees(firm, out);
    write_enquiries(firm, out);
}

/// One loan or line.
struct Loan {
    code: String,
    lender: String,
    opened_on: Day,
    matures_on: Option<Day>,
    limit_yuan: f64,
    use_share: f64,
    collateral: Word,
    restructured: bool,
    /// From when on it is not paid.
    unpaid_since: Option<Day>,
    /// Probability of a short delay on a reporting day.
    slip: f64,
}

fn write_facilities(firm: &Firm, out: &mut Tables) {
    if !firm.answers(Source::Facilities) {
        return;
    }
    let mut draw = firm.draw("facilities");
    if !draw.chance(logistic(0.4 + 0.6 * firm.size)) {
        return;
    }
    let slots = 1 + draw.count(0.45 * libm::exp(0.4 * firm.size)).min(4);
    let slip = logistic(-4.7 - 1.0 * firm.quality + 0.5 * draw.normal());
    let annual = (firm.sales_of_year(firm.last_year())).max(300_000.0);
    for slot in 0..slots {
        let lender = format!("L{:03}", draw.whole(1, 60));
        let limit_yuan = (annual * 0.14 * draw.factor(0.6) / 100_000.0).clamp(1.0, 3_000.0);
        let limit_yuan = libm::round(limit_yuan) * 100_000.0;
        let collateral = draw.by_share(
            &[
                ("unsecured", 0.34),
                ("guarantee", 0.30),
                ("mortgage", 0.20),
                ("pledge", 0.06),
                ("ip_pledge", 0.06),
            ],
            "other",
        );
        let restructured = draw.chance(logistic(-5.0 - firm.quality));
        let revolves = draw.chance(0.2);
        let falls = slot == 0 || draw.chance(0.6);
        let mut opened_on = draw.after(firm.as_of, -1_300, -40);
        let mut sequence = 1;
        while opened_on <= firm.horizon() && firm.trades_on(opened_on) {
            let matures_on = (!revolves).then(|| opened_on.plus(if slot % 2 == 0 { 365 } else { 1_095 }));
            let ends_on = matures_on.unwrap_or(firm.horizon());
            let loan_end = ends_on.plus(draw.after(Day(0), 1, 40).0);
            // A loan that has been repaid before the trouble is not touched by it.
            let unpaid_since = firm.overdue_since().filter(|day| falls && *day < loan_end);
            let loan = Loan {
                code: format!("F{:07}-{slot}{sequence:02}", firm.number + 1),
                lender: lender.clone(),
                opened_on,
                matures_on,
                limit_yuan,
                use_share: (0.75 - 0.09 * firm.quality + 0.15 * draw.normal()).clamp(0.05, 1.0),
                collateral,
                restructured,
                unpaid_since: unpaid_since.map(|day| day.max(opened_on.plus(20))),
                slip,
            };
            write_loan(firm, &loan, &mut draw, out);
            if unpaid_since.is_some() || revolves {
                break;
            }
            opened_on = loan_end;
            sequence += 1;
        }
    }
}

fn write_loan(firm: &Firm, loan: &Loan, draw: &mut Draw, out: &mut Tables) {
    let last = firm.last_month();
    let reported = |month: &Month| month.0 <= last.0 || month.ends_quarter();
    for month in (last.0 - 23..=last.0 + 12).map(Month).filter(reported) {
        let snapshot_on = month.end();
        let unpaid_days = loan.unpaid_since.map_or(0, |day| snapshot_on.since(day).max(0));
        let is_over = loan.matures_on.is_some_and(|day| snapshot_on > day) && loan.unpaid_since.is_none();
        if snapshot_on < loan.opened_on || is_over || snapshot_on > firm.horizon() {
            continue;
        }
        let slips = draw.chance(loan.slip);
        let short = draw.after(Day(0), 2, 55).0;
        let days = if unpaid_days > 0 {
            unpaid_days
        } else if slips {
            short
        } else {
            0
        };
        let in_use = if loan.matures_on.is_some() {
            loan.use_share.max(0.6)
        } else {
            loan.use_share * draw.factor(0.2)
        };
        let balance = libm::round(loan.limit_yuan * in_use.min(1.0) / 1_000.0) * 1_000.0;
        let overdue = if unpaid_days > 60 {
            balance
        } else {
            libm::round(balance * 0.1)
        };
        let told = !draw.chance(0.02);
        let row = Facility {
            facility: loan.code.clone(),
            lender: loan.lender.clone(),
            snapshot_on,
            opened_on: loan.opened_on,
            matures_on: loan.matures_on,
            limit: Some(Fen::whole_yuan(loan.limit_yuan)),
            balance: Fen::whole_yuan(balance),
            collateral: Some(loan.collateral),
            class: told.then(|| class_of(days, draw)),
            days_overdue: told.then_some(i64::from(days)),
            amount_overdue: told.then(|| Fen::whole_yuan(if days > 0 { overdue } else { 0.0 })),
            restructured: Some(loan.restructured),
            known_on: draw.chance(0.02).then(|| draw.after(snapshot_on, 10, 60)),
        };
        out.facilities.push(&firm.id, row);
    }
}

/// The least class that the days overdue allow. Source: 中国银行保险监督管理委员会 中国人民银行令〔2023〕第1号
/// (overdue: special mention; over 90, 270 and 360 days: substandard, doubtful, loss).
fn class_of(days_overdue: i32, draw: &mut Draw) -> Word {
    match days_overdue {
        i32::MIN..=0 => draw.by_share(&[("special_mention", 0.004)], "pass"),
        1..=90 => "special_mention",
        91..=270 => "substandard",
        271..=360 => "doubtful",
        _ => "loss",
    }
}

fn write_guarantees(firm: &Firm, out: &mut Tables) {
    let mut draw = firm.draw("guarantees");
    let count = draw.count(0.10 * libm::exp(0.4 * firm.size - 0.35 * firm.quality));
    for at in 0..count.min(6) {
        let given_on = draw.after(firm.as_of, -1_000, 250);
        let amount = libm::round((firm.capital_yuan * 0.4 * draw.factor(0.8) / 1e5).max(1.0)) * 1e5;
        let row = Guarantee {
            reference: format!("G{:07}-{at}", firm.number + 1),
            beneficiary: draw.chance(0.9).then(|| format!("P{:05}", draw.whole(1, 99_999))),
            amount: Fen::whole_yuan(amount),
            given_on,
            ends_on: draw.chance(0.9).then(|| given_on.plus(731)),
            known_on: None,
        };
        if firm.answers(Source::Guarantees) && firm.trades_on(given_on) {
            out.guarantees.push(&firm.id, row);
        }
    }
}

fn write_enquiries(firm: &Firm, out: &mut Tables) {
    let mut draw = firm.draw("enquiries");
    for _ in 0..draw
        .count(3.0 * libm::exp(0.3 * firm.size - 0.3 * firm.quality))
        .min(40)
    {
        let row = Enquiry {
            lender: format!("L{:03}", draw.whole(1, 60)),
            enquired_on: draw.after(firm.as_of, -730, 180),
            reason: draw.by_share(&[("application", 0.45), ("review", 0.45)], "other"),
            known_on: None,
        };
        if firm.answers(Source::Enquiries) && firm.trades_on(row.enquired_on) {
            out.enquiries.push(&firm.id, row);
        }
    }
}
