//! Something that would have to be otherwise.

use crate::lending::offer::answer::Decision;
use crate::lending::offer::application::{Applicant, GuaranteeFor, LoanApplication};
use crate::lending::{Asset, CollateralKind, Insurance};
use crate::measure::{Measure, Measured};
use crate::num::{Money, Pd, Points};

/// A change.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// The firm asks for this amount.
    Amount(Money),
    /// The firm asks for so many months.
    Months(u16),
    /// A guarantor that the policy lists stands for the loan; its id.
    Guarantee(String, GuaranteeFor),
    /// An insurer that the policy lists insures the loan; its id.
    Insurance(String, Insurance),
    /// The firm owes the lender no more than this.
    Owes(Money),
    /// Those that the firm belongs with owe the lender no more than this.
    GroupOwes(Money),
    /// The firm offers a further asset of a kind, owned, free of claims, valued and registered on the day, of at least
    /// this value.
    Asset(CollateralKind, Money),
    /// The firm needs at least this.
    Need(Money),
    /// Sales of twelve months are at least this.
    Sales(Money),
    /// Tax paid in twelve months is at least this.
    Tax(Money),
    /// Invoiced sales of twelve months are at least this.
    Invoices(Money),
    /// The firm has one of these government grades.
    Grade(Vec<String>),
    /// The PD of the firm is at most this.
    Pd(Pd),
    /// The lender takes this rate, which its ceilings do not allow.
    Rate(f64),
    /// The credit score is this; by so many points more.
    Score {
        /// The score.
        to: Points,
        /// How far that is.
        by: Points,
    },
    /// A measure is otherwise.
    Measure(MeasureChange),
}

/// A measure in another attribute of its characteristic.
#[derive(Clone, Debug, PartialEq)]
pub struct MeasureChange {
    /// The measure.
    pub measure: Measure,
    /// What it is.
    pub from: Measured,
    /// What it would have to be.
    pub to: MeasureTarget,
    /// Points that its characteristic would gain. Those of a technology characteristic count by its weight.
    pub points: Points,
}

/// What a measure would have to be.
#[derive(Clone, Debug, PartialEq)]
pub enum MeasureTarget {
    /// This or more.
    AtLeast(f64),
    /// Below this.
    Below(f64),
    /// One of these words.
    Words(Vec<String>),
}

/// What would change an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Counterfactual {
    /// What would have to be otherwise, all of it together.
    pub changes: Vec<Change>,
    /// The decision then.
    pub decision: Decision,
    /// The amount then.
    pub amount: Money,
    /// Whether the firm can bring it about: what it asks for, owes and offers, guarantors and insurers that the policy lists,
    /// and measures that it lists as actionable. The others say how far away a limit is.
    pub is_actionable: bool,
}

impl Change {
    /// Whether the firm can bring it about.
    pub const fn is_actionable(&self) -> bool {
        matches!(
            self,
            Change::Amount(_)
                | Change::Months(_)
                | Change::Guarantee(..)
                | Change::Insurance(..)
                | Change::Owes(_)
                | Change::Asset(..)
                | Change::Measure(_)
        )
    }

    /// The application and the firm with the change. What is the lender's or the model's (a rate, a score, a measure)
    /// changes nothing here.
    #[must_use]
    pub fn applied(
        &self,
        (application, firm): (&LoanApplication, &Applicant),
    ) -> (LoanApplication, Applicant) {
        let (mut application, mut firm) = (application.clone(), firm.clone());
        match self {
            Change::Amount(amount) => application.amount = Some(*amount),
            Change::Months(months) => application.months = *months,
            Change::Guarantee(_, guarantee) => application.guarantee = Some(*guarantee),
            Change::Insurance(_, insurance) => application.insurance.push(*insurance),
            Change::Owes(owes) => application.owes.0 = *owes,
            Change::GroupOwes(owes) => application.owes.1 = *owes,
            Change::Asset(kind, value) => {
                let asset = further_asset(&application, (*kind, *value));
                application.assets.push(asset);
            }
            Change::Need(need) => application.need = Some(*need),
            Change::Sales(sales) => firm.sales_12m = Some(*sales),
            Change::Tax(tax) => firm.tax_12m = Some(*tax),
            Change::Invoices(sales) => firm.invoiced_12m = Some(*sales),
            Change::Grade(grades) => firm.grade = grades.first().cloned(),
            Change::Pd(pd) => firm.pd = *pd,
            Change::Rate(_) | Change::Score { .. } | Change::Measure(_) => {}
        }
        (application, firm)
    }
}

/// An asset with nothing to say against it on the day.
fn further_asset(application: &LoanApplication, (kind, value): (CollateralKind, Money)) -> Asset {
    let mut id = "further".to_owned();
    while application.assets.iter().any(|asset| asset.id == id) {
        id.push_str(" further");
    }
    Asset {
        id,
        kind,
        value,
        valued_on: application.on,
        is_owned: true,
        is_pledged: false,
        is_frozen: false,
        has_lapsed: false,
        ends_on: None,
        fees_paid_until: None,
        registered_on: Some(application.on),
        acquired_on: None,
        prior_claims: Money::ZERO,
    }
}
