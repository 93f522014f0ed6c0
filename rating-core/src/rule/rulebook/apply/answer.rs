//! What is asked, and what is answered.

use crate::measure::Measures;
use crate::num::Date;
use crate::record::{Certificate, TaxCreditLevel, View};
use crate::rule::clock::{AnswerDue, ClockedRecord, RecordClock};
use crate::rule::rulebook::{Declared, Evaluation, Unknown};

/// What is known of a firm on a day.
#[derive(Clone, Copy, Debug)]
pub struct Question<'q, 'a> {
    /// The firm on the day.
    pub view: &'q View<'a>,
    /// Its measures.
    pub measures: &'q Measures,
    /// What is declared of it.
    pub declared: &'q Declared,
    /// Its evaluations by the same rulebook, all of them.
    pub evaluations: &'q [Evaluation],
    /// Symbol of its rating; none leaves open what asks for one.
    pub rating: Option<&'q str>,
}

/// What follows for a firm.
#[derive(Clone, Debug, PartialEq)]
pub struct Applied<'a> {
    /// What applies, is suspended, refused or open, in the order of the rulebook; what does not apply is left out.
    pub applications: Vec<Application<'a>>,
    /// How every record stands that a clock may run for; those that were dropped say why.
    pub records: Vec<RecordClock<'a>>,
}

/// One incentive, or one measure of discipline.
#[derive(Clone, Debug, PartialEq)]
pub struct Application<'a> {
    /// Place in the rulebook.
    pub application: usize,
    /// How it stands.
    pub state: ApplicationState,
    /// What it follows from; of what is open, what may decide it.
    pub because: Vec<Because<'a>>,
    /// Since when, not before the rule itself; none if the records do not say.
    pub start: Option<Date>,
    /// Last day, as far as it is fixed; none: until further notice.
    pub end: Option<Date>,
    /// Earliest day on which it can end by repair; none if that is not stated.
    pub earliest_end: Option<Date>,
    /// Of what is open, what is not known.
    pub missing: Vec<Unknown>,
}

/// How an application stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApplicationState {
    /// It applies.
    Applies,
    /// It would apply, but an objection is pending against every record that it follows from.
    Suspended {
        /// When the first of the objections was received.
        objection_on: Date,
        /// When that must be answered; none if no deadline is known.
        answer_due: Option<AnswerDue>,
    },
    /// It follows, or may, and is not applied.
    Refused(Refusal),
    /// What is not known decides.
    Open,
}

impl ApplicationState {
    /// One word for tables: `applies`, `suspended`, `refused`, `open`.
    pub const fn word(self) -> &'static str {
        match self {
            ApplicationState::Applies => "applies",
            ApplicationState::Suspended { .. } => "suspended",
            ApplicationState::Refused(_) => "refused",
            ApplicationState::Open => "open",
        }
    }
}

/// Why an application is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It is a measure of discipline and stands on no published list.
    NotPublished,
    /// The list on which it stands is not in force on the day.
    ListNotInForce,
}

impl Refusal {
    /// One word for tables: `not_published`, `list_not_in_force`.
    pub const fn word(self) -> &'static str {
        match self {
            Refusal::NotPublished => "not_published",
            Refusal::ListNotInForce => "list_not_in_force",
        }
    }
}

/// What an application follows from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Because<'a> {
    /// An entry on a list.
    Record(ClockedRecord<'a>),
    /// A tax credit level.
    TaxLevel(&'a TaxCreditLevel),
    /// A certificate.
    Certificate(&'a Certificate),
    /// An evaluation, by its place in the rulebook.
    Evaluation(usize),
    /// The rating.
    Rating,
}
