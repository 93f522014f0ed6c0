"""The job: tables in, every table of answers out, one task a partition of firms."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from functools import reduce
from typing import TYPE_CHECKING, Any, Literal

from firmrating._days import day_text, plain_day
from firmrating._firmrating import InputError
from firmrating.nightly.kernel import rate_partition
from firmrating.nightly.plan import versions
from firmrating.nightly.source import ROW
from firmrating.records import Records
from firmrating.spark import worker
from firmrating.spark.answers import SparkRatings
from firmrating.spark.stretch import shared_out, stretches
from firmrating.spark.tables import Table, counted, opened

if TYPE_CHECKING:
    import polars as pl
    from pyspark.sql import DataFrame, SparkSession

    from firmrating._days import Day
    from firmrating.model import RatingModel
    from firmrating.rulebook import Rulebook

__all__ = ["rate"]

# Rows that a task takes in, if it is not said: 250 MB of memory with their dossiers and answers (docs/nightly.md).
_ROWS_A_PARTITION = 2**18
_MOST = 4096
# Tasks that read files, for each that runs at a time: few enough to fill packs, enough to end together.
_TASKS_A_CORE = 8


def rate(
    spark: SparkSession,
    tables: Mapping[str, Any],
    model: RatingModel,
    as_of: Day,
    *,
    rulebook: Rulebook | None = None,
    contributions: bool = True,
    fingerprints: bool = True,
    extra_columns: Literal["refuse", "ignore"] = "refuse",
    partitions: int | None = None,
) -> SparkRatings:
    """Rates every firm of some tables on a cluster: the same bits as on one machine.

    ``tables`` has Spark data frames, or paths of Parquet, by table name, canonical or Chinese. All rows of a firm meet
    in one task, however its identifier is written, and go through :func:`firmrating.nightly.rate_partition`. Columns
    and documents are checked here, before Spark does anything but count rows. Nothing is rated before an answer is
    asked for; then all answers are made once and kept (docs/spark.md).

    Rejects are told by the place of their row in the delivery: of Parquet paths, counted through the files in order
    of their names; of a data frame, its column ``__row__`` (from 0, each number once), or the order that it has.

    Every file is weighed, and its columns are compared with those of the others of its table: Spark itself looks into one.
    Raises :class:`~firmrating.nightly.errors.SourceError` for a file that differs, :class:`~firmrating.RecordError` if a table cannot be read as a whole, and
    :class:`~firmrating.InputError` for other arguments.
    """
    if partitions is not None and not 1 <= partitions <= _MOST:
        raise InputError(f"`partitions`: expected 1 to {_MOST}, got `{partitions}`")
    if not hasattr(type(spark), "sparkContext"):
        raise InputError("`spark`: expected a session with a Spark context; Spark Connect cannot broadcast documents")
    began = time.monotonic()
    given = opened(spark, tables)
    weighed = time.monotonic()
    # The one door for tables judges the columns: it is shown tables of them without rows.
    Records.read({table.name: table.empty() for table in given}, extra_columns=extra_columns)
    empty = {table.table: _numbered(table.empty()) for table in given}
    answers = rate_partition(empty, model, rulebook, as_of, contributions=contributions, extra_columns=extra_columns)
    counting = time.monotonic()
    given = counted(spark, given)
    seconds = {"weigh": weighed - began, "count": time.monotonic() - counting}
    partitions = partitions or _partitions_for(sum(table.rows for table in given), spark.sparkContext.defaultParallelism)
    rating = worker.Rating(
        documents=spark.sparkContext.broadcast((model.to_json(), rulebook and rulebook.to_json())),
        as_of=day_text(as_of),
        contributions=contributions,
        fingerprints=fingerprints,
        extra_columns=extra_columns,
        empty={name: worker.pack_bytes(frame) for name, frame in empty.items()},
        versions=versions(),
    )
    met = _met(spark, given, partitions, rating.empty)
    return SparkRatings(
        met=met,
        rating=rating,
        tables=given,
        answers=answers,
        partitions=partitions,
        model=model,
        rulebook=rulebook,
        as_of=plain_day(day_text(as_of)),
        options={
            "extra_columns": extra_columns,
            "outputs": {"contributions": contributions, "fingerprints": fingerprints},
        },
        seconds=seconds,
    )


def _numbered(frame: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    return frame.with_columns(pl.lit(None, pl.Int64).alias(ROW))


def _met(spark: SparkSession, tables: Sequence[Table], partitions: int, empty: Mapping[str, bytes]) -> DataFrame:
    """All packs, those of one partition in one task."""
    from pyspark.sql import functions as f

    read = [table for table in tables if table.is_read_by_workers]
    every = [stretch for table in read for stretch in stretches(table)]
    tasks = shared_out(every, _TASKS_A_CORE * spark.sparkContext.defaultParallelism)
    files = worker.FilePacking(
        tasks=spark.sparkContext.broadcast(tasks),
        firm_columns={table.table: table.firm_column for table in read},
        empty={table.table: empty[table.table] for table in read},
        partitions=partitions,
        versions=versions(),
    )

    def packed(table: Table) -> DataFrame:
        packing = worker.Packing(table.table, table.firm_column, partitions, table.partition_rows, versions())
        return table.frame.mapInArrow(worker.pack(packing), worker.PACKED)

    # A partition that no firm falls into is rated too, so that each has its files.
    every_partition = spark.range(partitions).select(
        f.col("id").cast("int").alias("partition"), f.lit(None).cast("string").alias("table"), f.lit(b"").alias("content")
    )
    of_files = [spark.range(0, len(tasks), 1, len(tasks)).mapInArrow(worker.pack_files(files), worker.PACKED)] if tasks else []
    of_tables = [packed(table) for table in tables if not table.is_read_by_workers]
    packs = reduce(lambda one, other: one.unionAll(other), [*of_files, *of_tables], every_partition)
    return packs.repartitionById(partitions, "partition")


def _partitions_for(rows: int, tasks: int) -> int:
    partitions = 1
    while partitions < tasks or (partitions * _ROWS_A_PARTITION < rows and partitions < _MOST):
        partitions *= 2
    return partitions
