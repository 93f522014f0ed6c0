//! Numbers that stand for more or less than a row.

/// What a sketch keeps of numbers with weights other than 1.
///
/// As of the others, a full buffer goes to the first level, and two buffers on one level become one on the next. It
/// holds the numbers in the middle of stretches of equal weight, each for the weight of a stretch:
///
/// ```text
/// stretch = weight of both / capacity;  a rank is off by half a stretch at most
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Weighted {
    /// Numbers seen.
    pub(super) rows: u64,
    /// Numbers with their weights; not sorted, fewer than the capacity.
    pub(super) buffer: Vec<(f64, f64)>,
    /// A level is empty or holds as many sorted numbers as the capacity. Those on level `l` stand for `2^l` times so
    /// many rows, and but for the first level each for the same weight.
    pub(super) levels: Vec<Vec<(f64, f64)>>,
    /// By how much weight a rank can be off at most, either way.
    pub(super) off: f64,
}

impl Weighted {
    pub(super) fn add(&mut self, capacity: usize, row: (f64, f64)) {
        self.rows += 1;
        self.buffer.push(row);
        if self.buffer.len() >= capacity {
            let mut full = std::mem::take(&mut self.buffer);
            sort(&mut full);
            self.carry(0, full);
        }
    }

    pub(super) fn merge(&mut self, capacity: usize, other: &Self) {
        for (at, level) in other.levels.iter().enumerate() {
            if !level.is_empty() {
                self.carry(at, level.clone());
                self.rows += (level.len() as u64) << at;
            }
        }
        self.off += other.off;
        for row in &other.buffer {
            self.add(capacity, *row);
        }
    }

    /// Puts a sorted buffer on a level; two of them become one on the next.
    fn carry(&mut self, from: usize, rows: Vec<(f64, f64)>) {
        let (mut at, mut carried) = (from, rows);
        loop {
            while self.levels.len() <= at {
                self.levels.push(Vec::new());
            }
            let Some(level) = self.levels.get_mut(at) else {
                return;
            };
            if level.is_empty() {
                *level = carried;
                return;
            }
            let capacity = level.len();
            carried.append(level);
            sort(&mut carried);
            let stretch = weight(&carried) / capacity as f64;
            carried = middles(&carried, stretch, capacity);
            self.off += stretch / 2.0;
            at += 1;
        }
    }

    /// Every number that is kept, with the weight that it stands for.
    pub(super) fn kept(&self) -> impl Iterator<Item = &(f64, f64)> {
        self.buffer.iter().chain(self.levels.iter().flatten())
    }

    /// Sum of the weights.
    pub(super) fn weight(&self) -> f64 {
        let levels = self.levels.iter().map(|level| weight(level));
        weight(&self.buffer) + levels.sum::<f64>()
    }

    /// The longest stretch that a number stands for.
    pub(super) fn longest_stretch(&self) -> f64 {
        let stretches = self.levels.iter().skip(1).filter_map(|level| level.first());
        stretches.fold(0.0, |longest, (_, stretch)| stretch.max(longest))
    }
}

fn sort(rows: &mut [(f64, f64)]) {
    rows.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
}

fn weight(rows: &[(f64, f64)]) -> f64 {
    rows.iter().fold(0.0, |sum, (_, weight)| sum + weight)
}

/// The number in the middle of each of so many stretches.
fn middles(sorted: &[(f64, f64)], stretch: f64, count: usize) -> Vec<(f64, f64)> {
    let mut made = Vec::with_capacity(count);
    let mut until = 0.0;
    for (number, weight) in sorted {
        until += weight;
        while made.len() < count && (made.len() as f64 + 0.5) * stretch < until {
            made.push((*number, stretch));
        }
    }
    // Where rounding left the last middle at the very end.
    if let Some((last, _)) = sorted.last() {
        made.resize(count, (*last, stretch));
    }
    made
}
