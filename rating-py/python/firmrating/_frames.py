"""Frames as the extension takes them."""

from __future__ import annotations

import sys
from typing import Any

__all__ = ["typed"]


def typed(frame: Any) -> Any:
    """A frame of polars whose columns all have a type: one without a value has none, and Arrow refuses it. Others as they are."""
    polars = sys.modules.get("polars")
    if polars is not None and isinstance(frame, polars.DataFrame):
        return frame.cast({polars.Null: polars.String})
    return frame
