//! A binning: which pre-bins belong together, and what its bins show.

use super::cell::{Cell, TargetKind};
use super::choice::{choose, objective, remark, shapes};
use super::counts::{Cut, Frozen, PreBinCounts};
use super::diagnose::Asked;
use super::edit::Revision;
use super::error::{BinningError, Infeasible};
use super::layout::{Layout, Ordered, PreBins, groups, order_words};
use super::options::{BinningOptions, MOST_PRE_BINS, Objective, Policy, Trend, same};
use super::problem::Input;
use super::sample::{Sample, Scaled};
use super::solve::most_bins;
use super::source::Source;
use super::table::LineOf;
use serde::{Deserialize, Serialize};

/// A binning of one variable: which pre-bins belong together, with all that its table is made of.
///
/// A document: it survives the way to JSON and back, and scores without the sample it was made from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "super::document::Document", into = "super::document::Document")]
pub struct Binning {
    pub(super) options: BinningOptions,
    pub(super) kind: TargetKind,
    pub(super) trend: Trend,
    pub(super) alternatives: Vec<Alternative>,
    pub(super) pre_bins: PreBins,
    pub(super) cells: Vec<Cell>,
    /// The pre-bins before which an edge stands, ascending.
    pub(super) cuts: Vec<usize>,
    /// One a special group of the options.
    pub(super) special: Vec<Cell>,
    pub(super) missing: Cell,
    pub(super) revisions: Vec<Revision>,
    /// Why there is a single bin, if more were possible without a constraint.
    pub(super) remark: Option<Infeasible>,
}

/// A trend that was solved, and how it fared.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alternative {
    /// The trend.
    pub trend: Trend,
    /// Its number of bins; none if nothing met the constraints.
    pub bins: Option<usize>,
    /// Its objective.
    pub objective: Option<f64>,
    /// What the rule of an automatic trend compares.
    pub penalised: Option<f64>,
}

impl Binning {
    /// The best binning of a variable.
    ///
    /// Exact: among all binnings that pre-bins can make and that meet every constraint it has the greatest objective.
    /// Of binnings whose objective is within 1e-12 of the greatest (relative), the one with the fewest bins, then the
    /// one with the leftmost edges. The same bits whatever the order of the rows.
    ///
    /// A sample of which a single bin is the best that the constraints allow gives that bin, with a
    /// [`remark`](Self::remark) that names the constraint; ask for `min_bins` of 2 to have it refused.
    ///
    /// # Errors
    /// [`BinningError`]: slices of different lengths, numbers that cannot be summed, options outside their domain, a
    /// sample without goods, bads or values, or constraints that no binning meets, with the nearest that one does.
    ///
    /// ```
    /// use rating_core::fit::binning::{Binning, BinningOptions, Sample, Trend};
    /// // Up to 4 two in three are bad, above one in four.
    /// let values = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0];
    /// let bad = [true, false, true, true, false, false, false];
    /// let options = BinningOptions { trend: Trend::Descending, ..BinningOptions::default() };
    /// let binning = Binning::fit(&Sample::new(&values, &bad), &options)?;
    /// assert_eq!(binning.splits(), [4.5]);
    /// # Ok::<(), rating_core::fit::binning::BinningError>(())
    /// ```
    ///
    /// Source of the problem: Navas-Palencia (2020), Optimal binning: mathematical programming formulation,
    /// arXiv 2001.08025; it is solved here by dynamic programming.
    pub fn fit(sample: &Sample<'_>, options: &BinningOptions) -> Result<Self, BinningError> {
        sample.check_weights()?;
        options.check_asked(sample.is_words())?;
        let scaled = Scaled::new(sample);
        let sample = scaled.of(sample);
        sample.check_amounts()?;
        let source = Source::new(&sample, options, scaled.unit);
        Self::chosen(&source.counts()?, options, Some(&source))
    }

    /// The best binning of each of many variables, in their order: on all cores with the feature `parallel`, and the
    /// same bits without. A variable that cannot be binned does not stop the others.
    pub fn fit_all(variables: Vec<(Sample<'_>, BinningOptions)>) -> Vec<Result<Self, BinningError>> {
        crate::parallel::map(variables, |(sample, options)| Self::fit(&sample, &options))
    }

    /// The best binning of counts that were gathered before, chunk by chunk or in many places. The pre-bins of the
    /// options are not used; fixed edges have to stand among those of the counts.
    ///
    /// # Errors
    /// As [`fit`](Self::fit); and [`BinningError::CountsDiffer`] if the special groups are not those of the options.
    pub fn from_counts(counts: &PreBinCounts, options: &BinningOptions) -> Result<Self, BinningError> {
        options.check_asked(counts.cut().is_words())?;
        Self::chosen(counts, options, None)
    }

    fn chosen(
        counts: &PreBinCounts,
        options: &BinningOptions,
        source: Option<&Source<'_>>,
    ) -> Result<Self, BinningError> {
        let Laid {
            input,
            layout,
            ordered,
            frozen,
        } = Laid::new(counts, options)?;
        let asked = Asked {
            input,
            limits: options.limits.clone(),
            shapes: shapes(options, counts.cut()),
            empty_bins: layout.extra.len(),
            source,
        };
        let (solution, trend, alternatives) = choose(&asked, options.auto.penalty)?;
        let made = Self {
            remark: remark(&asked, &solution)?,
            options: options.clone(),
            kind: frozen.kind,
            trend,
            alternatives,
            cuts: layout.cuts(&solution.cuts),
            pre_bins: ordered.pre_bins,
            cells: ordered.cells,
            special: frozen.special,
            missing: frozen.missing,
            revisions: Vec::new(),
        };
        made.check_policies()?;
        Ok(made)
    }

    /// The options that it was made with.
    pub fn options(&self) -> &BinningOptions {
        &self.options
    }

    /// What the rows say.
    pub fn target(&self) -> TargetKind {
        self.kind
    }

    /// The trend that was asked for or chosen; after an edit the first of descending, ascending, peak, valley and none
    /// that the bins show.
    pub fn trend(&self) -> Trend {
        self.trend
    }

    /// Every trend that was solved.
    pub fn alternatives(&self) -> &[Alternative] {
        &self.alternatives
    }

    /// Why there is a single bin, where a weaker constraint would allow more: a limit, the trend, or how the pre-bins
    /// were made. None where no edge stands between values, or the one bad rate of all pre-bins leaves nothing to part.
    pub fn remark(&self) -> Option<&Infeasible> {
        self.remark.as_ref()
    }

    /// The edges between the bins, which are closed below and open above; none for words.
    pub fn splits(&self) -> Vec<f64> {
        match &self.pre_bins {
            PreBins::Edges(edges) => {
                let edge = |cut: &usize| cut.checked_sub(1).and_then(|at| edges.get(at).copied());
                self.cuts.iter().filter_map(edge).collect()
            }
            PreBins::Words(_) => Vec::new(),
        }
    }

    /// The words of each bin; none for numbers.
    pub fn groups(&self) -> Vec<Vec<String>> {
        match &self.pre_bins {
            PreBins::Edges(_) => Vec::new(),
            PreBins::Words(words) => {
                let of = |(from, to)| words.get(from..to).unwrap_or_default().concat();
                groups(&self.starts(), words.len()).map(of).collect()
            }
        }
    }

    /// Sums over each bin.
    pub fn bins(&self) -> Vec<Cell> {
        let of = |(from, to)| Cell::sum(self.cells.get(from..to).unwrap_or_default());
        groups(&self.starts(), self.cells.len()).map(of).collect()
    }

    /// Sums over the whole sample, missing and special values included.
    pub fn total(&self) -> Cell {
        Cell::sum(self.cells.iter().chain(&self.special).chain([&self.missing]))
    }

    /// What was made as large as possible, summed over the bins; missing and special values do not add to it.
    pub fn objective(&self) -> f64 {
        let objective = objective(&self.options, self.kind).unwrap_or(Objective::SquaredError);
        let total = self.total();
        let bins = self.bins();
        bins.iter().rev().fold(0.0, |sum, bin| {
            super::problem::value(objective, bin, &total) + sum
        })
    }

    fn starts(&self) -> Vec<usize> {
        [0].into_iter().chain(self.cuts.iter().copied()).collect()
    }

    /// A policy that names a bin names one that is there.
    pub(super) fn check_policies(&self) -> Result<(), BinningError> {
        let bins = self.cuts.len() + 1;
        let fault = |field, expected, got: String| Err(BinningError::Option { field, expected, got });
        for (field, policy) in [
            ("missing", &self.options.missing),
            ("special_policy", &self.options.special_policy),
        ] {
            match policy {
                Policy::Into(at) if *at >= bins => {
                    let got = format!("{at}, with {bins} bins");
                    return fault(field, "the place of a bin, counted from 0", got);
                }
                Policy::Named(label) if self.bin_named(label).is_none() => {
                    let names = self.names();
                    let labels: Vec<_> = names.iter().map(LineOf::label).collect();
                    let got = format!("{label}`, with the bins `{}", labels.join("`, `"));
                    return fault(field, "the label of a bin", got);
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The place of the bin with a label.
    pub(super) fn bin_named(&self, label: &str) -> Option<usize> {
        self.names().iter().position(|of| of.label() == label)
    }
}

/// Counts, laid out for the programme.
pub(super) struct Laid {
    pub(super) input: Input,
    pub(super) layout: Layout,
    ordered: Ordered,
    frozen: Frozen,
}

impl Laid {
    pub(super) fn new(counts: &PreBinCounts, options: &BinningOptions) -> Result<Self, BinningError> {
        let frozen = counts.freeze();
        let total = total(&frozen);
        let objective = objective(options, frozen.kind)?;
        if frozen.kind == TargetKind::Classes && (total.goods() <= 0.0 || total.bads() <= 0.0) {
            let (goods, bads) = (total.goods(), total.bads());
            return Err(BinningError::OneClass { goods, bads });
        }
        if !frozen.regular.iter().any(|cell| cell.weight > 0.0) {
            return Err(BinningError::NoValues { rows: total.rows });
        }
        let (ordered, fixed) = order(counts.cut(), frozen.clone(), options, total.rows)?;
        let layout = Layout::new(&ordered.cells, &fixed);
        let input = Input {
            cells: layout.cells(&ordered.cells),
            periods: ordered.periods.iter().map(|cells| layout.cells(cells)).collect(),
            fixed: layout.fixed.clone(),
            total,
            kind: frozen.kind,
            objective,
        };
        Ok(Self {
            input,
            layout,
            ordered,
            frozen,
        })
    }
}

fn total(frozen: &Frozen) -> Cell {
    Cell::sum(
        frozen
            .regular
            .iter()
            .chain(&frozen.special)
            .chain([&frozen.missing]),
    )
}

/// Pre-bins in order, and before which of them a fixed edge stands.
fn order(
    cut: &Cut,
    frozen: Frozen,
    options: &BinningOptions,
    rows: u64,
) -> Result<(Ordered, Vec<bool>), BinningError> {
    if cut.special() != options.special {
        return Err(BinningError::CountsDiffer {
            what: "special groups",
        });
    }
    let Cut::Numbers { edges, .. } = cut else {
        let ordered = order_words(&frozen, options.rare_share, rows)?;
        return Ok((ordered, Vec::new()));
    };
    let is = |edge: f64| move |other: &f64| same(edge, *other);
    if let Some(unknown) = options.fixed.iter().find(|fixed| !edges.iter().any(is(**fixed))) {
        return Err(BinningError::Option {
            field: "fixed",
            expected: "edges of the counts",
            got: unknown.to_string(),
        });
    }
    let fixed = [false]
        .into_iter()
        .chain(edges.iter().map(|edge| options.fixed.iter().any(is(*edge))));
    let fixed = fixed.collect();
    let pre_bins = edges.len() + 1;
    if pre_bins > MOST_PRE_BINS {
        return Err(BinningError::TooManyPreBins {
            most: MOST_PRE_BINS,
            got: pre_bins,
        });
    }
    check_bins(&shapes(options, cut), options.limits.max_bins, pre_bins)?;
    let ordered = Ordered {
        pre_bins: PreBins::Edges(edges.clone()),
        cells: frozen.regular,
        periods: frozen.periods,
    };
    Ok((ordered, fixed))
}

/// The table of each trend fits.
fn check_bins(shapes: &[Trend], max_bins: Option<usize>, pre_bins: usize) -> Result<(), BinningError> {
    let asked = max_bins.unwrap_or(pre_bins).min(pre_bins);
    let too_many = shapes.iter().find_map(|trend| {
        let most = most_bins(*trend, pre_bins);
        (asked > most).then_some((*trend, most))
    });
    too_many.map_or(Ok(()), |(trend, most)| {
        Err(BinningError::TooManyBins {
            trend,
            pre_bins,
            most,
            got: max_bins,
        })
    })
}
