//! Goods and bads without weights, each in order of their value.

use super::keys::{key, number, sort};
use super::order::{Order, Sums, explained};

/// The sorted keys of goods and of bads, and the places around values that bads have.
///
/// A split explains most where the mix of the classes changes: along goods alone, what it explains is a convex function of
/// its place, so that one of the two ends of such a stretch explains more than anything within. That holds for the rounded
/// numbers too, as long as a leaf has fewer than 2²⁴ rows: the greater end explains more by `1 / rows²` of it at least, and
/// ten roundings make less than that. Along bads alone the gap can be smaller; there every place is tried.
///
/// Source: Fayyad, Irani (1992), On the handling of continuous-valued attributes in decision tree generation, Machine
/// Learning 8.
#[derive(Debug, Default)]
pub(super) struct Classes {
    goods: Vec<u64>,
    bads: Vec<u64>,
    /// Before and behind each value that a bad has, ascending: rows and bads before the place.
    rows: Vec<f64>,
    target: Vec<f64>,
}

/// How many lie before it.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub(super) struct Place {
    goods: usize,
    bads: usize,
}

impl Place {
    fn rows(self) -> usize {
        self.goods + self.bads
    }
}

impl Classes {
    /// Of the numbers that may fall into a bin, with their rows. The order of the rows changes nothing.
    pub(super) fn new(numbers: impl Iterator<Item = (usize, f64)>, bad: &[bool]) -> Self {
        let in_all = bad.iter().filter(|is_bad| **is_bad).count();
        // With a place more, to which a key is written that is not kept: a row costs the same whatever became of it.
        let (mut goods, mut bads) = (vec![0; bad.len() - in_all + 1], vec![0; in_all + 1]);
        let (mut of_goods, mut of_bads) = (0, 0);
        for (row, number) in numbers {
            let is_bad = bad.get(row).copied().unwrap_or_default();
            let key = key(number);
            for (keys, at) in [(&mut goods, of_goods), (&mut bads, of_bads)] {
                if let Some(free) = keys.get_mut(at) {
                    *free = key;
                }
            }
            of_goods += usize::from(!is_bad);
            of_bads += usize::from(is_bad);
        }
        goods.truncate(of_goods);
        bads.truncate(of_bads);
        let mut made = Self {
            goods: sort(goods),
            bads: sort(bads),
            ..Self::default()
        };
        made.find_changes();
        made
    }

    /// The places where the mix of the classes can change.
    fn find_changes(&mut self) {
        let room = self.rows_in_all().min(2 * self.bads.len());
        (self.rows, self.target) = (Vec::with_capacity(room), Vec::with_capacity(room));
        let (mut goods, mut bads, mut before) = (self.goods.as_slice(), 0, None);
        for run in self.bads.chunk_by(|a, b| a == b) {
            let Some(value) = run.first() else { continue };
            goods = behind(goods, |key| key < value);
            let left = self.goods.len() - goods.len();
            if before != Some(left + bads) {
                self.rows.push((left + bads) as f64);
                self.target.push(bads as f64);
            }
            goods = behind(goods, |key| key <= value);
            bads += run.len();
            let rows = self.goods.len() - goods.len() + bads;
            self.rows.push(rows as f64);
            self.target.push(bads as f64);
            before = Some(rows);
        }
    }

    /// One of the places where the mix can change.
    fn change(&self, at: usize) -> Option<Place> {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "numbers of rows"
        )]
        let (rows, bads) = (*self.rows.get(at)? as usize, *self.target.get(at)? as usize);
        Some(Place {
            goods: rows - bads,
            bads,
        })
    }

    fn rows_in_all(&self) -> usize {
        self.goods.len() + self.bads.len()
    }

    /// Rows and bad rows of each pre-bin.
    pub(super) fn counts(&self, edges: &[f64]) -> Vec<(u64, u64)> {
        let mut before = self.start();
        let ends = edges.iter().map(|edge| self.at(key(*edge))).chain([self.end()]);
        let of = |end: Place| {
            let (rows, bads) = (end.rows() - before.rows(), end.bads - before.bads);
            before = end;
            (rows as u64, bads as u64)
        };
        ends.map(of).collect()
    }

    /// The place before a key.
    fn at(&self, key: u64) -> Place {
        Place {
            goods: self.goods.partition_point(|other| *other < key),
            bads: self.bads.partition_point(|other| *other < key),
        }
    }

    /// The key of the row at a rank counted from 0, of both classes together; none behind the last.
    fn key_of(&self, rank: usize) -> Option<u64> {
        // How many goods stand among the rows before it, found by halving: a good does that is below the last of the
        // bads that would stand there in its place.
        let (mut least, mut most) = (rank.saturating_sub(self.bads.len()), rank.min(self.goods.len()));
        while least < most {
            let goods = usize::midpoint(least, most);
            if self.goods.get(goods) < self.bads.get(rank - goods - 1) {
                least = goods + 1;
            } else {
                most = goods;
            }
        }
        let (good, bad) = (self.goods.get(least), self.bads.get(rank - least));
        good.into_iter().chain(bad).min().copied()
    }
}

impl Order for Classes {
    type Place = Place;

    fn start(&self) -> Place {
        Place { goods: 0, bads: 0 }
    }

    fn end(&self) -> Place {
        Place {
            goods: self.goods.len(),
            bads: self.bads.len(),
        }
    }

    fn before(&self, place: Place) -> Sums {
        let bads = place.bads as f64;
        Sums {
            rows: place.rows(),
            weight: place.rows() as f64,
            target: bads,
            squares: bads,
        }
    }

    fn first_of(&self, rows: usize) -> Place {
        match rows.checked_sub(1) {
            Some(rank) => self.key_of(rank).map_or(self.end(), |key| self.at(key + 1)),
            None => self.start(),
        }
    }

    fn last_of(&self, rows: usize) -> Place {
        self.key_of(rows).map_or(self.end(), |key| self.at(key))
    }

    fn of_weight(&self, weight: f64) -> Place {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a part of the number of rows"
        )]
        self.first_of(weight.ceil() as usize)
    }

    fn around(&self, place: Place) -> Option<(f64, f64)> {
        let below = |keys: &[u64], at: usize| keys.get(at.checked_sub(1)?).copied();
        let lower = below(&self.goods, place.goods).max(below(&self.bads, place.bads))?;
        let upper = self.key_of(place.rows())?;
        Some((number(lower), number(upper)))
    }

    fn finite(&self) -> Option<(f64, f64)> {
        let from = self.at(key(f64::NEG_INFINITY) + 1).rows();
        let to = self.at(key(f64::INFINITY)).rows();
        let (least, greatest) = (self.key_of(from)?, self.key_of(to.checked_sub(1)?)?);
        (least < greatest).then(|| (number(least), number(greatest)))
    }

    fn split(&self, (from, to): (Place, Place), (first, last): (Place, Place)) -> Option<(Place, f64)> {
        let ends = (&self.before(from), &self.before(to));
        let one = |place: Place| {
            let sums = self.before(place);
            let found = explained(ends, &[sums.weight], &[sums.target]);
            found.map(|(_, explained)| (place, explained))
        };
        let (from, to) = (first.rows() as f64, last.rows() as f64);
        let start = self.rows.partition_point(|rows| *rows <= from);
        let end = self.rows.partition_point(|rows| *rows < to);
        let between = || {
            let (rows, target) = (self.rows.get(start..end)?, self.target.get(start..end)?);
            let (at, explained) = explained(ends, rows, target)?;
            Some((self.change(start + at)?, explained))
        };
        let splits = if first < last {
            [one(first), between(), one(last)]
        } else {
            [(first == last).then(|| one(first)).flatten(), None, None]
        };
        // The first of the greatest.
        splits
            .into_iter()
            .flatten()
            .reduce(|best, next| if next.1 > best.1 { next } else { best })
    }
}

/// The keys from the first on that is not before.
fn behind(keys: &[u64], is_before: impl Fn(&u64) -> bool) -> &[u64] {
    let end = keys.iter().position(|key| !is_before(key));
    keys.get(end.unwrap_or(keys.len())..).unwrap_or_default()
}
