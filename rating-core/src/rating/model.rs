//! The checked model.

use super::spec::ModelSpec;
use super::{Assessment, Stage};
use crate::calibration::Calibration;
use crate::measure::{Family, Measure, Measured, Measures, Missing};
use crate::num::{Pd, Points};
use crate::rule::Outcome;
use crate::scale::{Grade, MasterScale, Matrix, TechnologyScale};
use crate::scorecard::{Characteristic, Scorecard};
use std::sync::Arc;

/// A model that holds together; cheap to clone, safe to share between threads.
#[derive(Clone, Debug)]
pub struct RatingModel {
    pub(super) parts: Arc<Parts>,
}

/// What a model is made of.
#[derive(Debug)]
pub(super) struct Parts {
    pub(super) spec: ModelSpec,
    pub(super) hash: String,
    pub(super) pillars: Vec<Scorecard>,
    pub(super) calibration: Calibration,
    pub(super) master_scale: MasterScale,
    pub(super) technology: Scorecard,
    /// Weight of each technology characteristic, in card order, for a start-up, a growing and a stable firm.
    pub(super) weights: [Vec<u8>; 3],
    pub(super) technology_scale: TechnologyScale,
    /// Technology grade of a firm without reports.
    pub(super) unreported: Grade,
    pub(super) matrix: Matrix,
    pub(super) outcomes: Vec<Outcome>,
    /// Mean points of the reference population for the characteristics of the credit pillars, in card order; empty
    /// without a reference.
    pub(super) reference_points: Vec<f64>,
}

impl RatingModel {
    /// The document of the model.
    pub fn spec(&self) -> &ModelSpec {
        &self.parts.spec
    }

    /// Content hash of the document; see [`ModelSpec::hash`].
    pub fn hash(&self) -> &str {
        &self.parts.hash
    }

    /// The master scale.
    pub fn master_scale(&self) -> &MasterScale {
        &self.parts.master_scale
    }

    /// The technology scale.
    pub fn technology_scale(&self) -> &TechnologyScale {
        &self.parts.technology_scale
    }

    /// The matrix with the government scale.
    pub fn matrix(&self) -> &Matrix {
        &self.parts.matrix
    }

    /// The scorecards of the credit pillars, in the order of the document.
    pub fn pillars(&self) -> &[Scorecard] {
        &self.parts.pillars
    }

    /// The scorecard of the technology pillar.
    pub fn technology(&self) -> &Scorecard {
        &self.parts.technology
    }

    /// The families of the pillars, in the order of a rating's pillars: the credit pillars, then technology.
    pub fn families(&self) -> impl Iterator<Item = Family> {
        let pillars = self.parts.spec.pillars.iter();
        pillars.map(|p| p.family).chain([Family::Technology])
    }

    /// Every characteristic, in the order of a rating's contributions: the credit pillars', then technology's.
    pub fn characteristics(&self) -> impl Iterator<Item = &Characteristic> {
        let cards = self.parts.pillars.iter().chain([&self.parts.technology]);
        cards.flat_map(Scorecard::characteristics)
    }

    /// What the scorecards say of measures, before any rule. Total, and without allocation: the hot path.
    pub fn assess(&self, measures: &Measures) -> Assessment {
        let parts = &*self.parts;
        let score = parts.spec.base_points + parts.pillars.iter().map(|p| p.score(measures)).sum::<Points>();
        let (pd, credit) = self.credit_of_score(score);
        let stage = self.stage(measures.get(Measure::RegistryAge));
        let technology_score = self.technology_score(measures, stage);
        let technology_is_reported = self.technology_is_reported(measures);
        let technology = if technology_is_reported {
            parts.technology_scale.grade_from_score(technology_score)
        } else {
            parts.unreported
        };
        let with_value = |c: &&Characteristic| measures.get(c.measure()).value().is_some();
        let valued = parts
            .pillars
            .iter()
            .flat_map(Scorecard::characteristics)
            .filter(with_value)
            .count();
        let valued = u16::try_from(valued).unwrap_or(u16::MAX);
        Assessment {
            score,
            pd,
            credit,
            technology_score,
            technology,
            technology_is_reported,
            stage,
            government: parts.matrix.grade(credit, technology),
            measured: valued,
            is_enough: valued >= parts.spec.minimum.characteristics,
        }
    }

    /// PD and credit grade of a credit score. Total: beyond the scores of the cards they are those of the nearest.
    pub fn credit_of_score(&self, score: Points) -> (Pd, Grade) {
        let pd = self.parts.calibration.pd(score);
        (pd, self.parts.master_scale.grade_from_pd(pd))
    }

    /// PD of a credit score before the model's margin of conservatism and floor. Total, as
    /// [`credit_of_score`](Self::credit_of_score).
    pub fn pd_before_margin(&self, score: Points) -> Pd {
        self.parts.calibration.pd_before_margin(score)
    }

    /// Weights of the technology characteristics at a stage, hundredths in card order.
    pub fn technology_weights(&self, stage: Stage) -> &[u8] {
        let [start_up, growth, stable] = &self.parts.weights;
        match stage {
            Stage::StartUp => start_up,
            Stage::Growth => growth,
            Stage::Stable => stable,
        }
    }

    fn technology_score(&self, measures: &Measures, stage: Stage) -> i32 {
        let weights = self.technology_weights(stage).iter();
        let characteristics = self.parts.technology.characteristics().iter();
        characteristics
            .zip(weights)
            .map(|(c, weight)| i32::from(*weight) * c.points(measures.get(c.measure())))
            .sum()
    }

    fn technology_is_reported(&self, measures: &Measures) -> bool {
        let silent = Measured::Missing(Missing::NotReported);
        let mut characteristics = self.parts.technology.characteristics().iter();
        characteristics.any(|c| measures.get(c.measure()) != silent)
    }

    fn stage(&self, age: Measured) -> Stage {
        let stages = self.parts.spec.technology.stages;
        match age.value() {
            Some(years) if years < stages.start_up_below_years => Stage::StartUp,
            Some(years) if years >= stages.stable_from_years => Stage::Stable,
            _ => Stage::Growth,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn preset() -> ModelSpec {
        ModelSpec::preset("tech-firm").unwrap()
    }

    fn technology(measures: &Measures) -> (bool, String) {
        let model = preset().check().unwrap();
        let assessment = model.assess(measures);
        let symbol = model.technology_scale().symbol(assessment.technology);
        (assessment.technology_is_reported, symbol.to_owned())
    }

    #[test]
    fn a_silent_patent_office_says_neither_strong_nor_weak() {
        let mut measures = Measures::NONE;
        assert_eq!(technology(&measures), (false, "T6".to_owned()));
        // It reported, and what it reported is that there is nothing.
        measures.set(Measure::TechnologyInventions, 0.0);
        assert_eq!(technology(&measures), (true, "T10".to_owned()));
    }

    /// JSON cannot write infinity, so only a document made in Rust can hold it.
    #[test]
    fn a_stage_without_end_is_refused() {
        let mut spec = preset();
        spec.technology.stages.stable_from_years = f64::INFINITY;
        insta::assert_snapshot!(spec.check().unwrap_err()[0], @"technology.stages: expected finite numbers, 0 <= start_up_below_years <= stable_from_years, got `3` and `inf`");
    }

    #[test]
    fn a_broken_scale_does_not_hide_a_broken_rule() {
        let mut spec = preset();
        spec.master_scale.clear();
        spec.rules[0].id.clear();
        let errors = spec.check().unwrap_err();
        let named = |text: &str| errors.iter().any(|e| e.to_string().starts_with(text));
        assert!(named("master_scale") && named("rules[0].id"), "{errors:?}");
    }

    #[test]
    fn a_broken_card_is_told_once_and_not_as_faults_of_the_reference() {
        let mut spec = preset();
        spec.pillars[0].card.characteristics[0].missing.too_short = 20_000;
        let errors = spec.check().unwrap_err();
        assert_eq!(errors.len(), 1, "{errors:?}");
    }

    #[test]
    fn the_grade_of_a_firm_without_reports_must_be_on_the_scale() {
        let mut spec = preset();
        spec.technology.unreported = "T11".to_owned();
        let errors = spec.check().unwrap_err();
        assert_eq!(
            errors.iter().map(ToString::to_string).collect::<Vec<_>>(),
            ["technology.unreported: expected a grade of technology.scale, got `T11`"]
        );
    }
}
