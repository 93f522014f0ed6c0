"""Fingerprints: a hash of all that was delivered about a firm, table by table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from firmrating import _firmrating as _native

if TYPE_CHECKING:
    import polars as pl

__all__ = ["fingerprints"]


def fingerprints(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """A row a firm, in order: ``firm_id`` and, for each table of the schema, the hash of its rows; null without any.

    Rows are hashed by their canonical columns and added up, so their order does not matter and each repetition
    counts. Columns that the schema does not have are not seen. The hash is XXH3 of 64 bits: of a firm whose records
    changed, one in 10¹⁹ is taken for unchanged.
    """
    import polars as pl

    return pl.DataFrame(_native.fingerprints(list(tables.items())))
