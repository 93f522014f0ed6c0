//! The language of a report.

use crate::rating::Wording;

/// The language that a report is written in.
///
/// ```
/// use rating_core::report::Language;
/// assert_eq!("zh".parse::<Language>()?, Language::Zh);
/// # Ok::<(), rating_core::report::LanguageError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    /// English.
    En,
    /// Chinese, simplified.
    Zh,
}

/// Why a text names no language.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a language, `en` or `zh`, got `{0}`")]
pub struct LanguageError(String);

impl Language {
    /// Every language.
    pub const ALL: [Language; 2] = [Language::En, Language::Zh];

    /// Its code: `en`, `zh`.
    pub const fn word(self) -> &'static str {
        match self {
            Language::En => "en",
            Language::Zh => "zh",
        }
    }

    /// Of two wordings the one in this language.
    pub(super) fn pick<'a>(self, en: &'a str, zh: &'a str) -> &'a str {
        match self {
            Language::En => en,
            Language::Zh => zh,
        }
    }

    /// A text of the model in this language.
    pub(super) fn of(self, wording: &Wording) -> &str {
        self.pick(&wording.en, &wording.zh)
    }

    /// Joins the members of a list.
    pub(super) fn list(self, members: &[String]) -> String {
        members.join(self.pick(", ", "、"))
    }
}

impl std::str::FromStr for Language {
    type Err = LanguageError;

    /// Reads `en` or `zh`; blanks around it and letter case do not count.
    fn from_str(text: &str) -> Result<Self, LanguageError> {
        let trimmed = text.trim();
        let named = Self::ALL
            .into_iter()
            .find(|language| trimmed.eq_ignore_ascii_case(language.word()));
        named.ok_or_else(|| LanguageError(text.chars().take(40).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_named_by_its_code() {
        for language in Language::ALL {
            assert_eq!(language.word().to_uppercase().parse(), Ok(language));
        }
        insta::assert_snapshot!("fr".parse::<Language>().unwrap_err(), @"expected a language, `en` or `zh`, got `fr`");
    }
}
