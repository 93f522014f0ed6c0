"""Fingerprints: a hash of all that was delivered about a firm, whatever the order and spelling of its columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from firmrating.nightly.firm_key import firm_key
from firmrating.nightly.source import canonical, firm_column

if TYPE_CHECKING:
    import polars as pl

__all__ = ["fingerprints"]

# Two of 64 bits: among 60 million firms, not one pair that differs is taken for equal.
_SEEDS = {"records_high": 1, "records_low": 2}


def fingerprints(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """A row a firm, in order: ``firm_id`` and the hash in ``records_high`` and ``records_low``.

    Rows are hashed by their canonical columns and added up, so their order does not matter and each repetition
    counts. Columns that the schema does not have are not seen. The hash is that of one version of polars.
    """
    import polars as pl

    hashed = []
    for table, frame in tables.items():
        columns = {column: header for header, column in canonical(table, frame.columns).items()}
        key = firm_key(pl.col(firm_column(table, frame.columns)))
        of = [key.alias("firm_id"), *(pl.col(columns[name]).alias(name) for name in sorted(columns) if name != "firm_id")]
        row = pl.struct(pl.lit(table).alias("__table__"), *(pl.col(name) for name in sorted(columns)))
        sums = [row.hash(seed).sum().alias(name) for name, seed in _SEEDS.items()]
        hashed.append(frame.lazy().select(of).group_by("firm_id").agg(sums))
    summed = pl.concat(hashed).group_by("firm_id").agg(pl.col(*_SEEDS).sum()).sort("firm_id")
    return summed.filter(pl.col("firm_id").is_not_null()).collect()
