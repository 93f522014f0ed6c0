//! Identifiers with right check characters that cannot belong to a real firm.

use super::draw::mix;

/// Region digits of every generated credit code. GB/T 2260 has no prefecture 1499, so no real code holds them.
const NOWHERE: &str = "149900";

const CREDIT_ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
const ORGANISATION_WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
const PATENT_WEIGHTS: [u32; 12] = [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5];

/// How many firms a seed can have: organisation codes hold eight digits.
pub(super) const MAX_FIRMS: u64 = 100_000_000;

/// The unified social credit code of a firm: department 9, class 1, no region, organisation code, check.
///
/// Firms below [`MAX_FIRMS`] of one seed have different codes.
pub(crate) fn firm_id(seed: u64, number: u64) -> String {
    // The multiplier shares no factor with 10⁸, so this permutes the numbers.
    let digits = (number % MAX_FIRMS * 61_803_399 + mix(seed) % MAX_FIRMS) % MAX_FIRMS;
    let mut code = format!("91{NOWHERE}{digits:08}");
    code.push(organisation_check(code.get(8..).unwrap_or_default()));
    code.push(credit_check(&code));
    code
}

/// Check character of an organisation code's first eight characters. Source: GB 11714-1997.
fn organisation_check(digits: &str) -> char {
    let sum: u32 = digits
        .chars()
        .zip(ORGANISATION_WEIGHTS)
        .map(|(c, weight)| c.to_digit(36).unwrap_or(0) * weight)
        .sum();
    match 11 - sum % 11 {
        10 => 'X',
        11 => '0',
        check => char::from_digit(check, 10).unwrap_or('0'),
    }
}

/// Check character of a credit code's first 17 characters. Source: GB 32100-2015.
pub(crate) fn credit_check(code: &str) -> char {
    let (mut sum, mut weight) = (0, 1);
    for byte in code.bytes() {
        let value = CREDIT_ALPHABET.iter().position(|b| *b == byte).unwrap_or(0);
        sum += value * weight;
        weight = weight * 3 % 31;
    }
    let at = (31 - sum % 31) % 31;
    CREDIT_ALPHABET.get(at).map_or('0', |b| char::from(*b))
}

/// A patent application number of the present form: year, kind digit, serial number, check.
///
/// Source of the check: ZC 0006-2003.
pub(crate) fn patent_number(year: i32, kind: u32, serial: u64) -> String {
    let mut number = format!("{year:04}{kind}{:07}", serial % 10_000_000);
    let check = patent_check(&number);
    number.push('.');
    number.push(check);
    number
}

/// Check character of the twelve digits of a patent application number.
pub(crate) fn patent_check(digits: &str) -> char {
    let sum: u32 = digits
        .chars()
        .zip(PATENT_WEIGHTS)
        .map(|(c, weight)| c.to_digit(10).unwrap_or(0) * weight)
        .sum();
    match sum % 11 {
        10 => 'X',
        check => char::from_digit(check, 10).unwrap_or('0'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks_are_those_of_known_codes() {
        // Codes published with their check characters.
        assert_eq!(credit_check("91130600738737199"), 'K');
        assert_eq!(credit_check("11210000001099719"), 'Y');
        assert_eq!(organisation_check("73873719"), '9');
        assert_eq!(patent_check("201710601862"), '3');
    }

    #[test]
    fn firms_of_a_seed_have_different_codes_of_nowhere() {
        let codes: std::collections::BTreeSet<String> = (0..20_000).map(|n| firm_id(7, n)).collect();
        assert_eq!(codes.len(), 20_000);
        assert!(codes.iter().all(|c| c.len() == 18 && c.starts_with("91149900")));
    }
}
