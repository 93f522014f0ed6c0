//! Rows to learn from, checked, with the scale of each column.

use super::LogisticError;
use ndarray::{ArrayView1, ArrayView2, Axis, Slice};
use pulp::{Arch, Simd, WithSimd};

/// Rows to learn from: a matrix, which rows are bad, and what else is known of a row.
///
/// ```
/// use ndarray::array;
/// use rating_core::fit::logistic::Sample;
/// let woe = array![[-0.4], [0.3], [0.1]];
/// let sample = Sample::new(woe.view(), &[true, false, false]).named(&["tax.level"]);
/// # let _ = sample;
/// ```
#[derive(Clone, Debug)]
pub struct Sample<'a> {
    pub(super) x: ArrayView2<'a, f64>,
    pub(super) bad: &'a [bool],
    pub(super) names: Vec<String>,
    pub(super) weights: Option<&'a [f64]>,
    pub(super) offset: Option<&'a [f64]>,
    pub(super) clusters: Option<&'a [u64]>,
}

impl<'a> Sample<'a> {
    /// One row an observation, one column a variable; `bad` is `true` for a default. The columns are named `column-0`
    /// and so on. Rows count once, without offset, each for itself.
    pub fn new(x: ArrayView2<'a, f64>, bad: &'a [bool]) -> Self {
        Self {
            x,
            bad,
            names: (0..x.ncols()).map(|at| format!("column-{at}")).collect(),
            weights: None,
            offset: None,
            clusters: None,
        }
    }

    /// Names of the columns, in order.
    #[must_use]
    pub fn named<S: AsRef<str>>(mut self, names: &[S]) -> Self {
        self.names = names.iter().map(|name| name.as_ref().to_owned()).collect();
        self
    }

    /// How often each row counts: finite, not negative. A weight of 2 is the row twice, also in standard errors.
    #[must_use]
    pub fn weighted(mut self, weights: &'a [f64]) -> Self {
        self.weights = Some(weights);
        self
    }

    /// Log-odds bad : good that are given for each row and not fitted.
    #[must_use]
    pub fn with_offset(mut self, offset: &'a [f64]) -> Self {
        self.offset = Some(offset);
        self
    }

    /// Rows with one number belong together (a firm's years): standard errors are made of sums over clusters.
    #[must_use]
    pub fn clustered(mut self, clusters: &'a [u64]) -> Self {
        self.clusters = Some(clusters);
        self
    }
}

impl Sample<'_> {
    /// Columns of the matrix.
    pub(crate) fn columns(&self) -> usize {
        self.x.ncols()
    }

    /// How often each row counts; none if each once.
    pub(crate) fn weights(&self) -> Option<&[f64]> {
        self.weights
    }

    /// Name of a column.
    pub(crate) fn name(&self, column: usize) -> &str {
        self.names.get(column).map_or("", String::as_str)
    }

    /// The matrix.
    pub(crate) fn matrix(&self) -> ArrayView2<'_, f64> {
        self.x.view()
    }

    /// The same rows with other columns.
    pub(crate) fn over<'b>(&'b self, x: ArrayView2<'b, f64>) -> Sample<'b> {
        Sample {
            weights: self.weights,
            offset: self.offset,
            clusters: self.clusters,
            ..Sample::new(x, self.bad)
        }
    }
}

/// A checked sample whose columns are read on a scale of mean 0 and standard deviation 1, a constant 1 before them.
pub(super) struct Design<'a> {
    pub(super) sample: Sample<'a>,
    /// For each column: what to subtract, and then what to multiply with.
    pub(super) scale: Vec<(f64, f64)>,
    /// The greatest magnitude of each term on its scale, that of the constant first.
    pub(super) reach: Vec<f64>,
    /// Weight of the bads and of the goods, both above 0.
    pub(super) bads: f64,
    pub(super) goods: f64,
}

impl<'a> Design<'a> {
    pub(super) fn new(sample: Sample<'a>) -> Result<Self, LogisticError> {
        lengths(&sample)?;
        let (bads, goods) = classes(&sample)?;
        let (scale, reach) = scales(&sample)?;
        Ok(Self {
            sample,
            scale,
            reach,
            bads,
            goods,
        })
    }

    pub(super) fn rows(&self) -> usize {
        self.sample.bad.len()
    }

    /// Columns and the constant.
    pub(super) fn terms(&self) -> usize {
        self.scale.len() + 1
    }

    /// Coefficients of the columns as they came, the intercept first.
    pub(super) fn as_given(&self, standard: &[f64]) -> Vec<f64> {
        let (first, slopes) = standard.split_first().unwrap_or((&0.0, &[]));
        let mut given = vec![*first];
        for (slope, (centre, factor)) in slopes.iter().zip(&self.scale) {
            given.push(slope * factor);
            if let Some(intercept) = given.first_mut() {
                *intercept -= slope * factor * centre;
            }
        }
        given
    }
}

fn lengths(sample: &Sample<'_>) -> Result<(), LogisticError> {
    let (rows, columns) = sample.x.dim();
    let others = [
        ("bad", Some(sample.bad.len())),
        ("weights", sample.weights.map(<[f64]>::len)),
        ("offset", sample.offset.map(<[f64]>::len)),
        ("clusters", sample.clusters.map(<[u64]>::len)),
    ];
    for (what, got) in others {
        if let Some(got) = got.filter(|got| *got != rows) {
            return Err(LogisticError::LengthsDiffer { what, rows, got });
        }
    }
    if sample.names.len() != columns {
        return Err(LogisticError::ColumnsDiffer {
            what: "names",
            columns,
            got: sample.names.len(),
        });
    }
    Ok(())
}

/// Weight of the bads and of the goods.
fn classes(sample: &Sample<'_>) -> Result<(f64, f64), LogisticError> {
    let find = |values: Option<&[f64]>, wrong: fn(f64) -> bool| {
        let mut all = values.unwrap_or_default().iter().enumerate();
        all.find(|(_, value)| wrong(**value))
            .map(|(row, value)| (row, *value))
    };
    if let Some((row, value)) = find(sample.weights, |w| !(w >= 0.0 && w.is_finite())) {
        return Err(LogisticError::Weight { row, value });
    }
    if let Some((row, value)) = find(sample.offset, |o| !o.is_finite()) {
        return Err(LogisticError::Offset { row, value });
    }
    let (mut bads, mut goods) = (0.0, 0.0);
    let mut weights = sample.weights.unwrap_or_default().iter();
    for bad in sample.bad {
        let weight = weights.next().copied().unwrap_or(1.0);
        *(if *bad { &mut bads } else { &mut goods }) += weight;
    }
    for (weight, missing) in [(bads, "bad"), (goods, "good")] {
        if weight <= 0.0 {
            return Err(LogisticError::OneClass {
                missing,
                rows: sample.bad.len(),
            });
        }
    }
    Ok((bads, goods))
}

/// What is needed of a column to bring it to scale, from a run of rows.
#[derive(Clone, Copy)]
struct Moments {
    sum: f64,
    squares: f64,
    least: f64,
    most: f64,
}

/// Rows of one part of the sums; the parts do not depend on the number of threads.
const PART: usize = 16_384;

/// Mean and spread of each column, and the reach of each term.
type Scales = (Vec<(f64, f64)>, Vec<f64>);

/// The scale of each column, and the reach of each term.
fn scales(sample: &Sample<'_>) -> Result<Scales, LogisticError> {
    let rows = sample.x.nrows();
    // Sums run from the first row's values, so that a column far from 0 does not cancel.
    let first: Vec<f64> = sample
        .x
        .rows()
        .into_iter()
        .next()
        .map_or_else(Vec::new, |r| r.to_vec());
    let parts: Vec<usize> = (0..rows.div_ceil(PART)).collect();
    let of_parts = crate::parallel::map(parts, |part| {
        let end = rows.min((part + 1) * PART);
        moments(
            &sample.x.slice_axis(Axis(0), Slice::from(part * PART..end)),
            &first,
        )
    });
    let (mut scales, mut reach) = (Vec::with_capacity(first.len()), vec![1.0]);
    for (at, from) in first.iter().enumerate() {
        let column = of_parts.iter().filter_map(|part| part.get(at));
        let all = column.fold(EMPTY, |a, b| a.and(*b));
        let mean = all.sum / rows as f64;
        let variance = (all.squares / rows as f64 - mean * mean).max(0.0);
        if !(all.sum.is_finite() && all.squares.is_finite()) {
            not_finite(sample, at)?;
        }
        if all.most <= all.least {
            let column = sample.names.get(at).cloned().unwrap_or_default();
            return Err(LogisticError::Constant { column, value: *from });
        }
        let spread = variance.sqrt();
        let spread = if spread.is_normal() {
            spread
        } else {
            all.most - all.least
        };
        scales.push((from + mean, 1.0 / spread));
        reach.push((all.most - mean).max(mean - all.least) / spread);
    }
    Ok((scales, reach))
}

/// The first cell of a column that is no finite number; a column whose sums overflow though its cells are finite
/// passes, and is scaled by its range.
fn not_finite(sample: &Sample<'_>, at: usize) -> Result<(), LogisticError> {
    let wrong = sample
        .x
        .column(at)
        .iter()
        .enumerate()
        .find(|(_, v)| !v.is_finite())
        .map(|(r, v)| (r, *v));
    wrong.map_or(Ok(()), |(row, value)| {
        let column = sample.names.get(at).cloned().unwrap_or_default();
        Err(LogisticError::NotFinite { column, row, value })
    })
}

const EMPTY: Moments = Moments {
    sum: 0.0,
    squares: 0.0,
    least: f64::INFINITY,
    most: f64::NEG_INFINITY,
};

impl Moments {
    fn and(self, other: Self) -> Self {
        Self {
            sum: self.sum + other.sum,
            squares: self.squares + other.squares,
            least: self.least.min(other.least),
            most: self.most.max(other.most),
        }
    }
}

/// Moments of several runs of values side by side, each from a value of its own.
struct Running<'a> {
    from: &'a [f64],
    sums: Vec<f64>,
    squares: Vec<f64>,
    least: Vec<f64>,
    most: Vec<f64>,
}

impl<'a> Running<'a> {
    fn new(from: &'a [f64]) -> Self {
        let all = |value| vec![value; from.len()];
        Self {
            from,
            sums: all(EMPTY.sum),
            squares: all(EMPTY.squares),
            least: all(EMPTY.least),
            most: all(EMPTY.most),
        }
    }

    /// The next value of each run, of the first ones if there are fewer.
    #[inline(always)]
    fn take(&mut self, values: &[f64]) {
        let sums = self.sums.iter_mut().zip(&mut self.squares);
        let ends = self.least.iter_mut().zip(&mut self.most);
        for (((value, from), (sum, square)), (least, most)) in
            values.iter().zip(self.from).zip(sums).zip(ends)
        {
            let value = value - from;
            *sum += value;
            *square += value * value;
            *least = if value < *least { value } else { *least };
            *most = if value > *most { value } else { *most };
        }
    }

    fn each(&self) -> impl Iterator<Item = Moments> {
        let sums = self.sums.iter().zip(&self.squares);
        let ends = self.least.iter().zip(&self.most);
        sums.zip(ends).map(|((sum, squares), (least, most))| Moments {
            sum: *sum,
            squares: *squares,
            least: *least,
            most: *most,
        })
    }
}

fn moments(part: &ArrayView2<'_, f64>, first: &[f64]) -> Vec<Moments> {
    if let Some(values) = part.as_slice().filter(|_| !first.is_empty()) {
        return Arch::new().dispatch(Along(values, first)).each().collect();
    }
    let of_column = |(column, from): (ArrayView1<'_, f64>, &f64)| {
        let from = [*from; 8];
        let runs = match column.as_slice() {
            Some(values) => Arch::new().dispatch(Along(values, &from)),
            None => Along(&column.to_vec(), &from).with_simd(pulp::Scalar),
        };
        runs.each().fold(EMPTY, Moments::and)
    };
    part.columns().into_iter().zip(first).map(of_column).collect()
}

/// Values of which each stands beside the one that is as many places before it as there are runs.
struct Along<'v, 'f>(&'v [f64], &'f [f64]);

impl<'f> WithSimd for Along<'_, 'f> {
    type Output = Running<'f>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Running<'f> {
        let mut running = Running::new(self.1);
        for values in self.0.chunks(self.1.len()) {
            running.take(values);
        }
        running
    }
}
