//! A fitted card of measures of the catalogue as a whole model.

use super::PointsError;
use super::fitted::FittedCard;
use crate::measure::Family;
use crate::rating::{MinimumSpec, ModelSpec, PillarSpec};
use crate::rule::Wording;
use crate::scorecard::{CharacteristicSpec, ScorecardSpec};
use serde::{Deserialize, Serialize};

/// What a model says of itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelHead {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// Its name.
    pub name: Wording,
    /// Where its numbers come from; shown with every rating.
    pub notice: Wording,
    /// Least number of measures with a value for a rating: that of the template unless it is given, or all if the card has
    /// fewer.
    #[serde(default)]
    pub minimum: Option<u16>,
}

impl FittedCard {
    /// The document of a model with this card: its variables are measures of the catalogue, a pillar for each family.
    ///
    /// Base points, pillars and calibration are those of the card; scales, the technology pillar, the matrix and the rules
    /// those of `template`. Pillars stand in the order of the template, further families as they first come on the card,
    /// named by their words. There is no reference population, which the template's would not fit. The model scores as the
    /// card does, bit by bit.
    ///
    /// It is not checked yet: [`ModelSpec::check`] refuses what does not hold together, such as measures of technology in a
    /// credit pillar.
    ///
    /// # Errors
    /// [`PointsError`]: as [`of_measures`](Self::of_measures).
    ///
    /// ```
    /// use rating_core::fit::binning::{Binning, BinningOptions, Sample};
    /// use rating_core::fit::points::*;
    /// use rating_core::{measure::{Measure, Measures}, rating::ModelSpec};
    /// let sample = Sample::new(&[1.0, 1.0, 1.0, 5.0, 5.0, 5.0], &[true, true, false, true, false, false]);
    /// let binning = Binning::fit(&sample, &BinningOptions::default())?;
    /// let coefficient = Estimate { value: -1.0, standard_error: None };
    /// let options = CardOptions {
    ///     scaling: Scaling::Doubling { base_score: 600.0, base_odds: 1.0, pdo: 20.0 },
    ///     base: Base::Apart, default_rate: 0.5, pd_floor: 0.0,
    /// };
    /// let variable = FittedVariable { name: "registry.age".to_owned(), binning, coefficient };
    /// let card = FittedCard::new(Estimate { value: 0.0, standard_error: None }, vec![variable], options)?;
    /// let template = ModelSpec::preset("tech-firm").ok_or("no such model")?;
    /// let head = ModelHead {
    ///     id: "age".to_owned(), version: "1".to_owned(), name: template.name.clone(),
    ///     notice: template.notice.clone(), minimum: None,
    /// };
    /// let model = card.model(&template, head)?.check().map_err(|errors| errors[0].clone())?;
    /// let mut measures = Measures::NONE;
    /// measures.set(Measure::RegistryAge, 7.0);
    /// assert_eq!(model.assess(&measures).score, 620); // the points of 5 years and more
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn model(&self, template: &ModelSpec, head: ModelHead) -> Result<ModelSpec, PointsError> {
        let made = self.of_measures()?;
        let characteristics = made.card.characteristics;
        let all = u16::try_from(characteristics.len()).unwrap_or(u16::MAX);
        let least = head.minimum.unwrap_or(template.minimum.characteristics.min(all));
        Ok(ModelSpec {
            id: head.id,
            version: head.version,
            name: head.name,
            notice: head.notice,
            base_points: made.base_points,
            pillars: pillars(template, characteristics),
            calibration: made.calibration,
            minimum: MinimumSpec {
                characteristics: least,
            },
            reference: None,
            ..template.clone()
        })
    }
}

fn pillars(template: &ModelSpec, characteristics: Vec<CharacteristicSpec>) -> Vec<PillarSpec> {
    let empty = |family: Family, name: Wording| PillarSpec {
        family,
        name,
        card: ScorecardSpec {
            characteristics: Vec::new(),
        },
    };
    let known = template.pillars.iter();
    let mut pillars: Vec<PillarSpec> = known.map(|of| empty(of.family, of.name.clone())).collect();
    for characteristic in characteristics {
        let family = characteristic.measure.entry().family;
        if let Some(pillar) = pillars.iter_mut().find(|pillar| pillar.family == family) {
            pillar.card.characteristics.push(characteristic);
            continue;
        }
        let (en, zh) = (family.word().to_owned(), family.word().to_owned());
        let mut pillar = empty(family, Wording { en, zh });
        pillar.card.characteristics.push(characteristic);
        pillars.push(pillar);
    }
    pillars.retain(|pillar| !pillar.card.characteristics.is_empty());
    pillars
}
