//! The document of counts, and its check.

use super::super::cell::{Tally, TargetKind};
use super::super::error::BinningError;
use super::super::special::SpecialGroup;
use super::{Cut, PreBinCounts, Slots};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Format of the document.
const FORMAT: u32 = 1;

/// The greatest count that every reader of JSON holds exactly.
const MOST_ROWS: u64 = 1 << 53;

/// Counts as they are written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Document {
    format: u32,
    target: Option<TargetKind>,
    cut: Cut,
    all: Slots,
    periods: BTreeMap<i64, Slots>,
}

/// A cut as it is written: words without special groups are the word alone.
#[derive(Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "expected `numbers` with `edges` and `special`, or `words`"
)]
pub(super) enum WrittenCut {
    Plain(Plain),
    Tagged(Tagged),
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Plain {
    Words,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Tagged {
    Numbers {
        edges: Vec<f64>,
        special: Vec<SpecialGroup>,
    },
    Words {
        special: Vec<SpecialGroup>,
    },
}

impl From<Cut> for WrittenCut {
    fn from(cut: Cut) -> Self {
        match cut {
            Cut::Numbers { edges, special } => Self::Tagged(Tagged::Numbers { edges, special }),
            Cut::Words { special } if special.is_empty() => Self::Plain(Plain::Words),
            Cut::Words { special } => Self::Tagged(Tagged::Words { special }),
        }
    }
}

impl From<WrittenCut> for Cut {
    fn from(written: WrittenCut) -> Self {
        match written {
            WrittenCut::Plain(Plain::Words) => Self::Words { special: Vec::new() },
            WrittenCut::Tagged(Tagged::Numbers { edges, special }) => Self::Numbers { edges, special },
            WrittenCut::Tagged(Tagged::Words { special }) => Self::Words { special },
        }
    }
}

impl From<PreBinCounts> for Document {
    fn from(counts: PreBinCounts) -> Self {
        Self {
            format: FORMAT,
            target: counts.kind,
            cut: counts.cut,
            all: counts.all,
            periods: counts.periods,
        }
    }
}

impl TryFrom<Document> for PreBinCounts {
    type Error = BinningError;

    fn try_from(document: Document) -> Result<Self, BinningError> {
        if document.format != FORMAT {
            return fault("format 1", &document.format);
        }
        let mut made = Self::new(document.cut)?;
        for slots in [&document.all].into_iter().chain(document.periods.values()) {
            check(slots, &made.all, &made.cut)?;
            if let Some(tally) = slots.tallies().find(|tally| !is_tally(tally, document.target)) {
                let told = format!("{} bad of {} rows", tally.bad_rows, tally.rows);
                return fault("sums over rows of the target", &told);
            }
        }
        made.kind = document.target;
        made.all = document.all;
        made.periods = document.periods;
        Ok(made)
    }
}

/// Whether there is a tally for each special group and each pre-bin, as in counts without rows.
fn check(slots: &Slots, empty: &Slots, cut: &Cut) -> Result<(), BinningError> {
    if slots.regular.len() != empty.regular.len() {
        return fault("a tally for each pre-bin", &slots.regular.len());
    }
    if slots.special.len() != empty.special.len() {
        return fault("a tally for each special group", &slots.special.len());
    }
    if !cut.is_words() && !slots.words.is_empty() {
        return fault("words only where words are counted", &slots.words.len());
    }
    let mut special = cut.special().iter().flat_map(SpecialGroup::words);
    if let Some(word) = special.find(|word| slots.words.contains_key(*word)) {
        return fault("special words in their groups alone", word);
    }
    Ok(())
}

fn is_tally(tally: &Tally, kind: Option<TargetKind>) -> bool {
    let cell = tally.cell();
    let bads_fit = match kind {
        None => return *tally == Tally::default(),
        Some(TargetKind::Classes) => cell.target >= 0.0 && cell.target <= cell.weight,
        Some(TargetKind::Amounts) => cell.bad_rows == 0,
    };
    let is_sum = |sum: f64| sum >= 0.0;
    bads_fit
        && cell.rows <= MOST_ROWS
        && cell.bad_rows <= cell.rows
        && [cell.weight, cell.weight_squared, cell.target_squared]
            .into_iter()
            .all(is_sum)
}

fn fault<T>(expected: &'static str, got: &dyn std::fmt::Display) -> Result<T, BinningError> {
    Err(BinningError::CountsDocument {
        expected,
        got: got.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::super::super::sample::Sample;
    use super::*;
    use proptest::prelude::*;

    fn counts(edges: &[f64], rows: &[(f64, bool, f64, i64)]) -> PreBinCounts {
        let special = vec![SpecialGroup {
            name: "asked not to say".to_owned(),
            values: vec![-9.0].into(),
        }];
        let mut counts = PreBinCounts::new(Cut::Numbers {
            edges: edges.to_vec(),
            special,
        })
        .unwrap();
        let values: Vec<f64> = rows.iter().map(|row| row.0).collect();
        let bad: Vec<bool> = rows.iter().map(|row| row.1).collect();
        let weights: Vec<f64> = rows.iter().map(|row| row.2).collect();
        let periods: Vec<i64> = rows.iter().map(|row| row.3).collect();
        let sample = Sample {
            weights: Some(&weights),
            periods: Some(&periods),
            ..Sample::new(&values, &bad)
        };
        counts.add(&sample).unwrap();
        counts
    }

    fn travelled(counts: &PreBinCounts) -> PreBinCounts {
        serde_json::from_str(&serde_json::to_string(counts).unwrap()).unwrap()
    }

    fn row() -> impl Strategy<Value = (f64, bool, f64, i64)> {
        let value = prop_oneof![-3.0..9.0_f64, Just(-9.0), Just(f64::NAN), Just(f64::INFINITY)];
        (value, any::<bool>(), 0.0..1e3_f64, -2..3_i64)
    }

    proptest! {
        /// Nothing is lost on the way, so parts that travelled merge to the counts of the whole.
        #[test]
        fn counts_that_travelled_merge_to_those_of_the_whole(
            rows in proptest::collection::vec(row(), 0..60),
            cut in 0..60_usize,
        ) {
            let edges = [0.1, 2.5, 6.0];
            let whole = counts(&edges, &rows);
            prop_assert_eq!(&travelled(&whole), &whole);
            let (one, two) = rows.split_at(cut.min(rows.len()));
            let mut merged = travelled(&counts(&edges, one));
            merged.merge(&travelled(&counts(&edges, two))).unwrap();
            prop_assert_eq!(merged, whole);
        }
    }

    #[test]
    fn words_travel_too() {
        let mut counts = PreBinCounts::new(Cut::Words { special: vec![] }).unwrap();
        assert_eq!(travelled(&counts), counts);
        // As it was written before words had special groups.
        let text = serde_json::to_string(&counts).unwrap();
        assert!(text.contains(r#""cut":"words","all""#), "{text}");
        let words = [Some("tax"), None, Some("税"), Some("tax")];
        let sample = Sample::of_words(&words, &[true, false, false, true]);
        counts.add(&sample).unwrap();
        assert_eq!(travelled(&counts), counts);
    }

    #[test]
    fn special_words_travel_and_stand_nowhere_else() {
        let special = vec![SpecialGroup {
            name: "unknown".to_owned(),
            values: vec!["?".to_owned(), "n/a".to_owned()].into(),
        }];
        let mut counts = PreBinCounts::new(Cut::Words { special }).unwrap();
        let words = [Some("tax"), Some("?"), Some("n/a"), Some("?"), None];
        let sample = Sample::of_words(&words, &[true, false, false, true, false]);
        counts.add(&sample).unwrap();
        assert_eq!(counts.all.special[0].rows, 3);
        assert_eq!(counts.all.words.keys().collect::<Vec<_>>(), ["tax"]);
        assert_eq!(travelled(&counts), counts);
        let mut twice = travelled(&counts);
        twice.merge(&counts).unwrap();
        assert_eq!((twice.all.special[0].rows, twice.all.special[0].bad_rows), (6, 2));
        let text = serde_json::to_string(&counts).unwrap();
        let moved = text.replace(r#""tax":"#, r#""?":"#);
        let refused = serde_json::from_str::<PreBinCounts>(&moved).unwrap_err();
        insta::assert_snapshot!(refused, @"document of counts: expected special words in their groups alone, got `?`");
        let numbers = text.replace(r#"["?","n/a"]"#, "[1.0]");
        let refused = serde_json::from_str::<PreBinCounts>(&numbers).unwrap_err();
        insta::assert_snapshot!(refused, @"special: expected groups of words for a variable of words, got `unknown: [1.0]`");
        let mixed = text.replace(r#"["?","n/a"]"#, r#"["?",1.0]"#);
        let refused = serde_json::from_str::<PreBinCounts>(&mixed).unwrap_err();
        insta::assert_snapshot!(refused.to_string().split(" at line").next().unwrap(), @"expected `numbers` with `edges` and `special`, or `words`");
    }

    /// Each way in which a document does not hold together, made by one change of a good one.
    #[test]
    fn a_document_that_does_not_hold_together_is_refused() {
        let good =
            serde_json::to_string(&counts(&[1.5], &[(1.0, true, 1.0, 0), (2.0, false, 1.0, 0)])).unwrap();
        let told = |from: &str, to: &str| {
            assert!(good.contains(from), "{good}");
            let changed = good.replacen(from, to, 1);
            serde_json::from_str::<PreBinCounts>(&changed)
                .unwrap_err()
                .to_string()
        };
        insta::assert_snapshot!(told(r#""format":1"#, r#""format":2"#), @"document of counts: expected format 1, got `2`");
        insta::assert_snapshot!(told(r#""edges":[1.5]"#, r#""edges":[1.5,1.0]"#), @"edges: expected finite edges, each above the one before, got `[1.5, 1.0]`");
        insta::assert_snapshot!(told(r#""edges":[1.5]"#, r#""edges":[1.5,2.5]"#), @"document of counts: expected a tally for each pre-bin, got `2`");
        insta::assert_snapshot!(told(r#""bad_rows":1"#, r#""bad_rows":9"#), @"document of counts: expected sums over rows of the target, got `9 bad of 1 rows`");
        insta::assert_snapshot!(told(r#""words":{}"#, r#""words":{"tax":{"rows":0,"bad_rows":0,"weight":"0","weight_squared":"0","target":"0","target_squared":"0"}}"#), @"document of counts: expected words only where words are counted, got `1`");
        insta::assert_snapshot!(told(r#""target":"classes""#, r#""target":null"#), @"document of counts: expected sums over rows of the target, got `1 bad of 1 rows`");
        insta::assert_snapshot!(told(r#""weight":"0""#, r#""weight":"1.5""#), @"expected a sum as a whole number of 2^-60, got `1.5` at line 1 column 175");
    }
}
