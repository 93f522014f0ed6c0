"""Statistics that judge scores, PDs and populations against what happened.

Throughout, a score is higher for a safer firm, a PD (a fraction in [0, 1]) for a riskier one, and ``bad`` says
whether the firm defaulted within the horizon of the PD. Columns are series of polars or pandas, numpy arrays or
lists. What is missing is refused with its row, never dropped: a statistic of the firms that happened to have a value
is a different statistic. The order of the rows changes no bit of any answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from firmrating import _firmrating as _native
from firmrating._firmrating import Auc

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Auc", "auc", "brier", "jeffreys", "psi"]


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
    negative or not whole, no obligors, more defaults than obligors, and beyond the accuracy stated: more than ten
    million obligors, or more than 10,000 of both defaults and survivors.

    Source: ECB, Instructions for reporting the validation results of internal models (2019).
    """
    return _native.jeffreys(pd, defaults, obligors)


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
