"""What a run says while it runs: a bar on a terminal, JSON lines elsewhere. No identifier or name of a firm."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any, Protocol, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

__all__ = ["BarReporter", "JsonReporter", "Reporter", "SilentReporter", "reporter_for"]


class Reporter(Protocol):
    """Who is told what happens. Called often; must not raise."""

    def tell(self, event: str, **of: Any) -> None:
        """Something happened: a name, and figures of it."""

    def close(self) -> None:
        """Nothing more will be told."""


class SilentReporter:
    """Says nothing."""

    def tell(self, event: str, **of: Any) -> None:
        """Says nothing."""

    def close(self) -> None:
        """Does nothing."""


class JsonReporter:
    """A JSON object a line."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def tell(self, event: str, **of: Any) -> None:
        """Writes one line."""
        print(json.dumps({"event": event, **of}, ensure_ascii=False, default=str), file=self._stream, flush=True)

    def close(self) -> None:
        """Does nothing."""


class BarReporter:
    """A bar for tables that are split, then one for partitions that are rated."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self._bars: Progress = Progress(*columns, console=Console(stderr=True), transient=True)
        self._bars.start()
        self._bar: TaskID | None = None

    def tell(self, event: str, **of: Any) -> None:
        """Moves a bar, or prints a line above it."""
        if event == "stage":
            if self._bar is not None:
                self._bars.remove_task(self._bar)
            self._bar = self._bars.add_task(of["stage"], total=of.get("steps"))
        elif event in {"split", "rated"} and self._bar is not None:
            self._bars.update(self._bar, advance=1)
        elif event in {"warning", "resumed"}:
            self._bars.console.print(f"{event}: {of.get('message', '')}", highlight=False)

    def close(self) -> None:
        """Takes the bars away."""
        self._bars.stop()


def reporter_for(stream: TextIO | None = None) -> Reporter:
    """A bar if standard error is a terminal, JSON lines otherwise."""
    stream = stream or sys.stderr
    return BarReporter() if stream.isatty() else JsonReporter(stream)
