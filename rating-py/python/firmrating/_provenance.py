"""How a card came about, as its document keeps it: what was screened, selected and left out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import polars as pl

    from firmrating.logit import Stepwise

__all__ = ["Selected", "screening", "selection", "told"]


class Selected(NamedTuple):
    """What a selection by steps did on the way to a card: the tables of :func:`firmrating.stepwise`."""

    steps: pl.DataFrame
    """The steps, in order: see ``Stepwise.steps``."""
    refused: pl.DataFrame
    """Every variable that it left out: see ``Stepwise.refused``."""


_SCREENING = {
    "variable": "String",
    "stays": "Boolean",
    "verdict": "String",
    **dict.fromkeys(("iv", "gini", "missing_share", "psi", "period_psi"), "Float64"),
    "period": "Int64",
    "vif": "Float64",
    "correlated_with": "String",
    "correlation": "Float64",
    "one_bin": "Boolean",
}
_REFUSED = {"variable": "String", "reason": "String", "value": "Float64", "because_of": "String"}
_STEPS = {
    "variable": "String",
    "entered": "Boolean",
    "reason": "String",
    "value": "Float64",
    "because_of": "String",
    **dict.fromkeys(("lr", "p_value", "aic", "bic"), "Float64"),
}
"""Columns of the tables that a document keeps, and their types."""


def told(dropped: Mapping[str, str], screened: pl.DataFrame | None, chosen: Stepwise | None) -> str:
    """How a card came about, as its document has it."""
    told: dict[str, Any] = {"dropped": [{"variable": name, "reason": reason} for name, reason in dropped.items()]}
    if screened is not None:
        told["screening"] = _rows(screened)
    if chosen is not None:
        told["selection"] = {"steps": _rows(chosen.steps), "refused": _rows(chosen.refused)}
    return json.dumps(told, ensure_ascii=False)


def _rows(table: pl.DataFrame) -> list[dict[str, Any]]:
    """Rows as a document has them: JSON has no number for the inflation of a column that follows from others."""
    return [{name: "infinite" if value == float("inf") else value for name, value in row.items()} for row in table.to_dicts()]


def _read(rows: list[dict[str, Any]], columns: Mapping[str, str]) -> pl.DataFrame:
    """The table of which :func:`_rows` made rows."""
    import polars as pl

    read = {
        # A document of before lacks what came later.
        name: [float("inf") if kind == "Float64" and row.get(name) == "infinite" else row.get(name) for row in rows]
        for name, kind in columns.items()
    }
    return pl.DataFrame(read, schema={name: getattr(pl, kind) for name, kind in columns.items()})


def screening(document: Mapping[str, Any]) -> pl.DataFrame | None:
    """The table of screening, if there was any."""
    rows = document.get("screening")
    return None if rows is None else _read(rows, _SCREENING)


def selection(document: Mapping[str, Any]) -> Selected | None:
    """The tables of a selection, if there was one."""
    found = document.get("selection")
    return None if found is None else Selected(_read(found["steps"], _STEPS), _read(found["refused"], _REFUSED))
