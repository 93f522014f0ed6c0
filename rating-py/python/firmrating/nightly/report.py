"""The report of a run: what was delivered, how firms stand, what moved them. Sums alone; no firm is named in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from firmrating.nightly.gate import Department
from firmrating.nightly.grade_order import BESIDE, in_order
from firmrating.nightly.manifest import firms_by_standing
from firmrating.nightly.part import hash_of, sync_file
from firmrating.nightly.report_page import html_page, markdown_page

if TYPE_CHECKING:
    import polars as pl

    from firmrating.nightly.gate import Passage, Tallies
    from firmrating.nightly.plan import Plan

__all__ = ["LANGUAGES", "report_facts", "write_reports"]

LANGUAGES = ("en", "zh")


def report_facts(plan: Plan, tallies: Tallies, passages: list[Passage]) -> dict[str, Any]:
    """All that stands in the report, as plain values; grades in the order of the scale, least risk first.

    Firms of the run compared with are counted by the migration, so ``was`` is missing where there is none. Nothing
    here knows when, where or in which mode the run was made: the same answers have the same report.
    """
    spec = plan.model.spec
    return {
        "as_of": str(plan.as_of),
        "documents": {
            name: document and {"id": document.id, "version": document.version, "hash": document.hash}
            for name, document in (("model", plan.model), ("rulebook", plan.rulebook), ("lending", plan.lending))
        },
        "compared_with": None if plan.previous is None else {"run": plan.previous.folder.name, "as_of": plan.previous.manifest["as_of"]},
        "scale": spec["government"]["scale"],
        "firms": firms_by_standing(tallies.standings),
        "counts": tallies.counts.to_dicts(),
        "rejects": [] if tallies.rejects is None else tallies.rejects.to_dicts(),
        "grades": _grades(tallies, spec["government"]["scale"]),
        "answered": {department: tallies.answered.get(department, 0) for department in get_args(Department)},
        "migration": None if tallies.migration is None else tallies.migration.to_dicts(),
        "changes": None if tallies.changes is None else _changes(tallies.changes),
        "watch": None if plan.previous is None else [
            {**trigger.model_dump(exclude_none=True), "firms": tallies.watched.get(trigger.id, 0)} for trigger in plan.document.watch
        ],
        "gates": [{**passage.as_dict(), "name": passage.gate.name} for passage in passages],
        "applications": tallies.decisions,
    }


def write_reports(folder: Path, facts: dict[str, Any], spec: dict[str, Any]) -> list[dict[str, Any]]:
    """Writes the report as JSON, and as HTML and Markdown in each language; lists the files with their hashes.

    ``spec`` is the document of the model, whose names of rules and pillars people read.
    """
    texts = {"report.json": json.dumps(facts, ensure_ascii=False, indent=1) + "\n"}
    for lang in LANGUAGES:
        texts[f"report.{lang}.html"] = html_page(facts, spec, lang)
        texts[f"report.{lang}.md"] = markdown_page(facts, spec, lang)
    return [_written(folder / name, text) for name, text in texts.items()]


def _written(path: Path, text: str) -> dict[str, Any]:
    path.write_bytes(text.encode("utf-8"))
    sync_file(path)
    return {"file": path.name, "bytes": path.stat().st_size, "sha256": hash_of(path)}


def _grades(tallies: Tallies, scale: list[str]) -> list[dict[str, Any]]:
    """A row a grade, also of those that no firm has."""
    was: dict[str, int] | None = None
    if tallies.migration is not None:
        was = {}
        for before, _, firms in tallies.migration.select("from", "to", "firms").iter_rows():
            if before is not None:
                was[before] = was.get(before, 0) + firms
    every = in_order({*scale, *BESIDE, *tallies.grades, *(was or {})}, scale)
    return [
        {"grade": grade, "firms": tallies.grades.get(str(grade), 0), "was": None if was is None else was.get(str(grade), 0)}
        for grade in every
    ]


def _changes(changes: pl.DataFrame) -> list[dict[str, Any]]:
    """What moved most firms first; of as many, by name."""
    import polars as pl

    return changes.sort("change", -pl.col("firms"), "reason_kind", "reason", nulls_last=True).to_dicts()
