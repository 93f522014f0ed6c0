//! A list of characteristics.

use super::characteristic::{Characteristic, outcome};
use super::error::{ScorecardError, faults};
use super::spec::ScorecardSpec;
use crate::measure::{Measure, Measures};
use crate::num::Points;

/// Characteristics whose points add up. Made by [`ScorecardSpec::check`].
#[derive(Clone, Debug, PartialEq)]
pub struct Scorecard {
    characteristics: Vec<Characteristic>,
}

impl ScorecardSpec {
    /// Makes a scorecard of the document.
    ///
    /// # Errors
    /// Everything that is wrong: repeated measures, bands out of order or without end, words unknown to the
    /// catalogue, points beyond ±10,000.
    pub fn check(self) -> Result<Scorecard, Vec<ScorecardError>> {
        let errors = faults(&self);
        if !errors.is_empty() {
            return Err(errors);
        }
        Ok(Scorecard {
            characteristics: self
                .characteristics
                .into_iter()
                .map(Characteristic::new)
                .collect(),
        })
    }
}

/// One measure of many firms: numbers, and why a number is missing.
#[derive(Clone, Copy, Debug)]
pub struct ColumnOfMeasures<'a> {
    /// The measure.
    pub measure: Measure,
    /// One number a firm; NaN where missing.
    pub values: &'a [f64],
    /// One byte a firm: 0 for a value; 1 not reported, 2 not applicable, 3 too short.
    pub reasons: &'a [u8],
}

impl Scorecard {
    /// The characteristics, in card order.
    pub fn characteristics(&self) -> &[Characteristic] {
        &self.characteristics
    }

    /// The document of the card.
    pub fn spec(&self) -> ScorecardSpec {
        ScorecardSpec {
            characteristics: self.characteristics.iter().map(|c| c.spec().clone()).collect(),
        }
    }

    /// The sum of the points of one firm. Total, and without allocation.
    pub fn score(&self, measures: &Measures) -> Points {
        self.characteristics
            .iter()
            .map(|c| c.points(measures.get(c.measure())))
            .sum()
    }

    /// The fewest and the most points that any firm can get.
    pub fn bounds(&self) -> (Points, Points) {
        self.characteristics
            .iter()
            .map(Characteristic::bounds)
            .fold((0, 0), |sum, b| (sum.0 + b.0, sum.1 + b.1))
    }

    /// Adds the score of each firm to `sums`. A measure without a column counts as not reported. Rows beyond the
    /// shortest slice are left alone.
    ///
    /// The same bits as [`score`](Self::score) row by row: points are whole.
    pub fn add_scores(&self, columns: &[ColumnOfMeasures<'_>], sums: &mut [Points]) {
        // Blocks small enough that the sums stay in the first-level cache while every column passes by.
        const BLOCK: usize = 2_048;
        for (block, sums) in sums.chunks_mut(BLOCK).enumerate() {
            let start = block * BLOCK;
            for characteristic in &self.characteristics {
                let column = columns.iter().find(|c| c.measure == characteristic.measure());
                let part = column.and_then(|c| {
                    let range = start..start + sums.len();
                    c.values.get(range.clone()).zip(c.reasons.get(range))
                });
                if let Some((values, reasons)) = part {
                    characteristic.add_points(values, reasons, sums);
                } else {
                    let points = characteristic.points(outcome(f64::NAN, 1));
                    for sum in sums.iter_mut() {
                        *sum = sum.wrapping_add(points);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::Measured;

    /// Number and reason of three measures.
    type Row = (f64, u8, f64, u8, u8, u8);

    fn card() -> Scorecard {
        let text = r#"[
            {"measure": "registry.age", "attributes": {"bands": [{"below": 1, "points": -10}, {"below": 5, "points": 0}, {"points": 12}]},
             "missing": {"not_reported": -3, "not_applicable": 0, "too_short": -1}, "special": [{"value": 3, "points": 77}]},
            {"measure": "trade.void_rate", "attributes": {"bands": [{"below": 0.1, "points": 5}, {"points": -20}]},
             "missing": {"not_reported": -2, "not_applicable": 1, "too_short": 2}},
            {"measure": "tax.level", "attributes": {"categories": {"sets": [{"words": ["A"], "points": 20}, {"words": ["C", "D"], "points": -30}], "unseen": -7}},
             "missing": {"not_reported": -4, "not_applicable": -5, "too_short": -6}}
        ]"#;
        serde_json::from_str::<ScorecardSpec>(text)
            .unwrap()
            .check()
            .unwrap()
    }

    #[test]
    fn bands_are_closed_below_and_open_above() {
        let age = &card().characteristics[0];
        for (value, points) in [
            (0.0, -10),
            (0.999, -10),
            (1.0, 0),
            (3.0, 77),
            (4.999, 0),
            (5.0, 12),
            (1e9, 12),
        ] {
            assert_eq!(age.points(Measured::Value(value)), points, "{value}");
        }
        assert_eq!(age.points(Measured::Value(f64::NEG_INFINITY)), -10);
        assert_eq!(age.points(Measured::Value(f64::INFINITY)), 12);
        assert_eq!(age.points(Measured::Value(f64::NAN)), -3); // not reported
    }

    #[test]
    fn words_have_the_points_of_their_set_and_unseen_ones_their_own() {
        let level = &card().characteristics[2];
        assert_eq!(
            [0.0, 1.0, 3.0, 4.0, 9.0, 0.5].map(|v| level.points(Measured::Value(v))),
            [20, -7, -30, -30, -7, -7]
        );
        assert_eq!(level.best_points(), 20);
        assert_eq!(level.bounds(), (-30, 20));
    }

    #[test]
    fn a_card_that_leaves_something_out_does_not_pass() {
        let refuse = |text: &str| {
            let errors = serde_json::from_str::<ScorecardSpec>(text)
                .unwrap()
                .check()
                .unwrap_err();
            errors
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join("\n")
        };
        insta::assert_snapshot!(refuse("[]"), @"expected at least one characteristic, got none");
        insta::assert_snapshot!(refuse(r#"[{"measure": "registry.age", "attributes": {"bands": [{"below": 5, "points": 1}, {"below": 5, "points": 20000}]},
            "missing": {"not_reported": 0, "not_applicable": 0, "too_short": 0}},
            {"measure": "registry.age", "attributes": {"categories": {"sets": [], "unseen": 0}}, "missing": {"not_reported": 0, "not_applicable": 0, "too_short": 0}}]"#), @"
        `registry.age`.bands[1].below: the last band and only the last is open above
        `registry.age`.bands[1].below: expected a finite number above `5`, got `5`
        `registry.age`: expected points from -10000 to 10000, got `20000`
        measure `registry.age` stands twice, in characteristics[0] and characteristics[1]
        `registry.age` is a number: expected `bands`
        ");
        insta::assert_snapshot!(refuse(r#"[{"measure": "tax.level", "attributes": {"categories": {"sets": [{"words": ["A", "E"], "points": 1}], "unseen": 0}},
            "missing": {"not_reported": 0, "not_applicable": 0, "too_short": 0}, "special": [{"value": 1, "points": 0}, {"value": 1, "points": 0}]}]"#), @"
        `tax.level`.categories.sets[0]: expected words of the catalogue, each once (A, B, M, C, D), got `E`
        `tax.level`.special[1].value: expected a finite number, each once, got `1`
        ");
        let no_missing = r#"[{"measure": "registry.age", "attributes": {"bands": [{"points": 1}]}}]"#;
        assert!(serde_json::from_str::<ScorecardSpec>(no_missing).is_err());
    }

    proptest::proptest! {
        #[test]
        fn a_column_gives_the_points_of_its_rows(
            rows in proptest::collection::vec((-2.0..8.0_f64, 0_u8..6, -0.1..0.3_f64, 0_u8..6, 0_u8..7, 0_u8..6), 0..5000)
        ) {
            let card = card();
            let pick = |f: &dyn Fn(&Row) -> (f64, u8)| -> (Vec<f64>, Vec<u8>) {
                rows.iter().map(f).map(|(value, reason)| match reason {
                    0 => ((value * 10.0).round() / 10.0, 0), // often an end, a word or a special value
                    5 => (f64::NAN, 0),
                    4 => (value, 4), // no such reason
                    _ => (f64::NAN, reason),
                }).unzip()
            };
            let (age, void, level) = (pick(&|r| (r.0, r.1)), pick(&|r| (r.2, r.3)), pick(&|r| (f64::from(r.4), r.5)));
            let columns = [
                ColumnOfMeasures { measure: Measure::RegistryAge, values: &age.0, reasons: &age.1 },
                ColumnOfMeasures { measure: Measure::TradeVoidRate, values: &void.0, reasons: &void.1 },
                ColumnOfMeasures { measure: Measure::TaxLevel, values: &level.0, reasons: &level.1 },
            ];
            let mut sums = vec![0; rows.len()];
            card.add_scores(&columns, &mut sums);
            for (at, sum) in sums.iter().enumerate() {
                let by_row: i32 = card.characteristics().iter().zip([&age, &void, &level])
                    .map(|(c, column)| c.points(outcome(column.0[at], column.1[at]))).sum();
                proptest::prop_assert_eq!(*sum, by_row);
            }
        }
    }
}
