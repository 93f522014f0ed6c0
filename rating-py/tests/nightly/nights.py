"""What the tests of runs share: documents, runs, and what they wrote."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from firmrating.nightly.published import PublishedRun
from firmrating.nightly.reporter import Reporter
from firmrating.nightly.night import run

FIRMS = 150


def toml(value: Any) -> str:
    """A value as TOML; JSON is close enough for what tests write."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {toml(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


@dataclass
class Night:
    """A folder with records and the documents of runs over them."""

    folder: Path

    @property
    def records(self) -> Path:
        return self.folder / "records"

    @property
    def out(self) -> Path:
        return self.folder / "out"

    def document(self, name: str = "run", **keys: Any) -> Path:
        given = {"as_of": "2025-06-30", "out": "out", "records": "records", "partitions": 3, **keys}
        path = self.folder / f"{name}.toml"
        lines = [f"{key} = {toml(value)}" for key, value in given.items() if value is not None]
        path.write_text("\n".join(lines), encoding="utf-8")
        return path

    def run(self, name: str = "run", *, reporter: Reporter | None = None, **keys: Any) -> PublishedRun:
        return run(self.document(name, **keys), reporter=reporter)

    def rewrite(self, table: str, change: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
        path = self.records / f"{table}.parquet"
        change(pl.read_parquet(path)).write_parquet(path)

    def published(self) -> list[str]:
        return sorted(path.name for path in (self.out / "runs").glob("*")) if self.out.exists() else []


def bytes_of(run: PublishedRun) -> dict[str, str]:
    """Every data file of a run and the hash of what really stands in it."""
    files = sorted(path for path in run.folder.rglob("*.parquet"))
    return {path.relative_to(run.folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
