//! Dynamic programming over the budget.

use super::problem::{Allocation, Budget, FirmChoices, Method, answer};

/// Most steps of the programme, about a second of work.
const MOST_STEPS: u128 = 400_000_000;
/// Most cells of the table that the choices are read back from, a byte each.
const MOST_CELLS: u128 = 200_000_000;
/// "Nothing" in that table.
const NOTHING: u8 = u8::MAX;

/// The best allocation; none if there are caps or too many steps.
pub(super) fn allocate(budget: &Budget, firms: &[FirmChoices]) -> Option<Allocation> {
    if !budget.caps.is_empty() {
        return None;
    }
    let amounts = || firms.iter().flat_map(|f| &f.choices).map(|c| c.amount.fen());
    let step = amounts().fold(0, gcd);
    if step == 0 {
        return Some(answer(firms, vec![None; firms.len()], Method::Exact));
    }
    // More budget than all the largest choices together is no different from as much.
    let largest = |firm: &FirmChoices| firm.choices.iter().map(|c| c.amount.fen()).max().unwrap_or(0);
    let all: i128 = firms.iter().map(|firm| i128::from(largest(firm))).sum();
    let budget_fen = i128::from(budget.total.fen()).min(all);
    let units = usize::try_from(budget_fen / i128::from(step)).ok()?;
    let cells = firms.len() as u128 * (units as u128 + 1);
    if amounts().count() as u128 * (units as u128 + 1) > MOST_STEPS || cells > MOST_CELLS {
        return None;
    }
    let (best, table) = programme(firms, step, units);
    let mut found = answer(firms, read_back(firms, step, (units, &table)), Method::Exact);
    // What the last unit of budget brought; zero where it is not needed.
    let at = |unit: usize| best.get(unit).copied().unwrap_or(0.0);
    let gain = at(units) - at(units.saturating_sub(1));
    found.price = gain / (step as f64 / 100.0);
    Some(found)
}

/// Best value within each number of units, and for every firm and number of units what it takes.
fn programme(firms: &[FirmChoices], step: i64, units: usize) -> (Vec<f64>, Vec<u8>) {
    let mut best = vec![0.0_f64; units + 1];
    let mut table = Vec::with_capacity(firms.len() * (units + 1));
    for firm in firms {
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

fn read_back(firms: &[FirmChoices], step: i64, (units, table): (usize, &[u8])) -> Vec<Option<usize>> {
    let mut left = units;
    let mut chosen = vec![None; firms.len()];
    for (at, (firm, slot)) in firms.iter().zip(chosen.iter_mut()).enumerate().rev() {
        let taken = table.get(at * (units + 1) + left).copied().unwrap_or(NOTHING);
        if taken == NOTHING {
            continue;
        }
        let taken = usize::from(taken);
        *slot = Some(taken);
        let amount = firm.choices.get(taken).map_or(0, |choice| choice.amount.fen());
        left = left.saturating_sub(size_of(amount, step));
    }
    chosen
}

fn size_of(amount: i64, step: i64) -> usize {
    usize::try_from(amount / step).unwrap_or(usize::MAX)
}

fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { gcd(b, a % b) }
}
