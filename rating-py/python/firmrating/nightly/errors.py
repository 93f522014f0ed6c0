"""Why a run did not publish, and with what exit code."""

from __future__ import annotations

import errno
import json
import os
import re
import tomllib
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import IntEnum
from typing import ClassVar

from firmrating._firmrating import FirmRatingError

__all__ = [
    "BusyError",
    "DocumentError",
    "ExitCode",
    "GateError",
    "RunError",
    "SourceError",
    "UnwritableError",
    "first_line",
    "told_as",
]


class ExitCode(IntEnum):
    """What the command ends with."""

    published = 0
    """The run is published, or there was nothing to do. Gates may have warned."""
    fault = 1
    """A fault of the program itself."""
    document = 2
    """The run document, a model, a rulebook, a lending policy or the call is wrong."""
    source = 3
    """A source cannot be read, lacks a column, or changed while it was read."""
    gate = 4
    """A quality gate stopped the run before it was published."""
    busy = 5
    """Another run holds the folder."""
    unwritable = 6
    """The output cannot be written: the disk is full, a right is missing."""


class RunError(Exception):
    """A run that published nothing. ``faults`` holds every fault, ``code`` the exit code."""

    code: ClassVar[ExitCode]

    faults: tuple[str, ...]

    def __init__(self, faults: str | Sequence[str]) -> None:
        self.faults = (faults,) if isinstance(faults, str) else tuple(faults)
        super().__init__("; ".join(self.faults))


class DocumentError(RunError):
    """The run document or what it names does not hold together."""

    code = ExitCode.document


class SourceError(RunError):
    """A source cannot be read."""

    code = ExitCode.source


class GateError(RunError):
    """A gate said stop."""

    code = ExitCode.gate


class BusyError(RunError):
    """Another run holds the folder."""

    code = ExitCode.busy


class UnwritableError(RunError):
    """The output cannot be written."""

    code = ExitCode.unwritable


# What readers of files say, and what is told in its place: they quote what they read.
_TOLD = (
    (r"parquet|out-of-spec|unable to decode the encoded schema", "not Parquet, or damaged"),
    (r"could not parse|invalid csv", "a quote mark that does not close, or text after one that does"),
    (r"found more fields", "a row has more cells than there are headers"),
    (r"invalid utf-?8", "not UTF-8"),
    (r"empty csv", "it is empty"),
    (r"unexpected end of file|compressed file ended", "it ends too early"),
    (r"not a gzipped|crc check|corrupt deflate|error -\d+ while decompressing|incorrect length", "not gzip, or damaged"),
)
# These quote a document or a manifest, never a row.
_QUOTABLE = (tomllib.TOMLDecodeError, json.JSONDecodeError, UnicodeDecodeError)


def first_line(error: BaseException) -> str:
    """What an error says, in a line without any word of the data: of an unknown fault, its kind alone."""
    text = (str(error).splitlines() or [""])[0]
    reason = getattr(error, "strerror", None) or (text if isinstance(error, _QUOTABLE) else _without_data(error, text))
    return f"{reason[:1].lower()}{reason[1:]}".rstrip(".")


def _without_data(error: BaseException, text: str) -> str:
    number = _number_in(text)
    told = (told for said, told in _TOLD if re.match(said, text, re.IGNORECASE))
    return os.strerror(number) if number else next(told, f"cannot be read ({type(error).__name__})")


# No space, file too large, quota, read-only, no right.
_WRITE_FAULTS = {errno.ENOSPC, errno.EFBIG, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM}
_NUMBER = re.compile(r"\(os error (\d+)\)")


@contextmanager
def told_as(what: str, kind: type[RunError] | None = None) -> Iterator[None]:
    """Tells a disk that cannot be written as such, and other faults of files as a kind of their own, if one is named."""
    import polars as pl

    try:
        yield
    except FirmRatingError as error:
        raise SourceError([f"{what}: {one}" for one in error.errors or [error]]) from error
    except (OSError, EOFError, zlib.error, pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        number = error.errno if isinstance(error, OSError) and error.errno is not None else _number_in(str(error))
        if number in _WRITE_FAULTS:
            raise UnwritableError(f"{what}: cannot write: {os.strerror(number).lower()}") from error
        if kind is None:
            raise
        raise kind(f"{what}: {first_line(error)}") from error


def _number_in(text: str) -> int:
    found = _NUMBER.search(text)
    return int(found[1]) if found else 0
