//! A regression built one variable at a time.

use super::SelectionError;
use super::search::Search;
use crate::fit::logistic::{FittedLogit, LikelihoodRatio, Logit, Sample};

/// When a variable enters or leaves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Criterion {
    /// When Akaike's criterion falls.
    Aic,
    /// When Schwarz's criterion falls.
    Bic,
    /// By the p-value of the likelihood-ratio test.
    PValue {
        /// A variable enters with a p-value below this.
        enter: f64,
        /// A variable leaves with a p-value above this; not below `enter`, or steps could go round in circles.
        leave: f64,
    },
}

/// Which steps are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From none, adding.
    Forward,
    /// From all, taking away.
    Backward,
    /// From none, taking away what additions made needless.
    Both,
}

/// Rules of a selection.
#[derive(Clone, Debug, PartialEq)]
pub struct StepwiseRules {
    /// When a variable enters or leaves.
    pub criterion: Criterion,
    /// Which steps are tried.
    pub direction: Direction,
    /// Greatest variance inflation of any variable of the model.
    pub most_vif: f64,
    /// The source (department) of each column; empty if sources do not matter.
    pub sources: Vec<String>,
    /// Greatest number of variables of one source.
    pub most_of_source: usize,
}

impl Default for StepwiseRules {
    fn default() -> Self {
        Self {
            criterion: Criterion::Aic,
            direction: Direction::Both,
            most_vif: 5.0,
            sources: Vec::new(),
            most_of_source: usize::MAX,
        }
    }
}

/// Why a step was made.
#[derive(Clone, Debug, PartialEq)]
pub enum StepReason {
    /// The criterion asks for it.
    Criterion,
    /// The sign of the variable turned, so that it is held at 0.
    Sign,
    /// Its source had more variables than it may: this source.
    Source(String),
    /// Its variance was inflated too far: to this.
    Vif(f64),
}

impl StepReason {
    /// One word for tables: `criterion`, `sign`, `source`, `vif`.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Criterion => "criterion",
            Self::Sign => "sign",
            Self::Source(_) => "source",
            Self::Vif(_) => "vif",
        }
    }

    /// The number that goes with it: a variance inflation.
    pub const fn value(&self) -> Option<f64> {
        match self {
            Self::Vif(number) => Some(*number),
            _ => None,
        }
    }

    /// The name that goes with it: a source.
    pub fn because_of(&self) -> Option<&str> {
        match self {
            Self::Source(source) => Some(source),
            _ => None,
        }
    }
}

/// A step that was made.
#[derive(Clone, Debug, PartialEq)]
pub struct SelectionStep {
    /// The variable.
    pub name: String,
    /// Whether it entered; else it left.
    pub entered: bool,
    /// Why; variables enter by the criterion alone.
    pub reason: StepReason,
    /// The test between the model with it and the one without.
    pub test: LikelihoodRatio,
    /// Akaike's criterion after the step.
    pub aic: f64,
    /// Schwarz's criterion after the step.
    pub bic: f64,
}

/// Why a variable is not in the model at the end.
#[derive(Clone, Debug, PartialEq)]
pub enum Refusal {
    /// The criterion does not want it: the p-value of its test.
    NotWanted(f64),
    /// A sign would turn: that of this variable.
    Sign(String),
    /// A variance would be inflated too far: to this.
    Vif(f64),
    /// Its source has as many variables as it may: this source.
    Source(String),
    /// No regression with it can be fitted, for this reason.
    NotFitted(String),
}

impl Refusal {
    /// One word for tables: `not_wanted`, `sign`, `vif`, `source`, `not_fitted`.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::NotWanted(_) => "not_wanted",
            Self::Sign(_) => "sign",
            Self::Vif(_) => "vif",
            Self::Source(_) => "source",
            Self::NotFitted(_) => "not_fitted",
        }
    }

    /// The number that goes with it: a p-value, a variance inflation.
    pub const fn value(&self) -> Option<f64> {
        match self {
            Self::NotWanted(number) | Self::Vif(number) => Some(*number),
            _ => None,
        }
    }

    /// The text that goes with it: a variable, a source, why nothing was fitted.
    pub fn because_of(&self) -> Option<&str> {
        match self {
            Self::Sign(text) | Self::Source(text) | Self::NotFitted(text) => Some(text),
            Self::NotWanted(_) | Self::Vif(_) => None,
        }
    }
}

/// A selection.
#[derive(Clone, Debug)]
pub struct Selection {
    /// Places of the columns that stayed, ascending.
    pub columns: Vec<usize>,
    /// Their regression.
    pub fitted: FittedLogit,
    /// The steps, in order.
    pub steps: Vec<SelectionStep>,
    /// Every variable that is not in the model, with the reason.
    pub refused: Vec<(String, Refusal)>,
}

/// Selects columns by steps, each the best that keeps to the rules. Of equally good ones the first column is taken.
///
/// A step may not turn a sign: a model in which a coefficient is held at 0, by the sign of all columns
/// ([`Logit::on_woe`]) or its own ([`Logit::with_signs`], one a column of the sample), is not taken.
/// A backward selection starts from all columns, whatever they break, and takes away one at a time: while signs are
/// turned, those columns; then, while a source has more variables than it may, one of its own; then, while a variance is
/// inflated beyond the limit, a column of which that is so; and after these what the criterion does not want. Of the
/// columns that a rule points at, the one goes that costs least by the criterion. So the end keeps to every rule,
/// whatever the direction; [`SelectionStep::reason`] says of each step why it was made.
///
/// # Errors
/// [`SelectionError`]: lists of wrong length, what regression refuses with the intercept alone, or with all columns
/// where the selection starts from them; among them columns that follow from others.
///
/// ```
/// use ndarray::Array2;
/// use rating_core::fit::{logistic::{Logit, Sample}, selection::*};
/// // The first column matters, the second does not.
/// let x = Array2::from_shape_fn((400, 2), |(row, column)| if column == 0 { (row % 4) as f64 } else { (row % 7) as f64 });
/// let bad: Vec<bool> = (0..400).map(|row| (row * 31) % 10 > 4 + 2 * (row % 4)).collect();
/// let sample = Sample::new(x.view(), &bad).named(&["matters", "idle"]);
/// let chosen = stepwise(&Logit::on_woe(), &sample, &StepwiseRules { criterion: Criterion::Bic, ..Default::default() })?;
/// assert_eq!(chosen.fitted.names(), ["matters"]);
/// assert_eq!(chosen.refused.len(), 1);
/// # Ok::<(), SelectionError>(())
/// ```
///
/// Source: Hosmer, Lemeshow, Sturdivant (2013), Applied Logistic Regression, on stepwise selection.
pub fn stepwise(
    logit: &Logit,
    sample: &Sample<'_>,
    rules: &StepwiseRules,
) -> Result<Selection, SelectionError> {
    stepwise_heard(logit, sample, rules, &mut |_| {})
}

/// [`stepwise`], which tells of each step as soon as it is made.
///
/// # Errors
/// As [`stepwise`].
pub fn stepwise_heard(
    logit: &Logit,
    sample: &Sample<'_>,
    rules: &StepwiseRules,
    hear: &mut dyn FnMut(&SelectionStep),
) -> Result<Selection, SelectionError> {
    let columns = sample.columns();
    if !rules.sources.is_empty() && rules.sources.len() != columns {
        return Err(SelectionError::LengthsDiffer {
            what: "sources",
            expected: columns,
            got: rules.sources.len(),
        });
    }
    logit.check_signs(columns)?;
    let search = Search { logit, sample, rules };
    let start: Vec<usize> = match rules.direction {
        Direction::Backward => (0..columns).collect(),
        Direction::Forward | Direction::Both => Vec::new(),
    };
    let fitted = search.fit(&start)?;
    let mut now = (start, fitted);
    let mut steps = Vec::new();
    // Each column enters and leaves a few times at most; the bound ends circles that a criterion may allow,
    // though not between a removal and those that it calls for.
    for turn in 0.. {
        if turn >= 4 * columns + 4 && !search.is_broken(&now) {
            break;
        }
        let forward = rules.direction != Direction::Backward;
        let backward = rules.direction != Direction::Forward;
        let step = if backward { search.removal(&now)? } else { None };
        let step = step.or_else(|| forward.then(|| search.addition(&now)).flatten());
        let Some((step, next)) = step else { break };
        hear(&step);
        steps.push(step);
        now = next;
    }
    let refused = (0..columns).filter(|at| !now.0.contains(at));
    let refused = refused
        .map(|at| (search.name(at), search.refusal(&now, at)))
        .collect();
    Ok(Selection {
        columns: now.0,
        fitted: now.1,
        steps,
        refused,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::logistic::Sign;
    use ndarray::{Array2, Axis};

    /// Numbers in [0, 1) from a plain congruential sequence.
    fn chance(seed: u64) -> impl FnMut() -> f64 {
        let mut state = seed;
        move || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1_u64 << 53) as f64
        }
    }

    const NAMES: [&str; 5] = ["strong", "weak", "idle", "copy", "turned"];

    /// `strong` and `weak` lower the log-odds, `idle` does nothing, `copy` is `strong` with noise, `turned` raises them.
    fn rows() -> (Array2<f64>, Vec<bool>) {
        let mut next = chance(2_026);
        let mut x = Array2::zeros((2_000, 5));
        let mut bad = Vec::new();
        for mut row in x.rows_mut() {
            row.iter_mut().for_each(|cell| *cell = 2.0 * next() - 1.0);
            row[3] = row[0] + 0.1 * row[3];
            let log_odds = -1.0 - 2.0 * row[0] - 0.6 * row[1] + 0.8 * row[4];
            bad.push(next() < 1.0 / (1.0 + (-log_odds).exp()));
        }
        (x, bad)
    }

    /// Every subset that keeps to the rules, fitted by itself: no other has a lower criterion.
    #[test]
    fn steps_end_at_the_best_subset_here() {
        let (x, bad) = rows();
        let sample = Sample::new(x.view(), &bad).named(&NAMES);
        let rules = StepwiseRules {
            criterion: Criterion::Bic,
            ..StepwiseRules::default()
        };
        let logit = Logit::on_woe();
        let search = Search {
            logit: &logit,
            sample: &sample,
            rules: &rules,
        };
        let mut best = (f64::INFINITY, Vec::new());
        for bits in 0..32_usize {
            let columns: Vec<usize> = (0..5).filter(|at| bits >> at & 1 == 1).collect();
            let fitted = search.fit(&columns).unwrap();
            let allowed =
                fitted.terms().iter().all(|t| !t.is_held) && !(columns.contains(&0) && columns.contains(&3));
            let bic = fitted.bic().unwrap();
            if allowed && bic < best.0 {
                best = (bic, columns);
            }
        }
        for direction in [Direction::Forward, Direction::Both] {
            let rules = StepwiseRules {
                direction,
                ..rules.clone()
            };
            let chosen = stepwise(&logit, &sample, &rules).unwrap();
            assert_eq!(chosen.columns, best.1);
            assert_eq!(chosen.steps.iter().filter(|s| s.entered).count(), 2);
            assert!((chosen.steps[1].bic - best.0).abs() < 1e-9);
        }
        let chosen = stepwise(&logit, &sample, &rules).unwrap();
        let reasons: Vec<(&str, &Refusal)> = chosen.refused.iter().map(|(n, r)| (n.as_str(), r)).collect();
        assert!(
            matches!(reasons[0], ("idle", Refusal::NotWanted(p)) if *p > 0.01)
                || matches!(reasons[0], ("idle", Refusal::Sign(_)))
        );
        assert!(matches!(reasons[1], ("copy", Refusal::Vif(vif)) if *vif > 5.0));
        assert_eq!(reasons[2], ("turned", &Refusal::Sign("turned".to_owned())));
    }

    #[test]
    fn a_backward_selection_takes_a_turned_sign_away_first() {
        let (x, bad) = rows();
        let x = x.select(Axis(1), &[0, 1, 4]);
        let sample = Sample::new(x.view(), &bad).named(&["strong", "weak", "turned"]);
        let criterion = Criterion::PValue {
            enter: 0.05,
            leave: 0.05,
        };
        let rules = StepwiseRules {
            direction: Direction::Backward,
            criterion,
            ..StepwiseRules::default()
        };
        let chosen = stepwise(&Logit::on_woe(), &sample, &rules).unwrap();
        assert_eq!(chosen.columns, [0, 1]);
        assert_eq!((chosen.steps.len(), chosen.steps[0].name.as_str()), (1, "turned"));
        assert_eq!(chosen.steps[0].reason, StepReason::Sign);
    }

    /// Risk rises with `turned`: free to do so, or bound to, it enters; held from it, it does not.
    #[test]
    fn each_column_has_a_sign_of_its_own() {
        let (x, bad) = rows();
        let x = x.select(Axis(1), &[2, 4, 0]);
        let sample = Sample::new(x.view(), &bad).named(&["idle", "turned", "strong"]);
        let rules = StepwiseRules {
            criterion: Criterion::Bic,
            ..StepwiseRules::default()
        };
        let chosen = |turned: Sign| {
            let logit = Logit::on_measures().with_signs(&[Sign::Any, turned, Sign::NotPositive]);
            let chosen = stepwise(&logit, &sample, &rules).unwrap();
            (chosen.columns, chosen.refused)
        };
        assert_eq!(chosen(Sign::NotNegative).0, [1, 2]);
        assert_eq!(chosen(Sign::Any).0, [1, 2]);
        let (columns, refused) = chosen(Sign::NotPositive);
        assert_eq!(columns, [2]);
        assert_eq!(
            refused.last().unwrap(),
            &("turned".to_owned(), Refusal::Sign("turned".to_owned()))
        );
        let short = Logit::on_measures().with_signs(&[Sign::Any]);
        insta::assert_snapshot!(stepwise(&short, &sample, &rules).unwrap_err(), @"`signs` must have one value a column, expected `3`, got `1`");
    }

    #[test]
    fn each_step_is_told_when_it_is_made() {
        let (x, bad) = rows();
        let sample = Sample::new(x.view(), &bad).named(&NAMES);
        let mut heard = Vec::new();
        let rules = StepwiseRules::default();
        let chosen = stepwise_heard(&Logit::on_woe(), &sample, &rules, &mut |step| {
            heard.push(step.clone());
        });
        let chosen = chosen.unwrap();
        assert_eq!(heard, chosen.steps);
        assert!(heard.len() >= 2);
        assert_eq!(
            chosen.columns,
            stepwise(&Logit::on_woe(), &sample, &rules).unwrap().columns
        );
    }

    #[test]
    fn a_source_has_no_more_variables_than_it_may() {
        let (x, bad) = rows();
        let sample = Sample::new(x.view(), &bad).named(&NAMES);
        let sources = ["tax", "tax", "credit", "registry", "credit"]
            .map(str::to_owned)
            .to_vec();
        let mut rules = StepwiseRules {
            sources,
            most_of_source: 1,
            ..StepwiseRules::default()
        };
        let chosen = stepwise(&Logit::on_woe(), &sample, &rules).unwrap();
        let weak = chosen.refused.iter().find(|(name, _)| name == "weak").unwrap();
        assert_eq!(weak.1, Refusal::Source("tax".to_owned()));
        rules.sources.pop();
        insta::assert_snapshot!(stepwise(&Logit::on_woe(), &sample, &rules).unwrap_err(), @"`sources` must have `5` values, got `4`");
    }
}
