"""CSV files in another encoding than UTF-8: their headers, and a copy that polars reads."""

from __future__ import annotations

import csv
import gzip
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, cast

from firmrating.nightly.errors import SourceError

if TYPE_CHECKING:
    from firmrating.nightly.source import SourceFile

__all__ = ["as_utf8", "header_of", "is_foreign"]

_BLOCK = 2**20


def is_foreign(file: SourceFile) -> bool:
    """Whether polars cannot read it as it is."""
    return file.encoding != "utf-8" and not file.name.lower().endswith(".parquet")


def header_of(file: SourceFile) -> list[str]:
    """The headers of a CSV file."""
    with _opened(file) as content:
        try:
            return next(csv.reader(content), [])
        except (UnicodeError, csv.Error) as error:
            raise _refused(file) from error


def as_utf8(file: SourceFile, folder: Path) -> SourceFile:
    """The file with a path to a copy in UTF-8, a block at a time; one that polars reads as it is stays."""
    if not is_foreign(file):
        return file
    folder.mkdir(parents=True, exist_ok=True)
    copy = folder / f"{file.table}-{file.sha256[:16]}.csv"
    if not copy.exists():
        part = copy.with_suffix(".part")
        with _opened(file) as content, part.open("w", encoding="utf-8", newline="") as target:
            try:
                shutil.copyfileobj(content, target, _BLOCK)
            except UnicodeError as error:
                raise _refused(file) from error
        part.rename(copy)
    return replace(file, path=copy)


def _opened(file: SourceFile) -> TextIO:
    if file.name.lower().endswith(".gz"):
        return cast("TextIO", gzip.open(file.path, "rt", encoding=file.encoding, newline=""))
    return file.path.open(encoding=file.encoding, newline="")


def _refused(file: SourceFile) -> SourceError:
    return SourceError(f"table `{file.table}`: file `{file.name}` is not `{file.encoding}`, or not CSV")
