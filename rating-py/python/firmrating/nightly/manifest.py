"""The manifest: what a run read, by what it rated, what came of it, and what was written."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from firmrating.nightly.plan import Plan, canonical_json, versions
from firmrating.nightly.published import FORMAT

if TYPE_CHECKING:
    from firmrating.nightly.gate import Passage, Tallies

__all__ = ["STANDINGS", "firms_by_standing", "manifest"]

STANDINGS = ("rated", "in_default", "not_enough_information", "withdrawn")
"""How a firm may stand."""


def manifest(
    plan: Plan, tallies: Tallies, passages: list[Passage], written: Mapping[str, list[dict[str, Any]]], rows: dict[str, list[int]]
) -> dict[str, Any]:
    """All that is decided by the inputs, with the hash of it. Timings are added beside, and are not part of the hash.

    ``written`` has the files by kind: ``outputs``, ``reports``.
    """
    document = plan.document
    told: dict[str, Any] = {
        "format": FORMAT,
        "as_of": str(plan.as_of),
        "versions": versions(),
        "documents": {
            "model": _named(plan.model),
            "rulebook": plan.rulebook and _named(plan.rulebook),
            "lending": plan.lending and _named(plan.lending),
        },
        "options": {"extra_columns": document.extra_columns, "outputs": document.outputs.model_dump()},
        "partitions": plan.partitions,
        "compared_with": plan.previous and {"run": plan.previous.folder.name, "content_hash": plan.previous.content_hash},
        "inputs": _inputs(plan, rows),
        "counts": tallies.counts.to_dicts(),
        "firms": firms_by_standing(tallies.standings),
        "answered": tallies.answered,
        "applications": tallies.decisions,
        "gates": [passage.as_dict() for passage in passages],
        "watch": [
            {**trigger.model_dump(exclude_none=True), "firms": None if plan.previous is None else tallies.watched.get(trigger.id, 0)}
            for trigger in document.watch
        ],
        "scale": plan.model.spec["government"]["scale"],
        "migration": None if tallies.migration is None else tallies.migration.to_dicts(),
        **written,
    }
    content_hash = hashlib.sha256(canonical_json(told).encode()).hexdigest()
    # Memory, threads and folders stand in the document and decide nothing: its hash is told beside.
    return {**told, "content_hash": content_hash, "run_document": {"sha256": document.sha256}}


def firms_by_standing(standings: Mapping[str, int]) -> dict[str, int]:
    """Firms, of all and of every standing: also of one that no firm has."""
    return {"all": sum(standings.values()), **{name: standings.get(name, 0) for name in sorted({*STANDINGS, *standings})}}


def _named(document: Any) -> dict[str, str]:
    return {"id": document.id, "version": document.version, "hash": document.hash}


def _inputs(plan: Plan, rows: dict[str, list[int]]) -> list[dict[str, Any]]:
    found = []
    for table, files in plan.delivered.items():
        first = 1
        for file, count in zip(files, rows[table], strict=True):
            entry = {"table": table, "file": file.name, "bytes": file.size, "sha256": file.sha256, "rows": count}
            found.append({**entry, "first_row": first})
            first += count
    return found
