//! Leaves of the tree that makes pre-bins.

use super::order::Order;

/// Least rows of a leaf that is smaller than the share that was asked for.
pub(super) const FEW: usize = 20;
/// Least χ² with one degree of freedom of a split that makes such a leaf: that of a p-value of 0.001.
const DECISIVE: f64 = 10.828;

/// What a leaf has to hold.
pub(super) struct Least<P> {
    rows: usize,
    /// Values that hold as much by themselves, from place to place.
    heavy: Vec<(P, P)>,
}

impl<P: Copy + PartialOrd> Least<P> {
    pub(super) fn new(order: &impl Order<Place = P>, rows: usize) -> Self {
        Self {
            rows: rows.max(1),
            heavy: heavy(order, rows),
        }
    }
}

/// The values that are a leaf's worth by themselves; none where a leaf may hold fewer than [`FEW`] rows.
fn heavy<P: Copy + PartialOrd>(order: &impl Order<Place = P>, min_rows: usize) -> Vec<(P, P)> {
    if min_rows <= FEW {
        return Vec::new();
    }
    let all = order.before(order.end()).rows;
    // Such a value holds at least one of the ranks that lie so many rows apart.
    let ranks = (1..=all / min_rows).map(|times| times * min_rows);
    let values = ranks.map(|rank| (order.last_of(rank - 1), order.first_of(rank)));
    let rows = |(from, to): &(P, P)| order.before(*to).rows - order.before(*from).rows;
    let mut heavy: Vec<(P, P)> = values.filter(|value| rows(value) >= min_rows).collect();
    heavy.dedup();
    heavy
}

/// A leaf and its best split.
pub(super) struct Leaf<P> {
    pub(super) from: P,
    pub(super) to: P,
    /// Where the right part begins; where the leaf begins if there is none.
    pub(super) split: P,
    /// What the split takes away from the squared error; 0 if there is none.
    pub(super) gain: f64,
}

impl<P: Copy + PartialOrd> Leaf<P> {
    /// With the leftmost of the best splits that leave enough rows on both sides.
    ///
    /// ```text
    /// gain = t₁² / w₁ + t₂² / w₂ − t² / w
    /// ```
    /// with `w` the weight and `t` the weighted sum of the target.
    pub(super) fn new(order: &impl Order<Place = P>, (from, to): (P, P), asked: &Least<P>) -> Self {
        let (start, end) = (order.before(from), order.before(to));
        let whole = end.less(&start);
        let before = whole.target * whole.target / whole.weight;
        let has_room = whole.rows >= 2 * asked.rows;
        let best = has_room.then(|| {
            let limits = (
                order.first_of(start.rows + asked.rows),
                order.last_of(end.rows - asked.rows),
            );
            order.split((from, to), limits)
        });
        let none = Self {
            from,
            to,
            split: from,
            gain: 0.0,
        };
        match best.flatten() {
            // What is left of a difference of equals is no gain.
            Some((split, explained)) if explained.is_finite() && explained - before > 1e-12 * before => {
                Self {
                    split,
                    gain: explained - before,
                    ..none
                }
            }
            _ => none.beside_heavy(order, &asked.heavy),
        }
    }

    /// With the leftmost of the best decisive splits beside a value that is a leaf's worth by itself, if there is one.
    fn beside_heavy(self, order: &impl Order<Place = P>, heavy: &[(P, P)]) -> Self {
        let (from, to) = (self.from, self.to);
        let inside = heavy.iter().filter(|value| value.0 >= from && value.1 <= to);
        let edges = inside.flat_map(|value| [value.0, value.1]);
        let splits = edges.filter(|at| *at > from && *at < to);
        splits.fold(self, |best, split| {
            let gain = decisive_gain(order, (from, split, to)).unwrap_or(0.0);
            if gain > best.gain {
                Self { split, gain, ..best }
            } else {
                best
            }
        })
    }
}

/// What a split takes away from the squared error, if both sides hold [`FEW`] rows and it is beyond chance.
///
/// ```text
/// χ² = rows · gain / (w · variance)      for classes Pearson's of the table of two rows
/// ```
fn decisive_gain<P: Copy + PartialOrd>(
    order: &impl Order<Place = P>,
    (from, split, to): (P, P, P),
) -> Option<f64> {
    let (start, middle, end) = (order.before(from), order.before(split), order.before(to));
    let (left, right, whole) = (middle.less(&start), end.less(&middle), end.less(&start));
    let (wl, wr) = (left.weight, right.weight);
    let (tl, tr) = (left.target, right.target);
    let (weight, target) = (wl + wr, tl + tr);
    let gain = tl * tl / wl + tr * tr / wr - target * target / weight;
    let around_mean = whole.squares - target * target / weight;
    let is_decisive = whole.rows as f64 * gain >= DECISIVE * around_mean && gain > 0.0;
    (left.rows.min(right.rows) >= FEW && is_decisive).then_some(gain)
}
