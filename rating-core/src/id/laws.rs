//! Laws that hold for every identifier, on generated texts.

use super::*;
use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::{Debug, Display};
use std::str::FromStr;

/// Capitals and digits, and some that are neither.
const CANDIDATES: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-中";

/// Every text that differs from `text` in one character, by a candidate.
fn alterations(text: &str) -> Vec<String> {
    let places = text.char_indices().map(|(at, was)| (at, was.len_utf8()));
    places
        .flat_map(|(at, width)| {
            CANDIDATES
                .chars()
                .map(move |new| format!("{}{new}{}", &text[..at], &text[at + width..]))
        })
        .filter(|altered| altered != text)
        .collect()
}

/// Printing, parsing and serde lead back to the same value, and serde refuses what the constructor refuses.
fn round_trips<T>(text: &str)
where
    T: FromStr<Err: Debug> + Display + Debug + PartialEq + Serialize + DeserializeOwned,
{
    let value: T = text.parse().unwrap();
    assert_eq!(value.to_string().parse::<T>().unwrap(), value);
    let json = serde_json::to_string(&value).unwrap();
    assert_eq!(json, format!("\"{value}\""));
    assert_eq!(serde_json::from_str::<T>(&json).unwrap(), value);
}

/// A text is read or refused with a short message of one line, through `FromStr` and through serde alike.
fn read_or_refused<T>(text: &str)
where
    T: FromStr<Err: Display> + Display + DeserializeOwned,
{
    let json = serde_json::to_string(text).unwrap();
    assert_eq!(
        text.parse::<T>().is_ok(),
        serde_json::from_str::<T>(&json).is_ok(),
        "{text}"
    );
    if let Err(error) = text.parse::<T>() {
        let message = error.to_string();
        assert!(
            message.chars().count() <= 400 && !message.contains('\n'),
            "{message}"
        );
    }
}

fn every_type_reads_or_refuses(text: &str) {
    read_or_refused::<CreditCode>(text);
    read_or_refused::<OrganisationCode>(text);
    read_or_refused::<RegistrationNumber>(text);
    read_or_refused::<TaxNumber15>(text);
    read_or_refused::<PatentNumber>(text);
    read_or_refused::<RegionCode>(text);
    read_or_refused::<IndustryCode>(text);
    read_or_refused::<FirmId>(text);
}

prop_compose! {
    fn credit_code()(
        head in "[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{9}"
    ) -> String {
        with_check(&head, credit_code::check_character)
    }
}

prop_compose! {
    fn organisation_code()(head in "[0-9A-Z]{8}") -> String {
        with_check(&head, organisation_code::check_character)
    }
}

prop_compose! {
    fn registration_number()(head in "[0-9]{14}") -> String {
        with_check(&head, registration_number::check_digit)
    }
}

prop_compose! {
    fn patent_number()(head in "(8[5-9]|9[0-9]|0[0-3])[12389][0-9]{5}|20[1-9][0-9][12389][0-9]{7}") -> String {
        let digits: Vec<u32> = head.chars().filter_map(|c| c.to_digit(10)).collect();
        format!("{head}.{}", patent_number::check_character(&digits))
    }
}

/// `head` with the check that a function of all `N` bytes gives it.
fn with_check<const N: usize>(head: &str, check: impl Fn(&[u8; N]) -> u8) -> String {
    let mut bytes = [b'0'; N];
    bytes[..N - 1].copy_from_slice(head.as_bytes());
    format!("{head}{}", char::from(check(&bytes)))
}

/// An independent reading of a character of an organisation code, modulo 11.
fn value_mod_11(character: char) -> usize {
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        .find(character)
        .map_or(0, |at| at % 11)
}

proptest! {
    #[test]
    fn a_credit_code_with_one_altered_character_fails(text in credit_code()) {
        round_trips::<CreditCode>(&text);
        for altered in alterations(&text) {
            prop_assert!(CreditCode::new(&altered).is_err(), "{altered}");
        }
    }

    #[test]
    fn a_registration_number_with_one_altered_digit_fails(text in registration_number()) {
        round_trips::<RegistrationNumber>(&text);
        for altered in alterations(&text) {
            prop_assert!(RegistrationNumber::new(&altered).is_err(), "{altered}");
        }
    }

    #[test]
    fn a_patent_number_with_one_altered_character_fails(text in patent_number()) {
        round_trips::<PatentNumber>(&text);
        for altered in alterations(&text) {
            prop_assert!(PatentNumber::new(&altered).is_err(), "{altered}");
        }
    }

    #[test]
    fn an_altered_organisation_code_passes_only_if_the_values_agree_modulo_11(text in organisation_code()) {
        round_trips::<OrganisationCode>(&text);
        for altered in alterations(&text) {
            let pairs = || text.chars().zip(altered.chars());
            let (at, (was, new)) = pairs().enumerate().find(|(_, (a, b))| a != b).unwrap();
            let in_body = at < 8;
            let blind = in_body && new.is_ascii_alphanumeric() && value_mod_11(was) == value_mod_11(new);
            prop_assert_eq!(OrganisationCode::new(&altered).is_ok(), blind, "{}", altered);
        }
    }

    #[test]
    fn a_tax_number_is_a_region_and_an_organisation_code(region in "[0-9]{6}", code in organisation_code()) {
        let text = format!("{region}{code}");
        round_trips::<TaxNumber15>(&text);
        let number = TaxNumber15::new(&text).unwrap();
        prop_assert_eq!(number.region(), RegionCode::new(&region).unwrap());
        prop_assert_eq!(number.organisation_code(), OrganisationCode::new(&code).unwrap());
    }

    #[test]
    fn regions_and_industries_come_back(region in "[0-9]{6}", division in 1_u8..=97, rest in "[0-9]{0,2}") {
        round_trips::<RegionCode>(&region);
        let text = format!("{division:02}{rest}");
        round_trips::<IndustryCode>(&text);
        prop_assert_eq!(IndustryCode::new(&text).unwrap().division(), Some(division));
    }

    #[test]
    fn published_codes_are_firm_identifiers_of_their_kind(
        credit in credit_code(), organisation in organisation_code(), registration in registration_number()
    ) {
        for (text, kind) in [
            (credit, FirmIdKind::CreditCode),
            (organisation, FirmIdKind::OrganisationCode),
            (registration, FirmIdKind::RegistrationNumber),
        ] {
            round_trips::<FirmId>(&text);
            prop_assert_eq!(FirmId::new(&text).unwrap().kind(), kind);
        }
    }

    #[test]
    fn local_codes_are_kept_as_they_are(text in "[A-Za-z0-9_.-]{0,31}_[A-Za-z0-9_.-]{0,32}") {
        round_trips::<FirmId>(&text);
        let id = FirmId::new(&text).unwrap();
        prop_assert_eq!((id.as_str(), id.kind()), (text.as_str(), FirmIdKind::Local));
    }

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        every_type_reads_or_refuses(&text);
    }

    #[test]
    fn any_text_near_a_code_is_read_or_refused(text in "[ 0-9A-Za-z.\\-é中\u{0}\u{2028}]{0,20}") {
        every_type_reads_or_refuses(&text);
    }
}

#[test]
fn ten_thousand_characters_are_refused_with_a_short_message() {
    for unit in ["9", "中", "\u{202e}", "\0", " .", "ZL"] {
        every_type_reads_or_refuses(&unit.repeat(10_000));
    }
}
