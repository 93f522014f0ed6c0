//! Tests as ground.

use super::answer::{Because, Question};
use super::ground::{Ground, Holds, earliest, latest};
use crate::num::Date;
use crate::record::Certificate;
use crate::rule::clock::ClockSpec;
use crate::rule::rulebook::standing_level::{last_day, standing};
use crate::rule::rulebook::trial::{Asked, Found, Trial};
use crate::rule::rulebook::{Span, Truth};

/// A test.
pub(super) fn tested<'a>(trial: &Trial, clocks: &[ClockSpec], question: &Question<'_, 'a>) -> Ground<'a> {
    let asked = Asked {
        view: question.view,
        measures: question.measures,
        declared: question.declared,
        clocks,
        rating: question.rating,
    };
    let found = Found {
        earlier: question.evaluations,
        points: Span::ZERO,
    };
    let holds = match asked.holds(trial, found) {
        Truth::Yes => Holds::Yes,
        Truth::No => return Ground::bare(Holds::No),
        Truth::Open => Holds::Open,
    };
    let mut ground = Ground::bare(holds);
    if holds == Holds::Open {
        asked.note(trial, found, &mut ground.missing);
        ground.missing.sort_unstable();
        ground.missing.dedup();
    }
    let reasons = Reasons {
        asked,
        found,
        question,
    };
    let period = reasons.of(trial, &mut ground.because);
    (ground.start, ground.end) = (period.start, period.end);
    ground
}

/// Since when something holds, and until when; none where the records do not say.
#[derive(Clone, Copy, Default)]
struct Period {
    start: Option<Date>,
    end: Option<Date>,
}

impl Period {
    fn of(certificate: &Certificate) -> Self {
        Self {
            start: Some(certificate.valid_from),
            end: Some(certificate.valid_to),
        }
    }

    /// When all of them hold: from the latest start to the earliest end that is known, which ends all of them.
    fn all(parts: &[Period]) -> Self {
        Self {
            start: latest(parts.iter().map(|p| p.start)),
            end: parts.iter().filter_map(|p| p.end).min(),
        }
    }

    /// When any of them holds: from the earliest start to the latest end.
    fn any(parts: &[Period]) -> Self {
        Self {
            start: earliest(parts.iter().map(|p| p.start)),
            end: latest(parts.iter().map(|p| p.end)),
        }
    }
}

/// Looks for what makes a test true.
struct Reasons<'r, 'q, 'a> {
    asked: Asked<'r>,
    found: Found<'r>,
    question: &'r Question<'q, 'a>,
}

impl<'a> Reasons<'_, '_, 'a> {
    /// Notes what makes a test true, and says since and until when it does.
    fn of(&self, trial: &Trial, because: &mut Vec<Because<'a>>) -> Period {
        if self.asked.holds(trial, self.found) != Truth::Yes {
            return Period::default();
        }
        match trial {
            Trial::All(trials) => {
                let parts: Vec<Period> = trials.iter().map(|t| self.of(t, because)).collect();
                Period::all(&parts)
            }
            Trial::Any(trials) => {
                let holds = |t: &&Trial| self.asked.holds(t, self.found) == Truth::Yes;
                let parts: Vec<Period> = trials.iter().filter(holds).map(|t| self.of(t, because)).collect();
                Period::any(&parts)
            }
            Trial::Certificate(kind) => {
                let as_of = self.question.view.as_of();
                let all = self.question.view.certificates();
                let held: Vec<&Certificate> = all.filter(|c| c.kind == *kind && c.is_valid(as_of)).collect();
                because.extend(held.iter().map(|c| Because::Certificate(c)));
                let parts: Vec<Period> = held.iter().map(|c| Period::of(c)).collect();
                Period::any(&parts)
            }
            Trial::TaxLevel(_) => {
                let level = standing(self.question.view);
                because.extend(level.map(Because::TaxLevel));
                Period {
                    start: level.map(|level| level.known_on),
                    end: level.map(last_day),
                }
            }
            Trial::Passed(at) | Trial::Class(at, _) => {
                because.push(Because::Evaluation(*at));
                Period::default()
            }
            Trial::Rated(_) => {
                because.push(Because::Rating);
                Period::default()
            }
            _ => Period::default(),
        }
    }
}
