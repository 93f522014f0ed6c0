"""One firm, however it is given."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from firmrating._firmrating import Dossier, InputError

__all__ = ["as_dossier"]


def as_dossier(firm: Dossier | str | Mapping[str, Any]) -> Dossier:
    """A dossier as it is, or read from its JSON, given as text or as a dictionary."""
    if isinstance(firm, Mapping):
        firm = json.dumps(firm, ensure_ascii=False, default=str)
    if isinstance(firm, str):
        return Dossier(firm)
    if not isinstance(firm, Dossier):
        raise InputError(f"expected a dossier, or its JSON as text or dictionary, got `{type(firm).__name__}`")
    return firm
