//! The document of a sketch, and its check.

use super::super::error::BinningError;
use super::{Level, QuantileSketch, Weighted};
use serde::{Deserialize, Serialize};

/// Format of the document.
const FORMAT: u32 = 1;

/// The greatest count that every reader of JSON holds exactly.
const MOST_ROWS: u64 = 1 << 53;

/// A sketch as it is written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Document {
    format: u32,
    capacity: usize,
    rows: u64,
    buffer: Vec<Written>,
    levels: Vec<WrittenLevel>,
    too_little: u64,
    too_much: u64,
    /// Only where a number has another weight than 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    weighted: Option<WrittenWeighted>,
}

/// Numbers with their weights.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenWeighted {
    rows: u64,
    buffer: Vec<(Written, f64)>,
    levels: Vec<Vec<(Written, f64)>>,
    off: f64,
}

impl From<Weighted> for WrittenWeighted {
    fn from(weighted: Weighted) -> Self {
        let written = |rows: Vec<(f64, f64)>| rows.into_iter().map(|row| (row.0.into(), row.1)).collect();
        Self {
            rows: weighted.rows,
            buffer: written(weighted.buffer),
            levels: weighted.levels.into_iter().map(written).collect(),
            off: weighted.off,
        }
    }
}

impl From<WrittenWeighted> for Weighted {
    fn from(weighted: WrittenWeighted) -> Self {
        let read = |rows: Vec<(Written, f64)>| rows.into_iter().map(|row| (row.0.into(), row.1)).collect();
        Self {
            rows: weighted.rows,
            buffer: read(weighted.buffer),
            levels: weighted.levels.into_iter().map(read).collect(),
            off: weighted.off,
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenLevel {
    numbers: Vec<Written>,
    keeps_odd: bool,
}

/// A number of JSON, or the word for an infinite one, which JSON does not have.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(untagged)]
enum Written {
    Finite(f64),
    Infinite(Infinite),
}

#[derive(Clone, Copy, Serialize, Deserialize)]
enum Infinite {
    #[serde(rename = "-inf")]
    Below,
    #[serde(rename = "inf")]
    Above,
}

impl From<f64> for Written {
    fn from(number: f64) -> Self {
        if number.is_finite() {
            Self::Finite(number)
        } else if number > 0.0 {
            Self::Infinite(Infinite::Above)
        } else {
            Self::Infinite(Infinite::Below)
        }
    }
}

impl From<Written> for f64 {
    fn from(written: Written) -> Self {
        match written {
            Written::Finite(number) => number,
            Written::Infinite(Infinite::Below) => Self::NEG_INFINITY,
            Written::Infinite(Infinite::Above) => Self::INFINITY,
        }
    }
}

impl From<QuantileSketch> for Document {
    fn from(sketch: QuantileSketch) -> Self {
        let written = |numbers: Vec<f64>| numbers.into_iter().map(Written::from).collect();
        let level = |level: Level| WrittenLevel {
            numbers: written(level.numbers),
            keeps_odd: level.keeps_odd,
        };
        Self {
            format: FORMAT,
            capacity: sketch.capacity,
            rows: sketch.rows,
            buffer: written(sketch.buffer),
            levels: sketch.levels.into_iter().map(level).collect(),
            too_little: sketch.too_little,
            too_much: sketch.too_much,
            weighted: (sketch.weighted.rows > 0).then(|| sketch.weighted.into()),
        }
    }
}

impl TryFrom<Document> for QuantileSketch {
    type Error = BinningError;

    fn try_from(document: Document) -> Result<Self, BinningError> {
        if document.format != FORMAT {
            return fault("format 1", &document.format);
        }
        let mut made = Self::new(document.capacity)?;
        let read = |numbers: Vec<Written>| numbers.into_iter().map(f64::from).collect();
        let level = |level: WrittenLevel| Level {
            numbers: read(level.numbers),
            keeps_odd: level.keeps_odd,
        };
        made.rows = document.rows;
        made.buffer = read(document.buffer);
        made.levels = document.levels.into_iter().map(level).collect();
        made.too_little = document.too_little;
        made.too_much = document.too_much;
        check(&made)?;
        if let Some(weighted) = document.weighted {
            made.weighted = weighted.into();
            check_weighted(&made.weighted, made.capacity)?;
        }
        Ok(made)
    }
}

fn check(sketch: &QuantileSketch) -> Result<(), BinningError> {
    if sketch.buffer.len() >= sketch.capacity {
        return fault("a buffer below the capacity", &sketch.buffer.len());
    }
    // Numbers of level 53 would stand for more rows than there may be.
    if sketch.rows > MOST_ROWS || sketch.levels.len() > 53 {
        return fault("at most 2^53 rows", &sketch.rows);
    }
    let mut rows = sketch.buffer.len() as u128;
    for (at, level) in sketch.levels.iter().enumerate() {
        let is_whole = level.numbers.is_empty() || level.numbers.len() == sketch.capacity;
        if !is_whole || !level.numbers.is_sorted_by(|a, b| a.total_cmp(b).is_le()) {
            return fault("levels that are empty or full and sorted", &level.numbers.len());
        }
        rows += (level.numbers.len() as u128) << at;
    }
    if rows != u128::from(sketch.rows) {
        return fault("as many rows as the numbers stand for", &sketch.rows);
    }
    // A row goes up each level once at most, and a step that is off by some rows takes twice the capacity of them up.
    let steps = sketch.levels.len().saturating_sub(1) as u128;
    let off = u128::from(sketch.too_little) + u128::from(sketch.too_much);
    if off * 2 * sketch.capacity as u128 > rows * steps {
        return fault("a rank error that so many rows can make", &off);
    }
    Ok(())
}

fn check_weighted(weighted: &Weighted, capacity: usize) -> Result<(), BinningError> {
    if weighted.buffer.len() >= capacity {
        return fault(
            "a buffer of weighted numbers below the capacity",
            &weighted.buffer.len(),
        );
    }
    if weighted.rows > MOST_ROWS || weighted.levels.len() > 53 {
        return fault("at most 2^53 weighted rows", &weighted.rows);
    }
    let mut rows = weighted.buffer.len() as u128;
    for (at, level) in weighted.levels.iter().enumerate() {
        let is_whole = level.is_empty() || level.len() == capacity;
        if !is_whole || !level.is_sorted_by(|a, b| a.0.total_cmp(&b.0).is_le()) {
            return fault("weighted levels that are empty or full and sorted", &level.len());
        }
        rows += (level.len() as u128) << at;
    }
    if rows != u128::from(weighted.rows) || rows == 0 {
        return fault("as many weighted rows as the numbers stand for", &weighted.rows);
    }
    if let Some((_, weight)) = weighted
        .kept()
        .find(|(_, weight)| !(0.0..=f64::MAX).contains(weight))
    {
        return fault("finite weights from 0", weight);
    }
    // Half a stretch a step, and on each level no more stretches than make up all the weight.
    let steps = weighted.levels.len().saturating_sub(1) as f64;
    let most = weighted.weight() * steps / (2.0 * capacity as f64);
    if !(0.0..=most * (1.0 + 1e-9)).contains(&weighted.off) {
        return fault("a rank error that so much weight can make", &weighted.off);
    }
    Ok(())
}

fn fault<T>(expected: &'static str, got: &dyn std::fmt::Display) -> Result<T, BinningError> {
    Err(BinningError::SketchDocument {
        expected,
        got: got.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sketch(capacity: usize, numbers: &[f64]) -> QuantileSketch {
        let mut sketch = QuantileSketch::new(capacity).unwrap();
        for number in numbers {
            sketch.add(*number);
        }
        sketch
    }

    fn travelled(sketch: &QuantileSketch) -> QuantileSketch {
        serde_json::from_str(&serde_json::to_string(sketch).unwrap()).unwrap()
    }

    fn number() -> impl Strategy<Value = f64> {
        prop_oneof![
            8 => any::<f64>(),
            1 => Just(f64::INFINITY),
            1 => Just(f64::NEG_INFINITY),
            1 => Just(-0.0),
        ]
    }

    proptest! {
        /// Whatever was seen and merged, nothing is lost on the way: what comes after is the same.
        #[test]
        fn a_sketch_that_travelled_goes_on_as_if_it_had_not(
            parts in proptest::collection::vec(proptest::collection::vec(number(), 0..300), 1..6),
            capacity in 1..9_usize,
        ) {
            let mut stayed = QuantileSketch::new(2 * capacity).unwrap();
            let mut moved = stayed.clone();
            for part in &parts {
                let part = sketch(2 * capacity, part);
                stayed.merge(&part).unwrap();
                moved = travelled(&moved);
                moved.merge(&travelled(&part)).unwrap();
            }
            // By bits: the text tells the signs of zeros apart.
            prop_assert_eq!(serde_json::to_string(&moved).unwrap(), serde_json::to_string(&stayed).unwrap());
            prop_assert_eq!(moved, stayed);
        }
    }

    fn weighted(capacity: usize, rows: &[(f64, f64)]) -> QuantileSketch {
        let (numbers, weights): (Vec<f64>, Vec<f64>) = rows.iter().copied().unzip();
        let mut sketch = QuantileSketch::new(capacity).unwrap();
        sketch.add_weighted(&numbers, &weights).unwrap();
        sketch
    }

    proptest! {
        #[test]
        fn a_weighted_sketch_that_travelled_goes_on_as_if_it_had_not(
            parts in proptest::collection::vec(proptest::collection::vec((number(), 0.0..50_f64), 0..200), 1..5),
            capacity in 1..9_usize,
        ) {
            let mut stayed = QuantileSketch::new(2 * capacity).unwrap();
            let mut moved = stayed.clone();
            for part in &parts {
                let part = weighted(2 * capacity, part);
                stayed.merge(&part).unwrap();
                moved = travelled(&moved);
                moved.merge(&travelled(&part)).unwrap();
            }
            prop_assert_eq!(serde_json::to_string(&moved).unwrap(), serde_json::to_string(&stayed).unwrap());
            prop_assert_eq!(moved, stayed);
        }
    }

    /// By hand: 1, 2, 3, 4 of weight 2, 4, 4, 6 are 16, so two stretches of 8 with their middles, 4 and 12, in 2 and 4.
    #[test]
    fn a_weighted_document_that_does_not_hold_together_is_refused() {
        let rows = [(3.0, 4.0), (1.0, 2.0), (4.0, 6.0), (2.0, 4.0), (9.0, 0.5)];
        let good = serde_json::to_string(&WrittenWeighted::from(weighted(2, &rows).weighted)).unwrap();
        let whole = serde_json::to_string(&weighted(2, &rows)).unwrap();
        insta::assert_snapshot!(good, @r#"{"rows":5,"buffer":[[9.0,0.5]],"levels":[[],[[2.0,8.0],[4.0,8.0]]],"off":4.0}"#);
        assert!(whole.ends_with(&format!(r#""weighted":{good}}}"#)), "{whole}");
        let told = |from: &str, to: &str| {
            assert!(good.contains(from), "{good}");
            let changed = whole.replace(&good, &good.replacen(from, to, 1));
            serde_json::from_str::<QuantileSketch>(&changed)
                .unwrap_err()
                .to_string()
        };
        insta::assert_snapshot!(told(r#""rows":5"#, r#""rows":6"#), @"document of a sketch: expected as many weighted rows as the numbers stand for, got `6`");
        insta::assert_snapshot!(told("[[9.0,0.5]]", "[[9.0,0.5],[9.0,0.5]]"), @"document of a sketch: expected a buffer of weighted numbers below the capacity, got `2`");
        insta::assert_snapshot!(told("[2.0,8.0],[4.0,8.0]", "[4.0,8.0],[2.0,8.0]"), @"document of a sketch: expected weighted levels that are empty or full and sorted, got `2`");
        insta::assert_snapshot!(told("[2.0,8.0]", "[2.0,-8.0]"), @"document of a sketch: expected finite weights from 0, got `-8`");
        insta::assert_snapshot!(told(r#""off":4.0"#, r#""off":5.0"#), @"document of a sketch: expected a rank error that so much weight can make, got `5`");
    }

    /// Each way in which a document does not hold together, made by one change of a good one.
    #[test]
    fn a_document_that_does_not_hold_together_is_refused() {
        let good = serde_json::to_string(&sketch(2, &[5.0, 1.0, 3.0, 4.0, 2.0])).unwrap();
        let told = |from: &str, to: &str| {
            assert!(good.contains(from), "{good}");
            let changed = good.replacen(from, to, 1);
            serde_json::from_str::<QuantileSketch>(&changed)
                .unwrap_err()
                .to_string()
        };
        insta::assert_snapshot!(good, @r#"{"format":1,"capacity":2,"rows":5,"buffer":[2.0],"levels":[{"numbers":[],"keeps_odd":true},{"numbers":[3.0,5.0],"keeps_odd":false}],"too_little":1,"too_much":0}"#);
        insta::assert_snapshot!(told(r#""format":1"#, r#""format":2"#), @"document of a sketch: expected format 1, got `2`");
        insta::assert_snapshot!(told(r#""capacity":2"#, r#""capacity":3"#), @"capacity: expected an even number from 2 to 1,000,000, got `3`");
        insta::assert_snapshot!(told(r#""rows":5"#, r#""rows":6"#), @"document of a sketch: expected as many rows as the numbers stand for, got `6`");
        insta::assert_snapshot!(told(r#""buffer":[2.0]"#, r#""buffer":[2.0,7.0]"#), @"document of a sketch: expected a buffer below the capacity, got `2`");
        insta::assert_snapshot!(told("[3.0,5.0]", "[5.0,3.0]"), @"document of a sketch: expected levels that are empty or full and sorted, got `2`");
        insta::assert_snapshot!(told(r#""too_little":1"#, r#""too_little":9"#), @"document of a sketch: expected a rank error that so many rows can make, got `9`");
    }
}
