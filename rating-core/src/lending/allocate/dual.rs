//! Prices of budget and caps, and the bound that they give.

use super::problem::{Budget, FirmChoices};

/// Rounds through all prices. The bound holds after any number of them; more make it tighter.
const ROUNDS: usize = 12;
/// Steps against what is left over or missing at the prices, once rounds through them bring nothing more.
const STEPS: usize = 60;

/// Prices for each yuan: of the budget, and of each cap.
#[derive(Clone, Debug)]
pub(super) struct Prices {
    pub(super) budget: f64,
    pub(super) caps: Vec<f64>,
}

impl Prices {
    /// What a firm pays for each yuan.
    pub(super) fn of(&self, firm: &FirmChoices) -> f64 {
        let caps = firm.caps.iter().filter_map(|cap| self.caps.get(*cap));
        self.budget + caps.sum::<f64>()
    }

    /// Prices nearer to those of the least bound, by steps of Polyak's length towards a value that some allocation has;
    /// the same if none is nearer.
    pub(super) fn nearer(self, budget: &Budget, firms: &[FirmChoices], value: f64) -> Self {
        let mut best = (bound(budget, firms, &self), self);
        let (mut now, mut part, mut waits) = (best.1.clone(), 1.0, 0);
        for _ in 0..STEPS {
            let left = now.left(budget, firms);
            let size: f64 = left.iter().map(|left| left * left).sum();
            let above = bound(budget, firms, &now) - value;
            // Not `<=`: what is no number ends it as well.
            if !(size > 0.0 && above > 0.0) {
                break;
            }
            let step = part * above / size;
            let prices = [&mut now.budget].into_iter().chain(&mut now.caps);
            for (price, left) in prices.zip(left) {
                *price = (*price - step * left).max(0.0);
            }
            let reached = bound(budget, firms, &now);
            if reached < best.0 {
                (best, waits) = ((reached, now.clone()), 0);
            } else {
                waits += 1;
            }
            if waits == 4 {
                (now, part, waits) = (best.1.clone(), part / 2.0, 0);
            }
        }
        best.1
    }

    /// What firms leave of the budget and of each cap at the prices, in yuan; nothing of what is left over at a price of
    /// zero.
    fn left(&self, budget: &Budget, firms: &[FirmChoices]) -> Vec<f64> {
        let mut left: Vec<f64> = [budget.total]
            .iter()
            .chain(&budget.caps)
            .map(|a| a.yuan())
            .collect();
        for firm in firms {
            let price = self.of(firm);
            let mut best = (0.0, 0.0);
            for choice in &firm.choices {
                let yuan = choice.amount.yuan();
                let kept = choice.value - price * yuan;
                if kept > best.0 {
                    best = (kept, yuan);
                }
            }
            for at in [0].into_iter().chain(firm.caps.iter().map(|cap| cap + 1)) {
                if let Some(left) = left.get_mut(at) {
                    *left -= best.1;
                }
            }
        }
        let prices = [&self.budget].into_iter().chain(&self.caps);
        for (left, price) in left.iter_mut().zip(prices) {
            if *price <= 0.0 && *left > 0.0 {
                *left = 0.0;
            }
        }
        left
    }
}

/// A step up along the upper hull of a firm's choices.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    /// What each yuan of it is worth.
    pub(super) worth: f64,
    /// The amount that it adds, in fen.
    fen: i64,
    /// The choice that it leads to.
    pub(super) choice: usize,
}

/// Prices at which each constraint is about used up, found one after the other: what firms take falls as a price rises,
/// and at a price a firm takes the steps of its hull that are worth more.
pub(super) fn prices(budget: &Budget, firms: &[FirmChoices], hulls: &[Vec<Step>]) -> Prices {
    let mut prices = Prices {
        budget: 0.0,
        caps: vec![0.0; budget.caps.len()],
    };
    let everybody: Vec<usize> = (0..firms.len()).collect();
    let members: Vec<Vec<usize>> = (0..budget.caps.len())
        .map(|cap| {
            let own = firms.iter().zip(0..).filter(|(firm, _)| firm.caps.contains(&cap));
            own.map(|(_, at)| at).collect()
        })
        .collect();
    // Steps of some firms, each with what it is worth after the other prices that its firm pays.
    let steps = |members: &[usize], prices: &Prices, own: f64| -> Vec<(f64, i64)> {
        let pairs = members.iter().filter_map(|at| firms.get(*at).zip(hulls.get(*at)));
        let steps = pairs.flat_map(|(firm, hull)| {
            let others = prices.of(firm) - own;
            hull.iter().map(move |step| (step.worth - others, step.fen))
        });
        steps.filter(|(worth, _)| *worth > 0.0).collect()
    };
    let rounds = if budget.caps.is_empty() { 1 } else { ROUNDS };
    for _ in 0..rounds {
        let before = (prices.budget, prices.caps.clone());
        for (at, (cap, members)) in budget.caps.iter().zip(&members).enumerate() {
            let own = prices.caps.get(at).copied().unwrap_or(0.0);
            let price = clearing(steps(members, &prices, own), cap.fen());
            if let Some(slot) = prices.caps.get_mut(at) {
                *slot = price;
            }
        }
        prices.budget = clearing(steps(&everybody, &prices, prices.budget), budget.total.fen());
        if before == (prices.budget, prices.caps.clone()) {
            break;
        }
    }
    prices
}

/// The least price at which no more is taken than a limit: what the first step that no longer fits is worth, and
/// nothing if all fit.
fn clearing(mut steps: Vec<(f64, i64)>, limit: i64) -> f64 {
    steps.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
    let mut left = i128::from(limit);
    for (worth, fen) in steps {
        left -= i128::from(fen);
        if left < 0 {
            return worth;
        }
    }
    0.0
}

/// What no allocation is worth more than; any prices give such a bound.
pub(super) fn bound(budget: &Budget, firms: &[FirmChoices], prices: &Prices) -> f64 {
    let kept: f64 = firms.iter().map(|firm| firm.kept(prices.of(firm))).sum();
    let caps = budget.caps.iter().zip(&prices.caps);
    let paid: f64 = caps.map(|(cap, price)| cap.yuan() * price).sum();
    // Summing many numbers is off by a little; the bound stays one.
    (kept + paid + prices.budget * budget.total.yuan()) * (1.0 + 1e-12)
}

/// Steps from nothing up along the upper hull of a firm's choices, worth ever less.
pub(super) fn hull(firm: &FirmChoices) -> Vec<Step> {
    let mut steps = Vec::new();
    let (mut fen, mut value) = (0, 0.0);
    loop {
        let mut best: Option<Step> = None;
        for (choice, of) in firm.choices.iter().enumerate() {
            let more = of.amount.fen() - fen;
            if more > 0 && of.value > value {
                let worth = (of.value - value) / (more as f64 / 100.0);
                if best.is_none_or(|best| worth > best.worth) {
                    best = Some(Step {
                        worth,
                        fen: more,
                        choice,
                    });
                }
            }
        }
        let Some(step) = best else {
            return steps;
        };
        steps.push(step);
        fen += step.fen;
        value = firm.choices.get(step.choice).map_or(value, |choice| choice.value);
    }
}
