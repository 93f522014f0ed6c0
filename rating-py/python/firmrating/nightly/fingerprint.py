"""Fingerprints: a hash of all that was delivered about a firm, whatever the order and spelling of its columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from firmrating.nightly.firm_key import firm_key
from firmrating.nightly.source import canonical

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

    sums = [pl.col(seed).sum() for seed in _SEEDS]
    hashed = []
    for table, frame in tables.items():
        columns = {column: header for header, column in canonical(table, frame.columns).items()}
        firm = pl.col(columns["firm_id"]).cast(pl.String)
        row = pl.struct(pl.lit(table).alias("__table__"), *(pl.col(columns[name]).alias(name) for name in sorted(columns) if name != "firm_id"))
        hashes = [row.hash(seed).alias(name) for name, seed in _SEEDS.items()]
        # Rows of one firm mostly stand together: adding up runs of them first leaves little to sort out.
        runs = frame.lazy().select(firm.alias("firm_id"), firm.rle_id().set_sorted().alias("__run__"), *hashes)
        hashed.append(runs.group_by("__run__").agg(pl.col("firm_id").first(), *sums).drop("__run__"))
    spelled = pl.concat(hashed).group_by("firm_id").agg(sums)
    summed = spelled.group_by(firm_key(pl.col("firm_id"))).agg(sums).sort("firm_id")
    return summed.filter(pl.col("firm_id").is_not_null()).collect()
