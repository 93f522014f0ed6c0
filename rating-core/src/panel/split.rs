//! Splits for development and test: no firm, and no time, on both sides.

use super::design::{Observation, PanelDesign};
use crate::id::FirmId;
use sha2::{Digest as _, Sha256};

/// Where a row stands in a split by time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeSide {
    /// Its window was over on the first day of the test.
    Train,
    /// Observed before the first day of the test, with a window that reaches beyond it: on neither side.
    Gap,
    /// Observed on the first day of the test or later.
    Test,
}

impl TimeSide {
    /// One word for tables: `train`, `gap`, `test`.
    pub const fn word(self) -> &'static str {
        match self {
            TimeSide::Train => "train",
            TimeSide::Gap => "gap",
            TimeSide::Test => "test",
        }
    }
}

impl PanelDesign {
    /// Where a row stands in the split by time; none without one.
    ///
    /// A row is for training if all of its window could have been seen on the first day of the test, so that no
    /// outcome that the model learns from lies beyond a day on which it is tested.
    pub fn time_side(&self, row: &Observation<'_>) -> Option<TimeSide> {
        let test_from = self.spec().splits.test_from?;
        Some(if row.observed_on >= test_from {
            TimeSide::Test
        } else if row.window_end <= test_from {
            TimeSide::Train
        } else {
            TimeSide::Gap
        })
    }

    /// Whether a firm is kept for the test by firm; none without such a split.
    ///
    /// It depends on the firm and the seed alone: all rows of a firm stand on one side, and more firms or days
    /// move none to the other.
    pub fn is_test_firm(&self, firm: &FirmId) -> Option<bool> {
        let share = self.spec().splits.test_share?;
        // The upper 53 bits, which a floating-point number holds exactly, as a fraction of [0, 1).
        let fraction = (self.number("half", firm) >> 11) as f64 / (1_u64 << 53) as f64;
        Some(fraction < share)
    }

    /// The fold of a firm, from 1; none without folds. It depends on the firm, the seed and the number of folds alone.
    pub fn fold(&self, firm: &FirmId) -> Option<u16> {
        let folds = self.spec().splits.folds?;
        let place = self
            .number("fold", firm)
            .checked_rem(u64::from(folds))
            .unwrap_or(0);
        u16::try_from(place).ok()?.checked_add(1)
    }

    /// 64 bits of SHA-256 of purpose, seed and firm: the same on every machine and in every release.
    fn number(&self, purpose: &str, firm: &FirmId) -> u64 {
        let seed = &self.spec().splits.seed;
        let digest = Sha256::digest(format!("{purpose}\n{seed}\n{}", firm.as_str()).as_bytes());
        let bytes = digest.iter().take(8);
        bytes.fold(0, |number, byte| (number << 8) | u64::from(*byte))
    }
}
