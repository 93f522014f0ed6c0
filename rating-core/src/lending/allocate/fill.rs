//! A good allocation at prices.

use super::dual::{Prices, Step};
use super::problem::FirmChoices;
use super::room::Room;

/// Most firms of which pairs are exchanged.
const MOST_NEAR: usize = 200;
/// Rounds through all pairs; each ends sooner if nothing moves.
const PASSES: usize = 10;

/// Takes for each firm what it takes at the prices, the most value for money first, fills what is left, and exchanges what
/// two firms have where that is worth more.
pub(super) fn fill(
    mut room: Room,
    (firms, hulls): (&[FirmChoices], &[Vec<Step>]),
    prices: &Prices,
) -> Vec<Option<usize>> {
    let mut chosen = vec![None; firms.len()];
    // By what each yuan of a step is worth after the prices of caps.
    let mut steps: Vec<(f64, usize, usize)> = Vec::new();
    for (at, (firm, hull)) in firms.iter().zip(hulls).enumerate() {
        let caps = prices.of(firm) - prices.budget;
        steps.extend(hull.iter().map(|step| (step.worth - caps, at, step.choice)));
    }
    steps.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
    for (_, at, choice) in &steps {
        swap(firms, (&mut room, &mut chosen), (*at, *choice));
    }
    let near = near(firms, prices);
    for _ in 0..PASSES {
        let mut has_moved = single(firms, (&mut room, &mut chosen));
        for (place, one) in near.iter().enumerate() {
            for other in near.iter().skip(place + 1) {
                has_moved |= exchange(firms, (&mut room, &mut chosen), (*one, *other));
            }
        }
        if !has_moved {
            break;
        }
    }
    chosen
}

/// Whatever is better for one firm and still fits, until nothing does; a few rounds settle it.
fn single(firms: &[FirmChoices], (room, chosen): (&mut Room, &mut [Option<usize>])) -> bool {
    let mut has_ever = false;
    for _ in 0..3 {
        let mut has_moved = false;
        for (at, firm) in firms.iter().enumerate() {
            for choice in 0..firm.choices.len() {
                has_moved |= swap(firms, (room, chosen), (at, choice));
            }
        }
        has_ever |= has_moved;
        if !has_moved {
            break;
        }
    }
    has_ever
}

/// Puts a choice of a firm in place of what it has, if that is worth more and fits.
fn swap(
    firms: &[FirmChoices],
    (room, chosen): (&mut Room, &mut [Option<usize>]),
    (at, choice): (usize, usize),
) -> bool {
    let (Some(firm), Some(slot)) = (firms.get(at), chosen.get_mut(at)) else {
        return false;
    };
    let (old, new) = (firm.taken(*slot), firm.taken(Some(choice)));
    let more = new.0 - old.0;
    if new.1 <= old.1 || !room.holds(firm, more) {
        return false;
    }
    *slot = Some(choice);
    room.take(firm, more);
    true
}

/// Firms that at the prices are nearest to another choice.
fn near(firms: &[FirmChoices], prices: &Prices) -> Vec<usize> {
    let lost = |firm: &FirmChoices| {
        let price = prices.of(firm);
        let kept = |(fen, value): (i64, f64)| value - price * (fen as f64 / 100.0);
        let all = [None].into_iter().chain((0..firm.choices.len()).map(Some));
        let (mut best, mut second) = (f64::NEG_INFINITY, f64::NEG_INFINITY);
        for value in all.map(|choice| kept(firm.taken(choice))) {
            second = second.max(value.min(best));
            best = best.max(value);
        }
        best - second
    };
    let mut order: Vec<(f64, usize)> = firms.iter().map(lost).zip(0..).collect();
    order.retain(|(_, at)| firms.get(*at).is_some_and(|firm| !firm.choices.is_empty()));
    order.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    order.truncate(MOST_NEAR);
    order.into_iter().map(|(_, at)| at).collect()
}

/// Gives two firms what is worth the most for both and fits, if that is more than what they have.
fn exchange(
    firms: &[FirmChoices],
    (room, chosen): (&mut Room, &mut [Option<usize>]),
    (one, other): (usize, usize),
) -> bool {
    let (Some(a), Some(b)) = (firms.get(one), firms.get(other)) else {
        return false;
    };
    let has = |at: usize| chosen.get(at).copied().flatten();
    let (old_a, old_b) = (a.taken(has(one)), b.taken(has(other)));
    let all = |firm: &FirmChoices| [None].into_iter().chain((0..firm.choices.len()).map(Some));
    // What is off by less than a billionth is no gain, so that no exchange is undone by the next.
    let mut least = 1e-9 * (old_a.1 + old_b.1).abs();
    let mut best = None;
    for of_a in all(a) {
        let new_a = a.taken(of_a);
        for of_b in all(b) {
            let new_b = b.taken(of_b);
            let gain = new_a.1 + new_b.1 - old_a.1 - old_b.1;
            let more = (new_a.0 - old_a.0, new_b.0 - old_b.0);
            if gain > least && room.holds_both((a, more.0), (b, more.1)) {
                (least, best) = (gain, Some((of_a, of_b, more)));
            }
        }
    }
    let Some((of_a, of_b, more)) = best else {
        return false;
    };
    for (at, firm, choice, more) in [(one, a, of_a, more.0), (other, b, of_b, more.1)] {
        if let Some(slot) = chosen.get_mut(at) {
            *slot = choice;
        }
        room.take(firm, more);
    }
    true
}
