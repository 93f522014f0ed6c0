//! Values in order, with sums over all that lies before a place between two of them.

/// Sums over rows.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sums {
    pub(super) rows: usize,
    pub(super) weight: f64,
    /// Weighted sum of the target.
    pub(super) target: f64,
    /// Weighted sum of the squared target; of classes the target, which is its own square.
    pub(super) squares: f64,
}

impl Sums {
    pub(super) fn less(&self, other: &Self) -> Self {
        Self {
            rows: self.rows - other.rows,
            weight: self.weight - other.weight,
            target: self.target - other.target,
            squares: self.squares - other.squares,
        }
    }
}

/// The values of a sample in order. A place lies before the first, between two that differ, or behind the last.
pub(super) trait Order {
    /// Compares from left to right.
    type Place: Copy + PartialOrd;

    /// Before the first value.
    fn start(&self) -> Self::Place;

    /// Behind the last value.
    fn end(&self) -> Self::Place;

    /// Sums over all that lies before a place.
    fn before(&self, place: Self::Place) -> Sums;

    /// The first place with at least so many rows before it; the end if there are not so many.
    fn first_of(&self, rows: usize) -> Self::Place;

    /// The last place with at most so many rows before it.
    fn last_of(&self, rows: usize) -> Self::Place;

    /// The first place with at least this weight before it; the end if there is not so much.
    fn of_weight(&self, weight: f64) -> Self::Place;

    /// The values on both sides of a place; none at the start and at the end.
    fn around(&self, place: Self::Place) -> Option<(f64, f64)>;

    /// The least and the greatest finite value, if there are two.
    fn finite(&self) -> Option<(f64, f64)>;

    /// The leftmost of the best splits of the rows between two places, none left of the place `first` or right of
    /// `last`, and what it explains: see [`explained`].
    fn split(
        &self,
        between: (Self::Place, Self::Place),
        limits: (Self::Place, Self::Place),
    ) -> Option<(Self::Place, f64)>;
}

/// The first of the greatest of what splits explain, by the sums before the rows, before each split and behind the rows.
///
/// ```text
/// t₁² / w₁ + t₂² / w₂
/// ```
/// with `w` the weight and `t` the weighted sum of the target of each side.
pub(super) fn explained(
    (start, end): (&Sums, &Sums),
    weights: &[f64],
    targets: &[f64],
) -> Option<(usize, f64)> {
    let (mut best, mut split) = (f64::NEG_INFINITY, None);
    for (at, (weight, target)) in weights.iter().zip(targets).enumerate() {
        let (wl, wr) = (weight - start.weight, end.weight - weight);
        let (tl, tr) = (target - start.target, end.target - target);
        // No number without weight on both sides, and no comparison holds for that.
        let explained = (tl * tl * wr + tr * tr * wl) / (wl * wr);
        if explained > best {
            (best, split) = (explained, Some(at));
        }
    }
    split.map(|at| (at, best))
}
