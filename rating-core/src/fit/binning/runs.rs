//! The distinct values of a sample with weights, or of amounts, and sums over them.

use super::cell::Tally;
use super::keys::{key, number};
use super::order::{Order, Sums, explained};
use super::sample::{Sample, Target};

/// The distinct values of a sample in order, with sums over all before each.
#[derive(Debug, Default)]
pub(super) struct Runs {
    values: Vec<f64>,
    /// One more than values: sums over the runs before.
    rows: Vec<usize>,
    weight: Vec<f64>,
    target: Vec<f64>,
    /// Of the squared target; empty for classes, whose target is its own square.
    squares: Vec<f64>,
}

impl Runs {
    /// Of the numbers that may fall into a bin, with their rows. The order of the rows changes nothing.
    pub(super) fn new(numbers: impl Iterator<Item = (usize, f64)>, sample: &Sample<'_>) -> Self {
        let mut keyed: Vec<(u64, usize)> = numbers.map(|(row, number)| (key(number), row)).collect();
        keyed.sort_unstable_by_key(|(key, _)| *key);
        let mut made = Self {
            values: Vec::with_capacity(keyed.len()),
            rows: vec![0],
            weight: vec![0.0],
            target: vec![0.0],
            squares: Vec::new(),
        };
        let (mut rows, mut weight, mut target, mut squares) = (0, 0.0, 0.0, 0.0);
        let has_amounts = matches!(sample.target, Target::Amount(_));
        made.squares.extend(has_amounts.then_some(0.0));
        for run in keyed.chunk_by(|a, b| a.0 == b.0) {
            let mut tally = Tally::default();
            for (_, row) in run {
                let (amount, is_bad) = sample.outcome(*row);
                tally.add(amount, sample.weight(*row), is_bad);
            }
            let cell = tally.cell();
            rows += run.len();
            weight += cell.weight;
            target += cell.target;
            made.values.extend(run.first().map(|(key, _)| number(*key)));
            made.rows.push(rows);
            made.weight.push(weight);
            made.target.push(target);
            if has_amounts {
                squares += cell.target_squared;
                made.squares.push(squares);
            }
        }
        made
    }
}

/// A place is the number of values before it.
impl Order for Runs {
    type Place = usize;

    fn start(&self) -> usize {
        0
    }

    fn end(&self) -> usize {
        self.values.len()
    }

    fn before(&self, place: usize) -> Sums {
        let of = |sums: &[f64]| sums.get(place).copied().unwrap_or_default();
        Sums {
            rows: self.rows.get(place).copied().unwrap_or_default(),
            weight: of(&self.weight),
            target: of(&self.target),
            squares: of(if self.squares.is_empty() {
                &self.target
            } else {
                &self.squares
            }),
        }
    }

    fn first_of(&self, rows: usize) -> usize {
        self.rows.partition_point(|sum| *sum < rows).min(self.end())
    }

    fn last_of(&self, rows: usize) -> usize {
        self.rows.partition_point(|sum| *sum <= rows).saturating_sub(1)
    }

    fn of_weight(&self, weight: f64) -> usize {
        self.weight.partition_point(|sum| *sum < weight).min(self.end())
    }

    fn around(&self, place: usize) -> Option<(f64, f64)> {
        Some((*self.values.get(place.checked_sub(1)?)?, *self.values.get(place)?))
    }

    fn finite(&self) -> Option<(f64, f64)> {
        let mut finite = self.values.iter().copied().filter(|value| value.is_finite());
        finite.next().zip(finite.next_back())
    }

    fn split(&self, (from, to): (usize, usize), (first, last): (usize, usize)) -> Option<(usize, f64)> {
        let weights = self.weight.get(first..=last)?;
        let targets = self.target.get(first..=last)?;
        let (at, explained) = explained((&self.before(from), &self.before(to)), weights, targets)?;
        Some((first + at, explained))
    }
}
