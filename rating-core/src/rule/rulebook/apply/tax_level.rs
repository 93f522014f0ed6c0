//! Tax credit levels as ground.

use super::answer::{Because, Question};
use super::ground::{Ground, Holds};
use super::spec::TaxLevelWhen;
use crate::num::Date;
use crate::record::{TableName, TaxCreditLevel, TaxLevel};
use crate::rule::rulebook::{Truth, Unknown};

/// Tax credit levels.
///
/// ```text
/// a level counts    from the day it became known to 30 April of the second year after the year evaluated, when the
///                   next is out; a D that was set directly to 30 April of the third (it is kept for two years)
/// years on end      the latest level and those of the years before it; a year without a level leaves it open
/// a D behind a D    counts as well, until its own last day
/// no level, or old     none if the answer is complete up to the last 30 April; else open
/// ```
///
/// Source: 国家税务总局公告2025年第12号, articles 16 to 18 and 34; levels are evaluated in April.
pub(super) fn tax_level<'a>(when: &TaxLevelWhen, question: &Question<'_, 'a>) -> Ground<'a> {
    let view = question.view;
    let levels: Vec<&TaxCreditLevel> = view.tax_credit_levels().collect();
    let is_met = |l: &&TaxCreditLevel| {
        when.levels.contains(&l.level)
            && when
                .direct
                .is_none_or(|direct| l.direct.unwrap_or(false) == direct)
    };
    // Ds at the end of the history count together: a further D takes no other's consequences away.
    let latest = levels.last().copied();
    let is_d = |level: &&TaxCreditLevel| level.level == TaxLevel::D;
    let ds = levels.iter().rev().copied().take_while(is_d);
    let others = latest.filter(|level| !is_d(level));
    let mut standing = ds
        .chain(others)
        .filter(|l| view.as_of() <= last_day(l))
        .peekable();
    let is_known = standing.peek().is_some();
    if let Some(level) = standing.filter(is_met).max_by_key(|l| last_day(l)) {
        let years = usize::from(when.years.unwrap_or(1));
        return on_level(level, on_end(&levels, when, years));
    }
    // Complete up to the last April, an answer says that there is no later level.
    let is_complete = view
        .answered_on(TableName::TaxCreditLevels)
        .is_some_and(|day| day >= last_april(view.as_of()));
    if is_known || is_complete {
        Ground::bare(Holds::No)
    } else {
        Ground::open(vec![Unknown::TaxLevel])
    }
}

/// The latest 30 April before a day: levels are out by then.
fn last_april(day: Date) -> Date {
    let of = |year: i16| Date::new(year, 4, 30).unwrap_or(Date::MIN);
    let of_year = of(day.year());
    if of_year < day {
        of_year
    } else {
        of(day.year().saturating_sub(1))
    }
}

fn last_day(level: &TaxCreditLevel) -> Date {
    let is_kept = level.level == TaxLevel::D && level.direct == Some(true);
    let years = if is_kept { 3 } else { 2 };
    Date::new(level.year.saturating_add(years), 4, 30).unwrap_or(Date::MAX)
}

/// Whether the levels of so many years on end, the latest included, are among those asked for.
fn on_end(levels: &[&TaxCreditLevel], when: &TaxLevelWhen, years: usize) -> Truth {
    let Some(latest) = levels.last() else {
        return Truth::Open;
    };
    let of_year = |back: usize| {
        let year = latest
            .year
            .saturating_sub(i16::try_from(back).unwrap_or(i16::MAX));
        let found = levels.iter().find(|l| l.year == year);
        found.map_or(Truth::Open, |l| when.levels.contains(&l.level).into())
    };
    (1..years).fold(Truth::Yes, |all, back| all.and(of_year(back)))
}

fn on_level(level: &TaxCreditLevel, on_end: Truth) -> Ground<'_> {
    let found = Ground {
        because: vec![Because::TaxLevel(level)],
        start: Some(level.known_on),
        end: Some(last_day(level)),
        ..Ground::bare(Holds::Yes)
    };
    match on_end {
        Truth::Yes => found,
        Truth::No => Ground::bare(Holds::No),
        Truth::Open => Ground {
            holds: Holds::Open,
            missing: vec![Unknown::TaxLevel],
            ..found
        },
    }
}
