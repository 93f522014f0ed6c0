"""Partitions: the rows of a table, split by firm without holding them in memory."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from firmrating.nightly.firm_key import firm_key, partition_of

if TYPE_CHECKING:
    import polars as pl

__all__ = ["partitions_for", "read_partition", "split"]

_PARTITION = "__partition__"
_EMPTY = "empty.parquet"
# Bytes in memory for a byte on disk, measured with the generator's tables (docs/nightly.md).
_PARQUET_GROWTH, _CSV_GROWTH, _GZIP_GROWTH = 12, 3, 20
# A partition, its records and its answers together stay under this part of the bound.
_SHARE_OF_BOUND = 0.25
_MOST = 1024


def partitions_for(sizes: list[tuple[str, int]], memory_bytes: int) -> int:
    """How many partitions keep a run under its memory bound: a power of two, from the names and bytes of the files."""
    held = 0
    for name, size in sizes:
        growth = _PARQUET_GROWTH if name.endswith(".parquet") else _GZIP_GROWTH if name.endswith(".gz") else _CSV_GROWTH
        held += size * growth
    wanted = held / (memory_bytes * _SHARE_OF_BOUND)
    partitions = 1
    while partitions < wanted and partitions < _MOST:
        partitions *= 2
    return partitions


def split(rows: pl.LazyFrame, firm_column: str, partitions: int, folder: Path) -> None:
    """Writes the rows of one table as a folder a partition; the folder is whole or not there."""
    import polars as pl

    part = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    rows.collect_schema().to_frame().cast({pl.Null: pl.String}).write_parquet(part / _EMPTY)
    nulls = [name for name, kind in rows.collect_schema().items() if kind == pl.Null]
    keyed = rows.with_columns(pl.col(nulls).cast(pl.String)).with_columns(
        partition_of(firm_key(pl.col(firm_column)), partitions).alias(_PARTITION)
    )
    keyed.sink_parquet(
        pl.PartitionBy(part, key=_PARTITION, include_key=False),
        compression="lz4",
        statistics=False,
        maintain_order=True,
        engine="streaming",
        mkdir=True,
    )
    part.rename(folder)


def read_partition(folder: Path, partition: int, *, order: str | None = None) -> pl.DataFrame:
    """The rows of one partition of a split table, in order of a column."""
    import polars as pl

    files = sorted((folder / f"{_PARTITION}={partition}").glob("*.parquet"))
    frame = pl.read_parquet(files or [folder / _EMPTY], hive_partitioning=False, glob=False)
    # One file of a partition keeps the order of the rows; several may not.
    return frame if order is None or frame[order].is_sorted() else frame.sort(order)
