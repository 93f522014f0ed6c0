//! Dynamic programming over the budget, and over the caps that bind.

use super::problem::{Budget, FirmChoices};
use super::room::Room;

/// Most steps of all programmes together, about a second of work.
const MOST_STEPS: u128 = 400_000_000;
/// Most cells of the tables that the choices are read back from, a byte each.
const MOST_CELLS: u128 = 200_000_000;
/// "Nothing" in such a table.
const NOTHING: u8 = u8::MAX;

/// What a programme finds.
pub(super) enum Programme {
    /// The best allocation.
    Best(Vec<Option<usize>>),
    /// What no allocation is worth more than: the best that keeps only some of the caps. Without bound if there are too
    /// many steps.
    Bound(f64),
}

/// The best allocation within the budget and the caps that bind, if every firm falls under at most one of these.
///
/// Caps are left out at first. The best without some of the caps is the best of all if it keeps them, and what no
/// allocation is worth more than if it does not; the caps that it exceeds come in, until it keeps all.
pub(super) fn allocate(budget: &Budget, firms: &[FirmChoices]) -> Programme {
    let amounts = || firms.iter().flat_map(|f| &f.choices).map(|c| c.amount.fen());
    let step = amounts().fold(0, gcd);
    if step == 0 {
        return Programme::Best(vec![None; firms.len()]);
    }
    let (mut binding, mut most): (Vec<usize>, f64) = (Vec::new(), f64::INFINITY);
    let mut steps = MOST_STEPS;
    while let Some(groups) = groups(budget, firms, (&binding, step)) {
        let Some(left) = cost(&groups, firms).and_then(|cost| steps.checked_sub(cost)) else {
            break;
        };
        steps = left;
        let chosen = combined(&groups, firms, step);
        let exceeded = Room::after(budget, firms, &chosen).exceeded();
        if exceeded.is_empty() {
            return Programme::Best(chosen);
        }
        let values = firms.iter().zip(&chosen).map(|(firm, at)| firm.taken(*at).1);
        // Summing many numbers is off by a little; the bound stays one.
        most = values.sum::<f64>() * (1.0 + 1e-12);
        binding.extend(exceeded);
    }
    Programme::Bound(most)
}

/// Firms under one cap, or under none.
struct Group {
    /// Places of the firms.
    firms: Vec<usize>,
    /// The most that they can take together, in steps.
    units: usize,
}

/// The firms under each of some caps, those under none of them first; none if a firm falls under two.
fn groups(budget: &Budget, firms: &[FirmChoices], (caps, step): (&[usize], i64)) -> Option<Vec<Group>> {
    let mut members: Vec<Vec<usize>> = vec![Vec::new(); caps.len() + 1];
    for (at, firm) in firms.iter().enumerate() {
        let mut own = caps.iter().zip(1..).filter(|(cap, _)| firm.caps.contains(cap));
        let group = own.next().map_or(0, |(_, group)| group);
        if own.next().is_some() {
            return None;
        }
        members.get_mut(group)?.push(at);
    }
    let limits = [None]
        .into_iter()
        .chain(caps.iter().map(|cap| budget.caps.get(*cap)));
    let group = |(firms_of, cap): (Vec<usize>, Option<&crate::num::Money>)| {
        // More than all the largest choices together is no different from as much.
        let largest = firms_of
            .iter()
            .filter_map(|at| firms.get(*at)?.choices.iter().map(|c| c.amount.fen()).max());
        let all: i128 = largest.map(i128::from).sum();
        let most = cap.map_or(all, |cap| i128::from(cap.fen()).min(all));
        let most = most.min(i128::from(budget.total.fen()));
        Some(Group {
            firms: firms_of,
            units: usize::try_from(most / i128::from(step)).ok()?,
        })
    };
    let mut groups: Vec<Group> = members
        .into_iter()
        .zip(limits)
        .map(group)
        .collect::<Option<_>>()?;
    // The first is built upon by the others, so that it reaches as far as all of them can.
    let all = groups.iter().map(|group| group.units).sum::<usize>();
    let total = usize::try_from(i128::from(budget.total.fen()) / i128::from(step)).unwrap_or(usize::MAX);
    groups.first_mut()?.units = all.min(total);
    Some(groups)
}

/// Steps that the programme of groups takes; none if its tables are too large.
fn cost(groups: &[Group], firms: &[FirmChoices]) -> Option<u128> {
    let all = groups.first().map_or(0, |group| group.units) as u128 + 1;
    let (mut steps, mut cells) = (0, 0);
    for (at, group) in groups.iter().enumerate() {
        let units = group.units as u128 + 1;
        let choices = group
            .firms
            .iter()
            .filter_map(|at| firms.get(*at))
            .map(|f| f.choices.len());
        steps += choices.sum::<usize>() as u128 * units;
        cells += group.firms.len() as u128 * units;
        if at > 0 {
            steps += units * all;
            // Four bytes each.
            cells += 4 * all;
        }
    }
    (cells <= MOST_CELLS).then_some(steps)
}

/// The best choices of all groups together.
fn combined(groups: &[Group], firms: &[FirmChoices], step: i64) -> Vec<Option<usize>> {
    let mut best: Vec<f64> = Vec::new();
    let mut tables: Vec<Vec<u8>> = Vec::new();
    let mut splits: Vec<Vec<u32>> = Vec::new();
    for (at, group) in groups.iter().enumerate() {
        let (own, table) = programme(group, firms, step);
        tables.push(table);
        if at == 0 {
            best = own;
            continue;
        }
        let (next, split) = beside(&best, &own);
        best = next;
        splits.push(split);
    }
    let mut chosen = vec![None; firms.len()];
    let mut left = groups.first().map_or(0, |group| group.units);
    for (at, group) in groups.iter().enumerate().rev() {
        let split = at.checked_sub(1).and_then(|at| splits.get(at));
        let own = split.map_or(left, |split| split.get(left).map_or(0, |own| *own as usize));
        if let Some(table) = tables.get(at) {
            read_back((group, table), firms, (step, own), &mut chosen);
        }
        left -= own.min(left);
    }
    chosen
}

/// Best values within each number of units for two groups together, and how many of them the second takes.
fn beside(first: &[f64], second: &[f64]) -> (Vec<f64>, Vec<u32>) {
    let mut best = first.to_vec();
    let mut split = vec![0; first.len()];
    for (own, value) in (0_u32..).zip(second).skip(1) {
        let cells = best.iter_mut().zip(&mut split).skip(own as usize);
        for ((cell, taken), before) in cells.zip(first) {
            let together = before + value;
            if together > *cell {
                *cell = together;
                *taken = own;
            }
        }
    }
    (best, split)
}

/// Best value within each number of units, and for every firm and number of units what it takes.
fn programme(group: &Group, firms: &[FirmChoices], step: i64) -> (Vec<f64>, Vec<u8>) {
    let units = group.units;
    let mut best = vec![0.0_f64; units + 1];
    let mut table = Vec::with_capacity(group.firms.len() * (units + 1));
    for firm in group.firms.iter().filter_map(|at| firms.get(*at)) {
        let mut next = best.clone();
        let mut row = vec![NOTHING; units + 1];
        for (at, choice) in (0_u8..).zip(&firm.choices) {
            let size = size_of(choice.amount.fen(), step);
            let cells = next.iter_mut().zip(&mut row).skip(size);
            for ((cell, taken), before) in cells.zip(&best) {
                let value = before + choice.value;
                if value > *cell {
                    *cell = value;
                    *taken = at;
                }
            }
        }
        best = next;
        table.extend_from_slice(&row);
    }
    (best, table)
}

/// Reads back what the firms of a group take of so many units.
fn read_back(
    (group, table): (&Group, &[u8]),
    firms: &[FirmChoices],
    (step, mut left): (i64, usize),
    chosen: &mut [Option<usize>],
) {
    for (row, at) in group.firms.iter().enumerate().rev() {
        let taken = table
            .get(row * (group.units + 1) + left)
            .copied()
            .unwrap_or(NOTHING);
        let (Some(firm), Some(slot)) = (firms.get(*at), chosen.get_mut(*at)) else {
            continue;
        };
        if taken != NOTHING {
            *slot = Some(usize::from(taken));
            left -= size_of(firm.taken(*slot).0, step).min(left);
        }
    }
}

fn size_of(amount: i64, step: i64) -> usize {
    usize::try_from(amount / step).unwrap_or(usize::MAX)
}

fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { gcd(b, a % b) }
}
