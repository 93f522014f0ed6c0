//! Prices of budget and caps, a bound, and an allocation near it.

use super::problem::{Allocation, Budget, FirmChoices, Method, answer};

/// Rounds through all prices. The bound holds after any number of them; more make it tighter.
const ROUNDS: usize = 6;
/// Halvings of the range of one price.
const HALVINGS: usize = 50;

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
    let prices = prices(budget, firms);
    let mut found = answer(firms, fill(budget, firms, &prices), Method::Priced);
    found.bound = bound(budget, firms, &prices).max(found.value);
    found.price = prices.budget;
    found
}

/// What a firm takes at a price for each yuan: amount in yuan, and what is left of its value; nothing at all if nothing
/// is left.
fn taken(firm: &FirmChoices, price: f64) -> (f64, f64) {
    let mut best = (0.0, 0.0);
    for choice in &firm.choices {
        let amount = choice.amount.yuan();
        let left = choice.value - price * amount;
        if left > best.1 {
            best = (amount, left);
        }
    }
    best
}

/// Prices at which each constraint is about used up, found one after the other by halving: what firms take falls as a
/// price rises.
fn prices(budget: &Budget, firms: &[FirmChoices]) -> Prices {
    let mut prices = Prices {
        budget: 0.0,
        caps: vec![0.0; budget.caps.len()],
    };
    let ratios = firms
        .iter()
        .flat_map(|f| &f.choices)
        .map(|c| c.value / c.amount.yuan());
    let highest = ratios.fold(0.0, f64::max);
    let everybody: Vec<&FirmChoices> = firms.iter().collect();
    let members: Vec<Vec<&FirmChoices>> = (0..budget.caps.len())
        .map(|cap| firms.iter().filter(|firm| firm.caps.contains(&cap)).collect())
        .collect();
    let rounds = if budget.caps.is_empty() { 1 } else { ROUNDS };
    for _ in 0..rounds {
        for (at, (cap, members)) in budget.caps.iter().zip(&members).enumerate() {
            let own = prices.caps.get(at).copied().unwrap_or(0.0);
            let others: Vec<f64> = members.iter().map(|firm| prices.of(firm) - own).collect();
            let price = clearing((members, &others), cap.yuan(), highest);
            if let Some(slot) = prices.caps.get_mut(at) {
                *slot = price;
            }
        }
        let others: Vec<f64> = firms.iter().map(|firm| prices.of(firm) - prices.budget).collect();
        prices.budget = clearing((&everybody, &others), budget.total.yuan(), highest);
    }
    prices
}

/// The least price, about, at which firms that pay other prices as well take no more than a limit.
fn clearing((firms, others): (&[&FirmChoices], &[f64]), limit: f64, highest: f64) -> f64 {
    let used = |price: f64| -> f64 {
        let pairs = firms.iter().zip(others);
        pairs.map(|(firm, other)| taken(firm, price + other).0).sum()
    };
    if used(0.0) <= limit {
        return 0.0;
    }
    let (mut low, mut high) = (0.0, highest);
    for _ in 0..HALVINGS {
        let middle = 0.5 * (low + high);
        if used(middle) > limit {
            low = middle;
        } else {
            high = middle;
        }
    }
    high
}

/// What no allocation is worth more than; any prices give such a bound.
fn bound(budget: &Budget, firms: &[FirmChoices], prices: &Prices) -> f64 {
    let kept: f64 = firms.iter().map(|firm| taken(firm, prices.of(firm)).1).sum();
    let caps = budget.caps.iter().zip(&prices.caps);
    let paid: f64 = caps.map(|(cap, price)| cap.yuan() * price).sum();
    // Summing many numbers is off by a little; the bound stays one.
    (kept + paid + prices.budget * budget.total.yuan()) * (1.0 + 1e-12)
}

/// Takes for each firm what it takes at the prices, the most value for money first, and then fills what is left.
fn fill(budget: &Budget, firms: &[FirmChoices], prices: &Prices) -> Vec<Option<usize>> {
    let mut room = Room {
        total: budget.total.fen(),
        caps: budget.caps.iter().map(|cap| cap.fen()).collect(),
    };
    let mut chosen = vec![None; firms.len()];
    // Steps along the upper hull of each firm's choices, by what each yuan of a step is worth after the prices of caps.
    let mut steps: Vec<(f64, usize, usize)> = Vec::new();
    for (at, firm) in firms.iter().enumerate() {
        let caps = prices.of(firm) - prices.budget;
        steps.extend(
            hull(firm)
                .into_iter()
                .map(|(worth, choice)| (worth - caps, at, choice)),
        );
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

/// Steps from nothing up along the upper hull of a firm's choices: what each yuan of a step is worth, falling, and the
/// choice that it leads to.
fn hull(firm: &FirmChoices) -> Vec<(f64, usize)> {
    let mut steps = Vec::new();
    let (mut amount, mut value) = (0.0, 0.0);
    loop {
        let mut best: Option<(f64, usize)> = None;
        for (at, choice) in firm.choices.iter().enumerate() {
            if choice.amount.yuan() > amount && choice.value > value {
                let worth = (choice.value - value) / (choice.amount.yuan() - amount);
                if best.is_none_or(|(most, _)| worth > most) {
                    best = Some((worth, at));
                }
            }
        }
        let Some((worth, at)) = best else {
            return steps;
        };
        steps.push((worth, at));
        if let Some(choice) = firm.choices.get(at) {
            (amount, value) = (choice.amount.yuan(), choice.value);
        }
    }
}
