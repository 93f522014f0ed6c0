//! One page on one firm.

use super::language::Language::{self, En, Zh};
use super::sheet::{Sheet, width};
use super::value::{number, told};
use super::{rule_words, sentence};
use crate::measure::Family;
use crate::rating::{Contribution, Rating};
use crate::rule::{Finding, RuleSpec};
use std::cmp::Reverse;

/// Reasons against the best attribute.
const MOST_REASONS: usize = 5;
/// Reasons of each other kind, and strengths.
const MOST_OTHERS: usize = 3;
/// Words a rating on one page of plain text: at most 100 columns wide (Chinese characters take two), about 60
/// lines; a firm that stands on every list takes a few more.
///
/// The page says the grade and what it means, where the firm stands and why, the credit and technology grades, the
/// pillars, what counts against the firm and for it, what every rule found, which departments answered, and which
/// model rated. English and Chinese state the same facts in the same order, the same numbers among them.
///
/// Reasons against the firm are points lost against the best attribute of a characteristic, and, if the model holds
/// a reference population, points lost against its mean; strengths are points over that mean, or without one
/// characteristics with the best points. Values are rounded for people, but never out of the attribute that they fell
/// into; [`Rating::to_json`] has them whole.
///
/// ```
/// use rating_core::rating::ModelSpec;
/// use rating_core::record::Dossier;
/// use rating_core::report::{Language, page};
/// let model = ModelSpec::preset("tech-firm").and_then(|spec| spec.check().ok()).ok_or("no such model")?;
/// let firm: Dossier = r#"{"firm_id": "F-000001"}"#.parse()?;
/// let rating = model.rate(&firm, "2025-06-30".parse()?);
/// assert!(page(&rating, Language::En).contains("NI: not enough information for a rating"));
/// assert!(page(&rating, Language::Zh).contains("NI：信息不足，不予评级"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn page(rating: &Rating, language: Language) -> String {
    let mut sheet = Sheet::default();
    head(rating, language, &mut sheet);
    pillars(rating, language, &mut sheet);
    against(rating, language, &mut sheet);
    strengths(rating, language, &mut sheet);
    rules(rating, language, &mut sheet);
    sources(rating, language, &mut sheet);
    sheet.into_text()
}

fn head(rating: &Rating, language: Language, sheet: &mut Sheet) {
    sheet.paragraph(0, language.of(&rating.model.spec().name));
    let (firm, as_of) = (&rating.firm, rating.as_of);
    sheet.paragraph(
        0,
        &match language {
            En => format!("Firm {}, as of {as_of}", firm.as_str()),
            Zh => format!("企业{}，截至{as_of}", firm.as_str()),
        },
    );
    sheet.blank();
    let labelled = [
        (language.pick("Grade", "等级"), sentence::grade(rating, language)),
        (
            language.pick("Standing", "状态"),
            sentence::standing(rating, language),
        ),
        (
            language.pick("Credit", "信用"),
            sentence::credit(rating, language),
        ),
        (
            language.pick("Technology", "科技"),
            sentence::technology(rating, language),
        ),
        (
            language.pick("Matrix", "矩阵"),
            sentence::matrix_and_rules(rating, language),
        ),
    ];
    all_labelled(&labelled, sheet);
}

fn pillars(rating: &Rating, language: Language, sheet: &mut Sheet) {
    let header = [
        language.pick("points", "得分"),
        language.pick("best", "满分"),
        language.pick("measured", "有值"),
    ];
    section(language.pick("PILLARS", "分项得分"), &header, sheet);
    let spec = rating.model.spec();
    let names = spec
        .pillars
        .iter()
        .map(|p| &p.name)
        .chain([&spec.technology.name]);
    for (name, pillar) in names.zip(&rating.pillars) {
        let cells = [
            pillar.points.to_string(),
            pillar.best_points.to_string(),
            format!("{}/{}", pillar.measured, pillar.characteristics),
        ];
        sheet.row(2, language.of(name), &cells);
    }
}

fn against(rating: &Rating, language: Language, sheet: &mut Sheet) {
    section(
        language.pick("AGAINST THE FIRM", "主要扣分项"),
        &point_headers(language),
        sheet,
    );
    sheet.paragraph(
        0,
        language.pick(
            "Points lost against the best attribute of a credit characteristic, most first:",
            "与信用指标最佳档相比失分最多：",
        ),
    );
    let reasons = rating.reasons(MOST_REASONS);
    let rows = reasons.into_iter().map(|c| (c, f64::from(c.lost)));
    contributions(rating, rows.collect(), language, sheet);
    match &rating.model.spec().reference {
        Some(reference) => {
            let name = language.of(&reference.name);
            sheet.paragraph(
                0,
                &match language {
                    En => format!(
                        "Points lost against the mean of the reference population ({name}), most first:"
                    ),
                    Zh => format!("与参照总体（{name}）平均得分相比失分最多："),
                },
            );
            let reasons = rating.reasons_against_reference(MOST_OTHERS);
            let rows = reasons
                .into_iter()
                .map(|c| (c, c.lost_to_reference.unwrap_or_default()));
            contributions(rating, rows.collect(), language, sheet);
        }
        None => sheet.paragraph(
            0,
            language.pick(
                "Points lost against a reference population: not told, the model holds none.",
                "与参照总体相比的失分：模型未设参照总体，不列示。",
            ),
        ),
    }
    if rating.assessment.technology_is_reported {
        technology_reasons(rating, language, sheet);
    }
}

fn technology_reasons(rating: &Rating, language: Language, sheet: &mut Sheet) {
    sheet.paragraph(
        0,
        language.pick(
            "Weighted points of the technology score lost, most first:",
            "科技得分加权失分最多：",
        ),
    );
    let weighted = |c: &Contribution| c.lost * i32::from(c.weight);
    let technology = rating.contributions.iter();
    let mut reasons: Vec<&Contribution> = technology
        .filter(|c| c.family == Family::Technology && weighted(c) > 0)
        .collect();
    reasons.sort_by_key(|c| Reverse(weighted(c)));
    reasons.truncate(MOST_OTHERS);
    let rows = reasons.into_iter().map(|c| (c, f64::from(weighted(c)) / 100.0));
    contributions(rating, rows.collect(), language, sheet);
}

fn strengths(rating: &Rating, language: Language, sheet: &mut Sheet) {
    let has_reference = rating.model.spec().reference.is_some();
    let [points, best, lost] = point_headers(language);
    let over = language.pick("over", "高出");
    section(
        language.pick("FOR THE FIRM", "主要优势"),
        &[points, best, if has_reference { over } else { lost }],
        sheet,
    );
    sheet.paragraph(
        0,
        if has_reference {
            language.pick(
                "Credit characteristics with most points over the mean of the reference population:",
                "信用指标得分高出参照总体平均最多：",
            )
        } else {
            language.pick(
                "Credit characteristics at their best attribute:",
                "信用指标达到最佳档：",
            )
        },
    );
    let credit = rating
        .contributions
        .iter()
        .filter(|c| c.family != Family::Technology);
    let valued = credit.filter(|c| c.outcome.value().is_some());
    let mut rows: Vec<(&Contribution, f64)> = if has_reference {
        let over = valued.map(|c| (c, -c.lost_to_reference.unwrap_or_default()));
        over.filter(|(_, over)| *over > 0.0).collect()
    } else {
        valued.filter(|c| c.lost <= 0).map(|c| (c, 0.0)).collect()
    };
    rows.sort_by(|(a, over_a), (b, over_b)| over_b.total_cmp(over_a).then(b.points.cmp(&a.points)));
    rows.truncate(MOST_OTHERS);
    contributions(rating, rows, language, sheet);
}

/// Rows of a table of contributions, each with the number of its last column.
fn contributions(rating: &Rating, rows: Vec<(&Contribution, f64)>, language: Language, sheet: &mut Sheet) {
    if rows.is_empty() {
        sheet.paragraph(2, language.pick("none", "无"));
    }
    for (c, last) in rows {
        let cells = [
            c.points.to_string(),
            c.best_points.to_string(),
            number((last * 100.0).round() / 100.0),
        ];
        let mut characteristics = rating.model.characteristics();
        // INVARIANT: a rating's contributions are those of its model's characteristics.
        let Some(characteristic) = characteristics.find(|found| found.measure() == c.measure) else {
            continue;
        };
        let told = told(characteristic, c, language);
        let text = match (c.family, language) {
            (Family::Technology, En) => format!("{told}, weight {}%", c.weight),
            (Family::Technology, Zh) => format!("{told}，权重{}%", c.weight),
            _ => told,
        };
        sheet.row(2, &text, &cells);
    }
}

fn rules(rating: &Rating, language: Language, sheet: &mut Sheet) {
    section(language.pick("RULES", "规则"), &[], sheet);
    let mut has_effect = false;
    for kind in ["fired", "frozen", "lifted", "expired"] {
        for (place, rule) in rating.model.spec().rules.iter().enumerate() {
            let of_rule = rating.findings.iter().filter(|f| f.rule == place);
            let records: Vec<Finding> = of_rule.map(|f| f.finding).filter(|f| f.word() == kind).collect();
            if records.is_empty() {
                continue;
            }
            has_effect |= matches!(kind, "fired" | "frozen");
            // The words of the document stand only with the rules that decide: a page has one side.
            let with_words = kind == "frozen" || sentence::decides(rating, &rule.effect);
            sheet.paragraph(0, &found_by_rule(rule, records, with_words, language));
        }
    }
    if has_effect {
        sheet.paragraph(
            0,
            language.pick(
                "What follows for the grade is the choice of the model, not of the documents named.",
                "规则对等级的影响由模型设定，并非所列文件规定。",
            ),
        );
    }
    let without_record = [
        ("not_fired", language.pick("Nothing on record", "无记录")),
        (
            "no_data",
            language.pick("Not judged for want of data", "缺少数据，未判断"),
        ),
        (
            "not_in_force",
            language.pick("Not in force on the day", "当日不在施行期内"),
        ),
    ];
    for (kind, label) in without_record {
        let found = rating.findings.iter().filter(|f| f.finding.word() == kind);
        let names: Vec<String> = found
            .filter_map(|f| rating.model.spec().rules.get(f.rule))
            .map(|rule| rule_words::name(&rule.kind, language))
            .collect();
        if !names.is_empty() {
            let (colon, semicolon) = (language.pick(": ", "："), language.pick("; ", "；"));
            sheet.paragraph(0, &format!("{label}{colon}{}", names.join(semicolon)));
        }
    }
}

/// Records, all of one kind and at least one, that a rule found.
fn found_by_rule(rule: &RuleSpec, mut records: Vec<Finding>, with_words: bool, language: Language) -> String {
    let (says, has_effect) = match records.first() {
        Some(Finding::Fired { .. }) => (language.pick("In force", "生效"), true),
        Some(Finding::Frozen { .. }) => (
            language.pick(
                "Frozen by a pending objection, has no effect meanwhile",
                "异议处理中，暂停适用",
            ),
            true,
        ),
        Some(Finding::Lifted { .. }) => (
            language.pick("Lifted or repaired, no longer counts", "已移出或修复，不再计入"),
            false,
        ),
        _ => (
            language.pick("Expired, no longer counts", "已到期，不再计入"),
            false,
        ),
    };
    // The latest record is told, the others are counted: a page has one side.
    records.sort_by_key(|f| Reverse(f.since()));
    let latest = records.first().and_then(|f| rule_words::days(*f, language));
    let days = latest.unwrap_or_default();
    let name = rule_words::name(&rule.kind, language);
    let more = match (records.len().saturating_sub(1), language) {
        (0, _) => String::new(),
        (more, En) => format!(", and {more} more"),
        (more, Zh) => format!("，另有{more}项"),
    };
    let effect = rule_words::effect(&rule.effect, language);
    let words = if with_words {
        language.pick(&rule.basis.en, &rule.basis.zh)
    } else {
        ""
    };
    let document = &rule.basis.document;
    match (has_effect, language) {
        (true, En) => format!("{says}: {name} ({effect}), {days}{more}. Basis: {document}. {words}"),
        (true, Zh) => format!("{says}：{name}（{effect}），{days}{more}。依据：{document}。{words}"),
        (false, En) => format!("{says}: {name}, {days}{more}."),
        (false, Zh) => format!("{says}：{name}，{days}{more}。"),
    }
}

fn sources(rating: &Rating, language: Language, sheet: &mut Sheet) {
    section(language.pick("SOURCES", "数据与模型"), &[], sheet);
    let nobody = || language.pick("none", "无").to_owned();
    let labelled = [
        (
            language.pick("Answered", "已报送"),
            sentence::answered(rating, language).unwrap_or_else(nobody),
        ),
        (
            language.pick("Sent nothing", "未报送"),
            sentence::silent(rating, language).unwrap_or_else(nobody),
        ),
        (language.pick("Model", "模型"), sentence::model(rating, language)),
        (
            language.pick("Notice", "说明"),
            language.of(&rating.model.spec().notice).to_owned(),
        ),
    ];
    all_labelled(&labelled, sheet);
}

fn point_headers(language: Language) -> [&'static str; 3] {
    [
        language.pick("points", "得分"),
        language.pick("best", "满分"),
        language.pick("lost", "失分"),
    ]
}

fn section(title: &str, headers: &[&str], sheet: &mut Sheet) {
    sheet.blank();
    let cells: Vec<String> = headers.iter().map(|header| (*header).to_owned()).collect();
    sheet.row(0, title, &cells);
}

fn all_labelled(labelled: &[(&str, String)], sheet: &mut Sheet) {
    let widest = labelled.iter().map(|(label, _)| width(label)).max().unwrap_or(0);
    for (label, text) in labelled {
        sheet.labelled(label, widest + 2, text);
    }
}
