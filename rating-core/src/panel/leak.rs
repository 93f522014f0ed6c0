//! Measures that know too much: the outcome itself, what became known later, or which firm it is.

use super::design::{Observation, PanelDesign};
use super::spec::LeakSpec;
use crate::id::FirmId;
use crate::measure::{CATALOGUE, Measure, Measured, Measures};
use crate::parallel;
use crate::record::Dossier;
use crate::validation::{Confidence, auc};
use std::collections::BTreeMap;

/// What was found of one measure over the goods and bads of a panel.
#[derive(Clone, Debug, PartialEq)]
pub struct Leak {
    /// The measure.
    pub measure: Measure,
    /// Goods and bads.
    pub rows: usize,
    /// Those with a value.
    pub values: usize,
    /// How well the value alone tells goods from bads; none if one of the two has no value.
    pub power: Option<SeparatingPower>,
    /// The area of "has a value" alone, read from the side on which it is at least one half.
    pub power_of_missing: Option<f64>,
    /// Rows whose outcome of measuring differs if it is made of the records known by the end instead of those known on
    /// the observation date. A table that was not answered by the date stays unanswered.
    pub changed: usize,
    /// Different values.
    pub distinct: usize,
    /// What is suspicious, in the order of [`LeakSign`].
    pub signs: Vec<LeakSign>,
}

/// Area under the ROC curve of one measure, read from the side on which it is at least one half.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SeparatingPower {
    /// The area, in [0.5, 1].
    pub auc: f64,
    /// `DeLong`'s 95 % interval; none with a single good or bad and with perfect separation. It takes rows for
    /// independent: with several rows a firm it is too narrow.
    pub interval: Option<(f64, f64)>,
}

/// Why a measure is suspicious.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LeakSign {
    /// It tells goods from bads too well to be true.
    Auc,
    /// Whether there is a value tells goods from bads too well to be true.
    MissingAuc,
    /// Its value is another one when made of what became known later: computed from a delivery without `known_on`
    /// it would know the future.
    KnownLater,
    /// It names the firm: nearly every firm has a value of its own, and keeps it.
    Identifier,
}

impl LeakSign {
    /// One word for tables: `auc`, `missing_auc`, `known_later`, `identifier`.
    pub const fn word(self) -> &'static str {
        match self {
            LeakSign::Auc => "auc",
            LeakSign::MissingAuc => "missing_auc",
            LeakSign::KnownLater => "known_later",
            LeakSign::Identifier => "identifier",
        }
    }
}

/// A good or bad row with its measures made of what is known by the end.
struct Pair<'a> {
    /// Place of the firm.
    firm: usize,
    bad: bool,
    then: &'a Measures,
    hindsight: Measures,
}

impl PanelDesign {
    /// Looks at every measure of the catalogue, over the goods and bads among rows that [`PanelDesign::observe`] made of
    /// these firms: all of them, or those of one side of a split.
    ///
    /// Rows of other firms are passed over, because nothing is known of what became known of them later.
    pub fn leaks(&self, dossiers: &[Dossier], rows: &[Observation<'_>]) -> Vec<Leak> {
        let places: BTreeMap<&FirmId, usize> = dossiers.iter().map(Dossier::firm).zip(0..).collect();
        let used = rows.iter().filter_map(|row| {
            let firm = *places.get(row.firm)?;
            Some((firm, dossiers.get(firm)?, row, row.outcome.is_bad()?))
        });
        let mut pairs = parallel::map(used.collect(), |(firm, dossier, row, bad)| Pair {
            firm,
            bad,
            then: &row.measures,
            hindsight: Measures::of(&dossier.view_in_hindsight(row.observed_on, self.spec().known_by)),
        });
        pairs.sort_by_key(|pair| pair.firm);
        let limits = &self.spec().leaks;
        let measures = CATALOGUE.iter().map(|entry| entry.measure).collect();
        parallel::map(measures, |measure| leak(limits, measure, &pairs))
    }
}

fn leak(limits: &LeakSpec, measure: Measure, pairs: &[Pair<'_>]) -> Leak {
    let told: Vec<(usize, f64, bool)> = pairs
        .iter()
        .filter_map(|pair| Some((pair.firm, pair.then.get(measure).value()?, pair.bad)))
        .collect();
    let (values, bad): (Vec<f64>, Vec<bool>) = told.iter().map(|(_, value, bad)| (*value, *bad)).unzip();
    let is_missing = |pair: &Pair<'_>| matches!(pair.then.get(measure), Measured::Missing(_));
    let missing: Vec<f64> = pairs.iter().map(|p| f64::from(u8::from(is_missing(p)))).collect();
    let all_bad: Vec<bool> = pairs.iter().map(|pair| pair.bad).collect();
    let firms: Vec<(usize, f64)> = told.iter().map(|(firm, value, _)| (*firm, *value)).collect();
    let changed = pairs
        .iter()
        .filter(|pair| pair.then.get(measure) != pair.hindsight.get(measure));
    let mut found = Leak {
        measure,
        rows: pairs.len(),
        values: values.len(),
        power: power(&values, &bad),
        power_of_missing: power(&missing, &all_bad).map(|p| p.auc),
        changed: changed.count(),
        distinct: distinct(values),
        signs: Vec::new(),
    };
    let is_too_good = |auc: Option<f64>| auc.is_some_and(|auc| auc >= limits.auc);
    let changed_share = found.changed as f64 / found.rows.max(1) as f64;
    let signs = [
        (LeakSign::Auc, is_too_good(found.power.map(|p| p.auc))),
        (LeakSign::MissingAuc, is_too_good(found.power_of_missing)),
        (LeakSign::KnownLater, changed_share > limits.changed_share),
        (LeakSign::Identifier, is_identifier(&firms, limits.unique_share)),
    ];
    found.signs = signs
        .into_iter()
        .filter(|(_, is_met)| *is_met)
        .map(|(sign, _)| sign)
        .collect();
    found
}

fn power(values: &[f64], bad: &[bool]) -> Option<SeparatingPower> {
    let area = auc(values, bad).ok()?;
    let (value, interval) = (area.value(), area.interval(Confidence::Percent95));
    let (auc, interval) = if value < 0.5 {
        (1.0 - value, interval.map(|i| (1.0 - i.upper, 1.0 - i.lower)))
    } else {
        (value, interval.map(|i| (i.lower, i.upper)))
    };
    Some(SeparatingPower { auc, interval })
}

fn distinct(mut values: Vec<f64>) -> usize {
    values.sort_unstable_by(f64::total_cmp);
    values.dedup_by(|a, b| a.total_cmp(b).is_eq());
    values.len()
}

/// The fewest firms of whose values something can be said.
const FEWEST_FIRMS: usize = 20;

/// Whether values name their firms, given by firm in order: the first values of the firms are nearly all different, and
/// a firm that has several nearly always keeps the one. Where no firm has several, only whole numbers can be names: an
/// amount or a ratio differs from firm to firm by itself.
fn is_identifier(values: &[(usize, f64)], unique_share: f64) -> bool {
    let by_firm: Vec<&[(usize, f64)]> = values.chunk_by(|a, b| a.0 == b.0).collect();
    let first: Vec<f64> = by_firm
        .iter()
        .filter_map(|own| own.first().map(|(_, value)| *value))
        .collect();
    let firms = first.len();
    if firms < FEWEST_FIRMS || (distinct(first) as f64) < unique_share * firms as f64 {
        return false;
    }
    let several: Vec<_> = by_firm.iter().filter(|own| own.len() > 1).collect();
    if several.is_empty() {
        return values.iter().all(|(_, value)| value.fract().abs() <= 0.0);
    }
    let is_kept = |own: &[(usize, f64)]| {
        own.windows(2)
            .all(|w| matches!(w, [a, b] if a.1.total_cmp(&b.1).is_eq()))
    };
    let kept = several.iter().filter(|own| is_kept(own)).count();
    kept as f64 >= unique_share * several.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(firms: usize, days: usize, value: impl Fn(usize, usize) -> f64) -> Vec<(usize, f64)> {
        (0..firms)
            .flat_map(|firm| (0..days).map(move |day| (firm, day)))
            .map(|(firm, day)| (firm, value(firm, day)))
            .collect()
    }

    #[test]
    fn a_number_of_its_own_that_a_firm_keeps_is_an_identifier() {
        assert!(is_identifier(&of(40, 3, |firm, _| 1000.5 * firm as f64), 0.95));
        // 2 of 40 firms share a number: 39 different ones are 97.5 %, 37 would be 92.5 %.
        assert!(is_identifier(&of(40, 3, |firm, _| firm.max(1) as f64), 0.95));
        assert!(!is_identifier(&of(40, 3, |firm, _| firm.max(3) as f64), 0.95));
    }

    #[test]
    fn an_amount_that_moves_is_none_and_neither_is_a_class() {
        assert!(!is_identifier(
            &of(40, 3, |firm, day| (100 * firm + day) as f64),
            0.95
        ));
        assert!(!is_identifier(&of(40, 3, |firm, _| (firm % 5) as f64), 0.95));
    }

    #[test]
    fn on_a_single_day_only_whole_numbers_can_be_names() {
        assert!(is_identifier(&of(40, 1, |firm, _| firm as f64), 0.95));
        assert!(!is_identifier(&of(40, 1, |firm, _| firm as f64 + 0.25), 0.95));
        assert!(!is_identifier(&of(19, 1, |firm, _| firm as f64), 0.95));
    }

    /// Bads 1, 2; goods 2, 3: three pairs in order and one tie of four, 3.5 / 4; turned round it is read from the
    /// other side.
    #[test]
    fn the_area_is_read_from_the_side_on_which_it_is_large() {
        let bad = [true, true, false, false];
        for values in [[1.0, 2.0, 2.0, 3.0], [-1.0, -2.0, -2.0, -3.0]] {
            let found = power(&values, &bad).unwrap();
            assert!((found.auc - 0.875).abs() < 1e-15);
            let (lower, upper) = found.interval.unwrap();
            assert!(lower < 0.875 && 0.875 < upper && upper <= 1.0);
        }
        assert_eq!(power(&[1.0, 2.0], &[true, true]), None);
    }
}
