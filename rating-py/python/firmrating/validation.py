"""Statistics that judge a score against what happened.

Throughout, a score is higher for a safer firm, and ``bad`` says whether the firm defaulted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firmrating import _firmrating as _native
from firmrating._firmrating import Auc

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Auc", "auc"]


def auc(scores: Any, bad: Any) -> Auc:
    """Area under the ROC curve of a score that is higher for safer firms, with its sampling error.

    ``scores`` are numbers, ``bad`` true or false (1 or 0), both in the same order of firms: series of polars or
    pandas, numpy arrays or lists. Nulls and NaN are refused with their row, never dropped. Ties count half.
    """
    import polars as pl

    columns = [_column(scores, "scores"), _column(bad, "bad")]
    if columns[0].len() != columns[1].len():
        lengths = f"`{columns[0].len()}` and `{columns[1].len()}`"
        raise _native.InputError(f"`scores` and `bad` must have the same length, got {lengths}")
    return _native.auc(pl.DataFrame(columns))


def _column(values: Any, name: str) -> pl.Series:
    import polars as pl

    if isinstance(values, pl.Series):
        return values.rename(name)
    if hasattr(values, "to_numpy"):
        values = values.to_numpy()
    try:
        return pl.Series(name, values, strict=False)
    except (TypeError, ValueError, pl.exceptions.PolarsError) as error:
        raised = _native.InputError(f"`{name}` must be a column of numbers, got `{type(values).__name__}`")
        raised.field = name
        raise raised from error
