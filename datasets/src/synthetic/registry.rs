//! Registrations, registered changes and annual reports.

use super::day::{Day, Month};
use super::draw::logistic;
use super::firm::{Firm, Source};
use super::table::{AnnualReport, Fen, Registration, RegistryChange, Tables, Word};

/// Region codes of Shanxi's eleven cities (GB/T 2260) and the share of firms in each (assumption).
const REGIONS: &[(Word, f64)] = &[
    ("140100", 0.44),
    ("140200", 0.08),
    ("140300", 0.04),
    ("140400", 0.08),
    ("140500", 0.06),
    ("140600", 0.03),
    ("140700", 0.09),
    ("140800", 0.06),
    ("140900", 0.04),
    ("141000", 0.05),
];

pub(super) fn write(firm: &Firm, out: &mut Tables) {
    if firm.answers(Source::Registrations) {
        write_registration(firm, out);
    }
    if firm.answers(Source::RegistryChanges) {
        write_changes(firm, out);
    }
    if firm.answers(Source::AnnualReports) {
        write_reports(firm, out);
    }
}

/// The row as it stands, and where the state changed, first the row before.
fn write_registration(firm: &Firm, out: &mut Tables) {
    let mut draw = firm.draw("registration");
    let kind = draw.by_share(
        &[
            ("limited_company", 0.90),
            ("joint_stock_company", 0.06),
            ("partnership", 0.02),
        ],
        "other",
    );
    let region = draw.by_share(REGIONS, "141100").to_owned();
    let renamed = draw.chance(0.07);
    let told_staff = draw.chance(0.93);
    let told_paid_in = draw.chance(0.9);
    let name = format!("合成科技{:06}号有限公司", firm.number + 1);
    let row = |status: Word, status_on: Option<Day>, known_on: Option<Day>| Registration {
        name: name.clone(),
        former_names: renamed.then(|| format!("合成实业{:06}号有限公司", firm.number + 1)),
        established_on: firm.established,
        registered_capital: Some(Fen::whole_yuan(firm.capital_yuan)),
        paid_in_capital: told_paid_in.then(|| Fen::whole_yuan(firm.capital_yuan * firm.paid_in_share)),
        kind: Some(kind),
        industry: Some(firm.industry.to_owned()),
        region: Some(region.clone()),
        status,
        status_on,
        staff: told_staff.then_some(firm.staff),
        known_on,
    };
    out.registrations.push(&firm.id, row("active", None, None));
    if let Some((status, day)) = firm.fate.end {
        let known_on = draw.after(day, 1, 20);
        out.registrations
            .push(&firm.id, row(status, Some(day), Some(known_on)));
    }
}

fn write_changes(firm: &Firm, out: &mut Tables) {
    let mut draw = firm.draw("changes");
    let from = firm.established.max(firm.as_of.plus(-1_460));
    let years = f64::from(firm.horizon().since(from)) / 365.25;
    for _ in 0..draw.count(0.55 * years * libm::exp(-0.25 * firm.quality)) {
        let items = &[
            ("legal_representative", 0.16),
            ("capital", 0.14),
            ("shareholder", 0.20),
            ("address", 0.18),
            ("scope", 0.22),
            ("name", 0.04),
        ];
        let item = draw.by_share(items, "other");
        let changed_on = draw.after(from, 0, firm.horizon().since(from));
        if firm.trades_on(changed_on) {
            let late = draw.chance(0.05);
            let known_on = late.then(|| draw.after(changed_on, 5, 40));
            out.registry_changes.push(
                &firm.id,
                RegistryChange {
                    item,
                    changed_on,
                    known_on,
                },
            );
        }
    }
}

/// Whether the report of a year is published, and when; the same answer wherever it is asked.
///
/// Due from 1 January to 30 June of the following year. Source: 企业信息公示暂行条例, article 8.
pub(super) fn reports(firm: &Firm) -> Vec<(i32, Day, Option<Day>)> {
    let mut draw = firm.draw("reports");
    let late = logistic(-3.2 - 0.9 * firm.quality + 0.4 * draw.normal());
    (firm.last_year() - firm.years_back..=firm.last_year() + 1)
        .filter_map(|year| {
            let due_on = Month::new(year + 1, 6).end();
            let in_time = draw.after(due_on, -170, -1);
            let (is_late, never) = (draw.chance(late), draw.chance(0.35));
            let delayed = draw.after(due_on, 5, 300);
            let filed_on = match (is_late, never) {
                (false, _) => Some(in_time),
                (true, false) => Some(delayed),
                (true, true) => None,
            };
            let existed = firm.established.civil().0 <= year && firm.trades_on(due_on);
            (existed && due_on <= firm.horizon()).then_some((year, due_on, filed_on))
        })
        .collect()
}

fn write_reports(firm: &Firm, out: &mut Tables) {
    for (year, due_on, filed_on) in reports(firm) {
        let row = AnnualReport {
            year: i64::from(year),
            due_on,
            filed_on,
            known_on: None,
        };
        out.annual_reports.push(&firm.id, row);
    }
}
