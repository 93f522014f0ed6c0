//! Prices of budget and caps, a bound, and an allocation near it.

use super::problem::{Allocation, Budget, FirmChoices, Method, answer};

/// Rounds through all prices. The bound holds after any number of them; more make it tighter.
const ROUNDS: usize = 12;

/// Prices for each yuan: of the budget, and of each cap.
struct Prices {
    budget: f64,
    caps: Vec<f64>,
}

impl Prices {
    fn of(&self, firm: &FirmChoices) -> f64 {
        let caps = firm.caps.iter().filter_map(|cap| self.caps.get(*cap));
        self.budget + caps.sum::<f64>()
    }
}

/// A good allocation and a bound on the best.
pub(super) fn allocate(budget: &Budget, firms: &[FirmChoices]) -> Allocation {
    let hulls: Vec<Vec<Step>> = firms.iter().map(hull).collect();
    let prices = prices(budget, firms, &hulls);
    let mut found = answer(firms, fill(budget, (firms, &hulls), &prices), Method::Priced);
    found.bound = bound(budget, firms, &prices).max(found.value);
    found.price = prices.budget;
    found
}

/// A step up along the upper hull of a firm's choices.
#[derive(Clone, Copy, Debug)]
struct Step {
    /// What each yuan of it is worth.
    worth: f64,
    /// The amount that it adds, in fen.
    fen: i64,
    /// The choice that it leads to.
    choice: usize,
}

/// Prices at which each constraint is about used up, found one after the other: what firms take falls as a price rises,
/// and at a price a firm takes the steps of its hull that are worth more.
fn prices(budget: &Budget, firms: &[FirmChoices], hulls: &[Vec<Step>]) -> Prices {
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
fn bound(budget: &Budget, firms: &[FirmChoices], prices: &Prices) -> f64 {
    let kept: f64 = firms.iter().map(|firm| kept(firm, prices.of(firm))).sum();
    let caps = budget.caps.iter().zip(&prices.caps);
    let paid: f64 = caps.map(|(cap, price)| cap.yuan() * price).sum();
    // Summing many numbers is off by a little; the bound stays one.
    (kept + paid + prices.budget * budget.total.yuan()) * (1.0 + 1e-12)
}

/// What is left of the value of a firm's best choice at a price for each yuan; nothing if it takes none. Over all its
/// choices, so that the bound does not hang on the hull.
fn kept(firm: &FirmChoices, price: f64) -> f64 {
    let left = firm
        .choices
        .iter()
        .map(|choice| choice.value - price * choice.amount.yuan());
    left.fold(0.0, f64::max)
}

/// Takes for each firm what it takes at the prices, the most value for money first, and then fills what is left.
fn fill(
    budget: &Budget,
    (firms, hulls): (&[FirmChoices], &[Vec<Step>]),
    prices: &Prices,
) -> Vec<Option<usize>> {
    let mut room = Room {
        total: budget.total.fen(),
        caps: budget.caps.iter().map(|cap| cap.fen()).collect(),
    };
    let mut chosen = vec![None; firms.len()];
    // By what each yuan of a step is worth after the prices of caps.
    let mut steps: Vec<(f64, usize, usize)> = Vec::new();
    for (at, (firm, hull)) in firms.iter().zip(hulls).enumerate() {
        let caps = prices.of(firm) - prices.budget;
        steps.extend(hull.iter().map(|step| (step.worth - caps, at, step.choice)));
    }
    steps.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
    for (_, at, choice) in &steps {
        room.swap(firms, &mut chosen, (*at, *choice));
    }
    // Whatever is better for a firm and still fits, until nothing does; a few rounds settle it.
    for _ in 0..3 {
        let mut has_moved = false;
        for (at, firm) in firms.iter().enumerate() {
            for choice in 0..firm.choices.len() {
                has_moved |= room.swap(firms, &mut chosen, (at, choice));
            }
        }
        if !has_moved {
            break;
        }
    }
    chosen
}

/// What is left of budget and caps, in fen.
struct Room {
    total: i64,
    caps: Vec<i64>,
}

impl Room {
    /// Puts a choice of a firm in place of what it has, if that is worth more and fits.
    fn swap(
        &mut self,
        firms: &[FirmChoices],
        chosen: &mut [Option<usize>],
        (at, choice): (usize, usize),
    ) -> bool {
        let (Some(firm), Some(slot)) = (firms.get(at), chosen.get_mut(at)) else {
            return false;
        };
        let of = |choice: Option<usize>| {
            let choice = choice.and_then(|choice| firm.choices.get(choice));
            choice.map_or((0, 0.0), |choice| (choice.amount.fen(), choice.value))
        };
        let (old, new) = (of(*slot), of(Some(choice)));
        let more = new.0 - old.0;
        let caps = firm.caps.iter().filter_map(|cap| self.caps.get(*cap));
        let fits = more <= self.total && caps.into_iter().all(|left| more <= *left);
        if new.1 <= old.1 || !fits {
            return false;
        }
        *slot = Some(choice);
        self.total -= more;
        for cap in &firm.caps {
            if let Some(left) = self.caps.get_mut(*cap) {
                *left -= more;
            }
        }
        true
    }
}

/// Steps from nothing up along the upper hull of a firm's choices, worth ever less.
fn hull(firm: &FirmChoices) -> Vec<Step> {
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
