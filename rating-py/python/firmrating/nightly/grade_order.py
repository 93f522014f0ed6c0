"""The order of grades: that of the scale, least risk first, and then what stands beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

__all__ = ["BESIDE", "by_scale", "in_order"]

BESIDE = ("D", "NI", "NR")
"""In default, not enough information, withdrawn: no step of any scale."""


def in_order(grades: Iterable[str | None], scale: Sequence[str]) -> list[str | None]:
    """Grades by the scale, then :data:`BESIDE`, then what neither has (of another scale) by name; no grade comes last."""
    places = _places(scale)
    return sorted(grades, key=lambda grade: (grade is None, places.get(grade or "", len(places)), grade or ""))


def by_scale(migration: pl.DataFrame, scale: Sequence[str]) -> pl.DataFrame:
    """A migration in that order: by ``from``, then by ``to``; new firms and gone ones last."""
    import polars as pl

    def place(side: str) -> list[pl.Expr]:
        places = _places(scale)
        column = pl.col(side)
        among = column.replace_strict(places, default=len(places), return_dtype=pl.Int64)
        return [pl.when(column.is_null()).then(len(places) + 1).otherwise(among), column]

    return migration.sort(*place("from"), *place("to"))


def _places(scale: Sequence[str]) -> dict[str, int]:
    return {grade: at for at, grade in enumerate([*scale, *BESIDE])}
