//! Research expense and staff by year, and certificates.

use super::day::Day;
use super::draw::{logistic, whole_from};
use super::firm::{Firm, Source};
use super::table::{Certificate, Fen, ResearchYear, Tables, Word};

pub(super) fn write(firm: &Firm, out: &mut Tables) {
    if firm.answers(Source::ResearchYears) {
        write_years(firm, out);
    }
    if firm.answers(Source::Certificates) {
        write_certificates(firm, out);
    }
}

fn write_years(firm: &Firm, out: &mut Tables) {
    let mut draw = firm.draw("research");
    let share = logistic(-1.2 + 0.45 * firm.technology + 0.4 * draw.normal());
    for year in firm.last_year() - 3..=firm.last_year() + 1 {
        let sales = firm.sales_of_year(year);
        let expense = sales * firm.research_intensity * draw.factor(0.15);
        let staff = whole_from(firm.staff as f64 * draw.factor(0.06)).max(1);
        let research_staff = whole_from(staff as f64 * share * draw.factor(0.08)).clamp(0, staff);
        let (told_expense, told_staff) = (!draw.chance(0.02), !draw.chance(0.04));
        let known_on = draw
            .chance(0.06)
            .then(|| draw.after(Day::new(year + 1, 5, 31), 5, 120));
        let settled_on = Day::new(year + 1, 5, 31);
        if sales > 0.0 && settled_on <= firm.horizon() && firm.trades_on(Day::new(year, 12, 31)) {
            let row = ResearchYear {
                year: i64::from(year),
                expense: told_expense.then(|| Fen::whole_yuan(expense)),
                research_staff: told_staff.then_some(research_staff),
                staff: told_staff.then_some(staff),
                known_on,
            };
            out.research_years.push(&firm.id, row);
        }
    }
}

/// A kind of certificate: its word, log-odds of a firm of average technology and size, years of validity.
/// A high-tech certificate lasts three years (认定办法 article 9), that of a technology SME one. How many
/// firms hold one is an assumption.
const CERTIFICATES: &[(Word, f64, i32)] = &[
    ("technology_sme", -0.2, 1),
    ("innovative_sme", -1.6, 3),
    ("specialised_new", -2.9, 3),
    ("little_giant", -5.0, 3),
];

fn write_certificates(firm: &Firm, out: &mut Tables) {
    let mut draw = firm.draw("certificates");
    let first = if firm.high_tech {
        Some(("high_tech_enterprise", 3))
    } else {
        None
    };
    let held = CERTIFICATES.iter().filter_map(|(word, log_odds, years)| {
        draw.chance(logistic(log_odds + 1.2 * firm.technology + 0.3 * firm.size))
            .then_some((*word, *years))
    });
    let held: Vec<(Word, i32)> = first.into_iter().chain(held).collect();
    for (kind, years) in held {
        let mut valid_from = draw.after(firm.as_of, -1_500, -20);
        while valid_from <= firm.horizon() {
            let valid_to = valid_from.plus(365 * years);
            let revoked_on = draw.chance(0.01).then(|| draw.after(valid_from, 60, 300));
            if firm.trades_on(valid_from.plus(-200)) {
                let row = Certificate {
                    kind,
                    number: draw
                        .chance(0.95)
                        .then(|| format!("SYN{}{:06}", valid_from.civil().0, firm.number % 1_000_000)),
                    valid_from,
                    valid_to,
                    revoked_on,
                    known_on: None,
                };
                out.certificates.push(&firm.id, row);
            }
            // Most are renewed in time, some after a gap, some never.
            if revoked_on.is_some() || draw.chance(0.12) {
                break;
            }
            let gap = if draw.chance(0.8) { 1 } else { 150 };
            valid_from = valid_to.plus(gap);
        }
    }
}
