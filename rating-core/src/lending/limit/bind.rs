//! Every limit on a loan, and the one that binds.

use super::spec::{GradeLimit, LifeStage, LimitPolicy, PerLoan};
use crate::lending::share::{money, money_at_most};
use crate::num::Money;

/// What is known of a firm that wants to borrow. What is not known is none: a limit that needs it then gives nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Borrower<'a> {
    /// What it asks for; none: as much as it can have.
    pub asked: Option<Money>,
    /// What it needs, by the working-capital formula or a budget; none: not reckoned.
    pub need: Option<Money>,
    /// Its sales of twelve months.
    pub sales_12m: Option<Money>,
    /// The tax that it paid in twelve months.
    pub tax_12m: Option<Money>,
    /// Sales that it invoiced in twelve months, red-letter invoices taken off.
    pub invoiced_12m: Option<Money>,
    /// Symbol of its government grade.
    pub grade: Option<&'a str>,
    /// Its stage of life.
    pub stage: Option<LifeStage>,
    /// Its grade in a knowledge-value scheme.
    pub knowledge_grade: Option<&'a str>,
    /// What is lent against its collateral; none: the loan is not bound to it.
    pub lendable: Option<Money>,
    /// What it owes to the lender.
    pub owes: Money,
    /// What those it belongs with owe to the lender.
    pub group_owes: Money,
}

/// What limits a loan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LimitKind {
    /// What was asked for.
    Asked,
    /// What is needed.
    Need,
    /// Sales.
    Sales,
    /// Tax paid.
    Tax,
    /// Invoiced sales.
    Invoices,
    /// Grade and stage.
    Grade,
    /// A knowledge-value scheme.
    KnowledgeValue,
    /// What is lent against collateral.
    Collateral,
    /// The most that one firm may owe.
    Firm,
    /// The most that a group may owe.
    Group,
}

impl LimitKind {
    /// One word for tables: `asked`, `need`, `sales`, `tax`, `invoices`, `grade`, `knowledge_value`, `collateral`,
    /// `firm`, `group`.
    pub const fn word(self) -> &'static str {
        match self {
            LimitKind::Asked => "asked",
            LimitKind::Need => "need",
            LimitKind::Sales => "sales",
            LimitKind::Tax => "tax",
            LimitKind::Invoices => "invoices",
            LimitKind::Grade => "grade",
            LimitKind::KnowledgeValue => "knowledge_value",
            LimitKind::Collateral => "collateral",
            LimitKind::Firm => "firm",
            LimitKind::Group => "group",
        }
    }
}

/// One limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LimitReached {
    /// What it is.
    pub kind: LimitKind,
    /// How much may still be lent under it; none if what it needs is not known, and then nothing may.
    pub most: Option<Money>,
}

impl LimitReached {
    /// The amount, nothing if it is not known.
    pub fn amount(self) -> Money {
        self.most.unwrap_or(Money::ZERO)
    }
}

/// Every limit on a loan to one firm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Each limit that applies, in the order of [`LimitKind`].
    pub all: Vec<LimitReached>,
    /// The least of them; of equals the first. None if nothing limits.
    pub binding: Option<LimitReached>,
    /// What may be lent: the binding limit, cut to whole steps, and nothing if that is below the least loan. None if
    /// nothing limits.
    pub amount: Option<Money>,
}

impl LimitPolicy {
    /// Every limit on a loan to a firm, and the one that binds. Total.
    ///
    /// ```text
    /// left under a limit of all that the firm owes = limit - what it owes, at least 0
    /// ```
    /// What it owes is taken off every limit but those of one loan ([`LimitPolicy::per_loan`]), what was asked for, what is
    /// needed (the formula of the need has taken it off) and what is lent against collateral, which is pledged for this loan.
    pub fn limits(&self, firm: &Borrower<'_>) -> Limits {
        let left = |most: Money, owed: i128| money(i128::from(most.fen()) - owed.max(0));
        let owes = i128::from(firm.owes.fen().max(0));
        let of_all = |kind: PerLoan, most: Money| {
            let is_per_loan = self.per_loan.contains(&kind);
            left(most, if is_per_loan { 0 } else { owes })
        };
        let mut all = Vec::new();
        let mut add = |kind: LimitKind, most: Option<Money>| {
            let most = most.map(|most| most.max(Money::ZERO));
            all.push(LimitReached { kind, most });
        };
        if firm.asked.is_some() {
            add(LimitKind::Asked, firm.asked);
        }
        if firm.need.is_some() {
            add(LimitKind::Need, firm.need);
        }
        if let Some(share) = self.share_of_sales {
            let most = |sales| of_all(PerLoan::Sales, share.of(sales));
            add(LimitKind::Sales, firm.sales_12m.map(most));
        }
        if let Some(times) = self.times_of_tax {
            let most = |tax: Money| of_all(PerLoan::Tax, money_at_most(tax.yuan().max(0.0) * times));
            add(LimitKind::Tax, firm.tax_12m.map(most));
        }
        if let Some(share) = self.share_of_invoices {
            let most = |sales| of_all(PerLoan::Invoices, share.of(sales));
            add(LimitKind::Invoices, firm.invoiced_12m.map(most));
        }
        if !self.by_grade.is_empty() {
            let most = self.by_grade(firm);
            add(LimitKind::Grade, most.map(|most| of_all(PerLoan::Grade, most)));
        }
        if let Some(scheme) = &self.knowledge_value {
            let mut grades = scheme.grades.iter();
            let grade = grades.find(|g| firm.knowledge_grade == Some(g.grade.as_str()));
            let most = grade.and_then(|g| g.most);
            add(
                LimitKind::KnowledgeValue,
                most.map(|most| of_all(PerLoan::KnowledgeValue, most)),
            );
        }
        if firm.lendable.is_some() {
            add(LimitKind::Collateral, firm.lendable);
        }
        if let Some(most) = self.firm_most {
            add(LimitKind::Firm, Some(left(most, owes)));
        }
        if let Some(most) = self.group_most {
            let group = owes + i128::from(firm.group_owes.fen().max(0));
            add(LimitKind::Group, Some(left(most, group)));
        }
        let binding = all.iter().copied().min_by_key(|limit| limit.amount());
        Limits {
            all,
            binding,
            amount: binding.map(|limit| self.made(limit.amount())),
        }
    }

    /// An amount in whole steps, and none below the least loan.
    fn made(&self, amount: Money) -> Money {
        let step = self.step.map_or(1, Money::fen).max(1);
        let whole = money(i128::from(amount.fen() / step * step));
        if self.least.is_some_and(|least| whole < least) {
            Money::ZERO
        } else {
            whole
        }
    }

    /// The most specific limit that fits: of grade and stage, of the grade, of the stage, of all.
    fn by_grade(&self, firm: &Borrower<'_>) -> Option<Money> {
        let fits = |limit: &&GradeLimit| {
            let grade = limit.grade.as_deref();
            (grade.is_none() || grade == firm.grade) && (limit.stage.is_none() || limit.stage == firm.stage)
        };
        let precision = |limit: &&GradeLimit| (limit.grade.is_some(), limit.stage.is_some());
        let fitting = self.by_grade.iter().filter(fits);
        fitting.max_by_key(precision).map(|limit| limit.most)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{KnowledgeValue, Purpose, longest_months};
    use super::*;
    use proptest::prelude::*;

    fn yuan(amount: i64) -> Money {
        Money::from_yuan(amount).unwrap()
    }

    /// Illustrative numbers: no source gives them.
    fn policy() -> LimitPolicy {
        LimitPolicy::from_json(
            r#"{"share_of_sales": 0.3, "times_of_tax": 8.0, "share_of_invoices": 0.25,
                "by_grade": [{"grade": "A", "most": "3000000"}, {"stage": "start_up", "most": "500000"},
                             {"grade": "A", "stage": "start_up", "most": "1000000"}],
                "firm_most": "2000000", "group_most": "2500000", "least": "100000", "step": "10000"}"#,
        )
        .unwrap()
    }

    fn firm() -> Borrower<'static> {
        Borrower {
            sales_12m: Some(yuan(10_000_000)),
            tax_12m: Some(yuan(300_000)),
            invoiced_12m: Some(yuan(9_000_000)),
            grade: Some("A"),
            stage: Some(LifeStage::Growth),
            ..Borrower::default()
        }
    }

    fn binds(firm: &Borrower<'_>) -> (&'static str, i64) {
        let limits = policy().limits(firm);
        (
            limits.binding.unwrap().kind.word(),
            limits.amount.unwrap().fen() / 100,
        )
    }

    #[test]
    fn the_binding_limit_is_named() {
        assert_eq!(binds(&firm()), ("firm", 2_000_000));
        assert_eq!(
            binds(&Borrower {
                owes: yuan(700_000),
                ..firm()
            }),
            ("firm", 1_300_000)
        );
        let group = Borrower {
            owes: yuan(700_000),
            group_owes: yuan(900_000),
            ..firm()
        };
        assert_eq!(binds(&group), ("group", 900_000));
        assert_eq!(
            binds(&Borrower {
                tax_12m: Some(yuan(31_999)),
                ..firm()
            }),
            ("tax", 250_000)
        );
        assert_eq!(
            binds(&Borrower {
                invoiced_12m: Some(yuan(999_999)),
                ..firm()
            }),
            ("invoices", 240_000)
        );
        assert_eq!(
            binds(&Borrower {
                asked: Some(yuan(55_000)),
                ..firm()
            }),
            ("asked", 0),
            "below the least loan"
        );
        assert_eq!(
            binds(&Borrower {
                need: Some(yuan(755_555)),
                ..firm()
            }),
            ("need", 750_000)
        );
        assert_eq!(
            binds(&Borrower {
                sales_12m: None,
                ..firm()
            }),
            ("sales", 0),
            "not known is no limit to lend on"
        );
        assert_eq!(LimitPolicy::default().limits(&Borrower::default()).amount, None);
    }

    /// By hand: each limit allows a million, the firm owes 600,000; 400,000 are left, of a limit of one loan all of it.
    #[test]
    fn what_a_firm_owes_is_taken_off_every_limit_of_all_that_it_owes() {
        let all = [
            (r#""share_of_sales": 0.1"#, "sales"),
            (r#""times_of_tax": 4.0"#, "tax"),
            (r#""share_of_invoices": 0.2"#, "invoices"),
            (r#""by_grade": [{"grade": "A", "most": "1000000"}]"#, "grade"),
        ];
        let firm = Borrower {
            sales_12m: Some(yuan(10_000_000)),
            tax_12m: Some(yuan(250_000)),
            invoiced_12m: Some(yuan(5_000_000)),
            owes: yuan(600_000),
            ..firm()
        };
        for (limit, word) in all {
            let left = |more: &str| {
                let policy = LimitPolicy::from_json(&format!("{{{limit}{more}}}")).unwrap();
                assert!(policy.check().is_ok());
                policy.limits(&firm).amount.unwrap()
            };
            assert_eq!(left(""), yuan(400_000), "{word}");
            assert_eq!(
                left(&format!(r#", "per_loan": ["{word}"]"#)),
                yuan(1_000_000),
                "{word}"
            );
        }
        let scheme = KnowledgeValue::preset("hubei-2025").unwrap();
        let mut policy = LimitPolicy {
            knowledge_value: Some(scheme),
            ..LimitPolicy::default()
        };
        let graded = Borrower {
            knowledge_grade: Some("E"),
            ..firm
        };
        assert_eq!(policy.limits(&graded).amount, Some(yuan(400_000)));
        policy.per_loan = vec![PerLoan::KnowledgeValue];
        assert_eq!(policy.limits(&graded).amount, Some(yuan(1_000_000)));
        // What is needed was reckoned without what is owed, and collateral is pledged for this loan.
        let needs = Borrower {
            need: Some(yuan(700_000)),
            lendable: Some(yuan(650_000)),
            ..firm
        };
        assert_eq!(LimitPolicy::default().limits(&needs).amount, Some(yuan(650_000)));
    }

    #[test]
    fn a_limit_of_one_loan_must_be_one_of_the_policy() {
        let policy =
            LimitPolicy::from_json(r#"{"share_of_sales": 0.3, "per_loan": ["sales", "tax", "sales"]}"#);
        let errors = policy.unwrap().check().unwrap_err();
        let texts: Vec<String> = errors.iter().map(ToString::to_string).collect();
        insta::assert_snapshot!(texts.join("\n"), @"
        per_loan[1]: expected a limit of the policy, each once, got `tax`
        per_loan[2]: expected a limit of the policy, each once, got `sales`
        ");
    }

    #[test]
    fn the_most_specific_grade_counts() {
        assert_eq!(
            binds(&Borrower {
                stage: Some(LifeStage::StartUp),
                ..firm()
            }),
            ("grade", 1_000_000)
        );
        let other = Borrower {
            grade: Some("B"),
            stage: Some(LifeStage::StartUp),
            ..firm()
        };
        assert_eq!(binds(&other), ("grade", 500_000));
        assert_eq!(
            binds(&Borrower {
                grade: Some("B"),
                ..firm()
            }),
            ("grade", 0)
        );
    }

    /// Hubei publishes A and E; what it does not publish has to be filled in.
    #[test]
    fn a_knowledge_value_scheme_needs_the_amounts_that_were_not_published() {
        let scheme = KnowledgeValue::preset("hubei-2025").unwrap();
        let mut policy = LimitPolicy {
            knowledge_value: Some(scheme),
            ..LimitPolicy::default()
        };
        let texts = |policy: &LimitPolicy| {
            let errors = policy.check().unwrap_err();
            errors.iter().map(ToString::to_string).collect::<Vec<_>>().join(
                "
",
            )
        };
        insta::assert_snapshot!(texts(&policy), @"
        knowledge_value.grades[1].most: expected an amount, which the issuing document does not publish, got `none`
        knowledge_value.grades[2].most: expected an amount, which the issuing document does not publish, got `none`
        knowledge_value.grades[3].most: expected an amount, which the issuing document does not publish, got `none`
        ");
        let limit = |policy: &LimitPolicy, grade| {
            policy
                .limits(&Borrower {
                    knowledge_grade: Some(grade),
                    ..Borrower::default()
                })
                .amount
                .unwrap()
        };
        assert_eq!(limit(&policy, "A"), yuan(10_000_000));
        assert_eq!(limit(&policy, "E"), yuan(1_000_000));
        assert_eq!(limit(&policy, "F"), Money::ZERO);
        let grades = &mut policy.knowledge_value.as_mut().unwrap().grades;
        for (grade, most) in grades.iter_mut().skip(1).zip([7, 8, 3]) {
            grade.most = Some(yuan(most * 1_000_000));
        }
        insta::assert_snapshot!(texts(&policy), @"knowledge_value.grades[2].most: expected an amount from 0, not above that of the better grade, got `8000000.00`");
    }

    #[test]
    fn terms_of_2024_begin_on_the_first_of_july() {
        let day = |text: &str| text.parse().unwrap();
        let of = |purpose| longest_months(purpose, day("2024-07-01"));
        assert_eq!(of(Purpose::WorkingCapital), Some(36));
        assert_eq!(of(Purpose::SlowWorkingCapital), Some(60));
        assert_eq!(of(Purpose::FixedAssets), Some(120));
        assert_eq!(longest_months(Purpose::FixedAssets, day("2024-06-30")), None);
    }

    proptest! {
        #[test]
        fn what_may_be_lent_is_within_every_limit_and_falls_with_what_is_owed(
            sales in 0..50_000_000_i64, tax in -100_000..1_000_000_i64, owes in 0..3_000_000_i64, more in 0..1_000_000_i64,
        ) {
            let firm = Borrower {
                sales_12m: Some(yuan(sales)), tax_12m: Some(yuan(tax)), owes: yuan(owes), ..firm()
            };
            let limits = policy().limits(&firm);
            let amount = limits.amount.unwrap();
            prop_assert!(amount == Money::ZERO || limits.all.iter().all(|limit| amount <= limit.amount()));
            prop_assert!(amount == Money::ZERO || amount >= yuan(100_000) && amount.fen() % 1_000_000 == 0);
            let deeper = policy().limits(&Borrower { owes: yuan(owes + more), ..firm });
            prop_assert!(deeper.amount.unwrap() <= amount);
        }
    }
}
