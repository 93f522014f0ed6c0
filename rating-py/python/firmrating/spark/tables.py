"""The tables of a delivery as Spark data frames whose rows know their places in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from firmrating._firmrating import InputError, table_name, table_names
from firmrating.nightly.errors import SourceError
from firmrating.nightly.source import ROW, firm_column
from firmrating.spark.input_file import InputFile, differing, place_of, weighed

if TYPE_CHECKING:
    import polars as pl
    from pyspark.sql import DataFrame, SparkSession

__all__ = ["Table", "counted", "opened"]

_FILE, _PARTITION = "__file__", "__partition__"


@dataclass(frozen=True)
class Table:
    """One table of a delivery."""

    name: str
    """As it was given, canonical or Chinese."""
    frame: DataFrame
    """Its rows; with a column of places once they are :func:`counted`."""
    from_files: bool
    """Whether Parquet files are read, which know the places of their rows."""
    paths: Sequence[str] = ()
    """The paths that were given."""
    files: Sequence[InputFile] = ()
    """Each file, also one without rows, in order of the names."""
    rows: int = 0
    """All rows."""
    partition_rows: tuple[int, ...] | None = None
    """Rows of each Spark partition, if the places are still those within them."""
    headers: list[str] = field(default_factory=list)
    """Its columns as delivered."""

    @property
    def table(self) -> str:
        """The canonical name."""
        return table_name(self.name) or self.name

    @property
    def firm_column(self) -> str:
        """The header of the column that names the firm."""
        return firm_column(self.table, self.headers)

    @property
    def is_read_by_workers(self) -> bool:
        """Whether workers can read its files as they are: machines have them, and no folder of a path is a column."""
        headers = sorted(self.headers)
        return bool(self.files) and all(
            file.sha256 is not None and sorted(column[0] for column in file.columns) == headers for file in self.files
        )

    def empty(self) -> pl.DataFrame:
        """A table of the same columns without rows, as a worker gets it."""
        import polars as pl
        from pyspark.sql.pandas.types import to_arrow_schema

        wanted = self.frame.select(*(_quoted(header) for header in self.headers))
        frame = pl.DataFrame(to_arrow_schema(wanted.schema).empty_table())
        return frame.with_columns(pl.col(pl.Null).cast(pl.String))


def opened(spark: SparkSession, tables: Mapping[str, Any]) -> list[Table]:
    """The tables as they were given: Spark data frames, or paths of Parquet files and folders."""
    from pyspark.sql import DataFrame

    if not tables:
        raise InputError("`tables`: expected at least one table, got none")
    found = []
    for name, given in tables.items():
        if not isinstance(given, DataFrame | str | list | tuple):
            raise InputError(f"table `{name}`: expected a Spark data frame or paths of Parquet, got `{type(given).__name__}`")
        paths = [given] if isinstance(given, str) else given
        frame = paths if isinstance(paths, DataFrame) else spark.read.parquet(*paths)
        headers = [header for header in frame.columns if header != ROW]
        table = Table(name, frame, from_files=not isinstance(given, DataFrame), headers=headers)
        found.append(table if isinstance(paths, DataFrame) else _with_files(spark, table, paths))
    order = {name: at for at, name in enumerate(table_names())}
    return sorted(found, key=lambda table: order.get(table.table, len(order)))


def _with_files(spark: SparkSession, table: Table, paths: Sequence[str]) -> Table:
    """The table with its files weighed; Spark itself looks at the columns of one of them alone."""
    from dataclasses import replace

    files = weighed(spark, table.frame.inputFiles(), paths)
    faults = [f"table `{table.table}`: {fault}" for fault in differing(files)]
    if faults:
        raise SourceError(faults)
    return replace(table, paths=paths, files=files)


def counted(spark: SparkSession, tables: Sequence[Table]) -> list[Table]:
    """The tables with their rows counted, and the place of each row in a column: in one job, but those that workers read."""
    from dataclasses import replace
    from functools import reduce

    from pyspark.sql import functions as f

    jobs = [
        table.frame.select(
            f.lit(at).alias("at"),
            (f.col("_metadata.file_path") if table.from_files else f.lit("")).alias(_FILE),
            f.spark_partition_id().alias(_PARTITION),
        )
        for at, table in enumerate(tables)
        if not table.is_read_by_workers
    ]
    by = ("at", _FILE, _PARTITION)
    rows = reduce(lambda one, other: one.unionAll(other), jobs).groupBy(*by).count().collect() if jobs else []
    return [
        replace(table, rows=sum(file.rows for file in table.files))
        if table.is_read_by_workers
        else _placed(spark, table, [tuple(row)[1:] for row in rows if row["at"] == at])
        for at, table in enumerate(tables)
    ]


def _placed(spark: SparkSession, table: Table, counts: list[tuple[str, int, int]]) -> Table:
    from dataclasses import replace

    from pyspark.sql import functions as f

    total = sum(rows for _, _, rows in counts)
    columns = [_quoted(header) for header in table.headers]
    if table.from_files:
        return _placed_by_file(spark, replace(table, rows=total), counts)
    if ROW in table.frame.columns:
        frame = table.frame.select(*columns, f.col(ROW).cast("bigint").alias(ROW))
        return replace(table, frame=frame, rows=total)
    by_partition = {partition: rows for _, partition, rows in counts}
    partition_rows = tuple(by_partition.get(at, 0) for at in range(max(by_partition, default=-1) + 1))
    # Numbered within partitions by the machine that reads them; a worker adds the rows of the partitions before.
    frame = table.frame.select(*columns, f.monotonically_increasing_id().alias(ROW))
    return replace(table, frame=frame, rows=total, partition_rows=partition_rows)


def _placed_by_file(spark: SparkSession, table: Table, counts: list[tuple[str, int, int]]) -> Table:
    """Files in order of their names, as a nightly run counts them; Spark reads them in another order."""
    from dataclasses import replace
    from itertools import accumulate

    from pyspark.sql import functions as f

    by_file: dict[str, int] = {}
    for uri, _, rows in counts:
        by_file[place_of(uri)] = by_file.get(place_of(uri), 0) + rows
    files = [replace(file, rows=by_file.get(file.place, 0)) for file in table.files]
    table = replace(table, files=files)
    columns = [_quoted(header) for header in table.headers]
    within = f.col("_metadata.row_index")
    if len(files) < 2:
        return replace(table, frame=table.frame.select(*columns, within.alias(ROW)))
    starts = accumulate((file.rows for file in files[:-1]), initial=0)
    by_place = {file.place: start for file, start in zip(files, starts, strict=True)}
    # As Spark spells the names of files that have rows.
    spelled = [(uri, by_place[place_of(uri)]) for uri in sorted({uri for uri, _, _ in counts})]
    firsts = spark.createDataFrame(spelled, f"{_FILE} string, __first__ bigint")
    read = table.frame.select(*columns, within.alias(ROW), f.col("_metadata.file_path").alias(_FILE))
    joined = read.join(f.broadcast(firsts), _FILE)
    return replace(table, frame=joined.select(*columns, (f.col(ROW) + f.col("__first__")).alias(ROW)))


def _quoted(header: str) -> str:
    """A header as Spark takes it, whatever stands in it."""
    return f"`{header.replace('`', '``')}`"
