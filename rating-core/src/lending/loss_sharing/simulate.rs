//! A fund in many futures.

use super::settle::{Loss, LossAmount, Pool};
use super::spec::LoanTrait;
use super::structure::{BreakerState, Candidate, LossSharing, Refusal};
use crate::lending::LendingError;
use crate::lending::fault::Faults;
use crate::lending::price::{normal_cdf, normal_quantile};
use crate::lending::share::{money, money_from_yuan};
use crate::num::{Date, Lgd, Money, Pd};
use std::collections::BTreeMap;

/// A loan under a structure.
#[derive(Clone, Debug, PartialEq)]
pub struct FundLoan {
    /// Id of the loan.
    pub loan: String,
    /// Id of the firm.
    pub firm: String,
    /// What is owed at default; above zero.
    pub principal: Money,
    /// PD, twelve months.
    pub pd: Pd,
    /// LGD.
    pub lgd: Lgd,
    /// What may be said of the loan: shares of some structures depend on it.
    pub traits: Vec<LoanTrait>,
}

/// Loans of which one party of a structure bears a part.
#[derive(Clone, Debug, PartialEq)]
pub struct FundPortfolio {
    /// The loans, all lent on the first day.
    pub loans: Vec<FundLoan>,
    /// The first day.
    pub start: Date,
    /// How many months are looked at.
    pub months: u16,
    /// Correlation of all firms with one factor, from 0 to below 1.
    pub correlation: f64,
    /// Place of the party that is looked at.
    pub party: usize,
}

/// What happened to the party in many futures.
#[derive(Clone, Debug, PartialEq)]
pub struct FundOutlook {
    /// What it pays in each future, in yuan, ascending.
    pub paid: Vec<f64>,
    /// Months to the warning, in the futures in which it comes, ascending. A stop that comes at once warns as well.
    pub months_to_warning: Vec<u16>,
    /// Months to the breaker, in the futures in which it opens, ascending.
    pub months_to_breaker: Vec<u16>,
    /// Loans that the structure takes, in yuan.
    pub lent: f64,
    /// Loans that it does not take, which are no part of anything else here: the place of each, ascending, and the first
    /// reason.
    pub not_taken: Vec<(usize, Refusal)>,
}

impl FundOutlook {
    /// What it pays on average, in yuan.
    pub fn expected(&self) -> f64 {
        self.paid.iter().sum::<f64>() / self.paid.len().max(1) as f64
    }

    /// What it pays at most in a share of the futures, in yuan: the least of its payments that this share of the
    /// futures does not exceed. A level outside 0 to 1 counts as the nearer end.
    pub fn quantile(&self, level: f64) -> f64 {
        let count = self.paid.len();
        let below = self
            .paid
            .iter()
            .enumerate()
            .find(|(at, _)| (at + 1) as f64 >= level * count as f64);
        below
            .map(|(_, paid)| *paid)
            .or(self.paid.last().copied())
            .unwrap_or(0.0)
    }

    /// The share of the futures in which the breaker opens.
    pub fn breaker_opens(&self) -> f64 {
        self.months_to_breaker.len() as f64 / self.paid.len().max(1) as f64
    }

    /// The share of the futures in which the warning comes.
    pub fn breaker_warns(&self) -> f64 {
        self.months_to_warning.len() as f64 / self.paid.len().max(1) as f64
    }

    /// Loans for each yuan that the party is expected to pay; none if it pays nothing.
    ///
    /// Reports give the same ratio of what was lent to what was paid: Shanxi for 2022 to 2025 about 10.1 billion yuan of
    /// loans to 37.68 million of public money, 268 times (山西日报 2025-07-23).
    pub fn multiplier(&self) -> Option<f64> {
        let expected = self.expected();
        (expected > 0.0).then(|| self.lent / expected)
    }
}

/// Lets a portfolio run through many futures of a one-factor model and settles every loss by the structure.
///
/// ```text
/// p(z) = Φ((G(PD) - √ρ·z) / √(1 - ρ))              PD of twelve months, given the factor z of a future
/// month of default = ⌈12 · ln(1 - u) / ln(1 - p(z))⌉   u uniform
/// ```
/// `uniform` gives numbers between 0 and 1, first one for the factor of a future, then one for each loan in their order:
/// the same numbers give the same answer. This crate draws none itself, so seeds and generators are the caller's; a
/// number that is none counts as one half. The factor is one for the whole time, which makes the tail wider than one
/// that is drawn anew each year.
///
/// A loan that the structure does not take is left out and named with the reason: one that would bring a firm above the most
/// that it may have, in the order of the loans, or a party above what its balance allows. How long a loan runs and its
/// rate are not known here, so that bounds on them are not looked at. Warning and stop go by the principal that has defaulted
/// out of the loans that were taken.
///
/// # Errors
/// No loan or more than 100,000, no future or more than a million, no month or more than 600, a principal that is not above
/// zero, a correlation outside 0 to below 1, a party that the structure does not have, a first day on which it is not in
/// force.
///
/// Source: O. Vasicek, Loan portfolio value, Risk, December 2002.
pub fn simulate(
    structure: &LossSharing,
    portfolio: &FundPortfolio,
    futures: u32,
    mut uniform: impl FnMut() -> f64,
) -> Result<FundOutlook, Vec<LendingError>> {
    faults(structure, portfolio, futures).or(|| ())?;
    let (loans, not_taken) = taken(structure, portfolio);
    let lent = money(Money::sum(loans.iter().map(|loan| loan.principal)));
    let pool = Pool {
        loans: (0..=i16::try_from(portfolio.months / 12 + 2).unwrap_or(60))
            .map(|years| (portfolio.start.year() + years, lent))
            .collect(),
        open_until: None,
    };
    let mut draw = || {
        let u = uniform();
        if u.is_nan() {
            0.5
        } else {
            u.clamp(1e-12, 1.0 - 1e-12)
        }
    };
    let quantiles: Vec<f64> = loans.iter().map(|loan| normal_quantile(loan.pd.get())).collect();
    let mut outlook = FundOutlook {
        paid: Vec::new(),
        months_to_warning: Vec::new(),
        months_to_breaker: Vec::new(),
        lent: lent.yuan(),
        not_taken,
    };
    for _ in 0..futures {
        let factor = normal_quantile(draw()) * portfolio.correlation.sqrt();
        let mut defaults: Vec<(u16, &FundLoan)> = Vec::new();
        for (loan, quantile) in loans.iter().zip(&quantiles) {
            let pd = normal_cdf((quantile - factor) / (1.0 - portfolio.correlation).sqrt());
            // `ln_1p` keeps small PDs exact, and a PD of 0 away from every month.
            let month = (12.0 * -(-draw()).ln_1p() / -(-pd).ln_1p()).ceil();
            if let Some(month) = (1..=portfolio.months).find(|m| f64::from(*m) >= month) {
                defaults.push((month, loan));
            }
        }
        defaults.sort_by_key(|(month, _)| *month);
        let losses: Vec<Loss> = defaults
            .iter()
            .map(|(month, loan)| loss(structure, portfolio.start, (*month, loan)))
            .collect();
        let settlements = structure.settle_all(&losses, &pool);
        let paid = Money::sum(settlements.iter().map(|s| s.paid_by(portfolio.party)));
        outlook.paid.push(paid as f64 / 100.0);
        let month = |reached: fn(BreakerState) -> bool| month_of(structure, (&defaults, lent), reached);
        let warns = month(|state| state != BreakerState::Closed);
        outlook.months_to_warning.extend(warns);
        let stops = month(|state| state == BreakerState::Open);
        outlook.months_to_breaker.extend(stops);
    }
    outlook.paid.sort_by(f64::total_cmp);
    outlook.months_to_warning.sort_unstable();
    outlook.months_to_breaker.sort_unstable();
    Ok(outlook)
}

/// Loans that the structure takes, and the others with the first reason each.
fn taken<'a>(
    structure: &LossSharing,
    portfolio: &'a FundPortfolio,
) -> (Vec<&'a FundLoan>, Vec<(usize, Refusal)>) {
    let (mut taken, mut refused) = (Vec::new(), Vec::new());
    let mut by_firm: BTreeMap<&str, Money> = BTreeMap::new();
    let mut covered = Money::ZERO;
    let plus = |amount: Money, loan: &FundLoan| money(Money::sum([amount, loan.principal]));
    for (at, loan) in portfolio.loans.iter().enumerate() {
        let of_firm = by_firm.entry(&loan.firm).or_default();
        let candidate = Candidate {
            on: portfolio.start,
            principal: loan.principal,
            firm_loans: *of_firm,
            months: 0,
            spread: 0.0,
            covered: &vec![covered; structure.spec().parties.len()],
            non_performing: Money::ZERO,
            pool: Money::ZERO,
        };
        if let Some(refusal) = structure.refusals(&candidate).into_iter().next() {
            refused.push((at, refusal));
            continue;
        }
        (*of_firm, covered) = (plus(*of_firm, loan), plus(covered, loan));
        taken.push(loan);
    }
    (taken, refused)
}

fn faults(structure: &LossSharing, portfolio: &FundPortfolio, futures: u32) -> Faults {
    let mut faults = Faults::default();
    let counts = [
        ("loans", portfolio.loans.len(), 100_000),
        ("months", usize::from(portfolio.months), 600),
        (
            "futures",
            usize::try_from(futures).unwrap_or(usize::MAX),
            1_000_000,
        ),
    ];
    for (place, count, most) in counts {
        if count == 0 || count > most {
            let wanted = "at least one, and no more than 100,000 loans, 600 months, a million futures";
            faults.add(place, wanted, &count.to_string());
        }
    }
    for (at, loan) in portfolio.loans.iter().enumerate() {
        if loan.principal <= Money::ZERO {
            let got = loan.principal.to_string();
            faults.add(format!("loans[{at}].principal"), "an amount above zero", &got);
        }
    }
    if !(0.0..1.0).contains(&portfolio.correlation) {
        let got = portfolio.correlation.to_string();
        faults.add("correlation", "a number from 0 to below 1", &got);
    }
    if !structure.is_in_force(portfolio.start) {
        let wanted = "a day on which loans can be lent under the structure";
        let (from, to) = (structure.spec().valid_from, structure.spec().valid_to);
        let until = to.map_or(String::new(), |to| format!(" to {to}"));
        let got = format!("{}, in force from {from}{until}", portfolio.start);
        faults.add("start", wanted, &got);
    }
    let parties = structure.spec().parties.len();
    if portfolio.party >= parties {
        faults.add("party", "the place of a party", &portfolio.party.to_string());
    }
    faults
}

/// The loss of a loan that defaults in a month, claimed as soon as it is payable.
fn loss(structure: &LossSharing, start: Date, (month, loan): (u16, &FundLoan)) -> Loss {
    let defaulted_on = start.plus_months(i32::from(month));
    let lost = money_from_yuan(loan.principal.yuan() * loan.lgd.get());
    Loss {
        claimed_on: defaulted_on.plus_days(i32::from(structure.spec().waiting_days)),
        loan: loan.loan.clone(),
        firm: loan.firm.clone(),
        lent_on: start,
        recorded_on: Some(start),
        defaulted_on,
        amount: LossAmount::principal(lost),
        is_eligible: true,
        traits: loan.traits.clone(),
    }
}

/// The month in which defaulted principal brings the breaker into a state.
fn month_of(
    structure: &LossSharing,
    (defaults, lent): (&[(u16, &FundLoan)], Money),
    is_reached: fn(BreakerState) -> bool,
) -> Option<u16> {
    let mut defaulted = 0;
    let reaches = |(month, loan): &(u16, &FundLoan)| {
        defaulted += i128::from(loan.principal.fen());
        is_reached(structure.breaker(money(defaulted), lent)).then_some(*month)
    };
    defaults.iter().find_map(reaches)
}

#[cfg(test)]
mod tests {
    use super::super::{Inputs, LossSharingSpec};
    use super::*;
    use crate::lending::Share;

    /// `SplitMix64`: a generator of the test, not of the crate.
    fn uniforms(seed: u64) -> impl FnMut() -> f64 {
        let mut state = seed;
        move || {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = state;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
        }
    }

    fn portfolio(loans: u32, correlation: f64) -> FundPortfolio {
        let loan = |at: u32| FundLoan {
            loan: format!("L{at}"),
            firm: format!("F{at}"),
            principal: Money::from_yuan(1_000_000).unwrap(),
            pd: Pd::new(0.02).unwrap(),
            lgd: Lgd::new(0.5).unwrap(),
            traits: Vec::new(),
        };
        FundPortfolio {
            loans: (0..loans).map(loan).collect(),
            start: "2025-07-01".parse().unwrap(),
            months: 12,
            correlation,
            party: 0,
        }
    }

    fn hubei(pool: i64) -> LossSharing {
        // A share of 40 % is illustrative.
        let inputs = Inputs {
            shares: [("pool_share".to_owned(), Share::new(0.4).unwrap())].into(),
            amounts: [("pool_balance".to_owned(), Money::from_yuan(pool).unwrap())].into(),
        };
        LossSharingSpec::preset("hubei-2025")
            .unwrap()
            .check(&inputs)
            .unwrap()
    }

    /// Without a bound the fund pays PD · LGD · share on average, and its tail is that of a large pool: the quantile of
    /// the default rate at 95 % is Φ((G(0.02) + √0.15·G(0.95)) / √0.85) = 6.19 %.
    #[test]
    fn mean_and_tail_are_those_of_the_large_pool() {
        let outlook = simulate(&hubei(1_000_000_000), &portfolio(200, 0.15), 1_500, uniforms(7)).unwrap();
        let lent = 200e6;
        assert!(
            (outlook.expected() / (lent * 0.02 * 0.5 * 0.4) - 1.0).abs() < 0.1,
            "{}",
            outlook.expected()
        );
        let vasicek = crate::lending::price::stressed(0.02, 0.15, 1.644_853_626_951_472_6) * lent * 0.5 * 0.4;
        assert!(
            (outlook.quantile(0.95) / vasicek - 1.0).abs() < 0.15,
            "{}",
            outlook.quantile(0.95)
        );
        let multiplier = outlook.multiplier().unwrap();
        assert!((multiplier * outlook.expected() - lent).abs() < 1e-3);
        // The breaker opens where 8 % of 200 loans have defaulted: rarely, and the later the more rarely.
        assert!(outlook.breaker_opens() > 0.01 && outlook.breaker_opens() < 0.06);
    }

    /// Anhui bears 30 % of a direct loan, 35 % of a pure credit loan: of the same losses 35/30 as much.
    #[test]
    fn a_trait_of_the_loans_raises_what_the_pool_bears() {
        let anhui = LossSharingSpec::preset("anhui-direct").unwrap();
        let anhui = anhui.check(&Inputs::default()).unwrap();
        let paid = |traits: &[LoanTrait]| {
            let mut portfolio = portfolio(20, 0.1);
            for loan in &mut portfolio.loans {
                loan.traits = traits.to_vec();
            }
            simulate(&anhui, &portfolio, 200, uniforms(5)).unwrap().expected()
        };
        assert!((paid(&[LoanTrait::PureCredit]) / paid(&[]) - 35.0 / 30.0).abs() < 1e-9);
    }

    #[test]
    fn the_same_numbers_give_the_same_answer_and_a_fund_pays_no_more_than_it_holds() {
        let run = |seed| simulate(&hubei(1_000_000), &portfolio(50, 0.3), 200, uniforms(seed)).unwrap();
        assert_eq!(run(1), run(1));
        assert_ne!(run(1), run(2));
        assert!(run(1).quantile(1.0) <= 1_000_000.0 && run(1).quantile(0.0) >= 0.0);
    }

    /// Hubei warns from 5 % and stops from 8 %. Of 20 equal loans that all default in the first month, the first default
    /// is 5 % of the pool and the second 10 %; of ten the first is 10 %, past both at once.
    #[test]
    fn a_warning_comes_before_a_stop_or_with_it() {
        let futures = |loans: u32| {
            let mut portfolio = portfolio(loans, 0.0);
            // One loan that surely defaults.
            portfolio.loans[0].pd = Pd::new(1.0).unwrap();
            for loan in portfolio.loans.iter_mut().skip(1) {
                loan.pd = Pd::new(0.0).unwrap();
            }
            simulate(&hubei(1_000_000), &portfolio, 50, uniforms(4)).unwrap()
        };
        let (twenty, ten, more) = (futures(20), futures(10), futures(21));
        let counts =
            |outlook: &FundOutlook| (outlook.months_to_warning.len(), outlook.months_to_breaker.len());
        assert_eq!(counts(&twenty), (50, 0));
        assert!((twenty.breaker_warns() - 1.0).abs() < 1e-12 && twenty.breaker_opens() < 1e-12);
        assert_eq!(twenty.months_to_warning, vec![1; 50]);
        assert_eq!(counts(&ten), (50, 50));
        assert_eq!(counts(&more), (0, 0));
    }

    /// Hubei takes at most ten million a firm. Loans of 6, 4 and 1 million of one firm: the third is left out; one of 50
    /// million is left out by itself.
    #[test]
    fn loans_that_the_structure_does_not_take_are_named_and_left_out() {
        let mut portfolio = portfolio(4, 0.1);
        for (at, (firm, millions)) in [("A", 6), ("A", 4), ("A", 1), ("B", 50)].into_iter().enumerate() {
            portfolio.loans[at].firm = firm.to_owned();
            portfolio.loans[at].principal = Money::from_yuan(millions * 1_000_000).unwrap();
        }
        let outlook = simulate(&hubei(1_000_000_000), &portfolio, 400, uniforms(2)).unwrap();
        let most = Refusal::FirmLoans(Money::from_yuan(10_000_000).unwrap());
        assert_eq!(outlook.not_taken, [(2, most.clone()), (3, most)]);
        assert!((outlook.lent - 10e6).abs() < 1e-6);
        // The fund bears 40 % of half of what was taken, at the most.
        assert!(outlook.quantile(1.0) <= 0.4 * 0.5 * 10e6);
        portfolio.loans.drain(..3);
        let none = simulate(&hubei(1_000_000_000), &portfolio, 10, uniforms(2)).unwrap();
        assert!(none.not_taken.len() == 1 && none.expected() < 1e-12 && none.breaker_opens() < 1e-12);
    }

    #[test]
    fn a_first_day_before_the_structure_is_refused() {
        let mut early = portfolio(1, 0.1);
        early.start = "2025-01-01".parse().unwrap();
        let errors = simulate(&hubei(1), &early, 1, uniforms(1)).unwrap_err();
        insta::assert_snapshot!(errors[0], @"start: expected a day on which loans can be lent under the structure, got `2025-01-01, in force from 2025-03-24`");
    }

    #[test]
    fn a_portfolio_outside_its_domain_is_refused() {
        let mut wrong = portfolio(1, 1.0);
        wrong.loans[0].principal = Money::ZERO;
        wrong.party = 2;
        let errors = simulate(&hubei(1), &wrong, 0, || f64::NAN).unwrap_err();
        let texts: Vec<String> = errors.iter().map(ToString::to_string).collect();
        insta::assert_snapshot!(texts.join("\n"), @"
        futures: expected at least one, and no more than 100,000 loans, 600 months, a million futures, got `0`
        loans[0].principal: expected an amount above zero, got `0.00`
        correlation: expected a number from 0 to below 1, got `1`
        party: expected the place of a party, got `2`
        ");
        let mut safe = portfolio(1, 0.1);
        safe.loans[0].pd = Pd::new(0.0).unwrap();
        assert!(simulate(&hubei(1), &safe, 10, uniforms(3)).unwrap().expected() < 1e-9);
        let silent = simulate(&hubei(1), &portfolio(1, 0.1), 1, || f64::NAN).unwrap();
        assert_eq!(
            (silent.expected().to_bits(), silent.multiplier()),
            (0.0_f64.to_bits(), None)
        );
    }
}
