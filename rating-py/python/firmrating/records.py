"""Records of firms: read, counted, measured."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from firmrating import _firmrating as _native
from firmrating._days import Day, day_text
from firmrating._files import read_file, tables_in

if TYPE_CHECKING:
    import polars as pl

    from firmrating._firmrating import Dossier

__all__ = ["Records"]


class Records:
    """What the departments sent about firms: typed, checked, immutable.

    Made from frames by table name, ``fr.Records(registrations=..., filings=...)``, or by :meth:`Records.read` from
    a folder of files or a dictionary, ``fr.Records.read({"企业登记": ...})``. A frame is anything with the Arrow interface (polars, pandas, pyarrow, DuckDB); table and
    column names are the canonical or the Chinese ones that :func:`firmrating.tables` lists.

    A row that cannot be used is never lost: it is in :attr:`rejects` with every reason, and
    ``rows_in = used + rejected`` holds for each table in :attr:`counts`. The order of rows changes nothing.

    ``extra_columns`` says what to do with columns that the schema does not have: ``"refuse"`` raises
    :class:`~firmrating.RecordError` and names them, ``"ignore"`` lists them in :attr:`ignored`.
    """

    __slots__ = ("_native",)

    def __init__(self, *, extra_columns: Literal["refuse", "ignore"] = "refuse", **frames: Any) -> None:
        self._native = _take_in(frames, extra_columns, None)

    @classmethod
    def read(
        cls,
        source: str | os.PathLike[str] | Mapping[str, Any],
        *,
        extra_columns: Literal["refuse", "ignore"] = "refuse",
        encoding: str | None = None,
    ) -> Records:
        """Reads a folder of files, or a mapping of table name to frame or file.

        Files of a folder are named after the tables: ``registrations.parquet``, ``patents.csv``, ``企业登记.csv.gz``,
        ``filings.ndjson``. Text files are UTF-8, with or without a byte order mark, or else GB18030; ``encoding``
        names another.
        """
        given: Mapping[str, Any] = source if isinstance(source, Mapping) else tables_in(source)
        records = cls.__new__(cls)
        records._native = _take_in(given, extra_columns, encoding)
        return records

    def __len__(self) -> int:
        """How many firms there are."""
        return len(self._native)

    def __repr__(self) -> str:
        rows = [(table, *map(_with_commas, numbers)) for table, *numbers in self.counts.iter_rows()]
        totals = self.counts.select("rows_in", "used", "rejected").sum().row(0)
        rows.append(("all tables", *map(_with_commas, totals)))
        widths = [max(len(row[at]) for row in rows) for at in range(4)]
        lines = [
            f"  {name:<{widths[0]}}  {rows_in:>{widths[1]}} rows in = {used:>{widths[2]}} used + {out:>{widths[3]}} rejected"
            for name, rows_in, used, out in rows
        ]
        return "\n".join([f"Records of {_with_commas(len(self))} firms", *lines])

    @property
    def counts(self) -> pl.DataFrame:
        """Columns ``table``, ``rows_in``, ``used``, ``rejected``: a row a delivered table, in schema order."""
        return _frame(self._native.counts())

    @property
    def rejects(self) -> pl.DataFrame:
        """What could not be used, a row a fault.

        Columns ``table``, ``row`` (from 1, headers not counted), ``field``, ``rule``, ``value``, ``message``,
        ``content`` (the whole row as JSON).
        """
        return _frame(self._native.rejects())

    @property
    def ignored(self) -> pl.DataFrame:
        """Columns that were not read, as ``table`` and ``column``; empty unless ``extra_columns="ignore"``."""
        return _frame(self._native.ignored())

    @property
    def firms(self) -> pl.Series:
        """The identifiers of the firms, in the order of every answer."""
        return _frame(self._native.firms()).to_series()

    def dossier(self, firm_id: str) -> Dossier:
        """The records of one firm."""
        return self._native.dossier(firm_id)

    def measure(self, as_of: Day, *, reasons: bool = False) -> pl.DataFrame:
        """Measures every firm as it was known on a day.

        One row a firm: ``firm_id``, then one column a measure of :func:`firmrating.measures`, null where there is no
        value. With ``reasons``, a column ``<id>__missing`` follows each measure and says why: ``not_reported``,
        ``not_applicable`` or ``too_short``.
        """
        return _frame(self._native.measure(day_text(as_of), reasons=reasons))


def _take_in(given: Mapping[str, Any], extra_columns: str, encoding: str | None) -> _native.Records:
    if extra_columns not in ("refuse", "ignore"):
        error = _native.InputError(f"`extra_columns` must be `refuse` or `ignore`, got `{extra_columns}`")
        error.field, error.value = "extra_columns", extra_columns
        raise error
    if not given:
        raise _native.InputError("expected at least one table, got none")
    tables = [(name, _as_frame(name, value, encoding)) for name, value in given.items()]
    return _native.Records(tables, ignore_extra=extra_columns == "ignore")


def _as_frame(table: str, value: Any, encoding: str | None) -> Any:
    if isinstance(value, str | os.PathLike):
        return read_file(table, Path(value), encoding)
    # A polars query has no rows yet.
    if not hasattr(value, "__arrow_c_stream__") and hasattr(value, "collect_schema"):
        value = value.collect()
    polars = sys.modules.get("polars")
    if polars is not None and isinstance(value, polars.DataFrame):
        # polars gives a column of nothing but nulls a buffer that Arrow does not allow.
        value = value.cast({polars.Null: polars.String})
    return value


def _frame(table: _native.ArrowTable) -> pl.DataFrame:
    import polars as pl

    return pl.DataFrame(table)


def _with_commas(number: int) -> str:
    return f"{number:,}"
