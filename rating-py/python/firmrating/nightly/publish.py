"""Publishing: the parts become one folder, which appears whole and at once."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from firmrating.nightly.part import Part, sync_file, sync_folder, write_table
from firmrating.nightly.published import LATEST, MANIFEST, RUNS, PublishedRun

if TYPE_CHECKING:
    import polars as pl

    from firmrating.nightly.plan import Plan
    from firmrating.nightly.work import WorkFolder

__all__ = ["assemble", "point_at", "put_in_place", "run_folder"]

# Small tables that are added up over the partitions.
_SUMMED = ("counts", "migration")


def run_folder(plan: Plan) -> Path:
    """Where the run will be."""
    return plan.out / RUNS / plan.name


def assemble(work: WorkFolder, parts: list[Part], summed: dict[str, pl.DataFrame]) -> list[dict[str, Any]]:
    """Puts the files of all parts under their final names, beside each other, and lists them with their hashes."""
    top = work.publish
    shutil.rmtree(top, ignore_errors=True)
    top.mkdir()
    listed: list[dict[str, Any]] = []
    for table in parts[0].files:
        if table in _SUMMED:
            continue
        (top / table).mkdir()
        for at, part in enumerate(parts):
            name = f"{table}/part-{at:05d}.parquet"
            _link(part.path(table), top / name)
            file = part.files[table]
            listed.append({"table": table, "file": name, "rows": file.rows, "bytes": file.bytes, "sha256": file.sha256})
        sync_folder(top / table)
    for table, frame in summed.items():
        file = write_table(top / f"{table}.parquet", frame)
        listed.append(
            {"table": table, "file": f"{table}.parquet", "rows": file.rows, "bytes": file.bytes, "sha256": file.sha256}
        )
    return listed


def put_in_place(work: WorkFolder, folder: Path, manifest: dict[str, Any]) -> Path:
    """Makes the run visible in its folder: one rename."""
    path = work.publish / MANIFEST
    with path.open("w", encoding="utf-8") as file:
        json.dump(manifest, file, ensure_ascii=False, indent=1)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    sync_folder(work.publish)
    folder.parent.mkdir(exist_ok=True)
    work.publish.rename(folder)
    sync_folder(folder.parent)
    return folder


def point_at(out: Path, folder: Path, *, again: bool = False) -> None:
    """Lets ``latest`` lead to a run, from one moment to the next; never to one of an earlier day than it leads to.

    Of runs of one day it leads to the one that was published last. A run that was found to be there (``again``) was
    published before, so it does not take the place of another of its day.
    """
    if (out / LATEST / MANIFEST).exists():
        latest, day = _day(out / LATEST), _day(folder)
        if latest > day or (again and latest == day):
            return
    link = out / f".{LATEST}"
    link.unlink(missing_ok=True)
    link.symlink_to(Path(RUNS) / folder.name)
    link.rename(out / LATEST)
    sync_folder(out)


def _day(folder: Path) -> str:
    return str(PublishedRun(folder).manifest["as_of"])


def _link(source: Path, target: Path) -> None:
    try:
        target.hardlink_to(source)
    except OSError:
        # A file system without links.
        shutil.copyfile(source, target)
        sync_file(target)
