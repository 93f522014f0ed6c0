//! The card, step by step.

use super::candidate::{Candidate, Rows};
use super::dropped::{DropReason, Dropped};
use super::error::{BuildError, CandidateFault};
use super::pool::Pool;
use super::told::provenance;
use crate::fit::binning::{Binning, BinningOptions};
use crate::fit::logistic::{FittedLogit, LogisticError, Logit, Penalty};
use crate::fit::points::{Base, CardOptions, Estimate, FittedCard, FittedVariable, Scaling};
use crate::fit::selection::{
    Screened, Screening, ScreeningLimits, Selection, SelectionError, SelectionStep, StepwiseRules, Verdict,
    screen, stepwise,
};
use ndarray::Array2;

/// What of a card is chosen; [`build`](Self::build) finds the rest.
#[derive(Clone, Debug, PartialEq)]
pub struct CardBuilder {
    /// How variables are binned that come without bins.
    pub binning: BinningOptions,
    /// What each variable must keep to; none without screening. There is one sample and one period, so the limits of
    /// stability are met.
    pub screening: Option<ScreeningLimits>,
    /// Rules of a selection by steps; none without. Its sources, if there are any, are one a candidate.
    pub selection: Option<StepwiseRules>,
    /// Signs of the coefficients, one for all or one a candidate, and the penalty. A selection by steps goes without
    /// the penalty.
    pub regression: Logit,
    /// How log-odds become points.
    pub scaling: Scaling,
    /// Where the points of the intercept go.
    pub base: Base,
    /// The tendency that PDs start from, as a fraction; none for the default rate of the rows.
    pub default_rate: Option<f64>,
    /// Least PD that is ever given, as a fraction.
    pub pd_floor: f64,
}

/// A card, and how it came about.
#[derive(Clone, Debug)]
pub struct BuiltCard {
    /// The card; its document tells the same of how it came about.
    pub card: FittedCard,
    /// Its regression: the variables of the card, in card order.
    pub fitted: FittedLogit,
    /// The bins of every variable that could be binned, in order of the candidates.
    pub binnings: Vec<(String, Binning)>,
    /// Every variable that is not on the card, with the reason, in the order in which they left.
    pub dropped: Vec<Dropped>,
    /// The table of screening; empty without.
    pub screening: Vec<Screened>,
    /// The steps of the selection; empty without.
    pub steps: Vec<SelectionStep>,
}

impl CardBuilder {
    /// No screening, no selection, bins by default, no coefficient that contradicts the risk of its bins
    /// ([`Logit::on_woe`]), base points apart, PDs from the default rate of the rows and without floor.
    pub fn new(scaling: Scaling) -> Self {
        Self {
            binning: BinningOptions::default(),
            screening: None,
            selection: None,
            regression: Logit::on_woe(),
            scaling,
            base: Base::Apart,
            default_rate: None,
            pd_floor: 0.0,
        }
    }

    /// Bins, weights of evidence, screening and selection if asked for, a regression, and whole points.
    ///
    /// A variable of which only the missing or special values tell anything, its others being one bin, is no constant: it
    /// stays as any other, and the table of screening tells of it ([`Screened::one_bin`]).
    ///
    /// A variable that cannot be binned, is constant, is screened out, is refused by the selection, or whose
    /// coefficient its sign or a lasso holds at 0, leaves the card and is told among [`BuiltCard::dropped`]; the
    /// regression is that of the others. The same bits for any number of threads.
    ///
    /// Bins and coefficients are found on the same rows: how well the card does elsewhere, other rows must say.
    ///
    /// # Errors
    /// [`BuildError`]: values of another number than the rows, one name twice, bins of another kind, no variable left,
    /// signs or sources of another number than the variables, rows without goods or bads, bads and goods that
    /// variables part from each other, and what points refuse.
    ///
    /// # Examples
    /// ```
    /// use rating_core::fit::build::{Candidate, CardBuilder, DropReason, Rows};
    /// use rating_core::fit::points::Scaling;
    /// // Of three young firms two are bad, of three old ones one: odds of 2 to 1 either way, 20 points to double them.
    /// let age = [1.0, 1.0, 1.0, 5.0, 5.0, 5.0];
    /// let variables = [Candidate::numbers("age", &age), Candidate::numbers("idle", &[1.0; 6])];
    /// let bad = [true, true, false, true, false, false];
    /// let scaling = Scaling::Doubling { base_score: 600.0, base_odds: 1.0, pdo: 20.0 };
    /// let built = CardBuilder::new(scaling).build(&variables, Rows::new(&bad))?;
    /// let mut scores = [built.card.base_points(); 2];
    /// built.card.add_points(0, &[1.0, 5.0], &mut scores);
    /// assert_eq!(scores, [580, 620]);
    /// assert_eq!(built.dropped[0].name, "idle");
    /// assert_eq!(built.dropped[0].reason, DropReason::Constant(None));
    /// # Ok::<(), rating_core::fit::build::BuildError>(())
    /// ```
    ///
    /// Source: Siddiqi (2006), Credit Risk Scorecards.
    pub fn build<'a>(&self, variables: &[Candidate<'a>], rows: Rows<'a>) -> Result<BuiltCard, BuildError> {
        self.check(variables, rows)?;
        let mut pool = Pool::new(variables, rows, &self.binning);
        let binnings = std::mem::take(&mut pool.binnings);
        let screening = self.screened(&mut pool, rows)?;
        let selection = self.selected(&mut pool, rows)?;
        let fitted = self.fitted(&mut pool, rows)?;
        let card = self.card(&pool, rows, &fitted)?;
        let told = provenance(&pool.dropped, screening.as_deref(), selection.as_ref());
        Ok(BuiltCard {
            card: card.with_provenance(told)?,
            fitted,
            binnings,
            dropped: pool.dropped,
            screening: screening.unwrap_or_default(),
            steps: selection.map(|of| of.steps).unwrap_or_default(),
        })
    }

    /// What can be refused before anything is binned.
    fn check(&self, variables: &[Candidate<'_>], rows: Rows<'_>) -> Result<(), BuildError> {
        let mut faults: Vec<CandidateFault> =
            variables.iter().flat_map(|v| v.faults(rows.bad.len())).collect();
        let mut names: Vec<&str> = variables.iter().map(|v| v.name).collect();
        names.sort_unstable();
        let twice = names.windows(2).filter(|pair| matches!(pair, [a, b] if a == b));
        faults.extend(twice.filter_map(|pair| pair.first()).map(|name| CandidateFault {
            name: (*name).to_owned(),
            expected: "a name that no other variable has".to_owned(),
            got: "it twice".to_owned(),
        }));
        if !faults.is_empty() {
            return Err(BuildError::Candidates(faults));
        }
        self.regression.check_signs(variables.len())?;
        let sources = self.selection.as_ref().map_or(0, |rules| rules.sources.len());
        if sources != 0 && sources != variables.len() {
            let (what, expected, got) = ("sources", variables.len(), sources);
            return Err(SelectionError::LengthsDiffer { what, expected, got }.into());
        }
        // The intercept alone: rows that it cannot be fitted to are no sample for any variable.
        let nothing = Array2::zeros((rows.bad.len(), 0));
        Logit::on_woe().fit_rows(&rows.sample(nothing.view(), &[]))?;
        Ok(())
    }

    fn screened(&self, pool: &mut Pool<'_>, rows: Rows<'_>) -> Result<Option<Vec<Screened>>, BuildError> {
        let Some(limits) = self.screening.filter(|_| !pool.left.is_empty()) else {
            return Ok(None);
        };
        let names: Vec<String> = pool.names().into_iter().map(str::to_owned).collect();
        let missing: Vec<f64> = pool.left.iter().map(|m| m.candidate.missing_share()).collect();
        let is_one = |binning: &Binning| binning.bins().len() == 1;
        let one_bin: Vec<bool> = pool.left.iter().map(|m| is_one(&m.binning)).collect();
        let woe = pool.woe(rows.bad.len());
        let screening = Screening {
            names: &names,
            woe: woe.view(),
            bad: rows.bad,
            missing: &missing,
            one_bin: &one_bin,
            other: None,
            periods: &[],
        };
        let table = screen(&screening, limits)?;
        pool.drop_where(|member| {
            let line = table.iter().find(|line| line.name == member.candidate.name)?;
            (line.verdict != Verdict::Stays).then(|| DropReason::Screened(line.verdict.clone()))
        });
        Ok(Some(table))
    }

    fn selected(&self, pool: &mut Pool<'_>, rows: Rows<'_>) -> Result<Option<Selection>, BuildError> {
        let Some(rules) = self.selection.as_ref().filter(|_| !pool.left.is_empty()) else {
            return Ok(None);
        };
        let places = pool.places();
        let source = |at: &usize| rules.sources.get(*at).cloned();
        let rules = StepwiseRules {
            sources: places.iter().filter_map(source).collect(),
            ..rules.clone()
        };
        let logit = self.regression.of(&places).penalised(Penalty::None);
        let woe = pool.woe(rows.bad.len());
        let chosen = stepwise(&logit, &rows.sample(woe.view(), &pool.names()), &rules)?;
        pool.drop_where(|member| {
            let mut refused = chosen.refused.iter();
            let (_, refusal) = refused.find(|(name, _)| name == member.candidate.name)?;
            Some(DropReason::Refused(refusal.clone()))
        });
        Ok(Some(chosen))
    }

    /// The regression of the variables of which none is held at 0; the others leave.
    fn fitted(&self, pool: &mut Pool<'_>, rows: Rows<'_>) -> Result<FittedLogit, BuildError> {
        loop {
            if pool.left.is_empty() {
                return Err(BuildError::NoVariable(std::mem::take(&mut pool.dropped)));
            }
            let woe = pool.woe(rows.bad.len());
            let logit = self.regression.of(&pool.places());
            let fitted = logit.fit_rows(&rows.sample(woe.view(), &pool.names()))?;
            let mut held = Vec::new();
            for (column, term) in fitted.terms().into_iter().skip(1).enumerate() {
                if term.is_held {
                    held.push((why_held(&logit, &fitted, column)?, term.name));
                }
            }
            if held.is_empty() {
                return Ok(fitted);
            }
            // A coefficient at 0 changes no other: this is the same optimum without its column.
            pool.drop_where(|member| {
                let (reason, _) = held.iter().find(|(_, name)| name == member.candidate.name)?;
                Some(reason.clone())
            });
        }
    }

    fn card(&self, pool: &Pool<'_>, rows: Rows<'_>, fitted: &FittedLogit) -> Result<FittedCard, BuildError> {
        let mut terms = fitted.terms().into_iter().map(|term| Estimate {
            value: term.coefficient,
            standard_error: term.standard_error,
        });
        let none = Estimate {
            value: 0.0,
            standard_error: None,
        };
        let intercept = terms.next().unwrap_or(none);
        let variables = pool
            .left
            .iter()
            .zip(terms)
            .map(|(member, coefficient)| FittedVariable {
                name: member.candidate.name.to_owned(),
                binning: member.binning.clone(),
                coefficient,
            });
        let options = CardOptions {
            scaling: self.scaling,
            base: self.base,
            default_rate: self.default_rate.unwrap_or_else(|| rows.default_rate()),
            pd_floor: self.pd_floor,
        };
        Ok(FittedCard::new(intercept, variables.collect(), options)?)
    }
}

/// Why a column is held at 0: its sign turned, or else the lasso.
fn why_held(logit: &Logit, fitted: &FittedLogit, column: usize) -> Result<DropReason, LogisticError> {
    let name = fitted.names().get(column).map_or("", String::as_str);
    let told = fitted.explain_sign(name)?;
    let sign = logit.sign(column);
    if logit.is_lasso() && sign.admits(told.alone) && sign.admits(told.beside) {
        return Ok(DropReason::Lasso);
    }
    let others = told.because_of.into_iter().map(|(other, _)| other);
    Ok(DropReason::Sign(others.collect()))
}
