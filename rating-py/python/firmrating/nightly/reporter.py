"""What a run says while it runs: a bar on a terminal, JSON lines elsewhere. No identifier or name of a firm."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any, Protocol, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

__all__ = ["BarReporter", "JsonReporter", "Reporter", "SilentReporter", "Unfailing", "discard", "reporter_for"]


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


class Unfailing:
    """Hands on what it is told, and swallows what goes wrong there: a log that cannot be written ends no night."""

    def __init__(self, reporter: Reporter) -> None:
        self._reporter = reporter

    def tell(self, event: str, **of: Any) -> None:
        """Hands it on."""
        try:
            self._reporter.tell(event, **of)
        except Exception:  # noqa: BLE001
            return

    def close(self) -> None:
        """Hands it on."""
        try:
            self._reporter.close()
        except Exception:  # noqa: BLE001
            return


class JsonReporter:
    """A JSON object a line, until the stream cannot be written any more."""

    def __init__(self, stream: TextIO) -> None:
        self._stream: TextIO | None = stream

    def tell(self, event: str, **of: Any) -> None:
        """Writes one line."""
        if self._stream is None:
            return
        try:
            print(json.dumps({"event": event, **of}, ensure_ascii=False, default=str), file=self._stream, flush=True)
        except (OSError, ValueError):
            discard(self._stream)
            self._stream = None

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
        elif event in {"warning", "resumed", "left", "stopped"}:
            self._bars.console.print(f"{event}: {of.get('message', '')}", highlight=False)

    def close(self) -> None:
        """Takes the bars away."""
        self._bars.stop()


def reporter_for(stream: TextIO | None = None) -> Reporter:
    """A bar if standard error is a terminal, JSON lines otherwise, nothing if it is closed."""
    stream = stream or sys.stderr
    if stream is None:  # as Python has it of a closed one
        return SilentReporter()
    return BarReporter() if stream.isatty() else JsonReporter(stream)


def discard(stream: TextIO) -> None:
    """Lets go of a stream that cannot be written: what it still holds would fail again when the process ends."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nowhere, stream.fileno())
        finally:
            os.close(nowhere)
    except (OSError, ValueError):
        return
