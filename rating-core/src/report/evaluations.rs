//! Published evaluations of one firm.

use super::language::Language::{self, En, Zh};
use super::rule_words::{certificate, list};
use super::sheet::Sheet;
use super::value::number;
use crate::rule::rulebook::{
    Admitted, ClassSpec, ConditionSpec, Evaluation, EvaluationSpec, InBand, LeastSpec, Marks, Rulebook,
    RulebookSpec, Span, Truth, Unknown, Verdict,
};

/// Things that are told of what is missing; the others are counted.
const MOST_MISSING: usize = 8;

/// Words what a rulebook says of a firm, in plain text of at most 100 columns: each evaluation with its verdict, its
/// points by block where it gives points, what is not met, and what is missing where it stays open.
///
/// English and Chinese state the same facts in the same order. `found` is what
/// [`Rulebook::evaluate`] gave for the same rulebook; evaluations that are not in force on the day are named together.
///
/// ```
/// use rating_core::measure::Measures;
/// use rating_core::record::Dossier;
/// use rating_core::report::{Language, evaluations};
/// use rating_core::rule::rulebook::{Declared, RulebookSpec};
/// let book = RulebookSpec::preset("china").and_then(|spec| spec.check().ok()).ok_or("no such rulebook")?;
/// let firm: Dossier = r#"{"firm_id": "F-000001", "certificates": [{"kind": "high_tech_enterprise",
///     "valid_from": "2024-12-01", "valid_to": "2027-11-30"}]}"#.parse()?;
/// let view = firm.view("2025-06-30".parse()?);
/// let found = book.evaluate(&view, &Measures::of(&view), &Declared::default());
/// let text = evaluations(&book, &found, Language::En);
/// assert!(text.contains("Technology-based small and medium-sized enterprise"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn evaluations(book: &Rulebook, found: &[Evaluation], language: Language) -> String {
    let spec = book.spec();
    let mut sheet = Sheet::default();
    let headers = [language.pick("points", "得分"), language.pick("most", "满分")];
    sheet.row(
        0,
        language.pick("PUBLISHED EVALUATIONS", "公开评价规则"),
        &headers.map(str::to_owned),
    );
    let told = found.iter().filter(|e| e.verdict != Verdict::NotInForce);
    for (evaluation, of) in told.filter_map(|e| Some((e, spec.evaluations.get(e.evaluation)?))) {
        let page = Page {
            spec,
            of,
            evaluation,
            language,
        };
        page.tell(&mut sheet);
    }
    not_in_force(spec, found, language, &mut sheet);
    sheet.paragraph(0, language.of(&spec.notice));
    sheet.into_text()
}

fn not_in_force(spec: &RulebookSpec, found: &[Evaluation], language: Language, sheet: &mut Sheet) {
    let out = found.iter().filter(|e| e.verdict == Verdict::NotInForce);
    let specs = out.filter_map(|e| spec.evaluations.get(e.evaluation));
    let names: Vec<String> = specs.map(|e| language.of(&e.name).to_owned()).collect();
    if !names.is_empty() {
        let label = language.pick("Not in force on the day: ", "当日不在施行期内：");
        sheet.paragraph(0, &format!("{label}{}", names.join(semicolon(language))));
    }
}

/// One evaluation on its way to words.
struct Page<'a> {
    spec: &'a RulebookSpec,
    of: &'a EvaluationSpec,
    evaluation: &'a Evaluation,
    language: Language,
}

impl Page<'_> {
    fn tell(&self, sheet: &mut Sheet) {
        let (of, evaluation) = (self.of, self.evaluation);
        let name = self.language.of(&of.name);
        if of.blocks.is_empty() {
            sheet.paragraph(0, name);
        } else {
            let full = of.blocks.iter().filter(|b| !b.extra).map(|b| b.most);
            let full = of.full.or_else(|| full.reduce(Marks::plus));
            let full = full.map(|full| full.to_string()).unwrap_or_default();
            sheet.row(0, name, &[points(evaluation.points.span), full]);
        }
        sheet.paragraph(2, &self.verdict());
        for (block, earned) in of.blocks.iter().zip(&evaluation.blocks) {
            let cells = [points(earned.span), block.most.to_string()];
            sheet.row(4, self.language.of(&block.name), &cells);
        }
        for line in [self.unmet(), self.points_short(), self.missing()]
            .into_iter()
            .flatten()
        {
            sheet.paragraph(2, &line);
        }
    }

    /// What it says, why, and where it comes from.
    fn verdict(&self) -> String {
        let language = self.language;
        let says = match self.evaluation.verdict {
            Verdict::Passed => language.pick("met", "符合"),
            Verdict::Failed => language.pick("not met", "不符合"),
            Verdict::Open => language.pick("open: what is not known decides", "待定：取决于未知信息"),
            Verdict::NotInForce => language.pick("not in force", "不在施行期内"),
        };
        let parts = [
            (!self.is_classed()).then(|| says.to_owned()),
            self.class(),
            self.admitted(),
            self.by_policy(),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        let document = &self.of.basis.document;
        match language {
            En => format!("{} ({document})", parts.join(", ")),
            Zh => format!("{}（{document}）", parts.join("，")),
        }
    }

    /// Whether its class says all that its verdict says.
    fn is_classed(&self) -> bool {
        !self.of.classes.is_empty() && self.evaluation.verdict != Verdict::Failed
    }

    fn class(&self) -> Option<String> {
        let possible = self.evaluation.possible_classes();
        let specs = possible.filter_map(|at| self.of.classes.get(at));
        let names: Vec<String> = specs.map(|class| self.class_in_words(class)).collect();
        match (names.as_slice(), self.language) {
            ([], _) => None,
            ([name], _) if self.evaluation.class().is_some() => Some(name.clone()),
            (names, En) => Some(format!("open, one of: {}", names.join("; "))),
            (names, Zh) => Some(format!("待定，可能为：{}", names.join("；"))),
        }
    }

    /// A class, with the number that the document gives it.
    fn class_in_words(&self, class: &ClassSpec) -> String {
        let name = self.language.of(&class.name);
        match (class.value, self.language) {
            (None, _) => name.to_owned(),
            (Some(value), En) => format!("{name} ({})", number(value)),
            (Some(value), Zh) => format!("{name}（{}）", number(value)),
        }
    }

    fn admitted(&self) -> Option<String> {
        match (self.evaluation.admitted?, self.language) {
            (Admitted::Points, En) => Some("by points".to_owned()),
            (Admitted::Points, Zh) => Some("按得分".to_owned()),
            (Admitted::Directly(at), language) => {
                let name = language.of(&self.of.admissions.get(at)?.name);
                Some(language.pick("by ", "直接确认：").to_owned() + name)
            }
        }
    }

    /// What a policy within ranges that experts fill makes of it.
    fn by_policy(&self) -> Option<String> {
        let (policy, says) = (self.of.in_band?, self.evaluation.by_policy?);
        let points = self.evaluation.points.chosen()?;
        if self.evaluation.points.span.point().is_some() {
            return None;
        }
        let passed = match says {
            Verdict::Passed => self.language.pick("met", "符合"),
            Verdict::Open => self.language.pick("open still", "仍待定"),
            Verdict::Failed | Verdict::NotInForce => self.language.pick("not met", "不符合"),
        };
        Some(match self.language {
            En => format!(
                "{points} points and {passed} with {} experts' ranges",
                policy_in_words(policy, En)
            ),
            Zh => format!(
                "专家评分区间{}时{points}分，{passed}",
                policy_in_words(policy, Zh)
            ),
        })
    }

    /// Conditions that do not hold.
    fn unmet(&self) -> Option<String> {
        let each = self.of.conditions.iter().zip(&self.evaluation.conditions);
        let names: Vec<&str> = each
            .filter(|(_, holds)| **holds == Truth::No)
            .map(|(c, _): (&ConditionSpec, _)| self.language.of(&c.name))
            .collect();
        let label = self.language.pick("Not met: ", "不符合：");
        (!names.is_empty()).then(|| format!("{label}{}", names.join(semicolon(self.language))))
    }

    /// Pass marks that the points cannot reach: of all blocks, and of blocks with a mark of their own.
    fn points_short(&self) -> Option<String> {
        let pass = self.of.pass.as_ref()?;
        if self.evaluation.verdict == Verdict::Passed {
            return None;
        }
        let total =
            (self.evaluation.points.span.reaches(pass.total) == Truth::No).then(|| match self.language {
                En => format!("the pass mark of {}", pass.total),
                Zh => format!("达标线{}分", pass.total),
            });
        let least = pass.least.iter().filter_map(|least| self.least_short(least));
        let short: Vec<String> = total.into_iter().chain(least).collect();
        let label = self.language.pick("Points below ", "得分低于");
        (!short.is_empty()).then(|| format!("{label}{}", short.join(semicolon(self.language))))
    }

    fn least_short(&self, least: &LeastSpec) -> Option<String> {
        let language = self.language;
        let each = self.of.blocks.iter().zip(&self.evaluation.blocks);
        let of = each.filter(|(block, _)| least.blocks.contains(&block.id));
        let sum = of
            .clone()
            .fold(Span::ZERO, |sum, (_, earned)| sum.plus(earned.span));
        let names: Vec<&str> = of.map(|(block, _)| language.of(&block.name)).collect();
        (sum.reaches(least.points) == Truth::No).then(|| match language {
            En => format!("the least of {} for {}", least.points, names.join(" and ")),
            Zh => format!("{}的最低分{}分", names.join("与"), least.points),
        })
    }

    fn missing(&self) -> Option<String> {
        let missing = &self.evaluation.missing;
        let told = missing.iter().take(MOST_MISSING);
        let names: Vec<String> = told
            .map(|unknown| unknown_in_words(*unknown, self.spec, self.language))
            .collect();
        let more = missing.len().saturating_sub(MOST_MISSING);
        let more = match (more, self.language) {
            (0, _) => String::new(),
            (more, En) => format!("; and {more} more"),
            (more, Zh) => format!("；另有{more}项"),
        };
        let label = self.language.pick("Not known: ", "未知：");
        (!names.is_empty()).then(|| format!("{label}{}{more}", names.join(semicolon(self.language))))
    }
}

/// Something that is not known, as people say it.
pub(super) fn unknown_in_words(unknown: Unknown, spec: &RulebookSpec, language: Language) -> String {
    match unknown {
        Unknown::Measure(measure) => {
            let entry = measure.entry();
            language.pick(entry.en, entry.zh).to_owned()
        }
        Unknown::Declared(at) => {
            let declared = spec.declared.get(at);
            declared
                .map(|d| language.of(&d.name).to_owned())
                .unwrap_or_default()
        }
        Unknown::Listed(kind) => list(kind, language),
        Unknown::Certificate(kind) => certificate(kind, language),
        Unknown::Industry => language.pick("industry", "所属行业").to_owned(),
        Unknown::Rating => language.pick("the rating", "评级").to_owned(),
        Unknown::Severity => language.pick("how grave an entry is", "失信程度").to_owned(),
        Unknown::Term => language.pick("how long an entry counts", "失信期限").to_owned(),
        Unknown::TaxLevel => language.pick("the tax credit level", "纳税信用级别").to_owned(),
        Unknown::Experts => language
            .pick("points left to experts", "由专家评定的分值")
            .to_owned(),
    }
}

fn policy_in_words(policy: InBand, language: Language) -> &'static str {
    match policy {
        InBand::Low => language.pick("the fewest points of", "取最低分"),
        InBand::Mid => language.pick("points half-way in", "取中间分"),
        InBand::High => language.pick("the most points of", "取最高分"),
        InBand::Linear => language.pick("points by position in", "按位置线性取分"),
    }
}

/// Points that are possible: one number, or the fewest and the most.
fn points(span: Span) -> String {
    match span.point() {
        Some(points) => points.to_string(),
        None => format!("{}–{}", span.low, span.high),
    }
}

pub(super) fn semicolon(language: Language) -> &'static str {
    language.pick("; ", "；")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::Measures;
    use crate::record::Dossier;
    use crate::report::sheet::{WIDTH, width};
    use crate::rule::rulebook::DeclaredValue;
    use std::collections::BTreeMap;

    /// A rulebook with one evaluation of each form: points with ranges and an admission, classes, and one that is over.
    const BOOK: &str = r#"{
        "id": "b", "version": "1", "name": {"en": "Book", "zh": "规则"}, "notice": {"en": "Invented.", "zh": "虚构。"},
        "declared": [
            {"id": "level", "name": {"en": "level of its technology", "zh": "技术水平"},
             "words": [{"word": "high", "name": {"en": "high", "zh": "高"}}, {"word": "low", "name": {"en": "low", "zh": "低"}}]},
            {"id": "award", "name": {"en": "an award", "zh": "奖励"}}],
        "evaluations": [
            {"id": "points", "name": {"en": "Evaluation with points", "zh": "计分评价"}, "valid_from": "2020-01-01",
             "basis": {"document": "文1号", "en": "e", "zh": "z", "provenance": "p"},
             "conditions": [{"id": "clean", "name": {"en": "on no list", "zh": "未列入名单"},
                             "test": {"not": {"listed": "abnormal_operation"}}}],
             "blocks": [{"id": "k", "name": {"en": "Knowledge", "zh": "知识"}, "most": 10, "take": "sum", "items": [
                 {"id": "i", "name": {"en": "level", "zh": "水平"}, "input": "level",
                  "points": {"words": {"high": [7, 10], "low": 2.5}}}]}],
             "in_band": "mid", "pass": {"total": 8, "least": [{"blocks": ["k"], "points": 3}]},
             "admissions": [{"id": "a", "name": {"en": "an award", "zh": "奖励"},
                             "test": {"number": {"input": "award", "at_least": 1}}}]},
            {"id": "size", "name": {"en": "Size", "zh": "规模"}, "valid_from": "2020-01-01",
             "basis": {"document": "文2号", "en": "e", "zh": "z", "provenance": "p"},
             "classes": [{"id": "small", "name": {"en": "small", "zh": "小型"}, "value": 1000000,
                          "test": {"number": {"input": "registry.staff", "below": 100}}},
                         {"id": "other", "name": {"en": "not small", "zh": "非小型"}}]},
            {"id": "old", "name": {"en": "Old one", "zh": "旧办法"}, "valid_from": "2000-01-01", "valid_to": "2010-01-01",
             "basis": {"document": "文3号", "en": "e", "zh": "z", "provenance": "p"},
             "classes": [{"id": "all", "name": {"en": "all", "zh": "全部"}}]}]}"#;

    const NO_LISTS: &str = r#", "answers": [{"table": "listings", "answered_on": "2025-01-01"}]"#;

    fn told(records: &str, declared: &[(&str, DeclaredValue)], language: Language) -> String {
        let book = RulebookSpec::from_json(BOOK).unwrap().check().unwrap();
        let firm: Dossier = format!(r#"{{"firm_id": "F-1"{records}}}"#).parse().unwrap();
        let view = firm.view("2025-06-30".parse().unwrap());
        let declared: BTreeMap<String, DeclaredValue> = declared
            .iter()
            .map(|(id, value)| ((*id).to_owned(), value.clone()))
            .collect();
        let declared = book.declare(&declared).unwrap();
        let text = evaluations(
            &book,
            &book.evaluate(&view, &Measures::of(&view), &declared),
            language,
        );
        assert!(text.lines().all(|line| width(line) <= WIDTH), "{text}");
        text
    }

    #[test]
    fn what_is_open_is_told_with_what_is_missing() {
        insta::assert_snapshot!(told("", &[], Language::En), @"
        PUBLISHED EVALUATIONS                                                                points     most
        Evaluation with points                                                               2.5–10       10
          open: what is not known decides (文1号)
            Knowledge                                                                        2.5–10       10
          Not known: level of its technology; an award; abnormal-operation list
        Size
          open, one of: small (1,000,000); not small (文2号)
          Not known: staff
        Not in force on the day: Old one
        Invented.
        ");
        insta::assert_snapshot!(told("", &[], Language::Zh), @"
        公开评价规则                                                                           得分     满分
        计分评价                                                                             2.5–10       10
          待定：取决于未知信息（文1号）
            知识                                                                             2.5–10       10
          未知：技术水平；奖励；经营异常名录
        规模
          待定，可能为：小型（1,000,000）；非小型（文2号）
          未知：从业人数
        当日不在施行期内：旧办法
        虚构。
        ");
    }

    #[test]
    fn a_range_of_experts_is_told_with_what_the_policy_makes_of_it() {
        let declared = [("level", "high".into()), ("award", false.into())];
        insta::assert_snapshot!(told(NO_LISTS, &declared, Language::En), @"
        PUBLISHED EVALUATIONS                                                                points     most
        Evaluation with points                                                                 7–10       10
          open: what is not known decides, 8.5 points and met with points half-way in experts' ranges (文
            1号)
            Knowledge                                                                          7–10       10
          Not known: points left to experts
        Size
          open, one of: small (1,000,000); not small (文2号)
          Not known: staff
        Not in force on the day: Old one
        Invented.
        ");
        insta::assert_snapshot!(told(NO_LISTS, &declared, Language::Zh), @"
        公开评价规则                                                                           得分     满分
        计分评价                                                                               7–10       10
          待定：取决于未知信息，专家评分区间取中间分时8.5分，符合（文1号）
            知识                                                                               7–10       10
          未知：由专家评定的分值
        规模
          待定，可能为：小型（1,000,000）；非小型（文2号）
          未知：从业人数
        当日不在施行期内：旧办法
        虚构。
        ");
    }

    #[test]
    fn a_failure_names_the_conditions_and_the_points_that_are_short() {
        let listed = r#", "listings": [{"list": "abnormal_operation", "started_on": "2025-01-01"}],
            "registrations": [{"name": "n", "established_on": "2016-06-30", "status": "active", "staff": 62}]"#;
        let declared = [("level", "low".into()), ("award", false.into())];
        insta::assert_snapshot!(told(listed, &declared, Language::En), @"
        PUBLISHED EVALUATIONS                                                                points     most
        Evaluation with points                                                                  2.5       10
          not met (文1号)
            Knowledge                                                                           2.5       10
          Not met: on no list
          Points below the pass mark of 8; the least of 3 for Knowledge
        Size
          small (1,000,000) (文2号)
        Not in force on the day: Old one
        Invented.
        ");
    }

    #[test]
    fn points_by_policy_do_not_pass_while_a_condition_is_open() {
        let declared = [("level", "high".into()), ("award", false.into())];
        assert!(told("", &declared, Language::En).contains("8.5 points and open still with points half-way"));
    }

    #[test]
    fn an_admission_is_named() {
        let declared = [("level", "low".into()), ("award", true.into())];
        insta::assert_snapshot!(told(NO_LISTS, &declared, Language::En), @"
        PUBLISHED EVALUATIONS                                                                points     most
        Evaluation with points                                                                  2.5       10
          met, by an award (文1号)
            Knowledge                                                                           2.5       10
        Size
          open, one of: small (1,000,000); not small (文2号)
          Not known: staff
        Not in force on the day: Old one
        Invented.
        ");
        insta::assert_snapshot!(told(NO_LISTS, &declared, Language::Zh), @"
        公开评价规则                                                                           得分     满分
        计分评价                                                                                2.5       10
          符合，直接确认：奖励（文1号）
            知识                                                                                2.5       10
        规模
          待定，可能为：小型（1,000,000）；非小型（文2号）
          未知：从业人数
        当日不在施行期内：旧办法
        虚构。
        ");
    }
}
