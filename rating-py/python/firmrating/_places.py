"""Documents that were not written as JSON: given to the check as JSON, and its faults told by their place."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from firmrating._firmrating import ModelError

__all__ = ["checked"]

_Checked = TypeVar("_Checked")
_Line = tuple[str, str]
"""A token of JSON, and the place that it belongs to."""
# What it is not, what is wrong, and where in the JSON.
_FAULT = re.compile(r"(not an? [^:]+: )(.*) at line (\d+) column (\d+)", re.DOTALL)
_PLAIN_KEY = re.compile(r"[A-Za-z0-9_-]+")


def checked(check: Callable[[str], _Checked], what: str, document: str | Mapping[str, Any]) -> _Checked:
    """What the check makes of a document: JSON text as it is, or nested dictionaries.

    Of a text a fault is told with its line and column, of dictionaries with its place, such as
    ``evaluations[0].blocks[0].most``: nobody saw the JSON that they become.
    """
    if isinstance(document, str):
        return check(document)
    lines: list[_Line] = []
    _lay_out(what, document, "", lines)
    try:
        return check("\n".join(text for text, _ in lines))
    except ModelError as error:
        fault = _FAULT.fullmatch(str(error))
        if fault is None:
            raise
        kind, reason, line, column = fault.groups()
        # Before the first character of a line, the fault is of what ended on the line above.
        at = int(line) - (1 if column == "0" else 0)
        raise _fault(kind, reason, lines[min(max(at, 1), len(lines)) - 1][1]) from None


def _lay_out(what: str, value: Any, place: str, lines: list[_Line]) -> None:
    """Appends a value as JSON, a token a line."""
    inner: Iterable[tuple[str, Any]]
    if isinstance(value, Mapping):
        opening, closing, inner = "{", "}", ((_inner(place, str(key)), key) for key in value)
    elif isinstance(value, list | tuple):
        opening, closing, inner = "[", "]", ((f"{place}[{at}]", at) for at in range(len(value)))
    else:
        lines.append((_scalar(what, value, place), place))
        return
    lines.append((opening, place))
    for at, (of_one, key) in enumerate(inner):
        if at:
            lines[-1] = (lines[-1][0] + ",", lines[-1][1])
        if opening == "{":
            lines.append((json.dumps(str(key), ensure_ascii=False) + ":", of_one))
        _lay_out(what, value[key], of_one, lines)
    lines.append((closing, place))


def _scalar(what: str, value: Any, place: str) -> str:
    # Days of a document are text; TOML has a type of its own for them.
    given = str(value) if isinstance(value, dt.date | dt.time) else value
    try:
        # The blank keeps a reader that looks one character ahead on the line.
        return json.dumps(given, ensure_ascii=False, allow_nan=False) + " "
    except ValueError:
        raise _fault(f"not a {what}: ", f"a document holds finite numbers, not `{value}`", place) from None
    except TypeError:
        kind = type(value).__name__
        raise _fault(f"not a {what}: ", f"expected text, a number, true, false or nothing, got `{kind}`", place) from None


def _inner(place: str, key: str) -> str:
    key = key if _PLAIN_KEY.fullmatch(key) else json.dumps(key, ensure_ascii=False)
    return f"{place}.{key}" if place else key


def _fault(kind: str, reason: str, place: str) -> ModelError:
    error = ModelError(f"{kind}{place}: {reason}" if place else f"{kind}{reason}")
    error.field = place or None
    error.errors = [error]
    return error
