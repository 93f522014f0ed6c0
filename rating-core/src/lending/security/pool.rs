//! Several assets together, and what is lost in spite of them.

use super::asset::{Asset, CollateralKind, SecurityPolicy};
use super::worth::Worth;
use crate::lending::Share;
use crate::lending::share::{Split, money};
use crate::num::{Date, Lgd, Money};
use std::collections::{BTreeMap, BTreeSet};

/// What several assets are worth together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolWorth {
    /// Each asset by itself.
    pub assets: Vec<Worth>,
    /// What counts of each, after the caps on assets and kinds.
    pub counted: Vec<Money>,
    /// All that counts.
    pub total: Money,
    /// How much is lent against it.
    pub lendable: Money,
}

impl SecurityPolicy {
    /// What several assets are worth together on a day.
    ///
    /// An asset, and then a kind, counts for no more than its share of all that counts, itself included:
    ///
    /// ```text
    /// countedᵢ = min(worthᵢ, c · T)   with the largest T for which   Σ countedᵢ = T
    /// ```
    /// With a cap of one half a single asset therefore counts for nothing: it would be all of the pool. What a kind is
    /// cut by is shared among its assets in proportion. Everything is rounded down to the fen. An asset that is given
    /// again, by its id, is worth nothing the second time.
    ///
    /// The end of no loan is looked at: see [`pool_until`](Self::pool_until).
    pub fn pool(&self, assets: &[Asset], on: Date) -> PoolWorth {
        self.pool_until(assets, (on, None))
    }

    /// The same against a loan that ends on a day, as [`worth_until`](Self::worth_until) has it.
    pub fn pool_until(&self, assets: &[Asset], (on, loan_ends_on): (Date, Option<Date>)) -> PoolWorth {
        let mut seen = BTreeSet::new();
        let each = assets.iter().map(|asset| {
            let worth = self.worth_until(asset, (on, loan_ends_on));
            if seen.insert(asset.id.as_str()) {
                worth
            } else {
                worth.repeated()
            }
        });
        let worths: Vec<Worth> = each.collect();
        let mut counted: Vec<i64> = worths.iter().map(|worth| worth.counted.fen()).collect();
        if let Some(most) = self.asset_share_most {
            counted = capped(&counted, most);
        }
        if let Some(most) = self.kind_share_most {
            counted = by_kind(assets, &counted, most);
        }
        let lendable = worths.iter().zip(&counted).map(|(worth, counted)| {
            let whole = i128::from(worth.counted.fen()).max(1);
            i128::from(worth.lendable.fen()) * i128::from(*counted) / whole
        });
        let lendable = money(lendable.sum());
        let counted: Vec<Money> = counted.into_iter().map(|fen| money(i128::from(fen))).collect();
        PoolWorth {
            total: money(Money::sum(counted.iter().copied())),
            assets: worths,
            counted,
            lendable,
        }
    }
}

/// Cuts each amount to a share of what is left of all of them after cutting.
fn capped(amounts: &[i64], most: Share) -> Vec<i64> {
    let mut sorted: Vec<i64> = amounts.iter().map(|a| (*a).max(0)).collect();
    sorted.sort_unstable_by(|a, b| b.cmp(a));
    let whole = i128::from(Share::ALL.millionths());
    let share = i128::from(most.millionths());
    // If the k largest are cut, T = rest + k·c·T, so T = rest / (1 - k·c); right is the least k that fits.
    let mut rest: i128 = sorted.iter().map(|a| i128::from(*a)).sum();
    let mut left = whole;
    let mut cap = 0;
    for largest in &sorted {
        if left <= 0 {
            break;
        }
        let total = rest * whole / left;
        cap = total * share / whole;
        if i128::from(*largest) <= cap {
            break;
        }
        rest -= i128::from(*largest);
        left -= share;
        cap = 0;
    }
    let cut = |amount: &i64| i64::try_from(i128::from((*amount).max(0)).min(cap)).unwrap_or_default();
    amounts.iter().map(cut).collect()
}

/// Cuts each kind to a share of what is left of all of them, and its assets in proportion.
fn by_kind(assets: &[Asset], counted: &[i64], most: Share) -> Vec<i64> {
    let mut totals: BTreeMap<CollateralKind, i64> = BTreeMap::new();
    for (asset, counted) in assets.iter().zip(counted) {
        *totals.entry(asset.kind).or_default() += counted;
    }
    let amounts: Vec<i64> = totals.values().copied().collect();
    let mut splits: BTreeMap<CollateralKind, Split> = BTreeMap::new();
    for ((kind, whole), kept) in totals.iter().zip(capped(&amounts, most)) {
        splits.insert(*kind, Split::new(kept, i128::from(*whole)));
    }
    let mut part = |(asset, counted): (&Asset, &i64)| {
        let split = splits.get_mut(&asset.kind);
        split.map_or(0, |split| split.next(i128::from(*counted)))
    };
    assets.iter().zip(counted).map(&mut part).collect()
}

/// Loss given default of a loan with collateral.
///
/// ```text
/// LGD = max(floor, unsecured · (1 - min(1, counted / exposure)))
/// ```
/// where `counted` is what the collateral counts for after haircuts. A loan of nothing is covered. What collateral brings
/// above its haircut is not counted, so this errs on the high side if haircuts do.
///
/// ```
/// use rating_core::lending::lgd_from_coverage;
/// use rating_core::num::{Lgd, Money};
/// let (unsecured, floor) = (Lgd::new(0.45)?, Lgd::new(0.1)?);
/// let lgd = |counted| lgd_from_coverage((unsecured, floor), counted, Money::from_yuan(100).unwrap_or_default());
/// assert_eq!(lgd(Money::from_yuan(60)?).get(), 0.45 * 0.4);
/// assert_eq!(lgd(Money::from_yuan(99)?).get(), 0.1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn lgd_from_coverage((unsecured, floor): (Lgd, Lgd), counted: Money, exposure: Money) -> Lgd {
    let coverage = if exposure > Money::ZERO {
        (counted.yuan() / exposure.yuan()).clamp(0.0, 1.0)
    } else {
        1.0
    };
    Lgd::new((unsecured.get() * (1.0 - coverage)).max(floor.get())).unwrap_or(unsecured)
}

/// Whether loans against intellectual property fail to perform within the tolerance: at most three percentage points
/// more than all loans of the bank, the three included. Loans of nothing are within it.
///
/// ```text
/// bad_ip / ip ≤ bad / all + 0.03
/// ```
/// Source: 银保监发〔2019〕34号, as secondary sources give it.
///
/// ```
/// use rating_core::{lending::is_within_ip_tolerance, num::Money};
/// let yuan = |amount| Money::from_yuan(amount).unwrap_or_default();
/// assert!(is_within_ip_tolerance((yuan(5), yuan(100)), (yuan(20), yuan(1_000))));
/// assert!(!is_within_ip_tolerance((yuan(6), yuan(100)), (yuan(20), yuan(1_000))));
/// ```
pub fn is_within_ip_tolerance((ip_bad, ip): (Money, Money), (bad, all): (Money, Money)) -> bool {
    if ip <= Money::ZERO {
        return true;
    }
    let [ip_bad, ip, bad, all] = [ip_bad, ip, bad, all].map(|amount| i128::from(amount.fen()));
    // Cross-multiplied, so that the border is exact; a bank without loans has none that fail.
    let (bad, all) = if all > 0 { (bad, all) } else { (0, 1) };
    100 * ip_bad * all <= 100 * bad * ip + 3 * ip * all
}

#[cfg(test)]
mod tests {
    use super::super::asset::tests::{day, patent, policy};
    use super::*;
    use crate::lending::WorthNothing;
    use proptest::prelude::*;

    fn share(fraction: f64) -> Share {
        Share::new(fraction).unwrap()
    }

    /// By hand: 600, 300 and 100 at one half. The largest is cut to the sum of the others, 400.
    #[test]
    fn the_cap_is_on_what_counts_and_not_on_what_is_offered() {
        assert_eq!(capped(&[600, 300, 100], share(0.5)), [400, 300, 100]);
        // At 40 %: T = 100 / (1 - 0.8) = 500, two of 200.
        assert_eq!(capped(&[600, 300, 100], share(0.4)), [200, 200, 100]);
        // Three at 30 % can never be all of it.
        assert_eq!(capped(&[600, 300, 100], share(0.3)), [0, 0, 0]);
        assert_eq!(capped(&[600], share(1.0)), [600]);
        assert_eq!(capped(&[], share(0.5)), Vec::<i64>::new());
    }

    #[test]
    fn a_pool_counts_less_than_its_assets() {
        let mut assets = [patent(1_200_000), patent(600_000), patent(200_000)];
        for (asset, id) in assets.iter_mut().zip(["P1", "P2", "P3"]) {
            asset.id = id.to_owned();
        }
        let mut policy = policy();
        let pool = policy.pool(&assets, day("2025-06-30"));
        // Half of each counts: 600, 300, 100 thousand; the first is cut to 400.
        assert_eq!(
            (pool.total.to_string(), pool.lendable.to_string()),
            ("800000.00".into(), "480000.00".into())
        );
        policy.kind_share_most = Some(share(0.5));
        assert_eq!(
            policy.pool(&assets, day("2025-06-30")).total,
            Money::ZERO,
            "one kind alone is all of it"
        );
        policy.kind_share_most = Some(Share::ALL);
        assert_eq!(policy.pool(&assets, day("2025-06-30")), pool);
    }

    /// By hand: half of 1,200,000 counts, and 60 % of that is lent; the same patent again adds nothing.
    #[test]
    fn an_asset_that_is_given_twice_counts_once() {
        let mut policy = policy();
        policy.asset_share_most = None;
        let pool = policy.pool(&[patent(1_200_000), patent(1_200_000)], day("2025-06-30"));
        assert_eq!(
            (pool.total.to_string(), pool.lendable.to_string()),
            ("600000.00".into(), "360000.00".into())
        );
        assert_eq!(pool.assets[1].nothing, [WorthNothing::Repeated]);
        assert_eq!(pool.counted[1], Money::ZERO);
    }

    #[test]
    fn the_border_of_the_tolerance_is_within_it() {
        let yuan = |amount| Money::from_yuan(amount).unwrap();
        assert!(is_within_ip_tolerance(
            (yuan(3), yuan(100)),
            (Money::ZERO, Money::ZERO)
        ));
        assert!(is_within_ip_tolerance(
            (Money::ZERO, Money::ZERO),
            (yuan(1), yuan(1))
        ));
        let above = Money::from_fen(301).unwrap();
        assert!(!is_within_ip_tolerance(
            (above, yuan(100)),
            (Money::ZERO, yuan(1))
        ));
    }

    proptest! {
        #[test]
        fn nothing_counts_for_more_than_its_share(
            amounts in prop::collection::vec(0..1_000_000_000_i64, 0..8), millionths in 1..=1_000_000_u32,
        ) {
            let most = share(f64::from(millionths) / 1e6);
            let cut = capped(&amounts, most);
            let total: i64 = cut.iter().sum();
            for (before, after) in amounts.iter().zip(&cut) {
                prop_assert!(after <= before && *after >= 0);
                // Rounding down each of them leaves the total short by less than a fen each.
                prop_assert!((*after as f64) <= most.get() * (total as f64 + amounts.len() as f64 + 1.0) + 1.0);
            }
            // It is the largest: cutting less would break the cap, so what is not cut is whole.
            if millionths == 1_000_000 {
                prop_assert_eq!(cut, amounts);
            }
        }
    }
}
