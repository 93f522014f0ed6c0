//! Applications and the lists that publish them.

use super::test::Scope;
use super::{Check, one_of};
use crate::num::Date;
use crate::record::TaxLevel;
use crate::rule::rulebook::apply::{
    ApplicationKind, ApplicationSpec, ListedWhen, PublishedAs, Rule, TaxLevelWhen, When,
};
use crate::rule::rulebook::test_spec::{TaxLevelTest, Test};
use crate::rule::rulebook::trial::Trial;

impl Check<'_> {
    pub(super) fn published_lists(&mut self) {
        let lists = &self.spec.published_lists;
        self.ids("published_lists", lists.iter().map(|l| l.id.as_str()));
        for (at, list) in lists.iter().enumerate() {
            let place = format!("published_lists[{at}]");
            self.period(&place, list.valid_from, list.valid_to);
            self.ids(
                &format!("{place}.items"),
                list.items.iter().map(|i| i.id.as_str()),
            );
            if list.items.is_empty() {
                self.fault(format!("{place}.items"), "at least one", "none");
            }
        }
    }

    pub(super) fn applications(&mut self) -> Vec<Rule> {
        let applications = &self.spec.applications;
        self.ids("applications", applications.iter().map(|a| a.id.as_str()));
        let each = applications.iter().enumerate();
        each.map(|(at, a)| self.application(&format!("applications[{at}]"), a))
            .collect()
    }

    pub(super) fn period(&mut self, place: &str, from: Date, to: Option<Date>) {
        if let Some(last) = to.filter(|last| *last < from) {
            let wanted = "a day not before `valid_from`";
            self.fault(format!("{place}.valid_to"), wanted, &last.to_string());
        }
    }

    fn application(&mut self, place: &str, application: &ApplicationSpec) -> Rule {
        self.period(place, application.valid_from, application.valid_to);
        let published = application.published.as_ref();
        Rule {
            trial: self.when(&format!("{place}.when"), application),
            list: published.and_then(|on| self.published(&format!("{place}.published"), on)),
        }
    }

    /// Place of the list that a measure stands on.
    fn published(&mut self, place: &str, on: &PublishedAs) -> Option<usize> {
        let lists = &self.spec.published_lists;
        let Some(at) = lists.iter().position(|l| l.id == on.list) else {
            self.fault(format!("{place}.list"), "the id of a published list", &on.list);
            return None;
        };
        let items = lists.get(at).into_iter().flat_map(|list| &list.items);
        let ids: Vec<&str> = items.map(|item| item.id.as_str()).collect();
        // A list without items is a fault of its own.
        if !ids.is_empty() && !ids.contains(&on.item.as_str()) {
            self.fault(format!("{place}.item"), one_of(&ids), &on.item);
        }
        Some(at)
    }

    fn when(&mut self, place: &str, application: &ApplicationSpec) -> Option<Trial> {
        match &application.when {
            When::Listed(when) => self.listed(&format!("{place}.listed"), when, application.kind),
            When::TaxLevel(when) => self.tax_level(&format!("{place}.tax_level"), when, application.kind),
            When::Test(test) => {
                let place = format!("{place}.test");
                self.leaning(&place, test, application.kind == ApplicationKind::Discipline);
                return Some(self.test(&place, test, Scope::application()));
            }
        }
        None
    }

    fn listed(&mut self, place: &str, when: &ListedWhen, kind: ApplicationKind) {
        if kind == ApplicationKind::Incentive {
            self.fault(place, "no list: an incentive does not follow from one", "a list");
        }
        if when.lists.is_empty() {
            self.fault(format!("{place}.lists"), "at least one", "none");
        }
    }

    fn tax_level(&mut self, place: &str, when: &TaxLevelWhen, kind: ApplicationKind) {
        let has_d = when.levels.contains(&TaxLevel::D);
        let levels: Vec<&str> = when.levels.iter().map(|level| level.word()).collect();
        let told = format!("{place}.levels");
        match kind {
            _ if levels.is_empty() => self.fault(told, "at least one", "none"),
            ApplicationKind::Incentive if has_d => {
                self.fault(told, "levels without D for an incentive", &levels.join(", "));
            }
            ApplicationKind::Discipline if !has_d => {
                self.fault(told, "levels with D for discipline", &levels.join(", "));
            }
            _ => {}
        }
        if when.years.is_some_and(|years| !(1..=10).contains(&years)) {
            let got = when.years.map(|years| years.to_string()).unwrap_or_default();
            self.fault(format!("{place}.years"), "1 to 10", &got);
        }
        if kind == ApplicationKind::Discipline && when.years.is_some_and(|years| years > 1) {
            self.fault(format!("{place}.years"), "one year for discipline", "more");
        }
    }

    /// A further entry on a list never brings an incentive and never takes discipline away: an incentive may ask that
    /// the firm is on no list, discipline that it is on one, and not the other way round.
    fn leaning(&mut self, place: &str, test: &Test, may_be_listed: bool) {
        match test {
            Test::All(tests) => self.leanings(&format!("{place}.all"), tests, may_be_listed),
            Test::Any(tests) => self.leanings(&format!("{place}.any"), tests, may_be_listed),
            Test::Not(test) => self.leaning(&format!("{place}.not"), test, !may_be_listed),
            Test::Listed(list) if !may_be_listed => {
                let wanted = "an incentive that asks to be on no list, or discipline that asks to be on one";
                self.fault(format!("{place}.listed"), wanted, list.word());
            }
            Test::TaxLevel(test) => {
                self.leaning_of_level(&format!("{place}.tax_level"), test, may_be_listed);
            }
            _ => {}
        }
    }

    /// The same of a further level D: it meets nothing that an incentive asks for, and misses nothing that discipline
    /// asks for, whatever its year.
    fn leaning_of_level(&mut self, place: &str, test: &TaxLevelTest, may_be_listed: bool) {
        let has_d = test.levels.contains(&TaxLevel::D);
        if has_d != may_be_listed || (may_be_listed && test.to_year.is_some()) {
            let wanted =
                "an incentive that asks not to be D, or discipline that asks to be D, without a last year";
            let levels: Vec<&str> = test.levels.iter().map(|level| level.word()).collect();
            let until = test
                .to_year
                .map_or(String::new(), |year| format!(" up to {year}"));
            self.fault(place, wanted, &(levels.join(", ") + &until));
        }
    }

    fn leanings(&mut self, place: &str, tests: &[Test], may_be_listed: bool) {
        for (at, test) in tests.iter().enumerate() {
            self.leaning(&format!("{place}[{at}]"), test, may_be_listed);
        }
    }
}
