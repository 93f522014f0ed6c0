"""The answers of one partition: a folder that is whole or not there, each file with its checksum."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Part", "PartFile", "hash_of", "read_part", "sync_file", "sync_folder", "write_part", "write_table"]

_SLIP = "part.json"
_ROW_GROUP = 122_880
# Of such tables, the first level makes files as small as the third, in three quarters of the time.
_LEVEL = 1


@dataclass(frozen=True)
class PartFile:
    """A written file."""

    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Part:
    """What was written of one partition."""

    folder: Path
    files: dict[str, PartFile]
    """By table."""

    def path(self, table: str) -> Path:
        """Where a table is."""
        return self.folder / f"{table}.parquet"


def write_part(folder: Path, answers: dict[str, pl.DataFrame]) -> Part:
    """Writes every table of a partition, first under another name, and takes it out of memory: the largest last, beside which
    its copy in one piece has room then.
    """
    scratch = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    names, written = list(answers), {}
    for name in sorted(names, key=lambda name: answers[name].estimated_size()):
        written[name] = write_table(scratch / f"{name}.parquet", answers.pop(name))
    files = {name: written[name] for name in names}
    slip = scratch / _SLIP
    slip.write_text(json.dumps({name: asdict(file) for name, file in files.items()}), encoding="utf-8")
    sync_file(slip)
    sync_folder(scratch)
    # What is there did not stand its check.
    shutil.rmtree(folder, ignore_errors=True)
    scratch.rename(folder)
    return Part(folder, files)


def read_part(folder: Path) -> Part | None:
    """What an earlier process wrote, if it is still what it was then."""
    try:
        slip = json.loads((folder / _SLIP).read_text(encoding="utf-8"))
        files = {str(name): PartFile(**file) for name, file in slip.items()}
        sound = all(hash_of(folder / f"{name}.parquet") == file.sha256 for name, file in files.items())
    except (OSError, ValueError, TypeError):
        return None
    return Part(folder, files) if sound else None


def write_table(path: Path, frame: pl.DataFrame) -> PartFile:
    """Writes one Parquet file so that equal frames give equal bytes, and so that it outlives a power cut."""
    frame = frame.rechunk()
    frame.write_parquet(path, compression="zstd", compression_level=_LEVEL, statistics=True, row_group_size=_ROW_GROUP)
    sync_file(path)
    return PartFile(frame.height, path.stat().st_size, hash_of(path))


def sync_folder(folder: Path) -> None:
    """Makes the names in a folder outlive a power cut."""
    sync_file(folder)


def sync_file(path: Path) -> None:
    """Makes what a file holds outlive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def hash_of(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
