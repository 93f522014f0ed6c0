"""Sizes in bytes, as people write them."""

from __future__ import annotations

import re

__all__ = ["bytes_of", "size_text"]

_UNITS = {"B": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40}
_SHAPE = re.compile(r"(\d+(?:\.\d+)?) ?(B|KiB|MiB|GiB|TiB)")


def bytes_of(text: str) -> int:
    """``"1.5 GiB"`` in bytes; :class:`ValueError` for anything else."""
    found = _SHAPE.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"expected a size such as `4 GiB` or `512 MiB`, got `{text}`")
    return int(float(found[1]) * _UNITS[found[2]])


def size_text(size: float) -> str:
    """Bytes in the unit that gives the shortest number."""
    name = next((name for name, unit in reversed(_UNITS.items()) if size >= unit), "B")
    return f"{size / _UNITS[name]:.4g} {name}"
