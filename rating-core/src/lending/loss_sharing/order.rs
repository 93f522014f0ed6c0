//! The order in which losses use up what they share, and numbers for their firms and loans.
//!
//! Losses lie far apart in memory and are many, so what orders them is put into one number each, which sorts without a
//! look at the loss: the place of the loss in the lowest bits, what orders it above.

use super::settle::Loss;
use crate::num::Date;

/// Bits of the place of a loss.
// INVARIANT: no memory holds 2^48 losses.
const PLACE: u32 = 48;

/// Bytes of the tail of a loan's id in its number, beside three of the day.
const LOAN_BYTES: u32 = 7;

/// Bytes of the tail of an id in its number, beside one of its length.
const ID_BYTES: u32 = 9;

/// The losses that are shared, each with a number of its day and its place: by the days of the claims, then by the losses
/// themselves, their loans first; equal ones as they were delivered.
pub(super) fn of_claims(
    losses: &[Loss],
    is_shared: impl Fn(usize) -> bool,
) -> impl Iterator<Item = (u128, usize)> {
    let tails = Tails::of(losses.iter().map(|loss| loss.loan.as_str()));
    let number = |(at, loss): (usize, &Loss)| {
        let day = loss.claimed_on.days() - Date::MIN.days();
        // INVARIANT: days count from the first that there is, and the last is below 2^24.
        let day = u128::from(u32::try_from(day).unwrap_or_default());
        let head = tails.head(&loss.loan, LOAN_BYTES);
        (day << (PLACE + 8 * LOAN_BYTES)) | (head << PLACE) | at as u128
    };
    let shared = losses.iter().enumerate().filter(|(at, _)| is_shared(*at));
    let mut numbers: Vec<u128> = shared.map(number).collect();
    numbers.sort_unstable();
    // Heads order as the ids do, and where they are equal the losses decide. The sort is stable and a run lies in the
    // order of delivery.
    for run in numbers.chunk_by_mut(|a, b| a >> PLACE == b >> PLACE) {
        if run.len() > 1 {
            run.sort_by(|a, b| losses.get(place(*a)).cmp(&losses.get(place(*b))));
        }
    }
    numbers
        .into_iter()
        .map(|number| (number >> (PLACE + 8 * LOAN_BYTES), place(number)))
}

/// A number for the firm of each loss, from 0, and how many there are, at least one.
pub(super) fn of_firms(losses: &[Loss]) -> (Vec<usize>, usize) {
    let (mut numbers, mut next) = (vec![0; losses.len()], 0);
    groups(
        losses,
        |loss| loss.firm.as_str(),
        |places| {
            for at in places {
                if let Some(slot) = numbers.get_mut(at) {
                    *slot = next;
                }
            }
            next += 1;
        },
    );
    (numbers, next.max(1))
}

/// A number, from 0, for the loan of each loss if other losses are of the same loan, and how many such loans there are;
/// an empty list if there is none.
pub(super) fn of_loans(losses: &[Loss]) -> (Vec<Option<usize>>, usize) {
    let (mut numbers, mut next) = (Vec::new(), 0);
    groups(
        losses,
        |loss| loss.loan.as_str(),
        |places| {
            let mut places = places.peekable();
            let first = places.next();
            if places.peek().is_none() {
                return;
            }
            numbers.resize(losses.len(), None);
            for at in first.into_iter().chain(places) {
                if let Some(slot) = numbers.get_mut(at) {
                    *slot = Some(next);
                }
            }
            next += 1;
        },
    );
    (numbers, next)
}

/// Places of losses that are the same in everything as one delivered before, ascending: a row that was delivered twice.
/// Several claims of one loan differ in something, if only in their day.
pub fn repeated(losses: &[Loss]) -> Vec<usize> {
    let mut found = Vec::new();
    groups(
        losses,
        |loss| loss.loan.as_str(),
        |places| {
            let mut seen: Vec<&Loss> = Vec::new();
            for at in places {
                match losses.get(at) {
                    Some(loss) if seen.contains(&loss) => found.push(at),
                    loss => seen.extend(loss),
                }
            }
        },
    );
    found.sort_unstable();
    found
}

/// Hands out the places of all losses of one id, id by id, each in the order of delivery.
fn groups<'a>(
    losses: &'a [Loss],
    id: impl Fn(&'a Loss) -> &'a str,
    mut take: impl FnMut(&mut dyn Iterator<Item = usize>),
) {
    let tails = Tails::of(losses.iter().map(&id));
    let number = |(at, loss): (usize, &'a Loss)| {
        let length = tails.length(id(loss)).min(0xff) as u128;
        let head = tails.head(id(loss), ID_BYTES);
        (head << (PLACE + 8)) | (length << PLACE) | at as u128
    };
    let mut keys: Vec<u128> = losses.iter().enumerate().map(number).collect();
    keys.sort_unstable();
    let of = |key: &u128| losses.get(place(*key)).map(&id);
    for run in keys.chunk_by_mut(|a, b| a >> PLACE == b >> PLACE) {
        // The head of a tail that is not longer holds all of it, and its length says where it ends.
        let is_one = run
            .first()
            .is_some_and(|key| (key >> PLACE) & 0xff <= u128::from(ID_BYTES));
        if !is_one {
            run.sort_by(|a, b| of(a).cmp(&of(b)));
        }
        for same in run.chunk_by(|a, b| is_one || of(a) == of(b)) {
            take(&mut same.iter().map(|key| place(*key)));
        }
    }
}

/// The place of the loss that a number stands for.
fn place(number: u128) -> usize {
    usize::try_from(number & ((1 << PLACE) - 1)).unwrap_or_default()
}

/// Texts without the beginning that all of them have, so that few bytes tell them apart.
struct Tails {
    skip: usize,
}

impl Tails {
    fn of<'a>(mut texts: impl Iterator<Item = &'a str>) -> Self {
        let mut common = texts.next().unwrap_or_default().as_bytes();
        for text in texts {
            let shared = common
                .iter()
                .zip(text.as_bytes())
                .take_while(|(a, b)| a == b)
                .count();
            common = common.get(..shared).unwrap_or_default();
        }
        Self { skip: common.len() }
    }

    fn length(&self, text: &str) -> usize {
        text.len() - self.skip.min(text.len())
    }

    /// The first bytes of a tail as a number that orders as the texts do; a tail that ends is filled up with the least
    /// byte.
    fn head(&self, text: &str, bytes: u32) -> u128 {
        let tail = text.as_bytes().get(self.skip..).unwrap_or_default();
        let head = (0..bytes as usize).map(|at| tail.get(at).copied().unwrap_or_default());
        head.fold(0, |number, byte| (number << 8) | u128::from(byte))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lending::loss_sharing::LossAmount;
    use crate::num::Money;
    use proptest::prelude::*;

    fn loss((claimed_on, loan, firm, yuan): (i32, String, String, i64)) -> Loss {
        let day: Date = "2025-01-01".parse().unwrap();
        Loss {
            claimed_on: day.plus_days(claimed_on),
            loan,
            firm,
            lent_on: day,
            recorded_on: None,
            defaulted_on: day,
            amount: LossAmount::principal(Money::from_yuan(yuan).unwrap()),
            is_eligible: true,
            traits: Vec::new(),
        }
    }

    /// Ids that share beginnings of any length, end within one another, and hold the least byte.
    fn any_losses() -> impl Strategy<Value = Vec<Loss>> {
        let id = || ("(|LOAN-2025-000)", "[\u{0}01]{0,11}").prop_map(|(common, own)| common + &own);
        let one = (0..3_i32, id(), id(), 0..3_i64).prop_map(loss);
        prop::collection::vec(one, 0..40)
    }

    proptest! {
        #[test]
        fn claims_come_in_the_order_of_the_losses(losses in any_losses()) {
            let mut expected: Vec<usize> = (0..losses.len()).filter(|at| at % 3 != 1).collect();
            expected.sort_by(|a, b| losses[*a].cmp(&losses[*b]));
            let found: Vec<usize> = of_claims(&losses, |at| at % 3 != 1).map(|(_, at)| at).collect();
            prop_assert_eq!(found, expected);
        }

        #[test]
        fn firms_have_one_number_each(losses in any_losses()) {
            let (numbers, count) = of_firms(&losses);
            for (at, a) in losses.iter().enumerate() {
                prop_assert!(numbers[at] < count);
                for (other, b) in losses.iter().enumerate() {
                    prop_assert_eq!(numbers[at] == numbers[other], a.firm == b.firm);
                }
            }
        }

        #[test]
        fn a_loss_that_was_delivered_before_is_repeated(losses in any_losses()) {
            let twice: Vec<usize> = (0..losses.len()).filter(|at| losses[..*at].contains(&losses[*at])).collect();
            prop_assert_eq!(repeated(&losses), twice);
        }

        #[test]
        fn loans_of_several_claims_have_one_number_each_and_others_none(losses in any_losses()) {
            let (numbers, count) = of_loans(&losses);
            let number = |at: usize| numbers.get(at).copied().flatten();
            for (at, a) in losses.iter().enumerate() {
                let same: Vec<usize> = (0..losses.len()).filter(|other| losses[*other].loan == a.loan).collect();
                prop_assert_eq!(number(at).is_some(), same.len() > 1);
                prop_assert!(number(at).is_none_or(|number| number < count));
                for other in 0..losses.len() {
                    let is_same = number(at).is_some() && number(at) == number(other);
                    prop_assert_eq!(is_same, same.len() > 1 && same.contains(&other));
                }
            }
        }
    }
}
