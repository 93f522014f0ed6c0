"""Columns of any library as polars holds them: numbers as doubles, words as text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from firmrating._firmrating import InputError

if TYPE_CHECKING:
    import polars as pl

__all__ = [
    "chosen_of",
    "frame_of",
    "input_error",
    "numbers",
    "periods_of",
    "rows_of",
    "series",
    "taken_from",
    "variable",
    "words",
]


def input_error(message: str, *, field: str | None = None, row: int | None = None, value: object = None) -> InputError:
    """An :class:`~firmrating.InputError` with its attributes."""
    error = InputError(message)
    error.field, error.row = field, row
    error.value = None if value is None else str(value)
    return error


def series(values: Any, name: str) -> pl.Series:
    """A column of polars, pandas, numpy, pyarrow, or a list."""
    import polars as pl

    if isinstance(values, pl.Series):
        return values.alias(name)
    if isinstance(values, str | bytes | Mapping) or values is None:
        raise _no_column(values, name)
    try:
        if type(values).__module__.partition(".")[0] == "pandas":
            return pl.Series(name, _of_pandas(values))
        if hasattr(values, "__arrow_c_stream__") or hasattr(values, "__arrow_c_array__"):
            return pl.Series(name, values)
        if hasattr(values, "dtype") and getattr(values, "ndim", 1) == 1 and values.dtype.kind in "biuf":
            return pl.Series(name, values)
        if getattr(values, "ndim", 1) != 1:
            raise _no_column(values, name)
        return _of_objects(list(values), name)
    except (TypeError, ValueError, OverflowError, pl.exceptions.PolarsError) as error:
        if isinstance(error, InputError):
            raise
        raise _no_column(values, name) from error


def numbers(values: Any, name: str) -> pl.Series:
    """A column as doubles; nothing stays nothing."""
    import polars as pl

    column = series(values, name)
    if column.dtype.is_numeric() or column.dtype in (pl.Boolean, pl.Null):
        return column.cast(pl.Float64)
    message = f"`{name}` must be a column of numbers, got one of `{column.dtype}`"
    raise input_error(message, field=name, value=column.dtype)


def words(values: Any, name: str) -> pl.Series:
    """A column as text; whole numbers as they are written, also where a gap made floats of them."""
    import polars as pl

    column = series(values, name)
    if column.dtype.is_float():
        column = column.fill_nan(None)
        whole = column.cast(pl.Int64, strict=False)
        if (whole.cast(column.dtype) == column).all():
            column = whole
    if column.dtype.is_nested() or column.dtype in (pl.Object, pl.Binary):
        message = f"`{name}` must be a column of words, got one of `{column.dtype}`"
        raise input_error(message, field=name, value=column.dtype)
    return column.cast(pl.String)


def variable(values: Any, name: str, kind: str | None) -> pl.Series:
    """A column as doubles or text, by what it holds or as ``kind`` says: ``numbers`` or ``words``."""
    import polars as pl

    if kind not in (None, "numbers", "words"):
        message = f"`kind` must be `numbers` or `words`, got `{kind}`"
        raise input_error(message, field="kind", value=kind)
    column = series(values, name)
    is_text = column.dtype in (pl.String, pl.Categorical) or isinstance(column.dtype, pl.Enum)
    if kind == "words" or (kind is None and is_text):
        return words(column, name)
    return numbers(column, name)


def periods_of(values: Any, *, whole: bool) -> pl.Series:
    """Periods as numbers: whole numbers and days as they are; text in the order of its words, if all is at hand."""
    import polars as pl

    column = series(values, "periods")
    if column.dtype.is_float():
        column = column.fill_nan(None)
    if column.null_count():
        row = int(column.is_null().arg_max() or 0)
        message = f"`periods` must say a period for every row, got nothing in row `{row}` (counted from 0)"
        raise input_error(message, field="periods", row=row)
    if column.dtype.is_float():
        is_whole = column.is_finite() & (column == column.floor())
        if not is_whole.all():
            row = int((~is_whole).arg_max() or 0)
            message = f"`periods` must be whole numbers or days, got `{column[row]}` in row `{row}` (counted from 0)"
            raise input_error(message, field="periods", row=row, value=column[row])
    if column.dtype.is_float() or column.dtype.is_integer() or column.dtype == pl.Boolean:
        return column.cast(pl.Float64)
    if column.dtype.is_temporal():
        return column.to_physical().cast(pl.Float64)
    is_text = column.dtype in (pl.String, pl.Categorical) or isinstance(column.dtype, pl.Enum)
    if not (whole and is_text):
        message = f"`periods` must be whole numbers or days, got `{column.dtype}`"
        raise input_error(message, field="periods", value=column.dtype)
    return column.cast(pl.String).rank("dense").cast(pl.Float64)


def rows_of(**columns: pl.Series | None) -> pl.DataFrame:
    """Columns of one length as a frame; what is none is left out."""
    import polars as pl

    given = {name: column for name, column in columns.items() if column is not None}
    rows = next((column.len() for column in given.values()), 0)
    for name, column in given.items():
        if column.len() != rows:
            first = next(iter(given))
            message = f"`{name}` must be as long as `{first}`, expected `{rows}` rows, got `{column.len()}`"
            raise input_error(message, field=name, value=column.len())
    return pl.DataFrame([column.alias(name) for name, column in given.items()])


def frame_of(table: Any, name: str = "frame") -> pl.DataFrame:
    """A frame of polars, pandas, pyarrow, DuckDB, a mapping of columns, or a matrix with columns ``x0``, ``x1``, …"""
    import polars as pl

    if isinstance(table, pl.LazyFrame):
        return table.collect()
    if isinstance(table, pl.DataFrame):
        return table
    if type(table).__module__.partition(".")[0] == "pandas" and hasattr(table, "columns"):
        return pl.DataFrame([series(table[column], str(column)) for column in table.columns])
    if isinstance(table, Mapping):
        return pl.DataFrame([series(values, str(column)) for column, values in table.items()])
    if hasattr(table, "__arrow_c_stream__") or hasattr(table, "__arrow_c_array__"):
        return pl.DataFrame(table)
    if getattr(table, "ndim", 0) == 2:
        return pl.DataFrame([series(table[:, at], f"x{at}") for at in range(table.shape[1])])
    got = type(table).__name__
    message = f"`{name}` must be a frame (polars, pandas, pyarrow, DuckDB), a mapping of columns or a matrix, got `{got}`"
    raise input_error(message, field=name, value=got)


def taken_from(frame: pl.DataFrame, what: str = "frame", **given: Any) -> tuple[dict[str, Any], list[str]]:
    """Columns beside the variables, such as outcomes and weights, taken from a frame where they are given by its names.

    Also the names of its other columns: what a name takes is no variable. ``what`` is what the caller knows it by.
    """
    names = {column: field for field, column in given.items() if isinstance(column, str)}
    for name, field in names.items():
        if name not in frame.columns:
            raise input_error(f"`{field}`: `{what}` has no column `{name}`", field=field, value=name)
    taken = {field: frame[column] if isinstance(column, str) else column for field, column in given.items()}
    return taken, [name for name in frame.columns if name not in names]


def chosen_of(columns: Iterable[str] | None, others: list[str], y: Any) -> list[str]:
    """The variables that are asked for: all ``others`` unless ``columns`` are given; never none, never the outcome."""
    if columns is None:
        return others
    chosen = list(columns)
    if not chosen:
        raise input_error("`columns` must name a column or be none for all, got an empty list", field="columns")
    if isinstance(y, str) and y in chosen:
        raise input_error(f"`columns` must not name `{y}`, which is the outcome `y`", field="columns", value=y)
    return chosen


def _of_pandas(values: Any) -> Any:
    if values.dtype.kind in "biuf":
        return values.to_numpy(dtype="float64", na_value=float("nan"))
    missing = values.isna().tolist()
    return [None if gone else value for value, gone in zip(values.tolist(), missing, strict=True)]


def _of_objects(values: Iterable[Any], name: str) -> pl.Series:
    import polars as pl

    values = [None if isinstance(value, float) and value != value else value for value in values]
    if all(isinstance(value, int) and -(2**63) <= value < 2**63 for value in values if value is not None):
        return pl.Series(name, values, dtype=pl.Int64 if any(value is not None for value in values) else pl.Null)
    if all(value is None or isinstance(value, int | float) for value in values):
        return pl.Series(name, [None if value is None else float(value) for value in values], dtype=pl.Float64)
    return pl.Series(name, values)


def _no_column(values: Any, name: str) -> InputError:
    got = type(values).__name__
    return input_error(f"`{name}` must be a column of numbers or words, got `{got}`", field=name, value=got)
