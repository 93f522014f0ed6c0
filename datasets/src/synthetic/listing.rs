//! Entries on the lists of dishonest conduct, and penalties.
//!
//! How often they occur is an assumption. How long they last follows the rules named with each basis.

use super::day::Day;
use super::draw::Draw;
use super::firm::{Firm, Source};
use super::registry;
use super::table::{Listing, Tables, Word};

/// A list: its word, who decides, on what basis, entries a year and firm of average quality, how much quality
/// lowers that, and days until the entry ends (none: until repaired).
struct List {
    word: Word,
    authority: Word,
    basis: Word,
    yearly: f64,
    slope: f64,
    lasts_days: Option<i32>,
}

const LISTS: &[List] = &[
    List {
        word: "serious_violation",
        authority: "市场监督管理局",
        basis: "市场监督管理严重违法失信名单管理办法",
        yearly: 0.000_8,
        slope: -1.2,
        lasts_days: Some(1_096),
    },
    List {
        word: "judgment_debtor",
        authority: "人民法院",
        basis: "最高人民法院关于公布失信被执行人名单信息的若干规定",
        yearly: 0.003,
        slope: -1.3,
        lasts_days: Some(731),
    },
    List {
        word: "major_tax_violation",
        authority: "税务局",
        basis: "重大税收违法失信主体信息公布管理办法",
        yearly: 0.000_6,
        slope: -1.2,
        lasts_days: Some(1_096),
    },
    List {
        word: "administrative_penalty",
        authority: "市场监督管理局",
        basis: "中华人民共和国行政处罚法",
        yearly: 0.035,
        slope: -0.6,
        lasts_days: None,
    },
];

pub(super) fn write(firm: &Firm, out: &mut Tables) {
    if !firm.answers(Source::Listings) {
        return;
    }
    let mut draw = firm.draw("listings");
    write_abnormal(firm, &mut draw, out);
    let from = firm.established.max(firm.as_of.plus(-1_600));
    let years = f64::from(firm.horizon().since(from)) / 365.25;
    for list in LISTS {
        let mean = list.yearly * years * libm::exp(list.slope * firm.quality - list.slope * list.slope / 2.0);
        for _ in 0..draw.count(mean) {
            let started_on = draw.after(from, 30, firm.horizon().since(from));
            write_entry(firm, (list, started_on), &mut draw, out);
        }
        // Creditors of a firm in default go to court.
        if list.word == "judgment_debtor"
            && let Some(default_on) = firm.fate.default_on
            && draw.chance(0.35)
        {
            let started_on = draw.after(default_on, 60, 240);
            if started_on <= firm.horizon() {
                write_entry(firm, (list, started_on), &mut draw, out);
            }
        }
    }
}

/// A report that is not published in time leads to the abnormal-operation list, publication off it again.
fn write_abnormal(firm: &Firm, draw: &mut Draw, out: &mut Tables) {
    for (year, due_on, filed_on) in registry::reports(firm) {
        let started_on = draw.after(due_on, 6, 30);
        if filed_on.is_some_and(|day| day <= started_on) || started_on > firm.horizon() {
            continue;
        }
        let delay = draw.after(Day(0), 1, 25).0;
        let row = Listing {
            list: "abnormal_operation",
            authority: Some("市场监督管理局".to_owned()),
            reference: Some(format!("合成异常〔{}〕{}号", year + 1, firm.number + 1)),
            basis: Some("企业信息公示暂行条例".to_owned()),
            severity: None,
            started_on,
            ends_on: None,
            repaired_on: filed_on.map(|day| day.plus(delay)),
            objection_on: draw.chance(0.04).then(|| draw.after(started_on, 3, 60)),
            known_on: None,
        };
        out.listings.push(&firm.id, row);
    }
}

fn write_entry(firm: &Firm, entry: (&List, Day), draw: &mut Draw, out: &mut Tables) {
    let (list, started_on) = entry;
    let (severity, lasts_days) = if list.word == "administrative_penalty" {
        // Source of the spans: 国办发〔2025〕22号 (three months, one year, three years at most).
        match draw.by_share(&[(0, 0.45), (1, 0.45)], 2) {
            0 => (Some("minor"), Some(91)),
            1 => (Some("ordinary"), Some(365)),
            _ => (Some("serious"), Some(1_096)),
        }
    } else {
        (None, list.lasts_days)
    };
    let repaired = draw.chance(0.30).then(|| draw.after(started_on, 40, 500));
    let ends_on = lasts_days.map(|days| started_on.plus(days));
    let repaired_on = repaired.filter(|day| ends_on.is_none_or(|end| *day < end));
    let objects = repaired_on.is_none() && draw.chance(0.07);
    let year = started_on.civil().0;
    let row = Listing {
        list: list.word,
        authority: Some(list.authority.to_owned()),
        reference: Some(format!("合成决〔{year}〕{}号", draw.whole(1, 99_999))),
        basis: draw.chance(0.9).then(|| list.basis.to_owned()),
        severity,
        started_on,
        ends_on,
        repaired_on,
        objection_on: objects.then(|| draw.after(started_on, 3, 90)),
        known_on: draw.chance(0.3).then(|| draw.after(started_on, 1, 30)),
    };
    out.listings.push(&firm.id, row);
}
