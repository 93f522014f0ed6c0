//! Points of a published evaluation.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;

/// Points of a published evaluation, exact to a hundredth: tables give whole points, but also 2.4 or 8.8. Written as a
/// number with at most two decimals. (The points of a rating model are whole: [`Points`](crate::num::Points).)
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Marks(i32);

impl Marks {
    /// No points.
    pub const ZERO: Marks = Marks(0);

    /// So many whole points; held to 20 million either way.
    pub const fn whole(points: i32) -> Self {
        Self(points.saturating_mul(100))
    }

    /// So many hundredths of a point.
    pub const fn hundredths(hundredths: i32) -> Self {
        Self(hundredths)
    }

    /// In hundredths of a point.
    pub const fn in_hundredths(self) -> i32 {
        self.0
    }

    /// As a number.
    pub fn to_f64(self) -> f64 {
        f64::from(self.0) / 100.0
    }

    /// The points that a number stands for, if it has at most two decimals and lies within 20 million.
    pub fn exactly(points: f64) -> Option<Self> {
        let hundredths = (points * 100.0).round();
        let is_exact = (hundredths / 100.0 - points).abs() <= f64::EPSILON * points.abs();
        #[expect(
            clippy::cast_possible_truncation,
            reason = "whole, and within the bound of the type"
        )]
        (is_exact && hundredths.abs() <= 2e9).then_some(Self(hundredths as i32))
    }

    /// Both together, held to the bounds of the type.
    #[must_use]
    pub const fn plus(self, other: Marks) -> Marks {
        Marks(self.0.saturating_add(other.0))
    }
}

impl fmt::Display for Marks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.to_f64())
    }
}

impl Serialize for Marks {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 % 100 == 0 {
            serializer.serialize_i32(self.0 / 100)
        } else {
            serializer.serialize_f64(self.to_f64())
        }
    }
}

impl<'de> Deserialize<'de> for Marks {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let points = f64::deserialize(deserializer)?;
        Marks::exactly(points).ok_or_else(|| {
            de::Error::custom(format!(
                "expected points with at most two decimals, got `{points}`"
            ))
        })
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Marks {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Marks".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "number", "multipleOf": 0.01, "minimum": -20_000_000, "maximum": 20_000_000})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_keep_two_decimals_and_refuse_a_third() {
        for (text, hundredths) in [("2.4", 240), ("-8.8", -880), ("60", 6000), ("0.01", 1)] {
            let marks: Marks = serde_json::from_str(text).unwrap();
            assert_eq!(marks, Marks::hundredths(hundredths));
            assert_eq!(serde_json::to_string(&marks).unwrap(), text);
            assert_eq!(marks.to_string(), text);
        }
        assert!(serde_json::from_str::<Marks>("2.405").is_err());
        assert!(serde_json::from_str::<Marks>("1e9").is_err());
    }
}
