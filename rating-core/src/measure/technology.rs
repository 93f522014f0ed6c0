//! Patents, other rights, research and certificates.
//!
//! A patent that is taken over after the day is not the firm's yet and counts nowhere. A patent without a day
//! of grant counts as granted if its status is one that only a grant leads to.

use super::finance::last_year_ended;
use super::{Measure, Measured, Measures, Missing};
use crate::id::PatentKind;
use crate::num::{Date, Money};
use crate::record::{
    CertificateKind, Patent, PatentStatus, PropertyClass, PropertyKind, ResearchYear, TableName, TaxKind,
    View,
};

pub(super) fn measure(view: &View<'_>, out: &mut Measures) {
    let rights = view
        .answered_on(TableName::IntellectualProperties)
        .map(|_| Rights::of(view));
    if view.answered_on(TableName::Patents).is_some() {
        Portfolio::of(view).report(&rights.unwrap_or_default(), out);
    }
    if let Some(rights) = rights {
        out.set(
            Measure::TechnologySoftwareCopyrights,
            f64::from(rights.software_copyrights),
        );
        out.set(Measure::TechnologyTrademarks, f64::from(rights.trademarks));
    }
    if view.answered_on(TableName::ResearchYears).is_some() {
        measure_research(view, out);
    }
    if view.answered_on(TableName::Certificates).is_some() {
        measure_certificates(view, out);
    }
}

/// Counts of the rights other than patents that stand on the day.
#[derive(Clone, Copy, Default)]
struct Rights {
    class_one: u32,
    class_two: u32,
    software_copyrights: u32,
    trademarks: u32,
}

impl Rights {
    fn of(view: &View<'_>) -> Self {
        let mut rights = Self::default();
        let standing = view
            .intellectual_properties()
            .filter(|right| right.is_in_force(view.as_of()));
        for right in standing {
            match right.kind.class() {
                Some(PropertyClass::One) => rights.class_one += 1,
                Some(PropertyClass::Two) => rights.class_two += 1,
                None => {}
            }
            rights.software_copyrights += u32::from(right.kind == PropertyKind::SoftwareCopyright);
            rights.trademarks += u32::from(right.kind == PropertyKind::Trademark);
        }
        rights
    }
}

/// What one pass over the patents adds up; whole numbers, so that the order of the patents cannot matter.
#[derive(Default)]
struct Portfolio<'a> {
    applications: u32,
    own_granted: u32,
    own_decided: u32,
    in_force: u32,
    inventions: u32,
    transferred: u32,
    pledged: u32,
    age_days: i64,
    life_days: i64,
    classes: Vec<&'a str>,
}

impl<'a> Portfolio<'a> {
    fn of(view: &View<'a>) -> Self {
        let as_of = view.as_of();
        let window_start = as_of.plus_months(-36);
        let mut portfolio = Self::default();
        for patent in view.patents().filter(|p| p.filed_on <= as_of) {
            let is_own = patent.transferred_in_on.is_none();
            if !is_own && view.happened(patent.transferred_in_on).is_none() {
                continue;
            }
            let status = patent.status_on(as_of);
            let is_granted = is_granted(patent, status, as_of);
            if is_own {
                let is_refused = matches!(status, PatentStatus::Rejected | PatentStatus::Abandoned);
                portfolio.applications += u32::from(patent.filed_on > window_start);
                portfolio.own_granted += u32::from(is_granted);
                portfolio.own_decided += u32::from(is_granted || is_refused);
            }
            if is_granted && status == PatentStatus::InForce {
                portfolio.add_in_force(patent, as_of);
            }
        }
        portfolio.classes.sort_unstable();
        portfolio.classes.dedup();
        portfolio
    }

    /// Adds a patent that is in force unless its term is over. The end of the term is asked for once a patent:
    /// calendar arithmetic is what costs here.
    fn add_in_force(&mut self, patent: &'a Patent, as_of: Date) {
        let life_days = patent.term_ends_on().days_since(as_of);
        if life_days <= 0 {
            return;
        }
        self.in_force += 1;
        self.inventions += u32::from(patent.number.kind() == PatentKind::Invention);
        self.transferred += u32::from(patent.transferred_in_on.is_some());
        self.pledged += u32::from(patent.is_pledged(as_of));
        self.age_days += i64::from(as_of.days_since(patent.filed_on));
        self.life_days += i64::from(life_days);
        self.classes
            .extend(patent.class.as_ref().map(crate::record::Text::as_str));
    }

    fn report(&self, rights: &Rights, out: &mut Measures) {
        let in_force = f64::from(self.in_force);
        let class_one = self.inventions + rights.class_one;
        let class_two = self.in_force - self.inventions + rights.class_two;
        out.set(Measure::TechnologyInventions, f64::from(self.inventions));
        out.set(Measure::TechnologyClassOne, f64::from(class_one));
        out.set(Measure::TechnologyClassTwo, f64::from(class_two));
        out.set(Measure::TechnologyApplications36m, f64::from(self.applications));
        out.set(
            Measure::TechnologyGrantRate,
            Measured::ratio(f64::from(self.own_granted), f64::from(self.own_decided)),
        );
        let mean_years = |days: i64| Measured::ratio(days as f64, 365.25 * in_force);
        out.set(Measure::TechnologyMeanAge, mean_years(self.age_days));
        out.set(Measure::TechnologyRemainingLife, mean_years(self.life_days));
        let share = |part: u32| Measured::ratio(f64::from(part), in_force);
        out.set(Measure::TechnologyTransferredShare, share(self.transferred));
        out.set(Measure::TechnologyPledgedShare, share(self.pledged));
        out.set(Measure::TechnologyBreadth, self.classes.len() as f64);
    }
}

/// Whether a patent was granted by the day.
fn is_granted(patent: &Patent, status: PatentStatus, as_of: Date) -> bool {
    match patent.granted_on {
        Some(day) => day <= as_of,
        None => match status {
            PatentStatus::InForce
            | PatentStatus::Lapsed
            | PatentStatus::Expired
            | PatentStatus::Invalidated => true,
            // An end that is not told may be a refusal: it is no grant and no refusal.
            PatentStatus::Pending
            | PatentStatus::Abandoned
            | PatentStatus::Rejected
            | PatentStatus::Ended => false,
        },
    }
}

fn measure_research(view: &View<'_>, out: &mut Measures) {
    let last_ended = last_year_ended(view.as_of());
    let latest = view
        .research_years()
        .filter(|r| r.year == last_ended || r.year == last_ended - 1)
        .max_by_key(|r| r.year);
    let Some(latest) = latest else {
        for measure in [
            Measure::TechnologyResearchExpense,
            Measure::TechnologyResearchIntensity,
            Measure::TechnologyResearchGrowth,
            Measure::TechnologyResearchStaffShare,
        ] {
            out.set(measure, Missing::TooShort);
        }
        return;
    };
    // Every measure starts as not reported, so a field left empty needs no word.
    if let Some(expense) = latest.expense {
        out.set(Measure::TechnologyResearchExpense, expense.yuan());
        out.set(
            Measure::TechnologyResearchIntensity,
            intensity(view, latest, expense),
        );
        out.set(Measure::TechnologyResearchGrowth, growth(view, latest, expense));
    }
    if let Some((research, all)) = latest.research_staff.zip(latest.staff) {
        out.set(
            Measure::TechnologyResearchStaffShare,
            Measured::ratio(f64::from(research), f64::from(all)),
        );
    }
}

fn intensity(view: &View<'_>, latest: &ResearchYear, expense: Money) -> Measured {
    let stated = view
        .statements()
        .find(|s| s.year == latest.year)
        .and_then(|s| s.sales)
        .map(|sales| i128::from(sales.fen()));
    match stated.or_else(|| filed_sales(view, latest.year)) {
        Some(sales) => Measured::ratio(expense.fen() as f64, sales as f64),
        None => Missing::NotReported.into(),
    }
}

/// Taxable sales, in fen, of the VAT filings for a year that were filed by the day; none if there are none.
fn filed_sales(view: &View<'_>, year: i16) -> Option<i128> {
    let (first, last) = (Date::new(year, 1, 1).ok()?, Date::new(year, 12, 31).ok()?);
    let mut sales = view
        .filings()
        .filter(|f| f.kind == TaxKind::Vat && first <= f.period_end && f.period_end <= last)
        .filter(|f| view.happened(f.filed_on).is_some())
        .filter_map(|f| f.taxable_sales)
        .peekable();
    sales.peek()?;
    Some(Money::sum(sales))
}

fn growth(view: &View<'_>, latest: &ResearchYear, expense: Money) -> Measured {
    let before = view
        .research_years()
        .find(|r| r.year == latest.year - 1)
        .and_then(|r| r.expense);
    match before {
        None => Missing::TooShort.into(),
        Some(before) if before > Money::ZERO => {
            Measured::Value((expense.fen() - before.fen()) as f64 / before.fen() as f64)
        }
        Some(_) => Missing::NotApplicable.into(),
    }
}

fn measure_certificates(view: &View<'_>, out: &mut Measures) {
    let holds = |kind: CertificateKind| {
        view.certificates()
            .any(|c| c.kind == kind && c.is_valid(view.as_of()))
    };
    let kinds = CertificateKind::ALL.iter().filter(|kind| holds(**kind)).count();
    out.set(
        Measure::TechnologyHighTech,
        f64::from(u8::from(holds(CertificateKind::HighTechEnterprise))),
    );
    out.set(Measure::TechnologyCertificates, kinds as f64);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Dossier;

    const NOT_REPORTED: Measured = Measured::Missing(Missing::NotReported);
    const NOT_APPLICABLE: Measured = Measured::Missing(Missing::NotApplicable);
    const TOO_SHORT: Measured = Measured::Missing(Missing::TooShort);

    /// Measures of a firm with these tables, as of 30 June 2026.
    fn measured(tables: &str) -> Measures {
        measured_on(tables, "2026-06-30")
    }

    fn measured_on(tables: &str, day: &str) -> Measures {
        let json = format!(r#"{{"firm_id": "F-000001", {tables}}}"#);
        let firm: Dossier = json.parse().unwrap();
        let mut measures = Measures::NONE;
        measure(&firm.view(day.parse().unwrap()), &mut measures);
        measures
    }

    fn answered(tables: &[&str]) -> String {
        let rows: Vec<String> = tables
            .iter()
            .map(|table| format!(r#"{{"table": "{table}", "answered_on": "2026-06-01"}}"#))
            .collect();
        format!(r#""answers": [{}]"#, rows.join(", "))
    }

    #[track_caller]
    fn assert_near(measures: &Measures, measure: Measure, expected: f64) {
        let got = measures.get(measure);
        let is_near = got.value().is_some_and(|v| (v - expected).abs() < 1e-12);
        assert!(is_near, "{}: expected {expected}, got {got:?}", measure.id());
    }

    #[track_caller]
    fn assert_missing(measures: &Measures, expected: Measured, list: &[Measure]) {
        for measure in list {
            assert_eq!(measures.get(*measure), expected, "{}", measure.id());
        }
    }

    /// A patent of this kind (1 invention, 2 utility model, 3 design) and day of application; the rest of its
    /// fields follow as JSON. Check character: Σ dᵢ·wᵢ mod 11 with weights 2 to 9, then 2 to 5.
    fn patent(kind: u32, filed_on: &str, serial: u32, rest: &str) -> String {
        let body = format!("{}{kind}{serial:07}", &filed_on[..4]);
        let weights = [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5];
        let sum: u32 = body
            .chars()
            .zip(weights)
            .map(|(c, weight)| c.to_digit(10).unwrap() * weight)
            .sum();
        let check = char::from_digit(sum % 11, 10).unwrap_or('X');
        format!(r#"{{"number": "{body}.{check}", "filed_on": "{filed_on}", {rest}}}"#)
    }

    fn portfolio() -> Vec<String> {
        vec![
            // A, B and C are in force, D came to the end of its ten years on the day.
            patent(
                1,
                "2016-06-30",
                1,
                r#""status": "in_force", "granted_on": "2018-01-01", "class": "G06F""#,
            ),
            patent(
                2,
                "2020-06-30",
                2,
                r#""status": "in_force", "granted_on": "2021-01-01", "class": "G06F", "pledged_on": "2025-01-01""#,
            ),
            patent(
                3,
                "2024-06-30",
                3,
                r#""status": "in_force", "granted_on": "2024-12-01", "transferred_in_on": "2025-03-01""#,
            ),
            patent(
                2,
                "2016-06-30",
                4,
                r#""status": "in_force", "granted_on": "2017-01-01", "class": "H04L""#,
            ),
            // E is pending, F refused; the refusal of G and the grant of H lie after the day.
            patent(1, "2025-01-10", 5, r#""status": "pending""#),
            patent(
                1,
                "2023-06-30",
                6,
                r#""status": "rejected", "status_on": "2025-01-01""#,
            ),
            patent(
                1,
                "2023-07-01",
                7,
                r#""status": "rejected", "status_on": "2026-07-15""#,
            ),
            patent(
                1,
                "2022-01-01",
                8,
                r#""status": "in_force", "granted_on": "2026-07-01""#,
            ),
            // I lapsed after its grant, K was given up before one.
            patent(
                1,
                "2019-01-01",
                9,
                r#""status": "lapsed", "granted_on": "2020-01-01", "status_on": "2023-01-01""#,
            ),
            patent(
                1,
                "2021-01-01",
                11,
                r#""status": "abandoned", "status_on": "2022-01-01""#,
            ),
            // J is taken over and L applied for after the day.
            patent(
                1,
                "2018-01-01",
                10,
                r#""status": "in_force", "granted_on": "2019-01-01", "transferred_in_on": "2026-08-01""#,
            ),
            patent(1, "2026-07-01", 12, r#""status": "pending""#),
        ]
    }

    const RIGHTS: &str = r#""intellectual_properties": [
        {"kind": "software_copyright", "number": "S1", "registered_on": "2020-01-01"},
        {"kind": "software_copyright", "number": "S2", "registered_on": "2020-01-01", "ended_on": "2025-01-01"},
        {"kind": "software_copyright", "number": "S3", "registered_on": "2020-01-01", "ended_on": "2027-01-01"},
        {"kind": "software_copyright", "number": "S4", "registered_on": "2026-07-01"},
        {"kind": "trademark", "number": "T1", "registered_on": "2020-01-01"},
        {"kind": "circuit_layout", "number": "C1", "registered_on": "2020-01-01"}]"#;

    #[test]
    fn a_portfolio_is_counted_by_hand() {
        let tables = format!(r#""patents": [{}], {RIGHTS}"#, portfolio().join(", "));
        let got = measured(&tables);
        assert_near(&got, Measure::TechnologyInventions, 1.0); // A
        assert_near(&got, Measure::TechnologyClassOne, 2.0); // A and the layout
        assert_near(&got, Measure::TechnologyClassTwo, 4.0); // B, C, S1, S3
        assert_near(&got, Measure::TechnologySoftwareCopyrights, 2.0); // S1, S3
        assert_near(&got, Measure::TechnologyTrademarks, 1.0);
        // The window begins after 2023-06-30: E and G; C came from another.
        assert_near(&got, Measure::TechnologyApplications36m, 2.0);
        // Granted A, B, D, I; refused or given up F, K.
        assert_near(&got, Measure::TechnologyGrantRate, 4.0 / 6.0);
        // A 10 years with two leap days 3652, B 6 years with one 2191, C 2 years 730: 6573 days = 3 · 2191.
        assert_near(&got, Measure::TechnologyMeanAge, 2191.0 / 365.25);
        // A to 2036 with three leap days 3653, B to 2030 with one 1461, C to 2039 with three 4748: 9862 days.
        assert_near(&got, Measure::TechnologyRemainingLife, 9862.0 / (3.0 * 365.25));
        assert_near(&got, Measure::TechnologyTransferredShare, 1.0 / 3.0); // C
        assert_near(&got, Measure::TechnologyPledgedShare, 1.0 / 3.0); // B
        assert_near(&got, Measure::TechnologyBreadth, 1.0); // G06F twice, C without a class
    }

    #[test]
    fn the_order_of_delivery_does_not_matter() {
        let mut rows = portfolio();
        let forward = measured(&format!(r#""patents": [{}]"#, rows.join(", ")));
        rows.reverse();
        assert_eq!(measured(&format!(r#""patents": [{}]"#, rows.join(", "))), forward);
    }

    #[test]
    fn a_status_that_follows_a_grant_counts_as_one_without_its_day() {
        // Lapsed and in force without a day of grant, and one refused: 2 of 3.
        let rows = [
            patent(
                1,
                "2018-01-01",
                1,
                r#""status": "lapsed", "status_on": "2022-01-01""#,
            ),
            patent(2, "2020-01-01", 2, r#""status": "in_force""#),
            patent(
                1,
                "2019-01-01",
                3,
                r#""status": "rejected", "status_on": "2021-01-01""#,
            ),
        ];
        let got = measured(&format!(r#""patents": [{}]"#, rows.join(", ")));
        assert_near(&got, Measure::TechnologyGrantRate, 2.0 / 3.0);
    }

    #[test]
    fn an_end_that_is_not_told_is_neither_a_grant_nor_a_refusal() {
        // One refused, one ended without a day of grant, one ended five years after its grant: 1 of 2.
        let rows = [
            patent(1, "2019-01-01", 1, r#""status": "rejected""#),
            patent(1, "2019-01-01", 2, r#""status": "失效""#),
            patent(
                1,
                "2015-01-01",
                3,
                r#""status": "失效", "granted_on": "2018-01-01", "status_on": "2023-01-01""#,
            ),
        ];
        let got = measured(&format!(r#""patents": [{}]"#, rows.join(", ")));
        assert_near(&got, Measure::TechnologyGrantRate, 1.0 / 2.0);
        assert_near(&got, Measure::TechnologyInventions, 0.0);
    }

    #[test]
    fn a_pledge_counts_until_the_day_of_its_release() {
        let row = patent(
            1,
            "2020-01-01",
            1,
            r#""status": "in_force", "granted_on": "2021-01-01", "pledged_on": "2024-01-01",
                "pledge_released_on": "2026-07-01""#,
        );
        let tables = format!(r#""patents": [{row}]"#);
        assert_near(&measured(&tables), Measure::TechnologyPledgedShare, 1.0);
        assert_near(
            &measured_on(&tables, "2026-07-01"),
            Measure::TechnologyPledgedShare,
            0.0,
        );
        assert_near(
            &measured_on(&tables, "2023-12-31"),
            Measure::TechnologyPledgedShare,
            0.0,
        );
    }

    #[test]
    fn no_answer_is_not_reported() {
        let got = measured(r#""patents": []"#);
        let family = super::super::CATALOGUE
            .iter()
            .filter(|e| e.id.starts_with("technology."));
        for entry in family {
            assert_eq!(got.get(entry.measure), NOT_REPORTED, "{}", entry.id);
        }
        // Other rights without patents: their own counts stand, the classes lack their first source.
        let got = measured(RIGHTS);
        assert_near(&got, Measure::TechnologySoftwareCopyrights, 2.0);
        assert_missing(
            &got,
            NOT_REPORTED,
            &[Measure::TechnologyClassOne, Measure::TechnologyClassTwo],
        );
    }

    #[test]
    fn an_empty_answer_is_none() {
        let tables = [
            "patents",
            "intellectual_properties",
            "research_years",
            "certificates",
        ];
        let got = measured(&answered(&tables));
        for count in [
            Measure::TechnologyInventions,
            Measure::TechnologyClassOne,
            Measure::TechnologyClassTwo,
            Measure::TechnologySoftwareCopyrights,
            Measure::TechnologyTrademarks,
            Measure::TechnologyApplications36m,
            Measure::TechnologyBreadth,
            Measure::TechnologyHighTech,
            Measure::TechnologyCertificates,
        ] {
            assert_eq!(got.get(count), Measured::Value(0.0), "{}", count.id());
        }
        let ratios = [
            Measure::TechnologyGrantRate,
            Measure::TechnologyMeanAge,
            Measure::TechnologyRemainingLife,
            Measure::TechnologyTransferredShare,
            Measure::TechnologyPledgedShare,
        ];
        assert_missing(&got, NOT_APPLICABLE, &ratios);
        assert_missing(&got, TOO_SHORT, &RESEARCH);
    }

    const RESEARCH: [Measure; 4] = [
        Measure::TechnologyResearchExpense,
        Measure::TechnologyResearchIntensity,
        Measure::TechnologyResearchGrowth,
        Measure::TechnologyResearchStaffShare,
    ];

    #[test]
    fn research_is_measured_by_hand() {
        let got = measured(
            r#""research_years": [
                {"year": 2025, "expense": "1500000.00", "research_staff": 12, "staff": 40},
                {"year": 2024, "expense": "1200000.00", "research_staff": 1, "staff": 40}],
            "statements": [
                {"year": 2025, "received_on": "2026-04-01", "assets": "1", "liabilities": "0", "sales": "20000000"}]"#,
        );
        assert_near(&got, Measure::TechnologyResearchExpense, 1_500_000.0);
        assert_near(&got, Measure::TechnologyResearchIntensity, 0.075); // 1.5 m / 20 m
        assert_near(&got, Measure::TechnologyResearchGrowth, 0.25); // 1.5 / 1.2 − 1
        assert_near(&got, Measure::TechnologyResearchStaffShare, 0.3); // 12 / 40
    }

    #[test]
    fn sales_for_the_intensity_fall_back_on_filed_vat_filings() {
        // Filed by the day for 2025: 300,000.10 + 199,999.90 = 500,000. Left out: an unfiled one, one filed
        // after the day, one of another tax, one of another year. 50,000 / 500,000 = 0.1.
        let got = measured(
            r#""research_years": [{"year": 2025, "expense": "50000"}],
            "statements": [{"year": 2025, "received_on": "2026-04-01", "assets": "1", "liabilities": "0"},
                {"year": 2024, "received_on": "2025-04-01", "assets": "1", "liabilities": "0", "sales": "7"}],
            "filings": [
                {"kind": "vat", "period_end": "2025-03-31", "due_on": "2025-04-15", "filed_on": "2025-04-10", "taxable_sales": "300000.10"},
                {"kind": "vat", "period_end": "2025-12-31", "due_on": "2026-01-15", "filed_on": "2026-01-10", "taxable_sales": "199999.90"},
                {"kind": "vat", "period_end": "2025-06-30", "due_on": "2025-07-15", "taxable_sales": "9"},
                {"kind": "vat", "period_end": "2025-09-30", "due_on": "2025-10-15", "filed_on": "2026-07-01", "taxable_sales": "9"},
                {"kind": "corporate_income", "period_end": "2025-03-31", "due_on": "2025-04-15", "filed_on": "2025-04-10", "taxable_sales": "9"},
                {"kind": "vat", "period_end": "2024-12-31", "due_on": "2025-01-15", "filed_on": "2025-01-10", "taxable_sales": "9"}]"#,
        );
        assert_near(&got, Measure::TechnologyResearchIntensity, 0.1);
    }

    #[test]
    fn research_without_its_parts_says_why() {
        let intensity = [Measure::TechnologyResearchIntensity];
        let growth = [Measure::TechnologyResearchGrowth];
        let got = measured(
            r#""research_years": [{"year": 2025, "expense": "5", "research_staff": 0, "staff": 0}]"#,
        );
        assert_missing(&got, NOT_REPORTED, &intensity);
        assert_missing(&got, TOO_SHORT, &growth);
        assert_missing(&got, NOT_APPLICABLE, &[Measure::TechnologyResearchStaffShare]);
        let got = measured(r#""research_years": [{"year": 2025, "expense": "5"}, {"year": 2024}]"#);
        assert_missing(&got, TOO_SHORT, &growth);
        let got = measured(
            r#""research_years": [{"year": 2025, "expense": "5"}, {"year": 2024, "expense": "0"}],
            "statements": [{"year": 2025, "received_on": "2026-04-01", "assets": "1", "liabilities": "0", "sales": "0"}]"#,
        );
        assert_missing(&got, NOT_APPLICABLE, &growth);
        assert_missing(&got, NOT_APPLICABLE, &intensity);
        // The latest year is asked, even if it states less than the one before.
        let got = measured(r#""research_years": [{"year": 2025}, {"year": 2024, "expense": "5"}]"#);
        assert_missing(&got, NOT_REPORTED, &RESEARCH);
    }

    #[test]
    fn a_research_year_is_used_from_its_publication_for_two_years() {
        // Year 2024 is known from 2025-05-31 and ended in the 24 months to the day until 2026-12-30.
        let tables = r#""research_years": [{"year": 2024, "expense": "5"}]"#;
        let expense = |day: &str| measured_on(tables, day).get(Measure::TechnologyResearchExpense);
        assert_eq!(expense("2025-05-30"), NOT_REPORTED);
        assert_eq!(expense("2025-05-31"), Measured::Value(5.0));
        assert_eq!(expense("2026-12-30"), Measured::Value(5.0));
        assert_eq!(expense("2026-12-31"), TOO_SHORT);
    }

    #[test]
    fn kinds_of_certificates_valid_on_the_day_are_counted_once() {
        // Two high-tech ones make one kind; the first SME one ended, the little giant is withdrawn after the
        // day and the innovative one before it. Two kinds.
        let certificates = r#""certificates": [
            {"kind": "high_tech_enterprise", "number": "H1", "valid_from": "2023-12-01", "valid_to": "2026-11-30"},
            {"kind": "high_tech_enterprise", "number": "H2", "valid_from": "2024-01-01", "valid_to": "2026-06-30"},
            {"kind": "technology_sme", "number": "S1", "valid_from": "2025-01-01", "valid_to": "2026-06-29"},
            {"kind": "innovative_sme", "valid_from": "2025-01-01", "valid_to": "2028-01-01", "revoked_on": "2026-01-01"},
            {"kind": "little_giant", "valid_from": "2025-01-01", "valid_to": "2028-01-01", "revoked_on": "2026-07-01"}]"#;
        let got = measured(certificates);
        assert_near(&got, Measure::TechnologyHighTech, 1.0);
        assert_near(&got, Measure::TechnologyCertificates, 2.0);
        let got = measured_on(certificates, "2026-12-01");
        assert_near(&got, Measure::TechnologyHighTech, 0.0);
        assert_near(&got, Measure::TechnologyCertificates, 0.0);
    }
}
