//! What follows for one firm: incentives, discipline, and how its records stand.

use super::evaluations::{semicolon, unknown_in_words};
use super::language::Language::{self, En, Zh};
use super::rule_words::{certificate, code, list};
use super::sheet::Sheet;
use crate::num::Date;
use crate::record::PersonRecordKind;
use crate::rule::clock::{AnswerDue, ClockedRecord, DayCount, RecordClock, Standing};
use crate::rule::rulebook::{
    Application, ApplicationKind, ApplicationSpec, ApplicationState, Applied, Because, Decided, Refusal,
    Rulebook, RulebookSpec,
};

/// Words what follows for a firm by a rulebook, in plain text of at most 100 columns: incentives, discipline, and how
/// every record stands that a clock runs for, those that were dropped with the reason.
///
/// Of each application it says how it stands, who applies it, whether by itself or at discretion, since when and until
/// when, what it follows from, how it ends, and its basis. `applied` is what [`Rulebook::apply`] gave for the same
/// rulebook. English and Chinese state the same facts in the same order.
///
/// ```
/// use rating_core::measure::Measures;
/// use rating_core::record::Dossier;
/// use rating_core::report::{Language, applications};
/// use rating_core::rule::rulebook::{Declared, Question, RulebookSpec};
/// let book = RulebookSpec::preset("china").and_then(|spec| spec.check().ok()).ok_or("no such rulebook")?;
/// let firm: Dossier = r#"{"firm_id": "F-000001"}"#.parse()?;
/// let view = firm.view("2025-06-30".parse()?);
/// let (measures, declared) = (Measures::of(&view), Declared::default());
/// let evaluations = book.evaluate(&view, &measures, &declared);
/// let question = Question {
///     view: &view,
///     measures: &measures,
///     declared: &declared,
///     evaluations: &evaluations,
///     rating: None,
/// };
/// assert!(applications(&book, &book.apply(&question), Language::En).contains("DISCIPLINE"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn applications(book: &Rulebook, applied: &Applied<'_>, language: Language) -> String {
    let page = Page {
        spec: book.spec(),
        language,
    };
    let mut sheet = Sheet::default();
    let sections = [
        (
            ApplicationKind::Incentive,
            language.pick("INCENTIVES", "守信激励"),
        ),
        (
            ApplicationKind::Discipline,
            language.pick("DISCIPLINE", "失信惩戒"),
        ),
    ];
    for (kind, title) in sections {
        sheet.paragraph(0, title);
        let specs = applied.applications.iter().filter_map(|a| {
            let of = page.spec.applications.get(a.application)?;
            (of.kind == kind).then_some((a, of))
        });
        let lines: Vec<String> = specs.map(|(a, of)| page.application(a, of)).collect();
        page.lines(&lines, &mut sheet);
    }
    sheet.paragraph(0, language.pick("RECORDS", "记录状态"));
    let records: Vec<String> = applied.records.iter().map(|r| page.record(r)).collect();
    page.lines(&records, &mut sheet);
    sheet.into_text()
}

/// A rulebook on its way to words.
struct Page<'a> {
    spec: &'a RulebookSpec,
    language: Language,
}

impl Page<'_> {
    fn lines(&self, lines: &[String], sheet: &mut Sheet) {
        if lines.is_empty() {
            sheet.paragraph(2, self.language.pick("none", "无"));
        }
        for line in lines {
            sheet.paragraph(2, line);
        }
    }

    fn application(&self, application: &Application<'_>, of: &ApplicationSpec) -> String {
        let language = self.language;
        let decided = match of.decided {
            Decided::Automatic => language.pick("by itself", "自动适用"),
            Decided::Discretionary => language.pick("at discretion", "酌情适用"),
        };
        let (state, name, owner) = (
            self.state(application),
            language.of(&of.name),
            language.of(&of.owner),
        );
        // What is not applied has no days.
        let days = match application.state {
            ApplicationState::Refused(_) => String::new(),
            _ => self.days(application),
        };
        let because = self.because(application);
        let ends = language.of(&of.ends).trim_end_matches(['.', '。']);
        let (published, document) = (self.published(of), &of.basis.document);
        match language {
            En => format!(
                "{state}: {name} ({owner}, {decided}){days}. {because}{published}Ends: {ends}. Basis: {document}."
            ),
            Zh => format!(
                "{state}：{name}（{owner}，{decided}）{days}。{because}{published}终止：{ends}。依据：{document}。"
            ),
        }
    }

    /// The list that publishes it, and whose list it is.
    fn published(&self, of: &ApplicationSpec) -> String {
        let id = of.published.as_ref().map(|on| on.list.as_str());
        let list = self
            .spec
            .published_lists
            .iter()
            .find(|l| Some(l.id.as_str()) == id);
        let Some(list) = list else { return String::new() };
        let (name, owner) = (self.language.of(&list.name), self.language.of(&list.owner));
        match self.language {
            En => format!("Published: {name} ({owner}). "),
            Zh => format!("清单：{name}（{owner}）。"),
        }
    }

    fn state(&self, application: &Application<'_>) -> String {
        let language = self.language;
        match application.state {
            ApplicationState::Applies => language.pick("Applies", "适用").to_owned(),
            ApplicationState::Open => language.pick("Open", "待定").to_owned(),
            ApplicationState::Refused(Refusal::NotPublished) => language
                .pick("Refused, on no published list", "不予适用（未列入公布的清单）")
                .to_owned(),
            ApplicationState::Refused(Refusal::ListNotInForce) => language
                .pick(
                    "Refused, its list is not in force",
                    "不予适用（清单当日不在施行期内）",
                )
                .to_owned(),
            ApplicationState::Suspended {
                objection_on,
                answer_due,
            } => {
                let due = self.due(answer_due);
                match language {
                    En => format!("Suspended, objection received {objection_on}{due}"),
                    Zh => format!("暂停适用，{objection_on}受理异议{due}"),
                }
            }
        }
    }

    fn due(&self, due: Option<AnswerDue>) -> String {
        let Some(due) = due else { return String::new() };
        let deadline = self.spec.deadlines.get(due.deadline);
        let is_earliest = deadline.is_some_and(|d| d.count == DayCount::WorkingDays);
        match (is_earliest, self.language) {
            (false, En) => format!(", to be answered by {}", due.on),
            (false, Zh) => format!("，应于{}前（含当日）答复", due.on),
            (true, En) => format!(
                ", to be answered by {} or later, public holidays not counted",
                due.on
            ),
            (true, Zh) => format!("，答复期限不早于{}（未计法定节假日）", due.on),
        }
    }

    fn days(&self, application: &Application<'_>) -> String {
        let language = self.language;
        let told = |day: Option<Date>, en: &str, zh: (&str, &str)| {
            day.map(|day| match language {
                En => format!(", {en} {day}"),
                Zh => format!("，{}{day}{}", zh.0, zh.1),
            })
        };
        let parts = [
            told(application.start, "since", ("自", "起")),
            told(application.end, "until", ("至", "止")),
            told(
                application.earliest_end,
                "at the earliest until",
                ("最早可于", "移出"),
            ),
        ];
        parts.into_iter().flatten().collect()
    }

    /// What it follows from, or what is not known.
    fn because(&self, application: &Application<'_>) -> String {
        let language = self.language;
        let grounds: Vec<String> = application.because.iter().map(|b| self.ground(*b)).collect();
        let missing = application.missing.iter();
        let missing: Vec<String> = missing
            .map(|unknown| unknown_in_words(*unknown, self.spec, language))
            .collect();
        let told = |label: &str, names: &[String]| {
            let names = names.join(semicolon(language));
            match language {
                _ if names.is_empty() => String::new(),
                En => format!("{label}: {names}. "),
                Zh => format!("{label}：{names}。"),
            }
        };
        told(language.pick("From", "因"), &grounds) + &told(language.pick("Not known", "未知"), &missing)
    }

    fn ground(&self, because: Because<'_>) -> String {
        let language = self.language;
        match because {
            Because::Record(record) => self.clocked(record),
            Because::TaxLevel(level) => match language {
                En => format!("tax credit level {} of {}", level.level.word(), level.year),
                Zh => format!("{}年度纳税信用{}级", level.year, level.level.word()),
            },
            Because::Certificate(held) => certificate(held.kind, language),
            Because::Evaluation(at) => {
                let name = self.spec.evaluations.get(at).map(|e| language.of(&e.name));
                name.unwrap_or_default().to_owned()
            }
            Because::Rating => language.pick("the rating", "评级").to_owned(),
        }
    }

    /// A record: what it is, and since when.
    fn clocked(&self, record: ClockedRecord<'_>) -> String {
        let language = self.language;
        let name = match record {
            ClockedRecord::Listing(entry) => list(entry.list, language),
            ClockedRecord::Person(person) => {
                let kind = code(PersonRecordKind::WORDS, person.kind.word(), language);
                match language {
                    En => format!("record of a responsible person ({kind})"),
                    Zh => format!("责任人记录（{kind}）"),
                }
            }
        };
        let started = record.started_on();
        match language {
            En => format!("{name} of {started}"),
            Zh => format!("{name}（{started}）"),
        }
    }

    fn record(&self, clock: &RecordClock<'_>) -> String {
        let language = self.language;
        let name = self.clocked(clock.record);
        let last = match (clock.last_from, clock.last_to, language) {
            (Some(from), Some(to), En) if from != to => format!(", last day {from} to {to}"),
            (Some(from), Some(to), Zh) if from != to => format!("，截止日{from}至{to}"),
            (_, Some(to), En) => format!(", last day {to}"),
            (_, Some(to), Zh) => format!("，截止日{to}"),
            (Some(from), None, En) => format!(", last day {from} at the earliest, until it is removed"),
            (Some(from), None, Zh) => format!("，截止日最早为{from}，至移出为止"),
            (None, None, En) => ", until it is removed".to_owned(),
            (None, None, Zh) => "，至移出为止".to_owned(),
        };
        let removable = match (clock.removable_from, language) {
            (Some(day), En) => format!(", can be removed from {day}"),
            (Some(day), Zh) => format!("，最早可于{day}移出"),
            (None, _) => String::new(),
        };
        let stands = match (clock.standing, language) {
            (Standing::Counts, En) => format!("counts{last}{removable}"),
            (Standing::Counts, Zh) => format!("计入{last}{removable}"),
            (Standing::MayCount, En) => {
                format!("may count, its severity or term is not known{last}{removable}")
            }
            (Standing::MayCount, Zh) => format!("可能计入（失信程度或期限未知）{last}{removable}"),
            (Standing::Objected { on, answer_due }, En) => {
                format!("frozen, objection received {on}{}", self.due(answer_due))
            }
            (Standing::Objected { on, answer_due }, Zh) => {
                format!("冻结，{on}受理异议{}", self.due(answer_due))
            }
            (Standing::Repaired { on }, En) => {
                format!("dropped: repaired {on}, not published, shared or used since")
            }
            (Standing::Repaired { on }, Zh) => format!("已剔除：{on}修复，停止公示、共享和使用"),
            (Standing::Expired { last }, En) => format!("dropped: its last day was {last}"),
            (Standing::Expired { last }, Zh) => format!("已剔除：{last}到期"),
        };
        match language {
            En => format!("{name}: {stands}."),
            Zh => format!("{name}：{stands}。"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::Measures;
    use crate::record::Dossier;
    use crate::report::sheet::{WIDTH, width};
    use crate::rule::rulebook::{Declared, Question};

    /// One measure of discipline on a list in force, one that is published nowhere, and one incentive.
    const BOOK: &str = r#"{
        "id": "b", "version": "1", "name": {"en": "Book", "zh": "规则"}, "notice": {"en": "Invented.", "zh": "虚构。"},
        "declared": [], "evaluations": [],
        "clocks": [{"id": "c", "name": {"en": "c", "zh": "c"}, "record": {"listing": "judgment_debtor"}, "most_months": 24,
                    "least_months": 12, "ends": {"en": "e", "zh": "z"},
                    "basis": {"document": "文1号", "en": "e", "zh": "z", "provenance": "p"}}],
        "deadlines": [{"id": "d", "name": {"en": "d", "zh": "d"}, "records": [{"listing": "judgment_debtor"}], "days": 20,
                    "count": "calendar_days", "valid_from": "2013-01-01",
                    "basis": {"document": "文1号", "en": "e", "zh": "z", "provenance": "p"}}],
        "published_lists": [{"id": "l", "name": {"en": "l", "zh": "l"}, "owner": {"en": "o", "zh": "o"},
                    "valid_from": "2013-01-01", "items": [{"id": "i", "name": {"en": "i", "zh": "i"}}],
                    "basis": {"document": "文1号", "en": "e", "zh": "z", "provenance": "p"}}],
        "applications": [
            {"id": "a", "name": {"en": "limits on fiscal support", "zh": "限制财政支持"}, "kind": "discipline",
             "owner": {"en": "departments", "zh": "各部门"}, "decided": "discretionary",
             "when": {"listed": {"lists": ["judgment_debtor"]}}, "published": {"list": "l", "item": "i"},
             "valid_from": "2013-10-01", "ends": {"en": "with the entry", "zh": "随名单移出"},
             "basis": {"document": "文2号", "en": "e", "zh": "z", "provenance": "p"}},
            {"id": "b", "name": {"en": "no honours", "zh": "限制荣誉"}, "kind": "discipline",
             "owner": {"en": "departments", "zh": "各部门"}, "decided": "automatic",
             "when": {"listed": {"lists": ["judgment_debtor"]}},
             "valid_from": "2013-10-01", "ends": {"en": "with the entry", "zh": "随名单移出"},
             "basis": {"document": "文3号", "en": "e", "zh": "z", "provenance": "p"}},
            {"id": "g", "name": {"en": "green channel", "zh": "绿色通道"}, "kind": "incentive",
             "owner": {"en": "tax authority", "zh": "税务机关"}, "decided": "automatic",
             "when": {"tax_level": {"levels": ["A"]}},
             "valid_from": "2013-10-01", "ends": {"en": "with the level", "zh": "随级别调整"},
             "basis": {"document": "文4号", "en": "e", "zh": "z", "provenance": "p"}}]}"#;

    fn told(records: &str, language: Language) -> String {
        let book = RulebookSpec::from_json(BOOK).unwrap().check().unwrap();
        let firm: Dossier = format!(r#"{{"firm_id": "F-1"{records}}}"#).parse().unwrap();
        let view = firm.view("2025-06-30".parse().unwrap());
        let (measures, declared) = (Measures::of(&view), Declared::default());
        let question = Question {
            view: &view,
            measures: &measures,
            declared: &declared,
            evaluations: &[],
            rating: None,
        };
        let text = applications(&book, &book.apply(&question), language);
        assert!(text.lines().all(|line| width(line) <= WIDTH), "{text}");
        text
    }

    fn listed(more: &str) -> String {
        format!(
            r#", "listings": [{{"list": "judgment_debtor", "started_on": "2024-01-10"{more}}}],
            "tax_credit_levels": [{{"year": 2024, "level": "A"}}]"#
        )
    }

    #[test]
    fn what_applies_and_what_is_refused_is_told_with_days_grounds_and_basis() {
        insta::assert_snapshot!(told(&listed(""), Language::En), @"
        INCENTIVES
          Applies: green channel (tax authority, by itself), since 2025-04-30, until 2026-04-30. From: tax
            credit level A of 2024. Ends: with the level. Basis: 文4号.
        DISCIPLINE
          Applies: limits on fiscal support (departments, at discretion), since 2024-01-10, until
            2026-01-10, at the earliest until 2025-01-10. From: dishonest judgment debtor of 2024-01-10.
            Published: l (o). Ends: with the entry. Basis: 文2号.
          Refused, on no published list: no honours (departments, by itself). From: dishonest judgment
            debtor of 2024-01-10. Ends: with the entry. Basis: 文3号.
        RECORDS
          dishonest judgment debtor of 2024-01-10: counts, last day 2026-01-10, can be removed from
            2025-01-10.
        ");
        insta::assert_snapshot!(told(&listed(""), Language::Zh), @"
        守信激励
          适用：绿色通道（税务机关，自动适用），自2025-04-30起，至2026-04-30止。因：2024年度纳税信用A级。
            终止：随级别调整。依据：文4号。
        失信惩戒
          适用：限制财政支持（各部门，酌情适用），自2024-01-10起，至2026-01-10止，最早可于2025-01-10移出。
            因：失信被执行人（2024-01-10）。清单：l（o）。终止：随名单移出。依据：文2号。
          不予适用（未列入公布的清单）：限制荣誉（各部门，自动适用）。因：失信被执行人（2024-01-10）。终
            止：随名单移出。依据：文3号。
        记录状态
          失信被执行人（2024-01-10）：计入，截止日2026-01-10，最早可于2025-01-10移出。
        ");
    }

    #[test]
    fn an_objection_suspends_and_names_the_day_of_its_answer() {
        let objected = listed(r#", "objection_on": "2025-06-20""#);
        insta::assert_snapshot!(told(&objected, Language::En), @"
        INCENTIVES
          Applies: green channel (tax authority, by itself), since 2025-04-30, until 2026-04-30. From: tax
            credit level A of 2024. Ends: with the level. Basis: 文4号.
        DISCIPLINE
          Suspended, objection received 2025-06-20, to be answered by 2025-07-10: limits on fiscal support
            (departments, at discretion), since 2024-01-10, until 2026-01-10, at the earliest until
            2025-01-10. From: dishonest judgment debtor of 2024-01-10. Published: l (o). Ends: with the
            entry. Basis: 文2号.
          Refused, on no published list: no honours (departments, by itself). From: dishonest judgment
            debtor of 2024-01-10. Ends: with the entry. Basis: 文3号.
        RECORDS
          dishonest judgment debtor of 2024-01-10: frozen, objection received 2025-06-20, to be answered
            by 2025-07-10.
        ");
        insta::assert_snapshot!(told(&objected, Language::Zh), @"
        守信激励
          适用：绿色通道（税务机关，自动适用），自2025-04-30起，至2026-04-30止。因：2024年度纳税信用A级。
            终止：随级别调整。依据：文4号。
        失信惩戒
          暂停适用，2025-06-20受理异议，应于2025-07-10前（含当日）答复：限制财政支持（各部门，酌情适用），
            自2024-01-10起，至2026-01-10止，最早可于2025-01-10移出。因：失信被执行人（2024-01-10）。清单：l
            （o）。终止：随名单移出。依据：文2号。
          不予适用（未列入公布的清单）：限制荣誉（各部门，自动适用）。因：失信被执行人（2024-01-10）。终
            止：随名单移出。依据：文3号。
        记录状态
          失信被执行人（2024-01-10）：冻结，2025-06-20受理异议，应于2025-07-10前（含当日）答复。
        ");
    }

    #[test]
    fn a_record_that_was_dropped_says_why_and_nothing_follows_from_it() {
        let repaired = listed(r#", "repaired_on": "2025-03-01""#);
        insta::assert_snapshot!(told(&repaired, Language::En), @"
        INCENTIVES
          Applies: green channel (tax authority, by itself), since 2025-04-30, until 2026-04-30. From: tax
            credit level A of 2024. Ends: with the level. Basis: 文4号.
        DISCIPLINE
          none
        RECORDS
          dishonest judgment debtor of 2024-01-10: dropped: repaired 2025-03-01, not published, shared or
            used since.
        ");
    }
}
