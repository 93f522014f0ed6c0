//! The records of one table and one firm, in an order that does not depend on how they were delivered.

use super::Record;
use crate::num::Date;
use std::cmp::Ordering;

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

/// A row of a firm as it was read.
#[derive(Debug)]
pub(crate) struct Row<T> {
    /// Its place in the table as delivered, from 1.
    pub(crate) place: u64,
    /// What it says.
    pub(crate) record: T,
}

impl<T: Record> Row<T> {
    /// By key and day; of one version the last in the order of its columns first.
    fn compare(&self, other: &Self) -> Ordering {
        let (one, two) = (&self.record, &other.record);
        one.compare_keys(two)
            .then_with(|| one.known_on().cmp(&two.known_on()))
            .then_with(|| two.cmp(one))
            .then_with(|| self.place.cmp(&other.place))
    }
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
    /// Takes the rows of a firm and leaves none; calls `drop` with each that is not kept.
    ///
    /// Of rows that are the same in every field one is kept. Of rows with one key that became known on one
    /// day but differ, the last in the order of their columns is kept (a void invoice over a valid one, a
    /// repaired listing over an open one); the order of delivery does not matter.
    pub(crate) fn take(rows: &mut Vec<Row<T>>, mut drop: impl FnMut(Dropped)) -> Self {
        rows.sort_unstable_by(Row::compare);
        let mut held: Vec<Held<T>> = Vec::with_capacity(rows.len());
        // The row of the last record held, and what contradicts that record.
        let mut kept = 0;
        let mut contradicted: Option<(T, u64)> = None;
        for Row { place: row, record } in rows.drain(..) {
            if let Some(Held {
                record: first,
                superseded_on,
            }) = held.last_mut()
                && first.compare_keys(&record).is_eq()
            {
                if first.known_on() == record.known_on() {
                    let repeated = contradicted.as_ref().filter(|(like, _)| *like == record);
                    let is_same = *first == record;
                    drop(Dropped {
                        row,
                        other: repeated.map_or(kept, |(_, like)| *like),
                        is_repeat: is_same || repeated.is_some(),
                        other_is_kept: repeated.is_none(),
                    });
                    if !is_same && repeated.is_none() {
                        contradicted = Some((record, row));
                    }
                    continue;
                }
                *superseded_on = record.known_on();
            }
            kept = row;
            let superseded_on = Date::MAX;
            held.push(Held {
                record,
                superseded_on,
            });
        }
        Self { held }
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
