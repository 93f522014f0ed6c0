//! Symmetric positive definite systems of at most a few hundred equations.

/// Factor `L` of `A = L · Lᵀ`, after the equations were brought to a diagonal of ones.
#[derive(Clone, Debug)]
pub(super) struct Cholesky {
    /// Rows of `L`, each up to its diagonal.
    rows: Vec<Vec<f64>>,
    /// 1 / √ diagonal of `A`.
    scale: Vec<f64>,
}

/// An equation that follows from those before it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Dependent {
    /// Which.
    pub(super) at: usize,
    /// What of the equations before it adds up to it, on a diagonal of ones.
    pub(super) on: Vec<f64>,
}

/// Least share of a column that others do not explain. Below it half of the digits of a solution are lost.
const LEAST_SHARE: f64 = 1e-11;

impl Cholesky {
    /// Factor of the matrix whose lower triangle stands in `rows`, each up to its diagonal.
    pub(super) fn new(rows: &[Vec<f64>]) -> Result<Self, Dependent> {
        let scale: Vec<f64> = rows
            .iter()
            .map(|r| r.last().map_or(0.0, |d| 1.0 / d.sqrt()))
            .collect();
        let mut made = Self {
            rows: Vec::with_capacity(rows.len()),
            scale,
        };
        for (at, row) in rows.iter().enumerate() {
            let own = made.scale.get(at).copied().unwrap_or(0.0);
            let scaled: Vec<f64> = row
                .iter()
                .zip(&made.scale)
                .map(|(cell, s)| cell * s * own)
                .collect();
            let mut factor = made.forward(&scaled);
            let explained: f64 = factor.iter().map(|cell| cell * cell).sum();
            let share = 1.0 - explained;
            if !(own.is_finite() && share > LEAST_SHARE) {
                let on = made.backward(&factor);
                return Err(Dependent { at, on });
            }
            factor.push(share.sqrt());
            made.rows.push(factor);
        }
        Ok(made)
    }

    /// Solves `L · y = b` for the rows that are made; `b` may be longer.
    fn forward(&self, b: &[f64]) -> Vec<f64> {
        let mut y: Vec<f64> = Vec::with_capacity(b.len() + 1);
        for (row, b) in self.rows.iter().zip(b) {
            let known: f64 = row.iter().zip(&y).map(|(l, y)| l * y).sum();
            y.push(row.last().map_or(0.0, |diagonal| (b - known) / diagonal));
        }
        y
    }

    /// Solves `Lᵀ · z = y`.
    fn backward(&self, y: &[f64]) -> Vec<f64> {
        let mut left = y.to_vec();
        for (at, row) in self.rows.iter().enumerate().rev() {
            let Some((diagonal, before)) = row.split_last() else {
                continue;
            };
            let Some(solved) = left.get_mut(at) else { continue };
            *solved /= diagonal;
            let value = *solved;
            for (cell, l) in left.iter_mut().zip(before) {
                *cell -= l * value;
            }
        }
        left
    }

    /// Solves `A · x = b`.
    pub(super) fn solve(&self, b: &[f64]) -> Vec<f64> {
        let scaled: Vec<f64> = b.iter().zip(&self.scale).map(|(b, s)| b * s).collect();
        let solved = self.backward(&self.forward(&scaled));
        solved.iter().zip(&self.scale).map(|(z, s)| z * s).collect()
    }

    /// `A⁻¹`, whole, by rows.
    pub(super) fn inverse(&self) -> Vec<Vec<f64>> {
        let unit = |at: usize| {
            (0..self.rows.len())
                .map(|i| f64::from(u8::from(i == at)))
                .collect::<Vec<f64>>()
        };
        (0..self.rows.len()).map(|at| self.solve(&unit(at))).collect()
    }
}

/// The diagonal of the inverse of a lower triangle; none if an equation follows from others.
pub(crate) fn inverse_diagonal(rows: &[Vec<f64>]) -> Option<Vec<f64>> {
    let inverse = Cholesky::new(rows).ok()?.inverse();
    Some(
        inverse
            .iter()
            .enumerate()
            .filter_map(|(at, row)| row.get(at).copied())
            .collect(),
    )
}

/// The rows of a packed lower triangle.
pub(super) fn unpacked(triangle: &[f64]) -> Vec<Vec<f64>> {
    let mut rows = Vec::new();
    let mut rest = triangle;
    while let Some((row, after)) = rest.split_at_checked(rows.len() + 1) {
        rows.push(row.to_vec());
        rest = after;
    }
    rows
}

/// Rows and columns `kept` of a lower triangle, in order.
pub(crate) fn part(rows: &[Vec<f64>], kept: &[usize]) -> Vec<Vec<f64>> {
    let row = |(count, at): (usize, &usize)| {
        let cells = rows.get(*at);
        kept.iter()
            .take(count + 1)
            .filter_map(|column| cells?.get(*column).copied())
            .collect()
    };
    kept.iter().enumerate().map(row).collect()
}

/// `A · x` for a lower triangle.
pub(super) fn product(rows: &[Vec<f64>], x: &[f64]) -> Vec<f64> {
    let mut b = vec![0.0; x.len()];
    for (at, row) in rows.iter().enumerate() {
        let Some((diagonal, before)) = row.split_last() else {
            continue;
        };
        let own = x.get(at).copied().unwrap_or(0.0);
        let mut sum = diagonal * own;
        for ((cell, other), b) in before.iter().zip(x).zip(&mut b) {
            sum += cell * other;
            *b += cell * own;
        }
        if let Some(b) = b.get_mut(at) {
            *b += sum;
        }
    }
    b
}

#[cfg(test)]
mod tests {
    use super::*;

    /// [[4, 2, 0], [2, 5, 1], [0, 1, 3]] · (1, 2, 3) = (8, 15, 11).
    #[test]
    fn a_system_is_solved() {
        let rows = vec![vec![4.0], vec![2.0, 5.0], vec![0.0, 1.0, 3.0]];
        assert_eq!(product(&rows, &[1.0, 2.0, 3.0]), [8.0, 15.0, 11.0]);
        let solved = Cholesky::new(&rows).unwrap().solve(&[8.0, 15.0, 11.0]);
        for (got, wanted) in solved.iter().zip([1.0, 2.0, 3.0]) {
            assert!((got - wanted).abs() < 1e-14, "{solved:?}");
        }
        assert_eq!(part(&rows, &[0, 2]), [vec![4.0], vec![0.0, 3.0]]);
    }

    /// The inverse of [[2, 1], [1, 3]] is [[3, -1], [-1, 2]] / 5.
    #[test]
    fn an_inverse_is_the_one_by_hand() {
        let inverse = Cholesky::new(&unpacked(&[2.0, 1.0, 3.0])).unwrap().inverse();
        let flat: Vec<f64> = inverse.concat();
        for (got, wanted) in flat.iter().zip([0.6, -0.2, -0.2, 0.4]) {
            assert!((got - wanted).abs() < 1e-15, "{flat:?}");
        }
    }

    /// The third row is the first plus the second: with diagonals of ones 1/√5 · (√2 · first + √3 · second).
    #[test]
    fn an_equation_that_follows_from_others_is_named_with_them() {
        let rows = vec![vec![2.0], vec![0.0, 3.0], vec![2.0, 3.0, 5.0]];
        let dependent = Cholesky::new(&rows).unwrap_err();
        assert_eq!(dependent.at, 2);
        for (got, wanted) in dependent
            .on
            .iter()
            .zip([(2.0_f64 / 5.0).sqrt(), (3.0_f64 / 5.0).sqrt()])
        {
            assert!((got - wanted).abs() < 1e-15, "{dependent:?}");
        }
        assert_eq!(Cholesky::new(&[vec![0.0]]).unwrap_err().at, 0);
    }
}
