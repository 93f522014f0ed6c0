//! What must hold for a document to be a model.

use super::RatingModel;
use super::error::ModelError;
use super::model::Parts;
use super::spec::{ModelSpec, PillarSpec};
use crate::measure::Family;
use crate::num::{SHOWN, shown};
use crate::rule::{Effect, Outcome, RuleKind};
use crate::scale::{Grade, MasterScale, Matrix, TechnologyScale};
use crate::scorecard::{Characteristic, CharacteristicSpec, Scorecard, ScorecardSpec};
use std::collections::BTreeMap;
use std::sync::Arc;

impl ModelSpec {
    /// Makes a model of the document: door 1.
    ///
    /// # Errors
    /// Everything that is wrong with the document, each with its place, rule and value.
    pub fn check(self) -> Result<RatingModel, Vec<ModelError>> {
        let mut errors = Vec::new();
        text_faults(&self, &mut errors);
        let pillars = pillars(&self, &mut errors);
        let technology = card(
            "technology.card",
            Family::Technology,
            &self.technology.card,
            &mut errors,
        );
        if let Some(technology) = &technology {
            technology_faults(&self, technology, &mut errors);
        }
        let (least, most) = pillars
            .iter()
            .map(Scorecard::bounds)
            .fold((0, 0), |s, b| (s.0 + b.0, s.1 + b.1));
        let base = self.base_points.clamp(-10_000, 10_000);
        let calibration = self.calibration.check(base + least, base + most);
        let calibration = keep(calibration, ModelError::Calibration, &mut errors);
        let scales = scales(&self, &mut errors);
        count_faults(&self, &mut errors);
        rule_faults(&self, &mut errors);
        let outcomes = scales
            .as_ref()
            .map(|s| outcomes(&self, &s.2, &mut errors))
            .unwrap_or_default();
        let unreported = scales.as_ref().and_then(|s| unreported(&self, &s.1, &mut errors));
        match (calibration, technology, scales.zip(unreported)) {
            (
                Some(calibration),
                Some(technology),
                Some(((master_scale, technology_scale, matrix), unreported)),
            ) if errors.is_empty() => {
                let (weights, hash) = (weights(&self, &technology), self.hash());
                let reference_points = reference_points(&self, &pillars);
                let spec = self;
                Ok(RatingModel {
                    parts: Arc::new(Parts {
                        spec,
                        hash,
                        pillars,
                        calibration,
                        master_scale,
                        technology,
                        weights,
                        technology_scale,
                        unreported,
                        matrix,
                        outcomes,
                        reference_points,
                    }),
                })
            }
            _ => Err(errors),
        }
    }
}

/// The scorecards of the credit pillars that hold together.
fn pillars(spec: &ModelSpec, errors: &mut Vec<ModelError>) -> Vec<Scorecard> {
    let mut pillars = Vec::new();
    for (at, pillar) in spec.pillars.iter().enumerate() {
        family_fault(&spec.pillars, at, pillar, errors);
        pillars.extend(card(
            &format!("pillars[{at}].card"),
            pillar.family,
            &pillar.card,
            errors,
        ));
    }
    pillars
}

/// The two scales and the matrix that joins them, if all three hold together.
fn scales(spec: &ModelSpec, errors: &mut Vec<ModelError>) -> Option<(MasterScale, TechnologyScale, Matrix)> {
    let credit = keep(
        MasterScale::new(spec.master_scale.clone()),
        ModelError::Scale,
        errors,
    );
    let technology = keep(
        TechnologyScale::new(spec.technology.scale.clone()),
        ModelError::Scale,
        errors,
    );
    let (credit, technology) = credit.zip(technology)?;
    let matrix = keep(
        Matrix::new(spec.government.clone(), &credit, &technology),
        ModelError::Scale,
        errors,
    )?;
    Some((credit, technology, matrix))
}

fn unreported(spec: &ModelSpec, scale: &TechnologyScale, errors: &mut Vec<ModelError>) -> Option<Grade> {
    let symbol = &spec.technology.unreported;
    let found = scale.grade_from_symbol(symbol);
    if found.is_none() {
        errors.push(ModelError::Unreported(symbol.clone()));
    }
    found
}

/// Of the credit pillars as the document has them, so that a faulty band is not told again as a faulty count.
fn characteristics(spec: &ModelSpec) -> impl Iterator<Item = &CharacteristicSpec> {
    spec.pillars
        .iter()
        .flat_map(|pillar| &pillar.card.characteristics)
}

fn count_faults(spec: &ModelSpec, errors: &mut Vec<ModelError>) {
    let most = characteristics(spec).count();
    if usize::from(spec.minimum.characteristics) > most {
        errors.push(ModelError::Minimum {
            most,
            got: spec.minimum.characteristics,
        });
    }
    reference_faults(spec, errors);
}

/// The value, or its errors among the others.
fn keep<T, E>(made: Result<T, Vec<E>>, wrap: fn(E) -> ModelError, errors: &mut Vec<ModelError>) -> Option<T> {
    made.map_err(|more| errors.extend(more.into_iter().map(wrap)))
        .ok()
}

fn text_faults(spec: &ModelSpec, errors: &mut Vec<ModelError>) {
    let texts = [
        ("id", &spec.id),
        ("version", &spec.version),
        ("notice.en", &spec.notice.en),
        ("notice.zh", &spec.notice.zh),
    ];
    errors.extend(
        texts
            .iter()
            .filter(|(_, text)| text.trim().is_empty())
            .map(|(name, _)| ModelError::Blank(name)),
    );
    long_faults(spec, errors);
    if spec.pillars.is_empty() {
        errors.push(ModelError::NoPillars);
    }
    if !(-10_000..=10_000).contains(&spec.base_points) {
        errors.push(ModelError::BasePoints(spec.base_points));
    }
    let stages = spec.technology.stages;
    let is_ordered =
        stages.start_up_below_years >= 0.0 && stages.stable_from_years >= stages.start_up_below_years;
    // Infinity has no place in JSON: the document would not come back as it was.
    if !(is_ordered && stages.stable_from_years.is_finite()) {
        errors.push(ModelError::Stages(
            stages.start_up_below_years,
            stages.stable_from_years,
        ));
    }
}

/// Names stand in every answer and every message, so they are held to a length; notices are not.
fn long_faults(spec: &ModelSpec, errors: &mut Vec<ModelError>) {
    const MOST: usize = 200;
    let mut check = |place: String, name: &str| {
        let got = name.chars().count();
        if got > MOST {
            errors.push(ModelError::Long {
                place,
                most: MOST,
                got,
            });
        }
    };
    check("id".to_owned(), &spec.id);
    check("version".to_owned(), &spec.version);
    check("name.en".to_owned(), &spec.name.en);
    check("name.zh".to_owned(), &spec.name.zh);
    for (at, rule) in spec.rules.iter().enumerate() {
        check(format!("rules[{at}].id"), &rule.id);
    }
}

fn family_fault(pillars: &[PillarSpec], at: usize, pillar: &PillarSpec, errors: &mut Vec<ModelError>) {
    let family = pillar.family;
    if family == Family::Technology || pillars.iter().take(at).any(|p| p.family == family) {
        errors.push(ModelError::Family { at, family });
    }
}

fn card(
    place: &str,
    family: Family,
    spec: &ScorecardSpec,
    errors: &mut Vec<ModelError>,
) -> Option<Scorecard> {
    for characteristic in spec
        .characteristics
        .iter()
        .filter(|c| c.measure.entry().family != family)
    {
        let (place, measure) = (place.to_owned(), characteristic.measure.id());
        errors.push(ModelError::ForeignMeasure {
            place,
            family,
            measure,
        });
    }
    let in_place = |error| ModelError::Scorecard {
        place: place.to_owned(),
        error,
    };
    spec.clone()
        .check()
        .map_err(|more| errors.extend(more.into_iter().map(in_place)))
        .ok()
}

fn technology_faults(spec: &ModelSpec, card: &Scorecard, errors: &mut Vec<ModelError>) {
    for characteristic in card.characteristics() {
        let (least, most) = characteristic.bounds();
        for points in [least, most].into_iter().filter(|p| !(0..=100).contains(p)) {
            errors.push(ModelError::TechnologyPoints {
                measure: characteristic.measure().id(),
                points,
            });
        }
    }
    let weights = &spec.technology.weights;
    for (stage, set) in [
        ("start_up", &weights.start_up),
        ("growth", &weights.growth),
        ("stable", &weights.stable),
    ] {
        let sum: u32 = set.values().map(|w| u32::from(*w)).sum();
        let has = |c: &Characteristic| set.contains_key(c.measure().id());
        if sum != 100 || set.len() != card.characteristics().len() || !card.characteristics().iter().all(has)
        {
            let wanted = card.characteristics().len();
            let got = format!("{} weights for {wanted} characteristics, {sum} in sum", set.len());
            errors.push(ModelError::Weights { stage, got });
        }
    }
}

fn reference_faults(spec: &ModelSpec, errors: &mut Vec<ModelError>) {
    let Some(reference) = &spec.reference else { return };
    let ids: Vec<&str> = characteristics(spec).map(|c| c.measure.id()).collect();
    for id in ids
        .iter()
        .filter(|id| !reference.points.get(**id).is_some_and(|p| p.is_finite()))
    {
        errors.push(ModelError::Reference(format!("none for `{id}`")));
    }
    for id in reference.points.keys().filter(|id| !ids.contains(&id.as_str())) {
        errors.push(ModelError::Reference(format!("one for `{}`", shown(id, SHOWN))));
    }
}

fn reference_points(spec: &ModelSpec, pillars: &[Scorecard]) -> Vec<f64> {
    let Some(reference) = &spec.reference else {
        return Vec::new();
    };
    let characteristics = pillars.iter().flat_map(Scorecard::characteristics);
    // INVARIANT: `reference_faults` found none, so every characteristic has its mean.
    characteristics
        .filter_map(|c| reference.points.get(c.measure().id()).copied())
        .collect()
}

fn rule_faults(spec: &ModelSpec, errors: &mut Vec<ModelError>) {
    for (at, rule) in spec.rules.iter().enumerate() {
        if rule.id.trim().is_empty() || spec.rules.iter().take(at).any(|r| r.id == rule.id) {
            errors.push(ModelError::RuleId {
                at,
                id: rule.id.clone(),
            });
        }
        if rule.valid_to.is_some_and(|last| last < rule.valid_from) {
            errors.push(ModelError::RuleDates { at });
        }
        if rule.basis.document.trim().is_empty() {
            errors.push(ModelError::RuleBasis { at });
        }
        if matches!(&rule.kind, RuleKind::Registration { any_of } if any_of.is_empty()) {
            errors.push(ModelError::RuleStates { at });
        }
    }
}

fn outcomes(spec: &ModelSpec, matrix: &Matrix, errors: &mut Vec<ModelError>) -> Vec<Outcome> {
    let mut found = Vec::new();
    for (at, rule) in spec.rules.iter().enumerate() {
        match &rule.effect {
            Effect::Default => found.push(Outcome::InDefault),
            Effect::Withdraw => found.push(Outcome::Withdrawn),
            Effect::Cap(symbol) => match matrix.grade_from_symbol(symbol) {
                Some(grade) => found.push(Outcome::Cap(grade)),
                None => errors.push(ModelError::RuleGrade {
                    at,
                    grade: symbol.clone(),
                }),
            },
        }
    }
    found
}

fn weights(spec: &ModelSpec, card: &Scorecard) -> [Vec<u8>; 3] {
    let of = |set: &BTreeMap<String, u8>| {
        card.characteristics()
            .iter()
            .map(|c| set.get(c.measure().id()).copied().unwrap_or_default())
            .collect()
    };
    let weights = &spec.technology.weights;
    [of(&weights.start_up), of(&weights.growth), of(&weights.stable)]
}
