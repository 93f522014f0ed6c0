//! The document of a sketch, and its check.

use super::super::error::BinningError;
use super::{Level, QuantileSketch};
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
