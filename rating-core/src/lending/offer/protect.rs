//! Who bears a part of the loss on a loan, and what that costs.

use super::application::{GuaranteeFor, LoanApplication};
use super::policy::LendingPolicy;
use crate::lending::loss_sharing::{
    Candidate, LoanTrait, Loss, LossAmount, LossSharing, Pool, Refusal, Role, Settled, Settlement,
};
use crate::lending::share::{money, money_from_yuan};
use crate::lending::{Guarantee, GuaranteeBound, Share};
use crate::num::{Lgd, Money};

/// What a guarantor stands for in an offer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OfferedGuarantee {
    /// The amount, within what the guarantor may still stand for.
    pub amount: Money,
    /// The same as a share of the loan, rounded down to a millionth.
    pub share: Share,
    /// What bounds it; none: the guarantor stands for the whole share that it offers.
    pub bound: Option<GuaranteeBound>,
    /// Its fee of the first year, of a shorter loan that of its months, rounded to the fen.
    pub fee: Money,
}

/// A contract of insurance in an offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfferedInsurance {
    /// What it would pay the lender of the loss in default; nothing if its line does not protect the lender.
    pub pays: Money,
    /// Its premium of the first year, of a shorter loan that of its months, rounded down to the fen.
    pub premium: Money,
    /// What others pay towards the premium.
    pub subsidised: Money,
}

/// What a structure of loss sharing does for an offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfferedSharing {
    /// Why the structure does not take the loan; empty if it does.
    pub refusals: Vec<Refusal>,
    /// Whether firm or loan do not meet its conditions.
    pub is_ineligible: bool,
    /// Who would pay what of the loss in default; none if the structure does not take the loan.
    pub settlement: Option<Settlement>,
}

/// The part of the first year that a loan runs: 1 from twelve months on.
pub(super) fn first_year(months: u16) -> f64 {
    f64::from(months.clamp(1, 12)) / 12.0
}

/// A loan whose protection is asked for.
#[derive(Clone, Copy)]
pub(super) struct Loan<'a> {
    pub(super) amount: Money,
    pub(super) months: u16,
    pub(super) lgd: Lgd,
    pub(super) traits: &'a [LoanTrait],
}

/// Who bears a part of the loss.
pub(super) struct Protection {
    pub(super) guarantee: Option<OfferedGuarantee>,
    pub(super) insurance: Vec<OfferedInsurance>,
    pub(super) sharing: Option<OfferedSharing>,
    /// The share of a loss on what is not guaranteed that the lender bears.
    pub(super) own_share: f64,
    /// The same without the structure of loss sharing.
    pub(super) own_share_alone: f64,
    pub(super) fees: Money,
}

impl Protection {
    /// Whether a structure takes the loan.
    pub(super) fn is_shared(&self) -> bool {
        let settlement = self.sharing.as_ref().and_then(|s| s.settlement.as_ref());
        settlement.is_some_and(|settlement| settlement.settled == Settled::Paid)
    }

    /// Takes the structure away if the rate is too far above the reference rate for it; whether it did.
    pub(super) fn refuse_spread(&mut self, structure: &LossSharing, spread: f64) -> bool {
        let Some(sharing) = self.sharing.as_mut().filter(|s| s.settlement.is_some()) else {
            return false;
        };
        let refused = structure.refused_spread(spread);
        if let Some(refusal) = refused {
            sharing.refusals.push(refusal);
            sharing.settlement = None;
        }
        sharing.settlement.is_none()
    }
}

/// Why the guarantor of an application has no room for any of a loan; none if it has, or nobody is to stand for it.
pub(super) fn no_room(application: &LoanApplication, amount: Money) -> Option<GuaranteeBound> {
    let of = application.guarantee.as_ref()?;
    let room = of.guarantor.room(of.stands_for);
    let is_full = of.guarantee.share.of(amount) > Money::ZERO && room.most <= Money::ZERO;
    is_full.then_some(room.bound)
}

/// Whether somebody stands for the loans under a structure, so that they are no pure credit loans: a guarantor, a public
/// guarantee fund behind one, an insurer. A compensation fund or a budget that bears a part of the loss pays the lender and
/// stands for nobody.
pub(super) fn stands_for_loans(structure: &LossSharing) -> bool {
    let stands = |role: Role| match role {
        Role::Guarantor | Role::ReGuarantor | Role::GuaranteeFund | Role::Insurer => true,
        Role::CompensationFund
        | Role::Government
        | Role::InsuranceLender
        | Role::VentureFund
        | Role::Bank => false,
    };
    structure.spec().parties.iter().any(|party| stands(party.role))
}

/// The guarantee with the share that the guarantor stands for.
pub(super) fn priced_guarantee(
    offered: Option<OfferedGuarantee>,
    application: &LoanApplication,
) -> Option<Guarantee> {
    let offered = offered?;
    application.guarantee.map(|of| Guarantee {
        share: offered.share,
        ..of.guarantee
    })
}

impl LendingPolicy {
    /// Who bears a part of the loss on a loan.
    pub(super) fn protection(&self, application: &LoanApplication, loan: &Loan<'_>) -> Protection {
        let guarantee = application.guarantee.as_ref().and_then(|of| guaranteed(of, loan));
        let share = guarantee.map_or(0.0, |guarantee| guarantee.share.get());
        let loss = money_from_yuan(loan.lgd.get() * (1.0 - share) * loan.amount.yuan());
        let insurance = self.insured(application, (loss, loan.months));
        let insured = Money::sum(insurance.iter().map(|insurance| insurance.pays));
        let left = money((i128::from(loss.fen()) - insured).max(0));
        let sharing = self
            .sharing()
            .map(|structure| shared(structure, application, (loan, left)));
        // Of a share that is no number the lender bears all.
        let said = if application.own_share.is_nan() {
            1.0
        } else {
            application.own_share.clamp(0.0, 1.0)
        };
        let of_loss = |kept: Money| {
            if loss > Money::ZERO {
                said * kept.yuan() / loss.yuan()
            } else {
                said
            }
        };
        let settlement = sharing.as_ref().and_then(|sharing| sharing.settlement.as_ref());
        let borne = settlement
            .zip(self.sharing())
            .map_or(left, |(settlement, structure)| {
                structure.borne_by_lender(settlement)
            });
        let premiums = insurance
            .iter()
            .map(|i| i128::from(i.premium.fen() - i.subsidised.fen()));
        let fee = guarantee.map_or(0, |guarantee| i128::from(guarantee.fee.fen()));
        Protection {
            own_share: of_loss(borne),
            own_share_alone: of_loss(left),
            fees: money(premiums.sum::<i128>() + fee),
            guarantee,
            insurance,
            sharing,
        }
    }

    fn insured(&self, application: &LoanApplication, (loss, months): (Money, u16)) -> Vec<OfferedInsurance> {
        let mut left = loss;
        // What of each subsidy is used up by the contracts before.
        let mut had = application.premiums_subsidised.clone();
        had.resize(self.spec().premium_subsidies.len(), Money::ZERO);
        let mut offered = Vec::with_capacity(application.insurance.len());
        for insurance in &application.insurance {
            let pays = if insurance.line.protects_lender() {
                insurance.pays(left, Money::ZERO)
            } else {
                Money::ZERO
            };
            left = money(i128::from(left.fen() - pays.fen()));
            let premium = money(i128::from(insurance.premium().fen()) * i128::from(months.clamp(1, 12)) / 12);
            let mut unpaid = premium;
            for (subsidy, had) in self.spec().premium_subsidies.iter().zip(&mut had) {
                let amount = subsidy
                    .amount(insurance.line, premium, (application.on, *had))
                    .min(unpaid);
                *had = money(i128::from(had.fen()) + i128::from(amount.fen()));
                unpaid = money(i128::from(unpaid.fen() - amount.fen()));
            }
            offered.push(OfferedInsurance {
                pays,
                premium,
                subsidised: money(i128::from(premium.fen() - unpaid.fen())),
            });
        }
        offered
    }
}

/// What the guarantor stands for of a loan; none if that is nothing.
fn guaranteed(of: &GuaranteeFor, loan: &Loan<'_>) -> Option<OfferedGuarantee> {
    let amount = loan.amount;
    let wanted = of.guarantee.share.of(amount);
    let room = of.guarantor.room(of.stands_for);
    let is_cut = wanted > room.most;
    let most = wanted.min(room.most);
    let whole = i128::from(Share::ALL.millionths());
    let share = if is_cut {
        let millionths = i128::from(most.fen()) * whole / i128::from(amount.fen().max(1));
        Share::from_millionths(u32::try_from(millionths).unwrap_or_default())
    } else {
        of.guarantee.share
    };
    (most > Money::ZERO).then(|| OfferedGuarantee {
        amount: most,
        share,
        bound: is_cut.then_some(room.bound),
        fee: money_from_yuan(most.yuan() * of.guarantee.fee * first_year(loan.months)),
    })
}

/// What a structure does for a loan with this loss in default, taken by itself.
fn shared(
    structure: &LossSharing,
    application: &LoanApplication,
    (loan, loss): (&Loan<'_>, Money),
) -> OfferedSharing {
    let pool = &application.pool;
    let refusals = structure.refusals(&Candidate {
        on: application.on,
        principal: loan.amount,
        firm_loans: pool.firm_loans,
        months: loan.months,
        spread: 0.0,
        covered: &pool.covered,
        non_performing: pool.non_performing,
        pool: pool.pool,
    });
    let is_taken = refusals.is_empty() && !pool.is_ineligible && loan.amount > Money::ZERO;
    let settlement = is_taken.then(|| {
        // The claim of a loss that happens at once: no cap of a year but the first can bind.
        let claimed_on = application.on.plus_days(i32::from(structure.spec().waiting_days));
        let is_told = |told: &&LoanTrait| **told != LoanTrait::PureCredit || !stands_for_loans(structure);
        let loss = Loss {
            claimed_on,
            loan: String::new(),
            firm: String::new(),
            lent_on: application.on,
            recorded_on: Some(application.on),
            defaulted_on: application.on,
            amount: LossAmount::principal(loss),
            is_eligible: true,
            traits: loan.traits.iter().filter(is_told).copied().collect(),
        };
        let known = Pool {
            loans: pool
                .of_year
                .map(|of_year| (claimed_on.year(), of_year))
                .into_iter()
                .collect(),
            open_until: None,
        };
        structure.settle(&loss, &known)
    });
    OfferedSharing {
        refusals,
        is_ineligible: pool.is_ineligible,
        settlement,
    }
}

#[cfg(test)]
mod tests;
