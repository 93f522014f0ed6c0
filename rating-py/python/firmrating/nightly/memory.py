"""Memory that this process had at most: of a run, not of what it was before."""

from __future__ import annotations

import re
import resource
import sys
from pathlib import Path

__all__ = ["forget_peak", "peak_memory"]

_STATUS, _REFS = Path("/proc/self/status"), Path("/proc/self/clear_refs")
_HIGH_WATER = re.compile(r"^VmHWM:\s+(\d+) kB$", re.MULTILINE)


def forget_peak() -> None:
    """Starts anew from what the process has now, where the system lets it."""
    try:
        _REFS.write_text("5", encoding="ascii")
    except OSError:
        return


def peak_memory() -> int:
    """Bytes of resident memory at most, since the peak was forgotten or the program began.

    Without Linux's ``/proc`` it is what ``getrusage`` tells, which a program takes over from the process that started
    it, and which nothing forgets.
    """
    try:
        found = _HIGH_WATER.search(_STATUS.read_text(encoding="ascii"))
    except OSError:
        found = None
    if found is not None:
        return int(found[1]) * 1024
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024
