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
    assert_missing(&got, TOO_SHORT, &[Measure::TechnologyResearchIntensity3y]);
}

const RESEARCH: [Measure; 4] = [
    Measure::TechnologyResearchExpense,
    Measure::TechnologyResearchIntensity,
    Measure::TechnologyResearchGrowth,
    Measure::TechnologyResearchStaffShare,
];

/// Statements of 2023 to 2025 with these sales.
fn sales_of_three_years(sales: [i64; 3]) -> String {
    let row = |(year, sales): (i16, i64)| {
        let received = year + 1;
        format!(
            r#"{{"year": {year}, "received_on": "{received}-04-01", "assets": "1", "liabilities": "0",
                "sales": "{sales}"}}"#
        )
    };
    let rows: Vec<String> = (2023..).zip(sales).map(row).collect();
    format!(r#""statements": [{}]"#, rows.join(", "))
}

/// The registration of a firm established on a day.
fn established(day: &str) -> String {
    format!(r#""registrations": [{{"name": "甲", "status": "active", "established_on": "{day}"}}]"#)
}

#[test]
fn research_of_three_years_is_one_sum_over_another() {
    // (600,000 + 900,000 + 1,500,000) / (10 m + 20 m + 30 m) = 3 / 60 = 0.05, not the mean of the years' ratios.
    let research = r#""research_years": [{"year": 2025, "expense": "1500000"},
        {"year": 2024, "expense": "900000"}, {"year": 2023, "expense": "600000"}]"#;
    let sales = sales_of_three_years([10_000_000, 20_000_000, 30_000_000]);
    let intensity = |tables: String| measured(&tables).get(Measure::TechnologyResearchIntensity3y);
    let whole = format!("{research}, {sales}");
    assert_eq!(intensity(whole.clone()), Measured::Value(0.05));
    // An older firm has the same three years; of one established in 2024 two count: 2.4 / 50 = 0.048.
    let of = |day: &str| intensity(format!("{whole}, {}", established(day)));
    assert_eq!(of("2010-05-05"), Measured::Value(0.05));
    assert_eq!(of("2024-12-31"), Measured::Value(0.048));
}

#[test]
fn research_of_three_years_needs_every_year_of_the_firm() {
    let sales = sales_of_three_years([10_000_000, 20_000_000, 30_000_000]);
    let intensity = |research: &str, rest: &str| {
        let tables = format!(r#""research_years": [{research}], {rest}"#);
        measured(&tables).get(Measure::TechnologyResearchIntensity3y)
    };
    let last = r#"{"year": 2025, "expense": "1500000"}"#;
    assert_eq!(intensity(last, &sales), TOO_SHORT);
    // A firm established in 2025: 1.5 / 30.
    let young = format!("{sales}, {}", established("2025-02-01"));
    assert_eq!(intensity(last, &young), Measured::Value(0.05));
    let silent = format!(r#"{last}, {{"year": 2024}}, {{"year": 2023, "expense": "1"}}"#);
    assert_eq!(intensity(&silent, &sales), NOT_REPORTED);
    let three = silent.replace("2024}", r#"2024, "expense": "1"}"#);
    assert_eq!(intensity(&three, &established("2010-01-01")), NOT_REPORTED);
    assert_eq!(
        intensity(&three, &sales_of_three_years([0, 0, 0])),
        NOT_APPLICABLE
    );
}

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
    let got =
        measured(r#""research_years": [{"year": 2025, "expense": "5", "research_staff": 0, "staff": 0}]"#);
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
