//! What an evaluation says of a firm.

use super::points::ItemPoints;
use super::span::Earned;
use super::truth::Truth;
use super::unknown::Unknown;

/// What an evaluation says of a firm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// It is met, whatever is not known; where there are classes, the firm is in one of them for certain.
    Passed,
    /// It is not met, whatever is not known; where there are classes, the firm is in none of them.
    Failed,
    /// What is not known decides.
    Open,
    /// It is not in force on the day.
    NotInForce,
}

impl Verdict {
    /// One word for tables: `passed`, `failed`, `open`, `not_in_force`.
    pub const fn word(self) -> &'static str {
        match self {
            Verdict::Passed => "passed",
            Verdict::Failed => "failed",
            Verdict::Open => "open",
            Verdict::NotInForce => "not_in_force",
        }
    }
}

/// What a firm that passed was admitted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admitted {
    /// Its points.
    Points,
    /// The admission with this place, in place of points.
    Directly(usize),
}

/// One evaluation of one firm, with everything that explains it.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluation {
    /// Place of the evaluation in the rulebook.
    pub evaluation: usize,
    /// What it says.
    pub verdict: Verdict,
    /// What it says if ranges that the document leaves to experts are narrowed by policy; none without such ranges.
    pub by_policy: Option<Verdict>,
    /// What a firm that passed was admitted by: its points before an admission, the first admission that holds. None
    /// where there is no pass mark.
    pub admitted: Option<Admitted>,
    /// Sum of the blocks.
    pub points: Earned,
    /// Each block.
    pub blocks: Vec<Earned>,
    /// Each item, in the order of the document.
    pub items: Vec<ItemPoints>,
    /// Each condition.
    pub conditions: Vec<Truth>,
    /// Each admission.
    pub admissions: Vec<Truth>,
    /// Of each class, whether the firm is in it: the conditions and the pass mark are met, its test holds, and that of
    /// no class before. At most one is certain.
    pub classes: Vec<Truth>,
    /// Of an open evaluation, what is not known and may decide it, each once, measures first.
    pub missing: Vec<Unknown>,
}

impl Evaluation {
    /// Place of the class that the firm is in for certain.
    pub fn class(&self) -> Option<usize> {
        self.classes.iter().position(|truth| *truth == Truth::Yes)
    }

    /// Places of the classes that the firm may be in.
    pub fn possible_classes(&self) -> impl Iterator<Item = usize> + '_ {
        let possible = self.classes.iter().enumerate();
        possible
            .filter(|(_, truth)| **truth != Truth::No)
            .map(|(at, _)| at)
    }
}
