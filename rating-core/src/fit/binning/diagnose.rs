//! Which constraint leaves no binning, and what would.

use super::error::{Constraint, Infeasible, Nearest, Relaxation};
use super::fitted::Laid;
use super::limits::Limits;
use super::options::{PreBinning, Trend};
use super::problem::{Input, Problem};
use super::solve::{GaveUp, most_bins, solve};
use super::source::Source;

/// What is asked of a binning.
#[derive(Clone, Debug)]
pub(super) struct Asked<'a> {
    pub(super) input: Input,
    pub(super) limits: Limits,
    /// One of them is enough.
    pub(super) shapes: Vec<Trend>,
    /// Bins beside those of the programme: empty ones between fixed edges.
    pub(super) empty_bins: usize,
    /// Where finer pre-bins could come from; none where there are only counts.
    pub(super) source: Option<&'a Source<'a>>,
}

/// Every constraint: those that make the pre-bins first, because they lay out anew what the others change, then the
/// numbers.
const ALL: [Constraint; 20] = [
    Constraint::MinPreBinShare,
    Constraint::PreBins,
    Constraint::RareShare,
    Constraint::MinBins,
    Constraint::MaxBins,
    Constraint::MinShare,
    Constraint::MaxShare,
    Constraint::MinRows,
    Constraint::MaxRows,
    Constraint::MinWeightShare,
    Constraint::MaxWeightShare,
    Constraint::MinWeight,
    Constraint::MaxWeight,
    Constraint::MinGoods,
    Constraint::MinBads,
    Constraint::MinRateGap,
    Constraint::MaxPValue,
    Constraint::Trend,
    Constraint::Periods,
    Constraint::Fixed,
];

impl Asked<'_> {
    /// Least and greatest number of bins that the programme itself may make.
    pub(super) fn bins(&self) -> (usize, usize) {
        let least = self.limits.min_bins.unwrap_or(1).max(1);
        let most = self.limits.max_bins.unwrap_or(usize::MAX);
        (
            least.saturating_sub(self.empty_bins).max(1),
            most.saturating_sub(self.empty_bins),
        )
    }

    /// Whether empty bins, which fixed edges force, meet the limits of size.
    pub(super) fn empty_bins_are_within(&self) -> bool {
        let none = super::cell::Cell::default();
        self.empty_bins == 0 || super::problem::is_within(&none, &self.input.total, &self.limits)
    }

    pub(super) fn is_feasible(&self) -> Result<bool, GaveUp> {
        if !self.empty_bins_are_within() {
            return Ok(false);
        }
        let problem = Problem::new(&self.input, &self.limits);
        for shape in &self.shapes {
            if solve(&problem, *shape, self.bins())?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn number(&self, constraint: Constraint) -> Option<f64> {
        let limits = &self.limits;
        let whole = |count: Option<u64>| count.map(|count| count as f64);
        let bins = |count: Option<usize>| count.map(|count| count as f64);
        match constraint {
            Constraint::MinBins => bins(limits.min_bins),
            Constraint::MaxBins => bins(limits.max_bins),
            Constraint::MinShare => limits.min_share,
            Constraint::MaxShare => limits.max_share,
            Constraint::MinRows => whole(limits.min_rows),
            Constraint::MaxRows => whole(limits.max_rows),
            Constraint::MinWeightShare => limits.min_weight_share,
            Constraint::MaxWeightShare => limits.max_weight_share,
            Constraint::MinWeight => limits.min_weight,
            Constraint::MaxWeight => limits.max_weight,
            Constraint::MinGoods => whole(limits.min_goods),
            Constraint::MinBads => whole(limits.min_bads),
            Constraint::MinRateGap => (limits.min_rate_gap > 0.0).then_some(limits.min_rate_gap),
            Constraint::MaxPValue => limits.max_p_value,
            Constraint::MinPreBinShare => self.tree_share(),
            Constraint::RareShare => self.source.map(|source| source.options().rare_share),
            Constraint::Trend | Constraint::Periods | Constraint::Fixed | Constraint::PreBins => None,
        }
    }

    fn tree_share(&self) -> Option<f64> {
        match self.source?.options().pre_bins {
            PreBinning::Tree { bins, min_share } if bins > 1 => Some(min_share),
            _ => None,
        }
    }

    /// Over pre-bins that are made with another number; as it is where they cannot be laid out.
    fn laid_out_with(&mut self, constraint: Constraint, number: f64) {
        let Some(source) = self.source else { return };
        let mut options = source.options().clone();
        if constraint == Constraint::RareShare {
            options.rare_share = number;
        } else {
            options.pre_bins = source.finer(number);
        }
        let counts = source.counts_by(&options.pre_bins);
        if let Ok(laid) = counts.and_then(|counts| Laid::new(&counts, &options)) {
            self.empty_bins = laid.layout.extra.len();
            self.input = laid.input;
        }
    }

    /// The same with another number for a constraint.
    fn with(&self, constraint: Constraint, number: f64) -> Self {
        let mut other = self.clone();
        let limits = &mut other.limits;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "whole numbers from 0, saturating"
        )]
        let (bins, whole) = (number as usize, number as u64);
        match constraint {
            Constraint::MinBins => limits.min_bins = Some(bins),
            Constraint::MaxBins => limits.max_bins = Some(bins),
            Constraint::MinShare => limits.min_share = Some(number),
            Constraint::MaxShare => limits.max_share = Some(number),
            Constraint::MinRows => limits.min_rows = Some(whole),
            Constraint::MaxRows => limits.max_rows = Some(whole),
            Constraint::MinWeightShare => limits.min_weight_share = Some(number),
            Constraint::MaxWeightShare => limits.max_weight_share = Some(number),
            Constraint::MinWeight => limits.min_weight = Some(number),
            Constraint::MaxWeight => limits.max_weight = Some(number),
            Constraint::MinGoods => limits.min_goods = Some(whole),
            Constraint::MinBads => limits.min_bads = Some(whole),
            Constraint::MinRateGap => limits.min_rate_gap = number,
            Constraint::MaxPValue => limits.max_p_value = Some(number),
            Constraint::Trend => other.shapes = vec![Trend::None],
            Constraint::Periods => other.input.periods.clear(),
            Constraint::Fixed => {
                other.input.fixed.fill(false);
                other.empty_bins = 0;
            }
            Constraint::MinPreBinShare | Constraint::PreBins | Constraint::RareShare => {
                other.laid_out_with(constraint, number);
            }
        }
        other
    }

    /// The number that limits nothing.
    fn loosest(&self, constraint: Constraint) -> f64 {
        let bins = (self.input.cells.len() + self.empty_bins) as f64;
        let total = &self.input.total;
        match constraint {
            Constraint::MaxBins => {
                // No more than the programme takes.
                let most = |shape: &Trend| most_bins(*shape, self.input.cells.len()) as f64;
                self.shapes.iter().map(most).fold(bins, f64::min)
            }
            Constraint::MinBins
            | Constraint::MaxShare
            | Constraint::MaxWeightShare
            | Constraint::MaxPValue => 1.0,
            Constraint::MaxRows => total.rows as f64,
            Constraint::MaxWeight => total.weight,
            _ => 0.0,
        }
    }

    fn is_active(&self, constraint: Constraint) -> bool {
        match constraint {
            Constraint::Trend => !self.shapes.contains(&Trend::None),
            Constraint::Periods => !self.input.periods.is_empty(),
            Constraint::Fixed => self.input.fixed.contains(&true) || self.empty_bins > 0,
            Constraint::MinPreBinShare => self.has_too_few_pre_bins() && self.tree_share() > Some(0.0),
            Constraint::PreBins => {
                self.has_too_few_pre_bins() && !self.is_of_words() && self.tree_share().is_none()
            }
            Constraint::RareShare => {
                self.has_too_few_pre_bins() && self.is_of_words() && self.number(constraint) > Some(0.0)
            }
            number => self.number(number).is_some(),
        }
    }

    /// Whether other pre-bins could help: there are fewer than bins that are asked for.
    fn has_too_few_pre_bins(&self) -> bool {
        let least = self.limits.min_bins.unwrap_or(1);
        self.source.is_some() && self.input.cells.len() + self.empty_bins < least
    }

    fn is_of_words(&self) -> bool {
        self.source.is_some_and(Source::is_of_words)
    }

    /// What would have to give way, once nothing is feasible.
    pub(super) fn diagnose(&self) -> Result<Infeasible, GaveUp> {
        let active = ALL.iter().filter(|constraint| self.is_active(**constraint));
        let active: Vec<Constraint> = active.copied().collect();
        let mut relaxations = Vec::new();
        for constraint in &active {
            if let Some(relaxation) = self.relaxed(*constraint)? {
                relaxations.push(relaxation);
            }
        }
        // Stable, so that equals stay in the order of ALL.
        relaxations.sort_by(|a, b| price(a).total_cmp(&price(b)));
        let mut together = Vec::new();
        if relaxations.is_empty() {
            let mut looser = self.clone();
            for constraint in active {
                together.push(constraint);
                looser = looser.with(constraint, looser.loosest(constraint));
                if looser.is_feasible()? {
                    break;
                }
            }
            self.thin_out(&mut together)?;
        }
        Ok(Infeasible {
            relaxations,
            together,
        })
    }

    /// Leaves out of a set what it does not need.
    fn thin_out(&self, together: &mut Vec<Constraint>) -> Result<(), GaveUp> {
        let mut at = 0;
        while at < together.len() {
            let mut fewer = together.clone();
            fewer.remove(at);
            let looser = fewer.iter().fold(self.clone(), |asked, constraint| {
                let loosest = asked.loosest(*constraint);
                asked.with(*constraint, loosest)
            });
            if looser.is_feasible()? {
                *together = fewer;
            } else {
                at += 1;
            }
        }
        Ok(())
    }

    fn relaxed(&self, constraint: Constraint) -> Result<Option<Relaxation>, GaveUp> {
        let loosest = self.loosest(constraint);
        if !self.with(constraint, loosest).is_feasible()? {
            return Ok(None);
        }
        let asked = self.number(constraint);
        let nearest = match asked {
            Some(asked) => Nearest::Number(self.nearest(constraint, asked, loosest)?),
            None if constraint == Constraint::Trend => Nearest::Trend(self.nearest_trend()?),
            None => Nearest::Without,
        };
        Ok(Some(Relaxation {
            constraint,
            asked,
            nearest,
        }))
    }

    /// By halving between a number that cannot be met and one that can: looser is never harder to meet.
    fn nearest(&self, constraint: Constraint, asked: f64, loosest: f64) -> Result<f64, GaveUp> {
        use Constraint as C;
        // How many of the steps in which the number counts make 1; none for a number that is not counted.
        let steps = match constraint {
            C::MinBins | C::MaxBins | C::MinRows | C::MaxRows | C::MinGoods | C::MinBads => Some(1.0),
            C::MinPreBinShare => Some(self.input.total.rows as f64),
            _ => None,
        };
        let (mut cannot, mut can) = match steps {
            Some(steps) => ((asked * steps).ceil(), (loosest * steps).floor()),
            None => (asked, loosest),
        };
        let number = |steps_of: f64| steps.map_or(steps_of, |steps| steps_of / steps);
        let within = if steps.is_some() {
            1.0
        } else {
            1e-6 * (asked - loosest).abs()
        };
        while (cannot - can).abs() > within {
            let middle = f64::midpoint(cannot, can);
            let middle = if steps.is_some() { middle.floor() } else { middle };
            if self.with(constraint, number(middle)).is_feasible()? {
                can = middle;
            } else {
                cannot = middle;
            }
        }
        Ok(number(can))
    }

    fn nearest_trend(&self) -> Result<Trend, GaveUp> {
        for shape in [Trend::Descending, Trend::Ascending, Trend::Peak, Trend::Valley] {
            let mut other = self.clone();
            other.shapes = vec![shape];
            if other.is_feasible()? {
                return Ok(shape);
            }
        }
        Ok(Trend::None)
    }
}

/// How far a constraint has to give way, in relation to what was asked; what has no number comes last.
fn price(relaxation: &Relaxation) -> f64 {
    match (relaxation.asked, relaxation.nearest) {
        (Some(asked), Nearest::Number(nearest)) => ((asked - nearest) / asked).abs(),
        (_, Nearest::Trend(_)) => 1e9,
        _ => 2e9,
    }
}
