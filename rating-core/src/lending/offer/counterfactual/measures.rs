//! Which measures would change an answer, and to which edge of a bin.

use super::change::{Change, Counterfactual, MeasureChange, MeasureTarget};
use super::{Goal, least};
use crate::lending::offer::answer::Offer;
use crate::lending::offer::application::{Applicant, LoanApplication};
use crate::lending::offer::policy::LendingPolicy;
use crate::measure::{Family, Measure, Measures, Unit};
use crate::num::Points;
use crate::rating::{Rating, RatingModel, Standing};
use crate::record::View;
use crate::rule::Outcome;
use crate::scorecard::{AttributeAt, AttributesSpec, Characteristic};

/// Most pairs that are told.
const MOST_PAIRS: usize = 3;

/// A firm that a model rates, with what it is rated by.
#[derive(Clone, Copy, Debug)]
pub struct RatedFirm<'a> {
    /// The model.
    pub model: &'a RatingModel,
    /// The records of the firm as of the day.
    pub view: &'a View<'a>,
    /// Its measures.
    pub measures: &'a Measures,
}

impl RatedFirm<'_> {
    /// What a lender is told of it with some measures otherwise.
    fn applicant(&self, changes: &[(Measure, f64)]) -> Applicant {
        let mut measures = self.measures.clone();
        for (measure, value) in changes {
            measures.set(*measure, *value);
        }
        let rating = self.model.explain(self.view, &measures);
        Applicant::of(&rating, self.view, &measures)
    }
}

/// A value that a measure is tried with.
struct Trial {
    change: MeasureChange,
    value: f64,
}

impl Trial {
    fn set(&self) -> (Measure, f64) {
        (self.change.measure, self.value)
    }
}

impl LendingPolicy {
    /// Which measures would change the answer to an application, for each better decision and for the whole of what was
    /// asked: the credit score that would do, then of each measure that the policy lists as actionable the nearest bin
    /// that would do alone, least points first. Where none does alone, at most three pairs of such measures.
    ///
    /// The rules of the rating are judged as they are: a firm that a rule holds back is not helped by measures, and then
    /// the answer is empty. A measure is set by itself; others that would move along with it stay as they are.
    pub fn nearest_measures(
        &self,
        application: &LoanApplication,
        firm: &RatedFirm<'_>,
    ) -> Vec<Counterfactual> {
        let rating = firm.model.explain(firm.view, firm.measures);
        let offer = self.offer(application, &Applicant::of(&rating, firm.view, firm.measures));
        let trials = self.trials(firm);
        let mut found: Vec<Counterfactual> = Vec::new();
        for goal in Goal::of(&offer, application.amount) {
            let search = Search {
                policy: self,
                application,
                firm,
                goal,
            };
            let score = search.score(&rating);
            let needs = Needs::of(&rating, score.as_ref());
            let mut of_goal: Vec<Counterfactual> = score.into_iter().collect();
            let singles = search.singles(&trials, needs);
            if singles.is_empty() {
                of_goal.extend(search.pairs(&trials, needs));
            } else {
                of_goal.extend(singles);
            }
            of_goal.retain(|new| found.iter().all(|old| old.changes != new.changes));
            found.extend(of_goal);
        }
        found
    }

    /// Every bin of every actionable measure with more points than it has, the nearest bin of a measure first.
    fn trials(&self, firm: &RatedFirm<'_>) -> Vec<Trial> {
        let actionable = |c: &&Characteristic| self.spec().actionable.contains(&c.measure());
        let characteristics = firm.model.characteristics().filter(actionable);
        characteristics.flat_map(|c| trials(c, firm.measures)).collect()
    }
}

struct Search<'a> {
    policy: &'a LendingPolicy,
    application: &'a LoanApplication,
    firm: &'a RatedFirm<'a>,
    goal: Goal,
}

impl Search<'_> {
    fn with(&self, changes: &[(Measure, f64)]) -> Option<Offer> {
        let offer = self.policy.offer(self.application, &self.firm.applicant(changes));
        self.goal.is_met(&offer).then_some(offer)
    }

    /// The least credit score that would do, all else as it is.
    fn score(&self, rating: &Rating) -> Option<Counterfactual> {
        let now = rating.assessment.score;
        let bounds = self.firm.model.pillars().iter().map(|card| card.bounds().1);
        let most = self.firm.model.spec().base_points + bounds.sum::<Points>();
        let with = |score: i64| {
            let score = Points::try_from(score).unwrap_or(now);
            let applicant = at_score(rating, (self.firm.view, self.firm.measures), score);
            self.policy.offer(self.application, &applicant)
        };
        let to = least(now.into(), most.into(), |score| self.goal.is_met(&with(score)))?;
        let offer = with(to);
        let to = Points::try_from(to).unwrap_or(now);
        Some(Counterfactual {
            changes: vec![Change::Score { to, by: to - now }],
            decision: offer.decision,
            amount: offer.amount,
            is_actionable: false,
        })
    }

    /// Of each measure the nearest bin that does alone.
    fn singles(&self, trials: &[Trial], needs: Needs) -> Vec<Counterfactual> {
        let mut found: Vec<(Points, Counterfactual)> = Vec::new();
        let mut done: Vec<Measure> = Vec::new();
        for trial in trials {
            if done.contains(&trial.change.measure) || !needs.may_do(&[trial]) {
                continue;
            }
            if let Some(offer) = self.with(&[trial.set()]) {
                done.push(trial.change.measure);
                found.push((trial.change.points, told(&[trial], &offer)));
            }
        }
        found.sort_by_key(|(points, _)| *points);
        found
            .into_iter()
            .map(|(_, counterfactual)| counterfactual)
            .collect()
    }

    /// The pairs that do together, least points first.
    fn pairs(&self, trials: &[Trial], needs: Needs) -> Vec<Counterfactual> {
        let mut pairs: Vec<(Points, &Trial, &Trial)> = Vec::new();
        for (at, first) in trials.iter().enumerate() {
            let others = trials.iter().skip(at + 1);
            let others = others.filter(|second| second.change.measure != first.change.measure);
            let others = others.filter(|second| needs.may_do(&[first, second]));
            pairs.extend(others.map(|second| (first.change.points + second.change.points, first, second)));
        }
        pairs.sort_by_key(|(points, ..)| *points);
        let found = pairs.into_iter().filter_map(|(_, first, second)| {
            let offer = self.with(&[first.set(), second.set()])?;
            Some(told(&[first, second], &offer))
        });
        found.take(MOST_PAIRS).collect()
    }
}

/// What measures that move nothing but the credit score would have to bring.
#[derive(Clone, Copy)]
enum Needs {
    /// So many points; none: no score would do.
    Points(Option<Points>),
    /// Not known: more than the score may move.
    Unknown,
}

impl Needs {
    fn of(rating: &Rating, score: Option<&Counterfactual>) -> Self {
        if !matches!(rating.standing, Standing::Rated(_)) {
            return Needs::Unknown;
        }
        let by = score.and_then(|score| match score.changes.first() {
            Some(Change::Score { by, .. }) => Some(*by),
            _ => None,
        });
        Needs::Points(by)
    }

    /// Whether it is worth while to make the offer: measures that move the credit score alone must bring the points.
    fn may_do(self, trials: &[&Trial]) -> bool {
        let moves_more = |trial: &&Trial| {
            let measure = trial.change.measure;
            measure.entry().family == Family::Technology
                || matches!(
                    measure,
                    Measure::FinanceSales | Measure::TradeSales12m | Measure::RegistryAge
                )
        };
        let Needs::Points(by) = self else { return true };
        let points: Points = trials.iter().map(|trial| trial.change.points).sum();
        trials.iter().any(moves_more) || by.is_some_and(|by| points >= by)
    }
}

fn told(trials: &[&Trial], offer: &Offer) -> Counterfactual {
    Counterfactual {
        changes: trials
            .iter()
            .map(|trial| Change::Measure(trial.change.clone()))
            .collect(),
        decision: offer.decision,
        amount: offer.amount,
        is_actionable: true,
    }
}

/// What a lender would be told of a firm with another credit score.
fn at_score(rating: &Rating, (view, measures): (&View<'_>, &Measures), score: Points) -> Applicant {
    let (pd, credit) = rating.model.credit_of_score(score);
    let technology = rating.assessment.technology;
    let government = rating.model.matrix().grade(credit, technology);
    let mut changed = rating.clone();
    changed.assessment.score = score;
    changed.assessment.pd = pd;
    if let Standing::Rated(_) = rating.standing {
        let cap = match rating.outcome {
            Outcome::Cap(cap) if cap.is_riskier_than(government) => cap,
            _ => government,
        };
        changed.standing = Standing::Rated(cap);
    }
    Applicant::of(&changed, view, measures)
}

/// Every bin of a characteristic with more points, the nearest first.
fn trials(characteristic: &Characteristic, measures: &Measures) -> Vec<Trial> {
    let measure = characteristic.measure();
    let from = measures.get(measure);
    let (here, points) = (characteristic.attribute(from), characteristic.points(from));
    let mut trials: Vec<(usize, Trial)> = Vec::new();
    for attribute in characteristic.attributes() {
        let gain = characteristic.points_of(attribute) - points;
        let target = match (gain > 0, attribute, here) {
            (true, AttributeAt::Band(at), AttributeAt::Band(now)) => band(characteristic, at, at < now),
            // What has no value can come to lie in any band.
            (true, AttributeAt::Band(at), _) => band(characteristic, at, at == 0),
            (true, AttributeAt::Category(at), _) => category(characteristic, at),
            _ => None,
        };
        let Some((to, value)) = target else { continue };
        // What was found must lie in the bin, also where the catalogue holds a value to its range.
        let mut tried = measures.clone();
        tried.set(measure, value);
        if characteristic.attribute(tried.get(measure)) != attribute {
            continue;
        }
        let distance = match (attribute, here) {
            (AttributeAt::Band(at), AttributeAt::Band(now)) => at.abs_diff(now),
            _ => usize::try_from(gain).unwrap_or(usize::MAX),
        };
        let change = MeasureChange {
            measure,
            from,
            to,
            points: gain,
        };
        trials.push((distance, Trial { change, value }));
    }
    trials.sort_by_key(|(distance, _)| *distance);
    trials.into_iter().map(|(_, trial)| trial).collect()
}

/// The nearest value in a band, from above or from below.
fn band(characteristic: &Characteristic, at: usize, from_above: bool) -> Option<(MeasureTarget, f64)> {
    let AttributesSpec::Bands(bands) = &characteristic.spec().attributes else {
        return None;
    };
    let is_whole = matches!(
        characteristic.measure().entry().unit,
        Unit::Count | Unit::Days | Unit::Flag
    );
    if from_above {
        let below = bands.get(at)?.below?;
        let value = if is_whole {
            below.ceil() - 1.0
        } else {
            below.next_down()
        };
        return Some((MeasureTarget::Below(below), value));
    }
    let low = bands.get(at.checked_sub(1)?)?.below?;
    let value = if is_whole { low.ceil() } else { low };
    Some((MeasureTarget::AtLeast(low), value))
}

fn category(characteristic: &Characteristic, at: usize) -> Option<(MeasureTarget, f64)> {
    let AttributesSpec::Categories(categories) = &characteristic.spec().attributes else {
        return None;
    };
    let Unit::Category(words) = characteristic.measure().entry().unit else {
        return None;
    };
    let set = categories.sets.get(at)?;
    let first = set.words.first()?;
    let number = words.list().iter().position(|word| word == first)?;
    Some((MeasureTarget::Words(set.words.clone()), number as f64))
}
