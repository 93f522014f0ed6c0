"""The run: plan, split, rate, check, publish."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from firmrating.nightly.answer import answer, split_previous
from firmrating.nightly.delta import changed_firms, rows_to_read, still_tables
from firmrating.nightly.document import RunDocument, read_run
from firmrating.nightly.errors import GateError, RunError, SourceError, told_as
from firmrating.nightly.gate import Passage, Tallies, pass_gates
from firmrating.nightly.loans import APPLICATIONS, WHOSE, assigned, with_firms
from firmrating.nightly.lock import locked
from firmrating.nightly.manifest import manifest
from firmrating.nightly.memory import forget_peak, peak_memory
from firmrating.nightly.part import Part, write_part
from firmrating.nightly.partition import AT_ONCE, fits, split
from firmrating.nightly.plan import Plan, make_plan
from firmrating.nightly.postgres import extract, extraction_key, load
from firmrating.nightly.publish import assemble, point_at, put_in_place, run_folder
from firmrating.nightly.published import MANIFEST, PublishedRun
from firmrating.nightly.report import report_facts, write_reports
from firmrating.nightly.reporter import Reporter, SilentReporter, Unfailing
from firmrating.nightly.size import size_text
from firmrating.nightly.source import delivered, firm_column, rows_about, scan, scan_one, unchanged
from firmrating.nightly.tally import tallied
from firmrating.nightly.text import as_utf8
from firmrating.nightly.work import WorkFolder, clear, remove, whose

if TYPE_CHECKING:
    import polars as pl

    from firmrating.nightly.source import SourceFile

__all__ = ["EXTRACTED", "plan_of", "run", "use_threads"]

EXTRACTED = ".extracted"
"""Folder of what came from a database, as of one moment."""


def run(path: str | os.PathLike[str], *, reporter: Reporter | None = None) -> PublishedRun:
    """Does what a run document says and returns the published run; one that is already there is left as it is.

    Raises a :class:`~firmrating.nightly.errors.RunError` where nothing was published. A run that was killed goes on
    where it was when it is started again. ``threads`` of the document holds if this process has not worked with polars or
    the kernel yet: threads are fixed by their first use, and a warning tells so.
    """
    path = Path(path)
    document = read_run(path)
    reporter = Unfailing(reporter or SilentReporter())
    if document.threads is not None and (threads := use_threads(document.threads)) != document.threads:
        message = f"`threads`: {threads} threads, not {document.threads}: this process had begun to work with them"
        reporter.tell("warning", message=message)
    out = path.parent / document.out
    with locked(out):
        night = _Night(document, path.parent, reporter, os.path.relpath(path, out))
        try:
            return night.run()
        except RunError:
            # A run that was killed, or is published and not loaded yet, goes on with what it had extracted; one that was
            # refused asks the database again.
            if not night.is_published:
                night.forget_extraction()
            raise


def use_threads(threads: int) -> int:
    """Asks for a number of threads, of polars and of the kernel, and gives that of polars: it is fixed when first used."""
    os.environ["POLARS_MAX_THREADS"] = os.environ["RAYON_NUM_THREADS"] = str(threads)
    import polars as pl

    return pl.thread_pool_size()


def plan_of(path: Path) -> Plan:
    """What a run would do; writes nothing."""
    document = read_run(path)
    if document.threads is not None:
        use_threads(document.threads)
    with TemporaryDirectory() as scratch:
        extracted = Path(scratch) / EXTRACTED
        if extraction_key(document) is not None:
            extract(document, extracted, rows=False)
        return make_plan(document, path.parent, delivered(document, path.parent, extracted))


@dataclass
class _Night:
    document: RunDocument
    base: Path
    reporter: Reporter
    name: str
    """How the folder of runs leads to the document."""
    is_published: bool = False
    _seconds: dict[str, float] = field(default_factory=dict)
    _started: float = field(default_factory=time.time)
    _cpu: float = field(default_factory=time.process_time)

    def run(self) -> PublishedRun:
        forget_peak()
        extracted = self._extract()
        with self._stage("plan"):
            plan = make_plan(self.document, self.base, delivered(self.document, self.base, extracted))
        folder = run_folder(plan)
        if (folder / MANIFEST).exists():
            self.reporter.tell("already_published", run=plan.name)
            return self._settle(plan, folder, again=not WorkFolder.is_unsettled(plan.out, plan.work_key, plan.name))
        with told_as("work folder"):
            work = WorkFolder(plan.out, plan.work_key, self.name)
        if work.left:
            others = ", ".join(f"`{document}`" for document in work.left)
            self.reporter.tell("left", message=f"left half done in this folder by other documents: {others}")
        if work.resumed:
            self.reporter.tell("resumed", message="an earlier process had begun this run")
        rows = self._split(plan, work)
        parts = self._rate(plan, work)
        return self._settle(plan, self._publish(plan, work, parts, rows))

    def _extract(self) -> Path | None:
        folder = self._extraction
        if folder is not None and whose(folder) is None:
            with self._stage("extract"), told_as("extraction"):
                shutil.rmtree(folder, ignore_errors=True)
                clear(folder, self.name)
                extract(self.document, folder)
                (folder / "document").write_text(self.name, encoding="utf-8")
        return folder

    @property
    def _extraction(self) -> Path | None:
        key = extraction_key(self.document)
        return None if key is None else self.base / self.document.out / EXTRACTED / key

    def forget_extraction(self) -> None:
        """Takes away what came from a database, also of an extraction that broke off."""
        folder = self._extraction
        if folder is not None:
            shutil.rmtree(folder.with_name(f".{folder.name}.part"), ignore_errors=True)
            remove(folder)

    def _settle(self, plan: Plan, folder: Path, *, again: bool = False) -> PublishedRun:
        """What follows a publication, also one that a kill cut short: the database, ``latest``, and order."""
        run = PublishedRun(folder)
        self.is_published = True
        if self.document.sink is not None:
            with self._stage("load"):
                is_new = load(run, self.document.sink)
                self.reporter.tell("loaded", run=plan.name, new=is_new)
            # The database shows the run of a day that was loaded last, and so does `latest`.
            again = again and not is_new
        point_at(plan.out, folder, again=again)
        WorkFolder.remove_of(plan.out, plan.work_key)
        self.forget_extraction()
        self.reporter.tell("published", run=plan.name)
        return run

    def _split(self, plan: Plan, work: WorkFolder) -> dict[str, list[int]]:
        rows: dict[str, list[int]] = {}
        still = still_tables(plan)
        compressed = not fits(sum(rows_about(file) for file in plan.files), plan.document.memory_bytes)
        with self._stage("split", steps=len(plan.delivered)):
            # Applications and the tables that moved show which firms are rated anew: they come first.
            rows |= self._split_loans(plan, work, compressed=compressed)
            for table in sorted(plan.tables, key=lambda table: table in still):
                with told_as(_told_of(table, plan.tables[table]), SourceError):
                    files = [as_utf8(file, work.text) for file in plan.tables[table]]
                    if not work.split(table).is_dir():
                        query = scan(files)
                        if table in still:
                            query = rows_to_read(plan, query, table, changed_firms(plan, work, still))
                        firm = firm_column(table, query.collect_schema().names())
                        split(query, firm, plan.partitions, work.split(table), compressed=compressed)
                    rows[table] = [_rows_of(file) for file in files]
                self.reporter.tell("split", table=table, rows=sum(rows[table]))
            if self.document.mode == "delta":
                changed_firms(plan, work, still)
            with told_as("the run compared with"):
                split_previous(plan, work)
            try:
                unchanged(plan.files)
            except SourceError:
                # Rows of a file that was replaced for a while must not be taken up when the file is what it was again.
                work.forget_split()
                raise
            work.seal()
        return rows

    def _split_loans(self, plan: Plan, work: WorkFolder, *, compressed: bool) -> dict[str, list[int]]:
        """Splits applications and what stands beside them as the firms that ask are split."""
        rows: dict[str, list[int]] = {}
        firms: pl.DataFrame | None = None
        for table, files in plan.loans.items():
            with told_as(_told_of(table, files), SourceError):
                files = [as_utf8(file, work.text) for file in files]
                if not work.split(table).is_dir():
                    if firms is None:
                        assert plan.lending is not None
                        asked = [as_utf8(file, work.text) for file in plan.loans[APPLICATIONS]]
                        firms = assigned(scan(asked), plan.lending)
                    split(with_firms(scan(files), firms), WHOSE, plan.partitions, work.split(table), compressed=compressed)
                rows[table] = [_rows_of(file) for file in files]
            self.reporter.tell("split", table=table, rows=sum(rows[table]))
        return rows

    def _rate(self, plan: Plan, work: WorkFolder) -> list[Part]:
        parts = []
        with self._stage("rate", steps=plan.partitions), ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
            # While one is read or written, another is rated.
            jobs = [pool.submit(_part, plan, work, partition) for partition in range(plan.partitions)]
            try:
                for partition, job in enumerate(jobs):
                    parts.append(job.result())
                    firms = parts[-1].files["ratings"].rows
                    self.reporter.tell("rated", partition=partition, of=plan.partitions, firms=firms)
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        return parts

    def _publish(self, plan: Plan, work: WorkFolder, parts: list[Part], rows: dict[str, list[int]]) -> Path:
        with self._stage("publish"):
            with told_as("the run"):
                tallies = tallied(plan, parts)
                try:
                    _check_rows(tallies, rows)
                except SourceError:
                    # Taken up again, it would miss the same rows.
                    work.remove()
                    raise
                summed = {"counts": tallies.counts}
                if tallies.migration is not None:
                    summed["migration"] = tallies.migration
                outputs = assemble(work, parts, summed)
            try:
                passages = self._pass_gates(tallies)
            except GateError:
                # Whoever looks for the reason finds it there, and a run with other gates goes on from there.
                self.reporter.tell("stopped", message=f"what was rated, rejects too, lies in `{work.publish}`")
                raise
        with self._stage("report"), told_as("the run"):
            reports = write_reports(work.publish, report_facts(plan, tallies, passages), plan.model.spec)
        told = manifest(plan, tallies, passages, {"outputs": outputs, "reports": reports}, rows)
        peak = peak_memory()
        if peak > plan.document.memory_bytes:
            self.reporter.tell("warning", message=f"{size_text(peak)} of memory, over the bound of {plan.document.memory}")
        performance = {
            "mode": plan.document.mode,
            "started": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self._started)),
            "seconds": {stage: round(seconds, 3) for stage, seconds in self._seconds.items()},
            "cpu_seconds": round(time.process_time() - self._cpu, 3),
            "peak_memory_bytes": peak,
            "memory_bound_bytes": plan.document.memory_bytes,
            "resumed": work.resumed,
        }
        with told_as("the run"):
            work.publishing(plan.name)
            return put_in_place(work, run_folder(plan), {**told, "performance": performance})

    def _pass_gates(self, tallies: Tallies) -> list[Passage]:
        passages = pass_gates(self.document.gates, tallies)
        for passage in passages:
            if passage.outcome == "warned":
                self.reporter.tell("warning", message=passage.told())
        stopped = [passage.told() for passage in passages if passage.outcome == "stopped"]
        if stopped:
            raise GateError(stopped)
        return passages

    @contextmanager
    def _stage(self, name: str, steps: int | None = None) -> Iterator[None]:
        self.reporter.tell("stage", stage=name, steps=steps)
        began = time.monotonic()
        yield
        self._seconds[name] = time.monotonic() - began


def _told_of(table: str, files: list[SourceFile]) -> str:
    """How a fault names a table, and its file if it has one."""
    return f"table `{table}`: file `{files[0].name}`" if len(files) == 1 else f"table `{table}`: one of its {len(files)} files"


def _part(plan: Plan, work: WorkFolder, partition: int) -> Part:
    """The answers of a partition, as an earlier process left them or made now."""
    done = work.done(partition)
    if done is not None:
        return done
    with told_as(f"partition {partition}"):
        return write_part(work.part(partition), answer(plan, work, partition))


def _check_rows(tallies: Tallies, rows: dict[str, list[int]]) -> None:
    """Refuses to publish if the answers do not account for every row that was delivered."""
    found = dict(tallies.counts.select("table", "rows_in").iter_rows())
    faults = [
        f"table `{table}`: expected `{sum(counts)}` rows, as they were delivered, got `{found.get(table, 0)}`"
        for table, counts in rows.items()
        if found.get(table, 0) != sum(counts)
    ]
    if faults:
        raise SourceError(faults)


def _rows_of(file: SourceFile) -> int:
    """How many rows a file has, all of it read where it does not say it."""
    import polars as pl

    if file.rows is not None:
        return file.rows
    return int(scan_one(file).select(pl.len()).collect(engine="streaming").item())
