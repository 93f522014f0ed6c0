//! Numbers as keys that sort as whole numbers do.

/// Bits of a digit, and how many digits are counted in one go.
const BITS: u32 = 11;
const DIGITS: u32 = 3;
const VALUES: usize = 1 << BITS;
/// Below so many keys comparing is faster than counting.
const FEW: usize = 4_096;

/// Bits in the order of the numbers; both zeros are one.
pub(super) fn key(number: f64) -> u64 {
    let bits = (number + 0.0).to_bits();
    if bits >> 63 == 0 { bits | 1 << 63 } else { !bits }
}

/// The number of a key.
pub(super) fn number(key: u64) -> f64 {
    f64::from_bits(if key >> 63 == 1 { key & !(1 << 63) } else { !key })
}

/// Sorts keys: many of them by counting their digits from the last to the first, of the 33 bits from the highest on in
/// which they differ. Few keys of one variable share so many; those that do are sorted among themselves.
pub(super) fn sort(mut keys: Vec<u64>) -> Vec<u64> {
    if keys.len() < FEW || u32::try_from(keys.len()).is_err() {
        keys.sort_unstable();
        return keys;
    }
    let first = keys.first().copied().unwrap_or_default();
    let differ = keys.iter().fold(0, |differ, key| differ | (key ^ first));
    if differ == 0 {
        return keys;
    }
    let all = BITS * DIGITS;
    let top = u64::BITS - differ.leading_zeros();
    let low = top.saturating_sub(all);
    let mut sorted = by_digits(keys, low);
    if low > differ.trailing_zeros() {
        mend(&mut sorted, low);
    }
    sorted
}

/// Sorts by the digits from bit `low` on. INVARIANT: there are fewer keys than 2³².
fn by_digits(mut keys: Vec<u64>, low: u32) -> Vec<u64> {
    let mut counts = vec![[0_u32; VALUES]; DIGITS as usize];
    if let [first, second, third] = counts.as_mut_slice() {
        for key in &keys {
            let bits = key >> low;
            count(first, bits);
            count(second, bits >> BITS);
            count(third, bits >> (2 * BITS));
        }
    }
    let mut other = vec![0; keys.len()];
    for (mut places, at) in counts.into_iter().zip(0..) {
        // A digit that all keys share moves none.
        if places.iter().any(|count| *count as usize == keys.len()) {
            continue;
        }
        let mut before = 0;
        for place in &mut places {
            before += std::mem::replace(place, before);
        }
        let shift = low + BITS * at;
        for key in &keys {
            if let Some(free) = other.get_mut(count(&mut places, key >> shift)) {
                *free = *key;
            }
        }
        std::mem::swap(&mut keys, &mut other);
    }
    keys
}

/// Counts the last digit of some bits, and says what its count was before.
fn count(counts: &mut [u32; VALUES], bits: u64) -> usize {
    match counts.get_mut(digit(bits)) {
        Some(count) => {
            let before = *count as usize;
            *count = count.wrapping_add(1);
            before
        }
        None => usize::MAX,
    }
}

/// Sorts keys whose bits from `low` on are in order already: each stretch that shares them, where it is out of order.
fn mend(keys: &mut [u64], low: u32) {
    let mut rest = keys;
    while let Some(at) = rest.windows(2).position(|pair| matches!(pair, [a, b] if a > b)) {
        let top = rest.get(at).map_or(0, |key| key >> low);
        let start = rest.partition_point(|key| key >> low < top);
        let end = rest.partition_point(|key| key >> low <= top);
        let (done, behind) = rest.split_at_mut(end);
        let stretch = done.get_mut(start..).unwrap_or_default();
        let sorted = sort(stretch.to_vec());
        stretch.copy_from_slice(&sorted);
        rest = behind;
    }
}

#[expect(clippy::cast_possible_truncation, reason = "masked to eleven bits")]
fn digit(bits: u64) -> usize {
    bits as usize & (VALUES - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_order_as_numbers_do_and_both_zeros_are_one() {
        let ordered = [f64::NEG_INFINITY, -2.0, -1e-300, 0.0, 1e-300, 3.0, f64::INFINITY];
        for pair in ordered.windows(2) {
            assert!(key(pair[0]) < key(pair[1]), "{pair:?}");
        }
        for value in ordered {
            assert_eq!(number(key(value)).to_bits(), value.to_bits());
        }
        assert_eq!(key(-0.0), key(0.0));
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(30))]

        /// Numbers of all sizes, keys that share their first or last digits, and keys of which some share all but the last.
        #[test]
        fn counting_sorts_as_comparing_does(
            seed in proptest::prelude::any::<u64>(),
            count in 0_usize..9_000,
            shift in 0_u32..60,
            mask in proptest::prelude::any::<bool>(),
            crowd in 0_u64..5,
        ) {
            let mut state = seed;
            let mut next = || {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (state ^ state >> 29) >> shift << if mask { shift } else { 0 }
            };
            let crowded = |key: u64| if crowd > 0 && key % 4 < crowd { seed >> 20 << 20 | key >> 44 } else { key };
            let keys: Vec<u64> = (0..count).map(|_| crowded(next())).collect();
            let mut wanted = keys.clone();
            wanted.sort_unstable();
            proptest::prop_assert_eq!(sort(keys), wanted);
        }
    }
}
