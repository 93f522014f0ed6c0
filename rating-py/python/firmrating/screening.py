"""Which variables stay: each by itself, and beside the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firmrating import _firmrating as _native
from firmrating._columns import frame_of, input_error, numbers, periods_of, rows_of, taken_from
from firmrating.logit import picked

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

__all__ = ["screen"]


def screen(
    woe: Any,
    y: Any,
    *,
    min_iv: float = 0.02,
    min_gini: float = 0.0,
    max_missing: float = 0.95,
    max_psi: float = 0.25,
    max_period_psi: float = 0.25,
    max_correlation: float = 0.7,
    max_vif: float = 5.0,
    missing_shares: Mapping[str, float] | None = None,
    one_bin: Mapping[str, bool] | None = None,
    other: Any = None,
    periods: Any = None,
) -> pl.DataFrame:
    """Screens variables by their weights of evidence: a row each, with why it stayed or left.

    ``woe`` is a frame of weights of evidence, as :meth:`Binnings.transform <firmrating.Binnings.transform>` gives it,
    ``y`` is 1 (bad) or 0 (good). ``missing_shares`` are fractions by variable; ``other`` has the same columns of
    another sample and ``periods`` a period for each row, for their stability. ``one_bin`` says by variable whether its values
    fall into one bin, so that only missing and special ones tell it apart; that is told and no reason to leave, as their weight
    of evidence is judged as any other. ``y`` and ``periods`` may name columns of
    the frame, which are not screened then.

    A variable leaves by the first limit that it breaks: share of missing values, information value, Gini coefficient
    alone, PSI against the other sample, PSI of a period against all rows (half a row is added to each band), the
    correlation (either sign) with a variable of higher information value that stays, and then, one at a time, the
    highest variance inflation beside all that are left. The limits are customary.

    Columns ``variable``, ``stays``, ``verdict`` (``stays``, ``missing``, ``iv``, ``gini``, ``psi``, ``period_psi``,
    ``correlated``, ``vif``), ``iv``, ``gini``, ``missing_share``, ``psi``, ``period_psi`` and its ``period`` (numbered
    from 1 in their order), ``vif``, ``correlated_with`` and ``correlation``,
    ``one_bin``.

    Raises :class:`~firmrating.InputError` for columns of different lengths, one class only, and cells that are NaN.

    >>> import firmrating as fr
    >>> woe = {"clear": [-0.7, -0.7, 0.7, 0.7], "idle": [0.1, -0.1, 0.1, -0.1]}
    >>> fr.screen(woe, [1, 1, 0, 0])["verdict"].to_list()
    ['stays', 'iv']

    Source: Siddiqi (2006), Credit Risk Scorecards, chapter 6.
    """
    import polars as pl

    given = frame_of(woe, "woe")
    taken, variables = taken_from(given, "woe", y=y, periods=periods)
    y, periods, frame = taken["y"], taken["periods"], given[variables]
    columns = {f"v{at}": numbers(frame[name], name) for at, name in enumerate(frame.columns)}
    for name, column in zip(frame.columns, columns.values(), strict=True):
        if not column.is_finite().fill_null(value=False).all():
            row = (~column.is_finite().fill_null(value=False)).arg_max()
            raise input_error(f"`{name}` must be finite, got another cell in row `{row}`", field=name, row=row)
    ranked = None if periods is None else periods_of(periods, whole=True).rank("dense").cast(pl.Float64)
    rows = rows_of(**columns, y=numbers(y, "y"), periods=ranked)
    beside = {
        "names": frame.columns,
        "missing": [] if missing_shares is None else [float(missing_shares[name]) for name in frame.columns],
        "one_bin": [] if one_bin is None else [bool(one_bin[name]) for name in frame.columns],
        "other": None,
    }
    if other is not None:
        chosen = picked(frame_of(other, "other"), frame.columns)
        beside["other"] = rows_of(**{f"v{at}": numbers(chosen[name], name) for at, name in enumerate(frame.columns)})
    limits = {
        "least_iv": min_iv,
        "least_gini": min_gini,
        "most_missing": max_missing,
        "most_psi": max_psi,
        "most_period_psi": max_period_psi,
        "most_correlation": max_correlation,
        "most_vif": max_vif,
    }
    return pl.DataFrame(_native.screen(rows, beside, limits))
