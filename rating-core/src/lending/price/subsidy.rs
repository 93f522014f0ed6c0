//! What others pay towards the interest of a loan.

use crate::lending::fault::Faults;
use crate::lending::loss_sharing::LoanTrait;
use crate::lending::{LendingError, Share};
use crate::num::{Date, Money};
use crate::rule::Basis;
use serde::{Deserialize, Serialize};

/// An interest subsidy, as a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct InterestSubsidy {
    /// Its id.
    pub id: String,
    /// Where it comes from.
    pub basis: Basis,
    /// First day on which a loan can be lent with it.
    pub valid_from: Date,
    /// Last day; missing: until further notice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Date>,
    /// The share of the interest that it pays.
    pub share_of_interest: Share,
    /// The most that it pays a year, as a share of the loan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share_of_loan_most: Option<Share>,
    /// The most that it pays one firm a year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub firm_most: Option<Money>,
    /// Only loans with one of these traits; empty: all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub only: Vec<LoanTrait>,
}

impl InterestSubsidy {
    /// Ids of the subsidies that come with the crate.
    pub const PRESETS: &'static [&'static str] = &["shanxi-2023", "shandong-2023"];

    /// The subsidies that come with the crate, by id; none under another id.
    pub fn preset(id: &str) -> Option<Self> {
        let text = match id {
            "shanxi-2023" => include_str!("../../../lending/subsidy/shanxi-2023.json"),
            "shandong-2023" => include_str!("../../../lending/subsidy/shandong-2023.json"),
            _ => return None,
        };
        // INVARIANT: shipped documents parse (a test holds it).
        serde_json::from_str(text).ok()
    }

    /// Whether the document holds together.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn check(&self) -> Result<(), Vec<LendingError>> {
        let mut faults = Faults::default();
        self.faults("", &mut faults);
        faults.or(|| ())
    }

    pub(in crate::lending) fn faults(&self, place: &str, faults: &mut Faults) {
        faults.text(&format!("{place}id"), &self.id);
        faults.basis(&self.basis);
        faults.days(&format!("{place}valid_to"), self.valid_from, self.valid_to);
        if let Some(most) = self.firm_most.filter(|most| *most < Money::ZERO) {
            faults.add(format!("{place}firm_most"), "an amount from 0", &most.to_string());
        }
    }

    /// What it pays for a year of a loan; nothing if it is not in force or the loan has none of the traits.
    ///
    /// ```text
    /// min(share · interest, share of the loan · loan, most of a firm - what the firm has had in the year)
    /// ```
    /// Each bound is rounded down to the fen; amounts below zero count as none.
    ///
    /// ```
    /// use rating_core::{lending::{InterestSubsidy, SubsidisedYear, loss_sharing::LoanTrait}, num::Money};
    /// let subsidy = InterestSubsidy::preset("shanxi-2023").ok_or("a preset")?;
    /// let year = SubsidisedYear {
    ///     lent_on: "2023-05-01".parse()?, traits: &[LoanTrait::PureCredit], had: Money::ZERO,
    ///     loan: Money::from_yuan(5_000_000)?, interest: Money::from_yuan(250_000)?,
    /// };
    /// assert_eq!(subsidy.amount(&year).to_string(), "125000.00");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn amount(&self, year: &SubsidisedYear<'_>) -> Money {
        let is_in_force =
            year.lent_on >= self.valid_from && self.valid_to.is_none_or(|last| year.lent_on <= last);
        let fits = self.only.is_empty() || self.only.iter().any(|t| year.traits.contains(t));
        if !(is_in_force && fits) {
            return Money::ZERO;
        }
        let mut amount = self.share_of_interest.of(year.interest);
        if let Some(share) = self.share_of_loan_most {
            amount = amount.min(share.of(year.loan));
        }
        if let Some(most) = self.firm_most {
            let left = most.fen() - year.had.fen().max(0);
            amount = amount.min(crate::lending::share::money(i128::from(left.max(0))));
        }
        amount
    }
}

/// A year of a loan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SubsidisedYear<'a> {
    /// The day of lending.
    pub lent_on: Date,
    /// What may be said of the loan.
    pub traits: &'a [LoanTrait],
    /// The loan.
    pub loan: Money,
    /// Interest paid in the year: of a loan that ends within it, that of its months.
    pub interest: Money,
    /// What the firm has had of the subsidy in the year.
    pub had: Money,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paid(id: &str, loan: i64, interest: i64, had: i64) -> String {
        let yuan = |amount| Money::from_yuan(amount).unwrap();
        let year = SubsidisedYear {
            lent_on: "2024-01-01".parse().unwrap(),
            traits: &[LoanTrait::PureCredit],
            loan: yuan(loan),
            interest: yuan(interest),
            had: yuan(had),
        };
        InterestSubsidy::preset(id).unwrap().amount(&year).to_string()
    }

    /// Half of the interest, at most 3 % of the loan and 200,000 yuan.
    #[test]
    fn the_bounds_of_shanxi_are_met() {
        assert_eq!(paid("shanxi-2023", 1_000_000, 50_000, 0), "25000.00");
        assert_eq!(paid("shanxi-2023", 1_000_000, 80_000, 0), "30000.00");
        assert_eq!(paid("shanxi-2023", 10_000_000, 500_000, 0), "200000.00");
        assert_eq!(paid("shanxi-2023", 10_000_000, 500_000, 190_000), "10000.00");
        assert_eq!(paid("shanxi-2023", 10_000_000, 500_000, 210_000), "0.00");
        assert_eq!(paid("shandong-2023", 100_000_000, 5_000_000, 0), "500000.00");
    }

    #[test]
    fn only_pure_credit_loans_lent_in_time_are_subsidised() {
        let subsidy = InterestSubsidy::preset("shanxi-2023").unwrap();
        let mut year = SubsidisedYear {
            lent_on: "2024-01-01".parse().unwrap(),
            traits: &[LoanTrait::IpPledge],
            loan: Money::from_yuan(100).unwrap(),
            interest: Money::from_yuan(10).unwrap(),
            had: Money::ZERO,
        };
        assert_eq!(subsidy.amount(&year), Money::ZERO);
        year.traits = &[LoanTrait::PureCredit];
        year.lent_on = "2022-12-31".parse().unwrap();
        assert_eq!(subsidy.amount(&year), Money::ZERO);
    }

    #[test]
    fn every_shipped_subsidy_holds_together() {
        for id in InterestSubsidy::PRESETS {
            let subsidy = InterestSubsidy::preset(id).unwrap();
            assert!(subsidy.check().is_ok() && subsidy.id == *id);
        }
        assert_eq!(InterestSubsidy::preset("none"), None);
    }
}
