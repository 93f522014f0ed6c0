"""Days as callers write them."""

from __future__ import annotations

import datetime as dt
import re

__all__ = ["Day", "day_text", "plain_day"]

Day = str | dt.date
"""A day: text such as ``2025-06-30``, or a :class:`datetime.date`."""


def day_text(day: Day) -> str:
    """The day as ``2025-06-30``; text is left to the one parser of dates."""
    if isinstance(day, dt.datetime):
        day = day.date()
    return day.isoformat() if isinstance(day, dt.date) else str(day)


def plain_day(text: str) -> str:
    """A day that the one parser has taken, as ``2025-06-30``, however it was written."""
    numbers = re.findall(r"\d+", re.split(r"[T ]", text.strip())[0])
    year, month, day = numbers if len(numbers) == 3 else (text.strip()[:4], text.strip()[4:6], text.strip()[6:8])
    return f"{int(year):04}-{int(month):02}-{int(day):02}"
