"""Partitions: the rows of a table, split by firm without holding them in memory."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from firmrating.nightly.firm_key import partition_of

if TYPE_CHECKING:
    import polars as pl

__all__ = ["AT_ONCE", "fits", "partitions_for", "read_partition", "split"]

AT_ONCE = 2
"""Partitions that are worked on at a time. Not the number of threads: partitions, and so bytes, do not depend on it."""
_PARTITION = "__partition__"
_EMPTY = "empty.arrow"
# Bytes of memory that a row of a partition takes in its dossier and with the answers that any run gives, what a firm takes
# with other answers, a copy of the largest table included, and what any run takes; measured (docs/nightly.md).
_BYTES_A_ROW = 1000
_BYTES_A_FIRM = {"contributions": 15_000, "rulebook": 36_000}
_BYTES_ALWAYS = 2**29
# Bytes of a row of a split table as Arrow has it; measured (benches/nightly).
_BYTES_SPLIT = 128
_SHARE_OF_BOUND = 0.6
_MOST = 4096
# Rows of a partition that wait in memory until they are written together.
_BATCH = 16_384


def partitions_for(rows: int, memory_bytes: int, firms: int = 0, answers: Iterable[str] = ()) -> int | None:
    """How many partitions keep so many rows under a bound of memory: a power of two; none if the most do not.

    ``answers`` are asked for beside the ratings: ``contributions``, ``rulebook``. How large they are goes by the firms.
    """
    room = max(memory_bytes - _BYTES_ALWAYS, memory_bytes // 4) * _SHARE_OF_BOUND / AT_ONCE
    taken = rows * _BYTES_A_ROW + firms * sum(_BYTES_A_FIRM[answer] for answer in answers)
    powers = (2**power for power in range(_MOST.bit_length()))
    return next((partitions for partitions in powers if partitions * room >= taken), None)


def fits(rows: int, memory_bytes: int) -> bool:
    """Whether split tables of so many rows are small beside the memory, so that they need not be compressed."""
    return rows * _BYTES_SPLIT <= memory_bytes


def split(rows: pl.LazyFrame, firm_column: str, partitions: int, folder: Path, *, compressed: bool = True) -> None:
    """Writes the rows of one table as a folder a partition; the folder is whole or not there."""
    import polars as pl

    part = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    rows.collect_schema().to_frame().cast({pl.Null: pl.String}).write_ipc(part / _EMPTY)
    nulls = [name for name, kind in rows.collect_schema().items() if kind == pl.Null]
    keyed = rows.with_columns(pl.col(nulls).cast(pl.String)).with_columns(
        partition_of(pl.col(firm_column), partitions).alias(_PARTITION)
    )
    # Arrow as it is costs half of what Parquet does to make, and takes five times the room, or compressed as much. Texts one
    # behind the other, as they were stored before there were views of them, are smaller, and are written and read sooner.
    keyed.sink_ipc(
        pl.PartitionBy(part, key=_PARTITION, include_key=False),
        compression="lz4" if compressed else "uncompressed",
        compat_level=pl.CompatLevel.oldest(),
        record_batch_size=_BATCH,
        maintain_order=True,
        engine="streaming",
        mkdir=True,
    )
    part.rename(folder)


def read_partition(folder: Path, partition: int, *, order: str | None = None) -> pl.DataFrame:
    """The rows of one partition of a split table, in order of a column."""
    import polars as pl

    files = sorted((folder / f"{_PARTITION}={partition}").glob("*"))
    frame = pl.concat([pl.scan_ipc(file, glob=False).collect() for file in files or [folder / _EMPTY]])
    # One file of a partition keeps the order of the rows; several may not.
    return frame if order is None or frame[order].is_sorted() else frame.sort(order)
