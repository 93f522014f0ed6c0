//! What rules decide.

use crate::scale::Grade;

/// What rules decide of a rating, least strict first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// No rule restricts it.
    Unrestricted,
    /// Not better than this government grade.
    Cap(Grade),
    /// The firm is in default.
    InDefault,
    /// The firm is not rated any more: it has ended.
    Withdrawn,
}

impl Outcome {
    /// The stricter of two outcomes. Associative, commutative, idempotent.
    #[must_use]
    pub fn join(self, other: Outcome) -> Outcome {
        if other.strictness() > self.strictness() {
            other
        } else {
            self
        }
    }

    /// One word for tables: `unrestricted`, `cap`, `in_default`, `withdrawn`.
    pub const fn word(self) -> &'static str {
        match self {
            Outcome::Unrestricted => "unrestricted",
            Outcome::Cap(_) => "cap",
            Outcome::InDefault => "in_default",
            Outcome::Withdrawn => "withdrawn",
        }
    }

    fn strictness(self) -> (u8, usize) {
        match self {
            Outcome::Unrestricted => (0, 0),
            Outcome::Cap(grade) => (1, grade.place()),
            Outcome::InDefault => (2, 0),
            Outcome::Withdrawn => (3, 0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_join_is_associative_commutative_and_idempotent() {
        let cap = |place| Outcome::Cap(Grade::at(place));
        let all = [
            Outcome::Unrestricted,
            cap(0),
            cap(5),
            cap(8),
            Outcome::InDefault,
            Outcome::Withdrawn,
        ];
        for a in all {
            assert_eq!(a.join(a), a);
            assert_eq!(a.join(Outcome::Unrestricted), a);
            for b in all {
                assert_eq!(a.join(b), b.join(a));
                for c in all {
                    assert_eq!(a.join(b).join(c), a.join(b.join(c)));
                }
            }
        }
    }
}
