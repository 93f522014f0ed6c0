//! The records of one table and one firm, in an order that does not depend on how they were delivered.

use super::Record;
use crate::num::Date;

/// One table of one firm: sorted, without repeats, each version with the day on which the next replaced it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Shelf<T> {
    held: Vec<Held<T>>,
}

#[derive(Clone, Debug, PartialEq)]
struct Held<T> {
    record: T,
    /// Known from this day in a later version; [`Date::MAX`] for the last.
    superseded_on: Date,
}

/// A row that was dropped because another says the same, or contradicts it on the same day.
pub(crate) struct Dropped {
    /// Its row as delivered.
    pub(crate) row: u64,
    /// The row that it repeats or that contradicts it.
    pub(crate) other: u64,
    /// Whether the two are the same in every field; otherwise they contradict each other.
    pub(crate) is_repeat: bool,
    /// Whether the other is kept: it may itself be contradicted.
    pub(crate) other_is_kept: bool,
}

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self { held: Vec::new() }
    }
}

impl<T: Record> Shelf<T> {
    /// Sorts rows into a shelf.
    ///
    /// Of rows that are the same in every field one is kept. Of rows with one key that became known on one
    /// day but differ, the last in the order of their columns is kept (a void invoice over a valid one, a
    /// repaired listing over an open one); the order of delivery does not matter.
    pub(crate) fn new(mut rows: Vec<(T, u64)>) -> (Self, Vec<Dropped>) {
        let by_version = |a: &T, b: &T| a.compare_keys(b).then_with(|| a.known_on().cmp(&b.known_on()));
        rows.sort_unstable_by(|(a, row_a), (b, row_b)| {
            by_version(a, b)
                .then_with(|| b.cmp(a))
                .then_with(|| row_a.cmp(row_b))
        });
        let mut kept: Vec<(T, u64)> = Vec::with_capacity(rows.len());
        let mut dropped = Vec::new();
        let mut contradicted: Option<(T, u64)> = None;
        for (record, row) in rows {
            match kept.last() {
                Some((first, other)) if by_version(first, &record).is_eq() => {
                    let repeated = contradicted.as_ref().filter(|(like, _)| *like == record);
                    dropped.push(Dropped {
                        row,
                        other: repeated.map_or(*other, |(_, like)| *like),
                        is_repeat: *first == record || repeated.is_some(),
                        other_is_kept: repeated.is_none(),
                    });
                    if *first != record && repeated.is_none() {
                        contradicted = Some((record, row));
                    }
                }
                _ => kept.push((record, row)),
            }
        }
        let next_known = |at: usize, record: &T| match kept.get(at + 1) {
            Some((next, _)) if next.compare_keys(record).is_eq() => next.known_on(),
            _ => Date::MAX,
        };
        let superseded: Vec<Date> = kept
            .iter()
            .enumerate()
            .map(|(at, (r, _))| next_known(at, r))
            .collect();
        let held = kept.into_iter().zip(superseded);
        let held = held
            .map(|((record, _), superseded_on)| Held {
                record,
                superseded_on,
            })
            .collect();
        (Self { held }, dropped)
    }

    /// The records as known on a day, each in the version known then, in key order, with its place.
    pub(crate) fn known(&self, as_of: Date) -> impl Iterator<Item = (usize, &T)> + Clone {
        let visible = move |h: &Held<T>| {
            h.record.known_on() <= as_of && (as_of < h.superseded_on || h.superseded_on == Date::MAX)
        };
        self.held
            .iter()
            .enumerate()
            .filter(move |(_, h)| visible(h))
            .map(|(at, h)| (at, &h.record))
    }

    /// Every version, in key order.
    pub(crate) fn all(&self) -> impl ExactSizeIterator<Item = &T> + Clone {
        self.held.iter().map(|h| &h.record)
    }
}
