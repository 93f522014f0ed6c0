//! Points as far as they are known: a span, and what a policy makes of it.

use super::marks::Marks;
use super::truth::Truth;
use serde::Serialize;

/// Points from the fewest to the most that are possible; one number if both are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Span {
    /// The fewest.
    pub low: Marks,
    /// The most; not below `low`.
    pub high: Marks,
}

impl Span {
    /// No points.
    pub const ZERO: Span = Span::fixed(Marks::ZERO);

    /// So many, and nothing else is possible.
    pub const fn fixed(points: Marks) -> Self {
        Self {
            low: points,
            high: points,
        }
    }

    /// The one number of points that is possible, if there is only one.
    pub fn point(self) -> Option<Marks> {
        (self.low == self.high).then_some(self.low)
    }

    /// Both together.
    #[must_use]
    pub const fn plus(self, other: Span) -> Span {
        Span {
            low: self.low.plus(other.low),
            high: self.high.plus(other.high),
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
    pub fn at_most(self, most: Marks) -> Span {
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
    pub fn reaches(self, least: Marks) -> Truth {
        if self.low >= least {
            Truth::Yes
        } else if self.high >= least {
            Truth::Open
        } else {
            Truth::No
        }
    }
}

/// Points that a firm earns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Earned {
    /// What is possible for all that is known; a range that the document leaves to experts stays one.
    pub span: Span,
    /// What of it is possible if such ranges are narrowed as the evaluation says (`in_band`); lies in `span`, and is
    /// the same if there are none.
    pub by_policy: Span,
}

impl Earned {
    /// No points.
    pub const ZERO: Earned = Earned::certain(Span::ZERO);

    /// Points that no policy has to narrow.
    pub const fn certain(span: Span) -> Self {
        Self {
            span,
            by_policy: span,
        }
    }

    /// The points by policy, if all is known that they depend on.
    pub fn chosen(self) -> Option<Marks> {
        self.by_policy.point()
    }

    /// Both together.
    #[must_use]
    pub const fn plus(self, other: Earned) -> Earned {
        Earned {
            span: self.span.plus(other.span),
            by_policy: self.by_policy.plus(other.by_policy),
        }
    }

    /// The better of both.
    #[must_use]
    pub fn best(self, other: Earned) -> Earned {
        Earned {
            span: self.span.best(other.span),
            by_policy: self.by_policy.best(other.by_policy),
        }
    }

    /// Held to at most so many.
    #[must_use]
    pub fn at_most(self, most: Marks) -> Earned {
        Earned {
            span: self.span.at_most(most),
            by_policy: self.by_policy.at_most(most),
        }
    }

    /// Whatever either of them can be.
    #[must_use]
    pub fn hull(self, other: Earned) -> Earned {
        Earned {
            span: self.span.hull(other.span),
            by_policy: self.by_policy.hull(other.by_policy),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Truth::{No, Open, Yes};
    use super::*;

    #[test]
    fn a_span_reaches_what_it_must_may_or_cannot_reach() {
        let [low, high] = [59, 61].map(Marks::whole);
        let reached = [59, 60, 61, 62].map(|least| Span { low, high }.reaches(Marks::whole(least)));
        assert_eq!(reached, [Yes, Open, Open, No]);
    }

    #[test]
    fn points_are_chosen_where_the_policy_leaves_one_number() {
        let [one, two] = [1, 2].map(Marks::whole);
        let span = Span { low: one, high: two };
        assert_eq!(Earned::certain(span).chosen(), None);
        let by_policy = Span::fixed(two);
        assert_eq!(Earned { span, by_policy }.plus(Earned::ZERO).chosen(), Some(two));
    }
}
