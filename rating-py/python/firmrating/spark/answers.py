"""The answers of a cluster: Spark data frames, a manifest, and the folders of a nightly run."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from firmrating import _firmrating as _native
from firmrating.nightly import errors
from firmrating.nightly.lock import locked
from firmrating.nightly.manifest import firms_by_standing
from firmrating.nightly.part import Part, PartFile
from firmrating.nightly.plan import canonical_json, versions
from firmrating.nightly.publish import assemble, point_at, put_in_place
from firmrating.nightly.published import FORMAT, MANIFEST, RUNS, PublishedRun
from firmrating.nightly.work import WorkFolder
from firmrating.spark import worker
from firmrating.spark.input_file import stamps

if TYPE_CHECKING:
    import os

    import polars as pl
    import pyarrow as pa
    from pyspark.sql import DataFrame

    from firmrating.model import RatingModel
    from firmrating.rulebook import Rulebook
    from firmrating.spark.tables import Table

__all__ = ["SparkRatings"]


class SparkRatings:
    """What :func:`firmrating.spark.rate` found. Made when first asked for, once for all tables, and kept by Spark
    until :meth:`unpersist`. What is only written is not kept: answers go from the task that rates to their files.
    """

    def __init__(
        self,
        *,
        met: DataFrame,
        rating: worker.Rating,
        tables: Sequence[Table],
        answers: Mapping[str, pl.DataFrame],
        partitions: int,
        model: RatingModel,
        rulebook: Rulebook | None,
        as_of: str,
        options: Mapping[str, Any],
        seconds: Mapping[str, float],
    ) -> None:
        self._met, self._rating = met, rating
        self._packs = met.mapInArrow(worker.rate(rating), worker.PACKED).persist()
        self._is_made = False
        self._tables = tables
        self._answers = answers
        self._model, self._rulebook = model, rulebook
        self._as_of, self._options = as_of, options
        self._seconds = dict(seconds)
        self.partitions = partitions
        """Partitions of firms, one a task."""

    @property
    def names(self) -> list[str]:
        """The tables that :meth:`frame` has."""
        return list(self._answers)

    def frame(self, name: str) -> DataFrame:
        """A table of answers, as the nightly run writes it: ``ratings``, ``contributions``, ``rules`` (what was found),
        with a rulebook ``evaluations`` and ``evaluation_parts``, then ``rejects`` and ``counts`` (by partition).

        Whole numbers without a sign, which Spark does not have, come with one.
        """
        from pyspark.sql import functions as f
        from pyspark.sql.pandas.types import from_arrow_schema

        if name not in self._answers:
            raise _native.InputError(f"no table `{name}`; there are {', '.join(f'`{one}`' for one in self._answers)}")
        self._is_made = True
        schema = _schema(self._answers[name])
        packs = self._packs.where(f.col("table") == name).select("content")
        return packs.mapInArrow(worker.unpack(schema), from_arrow_schema(schema))

    @property
    def ratings(self) -> DataFrame:
        """A row a firm."""
        return self.frame("ratings")

    @property
    def contributions(self) -> DataFrame:
        """A row a firm and characteristic."""
        return self.frame("contributions")

    @property
    def rules(self) -> DataFrame:
        """A row a finding that stands on a record: ``fired``, ``frozen``, ``lifted``, ``expired``."""
        return self.frame("rules")

    @property
    def rejects(self) -> DataFrame:
        """Every fault of every row that was not used, with its place in the delivery."""
        return self.frame("rejects")

    def manifest(self) -> dict[str, Any]:
        """What went in and what came of it, with the keys of the manifest of a nightly run (docs/nightly.md).

        Makes the answers if they are not made yet. Raises :class:`~firmrating.nightly.errors.SourceError` if a table
        had other rows than when they were counted, or a file changed while it was read. ``performance`` tells the seconds
        of the driver's clock by stage, and is no part of the ``content_hash``.
        """
        return {**_hashed(self._told([])), "performance": self._performance()}

    def write(self, folder: str | os.PathLike[str]) -> PublishedRun:
        """Publishes the answers as a nightly run in a folder of runs, which every machine must see under this path.

        Workers write the files, a folder a partition; the driver puts them side by side, writes the manifest, and one
        rename makes the run visible. Files have the same bytes as those of a nightly run with as many partitions, and
        name the run: one of the same files that is there already is left as it is.
        """
        out = Path(folder).absolute()
        with locked(out):
            with errors.told_as("work folder"):
                work = WorkFolder(out, "spark")
            parts = self._write_parts(work.folder / "parts")
            # Names and row counts of the inputs say nothing of their content: the answers do.
            found = _hashed({**self._told([]), "files": [[vars(file) for file in part.files.values()] for part in parts]})
            target = out / RUNS / f"{self._as_of}-{found['content_hash'][:12]}"
            if not (target / MANIFEST).exists():
                with errors.told_as("the run"):
                    outputs = assemble(work, parts, {"counts": self._counts()})
                    put_in_place(work, target, {**_hashed(self._told(outputs)), "performance": self._performance()})
            work.remove()
            point_at(out, target)
        return PublishedRun(target)

    def unpersist(self) -> None:
        """Lets go of the answers; asked again, they are made anew."""
        self._packs.unpersist()
        self._is_made = False

    def _write_parts(self, folder: Path) -> list[Part]:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        if self._is_made:
            written = self._packs.mapInArrow(worker.write(str(folder)), worker.WRITTEN)
        else:
            written = self._met.mapInArrow(worker.rate_and_write(self._rating, str(folder)), worker.WRITTEN)
        with _told_by_workers(), self._timed("rate_and_write"):
            rows = written.collect()
        self._unchanged()
        self._tallies = [json.loads(row["tallies"]) for row in rows]
        found = {}
        for row in rows:
            files = {name: PartFile(**file) for name, file in json.loads(row["files"]).items()}
            found[row["partition"]] = Part(folder / row["folder"], files)
        missing = [part.folder for part in found.values() if not part.folder.is_dir()]
        if missing:
            raise errors.UnwritableError(f"`{missing[0]}`, which a worker wrote, is not seen by the driver; expected a folder that all machines share")
        return [found[partition] for partition in range(self.partitions)]

    @cached_property
    def _tallies(self) -> list[dict[str, Any]]:
        from pyspark.sql import functions as f

        with _told_by_workers(), self._timed("rate"):
            rows = self._packs.where(f.col("table") == worker.TALLIES).select("content").collect()
        self._unchanged()
        self._is_made = True
        return [json.loads(bytes(row["content"])) for row in rows]

    def _unchanged(self) -> None:
        """Refuses what was read of files that are not any more what they were when they were weighed."""
        files = [(table.table, file) for table in self._tables for file in table.files]
        now = stamps(self._met.sparkSession, [file.uri for _, file in files])
        changed = [
            f"table `{table}`: file `{file.name}` changed while it was read"
            for (table, file), stamp in zip(files, now, strict=True)
            if stamp != (file.bytes, file.modified)
        ]
        if changed:
            raise errors.SourceError(changed)

    @contextmanager
    def _timed(self, stage: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self._seconds[stage] = time.monotonic() - began

    def _performance(self) -> dict[str, Any]:
        return {"mode": "spark", "seconds": {stage: round(seconds, 3) for stage, seconds in self._seconds.items()}}

    def _counts(self) -> pl.DataFrame:
        """Rows in, used and rejected, by table."""
        import polars as pl

        empty = self._answers["counts"]
        rows = [tuple(row) for tally in self._tallies for row in tally["counts"]]
        summed = pl.DataFrame(rows, schema=empty.schema, orient="row").group_by("table", maintain_order=True).agg(pl.exclude("table").sum())
        order = {table.table: at for at, table in enumerate(self._tables)}
        return summed.sort(pl.col("table").replace_strict(order, return_dtype=pl.Int64)).select(empty.columns)

    def _told(self, outputs: list[dict[str, Any]]) -> dict[str, Any]:
        counts = self._counts()
        rows_in = dict(counts.select("table", "rows_in").iter_rows())
        lost = [table for table in self._tables if rows_in.get(table.table, 0) != table.rows]
        if lost:
            raise errors.SourceError(
                [f"table `{one.table}`: {one.rows} rows were counted, {rows_in.get(one.table, 0)} came; persist it" for one in lost]
            )
        standings = _summed(self._tallies, "standings")
        return {
            "format": FORMAT,
            "as_of": self._as_of,
            "versions": versions(),
            "documents": {"model": _named(self._model), "rulebook": self._rulebook and _named(self._rulebook), "lending": None},
            "options": self._options,
            "partitions": self.partitions,
            "compared_with": None,
            "inputs": [entry for table in self._tables for entry in _inputs(table)],
            "counts": counts.to_dicts(),
            "firms": firms_by_standing(standings),
            "answered": _summed(self._tallies, "answered"),
            "applications": None,
            "gates": [],
            "watch": [],
            "scale": self._model.spec["government"]["scale"],
            "migration": None,
            "outputs": outputs,
            "reports": [],
        }


def _hashed(told: dict[str, Any]) -> dict[str, Any]:
    return {**told, "content_hash": hashlib.sha256(canonical_json(told).encode()).hexdigest()}


def _named(document: RatingModel | Rulebook) -> dict[str, str]:
    return {"id": document.id, "version": document.version, "hash": document.hash}


def _inputs(table: Table) -> Iterator[dict[str, Any]]:
    """Every file, also one without rows; of a data frame its rows alone, because it may come from anywhere."""
    if not table.from_files:
        yield {"table": table.table, "file": None, "bytes": None, "sha256": None, "rows": table.rows, "first_row": 1}
    first = 1
    for file in table.files:
        entry = {"table": table.table, "file": file.name, "bytes": file.bytes, "sha256": file.sha256, "rows": file.rows}
        yield {**entry, "first_row": first}
        first += file.rows


def _summed(tallies: Sequence[dict[str, Any]], what: str) -> dict[str, int]:
    sums: Counter[str] = Counter()
    for tally in tallies:
        sums.update(dict(tally[what]))
    return dict(sorted(sums.items()))


def _schema(frame: pl.DataFrame) -> pa.Schema:
    """The Arrow schema of a frame in types that Spark has."""
    import polars as pl
    import pyarrow as pa

    signed = {pa.uint8(): pa.int16(), pa.uint16(): pa.int32(), pa.uint32(): pa.int64(), pa.uint64(): pa.int64(), pa.large_string(): pa.string()}
    schema = frame.to_arrow(compat_level=pl.CompatLevel.oldest()).schema
    return pa.schema([field.with_type(signed.get(field.type, field.type)) for field in schema])


_OURS = re.compile(r"firmrating\.(?:nightly\.errors\.|_firmrating\.)?(\w+Error): (.+)")


@contextmanager
def _told_by_workers() -> Iterator[None]:
    """What a worker refused as the package's own error; Spark wraps it into text."""
    from pyspark.errors import PySparkException

    try:
        yield
    except PySparkException as error:
        said = _OURS.findall(str(error))
        kind = next((getattr(home, said[-1][0], None) for home in (errors, _native) if said and hasattr(home, said[-1][0])), None)
        if kind is None:
            raise
        raise kind(said[-1][1].strip()) from error
