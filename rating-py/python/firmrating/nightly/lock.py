"""The lock that keeps two runs out of one folder."""

from __future__ import annotations

import fcntl
import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from firmrating.nightly.errors import BusyError, UnwritableError, first_line

__all__ = ["is_locked", "locked"]

_NAME = ".lock"
# Seconds until a folder that is held counts as held by a run.
_PATIENCE = 0.5


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Holds the folder, which is made if need be. The system lets go of it with the process, however that ends."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder / _NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise UnwritableError(f"cannot write into `{folder}`: {first_line(error)}") from error
    try:
        if not _taken(handle):
            raise BusyError(f"another run holds `{folder}`")
        yield
    finally:
        os.close(handle)


def _taken(handle: int) -> bool:
    """Takes the lock, with patience for the moment in which :func:`is_locked` has it."""
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                return False
            # Not in step with somebody who asks again and again.
            time.sleep(random.uniform(0.001, 0.02))
        else:
            return True


def is_locked(folder: Path) -> bool:
    """Whether a run holds the folder. Takes the lock for a moment, beside others that ask; a run that starts waits for it."""
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
