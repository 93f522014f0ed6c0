"""The lock that keeps two runs out of one folder."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from firmrating.nightly.errors import BusyError, UnwritableError, first_line

__all__ = ["is_locked", "locked"]

_NAME = ".lock"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Holds the folder, which is made if need be. The system lets go of it with the process, however that ends."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder / _NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise UnwritableError(f"cannot write into `{folder}`: {first_line(error)}") from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BusyError(f"another run holds `{folder}`") from None
        yield
    finally:
        os.close(handle)


def is_locked(folder: Path) -> bool:
    """Whether a run holds the folder."""
    try:
        handle = os.open(folder / _NAME, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False
