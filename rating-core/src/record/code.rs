//! Coded values: closed sets of words, each with its Chinese aliases.

/// One value of a coded field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeWord {
    /// The canonical word, in tables and JSON.
    pub word: &'static str,
    /// Other spellings that are read as this value, Chinese ones included.
    pub aliases: &'static [&'static str],
    /// What the value means.
    pub doc: &'static str,
}

/// Declares an enum of coded values with its words: one table for reading, writing and documentation.
macro_rules! code_words {
    ($(#[$doc:meta])* $name:ident { $($(#[doc = $variant_doc:literal])+ $variant:ident = $word:literal $(| $alias:literal)*;)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        pub enum $name {
            $($(#[doc = $variant_doc])+ #[serde(rename = $word)] $variant,)+
        }

        impl $name {
            /// Every value with its words, in declaration order.
            pub const WORDS: &'static [$crate::record::CodeWord] = &[
                $($crate::record::CodeWord { word: $word, aliases: &[$($alias),*], doc: concat!($($variant_doc),+) },)+
            ];
            /// Every value, in declaration order.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// The canonical word.
            pub const fn word(self) -> &'static str {
                match self { $($name::$variant => $word,)+ }
            }

            /// The value that a word or one of its aliases names; blanks around it and letter case do not count.
            pub fn from_word(text: &str) -> Option<Self> {
                // Mostly it is written as it should be.
                $(if text == $word { return Some($name::$variant); })+
                let text = text.trim();
                $(if text.eq_ignore_ascii_case($word) $(|| text.eq_ignore_ascii_case($alias))* { return Some($name::$variant); })+
                None
            }
        }

        impl $crate::record::CellValue for $name {
            const KIND: $crate::record::FieldKind = $crate::record::FieldKind::Code($name::WORDS);

            fn from_cell(cell: $crate::record::Cell<'_>) -> Result<Self, $crate::record::CellFault> {
                let found = match cell {
                    $crate::record::Cell::Text(text) => $name::from_word(text),
                    $crate::record::Cell::Integer(number) => $name::from_word(&number.to_string()),
                    _ => None,
                };
                found.ok_or_else(|| $crate::record::code::unknown_word($name::WORDS, cell))
            }
        }
    };
}
pub(crate) use code_words;

/// The fault of a cell that names none of the words.
pub(crate) fn unknown_word(words: &[CodeWord], cell: super::Cell<'_>) -> super::CellFault {
    let listed: Vec<String> = words.iter().map(|w| format!("`{}`", w.word)).collect();
    super::CellFault {
        rule: "code",
        message: format!(
            "expected one of {}, got `{}`",
            listed.join(", "),
            cell.shown(super::cell::SHOWN_CHARS)
        ),
    }
}
