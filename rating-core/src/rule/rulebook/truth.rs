//! Truth with a third value: what follows from what is known.

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
}
