//! Many firms at once: the same kernel, by column and in parallel.

use super::{Rating, RatingModel};
use crate::num::{Date, Points};
use crate::parallel;
use crate::record::Dossier;
use crate::scorecard::ColumnOfMeasures;

/// Credit scores and PDs of many firms.
#[derive(Clone, Debug, PartialEq)]
pub struct CreditColumns {
    /// Credit score of each firm.
    pub scores: Vec<Points>,
    /// PD of each firm, twelve months.
    pub pds: Vec<f64>,
    /// Place of the credit grade of each firm on the master scale, from 0.
    pub grades: Vec<u8>,
}

impl RatingModel {
    /// Credit score of each firm from columns of measures, added to `scores` (one a firm). Without allocation; the
    /// same bits as [`assess`](Self::assess) firm by firm.
    pub fn add_credit_scores(&self, columns: &[ColumnOfMeasures<'_>], scores: &mut [Points]) {
        for score in scores.iter_mut() {
            *score = score.wrapping_add(self.parts.spec.base_points);
        }
        for pillar in &self.parts.pillars {
            pillar.add_scores(columns, scores);
        }
    }

    /// Score, PD and credit grade of `firms` firms from columns of measures.
    pub fn rate_columns(&self, columns: &[ColumnOfMeasures<'_>], firms: usize) -> CreditColumns {
        let mut scores = vec![0; firms];
        self.add_credit_scores(columns, &mut scores);
        let pds: Vec<_> = scores
            .iter()
            .map(|score| self.parts.calibration.pd(*score))
            .collect();
        let place = |pd: &crate::num::Pd| {
            u8::try_from(self.parts.master_scale.grade_from_pd(*pd).place()).unwrap_or(u8::MAX)
        };
        let grades = pds.iter().map(place).collect();
        CreditColumns {
            scores,
            grades,
            pds: pds.into_iter().map(crate::num::Pd::get).collect(),
        }
    }
}

/// Rates many firms, in parallel with the feature `parallel`; the answers stand in the order of the firms and are
/// the same for any number of threads.
pub fn rate_many(model: &RatingModel, dossiers: &[Dossier], as_of: Date) -> Vec<Rating> {
    parallel::map(dossiers.iter().collect(), |dossier| model.rate(dossier, as_of))
}
