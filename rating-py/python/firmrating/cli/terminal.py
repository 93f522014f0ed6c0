"""What is said on a terminal, and how a wrong call is refused."""

from __future__ import annotations

import contextlib
import json
import shutil
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn

import typer

__all__ = ["FOUND", "REFUSED", "called", "in_columns", "on_terminal", "refuse", "say", "say_json", "spinning"]

FOUND, REFUSED = 1, 2
"""Exit codes: something was found; a wrong call, or input that cannot be read."""


def say(text: str) -> None:
    """Prints; after more than a line, an empty one."""
    print(text, end="\n\n" if "\n" in text else "\n")


def say_json(value: object) -> None:
    """Prints JSON on one line."""
    print(json.dumps(value, ensure_ascii=False, default=str))


def in_columns(rows: Sequence[tuple[str, ...]]) -> str:
    """Rows in columns as wide as they must be."""
    widths = [max(_width(row[at]) for row in rows) for at in range(len(rows[0]))]
    lines = (
        "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)) for row in rows
    )
    return "\n".join(f"  {line}".rstrip() for line in lines)


def _width(text: str) -> int:
    """Places that a text takes on a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def called() -> str:
    """How to call this command again: by its path if a shell would not find it by its name."""
    called = Path(sys.argv[0])
    return str(called) if called.name == "firmrating" and shutil.which("firmrating") is None else "firmrating"


def on_terminal() -> bool:
    """Whether a person reads standard error."""
    return sys.stderr.isatty()


@contextlib.contextmanager
def spinning(what: str) -> Iterator[None]:
    """A sign of life on a terminal while something runs that cannot say how far it is."""
    if not on_terminal():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(what):
        yield


def refuse(message: str) -> NoReturn:
    """Says on one line what is wrong with a call, and ends it with code 2."""
    print(f"error: {message}", file=sys.stderr)
    raise typer.Exit(REFUSED)
