//! What follows from what is known: truth with a third value, and points as a span.

use crate::num::Points;
use serde::Serialize;

/// True, false, or open because something is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Truth {
    /// It does not hold, whatever is not known.
    No,
    /// What is not known decides.
    Open,
    /// It holds, whatever is not known.
    Yes,
}

impl Truth {
    /// Both hold. Kleene's conjunction: the lesser in the order no < open < yes.
    #[must_use]
    pub const fn and(self, other: Truth) -> Truth {
        match (self, other) {
            (Truth::No, _) | (_, Truth::No) => Truth::No,
            (Truth::Yes, Truth::Yes) => Truth::Yes,
            _ => Truth::Open,
        }
    }

    /// At least one holds. Kleene's disjunction: the greater in that order.
    #[must_use]
    pub const fn or(self, other: Truth) -> Truth {
        self.not().and(other.not()).not()
    }

    /// The opposite; open stays open.
    #[must_use]
    pub const fn not(self) -> Truth {
        match self {
            Truth::No => Truth::Yes,
            Truth::Open => Truth::Open,
            Truth::Yes => Truth::No,
        }
    }

    /// One word for tables: `no`, `open`, `yes`.
    pub const fn word(self) -> &'static str {
        match self {
            Truth::No => "no",
            Truth::Open => "open",
            Truth::Yes => "yes",
        }
    }
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Self {
        if holds { Truth::Yes } else { Truth::No }
    }
}

/// Points from the fewest to the most that are possible; one number if both are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Span {
    /// The fewest.
    pub low: Points,
    /// The most; not below `low`.
    pub high: Points,
}

impl Span {
    /// No points.
    pub const ZERO: Span = Span { low: 0, high: 0 };

    /// Both together.
    #[must_use]
    pub const fn plus(self, other: Span) -> Span {
        Span {
            low: self.low.saturating_add(other.low),
            high: self.high.saturating_add(other.high),
        }
    }

    /// The better of both.
    #[must_use]
    pub fn best(self, other: Span) -> Span {
        Span {
            low: self.low.max(other.low),
            high: self.high.max(other.high),
        }
    }

    /// Held to at most so many.
    #[must_use]
    pub fn at_most(self, most: Points) -> Span {
        Span {
            low: self.low.min(most),
            high: self.high.min(most),
        }
    }

    /// From the lower low to the higher high.
    #[must_use]
    pub fn hull(self, other: Span) -> Span {
        Span {
            low: self.low.min(other.low),
            high: self.high.max(other.high),
        }
    }

    /// Whether it is at least so many.
    pub const fn reaches(self, least: Points) -> Truth {
        if self.low >= least {
            Truth::Yes
        } else if self.high >= least {
            Truth::Open
        } else {
            Truth::No
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Truth::{No, Open, Yes};
    use super::*;

    #[test]
    fn truth_follows_kleenes_tables() {
        let all = [No, Open, Yes];
        let and = [[No, No, No], [No, Open, Open], [No, Open, Yes]];
        let or = [[No, Open, Yes], [Open, Open, Yes], [Yes, Yes, Yes]];
        for (a, (ands, ors)) in all.iter().zip(and.iter().zip(&or)) {
            for (b, (both, either)) in all.iter().zip(ands.iter().zip(ors)) {
                assert_eq!((a.and(*b), a.or(*b)), (*both, *either));
            }
        }
        assert_eq!(all.map(Truth::not), [Yes, Open, No]);
    }

    #[test]
    fn a_span_reaches_what_it_must_may_or_cannot_reach() {
        let span = Span { low: 59, high: 61 };
        assert_eq!(
            [59, 60, 61, 62].map(|least| span.reaches(least)),
            [Yes, Open, Open, No]
        );
    }
}
