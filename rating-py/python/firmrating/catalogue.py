"""What there is: tables, columns and measures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firmrating import _firmrating as _native

if TYPE_CHECKING:
    import polars as pl

__all__ = ["measures", "tables"]


def measures() -> pl.DataFrame:
    """Every measure, one row each.

    Columns: ``id`` (also its column in a measured frame), ``family``, ``unit``, ``low`` and ``high`` (results beyond
    are held to the end of the range), ``words`` (of a category; the number is the word's place, from 0), ``window``,
    ``sources`` (tables; the first must have been answered, or the measure is not reported), ``direction`` (``safer``:
    more of it is safer), ``en``, ``zh``, ``formula``.
    """
    import polars as pl

    return pl.DataFrame(_native.measures())


def tables() -> pl.DataFrame:
    """Every column of every table that can be read, one row each.

    Columns: ``table``, ``zh`` (its Chinese name, also read), ``department``, ``column``, ``kind``, ``unit``,
    ``required`` (a row without it is rejected), ``aliases`` (other headers that are read as this column), ``words``
    (of a code), ``doc``.
    """
    import polars as pl

    return pl.DataFrame(_native.tables())
