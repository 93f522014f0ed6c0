//! What a cut-off does.

use super::sample::{Class, SampleError};

/// Firms by what became of them and what a cut-off said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Confusion {
    /// Bads that were refused.
    #[doc(alias = "true positives")]
    pub refused_bads: u64,
    /// Goods that were refused.
    #[doc(alias = "false positives")]
    pub refused_goods: u64,
    /// Bads that passed.
    #[doc(alias = "false negatives")]
    pub passed_bads: u64,
    /// Goods that passed.
    #[doc(alias = "true negatives")]
    pub passed_goods: u64,
}

impl Confusion {
    /// Firms in all.
    pub fn firms(self) -> u64 {
        self.refused_bads + self.refused_goods + self.passed_bads + self.passed_goods
    }

    /// Share of the bads that are refused.
    #[doc(alias = "sensitivity")]
    #[doc(alias = "recall")]
    pub fn hit_rate(self) -> f64 {
        self.refused_bads as f64 / (self.refused_bads + self.passed_bads) as f64
    }

    /// Share of the goods that are refused.
    pub fn false_alarm_rate(self) -> f64 {
        self.refused_goods as f64 / (self.refused_goods + self.passed_goods) as f64
    }

    /// Share of the firms that are told right.
    pub fn accuracy(self) -> f64 {
        (self.refused_bads + self.passed_goods) as f64 / self.firms() as f64
    }

    /// Share of bads among the refused; none if nobody is refused.
    pub fn precision(self) -> Option<f64> {
        let refused = self.refused_bads + self.refused_goods;
        (refused > 0).then(|| self.refused_bads as f64 / refused as f64)
    }

    /// Default rate among those that pass; none if nobody passes.
    pub fn passed_default_rate(self) -> Option<f64> {
        let passed = self.passed_bads + self.passed_goods;
        (passed > 0).then(|| self.passed_bads as f64 / passed as f64)
    }
}

/// Counts firms by outcome and by whether their score lies below a cut-off, which refuses them.
///
/// # Errors
/// [`SampleError`]: lengths differ, a score or the cut-off is NaN, or one class is empty.
///
/// ```
/// use rating_core::validation::confusion;
/// let counts = confusion(&[1.0, 2.0, 2.0, 3.0], &[true, true, false, false], 2.0)?;
/// assert_eq!((counts.refused_bads, counts.passed_bads), (1, 1)); // 2 is not below 2
/// assert_eq!(counts.accuracy(), 0.75);
/// # Ok::<(), rating_core::validation::SampleError>(())
/// ```
pub fn confusion(scores: &[f64], bad: &[bool], cut_off: f64) -> Result<Confusion, SampleError> {
    if scores.len() != bad.len() {
        return Err(SampleError::LengthsDiffer {
            scores: scores.len(),
            bad: bad.len(),
        });
    }
    let with_cut_off = scores.iter().chain([&cut_off]);
    if let Some((row, &value)) = with_cut_off.enumerate().find(|(_, s)| s.is_nan()) {
        return Err(SampleError::NotANumber { row, value });
    }
    let mut counts = Confusion::default();
    for (score, bad) in scores.iter().zip(bad) {
        *match (score < &cut_off, bad) {
            (true, true) => &mut counts.refused_bads,
            (true, false) => &mut counts.refused_goods,
            (false, true) => &mut counts.passed_bads,
            (false, false) => &mut counts.passed_goods,
        } += 1;
    }
    let (goods, bads) = (
        counts.refused_goods + counts.passed_goods,
        counts.refused_bads + counts.passed_bads,
    );
    for (count, missing) in [(goods, Class::Good), (bads, Class::Bad)] {
        if count == 0 {
            let rows = scores.len();
            return Err(SampleError::OneClass { missing, rows });
        }
    }
    Ok(counts)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Li, Mickel, Taylor (2018): 1,050 loans at a PD of 0.5, of which 355 defaulted; printed as 681, 14, 324 and 31.
    #[test]
    fn rates_of_a_published_table() {
        let counts = Confusion {
            refused_bads: 31,
            refused_goods: 14,
            passed_bads: 324,
            passed_goods: 681,
        };
        assert_eq!(counts.firms(), 1_050);
        assert!((counts.accuracy() - 0.678_095).abs() < 1e-6); // 712 / 1,050
        assert!((counts.hit_rate() - 31.0 / 355.0).abs() < 1e-15);
        assert!((counts.false_alarm_rate() - 14.0 / 695.0).abs() < 1e-15);
        assert!((counts.precision().unwrap() - 31.0 / 45.0).abs() < 1e-15);
        assert!((counts.passed_default_rate().unwrap() - 324.0 / 1_005.0).abs() < 1e-15);
    }

    #[test]
    fn what_cannot_be_counted_is_said() {
        let told = |scores: &[f64], bad: &[bool], at| confusion(scores, bad, at).unwrap_err().to_string();
        insta::assert_snapshot!(told(&[1.0], &[], 0.0), @"`scores` and `bad` must have the same length, got `1` and `0`");
        insta::assert_snapshot!(told(&[1.0, 2.0], &[true, true], 0.0), @"`bad` must hold at least one good and one bad firm, got no good firm in `2` rows");
        assert!(confusion(&[1.0, 2.0], &[true, false], f64::NAN).is_err());
        let nobody = confusion(&[1.0, 2.0], &[true, false], 0.0).unwrap();
        assert_eq!(
            (nobody.precision(), nobody.passed_default_rate()),
            (None, Some(0.5))
        );
    }
}
