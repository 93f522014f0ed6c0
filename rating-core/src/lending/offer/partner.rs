//! Guarantors and insurers that a firm can be pointed to.

use crate::lending::fault::Faults;
use crate::lending::{Guarantee, Guarantor, Insurance, InsuranceLine, Share};
use crate::num::Money;
use crate::rule::Wording;
use serde::{Deserialize, Serialize};

/// A guarantor that would stand for loans of the policy. It is proposed where its guarantee would change an answer, and
/// changes nothing by itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PartnerGuarantor {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: Wording,
    /// What it offers.
    pub guarantee: Guarantee,
    /// What bounds it. That it stands for nothing around the firm yet is taken as given.
    pub guarantor: Guarantor,
}

/// An insurer that would insure loans of the policy. It is proposed where its contract would change an answer, and changes
/// nothing by itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PartnerInsurer {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: Wording,
    /// The line, one that protects the lender.
    pub line: InsuranceLine,
    /// The share of a loss that it pays.
    pub share: Share,
    /// Premium a year, as a share of the amount insured.
    pub premium_rate: Share,
}

impl PartnerGuarantor {
    pub(super) fn faults(&self, place: &str, faults: &mut Faults) {
        faults.wording(&format!("{place}.name"), &self.name);
        faults.number(&format!("{place}.guarantee.fee"), self.guarantee.fee, (0.0, 1.0));
        if self.guarantee.share == Share::ZERO {
            faults.add(format!("{place}.guarantee.share"), "a share above 0", "0");
        }
    }
}

impl PartnerInsurer {
    /// The contract for a loan: all of it is insured.
    pub(super) fn insures(&self, loan: Money) -> Insurance {
        Insurance {
            line: self.line,
            insured: loan,
            deductible: Money::ZERO,
            share: self.share,
            limit: loan,
            premium_rate: self.premium_rate,
        }
    }

    pub(super) fn faults(&self, place: &str, faults: &mut Faults) {
        faults.wording(&format!("{place}.name"), &self.name);
        if !self.line.protects_lender() {
            let wanted = "a line that pays the lender: `patent_pledge_loan` or `loan_guarantee`";
            faults.add(format!("{place}.line"), wanted, self.line.word());
        }
        if self.share == Share::ZERO {
            faults.add(format!("{place}.share"), "a share above 0", "0");
        }
    }
}
