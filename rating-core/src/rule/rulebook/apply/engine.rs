//! What follows for a firm on a day.

use super::answer::{Application, ApplicationState, Applied, Question, Refusal};
use super::ground::{Ground, Holds};
use super::listed::listed;
use super::spec::{ApplicationKind, ApplicationSpec, PublishedListSpec, When};
use super::tax_level::tax_level;
use super::tested::tested;
use crate::num::Date;
use crate::rule::clock::{ClockSpec, RecordClock, record_clocks};
use crate::rule::rulebook::Rulebook;
use crate::rule::rulebook::trial::Trial;

/// An application whose inputs have been found.
#[derive(Debug)]
pub(in crate::rule::rulebook) struct Rule {
    /// The test, where it follows from one.
    pub(in crate::rule::rulebook) trial: Option<Trial>,
    /// Place of the list that it stands on.
    pub(in crate::rule::rulebook) list: Option<usize>,
}

impl Rulebook {
    /// What follows for a firm as of the day of a view. Total: any firm, any day.
    ///
    /// A rule that is not in force on the day is not looked at, and a record that became known or started later is not
    /// seen. The order of records and of applications does not matter.
    pub fn apply<'a>(&self, question: &Question<'_, 'a>) -> Applied<'a> {
        let spec = self.spec();
        let records = record_clocks(&spec.clocks, &spec.deadlines, question.view);
        let rules = spec.applications.iter().zip(self.rules()).enumerate();
        let in_force = rules.filter(|(_, (of, _))| is_in_force(of, question.view.as_of()));
        let followed = in_force.filter_map(|(at, (of, rule))| {
            let ground = ground((of, rule), &records, &spec.clocks, question);
            let refusal = refusal(of, rule, &spec.published_lists, question.view.as_of());
            application(at, of, ground, refusal)
        });
        let applications = followed.collect();
        Applied {
            applications,
            records,
        }
    }
}

fn is_in_force(of: &ApplicationSpec, day: Date) -> bool {
    of.valid_from <= day && of.valid_to.is_none_or(|last| day <= last)
}

fn ground<'a>(
    (of, rule): (&ApplicationSpec, &Rule),
    records: &[RecordClock<'a>],
    clocks: &[ClockSpec],
    question: &Question<'_, 'a>,
) -> Ground<'a> {
    match (&of.when, &rule.trial) {
        (When::Listed(when), _) => listed(when, records, question),
        (When::TaxLevel(when), _) => tax_level(when, question),
        (When::Test(_), Some(trial)) => tested(trial, clocks, question),
        // INVARIANT: a rule whose application follows from a test has its trial.
        (When::Test(_), None) => Ground::bare(Holds::No),
    }
}

/// Why a measure is not applied whatever is known of the firm.
fn refusal(of: &ApplicationSpec, rule: &Rule, lists: &[PublishedListSpec], day: Date) -> Option<Refusal> {
    let Some(list) = rule.list.and_then(|at| lists.get(at)) else {
        return (of.kind == ApplicationKind::Discipline).then_some(Refusal::NotPublished);
    };
    let is_in_force = list.valid_from <= day && list.valid_to.is_none_or(|last| day <= last);
    (!is_in_force).then_some(Refusal::ListNotInForce)
}

fn application<'a>(
    at: usize,
    of: &ApplicationSpec,
    ground: Ground<'a>,
    refusal: Option<Refusal>,
) -> Option<Application<'a>> {
    let state = match (ground.holds, refusal) {
        (Holds::No, _) => return None,
        (_, Some(refusal)) => ApplicationState::Refused(refusal),
        (Holds::Yes, None) => ApplicationState::Applies,
        (Holds::Open, None) => ApplicationState::Open,
        (Holds::Objected(objection_on, answer_due), None) => ApplicationState::Suspended {
            objection_on,
            answer_due,
        },
    };
    Some(Application {
        application: at,
        state,
        because: ground.because,
        start: ground.start.map(|day| day.max(of.valid_from)),
        end: ground.end.into_iter().chain(of.valid_to).min(),
        earliest_end: ground.earliest_end,
        missing: ground.missing,
    })
}
