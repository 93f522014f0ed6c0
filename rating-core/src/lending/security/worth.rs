//! What an asset is worth as collateral on a day.

use super::asset::{Asset, CollateralKind, KindRule, SecurityPolicy};
use crate::lending::Share;
use crate::lending::share::money;
use crate::num::{Date, Money};

/// Why an asset is worth nothing as collateral on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorthNothing {
    /// The policy does not take its kind on the day.
    KindNotTaken,
    /// The borrower does not own it.
    NotOwned,
    /// It is pledged to somebody else.
    Pledged,
    /// It is frozen.
    Frozen,
    /// The right has ended.
    Lapsed,
    /// It ended on this day.
    Ended(Date),
    /// Its fees were paid until this day, and the six months in which they can be made good have passed.
    FeesUnpaid(Date),
    /// The pledge is not registered.
    NotRegistered,
    /// The valuation is older than the policy allows, or of a later day.
    ValuationNotCurrent(Date),
    /// It was acquired too short a time ago.
    AcquiredRecently(Date),
    /// Those with an earlier claim can take all of it.
    PriorClaims,
    /// It stands before in the pool, by its id.
    Repeated,
    /// It ends on this day: before the loan, or too soon after it.
    EndsTooSoon(Date),
}

/// What an asset is worth as collateral.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Worth {
    /// What counts of its value: after earlier claims and the haircut; nothing if there is a reason.
    pub counted: Money,
    /// How much is lent against it.
    pub lendable: Money,
    /// Why it is worth nothing; every reason.
    pub nothing: Vec<WorthNothing>,
}

impl Worth {
    /// The same asset once more: worth nothing.
    pub(super) fn repeated(mut self) -> Self {
        (self.counted, self.lendable) = (Money::ZERO, Money::ZERO);
        self.nothing.push(WorthNothing::Repeated);
        self
    }
}

/// Months after the last paid year of a patent in which its fee can still be paid with a surcharge
/// (专利法实施细则 2023).
const FEE_GRACE_MONTHS: i32 = 6;

impl SecurityPolicy {
    /// What an asset is worth as collateral on a day, or every reason why it is worth nothing.
    ///
    /// ```text
    /// counted  = (value - earlier claims) · (1 - haircut),   lendable = counted · advance rate
    /// ```
    /// Both are rounded down to the fen.
    ///
    /// The end of no loan is looked at: see [`worth_until`](Self::worth_until).
    pub fn worth(&self, asset: &Asset, on: Date) -> Worth {
        self.worth_until(asset, (on, None))
    }

    /// The same against a loan that ends on a day: what ends before it, or fewer months after it than the rule of its kind
    /// asks for, is worth nothing, unless the rule lets it end before the loan.
    pub fn worth_until(&self, asset: &Asset, (on, loan_ends_on): (Date, Option<Date>)) -> Worth {
        let rule = self.rule(asset.kind, on);
        let mut nothing = self.reasons(asset, on);
        let ends_too_soon = |rule: &&KindRule| {
            let needed = loan_ends_on.map(|last| last.plus_months(i32::from(rule.months_beyond)));
            let ends = asset.ends_on.filter(|ends| *ends >= on);
            !rule.may_end_before && ends.is_some() && ends < needed
        };
        if let Some(ends) = asset
            .ends_on
            .filter(|_| rule.is_some_and(|rule| ends_too_soon(&rule)))
        {
            nothing.push(WorthNothing::EndsTooSoon(ends));
        }
        let left = money(i128::from(asset.value.fen()) - i128::from(asset.prior_claims.fen().max(0)));
        if left <= Money::ZERO {
            nothing.push(WorthNothing::PriorClaims);
        }
        let (Some(rule), []) = (rule, nothing.as_slice()) else {
            return Worth {
                counted: Money::ZERO,
                lendable: Money::ZERO,
                nothing,
            };
        };
        let kept = Share::ALL.millionths() - rule.haircut.millionths();
        let counted = money(i128::from(left.fen()) * i128::from(kept) / i128::from(Share::ALL.millionths()));
        Worth {
            counted,
            lendable: rule.advance_rate.of(counted),
            nothing,
        }
    }

    fn rule(&self, kind: CollateralKind, on: Date) -> Option<&KindRule> {
        let holds = |rule: &&KindRule| {
            rule.kind == kind && on >= rule.valid_from && rule.valid_to.is_none_or(|last| on <= last)
        };
        self.kinds.iter().find(holds)
    }

    fn reasons(&self, asset: &Asset, on: Date) -> Vec<WorthNothing> {
        let rule = self.rule(asset.kind, on);
        let is_unregistered = rule.is_some_and(|r| r.needs_registration)
            && asset.registered_on.is_none_or(|registered| registered > on);
        let oldest = rule.map_or(Date::MIN, |r| {
            on.plus_months(-i32::from(r.oldest_valuation_months))
        });
        let recent = |acquired: &Date| {
            let months = rule.map_or(0, |r| i32::from(r.owned_months));
            acquired.plus_months(months) > on
        };
        let grace_is_over = |paid: &Date| paid.plus_months(FEE_GRACE_MONTHS) < on;
        let found = [
            rule.is_none().then_some(WorthNothing::KindNotTaken),
            (!asset.is_owned).then_some(WorthNothing::NotOwned),
            asset.is_pledged.then_some(WorthNothing::Pledged),
            asset.is_frozen.then_some(WorthNothing::Frozen),
            asset.has_lapsed.then_some(WorthNothing::Lapsed),
            asset.ends_on.filter(|last| *last < on).map(WorthNothing::Ended),
            asset
                .fees_paid_until
                .filter(grace_is_over)
                .map(WorthNothing::FeesUnpaid),
            is_unregistered.then_some(WorthNothing::NotRegistered),
            (asset.valued_on < oldest || asset.valued_on > on)
                .then_some(WorthNothing::ValuationNotCurrent(asset.valued_on)),
            asset
                .acquired_on
                .filter(recent)
                .map(WorthNothing::AcquiredRecently),
        ];
        found.into_iter().flatten().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::asset::tests::{day, patent, policy};
    use super::*;

    #[test]
    fn an_asset_counts_for_what_is_left_of_its_value() {
        let worth = policy().worth(&patent(1_000_000), day("2025-06-30"));
        assert_eq!(
            (worth.counted.to_string(), worth.lendable.to_string()),
            ("500000.00".into(), "300000.00".into())
        );
        let mut claimed = patent(1_000_000);
        claimed.prior_claims = Money::from_yuan(400_000).unwrap();
        assert_eq!(
            policy().worth(&claimed, day("2025-06-30")).counted.to_string(),
            "300000.00"
        );
    }

    #[test]
    fn what_is_worth_nothing_says_why() {
        let why = |change: &dyn Fn(&mut Asset)| {
            let mut asset = patent(1_000_000);
            change(&mut asset);
            let worth = policy().worth(&asset, day("2025-06-30"));
            assert_eq!((worth.counted, worth.lendable), (Money::ZERO, Money::ZERO));
            worth.nothing
        };
        assert_eq!(why(&|a| a.is_owned = false), [WorthNothing::NotOwned]);
        assert_eq!(why(&|a| a.is_pledged = true), [WorthNothing::Pledged]);
        assert_eq!(why(&|a| a.is_frozen = true), [WorthNothing::Frozen]);
        assert_eq!(why(&|a| a.has_lapsed = true), [WorthNothing::Lapsed]);
        assert_eq!(
            why(&|a| a.ends_on = Some(day("2025-06-29"))),
            [WorthNothing::Ended(day("2025-06-29"))]
        );
        assert_eq!(why(&|a| a.registered_on = None), [WorthNothing::NotRegistered]);
        assert_eq!(
            why(&|a| a.registered_on = Some(day("2025-07-01"))),
            [WorthNothing::NotRegistered]
        );
        assert_eq!(
            why(&|a| a.kind = CollateralKind::Order),
            [WorthNothing::KindNotTaken]
        );
        let old = day("2024-06-29");
        assert_eq!(
            why(&|a| a.valued_on = old),
            [WorthNothing::ValuationNotCurrent(old)]
        );
        let recent = day("2025-01-01");
        assert_eq!(
            why(&|a| a.acquired_on = Some(recent)),
            [WorthNothing::AcquiredRecently(recent)]
        );
        assert_eq!(
            why(&|a| a.prior_claims = Money::from_yuan(1_000_000).unwrap()),
            [WorthNothing::PriorClaims]
        );
        let both = why(&|a| (a.is_pledged, a.is_frozen) = (true, true));
        assert_eq!(both, [WorthNothing::Pledged, WorthNothing::Frozen]);
    }

    /// A receivable is to be paid on the last day of the loan or later; the policy may ask for more, or for nothing.
    #[test]
    fn what_ends_before_the_loan_secures_nothing() {
        let mut asset = patent(1_000_000);
        let (on, last) = (day("2025-06-30"), day("2026-06-30"));
        let mut rules = policy();
        let nothing =
            |rules: &SecurityPolicy, asset: &Asset| rules.worth_until(asset, (on, Some(last))).nothing;
        asset.ends_on = Some(last);
        assert_eq!(nothing(&rules, &asset), []);
        asset.ends_on = Some(day("2026-06-29"));
        let too_soon = [WorthNothing::EndsTooSoon(day("2026-06-29"))];
        assert_eq!(nothing(&rules, &asset), too_soon);
        assert_eq!(
            rules.worth(&asset, on).nothing,
            [],
            "without a loan nothing is too soon"
        );
        rules.kinds[0].may_end_before = true;
        assert_eq!(nothing(&rules, &asset), []);
        rules.kinds[0].may_end_before = false;
        rules.kinds[0].months_beyond = 12;
        asset.ends_on = Some(day("2027-06-30"));
        assert_eq!(nothing(&rules, &asset), []);
        asset.ends_on = Some(day("2027-06-29"));
        assert_eq!(
            nothing(&rules, &asset),
            [WorthNothing::EndsTooSoon(day("2027-06-29"))]
        );
        asset.ends_on = None;
        assert_eq!(
            nothing(&rules, &asset),
            [],
            "what does not end outlasts every loan"
        );
        asset.ends_on = Some(day("2025-06-01"));
        let ended = [WorthNothing::Ended(day("2025-06-01"))];
        assert_eq!(nothing(&rules, &asset), ended, "one reason for one end");
    }

    #[test]
    fn an_unpaid_fee_can_be_made_good_for_six_months() {
        let mut asset = patent(1_000_000);
        asset.fees_paid_until = Some(day("2024-12-30"));
        assert_eq!(policy().worth(&asset, day("2025-06-30")).nothing, []);
        let after = policy().worth(&asset, day("2025-07-01")).nothing;
        assert_eq!(after, [WorthNothing::FeesUnpaid(day("2024-12-30"))]);
    }

    #[test]
    fn a_patent_of_the_register_brings_its_status_along() {
        let dossier: crate::record::Dossier = r#"{"firm_id": "F-000001", "patents": [
            {"number": "201710601862.3", "filed_on": "2017-07-21", "granted_on": "2019-01-01", "status": "in_force",
             "pledged_on": "2025-03-01", "pledge_released_on": "2025-09-01"}]}"#
            .parse()
            .unwrap();
        let worth = |on: &str| {
            let on = day(on);
            let view = dossier.view(on);
            let value = (Money::from_yuan(100).unwrap(), day("2025-01-01"));
            let mut asset = Asset::of_patent(view.patents().next().unwrap(), value, on);
            asset.registered_on = Some(day("2025-01-15"));
            policy().worth(&asset, on).nothing
        };
        assert_eq!(worth("2025-02-01"), []);
        assert_eq!(worth("2025-03-01"), [WorthNothing::Pledged]);
        assert_eq!(worth("2025-09-01"), []);
        let (ended, old) = (day("2037-07-20"), day("2025-01-01"));
        assert_eq!(
            worth("2037-07-21"),
            [WorthNothing::Ended(ended), WorthNothing::ValuationNotCurrent(old)]
        );
    }
}
