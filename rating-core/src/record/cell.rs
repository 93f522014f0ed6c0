//! One cell of a table, and how a typed value is made of it.

use super::Text;
use super::schema::FieldKind;
use crate::id::{FirmId, IndustryCode, PatentNumber, RegionCode};
use crate::num::{Date, DateError, Money};

/// One cell as it stands in a column, a row or a JSON document, before it is typed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'a> {
    /// Nothing was delivered.
    Null,
    /// Text; blank text counts as [`Cell::Null`].
    Text(&'a str),
    /// A whole number.
    Integer(i64),
    /// A floating-point number.
    Float(f64),
    /// A truth value.
    Boolean(bool),
    /// Days since 1970-01-01.
    Date(i32),
    /// `unscaled · 10^(−scale)`.
    Decimal {
        /// The digits without the decimal point.
        unscaled: i128,
        /// How many of them stand behind the point.
        scale: u8,
    },
}

/// The longest text that an error repeats.
pub(crate) const SHOWN_CHARS: usize = 60;

impl Cell<'_> {
    /// Whether nothing was delivered: null, or text that is blank.
    pub fn is_missing(self) -> bool {
        match self {
            Cell::Null => true,
            // Most texts begin with something that can be seen; only the others need a longer look.
            Cell::Text(text) => {
                !text.as_bytes().first().is_some_and(u8::is_ascii_graphic) && text.trim().is_empty()
            }
            _ => false,
        }
    }

    /// The cell as text for an error message or a rejected row, cut to `most` characters.
    pub fn shown(self, most: usize) -> String {
        match self {
            Cell::Null => String::new(),
            Cell::Text(text) => {
                let cut: String = text.chars().take(most).collect();
                if cut.len() < text.len() {
                    format!("{cut}…")
                } else {
                    cut
                }
            }
            Cell::Integer(number) => number.to_string(),
            Cell::Float(number) if number.abs() >= 1e15 => format!("{number:e}"),
            Cell::Float(number) => number.to_string(),
            Cell::Boolean(value) => value.to_string(),
            Cell::Date(days) => {
                Date::from_days(days).map_or_else(|_| format!("day {days}"), |d| d.to_string())
            }
            Cell::Decimal { unscaled, scale } => decimal_text(unscaled, scale),
        }
    }
}

fn decimal_text(unscaled: i128, scale: u8) -> String {
    let digits = format!(
        "{:0>width$}",
        unscaled.unsigned_abs(),
        width = usize::from(scale) + 1
    );
    let (whole, fraction) = digits.split_at(digits.len() - usize::from(scale));
    let sign = if unscaled < 0 { "-" } else { "" };
    if fraction.is_empty() {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{fraction}")
    }
}

/// Why a cell is not what its field asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellFault {
    /// The rule that was broken, one word: `required`, `date`, `amount`, `count`, `year`, `flag`, `code`,
    /// `text`, `identifier`.
    pub rule: &'static str,
    /// What was expected and what was got.
    pub message: String,
}

impl CellFault {
    fn new(rule: &'static str, message: &dyn ToString) -> Self {
        Self {
            rule,
            message: message.to_string(),
        }
    }

    fn expected(rule: &'static str, wanted: &str, cell: Cell<'_>) -> Self {
        Self {
            rule,
            message: format!("expected {wanted}, got `{}`", cell.shown(SHOWN_CHARS)),
        }
    }
}

/// A type that a present cell can be read as.
pub trait CellValue: Sized {
    /// What the field holds, for documentation, readers and generators.
    const KIND: FieldKind;

    /// Types and checks a cell that is not missing.
    ///
    /// # Errors
    /// [`CellFault`] with what was expected and what was got.
    fn from_cell(cell: Cell<'_>) -> Result<Self, CellFault>;
}

/// A field of a record: a value that must be there (`T`) or may be missing (`Option<T>`).
pub trait FieldValue: Sized {
    /// Whether a missing cell is a fault.
    const REQUIRED: bool;
    /// What the field holds.
    const KIND: FieldKind;

    /// Types and checks a cell.
    ///
    /// # Errors
    /// [`CellFault`]; a missing cell is one where the field is required.
    fn read(cell: Cell<'_>) -> Result<Self, CellFault>;
}

impl<T: CellValue> FieldValue for T {
    const REQUIRED: bool = true;
    const KIND: FieldKind = T::KIND;

    fn read(cell: Cell<'_>) -> Result<Self, CellFault> {
        if cell.is_missing() {
            return Err(CellFault::new("required", &"expected a value, got nothing"));
        }
        T::from_cell(cell)
    }
}

impl<T: CellValue> FieldValue for Option<T> {
    const REQUIRED: bool = false;
    const KIND: FieldKind = T::KIND;

    fn read(cell: Cell<'_>) -> Result<Self, CellFault> {
        if cell.is_missing() {
            Ok(None)
        } else {
            T::from_cell(cell).map(Some)
        }
    }
}

impl CellValue for Text {
    const KIND: FieldKind = FieldKind::Text;

    fn from_cell(cell: Cell<'_>) -> Result<Self, CellFault> {
        match cell {
            Cell::Text(text) => Text::new(text).map_err(|e| CellFault::new("text", &e)),
            // A spreadsheet turns a number-like code into a number; whole ones are taken back as text.
            Cell::Integer(number) => Ok(Text::from_integer(number)),
            other => Err(CellFault::expected("text", "text", other)),
        }
    }
}

impl CellValue for Date {
    const KIND: FieldKind = FieldKind::Date;

    fn from_cell(cell: Cell<'_>) -> Result<Self, CellFault> {
        let date = match cell {
            Cell::Date(days) => Date::from_days(days),
            Cell::Text(text) => text.parse(),
            Cell::Integer(digits @ 10_000_000..=99_999_999) => digits.to_string().parse(),
            other => Err(DateError::Form(other.shown(SHOWN_CHARS))),
        };
        date.map_err(|e| CellFault::new("date", &e))
    }
}

impl CellValue for Money {
    const KIND: FieldKind = FieldKind::Amount;

    fn from_cell(cell: Cell<'_>) -> Result<Self, CellFault> {
        let money = match cell {
            Cell::Float(yuan) => Money::from_yuan_f64(yuan),
            Cell::Integer(yuan) => Money::from_yuan(yuan),
            Cell::Decimal { unscaled, scale } => Money::from_decimal(unscaled, scale),
            Cell::Text(text) => text.parse(),
            other => {
                return Err(CellFault::expected(
                    "amount",
                    "an amount in yuan such as `1234.50`",
                    other,
                ));
            }
        };
        money.map_err(|e| CellFault::new("amount", &e))
    }
}

/// The whole number that a cell stands for, if it stands for one.
fn whole(cell: Cell<'_>) -> Option<i64> {
    match cell {
        Cell::Integer(number) => Some(number),
        #[expect(clippy::cast_possible_truncation, reason = "the guard bounds the value")]
        Cell::Float(number) if number.abs() < 1e15 && number.fract() == 0.0 => Some(number as i64),
        Cell::Text(text) => {
            let text = text.trim();
            text.strip_suffix(".0").unwrap_or(text).parse().ok()
        }
        Cell::Decimal { unscaled, scale: 0 } => i64::try_from(unscaled).ok(),
        _ => None,
    }
}

impl CellValue for u32 {
    const KIND: FieldKind = FieldKind::Count;

    fn from_cell(cell: Cell<'_>) -> Result<Self, CellFault> {
        let in_range = |n: i64| u32::try_from(n).ok().filter(|count| *count <= 10_000_000);
        let wanted = "a whole number from 0 to 10,000,000";
        whole(cell)
            .and_then(in_range)
            .ok_or_else(|| CellFault::expected("count", wanted, cell))
    }
}

/// A calendar year from 1900 to 2199.
pub type Year = i16;

impl CellValue for Year {
    const KIND: FieldKind = FieldKind::Year;

    fn from_cell(cell: Cell<'_>) -> Result<Self, CellFault> {
        let in_range = |n: i64| i16::try_from(n).ok().filter(|year| (1900..2200).contains(year));
        whole(cell)
            .and_then(in_range)
            .ok_or_else(|| CellFault::expected("year", "a year from 1900 to 2199", cell))
    }
}

impl CellValue for bool {
    const KIND: FieldKind = FieldKind::Flag;

    fn from_cell(cell: Cell<'_>) -> Result<Self, CellFault> {
        let flag = match cell {
            Cell::Boolean(value) => Some(value),
            Cell::Integer(0) => Some(false),
            Cell::Integer(1) => Some(true),
            Cell::Text(text) => match text.trim().to_ascii_lowercase().as_str() {
                "true" | "yes" | "y" | "1" | "是" => Some(true),
                "false" | "no" | "n" | "0" | "否" => Some(false),
                _ => None,
            },
            _ => None,
        };
        flag.ok_or_else(|| CellFault::expected("flag", "`true` or `false` (`是` or `否`)", cell))
    }
}

macro_rules! identifier_cell {
    ($($name:ident => $kind:ident),* $(,)?) => {$(
        impl CellValue for $name {
            const KIND: FieldKind = FieldKind::$kind;

            fn from_cell(cell: Cell<'_>) -> Result<Self, CellFault> {
                let parsed = match cell {
                    Cell::Text(text) => text.parse::<$name>(),
                    Cell::Integer(number) => number.to_string().parse(),
                    other => return Err(CellFault::expected("identifier", "text", other)),
                };
                parsed.map_err(|e| CellFault::new("identifier", &e))
            }
        }
    )*};
}
identifier_cell! {
    FirmId => FirmId,
    PatentNumber => PatentNumber,
    RegionCode => RegionCode,
    IndustryCode => IndustryCode,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message<T: FieldValue + std::fmt::Debug>(cell: Cell<'_>) -> String {
        T::read(cell).unwrap_err().message
    }

    #[test]
    fn messages_say_what_was_wanted_and_what_came() {
        insta::assert_snapshot!(message::<u32>(Cell::Float(f64::NAN)), @"expected a whole number from 0 to 10,000,000, got `NaN`");
        insta::assert_snapshot!(message::<u32>(Cell::Integer(-1)), @"expected a whole number from 0 to 10,000,000, got `-1`");
        insta::assert_snapshot!(message::<Money>(Cell::Float(f64::NEG_INFINITY)), @"expected an amount in yuan such as `1234.50`, got `-inf`");
        insta::assert_snapshot!(message::<Money>(Cell::Boolean(true)), @"expected an amount in yuan such as `1234.50`, got `true`");
        insta::assert_snapshot!(message::<Date>(Cell::Date(-40_000)), @"expected a date from 1900-01-01 to 2199-12-31, got `day -40000 since 1970-01-01`");
        insta::assert_snapshot!(message::<Year>(Cell::Text("26")), @"expected a year from 1900 to 2199, got `26`");
        insta::assert_snapshot!(message::<bool>(Cell::Text("maybe")), @"expected `true` or `false` (`是` or `否`), got `maybe`");
        insta::assert_snapshot!(message::<Text>(Cell::Null), @"expected a value, got nothing");
    }

    #[test]
    fn blank_text_is_missing() {
        assert_eq!(Option::<Date>::read(Cell::Text("  ")).unwrap(), None);
    }

    #[test]
    fn decimals_are_shown_as_written() {
        assert_eq!(
            Cell::Decimal {
                unscaled: -5,
                scale: 2
            }
            .shown(20),
            "-0.05"
        );
        assert_eq!(
            Cell::Decimal {
                unscaled: 1234,
                scale: 0
            }
            .shown(20),
            "1234"
        );
    }
}
