//! Values with a meaning of their own.

use super::error::BinningError;
use serde::{Deserialize, Serialize};

/// Values with one meaning of their own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpecialGroup {
    /// What the group is called.
    pub name: String,
    /// Its values; no value stands in two groups.
    pub values: SpecialValues,
}

/// The values of a special group, of the kind of the variable.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged, expecting = "expected a list of numbers or a list of words")]
pub enum SpecialValues {
    /// Finite numbers, for a variable of numbers.
    Numbers(Vec<f64>),
    /// Words, one or more, for a variable of words. They stand with no other word, however rare they are.
    Words(Vec<String>),
}

impl From<Vec<f64>> for SpecialValues {
    fn from(numbers: Vec<f64>) -> Self {
        Self::Numbers(numbers)
    }
}

impl From<Vec<String>> for SpecialValues {
    fn from(words: Vec<String>) -> Self {
        Self::Words(words)
    }
}

impl SpecialGroup {
    /// Its numbers; none where it is of words.
    pub fn numbers(&self) -> &[f64] {
        match &self.values {
            SpecialValues::Numbers(numbers) => numbers,
            SpecialValues::Words(_) => &[],
        }
    }

    /// Its words; none where it is of numbers.
    pub fn words(&self) -> &[String] {
        match &self.values {
            SpecialValues::Words(words) => words,
            SpecialValues::Numbers(_) => &[],
        }
    }

    fn is_empty(&self) -> bool {
        self.words().is_empty() && self.numbers().is_empty()
    }

    const fn is_words(&self) -> bool {
        matches!(self.values, SpecialValues::Words(_))
    }

    fn told(&self) -> String {
        match &self.values {
            SpecialValues::Numbers(numbers) => format!("{}: {numbers:?}", self.name),
            SpecialValues::Words(words) => format!("{}: {words:?}", self.name),
        }
    }
}

/// Refuses groups of the other kind, and values that stand twice or mean nothing.
pub(super) fn check(groups: &[SpecialGroup], is_words: bool) -> Result<(), BinningError> {
    let fault = |expected: &'static str, got: String| {
        Err(BinningError::Option {
            field: "special",
            expected,
            got,
        })
    };
    if let Some(other) = groups.iter().find(|group| group.is_words() != is_words) {
        let expected = if is_words {
            "groups of words for a variable of words"
        } else {
            "groups of numbers for a variable of numbers"
        };
        return fault(expected, other.told());
    }
    if let Some((at, empty)) = groups.iter().enumerate().find(|(_, group)| group.is_empty()) {
        let got = format!("{}: []` as group `{at}", empty.name);
        return fault("values in every group (places counted from 0)", got);
    }
    if is_words {
        let mut words: Vec<&String> = groups.iter().flat_map(SpecialGroup::words).collect();
        words.sort_unstable();
        let repeated = words.windows(2).any(|pair| matches!(pair, [a, b] if a == b));
        if repeated {
            return fault("words in every group, each once", format!("{words:?}"));
        }
        return Ok(());
    }
    let numbers = groups.iter().flat_map(SpecialGroup::numbers);
    let mut numbers: Vec<f64> = numbers.copied().collect();
    numbers.sort_by(f64::total_cmp);
    let repeated = numbers.windows(2).any(|pair| matches!(pair, [a, b] if a >= b));
    if repeated || !numbers.iter().all(|number| number.is_finite()) {
        return fault("finite numbers, each once", format!("{numbers:?}"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::{
        Binning, BinningOptions, Change, Cut, Edit, LineOf, Policy, PreBinCounts, Sample, Target, Values,
    };
    use super::*;
    use crate::fit::binning::PointsOfWoe;
    use crate::measure::Measure;

    fn group(name: &str, words: &[&str]) -> SpecialGroup {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        SpecialGroup {
            name: name.to_owned(),
            values: words.into(),
        }
    }

    /// Word, rows and bad rows: 8 goods and 7 bads together.
    const ROWS: [(Option<&str>, usize, usize); 6] = [
        (Some("A"), 4, 1),
        (Some("B"), 4, 3),
        (Some("n/a"), 2, 1),
        (Some("?"), 1, 1),
        (Some("refused"), 3, 1),
        (None, 1, 0),
    ];

    fn rows() -> (Vec<Option<&'static str>>, Vec<bool>) {
        let of = |(word, rows, bads): (_, usize, usize)| (0..rows).map(move |row| (word, row < bads));
        ROWS.into_iter().flat_map(of).unzip()
    }

    fn sample<'a>(words: &'a [Option<&'a str>], bad: &'a [bool]) -> Sample<'a> {
        Sample {
            values: Values::Words(words),
            target: Target::Bad(bad),
            weights: None,
            periods: None,
        }
    }

    fn options() -> BinningOptions {
        BinningOptions {
            special: vec![group("unknown", &["n/a", "?"]), group("refused", &["refused"])],
            // 3.75 rows: every special word is rarer than that.
            rare_share: 0.25,
            ..BinningOptions::default()
        }
    }

    fn near(got: f64, wanted: f64) -> bool {
        (got - wanted).abs() < 1e-12
    }

    /// By hand: A holds 3 of 8 goods and 1 of 7 bads, B 1 and 3, the unknown 1 and 2, the refused 2 and 1.
    #[test]
    fn special_words_are_a_line_of_their_own_and_never_rare() {
        let (words, bad) = rows();
        let binning = Binning::fit(&sample(&words, &bad), &options()).unwrap();
        assert_eq!(binning.groups(), [["A"], ["B"]]);
        let table = binning.table();
        let told: Vec<(String, &str, u64, f64)> = table
            .iter()
            .map(|line| {
                (
                    line.of.label().into_owned(),
                    line.of.kind(),
                    line.cell.rows,
                    line.cell.bads(),
                )
            })
            .collect();
        let wanted = [
            ("A".to_owned(), "words", 4, 1.0),
            ("B".to_owned(), "words", 4, 3.0),
            ("unknown".to_owned(), "special", 3, 2.0),
            ("refused".to_owned(), "special", 3, 1.0),
            ("missing".to_owned(), "missing", 1, 0.0),
            ("unseen".to_owned(), "unseen", 0, 0.0),
        ];
        assert_eq!(told, wanted);
        let woes = [21.0 / 8.0, 7.0 / 24.0, 7.0 / 16.0, 7.0 / 4.0].map(f64::ln);
        for (line, woe) in table.iter().zip(woes) {
            assert!(near(line.counts_as, woe), "{} {woe}", line.counts_as);
        }
        let asked = [
            Some("A"),
            Some("B"),
            Some("?"),
            Some("n/a"),
            Some("refused"),
            None,
            Some("C"),
        ];
        assert_eq!(binning.places_of_words(&asked), [0, 1, 2, 2, 3, 4, 5]);
        for (place, worth) in binning
            .places_of_words(&asked)
            .iter()
            .zip(binning.transform_words(&asked))
        {
            assert_eq!(table[*place].counts_as.to_bits(), worth.to_bits());
        }
        let worst = BinningOptions {
            special_policy: Policy::Worst,
            ..options()
        };
        let worst = Binning::fit(&sample(&words, &bad), &worst).unwrap();
        for worth in worst.transform_words(&[Some("?"), Some("refused")]) {
            assert!(near(worth, (7.0_f64 / 24.0).ln()));
        }
        let beside = binning
            .beside(&sample(&[Some("?"), Some("A"), Some("C")], &[true, false, false]))
            .unwrap();
        let rows: Vec<u64> = beside.iter().map(|pair| pair.other.cell.rows).collect();
        assert_eq!(rows, [1, 0, 1, 0, 0, 1]);
    }

    #[test]
    fn the_document_keeps_special_words_and_chunks_give_the_same() {
        let (words, bad) = rows();
        let binning = Binning::fit(&sample(&words, &bad), &options()).unwrap();
        let text = serde_json::to_string(&binning).unwrap();
        assert!(
            text.contains(r#"{"name":"unknown","values":["n/a","?"]}"#),
            "{text}"
        );
        assert_eq!(serde_json::from_str::<Binning>(&text).unwrap(), binning);
        let mut counts = PreBinCounts::new(Cut::Words {
            special: options().special,
        })
        .unwrap();
        for (words, bad) in words.chunks(4).zip(bad.chunks(4)) {
            counts.add(&sample(words, bad)).unwrap();
        }
        assert_eq!(Binning::from_counts(&counts, &options()).unwrap(), binning);
        let other = BinningOptions {
            special: vec![],
            ..options()
        };
        insta::assert_snapshot!(Binning::from_counts(&counts, &other).unwrap_err(), @"expected counts over the same `special groups`, got others");
        let both = text.replace(r#"["n/a","?"]"#, r#"["n/a","A"]"#);
        insta::assert_snapshot!(serde_json::from_str::<Binning>(&both).unwrap_err(), @"binning document: expected words in every pre-bin, each once and none of them special, got `5`");
        let groups = vec![vec!["A".to_owned(), "?".to_owned()], vec!["B".to_owned()]];
        let edit = Edit {
            author: "a",
            time: "t",
            reason: "r",
            change: Change::Groups(groups),
        };
        insta::assert_snapshot!(binning.edited(edit).unwrap_err(), @"cannot edit: expected groups of words of the sample, rare words together, got `A, ?`");
    }

    #[test]
    fn special_words_are_sets_of_a_characteristic() {
        let (mut words, bad) = rows();
        for word in &mut words {
            *word = word.map(|word| match word {
                "n/a" | "?" => "M",
                "refused" => "D",
                other => other,
            });
        }
        let options = BinningOptions {
            special: vec![group("new", &["M"]), group("refused", &["D"])],
            ..options()
        };
        let binning = Binning::fit(&sample(&words, &bad), &options).unwrap();
        let points = PointsOfWoe {
            per_woe: 100.0,
            offset: 0.0,
        };
        let spec = binning.characteristic(Measure::TaxLevel, points).unwrap();
        // 100 ln(21/8), 100 ln(7/24), 100 ln(7/16), 100 ln(7/4).
        insta::assert_snapshot!(serde_json::to_string(&spec.attributes).unwrap(), @r#"{"categories":{"sets":[{"words":["A"],"points":97},{"words":["B"],"points":-123},{"words":["M"],"points":-83},{"words":["D"],"points":56}],"unseen":-123}}"#);
        assert_eq!(spec.special, []);
        assert!(
            binning
                .table()
                .iter()
                .any(|line| line.of == LineOf::Special("new".to_owned()))
        );
    }

    #[test]
    fn groups_that_do_not_fit_the_variable_are_refused() {
        let (words, bad) = rows();
        let told = |special| {
            let options = BinningOptions {
                special,
                ..BinningOptions::default()
            };
            Binning::fit(&sample(&words, &bad), &options)
                .unwrap_err()
                .to_string()
        };
        insta::assert_snapshot!(told(vec![group("x", &["?"]), group("y", &["?"])]), @r#"special: expected words in every group, each once, got `["?", "?"]`"#);
        insta::assert_snapshot!(told(vec![group("x", &[])]), @"special: expected values in every group (places counted from 0), got `x: []` as group `0`");
        let numbers = BinningOptions {
            special: options().special,
            ..BinningOptions::default()
        };
        let refused = Binning::fit(&Sample::new(&[1.0, 2.0], &[true, false]), &numbers).unwrap_err();
        insta::assert_snapshot!(refused, @r#"special: expected groups of numbers for a variable of numbers, got `unknown: ["n/a", "?"]`"#);
        let all = BinningOptions {
            special: vec![group("all", &["A", "B", "n/a", "?", "refused"])],
            ..options()
        };
        insta::assert_snapshot!(Binning::fit(&sample(&words, &bad), &all).unwrap_err(), @"expected rows with a value, got `15` rows, all of them missing, special or without weight");
    }
}
