"""What there is in a folder of runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from firmrating.nightly.errors import DocumentError
from firmrating.nightly.lock import is_locked
from firmrating.nightly.published import LATEST, MANIFEST, RUNS, PublishedRun
from firmrating.nightly.work import WORK, whose

__all__ = ["status_of", "status_text"]


def status_of(folder: Path) -> dict[str, Any]:
    """Published runs, whether one runs now, and what a killed one left behind."""
    if not folder.is_dir():
        raise DocumentError(f"no folder `{folder}`")
    if (folder / MANIFEST).exists():
        return {"running": False, "begun": None, "left": [], "latest": folder.name, "runs": [_line(PublishedRun(folder))]}
    runs = sorted(path.parent for path in (folder / RUNS).glob(f"*/{MANIFEST}"))
    latest = folder / LATEST
    return {
        "running": is_locked(folder),
        "begun": _begun(folder / WORK),
        "left": [whose(path) for path in _left(folder / WORK)],
        "latest": latest.resolve().name if latest.exists() else None,
        "runs": [_line(PublishedRun(path)) for path in runs],
    }


def status_text(found: dict[str, Any]) -> str:
    """The same for people."""
    lines = []
    if found["running"]:
        lines.append("a run is under way")
    elif found["begun"]:
        documents = ", ".join(f"`{document}`" for document in found["left"] if document)
        lines.append(f"left half done: {documents or 'a run'}; start it again and it goes on")
    if found["begun"]:
        lines.append(f"  {found['begun']['partitions_done']} partitions rated")
    lines.append(f"{len(found['runs'])} published, latest {found['latest']}")
    for run in found["runs"]:
        gates = f", gates warned {run['warned']}" if run["warned"] else ""
        lines.append(
            f"  {run['run']}: {run['firms']['all']:,} firms as of {run['as_of']}, "
            f"{run['rows_in']:,} rows in = {run['used']:,} used + {run['rejected']:,} rejected{gates}"
        )
    return "\n".join(lines)


def _line(run: PublishedRun) -> dict[str, Any]:
    told = run.manifest
    sums = {name: sum(count[name] for count in told["counts"]) for name in ("rows_in", "used", "rejected")}
    warned = [gate["measure"] for gate in told["gates"] if gate["outcome"] == "warned"]
    return {
        "run": run.folder.name,
        "as_of": told["as_of"],
        "firms": told["firms"],
        **sums,
        "warned": warned,
        "content_hash": run.content_hash,
    }


def _left(work: Path) -> list[Path]:
    """What processes left behind, the latest first."""
    begun = [path for path in work.iterdir() if path.is_dir()] if work.is_dir() else []
    return sorted(begun, key=lambda path: -path.stat().st_mtime_ns)


def _begun(work: Path) -> dict[str, Any] | None:
    begun = _left(work)
    if not begun:
        return None
    done = sum(1 for path in begun[0].glob("parts/*") if not path.name.startswith("."))
    tables = sum(1 for path in begun[0].glob("split/*") if not path.name.startswith("."))
    return {"tables_split": tables, "partitions_done": done}
