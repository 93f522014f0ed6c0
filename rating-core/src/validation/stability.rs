//! How far a population has moved between two dates.

/// One of the two populations that are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Population {
    /// The reference: where the model was built, or the earlier date.
    Expected,
    /// The population under watch.
    Actual,
}

impl std::fmt::Display for Population {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Expected => "expected_counts",
            Self::Actual => "actual_counts",
        })
    }
}

/// What to do with a band that is empty on one side only, where the index would be infinite.
///
/// There is no silent default: the choice moves the result.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ZeroCells {
    /// Refuse, and say which band. Bands should be joined instead. A band that is empty on both sides adds
    /// nothing and is no reason to refuse.
    Refuse,
    /// Add this many firms to every band of both sides before shares are taken, empty or not; finite and above
    /// zero. One half is the customary choice; the result depends on it, so report it with the result.
    Add(f64),
}

/// Why two rows of counts cannot be compared.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum PsiError {
    /// The two slices do not describe the same bands.
    #[error(
        "`expected_counts` and `actual_counts` must have the same length, got `{expected}` and `{actual}`"
    )]
    LengthsDiffer {
        /// Length of `expected_counts`.
        expected: usize,
        /// Length of `actual_counts`.
        actual: usize,
    },
    /// A population without a firm has no shares.
    #[error("`{0}` must hold at least one firm, got none")]
    NoFirms(Population),
    /// A band is empty on one side only, and [`ZeroCells::Refuse`] was asked for.
    #[error(
        "`{population}` must not be `0` in band `{band}` (counted from 0) where the other side is `{other}`"
    )]
    EmptyBand {
        /// The side that is empty.
        population: Population,
        /// Position of the band, counted from 0.
        band: usize,
        /// Firms of the other side in this band.
        other: u64,
    },
    /// The number to add to each band is no use.
    #[error("firms to add to each band must be finite and above zero, got `{0}`")]
    Added(f64),
}

/// Population stability index between two rows of counts over the same bands.
///
/// ```text
/// PSI = Σ (a - e) · ln(a / e)
/// ```
/// where `e` and `a` are the shares of a band among the expected and the actual firms. Zero when the shares
/// agree, symmetric in the two sides, never negative. A band that is empty on both sides adds nothing; one that
/// is empty on one side is treated as `zero_cells` says. Customary reading: below 0.10 stable, above 0.25 moved;
/// the bounds take no account of the number of firms, so small populations pass them by chance.
///
/// # Errors
/// [`PsiError`]: lengths differ, a side without firms, an empty band under [`ZeroCells::Refuse`], or a number to
/// add that is not finite and above zero.
///
/// ```
/// use rating_core::validation::{ZeroCells, psi};
/// // ¼ · ln 2 + ¼ · ln 1.5 = ¼ · ln 3
/// let moved = psi(&[50, 50], &[25, 75], ZeroCells::Refuse)?;
/// assert!((moved - 3.0_f64.ln() / 4.0).abs() < 1e-15);
/// # Ok::<(), rating_core::validation::PsiError>(())
/// ```
///
/// Source: ECB, Instructions for reporting the validation results of internal models (2019).
#[doc(alias = "population stability index")]
pub fn psi(expected_counts: &[u64], actual_counts: &[u64], zero_cells: ZeroCells) -> Result<f64, PsiError> {
    if expected_counts.len() != actual_counts.len() {
        return Err(PsiError::LengthsDiffer {
            expected: expected_counts.len(),
            actual: actual_counts.len(),
        });
    }
    let added = firms_to_add(zero_cells)?;
    let bands = expected_counts.len() as f64;
    let total = |counts: &[u64], population| match counts.iter().copied().map(u128::from).sum::<u128>() {
        0 => Err(PsiError::NoFirms(population)),
        firms => Ok(firms as f64 + added * bands),
    };
    let all_expected = total(expected_counts, Population::Expected)?;
    let all_actual = total(actual_counts, Population::Actual)?;

    let mut terms = Vec::with_capacity(expected_counts.len());
    for (band, (&expected, &actual)) in expected_counts.iter().zip(actual_counts).enumerate() {
        match (zero_cells, expected, actual) {
            (ZeroCells::Refuse, 0, 0) => continue,
            (ZeroCells::Refuse, 0, other) => {
                return Err(PsiError::EmptyBand {
                    population: Population::Expected,
                    band,
                    other,
                });
            }
            (ZeroCells::Refuse, other, 0) => {
                return Err(PsiError::EmptyBand {
                    population: Population::Actual,
                    band,
                    other,
                });
            }
            _ => {}
        }
        let e = (expected as f64 + added) / all_expected;
        let a = (actual as f64 + added) / all_actual;
        terms.push((a - e) * (a / e).ln());
    }
    // Smallest first: the order of the bands changes no bit.
    terms.sort_unstable_by(f64::total_cmp);
    Ok(terms.iter().sum())
}

fn firms_to_add(zero_cells: ZeroCells) -> Result<f64, PsiError> {
    match zero_cells {
        ZeroCells::Refuse => Ok(0.0),
        ZeroCells::Add(firms) if firms > 0.0 && firms.is_finite() => Ok(firms),
        ZeroCells::Add(firms) => Err(PsiError::Added(firms)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Added halves make the shares ¾, ¼ and ¼, ¾: twice ½ · ln 3.
    #[test]
    fn added_firms_make_an_empty_band_finite() {
        let moved = psi(&[1, 0], &[0, 1], ZeroCells::Add(0.5)).unwrap();
        assert!((moved - 3.0_f64.ln()).abs() < 1e-15, "{moved}");
    }

    /// 10, 40 and 50 % become 20, 40 and 40 %: 0.1 · ln 2 + 0.1 · ln 1.25 = 0.1 · ln 2.5, whatever the empty band.
    #[test]
    fn a_band_that_is_empty_on_both_sides_adds_nothing() {
        let moved = psi(&[10, 0, 40, 50], &[40, 0, 80, 80], ZeroCells::Refuse).unwrap();
        assert!((moved - 0.1 * 2.5_f64.ln()).abs() < 1e-15, "{moved}");
    }

    #[test]
    fn what_cannot_be_compared_is_said_with_its_place() {
        let refuse = |expected: &[u64], actual: &[u64], zero| psi(expected, actual, zero).unwrap_err();
        insta::assert_snapshot!(refuse(&[1], &[1, 2], ZeroCells::Refuse), @"`expected_counts` and `actual_counts` must have the same length, got `1` and `2`");
        insta::assert_snapshot!(refuse(&[], &[], ZeroCells::Refuse), @"`expected_counts` must hold at least one firm, got none");
        insta::assert_snapshot!(refuse(&[3, 4], &[0, 0], ZeroCells::Add(0.5)), @"`actual_counts` must hold at least one firm, got none");
        insta::assert_snapshot!(refuse(&[3, 0], &[3, 4], ZeroCells::Refuse), @"`expected_counts` must not be `0` in band `1` (counted from 0) where the other side is `4`");
        insta::assert_snapshot!(refuse(&[3, 4], &[0, 4], ZeroCells::Refuse), @"`actual_counts` must not be `0` in band `0` (counted from 0) where the other side is `3`");
        insta::assert_snapshot!(refuse(&[3], &[3], ZeroCells::Add(0.0)), @"firms to add to each band must be finite and above zero, got `0`");
        insta::assert_snapshot!(refuse(&[3], &[3], ZeroCells::Add(f64::NAN)), @"firms to add to each band must be finite and above zero, got `NaN`");
    }

    proptest! {
        #[test]
        fn the_index_is_symmetric_never_negative_and_blind_to_the_order_of_bands(
            bands in prop::collection::vec((0_u64..1000, 0_u64..1000), 1..20),
        ) {
            let (mut e, mut a): (Vec<u64>, Vec<u64>) = bands.into_iter().chain([(1, 1)]).unzip();
            let there = psi(&e, &a, ZeroCells::Add(0.5)).unwrap();
            let back = psi(&a, &e, ZeroCells::Add(0.5)).unwrap();
            prop_assert!(there >= 0.0);
            prop_assert!((there - back).abs() <= 1e-12 * there.max(1.0));
            prop_assert!(psi(&e, &e, ZeroCells::Refuse).unwrap().abs() < 1e-300);
            e.reverse();
            a.reverse();
            prop_assert_eq!(psi(&e, &a, ZeroCells::Add(0.5)).unwrap().to_bits(), there.to_bits());
        }
    }
}
