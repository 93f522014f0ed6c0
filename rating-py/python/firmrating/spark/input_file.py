"""The Parquet files of a table on a cluster: their names, what they weigh, and the columns that each has."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from firmrating.spark import worker

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

__all__ = ["InputFile", "columns_by_spark", "differing", "place_of", "stamps", "weighed"]

# Footers that are asked for at a time where no machine has the file as a file.
_AT_ONCE = 8

Columns = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class InputFile:
    """A Parquet file of a table."""

    uri: str
    """As Spark names it."""
    name: str
    """From the folder or file on that was given; the same wherever that lies."""
    bytes: int
    sha256: str | None
    """Hash of its content; none where it is no file of the machines, such as in HDFS or an object store."""
    columns: Columns
    """Each column with what decides its type."""
    modified: int
    """Time of its last change, as its file system tells it."""
    rows: int = 0
    """Its rows, once they are known: a file of the machines tells them, others are counted by Spark."""

    @property
    def place(self) -> str:
        """Where it is, spelled in one way."""
        return place_of(self.uri)


def place_of(uri: str) -> str:
    """A name of a file as Spark spells it, with or without escapes and empty authority, as one text."""
    parts = urlsplit(uri)
    return f"{parts.scheme}://{parts.netloc}{unquote(parts.path)}"


def weighed(spark: SparkSession, uris: Sequence[str], given: Sequence[str]) -> list[InputFile]:
    """The files in order of their names. Those that machines have as files are read by Spark's workers, once, for their hash."""
    uris = sorted(set(uris), key=place_of)
    of_machines = [uri for uri in uris if urlsplit(uri).scheme == "file"]
    found: dict[str, tuple[str | None, Columns, int]] = {}
    if of_machines:
        tasks = spark.sparkContext.parallelize(of_machines, min(len(of_machines), 4 * spark.sparkContext.defaultParallelism))
        found.update({uri: (sha256, columns, rows) for uri, sha256, columns, rows in tasks.map(worker.weigh).collect()})
    elsewhere = [uri for uri in uris if uri not in found]
    if elsewhere:
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            schemas = pool.map(lambda uri: columns_by_spark(spark, uri), elsewhere)
            found.update({uri: (None, columns, 0) for uri, columns in zip(elsewhere, schemas, strict=True)})
    known = zip(uris, stamps(spark, uris), strict=True)
    return [
        InputFile(uri, _name(uri, given), size, sha256, columns, modified, rows)
        for uri, (size, modified) in known
        for sha256, columns, rows in [found[uri]]
    ]


def columns_by_spark(spark: SparkSession, uri: str) -> Columns:
    """The columns of one file by its own footer, as Spark reads them."""
    return tuple(sorted((field.name, field.dataType.simpleString()) for field in spark.read.parquet(uri).schema))


def stamps(spark: SparkSession, uris: Sequence[str]) -> list[tuple[int, int]]:
    """Bytes and time of the last change of each file, from its file system."""
    context: Any = spark.sparkContext
    configuration = context._jsc.hadoopConfiguration()
    found = []
    for uri in uris:
        path = context._jvm.org.apache.hadoop.fs.Path(context._jvm.java.net.URI(uri))
        status = path.getFileSystem(configuration).getFileStatus(path)
        found.append((int(status.getLen()), int(status.getModificationTime())))
    return found


def differing(files: Sequence[InputFile]) -> list[str]:
    """Files with other columns than the first: Spark would drop what a file has more, and read nothing where it has less."""
    faults = []
    for file in files[1:]:
        first, own = (dict((column[0], column[1:]) for column in one.columns) for one in (files[0], file))
        told = [
            *(f"it lacks `{name}`" for name in sorted(first.keys() - own.keys())),
            *(f"it has `{name}` besides" for name in sorted(own.keys() - first.keys())),
            *(f"`{name}` is `{_type(own[name])}`, not `{_type(first[name])}`" for name in sorted(own.keys() & first.keys()) if own[name] != first[name]),
        ]
        if told:
            faults.append(f"file `{file.name}` has other columns or types than `{files[0].name}`: {', '.join(told)}")
    return faults


def _type(parts: Sequence[str]) -> str:
    return " ".join(part for part in parts if part not in {"", "None"})


def _name(uri: str, given: Sequence[str]) -> str:
    """From the folder or file on that was given, whose own name comes first; the last part alone where that was a pattern."""
    path = PurePosixPath(unquote(urlsplit(uri).path))
    for one in given:
        parts = urlsplit(one)
        top = PurePosixPath(unquote(parts.path) if parts.scheme else os.path.abspath(one))
        if top == path or top in path.parents:
            return path.relative_to(top.parent).as_posix()
    return path.name
