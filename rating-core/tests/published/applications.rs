//! `docs/rules/applying.md`: what follows, how long records count, and which lists publish it, as the shipped rulebooks
//! have it.

use super::rulebook::test;
use super::{codes, hold_page, table};
use rating_core::num::Date;
use rating_core::rule::Basis;
use rating_core::rule::clock::{ClockSpec, ClockedKind, DayCount, DeadlineSpec, ObjectedKind};
use rating_core::rule::rulebook::{
    ApplicationKind, ApplicationSpec, ListedWhen, PublishedListSpec, RulebookSpec, TaxLevelWhen, When,
};

#[test]
fn the_page_of_applications_says_what_the_rulebooks_say() {
    let [china, shanghai, shanxi] =
        ["china", "shanghai", "shanxi-example"].map(|id| RulebookSpec::preset(id).unwrap());
    let blocks = [
        ("clocks", clocks(&china.clocks)),
        ("deadlines", deadlines(&[&china, &shanghai])),
        ("china", book(&china)),
        ("shanghai", book(&shanghai)),
        ("shanxi-example", book(&shanxi)),
    ];
    hold_page("docs/rules/applying.md", &blocks);
}

#[test]
fn the_clocks_of_the_template_are_those_of_the_whole_country() {
    let clocks = |id: &str| RulebookSpec::preset(id).unwrap().clocks;
    assert_eq!(clocks("shanghai"), clocks("china"));
}

fn words(wording: &rating_core::rule::Wording) -> String {
    format!("{}<br>{}", wording.en, wording.zh)
}

fn from(basis: &Basis) -> String {
    format!("{}<br>{}", basis.document, basis.provenance)
}

fn clocks(clocks: &[ClockSpec]) -> String {
    let row = |c: &ClockSpec| {
        let severities = codes(c.severities.iter().map(|s| s.word()));
        let decided = match (c.decided_from, c.decided_to) {
            (None, None) => "any day".to_owned(),
            (Some(first), None) => format!("from {first}"),
            (None, Some(last)) => format!("to {last}"),
            (Some(first), Some(last)) => format!("{first} to {last}"),
        };
        let months = |months: Option<u16>, none: &str| months.map_or(none.to_owned(), |m| m.to_string());
        vec![
            format!("`{}`<br>{}", c.id, words(&c.name)),
            clocked(c.record),
            if severities.is_empty() {
                "any".to_owned()
            } else {
                severities
            },
            decided,
            months(c.least_months, "not stated"),
            months(c.most_months, "none") + if c.open_ended { ", or when removed" } else { "" },
            words(&c.ends),
            from(&c.basis),
        ]
    };
    let headers = [
        "clock",
        "records",
        "severity",
        "started",
        "removed after, months",
        "ends after, months",
        "how it ends",
        "source",
    ];
    table(&headers, clocks.iter().map(row))
}

fn clocked(kind: ClockedKind) -> String {
    match kind {
        ClockedKind::Listing(list) => format!("list `{}`", list.word()),
        ClockedKind::ResponsiblePerson => "`responsible_persons`, from the end of the event".to_owned(),
    }
}

fn deadlines(books: &[&RulebookSpec]) -> String {
    let row = |book: &RulebookSpec, d: &DeadlineSpec| {
        let days = match d.count {
            DayCount::CalendarDays => "days",
            DayCount::WorkingDays => "working days",
        };
        let records: Vec<String> = d.records.iter().copied().map(objected).collect();
        vec![
            format!("`{}`<br>{}", d.id, words(&d.name)),
            format!("`{}`", book.id),
            records.join("<br>"),
            if d.regions.is_empty() {
                "everywhere".to_owned()
            } else {
                codes(d.regions.iter().map(String::as_str))
            },
            format!("{} {days}", d.days),
            period(d.valid_from, d.valid_to),
            from(&d.basis),
        ]
    };
    let rows = books
        .iter()
        .flat_map(|book| book.deadlines.iter().map(|d| row(book, d)));
    table(
        &[
            "deadline",
            "rulebook",
            "records",
            "regions",
            "answered within",
            "objections",
            "source",
        ],
        rows.collect::<Vec<_>>(),
    )
}

fn objected(kind: ObjectedKind) -> String {
    match kind {
        ObjectedKind::Listing(list) => format!("list `{}`", list.word()),
        ObjectedKind::ResponsiblePerson(kind) => format!("`responsible_persons` of kind `{}`", kind.word()),
    }
}

fn period(from: Date, to: Option<Date>) -> String {
    to.map_or_else(|| format!("from {from}"), |to| format!("{from} to {to}"))
}

fn book(spec: &RulebookSpec) -> String {
    let mut text = format!("{}\n\n", words(&spec.notice));
    if !spec.published_lists.is_empty() {
        text += "**Published lists**\n\n";
        text += &lists(&spec.published_lists);
    }
    for (kind, title) in [
        (ApplicationKind::Incentive, "Incentives"),
        (ApplicationKind::Discipline, "Discipline"),
    ] {
        text += &format!("\n**{title}**\n\n");
        let of_kind = spec.applications.iter().filter(|a| a.kind == kind);
        let headers = [
            "application",
            "when",
            "who",
            "decided",
            "published",
            "in force",
            "how it ends",
            "source",
        ];
        text += &table(&headers, of_kind.map(application));
    }
    text
}

fn lists(lists: &[PublishedListSpec]) -> String {
    let row = |l: &PublishedListSpec| {
        let items = l
            .items
            .iter()
            .map(|i| format!("`{}` {} · {}", i.id, i.name.en, i.name.zh));
        vec![
            format!("`{}`<br>{}", l.id, words(&l.name)),
            words(&l.owner),
            items.collect::<Vec<_>>().join("<br>"),
            period(l.valid_from, l.valid_to),
            from(&l.basis),
        ]
    };
    table(
        &["list", "owner", "items", "in force", "source"],
        lists.iter().map(row),
    )
}

fn application(a: &ApplicationSpec) -> Vec<String> {
    let published = match (&a.published, a.kind) {
        (Some(on), _) => format!("`{}`: `{}`", on.list, on.item),
        (None, ApplicationKind::Incentive) => "not asked for".to_owned(),
        (None, ApplicationKind::Discipline) => "nowhere: refused".to_owned(),
    };
    vec![
        format!("`{}`<br>{}", a.id, words(&a.name)),
        when(&a.when),
        words(&a.owner),
        a.decided.word().to_owned(),
        published,
        period(a.valid_from, a.valid_to),
        words(&a.ends),
        from(&a.basis),
    ]
}

fn when(of: &When) -> String {
    match of {
        When::Listed(when) => listed(when),
        When::TaxLevel(when) => tax_level(when),
        When::Test(of) => test(of),
    }
}

fn listed(when: &ListedWhen) -> String {
    let lists = codes(when.lists.iter().map(|l| l.word()));
    let severities = codes(when.severities.iter().map(|s| s.word()));
    let grave = if severities.is_empty() {
        String::new()
    } else {
        format!(" of severity {severities}")
    };
    format!("an entry{grave} that counts on {lists}")
}

fn tax_level(when: &TaxLevelWhen) -> String {
    let levels = codes(when.levels.iter().map(|l| l.word()));
    let direct = match when.direct {
        Some(true) => ", set directly",
        Some(false) => ", not set directly",
        None => "",
    };
    let years = when.years.filter(|years| *years > 1);
    let years = years.map_or(String::new(), |years| format!(", {years} years on end"));
    format!("tax credit level {levels}{direct}{years}")
}
