//! The rate of a loan, part by part, and what it earns on capital.

use super::capital::Exposure;
use super::expected_loss::{LoanYears, Timing};
use super::rate::{CapitalRelief, FeePayer, PricePolicy};
use crate::lending::{Guarantee, LifeStage, Share};
use crate::num::{Lgd, Money, Pd};

/// A loan to be priced.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PricedLoan<'a> {
    /// Its amount, above zero for its fixed cost to count.
    pub amount: Money,
    /// Its length in months.
    pub months: u16,
    /// PD of the firm in the first year.
    pub pd: Pd,
    /// PD in each year after the first, for a firm that has not defaulted before; the last one holds on. Empty: the PD of
    /// the first year holds.
    pub later_pds: &'a [Pd],
    /// What is owed in each year, by what it would be at a default; the last one holds on. Empty: all of it to the end.
    pub owed: &'a [Money],
    /// Loss given default with its collateral; none: that of the policy.
    pub lgd: Option<Lgd>,
    /// The share of a loss on what is not guaranteed that the lender bears itself, after those who share it; 1 is all.
    pub own_share: f64,
    /// A guarantee of a share of it; none: nobody stands for it.
    pub guarantee: Option<Guarantee>,
    /// What guarantors and insurers cost a year, as a fraction of the loan; the policy says who pays.
    pub fees: f64,
    /// Sales of the firm, for the size adjustment.
    pub sales: Option<Money>,
    /// Stage of life.
    pub stage: LifeStage,
    /// The reference rate.
    pub reference: f64,
}

/// The parts of a rate, as annual fractions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RateParts {
    /// Funding: the reference rate and the spread on it.
    pub funding: f64,
    /// Expected loss that the lender bears.
    pub expected_loss: f64,
    /// Capital at the hurdle rate.
    pub capital_charge: f64,
    /// Cost of running the loan.
    pub cost: f64,
    /// Guarantors and insurers, where the lender pays them.
    pub fees: f64,
    /// Addition by stage of life: no cost, but what the policy takes or gives away.
    pub tilt: f64,
    /// What others pay; it lowers the rate.
    pub subsidy: f64,
}

impl RateParts {
    /// The rate that covers them.
    ///
    /// ```text
    /// funding + expected loss + capital charge + cost + fees + tilt - subsidy
    /// ```
    pub fn sum(self) -> f64 {
        self.funding + self.expected_loss + self.capital_charge + self.cost + self.fees + self.tilt
            - self.subsidy
    }

    /// What the lender pays or expects to lose, whatever capital shall earn and whatever the policy adds by stage.
    ///
    /// ```text
    /// funding + expected loss + cost + fees - subsidy
    /// ```
    pub fn outlay(self) -> f64 {
        self.funding + self.expected_loss + self.cost + self.fees - self.subsidy
    }
}

/// What bounded a rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RateBound {
    /// The least rate.
    Floor,
    /// The largest rate.
    Ceiling,
    /// The largest distance above the reference rate.
    CeilingSpread,
}

/// A price.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Price {
    /// Its parts.
    pub parts: RateParts,
    /// The rate, within floor and ceiling; never below zero.
    pub rate: f64,
    /// What bounded it; none: nothing.
    pub bound: Option<RateBound>,
    /// Capital for each yuan of the loan.
    pub capital: f64,
    /// What the rate earns on capital; none if there is no capital. A discount by stage lowers it, an addition raises it.
    pub raroc: Option<f64>,
    /// The least rate that passes the test of the return.
    pub least: f64,
}

impl Price {
    /// Whether the rate passes the test of the return: whether it is at least [`least`](Self::least).
    ///
    /// ```text
    /// least = outlay + K·hurdle + min(tilt, 0)
    /// ```
    /// A discount by stage is the policy's own choice and does not fail the loan that it is given to; an addition by stage
    /// earns like any other part of the rate. Where the policy says what capital shall earn after a discount, the rate of a
    /// discounted loan must earn that as well.
    pub fn covers(&self) -> bool {
        self.rate + 1e-12 >= self.least
    }
}

impl PricePolicy {
    /// The price of a loan. Total.
    ///
    /// ```text
    /// rate = reference + spread + EL + K·hurdle + cost + fees + tilt - subsidy,   within floor and ceilings
    /// EL = LGD · (g·min(PD*, PDg) + (1 - g)·own·PD*)
    /// K  = g·Kg + (1 - g)·K'
    /// PD* = Σ Sₜ·PDₜ·EADₜ·Dₜ / Σ Sₜ·EADₜ·Dₜ        over the years t of the loan
    /// ```
    /// where `g` is the guaranteed share of the loan, `PDg` and `Kg` PD and capital with the guarantor in place of the
    /// firm where that asks for less, and `own` the share of a loss on the rest that the lender bears. `K'` is the
    /// capital of the rest: that of the whole loss unless [`CapitalRelief`] says otherwise,
    ///
    /// ```text
    /// none: K(PD, LGD)    substitution: own·K(PD, LGD) + (1 - own)·min(K(PD), K(PDs))    lgd: K(PD, LGD · own)
    /// ```
    /// `PD*` is the PD a year that makes up for the loss of all years ([`LoanYears::expected_credit_loss`], discounted at
    /// the cost of funding): those who survive pay it, on what they still owe. For one PD it is that PD, however the loan is
    /// repaid. Capital looks at twelve months and the length of the loan, and uses the PD of the first year.
    pub fn price(&self, loan: &PricedLoan<'_>) -> Price {
        let (parts, capital) = self.parts(loan);
        let bounds = [
            (self.ceiling, RateBound::Ceiling),
            (
                self.ceiling_spread.map(|s| loan.reference + s),
                RateBound::CeilingSpread,
            ),
        ];
        let bounds = bounds
            .into_iter()
            .filter_map(|(rate, bound)| rate.map(|rate| (rate, bound)));
        let ceiling = bounds.min_by(|a, b| a.0.total_cmp(&b.0));
        let wanted = parts.sum().max(0.0);
        let (rate, bound) = match (self.floor, ceiling) {
            (_, Some((most, bound))) if wanted > most => (most, Some(bound)),
            (Some(least), None) if wanted < least => (least, Some(RateBound::Floor)),
            (Some(least), Some((most, bound))) if wanted < least => {
                if least > most {
                    (most, Some(bound))
                } else {
                    (least, Some(RateBound::Floor))
                }
            }
            _ => (wanted, None),
        };
        Price {
            parts,
            rate,
            bound,
            capital,
            raroc: raroc_from_rate(rate, parts.outlay(), capital),
            least: self.least(parts, capital),
        }
    }

    /// The least rate that passes the test of the return.
    fn least(&self, parts: RateParts, capital: f64) -> f64 {
        let before_discount = parts.outlay() + parts.capital_charge + parts.tilt.min(0.0);
        let after = self.least_return.filter(|_| parts.tilt < 0.0 && capital > 0.0);
        after.map_or(before_discount, |least| {
            before_discount.max(rate_from_raroc(least, parts.outlay(), capital))
        })
    }

    /// The parts of a rate, and the capital for each yuan.
    pub(super) fn parts(&self, loan: &PricedLoan<'_>) -> (RateParts, f64) {
        self.parts_for(loan, f64::from(loan.months) / 12.0)
    }

    /// The same with another maturity for capital, in years.
    pub(super) fn parts_for(&self, loan: &PricedLoan<'_>, maturity_years: f64) -> (RateParts, f64) {
        let fixed = if loan.amount > Money::ZERO {
            self.fixed_cost.yuan() / loan.amount.yuan()
        } else {
            0.0
        };
        let risk = self.risk(loan, maturity_years);
        let parts = RateParts {
            funding: loan.reference + self.funding_spread,
            expected_loss: risk.expected_loss,
            capital_charge: risk.capital * self.hurdle,
            cost: self.operating_cost + fixed,
            fees: match self.fees {
                FeePayer::Lender => loan.fees,
                FeePayer::Firm => 0.0,
            },
            tilt: self.tilt.of(loan.stage),
            subsidy: self.subsidy,
        };
        (parts, risk.capital)
    }

    /// Expected loss of a year and capital for each yuan of a loan.
    fn risk(&self, loan: &PricedLoan<'_>, maturity_years: f64) -> Risk {
        let lgd = loan.lgd.unwrap_or(self.lgd);
        // Not `clamp` alone: of a share that is no number the lender bears all.
        let own = if loan.own_share.is_nan() {
            1.0
        } else {
            loan.own_share.clamp(0.0, 1.0)
        };
        let exposure = Exposure {
            pd: loan.pd,
            lgd,
            sales: loan.sales,
            maturity_years,
        };
        let capital = |exposure: &Exposure| self.capital.capital(exposure).requirement;
        let whole = capital(&exposure);
        let rest = match self.capital_relief {
            _ if own >= 1.0 => whole,
            CapitalRelief::None => whole,
            CapitalRelief::Lgd => capital(&Exposure {
                lgd: Lgd::new(lgd.get() * own).unwrap_or(lgd),
                ..exposure
            }),
            CapitalRelief::Substitution(pd) => {
                // The sales are the firm's and say nothing of those who share.
                let theirs = Exposure {
                    pd,
                    sales: None,
                    ..exposure
                };
                own * whole + (1.0 - own) * capital(&theirs).min(whole)
            }
        };
        let pd = self.pd_of_years(loan);
        let own_loss = own * pd;
        let Some(guarantee) = loan.guarantee.filter(|guarantee| guarantee.share > Share::ZERO) else {
            return Risk {
                expected_loss: lgd.get() * own_loss,
                capital: rest,
            };
        };
        let share = guarantee.share.get();
        let with = guarantee.with(&self.capital, &exposure, whole);
        Risk {
            expected_loss: lgd.get() * (share * with.pd.get().min(pd) + (1.0 - share) * own_loss),
            capital: share * with.requirement + (1.0 - share) * rest,
        }
    }
}

impl PricePolicy {
    /// The PD a year that makes up for the loss of all years.
    fn pd_of_years(&self, loan: &PricedLoan<'_>) -> f64 {
        let Some(last) = loan.later_pds.last() else {
            return loan.pd.get();
        };
        let years = usize::from(loan.months.max(1)).div_ceil(12);
        let pds = loan.later_pds.iter().chain(std::iter::repeat(last));
        let whole = loan.owed.last().copied().unwrap_or(loan.amount);
        let owed = loan.owed.iter().copied().chain(std::iter::repeat(whole));
        let loan = LoanYears {
            pds: std::iter::once(&loan.pd)
                .chain(pds)
                .take(years)
                .copied()
                .collect(),
            exposures: owed.take(years).collect(),
            months: loan.months.max(1),
            lgd: Lgd::new(1.0).unwrap_or(self.lgd),
            rate: (loan.reference + self.funding_spread).max(-0.99),
            timing: Timing::End,
        };
        loan.of_checked().annual_rate
    }
}

/// What a loan risks, for each yuan.
struct Risk {
    expected_loss: f64,
    capital: f64,
}

/// What a rate earns on capital: risk-adjusted return. None without capital.
///
/// ```text
/// RAROC = (rate - other) / capital
/// ```
/// where `other` is what the lender pays or expects to lose ([`RateParts::outlay`]: funding, expected loss, cost, fees that
/// it pays, less subsidies), all as fractions of the loan. What a policy adds or takes off by stage of life is none of it.
///
/// ```
/// use rating_core::lending::{raroc_from_rate, rate_from_raroc};
/// // 50 of revenue and 9 of expected loss on a loan of 1,000 with a capital of 80.
/// assert!((raroc_from_rate(0.05, 0.009, 0.08).unwrap_or(0.0) - 0.5125).abs() < 1e-12);
/// assert!((rate_from_raroc(0.12, 0.009, 0.08) - 0.0186).abs() < 1e-12);
/// ```
pub fn raroc_from_rate(rate: f64, other: f64, capital: f64) -> Option<f64> {
    (capital > 0.0).then(|| (rate - other) / capital)
}

/// The rate that earns a return on capital: the inverse of [`raroc_from_rate`].
///
/// ```text
/// rate = other + RAROC · capital
/// ```
pub fn rate_from_raroc(raroc: f64, other: f64, capital: f64) -> f64 {
    other + raroc * capital
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::rate::tests::policy;
    use super::*;
    use proptest::prelude::*;

    fn yuan(amount: i64) -> Money {
        Money::from_yuan(amount).unwrap()
    }

    pub(in crate::lending::price) fn loan() -> PricedLoan<'static> {
        PricedLoan {
            amount: yuan(1_000_000),
            months: 30,
            pd: Pd::new(0.01).unwrap(),
            later_pds: &[],
            owed: &[],
            lgd: None,
            own_share: 1.0,
            guarantee: None,
            fees: 0.0,
            sales: None,
            stage: LifeStage::Growth,
            reference: 0.031,
        }
    }

    /// By hand: 2.3 % funding, 0.45 % expected loss, 12 % of a capital of 7.38534 % (92.3168 % / 12.5), 0.9 % + 0.2 %.
    #[test]
    fn a_rate_is_the_sum_of_its_parts() {
        let price = policy().price(&loan());
        let parts = price.parts;
        assert!((parts.funding - 0.023).abs() < 1e-15 && (parts.expected_loss - 0.0045).abs() < 1e-15);
        assert!((parts.capital_charge - 0.12 * 0.923_168 / 12.5).abs() < 1e-8);
        assert!((parts.cost - 0.011).abs() < 1e-15);
        assert!((price.rate - (0.023 + 0.0045 + 0.008_862_41 + 0.011)).abs() < 1e-7);
        assert!(
            (price.raroc.unwrap() - 0.12).abs() < 1e-10,
            "the rate earns the hurdle"
        );
        assert!(price.covers() && price.bound.is_none());
        let start_up = policy().price(&PricedLoan {
            stage: LifeStage::StartUp,
            ..loan()
        });
        assert!((price.rate - start_up.rate - 0.003).abs() < 1e-15);
        let shared = policy().price(&PricedLoan {
            own_share: 0.3,
            ..loan()
        });
        assert!((shared.parts.expected_loss - 0.00135).abs() < 1e-15);
        // A fund lowers the loss that is expected; capital stays that of the whole loss.
        assert!((shared.capital - price.capital).abs() < 1e-15);
    }

    /// Revenue 50, PD 2 %, LGD 45 %, exposure 1,000, capital 80: expected loss 9, RAROC 51.25 %; at a hurdle of 12 % the
    /// break-even spread is (9 + 9.6) / 1,000. Solved here for the spread by bisection.
    #[test]
    fn the_published_return_and_break_even_are_met() {
        let (expected_loss, capital) = (0.02 * 0.45, 0.08);
        assert!((raroc_from_rate(0.05, expected_loss, capital).unwrap() - 0.512_5).abs() < 1e-12);
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..100 {
            let spread = 0.5 * (low + high);
            if raroc_from_rate(spread, expected_loss, capital).unwrap() < 0.12 {
                low = spread;
            } else {
                high = spread;
            }
        }
        assert!((low - 0.018_6).abs() < 1e-12);
        assert!((rate_from_raroc(0.12, expected_loss, capital) - low).abs() < 1e-12);
    }

    fn tilted(start_up: f64, change: impl Fn(&mut PricePolicy)) -> Price {
        let mut policy = policy();
        policy.tilt.start_up = start_up;
        change(&mut policy);
        policy.price(&PricedLoan {
            stage: LifeStage::StartUp,
            ..loan()
        })
    }

    /// By hand, with a capital of 7.38534 % and a hurdle of 12 %: 0.5 % less are 6.7702 points of return, 2 % less are
    /// 27.0808, 1 % more are 13.5404.
    #[test]
    fn a_tilt_is_no_cost_but_moves_the_return() {
        let raroc = |start_up| tilted(start_up, |_| {}).raroc.unwrap();
        assert!((raroc(-0.005) - 0.052_298).abs() < 2e-6);
        assert!((raroc(-0.02) - -0.150_808).abs() < 2e-6);
        assert!((raroc(0.01) - 0.255_404).abs() < 2e-6);
    }

    /// A discount is given away on purpose, so the loan passes; where the policy says what must be left, it must. An
    /// addition that a ceiling cuts away is not missed.
    #[test]
    fn the_return_is_tested_before_a_discount() {
        let covers = |start_up, change: &dyn Fn(&mut PricePolicy)| tilted(start_up, change).covers();
        assert!(covers(-0.02, &|_| {}));
        assert!(covers(-0.005, &|p| p.least_return = Some(0.05)));
        assert!(!covers(-0.005, &|p| p.least_return = Some(0.053)));
        assert!(covers(0.0, &|p| p.least_return = Some(0.5)), "no discount");
        // 4.736241 % earn the hurdle without an addition.
        assert!(covers(0.01, &|p| p.ceiling = Some(0.047_363)));
        assert!(!covers(0.01, &|p| p.ceiling = Some(0.047_362)));
        assert!(!covers(-0.005, &|p| p.ceiling = Some(0.042_362)));
        assert!(covers(-0.005, &|p| p.ceiling = Some(0.042_363)));
    }

    /// By hand, three years of PD 1 %, 2 %, 4 % at a cost of funding of 2.3 %: survivors 1, 0.99, 0.9702, discounted by
    /// 1.023, 1.046529 and 1.070599167. All owed to the end 0.0649437 / 2.8297229 = 2.29506 %; of 1,000,000, then 500,000
    /// and 100,000 owed 0.0228599 / 1.5411314 = 1.48332 %.
    #[test]
    fn a_pd_by_year_is_paid_by_those_who_survive() {
        let pd = |p| Pd::new(p).unwrap();
        let later = [pd(0.02), pd(0.04)];
        let loss = |owed: &[Money]| {
            let price = policy().price(&PricedLoan {
                months: 36,
                later_pds: &later,
                owed,
                ..loan()
            });
            price.parts.expected_loss / 0.45
        };
        let by_hand = |owed: [f64; 3]| {
            let (s, d) = ([1.0, 0.99, 0.9702], [1.023, 1.046_529, 1.070_599_167]);
            let pds = [0.01, 0.02, 0.04];
            let sum =
                |part: &dyn Fn(usize) -> f64| (0..3).map(|t| part(t) * s[t] * owed[t] / d[t]).sum::<f64>();
            sum(&|t| pds[t]) / sum(&|_| 1.0)
        };
        assert!((loss(&[]) - by_hand([1.0; 3])).abs() < 1e-12 && (loss(&[]) - 0.022_950_6).abs() < 1e-7);
        let owed = [1_000_000, 500_000, 100_000].map(yuan);
        assert!(
            (loss(&owed) - by_hand([1.0, 0.5, 0.1])).abs() < 1e-12
                && (loss(&owed) - 0.014_833_2).abs() < 1e-7
        );
        // The last PD holds on: a single later one is that of years two and three.
        let flat = policy().price(&PricedLoan {
            months: 36,
            later_pds: &[pd(0.01)],
            owed: &owed,
            ..loan()
        });
        assert!((flat.parts.expected_loss - 0.0045).abs() < 1e-15);
    }

    /// What others pay the lender is taken off the rate and earns what it lowers it by.
    #[test]
    fn a_subsidy_of_the_lender_lowers_the_rate_and_not_the_return() {
        let mut with = policy();
        with.subsidy = 0.004;
        let (price, before) = (with.price(&loan()), policy().price(&loan()));
        assert!((before.rate - price.rate - 0.004).abs() < 1e-15);
        assert!((price.parts.subsidy - 0.004).abs() < 1e-18 && price.covers());
        assert!((price.raroc.unwrap() - 0.12).abs() < 1e-10);
    }

    #[test]
    fn ceilings_bind_before_floors_and_are_named() {
        let bounded = |floor, ceiling, spread| {
            let policy = PricePolicy {
                floor,
                ceiling,
                ceiling_spread: spread,
                ..policy()
            };
            let price = policy.price(&loan());
            ((price.rate * 1e4).round(), price.bound, price.covers())
        };
        assert_eq!(
            bounded(None, Some(0.04), Some(0.015)),
            (400.0, Some(RateBound::Ceiling), false)
        );
        assert_eq!(
            bounded(None, Some(0.15), Some(0.015)),
            (460.0, Some(RateBound::CeilingSpread), false)
        );
        assert_eq!(
            bounded(Some(0.06), None, None),
            (600.0, Some(RateBound::Floor), true)
        );
        assert_eq!(
            bounded(Some(0.06), Some(0.055), None),
            (550.0, Some(RateBound::Ceiling), true)
        );
        assert_eq!(bounded(Some(0.04), Some(0.15), None).1, None);
    }

    proptest! {
        #[test]
        fn rate_and_raroc_undo_each_other(rate in -0.1..1.0_f64, other in -0.1..1.0_f64, capital in 0.001..0.5_f64) {
            let raroc = raroc_from_rate(rate, other, capital).unwrap();
            prop_assert!((rate_from_raroc(raroc, other, capital) - rate).abs() < 1e-10);
            let back = raroc_from_rate(rate_from_raroc(raroc, other, capital), other, capital).unwrap();
            prop_assert!((back - raroc).abs() < 1e-10 * (1.0 + raroc.abs()) / capital.min(1.0) * 0.01);
        }

        // Where others bear the loss, the rate may fall at a very high PD: the formula of capital does, and nothing outweighs it.
        #[test]
        fn a_riskier_firm_never_pays_less_for_a_loss_that_the_lender_bears(pd in 0.0..0.3_f64, more in 0.0..0.1_f64, share in 0.0..1.0_f64) {
            let price = |pd: f64, own_share: f64| policy().price(&PricedLoan { pd: Pd::new(pd).unwrap(), own_share, ..loan() });
            let (now, then) = (price(pd, share), price(pd + more, share));
            prop_assert!(then.parts.expected_loss >= now.parts.expected_loss - 1e-15);
            prop_assert!(price(pd + more, 1.0).rate >= price(pd, 1.0).rate - 1e-15);
        }
    }
}
