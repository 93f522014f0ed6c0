//! Insurance of technology firms: lines, premium, what is paid, and who pays part of the premium.

use super::fault::Faults;
use super::share::money;
use super::{LendingError, Share};
use crate::num::{Date, Money};
use crate::rule::Basis;
use serde::{Deserialize, Serialize};

/// A line of insurance that 晋政办发〔2018〕67号 (三) names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum InsuranceLine {
    /// First set of major technical equipment (首台(套)重大技术装备保险).
    FirstSetEquipment,
    /// Export credit (出口信用保险).
    ExportCredit,
    /// Enforcement of patents (专利执行保险).
    PatentEnforcement,
    /// Liability for infringing patents (侵犯专利权责任保险).
    PatentInfringementLiability,
    /// Loans against patents (专利权质押贷款保险).
    PatentPledgeLoan,
    /// Comprehensive liability for intellectual property (知识产权综合责任保险).
    IpComprehensiveLiability,
    /// Guarantee of small loans (小额贷款保证保险).
    LoanGuarantee,
}

impl InsuranceLine {
    /// Whether it pays the lender where the loan is not paid: insurance of loans against patents, and of small loans.
    pub const fn protects_lender(self) -> bool {
        matches!(
            self,
            InsuranceLine::PatentPledgeLoan | InsuranceLine::LoanGuarantee
        )
    }

    /// One word for tables: `first_set_equipment`, `export_credit`, `patent_enforcement`,
    /// `patent_infringement_liability`, `patent_pledge_loan`, `ip_comprehensive_liability`, `loan_guarantee`.
    pub const fn word(self) -> &'static str {
        match self {
            InsuranceLine::FirstSetEquipment => "first_set_equipment",
            InsuranceLine::ExportCredit => "export_credit",
            InsuranceLine::PatentEnforcement => "patent_enforcement",
            InsuranceLine::PatentInfringementLiability => "patent_infringement_liability",
            InsuranceLine::PatentPledgeLoan => "patent_pledge_loan",
            InsuranceLine::IpComprehensiveLiability => "ip_comprehensive_liability",
            InsuranceLine::LoanGuarantee => "loan_guarantee",
        }
    }
}

/// A contract of insurance. Its numbers are the insurer's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Insurance {
    /// Its line.
    pub line: InsuranceLine,
    /// The amount insured.
    pub insured: Money,
    /// What the insured bears of every loss before the insurer pays anything.
    #[serde(default)]
    pub deductible: Money,
    /// The share of what is left that the insurer pays.
    pub share: Share,
    /// The most that it pays in a year.
    pub limit: Money,
    /// Premium a year, as a share of the amount insured.
    pub premium_rate: Share,
}

impl Insurance {
    /// Whether its amounts make sense.
    ///
    /// # Errors
    /// An amount below zero; a limit above the amount insured.
    pub fn check(&self) -> Result<(), Vec<LendingError>> {
        let mut faults = Faults::default();
        let amounts = [
            ("insured", self.insured),
            ("deductible", self.deductible),
            ("limit", self.limit),
        ];
        for (place, amount) in amounts.into_iter().filter(|(_, amount)| *amount < Money::ZERO) {
            faults.add(place, "an amount from 0", &amount.to_string());
        }
        if self.limit > self.insured {
            faults.add("limit", "an amount not above `insured`", &self.limit.to_string());
        }
        faults.or(|| ())
    }

    /// The premium of a year, rounded down to the fen.
    pub fn premium(&self) -> Money {
        self.premium_rate.of(self.insured)
    }

    /// What the insurer pays for a loss, after what it has paid in the year.
    ///
    /// ```text
    /// min(share · max(loss - deductible, 0), limit - paid)
    /// ```
    /// Rounded down to the fen; amounts below zero count as none.
    ///
    /// ```
    /// use rating_core::lending::{Insurance, InsuranceLine, Share};
    /// use rating_core::num::Money;
    /// let yuan = |amount| Money::from_yuan(amount);
    /// let insurance = Insurance {
    ///     line: InsuranceLine::LoanGuarantee, insured: yuan(1_000)?, deductible: yuan(100)?, share: Share::new(0.8)?,
    ///     limit: yuan(500)?, premium_rate: Share::new(0.02)?,
    /// };
    /// assert_eq!(insurance.pays(yuan(600)?, Money::ZERO), yuan(400)?);
    /// assert_eq!(insurance.pays(yuan(600)?, yuan(200)?), yuan(300)?);
    /// assert_eq!(insurance.premium(), yuan(20)?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn pays(&self, loss: Money, paid_in_year: Money) -> Money {
        let fen = |amount: Money| i128::from(amount.fen().max(0));
        let over = money((fen(loss) - fen(self.deductible)).max(0));
        let left = money((fen(self.limit) - fen(paid_in_year)).max(0));
        self.share.of(over).min(left)
    }
}

/// A subsidy on premiums, as a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PremiumSubsidy {
    /// Its id.
    pub id: String,
    /// Where it comes from.
    pub basis: Basis,
    /// First day of a contract with it.
    pub valid_from: Date,
    /// Last day; missing: until further notice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Date>,
    /// The share of the premium that it pays, by line; other lines get nothing.
    pub lines: Vec<LineSubsidy>,
    /// The most that one firm gets in a calendar year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub firm_year_most: Option<Money>,
}

/// The share of the premium of a line that is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LineSubsidy {
    /// The line.
    pub line: InsuranceLine,
    /// The share.
    pub share: Share,
}

impl PremiumSubsidy {
    /// Ids of the subsidies that come with the crate.
    pub const PRESETS: &'static [&'static str] = &["shaanxi-2012"];

    /// The subsidies that come with the crate, by id; none under another id.
    pub fn preset(id: &str) -> Option<Self> {
        let text = match id {
            "shaanxi-2012" => include_str!("../../lending/insurance/shaanxi-2012.json"),
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

    pub(super) fn faults(&self, place: &str, faults: &mut Faults) {
        faults.text(&format!("{place}id"), &self.id);
        faults.basis(&self.basis);
        faults.days(&format!("{place}valid_to"), self.valid_from, self.valid_to);
        for (at, line) in self.lines.iter().enumerate() {
            if self.lines.iter().take(at).any(|other| other.line == line.line) {
                faults.add(
                    format!("{place}lines[{at}].line"),
                    "each line once",
                    &format!("{:?}", line.line),
                );
            }
        }
        if let Some(most) = self.firm_year_most.filter(|most| *most < Money::ZERO) {
            let got = most.to_string();
            faults.add(format!("{place}firm_year_most"), "an amount from 0", &got);
        }
    }

    /// What it pays of a premium on a day, after what the firm has had in the year; rounded down to the fen.
    pub fn amount(&self, line: InsuranceLine, premium: Money, (on, had): (Date, Money)) -> Money {
        let is_in_force = on >= self.valid_from && self.valid_to.is_none_or(|last| on <= last);
        let own = self
            .lines
            .iter()
            .find(|own| own.line == line)
            .filter(|_| is_in_force);
        let amount = own.map_or(Money::ZERO, |own| own.share.of(premium));
        let left = self.firm_year_most.map(|most| {
            let left = i128::from(most.fen()) - i128::from(had.fen().max(0));
            money(left.max(0))
        });
        left.map_or(amount, |left| amount.min(left))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn yuan(amount: i64) -> Money {
        Money::from_yuan(amount).unwrap()
    }

    fn insurance() -> Insurance {
        Insurance {
            line: InsuranceLine::LoanGuarantee,
            insured: yuan(1_000_000),
            deductible: yuan(50_000),
            share: Share::new(0.7).unwrap(),
            limit: yuan(600_000),
            premium_rate: Share::new(0.018).unwrap(),
        }
    }

    #[test]
    fn a_contract_that_pays_more_than_it_insures_is_refused() {
        let mut wrong = insurance();
        wrong.limit = yuan(1_000_001);
        wrong.deductible = yuan(-1);
        let texts: Vec<String> = wrong
            .check()
            .unwrap_err()
            .iter()
            .map(ToString::to_string)
            .collect();
        insta::assert_snapshot!(texts.join("\n"), @"
        deductible: expected an amount from 0, got `-1.00`
        limit: expected an amount not above `insured`, got `1000001.00`
        ");
        assert!(insurance().check().is_ok());
    }

    /// Shaanxi 2012: 40 % for export credit, 50 % for loan guarantees, at most 200,000 a firm and year.
    #[test]
    fn the_premium_subsidy_of_shaanxi_is_met() {
        let subsidy = PremiumSubsidy::preset("shaanxi-2012").unwrap();
        assert!(subsidy.check().is_ok());
        let paid = |line, premium, had| {
            let on = "2013-05-01".parse().unwrap();
            subsidy.amount(line, yuan(premium), (on, yuan(had))).to_string()
        };
        assert_eq!(paid(InsuranceLine::ExportCredit, 100_000, 0), "40000.00");
        assert_eq!(paid(InsuranceLine::LoanGuarantee, 100_000, 0), "50000.00");
        assert_eq!(paid(InsuranceLine::LoanGuarantee, 500_000, 0), "200000.00");
        assert_eq!(paid(InsuranceLine::LoanGuarantee, 500_000, 150_000), "50000.00");
        assert_eq!(paid(InsuranceLine::PatentEnforcement, 500_000, 0), "0.00");
        let before = subsidy.amount(
            InsuranceLine::ExportCredit,
            yuan(1),
            ("2012-12-25".parse().unwrap(), Money::ZERO),
        );
        assert_eq!(before, Money::ZERO);
    }

    proptest! {
        #[test]
        fn what_is_paid_is_within_the_loss_and_the_limit_and_rises_with_the_loss(
            loss in -1_000..200_000_000_i64, more in 0..1_000_i64, paid in 0..80_000_000_i64,
        ) {
            let fen = |fen| Money::from_fen(fen).unwrap();
            let now = insurance().pays(fen(loss), fen(paid));
            prop_assert!(now >= Money::ZERO && now <= fen(loss.max(0)));
            prop_assert!(now == Money::ZERO || now.fen() + paid <= 60_000_000);
            prop_assert!(insurance().pays(fen(loss + more), fen(paid)) >= now);
        }
    }
}
