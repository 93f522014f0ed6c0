//! Who applies, and for what.

use crate::lending::fault::Faults;
use crate::lending::loss_sharing::LoanTrait;
use crate::lending::share::money_at_most;
use crate::lending::{
    Asset, ClientLiability, Guarantee, Guarantor, Insurance, LendingError, LifeStage, Purpose, Repayment,
};
use crate::measure::{Measure, Measures};
use crate::num::{Date, Money, Pd};
use crate::rating::{Rating, Standing};
use crate::record::View;

/// What a firm asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct LoanApplication {
    /// The day of lending.
    pub on: Date,
    /// The amount; none: as much as it can have.
    pub amount: Option<Money>,
    /// Length in months, at least one.
    pub months: u16,
    /// What for.
    pub purpose: Purpose,
    /// Id of the product of a catalogue that is applied for; none: no product in particular. It decides which documents
    /// are needed, and nothing else.
    pub product: Option<String>,
    /// What it needs, by the working-capital formula or a budget; none: not reckoned.
    pub need: Option<Money>,
    /// What it offers as collateral.
    pub assets: Vec<Asset>,
    /// Whether no more may be lent than against the collateral.
    pub is_secured: bool,
    /// Who stands for the loan; none: nobody does.
    pub guarantee: Option<GuaranteeFor>,
    /// Contracts of insurance that come with the loan. Those of a line that
    /// [protects the lender](crate::lending::InsuranceLine::protects_lender) lower the loss, all cost their premium.
    pub insurance: Vec<Insurance>,
    /// What is known of the structure of loss sharing that the policy names.
    pub pool: SharedPool,
    /// The share of a loss that the lender bears itself after those who share it beside the policy's structure: 1
    /// without such.
    pub own_share: f64,
    /// What else may be said of the loan. That it is a pure credit loan follows from there being no collateral, no
    /// guarantee and no insurance of the loan, and that it is against intellectual property, receivables or stock from
    /// the collateral that counts: neither is said here, and an offer passes over it
    /// ([`LoanTrait::follows_from_collateral`]).
    pub traits: Vec<LoanTrait>,
    /// Its grade in a knowledge-value scheme.
    pub knowledge_grade: Option<String>,
    /// What it owes to the lender, and what those it belongs with owe.
    pub owes: (Money, Money),
    /// PD of the firm in each year after the first, for a firm that has not defaulted before; the last one holds on. Empty:
    /// the PD of the rating holds in every year.
    pub later_pds: Vec<Pd>,
    /// How the loan is paid back, every month by calendar months; none: not known. With PDs by year it says what is owed in
    /// each; interest, fees and subsidies of the first year are as if it were repaid at its end.
    pub repayment: Option<Repayment>,
    /// What it has had of each subsidy of the policy in the year, in the order of the policy; missing ones are none.
    pub subsidised: Vec<Money>,
    /// What it has had of each premium subsidy of the policy in the year, in the order of the policy; missing ones are
    /// none.
    pub premiums_subsidised: Vec<Money>,
}

/// A guarantee that comes with an application.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GuaranteeFor {
    /// What the guarantor offers: its share of the loan, its PD and its fee.
    pub guarantee: Guarantee,
    /// The guarantor, who stands for no more than its net assets allow.
    pub guarantor: Guarantor,
    /// What it already stands for around the firm.
    pub stands_for: ClientLiability,
}

/// What is known on the day of lending of the loans under the structure that the policy names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SharedPool {
    /// Whether firm or loan do not meet the conditions of the structure.
    pub is_ineligible: bool,
    /// What the firm has of loans under it.
    pub firm_loans: Money,
    /// Loans that each party stands for, in the order of the document; missing ones stand for none.
    pub covered: Vec<Money>,
    /// Loans that do not perform …
    pub non_performing: Money,
    /// … of these.
    pub pool: Money,
    /// Loans of the calendar year, for caps that are a share of them; none: not known.
    pub of_year: Option<Money>,
}

impl LoanApplication {
    /// An application for a pure credit loan with nothing else to say.
    pub fn new(on: Date, amount: Option<Money>, months: u16) -> Self {
        Self {
            on,
            amount,
            months,
            purpose: Purpose::WorkingCapital,
            product: None,
            need: None,
            assets: Vec::new(),
            is_secured: false,
            guarantee: None,
            insurance: Vec::new(),
            pool: SharedPool::default(),
            own_share: 1.0,
            traits: Vec::new(),
            knowledge_grade: None,
            owes: (Money::ZERO, Money::ZERO),
            later_pds: Vec::new(),
            repayment: None,
            subsidised: Vec::new(),
            premiums_subsidised: Vec::new(),
        }
    }
}

impl LoanApplication {
    /// Whether the application holds together. An offer is made without asking; ask where applications come from others.
    ///
    /// ```
    /// use rating_core::lending::{LoanApplication, loss_sharing::LoanTrait};
    /// let mut application = LoanApplication::new("2025-06-30".parse()?, None, 0);
    /// application.traits = vec![LoanTrait::FirstLoan, LoanTrait::IpPledge];
    /// let told: Vec<String> = application.check().unwrap_err().iter().map(ToString::to_string).collect();
    /// assert_eq!(told, [
    ///     "months: expected at least one month, got `0`",
    ///     "traits[1]: expected a trait that collateral does not tell, got `ip_pledge`",
    /// ]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Everything that is wrong with it: no month, an amount below zero, a share outside 0 to 1, a trait that follows from
    /// the collateral, an asset that stands twice.
    pub fn check(&self) -> Result<(), Vec<LendingError>> {
        let mut faults = Faults::default();
        if self.months == 0 {
            faults.add("months", "at least one month", "0");
        }
        for (place, amount) in self.amounts() {
            if amount < Money::ZERO {
                faults.add(place, "an amount from 0", &amount.to_string());
            }
        }
        faults.number("own_share", self.own_share, (0.0, 1.0));
        for (at, stated) in self.traits.iter().enumerate() {
            if stated.follows_from_collateral() {
                let wanted = "a trait that collateral does not tell";
                faults.add(format!("traits[{at}]"), wanted, stated.word());
            }
        }
        faults.ids("assets", self.assets.iter().map(|asset| asset.id.as_str()));
        faults.or(|| ())
    }

    /// Takes what the firm's register of patents says of the patents among the collateral: [`Asset::checked`].
    pub fn check_patents(&mut self, register: &View<'_>) {
        let on = self.on;
        let assets = std::mem::take(&mut self.assets);
        self.assets = assets
            .into_iter()
            .map(|asset| asset.checked(register, on))
            .collect();
    }

    /// Amounts that are none or above, each with its place.
    fn amounts(&self) -> impl Iterator<Item = (String, Money)> {
        let own = [
            ("amount", self.amount),
            ("need", self.need),
            ("owes.0", Some(self.owes.0)),
            ("owes.1", Some(self.owes.1)),
            ("pool.firm_loans", Some(self.pool.firm_loans)),
            ("pool.non_performing", Some(self.pool.non_performing)),
            ("pool.pool", Some(self.pool.pool)),
            ("pool.of_year", self.pool.of_year),
        ];
        let own = own
            .into_iter()
            .filter_map(|(place, amount)| Some((place.to_owned(), amount?)));
        let listed = [
            ("pool.covered", &self.pool.covered),
            ("subsidised", &self.subsidised),
            ("premiums_subsidised", &self.premiums_subsidised),
        ];
        let listed = listed.into_iter().flat_map(|(list, amounts)| {
            let each = amounts.iter().enumerate();
            each.map(move |(at, amount)| (format!("{list}[{at}]"), *amount))
        });
        let assets = self.assets.iter().enumerate().flat_map(|(at, asset)| {
            let value = (format!("assets[{at}].value"), asset.value);
            [value, (format!("assets[{at}].prior_claims"), asset.prior_claims)]
        });
        own.chain(listed).chain(assets)
    }
}

/// What is known of the firm that applies.
#[derive(Clone, Debug, PartialEq)]
pub struct Applicant {
    /// Where it stands.
    pub standing: Standing,
    /// Symbol of its government grade; none if it has none.
    pub grade: Option<String>,
    /// PD of its score.
    pub pd: Pd,
    /// Stage of life.
    pub stage: LifeStage,
    /// Sales of the latest statement, or else invoiced in twelve months.
    pub sales_12m: Option<Money>,
    /// Tax paid in the twelve months to the day; none if nothing was reported.
    pub tax_12m: Option<Money>,
    /// Sales invoiced in the twelve months to the day, red-letter invoices taken off.
    pub invoiced_12m: Option<Money>,
}

impl Applicant {
    /// What a rating and the records behind it say of a firm.
    pub fn of(rating: &Rating, view: &View<'_>, measures: &Measures) -> Self {
        let yuan = |measure: Measure| measures.get(measure).value().map(money_at_most);
        let grade = match rating.standing {
            Standing::Rated(grade) => Some(rating.model.matrix().symbol(grade).to_owned()),
            _ => None,
        };
        Self {
            standing: rating.standing,
            grade,
            pd: rating.assessment.pd,
            stage: rating.assessment.stage.into(),
            sales_12m: yuan(Measure::FinanceSales).or_else(|| yuan(Measure::TradeSales12m)),
            tax_12m: tax_paid_12m(view),
            invoiced_12m: yuan(Measure::TradeSales12m),
        }
    }
}

/// Tax paid in the twelve months to the day of a view; none if no filing was reported.
fn tax_paid_12m(view: &View<'_>) -> Option<Money> {
    view.answered_on(crate::record::TableName::Filings)?;
    let (to, from) = (view.as_of(), view.as_of().plus_months(-12));
    let is_recent = |day: Option<Date>| day.is_some_and(|day| day > from && day <= to);
    let paid = view.filings().filter(|filing| is_recent(filing.paid_on));
    let sum = Money::sum(paid.filter_map(|filing| filing.paid));
    Some(crate::lending::share::money(sum))
}
