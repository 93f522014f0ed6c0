//! Rules in words.

use super::language::Language;
use crate::record::{CertificateKind, CodeWord, FirmStatus, ListKind};
use crate::rule::{Effect, Finding, RuleKind};

/// What a rule looks at.
pub(super) fn name(kind: &RuleKind, language: Language) -> String {
    match kind {
        RuleKind::Registration { any_of } => {
            let words = any_of
                .iter()
                .map(|status| code(FirmStatus::WORDS, status.word(), language));
            let words = any_of_words(&words.collect::<Vec<_>>(), language);
            match language {
                Language::En => format!("registration {words}"),
                Language::Zh => format!("登记状态为{words}"),
            }
        }
        RuleKind::Listing { list: kind, .. } => list(*kind, language),
        RuleKind::DirectTaxLevelD => language
            .pick("tax credit level D set directly", "直接判为纳税信用D级")
            .to_owned(),
        RuleKind::LoanInDefault => language.pick("loan in default", "贷款违约").to_owned(),
    }
}

/// Alternatives: `a, b or c`.
fn any_of_words(words: &[String], language: Language) -> String {
    match words {
        [others @ .., last] if !others.is_empty() => {
            format!("{}{}{last}", language.list(others), language.pick(" or ", "或"))
        }
        _ => language.list(words),
    }
}

/// A list.
pub(super) fn list(list: ListKind, language: Language) -> String {
    match language {
        Language::En => list_in_english(list).to_owned(),
        Language::Zh => code(ListKind::WORDS, list.word(), language),
    }
}

/// A certificate.
pub(super) fn certificate(kind: CertificateKind, language: Language) -> String {
    match language {
        Language::En => format!(
            "certificate: {}",
            code(CertificateKind::WORDS, kind.word(), language)
        ),
        Language::Zh => format!("证书：{}", code(CertificateKind::WORDS, kind.word(), language)),
    }
}

fn list_in_english(list: ListKind) -> &'static str {
    match list {
        ListKind::AbnormalOperation => "abnormal-operation list",
        ListKind::SeriousViolation => "serious-violation list",
        ListKind::JudgmentDebtor => "dishonest judgment debtor",
        ListKind::MajorTaxViolation => "major tax violation",
        ListKind::AdministrativePenalty => "administrative penalty",
    }
}

/// What follows if a rule fires.
pub(super) fn effect(effect: &Effect, language: Language) -> String {
    match (effect, language) {
        (Effect::Cap(grade), Language::En) => format!("caps the grade at {grade}"),
        (Effect::Cap(grade), Language::Zh) => format!("等级上限{grade}"),
        (Effect::Default, _) => language.pick("sets the firm in default", "认定为违约").to_owned(),
        (Effect::Withdraw, _) => language.pick("withdraws the rating", "撤销评级").to_owned(),
    }
}

/// What was found, by its days: nothing for findings without a record.
pub(super) fn days(finding: Finding, language: Language) -> Option<String> {
    use Language::{En, Zh};
    Some(match (finding, language) {
        (
            Finding::Fired {
                since,
                until: Some(until),
            },
            En,
        ) => format!("since {since}, until {until}"),
        (
            Finding::Fired {
                since,
                until: Some(until),
            },
            Zh,
        ) => format!("自{since}起，至{until}止"),
        (Finding::Fired { since, until: None }, En) => format!("since {since}, no end fixed"),
        (Finding::Fired { since, until: None }, Zh) => format!("自{since}起，未定期限"),
        (Finding::Frozen { since, objection_on }, En) => {
            format!("since {since}, objection received {objection_on}")
        }
        (Finding::Frozen { since, objection_on }, Zh) => {
            format!("自{since}起，{objection_on}受理异议")
        }
        (Finding::Lifted { since, on }, En) => format!("since {since}, lifted or repaired {on}"),
        (Finding::Lifted { since, on }, Zh) => format!("自{since}起，{on}移出或修复"),
        (Finding::Expired { since, on }, En) => format!("since {since}, expired {on}"),
        (Finding::Expired { since, on }, Zh) => format!("自{since}起，{on}到期"),
        (Finding::NotFired | Finding::NoData | Finding::NotInForce, _) => return None,
    })
}

/// A coded word as people say it: its first Chinese alias, or the word itself without underscores.
pub(super) fn code(words: &[CodeWord], word: &str, language: Language) -> String {
    let found = words.iter().find(|w| w.word == word);
    let chinese = found.and_then(|w| w.aliases.first()).copied();
    match (language, chinese) {
        (Language::Zh, Some(chinese)) => chinese.to_owned(),
        _ => word.replace('_', " "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_is_named_in_both_languages() {
        for list in ListKind::ALL {
            let kind = RuleKind::Listing {
                list: *list,
                longest_months: None,
            };
            let [en, zh] = Language::ALL.map(|language| name(&kind, language));
            assert!(en.is_ascii() && !zh.is_ascii(), "{en}, {zh}");
        }
        let ended = RuleKind::Registration {
            any_of: vec![
                FirmStatus::Revoked,
                FirmStatus::Cancelled,
                FirmStatus::OrderedClosed,
            ],
        };
        assert_eq!(
            Language::ALL.map(|language| name(&ended, language)),
            [
                "registration revoked, cancelled or ordered closed",
                "登记状态为吊销、撤销或责令关闭"
            ]
        );
    }
}
