//! How an attribute is written in tables and reports.

use super::{AttributeAt, AttributesSpec, Characteristic};
use std::borrow::Cow;

impl Characteristic {
    /// The attribute in short, language of neither kind: `[0.1, 0.5)` for a band closed below and open above,
    /// `< 0.1` and `>= 0.5` for the outer bands, `any` where there is only one, `A, B` for a set of words,
    /// `= 0` for a special value, the reason for a missing one, `unseen` for a word that no set names.
    pub fn label(&self, attribute: AttributeAt) -> Cow<'static, str> {
        match (attribute, &self.spec().attributes) {
            (AttributeAt::Band(at), AttributesSpec::Bands(bands)) => {
                let end = |at: usize| bands.get(at).and_then(|band| band.below);
                match (at.checked_sub(1).and_then(end), end(at)) {
                    (Some(from), Some(below)) => format!("[{from}, {below})").into(),
                    (Some(from), None) => format!(">= {from}").into(),
                    (None, Some(below)) => format!("< {below}").into(),
                    (None, None) => "any".into(),
                }
            }
            (AttributeAt::Category(at), AttributesSpec::Categories(categories)) => {
                let words = categories.sets.get(at).map(|set| set.words.join(", "));
                words.unwrap_or_default().into()
            }
            (AttributeAt::Special(at), _) => {
                let special = self.spec().special.get(at);
                special
                    .map_or_else(String::new, |s| format!("= {}", s.value))
                    .into()
            }
            (AttributeAt::Missing(reason), _) => reason.word().into(),
            // A band of a categorical card or the reverse cannot be: `attribute` gives what the card has.
            (AttributeAt::Unseen | AttributeAt::Band(_) | AttributeAt::Category(_), _) => "unseen".into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::measure::{Measured, Missing};
    use crate::scorecard::ScorecardSpec;

    #[test]
    fn every_attribute_has_a_label() {
        let missing = r#""missing": {"not_reported": 0, "not_applicable": 0, "too_short": 0}"#;
        let text = format!(
            r#"[{{"measure": "trade.void_rate", "attributes": {{"bands": [{{"below": 0.1, "points": 3}},
                 {{"below": 0.5, "points": 2}}, {{"points": 1}}]}}, {missing}, "special": [{{"value": 0, "points": 9}}]}},
                {{"measure": "tax.level", "attributes": {{"categories": {{"sets": [{{"words": ["A", "B"],
                 "points": 2}}], "unseen": 0}}}}, {missing}}}]"#
        );
        let spec: ScorecardSpec = serde_json::from_str(&text).unwrap();
        let card = spec.check().unwrap();
        let [rate, level] = card.characteristics() else {
            panic!("two characteristics")
        };
        let label = |value: f64| rate.label(rate.attribute(Measured::Value(value))).into_owned();
        assert_eq!(
            [0.0, 0.05, 0.1, 0.3, 0.5].map(label),
            ["= 0", "< 0.1", "[0.1, 0.5)", "[0.1, 0.5)", ">= 0.5"]
        );
        let word = |value: f64| level.label(level.attribute(Measured::Value(value))).into_owned();
        assert_eq!([0.0, 1.0, 3.0].map(word), ["A, B", "A, B", "unseen"]);
        let none = level.attribute(Measured::Missing(Missing::TooShort));
        assert_eq!(level.label(none), "too_short");
    }
}
