"""Statistics that judge scores, PDs and populations against what happened.

Throughout, a score is higher for a safer firm, a PD (a fraction in [0, 1]) for a riskier one, and ``bad`` says
whether the firm defaulted within the horizon of the PD. Columns are series of polars or pandas, numpy arrays or
lists. What is missing is refused with its row, never dropped: a statistic of the firms that happened to have a value
is a different statistic. The order of the rows changes no bit of any answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from firmrating import _firmrating as _native
from firmrating._columns import frame_of, input_error, numbers
from firmrating._firmrating import Auc, AucComparison
from firmrating.logit import picked

if TYPE_CHECKING:
    import polars as pl

__all__ = [
    "Auc",
    "AucComparison",
    "HosmerLemeshow",
    "PsiBound",
    "ReasonAgreement",
    "auc",
    "brier",
    "calibration_table",
    "cap_points",
    "compare_auc",
    "confusion",
    "gini",
    "hosmer_lemeshow",
    "jeffreys",
    "jeffreys_interval",
    "ks",
    "lift",
    "log_loss",
    "psi",
    "psi_bound",
    "reason_agreement",
    "roc_points",
]


def auc(scores: Any, bad: Any) -> Auc:
    """Area under the ROC curve of a score that is higher for safer firms, with its sampling error.

    ``scores`` are numbers, ``bad`` true or false (1 or 0), both in the same order of firms: series of polars or
    pandas, numpy arrays or lists. Nulls and NaN are refused with their row, never dropped. Ties count half.
    """
    return _native.auc(_frame(scores=scores, bad=bad))


def brier(pd: Any, bad: Any) -> float:
    """Brier score: the mean squared distance of PD and outcome, in [0, 1]. Lower is better.

    ``pd`` are fractions in [0, 1], ``bad`` true or false (1 or 0), both in the same order of firms::

        Brier = (1/n) · Σ (pdᵢ - yᵢ)²

    where ``yᵢ`` is 1 for a bad and 0 for a good. Giving every firm the default rate ``p`` scores ``p · (1 - p)``:
    compare with that, never across portfolios of different default rates.

    Raises :class:`~firmrating.InputError` with its ``row`` for a PD that is missing, NaN or outside [0, 1] and an
    outcome that is neither good nor bad; also for columns of different lengths or without a firm.

    Source: Brier (1950), Monthly Weather Review 78, 1–3; BCBS Working Paper 14 (2005).
    """
    return _native.brier(_frame(pd=pd, bad=bad))


def psi(expected_counts: Any, actual_counts: Any, *, zero_cells: Literal["refuse"] | float) -> float:
    """Population stability index between two populations, counted over the same bands.

    ``expected_counts`` are the firms in each band of the reference, where the model was built or the earlier date;
    ``actual_counts`` those of the population under watch, in the same order of bands::

        PSI = Σ (a - e) · ln(a / e)

    where ``e`` and ``a`` are the shares of a band among the expected and the actual firms. Zero when the shares
    agree, the same from either side, never negative. Customary reading: below 0.10 stable, above 0.25 moved; the
    bounds take no account of the number of firms, so small populations pass them by chance.

    A band that is empty on one side only would make the index infinite. ``zero_cells`` says what then: ``"refuse"``
    raises and names the band, which should be joined to its neighbour; a number above zero, customarily 0.5, is so
    many firms added to every band of both sides, empty or not. There is no default, because the choice moves the
    result: report it with the result. With ``"refuse"`` a band that is empty on both sides adds nothing.

    Raises :class:`~firmrating.InputError` with its ``row`` for a count that is missing, negative or not whole and for
    an empty band that is refused; also for columns of different lengths, a side without firms and any other
    ``zero_cells``.

    Source: ECB, Instructions for reporting the validation results of internal models (2019).
    """
    return _native.psi(_frame(expected_counts=expected_counts, actual_counts=actual_counts), zero_cells)


def jeffreys(pd: float, defaults: int, obligors: int) -> float:
    """One-sided p-value of the Jeffreys test that the PD of a grade is not too low. Small means: too low.

    ``pd`` is the PD of the grade, a fraction in [0, 1]; ``defaults`` of its ``obligors`` defaulted within the horizon
    of the PD::

        p = I(pd; defaults + ½, obligors - defaults + ½)

    where ``I`` is the distribution function of the beta distribution. Defaults are taken for independent, so a common
    bad year makes the test too strict. Relative error below 1e-7.

    Raises :class:`~firmrating.InputError` for a PD that is missing, NaN or outside [0, 1], counts that are missing,
    negative or not whole, no obligors, more defaults than obligors, and beyond the accuracy stated: more than a
    thousand million obligors.

    Source: ECB, Instructions for reporting the validation results of internal models (2019).
    """
    return _native.jeffreys(pd, defaults, obligors)


def gini(scores: Any, bad: Any) -> float:
    """Gini coefficient, also called accuracy ratio: ``2 · AUC − 1``, in [-1, 1]. :func:`auc` gives its error too.

    >>> from firmrating import validation
    >>> validation.gini([1, 2, 2, 3], [1, 1, 0, 0])
    0.75
    """
    return auc(scores, bad).gini


def ks(scores: Any, bad: Any) -> float:
    """Kolmogorov–Smirnov: the widest gap between the shares of bads and of goods up to a score, in [0, 1].

    >>> from firmrating import validation
    >>> validation.ks([1, 2, 2, 3], [1, 1, 0, 0])
    0.5
    """
    return auc(scores, bad).ks


def compare_auc(first: Any, second: Any, bad: Any) -> AucComparison:
    """Whether one score tells bads from goods better than another, on the same firms: DeLong's test.

    Both scores are higher for safer firms, each on a scale of its own; turn the sign of PDs. Ties count half. Gives the
    difference of the areas, its standard error with regard to what the scores have in common, ``z``, the two-sided
    ``p_value`` and an interval. Every firm counts once: there are no weights, and firms that share their fate make the
    test too sure. Where both scores rank alike there is nothing to test, and ``z`` is none.

    >>> from firmrating import validation
    >>> champion, challenger = [1, 2, 2, 3, 4], [2, 3, 1, 4, 5]
    >>> validation.compare_auc(champion, challenger, [1, 1, 0, 0, 0])
    AucComparison(0.9167 - 0.6667 = +0.2500, p 0.3428)

    Raises :class:`~firmrating.InputError` as :func:`auc` does.

    Source: DeLong et al. (1988), Biometrics 44, 837–845; from ranks as in Sun and Xu (2014), IEEE Signal Processing
    Letters 21, 1389–1393.
    """
    return _native.compare_auc(_frame(first=first, second=second, bad=bad))


class ReasonAgreement(NamedTuple):
    """How often two models give a firm the same reasons. Made by :func:`reason_agreement`."""

    firms: int
    """Firms that were compared."""
    same_first: float
    """Share of the firms whose first reason is the same."""
    same_set: float
    """Share of the firms whose reasons are the same, in any order."""
    mean_overlap: float
    """Mean over firms of the share of the reasons that both give, in [0, 1]; 1 where neither gives any."""


def reason_agreement(first: Any, second: Any, *, most: int = 4, firms: int | None = None) -> ReasonAgreement:
    """Compares the reasons that two models give the same firms, of each the first ``most``, most important first.

    What a firm is told should not turn with every refit, and a challenger that ranks as well and explains otherwise is
    another model. A reason is named alike by both models, such as by its measure, and once a firm::

        overlap of a firm = |A ∩ B| / max(|A|, |B|)

    ``first`` and ``second`` hold a list of words a firm: lists of lists, or series of polars with lists. Or they are
    frames of :meth:`Scorecard.reasons <firmrating.Scorecard.reasons>`, with ``row``, ``place`` and ``variable``; ``firms``
    says then how many rows were asked about, because a row that lost nothing has no reasons and is not in the frame.

    Raises :class:`~firmrating.InputError` for frames without ``firms``, a ``row`` beyond them or without a whole number,
    and for lists of another number of firms.

    >>> from firmrating import validation
    >>> validation.reason_agreement([["tax", "age"], ["age"]], [["age", "tax"], ["debt", "age"]], most=2)
    ReasonAgreement(firms=2, same_first=0.0, same_set=0.5, mean_overlap=0.75)

    A card against one with other weights; the second firm lost nothing on either:

    >>> import firmrating as fr
    >>> bins = {"age": fr.Binning.fit([1, 1, 1, 5, 5, 5], [1, 1, 0, 1, 0, 0])}
    >>> bins["debt"] = fr.Binning.fit([9, 9, 9, 2, 2, 2], [1, 1, 0, 1, 0, 0])
    >>> cards = [fr.Scorecard.from_coefficients(bins, {"age": a, "debt": d}, 0.0) for a, d in ((-2, -1), (-1, -2))]
    >>> x = {"age": [1, 5, 5], "debt": [9, 2, 9]}
    >>> validation.reason_agreement(*(card.reasons(x) for card in cards), firms=3)
    ReasonAgreement(firms=3, same_first=0.6666666666666666, same_set=1.0, mean_overlap=1.0)
    """
    a, b = (_by_firm(reasons, what, firms) for reasons, what in ((first, "first"), (second, "second")))
    return ReasonAgreement(*_native.reason_agreement(a, b, most))


def _by_firm(reasons: Any, what: str, firms: int | None) -> list[list[str]]:
    """The reasons of each firm in order, of lists or of a frame with a row a reason."""
    if not hasattr(reasons, "columns"):
        lists = [[str(reason) for reason in of] for of in reasons]
        if firms is not None and len(lists) != firms:
            raise input_error(f"`{what}` must have a list for each of `{firms}` firms, got `{len(lists)}`", field=what)
        return lists
    if firms is None:
        message = f"`firms` must say of how many rows `{what}` has the reasons, because some may have none, got nothing"
        raise input_error(message, field="firms")
    frame = picked(frame_of(reasons, what), ["row", "place", "variable"])
    rows = numbers(frame["row"], "row")
    odd = ~((rows >= 0) & (rows < firms) & (rows == rows.floor())).fill_null(value=False)
    if odd.any():
        at = odd.to_list().index(True)
        message = f"`{what}`: `row` must be a whole number below `firms`, `{firms}`, got `{frame['row'][at]}`"
        raise input_error(message, field="row", row=at, value=frame["row"][at])
    by_firm: list[list[str]] = [[] for _ in range(firms)]
    for row, _, variable in frame.sort("row", "place").iter_rows():
        by_firm[int(row)].append(str(variable))
    return by_firm


def roc_points(scores: Any, bad: Any) -> pl.DataFrame:
    """Points of the ROC curve, from nobody refused to everybody, one for each distinct score.

    Columns ``score`` (the greatest that is refused; minus infinity where nobody is), ``false_alarm_rate`` (share of the
    goods that are refused), ``hit_rate`` (share of the bads).

    >>> from firmrating import validation
    >>> validation.roc_points([1, 2, 2, 3], [1, 1, 0, 0])["hit_rate"].to_list()
    [0.0, 0.5, 1.0, 1.0]
    """
    import polars as pl

    return pl.DataFrame(_native.roc_points(_frame(scores=scores, bad=bad)))


def cap_points(scores: Any, bad: Any) -> pl.DataFrame:
    """Points of the cumulative accuracy profile, riskiest firms first, one for each distinct score.

    Columns ``score`` (the greatest among them; minus infinity for no firm), ``firms`` (share of all), ``bads`` (share of
    the bads).

    >>> from firmrating import validation
    >>> validation.cap_points([1, 2, 2, 3], [1, 1, 0, 0])["firms"].to_list()
    [0.0, 0.25, 0.75, 1.0]
    """
    import polars as pl

    return pl.DataFrame(_native.cap_points(_frame(scores=scores, bad=bad)))


def lift(scores: Any, bad: Any, shares: Any = (0.01, 0.05, 0.1, 0.2, 0.5)) -> pl.DataFrame:
    """Default rate of the riskiest ``shares`` of the firms over that of all.

    Columns ``share`` and ``lift``. Where a share parts firms of one score, it takes of their bads as many as of them.

    >>> from firmrating import validation
    >>> validation.lift([1, 2, 2, 3], [1, 1, 0, 0], [0.25, 0.5])["lift"].to_list()
    [2.0, 1.5]
    """
    import polars as pl

    column = _column(shares, "shares").cast(pl.Float64)
    lifts = _native.lift(_frame(scores=scores, bad=bad), column.to_list())
    return pl.DataFrame({"share": column, "lift": pl.Series(lifts, dtype=pl.Float64)})


def confusion(scores: Any, bad: Any, cut_offs: Any) -> pl.DataFrame:
    """What cut-offs do, a row each: firms whose score is below are refused.

    Columns ``cut_off``, ``refused_bads``, ``refused_goods``, ``passed_bads``, ``passed_goods``, ``hit_rate``,
    ``false_alarm_rate``, ``accuracy``, ``precision`` (null where nobody is refused), ``passed_default_rate`` (null where
    nobody passes).

    >>> from firmrating import validation
    >>> validation.confusion([1, 2, 2, 3], [1, 1, 0, 0], [2]).row(0)[1:5]
    (1, 0, 1, 2)
    """
    import polars as pl

    column = _column(cut_offs, "cut_offs").cast(pl.Float64)
    return pl.DataFrame(_native.confusion(_frame(scores=scores, bad=bad), column.to_list()))


def log_loss(pd: Any, bad: Any) -> float:
    """Mean of minus the logarithm of the probability that was given to what happened. Lower is better.

    Infinite if a firm defaulted whose PD was 0, or did not whose PD was 1.

    >>> from firmrating import validation
    >>> round(validation.log_loss([0.5, 0.5], [0, 1]), 6)
    0.693147

    Source: Good (1952), Rational decisions, Journal of the Royal Statistical Society B 14, 107–114.
    """
    return _native.log_loss(_frame(pd=pd, bad=bad))


def calibration_table(pd: Any, bad: Any, *, groups: int = 10, level: Literal[90, 95, 99] = 95) -> pl.DataFrame:
    """Predicted and observed default rates of at most ``groups`` groups of about one size, least PDs first.

    Firms of one PD stay together. Columns ``firms``, ``defaults``, ``mean_pd``, ``default_rate``, its Jeffreys interval
    ``rate_lower`` and ``rate_upper``, and ``p_value`` of the Jeffreys test that the mean PD is not too low; null beyond
    a thousand million firms.

    >>> from firmrating import validation
    >>> table = validation.calibration_table([0.1, 0.1, 0.2, 0.4], [0, 0, 1, 0], groups=2)
    >>> table["firms"].to_list(), table["default_rate"].to_list()
    ([2, 2], [0.0, 0.5])

    Source of the interval: Brown, Cai, DasGupta (2001), Statistical Science 16(2).
    """
    import polars as pl

    return pl.DataFrame(_native.calibration_table(_frame(pd=pd, bad=bad), groups, level))


class HosmerLemeshow(NamedTuple):
    """The Hosmer–Lemeshow statistic. Made by :func:`hosmer_lemeshow`."""

    statistic: float
    """Sum of squared deviations over their variances."""
    degrees: int
    """Degrees of freedom of the chi-squared distribution."""
    p_value: float
    """Probability of so large a statistic if the PDs are right."""


def hosmer_lemeshow(
    pd: Any, bad: Any, *, pds_from: Literal["elsewhere", "this_sample"], groups: int = 10
) -> HosmerLemeshow:
    """Tests whether the default rates of all groups of :func:`calibration_table` agree with their PDs.

    ``pds_from`` has no default, because it decides the degrees of freedom: as many as groups for PDs that were given
    ``"elsewhere"``, before these outcomes were known; two fewer for PDs that were fitted to ``"this_sample"``.

    >>> from firmrating import validation
    >>> pd, bad = [0.02] * 100 + [0.1] * 100, [i < 4 or 100 <= i < 110 for i in range(200)]
    >>> validation.hosmer_lemeshow(pd, bad, pds_from="elsewhere", groups=2).degrees
    2

    Source: Hosmer, Lemeshow (1980), Communications in Statistics A9; degrees: BCBS Working Paper 14 (2005).
    """
    return HosmerLemeshow(*_native.hosmer_lemeshow(_frame(pd=pd, bad=bad), groups, pds_from))


class PsiBound(NamedTuple):
    """Critical values of the population stability index. Made by :func:`psi_bound`."""

    chi_squared: float
    """From the chi-squared distribution."""
    normal: float
    """From the normal distribution of the same mean and variance: simpler, and lower for few bands."""


def psi_bound(bands: int, expected: int, actual: int, *, level: float = 0.95) -> PsiBound:
    """What :func:`psi` of two samples of one population stays below with the probability ``level``.

    Stands in place of the customary 0.10 and 0.25, which small populations pass by chance and large ones never do.
    ``expected`` and ``actual`` are firms of either side.

    >>> from firmrating import validation
    >>> round(validation.psi_bound(10, 1_000, 1_000).chi_squared, 4)
    0.0338

    Source: Yurdakul, Naranjo (2020), Statistical properties of the population stability index, Journal of Risk Model
    Validation 14(4).
    """
    return PsiBound(*_native.psi_bound(bands, (expected, actual), level))


def jeffreys_interval(defaults: int, obligors: int, *, level: Literal[90, 95, 99] = 95) -> tuple[float, float] | None:
    """Two-sided Jeffreys interval of a default rate; none beyond a thousand million obligors.

    Quantiles of the beta distribution ``B(D + ½, N − D + ½)``; 0 below if there is no default, 1 above if all default.

    >>> from firmrating import validation
    >>> [round(bound, 4) for bound in validation.jeffreys_interval(0, 100)]
    [0.0, 0.0247]

    Source: Brown, Cai, DasGupta (2001), Interval estimation for a binomial proportion, Statistical Science 16(2).
    """
    return _native.jeffreys_interval(defaults, obligors, level)


def _frame(**columns: Any) -> pl.DataFrame:
    import polars as pl

    frame = [_column(values, name) for name, values in columns.items()]
    lengths = [column.len() for column in frame]
    if len(set(lengths)) > 1:
        names = " and ".join(f"`{name}`" for name in columns)
        got = " and ".join(f"`{length}`" for length in lengths)
        raise _native.InputError(f"{names} must have the same length, got {got}")
    return pl.DataFrame(frame)


def _column(values: Any, name: str) -> pl.Series:
    import polars as pl

    if hasattr(values, "to_numpy") and not isinstance(values, pl.Series):
        values = values.to_numpy()
    try:
        column = pl.Series(name, values, strict=False)
    except (TypeError, ValueError, pl.exceptions.PolarsError) as error:
        raised = _native.InputError(f"`{name}` must be a column of numbers, got `{type(values).__name__}`")
        raised.field = name
        raise raised from error
    # A column without a value has no type of its own, and polars hands such columns over in a form that Arrow refuses.
    return column.cast(pl.Float64) if column.dtype == pl.Null else column
