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

/// Firms that are rated before something is made of their ratings: few enough to stay in the cache of a core.
const FIRMS_A_PIECE: usize = 1_024;

/// Rates many firms as [`rate_many`] and makes something of the ratings of neighbouring firms, such as a piece of a
/// table; pieces stand in the order of the firms and have the same firms for any number of threads.
///
/// Only what is made stays in memory: a rating with all its reasons takes some kilobytes. Without firms, nothing is made.
///
/// ```
/// use rating_core::rating::{ModelSpec, rate_pieces};
/// let model = ModelSpec::preset("tech-firm").and_then(|spec| spec.check().ok()).ok_or("no such model")?;
/// let firms = [r#"{"firm_id": "F-1"}"#.parse()?, r#"{"firm_id": "F-2"}"#.parse()?];
/// let pieces = rate_pieces(&model, &firms, "2025-06-30".parse()?, |ratings| ratings.len());
/// assert_eq!(pieces, [2]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn rate_pieces<R: Send>(
    model: &RatingModel,
    dossiers: &[Dossier],
    as_of: Date,
    make: impl Fn(&[Rating]) -> R + Sync + Send,
) -> Vec<R> {
    pieces(dossiers, |dossier| model.rate(dossier, as_of), make)
}

/// The same as [`rate_pieces`] from ratings [without contributions](RatingModel::rate_briefly).
pub fn rate_pieces_briefly<R: Send>(
    model: &RatingModel,
    dossiers: &[Dossier],
    as_of: Date,
    make: impl Fn(&[Rating]) -> R + Sync + Send,
) -> Vec<R> {
    pieces(dossiers, |dossier| model.rate_briefly(dossier, as_of), make)
}

fn pieces<R: Send>(
    dossiers: &[Dossier],
    rate: impl Fn(&Dossier) -> Rating + Sync + Send,
    make: impl Fn(&[Rating]) -> R + Sync + Send,
) -> Vec<R> {
    parallel::map(dossiers.chunks(FIRMS_A_PIECE).collect(), |piece: &[Dossier]| {
        let ratings: Vec<Rating> = piece.iter().map(&rate).collect();
        make(&ratings)
    })
}
