//! What is pledged, and what it is worth on a day.

use crate::lending::fault::Faults;
use crate::lending::{LendingError, Share};
use crate::num::{Date, Money};
use crate::record::{Patent, PatentStatus};
use crate::rule::document::read;
use serde::{Deserialize, Serialize};

/// A kind of collateral.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum CollateralKind {
    /// A patent (专利权).
    Patent,
    /// A trademark (商标权).
    Trademark,
    /// Equity (股权).
    Equity,
    /// A receivable (应收账款).
    Receivable,
    /// An order (订单).
    Order,
    /// A warehouse receipt (仓单).
    WarehouseReceipt,
    /// An export tax-refund account (出口退税账户).
    ExportRefundAccount,
    /// An insurance policy (保单).
    InsurancePolicy,
    /// Another right to income (收益权).
    IncomeRight,
}

/// Something that is offered as collateral.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts of a register, each named"
)]
pub struct Asset {
    /// Its id.
    pub id: String,
    /// Its kind.
    pub kind: CollateralKind,
    /// What it was valued at.
    pub value: Money,
    /// The day of the valuation.
    pub valued_on: Date,
    /// Whether the borrower owns it on the day.
    pub is_owned: bool,
    /// Whether it is pledged to somebody else.
    #[serde(default)]
    pub is_pledged: bool,
    /// Whether a court or an authority has frozen it.
    #[serde(default)]
    pub is_frozen: bool,
    /// Whether the right has ended: revoked, given up, declared void, called in.
    #[serde(default)]
    pub has_lapsed: bool,
    /// The last day of its legal life or the day on which it falls due; missing: it does not end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_on: Option<Date>,
    /// The last day for which its annual fees are paid; missing: it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fees_paid_until: Option<Date>,
    /// The day on which the pledge to the lender was registered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registered_on: Option<Date>,
    /// The day on which the borrower came to own it; missing: it made it itself, or long ago.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acquired_on: Option<Date>,
    /// What those with an earlier claim can take out of it.
    #[serde(default)]
    pub prior_claims: Money,
}

impl Asset {
    /// A patent of the register as collateral on a day: whether it is in force and within its term, stands pledged,
    /// and since when the firm owns it. The records are those of the firm, so a patent among them is its own from the day on
    /// which it was taken over; that one was passed on again no record says. What the register does not say stays open for
    /// the caller to fill in: whether it is frozen, its fees, earlier claims, and the registration of the lender's own pledge.
    ///
    /// A patent that stands pledged counts as pledged to somebody else. Clear `is_pledged` and set `registered_on` if
    /// the pledge is the lender's.
    pub fn of_patent(patent: &Patent, (value, valued_on): (Money, Date), on: Date) -> Self {
        Self {
            id: patent.number.as_str().to_owned(),
            kind: CollateralKind::Patent,
            value,
            valued_on,
            is_owned: patent.transferred_in_on.is_none_or(|day| day <= on),
            is_pledged: patent.is_pledged(on),
            is_frozen: false,
            has_lapsed: patent.status_on(on) != PatentStatus::InForce,
            ends_on: Some(patent.term_ends_on().plus_days(-1)),
            fees_paid_until: None,
            registered_on: None,
            acquired_on: patent.transferred_in_on,
            prior_claims: Money::ZERO,
        }
    }
}

/// How collateral counts, as a document. Every number is the lender's: the sources give none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SecurityPolicy {
    /// Kinds that are taken, each with how it counts. A kind may stand more than once, for other days.
    pub kinds: Vec<KindRule>,
    /// The most that one asset counts for, as a share of all that counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asset_share_most: Option<Share>,
    /// The most that one kind counts for, as a share of all that counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind_share_most: Option<Share>,
}

/// How a kind of collateral counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct KindRule {
    /// The kind.
    pub kind: CollateralKind,
    /// First day on which this holds.
    pub valid_from: Date,
    /// Last day; missing: until further notice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Date>,
    /// What is taken off the value, for the loss on the way to money.
    pub haircut: Share,
    /// How much is lent against what is left.
    pub advance_rate: Share,
    /// Months after which a valuation is too old.
    pub oldest_valuation_months: u16,
    /// Whether the pledge has to be registered before it counts.
    pub needs_registration: bool,
    /// Months that the borrower must have owned what it acquired; 0: none.
    #[serde(default)]
    pub owned_months: u16,
    /// Months that an asset with an end must still run after the last day of the loan; 0: to that day.
    #[serde(default, skip_serializing_if = "is_none")]
    pub months_beyond: u16,
    /// Whether it may end before the loan does: a receivable, say, whose payment comes to an account that is pledged in its
    /// place. How is between lender and firm; missing: it may not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub may_end_before: bool,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature that `skip_serializing_if` calls"
)]
const fn is_none(months: &u16) -> bool {
    *months == 0
}

impl SecurityPolicy {
    /// Reads a document. It is not checked yet.
    ///
    /// # Errors
    /// The line and column of what is not JSON, is unknown, is missing, or stands twice.
    pub fn from_json(text: &str) -> Result<Self, LendingError> {
        read(text).map_err(LendingError::Document)
    }

    /// Whether the document holds together.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with its place, what was expected and what came.
    pub fn check(&self) -> Result<(), Vec<LendingError>> {
        let mut faults = Faults::default();
        self.faults("", &mut faults);
        faults.or(|| ())
    }

    pub(in crate::lending) fn faults(&self, place: &str, faults: &mut Faults) {
        for (at, rule) in self.kinds.iter().enumerate() {
            let here = format!("{place}kinds[{at}]");
            faults.days(&format!("{here}.valid_to"), rule.valid_from, rule.valid_to);
            let last = |rule: &KindRule| rule.valid_to.unwrap_or(Date::MAX);
            let overlaps = |other: &KindRule| {
                other.kind == rule.kind && other.valid_from <= last(rule) && rule.valid_from <= last(other)
            };
            if rule.may_end_before && rule.months_beyond > 0 {
                let got = rule.months_beyond.to_string();
                faults.add(
                    format!("{here}.months_beyond"),
                    "0 where it may end before the loan",
                    &got,
                );
            }
            if self.kinds.iter().take(at).any(overlaps) {
                let got = rule.valid_from.to_string();
                faults.add(here, "one rule of a kind on any day", &got);
            }
        }
        let shares = [
            ("asset_share_most", self.asset_share_most),
            ("kind_share_most", self.kind_share_most),
        ];
        for (name, _) in shares.iter().filter(|(_, share)| *share == Some(Share::ZERO)) {
            faults.add(format!("{place}{name}"), "a share above 0", "0");
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Illustrative numbers: no source gives haircuts or advance rates.
    pub(in crate::lending::security) fn policy() -> SecurityPolicy {
        let kind = |kind: &str, haircut: f64| {
            format!(
                r#"{{"kind": "{kind}", "valid_from": "2020-01-01", "haircut": {haircut}, "advance_rate": 0.6,
                     "oldest_valuation_months": 12, "needs_registration": true, "owned_months": 6}}"#
            )
        };
        let text = format!(
            r#"{{"kinds": [{}, {}], "asset_share_most": 0.5}}"#,
            kind("patent", 0.5),
            kind("receivable", 0.2)
        );
        SecurityPolicy::from_json(&text).unwrap()
    }

    pub(in crate::lending::security) fn patent(value: i64) -> Asset {
        serde_json::from_str(&format!(
            r#"{{"id": "P1", "kind": "patent", "value": "{value}", "valued_on": "2025-01-01", "is_owned": true,
                 "ends_on": "2035-01-01", "fees_paid_until": "2025-12-31", "registered_on": "2025-02-01"}}"#
        ))
        .unwrap()
    }

    pub(in crate::lending::security) fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn two_rules_for_one_day_are_a_fault() {
        let mut policy = policy();
        policy.kinds.push(policy.kinds[0].clone());
        policy.kinds[1].valid_to = Some(day("2019-01-01"));
        policy.asset_share_most = Some(Share::ZERO);
        (policy.kinds[0].may_end_before, policy.kinds[0].months_beyond) = (true, 6);
        let texts: Vec<String> = policy
            .check()
            .unwrap_err()
            .iter()
            .map(ToString::to_string)
            .collect();
        insta::assert_snapshot!(texts.join("\n"), @"
        kinds[0].months_beyond: expected 0 where it may end before the loan, got `6`
        kinds[1].valid_to: expected a day not before `valid_from`, got `2019-01-01`
        kinds[2]: expected one rule of a kind on any day, got `2020-01-01`
        asset_share_most: expected a share above 0, got `0`
        ");
    }
}
