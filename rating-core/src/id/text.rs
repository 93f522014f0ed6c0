//! What the identifiers share: reading a fixed number of characters, and showing what was delivered.

/// Longest stretch of delivered text that a message shows, in characters.
const SHOWN: usize = 40;

/// Why a text is not `N` characters of an alphabet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Misfit {
    /// So many characters, not `N`.
    Length(usize),
    /// The character at this 1-based position is not allowed there.
    Character(usize, char),
}

/// Reads exactly `N` characters as ASCII capitals and digits; `allowed` judges a byte at its 1-based position.
pub(super) fn fixed<const N: usize>(
    text: &str,
    allowed: impl Fn(usize, u8) -> bool,
) -> Result<[u8; N], Misfit> {
    let got = text.chars().count();
    if got != N {
        return Err(Misfit::Length(got));
    }
    let mut read = [0; N];
    for (position, (slot, character)) in (1..).zip(read.iter_mut().zip(text.chars())) {
        let byte = u8::try_from(character.to_ascii_uppercase()).ok();
        *slot = byte
            .filter(|b| b.is_ascii() && allowed(position, *b))
            .ok_or(Misfit::Character(position, character))?;
    }
    Ok(read)
}

/// The delivered text as a message shows it: on one line, at most 40 characters, `…` where it was cut.
pub(super) fn shown(text: &str) -> String {
    let mut characters = text.chars().flat_map(char::escape_debug);
    let mut kept: String = characters.by_ref().take(SHOWN).collect();
    if characters.next().is_some() {
        kept.push('…');
    }
    kept
}

/// The plumbing of a newtype that has `new`, `as_str` and an error: parsing, printing, serde's conversions.
macro_rules! text_newtype {
    ($name:ident, $error:ident) => {
        impl std::str::FromStr for $name {
            type Err = $error;

            fn from_str(text: &str) -> Result<Self, $error> {
                Self::new(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = $error;

            fn try_from(text: String) -> Result<Self, $error> {
                Self::new(&text)
            }
        }

        impl From<$name> for String {
            fn from(code: $name) -> String {
                code.as_str().to_owned()
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}({})", stringify!($name), self.as_str())
            }
        }
    };
}
pub(super) use text_newtype;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_and_control_characters_are_escaped() {
        assert_eq!(shown(&"x".repeat(40)), "x".repeat(40));
        assert_eq!(shown(&"x".repeat(41)), format!("{}…", "x".repeat(40)));
        assert_eq!(shown("a\nb"), r"a\nb");
    }
}
