//! Short text.

use compact_str::CompactString;
use serde::Serialize;
use std::fmt;

/// Text of a record: trimmed, not empty, at most 200 characters, without control characters.
///
/// Codes and numbers of up to 24 bytes lie in place: most records have several, and each would be a piece of memory.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Text(CompactString);

/// Why something is not text that a record may hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Over the bound.
    #[error("expected text of at most {most} characters, got {got} characters", most = Text::MAX_CHARS)]
    TooLong {
        /// How many characters there are.
        got: usize,
    },
    /// A character that cannot be printed.
    #[error("expected printable text, got the control character U+{:04X} at position {position}", u32::from(*.character))]
    Control {
        /// The character.
        character: char,
        /// Where it stands, from 1.
        position: usize,
    },
    /// Nothing but blanks.
    #[error("expected text, got nothing but blanks")]
    Blank,
}

impl Text {
    /// The longest text, in characters.
    pub const MAX_CHARS: usize = 200;

    /// Trims and checks a text.
    ///
    /// # Errors
    /// [`TextError`] if it is blank, over 200 characters long, or holds a control character.
    pub fn new(text: &str) -> Result<Self, TextError> {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return Err(TextError::Blank);
        }
        // A text of so few bytes cannot have too many characters: the count is needed for long ones only.
        if trimmed.len() > Self::MAX_CHARS {
            let length = trimmed.chars().count();
            if length > Self::MAX_CHARS {
                return Err(TextError::TooLong { got: length });
            }
        }
        // Plain text, as codes and numbers are, has no control character.
        if trimmed.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return Ok(Self(trimmed.into()));
        }
        match trimmed.chars().enumerate().find(|(_, c)| c.is_control()) {
            Some((at, character)) => Err(TextError::Control {
                character,
                position: at + 1,
            }),
            None => Ok(Self(trimmed.into())),
        }
    }

    /// The digits of a whole number: what a spreadsheet made of a number-like code.
    pub fn from_integer(number: i64) -> Self {
        Self(CompactString::from(number.to_string()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_trimmed_and_bounded() {
        assert_eq!(Text::new(" 甲 ").unwrap().as_str(), "甲");
        let message = |text: &str| Text::new(text).unwrap_err().to_string();
        insta::assert_snapshot!(message(&"科".repeat(10_000)), @"expected text of at most 200 characters, got 10000 characters");
        insta::assert_snapshot!(message("a\u{7}b"), @"expected printable text, got the control character U+0007 at position 2");
        insta::assert_snapshot!(message(" "), @"expected text, got nothing but blanks");
    }
}
