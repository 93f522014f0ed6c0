//! Numbers as keys that sort as whole numbers do.

/// Bits of a digit, and how many digits a key has.
const BITS: u32 = 11;
const DIGITS: usize = 6;
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

/// Sorts keys, many of them by counting their digits from the last to the first.
pub(super) fn sort(mut keys: Vec<u64>) -> Vec<u64> {
    if keys.len() < FEW {
        keys.sort_unstable();
        return keys;
    }
    let mut counts = vec![[0_usize; VALUES]; DIGITS];
    for key in &keys {
        for (at, counts) in counts.iter_mut().enumerate() {
            if let Some(count) = counts.get_mut(digit(*key, at)) {
                *count += 1;
            }
        }
    }
    let mut other = vec![0; keys.len()];
    for (at, mut places) in counts.into_iter().enumerate() {
        // A digit that all keys share moves none.
        if places.contains(&keys.len()) {
            continue;
        }
        let mut before = 0;
        for place in &mut places {
            before += std::mem::replace(place, before);
        }
        for key in &keys {
            let Some(place) = places.get_mut(digit(*key, at)) else {
                continue;
            };
            if let Some(free) = other.get_mut(*place) {
                *free = *key;
            }
            *place += 1;
        }
        std::mem::swap(&mut keys, &mut other);
    }
    keys
}

#[expect(clippy::cast_possible_truncation, reason = "masked to eleven bits")]
fn digit(key: u64, at: usize) -> usize {
    (key >> (BITS * at as u32)) as usize & (VALUES - 1)
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

        /// Numbers of all sizes, and keys that share their first or last digits.
        #[test]
        fn counting_sorts_as_comparing_does(
            seed in proptest::prelude::any::<u64>(), count in 0_usize..9_000, shift in 0_u32..60, mask in proptest::prelude::any::<bool>()
        ) {
            let mut state = seed;
            let mut next = || {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (state ^ state >> 29) >> shift << if mask { shift } else { 0 }
            };
            let keys: Vec<u64> = (0..count).map(|_| next()).collect();
            let mut wanted = keys.clone();
            wanted.sort_unstable();
            proptest::prop_assert_eq!(sort(keys), wanted);
        }
    }
}
