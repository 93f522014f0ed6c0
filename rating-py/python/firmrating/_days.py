"""Days as callers write them."""

from __future__ import annotations

import datetime as dt

__all__ = ["Day", "day_text"]

Day = str | dt.date
"""A day: text such as ``2025-06-30``, or a :class:`datetime.date`."""


def day_text(day: Day) -> str:
    """The day as ``2025-06-30``; text is left to the one parser of dates."""
    if isinstance(day, dt.datetime):
        day = day.date()
    return day.isoformat() if isinstance(day, dt.date) else str(day)
