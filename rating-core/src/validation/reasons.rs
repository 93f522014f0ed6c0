//! Whether two models give the same reasons.

/// How often two models give a firm the same reasons.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReasonAgreement {
    /// Firms that were compared.
    pub firms: u64,
    /// Firms whose first reason is the same; two firms without reasons agree.
    pub same_first: u64,
    /// Firms whose reasons are the same, in any order.
    pub same_set: u64,
    /// Mean over firms of the share of the reasons that both give, in [0, 1]; 1 where neither gives any.
    pub mean_overlap: f64,
}

impl ReasonAgreement {
    /// Share of the firms whose first reason is the same.
    pub fn first_share(self) -> f64 {
        self.same_first as f64 / self.firms as f64
    }

    /// Share of the firms whose reasons are the same, in any order.
    pub fn set_share(self) -> f64 {
        self.same_set as f64 / self.firms as f64
    }
}

/// Why reasons cannot be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReasonsError {
    /// The two lists do not describe the same firms.
    #[error("`first` and `second` must have the same length, got `{first}` and `{second}`")]
    LengthsDiffer {
        /// Firms of the first.
        first: usize,
        /// Firms of the second.
        second: usize,
    },
    /// A share of no firms is undefined.
    #[error("`first` must hold at least one firm, got none")]
    NoFirms,
    /// No reason is looked at.
    #[error("`most` must be at least 1, got `0`")]
    NoReasons,
}

/// Compares the reasons that two models give the same firms: what a firm is told should not turn with every refit, and
/// a challenger that ranks as well and explains otherwise is another model.
///
/// Of each firm the first `most` reasons count, most important first; a reason is named alike by both models and once a
/// firm.
///
/// ```text
/// overlap of a firm = |A ∩ B| / max(|A|, |B|)
/// ```
///
/// # Errors
/// [`ReasonsError`]: lengths differ, no firm, or `most` is 0.
///
/// ```
/// use rating_core::validation::reason_agreement;
/// let champion = [vec!["tax", "age"], vec!["age"]];
/// let challenger = [vec!["age", "tax"], vec!["debt", "age"]];
/// let agreed = reason_agreement(&champion, &challenger, 2)?;
/// assert_eq!((agreed.same_first, agreed.same_set, agreed.mean_overlap), (0, 1, 0.75));
/// # Ok::<(), rating_core::validation::ReasonsError>(())
/// ```
pub fn reason_agreement<T: PartialEq, R: AsRef<[T]>>(
    first: &[R],
    second: &[R],
    most: usize,
) -> Result<ReasonAgreement, ReasonsError> {
    if first.len() != second.len() {
        return Err(ReasonsError::LengthsDiffer {
            first: first.len(),
            second: second.len(),
        });
    }
    if first.is_empty() {
        return Err(ReasonsError::NoFirms);
    }
    if most == 0 {
        return Err(ReasonsError::NoReasons);
    }
    let (mut same_first, mut same_set, mut overlap) = (0, 0, 0.0);
    for (a, b) in first.iter().zip(second) {
        let (a, b) = (a.as_ref(), b.as_ref());
        let (a, b) = (a.get(..most).unwrap_or(a), b.get(..most).unwrap_or(b));
        let both = a.iter().filter(|reason| b.contains(reason)).count();
        let longer = a.len().max(b.len());
        same_first += u64::from(a.first() == b.first());
        same_set += u64::from(both == longer);
        overlap += if longer == 0 {
            1.0
        } else {
            both as f64 / longer as f64
        };
    }
    Ok(ReasonAgreement {
        firms: first.len() as u64,
        same_first,
        same_set,
        mean_overlap: overlap / first.len() as f64,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: the same two; one of two; none; neither has any. Overlaps 1, 1/2, 0, 1.
    #[test]
    fn only_the_first_reasons_count() {
        let first = [vec![1, 2, 9], vec![1, 2], vec![1], vec![]];
        let second = [vec![1, 2, 8], vec![1, 3], vec![2], vec![]];
        let agreed = reason_agreement(&first, &second, 2).unwrap();
        assert_eq!((agreed.firms, agreed.same_first, agreed.same_set), (4, 3, 2));
        assert!((agreed.mean_overlap - 2.5 / 4.0).abs() < 1e-15);
        assert!((agreed.first_share() - 0.75).abs() < 1e-15 && (agreed.set_share() - 0.5).abs() < 1e-15);
    }

    #[test]
    fn what_cannot_be_compared_is_said() {
        let refuse = |a: &[Vec<u8>], b: &[Vec<u8>], most| reason_agreement(a, b, most).unwrap_err();
        insta::assert_snapshot!(refuse(&[vec![1]], &[], 1), @"`first` and `second` must have the same length, got `1` and `0`");
        insta::assert_snapshot!(refuse(&[], &[], 1), @"`first` must hold at least one firm, got none");
        insta::assert_snapshot!(refuse(&[vec![1]], &[vec![1]], 0), @"`most` must be at least 1, got `0`");
    }
}
