//! Scores and outcomes, checked and put in order of score: what every measure of discrimination starts from.

/// What became of a firm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Did not default within the horizon.
    Good,
    /// Defaulted within the horizon.
    Bad,
}

impl std::fmt::Display for Class {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Good => "good",
            Self::Bad => "bad",
        })
    }
}

/// Why scores and outcomes are not a sample that can be judged.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum SampleError {
    /// The two slices do not describe the same firms.
    #[error("`scores` and `bad` must have the same length, got `{scores}` and `{bad}`")]
    LengthsDiffer {
        /// Length of `scores`.
        scores: usize,
        /// Length of `bad`.
        bad: usize,
    },
    /// A score is not a number. Infinite scores are in order: they rank.
    #[error("`scores` must be numbers, got `{value}` in row `{row}` (counted from 0)")]
    NotANumber {
        /// Position in `scores`, counted from 0.
        row: usize,
        /// What stood there.
        value: f64,
    },
    /// Nothing to tell apart: one of the two classes is empty.
    #[error("`bad` must hold at least one good and one bad firm, got no {missing} firm in `{rows}` rows")]
    OneClass {
        /// The class without a firm.
        missing: Class,
        /// Rows in all.
        rows: usize,
    },
}

/// The firms that share one score. Counts are wide, so that products of two of them are exact.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tie {
    pub(super) score: f64,
    pub(super) goods: u128,
    pub(super) bads: u128,
}

/// A checked sample as counts by distinct score.
#[derive(Debug)]
pub(super) struct Ranked {
    /// In ascending order of score: the riskiest first.
    pub(super) ties: Vec<Tie>,
    /// INVARIANT: at least 1.
    pub(super) goods: u128,
    /// INVARIANT: at least 1.
    pub(super) bads: u128,
}

impl Ranked {
    pub(super) fn new(scores: &[f64], bad: &[bool]) -> Result<Self, SampleError> {
        if scores.len() != bad.len() {
            return Err(SampleError::LengthsDiffer {
                scores: scores.len(),
                bad: bad.len(),
            });
        }
        if let Some((row, &value)) = scores.iter().enumerate().find(|(_, score)| score.is_nan()) {
            return Err(SampleError::NotANumber { row, value });
        }
        let mut rows: Vec<(f64, bool)> = scores.iter().copied().zip(bad.iter().copied()).collect();
        rows.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let ties: Vec<Tie> = rows
            // `>=` in ascending order is equality, and it holds -0.0 and 0.0 for one score.
            .chunk_by(|a, b| a.0 >= b.0)
            .map(|tied| {
                let bads = tied.iter().filter(|(_, bad)| *bad).count();
                Tie {
                    score: tied.first().map_or(f64::NAN, |row| row.0),
                    goods: (tied.len() - bads) as u128,
                    bads: bads as u128,
                }
            })
            .collect();
        let (goods, bads) = ties
            .iter()
            .fold((0, 0), |(g, b), tie| (g + tie.goods, b + tie.bads));
        for (count, missing) in [(goods, Class::Good), (bads, Class::Bad)] {
            if count == 0 {
                return Err(SampleError::OneClass {
                    missing,
                    rows: rows.len(),
                });
            }
        }
        Ok(Self { ties, goods, bads })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_judged_is_said_with_its_place() {
        let refuse = |scores: &[f64], bad: &[bool]| Ranked::new(scores, bad).unwrap_err();
        insta::assert_snapshot!(refuse(&[1.0, 2.0], &[true]), @"`scores` and `bad` must have the same length, got `2` and `1`");
        insta::assert_snapshot!(refuse(&[1.0, f64::NAN], &[true, false]), @"`scores` must be numbers, got `NaN` in row `1` (counted from 0)");
        insta::assert_snapshot!(refuse(&[1.0, 2.0], &[true, true]), @"`bad` must hold at least one good and one bad firm, got no good firm in `2` rows");
        insta::assert_snapshot!(refuse(&[1.0, 2.0], &[false, false]), @"`bad` must hold at least one good and one bad firm, got no bad firm in `2` rows");
        insta::assert_snapshot!(refuse(&[], &[]), @"`bad` must hold at least one good and one bad firm, got no good firm in `0` rows");
    }

    #[test]
    fn infinite_scores_rank_and_both_zeros_are_one_score() {
        let scores = [f64::NEG_INFINITY, -0.0, 0.0, f64::INFINITY, f64::INFINITY];
        let sample = Ranked::new(&scores, &[true, false, true, false, false]).unwrap();
        let counts: Vec<_> = sample.ties.iter().map(|tie| (tie.goods, tie.bads)).collect();
        assert_eq!(counts, [(0, 1), (1, 1), (2, 0)]);
    }
}
