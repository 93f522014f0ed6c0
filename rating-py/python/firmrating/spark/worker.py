"""What runs in the Python workers: rows of a table into packs by partition, packs of a partition into answers.

A pack is a piece of one table as Arrow bytes. Spark moves packs, not rows: between the tables of a delivery and the
answers there is no Python object a row. Nothing here takes in PySpark when it is imported.
"""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

    from firmrating.model import RatingModel
    from firmrating.rulebook import Rulebook

__all__ = [
    "PACKED",
    "TALLIES",
    "WRITTEN",
    "FilePacking",
    "Packing",
    "Rating",
    "pack",
    "pack_bytes",
    "pack_files",
    "rate",
    "rate_and_write",
    "unpack",
    "weigh",
    "write",
]

PACKED = "partition int, `table` string, content binary"
"""Schema of packs, as Spark writes it."""
WRITTEN = "partition int, folder string, files string, tallies string"
"""Schema of what a written partition is told by."""
TALLIES = "__tallies__"
"""Name of the pack with the sums of a partition."""

Batches = Iterable["pa.RecordBatch"]

# Bytes of rows that wait in a worker before they are sorted by partition, and rows of a pack. Large enough that the
# schema in each pack weighs little, small enough that a batch of packs fits anywhere.
_LOT = 32 * 2**20
_PACK_ROWS = 32_768
# `monotonically_increasing_id` has the partition above these bits.
_BITS = 33


@dataclass(frozen=True)
class Packing:
    """How the rows of one table are packed."""

    table: str
    firm_column: str
    partitions: int
    rows: tuple[int, ...] | None
    """Rows of each Spark partition, if places are still counted within those."""
    versions: Mapping[str, str]


@dataclass(frozen=True)
class FilePacking:
    """How the rows of files are packed that workers read themselves."""

    tasks: Any
    """Broadcast: stretches of files by number of the task."""
    firm_columns: Mapping[str, str]
    """By table."""
    empty: Mapping[str, bytes]
    """Each table without rows, packed: its columns, with their places, in the types that Spark has."""
    partitions: int
    versions: Mapping[str, str]


@dataclass(frozen=True)
class Rating:
    """How a partition is rated."""

    documents: Any
    """Broadcast: text of the model and of the rulebook, if there is one."""
    as_of: str
    contributions: bool
    fingerprints: bool
    extra_columns: Literal["refuse", "ignore"]
    empty: Mapping[str, bytes]
    """Every table of the delivery without rows, packed: a firm has no rows in most of them."""
    versions: Mapping[str, str]


def pack(packing: Packing) -> Callable[[Batches], Iterator[pa.RecordBatch]]:
    """Rows of one table to packs by partition."""

    def packed(batches: Batches) -> Iterator[pa.RecordBatch]:
        _begin(packing.versions)
        for lot in _lots(batches):
            yield _batch(_packs_of(_frame_of(lot, packing), packing.table, packing.firm_column, packing.partitions))

    return packed


def pack_files(packing: FilePacking) -> Callable[[Batches], Iterator[pa.RecordBatch]]:
    """Numbers of tasks to packs by partition of the rows of their files."""

    def packed(batches: Batches) -> Iterator[pa.RecordBatch]:
        _begin(packing.versions)
        import polars as pl

        from firmrating.spark.stretch import lots

        empty = {table: pl.read_ipc_stream(content) for table, content in packing.empty.items()}
        for batch in batches:
            for task in batch.column("id").to_pylist():
                for table, frame in lots(packing.tasks.value[task], empty):
                    yield _batch(_packs_of(frame, table, packing.firm_columns[table], packing.partitions))

    return packed


def rate(rating: Rating) -> Callable[[Batches], Iterator[pa.RecordBatch]]:
    """Packs of one partition, of all tables, to its answers as packs."""

    def rated(batches: Batches) -> Iterator[pa.RecordBatch]:
        partition, answers = _rated(batches, rating)
        yield _batch([(partition, TALLIES, json.dumps(_tallies(answers)).encode())])
        for name, answer in answers.items():
            for piece in _pieces(answer):
                yield _batch([(partition, name, pack_bytes(piece))])

    return rated


def unpack(schema: pa.Schema) -> Callable[[Batches], Iterator[pa.RecordBatch]]:
    """Packs of one table to its rows, with the types of a schema that Spark has."""

    def unpacked(batches: Batches) -> Iterator[pa.RecordBatch]:
        import polars as pl

        for batch in batches:
            for content in batch.column("content"):
                frame = pl.read_ipc_stream(content.as_py())
                yield from frame.to_arrow(compat_level=pl.CompatLevel.oldest()).cast(schema).to_batches()

    return unpacked


def write(folder: str) -> Callable[[Batches], Iterator[pa.RecordBatch]]:
    """Answers of one partition to Parquet files in a folder of their own, which all machines must see."""

    def written(batches: Batches) -> Iterator[pa.RecordBatch]:
        import polars as pl

        partition, packs = _unpacked(batches)
        yield _written(folder, partition, {name: pl.concat(pieces) for name, pieces in packs.items()})

    return written


def rate_and_write(rating: Rating, folder: str) -> Callable[[Batches], Iterator[pa.RecordBatch]]:
    """Packs of one partition, of all tables, to the files of its answers: :func:`rate` and :func:`write` in one."""

    def written(batches: Batches) -> Iterator[pa.RecordBatch]:
        yield _written(folder, *_rated(batches, rating))

    return written


def _rated(batches: Batches, rating: Rating) -> tuple[int, dict[str, pl.DataFrame]]:
    """The partition and its answers."""
    _begin(rating.versions)
    partition, packs = _unpacked(batches)
    frames = {table: _in_order(empty, packs.pop(table, [])) for table, empty in rating.empty.items()}
    return partition, _answers(frames, rating)


def _written(folder: str, partition: int, answers: dict[str, pl.DataFrame]) -> pa.RecordBatch:
    """Writes the files of a partition and says what they are."""
    import pyarrow as pa
    from pyspark import TaskContext

    from firmrating.nightly.errors import told_as
    from firmrating.nightly.part import write_part

    task = TaskContext.get()
    # A repeated or a speculative attempt writes beside the other; the one that Spark takes is told to the driver.
    name = f"{partition:05d}-{task.taskAttemptId() if task else 0}"
    tallies = json.dumps(_tallies(answers))
    with told_as(f"partition {partition}"):
        part = write_part(Path(folder) / name, answers)
    files = {table: vars(file) for table, file in part.files.items()}
    texts = {"folder": name, "files": json.dumps(files), "tallies": tallies}
    schema = pa.schema({"partition": pa.int32(), **dict.fromkeys(texts, pa.string())})
    return pa.RecordBatch.from_pydict({"partition": [partition], **{name: [text] for name, text in texts.items()}}, schema)


def weigh(uri: str) -> tuple[str, str, tuple[tuple[str, ...], ...], int]:
    """A file of this machine: its name, the SHA-256 of its content, its columns with their types as Parquet has them, its rows."""
    import hashlib
    from urllib.parse import unquote, urlsplit

    import pyarrow.parquet as pq

    with open(unquote(urlsplit(uri).path), "rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
        content.seek(0)
        file = pq.ParquetFile(content)
        schema, rows = file.schema, file.metadata.num_rows
    columns = [schema.column(at) for at in range(len(schema))]
    # What a writer notes beside the types (such as how wide texts were in its memory) differs between writers and means nothing.
    types = ((column.path, str(column.physical_type), str(column.logical_type)) for column in columns)
    return uri, digest, tuple(sorted(types)), rows


def pack_bytes(frame: pl.DataFrame) -> bytes:
    """A frame as Arrow bytes."""
    import polars as pl

    content = io.BytesIO()
    # Texts one behind the other, as they were stored before there were views of them: many packs are small.
    frame.write_ipc_stream(content, compression="lz4", compat_level=pl.CompatLevel.oldest())
    return content.getvalue()


def _begin(versions: Mapping[str, str]) -> None:
    """Before polars is taken in: as many threads as the task has. And no worker may be another version than the driver."""
    from pyspark import TaskContext

    task = TaskContext.get()
    if "polars" not in sys.modules:
        for name in ("POLARS_MAX_THREADS", "RAYON_NUM_THREADS"):
            os.environ.setdefault(name, str(task.cpus() if task else 1))
    from firmrating._firmrating import InputError
    from firmrating.nightly.plan import versions as versions_here

    here = versions_here()
    if here != dict(versions):
        raise InputError(f"the versions of a worker are `{here}`, expected those of the driver, `{dict(versions)}`")


def _lots(batches: Batches) -> Iterator[list[pa.RecordBatch]]:
    lot: list[pa.RecordBatch] = []
    held = 0
    for batch in batches:
        lot.append(batch)
        held += batch.nbytes
        if held >= _LOT:
            yield lot
            lot, held = [], 0
    if lot:
        yield lot


def _frame_of(lot: list[pa.RecordBatch], packing: Packing) -> pl.DataFrame:
    """Rows as they came, with their places."""
    import polars as pl
    import pyarrow as pa

    frame = pl.DataFrame(pa.Table.from_batches(lot))
    frame = frame.with_columns(pl.col(pl.Null).cast(pl.String))
    return frame if packing.rows is None else _placed(frame, packing)


def _packs_of(frame: pl.DataFrame, table: str, firm_column: str, partitions: int) -> Iterator[tuple[int, str, bytes]]:
    import polars as pl

    from firmrating.nightly.firm_key import partition_of

    where = "__partition__"
    keyed = frame.with_columns(partition_of(pl.col(firm_column), partitions).alias(where))
    for (partition,), rows in keyed.partition_by(where, maintain_order=True, include_key=False, as_dict=True).items():
        for piece in _pieces(rows):
            yield int(partition), table, pack_bytes(piece)


def _placed(frame: pl.DataFrame, packing: Packing) -> pl.DataFrame:
    """Places within a Spark partition to places within the delivery."""
    import polars as pl

    from firmrating.nightly.errors import SourceError
    from firmrating.nightly.source import ROW

    rows = pl.Series(packing.rows, dtype=pl.Int64)
    of, within = frame[ROW] // 2**_BITS, frame[ROW] % 2**_BITS
    if frame.height and ((of >= rows.len()).any() or (within >= rows.gather(of)).any()):
        raise SourceError(
            f"table `{packing.table}`: it had other rows when they were counted; persist it, or number them in a column `{ROW}`"
        )
    return frame.with_columns((rows.cum_sum() - rows).gather(of).alias(ROW) + within)


def _pieces(frame: pl.DataFrame) -> Iterable[pl.DataFrame]:
    return frame.iter_slices(_PACK_ROWS) if frame.height else [frame]


def _batch(packs: Iterable[tuple[int, str, bytes]]) -> pa.RecordBatch:
    import pyarrow as pa

    schema = pa.schema({"partition": pa.int32(), "table": pa.string(), "content": pa.binary()})
    held = list(packs)
    columns = [pa.array([one[at] for one in held], field.type) for at, field in enumerate(schema)]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _unpacked(batches: Batches) -> tuple[int, dict[str, list[pl.DataFrame]]]:
    """The partition, and its pieces by table. A pack without a table only says that the partition is there."""
    import polars as pl

    found: dict[str, list[pl.DataFrame]] = {}
    partitions: set[int] = set()
    for batch in batches:
        partitions.update(batch.column("partition").unique().to_pylist())
        for table, content in zip(batch.column("table").to_pylist(), batch.column("content"), strict=True):
            if table not in {None, TALLIES}:
                found.setdefault(table, []).append(pl.read_ipc_stream(content.as_py()))
    (partition,) = partitions
    return partition, found


def _in_order(empty: bytes, pieces: list[pl.DataFrame]) -> pl.DataFrame:
    """The pieces as one frame in the order of the delivery, however they arrived."""
    import polars as pl

    from firmrating.nightly.source import ROW

    pieces.sort(key=lambda piece: int(piece[ROW][0]))
    frame = pl.concat([pl.read_ipc_stream(empty), *pieces])
    return frame if frame[ROW].is_sorted() else frame.sort(ROW)


def _answers(frames: dict[str, pl.DataFrame], rating: Rating) -> dict[str, pl.DataFrame]:
    from firmrating.nightly.fingerprint import fingerprints
    from firmrating.nightly.kernel import rate_partition

    model, rulebook = _documents(*rating.documents.value)
    answers = rate_partition(
        frames, model, rulebook, rating.as_of, contributions=rating.contributions, extra_columns=rating.extra_columns
    )
    if rating.fingerprints:
        answers["fingerprints"] = fingerprints(frames)
    return answers


@lru_cache(maxsize=4)
def _documents(model: str, rulebook: str | None) -> tuple[RatingModel, Rulebook | None]:
    """Checked and compiled once a worker process, which lives through many tasks."""
    from firmrating.model import RatingModel
    from firmrating.rulebook import Rulebook

    return RatingModel(model), None if rulebook is None else Rulebook(rulebook)


def _tallies(answers: Mapping[str, pl.DataFrame]) -> dict[str, Any]:
    """The sums of a partition that the manifest adds up."""
    from firmrating.nightly.tally import answered_by

    return {
        "counts": answers["counts"].rows(),
        "standings": answers["ratings"].group_by("standing").len().rows(),
        "answered": list(answered_by(answers["ratings"].lazy()).items()),
    }
