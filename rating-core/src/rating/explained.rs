//! A rating with its reasons, as data; sentences are made in `report`.

use super::{Assessment, RatingModel};
use crate::id::FirmId;
use crate::measure::{Family, Measure, Measured, Measures};
use crate::num::{Date, Points};
use crate::record::{Department, Dossier, View};
use crate::rule::{Finding, Outcome, note_findings};
use crate::scale::Grade;
use crate::scorecard::{AttributeAt, Characteristic};

/// Where a firm stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It has a government grade.
    Rated(Grade),
    /// It is in default.
    InDefault,
    /// Too little is known for a rating.
    NotEnoughInformation,
    /// It has ended and is not rated.
    Withdrawn,
}

impl Standing {
    /// One word for tables: `rated`, `in_default`, `not_enough_information`, `withdrawn`.
    pub const fn word(self) -> &'static str {
        match self {
            Standing::Rated(_) => "rated",
            Standing::InDefault => "in_default",
            Standing::NotEnoughInformation => "not_enough_information",
            Standing::Withdrawn => "withdrawn",
        }
    }
}

/// Points of one pillar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PillarScore {
    /// Its family.
    pub family: Family,
    /// Its points; of the technology pillar whole points of 100, rounded down.
    pub points: Points,
    /// The most it can give.
    pub best_points: Points,
    /// Its characteristics with a value …
    pub measured: u16,
    /// … of so many.
    pub characteristics: u16,
}

/// What one characteristic gave.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contribution {
    /// The pillar.
    pub family: Family,
    /// The measure.
    pub measure: Measure,
    /// Its outcome.
    pub outcome: Measured,
    /// The attribute it fell into.
    pub attribute: AttributeAt,
    /// The points of the attribute.
    pub points: Points,
    /// The most that any value can get here.
    pub best_points: Points,
    /// Points lost against the best attribute.
    pub lost: Points,
    /// Mean points of the reference population less the points; none without a reference.
    pub lost_to_reference: Option<f64>,
    /// Weight in hundredths: 100 in a credit pillar, by stage in the technology pillar.
    pub weight: u8,
}

/// What a rule found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleFinding {
    /// Place of the rule in the document.
    pub rule: usize,
    /// What it found.
    pub finding: Finding,
}

/// Whether and until when a department answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DepartmentAnswer {
    /// The department.
    pub department: Department,
    /// Its latest answer; none if it sent nothing.
    pub answered_on: Option<Date>,
    /// Days from that answer to the day of the rating.
    pub age_days: Option<i32>,
}

/// A rating of one firm as of a day, with everything that explains it.
#[derive(Clone, Debug)]
pub struct Rating {
    /// The firm.
    pub firm: FirmId,
    /// The day.
    pub as_of: Date,
    /// Where the firm stands after rules.
    pub standing: Standing,
    /// What the scorecards say, before rules.
    pub assessment: Assessment,
    /// The join of the rules.
    pub outcome: Outcome,
    /// Pillars: credit pillars in the order of the document, then technology.
    pub pillars: Vec<PillarScore>,
    /// Every characteristic, in the order of the document.
    pub contributions: Vec<Contribution>,
    /// What every rule found, in the order of the document.
    pub findings: Vec<RuleFinding>,
    /// Every department.
    pub coverage: Vec<DepartmentAnswer>,
    /// The model.
    pub model: RatingModel,
}

impl RatingModel {
    /// Rates a firm as of a day. Total: any firm, any day.
    ///
    /// ```
    /// use rating_core::rating::{ModelSpec, Standing};
    /// use rating_core::record::Dossier;
    /// let model = ModelSpec::preset("tech-firm").and_then(|spec| spec.check().ok()).ok_or("no such model")?;
    /// let firm: Dossier = r#"{"firm_id": "F-000001"}"#.parse()?;
    /// let rating = model.rate(&firm, "2025-06-30".parse()?);
    /// assert_eq!(rating.standing, Standing::NotEnoughInformation); // nobody reported anything
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn rate(&self, dossier: &Dossier, as_of: Date) -> Rating {
        let view = dossier.view(as_of);
        let measures = Measures::of(&view);
        self.explain(&view, &measures)
    }

    /// The same without [`Rating::contributions`], which stay empty: for tables that show none of them. Everything else of
    /// the rating is equal.
    ///
    /// ```
    /// use rating_core::rating::ModelSpec;
    /// use rating_core::record::Dossier;
    /// let model = ModelSpec::preset("tech-firm").and_then(|spec| spec.check().ok()).ok_or("no such model")?;
    /// let firm: Dossier = r#"{"firm_id": "F-000001"}"#.parse()?;
    /// let day = "2025-06-30".parse()?;
    /// let brief = model.rate_briefly(&firm, day);
    /// assert!(brief.contributions.is_empty());
    /// assert_eq!(brief.pillars, model.rate(&firm, day).pillars);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn rate_briefly(&self, dossier: &Dossier, as_of: Date) -> Rating {
        let view = dossier.view(as_of);
        let measures = Measures::of(&view);
        self.rating(&view, &measures, |_| Vec::new())
    }

    /// Explains measures that are already known, with the rules of the view they were taken from.
    pub fn explain(&self, view: &View<'_>, measures: &Measures) -> Rating {
        self.rating(view, measures, |assessment| {
            self.contributions(measures, assessment)
        })
    }

    fn rating(
        &self,
        view: &View<'_>,
        measures: &Measures,
        contributions: impl Fn(&Assessment) -> Vec<Contribution>,
    ) -> Rating {
        let assessment = self.assess(measures);
        let (findings, outcome) = self.judge(view);
        Rating {
            firm: view.firm().clone(),
            as_of: view.as_of(),
            standing: standing(&assessment, outcome),
            assessment,
            outcome,
            pillars: self.pillar_scores(measures, &assessment),
            contributions: contributions(&assessment),
            findings,
            coverage: Department::ALL.iter().map(|d| answer(view, *d)).collect(),
            model: self.clone(),
        }
    }

    fn contributions(&self, measures: &Measures, assessment: &Assessment) -> Vec<Contribution> {
        let contribution = |c: &Characteristic, weight: u8, mean: Option<&f64>| {
            let outcome = measures.get(c.measure());
            let (points, best_points) = (c.points(outcome), c.best_points());
            Contribution {
                family: c.measure().entry().family,
                measure: c.measure(),
                outcome,
                attribute: c.attribute(outcome),
                points,
                best_points,
                lost: best_points - points,
                lost_to_reference: mean.map(|mean| mean - f64::from(points)),
                weight,
            }
        };
        let credit = self.parts.pillars.iter().map(|p| p.characteristics().len()).sum();
        let weights = self.technology_weights(assessment.stage).iter().copied();
        let weights = std::iter::repeat_n(100, credit).chain(weights);
        let means = self.parts.reference_points.iter().map(Some);
        let means = means.chain(std::iter::repeat(None));
        let each = self.characteristics().zip(weights).zip(means);
        each.map(|((c, weight), mean)| contribution(c, weight, mean))
            .collect()
    }

    fn judge(&self, view: &View<'_>) -> (Vec<RuleFinding>, Outcome) {
        // Mostly each rule finds one thing.
        let mut all = Vec::with_capacity(self.parts.spec.rules.len());
        let mut joined = Outcome::Unrestricted;
        for (place, (rule, outcome)) in self.parts.spec.rules.iter().zip(&self.parts.outcomes).enumerate() {
            note_findings(rule, view, |finding| {
                if matches!(finding, Finding::Fired { .. }) {
                    joined = joined.join(*outcome);
                }
                all.push(RuleFinding { rule: place, finding });
            });
        }
        (all, joined)
    }

    fn pillar_scores(&self, measures: &Measures, assessment: &Assessment) -> Vec<PillarScore> {
        let mut sums = [Sums::default(); FAMILIES];
        for characteristic in self.characteristics() {
            let measure = characteristic.measure();
            if let Some(sums) = sums.get_mut(measure.entry().family as usize) {
                sums.add(characteristic, measures.get(measure));
            }
        }
        let score = |family: Family| {
            let sums = sums.get(family as usize).copied().unwrap_or_default();
            let (points, best_points) = match family {
                Family::Technology => (assessment.technology_score / 100, 100),
                _ => (sums.points, sums.best_points),
            };
            PillarScore {
                family,
                points,
                best_points,
                measured: sums.measured,
                characteristics: sums.characteristics,
            }
        };
        self.families().map(score).collect()
    }
}

/// How many families of measures there are.
const FAMILIES: usize = Family::Finance as usize + 1;

/// What the characteristics of a family add up to.
#[derive(Clone, Copy, Default)]
struct Sums {
    points: Points,
    best_points: Points,
    measured: u16,
    characteristics: u16,
}

impl Sums {
    fn add(&mut self, characteristic: &Characteristic, outcome: Measured) {
        self.points += characteristic.points(outcome);
        self.best_points += characteristic.best_points();
        self.measured = self.measured.saturating_add(u16::from(outcome.value().is_some()));
        self.characteristics = self.characteristics.saturating_add(1);
    }
}

fn standing(assessment: &Assessment, outcome: Outcome) -> Standing {
    match outcome {
        Outcome::Withdrawn => Standing::Withdrawn,
        Outcome::InDefault => Standing::InDefault,
        _ if !assessment.is_enough => Standing::NotEnoughInformation,
        Outcome::Cap(cap) if cap.is_riskier_than(assessment.government) => Standing::Rated(cap),
        Outcome::Cap(_) | Outcome::Unrestricted => Standing::Rated(assessment.government),
    }
}

fn answer(view: &View<'_>, department: Department) -> DepartmentAnswer {
    let answered_on = view.department_answered_on(department);
    let age_days = answered_on.map(|day| view.as_of().days_since(day));
    DepartmentAnswer {
        department,
        answered_on,
        age_days,
    }
}

impl Rating {
    /// Symbol of where the firm stands: its government grade, `D` in default, `NI` for not enough information,
    /// `NR` for not rated.
    pub fn symbol(&self) -> &str {
        match self.standing {
            Standing::Rated(grade) => self.model.matrix().symbol(grade),
            Standing::InDefault => "D",
            Standing::NotEnoughInformation => "NI",
            Standing::Withdrawn => "NR",
        }
    }

    /// The contributions of the credit pillars that lost the most points against the best attribute, most first;
    /// ties in the order of the document.
    pub fn reasons(&self, most: usize) -> Vec<&Contribution> {
        let credit = self
            .contributions
            .iter()
            .filter(|c| c.family != Family::Technology && c.lost > 0);
        let mut sorted: Vec<&Contribution> = credit.collect();
        sorted.sort_by_key(|c| std::cmp::Reverse(c.lost));
        sorted.truncate(most);
        sorted
    }

    /// The same against the reference population; empty without one.
    pub fn reasons_against_reference(&self, most: usize) -> Vec<&Contribution> {
        let lost = |c: &Contribution| c.lost_to_reference.unwrap_or(0.0);
        let mut sorted: Vec<&Contribution> = self.contributions.iter().filter(|c| lost(c) > 0.0).collect();
        sorted.sort_by(|a, b| lost(b).total_cmp(&lost(a)));
        sorted.truncate(most);
        sorted
    }
}
