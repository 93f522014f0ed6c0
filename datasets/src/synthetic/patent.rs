//! Patents and other intellectual property.

use super::day::Day;
use super::draw::Draw;
use super::firm::{Firm, Source};
use super::identifier::patent_number;
use super::table::{IntellectualProperty, Patent, Tables, Word};

/// A kind of patent: its digit, its share, days from application to decision, probability of a grant to a firm
/// of average technology, years of its term (专利法 2020, article 42). Shares and delays are assumptions.
struct Kind {
    digit: u32,
    decided_after: (i32, i32),
    granted: f64,
    term_years: i32,
}

const INVENTION: Kind = Kind {
    digit: 1,
    decided_after: (420, 1_100),
    granted: 0.55,
    term_years: 20,
};
const UTILITY_MODEL: Kind = Kind {
    digit: 2,
    decided_after: (150, 360),
    granted: 0.85,
    term_years: 10,
};
const DESIGN: Kind = Kind {
    digit: 3,
    decided_after: (90, 240),
    granted: 0.92,
    term_years: 15,
};

const CLASSES: &[Word] = &[
    "G06F", "G06Q", "H04L", "G06T", "H01L", "A61K", "C07D", "B65G", "G01N", "F16H", "B23K", "H02J",
];

pub(super) fn write(firm: &Firm, out: &mut Tables) {
    if firm.answers(Source::Patents) {
        let mut draw = firm.draw("patents");
        let years = (f64::from(firm.as_of.since(firm.established)) / 365.25).clamp(0.5, 12.0);
        let mean = 0.9 * years * libm::exp(0.75 * firm.technology + 0.35 * firm.size - 0.6);
        for _ in 0..draw.count(mean.min(60.0)) {
            write_patent(firm, &mut draw, out);
        }
    }
    if firm.answers(Source::IntellectualProperties) {
        write_others(firm, out);
    }
}

fn write_patent(firm: &Firm, draw: &mut Draw, out: &mut Tables) {
    let taken_over = draw.chance(0.06);
    // A firm's own applications start with it; what it took over may be older.
    let oldest = firm.established.max(firm.as_of.plus(-4_700));
    let filed_on = if taken_over {
        draw.after(firm.as_of, -4_000, -800)
    } else {
        draw.after(oldest, 20, firm.horizon().since(oldest))
    };
    let invention = 0.30 + 0.08 * firm.technology;
    let kind = match draw.unit() {
        unit if unit < invention => &INVENTION,
        unit if unit < invention + 0.12 => &DESIGN,
        _ => &UTILITY_MODEL,
    };
    let decided_on = draw.after(filed_on, kind.decided_after.0, kind.decided_after.1);
    let is_granted = draw.chance((kind.granted + 0.10 * firm.technology).clamp(0.05, 0.98));
    let is_open = decided_on > firm.horizon();
    let granted_on = (is_granted && !is_open).then_some(decided_on);
    let (status, status_on) = standing(firm, (kind, filed_on, decided_on), granted_on, draw);
    let pledged_on = granted_on
        .filter(|_| draw.chance(0.04))
        .map(|day| draw.after(day, 60, 1_200))
        .filter(|day| *day <= firm.horizon());
    let released = draw.chance(0.5);
    let class = if kind.digit == 3 {
        "14-02"
    } else {
        draw.one_of(CLASSES, "G06F")
    };
    let row = Patent {
        number: patent_number(filed_on.civil().0, kind.digit, draw.below(10_000_000)),
        filed_on,
        granted_on,
        status,
        status_on,
        class: draw.chance(0.97).then(|| class.to_owned()),
        pledged_on,
        pledge_released_on: pledged_on.filter(|_| released).map(|day| day.plus(365)),
        transferred_in_on: taken_over.then(|| draw.after(firm.established.max(filed_on), 10, 700)),
        known_on: draw.chance(0.10).then(|| draw.after(filed_on, 30, 540)),
    };
    out.patents.push(&firm.id, row);
}

/// The legal status as it stands at the end of what is known, and its day.
fn standing(
    firm: &Firm,
    (kind, filed_on, decided_on): (&Kind, Day, Day),
    granted_on: Option<Day>,
    draw: &mut Draw,
) -> (Word, Option<Day>) {
    let (year, month, day) = filed_on.civil();
    let term_ends = Day::new(year + kind.term_years, month, day.min(28));
    let lapses = draw.chance((0.16 - 0.05 * firm.quality).clamp(0.02, 0.5));
    let refused = draw.by_share(&[("rejected", 0.7)], "abandoned");
    match granted_on {
        None if decided_on > firm.horizon() => ("pending", None),
        None => (refused, Some(decided_on)),
        Some(granted) => {
            let lapsed_on = draw.after(granted, 700, 2_600);
            if lapses && lapsed_on <= firm.horizon() {
                ("lapsed", Some(lapsed_on))
            } else if term_ends <= firm.horizon() {
                ("expired", Some(term_ends))
            } else {
                ("in_force", Some(granted))
            }
        }
    }
}

fn write_others(firm: &Firm, out: &mut Tables) {
    let mut draw = firm.draw("properties");
    let years = (f64::from(firm.as_of.since(firm.established)) / 365.25).clamp(0.5, 10.0);
    let software = if firm.makes_goods { 0.12 } else { 0.45 };
    let kinds: [(Word, f64); 4] = [
        (
            "software_copyright",
            software * years * libm::exp(0.5 * firm.technology),
        ),
        ("trademark", 0.12 * years),
        ("circuit_layout", 0.004 * years * libm::exp(firm.technology)),
        ("plant_variety", 0.000_6 * years),
    ];
    for (kind, mean) in kinds {
        for _ in 0..draw.count(mean.min(40.0)) {
            let span = firm.horizon().since(firm.established);
            let registered_on = draw.after(firm.established, 30, span);
            let year = registered_on.civil().0;
            let ends = draw.chance(0.03);
            let row = IntellectualProperty {
                kind,
                number: format!("{year}SYN{:07}", draw.below(10_000_000)),
                registered_on,
                ended_on: ends.then(|| draw.after(registered_on, 400, 2_000)),
                pledged_on: draw.chance(0.01).then(|| draw.after(registered_on, 60, 500)),
                known_on: None,
            };
            out.intellectual_properties.push(&firm.id, row);
        }
    }
}
