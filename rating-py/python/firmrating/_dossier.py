"""One firm, however it is given."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from firmrating._files import text_cell
from firmrating._firmrating import Dossier, InputError
from firmrating.records import Records

__all__ = ["as_dossier", "records_of"]


def as_dossier(firm: Dossier | str | Mapping[str, Any]) -> Dossier:
    """A dossier as it is, or read from its JSON, given as text or as a dictionary."""
    if isinstance(firm, Mapping):
        firm = json.dumps(firm, ensure_ascii=False, default=str)
    if isinstance(firm, str):
        return Dossier(firm)
    if not isinstance(firm, Dossier):
        raise InputError(f"expected a dossier, or its JSON as text or dictionary, got `{type(firm).__name__}`")
    return firm


def records_of(firm: Dossier) -> Records:
    """The records of one firm as records of many, of which there is one."""
    import polars as pl

    tables = {}
    # Numbers stay as they are written, as in files.
    for table, rows in json.loads(firm.to_json(), parse_float=str, parse_int=str).items():
        if isinstance(rows, list):
            columns = dict.fromkeys(column for row in rows for column in row)
            cells = {column: [text_cell(row.get(column)) for row in rows] for column in columns}
            schema = dict.fromkeys(["firm_id", *columns], pl.String)
            tables[table] = pl.DataFrame({"firm_id": [firm.firm_id] * len(rows), **cells}, schema=schema)
    return Records.read(tables)
