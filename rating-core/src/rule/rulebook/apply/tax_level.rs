//! Tax credit levels as ground.

use super::answer::{Because, Question};
use super::ground::{Ground, Holds};
use super::spec::TaxLevelWhen;
use crate::record::{TaxCreditLevel, TaxLevel};
use crate::rule::rulebook::standing_level::{is_complete, last_day};
use crate::rule::rulebook::{Truth, Unknown};

/// Tax credit levels: the one that stands on the day, and more of the history where a rule asks for it.
///
/// ```text
/// years on end      the latest level and those of the years before it; a year without a level leaves it open
/// a D behind a D    counts as well, until its own last day
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
    if is_known || is_complete(view) {
        Ground::bare(Holds::No)
    } else {
        Ground::open(vec![Unknown::TaxLevel])
    }
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
