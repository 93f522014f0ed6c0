"""Stretches of Parquet files that workers read themselves, so that no row of them passes through Java."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from firmrating.nightly.errors import SourceError, told_as
from firmrating.nightly.source import ROW

if TYPE_CHECKING:
    import polars as pl

    from firmrating.spark.tables import Table

__all__ = ["LONGEST", "Stretch", "lots", "shared_out", "stretches"]

LONGEST = 2**18
"""Rows of a stretch at most, and rows of a table that a worker holds before it packs them: some 30 to 60 MB."""


@dataclass(frozen=True)
class Stretch:
    """Some rows of a file, one behind the other."""

    table: str
    """Canonical name of the table."""
    uri: str
    """The file, as Spark names it."""
    name: str
    """The file, as faults name it."""
    offset: int
    """Rows of the file before it."""
    rows: int
    """How many rows."""
    place: int
    """Place of its first row in the delivery of the table, from 0."""

    def read(self, empty: pl.DataFrame) -> pl.DataFrame:
        """The rows with their places, in columns as a table without rows has them."""
        import polars as pl

        path = Path(unquote(urlsplit(self.uri).path))
        columns = {name: kind for name, kind in empty.schema.items() if name != ROW}
        with told_as(f"table `{self.table}`: file `{self.name}`", SourceError):
            rows = pl.scan_parquet(path, glob=False).slice(self.offset, self.rows)
            frame = rows.select(pl.col(name).cast(kind) for name, kind in columns.items()).collect()
        if frame.height != self.rows:
            raise SourceError(f"table `{self.table}`: file `{self.name}` changed while it was read")
        places = pl.int_range(self.place, self.place + self.rows, dtype=pl.Int64, eager=True)
        return frame.with_columns(places.alias(ROW)).select(empty.columns)


def stretches(table: Table) -> Iterator[Stretch]:
    """The files of a table whose rows are counted, in order."""
    first = 0
    for file in table.files:
        for offset in range(0, file.rows, LONGEST):
            yield Stretch(table.table, file.uri, file.name, offset, min(LONGEST, file.rows - offset), first + offset)
        first += file.rows


def shared_out(every: Sequence[Stretch], tasks: int) -> list[tuple[Stretch, ...]]:
    """Neighbouring stretches together, so many rows a task as it takes to have about so many tasks."""
    share = sum(stretch.rows for stretch in every) / max(tasks, 1)
    groups: list[list[Stretch]] = []
    held = float("inf")
    for stretch in every:
        if held + stretch.rows / 2 > share:
            groups.append([])
            held = 0.0
        groups[-1].append(stretch)
        held += stretch.rows
    return [tuple(group) for group in groups]


def lots(every: Iterable[Stretch], empty: dict[str, pl.DataFrame]) -> Iterator[tuple[str, pl.DataFrame]]:
    """Rows of neighbouring stretches of one table, with its name: many packs would be small otherwise."""
    import polars as pl

    held: list[pl.DataFrame] = []
    table = ""
    for stretch in every:
        if held and (stretch.table != table or sum(frame.height for frame in held) + stretch.rows > LONGEST):
            yield table, pl.concat(held)
            held = []
        table = stretch.table
        held.append(stretch.read(empty[table]))
    if held:
        yield table, pl.concat(held)
