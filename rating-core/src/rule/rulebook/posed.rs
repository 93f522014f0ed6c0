//! Tests that stand in another document, asked with what a rulebook declares and evaluates.

use super::apply::Question;
use super::book::Rulebook;
use super::check::checked_test;
use super::error::RulebookError;
use super::span::Span;
use super::spec::DeclaredSpec;
use super::test_spec::Test;
use super::trial::{Asked, Found, Trial};
use super::truth::Truth;
use super::unknown::Unknown;

/// A test of another document that fits a rulebook. It may read what the rulebook may: measures, what is declared,
/// every evaluation, and the rating.
#[derive(Debug)]
pub struct PosedTest(Trial);

impl Rulebook {
    /// A rulebook that asks for more to be declared than this one; the rest is the same.
    ///
    /// # Errors
    /// What is wrong with what is added; `declared[0]` is the first of it.
    pub fn with_declared(&self, more: &[DeclaredSpec]) -> Result<Rulebook, Vec<RulebookError>> {
        let mut spec = self.spec().clone();
        let before = spec.declared.len();
        spec.declared.extend_from_slice(more);
        let renumbered = |fault: RulebookError| match fault {
            RulebookError::Fault { place, wanted, got } => RulebookError::Fault {
                place: renumbered(&place, before),
                wanted,
                got,
            },
            other => other,
        };
        spec.check()
            .map_err(|faults| faults.into_iter().map(renumbered).collect())
    }

    /// Whether a test of another document fits this rulebook.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with its place, what was expected and what came.
    pub fn pose(&self, place: &str, test: &Test) -> Result<PosedTest, Vec<RulebookError>> {
        checked_test(self.spec(), place, test).map(PosedTest)
    }

    /// What a test says of a firm, and what is not known if that decides. Total.
    pub fn answer(&self, test: &PosedTest, question: &Question<'_, '_>) -> (Truth, Vec<Unknown>) {
        let asked = Asked {
            view: question.view,
            measures: question.measures,
            declared: question.declared,
            clocks: &self.spec().clocks,
            rating: question.rating,
        };
        let found = Found {
            earlier: question.evaluations,
            points: Span::ZERO,
        };
        let truth = asked.holds(&test.0, found);
        let mut missing = Vec::new();
        asked.note(&test.0, found, &mut missing);
        missing.sort_unstable();
        missing.dedup();
        (truth, missing)
    }
}

/// `declared[7].id` as `declared[2].id` if five were declared before.
fn renumbered(place: &str, before: usize) -> String {
    let told = place
        .strip_prefix("declared[")
        .and_then(|rest| rest.split_once(']'))
        .and_then(|(at, rest)| Some((at.parse::<usize>().ok()?.checked_sub(before)?, rest)));
    told.map_or_else(|| place.to_owned(), |(at, rest)| format!("declared[{at}]{rest}"))
}
