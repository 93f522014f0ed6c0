"""The nightly run: every firm of a country's records, in bounded memory, restartable, the same bytes on a re-run.

``firmrating nightly run.toml`` on the command line, :func:`run` from Python. Reading, splitting and writing is
polars'; between them stands one function, :func:`rate_partition`, that a cluster can call as well. Described in
docs/nightly.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from firmrating.nightly.kernel import rate_partition
    from firmrating.nightly.published import PublishedRun
    from firmrating.nightly.night import run

__all__ = ["PublishedRun", "rate_partition", "run"]

# Taken in when asked for: a worker of a cluster needs the kernel alone, and threads are fixed when polars is taken in.
_HOMES = {"PublishedRun": "published", "rate_partition": "kernel", "run": "night"}


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module `{__name__}` has no `{name}`")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
