"""The plan of a run: everything that decides what it will publish, checked and weighed before anything is written."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from firmrating._firmrating import FirmRatingError, __version__
from firmrating._firmrating import Records as _Records
from firmrating.lending_policy import LendingPolicy
from firmrating.model import RatingModel
from firmrating.nightly.document import Named, RunDocument
from firmrating.nightly.errors import DocumentError, SourceError, told_as
from firmrating.nightly.loans import check_loans
from firmrating.nightly.partition import partitions_for
from firmrating.nightly.published import FORMAT, LATEST, MANIFEST, PublishedRun
from firmrating.nightly.source import SourceFile, check_columns, counted, firm_column, firms_about, rows_about, scan_one, weighed
from firmrating.nightly.watch import unknown_rules
from firmrating.rulebook import Rulebook

if TYPE_CHECKING:
    import datetime as dt

    import polars as pl

__all__ = ["Plan", "canonical_json", "load_documents", "make_plan", "versions"]

_Document = TypeVar("_Document", RatingModel, Rulebook, LendingPolicy)


@dataclass(frozen=True)
class Plan:
    """What a run will do."""

    document: RunDocument
    model: RatingModel
    rulebook: Rulebook | None
    lending: LendingPolicy | None
    files: tuple[SourceFile, ...]
    previous: PublishedRun | None
    partitions: int
    out: Path
    published: str | None = None
    """Name of the run that did all this already, where `latest` leads to it and not any more to what it was compared with."""

    @property
    def as_of(self) -> dt.date:
        """Day of the ratings."""
        return self.document.as_of

    @cached_property
    def tables(self) -> dict[str, list[SourceFile]]:
        """Files of records by table, in order of the schema."""
        return {table: files for table, files in self.delivered.items() if table not in self.loans}

    @cached_property
    def loans(self) -> dict[str, list[SourceFile]]:
        """Files of applications and of what stands beside them, by table."""
        named = self.document.loans.sources if self.document.loans else {}
        return {table: files for table, files in self.delivered.items() if table in named}

    @cached_property
    def delivered(self) -> dict[str, list[SourceFile]]:
        """All files by table."""
        found: dict[str, list[SourceFile]] = {}
        for file in self.files:
            found.setdefault(file.table, []).append(file)
        return found

    @property
    def key(self) -> str:
        """Hash of all that decides what is published: inputs, documents, choices, versions."""
        return self.key_against(None if self.previous is None else self.previous.content_hash)

    @property
    def work_key(self) -> str:
        """Hash of all that decides what is rated. Gates do not: a run that one stopped goes on with others."""
        told = {**self._decisive(), "compare_with": None if self.previous is None else self.previous.content_hash}
        del told["gates"]
        return hashlib.sha256(canonical_json(told).encode()).hexdigest()

    def key_against(self, compared_with: str | None) -> str:
        """The key if it were compared with the run of this content hash."""
        told = {**self._decisive(), "compare_with": compared_with}
        return hashlib.sha256(canonical_json(told).encode()).hexdigest()

    @property
    def name(self) -> str:
        """Name of the run: its day and the beginning of its key."""
        return self.published or self.named(self.key)

    def named(self, key: str) -> str:
        """Name of a run with this key."""
        return f"{self.as_of}-{key[:12]}"

    def _decisive(self) -> dict[str, Any]:
        document = self.document
        return {
            "format": FORMAT,
            "as_of": str(document.as_of),
            "model": self.model.hash,
            "rulebook": self.rulebook and self.rulebook.hash,
            "lending": self.lending and self.lending.hash,
            "inputs": [(file.table, file.name, file.size, file.sha256, file.encoding) for file in self.files],
            "extra_columns": document.extra_columns,
            "partitions": self.partitions,
            "mode": document.mode,
            "outputs": document.outputs.model_dump(),
            "gates": [gate.model_dump() for gate in document.gates],
            "watch": [trigger.model_dump() for trigger in document.watch],
            "versions": versions(),
        }


def canonical_json(value: object) -> str:
    """JSON text that equal values share."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def versions() -> dict[str, str]:
    """The versions that decide the bytes of a run."""
    import polars as pl

    return {"firmrating": __version__, "polars": pl.__version__, "byteorder": sys.byteorder}


def load_documents(document: RunDocument, base: Path) -> tuple[RatingModel, Rulebook | None, LendingPolicy | None]:
    """The model, the rulebook and the lending policy, checked; every fault of all is told."""
    faults: list[str] = []
    model = _load("model", RatingModel, document.model, base, faults)
    rulebook = None if document.rulebook is None else _load("rulebook", Rulebook, document.rulebook, base, faults)
    lending = None if document.lending is None else _load("lending", LendingPolicy, document.lending, base, faults)
    if model is not None:
        faults += unknown_rules(document.watch, [rule["id"] for rule in model.spec["rules"]])
    if faults or model is None:
        raise DocumentError(faults)
    return model, rulebook, lending


def make_plan(document: RunDocument, base: Path, files: list[SourceFile]) -> Plan:
    """Checks the columns of every file, weighs the files and finds the run to compare with."""
    model, rulebook, lending = load_documents(document, base)
    out = base / document.out
    if (out / LATEST).exists() and not (out / LATEST).is_symlink():
        raise DocumentError(f"`out`: `{LATEST}` in `{document.out}` is no link, and must become one; move it away")
    previous = _previous(document, base, out)
    tables = dict.fromkeys(file.table for file in files)

    def judge(table: str, empty: pl.DataFrame) -> None:
        if lending is not None and document.loans is not None and table in document.loans.sources:
            check_loans(table, empty, lending)
        else:
            _Records([(table, empty)], ignore_extra=document.extra_columns == "ignore")

    faults = [
        fault for table in tables for fault in check_columns([file for file in files if file.table == table], judge)
    ]
    if faults:
        raise SourceError(faults)
    files = weighed(files)
    with told_as("the sources", SourceError):
        files = counted(files)
    partitions = document.partitions or _partitions(document, files, previous)
    plan = Plan(document, model, rulebook, lending, tuple(files), previous, partitions, out)
    if previous is not None and document.compare_with == LATEST and _is_made(plan, previous):
        return replace(plan, published=previous.folder.name)
    if document.mode == "delta":
        _check_delta(plan)
    return plan


def _partitions(document: RunDocument, files: Sequence[SourceFile], previous: PublishedRun | None) -> int:
    """From the rows and the memory, or those of the run compared with: of one layout, nothing has to be split twice."""
    if previous is not None and document.mode == "delta":
        return previous.partitions
    rows = sum(rows_about(file) for file in files)
    answers = [name for name, is_asked in (("contributions", document.outputs.contributions), ("rulebook", document.rulebook)) if is_asked]
    loans = document.loans.sources if document.loans else {}
    firms = firms_about([file for file in files if file.table not in loans]) if answers else 0
    needed = partitions_for(rows, document.memory_bytes, firms, answers)
    if previous is not None and needed is not None and _fits(previous, needed):
        return previous.partitions
    if needed is None:
        raise DocumentError(
            f"`memory`: {document.memory} is too little for about {rows:,} rows in the most partitions that can be; "
            "give it more, or `partitions` to try"
        )
    return needed


def _is_made(plan: Plan, latest: PublishedRun) -> bool:
    """Whether the latest run is this one: the same document was run before, and `latest` led elsewhere then."""
    before = latest.manifest["compared_with"] or {}
    same = replace(plan, partitions=plan.document.partitions or latest.partitions)
    return same.named(same.key_against(before.get("content_hash"))) == latest.folder.name


def _fits(previous: PublishedRun, needed: int) -> bool:
    return needed <= previous.partitions <= 4 * needed


def _load(
    what: str, of: type[_Document], named: Named, base: Path, faults: list[str]
) -> _Document | None:
    load: Callable[[], _Document] = (
        (lambda: of.preset(str(named.preset))) if named.path is None else (lambda: of.load(base / str(named.path)))
    )
    try:
        loaded = load()
    except FirmRatingError as error:
        faults += [f"`{what}`: {one}" for one in error.errors or [error]]
        return None
    if named.sha256 is not None and loaded.hash != named.sha256:
        faults.append(f"`{what}.sha256`: expected the hash `{named.sha256}`, got `{loaded.hash}`")
    return loaded


def _previous(document: RunDocument, base: Path, out: Path) -> PublishedRun | None:
    if document.compare_with is None:
        return None
    if document.compare_with != LATEST:
        return PublishedRun.find(base / document.compare_with)
    # The first night has nothing to compare with.
    if not (out / LATEST / MANIFEST).exists():
        if document.mode == "delta":
            raise DocumentError("`mode`: `delta` needs an earlier run, and there is none; run `full` first")
        return None
    # By its own name: `latest` will lead elsewhere.
    return PublishedRun((out / LATEST).resolve())


def _firms_as_numbers(table: str, files: Sequence[SourceFile]) -> Iterator[str]:
    """Identifiers of a type that no row can be read from: their texts differ from those that rejects are told by."""
    import polars as pl

    schema = scan_one(files[0]).collect_schema() if files[0].name.lower().endswith(".parquet") else pl.Schema()
    kind = schema[firm_column(table, schema.names())] if len(schema) else pl.String()
    if kind.is_float() or kind.is_decimal():
        yield f"`mode`: table `{table}`: a delta run needs identifiers as text or whole numbers, got `{kind}`; run `full`"


def _check_delta(plan: Plan) -> None:
    """Refuses a delta run that could differ from a full one."""
    previous = plan.previous
    assert previous is not None
    manifest = previous.manifest
    wanted: dict[str, tuple[object, object]] = {
        "format": (manifest["format"], FORMAT),
        "as_of": (manifest["as_of"], str(plan.as_of)),
        "model": (manifest["documents"]["model"]["hash"], plan.model.hash),
        "rulebook": (
            (manifest["documents"]["rulebook"] or {}).get("hash"),
            plan.rulebook.hash if plan.rulebook else None,
        ),
        "versions": (manifest["versions"], versions()),
        "partitions": (manifest["partitions"], plan.partitions),
        "outputs": (manifest["options"]["outputs"], plan.document.outputs.model_dump()),
        "extra_columns": (manifest["options"]["extra_columns"], plan.document.extra_columns),
    }
    faults = [
        f"`mode`: a delta run needs the same `{name}` as the run compared with: that has `{was}`, this `{now}`"
        for name, (was, now) in wanted.items()
        if was != now
    ]
    faults += [fault for table, files in plan.tables.items() for fault in _firms_as_numbers(table, files)]
    if not plan.document.outputs.fingerprints:
        faults.append("`mode`: a delta run needs `outputs.fingerprints`")
    if faults:
        raise DocumentError(faults)
