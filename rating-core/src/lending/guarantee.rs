//! Guarantors: what they may stand for, what they cost, and what they do to the risk of a loan.

use super::price::{Capital, Exposure, IrbRule};
use super::share::money;
use super::{LendingError, Share};
use crate::num::{Money, Pd};
use serde::{Deserialize, Serialize};

/// A financing guarantor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Guarantor {
    /// Its net assets.
    pub net_assets: Money,
    /// All that it stands for.
    pub liability: Money,
    /// Whether it mainly serves small firms and agriculture, which raises its multiple from 10 to 15.
    pub serves_small_firms: bool,
}

/// What a guarantor already stands for around one client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClientLiability {
    /// For the client.
    pub client: Money,
    /// For those that the client belongs with, the client not among them.
    pub affiliates: Money,
}

/// What bounds a guarantor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GuaranteeBound {
    /// All that it stands for, against its net assets.
    Leverage,
    /// One client.
    Client,
    /// A client with its affiliates.
    Group,
}

/// What a guarantor may still stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GuaranteeRoom {
    /// Under the multiple of its net assets.
    pub leverage: Money,
    /// For the client.
    pub client: Money,
    /// For the client with its affiliates.
    pub group: Money,
    /// The least of them …
    pub most: Money,
    /// … and which it is; of equals the first.
    pub bound: GuaranteeBound,
}

impl Guarantor {
    /// What it may still stand for.
    ///
    /// ```text
    /// leverage: 10 · net assets (15 if it mainly serves small firms and agriculture) - liability
    /// client:   10 % of net assets - what it stands for
    /// group:    15 % of net assets - what it stands for, affiliates included
    /// ```
    /// Never below nothing; without net assets it may stand for nothing.
    ///
    /// Source: 融资担保公司监督管理条例 (国务院令第683号).
    ///
    /// ```
    /// use rating_core::lending::{ClientLiability, GuaranteeBound, Guarantor};
    /// use rating_core::num::Money;
    /// let yuan = |amount| Money::from_yuan(amount);
    /// let guarantor = Guarantor { net_assets: yuan(200)?, liability: yuan(1_995)?, serves_small_firms: false };
    /// let room = guarantor.room(ClientLiability::default());
    /// assert_eq!((room.most, room.bound), (yuan(5)?, GuaranteeBound::Leverage));
    /// # Ok::<(), rating_core::num::MoneyError>(())
    /// ```
    pub fn room(&self, stands_for: ClientLiability) -> GuaranteeRoom {
        let assets = i128::from(self.net_assets.fen().max(0));
        let multiple = if self.serves_small_firms { 15 } else { 10 };
        let fen = |amount: Money| i128::from(amount.fen().max(0));
        let client = fen(stands_for.client);
        let left = |most: i128, used: i128| money((most - used).max(0));
        let leverage = left(assets * multiple, fen(self.liability));
        let client_room = left(assets / 10, client);
        let group = left(assets * 15 / 100, client + fen(stands_for.affiliates));
        let bounds = [
            (leverage, GuaranteeBound::Leverage),
            (client_room, GuaranteeBound::Client),
            (group, GuaranteeBound::Group),
        ];
        let least = bounds.into_iter().min_by_key(|(room, _)| *room);
        let (most, bound) = least.unwrap_or((leverage, GuaranteeBound::Leverage));
        GuaranteeRoom {
            leverage,
            client: client_room,
            group,
            most,
            bound,
        }
    }
}

/// The highest re-guarantee fee a year on a loan: 0.5 % above five million yuan, 0.3 % up to it.
///
/// Source: 财金〔2024〕60号, as secondary sources give it.
///
/// ```
/// use rating_core::{lending::most_re_guarantee_fee, num::Money};
/// assert_eq!(most_re_guarantee_fee(Money::from_yuan(5_000_000)?).to_string(), "15000.00");
/// assert_eq!(most_re_guarantee_fee(Money::from_yuan(6_000_000)?).to_string(), "30000.00");
/// # Ok::<(), rating_core::num::MoneyError>(())
/// ```
pub fn most_re_guarantee_fee(loan: Money) -> Money {
    const BORDER_FEN: i64 = 500_000_000;
    let per_mille = if loan.fen() > BORDER_FEN { 5 } else { 3 };
    money(i128::from(loan.fen().max(0)) * per_mille / 1_000)
}

/// A guarantee on a loan.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Guarantee {
    /// The share of the loan that is guaranteed.
    pub share: Share,
    /// PD of the guarantor.
    pub pd: Pd,
    /// Its fee a year, as a fraction of what it guarantees.
    pub fee: f64,
}

/// A loan with a guarantee.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Guaranteed {
    /// Capital for each yuan of the guaranteed part.
    pub guaranteed: Capital,
    /// Capital for each yuan of the rest.
    pub rest: Capital,
    /// Capital for each yuan of the loan.
    pub requirement: f64,
    /// Whether the guarantor's PD stands in place of the firm's in the guaranteed part.
    pub is_substituted: bool,
    /// PD of the guaranteed part: the lesser of both.
    pub pd: Pd,
    /// Fee a year for each yuan of the loan.
    pub fee: f64,
}

impl Guarantee {
    /// Whether the guarantee is one.
    ///
    /// # Errors
    /// A fee outside 0 to 1.
    pub fn check(&self) -> Result<(), Vec<LendingError>> {
        let mut faults = super::fault::Faults::default();
        faults.number("fee", self.fee, (0.0, 1.0));
        faults.or(|| ())
    }

    /// The capital of a loan with it: in the guaranteed part the PD of the guarantor stands in place of the firm's,
    /// where that asks for less.
    ///
    /// Size counts in the rest alone: the sales are the firm's and say nothing of the guarantor. That both must default
    /// before anything is lost is not counted; the final Basel rules count it no more.
    ///
    /// Source: BCBS 2006, guarantees under the internal-ratings approach (substitution).
    pub fn capital(&self, rule: &IrbRule, loan: &Exposure) -> Guaranteed {
        let rest = rule.capital(loan);
        let substitute = self.substitute(rule, loan);
        let is_substituted = substitute.requirement < rest.requirement;
        let guaranteed = if is_substituted { substitute } else { rest };
        let share = self.share.get();
        Guaranteed {
            guaranteed,
            rest,
            requirement: share * guaranteed.requirement + (1.0 - share) * rest.requirement,
            is_substituted,
            pd: if is_substituted { self.pd } else { loan.pd },
            fee: share * self.fee,
        }
    }

    /// The same of a loan whose own requirement is known: PD and requirement of the guaranteed part.
    pub(super) fn with(&self, rule: &IrbRule, loan: &Exposure, own: f64) -> GuaranteedPart {
        let requirement = self.substitute(rule, loan).requirement;
        if requirement < own {
            GuaranteedPart {
                pd: self.pd,
                requirement,
            }
        } else {
            GuaranteedPart {
                pd: loan.pd,
                requirement: own,
            }
        }
    }

    /// Capital with the guarantor in place of the firm.
    fn substitute(&self, rule: &IrbRule, loan: &Exposure) -> Capital {
        rule.capital(&Exposure {
            pd: self.pd,
            sales: None,
            ..*loan
        })
    }
}

/// The guaranteed part of a loan.
pub(super) struct GuaranteedPart {
    pub(super) pd: Pd,
    pub(super) requirement: f64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::Lgd;

    fn yuan(amount: i64) -> Money {
        Money::from_yuan(amount).unwrap()
    }

    #[test]
    fn every_bound_of_a_guarantor_binds_in_turn() {
        let mut guarantor = Guarantor {
            net_assets: yuan(100_000_000),
            liability: yuan(500_000_000),
            serves_small_firms: false,
        };
        let most = |guarantor: &Guarantor, client: i64, affiliates: i64| {
            let room = guarantor.room(ClientLiability {
                client: yuan(client),
                affiliates: yuan(affiliates),
            });
            (room.most, room.bound)
        };
        assert_eq!(most(&guarantor, 0, 0), (yuan(10_000_000), GuaranteeBound::Client));
        assert_eq!(
            most(&guarantor, 4_000_000, 0),
            (yuan(6_000_000), GuaranteeBound::Client)
        );
        assert_eq!(
            most(&guarantor, 4_000_000, 8_000_000),
            (yuan(3_000_000), GuaranteeBound::Group)
        );
        guarantor.liability = yuan(1_000_000_000);
        assert_eq!(most(&guarantor, 0, 0), (Money::ZERO, GuaranteeBound::Leverage));
        guarantor.serves_small_firms = true;
        assert_eq!(most(&guarantor, 0, 0), (yuan(10_000_000), GuaranteeBound::Client));
        guarantor.net_assets = yuan(-1);
        assert_eq!(most(&guarantor, 0, 0).0, Money::ZERO);
    }

    /// Computed independently: PD 2 % and 0.1 %, LGD 45 %, two and a half years: 114.85 % without, 29.654 % with it.
    #[test]
    fn the_better_pd_stands_in() {
        let rule = IrbRule {
            pd_floor: 0.000_3,
            lgd_floor: 0.0,
            size: None,
            scaling: 1.0,
        };
        let pd = |p| Pd::new(p).unwrap();
        let loan = Exposure {
            pd: pd(0.02),
            lgd: Lgd::new(0.45).unwrap(),
            sales: None,
            maturity_years: 2.5,
        };
        let guarantee = Guarantee {
            share: Share::ALL,
            pd: pd(0.001),
            fee: 0.01,
        };
        let with = guarantee.capital(&rule, &loan);
        assert!((100.0 * with.rest.risk_weight - 114.85).abs() < 5e-3);
        assert!((100.0 * with.guaranteed.risk_weight - 29.654).abs() < 5e-4);
        // Double default, which the final Basel rules dropped, asks for more: 47.156 %. So nothing is lost without it.
        let b = |pd: f64| (0.118_52 - 0.054_78 * pd.ln()).powi(2);
        let surprise = with.rest.risk_weight / with.rest.maturity_factor / (1.0 - 1.5 * b(0.001));
        let double_default = surprise * (0.15 + 160.0 * 0.001);
        assert!((100.0 * double_default - 47.156).abs() < 5e-4);
        assert!(with.guaranteed.risk_weight < double_default);
        assert!(with.is_substituted && (with.requirement - with.guaranteed.requirement).abs() < 1e-15);
        let half = Guarantee {
            share: Share::new(0.5).unwrap(),
            ..guarantee
        }
        .capital(&rule, &loan);
        let mean = 0.5 * (with.rest.requirement + with.guaranteed.requirement);
        assert!((half.requirement - mean).abs() < 1e-15 && (half.fee - 0.005).abs() < 1e-15);
        let worse = Guarantee {
            pd: pd(0.05),
            ..guarantee
        }
        .capital(&rule, &loan);
        assert!(!worse.is_substituted && worse.pd == loan.pd);
        assert!(
            Guarantee {
                fee: f64::NAN,
                ..guarantee
            }
            .check()
            .is_err()
                && guarantee.check().is_ok()
        );
    }
}
